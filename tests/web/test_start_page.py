"""Starting a plan in the browser: choose, fill in, see every day, start; and what leads on where it does not fit."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
from browsing import ADDRESS, Browser, site_of

from studyplan.model import PlanState
from studyplan.web.request import SentForm
from studyplan.web.start_form import fields_of, spans_of, week_fields, week_of, wish_of

WEEKDAYS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "90")
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TODAY = date(2026, 7, 23)


def test_a_plan_from_the_first_page_to_the_first_day(browser: Browser) -> None:
    page = browser.get("/start")
    assert page.status == 200
    assert "Foundations" in page.main
    assert "Middle version (month) : 30 days, 50 tasks" in page.main
    page = browser.follow("Choose")
    assert page.path == "/start/foundations"
    page = browser.send("/start/foundations", exam="2026-08-31", exam_hour="10:00", **WEEKDAYS)
    assert page.status == 200
    assert "Mon 31 Aug 2026 at 10:00" in page.main
    assert browser.planner.queries.plans() == []
    sheet = page.soup.select(".sheet")
    assert [each.caption.get_text() for each in sheet if each.caption] == ["July 2026", "August 2026"]
    assert page.soup.select(".sheet td.exam .number")[0].get_text() == "31"
    assert "Fix your study times" in page.main
    start = [form for form in page.soup.select("form") if form.get("method") == "post"]
    assert [each["value"] for each in start[0].select('input[name="exam"]')] == ["2026-08-31"]
    fields = [(each["name"], each["value"]) for each in start[0].select("input")]
    page = browser.post("/start/foundations", dict(fields))
    assert page.path == "/"
    assert page.notices[0].startswith("Started “foundations”:")
    (plan, _, _, _) = browser.planner.queries.plans()[0]
    assert (plan.exam, plan.start) == (date(2026, 8, 31), TODAY)
    page = browser.undo()
    assert browser.planner.queries.plans() == []


def test_ways_out_lead_to_a_plan(browser: Browser) -> None:
    page = browser.get(
        "/start/foundations?" + urlencode({"date": "2026-07-23", "days": 30, "mon": 90, "wed": 90, "sat": 90})
    )
    assert page.status == 409
    assert "does not fit" in page.main
    ways = [each.get_text() for each in page.soup.select(".ways a")]
    assert len(ways) >= 3
    assert ways[0].startswith("Add ")
    assert "`" not in page.main
    page = browser.follow("Take the short version (sprint)")
    assert page.status == 200
    assert "This is your plan" in page.main
    posted = next(form for form in page.soup.select("form") if form.get("method") == "post")
    page = browser.post("/start/foundations", {str(e["name"]): e["value"] for e in posted.select("input")})
    assert page.path == "/"
    assert browser.planner.queries.plans()[0][0].window == "sprint"


def test_a_refusal_says_how_much_there_is_and_how_much_it_takes(browser: Browser) -> None:
    page = browser.get(
        "/start/foundations?" + urlencode({"date": "2026-07-23", "exam": "2026-08-21", "mon": 90, "wed": 90, "sat": 90})
    )
    told = page.soup.select_one(".problem").get_text(" ", strip=True)
    assert told.startswith("The plan does not fit between Thu 23 Jul 2026 and Fri 21 Aug 2026: you have about 10 h")
    assert "for new work, and it needs about 23 h." in told
    assert "is kept for reviews and other tasks with a fixed day." in told
    assert "2026-" not in told
    page = browser.get("/start/foundations?" + urlencode({"date": "2026-07-23", "days": 10, "mon": 30, "sat": 60}))
    told = page.soup.select_one(".problem").get_text(" ", strip=True)
    assert "2026-" not in told
    assert "Thu 23 Jul 2026" in told


def test_a_refusal_names_the_plan_that_takes_the_time(studying: Browser) -> None:
    studying.planner.replan.set_hours("daily=90")
    page = studying.get("/start/foundations?" + urlencode({"name": "two", "date": "2026-07-23", "days": 30}))
    assert page.status == 409
    told = [each.get_text() for each in page.soup.select(".problem .more li")]
    assert len(told) == 2
    assert "foundations" in told[1]


def test_the_form_begins_with_what_everybody_fills_in(browser: Browser) -> None:
    page = browser.get("/start/foundations")
    first = [each["name"] for each in page.soup.select("#wish input, #wish select") if not each.find_parent("details")]
    assert first == ["exam", "exam_hour", "date", *WEEK, "name"]
    assert not page.soup.select("#wish details[open]")
    for fields, name in (
        ({"days": "30"}, "days"),
        ({"window": "decade"}, "window"),
        ({"path": "devops"}, "path"),
        ({"country": "DE"}, "country"),
        ({"leave_out": "principles"}, "leave_out"),
    ):
        page = browser.get("/start/foundations?" + urlencode(fields))
        folds = page.soup.select_one(f'#wish [name="{name}"]').find_parents("details")
        assert folds
        assert all(fold.has_attr("open") for fold in folds), name
        assert len(page.soup.select("#wish details[open]")) == len(folds)


def test_the_way_that_leaves_tasks_out(browser: Browser) -> None:
    browser.get("/start/foundations?" + urlencode({"date": "2026-07-23", "days": 30, **WEEKDAYS, "thu": "", "fri": ""}))
    page = browser.follow("Start with what fits")
    assert page.status == 200
    labels = [each.get_text() for each in page.soup.select("#preview ~ dl dt")]
    assert labels[:3] == ["Version", "Time", "Goal"]
    assert "2026-0" not in page.soup.select_one("#preview ~ ul.notes").get_text()
    goal = page.soup.select("#preview ~ dl dd")[2].get_text()
    assert goal.startswith("Without ")
    assert "tasks you get less than this: " in goal
    left_out = page.soup.select("#preview ~ details")[0]
    assert left_out.summary.get_text().endswith("tasks left out")
    assert len(left_out.select("li")) == int(goal.split()[1])
    assert page.soup.select('input[name="leave_out"][checked]')


def test_a_start_that_no_longer_fits_is_told_on_the_form(browser: Browser) -> None:
    page = browser.post("/start/foundations", {"days": "9", "mon": "20", "name": "Mein Plan"})
    assert page.status == 409
    assert page.soup.select(".ways a")
    assert page.soup.select_one('input[name="name"]')["value"] == "Mein Plan"
    assert browser.planner.queries.plans() == []


def test_a_second_plan_gets_another_name(studying: Browser) -> None:
    page = studying.get("/start/foundations")
    assert page.soup.select_one("#name")["value"] == "foundations 2"
    page = studying.get("/start/foundations?date=2026-07-23&name=foundations")
    assert page.status == 409
    assert "Give the new one another name" in page.main
    page = studying.post("/start/foundations", {"name": "foundations 2"})
    assert page.path == "/"
    names = [plan.name for plan, _, _, _ in studying.planner.queries.plans()]
    assert names == ["foundations", "foundations 2"]


def test_an_empty_plan(browser: Browser) -> None:
    page = browser.get("/start/blank")
    assert page.soup.select_one("#name")["value"] == "My plan"
    page = browser.get("/start/blank?" + urlencode({"date": "2026-07-23", "exam": "2026-09-30", "name": "Bar exam"}))
    assert page.status == 200
    assert browser.planner.queries.plans() == []
    answer = browser.client.post(
        "/start/blank",
        data={"exam": "2026-09-30", "name": "Bar exam"},
        headers={"origin": ADDRESS},
        follow_redirects=False,
    )
    assert answer.headers["location"] == "/plans/1"
    assert browser.planner.queries.plans()[0][0].exam == date(2026, 9, 30)


def test_help_to_choose(browser: Browser) -> None:
    browser.get("/start")
    page = browser.send("/start", role="sre")
    assert page.status == 200
    assert page.soup.select("#advice li a")
    assert "For Site reliability engineer (SRE):" in page.main
    roles = [each.get_text() for each in page.soup.select("#role option")]
    assert "Cloud engineer" in roles
    assert not [role for role in roles if role.islower()]
    helped, cards = page.html.index('id="role-help"'), page.html.index('class="cards plans"')
    assert helped < cards
    assert browser.get("/start?role=astronaut").status == 404


def test_what_follows_is_offered(studying: Browser) -> None:
    page = studying.get("/start")
    assert "After “foundations”" in page.main
    assert page.soup.select('a[href="/start/practitioner"]')


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"days": "many"}, "not a whole number"),
        ({"days": "0"}, "days must be 1 or more"),
        ({"days": "99999"}, "too many for a plan"),
        ({"days": "30", "exam": "2026-09-01"}, "both set the last day"),
        ({"exam": "2026-01-01"}, "before the start"),
        ({"exam_hour": "10:00"}, "needs its day"),
        ({"exam": "2026-09-01", "exam_hour": "25:00"}, "no such time of day"),
        ({"mon": "63"}, "multiple of 5"),
        ({"mon": "0"}, "no study day"),
        ({"mon": "sixty"}, "neither minutes nor hours"),
        ({"mon": "60", "week": "60"}, "given twice"),
        ({"window": "decade"}, "has no window"),
        ({"path": "juggling"}, "has no path"),
        ({"leave_out": "nothing-like-it"}, "has no task"),
        ({"country": "XX"}, "no public holidays"),
        ({"region": "BE"}, "needs its country"),
        ({"off_to": "2026-08-01"}, "needs two dates"),
        ({"off_from": "2026-08-09", "off_to": "2026-08-01"}, "ends before it begins"),
        ({"retake": "77"}, "no plan"),
        ({"name": "学" * 201}, "200"),
        ({"name": "a\x00b"}, "character"),
        ({"date": "31 feb"}, "does not exist"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_lost(browser: Browser, fields: dict[str, str], line: str) -> None:
    for page in (browser.get("/start/foundations?" + urlencode(fields)), browser.post("/start/foundations", fields)):
        assert page.status in (400, 404, 409)
        assert line.casefold() in page.main.casefold()
        assert "`" not in page.main
        assert page.soup.select("#wish")
    name, text = next(iter(fields.items()))
    if name == "mon":
        assert page.soup.select_one("#week-mon")["value"] == text
    assert browser.planner.queries.plans() == []


def test_plans_that_are_none(browser: Browser) -> None:
    browser.may_miss = True
    for id in ("nothing", "..", "x.yaml", "%2Fetc%2Fpasswd", "FOUNDATIONS", "a" * 300, "学"):
        assert browser.get(f"/start/{id}").status in (303, 404, 200), id
        assert browser.post(f"/start/{id}", {}).status in (404, 403, 405, 200), id
    assert browser.planner.queries.plans() == []


def test_somebody_named_who_is_not_there_yet(tmp_path: Path) -> None:
    """A server for a learner by name, on a fresh database: every page leads to the first plan, which makes them."""
    site = site_of(tmp_path / "study.db", "2026-07-23", tmp_path, learner="ana")
    browser = Browser(site)
    for path in ("/", "/week", "/plans"):
        page = browser.get(path)
        assert page.status == 200
        assert page.soup.select('main a[href="/start"]')
    page = browser.post("/start/foundations", {"days": "30"})
    assert page.notices[0].startswith("Started “foundations”")
    assert browser.planner.learners.get()[0].name == "ana"
    browser.client.close()
    site.source.close()


YAML = b"""studyplan: 1
id: knots
title: Knots
edition: "1"
language: en
about: Ropes.
windows:
  - {id: week, days: [7, 7], tier: core}
