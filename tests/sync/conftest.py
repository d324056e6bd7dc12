"""Servers for a whole run of the tests; each test has an account of its own on them, a database and a phone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import count

import keyring
import pytest
from keyring.backends import fail
from servers import Phone, Server, radicale, xandikos
from terminals import Terminal

_CALENDARS = count(1)


@pytest.fixture(scope="session")
def radicale_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with radicale(tmp_path_factory.mktemp("radicale")) as server:
        yield server


@pytest.fixture(scope="session")
def xandikos_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with xandikos(tmp_path_factory.mktemp("xandikos")) as server:
        yield server


@pytest.fixture(params=["radicale", "xandikos"])
def server(request: pytest.FixtureRequest) -> Server:
    return request.getfixturevalue(f"{request.param}_server")


@pytest.fixture(autouse=True)
def no_keyring() -> None:
    """No test meets the keyring of whoever runs it."""
    keyring.set_keyring(fail.Keyring())


@pytest.fixture
def terminal(terminal: Terminal) -> Terminal:
    """A command line with a small plan of six tasks that runs from the first of July."""
    terminal.ok("start", "small", "--date", "2026-07-01", "--days", "10")
    terminal.ok("learner", "set", "--zone", "Europe/Berlin")
    return terminal


@pytest.fixture
def connect(terminal: Terminal) -> Callable[..., Phone]:
    """Connects a new calendar of a server, and gives the phone that has it too."""

    def to(server: Server, form: str = "todos", name: str | None = None, *options: str) -> Phone:
        name = name or f"plan-{next(_CALENDARS)}"
        command = f"{sys.executable} -c \"print('{server.password or 'none'}')\""
        words = ["--user", server.account, "--password-command", command]
        terminal.ok("sync", "add", server.url, *words, "--calendar", name, "--as", form, "--name", name, *options)
        url = terminal.ok("sync", "list", "--json").json["calendars"][-1]["url"]
        return Phone(url, server.account, server.password)

    return to
