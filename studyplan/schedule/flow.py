"""Lets everything open flow through the days in curriculum order with the fewest dates changed: a shortest path.

With the order fixed, a plan is a path through (day, minutes placed so far). What it costs is compared in this order: dates
changed, sum of days moved, pieces resized where they stay, unevenness. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from studyplan.model import MIN_PIECE, STEP
from studyplan.schedule.course import EarliestFit, Manner

#: What a cut costs beside unevenness.
CUT = 15
# A cost is one integer: unevenness in thousandths, then pieces resized, then days moved, then dates changed, each far above
# the one before.
_GRAIN, _SIZE, _DAY, _DATE = 1_000, 10**12, 10**16, 10**22


@dataclass(frozen=True)
class Stream:
    """What is open of a task: the day and the minutes of each of its pieces now, in their order.

    ``not_before``: the day of an anchored task that it comes after. ``shortest``: minutes that a new piece must have.
    """

    id: str
    pieces: tuple[tuple[date, int], ...]
    splittable: bool
    not_before: date = date.min
    shortest: int = MIN_PIECE

    @cached_property
    def minutes(self) -> int:
        return sum(minutes for _, minutes in self.pieces)


@dataclass(frozen=True, slots=True)
class Reach:
    """A study day: ``room`` in minutes, ``base`` minutes that lie on it anyway and count for evenness, its ``share``.

    The first ``due`` streams must have ended by it, for the sake of an anchored task.
    """

    date: date
    room: int
    base: int = 0
    share: float = 1.0
    due: int = 0


class Flow(NamedTuple):
    #: For each stream its new pieces: day and minutes.
    pieces: tuple[tuple[tuple[date, int], ...], ...]
    #: Dates changed (pieces moved, made or merged away) and the sum of days moved.
    changed: int
    moved: int


def flow(streams: Sequence[Stream], reaches: Sequence[Reach]) -> Flow | None:
    """The best flow of the streams, in their order, through the days; None if they do not fit. Exact."""
    if sum(stream.minutes for stream in streams) > sum(max(0, reach.room) for reach in reaches):
        return None
    rough = _Paths(streams, reaches, cuts=False).best(None)
    best = _Paths(streams, reaches, cuts=True).best(rough.cost if rough else None) or rough
    return best.flow if best else None


class Early(NamedTuple):
    """How soon streams can end if nothing matters but that."""

    #: For each stream the earliest day on which it can have ended, whatever is due; shorter where not all can end.
    ends: tuple[date, ...]
    #: Minutes that find no room, or not in time for what is due.
    short: int


def earliest(streams: Sequence[Stream], reaches: Sequence[Reach]) -> Early:
    """The streams in order, each so that it ends as early as it can: the answer to whether there is any flow at all."""
    line = EarliestFit([max(0, reach.room) // STEP for reach in reaches])
    ends: list[date] = []
    short = 0
    for stream in streams:
        if stream.not_before > date.min:
            line.wait_for(sum(reach.date < stream.not_before for reach in reaches))
        size = -(-stream.minutes // STEP)
        shortest = -(-stream.shortest // STEP)
        is_cut = (stream.splittable or len(stream.pieces) > 1) and size >= 2 * shortest
        placed = line.place(size, Manner(shortest, last=shortest) if is_cut else Manner())
        if placed is not None:
            short = sum(each.minutes for each in streams[len(ends) :]) - placed * STEP
            break
        ends.append(reaches[line.day].date)
    late = [
        reach.due
        for reach in reaches
        if reach.due and not (len(ends) >= reach.due and ends[reach.due - 1] <= reach.date)
    ]
    return Early(tuple(ends), max(short, *(streams[due - 1].minutes for due in late)) if late else short)


#: A point between two days: stream, minutes of it placed, how many of its old pieces are continued or merged away.
_Node = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Best:
    cost: int
    flow: Flow


class _Paths:
    def __init__(self, streams: Sequence[Stream], reaches: Sequence[Reach], *, cuts: bool) -> None:
        self.streams = streams
        self.reaches = reaches
        self.minutes = [stream.minutes for stream in streams]
        self.edges = [frozenset(accumulate((m for _, m in stream.pieces), initial=0)) for stream in streams]
        self.stops = [self._stops(i, cuts) for i in range(len(streams))]

    def _stops(self, i: int, cuts: bool) -> tuple[int, ...]:
        """Where the stream may be cut: where it is cut already and, with ``cuts``, wherever the rules allow it."""
        total, shortest = self.minutes[i], self.streams[i].shortest
        found = set(self.edges[i]) - {0, total}
        if cuts and self.streams[i].splittable:
            found.update(range(shortest + -shortest % STEP, total - shortest + 1, STEP))
        return tuple(sorted(found))

    def ways(self, i: int, offset: int, room: int, on: date) -> Iterator[tuple[int, int, int]]:
        """The points that a day with ``room`` can end at: stream, offset, and the minutes that the day then holds.

        The point it starts from is not among them.
        """
        placed = 0
        while i < len(self.streams) and self.streams[i].not_before <= on:
            edges, total, shortest = self.edges[i], self.minutes[i], self.streams[i].shortest
            for stop in self.stops[i]:
                if stop <= offset:
                    continue
                if placed + stop - offset > room:
                    break
                if stop - offset >= shortest or (offset in edges and stop in edges):
                    yield i, stop, placed + stop - offset
            placed += total - offset
            if placed > room or not (total - offset >= shortest or offset in edges):
                return
            i, offset = i + 1, 0
            yield i, 0, placed

    def best(self, bound: int | None) -> _Best | None:
        """The cheapest path, if none costs more than ``bound``."""
        states: dict[_Node, int] = {(0, 0, 0): 0}
        trail: list[dict[_Node, _Node]] = []
        for k, reach in enumerate(self.reaches):
            late = self._late(k)
            uneven = [_uneven(reach, placed) for placed in range(max(0, reach.room) + 1)]
            ahead: dict[_Node, int] = {}
            back: dict[_Node, _Node] = {}
            for node, cost in states.items():
                for there, more in self._steps(node, reach, uneven):
                    total = cost + more
                    if there in ahead and ahead[there] <= total:
                        continue
                    if there[0] < reach.due or (bound is not None and total + late(there) > bound):
                        continue
                    ahead[there], back[there] = total, node
            states = ahead
            trail.append(back)
        end = (len(self.streams), 0, 0)
        if end not in states:
            return None
        return _Best(states[end], self._flow(trail, states[end]))

    def _steps(self, node: _Node, reach: Reach, uneven: Sequence[int]) -> Iterator[tuple[_Node, int]]:
        """Where a day can end, and what it costs."""
        yield node, uneven[0]
        i, offset, row = node
        whole = 0
        for at, stop, placed in self.ways(i, offset, reach.room, reach.date):
            if at == i:
                for after, cost in self._continued(i, row, reach.date, stop - offset):
                    yield (i, stop, after), whole + cost + uneven[placed]
                continue
            rest = self._continued(i, row, reach.date, self.minutes[i] - offset)
            whole += min(cost + self._merged(i, after, None, reach.date) for after, cost in rest)
            i, offset, row = at, 0, 0
            yield (i, 0, 0), whole + uneven[placed]

    def _continued(self, i: int, row: int, on: date, minutes: int) -> list[tuple[int, int]]:
        """The old pieces that a new one may continue, from number ``row`` on: the number that comes next, and the cost.

        The first new piece continues the first old one; old ones that are passed over are merged away.
        """
        pieces = self.streams[i].pieces
        cut = CUT * _GRAIN if row else 0
        if row == len(pieces):
            return [(row, _DATE + abs((on - pieces[-1][0]).days) * _DAY + cut)]
        return [
            (k + 1, self._merged(i, row, k, on) + _moved(pieces[k], on, minutes) + cut)
            for k in (range(row, len(pieces)) if row else (0,))
        ]

    def _merged(self, i: int, first: int, last: int | None, on: date) -> int:
        """What it costs that old pieces are merged away into a new one."""
        return sum(_DATE + abs((on - was).days) * _DAY for was, _ in self.streams[i].pieces[first:last])

    def _late(self, k: int) -> _Late:
        return _Late(self, k)

    def _flow(self, trail: Sequence[dict[_Node, _Node]], cost: int) -> Flow:
        pieces: list[list[tuple[date, int]]] = [[] for _ in self.streams]
        node: _Node = (len(self.streams), 0, 0)
        for reach, back in zip(reversed(self.reaches), reversed(trail), strict=True):
            start = back[node]
            for i in range(node[0], start[0] - 1, -1):
                first = start[1] if i == start[0] else 0
                last = node[1] if i == node[0] else self.minutes[i]
                if last > first:
                    pieces[i].append((reach.date, last - first))
            node = start
        return Flow(tuple(tuple(reversed(each)) for each in pieces), cost // _DATE, cost % _DATE // _DAY)


class _Late:
    """What is at least still to pay once a day is over: each piece left behind on it or before moves a day or more."""

    def __init__(self, paths: _Paths, k: int) -> None:
        self._streams = paths.streams
        self._over = paths.reaches[k].date
        self._next = paths.reaches[k + 1].date if k + 1 < len(paths.reaches) else date.max
        self._whole = [0]
        for stream in reversed(paths.streams):
            self._whole.append(self._whole[-1] + self._of(stream, 0))
        self._whole.reverse()

    def _of(self, stream: Stream, row: int) -> int:
        return sum(_DATE + (self._next - was).days * _DAY for was, _ in stream.pieces[row:] if was <= self._over)

    def __call__(self, node: _Node) -> int:
        i, _, row = node
        if i == len(self._streams):
            return 0
        return self._whole[i + 1] + self._of(self._streams[i], row)


def _moved(piece: tuple[date, int], on: date, minutes: int) -> int:
    was, had = piece
    if was == on:
        return _SIZE * (minutes != had)
    return _DATE + abs((on - was).days) * _DAY


def _uneven(reach: Reach, placed: int) -> int:
    share = max(1.0, reach.share)
    return round((reach.base + placed - share) ** 2 / share * _GRAIN)
