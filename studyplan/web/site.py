"""What all requests share: the open database, where the server is reached, who was let in, what they were told."""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from studyplan.web.feed import CalendarShelf

if TYPE_CHECKING:
    from studyplan.api import PlannerSource
    from studyplan.config import Config
    from studyplan.planner.feeds import NewFeed
    from studyplan.web.guard import Address
    from studyplan.web.sessions import Sessions

T = TypeVar("T")

#: Notices that wait for a page that is never opened are dropped, the oldest first.
_MOST_NOTICES = 8
#: Pictures of progress that are kept: a few learners', in a language or two.
_MOST_PICTURES = 16

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Notice:
    """A line that the next page shows. ``kind``: "done" for what was done, "problem" for what was not. ``undo``: the number of
    the change that it offers to take back; ``more``: lines below it."""

    line: str
    kind: str = "done"
    undo: int | None = None
    more: Sequence[str] = ()


class NextPage(Generic[T]):
    """What browsers are shown on their next page, once: an answer to a form redirects, and what came of it stands behind that."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: defaultdict[str, deque[T]] = defaultdict(lambda: deque(maxlen=_MOST_NOTICES))

    def put(self, device: str, shown: T) -> None:
        with self._lock:
            self._waiting[device].append(shown)

    def take(self, device: str) -> list[T]:
        with self._lock:
            return list(self._waiting.pop(device, ()))


class LastUsed(Generic[Key, Value]):
    """What takes long to make, kept while what it is made from stays. Of all threads at once; the one used longest ago goes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._values: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value of a key, made where there is none. Two threads may make the same at once: the later one stays."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        made = make()
        with self._lock:
            self._values[key] = made
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return made


@dataclass(frozen=True, slots=True)
class Site:
    """A server's own things. ``source`` makes a planner for each request over one database."""

    config: Config
    source: PlannerSource
    address: Address
    sessions: Sessions
    notices: NextPage[Notice] = field(default_factory=NextPage)
    #: Pages of progress with their charts: the forecast behind one takes longer than all else that a page shows.
    progress: LastUsed[Hashable, Any] = field(default_factory=lambda: LastUsed(_MOST_PICTURES))
    #: The addresses of feeds that were just made: shown once.
    new_feeds: NextPage[NewFeed] = field(default_factory=NextPage)
    #: What feeds served last.
    calendars: CalendarShelf = field(default_factory=CalendarShelf)
