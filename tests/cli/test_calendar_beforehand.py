"""A calendar of others is read once by each command, before a transaction begins, and never runs what lies beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from terminals import Terminal

import studyplan
from studyplan.calendar import aside
from studyplan.store import Store

FULL = """\
BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:shift
DTSTAMP:20260601T083000Z
SUMMARY:Shift
DTSTART:20260702T180000
DTEND:20260702T230000
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """For each time that a reader was started, how many transactions were open."""
    found: list[int] = []
    open_now = 0

    def counted(original: Callable[..., Any]) -> Callable[..., Any]:
        def run(self: Store, work: Any) -> Any:
            nonlocal open_now
            open_now += 1
            try:
                return original(self, work)
            finally:
                open_now -= 1

        return run

    monkeypatch.setattr(Store, "read", counted(Store.read))
    monkeypatch.setattr(Store, "write", counted(Store.write))
    started = subprocess.run

    def run(*words: Any, **rest: Any) -> Any:
        found.append(open_now)
        return started(*words, **rest)

    monkeypatch.setattr(aside.subprocess, "run", run)
    return found


@pytest.fixture
def mine(terminal: Terminal) -> Path:
    path = terminal.folder / "mine.ics"
    path.write_text(FULL)
    return path


START = ("start", "small", "--days", "8", "--busy", "mine.ics")
TIGHT = ("--minutes", "mon-fri=18:00-18:40,sat-sun=40", "--busy", "mine.ics")


@pytest.mark.parametrize(
    ("before", "words", "code"),
    [
        ((), START, 0),
        ((), (*START, "--dry-run"), 0),
        ((), ("start", "small", "--days", "8", *TIGHT), 5),
        (("start", "small", "--days", "8"), (*START, "--name", "other"), 0),
        (("start", "small", "--days", "8"), ("start", "small", "--name", "other", "--days", "8", *TIGHT), 5),
        (("start", "small", "--days", "8"), ("replan", "--busy", "mine.ics"), 0),
        (("start", "small", "--days", "8"), ("whatif", "replan", "--busy", "mine.ics"), 0),
        (("start", "small", "--days", "8"), ("replan", *TIGHT), 0),
        (("start", "small", "--days", "8"), ("replan", "--strict", *TIGHT), 5),
        (("start", "small", "--days", "8"), ("import", "mine.ics", "--yes"), 0),
    ],
)
def test_read_once_and_beforehand(
    terminal: Terminal, mine: Path, readings: list[int], before: tuple[str, ...], words: tuple[str, ...], code: int
) -> None:
    """Also where it is refused with a price list, which is made in a transaction of its own."""
    if before:
        terminal.ok(*before)
    answer = terminal(*words)
    assert answer.code == code, answer
    assert readings == [0]


def test_what_is_changed_later_reads_no_calendar(terminal: Terminal, mine: Path, readings: list[int]) -> None:
    """The times that it takes are kept with the plan."""
    terminal.ok(*START)
    readings.clear()
    terminal.ok("off", "2026-07-04", "--yes")
    terminal.ok("hours", "mon-fri=18:00-20:00,sat-sun=60", "--yes")
    terminal.ok("replan")
    assert readings == []


def test_a_zone_that_was_changed_meanwhile(terminal: Terminal, mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The times were told by the old one: nothing is written."""
    from studyplan.planner import plans, replan

    terminal.ok("start", "small", "--days", "8")
    terminal.ok("learner", "set", "--zone", "Europe/Berlin")
    for family, words in (
        (plans.Plans, (*START, "--name", "other")),
        (replan.Replans, ("replan", "--busy", "mine.ics")),
    ):
        read = family._engaged

        def late(self: Any, *rest: Any, read: Any = read) -> Any:
            found = read(self, *rest)
            terminal.ok("learner", "set", "--zone", "Asia/Tokyo")
            return found

        terminal.ok("learner", "set", "--zone", "Europe/Berlin")
        with monkeypatch.context() as patch:
            patch.setattr(family, "_engaged", late)
            answer = terminal(*words)
        assert answer.code == 5
        assert "changed in the meantime" in answer.err
    assert len(terminal.ok("plans", "--json").json["plans"]) == 1


@pytest.mark.parametrize("words", [START, ("replan", "--busy", "mine.ics"), ("import", "mine.ics", "--yes")])
def test_nothing_beside_a_calendar_is_run(terminal: Terminal, mine: Path, words: tuple[str, ...]) -> None:
    """Files that a download may have brought along, named as what the program imports."""
    if words[0] != "start":
        terminal.ok("start", "small", "--days", "8")
    for name in ("icalendar", "json", "sitecustomize", "recurring_ical_events", "studyplan/__init__", "dateutil"):
        file = terminal.folder / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text("open('was-run', 'w')\n")
    home = Path(studyplan.__file__).parents[1]
    ran = subprocess.run(
        [sys.executable, "-P", "-m", "studyplan", "--today", "2026-07-01", *words],
        cwd=terminal.folder,
        env={**os.environ, "PYTHONPATH": str(home)},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert not (terminal.folder / "was-run").exists()
