"""The taps that most days need, in a real browser that runs no script."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from chromium import ServedSite, window
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from studyplan.model import Status, Task


@pytest.fixture
def page(screen: Chromium, served: ServedSite) -> Iterator[Page]:
    with window(screen, java_script_enabled=False) as context:
        yield served.enter(context)


def task(served: ServedSite, number: int) -> Task:
    return served.planner.queries.show(number)[0][0]


def test_a_day_by_taps_alone(page: Page, served: ServedSite) -> None:
    """Done leads to the next task, which has the focus; what is behind a fold is one tap more; all of it can be taken back."""
    page.get_by_role("button", name=f"Done: {task(served, 1).title}").click()
    expect(page.locator("#task-2")).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("Done: Fix your study times")
    assert task(served, 1).status is Status.DONE
    page.locator("#task-2 summary").click()
    page.locator("#task-2").get_by_role("button", name="Skip").click()
    expect(page.locator("#task-3")).to_be_focused()
    assert task(served, 2).status is Status.SKIPPED
    page.locator("#task-3 summary").click()
    page.locator("#task-3").get_by_role("button", name="Move to tomorrow").click()
    expect(page.locator("#task-3")).to_have_count(0)
    assert task(served, 3).date == date(2026, 7, 24)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#task-3")).to_be_visible()
    assert task(served, 3).date == date(2026, 7, 20)


def test_one_task_and_a_short_time(page: Page, served: ServedSite) -> None:
    """A date is typed, minutes are recorded, and one tap asks what fits half an hour."""
    page.get_by_role("button", name="30 min").click()
    expect(page.get_by_role("heading", name="In 30 min")).to_be_visible()
    page.locator("#task-3 a.title").click()
    page.get_by_text("Move to another day").click()
    page.get_by_label("Or to this day").fill("2026-07-28")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Moved to Tue 28 Jul")
    page.get_by_text("Done, with time, score or a note").click()
    page.get_by_label("How long it took").fill("1h10")
    page.locator("#record").get_by_role("button", name="Done", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Done: Define FinOps")
    found = task(served, 3)
    assert (found.date, found.status, found.spent_minutes) == (date(2026, 7, 28), Status.DONE, 70)


def test_several_at_once_and_a_new_one(page: Page, served: ServedSite) -> None:
    page.goto(f"{served.address}/tasks?overdue=1")
    page.get_by_role("link", name="Select several").click()
    page.get_by_label(task(served, 1).title).check()
    page.get_by_label(task(served, 2).title).check()
    page.get_by_role("button", name="Done", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Done: ")
    assert {task(served, each).status for each in (1, 2)} == {Status.DONE}
    page.goto(f"{served.address}/add")
    page.get_by_label("The task, in your words").fill("Essay tomorrow 1h")
    page.get_by_role("button", name="See how it is read").click()
    expect(page.get_by_text("Fri 24 Jul 2026")).to_be_visible()
    page.get_by_role("button", name="Add", exact=True).first.click()
    expect(page.get_by_role("status")).to_contain_text("Added: Essay, Fri 24 Jul, 1 h")
