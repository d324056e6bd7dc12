"""How much a learner can study on a day: the study week, days off, public holidays, and what other plans take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from studyplan.errors import Conflict
from studyplan.model import Engagement, Learner, Plan, PlanState, Span, Status, StudyHours, Task, Week
from studyplan.text import count

if TYPE_CHECKING:
    from pathlib import Path

    from studyplan.calendar.busy import Busy

#: A day's minutes; 0 where nothing is studied, None where no ceiling was named.
Capacity = Callable[[date], int | None]


#: Minutes after midnight: when study begins where only minutes are known (19:00).
EVENING = 19 * 60

#: How far beyond a plan's end its learner's calendar is read.
AHEAD = timedelta(days=92)

#: How much of what could not be read is told in words.
_MOST_NOTES = 5


def capacity(
    week: Week | None,
    off: Iterable[Span],
    holidays: Callable[[date], bool],
    taken: Mapping[date, int],
    busy: Iterable[Engagement] = (),
) -> Capacity:
    """The capacity of each day. ``taken``: minutes that the learner's other running plans hold on it; ``busy``: times that
    the learner's calendar takes out of the study hours, or out of a day that has no ceiling if they last all of it."""
    spans = tuple(off)
    engaged: dict[date, list[Engagement]] = {}
    for each in busy:
        engaged.setdefault(each.day, []).append(each)

    def of(day: date) -> int | None:
        if any(day in span for span in spans) or holidays(day):
            return 0
        hours = week.on(day) if week else StudyHours()
        times = engaged.get(day, ())
        if any(each.start <= 0 and each.end >= 24 * 60 for each in times):
            return 0
        if hours.minutes is None:
            return None
        return max(0, hours.minutes - _lost(hours, times) - taken.get(day, 0))

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


def room_for(learner: Learner, plan: Plan, tasks: Iterable[Task], plans: Iterable[Plan]) -> Capacity:
    """The capacity left for a plan. ``tasks`` and ``plans``: all of the learner's."""
    others = {each.number for each in plans if each.state is PlanState.ACTIVE and each.number != plan.number}
    taken: dict[date, int] = {}
    for task in tasks:
        if task.plan in others and task.status is not Status.SKIPPED:
            taken[task.date] = taken.get(task.date, 0) + task.minutes
    return capacity(
        plan.week or learner.week,
        (*learner.off, *plan.off),
        public_holidays(plan.holidays or learner.holidays),
        taken,
        plan.busy,
    )


def crowded_by(
    learner: Learner, plan: Plan, tasks: Iterable[Task], plans: Iterable[Plan], first: date, last: date
) -> str:
    """The end of a refusal: which running plan takes the most minutes of these days; empty where none takes any."""
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


def public_holidays(region: str | None) -> Callable[[date], bool]:
    """Whether a day is a public holiday in a region such as ``DE`` or ``DE-BE``; never without a region."""
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
    """The week with that many more minutes on every study day; None if that changes nothing or exceeds 24 hours."""
    if not any(day.minutes for day in week.days) or any((day.minutes or 0) + minutes > 24 * 60 for day in week.days):
        return None
    return Week(tuple(replace(day, minutes=day.minutes + minutes) if day.minutes else day for day in week.days))


@dataclass(frozen=True, slots=True)
class Engaged:
    """What a learner's calendar takes of the days of a plan. It is read before a transaction begins, since reading takes its
    time, and goes in as a value."""

    times: tuple[Engagement, ...]
    #: The learner's, by which the times are told.
    zone: str | None
    #: What of the calendar could not be read.
    notes: tuple[str, ...] = ()

    def of(self, learner: Learner) -> tuple[Engagement, ...]:
        """The busy times for the learner as a transaction finds them. Raises Conflict if their zone has changed."""
        if learner.zone != self.zone:
            raise Conflict("your time zone changed in the meantime; nothing was written", hint="run the command again")
        return self.times


def engaged(path: Path, first: date, last: date, zone: str | None) -> Engaged:
    """The busy times of a calendar file or folder on those days.

    Reads a quarter of a year beyond them, so that a later end finds its days known.
    """
    from zoneinfo import ZoneInfo

    from studyplan.calendar.busy import busy

    found = busy(path, first, last + AHEAD, ZoneInfo(zone) if zone else None)
    whole = [Engagement(day, 0, 24 * 60) for day in sorted(found.days)]
    times = [
        Engagement(day, _minute(start, day), _minute(end, day))
        for day, spans in found.times.items()
        if day not in found.days
        for start, end in spans
    ]
    times = sorted((*whole, *times), key=lambda each: (each.day, each.start))
    return Engaged(tuple(times), zone, tuple(_notes(path, found)))


def _notes(path: Path, found: Busy) -> Iterator[str]:
    """Notes on what could not be read in a calendar, the first few in words."""
    yield from (f"{path.name}: {problem}" for problem in found.problems[:_MOST_NOTES])
    more = found.warnings - min(len(found.problems), _MOST_NOTES)
    if more:
        yield f"{path.name}: {count(more, 'more problem')} in the file"


def _minute(moment: datetime, day: date) -> int:
    """Minutes of the wall clock since the day's midnight; the next midnight is 1440."""
    return 24 * 60 if moment.date() > day else moment.hour * 60 + moment.minute
