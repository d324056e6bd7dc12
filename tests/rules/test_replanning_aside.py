"""Tasks that a replan leaves where they are: they never move, and hold their time."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from studyplan import schedule
from studyplan.model import NO_ROOM, Kind, Reason, Role, Status, Task
from studyplan.rules.replanning import set_aside

DAY = date(2026, 7, 1)


def task(number: int, day: int, minutes: int = 30, reason: Reason | None = None) -> Task:
    return Task(
        *(1, number, 1, uuid4(), f"t{number}", f"t{number}", 1, "m", "T"),
        *(Kind.READ, minutes, False, DAY + timedelta(days=day), number),
        reason=reason,
    )


def standing(*tasks: Task) -> schedule.Standing:
    days = schedule.days(DAY, DAY + timedelta(days=3), lambda day: 60, None)
    return schedule.Standing(days, DAY, tasks, loose=schedule.loose_of(tasks, DAY))


def test_what_is_set_aside_holds_its_time_and_never_moves() -> None:
    """A day keeps room for what else lies there; one that is all taken is no study day, so that nothing can be laid out on it."""
    posed = standing(
        task(1, 0, 40), task(2, 0, 30), task(3, 1, 60), task(4, 2), task(5, 3, reason=Reason(NO_ROOM, "x"))
    )
    aside = set_aside(posed, frozenset({1, 3, 5}))
    assert [(day.capacity, day.role) for day in aside.days] == [
        (30, Role.MATERIAL),
        (0, Role.OFF),
        (60, Role.MATERIAL),
        (60, Role.MATERIAL),
    ]
    assert [each.number for each in aside.tasks if each.status is Status.OPEN] == [2, 4]
    assert aside.loose == {}
    assert set_aside(posed, frozenset()) == posed
    assert schedule.even_out(aside).moves
    assert not {move.number for move in schedule.even_out(aside).moves} & {1, 3, 5}
