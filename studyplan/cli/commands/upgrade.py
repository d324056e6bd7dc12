"""Upgrade: a template's newest edition, compared with a running plan before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from studyplan.cli.context import Context, json_option, pass_context, plan_option, unasked_option
from studyplan.cli.params import EXAM, PLAN, TASK, one_plan
from studyplan.errors import DoesNotFit
from studyplan.presentation.upgrade_words import counts_text, edition_text, field_text, tasks_moved, why_kept
from studyplan.text import count

if TYPE_CHECKING:
    from studyplan.model import Task
    from studyplan.planner.upgrade import Upgraded
    from studyplan.rules.edition_diff import Amendment
    from studyplan.schedule import Move


@click.command()
@click.argument("named", metavar="[PLAN]", required=False, type=PLAN)
@click.option("--exam", type=EXAM, metavar="DATE", help="Move the exam, or the plan's end, to make room.")
@click.option("--minutes", metavar="WEEK", help="Change the minutes a day, to make room: 60, or mon-fri=60,sat=120.")
@click.option("--hours", metavar="WEEK", help="Raise your hours over all plans as well.")
@click.option("--leave-out", "leave_out", type=TASK, multiple=True, metavar="TASK", help="Skip a task to make room.")
@plan_option
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@unasked_option
@json_option
@pass_context
def upgrade(
    context: Context,
    named: str | None,
    plan: str | None,
    exam: Any,
    minutes: str | None,
    hours: str | None,
    leave_out: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring a plan up to its template's newest edition.

    You see what is new, changed, gone and moved; --dry-run writes nothing. Finished tasks stay as they are, and so do your own
    tasks, notes, pins and whatever you changed with `edit` or `remove`. New tasks get days in the study order, changing as few
    dates as possible; if they do not fit, nothing is written, and you see the ways out. One `undo` takes it back.

    With --json: `changes` as in a replan, and `tasks` with `new`, `changed`, `gone` and `kept`.
    """
    from studyplan.cli import output
    from studyplan.notation import week
    from studyplan.presentation import facts
    from studyplan.rules.replan_offers import Remedy

    plan = one_plan(named, plan)

    day, hour = exam or (None, None)
    remedy = Remedy(
        "upgrade",
        exam=day,
        exam_hour=hour,
        week=week(minutes, None),
        hours=week(hours, None),
        leave_out=tuple(dict.fromkeys(leave_out)),
    )
    try:
        upgraded = context.planner.upgrade.preview(remedy, plan)
        if upgraded.changed and not dry_run:
            upgraded = context.planner.upgrade.apply(remedy, plan)
    except DoesNotFit as refusal:
        # Its ways out are options of this command, which takes none by number.
        refusal.takes = ()
        raise
    if as_json:
        output.emit(facts.of_upgraded(upgraded))
        return
    print_upgraded(upgraded)
    if upgraded.changed and dry_run:
        output.say("Nothing was written; run it without --dry-run to upgrade.")
    output.say_undo(upgraded.changed and not dry_run)


def print_upgraded(upgraded: Upgraded) -> None:
    from studyplan.cli.output import bold, clip, note, say, wrapped
    from studyplan.presentation.phrases import span_text

    plan, before = upgraded.plan, upgraded.before
    if not upgraded.changed:
        say(f"'{plan.name}' is up to date with edition {plan.edition} of its template.")
        return
    say(bold(f"{plan.name}: {edition_text(upgraded)}"))
    if before.exam != plan.exam:
        say(f"  exam {before.exam or 'none'} → {plan.exam or 'none'}")
    if upgraded.new:
        _print_new(upgraded.new)
    if upgraded.amended:
        _print_amended(upgraded.amended)
    if upgraded.gone:
        say(bold(f"Gone: {count(len(upgraded.gone), 'task')}"))
        for task in upgraded.gone:
            say(clip(f"  {task.number:>3}  {span_text(task.minutes):>7}  {task.title}"))
    if upgraded.kept:
        say(bold("Kept, although the edition says otherwise:"))
        for kept in upgraded.kept:
            for line in wrapped(f"{kept.title}: {why_kept(kept)}", "  "):
                say(line)
    _print_cards(upgraded)
    _print_moves(tasks_moved(upgraded), upgraded)
    if upgraded.skipped:
        named = ", ".join(f"'{task.title}'" for task in upgraded.skipped)
        say(f"Skipped: {named}")
    for line in upgraded.notes:
        note(f"Note: {line}.")


def _print_cards(upgraded: Upgraded) -> None:
    from studyplan.cli.output import bold, say, wrapped

    for name, counts in (("Cards", upgraded.cards), ("Questions", upgraded.questions)):
        if any(counts):
            say(bold(f"{name}: ") + counts_text(counts))
    if upgraded.own_words:
        ids = ", ".join(card.id for card in upgraded.own_words)
        for line in wrapped(f"In your own words still: {count(len(upgraded.own_words), 'card')} ({ids})"):
            say(line)


def _print_new(tasks: Sequence[Task]) -> None:
    from studyplan.cli.output import bold, clip, say
    from studyplan.presentation.phrases import short_day, span_text

    minutes = sum(task.minutes for task in tasks)
    say(bold(f"New: {count(len(tasks), 'task')}, {span_text(minutes)}"))
    for task in sorted(tasks, key=lambda task: (task.date, task.position, task.part)):
        part = f" ({task.place}/{task.parts})" if task.parts > 1 else ""
        say(clip(f"  + {short_day(task.date):<10}  {span_text(task.minutes):>7}  {task.title}{part}"))


def _print_amended(amendments: Sequence[Amendment]) -> None:
    from studyplan.cli.output import bold, clip, say, wrapped

    say(bold(f"Changed: {count(len(amendments), 'task')}"))
    for each in amendments:
        say(clip(f"  {each.number:>3}  {each.title}"))
        for name, old, new in each.fields:
            for line in wrapped(field_text(name, old, new), "       "):
                say(line)


def _print_moves(moves: Sequence[Move], upgraded: Upgraded) -> None:
    from studyplan.cli.output import bold, print_row, say
    from studyplan.presentation.phrases import reason_text, short_day, span_text

    if moves:
        say(bold(f"Moved: {count(len(moves), 'task')}"))
    for move in moves:
        assert move.before is not None
        assert move.after is not None
        way = f"{short_day(move.before)} → {short_day(move.after)}"
        words = f"{upgraded.titles[move.task]}: {reason_text(move.reason, upgraded.titles)}"
        print_row(f"  {move.number:>3}  {way:<24}  {span_text(move.minutes or 0):>7}", words)


COMMANDS = (upgrade,)
