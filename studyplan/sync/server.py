"""A collection on a CalDAV server (RFC 4791), by the ``caldav`` library: the only file that imports it.

The library finds calendars, logs in, speaks HTTP and reads the servers' XML; objects are written and deleted directly, with
conditions. Redirects are not followed but within the same origin, while a calendar is looked for, so that a password goes
to the host that the learner named and to no other; certificates are always verified.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit
from xml.sax.saxutils import escape

from caldav.davclient import DAVClient
from caldav.lib import error
from caldav.lib.http_sync import requests

from studyplan.errors import Conflict, NetworkProblem
from studyplan.sync.address import host_of, origin
from studyplan.sync.collection import Answer, Listing, Object, Outcome

#: Seconds that a server may keep silent.
_PATIENCE = 30
#: Objects that are asked for at once.
_AT_ONCE = 100
#: Answers of trouble in a row after which a server is left alone.
_MOST_TROUBLE = 5
_MOST_HOPS = 5
_CALENDAR = "{urn:ietf:params:xml:ns:caldav}calendar"
_COMPONENTS = "{urn:ietf:params:xml:ns:caldav}supported-calendar-component-set"
_HOME = "{urn:ietf:params:xml:ns:caldav}calendar-home-set"
_NAME = "{DAV:}displayname"
_PRINCIPAL = "{DAV:}current-user-principal"
_TYPE = "{DAV:}resourcetype"
_ETAG = "{DAV:}getetag"
_XML = {"Content_Type": "application/xml; charset=utf-8"}
_HEAD = '<?xml version="1.0" encoding="utf-8"?>'


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered. ``preconditions``: which of its conditions it says were not met (RFC 4918, 16)."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    response: Any = None
    preconditions: tuple[str, ...] = ()

    @property
    def etag(self) -> str | None:
        return self.headers.get("ETag")

    @property
    def is_fine(self) -> bool:
        return 200 <= self.status < 300


class Connection:
    """Requests to one host, as one account. Raises NetworkProblem where it cannot be reached or does not let us in."""

    def __init__(self, url: str, account: str, password: str | None) -> None:
        _hush()
        self._origin = origin(url)
        self.host = host_of(url)
        self._account = account
        self._trouble = 0
        self._guesses = bool(account and password)
        #: How many requests were made.
        self.requests = 0
        self._client = DAVClient(
            url,
            username=account or None,
            password=password,
            # What most servers want, at once rather than when asked for it: over TLS it is safe.
            auth_type="basic" if self._guesses else None,
            timeout=_PATIENCE,
            enable_rfc6764=False,
            # Unpacked by a proxy on the way, an answer would come with a weak etag, which no condition takes.
            headers={"Accept-Encoding": "identity", "User-Agent": "studyplan"},
        )
        session = self._client.session
        ask = session.request

        def counted(*words: Any, **options: Any) -> Any:
            self.requests += 1
            return ask(*words, **{**options, "allow_redirects": False, "verify": True})

        session.request = counted  # type: ignore[method-assign]

    def close(self) -> None:
        self._client.close()

    def ask(self, method: str, url: str, body: str = "", **headers: str) -> Reply:
        if origin(url) != self._origin:
            raise NetworkProblem(
                f"{self.host} sends us to {host_of(url)}, and a password goes to no host that you did not name",
                hint=f"if that is your server: studyplan sync add {origin(url)}{urlsplit(url).path}",
            )
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            with self._converted():
                response = self._client.request(url, method, body, named)
        except error.AuthorizationError as refusal:
            if self._guesses and refusal.status == 401:
                self._guesses = False
                self._client.auth = self._client.auth_type = None
                return self.ask(method, url, body, **headers)
            if refusal.status == 401 or (refusal.status is None and self._account):
                raise self._locked_out() from None
            return Reply(403, preconditions=tuple(refusal.preconditions))
        reply = Reply(
            response.status, response.headers, response, tuple(error.parse_preconditions(response._raw or None))
        )
        self._note_trouble(reply.status)
        return reply

    def propfind(self, url: str, *names: str, depth: int = 0) -> tuple[Reply, list[Any]]:
        """The properties of what is there, as the library reads them; none where the answer is not of that kind."""
        wanted = "".join(f'<{name} xmlns="{space}"/>' for space, _, name in (each[1:].partition("}") for each in names))
        body = f'{_HEAD}<D:propfind xmlns:D="DAV:"><D:prop>{wanted}</D:prop></D:propfind>'
        reply = self.ask("PROPFIND", url, body, Depth=str(depth), **_XML)
        if reply.status != 207:
            return reply, []
        with self._converted():
            return reply, list(reply.response.parse_propfind())

    def report(self, url: str, body: str, depth: int) -> Reply:
        return self.ask("REPORT", url, _HEAD + body, Depth=str(depth), **_XML)

    def _locked_out(self) -> NetworkProblem:
        if not self._account:
            return NetworkProblem(
                f"{self.host} wants to know who you are", hint="say it with --user NAME", slug="login"
            )
        return NetworkProblem(
            f"{self.host} does not accept '{self._account}' with this password",
            hint="many servers want an app password of their own for each program",
            slug="login",
        )

    def _note_trouble(self, status: int) -> None:
        if status == 507:
            raise NetworkProblem(f"{self.host} has no room left for you (507)", hint="free some space there")
        self._trouble = self._trouble + 1 if status >= 500 else 0
        if self._trouble >= _MOST_TROUBLE:
            raise NetworkProblem(
                f"{self.host} has trouble of its own ({status}), {_MOST_TROUBLE} times in a row",
                hint="try again later; what was done is kept",
            )

    @contextmanager
    def _converted(self) -> Iterator[None]:
        """Other people's exceptions as ours. None of them is told whole: some hold the address with all that is in it."""
        try:
            yield
        except error.AuthorizationError:
            raise
        except error.RateLimitError as refusal:
            wait = f" ({refusal.retry_after} s)" if isinstance(refusal.retry_after, str | int) else ""
            raise NetworkProblem(f"{self.host} asks us to come back later{wait}", hint="try again then") from None
        except requests.exceptions.SSLError:
            raise NetworkProblem(
                f"{self.host} has no certificate that can be trusted", hint="it may be expired, or another host's"
            ) from None
        except requests.exceptions.Timeout:
            raise NetworkProblem(
                f"{self.host} did not answer within {_PATIENCE} seconds", hint="try again; what was done is kept"
            ) from None
        except requests.exceptions.RequestException as problem:
            raise NetworkProblem(
                f"{self.host} cannot be reached{_cause(problem)}", hint="try again; what was done is kept"
            ) from None
        except NotImplementedError:
            raise NetworkProblem(f"{self.host} wants a kind of login that this program does not know") from None
        except error.DAVError:
            raise NetworkProblem(f"{self.host} answered with something that is no CalDAV") from None
        except (ValueError, SyntaxError, AssertionError):
            raise NetworkProblem(f"{self.host} answered with something that cannot be read") from None


