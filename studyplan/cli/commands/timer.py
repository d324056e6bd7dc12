"""Time: the timer and the log of time spent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from studyplan.cli.context import (
    GROUP_OPTIONS,
    Context,
    Facts,
    json_option,
    pass_context,
    plan_option,
    unasked_option,
    yes_option,
)
from studyplan.cli.params import ENTRY, LENGTH, PAST_DAY, TASK, refs_of, task_argument
from studyplan.cli.terminal import consent
from studyplan.errors import UsageProblem

if TYPE_CHECKING:
    from studyplan.notation import Ref
    from studyplan.planner.timer import Log, RecordedSitting, Watch


def _ref(word: str, plan: str | None) -> Ref:
    found = refs_of((word,), plan)
    if len(found) > 1:
        raise UsageProblem(f"'{word}' names several tasks, but only one can be given here")
    return found[0]


@click.group()
def timer() -> None:
    """Time the task at hand. The timer goes on when you close the terminal."""


@timer.command()
@task_argument
@plan_option
@json_option
@pass_context
def start(context: Context, word: str, plan: str | None) -> Facts:
    """Start timing a task."""
    watch = context.planner.timer.start(_ref(word, plan))
    yield from _show(watch, "Timer" if watch.began else "Already running", context, written=watch.began)


@timer.command()
@click.option("--minutes", "-m", type=LENGTH, help="Record this instead of the time measured.")
@click.option("--done", is_flag=True, help="Mark the task done as well.")
@yes_option
@json_option
@pass_context
def stop(context: Context, minutes: int | None, done: bool, yes: bool) -> Facts:
    """Stop the timer and record its minutes.

    If it has run for many hours, you are asked first.
    """
    from studyplan.presentation import facts, phrases
    from studyplan.rules.time_spent import LONGEST_SITTING, WHOLE_DAY

    long = False
    if minutes is None:
        watch = context.planner.timer.running()
        ran = watch.ticking.minutes if watch else 0
        if watch and LONGEST_SITTING < ran <= WHOLE_DAY:
            since = f"{context.local(watch.ticking.timer.started_at):%H:%M}"
            consent(
                f"Record all {phrases.span_text(ran)} since {since}? (`--minutes M` records less)",
                yes=yes,
                facts={"timer": facts.of_ticking(watch.ticking)},
            )
            long = True
    yield from _report(context.planner.timer.stop(minutes=minutes, long=long, done=done))


@timer.command()
@json_option
@pass_context
def status(context: Context) -> Facts:
    """Show which task is being timed, and for how long."""
    yield from _show(context.planner.timer.running(), "Timer", context)


@timer.command()
@json_option
@pass_context
def cancel(context: Context) -> Facts:
    """Cancel the timer and record nothing.

    `undo` brings it back.
    """
    yield from _show(context.planner.timer.cancel(), "Cancelled", context, written=True)


def _show(watch: Watch | None, verb: str, context: Context, *, written: bool = False) -> Facts:
    from studyplan.cli import output
    from studyplan.presentation import facts, phrases

    yield facts.of_watch(watch)
    if watch is None:
        output.say("No timer is running.")
        return
    began = context.local(watch.ticking.timer.started_at)
    ran = phrases.span_text(max(0, watch.ticking.minutes))
    title = phrases.piece_title(watch.task) if watch.task else "(removed)"
    output.say(output.clip(f"{verb}: {watch.task.ref if watch.task else watch.ticking.timer.task}  {title}"))
    output.say(f"  {ran}, since {phrases.short_day(began.date())} {began:%H:%M}")
    output.say_undo(written)


def _report(sitting: RecordedSitting) -> Facts:
    from studyplan.cli import output
    from studyplan.presentation import facts, phrases

    yield facts.of_sitting(sitting)
    task = sitting.task
    total = task.spent_minutes or 0
    in_all = f" ({phrases.span_text(total)} in total)" if total != sitting.minutes else ""
    if sitting.minutes:
        on = phrases.short_day(sitting.day)
        output.say(f"Recorded: {phrases.span_text(sitting.minutes)} on {on}{in_all}")
    else:
        for line in output.wrapped("The timer ran for less than half a minute: nothing was recorded."):
            output.say(line)
    verb = "Done" if task.status.value == "done" else "Task"
    output.say(output.clip(f"{verb}: {task.ref}  {phrases.piece_title(task)}"))
    for plan in sitting.changed.finished:
        output.say(f"That was the last open task of '{plan.name}': the plan is finished.")
    output.say_undo(sitting.changed.batch)


class ListedByDefault(click.Group):
    """A group that falls back on its first command: `log 3` means `log list 3`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ahead = _group_words(args)
        first = args[ahead] if ahead < len(args) else None
        if first is None or (first not in self.commands and first not in ctx.help_option_names):
            args = [*args[:ahead], next(iter(self.commands)), *args[ahead:]]
        return super().parse_args(ctx, args)


def _group_words(args: list[str]) -> int:
    """How many words at the front are options of the group and their values."""
    names = {name for name, *_ in GROUP_OPTIONS}
    at = 0
    while at < len(args) and args[at].partition("=")[0] in names:
        at += 1 if "=" in args[at] else 2
    return min(at, len(args))


_time_argument = click.argument("time", nargs=-1, metavar="[TIME]")


def _typed_minutes(time: tuple[str, ...], minutes: int | None) -> int | None:
    """The minutes that were given bare, as in `log add 45 1 h 20`, or by --minutes."""
    from studyplan import notation

    if time and minutes is not None:
        raise click.UsageError("the time is given twice: leave out --minutes")
    return notation.length(" ".join(time)) if time else minutes


