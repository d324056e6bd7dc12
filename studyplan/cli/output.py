"""How things are printed: lines, tasks, moves, JSON, and errors as one line. Lines are cut only on a terminal.

Everything printed passes through here, so nothing in it can move the cursor or reverse the writing, whoever wrote it.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, TextIO

import click

from studyplan.cli.terminal import can_ask, colour_wanted, columns, is_terminal, laid, prompt_text
from studyplan.errors import BadFile, DoesNotFit, StudyplanError
from studyplan.model import Offer, Plan, Status, Task
from studyplan.presentation.phrases import (
    Local,
    exam_hour,
    habit_days,
    habit_text,
    long_day,
    offer_text,
    piece_title,
    short_day,
    span_text,
)
from studyplan.text import cells, command, count, cut, fold, one_line, tame_json

if TYPE_CHECKING:
    from studyplan.rules.habits import HabitStanding

#: Characters: the longest message and hint of an error.
LONGEST_MESSAGE = 2000
#: Columns: text is not wrapped wider.
WIDEST = 100
#: Characters: a longer command is for programs, which find it in the JSON.
_COPYABLE = 160


class Styled(str):
    """A line that a terminal shows bold or in colour."""

    style: Mapping[str, Any]

    def __new__(cls, text: str, **style: Any) -> Styled:
        line = super().__new__(cls, text)
        line.style = style
        return line


def emit(value: Mapping[str, object]) -> None:
    _put(tame_json(json.dumps(value, ensure_ascii=not _speaks_unicode(sys.stdout), indent=2)))


def say(line: str = "", *, head: str = "") -> None:
    """Print a line of the answer; ``head`` goes before it, in bold."""
    begun = one_line(head)
    style = line.style if isinstance(line, Styled) else {}
    for number, each in enumerate(laid(begun + one_line(line), sys.stdout).split("\n")):
        start = begun if not number and each.startswith(begun) else ""
        rest = each[len(start) :]
        _put((click.style(start, bold=True) if start else "") + (click.style(rest, **style) if style else rest))


def note(line: str) -> None:
    """Print a remark on standard error, so that a pipe carries only the answer."""
    _put(laid(line, sys.stderr), err=True)


def draw(line: str) -> None:
    """Print a line of a chart with its colours. Its texts have been through :func:`one_line`."""
    _put(line)


def tick(line: str, over: int = 0) -> None:
    """Print a line of progress on standard error, over the previous one, which had ``over`` columns."""
    _put(f"\r{cut(one_line(line), columns(sys.stderr) or LONGEST_MESSAGE).ljust(over)}", err=True, nl=False)


def ask(question: str, **rest: Any) -> str:
    """Ask a question at the terminal."""
    answer: str = click.prompt(prompt_text(question), err=True, prompt_suffix=" ", **rest)
    return answer


def offered(*words: str) -> str | None:
    """A command to copy, in backticks; None if it cannot be shown as it must be typed."""
    line = command(*words)
    return f"`{line}`" if line is not None else None


def document(text: str) -> None:
    """Print a whole text: in UTF-8 and unchanged, but line by line on a terminal, like everything else."""
    if is_terminal(sys.stdout):
        for line in text.splitlines():
            _put(one_line(line))
    else:
        send(text.rstrip("\n").encode("utf-8", "replace") + b"\n")


def entries_in(calendar: bytes) -> int:
    """How many entries a calendar file has. Each begins a line: a title that holds the same words does not."""
    return calendar.count(b"\nBEGIN:VEVENT") + calendar.count(b"\nBEGIN:VTODO")


def send(content: bytes) -> None:
    """Write a file's bytes to standard output."""
    if sys.stdout is not None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


@contextmanager
def paged() -> Iterator[None]:
    """Show what is printed here in a pager where it is longer than the terminal."""
    global _page
    if not is_terminal(sys.stdout) or not is_terminal(sys.stdin):
        yield
        return
    lines: list[str] = []
    _page = lines
    try:
        yield
    finally:
        _page = None
    if len(lines) < shutil.get_terminal_size().lines:
        for line in lines:
            _put(line)
    else:
        click.echo_via_pager("".join(f"{line}\n" for line in lines), color=colour_wanted())


