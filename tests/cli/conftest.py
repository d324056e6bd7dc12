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
