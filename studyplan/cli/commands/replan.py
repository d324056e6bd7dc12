"""Mending a plan, and the settings that make it necessary: replan, off, hours, whatif."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from studyplan.cli.commands.plans import show_start, wish_options
from studyplan.cli.context import Context, F, consent, json_option, pass_context, plan_option, yes_option
from studyplan.cli.params import DAYS, EXAM, FILE

if TYPE_CHECKING:
    from pathlib import Path

    from studyplan.planner.replan import Adjusted
    from studyplan.rules.replan_offers import Remedy


def _remedy_options(command: F) -> F:
    options = (
        plan_option,
        click.option("--even", is_flag=True, help="Even out all that is left, from today."),
        click.option("--shift", "days", type=int, metavar="N", help="Everything open N study days later."),
        click.option(
            "--exam", type=EXAM, metavar="DATE", help="Move the exam, or the plan's end; its hour: 2026-12-30T10:00."
        ),
        click.option("--minutes", metavar="WEEK", help="Other minutes a day for this plan: 60, or mon-fri=60,sat=120."),
        click.option(
            "--busy", type=FILE, metavar="FILE.ics", help="Times that your calendar takes: a file or a folder."
        ),
        click.option("--leave-out", "leave_out", multiple=True, metavar="TASK", help="Skip a task to make room."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _remedy(
    even: bool, days: int | None, exam: Any, minutes: str | None, busy: Path | None, leave_out: tuple[str, ...]
) -> Remedy:
    from studyplan.notation import week
    from studyplan.rules.replan_offers import Remedy

    if even and days is not None:
        raise click.UsageError("--even and --shift are two ways: take one")
    strategy = "even" if even else "catch-up" if days is None else "shift"
    day, hour = exam or (None, None)
    return Remedy(strategy, days or 0, day, hour, week(minutes, None), busy, leave_out)


@click.command()
@_remedy_options
@click.option("--dry-run", is_flag=True, help="Show the moves, write nothing.")
@json_option
@pass_context
def replan(context: Context, /, plan: str | None, dry_run: bool, as_json: bool, **how: Any) -> None:
    """Mend a plan after missed days: catch up with the fewest dates changed.

    Every move is shown with its reason; `undo` takes all of them back.
    """
    _show_replan(context, plan, _remedy(**how), write=not dry_run, as_json=as_json)


def _show_replan(context: Context, plan: str | None, remedy: Remedy, *, write: bool, as_json: bool) -> None:
    from studyplan.cli import output
    from studyplan.presentation import facts

    replan = context.planner.replan
    mended = replan.apply(remedy, plan) if write else replan.preview(remedy, plan)
    if as_json:
        output.emit(facts.of_mended(mended))
    else:
        output.print_mended(mended)
        if mended.mending.moves and not write:
            output.say("Nothing is written; `studyplan replan` with the same words does it.")


@click.group()
def whatif() -> None:
    """Ask what a `start` or a `replan` would do; nothing is written."""


@whatif.command("start")
@wish_options
@json_option
@pass_context
def whatif_start(context: Context, /, as_json: bool, **values: Any) -> None:
    """What a start would give."""
    show_start(context, values, write=False, as_json=as_json)


@whatif.command("replan")
@_remedy_options
@json_option
@pass_context
def whatif_replan(context: Context, /, plan: str | None, as_json: bool, **how: Any) -> None:
    """What a replan would move."""
    _show_replan(context, plan, _remedy(**how), write=False, as_json=as_json)


@click.command()
@click.argument("days", nargs=-1, type=DAYS, metavar="[DATE]...")
@click.option("--remove", is_flag=True, help="Study on these days after all.")
@plan_option
@yes_option
@json_option
@pass_context
def off(context: Context, days: tuple[Any, ...], remove: bool, plan: str | None, yes: bool, as_json: bool) -> None:
    """Take days off (D or D..D), for all your plans or for one; without a date, list them.

    What lay on them moves, with the fewest dates changed; the moves are shown before anything is written.
    """
    from studyplan.cli import output
    from studyplan.presentation import facts

    if not days:
        if remove:
            raise click.UsageError("--remove needs the days to give back")
        learner, plans = context.planner.learners.get(plan=plan)
        if as_json:
            output.emit(facts.of_off(learner, plans))
        else:
            output.print_off(learner, plans)
        return

    def adjust(*, write: bool, seen: Adjusted | None = None) -> Adjusted:
        return context.planner.replan.set_off(days, plan, off=not remove, write=write, seen=seen)

    _ask_and_write(adjust, yes=yes, as_json=as_json)


@click.command()
@click.argument("week", required=False, metavar="[WEEK]")
@click.option("--clear", is_flag=True, help="Every day, without a ceiling.")
@plan_option
@yes_option
@json_option
@pass_context
def hours(context: Context, week: str | None, clear: bool, plan: str | None, yes: bool, as_json: bool) -> None:
    """Set the study week: 60, mon-fri=60,sat=120 or mon-fri=19:00-20:30; without one, show it.

    What no longer fits moves; the moves are shown before anything is written.
    """
    from studyplan.cli import output
    from studyplan.notation import week as read_week
    from studyplan.presentation import facts

    if clear and week is not None:
        raise click.UsageError("--clear and a week contradict each other")
    if week is None and not clear:
        learner, plans = context.planner.learners.get(plan=plan)
        if as_json:
            output.emit(facts.of_hours(learner, plans))
        else:
            output.print_hours(learner, plans)
        return
    wanted = None if week is None else read_week(week, None)

    def adjust(*, write: bool, seen: Adjusted | None = None) -> Adjusted:
        return context.planner.replan.set_hours(wanted, plan, write=write, seen=seen)

    _ask_and_write(adjust, yes=yes, as_json=as_json)


def _ask_and_write(adjust: Any, *, yes: bool, as_json: bool) -> None:
    """Show what would change, ask, write that and nothing else. Where nobody can be asked, the showing is all."""
    from studyplan.cli import output
    from studyplan.presentation import facts

    if yes:
        adjusted = adjust(write=True)
        if not as_json:
            output.print_adjusted(adjusted)
    else:
        planned = adjust(write=False)
        if not as_json:
            output.print_adjusted(planned)
        consent("Keep this?", yes=False, facts=facts.of_adjusted(planned))
        adjusted = adjust(write=True, seen=planned)
        if not as_json:
            output.say("Kept; `studyplan undo` takes it back.")
    if as_json:
        output.emit(facts.of_adjusted(adjusted))


COMMANDS = (replan, whatif, off, hours)
