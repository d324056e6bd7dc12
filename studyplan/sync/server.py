"""A collection on a CalDAV server (RFC 4791): how it is found, and how a run reads and writes it.

Objects are written and deleted with conditions. Redirects are followed within the same origin, while a calendar is looked
for, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit
from xml.sax.saxutils import escape

from studyplan.errors import Conflict, NetworkProblem
from studyplan.sync.address import offered, shown
from studyplan.sync.collection import Listing, Missed, Object, Outcome, WriteResult
from studyplan.sync.connection import Connection, Reply
from studyplan.sync.exchange import Unusable
from studyplan.text import one_line

#: Objects that are asked for at once.
_AT_ONCE = 100
_MOST_HOPS = 5
_CALENDAR = "{urn:ietf:params:xml:ns:caldav}calendar"
_COMPONENTS = "{urn:ietf:params:xml:ns:caldav}supported-calendar-component-set"
_HOME = "{urn:ietf:params:xml:ns:caldav}calendar-home-set"
_NAME = "{DAV:}displayname"
_PRINCIPAL = "{DAV:}current-user-principal"
_TYPE = "{DAV:}resourcetype"
_ETAG = "{DAV:}getetag"
#: Refusals that have words of their own.
_REFUSALS = {413: "it is too large for the server", 423: "it is locked there"}
_PORTAL = "it may be your network's login page: open it in a browser, then try again"


# --- looking for a calendar


@dataclass(frozen=True, slots=True)
class FoundCalendar:
    url: str
    name: str
    #: It was made for this.
    is_new: bool


def find(connection: Connection, url: str, name: str, component: str) -> FoundCalendar:
    """The calendar at the address; or the one called ``name`` of the account that the address leads to, made where
    there is none. ``component`` is VTODO or VEVENT. Raises NetworkProblem if the address is not a CalDAV address,
    Conflict if the calendar does not accept such components or none can be created."""
    url, properties = _entrance(connection, url)
    if _CALENDAR in _listed(properties.get(_TYPE)):
        _check(properties, component)
        return FoundCalendar(_folder(url), _name(properties), is_new=False)
    home = _home(connection, url, properties)
    _, found = connection.propfind(home, _TYPE, _NAME, _COMPONENTS, depth=1)
    taken = set()
    for each in found:
        last = each.href.rstrip("/").rpartition("/")[2]
        taken.add(last)
        if _CALENDAR in _listed(each.properties.get(_TYPE)) and name in (_text(each.properties.get(_NAME)), last):
            _check(each.properties, component)
            return FoundCalendar(_folder(connection.joined(home, _quoted(each.href))), name, is_new=False)
    return _made(connection, home, name, component, taken)


def _check(properties: Mapping[str, Any], component: str) -> None:
    """Raise Conflict if a calendar takes no such components; many take either to-dos or events."""
    takes = _listed(properties.get(_COMPONENTS))
    if takes and component not in takes:
        what, other = ("to-dos", "events") if component == "VTODO" else ("events", "todos")
        raise Conflict(
            f"the calendar '{_name(properties)}' does not accept {what}",
            hint=f"use --as {other}, or --calendar NAME for another",
        )


def _entrance(connection: Connection, url: str) -> tuple[str, Mapping[str, Any]]:
    """The address at which CalDAV answers, with its properties: the one given, or what it leads to (RFC 6764, 5)."""
    wanted = (_TYPE, _NAME, _PRINCIPAL, _HOME, _COMPONENTS)
    last: Reply | None = None
    for start in (url, urljoin(url, "/.well-known/caldav")):
        place = start
        for _ in range(_MOST_HOPS):
            reply, found = connection.propfind(place, *wanted)
            if not reply.is_elsewhere:
                break
            place = connection.joined(place, reply.headers.get("Location", ""))
        known = found[0].properties if found else {}
        if _CALENDAR in _listed(known.get(_TYPE)) or known.get(_PRINCIPAL) or known.get(_HOME):
            return place, known
        last = last or reply
    assert last is not None
    if last.status == 404:
        raise NetworkProblem(f"there is nothing at {url} (404)", hint="check the address")
    if last.status == 403:
        raise NetworkProblem(f"{connection.host} does not let this account in there (403)", hint="check the address")
    if last.is_web_page:
        raise NetworkProblem(f"{url} is not a CalDAV address: it answers with a web page", hint=_PORTAL)
    told = f" ({last.status})" if last.status >= 400 else ""
    raise NetworkProblem(
        f"{url} is not a CalDAV address{told}", hint="look up the CalDAV address in your server's documentation"
    )


def _home(connection: Connection, url: str, properties: Mapping[str, Any]) -> str:
    """The folder of the account's calendars."""
    if not properties.get(_HOME):
        principal = connection.joined(url, _quoted(_text(properties.get(_PRINCIPAL))))
        _, found = connection.propfind(principal, _HOME)
        properties = found[0].properties if found else {}
        url = principal
    homes = properties.get(_HOME)
    home = homes[0] if isinstance(homes, list) and homes else homes
    if not isinstance(home, str):
        raise NetworkProblem(
            f"{connection.host} does not say where this account's calendars are",
            hint="give the calendar's own address",
        )
    return _folder(connection.joined(url, _quoted(home)))


