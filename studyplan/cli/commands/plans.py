"""Plans: start, list, rename and drop them."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from studyplan.cli.context import Context, F, Facts, json_option, pass_context, plan_option, unasked_option
from studyplan.cli.params import DAY, DAYS, EXAM, FILE, PATH, PLAN, TEMPLATE, TEMPLATE_TASK, WINDOW, one_plan
from studyplan.cli.terminal import can_ask
from studyplan.errors import DoesNotFit
from studyplan.model import Kind, PlanState
from studyplan.text import count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, time

    from studyplan.rules.drafts import Draft, StartRequest


def wish_options(command: F) -> F:
    """Add the options of `start`, in the order in which help shows them."""
    options = (
        click.argument("template", type=TEMPLATE),
        click.option("--date", "start", type=DAY, metavar="DATE", help="Start on this day (default: today)."),
        click.option("--days", type=int, help="Last this many days, including the exam day."),
        click.option(
            "--exam", type=EXAM, metavar="DATE", help="Sit the exam on this day; with its hour: 2026-12-30T10:00."
        ),
        click.option("--window", type=WINDOW, metavar="WINDOW", help="Use this window of the template."),
        click.option("--weekdays", metavar="DAYS", help="Study on these days: mon-fri, or mon,wed,sat."),
        click.option("--minutes", metavar="WEEK", help="Study at most this long a day: 60, or mon-fri=60,sat=120."),
        click.option("--hours", metavar="WEEK", help="Raise your hours over all plans as well."),
        click.option("--off", type=DAYS, multiple=True, metavar="DATE", help="Take a day off, or a range D..D."),
        click.option("--holidays", metavar="REGION", help="Take public holidays off: DE, or DE-BE."),
        click.option(
            "--busy", type=FILE, metavar="FILE.ics", help="Plan around the times in your calendar: a file or a folder."
        ),
        click.option(
            "--path", "paths", type=PATH, multiple=True, metavar="PATH", help="Add an elective path, such as devops."
        ),
        click.option(
            "--leave-out", "leave_out", type=TEMPLATE_TASK, multiple=True, metavar="TASK", help="Leave a task out."
        ),
        click.option("--retake", type=PLAN, metavar="PLAN", help="Retake: shorten what that plan showed you know."),
        click.option("--name", metavar="NAME", help="Give the plan a name (default: the template's id)."),
        click.option("--take", type=int, metavar="N", help="If not everything fits, take way out N of those listed."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def wish_of(values: dict[str, Any]) -> StartRequest:
    from studyplan.notation import week
    from studyplan.rules.drafts import StartRequest

    exam, hour = values["exam"] or (None, None)
    return StartRequest(
        template=values["template"],
        start=values["start"],
        days=values["days"],
        exam=exam,
        exam_hour=hour,
        window=values["window"],
        week=week(values["minutes"], values["weekdays"]),
        hours=week(values["hours"], None),
        off=tuple(values["off"]),
        holidays=values["holidays"],
        busy=values["busy"],
        paths=tuple(dict.fromkeys(values["paths"])),
        leave_out=tuple(dict.fromkeys(values["leave_out"])),
        name=values["name"],
        retake=values["retake"],
    )


@click.command()
@wish_options
@click.option("--dry-run", is_flag=True, help="Show the plan, and write nothing.")
@json_option
@pass_context
def start(context: Context, /, dry_run: bool, as_json: bool, **values: Any) -> None:
    """Start a plan from a template."""
    show_start(context, values, write=not dry_run, as_json=as_json)


def show_start(context: Context, values: dict[str, Any], *, write: bool, as_json: bool) -> None:
    from studyplan.cli import output
    from studyplan.presentation import facts

    wish = wish_of(values)
    plans = context.planner.plans
    try:
        draft = plans.start(wish, take=values["take"]) if write else plans.preview(wish, take=values["take"])
    except DoesNotFit as refusal:
        if as_json or not write:
            raise
        draft = plans.start(_way_chosen(refusal))
    if as_json:
        output.emit(facts.of_draft(draft))
    else:
        with nullcontext() if draft.written else output.paged():
            print_draft(draft, context.today, wish.exam_hour)


def _way_chosen(refusal: DoesNotFit) -> StartRequest:
    """The request that somebody at the terminal makes instead. Raises the refusal where nobody can be asked."""
    from studyplan.cli import output

    if not refusal.takes or not can_ask():
        raise refusal
    output.print_error(refusal, as_json=False, is_asked=True)
    number = output.choose_way_out(len(refusal.takes), "start nothing")
    if number is None:
        output.note("Nothing was started.")
        click.get_current_context().exit(refusal.exit_code)
    request: StartRequest = refusal.takes[number - 1]
    return request


def print_draft(draft: Draft, today: date, exam_hour: time | None = None) -> None:
    from studyplan.cli.output import bold, clip, note, say, say_labelled, say_undo, wrapped
    from studyplan.presentation.sentences import brief_notes, draft_figures

    plan, tasks = draft.plan, [task for task in draft.tasks if task.habit is None]
    if not draft.written:
        say("Dry run: nothing is written.")
    if draft.new_learner and draft.written:
        note(f"Added learner '{draft.new_learner}'.")
    if all(task.kind is Kind.EXAM for task in tasks):
        _print_empty(draft, exam_hour)
        return
    say(bold(clip(f"{plan.name}: {plan.title}, edition {plan.edition}")))
    for label, text in draft_figures(draft, today, exam_hour):
        say_labelled(label, text, 8)
    brief = brief_notes(draft.notes, tasks, "--dry-run names them" if draft.written else "named below")
    for line in brief:
        say_labelled("note", line, 8)
    say()
    if draft.written:
        _print_days(draft, list(dict.fromkeys(task.date for task in tasks))[:3])
        say()
        say(
            f"Next: `studyplan today`, `studyplan done {tasks[0].number}`, `studyplan export -o FILE.ics` for your calendar."
        )
        say_undo(True)
        return
    _print_weeks(draft)
    if brief != list(draft.notes):
        say(bold("Notes in full"))
        for line in draft.notes:
            for each in wrapped(line, "  "):
                say(each)
        say()
    for line in wrapped("Nothing was written; `studyplan start` with the same options starts this plan."):
        say(line)


def _print_weeks(draft: Draft) -> None:
    """Print the whole plan day by day, under a line for each week of the calendar."""
    from studyplan.cli.output import bold, say
    from studyplan.presentation.phrases import long_day, span_text

    days = {day: day - timedelta(days=day.weekday()) for day in dict.fromkeys(task.date for task in draft.tasks)}
    first = min(days.values())
    for monday in dict.fromkeys(days.values()):
        here = [day for day in days if days[day] == monday]
        minutes = sum(task.minutes for task in draft.tasks if task.date in here)
        number = (monday - first).days // 7 + 1
        say(bold(f"Week {number}, from {long_day(max(monday, draft.plan.start))}: {span_text(minutes)}"))
        _print_days(draft, here, indent="  ")
        say()


def _print_days(draft: Draft, days: Sequence[date], indent: str = "") -> None:
    from studyplan.cli.output import bold, say, task_line
    from studyplan.presentation.phrases import long_day, short_day, span_text

    digits = max(len(str(task.typed)) for task in draft.tasks)
    for day in days:
        on_day = [task for task in draft.tasks if task.date == day]
        minutes = span_text(sum(task.minutes for task in on_day))
        say(f"{indent}{short_day(day)}: {minutes}" if indent else bold(f"{long_day(day)}: {minutes}"))
        for task in on_day:
            say(task_line(task, digits=digits))


def _print_empty(draft: Draft, exam_hour: time | None) -> None:
    """Print a plan that has nothing in it yet, but its exam."""
    from studyplan.cli.output import bold, clip, say, say_labelled, say_undo
    from studyplan.presentation.phrases import long_day

    plan = draft.plan
    days = (plan.end - plan.start).days + 1
    say(bold(clip(f"{plan.name}: an empty plan")))
    say_labelled("days", f"{long_day(plan.start)} to {long_day(plan.end)}, {count(days, 'day')}", 5)
    if plan.exam:
        hour = f" at {exam_hour:%H:%M}" if exam_hour else ""
        say_labelled("exam", f"{long_day(plan.exam)}{hour}", 5)
    for line in draft.notes:
        say_labelled("note", line, 5)
    if draft.written:
        say('Next: `studyplan add "Read chapter 1" 45m` adds a task, `studyplan add --from FILE` many at once.')
        say_undo(True)
    else:
        say("Nothing was written; `studyplan start` with the same options starts this plan.")


@click.command()
@json_option
@pass_context
def plans(context: Context) -> Facts:
    """List your plans, running and ended."""
    from studyplan.cli import output
    from studyplan.presentation import facts, phrases

    found = context.planner.queries.plans()
    yield facts.of_plans(found)
    if not found:
        output.say("There is no plan yet: `studyplan templates` lists what you can start.")
    for plan, _, over, total in found:
        state = () if plan.state is PlanState.ACTIVE else (plan.state.value,)
        output.print_row(
            f"{plan.number:>3}  {plan.name}",
            f"{plan.start} to {plan.end}",
            f"{over} of {count(total, 'task')} done",
            *state,
            indent="     ",
        )
        if plan.result is not None:
            output.say(f"     {phrases.result_text(plan)}")


@click.command()
@click.argument("plan", type=PLAN)
@click.argument("name")
@json_option
@pass_context
def rename(context: Context, plan: str, name: str) -> Facts:
    """Rename a plan."""
    from studyplan.cli import output
    from studyplan.presentation import facts

    changed = context.planner.plans.rename(plan, name)
    yield {"plan": facts.of_plan(changed.plans[0], changed.learner)}
    output.say(f"The plan is now called '{changed.plans[0].name}'.")
    output.say_undo(changed.batch)


@click.command()
@click.argument("named", metavar="[PLAN]", required=False, type=PLAN)
@plan_option
@unasked_option
@json_option
@pass_context
def finish(context: Context, named: str | None, plan: str | None) -> Facts:
    """Finish a plan that is over for you; tasks still open stay as they are.

    It is kept among your plans, and `show`, `tasks`, `note` and `report` still know it. What was to come leaves your calendar. A task
    that you add or reopen takes the plan up again, as `undo` does. Without PLAN, the only running plan is finished.
    """
    from studyplan.cli import output
    from studyplan.model import Status
    from studyplan.presentation import facts

    changed = context.planner.plans.finish(one_plan(named, plan))
    ended = changed.plans[0]
    view = context.planner.plans.get(ended.number)
    left = sum(task.status is Status.OPEN for task in view.work)
    yield facts.of_finished(ended, view, changed.batch)
    over = f"{len(view.work) - left} of {count(len(view.work), 'task')} done"
    if changed.batch is None:
        output.say(f"'{ended.name}' is finished already: {over}.")
    else:
        output.say(f"Finished '{ended.name}': {over}.")
    output.say_undo(changed.batch)


@click.command()
@click.argument("named", metavar="[PLAN]", required=False, type=PLAN)
@plan_option
@unasked_option
@json_option
@pass_context
def drop(context: Context, named: str | None, plan: str | None) -> Facts:
    """Abandon a plan; `undo` brings it back. What you did stays readable."""
    from studyplan.cli import output
    from studyplan.model import Status
    from studyplan.presentation import facts

    word = one_plan(named, plan)
    if word is None:
        raise click.UsageError("Missing argument 'PLAN'")
    view = context.planner.plans.get(word)
    left = sum(task.status is Status.OPEN for task in view.work)
    changed = context.planner.plans.drop(view.plan.number)
    yield {"plan": facts.of_plan(changed.plans[0], view.learner)}
    if changed.batch is None:
        output.say(f"'{changed.plans[0].name}' was dropped before.")
    else:
        output.say(f"Dropped '{changed.plans[0].name}' with {count(left, 'open task')}.")
    output.say_undo(changed.batch)


COMMANDS = (start, plans, rename, finish, drop)
