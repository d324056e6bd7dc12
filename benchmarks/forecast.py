"""How far the forecast of a finish can be trusted, on simulated learners, beside a straight line.

    python benchmarks/forecast.py [--learners 300] [--development]

The learners are those of simulated_learners.py. The straight line is what most tools draw: the minutes done until now, divided
by the study days until now, go on; it is not let finish before the last open task that is tied to its day. Its own
answer to "by the exam?" is yes or no. The constant guess knows the share of those who make it.

Prints Markdown tables. The learners are dice, not people: a good figure here says that the arithmetic is sound, not that
people are like this.
"""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from math import ceil

from simulated_learners import DEVELOPMENT, EVALUATION, Snapshot, snapshots

from studyplan.model import Kind, Status

DAY = timedelta(days=1)


def study_days_ahead(snapshot: Snapshot) -> list[date]:
    return [d for d, room in snapshot.rooms.items() if d >= snapshot.today and room and d != snapshot.exam]


def straight_line(snapshot: Snapshot, factor: float = 1.0) -> date:
    """The day on which the line reaches the end, with ``factor`` times the study days that it takes."""
    over = [t for t in snapshot.tasks if t.exists and t.status is Status.DONE]
    past = [d for d, room in snapshot.rooms.items() if d < snapshot.today and room]
    ahead = study_days_ahead(snapshot)
    done = sum(t.minutes for t in over)
    if not done:
        return ahead[-1] + DAY
    left = sum(t.minutes for t in snapshot.open) * len(past) / done
    reached = ceil(left * factor) - 1
    tied = [t.date for t in snapshot.open if t.anchor is not None or t.kind is Kind.REVIEW]
    day = ahead[reached] if reached < len(ahead) else ahead[-1] + DAY
    return max([day, *tied])


def factor_for(found: list[Snapshot], coverage: float) -> float:
    """The smallest factor, in steps of a hundredth, with which the straight line covers as many."""
    return next(
        step / 100
        for step in range(50, 1000)
        if _share([s.finish <= straight_line(s, step / 100) for s in found]) >= coverage
    )


def _share(yes: list[bool]) -> float:
    return sum(yes) / len(yes)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=300)
    parser.add_argument("--development", action="store_true", help="The learners to work with, not those of the table.")
    asked = parser.parse_args()
    found = snapshots(DEVELOPMENT if asked.development else EVALUATION, asked.learners)
    made = [s.finish <= s.deadline for s in found]
    print(f"{asked.learners} learners, {len(found)} forecasts; {_share(made):.0%} make it by the exam\n")
    print("| forecast | finish by its date | Brier score of `by the exam` |")
    print("| --- | ---: | ---: |")
    line = [float(straight_line(s) <= s.deadline) for s in found]
    print(f"| straight line | {_share([s.finish <= straight_line(s) for s in found]):.0%} | {_brier(line, made):.3f} |")
    print(f"| constant | | {_brier([_share(made)] * len(made), made):.3f} |")


def _brier(chances: list[float], came: list[bool]) -> float:
    return _mean([(chance - is_true) ** 2 for chance, is_true in zip(chances, came, strict=True)])


if __name__ == "__main__":
    main()