def _made(connection: Connection, home: str, name: str, component: str, taken: Collection[str]) -> FoundCalendar:
    slug = "".join(c if c.isascii() and c.isalnum() else "-" for c in name.lower()).strip("-") or "studyplan"
    last = next(each for each in (slug, *(f"{slug}-{n}" for n in range(2, 1000))) if each not in taken)
    url = f"{home}{last}/"
    reply = connection.make_calendar(
        url,
        f"<D:displayname>{escape(name)}</D:displayname><C:supported-calendar-component-set>"
        f'<C:comp name="{component}"/></C:supported-calendar-component-set>',
    )
    if not reply.is_fine:
        raise Conflict(
            f"{connection.host} does not let you create the calendar '{name}' ({reply.status})",
            hint="create it there yourself and add its address",
        )
    return FoundCalendar(url, name, is_new=True)


def _quoted(href: str) -> str:
    """An address of the server, which the library has decoded, as a request takes it."""
    return quote(href, safe="/:@+~!$&'()*,;=")


def _folder(url: str) -> str:
    return url if url.endswith("/") else f"{url}/"


def _name(properties: Mapping[str, Any]) -> str:
    """What a calendar is called there, for people."""
    return one_line(_text(properties.get(_NAME)), 60)


def _listed(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


# --- the collection


class CaldavShelf:
    """The calendar at an address, as a run needs it."""

    def __init__(self, connection: Connection, url: str) -> None:
        self._connection = connection
        self._url = url

    def changes(self, token: str | None) -> Listing:
        """By sync-collection (RFC 6578): whether anything changed, and if so what there is.

        What a server says to have changed is not relied upon: Xandikos 0.4.10 leaves out what was deleted. Servers say in
        many ways that they have forgotten a token, so that any answer but the one wanted counts as that.
        """
        since = self._since(token) if token is not None else None
        moved = since is None or since.sync_token != token or since.changed or since.deleted or since.truncated
        if token is not None and not moved:
            return Listing(None, token)
        every = self._since("")
        if every is None or every.truncated:
            return Listing(self._all())
        etags = {name: each.etag for each in every.changed if (name := self._name(each.href))}
        return Listing(etags, every.sync_token)

    def _since(self, token: str) -> Any:
        """What the server says of the time since a token, of all if it is empty; None if it has no such report."""
        reply = self._connection.report(
            self._url,
            f'<D:sync-collection xmlns:D="DAV:"><D:sync-token>{escape(token)}</D:sync-token>'
            "<D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>",
            depth=0,
        )
        if reply.status != 207:
            return None
        try:
            found = reply.read(lambda response: response.parse_sync_collection())
        except Unusable:
            return None
        return found if found.sync_token else None

    def _all(self) -> Mapping[str, str | None]:
        """By the list of what is in the collection."""
        reply, found = self._connection.propfind(self._url, _ETAG, _TYPE, depth=1)
        if reply.status in (404, 410) or (
            reply.status == 207 and reply.read(lambda response: response.all_responses_not_found())
        ):
            raise NetworkProblem(
                f"the calendar is no longer at {self._url}",
                hint="remove it with `studyplan sync remove`, then add it again",
            )
        if reply.status != 207:
            raise self._no_list(reply)
        return {
            name: _text(each.properties.get(_ETAG)) or None
            for each in found
            if (name := self._name(each.href)) and "{DAV:}collection" not in _listed(each.properties.get(_TYPE))
        }

    def _no_list(self, reply: Reply) -> NetworkProblem:
        """Why the collection could not be listed."""
        host = self._connection.host
        if reply.is_elsewhere:
            place = self._connection.joined(self._url, reply.headers.get("Location", ""))
            if place == self._url:
                return NetworkProblem(f"{host} redirects without saying where ({reply.status})")
            if reply.status not in (301, 308):
                return NetworkProblem(f"{host} redirects to {shown(place)} for now ({reply.status})", hint=_PORTAL)
            command = offered(place)
            return NetworkProblem(
                f"the calendar has moved to {shown(place)} ({reply.status})",
                hint=f"remove it with `studyplan sync remove`, then: studyplan sync add {command}" if command else None,
            )
        if reply.is_web_page:
            return NetworkProblem(f"{self._url} is not a CalDAV address: it answers with a web page", hint=_PORTAL)
        return NetworkProblem(f"{host} does not list the calendar ({reply.status})")

    def fetch(
        self, hrefs: Collection[str], progress: Callable[[int], None] = lambda done: None
    ) -> Mapping[str, Object | Missed]:
        """Many at once; what such an answer lacks, or where there is none, one by one."""
        listed = list(hrefs)
        found: dict[str, Object | Missed] = {}
        for first in range(0, len(listed), _AT_ONCE):
            some = listed[first : first + _AT_ONCE]
            if len(some) > 1:
                found |= self._multiget(some)
            for href in some:
                if href not in found and (one := self._get(href)) is not None:
                    found[href] = one
            progress(first + len(some))
        return found

    def _multiget(self, hrefs: Collection[str]) -> dict[str, Object]:
        listed = "".join(f"<D:href>{escape(urlsplit(self._place(href)).path)}</D:href>" for href in hrefs)
        with suppress(Unusable):
            reply = self._connection.report(
                self._url,
                '<C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/>'
                f"<C:calendar-data/></D:prop>{listed}</C:calendar-multiget>",
                depth=1,
            )
            if reply.status != 207:
                return {}
            answers = reply.read(lambda response: response.parse_calendar_query())
            return {
                name: Object(each.etag, each.calendar_data)
                for each in answers
                if each.status == 200 and each.calendar_data and (name := self._name(each.href)) in hrefs
            }
        return {}

    def _get(self, href: str) -> Object | Missed | None:
        """None: there is nothing (any more)."""
        try:
            reply = self._connection.ask("GET", self._place(href), Accept="text/calendar")
        except Unusable:
            return Missed("the answer cannot be used")
        if reply.status in (404, 410):
            return None
        if reply.status != 200 or reply.is_web_page:
            return Missed(str(reply.status))
        try:
            return Object(reply.etag, reply.body.decode().replace("\r\n", "\n"))
        except UnicodeDecodeError:
            return Object(reply.etag, "")

    def put(self, href: str, body: bytes, etag: str | None) -> WriteResult:
        condition = {"If_None_Match": "*"} if etag is None else {"If_Match": _strong(etag)}
        place, kind = self._place(href), "text/calendar; charset=utf-8"
        reply = self._connection.ask("PUT", place, body, Content_Type=kind, **condition)
        if reply.status == 412 and etag is not None and _is_weak(etag) and self._is_still(href, etag):
            # No condition takes a weak etag. The entry is as it was a moment ago.
            reply = self._connection.ask("PUT", place, body, Content_Type=kind)
        return self._answer(reply)

    def delete(self, href: str, etag: str | None) -> WriteResult:
        place = self._place(href)
        condition = {"If_Match": _strong(etag)} if etag is not None else {}
        reply = self._connection.ask("DELETE", place, b"", **condition)
        if reply.status == 412 and etag is not None and _is_weak(etag) and self._is_still(href, etag):
            reply = self._connection.ask("DELETE", place)
        return self._answer(reply)

    def _answer(self, reply: Reply) -> WriteResult:
        if reply.is_web_page and reply.etag is None:
            raise NetworkProblem(f"{self._connection.host} answers with a web page", hint=_PORTAL)
        if reply.is_fine:
            # An etag with an answer to PUT that is weak does not name what was written.
            etag = reply.etag
            return WriteResult(Outcome.WRITTEN, None if etag is None or _is_weak(etag) else etag)
        if reply.status in (404, 410):
            return WriteResult(Outcome.ABSENT)
        if reply.status == 412:
            return WriteResult(Outcome.STALE)
        if any("no-uid-conflict" in each for each in reply.preconditions) or reply.status == 409:
            return WriteResult(Outcome.STALE, why=f"the server has an entry with its UID elsewhere ({reply.status})")
        why = _REFUSALS.get(reply.status, "the server refused it")
        return WriteResult(Outcome.REFUSED, why=f"{why} ({reply.status})")

    def _is_still(self, href: str, etag: str) -> bool:
        found = self._get(href)
        return isinstance(found, Object) and found.etag is not None and _strong(found.etag) == _strong(etag)

    def _place(self, href: str) -> str:
        return self._url + quote(href, safe="@+~!$&'()*,;=")

    def _name(self, href: str) -> str:
        """The last part of an address in the collection; nothing for the collection itself."""
        path = unquote(urlsplit(self._url).path)
        name = href.rpartition("/")[2]
        return "" if href.rstrip("/") == path.rstrip("/") or name in ("", ".", "..") else name


def _is_weak(etag: str) -> bool:
    return etag.startswith("W/")


def _strong(etag: str) -> str:
    return etag.removeprefix("W/")
