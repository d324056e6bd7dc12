"""The price list of a plan that does not fit: each way out with the least that it takes.

A way out is found by trying, from the cheapest on, never by assuming that more is always better: a longer window has a
larger buffer, and an anchor may move. Pure: the standard library, ``model`` and ``errors``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from math import inf

from studyplan.errors import DoesNotFit
from studyplan.model import LONGEST_WINDOW, STEP, Offer, Role
from studyplan.schedule.course import Course, EarliestFit, Problem
from studyplan.schedule.layout import lay_out, misfit

#: Minutes: no study day can be longer by more.
MOST_MINUTES = 24 * 60
#: Tasks: up to so many that may be left out, the cheapest set is proved.
PROVED_UP_TO = 20
#: Where more may be: sets that are tried, and states of the search, before the proof is given up.
_PATIENCE, _MOST_STATES = 200, 100_000


@dataclass(frozen=True, slots=True)
class Variation:
    """What is asked differently: minutes more on every study day, days later, another window, tasks left out."""

    minutes: int = 0
    days: int = 0
    window: str | None = None
    leave_out: frozenset[str] = frozenset()


Pose = Callable[[Variation], Problem | None]


def price_list(pose: Pose, *, smaller_windows: Sequence[str], may_leave_out: Mapping[str, int]) -> tuple[Offer, ...]:
    """The ways out, in this order: minutes, days, window, leave_out; a way that leads nowhere is missing.

    ``pose`` builds the problem as varied, or None where that is not possible. ``smaller_windows`` are ids, the smallest
    first; the largest that fits is offered. ``may_leave_out`` tells the minutes of each task that may be. Every offer
    has been laid out; anything cheaper of its kind has been shown to have no plan.
    """
    found = (
        _more_minutes(pose),
        _more_days(pose),
        _smaller_window(pose, smaller_windows),
        _leave_out(pose, may_leave_out),
    )
    return tuple(offer for offer in found if offer is not None)


def _fits(problem: Problem | None) -> bool:
    """Whether a problem has a plan, proved by laying it out."""
    if problem is None or misfit(problem) is not None:
        return False
    try:
        lay_out(problem)
    except DoesNotFit:
        return False
    return True


def _more_minutes(pose: Pose) -> Offer | None:
    for minutes in range(STEP, MOST_MINUTES + 1, STEP):
        problem = pose(Variation(minutes=minutes))
        if problem is None:
            return None
        if _fits(problem):
            return Offer("minutes", minutes)
    return None


def _more_days(pose: Pose) -> Offer | None:
    now = pose(Variation())
    if now is None:
        return None
    most = LONGEST_WINDOW - len(now.days)
    longest = pose(Variation(days=most)) if most > 0 else None
    if longest is None:
        return None
    for days in range(max(1, _enough_days(longest) - len(now.days)), most + 1):
        if _fits(pose(Variation(days=days))):
            return Offer("days", days)
    return None


def _enough_days(problem: Problem) -> int:
    """Days below which no window from the same start holds the material; more than there are where none does.

    Counts all study days as if they had no buffer, no reviews and no anchored tasks.
    """
    material = [work for work in problem.works if work.anchor is None and not work.exam]
    missing = sum(work.minutes for work in material)
    whole = max((work.minutes for work in material if not work.splittable), default=0)
    for count, day in enumerate(problem.days, start=1):
        if day.role is not Role.EXAM and (day.capacity is None or day.capacity > 0):
            missing -= missing if day.capacity is None else day.capacity
            whole = 0 if day.capacity is None or day.capacity >= whole else whole
        if missing <= 0 and not whole:
            return count
    return LONGEST_WINDOW + 1


def _smaller_window(pose: Pose, windows: Sequence[str]) -> Offer | None:
    return next((Offer("window", id) for id in reversed(windows) if _fits(pose(Variation(window=id)))), None)


def _leave_out(pose: Pose, may_leave_out: Mapping[str, int]) -> Offer | None:
    whole, least = pose(Variation()), pose(Variation(leave_out=frozenset(may_leave_out)))
    if whole is None or least is None or not may_leave_out:
        return None
    minutes = {work.id: may_leave_out[work.id] for work in whole.works if work.id in may_leave_out}
    proving = len(minutes) <= PROVED_UP_TO
    sets = _sets(whole, least, minutes, None if proving else _MOST_STATES)
    for tried, ids in enumerate(sets or ()):
        if tried == _PATIENCE and not proving:
            break
        if ids and _fits(pose(Variation(leave_out=frozenset(ids)))):
            return Offer("leave_out", ids)
    else:
        if sets is not None:
            return None
    return _small_set(pose, minutes)


def _small_set(pose: Pose, minutes: Mapping[str, int]) -> Offer | None:
    """A set none of which can stay: everything left out, then put back, the longest first, while there is room."""
    out = set(minutes)
    if not _fits(pose(Variation(leave_out=frozenset(out)))):
        return None
    for id in sorted(minutes, key=lambda id: -minutes[id]):
        if len(out) > 1 and _fits(pose(Variation(leave_out=frozenset(out - {id})))):
            out.remove(id)
    return Offer("leave_out", tuple(id for id in minutes if id in out), exact=False)


@dataclass(frozen=True, slots=True)
class _Item:
    """A task on the way through the curriculum. ``minutes``: what leaving it out costs, None where it must stay.

    ``size`` in steps, 0 for a task that takes nothing from the line; ``wait`` and ``by``: material days that pass before it
    may start, and by which it must be over.
    """

    id: str
    size: int
    splittable: bool
    minutes: int | None
    wait: int = 0
    by: int = LONGEST_WINDOW


#: (day, steps used of it)
_At = tuple[int, int]


def _sets(
    whole: Problem, least: Problem, minutes: Mapping[str, int], most: int | None
) -> Iterator[tuple[str, ...]] | None:
    """Sets of tasks to leave out, the fewest minutes first: every set that may be enough is among them.

    Whether a set is enough is asked here with the fewest reviews that any set leaves, and without the anchored tasks
    where one of them may be left out; so nothing is missed, and each set must still be tried. None where more than
    ``most`` states would have to be looked at.
    """
    line = _line(whole, least, minutes)
    if line is None:
        return iter(())
    items, rooms = line
    layers = _layers(items, rooms, most)
    return None if layers is None else _cheapest_first(items, layers)


def _line(whole: Problem, least: Problem, minutes: Mapping[str, int]) -> tuple[list[_Item], list[int]] | None:
    loose = [_Item(work.id, 0, False, minutes[work.id]) for work in whole.works if work.anchor and work.id in minutes]
    works = tuple(work for work in whole.works if not loose or not (work.anchor or work.exam))
    try:
        course = Course(replace(whole, works=works, decks=least.decks))
    except DoesNotFit:
        return None
    by: dict[str, int] = {}
    for work in course.fixed:
        days = sum(slot.date <= course.anchored[work.id] for slot in course.slots)
        for id in work.after:
            by[id] = min(days, by.get(id, days))
    items = [
        _Item(
            work.id,
            work.minutes // STEP,
            work.splittable,
            minutes.get(work.id),
            course.openings.get(index, 0),
            by.get(work.id, LONGEST_WINDOW),
        )
        for index, work in enumerate(course.material)
    ]
    return [*loose, *items], [slot.room // STEP for slot in course.slots]


#: For each task, where the tasks ahead of it may end at the earliest, and where this one then ends (None: nowhere).
_Layer = dict[_At, _At | None]


def _layers(items: Sequence[_Item], rooms: Sequence[int], most: int | None) -> list[_Layer] | None:
    layers: list[_Layer] = []
    starts: list[_At] = [(0, 0)]
    states = 0
    for item in items:
        layer = {at: _end(item, at, rooms) for at in starts}
        layers.append(layer)
        states += len(layer)
        if most is not None and states > most:
            return None
        ends = {end for end in layer.values() if end is not None}
        starts = sorted(ends if item.minutes is None else ends.union(layer))
    layers.append({at: at for at in starts})
    return layers


def _end(item: _Item, at: _At, rooms: Sequence[int]) -> _At | None:
    if not item.size:
        return at
    line = EarliestFit(rooms, *at)
    line.wait_for(item.wait)
    placed = line.place(item.size, item.splittable)
    return (line.day, line.used) if placed is None and line.day < item.by else None


def _cheapest_first(items: Sequence[_Item], layers: Sequence[_Layer]) -> Iterator[tuple[str, ...]]:
    ahead: list[dict[_At, float]] = [dict.fromkeys(layers[-1], 0.0)]
    for item, layer in zip(reversed(items), reversed(layers[:-1]), strict=True):
        after = ahead[-1]
        ahead.append(
            {
                at: min(
                    inf if end is None else after[end],
                    inf if item.minutes is None else after[at] + item.minutes,
                )
                for at, end in layer.items()
            }
        )
    ahead.reverse()
    #: (minutes at least, -tasks decided, tasks left out by their place, minutes so far, end of the tasks so far)
    heap: list[tuple[float, int, tuple[int, ...], int, _At]] = []

    def push(index: int, out: tuple[int, ...], spent: int, at: _At) -> None:
        total = spent + ahead[index].get(at, inf)
        if total < inf:
            heappush(heap, (total, -index, out, spent, at))

    push(0, (), 0, (0, 0))
    while heap:
        _, decided, out, spent, at = heappop(heap)
        index = -decided
        if index == len(items):
            yield tuple(items[place].id for place in out)
            continue
        end = layers[index][at]
        if end is not None:
            push(index + 1, out, spent, end)
        minutes = items[index].minutes
        if minutes is not None:
            push(index + 1, (*out, index), spent + minutes, at)
