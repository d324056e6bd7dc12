"""The list of tasks in the browser: looked through, and several marked at once."""

from datetime import date

import pytest
from browsing import Browser

from studyplan.model import Status, Task


def task(browser: Browser, number: int) -> Task:
    return browser.planner.queries.show(number)[0][0]


def listed(browser: Browser, query: str = "") -> list[int]:
    """The numbers of the tasks that the page lists, in its order."""
    page = browser.get(f"/tasks{query}")
    assert page.status == 200
    return [int(str(each["id"]).removeprefix("task-")) for each in page.soup.select("li.task[id]")]


def numbers(browser: Browser, **wanted: object) -> list[int]:
    """What the planner finds."""
    (view,) = browser.planner.queries.search(**wanted)  # type: ignore[arg-type]
    return [each.number for each in view.tasks if each.status is Status.OPEN and not each.missed]


def test_without_a_plan(browser: Browser) -> None:
    page = browser.get("/tasks")
    assert "No plan is running." in page.main
    assert browser.get("/tasks?search=x").status == 200


def test_all_that_are_open_by_day(studying: Browser) -> None:
    studying.planner.tasks.done(1)
    assert sorted(listed(studying)) == sorted(numbers(studying))
    assert 1 not in listed(studying)
    assert 1 in listed(studying, "?all=1")
    page = studying.get("/tasks")
    assert "Thu 23 Jul today" in page.main


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("?module=language", {"modules": "language"}),
        ("?kind=mock&kind=quiz", {"kinds": ("mock", "quiz")}),
        ("?from=2026-07-24&until=2026-07-26", {"first": "2026-07-24", "last": "2026-07-26"}),
        ("?search=finops", {"words": "finops"}),
        ("?overdue=1", {"overdue": True}),
        ("?sort=minutes", {"sort": "minutes"}),
        ("?sort=title&kind=read", {"sort": "title", "kinds": "read"}),
    ],
)
def test_looked_for(studying: Browser, query: str, wanted: dict[str, object]) -> None:
    """What the page finds is what the planner finds, in its order."""
    found = numbers(studying, **wanted)
    assert found
    assert listed(studying, query) == found


def test_by_tag(studying: Browser) -> None:
    tag = studying.get("/tasks").soup.select_one("#tag option[value]:not([value=''])")
    assert tag is not None
    assert listed(studying, f"?tag={tag['value']}") == numbers(studying, tag=str(tag["value"]))


def test_filters_stay_as_they_were_set(studying: Browser) -> None:
    page = studying.get("/tasks?kind=mock&kind=quiz&sort=title&search=mock&all=1")
    assert [each["value"] for each in page.soup.select("input[name=kind][checked]")] == ["mock", "quiz"]
    assert page.soup.select_one("#search")["value"] == "mock"  # type: ignore[index]
    assert page.soup.select_one("details[open] input[name=all]").has_attr("checked")  # type: ignore[union-attr]


def test_nothing_matches(studying: Browser) -> None:
    assert "No task matches." in studying.get("/tasks?search=zeppelin").main
    studying.planner.tasks.done(1)
    title = task(studying, 1).title
    assert "No open task matches; 1 finished one does." in studying.get(f"/tasks?search={title}").main


def test_what_cannot_be_read_is_said(studying: Browser) -> None:
    for query in ("kind=nope", "from=never", "from=2026-08-01&until=2026-07-01", "sort=x", "plan=77", "module=%00"):
        page = studying.get(f"/tasks?{query}")
        assert 400 <= page.status < 500
        assert page.soup.select(".notice.problem")
    for query in (
        "search=%00%FF",
        "shown=%C2%B2",
        "shown=99999999999999999999999",
        "tick=x&select=1",
        "search=" + "a" * 5000,
    ):
        assert studying.get(f"/tasks?{query}").status == 200


def test_the_focus_goes_on_after_done(studying: Browser) -> None:
    """Marking a task of a list leads back to it, at the next one of its day."""
    first, second, *_ = listed(studying, "?overdue=1")
    page = studying.get("/tasks?overdue=1")
    back = page.form(f"/tasks/{first}/done").select_one("input[name=back]")["value"]  # type: ignore[index]
    assert back == f"/tasks?overdue=1#task-{second}"
    page = studying.send(f"/tasks/{first}/done")
    assert page.path == "/tasks?overdue=1"


def test_habits_stand_apart(studying: Browser) -> None:
    made = studying.planner.habits.add("Vocabulary", 15, "mon-fri")
    page = studying.get("/tasks")
    assert "Vocabulary 72 15 min mon-fri 0 done, 0 missed" in page.main
    assert not set(listed(studying)) & {each.number for each in made.tasks}
    assert len(listed(studying, "?search=vocabulary")) == len(made.tasks)


def test_several_at_once(studying: Browser) -> None:
    page = studying.get("/tasks?overdue=1&select=1")
    boxes = [each["value"] for each in page.soup.select("input[name=task]")]
    page = studying.send("/tasks/marked", button="act", task=boxes[:2], minutes="20", at="2026-07-22", note="both")
    assert page.path == "/tasks?overdue=1&select=1"
    assert page.notices[0].startswith("Done: ")
    for number in boxes[:2]:
        found = task(studying, int(str(number)))
        assert (found.status, found.spent_minutes, found.note) == (Status.DONE, 20, "both")
    studying.undo()
    assert task(studying, int(str(boxes[0]))).status is Status.OPEN


