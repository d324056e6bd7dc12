"""Replanning, and the settings that call for it: replan, whatif, off, hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from studyplan.cli.commands.plans import show_start, wish_options
from studyplan.cli.context import Context, F, Facts, json_option, pass_context, plan_option, unasked_option
from studyplan.cli.params import DAYS, EXAM, FILE, TASK, WINDOW
from studyplan.cli.terminal import can_ask
from studyplan.text import count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from studyplan.model import Learner, Plan
    from studyplan.planner.replan import Adjusted, Mended
    from studyplan.rules.replan_offers import Remedy


def _remedy_options(command: F) -> F:
    options = (
        plan_option,
        click.option("--even", is_flag=True, help="Spread all open tasks evenly from today."),
        click.option("--shift", "days", type=int, metavar="N", help="Move all open tasks N study days later."),
        click.option(
            "--exam",
            type=EXAM,
            metavar="DATE",
            help="Move the exam, or the plan's end; with its hour: 2026-12-30T10:00.",
        ),
        click.option("--minutes", metavar="WEEK", help="Change this plan's minutes a day: 60, or mon-fri=60,sat=120."),
        click.option("--hours", metavar="WEEK", help="Raise your hours over all plans as well."),
        click.option(
            "--busy", type=FILE, metavar="FILE.ics", help="Plan around the times in your calendar: a file or a folder."
        ),
        click.option(
            "--leave-out", "leave_out", type=TASK, multiple=True, metavar="TASK...", help="Skip tasks to make room."
        ),
        click.option(
            "--window", type=WINDOW, metavar="WINDOW", help="Switch to a smaller window: skip the tasks beyond it."
        ),
        click.option("--strict", is_flag=True, help="Refuse if not everything fits, and list the ways out."),
        click.option("--take", type=int, metavar="N", help="If not everything fits, take way out N of those listed."),
        click.argument("more", nargs=-1, metavar="", type=TASK),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _remedy(
    even: bool,
    days: int | None,
    exam: Any,
    minutes: str | None,
    hours: str | None,
    busy: Path | None,
    leave_out: tuple[str, ...],
    window: str | None,
    strict: bool,
    more: tuple[str, ...],
) -> Remedy:
    from studyplan.notation import week
    from studyplan.rules.replan_offers import Remedy

    if more and not leave_out:
        raise click.UsageError(f"'{more[0]}' is unexpected: tasks to skip follow --leave-out")
    if even and days is not None:
        raise click.UsageError("--even and --shift contradict each other")
    strategy = "even" if even else "catch-up" if days is None else "shift"
    day, hour = exam or (None, None)
    words = tuple(dict.fromkeys((*leave_out, *more)))
    limits = week(minutes, None), week(hours, None)
    return Remedy(strategy, days or 0, day, hour, *limits, busy, words, window, strict)


@click.command()
@_remedy_options
@click.option("--dry-run", is_flag=True, help="Show the moves, and write nothing.")
@json_option
@pass_context
def replan(context: Context, /, plan: str | None, dry_run: bool, take: int | None, **how: Any) -> Facts:
    """Catch up after missed days, changing as few dates as possible.

    Every move is shown with its reason; one `undo` reverts them all. A task that finds no room keeps its day, and the
    ways to make room are listed, each with its price.
    """
    yield from _show_replan(context, plan, _remedy(**how), take, write=not dry_run)


def _show_replan(context: Context, plan: str | None, remedy: Remedy, take: int | None, *, write: bool) -> Facts:
    from studyplan.cli import output
    from studyplan.planner.replan import next_remedy
    from studyplan.presentation import facts, phrases
    from studyplan.rules.replan_offers import command

    replan = context.planner.replan
    has_room = False
    if write:
        mended, has_room = replan.carry_out(remedy, plan, take=take)
        remedy = next_remedy(remedy) if mended.left_over else remedy
    else:
        mended = replan.preview(remedy, plan, take=take)
    yield facts.of_mended(mended)
    _print_mended(mended, command(mended.plan, remedy), has_room=has_room)
    away = phrases.countdown(mended.plan, context.today)
    if away:
        output.say(f"{mended.plan.name}: {away}")
    output.say_undo(write and mended.changed)
    if not write:
        if mended.mending.moves:
            output.say("Nothing was written; `studyplan replan` with the same options makes these moves.")
        return
    number = output.choose_way_out(len(mended.ways_out), "leave it at that")
    if number is not None:
        mended = replan.apply(mended.ways_out[number - 1].asked, plan)
        _print_mended(mended)
        output.say_undo(mended.changed)


@click.group()
def whatif() -> None:
    """See what a `start` or a `replan` would do; nothing is written."""


@whatif.command("start")
@wish_options
@json_option
@pass_context
def whatif_start(context: Context, /, as_json: bool, **values: Any) -> None:
    """Show the plan that a start would make."""
    show_start(context, values, write=False, as_json=as_json)


@whatif.command("replan")
@_remedy_options
@json_option
@pass_context
def whatif_replan(context: Context, /, plan: str | None, take: int | None, **how: Any) -> Facts:
    """Show what a replan would move."""
    yield from _show_replan(context, plan, _remedy(**how), take, write=False)


@click.command()
@click.argument("days", nargs=-1, type=DAYS, metavar="[DATE]...")
@click.option("--remove", is_flag=True, help="Study on these days after all.")
@click.option("--dry-run", is_flag=True, help="Show the moves, and write nothing.")
@plan_option
@unasked_option
@json_option
@pass_context
def off(context: Context, days: tuple[Any, ...], remove: bool, dry_run: bool, plan: str | None, as_json: bool) -> None:
    """Take days off (D or D..D), for all your plans or for one; without a date, list them.

    The tasks on those days move, changing as few dates as possible. One `undo` takes it back.
    """
    from studyplan.cli import output
    from studyplan.presentation import facts

    if not days:
        if remove:
            raise click.UsageError("--remove needs the days on which you will study after all")
        learner, plans = context.planner.learners.get(plan=plan)
        if as_json:
            output.emit(facts.of_off(learner, plans))
        else:
            _print_off(learner, plans)
        return

    _show_adjusted(context.planner.replan.set_off(days, plan, off=not remove, write=not dry_run), as_json=as_json)


@click.command()
@click.argument("week", required=False, metavar="[WEEK]")
@click.option("--clear", is_flag=True, help="Study every day, without a limit.")
@click.option("--dry-run", is_flag=True, help="Show the moves, and write nothing.")
@plan_option
@unasked_option
@json_option
@pass_context
def hours(context: Context, week: str | None, clear: bool, dry_run: bool, plan: str | None, as_json: bool) -> None:
    """Set your study hours: 60, mon-fri=60,sat=120 or mon-fri=19:00-20:30; without WEEK, show them.

    Tasks that no longer fit move. One `undo` takes it back.
    """
    from studyplan.cli import output
    from studyplan.notation import week as read_week
    from studyplan.presentation import facts

    if clear and week is not None:
        raise click.UsageError("--clear and WEEK contradict each other")
    if week is None and not clear:
        learner, plans = context.planner.learners.get(plan=plan)
        if as_json:
            output.emit(facts.of_hours(learner, plans))
        else:
            _print_hours(learner, plans)
        return
    wanted = None if week is None else read_week(week, None)

    _show_adjusted(context.planner.replan.set_hours(wanted, plan, write=not dry_run), as_json=as_json)


def _show_adjusted(adjusted: Adjusted, *, as_json: bool) -> None:
    from studyplan.cli import output
    from studyplan.presentation import facts

    if as_json:
        output.emit(facts.of_adjusted(adjusted))
        return
    _print_adjusted(adjusted)
    output.say_undo(adjusted.written and adjusted.changed)
    if not adjusted.written:
        output.say("Nothing was written; run it without --dry-run to keep these changes.")


def _print_mended(mended: Mended, again: str = "studyplan replan", *, has_room: bool = False) -> None:
    """Print the moves, what is left over and the ways out. ``again``: the command that has them too, once this is written;
    ``has_room``: it has room for everything."""
    from studyplan.cli import output
    from studyplan.presentation import phrases
    from studyplan.presentation.move_words import notes_of_moves, words_of_moves

    mending = mended.mending
    name = mended.plan.name
    if not mending.moves:
        output.say(f"{name}: nothing has to move.")
    else:
        would = "" if mended.written else " would"
        tasks = count(len(mending.moves), "task")
        output.say(output.bold(f"{name}: {tasks}{would} move{'s' if len(mending.moves) == 1 and not would else ''}"))
    digits = max((len(str(move.number or "")) for move in mending.moves), default=1)
    for move in words_of_moves(mended):
        number = str(move.number or "+").rjust(digits)
        minutes = phrases.span_text(move.minutes)
        output.print_row(f"  {number}  {move.way:<24}  {minutes:>7}", f"{move.title}: {move.reason}")
    for line in notes_of_moves(mended):
        output.say(f"Note: {line}.")
    if mended.skipped:
        named = ", ".join(f"'{task.title}'" for task in mended.skipped)
        output.say(f"{'Skipped' if mended.written else 'Would be skipped'}: {named}")
    if mended.left_over:
        output.say()
        output.print_no_room(mended.left_over, [mended.plan])
        if not mended.proved:
            output.say("This is the smallest set found; a smaller one may exist.")
        if has_room:
            output.say(f"`{again}` has room for everything.")
        elif not mended.ways_out:
            output.say(f"`{again} --dry-run` lists the ways to make room for everything.")
    if mended.ways_out:
        output.say("Ways to make room for everything:")
        listed = [task.title for task in mended.left_over]
        output.print_ways_out([way.offer for way in mended.ways_out], listed=listed)
        if not mended.written:
            output.say("Add `--take N` to the command to take one of them.")
        elif not can_ask():
            output.say(f"`{again} --take N` takes one of them.")


def _print_adjusted(adjusted: Adjusted) -> None:
    from studyplan.cli import output
    from studyplan.presentation import phrases

    if adjusted.plan is not None:
        _say_settings(adjusted.plan, phrases.plan_hours(adjusted.plan, adjusted.learner, adjusted.running))
    else:
        _say_settings(adjusted.learner, phrases.hours_words(adjusted.learner, adjusted.running))
    for mended in adjusted.mended:
        _print_mended(mended)
    if not adjusted.mended:
        output.say("No task has to move.")
    for line in adjusted.notes:
        output.note(f"Note: {line}.")


def _say_settings(owner: Learner | Plan, hours: str) -> None:
    from studyplan.cli import output

    output.say(output.bold(owner.name))
    output.say_labelled("hours", hours, 6)
    output.say_labelled("off", ", ".join(map(str, owner.off)) or "none", 6)


def _print_off(learner: Learner, plans: Sequence[Plan]) -> None:
    from studyplan.presentation import phrases

    _say_settings(learner, phrases.hours_words(learner, plans))
    for plan in plans:
        if plan.state == "active" and plan.off:
            _say_settings(plan, phrases.plan_hours(plan, learner, plans))


def _print_hours(learner: Learner, plans: Sequence[Plan]) -> None:
    from studyplan.presentation import phrases

    _say_settings(learner, phrases.hours_words(learner, plans))


COMMANDS = (replan, whatif, off, hours)
