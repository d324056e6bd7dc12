"""One task in the browser: all that is known of it, and all that can be done with it."""

from datetime import date

from browsing import Browser

from studyplan.model import Kind, Status, Task

HOSTILE = [
    "\0",
    "日本語" * 67,
    "<script>alert(1)</script>",
    "9" * 400,
    "2026-02-30",
    "' or 1=1 --",
    "\ud800",
    "-5",
    "１２",
]


def task(browser: Browser, number: int) -> Task:
    return browser.planner.queries.show(number)[0][0]


def of_kind(browser: Browser, kind: Kind) -> Task:
    return next(each for each in browser.planner.queries.plan_views()[0].tasks if each.kind is kind)


def habit_day(browser: Browser) -> Task:
    """Today's occurrence of a new habit."""
    made = browser.planner.habits.add("Vocabulary", 15, "mon-fri")
    return next(each for each in made.tasks if each.date == date(2026, 7, 23))


def test_what_is_known(studying: Browser) -> None:
    page = studying.get("/tasks/3")
    assert page.status == 200
    for words in (
        "Define FinOps in your own words",
        "Key definition",
        "To show: Your two sentences",
        "planned for Mon 20 Jul",
    ):
        assert words in page.main
    assert page.soup.select('a[href^="https://"][rel~="noopener"]')


def test_a_task_that_is_not_there(studying: Browser) -> None:
    page = studying.get("/tasks/999")
    assert page.status == 404
    assert "No task 999" in page.main


def test_cards_are_folded_away(studying: Browser) -> None:
    """The answer stands behind its question, closed."""
    review = of_kind(studying, Kind.REVIEW)
    page = studying.get(f"/tasks/{review.number}")
    folds = page.soup.select("#cards ~ .folds details")
    assert folds
    assert not any(each.has_attr("open") for each in folds)
    assert all(each.summary and each.p for each in folds)


def test_done_with_minutes_day_and_note(studying: Browser) -> None:
    studying.get("/tasks/3")
    page = studying.post("/tasks/3/done", {"minutes": "1h10", "at": "2026-07-21", "note": "first\r\nsecond"})
    assert page.path == "/tasks/3"
    assert page.notices == ["Done: Define FinOps in your own words Undo"]
    found = task(studying, 3)
    assert (found.status, found.spent_minutes, found.note) == (Status.DONE, 70, "first\nsecond")
    assert "done on Tue 21 Jul" in page.main
    assert "Time spent Tue 21 Jul: 1 h 10" in page.main


def test_fewer_minutes_are_asked_about(studying: Browser) -> None:
    studying.get("/tasks/3")
    studying.post("/tasks/3/log", {"minutes": "40"})
    page = studying.post("/tasks/3/done", {"minutes": "15"})
    assert page.status == 409
    assert task(studying, 3).status is Status.OPEN
    page = studying.send("/tasks/3/done")
    assert (task(studying, 3).status, task(studying, 3).spent_minutes) == (Status.DONE, 15)


def test_scores_of_the_whole_and_of_modules(studying: Browser) -> None:
    """A weak module's reviews come first, and the page tells which moved."""
    mock = of_kind(studying, Kind.MOCK)
    page = studying.get(f"/tasks/{mock.number}")
    module = page.soup.select_one('input[name="weak"]')["value"]  # type: ignore[index]
    page = studying.send(f"/tasks/{mock.number}/done", score="36/50", weak=[module], **{f"score:{module}": "40"})
    found = task(studying, mock.number)
    assert found.score == 72
    assert [(each.module, each.percent) for each in found.scores] == [(module, 40)]
    assert "72%" in page.main


def test_scores_are_asked_of_those_that_have_one(studying: Browser) -> None:
    assert not studying.get("/tasks/3").soup.select('[name="score"]')
    page = studying.post("/tasks/3/done", {"score": "50"})
    assert "has no score" in page.notices[0]
    assert "Quizzes, reviews, mocks and exams have one" in page.notices[0]
    assert task(studying, 3).status is Status.OPEN


def test_correcting_and_reopening(studying: Browser) -> None:
    studying.get("/tasks/3")
    studying.post("/tasks/3/done", {"minutes": "20"})
    page = studying.send("/tasks/3/done", at="2026-07-22")
    assert "done on Wed 22 Jul" in page.main
    page = studying.send("/tasks/3/reopen")
    assert task(studying, 3).status is Status.OPEN
    assert page.notices == [
        "Reopened: Define FinOps in your own words The 20 min recorded stay in the log. Undo",
    ]