@click.group(cls=ListedByDefault)
def log() -> None:
    """List, record and correct the time you spent. `log` alone means `log list`."""


@log.command("list")
@click.argument("words", nargs=-1, metavar="[TASK]...", type=TASK)
@plan_option
@click.option("--from", "first", type=PAST_DAY, metavar="DATE", help="Show only this day and later.")
@click.option("--until", "until", metavar="DATE", help="Show only this day and earlier.")
@json_option
@pass_context
def list_(context: Context, words: tuple[str, ...], plan: str | None, first: Any, until: str | None) -> Facts:
    """List the time spent, by day: each entry with its number, which `log edit` and `log remove` take."""
    from studyplan import notation
    from studyplan.presentation import facts

    last = None if until is None else notation.until(until, context.today, first)
    if first is not None and last is not None and first > last:
        raise UsageProblem(f"--from {first} is after --until {last}", hint="swap them")
    found = context.planner.timer.log(refs_of(words, plan), plan=plan, first=first, last=last)
    yield facts.of_log(found)
    _print_log(found)


def _print_log(found: Log) -> None:
    from itertools import groupby

    from studyplan.cli.output import bold, clip, say
    from studyplan.presentation.phrases import long_day, piece_title, span_text

    if not found.entries:
        say(
            "No time recorded yet: `studyplan timer start TASK` measures it, `studyplan done TASK --minutes M` records it."
        )
        return
    from studyplan.cli.output import note, wrapped

    digits = max(len(str(entry.task.typed)) for entry in found.entries)
    places = max(5, *(len(str(entry.stint.number)) for entry in found.entries if entry.stint))
    say(f"  {'entry':>{places}}  {'time':>7}  task")
    names = {plan.number: f"  [{plan.name}]" for plan in found.plans} if len(found.plans) > 1 else {}
    for day, on_day in groupby(found.entries, key=lambda entry: entry.day):
        entries = list(on_day)
        say(bold(f"{long_day(day)}: {span_text(sum(entry.minutes for entry in entries))}"))
        for entry in entries:
            task = entry.task
            gone = " (removed)" if task.number in found.removed else ""
            place = str(entry.stint.number if entry.stint else "-").rjust(places)
            line = f"{str(task.typed).rjust(digits)}  {piece_title(task)}{gone}{names.get(task.plan, '')}"
            say(clip(f"  {place}  {span_text(entry.minutes):>7}  {line}"))
    say(bold(f"Total: {span_text(sum(entry.minutes for entry in found.entries))}"))
    if any(entry.stint is None for entry in found.entries):
        words = "An older studyplan recorded what has no entry number: `studyplan done TASK --minutes M` corrects it."
        for part in wrapped(words):
            note(part)


@log.command("add")
@task_argument
@_time_argument
@click.option("--minutes", "-m", type=LENGTH, help="Record this many minutes.")
@click.option("--at", "on", type=PAST_DAY, metavar="DATE", help="The day you studied (default: today).")
@plan_option
@json_option
@pass_context
def add(context: Context, word: str, time: tuple[str, ...], minutes: int | None, on: Any, plan: str | None) -> Facts:
    """Record time afterwards.

    It is added to the task's minutes: `studyplan log add 45 20m`.
    """
    minutes = _typed_minutes(time, minutes)
    if minutes is None:
        raise click.UsageError("give the time, like 20m")
    yield from _report(context.planner.timer.add(_ref(word, plan), minutes, on=on))


@log.command("edit")
@click.argument("entry", metavar="ENTRY", type=ENTRY)
@_time_argument
@click.option("--minutes", "-m", type=LENGTH, help="Change how long it took.")
@click.option("--at", "on", type=PAST_DAY, metavar="DATE", help="Change the day you studied.")
@json_option
@pass_context
def edit(context: Context, entry: int, time: tuple[str, ...], minutes: int | None, on: Any) -> Facts:
    """Correct an entry of the log, by the number that `log` shows."""
    from studyplan.cli import output
    from studyplan.presentation import facts, phrases

    minutes = _typed_minutes(time, minutes)
    if minutes is None and on is None:
        raise click.UsageError("nothing to change; give --minutes or --at")
    made = context.planner.timer.edit(entry, minutes=minutes, on=on)
    yield facts.of_sitting(made)
    if made.changed.batch is None:
        output.say("Nothing to change: the entry is like that already.")
        return
    total = phrases.span_text(made.task.spent_minutes or 0)
    on_day = f"{phrases.span_text(made.minutes)} on {phrases.short_day(made.day)}"
    output.say(f"Entry {entry}: {on_day} ({total} on this task in total)")
    output.say(output.clip(f"Task: {made.task.ref}  {phrases.piece_title(made.task)}"))
    output.say_undo(made.changed.batch)


@log.command("remove")
@click.argument("entries", nargs=-1, required=True, metavar="ENTRY...", type=ENTRY)
@unasked_option
@json_option
@pass_context
def remove(context: Context, entries: tuple[int, ...]) -> Facts:
    """Take entries out of the log, by the numbers that `log` shows; their minutes no longer count."""
    from studyplan.cli import output
    from studyplan.presentation import facts, phrases

    removed = context.planner.timer.remove(*entries)
    yield facts.of_removed_entries(removed)
    tasks = {task.number: task for task in removed.changed.tasks}
    for each in removed.stints:
        task = tasks[each.task]
        what = f"Removed: entry {each.number}, {phrases.span_text(each.minutes)} on {phrases.short_day(each.date)}"
        output.say(output.clip(f"{what}: {task.ref}  {phrases.piece_title(task)}"))
    output.say_undo(removed.changed.batch)


COMMANDS = (timer, log)
