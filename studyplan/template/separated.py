"""Rows of separated values as people save them, read on past those that are broken. Standard library only."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from studyplan.template.problems import Problems

#: A first line by which some spreadsheets are told the separator, perhaps filled up with separators by another.
_DECLARED = re.compile(r'"?sep=([,;\t|])"?[,;\t| ]*', re.IGNORECASE)


def declared(text: str) -> tuple[str, str] | None:
    """The separator that the first line of a file names, and what follows that line; None if it names none."""
    first, _, rest = text.partition("\n")
    found = _DECLARED.fullmatch(first)
    return (found[1], rest) if found else None


def first_row(text: str, separator: str = ",") -> list[str]:
    """The cells of a text's first row; none if it cannot be read."""
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
    except csv.Error:
        return []


def records(
    text: str, separator: str, skipped: int, problems: Problems, *, newline: str = ""
) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, each with its first line. One that cannot be read is a problem, and reading goes on.
    ``skipped``: lines of the file ahead of the text; ``newline`` as of ``io.StringIO``."""
    reader = csv.reader(io.StringIO(text, newline=newline), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1 + skipped
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            unclosed = "unexpected end" in str(error)
            why = "a quote that opens here is never closed" if unclosed else f"the row cannot be read: {error}"
            problems.add(line, why)
            continue
        if any(cell.strip() for cell in row):
            yield line, row
