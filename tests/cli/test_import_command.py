"""`import`: what the calendar brings is shown, asked about, written in one; and bad files are told from bad luck."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from terminals import Terminal


@pytest.fixture
def exported(terminal: Terminal) -> Path:
    """A started plan, and its calendar file."""
    terminal.ok("start", "small", "--days", "8")
    terminal.ok("export", "-o", "mine.ics")
    return terminal.folder / "mine.ics"


def change(path: Path, number: int, *pairs: tuple[str, str]) -> None:
    """Changes the event of that place in the file; with no pair takes it out."""
    head, *events = re.split(r"(?=BEGIN:VEVENT)|(?=END:VCALENDAR)", path.read_bytes().decode())
    for old, new in pairs:
        assert re.search(old, events[number - 1], re.DOTALL), events[number - 1]
        events[number - 1] = re.sub(old, new, events[number - 1], flags=re.DOTALL)
    if not pairs:
        del events[number - 1]
    path.write_bytes("".join([head, *events]).encode())


TO_THE_FIFTH = (r"DTSTART;VALUE=DATE:\d+\r\n.*?DTEND[^\r]*", "DTSTART;VALUE=DATE:20260705")
TICKED = ("SUMMARY:", "SUMMARY:✓ ")


def test_what_comes_back(terminal: Terminal, exported: Path) -> None:
    """Each change with its before and after, as it is previewed, and as it is written."""
    change(exported, 1, TICKED)
    change(exported, 2, TO_THE_FIFTH)
    change(exported, 4)
    previewed = terminal.ok("import", "mine.ics", "--dry-run", "--json").json
    assert previewed == {
        "written": False,
        "changes": [
            {
                "number": 1,
                "key": "words",
                "what": "done",
                "from": "open",
                "to": "done",
                "at": previewed["changes"][0]["at"],
            },
            {"number": 2, "key": "rules", "what": "moved", "from": "2026-07-02", "to": "2026-07-05", "at": None},
        ],
        "refused": [],
        "missing": [{"number": 4, "key": "rules#3"}],
        "is_part": False,
        "unchanged": 4,
        "foreign": 0,
        "finished": [],
        "warnings": [],
        "batch": None,
    }
    assert terminal.task(1)["status"] == "open"
    written = terminal.ok("import", "mine.ics", "--yes", "--deleted", "remove", "--json").json
    assert [(each["number"], each["what"], each["to"]) for each in written["changes"]] == [
        (1, "done", "done"),
        (2, "moved", "2026-07-05"),
        (4, "deleted", "removed"),
    ]
    assert (written["written"], written["missing"], written["batch"]) == (True, [], 2)
    assert terminal.task(2)["pinned"] is True
    assert terminal("show", "4").code == 3
    history = terminal.ok("history", "--json").json
    assert history["history"][0]["action"] == "import: 1 done, 1 moved, 1 deleted"
    terminal.ok("undo")
    assert [terminal.task(n)["status"] for n in (1, 4)] == ["open", "open"]


def test_a_dry_run_writes_nothing(terminal: Terminal, exported: Path) -> None:
    """It shows what would change; without it that is written at once, and one undo takes it back."""
    change(exported, 1, TICKED)
    before = terminal.bytes()
    assert "1  done" in terminal.ok("import", "mine.ics", "--dry-run").out
    body = terminal.ok("import", "mine.ics", "--dry-run", "--json").json
    assert [each["what"] for each in body["changes"]] == ["done"]
    assert terminal.bytes() == before
    assert "`studyplan undo` takes it back." in terminal.ok("import", "mine.ics").out
    assert terminal.task(1)["status"] == "done"
    terminal.ok("undo")
    assert terminal.task(1)["status"] == "open"


def test_nothing_to_take_back(terminal: Terminal, exported: Path) -> None:
    """Is no question: exit 0 without --yes, and no batch."""
    terminal.ok("move", "3", "2026-07-04")
    answer = terminal.ok("import", "mine.ics")
    assert "Nothing to bring in" in answer.out
    assert "7 entries unchanged" in answer.err
    assert len(terminal.ok("history", "--json").json["history"]) == 2


def test_deleted_events(terminal: Terminal, exported: Path) -> None:
    """Never assumed: kept and told, with the option that takes it over."""
    change(exported, 3)
    answer = terminal.ok("import", "mine.ics")
    assert "task 3 is no longer in your calendar and is kept here; add --deleted skip or --deleted remove" in answer.err
    change(exported, 3)
    change(exported, 3)
    assert "tasks 3-5 are no longer in your calendar and are kept here" in terminal.ok("import", "mine.ics").err
    assert "--deleted" not in terminal.ok("import", "mine.ics", "--deleted", "keep").err
    terminal.ok("import", "mine.ics", "--deleted", "skip")
    assert terminal.task(3)["status"] == "skipped"


def test_a_part_of_the_calendar(terminal: Terminal, exported: Path) -> None:
    """One entry with the head of all: told, not asked about, and deletions are refused unless forced."""
    head, *events = re.split(r"(?=BEGIN:VEVENT)", exported.read_bytes().decode())
    exported.write_bytes((head + events[0] + "END:VCALENDAR\r\n").encode())
    told = terminal.ok("import", "mine.ics", "--yes")
    assert "may be only part of your calendar" in told.err
    assert "--force" in told.err
    assert terminal.ok("import", "mine.ics", "--json").json["is_part"] is True
    before = terminal.bytes()
    refused = terminal("import", "mine.ics", "--deleted", "skip", "--yes")
    assert refused.code == 5
    assert re.search(r"\d+ of \d+ entries are missing from the calendar; nothing was changed", refused.err)
    assert terminal.bytes() == before
    forced = terminal.ok("import", "mine.ics", "--deleted", "skip", "--force", "--yes", "--json").json
    assert {change["to"] for change in forced["changes"]} == {"skipped"}


def test_standard_input(terminal: Terminal, exported: Path) -> None:
    """A dash reads it."""
    change(exported, 1, TICKED)
    found = terminal.ok("import", "-", "--yes", "--json", input=exported.read_bytes().decode()).json
    assert [each["what"] for each in found["changes"]] == ["done"]
    bad = terminal("import", "-", input="hello")
    assert (bad.code, bad.err.splitlines()[-1]) == (
        4,
        "Error: standard input: this is not a calendar file: it has no BEGIN:VCALENDAR",
    )


def test_what_is_refused_is_told(terminal: Terminal, exported: Path) -> None:
    """With its reason and the way out; what else the file brings is taken over."""
    change(exported, 2, (TO_THE_FIFTH[0], "DTSTART;VALUE=DATE:20270101"))
    alone = terminal.ok("import", "mine.ics")
    assert "Nothing to take back" not in alone.out
    assert "2027-01-01 is outside 'small'" in alone.out
    assert "replan --exam" in alone.out
    change(exported, 1, TICKED)
    change(exported, 3, ("SEQUENCE", "RRULE:FREQ=DAILY\r\nSEQUENCE"))
    found = terminal.ok("import", "mine.ics", "--yes", "--json").json
    assert [each["number"] for each in found["refused"]] == [2, 3]
    assert found["refused"][0]["hint"] == "`studyplan replan --exam DATE` moves the end"
    assert terminal.task(1)["status"] == "done"


def test_the_last_task(terminal: Terminal, exported: Path) -> None:
    """A plan that is finished by it says so."""
    terminal.ok("done", "2-7", "--yes")
    change(exported, 1, TICKED)
    answer = terminal.ok("import", "mine.ics", "--yes")
    assert "'small'" in answer.out
    assert "finished" in answer.out


@pytest.mark.parametrize(
    ("make", "code", "said"),
    [
        (lambda path: path.write_text("hello"), 4, "not a calendar file"),
        (lambda path: path.write_bytes(b""), 4, "not a calendar file"),
        (lambda path: path.write_bytes(b"\x00" * 10_000), 4, "not a calendar file"),
        (lambda path: path.write_bytes(b"BEGIN:VCALENDAR\r\n" + b"X" * 10_000_000), 4, "more than 10 MB"),
        (lambda path: path.write_bytes(b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\n" * 20_001), 4, "more than 20,000"),
        (lambda path: path.unlink(), 6, "there is no file"),
        (lambda path: (path.unlink(), path.mkdir()), 6, "is a folder"),
    ],
)
def test_files_that_cannot_be_used(terminal: Terminal, exported: Path, make: Any, code: int, said: str) -> None:
    """One line that names the file, and the right exit code; as JSON too; the database stays as it is."""
    make(exported)
    before = terminal.bytes()
    answer = terminal("import", "mine.ics", "--yes")
    assert (answer.code, answer.out) == (code, "")
    assert "mine.ics" in answer.err
    assert said in answer.err
    assert answer.err.count("\n") == 1
    body = terminal("import", "mine.ics", "--yes", "--json")
    assert body.code == code
    assert said in body.json["error"]["message"]
    assert terminal.bytes() == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 2),
        (("mine.ics", "other.ics"), 2),
        (("mine.ics", "--deleted", "maybe"), 2),
        (("nul\x00.ics",), 6),
        (("x" * 5000,), 6),
        (("~nobody-here/x.ics",), 6),
    ],
)
def test_words_that_cannot_be_used(terminal: Terminal, exported: Path, words: tuple[str, ...], code: int) -> None:
    """Usage is usage, a path that can be none is a file that cannot be read."""
    answer = terminal("import", *words)
    assert answer.code == code
    assert "Traceback" not in answer.err


def test_without_a_plan(terminal: Terminal) -> None:
    """There is nobody whose calendar it could be, and no database is made for the asking."""
    (terminal.folder / "mine.ics").write_text("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    answer = terminal("import", "mine.ics")
    assert answer.code == 3
    assert "studyplan start" in answer.err
    assert not terminal.database.exists()


def test_hostile_words(terminal: Terminal, exported: Path) -> None:
    """What a file says of itself cannot move a terminal's cursor."""
    text = exported.read_bytes().replace(b"BEGIN:VEVENT", b"BEGIN:VEVENT\r\n\x1b[2Jgone \xe2\x80\xae no property", 1)
    exported.write_bytes(text.replace(b"SUMMARY:", b"SUMMARY:\x1b[31m red ", 1))
    answer = terminal.ok("import", "mine.ics", "--dry-run")
    assert "not a property" in answer.err
    assert not {"\x1b", "\u202e"} & set(answer.out + answer.err)


