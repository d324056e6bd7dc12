"""What tasks become in a calendar, and how it is written. Standard library only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Form(StrEnum):
    """What a task becomes in a calendar: an event of a whole day, one with clock times, or a to-do with a due date."""

    EVENTS = "events"
    TIMED = "timed"
    TODOS = "todos"


@dataclass(frozen=True, slots=True)
class Format:
    """How a calendar is written."""

    form: Form = Form.EVENTS
    #: Tell of done and skipped in the title of an event.
    mark: bool = True
    #: The number of each task in its plan ahead of its title.
    numbered: bool = False
    #: Minutes from an alarm to the start of a timed event, to the midnight that begins the day of an all-day one, and to
    #: the end of the day on which a to-do is due.
    alarm: int | None = None
    #: The IANA zone that timed events are written in; None: UTC.
    zone: str | None = None
    #: For a file that Outlook imports.
    outlook: bool = False
    #: The instant at which a day ends for the learner: what the alarm of a to-do counts from.
    day_ends: Callable[[date], datetime] | None = None


#: Events of whole days, marked, without alarms.
PLAIN = Format()
