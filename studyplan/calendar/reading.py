"""Other people's calendar files to the times at which their events take place.

Read by another process (:mod:`studyplan.calendar.aside`), because what a file may ask for has no bound. The question to
:func:`answer` is a JSON object of ``files``, ``first`` and ``last``, the answer one of ``spans``, pairs of dates (the second
excluded), of instants in UTC or of wall times without a zone; ``warnings``, how many things were passed over, and
``problems``, some of them in words; or ``bad`` or ``closed``, why nothing can be taken from the files, or a file cannot be read.

Only the lines that say when somebody is busy reach ``icalendar``, one event at a time.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from math import prod
from pathlib import Path
from typing import Any

import recurring_ical_events  # type: ignore[import-untyped]
from dateutil.rrule import rrulestr
from icalendar import Calendar, Component, Event
from icalendar.prop import vDDDTypes, vRecur
from icalendar.timezone import tzp

from studyplan.calendar.lines import LONGEST_RULE, TIMES, Block, Moment, Passed, Room, Unreadable, blocks, passing_over

#: Occurrences of all files together.
MOST_OCCURRENCES = 50_000
#: Of one event: steps of its rule from its start to the end of the window (about half a second of walking), occurrences
#: in the window, single dates that are added or excepted, and rules.
_MOST_STEPS = 200_000
_MOST_IN_SERIES = 5_000
_MOST_DATES = 10_000
_MOST_RULES = 20
#: An event's day in its own zone is at most this far from the same instant's day in the learner's.
_ZONES_APART = timedelta(days=2)
#: What says when an event takes place, and what says whether and of which revision it is.
_PROPERTIES = TIMES | {"UID", "SEQUENCE", "LAST-MODIFIED", "STATUS", "TRANSP"}
#: Days in a step of each frequency, and which parts make several occurrences of one step.
_STEPS = {
    "YEARLY": (365.0, ("BYHOUR", "BYMINUTE", "BYSECOND")),
    "MONTHLY": (28.0, ("BYHOUR", "BYMINUTE", "BYSECOND")),
    "WEEKLY": (7.0, ("BYHOUR", "BYMINUTE", "BYSECOND")),
    "DAILY": (1.0, ("BYHOUR", "BYMINUTE", "BYSECOND")),
    "HOURLY": (1 / 24, ("BYMINUTE", "BYSECOND")),
    "MINUTELY": (1 / 1440, ("BYSECOND",)),
    "SECONDLY": (1 / 86400, ()),
}


@dataclass(slots=True)
class Reading(Passed):
    """What was found, and what was passed over."""

    spans: list[tuple[Moment, Moment]] = field(default_factory=list)


def read(files: Sequence[Path], first: date, last: date) -> Reading:
    """The times, from ``first`` to ``last`` and a little around, at which events of the files keep somebody busy.

    Passed over are events that are TRANSPARENT or CANCELLED. Of events with the same UID (and RECURRENCE-ID) the higher
    SEQUENCE counts, then the later LAST-MODIFIED, then the later in the files. Raises Unreadable, and OSError where a
    file cannot be read.
    """
    tzp.use_zoneinfo()
    reading = Reading()
    newest: dict[tuple[str, str], Block] = {}
    for number, block in enumerate(_events(files, reading)):
        uid = block.value("UID")
        key = (uid or f"\n{number}", block.value("RECURRENCE-ID"))
        if key not in newest or block.revision >= newest[key].revision:
            newest[key] = block
    series: dict[str, list[Block]] = {}
    for (uid, _), block in newest.items():
        series.setdefault(uid, []).append(block)
    for group in series.values():
        if len(group) == 1 and _is_outside(group[0], first, last):
            continue
        with passing_over(f"event {group[0].value('UID')[:60] or 'without UID'}", reading):
            reading.spans += _occurrences(_understood(group, reading), first, last)
        if len(reading.spans) > MOST_OCCURRENCES:
            raise Unreadable(f"more than {MOST_OCCURRENCES:,} events between {first} and {last}")
    return reading


def _events(files: Iterable[Path], reading: Reading) -> Iterator[Block]:
    room = Room()
    for file in files:
        with file.open("rb") as stream:
            data = stream.read(room.octets + 1)
        for _, block in blocks(data, file.name, {"VEVENT"}, _PROPERTIES, reading, room):
            yield block


def _is_outside(event: Block, first: date, last: date) -> bool:
    """Whether the event surely takes place on none of the days: known from digits alone, for events that happen once."""
    if event.lines.keys() & {"RRULE", "RDATE", "RECURRENCE-ID", "DURATION"}:
        return False
    try:
        days = [_day(line) for name in ("DTSTART", "DTEND") for line in event.lines.get(name, ())]
    except ValueError:
        return False
    return bool(days) and (min(days) > last + _ZONES_APART or max(days) < first - _ZONES_APART)


def _day(line: str) -> date:
    """The day that a property names; ValueError where its value begins with none."""
    return date.fromisoformat(line.rpartition(":")[2].strip()[:8])


# --- occurrences


def _understood(group: Iterable[Block], reading: Reading) -> list[Component]:
    events = []
    for block in group:
        with passing_over(f"event {block.value('UID')[:60] or 'without UID'}", reading):
            events.append(_event(block))
    return events


def _occurrences(events: Sequence[Component], first: date, last: date) -> list[tuple[Moment, Moment]]:
    """The busy times of the events of one UID: a series with its exceptions, or a single event."""
    window = [datetime.combine(day, time.min) for day in (first - _ZONES_APART, last + _ZONES_APART)]
    busy = [event for event in events if not _is_free(event)]
    if not busy:
        return []
    free = [_time(event, "RECURRENCE-ID") for event in events if _is_free(event) and "RECURRENCE-ID" in event]
    calendar = Calendar()
    for event in busy:
        if "RECURRENCE-ID" not in event:
            _check_rules(event, *window)
            for moment in free:
                event.add("EXDATE", [moment])
        calendar.add_component(event)
    found = [
        (_moment(occurrence.start), _moment(occurrence.end))
        for series in recurring_ical_events.of(calendar).series
        for occurrence in islice(series.between(*window), _MOST_IN_SERIES + 1)
    ]
    if len(found) > _MOST_IN_SERIES:
        raise ValueError(f"more than {_MOST_IN_SERIES:,} occurrences between {first} and {last}")
    return found


def _event(block: Block) -> Component:
    """The event, which has a start; raises ValueError where one of its times cannot be understood."""
    dates = (line for name in ("RDATE", "EXDATE") for line in block.lines.get(name, ()))
    rules = block.lines.get("RRULE", ())
    if sum(1 + line.count(",") for line in dates) > _MOST_DATES or len(rules) > _MOST_RULES:
        raise ValueError("too many dates or rules")
    if any(len(rule) > LONGEST_RULE for rule in rules):
        raise ValueError(f"a recurrence rule of more than {LONGEST_RULE:,} characters")
    lines = [line for name in block.lines if name != "LAST-MODIFIED" for line in block.lines[name]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        event = Event.from_ical("\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""]))
    event["SEQUENCE"] = block.revision[0]
    for name, problem in event.errors:
        if name != "SEQUENCE":
            raise ValueError(f"{name}: {problem}")
    start = _time(event, "DTSTART")
    if not isinstance(start, date):
        raise ValueError("no DTSTART")
    _drop_backward_end(event, start)
    return event


def _drop_backward_end(event: Component, start: Moment) -> None:
    """An event that ends where it begins, or before, has no end: that is a day for a date and no time for an instant."""
    end = _time(event, "DTEND")
    if end is None and (duration := _time(event, "DURATION")):
        end = start + duration
    if end is None or isinstance(end, datetime) != isinstance(start, datetime) or _order(end) <= _order(start):
        event.pop("DTEND", None)
        event.pop("DURATION", None)


def _time(component: Component, name: str) -> Any:
    """The date, instant, wall time or duration of a property; None where there is no such property."""
    value: Any = component.get(name)
    if isinstance(value, list):
        raise ValueError(f"several {name}")
    return None if value is None else value.dt


def _wall(moment: Moment) -> datetime:
    """What clock and calendar show, without a zone."""
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else datetime.combine(moment, time.min)


def _order(moment: Moment) -> datetime:
    """For comparing moments of which one may have no zone."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time.min, UTC)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _check_rules(event: Component, first: datetime, last: datetime) -> None:
    """Raises ValueError where walking a rule from its start to the end of the window has no end or takes too long.

    The walk begins at DTSTART, so the start of an old daily or weekly event is first moved near the window. A rule that
    never happens (30 February) is walked to the year 9999: it is taken out.
    """
    rules = event.pop("RRULE", [])
    rules = rules if isinstance(rules, list) else [rules]
    for rule in rules:
        _check_rule(rule)
    if len(rules) == 1 and rules[0]["FREQ"] in (["DAILY"], ["WEEKLY"]) and "COUNT" not in rules[0]:
        _move_near(event, rules[0], first)
    start = _wall(_time(event, "DTSTART"))
    for rule in rules:
        days, several = _STEPS[rule["FREQ"][0]]
        times = prod(len(rule[part]) for part in several if part in rule)
        per_step = times * max(1.0, days) if times > 1 else 1.0
        if (last - start).days / days / _interval(rule) * per_step > _MOST_STEPS:
            raise ValueError(f"a recurrence rule with too many occurrences: {rule.to_ical().decode()[:60]}")
        if _happens(rule, start):
            event.add("RRULE", rule)


