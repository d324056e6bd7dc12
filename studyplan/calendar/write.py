"""Tasks to calendar files (RFC 5545). The same tasks give the same bytes, on any machine, in any year.

No clock is read: the stamps and times are the tasks' own. Each task is a component of its own, without recurrence; a study
day is a date, and a time is written in UTC unless a zone is asked for. ``icalendar`` writes, behind guards: it leaves the calendar's name and all X-
properties unescaped (a newline in them is an injected property under ``python -O``) and turns ``\\N`` inside a text into
a line break, so every text goes through :class:`_Text`; it invents UID and stamps, so all are handed in. Values are put as the library's own types: its ``add`` would look up the
type of each property again, a fifth of the whole time.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from icalendar import Alarm, Calendar, Component, Event, Todo
from icalendar.prop import vCategory, vDDDTypes, vInt, vText

from studyplan.calendar import text
from studyplan.calendar.forms import PLAIN, Form, Format, moment_of
from studyplan.calendar.identity import event_uid, todo_uid, whole_mark
from studyplan.calendar.zones import Zone, zone_named
from studyplan.errors import Conflict, WayOut
from studyplan.model import Kind, Status, Task

#: Components and bytes of one file: Google takes 1 MB and about 1,100 events.
MOST_ENTRIES = 1_000
MOST_BYTES = 900_000
#: No patch version: it would change every file with every release.
PRODUCT = "-//studyplan//studyplan 1//EN"
#: 18:00 the evening before.
_EVENING_BEFORE = timedelta(hours=6)
_HOUR = timedelta(hours=1)
_END = b"END:VCALENDAR\r\n"


class _Text(vText):
    r"""A text escaped as the RFC says, once and from left to right."""

    def to_ical(self) -> bytes:
        return str(self).translate(_ESCAPES).encode()


_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True, slots=True)
class _Entry:
    """A task and what a component needs besides."""

    task: Task
    plan: UUID
    #: The task was removed; the component says so to calendars that hold it already.
    gone: bool = False

    @property
    def is_open(self) -> bool:
        return self.task.status is Status.OPEN and not self.gone

    def start(self, form: Form) -> datetime | None:
        """The time of day that it has in that form. Raises ValueError for a task that lacks the one it needs."""
        found = moment_of(self.task, form)
        if found is None and form is Form.TIMED and self.task.kind is not Kind.EXAM:
            raise ValueError(f"task {self.task.number} has no time of day")
        return None if found is None else _instant(found)

    def end(self, start: datetime) -> datetime:
        return start + timedelta(minutes=self.task.minutes)


def render(
    name: str,
    plans: Mapping[int, UUID],
    tasks: Sequence[Task],
    *,
    removed: Sequence[Task] = (),
    complete: bool = True,
    format: Format = PLAIN,
) -> bytes:
    """One calendar file of ``tasks``, given in any order.

    ``plans``: the uuid of each plan by its number. ``removed``: tasks that no longer exist, as their removal left them;
    they become cancelled entries. ``complete``: these are all the tasks of the plans. The file then says which they
    are, so that whoever reads it later may take an absence for a deletion. Timed events need the ``starts_at`` of each
    task but an exam. Raises Conflict if the file would hold more than 1,000 entries or 900 kB: many calendars refuse
    those.
    """
    entries = _entries(plans, tasks, removed, format)
    if len(entries) > MOST_ENTRIES:
        raise _too_large(f"{len(entries):,} entries")
    writer = _Writer(format)
    file = writer.head(name, complete, entries) + b"".join(map(writer.component, entries)) + _END
    if len(file) > MOST_BYTES:
        raise _too_large(f"{len(file) / 1000:,.0f} kB")
    return file


def split(
    name: str,
    plans: Mapping[int, UUID],
    tasks: Sequence[Task],
    *,
    removed: Sequence[Task] = (),
    complete: bool = True,
    format: Format = PLAIN,
) -> list[bytes]:
    """The same entries in as few files as :func:`render`'s limits allow, in the order of days; no entry is in two.

    Of several files none is called complete: in each of them the others' tasks are absent. Raises Conflict if a single
    entry is over the limit.
    """
    entries = _entries(plans, tasks, removed, format)
    writer = _Writer(format)
    room = MOST_BYTES - len(writer.head(name, complete, entries)) - len(_END)
    batches: list[list[bytes]] = [[]]
    filled = 0
    for entry in entries:
        part = writer.component(entry)
        if len(part) > room:
            raise Conflict(
                f"task {entry.task.number} alone takes {len(part) / 1000:,.0f} kB; a file can have at most 900 kB",
                hint="shorten its texts in the template",
                slug="calendar-too-large",
            )
        if len(batches[-1]) == MOST_ENTRIES or filled + len(part) > room:
            batches.append([])
            filled = 0
        batches[-1].append(part)
        filled += len(part)
    head = writer.head(name, complete and len(batches) == 1, entries)
    return [head + b"".join(batch) + _END for batch in batches]


def render_fitting(
    name: str,
    plans: Mapping[int, UUID],
    tasks: Sequence[Task],
    *,
    removed: Sequence[Task] = (),
    whole: Sequence[int] = (),
    singly: Sequence[int] = (),
    format: Format = PLAIN,
) -> tuple[bytes, frozenset[int]]:
    """One calendar file for a reader whom no error reaches, and the numbers of the tasks that are not in it.

    What :func:`render` would refuse as too large leaves until it is not: first the plans ``whole``, one after the other, then
    the tasks ``singly``. No plan is called complete where one of its tasks had to leave alone.
    """
    entries = _entries(plans, tasks, removed, format)
    by_plan: dict[int, set[int]] = defaultdict(set)
    for entry in entries:
        by_plan[entry.task.plan].add(entry.task.number)
    leaving = deque([*(by_plan[plan] for plan in whole), *({number} for number in singly)])
    kept = {entry.task.number for entry in entries}
    while len(kept) > MOST_ENTRIES and leaving:
        kept -= leaving.popleft()
    writer = _Writer(format)
    written = {entry.task.number: writer.component(entry) for entry in entries if entry.task.number in kept}
    room = MOST_BYTES - len(writer.head(name, True, entries)) - len(_END)
    size = sum(map(len, written.values()))
    while size > room and leaving:
        size -= sum(len(written.pop(number)) for number in leaving.popleft() & written.keys())
    left_out = frozenset(entry.task.number for entry in entries) - written.keys()
    entries = [entry for entry in entries if entry.task.number in written]
    torn = {task.plan for task in tasks if task.number in left_out}
    head = writer.head(name, torn.isdisjoint(entry.task.plan for entry in entries), entries)
    return head + b"".join(written.values()) + _END, left_out


def component(task: Task, plan: UUID, format: Format) -> bytes:
    """The one event or to-do that a task is."""
    return _Writer(format).component(_Entry(task, plan))


def _too_large(size: str) -> Conflict:
    return Conflict(
        f"the calendar would have {size}; a file can have at most {MOST_ENTRIES:,} entries and {MOST_BYTES // 1000} kB",
        hint=WayOut("export with `several=True`", "split-export"),
        slug="calendar-too-large",
    )


def _entries(plans: Mapping[int, UUID], tasks: Sequence[Task], removed: Sequence[Task], format: Format) -> list[_Entry]:
    """In the order of days, or of times. A task that is there is not also gone: a UID may occur once in a file."""
    present = {task.uuid for task in tasks}
    entries = [_Entry(task, plans[task.plan]) for task in tasks]
    # What is gone is no longer one of so many pieces.
    gone = (replace(task, place=1, parts=1) for task in removed if task.uuid not in present)
    entries += [_Entry(task, plans[task.plan], gone=True) for task in gone]

    def order(entry: _Entry) -> tuple[datetime, int, int]:
        """By days, or by times, among which a day comes with its midnight."""
        start = entry.start(Form.TIMED) if format.form is Form.TIMED else None
        return start or datetime.combine(entry.task.date, time(), UTC), entry.task.position, entry.task.number

    return sorted(entries, key=order)


class _Writer:
    """Writes the parts of a calendar file in one format."""

    def __init__(self, format: Format) -> None:
        self._format = format
        self._zone: Zone | None = zone_named(format.zone) if format.zone and format.form is Form.TIMED else None

    def head(self, name: str, complete: bool, entries: Sequence[_Entry]) -> bytes:
        """The file up to its first task; with the zone where one of the entries is written in it."""
        called = text.line(name) or "studyplan"
        calendar = Calendar()
        calendar.add("version", "2.0")
        calendar.add("prodid", PRODUCT)
        calendar.add("calscale", "GREGORIAN")
        if self._format.outlook:
            calendar.add("method", "PUBLISH")
        calendar.add("name", _Text(called))
        calendar.add("x-wr-calname", _Text(called))
        calendar.add("refresh-interval", self._format.refresh, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", _Text(f"PT{self._format.refresh // _HOUR}H"))
        for plan in dict.fromkeys(entry.plan for entry in entries if complete):
            uids = (self._uid(entry) for entry in entries if entry.plan == plan and not entry.gone)
            calendar.add("x-studyplan-complete", _Text(whole_mark(uids)))
        if self._zone is not None and any(self._in_zone(entry) for entry in entries):
            calendar.add_component(self._zone.component())
        return _written(calendar).removesuffix(_END)

    def _uid(self, entry: _Entry) -> str:
        return (todo_uid if self._format.form is Form.TODOS else event_uid)(entry.plan, entry.task.uuid)

    def component(self, entry: _Entry) -> bytes:
        made = self._todo(entry) if self._format.form is Form.TODOS else self._event(entry)
        return _written(made)

    def _event(self, entry: _Entry) -> Component:
        """An event of the whole day never blocks it, one with a time blocks that while it is open; done is no reason for
        CANCELLED, which Google hides."""
        task = entry.task
        event = Event()
        _identify(event, self._uid(entry), task)
        start = entry.start(self._format.form)
        if start is not None:
            self._add_times(event, start, entry.end(start))
        else:
            event["DTSTART"] = vDDDTypes(task.date)
            event["DTEND"] = vDDDTypes(_day_after(task.date))
        title = text.title(task, mark=self._format.mark, gone=entry.gone, numbered=self._format.numbered)
        _describe(event, entry, title)
        event["STATUS"] = vText("CANCELLED" if entry.gone else "CONFIRMED")
        event["TRANSP"] = vText("OPAQUE" if start is not None and entry.is_open else "TRANSPARENT")
        if self._format.alarm is not None and entry.is_open:
            # Relative, and before the start: Outlook takes the absolute value of what it finds.
            event.add_component(_alarm(title, -self._lead(task, start, self._format.alarm)))
        return event

    def _lead(self, task: Task, start: datetime | None, alarm: int) -> timedelta:
        """From the alarm to the start. An exam rings when the events around it do, which are of the other kind: with its hour
        among whole days on the evening before, without one among times not in the middle of the night."""
        lead, ends = timedelta(minutes=alarm), self._format.day_ends
        if self._format.form is Form.TIMED and start is None:
            return max(lead, _EVENING_BEFORE)
        if self._format.form is Form.EVENTS and start is not None and ends is not None and task.date > date.min:
            return max(lead, lead + (start - _instant(ends(task.date - timedelta(days=1)))))
        return lead

    def _todo(self, entry: _Entry) -> Component:
        """A to-do that is due on its day, an exam with its hour then. To-do lists show the state themselves: the title is bare. No DTSTART: several
        lists hide what has not begun, and one equal to DUE is illegal."""
        task = entry.task
        todo = Todo()
        _identify(todo, self._uid(entry), task)
        due = entry.start(Form.TODOS)
        todo["DUE"] = vDDDTypes(due or task.date)
        title = text.title(task, mark=False, numbered=self._format.numbered)
        _describe(todo, entry, title)
        status, percent = ("CANCELLED", 0) if entry.gone else _TODO_STATES[task.status]
        todo["STATUS"] = vText(status)
        todo["PERCENT-COMPLETE"] = vInt(percent)
        if status == "COMPLETED":
            todo["COMPLETED"] = vDDDTypes(_instant(task.done_at or _stamp(task)))
        ends = self._format.day_ends
        if self._format.alarm is not None and ends is not None and entry.is_open:
            # An instant: clients do not agree on what a span before a day means.
            until = due or _instant(ends(task.date))
            todo.add_component(_alarm(title, until - timedelta(minutes=self._format.alarm)))
        return todo

    def _add_times(self, event: Component, start: datetime, end: datetime) -> None:
        if self._zone is None or not (self._zone.tells(start) and self._zone.tells(end)):
            event["DTSTART"] = vDDDTypes(start)
            event["DTEND"] = vDDDTypes(end)
            return
        for name, moment in (("dtstart", start), ("dtend", end)):
            event.add(name, self._zone.wall(moment), parameters={"TZID": self._zone.name})

    def _in_zone(self, entry: _Entry) -> bool:
        start = entry.start(self._format.form)
        if self._zone is None or start is None:
            return False
        return self._zone.tells(start) and self._zone.tells(entry.end(start))


_TODO_STATES = {
    Status.OPEN: ("NEEDS-ACTION", 0),
    Status.DONE: ("COMPLETED", 100),
    Status.SKIPPED: ("CANCELLED", 0),
}


def _written(component: Component) -> bytes:
    written: bytes = component.to_ical(sorted=False)
    return written


def _alarm(title: str, trigger: timedelta | datetime) -> Component:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _Text(title))
    parameters = {"VALUE": "DATE-TIME"} if isinstance(trigger, datetime) else {}
    alarm.add("trigger", trigger, parameters=parameters)
    return alarm


def _identify(component: Component, uid: str, task: Task) -> None:
    component["UID"] = vText(uid)
    component["DTSTAMP"] = component["LAST-MODIFIED"] = vDDDTypes(_stamp(task))
    component["SEQUENCE"] = vInt(task.sequence)


def _describe(component: Component, entry: _Entry, title: str) -> None:
    component["SUMMARY"] = _Text(title)
    component["DESCRIPTION"] = _Text(text.body(entry.task))
    component["CATEGORIES"] = vCategory([_Text(label) for label in text.labels(entry.task)])


def _stamp(task: Task) -> datetime:
    """When the task last changed: without METHOD, that is what DTSTAMP means (RFC 5545 3.8.7.2)."""
    if task.updated_at is None:
        raise ValueError(f"task {task.number} has no updated_at: it was never stored")
    return _instant(task.updated_at)


def _instant(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC)


def _day_after(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day
