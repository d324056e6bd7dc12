"""The price list of a plan that does not fit: each way out with the least that it takes.

A way out is found by trying, from the cheapest on, never by assuming that more is better: a longer window has a larger
buffer, and an anchor may move. Ends later than a year beyond the first that may do are not tried. Pure: the standard library, ``model`` and ``errors``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from studyplan.errors import DoesNotFit
from studyplan.model import LONGEST_WINDOW, Offer, Role
from studyplan.schedule.course import Problem
from studyplan.schedule.layout import lay_out, misfit
from studyplan.schedule.least import PROVED_UP_TO, LeastValue
from studyplan.schedule.leaving import TooMany, cheapest_first
from studyplan.schedule.window import is_study_day

#: Minutes: no study day can be longer by more.
MOST_MINUTES = 24 * 60
#: Days later that are tried, counted from the first that may have a plan.
_A_YEAR = 366
#: Sets that are tried before the proof is given up, with more tasks than can be proved and with no more.
_PATIENCE, _LONG_PATIENCE = 200, 4000


@dataclass(frozen=True, slots=True)
class Variation:
    """What is asked differently: minutes more on every study day, days later, another window, tasks left out."""

    minutes: int = 0
    days: int = 0
    window: str | None = None
    leave_out: frozenset[str] = frozenset()


Pose = Callable[[Variation], Problem | None]


def price_list(
    fits: Callable[[Variation], bool], *, minutes: Iterable[int], days: Iterable[int], windows: Iterable[str]
) -> Iterator[tuple[Offer, Variation]]:
    """The first of the minutes, of the days and of the windows with which all fits, each with what it asks for."""
    tried = (
        ((Offer("minutes", more), Variation(minutes=more)) for more in minutes),
        ((Offer("days", later), Variation(days=later)) for later in days),
        ((Offer("window", id), Variation(window=id)) for id in windows),
    )
    for kind in tried:
        found = next((way for way in kind if fits(way[1])), None)
        if found is not None:
            yield found


def has_plan(problem: Problem | None) -> bool:
    """Whether a problem has a plan, proved by laying it out."""
    if problem is None or misfit(problem) is not None:
        return False
    try:
        lay_out(problem)
    except DoesNotFit:
        return False
    return True


def days_to_try(pose: Pose, most: int = LONGEST_WINDOW) -> range:
    """The numbers of days later with which a start may have a plan, ``most`` of them at most."""
    now = pose(Variation())
    if now is None:
        return range(0)
    most = min(most, LONGEST_WINDOW - len(now.days))
    longest = pose(Variation(days=most)) if most > 0 else None
    if longest is None:
        return range(0)
    # Not even the longest window need have a plan, since its buffer is large: a year beyond the first that may is tried.
    first = max(1, _enough_days(longest) - len(now.days))
    return range(first, min(most, first + _A_YEAR) + 1)


def _enough_days(problem: Problem) -> int:
    """Days below which no window from the same start holds the material of a problem that fits.

    Counts all study days as if they had no buffer, no reviews and no anchored tasks.
    """
    rooms = [day.capacity for day in problem.days if is_study_day(day)]
    fullest = MOST_MINUTES if None in rooms else max((room or 0 for room in rooms), default=0)
    missing = sum(
        # One that stands alone on a day that is too short for it takes no more than that day.
        min(work.minutes, fullest) if work.whole else work.minutes
        for work in problem.works
        if work.anchor is None and not work.exam
    )
    for count, day in enumerate(problem.days, start=1):
        if day.role is not Role.EXAM:
            missing -= missing if is_study_day(day) and day.capacity is None else day.capacity or 0
        if missing <= 0:
            return count
    return len(problem.days)


class LeftOut(LeastValue):
    """The tasks that a start leaves out so that the rest fits. ``pose`` builds the problem without a set of them."""

    def __init__(
        self,
        pose: Callable[[frozenset[str]], Problem | None],
        ranks: Mapping[int, Sequence[str]],
        minutes: Mapping[str, int],
    ) -> None:
        super().__init__(ranks, minutes)
        self._pose = pose

    def fits(self, out: frozenset[str]) -> bool:
        problem = self._pose(out)
        return problem is not None and misfit(problem) is None

    def offer(self) -> Offer | None:
        """The offer to leave them out; None where no set is enough, or where all fits with none left out."""
        while out := self.least():
            if has_plan(self._pose(out)):
                return Offer("leave_out", tuple(id for id in self.minutes if id in out), exact=self.proved)
            self.refute(out)
        return None

    def sets(self, ids: Sequence[str], others: frozenset[str]) -> Iterator[frozenset[str]]:
        minutes = {id: self.minutes[id] for id in ids}
        is_few = len(minutes) <= PROVED_UP_TO
        patience = _LONG_PATIENCE if is_few else _PATIENCE
        found: int | None = None
        try:
            line = cheapest_first(lambda out: self._pose(others | out), minutes, proving=is_few)
            for tried, some in enumerate(line):
                held = sum(minutes[id] for id in some)
                if found is not None and held > found:
                    return
                if tried == patience:
                    raise TooMany
                if self.works(others | some):
                    found = held
                    yield some
        except TooMany:
            self.proved &= found is not None
        if found is None:
            yield from super().sets(ids, others)
