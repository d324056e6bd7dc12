"""What a learner changed at an entry of their calendar since it was written. Pure: an entry and a task's past in, an edit out.

An entry may be as old as its file. Held against what the task is now, every old file would take back a replan. So it is held
against what the task was when the entry was written: what differs from that is an edit, and nothing else is. Programs
rewrite stamps and numbers as they like, so that revision is not always known. Then an edit is what the task never was at any
revision that it may be, and a doubt what it was at some of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from studyplan.calendar import Form, text
from studyplan.model import Status

if TYPE_CHECKING:
    from studyplan.calendar.entries import Entry
    from studyplan.clock import Clock
    from studyplan.model import Task
    from studyplan.rules.entry_revisions import Past, Revision

#: How far the clock of another machine may be behind ours.
_CLOCKS_APART = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Edit:
    """What was changed at an entry; what is None was left as it was written."""

    #: Where the task was moved to; with ``at`` the study day that it lies on.
    day: date | None = None
    #: The time of day that it was given.
    at: datetime | None = None
    title: str | None = None
    status: Status | None = None
    #: When it was done, as the calendar has it.
    done_at: datetime | None = None
    #: The calendar calls it cancelled, which is how some programs delete.
    cancelled: bool = False
    #: What may be an edit, or the entry may be older than the task: ``date``, ``title``, ``status``.
    doubts: tuple[str, ...] = ()
    #: The title holds characters that some program could not read: it is none to take over.
    damaged: bool = False
    #: Why the time that the entry has now is a guess, and none to move by.
    guess: str = ""

    def __bool__(self) -> bool:
        return self.cancelled or any(each is not None for each in (self.day, self.title, self.status))


def edit_of(entry: Entry, past: Past, now: Task, clock: Clock, at: datetime) -> Edit:
    """What was changed at the entry, which must be ``whole``, and is not so already. ``clock`` is the learner's,
    ``at`` what it shows.

    Done is what a to-do says by its state, and an event by a check mark at the start of its title. A mark that was taken away
    opens nothing: exports without marks look the same. To-dos that are open again are.
    """
    bases = bases_of(entry, past)
    if not bases:
        return Edit()
    doubts: list[str] = []

    def edited(name: str, is_so: Callable[[Task], bool]) -> bool:
        if is_so(now):
            return False
        as_written = [is_so(base.task) for base in bases]
        if any(as_written) and not all(as_written):
            doubts.append(name)
        return not any(as_written)

    tells_of_removal = [not base.there for base in bases] if entry.cancelled else []
    if any(tells_of_removal):
        return Edit(doubts=() if all(tells_of_removal) or not now.exists else ("status",))
    if entry.cancelled and entry.form is Form.EVENTS:
        return Edit(cancelled=now.status is Status.OPEN)
    found = Edit()
    if (entry.day or entry.at) and edited("date", lambda task: _stands(entry, task, clock)):
        if entry.doubt:
            found = replace(found, guess=entry.doubt)
        else:
            day = days_meant(entry, clock)[0]
            found = replace(found, day=day, at=entry.at if entry.form is Form.EVENTS else None)
    words = _unnumbered(text.line(entry.title), bases)
    mark, rest = _taken_apart(words, bases)
    if rest and edited("title", lambda task: _is_titled(words, task)):
        damaged = "\ufffd" in words
        found = replace(found, damaged=damaged, title=None if damaged else rest)
    is_as_now = not (found or doubts or found.guess)
    status = _status(entry, mark)
    if status is not None and edited("status", lambda task: task.status is status):
        found = replace(found, status=status, done_at=_done_at(entry, bases, at))
    elif status is Status.OPEN and "status" in doubts and _is_reopened(entry, past, now, is_as_now=is_as_now):
        found = replace(found, status=status)
        doubts.remove("status")
    return replace(found, doubts=tuple(dict.fromkeys(doubts)))


def bases_of(entry: Entry, past: Past) -> list[Revision]:
    """The revisions that the entry may have been written from: one, where it still has its stamp.

    Else all that are possible: an entry's SEQUENCE is only ever raised, and its stamps only ever renewed. A SEQUENCE of 0 says
    nothing, since some programs begin anew with it; where all speaks against every revision, all are possible.
    """
    revisions = [each for each in past.revisions if each.there or entry.cancelled]
    if not past.sure:
        return revisions
    stamps = {stamp for stamp in (entry.stamped, entry.revised) if stamp is not None}
    latest = max(stamps, default=None)
    in_order = [each for each in revisions if not entry.sequence or each.sequence <= entry.sequence]
    exact = [each for each in revisions if each.stamp in stamps]
    if exact and all(each in in_order for each in exact):
        return exact
    possible = [each for each in in_order if latest is None or each.stamp <= latest + _CLOCKS_APART]
    return [each for each in revisions if each in possible or each in exact] or revisions


def _stands(entry: Entry, task: Task, clock: Clock) -> bool:
    """Whether the entry is where an export puts the task. An export with times gives a task that has none a time of its day;
    a to-do has its day alone."""
    if entry.at is None:
        return entry.day == task.date
    if entry.form is Form.TODOS or task.starts_at is None:
        return task.date in days_meant(entry, clock)
    return entry.at == task.starts_at


def days_meant(entry: Entry, clock: Clock) -> tuple[date, ...]:
    """The days that an entry with a readable time may mean, the likeliest first. Of a to-do that is due at an instant some
    programs mean the day of the learner's clock, some that of UTC, where they write midnight for a day."""
    if entry.at is None:
        return () if entry.day is None else (entry.day,)
    days = [clock.day_meant(entry.at)]
    if entry.form is Form.TODOS:
        days.append(replace(clock, day_starts=time()).day_of(entry.at))
        days += [entry.at.date()] if entry.at.time() == time() else []
    return tuple(dict.fromkeys(days))


