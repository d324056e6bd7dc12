"""Advice on where to begin and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from studyplan.cli.context import Context, Facts, json_option, pass_context, plan_option
from studyplan.cli.params import PLAN, TEMPLATE, one_plan
from studyplan.text import count

if TYPE_CHECKING:
    from studyplan.model import Template


def _facts(template: Template) -> dict[str, Any]:
    from studyplan.presentation.figures import window_rows

    level = template.certification
    return {
        "id": template.id,
        "title": template.title,
        "level": level.level if level else None,
        "prerequisites": list(level.prerequisites) if level else [],
        "windows": window_rows(template),
    }


@click.command()
@click.option("--role", metavar="ROLE", help="Your role, such as sre or 'DevOps engineer'; without it, list the roles.")
@click.option("--knows", multiple=True, type=TEMPLATE, metavar="LEVEL", help="Leave out a level that you know already.")
@json_option
@pass_context
def recommend(context: Context, role: str | None, knows: tuple[str, ...]) -> Facts:
    """Find the certification for your role, and the levels on the way to it."""
    from studyplan.cli import output

    if role is None:
        roles = context.planner.advice.roles()
        yield {"roles": roles}
        for name, id in roles.items():
            output.say(f"{name:<22} {id}")
        output.say("`studyplan recommend --role ROLE` shows the way there.")
        return
    advice = context.planner.advice.recommend(role, knows)
    yield {"role": advice.role, "target": _facts(advice.target), "ladder": [_facts(each) for each in advice.ladder]}
    if not advice.ladder:
        output.say(f"{advice.role}: you know '{advice.target.id}' already; `studyplan next` shows what comes after it.")
        return
    output.say(output.bold(f"{advice.role}: {advice.target.title}"))
    for step, template in enumerate(advice.ladder, start=1):
        facts = _facts(template)
        hours = ", ".join(f"{row['id']} {count(row['days'][1], 'day')} {row['hours']:g} h" for row in facts["windows"])
        output.say(f"  {step}. {template.id}: {hours}")
        for line in facts["prerequisites"]:
            for index, part in enumerate(output.wrapped(line, "       ")):
                output.say("     - " + part.lstrip() if not index else part)
    first = advice.ladder[0].id
    if len(advice.ladder) > 1:
        output.say(f"If you know a level already, leave it out: --knows {first}.")
    output.say(f"Start: `studyplan start {first}`")


@click.command("next")
@click.argument("named", metavar="[PLAN]", required=False, type=PLAN)
@plan_option
@json_option
@pass_context
def next_(context: Context, named: str | None, plan: str | None) -> Facts:
    """Show what comes after a plan, and when to renew the certificate."""
    from studyplan.cli import output
    from studyplan.presentation import facts, phrases

    found = context.planner.advice.following(one_plan(named, plan))
    yield {
        "plan": found.plan.name,
        "same_track": found.same_track,
        "template": found.template.id if found.template else None,
        "cross_track": found.cross_track,
        "leadership": found.leadership,
        "renew": [str(day) for day in found.renew],
        "result": facts.of_result(found.plan.result),
        "again": found.again,
        "running": found.running.name if found.running else None,
    }
    told = phrases.result_text(found.plan)
    output.say(output.bold(f"After {found.plan.name}") + (f": {told}" if told else ""))
    same = found.template.title if found.template else found.same_track
    for name, value in (("same track", same), ("cross track", found.cross_track), ("leadership", found.leadership)):
        if value:
            output.say(f"  {name:<12} {value}")
    if found.renew:
        passed = "" if found.plan.result and found.plan.result.passed else ", if you pass on the exam day"
        output.say(f"  {'renew':<12} {' to '.join(phrases.long_day(day) for day in found.renew)}{passed}")
    if not (same or found.cross_track or found.leadership or found.renew):
        output.say("  Its template does not say what comes next; `studyplan templates` lists what you can start.")
    if found.again:
        output.say(f"Retake: `{found.again}`")
    elif found.running:
        output.say(f"It is running already, as '{found.running.name}'.")
    elif found.template:
        output.say(f"Start: `studyplan start {found.template.id}`")


COMMANDS = (recommend, next_)
