"""Other people's calendar files, sound and broken."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from calendar_samples import PLANS, week
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from studyplan import calendar
from studyplan.calendar import lines, reading
from studyplan.calendar.lines import Unreadable
from studyplan.calendar.reading import Reading, read

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
DAY = "DTSTART;VALUE=DATE:20261005"
BERLIN = "DTSTART;TZID=Europe/Berlin:20261005T090000"
#: The rules of Berlin under a name that only its file knows.
PRIVATE_ZONE = (
    *("BEGIN:VTIMEZONE", "TZID:My zone", "BEGIN:DAYLIGHT", "DTSTART:19700329T020000"),
    *("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "END:DAYLIGHT"),
    *("BEGIN:STANDARD", "DTSTART:19701025T030000", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"),
    *("TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "END:STANDARD", "END:VTIMEZONE"),
)

Write = Callable[..., Path]


def event(*lines: str, uid: str | None = "one") -> list[str]:
    return ["BEGIN:VEVENT", *([f"UID:{uid}"] if uid else []), "DTSTAMP:20260901T080000Z", *lines, "END:VEVENT"]


def file(*parts: Iterable[str]) -> bytes:
    lines = [line for part in parts for line in ([part] if isinstance(part, str) else part)]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""]).encode()


@pytest.fixture
def of(tmp_path: Path) -> Callable[..., Reading]:
    """Reads files of the given bytes."""

    def run(*files: bytes, first: date = FIRST, last: date = LAST) -> Reading:
        paths = [tmp_path / f"{number}.ics" for number in range(len(files))]
        for path, data in zip(paths, files, strict=True):
            path.write_bytes(data)
        return read(paths, first, last, ZoneInfo("Europe/Berlin"))

    return run


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC)


NEIGHBOUR = event("DTSTART:20261020T100000Z", "DTEND:20261020T110000Z", uid="neighbour")
ITS_TIME = (utc(20, 10), utc(20, 11))


@pytest.mark.parametrize(
    ("lines", "span"),
    [
        (["DTSTART:20261005T070000Z", "DTEND:20261005T080000Z"], (utc(5, 7), utc(5, 8))),
        ([BERLIN, "DTEND;TZID=Europe/Berlin:20261005T100000"], (utc(5, 7), utc(5, 8))),
        ([BERLIN, "DURATION:PT90M"], (utc(5, 7), utc(5, 8, 30))),
        ([BERLIN, "DTEND:20261005T080000Z"], (utc(5, 7), utc(5, 8))),
        (["DTSTART:20261005T090000", "DTEND:20261005T100000"], (utc(5, 7), utc(5, 8))),
        (["DTSTART:20261005T090000", "DTEND:20261005T080000Z"], (utc(5, 7), utc(5, 8))),
        (["DTSTART:20261005T070000Z", "DTEND;TZID=America/New_York:20261005T040000"], (utc(5, 7), utc(5, 8))),
        (["DTSTART;TZID=America/New_York:20261005T070000Z", "DURATION:PT1H"], (utc(5, 7), utc(5, 8))),
        ([BERLIN, "DTEND;VALUE=DATE:20261006"], (utc(5, 7), utc(5, 22))),
        (
            [DAY.replace(":", ";TZID=Europe/Berlin:"), "DTEND;VALUE=DATE:20261007"],
            (date(2026, 10, 5), date(2026, 10, 7)),
        ),
        ([DAY, "DTEND:20261007T000000"], (date(2026, 10, 5), date(2026, 10, 7))),
        ([DAY, "DTEND:20261006T180000Z"], (date(2026, 10, 5), date(2026, 10, 7))),
        ([DAY, "DURATION:PT30H"], (date(2026, 10, 5), date(2026, 10, 7))),
        (
            ["DTSTART;VALUE=DATE:20261005T000000", "DTEND;VALUE=DATE:20261006T000000"],
            (date(2026, 10, 5), date(2026, 10, 6)),
        ),
        ([BERLIN, "DTEND;TZID=Europe/Berlin:20261005T240000"], (utc(5, 7), utc(5, 22))),
        (["dtstart:20261005t070000z", "dtend:20261005t080060z"], (utc(5, 7), utc(5, 8) + timedelta(seconds=59))),
        (["DTSTART:20261005T0700Z", "DURATION:+p0dt1h0m0s"], (utc(5, 7), utc(5, 8))),
        ([BERLIN, BERLIN, "DTEND:20261005T080000Z"], (utc(5, 7), utc(5, 8))),
        ([DAY], (date(2026, 10, 5), date(2026, 10, 6))),
        ([DAY, "DTEND;VALUE=DATE:20261008"], (date(2026, 10, 5), date(2026, 10, 8))),
        ([DAY, "DTEND;VALUE=DATE:20261005"], (date(2026, 10, 5), date(2026, 10, 6))),
        ([DAY, "DTEND;VALUE=DATE:20261001"], (date(2026, 10, 5), date(2026, 10, 6))),
        ([DAY, "DURATION:P2D"], (date(2026, 10, 5), date(2026, 10, 7))),
        ([DAY, "DURATION:-P2D"], (date(2026, 10, 5), date(2026, 10, 6))),
        (["DTSTART:20261005", "DTEND:20261007"], (date(2026, 10, 5), date(2026, 10, 7))),
        (["dtstart;value=date:20261005"], (date(2026, 10, 5), date(2026, 10, 6))),
        (["DTSTA", "\tRT;VALUE=DATE:2026", " 1005"], (date(2026, 10, 5), date(2026, 10, 6))),
        ([DAY, "STATUS:TENTATIVE", "TRANSP:OPAQUE"], (date(2026, 10, 5), date(2026, 10, 6))),
        ([DAY, "SEQUENCE:many", "LAST-MODIFIED:yesterday"], (date(2026, 10, 5), date(2026, 10, 6))),
        ([DAY, "DTEND;TZID=Europe/Berlin:20261005T100000"], (date(2026, 10, 5), date(2026, 10, 6))),
    ],
)
def test_a_single_event(of: Callable[..., Reading], lines: list[str], span: tuple[Any, Any]) -> None:
    """All ways to say when, the tolerated ones included."""
    found = of(file(event(*lines)))
    assert found.spans == [span]
    assert found.warnings == 0


@pytest.mark.parametrize(
    "lines",
    [
        [DAY, "TRANSP:TRANSPARENT"],
        [DAY, "transp:transparent"],
        [DAY, "STATUS:CANCELLED"],
        ["DTSTART;VALUE=DATE:20260905"],
        ["DTSTART;VALUE=DATE:20261105"],
        ["DTSTART:20260905T100000Z", "DTEND:20260905T110000Z"],
    ],
)
def test_what_keeps_nobody_busy(of: Callable[..., Reading], lines: list[str]) -> None:
    """Free time, cancelled events, other months; none of it is worth a warning."""
    assert of(file(event(*lines))) == Reading()


@pytest.mark.parametrize("end", ["DTEND:20261005T070000Z", "DTEND:20261005T060000Z", "DURATION:-PT1H"])
def test_an_event_without_length_takes_no_time(of: Callable[..., Reading], end: str) -> None:
    """An end at or before the start is no end; nobody is busy from an end to a start."""
    assert all(start == stop for start, stop in of(file(event("DTSTART:20261005T070000Z", end))).spans)


def test_our_own_calendar_keeps_nobody_busy(of: Callable[..., Reading]) -> None:
    """A plan that is subscribed to and read back does not crowd itself out. An exam with an hour of its own takes that."""
    july = {"first": date(2026, 7, 1), "last": date(2026, 7, 31)}
    *tasks, exam = week()
    assert exam.starts_at is not None
    assert of(calendar.render("x", PLANS, tasks), **july) == Reading()
    sat = (exam.starts_at, exam.starts_at + timedelta(minutes=exam.minutes))
    assert of(calendar.render("x", PLANS, week()), **july) == Reading(spans=[sat])


@pytest.mark.parametrize(
    "data",
    [
        file(event(DAY)).replace(b"\r\n", b"\n"),
        file(event(DAY)).replace(b"\r\n", b"\r"),
        b"\xef\xbb\xbf" + file(event(DAY)),
        file(event(DAY), "X-AFTER:1") + file(NEIGHBOUR)[:0] + b"\r\n\r\n",
        file(event(DAY, uid=None)),
        file(event(DAY, "BEGIN:VALARM", "TRIGGER:-PT5M", "DURATION:PT5M", "DTSTART:x", "END:VALARM")),
        file(event(DAY), ["BEGIN:VTODO", DAY, "END:VTODO", "BEGIN:X-OWN", DAY, "END:X-OWN"]),
    ],
)
def test_shapes_of_files(of: Callable[..., Reading], data: bytes) -> None:
    """Line ends, byte-order mark, other encodings, alarms and components that are no events."""
    found = of(data)
    assert found.spans == [(date(2026, 10, 5), date(2026, 10, 6))]
    assert found.warnings == 0


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("Europe/Berlin", 7),
        ("W. Europe Standard Time", 7),
        ('"W. Europe Standard Time"', 7),
        ("/freeassociation.sourceforge.net/Europe/Berlin", 7),
        ("My zone", 7),
        ("America/New_York", 13),
    ],
)
def test_time_zones(of: Callable[..., Reading], zone: str, hour: int) -> None:
    """IANA names, Windows' names, names with a prefix, and zones that only the file knows."""
    found = of(file(PRIVATE_ZONE, event(f"DTSTART;TZID={zone}:20261005T090000", "DURATION:PT1H")))
    assert found.spans == [(utc(5, hour), utc(5, hour + 1))]
    assert found.warnings == 0


