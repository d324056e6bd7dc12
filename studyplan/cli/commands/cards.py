"""A plan's question cards: the list, import and export."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from studyplan.cli.context import Context, Facts, json_option, pass_context, plan_option
from studyplan.cli.params import FILE, MODULE, refuse_ahead
from studyplan.cli.terminal import agrees, can_ask, is_terminal, named_or_piped
from studyplan.text import count, slug

if TYPE_CHECKING:
    from pathlib import Path

    from studyplan.planner.cards import AddedCards, CardList, ChangedCards, Held


#: What can be done about a card that is not asked any more.
WAYS_OUT = (
    "`studyplan cards edit CARD --question TEXT --answer TEXT` puts a card into words that stay in mind, "
    "`studyplan cards unsuspend CARD` asks it again as it is."
)

_module_option = click.option("--module", type=MODULE, metavar="MODULE", help="Show only this module's cards.")
_leeches_option = click.option("--leeches", is_flag=True, help="Show only cards that were forgotten too often.")


@click.group(invoke_without_command=True)
@plan_option
@_module_option
@_leeches_option
@json_option
@click.pass_context
def cards(ctx: click.Context, plan: str | None, module: str | None, leeches: bool) -> Facts:
    """List the plan's cards with the recall expected of each; import, export and change cards."""
    if ctx.invoked_subcommand is not None:
        refuse_ahead(ctx, plan=plan, module=module, leeches=leeches)
        return
    context = ctx.find_object(Context)
    assert context is not None
    yield from _listed(context, plan, module, leeches)


@cards.command("list")
@plan_option
@_module_option
@_leeches_option
@json_option
@pass_context
def list_(context: Context, plan: str | None, module: str | None, leeches: bool) -> Facts:
    """List the plan's cards, as `cards` alone does."""
    yield from _listed(context, plan, module, leeches)


def _listed(context: Context, plan: str | None, module: str | None, leeches: bool) -> Facts:
    from studyplan.cli import output
    from studyplan.presentation import standing_facts

    decks = context.planner.cards.decks(plan, module, leeches_only=leeches)
    yield {"plans": [standing_facts.of_deck(deck) for deck in decks]}
    if not decks:
        output.say("No plan is running.")
    for index, deck in enumerate(decks):
        if index:
            output.say()
        if leeches:
            _say_leeches(deck)
        else:
            _say_deck(deck)


def _say_leeches(deck: CardList) -> None:
    """Print the cards that were forgotten too often, with what can be done about them."""
    from studyplan.cli import output
    from studyplan.rules.leeches import LEECH

    if not deck.cards:
        output.say(f"{deck.plan.name}: no card was forgotten {LEECH} times.")
        return
    output.say(output.bold(f"{deck.plan.name}: {count(len(deck.cards), 'card')} forgotten {LEECH} times or more"))
    for held in deck.cards:
        state = "suspended" if held.card.suspended_at else "asked"
        question = " ".join(held.card.question.split())
        output.say(output.clip(f"  {held.lapses.count:>3} times  {state:<9}  {held.card.id}  {question}"))
    for line in output.wrapped(WAYS_OUT):
        output.say(line)


def _say_deck(deck: CardList) -> None:
    from studyplan.cli import output

    if not deck.cards:
        output.say(f"{deck.plan.name}: no cards yet. `studyplan cards import FILE` adds some.")
        return
    answered = sum(held.card.memory is not None for held in deck.cards)
    output.say(output.bold(f"{deck.plan.name}: {count(len(deck.cards), 'card')}, {answered} answered"))
    for line in output.wrapped(
        "The day recall falls to 90%, the recall expected on the exam day, the card's id and its question:"
    ):
        output.say(line)
    module = None
    for held in deck.cards:
        if held.card.module != module:
            module = held.card.module
            output.say(f"  {module}")
        output.say(output.clip(_line(held)))


def _line(held: Held) -> str:
    from studyplan.presentation import phrases

    due = phrases.short_day(held.due) if held.due else "not yet" if held.open else "new"
    due = "suspended" if held.card.suspended_at else due
    chance = f"{held.exam:.0%}" if held.due else "-"
    question = " ".join(held.card.question.split())
    return f"    {due:<10} {chance:>4}  {held.card.id}  {question}"


