"""Reminders: one line of what is due, for prompts and scheduled jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from studyplan.cli.context import Context, Facts, json_option, pass_context, plan_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from studyplan.rules.views import Agenda


@click.command()
@plan_option
@json_option
@pass_context
def remind(context: Context, plan: str | None) -> Facts:
    """Print one line of what is due, for a prompt or cron; nothing if nothing is due."""
    from studyplan.cli import output
    from studyplan.presentation import facts

    agenda = context.planner.queries.today(plan)
    found = facts.of_agenda(agenda)
    yield (
        {
            "date": found["date"],
            "learner": found["learner"],
            **{name: {"tasks": len(found[name]), "minutes": found["minutes"][name]} for name in ("due", "overdue")},
            "timer": found["timer"],
        }
    )
    words = ", ".join(_words(agenda))
    if words:
        output.say(f"studyplan: {words}")


def _words(agenda: Agenda) -> Iterator[str]:
    from studyplan.presentation.phrases import span_text
    from studyplan.rules.time_spent import LONGEST_SITTING
    from studyplan.text import count

    for name, tasks in (("due", agenda.due), ("overdue", agenda.overdue)):
        if tasks:
            yield f"{len(tasks)} {name} ({span_text(sum(task.minutes for task in tasks))})"
    if agenda.ticking and agenda.ticking.minutes > LONGEST_SITTING:
        hours = agenda.ticking.minutes // 60
        yield f"a timer has been running for {count(hours, 'hour')} (`studyplan timer stop`)"


COMMANDS = (remind,)