@pytest.mark.parametrize("zone", ["Nowhere/Land", "Europe", "../../etc/passwd", "x" * 5000, '"odd; name"', "", "\x00"])
def test_unknown_zones_are_the_learners(of: Callable[..., Reading], zone: str) -> None:
    """A time whose zone nobody knows is read as the learner's, with one warning for each zone."""
    line = f"DTSTART;TZID={zone}:20261005T090000"
    found = of(file(event(line, "DURATION:PT1H"), event(line, "DURATION:PT1H", uid="two")))
    assert found.spans == [(utc(5, 7), utc(5, 8))] * 2
    assert found.warnings == 1


def test_one_files_zone_is_not_anothers(of: Callable[..., Reading]) -> None:
    """What a calendar declares counts in it and nowhere else, also under a name that all the world knows."""
    tokyo = [each.replace("+0200", "+0900").replace("+0100", "+0900") for each in PRIVATE_ZONE]
    stolen = [each.replace("My zone", "America/New_York") for each in tokyo]
    line = "DTSTART;TZID={}:20261005T090000"

    def at(zone: str, uid: str) -> list[str]:
        return event(line.format(zone), "DURATION:PT1H", uid=uid)

    first = file(tokyo, stolen, at("My zone", "one"), at("America/New_York", "two"))
    second = file(at("My zone", "three"), at("America/New_York", "four"))
    starts = [start for start, _ in of(first, second).spans]
    assert starts == [utc(5, 0), utc(5, 0), utc(5, 7), utc(5, 13)]
    assert [start for start, _ in of(first + second).spans] == starts


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        (["RRULE:FREQ=WEEKLY"], [5, 12, 19, 26]),
        (["RRULE:FREQ=WEEKLY;COUNT=2"], [5, 12]),
        (["RRULE:FREQ=WEEKLY;UNTIL=20261019T070000Z"], [5, 12, 19]),
        (["RRULE:FREQ=WEEKLY", "EXDATE;TZID=Europe/Berlin:20261012T090000,20261019T090000"], [5, 26]),
        (["RDATE;TZID=Europe/Berlin:20261007T090000"], [5, 7]),
        (["RRULE:FREQ=MONTHLY;BYDAY=2TU", "RDATE;TZID=Europe/Berlin:20261007T090000"], [5, 7, 13]),
        (["RRULE:FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=31"], [5, 31]),
    ],
)
def test_recurring_events(of: Callable[..., Reading], lines: list[str], days: list[int]) -> None:
    """Rules, exceptions and additions. The clock goes back on the 25th: 09:00 stays 09:00."""
    found = of(file(event(BERLIN, "DURATION:PT1H", *lines)))
    expected = [(utc(day, 7 if day < 25 else 8), utc(day, 8 if day < 25 else 9)) for day in days]
    assert sorted(span for span in found.spans if span[0].month == 10) == expected
    assert found.warnings == 0