def test_skip_with_a_day_and_a_note(studying: Browser) -> None:
    studying.get("/tasks/3")
    studying.post("/tasks/3/skip", {"at": "2026-07-22", "note": "known"})
    found = task(studying, 3)
    assert (found.status, found.note) == (Status.SKIPPED, "known")
    page = studying.get("/tasks/3")
    assert "skipped on Wed 22 Jul" in page.main
    studying.send("/tasks/3/skip", note="well known")
    assert task(studying, 3).note == "known\nwell known"


def test_move_by_one_tap_and_by_date(studying: Browser) -> None:
    """The days near have buttons; what is moved by hand is pinned and says why it is there."""
    page = studying.get("/tasks/3")
    near = [each["value"] for each in page.form("/tasks/3/move").select("button[name=to]")]
    assert near == ["2026-07-23", "2026-07-24"]
    page = studying.send("/tasks/3/move", button="to")
    assert (task(studying, 3).date, task(studying, 3).pinned) == (date(2026, 7, 23), True)
    page = studying.post("/tasks/3/move", {"to": "2026-08-03"})
    assert page.notices[0].startswith("Moved to Mon 3 Aug: Define FinOps")
    assert "you put it on Mon 3 Aug" in page.main
    page = studying.send("/tasks/3/unpin")
    assert not task(studying, 3).pinned
    studying.send("/tasks/3/pin")
    assert task(studying, 3).pinned


def test_days_that_cannot_be(studying: Browser) -> None:
    before = task(studying, 3)
    studying.get("/tasks/3")
    page = studying.post("/tasks/3/move", {"to": "2028-01-01"})
    assert "outside" in page.notices[0]
    assert "“Replan” moves the end" in page.notices[0]
    assert studying.post("/tasks/3/move").notices == ["Choose a day to move it to."]
    assert task(studying, 3) == before


def test_what_was_typed_stays(studying: Browser) -> None:
    """The page comes back with the fold open that was written into, told what is wrong there."""
    mock = of_kind(studying, Kind.MOCK).number
    page = studying.get(f"/tasks/{mock}")
    module = page.soup.select_one('input[name="weak"]')["value"]  # type: ignore[index]
    page = studying.send(
        f"/tasks/{mock}/done", fold="record", minutes="lots", note="a long\r\nnote", score="36/50", weak=[module]
    )
    assert page.status == 400
    fold = page.soup.select_one("#record[open]")
    assert fold is not None
    assert "is not a length of time" in fold.select_one(".problem").get_text()  # type: ignore[union-attr]
    assert fold.select_one("#minutes")["value"] == "lots"  # type: ignore[index]
    assert fold.select_one("#score")["value"] == "36/50"  # type: ignore[index]
    assert fold.select_one("textarea").get_text() == "a long\nnote"  # type: ignore[union-attr]
    assert fold.select_one("input[name=weak][checked]")["value"] == module  # type: ignore[index]
    page = studying.send(f"/tasks/{mock}/note", text="worth keeping", link="nowhere")
    assert page.status == 400
    assert page.soup.select_one("#note[open] textarea").get_text() == "worth keeping"  # type: ignore[union-attr]
    assert page.soup.select_one("#link")["value"] == "nowhere"  # type: ignore[index]
    page = studying.send(f"/tasks/{mock}/log", minutes="25h", at="2026-07-22")
    assert page.soup.select_one("#log[open] #log-at")["value"] == "2026-07-22"  # type: ignore[index]
    assert not page.soup.select("#record[open]")
    assert studying.planner.queries.show(mock)[0][0].note is None
    page = studying.send(f"/tasks/{mock}/log", minutes="25m")
    assert page.path == f"/tasks/{mock}"
    assert page.notices[0].startswith("Recorded: 25 min on Wed 22 Jul")


