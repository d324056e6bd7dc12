"""Passwords: in a keyring or from a command, asked for on a terminal, and in no database, file or message."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import KeyringLocked, PasswordDeleteError
from servers import Server
from terminals import Terminal

from studyplan.clock import Clock
from studyplan.errors import Conflict
from studyplan.model import Remote
from studyplan.planner.sync import CalendarSync
from studyplan.planner.who import Who
from studyplan.store import Store
from studyplan.sync import secrets

URL = "https://Cloud.Example.org/dav/"


class Ring(KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError


class Locked(Ring):
    """A keyring that somebody would have to open."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("SECRET-in-a-message")


class Forgetful(Ring):
    """A keyring that keeps nothing, as keyring's own null backend."""

    def set_password(self, service: str, username: str, password: str) -> None:
        return


@pytest.fixture
def ring(no_keyring: None) -> Ring:
    made = Ring()
    keyring.set_keyring(made)
    return made


@pytest.fixture
def typed() -> Iterator[list[str]]:
    """What somebody at the terminal types when asked for a password; what they were asked."""
    asked: list[str] = []

    def prompt(text: str, **options: object) -> str:
        assert options["hide_input"]
        asked.append(text)
        return "secret"

    with patch("studyplan.cli.commands.sync.is_terminal", return_value=True), patch("click.prompt", prompt):
        yield asked


def test_a_password_goes_to_the_keyring(
    ring: Ring, typed: list[str], terminal: Terminal, radicale_server: Server
) -> None:
    """It is asked for once, kept by host and account, used by runs, and forgotten with the calendar."""
    terminal.ok("sync", "add", radicale_server.url, "--user", "ana", "--calendar", "ring", "--name", "cloud")
    host = radicale_server.url.rstrip("/")
    assert typed == [f"Password for ana at {host.partition('//')[2]}:"]
    assert ring.kept == {(f"studyplan {host}", "ana"): "secret"}
    terminal.ok("sync")
    assert len(typed) == 1
    terminal.ok("sync", "password", "cloud")
    assert len(typed) == 2
    for content in terminal.bytes().values():
        assert b"secret" not in content
    terminal.ok("sync", "remove", "cloud", "--yes")
    assert ring.kept == {}


def test_a_password_that_another_calendar_needs(
    ring: Ring, typed: list[str], terminal: Terminal, radicale_server: Server
) -> None:
    """It is kept by host and account, and goes with the last calendar that takes it from the keyring."""
    command = shlex.join([sys.executable, "-c", "print('secret')"])
    for name in ("first", "second two", "third"):
        words = ["--password-command", command] if name == "third" else []
        terminal.ok("sync", "add", radicale_server.url, "--user", "ana", "--calendar", name, "--name", name, *words)
    terminal.ok("sync", "remove", "first", "--yes")
    assert list(ring.kept.values()) == ["secret"]
    terminal.ok("sync", "--only", "second two")
    kept = ring.kept.copy()
    ring.kept.clear()
    assert "studyplan sync password 'second two'" in terminal("sync", "--only", "second two").err
    ring.kept.update(kept)
    terminal.ok("sync", "remove", "second two", "--yes")
    assert ring.kept == {}


def test_what_does_not_fit_a_part_of_the_command(terminal: Terminal) -> None:
    """Options ahead of a part are refused rather than dropped; a calendar without a user has no password."""
    answer = terminal("sync", "--json", "list")
    assert (answer.code, "cannot stand before `list`" in answer.out + answer.err) == (2, True)
    store = Store(str(terminal.database))
    syncing = CalendarSync(store, lambda: None, Clock(), Who("ana", None, True))
    syncing.add(Remote(0, 0, "open", "http://127.0.0.1/", "", "todos"))
    store.close()
    answer = terminal("sync", "password", "open")
    assert answer.code == 5
    assert "without a user" in answer.err


def test_a_wrong_password_is_not_kept(
    ring: Ring, typed: list[str], terminal: Terminal, radicale_server: Server
) -> None:
    """What the server did not accept is in no keyring, and no calendar was added."""
    answer = terminal("sync", "add", radicale_server.url, "--user", "bea")
    assert answer.code == 7
    assert ring.kept == {}
    assert terminal.ok("sync", "list", "--json").json == {"calendars": []}


