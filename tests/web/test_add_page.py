"""Adding tasks in the browser: in one's own words, with a form, many at once; habits too."""

from datetime import date
from pathlib import Path

import pytest
from browsing import Browser

from studyplan.model import Kind, Task

HOSTILE = ["\0", "日本語" * 67, "<script>alert(1)</script>", "9" * 400, "2026-02-30", '"', "\ud800", "-5", "\u202e"]


def newest(browser: Browser) -> Task:
    return max(
        (each for each in browser.planner.queries.plan_views()[0].tasks if each.habit is None),
        key=lambda each: each.number,
    )


def test_without_a_plan(browser: Browser) -> None:
    page = browser.get("/add")
    assert page.soup.select('a[href="/start"]')
    assert not page.soup.select("main form")


def test_in_ones_own_words(studying: Browser) -> None:
    studying.get("/add")
    page = studying.send("/add", words="Essay tomorrow 1h")
    assert page.notices == ["Added: Essay, Fri 24 Jul, 1 h Undo"]
    made = newest(studying)
    assert (made.title, made.date, made.minutes, made.pinned) == ("Essay", date(2026, 7, 24), 60, True)
    assert page.soup.select(f'a[href="/tasks/{made.number}"]')


def test_the_reading_is_shown_first(studying: Browser) -> None:
    """Nothing is added; the form below has what was read, to be put right and sent."""
    before = newest(studying)
    studying.get("/add")
    page = studying.send("/add", button="look", words="Read page 45 on friday")
    assert newest(studying) == before
    assert "Title Read page 45" in page.main
    assert "Day Fri 24 Jul 2026" in page.main
    assert "30 min, since no length was read" in page.main
    assert "'45' is part of the title" in page.main
    page = studying.post(
        "/add",
        {each["name"]: each.get("value", "") for each in page.soup.select("#fields input[name]:not([type=checkbox])")},
    )
    assert page.notices == ["Added: Read page 45, Fri 24 Jul, 30 min Undo"]


def test_what_could_be_two_things_is_kept(studying: Browser) -> None:
    studying.get("/add")
    page = studying.send("/add", words="The day after tomorrow")
    assert page.status == 400
    assert page.soup.select_one("#words")["value"] == "The day after tomorrow"  # type: ignore[index]
    assert "Use the form with a field for each" in page.main


def test_every_field(studying: Browser) -> None:
    studying.get("/add?on=2026-07-28")
    page = studying.post(
        "/add",
        {"title": "Essay tomorrow", "minutes": "1h10", "on": "2026-07-28", "kind": "essay", "module": "language"},
    )
    made = newest(studying)
    assert (made.title, made.minutes, made.date) == ("Essay tomorrow", 70, date(2026, 7, 28))
    assert (made.kind_word, made.module) == ("essay", "language")
    assert studying.get("/add?on=2026-07-28").soup.select_one("#on")["value"] == "2026-07-28"  # type: ignore[index]
    page = studying.post("/add", {"title": "Essay", "minutes": "lots"})
    assert page.status == 400
    assert page.soup.select_one("#title")["value"] == "Essay"  # type: ignore[index]
    assert page.soup.select("#fields[open]")


def test_a_habit(studying: Browser) -> None:
    page = studying.post(
        "/add", {"title": "Vocabulary", "minutes": "15", "every": ["0", "2", "4"], "until": "2026-07-31"}
    )
    assert page.notices[0].startswith("Added: Vocabulary, mon,wed,fri until Fri 31 Jul (4 days)")
    days = {each.date for each in studying.planner.queries.plan_views()[0].tasks if each.habit is not None}
    assert days == {date(2026, 7, 24), date(2026, 7, 27), date(2026, 7, 29), date(2026, 7, 31)}
    page = studying.post("/add", {"title": "Vocabulary", "every": ["0"], "kind": "essay"})
    assert page.status == 400
    assert "a kind of your own" in page.main
    assert page.soup.select_one('input[name=every][value="0"]').has_attr("checked")  # type: ignore[union-attr]


