"""Question cards: the ones to answer now, answers, recall, the whole deck."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from studyplan.errors import UsageProblem
from studyplan.model import LONGEST_ROUND, Grade
from studyplan.presentation import standing_facts
from studyplan.presentation.shapes import ChangedCardsFacts, DecksFacts, RecallsFacts, RecitedFacts, SessionFacts
from studyplan.rules.card_selection import Limits
from studyplan.web.api.calls import CallBody, CallQuery, PlanWord, Reader, Words, Writer, answered, described, refs_of
from studyplan.web.api.problems import PREFIX
from studyplan.web.api.replans import PlanQuery

router = APIRouter(prefix=PREFIX, tags=["cards"])

_Module = Annotated[Words | None, Field(description="Only this module's cards.")]


class ReviewQuery(CallQuery):
    plan: PlanWord | None = None
    module: _Module = None
    minutes: Annotated[int | None, Field(ge=1, le=LONGEST_ROUND, description="Cards for so many minutes.")] = None
    cards: Annotated[int | None, Field(ge=1, le=10_000, description="At most so many cards.")] = None
    task: Annotated[Words | None, Field(description="The cards of this review, due or not.")] = None


class CardQuery(CallQuery):
    plan: PlanWord | None = None
    module: _Module = None
    leeches: Annotated[bool, Field(description="Only cards that were forgotten too often.")] = False


class CardAnswer(CallBody):
    card: Annotated[Words, Field(description="The card's id.")]
    grade: Literal["again", "hard", "good", "easy"]


class AnswersCall(CallBody):
    plan: PlanWord | None = None
    answers: Annotated[
        list[CardAnswer], Field(min_length=1, max_length=500, description="In the order in which they were given.")
    ]


class CardsCall(CallBody):
    plan: PlanWord | None = None
    cards: Annotated[list[Words], Field(min_length=1, max_length=500, description="Ids of cards.")]


class CardEditCall(CallBody):
    plan: PlanWord | None = None
    question: Annotated[str | None, Field(max_length=5000)] = None
    answer: Annotated[str | None, Field(max_length=5000)] = None
    cloze: Annotated[str | None, Field(max_length=5000, description="The text of the card and its siblings.")] = None


@router.get("/review", **described(SessionFacts))
def review(caller: Reader, asked: Annotated[ReviewQuery, Query()]) -> Response:
    """The cards that are worth most on the exam day, with their answers."""
    if asked.minutes is not None and asked.cards is not None:
        raise UsageProblem("minutes and cards cannot go together", hint="give one of them")
    named = None if asked.task is None else refs_of(asked.task)
    if named is not None and len(named) > 1:
        raise UsageProblem("only one review can be given here")
    limits = Limits(asked.module, asked.minutes, asked.cards)
    session = caller.planner.review.session(asked.plan, limits, named[0] if named else None)
    return answered(standing_facts.of_session(session))


@router.post("/review", **described(RecitedFacts, changes=True))
def answer(caller: Writer, sent: AnswersCall) -> Response:
    """Record answers from memory, given now."""
    grades = [(each.card, Grade(each.grade)) for each in sent.answers]
    return caller.change(sent, lambda planner: standing_facts.of_recited(planner.review.grade(sent.plan, grades)))


@router.get("/recall", **described(RecallsFacts))
def recall(caller: Reader, asked: Annotated[PlanQuery, Query()]) -> Response:
    """The recall to expect on the exam day, by module."""
    return answered({"plans": [standing_facts.of_recall(each) for each in caller.planner.review.recall(asked.plan)]})


@router.get("/cards", **described(DecksFacts))
def cards(caller: Reader, asked: Annotated[CardQuery, Query()]) -> Response:
    """The cards of the running plans, or of one."""
    decks = caller.planner.cards.decks(asked.plan, asked.module, leeches_only=asked.leeches)
    return answered({"plans": [standing_facts.of_deck(deck) for deck in decks]})


@router.post("/cards:suspend", **described(ChangedCardsFacts, changes=True))
def suspend(caller: Writer, sent: CardsCall) -> Response:
    """Set cards aside: they are not asked until they are taken back."""
    return caller.change(
        sent, lambda planner: standing_facts.of_changed_cards(planner.cards.suspend(sent.cards, sent.plan))
    )


@router.post("/cards:unsuspend", **described(ChangedCardsFacts, changes=True))
def unsuspend(caller: Writer, sent: CardsCall) -> Response:
    """Ask suspended cards again, as they are."""
    return caller.change(
        sent, lambda planner: standing_facts.of_changed_cards(planner.cards.unsuspend(sent.cards, sent.plan))
    )


@router.post("/cards/{card}:edit", **described(ChangedCardsFacts, changes=True))
def edit(
    caller: Writer,
    card: Annotated[str, Path(min_length=1, max_length=200, description="The card's id.")],
    sent: CardEditCall,
) -> Response:
    """Put a card into other words."""
    if sent.question is sent.answer is sent.cloze is None:
        raise UsageProblem("give the question, the answer or both")
    if sent.cloze is not None and not sent.question is sent.answer is None:
        raise UsageProblem("a cloze goes without a question and an answer")
    return caller.change(
        sent,
        lambda planner: standing_facts.of_changed_cards(
            planner.cards.edit(card, sent.plan, question=sent.question, answer=sent.answer, cloze=sent.cloze)
        ),
    )
