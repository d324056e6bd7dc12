"""How things are printed: lines, tasks, moves, JSON, and errors as one line. Plain, and clipped only on a terminal.

All that is printed passes through here: nothing in it can move a terminal's cursor or turn its writing, whoever wrote it.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

import click

from studyplan.cli.terminal import is_terminal
from studyplan.errors import BadFile, DoesNotFit, StudyplanError
from studyplan.model import Plan, Status, Task
from studyplan.presentation import facts
from studyplan.presentation.phrases import Local, exam_hour, long_day, offer_text, piece_title, span_text
from studyplan.text import cells, command, cut, one_line, tame_json

#: Characters: the longest message and hint of an error.
LONGEST_MESSAGE = 2000


class Bold(str):
    """A line that a terminal shows bold."""


def emit(value: Mapping[str, Any]) -> None:
    _put(tame_json(json.dumps(value, ensure_ascii=not _speaks_unicode(sys.stdout), indent=2)))


def say(line: str = "", *, head: str = "") -> None:
    """A line of the answer; ``head`` stands ahead of it, bold."""
    begun = click.style(one_line(head), bold=True) if head else ""
    rest = one_line(line)
    _put(begun + (click.style(rest, bold=True) if isinstance(line, Bold) else rest))


def note(line: str) -> None:
    """A word beside the answer: on standard error, so that a pipe carries the answer alone."""
    _put(one_line(line), err=True)


def draw(line: str) -> None:
    """A line of a chart, with its colours. What it is drawn of has been through :func:`one_line`."""
    _put(line)


def tick(line: str, over: int = 0) -> None:
    """A line of progress on standard error, written over the one before it, of ``over`` columns."""
    _put(f"\r{one_line(line).ljust(over)}", err=True, nl=False)


def ask(question: str, **rest: Any) -> str:
    """What somebody at the terminal answers."""
    answer: str = click.prompt(one_line(question), err=True, **rest)
    return answer


def offered(*words: str) -> str | None:
    """A command to copy, between backticks; None where it cannot be shown as it is meant."""
    line = command(*words)
    return f"`{line}`" if line is not None else None


def document(text: str) -> None:
    """A whole text, as it would stand in a file: as it is and in UTF-8, but for a terminal line by line as all else."""
    if is_terminal(sys.stdout):
        for line in text.splitlines():
            say(line)
    else:
        send(text.rstrip("\n").encode("utf-8", "replace") + b"\n")


def send(content: bytes) -> None:
    """The bytes of a file on standard output."""
    if sys.stdout is not None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def _put(text: str, *, err: bool = False, nl: bool = True) -> None:
    # Named, or click would write UTF-8 to a terminal that has ASCII alone.
    click.echo(text, file=sys.stderr if err else sys.stdout, nl=nl)


def _speaks_unicode(stream: TextIO | None) -> bool:
    return (getattr(stream, "encoding", None) or "ascii").lower().startswith("utf")


def bold(text: str) -> Bold:
    return Bold(text)


def clip(line: str, width: int | None = None) -> str:
    """The line, cut with an ellipsis to the terminal's width; whole where no terminal reads."""
    if width is None:
        if not is_terminal(sys.stdout):
            return line
        width = shutil.get_terminal_size().columns
    return cut(line, width)


def wrapped(text: str, indent: str = "") -> list[str]:
    """The text in lines for a terminal; a line break of its own stays one, as in the commands of a lab."""
    import textwrap

    width = min(shutil.get_terminal_size().columns, 100) if is_terminal(sys.stdout) else 100
    lines: list[str] = []
    for paragraph in text.splitlines():
        inner = indent + " " * (len(paragraph) - len(paragraph.lstrip()))
        lines += textwrap.wrap(
            paragraph.strip(),
            max(width, len(inner) + 20),
            initial_indent=inner,
            subsequent_indent=inner,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return lines


def folded(text: str, indent: str = "") -> list[str]:
    """The text in lines for a terminal, by the columns that it takes: a text without spaces is cut where a line is full."""
    width = max(20, min(shutil.get_terminal_size().columns, 100) - len(indent)) if is_terminal(sys.stdout) else 100
    lines: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for word in re.findall(r"\s+|\S+", paragraph):
            if cells(line + word) <= width:
                line += word
                continue
            if line.strip() and not word.isspace() and cells(word) <= width and cells(line) * 2 > width:
                lines.append(line)
                line = word
                continue
            for character in "" if word.isspace() else word:
                if cells(line + character) > width:
                    lines.append(line)
                    line = ""
                line += character
        lines.append(line)
    return [(indent + line).rstrip() for line in lines]


STATUS_MARKS = {Status.OPEN: " ", Status.DONE: "x", Status.SKIPPED: "-"}


def task_line(task: Task, *, digits: int, plan: str | None = None, local: Local | None = None) -> str:
    hour = exam_hour(task, local) if local else ""
    name = f"  [{plan}]" if plan else ""
    pin = " (pinned)" if task.pinned else ""
    number = str(task.number).rjust(digits)
    mark = STATUS_MARKS[task.status]
    return clip(f"  {mark} {number}  {span_text(task.minutes):>7}  {piece_title(task)}{hour}{pin}{name}")


def task_lines(
    tasks: Sequence[Task], plans: Sequence[Plan], *, dated: bool = False, local: Local | None = None
) -> list[str]:
    """One line a task; the plan's name where there are several plans; a line for each day ahead of its tasks where
    ``dated``, which leaves the titles their room in a narrow terminal."""
    digits = max((len(str(task.number)) for task in tasks), default=1)
    names = {plan.number: plan.name for plan in plans} if len(plans) > 1 else {}
    lines: list[str] = []
    day = None
    for task in tasks:
        if dated and task.date != day:
            day = task.date
            lines.append(f"  {long_day(day)}")
        lines.append(task_line(task, digits=digits, plan=names.get(task.plan), local=local))
    return lines


def print_error(error: StudyplanError, *, as_json: bool) -> None:
    """The one line on standard error (and what belongs under it), the object on standard output where JSON was asked."""
    hint = f" ({one_line(error.hint, LONGEST_MESSAGE)})" if error.hint else ""
    note(f"Error: {one_line(error.message, LONGEST_MESSAGE)}{hint}")
    if isinstance(error, BadFile) and error.problems != (error.message,):
        for problem in error.problems:
            note(f"  {one_line(problem, LONGEST_MESSAGE)}")
    if isinstance(error, DoesNotFit):
        for offer in error.offers:
            note(f"  {offer_text(offer)}{': ' + offer.command if offer.command else ''}")
    if as_json:
        emit(facts.of_error(error))


def print_move(way: str, words: str) -> None:
    """A move in a line, or where that is too narrow with its words below it: the reason is never cut off."""
    line = f"{way}  {words}"
    if clip(line) == line:
        say(line)
        return
    for each in (clip(way), *wrapped(words, "       ")):
        say(each)
