"""Find days for loose pieces in a plan's free room, moving the fewest pieces by the fewest days in all.

Exact by a shortest path over (day, which pieces have a day so far); pieces that cannot reach a better end than one
already known are dropped by a bound. Imports the standard library only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import accumulate
from typing import NamedTuple

#: Up to this many loose pieces the result is always proved.
PROVED = 12
#: Steps that are taken at most beyond that. Counted, not timed, so that every machine finds the same.
EFFORT = 150_000
#: Moving one piece more outweighs any sum of days.
PER_MOVE = 10_000_000


@dataclass(frozen=True, slots=True)
class Loose:
    """A piece that needs a day from ``earliest`` to ``latest``; it sits on ``day`` now.

    ``ahead`` are the indices of loose pieces that must be placed no later; a ``review`` comes strictly later than they.
    """

    minutes: int
    day: date
    earliest: date
    latest: date
    ahead: tuple[int, ...] = ()
    review: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """What a study day still takes: ``minutes`` in all, of which ``reviews`` may be reviews."""

    date: date
    minutes: int
    reviews: int


class Placement(NamedTuple):
    #: The day of each loose piece; None where no days were found.
    days: tuple[date, ...] | None
    #: Whether it is proved that no better days (or none at all) exist.
    exact: bool


_Best = tuple[int, tuple[int, ...]]


def absorb(loose: Sequence[Loose], rooms: Sequence[Room]) -> Placement:
    """The days with the fewest pieces moved, then the least sum of days moved, then the earliest days piece by piece.

    ``rooms`` in the order of days. Exact for up to ``PROVED`` pieces; beyond, the best found within ``EFFORT``.
    """
    if not loose:
        return Placement((), True)
    if sum(piece.minutes for piece in loose) > sum(max(0, room.minutes) for room in rooms):
        return Placement(None, True)
    task = _Search(tuple(loose), tuple(rooms))
    return task.run()


class _Search:
    def __init__(self, loose: tuple[Loose, ...], rooms: tuple[Room, ...]) -> None:
        self.loose = loose
        self.rooms = rooms
        self.full = (1 << len(loose)) - 1
        self.ahead = [sum(1 << k for k in piece.ahead) for piece in loose]
        # Reviews first: what is placed later on the same day is then not yet ahead of them.
        self.turn = sorted(range(len(loose)), key=lambda i: (not loose[i].review, i))
        self.cost = [[_cost(piece, room) for room in rooms] for piece in loose]
        self.least = [_suffix_minimum(row) for row in self.cost]
        self.free = [0, *accumulate(max(0, room.minutes) for room in rooms)]

    def run(self) -> Placement:
        width = None if len(self.loose) <= PROVED else max(10, EFFORT // (len(self.loose) * max(1, len(self.rooms))))
        bound = self.greedy()
        best: _Best | None = None
        states: dict[int, _Best] = {0: (0, (-1,) * len(self.loose))}
        trimmed = False
        remaining = cache(self.remaining)
        for k in range(len(self.rooms)):
            states, cut = self.fill(k, states, width)
            trimmed |= cut
            kept: dict[int, _Best] = {}
            for mask, value in states.items():
                if mask == self.full:
                    if best is None or value < best:
                        best = value
                        bound = value[0] if bound is None else min(bound, value[0])
                    continue
                rest = remaining(k + 1, mask)
                if rest is not None and (bound is None or value[0] + rest <= bound):
                    kept[mask] = value
            states = kept
            if not states:
                break
        if best is None:
            return Placement(None, not trimmed)
        return Placement(tuple(self.rooms[k].date for k in best[1]), not trimmed)

    def fill(self, k: int, states: dict[int, _Best], width: int | None) -> tuple[dict[int, _Best], bool]:
        """All ways to put pieces on day ``k``; with a ``width``, only the most promising are kept, and True is returned
        with them."""
        room = self.rooms[k]
        level: dict[tuple[int, int], _Best] = {(mask, 0): value for mask, value in states.items()}
        trimmed = False
        for i in self.turn:
            piece, cost = self.loose[i], self.cost[i][k]
            if cost is None:
                continue
            limit = min(room.minutes, room.reviews) if piece.review else room.minutes
            bit, need = 1 << i, self.ahead[i]
            more: dict[tuple[int, int], _Best] = {}
            for (mask, used), (sum_, days) in level.items():
                if mask & bit or mask & need != need or used + piece.minutes > limit:
                    continue
                value = (sum_ + cost, (*days[:i], k, *days[i + 1 :]))
                state = (mask | bit, used + piece.minutes)
                if state not in level or value < level[state]:
                    more[state] = value
            level.update(more)
            if width is not None and len(level) > width:
                trimmed = True
                order = sorted(level.items(), key=lambda each: (self.promise(k, each[0][0], each[1][0]), each))
                level = dict(order[:width])
        ends: dict[int, _Best] = {}
        for (mask, _), value in level.items():
            if mask not in ends or value < ends[mask]:
                ends[mask] = value
        return ends, trimmed

    def promise(self, k: int, mask: int, cost: int) -> float:
        rest = self.remaining(k, mask)
        return float("inf") if rest is None else cost + rest

    def remaining(self, k: int, mask: int) -> int | None:
        """No completion from day ``k`` on costs less than this; None: there is none."""
        total, late, alone = 0, [], 0
        for i, piece in enumerate(self.loose):
            if mask >> i & 1:
                continue
            least = self.least[i][k]
            if least is None:
                return None
            if piece.day < self.rooms[0].date:
                late.append(piece)
                alone += least
            else:
                total += least
        # The j earliest of them hold at least the j shortest pieces' minutes, and the days must have had that room.
        together, needed, day, before = 0, 0, k, self.free[k]
        for minutes in sorted(piece.minutes for piece in late):
            needed += minutes
            while day < len(self.rooms) and self.free[day + 1] - before < needed:
                day += 1
            if day == len(self.rooms):
                return None
            together += PER_MOVE + self.rooms[day].date.toordinal()
        together -= sum(piece.day.toordinal() for piece in late)
        return total + max(alone, together)

    def greedy(self) -> int | None:
        """The cost of some feasible days, found by giving each piece in turn its cheapest; None if that fails."""
        free = [room.minutes for room in self.rooms]
        reviews = [room.reviews for room in self.rooms]
        at: dict[int, int] = {}
        total = 0
        for i in sorted(range(len(self.loose)), key=lambda i: (self.loose[i].review, i)):
            piece = self.loose[i]
            if any(j not in at for j in piece.ahead):
                return None
            first = max((at[j] + piece.review for j in piece.ahead), default=0)
            fitting = [
                (cost, k)
                for k, cost in enumerate(self.cost[i])
                if cost is not None
                and k >= first
                and free[k] >= piece.minutes
                and (not piece.review or reviews[k] >= piece.minutes)
            ]
            if not fitting:
                return None
            cost, k = min(fitting)
            at[i] = k
            free[k] -= piece.minutes
            reviews[k] -= piece.minutes * piece.review
            total += cost
        return total


def _cost(piece: Loose, room: Room) -> int | None:
    if not piece.earliest <= room.date <= piece.latest:
        return None
    if piece.minutes > room.minutes or (piece.review and piece.minutes > room.reviews):
        return None
    return PER_MOVE + abs((room.date - piece.day).days) if room.date != piece.day else 0


def _suffix_minimum(row: Sequence[int | None]) -> list[int | None]:
    found: list[int | None] = [None]
    for cost in reversed(row):
        last = found[-1]
        found.append(cost if last is None else last if cost is None else min(cost, last))
    return found[::-1]
