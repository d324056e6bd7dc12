"""The work of all plans by week, and what a start costs the others, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from studyplan.model import NO_ROOM, Kind, Learner, Plan, PlanState, Reason, Span, Status, Task
from studyplan.notation import week
from studyplan.rules.competition import SlackCost, weekly_loads

#: A Friday.
TODAY = date(2026, 7, 3)


def plan(number: int, name: str) -> Plan:
    return Plan(1, number, uuid4(), name, "small", "1", "Small", "short", TODAY, date(2026, 7, 30), None)


def task(number: int, of: int, day: int, minutes: int = 30) -> Task:
    return Task(
        *(1, number, of, uuid4(), f"t{number}", f"t{number}", 1, "m", "T"),
        *(Kind.READ, minutes, False, date(2026, 7, day), number),
    )


def test_the_open_work_of_all_running_plans_week_by_week() -> None:
    """From today to Sunday, then whole weeks, an empty one too; nothing overdue, done, left over or of a plan that has ended."""
    plans = [plan(1, "one"), plan(2, "two"), replace(plan(3, "past"), state=PlanState.DROPPED)]
    left_over = replace(task(6, 1, 4), reason=Reason(NO_ROOM, "2026-07-30"))
    tasks = [
        *(task(1, 1, 3), task(2, 2, 5, 45), task(3, 1, 2), task(4, 3, 4), replace(task(5, 1, 4), status=Status.DONE)),
        *(left_over, task(7, 2, 20, 60)),
    ]
    learner = Learner(1, "ana", week=week("mon-fri=60,sun=30", None), off=(Span(date(2026, 7, 8), date(2026, 7, 9)),))
    loads = weekly_loads(learner, plans, tasks, TODAY, lambda day: day.day == 14)
    assert [(each.first.day, each.last.day, dict(each.minutes), each.total, each.hours) for each in loads] == [
        (3, 5, {"one": 30, "two": 45}, 75, 90),
        (6, 12, {}, 0, 210),
        (13, 19, {}, 0, 270),
        (20, 26, {"two": 60}, 60, 330),
    ]
    without = weekly_loads(replace(learner, week=None), plans, tasks, TODAY, lambda day: False)
    assert [each.hours for each in without] == [None] * 4
    assert weekly_loads(learner, plans, [], TODAY, lambda day: False) == ()


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (5, 2, "'cert' can now miss 2 study days instead of 5"),
        (5, 1, "'cert' can now miss 1 study day instead of 5"),
        (1, 0, "'cert' can now miss no study day; before, it could miss 1 study day"),
        (2, -1, "what is open in 'cert' no longer fits: it could miss 2 study days before"),
    ],
)
def test_what_a_start_costs_another_plan(before: int, after: int, words: str) -> None:
    assert str(SlackCost("cert", before, after)) == words
