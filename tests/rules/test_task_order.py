"""The order of study as a learner changes it: no task ahead of what it comes after, and nothing else moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyplan.errors import Conflict
from studyplan.model import Kind, Task
from studyplan.rules.task_order import lined_up
from studyplan.schedule.standing import places


def task(number: int, after: tuple[str, ...] = ()) -> Task:
    id = f"t{number}"
    words = ("m", id, Kind.READ, 30, False, date(2026, 7, 1), number)
    return Task(1, number, 1, UUID(int=number), id, id, 1, *words, after=after, own=True)


def order(tasks: list[Task]) -> list[str]:
    place = places(tasks)
    return sorted(place, key=place.__getitem__)


@given(st.integers(0, 10**6))
def test_a_task_goes_where_it_may(seed: int) -> None:
    """Ahead of the one named, unless it comes after something further back; the others keep their order but for such reasons."""
    dice = Random(seed)
    rows = [task(n, tuple(f"t{m}" for m in range(n) if dice.random() < 0.2)) for n in range(dice.randint(2, 7))]
    moved = dice.choice(rows)
    wanted = dice.choice(["first", "last", *(row for row in rows if row is not moved)])
    changes, is_there = lined_up(rows, moved, wanted)
    at = {change.number: change.after for change in changes}
    now = [replace(row, position=at.get(row.number, row.position)) for row in rows]
    line = order(now)
    assert all(line.index(ahead) < line.index(row.task) for row in now for ahead in row.after)
    assert len({row.position for row in now}) == len(now)
    before = [id for id in order(rows) if id != moved.task]
    if is_there:
        assert [id for id in line if id != moved.task] == before
        ends = {"first": 0, "last": len(before)}
        assert line.index(moved.task) == (ends[wanted] if isinstance(wanted, str) else before.index(wanted.task))


def test_a_circle_is_refused() -> None:
    """However long it is."""
    rows = [task(0, ("t2",)), task(1, ("t0",)), task(2, ("t1",))]
    with pytest.raises(Conflict, match="would come after"):
        lined_up(rows, rows[0], None)
