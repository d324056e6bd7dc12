"""The entries of calendar files: ours, ours as other programs write them back, and broken ones."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import icalendar
import ics
import pytest
import vobject
from calendar_samples import PLANS, STAMP, hard, task, week

from studyplan import calendar
from studyplan.calendar import Form, Format, aside, event_uid, lines, text, todo_uid, whole_mark
from studyplan.calendar.entries import Entries, Entry, read_entries, read_object
from studyplan.calendar.forms import moment_of
from studyplan.errors import BadFile
from studyplan.model import Status

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
#: The rules of Berlin under a name that only its file knows.
PRIVATE_ZONE = (
    *("BEGIN:VTIMEZONE", "TZID:My zone", "BEGIN:DAYLIGHT", "DTSTART:19700329T020000"),
    *("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "END:DAYLIGHT"),
    *("BEGIN:STANDARD", "DTSTART:19701025T030000", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"),
    *("TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "END:STANDARD", "END:VTIMEZONE"),
)


def event(*properties: str, uid: str = "one") -> list[str]:
    return ["BEGIN:VEVENT", f"UID:{uid}", *properties, "END:VEVENT"]


def todo(*properties: str, uid: str = "one") -> list[str]:
    return ["BEGIN:VTODO", f"UID:{uid}", *properties, "END:VTODO"]


def file(*parts: Sequence[str], head: Sequence[str] = ()) -> bytes:
    body = [line for part in parts for line in part]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *head, *body, "END:VCALENDAR", ""]).encode()


def one(*parts: Sequence[str], zone: ZoneInfo = BERLIN) -> Entry:
    found = read_object(file(*parts), zone)
    (entry,) = found.entries
    return entry


def expected(form: Form) -> list[Entry]:
    """The sample week as it must be read, whoever wrote it."""
    todos = form is Form.TODOS
    uid = todo_uid if todos else event_uid
    return [
        Entry(
            uid=uid(PLANS[1], each.uuid),
            form=Form.TODOS if todos else Form.EVENTS,
            day=None if moment_of(each, form) else each.date,
            at=moment_of(each, form),
            title=text.title(each, mark=not todos),
            done=todos and each.status is Status.DONE,
            done_at=each.done_at if todos else None,
            cancelled=todos and each.status is Status.SKIPPED,
            sequence=each.sequence,
            revised=each.updated_at,
            stamped=each.updated_at,
        )
        for each in week()
    ]


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("aside_of_this", [True, False])
def test_our_own_file(form: Form, aside_of_this: bool) -> None:
    """Read in this process and in a second one alike."""
    data = calendar.render("x", PLANS, week(), format=Format(form))
    found = read_entries(data, BERLIN) if aside_of_this else read_object(data, BERLIN)
    if form is Form.EVENTS:
        assert all(entry.until is not None for entry in found.entries)
    assert plain(found.entries) == expected(form)
    assert (len(found.whole), found.warnings, found.problems) == (1, 0, ())


def plain(entries: Sequence[Entry]) -> list[Entry]:
    """Without the ends, which a day's event need not have."""
    return [replace(entry, until=None) for entry in entries]


def by_vobject(data: bytes) -> bytes:
    return vobject.readOne(data.decode()).serialize().encode()


def by_icalendar(data: bytes) -> bytes:
    return icalendar.Calendar.from_ical(data).to_ical()


def by_ics(data: bytes) -> bytes:
    return ics.Calendar(data.decode()).serialize().encode()


