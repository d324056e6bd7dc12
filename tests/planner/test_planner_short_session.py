"""What is ready, and what to do with the minutes that there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from studyplan.model import Anchor, Kind, Status, Task
from studyplan.planner import short_session

TODAY = date(2026, 7, 10)


def row(number: int, days: int = 0, minutes: int = 30, **fields: object) -> Task:
    kept: dict[str, object] = {
        "uuid": UUID(int=number),
        "key": f"t{number}",
        "task": f"t{number}",
        "part": 1,
        "module": "m",
        "title": f"Task {number}",
        "kind": Kind.READ,
        "minutes": minutes,
        "splittable": False,
        "date": TODAY + timedelta(days=days),
        "position": number,
    }
    return Task(1, number, 1, **(kept | fields))


@pytest.mark.parametrize(
    ("fields", "is_ready"),
    [
        ({}, True),
        ({"days": -3}, True),
        ({"days": 3}, True),
        ({"status": Status.DONE}, False),
        ({"after": ("t1",)}, False),
        ({"after": ("t2",)}, True),
        ({"after": ("gone",)}, True),
        ({"kind": Kind.EXAM}, False),
        ({"days": 3, "kind": Kind.REVIEW}, False),
        ({"days": 0, "kind": Kind.REVIEW}, True),
        ({"days": 3, "kind": Kind.MOCK, "anchor": Anchor("exam", -3)}, False),
        ({"days": -1, "kind": Kind.MOCK, "anchor": Anchor("exam", -3)}, True),
        ({"days": 3, "pinned": True}, False),
        ({"task": "t1", "part": 2, "days": 1}, False),
        ({"task": "t2", "part": 2, "days": 1}, True),
    ],
)
def test_what_is_ready(fields: dict, is_ready: bool) -> None:
    """Open, with all over that it comes after; what has a day of its own waits for it; the exam is never offered."""
    tasks = [row(1), row(2, status=Status.SKIPPED), row(9, **fields)]
    assert (9 in [task.number for task in short_session.ready(tasks, TODAY)]) == is_ready


def test_time_spent_is_no_longer_left() -> None:
    """What a timer measured of an open task need not be found again; a step always is."""
    assert short_session.left(row(1, minutes=60, spent_minutes=25)) == 35
    assert short_session.left(row(1, minutes=60, spent_minutes=22)) == 40
    assert short_session.left(row(1, minutes=60, spent_minutes=90)) == 5


def test_what_gets_ready_fills_the_rest() -> None:
    """With more time than the ready tasks take, those that they make ready follow, in an order that can be done."""
    tasks = [
        row(1),
        row(2, days=1, after=("t1",)),
        row(3, days=2, minutes=60, splittable=True, after=("t2",)),
        row(4, days=3, after=("t3",)),
    ]
    found = [(task.number, minutes, left) for task, minutes, left in short_session.chosen(tasks, TODAY, 90)]
    assert found == [(1, 30, 30), (2, 30, 30), (3, 30, 60)]
    assert [task.number for task, *_ in short_session.chosen(tasks, TODAY, 500)] == [1, 2, 3, 4]
    assert short_session.chosen(tasks, TODAY, 25) == []


def test_the_tasks_themselves_are_left_alone() -> None:
    """A choice changes nothing that it was made of."""
    tasks = [row(1), row(2, after=("t1",))]
    before = [replace(task) for task in tasks]
    short_session.chosen(tasks, TODAY, 500)
    assert tasks == before
