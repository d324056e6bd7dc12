"""When the plan will be finished, as two dates and a chance, by playing the learner's own days over and over.

Evidence-based scheduling (Spolsky 2007: a record of one's own speeds, drawn from by Monte Carlo) with days in place of tasks:
what one study day brings forward, and whether it is used at all.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import accumulate
from math import exp
from random import Random

from studyplan.insight.pace import paces
from studyplan.insight.record import DAY, Record
from studyplan.model import Kind, Task

#: Study days that must be over before anything is forecast, and how many of them must have been used. Judgement: with fewer,
#: what was drawn would be the imagined days below.
ENOUGH_DAYS = 5
ENOUGH_USED = 2
#: How often the rest of the plan is played: the P80 is then right to about one in eighty (binomial).
RUNS = 1000
#: Study days, used and missed, that are imagined beside the real ones, so that a short record promises nothing for certain and a
#: perfect week is not taken for a perfect month. These and the numbers below were chosen on the development learners of
#: benchmarks/forecast.py; judgement else.
IMAGINED_USED = 3.0
IMAGINED_MISSED = 1.25
#: Study days after which a day is half as likely to be drawn.
HALF_AS_LIKELY = 8
#: What a day brings may grow or shrink in the course of a plan: the mean and the deviation of that, as a logarithm, before
#: anything is seen of it, and the least and the most that a day may come to bring, as a multiple.
DRIFT_MEAN = -0.3
DRIFT = 2.0
DRIFT_LIMITS = (0.2, 2.0)
#: The chance of a push before the exam, the part of the study days that it lasts, and how many times as much a day then brings.
PUSH_CHANCE = 0.2
PUSH_PART = 0.2
PUSH = 1.7


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

    ``is_capped``: nothing due was left: the day could have brought more. ``is_ahead``: something was done before it was due.
    """

    amount: float
    is_capped: bool
    is_ahead: bool


