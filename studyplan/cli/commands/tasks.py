"""The day's work: what is due, what is done, tasks of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from studyplan.cli.context import Context, F, can_ask, consent, json_option, pass_context, plan_option
from studyplan.cli.params import DAY, TASK, refs_of
from studyplan.errors import Conflict
from studyplan.model import Kind, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from studyplan.notation import Ref
    from studyplan.rules.scores import Grade
    from studyplan.rules.views import Changed


def _report(changed: Changed, verb: str, already: str, *, as_json: bool) -> None:
    """What a command changed: a line for each task, the plans that it finished, the words it deserves."""
    from studyplan.cli import output
    from studyplan.presentation import facts, phrases

    if as_json:
        output.emit(facts.of_changed(changed))
        return
    for task in changed.tasks:
        output.say(output.clip(f"{verb}: {task.number}  {phrases.piece_title(task)}"))
    for task in changed.unchanged:
        output.say(output.clip(f"{already}: {task.number}  {phrases.piece_title(task)}"))
    for before, after in changed.moved:
        days = f"{phrases.short_day(before.date)} → {phrases.short_day(after.date)}"
        output.say(output.clip(f"Moved: {after.number}  {days}  {after.title}"))
    for plan in changed.finished:
        output.say(f"That was the last open task of '{plan.name}': it is finished.")
    for line in changed.notes:
        output.note(f"Note: {line}.")


@click.command()
@click.option("--minutes", "-m", type=int, help="Only so much time: what makes the best of it.")
@plan_option
@json_option
@pass_context
def today(context: Context, minutes: int | None, plan: str | None, as_json: bool) -> None:
    """What is overdue, what is due today, and how long it takes.

    With --minutes: the tasks that are ready, or pieces of them, that fit and matter most. The plan itself is left alone.
    """
    from studyplan.cli import output
    from studyplan.presentation import facts

    if minutes is not None:
        choice = context.planner.short_session.best(minutes, plan)
        if as_json:
            output.emit(facts.of_choice(choice))
        else:
            output.print_choice(choice)
        return
    agenda = context.planner.queries.today(plan)
    if as_json:
        output.emit(facts.of_agenda(agenda))
    else:
        output.print_agenda(agenda, context.local)


@click.command()
@plan_option
@json_option
@pass_context
def week(context: Context, plan: str | None, as_json: bool) -> None:
    """The coming seven days."""
    from studyplan.cli import output
    from studyplan.presentation import facts

    coming = context.planner.queries.week(plan)
    if as_json:
        output.emit(facts.of_week(coming))
    else:
        output.print_week(coming, context.local)


@click.command()
@plan_option
@click.option("--all", "everything", is_flag=True, help="Those that are over too.")
@click.option("--tag", metavar="TAG", help="Only those with this tag.")
@json_option
@pass_context
def tasks(context: Context, plan: str | None, everything: bool, tag: str | None, as_json: bool) -> None:
    """The list of tasks, day by day."""
    from studyplan.cli import output
    from studyplan.presentation import facts

    views = context.planner.queries.plan_views(plan)
    if as_json:
        if plan is not None:
            output.emit(facts.of_view(views[0]))
        else:
            output.emit({"plans": [facts.of_view(view) for view in views]})
        return
    plans = [view.plan for view in views]
    if not views:
        output.say("No plan is running.")
        return
    for view in views:
        shown = [
            task
            for task in view.tasks
            if (everything or task.status is Status.OPEN) and (tag is None or tag in task.tags)
        ]
        if len(plans) > 1:
            output.say(output.bold(view.plan.name))
        for line in output.task_lines(shown, [view.plan], dated=True, local=context.local):
            output.say(line)
        if not shown:
            output.say(f"No task is tagged '{tag}'." if tag else "No task is open; --all shows those that are over.")


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="TASK...", type=TASK)
@plan_option
@json_option
@pass_context
def show(context: Context, words: tuple[str, ...], plan: str | None, as_json: bool) -> None:
    """All that is known of a task."""
    from studyplan.cli import output
    from studyplan.cli.commands import notes
    from studyplan.presentation import facts

    found, plans, cards = context.planner.queries.show(refs_of(words, plan))
    known = context.planner.notes.known([task.number for task in found])
    if as_json:
        body = facts.of_tasks(found, plans.values())
        for each in body:
            each.update(facts.of_known(known[each["number"]]))
            if each["number"] in cards:
                each["cards"] = [facts.of_card(card) for card in cards[each["number"]]]
        output.emit({"tasks": body})
        return
    for index, task in enumerate(found):
        if index:
            output.say()
        output.print_task(task, plans[task.plan], context.local, cards.get(task.number, ()))
        notes.print_known(known[task.number], context.local)


def _record_options(command: F) -> F:
    command = click.option("--yes", "-y", is_flag=True, help="Let --minutes replace sittings that add up to more.")(
        command
    )
    command = click.option("--note", help="A word on it, added to its note.")(command)
    command = click.option("--minutes", type=int, help="Minutes it took, each.")(command)
    return click.option("--at", "at", type=DAY, metavar="DATE", help="The day it happened.")(command)


def _marking(name: str, status: Status, help: str, verb: str, already: str) -> click.Command:
    @click.command(name, help=help)
    @click.argument("words", nargs=-1, required=True, metavar="TASK...", type=TASK)
    @plan_option
    @_record_options
    @json_option
    @pass_context
    def command(
        context: Context,
        words: tuple[str, ...],
        plan: str | None,
        at: Any,
        minutes: int | None,
        note: str | None,
        yes: bool,
        as_json: bool,
    ) -> None:
        changed = _marked(context, refs_of(words, plan), status, yes=yes, on=at, minutes=minutes, note=note)
        _report(changed, verb, already, as_json=as_json)

    return command


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="TASK...", type=TASK)
@plan_option
@_record_options
@click.option("--score", "scores", multiple=True, metavar="SCORE", help="72, 36/50, or of a module: tagging=40.")
@click.option("--weak", metavar="MODULES", help="Weak modules: their reviews come first.")
@json_option
@pass_context
def done(
    context: Context,
    words: tuple[str, ...],
    plan: str | None,
    at: Any,
    minutes: int | None,
    note: str | None,
    scores: tuple[str, ...],
    weak: str | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Mark tasks done: numbers, ranges like 5-7, or keys.

    A quiz, a mock, a review and the exam take a --score. With a module below 80 percent, or named by --weak, the coming reviews
    of that module change days with others, to come first.
    """
    grade = grade_of(scores, weak) if scores or weak is not None else None
    refs = refs_of(words, plan)
    changed = _marked(context, refs, Status.DONE, yes=yes, on=at, minutes=minutes, note=note, grade=grade)
    _report(changed, "Done", "Done before", as_json=as_json)


