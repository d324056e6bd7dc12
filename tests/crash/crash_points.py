"""Commands that die at one of their calls to the file system, and what must be true of the folder afterwards."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
#: How a process ends at a call: not at all, before it, after it, with half of its bytes written.
NEVER, BEFORE, AFTER, HALFWAY = range(4)
DATABASE = "study.db"
#: What is different each time that a command makes it.
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


@dataclass(frozen=True)
class Point:
    """The ``at``-th call, counted from 1, and how the process dies there."""

    at: int
    how: int

    def __str__(self) -> str:
        return f"{self.at}-{('never', 'before', 'after', 'halfway')[self.how]}"


@dataclass(frozen=True)
class Ended:
    """``code`` is None where the process died. ``kinds``: a letter for each call; empty where it died."""

    code: int | None
    out: str
    err: str
    kinds: str = ""


class Server:
    """Forks commands from a warm process that dies where it is told to."""

    def __init__(self, folder: Path, library: Path) -> None:
        self._said = [folder / "out", folder / "err"]
        self._kinds = folder / "kinds"
        environ = {name: value for name, value in os.environ.items() if not name.startswith("STUDYPLAN_")}
        environ |= {
            "LD_PRELOAD": str(library),
            "STUDYPLAN_DATABASE_URL": DATABASE,
            "STUDYPLAN_CONFIG": "none.toml",
            "STUDYPLAN_LEARNER": "ana",
            "STUDYPLAN_PLANS": str(HERE / "plans"),
            "NO_COLOR": "1",
        }
        command = [sys.executable, str(HERE / "crash_server.py")]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder, env=environ
        )

    def __call__(self, folder: Path, words: str = "", *, code: str = "", point: Point = Point(0, NEVER)) -> Ended:
        """Run a command in a folder, or code instead of one."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        what: dict[str, Any] = {"code": code} if code else {"words": shlex.split(words)}
        where = {"folder": str(folder), "said": [str(each) for each in self._said], "kinds": str(self._kinds)}
        print(json.dumps(what | where | {"at": point.at, "how": point.how}), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        assert answer, "the process that forks the commands is gone"
        ended, kinds = json.loads(answer)
        return Ended(ended, *(each.read_text() for each in self._said), kinds)

    def ok(self, folder: Path, words: str) -> Ended:
        ended = self(folder, words)
        assert ended.code == 0, (words, ended)
        return ended

    def close(self) -> None:
        self._process.communicate(timeout=30)


@dataclass(frozen=True)
class Scenario:
    """A command, what is there before it, and the files that it writes beside the database."""

    name: str
    command: str
    before: Sequence[str] = ()
    files: Sequence[str] = ()
    #: Code instead of a command for what no command does: damage, an older schema.
    code: str = ""
    #: False where the command leaves the database and the files as they are.
    changes: bool = True


START = "start small --date 2026-07-01 --days 20 --minutes 60"
_OLDER = """
from studyplan.store import migrate
migrate.downgrade("study.db", "studyplan_0004", tell=print)
import shutil; shutil.rmtree("backups")
"""
_DAMAGE = """
with open("study.db", "r+b") as file: file.seek(0); file.write(b"x" * 5000)
"""
_TICKED = """
from pathlib import Path
path = Path("changed.ics"); path.write_bytes(path.read_bytes().replace(b"STATUS:NEEDS-ACTION", b"STATUS:COMPLETED"))
"""

SCENARIOS = (
    Scenario("first start", START),
    Scenario("start", f"{START} --name second", [START]),
    Scenario("done", "done 1-4 --minutes 30 --note word", [START]),
    Scenario("undo", "undo", [START, "done 1-4"]),
    Scenario("replan", "replan --even", [START, "done 1"]),
    Scenario("import", "import changed.ics --yes", [START, "export --as todos -o changed.ics"], code=_TICKED),
    Scenario("load", "load whole.json --as bert", [START, "done 1-3", "dump -o whole.json"]),
    Scenario("upgrade", "db upgrade", [START, "done 1-3"], code=_OLDER),
    Scenario("upgrade on opening", "today", [START, "done 1-3"], code=_OLDER),
    Scenario("restore", "db restore good.db --yes", [START, "db backup good.db", "done 1-4"]),
    Scenario("restore over damage", "db restore good.db --yes", [START, "db backup good.db"], code=_DAMAGE),
    Scenario("back-up", "db backup", [START, "done 1"], changes=False),
    Scenario("back-up to a file", "db backup copy.db", [START, "done 1"], ["copy.db"]),
    Scenario("export", "export -o plan.ics", [START, "export -o plan.ics", "done 1-4"], ["plan.ics"]),
    Scenario("dump", "dump -o whole.json", [START, "dump -o whole.json", "done 1-4"], ["whole.json"]),
    Scenario("report", "report -o plan.html", [START, "report -o plan.html", "done 1-4"], ["plan.html"]),
)


@dataclass(frozen=True)
class State:
    """What a folder holds of people's work: every row of the database, or its bytes where nothing can read it, and files."""

    rows: dict[str, list[str]] | bytes
    files: dict[str, bytes | None] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, files: Sequence[str], scratch: Path) -> State:
        found = {name: (folder / name).read_bytes() if (folder / name).exists() else None for name in files}
        return cls(rows_of(folder / DATABASE, scratch), found)


