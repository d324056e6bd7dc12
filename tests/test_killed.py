"""Processes killed in the middle of their work: afterwards the database opens, and every action is whole or absent.

A warm process forks the commands, so that the kills fall into their work rather than into the loading of modules.
They fall at random moments, which a machine has more of than system calls; tests/crash goes through those one by one.
"""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from studyplan import resources
from studyplan.store import tables

#: Reads orders, forks a command for each, kills it after the delay, and tells how it ended: its code, None if killed.
NURSERY = """
import gc, getpass, json, os, pwd, signal, sys, time
import studyplan.calendar, studyplan.cli, studyplan.cli.output, studyplan.clock, studyplan.config, studyplan.notation
import studyplan.rules.drafts, studyplan.schedule, studyplan.store.migrate, studyplan.template, dateutil.parser, yaml
import logging.config, platformdirs, sqlalchemy.dialects.sqlite, tomllib
exec(sys.argv[1])
gc.freeze()
for line in sys.stdin:
    order = json.loads(line)
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        out = os.open(order["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(out, 1)
        os.dup2(out, 2)
        try:
            studyplan.cli.studyplan.main(order["words"], prog_name="studyplan")
        except SystemExit as ended:
            sys.stdout.flush()
            # Taking the interpreter down would cost more than the command.
            os._exit(ended.code or 0)
    if order["delay"] is not None:
        time.sleep(order["delay"])
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    code = os.waitstatus_to_exitcode(status)
    print(json.dumps([None if code < 0 else code, time.monotonic() - began]), flush=True)
"""


@dataclass
class Nursery:
    """Runs commands on a database; ``killed`` does so too, but kills them at a random moment."""

    process: subprocess.Popen[str]
    database: Path
    out: Path
    #: Seconds that the last command took that was let be.
    took: float = 0
    #: Seconds around which kills fall; it follows what they find done, so that they stay near the end of the work.
    reach: float = 0
    kills: int = 0

    def __call__(self, *words: str) -> str:
        code, self.took = self._order(words, None)
        assert code == 0, (words, code, self.out.read_text())
        return self.out.read_text()

    def killed(self, *words: str) -> int | None:
        """The exit code of the command, None where it was killed before it ended."""
        delay = self.reach * (random.uniform(0.5, 1.2) if random.random() < 0.8 else random.uniform(0, 1.2))
        code, _ = self._order(words, delay)
        assert code in (0, None), (words, code, self.out.read_text())
        self.kills += code is None
        self.reach = min(max(self.reach * (1.1 if code is None else 0.9), 0.002), 5.0)
        return code

    def _order(self, words: tuple[str, ...], delay: float | None) -> tuple[int | None, float]:
        group = ["--db", str(self.database), "--today", "2026-07-01"]
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"words": [*group, *words], "out": str(self.out), "delay": delay}) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the process that forks the commands is gone"
        code, seconds = json.loads(answer)
        return code, seconds


@pytest.fixture
def nursery(tmp_path: Path) -> Iterator[Callable[..., Nursery]]:
    """Makes warm processes. ``prelude`` is code that runs in one before its first command."""
    made: list[subprocess.Popen[str]] = []
    environ = {name: value for name, value in os.environ.items() if not name.startswith("STUDYPLAN_")}
    environ |= {
        "STUDYPLAN_CONFIG": str(tmp_path / "config.toml"),
        "STUDYPLAN_PLANS": str(tmp_path / "plans"),
        "STUDYPLAN_LEARNER": "ana",
    }

    def make(database: Path, prelude: str = "") -> Nursery:
        process = subprocess.Popen(
            [sys.executable, "-c", NURSERY, prelude],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env=environ,
        )
        made.append(process)
        return Nursery(process, database, tmp_path / "out")

    yield make
    for process in made:
        process.communicate(timeout=30)


@dataclass(frozen=True)
class State:
    """What the commands of these tests change: the plans with the number of their tasks, the status of every task."""

    plans: dict[str, int]
    tasks: dict[int, str]
    batches: int

    @classmethod
    def of(cls, database: Path) -> "State":
        """Read by sqlite3 alone, so that whatever a kill left is mended here first."""
        if not database.exists():
            return cls({}, {}, 0)
        with closing(sqlite3.connect(database)) as connection:
            if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                return cls({}, {}, 0)
            tasks = connection.execute(
                'SELECT plan.name, task.number, status FROM task JOIN plan ON plan.number = "plan" '
                'WHERE plan."exists" AND task."exists"'
            ).fetchall()
            plans = dict.fromkeys((name for (name,) in connection.execute('SELECT name FROM plan WHERE "exists"')), 0)
            batches = connection.execute("SELECT count(*) FROM batch").fetchone()[0]
        for name, _, _ in tasks:
            plans[name] += 1
        return cls(plans, {number: status for _, number, status in tasks}, batches)

    def same_data(self, other: "State") -> bool:
        return (self.plans, self.tasks) == (other.plans, other.tasks)


def contents(database: Path) -> dict[str, list[Any]]:
    """Every row of every table that both revisions have."""
    with closing(sqlite3.connect(database)) as connection:
        return {
            name: connection.execute(f'SELECT * FROM "{name}" ORDER BY 1, 2').fetchall()
            for name in tables.metadata.tables
        }


