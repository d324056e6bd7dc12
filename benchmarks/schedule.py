"""Figures of the lay-out: our exact plan beside CP-SAT, a greedy fill, and a stretch by compressing durations.

    python benchmarks/schedule.py [--cpsat-seconds 30] [--only NAME]…

Prints Markdown tables. CP-SAT needs ``ortools``, which nothing else here does: ``pip install ortools`` beside studyplan.
The stretch follows what is known of a widely used course pacing tool: durations are multiplied by one factor, rounded
down below three quarters, runs of nothing get a day now and then, and the end of the course pays for what is left.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from importlib.util import find_spec
from itertools import accumulate
from math import ceil
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from studyplan.errors import DoesNotFit
from studyplan.model import MIN_PIECE, STEP, Day, Role, Work
from studyplan.schedule import Problem, days, lay_out
from studyplan.schedule.course import CUT_COST, SHORTEST

SAMPLES = Path(__file__).parent.parent / "tests" / "schedule" / "samples"
START = date(2026, 7, 1)
RUNS = 5
MINUTES = (15, 20, 25, 30, 40, 45, 60, 75, 90, 120)
#: Unit tasks and the days that they are stretched over.
STRETCHES = ((20, 8), (30, 14), (30, 7), (60, 30), (60, 14), (100, 30), (100, 45))


@dataclass(frozen=True)
class Instance:
    name: str
    days: tuple[Day, ...]
    works: tuple[Work, ...]

    @property
    def material_days(self) -> list[Day]:
        return [day for day in self.days if day.role is Role.MATERIAL]

    @property
    def minutes(self) -> int:
        return sum(work.minutes for work in self.works)

    @property
    def ceilings(self) -> list[int]:
        return [self.minutes if day.capacity is None else day.capacity for day in self.material_days]

    @property
    def shares(self) -> list[Fraction]:
        weights = [1 if day.capacity is None else day.capacity for day in self.material_days]
        return [Fraction(weight * self.minutes, sum(weights)) for weight in weights]

    def cost(self, loads: Sequence[int], cuts: int) -> float:
        uneven = sum((load - share) ** 2 / share for load, share in zip(loads, self.shares, strict=True))
        return float(uneven) + CUT_COST * cuts


def instances() -> Iterator[Instance]:
    """The samples of the tests, and the two sizes that have a bar, with and without a ceiling."""
    for path in sorted(SAMPLES.glob("*.json"), key=lambda path: path.stat().st_size):
        sample = json.loads(path.read_text())
        window = tuple(
            Day(date.fromisoformat(day["date"]), Role.MATERIAL if day["capacity"] else Role.OFF, day["capacity"])
            for day in sample["days"]
        )
        works = tuple(Work(task["id"], task["minutes"], task["splittable"]) for task in sample["tasks"])
        yield Instance(path.stem, window, works)
    for tasks, length, minutes in ((60, 60, 90), (1000, 365, 180)):
        chance = random.Random(tasks)
        lengths = [chance.choice(MINUTES) for _ in range(tasks)]
        works = tuple(Work(f"t{n}", each, each > 45 and chance.random() < 0.6) for n, each in enumerate(lengths))
        end = START + timedelta(days=length - 1)

        def week(day: date, minutes: int = minutes) -> int:
            return (minutes, minutes, minutes, minutes, minutes, 2 * minutes, 0)[day.weekday()]

        yield Instance(f"{tasks} tasks, {length} days, no ceiling", days(START, end, lambda day: None, None), works)
        yield Instance(f"{tasks} tasks, {length} days, week", days(START, end, week, None), works)


def ours(instance: Instance) -> tuple[float, str]:
    """Milliseconds of processor time (median of five), which a busy machine changes little, and the cost."""
    times, cost = [], "does not fit"
    for _ in range(RUNS):
        began = process_time()
        try:
            cost = f"{lay_out(Problem(instance.days, instance.works)).cost:.3f}"
        except DoesNotFit as refusal:
            cost = f"{refusal.short_minutes} min short"
        times.append(1000 * (process_time() - began))
    return median(times), cost


def greedy(instance: Instance) -> str:
    """The cost of going day by day: the next task as long as it brings the plan nearer to the even line, cut where that
    may be. What finds no room in the end is left over."""
    queue = [work.minutes for work in instance.works]
    splittable = [work.splittable for work in instance.works]
    index, cuts, placed, even, loads = 0, 0, 0, Fraction(0), list[int]()
    for ceiling, share in zip(instance.ceilings, instance.shares, strict=True):
        even += share
        load = 0
        while index < len(queue) and placed < even:
            left, gap = queue[index], even - placed
            if load + left <= ceiling and left - gap <= gap:
                index += 1
                load, placed = load + left, placed + left
                continue
            part = min(round(gap / STEP) * STEP, ceiling - load) // STEP * STEP
            if splittable[index] and part >= MIN_PIECE and left - part >= MIN_PIECE:
                queue[index] -= part
                load, placed, cuts = load + part, placed + part, cuts + 1
            break
        loads.append(load)
    left_over = instance.minutes - placed
    return f"{left_over} min left over" if left_over else f"{instance.cost(loads, cuts):.3f}"


def cpsat(instance: Instance, seconds: float) -> tuple[str, str, str]:
    """CP-SAT's best cost, its bound, and the seconds it took."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    total = instance.minutes // STEP
    ends = [0, *accumulate(work.minutes // STEP for work in instance.works)]
    inner = [
        point
        for work, start, end in zip(instance.works, ends, ends[1:], strict=False)
        if work.splittable
        for point in range(start + SHORTEST, end - SHORTEST + 1)
    ]
    anywhere = cp_model.Domain.FromValues(sorted({*ends, *inner}))
    #: Whole numbers: the coefficients are rounded, which at this scale no longer shows.
    scale = 10**6
    terms = []
    before, before_inside = model.NewConstant(0), model.NewConstant(0)
    for ceiling, share in zip(instance.ceilings, instance.shares, strict=True):
        at = model.NewIntVarFromDomain(anywhere, "")
        load = model.NewIntVar(0, min(ceiling // STEP, total), "")
        square = model.NewIntVar(0, min(ceiling // STEP, total) ** 2, "")
        some, inside, cut = (model.NewBoolVar("") for _ in range(3))
        model.Add(load == at - before)
        model.AddMultiplicationEquality(square, [load, load])
        model.Add(load >= 1).OnlyEnforceIf(some)
        model.Add(load == 0).OnlyEnforceIf(some.Not())
        if inner:
            model.AddLinearExpressionInDomain(at, cp_model.Domain.FromValues(inner)).OnlyEnforceIf(inside)
        model.AddLinearExpressionInDomain(at, cp_model.Domain.FromValues(ends)).OnlyEnforceIf(inside.Not())
        model.Add(load >= SHORTEST).OnlyEnforceIf([before_inside, some])
        model.AddBoolOr([inside.Not(), some.Not(), cut])
        terms += [round(scale * STEP * STEP / share) * square, scale * CUT_COST * cut]
        before, before_inside = at, inside
    model.Add(before == total)
    model.Minimize(sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    began = perf_counter()
    status = solver.Solve(model)
    took = f"{perf_counter() - began:.1f} s"
    if status == cp_model.INFEASIBLE:
        return "no plan", "", took
    bound = f"{max(0, solver.BestObjectiveBound() / scale - instance.minutes):.3f}"
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return "none found", bound, took
    return f"{solver.ObjectiveValue() / scale - instance.minutes:.3f}", bound, took


def compressed(durations: Sequence[int], length: int) -> list[int]:
    """The due day of each task, counted from the start (day 0), by compressing durations into ``length`` days."""
    room = length - 1
    if sum(durations) <= room:
        return list(accumulate(durations))
    factor = Fraction(length, sum(durations) + 1)
    wanted = [duration * factor for duration in durations]
    rounded_up = [each % 1 >= Fraction(3, 4) for each in wanted]
    out = [int(each) + up for each, up in zip(wanted, rounded_up, strict=True)]
    first, gathered = 0, Fraction(0)
    for index, each in enumerate(out):
        if each:
            first, gathered = index + 1, Fraction(0)
            continue
        gathered += wanted[index]
        if gathered >= Fraction(3, 4):
            out[first] = 1
            first, gathered = index + 1, Fraction(0)
    for index in reversed(range(len(out))):
        if sum(out) < room and not rounded_up[index]:
            out[index] += 1
        elif sum(out) > room and rounded_up[index]:
            out[index] -= 1
    for index in reversed(range(len(out))):
        out[index] -= min(out[index], max(0, sum(out) - room))
    return list(accumulate(out))


def fullest(dates: Sequence[object]) -> int:
    return max(dates.count(each) for each in dates)


def print_lay_outs(seconds: float, only: Sequence[str]) -> None:
    solver = find_spec("ortools") is not None
    if not solver:
        print("CP-SAT: not installed\n")
    print("| instance | tasks | study days | ours, CPU ms | ours, cost | greedy fill | CP-SAT, cost | bound | time |")
    print("|---|---|---|---|---|---|---|---|---|")
    for instance in instances():
        if only and not any(word in instance.name for word in only):
            continue
        took, cost = ours(instance)
        theirs = cpsat(instance, seconds) if solver else ("", "", "")
        row = [instance.name, str(len(instance.works)), str(len(instance.material_days)), f"{took:.1f}", cost]
        print("| " + " | ".join([*row, greedy(instance), *theirs]) + " |", flush=True)


def print_stretches() -> None:
    print("\nMost tasks on one day, equal tasks, no exam and no buffer:\n")
    rows: dict[str, list[str]] = {"ours": [], "best possible": [], "compressing durations": []}
    for tasks, length in STRETCHES:
        window = days(START, START + timedelta(days=length - 1), lambda day: None, None)
        pieces = lay_out(Problem(window, tuple(Work(f"t{n}", 30) for n in range(tasks)))).pieces
        rows["ours"].append(str(fullest([piece.date for piece in pieces])))
        rows["best possible"].append(str(ceil(tasks / length)))
        rows["compressing durations"].append(str(fullest(compressed([1] * tasks, length))))
    print("| tasks → days | " + " | ".join(f"{tasks} → {length}" for tasks, length in STRETCHES) + " |")
    print("|---" * (len(STRETCHES) + 1) + "|")
    for name, row in rows.items():
        print(f"| {name} | " + " | ".join(row) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(description="Figures of the lay-out, as Markdown tables.")
    parser.add_argument("--cpsat-seconds", type=float, default=30, help="for each instance")
    parser.add_argument("--only", action="append", default=[], help="instances whose name holds this")
    wish = parser.parse_args()
    print_lay_outs(wish.cpsat_seconds, wish.only)
    print_stretches()


if __name__ == "__main__":
    main()
