"""The set of tasks of least value without which a plan fits: what a start leaves out and a replan leaves over.

Value is lexicographic: no minute of a dearer rank is given up to save any of a cheaper one. Pure.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate

from studyplan.model import Task, Tier

#: Candidates of one rank: up to so many, the least set is proved.
PROVED_UP_TO = 20
#: Sets that are tried before the proof is given up.
_PATIENCE = 2000
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
            if best is None or self._value(found) < self._value(best):
                best = found
            if found == chosen | ids:
                break
            if tried == _EQUALS or self._compared >= _COMPARISONS:
                self.proved = False
                break
        assert best is not None
        return best

    def _value(self, out: frozenset[str]) -> tuple[int, ...]:
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
        bound = self.some_set(ids, others)
        most = sum(self.minutes[id] for id in (ids if bound is None else bound))
        found: int | None = None
        if len(ids) <= PROVED_UP_TO:
            least = max(1, self.at_least(others))
            for tried, (minutes, some) in enumerate(by_minutes([(id, self.minutes[id]) for id in ids], least)):
                if minutes > (most if found is None else found):
                    return
                if tried >= _PATIENCE:
                    self.proved = False
                    break
                if self.works(others | some):
                    found = minutes
                    yield some
        else:
            self.proved = False
        if found is None:
            sets = [self.small_set(ids, others), *([] if bound is None else [bound])]
            yield min(sets, key=lambda some: sum(self.minutes[id] for id in some))

    def at_least(self, others: frozenset[str]) -> int:
        """Minutes that must go at least where ``others`` go."""
        return 1

    def some_set(self, ids: Sequence[str], others: frozenset[str]) -> frozenset[str] | None:
        """Some set that is enough, found quickly; None where none was found."""
        return None

    def small_set(self, ids: Sequence[str], others: frozenset[str]) -> frozenset[str]:
        """A set of which none can stay: all, then put back while there is room, the longest first."""
        self.proved = False
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


def by_minutes(items: Sequence[tuple[str, int]], at_least: int) -> Iterator[tuple[int, frozenset[str]]]:
    """Sets of the items with their minutes, the fewest minutes first; among equals those that hold the first items."""
    # Bit x of reach[i]: some of the items from the i-th on hold x minutes together.
    reach = list(accumulate((minutes for _, minutes in reversed(items)), lambda bits, m: bits | bits << m, initial=1))
    reach.reverse()

    def sets(i: int, left: int) -> Iterator[tuple[str, ...]]:
        if left == 0:
            yield ()
            return
        if i == len(items) or not reach[i] >> left & 1:
            return
        id, minutes = items[i]
        if minutes <= left:
            yield from ((id, *rest) for rest in sets(i + 1, left - minutes))
        yield from sets(i + 1, left)

    for total in range(at_least, reach[0].bit_length()):
        if reach[0] >> total & 1:
            yield from ((total, frozenset(some)) for some in sets(0, total))
