"""The day in the browser: the taps that most days need."""

from browsing import Browser


def test_welcome(browser: Browser) -> None:
    page = browser.get("/")
    assert page.status == 200
    assert "No plan is running" in page.main
    assert page.soup.select_one('a[href="/start"]')


def test_the_day(studying: Browser) -> None:
    page = studying.get("/")
    assert "Thu 23 Jul 2026" in page.main
    assert page.soup.select("#overdue")
    assert "Fix your study times" in page.main
    assert len(page.html) < 30_000


def test_done_and_taken_back(studying: Browser) -> None:
    page = studying.send("/tasks/1/done")
    assert page.path == "/"
    assert page.notices == ["Done: Fix your study times and ask for one conversation Undo"]
    assert studying.planner.queries.show(1)[0][0].status.value == "done"
    assert studying.get("/").notices == []
    page = studying.post("/undo")
    assert page.notices[0].startswith("Taken back: done 1")
    assert studying.planner.queries.show(1)[0][0].status.value == "open"
    page = studying.post("/redo")
    assert page.notices[0].startswith("Done again")


def test_a_slip_is_asked_about(studying: Browser) -> None:
    """A day before the plan began is recorded after a yes; what was typed is kept."""
    page = studying.post("/tasks/1/done", {"at": "2026-07-01", "note": "at last"})
    assert page.status == 409
    assert "Are you sure" in page.main
    assert studying.planner.queries.show(1)[0][0].status.value == "open"
    page = studying.send("/tasks/1/done")
    assert page.notices[0].startswith("Done: ")
    assert studying.planner.queries.show(1)[0][0].note == "at last"


def test_what_cannot_be_read_is_said(studying: Browser) -> None:
    page = studying.post("/tasks/1/done", {"minutes": "lots"})
    assert "problem" in page.html
    assert page.path == "/"
    assert studying.planner.queries.show(1)[0][0].status.value == "open"
    page = studying.post("/tasks/999/done")
    assert any("999" in line for line in page.notices)


def test_scripts_are_answered_in_json(studying: Browser) -> None:
    answer = studying.client.post(
        "/tasks/999/done", headers={"origin": "http://127.0.0.1:8765", "accept": "application/json"}
    )
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not-found"


def test_pages_that_are_none(studying: Browser) -> None:
    assert studying.get("/nowhere").status == 404
    assert studying.get("/tasks/abc").status in (400, 404)
