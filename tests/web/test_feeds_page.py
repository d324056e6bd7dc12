"""The page of addresses that calendars subscribe to."""

from __future__ import annotations

import re

from browsing import ADDRESS, Browser, crowd
from chromium import ServedSite, window
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

TOKEN = re.compile(r"1-\d+-[a-z2-7]{32}")


def test_nobody_subscribes_yet(studying: Browser) -> None:
    page = studying.get("/feeds")
    assert page.status == 200
    assert "No calendar subscribes yet" in page.main


def test_before_the_first_plan(browser: Browser) -> None:
    assert "No plan is running" in browser.get("/feeds").main
    page = browser.post("/feeds", {"name": "phone"})
    assert page.notices[0].startswith("There is no plan yet")


def test_an_address_is_shown_once(studying: Browser) -> None:
    """With the link for this device, the code for another, and words on what calendars do."""
    studying.get("/feeds")
    page = studying.send("/feeds", name="phone")
    assert page.path == "/feeds"
    field = page.soup.select_one("input.address")
    assert field is not None
    address = str(field["value"])
    token = address.removeprefix(f"{ADDRESS}/feed/").removesuffix(".ics")
    assert TOKEN.fullmatch(token)
    assert page.soup.select_one(f'a[href="webcal://127.0.0.1:8765/feed/{token}.ics"]')
    assert page.soup.select("figure svg path")
    assert page.soup.select('a[href^="https://calendar.google.com/"][rel=noreferrer]')
    for words in ("From URL", "Android", "8 to 24 hours", "this computer alone"):
        assert words in page.main
    assert studying.client.get(f"/feed/{token}.ics").status_code == 200
    again = studying.get("/feeds")
    assert not TOKEN.search(again.html)
    assert "phone" in again.main
    assert "Last fetched today" in again.main


def test_another_browser_is_not_shown_it(studying: Browser) -> None:
    other = Browser(studying.site)
    other.get("/feeds")
    studying.post("/feeds", {"name": "phone"})
    assert not TOKEN.search(other.get("/feeds").html)


def test_a_new_address_and_the_end_of_the_old_one(studying: Browser) -> None:
    studying.get("/feeds")
    studying.send("/feeds", name="phone", form="todos", alarm="30", numbered="1")
    page = studying.send("/feeds/1/rotate")
    assert "goes on until you close it" in page.notices[0]
    assert page.soup.select_one("input.address")
    assert "to-dos, numbered, alarms 30 min ahead" in page.main
    page = studying.send("/feeds/2/rename", name="tablet")
    assert page.notices == ["It is now called “tablet”."]
    page = studying.send("/feeds/1/revoke")
    assert "answers nobody any more" in page.notices[0]
    assert not page.soup.select('form[action="/feeds/1/revoke"]')
    assert "closed on Thu 23 Jul 2026" in page.main


def test_what_is_missing_is_said(studying: Browser) -> None:
    studying.planner.feeds.add("phone")
    crowd(studying.site, 1200)
    assert "Too large for calendars" in studying.get("/feeds").main


def test_what_cannot_be(studying: Browser) -> None:
    """A line that says what is wrong; nothing is made."""
    studying.get("/feeds")
    for fields in (
        {"name": ""},
        {"name": "x" * 201},
        {"name": "phone", "form": "nonsense"},
        {"name": "phone", "form": "timed"},
        {"name": "phone", "alarm": "-5"},
        {"name": "phone", "alarm": "999999999"},
        {"name": "phone", "plan": "99"},
        {"name": "phone", "zoned": "1"},
    ):
        page = studying.post("/feeds", fields)
        assert page.soup.select(".notice.problem"), fields
    for number in ("9", "0", "99999999999999999999"):
        assert studying.post(f"/feeds/{number}/revoke").soup.select(".notice.problem")
    assert studying.post("/feeds/x/revoke").status in (200, 400, 404)
    assert studying.planner.feeds.all() == []
    assert "time zone" in studying.post("/feeds", {"name": "phone", "form": "timed"}).notices[0]


def test_the_address_is_copied_where_scripts_run(screen: Chromium, served: ServedSite) -> None:
    """And stands in a field to be copied by hand where they do not."""
    for has_scripts in (True, False):
        with window(screen, java_script_enabled=has_scripts, permissions=["clipboard-read", "clipboard-write"]) as made:
            page = served.enter(made, "/feeds")
            page.get_by_label("What for?").fill("phone")
            page.get_by_role("button", name="Make an address").click()
            field = page.get_by_label("Address", exact=True)
            expect(field).to_have_value(re.compile(rf"^{served.address}/feed/{TOKEN.pattern}\.ics$"))
            assert page.get_by_role("button", name="Copy").count() == has_scripts
            if has_scripts:
                page.get_by_role("button", name="Copy").click()
                expect(page.get_by_role("button", name="Copied")).to_be_visible()
                assert page.evaluate("navigator.clipboard.readText()") == field.input_value()
