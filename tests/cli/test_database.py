"""The database and what is written beside it, from the command line."""

from __future__ import annotations

import os
from collections.abc import Iterator
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
