"""When on its day a task begins: the tasks of a day stacked into the learner's clock hours, around what keeps them busy.

A time that stands is kept: a calendar should show only what changed as changed. So a task that comes to a day later than
others goes behind them, and only what it has to precede makes room. Works on aware instants, so that an hour skipped or
repeated by the clock costs nobody a minute. Asks for no time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

#: Begin and end of a stretch of time, aware; the end is excluded.
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class TimeSlot:
    """A task of one day as its clock sees it. The order of a sequence of sittings is the order of the day."""

    number: int
    minutes: int
    #: When the learner's study hours begin on that day.
    opens: datetime
    #: When it begins by now; None where that is still open.
    start: datetime | None = None
    #: Who keeps its time where two meet: the higher. Above 0 the learner put it there by hand: it gives way to no appointment.
    claim: int = 0
    #: The numbers of the tasks of the same day that have to end before it begins.
    needs: frozenset[int] = frozenset()

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)


def stacked(
    sittings: Sequence[TimeSlot], busy: Iterable[Stretch], dawn: datetime, midnight: datetime
) -> dict[int, datetime]:
    """The start of each sitting, by number. No two overlap; a busy time is met only by what is fixed.

    A sitting begins at the first moment after the opening that leaves it whole, behind what was placed ahead of it. Where
    the day would then pass ``midnight``, it opens earlier by as much, though not before ``dawn``; what even then finds no
    room goes past midnight.
    """
    engaged = tuple(busy)
    standing = _standing(sittings, engaged)
    earlier = timedelta()
    while True:
        starts, end = _placed(sittings, engaged, standing, dawn, earlier)
        if end is None or end <= midnight or all(each.opens - earlier <= dawn for each in sittings):
            return starts
        earlier += end - midnight


def _placed(
    sittings: Sequence[TimeSlot],
    engaged: Sequence[Stretch],
    standing: Mapping[int, datetime],
    dawn: datetime,
    earlier: timedelta,
) -> tuple[dict[int, datetime], datetime | None]:
    """The starts where each day's opening is so much earlier, and when the last that was placed ends."""
    starts = dict(standing)
    lengths = {each.number: each.length for each in sittings}
    reached: datetime | None = None
    for each in sittings:
        if each.number in standing:
            continue
        taken = sorted([*engaged, *((start, start + lengths[number]) for number, start in starts.items())])
        ends = [starts[number] + lengths[number] for number in each.needs if number in starts]
        opens = min(each.opens, max(dawn, each.opens - earlier))
        start = _first_room(taken, max([opens, *ends, *([reached] if reached else [])]), each.length)
        starts[each.number] = start
        reached = start + each.length
    return starts, reached


def _standing(sittings: Sequence[TimeSlot], engaged: Iterable[Stretch]) -> dict[int, datetime]:
    """The starts that can stay: of two that meet the one with the higher claim, else the one ahead in order; and none
    that begins before what it needs has ended."""
    stays: dict[int, datetime] = {}
    ends: dict[int, datetime] = {}
    here = {each.number for each in sittings}
    for each in sorted(sittings, key=lambda each: -each.claim):
        if each.start is None:
            continue
        end = each.start + each.length
        meets = any(each.start < ends[number] and stays[number] < end for number in stays)
        meets |= not each.claim and any(each.start < until and since < end for since, until in engaged)
        if not meets:
            stays[each.number], ends[each.number] = each.start, end
    for each in sittings:
        start = stays.get(each.number)
        if start is not None and any(number not in ends or ends[number] > start for number in each.needs & here):
            del stays[each.number], ends[each.number]
    return stays


def _first_room(taken: Sequence[Stretch], earliest: datetime, length: timedelta) -> datetime:
    """``taken`` in order of its beginnings; stretches may overlap."""
    start = earliest
    for since, until in taken:
        if start + length <= since:
            break
        start = max(start, until)
    return start
