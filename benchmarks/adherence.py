"""What a month looks like for 200 learners who miss days at random, by the way in which they mend their plans.

    python benchmarks/adherence.py [--learners 200] [--minutes 90]

Each learner has the Foundations month plan (as even as it can be; 90 minutes a day at most) and a chance of their own,
between 5 and 25 %, to miss a study day. On a day that is not missed they do what the plan has on it, up to the day's
minutes, and nothing else. In the morning after a miss they mend what is left:

- catch up, even out: as `studyplan replan` does;
- shift: everything open one study day later for each day missed;
- re-date the overdue: what was missed is given today's date, whatever the day holds. So do the others on a morning on
  which their own way is refused because the plan no longer fits, and try again the next.

All four meet the same learners and the same missed days. Prints a Markdown table. The learners are dice, not people: the
figures compare the four ways with one another and promise nobody a result.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from living_plan import finished, mended, open_rows, shipped, study_days

from studyplan.errors import DoesNotFit
from studyplan.model import Kind, Status, Task
from studyplan.schedule.replan import Mending, Standing, catch_up, even_out, shift

SEED = 20260701


@dataclass
class Course:
    """How one learner's month went."""

    changed: int = 0
    replans: int = 0
    refused: int = 0
    broken: int = 0
    #: Study days whose plan held more minutes than they have, on the morning.
    too_full: int = 0
    left: list[Task] = field(default_factory=list)

    @property
    def is_finished(self) -> bool:
        """Whether all material was over before the exam; reviews may be missing."""
        return all(t.kind is Kind.REVIEW and t.anchor is None for t in self.left)

    @property
    def minutes_left(self) -> int:
        return sum(t.minutes for t in self.left)


Policy = Callable[[Standing, int], Standing]


def caught_up(standing: Standing, missed: int) -> Standing:
    return mended(standing, catch_up(standing))


def evened(standing: Standing, missed: int) -> Standing:
    return mended(standing, even_out(standing))


def shifted(standing: Standing, missed: int) -> Standing:
    mending: Mending = shift(standing, missed)
    return mended(standing, mending)


def re_dated(standing: Standing, missed: int) -> Standing:
    late = {t.number for t in open_rows(standing) if t.date < standing.today}
    rows = (replace(t, date=standing.today) if t.number in late else t for t in standing.tasks)
    return replace(standing, tasks=tuple(rows))


POLICIES: dict[str, Policy] = {
    "**catch up**": caught_up,
    "even out": evened,
    "shift": shifted,
    "re-date the overdue": re_dated,
}


def live(start: Standing, misses: frozenset[date], policy: Policy) -> Course:
    """One month: each study day is missed, or mended and worked through."""
    course = Course()
    standing, owed = start, 0
    for day in study_days(start):
        standing = replace(standing, today=day, spent_today=0)
        if day in misses:
            owed += 1
            continue
        if any(t.date < day for t in open_rows(standing)):
            course.replans += 1
            try:
                after = policy(standing, max(1, owed))
            except DoesNotFit:
                course.refused += 1
                after = re_dated(standing, owed)
            course.changed += _changed(standing, after)
            course.broken += max(0, _broken(after) - _broken(standing))
            standing, owed = after, 0
        standing = _work(standing, course)
    course.left = open_rows(standing)
    return course


def _work(standing: Standing, course: Course) -> Standing:
    """Do what the plan has on the day, in its order, as far as the minutes reach; a mock is never broken off."""
    minutes = next(day.capacity or 0 for day in standing.days if day.date == standing.today)
    rows = sorted((t for t in open_rows(standing) if t.date == standing.today), key=lambda t: (t.position, t.part))
    course.too_full += sum(t.minutes for t in rows) > minutes and len(rows) > 1
    over, spent = set[int](), 0
    for row in rows:
        if spent == 0 or spent + row.minutes <= minutes:
            over.add(row.number)
            spent += row.minutes
    return finished(standing, over)


def _changed(before: Standing, after: Standing) -> int:
    old = {t.number: t.date for t in open_rows(before)}
    new = {t.number: t.date for t in open_rows(after)}
    return sum(old.get(number) != new.get(number) for number in {*old, *new})


def _broken(standing: Standing) -> int:
    """Pairs of open tasks that lie in the wrong order for an ``after``."""
    last: dict[str, date] = {}
    for t in open_rows(standing):
        last[t.task] = max(t.date, last.get(t.task, t.date))
    rows = open_rows(standing)
    return sum(id in last and last[id] > t.date >= standing.today for t in rows for id in t.after)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=200)
    parser.add_argument("--minutes", type=int, default=90)
    asked = parser.parse_args()
    start = shipped("foundations", "month", lambda day: asked.minutes)
    months = [_misses(Random(SEED + number), start) for number in range(asked.learners)]
    mean = sum(map(len, months)) / len(months)
    print(f"{asked.learners} learners, {len(study_days(start))} study days, {mean:.1f} of them missed on average")
    print(f"{sum(t.status is Status.OPEN for t in start.tasks)} pieces, {asked.minutes} minutes a day at most\n")
    print(
        "| way | finish by the exam | minutes left, of those who do not | dates changed per learner | replans | refused "
        "| `after` broken | days too full |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, policy in POLICIES.items():
        print(f"| {name} | {_row([live(start, misses, policy) for misses in months])} |")


def _misses(dice: Random, start: Standing) -> frozenset[date]:
    chance = dice.uniform(0.05, 0.25)
    return frozenset(day for day in study_days(start) if dice.random() < chance)


def _row(courses: Sequence[Course]) -> str:
    late = [course for course in courses if not course.is_finished]
    totals: Counter[str] = Counter()
    for course in courses:
        for name in ("changed", "replans", "refused", "broken", "too_full"):
            totals[name] += getattr(course, name)
    share = 100 * (len(courses) - len(late)) / len(courses)
    left = sum(course.minutes_left for course in late) / len(late) if late else 0
    means = " | ".join(f"{totals[name] / len(courses):.1f}" for name in totals)
    return f"{share:.0f} % | {left:.0f} | {means}"


if __name__ == "__main__":
    main()
