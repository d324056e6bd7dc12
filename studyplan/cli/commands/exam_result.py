"""The result of an exam."""

from __future__ import annotations

from typing import Any

import click

from studyplan.cli.commands.tasks import grade_of
from studyplan.cli.context import Context, Facts, json_option, pass_context, plan_option
from studyplan.cli.params import PAST_DAY, PLAN, one_plan
from studyplan.text import shown

#: How people say that an exam went well or badly.
_OUTCOMES = {"pass": True, "passed": True, "fail": False, "failed": False}


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="[PLAN] pass|fail", type=PLAN)
@plan_option
@click.option(
    "--score", "scores", multiple=True, metavar="SCORE", help="The score: 72 or 36/50; for one module: tagging=40."
)
@click.option("--weak", metavar="MODULES", help="Modules that went badly: tags,bill.")
@click.option("--at", "at", type=PAST_DAY, metavar="DATE", help="The day of the exam (default: the plan's exam day).")
@json_option
@pass_context
def result(
    context: Context, words: tuple[str, ...], plan: str | None, scores: tuple[str, ...], weak: str | None, at: Any
) -> Facts:
    """Record how a plan's exam went; `next` and a retake build on it. Run it again to correct it.

    Without PLAN, it is the exam of the only running plan.
    """
    from studyplan.cli import output
    from studyplan.presentation import facts, phrases

    *named, outcome = words
    passed = _OUTCOMES.get(outcome.casefold())
    if passed is None and not named:
        raise click.UsageError(f"'{shown(outcome)}' is not a result: give `pass` or `fail`")
    if passed is None or len(named) > 1:
        raise click.UsageError("give the plan, if you have several, and then `pass` or `fail`")
    word = one_plan(named[0] if named else None, plan)
    grade = grade_of(scores, weak) if scores or weak is not None else None
    changed = context.planner.exam_result.record(word, passed=passed, grade=grade, on=at)
    found = changed.plans[0]
    yield {
        "plan": facts.of_plan(found, changed.learner),
        "changed": facts.of_tasks(changed.tasks, changed.plans),
        "finished": [each.name for each in changed.finished],
        "notes": list(changed.notes),
        "batch": changed.batch.number if changed.batch else None,
    }
    output.say(f"{found.name}: {phrases.result_text(found)}")
    for task in changed.tasks:
        output.say(output.clip(f"Done: {task.number}  {task.title}"))
    for each in changed.finished:
        output.say(f"That was the last open task of '{each.name}': the plan is finished.")
    for line in changed.notes:
        output.note(f"Note: {line}.")
    output.say_undo(changed.batch)


COMMANDS = (result,)
