"""What stands in a calendar file, entry by entry: what ``import`` and synchronisation hold against the tasks.

:func:`read_entries` reads a whole file in a second process; :func:`read_object` one small object (of a server, say) in this
one. In that second process :func:`answer` is asked: what :func:`_found` gives, or ``bad``, why nothing can be taken from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any

from icalendar.prop import vDuration
from icalendar.timezone import tzp

from studyplan.calendar.aside import answered
from studyplan.calendar.forms import Form
from studyplan.calendar.lines import Block, Moment, Passed, Room, Unreadable, blocks
from studyplan.errors import BadFile
from studyplan.text import one_line

#: Bytes of one object that is read without a second process.
MOST_OBJECT = 1_000_000
#: Characters of a title that are kept; tasks have at most 200.
_LONGEST_TITLE = 1_000
#: Years outside of these are a mistake, and some of them outside of what zones can be counted in.
_YEARS = range(1900, 2201)
_FORMS = {"VEVENT": Form.EVENTS, "VTODO": Form.TODOS}
_PROPERTIES = {
    "COMPLETED",
    "DTEND",
    "DTSTAMP",
    "DTSTART",
    "DUE",
    "DURATION",
    "LAST-MODIFIED",
    "PERCENT-COMPLETE",
    "RDATE",
    "RECURRENCE-ID",
    "RRULE",
    "SEQUENCE",
    "STATUS",
    "SUMMARY",
    "UID",
}
#: As ``whole_mark`` makes it. Earlier releases wrote TRUE, which an entry parted from the others says as well.
_MARK = re.compile("[0-9]{1,6} [0-9a-f]{32}")
_MOMENT = re.compile(r"([0-9]{8})(?:T([0-9]{6})(Z?))?", re.IGNORECASE)
#: Name and parameters of a line, up to its value; a quoted parameter may hold a colon.
_BEFORE_VALUE = re.compile(r'(?:[^":]|"[^"]*")*:')
_TZID = re.compile(r';TZID="([^"]*)"')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """An event or a to-do as it stands in a calendar. Of several with the same UID it is the newest revision."""

    #: Lower case; empty where the entry has none.
    uid: str
    form: Form
    #: The day it is on, or due on; None where it has a time of day, or no time that can be read.
    day: date | None = None
    #: When it begins, or is due, as an instant in UTC, where it has a time of day.
    at: datetime | None = None
    #: When it ends, of the kind of ``day`` or ``at``; itself not included.
    until: date | datetime | None = None
    title: str = ""
    #: By any of STATUS:COMPLETED, COMPLETED and PERCENT-COMPLETE:100: programs leave the others behind. A mark in the title is
    #: not read here: only the task can tell whether it is one.
    done: bool = False
    done_at: datetime | None = None
    cancelled: bool = False
    #: How often it is in the calendar, itself included.
    copies: int = 1
    sequence: int = 0
    #: LAST-MODIFIED, or DTSTAMP where there is none.
    revised: datetime | None = None
    #: DTSTAMP, which many programs leave as it was written by whoever made the entry.
    stamped: datetime | None = None
    #: It has a rule or dates of repetition, or stands for one of several occurrences.
    repeats: bool = False
    #: Why it cannot be relied on: its time cannot be read, or its end is cut off. Empty where it can.
    unclear: str = ""
    #: Why its times are a guess: the time zone that they name and nobody knows, in words for people. They are then given as if they were
    #: the learner's own, and nothing may be moved by them. Empty where they are sure.
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Entries:
    """The events and to-dos of a calendar."""

    entries: tuple[Entry, ...] = ()
    #: What the calendar says of the plans that were whole in it when it was written, as ``whole_mark`` has it. None where
    #: something in it was broken, or where a part of it says nothing: then an absence means nothing.
    whole: frozenset[str] = frozenset()
    #: How many things were passed over: lines that are no property, entries without end, unknown zones.
    warnings: int = 0
    #: What they were, one line each, not necessarily all.
    problems: tuple[str, ...] = ()


def read_entries(data: bytes, zone: tzinfo | None, *, named: str = "the calendar") -> Entries:
    """The entries of a calendar file, read by a second process.

    ``zone``: the learner's, None the system's; times that name no zone, or one that nobody knows, are taken for theirs. Raises
    BadFile, which says ``named``, where it is no calendar, or has more than 10 MB or 20,000 entries, or takes five seconds.
    """
    return _entries(answered("studyplan.calendar.entries", data, named), zone)


def read_object(data: bytes, zone: tzinfo | None) -> Entries:
    """The entries of one object of a calendar server, read here. ``zone`` as above. Raises BadFile where it is no calendar
    or has more than 1 MB."""
    if len(data) > MOST_OBJECT:
        raise BadFile(f"a calendar object of more than {MOST_OBJECT // 1_000_000} MB")
    try:
        return _entries(_found(data), zone)
    except Unreadable as problem:
        raise BadFile(str(problem)) from None


# --- what is found, as JSON knows it


@dataclass(slots=True)
class _Heads:
    """What the lines outside of components say of the calendars that they belong to."""

    #: The marks of each calendar.
    marks: list[list[str]] = field(default_factory=list)
    ends: int = 0

    def __call__(self, line: str) -> None:
        name, _, value = (part.strip() for part in line.partition(":"))
        name = name.partition(";")[0].upper()
        if (name, value.upper()) == ("BEGIN", "VCALENDAR"):
            self.marks.append([])
        elif (name, value.upper()) == ("END", "VCALENDAR"):
            self.ends += 1
        elif name == "X-STUDYPLAN-COMPLETE" and self.marks and _MARK.fullmatch(value.lower()):
            self.marks[-1].append(value.lower())

    @property
    def whole(self) -> list[str]:
        """The marks of all calendars, where each has one and is there to its end."""
        if self.ends != len(self.marks) or not all(self.marks):
            return []
        return sorted({mark for of_calendar in self.marks for mark in of_calendar})


def _found(data: bytes) -> dict[str, Any]:
    """The facts of each entry in plain words; times as dates, as instants with an offset, or as wall times without one."""
    tzp.use_zoneinfo()
    passed = Passed()
    heads = _Heads()
    of_uid: dict[str, list[tuple[str, Block]]] = {}
    found = blocks(data, "this", _FORMS.keys(), _PROPERTIES, passed, Room(), heads=heads)
    for number, (kind, block) in enumerate(found):
        of_uid.setdefault(block.value("UID").lower() or f"\n{number}", []).append((kind, block))
    entries = [_facts(uid.strip(), copies) for uid, copies in of_uid.items()]
    return {
        "entries": entries,
        "whole": [] if passed.warnings else heads.whole,
        "warnings": passed.warnings,
        "problems": passed.problems,
    }


def _facts(uid: str, copies: list[tuple[str, Block]]) -> dict[str, Any]:
    wholes = [(kind, block) for kind, block in copies if "RECURRENCE-ID" not in block.lines] or copies
    newest = max(block.revision for _, block in wholes)
    kind, block = next((kind, block) for kind, block in reversed(wholes) if block.revision == newest)
    status = block.value("STATUS").upper()
    facts: dict[str, Any] = {
        "uid": uid,
        "form": _FORMS[kind],
        "title": _text(block, "SUMMARY")[:_LONGEST_TITLE],
        "done": status == "COMPLETED"
        or bool(block.value("COMPLETED"))
        or re.fullmatch("0*100", block.value("PERCENT-COMPLETE")) is not None,
        "done_at": _stamp(block, "COMPLETED"),
        "cancelled": status == "CANCELLED",
        "copies": len(wholes),
        "sequence": block.revision[0],
        "revised": _stamp(block, "LAST-MODIFIED") or _stamp(block, "DTSTAMP"),
        "stamped": _stamp(block, "DTSTAMP"),
        "repeats": any({"RRULE", "RDATE", "RECURRENCE-ID"} & each.lines.keys() for _, each in copies),
        "doubt": f"its time zone {block.doubt} is not known" if block.doubt else "",
    }
    if not block.whole:
        return facts | {"unclear": "its end is cut off"}
    try:
        start, end = _event_times(block) if kind == "VEVENT" else _due(block)
    except Exception as problem:  # noqa: BLE001 - zones are other people's code, fed with other people's data
        return facts | {"unclear": one_line(" ".join(str(problem).split()), 120) or type(problem).__name__}
    return facts | {"start": start.isoformat(), "until": end.isoformat() if end else None}


def _event_times(block: Block) -> tuple[Moment, Moment | None]:
    """Begin and end. What lasts from a midnight to a midnight, by its own clock, is on days: some programs know no others."""
    start = _moment(block, "DTSTART")
    if start is None:
        raise ValueError("no DTSTART")
    end = _end(block, start)
    if isinstance(start, datetime) and isinstance(end, datetime) and _is_midnight(start) and _is_midnight(end):
        first, last = start.date(), end.date()
        if first < last and start.tzinfo is end.tzinfo:
            return first, last
    return _plain(start), None if end is None else _plain(end)


def _end(block: Block, start: Moment) -> Moment | None:
    """None too where it cannot be read: nothing but whole days rests on it."""
    try:
        end = _moment(block, "DTEND")
        if end is None and (duration := block.value("DURATION")):
            end = start + vDuration.from_ical(duration)  # type: ignore[no-untyped-call]
    except Exception:  # noqa: BLE001 - as above
        return None
    fits = end is not None and isinstance(end, datetime) == isinstance(start, datetime) and end.year in _YEARS
    return end if fits else None


def _due(block: Block) -> tuple[Moment, None]:
    """When a to-do is due. At midnight means on the day that then begins: some programs know no days. Midnight in UTC may be an
    hour of somebody's evening: it stays an instant."""
    due = _moment(block, "DUE") or _moment(block, "DTSTART")
    if due is None:
        raise ValueError("no DUE")
    if isinstance(due, datetime) and _is_midnight(due) and due.tzinfo is not UTC:
        return due.date(), None
    return _plain(due), None


