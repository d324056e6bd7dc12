"""When a learner is busy, according to their other calendars. The reading is done by a process of its own.

A calendar file is somebody else's data, and a recurrence rule is a small program: some never end. So
:mod:`studyplan.calendar.reading` reads it in a second process (:mod:`studyplan.calendar.aside`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from studyplan.calendar.aside import answered
from studyplan.calendar.clocks import here
from studyplan.errors import BadFile, StorageProblem

#: Begin and end, aware, in the learner's zone; the end is excluded.
Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Busy:
    """Busy times, day by day."""

    #: By day, in order, apart from each other, each within its day; days without any are missing.
    times: Mapping[date, tuple[Interval, ...]] = field(default_factory=dict)
    #: The days that an all-day event takes whole.
    days: frozenset[date] = frozenset()
    #: How many things in the files were passed over: broken events, rules without end, unknown zones.
    warnings: int = 0
    #: What they were, one line each, not necessarily all.
    problems: tuple[str, ...] = ()


def busy(path: Path, first: date, last: date, zone: ZoneInfo | None) -> Busy:
    """The busy times of a calendar file, or of all ``.ics`` files of a folder, from ``first`` to ``last``, both included.

    ``zone``: the learner's, None the system's; times that name no zone, or one that nobody knows, are read as theirs.
    Events that are free time or called off do not count. Raises BadFile if a file is no calendar, or where all together
    exceed 10 MB, 20,000 entries, 50,000 occurrences or five seconds; StorageProblem if one cannot be read.
    """
    home: tzinfo = zone or here(None)
    found = _read(path, _files(path), first, last, zone)
    spans = [(_moment(start), _moment(end)) for start, end in found["spans"]]
    whole = [(start, end) for start, end in spans if not isinstance(start, datetime)]
    timed = [(start, end) for start, end in spans if isinstance(start, datetime) and isinstance(end, datetime)]
    return Busy(
        times=_by_day(_merged(timed), first, last, home),
        days=frozenset(_days(whole, first, last)),
        warnings=found["warnings"],
        problems=tuple(found["problems"]),
    )


def _files(path: Path) -> list[Path]:
    try:
        if path.is_dir():
            files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".ics" and file.is_file())
            if not files:
                raise BadFile(f"{path} has no .ics file in it")
            return files
        if not path.exists():
            raise StorageProblem(f"there is no file {path}")
        if not path.is_file():
            raise StorageProblem(f"{path} is neither a file nor a folder", hint="name an .ics file or a folder of them")
    except OSError as problem:
        raise StorageProblem(f"cannot read {path}: {problem.strerror}") from None
    except ValueError:
        raise StorageProblem(f"cannot read {path}: no file can have that name") from None
    return [path]


def _read(path: Path, files: Sequence[Path], first: date, last: date, zone: ZoneInfo | None) -> dict[str, Any]:
    question = {
        "files": [str(file) for file in files],
        "first": first.isoformat(),
        "last": last.isoformat(),
        "zone": zone.key if zone else None,
    }
    return answered("studyplan.calendar.reading", json.dumps(question).encode(), str(path))


def _moment(text: str) -> date | datetime:
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def _days(spans: Iterable[tuple[date, date]], first: date, last: date) -> Iterator[date]:
    for start, end in spans:
        day = max(start, first)
        while day < end and day <= last:
            yield day
            day += timedelta(days=1)


def _merged(intervals: Iterable[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for start, end in sorted(each for each in intervals if each[0] < each[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _by_day(intervals: Iterable[Interval], first: date, last: date, zone: tzinfo) -> dict[date, tuple[Interval, ...]]:
    """Cut at the learner's midnights. Compared in UTC: wall times of one zone compare wrongly where a clock is set back."""
    days: dict[date, list[Interval]] = {}
    for start, end in intervals:
        day = max(start.astimezone(zone).date(), first)
        while day <= last and (midnight := _midnight(day, zone)) < end:
            after = _midnight(day + timedelta(days=1), zone)
            piece = max(start, midnight), min(end, after)
            days.setdefault(day, []).append((piece[0].astimezone(zone), piece[1].astimezone(zone)))
            day += timedelta(days=1)
    return {day: tuple(days[day]) for day in sorted(days)}


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)
