"""A plan's cards: listed and looked through, put into other words, set aside, added and taken along."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from studyplan.errors import BadFile, Conflict, NotFound, StudyplanError, UsageProblem
from studyplan.presentation import phrases
from studyplan.presentation.language import gettext as _
from studyplan.presentation.language import ngettext
from studyplan.text import slug
from studyplan.web.answers import ShownProblem, problem_of, status_of
from studyplan.web.rendering import day_text, download, render, see_other
from studyplan.web.request import Here, Sent, SentForm, Visitor, query_of
from studyplan.web.ways import remarks

if TYPE_CHECKING:
    from studyplan.planner.cards import AddedCards, CardList, Held

router = APIRouter()

#: Cards on a page.
_AT_ONCE = 50
#: The largest number of a page that is looked for: more than any plan has.
_MOST_PAGES = 10_000


@router.get("/cards")
def cards(visitor: Here) -> Response:
    """The cards of a plan, those that are looked for."""
    return _listed(visitor, query_of(visitor))


def _listed(
    visitor: Visitor,
    asked: SentForm,
    typed: SentForm | None = None,
    problem: ShownProblem | None = None,
    status: int = 200,
) -> Response:
    planner = visitor.planner
    decks = planner.cards.decks(asked.text("plan") or None, leeches_only=asked.has("leeches"))
    deck = decks[0] if decks else None
    module, words = asked.text("module"), asked.text("q").casefold()
    found = [held for held in deck.cards if _is_wanted(held, module, words)] if deck else []
    page = min(max(1, asked.whole("page") or 1), _MOST_PAGES)
    return render(
        visitor,
        "cards.html",
        status,
        deck=deck,
        plans=[plan for plan, *_counts in planner.queries.plans()],
        found=found[(page - 1) * _AT_ONCE : page * _AT_ONCE],
        many=len(found),
        page=page,
        is_last=page * _AT_ONCE >= len(found),
        asked=asked,
        modules=_modules(deck),
        earned=_reviews_to_come(visitor, deck),
        typed=typed or SentForm(),
        problem=problem,
    )


def _is_wanted(held: Held, module: str, words: str) -> bool:
    card = held.card
    return module in ("", card.module) and all(
        word in f"{card.id} {card.question} {card.answer} {card.source or ''}".casefold() for word in words.split()
    )


def _modules(deck: CardList | None) -> list[str]:
    return list(dict.fromkeys(held.card.module for held in deck.cards)) if deck else []


def _reviews_to_come(visitor: Visitor, deck: CardList | None) -> str:
    """What reviews the learner's own cards earn and do not have, in a sentence; empty if there are none."""
    if deck is None or not any(not held.card.after for held in deck.cards):
        return ""
    try:
        found = visitor.planner.cards.lay_out(deck.plan.number, write=False)
    except (Conflict, NotFound):
        return ""
    return _earned(found)


def _earned(found: AddedCards) -> str:
    if not found.reviews:
        return ""
    one, many = (
        "Your cards earn %(num)d review, %(time)s, on %(day)s.",
        ("Your cards earn %(num)d reviews, %(time)s in all, the last on %(day)s."),
    )
    return ngettext(one, many, len(found.reviews)) % {
        "num": len(found.reviews),
        "time": phrases.span_text(sum(task.minutes for task in found.reviews)),
        "day": day_text(max(task.date for task in found.reviews)),
    }


@router.get("/cards/edit")
def edit(visitor: Here) -> Response:
    """A card, to be put into other words."""
    asked = query_of(visitor)
    return _edited(visitor, asked.text("plan"), asked.text("card"))


def _edited(
    visitor: Visitor, plan: str, card: str, typed: SentForm | None = None, error: StudyplanError | None = None
) -> Response:
    deck = next(iter(visitor.planner.cards.decks(plan or None)), None)
    held = next((each for each in deck.cards if each.card.id == card), None) if deck else None
    if deck is None or held is None:
        raise NotFound(_("there is no such card"))
    return render(
        visitor,
        "card_edit.html",
        status_of(error) if error else 200,
        deck=deck,
        held=held,
        card=held.card,
        typed=typed,
        problem=problem_of(error) if error else None,
    )


