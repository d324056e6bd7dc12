"""A day through the main pages with PostgreSQL behind them."""

from datetime import date
from pathlib import Path

from browsing import Browser, site_of

from studyplan.model import Status
from studyplan.store import migrate


def test_a_day(postgres_url: str, tmp_path: Path) -> None:
    migrate.upgrade(postgres_url, tell=lambda line: None)
    site = site_of(postgres_url, "2026-07-23", tmp_path, learner="ana")
    browser = Browser(site)
    browser.planner.learners.add("ana")
    assert "No plan is running" in browser.get("/").main
    browser.planner.plans.start("foundations", start="2026-07-20", days=30)
    browser.get("/")
    browser.send("/tasks/1/done")
    browser.get("/tasks/2")
    browser.send("/tasks/2/log", minutes="20")
    browser.post("/tasks/2/move", {"to": "2026-07-27"})
    browser.post("/tasks/2/note", {"text": "later\r\nthan planned"})
    browser.post("/timer/start", {"task": "3"})
    browser.get("/timer")
    browser.send("/timer/stop", minutes="25", done="1")
    browser.get("/add")
    browser.send("/add", words="Essay tomorrow 1h")
    browser.post("/add", {"title": "Vocabulary", "minutes": "15", "every": ["0", "3"]})
    browser.get("/tasks?select=1")
    browser.post("/tasks/marked", {"task": ["4", "5"], "act": "skip"})
    browser.get("/tasks/6/edit")
    browser.send("/tasks/6/edit", title="Something else", order="last")
    browser.undo()
    for path in ("/", "/?minutes=30", "/week", "/month", "/agenda", "/tasks?search=essay", "/log", "/tasks/73"):
        assert browser.get(path).status == 200
    (view,) = browser.planner.queries.plan_views()
    found = {task.number: task for task in view.tasks}
    assert [found[number].status for number in (1, 3, 4, 5)] == [
        Status.DONE,
        Status.DONE,
        Status.SKIPPED,
        Status.SKIPPED,
    ]
    assert (found[2].date, found[2].spent_minutes, found[2].note) == (date(2026, 7, 27), 20, "later\nthan planned")
    assert found[3].spent_minutes == 25
    assert found[6].title != "Something else"
    assert found[72].title == "Essay"
    assert view.plan.habits[0].title == "Vocabulary"
    browser.client.close()
    site.source.close()


def test_learning(postgres_url: str, tmp_path: Path) -> None:
    """Cards, a test, what was done and its undoing."""
    migrate.upgrade(postgres_url, tell=lambda line: None)
    site = site_of(postgres_url, "2026-07-23", tmp_path, learner="ana")
    browser = Browser(site)
    browser.planner.learners.add("ana")
    browser.planner.plans.start("foundations", start="2026-07-20", days=30)
    browser.planner.tasks.done(1, 3, 4)
    browser.get("/review")
    browser.send("/review/begin")
    browser.send("/review/card", sure="1")
    browser.send("/review/answer", grade="again")
    browser.send("/review/back")
    browser.send("/review/card", sure="0")
    browser.send("/review/answer", grade="good")
    browser.get("/cards")
    browser.send("/cards/suspend")
    browser.get("/mock/2")
    browser.send("/mock/2/begin")
    browser.send("/test/1", given="1", sure="1")
    browser.get("/test/1/overview")
    assert browser.send("/test/1/end").path == "/test/1/result"
    number = browser.planner.mock.outcome(1).wrong[0].question.number
    browser.send("/test/1/errors", **{f"slip-{number}": "misread"})
    assert browser.planner.mock.outcome(1).wrong[0].response.slip == "misread"
    browser.get("/history")
    browser.send("/history/undo")
    assert browser.planner.mock.outcome(1).wrong[0].response.slip is None
    for path in ("/quiz", "/progress", "/report/page", "/history?plan=1&before=5", "/review/over?plan=1&tally=0.0.1.0"):
        assert browser.get(path).status == 200, path
    (deck,) = browser.planner.cards.decks()
    assert [held.card.memory.answers for held in deck.cards if held.card.memory] == [1]
    assert sum(held.card.suspended_at is not None for held in deck.cards) == 1
    browser.client.close()
    site.source.close()