def on_a_terminal(*words: str, columns: int, answers: str) -> tuple[int, str]:
    """Runs a command on a terminal of that width, on which somebody types."""
    ours, theirs = pty.openpty()
    environ = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm", "PYTHONWARNINGS": "error"}
    command = [sys.executable, "-m", "studyplan", "--today", "2026-07-01", *words]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environ) as running:
        os.close(theirs)
        os.write(ours, answers.encode())
        shown = bytearray()
        while True:
            try:
                more = os.read(ours, 65536)
            except OSError:
                break
            if not more:
                break
            shown += more
        os.close(ours)
    return running.returncode, re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).replace("\r", "")


@pytest.mark.parametrize("columns", [40, 80])
def test_asked_on_a_terminal(terminal: Terminal, exported: Path, columns: int) -> None:
    """What became of deleted tasks; no line of the list is wider than the terminal."""
    change(
        exported, 1, TICKED, ("SUMMARY:[^\r]*", "SUMMARY:✓ A title that goes on and on and on and on and on for ever")
    )
    change(exported, 2, TO_THE_FIFTH)
    change(exported, 4)
    code, shown = on_a_terminal("import", "mine.ics", columns=columns, answers="skip\n")
    assert code == 0, shown
    assert "1 open task is no longer in your calendar:" in " ".join(shown.split())
    assert "`studyplan undo` takes it back." in shown
    assert all(len(line) <= columns for line in shown.splitlines() if line.startswith("  "))
    assert [terminal.task(n)["status"] for n in (1, 2, 4)] == ["done", "open", "skipped"]
