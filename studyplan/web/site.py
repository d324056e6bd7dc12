"""What all requests share: the open database, where the server is reached, who was let in, what they were told."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studyplan.api import PlannerSource
    from studyplan.config import Config
    from studyplan.web.guard import Address
    from studyplan.web.sessions import Sessions

#: Notices that wait for a page that is never opened are dropped, the oldest first.
_MOST_NOTICES = 8


@dataclass(frozen=True, slots=True)
class Notice:
    """A line that the next page shows. ``kind``: "done" for what was done, "problem" for what was not. ``undo``: whether it
    offers to take it back; ``more``: lines below it."""

    line: str
    kind: str = "done"
    undo: bool = False
    more: Sequence[str] = ()


class Notices:
    """What browsers are told on their next page: an answer to a form redirects, and what came of it is shown behind that."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: defaultdict[str, deque[Notice]] = defaultdict(lambda: deque(maxlen=_MOST_NOTICES))

    def put(self, device: str, notice: Notice) -> None:
        with self._lock:
            self._waiting[device].append(notice)

    def take(self, device: str) -> list[Notice]:
        with self._lock:
            return list(self._waiting.pop(device, ()))


@dataclass(frozen=True, slots=True)
class Site:
    """A server's own things. ``source`` makes a planner for each request over one database."""

    config: Config
    source: PlannerSource
    address: Address
    sessions: Sessions
    notices: Notices = field(default_factory=Notices)
