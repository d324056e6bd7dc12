"""Collects what is wrong with a file: each problem with its line, all reported at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import NoReturn

from studyplan.errors import BadFile
from studyplan.text import count, one_line

#: Problems kept; a file with more is not a template, and nobody reads the rest.
MOST = 200
#: Suggestions made for one file: each costs a search through all its names.
SUGGESTIONS = 50


def quoted(word: str) -> str:
    """A word of the file for a message: short, in one line, and with nothing in it that a terminal would obey."""
    return f"'{one_line(word, 60)}'"


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name most likely meant, or None if none is near."""
    if len(word) > 100:
        return None
    known = {name.lower(): name for name in names}
    close = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return known[close[0]] if close else None


class Problems:
    """Gathers the problems of the file that messages call ``where``; what is beyond ``most`` is only counted."""

    def __init__(self, where: str, most: int = MOST) -> None:
        self.where = where
        self._most = most
        self._found: list[tuple[int, str]] = []
        self._left_off = 0
        self._suggestions = SUGGESTIONS

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, line: int, text: str, item: str = "") -> None:
        """One problem; ``item`` is what it is about ("task 'tagging-lab'"), empty for the template itself."""
        if len(self._found) < self._most:
            self._found.append((line, f"{item}: {text}" if item else text))
        else:
            self._left_off += 1

    def nearest(self, word: str, names: Iterable[str]) -> str | None:
        """Like the function, but silent once a file has had its share of suggestions."""
        if self._suggestions == 0:
            return None
        self._suggestions -= 1
        return nearest(word, names)

    def did_you_mean(self, word: str, names: Iterable[str], otherwise: str = "") -> str:
        """The end of a message about an unknown ``word``."""
        near = self.nearest(word, names)
        return f", did you mean {quoted(near)}?" if near else otherwise

    def told(self) -> tuple[str, ...]:
        """One line each, sorted by the file's lines."""
        ordered = sorted(self._found, key=lambda problem: problem[0])
        lines = [f"{self.where}:{line}: {text}" for line, text in ordered]
        if self._left_off:
            lines.append(f"{self.where}: and {count(self._left_off, 'more problem')}")
        return tuple(lines)

    def raise_all(self) -> NoReturn:
        lines = self.told()
        number = len(self._found) + self._left_off
        raise BadFile(lines[0] if number == 1 else f"{self.where} cannot be used: {number:,} problems", problems=lines)

    def stop(self, line: int, text: str) -> NoReturn:
        """A problem after which the rest of the file cannot be read."""
        self.add(line, text)
        self.raise_all()