def test_a_rule_is_for_the_wall_clock(of: Callable[..., Reading]) -> None:
    """Half past midnight on Tuesday in Berlin is Monday in UTC; the rule means Tuesday."""
    lines = ["DTSTART;TZID=Europe/Berlin:20250107T003000", "DURATION:PT1H", "RRULE:FREQ=DAILY;INTERVAL=7;BYDAY=TU"]
    starts = [start for start, _ in of(file(event(*lines))).spans]
    assert [start.day for start in starts if start.month == 10] == [5, 12, 19, 26]
    assert {start.hour for start in starts if start.day < 25} == {22}


def test_an_end_in_another_zone_keeps_its_distance(of: Callable[..., Reading]) -> None:
    """One hour in winter, the start in Berlin and the end in UTC: one hour in summer."""
    found = of(file(event("DTSTART;TZID=Europe/Berlin:20250106T090000", "DTEND:20250106T090000Z", "RRULE:FREQ=WEEKLY")))
    assert {end - start for start, end in found.spans if isinstance(start, datetime)} == {timedelta(hours=1)}


def test_occurrences_that_were_moved_or_cancelled(of: Callable[..., Reading]) -> None:
    """What a RECURRENCE-ID says of one occurrence replaces the rule's, also when it makes it free."""
    master = event(BERLIN, "DURATION:PT1H", "RRULE:FREQ=WEEKLY")
    moved = event(
        "RECURRENCE-ID;TZID=Europe/Berlin:20261012T090000", "DTSTART:20261014T120000Z", "DTEND:20261014T130000Z"
    )
    cancelled = event("RECURRENCE-ID:20261019T070000Z", BERLIN.replace("05", "19"), "STATUS:CANCELLED")
    free = event(
        "RECURRENCE-ID:20261026T080000Z", BERLIN.replace("1005", "1026"), "DURATION:PT1H", "TRANSP:TRANSPARENT"
    )
    found = of(file(moved, master, cancelled, free))
    assert sorted(found.spans) == [(utc(5, 7), utc(5, 8)), (utc(14, 12), utc(14, 13))]


