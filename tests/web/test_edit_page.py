"""Changing a task or a habit in the browser: only what is other than it was, and nothing typed is lost."""

from datetime import date

from browsing import Browser

from studyplan.model import Kind, Task

HOSTILE = ["\0", "日本語" * 67, "<script>alert(1)</script>", "9" * 400, "2026-02-30", "\ud800", "-5", "\u202e"]


def task(browser: Browser, number: int) -> Task:
    return browser.planner.queries.show(number)[0][0]


def of_kind(browser: Browser, kind: Kind) -> Task:
    return next(each for each in browser.planner.queries.plan_views()[0].tasks if each.kind is kind)


def test_nothing_changed(studying: Browser) -> None:
    before = task(studying, 3)
    studying.get("/tasks/3/edit")
    page = studying.send("/tasks/3/edit")
    assert page.path == "/tasks/3"
    assert page.notices == ["Nothing to change: it was so already."]
    assert task(studying, 3) == before


def test_every_field(studying: Browser) -> None:
    studying.get("/tasks/3/edit")
    page = studying.send(
        "/tasks/3/edit",
        title="FinOps in a sentence",
        minutes="1h",
        on="2026-07-27",
        kind="essay",
        module="mine",
        note="a\r\nb",
    )
    assert page.notices[0].startswith("Changed: FinOps in a sentence")
    found = task(studying, 3)
    assert (found.title, found.minutes, found.date, found.note) == (
        "FinOps in a sentence",
        60,
        date(2026, 7, 27),
        "a\nb",
    )
    assert (found.kind_word, found.module) == ("essay", "mine")
    studying.get("/tasks/3/edit")
    studying.send("/tasks/3/edit", note="")
    assert task(studying, 3).note is None


def test_its_place_in_the_order(studying: Browser) -> None:
    """What it comes after is ticked already; other boxes and another place are saved."""
    tasks = sorted(studying.planner.queries.plan_views()[0].tasks, key=lambda each: each.position)
    third, other = task(studying, 3), tasks[6]
    page = studying.get("/tasks/3/edit")
    ticked = [each["value"] for each in page.soup.select("input[name=after][checked]")]
    assert ticked == list(third.after)
    studying.send("/tasks/3/edit", after=[tasks[0].task], order="last")
    found = task(studying, 3)
    assert found.after == (tasks[0].task,)
    assert found.position > third.position
    studying.get("/tasks/3/edit")
    studying.send("/tasks/3/edit", after=[], order=other.task)
    assert task(studying, 3).after == ()
    page = studying.post("/tasks/3/edit", {"order": "nowhere"})
    assert page.status == 404


def test_what_was_typed_stays(studying: Browser) -> None:
    before = task(studying, 3)
    studying.get("/tasks/3/edit")
    page = studying.send("/tasks/3/edit", title="Better", minutes="lots")
    assert page.status == 400
    assert "is not a length of time" in page.main
    assert page.soup.select_one("#title")["value"] == "Better"  # type: ignore[index]
    assert page.soup.select_one("#minutes")["value"] == "lots"  # type: ignore[index]
    page = studying.send("/tasks/3/edit", minutes="20", on="2028-01-01")
    assert page.status == 409
    assert "“Replan” moves the end of the plan." in page.main
    assert task(studying, 3) == before


def test_only_what_it_can_have_is_offered(studying: Browser) -> None:
    page = studying.get(f"/tasks/{of_kind(studying, Kind.EXAM).number}/edit")
    assert {each["name"] for each in page.soup.select("main form [name]")} == {"title", "minutes", "note"}
    page = studying.get(f"/tasks/{of_kind(studying, Kind.REVIEW).number}/edit")
    assert not page.soup.select("[name=kind], [name=order]")
    studying.planner.tasks.done(3)
    assert not studying.get("/tasks/3/edit").soup.select("[name=on]")


def test_a_habit(studying: Browser) -> None:
    """On one day, from a day on, or altogether; other weekdays are of the whole."""
    made = studying.planner.habits.add("Vocabulary", 15, "mon-fri")
    number = next(each.number for each in made.tasks if each.date == date(2026, 7, 23))
    studying.get(f"/tasks/{number}/edit")
    page = studying.send(f"/tasks/{number}/edit", minutes="30", reach="this")
    assert page.notices == ["Changed: Vocabulary, Thu 23 Jul Undo"]
    assert [each.minutes for each in _days(studying, made.tasks)][:2] == [30, 15]
    studying.get(f"/tasks/{number}/edit")
    page = studying.send(
        f"/tasks/{number}/edit", title="Words", minutes="20", every=["0", "3"], until="2026-08-06", reach="following"
    )
    assert page.notices[0].startswith("Changed: Words, mon,thu until Thu 6 Aug")
    days = [each for view in studying.planner.queries.plan_views() for each in view.tasks if each.habit is not None]
    assert {each.date.weekday() for each in days} == {0, 3}
    assert {each.title for each in days} == {"Words"}
    studying.get(f"/tasks/{number}/edit")
    page = studying.send(f"/tasks/{number}/edit", every=["1"], reach="this")
    assert page.status == 400
    assert "those of the whole habit" in page.main
    assert page.soup.select_one('input[value="this"]').has_attr("checked")  # type: ignore[union-attr]
    page = studying.post(f"/tasks/{number}/edit", {"note": "of this day"})
    assert page.notices[0].startswith("Changed: Words")
    assert task(studying, number).note == "of this day"


def _days(browser: Browser, tasks: tuple[Task, ...]) -> list[Task]:
    return [task(browser, each.number) for each in sorted(tasks, key=lambda each: each.date)]


def test_no_such_task(studying: Browser) -> None:
    assert studying.get("/tasks/999/edit").status == 404
    assert studying.post("/tasks/999/edit", {"title": "x"}).notices


def test_hostile_forms(studying: Browser) -> None:
    made = studying.planner.habits.add("Vocabulary", 15, "mon-fri")
    before = studying.planner.queries.plan_views()
    fields = ("minutes", "on", "kind", "module", "order", "after", "ordered", "every", "days", "until", "reach")
    for number in (3, of_kind(studying, Kind.EXAM).number, made.tasks[0].number):
        for text in HOSTILE[number % 2 :: 2]:
            raw = text.encode("utf-8", "surrogatepass")
            assert 400 <= studying.post(f"/tasks/{number}/edit", dict.fromkeys(fields, raw)).status < 500  # type: ignore[arg-type]
        assert studying.post(f"/tasks/{number}/edit").status == 200
    assert studying.planner.queries.plan_views() == before
