"""A browser that runs no script does all that a day needs; so does a keyboard without a mouse. Pages are small."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import LAPTOP, PHONE, ServedSite, window
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from studyplan.model import Status, Task

#: Bytes of today's page, and of all that it is shown with.
PAGE, ALL = 30_000, 60_000


def task(served: ServedSite, number: int) -> Task:
    found, *_ = served.planner.queries.show(number)
    return found[0]


@pytest.fixture(params=["taps", "keys"])
def hand(request: pytest.FixtureRequest) -> str:
    """How somebody presses what is on a page."""
    return str(request.param)


@pytest.fixture
def page(screen: Chromium, served: ServedSite, hand: str) -> Iterator[Page]:
    """Today on a phone whose browser runs no script. (Where only keys are pressed it may as well.)"""
    with window(screen, java_script_enabled=hand == "keys", service_workers="block") as context:
        yield served.enter(context)


def press(page: Page, what: str, hand: str) -> None:
    """Press a link, a button or what folds out: with a tap, or by going there with Tab."""
    if hand == "taps":
        page.locator(what).first.click()
        return
    reach(page, what)
    if what.endswith("summary"):
        page.keyboard.press("Enter")
    else:
        with page.expect_navigation():
            page.keyboard.press("Enter")


def reach(page: Page, what: str) -> None:
    """Go on with Tab until the focus is there."""
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement === document.querySelector(what)", what):
            return
    raise AssertionError(f"Tab never comes to {what} on {page.url}")


def typed(page: Page, field: str, text: str, hand: str) -> None:
    if hand == "taps":
        page.locator(field).fill(text)
    else:
        reach(page, field)
        page.keyboard.type(text)


def test_a_day(page: Page, served: ServedSite, hand: str) -> None:
    """Done, skip, move, undo, a note."""
    press(page, '#task-1 form[action="/tasks/1/done"] button', hand)
    expect(page.locator(".notice").first).to_contain_text("Done: ")
    assert task(served, 1).status is Status.DONE

    press(page, "#task-3 details summary", hand)
    press(page, '#task-3 form[action="/tasks/3/skip"] button', hand)
    expect(page.locator(".notice").first).to_contain_text("Skipped: ")
    assert task(served, 3).status is Status.SKIPPED

    press(page, '.notice form[action="/undo"] button', hand)
    expect(page.locator(".notice").first).to_contain_text("Taken back")
    assert task(served, 3).status is Status.OPEN

    before = task(served, 4).date
    press(page, "#task-4 .title", hand)
    expect(page.locator("h1")).to_be_visible()
    press(page, "#move summary", hand)
    press(page, '#move form[action="/tasks/4/move"] button', hand)
    expect(page.locator(".notice").first).to_contain_text("Moved")
    assert task(served, 4).date != before

    press(page, "#note summary", hand)
    typed(page, "#note textarea", "harder than it looked", hand)
    press(page, '#note form[action="/tasks/4/note"] button', hand)
    expect(page.locator(".notice").first).to_contain_text("Noted")
    assert task(served, 4).note == "harder than it looked"


def test_what_was_missed(page: Page, served: ServedSite, hand: str) -> None:
    """A replan is looked at, and carried out."""
    assert served.planner.queries.today().overdue
    press(page, 'main a[href="/replan"]', hand)
    expect(page.locator("h1")).to_contain_text("Replan")
    press(page, 'form[action="/replan"] button.main', hand)
    expect(page.locator(".notice").first).to_be_visible()
    assert not served.planner.queries.today().overdue


def test_a_start(screen: Chromium, tmp_path: Path, hand: str) -> None:
    """From no plan at all to the first day."""
    served = ServedSite(tmp_path, "2026-07-23")
    try:
        with window(screen, java_script_enabled=hand == "keys", service_workers="block") as context:
            page = served.enter(context)
            press(page, 'main a[href="/start"]', hand)
            press(page, 'main a[href="/start/foundations"]', hand)
            press(page, "main form button.main", hand)
            expect(page.locator("table.sheet").first).to_be_visible()
            assert not served.planner.queries.plan_views()
            press(page, 'main button[value="start"], main form button.main', hand)
            expect(page.locator(".notice").first).to_be_visible()
            assert [view.plan.name for view in served.planner.queries.plan_views()] == ["foundations"]
    finally:
        served.stop()


@pytest.mark.parametrize("size", [PHONE, LAPTOP])
def test_today_is_small(screen: Chromium, served: ServedSite, size: dict[str, int]) -> None:
    """What comes over the line the first time, without the headers; nothing comes from elsewhere."""
    came: dict[str, int] = {}
    with window(screen, viewport=size) as context:
        page = context.new_page()
        page.on("response", lambda answer: came.update({answer.url: answer.status}))
        page.goto(f"{served.address}/enter?key={served.site.sessions.new_key()}")
        page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
        fetched = {url: context.request.get(url).body() for url, status in came.items() if status == 200}
    sizes = {url.removeprefix(served.address): len(body) for url, body in fetched.items()}
    assert all(url.startswith(served.address) for url in came)
    assert sizes["/"] <= PAGE
    assert sum(sizes.values()) <= ALL, sizes
