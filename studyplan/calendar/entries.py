"""What stands in a calendar file, entry by entry: what ``import`` and synchronisation hold against the tasks.

:func:`read_entries` reads a whole file in a second process; :func:`read_object` one small object (of a server, say) in this
one. In that second process :func:`answer` is asked: the name of the learner's zone on a line of its own (empty for the
system's), and then the file. It answers what :func:`_found` gives, or ``bad``, why nothing can be taken from it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from studyplan.calendar.aside import answered
from studyplan.calendar.blocks import Block, Moment, blocks, doubt
from studyplan.calendar.clocks import here
from studyplan.calendar.forms import Form
from studyplan.calendar.lines import Passed, ReadLimit, Unreadable, quoted
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
#: Name and parameters of a line, up to its value; a quoted parameter may hold a colon.
_BEFORE_VALUE = re.compile(r'(?:[^":]|"[^"]*")*:')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """An event or a to-do as it stands in a calendar. Of several with the same UID it is the newest revision."""

    #: Lower case; empty where the entry has none.
    uid: str
    form: Form
    #: The day it is on, or due on; None where it has a time of day, or no time that can be read, or is a to-do without one.
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
    #: LAST-MODIFIED, or DTSTAMP if there is none.
    revised: datetime | None = None
    #: DTSTAMP, which many programs leave as it was written by whoever made the entry.
    stamped: datetime | None = None
    #: It has a rule or dates of repetition, or stands for one of several occurrences.
    repeats: bool = False
    #: Why its time cannot be read. Empty where it can, or where a to-do has none.
    unclear: str = ""
    #: It has an end: nothing of it was cut off.
    whole: bool = True
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
    #: How many things were passed over: lines that are not properties, entries without end, unknown zones.
    warnings: int = 0
    #: What they were, one line each, not necessarily all.
    problems: tuple[str, ...] = ()


def read_entries(data: bytes, zone: ZoneInfo | None, *, named: str = "the calendar") -> Entries:
    """The entries of a calendar file, read by a second process.

    ``zone``: the learner's, None the system's; times that name no zone, or one that nobody knows, are taken for theirs. Raises
    BadFile, which says ``named``, where it is no calendar, or has more than 10 MB or 20,000 entries, or takes five seconds.
    """
    question = f"{zone.key if zone else ''}\n".encode() + data
    return _entries(answered("studyplan.calendar.entries", question, named))


def read_object(data: bytes, zone: ZoneInfo | None) -> Entries:
    """The entries of one object of a calendar server, read here. ``zone`` as above. Raises BadFile if it is no calendar
    or has more than 1 MB."""
    if len(data) > MOST_OBJECT:
        raise BadFile(f"a calendar object of more than {MOST_OBJECT // 1_000_000} MB")
    try:
        return _entries(_found(data, zone or here(None)))
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


def _found(data: bytes, home: tzinfo) -> dict[str, Any]:
    """The facts of each entry in plain words; times as dates, or as instants in UTC. ``home``: the learner's clock."""
    passed = Passed()
    heads = _Heads()
    of_uid: dict[str, list[Block]] = {}
    found = blocks(data, "this", _FORMS.keys(), _PROPERTIES, passed, ReadLimit(), home, heads=heads)
    for number, block in enumerate(found):
        of_uid.setdefault(block.value("UID").lower() or f"\n{number}", []).append(block)
    entries = [_facts(uid.strip(), copies) for uid, copies in of_uid.items()]
    return {
        "entries": entries,
        "whole": [] if passed.warnings else heads.whole,
        "warnings": passed.warnings,
        "problems": passed.problems,
    }


def _facts(uid: str, copies: list[Block]) -> dict[str, Any]:
    wholes = [block for block in copies if "RECURRENCE-ID" not in block.lines] or copies
    newest = max(block.revision for block in wholes)
    block = next(block for block in reversed(wholes) if block.revision == newest)
    status = block.value("STATUS").upper()
    facts: dict[str, Any] = {
        "uid": uid,
        "form": _FORMS[block.kind],
        "title": _text(block, "SUMMARY")[:_LONGEST_TITLE],
        "done": status == "COMPLETED"
        or bool(block.value("COMPLETED"))
        or re.fullmatch("0*100", block.value("PERCENT-COMPLETE")) is not None,
        "done_at": _completed(block),
        "cancelled": block.is_cancelled,
        "copies": len(wholes),
        "sequence": block.revision[0],
        "revised": _stamp(block, "LAST-MODIFIED") or _stamp(block, "DTSTAMP"),
        "stamped": _stamp(block, "DTSTAMP"),
        "repeats": any({"RRULE", "RDATE", "RECURRENCE-ID"} & each.lines.keys() for each in copies),
    }
    if not block.whole:
        return facts | {"whole": False, "unclear": "its end is cut off"}
    try:
        start, end, unknown = _event_times(block) if block.kind == "VEVENT" else _due(block)
    except (ValueError, OverflowError) as problem:
        return facts | {"unclear": one_line(str(problem), 120)}
    return facts | {
        "start": _plain(start).isoformat() if start else None,
        "until": _plain(end).isoformat() if end else None,
        "doubt": unknown,
    }


