"""The set of tasks of least value without which a plan fits: what a start leaves out and a replan leaves over.

Value is lexicographic: no minute of a dearer rank is given up to save any of a cheaper one. Pure.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import accumulate

from studyplan.model import Task, Tier

#: Candidates of one rank: up to so many, the least set is proved.
PROVED_UP_TO = 20
#: Sets whose fit is asked for, and steps of a search among them, before the proof is given up.
_PATIENCE, _STEPS = 1000, 20_000
#: Sets of equal minutes whose cheaper ranks are compared, and such comparisons in all.
_EQUALS, _COMPARISONS = 40, 400
#: The rank of the core.
CORE = 4


def rank(tier: Tier, *, optional: bool = False, elective: bool = False) -> int:
    """How dear a task is, from 0: optional, elective, depth, practice, core."""
    if elective:
        return 1
    if optional:
        return 0
    return {Tier.DEPTH: 2, Tier.PRACTICE: 3}.get(tier, CORE)


def rank_of(task: Task, electives: frozenset[str] = frozenset()) -> int:
    """The rank of a plan's task; ``electives``: the ids of those that belong to an elective path."""
    return rank(task.tier, optional=task.optional, elective=task.task in electives)


class LeastValue(ABC):
    """A search for the set of least value without which all else fits: by rank, the dearest first, then by minutes.

    ``ranks``: the ids of tasks that may go, by their rank; ``minutes``: of each. ``proved`` says afterwards whether no set of less
    value is enough.
    """

    def __init__(self, ranks: Mapping[int, Sequence[str]], minutes: Mapping[str, int]) -> None:
        self.ranks = ranks
        self.minutes = minutes
        self.proved = True
        self._known: dict[frozenset[str], bool] = {}
        self._asked = 0
        self._compared = 0

    @abstractmethod
    def fits(self, out: frozenset[str]) -> bool:
        """Whether all but those fit. True may prove wrong (see ``refute``), False may not."""

    def refute(self, out: frozenset[str]) -> None:
        """All but those do not fit, whatever ``fits`` said."""
        self._known[out] = False

    def works(self, out: frozenset[str]) -> bool:
        """What ``fits`` says, asked once."""
        if out not in self._known:
            self._asked += 1
            self._known[out] = self.fits(out)
        return self._known[out]

    def least(self) -> frozenset[str] | None:
        """The set of least value without which all else fits; None where there is none."""
        out: frozenset[str] = frozenset()
        if self.works(out):
            return out
        cheaper: list[int] = []
        for each in sorted(self.ranks):
            out = out.union(self.ranks[each])
            cheaper.insert(0, each)
            if self.works(out):
                return self._least_of(cheaper, frozenset())
        return None

    def _least_of(self, ranks: Sequence[int], chosen: frozenset[str]) -> frozenset[str]:
        """What goes of these ranks, the dearest first, where the chosen ones go anyway."""
        if not ranks:
            return chosen
        cheaper = frozenset(id for each in ranks[1:] for id in self.ranks[each])
        best: frozenset[str] | None = None
        for tried, ids in enumerate(self.sets(self.ranks[ranks[0]], chosen | cheaper)):
            found = self._least_of(ranks[1:], chosen | ids)
            self._compared += 1
            if best is None or self.value(found) < self.value(best):
                best = found
            if found == chosen | ids:
                break
            if tried == _EQUALS or self._compared >= _COMPARISONS:
                self.proved = False
                break
        assert best is not None
        return best

    def value(self, out: frozenset[str]) -> tuple[int, ...]:
        return tuple(
            sum(self.minutes[id] for id in self.ranks[each] if id in out) for each in sorted(self.ranks, reverse=True)
        )

    def sets(self, ids: Sequence[str], others: frozenset[str]) -> Iterator[frozenset[str]]:
        """The sets of the fewest minutes, of these tasks, without which and without ``others`` all else fits.

        ``works`` holds for all of ``ids`` and ``others`` together.
        """
        if self.works(others):
            yield frozenset()
            return
        enough = [some for some in (self.some_set(ids, others), self.small_set(ids, others)) if some is not None]
        bound = min(enough, key=self._sum)
        found: int | None = None
        if len(ids) <= PROVED_UP_TO:
            search = ByMinutes([(id, self.minutes[id]) for id in ids])
            for minutes, some in search.sets(max(1, self.at_least(others)), self._sum(bound)):
                if minutes > (found or minutes) or self._asked >= _PATIENCE:
                    break
                if self.works(others | some):
                    found = minutes
                    yield some
                else:
                    search.one_of(frozenset(ids) - self._not_enough(ids, others, some))
            self.proved &= not search.gave_up and self._asked < _PATIENCE
        else:
            self.proved = False
        if found is None:
            yield bound

    def _sum(self, ids: Collection[str]) -> int:
        return sum(self.minutes[id] for id in ids)

    def _not_enough(self, ids: Sequence[str], others: frozenset[str], some: frozenset[str]) -> frozenset[str]:
        """A set that is not enough, made of one that is not, to which none of the other tasks can be added: at least one of
        those has to go whatever else does."""
        for id in sorted(set(ids) - some, key=lambda id: (self.minutes[id], id)):
            if not self.works(others | some | {id}):
                some |= {id}
        return some

    def at_least(self, others: frozenset[str]) -> int:
        """Minutes that must go at least where ``others`` go."""
        return 1

    def some_set(self, ids: Sequence[str], others: frozenset[str]) -> frozenset[str] | None:
        """Some set that is enough, found quickly; None where none was found."""
        return None

    def small_set(self, ids: Sequence[str], others: frozenset[str]) -> frozenset[str]:
        """A set of which none can stay: all, then put back while there is room, the longest first."""
        out = frozenset(ids)
        for id in sorted(ids, key=lambda id: -self.minutes[id]):
            if self.works(others | out - {id}):
                out -= {id}
        return out


