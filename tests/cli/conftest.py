"""A command line on a fresh database, with nothing of the machine's own settings in reach."""

from __future__ import annotations

from pathlib import Path

import pytest
from terminals import SMALL, Terminal


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    for name in ("STUDYPLAN_LEARNER", "STUDYPLAN_DAY_STARTS", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "ana")
    made = Terminal(tmp_path)
    own = tmp_path / "plans"
    own.mkdir()
    (own / "small.yaml").write_text(SMALL)
    monkeypatch.setenv("STUDYPLAN_DATABASE_URL", str(made.database))
    monkeypatch.setenv("STUDYPLAN_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("STUDYPLAN_PLANS", str(own))
    monkeypatch.chdir(tmp_path)
    return made


@pytest.fixture
def studied(terminal: Terminal) -> Terminal:
    """Ten days of a plan of twenty: days 3 and 4 missed, day 3 caught up with, minutes told."""
    terminal.ok("start", "small", "--days", "20", "--minutes", "60", "--name", "mine")
    for day in (1, 2, 5, 6, 7, 8, 9):
        today = f"2026-07-0{day}"
        agenda = terminal.ok("today", "--json", today=today).json
        numbers = [str(task["number"]) for task in agenda["overdue"] + agenda["due"]]
        if numbers:
            terminal.ok("done", *numbers, "--minutes", "45", today=today)
    terminal.today = "2026-07-10"
    return terminal
