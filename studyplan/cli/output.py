"""The one place where values become text for people, and errors one line. Plain, and clipped only on a terminal.

All that is printed passes through here: nothing in it can move a terminal's cursor or turn its writing, whoever wrote it.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

import click

from studyplan.cli.context import is_terminal
from studyplan.errors import BadFile, DoesNotFit, StudyplanError
from studyplan.model import Plan, Status, Task
from studyplan.presentation import facts
from studyplan.presentation.phrases import (
    Local,
    day_or,
    exam_hour,
    hour_text,
    long_day,
    offer_text,
    piece_title,
    reason_text,
    score_text,
    short_day,
    span_text,
)
from studyplan.text import cells, command, count, cut, one_line, tame_json

if TYPE_CHECKING:
    from studyplan.model import Card, Learner
    from studyplan.planner.progress import Progress
    from studyplan.planner.replan import Adjusted, Mended
    from studyplan.planner.short_session import Choice
    from studyplan.rules.views import Agenda, WeekView


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


def print_agenda(agenda: Agenda, local: Local) -> None:
    if not agenda.plans:
        say("No plan is running. `studyplan templates` lists what there is, `studyplan start TEMPLATE` begins.")
        return
    if agenda.overdue:
        minutes = sum(task.minutes for task in agenda.overdue)
        say(bold(f"Overdue: {count(len(agenda.overdue), 'task')}, {span_text(minutes)}"))
        for line in task_lines(agenda.overdue, agenda.plans, dated=True, local=local):
            say(line)
        say()
    minutes = sum(task.minutes for task in agenda.due)
    amount = f"{count(len(agenda.due), 'task')}, {span_text(minutes)}" if agenda.due else "nothing due"
    say(bold(f"{long_day(agenda.day)}: {amount}"))
    for line in task_lines(agenda.due, agenda.plans, local=local):
        say(line)
    if agenda.done:
        say()
        say(bold(f"Done today: {count(len(agenda.done), 'task')}, {span_text(sum(t.minutes for t in agenda.done))}"))
        for line in task_lines(agenda.done, agenda.plans, local=local):
            say(line)
    if agenda.ahead and not agenda.due:
        say(f"Next: {long_day(agenda.ahead)}")
    if agenda.ticking:
        ran = span_text(max(0, agenda.ticking.minutes))
        say(f"A timer runs on task {agenda.ticking.timer.task}: {ran}. `studyplan timer stop` ends it.")
    if not agenda.due and not agenda.overdue and not agenda.ahead:
        say("Nothing is open: all of it is done.")
    elif agenda.overdue:
        say("`studyplan done N` marks one, `studyplan replan` spreads what is overdue.")


def print_choice(choice: Choice) -> None:
    if not choice.plans:
        say("No plan is running.")
        return
    if not choice.picks:
        least = f" The shortest that is takes {span_text(choice.shortest)}." if choice.shortest else ""
        say(f"Nothing that is ready fits {span_text(choice.minutes)}.{least}")
        return
    used = sum(minutes for _, minutes, _ in choice.picks)
    say(bold(f"With {span_text(choice.minutes)}: {count(len(choice.picks), 'task')}, {span_text(used)}"))
    digits = max(len(str(task.number)) for task, *_ in choice.picks)
    names = {plan.number: f"  [{plan.name}]" for plan in choice.plans} if len(choice.plans) > 1 else {}
    for task, minutes, left in choice.picks:
        part = f" (of {span_text(left)})" if minutes < left else ""
        number = str(task.number).rjust(digits)
        say(clip(f"    {number}  {span_text(minutes):>7}{part}  {piece_title(task)}{names.get(task.plan, '')}"))


def print_week(week: WeekView, local: Local) -> None:
    if not week.plans:
        say("No plan is running.")
        return
    if week.overdue:
        minutes = sum(task.minutes for task in week.overdue)
        say(bold(f"Overdue: {count(len(week.overdue), 'task')}, {span_text(minutes)} (`studyplan today` lists them)"))
    for day, tasks in week.days:
        left = sum(task.minutes for task in tasks if task.status is Status.OPEN)
        say(bold(f"{short_day(day)}: {span_text(left) if left else 'nothing' if not tasks else 'all done'}"))
        for line in task_lines(tasks, week.plans, local=local):
            say(line)


def print_task(task: Task, plan: Plan, local: Local, cards: Sequence[Card] = ()) -> None:
    say(bold(f"{task.number}  {piece_title(task)}"))
    state = {Status.OPEN: "open", Status.DONE: "done", Status.SKIPPED: "skipped"}[task.status]
    if task.done_at:
        state += f" on {local(task.done_at):%Y-%m-%d at %H:%M}"
    rows = [
        ("plan", plan.name),
        ("key", task.key),
        ("kind", f"{task.kind.value}, {task.tier.value}" + (", optional" if task.optional else "")),
        ("module", task.module),
        (
            "day",
            long_day(task.date) + (f"{hour_text(task, local)} (pinned)" if task.pinned else exam_hour(task, local)),
        ),
        ("minutes", str(task.minutes) + (f", {task.spent_minutes} spent" if task.spent_minutes is not None else "")),
        ("state", state),
        ("score", score_text(task)),
        ("needs", "" if task.access.value == "none" else task.access.value),
        ("after", ", ".join(task.after)),
        ("anchor", str(task.anchor) if task.anchor else ""),
        ("why here", reason_text(task.reason) if task.reason else ""),
        ("tags", ", ".join(task.tags)),
    ]
    for name, value in rows:
        if value:
            say(f"  {name:<9} {value}")
    for head, text in (("You", task.objective), ("To show", task.evidence), ("Note", task.note or "")):
        if text:
            for line in wrapped(f"{head} {text}" if head == "You" else f"{head}: {text}", "  "):
                say(line)
    for head, places in (("Link", task.links), ("File", task.files)):
        for place in places:
            say(f"  {head}: {place}")
    for resource in task.resources:
        detail = f" ({resource.minutes} min)" if resource.minutes else ""
        say(f"  - {resource.title}{detail}{'' if resource.free else ', not free'}")
        say(f"    {resource.url}")
    if cards:
        for line in wrapped(
            f"Cover the answers and answer first, or `studyplan review --task {task.number}` asks them:", "  "
        ):
            say(line)
    for number, card in enumerate(cards, start=1):
        for line in wrapped(f"{number}. {card.question}", "  "):
            say(line)
    for number, card in enumerate(cards, start=1):
        for line in wrapped(f"Answer {number}: {card.answer}", "  "):
            say(line)


def print_status(plans: Sequence[Progress]) -> None:
    if not plans:
        say("No plan is running.")
    for index, progress in enumerate(plans):
        if index:
            say()
        print_standing(progress)


def print_standing(progress: Progress) -> None:
    """A plan's standing and its figures, a line or two each."""
    from studyplan.presentation import sentences

    standing = progress.standing
    plan = standing.plan
    state = "" if plan.state.value == "active" else f" ({plan.state.value})"
    say(bold(f"{plan.name}: {sentences.share_done(standing):.0%} done{state}"))
    for line in wrapped(sentences.time_left(standing), "  "):
        say(line)
    for name in ("done", "skipped", "open", "overdue"):
        tally = getattr(standing, name)
        if tally.tasks or name != "skipped":
            say(f"  {name:<8} {span_text(tally.minutes):>8}  {count(tally.tasks, 'task')}")
    for name, text in sentences.figures(progress):
        for line in wrapped(f"{name}: {text}", "  "):
            say(line)


