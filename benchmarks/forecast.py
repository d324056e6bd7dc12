"""How far the forecast of a finish can be trusted, on simulated learners, beside a straight line.

    python benchmarks/forecast.py [--learners 150] [--development]

The learners are those of simulated_learners.py, in populations that differ in what becomes of their pace. Finishes fall on
few days (many on the plan's very last), so a date by which half of the runs are finished is one by which many more are: the first
table says how many finish by P50 and P80, and in brackets how many do if the day itself counts half, which is what
should be 50 and 80 %. Two constants are held against the chance: one half, and the share of the population that makes it, which
nobody could know. ± is twice the standard error, by learners. The straight line is what most tools draw: the minutes done until now,
divided by the study days until now, go on; it is not let finish before the last open task that is tied to its day.

Prints Markdown tables. The learners are dice, not people: a good figure here says that the arithmetic is sound, not that
people are like this.
"""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from math import ceil
from time import process_time

from simulated_learners import DEVELOPMENT, EVALUATION, MOMENTS, POPULATIONS, Snapshot, snapshots

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


def forecast_of(snapshot: Snapshot) -> Forecast | None:
    return forecast(
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=150, help="of each population")
    parser.add_argument("--development", action="store_true", help="The learners to work with, not those of the table.")
    asked = parser.parse_args()
    seed = DEVELOPMENT if asked.development else EVALUATION
    print(
        "| learners | forecasts | by the exam | told | by P50 | by P80 | P80, by when it was asked | Brier | 50 % | share |"
    )
    print("| --- |" + " ---: |" * 9)
    lost, spent = list[str](), 0.0
    found: list[Snapshot] = []
    ours: list[Forecast] = []
    for population in POPULATIONS:
        seen = snapshots(seed, asked.learners, population)
        began = process_time()
        all_told = [(s, forecast_of(s)) for s in seen]
        spent += process_time() - began
        pairs = [(s, f) for s, f in all_told if f is not None]
        if not pairs:
            continue
        lost += _print_population(population, pairs, len(seen) - len(pairs))
        found += [s for s, _ in pairs]
        ours += [f for _, f in pairs]
    print(f"\nOutside of what is meant: {'; '.join(lost) or 'nothing'}")
    print(f"A forecast takes {1000 * spent / max(1, len(found)):.0f} ms of processor time.\n")
    _print_dates(found, ours)
    made = [s.finish <= s.deadline for s in found]
    print("| by the exam? | Brier score |\n| --- | ---: |")
    print(f"| **forecast** | {_brier([f.chance for f in ours], made):.3f} |")
    print(f"| straight line | {_brier([float(straight_line(s) <= s.deadline) for s in found], made):.3f} |")
    print(f"| constant ({_share(made):.0%}) | {_brier([_share(made)] * len(made), made):.3f} |\n")
    _print_chances(ours, made)


def _print_population(name: str, pairs: list[tuple[Snapshot, Forecast]], silent: int) -> list[str]:
    """Print the row of one population; what of it lies outside of what is meant."""
    made = [s.finish <= s.deadline for s, _ in pairs]
    error = 200 * (0.16 * len(MOMENTS) / len(pairs)) ** 0.5
    held, half = [], []
    for date_of in (lambda f: f.likely, lambda f: f.safe):
        days = [(s.finish, date_of(f) or s.never) for s, f in pairs]
        held.append(_share([finish <= day for finish, day in days]))
        half.append((held[-1] + _share([finish < day for finish, day in days])) / 2)
    parts = [
        _share([s.finish <= (f.safe or s.never) for s, f in pairs if s.moment == part] or [True]) for part in MOMENTS
    ]
    brier, share = _brier([f.chance for _, f in pairs], made), _share(made)
    constants = [_brier([each] * len(made), made) for each in (0.5, share)]
    figures = [
        f"{len(pairs)}" + (f" ({silent} silent)" if silent else ""),
        f"{share:.0%}",
        f"{_mean([f.chance for _, f in pairs]):.0%}",
        f"{held[0]:.0%} ({half[0]:.0%})",
        f"{held[1]:.0%} ± {error:.0f} ({half[1]:.0%})",
        ", ".join(f"{part:.0%}" for part in parts),
        *(f"{each:.3f}" for each in (brier, *constants)),
    ]
    print(f"| {name} | {' | '.join(figures)} |", flush=True)
    lost = [] if 0.7 <= held[1] <= 0.9 else [f"P80 of {name} ({held[1]:.0%})"]
    if name == "steady" and not 0.45 <= half[0] <= 0.55:
        lost.append(f"P50 of {name} ({half[0]:.0%})")
    return lost + [f"Brier of {name} ({brier:.3f} against {each:.3f})" for each in constants if brier > each]


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