def rows_of(database: Path, scratch: Path) -> dict[str, list[str]] | bytes:
    """Read from a copy by sqlite3 alone, so that what a death has left is not mended before the program sees it. Tables
    without rows do not count: a database that was only just made is as good as none."""
    copy = scratch / "copy.db"
    for ending in ("", "-wal", "-journal", "-shm"):
        copy.with_name(f"copy.db{ending}").unlink(missing_ok=True)
        source = database.with_name(database.name + ending)
        if source.exists() and ending != "-shm":
            shutil.copy(source, copy.with_name(f"copy.db{ending}"))
    if not copy.exists():
        return {}
    try:
        with closing(sqlite3.connect(copy)) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            rows = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    except sqlite3.DatabaseError:
        return database.read_bytes()
    filled = {name: sorted(_UUID.sub("uuid", repr(row)) for row in many) for name, many in rows.items() if many}
    return {} if filled.keys() <= {"alembic_version"} else filled


class Judge:
    """A scenario, made ready once: what is there before its command and after it, and every point at which it may die."""

    def __init__(self, server: Server, scenario: Scenario, folder: Path) -> None:
        self.server, self.scenario, self.scratch = server, scenario, folder
        self.ready = folder / "ready"
        self.ready.mkdir(parents=True)
        for words in scenario.before:
            server.ok(self.ready, words)
        if scenario.code:
            ended = server(self.ready, code=scenario.code)
            assert ended.code == 0, ended
        self.before = self._state(self.ready)
        done = self._copied()
        self.whole = server.ok(done, scenario.command)
        self.after = self._state(done)
        self.points = [
            Point(at, how)
            for at, kind in enumerate(self.whole.kinds, 1)
            for how in (BEFORE, AFTER, HALFWAY)
            if how != HALFWAY or kind == "w"
        ]

    def _copied(self) -> Path:
        folder = self.scratch / "at work"
        shutil.rmtree(folder, ignore_errors=True)
        return Path(shutil.copytree(self.ready, folder))

    def _state(self, folder: Path) -> State:
        return State.of(folder, self.scenario.files, self.scratch)

    def try_(self, point: Point) -> bool:
        """Whether a command that dies at a point has done its work. Fails where it is half there, or was acknowledged and
        is not, where a back-up is not what it should be, or where the next command does not work."""
        folder = self._copied()
        ended = self.server(folder, self.scenario.command, point=point)
        assert ended.code is None, (point, ended)
        left = self._state(folder)
        assert left in (self.before, self.after), f"{point}: neither what it was nor what it is to be"
        happened = left == self.after
        assert happened or not self._is_acknowledged(ended), f"{point}: acknowledged, and not there: {ended}"
        self._check_backups(folder, happened, point)
        self._check_privacy(folder, point)
        if point.how != AFTER or point.at == len(self.whole.kinds):
            # What is left after a call is what is left before the next one.
            self._go_on(folder, point, happened=happened)
        return happened

    def _go_on(self, folder: Path, point: Point, *, happened: bool) -> None:
        """What the next commands make of what a dead one has left."""
        again = self.server(folder, self.scenario.command)
        if not happened:
            assert again.code == 0, (point, again)
            assert self._state(folder) == self.after, f"{point}: not done by the next run"
        assert self.server(folder, "today").code == 0, f"{point}: the next command does not work"
        leftovers = sorted(each.name for each in folder.rglob("*") if each.name.startswith("."))
        assert not leftovers, f"{point}: {leftovers} is left after the next run"

    def _is_acknowledged(self, ended: Ended) -> bool:
        """Whether the command has said all that it says: on standard output, or on the other where that stays empty."""
        said, whole = (ended.out, self.whole.out) if self.whole.out else (ended.err, self.whole.err)
        return bool(said) and said == whole

    def _check_privacy(self, folder: Path, point: Point) -> None:
        """What is personal is for its owner alone at every moment; a calendar is for others to read."""
        if "plan.ics" in self.scenario.files:
            return
        files = [each for each in folder.rglob("*") if each.is_file() and each.suffix != ".ics"]
        shown = [each.name for each in files if each.stat().st_mode & 0o077]
        assert not shown, f"{point}: others may read {shown}"

    def _check_backups(self, folder: Path, happened: bool, point: Point) -> None:
        """Each file that has a back-up's name is a whole one; where the database was replaced, one holds what was there."""
        saved = [each for each in folder.glob("backups/[!.]*") if not each.name.endswith(("-wal", "-shm"))]
        found = [rows_of(each, self.scratch) for each in saved]
        assert all(each == self.before.rows for each in found), f"{point}: a back-up that is none"
        if happened and {"restore", "upgrade"} & set(self.scenario.command.split()):
            assert found, f"{point}: replaced without a back-up"
