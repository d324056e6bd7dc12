"""Which column of a sheet is which, whatever its heading is called. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

#: What other sheets call our columns; a column that has the very name comes first.
_ALSO = {
    "task": "title",
    "name": "title",
    "topic": "title",
    "titel": "title",
    "aufgabe": "title",
    "thema": "title",
    "modul": "module",
    "type": "kind",
    "art": "kind",
    "typ": "kind",
    "day": "date",
    "datum": "date",
    "due": "date",
    "duedate": "date",
}
#: Words of a heading that say what its figures count, and what may stand beside them.
_HOURS = frozenset({"h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden"})
_MINUTES = frozenset({"m", "min", "mins", "minute", "minutes", "minuten"})
_LENGTH = frozenset({"duration", "dauer", "length", "time", "estimate", "estimated", "effort", "aufwand"})
_BESIDE = frozenset({"in", "of", "study", "net", "netto", "needed", "total", "hh", "mm", "ss"})
_WORDS = re.compile(r"[^\W\d_]+")
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a sheet, by our names; one that means nothing here has its heading in brackets."""

    names: list[str]
    #: Whether a length without a unit counts hours.
    in_hours: bool = False
    #: Headings of several columns that all tell the length.
    lengths: tuple[str, ...] = ()


def columns_of(header: Sequence[str], wanted: Collection[str]) -> Columns:
    """The columns that a header names. ``wanted``: those that are looked for; ``minutes`` is any length of time."""
    words = ["".join(re.findall("[a-z]", _ASIDE.sub("", _folded(cell)))) for cell in header]
    names = [word if word in wanted else "" for word in words]
    for place, word in enumerate(words):
        ours = _ALSO.get(word, "")
        if not names[place] and ours in wanted and ours not in names:
            names[place] = ours
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
    several = tuple(" ".join(header[place].split()) for place in told) if len(told) > 1 and len(exact) < 2 else ()
    known = [name or f"({cell})" for name, cell in zip(names, header, strict=True)]
    return Columns(known, in_hours=bool(told) and units[told[0]], lengths=several)


def _folded(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).casefold()


def _counts_hours(heading: str) -> bool | None:
    """Whether the figures below a heading are hours, or else minutes; None if they are no length."""
    words = set(_WORDS.findall(_folded(heading)))
    if not words or words - _HOURS - _MINUTES - _LENGTH - _BESIDE:
        return None
    if words & _HOURS:
        return True
    return False if words & (_MINUTES | _LENGTH) else None
