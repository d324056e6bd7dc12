"""What a run needs of a collection of calendar objects. :mod:`studyplan.sync.server` has it by CalDAV."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Listing:
    """What is there: the etag of each object by the last part of its address; None: what was there at the token asked by."""

    etags: Mapping[str, str | None] | None
    #: The name of this state, to ask by the next time; None where the server keeps no such names.
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Object:
    etag: str | None
    #: Empty: it is not readable text.
    text: str


@dataclass(frozen=True, slots=True)
class Missed:
    """An object that is there, and that the server does not give now."""

    why: str


class Outcome(Enum):
    WRITTEN = "written"
    #: Not as it was expected: changed, there already, or gone.
    STALE = "stale"
    ABSENT = "absent"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class WriteResult:
    """How a write went. ``etag`` None: the server did not tell it, or only a weak one."""

    outcome: Outcome
    etag: str | None = None
    #: Why it was refused, for people.
    why: str = ""


class Shelf(Protocol):
    """A collection. Every method raises NetworkProblem if going on is of no use."""

    def changes(self, token: str | None) -> Listing:
        """What is there, unless nothing has changed since the token."""

    def fetch(self, hrefs: Collection[str], progress: Callable[[int], None] = ...) -> Mapping[str, Object | Missed]:
        """The objects that exist."""

    def put(self, href: str, body: bytes, etag: str | None) -> WriteResult:
        """Create an object (``etag`` None), or overwrite the one with that etag."""

    def delete(self, href: str, etag: str | None) -> WriteResult:
        """Delete an object; with an etag only while it is the one with it."""
