"""Public holidays, busy times and other plans: what takes a day, or part of it, away."""

from __future__ import annotations

CALENDAR = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//somebody//else//EN
BEGIN:VEVENT
UID:choir
DTSTAMP:20260101T000000Z
DTSTART:20260702T191500
DTEND:20260702T194500
RRULE:FREQ=WEEKLY;COUNT=2
SUMMARY:Choir
END:VEVENT
BEGIN:VEVENT
UID:trip
DTSTAMP:20260101T000000Z
DTSTART;VALUE=DATE:20260704
DTEND;VALUE=DATE:20260705
SUMMARY:Trip
END:VEVENT
BEGIN:VEVENT
UID:birthday
DTSTAMP:20260101T000000Z
DTSTART;VALUE=DATE:20260705
DTEND;VALUE=DATE:20260706
TRANSP:TRANSPARENT
SUMMARY:Birthday
END:VEVENT
END:VCALENDAR
"""


def capacity(view) -> dict[str, int | None]:
    return {day["date"]: day["capacity"] for day in view["days"]}


def test_busy_times_take_their_minutes_and_whole_days(terminal):
    """An event inside the study hours takes its minutes, an all-day one the day; a transparent one nothing."""
    (terminal.folder / "mine.ics").write_text(CALENDAR)
    view = terminal.ok("start", "small", "--minutes", "75", "--busy", "mine.ics", "--json").json
    found = capacity(view)
    assert (found["2026-07-01"], found["2026-07-02"], found["2026-07-09"]) == (75, 45, 45)
    assert (found["2026-07-04"], found["2026-07-05"]) == (0, 75)
    assert all(task["date"] != "2026-07-04" for task in view["tasks"])
    assert capacity(terminal.ok("tasks", "--json").json["plans"][0]) == found


def test_clock_hours_decide_what_an_event_takes(terminal):
    """With study at noon the evening's choir takes nothing."""
    (terminal.folder / "mine.ics").write_text(CALENDAR)
    view = terminal.ok("start", "small", "--minutes", "mon-sun=12:00-13:15", "--busy", "mine.ics", "--json").json
    assert capacity(view)["2026-07-02"] == 75


def test_a_replan_reads_the_calendar_anew(terminal):
    """Busy times that came later move what lies on them; undo forgets them again."""
    terminal.ok("start", "small", "--minutes", "90")
    before = terminal.ok("tasks", "--json").json
    (terminal.folder / "mine.ics").write_text(CALENDAR)
    moved = terminal.ok("replan", "--busy", "mine.ics", "--json").json
    after = terminal.ok("tasks", "--json").json["plans"][0]
    assert capacity(after)["2026-07-04"] == 0
    assert all(task["date"] != "2026-07-04" for task in after["tasks"])
    assert moved["written"] is True
    terminal.ok("undo")
    assert terminal.ok("tasks", "--json").json == before


def test_a_calendar_that_is_none_is_refused(terminal):
    """A missing file is exit 6, a file that is no calendar exit 4, and nothing is written."""
    (terminal.folder / "no.ics").write_text("hello")
    assert terminal("start", "small", "--busy", "missing.ics").code == 6
    assert terminal("start", "small", "--busy", "no.ics").code == 4
    assert terminal.bytes() == {}


def test_public_holidays_are_off(terminal):
    """German Unity Day holds no task; an unknown region is refused with the nearest."""
    view = terminal.ok(
        "start", "small", "--date", "2026-09-29", "--days", "10", "--holidays", "DE-BE", "--json", today="2026-09-29"
    ).json
    assert [day["role"] for day in view["days"] if day["date"] == "2026-10-03"] == ["off"]
    assert all(task["date"] != "2026-10-03" for task in view["tasks"])
    wrong = terminal("start", "small", "--name", "b", "--holidays", "DE-XX")
    assert wrong.code == 2
    assert "DE-" in wrong.err


