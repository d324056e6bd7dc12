"""Which column of a sheet is which, whatever its heading is called. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from studyplan.errors import UsageProblem
from studyplan.notation import day, length


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: What other sheets call our columns, the likelier meaning first; a column that has the very name comes before them.
_ALSO = (
    *(
        (word, "title")
        for word in ("task", "name", "titel", "aufgabe", "assignment", "topic", "thema", "lesson", "lektion")
    ),
    *((word, "title") for word in ("chapter", "kapitel", "subject")),
    *(
        (word, "module")
        for word in ("modul", "area", "bereich", "section", "unit", "subject", "fach", "topic", "thema")
    ),
    *((word, "module") for word in ("chapter", "kapitel")),
    *((word, "kind") for word in ("type", "art", "typ")),
)
#: Words of a heading that say a day, and what may stand beside them.
_DAYS = _words("""date day datum due duedate deadline when wann until bis termin frist abgabe abgabetermin abgabedatum stichtag
    fallig faellig falligkeit falligkeitsdatum prufungstermin prufungsdatum""")
_BESIDE_DAYS = _words("on by at of the to do am zum target exam test final submission finish latest spatestens")
#: Words of a heading that say what its figures count, and what may stand beside them.
_HOURS = frozenset({"h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden"})
_MINUTES = frozenset({"m", "min", "mins", "minute", "minutes", "minuten"})
_LENGTH = _words("""duration dauer length lange laenge time zeit estimate estimated est effort aufwand zeitaufwand zeitbedarf workload
    long""")
_BESIDE = _words("in of study net netto needed total hh mm ss how wie approx ca expected planned geplant geschatzt")
_WORDS = re.compile(r"[^\W\d_]+")
#: A length of time in figures, which up to here is no time of day; and days that are no section.
_SHORT_CLOCK = re.compile(r"[0-8]:[0-5][0-9]")
_FIGURES = re.compile(
    r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2,4}|[0-9]{1,2}\.[0-9]{1,2}\."
)
_UNIT = re.compile(r"[A-Za-z']")
_LETTER = re.compile(r"[A-Za-z+]")
_ANY_DAY = date(2026, 1, 1)
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a sheet, by our names; one that means nothing here has its heading in brackets."""

    names: list[str]
    #: Whether a length without a unit counts hours.
    in_hours: bool = False
    #: Headings of several columns that all tell the length.
    lengths: tuple[str, ...] = ()
    #: The same of the day.
    days: tuple[str, ...] = ()


def columns_of(header: Sequence[str], wanted: Collection[str]) -> Columns:
    """The columns that a header names. ``wanted``: those that are looked for; ``minutes`` is any length of time."""
    words = ["".join(re.findall("[a-z]", _ASIDE.sub("", _folded(cell)))) for cell in header]
    names = [word if word in wanted else "" for word in words]
    for alias, ours in _ALSO:
        if ours in wanted and ours not in names and alias in words and not names[words.index(alias)]:
            names[words.index(alias)] = ours
    days = [place for place, cell in enumerate(header) if names[place] in ("", "date") and _is_day(cell)]
    if "date" in wanted and days and "date" not in names:
        names[days[0]] = "date"
    units = {
        place: in_hours
        for place, cell in enumerate(header)
        if names[place] in ("", "minutes") and (in_hours := _counts_hours(cell)) is not None
    }
    exact = [place for place in units if names[place] == "minutes"]
    # Beside minutes a bare duration is another thing; hours are not.
    told = [place for place in units if units[place] or place in exact] if exact else list(units)
    if "minutes" in wanted and told and not exact:
        names[told[0]] = "minutes"
    several = _headings(header, told) if len(told) > 1 and len(exact) < 2 else ()
    dates = _headings(header, days) if "date" in wanted and len(days) > 1 and names.count("date") < 2 else ()
    known = [name or f"({cell})" for name, cell in zip(names, header, strict=True)]
    return Columns(known, in_hours=bool(told) and units[told[0]], lengths=several, days=dates)


def _headings(header: Sequence[str], places: Sequence[int]) -> tuple[str, ...]:
    return tuple(" ".join(header[place].split()) for place in places)


def _folded(cell: str) -> str:
    """A heading in small letters without their accents."""
    letters = unicodedata.normalize("NFKD", cell.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _is_day(heading: str) -> bool:
    words = set(_WORDS.findall(_folded(heading)))
    return bool(words & _DAYS) and not words - _DAYS - _BESIDE_DAYS


def _counts_hours(heading: str) -> bool | None:
    """Whether the figures below a heading are hours, or else minutes; None if they are no length."""
    words = set(_WORDS.findall(_folded(heading)))
    if not words or words - _HOURS - _MINUTES - _LENGTH - _BESIDE:
        return None
    if words & _HOURS:
        return True
    return False if words & (_MINUTES | _LENGTH) else None


# Columns whose heading says nothing


def look_alike(cells: Sequence[str]) -> str:
    """What the cells of a column look like: ``minutes``, ``date``, or nothing that is known. Numbers alone may be anything."""
    filled = [" ".join(cell.split()) for cell in cells if cell.strip()]
    for name, is_one in (("minutes", _is_length_cell), ("date", _is_day_cell)):
        if filled and 2 * sum(map(is_one, filled)) >= len(filled):
            return name
    return ""


def _is_length_cell(cell: str) -> bool:
    if not _SHORT_CLOCK.fullmatch(cell) and not _UNIT.search(cell):
        return False
    try:
        return length(cell) > 0
    except UsageProblem:
        return False


def _is_day_cell(cell: str) -> bool:
    if _FIGURES.fullmatch(cell):
        return True
    if not _LETTER.search(cell):
        return False
    try:
        day(cell, _ANY_DAY)
    except UsageProblem:
        return False
    return True