def test_a_broken_exception_costs_itself_alone(of: Callable[..., Reading]) -> None:
    """The series keeps its other occurrences, and this one where the rule puts it."""
    broken = event("RECURRENCE-ID;TZID=Europe/Berlin:20261012T090000", "DTSTART:soon")
    found = of(file(event(BERLIN, "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3"), broken))
    assert [start.day for start, _ in found.spans] == [5, 12, 19]
    assert found.warnings == 1


def test_an_old_series_still_counts(of: Callable[..., Reading]) -> None:
    """A birthday from 1601, which is where one exporter begins, and a daily half hour since the year 1."""
    birthday = event("DTSTART;VALUE=DATE:16011010", "RRULE:FREQ=YEARLY", uid="birthday")
    daily = event("DTSTART:00010101T060000Z", "DURATION:PT30M", "RRULE:FREQ=DAILY", uid="daily")
    found = of(file(birthday, daily))
    assert (date(2026, 10, 10), date(2026, 10, 11)) in found.spans
    assert {span for span in found.spans if isinstance(span[0], datetime)} >= {
        (utc(day, 6), utc(day, 6, 30)) for day in range(1, 32)
    }
    assert found.warnings == 0


@given(
    start=st.datetimes(datetime(2015, 1, 1), datetime(2026, 11, 15)),
    hours=st.sampled_from([0, 1, 30, 100]),
    frequency=st.sampled_from(["DAILY", "WEEKLY"]),
    interval=st.integers(1, 9),
    more=st.sampled_from(
        [
            "",
            ";BYDAY=MO,WE",
            ";BYMONTH=9,10",
            ";UNTIL=20261020T000000",
            ";WKST=SU;BYDAY=SU",
            ";BYHOUR=1,13",
            ";COUNT=400",
        ]
    ),
)
@example(datetime(2015, 1, 1), 100, "DAILY", 1, "")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_old_series_as_the_rule_says(start: datetime, hours: int, frequency: str, interval: int, more: str) -> None:
    """The short cut from the start of an old series to the window leads to the occurrences that the long way finds."""
    start = start.replace(microsecond=0)
    rule = f"FREQ={frequency};INTERVAL={interval}{more}"
    lines = [f"DTSTART:{start:%Y%m%dT%H%M%S}Z", f"DURATION:PT{hours}H", f"RRULE:{rule}"]
    with TemporaryDirectory() as folder:
        path = Path(folder, "x.ics")
        path.write_bytes(file(event(*lines)))
        found = read([path], FIRST, LAST, UTC)
    low, high = datetime(2026, 10, 1), datetime(2026, 11, 1)
    starts = {start, *rrulestr(rule, dtstart=start).between(datetime(2015, 1, 1), high, inc=True)}
    expected = {(each, each + timedelta(hours=hours)) for each in starts}
    spans = [tuple(each.replace(tzinfo=None) for each in span if isinstance(each, datetime)) for span in found.spans]
    assert {span for span in spans if low <= span[1] and span[0] < high} == {
        span for span in expected if low <= span[1] and span[0] < high and hours
    }
    assert found.warnings == 0


