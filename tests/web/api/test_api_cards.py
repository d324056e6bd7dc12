"""Cards by the API: rewritten, alone or by the text that several are made of."""

from __future__ import annotations

from calling import Program

CLOZE = b"cloze\n{{c1::R&D}} is {{c2::dear}}\n"


def test_a_cloze_is_rewritten_for_all_of_its_cards(program: Program) -> None:
    """Its text is for siblings together; a question of its own is for one, and not both at once."""
    first, second = program.planner.cards.add(CLOZE).cards
    answer = program.post(f"/cards/{first.id}:edit", {"cloze": "{{c1::AT&T}} was {{c2::big}}"})
    assert (answer.status, answer.body["changed"]) == (200, [first.id, second.id])
    assert [card["question"] for card in answer.body["cards"]] == ["[...] was big", "AT&T was [...]"]
    for sent in ({}, {"cloze": "{{c1::a}} b"}, {"cloze": "{{c1::a}} {{c2::b}}", "question": "Q"}):
        assert program.post(f"/cards/{first.id}:edit", sent).status == 400
    assert program.post(f"/cards/{second.id}:edit", {"question": "Which firm?"}).body["changed"] == [second.id]
    cards = {card["id"]: card["cloze"] for deck in program.get("/cards").body["plans"] for card in deck["cards"]}
    assert (cards[first.id], cards[second.id]) == ("{{c1::AT&T}} was {{c2::big}}", None)
