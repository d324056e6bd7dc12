"""The learner's progress: in words, as charts on the terminal, as a report to send."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from studyplan.cli.context import Context, Facts, json_option, pass_context, plan_option
from studyplan.cli.terminal import is_terminal
from studyplan.errors import UsageProblem
from studyplan.text import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from studyplan.planner.progress import Progress
    from studyplan.rules.competition import WeekLoad

#: Weeks ahead that `status` shows one by one; --json has them all.
_WEEKS_SHOWN = 6


@click.command()
@plan_option
@json_option
@pass_context
def status(context: Context, plan: str | None) -> Facts:
    """See where each plan stands: tasks done and open, schedule, forecast, slack and streak."""
    from studyplan.presentation import standing_facts

    picture = context.planner.progress.picture(plan)
    yield standing_facts.of_status(picture)
    _print_status(picture.plans)
    if plan is None and len(picture.plans) > 1:
        _print_load(picture.load)


@click.command()
@plan_option
@click.option("--plain", is_flag=True, help="Print sentences and numbers instead of charts, for a screen reader.")
@json_option
@pass_context
def progress(context: Context, plan: str | None, plain: bool, as_json: bool) -> None:
    """Draw your progress: bars, a burn-up, scores, hours by module and kind, recall, and a heat map of the year."""
    picture = context.planner.progress.picture_with_recall(plan)
    if as_json:
        from studyplan.cli import output
        from studyplan.presentation import standing_facts

        output.emit(standing_facts.of_picture(picture))
        return
    from studyplan.cli import charts

    if plain:
        charts.print_plain(picture)
    else:
        charts.print_picture(picture)


@click.command()
@click.option(
    "-o",
    "--output",
    "target",
    metavar="FILE",
    help="Write to this file, .html, .md, .csv or .json; - is standard output.",
)
@click.option(
    "--as",
    "form",
    type=click.Choice(["html", "md", "csv", "json"]),
    help="Write this format, whatever the file's name.",
)
@plan_option
@pass_context
def report(context: Context, target: str | None, form: str | None, plan: str | None) -> None:
    """Write a report for a coach: a web page, Markdown, a table for spreadsheets or JSON.

    The page is self-contained and holds none of your notes. On a terminal, without -o, it is report.html.
    """
    from studyplan.cli import output
    from studyplan.files import path_of, write_private
    from studyplan.presentation.report import FORMS, render

    if target is None and is_terminal(sys.stdout):
        target = f"report.{form or 'html'}"
    path = None if target in (None, "-") else path_of(str(target))
    if form is None and path is not None:
        form = path.suffix.lower().lstrip(".")
        if form not in FORMS:
            known = ", ".join(f".{each}" for each in FORMS)
            raise UsageProblem(
                f"the format is not clear from the name '{path}'", hint=f"end it in {known}, or add --as FORMAT"
            )
    content = render(context.planner.progress.picture_with_recall(plan), form or "html")
    if path is None:
        output.send(content)
        return
    write_private(path, content)
    output.note(f"Wrote {path}")


def _print_status(plans: Sequence[Progress]) -> None:
    from studyplan.cli import output

    if not plans:
        output.say("No plan is running.")
    for index, progress in enumerate(plans):
        if index:
            output.say()
        _print_standing(progress)


def _print_load(weeks: Sequence[WeekLoad]) -> None:
    """Print the open work of all plans together, the next weeks one by one."""
    from studyplan.cli import output
    from studyplan.presentation import phrases

    if not weeks:
        return
    output.say()
    output.say(output.bold("All plans: open work by week"))
    for week in weeks[:_WEEKS_SHOWN]:
        hours = f" of {phrases.span_text(week.hours)}" if week.hours is not None else ""
        way = f"  {phrases.short_day(week.first):<10}  {phrases.span_text(week.total):>7}{hours}"
        shares = ", ".join(f"{name} {phrases.span_text(minutes)}" for name, minutes in week.minutes.items())
        output.print_row(way, shares)
    rest = weeks[_WEEKS_SHOWN:]
    if rest:
        most = phrases.span_text(max(week.total for week in rest))
        output.say(f"  and {count(len(rest), 'more week')}, at most {most} each")


def _print_standing(progress: Progress) -> None:
    """Print where a plan stands and its figures, a line or two each."""
    from studyplan.cli import output
    from studyplan.presentation import phrases, sentences

    standing = progress.standing
    plan = standing.plan
    state = "" if plan.state.value == "active" else f" ({plan.state.value})"
    output.say(output.bold(f"{plan.name}: {sentences.share_done(standing):.0%} done{state}"))
    for line in output.wrapped(sentences.time_left(standing), "  "):
        output.say(line)
    for name in ("done", "skipped", "open", "overdue", "no_room"):
        tally = getattr(standing, name)
        if name == "no_room" and tally.tasks:
            output.say(f"  No room: {count(tally.tasks, 'task')}, {phrases.span_text(tally.minutes)}")
        elif name != "no_room" and (tally.tasks or name != "skipped"):
            output.say(f"  {name:<8} {phrases.span_text(tally.minutes):>8}  {count(tally.tasks, 'task')}")
    for name, text in sentences.figures(progress):
        for line in output.wrapped(f"{name}: {text}", "  "):
            output.say(line)


COMMANDS = (status, progress, report)
