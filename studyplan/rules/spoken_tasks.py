"""Tasks as people write them: a title, with the day and the length at its end in their own words. Pure.

What could mean one thing or another is refused, and the refusal says how to write either; what is read is shown to whoever wrote
it. So no word of a title is ever taken away in silence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from studyplan.errors import UsageProblem, WayOut
from studyplan.notation import day, is_month, is_weekday, length
from studyplan.text import shown

#: Words that a day and a length take at most.
_MOST_WORDS = 5
#: Ahead of a day or a length these make it part of a title: "The day after tomorrow", "Prepare for Monday".
_BOUND = frozenset(
    [
        "a",
        "about",
        "after",
        "an",
        "and",
        "any",
        "at",
        "before",
        "by",
        "due",
        "each",
        "every",
        "for",
        "from",
        "in",
        "my",
        "of",
        "or",
        "our",
        "per",
        "since",
        "than",
        "that",
        "the",
        "these",
        "this",
        "those",
        "till",
        "to",
        "until",
        "vs",
        "with",
        "your",
    ]
)
_UNIT = re.compile(r"[a-z']")
_BARE = re.compile(r"[0-9]{1,4}")
_CLOCK = re.compile(r"[0-9]{1,3}:[0-5][0-9]")
_QUOTED = re.compile(r"""(["'])(?P<title>[^"']*)\1(?P<rest>.*)|“(?P<curly>[^“”]*)”(?P<after>.*)""", re.DOTALL)
#: Days in figures that are no chapter or page: with their year, or with the point behind the month.
_FIGURES = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}\.[0-9]{1,2}\.([0-9]{4})?|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}|\+[0-9]{1,3}[dw]"
)
_NEAR = frozenset({"today", "tomorrow"})
_LEADING = frozenset({"next", "on", "this"})
_NUMBER = re.compile(r"[0-9]{1,2}(?:st|nd|rd|th)?\.?,?|[0-9]{4}")


@dataclass(frozen=True, slots=True)
class SpokenTask:
    """A task as it was understood. ``minutes`` and ``on`` are None where the words name none."""

    title: str
    minutes: int | None = None
    on: date | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    #: Whether it came as an argument of its own behind one that holds the title, so that it cannot be part of a phrase there.
    apart: bool = False

    @property
    def plain(self) -> str:
        return self.word.casefold()


def spoken(words: Sequence[str], today: date, *, has_day: bool = False, has_length: bool = False) -> SpokenTask:
    """The task that the words mean, those of one text or of several arguments.

    A day and a length are read from the end, each at most once; with ``has_day`` or ``has_length`` the caller knows it
    already, and such words stay in the title. A text that begins with a quote has its title in quotes. Raises UsageProblem.
    """
    text = " ".join(words).strip()
    found = _QUOTED.fullmatch(text)
    if found is not None:
        title = found["title"] if found["curly"] is None else found["curly"]
        rest = _Words([_Token(word, True) for word in (found["rest"] or found["after"] or "").split()], today, 0)
        rest.read(has_day=has_day, has_length=has_length)
        if not rest.tokens:
            return rest.task(title)
    # Where the first argument has several words, a shell was told where the title ends.
    told = len(words) > 1 and len(words[0].split()) > 1
    tokens = [_Token(word) for word in words[0].split()] if words else []
    tokens += [_Token(word, told) for each in words[1:] for word in each.split()]
    read = _Words(tokens, today, 1)
    read.read(has_day=has_day, has_length=has_length)
    return read.task(" ".join(token.word for token in read.tokens))


