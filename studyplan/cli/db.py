"""The database, on purpose. The one face that reaches into the store: its migrations."""

from __future__ import annotations

from pathlib import Path

import click

from studyplan.cli.context import Context, consent, json_option, pass_context, yes_option
from studyplan.errors import StorageProblem


@click.group()
def db() -> None:
    """The database: where it stands, upgrade, back-up, restore, check."""


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
@json_option
@pass_context
def restore(context: Context, file: Path, yes: bool, as_json: bool) -> None:
    """Put a back-up in the database's place; what is there now is backed up first."""
    from studyplan.cli import output
    from studyplan.store import restoring

    if not file.is_file():
        raise StorageProblem(f"there is no file {file}")
    consent(f"Replace {context.config.database} with {file}?", yes=yes)
    kept = restoring.restore(context.config.database, file)
    if as_json:
        output.emit({"restored": str(file), "backup": str(kept) if kept else None})
    else:
        output.say(f"Restored from {file}" + (f"; what was there is in {kept}" if kept else ""))


@db.command()
@json_option
@pass_context
def check(context: Context, as_json: bool) -> None:
    """Look for damage: the file, the references, the rules that the tables must keep."""
    from studyplan.cli import output
    from studyplan.store import migrate

    problems = migrate.check(context.config.database)
    if as_json:
        output.emit({"ok": not problems, "problems": problems})
    elif not problems:
        output.say("No problem found.")
    if problems:
        found = output.count(len(problems), "problem")
        output.note(f"Error: {found} found (`studyplan db restore FILE` takes a back-up)")
        for problem in problems:
            output.note(f"  {problem}")
        click.get_current_context().exit(StorageProblem.exit_code)


COMMANDS = (db,)
