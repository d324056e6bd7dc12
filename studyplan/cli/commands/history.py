"""Undo, redo and the history of changes."""

from __future__ import annotations

import click

from studyplan.cli.context import Context, Facts, json_option, pass_context, plan_option


@click.command()
@json_option
@pass_context
def undo(context: Context) -> Facts:
    """Undo the last change; repeat to go further back."""
    from studyplan.cli import output
    from studyplan.presentation import facts

    batch = context.planner.history.undo()
    yield {"undone": facts.of_batch(batch) if batch else None}
    output.say(f"Undone: {batch.action}" if batch else "There is nothing to undo.")


@click.command()
@json_option
@pass_context
def redo(context: Context) -> Facts:
    """Redo the change that you undid last."""
    from studyplan.cli import output
    from studyplan.presentation import facts

    batch = context.planner.history.redo()
    yield {"redone": facts.of_batch(batch) if batch else None}
    output.say(f"Redone: {batch.action}" if batch else "There is nothing to redo.")


@click.command()
@click.option("--limit", "-n", type=click.IntRange(1, 1_000_000), default=20, show_default=True, help="Show this many.")
@click.option("--all", "everything", is_flag=True, help="Show all of them.")
@plan_option
@json_option
@pass_context
def history(context: Context, limit: int, everything: bool, plan: str | None) -> Facts:
    """List every change, newest first."""
    from studyplan.cli import output
    from studyplan.presentation import facts

    batches = context.planner.history.batches(None if everything else limit, plan)
    yield {"history": [facts.of_batch(batch) for batch in batches]}
    if not batches:
        output.say("Nothing has been changed yet." if plan is None else "Nothing of this plan has been changed yet.")
    for batch in batches:
        verb = {"undo": "undo: ", "redo": "redo: "}.get(batch.kind, "")
        undone = "  (undone)" if batch.undone else ""
        when = f"{context.local(batch.at):%Y-%m-%d %H:%M}"
        output.print_row(f"{batch.number:>4}  {when}", f"{verb}{batch.action}{undone}", indent="      ")


COMMANDS = (undo, redo, history)
