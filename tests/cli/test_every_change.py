"""Whatever is changed can be taken back: random chains of every command that writes, undone step by step, and made again.

EVERY_CHANGE=500 .venv/bin/pytest tests/cli/test_every_change.py     # so many chains, of 40 steps each
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from every_change import ELSEWHERE, WRITES, Desk, Facts, commands
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from terminals import Terminal

#: Chains, and steps of each.
CHAINS, STEPS = (int(os.environ["EVERY_CHANGE"]), 40) if "EVERY_CHANGE" in os.environ else (3, 12)
#: Tries until a command finds something to do.
TRIES = 40


def test_every_command_that_writes_is_among_them() -> None:
    """Whoever adds a command says here how it is undone, or why it is not."""
    others = [name.strip() for names in ELSEWHERE.values() for name in names.split(",")]
    assert sorted([*WRITES, *others]) == sorted(commands())


class Life:
    """A learner's changes, the facts at each point between them, and how far they are undone."""

    def __init__(self, folder: Path, ready: Path) -> None:
        (folder / "plans").mkdir()
        (folder / "data").mkdir()
        self.desk = Desk(Terminal(folder))
        shutil.copy(ready, self.desk.terminal.database)
        self.desk.publish(1)
        self.points = [self.desk.look()]
        self.here = 0

    def change(self, name: str, dice: Random) -> bool:
        """Run a command. What is refused leaves everything as it is; whether it changed something."""
        before = self.desk.facts
        words = WRITES[name](self.desk, dice)
        answer = self.desk.terminal(*words) if words else None
        now = self.desk.look()
        told = f"{words} at {self.desk.terminal.today}: {answer}"
        assert answer is None or answer.code != 1, told
        if now.batches == before.batches:
            assert not now.differences(before), told
            return False
        assert now.batches == before.batches + 1, told
        assert answer is None or answer.code == 0, told
        self.points[self.here + 1 :] = [now]
        self.here += 1
        return True

    def undo(self) -> None:
        self.desk.terminal.ok("undo")
        self.here -= 1
        self._compare(self.points[self.here], "undone")

    def redo(self) -> None:
        self.desk.terminal.ok("redo")
        self.here += 1
        self._compare(self.points[self.here], "redone")

    def _compare(self, then: Facts, told: str) -> None:
        last = self.desk.terminal.ok("history").out.splitlines()[:3]
        assert not self.desk.look().differences(then), (told, last)

    def there_and_back(self) -> None:
        """Undo everything, make everything again."""
        end = self.here
        while self.here:
            self.undo()
        assert self.desk.terminal("undo").code == 0
        while self.here < end:
            self.redo()


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a learner and nothing else."""
    folder = tmp_path_factory.mktemp("ready")
    terminal = Terminal(folder)
    terminal.ok("--db", str(terminal.database), "learner", "add", "ana", "--zone", "Europe/Berlin")
    return terminal.database


@pytest.fixture
def surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "ana")
    monkeypatch.delenv("STUDYPLAN_LEARNER", raising=False)
    monkeypatch.delenv("STUDYPLAN_DAY_STARTS", raising=False)
    return monkeypatch


def begun(folder: Path, ready: Path, surroundings: pytest.MonkeyPatch) -> Life:
    surroundings.setenv("STUDYPLAN_DATABASE_URL", str(folder / "data" / "studyplan.db"))
    surroundings.setenv("STUDYPLAN_CONFIG", str(folder / "config.toml"))
    surroundings.setenv("STUDYPLAN_PLANS", str(folder / "plans"))
    surroundings.chdir(folder)
    return Life(folder, ready)


def test_every_command_is_taken_back(tmp_path: Path, ready: Path, surroundings: pytest.MonkeyPatch) -> None:
    """Each command once, in an order that gives all of them something to do; then back to the beginning, and on to the end."""
    life, dice = begun(tmp_path, ready, surroundings), Random(1)
    first = ["start", "mock", "timer start", "timer stop", "pin", "done", "timer start"]
    last = ["result", "start", "drop", "start", "finish"]
    for name in [*first, *(name for name in WRITES if name not in {*first, *last}), *last]:
        assert any(life.change(name, dice) for _ in range(TRIES)), name
    life.there_and_back()


def test_any_chain_is_taken_back(ready: Path, surroundings: pytest.MonkeyPatch) -> None:
    """Any commands in any order, with days between, undone and made again in between and in the end."""

    class Chains(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.folder = tempfile.TemporaryDirectory()
            self.life = begun(Path(self.folder.name), ready, surroundings)
            self.life.change("start", Random(0))

        @rule(name=st.sampled_from([*WRITES]), seed=st.integers(0, 2**32))
        def change(self, name: str, seed: int) -> None:
            self.life.change(name, Random(seed))

        @rule(days=st.integers(1, 4))
        def wait(self, days: int) -> None:
            self.life.desk.wait(days)

        @rule(steps=st.integers(1, 4))
        def undo(self, steps: int) -> None:
            for _ in range(min(steps, self.life.here)):
                self.life.undo()

        @rule(steps=st.integers(1, 4))
        def redo(self, steps: int) -> None:
            for _ in range(min(steps, len(self.life.points) - 1 - self.life.here)):
                self.life.redo()

        @invariant()
        def known(self) -> None:
            assert self.life.here < len(self.life.points)

        def teardown(self) -> None:
            try:
                self.life.there_and_back()
            finally:
                surroundings.chdir("/")
                self.folder.cleanup()

    run_state_machine_as_test(Chains, settings=settings(max_examples=CHAINS, stateful_step_count=STEPS, deadline=None))