def _is_midnight(moment: datetime) -> bool:
    return moment.time() == time()


def _plain(moment: Moment) -> Moment:
    return moment.astimezone(UTC) if isinstance(moment, datetime) and moment.tzinfo else moment


def _moment(block: Block, name: str) -> Moment | None:
    """The date, instant, or wall time without a zone of a property. Raises ValueError where it is none."""
    lines = block.lines.get(name, ())
    if not lines:
        return None
    if len(lines) > 1:
        raise ValueError(f"several {name}")
    moment = _parsed(_value(lines[0]), name)
    zone = _TZID.search(lines[0][: -len(_value(lines[0])) or None])
    if isinstance(moment, datetime) and moment.tzinfo is None and zone:
        moment = moment.replace(tzinfo=tzp.timezone(zone[1]))
    return moment


def _parsed(value: str, name: str) -> Moment:
    digits = _MOMENT.fullmatch(value.strip())
    if digits is None:
        raise ValueError(f"{name} is no date or time: {value[:40]}")
    moment: Moment = date.fromisoformat(digits[1])
    if moment.year not in _YEARS:
        raise ValueError(f"{name} is out of range: {value[:40]}")
    if digits[2]:
        moment = datetime.combine(moment, time.fromisoformat(digits[2]), UTC if digits[3] else None)
    return moment


