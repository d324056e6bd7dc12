"""A learner with a small plan, whose clock moves on by hand, and the calendar files that other programs make of ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from studyplan.calendar import Form, Format, event_uid, todo_uid
from studyplan.calendar.entries import Entries, read_object
from studyplan.clock import Clock
from studyplan.model import Change, Plan, Task
from studyplan.planner import Planner
from studyplan.planner.export import ALL, ExportScope
from studyplan.planner.who import Who
from studyplan.rules.drafts import StartRequest
from studyplan.store import Store
from studyplan.template import Catalog

TEMPLATE = """\
studyplan: 1
id: small
title: A small plan
edition: "1"
language: en
about: For tests.
windows:
  - {id: short, days: [7, 10], tier: core, goal: The core.}
default_window: short
modules:
  - id: basics
    title: Basics
    tasks:
      - {id: words, title: Learn the words, kind: read, minutes: 30}
      - {id: rules, title: "Learn the rules; all, of them", kind: read, minutes: 100, after: [words]}
      - {id: quiz, title: Answer the quiz, kind: quiz, minutes: 20, after: [rules]}
  - id: finish
    title: Finish
    tasks:
      - {id: mock, title: Mock exam, kind: mock, minutes: 60, on: exam-2d, after: [quiz]}
      - {id: exam, title: The exam, kind: exam, minutes: 60}
"""
ZONE = "Europe/Berlin"
START = date(2026, 7, 1)


class World:
    """Use cases on a database of their own. ``now`` is the clock."""

    def __init__(self, folder: Path, database: Path | None = None) -> None:
        self.folder = folder
        self.now = datetime(2026, 7, 1, 7, tzinfo=UTC)
        self.database = database or folder / "study.db"
        self.store = Store(str(self.database))
        self.catalog = Catalog(folder / "plans", folder / "none")

    def begin(self) -> World:
        (self.folder / "plans").mkdir(exist_ok=True)
        (self.folder / "plans" / "small.yaml").write_text(TEMPLATE)
        self.store.write(lambda unit: unit.add_learner("ana", zone=ZONE, at=self.now))
        self.planner.plans.start(StartRequest("small", start=START, days=8))
        self.give_times()
        return self

    def give_times(self) -> None:
        """Seven in the evening, to each task that has no time of its day."""
        changes = [
            Change("task", task.number, "starts_at", None, datetime.combine(task.date, time(17), UTC))
            for task in self.tasks
            if task.starts_at is None
        ]
        self.store.write(lambda unit: unit.apply(1, changes, action="times", at=self.now, actor="ana"))

    @property
    def clock(self) -> Clock:
        return Clock(zone=ZONE, stopped=self.now)

    @property
    def planner(self) -> Planner:
        return Planner(self.store, lambda: self.catalog, self.clock, Who("ana", "ana", single=True))

    @property
    def plans(self) -> list[Plan]:
        return self.store.read(lambda unit: unit.plans(1))

    @property
    def tasks(self) -> list[Task]:
        return self.store.read(lambda unit: unit.tasks(1))

    def task(self, number: int) -> Task:
        return next(task for task in self.tasks if task.number == number)

    def uid(self, number: int, form: Form = Form.EVENTS) -> str:
        task = self.task(number)
        plan = next(plan for plan in self.plans if plan.number == task.plan)
        return (todo_uid if form is Form.TODOS else event_uid)(plan.uuid, task.uuid)

    def export(
        self,
        form: Form = Form.EVENTS,
        part: ExportScope = ALL,
        *,
        mark: bool = True,
        zoned: bool = False,
        numbered: bool = False,
    ) -> bytes:
        return self.planner.export.export(part=part, format=Format(form, mark, numbered), zoned=zoned).files[0]

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)


def entries(data: bytes) -> Entries:
    from zoneinfo import ZoneInfo

    return read_object(data, ZoneInfo(ZONE))


def edited(data: bytes, uid: str, change: Callable[[str], str]) -> bytes:
    """The file with the component of that uid changed: its text, line ends bare, long lines joined."""
    head, *parts = re.split("(?=BEGIN:V(?:EVENT|TODO))", data.decode().replace("\r\n ", "").replace("\r\n", "\n"))
    (place,) = [place for place, part in enumerate(parts) if f"UID:{uid}\n" in part]
    end = "END:VCALENDAR\n"
    last = parts[-1].endswith(end) and place == len(parts) - 1
    parts[place] = change(parts[place].removesuffix(end)) + (end if last else "")
    return "".join([head, *parts]).replace("\n", "\r\n").encode()


def put(name: str, value: str, *, parameters: str = "") -> Callable[[str], str]:
    """Sets a property of a component, in place of what it was."""

    def change(part: str) -> str:
        line = f"{name}{parameters}:{value}\n"
        lines = [each for each in part.splitlines(keepends=True) if not re.match(rf"{name}[;:]", each)]
        return "".join([*lines[:1], line, *lines[1:]])

    return change


def without(name: str) -> Callable[[str], str]:
    return lambda part: re.sub(rf"^{name}[;:].*\n", "", part, flags=re.MULTILINE)


def both(*changes: Callable[[str], str]) -> Callable[[str], str]:
    def change(part: str) -> str:
        for each in changes:
            part = each(part)
        return part

    return change


def on(day: date) -> Callable[[str], str]:
    return both(without("DTEND"), put("DTSTART", f"{day:%Y%m%d}", parameters=";VALUE=DATE"))


def stamps_renewed(data: bytes, at: datetime) -> bytes:
    """As a program writes that puts the time of writing on everything."""
    return re.sub(rb"(DTSTAMP|LAST-MODIFIED):[0-9TZ]+", rb"\1:" + at.strftime("%Y%m%dT%H%M%SZ").encode(), data)


def dtstamp_renewed(data: bytes, at: datetime) -> bytes:
    return re.sub(rb"DTSTAMP:[0-9TZ]+", b"DTSTAMP:" + at.strftime("%Y%m%dT%H%M%SZ").encode(), data)


def begun_anew(data: bytes, at: datetime) -> bytes:
    """As a program writes that takes every file for the first."""
    return re.sub(rb"SEQUENCE:[0-9]+", b"SEQUENCE:0", stamps_renewed(data, at))


def unnumbered(data: bytes, at: datetime) -> bytes:
    return re.sub(rb"SEQUENCE:[0-9]+\r?\n", b"", stamps_renewed(data, at))


def as_it_is(data: bytes, at: datetime) -> bytes:
    return data


REWRITES = (as_it_is, dtstamp_renewed, stamps_renewed, begun_anew, unnumbered)
