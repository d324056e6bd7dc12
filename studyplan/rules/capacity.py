"""How much a learner can study on a day: the study week, days off, public holidays, and what other plans take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from studyplan.errors import Conflict
from studyplan.model import Engagement, Learner, Plan, PlanState, Span, Status, StudyHours, Task, Week
from studyplan.rules import habits

#: A day's minutes; 0 where nothing is studied, None where no ceiling was named.
Capacity = Callable[[date], int | None]

#: Whether a day is a public holiday.
IsHoliday = Callable[[date], bool]


#: Minutes after midnight: when study begins where only minutes are known (19:00).
EVENING = 19 * 60


def capacity(
    week: Week | None,
    off: Iterable[Span],
    is_holiday: IsHoliday,
    taken: Mapping[date, int],
    busy: Iterable[Engagement] = (),
    held: Callable[[date], int] = lambda day: 0,
) -> Capacity:
    """The capacity of each day. ``taken``: minutes that the learner's other running plans hold on it; ``busy``: times that
    the learner's calendar takes out of the study hours, or out of a day that has no ceiling if they last all of it;
    ``held``: minutes that the plan's habits take ahead of everything else."""
    spans = tuple(off)
    engaged: dict[date, list[Engagement]] = {}
    for each in busy:
        engaged.setdefault(each.day, []).append(each)

    def of(day: date) -> int | None:
        if any(day in span for span in spans) or is_holiday(day):
            return 0
        hours = week.on(day) if week else StudyHours()
        times = engaged.get(day, ())
        if any(each.start <= 0 and each.end >= 24 * 60 for each in times):
            return 0
        if hours.minutes is None:
            return None
        return max(0, hours.minutes - _lost(hours, times) - taken.get(day, 0) - held(day))

    return of


def _lost(hours: StudyHours, times: Iterable[Engagement]) -> int:
    """Minutes of the study hours in which the learner is engaged; times that overlap count once."""
    start = hours.start.hour * 60 + hours.start.minute if hours.start else EVENING
    end = start + (hours.minutes or 0)
    lost, reached = 0, start
    for each in sorted(times, key=lambda time: time.start):
        first, last = max(each.start, reached), min(each.end, end)
        if first < last:
            lost += last - first
            reached = last
    return lost


def room_beside(
    learner: Learner, plan: Plan, tasks: Iterable[Task], plans: Iterable[Plan], is_holiday: IsHoliday
) -> Capacity:
    """The capacity that the learner's other plans leave to a plan. ``tasks`` and ``plans``: all of the learner's."""
    others = {each.number for each in plans if each.state is PlanState.ACTIVE and each.number != plan.number}
    taken: dict[date, int] = {}
    tasks = list(tasks)
    for task in tasks:
        if task.plan in others and task.status is not Status.SKIPPED and not task.has_no_room:
            taken[task.date] = taken.get(task.date, 0) + task.minutes
    return capacity(
        plan.week or learner.week,
        (*learner.off, *plan.off),
        is_holiday,
        taken,
        plan.busy,
        habits.held(plan, tasks),
    )


def study_days(learner: Learner, plan: Plan, is_holiday: IsHoliday) -> Capacity:
    """The capacity of each day with nothing on it, whatever other plans hold."""
    return capacity(plan.week or learner.week, (*learner.off, *plan.off), is_holiday, {}, plan.busy)


def crowded_by(
    learner: Learner, plan: Plan, tasks: Iterable[Task], plans: Iterable[Plan], first: date, last: date
) -> str:
    """The end of a refusal: which running plan takes the most minutes of these days; empty if none takes any."""
    if not (plan.week or learner.week):
        return ""
    names = {each.number: each.name for each in plans if each.state is PlanState.ACTIVE and each.number != plan.number}
    taken: dict[int, Counter[date]] = {number: Counter() for number in names}
    for task in tasks:
        if task.plan in taken and task.status is not Status.SKIPPED and first <= task.date <= last:
            taken[task.plan][task.date] += task.minutes
    number, loads = max(taken.items(), key=lambda each: each[1].total(), default=(0, Counter[date]()))
    if not loads:
        return ""
    least, most = min(loads.values()), max(loads.values())
    minutes = f"{most} minutes" if least == most else f"up to {most} minutes"
    return f"; '{names[number]}' takes {minutes} on {len(loads)} of these days"


def longer(week: Week, minutes: int) -> Week | None:
    """The week with that many more minutes on every study day; None if that changes nothing or exceeds 24 hours."""
    if not any(day.minutes for day in week.days) or any((day.minutes or 0) + minutes > 24 * 60 for day in week.days):
        return None
    return Week(tuple(replace(day, minutes=day.minutes + minutes) if day.minutes else day for day in week.days))


@dataclass(frozen=True, slots=True)
class Engaged:
    """What a learner's calendar takes of the days of a plan. It is read before a transaction begins, since reading takes its
    time, and goes in as a value."""

    times: tuple[Engagement, ...]
    #: The learner's zone, in which the times are given.
    zone: str | None
    #: What of the calendar could not be read.
    notes: tuple[str, ...] = ()

    def of(self, learner: Learner) -> tuple[Engagement, ...]:
        """The busy times for the learner as a transaction finds them. Raises Conflict if their zone has changed."""
        if learner.zone != self.zone:
            raise Conflict("your time zone changed in the meantime; nothing was written", hint="run the command again")
        return self.times
