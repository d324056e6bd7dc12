"""Problems and notes of the layers below, in the visitor's language.

Those layers speak English and know of no language. What they said is recognised by its pattern, such as ``task {0} is {1}``, which
``scripts/texts.py`` takes from where it is said; what is recognised is said again in the words of the catalog, with the same names and
numbers filled in. What is not recognised stays as it is.
"""

from __future__ import annotations

import re
from functools import cache

from studyplan.presentation.language import current
from studyplan.web import translations

#: What sets these entries of a catalog apart.
CONTEXT = "message"
#: Letters: a pattern with fewer of its own would take anything for its text.
_ENOUGH = 8
_PLACE = re.compile(r"\{([0-9])\}")


def is_telling(pattern: str) -> bool:
    """Whether a pattern has enough words of its own to be recognised by."""
    return sum(each.isalpha() for each in _PLACE.sub("", pattern)) >= _ENOUGH and " " in pattern


def in_language(text: str) -> str:
    """A message of a lower layer in the visitor's language."""
    for parts, translated in _patterns(current().tag):
        filled = _filling(text, parts)
        if filled is not None:
            return _filled_in(translated, filled)
    return text


def sentence(message: str) -> str:
    """A message of a lower layer as a sentence in the visitor's language."""
    said = in_language(message)
    return f"{said[:1].upper()}{said[1:]}".rstrip(".") + "."


def _filled_in(pattern: str, filled: list[str]) -> str:
    return _PLACE.sub(lambda place: filled[int(place[1])] if int(place[1]) < len(filled) else "", pattern)


@cache
def _patterns(tag: str) -> tuple[tuple[list[str], str], ...]:
    """The pieces between the places of each pattern, and its translation; those with the most words of their own first."""
    catalog = translations.catalog(tag)
    entries = [(str(each.id), str(each.string)) for each in catalog or () if each.context == CONTEXT and each.string]
    found = [(_PLACE.split(pattern)[::2], translated) for pattern, translated in entries]
    return tuple(sorted(found, key=lambda each: -sum(map(len, each[0]))))


def _filling(text: str, parts: list[str]) -> list[str] | None:
    """What a text has in the places between the parts; None where it is no text of that pattern. Linear in the text's length."""
    first, *middle = parts
    if not text.startswith(first):
        return None
    if not middle:
        return [] if text == first else None
    found, at = [], len(first)
    for part in middle[:-1]:
        begins = text.find(part, at) if part else -1
        if begins < 0:
            return None
        found.append(text[at:begins])
        at = begins + len(part)
    last = middle[-1]
    if len(text) - len(last) < at or not text.endswith(last):
        return None
    return [*found, text[at : len(text) - len(last)]]
