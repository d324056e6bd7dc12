"""Cards answered in the browser, one at a time."""

from datetime import date

import pytest
from browsing import Browser

from studyplan.model import LONGEST_ROUND, Grade
from studyplan.rules.card_selection import Limits

LONG = "復習" * 100


@pytest.fixture
def reviewing(studying: Browser) -> Browser:
    """The first four tasks are done, which have four cards."""
    studying.planner.tasks.done(1, 2, 3, 4)
    return studying


def answered(browser: Browser) -> list[tuple[int, str]]:
    """The cards with an answer, and how many each has."""
    cards = browser.planner.cards.decks()[0].cards
    return [(held.card.memory.answers, held.card.id) for held in cards if held.card.memory]


def flip(browser: Browser, **fields: str) -> None:
    browser.send("/review/card", **(fields or {"shown": "1"}))


def test_nothing_to_review(browser: Browser) -> None:
    assert "No plan is running" in browser.get("/review").main
    browser.planner.plans.start("foundations", start="2026-07-20", days=30)
    page = browser.get("/review")
    assert "You have not done a task with cards yet. “Today” lists what is due." in page.main
    assert "These bring the next cards:" in page.main
    first = page.soup.select_one('li a[href^="/tasks/"]')
    assert first
    page = browser.get("/review/begin?plan=1")
    assert page.path == "/review"
    assert page.notices[0].startswith("No cards to review.")


def test_a_round(reviewing: Browser) -> None:
    page = reviewing.get("/review")
    assert "4 cards" in page.main
    page = reviewing.send("/review/begin")
    assert "4 cards left" in page.main
    first = page.soup.select_one("#question")
    assert first
    assert not page.soup.select("#answer, button[name=grade]")
    assert page.soup.select_one('button[data-key=" "]')
    flip(reviewing, sure="0")
    page = reviewing.page
    assert page
    assert [each["data-key"] for each in page.soup.select("button[name=grade]")] == ["1", "2", "3", "4"]
    assert "comes back in this round" in page.main
    assert "you would forget it by about" in page.main
    page = reviewing.send("/review/answer", grade="again")
    assert len(answered(reviewing)) == 1
    assert "4 cards left" in page.main
    for _ in range(3):
        flip(reviewing)
        page = reviewing.send("/review/answer", grade="good")
    assert "once more" in page.main
    assert page.soup.select_one("#question") == first
    assert not page.soup.select("button[name=sure]")
    flip(reviewing)
    page = reviewing.send("/review/answer", grade="easy")
    assert page.path.startswith("/review/over?")
    assert "5 answers: 1 again, 3 good, 1 easy" in page.main
    assert "Recall expected on" in page.main
    assert sum(many for many, _ in answered(reviewing)) == 5
    found = reviewing.planner.review.recall()[0].calibration
    assert sum(each.unsure for each in found) == 1


def test_each_answer_is_written_at_once_and_counts_once(reviewing: Browser) -> None:
    reviewing.get("/review/begin?plan=1")
    flip(reviewing)
    shown = reviewing.page
    page = reviewing.send("/review/answer", grade="good")
    assert len(answered(reviewing)) == 1
    reviewing.page = shown
    again = reviewing.send("/review/answer", grade="good")
    assert again.path.partition("&tally")[0] == page.path.partition("&tally")[0]
    assert [many for many, _ in answered(reviewing)] == [1]
    assert reviewing.planner.history.batches(1)[0].action.startswith("review 1 card")


def test_a_wrong_key_is_taken_back(reviewing: Browser) -> None:
    page = reviewing.get("/review/begin?plan=1")
    question = page.soup.select_one("#question")
    flip(reviewing)
    reviewing.send("/review/answer", grade="easy")
    after = reviewing.page
    page = reviewing.send("/review/back")
    assert page.soup.select_one("#question") == question
    assert answered(reviewing) == []
    reviewing.page = after
    page = reviewing.send("/review/back")
    assert page.notices == ["Something else was changed since then."]