#: The lines that a pager is going to show; None where there is none.
_page: list[str] | None = None


def _put(text: str, *, err: bool = False, nl: bool = True) -> None:
    if _page is not None and not err:
        _page.append(text)
        return
    # Without a file named, click would write UTF-8 to a terminal that only has ASCII.
    click.echo(text, file=sys.stderr if err else sys.stdout, nl=nl)


def _speaks_unicode(stream: TextIO | None) -> bool:
    return (getattr(stream, "encoding", None) or "ascii").lower().startswith("utf")


def bold(text: str) -> Styled:
    return Styled(text, bold=True)


def late(text: str, *, bold: bool = False) -> Styled:
    """A line about overdue work."""
    return Styled(text, fg="red", bold=bold or None)


def finished(text: str) -> Styled:
    """A line about work that is done."""
    return Styled(text, fg="green")


def clip(line: str, width: int | None = None, *, tail: str = "") -> str:
    """The line, cut with an ellipsis to the terminal's width; whole if the output is not a terminal. ``tail``: what follows it
    and is never cut."""
    width = columns(sys.stdout) if width is None else width
    return line + tail if width is None else cut(line, max(1, width - cells(tail))) + tail


def wrapped(text: str, indent: str = "") -> list[str]:
    """Wrap the text for a terminal, keeping its own line breaks and their indents, as in the commands of a lab."""
    width = min(columns(sys.stdout) or WIDEST, WIDEST)
    lines: list[str] = []
    for paragraph in text.splitlines():
        inner = indent + " " * (len(paragraph) - len(paragraph.lstrip()))
        if paragraph.strip():
            lines += fold(" ".join(paragraph.split()), max(width, cells(inner) + 10), inner)
    return lines


#: What every command says that wrote something which one `undo` takes back.
UNDO = "`studyplan undo` takes it back."


def say_undo(written: object) -> None:
    """Say how to take it back, if anything was written."""
    if written:
        say(UNDO)


STATUS_MARKS = {Status.OPEN: " ", Status.DONE: "x", Status.SKIPPED: "-"}


def task_line(
    task: Task, *, digits: int, plan: str | None = None, local: Local | None = None, in_line: bool = False
) -> str:
    hour = exam_hour(task, local) if local else ""
    name = f"  [{plan}]" if plan else ""
    pin = " (pinned)" if task.pinned else ""
    number = str(task.typed).rjust(digits)
    mark = STATUS_MARKS[task.status]
    day = f"{short_day(task.date):<10}  " if in_line else ""
    habit = "" if task.habit is None else " (habit, missed)" if task.missed else " (habit)"
    return clip(f"  {mark} {number}  {span_text(task.minutes):>7}  {day}{piece_title(task)}{hour}{pin}{habit}{name}")


def task_lines(
    tasks: Sequence[Task],
    plans: Sequence[Plan],
    *,
    dated: bool = False,
    in_line: bool = False,
    local: Local | None = None,
    today: date | None = None,
) -> list[str]:
    """One line for each task, with the plan's name if there are several plans. ``dated`` puts a line for each day above its
    tasks, which leaves room for the titles in a narrow terminal; ``in_line`` puts the day beside each. What is done is green,
    and, where ``today`` is given, what is overdue red and today bold."""
    digits = max((len(str(task.typed)) for task in tasks), default=1)
    names = {plan.number: plan.name for plan in plans} if len(plans) > 1 else {}
    lines: list[str] = []
    day = None
    for task in tasks:
        if dated and task.date != day:
            day = task.date
            heading = f"  {long_day(day)}"
            lines.append(bold(heading) if day == today else heading)
        line = task_line(task, digits=digits, plan=names.get(task.plan), local=local, in_line=in_line)
        if today is not None and task.is_overdue(today):
            line = late(line)
        elif task.status is Status.DONE:
            line = finished(line)
        elif in_line and task.date == today:
            line = bold(line)
        lines.append(line)
    return lines