def test_the_newer_of_two_counts(of: Callable[..., Reading]) -> None:
    """By SEQUENCE, then DTSTAMP, then LAST-MODIFIED, also across files; all where nothing tells. It is told, once."""
    old = event(DAY, "SEQUENCE:2")
    new = event("DTSTART;VALUE=DATE:20261006", "SEQUENCE:10")
    assert of(file(new, old)).spans == of(file(old), file(new)).spans == [(date(2026, 10, 6), date(2026, 10, 7))]
    early = event(DAY, "LAST-MODIFIED:20260901T000000Z")
    late = event("DTSTART;VALUE=DATE:20261007", "LAST-MODIFIED:20260902T000000Z")
    assert of(file(late, early)).spans == [(date(2026, 10, 7), date(2026, 10, 8))]
    assert of(file(event(DAY), event(DAY, "SEQUENCE:1", "STATUS:CANCELLED"))).spans == []
    stamped = [each.replace("20260901T080000Z", "20260902T080000Z") for each in late]
    again = of(file(stamped, event(DAY, "LAST-MODIFIED:20260903T000000Z")))
    assert again.spans == [(date(2026, 10, 7), date(2026, 10, 8))]
    assert (again.warnings, "2 times: the newest counts" in again.problems[0]) == (1, True)
    both = of(file(event(DAY), event("DTSTART;VALUE=DATE:20261008")))
    assert both.spans == [(date(2026, 10, 5), date(2026, 10, 6)), (date(2026, 10, 8), date(2026, 10, 9))]
    assert (both.warnings, "all of them count" in both.problems[0]) == (1, True)
    same = of(file(event(DAY), event(DAY, "SEQUENCE:1"), event(DAY)))
    assert same == Reading(spans=[(date(2026, 10, 5), date(2026, 10, 6))])


@pytest.mark.parametrize(
    "broken",
    [
        event("DTSTART;VALUE=DATE:20261305"),
        event("DTSTART:2026100"),
        event("DTSTART:20261005T250000Z"),
        event("SUMMARY:no time at all"),
        event("DTSTART;VALUE=PERIOD:20261005T070000Z/PT1H"),
        event("DTSTART;VALUE=TIME:070000"),
        event(DAY, "DTSTART;VALUE=DATE:20261006"),
        event(BERLIN, "DTEND:tomorrow"),
        event(BERLIN, "DURATION:P99999999999D"),
        event(BERLIN, "DURATION:PT"),
        event("DTSTART:00010101T000000Z", "DURATION:PT1H", "RRULE:FREQ=HOURLY"),
        ["BEGIN:VEVENT", "UID:open", "DTSTART;VALUE=DATE:20261305"],
        event(DAY, "TRANSP:TRANSPARENT", "THIS LINE HAS NO COLON"),
    ],
)
def test_a_broken_event_costs_itself_alone(of: Callable[..., Reading], broken: list[str]) -> None:
    """Passed over and counted; the events before and after it are read."""
    before = event("DTSTART;VALUE=DATE:20261018", uid="before")
    found = of(file(before, broken, NEIGHBOUR))
    assert found.spans == [(date(2026, 10, 18), date(2026, 10, 19)), ITS_TIME]
    assert found.warnings >= 1
    assert len(found.problems) == found.warnings
    assert not any("\n" in problem for problem in found.problems)


