"""What parsers written by other people read from a calendar file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import ics
import vobject
from icalendar import Calendar


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


READERS: dict[str, Callable[[bytes], dict[str, Seen]]] = {
    "icalendar": with_icalendar,
    "vobject": with_vobject,
    "ics": with_ics,
}


def lines(file: bytes) -> list[str]:
    """The file's content lines, unfolded by the RFC's two sentences and nothing else."""
    assert file.endswith(b"\r\n")
    return file.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")


def components(file: bytes) -> dict[str, str]:
    """The text of each event and to-do by its UID."""
    found = re.findall(r"BEGIN:(?:VEVENT|VTODO)\n.*?END:(?:VEVENT|VTODO)", "\n".join(lines(file)), re.DOTALL)
    return {re.search("^UID:(.*)$", each, re.MULTILINE)[1]: each for each in found}
