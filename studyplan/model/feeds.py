"""The values of a calendar feed: an address that a calendar subscribes to, and what it serves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class FeedContent:
    """What a subscribed calendar holds: all plans that are not dropped, or one of them, and how they are written."""

    #: What a task becomes: a form of ``calendar``.
    form: str = "events"
    #: The one plan's number; None: all of them.
    plan: int | None = None
    #: Minutes of the alarm, 0 for none; None: as it is kept for exports of this form.
    alarm: int | None = None
    #: The number of each task in its plan ahead of its title.
    numbered: bool = False
    #: Times in the learner's zone rather than in UTC.
    zoned: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """An address of a learner's calendar. The address itself is in no field: whoever has lost it makes another."""

    learner_id: int
    number: int
    #: What the learner calls it: the phone or the person that has the address.
    name: str
    #: SHA-256 of the token in the address, in hex.
    digest: str
    form: str
    plan: int | None
    alarm: int | None
    numbered: bool
    zoned: bool
    created_at: datetime
    #: The learner's last study day on which a calendar fetched it.
    used_on: date | None = None
    revoked_at: datetime | None = None

    @property
    def content(self) -> FeedContent:
        return FeedContent(self.form, self.plan, self.alarm, self.numbered, self.zoned)
