"""What tasks become in a calendar, and how it is written. Standard library only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from studyplan.model import Kind

if TYPE_CHECKING:
    from studyplan.model import Task


class Form(StrEnum):
    """What a task becomes in a calendar: an event of a whole day, one with clock times, or a to-do with a due date."""

    EVENTS = "events"
    TIMED = "timed"
    TODOS = "todos"


def moment_of(task: Task, form: Form) -> datetime | None:
    """The time of day that the entry of a task shows; None: its day alone. An exam has the hour that was told in every form,
    and in none another."""
    return task.starts_at if form is Form.TIMED or task.kind is Kind.EXAM else None


@dataclass(frozen=True, slots=True)
class Format:
    """How a calendar is written."""

    form: Form = Form.EVENTS
    #: Tell of done and skipped in the title of an event.
    mark: bool = True
    #: The number of each task in its plan ahead of its title.
    numbered: bool = False
    #: Minutes from an alarm to the start of an event among timed ones, to the midnight that begins its day among all-day ones, and
    #: to the moment at which a to-do is due: the end of its day, where it has no hour.
    alarm: int | None = None
    #: The IANA zone that timed events are written in; None: UTC.
    zone: str | None = None
    #: For a file that Outlook imports.
    outlook: bool = False
    #: The instant at which a day ends for the learner: what alarms of days and of to-dos count from.
    day_ends: Callable[[date], datetime] | None = None
    #: How often calendars that subscribe are asked to look again; whole hours.
    refresh: timedelta = timedelta(hours=6)


#: Events of whole days, marked, without alarms.
PLAIN = Format()
