"""Runs over a collection in memory: what is carried there, what is not lost, and what happens while others write."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from clouds import Cloud
from replicas import DAY, Now, Replica, connected, make_plan

from studyplan.model import Status
from studyplan.notation import refs


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_plan(tmp_path_factory.mktemp("started"))


class Pair:
    """One database and its collection."""

    def __init__(self, started: Path, folder: Path, form: str) -> None:
        shutil.copy(started, folder / "a.db")
        self.cloud = Cloud()
        self.here, self.other = connected(folder / "a.db", folder / "b.db", Now(), form)

    def name(self, number: int) -> str:
        return next(f"{uid}.ics" for uid, task in self.here.tasks().items() if task.number == number)

    def text(self, number: int) -> str:
        return self.cloud.objects[self.name(number)][1].replace("\r\n ", "")

    def rewrite(self, number: int, pattern: str, by: str) -> None:
        """Another program writes to an entry."""
        text, count = re.subn(f"(?m)^{pattern}\r\n", by, self.text(number))
        assert count, (pattern, text)
        self.cloud.write(self.name(number), text)


@pytest.fixture
def todos(started: Path, tmp_path: Path) -> Iterator[Pair]:
    yield from opened(Pair(started, tmp_path, "todos"))


@pytest.fixture
def timed(started: Path, tmp_path: Path) -> Iterator[Pair]:
    yield from opened(Pair(started, tmp_path, "timed"))


def opened(pair: Pair) -> Iterator[Pair]:
    yield pair
    for each in (pair.here, pair.other):
        each.store.close()


def done_on(replica: Replica, number: int, day: date) -> None:
    replica.planner.mark(refs([str(number)]), Status.DONE, on=day)


def test_another_time_of_completion_goes_there(todos: Pair) -> None:
    """A time that is told afterwards is carried over, into an entry of ours and into one that others wrote to."""
    done_on(todos.here, 1, DAY)
    done_on(todos.here, 2, DAY)
    todos.here.sync(todos.cloud)
    todos.rewrite(2, "END:VTODO", "X-OWN:1\r\nEND:VTODO\r\n")
    todos.here.sync(todos.cloud)
    for number in (1, 2):
        assert "COMPLETED:20260701T" in todos.text(number)
        done_on(todos.here, number, DAY - timedelta(1))
    report = todos.here.sync(todos.cloud)
    assert report is not None
    assert [task.number for task in report.changed] == [1, 2]
    for number in (1, 2):
        assert "COMPLETED:20260630T" in todos.text(number)
    assert "X-OWN:1" in todos.text(2)


def test_tags_go_there(todos: Pair) -> None:
    """Categories and link count as something to write."""
    todos.here.sync(todos.cloud)
    todos.here.change(1, "tags", ("fresh",))
    todos.here.sync(todos.cloud)
    assert re.search("(?m)^CATEGORIES:.*fresh", todos.text(1))


def test_another_length_goes_there(timed: Pair) -> None:
    """An event that others wrote to ends when the task does."""
    timed.here.sync(timed.cloud)
    timed.rewrite(1, "END:VEVENT", "X-OWN:1\r\nEND:VEVENT\r\n")
    timed.here.sync(timed.cloud)
    timed.here.planner.edit(refs(["1"])[0], minutes=60)
    timed.here.sync(timed.cloud)
    text = timed.text(1)
    begin, end = (re.search(rf"{name}:\d+T(\d\d)(\d\d)", text) for name in ("DTSTART", "DTEND"))
    assert begin
    assert end
    assert (int(end[1]) - int(begin[1])) * 60 + int(end[2]) - int(begin[2]) == 60
    assert "X-OWN:1" in text
