"""A learner's data as one file: dump and load."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from studyplan.cli.context import Context, Facts, json_option, pass_context
from studyplan.cli.params import FILE
from studyplan.cli.terminal import is_terminal, named_or_piped
from studyplan.text import count, slug


@click.command()
@click.option("-o", "--output", "target", metavar="FILE", help="Write to this file; - is standard output.")
@pass_context
def dump(context: Context, target: str | None) -> None:
    """Write all of your data to one file: plans, tasks, cards, time, settings and the whole history.

    `load` reads it into any other database, SQLite or PostgreSQL. On a terminal, without -o, the file is named after the
    learner and the day.
    """
    from studyplan.cli import output
    from studyplan.files import write_private

    name, content = context.planner.dump.write()
    if target is None and is_terminal(sys.stdout):
        target = f"studyplan-{slug(name)}-{context.today}.json"
    if target in (None, "-"):
        output.send(content)
        return
    assert target is not None
    write_private(Path(target), content)
    output.note(f"Wrote all data of '{name}' to {target}; `studyplan load` reads it.")


@click.command()
@click.argument("source", metavar="FILE", type=FILE)
@click.option("--as", "name", metavar="NAME", help="Load the learner under another name.")
@json_option
@pass_context
def load(context: Context, source: Path, name: str | None) -> Facts:
    """Load a learner from a file that `dump` wrote, with their whole history: all of it, or nothing.

    FILE may be -, for standard input.
    """
    from studyplan.cli import output
    from studyplan.planner.dump import LARGEST
    from studyplan.presentation import facts

    loaded = context.planner.dump.load(named_or_piped(source, LARGEST), name=name)
    yield {"learner": facts.of_learner(loaded.learner), "rows": dict(loaded.rows)}
    rows = loaded.rows
    output.say(
        f"Loaded '{loaded.learner.name}': {count(rows.get('plan', 0), 'plan')}, {count(rows.get('task', 0), 'task')}, "
        f"{count(rows.get('batch', 0), 'change')}."
    )


COMMANDS = (dump, load)