@pytest.mark.parametrize(
    "lines",
    [
        ["RRULE:FREQ=SECONDLY"],
        ["RRULE:FREQ=SECONDLY;COUNT=1000000000"],
        ["RRULE:FREQ=MINUTELY"],
        ["RRULE:FREQ=MINUTELY;INTERVAL=5", "EXDATE:20261001T000000Z"],
        [f"RRULE:FREQ=DAILY;BYHOUR={','.join(map(str, range(24)))};BYMINUTE={','.join(map(str, range(60)))}"],
        [
            f"RRULE:FREQ=YEARLY;BYMINUTE={','.join(map(str, range(60)))};BYSECOND={','.join(map(str, range(60)))};BYDAY=MO"
        ],
        ["RRULE:FREQ=WEEKLY;BYMONTHDAY=" + ",".join(["1"] * 100_000)],
        [f"RRULE:FREQ=YEARLY;COUNT={number}" for number in range(1, 1_000)],
        ["RDATE:" + ",".join(["20260905T000000Z"] * 100_000)],
        ["RRULE:FREQ=DAILY;COUNT=9", *["EXDATE:20261005T000000Z"] * 100_000],
    ],
)
def test_recurrence_bombs(of: Callable[..., Reading], lines: list[str]) -> None:
    """What would take too long, or never end, costs itself, and is counted: the event's first time and its neighbour are read."""
    bomb = event("DTSTART:20260901T000000Z", "DURATION:PT1S", *lines)
    found = of(file(bomb, NEIGHBOUR))
    assert found.spans == [ITS_TIME]
    assert found.warnings == 1
    first = datetime(2026, 9, 1, tzinfo=UTC)
    early = of(file(bomb), first=date(2026, 9, 1), last=date(2026, 9, 1))
    assert (first, first + timedelta(seconds=1)) in early.spans


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=MONTHLY;BYDAY=6MO;UNTIL=20270101T000000Z",
    ],
)
def test_rules_that_never_happen(of: Callable[..., Reading], rule: str) -> None:
    """The event takes place once, at its start, and the search for a second time ends."""
    found = of(file(event("DTSTART:20261005T070000Z", "DURATION:PT1H", f"RRULE:{rule}"), NEIGHBOUR))
    assert found == Reading(spans=[(utc(5, 7), utc(5, 8)), ITS_TIME])


def test_a_bomb_in_a_time_zone(of: Callable[..., Reading]) -> None:
    """A zone whose clock changes every second is not understood; its times are wall times."""
    zone = [line.replace("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "FREQ=SECONDLY") for line in PRIVATE_ZONE]
    found = of(file(zone, event("DTSTART;TZID=My zone:20261005T090000", "DURATION:PT1H")))
    assert found.spans == [(utc(5, 7), utc(5, 8))]
    assert found.warnings == 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 1000,
        b"<html>not found</html>",
        bytes(range(256)) * 40,
        "<html>".encode("utf-16"),
    ],
)
def test_what_is_no_calendar(of: Callable[..., Reading], data: bytes) -> None:
    """Nothing to find in it: said, not passed over."""
    with pytest.raises(Unreadable, match="not a calendar file"):
        of(data)


