"""What other people's parsers read from our calendars is what we meant."""

from __future__ import annotations

from datetime import timedelta

import pytest
from calendar_readers import READERS, Seen
from calendar_samples import HARD_NAME, PLANS, hard, removed, task, week
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from studyplan import calendar
from studyplan.calendar import Form, Format, event_uid, text, todo_uid
from studyplan.model import Resource, Status, Task

TODO_STATES = {Status.OPEN: "NEEDS-ACTION", Status.DONE: "COMPLETED", Status.SKIPPED: "CANCELLED"}
ANYTHING = st.text(st.characters(), max_size=60)


def meant(tasks: list[Task], form: Form, reader: str) -> dict[str, Seen]:
    """What a reader should see, given what it cannot."""
    seen = {}
    for each in tasks:
        body, labels = text.body(each), tuple(text.labels(each))
        if form is Form.EVENTS:
            seen[event_uid(PLANS[each.plan], each.uuid)] = Seen(
                each.date, each.date + timedelta(days=1), text.title(each), body, labels, "CONFIRMED"
            )
        elif form is Form.TIMED:
            end = each.starts_at + timedelta(minutes=each.minutes)
            seen[event_uid(PLANS[each.plan], each.uuid)] = Seen(
                each.starts_at, end, text.title(each), body, labels, "CONFIRMED"
            )
        else:
            seen[todo_uid(PLANS[each.plan], each.uuid)] = Seen(
                None,
                each.date,
                text.title(each, mark=False),
                body,
                () if reader == "ics" else labels,
                TODO_STATES[each.status],
            )
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