def _marked(context: Context, refs: Sequence[Ref], status: Status, *, yes: bool, **record: Any) -> Changed:
    """The tasks marked; on a terminal after a question where the minutes would replace more that are recorded."""
    try:
        return context.planner.tasks.mark(refs, status, fewer=yes, **record)
    except Conflict as error:
        if error.code != "fewer-minutes" or not can_ask():
            raise
        consent(f"{error.message[:1].upper()}{error.message[1:]}. Replace what is recorded?", yes=False)
    return context.planner.tasks.mark(refs, status, fewer=True, **record)


def grade_of(scores: tuple[str, ...], weak: str | None) -> Grade | None:
    """What --score and --weak say together."""
    from studyplan.notation import score
    from studyplan.rules.scores import grade

    named = [word.strip() for word in (weak or "").split(",") if word.strip()]
    if weak is not None and not named:
        raise click.UsageError("--weak names no module: --weak tags,bill")
    return grade([score(text) for text in scores], named)


skip = _marking("skip", Status.SKIPPED, "Leave tasks out; what follows them may go on.", "Skipped", "Skipped before")


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="TASK...", type=TASK)
@plan_option
@click.option("--note", help="A word on it, added to its note.")
@json_option
@pass_context
def reopen(context: Context, words: tuple[str, ...], plan: str | None, note: str | None, as_json: bool) -> None:
    """Open tasks again that were done or skipped."""
    changed = context.planner.tasks.mark(refs_of(words, plan), Status.OPEN, note=note)
    _report(changed, "Open again", "Open", as_json=as_json)


