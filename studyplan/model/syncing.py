"""The values of a calendar on a server that is kept in step with the tasks: the calendar, and what was last seen in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from studyplan.model import Status


class Presence(StrEnum):
    """What is known of an entry on the server."""

    #: It was about to be written; whether it arrived is not known.
    SENT = "sent"
    THERE = "there"
    #: Deleted there, and left out since, as its task is over.
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Remote:
    """A calendar on a CalDAV server. Its password is in no field: a keyring holds it, or a command prints it."""

    learner_id: int
    number: int
    name: str
    #: The collection, with a slash at its end.
    url: str
    #: Who logs in; empty where the server asks nobody.
    account: str
    #: What a task becomes: a form of ``calendar``.
    form: str
    #: The one plan that goes there; None: all that run.
    plan: int | None = None
    #: Prints the password; None: the keyring has it.
    password_command: str | None = None
    #: What the server calls the state that was seen last (RFC 6578).
    token: str | None = None
    synced_at: datetime | None = None
    #: Minutes of the alarm that new entries get; None: they get none.
    alarm: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry as both sides had it last."""

    learner_id: int
    remote: int
    uid: str
    task: int
    #: The last part of its address, as people read it.
    href: str
    etag: str | None
    presence: Presence
    day: date
    #: The start of a timed entry.
    at: datetime | None
    #: As it stood there, mark and part included.
    title: str
    status: Status
    #: The stamp of the task that it shows; None where the task has to be written again.
    revised: datetime | None
    #: A digest of the description, categories, link and time of completion that were written there: others are the
    #: learner's own.
    words: str | None = None
    #: The entry whole, where somebody else wrote to it; None where it is as it was written from here.
    whole: str | None = None
