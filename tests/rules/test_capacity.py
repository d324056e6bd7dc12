"""What a day holds for a plan: its own minutes, and what the other plans leave of the learner's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from uuid import uuid4

import pytest

from studyplan.clock import Clock
from studyplan.errors import UsageProblem
from studyplan.model import Engagement, Kind, Learner, Plan, Status, StudyHours, Task, Week
from studyplan.notation import week
from studyplan.rules.capacity import PlanRoom, capped, crowd_words, raised, room_beside, together, wider

#: A Wednesday.
DAY = date(2026, 7, 1)
CLOCK = Clock(zone="UTC")


def hours(text: str | None) -> Week | None:
    return week(text, None) if text else None


def room(own: str | None, shared: str | None, taken: int = 0, **rest: object) -> int | None:
    return PlanRoom(hours(own), hours(shared), (), lambda day: False, {"cert": {DAY: taken}}, **rest)(DAY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("own", "shared", "taken", "minutes"),
    [
        ("60", None, 60, 60),
        ("60", None, 600, 60),
        (None, "90", 60, 30),
        (None, "90", 120, 0),
        ("60", "90", 20, 60),
        ("60", "90", 45, 45),
        ("90", "60", 0, 60),
        (None, None, 60, None),
        ("sat=60", "90", 0, 0),
        ("60", "sat=90", 0, 0),
    ],
)
def test_the_lower_of_a_plans_own_minutes_and_what_others_leave_of_the_learners(
    own: str | None, shared: str | None, taken: int, minutes: int | None
) -> None:
    """Each counts where it is named; other plans reduce the learner's hours alone."""
    assert room(own, shared, taken) == minutes


def test_appointments_are_taken_from_the_hours_of_the_clock() -> None:
    """A plan's own minutes lie in the learner's hours where it has none of its own."""
    busy = [Engagement(DAY, 19 * 60, 19 * 60 + 40)]
    assert room("60", "19:00-21:00", busy=busy) == 20
    assert room(None, "19:00-21:00", 30, busy=busy) == 50
    assert room("60", None, busy=[Engagement(DAY, 0, 24 * 60)]) == 0


def test_the_hours_in_force() -> None:
    """On each weekday the lower minutes, at the clock of whichever has one."""
    both = together(hours("60"), hours("mon-fri=19:00-20:30"))
    assert both is not None
    assert both.on(DAY) == StudyHours(60, time(19))
    assert both.on(date(2026, 7, 4)).minutes == 0
    assert together(hours("60"), None) == hours("60")
    assert together(None, None) is None
    assert capped(hours("60"), hours("45"))
    assert not capped(hours("60"), hours("90"))
    assert not capped(None, hours("90"))


def plan(number: int, name: str) -> Plan:
    return Plan(1, number, uuid4(), name, "small", "1", "Small", "short", DAY, date(2026, 7, 10), None)


def task(number: int, of: int, day: date, minutes: int = 30, **rest: object) -> Task:
    made = Task(1, number, of, uuid4(), f"t{number}", f"t{number}", 1, "m", "T", Kind.READ, minutes, False, day, number)
    return replace(made, **rest)  # type: ignore[arg-type]


def test_other_plans_hold_the_days_of_their_open_tasks_and_those_on_which_they_were_done() -> None:
    """Done ahead of its day, a task leaves that day free; skipped ones hold nothing, nor do those of plans that have ended."""
    later = date(2026, 7, 3)
    tasks = [
        task(1, 2, later),
        task(2, 2, later, 10, status=Status.DONE, done_at=datetime(2026, 7, 1, 12, tzinfo=UTC)),
        task(3, 2, later, status=Status.SKIPPED),
        task(4, 1, later),
    ]
    learner = Learner(1, "ana", zone="UTC", week=hours("90"))
    found = room_beside(learner, plan(1, "mine"), tasks, [plan(1, "mine"), plan(2, "cert")], lambda day: False, CLOCK)
    assert (found(later), found(DAY), found(date(2026, 7, 2))) == (60, 80, 90)
    assert found.alone(later) == 90
    assert crowd_words(found, DAY, later) == "; 'cert' holds up to 30 min on 2 of these days"
    assert crowd_words(found, later, later) == "; 'cert' holds 30 min on 1 of these days"
    assert crowd_words(found, date(2026, 7, 4), date(2026, 7, 8)) == ""


def test_a_plan_that_takes_nothing_away_is_not_named() -> None:
    """Where the plan's own minutes are the lower ones, nobody is in its way."""
    found = PlanRoom(hours("30"), hours("90"), (), lambda day: False, {"cert": {DAY: 60}})
    assert found(DAY) == 30
    assert found.takers(DAY, DAY) == ()


def test_more_minutes_are_asked_of_whichever_ceiling_is_in_the_way() -> None:
    """The plan's own, the learner's, both: the least is asked first, and only what is named."""
    own, shared = hours("60"), hours("mon-fri=90")
    assert wider(own, shared, 15) == [
        (hours("75"), shared),
        (own, hours("mon-fri=105")),
        (hours("75"), hours("mon-fri=105")),
    ]
    assert wider(own, None, 15) == [(hours("75"), None)]
    assert wider(None, shared, 15) == [(None, hours("mon-fri=105"))]
    assert wider(None, None, 15) == []


def test_hours_that_all_plans_share_are_only_raised_on_the_way() -> None:
    """A start or a replan of one plan must not take time from the others."""
    learner = Learner(1, "ana", week=hours("mon-fri=60"))
    more = hours("mon-fri=60,sat=30")
    assert more is not None
    assert [change.after for change in raised(learner, more)] == [more]
    assert learner.week is not None
    assert raised(learner, learner.week) == []
    for less in ("mon-thu=90", "45"):
        lower = hours(less)
        assert lower is not None
        with pytest.raises(UsageProblem, match="can only be raised"):
            raised(learner, lower)
    with pytest.raises(UsageProblem):
        raised(replace(learner, week=None), more)
