"""What good cards look like: each asks for one fact, in few words, and no two ask the same. The shipped decks have none of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studyplan.model import Card
from studyplan.text import count

#: Words of an answer, as a rule: about what is said in one breath.
ANSWER_WORDS = 15


def card_advice(cards: Sequence[Card]) -> Iterator[str]:
    """What to mend in a deck, a line each; answers that are longer than the rule are counted and named."""
    longer = [card for card in cards if answer_words(card) > ANSWER_WORDS]
    if longer:
        named = ", ".join(f"{card.id} ({answer_words(card)})" for card in longer)
        verb = "has an answer" if len(longer) == 1 else "have answers"
        yield f"{len(longer)} of {count(len(cards), 'card')} {verb} of more than {ANSWER_WORDS} words: {named}"
    yield from unclear_cards(cards)


def unclear_cards(cards: Sequence[Card]) -> Iterator[str]:
    """Cards that have more than one right answer."""
    asked: dict[str, list[str]] = {}
    for card in cards:
        asked.setdefault(" ".join(card.question.casefold().split()), []).append(card.id)
    yield from (f"{len(ids)} cards ask the same: {', '.join(ids)}" for ids in asked.values() if len(ids) > 1)
    known = {card.id for card in cards}
    for card in cards:
        if f"{card.id}.back" in known and card.question.endswith(("?", ".")):
            yield f"card {card.id}: is asked both ways, but its question is a sentence that nobody would answer"


def answer_words(card: Card) -> int:
    """How many words an answer has."""
    return len(card.answer.split())
