"""What charts draw: minutes by day, by module and by kind, and the scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from studyplan.insight.record import Record
from studyplan.model import Kind, Status, Task


@dataclass(frozen=True, slots=True)
class Point:
    """The minutes that were to be over when ``day`` was: by the ``plan`` as it stands and as it ``began``; and those ``done``
    by then, None from tomorrow on. All are estimates, so that the lines compare."""

    day: date
    plan: int
    began: int
    done: int | None


@dataclass(frozen=True, slots=True)
class Hours:
    """Minutes of a module or a kind: ``planned`` in all and ``done``, both estimates; ``studied``, those told, of
    open tasks too, and the estimates of what is done and tells none."""

    name: str
    planned: int
    done: int
    studied: int


@dataclass(frozen=True, slots=True)
class Score:
    """A test that told how it went, and on which study day. The figures are the task's own, percent: ``score`` for the
    whole, None if only modules were named, and ``scores``."""

    day: date
    task: Task


def minutes_of(task: Task) -> int:
    """What a task took until now, as far as is known: the minutes told, else its estimate where it is done."""
    if task.spent_minutes is not None:
        return task.spent_minutes
    return task.minutes if task.status is Status.DONE else 0


def burn_up(record: Record) -> tuple[Point, ...]:
    """A point for each day of the plan, both ends included. What was added, skipped or resized counts in all three as it is
    now; only dates have a past here."""
    work = record.work
    plan = _by_day(work, lambda t: t.date)
    began = _by_day(work, lambda t: record.due(t, date.min))
    done = _by_day((t for t in work if t.number in record.done_on), lambda t: record.done_on[t.number])
    points, at = [], [0, 0, sum(m for day, m in done.items() if day < record.start)]
    for day in record.days(record.start, record.end):
        at = [at[0] + plan[day], at[1] + began[day], at[2] + done[day]]
        points.append(Point(day, at[0], at[1], at[2] if day <= record.today else None))
    return tuple(points)


def _by_day(tasks: Iterable[Task], day_of: Callable[[Task], date]) -> Counter[date]:
    found: Counter[date] = Counter()
    for task in tasks:
        found[day_of(task)] += task.minutes
    return found


def hours(record: Record) -> tuple[tuple[Hours, ...], tuple[Hours, ...]]:
    """By module, in the order of the plan, and by kind, in the order of ``Kind``."""
    work = sorted(record.work, key=lambda t: t.position)
    modules = dict.fromkeys(t.module for t in work)
    by_module = tuple(_hours(name, [t for t in work if t.module == name]) for name in modules)
    kinds = [kind for kind in Kind if any(t.kind is kind for t in work)]
    return by_module, tuple(_hours(kind.value, [t for t in work if t.kind is kind]) for kind in kinds)


def _hours(name: str, tasks: list[Task]) -> Hours:
    done = [t for t in tasks if t.status is Status.DONE]
    return Hours(name, sum(t.minutes for t in tasks), sum(t.minutes for t in done), sum(map(minutes_of, tasks)))


def scores(record: Record) -> tuple[Score, ...]:
    """Quizzes, reviews, mocks and the exam that are done and have a figure, oldest first; those of a day in the order of the
    plan."""
    told = [
        Score(record.done_on[t.number], t)
        for t in record.tasks
        if t.exists and t.number in record.done_on and (t.score is not None or t.scores)
    ]
    return tuple(sorted(told, key=lambda each: (each.day, each.task.position)))
