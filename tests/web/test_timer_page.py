"""Time in the browser: the timer, and the log of what was studied when."""

from datetime import timedelta

import pytest
from browsing import Browser

from studyplan.clock import Clock
from studyplan.model import Status, Task


def task(browser: Browser, number: int) -> Task:
    return browser.planner.queries.show(number)[0][0]


def test_no_timer(browser: Browser) -> None:
    assert "No timer is running." in browser.get("/timer").main
    assert browser.get("/log").status == 200


def test_started_on_a_tasks_page_and_stopped(studying: Browser) -> None:
    studying.get("/tasks/3")
    page = studying.send("/timer/start")
    assert page.path == "/tasks/3"
    assert page.notices == ["The timer runs: Define FinOps in your own words Undo"]
    page = studying.send("/timer/start")
    assert page.notices[0].startswith("The timer was running already")
    page = studying.get("/timer")
    assert "Define FinOps in your own words" in page.main
    page = studying.send("/timer/stop", minutes="25")
    assert page.notices[0].startswith("Recorded: 25 min on Thu 23 Jul, Define FinOps")
    assert task(studying, 3).spent_minutes == 25
    assert studying.planner.timer.running() is None


def test_stopped_with_the_task_done(studying: Browser) -> None:
    studying.post("/timer/start", {"task": "3"})
    studying.get("/timer")
    studying.send("/timer/stop", minutes="25", done="1")
    assert task(studying, 3).status is Status.DONE


def test_another_timer_is_not_started(studying: Browser) -> None:
    studying.get("/timer")
    studying.post("/timer/start", {"task": "3"})
    page = studying.post("/timer/start", {"task": "4"})
    assert "has been running on task 3" in page.notices[0]
    assert "“Timer” stops it." in page.notices[0]
    assert studying.post("/timer/start").notices == ["Choose a task to time."]


def test_cancelled_and_brought_back(studying: Browser) -> None:
    studying.get("/timer")
    studying.post("/timer/start", {"task": "3"})
    page = studying.send("/timer/cancel")
    assert page.notices == ["The timer was cancelled; nothing was recorded. Undo"]
    assert studying.planner.timer.running() is None
    studying.undo()
    assert studying.planner.timer.running() is not None
    studying.post("/timer/cancel")
    assert studying.post("/timer/cancel").notices == ["No timer is running."]


def test_a_forgotten_timer_is_asked_about(studying: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hours are recorded only by whoever says so."""
    studying.post("/timer/start", {"task": "3"})
    assert not studying.get("/timer").soup.select("button[name=long]")
    now = Clock.now
    monkeypatch.setattr(Clock, "now", lambda clock: now(clock) + timedelta(hours=6))
    page = studying.get("/timer")
    assert "It has run for 6 h." in page.main
    page = studying.send("/timer/stop")
    assert "Give the minutes that you studied" in page.notices[0]
    assert task(studying, 3).spent_minutes is None
    page = studying.send("/timer/stop", button="long")
    assert task(studying, 3).spent_minutes == 360


def test_the_log_by_day(studying: Browser) -> None:
    studying.planner.timer.add(3, 25, on="2026-07-22")
    studying.planner.timer.add(4, 15, on="2026-07-23")
    page = studying.get("/log")
    assert "40 min recorded" in page.main
    assert [each.get_text(" ", strip=True) for each in page.soup.select("section h2")] == [
        "Thu 23 Jul 2026 15 min",
        "Wed 22 Jul 2026 25 min",
    ]
    assert "25 min recorded" in studying.get("/log?until=2026-07-22").main
    assert "15 min recorded" in studying.get("/log?task=4").main
    page = studying.get("/log?since=2026-07-30")
    assert "No time is recorded here yet" in page.main


def test_a_filter_that_cannot_be_read(studying: Browser) -> None:
    for query in ("since=never", "task=999", "task=,", "plan=77", "until=%00", "task=" + "9" * 300):
        page = studying.get(f"/log?{query}")
        assert 400 <= page.status < 500
        assert page.soup.select(".notice.problem")


def test_correct_and_remove_entries(studying: Browser) -> None:
    entry = studying.planner.timer.add(3, 25, on="2026-07-22").entry
    studying.get("/log")
    page = studying.send(f"/log/{entry}/edit", minutes="35", at="2026-07-21")
    assert page.notices[0].startswith("Recorded: 35 min on Tue 21 Jul")
    assert task(studying, 3).spent_minutes == 35
    page = studying.send(f"/log/{entry}/edit")
    assert page.notices == ["Nothing to change: it was so already."]
    assert "Remove the entry instead." in studying.send(f"/log/{entry}/edit", minutes="0").notices[0]
    page = studying.post(f"/log/{entry}/remove")
    assert page.notices == ["Time removed: Define FinOps in your own words Undo"]
    assert task(studying, 3).spent_minutes is None
    assert "has no entry" in studying.post(f"/log/{entry}/remove").notices[0]


def test_hostile_forms(studying: Browser) -> None:
    entry = studying.planner.timer.add(3, 25, on="2026-07-22").entry
    for path in ("/timer/start", "/timer/stop", "/timer/cancel", f"/log/{entry}/edit", "/log/99999999999/edit"):
        for text in ("\0", "日本語" * 67, "-1", "1e9", "9" * 500):
            data = dict.fromkeys(("task", "minutes", "at", "done", "long", "back"), text)
            assert studying.post(path, data).status < 500
    assert task(studying, 3).spent_minutes == 25
