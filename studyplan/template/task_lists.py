"""Lists of tasks in a file: a CSV with headings, or a task in each line. Bytes in, lines out; what they say is read elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from studyplan.template import sheet
from studyplan.template.problems import Problems
from studyplan.template.separated import declared
from studyplan.template.tables import MOST_TASKS

#: What people put ahead of each line of a list.
_BULLET = re.compile(r"(?:[-*+•‣–]|\[ ?\])\s+(?:\[ ?\]\s+)?")
#: A line of a list that is ticked off.
_TICKED = re.compile(r"(?:[-*+•]\s+)?\[[xX]\]\s")
#: A line that names the module of those below it.
_HEADING = re.compile(r"#{1,6}\s+(?P<module>\S.*)")
#: Problems reported for one list.
_MOST = 5000


@dataclass(frozen=True, slots=True)
class ListedTask:
    """A task of a list as it is written. ``words``: its title, with the day and the length at the end where ``spoken``."""

    line: int
    words: str
    spoken: bool = True
    minutes: int | None = None
    day: str = ""
    module: str = ""
    kind: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class TaskList:
    """A list of tasks: ``problems`` gathers what is wrong with its lines; ``notes`` say what was passed over."""

    tasks: tuple[ListedTask, ...]
    problems: Problems
    notes: tuple[str, ...] = ()


def listed(data: bytes, where: str) -> TaskList:
    """The tasks of a file. ``where`` is what messages call it. Raises BadFile where it cannot be read at all."""
    problems = Problems(where, _MOST)
    text = sheet.decoded(data, problems)
    if "\0" in text:
        problems.stop(text.count("\n", 0, text.index("\0")) + 1, "this is not a text file")
    if _is_sheet(text, where):
        rows, left_out = sheet.dated_rows(text, problems)
        tasks = [
            ListedTask(
                row.line,
                row.title,
                spoken=False,
                minutes=row.exact or None,
                day=row.cells.get("date", "").strip(),
                module=row.module,
                kind=row.cells.get("kind", "").strip(),
                after=row.cells.get("after", ""),
            )
            for row in rows
        ]
        known = "title, minutes or hours, date, module, kind and after are known"
        notes = [f"these columns were ignored: {', '.join(left_out)}; {known}"] if left_out else []
    else:
        notes = list[str]()
        tasks = list(_lines(text, notes))
    if len(tasks) > MOST_TASKS:
        problems.stop(tasks[MOST_TASKS].line, f"the list has {len(tasks):,} tasks; the most is {MOST_TASKS:,}")
    if not tasks and not problems:
        problems.stop(1, "it has no tasks: write one on each line, like Essay tomorrow 1h")
    return TaskList(tuple(tasks), problems, tuple(notes))


def _is_sheet(text: str, where: str) -> bool:
    """Whether a file is a sheet: by its name, or by a first row that names a title and something else of ours."""
    if where.lower().endswith((".csv", ".tsv")) or declared(text):
        return True
    first = next((line for line in text.split("\n") if line.strip()), "")
    return any(sheet.columns_known(first, separator, sheet.LISTED)[0] > 1 for separator in ",;\t")


def _lines(text: str, notes: list[str]) -> Iterator[ListedTask]:
    module, ticked = "", list[str]()
    for number, line in enumerate(text.split("\n"), start=1):
        words = " ".join(line.split())
        if found := _HEADING.fullmatch(words):
            module = found["module"]
        elif _TICKED.match(words):
            ticked.append(str(number))
        elif words := words[found.end() :] if (found := _BULLET.match(words)) else words:
            yield ListedTask(number, words, module=module)
    if ticked:
        notes.append(f"lines that are ticked off are left out: {', '.join(ticked)}")
