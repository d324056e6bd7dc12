"""Decide what to do about one entry from its state here, its state there, and what both sides had last.

Pure and total: values in, actions out, for every combination. Whichever side still says what both said last has not
changed. Where both changed the same thing, a completion wins over a move, and of two moves (or
titles) the later one by the stamps; each such decision is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from studyplan.model import Presence, Seen, Status

#: How a calendar's titles are read: the state that the mark of one tells of, if any, the title without the mark, and that
#: without the part that it is.
Split = Callable[[str], tuple[Status | None, str, str]]


@dataclass(frozen=True, slots=True)
class Here:
    """A task as a calendar would show it."""

    uid: str
    day: date
    #: The start, where the entry is a timed one; None for a whole day.
    at: datetime | None
    #: Without a mark; with ``(1/2)`` for a piece.
    title: str
    status: Status
    #: The stamp of its last change.
    revised: datetime | None
    #: It is one piece of several, which its title tells.
    is_piece: bool = False


@dataclass(frozen=True, slots=True)
class EntryState:
    """What an entry there says. None: it does not say, as a to-do without a day or an event without a mark."""

    day: date | None
    at: datetime | None
    title: str
    status: Status | None
    done_at: datetime | None
    revised: datetime | None


@dataclass(frozen=True, slots=True)
class There:
    """An entry as the server has it. ``reading`` is None if it was not fetched, as its etag is known, or not
    readable."""

    uid: str
    href: str
    etag: str | None
    reading: EntryState | None = None


class Told(StrEnum):
    """A decision between two sides that a person should hear of."""

    #: Done on one side, moved on the other: it is done, on the day of the side that says so.
    DONE_OVER_MOVE = "done-over-move"
    #: Moved on both sides: the later move counts.
    LATER_MOVE = "later-move"
    LATER_TITLE = "later-title"
    #: Done on one side and skipped or opened on the other.
    DONE_OVER_OTHER = "done-over-other"
    LATER_STATUS = "later-status"
    #: Removed here, done there: it is removed.
    REMOVED_OVER_DONE = "removed-over-done"


@dataclass(frozen=True, slots=True)
class Put:
    """Write the task there: over the entry with that etag, or as a new entry (None)."""

    uid: str
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    uid: str
    href: str
    etag: str | None


@dataclass(frozen=True, slots=True)
class Apply:
    """Change the task here; None: leave that."""

    uid: str
    status: Status | None = None
    done_at: datetime | None = None
    day: date | None = None
    #: Counts where ``day`` is named.
    at: datetime | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Remember:
    """What is there counts as seen. ``settled``: the task says the same, once the changes are applied."""

    uid: str
    settled: bool


@dataclass(frozen=True, slots=True)
class Forget:
    uid: str


@dataclass(frozen=True, slots=True)
class Hide:
    """Deleted there, over here: it is left out from now on."""

    uid: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Deleted there, open here: only the learner knows what that means."""

    uid: str


@dataclass(frozen=True, slots=True)
class Leave:
    """The entry there cannot be read: nothing is done to it."""

    uid: str


@dataclass(frozen=True, slots=True)
class Tell:
    uid: str
    told: Told
    #: Whether what counts is the side of the server.
    theirs: bool


Action = Put | Delete | Apply | Remember | Forget | Hide | Ask | Leave | Tell


def decide(local: Here | None, remote: There | None, last_seen: Seen | None, split: Split) -> tuple[Action, ...]:
    """What to do about one entry, in this order. ``local`` None: no task (any more); ``remote`` None: no entry (any more)."""
    if remote is None:
        return _absent_there(local, last_seen)
    if local is None:
        return _absent_here(remote, last_seen, split)
    if last_seen is not None and _is_as_seen(remote, last_seen):
        return (Put(local.uid, remote.etag),) if local.revised != last_seen.revised else ()
    if remote.reading is None:
        return (Leave(local.uid),)
    return _merged(local, remote, remote.reading, last_seen, split)


def _is_as_seen(remote: There, seen: Seen) -> bool:
    return seen.presence is Presence.THERE and remote.etag is not None and remote.etag == seen.etag


def _absent_there(local: Here | None, seen: Seen | None) -> tuple[Action, ...]:
    if local is None:
        return (Forget(seen.uid),) if seen is not None else ()
    if seen is None or seen.presence is Presence.SENT:
        return (Put(local.uid),)
    if seen.presence is Presence.GONE:
        return (Put(local.uid),) if local.status is Status.OPEN else ()
    return (Ask(local.uid),) if local.status is Status.OPEN else (Hide(local.uid),)


def _absent_here(remote: There, seen: Seen | None, split: Split) -> tuple[Action, ...]:
    if seen is None:
        return ()
    told: tuple[Action, ...] = ()
    if not _is_as_seen(remote, seen) and remote.reading is not None:
        done = status_there(remote.reading, seen, split) is Status.DONE
        if done and seen.status is not Status.DONE:
            told = (Tell(seen.uid, Told.REMOVED_OVER_DONE, theirs=False),)
    return (*told, Delete(seen.uid, remote.href, remote.etag))


def status_there(reading: EntryState, seen: Seen | None, split: Split) -> Status | None:
    """What the entry says of the task's state. An event tells it by its mark: that the mark is gone says something only
    where one was."""
    if reading.status is None and seen is not None and split(seen.title)[0] and not split(reading.title)[0]:
        return Status.OPEN
    return reading.status