def _event_times(block: Block) -> tuple[Moment, Moment | None, str]:
    """Begin and end, and why they are a guess. What lasts from a midnight to a midnight, by its own clock or by
    the learner's, is on days: some programs know no others."""
    start, end = block.span()
    if not _is_possible(start):
        raise ValueError(f"DTSTART is out of range: {start:%Y-%m-%d}")
    if end is not None and not _is_possible(end):
        end = None
    unknown = doubt(start) or doubt(end)
    if isinstance(start, datetime) and isinstance(end, datetime):
        spans = [(start, end)] if start.tzinfo is end.tzinfo else []
        for first, last in (*spans, (start.astimezone(block.clocks.home), end.astimezone(block.clocks.home))):
            if _is_midnight(first) and _is_midnight(last) and first.date() < last.date():
                return first.date(), last.date(), unknown
    return start, end, unknown


def _due(block: Block) -> tuple[Moment | None, None, str]:
    """When a to-do is due, None if it says nothing of it. At midnight means on the day that then begins: some programs
    know no days. Midnight in UTC may be an hour of somebody's evening: it stays an instant."""
    due = block.moment("DUE") or block.moment("DTSTART")
    if due is None:
        return None, None, ""
    if not _is_possible(due):
        raise ValueError(f"DUE is out of range: {due:%Y-%m-%d}")
    unknown = doubt(due)
    if isinstance(due, datetime) and _is_midnight(due) and due.tzinfo is not UTC:
        return due.date(), None, unknown
    return due, None, unknown


def _is_possible(moment: Moment) -> bool:
    return moment.year in _YEARS


def _is_midnight(moment: datetime) -> bool:
    return moment.time() == time()


def _plain(moment: Moment) -> Moment:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment


def _stamp(block: Block, name: str) -> str | None:
    """An instant that the format wants in UTC, and that is taken so."""
    return _instant_of(block, name, time(), UTC)


def _completed(block: Block) -> str | None:
    """When a to-do was completed. The format wants UTC, but programs write the learner's own time too, or the day alone: the
    middle of that day is surely in it."""
    found = _instant_of(block, "COMPLETED", time(12), block.clocks.home)
    if found is None and (said := block.value("COMPLETED")):
        block.warn(f"when it was done cannot be read: COMPLETED is {quoted(said)}")
    return found


def _instant_of(block: Block, name: str, on_a_day: time, clock: tzinfo) -> str | None:
    """``clock``: of what names none. None if it cannot be read."""
    try:
        moment = block.moment(name, floating=clock)
        if moment is None or not _is_possible(moment):
            return None
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, on_a_day, clock)
        return moment.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return None


def _text(block: Block, name: str) -> str:
    lines = block.lines.get(name)
    if not lines:
        return ""
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], _value(lines[0]))


def _value(line: str) -> str:
    before = _BEFORE_VALUE.match(line)
    return line[before.end() :] if before else line.partition(":")[2]


# --- what is handed on


def _entries(found: Mapping[str, Any]) -> Entries:
    return Entries(
        tuple(map(_entry, found["entries"])),
        whole=frozenset(found["whole"]),
        warnings=found["warnings"],
        problems=tuple(found["problems"]),
    )


def _entry(facts: Mapping[str, Any]) -> Entry:
    start, until = _moment(facts.get("start")), _moment(facts.get("until"))
    is_timed = isinstance(start, datetime)
    return Entry(
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
        whole=facts.get("whole", True),
        doubt=facts.get("doubt", ""),
    )


def _moment(text: str | None) -> Moment | None:
    if text is None or len(text) == 10:
        return date.fromisoformat(text) if text else None
    return datetime.fromisoformat(text)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def answer(question: bytes) -> dict[str, Any]:
    """What the second process answers for the name of a zone and a file."""
    zone, _, data = question.partition(b"\n")
    try:
        return _found(data, here(zone.decode()))
    except Unreadable as problem:
        return {"bad": str(problem)}
