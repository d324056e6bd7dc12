"""The words that a move by hand deserves, and when a plan is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from studyplan.model import Kind, Plan, PlanState, Status, Task
from studyplan.rules.task_changes import endings, warnings_of_move

DAY = date(2026, 7, 1)


def task(number: int, title: str, *, after: tuple[str, ...] = ()) -> Task:
    key = f"task-{number}"
    return Task(1, number, 1, uuid4(), key, key, 1, "m", title, Kind.READ, 30, False, DAY, number, after=after)


def test_titles_are_named_and_many_of_them_counted() -> None:
    """A broken order is told by titles, three of them at most."""
    first = task(1, "Learn the words")
    others = [task(number, f"Step {number}", after=("task-1",)) for number in range(2, 7)]
    later = date(2026, 7, 9)
    assert warnings_of_move(first, later, [first, others[0]], None) == [
        "'Learn the words' now comes after 'Step 2', which should be done later"
    ]
    (told,) = warnings_of_move(first, later, [first, *others], None)
    assert (
        told == "'Learn the words' now comes after 'Step 2', 'Step 3', 'Step 4' and 2 more, which should be done later"
    )


@pytest.mark.parametrize(("today", "is_over"), [(date(2026, 7, 1), False), (date(2026, 7, 2), True)])
@pytest.mark.parametrize("left", ["a habit of the first", "a task of one's own that is done"])
def test_a_plan_ends_by_the_study_day(left, today, is_over):
    """At one in the morning, or in an American evening, the date of the instant is tomorrow's; the study day is not."""
    plan = Plan(1, 1, uuid4(), "german", "german", "1", "German", "month", DAY, date(2026, 7, 2), None)
    done = replace(task(1, "Words"), status=Status.DONE, own=left != "a habit of the first")
    habit = replace(task(2, "Vocabulary"), habit=9)
    tasks = [done, habit] if left == "a habit of the first" else [done]
    ends = endings([plan], tasks, (), datetime(2026, 7, 2, 1, tzinfo=UTC), today)
    assert [each.after for each in ends if each.field == "state"] == [PlanState.FINISHED] * is_over
