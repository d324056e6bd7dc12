"""How much a learner can study on a day: the study week, days off, public holidays, and what other plans take."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

from studyplan.model import Learner, Plan, PlanState, Span, Status, Task, Week

#: A day's minutes; 0 where nothing is studied, None where no ceiling was named.
Capacity = Callable[[date], int | None]


def capacity(
    week: Week | None, off: Iterable[Span], holidays: Callable[[date], bool], taken: Mapping[date, int]
) -> Capacity:
    """The capacity of each day. ``taken``: minutes that the learner's other running plans hold on it."""
    spans = tuple(off)

    def of(day: date) -> int | None:
        if any(day in span for span in spans) or holidays(day):
            return 0
        minutes = week.on(day).minutes if week else None
        return None if minutes is None else max(0, minutes - taken.get(day, 0))

    return of


def room_for(learner: Learner, plan: Plan, tasks: Iterable[Task], plans: Iterable[Plan]) -> Capacity:
    """The capacity that is left to a plan. ``tasks`` and ``plans``: all of the learner's."""
    others = {each.number for each in plans if each.state is PlanState.ACTIVE and each.number != plan.number}
    taken: dict[date, int] = {}
    for task in tasks:
        if task.plan in others and task.status is not Status.SKIPPED:
            taken[task.date] = taken.get(task.date, 0) + task.minutes
    return capacity(
        plan.week or learner.week, (*learner.off, *plan.off), public_holidays(plan.holidays or learner.holidays), taken
    )


def public_holidays(region: str | None) -> Callable[[date], bool]:
    """Whether a day is a public holiday of ``DE`` or ``DE-BE``; never, where no region was named."""
    if region is None:
        return lambda day: False
    from studyplan.calendar import holidays

    known: dict[int, frozenset[date]] = {}

    def is_holiday(day: date) -> bool:
        if day.year not in known:
            known[day.year] = frozenset(holidays.public_holidays(region, [day.year]))
        return day in known[day.year]

    return is_holiday


def longer(week: Week, minutes: int) -> Week | None:
    """The week with that many minutes more on every study day; None where that changes nothing or passes a day's end."""
    if not any(day.minutes for day in week.days) or any((day.minutes or 0) + minutes > 24 * 60 for day in week.days):
        return None
    return Week(tuple(replace(day, minutes=day.minutes + minutes) if day.minutes else day for day in week.days))
