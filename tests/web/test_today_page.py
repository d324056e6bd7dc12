"""The day in the browser: the taps that most days need."""

import pytest
from browsing import ADDRESS, Browser


def status(browser: Browser, number: int) -> str:
    return browser.planner.queries.show(number)[0][0].status.value


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
    page = studying.undo()
    assert page.notices[0].startswith("Taken back: Done: 1")
    assert studying.planner.queries.show(1)[0][0].status.value == "open"
    page = studying.post("/redo")
    assert page.notices[0].startswith("Done again")


def test_an_undo_takes_back_what_its_line_told_of(studying: Browser) -> None:
    """Something else that was done since, in another window or on another device, is named, and taken back only after a yes."""
    told = studying.post("/tasks/1/done")
    studying.planner.tasks.done(2)
    page = studying.send("/undo")
    assert page.status == 409
    assert "Take this one back instead: Done: 2" in page.main
    assert status(studying, 1) == status(studying, 2) == "done"
    assert page.form("/undo").select_one('input[name="back"]')["value"] == told.path
    page = studying.send("/undo")
    assert page.path == told.path
    assert page.notices[0].startswith("Taken back: Done: 2")
    assert (status(studying, 1), status(studying, 2)) == ("done", "open")
    answer = studying.client.post(
        "/undo", data={"batch": "1"}, headers={"origin": ADDRESS, "accept": "application/json"}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "changed-since")
    assert status(studying, 1) == "done"


def test_an_undo_that_names_nothing_is_asked_about(studying: Browser) -> None:
    studying.planner.tasks.done(1)
    page = studying.post("/undo")
    assert page.status == 409
    assert "Take this back: Done: 1" in page.main
    assert status(studying, 1) == "done"
    # While the question stood there, something else was done.
    studying.planner.tasks.done(2)
    assert "Done: 2" in studying.send("/undo").main
    assert status(studying, 2) == "done"
    studying.send("/undo")
    assert (status(studying, 1), status(studying, 2)) == ("done", "open")


@pytest.mark.parametrize("batch", ["x", "-1", "9" * 40, "999999999", "1\x00", "日本" * 100])
def test_an_undo_of_no_change(studying: Browser, batch: str) -> None:
    before = [each.number for each in studying.planner.history.batches()]
    assert studying.post("/undo", {"batch": batch, "back": "//elsewhere"}).status in (200, 409)
    assert [each.number for each in studying.planner.history.batches()] == before


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
    studying.may_miss = True
    assert studying.get("/nowhere").status == 404
    assert studying.get("/tasks/abc").status in (400, 404)


def test_the_focus_goes_on_to_the_next_task(studying: Browser) -> None:
    """Through all lists of the page, and from the last task to the one before it."""
    page = studying.get("/")
    numbers = [int(str(each["id"]).removeprefix("task-")) for each in page.soup.select("li.task.open")]
    assert len(numbers) > 3
    after = dict(zip(numbers, [*numbers[1:], numbers[-2]], strict=True))
    marked = [number for number in numbers if page.soup.select(f'form[action="/tasks/{number}/done"]')]
    # A test that has questions leads to them.
    assert 2 not in marked
    leads = [page.form(f"/tasks/{number}/done").select_one("[name=back]")["value"] for number in marked]  # type: ignore[index]
    assert leads == [f"/#task-{after[number]}" for number in marked]
    assert all(each["tabindex"] == "-1" for each in page.soup.select("li.task"))
    answer = studying.client.post(
        f"/tasks/{numbers[0]}/done",
        data={"back": leads[0]},
        headers={"origin": "http://127.0.0.1:8765"},
        follow_redirects=False,
    )
    assert answer.headers["location"] == f"/#task-{numbers[1]}"


def test_skip_and_more_behind_a_fold(studying: Browser) -> None:
    page = studying.get("/")
    fold = page.soup.select_one("#task-1 details")
    assert fold is not None
    assert not fold.has_attr("open")
    page = studying.send("/tasks/1/skip")
    assert page.notices == ["Skipped: Fix your study times and ask for one conversation Undo"]
    tomorrow = page.soup.select_one("#task-2 [formaction$='/move']")
    assert tomorrow is not None
    page = studying.post("/tasks/2/move", {str(tomorrow["name"]): tomorrow["value"]})
    assert page.notices[0].startswith("Moved to Fri 24 Jul")


