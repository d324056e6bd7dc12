"""The plans in the browser: where each stands, its result, its calendar file, its end, its newer edition."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from browsing import Browser, site_of

from studyplan import resources
from studyplan.model import PlanState


def test_the_list_and_one_plan(studying: Browser) -> None:
    page = studying.get("/plans")
    assert "foundations" in page.main
    assert "of 71 tasks done" in page.main
    page = studying.follow("foundations")
    assert page.path == "/plans/1"
    assert "30 days" not in page.main
    assert "Mon 20 Jul 2026 to Tue 18 Aug 2026 (month)" in page.main
    assert "Overdue" in page.main
    assert "What comes next" in page.main


def test_no_plan(browser: Browser) -> None:
    assert "No plan is running." in browser.get("/plans").main
    assert browser.get("/plans/1").status == 404


def test_a_plan_gets_another_name(studying: Browser) -> None:
    studying.get("/plans/1")
    page = studying.send("/plans/1/rename", name="学習 計画")
    assert page.notices[0].startswith("The plan is now called “学習 計画”.")
    studying.planner.plans.start("practitioner", start="2026-07-20", days=60)
    page = studying.post("/plans/2/rename", {"name": "学習 計画"})
    assert page.status == 409
    assert "already running" in page.main
    for name in ("", "x" * 201, "a\x00b"):
        assert studying.post("/plans/1/rename", {"name": name}).status == 400
    assert studying.planner.plans.get(1).plan.name == "学習 計画"


def test_a_plan_ends_and_comes_back(studying: Browser) -> None:
    studying.get("/plans/1")
    page = studying.send("/plans/1/finish")
    assert page.notices[0].startswith("Finished: “foundations”.")
    assert studying.planner.plans.get(1).plan.state is PlanState.FINISHED
    page = studying.send("/plans/1/drop")
    assert page.status == 200
    assert studying.planner.plans.get(1).plan.state is PlanState.DROPPED
    assert "dropped" in studying.get("/plans").main
    assert "dropped" in studying.get("/plans/1").main
    studying.undo()
    studying.undo()
    assert studying.planner.plans.get(1).plan.state is PlanState.ACTIVE


def test_the_result_of_an_exam_and_a_retake(studying: Browser) -> None:
    studying.get("/plans/1")
    page = studying.send("/plans/1/result", outcome="failed", score="36/50", weak=["tags"], on="2026-07-22")
    assert page.notices[0].startswith("“foundations”: failed on Wed 22 Jul 2026 with 72%.")
    assert "studyplan" not in page.main
    told = studying.planner.plans.get(1).plan.result
    assert told is not None
    assert (told.passed, told.score, told.on) == (False, 72, date(2026, 7, 22))
    page = studying.follow("Start a retake")
    assert page.path.startswith("/start/foundations?retake=1")
    assert page.status == 200
    assert "A retake of 'foundations'" in page.main


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"outcome": "maybe"},
        {"outcome": "passed", "score": "lots"},
        {"outcome": "passed", "score": "400"},
        {"outcome": "passed", "on": "2027-01-01"},
        {"outcome": "passed", "on": "31 feb"},
        {"outcome": "passed", "score:nothing": "40"},
        {"outcome": "passed", "weak": "学"},
    ],
)
def test_a_result_that_cannot_be_is_told(studying: Browser, fields: dict[str, str]) -> None:
    page = studying.post("/plans/1/result", fields)
    assert page.status in (400, 404)
    assert page.soup.select("#result[open] .problem")
    assert studying.planner.plans.get(1).plan.result is None


def test_a_calendar_file(studying: Browser) -> None:
    for path, of in (("/plans/1/calendar.ics?as=todos", "VTODO"), ("/plans/calendar.ics?alarm=30&as=timed", "VALARM")):
        answer = studying.client.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert answer.headers["content-disposition"] == 'attachment; filename="foundations.ics"'
        assert of in answer.text
    for query in ("as=tea", "alarm=soon", "alarm=99999", "first=2026-09-01&last=2026-08-01", "first=31%20feb"):
        assert studying.get(f"/plans/1/calendar.ics?{query}").status == 400
    assert studying.get("/plans/7/calendar.ics").status == 404


def test_numbers_that_are_none(studying: Browser) -> None:
    for number in ("0", "-1", "99", "9" * 40, "x", "1.5"):
        assert studying.get(f"/plans/{number}").status in (400, 404)
        assert studying.get(f"/plans/{number}/upgrade").status in (400, 404)
        for what in ("rename", "finish", "drop", "result", "upgrade"):
            page = studying.post(f"/plans/{number}/{what}", {"name": "x", "outcome": "passed"})
            assert page.path.startswith("/")
            assert page.status in (200, 400, 404)
    plan = studying.planner.plans.get(1).plan
    assert (plan.name, plan.state, plan.result) == ("foundations", PlanState.ACTIVE, None)


@pytest.fixture
def newer(studying: Browser, tmp_path: Path) -> Browser:
    """The same, with a newer edition of its template at hand."""
    text = (resources.plans() / "foundations.yaml").read_text(encoding="utf-8")
    edition = next(line for line in text.splitlines() if line.startswith("edition:"))
    title = "Put the six principles in your own words"
    assert title in text
    (tmp_path / "plans").mkdir(exist_ok=True)
    changed = text.replace(edition, 'edition: "2099.1"').replace(title, "Say the six principles aloud")
    (tmp_path / "plans" / "foundations.yaml").write_text(changed, encoding="utf-8")
    return studying


def test_up_to_date(studying: Browser) -> None:
    page = studying.get("/plans/1/upgrade")
    assert "Up to date" in page.main
    assert not page.soup.select("main form")
    assert studying.post("/plans/1/upgrade").notices == ["The plan is up to date."]


def test_a_newer_edition_is_shown_first(newer: Browser) -> None:
    page = newer.get("/plans/1/upgrade")
    assert "→ 2099.1" in page.main
    assert "Say the six principles aloud" in page.main
    assert newer.planner.plans.get(1).plan.edition != "2099.1"
    newer.planner.tasks.done(1)
    fields = {str(each["name"]): each["value"] for each in page.form("/plans/1/upgrade").select("input")}
    page = newer.post("/plans/1/upgrade", fields)
    assert page.status == 409
    assert "changed since" in page.main
    page = newer.send("/plans/1/upgrade")
    assert page.path == "/plans/1"
    assert "2099.1" in page.notices[0]
    assert newer.planner.plans.get(1).plan.edition == "2099.1"


def test_ways_out_of_an_edition_that_finds_no_room(newer: Browser, tmp_path: Path) -> None:
    """More work than the days hold: each way is shown before it is taken."""
    newer.planner.replan.set_hours("mon-fri=90,sat=90,sun=90")
    path = tmp_path / "plans" / "foundations.yaml"
    text = path.read_text(encoding="utf-8")
    head, marker, tail = text.partition("      - id: principles\n")
    assert marker
    more = "".join(
        f"      - id: more-{n}\n        title: More {n}\n        kind: read\n        minutes: 240\n" for n in range(2)
    )
    path.write_text(head + more + marker + tail, encoding="utf-8")
    page = newer.get("/plans/1/upgrade")
    assert page.status == 409
    assert page.soup.select(".ways a")
    page = newer.follow("End ")
    assert page.status == 200
    page = newer.send("/plans/1/upgrade")
    assert page.path == "/plans/1"
    assert newer.planner.plans.get(1).plan.edition == "2099.1"


def test_a_life_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    site = site_of(postgres_url, "2026-07-23", tmp_path, learner="ana")
    browser = Browser(site)
    browser.post("/start/foundations", {"date": "2026-07-20", "days": "30", "country": "DE", "region": "Bayern"})
    browser.post("/settings/off", {"off_from": "2026-07-25"})
    page = browser.get("/replan")
    fields = {str(each["name"]): each["value"] for each in page.form("/replan").select("input")}
    assert browser.post("/replan", fields).notices[0].startswith("“foundations”")
    browser.post("/plans/1/result", {"outcome": "failed", "score": "40"})
    browser.post("/plans/1/finish")
    for path in ("/plans", "/plans/1", "/settings", "/settings/data.json", "/plans/1/calendar.ics", "/start"):
        assert browser.get(path).status == 200
    plan = browser.planner.plans.get(1).plan
    assert (plan.state, plan.holidays, plan.result is not None) == (PlanState.FINISHED, "DE-BY", True)
    browser.client.close()
    site.source.close()


def test_who_passed_can_finish(studying: Browser) -> None:
    """Tasks that an exam left open would be overdue for ever."""
    assert "You passed" not in studying.get("/plans/1").main
    studying.planner.exam_result.record(1, passed=True, on="2026-07-22")
    assert "You passed" in studying.get("/plans/1").main
    studying.send("/plans/1/finish")
    assert studying.planner.queries.plans()[0][0].state.value == "finished"
    assert "You passed" not in studying.get("/plans/1").main
