"""Notes, links and files of a task, and its history."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import click

from studyplan.cli.context import Context, json_option, pass_context, plan_option
from studyplan.cli.params import refs_of, task_argument
from studyplan.cli.terminal import is_terminal
from studyplan.errors import UsageProblem

if TYPE_CHECKING:
    from studyplan.model import Task
    from studyplan.planner.notes import Known


@click.command()
@task_argument
@click.argument("text", nargs=-1, metavar="[TEXT]...")
@click.option("--link", "links", multiple=True, metavar="URL", help="Add a link as evidence.")
@click.option("--file", "files", multiple=True, metavar="PATH", help="Add a file as evidence; only its path is kept.")
@click.option("--forget", multiple=True, metavar="URL|PATH", help="Remove a link or a file.")
@click.option("--edit", is_flag=True, help="Edit the note in your editor.")
@plan_option
@json_option
@pass_context
def note(
    context: Context,
    word: str,
    text: tuple[str, ...],
    links: tuple[str, ...],
    files: tuple[str, ...],
    forget: tuple[str, ...],
    edit: bool,
    plan: str | None,
    as_json: bool,
) -> None:
    """Write down what you learnt, with links and files.

    TEXT is added below the present note (- reads it from standard input). Without anything to add, the note is shown.
    """
    from studyplan.cli import output
    from studyplan.planner.notes import Addition
    from studyplan.presentation import phrases

    if edit and text:
        raise UsageProblem("--edit and a text cannot go together", hint="give only one of them")
    ref = refs_of((word,), plan)
    if len(ref) > 1:
        raise UsageProblem(f"'{word}' names several tasks, but only one can be given here")
    if not (text or links or files or forget or edit):
        _show(context.planner.notes.noted(ref[0])[0], as_json=as_json)
        return
    whole = _edited(context.planner.notes.noted(ref[0])[0].note) if edit else None
    words = sys.stdin.read() if text == ("-",) else " ".join(text) if text else None
    changed = context.planner.notes.note(ref[0], Addition(words, whole, links, files, forget))
    task = (*changed.tasks, *changed.unchanged)[0]
    if as_json:
        _show(task, as_json=True)
        return
    verb = "Noted" if changed.tasks else "Unchanged"
    output.say(output.clip(f"{verb}: {task.ref}  {phrases.piece_title(task)}"))
    output.say_undo(changed.batch)


def _edited(before: str | None) -> str:
    """The note as the editor leaves it, or unchanged if nothing was saved."""
    if not (is_terminal(sys.stdin) or os.environ.get("VISUAL") or os.environ.get("EDITOR")):
        raise UsageProblem("there is no terminal for an editor", hint="give the text instead of --edit")
    after = click.edit(before or "", extension=".txt", require_save=True)
    return (before or "") if after is None else after


def _show(task: Task, *, as_json: bool) -> None:
    from studyplan.cli import output
    from studyplan.presentation import phrases

    if as_json:
        from studyplan.presentation import facts

        output.emit(facts.of_noted(task))
        return
    output.say(output.bold(output.clip(f"{task.ref}  {phrases.piece_title(task)}")))
    for line in output.wrapped(task.note or "", "  "):
        output.say(line)
    for place in (*task.links, *task.files):
        output.say(f"  - {place}")
    if not (task.note or task.links or task.files):
        output.say(f"  No note yet; to add one: `studyplan note {task.ref} TEXT --link URL --file PATH`")


def print_known(known: Known, local: Callable[[datetime], datetime], titles: Mapping[str, str]) -> None:
    """Print the time spent on a task and its history. ``titles``: those of the plan's tasks, by task id."""
    from studyplan.cli.output import say, wrapped
    from studyplan.presentation.happenings import happening_text
    from studyplan.presentation.phrases import short_day, span_text

    if known.time:
        say("  Time spent:")
    for entry in known.time:
        began = entry.stint.started_at if entry.stint else None
        since = f", from {local(began):%H:%M}" if began else ""
        say(f"    {short_day(entry.day)}: {span_text(entry.minutes)}{since}")
    lines = [(each.at, line) for each in known.history if (line := happening_text(each, titles))]
    if lines:
        say("  History:")
    for at, line in lines:
        for part in wrapped(f"{local(at):%Y-%m-%d %H:%M}  {line}", "    "):
            say(part)


COMMANDS = (note,)
