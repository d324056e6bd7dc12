"""Other people's calendar files taken apart, line by line: into components, their properties, and time zones.

Every file is somebody else's data and may be broken anywhere. So a file is not handed to ``icalendar`` whole: only the lines
that a reader asks for are, one component at a time, and a broken component costs itself, not its neighbours.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count

from icalendar import Timezone
from icalendar.timezone import tzp

from studyplan.text import one_line

#: Bytes and components of all files that are read together.
MOST_BYTES = 10_000_000
MOST_COMPONENTS = 20_000
#: How many warnings are kept in words.
_MOST_PROBLEMS = 20
#: Characters of a recurrence rule.
LONGEST_RULE = 1_000
#: Of one declared time zone: lines, rules (each may have to be walked for some centuries, which takes 25 ms) and single
#: dates. A zone with its history back to 1900 has about a hundred rules.
_MOST_ZONE_LINES = 2_000
_MOST_ZONE_RULES = 100
_MOST_ZONE_DATES = 1_000
#: What a rule says of the day on which clocks change, and in which words.
_ZONE_RULE = {
    "FREQ": "YEARLY",
    "INTERVAL": "1",
    "COUNT": "[0-9]{1,4}",
    "UNTIL": "[0-9]{8}(T[0-9]{6}Z?)?",
    "WKST": "[A-Z]{2}",
    "BYMONTH": "0?[1-9]|1[0-2]",
    "BYMONTHDAY": "-?[0-9]{1,2}(,-?[0-9]{1,2})*",
    "BYDAY": "([+-]?[1-5])?(SU|MO|TU|WE|TH|FR|SA)",
}
#: Windows begins its zones in 1601.
_FIRST_ZONE_YEAR = 1600
_COMPONENTS = {"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE", "VAVAILABILITY"}
#: What says when something takes place, and so may name a time zone.
TIMES = {"DTSTART", "DTEND", "DUE", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"}
_LINE = re.compile("[^\\r\\n]+")
_NAME = re.compile(r"\s*([\w.-]+)\s*[;:]")
_TZID = re.compile(r';\s*TZID\s*=\s*("[^"]*"|[^;:]*)', re.IGNORECASE)
#: Distinguishes the time zones that files declare, for the life of the process.
_PLACES = count()

#: A date, an instant in UTC or a wall time without a zone.
Moment = date | datetime


class Unreadable(Exception):
    """Nothing can be taken from the files; the message is for people."""


@dataclass(slots=True)
class Passed:
    """What was passed over: how many things, some of them in words."""

    warnings: int = 0
    problems: list[str] = field(default_factory=list)

    def warn(self, problem: str) -> None:
        self.warnings += 1
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(one_line(problem))


@dataclass(slots=True)
class Block:
    """The lines of one component that matter, by their property's name."""

    lines: dict[str, list[str]] = field(default_factory=dict)
    #: The component has an end: nothing of it was cut off.
    whole: bool = True
    #: The name of a time zone that it uses and nobody knows; empty where there is none. Its times are then guesses.
    doubt: str = ""

    def value(self, name: str) -> str:
        """The first line's value, or nothing. Right for properties whose parameters hold no colon."""
        return next((line.partition(":")[2].strip() for line in self.lines.get(name, ())), "")

    @property
    def revision(self) -> tuple[int, str]:
        """Of two components with the same UID the greater counts."""
        digits = self.value("SEQUENCE")
        return int(digits) if re.fullmatch("[0-9]{1,9}", digits) else 0, self.value("LAST-MODIFIED")


@dataclass(slots=True)
class Room:
    """How much may still be read of all files together. Raises Unreadable where it is used up."""

    octets: int = field(default_factory=lambda: MOST_BYTES)
    entries: int = field(default_factory=lambda: MOST_COMPONENTS)

    def take(self, data: bytes) -> None:
        self.octets -= len(data)
        if self.octets < 0:
            raise Unreadable(f"more than {MOST_BYTES // 1_000_000} MB of calendar")

    def take_component(self) -> None:
        self.entries -= 1
        if self.entries < 0:
            raise Unreadable(f"more than {MOST_COMPONENTS:,} calendar entries")


