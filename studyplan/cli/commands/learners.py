"""Several learners on one database."""

from __future__ import annotations

import click

from studyplan.cli.context import Context, json_option, pass_context, yes_option
from studyplan.cli.terminal import consent
from studyplan.text import command, count


@click.group()
def learner() -> None:
    """Several learners on one database."""


@learner.command("add")
@click.argument("name")
@click.option("--zone", help="Time zone, like Europe/Berlin.")
@json_option
@pass_context
def add(context: Context, name: str, zone: str | None, as_json: bool) -> None:
    """Make a learner."""
    from studyplan.cli import output
    from studyplan.presentation import facts

    made = context.planner.learners.add(name, zone=zone)
    if as_json:
        output.emit({"learner": facts.of_learner(made)})
    else:
        way = command("studyplan", "--learner", made.name, "start", "TEMPLATE")
        output.say(f"Learner '{made.name}' added" + (f": {way}" if way else "."))


@learner.command("list")
@json_option
@pass_context
def list_(context: Context, as_json: bool) -> None:
    """All learners of the database."""
    from studyplan.cli import output
    from studyplan.presentation import facts

    found = context.planner.learners.all()
    if as_json:
        output.emit({"learners": [facts.of_learner(each) for each in found]})
        return
    if not found:
        output.say("There is no learner yet: the first `start` makes one.")
    for each in found:
        output.say(f"{each.name}{'  ' + each.zone if each.zone else ''}")


@learner.command("show")
@click.argument("name", required=False)
@json_option
@pass_context
def show(context: Context, name: str | None, as_json: bool) -> None:
    """One learner: zone, study week, plans."""
    from studyplan.cli import output
    from studyplan.presentation import facts

    found, plans = context.planner.learners.get(name)
    known = facts.of_learner(found)
    if as_json:
        output.emit({"learner": known, "plans": [facts.of_plan(plan, found.name) for plan in plans]})
        return
    output.say(output.bold(found.name))
    output.say(f"  zone      {found.zone or 'the system’s'}")
    output.say(f"  hours     {known['hours'] or 'every day, no ceiling'}")
    days = ", ".join(str(span) for span in found.off)
    output.say(f"  off       {days or 'none'}")
    alarms = ", ".join(f"{alarm.minutes} min in exports as {alarm.form}" for alarm in found.alarms)
    output.say(f"  alarms    {alarms or 'none'}")
    for plan in plans:
        output.say(f"  plan      {plan.name}, {plan.start} to {plan.end}, {plan.state.value}")


@learner.command("set")
@click.argument("name", required=False)
@click.option("--zone", required=True, help="Time zone, like Europe/Berlin.")
@json_option
@pass_context
def set_(context: Context, name: str | None, zone: str, as_json: bool) -> None:
    """Set a learner's time zone; yours, without a name. On an empty database this makes you its learner."""
    from studyplan.cli import output
    from studyplan.presentation import facts

    changed, is_new = context.planner.learners.set_zone(zone, name)
    if as_json:
        output.emit({"learner": facts.of_learner(changed)})
    else:
        if is_new:
            output.note(f"New learner '{changed.name}'.")
        output.say(f"{changed.name} studies in {changed.zone}.")


@learner.command("rename")
@click.argument("name")
@click.argument("to")
@json_option
@pass_context
def rename(context: Context, name: str, to: str, as_json: bool) -> None:
    """Give a learner another name."""
    from studyplan.cli import output
    from studyplan.presentation import facts

    changed = context.planner.learners.rename(name, to)
    if as_json:
        output.emit({"learner": facts.of_learner(changed)})
    else:
        output.say(f"'{name}' is '{changed.name}' now.")


@learner.command("remove")
@click.argument("name")
@click.option(
    "--anyone",
    is_flag=True,
    help="Remove somebody else, as the person who looks after the database. They are not asked.",
)
@yes_option
@json_option
@pass_context
def remove(context: Context, name: str, anyone: bool, yes: bool, as_json: bool) -> None:
    """Take yourself and all that is yours out of the database, for good."""
    from studyplan.cli import output

    found, plans = context.planner.learners.removable(name, anyone=anyone)
    held = count(len(plans), "plan")
    consent(
        f"Remove '{found.name}' with {held} for good? There is no undo (`studyplan db backup` keeps a copy).", yes=yes
    )
    context.planner.learners.remove(name, anyone=anyone)
    if as_json:
        output.emit({"removed": found.name})
    else:
        output.say(f"'{found.name}' and {held} are gone.")


COMMANDS = (learner,)
