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
from time import perf_counter

from simulated_learners import DEVELOPMENT, EVALUATION, MOMENTS, Snapshot, snapshots

from studyplan.insight import Forecast, Record, forecast
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


def forecast_of(snapshot: Snapshot) -> Forecast:
    found = forecast(
        Record(
            today=snapshot.today,
            start=snapshot.start,
            end=snapshot.end,
            exam=snapshot.exam,
            rooms=snapshot.rooms,
            tasks=snapshot.tasks,
            done_on=snapshot.done_on,
            moved=snapshot.moved,
        )
    )
    assert found is not None, "nothing is claimed"
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=300)
    parser.add_argument("--development", action="store_true", help="The learners to work with, not those of the table.")
    asked = parser.parse_args()
    found = snapshots(DEVELOPMENT if asked.development else EVALUATION, asked.learners)
    began = perf_counter()
    ours = [forecast_of(s) for s in found]
    each = 1000 * (perf_counter() - began) / len(found)
    made = [s.finish <= s.deadline for s in found]
    print(
        f"{asked.learners} learners, {len(found)} forecasts of {each:.0f} ms; {_share(made):.0%} finish by the exam\n"
    )
    _print_coverage(found, ours)
    _print_dates(found, ours)
    print("| by the exam? | Brier score |\n| --- | ---: |")
    print(f"| **forecast** | {_brier([f.chance for f in ours], made):.3f} |")
    print(f"| straight line | {_brier([float(straight_line(s) <= s.deadline) for s in found], made):.3f} |")
    print(f"| constant ({_share(made):.0%}) | {_brier([_share(made)] * len(made), made):.3f} |\n")
    _print_chances(ours, made)


def _print_coverage(found: list[Snapshot], ours: list[Forecast]) -> None:
    print("| asked after | forecasts | finished by P50 | by P80 | by P80, where it is later than P50 |")
    print("| --- | ---: | ---: | ---: | ---: |")
    pairs = list(zip(found, ours, strict=True))
    rows = [(f"{part:.0%} of the window", [p for p in pairs if p[0].moment == part]) for part in MOMENTS]
    for name, chosen in [*rows, ("all", pairs)]:
        apart = [(s, f) for s, f in chosen if f.likely != f.safe]
        half = _share([s.finish <= (f.likely or s.never) for s, f in chosen])
        held = [_share([s.finish <= (f.safe or s.never) for s, f in each]) for each in (chosen, apart)]
        print(f"| {name} | {len(chosen)} | {half:.0%} | {held[0]:.0%} | {held[1]:.0%} ({len(apart)}) |")
    print()


def _print_dates(found: list[Snapshot], ours: list[Forecast]) -> None:
    """Ours beside a straight line that was stretched, with all answers known, until it holds for as many."""
    print("| date | holds for | days ahead, mean | days too late, mean, where it holds | loss at its level |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, level, dates in (
        ("P50", 0.5, [f.likely or s.never for s, f in zip(found, ours, strict=True)]),
        ("P80", 0.8, [f.safe or s.never for s, f in zip(found, ours, strict=True)]),
    ):
        holds = _share([s.finish <= day for s, day in zip(found, dates, strict=True)])
        factor = factor_for(found, holds)
        line = [straight_line(s, factor) for s in found]
        for label, chosen in ((f"**{name}**", dates), (f"straight line × {factor}", line)):
            pairs = list(zip(found, chosen, strict=True))
            share = _share([s.finish <= day for s, day in pairs])
            width = _mean([(day - s.today).days for s, day in pairs])
            idle = _mean([(day - s.finish).days for s, day in pairs if s.finish <= day])
            loss = _mean([_pinball(level, (s.finish - day).days) for s, day in pairs])
            print(f"| {label} | {share:.0%} | {width:.1f} | {idle:.1f} | {loss:.2f} |")
    print()


def _print_chances(ours: list[Forecast], made: list[bool]) -> None:
    print("| chance told | forecasts | told, mean | came true |\n| --- | ---: | ---: | ---: |")
    for low in range(0, 100, 20):
        chosen = [(f.chance, m) for f, m in zip(ours, made, strict=True) if low <= min(99.9, 100 * f.chance) < low + 20]
        if chosen:
            told, came = _mean([c for c, _ in chosen]), _share([m for _, m in chosen])
            print(f"| {low} to {low + 20} % | {len(chosen)} | {told:.0%} | {came:.0%} |")


def _pinball(level: float, days_late: int) -> float:
    """The loss that the true quantile makes least: each day too early costs ``level``, each day too late the rest."""
    return level * days_late if days_late > 0 else (level - 1) * days_late


def _brier(chances: list[float], came: list[bool]) -> float:
    return _mean([(chance - is_true) ** 2 for chance, is_true in zip(chances, came, strict=True)])


if __name__ == "__main__":
    main()
