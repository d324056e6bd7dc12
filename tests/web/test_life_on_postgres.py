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
    browser.post("/undo")
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