def _cause(problem: BaseException) -> str:
    words = str(problem)
    for sign, cause in (
        ("Name or service not known", "no such host"),
        ("NameResolution", "no such host"),
        ("nodename nor servname", "no such host"),
        ("refused", "it refused the connection"),
        ("unreachable", "there is no way to it"),
    ):
        if sign in words:
            return f": {cause}"
    return ""


def _hush() -> None:
    """The libraries' own words are not for people, and hold what was sent."""
    for name in ("caldav", "niquests", "urllib3", "urllib3_future"):
        logger = logging.getLogger(name)
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
        logger.setLevel(logging.CRITICAL)


# --- looking for a calendar


@dataclass(frozen=True, slots=True)
class Found:
    url: str
    name: str
    #: It was made for this.
    is_new: bool


def find(connection: Connection, url: str, name: str, component: str) -> Found:
    """The calendar at the address; or the one called ``name`` of the account that the address leads to, made where there is
    none. ``component`` is VTODO or VEVENT. Raises NetworkProblem where no CalDAV is spoken, Conflict where the calendar takes
    no such components or none can be made."""
    url, properties = _entrance(connection, url)
    if _CALENDAR in _listed(properties.get(_TYPE)):
        _check(properties, component)
        return Found(_folder(url), _text(properties.get(_NAME)), is_new=False)
    home = _home(connection, url, properties)
    _, found = connection.propfind(home, _TYPE, _NAME, _COMPONENTS, depth=1)
    taken = set()
    for each in found:
        last = each.href.rstrip("/").rpartition("/")[2]
        taken.add(last)
        if _CALENDAR in _listed(each.properties.get(_TYPE)) and name in (_text(each.properties.get(_NAME)), last):
            _check(each.properties, component)
            return Found(_folder(urljoin(home, _quoted(each.href))), name, is_new=False)
    return _made(connection, home, name, component, taken)


