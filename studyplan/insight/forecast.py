"""When the plan will be finished, as two dates and a chance, by playing the learner's own days over and over.

Evidence-based scheduling (Spolsky 2007: a record of one's own speeds, drawn from by Monte Carlo) with days in place of tasks:
what one study day brings forward, and whether it is used at all.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from random import Random

from studyplan.insight.pace import paces
from studyplan.insight.record import DAY, Record
from studyplan.model import Kind, Status, Task

#: Study days that must be over before anything is forecast, and how many of them must have been used. Judgement: with fewer,
#: what was drawn would be the imagined days below.
ENOUGH_DAYS = 5
ENOUGH_USED = 2
#: How often the rest of the plan is played: the P80 is then right to about one in eighty (binomial).
RUNS = 1000
#: Study days, used and missed, that are imagined beside the real ones, so that a short record promises nothing for certain and a
#: perfect week is not taken for a perfect month. Chosen on the development learners of benchmarks/forecast.py; judgement else.
IMAGINED_USED = 7
IMAGINED_MISSED = 3


@dataclass(frozen=True, slots=True)
class Forecast:
    """``likely`` and ``safe``: the first day by which half, and four in five, of the runs were finished (P50 and P80);
    None if they were not within the days looked at, up to ``horizon``. ``chance``: the share of the runs that were
    finished on the last day before the exam (the plan's last where there is none), 0 to 1. ``study_days`` and ``used``:
    the record behind it.
    """

    likely: date | None
    safe: date | None
    chance: float
    study_days: int
    used: int
    horizon: date


@dataclass(frozen=True, slots=True)
class _Used:
    """A study day that was used. ``amount``: minutes done, by the learner's pace, for each minute that the day had.

    ``is_capped``: nothing due was left, and nothing ahead was taken up: the day could have brought more.
    """

    amount: float
    is_capped: bool
    is_ahead: bool
    #: The place, among all by their amount, where the larger ones begin.
    larger: int = 0


def forecast(record: Record) -> Forecast | None:
    """When the open tasks, the exam apart, will be done if the learner goes on as until now, on the study days that are left.

    A study day of the past was used where something was done on it, and missed where something was due and nothing done; a
    day on which nothing was due is neither. Time spent on what is still open brings nothing forward and makes no day a used one:
    what it led to counts on the day on which it was done. Each run draws from the record what each coming day is: used or
    missed, and how much a used one brings forward. What is drawn counts as seen from then on in that run (Pólya's urn, which is the Bayesian
    bootstrap), so a short record gives a wide forecast. A day that ended with nothing left to do says only that it could
    have been more: a larger one is drawn in its place (Efron's redistribution to the right, the Kaplan-Meier estimate), and
    where there was none, all of the day's minutes could have been used. What is tied to its day (mock exams, reviews) is
    not done ahead; anything else is only where the learner has worked ahead.

    Kinds whose pace is known weigh by it. None for a plan that is over or has nothing open, and before five study days are over, two
    of them used. The runs begin from a seed made of the record: the same record has the same forecast.
    """
    if record.today > record.end or not record.open:
        return None
    weights = _weights(record)
    used, missed = _past(record, weights)
    if len(used) + missed < ENOUGH_DAYS or len(used) < ENOUGH_USED:
        return None
    course = _Course(record, weights)
    dice = Random(_seed(record))
    ends = sorted(course.run(dice, used, missed) for _ in range(RUNS))
    days = course.days
    in_time = sum(end < len(days) and days[end] <= record.deadline for end in ends)
    return Forecast(
        likely=_day(days, ends[RUNS // 2 - 1]),
        safe=_day(days, ends[RUNS * 4 // 5 - 1]),
        chance=in_time / RUNS,
        study_days=len(used) + missed,
        used=len(used),
        horizon=max(record.rooms),
    )


def _day(days: Sequence[date], index: int) -> date | None:
    return days[index] if index < len(days) else None


def _weights(record: Record) -> dict[Kind, float]:
    known = {each.kind: each.ratio for each in paces(record)}
    return {kind: known.get(kind) or 1.0 for kind in Kind}


def _past(record: Record, weights: Mapping[Kind, float]) -> tuple[tuple[_Used, ...], int]:
    """The study days that were used, from the smallest amount to the largest, and how many were missed."""
    used, missed, work = [], 0, record.work
    for day in record.days(record.start, record.today - DAY):
        done = [t for t in work if record.done_on.get(t.number) == day]
        if not record.is_study_day(day) and not done:
            continue
        is_left = any(record.due(t, day) <= day and not record.is_over(t, day) for t in work)
        if done:
            is_ahead = any(record.due(t, day) > day for t in done)
            amount = sum(t.minutes * weights[t.kind] for t in done) / (
                record.rooms.get(day) or max(record.rooms.values())
            )
            used.append(_Used(amount, is_capped=not is_left and not is_ahead, is_ahead=is_ahead))
        elif is_left:
            missed += 1
    used.sort(key=lambda each: (each.amount, each.is_capped, each.is_ahead))
    amounts = [each.amount for each in used]
    return tuple(replace(each, larger=bisect_right(amounts, each.amount)) for each in used), missed


class _Course:
    """The days to come, and how much of the open work can be done by each."""

    def __init__(self, record: Record, weights: Mapping[Kind, float]) -> None:
        last = max(record.rooms)
        self.days = [day for day in record.days(record.today, last) if record.is_study_day(day)]
        self._rooms = [record.rooms[day] for day in self.days]
        takes = {t: t.minutes * weights[t.kind] for t in record.open}
        self._due = [sum(m for t, m in takes.items() if t.date <= day) for day in self.days]
        self._ahead = [sum(m for t, m in takes.items() if t.date <= day or not _is_tied(t)) for day in self.days]
        self._all = sum(takes.values())
        done = [t for t in record.work if record.done_on.get(t.number) == record.today]
        self._today = sum(t.minutes * weights[t.kind] for t in done) if self.days[:1] == [record.today] else 0.0

    def run(self, dice: Random, seen: Sequence[_Used], missed_days: int) -> int:
        """One way in which it may go: the place, among the days, of the one that finishes it; their number where none does.

        ``seen`` from the smallest amount to the largest.
        """
        used, missed = len(seen) + IMAGINED_USED, missed_days + IMAGINED_MISSED
        urn = list(seen)
        over, spent = 0.0, self._today
        for index, room in enumerate(self._rooms):
            if not spent and dice.random() * (used + missed) >= used:
                missed += 1
                continue
            used += 1
            drawn = urn[int(dice.random() * len(urn))]
            urn.append(drawn)
            while drawn.is_capped and drawn.larger < len(seen):
                drawn = seen[drawn.larger + int(dice.random() * (len(seen) - drawn.larger))]
            amount = room * (max(1.0, drawn.amount) if drawn.is_capped else drawn.amount)
            reach = self._ahead[index] if drawn.is_ahead else self._due[index]
            over = max(over, min(over + max(0.0, amount - spent), reach))
            spent = 0.0
            if over >= self._all - 1e-6:
                return index
        return len(self.days)


def _is_tied(task: Task) -> bool:
    """Whether the task is for its day and not to be done ahead: anchored, or a review that cards earned."""
    return task.anchor is not None or (task.kind is Kind.REVIEW and not task.own)


def _seed(record: Record) -> int:
    rows = sorted(
        (
            t.number,
            t.date.toordinal(),
            t.minutes,
            t.status is Status.OPEN,
            record.done_on.get(t.number, date.min).toordinal(),
        )
        for t in record.work
    )
    return int.from_bytes(sha256(repr((record.today.toordinal(), rows)).encode()).digest()[:8], "big")
