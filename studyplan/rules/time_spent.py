"""Time spent on tasks: what a sitting adds, what a total means, which day holds which minutes. Pure: values in, values out.

A task's ``spent_minutes`` is its total. Its stints are the sittings that make it up, and no total is below their sum. What older
versions recorded with a completion has no stint, and belongs to the day on which the task was done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from studyplan.errors import Conflict, UsageProblem, WayOut
from studyplan.model import Change, Status, Stint, Task, Timer

#: Minutes: a timer that ran longer was probably forgotten, and is never recorded unasked.
LONGEST_SITTING = 4 * 60
#: Minutes: no sitting lasts longer.
WHOLE_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class LogEntry:
    """Minutes of a task on a study day. ``stint`` None: named with its completion, in a version that made no entry of them."""

    day: date
    task: Task
    minutes: int
    stint: Stint | None


def elapsed(timer: Timer, now: datetime) -> int:
    """Whole minutes that a timer has run, rounded; below zero where the clock went back."""
    return round((now - timer.started_at).total_seconds() / 60)


def measured(timer: Timer, now: datetime, minutes: int | None, *, long: bool) -> int:
    """The minutes to record for a timer: those given, else those it ran. Raises Conflict if it ran longer than a
    sitting without ``long``, or if the clock makes no sense."""
    if minutes is not None:
        return sitting(minutes)
    ran = elapsed(timer, now)
    text = "`planner.timer.stop` with `minutes` records the time you give, `planner.timer.cancel` discards the timer"
    ways = WayOut(text, "name-minutes")
    if ran < 0:
        raise Conflict("the timer's start is in the future", hint=ways)
    if ran > WHOLE_DAY or (ran > LONGEST_SITTING and not long):
        raise Conflict(f"the timer has run for {ran // 60} hours: was it forgotten?", hint=ways, slug="long-timer")
    return ran


def sitting(minutes: int) -> int:
    """Check the minutes given for one sitting. Raises UsageProblem."""
    if not 1 <= minutes <= WHOLE_DAY:
        raise UsageProblem(f"minutes must be 1 to {WHOLE_DAY}, not {minutes}")
    return minutes


def added(task: Task, stint: Stint) -> list[Change]:
    """The changes by which a stint begins to count."""
    return [
        Change("stint", stint.number, "exists", False, True),
        Change("task", task.number, "spent_minutes", task.spent_minutes, (task.spent_minutes or 0) + stint.minutes),
    ]


def corrected(task: Task, stint: Stint, minutes: int | None, day: date | None) -> list[Change]:
    """The changes that give an entry of the log other minutes, another day, or both."""
    changes = []
    if minutes is not None and minutes != stint.minutes:
        changes.append(Change("stint", stint.number, "minutes", stint.minutes, minutes))
        total = (task.spent_minutes or 0) - stint.minutes + minutes
        changes.append(Change("task", task.number, "spent_minutes", task.spent_minutes, total))
    if day is not None and day != stint.date:
        changes.append(Change("stint", stint.number, "date", stint.date, day))
    return changes


def taken_out(tasks: Iterable[Task], stints: Sequence[Stint]) -> list[Change]:
    """The changes that take entries out of the log and their minutes off the totals of their tasks."""
    changes = [Change("stint", stint.number, "exists", True, False) for stint in stints]
    for task in tasks:
        gone = sum(stint.minutes for stint in stints if stint.task == task.number)
        if gone:
            left = (task.spent_minutes or 0) - gone
            changes.append(Change("task", task.number, "spent_minutes", task.spent_minutes, left or None))
    return changes


def moved_along(task: Task, after: Task, stints: Iterable[Stint], day_of: Callable[[datetime], date]) -> list[Change]:
    """The changes by which minutes recorded with a completion go to the day to which that is corrected; what a timer measured
    stays on its day."""
    if task.status is Status.OPEN or task.status is not after.status or task.done_at is None or after.done_at is None:
        return []
    before, to = day_of(task.done_at), day_of(after.done_at)
    return [
        Change("stint", stint.number, "date", before, to)
        for stint in stints
        if before != to and stint.date == before and stint.started_at is None
    ]


def trimmed(stints: Iterable[Stint], total: int) -> list[Change]:
    """The changes that bring stints down to a total that was named: the newest give way first."""
    kept = sorted(stints, key=lambda stint: (stint.date, stint.number))
    over = sum(stint.minutes for stint in kept) - total
    changes = []
    while over > 0:
        stint = kept.pop()
        if stint.minutes <= over:
            changes.append(Change("stint", stint.number, "exists", True, False))
        else:
            changes.append(Change("stint", stint.number, "minutes", stint.minutes, stint.minutes - over))
        over -= stint.minutes
    return changes


def book(tasks: Sequence[Task], stints: Sequence[Stint], day_of: Callable[[datetime], date]) -> list[LogEntry]:
    """All time spent on these tasks, by day, curriculum order and sitting. It adds up to their totals."""
    by_number = {task.number: task for task in tasks}
    held = dict.fromkeys(by_number, 0)
    entries = []
    for stint in stints:
        if stint.task in by_number:
            held[stint.task] += stint.minutes
            entries.append(LogEntry(stint.date, by_number[stint.task], stint.minutes, stint))
    for task in tasks:
        rest = (task.spent_minutes or 0) - held[task.number]
        if rest > 0 and task.done_at is not None:
            entries.append(LogEntry(day_of(task.done_at), task, rest, None))
    return sorted(entries, key=lambda each: (each.day, each.task.plan, each.task.position, each.task.number))


def by_day(tasks: Sequence[Task], stints: Sequence[Stint], day_of: Callable[[datetime], date]) -> dict[date, int]:
    """Minutes studied on each day, by day: all that was spent on these tasks, open ones too, each sitting on its own day. A
    task that is done and tells no minutes took its estimate on the day on which it was done."""
    found: Counter[date] = Counter()
    for entry in book(tasks, stints, day_of):
        found[entry.day] += entry.minutes
    for task in tasks:
        if task.exists and task.status is Status.DONE and task.done_at is not None and task.spent_minutes is None:
            found[day_of(task.done_at)] += task.minutes
    return dict(sorted(found.items()))