def _status(entry: Entry, mark: Status | None) -> Status | None:
    if entry.done or mark is Status.DONE:
        return Status.DONE
    if entry.form is Form.TODOS:
        return Status.SKIPPED if entry.cancelled else Status.OPEN
    return None


def _is_reopened(entry: Entry, past: Past, now: Task, *, is_as_now: bool) -> bool:
    """Whether an open to-do was open again since its task was done or skipped, where its stamps do not say from which revision
    it is.

    It was, where it is a calendar that had it done and was changed after that, or where its SEQUENCE went beyond that of the
    done task and nothing else (``is_as_now``) could have raised it.
    """
    runs = [list(of_run) for _, of_run in groupby(past.revisions, key=lambda each: each.task.status)]
    if entry.revised is None or entry.revised in {each.stamp for each in past.revisions} or len(runs) < 2:
        return False
    closed = runs[-1][0]
    if closed.imported:
        return entry.revised > (now.done_at or closed.stamp)
    return is_as_now and entry.sequence > closed.sequence > runs[-2][-1].sequence and entry.revised > closed.stamp


def _unnumbered(words: str, bases: Sequence[Revision]) -> str:
    """The title without the number that the task had at one of its revisions."""
    found = (text.unnumbered(words, base.task) for base in bases)
    return next((rest for rest in found if rest != words), words)


def _taken_apart(words: str, bases: Sequence[Revision]) -> tuple[Status | None, str]:
    """The mark of a title and the rest of it, without the place of a piece. The task's own title is not a mark."""
    for base in bases:
        called = _spaced(text.bare(base.task))
        if called in (_spaced(words), _spaced(text.placeless(words))):
            return None, words
    mark, rest = text.unmarked(words)
    return mark, text.placeless(rest) or rest


def _is_titled(words: str, task: Task) -> bool:
    """Whether an export may have given the task this title, with a mark and a place or without."""
    called = _spaced(text.bare(task))
    for each in (words, _repaired(words)):
        _, rest = text.unmarked(each)
        if called in map(_spaced, (each, rest, text.placeless(each), text.placeless(rest))):
            return True
    return False


def _repaired(words: str) -> str:
    """The words as they were before some program took their UTF-8 for another encoding."""
    try:
        return words.encode("cp1252").decode()
    except UnicodeError:
        return words


def _spaced(words: str) -> str:
    return " ".join(words.split())


def _done_at(entry: Entry, bases: Sequence[Revision], now: datetime) -> datetime:
    """When it was done: as the to-do says, or when the entry was changed last; now where neither is known or has been."""
    changed = entry.revised if entry.revised not in {base.stamp for base in bases} else None
    at = entry.done_at or changed or now
    return min(at, now)
