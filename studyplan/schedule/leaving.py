"""Which tasks to leave out where a plan does not fit: sets of them, the fewest minutes first.

Pure: the standard library, ``model`` and ``errors``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush, merge
from itertools import combinations
from math import inf

from studyplan.errors import DoesNotFit
from studyplan.model import LONGEST_WINDOW, STEP, Deck, Work
from studyplan.schedule.course import Course, EarliestFit, Manner, Problem, kept_on, manner, steps
from studyplan.schedule.reviews import SHORT_REVIEW, keep_back, review_minutes, spread

#: Anchored tasks that may be left out: each set of them is looked at on its own.
_MOST_ANCHORED = 5
#: States of the search, where no proof was promised.
_MOST_STATES = 100_000


class TooMany(Exception):
    """There is too much to look at for a proof."""


Posed = Callable[[frozenset[str]], Problem | None]
#: A set of tasks and its minutes, the minutes first.
_Found = tuple[int, tuple[str, ...]]


def cheapest_first(posed: Posed, minutes: Mapping[str, int], *, proving: bool) -> Iterator[frozenset[str]]:
    """Sets of the tasks in ``minutes``, those of the fewest minutes first: every set that may be enough is among them.

    ``posed`` builds the problem without a set of tasks. A set still has to be tried: where leaving out a task changes the day
    of an anchored one, or what is left of a deck's cards, this looks at the most favourable case. Raises ``TooMany``.
    """
    whole = posed(frozenset())
    if whole is None:
        return
    anchored = [work.id for work in whole.works if work.anchor is not None and work.id in minutes]
    if len(anchored) > _MOST_ANCHORED:
        raise TooMany
    loose = {id: cost for id, cost in minutes.items() if id not in anchored}
    streams = (
        _without(posed, ids, sum(minutes[id] for id in ids), loose, None if proving else _MOST_STATES)
        for count in range(len(anchored) + 1)
        for ids in combinations(anchored, count)
    )
    seen: set[frozenset[str]] = set()
    for _, found in merge(*streams, key=_minutes):
        ids = frozenset(found)
        if ids not in seen:
            seen.add(ids)
            yield ids


def _minutes(found: _Found) -> int:
    return found[0]


def _without(
    posed: Posed, anchored: tuple[str, ...], cost: int, loose: Mapping[str, int], most: int | None
) -> Iterator[_Found]:
    """The sets that hold just these of the anchored tasks."""
    whole, least = posed(frozenset(anchored)), posed(frozenset((*anchored, *loose)))
    if whole is None or least is None:
        return
    line = _Line(whole, least, loose)
    for total, ids in merge(*(line.at_level(kept, most) for kept in line.levels), key=_minutes):
        yield cost + total, (*anchored, *ids)


def _same_anchors(whole: Problem, least: Problem) -> bool:
    """Whether anchored tasks sit on the same days with everything and with the least; then they do with any set between."""
    try:
        return Course(whole).anchored == Course(least).anchored
    except DoesNotFit:
        return False


@dataclass(frozen=True, slots=True)
class _Item:
    """A task of the line. ``minutes``: what leaving it out costs, None if it must stay.

    ``wait`` and ``by``: material days that pass before it may start, and by which it must be over. ``decks`` are the decks that
    its stay keeps alive, as bits, of those that could go; ``closed`` the decks that no later task keeps alive.
    """

    work: Work
    minutes: int | None
    wait: int
    by: int
    decks: int
    closed: int


#: Where the tasks so far end at the earliest (day, steps used of it), the minutes of the decks that are alive for sure,
#: and which of them a later task could also keep alive, as bits.
_State = tuple[int, int, int, int]


class _Line:
    """The tasks on their way through the days, each of which stays or goes.

    How many minutes a day keeps back for reviews depends on the decks that stay. So there is a level for each number that
    is possible, and a search for each: sets that fit at that level and leave no more decks than it holds.
    """

    def __init__(self, whole: Problem, least: Problem, minutes: Mapping[str, int]) -> None:
        works = whole.works
        if not _same_anchors(whole, least):
            works = tuple(replace(work, after=()) for work in works if work.anchor is None and not work.exam)
        course = Course(replace(whole, works=works, decks=()))
        capacity = {day.date: day.capacity for day in whole.days}
        self._rooms = [(slot.room, capacity[slot.date]) for slot in course.slots]
        self._wholes = [slot.whole // STEP for slot in course.slots]
        self._fullest = course.fullest
        self._ids = [work.id for work in course.material]
        low, high = (keep_back(decks, len(course.slots)) for decks in (least.decks, whole.decks))
        self.levels = range(low, high + STEP, STEP)
        here = {work.id for work in whole.works}
        going = [deck for deck in whole.decks if all(id in minutes or id not in here for id in deck.after)]
        self._going = [_least_minutes(deck, minutes) for deck in going]
        self._staying = sum(_least_minutes(deck, minutes) for deck in whole.decks if deck not in going)
        self._items = _items(course, minutes, going)

    def at_level(self, kept: int, most: int | None) -> Iterator[_Found]:
        """Sets that fit where each day under a ceiling keeps back so many minutes, the cheapest first."""
        rooms = [max(0, room - kept_on(capacity, kept)) // STEP for room, capacity in self._rooms]
        layers = self._layers(rooms, kept, most)
        ahead = self._ahead(layers)
        #: (minutes at least, -tasks decided, tasks left out by their place, minutes so far, state)
        heap: list[tuple[float, int, tuple[int, ...], int, _State]] = []

        def push(index: int, out: tuple[int, ...], spent: int, state: _State) -> None:
            total = spent + ahead[index].get(state, inf)
            if total < inf:
                heappush(heap, (total, -index, out, spent, state))

        push(0, (), 0, (0, 0, 0, 0))
        while heap:
            _, decided, out, spent, state = heappop(heap)
            index = -decided
            if index == len(self._items):
                yield spent, tuple(self._ids[place] for place in out)
                continue
            stays, goes = layers[index][state]
            minutes = self._items[index].minutes
            if stays is not None:
                push(index + 1, out, spent, stays)
            if goes is not None and minutes is not None:
                push(index + 1, (*out, index), spent + minutes, goes)

    def _layers(self, rooms: Sequence[int], kept: int, most: int | None) -> list[dict[_State, _Next]]:
        layers: list[dict[_State, _Next]] = []
        states: set[_State] = {(0, 0, 0, 0)}
        count = 0
        longest = max(rooms, default=0)
        for item in self._items:
            how = manner(item.work, longest, self._fullest)
            layer = {state: self._next(item, how, state, rooms, kept) for state in sorted(states)}
            layers.append(layer)
            count += len(layer)
            if most is not None and count > most:
                raise TooMany
            states = {state for both in layer.values() for state in both if state is not None}
        layers.append(dict.fromkeys(states, (None, None)))
        return layers

    def _next(self, item: _Item, how: Manner, state: _State, rooms: Sequence[int], kept: int) -> _Next:
        day, used, alive, decks = state
        goes = None if item.minutes is None else (day, used, alive, decks & ~item.closed)
        line = EarliestFit(rooms, self._wholes, day, used)
        line.wait_for(item.wait)
        if line.place(steps(item.work.minutes), how) is not None or line.day >= item.by:
            return None, goes
        new = item.decks & ~decks
        alive += sum(minutes for bit, minutes in enumerate(self._going) if new >> bit & 1)
        if spread(self._staying + alive, len(rooms)) > kept:
            return None, goes
        return (line.day, line.used, alive, (decks | item.decks) & ~item.closed), goes

    def _ahead(self, layers: Sequence[dict[_State, _Next]]) -> list[dict[_State, float]]:
        """For each state the fewest minutes that must still go."""
        ahead = [dict.fromkeys(layers[-1], 0.0)]
        for item, layer in zip(reversed(self._items), reversed(layers[:-1]), strict=True):
            after = ahead[-1]
            ahead.append(
                {
                    state: min(
                        inf if stays is None else after[stays],
                        inf if goes is None or item.minutes is None else after[goes] + item.minutes,
                    )
                    for state, (stays, goes) in layer.items()
                }
            )
        ahead.reverse()
        return ahead


#: The states that follow where a task stays and where it goes; None where it cannot.
_Next = tuple[_State | None, _State | None]


def _least_minutes(deck: Deck, minutes: Mapping[str, int]) -> int:
    """A review of the deck takes no less while one of its tasks stays. It shrinks as others go, and cards with them."""
    whole = len(deck.after) == 1 or not any(id in minutes for id in deck.after)
    return review_minutes(deck) if whole else SHORT_REVIEW


def _items(course: Course, minutes: Mapping[str, int], going: Sequence[Deck]) -> list[_Item]:
    by: dict[str, int] = {}
    for work in course.fixed:
        days = sum(slot.date <= course.anchored[work.id] for slot in course.slots)
        for id in work.after:
            by[id] = min(days, by.get(id, days))
    items = []
    open_decks = 0
    for index in range(len(course.material) - 1, -1, -1):
        work = course.material[index]
        decks = sum(1 << bit for bit, deck in enumerate(going) if work.id in deck.after)
        items.append(
            _Item(
                work,
                minutes.get(work.id),
                course.openings.get(index, 0),
                by.get(work.id, LONGEST_WINDOW),
                decks,
                decks & ~open_decks,
            )
        )
        open_decks |= decks
    items.reverse()
    return items
