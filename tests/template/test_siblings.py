"""Cards made of one text: cloze deletions in Anki's notation, and cards asked both ways."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyplan.model import Card
from studyplan.template import siblings

CARD = Card("k", "", "", "m", "t", "https://example.org")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("{{c1::A}} is {{c2::B}}", {1: ("[...] is B", "A"), 2: ("A is [...]", "B")}),
        ("{{c1::A::a letter}} is B", {1: ("[a letter] is B", "A")}),
        ("{{c1::A}} and {{c1::B}}", {1: ("[...] and [...]", "A; B")}),
        ("{{c1::std::vector}} is it", {1: ("[vector] is it", "std")}),
        ("{{c1::a {{c2::b}} c}} d", {1: ("[...] d", "a b c"), 2: ("a [...] c d", "b")}),
        ("{{c1::a {{c1::b::x}} c::y}} d", {1: ("[y] d", "a b c")}),
        ("{{c1,3::A}} is {{c2::B}}", {1: ("[...] is B", "A"), 2: ("A is [...]", "B"), 3: ("[...] is B", "A")}),
        ("{{c1::A}} }} {{x}}", {1: ("[...] }} {{x}}", "A")}),
    ],
)
def test_each_number_is_a_card(text: str, asked: dict[int, tuple[str, str]]) -> None:
    """It asks for what has its number and shows the rest; hints stand in the gap, other hints are not shown."""
    assert siblings.flaw_of_cloze(text) == ""
    assert {number: siblings.asked_in_cloze(text, number) for number in siblings.numbers_of(text)} == asked


@pytest.mark.parametrize(
    ("text", "flaw", "is_strict"),
    [
        ("No deletion", "no deletion", False),
        ("{{c::A}} is B", "no deletion", False),
        ("{{C1::A}} is B", "no deletion", False),
        ("{{c1::A is B", "does not close the deletion c1", False),
        ("{{c1::A {{c2::B}}", "does not close the deletion c1", False),
        ("{{c1::}} is B", "nothing in the deletion c1", False),
        ("{{c1::A}} is {{c2:: ::hint}}", "nothing in the deletion c2", False),
        ("{{c0::A}} is B", "the first number is c1", False),
        ("{{c51::A}} is B", "the highest number is c50", False),
        ("{{c1::" * 11 + "A" + "}}" * 11, "within each other", False),
        ("{{c1::A}} is {{c3::B}}", "none c2", True),
        ("{{c2::A}} is B", "none c1", True),
        ("{{c1::A}} is B}}", "}} that belong to no deletion", True),
        ("{{c1::A}} is {{c2:B}}", "{{ that belong to no deletion", True),
        ("{{c1::A}}", "leaves nothing to ask c1 by", True),
        ("{{c1::A}} - {{c1::B::b}}.", "leaves nothing to ask c1 by", True),
    ],
)
def test_what_is_wrong_with_a_text(text: str, flaw: str, is_strict: bool) -> None:
    """What nobody could ask is never taken; what Anki lets pass is a flaw in a template alone."""
    assert flaw in siblings.flaw_of_cloze(text, strict=True)
    assert bool(siblings.flaw_of_cloze(text)) is not is_strict


@given(
    st.lists(st.sampled_from(["{{c1::", "{{c2::", "{{c1,2::", "}}", "::", "a", " ", "{", "}"]), max_size=40).map(
        "".join
    )
)
def test_any_text_is_cards_or_a_flaw(text: str) -> None:
    """A text without a flaw makes a card for each number, with an answer that is not shown as the gap is."""
    if siblings.flaw_of_cloze(text):
        return
    made = siblings.of_cloze(CARD, text)
    assert [card.id for card in made] == [f"k.c{number}" for number in siblings.numbers_of(text)]
    assert all("[" in card.question and card.answer and card.cloze == text for card in made)
    assert {card.note for card in made} == {"k"}
    (written,) = siblings.gathered(made)
    assert (written.card.cloze, written.extra) == (text, "")


def test_a_card_asked_both_ways() -> None:
    """Two cards that are siblings, each the other's answer."""
    card = replace(CARD, question="CUD", answer="committed use discount")
    there, back = siblings.both_ways(card)
    assert there == card
    assert (back.id, back.note, back.question, back.answer, back.source) == (
        "k.back",
        "k",
        "committed use discount",
        "CUD",
        card.source,
    )
    assert [each.is_both_ways for each in siblings.gathered([there, back])] == [True]
    assert [each.is_both_ways for each in siblings.gathered([there, replace(back, answer="x")])] == [False, False]


def test_a_text_that_no_card_could_be_made_of_is_left_out() -> None:
    """A database may hold anything: then each card stands for itself."""
    for text in ("no deletion", "{{c1::A", "{{c1::" * 500 + "A" + "}}" * 500):
        (written,) = siblings.gathered([replace(CARD, id="k.c1", question="Q", answer="A", cloze=text)])
        assert (written.card.question, written.card.cloze) == ("Q", None)


def test_another_text_keeps_numbers_and_what_is_beside() -> None:
    """The card of a number asks for it in the new text, and still says what its answer said beside it."""
    _, second = siblings.of_cloze(CARD, "{{c1::A}} is {{c2::B}}", "extra\nlines")
    now = siblings.in_cloze(second, "Of {{c1::X}} is {{c2::Y::h}}")
    assert (now.question, now.answer) == ("Of X is [h]", "Y\nextra\nlines")