@router.post("/cards/edit")
def rewrite(visitor: Here, form: Sent) -> Response:
    """Keep a card's new words."""
    plan, card = form.text("plan"), form.text("card")
    words = {name: form.text(name) for name in form if name in ("question", "answer", "cloze")}
    if not words:
        raise UsageProblem(_("the card has no words"))
    try:
        found = visitor.planner.cards.edit(card, plan or None, **words)
    except UsageProblem as wrong:
        return _edited(visitor, plan, card, form, wrong)
    if found.changed:
        visitor.tell(_("Rewritten: %(question)s") % {"question": found.changed[0].question}, undo=True)
    else:
        visitor.tell(_("Nothing to change: it was so already."))
    return see_other(f"/cards?plan={found.plan.number}")


@router.post("/cards/suspend")
def suspend(visitor: Here, form: Sent) -> Response:
    """Set a card aside: it is not asked until it is taken back or rewritten."""
    found = visitor.planner.cards.suspend([form.text("card")], form.text("plan") or None)
    visitor.tell(_("Set aside: %(question)s") % {"question": found.cards[0].question}, undo=bool(found.changed))
    return see_other(_back(form))


@router.post("/cards/unsuspend")
def unsuspend(visitor: Here, form: Sent) -> Response:
    """Ask a card again that was set aside."""
    found = visitor.planner.cards.unsuspend([form.text("card")], form.text("plan") or None)
    visitor.tell(_("Asked again: %(question)s") % {"question": found.cards[0].question}, undo=bool(found.changed))
    return see_other(_back(form))


def _back(form: SentForm) -> str:
    plan = form.whole("plan")
    return f"/cards?plan={plan}" if plan is not None else "/cards"


@router.post("/cards/add")
def add(visitor: Here, form: Sent) -> Response:
    """Add one card that was typed."""
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow(("question", "answer", "module", "reverse"))
    sheet.writerow(
        (form.text("question"), form.text("answer"), form.text("module"), "yes" if form.has("reverse") else "")
    )
    return _added(visitor, form, written.getvalue().encode("utf-8", "replace"))


@router.post("/cards/import")
def import_(visitor: Here, form: Sent) -> Response:
    """Add the cards of a file."""
    content = form.file("file")
    if content is None:
        return _listed(visitor, form, form, problem_of(UsageProblem(_("choose a file first"))), 400)
    return _added(visitor, form, content)


def _added(visitor: Visitor, form: SentForm, content: bytes) -> Response:
    plan = form.text("plan") or None
    try:
        found = visitor.planner.cards.add(content, plan, reviews=form.has("reviews"))
    except BadFile as bad:
        return _listed(visitor, form, form, problem_of(bad), status_of(bad))
    more = remarks(found.notes)
    if found.known:
        one = "%(num)d card is left out: the plan has it already."
        left = ngettext(one, "%(num)d cards are left out: the plan has them already.", found.known)
        more.append(left % {"num": found.known})
    if found.laid_out and found.reviews:
        more.append(_laid_out(found))
    many = len(found.cards)
    line = ngettext("%(num)d card added to “%(plan)s”", "%(num)d cards added to “%(plan)s”", many)
    visitor.tell(line % {"num": many, "plan": found.plan.name}, undo=bool(found.cards), more=more)
    return see_other(f"/cards?plan={found.plan.number}")


def _laid_out(found: AddedCards) -> str:
    words = ngettext("%(num)d review was laid out.", "%(num)d reviews were laid out.", len(found.reviews))
    return words % {"num": len(found.reviews)}


@router.post("/cards/reviews")
def reviews(visitor: Here, form: Sent) -> Response:
    """Lay out the reviews that the learner's own cards earn."""
    found = visitor.planner.cards.lay_out(form.text("plan") or None)
    visitor.tell(_laid_out(found), undo=bool(found.reviews), more=remarks(found.notes))
    return see_other(f"/cards?plan={found.plan.number}")


@router.get("/cards/export")
def export(visitor: Here) -> Response:
    """The cards of a plan as a file."""
    asked = query_of(visitor)
    form = "anki" if asked.text("as") == "anki" else "csv"
    plan, _many, content = visitor.planner.cards.write(form, asked.text("plan") or None)
    kind, ending = ("text/plain", "txt") if form == "anki" else ("text/csv", "csv")
    return download(content, f"{slug(plan.name)}-cards.{ending}", kind)
