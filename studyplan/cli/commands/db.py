"""Care of the database: the only command that reaches into the store, for its migrations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from studyplan.cli.context import Context, Facts, json_option, pass_context, yes_option
from studyplan.cli.terminal import agrees, consent
from studyplan.errors import StorageProblem
from studyplan.text import count

if TYPE_CHECKING:
    from studyplan.store.strangers import Command


@click.group()
def db() -> None:
    """Check, upgrade, back up, restore or repair the database."""


@db.command()
@json_option
@pass_context
def status(context: Context) -> Facts:
    """Show which database is used, and the revision of its tables."""
    from studyplan.cli import output
    from studyplan.store import migrate

    found = migrate.status(context.config.database)
    yield {"database": found.place, "revision": found.revision, "head": found.head, "state": found.state}
    output.say(f"{found.place}\n  revision {found.revision or 'none'}, newest {found.head}: {found.state}")


@db.command()
@json_option
@pass_context
def upgrade(context: Context) -> Facts:
    """Upgrade the tables to this version of studyplan.

    A SQLite database is backed up first.
    """
    from studyplan.cli import output
    from studyplan.store import migrate

    before = migrate.status(context.config.database)
    migrate.upgrade(context.config.database, tell=output.note)
    after = migrate.status(context.config.database)
    yield {"database": after.place, "before": before.revision, "revision": after.revision}
    if before.revision == after.revision:
        output.say(f"{after.place} is up to date at {after.revision}.")
    else:
        output.say(f"Upgraded {after.place} from {before.revision or 'nothing'} to {after.revision}.")


@db.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@json_option
@pass_context
def backup(context: Context, file: Path | None) -> Facts:
    """Back up the database and check the copy.

    It goes to FILE, or to the backups folder.
    """
    from studyplan.cli import output
    from studyplan.store import backups

    made = backups.backup(context.config.database, file)
    yield {"backup": str(made)}
    output.say(f"Backed up to {made}")


@db.command()
@click.argument("file", type=click.Path(path_type=Path))
@yes_option
@click.option(
    "--keep-password-commands",
    is_flag=True,
    help="Keep the commands in FILE that print calendar passwords; each sync runs them as you.",
)
@click.option(
    "--over",
    metavar="DATABASE",
    type=click.Path(path_type=Path),
    help="Name the database again to replace it even if it is too damaged to be recognised.",
)
@json_option
@pass_context
def restore(context: Context, file: Path, yes: bool, keep_password_commands: bool, over: Path | None) -> Facts:
    """Replace the database with a backup.

    The present one is backed up first. Commands in the backup that print passwords are left out unless you allow them, since FILE may come from somebody else.
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
        output.note(f"{file} contains commands that each sync would run as you:")
        for each in commands:
            output.note(f"  for calendar '{one_line(each.calendar)}': {one_line(each.command)}")
        return agrees("Keep them? Say yes only if you made this backup yourself.")

    restored = restoring.restore(context.config.database, file, over=over, may_run=may_run)
    facts = {"restored": str(file), "backup": str(restored.saved) if restored.saved else None}
    yield facts | {"dropped_commands": [_facts_of(each) for each in restored.dropped]}
    output.say(f"Restored from {file}" + (f"; the previous database is now {restored.saved}" if restored.saved else ""))
    if restored.log:
        output.note(f"The last changes may be only in {restored.log}; keep the two together.")
    for each in restored.dropped:
        output.note(f"Left out the password command for calendar '{one_line(each.calendar)}': {one_line(each.command)}")
    if restored.dropped:
        output.note("If you made this backup yourself, restore it with --keep-password-commands to keep them.")


@db.command()
@json_option
@pass_context
def check(context: Context, as_json: bool) -> None:
    """Check the database for damage.

    The commands that a sync would run are listed as well.
    """
    from studyplan.cli import output
    from studyplan.store import migrate, strangers
    from studyplan.text import one_line

    problems = migrate.check(context.config.database)
    commands = strangers.commands(context.config.database)
    if as_json:
        listed = [_facts_of(each) for each in commands]
        output.emit({"ok": not problems, "problems": problems, "password_commands": listed})
    elif not problems:
        output.say("No problems found.")
    for each in () if as_json else commands:
        calendar, command = one_line(each.calendar), one_line(each.command)
        output.say(f"Each sync of '{calendar}' runs this command for the password: {command}")
    if problems:
        found = count(len(problems), "problem")
        output.note(
            f"Error: {found} found (`studyplan db repair` fixes what it can, `studyplan db restore FILE` restores a backup)"
        )
        for problem in problems:
            output.note(f"  {one_line(problem)}")
        click.get_current_context().exit(StorageProblem.exit_code)


def _facts_of(command: Command) -> dict[str, str]:
    return {"learner": command.learner, "calendar": command.calendar, "command": command.command}


@db.command()
@click.option("--dry-run", is_flag=True, help="Show what would be repaired, and change nothing.")
@yes_option
@json_option
@pass_context
def repair(context: Context, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Repair rows that cannot be read, or set them aside in a file.

    An unreadable field is emptied if it may be empty, and a title loses the characters it may not have; a row that cannot
    do without the field is removed, along with what belongs to it. A file keeps all that was there before. Nothing else is
    touched. A SQLite database is backed up first.
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
        consent(f"Repair {rows}? A file keeps what they hold now.", yes=yes, facts={"repairs": list(found.done)})
        found = repairing.repair(url, data_folder() / "set-aside", tell=output.note)
    if as_json:
        files = {"kept_in": found.kept_in, "backup": found.backup}
        shown = {name: str(path) if path else None for name, path in files.items()}
        output.emit({"repairs": list(found.done), "left": list(found.left), "dry_run": dry_run, **shown})
    else:
        for line in found.done:
            output.say(f"  {line}")
        if found.kept_in is not None:
            saved = f", and a backup in {found.backup}" if found.backup else ""
            output.say(f"Repaired. The old rows are in {found.kept_in}{saved}")
        elif found.done:
            output.say("Nothing was changed; run it without --dry-run to repair.")
        elif not found.left:
            output.say("Nothing to repair.")
    if found.left:
        output.note(
            f"Error: {count(len(found.left), 'problem')} cannot be repaired (`studyplan db restore FILE` restores a backup)"
        )
        for line in found.left:
            output.note(f"  {line}")
        click.get_current_context().exit(StorageProblem.exit_code)


COMMANDS = (db,)
