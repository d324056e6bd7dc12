"""The entries of other people's calendars, and the one reading of when they are.

What a line says of a moment is read here and nowhere else, for busy time, for ``import`` and for synchronisation. A moment is a
``date``, or a ``datetime`` on the clock that its line names: the calendar's own, or the learner's where it names none. One on a
clock that nobody knows is read as the learner's and is a doubt (:func:`doubt`), which callers show and move nothing by.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from studyplan.calendar.clocks import Clocks, Guess
from studyplan.calendar.lines import Passed, ReadLimit, Timed, Unreadable, components, decoded, quoted, timed

#: A date, or an instant on the clock that it was written by.
Moment = date | datetime

_NAME = re.compile(r"\s*([\w.-]+)\s*[;:]")
_MOMENT = re.compile(r"([0-9]{8})(?:T([0-9]{2})([0-9]{2})([0-9]{2})?(Z?))?", re.IGNORECASE)
_DURATION = re.compile(
    r"\+?(-?)P(?:([0-9]{1,5})W)?(?:([0-9]{1,6})D)?(?:T(?:([0-9]{1,7})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})S)?)?",
    re.IGNORECASE,
)
_DAY = timedelta(days=1)
_NOUNS = {"VEVENT": "the event", "VTODO": "the to-do", "VFREEBUSY": "the free/busy list"}


@dataclass(slots=True)
class Block:
    """The lines of one entry that matter, by their property's name, and how its calendar means them."""

    kind: str
    clocks: Clocks
    passed: Passed
    lines: dict[str, list[str]] = field(default_factory=dict)
    #: It has an end: nothing of it was cut off.
    whole: bool = True
    #: The calendar's METHOD, in capitals: CANCEL calls off what it holds.
    method: str = ""

    def value(self, name: str) -> str:
        """The first line's value, or nothing. Right for properties whose parameters hold no colon."""
        return next((line.partition(":")[2].strip() for line in self.lines.get(name, ())), "")

    def says(self, name: str, *words: str) -> bool:
        """Whether a property, however often it is there, is one of these words."""
        return any(line.rpartition(":")[2].strip().upper() in words for line in self.lines.get(name, ()))

    @property
    def is_cancelled(self) -> bool:
        return self.method == "CANCEL" or self.says("STATUS", "CANCELLED", "CANCELED")

    @property
    def revision(self) -> tuple[int, str, str]:
        """Of two entries that are the same one the greater counts: by SEQUENCE, then DTSTAMP (RFC 5546), then LAST-MODIFIED."""
        digits = self.value("SEQUENCE")
        sequence = int(digits) if re.fullmatch("[0-9]{1,9}", digits) else 0
        return sequence, _sortable(self.value("DTSTAMP")), _sortable(self.value("LAST-MODIFIED"))

    def warn(self, problem: str) -> None:
        """Notes what of the entry could not be read."""
        self.passed.warn(f"{self.label}: {problem}")

    @property
    def label(self) -> str:
        """The entry as a learner finds it in their calendar: its title, and its day as it is written."""
        title = self.value("SUMMARY")
        name = quoted(title) if title else f"{_NOUNS.get(self.kind, 'the entry')} {self.value('UID')[:60]}".rstrip()
        day = re.search(r":\s*([0-9]{4})([0-9]{2})([0-9]{2})", next(iter(self.lines.get("DTSTART", ())), ""))
        return f"{name} of {day[1]}-{day[2]}-{day[3]}" if day else name

    def moment(self, name: str, floating: tzinfo | None = None) -> Moment | None:
        """The moment of a property; None if there is no such property. ``floating``: the clock of a time that names
        none. Raises ValueError if it is not a moment, or if there are several."""
        lines = self.lines.get(name, ())
        if len(set(lines)) > 1:
            raise ValueError(f"it has several {name}")
        if not lines:
            return None
        prop = timed(lines[0])
        return self.read(prop, prop.value.rstrip(",; "), name, floating)

    def read(self, prop: Timed, value: str, name: str, floating: tzinfo | None = None) -> Moment:
        """The moment that a property's value is, or one of its values. Raises ValueError if it is none."""
        zone = prop.parameters.get("TZID")
        clock = (floating or self.clocks.home) if zone is None else self.clocks.named(zone)
        return parsed(value, name, clock, is_day=prop.parameters.get("VALUE", "").upper() == "DATE")

    def period(
        self, prop: Timed, value: str, name: str, floating: tzinfo | None = None
    ) -> tuple[Moment, Moment | None]:
        """The begin of a period (``20260706T080000Z/PT1H``) and its end, None if the value is a moment alone."""
        begin, _, end = (part.strip() for part in value.partition("/"))
        start = self.read(prop, begin, name, floating)
        if not end:
            return start, None
        return start, after(start, end) if "P" in end.upper() else self.read(prop, end, name, floating)

    def span(self) -> tuple[Moment, Moment | None]:
        """Begin and end of an event, of one kind and the end after the begin; None for an end that is not there, lies
        ahead of the begin or cannot be read, which is noted. Raises ValueError if there is no begin."""
        start = self.moment("DTSTART")
        if start is None:
            raise ValueError("it has no DTSTART")
        try:
            end = self.moment("DTEND")
            if end is None and (length := self.value("DURATION")):
                end = after(start, length)
        except (ValueError, OverflowError) as problem:
            self.warn(f"its end cannot be read: {problem}")
            return start, None
        return start, None if end is None else _fitting(start, end)


