"""Other people's calendar files to the times at which their events keep somebody busy.

Read by another process (:mod:`studyplan.calendar.aside`), because what a file may ask for has no bound. The question to
:func:`answer` is a JSON object of ``files``, ``first``, ``last`` and the learner's ``zone``, the answer one of ``spans``, pairs
of dates (the second excluded) or of instants in UTC; ``warnings``, how many things were passed over, and ``problems``, some of
them in words; or ``bad`` or ``closed``, why nothing can be taken from the files, or a file cannot be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path

from studyplan.calendar.blocks import Block, Moment, blocks
from studyplan.calendar.clocks import here
from studyplan.calendar.lines import Passed, ReadLimit, Unreadable, timed
from studyplan.calendar.series import Span, key, occurrences

#: Occurrences of all files together.
MOST_OCCURRENCES = 50_000
#: An event's day in its own zone is at most this far from the same instant's day in the learner's.
_ZONES_APART = timedelta(days=2)
#: How much of a long event outside of the days that are asked for is told.
_MOST_AROUND = timedelta(days=366)
_REVISION = {"SEQUENCE", "DTSTAMP", "LAST-MODIFIED"}
_PROPERTIES = _REVISION | {
    "DTEND",
    "DTSTART",
    "DURATION",
    "EXDATE",
    "EXRULE",
    "FREEBUSY",
    "RDATE",
    "RECURRENCE-ID",
    "RRULE",
    "STATUS",
    "SUMMARY",
    "TRANSP",
    "UID",
    "X-MICROSOFT-CDO-ALLDAYEVENT",
    "X-MICROSOFT-CDO-BUSYSTATUS",
    "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT",
    "X-MICROSOFT-MSNCALENDAR-BUSYSTATUS",
}


@dataclass(slots=True)
class Reading(Passed):
    """What was found, and what was passed over."""

    #: Dates, the second excluded, or instants in UTC.
    spans: list[Span] = field(default_factory=list)


def read(files: Sequence[Path], first: date, last: date, home: tzinfo) -> Reading:
    """The times, from ``first`` to ``last`` and a little around, at which the files keep somebody busy. ``home``: the
    learner's clock.

    Busy are events that are neither free time nor called off, and what free/busy lists call busy. Of events with the
    same UID (and the same occurrence) the newest counts, and all that are as new. Raises Unreadable, and OSError if a
    file cannot be read.
    """
    reading = Reading()
    early, late = first - _ZONES_APART, last + _ZONES_APART
    of_uid: dict[str, list[Block]] = {}
    for number, block in enumerate(_blocks(files, reading, home)):
        of_uid.setdefault(block.value("UID") or f"\n{number}", []).append(block)
    for group in of_uid.values():
        if len(group) == 1 and _is_outside(group[0], early, late):
            continue
        with _passing_over(group[0]):
            for span in ((key(start), key(end)) for start, end in _busy(group, early, late)):
                if _is_near(span, early, late):
                    reading.spans.append(_cut(span, early, late))
                    if len(reading.spans) > MOST_OCCURRENCES:
                        raise Unreadable(f"more than {MOST_OCCURRENCES:,} events between {first} and {last}")
    return reading


def _blocks(files: Sequence[Path], reading: Reading, home: tzinfo) -> Iterator[Block]:
    room = ReadLimit()
    for file in files:
        with file.open("rb") as stream:
            data = stream.read(room.octets + 1)
        # Who asked names the file, or the folder that it is one of.
        named = file.name if len(files) > 1 else "this"
        yield from blocks(data, named, {"VEVENT", "VFREEBUSY"}, _PROPERTIES, reading, room, home)


@contextmanager
def _passing_over(block: Block) -> Iterator[None]:
    """Any other error costs the events of one UID only: foreign data may break any line of two libraries."""
    try:
        yield
    except (Unreadable, MemoryError):
        raise
    except Exception as problem:  # noqa: BLE001
        block.warn(f"it was left out: {problem}")


def _is_outside(event: Block, first: date, last: date) -> bool:
    """Whether the event surely takes place on none of the days: known from digits alone, for events that happen once."""
    if event.lines.keys() & {"RRULE", "RDATE", "RECURRENCE-ID", "DURATION", "FREEBUSY"}:
        return False
    try:
        days = [_day(line) for name in ("DTSTART", "DTEND") for line in event.lines.get(name, ())]
    except ValueError:
        return False
    return bool(days) and (min(days) > last or max(days) < first)


def _day(line: str) -> date:
    """The day that a property names; ValueError if its value begins with none."""
    return date.fromisoformat(line.rpartition(":")[2].strip()[:8])


def _is_near(span: Span, first: date, last: date) -> bool:
    """Whether a time has a length and touches the days."""
    start, end = span
    if isinstance(start, datetime) and isinstance(end, datetime):
        return start < end and start.date() <= last and end.date() >= first
    return start <= last and end >= first


def _cut(span: Span, first: date, last: date) -> Span:
    """A time without the years that nobody asks for, some of which other zones have no name for."""
    early, late = first - _MOST_AROUND, last + _MOST_AROUND
    start, end = span
    if isinstance(start, datetime) and isinstance(end, datetime):
        return (
            max(start, datetime.combine(early, time(), UTC)),
            min(end, datetime.combine(late, time(), UTC)),
        )
    return max(start, early), min(end, late)


def _busy(group: Sequence[Block], first: date, last: date) -> Iterator[Span]:
    """The busy times of what has one UID."""
    yield from (span for block in group if block.kind == "VFREEBUSY" for span in _listed(block))
    yield from occurrences(list(_newest([block for block in group if block.kind == "VEVENT"])), first, last)


def _newest(events: Sequence[Block]) -> Iterator[Block]:
    """The events without older copies of themselves, which are told where they say something else."""
    same: dict[Moment | str, list[Block]] = {}
    for event in events:
        same.setdefault(_occurrence(event), []).append(event)
    for copies in same.values():
        newest = max(copy.revision for copy in copies)
        different = {_content(copy): copy for copy in copies}
        counting = {_content(copy): copy for copy in copies if copy.revision == newest}
        if len(counting) > 1:
            copies[-1].warn(f"it is in the calendar {len(different)} times, none of them newer: all of them count")
        elif len(different) > 1:
            copies[-1].warn(f"it is in the calendar {len(different)} times: the newest counts")
        yield from counting.values()


def _occurrence(event: Block) -> Moment | str:
    """Which occurrence of its series an event stands for; nothing for the series itself."""
    try:
        at = event.moment("RECURRENCE-ID")
        return "" if at is None else key(at)
    except (ValueError, OverflowError):
        return event.value("RECURRENCE-ID")


def _content(event: Block) -> tuple[object, ...]:
    said = tuple((name, *lines) for name, lines in sorted(event.lines.items()) if name not in _REVISION | {"SUMMARY"})
    return event.method == "CANCEL", *said


def _listed(block: Block) -> Iterator[Span]:
    """The busy periods of a free/busy list; an unknown type counts as busy (RFC 5545, 3.2.9)."""
    for line in block.lines.get("FREEBUSY", ()):
        prop = timed(line)
        if prop.parameters.get("FBTYPE", "").upper() == "FREE":
            continue
        for value in prop.value.split(","):
            try:
                start, end = block.period(prop, value, "FREEBUSY")
                if end is not None:
                    yield start, end
            except (ValueError, OverflowError) as problem:
                block.warn(f"a busy time was left out: {problem}")


def answer(question: bytes) -> dict[str, object]:
    """The other process's answer to a question."""
    asked = json.loads(question)
    first, last = date.fromisoformat(asked["first"]), date.fromisoformat(asked["last"])
    try:
        found = read([Path(file) for file in asked["files"]], first, last, here(asked["zone"]))
    except Unreadable as problem:
        return {"bad": str(problem)}
    except OSError as problem:
        return {"closed": problem.strerror or str(problem)}
    spans = [(start.isoformat(), end.isoformat()) for start, end in found.spans]
    return {"spans": spans, "warnings": found.warnings, "problems": found.problems}
