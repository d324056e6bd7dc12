"""The database and what is written beside it, from the command line."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from terminals import Terminal


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path | str) -> str:
    return oct(Path(path).stat().st_mode & 0o777)


def test_what_is_personal_is_for_its_owner_alone(terminal: Terminal, open_umask: None) -> None:
    """Database, back-ups, dumps and reports; a calendar is for those whom the umask lets in."""
    terminal.ok("start", "small")
    made = terminal.ok("db", "backup", "--json").json["backup"]
    terminal.ok("dump", "-o", "mine.json")
    terminal.ok("report", "-o", "report.html")
    terminal.ok("export", "-o", "plan.ics")
    private = [terminal.database, made, "mine.json", "report.html"]
    assert [mode(each) for each in private] == ["0o600"] * 4
    assert mode(Path(made).parent) == "0o700"
    assert mode("plan.ics") == "0o644"
    Path("mine.json").chmod(0o640)
    terminal.ok("dump", "-o", "mine.json")
    assert mode("mine.json") == "0o640"


REMOTE = (
    "INSERT INTO remote (learner_id, number, name, url, account, form, password_command)"
    " VALUES (1, 1, 'phone', 'http://127.0.0.1:9/', 'ana', 'todos', 'touch pwned' || char(27) || '[2J')"
)
SHOWN = "touch pwned?[2J"


@pytest.fixture
def brought(terminal: Terminal) -> Path:
    """A back-up that brings a password command."""
    terminal.ok("start", "small")
    made = Path(terminal.ok("db", "backup", "copy.db", "--json").json["backup"])
    with closing(sqlite3.connect(made)) as connection:
        connection.execute(REMOTE)
        connection.commit()
    return made


def commands(terminal: Terminal) -> list[str]:
    return [each["command"] for each in terminal("db", "check", "--json").json["password_commands"]]


def test_a_restore_says_which_commands_it_left_out(terminal: Terminal, brought: Path) -> None:
    """On a terminal or for a program; nothing in them reaches the terminal but as text."""
    answer = terminal.ok("db", "restore", str(brought), "--yes")
    assert f"Left out the password command for calendar 'phone': {SHOWN}" in answer.err
    assert "--keep-password-commands" in answer.err
    assert commands(terminal) == []
    answer = terminal.ok("db", "restore", str(brought), "--yes", "--json")
    assert [each["calendar"] for each in answer.json["dropped_commands"]] == ["phone"]
    assert terminal.ok("db", "check").out == "No problems found.\n"


def test_a_restore_keeps_the_commands_that_are_wanted(terminal: Terminal, brought: Path) -> None:
    """With the flag nothing is left out, and the check lists them."""
    answer = terminal.ok("db", "restore", str(brought), "--yes", "--keep-password-commands")
    assert answer.err == ""
    assert commands(terminal) == ["touch pwned\x1b[2J"]
    assert f"Each sync of 'phone' runs this command for the password: {SHOWN}" in terminal("db", "check").out


@pytest.mark.parametrize(("word", "kept"), [("y", 1), ("n", 0)])
def test_a_restore_asks_about_commands(
    terminal: Terminal, brought: Path, monkeypatch: pytest.MonkeyPatch, word: str, kept: int
) -> None:
    """Whoever sits at a terminal sees the commands and is asked for them apart from the restore."""
    monkeypatch.setattr("studyplan.cli.terminal.is_terminal", lambda stream: True)
    answer = terminal.ok("db", "restore", str(brought), input=f"y\n{word}\n")
    assert f"for calendar 'phone': {SHOWN}" in answer.err
    assert "Keep them?" in answer.err
    assert len(commands(terminal)) == kept


def test_a_damaged_database_is_replaced_when_it_is_named(terminal: Terminal, brought: Path) -> None:
    """Where nothing shows that a file was ours the hint says how to go on."""
    terminal.database.write_bytes(b"x" * 5000)
    answer = terminal("db", "restore", str(brought), "--yes")
    assert answer.code == 6
    assert "--over" in answer.err
    assert terminal.database.read_bytes() == b"x" * 5000
    saved = terminal.ok("db", "restore", str(brought), "--yes", "--over", str(terminal.database), "--json").json[
        "backup"
    ]
    assert Path(saved).read_bytes() == b"x" * 5000
    assert terminal.ok("today").code == 0


def test_a_trigger_is_named_by_command_and_check(terminal: Terminal) -> None:
    """One line each, and exit 6; nothing that the trigger would do is done."""
    terminal.ok("start", "small")
    with closing(sqlite3.connect(terminal.database)) as connection:
        connection.execute("CREATE TRIGGER t AFTER INSERT ON batch BEGIN UPDATE task SET title = 'x'; END")
        connection.commit()
    for words in (["today"], ["done", "1"], ["db", "check"]):
        answer = terminal(*words)
        assert answer.code == 6
        assert "a trigger 't'" in answer.err
    with closing(sqlite3.connect(terminal.database)) as connection:
        assert connection.execute("SELECT count(*) FROM task WHERE title = 'x'").fetchone() == (0,)