def _sortable(stamp: str) -> str:
    return stamp.upper() if _MOMENT.fullmatch(stamp) else ""


def _fitting(start: Moment, end: Moment) -> Moment | None:
    if not isinstance(start, datetime):
        if isinstance(end, datetime):
            # The day on which it ends is taken with it, unless it ends as that day begins.
            end = end.date() + (_DAY if end.time() > time() else timedelta())
        return end if end > start else None
    if not isinstance(end, datetime):
        end = datetime.combine(end, time(), start.tzinfo)
    return end if end.astimezone(UTC) > start.astimezone(UTC) else None


def doubt(moment: Moment | None) -> str:
    """Why a moment is a guess, in words for people; empty for one that is sure."""
    return moment.tzinfo.why if isinstance(moment, datetime) and isinstance(moment.tzinfo, Guess) else ""


def parsed(value: str, name: str, clock: tzinfo, *, is_day: bool = False) -> Moment:
    """The moment that a value is, on that clock unless it is in UTC by itself. 24:00 is the next midnight, a leap second the
    second before it. ``is_day``: a midnight stands for its day."""
    found = _MOMENT.fullmatch(value)
    if not value:
        raise ValueError(f"{name} has an empty value")
    if found is None:
        raise ValueError(f"{name} is not a date or time: {quoted(value)}")
    try:
        day = date.fromisoformat(found[1])
        if found[2] is None:
            return day
        hour, minute, second = int(found[2]), int(found[3]), int(found[4] or 0)
        if (hour, minute, second) == (24, 0, 0):
            day, hour = day + _DAY, 0
        moment = datetime.combine(day, time(hour, minute, 59 if second == 60 else second))
    except (ValueError, OverflowError):
        raise ValueError(f"{name} is not a date or time: {quoted(value)}") from None
    if is_day and moment.time() == time():
        return moment.date()
    return moment.replace(tzinfo=UTC if found[5] else clock)


def after(start: Moment, length: str) -> Moment:
    """The end of what lasts that long (``P1DT2H``): days by the calendar, hours by the stopwatch. Raises ValueError."""
    found = _DURATION.fullmatch(length.strip())
    if found is None or not any(found.groups()[1:]):
        raise ValueError(f"DURATION is not a length of time: {quoted(length)}")
    weeks, days, hours, minutes, seconds = (int(each or 0) for each in found.groups()[1:])
    sign = -1 if found[1] else 1
    whole = timedelta(weeks=weeks, days=days) * sign
    rest = timedelta(hours=hours, minutes=minutes, seconds=seconds) * sign
    if not isinstance(start, datetime):
        # Hours of a day count as the day on which they end.
        return start + whole - (-rest // _DAY) * _DAY
    end = start + whole
    return (end.astimezone(UTC) + rest).astimezone(end.tzinfo) if rest else end


# --- of a file


@dataclass(slots=True)
class _Calendar:
    """What one VCALENDAR says for all of its entries."""

    zones: list[list[str]] = field(default_factory=list)
    method: str = ""

    def head(self, line: str) -> None:
        name = _NAME.match(line)
        if name is not None and name[1].upper() == "METHOD":
            self.method = line.partition(":")[2].strip().upper()


def blocks(
    data: bytes,
    named: str,
    wanted: Collection[str],
    properties: Collection[str],
    passed: Passed,
    room: ReadLimit,
    home: tzinfo,
    *,
    heads: Callable[[str], None] = lambda line: None,
) -> list[Block]:
    """The entries of the ``wanted`` kinds; ``heads`` is told each line that stands in no component. ``home``: the learner's clock.

    Raises Unreadable if the file is no calendar.
    """
    room.take(data)
    calendar = _Calendar()
    found: list[tuple[_Calendar, str, list[str], bool]] = []
    calendars = 0
    for kind, lines, whole in components(decoded(data, passed), passed):
        if kind == "VCALENDAR":
            calendars += 1
            calendar = _Calendar()
            heads("BEGIN:VCALENDAR")
        elif kind == "":
            for line in lines:
                calendar.head(line)
                heads(line)
        else:
            room.take_component()
            if kind == "VTIMEZONE":
                calendar.zones.append(lines)
            elif kind in wanted:
                found.append((calendar, kind, lines, whole))
    if not calendars:
        raise Unreadable(f"{named} is not a calendar file: it has no BEGIN:VCALENDAR")
    clocks: dict[int, Clocks] = {}
    for each, *_ in found:
        if id(each) not in clocks:
            clocks[id(each)] = Clocks(each.zones, home, passed)
    return [
        Block(kind, clocks[id(each)], passed, _properties(lines, properties, passed), whole, each.method)
        for each, kind, lines, whole in found
    ]


def _properties(lines: Iterable[str], wanted: Collection[str], passed: Passed) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in lines:
        name = _NAME.match(line)
        if name is None:
            passed.warn(f"not a property: {line[:60]}")
        elif (upper := name[1].upper()) in wanted:
            found.setdefault(upper, []).append(line.strip())
    return found
