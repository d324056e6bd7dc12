"""A collection in memory that obeys etags and tokens, and ways in which a network and a machine fail."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from studyplan.errors import NetworkProblem
from studyplan.sync.collection import Listing, Object, Outcome, Shelf, WriteResult


class Cloud:
    """What a CalDAV server is to a run: objects with etags, conditions on writes, names of states."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[int, str]] = {}
        #: Every change: the name it was of.
        self.log: list[str] = []
        self.oldest_token = 0
        self.tells_etags = True

    def write(self, name: str, text: str) -> str:
        self.log.append(name)
        self.objects[name] = (len(self.log), text)
        return self._etag(name)

    def erase(self, name: str) -> None:
        self.log.append(name)
        del self.objects[name]

    def _etag(self, name: str) -> str:
        return f'"{self.objects[name][0]}"'

    def changes(self, token: str | None) -> Listing:
        now = str(len(self.log))
        if token == now and int(token) >= self.oldest_token:
            return Listing(None, now)
        return Listing({name: self._etag(name) for name in self.objects}, now)

    def fetch(
        self, hrefs: Collection[str], progress: Callable[[int], None] = lambda done: None
    ) -> Mapping[str, Object]:
        return {name: Object(self._etag(name), self.objects[name][1]) for name in hrefs if name in self.objects}

    def put(self, href: str, body: bytes, etag: str | None) -> WriteResult:
        there = self._etag(href) if href in self.objects else None
        if etag != there:
            return WriteResult(Outcome.STALE)
        made = self.write(href, body.decode())
        return WriteResult(Outcome.WRITTEN, made if self.tells_etags else None)

    def delete(self, href: str, etag: str | None) -> WriteResult:
        if href not in self.objects:
            return WriteResult(Outcome.ABSENT)
        if etag is not None and etag != self._etag(href):
            return WriteResult(Outcome.STALE)
        self.erase(href)
        return WriteResult(Outcome.WRITTEN)


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Trouble:
    """What goes wrong: before or after which of the next calls, and how."""

    #: Calls that still go well; None: all do.
    left: int | None = None
    how: str = "killed before"

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        return ("killed before", "killed after", "request lost", "answer lost", "sent twice")

    def around(self, call: Callable[[], object]) -> object:
        if self.left is None:
            return call()
        if self.left > 0:
            self.left -= 1
            return call()
        self.left = None
        match self.how:
            case "killed before":
                raise Killed
            case "request lost":
                raise NetworkProblem("the request was lost")
            case "sent twice":
                call()
                return call()
        call()
        raise Killed if self.how == "killed after" else NetworkProblem("the answer was lost")


@dataclass
class Shaky:
    """A collection with a bad network between."""

    shelf: Shelf
    trouble: Trouble
    calls: list[str] = field(default_factory=list)

    def changes(self, token: str | None) -> Listing:
        return self._call("changes", lambda: self.shelf.changes(token))

    def fetch(
        self, hrefs: Collection[str], progress: Callable[[int], None] = lambda done: None
    ) -> Mapping[str, Object]:
        return self._call("fetch", lambda: self.shelf.fetch(hrefs, progress))

    def put(self, href: str, body: bytes, etag: str | None) -> WriteResult:
        return self._call("put", lambda: self.shelf.put(href, body, etag))

    def delete(self, href: str, etag: str | None) -> WriteResult:
        return self._call("delete", lambda: self.shelf.delete(href, etag))

    def _call(self, name: str, call: Callable[[], object]) -> object:
        self.calls.append(name)
        return self.trouble.around(call)


def lines(text: str) -> Iterator[str]:
    """The lines of an object, unfolded."""
    yield from text.replace("\r\n", "\n").replace("\n ", "").splitlines()