def test_limits(of: Callable[..., Reading], monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes, components and occurrences, each of all files together."""
    small = file(event(BERLIN, "DURATION:PT1H", "RRULE:FREQ=DAILY"), event(DAY, uid="two"))
    assert len(of(small, small).spans) > 2
    with monkeypatch.context() as patch:
        patch.setattr(lines, "MOST_BYTES", len(small) * 2 - 1)
        assert of(small)
        with pytest.raises(Unreadable, match="MB"):
            of(small, small)
    with monkeypatch.context() as patch:
        patch.setattr(lines, "MOST_COMPONENTS", 3)
        assert of(small)
        with pytest.raises(Unreadable, match="more than 3 calendar entries"):
            of(small, small)
    with monkeypatch.context() as patch:
        patch.setattr(reading, "MOST_OCCURRENCES", 20)
        with pytest.raises(Unreadable, match="more than 20 events"):
            of(small)


def test_large_files_are_read_or_refused(of: Callable[..., Reading]) -> None:
    """11 MB, 25,000 events, a property of 300,000 folds, a nesting of 5,000: no crash, and the neighbour where there is one."""
    folded = ["DESCRIPTION:x", *["\r\n x"] * 300_000]
    assert of(file(event(DAY, "".join(folded)), NEIGHBOUR)).spans[1:] == [ITS_TIME]
    nested = [*["BEGIN:X-DEEP"] * 5_000, *["END:X-DEEP"] * 5_000]
    assert of(file(event(DAY, *nested), NEIGHBOUR)).spans[1:] == [ITS_TIME]
    assert of(file(["BEGIN:VEVENT"] * 5_000, NEIGHBOUR)).spans == [ITS_TIME]
    with pytest.raises(Unreadable, match="entries"):
        of(file(["BEGIN:VEVENT", "END:VEVENT"] * 25_000))
    with pytest.raises(Unreadable, match="10 MB"):
        of(file(["X:" + "x" * 11_000_000]))


def test_only_the_first_problems_are_told(of: Callable[..., Reading]) -> None:
    """All are counted; what is said already is not said again."""
    found = of(file(event(*(f"NO COLON {number}" for number in range(1_000)), DAY)))
    assert (found.warnings, len(found.problems), len(found.spans)) == (1_000, 20, 1)
    found = of(file(event(*["NO COLON"] * 1_000, DAY)))
    assert (found.warnings, len(found.problems), len(found.spans)) == (1_000, 1, 1)


def test_a_very_long_event(of: Callable[..., Reading]) -> None:
    """Is told as far as anybody asks: other zones have no year before the first."""
    ((start, end),) = of(file(event("DTSTART:00010101T000000Z", "DTEND:99991231T000000Z"))).spans
    assert start < datetime(2026, 9, 1, tzinfo=UTC)
    assert end > datetime(2026, 11, 30, tzinfo=UTC)
    assert (start.year, end.year) == (2025, 2027)


def test_a_missing_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    """What cannot be opened is no question of its content."""
    with pytest.raises(OSError, match="No such file"):
        read([tmp_path / "none.ics"], FIRST, LAST, UTC)


WHOLE = file(
    PRIVATE_ZONE,
    event(BERLIN, "DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYDAY=MO,WE", "EXDATE;TZID=Europe/Berlin:20261012T090000"),
    event("RECURRENCE-ID;TZID=Europe/Berlin:20261014T090000", "DTSTART;TZID=My zone:20261015T090000", "DURATION:PT2H"),
    event(DAY, "DTEND;VALUE=DATE:20261007", "SUMMARY:ümlaut\\, 漢字", uid="two"),
    event("DTSTART:20261008T090000", "DTEND:20261008T100000", "RDATE:20261009T090000,20261010T090000", uid="three"),
    NEIGHBOUR,
)


def mangled(seed: int) -> bytes:
    """The whole file with one to six random injuries."""
    dice = random.Random(seed)
    data = WHOLE
    for _ in range(dice.randint(1, 6)):
        lines = data.split(b"\r\n")
        at = dice.randrange(len(lines))
        place = dice.randrange(max(1, len(data)))
        data = dice.choice(
            [
                lambda lines=lines, at=at: b"\r\n".join(lines[:at] + lines[at + 1 :]),
                lambda lines=lines, at=at: b"\r\n".join([*lines[:at], lines[at], *lines[at:]]),
                lambda lines=lines: b"\r\n".join(dice.sample(lines, len(lines))),
                lambda lines=lines, at=at: b"\r\n".join([*lines[:at], dice.choice(lines), *lines[at:]]),
                lambda data=data, place=place: data[:place],
                lambda data=data, place=place: data[:place] + dice.randbytes(dice.randint(1, 4)) + data[place + 1 :],
                lambda data=data, place=place: data[:place] + data[place + dice.randint(1, 9) :],
                lambda data=data: data.replace(dice.choice([b":", b";", b"=", b"\r\n", b"T", b"2026", b"PT"]), b"", 3),
                lambda data=data: data.replace(b"2026", dice.choice([b"0000", b"9999", b"20261", b"1601"]), 2),
                lambda data=data: data.replace(b"WEEKLY", dice.choice([b"DAILY", b"HOURLY", b"YEARLY;BYMONTHDAY=31"])),
            ]
        )()
    return data


@pytest.mark.parametrize("hundred", range(4))
def test_mangled_files(of: Callable[..., Reading], hundred: int) -> None:
    """Four hundred files with random injuries: each is read or refused, and nothing else is raised."""
    refused = 0
    for seed in range(hundred * 100, hundred * 100 + 100):
        try:
            found = of(mangled(seed))
        except Unreadable:
            refused += 1
        else:
            assert all(type(start) is type(end) for start, end in found.spans)
    assert refused < 50


def test_the_unharmed_file(of: Callable[..., Reading]) -> None:
    """What the mangled ones were made of is read whole."""
    found = of(WHOLE)
    assert found.warnings == 0
    assert {start.day for start, _ in found.spans if start.month == 10} >= {5, 7, 8, 9, 10, 15, 19, 20, 21, 26, 28}
    assert not {start.day for start, _ in found.spans if start.month == 10} & {12, 14}
