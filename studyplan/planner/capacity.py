"""What the rules of capacity need from outside: public holidays, and the times that a learner's calendar files take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from studyplan.model import Engagement
from studyplan.rules.capacity import Engaged, IsHoliday, PlanRoom, room_beside
from studyplan.rules.ways_out import CALENDAR_DAYS
from studyplan.text import count

if TYPE_CHECKING:
    from pathlib import Path

    from studyplan import schedule
    from studyplan.calendar.busy import Busy
    from studyplan.clock import Clock
    from studyplan.model import Card, Learner, Plan, Reason, Stint, Task

#: How far beyond a plan's end its learner's calendar is read.
AHEAD = timedelta(days=CALENDAR_DAYS)

#: How many of the things that could not be read are reported in words.
_MOST_NOTES = 5


def region_code(region: str) -> str:
    """The short code of a region whose public holidays are known. Raises UsageProblem for any other."""
    from studyplan.calendar import holidays

    return holidays.region_code(region)


def public_holidays(region: str | None) -> IsHoliday:
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


def room_for(learner: Learner, plan: Plan, tasks: Iterable[Task], plans: Iterable[Plan], clock: Clock) -> PlanRoom:
    """The capacity that is left to a plan. ``tasks`` and ``plans``: all of the learner's."""
    return room_beside(learner, plan, tasks, plans, public_holidays(plan.holidays or learner.holidays), clock)


def standing_of(
    learner: Learner,
    plan: Plan,
    tasks: Sequence[Task],
    plans: Sequence[Plan],
    stints: Sequence[Stint],
    clock: Clock,
    *,
    changed: Reason | None = None,
    cards: Sequence[Card] = (),
) -> schedule.Standing:
    """The plan as the scheduler's replan sees it. ``tasks``, ``plans`` and ``stints`` are all of the learner's."""
    from studyplan.rules import standing

    room = room_for(learner, plan, tasks, plans, clock)
    return standing.standing_of(
        plan, tasks, stints, clock, room=room, today=clock.today(), changed=changed, cards=cards
    )


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
