"""Leeches: cards that are forgotten again and again. What is asked of them costs more than it brings, so they are set aside until
their learner finds better words for them. Pure.

A lapse is counted as Anki counts it (https://docs.ankiweb.net/leeches.html): a card that came to mind the last time is forgotten. That
a new card is not known, or one that was just forgotten still is not, is none. A card is a leech with its eighth lapse; of one that
was taken back, every fourth sets it aside again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from studyplan.model import Answer, Card, Grade

#: Lapses of a leech, and how many more set it aside once it was taken back.
LEECH, AGAIN_AFTER = 8, 4


@dataclass(frozen=True, slots=True)
class Lapses:
    """How often a card that was known was forgotten, and whether it came to mind the last time."""

    count: int = 0
    is_known: bool = False

    @property
    def is_leech(self) -> bool:
        return self.count >= LEECH

    def after(self, grade: Grade) -> Lapses:
        if grade is not Grade.AGAIN:
            return Lapses(self.count, is_known=True)
        return Lapses(self.count + self.is_known)

    def sets_aside(self, grade: Grade) -> bool:
        """Whether an answer sets the card aside."""
        count = self.after(grade).count
        return count > self.count and count >= LEECH and (count - LEECH) % AGAIN_AFTER == 0


NONE = Lapses()


def lapses(cards: Iterable[Card], answers: Iterable[Answer]) -> dict[int, Lapses]:
    """The lapses of the cards by their numbers. ``answers``: oldest first; those from before a card was rewritten are of other
    words and do not count."""
    known = {card.number: card for card in cards}
    found = dict.fromkeys(known, NONE)
    for answer in answers:
        card = known.get(answer.card)
        if card is not None and (card.rewritten_at is None or answer.at > card.rewritten_at):
            found[answer.card] = found[answer.card].after(answer.grade)
    return found
