"""The day's work: see what is due, mark tasks, change them, add your own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from studyplan.cli.context import Context, F, Facts, json_option, pass_context, plan_option
from studyplan.cli.params import (
    DAY,
    KIND,
    LENGTH,
    MODULE,
    PAST_DAY,
    TAG,
    TASK,
    refs_of,
    tasks_argument,
)
from studyplan.cli.terminal import can_ask, consent
from studyplan.errors import Conflict
from studyplan.model import PlanState, Status
from studyplan.rules.habits import HabitReach
from studyplan.text import count

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from studyplan.model import Card, Plan, Task
    from studyplan.notation import Ref
    from studyplan.planner.short_session import ShortSession
    from studyplan.presentation.phrases import Local
    from studyplan.rules.scores import ScoreReport
    from studyplan.rules.views import Agenda, Changed, PlanView, WeekView


def _facts() -> Any:
    """What makes JSON: loaded where JSON is asked for, since `today` and `done` are run all day long."""
    from studyplan.presentation import facts

    return facts


def report_changed(changed: Changed, verb: str, already: str) -> Facts:
    """Print what a command changed: a line for each task, the plans it finished, and notes."""
    from studyplan.cli import output
    from studyplan.presentation import phrases

    yield lambda: _facts().of_changed(changed)
    for task in changed.tasks:
        line = output.clip(f"{verb}: {phrases.marked_task(task)}")
        output.say(output.finished(line) if verb == "Done" else line)
    for task in changed.unchanged:
        output.say(output.clip(f"{already}: {phrases.marked_task(task)}"))
    for before, after in changed.moved:
        days = f"{phrases.short_day(before.date)} → {phrases.short_day(after.date)}"
        output.say(output.clip(f"Moved: {after.number}  {days}  {after.title}"))
    for plan in changed.finished:
        output.say(f"That was the last open task of '{plan.name}': the plan is finished.")
    for line in changed.notes:
        output.note(f"Note: {line}.")
    output.say_undo(changed.batch)


@click.command()
@click.option("--minutes", "-m", type=LENGTH, help="Pick the best tasks for this many minutes.")
@plan_option
@json_option
@pass_context
def today(context: Context, minutes: int | None, plan: str | None) -> Facts:
    """See what is overdue, what is due today, and how long it takes.

    With --minutes: the tasks, or parts of them, that are ready, fit and matter most. The plan itself does not change.
    """
    if minutes is not None:
        choice = context.planner.short_session.best(minutes, plan)
        yield lambda: _facts().of_choice(choice)
        _print_choice(choice)
        return
    agenda = context.planner.queries.today(plan)
    yield lambda: _facts().of_agenda(agenda)
    _print_agenda(agenda, context.local)


@click.command()
@plan_option
@json_option
@pass_context
def week(context: Context, plan: str | None) -> Facts:
    """See the next seven days."""
    from studyplan.presentation import facts

    coming = context.planner.queries.week(plan)
    yield facts.of_week(coming)
    _print_week(coming, context.local)


@click.command()
@plan_option
@click.option("--all", "everything", is_flag=True, help="Include tasks that are done or skipped.")
@click.option("--module", "modules", multiple=True, type=MODULE, metavar="MODULE", help="Only this module's tasks.")
@click.option("--kind", "kinds", multiple=True, type=KIND, metavar="KIND", help="Only this kind: read, mock, …")
@click.option("--from", "first", type=DAY, metavar="DATE", help="Only tasks of this day and later.")
@click.option("--until", "last", type=DAY, metavar="DATE", help="Only tasks of this day and earlier.")
@click.option("--search", "words", metavar="TEXT", default="", help="Only tasks that mention all these words.")
@click.option("--overdue", is_flag=True, help="Only overdue tasks.")
@click.option("--tag", type=TAG, metavar="TAG", help="Only tasks with this tag.")
@click.option(
    "--sort",
    type=click.Choice(["day", "number", "title", "minutes", "module", "kind"]),
    default="day",
    metavar="KEY",
    help="Sort by day, number, title, minutes (longest first), module or kind.",
)
@json_option
@pass_context
def tasks(context: Context, /, plan: str | None, everything: bool, **wanted: Any) -> Facts:
    """List the tasks, day by day: all that are open, or those that you look for.

    Options add up: `tasks --kind mock --until +30d`. --module and --kind can be repeated. With --json, finished tasks are
    always included.
    """
    from studyplan.presentation import facts

    views = context.planner.queries.search(plan, **wanted)
    if plan is not None:
        yield facts.of_view(views[0])
    else:
        yield {"plans": [facts.of_view(view) for view in views]}
    _print_tasks(context, views, everything, wanted)


def _print_tasks(context: Context, views: Sequence[PlanView], everything: bool, wanted: Mapping[str, Any]) -> None:
    from studyplan.cli import output

    if not views:
        output.say("No plan is running.")
    is_narrow = any(value for name, value in wanted.items() if name != "sort")
    # A habit has a task on each day: they are listed where somebody looks for some, else it stands in a line of its own.
    shown = [
        [
            task
            for task in view.tasks
            if (everything or (task.status is Status.OPEN and not task.missed)) and (task.habit is None or is_narrow)
        ]
        for view in views
    ]
    for view, listed in zip(views, shown, strict=True):
        if is_narrow and not listed:
            continue
        if len(views) > 1:
            output.say(output.bold(output.clip(view.plan.name)))
        by_day = wanted["sort"] == "day"
        for line in output.task_lines(
            listed, [view.plan], dated=by_day, in_line=not by_day, local=context.local, today=context.today
        ):
            output.say(line)
        if not view.tasks and not is_narrow:
            output.say('There is no task yet: `studyplan add "Read chapter 1" 45m` adds one.')
        elif not listed and not is_narrow:
            output.say("No task is open; --all shows the finished ones.")
        if view.habits and not is_narrow:
            output.say(output.bold("  Habits"))
            output.print_habits(view.habits)
    if views and is_narrow and not any(shown):
        over = sum(len(view.tasks) for view in views)
        output.say(f"No open task matches; --all shows {count(over, 'finished task')}." if over else "No task matches.")


@click.command()
@tasks_argument
@plan_option
@json_option
@pass_context
def show(context: Context, words: tuple[str, ...], plan: str | None) -> Facts:
    """Show everything about a task."""
    from studyplan.cli import output
    from studyplan.cli.commands import notes
    from studyplan.presentation import facts
    from studyplan.rules import lookup

    refs = refs_of(words, plan)
    found, plans, cards, titles = context.planner.queries.show(refs)
    absent = lookup.absent(refs, found, plans.values())
    known = context.planner.notes.known([task.number for task in found])
    yield facts.of_shown(found, plans, cards, known, absent)
    for line in absent:
        output.note(f"Note: {line}.")
    for index, task in enumerate(found):
        if index:
            output.say()
        _print_task(task, plans[task.plan], context.local, titles[task.plan], cards.get(task.number, ()))
        notes.print_known(known[task.number], context.local, titles[task.plan])


def reach_options(command: F) -> F:
    """How much of a habit is meant: --this, --following or --all."""
    command = click.option(
        "--all", "reach", flag_value=HabitReach.ALL, type=HabitReach, help="Mean all days of a habit."
    )(command)
    following = "Mean the days of a habit from this one on (the default)."
    command = click.option("--following", "reach", flag_value=HabitReach.FOLLOWING, type=HabitReach, help=following)(
        command
    )
    return click.option(
        "--this", "reach", flag_value=HabitReach.THIS, type=HabitReach, help="Mean one day of a habit."
    )(command)


def _yes_option(command: F) -> F:
    return click.option("--yes", "-y", is_flag=True, help="Do it without asking.")(command)


def _record_options(command: F) -> F:
    command = _yes_option(command)
    command = click.option("--note", help="Add this to the task's note.")(command)
    command = click.option("--minutes", "-m", type=LENGTH, help="Record this many minutes for each task.")(command)
    return click.option("--at", "at", type=PAST_DAY, metavar="DATE", help="The day you did it (default: today).")(
        command
    )


def _marking(name: str, status: Status, help: str, verb: str, already: str) -> click.Command:
    @click.command(name, help=help)
    @tasks_argument
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
    ) -> Facts:
        changed = _marked(context, refs_of(words, plan), status, yes=yes, on=at, minutes=minutes, note=note)
        yield from report_changed(changed, verb, already)

    return command


@click.command()
@tasks_argument
@plan_option
@_record_options
@click.option(
    "--score", "scores", multiple=True, metavar="SCORE", help="Record a score: 72 or 36/50; for one module: tagging=40."
)
@click.option("--weak", metavar="MODULES", help="Name weak modules, whose reviews then come first.")
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
) -> Facts:
    """Mark tasks done: numbers, ranges like 5-7, or keys.

    A quiz, a mock exam, a review and the exam take a --score. If a module scores below 80 percent, or is named by --weak, its
    next reviews swap days with others so that they come first.
    """
    grade = grade_of(scores, weak) if scores or weak is not None else None
    refs = refs_of(words, plan)
    changed = _marked(context, refs, Status.DONE, yes=yes, on=at, minutes=minutes, note=note, grade=grade)
    yield from report_changed(changed, "Done", "Already done")


def _marked(context: Context, refs: Sequence[Ref], status: Status, *, yes: bool, **record: Any) -> Changed:
    return _agreed(lambda **sure: context.planner.tasks.mark(refs, status, **sure, **record), sure=yes, fewer=yes)


#: What asks before it is done: the argument that says yes to it, and the question.
_QUESTIONS = {
    "fewer-minutes": ("fewer", "Replace it?"),
    "wide-range": ("sure", "Go on?"),
    "early-day": ("sure", "Record it there?"),
}


def _agreed(change: Callable[..., Changed], **sure: bool) -> Changed:
    """Make a change; where it could be a slip, ask first on a terminal. Without one, what an undo takes back is done, and a note
    tells of it; where recorded minutes would be lost it raises Conflict. ``sure``: what needs no question."""
    from studyplan.cli import output

    while True:
        try:
            return change(**sure)
        except Conflict as error:
            flag, question = _QUESTIONS.get(error.code, ("", ""))
            if sure.get(flag, True) or not (can_ask() or flag == "sure"):
                raise
            said = f"{error.message[:1].upper()}{error.message[1:]}."
            if can_ask():
                consent(f"{said} {question}", yes=False)
            else:
                output.note(f"Note: {said}")
            sure[flag] = True


def grade_of(scores: tuple[str, ...], weak: str | None) -> ScoreReport | None:
    """Combine --score and --weak."""
    from studyplan.notation import score
    from studyplan.rules.scores import grade

    named = [word.strip() for word in (weak or "").split(",") if word.strip()]
    if weak is not None and not named:
        raise click.UsageError("--weak names no module; write it like --weak tags,bill")
    return grade([score(text) for text in scores], named)


skip = _marking(
    "skip", Status.SKIPPED, "Skip tasks; the tasks that wait for them can go on.", "Skipped", "Already skipped"
)


@click.command()
@tasks_argument
@plan_option
@click.option("--note", help="Add this to the task's note.")
@_yes_option
@json_option
@pass_context
def reopen(context: Context, words: tuple[str, ...], plan: str | None, note: str | None, yes: bool) -> Facts:
    """Reopen tasks that were done or skipped."""
    changed = _agreed(
        lambda **sure: context.planner.tasks.mark(refs_of(words, plan), Status.OPEN, note=note, **sure), sure=yes
    )
    yield from report_changed(changed, "Reopened", "Already open")


@click.command()
@tasks_argument
@plan_option
@reach_options
@_yes_option
@json_option
@pass_context
def remove(context: Context, words: tuple[str, ...], plan: str | None, reach: HabitReach | None, yes: bool) -> Facts:
    """Remove tasks from a plan; `undo` brings them back.

    A habit ends today, or on the day named, as in 81@fri; what was done of it stays. --this takes out only that day,
    --all every day.
    """
    refs = refs_of(words, plan)
    habits = context.planner.habits.find(refs)
    if reach is not None and None in habits:
        raise click.UsageError("--this, --following and --all belong to a habit")
    if any(habits):
        from studyplan.cli.habit_report import report_habit

        if len(refs) > 1:
            raise click.UsageError("remove takes one habit at a time, and no tasks beside it")
        gone = context.planner.habits.remove(refs[0], reach=reach or HabitReach.FOLLOWING)
        yield from report_habit(gone, "Removed", context.today, alone=reach is HabitReach.THIS)
        return
    gone_tasks = _agreed(lambda **sure: context.planner.tasks.remove(*refs, **sure), sure=yes)
    yield from report_changed(gone_tasks, "Removed", "")


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="TASK... DATE", type=TASK)
@plan_option
@_yes_option
@json_option
@pass_context
def move(context: Context, words: tuple[str, ...], plan: str | None, yes: bool) -> Facts:
    """Move tasks to a day; `replan` then leaves them there."""
    if len(words) < 2:
        raise click.UsageError("move needs tasks and a date, like `studyplan move 3 tomorrow`")
    spoken = 2 if words[-2].lower() == "next" and len(words) > 2 else 1
    spoken = 3 if len(words) > 3 and words[-3].lower() == "in" else spoken
    to = DAY.convert(" ".join(words[-spoken:]), None, click.get_current_context())
    refs = refs_of(words[:-spoken], plan)
    moved = _agreed(lambda **sure: context.planner.tasks.move(*refs, to=to, **sure), sure=yes)
    yield from report_changed(moved, f"Moved to {to}", "Already there")


@click.command()
@tasks_argument
@plan_option
@json_option
@pass_context
def pin(context: Context, words: tuple[str, ...], plan: str | None) -> Facts:
    """Pin tasks to their day, so that `replan` leaves them there."""
    yield from report_changed(context.planner.tasks.pin(refs_of(words, plan)), "Pinned", "Already pinned")


@click.command()
@tasks_argument
@plan_option
@json_option
@pass_context
def unpin(context: Context, words: tuple[str, ...], plan: str | None) -> Facts:
    """Unpin tasks, so that `replan` can move them."""
    yield from report_changed(context.planner.tasks.unpin(refs_of(words, plan)), "Unpinned", "Not pinned")


def _print_agenda(agenda: Agenda, local: Local) -> None:
    from studyplan.cli import output
    from studyplan.presentation import phrases

    if not agenda.plans:
        output.say(
            "No plan is running. `studyplan templates` lists the templates, `studyplan start TEMPLATE` starts one."
        )
        return
    if agenda.overdue:
        minutes = sum(task.minutes for task in agenda.overdue)
        heading = f"Overdue: {count(len(agenda.overdue), 'task')}, {phrases.span_text(minutes)}"
        output.say(output.late(heading, bold=True))
        for line in output.task_lines(agenda.overdue, agenda.plans, dated=True, local=local, today=agenda.day):
            output.say(line)
        output.say()
    output.print_no_room(agenda.no_room, agenda.plans, local)
    minutes = sum(task.minutes for task in agenda.due)
    amount = f"{count(len(agenda.due), 'task')}, {phrases.span_text(minutes)}" if agenda.due else "nothing due"
    output.say(output.bold(f"{phrases.long_day(agenda.day)}: {amount}"))
    for line in output.task_lines(agenda.due, agenda.plans, local=local):
        output.say(line)
    _print_countdowns(agenda)
    if agenda.done:
        output.say()
        output.say(
            output.bold(
                f"Done today: {count(len(agenda.done), 'task')}, {phrases.span_text(sum(t.minutes for t in agenda.done))}"
            )
        )
        for line in output.task_lines(agenda.done, agenda.plans, local=local):
            output.say(line)
    if agenda.ahead and not agenda.due:
        output.say(f"Next: {phrases.long_day(agenda.ahead)}")
    if agenda.ticking:
        ran = phrases.span_text(max(0, agenda.ticking.minutes))
        on = agenda.ticking.ref or agenda.ticking.timer.task
        output.say(f"The timer is running on task {on}: {ran}. `studyplan timer stop` stops it.")
    if agenda.is_empty:
        output.say('There is no task yet: `studyplan add "Read chapter 1" 45m` adds one.')
    elif agenda.plans and all(plan.state is not PlanState.ACTIVE for plan in agenda.plans):
        for plan in agenda.plans:
            output.say(f"'{plan.name}' {'is finished' if plan.state is PlanState.FINISHED else 'was dropped'}.")
    elif not agenda.due and not agenda.overdue and not agenda.ahead and not agenda.no_room:
        output.say("Everything is done.")
    elif agenda.overdue:
        output.say("`studyplan done N` marks a task done, `studyplan replan` finds new days for overdue tasks.")


def _print_countdowns(agenda: Agenda) -> None:
    """How far off the exam of each running plan is."""
    from studyplan.cli import output
    from studyplan.presentation import phrases

    running = [plan for plan in agenda.plans if plan.state is PlanState.ACTIVE]
    away = {plan.name: words for plan in running if (words := phrases.countdown(plan, agenda.day))}
    if len(running) == 1:
        for words in away.values():
            output.say(f"{words[0].upper()}{words[1:]}.")
    elif away:
        for line in output.wrapped("; ".join(f"{name}: {words}" for name, words in away.items())):
            output.say(line)


def _print_choice(choice: ShortSession) -> None:
    from studyplan.cli import output
    from studyplan.presentation import phrases

    if not choice.plans:
        output.say("No plan is running.")
        return
    if not choice.picks:
        least = f" The shortest one takes {phrases.span_text(choice.shortest)}." if choice.shortest else ""
        output.say(f"No task that is ready fits in {phrases.span_text(choice.minutes)}.{least}")
        return
    used = sum(minutes for _, minutes, _ in choice.picks)
    output.say(
        output.bold(
            f"In {phrases.span_text(choice.minutes)}: {count(len(choice.picks), 'task')}, {phrases.span_text(used)}"
        )
    )
    digits = max(len(str(task.number)) for task, *_ in choice.picks)
    names = {plan.number: f"  [{plan.name}]" for plan in choice.plans} if len(choice.plans) > 1 else {}
    for task, minutes, left in choice.picks:
        part = f" (of {phrases.span_text(left)})" if minutes < left else ""
        number = str(task.number).rjust(digits)
        output.say(
            output.clip(
                f"    {number}  {phrases.span_text(minutes):>7}{part}  {phrases.piece_title(task)}{names.get(task.plan, '')}"
            )
        )


def _print_week(week: WeekView, local: Local) -> None:
    from studyplan.cli import output
    from studyplan.presentation import phrases

    if not week.plans:
        output.say("No plan is running.")
        return
    if week.overdue:
        minutes = sum(task.minutes for task in week.overdue)
        heading = f"Overdue: {count(len(week.overdue), 'task')}, {phrases.span_text(minutes)}"
        output.say(output.late(f"{heading} (see `studyplan today`)", bold=True))
    if week.no_room:
        minutes = sum(task.minutes for task in week.no_room)
        output.say(output.bold(f"No room: {count(len(week.no_room), 'task')}, {phrases.span_text(minutes)}"))
    for day, tasks in week.days:
        left = sum(task.minutes for task in tasks if task.status is Status.OPEN)
        work = phrases.span_text(left) if left else "nothing" if not tasks else "all done"
        heading = f"{phrases.short_day(day)}: {work}"
        output.say(output.bold(heading) if day == week.day else heading)
        for line in output.task_lines(tasks, week.plans, local=local):
            output.say(line)


def _has_questions(task: Task) -> bool:
    """Whether it is an open test that says how many questions of the bank it asks."""
    return task.questions is not None and task.status.value == "open"


def _print_task(task: Task, plan: Plan, local: Local, titles: Mapping[str, str], cards: Sequence[Card] = ()) -> None:
    """Print what is known of a task. ``titles``: those of the plan's tasks, by task id."""
    from studyplan.cli import output
    from studyplan.presentation import phrases

    output.say(output.bold(f"{task.typed}  {phrases.piece_title(task)}"))
    state = (
        "missed" if task.missed else {Status.OPEN: "open", Status.DONE: "done", Status.SKIPPED: "skipped"}[task.status]
    )
    if task.done_at:
        state += f" on {local(task.done_at):%Y-%m-%d at %H:%M}"
    rows = [
        ("plan", plan.name),
        ("key", task.key),
        ("kind", f"{task.kind_word}, {task.tier.value}" + (", optional" if task.optional else "")),
        ("module", task.module),
        (
            "day",
            phrases.long_day(task.date)
            + (f"{phrases.hour_text(task, local)} (pinned)" if task.pinned else phrases.exam_hour(task, local)),
        ),
        ("habit", next((phrases.habit_days(each) for each in plan.habits if each.number == task.habit), "")),
        ("minutes", str(task.minutes) + (f", {task.spent_minutes} spent" if task.spent_minutes is not None else "")),
        ("state", state),
        ("score", phrases.score_text(task)),
        ("needs", "" if task.access.value == "none" else task.access.value),
        ("after", ", ".join(f"'{titles.get(id, id)}'" for id in task.after)),
        ("fixed to", str(task.anchor) if task.anchor else ""),
        ("begin", f"studyplan {task.kind.value} {task.number}" if _has_questions(task) else ""),
        ("why here", phrases.reason_text(task.reason, titles) if task.reason else ""),
        ("tags", ", ".join(task.tags)),
    ]
    for name, value in rows:
        if value:
            output.say_labelled(name, value, 9)
    for head, text in (("You", task.objective), ("To show", task.evidence), ("Note", task.note or "")):
        if text:
            for line in output.wrapped(f"{head} {text}" if head == "You" else f"{head}: {text}", "  "):
                output.say(line)
    for head, places in (("Link", task.links), ("File", task.files)):
        for place in places:
            output.say(f"  {head}: {place}")
    for resource in task.resources:
        detail = f" ({resource.minutes} min)" if resource.minutes else ""
        output.say(f"  - {resource.title}{detail}{'' if resource.free else ', not free'}")
        output.say(f"    {resource.url}")
    if cards:
        _print_cards(task, cards)


def _print_cards(task: Task, cards: Sequence[Card]) -> None:
    """Print the questions first, then the answers."""
    from studyplan.cli import output

    for line in output.wrapped(
        f"Answer before you read on, or let `studyplan review --task {task.number}` ask you:", "  "
    ):
        output.say(line)
    for number, card in enumerate(cards, start=1):
        for line in output.wrapped(f"{number}. {card.question}", "  "):
            output.say(line)
    for number, card in enumerate(cards, start=1):
        for line in output.wrapped(f"Answer {number}: {card.answer}", "  "):
            output.say(line)


COMMANDS = (today, week, tasks, show, done, skip, reopen, remove, move, pin, unpin)
