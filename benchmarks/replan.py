"""Figures of the replan: catching up beside what other tools do, and beside the best that CP-SAT finds.

    python benchmarks/replan.py [--cpsat-seconds 20]

Prints a Markdown table. CP-SAT needs ``ortools``, which nothing else here does: ``pip install ortools`` beside studyplan;
without it its rows are left out. The first case, 45 unit tasks over 30 days of which three were missed, is the one on
which peers were computed by hand: all shifted by the lost days, all stretched anew, the overdue dropped into free room.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.util import find_spec
from itertools import combinations
from statistics import median
from time import process_time

from living_plan import mended, nth, open_rows, shipped, study_days, task

from studyplan.errors import DoesNotFit
from studyplan.model import Kind, Status, Task
from studyplan.schedule import days
from studyplan.schedule.replan import Mending, Standing, catch_up, even_fits, even_out, fits
from studyplan.schedule.slack import slack

RUNS = 5
#: Minutes of a unit task; two make a full day.
UNIT = 5


@dataclass(frozen=True)
class Case:
    name: str
    standing: Standing
    #: Study days that were missed.
    lost: int


def cases() -> Iterator[Case]:
    yield Case("45 units, order kept throughout", _units(lambda k: k > 0), 3)
    yield Case("45 units, order inside modules of nine", _units(lambda k: k % 9 > 0), 3)
    yield Case("45 units, no order", _units(lambda k: False), 3)
    for minutes in (None, 90):
        for lost in (1, 3):
            ceiling = f"{minutes} minutes a day" if minutes else "no ceiling"
            yield Case(f"Foundations, month, {ceiling}, {lost} missed", _month(minutes, lost), lost)
    yield Case("Foundations, full, no ceiling, 5 missed", _late(shipped("foundations", "full", lambda day: None), 5), 5)


def _units(follows: Callable[[int], bool]) -> Standing:
    """45 unit tasks evenly over 30 days, at most two a day; days 5 to 7 were missed, it is day 8."""
    rows = []
    for k in range(45):
        day = 1 + k * 30 // 45
        over = day < 5
        rows.append(
            task(
                k + 1,
                nth(day),
                UNIT,
                after=(f"t{k}",) if follows(k) else (),
                status=Status.DONE if over else Status.OPEN,
                done_at=datetime.fromisoformat(f"{nth(day)}T12:00:00+00:00") if over else None,
            )
        )
    return Standing(days(nth(1), nth(30), lambda day: 2 * UNIT, None), nth(8), tuple(rows))


def _month(minutes: int | None, lost: int) -> Standing:
    return _late(shipped("foundations", "month", lambda day: minutes), lost)


def _late(start: Standing, lost: int) -> Standing:
    """The plan after four days on which all was done and then some on which nothing was."""
    stamp = datetime.fromisoformat(f"{nth(4)}T12:00:00+00:00")
    rows = tuple(replace(t, status=Status.DONE, done_at=stamp) if t.date <= nth(4) else t for t in start.tasks)
    return replace(start, today=nth(5 + lost), tasks=rows)


# --- policies: each gives the new day of every open piece, by number, or None where it refuses --------------------------

Days = Mapping[int, date]


def shifted(case: Case) -> Days:
    """Everything open so many days later as were lost, past the end if need be."""
    study = study_days(case.standing)
    beyond = [study[-1].fromordinal(study[-1].toordinal() + n) for n in range(1, case.lost + 30)]
    line = [*study, *beyond]
    return {t.number: [day for day in line if day > t.date][case.lost - 1] for t in open_rows(case.standing)}


def dropped_in(case: Case) -> Days:
    """Each overdue piece into the next room, whatever it comes before or after."""
    standing = case.standing
    days_ = {t.number: t.date for t in open_rows(standing)}
    load = Counter[date]()
    for t in open_rows(standing):
        load[t.date] += t.minutes * (t.date >= standing.today)
    capacity = {day.date: day.capacity or 0 for day in standing.days}
    for t in open_rows(standing):
        if t.date < standing.today:
            free = [day for day in study_days(standing) if day >= standing.today]
            day = next((day for day in free if load[day] + t.minutes <= capacity[day]), free[-1])
            load[day] += t.minutes
            days_[t.number] = day
    return days_


def stretched(case: Case) -> Days | None:
    return _by(even_out, case.standing)


def caught_up(case: Case) -> Days | None:
    return _by(catch_up, case.standing)


def _by(mend: Callable[[Standing], Mending], standing: Standing) -> Days | None:
    try:
        after = mended(standing, mend(standing))
    except DoesNotFit:
        return None
    return {t.number: t.date for t in open_rows(after)}


def cpsat(case: Case, seconds: float, *, in_order: bool) -> tuple[Days | None, str]:
    """The fewest dates changed, then the fewest days moved, that CP-SAT finds for whole pieces under the same rules."""
    from ortools.sat.python import cp_model

    standing = case.standing
    rows = open_rows(standing)
    study = [day for day in study_days(standing) if day >= standing.today]
    last = max((day.date for day in standing.days if day.role.value == "buffer"), default=None)
    capacity = {
        day.date: min(day.capacity or 0, 30) if day.date == last else day.capacity or 0 for day in standing.days
    }
    model = cp_model.CpModel()
    at = {t.number: {day: model.new_bool_var("") for day in study} for t in rows}
    when = {}
    terms = []
    for t in rows:
        here = at[t.number]
        model.add_exactly_one(here.values())
        when[t.number] = sum(day.toordinal() * chosen for day, chosen in here.items())
        for day, chosen in here.items():
            fixed = t.anchor is not None and t.date >= standing.today
            if (fixed or day == last) and day != t.date:
                model.add(chosen == 0)
            if day != t.date:
                terms.append((1000 + abs((day - t.date).days)) * chosen)
    for day in study:
        here = [t for t in rows if t.anchor is None or t.date < standing.today]
        base = sum(t.minutes for t in rows if t not in here and t.date == day)
        model.add(sum(t.minutes * at[t.number][day] for t in here) <= max(0, capacity[day] - base))
    for one, other in combinations(rows, 2):
        for ahead, behind in ((one, other), (other, one)):
            session = behind.kind is Kind.REVIEW and behind.anchor is None
            if ahead.task in behind.after or (ahead.task == behind.task and ahead.part < behind.part):
                model.add(when[ahead.number] + session <= when[behind.number])
        if in_order and all(t.anchor is None and t.kind is not Kind.REVIEW for t in (one, other)):
            first, second = sorted((one, other), key=lambda t: t.position)
            model.add(when[first.number] <= when[second.number])
    model.minimize(sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None, "proved impossible"
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, "none found"
    found = {n: next(day for day, chosen in here.items() if solver.value(chosen)) for n, here in at.items()}
    return found, "optimal" if status == cp_model.OPTIMAL else "best found"


# --- the table ---------------------------------------------------------------------------------------------------------


def figures(case: Case, days_: Days | None) -> str:
    """Dates changed, days moved, pairs out of order, ``after`` broken, days too full, the last day."""
    if days_ is None:
        return "refused | | | | |"
    before = {t.number: t for t in open_rows(case.standing)}
    changed = [n for n in {*before, *days_} if n not in before or n not in days_ or before[n].date != days_[n]]
    moved = sum(abs((days_[n] - before[n].date).days) for n in changed if n in before and n in days_)
    rows = sorted((t for n, t in before.items() if n in days_), key=lambda t: (t.position, t.part))
    material = [t for t in rows if t.anchor is None and t.kind is not Kind.REVIEW]
    swapped = sum(days_[a.number] > days_[b.number] for a, b in combinations(material, 2))
    broken = sum(days_[a.number] > days_[b.number] for a in rows for b in rows if a.task in b.after)
    end = max(days_.values())
    return f"{len(changed)} | {moved} | {swapped} | {broken} | {_too_full(case, days_)} | {end:%d %b}"


def _too_full(case: Case, days_: Days) -> int:
    rows: dict[int, Task] = {t.number: t for t in case.standing.tasks}
    load = Counter[date]()
    for number, day in days_.items():
        load[day] += rows[number].minutes if number in rows else 0
    capacity = {day.date: day.capacity or 0 for day in case.standing.days}
    return sum(load[day] > capacity.get(day, 0) for day in load)


def _milliseconds(work: Callable[[], object]) -> float:
    """Of processor time, the median of five."""
    times = []
    for _ in range(RUNS):
        began = process_time()
        work()
        times.append(1000 * (process_time() - began))
    return median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cpsat-seconds", type=float, default=20.0)
    seconds = parser.parse_args().cpsat_seconds
    with_cpsat = find_spec("ortools") is not None
    for case in cases():
        overdue = sum(t.date < case.standing.today for t in open_rows(case.standing))
        taken = _milliseconds(lambda case=case: caught_up(case))
        quick = _milliseconds(lambda case=case: slack(case.standing))
        print(
            f"\n**{case.name}**: {len(open_rows(case.standing))} open, {overdue} overdue, slack {slack(case.standing)}"
        )
        asked = _milliseconds(lambda case=case: fits(case.standing))
        asked_even = _milliseconds(lambda case=case: even_fits(case.standing))
        print(
            f"(CPU: catch up {taken:.0f} ms, slack {quick:.0f} ms, fits {asked:.1f} ms, even_fits {asked_even:.1f} ms)\n"
        )
        print("| policy | dates changed | days moved | pairs out of order | `after` broken | days too full | ends |")
        print("| --- | ---: | ---: | ---: | ---: | ---: | --- |")
        print(f"| shift by the days lost | {figures(case, shifted(case))} |")
        print(f"| stretch anew (even out) | {figures(case, stretched(case))} |")
        print(f"| drop the overdue into free room | {figures(case, dropped_in(case))} |")
        print(f"| **catch up** | {figures(case, caught_up(case))} |")
        if with_cpsat:
            for in_order in (True, False):
                days_, status = cpsat(case, seconds, in_order=in_order)
                name = "order kept" if in_order else "any order"
                print(f"| CP-SAT, {name} ({status}) | {figures(case, days_)} |")


if __name__ == "__main__":
    main()