@dataclass(frozen=True, slots=True)
class _Sides:
    """One thing that both sides say, and what both said last; where there is no last time, both count as changed."""

    mine: object
    theirs: object
    base: object
    known: bool

    @property
    def differ(self) -> bool:
        return self.mine != self.theirs

    @property
    def changed_here(self) -> bool:
        return not self.known or self.mine != self.base

    @property
    def changed_there(self) -> bool:
        return not self.known or self.theirs != self.base

    @property
    def conflict(self) -> bool:
        return self.differ and self.changed_here and self.changed_there

    def is_theirs(self, *, later_there: bool) -> bool:
        """Whether what they say is taken over: where only they changed it, or later."""
        return self.differ and self.changed_there and (later_there or not self.changed_here)


def _merged(local: Here, remote: There, reading: EntryState, seen: Seen | None, split: Split) -> tuple[Action, ...]:
    if seen is not None and seen.presence is not Presence.THERE:
        # What is there now is not known to come from what was sent, or was deleted: both sides have never been the same.
        seen = None
    merge = _Merge(local, reading, seen, split)
    actions = (*merge.told(), *merge.applied(), Remember(local.uid, merge.is_settled))
    return actions if merge.is_settled else (*actions, Put(local.uid, remote.etag))


class _Merge:
    """What counts of a task and its entry, thing by thing: state, day and title."""

    def __init__(self, local: Here, reading: EntryState, seen: Seen | None, split: Split) -> None:
        self._local = local
        self._reading = reading
        self._known = seen is not None
        self._state = status_there(reading, seen, split) or (local.status if seen is None else seen.status)
        self._status = _Sides(local.status, self._state, seen and seen.status, self._known)
        self._day = _days(local, reading, seen)
        self._title, self._new_title = _titles(local, reading, seen, split)
        self._weigh()
        # The entry was not written with the task's last change: it may lack what is not compared, an estimate say.
        is_behind = local.revised != (seen.revised if seen is not None else None) and reading.revised != local.revised
        sides = (
            (self._status, self._their_status),
            (self._day, self._their_day),
            (self._title, self._their_title),
        )
        is_overruled = any(side.differ and not theirs for side, theirs in sides)
        #: Nothing has to be written there.
        self.is_settled = not is_overruled and not is_behind

    def _weigh(self) -> None:
        """Whose state, day and title count: a completion wins over a move, and otherwise the later change."""
        stamps = (self._reading.revised, self._local.revised)
        later = stamps[0] is None or stamps[1] is None or stamps[0] >= stamps[1]
        status, day = self._status, self._day
        done_here = self._local.status is Status.DONE and status.changed_here
        self._done_there = self._state is Status.DONE and status.changed_there
        self._one_is_done = done_here != self._done_there
        self._by_completion = self._known and day.differ and self._one_is_done
        is_won = status.conflict and self._one_is_done
        self._their_status = self._done_there if is_won else status.is_theirs(later_there=later)
        self._their_day = self._done_there if self._by_completion else day.is_theirs(later_there=later)
        self._their_title = self._title.is_theirs(later_there=later)

    def told(self) -> tuple[Action, ...]:
        """Decisions between two changes. Without a last time nobody knows that both sides changed: then there are none."""
        if not self._known:
            return ()
        uid, told = self._local.uid, []
        if self._status.conflict:
            which = Told.DONE_OVER_OTHER if self._one_is_done else Told.LATER_STATUS
            told.append(Tell(uid, which, self._their_status))
        if self._by_completion and (self._day.changed_here if self._done_there else self._day.changed_there):
            told.append(Tell(uid, Told.DONE_OVER_MOVE, self._their_day))
        elif self._day.conflict:
            told.append(Tell(uid, Told.LATER_MOVE, self._their_day))
        if self._title.conflict:
            told.append(Tell(uid, Told.LATER_TITLE, self._their_title))
        return tuple(told)

    def applied(self) -> tuple[Action, ...]:
        """What changes here."""
        if not (self._their_status or self._their_day or self._their_title):
            return ()
        reading = self._reading
        is_done = self._their_status and self._state is Status.DONE
        return (
            Apply(
                self._local.uid,
                status=self._state if self._their_status else None,
                done_at=reading.done_at if is_done else None,
                day=reading.day if self._their_day else None,
                at=reading.at if self._their_day else None,
                title=self._new_title if self._their_title else None,
            ),
        )


def _days(local: Here, reading: EntryState, seen: Seen | None) -> _Sides:
    """Day and start; an entry without a day leaves them as they were."""
    here = (local.day, local.at)
    then = None if seen is None else (seen.day, seen.at)
    there = (reading.day, reading.at) if reading.day is not None else then or here
    return _Sides(here, there, then, seen is not None)


def _titles(local: Here, reading: EntryState, seen: Seen | None, split: Split) -> tuple[_Sides, str]:
    """The titles without marks and parts, and what the task is called where theirs counts."""
    _, renamed, there = split(reading.title)
    here = split(local.title)[2]
    then = split(seen.title)[2] if seen is not None else None
    there = there or then or here
    return _Sides(here, there, then, seen is not None), there if local.is_piece else renamed