@click.command()
@click.argument("title")
@click.option("--minutes", "-m", type=int, required=True, help="Minutes it takes, in steps of 5.")
@click.option("--date", "on", type=DAY, metavar="DATE", help="Its day; it then stays there.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in Kind if kind is not Kind.EXAM]),
    default="read",
    help="What it is.",
)
@plan_option
@json_option
@pass_context
def add(context: Context, title: str, minutes: int, on: Any, kind: str, plan: str | None, as_json: bool) -> None:
    """Add a task of your own to a plan."""
    changed = context.planner.tasks.add(title, minutes, on=on, word=plan, kind=Kind(kind))
    _report(changed, f"Added for {changed.tasks[0].date}", "", as_json=as_json)


@click.command()
@click.argument("word", metavar="TASK", type=TASK)
@plan_option
@click.option("--title", help="Another title.")
@click.option("--minutes", "-m", type=int, help="Another estimate, in steps of 5.")
@click.option("--note", help="A note; an empty one takes it away.")
@json_option
@pass_context
def edit(
    context: Context,
    word: str,
    plan: str | None,
    title: str | None,
    minutes: int | None,
    note: str | None,
    as_json: bool,
) -> None:
    """Change a task's title, estimate or note."""
    if title is None and minutes is None and note is None:
        raise click.UsageError("nothing to change: give --title, --minutes or --note")
    refs = refs_of((word,), plan)
    if len(refs) > 1:
        raise click.UsageError("edit takes one task at a time")
    changed = context.planner.tasks.edit(refs[0], title=title, minutes=minutes, note=note)
    _report(changed, "Changed", "As it was", as_json=as_json)


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="TASK...", type=TASK)
@plan_option
@json_option
@pass_context
def remove(context: Context, words: tuple[str, ...], plan: str | None, as_json: bool) -> None:
    """Take tasks out of a plan; `undo` brings them back."""
    _report(context.planner.tasks.remove(refs_of(words, plan)), "Removed", "", as_json=as_json)


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="TASK... DATE")
@plan_option
@json_option
@pass_context
def move(context: Context, words: tuple[str, ...], plan: str | None, as_json: bool) -> None:
    """Put tasks on a day by hand; they stay there when the plan is mended."""
    if len(words) < 2:
        raise click.UsageError("move takes tasks and a date: studyplan move 3 tomorrow")
    spoken = 2 if words[-2].lower() == "next" and len(words) > 2 else 1
    to = DAY.convert(" ".join(words[-spoken:]), None, click.get_current_context())
    _report(
        context.planner.tasks.move(refs_of(words[:-spoken], plan), to),
        f"Moved to {to}",
        "There already",
        as_json=as_json,
    )


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="TASK...", type=TASK)
@plan_option
@json_option
@pass_context
def pin(context: Context, words: tuple[str, ...], plan: str | None, as_json: bool) -> None:
    """Keep tasks on their day when the plan is mended."""
    _report(context.planner.tasks.pin(refs_of(words, plan)), "Pinned", "Pinned before", as_json=as_json)


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="TASK...", type=TASK)
@plan_option
@json_option
@pass_context
def unpin(context: Context, words: tuple[str, ...], plan: str | None, as_json: bool) -> None:
    """Let tasks move again when the plan is mended."""
    _report(context.planner.tasks.unpin(refs_of(words, plan)), "Unpinned", "Not pinned", as_json=as_json)


COMMANDS = (today, week, tasks, show, done, skip, reopen, add, edit, remove, move, pin, unpin)
