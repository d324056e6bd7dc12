"""`export --watch`: a calendar file that follows every change."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from icalendar import Calendar
from terminals import Terminal

from studyplan import open_planner
from studyplan.cli.watching import FreshFile
from studyplan.errors import StorageProblem
from studyplan.model.feeds import FeedContent
from studyplan.planner import Planner

ALL = FeedContent()


class Watched:
    """A file that is looked after by hand: each look is one of the command's."""

    def __init__(self, planner: Planner, path: Path) -> None:
        self.planner = planner
        self.path = path
        self.said: list[str] = []
        self._file = FreshFile(path, self.said.append)

    def look(self) -> list[str]:
        """One look, and what it says."""
        del self.said[:]
        self._file.look(lambda: self.planner.feeds.version_of(ALL), lambda: self.planner.feeds.body_of(ALL))
        return list(self.said)

    @property
    def titles(self) -> list[str]:
        return [str(entry["SUMMARY"]) for entry in Calendar.from_ical(self.path.read_bytes()).walk("VEVENT")]


class Contract:
    @pytest.fixture
    def planner(self, url: str, terminal: Terminal) -> Iterator[Planner]:
        with open_planner(url, learner="ana", plans=terminal.folder / "plans", today="2026-07-01") as planner:
            planner.plans.start("small", days=10)
            yield planner

    @pytest.fixture
    def watched(self, planner: Planner, tmp_path: Path) -> Watched:
        return Watched(planner, tmp_path / "shared" / "plan.ics")

    def test_it_follows_every_change(self, watched: Watched) -> None:
        watched.path.parent.mkdir()
        assert watched.look() == [f"Wrote {len(watched.titles)} entries to {watched.path}"]
        assert watched.look() == []
        watched.planner.tasks.done(1)
        assert len(watched.look()) == 1
        assert "✓ Learn the words" in watched.titles
        watched.planner.history.undo()
        watched.look()
        assert "Learn the words" in watched.titles

    def test_it_writes_only_when_the_bytes_change(self, watched: Watched) -> None:
        """That a task is pinned is in no calendar."""
        watched.path.parent.mkdir()
        watched.look()
        before = watched.path.stat()
        watched.planner.tasks.pin(2)
        assert watched.look() == []
        assert (watched.path.stat().st_mtime_ns, watched.path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)

    def test_a_folder_that_is_away_is_told_once(self, watched: Watched) -> None:
        assert [line.endswith("No such file or directory; still trying") for line in watched.look()] == [True]
        assert watched.look() == []
        watched.path.parent.mkdir()
        assert watched.look()[-1] == "Watching again."
        assert watched.titles

    def test_a_file_that_is_removed_comes_back(self, watched: Watched) -> None:
        watched.path.parent.mkdir()
        watched.look()
        watched.path.unlink()
        assert len(watched.look()) == 1
        assert watched.titles

    def test_what_another_program_writes_stays_until_something_changes(self, watched: Watched) -> None:
        """Thunderbird writes into the file that it subscribes to."""
        watched.path.parent.mkdir()
        watched.look()
        ours = watched.path.read_bytes()
        watched.path.write_bytes(theirs := ours.replace(b"SUMMARY:Learn", b"SUMMARY:Study"))
        (said,) = watched.look()
        assert "studyplan import" in said
        assert watched.look() == []
        assert watched.path.read_bytes() == theirs
        watched.path.write_bytes(ours)
        assert watched.look() == []
        watched.planner.tasks.done(2)
        watched.look()
        assert watched.path.read_bytes() not in (ours, theirs)

    def test_a_database_that_is_busy_is_told_once(self, watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
        watched.path.parent.mkdir()
        watched.look()
        with monkeypatch.context() as patched:
            patched.setattr(type(watched.planner.feeds), "version_of", _fails)
            assert watched.look() == ["the database is locked; still trying"]
            assert watched.look() == []
        assert watched.look() == ["Watching again."]


def _fails(*_: object, **__: object) -> None:
    raise StorageProblem("the database is locked")


class TestOnSqlite(Contract):
    @pytest.fixture
    def url(self, terminal: Terminal) -> str:
        return str(terminal.database)


class TestOnPostgres(Contract):
    @pytest.fixture
    def url(self, postgres_url: str) -> str:
        from studyplan.store import migrate

        migrate.upgrade(postgres_url, tell=lambda line: None)
        return postgres_url


# --- the command itself


@contextmanager
def watching(terminal: Terminal, *words: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "studyplan", "export", "--watch", *words]
    environ = {**os.environ, "PYTHONUNBUFFERED": "1", "HOME": str(terminal.folder)}
    process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(wanted: Callable[[], bool]) -> None:
    for _ in range(1200):
        if wanted():
            return
        time.sleep(0.05)
    raise AssertionError("it never came")


@pytest.mark.parametrize(("sign", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_ends_cleanly(studied: Terminal, sign: signal.Signals, code: int) -> None:
    path = studied.folder / "plan.ics"
    with watching(studied, str(path)) as process:
        until(path.exists)
        before = path.read_bytes()
        studied.ok("reopen", "1")
        until(lambda: path.read_bytes() != before)
        process.send_signal(sign)
        out, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert out == ""
    assert err.splitlines()[-1] == "Stopped."
    assert [line for line in err.splitlines() if "Traceback" in line] == []
    assert not list(studied.folder.glob(".studyplan-*"))


@pytest.mark.parametrize(
    ("words", "code", "named"),
    [
        (["-"], 2, "needs a file"),
        (["/dev/null"], 6, "not a file"),
        (["."], 6, "not a file"),
        (["plan.ics", "-o", "other.ics"], 2, "-o"),
        (["plan.ics", "--split"], 2, "--split"),
        (["plan.ics", "--from", "today"], 2, "--from"),
        (["plan.ics", "--done", "hide"], 2, "--done"),
        (["plan.ics", "--for", "outlook"], 2, "--for"),
        (["plan.ics", "--plan", "none"], 3, "none"),
    ],
)
def test_what_cannot_be_kept_fresh(studied: Terminal, words: list[str], code: int, named: str) -> None:
    """One line, and nothing is written."""
    answer = studied("export", "--watch", *words)
    assert (answer.code, len(answer.err.splitlines())) == (code, 1)
    assert named in answer.err
    assert not (studied.folder / "plan.ics").exists()


def test_nothing_to_watch_yet(terminal: Terminal) -> None:
    answer = terminal("export", "--watch", "plan.ics")
    assert answer.code == 3
    assert "start" in answer.err