def test_running_plans_share_the_day(terminal):
    """The second plan takes what the first leaves; a dropped plan gives its minutes back."""
    terminal.ok("learner", "add", "ana")
    terminal.ok("hours", "60", "--yes")
    terminal.ok("start", "small", "--days", "10")
    second = terminal.ok("start", "small", "--name", "second", "--window", "short", "--days", "30", "--json").json
    first = terminal.ok("tasks", "--plan", "small", "--json").json
    loads: dict[str, int] = {}
    for task in [*first["tasks"], *second["tasks"]]:
        if task["kind"] not in {"exam", "mock"}:
            loads[task["date"]] = loads.get(task["date"], 0) + task["minutes"]
    assert max(loads.values()) <= 60
    held = sum(task["minutes"] for task in first["tasks"] if task["date"] == "2026-07-01")
    assert capacity(second)["2026-07-01"] == 60 - held
    terminal.ok("drop", "small", "--yes")
    assert capacity(terminal.ok("tasks", "--plan", "second", "--json").json)["2026-07-01"] == 60


def test_what_of_a_calendar_cannot_be_read_is_told(terminal):
    """The entry and the part, with the reason; the first few in words, the others by number. The series itself counts."""
    broken = CALENDAR.replace("RRULE:FREQ=WEEKLY;COUNT=2", "RRULE:FREQ=WEEKLY;COUNT=2\nEXDATE:never")
    (terminal.folder / "mine.ics").write_text(broken)
    view = terminal.ok("start", "small", "--minutes", "75", "--busy", "mine.ics", "--dry-run", "--json").json
    told = "mine.ics: “Choir” of 2026-07-02: a date was left out: EXDATE is not a date or time: “never”"
    assert [note for note in view["notes"] if "mine.ics" in note] == [told]
    assert (capacity(view)["2026-07-02"], capacity(view)["2026-07-09"]) == (45, 45)
    (terminal.folder / "mine.ics").write_text(
        broken.replace("EXDATE:never", "\n".join(f"EXDATE:never{n}" for n in range(9)))
    )
    view = terminal.ok("start", "small", "--minutes", "75", "--busy", "mine.ics", "--dry-run", "--json").json
    notes = [note for note in view["notes"] if "mine.ics" in note]
    assert [note[-8:] for note in notes[:-1]] == [f"“never{n}”" for n in range(5)]
    assert notes[-1] == "mine.ics: 4 more problems in the file"


def test_every_command_that_reads_plans_takes_one(terminal):
    """One plan's tasks and no other's, by name or number; a name that there is not is exit 3."""
    terminal.ok("start", "small", "--name", "one")
    terminal.ok("start", "small", "--name", "two")
    numbers = {each["plan"] for each in terminal.ok("today", "--plan", "two", "--json").json["due"]}
    assert numbers == {2}
    whole = terminal.ok("today", "--json").json
    assert {each["plan"] for each in whole["due"]} == {1, 2}
    terminal.ok("done", "1")
    assert not terminal.ok("today", "--plan", "2", "--json").json["done"]
    assert {
        each["task"]["plan"] for each in terminal.ok("today", "-m", "30", "--plan", "two", "--json").json["picks"]
    } == {2}
    assert [bool(terminal.ok("remind", "--plan", plan).out) for plan in ("one", "two")] == [False, True]
    reading = (
        "today",
        "week",
        "tasks",
        "status",
        "progress",
        "report",
        "cards",
        "review",
        "remind",
        "log",
        "export",
        "next",
    )
    for words in (*reading, "off", "hours", "review --status", "today -m 30"):
        assert terminal(*words.split(), "--plan", "nope").code == 3, words


def test_a_range_with_holes(terminal):
    """The tasks that are there are meant by every command that takes several, and a note names the others, undone or not."""
    terminal.ok("start", "small")
    terminal.ok("remove", "2")
    done = terminal.ok("done", "1-4")
    assert [line.split()[1] for line in done.out.splitlines() if line.startswith("Done:")] == ["1", "3", "4"]
    assert done.err == "Note: there is no task 2.\n"
    for words in (("reopen", "1-4"), ("pin", "1-4"), ("move", "1-3", "2026-07-02"), ("show", "1-3"), ("skip", "1-3")):
        assert terminal.ok(*words, "--json").json["notes"][-1] == "there is no task 2"
