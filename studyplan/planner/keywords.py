"""What callers say in keywords, read into the values that the rules take: days, weeks and paths may be text."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict

from studyplan.errors import UsageProblem
from studyplan.model import Span
from studyplan.planner.base import day_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import time

    from studyplan.clock import Clock
    from studyplan.model import Week
    from studyplan.planner.base import DayName
    from studyplan.rules.drafts import StartRequest
    from studyplan.rules.replan_offers import Remedy
    from studyplan.rules.task_search import TaskSearch


#: Study days: one, or a span such as ``2026-08-01..2026-08-14``.
DaysName: TypeAlias = Span | date | str


class StartFields(TypedDict, total=False):
    """What a learner asks of a start, all of it optional.

    Attributes:
        start: The first day; today if it is not given.
        days: How many days the plan has.
        exam: The day of the exam, instead of ``days``.
        exam_hour: Its hour on the learner's clock.
        window: A window of the template, by its id.
        week: The plan's own minutes or hours of each weekday, as a value or as text such as ``"mon-fri=60,sat=120"``.
        hours: Longer hours over all your plans, as a value or as text.
        off: Days without study, single ones or spans such as ``"2026-08-01..2026-08-14"``.
        holidays: A region whose public holidays are off, such as ``"DE"`` or ``"DE-BE"``.
        busy: A calendar file, or a folder of them, whose times are taken.
        paths: The electives, by their ids.
        leave_out: Tasks of the template that the plan goes without, by their ids.
        name: The plan's name; the template's id if it is not given.
        retake: An earlier plan, by name or number: what it showed you know gets less time.
    """

    start: DayName | None
    days: int | None
    exam: DayName | None
    exam_hour: time | None
    window: str | None
    week: Week | str | None
    hours: Week | str | None
    off: DaysName | Iterable[DaysName]
    holidays: str | None
    busy: str | os.PathLike[str] | None
    paths: Iterable[str]
    leave_out: Iterable[str]
    name: str | None
    retake: str | None


class RemedyFields(TypedDict, total=False):
    """How a plan is to be replanned, all of it optional.

    Attributes:
        strategy: ``"catch-up"`` changes the fewest dates and is what is done if none is given; ``"even"`` spreads all that is
            left from today; ``"shift"`` moves everything open by ``days`` study days.
        days: Study days to shift by.
        exam: Another day for the exam, or for the end of a plan without one.
        exam_hour: Its hour on the learner's clock.
        week: Other minutes a day for this plan, as a value or as text such as ``"60"``.
        hours: Longer hours over all your plans, as a value or as text.
        busy: A calendar file, or a folder of them, whose times are taken.
        leave_out: Tasks to skip so that the rest has room, by their ids or numbers.
        window: A smaller window of the template: what lies beyond it is skipped.
        strict: Raise DoesNotFit if not everything fits, instead of leaving the least valuable over.
    """

    strategy: str
    days: int
    exam: DayName | None
    exam_hour: time | None
    week: Week | str | None
    hours: Week | str | None
    busy: str | os.PathLike[str] | None
    leave_out: Iterable[str]
    window: str | None
    strict: bool


class TaskFields(TypedDict, total=False):
    """Which tasks are looked for, all of it optional.

    Attributes:
        modules: Only tasks of this module, or of one of these.
        kinds: Only tasks of this kind, or of one of these, such as ``"mock"``.
        first: Only tasks of this day and later.
        last: Only tasks of this day and earlier.
        words: Words that all have to be in a task's title, key, note, tags, objective or evidence.
        overdue: Only open tasks of an earlier day.
        tag: Only tasks with this tag.
        sort: ``"day"``, which is the default, ``"number"``, ``"title"``, ``"minutes"`` (longest first), ``"module"`` or ``"kind"``.
    """

    modules: str | Iterable[str]
    kinds: str | Iterable[str]
    first: DayName | None
    last: DayName | None
    words: str
    overdue: bool
    tag: str | None
    sort: str


def request_of(template: StartRequest | str, fields: StartFields, clock: Clock) -> StartRequest:
    """The wish that a caller means. Raises UsageProblem for text that cannot be read."""
    from studyplan.rules.drafts import StartRequest

    if isinstance(template, StartRequest):
        return template
    return StartRequest(template, **_read(fields, clock))


def remedy_of(remedy: Remedy | None, fields: RemedyFields, clock: Clock) -> Remedy:
    """The remedy that a caller means. Raises UsageProblem for text that cannot be read."""
    from studyplan.rules.replan_offers import Remedy

    return Remedy(**_read(fields, clock)) if remedy is None else remedy


def search_of(fields: TaskFields, clock: Clock) -> TaskSearch:
    """The search that a caller means. Raises UsageProblem for a day or an order that cannot be read."""
    from studyplan.rules.task_search import SORTS, TaskSearch

    found: dict[str, Any] = dict(fields)
    for name in found.keys() & {"first", "last"}:
        found[name] = day_named(found[name], clock)
    for name in found.keys() & {"modules", "kinds"}:
        found[name] = (found[name],) if isinstance(found[name], str) else tuple(found[name])
    if found.get("sort", "day") not in SORTS:
        raise UsageProblem(f"tasks cannot be sorted by '{found['sort']}'", hint=f"sort by {', '.join(SORTS)}")
    return TaskSearch(**found)


def _read(fields: Mapping[str, Any], clock: Clock) -> dict[str, Any]:
    found = dict(fields)
    for name in found.keys() & {"start", "exam"}:
        found[name] = day_named(found[name], clock)
    for name in found.keys() & {"paths", "leave_out"}:
        found[name] = tuple(found[name])
    for name in found.keys() & {"week", "hours"}:
        found[name] = week_of(found[name])
    if found.get("busy") is not None:
        found["busy"] = Path(found["busy"])
    if "off" in found:
        found["off"] = spans_of(found["off"], clock)
    return found


def week_of(hours: Week | str | None) -> Week | None:
    """The study week that a caller means."""
    from studyplan.notation import week

    return week(hours, None) if isinstance(hours, str) else hours


def spans_of(days: DaysName | Iterable[DaysName], clock: Clock) -> tuple[Span, ...]:
    """The days that a caller means: one or several, or spans of them."""
    from studyplan.notation import span

    match days:
        case Span():
            return (days,)
        case str():
            return (span(days, clock.today()),)
        case date():
            day = day_named(days, clock)
            return (Span(day, day),)
        case _:
            return tuple(found for each in days for found in spans_of(each, clock))