class FewestMinutes(LeastValue):
    """The set of the fewest minutes without which all else fits, whatever the value of its tasks."""

    def __init__(self, minutes: Mapping[str, int], fits: Callable[[frozenset[str]], bool]) -> None:
        super().__init__({0: tuple(minutes)}, minutes)
        self._fits = fits

    def fits(self, out: frozenset[str]) -> bool:
        return self._fits(out)


class ByMinutes:
    """Sets of items that have minutes, the fewest minutes first; among equals those that hold the first items."""

    def __init__(self, items: Sequence[tuple[str, int]]) -> None:
        self._items = items
        self._bit = {id: 1 << i for i, (id, _) in enumerate(items)}
        # Bit x of reach[i]: some of the items from the i-th on hold x minutes together.
        reach = accumulate((minutes for _, minutes in reversed(items)), lambda bits, m: bits | bits << m, initial=1)
        self._reach = [*reach][::-1]
        self._to_hold: list[int] = []
        self._steps = 0
        #: Whether the search ended before all sets were looked at.
        self.gave_up = False

    def one_of(self, ids: Collection[str]) -> None:
        """Leave out every set from now on that holds none of these."""
        self._to_hold.append(sum(self._bit[id] for id in ids))

    def sets(self, at_least: int, at_most: int | None = None) -> Iterator[tuple[int, frozenset[str]]]:
        """The sets of so many minutes, each with its own."""
        most = self._reach[0].bit_length() - 1
        for total in range(at_least, 1 + (most if at_most is None else min(most, at_most))):
            for chosen in self._of(total, 0, 0):
                yield total, frozenset(id for id, bit in self._bit.items() if chosen & bit)

    def _of(self, left: int, i: int, chosen: int) -> Iterator[int]:
        """The ways to go on with the items from the i-th on, so many minutes of them."""
        self._steps += 1
        self.gave_up |= self._steps > _STEPS
        if self.gave_up or not self._reach[i] >> left & 1:
            return
        if not all(chosen & held or (left and held >> i) for held in self._to_hold):
            return
        if left == 0:
            yield chosen
            return
        id, minutes = self._items[i]
        if minutes <= left:
            yield from self._of(left - minutes, i + 1, chosen | self._bit[id])
        yield from self._of(left, i + 1, chosen)
