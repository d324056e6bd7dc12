"""How far behind, as an amount: minutes, and study days of this plan."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from studyplan.insight.record import Record


@dataclass(frozen=True, slots=True)
class Behind:
    """Positive: behind; negative: ahead; 0: on schedule.

    ``minutes``: estimated minutes. ``days``: the study days, to a tenth, on which the plan had put as much.
    """

    minutes: int
    days: float


def behind(record: Record) -> Behind | None:
    """How far the learner is from the plan as it stands now.

    Minutes: open and due before today, less what is done and due after today. What is due today counts neither way until
    the day is over. Days: earned schedule (Lipke, Schedule is Different, 2003): the distance on the plan's own days between
    what is done and what should be, not minutes divided by an average. A replan puts the plan right, and the figure with it;
    the burn-up keeps the first plan in sight. None before the plan's first day is over and once the plan is.
    """
    if not record.start < record.today <= record.end:
        return None
    late = sum(t.minutes for t in record.open if t.date < record.today)
    early = sum(t.minutes for t in record.work if t.date > record.today and t.number in record.done_on)
    minutes = late - early
    planned: Counter[date] = Counter()
    for task in record.work:
        planned[task.date] += task.minutes
    past = sorted((day for day in planned if day < record.today), reverse=True)
    ahead = sorted(day for day in planned if day > record.today)
    days = (
        _days(minutes, [planned[day] for day in past]) if minutes > 0 else -_days(-minutes, [planned[d] for d in ahead])
    )
    return Behind(minutes, days)


def _days(minutes: int, loads: list[int]) -> float:
    """How many of these days hold so many minutes; the last of them counts for the part that is needed. A tenth at least: a
    few minutes of a long day are not nothing."""
    days, left = 0.0, minutes
    for load in loads:
        if left <= load:
            return max(round(days + left / load, 1), 0.1 if left else 0.0)
        days, left = days + 1, left - load
    return round(days, 1)
