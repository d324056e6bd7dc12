"""Two databases with the same plan, kept in step over one collection, and a phone on that collection."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from clouds import Cloud, Killed, Shaky, Trouble
from terminals import SMALL

from studyplan.cli import studyplan
from studyplan.clock import Clock
from studyplan.errors import NetworkProblem, StudyplanError
from studyplan.model import Change, Remote, Status, Task
from studyplan.notation import refs
from studyplan.planner import Planner
from studyplan.planner.sync import CalendarSync
from studyplan.planner.who import Who
from studyplan.store import Store
from studyplan.sync.collection import Shelf
from studyplan.sync.report import Deleted, Report, SyncOptions
from studyplan.sync.running import run

START = datetime(2026, 7, 1, 6, tzinfo=UTC)
DAY = date(2026, 7, 1)


class Now:
    """One clock for all machines; each look at it by :meth:`tick` is a minute later."""

    def __init__(self) -> None:
        self.at = START

    def tick(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at


class Failing(CalendarSync):
    """The planner's side on a machine that may be switched off between any two of its transactions."""

    trouble = Trouble()

    def note(self, *words: Any, **options: Any) -> None:
        self.trouble.around(lambda: CalendarSync.note(self, *words, **options))

    def carry(self, *words: Any, **options: Any) -> Any:
        return self.trouble.around(lambda: CalendarSync.carry(self, *words, **options))

    def finish(self, *words: Any, **options: Any) -> None:
        self.trouble.around(lambda: CalendarSync.finish(self, *words, **options))


class Replica:
    """One database and the programs that use it."""

    def __init__(self, database: Path, now: Now) -> None:
        self.store = Store(str(database))
        self.now = now

    def family(self, kind: type[Any]) -> Any:
        clock = Clock(zone="UTC", stopped=self.now.tick())
        return kind(self.store, lambda: None, clock, Who("ana", None, True))

    @property
    def planner(self) -> Planner:
        return self.family(Planner)

    def tasks(self) -> dict[str, Task]:
        syncing = self.planner.sync
        return dict(syncing.side(syncing.remotes()[0]).tasks)

    def sync(self, shelf: Shelf, trouble: Trouble | None = None, **wish: Any) -> Report | None:
        """A run; None where it was cut short."""
        trouble = trouble or Trouble()
        syncing = self.family(Failing)
        syncing.trouble = trouble
        wanted = SyncOptions(**{"deleted": Deleted.KEEP, "force": True, **wish})
        with suppress(Killed, NetworkProblem):
            return run(syncing, syncing.remotes()[0], Shaky(shelf, trouble), wanted)
        return None

    def done(self, number: int, status: Status) -> None:
        self.planner.tasks.mark(refs([str(number)]), status)

    def move(self, number: int, day: date) -> bool:
        with suppress(StudyplanError):
            self.planner.tasks.move(refs([str(number)]), to=day)
            return True
        return False

    def retitle(self, number: int, title: str) -> None:
        self.planner.tasks.edit(refs([str(number)])[0], title=title)

    def change(self, number: int, field: str, after: object) -> None:
        """A field of a task as another use case would change it."""
        task = next(task for task in self.tasks().values() if task.number == number)
        change = Change("task", number, field, getattr(task, field), after)
        self.store.write(
            lambda unit: unit.apply(
                task.learner_id, [change], action="change", at=self.now.tick(), actor="", kind="do", target=None
            )
        )


def make_plan(folder: Path) -> Path:
    """A database with the small plan, of the learner ana."""
    (folder / "plans").mkdir()
    (folder / "plans" / "small.yaml").write_text(SMALL)
    database = folder / "study.db"
    words = ["--db", str(database), "--config", str(folder / "none.toml"), "--plans", str(folder / "plans")]
    words += ["--learner", "ana", "--today", "2026-07-01", "start", "small", "--date", "2026-07-01", "--days", "10"]
    result = CliRunner().invoke(studyplan, words)
    assert result.exit_code == 0, result.output
    return database


def connected(
    database: Path, copy: Path, now: Now, form: str = "todos", alarm: int | None = None
) -> tuple[Replica, Replica]:
    """A database with a running plan of the learner ana, as two that know of the same collection."""
    first = Replica(database, now)
    first.planner.sync.add(Remote(0, 0, "cloud", "http://127.0.0.1/", "", form, alarm=alarm))
    first.store.close()
    shutil.copy(database, copy)
    return Replica(database, now), Replica(copy, now)


def shown(task: Task) -> tuple[date, str, Status]:
    return task.date, task.title, task.status


def read(text: str) -> tuple[date, str, Status]:
    """What a to-do says, read without any of our code."""
    flat = text.replace("\r\n", "\n").replace("\n ", "")
    due = re.search(r"(?m)^DUE;VALUE=DATE:(\d{8})$", flat)
    title = re.search("(?m)^SUMMARY:(.*)$", flat)
    assert due, flat
    assert title, flat
    state = re.search("(?m)^STATUS:(.*)$", flat)
    names = {"COMPLETED": Status.DONE, "CANCELLED": Status.SKIPPED}
    status = names.get(state[1] if state else "", Status.OPEN)
    return date(int(due[1][:4]), int(due[1][4:6]), int(due[1][6:])), re.sub(r" \(\d+/\d+\)$", "", title[1]), status


def edited(text: str, field: str, value: str, stamp: datetime | None) -> str:
    """A to-do as a phone writes it back: one field changed, with a stamp of now or the one that was there."""
    text = text.replace("\r\n", "\n")
    text = re.sub(rf"(?m)^{field}[;:].*(?:\n .*)*$", lambda found: f"{field}{value}", text)
    if stamp is not None:
        text = re.sub("(?m)^LAST-MODIFIED:.*$", f"LAST-MODIFIED:{stamp:%Y%m%dT%H%M%SZ}", text)
    return text


__all__ = ["DAY", "Cloud", "Now", "Replica", "connected", "edited", "make_plan", "read", "replace", "shown"]