def print_mended(mended: Mended) -> None:
    mending = mended.mending
    name = mended.plan.name
    if not mending.moves:
        say(f"{name}: nothing has to move.")
    else:
        would = "" if mended.written else " would"
        tasks = count(len(mending.moves), "task")
        say(bold(f"{name}: {tasks}{would} move{'s' if len(mending.moves) == 1 and not would else ''}"))
    digits = max((len(str(move.number or "")) for move in mending.moves), default=1)
    for move in mending.moves:
        number = str(move.number or "+").rjust(digits)
        minutes = move.minutes if move.minutes is not None else move.minutes_before
        if move.before == move.after and move.before and move.minutes_before:
            way = f"{short_day(move.before)}, was {span_text(move.minutes_before)}"
        else:
            way = f"{day_or(move.before, 'new')} → {day_or(move.after, 'merged')}"
        print_move(
            f"  {number}  {way:<24}  {span_text(minutes or 0):>7}",
            f"{mended.titles[move.task]}: {reason_text(move.reason)}",
        )
    for line in mending.notes:
        say(f"Note: {line}.")
    if mended.skipped:
        say(f"{'Skipped' if mended.written else 'Would be skipped'}: {', '.join(task.key for task in mended.skipped)}")
    if mending.moves and mended.written:
        say("`studyplan undo` takes all of it back.")


def print_move(way: str, words: str) -> None:
    """A move in a line, or where that is too narrow with its words below it: the reason is never cut off."""
    line = f"{way}  {words}"
    if clip(line) == line:
        say(line)
        return
    for each in (clip(way), *wrapped(words, "       ")):
        say(each)


def print_adjusted(adjusted: Adjusted) -> None:
    if adjusted.plan is not None:
        _say_settings(adjusted.plan.name, facts.plan_settings(adjusted.plan))
    else:
        _say_settings(adjusted.learner.name, facts.of_learner(adjusted.learner))
    for mended in adjusted.mended:
        print_mended(mended)
    if not adjusted.mended:
        say("No plan has to move for it.")
    for line in adjusted.notes:
        note(f"Note: {line}.")


def _say_settings(name: str, facts: Mapping[str, Any]) -> None:
    days = [
        each["first"] if each["first"] == each["last"] else f"{each['first']}..{each['last']}" for each in facts["off"]
    ]
    say(bold(name))
    say(f"  hours  {facts['hours'] or 'every day, no ceiling'}")
    for index, line in enumerate(wrapped(", ".join(days) or "none", "         ")):
        say("  off    " + line[9:] if not index else line)


def print_off(learner: Learner, plans: Sequence[Plan]) -> None:
    _say_settings(learner.name, facts.of_learner(learner))
    for plan in plans:
        if plan.state == "active" and plan.off:
            _say_settings(plan.name, facts.plan_settings(plan))


def print_hours(learner: Learner, plans: Sequence[Plan]) -> None:
    _say_settings(learner.name, facts.of_learner(learner))
    for plan in plans:
        if plan.state == "active" and plan.week:
            _say_settings(plan.name, facts.plan_settings(plan))