def _check(properties: Mapping[str, Any], component: str) -> None:
    """Raises Conflict where a calendar takes no such components; many take either to-dos or events."""
    takes = _listed(properties.get(_COMPONENTS))
    if takes and component not in takes:
        what, other = ("to-dos", "events") if component == "VTODO" else ("events", "todos")
        raise Conflict(
            f"the calendar '{_text(properties.get(_NAME))}' takes no {what}",
            hint=f"say --as {other}, or --calendar NAME for another",
        )


def _entrance(connection: Connection, url: str) -> tuple[str, Mapping[str, Any]]:
    """The address at which CalDAV answers, with its properties: the one given, or what it leads to (RFC 6764, 5)."""
    wanted = (_TYPE, _NAME, _PRINCIPAL, _HOME, _COMPONENTS)
    last: Reply | None = None
    for start in (url, urljoin(url, "/.well-known/caldav")):
        place = start
        for _ in range(_MOST_HOPS):
            reply, found = connection.propfind(place, *wanted)
            if reply.status not in (301, 302, 303, 307, 308):
                break
            place = urljoin(place, reply.headers.get("Location", ""))
        known = found[0].properties if found else {}
        if _CALENDAR in _listed(known.get(_TYPE)) or known.get(_PRINCIPAL) or known.get(_HOME):
            return place, known
        last = last or reply
    assert last is not None
    if last.status == 404:
        raise NetworkProblem(f"there is nothing at {url} (404)", hint="look at the address again")
    if last.status == 403:
        raise NetworkProblem(
            f"{connection.host} lets this account not in there (403)", hint="look at the address again"
        )
    told = f" ({last.status})" if last.status >= 400 else ""
    raise NetworkProblem(
        f"no CalDAV is spoken at {url}{told}", hint="your server's documentation names its CalDAV address"
    )


def _home(connection: Connection, url: str, properties: Mapping[str, Any]) -> str:
    """The folder of the account's calendars."""
    if not properties.get(_HOME):
        principal = urljoin(url, _quoted(_text(properties.get(_PRINCIPAL))))
        _, found = connection.propfind(principal, _HOME)
        properties = found[0].properties if found else {}
        url = principal
    homes = properties.get(_HOME)
    home = homes[0] if isinstance(homes, list) and homes else homes
    if not isinstance(home, str):
        raise NetworkProblem(
            f"{connection.host} does not tell where the calendars of this account are",
            hint="name the calendar's own address",
        )
    return _folder(urljoin(url, _quoted(home)))


def _made(connection: Connection, home: str, name: str, component: str, taken: Collection[str]) -> Found:
    slug = "".join(c if c.isascii() and c.isalnum() else "-" for c in name.lower()).strip("-") or "studyplan"
    last = next(each for each in (slug, *(f"{slug}-{n}" for n in range(2, 1000))) if each not in taken)
    url = f"{home}{last}/"
    reply = connection.ask(
        "MKCALENDAR",
        url,
        f'{_HEAD}<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>'
        f"<D:displayname>{escape(name)}</D:displayname><C:supported-calendar-component-set>"
        f'<C:comp name="{component}"/></C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>',
        **_XML,
    )
    if not reply.is_fine:
        raise Conflict(
            f"{connection.host} makes no calendar '{name}' ({reply.status})",
            hint="make one there yourself and add its own address",
        )
    return Found(url, name, is_new=True)


def _quoted(href: str) -> str:
    """An address of the server, which the library has decoded, as a request takes it."""
    return quote(href, safe="/:@+~!$&'()*,;=")


