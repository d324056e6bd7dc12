"""Replanning in the browser: what would move and why, nothing written before a yes, and ways on where there is no room."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

import pytest
from browsing import ADDRESS, Browser
from httpx2 import Response

from studyplan.rules.replan_offers import Remedy
from studyplan.web.replan_form import fields_of, remedy_of
from studyplan.web.request import SentForm

TODAY = date(2026, 7, 23)


def dates(browser: Browser) -> list[date]:
    return [task.date for view in browser.planner.queries.plan_views() for task in view.tasks]


def test_nothing_to_replan(browser: Browser) -> None:
    page = browser.get("/replan")
    assert page.status == 200
    assert "No plan is running" in page.main
    assert browser.post("/replan").status == 409


def test_what_moves_is_shown_before_it_is_done(studying: Browser) -> None:
    before = dates(studying)
    page = studying.get("/replan")
    assert page.status == 200
    assert "9 tasks would move." in page.main
    assert "Mon 20 Jul → Fri 24 Jul 15 min was due Mon 20 Jul" in page.main
    assert dates(studying) == before
    page = studying.send("/replan", basis=page.form("/replan").select_one('[name="basis"]')["value"])
    assert page.path == "/"
    assert "“foundations”: 9 tasks moved." in page.notices[0]
    assert min(dates(studying)) >= TODAY
    studying.undo()
    assert dates(studying) == before
    studying.post("/redo")
    page = studying.get("/replan")
    assert "Nothing has to move." in page.main
    assert not page.soup.select('[name="basis"]')


def test_what_changed_since_is_shown_anew(studying: Browser) -> None:
    page = studying.get("/replan")
    form = {str(each["name"]): each["value"] for each in page.form("/replan").select("input")}
    studying.planner.tasks.done(1)
    before = dates(studying)
    page = studying.post("/replan", form)
    assert page.status == 409
    assert "changed since this replan was shown" in page.main
    assert "8 tasks would move." in page.main
    assert dates(studying) == before
    again = {str(each["name"]): each["value"] for each in page.form("/replan").select("input")}
    assert again["basis"] != form["basis"]
    assert studying.post("/replan", again).path == "/"


def test_another_way_is_shown_and_done_as_shown(studying: Browser) -> None:
    page = studying.get("/replan?" + urlencode({"how": "shift", "days": 3, "exam": "2026-08-31"}))
    assert page.status == 200
    assert "shifted by 3 study days" in page.main
    fields = [(str(each["name"]), each["value"]) for each in page.form("/replan").select("input")]
    assert ("how", "shift") in fields
    studying.post("/replan", dict(fields))
    assert studying.planner.queries.plans()[0][0].exam == date(2026, 8, 31)


@pytest.fixture
def crowded(browser: Browser) -> Browser:
    """A plan of which half is overdue and the rest no longer fits."""
    browser.planner.plans.start("foundations", start="2026-07-01", days=30, week="90")
    browser.get("/")
    return browser


def test_ways_out_where_not_all_fits(crowded: Browser) -> None:
    page = crowded.get("/replan")
    assert page.status == 200
    assert "No room" in page.main
    ways = [each.get_text() for each in page.soup.select(".ways a")]
    assert any(way.startswith("Add ") for way in ways)
    assert any(way.startswith("End ") for way in ways)
    before = dates(crowded)
    page = crowded.follow("End ")
    assert page.status == 200
    assert "No room" not in page.main
    assert dates(crowded) == before
    fields = {str(each["name"]): each["value"] for each in page.form("/replan").select("input")}
    page = crowded.post("/replan", fields)
    assert page.path == "/"
    assert not [task for view in crowded.planner.queries.plan_views() for task in view.tasks if task.has_no_room]


def test_tasks_can_be_skipped_to_make_room(studying: Browser) -> None:
    page = studying.get("/replan?leave_out=principles")
    assert "Would be skipped" in page.main
    fields = [(str(each["name"]), each["value"]) for each in page.form("/replan").select("input")]
    page = studying.post("/replan", dict(fields))
    assert "Skipped: " in page.notices[0]


def test_one_plan_of_several(studying: Browser) -> None:
    studying.planner.plans.start("practitioner", start="2026-07-20", days=60)
    page = studying.get("/replan")
    assert "Replan foundations" in page.main
    page = studying.follow("practitioner")
    assert "Replan practitioner" in page.main
    fields = {str(each["name"]): each["value"] for each in page.form("/replan").select("input")}
    page = studying.post("/replan", fields)
    assert page.notices[0].startswith("“practitioner”")
    assert studying.get("/replan?plan=77").status == 404


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"how": "magic"}, "no such way"),
        ({"how": "shift", "days": "-3"}, "whole number"),
        ({"exam": "2026-07-01"}, ""),
        ({"exam": "31 feb"}, "does not exist"),
        ({"exam_hour": "10:00"}, "needs its day"),
        ({"mon": "63"}, "multiple of 5"),
        ({"week": "学" * 200}, "not a day of the week"),
        ({"hours": "5"}, ""),
        ({"window": "decade"}, "has no window"),
        ({"leave_out": "nothing-like-it"}, ""),
        ({"leave_out": "\x00"}, ""),
        ({"mon": "60", "week": "60"}, "given twice"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_changes(studying: Browser, fields: dict[str, str], line: str) -> None:
    before = dates(studying)
    for page in (studying.get("/replan?" + urlencode(fields)), studying.post("/replan", fields | {"basis": "0"})):
        assert page.status in (400, 404, 409)
        assert line in page.main
        assert page.soup.select("details form")
        assert "`" not in page.main
    assert dates(studying) == before


CALENDAR = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//x//EN
BEGIN:VEVENT
UID:1
DTSTAMP:20260701T000000Z
DTSTART;VALUE=DATE:20260724
DTEND;VALUE=DATE:20260727
SUMMARY:Away
END:VEVENT
END:VCALENDAR
"""


def bring(browser: Browser, data: bytes) -> Response:
    return browser.client.post(
        "/replan/busy", files={"file": ("my.ics", data.replace(b"\n", b"\r\n"))}, headers={"origin": ADDRESS}
    )


def test_a_calendar_takes_its_days(studying: Browser) -> None:
    answer = bring(studying, CALENDAR)
    assert answer.url.path == "/"
    assert "moved" in answer.text
    (view,) = studying.planner.queries.plan_views()
    assert not [task for task in view.tasks if date(2026, 7, 24) <= task.date <= date(2026, 7, 26)]
    studying.undo()
    (view,) = studying.planner.queries.plan_views()
    assert [task for task in view.tasks if date(2026, 7, 24) <= task.date <= date(2026, 7, 26)]


def test_a_calendar_that_is_none_is_told(studying: Browser) -> None:
    before = dates(studying)
    for data in (b"", b"MZ\x00", "学".encode() * 99):
        answer = bring(studying, data)
        assert answer.status_code in (400, 422)
        assert "/tmp" not in answer.text
        assert 'details class="fold" open' in answer.text
    assert dates(studying) == before


def test_fields_and_remedies_are_the_same() -> None:
    fields = [
        ("how", "shift"),
        ("days", "3"),
        ("exam", "2026-09-30"),
        ("exam_hour", "10:30"),
        ("mon", "45"),
        ("hours", "90"),
        ("leave_out", "a"),
        ("leave_out", "b"),
        ("window", "sprint"),
    ]
    remedy = remedy_of(SentForm(fields), TODAY)
    assert fields_of(remedy) == fields
    assert remedy_of(SentForm(), TODAY) == Remedy()
