"""Requests to one CalDAV server as one account, and what its answers mean. The library reads their XML.

A password goes to the origin that the learner named and to no other.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import quote, urljoin

from caldav.lib import error
from caldav.lib.http_sync import requests
from caldav.requests import HTTPBearerAuth
from caldav.response import DAVResponse

from studyplan.errors import NetworkProblem
from studyplan.sync.address import host_of, offered, origin, shown
from studyplan.sync.exchange import TRY_AGAIN, Exchange, Received, Unusable
from studyplan.text import count

#: Elements, and attributes, of an answer that is read; a calendar of 20,000 entries has fewer.
_MOST_MARKS = 500_000
#: What XML may say that it is written in: in others its elements cannot be counted ahead.
_ENCODINGS = (b"utf-8", b"utf8", b"us-ascii", b"iso-8859-1", b"iso-8859-15", b"windows-1252")
_DECLARED = re.compile(rb"<\?xml[^>]{0,100}?\sencoding\s?=\s?[\"']([^\"'>]{0,40})[\"']")
#: Answers of trouble in a row after which a server is left alone.
_MOST_TROUBLE = 5
_WAY_TO_LOG_IN = re.compile(r"(?:^|,)\s?([A-Za-z]+)(?=\s|,|$)")
_NO_ROOM = ("quota-not-exceeded", "sufficient-disk-space")
_XML = {"Content_Type": "application/xml; charset=utf-8"}
_HEAD = '<?xml version="1.0" encoding="utf-8"?>'

_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered."""

    host: str
    received: Received

    @property
    def status(self) -> int:
        return self.received.status

    @property
    def headers(self) -> Mapping[str, str]:
        return self.received.headers

    @property
    def body(self) -> bytes:
        return self.received.body

    @property
    def etag(self) -> str | None:
        return self.headers.get("ETag") or None

    @property
    def is_fine(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_elsewhere(self) -> bool:
        return self.status in (301, 302, 303, 307, 308)

    @property
    def is_web_page(self) -> bool:
        """A page for people, as the login page of a network in place of the answer."""
        return self.status == 200 and self.headers.get("Content-Type", "").strip().lower().startswith("text/html")

    @property
    def preconditions(self) -> tuple[str, ...]:
        """Which of its conditions the server says were not met (RFC 4918, 16)."""
        return tuple(error.parse_preconditions(self.body))

    def read(self, how: Callable[[Any], _Read]) -> _Read:
        """What the library reads from an answer about several things. Raises Unusable if it is none."""
        if max(self.body.count(b"<"), self.body.count(b"=")) > _MOST_MARKS:
            raise Unusable(f"{self.host} sent a larger answer than studyplan accepts", hint=TRY_AGAIN)
        declared = _DECLARED.search(self.body[:300])
        try:
            if declared is not None and declared[1].lower() not in _ENCODINGS:
                raise ValueError
            response = DAVResponse(_Parsable(self.received))
            if response.tree is None or response.tree.tag not in ("{DAV:}multistatus", "xml"):
                raise ValueError
            return how(response)
        except (error.DAVError, AssertionError, AttributeError, LookupError, SyntaxError, TypeError, ValueError):
            raise Unusable(f"{self.host} sent an answer that cannot be read", hint=TRY_AGAIN) from None


class _Parsable:
    """An answer as the library takes one, XML whatever its header says."""

    headers: Mapping[str, str] = {"Content-Type": "application/xml"}
    text = reason = ""

    def __init__(self, received: Received) -> None:
        self.status_code = received.status
        self.content = received.body


class Connection:
    """Requests to one host, as one account. Raises NetworkProblem if it cannot be reached or does not let us in.

    ``when`` tells an instant in the learner's words, and nothing of one that is over.
    """

    def __init__(
        self, url: str, account: str, password: str | None, when: Callable[[datetime], str] = lambda at: ""
    ) -> None:
        _hush()
        self._origin = origin(url)
        self.host = host_of(url)
        self._account = account
        self._password = password if account else None
        self._when = when
        self._trouble = 0
        self._exchange = Exchange(url)
        if self._password:
            # What most servers want, at once rather than when asked for it: over TLS it is safe.
            self._exchange.login = requests.auth.HTTPBasicAuth(account, self._password)

    @property
    def requests(self) -> int:
        """How many requests were made."""
        return self._exchange.count

    def close(self) -> None:
        self._exchange.close()

    def joined(self, base: str, href: str) -> str:
        """An address that the server names, as a request takes it. Raises NetworkProblem if it makes no sense."""
        try:
            place = urljoin(base, quote(href, safe="/:?#@+~!$&'()*,;=%"))
            origin(place)
        except ValueError:
            raise NetworkProblem(f"{self.host} gave an address that makes no sense") from None
        return place

    def ask(self, method: str, url: str, body: bytes = b"", **headers: str) -> Reply:
        if origin(url) != self._origin:
            command = offered(url)
            raise NetworkProblem(
                f"{self.host} redirects to {shown(url)}, but your password only goes to hosts that you name",
                hint=f"if that is your server: studyplan sync add {command}" if command else None,
            )
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        received = self._exchange.ask(method, url, body, named)
        if received.status == 401 and self._has_another_login(received.headers.get("WWW-Authenticate", "")):
            received = self._exchange.ask(method, url, body, named)
        reply = Reply(self.host, received)
        self._judge(method, reply)
        return reply

    def propfind(self, url: str, *names: str, depth: int = 0) -> tuple[Reply, list[Any]]:
        """The properties of what is there, as the library reads them; none where the answer is not of that kind."""
        wanted = "".join(f'<{name} xmlns="{space}"/>' for space, _, name in (each[1:].partition("}") for each in names))
        body = f'{_HEAD}<D:propfind xmlns:D="DAV:"><D:prop>{wanted}</D:prop></D:propfind>'
        reply = self.ask("PROPFIND", url, body.encode(), Depth=str(depth), **_XML)
        return reply, reply.read(lambda response: list(response.parse_propfind())) if reply.status == 207 else []

    def report(self, url: str, body: str, depth: int) -> Reply:
        return self.ask("REPORT", url, (_HEAD + body).encode(), Depth=str(depth), **_XML)

    def make_calendar(self, url: str, properties: str) -> Reply:
        body = (
            f'{_HEAD}<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>'
            f"{properties}</D:prop></D:set></C:mkcalendar>"
        )
        return self.ask("MKCALENDAR", url, body.encode(), **_XML)

    def _has_another_login(self, challenge: str) -> bool:
        """Whether the server names a way to log in that was not tried yet; the next request goes that way."""
        if not self._password:
            return False
        ways = {way.lower() for way in _WAY_TO_LOG_IN.findall(challenge)}
        tried = type(self._exchange.login)
        if "digest" in ways and tried is not requests.auth.HTTPDigestAuth:
            self._exchange.login = requests.auth.HTTPDigestAuth(self._account, self._password)
            return True
        if "bearer" in ways and "basic" not in ways and tried is not HTTPBearerAuth:
            self._exchange.login = HTTPBearerAuth(self._password)
            return True
        if ways and not ways & {"basic", "digest", "bearer"}:
            raise NetworkProblem(f"{self.host} wants a kind of login that studyplan does not support")
        return False

    def _judge(self, method: str, reply: Reply) -> None:
        """Raise NetworkProblem if going on is pointless."""
        if reply.status == 401:
            raise self._locked_out()
        # That one object cannot be read now says nothing of the others.
        if reply.status == 429 or (reply.status == 503 and "Retry-After" in reply.headers and method != "GET"):
            wait = _wait(reply.headers.get("Retry-After", ""), self._when)
            raise NetworkProblem(f"{self.host} asks us to come back later{wait}", hint="try again then")
        is_full = reply.status == 507 and method in ("PUT", "MKCALENDAR")
        if is_full or (reply.status == 403 and any(each.endswith(_NO_ROOM) for each in reply.preconditions)):
            raise NetworkProblem(
                f"{self.host} has no space left for you ({reply.status})", hint="free some space there"
            )
        # A server that does not know a kind of request is fine: there is another way.
        self._trouble = self._trouble + 1 if reply.status >= 500 and reply.status != 501 else 0
        if self._trouble >= _MOST_TROUBLE:
            raise NetworkProblem(
                f"{self.host} failed {_MOST_TROUBLE} times in a row ({reply.status})",
                hint="try again later; what was done is kept",
            )

    def _locked_out(self) -> NetworkProblem:
        if not self._account:
            return NetworkProblem(f"{self.host} wants a user name", hint="give it with --user NAME", slug="login")
        return NetworkProblem(
            f"{self.host} does not accept '{self._account}' with this password",
            hint="many servers want a separate app password for each program",
            slug="login",
        )


def _wait(retry_after: str, when: Callable[[datetime], str]) -> str:
    """How long a server asks to be left alone, in words; it gives seconds or a date (RFC 9110, 10.2.3)."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit() and len(text) < 9:
        seconds = int(text)
        for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
            if seconds >= 2 * size:
                return f", in {seconds // size} {unit}"
        return f", in {count(seconds, 'second')}"
    try:
        at = parsedate_to_datetime(text)
        told = when(at if at.tzinfo is not None else at.replace(tzinfo=UTC))
    except (ValueError, TypeError, LookupError, OverflowError):
        return ""
    return f", on {told}" if told else ""


def _hush() -> None:
    """The libraries' own messages are not for people and contain what was sent."""
    for name in ("caldav", "niquests", "urllib3", "urllib3_future"):
        logger = logging.getLogger(name)
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
        logger.setLevel(logging.CRITICAL)