def test_the_next_ticks_are_new_ones(studying: Browser) -> None:
    """After all that is listed was ticked and marked, what is left has no tick."""
    page = studying.get("/tasks?search=finops&all=1&select=all")
    boxes = [each["value"] for each in page.soup.select("input[name=task]")]
    page = studying.send("/tasks/marked", button="act", task=boxes[:1])
    assert page.path == "/tasks?search=finops&all=1&select=1"
    assert not page.soup.select("input[name=task][checked]")


def test_each_deed_with_those_that_are_ticked(studying: Browser) -> None:
    ticked = ["3", "4"]
    studying.get("/tasks?select=1")
    studying.post("/tasks/marked", {"task": ticked, "act": "skip"})
    assert {task(studying, each).status for each in (3, 4)} == {Status.SKIPPED}
    studying.post("/tasks/marked", {"task": ticked, "act": "reopen"})
    assert {task(studying, each).status for each in (3, 4)} == {Status.OPEN}
    studying.post("/tasks/marked", {"task": ticked, "act": "move", "to": "2026-07-28"})
    assert {(task(studying, each).date, task(studying, each).pinned) for each in (3, 4)} == {(date(2026, 7, 28), True)}
    studying.post("/tasks/marked", {"task": ticked, "act": "unpin"})
    assert not task(studying, 3).pinned
    studying.post("/tasks/marked", {"task": ticked, "act": "pin"})
    assert task(studying, 4).pinned
    page = studying.post("/tasks/marked", {"task": ticked, "act": "remove"})
    assert page.notices[0].startswith("Removed: ")
    assert not {3, 4} & set(listed(studying, "?all=1"))


def test_ticks_are_not_lost(studying: Browser) -> None:
    """Where it cannot be, all stays as it was, the boxes too."""
    studying.get("/tasks?select=1")
    page = studying.post(
        "/tasks/marked", {"task": ["3", "4"], "act": "move", "to": "2028-01-01", "back": "/tasks?select=1"}
    )
    assert "outside" in page.notices[0]
    assert [each["value"] for each in page.soup.select("input[name=task][checked]")] == ["3", "4"]
    page = studying.post("/tasks/marked", {"act": "done", "back": "/tasks?select=1"})
    assert page.notices == ["Tick the tasks first."]
    page = studying.get("/tasks?select=all")
    assert len(page.soup.select("input[name=task][checked]")) == len(page.soup.select("input[name=task]")) > 10


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"act": "move", "to": ""}, "Choose a day to move it to."),
        ({"act": "move"}, "Choose a day to move it to."),
        ({"act": "burn"}, "Choose what to do with them."),
        ({}, "Choose what to do with them."),
    ],
)
def test_what_was_not_chosen_is_asked_for(studying: Browser, form: dict[str, object], said: str) -> None:
    before = studying.planner.queries.plan_views()
    page = studying.post("/tasks/marked", {"task": ["8", "9"], "back": "/tasks?select=1", **form})
    assert (page.status, page.notices) == (200, [said])
    assert [each["value"] for each in page.soup.select("input[name=task][checked]")] == ["8", "9"]
    assert studying.planner.queries.plan_views() == before


def test_a_slip_with_several_is_asked_about(studying: Browser) -> None:
    studying.planner.timer.add(3, 40)
    studying.get("/tasks?select=1")
    page = studying.send("/tasks/marked", button="act", task=["3", "4"], minutes="10")
    assert page.status == 409
    page = studying.send("/tasks/marked")
    assert {task(studying, each).spent_minutes for each in (3, 4)} == {10}


def test_plans_together(studying: Browser) -> None:
    studying.planner.plans.start("blank", name="other", start="2026-07-20", days=30)
    studying.planner.tasks.add("Essay", 30, plan="other", on="2026-07-23")
    page = studying.get("/tasks?search=essay")
    assert "Essay" in page.main
    assert "other" in page.main
    assert len(listed(studying, "?plan=2")) == 1
    assert set(listed(studying)) > set(listed(studying, "?plan=2"))


def test_long_lists_are_shown_in_parts(studying: Browser) -> None:
    studying.planner.task_lists.add("\n".join(f"Chapter {n} 5m" for n in range(1, 120)).encode())
    page = studying.get("/tasks")
    assert len(page.soup.select("li.task[id]")) == 100
    more = page.soup.select_one('a[href*="shown="]')
    assert more is not None
    assert len(studying.get(str(more["href"])).soup.select("li.task[id]")) > 150


def test_hostile_forms(studying: Browser) -> None:
    before = studying.planner.queries.plan_views()
    for act in ("done", "skip", "reopen", "move", "pin", "unpin", "remove", "\0", ""):
        for text in ("\0", "-1", "9" * 400):
            data = {
                "task": [text, "999"],
                "act": act,
                "to": text,
                "at": text,
                "minutes": text,
                "note": text,
                "back": text,
            }
            assert studying.post("/tasks/marked", data).status < 500  # type: ignore[arg-type]
    assert studying.planner.queries.plan_views() == before
