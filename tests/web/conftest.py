"""What tests of pages ask for: a browser without a screen that is in; a real one, and a server for it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import Browser, site_of
from chromium import ServedSite, chromium
from playwright.sync_api import Browser as Chromium


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """A browser that is in, on Thursday 23 July 2026, with no plan yet."""
    site = site_of(tmp_path / "study.db", "2026-07-23", tmp_path)
    opened = Browser(site)
    yield opened
    opened.client.close()
    site.source.close()


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with Foundations under way since 20 July, to be copied: a start takes longer than most tests of a page."""
    folder = tmp_path_factory.mktemp("begun")
    site = site_of(folder / "study.db", "2026-07-23", folder)
    site.source.planner().plans.start("foundations", start="2026-07-20", days=30)
    site.source.close()
    return folder / "study.db"


@pytest.fixture
def studying(begun: Path, browser: Browser, tmp_path: Path) -> Browser:
    """The same with that plan: some tasks are overdue, some due."""
    shutil.copyfile(begun, tmp_path / "study.db")
    browser.get("/")
    return browser


@pytest.fixture(scope="module")
def screen() -> Iterator[Chromium]:
    """Chromium, once for the tests of a file."""
    with chromium() as opened:
        yield opened


@pytest.fixture
def served(begun: Path, tmp_path: Path) -> Iterator[ServedSite]:
    """A server for a real browser: Foundations since Monday 20 July 2026, on the Thursday."""
    shutil.copyfile(begun, tmp_path / "study.db")
    made = ServedSite(tmp_path, "2026-07-23")
    yield made
    made.stop()
