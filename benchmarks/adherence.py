"""How many of 200 learners who miss days finish the core of their plan, by the way in which they mend it.

    python benchmarks/adherence.py [--window month] [--minutes 90] [--misses random|bursts] [--learners 200]

Each learner has the Foundations plan, as even as it can be, and so many minutes a day at most. ``random``: each has a chance of
their own, between 5 and 25 %, to miss a study day. ``bursts``: each misses one to three stretches of two to nine days, and
a day here and there. On a day that is not missed they do what the plan has on it, in its order, as far as the minutes reach
(on the eve of the exam 30 of them at most), and nothing else. In the morning after a miss they mend what is left:

- replan, replan --even: as the program does; what finds no room is left over, least valuable first, and tried again the next
  morning;
- strict catch up: `replan --strict`, all or nothing;
- shift: everything open one study day later for each day missed;
- re-date the overdue: what was missed is given today's date, whatever the day holds. So do strict catch up and shift on a
  morning on which they are refused because the plan no longer fits, and try again the next.

All meet the same learners and the same missed days. Prints a Markdown table. The learners are dice, not people: the figures
compare the ways with one another and promise nobody a result.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from random import Random

from living_plan import finished, mended, open_rows, shipped, study_days

from studyplan.errors import DoesNotFit
from studyplan.model import NEVER_CUT, Task, Tier
from studyplan.schedule.left_over import applied, mend_what_fits
from studyplan.schedule.replan import Standing, catch_up, shift
from studyplan.schedule.standing import View, is_session

#: Fixed in a commit ahead of the run whose table the documentation has.
SEEDS = {"random": 20261128, "bursts": 20271128}


@dataclass
class Course:
    """How one learner's plan went."""

    changed: int = 0
    replans: int = 0
    refused: int = 0
    broken: int = 0
    #: Study days whose plan held more minutes than they have, on the morning.
    too_full: int = 0
    left: list[Task] = field(default_factory=list)

    @property
    def core_left(self) -> int:
        """Minutes of core tasks that were not over before the exam."""
        return sum(t.minutes for t in self.left if t.tier is Tier.CORE and not t.optional and not is_session(t))

    @property
    def minutes_left(self) -> int:
        """Minutes of all that the template has; reviews may be missing."""
        return sum(t.minutes for t in self.left if not is_session(t))


Policy = Callable[[Standing, int], Standing]


def replanned(standing: Standing, missed: int) -> Standing:
    return _numbered(applied(standing, mend_what_fits(standing, "catch-up")))


def evened(standing: Standing, missed: int) -> Standing:
    return _numbered(applied(standing, mend_what_fits(standing, "even")))


def _numbered(standing: Standing) -> Standing:
    """The plan with a number for each piece that a mending made, as the program gives one."""
    last = max(t.number for t in standing.tasks)
    return replace(
        standing, tasks=tuple(t if t.number > 0 else replace(t, number=last - t.number) for t in standing.tasks)
    )


def caught_up(standing: Standing, missed: int) -> Standing:
    return mended(standing, catch_up(standing))


def shifted(standing: Standing, missed: int) -> Standing:
    return mended(standing, shift(standing, missed))


def re_dated(standing: Standing, missed: int) -> Standing:
    late = {t.number for t in open_rows(standing) if t.date < standing.today}
    rows = (replace(t, date=standing.today) if t.number in late else t for t in standing.tasks)
    return replace(standing, tasks=tuple(rows))


POLICIES: dict[str, Policy] = {
    "**replan**": replanned,
    "**replan --even**": evened,
    "strict catch up": caught_up,
    "shift": shifted,
    "re-date the overdue": re_dated,
}