def _stamp(block: Block, name: str) -> str | None:
    """An instant that the format wants in UTC, and that is taken so; None where it cannot be read."""
    try:
        moment = _parsed(block.value(name), name)
    except ValueError:
        return None
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return moment.replace(tzinfo=UTC).isoformat()


def _text(block: Block, name: str) -> str:
    lines = block.lines.get(name)
    if not lines:
        return ""
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], _value(lines[0]))


def _value(line: str) -> str:
    before = _BEFORE_VALUE.match(line)
    return line[before.end() :] if before else line.partition(":")[2]


# --- what is handed on


def _entries(found: Mapping[str, Any], zone: tzinfo | None) -> Entries:
    return Entries(
        tuple(_in_zone(found["entries"], zone)),
        whole=frozenset(found["whole"]),
        warnings=found["warnings"],
        problems=tuple(found["problems"]),
    )


def _in_zone(found: Iterable[Mapping[str, Any]], zone: tzinfo | None) -> Iterable[Entry]:
    for facts in found:
        start, until = _in_days(_read_back(facts.get("start"), zone), _read_back(facts.get("until"), zone), zone)
        is_timed = isinstance(start, datetime)
        yield Entry(
            uid=facts["uid"],
            form=Form(facts["form"]),
            day=None if is_timed else start,
            at=start if isinstance(start, datetime) else None,
            until=until,
            title=facts["title"],
            done=facts["done"],
            done_at=_instant(facts["done_at"]),
            cancelled=facts["cancelled"],
            copies=facts["copies"],
            sequence=facts["sequence"],
            revised=_instant(facts["revised"]),
            stamped=_instant(facts["stamped"]),
            repeats=facts["repeats"],
            unclear=facts.get("unclear", ""),
            doubt=facts["doubt"],
        )


def _in_days(
    start: date | datetime | None, until: date | datetime | None, zone: tzinfo | None
) -> tuple[date | datetime | None, date | datetime | None]:
    """What lasts from one midnight of the learner's clock to another is on days: some programs write days so, in UTC."""
    if isinstance(start, datetime) and isinstance(until, datetime):
        first, last = start.astimezone(zone), until.astimezone(zone)
        if first < last and _is_midnight(first) and _is_midnight(last):
            return first.date(), last.date()
    return start, until


def _read_back(text: str | None, zone: tzinfo | None) -> date | datetime | None:
    if text is None or len(text) == 10:
        return date.fromisoformat(text) if text else None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None and zone is not None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def answer(data: bytes) -> dict[str, Any]:
    """What the other process says of a file."""
    try:
        return _found(data)
    except Unreadable as problem:
        return {"bad": str(problem)}