def checked(database: Path, before: State, wanted: State, code: int | None) -> bool:
    """Whether the action happened; fails where it is half there, or was acknowledged and is not."""
    after = State.of(database)
    assert after in (before, wanted)
    assert code is None or after == wanted
    return after == wanted


def test_killed_while_marking(nursery: Callable[..., Nursery], tmp_path: Path) -> None:
    """done, skip and undo over several tasks: all of them or none, and what was acknowledged stays."""
    run = nursery(tmp_path / "study.db")
    run("start", "foundations", "--date", "2026-07-01")
    run("done", "1")
    run.reach = run.took
    happened = 0
    for turn in range(35):
        before = State.of(run.database)
        waiting = [number for number, status in before.tasks.items() if status == "open"]
        numbers = sorted(random.sample(waiting, min(len(waiting), random.randint(1, 8))))
        command, status = random.choice([("done", "done"), ("skip", "skipped")])
        tasks = before.tasks | dict.fromkeys(numbers, status)
        wanted = State(before.plans, tasks, before.batches + 1)
        if not checked(run.database, before, wanted, run.killed(command, *map(str, numbers))):
            continue
        happened += 1
        undone = State(before.plans, before.tasks, before.batches + 2)
        while not checked(run.database, wanted, undone, run.killed("undo")):
            pass
        if turn % 10 == 0:
            assert "No problem" in run("db", "check")
    assert "No problem" in run("db", "check")
    assert run.kills
    assert happened


def test_killed_while_starting(nursery: Callable[..., Nursery], tmp_path: Path) -> None:
    """start on a running database: a plan with all of its tasks, or none of it."""
    run = nursery(tmp_path / "study.db")
    run("start", "foundations", "--date", "2026-07-01", "--name", "first")
    run.reach = run.took
    whole = State.of(run.database).plans["first"]
    for turn in range(20):
        before, rows = State.of(run.database), contents(run.database)
        name = f"plan-{turn}"
        code = run.killed("start", "foundations", "--date", "2026-07-01", "--name", name)
        after = State.of(run.database)
        if after != before:
            assert after.plans == before.plans | {name: whole}
            assert len(after.tasks) == len(before.tasks) + whole
            assert after.batches == before.batches + 1
            run("undo")
            assert State.of(run.database).same_data(before)
        else:
            assert code is None
            assert contents(run.database) == rows
    assert "No problem" in run("db", "check")
    assert run.kills


def test_killed_while_making_the_database(nursery: Callable[..., Nursery], tmp_path: Path) -> None:
    """The very first start makes the database too: what a kill leaves is opened and used by the next."""
    run = nursery(tmp_path / "measure" / "study.db")
    run("start", "foundations", "--date", "2026-07-01")
    run.reach = run.took
    whole = State.of(run.database)
    for turn in range(15):
        run.database = tmp_path / f"new-{turn}" / "study.db"
        code = run.killed("start", "foundations", "--date", "2026-07-01")
        after = State.of(run.database)
        assert after == whole or (code is None and not after.plans and not after.tasks)
        assert "No problem" in run("db", "check")
        if after != whole:
            run("start", "foundations", "--date", "2026-07-01")
            assert State.of(run.database) == whole
    assert run.kills


REBUILD = f"""
from alembic import op
import sqlalchemy as sa

revision, down_revision, branch_labels, depends_on = "{tables.OURS}9999", "{tables.HEAD}", None, None


def upgrade():
    for table in ("task", "plan", "learner"):
        with op.batch_alter_table(table, recreate="always"):
            pass
    op.create_table("planted", sa.Column("id", sa.Integer(), primary_key=True))
"""


def revision(database: Path) -> str:
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        ((found,),) = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        planted = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'planted'").fetchone()[0]
        assert planted == (found != tables.HEAD)
        return str(found)


def test_killed_while_upgrading(nursery: Callable[..., Nursery], tmp_path: Path) -> None:
    """A schema upgrade that rebuilds tables: the old schema or the new one, and every row in both."""
    old = nursery(tmp_path / "old" / "study.db")
    old("start", "foundations", "--date", "2026-07-01")
    old("done", "1-5")
    rows = contents(old.database)
    package = tmp_path / "newer"
    for name in ("plans", "migrations"):
        shutil.copytree(getattr(resources, name)(), package / "_data" / name)
    (package / "_data" / "migrations" / "versions" / "9999_planted.py").write_text(REBUILD)
    run = nursery(
        tmp_path,
        f"from pathlib import Path; from studyplan import resources; from studyplan.store import tables\n"
        f"resources._PACKAGE = Path({str(package)!r}); tables.HEAD = '{tables.OURS}9999'",
    )
    found = []
    for turn in range(20):
        folder = tmp_path / f"upgrade-{turn}"
        folder.mkdir()
        run.database = Path(shutil.copy(old.database, folder))
        if not turn:
            run("db", "upgrade")
            run.reach = run.took
            continue
        code = run.killed(*random.choice([("db", "upgrade"), ("today",)]))
        found.append(revision(run.database))
        assert code is None or found[-1] != tables.HEAD
        for backup in folder.glob("backups/*.db"):
            assert revision(backup) == tables.HEAD
            assert contents(backup) == rows
        assert contents(run.database) == rows
        run("today")
        assert revision(run.database) != tables.HEAD
        assert contents(run.database) == rows
    assert run.kills
    assert len(set(found)) == 2
