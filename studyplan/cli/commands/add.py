"""Tasks of one's own: add them, one or many, and change any task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from studyplan.cli.commands.tasks import reach_options, report_changed
from studyplan.cli.context import Context, Facts, json_option, pass_context, plan_option
from studyplan.cli.params import DAY, FILE, KIND, LENGTH, MODULE, TASK, refs_of, task_argument
from studyplan.rules.habits import HabitReach
from studyplan.text import count

if TYPE_CHECKING:
    from pathlib import Path

    from studyplan.planner.task_lists import ListDefaults

#: Tasks of a list that are shown once they are added.
_MOST_ADDED = 12


@click.command()
@click.argument("words", nargs=-1, metavar="TITLE [DAY] [LENGTH]")
@click.option(
    "--from", "file", type=FILE, metavar="FILE", help="Add a list: a task in each line, or CSV; - is standard input."
)
@click.option("--minutes", "-m", type=LENGTH, help="It takes this long: 45, 1h10 or 1:10 (default: 30).")
@click.option("--date", "on", type=DAY, metavar="DATE", help="Pin it to this day; a habit begins on it.")
@click.option("--every", metavar="DAYS", help="Make it a habit on these weekdays, like mon-fri or daily.")
@click.option("--until", type=DAY, metavar="DATE", help="End the habit on this day.")
@click.option(
    "--kind",
    metavar="KIND",
    type=KIND,
    help="Say what kind of task it is: read (default), watch, quiz, a word of yours.",
)
@click.option("--module", type=MODULE, metavar="MODULE", help="Put it in this module.")
@plan_option
@json_option
@pass_context
def add(
    context: Context,
    words: tuple[str, ...],
    minutes: int | None,
    on: Any,
    every: str | None,
    until: Any,
    kind: str | None,
    module: str | None,
    plan: str | None,
    file: Path | None,
) -> Facts:
    """Add a task of your own to a plan, or a habit.

    The title may end with a day and a length: "Essay tomorrow 1h". To keep such words in the title, give --date or --minutes, or
    write the title in quotes of its own: '"The day after tomorrow" 2h'. A task without a day is due today, and `replan` may move it.

    With --every it is a habit: the number it gets means its task of the day, whichever day it is.

    With --from many are added at once, and one `undo` takes them back: a task in each line, written like a title; or a CSV file
    with the headings title and, if you like, minutes or hours, date, module, kind and after. A task without a day is laid out
    between today and the end, in the order of the list. --minutes, --date, --kind and --module fill in what a line leaves open.
    """
    from studyplan.cli import output
    from studyplan.presentation import facts, phrases

    if file is not None:
        if words or every is not None:
            raise click.UsageError("--from takes its tasks from the file: leave out the title and --every")
        from studyplan.planner.task_lists import ListDefaults

        yield from _add_list(context, file, plan, ListDefaults(minutes, on, kind, module))
        return
    if not words:
        raise click.UsageError('name the task, like `studyplan add "Essay tomorrow 1h"`, or a file with --from')
    if every is not None:
        from studyplan.cli.habit_report import report_habit

        made = context.planner.habits.add_spoken(
            *words, every=every, minutes=minutes, on=on, until=until, plan=plan, kind=kind, module=module
        )
        yield from report_habit(made, "Added", context.today)
        return
    if until is not None:
        raise click.UsageError("--until belongs to a habit; add --every DAYS")
    changed = context.planner.tasks.add_spoken(*words, minutes=minutes, on=on, plan=plan, kind=kind, module=module)
    yield facts.of_changed(changed)
    (task,) = changed.tasks
    tail = f" · {phrases.short_day(task.date)} · {phrases.span_text(task.minutes)}"
    output.say(output.clip(f"Added {task.number} {task.title}", tail=tail))
    for line in changed.notes:
        output.note(f"Note: {line}.")
    output.say_undo(changed.batch)


def _add_list(context: Context, file: Path, plan: str | None, defaults: ListDefaults) -> Facts:
    from studyplan.cli import output
    from studyplan.cli.terminal import named_or_piped
    from studyplan.presentation import facts, phrases
    from studyplan.template.source import LARGEST

    changed = context.planner.task_lists.add(named_or_piped(file, LARGEST), plan, defaults=defaults)
    yield facts.of_changed(changed)
    in_turn = sorted(changed.tasks, key=lambda task: (task.date, task.position))
    for line in output.task_lines(in_turn[:_MOST_ADDED], changed.plans, dated=True, local=context.local):
        output.say(line)
    if len(changed.tasks) > _MOST_ADDED:
        output.say(f"and {len(changed.tasks) - _MOST_ADDED} more; `studyplan tasks` lists them.")
    days = [task.date for task in in_turn]
    minutes = phrases.span_text(sum(task.minutes for task in changed.tasks))
    number = count(len({task.task for task in changed.tasks}), "task")
    span = (
        f"from {phrases.short_day(days[0])} to {phrases.short_day(days[-1])}"
        if days[0] < days[-1]
        else f"for {phrases.short_day(days[0])}"
    )
    output.say(f"Added {number}, {minutes}, {span}.")
    for line in changed.notes:
        output.note(f"Note: {line}.")
    output.say_undo(changed.batch)


@click.command()
@task_argument
@plan_option
@click.option("--title", help="Change the title.")
@click.option("--minutes", "-m", type=LENGTH, help="Change the estimate: 45, 1h10 or 1:10.")
@click.option("--note", help="Replace the note; an empty one removes it.")
@click.option("--date", "on", type=DAY, metavar="DATE", help="Put it on this day, where it stays.")
@click.option("--kind", type=KIND, metavar="KIND", help="Change its kind: read, watch, quiz, a word of yours.")
@click.option("--module", type=MODULE, metavar="MODULE", help="Put it in this module.")
@click.option(
    "--order",
    type=TASK,
    metavar="TASK",
    help="Put it right ahead of this task in the order of study; first and last work too.",
)
@click.option(
    "--after",
    type=TASK,
    multiple=True,
    metavar="TASK",
    help="Let it come after these tasks, and no others; none for none.",
)
@click.option("--every", metavar="DAYS", help="Put a habit on other weekdays.")
@click.option("--until", type=DAY, metavar="DATE", help="End a habit on this day.")
@reach_options
@json_option
@pass_context
def edit(
    context: Context,
    word: str,
    plan: str | None,
    title: str | None,
    minutes: int | None,
    note: str | None,
    every: str | None,
    until: Any,
    reach: HabitReach | None,
    on: Any,
    kind: str | None,
    module: str | None,
    order: str | None,
    after: tuple[str, ...],
) -> Facts:
    """Change a task: its title, estimate, day, kind, module, note, and its place in the order of study.

    A habit changes from today on, or from the day named, as in 81@fri. --this changes only that day, --all every day.
    """
    others = (on, kind, module, order, after or None)
    if all(value is None for value in (title, minutes, note, every, until, *others)):
        raise click.UsageError(
            "nothing to change; give --title, --minutes, --date, --kind, --module, --order, --after or --note"
        )
    refs = refs_of((word,), plan)
    if len(refs) > 1:
        raise click.UsageError("edit takes only one task at a time")
    (habit,) = context.planner.habits.find(refs)
    if habit is None and (every is not None or until is not None or reach is not None):
        raise click.UsageError("--every, --until, --this, --following and --all belong to a habit")
    if habit is not None and any(value is not None for value in others):
        raise click.UsageError("--date, --kind, --module, --order and --after belong to a task, not to a habit")
    if habit is not None and note is None:
        from studyplan.cli.habit_report import report_habit

        changed = context.planner.habits.edit(
            refs[0], title=title, minutes=minutes, every=every, until=until, reach=reach or HabitReach.FOLLOWING
        )
        verb = "Changed" if changed.batch else "Unchanged"
        yield from report_habit(changed, verb, context.today, alone=reach is HabitReach.THIS)
        return
    if habit is not None and any(value is not None for value in (title, minutes, every, until, reach)):
        raise click.UsageError("a habit's note is that of one day; give --note alone")
    changed = context.planner.tasks.edit(
        refs[0],
        title=title,
        minutes=minutes,
        note=note,
        on=on,
        kind=kind,
        module=module,
        order=None if order is None else order if order in ("first", "last") else refs_of((order,), plan),
        after=None if not after else () if after == ("none",) else refs_of(after, plan),
    )
    yield from report_changed(changed, "Changed", "Unchanged")


COMMANDS = (add, edit)