class _Words:
    """What is left of the words, and what was read from their end. ``least``: words that a title needs."""

    def __init__(self, tokens: list[_Token], today: date, least: int) -> None:
        self.tokens = tokens
        self._all = " ".join(token.word for token in tokens)
        self._today = today
        self._least = least
        self.minutes: int | None = None
        self.on: date | None = None
        self.notes: list[str] = []

    def read(self, *, has_day: bool, has_length: bool) -> None:
        while (not has_length and self._take_length()) or (not has_day and self._take_day()):
            pass
        if has_length or self.minutes is not None or not self.tokens:
            return
        last = self.tokens[-1]
        if _CLOCK.fullmatch(last.word):
            self._refuse_unclear(last.word, f"a length is {last.word.replace(':', 'h')}", "length")
        if _BARE.fullmatch(last.word) and len(self.tokens) > self._least:
            self.notes.append(f"'{last.word}' is part of the title; {last.word}m would be minutes")

    def task(self, title: str) -> SpokenTask:
        return SpokenTask(title, self.minutes, self.on, tuple(self.notes))

    def _take_length(self) -> bool:
        if self.minutes is not None:
            return False
        for many in range(min(_MOST_WORDS, len(self.tokens)), 0, -1):
            phrase = " ".join(token.word for token in self.tokens[-many:])
            last = self.tokens[-1]
            is_told = many == 1 and last.apart and bool(_BARE.fullmatch(phrase) or _CLOCK.fullmatch(phrase))
            if not is_told and not _UNIT.search(phrase.casefold()):
                continue
            try:
                minutes = length(phrase)
            except UsageProblem:
                continue
            self._cut(many, phrase, "length", swallowed=frozenset({"for"}))
            self.minutes = minutes
            return True
        return False

    def _take_day(self) -> bool:
        if self.on is not None:
            return False
        for many in range(min(_MOST_WORDS, len(self.tokens)), 0, -1):
            words = [token.plain for token in self.tokens[-many:]]
            if not _names_day(words):
                continue
            phrase = " ".join(words)
            try:
                on = day(phrase.removeprefix("on "), self._today)
            except UsageProblem as problem:
                if many == 1 and _FIGURES.fullmatch(phrase):
                    # A date that has two readings, or that no year has, is a date all the same.
                    raise
                if "contradicts" in problem.message:
                    raise
                continue
            self._cut(many, phrase, "day", swallowed=frozenset({"on"}))
            self.on = on
            return True
        return False

    def _cut(self, many: int, phrase: str, what: str, *, swallowed: frozenset[str]) -> None:
        ahead = self.tokens[: len(self.tokens) - many]
        apart = self.tokens[-many].apart
        if ahead and not apart and ahead[-1].plain in swallowed and len(ahead) > self._least:
            ahead.pop()
        is_whole_title = len(ahead) == 1 and what == "length"
        if ahead and not apart and ahead[-1].plain in _BOUND and not is_whole_title:
            self._refuse_unclear(f"{ahead[-1].word} {phrase}", "", what)
        if len(ahead) < self._least:
            raise UsageProblem(
                f"'{shown(self._all)}' has no title", hint="write the title first, like Essay tomorrow 1h"
            )
        self.tokens = ahead

    def _refuse_unclear(self, phrase: str, either: str, what: str) -> NoReturn:
        kept = f'"{shown(" ".join(token.word for token in self.tokens))}" {self.minutes or 30}m'
        text = (
            f"{either + '; ' if either else ''}give the {what} by its own argument, or put the title in quotes: {kept}"
        )
        way = WayOut(text, "keep-words", option="date" if what == "day" else "minutes", words=kept)
        raise UsageProblem(f"'{shown(phrase)}' could be the {what} or part of the title", hint=way)


def _names_day(words: Sequence[str]) -> bool:
    """Whether words are of the forms that name a day and hardly ever end a title."""
    if len(words) == 1:
        return words[0] in _NEAR or bool(_FIGURES.fullmatch(words[0])) or is_weekday(words[0])
    if words[0] in _LEADING and len(words) == 2:
        return words[1] in _NEAR or is_weekday(words[1]) or bool(_FIGURES.fullmatch(words[1]))
    parts = words[1:] if words[0] == "on" else words
    months = sum(is_month(word.rstrip(".,")) for word in parts)
    numbers = sum(bool(_NUMBER.fullmatch(word)) for word in parts)
    others = sum(
        is_weekday(word.rstrip(",")) or word in ("of", "the") for word in parts if not is_month(word.rstrip(".,"))
    )
    return (
        months == 1 and 1 <= numbers <= 2 and months + numbers + others == len(parts) and parts[0] not in ("of", "the")
    )