def test_a_short_time(studying: Browser) -> None:
    """One tap asks for what makes the best of some minutes; the plan stays as it is."""
    before = studying.planner.queries.plan_views()
    page = studying.get("/")
    assert [each["value"] for each in page.soup.select(".spans button")] == ["15", "30", "45", "60"]
    page = studying.get("/?minutes=1h10")
    choice = studying.planner.short_session.best(70)
    assert "In 1 h 10" in page.main
    shown = [str(each["href"]) for each in page.soup.select("section[aria-labelledby=choice] a.title")]
    assert shown == [f"/tasks/{task.number}" for task, *_ in choice.picks]
    assert studying.planner.queries.plan_views() == before
    assert "The shortest one takes" in studying.get("/?minutes=5").main
    for text in ("lots", "-5", "99999", "%00", "0"):
        page = studying.get(f"/?minutes={text}")
        assert page.status == 400
        assert page.soup.select(".notice.problem")


def test_the_timer_is_told(studying: Browser) -> None:
    studying.planner.timer.start(3)
    page = studying.get("/")
    assert "The timer runs: 0 min, Define FinOps" in page.main
    page = studying.send("/timer/stop")
    assert page.path == "/"
    assert studying.planner.timer.running() is None


def test_habits_with_their_streaks(studying: Browser) -> None:
    made = studying.planner.habits.add("Vocabulary", 15, "mon-fri", on="2026-07-20")
    number = next(each.number for each in made.tasks if str(each.date) == "2026-07-23")
    page = studying.get("/")
    assert "Vocabulary 72 15 min read 0 done, " in page.main
    page = studying.send(f"/tasks/{number}/done")
    assert "1 done" in page.main


def test_a_fortnight_missed(browser: Browser) -> None:
    """The first few are listed, the others are a tap away, and the page stays small."""
    browser.planner.plans.start("foundations", start="2026-06-20", days=60)
    page = browser.get("/")
    number = len(browser.planner.queries.today().overdue)
    assert number > 12
    assert len(page.soup.select("section[aria-labelledby=overdue] li.task")) == 5
    assert f"All {number} overdue tasks" in page.main
    way, first = page.soup.select('#overdue ~ p a[href="/replan"], #overdue ~ ul li.task')[:2]
    assert (way["href"], first["class"][0]) == ("/replan", "task"), "the way out stands before what was missed"  # type: ignore[index]
    assert page.soup.select('a[href="/replan"]')
    assert len(page.html) < 30_000


def test_an_empty_plan(browser: Browser) -> None:
    browser.planner.plans.start("blank", start="2026-07-20", days=30)
    page = browser.get("/")
    assert "There is no task yet" in page.main
    assert page.soup.select('a.main[href="/add"]')


def test_everything_done_and_finished(studying: Browser) -> None:
    studying.planner.tasks.done(*(each.number for each in studying.planner.queries.plan_views()[0].tasks))
    page = studying.get("/")
    assert "No plan is running" in page.main
    assert "“foundations” is finished" in page.main
    assert page.soup.select('a[href="/start"]')
    assert page.soup.select('a[href="/plans/1"]')
    assert page.soup.select("section[aria-labelledby=done] li.task")
    assert not page.soup.select(".spans")


def test_nothing_today(studying: Browser) -> None:
    (view,) = studying.planner.queries.plan_views()
    studying.planner.tasks.done(*(each.number for each in view.tasks if str(each.date) <= "2026-07-23"))
    page = studying.get("/")
    assert "Nothing is due today" in page.main
    assert "Next: Fri 24 Jul 2026" in page.main


def test_one_plan_of_two(studying: Browser) -> None:
    studying.planner.plans.start("blank", name="other", start="2026-07-20", days=30)
    studying.planner.tasks.add("Essay", 30, plan="other", on="2026-07-23")
    page = studying.get("/")
    assert "foundations: 26 days to the exam" in page.main
    assert page.soup.select('a[href="/?plan=2"]')
    page = studying.get("/?plan=2")
    assert "Essay" in page.main
    assert not page.soup.select("#overdue")
    assert page.form("/tasks/72/done")
    assert studying.get("/?plan=77").status == 404