default_window: week
modules:
  - id: basics
    title: Basics
    tasks:
      - {id: bowline, title: Tie a bowline, kind: lab, minutes: 30}
"""


def upload(browser: Browser, name: str, data: bytes, **fields: str) -> object:
    return browser.client.post(
        "/start/file/new", files={"file": (name, data)}, data=fields, headers={"origin": ADDRESS}
    )


def test_a_plan_file_is_kept_and_started(browser: Browser) -> None:
    answer = upload(browser, "whatever.yaml", YAML)
    assert answer.status_code == 200
    assert answer.url.path == "/start/knots"
    assert "“Knots” is among your plans now." in answer.text
    again = upload(browser, "whatever.yaml", YAML)
    assert again.status_code == 409
    assert "already" in again.text
    assert upload(browser, "w.yaml", YAML.replace(b"Ropes", b"Cords"), replaces="on").status_code == 200
    assert browser.planner.queries.template("knots").template.about == "Cords."
    browser.post("/start/knots", {"days": "7"})
    assert browser.planner.queries.plans()[0][0].state is PlanState.ACTIVE


def test_a_table_of_tasks_is_kept(browser: Browser) -> None:
    answer = upload(browser, "My course.csv", b"title,minutes\nRead chapter 1,42\nRead chapter 2,60\n")
    assert answer.url.path == "/start/my-course"
    assert "The minutes of 1 task were rounded up." in answer.text


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("", b""),
        ("plan.yaml", b""),
        ("plan.yaml", b"\x00\x01\x02"),
        ("plan.yaml", YAML.replace(b"minutes: 30", b"minutes: soon")),
        ("plan.yaml", YAML.replace(b"id: knots", b"id: ../../knots")),
        ("plan.yaml", YAML.replace(b"id: knots", b"id: blank")),
        ("plan.csv", b"nothing,to,see\n1,2,3\n"),
        ("plan.exe", b"MZ"),
        ("../../etc/passwd", b"root"),
        ("学" * 200 + ".csv", b"title;minutes\nx;sometime\n"),
    ],
)
def test_files_that_are_none_are_refused_with_all_that_is_wrong(browser: Browser, name: str, data: bytes) -> None:
    answer = upload(browser, name, data)
    assert answer.status_code in (400, 422)
    assert "problem" in answer.text
    assert "`" not in answer.text
    kept = [entry.id for entry in browser.planner.queries.templates() if entry.own]
    assert kept == []


def test_a_bad_file_is_told_by_line(browser: Browser) -> None:
    answer = upload(browser, "plan.yaml", YAML.replace(b"minutes: 30", b"minutes: soon").replace(b"Ropes.", b"''"))
    assert answer.status_code == 422
    assert "plan.yaml:14" in answer.text


def test_fields_and_wishes_are_the_same() -> None:
    fields = [
        ("date", "2026-07-23"),
        ("exam", "2026-09-30"),
        ("exam_hour", "10:30"),
        ("window", "month"),
        ("mon", "45"),
        ("tue", "any"),
        ("sat", "19:00-20:30"),
        ("hours", "90"),
        ("off_from", "2026-08-01"),
        ("off_to", "2026-08-02"),
        ("off_from", "2026-08-09"),
        ("off_to", "2026-08-09"),
        ("country", "DE"),
        ("region", "BE"),
        ("path", "sre"),
        ("path", "devops"),
        ("leave_out", "bill"),
        ("name", "学"),
        ("retake", "1"),
    ]
    wish = wish_of(SentForm(fields), "foundations", TODAY)
    assert fields_of(wish) == fields
    assert wish_of(SentForm(fields_of(wish)), "foundations", TODAY) == wish


def test_a_study_week_in_seven_fields() -> None:
    assert week_of(SentForm()) is None
    week = week_of(SentForm([("mon", "1,5h"), ("sun", "off")]))
    assert week is not None
    assert [day.minutes for day in week.days] == [90, 0, 0, 0, 0, 0, 0]
    assert week_fields(week)["mon"] == "90"
    assert week_fields(None)["mon"] == ""
    assert spans_of(SentForm([("off_from", ""), ("off_to", "")]), TODAY) == ()
