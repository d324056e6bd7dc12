"""Settings in the browser: hours, days off, holidays, zone, language, the browsers that are in, all data as a file."""

from __future__ import annotations

import json
from datetime import date

import pytest
from browsing import ADDRESS, Browser
from starlette.testclient import TestClient

from studyplan.model import Span


def settings(browser: Browser) -> tuple[object, ...]:
    learner, plans = browser.planner.learners.get()
    return (learner.week, learner.off, learner.holidays, learner.zone, [(p.week, p.off, p.holidays) for p in plans])


def test_before_the_first_plan(browser: Browser) -> None:
    page = browser.get("/settings")
    assert page.status == 200
    assert "come with your first plan" in page.main
    page = browser.send("/settings/zone", zone="Europe/Berlin")
    assert page.notices == ["Your time zone is Europe/Berlin."]
    page = browser.post("/settings/zone", {"zone": "Mars/Olympus"})
    assert page.status == 400
    assert page.soup.select_one("#zone")["value"] == "Mars/Olympus"
    assert browser.planner.queries.zone() == "Europe/Berlin"


def test_study_hours_over_all_plans(studying: Browser) -> None:
    page = studying.post("/settings/hours", {"mon": "1h30", "wed": "90", "sat": "19:00-21:00"})
    assert page.path == "/settings"
    assert page.notices[0].startswith("Study hours: mon, wed 90 min, sat 19:00-21:00.")
    assert "moved." in page.notices[0]
    week = studying.planner.learners.get()[0].week
    assert week is not None
    assert [day.minutes for day in week.days] == [90, 0, 90, 0, 0, 120, 0]
    assert page.soup.select_one("#h-week-sat")["value"] == "19:00-21:00"
    page = studying.post("/settings/hours", {"clear": "1"})
    assert studying.planner.learners.get()[0].week is None
    studying.undo()
    assert studying.planner.learners.get()[0].week == week


def test_study_hours_of_one_plan(studying: Browser) -> None:
    every = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "120")
    page = studying.post("/settings/hours", {"plan": "1", **every})
    assert "Study hours: 120 min a day" in page.notices[0]
    assert page.soup.select_one("#h1-week-mon")["value"] == "120"
    assert studying.planner.learners.get()[0].week is None


def test_days_off_and_back(studying: Browser) -> None:
    page = studying.post("/settings/off", {"off_from": "2026-07-24", "off_to": "2026-07-26"})
    assert page.notices[0].startswith("Off: Fri 24 Jul to Sun 26 Jul.")
    assert studying.planner.learners.get()[0].off == (Span(date(2026, 7, 24), date(2026, 7, 26)),)
    page = studying.get("/settings")
    assert "Fri 24 Jul – Sun 26 Jul 2026" in page.main
    page = studying.send("/settings/off")
    assert page.notices[0].startswith("No longer off: Fri 24 Jul to Sun 26 Jul.")
    assert studying.planner.learners.get()[0].off == ()
    page = studying.post("/settings/off", {"off_from": "2026-07-25", "plan": "1"})
    assert studying.planner.plans.get(1).plan.off == (Span(date(2026, 7, 25), date(2026, 7, 25)),)
    page = studying.post("/settings/off", {"off_from": "2026-07-25", "remove": "1"})
    assert "They are days off in 'foundations'." in page.notices[0]


