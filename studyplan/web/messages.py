"""Problems and notes of the layers below, in the visitor's language.

Those layers speak English and know of no language. What they said is recognised by its pattern, such as ``task {0} is {1}``, which
``scripts/texts.py`` takes from where it is said; what is recognised is said again in the words of the catalog, with the same names and
numbers filled in. What is not recognised stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from functools import cache
from itertools import pairwise

from studyplan.presentation import phrases
from studyplan.presentation.language import N_, NN_, current, gettext, ngettext
from studyplan.web import translations

#: What sets these entries of a catalog apart.
CONTEXT = "message"
#: Letters: a pattern with fewer of its own would take anything for its text.
_ENOUGH = 6
_PLACE = re.compile(r"\{([0-9])\}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"([0-9]{1,9}) ([a-z ]{1,20})")
#: A name of a file at the beginning: a path, or a word that ends like one.
_FILE = re.compile(r"[^\s:]*(?:[/\\]|\.[A-Za-z])")
#: What begins a remark that follows another place.
_AT_TIMES = (": did you mean '", "; ")
#: What begins what is wrong with a text.
_FLAWS = ("can have at most ", "cannot contain ", "cannot be empty", "must be one line", "must be UTF-8")
#: Things that are counted in messages.
_COUNTED = {
    form.removeprefix("{n} "): forms
    for forms in (
        NN_("{n} minute", "{n} minutes"),
        NN_("{n} day", "{n} days"),
        NN_("{n} study day", "{n} study days"),
        NN_("{n} task", "{n} tasks"),
        NN_("{n} overdue task", "{n} overdue tasks"),
        NN_("{n} card", "{n} cards"),
        NN_("{n} question", "{n} questions"),
        NN_("{n} error", "{n} errors"),
        NN_("{n} piece", "{n} pieces"),
        NN_("{n} problem", "{n} problems"),
        NN_("{n} more problem", "{n} more problems"),
    )
    for form in forms
}

#: Words that messages fill in: what a task may be, what it may be looked for by, and verbs that go with a number.
_FILLED_IN = frozenset({
    *(N_("open"), N_("done"), N_("skipped"), N_("removed")),
    *(N_("kind"), N_("module"), N_("tag")),
    *(N_("catch-up"), N_("even"), N_("shift")),
    *(N_("is"), N_("are"), N_("was"), N_("were"), N_("has"), N_("have")),
})  # fmt: skip

#: The pieces between the places of a pattern, and what is said for it.
Pattern = tuple[list[str], str]


def is_telling(pattern: str) -> bool:
    """Whether a pattern has enough words of its own to be recognised by."""
    return sum(each.isalpha() for each in _PLACE.sub("", pattern)) >= _ENOUGH and " " in pattern


def in_language(text: str) -> str:
    """A message of a lower layer in the visitor's language."""
    return recognised(text, _patterns(current().tag)) or text


def recognised(text: str, patterns: Iterable[Pattern]) -> str | None:
    """What is said for the first of the patterns that a text is of; None for a text of none."""
    for parts, translated in patterns:
        filled = _filling(text, parts)
        if filled is not None:
            return _filled_in(translated, filled)
    return None


def split(pattern: str, translated: str) -> Pattern:
    """A pattern, to recognise texts by."""
    return _PLACE.split(pattern)[::2], translated


def sentence(message: str) -> str:
    """A message of a lower layer as a sentence in the visitor's language. The name of a file keeps its small letter."""
    said = in_language(message).rstrip(".")
    said += "" if said.endswith(("?", "!", "…")) else "."
    return said if _FILE.match(said) else phrases.capitalised(said)


def with_days(text: str) -> str:
    """A text whose days are written as the pages write them."""
    return _DAY.sub(lambda found: _in_words(found[0]), text)


def _filled_in(pattern: str, filled: list[str]) -> str:
    return _PLACE.sub(lambda place: _in_words(filled[int(place[1])]) if int(place[1]) < len(filled) else "", pattern)


def _in_words(value: str) -> str:
    """What stands in a place: a day or so many of something in the visitor's language, anything else as it is."""
    if _DAY.fullmatch(value):
        with suppress(ValueError):
            return phrases.long_day(date.fromisoformat(value))
    counted = _NUMBER.fullmatch(value)
    if counted and counted[2] in _COUNTED:
        return ngettext(*_COUNTED[counted[2]], int(counted[1])).format(n=counted[1])
    if value.startswith(": did you mean '") and value.endswith("'?"):
        return gettext(": did you mean “{name}”?").format(name=value[16:-2])
    if value.startswith(_FLAWS):
        return in_language(value)
    return gettext(value) if value in _FILLED_IN else _names(value)


def _names(value: str) -> str:
    """Titles in quotes, such as ``3 'Draw the map'`` or ``'Read', 'Write' and 2 more``, and a title alone."""
    listed, _and, more = value.rpartition(" and ")
    if listed.endswith("'") and more.endswith(" more") and more[:-5].isdecimal():
        return gettext("{names} and {n} more").format(names=_names(listed), n=more[:-5])
    number, quote, rest = value.partition("'")
    if quote and rest.endswith("'") and not number.strip(" 0123456789-@"):
        titles = map(phrases.scheduled_title, rest[:-1].split("', '"))
        return number + ", ".join(map(phrases.quoted, titles))
    return phrases.scheduled_title(phrases.word_text(value))


@cache
def _patterns(tag: str) -> tuple[Pattern, ...]:
    """The patterns of a language, those with the most words of their own first."""
    catalog = translations.catalog(tag)
    entries = [(str(each.id), str(each.string)) for each in catalog or () if each.context == CONTEXT and each.string]
    found = [split(pattern, translated) for pattern, translated in entries]
    return tuple(sorted(found, key=lambda each: -sum(map(len, each[0]))))


def _begins(text: str, part: str, at: int, after: str) -> int:
    """Where the piece that follows a place begins. ``after``: the piece beyond the next place."""
    if not part:
        return _seam(text, at)
    if part == " " and after:
        # What is filled in has spaces too: the last of them divides two places, as in ``3 tasks`` ``are``.
        return text.rfind(part, at, text.find(after, at))
    return text.find(part, at)


def _seam(text: str, at: int) -> int:
    """Where the second of two places that stand side by side begins: with what is only said at times, else at the end."""
    begun = [text.find(sign, at) for sign in _AT_TIMES]
    return min((each for each in begun if each >= 0), default=len(text))


def _filling(text: str, parts: list[str]) -> list[str] | None:
    """What a text has in the places between the parts; None where it is no text of that pattern. Linear in the text's length."""
    first, *middle = parts
    if not text.startswith(first):
        return None
    if not middle:
        return [] if text == first else None
    found, at = [], len(first)
    for part, after in pairwise(middle):
        begins = _begins(text, part, at, after)
        if begins < 0:
            return None
        found.append(text[at:begins])
        at = begins + len(part)
    last = middle[-1]
    if len(text) - len(last) < at or not text.endswith(last):
        return None
    return [*found, text[at : len(text) - len(last)]]