def test_notes_links_and_files(studying: Browser) -> None:
    studying.get("/tasks/3")
    file = studying.site.config.database
    page = studying.send("/tasks/3/note", text="learnt", link="https://example.org/a")
    assert "learnt" in page.main
    page = studying.send("/tasks/3/note", text="more")
    assert task(studying, 3).note == "learnt\nmore"
    page = studying.send("/tasks/3/note", link="javascript:alert(1)")
    assert "is not a web address" in page.notices[0]
    page = studying.send("/tasks/3/note", link="", file=str(file) + ".none")
    assert "Give the path of a file that exists." in page.notices[0]
    page = studying.send("/tasks/3/note", file=str(file))
    assert task(studying, 3).files == (str(file),)
    studying.send("/tasks/3/note", forget=["https://example.org/a", str(file)])
    found = task(studying, 3)
    assert (found.links, found.files) == ((), ())


def test_time_afterwards(studying: Browser) -> None:
    studying.get("/tasks/3")
    page = studying.send("/tasks/3/log", minutes="25", at="2026-07-22")
    assert page.notices == [
        "Recorded: 25 min on Wed 22 Jul, Define FinOps in your own words 25 min in all on this task. Undo"
    ]
    assert "Time spent Wed 22 Jul: 25 min" in page.main
    assert studying.send("/tasks/3/log", minutes=" ").notices == ["Say how long you studied."]


def test_remove_and_bring_back(studying: Browser) -> None:
    studying.get("/tasks/3")
    page = studying.send("/tasks/3/remove")
    assert page.path == "/tasks"
    assert page.notices == ["Removed: Define FinOps in your own words Undo"]
    assert studying.get("/tasks/3").status == 404
    studying.undo()
    assert studying.get("/tasks/3").status == 200


def test_a_habits_page(studying: Browser) -> None:
    """Its number leads to the day of today; it can be marked on other days, and ends from a day on."""
    occurrence = habit_day(studying)
    page = studying.get(f"/tasks/{occurrence.habit}")
    assert "0 done, 0 missed" in page.main
    assert len(page.soup.select("#days ~ .tasks .task")) == 7
    assert not page.soup.select("#move")
    page = studying.send(f"/tasks/{occurrence.number}/done")
    assert "1 done, 0 missed" in page.main
    page = studying.send(f"/tasks/{occurrence.number}/remove", reach="this")
    assert page.notices == ["Removed: Vocabulary, Thu 23 Jul Undo"]
    page = studying.get(f"/tasks/{occurrence.habit}")
    assert page.path.startswith("/tasks/10000")
    assert "Fri 24 Jul" in page.main
    page = studying.send(f"{page.path}/remove")
    assert page.notices[0].startswith("Removed: Vocabulary, mon-fri")
    assert studying.get(f"/tasks/{occurrence.habit}").status == 404


def test_a_task_of_a_dropped_plan_is_only_shown(studying: Browser) -> None:
    studying.planner.plans.drop("foundations")
    page = studying.get("/tasks/3")
    assert page.status == 200
    assert not page.soup.select("main form[action^='/tasks/']")
    page = studying.post("/tasks/3/done")
    assert "was dropped" in page.notices[0]


def test_hostile_forms(studying: Browser) -> None:
    """Whatever is sent: no error of ours, and a task that is not there stays so."""
    fields = ("at", "minutes", "note", "score", "score:x", "weak", "to", "text", "link", "file", "forget", "reach")
    for number, action in enumerate(("done", "skip", "reopen", "move", "pin", "unpin", "note", "log", "remove")):
        assert studying.post(f"/tasks/999/{action}", {"to": "2026-07-24", "minutes": "5"}).status < 500
        for text in (*HOSTILE[number % 3 :: 3], HOSTILE[0]):
            for fold in ("", "record"):
                data = {**dict.fromkeys(fields, text.encode("utf-8", "surrogatepass")), "fold": fold.encode()}
                assert studying.post(f"/tasks/3/{action}", data).status < 500  # type: ignore[arg-type]


def test_where_a_form_leads_stays_here(studying: Browser) -> None:
    """No form sends its browser to another site."""
    for back in ("//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example"):
        answer = studying.client.post(
            "/tasks/3/pin", data={"back": back}, headers={"origin": "http://127.0.0.1:8765"}, follow_redirects=False
        )
        assert answer.headers["location"] == "/"
    answer = studying.client.post(
        "/tasks/3/unpin", data={"back": "/#task-4"}, headers={"origin": "http://127.0.0.1:8765"}, follow_redirects=False
    )
    assert answer.headers["location"] == "/#task-4"
