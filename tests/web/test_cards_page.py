"""A plan's cards in the browser: looked through, rewritten, set aside, added, taken along."""

import csv
import io

from browsing import Browser, Page

from studyplan.model import Card
from studyplan.planner.cards import Held

LONG = "暗記" * 100


def held(browser: Browser) -> list[Held]:
    return list(browser.planner.cards.decks()[0].cards)


def own(browser: Browser) -> list[Card]:
    return [each.card for each in held(browser) if not each.card.after]


def shown(page: Page) -> int:
    return len(page.soup.select("main li.card"))


def test_no_plan(browser: Browser) -> None:
    assert "No plan is running" in browser.get("/cards").main


def test_looked_through(studying: Browser) -> None:
    many = len(held(studying))
    page = studying.get("/cards")
    assert f"{many} cards" in page.main
    assert shown(page) == 50
    assert shown(studying.get("/cards?page=2")) == many - 50
    assert shown(studying.get("/cards?page=999")) == 0
    card = held(studying)[0].card
    page = studying.get(f"/cards?module={card.module}")
    assert shown(page) == sum(each.card.module == card.module for each in held(studying))
    page = studying.send("/cards", q=card.id)
    assert shown(page) >= 1
    assert card.answer in page.text
    assert "No card is like that." in studying.get("/cards?q=nonsense+words").main
    assert "No card was forgotten too often." in studying.get("/cards?leeches=1").main
    for query in ("page=x", f"plan={LONG}", "plan=9", "plan=%00"):
        assert studying.get(f"/cards?{query}").status in (400, 404), query


def test_set_aside_and_asked_again(studying: Browser) -> None:
    card = held(studying)[0].card
    studying.get("/cards")
    page = studying.send("/cards/suspend")
    assert page.notices[0].startswith(f"Set aside: {card.question}")
    assert held(studying)[0].card.suspended_at
    page = studying.send("/cards/unsuspend")
    assert page.notices[0].startswith("Asked again")
    assert held(studying)[0].card.suspended_at is None
    assert studying.post("/cards/suspend", {"plan": "1", "card": LONG}).notices


def test_rewritten(studying: Browser) -> None:
    card = held(studying)[0].card
    studying.get(f"/cards/edit?plan=1&card={card.id}")
    page = studying.send("/cards/edit", answer="my own words")
    assert page.notices[0].startswith("Rewritten: ")
    assert (held(studying)[0].card.question, held(studying)[0].card.answer) == (card.question, "my own words")
    studying.get(f"/cards/edit?plan=1&card={card.id}")
    page = studying.send("/cards/edit", question="", answer=LONG)
    assert page.status == 400
    assert page.soup.select(".problem")
    typed = page.soup.select_one("#answer")
    assert typed
    assert typed.get_text() == LONG
    assert held(studying)[0].card.question == card.question
    for query in ("", "plan=1", f"plan=1&card={LONG}", "plan=9&card=x"):
        assert studying.get(f"/cards/edit?{query}").status in (400, 404), query
    assert studying.post("/cards/edit", {"plan": "1", "card": card.id}).notices


def test_one_is_added(studying: Browser) -> None:
    studying.get("/cards")
    page = studying.send("/cards/add", question='Who said "a, b"?', answer="she\ndid", module="own", reverse="1")
    assert page.notices[0].startswith("2 cards added to “foundations”")
    assert next((card.question, card.answer) for card in own(studying)) == ('Who said "a, b"?', "she\ndid")
    page = studying.send("/cards/add", question="The {{c1::first}} phase is {{c2::inform}}.", answer="")
    assert page.notices[0].startswith("2 cards added")
    page = studying.send("/cards/add", question="kept", answer="")
    assert page.status == 422
    typed = page.soup.select_one("#question")
    assert typed
    assert typed.get_text() == "kept"
    assert len(own(studying)) == 4
    page = studying.send("/cards/reviews")
    assert "laid out" in page.notices[0]
    for fields in ({}, {"question": "a\0", "answer": "b"}, {"question": LONG, "answer": "b", "module": "no such\n"}):
        assert studying.post("/cards/add", {"plan": "1", **fields}).status in (200, 422), fields
    assert studying.post("/cards/add", {"plan": "9", "question": "a", "answer": "b"}).status in (200, 404)


def test_a_file_is_added(studying: Browser) -> None:
    def send(content: bytes, **fields: str) -> Page:
        answer = studying.client.post(
            "/cards/import",
            data={"plan": "1", **fields},
            files={"file": ("cards.csv", content)},
            headers={"origin": "http://127.0.0.1:8765", "referer": "http://127.0.0.1:8765/cards"},
        )
        return studying._arrived(answer)

    page = send("question,answer\nWas ist 語?,ein Wort\nsecond,two\n".encode(), reviews="1")
    assert page.notices[0].startswith("2 cards added")
    assert "laid out" in page.notices[0]
    page = send(b"question,answer\nsecond,two\n")
    assert "1 card is left out" in page.notices[0]
    before = studying.planner.history.batches()
    for content in (b"", b"\x00\xff", b"question\nonly", b"question,answer\n" + b",\n" * 100):
        page = send(content)
        assert page.status == 422, content
        assert page.soup.select(".problem")
        assert len(page.soup.select(".problem p")) <= 25
    assert studying.post("/cards/import", {"plan": "1"}).status == 400
    assert studying.planner.history.batches() == before
    studying.planner.history.undo()
    assert own(studying) == []


def test_taken_along(studying: Browser) -> None:
    answer = studying.client.get("/cards/export?plan=1&as=csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:2] == ["question", "answer"]
    assert len(rows) > 50
    assert "foundations-cards.csv" in answer.headers["content-disposition"]
    answer = studying.client.get("/cards/export?as=anki")
    assert answer.content.startswith(b"#")
    assert studying.get("/cards/export?plan=9").status == 404