def test_two_plans_are_chosen_from(studying: Browser) -> None:
    studying.planner.plans.start("blank", name="other", start="2026-07-20", days=30)
    page = studying.get("/add?plan=2")
    assert page.soup.select_one("select[name=plan] option[selected]")["value"] == "2"  # type: ignore[index]
    page = studying.send("/add", words="Essay 1h")
    assert page.notices[0].startswith("Added: Essay")
    assert [
        view.plan.number
        for view in studying.planner.queries.plan_views()
        if "Essay" in [each.title for each in view.tasks]
    ] == [2]


def test_many_at_once(studying: Browser) -> None:
    """They are shown where they would lie before they are added."""
    studying.get("/add/list")
    lines = "- Essay one 1h\r\n- Essay two tomorrow\r\n"
    page = studying.send("/add/list", button="look", lines=lines, kind="lab", minutes="45")
    assert "2 tasks would be added" in page.main
    assert "Fri 24 Jul Essay two 45 min" in page.main
    page = studying.send("/add/list")
    assert page.path == "/tasks"
    assert page.notices[0].startswith("Added 2 tasks")
    made = [each for each in studying.planner.queries.plan_views()[0].tasks if each.title.startswith("Essay")]
    assert {(each.title, each.minutes, each.kind) for each in made} == {
        ("Essay one", 60, Kind.LAB),
        ("Essay two", 45, Kind.LAB),
    }


def test_a_file_of_tasks(studying: Browser) -> None:
    """A sheet in the encoding of an old spreadsheet."""
    sheet = "title;minutes\nÜbung eins;30\n".encode("cp1252")
    answer = studying.client.post(
        "/add/list", files={"file": ("list.csv", sheet, "text/csv")}, headers={"origin": "http://127.0.0.1:8765"}
    )
    assert answer.status_code == 200
    assert "Added 1 task" in answer.text
    assert newest(studying).title == "Übung eins"


def test_bad_lines_are_named(studying: Browser) -> None:
    before = newest(studying)
    studying.get("/add/list")
    page = studying.send("/add/list", lines="Essay 1h\nThe day after tomorrow\n")
    assert page.status == 422
    assert "2" in page.soup.select_one(".notice.problem").get_text()  # type: ignore[union-attr]
    assert page.soup.select_one("#lines").get_text().startswith("Essay 1h")  # type: ignore[union-attr]
    assert newest(studying) == before


def test_a_long_wrong_file_does_not_come_back(studying: Browser) -> None:
    """Its mistakes are named; all of its lines would only be slow to show. A short one is there to be mended."""
    for lines, is_shown in ((6000, False), (60, True)):
        answer = studying.client.post(
            "/add/list",
            files={"file": ("list.csv", b"title,minutes\n" + b"Essay,never\n" * lines, "text/csv")},
            headers={"origin": "http://127.0.0.1:8765"},
        )
        assert answer.status_code == 422
        assert ("Essay,never" in answer.text, len(answer.text) < 30_000) == (is_shown, True)
        assert f"cannot be used: {lines + (lines > 5000):,} problems" in answer.text
        assert answer.text.count("‘never’") + answer.text.count("&#39;never&#39;") == 20


def test_no_file_of_the_server_is_read(studying: Browser, tmp_path: Path) -> None:
    """What is typed is a list, never the path of one."""
    (tmp_path / "list.txt").write_text("Secret 1h")
    studying.post("/add/list", {"lines": str(tmp_path / "list.txt"), "file": str(tmp_path / "list.txt")})
    assert newest(studying).title == str(tmp_path / "list.txt")


@pytest.mark.parametrize("path", ["/add", "/add/list"])
def test_hostile_forms(studying: Browser, path: str) -> None:
    before = studying.planner.queries.plan_views()
    fields = ("minutes", "on", "kind", "module", "plan", "every", "until", "lines")
    for text in HOSTILE:
        raw = text.encode("utf-8", "surrogatepass")
        assert 400 <= studying.post(path, dict.fromkeys((*fields, "title"), raw)).status < 500  # type: ignore[arg-type]
        assert studying.post(path, {"words": raw, "look": "1"}).status < 500  # type: ignore[arg-type]
        assert studying.get(f"{path}?on=%00&plan=%FF&added=%C2%B2").status == 200
    assert studying.post(path).status == 400 or path == "/add/list"
    assert studying.planner.queries.plan_views() == before
