"""Where the learner stands: in words, as charts on the terminal."""

from __future__ import annotations

import click

from studyplan.cli.context import Context, json_option, pass_context, plan_option


@click.command()
@plan_option
@json_option
@pass_context
def status(context: Context, plan: str | None, as_json: bool) -> None:
    """Where each plan stands: done and open, behind or ahead, when it will be finished, slack and streak."""
    from studyplan.cli import facts, output

    picture = context.insights.picture(plan)
    if as_json:
        output.emit({"plans": [facts.of_progress(each) for each in picture.plans]})
    else:
        output.print_status(picture.plans)


@click.command()
@plan_option
@click.option("--plain", is_flag=True, help="Sentences and numbers, no charts: for a screen reader.")
@json_option
@pass_context
def progress(context: Context, plan: str | None, plain: bool, as_json: bool) -> None:
    """How far each plan is: bars, a burn-up, hours by module and kind, and a heat map of the year."""
    picture = context.insights.picture(plan)
    if as_json:
        from studyplan.cli import facts, output

        output.emit(facts.of_picture(picture))
        return
    from studyplan.cli import charts

    if plain:
        charts.print_plain(picture)
    else:
        charts.print_picture(picture)


COMMANDS = (status, progress)
