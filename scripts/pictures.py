"""Make docs/pictures/page-*.png: six pages of a real `studyplan serve` in a real browser, at a fixed date.

    python scripts/pictures.py              makes them
    python scripts/pictures.py --icons      makes the icons of the pages from static/icon.svg instead

Fonts differ from machine to machine, and so no test compares them. Needs Chromium; CHROMIUM names another one.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner
from playwright.sync_api import Browser, sync_playwright

from studyplan.cli import studyplan

ROOT = Path(__file__).resolve().parent.parent
PICTURES, STATIC = ROOT / "docs" / "pictures", ROOT / "studyplan" / "web" / "static"
#: Bytes: a page of documents loads several of them.
LARGEST = 80_000
#: What is run before, each on a day of July 2026: ten days of a plan of which two are missed.
BEFORE = (
    (1, "start foundations --date 2026-07-01 --days 35 --minutes mon-fri=90,sat=120 --name august"),
    (1, "done 1-3 --minutes 20"),
    (2, "done 4 --minutes 35"),
    (2, "done 5 --minutes 25"),
    (3, "done 6 --minutes 25"),
    (3, "done 7-8 --minutes 30"),
    (4, "done 9-10 --minutes 30"),
    (6, "done 11-12 --minutes 35"),
    (7, "done 13-14 --minutes 40"),
    (8, "done 15 --minutes 30"),
)
TODAY = "2026-07-10"
PHONE, LAPTOP = (360, 720), (960, 640)


class Picture(NamedTuple):
    """A page: the file it becomes, its address, the size of its window, the colours, and what is pressed first."""

    name: str
    path: str
    size: tuple[int, int] = PHONE
    colours: str = "light"
    press: str = ""


WANTED = (
    Picture("today", "/"),
    Picture("month", "/month", LAPTOP),
    Picture("replan", "/replan"),
    Picture("review", "/review/begin?plan=august", PHONE, "dark", 'button[name="shown"]'),
    Picture("progress", "/progress", PHONE),
    Picture("start", "/start/practitioner", LAPTOP, "dark"),
)


def program() -> str:
    """Where Chromium is."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    found = next(filter(None, map(shutil.which, filter(None, names))), None)
    if found is None:
        raise SystemExit("Chromium was not found: install the chromium package, or name the program in CHROMIUM")
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program(), args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@contextmanager
def server(home: Path) -> Iterator[str]:
    """A server of a learner's plan; gives the address that lets a browser in."""
    options = ["--db", str(home / "ana.db"), "--learner", "ana", "--today"]
    for day, line in BEFORE:
        result = CliRunner().invoke(studyplan, [*options, f"2026-07-{day:02}", *shlex.split(line)])
        if result.exit_code:
            raise SystemExit(f"studyplan {line} ended with {result.exit_code}:\n{result.output}")
    environ = {"PATH": os.environ.get("PATH", ""), "HOME": str(home), "TZ": "UTC", "LANG": "C.UTF-8"}
    command = [sys.executable, "-u", "-m", "studyplan", *options, TODAY, "serve", "--port", "0"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            found = re.search(r"http://\S+", process.stdout.readline())
            if found is None:
                raise SystemExit("studyplan serve printed no address")
            yield found[0]
        finally:
            process.terminate()


def pictures() -> None:
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as address, browser() as opened:
        context = opened.new_context(
            locale="en-GB", timezone_id="UTC", service_workers="block", reduced_motion="reduce"
        )
        page = context.new_page()
        page.goto(address)
        base = address.partition("/enter")[0]
        for name, path, (width, height), colours, press in WANTED:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
            page.goto(base + path)
            if press:
                page.locator(press).first.click()
            file = PICTURES / f"page-{name}.png"
            page.screenshot(path=file)
            if file.stat().st_size > LARGEST:
                raise SystemExit(f"{file.name} has {file.stat().st_size} bytes, more than {LARGEST}")


def icons() -> None:
    """The drawing as PNG, for home screens; once with room around it, which some of them cut into a shape of their own."""
    drawing = (STATIC / "icon.svg").read_text(encoding="utf-8")
    roomy = drawing.replace('viewBox="0 0 64 64"', 'viewBox="-8 -8 80 80"')
    roomy = roomy.replace('<rect width="64" height="64" rx="14"', '<rect x="-8" y="-8" width="80" height="80"')
    wanted = (("icon-192.png", 192, drawing), ("icon-512.png", 512, drawing), ("icon-maskable.png", 512, roomy))
    with browser() as opened:
        for name, size, svg in wanted:
            page = opened.new_page(viewport={"width": size, "height": size})
            page.set_content("<style>body { margin: 0 } svg { display: block; width: 100% }</style>" + svg)
            page.screenshot(path=STATIC / name, omit_background=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Makes the pictures of pages, or the icons.")
    parser.add_argument("--icons", action="store_true", help="make the icons of the pages instead")
    if parser.parse_args().icons:
        icons()
    else:
        pictures()
    return 0


if __name__ == "__main__":
    sys.exit(main())
