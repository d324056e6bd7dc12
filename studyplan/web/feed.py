"""The calendar at an address: ``GET`` and ``HEAD`` for programs that come again every hour and mostly find nothing new."""

from __future__ import annotations

import gzip
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cached_property
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.background import BackgroundTask
from starlette.responses import Response

from studyplan.errors import NotFound, StudyplanError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from studyplan.planner import Planner
    from studyplan.planner.feeds import CalendarBody, CalendarVersion
    from studyplan.web.site import Site

router = APIRouter()

#: The end of the tag of what is sent packed: other bytes, so another name.
_PACKED = "-gzip"
#: Seconds after which a calendar may come again to a database that cannot be read.
_RETRY = "120"
#: Calendars ask before they show what they have, and nobody between keeps any of it.
_KEEPING = {"cache-control": "private, no-cache", "vary": "Accept-Encoding", "x-robots-tag": "noindex"}


@dataclass(frozen=True)
class ServedCalendar:
    """A calendar as it is sent, packed once."""

    version: CalendarVersion
    content: bytes

    @cached_property
    def packed(self) -> bytes:
        return gzip.compress(self.content, 6, mtime=0)


class CalendarShelf:
    """The calendars that were sent last, by the names of their versions; and for each address the newest, to be sent while the
    database cannot be read: programs switch a calendar off that answers an error."""

    def __init__(self, most: int = 64) -> None:
        self._most = most
        self._lock = Lock()
        self._by_etag: OrderedDict[str, ServedCalendar] = OrderedDict()
        self._newest: dict[str, str] = {}

    def get(self, etag: str) -> ServedCalendar | None:
        with self._lock:
            found = self._by_etag.get(etag)
            if found is not None:
                self._by_etag.move_to_end(etag)
            return found

    def newest(self, token: str) -> ServedCalendar | None:
        """What an address served last, if it is still here."""
        return self.get(self._newest.get(_name_of(token), ""))

    def put(self, token: str, body: CalendarBody) -> ServedCalendar:
        made, etag = ServedCalendar(body.version, body.content), body.version.etag
        with self._lock:
            self._by_etag[etag] = made
            self._newest[_name_of(token)] = etag
            while len(self._by_etag) > self._most:
                gone, _ = self._by_etag.popitem(last=False)
                self._newest = {name: kept for name, kept in self._newest.items() if kept != gone}
        return made

    def forget(self, token: str) -> None:
        """What was revoked is served no more, whatever becomes of the database."""
        with self._lock:
            self._newest.pop(_name_of(token), None)


def _name_of(token: str) -> str:
    """What an address is kept by, so that no dump of the memory opens it."""
    return sha256(token.encode(errors="replace")).hexdigest()


@router.api_route("/feed/{token}.ics", methods=["GET", "HEAD"])
def feed(request: Request) -> Response:
    """The calendar of an address; nothing but a status for one that nobody has, or that was revoked."""
    token: str = request.path_params["token"]
    site: Site = request.app.state.site
    planner, mark = site.source.planner(), site.config.marks == "symbols"
    try:
        version = planner.feeds.version(token, mark=mark)
        answer = _unchanged(request, version)
        if answer is None:
            kept = site.calendars.get(version.etag)
            answer = _sent(request, kept or site.calendars.put(token, planner.feeds.body(token, mark=mark)))
    except NotFound as unknown:
        site.calendars.forget(token)
        status = 410 if unknown.code == "feed-revoked" else 404
        return Response(status_code=status, headers={"cache-control": "no-store", "x-robots-tag": "noindex"})
    except StudyplanError:
        return _from_shelf(request, site.calendars.newest(token))
    if request.method == "GET" and version.is_first_today:
        # Once it is sent: no calendar waits for that.
        answer.background = BackgroundTask(_note, planner, version)
    return answer


def _from_shelf(request: Request, kept: ServedCalendar | None) -> Response:
    """What is left to answer while the database cannot be read."""
    if kept is None:
        return Response(status_code=503, headers={"retry-after": _RETRY, "cache-control": "no-store"})
    return _unchanged(request, kept.version) or _sent(request, kept)


def _unchanged(request: Request, version: CalendarVersion) -> Response | None:
    """The answer to a calendar that has this version already."""
    tag = _held(request.headers, version)
    return None if tag is None else Response(status_code=304, headers=_validators(version, tag))


def _sent(request: Request, found: ServedCalendar) -> Response:
    """The calendar whole, packed for those who can unpack it."""
    is_packed = _takes_gzip(request.headers.get("accept-encoding", ""))
    headers = _validators(found.version, _tag(found.version.etag, packed=is_packed))
    if is_packed:
        headers["content-encoding"] = "gzip"
    return Response(found.packed if is_packed else found.content, headers=headers, media_type="text/calendar")


def _validators(version: CalendarVersion, tag: str) -> dict[str, str]:
    """What a calendar asks by next time."""
    return {"etag": tag, "last-modified": format_datetime(version.changed_at.astimezone(UTC), usegmt=True), **_KEEPING}


def _note(planner: Planner, version: CalendarVersion) -> None:
    with suppress(StudyplanError):
        planner.feeds.note_fetch(version)


def _tag(etag: str, *, packed: bool) -> str:
    return f'"{etag}{_PACKED if packed else ""}"'


def _held(headers: Mapping[str, str], version: CalendarVersion) -> str | None:
    """The tag of what the calendar has, if that is what is served now. A tag that it sends is asked first; a date counts if
    it is the very one that was told, since a restored back-up is older than what it replaces."""
    packed = _takes_gzip(headers.get("accept-encoding", ""))
    told = headers.get("if-none-match")
    if told is not None:
        tags = {part.strip().removeprefix("W/") for part in told[:4096].split(",")}
        both = (_tag(version.etag, packed=packed), _tag(version.etag, packed=not packed))
        return both[0] if "*" in tags else next((tag for tag in both if tag in tags), None)
    since = _instant(headers.get("if-modified-since", ""))
    return _tag(version.etag, packed=packed) if since == version.changed_at else None


def _instant(text: str) -> datetime | None:
    """An instant as HTTP writes it; None for anything else."""
    try:
        found = parsedate_to_datetime(text[:64])
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _takes_gzip(accepted: str) -> bool:
    """Whether an ``Accept-Encoding`` has gzip in it, by name or by ``*``, with a weight that is not nothing."""
    weights: dict[str, str] = {}
    for part in accepted[:500].lower().split(","):
        name, _, weight = part.partition(";")
        weights[name.strip()] = weight.replace(" ", "").removeprefix("q=")
    weight = weights.get("gzip", weights.get("*", "0"))
    return weight.strip("0.") != "" if weight else True
