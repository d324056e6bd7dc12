"""A scheduling problem as one line: the material end to end, and the days that take it.

Work is counted in steps of five minutes, and takes a step more than it fills where a task of the learner's own has odd minutes;
its last piece has what is left of them. Also the quick answer to whether a problem has a plan at all. Pure: the standard
library, ``model`` and ``errors``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import accumulate

from studyplan.errors import DoesNotFit, Shortage
from studyplan.model import MIN_PIECE, STEP, Day, Deck, LayoutNote, Piece, Role, Work
from studyplan.schedule.reviews import keep_back
from studyplan.schedule.window import anchor_days, weights
from studyplan.text import count, span_text

#: What one more piece costs, in the unit of the unevenness (minutes).
CUT_COST = 15
#: Steps: the shortest piece of a task that is cut.
SHORTEST = MIN_PIECE // STEP


@dataclass(frozen=True, slots=True)
class Problem:
    """A window to fill: its days with their roles, the tasks in curriculum order, the decks that earn reviews.

    ``start`` is the day that ``start+7d`` counts from, the first of ``days`` unless named; ``settled`` the day of tasks that
    are no longer among ``works`` but that an anchor or an ``after`` may name; ``spent`` the minutes studied on a day already,
    whose capacity is what is left of it; ``shared`` the days on which other plans hold some of the learner's time.
    """

    days: tuple[Day, ...]
    works: tuple[Work, ...]
    decks: tuple[Deck, ...] = ()
    start: date | None = None
    settled: Mapping[str, date] = field(default_factory=dict)
    spent: Mapping[date, int] = field(default_factory=dict)
    shared: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Slot:
    """A material day as the search sees it, in minutes: ``room`` for material, and what is ``anchored`` there.

    ``whole``: its capacity where nothing else is on it, for a task that takes the day for itself; else 0.
    """

    date: date
    room: int
    anchored: int
    weight: int
    whole: int = 0


@dataclass(frozen=True, slots=True)
class Manner:
    """How a task is laid out among the days there are.

    ``shortest``: steps of its shortest piece, 0 where it is not cut; ``last``: steps of its shortest last piece, which does
    not fill them all where the minutes are odd. ``alone``: steps that a day must offer which it takes for itself, whether
    or not it passes the ceiling there; 0 where it fits in beside others.
    """

    shortest: int = 0
    alone: int = 0
    last: int = 0


def steps(minutes: int) -> int:
    """The steps of five minutes that hold so many."""
    return -(-minutes // STEP)


def manner(work: Work, longest: int, fullest: int) -> Manner:
    """How a task is laid out where no day has more than ``longest`` steps of room, and none more than ``fullest`` in all.

    A task that is longer than the fullest day must not make a plan impossible. A mock or a quiz stays whole, alone on such
    a day; anything else is cut, into pieces as near to the usual shortest as the days allow. What only the minutes kept back
    for reviews are in the way of takes a day for itself too.
    """
    size = steps(work.minutes)
    is_odd = work.minutes % STEP > 0
    makes_no_two = not work.splittable or size < 2 * SHORTEST
    if size > longest > 0 and makes_no_two and (work.whole or size <= fullest):
        return Manner(alone=min(size, fullest))
    if size > longest > 0:
        # It has to be cut, so a last piece may be short of the usual shortest by its odd minutes.
        shortest = max(1, min(SHORTEST, size // -(-size // longest)))
        return Manner(shortest, last=shortest)
    shortest = SHORTEST if work.splittable and size >= 2 * SHORTEST + is_odd else 0
    return Manner(shortest, last=shortest + is_odd if shortest else 0)


class Course:
    """A scheduling problem as one line: the material end to end, in steps of five minutes, and the days that take it.

    ``ends[i]`` is where the first i tasks end on the line. Raises ``DoesNotFit`` if an anchored task finds no day.
    """

    def __init__(self, problem: Problem) -> None:
        anchors = anchor_days(
            problem.works,
            problem.days,
            start=problem.start,
            settled=problem.settled,
            spent=problem.spent,
            shared=problem.shared,
        )
        self.anchored = anchors.days
        self._settled = problem.settled
        self.fixed = [work for work in problem.works if work.id in self.anchored]
        self.material = [work for work in problem.works if work.id not in self.anchored]
        self.ends = list(accumulate((steps(work.minutes) for work in self.material), initial=0))
        self.total = self.ends[-1]
        self.slots = _slots(problem, self.fixed, self.anchored)
        capacities = {day.date: day.capacity or 0 for day in problem.days}
        self._kept = sum(max(0, capacities[slot.date] - slot.room) for slot in self.slots)
        self._longest = max((slot.room for slot in self.slots), default=0) // STEP
        self.fullest = _fullest(problem) // STEP
        self.manners = [manner(work, self._longest, self.fullest) for work in self.material]
        self.notes = (*anchors.notes, *self._long_tasks())

    def _long_tasks(self) -> Iterator[str]:
        """Notes on tasks that are longer than the fullest day."""
        minutes = self.fullest * STEP
        long = [(work, how) for work, how in zip(self.material, self.manners, strict=True) if work.minutes > minutes]
        for works, kind, what in (
            ([work for work, how in long if not how.alone], "cut", "split into shorter pieces"),
            (
                [work for work, how in long if how.alone],
                "alone",
                "given a day to itself, since it is done in one sitting",
            ),
        ):
            if works:
                listed = ", ".join(f"'{work.name}'" for work in works)
                text = f"Longer than your longest day ({count(minutes, 'minute')}), so {what}: {listed}."
                yield LayoutNote(text, kind, *(work.id for work in works))

    def jumps(self, slot: Slot) -> dict[int, int]:
        """From where to where on the line a day leads that one task has for itself, in steps."""
        return {
            start: end
            for how, start, end in zip(self.manners, self.ends, self.ends[1:], strict=False)
            if how.alone and how.alone * STEP <= slot.whole
        }

    def bounds(self) -> tuple[list[int], list[int]]:
        """How much of the line may be placed by the end of the i-th material day (0: before the first): least and most."""
        days = len(self.slots)
        low, high = [0] * (days + 1), [self.total] * (days + 1)
        high[0], low[days] = 0, self.total
        for tasks, passed, _ in self.closings:
            low[passed] = max(low[passed], self.ends[tasks])
        for task, passed in self.openings.items():
            high[passed] = min(high[passed], self.ends[task])
        jumps = [self.jumps(slot) for slot in self.slots]
        for i, slot in enumerate(self.slots):
            far = max((end for start, end in jumps[i].items() if start <= high[i]), default=0)
            high[i + 1] = min(high[i + 1], max(far, high[i] + slot.room // STEP))
            low[i + 1] = max(low[i + 1], low[i])
        for i in range(days, 0, -1):
            near = min((start for start, end in jumps[i - 1].items() if end >= low[i]), default=self.total)
            high[i - 1] = min(high[i - 1], high[i])
            low[i - 1] = max(low[i - 1], min(near, low[i] - self.slots[i - 1].room // STEP))
        return low, high

    @cached_property
    def _place(self) -> dict[str, int]:
        return {work.id: index for index, work in enumerate(self.material)}

    @cached_property
    def closings(self) -> list[tuple[int, int, Work]]:
        """(tasks, days, anchored task): so many tasks of the line are over by the end of that many material days."""
        out = []
        for work in self.fixed:
            places = [self._place[id] for id in work.after if id in self._place]
            if places:
                by = self.anchored[work.id]
                out.append((max(places) + 1, sum(slot.date <= by for slot in self.slots), work))
        return sorted(out, key=lambda each: (each[0], each[1], each[2].id))

    @cached_property
    def openings(self) -> dict[int, int]:
        """For a task of the line that comes after an anchored one: how many material days pass before it may start."""
        out = {}
        known = {**self._settled, **self.anchored}
        for index, work in enumerate(self.material):
            days = [known[id] for id in work.after if id in known]
            if days:
                out[index] = sum(slot.date < max(days) for slot in self.slots)
        return out

    @cached_property
    def placed_minutes(self) -> int:
        return self.total * STEP + sum(slot.anchored for slot in self.slots)

    def misfit(self) -> DoesNotFit | None:
        """Why no plan exists; None if one does."""
        for tasks, days, anchored in (*self.closings, (len(self.material), len(self.slots), None)):
            left = self._left_over(tasks, days)
            if left is not None:
                cause = self._cause(left[0], tasks, days, anchored)
                return DoesNotFit(cause, short_minutes=left[1], shortage=self._shortage())
        return None

    def _left_over(self, tasks: int, days: int) -> tuple[Work, int] | None:
        """The first of so many tasks that so many days cannot hold, and the minutes that then have no place."""
        slots = self.slots[:days]
        line = EarliestFit([slot.room // STEP for slot in slots], [slot.whole // STEP for slot in slots])
        for index, work in enumerate(self.material[:tasks]):
            line.wait_for(self.openings.get(index, 0))
            placed = line.place(steps(work.minutes), self.manners[index])
            if placed is not None:
                return work, (self.ends[tasks] - self.ends[index] - placed) * STEP
        return None

    def _cause(self, work: Work, tasks: int, days: int, anchored: Work | None) -> str:
        """Why ``work`` has no place: too little time in all, too little ahead of an anchored task, or no day that is long enough."""
        if not self.slots:
            return "no study day is left"
        if short := self._shortage():
            other = f", which keep {span_text(short.kept)} for {self._kept_for}" if short.kept else ""
            return (
                f"there is room for {span_text(short.room)} of new work on {count(len(self.slots), 'study day')}{other}; "
                f"the plan has {span_text(short.needed)} of it"
            )
        room, needed = sum(slot.room for slot in self.slots[:days]), self.ends[tasks] * STEP
        if anchored is not None and room < needed:
            return (
                f"there is room for {span_text(room)} before '{anchored.name}' ({self.anchored[anchored.id]}); what it "
                f"needs first takes {span_text(needed)}"
            )
        if work.minutes > self.fullest * STEP and work.whole:
            return (
                f"your longest day is {count(self.fullest * STEP, 'minute')}; '{work.name}' takes {work.minutes}, and no day is left "
                "for it alone when its turn comes"
            )
        if work.splittable or work.minutes > self.fullest * STEP:
            return (
                f"the days have no room for '{work.name}' when its turn comes; it takes {count(work.minutes, 'minute')}"
            )
        return f"no day has room for '{work.name}' when its turn comes; it takes {count(work.minutes, 'minute')} in one sitting"

    def _shortage(self) -> Shortage | None:
        """The figures, where the days have too little time in all."""
        room, needed = sum(slot.room for slot in self.slots), self.total * STEP
        if not self.slots or room >= needed:
            return None
        return Shortage(room, needed, self._kept, self.slots[0].date, self.slots[-1].date)

    @property
    def _kept_for(self) -> str:
        """What the minutes are for that the days keep from new work."""
        fixed = sum(slot.anchored for slot in self.slots)
        if not fixed:
            return "reviews"
        return "tasks with a fixed day" if self._kept <= fixed else "reviews and tasks with a fixed day"

    def pieces(self, ends: Sequence[int]) -> dict[str, tuple[Piece, ...]]:
        """The pieces of each task where the i-th material day ends at ``ends[i + 1]`` steps of the line."""
        out: dict[str, tuple[Piece, ...]] = {}
        day = 0
        for index, work in enumerate(self.material):
            start, end = self.ends[index], self.ends[index + 1]
            left = work.minutes
            parts: list[Piece] = []
            while start < end:
                while ends[day + 1] <= start:
                    day += 1
                stop = min(end, ends[day + 1])
                minutes = min(left, (stop - start) * STEP)
                parts.append(Piece(work.id, len(parts) + 1, self.slots[day].date, minutes))
                start, left = stop, left - minutes
            out[work.id] = tuple(parts)
        return out

    def cost(self, ends: Sequence[int]) -> float:
        """The unevenness of the material days, the sum of (load - share)² / share, and 15 for each cut."""
        weight = sum(slot.weight for slot in self.slots)
        cost = 0.0
        for slot, before, after in zip(self.slots, ends, ends[1:], strict=False):
            share = slot.weight * self.placed_minutes / weight
            if share:
                cost += ((after - before) * STEP + slot.anchored - share) ** 2 / share
        boundaries = set(self.ends)
        return cost + CUT_COST * len(set(ends) - boundaries)


def _slots(problem: Problem, fixed: Sequence[Work], anchored: Mapping[str, date]) -> list[Slot]:
    load: Counter[date] = Counter()
    for work in fixed:
        load[anchored[work.id]] += work.minutes
    material = [day for day in problem.days if day.role is Role.MATERIAL]
    weight = weights(problem.days)
    kept = keep_back(problem.decks, len(material))
    total = sum(work.minutes for work in problem.works)

    def room(day: Day) -> int:
        if day.capacity is None:
            return total
        return max(0, day.capacity - kept_on(day.capacity, kept) - load[day.date])

    def whole(day: Day) -> int:
        if load[day.date] or problem.spent.get(day.date):
            return 0
        return total if day.capacity is None else day.capacity

    return [Slot(day.date, room(day), load[day.date], weight[day.date], whole(day)) for day in material]


def kept_on(capacity: int | None, kept: int) -> int:
    """Minutes that a day keeps for reviews where each keeps ``kept``: half of it at most, since a short day is not theirs alone."""
    return 0 if capacity is None else min(kept, capacity // (2 * STEP) * STEP)


def _fullest(problem: Problem) -> int:
    """Minutes of the fullest day that may hold material; all there is where a day has no ceiling."""
    total = sum(work.minutes for work in problem.works)
    capacities = (day.capacity for day in problem.days if day.role is Role.MATERIAL)
    return max((total if capacity is None else capacity for capacity in capacities), default=0)


class EarliestFit:
    """Places tasks one after another, each so that it ends as early as it can. In steps of five minutes.

    Whatever follows can only gain by an earlier end, so a line of tasks has a plan if and only if this finds one.
    """

    def __init__(self, rooms: Sequence[int], wholes: Sequence[int] = (), day: int = 0, used: int = 0) -> None:
        self.rooms = rooms
        self._wholes = wholes
        self.day = day
        self.used = used

    def wait_for(self, day: int) -> None:
        """Continue no earlier than this day."""
        if day > self.day:
            self.day, self.used = day, 0

    def place(self, size: int, how: Manner) -> int | None:
        """Place a task; None if that worked, else how much of it has a place all the same."""
        if how.alone:
            return self._place_alone(how.alone)
        shortest, last = how.shortest, how.last
        done, cuts = 1, _cuts(size, shortest, last) if shortest else 0
        day, used = self.day, self.used
        while day < len(self.rooms):
            free = self.rooms[day] - used
            tail = self._tail(done, size, free, last) if cuts else None
            if tail is not None or free >= size:
                self.day, self.used = day, used + (size if tail is None else tail)
                return None
            if cuts and free >= shortest:
                done |= _reach(done, shortest, free) & cuts
            day, used = day + 1, 0
        return done.bit_length() - 1

    def _place_alone(self, needed: int) -> int | None:
        """Give a task the next day that is large enough and that nothing else has begun; None if there is one, else
        0."""
        for day in range(self.day + (self.used > 0), len(self._wholes)):
            if self._wholes[day] >= needed:
                self.day, self.used = day, max(1, self.rooms[day])
                return None
        return 0

    @staticmethod
    def _tail(done: int, size: int, free: int, last: int) -> int | None:
        """The shortest last piece that ends the task on a day with ``free`` steps."""
        usable = done & ((1 << size - last + 1) - 1)
        longest = usable.bit_length() - 1
        rest = size - longest
        return rest if longest > 0 and rest <= free else None


def _cuts(size: int, shortest: int, last: int) -> int:
    """Where a task of that size may be cut, as bits: bit x where x steps may come before the cut."""
    return ((1 << size - last + 1) - 1) & ~((1 << shortest) - 1) if size >= shortest + last else 0


def _reach(done: int, shortest: int, longest: int) -> int:
    """The bits of ``done`` moved up by everything from ``shortest`` to ``longest``."""
    moved, span = done << shortest, longest - shortest + 1
    width = 1
    while width < span:
        step = min(width, span - width)
        moved |= moved << step
        width += step
    return moved