def bare_line_feeds(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n")


def doubled_line_ends(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\r\r\n")


def unfolded(data: bytes) -> bytes:
    return data.replace(b"\r\n ", b"")


def with_mark_of_order(data: bytes) -> bytes:
    return b"\xef\xbb\xbf" + data


def lower_case(data: bytes) -> bytes:
    """Names of properties, components and parameters."""
    written = []
    for line in unfolded(data).split(b"\r\n"):
        name, colon, value = line.partition(b":")
        written.append(name.lower() + colon + (value.lower() if name in (b"BEGIN", b"END") else value))
    return b"\r\n".join(written)


def shuffled(data: bytes) -> bytes:
    """The properties of each component in another order, with more that nobody knows."""
    dice = random.Random(7)
    written: list[bytes] = []
    inside: list[bytes] = []
    for line in unfolded(data).split(b"\r\n"):
        if line.startswith((b"BEGIN:", b"END:")):
            dice.shuffle(inside)
            written += [*inside, line]
            inside = [b"X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC", b"X-MOZ-GENERATION:4"]
        else:
            inside.append(line)
    return b"\r\n".join([*written, b""])


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize(
    "rewrite",
    [
        *(by_vobject, by_icalendar, by_ics, bare_line_feeds, doubled_line_ends),
        *(unfolded, with_mark_of_order, lower_case, shuffled),
    ],
)
def test_our_file_written_back_by_others(form: Form, rewrite: object) -> None:
    """What other programs make of our file means the same, entry by entry."""
    assert callable(rewrite)
    data = rewrite(calendar.render("x", PLANS, week(), format=Format(form)))
    found = read_object(data, BERLIN)
    entries = plain(found.entries)
    if rewrite is by_ics and form is Form.TODOS:
        # That library makes of a day its midnight in UTC, which may be somebody's evening.
        assert all(entry.at is not None for entry in entries)
        entries = [
            replace(entry, day=entry.at.date(), at=None) if entry.at and entry.at.time() == time() else entry
            for entry in entries
        ]
    assert {entry.uid: entry for entry in entries} == {entry.uid: entry for entry in expected(form)}
    assert found.warnings == 0


def test_hard_titles_come_back() -> None:
    """As they were cleaned, escaped and folded."""
    tasks = hard()
    found = read_object(calendar.render("x", PLANS, tasks[:-1]), BERLIN)
    titles = {entry.uid: entry.title for entry in found.entries}
    assert titles == {event_uid(PLANS[1], each.uuid): text.title(each)[:1000] for each in tasks[:-1]}
    assert len(found.whole) == 1


@pytest.mark.parametrize(
    "line", ["DTSTART;TZID=Nowhere/Land:20260703T190000", 'DTSTART;TZID="My Town":20260703T190000']
)
def test_a_zone_that_nobody_knows_is_a_doubt(line: str) -> None:
    """The time is given as the learner's, and with it that it is a guess; other entries are sure."""
    doubtful, sure = read_object(file(event(line), event("DTSTART:20260703T190000", uid="two")), BERLIN).entries
    assert doubtful.at == sure.at == datetime(2026, 7, 3, 17, tzinfo=UTC)
    assert sure.doubt == ""
    assert doubtful.doubt == f"the time zone “{'My Town' if 'My Town' in line else 'Nowhere/Land'}” is unknown"


@pytest.mark.parametrize(
    ("properties", "start", "until"),
    [
        (["DTSTART:20260703T170000Z", "DTEND:20260703T180000Z"], (3, 17), (3, 18)),
        (["DTSTART;TZID=Europe/Berlin:20260703T190000", "DURATION:PT1H"], (3, 17), (3, 18)),
        (['DTSTART;TZID="W. Europe Standard Time":20260703T190000'], (3, 17), None),
        (["DTSTART;TZID=My zone:20260703T190000", "DTEND;TZID=My zone:20260703T200000"], (3, 17), (3, 18)),
        (["DTSTART:20260703T190000"], (3, 17), None),
        (["DTSTART;TZID=Nowhere/Land:20260703T190000"], (3, 17), None),
        (["dtstart;value=date-time;tzid=America/New_York:20260703t130000"], (3, 17), None),
        (["DTSTART:20260703T170000Z", "DTEND;VALUE=DATE:20260704"], (3, 17), (4, 0)),
        (["DTSTART:20260703T170000Z", "DTEND;VALUE=DATE:20260703"], (3, 17), None),
        (["DTSTART:20260703T170000Z", "DURATION:P9999999D"], (3, 17), None),
        (["DTSTART:20260703T170000Z", "DURATION:P300000D"], (3, 17), None),
        (["DTSTART:20260703T170000Z", "DTEND:soon"], (3, 17), None),
    ],
)
def test_times_of_day(properties: list[str], start: tuple[int, int], until: tuple[int, int] | None) -> None:
    """An instant, however it is written; a time without a zone is the learner's."""
    entry = one(PRIVATE_ZONE, event(*properties))
    assert entry.at == datetime(2026, 7, *start, tzinfo=UTC)
    assert entry.day is None
    assert entry.until == (datetime(2026, 7, *until, tzinfo=UTC) if until else None)


@pytest.mark.parametrize(
    ("properties", "until"),
    [
        (["DTSTART;VALUE=DATE:20260703", "DTEND;VALUE=DATE:20260704"], date(2026, 7, 4)),
        (["DTSTART:20260703"], None),
        (["DTSTART;VALUE=DATE:20260703", "DURATION:P2D"], date(2026, 7, 5)),
        (["DTSTART:20260703T000000", "DTEND:20260704T000000"], date(2026, 7, 4)),
        (["DTSTART:20260703T000000Z", "DTEND:20260704T000000Z"], date(2026, 7, 4)),
        (
            ["DTSTART;TZID=Asia/Tokyo:20260703T000000", "DTEND;TZID=Asia/Tokyo:20260704T000000"],
            date(2026, 7, 4),
        ),
    ],
)
def test_days(properties: list[str], until: date | None) -> None:
    """A day, also where a program knows days only as times from midnight to midnight."""
    for zone in (BERLIN, NEW_YORK):
        entry = one(event(*properties), zone=zone)
        assert (entry.day, entry.at, entry.until) == (date(2026, 7, 3), None, until)


def test_days_written_as_instants_from_midnight_to_midnight() -> None:
    """By the learner's clock they are days; an evening's hours stay hours."""
    day = one(event("DTSTART:20260701T220000Z", "DTEND:20260702T220000Z"))
    assert (day.day, day.at, day.until) == (date(2026, 7, 2), None, date(2026, 7, 3))
    evening = one(event("DTSTART:20260701T200000Z", "DTEND:20260701T220000Z"))
    assert (evening.day, evening.at) == (None, datetime(2026, 7, 1, 20, tzinfo=UTC))


@pytest.mark.parametrize(
    ("due", "day", "at"),
    [
        ("DUE;VALUE=DATE:20260703", date(2026, 7, 3), None),
        ("DUE:20260703T000000", date(2026, 7, 3), None),
        ("DUE;TZID=Asia/Tokyo:20260703T000000", date(2026, 7, 3), None),
        ("DUE:20260703T000000Z", None, datetime(2026, 7, 3, tzinfo=UTC)),
        ("DUE:20260703T180000", None, datetime(2026, 7, 3, 16, tzinfo=UTC)),
        ("DTSTART;VALUE=DATE:20260703", date(2026, 7, 3), None),
    ],
)
def test_due(due: str, day: date | None, at: datetime | None) -> None:
    """A to-do's day or time."""
    entry = one(todo(due))
    assert (entry.form, entry.day, entry.at) == (Form.TODOS, day, at)


@pytest.mark.parametrize(
    ("properties", "done", "cancelled"),
    [
        ([], False, False),
        (["STATUS:NEEDS-ACTION", "PERCENT-COMPLETE:0"], False, False),
        (["STATUS:IN-PROCESS", "PERCENT-COMPLETE:99"], False, False),
        (["STATUS:COMPLETED"], True, False),
        (["status:completed"], True, False),
        (["COMPLETED:20260703T170000Z"], True, False),
        (["COMPLETED:yesterday"], True, False),
        (["PERCENT-COMPLETE:100", "STATUS:NEEDS-ACTION"], True, False),
        (["STATUS:CANCELLED", "PERCENT-COMPLETE:0"], False, True),
        (["PERCENT-COMPLETE:1000"], False, False),
    ],
)
def test_done(properties: list[str], done: bool, cancelled: bool) -> None:
    """By any of three ways to say it."""
    entry = one(todo("DUE;VALUE=DATE:20260703", *properties))
    assert (entry.done, entry.cancelled) == (done, cancelled)
    said = "COMPLETED:20260703T170000Z" in properties
    assert entry.done_at == (datetime(2026, 7, 3, 17, tzinfo=UTC) if said else None)


@pytest.mark.parametrize(
    ("line", "zone", "at"),
    [
        ("COMPLETED:20261127T120000Z", BERLIN, datetime(2026, 11, 27, 12, tzinfo=UTC)),
        ("COMPLETED;TZID=America/New_York:20261127T120000", BERLIN, datetime(2026, 11, 27, 17, tzinfo=UTC)),
        ("COMPLETED;TZID=My zone:20260703T120000", NEW_YORK, datetime(2026, 7, 3, 10, tzinfo=UTC)),
        ("COMPLETED;TZID=Nowhere:20261127T120000", BERLIN, datetime(2026, 11, 27, 11, tzinfo=UTC)),
        ("COMPLETED:20261127T120000", BERLIN, datetime(2026, 11, 27, 11, tzinfo=UTC)),
        ("COMPLETED:20261127T120000", NEW_YORK, datetime(2026, 11, 27, 17, tzinfo=UTC)),
        ("COMPLETED;VALUE=DATE:20261126", NEW_YORK, datetime(2026, 11, 26, 17, tzinfo=UTC)),
        ("COMPLETED:20261126", ZoneInfo("Pacific/Apia"), datetime(2026, 11, 25, 23, tzinfo=UTC)),
        ("COMPLETED:18000101T120000Z", BERLIN, None),
        ("COMPLETED:99990101", BERLIN, None),
        ("COMPLETED;TZID=Europe/Berlin:", BERLIN, None),
    ],
)
def test_when_it_was_completed(line: str, zone: ZoneInfo, at: datetime | None) -> None:
    """On the clock that it names, else on the learner's; a day is that day of theirs."""
    entry = one(PRIVATE_ZONE, todo("DUE;VALUE=DATE:20260703", line, "STATUS:COMPLETED"), zone=zone)
    assert (entry.done, entry.done_at, entry.unclear, entry.doubt) == (True, at, "", "")


def test_a_to_do_without_a_date() -> None:
    """Says what it says of the rest: some programs take the date away when they tick off."""
    entry = one(todo("STATUS:COMPLETED", "SUMMARY:x"))
    assert (entry.day, entry.at, entry.done, entry.title, entry.unclear) == (None, None, True, "x", "")
    assert one(event("SUMMARY:x")).unclear


@pytest.mark.parametrize(
    ("line", "title"),
    [
        (r"SUMMARY:a\, b\; c\\n\nd", "a, b; c\\n\nd"),
        ('SUMMARY;LANGUAGE=en;ALTREP="https://example.org/a:b":the title: it', "the title: it"),
        ("SUMMARY;LANGUAGE=en:plain", "plain"),
        ('SUMMARY;X="open:title', '"open:title'[6:]),
        ("SUMMARY:", ""),
        ("SUMMARY:ends in \\", "ends in \\"),
    ],
)
def test_titles(line: str, title: str) -> None:
    """Escapes and parameters."""
    assert one(event("DTSTART:20260703", line)).title == title


def test_stamps() -> None:
    """LAST-MODIFIED tells the revision, DTSTAMP where it is missing."""
    both = one(event("DTSTART:20260703", "DTSTAMP:20260701T083000Z", "LAST-MODIFIED:20260702T090000Z", "SEQUENCE:3"))
    assert (both.revised, both.stamped) == (datetime(2026, 7, 2, 9, tzinfo=UTC), STAMP)
    assert both.sequence == 3
    alone = one(event("DTSTART:20260703", "DTSTAMP:20260701T083000Z", "LAST-MODIFIED:soon", "SEQUENCE:-1"))
    assert (alone.revised, alone.stamped, alone.sequence) == (STAMP, STAMP, 0)
    assert one(event("DTSTART:20260703")).revised is None


@pytest.mark.parametrize(
    "properties",
    [
        ["DTSTART;VALUE=DATE:20261305"],
        ["DTSTART:99990101T000000Z"],
        ["DTSTART:00000101"],
        ["DTSTART:18991231"],
        ["DTSTART:20260703T250000Z"],
        ["DTSTART:20260703T170061Z"],
        ["SUMMARY:no time"],
        ["DTSTART:20260703", "DTSTART:20260704"],
        ["DTSTART;VALUE=PERIOD:20260703T070000Z/PT1H"],
        ["DTSTART:\x0020260703"],
    ],
)
def test_a_time_that_cannot_be_read(properties: list[str]) -> None:
    """The entry is there, so that nobody takes it for deleted; its time is not."""
    entry = one(event(*properties))
    assert entry.unclear
    assert (entry.uid, entry.day, entry.at) == ("one", None, None)
    assert "\n" not in entry.unclear


def test_a_completion_that_cannot_be_read_is_told() -> None:
    """The to-do counts as done all the same; when is anybody's guess, and that is said."""
    found = read_object(file(todo("DUE:20260703", "COMPLETED:yesterday", "SUMMARY:Words")), BERLIN)
    assert (found.entries[0].done, found.entries[0].done_at) == (True, None)
    assert found.problems == ("“Words”: when it was done cannot be read: COMPLETED is “yesterday”",)


def test_a_cut_off_entry() -> None:
    """Half a title is no title: the entry is there, but not to be relied on."""
    data = file(event("DTSTART:20260703"), event("DTSTART:20260704", "SUMMARY:half a ti", uid="two"))
    cut = data[: data.index(b"half a ti") + 4]
    first, second = read_object(cut, BERLIN).entries
    assert (first.day, first.unclear) == (date(2026, 7, 3), "")
    assert (second.uid, second.day, second.unclear) == ("two", None, "its end is cut off")
    assert (first.whole, second.whole) == (True, False)


def test_repetition_is_told() -> None:
    """A rule, single dates, or an occurrence of its own."""
    start = "DTSTART:20260703"
    assert one(event(start, "RRULE:FREQ=SECONDLY")).repeats
    assert one(event(start, "RDATE:20260704")).repeats
    assert one(event(start, "RECURRENCE-ID:20260703")).repeats
    assert one(event(start), event(start, "RECURRENCE-ID:20260703", "SEQUENCE:9", "SUMMARY:x")) == Entry(
        "one", Form.EVENTS, date(2026, 7, 3), repeats=True
    )


def test_the_newest_of_several() -> None:
    """By SEQUENCE, then LAST-MODIFIED, then the place in the file; how many there are is said."""
    old, new = event("DTSTART:20260703", "SEQUENCE:2"), event("DTSTART:20260704", "SEQUENCE:10")
    for parts in ((old, new), (new, old)):
        found = read_object(file(*parts, head=[f"X-STUDYPLAN-COMPLETE:{whole_mark([])}"]), BERLIN)
        assert [entry.day for entry in found.entries] == [date(2026, 7, 4)]
        assert (found.entries[0].copies, found.warnings, len(found.whole)) == (2, 0, 1)
    late = event("DTSTART:20260705", "SEQUENCE:2", "LAST-MODIFIED:20260701T083000Z")
    assert one(late, old).day == date(2026, 7, 5)
    assert one(old, event("DTSTART:20260706", "SEQUENCE:2")).day == date(2026, 7, 6)


MARK, OTHER = whole_mark(["one"]), whole_mark(["two", "one"])
WHOLE = f"X-STUDYPLAN-COMPLETE:{MARK}"


@pytest.mark.parametrize(
    ("data", "marks"),
    [
        (file(event("DTSTART:20260703"), head=[WHOLE]), {MARK}),
        (file(event("DTSTART:20260703"), head=[f"x-studyplan-complete;x=y: {MARK.upper()} "]), {MARK}),
        (file(event("DTSTART:20260703"), head=[WHOLE, f"X-STUDYPLAN-COMPLETE:{OTHER}"]), {MARK, OTHER}),
        (file(event("DTSTART:20260703")), set()),
        (file(event("DTSTART:20260703", WHOLE)), set()),
        (file(event("DTSTART:20260703"), head=["X-STUDYPLAN-COMPLETE:TRUE"]), set()),
        (file(event("DTSTART:20260703"), head=[WHOLE[:-1]]), set()),
        (file(event("DTSTART:20260703"), head=[WHOLE]).replace(b"END:VCALENDAR", b""), set()),
        (file(event("DTSTART:20260703"), head=[WHOLE])[:-40], set()),
        (file(event("DTSTART:20260703", "no property"), head=[WHOLE]), set()),
        (file(head=[WHOLE]) + file(), set()),
        (file(head=[WHOLE]) * 2, {MARK}),
        (file(head=[WHOLE]) + file(head=[f"X-STUDYPLAN-COMPLETE:{OTHER}"]), {MARK, OTHER}),
    ],
)
def test_what_was_whole(data: bytes, marks: set[str]) -> None:
    """Only what the calendar says itself, read to its end, and nothing in it broken. The mark of old files says too little."""
    assert read_object(data, BERLIN).whole == marks


def test_an_alarm_is_not_the_event() -> None:
    """What is nested in an entry says nothing of it."""
    alarm = ["BEGIN:VALARM", "UID:other", "DTSTART:20260101", "SUMMARY:ring", "STATUS:CANCELLED", "END:VALARM"]
    entry = one(event("DTSTART:20260703", *alarm, "SUMMARY:read"))
    assert (entry.uid, entry.title, entry.cancelled) == ("one", "read", False)


@pytest.mark.parametrize("data", [b"", b"\x00" * 99, b"<html>", "<html>".encode("utf-16")])
def test_what_is_no_calendar(data: bytes) -> None:
    """Refused in one line, here and aside."""
    with pytest.raises(BadFile, match="not a calendar file"):
        read_object(data, BERLIN)
    with pytest.raises(BadFile, match=r"^mine\.ics: this is not a calendar file"):
        read_entries(data, BERLIN, named="mine.ics")


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """An object is small, a file has its bounds, and reading its time."""
    with pytest.raises(BadFile, match="more than 1 MB"):
        read_object(file(["X:" + "x" * 1_000_000]), BERLIN)
    with pytest.raises(BadFile, match="more than 10 MB"):
        read_entries(file(["X:" + "x" * 10_000_000]), BERLIN)
    with pytest.raises(BadFile, match="more than 20,000 calendar entries"):
        read_entries(file(["BEGIN:VEVENT", "END:VEVENT"] * 20_001), BERLIN)
    data = file(event("DTSTART:20260703"))
    with monkeypatch.context() as patch:
        patch.setattr(lines, "MOST_COMPONENTS", 0)
        with pytest.raises(BadFile, match="entries"):
            read_object(data, BERLIN)
    monkeypatch.setattr(aside, "PATIENCE", 0.001)
    with pytest.raises(BadFile, match="takes more than"):
        read_entries(data, BERLIN)


def test_large_files_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five thousand events, a title of ten thousand folds, a nesting of a thousand; how long it takes is for benchmarks."""
    monkeypatch.setattr(aside, "LONGEST", 60)
    start = "DTSTART;TZID=My zone:20260703T190000"
    many = [line for number in range(5_000) for line in event(start, "SUMMARY:x", uid=f"{number}")]
    found = read_entries(file(PRIVATE_ZONE, many), BERLIN)
    assert (len(found.entries), found.warnings) == (5_000, 0)
    folded = event("DTSTART:20260703", "SUMMARY:" + "x" + "\r\n x" * 10_000)
    assert read_entries(file(folded), BERLIN).entries[0].title == "x" * 1_000
    nested = event("DTSTART:20260703", *["BEGIN:X-DEEP"] * 1_000, *["END:X-DEEP"] * 1_000, "SUMMARY:after")
    assert read_entries(file(nested), BERLIN).entries[0].title == "after"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=YEARLY;BYSECOND=" + ",".join(map(str, range(60))) + ";BYMINUTE=" + ",".join(map(str, range(60))),
        "FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYDAY=MO",
        "FREQ=YEARLY;BYDAY=MO,TU,WE",
        "FREQ=YEARLY;BYSETPOS=1;BYDAY=MO",
        "FREQ=YEARLY;INTERVAL=0",
        "FREQ=YEARLY;INTERVAL=-1",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=1SU;BYMONTHDAY=20",
        "FREQ=YEARLY;BYDAY=6SU",
        "INTERVAL=1",
    ],
)
def test_bombs_in_a_time_zone(rule: str) -> None:
    """A zone whose clock no country keeps is not understood; its times are the learner's."""
    zone = [line.replace("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", rule) for line in PRIVATE_ZONE]
    found = read_object(file(zone, event("DTSTART;TZID=My zone:20260703T190000")), BERLIN)
    assert found.entries[0].at == datetime(2026, 7, 3, 17, tzinfo=UTC)
    assert found.warnings == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("DTSTART:19700329T020000", "DTSTART:00010329T020000"),
        ("TZOFFSETFROM:+0100\r\n", "RDATE:" + ",".join(["20260703T000000"] * 1_001) + "\r\nTZOFFSETFROM:+0100\r\n"),
        ("END:VTIMEZONE", "X-LINE:1\r\n" * 2_000 + "END:VTIMEZONE"),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "FREQ=YEARLY\r\nEXRULE:FREQ=SECONDLY"),
        ("RRULE", "RRULE:FREQ=YEARLY\r\n" * 101 + "RRULE"),
    ],
)
def test_zones_that_take_too_long(old: str, new: str) -> None:
    """Too old, too many dates, lines or rules: not understood, without a search."""
    zone = "\r\n".join(PRIVATE_ZONE).replace(old, new, 1)
    found = read_object(file([zone], event("DTSTART;TZID=My zone:20260703T190000")), BERLIN)
    assert found.entries[0].at == datetime(2026, 7, 3, 17, tzinfo=UTC)
    assert found.warnings == 2


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;",
        "FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=03;WKST=MO",
        "FREQ=YEARLY;UNTIL=20370329T010000Z;BYMONTH=3;BYDAY=SU;BYMONTHDAY=25,26,27,28,29,30,31",
        "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=28",
    ],
)
def test_zones_as_others_write_them(rule: str) -> None:
    """The rules of one zone in other words: seven in the evening in a summer of Europe, for a learner in New York."""
    zone = [line.replace("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", rule) for line in PRIVATE_ZONE]
    found = read_object(file(zone, event("DTSTART;TZID=My zone:20260703T190000")), NEW_YORK)
    assert (found.entries[0].at, found.warnings) == (datetime(2026, 7, 3, 17, tzinfo=UTC), 0)


