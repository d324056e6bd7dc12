"""A streak that forgives.

Streaks that are shown keep people going while they are whole and discourage them once broken, less so where they can be
repaired (Silverman and Barasch 2023, seven studies, doi 10.1093/jcr/ucac029). So days that were never meant for study count
neither way, a missed day can be caught up with, and the week has a target of its own that one missed day does not spoil.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from studyplan.insight.record import DAY, Record
from studyplan.model import Task

#: Days after a missed one within which it can be caught up: to the end of the second, 48 hours. Judgement.
REPAIR = timedelta(days=2)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Streak:
    """``days``: study days kept in a row, up to now; ``longest``: the most there were. ``repair_by``: the last day on
    which to do what was due on a missed day, so that it does not break the streak; None if nothing is at stake.

    ``week_minutes`` of ``week_target``: estimated minutes done from Monday on, and what the plan had put on the week when it
    began. ``weeks``: weeks in a row that met theirs; this one counts once it has.
    """

    days: int
    longest: int
    repair_by: date | None
    week_minutes: int
    week_target: int
    weeks: int


class _Day(Enum):
    KEPT = "kept"
    BROKEN = "broken"
    AT_STAKE = "at stake"
    NEUTRAL = "neutral"


def streak(record: Record) -> Streak | None:
    """The streak up to today; None before the plan begins and once it is over.

    A study day is kept if anything was done on it or time was spent on a task, or if all that was due on it was done within 48 hours of its end. A day
    off, and one on which nothing was due and nothing done, leaves the number as it is; so does today while it lasts.
    Doing something on a day off counts as a day more, and so does time spent then.
    """
    if not record.start <= record.today <= record.end:
        return None
    work, used = record.work, record.sat_on | frozenset(record.done_on.values())
    days = [
        (day, _Day.KEPT if day in used else _judged(record, work, day))
        for day in record.days(record.start, record.today)
    ]
    run = longest = 0
    for _, state in days:
        if state is _Day.KEPT:
            run += 1
        elif state is _Day.BROKEN:
            run = 0
        longest = max(longest, run)
    at_stake = [day for day, state in days if state is _Day.AT_STAKE and day < record.today]
    done, target, weeks = _weeks(record, work)
    return Streak(run, longest, min(at_stake) + REPAIR if at_stake else None, done, target, weeks)


def _judged(record: Record, work: Sequence[Task], day: date) -> _Day:
    """What a day with nothing done means for the streak."""
    due = [t for t in work if record.due(t, day) == day]
    if not due or not record.is_study_day(day):
        return _Day.NEUTRAL
    if all(record.is_over(t, day + REPAIR) for t in due):
        return _Day.KEPT
    return _Day.AT_STAKE if record.today <= day + REPAIR else _Day.BROKEN


def _weeks(record: Record, work: Sequence[Task]) -> tuple[int, int, int]:
    """This week's minutes and target, and how many weeks in a row met theirs."""
    this = record.today - record.today.weekday() * DAY
    first = record.start - record.start.weekday() * DAY
    done, target = _week(record, work, this)
    weeks = int(target > 0 and done >= target)
    monday = this - WEEK
    while monday >= first:
        minutes, wanted = _week(record, work, monday)
        if minutes < wanted:
            break
        weeks += wanted > 0
        monday -= WEEK
    return done, target, weeks


def _week(record: Record, work: Sequence[Task], monday: date) -> tuple[int, int]:
    """Minutes done in a week, and minutes that the plan had put on it when it began."""
    sunday = monday + 6 * DAY
    done = sum(t.minutes for t in work if monday <= record.done_on.get(t.number, date.min) <= sunday)
    return done, sum(t.minutes for t in work if monday <= record.due(t, monday - DAY) <= sunday)
