"""When the events of one UID take place: a single event, or a series with its exceptions.

Everything that names an occurrence (EXDATE, RDATE, RECURRENCE-ID) names an instant, by whatever clock it is written; a date
names all occurrences of that day. What cannot be read costs itself and a note.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from studyplan.calendar.blocks import Block, Moment, after, parsed
from studyplan.calendar.lines import timed
from studyplan.calendar.rules import rule_of, walked

#: Of one event: single dates that are added or excepted, and rules.
_MOST_DATES = 10_000
_MOST_RULES = 20

Span = tuple[Moment, Moment]


def is_free(event: Block) -> bool:
    """Whether an event keeps nobody busy: free time, or called off. Outlook has its own property for it."""
    return (
        event.is_cancelled
        or event.says("TRANSP", "TRANSPARENT")
        or event.says("X-MICROSOFT-CDO-BUSYSTATUS", "FREE")
        or event.says("X-MICROSOFT-MSNCALENDAR-BUSYSTATUS", "FREE")
    )


def span_of(event: Block) -> Span:
    """Begin and end. An event of no length ends as it begins. One that Outlook marks as all-day is on days, although
    Outlook writes their midnights. Raises ValueError if there is no begin."""
    start, end = event.span()
    if isinstance(start, datetime) and isinstance(end, datetime) and _is_all_day(event):
        for zone in (start.tzinfo, event.clocks.home):
            first, last = start.astimezone(zone), end.astimezone(zone)
            if first.time() == last.time() == time() and first < last:
                return first.date(), last.date()
    if end is not None:
        return start, end
    return start, start if isinstance(start, datetime) else start + timedelta(days=1)


def _is_all_day(event: Block) -> bool:
    return any(
        event.says(name, "TRUE") for name in ("X-MICROSOFT-CDO-ALLDAYEVENT", "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT")
    )


def key(moment: Moment) -> Moment:
    """The common form of all ways to write one instant."""
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment


def occurrences(events: Sequence[Block], first: date, last: date) -> Iterator[Span]:
    """When the events of one UID keep somebody busy, from ``first`` to ``last`` and a little around: single events, or a
    series and its exceptions."""
    masters = list(_masters(event for event in events if "RECURRENCE-ID" not in event.lines))
    clock = masters[0].clock if masters else None
    exceptions = _Exceptions.of((event for event in events if "RECURRENCE-ID" in event.lines), clock)
    yield from (each.span for each in exceptions.all if each.span is not None)
    for master in masters:
        yield from master.without(exceptions, first, last)


@dataclass(frozen=True, slots=True)
class _Exception:
    """What takes the place of one occurrence, or of it and all later ones."""

    at: Moment
    #: None where nobody is busy then.
    span: Span | None
    and_later: bool


@dataclass(frozen=True, slots=True)
class _Exceptions:
    """The exceptions of a series."""

    all: tuple[_Exception, ...]
    #: What they name, in a series of times and in one of days.
    moments: frozenset[Moment]
    days: frozenset[date]
    #: Those that reach to all later occurrences, in order, and from which instant on.
    later: tuple[_Exception, ...]
    since: tuple[datetime, ...]

    @classmethod
    def of(cls, events: Iterable[Block], clock: tzinfo | None) -> _Exceptions:
        """``clock``: the one of the series, None if it has days."""
        found = tuple(_exceptions(events, clock))
        later = sorted((_instant(each.at, clock), number) for number, each in enumerate(found) if each.and_later)
        return cls(
            found,
            frozenset(key(each.at) for each in found),
            frozenset(_day(each.at) for each in found),
            tuple(found[number] for _, number in later),
            tuple(instant for instant, _ in later),
        )

    def ruling(self, start: datetime) -> _Exception | None:
        """The exception that reaches to an occurrence which starts at that instant."""
        number = bisect_right(self.since, start)
        return self.later[number - 1] if number else None


def _exceptions(events: Iterable[Block], clock: tzinfo | None) -> Iterator[_Exception]:
    for event in events:
        try:
            at = event.moment("RECURRENCE-ID", floating=clock)
            span = None if is_free(event) else span_of(event)
        except (ValueError, OverflowError) as problem:
            event.warn(f"this exception of a series was left out: {problem}")
            continue
        assert at is not None
        reach = timed(event.lines["RECURRENCE-ID"][0]).parameters.get("RANGE", "").upper()
        yield _Exception(at, span, and_later=reach == "THISANDFUTURE")


def _masters(events: Iterable[Block]) -> Iterator[_Series]:
    for event in events:
        try:
            yield _Series(event, *span_of(event))
        except (ValueError, OverflowError) as problem:
            event.warn(f"it was left out: {problem}")


@dataclass(frozen=True, slots=True)
class _Series:
    """An event and, where it repeats, its occurrences."""

    event: Block
    start: Moment
    end: Moment

    @property
    def clock(self) -> tzinfo | None:
        """None for an event of whole days."""
        return self.start.tzinfo if isinstance(self.start, datetime) else None

    def without(self, exceptions: _Exceptions, first: date, last: date) -> Iterator[Span]:
        """The times of the occurrences that stay what they are, or follow an exception that reaches to all later ones."""
        is_busy = not is_free(self.event)
        if not is_busy and not any(each.span for each in exceptions.later):
            return
        gone = exceptions.moments if self.clock else exceptions.days
        for start, end in self._starts(first, last, exceptions.later):
            if self._is_named(start, gone):
                continue
            ruling = exceptions.ruling(_instant(start, self.clock)) if exceptions.later else None
            if ruling is None and is_busy:
                yield start, end or self._ended(start)
            elif ruling is not None and ruling.span is not None:
                yield self._moved(start, ruling.at, ruling.span)

    # --- which occurrences there are

    def _starts(self, first: date, last: date, later: Sequence[_Exception]) -> Iterable[tuple[Moment, Moment | None]]:
        """When they start, and when they end where that is said of one alone."""
        if not self.event.lines.keys() & {"RRULE", "RDATE"}:
            return [(self.start, None)]
        # What an exception moves into the days that are asked for may begin outside of them.
        moves = (abs(_wall(each.span[0]) - self._wall(each.at)) for each in later if each.span)
        reach = max(moves, default=timedelta())
        window = (
            datetime.combine(first, time()) - reach - (_wall(self.end) - _wall(self.start)),
            datetime.combine(last, time()) + reach,
        )
        ruled = ((moment, None) for moment in self._ruled("RRULE", *window))
        starts: dict[Moment, tuple[Moment, Moment | None]] = {key(self.start): (self.start, None)}
        for start in (*ruled, *self._dated("RDATE")):
            starts.setdefault(key(start[0]), start)
        gone = {self._named(moment) for moment, _ in self._dated("EXDATE")}
        gone |= {key(moment) for moment in self._ruled("EXRULE", *window)}
        return [start for start in starts.values() if not self._is_named(start[0], gone)]

    def _ruled(self, name: str, first: datetime, last: datetime) -> Iterator[Moment]:
        texts = list(dict.fromkeys(self.event.lines.get(name, ())))
        if len(texts) > _MOST_RULES:
            self.event.warn(f"it has more than {_MOST_RULES} recurrence rules: the rest was left out")
        for text in texts[:_MOST_RULES]:
            rule = rule_of(text.rpartition(":")[2], self._until, self.event.warn)
            if rule is None:
                continue
            try:
                yield from map(self._settled, walked(rule, _wall(self.start), first, last))
            except (ValueError, OverflowError) as problem:
                self.event.warn(f"its recurrence rule was left out: {problem}")

    def _dated(self, name: str) -> Iterator[tuple[Moment, Moment | None]]:
        """The single dates of a property, and the end of one that is a period."""
        left = _MOST_DATES
        for line in self.event.lines.get(name, ()):
            prop = timed(line)
            for value in re.split("[,;]", prop.value)[: left + 1]:
                if not left:
                    self.event.warn(f"it has more than {_MOST_DATES:,} single dates ({name}): the rest was left out")
                    return
                left -= 1
                try:
                    yield self.event.period(prop, value, name, self.clock)
                except (ValueError, OverflowError) as problem:
                    self.event.warn(f"a date was left out: {problem}")

    def _until(self, value: str) -> datetime:
        moment = parsed(value, "UNTIL", self.clock or UTC)
        if self.clock and not isinstance(moment, datetime):
            return datetime.combine(moment, time.max)
        return self._wall(moment)

    # --- moments of the series

    def _wall(self, moment: Moment) -> datetime:
        """What the clock of the series shows; of a series of days, the midnight of the moment's own day."""
        return _wall(moment.astimezone(self.clock) if isinstance(moment, datetime) and self.clock else _day(moment))

    def _settled(self, wall: datetime) -> Moment:
        return wall.replace(tzinfo=self.clock) if self.clock else wall.date()

    def _named(self, moment: Moment) -> Moment:
        """What an exception names: an instant, or a day."""
        return key(moment) if self.clock else _day(moment)

    def _is_named(self, moment: Moment, names: AbstractSet[Moment]) -> bool:
        return key(moment) in names or _day(moment) in names

    def _ended(self, start: Moment) -> Moment:
        """The end of the occurrence that starts then: at the same time of day, or after as long where the event names an end by
        another clock, or a length."""
        if isinstance(start, datetime) and "DTEND" not in self.event.lines and "DURATION" in self.event.lines:
            return after(start, self.event.value("DURATION")) if self.end != self.start else start
        return _lasting(start, self.start, self.end)

    def _moved(self, start: Moment, named: Moment, span: Span) -> Span:
        """The occurrence moved as the one that an exception names, and as long as that became."""
        begin, end = span
        moved = _wall(start) + (_wall(begin) - self._wall(named))
        new = moved.replace(tzinfo=begin.tzinfo) if isinstance(begin, datetime) else moved.date()
        return new, _lasting(new, begin, end)


def _lasting(start: Moment, begin: Moment, end: Moment) -> Moment:
    """The end of what starts then and lasts as from ``begin`` to ``end``."""
    if isinstance(begin, datetime) and isinstance(end, datetime) and begin.tzinfo is not end.tzinfo:
        assert isinstance(start, datetime)
        return start.astimezone(UTC) + (end.astimezone(UTC) - begin.astimezone(UTC))
    return start + (_wall(end) - _wall(begin))


def _instant(moment: Moment, clock: tzinfo | None) -> datetime:
    """In UTC; a day begins at midnight on that clock."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), clock or UTC)
    return moment.astimezone(UTC)


def _day(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _wall(moment: Moment) -> datetime:
    """What clock and calendar show, without a zone."""
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else datetime.combine(moment, time())
