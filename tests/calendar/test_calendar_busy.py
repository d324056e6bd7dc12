"""Busy time in the learner's zone, day by day."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from studyplan.calendar import aside
from studyplan.calendar.busy import Busy, busy
from studyplan.errors import BadFile, StorageProblem

BERLIN = ZoneInfo("Europe/Berlin")


def calendar(*events: tuple[str, ...]) -> str:
    body = [
        line for number, event in enumerate(events) for line in ("BEGIN:VEVENT", f"UID:{number}", *event, "END:VEVENT")
    ]
    return "\r\n".join(["BEGIN:VCALENDAR", *body, "END:VCALENDAR", ""])


def local(*moment: int, zone: ZoneInfo = BERLIN, fold: int = 0) -> datetime:
    return datetime(*moment, tzinfo=zone, fold=fold)  # type: ignore[arg-type,misc]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mine.ics"


def test_a_month(path: Path) -> None:
    """Times merged and cut at midnight, whole days apart from them, warnings counted."""
    path.write_text(
        calendar(
            ("DTSTART:20261005T070000Z", "DTEND:20261005T080000Z"),
            ("DTSTART;TZID=Europe/Berlin:20261005T093000", "DURATION:PT90M"),
            ("DTSTART:20261005T200000", "DTEND:20261005T210000"),
            ("DTSTART:20261009T220000", "DTEND:20261011T020000"),
            ("DTSTART;VALUE=DATE:20260929", "DTEND;VALUE=DATE:20261003"),
            ("DTSTART;VALUE=DATE:20261031", "DTEND;VALUE=DATE:20261105"),
            ("DTSTART;VALUE=DATE:20261340",),
        )
    )
    found = busy(path, date(2026, 10, 1), date(2026, 10, 31), BERLIN)
    assert found.times == {
        date(2026, 10, 5): (
            (local(2026, 10, 5, 9), local(2026, 10, 5, 11)),
            (local(2026, 10, 5, 20), local(2026, 10, 5, 21)),
        ),
        date(2026, 10, 9): ((local(2026, 10, 9, 22), local(2026, 10, 10)),),
        date(2026, 10, 10): ((local(2026, 10, 10), local(2026, 10, 11)),),
        date(2026, 10, 11): ((local(2026, 10, 11), local(2026, 10, 11, 2)),),
    }
    assert found.days == {date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 31)}
    assert found.warnings == 1
    assert "20261340" in found.problems[0]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Asia/Tokyo", date(2026, 3, 29), 24),
    ],
)
def test_days_on_which_the_clock_changes(path: Path, zone: str, day: date, hours: int) -> None:
    """A whole day of busy time has the hours that the day has."""
    path.write_text(calendar(("DTSTART:20260101T000000Z", "DTEND:20270101T000000Z")))
    found = busy(path, day, day, ZoneInfo(zone))
    ((start, end),) = found.times[day]
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)
    assert found.times.keys() == {day}


def test_the_doubled_hour(path: Path) -> None:
    """01:30 to the second 02:30 is two hours; nothing is lost or merged in the hour that comes twice."""
    path.write_text(
        calendar(
            ("DTSTART:20261024T233000Z", "DTEND:20261025T003000Z"),
            ("DTSTART:20261025T010000Z", "DTEND:20261025T013000Z"),
        )
    )
    found = busy(path, date(2026, 10, 25), date(2026, 10, 25), BERLIN)
    spans = [(start.astimezone(UTC), end.astimezone(UTC)) for start, end in found.times[date(2026, 10, 25)]]
    assert [end - start for start, end in spans] == [timedelta(hours=1), timedelta(minutes=30)]
    assert [start.hour for start, _ in spans] == [23, 1]


def test_the_learners_zone_decides_the_day(path: Path) -> None:
    """One instant is on two days; a wall time is on its own day everywhere."""
    path.write_text(
        calendar(
            ("DTSTART:20261005T230000Z", "DTEND:20261005T233000Z"),
            ("DTSTART:20261007T230000", "DTEND:20261007T233000"),
        )
    )
    days = [date(2026, 10, 1), date(2026, 10, 31)]
    assert set(busy(path, *days, BERLIN).times) == {date(2026, 10, 6), date(2026, 10, 7)}
    assert set(busy(path, *days, ZoneInfo("America/New_York")).times) == {date(2026, 10, 5), date(2026, 10, 7)}


def test_a_folder_of_files(tmp_path: Path) -> None:
    """Every .ics file in it, nothing else."""
    (tmp_path / "a.ics").write_text(calendar(("UID:a", "DTSTART;VALUE=DATE:20261005")).replace("UID:0\r\n", ""))
    (tmp_path / "-b ü.ICS").write_text(calendar(("UID:b", "DTSTART;VALUE=DATE:20261006")).replace("UID:0\r\n", ""))
    (tmp_path / "notes.txt").write_text("no calendar")
    (tmp_path / "folder.ics").mkdir()
    found = busy(tmp_path, date(2026, 10, 1), date(2026, 10, 31), BERLIN)
    assert found == Busy(days=frozenset({date(2026, 10, 5), date(2026, 10, 6)}))


def test_no_calendar_is_a_bad_file(tmp_path: Path, path: Path) -> None:
    """Said in one line that names the file."""
    path.write_text("hello")
    with pytest.raises(BadFile, match=r"mine\.ics: this is not a calendar file"):
        busy(path, date(2026, 10, 1), date(2026, 10, 31), BERLIN)
    (tmp_path / "other.ics").write_text(calendar())
    with pytest.raises(BadFile, match=r": mine\.ics is not a calendar file"):
        busy(tmp_path, date(2026, 10, 1), date(2026, 10, 31), BERLIN)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(BadFile, match=r"has no \.ics file"):
        busy(empty, date(2026, 10, 1), date(2026, 10, 31), BERLIN)


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    """A file that is not there, or a name that can be none."""
    for name in ("none.ics", "x" * 5000, "nul\x00"):
        with pytest.raises(StorageProblem):
            busy(tmp_path / name, date(2026, 10, 1), date(2026, 10, 31), BERLIN)


def test_reading_ends(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the file holds, after some seconds it is given up."""
    path.write_text(calendar(("DTSTART;VALUE=DATE:20261005",)))
    monkeypatch.setattr(aside, "PATIENCE", 0.001)
    with pytest.raises(BadFile, match="takes more than") as caught:
        busy(path, date(2026, 10, 1), date(2026, 10, 31), BERLIN)
    assert caught.value.hint


def test_rules_that_never_happen_do_not_use_up_the_time(path: Path) -> None:
    """30 February: a walk to the year 9999 would take longer than all reading may."""
    dead = ("DTSTART:20261005T070000Z", "DURATION:PT1H", "RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30")
    path.write_text(calendar(dead))
    assert busy(path, date(2026, 10, 1), date(2026, 10, 31), BERLIN).times.keys() == {date(2026, 10, 5)}


def test_a_reader_that_breaks_is_a_bad_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Out of memory, killed, or mistaken: one line, no traceback."""
    path.write_text(calendar())
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(BadFile, match="cannot be read"):
        busy(path, date(2026, 10, 1), date(2026, 10, 31), BERLIN)


def test_nothing_heavy_is_loaded_here() -> None:
    """The libraries are loaded by the reading process alone."""
    code = (
        "import sys; import studyplan.calendar.busy\n"
        "sys.exit(', '.join({'icalendar', 'dateutil', 'holidays'} & set(sys.modules)) or 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