def test_public_holidays(studying: Browser) -> None:
    page = studying.post("/settings/holidays", {"country": "DE", "region": "Bayern"})
    assert page.notices[0].startswith("Public holidays are off: DE-BY.")
    assert studying.planner.learners.get()[0].holidays == "DE-BY"
    studying.post("/settings/holidays", {"country": "FR"})
    (view,) = studying.planner.queries.plan_views()
    assert next(day for day in view.days if day.date == date(2026, 8, 15)).role.value == "off"
    page = studying.post("/settings/holidays", {"plan": "1", "country": "AT"})
    assert studying.planner.plans.get(1).plan.holidays == "AT"
    page = studying.post("/settings/holidays", {"country": ""})
    assert page.notices[0].startswith("Public holidays are study days.")
    assert studying.planner.learners.get()[0].holidays is None


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("hours", {"mon": "63"}),
        ("hours", {"mon": "0"}),
        ("hours", {"mon": "学" * 200}),
        ("hours", {"mon": "60", "plan": "77"}),
        ("hours", {"mon": "60", "plan": "x"}),
        ("off", {}),
        ("off", {"off_from": "31 feb"}),
        ("off", {"off_from": "2026-08-09", "off_to": "2026-08-01"}),
        ("off", {"off_from": "2026-08-09", "plan": "9" * 30}),
        ("off", {"off_from": "a\x00b"}),
        ("holidays", {"country": "XX"}),
        ("holidays", {"country": "DE", "region": "Atlantis"}),
        ("holidays", {"region": "BE"}),
        ("zone", {}),
        ("zone", {"zone": "../../etc/passwd"}),
        ("zone", {"zone": "学\x00"}),
        ("language", {"language": "tlh"}),
        ("language", {"language": "../en"}),
    ],
)
def test_what_cannot_be_is_told_in_its_place(studying: Browser, path: str, fields: dict[str, str]) -> None:
    before = settings(studying)
    page = studying.post(f"/settings/{path}", fields)
    assert page.status in (400, 404, 409)
    assert len(page.soup.select(".problem")) >= 1
    assert "`" not in page.main
    for name in ("mon", "off_from", "zone"):
        if name in fields and fields.get("plan") is None and "\x00" not in fields[name]:
            assert page.soup.select(f'input[name="{name}"][value="{fields[name]}"]')
    assert settings(studying) == before


def test_the_language_of_a_browser(studying: Browser) -> None:
    studying.get("/settings")
    page = studying.send("/settings/language", language="en")
    assert page.status == 200
    assert studying.client.cookies["studyplan-language-8765"] == "en"
    page = studying.get("/settings", **{"accept-language": "de"})
    assert page.soup.select_one("html")["lang"] == "en"
    studying.send("/settings/language", language="")
    assert "studyplan-language-8765" not in studying.client.cookies


def test_another_browser_comes_in_once_and_goes(studying: Browser) -> None:
    page = studying.get("/settings/browsers")
    assert "This browser" in page.main
    page = studying.send("/settings/browsers/let-in")
    assert page.status == 200
    address = str(page.soup.select_one("#address")["value"])
    assert address.startswith(f"{ADDRESS}/enter?key=")
    svg = page.soup.select_one("figure svg")
    assert svg is not None
    assert "style" not in str(svg)
    assert address.partition("key=")[2] not in studying.get("/settings/browsers").html
    phone = TestClient(
        studying.client.app,
        base_url=ADDRESS,
        headers={"user-agent": "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0"},
    )
    path = address.removeprefix(ADDRESS)
    assert phone.get(path).status_code == 200
    assert TestClient(studying.client.app, base_url=ADDRESS).get(path).status_code == 403
    page = studying.get("/settings/browsers")
    assert "Firefox on Android" in page.main
    page = studying.send("/settings/browsers/end")
    assert page.notices == ["That browser is signed out."]
    assert phone.get("/plans").url.path == "/enter"
    assert studying.get("/plans").status == 200


def test_a_browser_that_is_not_in_cannot_be_ended(studying: Browser) -> None:
    for name in ("", "x", "学", "\x00"):
        page = studying.post("/settings/browsers/end", {"browser": name})
        assert page.notices == ["That browser is not in any more."]
    assert len(studying.site.sessions.devices()) == 1


def test_all_data_as_a_file(studying: Browser) -> None:
    answer = studying.client.get("/settings/data.json")
    assert answer.status_code == 200
    assert json.loads(answer.content)["studyplan_dump"] == 1
    assert "attachment" in answer.headers["content-disposition"]
    device = studying.site.sessions.devices()[0].digest
    assert device not in answer.text


def test_no_data_yet(browser: Browser) -> None:
    assert browser.get("/settings/data.json").status == 404
    for path in ("hours", "off", "holidays"):
        page = browser.post(f"/settings/{path}", {"mon": "60", "off_from": "2026-08-01", "country": "DE"})
        assert page.status == 404


def test_the_address_of_a_form_leads_to_its_page(studying: Browser) -> None:
    """A form that is at fault stands at the address it was sent to: a reload, or an undo from there, finds its page."""
    for sent, shown in (
        ("/settings/hours", "/settings"),
        ("/plans/1/rename", "/plans/1"),
        ("/start/file/new", "/start"),
        ("/undo", "/"),
    ):
        assert studying.get(sent).path == shown
    studying.planner.tasks.done(1)
    studying.post("/plans/1/rename", {"name": ""})
    page = studying.undo()
    assert page.path == "/plans/1"
    assert page.notices[0].startswith("Taken back")