def live(start: Standing, misses: frozenset[date], policy: Policy) -> Course:
    """One plan to its end: each study day is missed, or mended and worked through."""
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
    """Do what the plan has on the day as far as the minutes reach, in its order and nothing ahead of what it comes after.

    A mock is never broken off, and begun on a day that is too short for it if nothing else is done there; not on the eve.
    """
    view = View(standing)
    minutes = view.ceiling(standing.today)
    due = [t for t in view.open if t.date == standing.today and not t.has_no_room]
    is_sitting = len(due) == 1 and due[0].kind in NEVER_CUT and standing.today != view.eve
    course.too_full += sum(t.minutes for t in due) > minutes and not is_sitting
    over, spent = set[int](), 0
    for row in due:
        may_pass = row.kind in NEVER_CUT and standing.today != view.eve and spent == 0
        waits = any(ahead.number not in over for ahead in view.after_of(row) if not ahead.has_no_room)
        if not waits and (may_pass or spent + row.minutes <= minutes):
            over.add(row.number)
            spent += row.minutes
    return finished(standing, over)


def _changed(before: Standing, after: Standing) -> int:
    old = {t.number: t.date for t in open_rows(before)}
    new = {t.number: t.date for t in open_rows(after)}
    return sum(old.get(number) != new.get(number) for number in {*old, *new})


def _broken(standing: Standing) -> int:
    """Pairs of open tasks that lie in the wrong order for an ``after``; what is left over lies nowhere."""
    last: dict[str, date] = {}
    rows = [t for t in open_rows(standing) if not t.has_no_room]
    for t in rows:
        last[t.task] = max(t.date, last.get(t.task, t.date))
    return sum(id in last and last[id] > t.date >= standing.today for t in rows for id in t.after)


def at_random(dice: Random, days: Sequence[date]) -> frozenset[date]:
    chance = dice.uniform(0.05, 0.25)
    return frozenset(day for day in days if dice.random() < chance)


def in_bursts(dice: Random, days: Sequence[date]) -> frozenset[date]:
    missed = {day for day in days if dice.random() < 0.05}
    for _ in range(dice.randint(1, 3)):
        first = dice.randrange(len(days))
        missed.update(days[first : first + dice.randint(2, 9)])
    return frozenset(missed)


MISSES: dict[str, Callable[[Random, Sequence[date]], frozenset[date]]] = {"random": at_random, "bursts": in_bursts}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--window", default="month")
    parser.add_argument("--minutes", type=int, default=90)
    parser.add_argument("--misses", choices=[*MISSES], default="random")
    parser.add_argument("--learners", type=int, default=200)
    parser.add_argument("--seed", type=int, help="other dice, to develop by")
    parser.add_argument("--processes", type=int, default=1)
    asked = parser.parse_args()
    start = shipped("foundations", asked.window, lambda day: asked.minutes)
    days = study_days(start)
    seed = SEEDS[asked.misses] if asked.seed is None else asked.seed
    missed = [MISSES[asked.misses](Random(seed + number), days) for number in range(asked.learners)]
    mean = sum(map(len, missed)) / len(missed)
    print(f"{asked.learners} learners, {len(days)} study days, {mean:.1f} of them missed on average")
    print(f"{len(open_rows(start))} pieces, {asked.minutes} minutes a day at most\n")
    print(
        "| way | finish the core | minutes of core left, of those who do not | finish everything | minutes left per learner "
        "| dates changed per learner | refused | `after` broken | days too full |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    with ProcessPoolExecutor(asked.processes) as pool:
        for name, policy in POLICIES.items():
            courses = list(pool.map(partial(live, start, policy=policy), missed, chunksize=10))
            print(f"| {name} | {_row(courses)} |", flush=True)


def _row(courses: Sequence[Course]) -> str:
    late = [course.core_left for course in courses if course.core_left]
    share = 100 * (len(courses) - len(late)) / len(courses)
    everything = 100 * sum(not course.minutes_left for course in courses) / len(courses)
    totals: Counter[str] = Counter()
    for course in courses:
        for name in ("minutes_left", "changed", "refused", "broken", "too_full"):
            totals[name] += getattr(course, name)
    means = [f"{totals[name] / len(courses):.1f}" for name in ("changed", "refused", "broken", "too_full")]
    left = [f"{sum(late) / len(late) if late else 0:.0f}", f"{everything:.0f} %"]
    return " | ".join([f"{share:.1f} %", *left, f"{totals['minutes_left'] / len(courses):.0f}", *means])


if __name__ == "__main__":
    main()
