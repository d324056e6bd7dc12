"""What running plans take of one learner's time: the slack that a start costs the others, and all their work week by week. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from studyplan.model import Learner, Plan, PlanState, Status, Task
from studyplan.rules.capacity import IsHoliday, PlanRoom
from studyplan.text import count


@dataclass(frozen=True, slots=True)
class SlackCost:
    """How many study days a running plan can miss before and after another one starts; below 0: not even today can be caught up."""

    plan: str
    before: int
    after: int

    def __str__(self) -> str:
        had = count(self.before, "study day")
        if self.after < 0:
            return f"what is open in '{self.plan}' no longer fits: it could miss {had} before"
        if self.after == 0:
            return f"'{self.plan}' can now miss no study day; before, it could miss {had}"
        return f"'{self.plan}' can now miss {count(self.after, 'study day')} instead of {self.before}"


@dataclass(frozen=True, slots=True)
class WeekLoad:
    """The open work of all running plans in a week, from Monday or today to Sunday. ``minutes``: of each plan that has some, by
    its name; ``hours``: what the learner's hours give in all, None where they are not set for every day."""

    first: date
    last: date
    minutes: Mapping[str, int]
    hours: int | None

    @property
    def total(self) -> int:
        return sum(self.minutes.values())


def weekly_loads(
    learner: Learner, plans: Iterable[Plan], tasks: Iterable[Task], today: date, is_holiday: IsHoliday
) -> tuple[WeekLoad, ...]:
    """The weeks from today to the last that holds an open task. What is overdue or has no room is in none of them."""
    names = {plan.number: plan.name for plan in plans if plan.state is PlanState.ACTIVE}
    ahead = [
        task
        for task in tasks
        if task.plan in names and task.status is Status.OPEN and task.date >= today and not task.has_no_room
    ]
    room = PlanRoom(None, learner.week, learner.off, is_holiday, {})
    loads = []
    first, end = today, max((task.date for task in ahead), default=date.min)
    while first <= end:
        last = first + timedelta(days=6 - first.weekday())
        here = [task for task in ahead if first <= task.date <= last]
        minutes = {
            name: held
            for number, name in names.items()
            if (held := sum(task.minutes for task in here if task.plan == number))
        }
        loads.append(
            WeekLoad(
                first, last, minutes, _sum([room(first + timedelta(days=n)) for n in range((last - first).days + 1)])
            )
        )
        first = last + timedelta(days=1)
    return tuple(loads)


def _sum(minutes: Sequence[int | None]) -> int | None:
    return None if None in minutes else sum(each or 0 for each in minutes)
