"""A few of the damaged inputs of each kind; `python tests/fuzz` tries ten thousand."""

from __future__ import annotations

from pathlib import Path

import fuzz_harness
import pytest
from fuzz_harness import Fault, hold
from fuzz_targets import TARGETS, Step, World, attempt

#: Inputs of each target. A calendar is read by a process of its own.
CASES = {"calendars": 2, "cards": 8, "dumps": 8, "servers": 8, "typed": 6}


@pytest.mark.parametrize("name", TARGETS)
def test_damaged_inputs_are_read_or_refused(name: str, tmp_path: Path) -> None:
    """No traceback, a fitting exit code, clean output, and the database as it was where nothing should be written."""
    world = World(tmp_path / "world")
    target = TARGETS[name]
    found = hold(
        range(1_000_000, 1_000_000 + CASES.get(name, 15)),
        lambda dice: target.make(world, dice),
        attempt(target, world),
        tmp_path / "faults",
    )
    assert found.faults == []


def test_faults_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What raises, what takes too long and what has an effect that it must not have is a fault, and its input is kept."""
    monkeypatch.setattr(fuzz_harness, "LONGEST", 0.5)
    monkeypatch.setattr(fuzz_harness, "FRESH", 100_000)
    fuzz_harness._forget_peak()
    monkeypatch.setattr(fuzz_harness, "LARGEST", fuzz_harness._peak() + 30)

    def tried(data: bytes) -> str:
        if data == b"1":
            raise Fault("an effect")
        if data == b"2":
            raise RecursionError
        if data == b"3":
            assert len(b"x" * (80 << 20))
        if data == b"4":
            while True:
                pass
        return "read"

    inputs = iter(range(5))
    found = hold(range(5), lambda dice: str(next(inputs)).encode(), tried, tmp_path)
    told = [line.partition(" (input")[0] for line in found.faults]
    assert told[:2] == ["seed 1: an effect", "seed 2: RecursionError"]
    assert "MB of memory" in told[2]
    assert told[3] == "seed 4: too long: 0.5 s of processor time are the most"
    assert found.outcomes == {"read": 2, "at fault": 4}
    assert (tmp_path / "seed-4").read_bytes() == b"4"


def test_a_step_with_an_effect_is_a_fault(tmp_path: Path) -> None:
    """A command that writes where it should only look is found out, and the world is put back."""
    world = World(tmp_path)
    with pytest.raises(Fault, match="changed the database"):
        world.take(Step(["skip", "1"]))
    world.restore()
    assert world.take(Step(["today"]))
