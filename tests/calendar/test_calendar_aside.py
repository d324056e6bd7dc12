"""Reading aside: what runs there, and each of its limits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from studyplan.calendar import aside
from studyplan.calendar.busy import busy
from studyplan.calendar.entries import read_entries
from studyplan.errors import BadFile

BERLIN = ZoneInfo("Europe/Berlin")
CALENDAR = """\
BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:one
DTSTAMP:20260701T083000Z
SUMMARY:Dentist
DTSTART:20260703T190000
DTEND:20260703T200000
END:VEVENT
END:VCALENDAR
"""
#: Names that the reader imports, and those that Python looks for by itself.
PLANTED = (
    "icalendar",
    "recurring_ical_events",
    "dateutil",
    "json",
    "encodings",
    "zoneinfo",
    "resource",
    "sitecustomize",
    "usercustomize",
    "studyplan/__init__",
    "studyplan/calendar/aside",
)


def plant(folder: Path, *names: str) -> None:
    """Files that leave a mark when they are run."""
    for name in names:
        file = folder / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"open({str(folder / 'was-run')!r}, 'a').write(__file__ + ' ')\n")


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of downloads that is the current one, and on the path as ``python -m`` puts it there."""
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    plant(downloads, *PLANTED)
    (downloads / "mine.ics").write_text(CALENDAR)
    monkeypatch.chdir(downloads)
    return downloads


@pytest.mark.parametrize("way", ["", ".", "whole", "linked"])
def test_nothing_beside_the_calendar_is_run(
    elsewhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """However the current folder came onto the path, and whatever its files are called."""
    (tmp_path / "linked").symlink_to(elsewhere)
    folder = {"whole": str(elsewhere), "linked": str(tmp_path / "linked")}.get(way, way)
    monkeypatch.setattr(sys, "path", [folder, *sys.path])
    monkeypatch.setenv("PYTHONPATH", folder or ":")
    (entry,) = read_entries((elsewhere / "mine.ics").read_bytes(), BERLIN).entries
    assert entry.title == "Dentist"
    assert busy(Path("mine.ics"), date(2026, 7, 1), date(2026, 7, 9), BERLIN).times.keys() == {date(2026, 7, 3)}
    assert not (elsewhere / "was-run").exists()


def test_a_checkout_is_searched_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package lies in the current folder it is found, and nothing beside it stands in for a library."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", str(tmp_path), "/elsewhere"])
    assert aside._import_path(str(tmp_path)) == ["/elsewhere", str(tmp_path)]
    assert aside._import_path("/home") == ["/elsewhere"]


def test_a_current_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can lie in it."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert len(read_entries(CALENDAR.encode(), BERLIN).entries) == 1


def test_as_a_module_in_a_folder_of_downloads(elsewhere: Path) -> None:
    """`python -m studyplan` imports nothing from the current folder either; only its own name is looked up there, by Python."""
    for file in (elsewhere / "studyplan").rglob("*.py"):
        file.unlink()
    home = Path(aside.__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(home), "STUDYPLAN_DATABASE_URL": str(elsewhere / "study.db")}
    start = ["start", "foundations", "--date", "2026-07-01", "--busy", "mine.ics", "--dry-run", "--json"]
    ran = subprocess.run(
        [sys.executable, "-m", "studyplan", *start], env=environment, capture_output=True, check=True, cwd=elsewhere
    )
    assert json.loads(ran.stdout)["written"] is False
    assert not (elsewhere / "was-run").exists()


# --- limits


@pytest.fixture
def answering(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of modules that answer as a test wants them to."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "endless.py").write_text("def answer(question):\n    while True: pass\n")
    (tmp_path / "hungry.py").write_text("def answer(question):\n    return {'n': len(bytes(1_000_000_000))}\n")
    (tmp_path / "patient.py").write_text(
        "import time\ndef answer(question):\n    time.sleep(float(question))\n    return {'said': 'here'}\n"
    )
    (tmp_path / "broken.py").write_text("def answer(question):\n    raise RecursionError\n")
    return tmp_path


def refused(module: str, question: bytes = b"") -> BadFile:
    with pytest.raises(BadFile) as caught:
        aside.answered(module, question, "mine.ics")
    assert "\n" not in caught.value.message
    return caught.value


def test_processor_time_is_bounded(answering: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What computes for ever is ended, and leaves no image of its memory."""
    pytest.importorskip("resource")
    current = answering / "current"
    current.mkdir()
    monkeypatch.chdir(current)
    monkeypatch.setattr(aside, "LONGEST", 1)
    problem = refused("endless")
    assert problem.message == "mine.ics: reading the calendar takes more than 1 seconds of processor time"
    assert problem.hint
    assert not list(current.iterdir())


def test_time_by_the_clock_is_not(answering: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that waits for its turn, as on a busy machine, is waited for."""
    monkeypatch.setattr(aside, "LONGEST", 1)
    assert aside.answered("patient", b"1.2", "mine.ics") == {"said": "here"}


def test_a_reader_that_does_nothing(answering: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is given up after minutes, and where the system limits no processor time so is one that computes."""
    monkeypatch.setattr(aside, "PATIENCE", 0.5)
    assert refused("patient", b"60").message == "mine.ics: reading the calendar takes more than 0.5 seconds"


def test_memory_is_bounded(answering: Path) -> None:
    """What asks for a gigabyte gets none."""
    pytest.importorskip("resource")
    problem = refused("hungry")
    assert problem.message == "mine.ics: reading the calendar takes more than 640 MB of memory"
    assert problem.hint


def test_whatever_else_goes_wrong(answering: Path) -> None:
    """Is one line too."""
    for module in ("broken", "no_such_module"):
        assert refused(module).message == "mine.ics: the calendar cannot be read"


def test_a_signal_that_is_ignored(answering: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever started us may have had the signal at the end of the time ignored, which a process inherits."""
    pytest.importorskip("resource")
    monkeypatch.setattr(aside, "LONGEST", 1)
    before = signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    try:
        assert "processor time" in refused("endless").message
    finally:
        signal.signal(signal.SIGXCPU, before)


def test_without_limits_of_the_system(answering: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows a file is read all the same."""
    monkeypatch.setitem(sys.modules, "resource", None)
    aside._limit(1, 1)
