"""What parsers written by other people read from a calendar file."""

from __future__ import annotations

import atexit
import base64
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import ics
import vobject
from icalendar import Calendar

#: Parsers that are no Python packages, each a small program around one.
PARSERS = Path(__file__).with_name("parsers")


@dataclass(frozen=True)
class Seen:
    """One component as a parser reports it; ``end`` is DTEND or DUE."""

    start: date | None
    end: date
    title: str
    body: str
    labels: tuple[str, ...]
    status: str


def with_icalendar(file: bytes) -> dict[str, Seen]:
    seen = {}
    for item in Calendar.from_ical(file).walk():
        assert not item.errors
        if item.name in ("VEVENT", "VTODO"):
            seen[str(item["UID"])] = Seen(
                item["DTSTART"].dt if "DTSTART" in item else None,
                item["DTEND" if item.name == "VEVENT" else "DUE"].dt,
                str(item["SUMMARY"]),
                str(item["DESCRIPTION"]),
                tuple(map(str, item["CATEGORIES"].cats)),
                str(item["STATUS"]),
            )
    return seen


def with_vobject(file: bytes) -> dict[str, Seen]:
    root = vobject.readOne(file.decode())
    seen = {}
    for item in root.getChildren():
        if item.name in ("VEVENT", "VTODO"):
            start, end = getattr(item, "dtstart", None), item.dtend if item.name == "VEVENT" else item.due
            seen[item.uid.value] = Seen(
                start and start.value,
                end.value,
                item.summary.value,
                item.description.value,
                tuple(item.categories.value),
                item.status.value,
            )
    return seen


def with_ics(file: bytes) -> dict[str, Seen]:
    """Without labels of to-dos, which ``ics`` has no name for, and with the day of its midnight for DUE."""
    root = ics.Calendar(file.decode())
    events = {
        item.uid: Seen(
            _day(item.begin) if item.all_day else item.begin.datetime,
            _day(item.end) if item.all_day else item.end.datetime,
            item.name,
            item.description,
            tuple(sorted(item.categories)),
            item.status,
        )
        for item in root.events
    }
    todos = {
        item.uid: Seen(None, _day(item.due), item.name, item.description, (), item.status or "") for item in root.todos
    }
    return {**events, **todos}


def _day(moment: Any) -> date:
    stamp: datetime = moment.datetime
    return stamp.date()


class Foreign:
    """A parser that is a program of its own. It is started at its first file and answers file by file."""

    def __init__(self, *command: str) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    def __call__(self, file: bytes) -> dict[str, Seen]:
        if self._process is None:
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PARSERS)
            atexit.register(self._stop, self._process)
        into, out = self._process.stdin, self._process.stdout
        assert into is not None
        assert out is not None
        into.write(base64.b64encode(file) + b"\n")
        into.flush()
        answer = json.loads(out.readline())
        assert "refused" not in answer, answer
        return {
            uid: Seen(
                start=_moment(entry["start"]),
                end=_moment(entry["end"]),
                title=entry["title"],
                body=entry["body"],
                labels=tuple(sorted(entry["labels"])),
                status=entry["status"],
            )
            for uid, entry in answer["entries"].items()
        }

    @staticmethod
    def _stop(process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.communicate()


def _moment(text: str | None) -> date | None:
    if text is None:
        return None
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


READERS: dict[str, Callable[[bytes], dict[str, Seen]]] = {
    "icalendar": with_icalendar,
    "vobject": with_vobject,
    "ics": with_ics,
    # The system's Python: libical's binding comes with the system.
    "libical": Foreign("/usr/bin/python3", "with_libical.py"),
    "ical.js": Foreign("node", "with_icaljs.mjs"),
}


def lines(file: bytes) -> list[str]:
    """The file's content lines, unfolded by the RFC's two sentences and nothing else."""
    assert file.endswith(b"\r\n")
    return file.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")


def components(file: bytes) -> dict[str, str]:
    """The text of each event and to-do by its UID."""
    found = re.findall(r"BEGIN:(?:VEVENT|VTODO)\n.*?END:(?:VEVENT|VTODO)", "\n".join(lines(file)), re.DOTALL)
    return {re.search("^UID:(.*)$", each, re.MULTILINE)[1]: each for each in found}
