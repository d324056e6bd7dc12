"""Lapses as Anki counts them, and the one that sets a card aside."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from studyplan.model import Answer, Card, Grade
from studyplan.rules import leeches

AT = datetime(2026, 7, 1, 9, tzinfo=UTC)
CARD = Card("c", "q", "a", "m", "", number=1)
GRADES = {"1": Grade.AGAIN, "2": Grade.HARD, "3": Grade.GOOD, "4": Grade.EASY}


def counted(keys: str, card: Card = CARD) -> leeches.Lapses:
    answers = [Answer(1, GRADES[key], AT + timedelta(minutes=n)) for n, key in enumerate(keys)]
    return leeches.lapses([card], answers)[1]


@pytest.mark.parametrize(
    ("keys", "count"),
    [
        ("", 0),
        ("111", 0),
        ("1113", 0),
        ("31", 1),
        ("3111", 1),
        ("31131", 2),
        ("2141", 2),
        ("31" * 8, 8),
    ],
)
def test_only_what_was_known_can_lapse(keys: str, count: int) -> None:
    """A new card that is not known, and one that is still not known, is no lapse; hard is known."""
    assert counted(keys).count == count


def test_the_eighth_lapse_sets_aside_and_then_every_fourth() -> None:
    """At 8, 12, 16: as Anki warns."""
    found, at = leeches.NONE, []
    for _ in range(20):
        found = found.after(Grade.GOOD)
        if found.sets_aside(Grade.AGAIN):
            at.append(found.count + 1)
        assert not found.sets_aside(Grade.HARD)
        found = found.after(Grade.AGAIN)
        assert not found.sets_aside(Grade.AGAIN)
        assert found.is_leech == (found.count >= 8)
    assert at == [8, 12, 16, 20]


def test_what_was_answered_before_a_rewriting_does_not_count() -> None:
    """New words, a new count; what was answered of other cards is no matter."""
    assert counted("31" * 8, replace(CARD, rewritten_at=AT + timedelta(minutes=15))).count == 0
    assert counted("31" * 8 + "31", replace(CARD, rewritten_at=AT + timedelta(minutes=15))).count == 1
    assert leeches.lapses([CARD], [Answer(2, Grade.GOOD, AT), Answer(2, Grade.AGAIN, AT)]) == {1: leeches.NONE}