@cards.command("edit")
@click.argument("card", metavar="CARD")
@click.option("--question", "-q", metavar="TEXT", help="What it asks.")
@click.option("--answer", "-a", metavar="TEXT", help="Its answer: one fact, in at most 15 words.")
@click.option("--cloze", metavar="TEXT", help="The cloze text that it and its siblings are made of.")
@plan_option
@json_option
@pass_context
def edit(
    context: Context, card: str, question: str | None, answer: str | None, cloze: str | None, plan: str | None
) -> Facts:
    """Rewrite a card, your own or the template's, in your words.

    CARD is its id, as `cards list` shows it. Your words stay when the plan is upgraded. What the card left in memory stays too; how often it was
    forgotten is counted anew, and a suspended card is asked again.
    """
    from studyplan.cli import output
    from studyplan.presentation import standing_facts

    if question is answer is cloze is None:
        raise click.UsageError("give the new text by --question, --answer or both")
    if cloze is not None and not question is answer is None:
        raise click.UsageError("--cloze goes without --question and --answer")
    found = context.planner.cards.edit(card, plan, question=question, answer=answer, cloze=cloze)
    yield standing_facts.of_changed_cards(found)
    if not found.changed:
        output.say(f"Nothing changed: {card} says that already.")
    for each in found.changed:
        for line in output.wrapped(each.question):
            output.say(output.bold(line))
        for line in output.wrapped(each.answer, "  "):
            output.say(line)
    output.say_undo(found.changed)


@cards.command("suspend")
@click.argument("cards", nargs=-1, required=True, metavar="CARD…")
@plan_option
@json_option
@pass_context
def suspend(context: Context, cards: tuple[str, ...], plan: str | None) -> Facts:
    """Set cards aside: they are not asked until you take them back.

    CARD is a card's id, as `cards list` shows it. A card that you have forgotten eight times is suspended by itself.
    """
    found = context.planner.cards.suspend(cards, plan)
    yield from _shown(found, "Suspended", "is suspended already")


@cards.command("unsuspend")
@click.argument("cards", nargs=-1, required=True, metavar="CARD…")
@plan_option
@json_option
@pass_context
def unsuspend(context: Context, cards: tuple[str, ...], plan: str | None) -> Facts:
    """Ask suspended cards again, as they are.

    After four more times of forgetting, such a card is suspended again. `cards edit` often helps more.
    """
    found = context.planner.cards.unsuspend(cards, plan)
    yield from _shown(found, "Asked again", "is not suspended")


def _shown(found: ChangedCards, verb: str, otherwise: str) -> Facts:
    """Print the cards that were changed, and those that were not."""
    from studyplan.cli import output
    from studyplan.presentation import standing_facts

    yield standing_facts.of_changed_cards(found)
    for card in found.cards:
        question = " ".join(card.question.split())
        is_changed = card in found.changed
        output.say(output.clip(f"{verb}: {card.id}  {question}" if is_changed else f"{card.id} {otherwise}."))
    output.say_undo(found.changed)


@cards.command("import")
@click.argument("file", metavar="FILE", type=FILE)
@plan_option
@click.option("--reviews/--no-reviews", default=None, help="Lay out the reviews that they earn, or do not ask.")
@click.option("--dry-run", is_flag=True, help="Check the file and show what would be added.")
@json_option
@pass_context
def import_(context: Context, file: Path, plan: str | None, reviews: bool | None, dry_run: bool) -> Facts:
    """Add the cards in a file to a running plan.

    FILE is a CSV file whose first row names the columns question, answer and, optionally, module, source, reverse and cloze; or a
    text file that Anki exported, cloze notes included (the first tag is the module, or else the deck); - reads standard input. Cards that
    the plan already has are left out; `undo` removes the new ones again.
    """
    from studyplan.cli import output
    from studyplan.presentation import standing_facts
    from studyplan.template.card_files import LARGEST

    content = named_or_piped(file, LARGEST)
    if reviews is None and not dry_run and can_ask() and not isinstance(content, bytes):
        reviews = _wanted(context.planner.cards.add(content, plan, write=False))
    brought = context.planner.cards.add(content, plan, reviews=bool(reviews), write=not dry_run)
    yield standing_facts.of_brought(brought)
    for line in brought.notes:
        output.note(f"Note: {line}.")
    verb = "Added" if brought.written else "Would add"
    output.say(f"{verb} {count(len(brought.cards), 'card')} to '{brought.plan.name}'.")
    if brought.known:
        output.say(
            f"{count(brought.known, 'card')} left out: the plan has {'it' if brought.known == 1 else 'them'} already."
        )
    _say_reviews(brought)
    if brought.cards and brought.written:
        output.say("`studyplan review` asks them.")
        output.say_undo(brought.written)


