"""A judge of lay-outs that shares no code with the scheduler, and the best of all plans by trying every one.

Both know the rules of the lay-out: whole, ceiling, order, pieces, anchors, buffer. Costs are exact fractions.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from studyplan.model import Day, Piece, Role, Work

SHORTEST_PIECE = 25
CUT = 15
EVE = 30

Loads = dict[date, int]


def read(path: Path) -> tuple[tuple[Day, ...], tuple[Work, ...], Any]:
    """A sample: its days, its tasks and its proven optimum (None: no plan exists)."""
    sample = json.loads(path.read_text())
    days = tuple(
        Day(date.fromisoformat(day["date"]), Role.MATERIAL if day["capacity"] else Role.OFF, day["capacity"])
        for day in sample["days"]
    )
    works = tuple(Work(task["id"], task["minutes"], task["splittable"]) for task in sample["tasks"])
    return days, works, sample["optimum"]


def weight_of(days: Sequence[Day]) -> dict[date, int]:
    return {day.date: 1 if day.capacity is None else day.capacity for day in days if day.role is Role.MATERIAL}


def broken_rules(days: Sequence[Day], works: Sequence[Work], pieces: Sequence[Piece]) -> list[str]:
    """Every rule that a plan without reviews breaks. A task counts as material unless it has an anchor or is the exam."""
    by_date = {day.date: day for day in days}
    mine: dict[str, list[Piece]] = defaultdict(list)
    load: Loads = defaultdict(int)
    for piece in pieces:
        mine[piece.task].append(piece)
        load[piece.date] += piece.minutes
    broken = [f"whole: {id} is no task" for id in mine if id not in {work.id for work in works}]
    reached = date.min
    for work in works:
        own = mine[work.id]
        dates = [piece.date for piece in own]
        if sum(piece.minutes for piece in own) != work.minutes:
            broken.append(f"whole: {work.id}")
            continue
        if [piece.part for piece in own] != list(range(1, len(own) + 1)) or dates != sorted(set(dates)):
            broken.append(f"pieces: {work.id} is numbered or dated out of order, or twice on a day")
        if len(own) > 1 and (work.anchor or work.exam):
            broken.append(f"pieces: {work.id} is cut")
        if work.exam:
            if by_date[dates[0]].role is not Role.EXAM or load[dates[0]] != work.minutes:
                broken.append("anchors: the exam is not alone on its day")
        elif work.anchor is None:
            if any(by_date[day].role is not Role.MATERIAL for day in dates):
                broken.append(f"buffer: {work.id} sits on a day that is not for material")
            if dates[0] < reached:
                broken.append(f"order: {work.id}")
            reached = dates[-1]
        elif by_date[dates[0]].role not in (Role.MATERIAL, Role.BUFFER):
            broken.append(f"anchors: {work.id} sits on no study day")
    broken += _lengths(days, works, mine, load)
    broken += _anchors_out_of_order(works, mine)
    broken += _overfull(days, works, mine, load)
    return broken


def _lengths(
    days: Sequence[Day], works: Sequence[Work], mine: Mapping[str, Sequence[Piece]], load: Loads
) -> Iterator[str]:
    """Pieces that are too short, and tasks cut or left whole against the rule for what is longer than the fullest day."""
    fullest = fullest_of(days)
    for work in works:
        own = mine[work.id]
        if any(piece.minutes % 5 for piece in own):
            yield f"pieces: {work.id} has a piece that is no multiple of five"
        longer = fullest is not None and work.minutes > fullest
        if len(own) > 1 and not work.splittable and (work.whole or not longer):
            yield f"pieces: {work.id} is cut"
        least = min(SHORTEST_PIECE, work.minutes)
        if longer and fullest is not None:
            # Pieces of equal length are the longest that such days allow; days with less room ask for shorter ones.
            least = 5
        if any(piece.minutes < least for piece in own):
            yield f"pieces: {work.id} has a piece that is too short"
        if longer and fullest is not None and len(own) == 1 and work.anchor is None and not work.exam:
            day = next(day for day in days if day.date == own[0].date)
            if not work.whole or load[day.date] != work.minutes or (day.capacity or 0) // 5 < fullest // 5:
                yield f"ceiling: {work.id} is longer than any day, and not alone on one of the fullest"


def fullest_of(days: Sequence[Day]) -> int | None:
    """Minutes of the fullest day for material; None where one has no ceiling."""
    capacities = [day.capacity for day in days if day.role is Role.MATERIAL]
    return None if None in capacities else max((each or 0 for each in capacities), default=0)


def _anchors_out_of_order(works: Sequence[Work], mine: Mapping[str, Sequence[Piece]]) -> Iterator[str]:
    fixed = {work.id for work in works if work.anchor or work.exam}
    for work in works:
        for other in work.after:
            if (work.id in fixed or other in fixed) and mine[other] and mine[other][-1].date > mine[work.id][0].date:
                yield f"anchors: {work.id} starts before {other} is over"


def _overfull(
    days: Sequence[Day], works: Sequence[Work], mine: Mapping[str, Sequence[Piece]], load: Loads
) -> Iterator[str]:
    alone = {mine[work.id][0].date: work.minutes for work in works if (work.anchor or work.whole) and mine[work.id]}
    last = max((day.date for day in days if day.role is Role.BUFFER), default=None)
    for day in days:
        held = load.get(day.date, 0)
        if day.date == last and held > EVE:
            yield f"buffer: {held} minutes on the eve"
        if day.role is Role.EXAM or day.capacity is None or held <= day.capacity:
            continue
        if alone.get(day.date) != held:
            yield f"ceiling: {held} minutes on {day.date}, a day of {day.capacity}"


def cost(days: Sequence[Day], pieces: Sequence[Piece], works: Sequence[Work]) -> Fraction:
    """The unevenness of the material days and 15 for each cut."""
    weights = weight_of(days)
    load = dict.fromkeys(weights, 0)
    for piece in pieces:
        if piece.date in load:
            load[piece.date] += piece.minutes
    placed = [piece for piece in pieces if piece.task in {work.id for work in works}]
    return unevenness(weights, load) + CUT * (len(placed) - len({piece.task for piece in placed}))


def unevenness(weights: Mapping[date, int], load: Mapping[date, int]) -> Fraction:
    minutes, total = sum(load.values()), sum(weights.values())
    if not minutes:
        return Fraction(0)
    shares = {day: Fraction(weight * minutes, total) for day, weight in weights.items()}
    return sum(((load[day] - share) ** 2 / share for day, share in shares.items()), Fraction(0))


def best(
    days: Sequence[Day], works: Sequence[Work], anchored: Mapping[str, date], kept_back: int = 0
) -> tuple[Fraction, list[int]] | None:
    """The least cost of all plans and, of the plans that cost it, the loads whose earlier days are fullest.

    ``anchored`` tells the day of each task that is not material; ``kept_back`` the minutes of a day that material leaves free.
    None where no plan exists. Tries them all: for a handful of tasks on a handful of days.
    """
    weights = weight_of(days)
    dates = sorted(weights)
    held = dict.fromkeys(dates, 0)
    for work in works:
        if work.id in anchored and anchored[work.id] in held:
            held[anchored[work.id]] += work.minutes
    everything = sum(work.minutes for work in works)
    ceiling = {day.date: everything if day.capacity is None else day.capacity for day in days}
    kept = {day.date: 0 if day.capacity is None else min(kept_back, day.capacity // 10 * 5) for day in days}
    room = {day: max(0, ceiling[day] - kept[day] - held[day]) // 5 * 5 for day in dates}
    longest = max(room.values(), default=0)
    fullest = max((ceiling[day] for day in dates), default=0) // 5 * 5
    manners = {work.id: _manner(work, longest, fullest) for work in works}
    found: tuple[Fraction, list[int]] | None = None
    for plan in _plans([work for work in works if work.id not in anchored], dates, manners):
        load = dict(held)
        for parts in plan.values():
            for day, minutes in parts:
                load[day] += minutes
        solo = {
            plan[work.id][0][0]: work.minutes
            for work in works
            if work.id in plan
            and manners[work.id] is ALONE
            and ceiling[plan[work.id][0][0]] >= min(work.minutes, fullest)
        }
        if any(
            load[day] > held[day]
            and load[day] - held[day] > room[day]
            and not (load[day] == solo.get(day) and not held[day])
            for day in dates
        ):
            continue
        if any(manners[id] is ALONE and load[parts[0][0]] != parts[0][1] for id, parts in plan.items()):
            continue
        if not _keeps_anchors(works, plan, anchored):
            continue
        price = unevenness(weights, load) + CUT * sum(len(parts) - 1 for parts in plan.values())
        loads = [load[day] for day in dates]
        if found is None or price < found[0] or (price == found[0] and loads > found[1]):
            found = price, loads
    return found


Plan = dict[str, list[tuple[date, int]]]

#: A task that takes a day for itself; otherwise the minutes of its shortest piece, 0 where it is not cut.
ALONE = -1


def _manner(work: Work, longest: int, fullest: int) -> int:
    if work.minutes <= longest or not longest:
        return SHORTEST_PIECE if work.splittable else 0
    # No day of the learner's is too short for it, so its pieces may not be shorter than the shortest.
    makes_no_two = not work.splittable or work.minutes < 2 * SHORTEST_PIECE
    if makes_no_two and (work.whole or work.minutes <= fullest):
        return ALONE
    pieces = -(-work.minutes // longest)
    return max(5, min(SHORTEST_PIECE, work.minutes // pieces // 5 * 5))


def _keeps_anchors(works: Sequence[Work], plan: Plan, anchored: Mapping[str, date]) -> bool:
    for work in works:
        for other in work.after:
            if work.id in anchored and other in plan and plan[other][-1][0] > anchored[work.id]:
                return False
            if work.id in plan and other in anchored and plan[work.id][0][0] < anchored[other]:
                return False
    return True


def _plans(material: Sequence[Work], dates: Sequence[date], manners: Mapping[str, int]) -> Iterator[Plan]:
    if not material:
        yield {}
        return
    head, rest = material[0], material[1:]
    for parts in _ways(manners[head.id], head.minutes, dates):
        last = dates.index(parts[-1][0])
        for plan in _plans(rest, dates[last:], manners):
            yield {head.id: parts, **plan}


def _ways(shortest: int, left: int, dates: Sequence[date]) -> Iterator[list[tuple[date, int]]]:
    """Every way to put so many minutes of a task on these days, in pieces that are long enough."""
    for index, day in enumerate(dates):
        yield [(day, left)]
        if shortest > 0:
            for minutes in range(shortest, left - shortest + 1, 5):
                for more in _ways(shortest, left - minutes, dates[index + 1 :]):
                    yield [(day, minutes), *more]
