"""The calendar from the command line: forms, alarms, zones, and what contradicts itself."""

from __future__ import annotations

import re

import pytest


@pytest.fixture
def started(terminal):
    terminal.ok("learner", "add", "ana", "--zone", "Europe/Berlin")
    terminal.ok("start", "small", "--days", "10", "--minutes", "daily=18:30-20:00")
    return terminal


def starts(calendar: str) -> list[str]:
    return re.findall("^DTSTART(.*?)\r?$", calendar, re.MULTILINE)[-5:]


def test_times_are_those_of_the_study_hours(started):
    """In UTC, or in the learner's zone where that is asked for; the data says them too. The exam has its day alone."""
    utc = started.ok("export", "--as", "timed").out
    *times, exam = starts(utc)
    assert exam == ";VALUE=DATE:20260710"
    assert times
    assert all(re.fullmatch(":202607[0-9]{2}T1[67][0-9]{4}Z", each) for each in times)
    zoned = started.ok("export", "--as", "timed", "--zoned").out
    assert all(each.startswith(";TZID=Europe/Berlin:202607") for each in starts(zoned)[:-1])
    assert zoned.count("BEGIN:VTIMEZONE") == 1
    assert utc == started.ok("export", "--as", "timed", today="2027-01-01").out
    assert started.task(1)["starts_at"] == "2026-07-01T16:30:00Z"


def test_a_done_task_blocks_no_time_and_does_not_ring(started):
    """An open one is busy time with its alarm, a done one neither; the exam has its day, and rings on the evening before."""
    started.ok("done", "1")
    file = started.ok("export", "--as", "timed", "--alarm", "15").out
    tasks = len(started.ok("tasks", "--json").json["plans"][0]["tasks"])
    assert file.count("TRANSP:TRANSPARENT") == 2
    assert file.count("TRIGGER:-PT15M") == file.count("TRANSP:OPAQUE") == tasks - 2
    assert file.count("TRIGGER:-PT6H") == 1


def test_alarms_of_days_and_of_to_dos(started):
    """Before the midnight that begins a day; before the end of the day that a to-do is due on, in the learner's zone."""
    assert "TRIGGER:-PT6H" in started.ok("export", "--alarm", "360").out
    assert "TRIGGER;VALUE=DATE-TIME:20260701T160000Z" in started.ok("export", "--as", "todos", "--alarm", "360").out


def test_an_alarm_that_was_chosen_stays(started):
    """For exports of its form, until it is taken away; the same data then gives the same bytes again, and undo knows it."""
    without = started.ok("export").out
    chosen = started.ok("export", "--alarm", "30")
    assert "--no-alarm" in chosen.err
    assert "TRIGGER:-PT30M" in chosen.out
    again = started.ok("export")
    assert (again.out, "--no-alarm" in again.err) == (chosen.out, False)
    assert "VALARM" not in started.ok("export", "--as", "timed").out
    started.ok("export", "--as", "timed", "--alarm", "15")
    assert started.ok("learner", "show", "--json").json["learner"]["alarms"] == {"events": 30, "timed": 15}
    assert "30 min" in started.ok("learner", "show").out
    for word in (["--no-alarm"], ["--alarm", "none"]):
        assert started.ok("export", *word).out == without
    assert started.ok("export").out == without
    assert "TRIGGER:-PT15M" in started.ok("export", "--as", "timed").out
    assert started.ok("history", "--json").json["history"][0]["action"] == "no alarm in exports as events"
    started.ok("undo")
    assert started.ok("export").out == chosen.out


def test_an_alarm_of_a_file_that_was_not_written_is_not_kept(started):
    """What failed leaves no setting."""
    assert started("export", "--alarm", "30", "-o", "no/such/folder/x.ics").code == 6
    assert "VALARM" not in started.ok("export").out


def test_outlook_gets_a_method(started):
    """Its import wants one; nobody else does. It reads no to-dos, which is said ahead of a file that would show nothing."""
    assert "METHOD:PUBLISH" in started.ok("export", "--for", "outlook").out
    assert "METHOD" not in started.ok("export").out
    answer = started("export", "--for", "outlook", "--as", "todos", "-o", "x.ics")
    assert (answer.code, answer.out) == (2, "")
    assert "does not import to-dos" in answer.err
    assert not (started.folder / "x.ics").exists()


@pytest.mark.parametrize("form", ["events", "timed"])
def test_outlook_gets_what_it_can_read(started, form):
    """What Microsoft documents of its import: an end for each start, one alarm ahead of it, one rule to an observance."""
    zoned = ["--zoned"] if form == "timed" else []
    started.ok("replan", "--exam", "2026-07-10T10:00")
    file = started.ok("export", "--for", "outlook", "--as", form, "--alarm", "30", *zoned).out.replace("\n ", "")
    events = re.findall("BEGIN:VEVENT.*?END:VEVENT", file, re.DOTALL)
    for event in events:
        assert event.count("\nDTSTART") == event.count("\nDTEND") == event.count("\nDTSTAMP") == 1
        assert re.findall("\nTRIGGER(.*)", event)[0].startswith(":-PT")
        assert event.count("BEGIN:VALARM") == 1
    assert "DURATION:" not in file.replace("VALUE=DURATION:", "")
    assert not re.search("RDATE|VALUE=DATE-TIME", file)
    zones = re.findall("BEGIN:VTIMEZONE.*?END:VTIMEZONE", file, re.DOTALL)
    named = set(re.findall("TZID=([^:;]*)", file))
    assert len(zones) == len(named) == len(zoned)
    for zone in zones:
        parts = re.findall("BEGIN:(STANDARD|DAYLIGHT)", zone)
        assert sorted(parts) == ["DAYLIGHT", "STANDARD"]
        assert zone.count("RRULE:FREQ=YEARLY;") == 2


def test_a_file_says_how_to_use_it(started):
    """The address to subscribe to; for Outlook what it cannot do."""
    err = started.ok("export", "-o", "my plan.ics").err
    assert (started.folder / "my plan.ics").as_uri() in err
    assert "calendar of its own" in started.ok("export", "-o", "x.ics", "--for", "outlook").err


def test_without_hours_the_times_are_a_guess_and_said(terminal):
    """Days begin at 19:00, and a line says how to name better hours."""
    terminal.ok("learner", "add", "ana", "--zone", "Europe/Berlin")
    terminal.ok("start", "small", "--days", "10")
    answer = terminal.ok("export", "--as", "timed")
    assert "studyplan hours" in answer.err
    assert starts(answer.out)[0].endswith("T170000Z")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--zoned"], "--as timed"),
        (["--as", "todos", "--zoned"], "--as timed"),
        (["--alarm", "0"], "--alarm"),
        (["--alarm", "-5"], "--alarm"),
        (["--alarm", "soon"], "--alarm"),
        (["--alarm", "5", "--no-alarm"], "--no-alarm"),
        (["--as", "ical"], "--as"),
        (["--for", "google"], "--for"),
    ],
)
def test_what_contradicts_itself_is_usage(started, words, said):
    """Exit 2, one line, nothing on standard output."""
    answer = started("export", *words)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


def test_a_zone_has_to_be_known(terminal):
    """Without one no times can be written in it; the line says how to name it."""
    terminal.ok("start", "small")
    answer = terminal("export", "--as", "timed", "--zoned")
    assert answer.code == 2
    assert "learner set --zone" in answer.err
