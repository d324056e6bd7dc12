"""Manage the learners who share a database."""

from __future__ import annotations

from contextlib import suppress

import click

from studyplan.cli.context import Context, Facts, json_option, pass_context, yes_option
from studyplan.cli.params import LEARNER
from studyplan.cli.terminal import consent
from studyplan.errors import NotFound
from studyplan.text import command, count


@click.group()
def learner() -> None:
    """Manage the learners who share a database."""


@learner.command("add")
@click.argument("name")
@click.option("--zone", help="Time zone, such as Europe/Berlin.")
@json_option
@pass_context
def add(context: Context, name: str, zone: str | None) -> Facts:
    """Add a learner."""
    from studyplan.cli import output
    from studyplan.presentation import facts

    made = context.planner.learners.add(name, zone=zone)
    yield {"learner": facts.of_learner(made)}
    way = command("studyplan", "--learner", made.name, "start", "TEMPLATE")
    output.say(f"Added learner '{made.name}'" + (f". Start a plan: `{way}`" if way else "."))


@learner.command("list")
@json_option
@pass_context
def list_(context: Context) -> Facts:
    """List the learners in the database."""
    from studyplan.cli import output
    from studyplan.presentation import facts

    found = context.planner.learners.all()
    yield {"learners": [facts.of_learner(each) for each in found]}
    if not found:
        output.say("There is no learner yet: your first `start` adds you.")
    for each in found:
        output.say(f"{each.name}{'  ' + each.zone if each.zone else ''}")


@learner.command("show")
@click.argument("name", type=LEARNER, required=False)
@json_option
@pass_context
def show(context: Context, name: str | None) -> Facts:
    """Show a learner's time zone, study hours and plans."""
    from studyplan.cli import output
    from studyplan.presentation import facts, phrases

    found, plans = context.planner.learners.get(name)
    yield {"learner": facts.of_learner(found), "plans": [facts.of_plan(plan, found.name) for plan in plans]}
    output.say(output.bold(found.name))
    output.say_labelled("zone", found.zone or "the system's", 9)
    output.say_labelled("hours", phrases.hours_words(found, plans), 9)
    output.say_labelled("off", ", ".join(map(str, found.off)) or "none", 9)
    alarms = ", ".join(f"{alarm.minutes} min ahead ({alarm.form})" for alarm in found.alarms)
    output.say_labelled("alarms", alarms or "none", 9)
    for plan in plans:
        output.say_labelled("plan", f"{plan.name}, {plan.start} to {plan.end}, {plan.state.value}", 9)


@learner.command("set")
@click.argument("name", type=LEARNER, required=False)
@click.option("--zone", required=True, help="Time zone, such as Europe/Berlin.")
@json_option
@pass_context
def set_(context: Context, name: str | None, zone: str) -> Facts:
    """Set a learner's time zone.

    Without NAME, it sets yours; in an empty database, it adds you.
    """
    from studyplan.cli import output
    from studyplan.presentation import facts

    before = None
    with suppress(NotFound):
        before = context.planner.learners.get(name)[0].zone
    changed, is_new = context.planner.learners.set_zone(zone, name)
    yield {"learner": facts.of_learner(changed)}
    if is_new:
        output.note(f"Added learner '{changed.name}'.")
    output.say(f"The time zone of '{changed.name}' is {changed.zone}.")
    if not is_new and before != changed.zone:
        _say_undo(changed.name)


@learner.command("rename")
@click.argument("name", type=LEARNER)
@click.argument("to")
@json_option
@pass_context
def rename(context: Context, name: str, to: str) -> Facts:
    """Rename a learner."""
    from studyplan.cli import output
    from studyplan.presentation import facts

    changed = context.planner.learners.rename(name, to)
    yield {"learner": facts.of_learner(changed)}
    output.say(f"'{name}' is now '{changed.name}'.")
    if name != changed.name:
        _say_undo(changed.name)


def _say_undo(name: str) -> None:
    """How to take a change of a learner back: it is undone as that learner, who need not be the one who made it."""
    from studyplan.cli import output

    way = command("studyplan", "--learner", name, "undo")
    if way:
        output.say(f"`{way}` takes it back.")


@learner.command("remove")
@click.argument("name", type=LEARNER)
@click.option(
    "--anyone",
    is_flag=True,
    help="Remove somebody else, as the database's administrator; they are not asked.",
)
@yes_option
@json_option
@pass_context
def remove(context: Context, name: str, anyone: bool, yes: bool) -> Facts:
    """Remove yourself and all of your data, for good."""
    from studyplan.cli import output
    from studyplan.presentation import facts

    found, plans = context.planner.learners.removable(name, anyone=anyone)
    held = count(len(plans), "plan")
    consent(
        f"Remove '{found.name}' with {held} for good? This cannot be undone (`studyplan db backup` makes a copy).",
        yes=yes,
        facts={"learner": facts.of_learner(found), "plans": [facts.of_plan(plan, found.name) for plan in plans]},
    )
    context.planner.learners.remove(name, anyone=anyone)
    yield {"removed": found.name}
    output.say(f"Removed '{found.name}' with {held}.")


COMMANDS = (learner,)
