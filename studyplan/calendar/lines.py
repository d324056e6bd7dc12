"""Other people's calendar files taken apart: bytes to lines, lines to components, a line to its name, parameters and value.

Every file is somebody else's data and may be broken anywhere: a broken line costs itself, a broken component itself alone.
Nothing here knows what a line means.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from studyplan.text import one_line

#: Bytes and components of all files that are read together.
MOST_BYTES = 10_000_000
MOST_COMPONENTS = 20_000
#: How many warnings are kept in words.
_MOST_PROBLEMS = 20
_COMPONENTS = {"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE", "VAVAILABILITY"}
_LINE = re.compile("[^\\r\\n]+")
#: Byte-order marks, the same read as if they were Windows' letters, and signs without width or meaning.
_MARKS = "\ufeff\ufffe\u200b\u200c\u200d\u200e\u200f\u2060\x1a"
_MISREAD_MARK = "ï»¿"
_FOLD = re.compile(rb"\r?\n[ \t]")
_PARAMETER = re.compile(r';\s*([\w-]+)\s*=\s*("[^"]*"|[^;]*)')
_BY_MARK = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"B\0E\0", "utf-16-le"),
    (b"\0B\0E", "utf-16-be"),
)


class Unreadable(Exception):
    """Nothing can be taken from the files; the message is for people."""


def quoted(text: str, most: int = 40) -> str:
    """Somebody else's words within a sentence of ours."""
    return f"“{one_line(text, most)}”"


@dataclass(slots=True)
class Passed:
    """What was passed over: how many things, some of them in words, none of these twice."""

    warnings: int = 0
    problems: list[str] = field(default_factory=list)

    def warn(self, problem: str) -> None:
        self.warnings += 1
        if len(self.problems) < _MOST_PROBLEMS and (shown := one_line(problem)) not in self.problems:
            self.problems.append(shown)


@dataclass(slots=True)
class ReadLimit:
    """How much may still be read of all files together. Raises Unreadable if it is used up."""

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


def decoded(data: bytes, passed: Passed) -> str:
    """The file's text: UTF-8, or UTF-16 and UTF-32 where its first bytes say so. What is no UTF-8 is read as Windows-1252, line by
    line, so that a file which was joined of two keeps the letters of both."""
    for mark, encoding in _BY_MARK:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        # A line may have been folded within a character.
        lines = _FOLD.sub(b"", data).split(b"\n")
    text = [_line_of(line) for line in lines]
    if None in text:
        passed.warn("the file is not all UTF-8: some of its letters were read as Windows-1252 and may be wrong")
    pairs = zip(text, lines, strict=True)
    return "\n".join(line.decode("cp1252", "replace") if each is None else each for each, line in pairs)


def _line_of(data: bytes) -> str | None:
    """The line; None if it is not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


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
    """The lines, long ones put together again, without the marks that joining and converting files leaves ahead of them. Empty
    lines do not count: some programs write two line ends for one."""
    parts: list[str] = []
    for found in _LINE.finditer(text):
        line = found[0]
        if line[0] in " \t" and parts:
            parts.append(line[1:])
            continue
        line = line.lstrip(_MARKS).removeprefix(_MISREAD_MARK)
        if not line:
            continue
        if parts:
            yield "".join(parts)
        parts = [line]
    if parts:
        yield "".join(parts)


# --- one line


@dataclass(frozen=True, slots=True)
class Timed:
    """A property that says when."""

    #: By their names in capitals; without quotation marks.
    parameters: Mapping[str, str]
    value: str


def timed(line: str) -> Timed:
    """The property of a line whose value holds no colon, as dates and rules do not. Colons ahead of it belong to parameters, also
    where nobody put them in quotation marks: ``DTSTART;TZID=GMT+01:00:20260706T090000``."""
    head, _, value = line.rpartition(":")
    parameters = {found[1].upper(): found[2].strip().strip('"') for found in _PARAMETER.finditer(head)}
    return Timed(parameters, value.strip().strip(_MARKS))