def forecast(record: Record) -> Forecast | None:
    """When the open tasks, the exam apart, will be done if the learner goes on much as until now, on the study days that are left.

    A study day of the past was used where something was done on it, and missed where something was due and nothing done; a
    day on which nothing was due is neither. Time spent on what is still open brings nothing forward and makes no day a used one:
    what it led to counts on the day on which it was done. Each run draws from the record what each coming day is: used or
    missed, and how much a used one brings forward. What is drawn counts as seen from then on in that run (Pólya's urn, which is the Bayesian
    bootstrap), so a short record gives a wide forecast. A day that ended with nothing left to do says only that it could
    have been more: a larger one is drawn in its place (Efron's redistribution to the right, the Kaplan-Meier estimate), and
    where there was none, all of the day's minutes could have been used. That is so whether anything was done ahead or not, so
    that working ahead never counts for less; beyond what is due, a day brings only what it did. What is tied to its day
    (mock exams, reviews) is not done ahead; anything else is only where the learner has worked ahead.

    Recent days are drawn more often. What a day brings drifts in each run, by a slope that is drawn around the one that the record
    shows, as far as that can be told from chance; and some runs have a push before the exam.

    Kinds whose pace is known weigh by it. None for a plan that is over or has nothing open, and before five study days are over, two
    of them used. The runs begin from a seed made of the plan's days: the same record has the same forecast.
    """
    if record.today > record.end or not record.open:
        return None
    weights = _weights(record)
    days = _past(record, weights)
    if len(days) < ENOUGH_DAYS or sum(day is not None for day in days) < ENOUGH_USED:
        return None
    past = _Past(days)
    course = _Course(record, weights)
    dice = Random(_seed(record))
    ends = sorted(course.run(dice, past) for _ in range(RUNS))
    ahead = course.days
    in_time = sum(end < len(ahead) and ahead[end] <= record.deadline for end in ends)
    return Forecast(
        likely=_day(ahead, ends[RUNS // 2 - 1]),
        safe=_day(ahead, ends[RUNS * 4 // 5 - 1]),
        chance=in_time / RUNS,
        study_days=past.count,
        used=len(past.seen),
        horizon=max(record.rooms),
    )


def _day(days: Sequence[date], index: int) -> date | None:
    return days[index] if index < len(days) else None


def _weights(record: Record) -> dict[Kind, float]:
    known = {each.kind: each.ratio for each in paces(record)}
    return {kind: known.get(kind) or 1.0 for kind in Kind}


def _past(record: Record, weights: Mapping[Kind, float]) -> list[_Used | None]:
    """The study days that are over, oldest first; None for one that was missed."""
    found: list[_Used | None] = []
    work = record.work
    for day in record.days(record.start, record.today - DAY):
        done = [t for t in work if record.done_on.get(t.number) == day]
        if not record.is_study_day(day) and not done:
            continue
        is_left = any(record.due(t, day) <= day and not record.is_over(t, day) for t in work)
        if done:
            amount = sum(t.minutes * weights[t.kind] for t in done) / (
                record.rooms.get(day) or max(record.rooms.values())
            )
            is_ahead = any(record.due(t, day) > day for t in done)
            found.append(_Used(amount, is_capped=not is_left, is_ahead=is_ahead))
        elif is_left:
            found.append(None)
    return found


class _Past:
    """The days that a run draws from, each with the weight of its age."""

    def __init__(self, days: Sequence[_Used | None]) -> None:
        self.count = len(days)
        ages = range(len(days) - 1, -1, -1)
        aged = [(day, 0.5 ** (age / HALF_AS_LIKELY)) for day, age in zip(days, ages, strict=True)]
        self.missed = sum(weight for day, weight in aged if day is None)
        kept = sorted(
            ((day, weight) for day, weight in aged if day is not None),
            key=lambda each: (each[0].amount, each[0].is_capped, each[0].is_ahead),
        )
        self.seen = [day for day, _ in kept]
        self._gone = [0.0, *accumulate(weight for _, weight in kept)]
        self.used = self._gone[-1]
        amounts = [day.amount for day in self.seen]
        self._larger = [bisect_right(amounts, amount) for amount in amounts]
        self.drift = _drift(days)

    def drawn(self, dice: Random, later: Sequence[int], first: int = 0) -> int:
        """The place of one of the days from ``first`` on, as often as its weight; ``later``: places drawn before, as likely as a new day."""
        rest = self.used - self._gone[first]
        at = dice.random() * (rest + len(later))
        if at >= rest and later:
            return later[int(at - rest) % len(later)]
        return min(bisect_right(self._gone, self._gone[first] + at) - 1, len(self.seen) - 1)

    def amount(self, place: int, dice: Random) -> float:
        """What a drawn day brings towards what is due: more than it did, where it ended with nothing left to do."""
        day, is_capped = self.seen[place], self.seen[place].is_capped
        while day.is_capped and self._larger[place] < len(self.seen):
            place = self.drawn(dice, (), self._larger[place])
            day = self.seen[place]
        return max(1.0, day.amount) if is_capped and day.is_capped else day.amount


def _drift(days: Sequence[_Used | None]) -> tuple[float, float]:
    """How much more a day brings from one to the next, as a logarithm, and the deviation of that: the slope of a straight
    line through the days. One that ended with nothing left counts for its minutes, whatever was done ahead."""
    amounts = [0.0 if day is None else 1.0 if day.is_capped else day.amount for day in days]
    middle, level = (len(days) - 1) / 2, max(0.1, sum(amounts) / len(amounts))
    width = sum((place - middle) ** 2 for place in range(len(days)))
    slope = sum((place - middle) * amount for place, amount in enumerate(amounts)) / width
    rest = sum((amount - level - slope * (place - middle)) ** 2 for place, amount in enumerate(amounts))
    # A day with nothing left says little of what it could have been.
    known = 1 - sum(day is not None and day.is_capped for day in days) / len(days)
    noise = max(0.1, rest / max(1, len(days) - 2)) / width / level**2 / max(0.1, known)
    return slope / level, noise


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
        whole = sum(record.is_study_day(day) for day in record.days(record.start, record.deadline))
        self._whole = max(1, whole)
        self._last = sum(day <= record.deadline for day in self.days)

    def run(self, dice: Random, past: _Past) -> int:
        """One way in which it may go: the place, among the days, of the one that finishes it; their number where none does."""
        used, missed = past.used + IMAGINED_USED, past.missed + IMAGINED_MISSED
        later: list[int] = []
        drift, push = self._drawn_drift(dice, past), self._drawn_push(dice)
        over, spent = 0.0, self._today
        for index, room in enumerate(self._rooms):
            pushes = push <= index < self._last
            if not spent and not pushes and dice.random() * (used + missed) >= used:
                missed += 1
                continue
            used += 1
            place = past.drawn(dice, later)
            later.append(place)
            times = min(max(exp(drift * (index + 1)), DRIFT_LIMITS[0]), DRIFT_LIMITS[1]) * (PUSH if pushes else 1.0)
            enough = over + max(0.0, room * times * past.amount(place, dice) - spent)
            done = min(enough, self._due[index])
            if past.seen[place].is_ahead:
                done = max(
                    done, min(over + max(0.0, room * times * past.seen[place].amount - spent), self._ahead[index])
                )
            over = max(over, done)
            spent = 0.0
            if over >= self._all - 1e-6:
                return index
        return len(self.days)

    def _drawn_drift(self, dice: Random, past: _Past) -> float:
        """By how much a day brings more than the one before, as a logarithm."""
        slope, noise = past.drift
        prior = (DRIFT / self._whole) ** 2
        believed = prior / (prior + noise)
        usual = DRIFT_MEAN / self._whole
        return dice.gauss(usual + (slope - usual) * believed, (prior * (1 - believed)) ** 0.5)

    def _drawn_push(self, dice: Random) -> int:
        """The place of the day on which a push before the exam begins; beyond the last where there is none."""
        return self._last - round(self._whole * PUSH_PART) if dice.random() < PUSH_CHANCE else len(self.days)


def _is_tied(task: Task) -> bool:
    """Whether the task is for its day and not to be done ahead: anchored, or a review that cards earned."""
    return task.anchor is not None or (task.kind is Kind.REVIEW and not task.own)


def _seed(record: Record) -> int:
    """Of the plan and the day, not of what was done: so that a task more or less moves the forecast by what it means alone."""
    days = (record.start, record.end, record.today)
    return int.from_bytes(sha256(repr([day.toordinal() for day in days]).encode()).digest()[:8], "big")