def test_without_a_keyring(typed: list[str], terminal: Terminal, radicale_server: Server) -> None:
    """A system without one is told the way out, and nothing is added."""
    for backend in (fail.Keyring(), Forgetful()):
        keyring.set_keyring(backend)
        answer = terminal("sync", "add", radicale_server.url, "--user", "ana")
        assert answer.code == 5
        assert "no keyring" in answer.err
        assert "--password-command" in answer.err
        assert terminal.ok("sync", "list", "--json").json == {"calendars": []}


def test_a_locked_keyring(terminal: Terminal, radicale_server: Server) -> None:
    """Why it cannot be opened is told without what it says."""
    keyring.set_keyring(Locked())
    answer = terminal("sync", "add", radicale_server.url, "--user", "ana")
    assert answer.code == 5
    assert "cannot be opened" in answer.err
    assert "SECRET" not in answer.err


def test_nobody_can_be_asked(ring: Ring, terminal: Terminal, radicale_server: Server) -> None:
    """Without a terminal nobody is asked, and a run whose password is missing says how it is given."""
    answer = terminal("sync", "add", radicale_server.url, "--user", "ana")
    assert answer.code == 5
    assert "--password-command" in answer.err
    ring.set_password(f"studyplan {radicale_server.url.rstrip('/')}", "ana", "secret")
    terminal.ok("sync", "add", radicale_server.url, "--user", "ana", "--calendar", "asked", "--name", "cloud")
    ring.kept.clear()
    answer = terminal("sync")
    assert answer.code == 5
    assert "studyplan sync password cloud" in answer.err


def test_another_host_has_another_password(ring: Ring) -> None:
    """A password belongs to scheme, host and port: an address that somebody changed gets none."""
    secrets.keep(URL, "ana", "secret")
    assert secrets.password("https://cloud.example.org:443/other/", "ana", None) == "secret"
    for url in (
        "https://evil.example.org/dav/",
        "https://cloud.example.org:8443/dav/",
        "http://cloud.example.org/dav/",
    ):
        assert secrets.password(url, "ana", None) is None
    assert secrets.password(URL, "bea", None) is None
    assert secrets.password(URL, "", None) is None


def test_a_command_prints_it(tmp_path: Path) -> None:
    """The first line is the password; no shell has a part in it."""
    script = tmp_path / "two words.py"
    script.write_text("import sys; print('pass word', *sys.argv[1:]); print('more')")
    assert secrets.printed(shlex.join([sys.executable, str(script), "$HOME;"])) == "pass word $HOME;"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("there-is-no-such-program --now", "cannot be run"),
        ("", "cannot be run"),
        ("'unfinished", "cannot be run"),
        ('PYTHON -c "raise SystemExit(3)"', "failed with code 3"),
        ('PYTHON -c ""', "printed nothing"),
        ('PYTHON -c "import sys; sys.stdout.buffer.write(bytes([255]))"', "cannot be run"),
    ],
)
def test_a_command_that_does_not_work(command: str, words: str) -> None:
    """Why is told, by the program's name alone: what stands behind it may be secret."""
    with pytest.raises(Conflict, match=words) as caught:
        secrets.printed(command.replace("PYTHON", shlex.quote(sys.executable)))
    assert "--now" not in caught.value.message


def test_no_command_in_a_shared_database(
    postgres_url: str, terminal: Terminal, monkeypatch: pytest.MonkeyPatch, radicale_server: Server
) -> None:
    """On a database that others write to a command would be theirs to change: none is kept, and none is run."""
    monkeypatch.setenv("STUDYPLAN_DATABASE_URL", postgres_url)
    terminal.ok("db", "upgrade")
    terminal.ok("learner", "add", "ana")
    terminal.ok("start", "small", "--date", "2026-07-01", "--days", "10")
    answer = terminal("sync", "add", radicale_server.url, "--user", "ana", "--password-command", "echo secret")
    assert answer.code == 5
    assert "keyring" in answer.err


def test_what_is_not_installed(terminal: Terminal) -> None:
    """Without the extra the way to it is told; the list works all the same."""
    code = (
        "import sys; sys.modules['keyring'] = sys.modules['caldav'] = None; from studyplan.__main__ import main; main()"
    )
    for words, status, told in (
        (["sync", "add", "https://example.org/", "--user", "ana"], 5, "pip install 'studyplan-cli[caldav]'"),
        (["sync", "list"], 0, ""),
    ):
        ran = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)
        assert ran.returncode == status, ran.stderr
        assert told in ran.stderr
