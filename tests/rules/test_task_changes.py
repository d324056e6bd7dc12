"""The words that a move by hand deserves."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from studyplan.model import Kind, Task
from studyplan.rules.task_changes import warnings_of_move

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
