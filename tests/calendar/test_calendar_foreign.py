"""Calendars of other programs, read for when they keep somebody busy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from foreign_samples import FIRST, LAST, MOMENTS, SAMPLES, UTC_EIGHT, ZONES, Sample, at, event, fixed, series, told

from studyplan.calendar.clocks import Clocks, Guess
from studyplan.calendar.entries import read_object
from studyplan.calendar.lines import Passed
from studyplan.calendar.reading import Reading, read
from studyplan.calendar.series import key
from studyplan.calendar.zones import zone_named

BERLIN = ZoneInfo("Europe/Berlin")


def test_many_exceptions_and_many_of_one_uid(tmp_path: Path) -> None:
    """Two thousand series of one UID, and as many exceptions that reach to all later ones: looked up, not searched."""
    stamps = [f"202607{number % 28 + 1:02}T{number % 24:02}{number % 60:02}00Z" for number in range(2_000)]
    many = [line for stamp in stamps for line in series("RRULE:FREQ=DAILY;COUNT=2", f"RDATE:{stamp}")]
    more = [
        line
        for stamp in stamps
        for line in event(f"RECURRENCE-ID;RANGE=THISANDFUTURE:{stamp}", f"DTSTART:{stamp}", "TRANSP:TRANSPARENT")
    ]
    found = read_bytes(tmp_path, "\r\n".join(("BEGIN:VCALENDAR", *many, *more, "END:VCALENDAR")).encode())
    assert found.spans == []
    assert found.warnings == 1


def read_bytes(folder: Path, *files: bytes) -> Reading:
    paths = [folder / f"{number}.ics" for number in range(len(files))]
    for path, data in zip(paths, files, strict=True):
        path.write_bytes(data)
    return read(paths, FIRST, LAST, BERLIN)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample(tmp_path: Path, sample: Sample) -> None:
    """When it keeps somebody busy, and what has to be told of it."""
    found = read_bytes(tmp_path, sample.file)
    assert told(found.spans) == sample.busy
    if sample.note:
        assert any(sample.note in problem for problem in found.problems), found.problems
    else:
        assert found.problems == []


@pytest.mark.parametrize("sample", [*ZONES, *MOMENTS], ids=lambda sample: sample.name)
def test_import_and_busy_time_read_one_moment(tmp_path: Path, sample: Sample) -> None:
    """What `--busy` takes for the begin of an event, `import` and `sync` take for it too; so does each with its end."""
    spans = {(key(start), key(end)) for start, end in read_bytes(tmp_path, sample.file).spans}
    entries = read_object(sample.file, BERLIN).entries
    assert len(entries) == (2 if "two calendars" in sample.name else 1)
    for entry in entries:
        begin = entry.at or entry.day
        assert begin is not None
        if spans:
            end = entry.until or (begin + timedelta(days=1) if entry.day else None)
            assert (begin, end) in spans


@pytest.mark.parametrize("name", ["Nowhere/Land", "(UTC+01:00) Amsterdam, Berlin", "Customized Time Zone"])
def test_a_zone_that_nobody_knows_is_a_doubt_for_import(name: str) -> None:
    """In the begin or in the end; a zone that the file explains is none."""
    doubted = at(f'"{name}"')
    half = event("DTSTART:20260706T080000Z", f'DTEND;TZID="{name}":20260706T110000', uid="two")
    known = [line.replace("UID:one", "UID:three") for line in at("Asia/Tokyo")]
    text = "\r\n".join(("BEGIN:VCALENDAR", *doubted, *half, *known, "END:VCALENDAR"))
    assert [bool(entry.doubt) for entry in read_object(text.encode(), BERLIN).entries] == [True, True, False]
    escaped = name.replace(",", "\\,")
    explained = text.replace("BEGIN:VEVENT", "\r\n".join((*fixed(escaped, "+0900"), "BEGIN:VEVENT")), 1)
    assert not any(entry.doubt for entry in read_object(explained.encode(), BERLIN).entries)


UMLAUT = ("BEGIN:VCALENDAR", "VERSION:2.0", *event(*UTC_EIGHT, "COMMENT:Grüße"), "END:VCALENDAR", "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    """Found by their first bytes; what is none of them is read by letters of Windows, which is told."""
    found = read_bytes(tmp_path, "\r\n".join(UMLAUT).encode(encoding))
    assert told(found.spans) == "7-6 10:00-11:00"
    assert ["Windows-1252" in problem for problem in found.problems] == ([True] if encoding == "cp1252" else [])


def test_a_character_that_a_fold_cuts_in_two(tmp_path: Path) -> None:
    """Some programs fold at 75 bytes, wherever they fall. The zone is found by its whole name."""
    data = "\r\n".join(("BEGIN:VCALENDAR", *fixed("Größe", "+0900"), *at("Größe"), "END:VCALENDAR", "")).encode()
    found = read_bytes(tmp_path, data.replace(b"\xc3\xb6", b"\xc3\r\n \xb6", 2))
    assert (told(found.spans), found.problems) == ("7-6 02:00-03:00", [])


@pytest.mark.parametrize(
    "data",
    [
        "\r\n".join(UMLAUT).encode("utf-16-be").join((b"\xfe\xff", b"")),
        b"\xef\xbb\xbf\xef\xbb\xbf" + "\r\n".join(UMLAUT).encode(),
        "\r\n".join(("\u200b" + UMLAUT[0], "\u200e" + UMLAUT[1], *UMLAUT[2:])).encode(),
        "".join(f"\ufeff{line}\r\n" for line in UMLAUT if line).encode(),
        "\r\n".join((*UMLAUT[:-1], "\x1a")).encode(),
        "ï»¿".encode() + "\r\n".join(UMLAUT).encode(),
        "\r\n".join(UMLAUT).replace("DTSTART:", "DTSTART:\ufeff").encode(),
        b"\xef\xbb\xbf" + b"\r\n\r\n" + "\r\n".join(UMLAUT).encode(),
    ],
)
def test_stray_marks(tmp_path: Path, data: bytes) -> None:
    """Byte-order marks, twice, within the file and misread; signs without width; the end of a file of DOS."""
    found = read_bytes(tmp_path, data)
    assert (told(found.spans), found.problems) == ("7-6 10:00-11:00", [])


def test_two_files_of_different_encodings_side_by_side(tmp_path: Path) -> None:
    """One that was joined of two keeps the letters of both: the zone is found by the name of each."""
    ours = fixed("Größe", "+0900")
    line = at("Größe")
    text = "\r\n".join(("BEGIN:VCALENDAR", *ours, *line, "END:VCALENDAR", ""))
    found = read_bytes(tmp_path, text.encode(), text.replace("UID:one", "UID:two").encode("cp1252"))
    assert told(found.spans) == "7-6 02:00-03:00, 7-6 02:00-03:00"
    joined = read_bytes(tmp_path, text.encode() + text.replace("UID:one", "UID:two").encode("cp1252"))
    assert told(joined.spans) == "7-6 02:00-03:00, 7-6 02:00-03:00"


def test_a_note_names_the_entry_and_the_part(tmp_path: Path) -> None:
    """By title and day, as the learner finds it in the calendar; nothing in it commands a terminal."""
    lines = event(
        "DTSTART:20260706T080000Z", "DTEND:20260706T090000Z", "RRULE:FREQ=DAILY;COUNT=2", "EXDATE:ne\x1b[31mver"
    )
    found = read_bytes(tmp_path, "\r\n".join(("BEGIN:VCALENDAR", *lines, "END:VCALENDAR")).encode())
    assert found.problems == [
        "“x” of 2026-07-06: a date was left out: EXDATE is not a date or time: “ne?[31mver”",
    ]


@pytest.mark.parametrize(
    "name", ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Europe/Dublin", "Asia/Tokyo"]
)
def test_a_declared_zone_is_the_zone_that_it_declares(name: str) -> None:
    """Both ways, at each half hour around the changes of a year and on some days of others, in gaps and doubled hours too."""
    zone = zone_named(name)
    assert zone is not None
    lines = zone.component().to_ical(sorted=False).decode().split("\r\n")[1:-2]
    clock = Clocks([lines], UTC, Passed()).named(name)
    truth = ZoneInfo(name)
    assert clock is not truth
    starts = [
        datetime(2026, 3, 28),
        datetime(2026, 10, 24),
        datetime(2026, 4, 4),
        datetime(2026, 10, 3),
        datetime(2026, 11, 1),
    ]
    starts += [datetime(2026, 3, 7), datetime(2019, 7, 1), datetime(2031, 1, 1)]
    for start in starts:
        for half in range(120):
            moment = start + timedelta(minutes=30 * half)
            there = moment.replace(tzinfo=UTC).astimezone(clock)
            assert there.replace(tzinfo=None) == moment.replace(tzinfo=UTC).astimezone(truth).replace(tzinfo=None)
            assert there.astimezone(UTC).replace(tzinfo=None) == moment
            for fold in (0, 1):
                mine, theirs = (moment.replace(tzinfo=each, fold=fold).astimezone(UTC) for each in (clock, truth))
                assert mine == theirs, (name, moment, fold)


@pytest.mark.parametrize("name", ["Europe/Berlin", "america/new_york", "W. Europe Standard Time", "utc+02:00", "Mitte"])
def test_two_names_of_one_clock_are_one(name: str) -> None:
    """However often it is asked for; what nobody knows stays one guess and one warning."""
    passed = Passed()
    clocks = Clocks([], UTC, passed)
    assert clocks.named(name) is clocks.named(f" {name.upper()} ")
    assert passed.warnings == (name == "Mitte")
    assert isinstance(clocks.named(name), Guess) == (name == "Mitte")