def test_the_review_is_done_with_its_last_card(reviewing: Browser) -> None:
    planner = reviewing.planner
    review = planner.review.session(None, Limits()).ahead[0]
    planner.tasks.move(review.number, to=date(2026, 7, 23))
    page = reviewing.get(f"/review/begin?plan=1&task={review.number}")
    for _ in range(20):
        if not page.path.startswith("/review/card"):
            break
        flip(reviewing)
        page = reviewing.send("/review/answer", grade="good")
    assert any(line.startswith("Done: Review 1") for line in page.notices)
    task = planner.queries.show(review.number)[0][0]
    assert task.status.value == "done"
    assert task.spent_minutes


def test_what_to_review_is_chosen(reviewing: Browser) -> None:
    assert "1 card left" in reviewing.get("/review/begin?plan=1&cards=1").main
    assert reviewing.get("/review/begin?plan=1&module=language&minutes=1").path.startswith("/review/card")
    assert reviewing.get("/review/begin?plan=1&cards=1&minutes=3").status == 400
    assert reviewing.get("/review/begin?plan=1&cards=0").status == 400
    assert reviewing.get(f"/review/begin?plan=1&minutes={LONGEST_ROUND}").path.startswith("/review/card")
    for minutes in (0, LONGEST_ROUND + 1):
        page = reviewing.get(f"/review/begin?plan=1&minutes={minutes}")
        assert (page.status, "A round takes 1 to 600 minutes." in page.main) == (400, True)
    assert reviewing.get("/review/begin?plan=1&module=nonsense").status == 404
    assert reviewing.get("/review/begin?plan=1&task=1").status == 409
    assert reviewing.get("/review/begin?plan=9").status == 404


def test_a_leech_is_set_aside_and_said(reviewing: Browser) -> None:
    card = reviewing.planner.cards.decks()[0].cards[0].card
    for _ in range(7):
        reviewing.planner.review.grade(None, [(card.id, Grade.GOOD), (card.id, Grade.AGAIN)])
    reviewing.planner.review.grade(None, [(card.id, Grade.GOOD)])
    reviewing.get(f"/review/card?plan=1&cards={card.number}")
    flip(reviewing)
    page = reviewing.send("/review/answer", grade="again")
    assert page.notices[0].startswith("Forgotten too often, and set aside")
    assert page.path.startswith("/review/over")
    assert "1 card is set aside" in reviewing.get("/review").main


def test_addresses_that_are_none(reviewing: Browser) -> None:
    for query in (
        "",
        "plan=x",
        "plan=1&cards=0",
        "plan=1&cards=99999",
        "plan=9&cards=1",
        f"plan=1&cards={LONG}",
        "plan=1%00&cards=1",
    ):
        assert reviewing.get(f"/review/card?{query}").status in (400, 404), query
        assert reviewing.get(f"/review/over?{query}").status in (200, 400, 404), query


def test_answers_that_are_none(reviewing: Browser) -> None:
    forms: list[dict[str, object]] = [
        {},
        {"plan": "1", "cards": "1"},
        {"plan": "1", "cards": "1", "grade": "good"},
        {"plan": "1", "cards": "1", "grade": "5", "answers": "0"},
        {"plan": "1", "cards": "1", "grade": LONG, "answers": "0"},
        {"plan": "1", "cards": "", "grade": "good", "answers": "0"},
        {"plan": "9", "cards": "1", "grade": "good", "answers": "0"},
        {"plan": "1", "cards": "1\0", "grade": "good", "answers": "0"},
        {"plan": "1", "cards": "9999", "grade": "good", "answers": "0", "began": "99999999999999"},
    ]
    reviewing.get("/review")
    for fields in forms:
        assert reviewing.post("/review/answer", fields).status in (200, 400, 404), fields
        assert answered(reviewing) == []
        assert reviewing.post("/review/back", fields).status in (200, 400, 404), fields


def test_a_round_of_no_plan_is_not_over(browser: Browser) -> None:
    assert browser.get("/review/over?plan=1&tally=1.0.2.0&was=300").status == 404


def test_the_task_that_brings_cards_is_named(browser: Browser) -> None:
    browser.planner.plans.start("foundations", start="2026-07-20", days=30)
    named = browser.get("/review").soup.select_one('main li a[href^="/tasks/"]')
    assert named
    browser.post(f"{named['href']}/done")
    page = browser.get("/review")
    assert "These bring the next cards:" not in page.main
    assert browser.planner.review.session(1, Limits()).questions
