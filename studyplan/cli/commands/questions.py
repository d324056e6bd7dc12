"""A plan's question bank: the list, import and export."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from studyplan.cli.context import Context, Facts, json_option, pass_context, plan_option
from studyplan.cli.params import FILE, MODULE, refuse_ahead
from studyplan.cli.terminal import is_terminal, named_or_piped
from studyplan.text import count, slug

if TYPE_CHECKING:
    from pathlib import Path

    from studyplan.planner.questions import Bank

#: The forms of files; named here too, so that help need not load what reads them.
FORMS = ("csv", "gift", "aiken")


_module_option = click.option("--module", type=MODULE, metavar="MODULE", help="Show only this module's questions.")


@click.group(invoke_without_command=True)
@plan_option
@_module_option
@json_option
@click.pass_context
def questions(ctx: click.Context, plan: str | None, module: str | None) -> Facts:
    """List the plan's exam questions; import and export them.

    The list shows no answers; --json does.
    """
    if ctx.invoked_subcommand is not None:
        refuse_ahead(ctx, plan=plan, module=module)
        return
    context = ctx.find_object(Context)
    assert context is not None
    yield from _listed(context, plan, module)


@questions.command("list")
@plan_option
@_module_option
@json_option
@pass_context
def list_(context: Context, plan: str | None, module: str | None) -> Facts:
    """List the plan's questions, as `questions` alone does."""
    yield from _listed(context, plan, module)


def _listed(context: Context, plan: str | None, module: str | None) -> Facts:
    from studyplan.cli import output
    from studyplan.presentation import question_facts

    banks = context.planner.questions.banks(plan, module)
    yield {"plans": [question_facts.of_bank(bank) for bank in banks]}
    if not banks:
        output.say("No plan is running.")
    for index, bank in enumerate(banks):
        if index:
            output.say()
        _say_bank(bank)


def _say_bank(bank: Bank) -> None:
    from studyplan.cli import output

    if not bank.questions:
        output.say(f"{bank.plan.name}: no questions yet. `studyplan questions import FILE` adds some.")
        return
    asked = sum(held.asked > 0 for held in bank.questions)
    output.say(output.bold(f"{bank.plan.name}: {count(len(bank.questions), 'question')}, {asked} asked so far"))
    module = None
    for held in bank.questions:
        question = held.question
        if question.module != module:
            module = question.module
            output.say(f"  {module}")
        right = f"{held.right} of {held.asked}" if held.asked else "new"
        text = " ".join(question.question.split())
        output.say(output.clip(f"    {right:<7} {question.difficulty.value:<6}  {question.id}  {text}"))


@questions.command("import")
@click.argument("file", metavar="FILE", type=FILE)
@plan_option
@click.option("--as", "form", type=click.Choice(FORMS), help="Read it as this; otherwise its name and text tell.")
@click.option("--dry-run", is_flag=True, help="Check the file and show what would be added.")
@json_option
@pass_context
def import_(context: Context, file: Path, plan: str | None, form: str | None, dry_run: bool) -> Facts:
    """Add the questions in a file to a running plan.

    FILE is CSV as `questions export` writes it, Moodle's GIFT, or Aiken; - reads standard input. Questions that the plan
    already has are left out.
    """
    from studyplan.cli import output
    from studyplan.presentation import question_facts
    from studyplan.template.card_files import LARGEST

    content = named_or_piped(file, LARGEST)
    brought = context.planner.questions.add(content, plan, form=form, write=not dry_run)
    yield question_facts.of_brought(brought)
    for line in brought.notes:
        output.note(f"Note: {line}.")
    verb = "Added" if brought.written else "Would add"
    output.say(f"{verb} {count(len(brought.questions), 'question')} to '{brought.plan.name}'.")
    if brought.known:
        them = "it" if brought.known == 1 else "them"
        output.say(f"{count(brought.known, 'question')} left out: the plan has {them} already.")
    if brought.questions and brought.written:
        output.say("`studyplan quiz` asks them.")
        output.say_undo(brought.written)


@questions.command("export")
@click.option("-o", "--output", "target", metavar="FILE", help="Write to this file; - is standard output.")
@plan_option
@click.option("--module", type=MODULE, metavar="MODULE", help="Only this module's questions.")
@click.option("--as", "form", type=click.Choice(FORMS), help="Write this; by default, the file name decides.")
@pass_context
def export(context: Context, target: str | None, plan: str | None, module: str | None, form: str | None) -> None:
    """Write the plan's questions as CSV, as Moodle's GIFT, or as Aiken (those with one right option).

    On a terminal, without -o, the file is named after the plan.
    """
    from studyplan.cli import output
    from studyplan.files import path_of, write_beside
    from studyplan.template.question_files import form_of

    form = form or form_of(target or "") or "csv"
    found, number, content = context.planner.questions.write(form, plan, module)
    if target is None and is_terminal(sys.stdout):
        target = f"{slug(found.name)}-questions.{'txt' if form == 'aiken' else form}"
    if target in (None, "-"):
        output.send(content)
        return
    assert target is not None
    write_beside(path_of(target), content)
    output.note(f"Wrote {count(number, 'question')} to {target}")


COMMANDS = (questions,)