def _wanted(found: AddedCards) -> bool:
    """Ask whether the reviews that cards earn are to be laid out."""
    return bool(found.reviews) and agrees(f"{_earned(found)}. Lay them out?", default=True)


def _earned(found: AddedCards) -> str:
    from studyplan.presentation import phrases

    reviews = found.reviews
    minutes = sum(task.minutes for task in reviews)
    last = max(task.date for task in reviews)
    verb = "earns" if len(found.cards) == 1 else "earn"
    who = f"{count(len(found.cards), 'card')} {verb}" if found.cards else "Your cards earn"
    return f"{who} {count(len(reviews), 'review')}, {phrases.span_text(minutes)} in all, up to {last}"


def _say_reviews(found: AddedCards) -> None:
    from studyplan.cli import output

    if not found.reviews:
        return
    if not found.laid_out:
        way = output.offered("studyplan", "cards", "reviews", "--plan", found.plan.name) if found.written else None
        output.say(f"{_earned(found)}" + (f": {way} lays them out." if way else "."))
        return
    verb = "Laid out" if found.written else "Would lay out"
    days = sorted({task.date for task in found.reviews})
    output.say(f"{verb} {count(len(found.reviews), 'review')}, the first on {days[0]}, the last on {days[-1]}.")


@cards.command("reviews")
@plan_option
@click.option("--dry-run", is_flag=True, help="Show what would be laid out.")
@json_option
@pass_context
def reviews_(context: Context, plan: str | None, dry_run: bool) -> Facts:
    """Lay out reviews of the cards that you imported.

    Each module of them gets two reviews, spaced by the days left, and the days kept free before the exam a last pass, as the
    cards of a template do. In a plan of your own there are two last passes at most, and minutes go by the number of cards.
    """
    from studyplan.cli import output
    from studyplan.presentation import standing_facts

    found = context.planner.cards.lay_out(plan, write=not dry_run)
    yield standing_facts.of_brought(found)
    for line in found.notes:
        output.note(f"Note: {line}.")
    if not found.reviews:
        output.say(f"'{found.plan.name}' has all the reviews that its cards earn.")
        return
    _say_reviews(found)
    output.say_undo(found.written)


@cards.command("export")
@click.option("-o", "--output", "target", metavar="FILE", help="Write to this file; - is standard output.")
@plan_option
@click.option(
    "--as",
    "form",
    type=click.Choice(["csv", "anki"]),
    help="Write CSV, or text for Anki; by default, the file name decides.",
)
@pass_context
def export(context: Context, target: str | None, plan: str | None, form: str | None) -> None:
    """Write the plan's cards as CSV, or as text for Anki.

    On a terminal, without -o, the file is named after the plan.
    """
    from studyplan.cli import output
    from studyplan.files import path_of, write_beside

    if form is None:
        form = "anki" if target is not None and target.lower().endswith((".txt", ".tsv")) else "csv"
    found, number, content = context.planner.cards.write(form, plan)
    if target is None and is_terminal(sys.stdout):
        target = f"{slug(found.name)}-cards.{'txt' if form == 'anki' else 'csv'}"
    if target in (None, "-"):
        output.send(content)
        return
    assert target is not None
    write_beside(path_of(target), content)
    output.note(f"Wrote {count(number, 'card')} to {target}")


COMMANDS = (cards,)