def _check_rule(rule: Any) -> None:
    """Raises ValueError for what no calendar means and ``dateutil`` does not survive."""
    if rule.get("FREQ", [""])[0] not in _STEPS or _interval(rule) < 1:
        raise ValueError(f"a recurrence rule that makes no sense: {rule.to_ical().decode()[:60]}")


def _happens(rule: Any, start: datetime) -> bool:
    """Whether the rule ever happens. Looked up at the end of ``dateutil``'s time, so that the search ends: in the Gregorian
    calendar all days are alike 400 years later, so a hundred years before 9999 are as good as the next hundred."""
    late = start.replace(year=start.year + (9899 - start.year) // 400 * 400)
    endless: Any = vRecur({part: rule[part] for part in rule if part not in ("COUNT", "UNTIL")})
    return next(iter(rrulestr(endless.to_ical().decode(), dtstart=late)), None) is not None


def _move_near(event: Component, rule: Any, first: datetime) -> None:
    """Moves start and end by whole steps of the rule to before the window, and keeps them where that is not surely the same."""
    start, end = _time(event, "DTSTART"), _time(event, "DTEND")
    if isinstance(start, datetime) and end is not None and end.tzinfo is not start.tzinfo:
        return
    step = timedelta(days=_STEPS[rule["FREQ"][0]][0]) * _interval(rule)
    length = _wall(end) - _wall(start) if end else _time(event, "DURATION") or timedelta(0)
    steps = (first - _wall(start) - length) // step - 1
    if steps > 0:
        event["DTSTART"] = vDDDTypes(start + steps * step)
        if end is not None:
            event["DTEND"] = vDDDTypes(end + steps * step)


def _interval(rule: Any) -> int:
    return int((rule.get("INTERVAL") or [1])[0])


def _is_free(event: Component) -> bool:
    return _says(event, "TRANSP", "TRANSPARENT") or _says(event, "STATUS", "CANCELLED")


def _says(event: Component, name: str, word: str) -> bool:
    values = event.get(name, ())
    return word in (str(value).strip().upper() for value in (values if isinstance(values, list) else [values]))


def _moment(moment: Moment) -> Moment:
    return moment.astimezone(UTC) if isinstance(moment, datetime) and moment.tzinfo else moment


def answer(question: bytes) -> dict[str, object]:
    """What the other process says to a question."""
    asked = json.loads(question)
    first, last = date.fromisoformat(asked["first"]), date.fromisoformat(asked["last"])
    try:
        found = read([Path(file) for file in asked["files"]], first, last)
    except Unreadable as problem:
        return {"bad": str(problem)}
    except OSError as problem:
        return {"closed": problem.strerror or str(problem)}
    spans = [(start.isoformat(), end.isoformat()) for start, end in found.spans]
    return {"spans": spans, "warnings": found.warnings, "problems": found.problems}
