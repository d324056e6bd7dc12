"""Week, month and agenda in the browser."""

from browsing import Browser, Page

from studyplan.model import Kind, Status


def listed(page: Page) -> list[int]:
    return [int(str(each["id"]).removeprefix("task-")) for each in page.soup.select("li.task[id]")]


def test_without_a_plan(browser: Browser) -> None:
    for path in ("/week", "/month", "/agenda"):
        page = browser.get(path)
        assert page.status == 200
        assert page.soup.select('a[href="/start"]')


def test_the_week(studying: Browser) -> None:
    """What the planner has of seven days, with what is overdue told above."""
    page = studying.get("/week")
    week = studying.planner.queries.week()
    assert listed(page) == [task.number for _, tasks in week.days for task in tasks]
    assert page.soup.select_one("section h2").get_text(" ", strip=True).startswith("Thu 23 Jul today")  # type: ignore[union-attr]
    assert f"{len(week.overdue)} overdue tasks" in page.main
    assert page.soup.select('a[href="/add?on=2026-07-25"]')


def test_a_day_of_the_week_that_is_done(studying: Browser) -> None:
    due = studying.planner.queries.week().days[0][1]
    # The row of a test leads to its questions.
    first = next(task.number for task in due if task.kind not in (Kind.MOCK, Kind.QUIZ))
    studying.get("/week")
    page = studying.send(f"/tasks/{first}/done")
    assert page.path == "/week"
    studying.planner.tasks.done(*(task.number for task in due if task.number != first))
    assert "Thu 23 Jul today all done" in studying.get("/week").main


def test_the_month_as_a_calendar(studying: Browser) -> None:
    """A table with a heading for each weekday; every day with tasks is a link that says what it holds."""
    page = studying.get("/month")
    assert page.soup.select_one("h1").get_text() == "July 2026"  # type: ignore[union-attr]
    table = page.soup.select_one("table")
    assert table is not None
    assert [each.get_text() for each in table.select("thead th[scope=col] abbr")] == [
        "Mon",
        "Tue",
        "Wed",
        "Thu",
        "Fri",
        "Sat",
        "Sun",
    ]
    assert all(len(row.select("td")) == 7 for row in table.select("tbody tr"))
    assert table.select_one('td[aria-current="date"] .number').get_text() == "23"  # type: ignore[union-attr]
    links = {str(each["href"]): each.select_one(".unseen").get_text() for each in table.select("a.day")}
    (view,) = studying.planner.queries.plan_views()
    here = [task for task in view.tasks if task.date.month == 7]
    assert set(links) == {f"/agenda?from={task.date}" for task in here}
    due = [task for task in here if f"{task.date}" == "2026-07-23"]
    assert links["/agenda?from=2026-07-23"].startswith(f"Thu 23 Jul: {len(due)} tasks, ")


def test_leafing_through_months(studying: Browser) -> None:
    page = studying.get("/month")
    following = page.soup.select_one('a[rel="next"]')["href"]  # type: ignore[index]
    page = studying.get(str(following))
    assert page.soup.select_one("h1").get_text() == "August 2026"  # type: ignore[union-attr]
    assert page.soup.select("td.exam a.day")
    assert page.soup.select_one('a[rel="prev"]')["href"] == "/month?m=2026-07"  # type: ignore[index]
    assert "Nothing lies in this month." in studying.get("/month?m=2025-02").main


def test_months_that_are_none(studying: Browser) -> None:
    """This month is shown instead."""
    for text in ("2026-13", "xxxx-yy", "0000-01", "9999-12", "1969-12", "%00", "2026-7", "२०२६-०७", "9" * 300):
        page = studying.get(f"/month?m={text}")
        assert page.soup.select_one("h1").get_text() == "July 2026"  # type: ignore[union-attr]


def test_the_agenda(studying: Browser) -> None:
    """Four weeks from a day on, done tasks too, and on to the next."""
    (view,) = studying.planner.queries.plan_views()
    studying.planner.tasks.done(1)
    page = studying.get("/agenda?from=2026-07-20")
    assert listed(page) == [
        task.number
        for task in sorted(view.tasks, key=lambda task: (task.date, task.position))
        if f"{task.date}" < "2026-08-17"
    ]
    assert page.soup.select("#task-1.done")
    page = studying.get(str(page.soup.select_one('a[rel="next"]')["href"]))  # type: ignore[index]
    assert page.path == "/agenda?from=2026-08-17"
    assert listed(page)
    assert "Nothing lies on these days." in studying.get("/agenda?from=2025-01-01").main


def test_days_that_cannot_be_read(studying: Browser) -> None:
    for text in ("never", "%00", "2026-02-30", "0001-01-01", "9999-12-31", "9" * 300):
        assert studying.get(f"/agenda?from={text}").status == 400
    for path in ("/week", "/month", "/agenda"):
        assert studying.get(f"{path}?plan=77").status == 404
        assert studying.get(f"{path}?plan=%FF%00").status == 404


def test_one_plan_of_two(studying: Browser) -> None:
    studying.planner.plans.start("blank", name="other", start="2026-07-20", days=30)
    studying.planner.tasks.add("Essay", 30, plan="other", on="2026-07-23")
    for path in ("/week", "/month", "/agenda"):
        page = studying.get(path)
        assert "Essay" in page.main
        assert page.soup.select(f'a[href="{path}?plan=2"]')
        page = studying.get(f"{path}?plan=1")
        assert "Essay" not in page.main
        assert page.soup.select(f'a[href="{path}"]')


def test_an_ended_plan_has_no_work_left(studying: Browser) -> None:
    """What it left open is not shown as something to do."""
    studying.planner.tasks.done(1)
    studying.planner.plans.finish("foundations")
    shown = listed(studying.get("/agenda?from=2026-07-20"))
    assert {studying.planner.queries.show(each)[0][0].status for each in shown} == {Status.DONE}
