"""The price list of a plan that does not fit: each way out with the least that it takes.

A way out is found by trying, from the cheapest on, never by assuming that more is better: a longer window has a larger
buffer, and an anchor may move. Ends later than a year beyond the first that may do are not tried. Pure: the standard library, ``model`` and ``errors``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from studyplan.errors import DoesNotFit
from studyplan.model import LONGEST_WINDOW, STEP, Offer, Role
from studyplan.schedule.course import Problem
from studyplan.schedule.layout import lay_out, misfit
from studyplan.schedule.leaving import TooMany, cheapest_first
from studyplan.schedule.window import is_study_day

#: Minutes: no study day can be longer by more.
MOST_MINUTES = 24 * 60
#: Days later that are tried, counted from the first that may have a plan.
_A_YEAR = 366
#: Tasks: up to so many that may be left out, the cheapest set is proved.
PROVED_UP_TO = 20
#: Sets that are tried before the proof is given up, with more tasks than that and with no more.
_PATIENCE, _LONG_PATIENCE = 200, 4000


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

    ``pose`` builds the problem as varied, or None if that is not possible. ``smaller_windows`` are ids, the smallest
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
    # Not even the longest window need have a plan, since its buffer is large: a year beyond the first that may is tried.
    first = max(1, _enough_days(longest) - len(now.days))
    for days in range(first, min(most, first + _A_YEAR) + 1):
        if _fits(pose(Variation(days=days))):
            return Offer("days", days)
    return None


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


def _smaller_window(pose: Pose, windows: Sequence[str]) -> Offer | None:
    return next((Offer("window", id) for id in reversed(windows) if _fits(pose(Variation(window=id)))), None)


def _leave_out(pose: Pose, may_leave_out: Mapping[str, int]) -> Offer | None:
    def posed(ids: frozenset[str]) -> Problem | None:
        return pose(Variation(leave_out=ids))

    whole = pose(Variation())
    if whole is None:
        return None
    minutes = {work.id: may_leave_out[work.id] for work in whole.works if work.id in may_leave_out}
    patience = _PATIENCE if len(minutes) > PROVED_UP_TO else _LONG_PATIENCE
    try:
        for tried, ids in enumerate(cheapest_first(posed, minutes, proving=len(minutes) <= PROVED_UP_TO)):
            if tried == patience:
                raise TooMany
            if ids and _fits(posed(ids)):
                return Offer("leave_out", tuple(id for id in minutes if id in ids))
    except TooMany:
        return _small_set(posed, minutes)
    return None


def _small_set(posed: Callable[[frozenset[str]], Problem | None], minutes: Mapping[str, int]) -> Offer | None:
    """A set none of which can stay: everything left out, then put back, the longest first, while there is room."""
    out = frozenset(minutes)
    if not _fits(posed(out)):
        return None
    for id in sorted(minutes, key=lambda id: -minutes[id]):
        if len(out) > 1 and _fits(posed(out - {id})):
            out -= {id}
    return Offer("leave_out", tuple(id for id in minutes if id in out), exact=False)
