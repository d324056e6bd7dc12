"""What other people's parsers read from our calendars is what we meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from calendar_readers import READERS, Seen
from calendar_samples import HARD_NAME, PLANS, ends_in_berlin, hard, removed, task, week
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from studyplan import calendar
from studyplan.calendar import Form, Format, event_uid, text, todo_uid
from studyplan.calendar.forms import moment_of
from studyplan.model import Resource, Status, Task

ZONES = ("Europe/Berlin", "Europe/Dublin", "America/St_Johns", "Pacific/Kiritimati", "Australia/Lord_Howe")
#: ``ics`` takes the system's zone of the same name and stumbles over Dublin's negative summer time.
ZONED = [(reader, zone) for zone in ZONES for reader in READERS if (reader, zone) != ("ics", "Europe/Dublin")]
TODO_STATES = {Status.OPEN: "NEEDS-ACTION", Status.DONE: "COMPLETED", Status.SKIPPED: "CANCELLED"}
ANYTHING = st.text(st.characters(), max_size=60)


def meant(tasks: list[Task], form: Form, reader: str) -> dict[str, Seen]:
    """What a reader should see, given what it cannot."""
    seen = {}
    for each in tasks:
        body, labels = text.body(each), tuple(text.labels(each))
        moment = moment_of(each, form)
        if form is Form.TODOS:
            # ``ics`` gives a day's midnight for DUE, and so is asked for the day alone.
            due = each.date if moment is None else moment.date() if reader == "ics" else moment
            seen[todo_uid(PLANS[each.plan], each.uuid)] = Seen(
                None,
                due,
                text.title(each, mark=False),
                body,
                () if reader == "ics" else labels,
                TODO_STATES[each.status],
            )
        else:
            start, end = each.date, each.date + timedelta(days=1)
            if moment is not None:
                start, end = moment, moment + timedelta(minutes=each.minutes)
            seen[event_uid(PLANS[each.plan], each.uuid)] = Seen(start, end, text.title(each), body, labels, "CONFIRMED")
    return seen


def readable(tasks: list[Task], reader: str) -> list[Task]:
    """Without the tasks that ``ics`` is known to misread: it takes an escaped backslash before an n for a line break."""
    return tasks if reader != "ics" else [each for each in tasks if "\\" not in each.title + each.objective]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("form", list(Form))
def test_every_field_is_read_as_it_was_meant(reader: str, form: Form) -> None:
    """An ordinary week and all the hard cases: days, title, body, labels and state."""
    for tasks in (week(), readable(hard(), reader)):
        file = calendar.render(HARD_NAME, PLANS, tasks, format=Format(form))
        assert READERS[reader](file) == meant(tasks, form, reader)


@pytest.mark.parametrize(("reader", "zone"), ZONED)
def test_times_of_a_zone_are_read_as_they_were_meant(reader: str, zone: str) -> None:
    """Each hour around both changes of clock, and an evening of each month: the same instants for everybody."""
    changes = [
        datetime(2026, 3, 28, 23),
        datetime(2026, 10, 24, 23),
        datetime(2026, 4, 4, 12),
        datetime(2026, 10, 3, 12),
    ]
    moments = [start.replace(tzinfo=UTC) + timedelta(hours=hour) for start in changes for hour in range(8)]
    moments += [datetime(2027, month, 10, 18, 30, tzinfo=UTC) for month in range(1, 13)]
    tasks = [task(n, starts_at=moment, date=moment.date(), minutes=50) for n, moment in enumerate(moments, 1)]
    file = calendar.render("x", PLANS, tasks, format=Format(Form.TIMED, zone=zone))
    assert file.count(f";TZID={zone}:".encode()) > len(tasks)
    assert READERS[reader](file) == meant(tasks, Form.TIMED, reader)


@pytest.mark.parametrize("reader", READERS)
def test_alarms_disturb_nothing(reader: str) -> None:
    """An event with an alarm, and a file for Outlook, say the same as without."""
    for form in Form:
        ring = Format(form, alarm=30, outlook=True, day_ends=ends_in_berlin)
        file = calendar.render("x", PLANS, week(), format=ring)
        assert file.count(b"BEGIN:VALARM") == sum(each.status is Status.OPEN for each in week())
        assert READERS[reader](file) == meant(week(), form, reader)


@pytest.mark.parametrize("reader", READERS)
def test_removed_and_empty_calendars_are_read(reader: str) -> None:
    """A tombstone is cancelled; a calendar without components is a calendar."""
    file = calendar.render("foundations", PLANS, [], removed=removed())
    assert {(seen.title[0], seen.status) for seen in READERS[reader](file).values()} == {("✗", "CANCELLED")}
    assert READERS[reader](calendar.render("foundations", PLANS, [])) == {}


def test_the_name_is_read_as_it_was_meant() -> None:
    """Commas, semicolons, backslashes and line breaks in a plan's name; icalendar leaves unescaping X- properties to us."""
    root = Calendar.from_ical(calendar.render(HARD_NAME, PLANS, []))
    for name in ("NAME", "X-WR-CALNAME"):
        escaped = str(root[name])
        assert escaped.replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\") == text.line(HARD_NAME)


@given(st.lists(st.tuples(ANYTHING, ANYTHING, ANYTHING), min_size=1, max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_read_as_it_was_meant(texts: list[tuple[str, str, str]]) -> None:
    """Whatever the characters of title, body, tag and link, three parsers see the same and what we meant."""
    tasks = [
        task(
            number,
            title=title,
            objective=objective,
            tags=(tag,),
            resources=(Resource(tag, "https://example.org/" + objective),),
        )
        for number, (title, objective, tag) in enumerate(texts, 1)
    ]
    for reader, read in READERS.items():
        for form in Form:
            sane = readable([each for each in tasks if reader != "ics" or "\\" not in each.tags[0]], reader)
            assert read(calendar.render("x", PLANS, sane, format=Format(form))) == meant(sane, form, reader)