def blocks(
    data: bytes,
    named: str,
    wanted: Collection[str],
    properties: Collection[str],
    passed: Passed,
    room: Room,
    *,
    heads: Callable[[str], None] = lambda line: None,
) -> Iterator[tuple[str, Block]]:
    """The components of the ``wanted`` kinds, with their kind; ``heads`` is told each line that stands in no component.

    The file's own time zones are made known before the first is handed on; zones that nobody knows are taken out.
    Raises Unreadable where the file is no calendar.
    """
    room.take(data)
    found: list[tuple[str, Block]] = []
    zones: list[list[str]] = []
    calendars = 0
    for kind, lines, whole in components(data.decode("utf-8-sig", "replace"), passed):
        if kind in ("", "VCALENDAR"):
            calendars += kind == "VCALENDAR"
            for line in lines or ["BEGIN:VCALENDAR"]:
                heads(line)
            continue
        room.take_component()
        if kind == "VTIMEZONE":
            zones.append(lines)
        elif kind in wanted:
            block = _block(lines, properties, passed)
            block.whole = whole
            found.append((kind, block))
    if not calendars:
        raise Unreadable(f"{named} is no calendar file: no BEGIN:VCALENDAR in it")
    known = _Zones(zones, passed)
    for kind, block in found:
        known.settle(block)
        yield kind, block


def components(text: str, passed: Passed) -> Iterator[tuple[str, list[str], bool]]:
    """Each component with its own lines, and whether it has an end; of what is nested in one, only a time zone's rules. A
    calendar's beginning comes without lines, a line outside of every component with no kind."""
    kind = ""
    lines: list[str] = []
    inner = 0
    for line in unfolded(text):
        word, _, name = line.partition(":")
        word, name = word.strip().upper(), name.strip().upper()
        if word == "BEGIN" and (name == "VCALENDAR" or name in _COMPONENTS):
            if kind:
                passed.warn(f"{kind} without END")
                yield kind, lines, False
            kind, lines, inner = ("", [], 0) if name == "VCALENDAR" else (name, [], 0)
            if not kind:
                yield name, [], True
        elif word == "END" and (name == kind or name == "VCALENDAR"):
            if kind:
                if name != kind:
                    passed.warn(f"{kind} without END")
                yield kind, lines, name == kind
            if name == "VCALENDAR":
                yield "", [line], True
            kind = ""
        elif kind:
            if word in ("BEGIN", "END"):
                inner += 1 if word == "BEGIN" else -1
                keep = kind == "VTIMEZONE"
            else:
                keep = kind == "VTIMEZONE" or inner <= 0
            if keep:
                lines.append(line)
        else:
            yield "", [line], True
    if kind:
        passed.warn(f"{kind} without END")
        yield kind, lines, False


def unfolded(text: str) -> Iterator[str]:
    """The lines, long ones put together again. Empty lines do not count: some programs write two line ends for one."""
    parts: list[str] = []
    for found in _LINE.finditer(text):
        line = found[0]
        if line[0] in " \t" and parts:
            parts.append(line[1:])
            continue
        if parts:
            yield "".join(parts)
        parts = [line]
    if parts:
        yield "".join(parts)


def _block(lines: Iterable[str], properties: Collection[str], passed: Passed) -> Block:
    block = Block()
    for line in lines:
        name = _NAME.match(line)
        if name is None:
            passed.warn(f"no property: {line[:60]}")
        elif name[1].upper() in properties:
            block.lines.setdefault(name[1].upper(), []).append(line.strip())
    return block


# --- time zones


