"""One task as an object of a server, and the change of an object that others wrote to."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from calendar_samples import task as a_task
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from studyplan.calendar import objects
from studyplan.calendar.forms import Form, Format
from studyplan.calendar.identity import event_uid, todo_uid
from studyplan.model import Resource, Status, Task

PLAN = UUID(int=7)


def uid_of(task: Task, form: Form) -> str:
    return todo_uid(PLAN, task.uuid) if form is Form.TODOS else event_uid(PLAN, task.uuid)


def entry_in(whole: str, uid: str) -> objects.Entry:
    (found,) = [each for each in objects.read_object(whole.encode(), None).entries if each.uid == uid]
    return found


def changed(
    whole: str,
    task: Task,
    form: Form = Form.TODOS,
    *,
    same_time: bool = False,
    was: Status | None = None,
    words: str | None = None,
) -> str:
    entry = entry_in(whole, uid_of(task, form))
    made = objects.revised(whole, entry, task, PLAN, Format(form), same_time=same_time, was=was, words=words).decode()
    assert "\n" not in made.replace("\r\n", "")
    assert made.endswith("END:VCALENDAR\r\n")
    return made


@pytest.mark.parametrize("form", [Form.TODOS, Form.EVENTS])
@pytest.mark.parametrize("status", Status)
def test_written_and_read_back(form: Form, status: Status) -> None:
    """An object holds one component and nothing that belongs in files: no METHOD, no name, no refresh."""
    task = replace(a_task(), status=status)
    whole = objects.written(task, PLAN, Format(form)).decode()
    assert whole.splitlines()[:4] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//studyplan//studyplan 1//EN",
        "CALSCALE:GREGORIAN",
    ]
    (component,) = Calendar.from_ical(whole).subcomponents
    assert component["UID"] == uid_of(task, form)
    entry = entry_in(whole, uid_of(task, form))
    assert entry.day == task.date
    assert objects.digest_in(whole, entry.uid) == objects.digest(task, form)


def test_an_object_of_ours_becomes_what_would_be_written() -> None:
    """Where nobody else wrote, a change gives the same component as writing it anew, in another order of lines."""
    task = a_task()
    later = replace(
        task, date=date(2026, 8, 1), status=Status.DONE, title="Other", minutes=55, sequence=task.sequence + 1
    )
    whole = objects.written(task, PLAN, Format(Form.TODOS)).decode()
    made = changed(whole, later, words=objects.digest(task, Form.TODOS))
    fresh = objects.written(later, PLAN, Format(Form.TODOS)).decode()
    assert sorted(_flat(made)) == sorted(_flat(fresh))
    back = changed(made, task, words=objects.digest(later, Form.TODOS))
    assert sorted(set(_flat(back)) ^ set(_flat(whole))) in ([], sorted({f"SEQUENCE:{n}" for n in (0, 1)}))


def _flat(whole: str) -> list[str]:
    return whole.replace("\r\n ", "").splitlines()


def test_only_what_differs_is_written() -> None:
    """A completion leaves the times alone, with their zones and hours, a move the state; a lower SEQUENCE never comes."""
    task = a_task()
    whole = objects.written(task, PLAN, Format(Form.TODOS)).decode()
    due = f"DUE;VALUE=DATE:{task.date:%Y%m%d}"
    whole = whole.replace(due, "DUE;TZID=Europe/Berlin:20260701T180000").replace("SEQUENCE:0", "SEQUENCE:9")
    whole = whole.replace("PERCENT-COMPLETE:0", "PERCENT-COMPLETE:40").replace("NEEDS-ACTION", "IN-PROCESS")
    done = changed(whole, replace(task, status=Status.DONE), same_time=True)
    assert "DUE;TZID=Europe/Berlin:20260701T180000\r\n" in done
    assert "SEQUENCE:9\r\n" in done
    moved = changed(whole, replace(task, date=date(2026, 8, 1)))
    assert "STATUS:IN-PROCESS\r\n" in moved
    assert "PERCENT-COMPLETE:40\r\n" in moved
    assert "DUE;VALUE=DATE:20260801\r\n" in moved


@pytest.mark.parametrize(
    ("begin", "stays"),
    [
        ("DTSTART;VALUE=DATE:20260720", True),
        ("DTSTART;VALUE=DATE:20260801", False),
        ("DTSTART;VALUE=DATE:20260901", False),
        ("DTSTART:20260720T080000Z", False),
    ],
)
def test_a_beginning_that_would_be_after_the_end(begin: str, stays: bool) -> None:
    """A to-do may not begin on or after the day on which it is due, nor by another kind of time."""
    task = a_task()
    whole = objects.written(task, PLAN, Format(Form.TODOS)).decode().replace("STATUS:", f"{begin}\r\nSTATUS:")
    assert (f"{begin}\r\n" in changed(whole, replace(task, date=date(2026, 8, 1)))) is stays


def test_a_single_occurrence_is_left_alone() -> None:
    """Of several components with the UID the one that stands for no single occurrence is changed."""
    task = a_task()
    uid = uid_of(task, Form.TODOS)
    other = f"BEGIN:VTODO\r\nUID:{uid}\r\nRECURRENCE-ID;VALUE=DATE:20260701\r\nSUMMARY:Once\r\nEND:VTODO\r\n"
    whole = objects.written(task, PLAN, Format(Form.TODOS)).decode().replace("BEGIN:VTODO", other + "BEGIN:VTODO")
    made = changed(whole, replace(task, title="Other"))
    assert other in made
    assert "SUMMARY:Other\r\n" in made


def test_categories_and_link_follow_unless_they_are_the_learners_own() -> None:
    """What was written from here is written anew; what somebody chose there stays, as a description of theirs does."""
    task = replace(a_task(), tags=("old",), resources=())
    link = Resource("New", "https://example.org/new")
    later = replace(task, tags=("new",), resources=(link,))
    whole = objects.written(task, PLAN, Format(Form.TODOS)).decode().replace("END:VTODO", "X-A:1\r\nEND:VTODO")
    words = objects.digest(task, Form.TODOS)
    made = changed(whole, later, same_time=True, words=words)
    fresh = objects.written(later, PLAN, Format(Form.TODOS)).decode().replace("END:VTODO", "X-A:1\r\nEND:VTODO")
    assert sorted(_flat(made)) == sorted(_flat(fresh))
    own = re.sub("(?m)^CATEGORIES:.*\r\n", "CATEGORIES:Home\r\nURL:https://example.org/mine\r\n", whole)
    kept = changed(own, later, same_time=True, words=words)
    assert "CATEGORIES:Home\r\n" in kept
    assert "URL:https://example.org/mine\r\n" in kept
    assert "example.org/new" in "".join(_flat(kept))
    assert objects.known_digest(own, uid_of(task, Form.TODOS), later, Form.TODOS, words) == words
    # A digest of the description alone, as it once was kept.
    old = changed(whole, later, same_time=True, words=words[:32])
    assert "example.org/new" in "".join(_flat(old))
    # Earlier releases wrote the link as a property too.
    linked = whole.replace("CATEGORIES:", "URL:https://example.org/old\r\nCATEGORIES:")
    uid = uid_of(task, Form.TODOS)
    was = objects.digest_in(linked, uid)
    assert "\r\nURL" not in changed(linked, later, same_time=True, words=was)
    assert "\r\nURL:https://example.org/old\r\n" in changed(linked, later, same_time=True, words=words)


def test_an_event_keeps_what_blocks_its_time_until_its_state_changes() -> None:
    """TRANSP is the learner's, and says something of the state only when that changes."""
    task = a_task()
    whole = objects.written(task, PLAN, Format(Form.EVENTS)).decode().replace("TRANSPARENT", "OPAQUE")
    renamed = changed(whole, replace(task, title="Other"), Form.EVENTS, same_time=True, was=Status.OPEN)
    assert "TRANSP:OPAQUE\r\n" in renamed
    done = changed(whole, replace(task, status=Status.DONE), Form.EVENTS, same_time=True, was=Status.OPEN)
    assert "TRANSP:TRANSPARENT\r\n" in done


NAMES = st.from_regex(r"X-[A-Z]{1,8}", fullmatch=True)
VALUES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=120)
EXTRAS = st.lists(st.tuples(NAMES, VALUES), max_size=5)


@given(EXTRAS, st.booleans(), st.booleans())
def test_what_is_not_ours_survives(extras: list[tuple[str, str]], alarm: bool, bare: bool) -> None:
    """Lines of other programs come through byte for byte, folded as they were, whatever the line ends."""
    task = a_task()
    theirs = [f"{name}:{value}"[:60] + ("\r\n " + value if value.strip() else "") for name, value in extras]
    if alarm:
        theirs += ["BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:x", "SUMMARY:y", "TRIGGER:-PT5M", "END:VALARM"]
    inside = "".join(f"{line}\r\n" for line in theirs)
    whole = objects.written(task, PLAN, Format(Form.TODOS)).decode().replace("END:VTODO", f"{inside}END:VTODO")
    if bare:
        whole = whole.replace("\r\n", "\n")
    made = changed(whole, replace(task, date=date(2026, 8, 1), status=Status.DONE, title="Other"))
    assert inside in made
    assert made.count("\r\nDUE") == made.count("\r\nSUMMARY:Other") == 1
