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
_NEAR = frozenset({"today", "tonight", "tomorrow"})
_PARTS_OF_DAY = frozenset({"morning", "afternoon", "evening", "night"})
#: Days from which on "in 30 days" is rather a title than a day.
_MOST_DAYS = 30
#: What looks like a day or a length anywhere in a title, to somebody who wrote it for one.
_DAYLIKE = re.compile(
    r"\b(?:today|tonight|tomorrow|yesterday|heute|morgen|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|in [a-z0-9]+ (?:day|week|month)s?"
    r"|(?:this|next|last|end of|start of|beginning of|middle of|mid|early|late) (?:the |next |this )?(?:week|weekend|month|year"
    r"|jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|january|february|march|april|august|september|october|november"
    r"|december))\b"
    r"|\b[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\b|\b[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}\b|\b[0-9]{1,2}/[0-9]{1,2}$"
    r"|\b[0-9]{1,2}\.[0-9]{1,2}\.(?:[0-9]{2,4}\b)?"
)
_LENGTHLIKE = re.compile(
    r"\b(?:[0-9][0-9.,:]* ?(?:h|hrs?|hours?|m|mins?|minutes?|std|stunden?|minuten)"
    r"|half an hour|(?:an|one|two|three|four|five) hours?|halbe stunde)\b"
)
_LEADING = frozenset({"next", "on", "this"})
_NUMBER = re.compile(r"[0-9]{1,2}(?:st|nd|rd|th)?\.?,?|[0-9]{4}")


@dataclass(frozen=True, slots=True)
class SpokenTask:
    """A task as it was understood. ``minutes`` and ``on`` are None where the words name none."""

    title: str
    minutes: int | None = None
    on: date | None = None
    notes: tuple[str, ...] = ()
    #: Words of the title that look like a day or a length.
    left: tuple[str, ...] = ()


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
    text = " ".join(" ".join(words).split())
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
        self.left: list[str] = []

    def read(self, *, has_day: bool, has_length: bool) -> None:
        while (not has_length and self._take_length()) or (not has_day and self._take_day()):
            pass
        if not has_day and self.on is None:
            self._note_left(_DAYLIKE, "day")
        if not has_length:
            self._note_left(_LENGTHLIKE, "length")
        if has_length or self.minutes is not None or not self.tokens:
            return
        last = self.tokens[-1]
        if _CLOCK.fullmatch(last.word):
            self._refuse_unclear(last.word, f"a length is {last.word.replace(':', 'h')}", "length")
        if _BARE.fullmatch(last.word) and len(self.tokens) > self._least:
            self.notes.append(f"'{last.word}' is part of the title; {last.word}m would be minutes")

    def task(self, title: str) -> SpokenTask:
        return SpokenTask(title, self.minutes, self.on, tuple(self.notes), tuple(self.left))

    def _note_left(self, pattern: re.Pattern[str], what: str) -> None:
        """A note on words that stay in the title and that may have been meant for its day or its length."""
        title = " ".join(token.word for token in self.tokens)
        found = pattern.search(title.casefold())
        if found is None or (len(self.tokens) <= self._least and found.end() - found.start() == len(title)):
            return
        if what == "length" and self.minutes is not None and found.end() < len(title):
            return
        phrase = found.group()
        self.left.append(phrase)
        try:
            meant = f"{day(phrase, self._today)}" if what == "day" else f"{length(phrase)}m"
        except UsageProblem:
            meant = "one like 2026-12-03 or 3 dec at its end" if what == "day" else "one like 45m or 1h10 at its end"
        self.notes.append(f"'{shown(phrase)}' is part of the title; {meant} would be the {what}")

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
    if words[-1] in _PARTS_OF_DAY:
        return words[:-1] == ["this"] or _names_day(words[:-1])
    if words[0] == "in" and len(words) == 3:
        return words[2].startswith(("week", "fortnight", "month")) or not (
            words[1].isdecimal() and int(words[1]) >= _MOST_DAYS
        )
    if words in (["next", "week"], ["next", "week,"]):
        return True
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