class _Zones:
    """The time zones of one file: those of the IANA, Windows' names for them, and what the file itself declares.

    A declared zone is known to icalendar by a name that no other file can mean.
    """

    def __init__(self, declared: Iterable[list[str]], passed: Passed) -> None:
        self._passed = passed
        self._names: dict[str, str] = {}
        for lines in declared:
            name = next((line.partition(":")[2].strip() for line in lines if line.upper().startswith("TZID")), "")
            if not _resolves(name):
                self._declare(name, f"studyplan-{next(_PLACES)}", lines)

    def _declare(self, name: str, own: str, lines: list[str]) -> None:
        if not _is_modest(lines):
            self._passed.warn(f"time zone {name[:60]}: not understood")
            return
        rest = (line for line in lines if not line.upper().startswith("TZID"))
        with passing_over(f"time zone {name[:60]}", self._passed):
            Timezone.from_ical("\r\n".join(["BEGIN:VTIMEZONE", f"TZID:{own}", *rest, "END:VTIMEZONE", ""]))
            self._names[name] = own

    def settle(self, block: Block) -> None:
        """Takes unknown zones out of an event: its times are then wall times, which the reader takes for the learner's."""
        for name in TIMES & block.lines.keys():
            for line in block.lines[name]:
                found = _TZID.search(line)
                if found and not self._settled(found):
                    block.doubt = one_line(found[1].strip('" ')[:60]) or "without a name"
            block.lines[name] = [_TZID.sub(self._settled, line, count=1) for line in block.lines[name]]

    def _settled(self, found: re.Match[str]) -> str:
        name = found[1].strip('" ')
        if name not in self._names:
            self._names[name] = name if _resolves(name) else ""
            if not self._names[name]:
                self._passed.warn(f"time zone {name[:60]} is not known; its times are taken for local ones")
        return f';TZID="{self._names[name]}"' if self._names[name] else ""


def _is_modest(lines: list[str]) -> bool:
    """Whether a zone is one that a country may have, and looking up its clock ends."""
    properties = [line.upper().partition(":")[::2] for line in lines]
    values: dict[str, list[str]] = {}
    for name, value in properties:
        values.setdefault(name.partition(";")[0].strip(), []).append(value.strip())
    return (
        len(lines) <= _MOST_ZONE_LINES
        and len(values.get("RRULE", ())) <= _MOST_ZONE_RULES
        and sum(1 + dates.count(",") for dates in values.get("RDATE", ())) <= _MOST_ZONE_DATES
        and "EXRULE" not in values
        and all(
            int(start[:4]) >= _FIRST_ZONE_YEAR
            for start in values.get("DTSTART", ())
            if start[:4].isascii() and start[:4].isdigit()
        )
        and all(map(_happens_yearly, values.get("RRULE", ())))
    )


def _happens_yearly(rule: str) -> bool:
    """Whether a rule is of the kind that clocks are changed by, at a day that exists. Any other may have an occurrence every
    second, or none in all the years that are searched for one."""
    parts = dict(part.strip().partition("=")[::2] for part in rule.rstrip(";").split(";"))
    if len(rule) > LONGEST_RULE or not {"FREQ"} <= parts.keys() <= _ZONE_RULE.keys():
        return False
    if not all(re.fullmatch(_ZONE_RULE[name], value) for name, value in parts.items()):
        return False
    days = [abs(int(day)) for day in parts.get("BYMONTHDAY", "1").split(",")]
    is_counted = "BYDAY" in parts and parts["BYDAY"][:-2] != ""
    return 1 <= min(days) <= 28 and max(days) <= 31 and not (is_counted and "BYMONTHDAY" in parts)


def _resolves(name: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return tzp.timezone(name) is not None
    except Exception:  # noqa: BLE001 - a name may be a folder, too long or no name at all
        return False


@contextmanager
def passing_over(what: str, passed: Passed) -> Iterator[None]:
    """Turns whatever goes wrong inside into a warning: somebody else's data may break any line of three libraries."""
    try:
        yield
    except Exception as problem:  # noqa: BLE001
        passed.warn(f"{what}: {' '.join(str(problem).split())[:120] or type(problem).__name__}")