def _folder(url: str) -> str:
    return url if url.endswith("/") else f"{url}/"


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
        """What the server says of the time since a token, of all if it is empty; None where it has no such report."""
        reply = self._connection.report(
            self._url,
            f'<D:sync-collection xmlns:D="DAV:"><D:sync-token>{escape(token)}</D:sync-token>'
            "<D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>",
            depth=0,
        )
        if reply.status != 207:
            return None
        try:
            found = reply.response.parse_sync_collection()
        except (error.DAVError, AssertionError, ValueError):
            return None
        return found if found.sync_token else None

    def _all(self) -> Mapping[str, str | None]:
        """By the list of what is in the collection."""
        reply, found = self._connection.propfind(self._url, _ETAG, _TYPE, depth=1)
        if reply.status == 404 or (reply.status == 207 and reply.response.all_responses_not_found()):
            raise NetworkProblem(
                f"the calendar is no longer at {self._url}", hint="`studyplan sync remove` it, and add it anew"
            )
        if reply.status != 207:
            raise NetworkProblem(f"{self._connection.host} does not list the calendar ({reply.status})")
        return {
            name: each.properties.get(_ETAG)
            for each in found
            if (name := self._name(each.href)) and "{DAV:}collection" not in _listed(each.properties.get(_TYPE))
        }

    def fetch(
        self, hrefs: Collection[str], progress: Callable[[int], None] = lambda done: None
    ) -> Mapping[str, Object]:
        """Many at once; what such an answer lacks, or where there is none, one by one."""
        listed = list(hrefs)
        found: dict[str, Object] = {}
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
        reply = self._connection.report(
            self._url,
            '<C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/>'
            f"<C:calendar-data/></D:prop>{listed}</C:calendar-multiget>",
            depth=1,
        )
        if reply.status != 207:
            return {}
        try:
            answers = reply.response.parse_calendar_query()
        except (error.DAVError, AssertionError, ValueError):
            return {}
        return {
            name: Object(each.etag, each.calendar_data)
            for each in answers
            if each.status == 200 and each.calendar_data and (name := self._name(each.href)) in hrefs
        }

    def _get(self, href: str) -> Object | None:
        reply = self._connection.ask("GET", self._place(href), Accept="text/calendar")
        return Object(reply.etag, reply.response.raw) if reply.status == 200 else None

    def put(self, href: str, body: bytes, etag: str | None) -> Answer:
        condition = {"If_None_Match": "*"} if etag is None else {"If_Match": _strong(etag)}
        place, kind = self._place(href), "text/calendar; charset=utf-8"
        reply = self._connection.ask("PUT", place, body.decode(), Content_Type=kind, **condition)
        if reply.status == 412 and etag is not None and _is_weak(etag) and self._is_still(href, etag):
            # No condition takes a weak etag. The entry is as it was a moment ago.
            reply = self._connection.ask("PUT", place, body.decode(), Content_Type=kind)
        return self._answer(reply)

    def delete(self, href: str, etag: str | None) -> Answer:
        place = self._place(href)
        reply = self._connection.ask("DELETE", place, **({"If_Match": _strong(etag)} if etag is not None else {}))
        if reply.status == 412 and etag is not None and _is_weak(etag) and self._is_still(href, etag):
            reply = self._connection.ask("DELETE", place)
        return self._answer(reply)

    def _answer(self, reply: Reply) -> Answer:
        if reply.is_fine:
            # An etag with an answer to PUT that is weak does not name what was written.
            etag = reply.etag
            return Answer(Outcome.WRITTEN, None if etag is None or _is_weak(etag) else etag)
        if reply.status in (404, 410):
            return Answer(Outcome.ABSENT)
        if reply.status == 412:
            return Answer(Outcome.STALE)
        if any("no-uid-conflict" in each for each in reply.preconditions) or reply.status == 409:
            return Answer(Outcome.STALE, why=f"the server has an entry with its UID elsewhere ({reply.status})")
        return Answer(Outcome.REFUSED, why=f"the server refused it ({reply.status})")

    def _is_still(self, href: str, etag: str) -> bool:
        found = self._get(href)
        return found is not None and found.etag is not None and _strong(found.etag) == _strong(etag)

    def _place(self, href: str) -> str:
        return self._url + quote(href, safe="@+~!$&'()*,;=")

    def _name(self, href: str) -> str:
        """The last part of an address in the collection; nothing for the collection itself."""
        path = unquote(urlsplit(self._url).path)
        return "" if href.rstrip("/") == path.rstrip("/") or href.endswith("/") else href.rpartition("/")[2]


def _is_weak(etag: str) -> bool:
    return etag.startswith("W/")


def _strong(etag: str) -> str:
    return etag.removeprefix("W/")
