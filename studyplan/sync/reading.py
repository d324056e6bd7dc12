"""What an object of a calendar says of a task. Entries are read as any calendar file is, one object at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studyplan.calendar import text
from studyplan.calendar.forms import Form
from studyplan.errors import BadFile
from studyplan.model import Kind, Status, Task
from studyplan.rules.entry_edits import days_meant
from studyplan.sync.deciding import EntryState

if TYPE_CHECKING:
    from studyplan.calendar.entries import Entry
    from studyplan.clock import Clock


def uids_in(whole: str) -> list[str]:
    """The uids of an object's entries; none where it cannot be read."""
    from studyplan.calendar.entries import read_object

    try:
        return [each.uid for each in read_object(whole.encode(errors="replace"), None).entries]
    except BadFile:
        return []


def entry_in(whole: str, uid: str, zone: str | None) -> Entry | None:
    """The entry of that uid in an object; None if the object holds none or cannot be read."""
    from zoneinfo import ZoneInfo

    from studyplan.calendar.entries import read_object

    try:
        found = read_object(whole.encode(errors="replace"), ZoneInfo(zone) if zone else None).entries
    except BadFile:
        return None
    return next((each for each in found if each.uid == uid), None)


def flaw_of(entry: Entry | None) -> str:
    """Why an entry is left alone; empty if it can be read."""
    if entry is None:
        return "its entry there cannot be read"
    return "it repeats" if entry.repeats else entry.unclear


def state_of(entry: Entry, task: Task | None, form: Form, clock: Clock) -> EntryState:
    """What an entry without a flaw says. A time that is a guess moves nothing."""
    days = () if entry.doubt else days_meant(entry, clock)
    day = task.date if task is not None and task.date in days else next(iter(days), None)
    return EntryState(
        day,
        entry.at if _tells_hours(task, form) and not entry.doubt else None,
        _title(entry, task),
        _status(entry, task, form),
        entry.done_at,
        entry.revised,
    )


def _tells_hours(task: Task | None, form: Form) -> bool:
    """Whether a time of day in its entry says something of a task: in a to-do, which some programs give a time of their own,
    only of an exam whose hour is known."""
    if form is Form.TIMED or task is None or task.kind is not Kind.EXAM:
        return form is Form.TIMED
    return form is Form.EVENTS or task.starts_at is not None


def _title(entry: Entry, task: Task | None) -> str:
    """An entry's title; the number that it has where a numbered export was put into this calendar is no part of it."""
    words = text.line(entry.title)
    return words if task is None else text.unnumbered(words, task)


def _status(entry: Entry, task: Task | None, form: Form) -> Status | None:
    """What an entry says of its task's state: a to-do in words of its own, an event by a mark, where it is one."""
    if form is Form.TODOS:
        return Status.DONE if entry.done else Status.SKIPPED if entry.cancelled else Status.OPEN
    if task is not None and text.unmarked(text.title(task, mark=False))[0] is not None:
        return None
    return text.unmarked(_title(entry, task))[0] or (Status.SKIPPED if entry.cancelled else None)
