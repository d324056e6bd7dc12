"""A browser without a screen on a fresh database: pages are got, forms are sent as they stand on the page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

from bs4 import BeautifulSoup, Tag
from starlette.testclient import TestClient

from studyplan.api import PlannerSource
from studyplan.config import load
from studyplan.model import Change
from studyplan.planner import Planner
from studyplan.store import Unit
from studyplan.web.app import build
from studyplan.web.guard import Address
from studyplan.web.sessions import Sessions
from studyplan.web.site import Site

ADDRESS = "http://127.0.0.1:8765"
#: What is said of an address that no page has.
_NOWHERE = "There is no such page."


@dataclass
class Page:
    """An answer that is a page: its status, the path it ended on, and what is on it."""

    status: int
    path: str
    html: str

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.html, "html.parser")

    @property
    def text(self) -> str:
        """All words of the page in one line."""
        return " ".join(self.soup.get_text(" ").split())

    @property
    def main(self) -> str:
        """The words of the page without the bar."""
        found = self.soup.find("main")
        assert isinstance(found, Tag)
        return " ".join(found.get_text(" ").split())

    @property
    def notices(self) -> list[str]:
        """What the visitor was told."""
        return [" ".join(each.get_text(" ").split()) for each in self.soup.select(".notice")]

    def form(self, action: str) -> Tag:
        """The form of the page that is sent to an address."""
        found = self.soup.select(f'form[action="{action}"]')
        assert found, f"no form for {action} on {self.path}"
        return found[0]


class Browser:
    """A browser that was let in. ``planner`` looks at the same database.

    A test that asks for an address that the site does not have fails, unless it says that it ``may_miss``: what is refused for
    its form would otherwise look like what was never there.
    """

    may_miss = False

    def __init__(self, site: Site) -> None:
        self.site = site
        self.client = TestClient(build(site), base_url=ADDRESS, follow_redirects=True)
        self.page: Page | None = None
        self.get(f"/enter?key={site.sessions.new_key()}")

    @property
    def planner(self) -> Planner:
        return self.site.source.planner()

    def get(self, path: str, **headers: str) -> Page:
        answer = self.client.get(path, headers=headers)
        return self._arrived(answer)

    def post(self, path: str, data: dict[str, object] | None = None, **headers: str) -> Page:
        """Send a form from the page that the browser is on."""
        before = {"origin": ADDRESS, "referer": ADDRESS + (self.page.path if self.page else "/")}
        answer = self.client.post(path, data=data or {}, headers={**before, **headers})
        return self._arrived(answer)

    def send(self, action: str, button: str | None = None, **fields: object) -> Page:
        """Fill in the form of this page that goes to ``action`` and press its button: what is not filled in keeps what stands there,
        as in a real browser. ``button``: the name of the one that is pressed, where it has one."""
        assert self.page is not None
        form = self.page.form(action)
        data: dict[str, object] = {}
        for each in form.select("input, textarea, select"):
            name = each.get("name")
            if not isinstance(name, str) or each.get("disabled") is not None:
                continue
            kind = each.get("type")
            if kind in ("checkbox", "radio") and each.get("checked") is None:
                continue
            if each.name == "select":
                chosen = each.select("option[selected]") or each.select("option")[:1]
                value: object = [option.get("value", option.get_text()) for option in chosen]
            else:
                value = (
                    each.get_text()
                    if each.name == "textarea"
                    else each.get("value", "on" if kind == "checkbox" else "")
                )
            if name in data:
                value = [*_listed(data[name]), value]
            data[name] = value
        if button is not None:
            pressed = form.select_one(f'button[name="{button}"]')
            assert pressed is not None, f"no button {button}"
            data[button] = pressed.get("value", "")
        if form.get("method") == "get":
            return self.get(f"{action}?{urlencode(data | fields, doseq=True)}")
        return self.post(action, data | fields)

    def undo(self, **headers: str) -> Page:
        """Take back the newest change, and say yes to the question whether that is the one."""
        asked = self.post("/undo", **headers)
        fields = {str(each["name"]): str(each["value"]) for each in asked.form("/undo").select("input")}
        return self.post("/undo", dict(fields), **headers)

    def follow(self, words: str) -> Page:
        """Open the first link of this page whose words begin like this."""
        assert self.page is not None
        links = [each for each in self.page.soup.select("main a[href]") if each.get_text(" ").strip().startswith(words)]
        assert links, f"no link '{words}' on {self.page.path}"
        return self.get(str(links[0]["href"]))

    def _arrived(self, answer: object) -> Page:
        from httpx2 import Response

        assert isinstance(answer, Response)
        path = answer.url.raw_path.decode() if hasattr(answer.url, "raw_path") else answer.url.path
        self.page = Page(answer.status_code, path, answer.text)
        assert self.may_miss or _NOWHERE not in answer.text, f"no page has the address {path}, or the one sent to"
        return self.page


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def site_of(
    database: str | Path,
    today: date | str | None,
    folder: Path,
    port: int = 8765,
    learner: str | None = None,
    base_url: str | None = None,
) -> Site:
    """A site over a database on a day that stands still; without one, its clock goes."""
    flags = {
        "database": str(database),
        "plans": str(folder / "plans"),
        "config": str(folder / "none.toml"),
    }
    flags |= {"today": str(today)} if today is not None else {}
    flags |= {"learner": learner} if learner is not None else {}
    config = load(flags, {})
    source = PlannerSource(config)
    now = datetime.fromisoformat("2026-07-23T10:00:00+00:00")
    return Site(config, source, Address.of(port, base_url), Sessions(lambda: now))


def crowd(site: Site, many: int) -> None:
    """So many more tasks in the first plan, a day each."""

    def work(unit: Unit) -> None:
        sample = unit.tasks(1)[0]
        _, first = unit.reserve(1, tasks=many)
        made = [
            replace(sample, number=first + n, uuid=uuid4(), key=f"more-{n}", task=f"more-{n}", title=f"More {n}")
            for n in range(many)
        ]
        unit.add_tasks(made, exists=True)
        unit.apply(1, [Change("task", first, "note", None, "x")], action="crowd", at=datetime.now(UTC), actor="")

    site.source._store.write(work)