def print_habits(standings: Sequence[HabitStanding]) -> None:
    """A line for each habit, and how it goes below it."""
    digits = max((len(str(each.habit.number)) for each in standings), default=1)
    for each in standings:
        habit = each.habit
        say(clip(f"    {habit.number:>{digits}}  {span_text(habit.minutes):>7}  {habit.title}"))
        for line in wrapped(f"{habit_days(habit)}: {habit_text(each)}", " " * (digits + 15)):
            say(line)


def say_labelled(label: str, text: str, width: int) -> None:
    """Print a text beside its label, which takes ``width`` columns; the lines below hang under the first."""
    indent = " " * (width + 3)
    for index, line in enumerate(wrapped(text, indent)):
        say(f"  {label:<{width}} {line[len(indent) :]}" if not index else line)


def print_no_room(tasks: Sequence[Task], plans: Sequence[Plan], local: Local | None = None) -> None:
    """What a replan found no room for, under a heading of its own; nothing where there is none."""
    if not tasks:
        return
    say(bold(f"No room: {count(len(tasks), 'task')}, {span_text(sum(task.minutes for task in tasks))}"))
    for line in task_lines(tasks, plans, local=local):
        say(line)
    say()


def print_ways_out(
    offers: Sequence[Offer], *, listed: Collection[str] = (), err: bool = False, by_number: bool = False
) -> None:
    """The ways out of a plan that does not hold everything, numbered. ``listed``: titles that stand above, and need no repeating;
    ``by_number``: whether the command that was given takes one of them by its number."""
    put = note if err else say
    for number, offer in enumerate(offers, start=1):
        text = offer_text(offer, named=not offer.titles or not set(offer.titles) <= set(listed))
        first, *more = wrapped(text, "     ")
        put(f"  {number}  {first.strip()}")
        for line in more:
            put(line)
        if offer.command and len(offer.command) <= _COPYABLE:
            for line in wrapped(offer.command, "       "):
                put(line)
        elif by_number:
            put(f"       the same command with `--take {number}`, and `--dry-run` to see it all first")


def choose_way_out(ways: int, otherwise: str) -> int | None:
    """The way out that somebody at the terminal takes; None for none, or where nobody can be asked. ``otherwise``: what Enter does."""
    if not ways or not can_ask():
        return None

    def read(answer: str) -> int | None:
        if not answer.strip():
            return None
        if answer.strip() in map(str, range(1, ways + 1)):
            return int(answer)
        raise click.UsageError(f"'{cut(one_line(answer), 12)}' is not on the list")

    which = "Type 1 to take it" if ways == 1 else f"Type a number (1 to {ways}) to take one"
    question = prompt_text(f"{which}, or press Enter to {otherwise}")
    chosen: int | None = click.prompt(
        question, err=True, default="", show_default=False, prompt_suffix=" ", value_proc=read
    )
    return chosen


def print_error(error: StudyplanError, *, as_json: bool, is_asked: bool = False) -> None:
    """Print an error as one line on standard error, with its details below, and as an object on standard output for --json.
    ``is_asked``: whether it is asked next which of the ways out to take."""
    hint = f" ({one_line(error.hint, LONGEST_MESSAGE)})" if error.hint else ""
    note(f"Error: {one_line(error.message, LONGEST_MESSAGE)}{hint}")
    if isinstance(error, BadFile) and error.problems != (error.message,):
        for problem in error.problems:
            note(f"  {one_line(problem, LONGEST_MESSAGE)}")
    if isinstance(error, DoesNotFit):
        print_ways_out(error.offers, err=True, by_number=bool(error.takes))
        if error.takes and not is_asked:
            note("  Add `--take N` to the command to take one of them.")
    if as_json:
        from studyplan.presentation import facts

        emit(facts.of_error(error))


def print_row(way: str, *words: str, indent: str = "       ") -> None:
    """Print a row of a list in a line, or with its words below, ``indent`` ahead of them, if the line is too narrow: a reason, a
    date or a state is never cut off."""
    line = "  ".join((way, *words))
    if clip(line) == line:
        say(line)
        return
    for each in (clip(way), *wrapped(one_line(", ".join(words)), indent)):
        say(each)
