"""A real browser in front of a real server: Chromium without a window, the application on a port of this machine."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Thread

import uvicorn
from browsing import site_of
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from studyplan.planner import Planner
from studyplan.web.app import build
from studyplan.web.site import Site

#: Nothing is drawn by a card, nothing is fetched from anywhere, and the tests may run as root.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
#: Milliseconds that a page may take to do what is waited for. It takes a few; only a page that is broken needs them all.
_PATIENCE = 20_000

expect.set_options(timeout=_PATIENCE)

PHONE, LAPTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


def program() -> str:
    """Where Chromium is."""
    named = os.environ.get("CHROMIUM")
    found = next(filter(None, map(shutil.which, [named] if named else _NAMES)), None)
    assert found, "these tests need Chromium: install the chromium package, or name the program in CHROMIUM"
    return found


@contextmanager
def chromium() -> Iterator[Chromium]:
    """A browser that runs. While it does, its loop has the thread: keep it for a module of tests, not for a session."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program(), args=ARGUMENTS)
        try:
            yield opened
        finally:
            opened.close()


class ServedSite:
    """A site that a browser reaches. It can be stopped and started again under the same address."""

    def __init__(self, folder: Path, today: date | str | None = None) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.site: Site = site_of(folder / "study.db", today, folder, self.port)
        self._server: uvicorn.Server | None = None
        self.start()

    @property
    def planner(self) -> Planner:
        return self.site.source.planner()

    def start(self) -> None:
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self.port))
        # From here on it can be asked: who comes before the server does waits.
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(build(self.site), log_config=None, access_log=False, lifespan="on"))

        def run() -> None:
            with listening:
                server.run(sockets=[listening])

        self._server, self._thread = server, Thread(target=run)
        self._thread.start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.should_exit = True
            self._thread.join()
            self._server = None

    def enter(self, context: BrowserContext, path: str = "/") -> Page:
        """A page of a browser that was let in."""
        page = context.new_page()
        page.goto(f"{self.address}/enter?key={self.site.sessions.new_key()}&back={path}")
        return page


@contextmanager
def window(browser: Chromium, **wishes: object) -> Iterator[BrowserContext]:
    """A browser of its own, with no cookie and nothing kept. It fails a page that runs into an error or breaks its own policy."""
    context = browser.new_context(**{"viewport": PHONE, "locale": "en-GB", "timezone_id": "UTC", **wishes})  # type: ignore[arg-type]
    context.set_default_timeout(_PATIENCE)
    wrong: list[str] = []
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on(
        "console", lambda message: wrong.append(message.text) if "Content Security Policy" in message.text else None
    )
    try:
        yield context
    finally:
        context.close()
    assert not wrong
