"""Nothing that axe finds on any page: on a phone and on a laptop, light and dark. A page that is new is covered by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import LAPTOP, PHONE, ServedSite, window
from fastapi.routing import APIRoute
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect

from studyplan.model import Kind
from studyplan.rules.papers import QuizWish
from studyplan.web import entrance, pages

AXE = Path(__file__).with_name("axe") / "node_modules" / "axe-core" / "axe.min.js"
#: What stands for the parts of an address.
EXAMPLES = {"number": "1", "template": "foundations"}
#: Pages that show something only for an address of their own, on the site of these tests.
ADDRESSES = {
    "/cards/edit": "/cards/edit?plan=foundations&card=definition-1",
    "/mock": "/mock?plan=foundations",
    "/mock/{number}": "/mock/2",
    "/mock/{number}/result": "/mock/2/result",
    "/quiz/{number}": "/quiz/9",
    "/quiz/{number}/result": "/quiz/9/result",
    "/test/{number}": "/test/3?q=2",
    "/test/{number}/overview": "/test/3/overview",
    "/report/{form}": "/report/page?plan=foundations",
    "/start/{template}": "/start/foundations?date=2026-07-23&name=x&leave_out=principles",
    "/review/begin": "/review/begin?plan=foundations",
    "/review/card": "/review/card?plan=1&cards=1.2&shown=1",
    "/review/over": "/review/over?plan=1&tally=1.0.2.0&was=300",
}
#: What no page is: files, and answers for programs.
NO_PAGES = re.compile(r".*\.(?:js|json|ics|svg|png|webmanifest)|/health|/static/.*|/feed/.*|.*/export|.*/samples/.*")


def routes() -> list[str]:
    """The addresses of all pages, those of single things as they are written in the program."""
    found = [route for router in (entrance.router, *pages.routers()) for route in router.routes]
    paths = {route.path for route in found if isinstance(route, APIRoute) and "GET" in route.methods}
    return sorted(path for path in paths if not NO_PAGES.fullmatch(path))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    """A site with a bit of everything on its pages."""
    made = ServedSite(tmp_path_factory.mktemp("lived"), "2026-07-23")
    planner = made.planner
    planner.plans.start("foundations", start="2026-07-20", days=30)
    planner.plans.start("practitioner", start="2026-07-22", days=60, name="abends")
    planner.tasks.done(1, on="2026-07-20", minutes=40, note="harder than it looked")
    planner.tasks.done(3, 4, 5)
    planner.tasks.skip(6)
    planner.tasks.add("Die Tarife dreier Anbieter vergleichen " * 5, 30, plan="foundations")
    planner.tasks.add("請求書を読み解き、" * 20, 30, on="2026-07-23", plan="abends")
    planner.feeds.add("Anas Telefon", plan="abends")
    planner.feeds.add("請求書を読み解き" * 10)
    planner.feeds.revoke(planner.feeds.rotate(1).view.feed.number)
    tests = planner.mock
    for kind, number in ((Kind.MOCK, 2), (Kind.QUIZ, 9)):
        tests.finish(tests.begin(tests.paper(kind, number)).attempt)
    tests.begin(tests.paper(Kind.QUIZ, plan="abends", wish=QuizWish(count=5)), limit=10)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def phone(screen: Chromium, lived: ServedSite) -> Iterator[BrowserContext]:
    with window(screen) as made:
        lived.enter(made).close()
        yield made


def faults(page: Page) -> list[str]:
    """What axe finds: the rule, and the element that breaks it."""
    if not page.evaluate("() => 'axe' in window"):
        # As a script of the test's own world: the page's policy lets no other one in.
        page.evaluate(AXE.read_text(encoding="utf-8") + "\n;undefined")
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [f"{each['id']}: {node['html'][:200]} {node['failureSummary']}" for each in found for node in each["nodes"]]


def everywhere(page: Page) -> list[str]:
    """What is wrong with a page in any size and colour. No colour hangs on the size (see ``test_colours_hang_on_no_size``), so
    each size is looked at in one of them."""
    found = []
    for size, scheme in ((PHONE, "light"), (LAPTOP, "dark")):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += faults(page) + too_wide(page)
    return found


def too_wide(page: Page) -> list[str]:
    """What makes somebody scroll to the side."""
    wide, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    return [f"{wide} px wide on {room}"] if wide > room else []


@pytest.mark.parametrize("route", routes())
def test_pages(phone: BrowserContext, lived: ServedSite, route: str) -> None:
    named = "/".join(EXAMPLES.get(part.strip("{}"), part) for part in route.split("/"))
    path = ADDRESSES.get(route, named)
    assert "{" not in path, f"neither EXAMPLES nor ADDRESSES has anything for {route}"
    page = phone.new_page()
    answer = page.goto(lived.address + path)
    assert answer is not None
    assert answer.status == 200, page.inner_text("main")
    assert answer.headers["content-type"].startswith("text/html")
    assert everywhere(page) == []
    page.close()


def test_pages_without_a_plan(screen: Chromium, tmp_path: Path) -> None:
    """Each has something to say, and a way on, before anything was started."""
    served = ServedSite(tmp_path, "2026-07-23")
    wrong = {}
    try:
        with window(screen, service_workers="block") as context:
            page = served.enter(context)
            for path in routes():
                if "{" in path or path in ADDRESSES:
                    continue
                answer = page.goto(served.address + path)
                assert answer is not None
                assert answer.status < 500, path
                if found := faults(page) + too_wide(page):
                    wrong[path] = found
    finally:
        served.stop()
    assert not wrong


def test_what_pages_say_in_passing(screen: Chromium, tmp_path: Path) -> None:
    """A question, a refusal, what was done; and a page that the device kept, with what waits on it."""
    served = ServedSite(tmp_path)
    served.planner.plans.start("foundations", days=30, week="daily=90")
    try:
        with window(screen) as context:
            page = served.enter(context)
            page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
            page.locator('#task-1 form[action="/tasks/1/done"] button').click()
            expect(page.locator(".notice")).to_be_visible()
            assert everywhere(page) == []
            page.goto(f"{served.address}/tasks/999")
            assert everywhere(page) == []
            page.goto(f"{served.address}/tasks/3")
            page.locator("#record summary").click()
            page.locator("#at").fill("2020-01-01")
            page.locator("#record button").first.click()
            expect(page.locator("h1")).to_have_text("Are you sure?")
            assert everywhere(page) == []
            page.goto(served.address)
            served.stop()
            page.locator('#task-3 form[action="/tasks/3/done"] button').click()
            expect(page.locator(".waiting")).to_be_visible()
            expect(page.locator("#kept")).to_be_visible()
            assert everywhere(page) == []
    finally:
        served.stop()


def test_colours_hang_on_no_size() -> None:
    """What a wide screen changes is no colour but that of a line; nor does it show a kind of text that a phone does not."""
    sheet = (Path(pages.__file__).parents[1] / "static" / "studyplan.css").read_text(encoding="utf-8")
    blocks = re.split(r"^@media ", sheet, flags=re.MULTILINE)[1:]
    wide = [re.split(r"^}|} }$", block, maxsplit=1, flags=re.MULTILINE)[0] for block in blocks if "width" in block[:20]]
    assert len(wide) >= 3
    for block in wide:
        assert not re.search(r"(?:^|[\s;{])(?:--[\w-]+|color|background(?:-color)?|opacity|filter)\s*:", block), block


def test_faults_are_found(screen: Chromium) -> None:
    """A page with what axe looks for, to know that it looks."""
    with window(screen) as context:
        page = context.new_page()
        page.set_content(
            '<html lang="en"><title>x</title><main><h1>x</h1><p style="color: #aaa">too pale</p><input></main></html>'
        )
        assert {each.partition(":")[0] for each in faults(page)} == {"color-contrast", "label"}
        page.set_content('<html lang="en"><title>x</title><main><h1>x</h1><pre>' + "x" * 99 + "</pre></main></html>")
        assert [each.endswith("px wide on 360") for each in everywhere(page)] == [True]