def test_zones_of_two_objects() -> None:
    """One object's own zone is not another's of the same name, however many are read by one process."""
    line = "DTSTART;TZID=My zone:20260703T190000"
    east = [each.replace("+0200", "+0900").replace("+0100", "+0900") for each in PRIVATE_ZONE]
    for zone, hour in ((PRIVATE_ZONE, 17), (east, 10), (PRIVATE_ZONE, 17)):
        assert one(zone, event(line)).at == datetime(2026, 7, 3, hour, tzinfo=UTC)


def test_an_empty_calendar() -> None:
    """Is a calendar."""
    assert read_object(calendar.render("x", PLANS, []), None) == Entries()


def test_the_systems_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the learner has none."""
    import time

    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        (entry,) = read_object(file(event("DTSTART:20260703T190000")), None).entries
        assert entry.at == datetime(2026, 7, 3, 10, tzinfo=UTC)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_task_moved_and_done() -> None:
    """What the next file says after a change is read as that change."""
    before = task(1)
    after = task(1, status=Status.DONE, done_at=STAMP, date=date(2026, 7, 9), sequence=1)
    (old,), (new,) = (
        read_object(calendar.render("x", PLANS, [each], format=Format(Form.TODOS)), None).entries
        for each in (before, after)
    )
    assert (old.day, old.done, old.sequence) == (before.date, False, 0)
    assert (new.day, new.done, new.done_at, new.sequence) == (after.date, True, STAMP, 1)
