"""What subscribers make of a feed when they come again: updates, and no doubles."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from browsing import Browser
from starlette.testclient import TestClient

from studyplan.store import backups, restoring

#: What happens between two visits of a calendar.
STEPS: dict[str, Callable[[Browser], object]] = {
    "done": lambda browser: browser.planner.tasks.done(1, 2, on="2026-07-20"),
    "a task more": lambda browser: browser.planner.tasks.add("Call the group", 30),
    "replan": lambda browser: browser.planner.replan.apply(),
    "removed": lambda browser: browser.planner.tasks.remove(9),
    "undo": lambda browser: browser.planner.history.undo(),
    "redo": lambda browser: browser.planner.history.redo(),
    "moved": lambda browser: browser.planner.tasks.move(12, to="2026-08-10", sure=True),
    "restore": lambda browser: restore(browser),
    "skipped after it": lambda browser: browser.planner.tasks.skip(3),
    "dropped": lambda browser: browser.planner.plans.drop("foundations"),
}


def kept(browser: Browser) -> Path:
    return Path(browser.site.config.database).with_name("saved.db")


def restore(browser: Browser) -> None:
    restoring.restore(browser.site.config.database, kept(browser))


def subscribed(browser: Browser) -> str:
    """The token of a feed; from here a restore brings everything back."""
    made = browser.planner.feeds.add("phone").token
    backups.copy_into(Path(browser.site.config.database), kept(browser))
    return made


def components(file: bytes) -> dict[str, str]:
    """The text of each event by its uid, its lines unfolded."""
    text = file.replace(b"\r\n ", b"").replace(b"\r\n", b"\n").decode()
    items = re.findall(r"BEGIN:VEVENT\n.*?END:VEVENT", text, re.DOTALL)
    return {re.findall(r"^UID:(\S+)$", item, re.MULTILINE)[0]: item for item in items}


class Poller:
    """Keeps a copy of a calendar as vdirsyncer's http storage does: item by item, asked for by the tag of the last answer."""

    def __init__(self, browser: Browser, token: str) -> None:
        self._client = TestClient(browser.client.app, base_url=str(browser.client.base_url))
        self._path = f"/feed/{token}.ics"
        self._tag = ""
        self.items: dict[str, str] = {}

    def visit(self) -> tuple[set[str], set[str], set[str]] | None:
        """The uids of what came, changed and went; None where nothing has."""
        answer = self._client.get(self._path, headers={"if-none-match": self._tag} if self._tag else {})
        if answer.status_code == 304:
            return None
        assert answer.status_code == 200
        self._tag = answer.headers["etag"]
        uids = Counter(re.findall(r"^UID:(\S+)", answer.text, re.MULTILINE))
        assert [uid for uid, many in uids.items() if many > 1] == []
        before, self.items = self.items, components(answer.content)
        assert self.items.keys() == uids.keys()
        both = before.keys() & self.items.keys()
        changed = {uid for uid in both if before[uid] != self.items[uid]}
        return set(self.items - before.keys()), changed, set(before - self.items.keys())


def stamps(item: str) -> tuple[int, str]:
    """What a calendar tells by which of two forms of an entry is the newer one."""
    (sequence,) = re.findall(r"^SEQUENCE:(\d+)$", item, re.MULTILINE)
    (modified,) = re.findall(r"^LAST-MODIFIED:(\S+)$", item, re.MULTILINE)
    return int(sequence), modified


def test_a_poller_sees_each_update_once(studying: Browser) -> None:
    """As much as has changed, newer each time but for what a restore brings back, and nothing when it comes again at once."""
    poller = Poller(studying, subscribed(studying))
    first = poller.visit()
    assert first is not None
    assert len(first[0]) == len(studying.planner.plans.get("foundations").tasks)
    for name, step in STEPS.items():
        before = dict(poller.items)
        step(studying)
        seen = poller.visit()
        assert seen is not None, name
        came, changed, went = seen
        assert came or changed or went, name
        assert poller.visit() is None, name
        if name != "restore":
            assert went <= ({uid for uid in before if "Call the group" in before[uid]} if name in ("undo",) else set())
            assert all(stamps(poller.items[uid]) > stamps(before[uid]) for uid in changed), name
    assert all("STATUS:CANCELLED" in item for item in poller.items.values())


def test_khal_imports_each_version_over_the_one_before(browser: Browser, tmp_path: Path) -> None:
    """The titles and days that are served, and none of them twice."""
    folder = tmp_path / "khal"
    (folder / "plan").mkdir(parents=True)
    (folder / "khal.conf").write_text(
        f"[calendars]\n[[plan]]\npath = {folder / 'plan'}\n[locale]\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\n"
        "longdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
        f"local_timezone = Europe/Berlin\ndefault_timezone = Europe/Berlin\n[sqlite]\npath = {folder / 'khal.db'}\n"
    )
    planner = browser.planner
    planner.plans.start("blank", start="2026-07-18", days=30, name="essays")
    for number in range(5):
        planner.tasks.add(f"Essay {number}; read, write", 30 + number, on=f"2026-07-{19 + number}")
    token = subscribed(browser)
    poller = Poller(browser, token)

    def khal(*words: str) -> str:
        ran = subprocess.run(
            [Path(sys.executable).with_name("khal"), "-c", str(folder / "khal.conf"), *words],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "HOME": str(folder), "TZ": "Europe/Berlin", "XDG_DATA_HOME": str(folder)},
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def shown() -> Counter[str]:
        told = khal("list", "--format", "{start}|{title}", "--day-format", "", "2026-07-01", "90d")
        return Counter(line.strip() for line in told.splitlines() if "|" in line)

    def served() -> Counter[str]:
        found = Counter()
        for item in poller.items.values():
            (day,) = re.findall(r"^DTSTART;VALUE=DATE:(\d{4})(\d\d)(\d\d)$", item, re.MULTILINE)
            (title,) = re.findall(r"^SUMMARY:(.*)$", item, re.MULTILINE)
            found["-".join(day) + "|" + re.sub(r"\\(.)", r"\1", title)] += 1
        return found

    for is_looked_at, step in (
        (False, lambda: None),
        (False, lambda: planner.tasks.done(1, 2)),
        (True, lambda: planner.replan.apply()),
        (False, lambda: planner.history.undo()),
        (True, lambda: restore(browser)),
        (True, lambda: planner.tasks.move(4, to="2026-08-10")),
    ):
        step()
        file = folder / "feed.ics"
        file.write_bytes(browser.client.get(f"/feed/{token}.ics").content)
        assert poller.visit() is not None
        khal("import", "--batch", "-a", "plan", str(file))
        assert not is_looked_at or shown() == served()
