"""Commands that die at a call to the file system: afterwards all is as it was before, or as it is to be, never between.

A library that is preloaded kills the process at the k-th call that changes files in the test's folder: before it, after it,
or with half of its bytes written. A few points of each command are tried here, all of them with CRASH_POINTS=1, every seventh
with CRASH_POINTS=7.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from crash_points import AFTER, BEFORE, HALFWAY, HERE, SCENARIOS, START, Judge, Point, Scenario, Server

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the library is preloaded as Linux does it")

#: Points of each command that the suite tries.
FEW = 2


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which(os.environ.get("CC", "cc"))
    assert compiler, "these tests compile a few lines of C: install a C compiler, or name one in CC"
    built = tmp_path_factory.mktemp("library") / "die_at.so"
    command = [
        compiler,
        "-shared",
        "-fPIC",
        "-O1",
        "-Wall",
        "-Werror",
        "-o",
        str(built),
        str(HERE / "die_at.c"),
        "-ldl",
    ]
    subprocess.run(command, check=True)
    return built


@pytest.fixture(scope="session")
def server(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("server"), library)
    yield made
    made.close()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_before_or_after(server: Server, scenario: Scenario, tmp_path: Path) -> None:
    """Whole or absent at each point; what was acknowledged is there; the next run works and leaves nothing of the dead one."""
    judge = Judge(server, scenario, tmp_path)
    assert judge.before != judge.after or not scenario.changes
    every = os.environ.get("CRASH_POINTS")
    points = judge.points[:: int(every)] if every else sample(judge.points)
    faults, happened = [], Counter[bool]()
    for point in points:
        try:
            happened[judge.try_(point)] += 1
        except AssertionError as fault:
            faults.append(str(fault).partition("\n")[0])
    print(f"{scenario.name}: {len(points)} of {len(judge.points)} points, {happened[True]} after the work was done")
    assert not faults, "\n".join([f"{len(faults)} of {len(points)} points", *faults])


def sample(points: list[Point]) -> list[Point]:
    """A few, spread over the whole: the same ones each time."""
    points = [point for point in points if point.how != AFTER]
    step = len(points) / FEW
    return [points[int(step * (each + 0.5))] for each in range(FEW)]


IN_PLACE = "from pathlib import Path; Path('plan.ics').write_bytes(b'new' * 100)"


def test_the_library_kills_where_it_is_told_to(server: Server, tmp_path: Path) -> None:
    """Code that writes a file in its place is caught in between, which is what these tests are for."""
    path = tmp_path / "plan.ics"

    def left(point: Point) -> bytes:
        path.write_bytes(b"old")
        assert server(tmp_path, code=IN_PLACE, point=point).code is None
        return path.read_bytes()

    path.write_bytes(b"old")
    assert server(tmp_path, code=IN_PLACE).kinds == "ow"
    assert left(Point(1, BEFORE)) == b"old"
    assert left(Point(1, AFTER)) == left(Point(2, BEFORE)) == b""
    assert left(Point(2, HALFWAY)) == b"new" * 50
    assert left(Point(2, AFTER)) == b"new" * 100
    assert server(tmp_path, code=IN_PLACE, point=Point(3, BEFORE)).code == 0


def test_the_same_command_makes_the_same_calls(server: Server, tmp_path: Path) -> None:
    """Only then does every point that is counted get tried."""
    judge = Judge(server, Scenario("start", START), tmp_path)
    again = tmp_path / "again"
    again.mkdir()
    assert server.ok(again, START).kinds == judge.whole.kinds
    assert set(judge.whole.kinds) >= set("owsu")
