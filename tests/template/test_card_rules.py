"""Advice on cards: answers that are too long, and questions with two answers."""

from __future__ import annotations

from studyplan.model import Card
from studyplan.template.card_rules import card_advice
from studyplan.template.siblings import both_ways, of_cloze


def card(id: str, question: str, words: int = 1) -> Card:
    return Card(id, question, " ".join(["word"] * words), "m", "t")


def test_long_answers_are_counted_and_named() -> None:
    """Fifteen words are short enough; a deletion is an answer too, and so is the question of a card asked both ways."""
    assert list(card_advice([card("a", "A?", 15), card("b", "B?", 3)])) == []
    long = " ".join(["word"] * 16)
    cards = [
        card("a", "A?", 16),
        card("b", "B?"),
        card("c", "C?", 20),
        *of_cloze(card("d", ""), f"{{{{c1::{long}}}}} x"),
    ]
    assert list(card_advice(cards)) == ["3 of 4 cards have answers of more than 15 words: a (16), c (20), d.c1 (16)"]
    assert list(card_advice(both_ways(card("e", long)))) == [
        "1 of 2 cards has an answer of more than 15 words: e.back (16)"
    ]


def test_a_card_has_one_right_answer() -> None:
    """Two that ask the same have two, however they are written; a sentence is nobody's answer."""
    cards = [card("a", "What is it?"), card("b", "what  is\nit?", 2), *both_ways(card("c", "Which word?", 3))]
    assert list(card_advice(cards)) == [
        "2 cards ask the same: a, b",
        "card c: is asked both ways, but its question is a sentence that nobody would answer",
    ]
    assert list(card_advice(both_ways(card("d", "CUD", 3)))) == []
