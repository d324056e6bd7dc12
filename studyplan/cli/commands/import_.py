"""Import: changes made in the learner's calendar, brought into the plan."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from studyplan.cli.context import Context, json_option, pass_context, yes_option
from studyplan.cli.params import FILE_NAME
from studyplan.cli.terminal import can_ask
from studyplan.errors import StorageProblem
from studyplan.text import count, tasks_named

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from studyplan.calendar.entries import Entries
    from studyplan.planner.import_ import CalendarChange, Deletion, Imported


@click.command("import")
@click.argument("file", metavar="FILE.ics", type=FILE_NAME)
@click.option(
    "--deleted",
    type=click.Choice(["skip", "remove", "keep"]),
    help="Skip, remove or keep open tasks that you deleted in your calendar.",
)
@click.option("--force", is_flag=True, help="Go on even if most entries are missing from the calendar.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@yes_option
@json_option
@pass_context
def import_(
    context: Context, file: str, deleted: str | None, force: bool, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Bring in the changes you made in your calendar: tasks moved, ticked off, reopened, renamed or deleted.

    FILE.ics is a fresh export from your calendar; - is standard input. Only what you changed there since studyplan wrote
    the entries is brought in, so an old file undoes nothing. --dry-run shows the changes without making them; one `undo` takes them
    back.
    """
    from studyplan.cli import output
    from studyplan.planner.import_ import Deletion
    from studyplan.presentation import facts

    found = _read(context, file)
    wish = Deletion(deleted or "keep")
    may_ask = not (yes or dry_run) and can_ask()
    planned = _take(context, found, wish, write=False, force=force)
    if planned.missing and not planned.is_part and deleted is None and may_ask:
        wish = _ask_about(planned)
        planned = _take(context, found, wish, write=False, force=force)
    done = planned
    if planned.brought and not dry_run:
        done = _take(context, found, wish, seen=planned, force=force)
    if not as_json:
        _print(done, context.local, asked=deleted is not None or may_ask)
    if as_json:
        output.emit(facts.of_imported(done))
    elif done.written:
        for plan in done.finished:
            output.say(f"That was the last open task of '{plan.name}': the plan is finished.")
        output.say_undo(done.written)
    elif planned.brought:
        output.say("Nothing was written; run it without --dry-run to keep these changes.")


def _take(context: Context, found: Entries, deletion: Deletion, **how: Any) -> Imported:
    """What the entries bring, the ways out of what was refused worded for the command line."""
    from dataclasses import replace

    from studyplan.cli.ways import worded

    imported = context.planner.import_.take(found, deletion, **how)
    refused = tuple(replace(each, hint=worded(each.hint)) for each in imported.refused)
    return replace(imported, refused=refused)


def _read(context: Context, file: str) -> Entries:
    if file != "-":
        return context.planner.import_.read(file)
    if sys.stdin is None:
        raise StorageProblem("standard input is closed", hint="name the .ics file")
    return context.planner.import_.read_stream(sys.stdin.buffer, "standard input")


def _ask_about(planned: Imported) -> Deletion:
    from studyplan.cli import output
    from studyplan.planner.import_ import Deletion
    from studyplan.presentation import phrases

    one = len(planned.missing) == 1
    output.note(f"{count(len(planned.missing), 'open task')} {'is' if one else 'are'} no longer in your calendar:")
    for task in planned.missing:
        output.note(output.clip(f"  {task.ref}  {phrases.short_day(task.date):<10}  {phrases.piece_title(task)}"))
    word = output.ask(
        f"Skip {'it' if one else 'them'}, remove {'it' if one else 'them'}, or keep {'it' if one else 'them'} here?",
        type=click.Choice(["skip", "remove", "keep"]),
        default="keep",
    )
    return Deletion(word)


def _print(planned: Imported, local: Callable[[datetime], datetime], *, asked: bool) -> None:
    from studyplan.cli import output
    from studyplan.presentation import phrases

    if planned.brought:
        output.say(output.bold(f"From your calendar: {count(len(planned.brought), 'change')}"))
    elif not planned.refused:
        output.say("Nothing to bring in: you changed nothing in your calendar.")
    named = [each.task for each in planned.brought] + [each.task for each in planned.refused]
    digits = max((len(task.ref) for task in named), default=1)
    for each in planned.brought:
        number = each.task.ref.rjust(digits)
        output.say(output.clip(f"  {number}  {each.what:<8}  {phrases.piece_title(each.task)}"))
        if detail := _detail(each, local):
            output.say(output.clip(f"  {' ' * digits}  {detail}"))
    if planned.refused:
        output.say(output.bold("Not brought in"))
    for refusal in planned.refused:
        output.say(output.clip(f"  {refusal.task.ref.rjust(digits)}  {phrases.piece_title(refusal.task)}"))
        said = f"{refusal.why}; {refusal.hint}" if refusal.hint else refusal.why
        for line in output.wrapped(said, " " * (digits + 4)):
            output.say(line)
    if planned.missing:
        output.note(f"Note: {_missing(planned, asked=asked)}.")
    for line in planned.notes:
        output.note(f"Note: {line}.")
    unchanged = "1 entry" if planned.unchanged == 1 else f"{planned.unchanged} entries"
    others = (
        f"; {planned.foreign} other {'entry' if planned.foreign == 1 else 'entries'} left alone"
        if planned.foreign
        else ""
    )
    output.note(f"{unchanged} unchanged{others}.")


def _missing(planned: Imported, *, asked: bool) -> str:
    is_are = "is" if len(planned.missing) == 1 else "are"
    if planned.is_part:
        return (
            f"{count(len(planned.missing), 'open task')} {is_are} not in this file, so it may be only part of "
            "your calendar and nothing counts as deleted; if you did delete them, add --deleted skip --force or --deleted remove --force"
        )
    named = tasks_named(task.typed for task in planned.missing)
    kept = f"{named} {is_are} no longer in your calendar and {is_are} kept here"
    return (
        kept
        if asked
        else f"{kept}; add --deleted skip or --deleted remove if you meant to delete {'it' if len(planned.missing) == 1 else 'them'}"
    )


def _detail(each: CalendarChange, local: Callable[[datetime], datetime]) -> str:
    match each.what:
        case "moved":
            return f"{_spot(each.before, local)} → {_spot(each.after, local)}"
        case "retitled":
            return f"now '{each.after}'"
        case "deleted":
            return f"{each.after} here"
    return ""


def _spot(spot: Any, local: Callable[[datetime], datetime]) -> str:
    from datetime import datetime

    from studyplan.presentation import phrases

    if isinstance(spot, datetime):
        here = local(spot)
        return f"{phrases.short_day(here.date())} {here:%H:%M}"
    return phrases.short_day(spot)


COMMANDS = (import_,)
