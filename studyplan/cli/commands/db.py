"""The database, on purpose. The one face that reaches into the store: its migrations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from studyplan.cli.context import Context, json_option, pass_context, yes_option
from studyplan.cli.terminal import consent
from studyplan.errors import StorageProblem
from studyplan.text import count

if TYPE_CHECKING:
    from studyplan.store.strangers import Command


@click.group()
def db() -> None:
    """The database: where it stands, upgrade, back-up, restore, check, repair."""


@db.command()
@json_option
@pass_context
def status(context: Context, as_json: bool) -> None:
    """Which database, and which revision of its tables."""
    from studyplan.cli import output
    from studyplan.store import migrate

    found = migrate.status(context.config.database)
    if as_json:
        output.emit({"database": found.place, "revision": found.revision, "head": found.head, "state": found.state})
    else:
        output.say(f"{found.place}\n  revision {found.revision or 'none'}, newest {found.head}: {found.state}")


@db.command()
@json_option
@pass_context
def upgrade(context: Context, as_json: bool) -> None:
    """Bring the tables to this version of studyplan; SQLite is backed up first."""
    from studyplan.cli import output
    from studyplan.store import migrate

    before = migrate.status(context.config.database)
    migrate.upgrade(context.config.database, tell=output.note)
    after = migrate.status(context.config.database)
    if as_json:
        output.emit({"database": after.place, "before": before.revision, "revision": after.revision})
    elif before.revision == after.revision:
        output.say(f"{after.place} is up to date at {after.revision}.")
    else:
        output.say(f"{after.place} went from {before.revision or 'nothing'} to {after.revision}.")


@db.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@json_option
@pass_context
def backup(context: Context, file: Path | None, as_json: bool) -> None:
    """Copy the database, whole and checked; into its backups folder unless a FILE is named."""
    from studyplan.cli import output
    from studyplan.store import backups

    made = backups.backup(context.config.database, file)
    if as_json:
        output.emit({"backup": str(made)})
    else:
        output.say(f"Backed up to {made}")


@db.command()
@click.argument("file", type=click.Path(path_type=Path))
@yes_option
@click.option(
    "--keep-password-commands",
    is_flag=True,
    help="Keep the commands in FILE that print a calendar's password: each sync runs them as you.",
)
@click.option(
    "--over",
    metavar="DATABASE",
    type=click.Path(path_type=Path),
    help="Replace the database, named once more, even if it is too damaged to tell that it was studyplan's.",
)
@json_option
@pass_context
def restore(
    context: Context, file: Path, yes: bool, keep_password_commands: bool, over: Path | None, as_json: bool
) -> None:
    """Put a back-up in the database's place; what is there now is backed up first.

    Password commands in the back-up are left out unless you say that they may stay, since FILE may be somebody else's.
    """
    from studyplan.cli import output
    from studyplan.store import restoring
    from studyplan.text import one_line

    if not file.is_file():
        raise StorageProblem(f"there is no file {file}")
    consent(f"Replace {context.config.database} with {file}?", yes=yes)

    def may_run(commands: Sequence[Command]) -> bool:
        if keep_password_commands or yes:
            return keep_password_commands
        output.note(f"{file} brings commands that each sync would run as you:")
        for each in commands:
            output.note(f"  for the calendar '{one_line(each.calendar)}': {one_line(each.command)}")
        return click.confirm("Keep them? Only if you made this back-up yourself.", err=True)

    restored = restoring.restore(context.config.database, file, over=over, may_run=may_run)
    if as_json:
        facts = {"restored": str(file), "backup": str(restored.saved) if restored.saved else None}
        output.emit(facts | {"dropped_commands": [_facts_of(each) for each in restored.dropped]})
        return
    output.say(f"Restored from {file}" + (f"; what was there is in {restored.saved}" if restored.saved else ""))
    if restored.log:
        output.note(f"The last changes may be in {restored.log} alone; keep the two together.")
    for each in restored.dropped:
        output.note(f"Left out the password command of calendar '{one_line(each.calendar)}': {one_line(each.command)}")
    if restored.dropped:
        output.note("If you made this back-up yourself, restore it with --keep-password-commands to have them again.")


@db.command()
@json_option
@pass_context
def check(context: Context, as_json: bool) -> None:
    """Look for damage: the file, the references, the rules that the tables must keep, and what would be run."""
    from studyplan.cli import output
    from studyplan.store import migrate, strangers
    from studyplan.text import one_line

    problems = migrate.check(context.config.database)
    commands = strangers.commands(context.config.database)
    if as_json:
        listed = [_facts_of(each) for each in commands]
        output.emit({"ok": not problems, "problems": problems, "password_commands": listed})
    elif not problems:
        output.say("No problem found.")
    for each in () if as_json else commands:
        calendar, command = one_line(each.calendar), one_line(each.command)
        output.say(f"Each sync of '{calendar}' runs a command for the password: {command}")
    if problems:
        found = count(len(problems), "problem")
        output.note(
            f"Error: {found} found (`studyplan db repair` mends what can be mended, `studyplan db restore FILE` takes a back-up)"
        )
        for problem in problems:
            output.note(f"  {one_line(problem)}")
        click.get_current_context().exit(StorageProblem.exit_code)


def _facts_of(command: Command) -> dict[str, str]:
    return {"learner": command.learner, "calendar": command.calendar, "command": command.command}


@db.command()
@click.option("--dry-run", is_flag=True, help="Show what would be done, and do nothing.")
@yes_option
@json_option
@pass_context
def repair(context: Context, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Mend rows that cannot be read, or set them aside in a file.

    A field that may be empty is emptied, a title loses what it may not have; a row that needs its unreadable field is
    taken out, with what belongs to it. The file holds all that was there before. Nothing else is touched. A SQLite database
    is backed up first.
    """
    from studyplan.cli import output
    from studyplan.config import data_folder
    from studyplan.store import repairing

    url = context.config.database
    found = repairing.outlook(url)
    if found.done and not dry_run:
        if not yes:
            for line in found.done:
                output.note(f"  {line}")
        rows = count(len(found.done), "row")
        consent(f"Repair {rows}? What they hold now is kept in a file.", yes=yes, facts={"repairs": list(found.done)})
        found = repairing.repair(url, data_folder() / "set-aside", tell=output.note)
    if as_json:
        files = {"kept_in": found.kept_in, "backup": found.backup}
        shown = {name: str(path) if path else None for name, path in files.items()}
        output.emit({"repairs": list(found.done), "left": list(found.left), "dry_run": dry_run, **shown})
    else:
        for line in found.done:
            output.say(f"  {line}")
        if found.kept_in is not None:
            saved = f"; a back-up from before is {found.backup}" if found.backup else ""
            output.say(f"Repaired. What was there is in {found.kept_in}{saved}")
        elif found.done:
            output.say("Nothing is written; the same without --dry-run does it.")
        elif not found.left:
            output.say("Nothing to repair.")
    if found.left:
        output.note(
            f"Error: {count(len(found.left), 'problem')} cannot be repaired (`studyplan db restore FILE` takes a back-up)"
        )
        for line in found.left:
            output.note(f"  {line}")
        click.get_current_context().exit(StorageProblem.exit_code)


COMMANDS = (db,)
