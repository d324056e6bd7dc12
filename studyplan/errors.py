"""The one family of errors that people see: a message, a hint how to go on, an exit code.

Raised anywhere, turned into one line of text (or an ``error`` object) in one place, ``cli.output``. Anything that is not
a :class:`StudyplanError` is a bug and keeps its traceback. Imports nothing of the package but ``model``'s values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from studyplan.model import Offer


class WayOut(str):
    """A hint: how to go on, in the words of the library.

    A face that has other words for it, as the command line has its flags, keeps them under ``name``; ``values`` fill them in.
    """

    name: str
    values: Mapping[str, object]

    def __new__(cls, text: str, name: str, **values: object) -> WayOut:
        way = super().__new__(cls, text)
        way.name, way.values = name, values
        return way


class StudyplanError(Exception):
    """Root of the family. ``message`` is one line that says what is wrong; ``hint``, if there is one, says how to go
    on."""

    slug: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        slug: str | None = None,
        facts: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = slug or type(self).slug
        #: What a program should see beside the error: what would have been done, say.
        self.facts = dict(facts or {})


class UsageProblem(StudyplanError):
    """Input that contradicts itself or cannot be read: an exam before the start, a date that does not exist."""

    slug = "usage"
    exit_code = 2


class NotFound(StudyplanError):
    """No such template, task, plan or learner."""

    slug = "not-found"
    exit_code = 3


class BadFile(StudyplanError):
    """A template, configuration or calendar file that cannot be used; ``problems`` holds all of them, one line each."""

    slug = "bad-file"
    exit_code = 4

    def __init__(
        self, message: str, *, problems: Sequence[str] = (), hint: str | None = None, slug: str | None = None
    ) -> None:
        super().__init__(message, hint=hint, slug=slug)
        self.problems = tuple(problems)


class Conflict(StudyplanError):
    """A clear request that cannot be done: a taken name, several plans, no consent."""

    slug = "conflict"
    exit_code = 5


@dataclass(frozen=True, slots=True)
class Shortage:
    """Too little time in all, in minutes: the room for new work, what is needed of it, and what the days keep for reviews and tasks
    with a fixed day. ``first``, ``last``: the days of the plan; ``notes``: what else limits them."""

    room: int
    needed: int
    kept: int
    first: date
    last: date
    notes: tuple[str, ...] = ()


class DoesNotFit(Conflict):
    """The minutes do not fit the days. ``short_minutes`` are the minutes that do not fit; ``offers`` are the ways out
    with their price, and ``takes``, where it is known, what to ask instead to take each of them. ``shortage``: the figures, where there
    is too little time in all."""

    slug = "does-not-fit"

    def __init__(
        self,
        message: str,
        *,
        short_minutes: int | None = None,
        offers: Sequence[Offer] = (),
        takes: Sequence[Any] = (),
        hint: str | None = None,
        shortage: Shortage | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.shortage = shortage
        self.short_minutes = short_minutes
        self.offers = tuple(offers)
        self.takes = tuple(takes)


class StorageProblem(StudyplanError):
    """A database or a file that cannot be read or written."""

    slug = "storage"
    exit_code = 6


class NoSuchFile(StorageProblem):
    """A file that somebody named, and that is not there or not to be seen."""


class AlreadyWritten(StudyplanError):
    """Not an error: the requested change was already written by a command that got no confirmation."""

    slug = "already-written"
    exit_code = 0


class NetworkProblem(StudyplanError):
    """A server that cannot be reached, does not let us in, or fails."""

    slug = "network"
    exit_code = 7
