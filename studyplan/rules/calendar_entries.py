"""Which tasks a calendar shows, which it says are gone, and which leave it first where it would be too large."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from studyplan.model import Plan, PlanState, Status, Task
from studyplan.rules.lookup import is_left_behind


def still_shown(tasks: Iterable[Task], plans: Sequence[Plan], day_of: Callable[[datetime], date]) -> list[Task]:
    """The tasks of these plans, without those that were still to come when their plan was finished by hand."""
    by_number = {plan.number: plan for plan in plans}
    return [task for task in tasks if task.plan in by_number and not is_left_behind(task, by_number[task.plan], day_of)]


def no_longer_shown(
    removed: Iterable[Task],
    tasks: Iterable[Task],
    plans: Mapping[int, Plan],
    *,
    reach: Collection[int],
    shown: Iterable[Task],
    since: datetime,
    day_of: Callable[[datetime], date],
) -> list[Task]:
    """The tasks of the plans ``reach`` that calendars may still hold: those ``removed`` since an instant, and those that plans
    finished since then have left open, with the stamp of that end. ``shown`` are in the calendar; ``tasks`` and ``plans`` all
    that exist."""
    found = list(removed)
    for task in tasks:
        ended = plans[task.plan].ended_at
        if is_left_behind(task, plans[task.plan], day_of) and ended is not None and ended >= since:
            found.append(replace(task, updated_at=max(task.updated_at or ended, ended)))
    here = {task.number for task in shown}
    return [task for task in found if task.plan in reach and task.number not in here]


def leaving_order(
    plans: Iterable[Plan], tasks: Sequence[Task], removed: Sequence[Task]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What leaves a calendar that is too large: finished plans whole, the oldest first; then single tasks: what is gone, what is
    done, from the oldest on, and in the end the open ones that are furthest off. By the data alone, so that the same data give
    the same calendar on any day."""
    finished = [plan for plan in plans if plan.state is PlanState.FINISHED]
    whole = [plan.number for plan in sorted(finished, key=lambda plan: (plan.end, plan.number))]
    over = [task for task in tasks if task.status is not Status.OPEN]
    still_open = [task for task in tasks if task.status is Status.OPEN]
    singly = [*sorted(removed, key=_place), *sorted(over, key=_place), *sorted(still_open, key=_place, reverse=True)]
    return tuple(whole), tuple(task.number for task in singly)


def _place(task: Task) -> tuple[date, int, int]:
    return task.date, task.position, task.number
