"""One request to a server that is not trusted, and its answer, bounded in bytes (unpacked ones too) and in time.

Redirects are not followed, certificates are always verified, ``.netrc`` is not read. A proxy is used only where TLS hides from
it what is sent, and never on the way to this machine.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from caldav.lib.http_sync import USE_NIQUESTS, requests

from studyplan.errors import Conflict, NetworkProblem
from studyplan.sync.address import host_of, is_this_machine

#: Seconds that a server may take to begin its answer; each :data:`_SLOWEST` bytes that it sends give it one more.
_PATIENCE = 30
_SLOWEST = 10_000
#: Seconds of waiting for one server in one run: one that is started every hour is over before the next.
_LONGEST_RUN = 1_800
#: Bytes of an answer about many objects, of one object, and of what is read for its reasons alone.
_MOST_LISTED = 16_000_000
_MOST_OBJECT = 1_000_000
_MOST_REASON = 64_000
_PIECE = 65_536
TRY_AGAIN = "try again; what was done is kept"


class Unusable(NetworkProblem):
    """An answer that came and cannot be used: too large, cut off, or not what was asked for. Another request may go well."""


@dataclass(frozen=True, slots=True)
class Received:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class _Arriving:
    """An answer on its way."""

    answer: Received | None = None
    problem: BaseException | None = None
    size: int = 0
    is_given_up: bool = False
    is_over: Event = field(default_factory=Event)


class Exchange:
    """Requests to one host, one after the other, with the login that is set."""

    def __init__(self, url: str) -> None:
        self._host = host_of(url)
        is_secret = urlsplit(url).scheme == "https"
        self._options: dict[str, Any] = {
            "stream": True,
            "timeout": _PATIENCE,
            "verify": _authorities() if is_secret else True,
            "proxies": requests.utils.get_environ_proxies(url) if is_secret and not is_this_machine(url) else {},
        }
        # One kind of HTTP does: others may be spoken past a proxy, or to another host that the server names.
        self._session = requests.Session(disable_http2=True, disable_http3=True) if USE_NIQUESTS else requests.Session()
        # Unpacked by a proxy on the way, an answer would come with a weak etag, which no condition takes.
        self._session.headers.update({"User-Agent": "studyplan", "Accept-Encoding": "identity"})
        self._session.trust_env = False
        #: The library's own object that writes the login into a request.
        self.login: Any = None
        # Where the library keeps what it knows of a login by digest.
        self._context = copy_context()
        self._waited = 0.0
        #: How many requests were made.
        self.count = 0

    def close(self) -> None:
        self._session.close()

    def ask(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Received:
        """Raise NetworkProblem if there is no answer, Unusable if it cannot be taken.

        A thread of its own waits for the answer, as the library's time-out begins anew with every byte."""
        if self._waited > _LONGEST_RUN:
            raise NetworkProblem(
                f"{self._host} is so slow that this was stopped after {_LONGEST_RUN // 60} minutes", hint=TRY_AGAIN
            )
        self.count += 1
        arriving = _Arriving()
        began = monotonic()
        request = (self._receive, arriving, method, url, body, headers)
        Thread(target=self._context.run, args=request, daemon=True).start()
        left: float = _PATIENCE
        while left > 0 and not arriving.is_over.wait(left):
            left = _PATIENCE + arriving.size / _SLOWEST - (monotonic() - began)
        self._waited += monotonic() - began
        if arriving.answer is not None:
            return arriving.answer
        if arriving.problem is not None:
            raise self._converted(arriving.problem) from None
        arriving.is_given_up = True
        how = "answers too slowly" if arriving.size else f"did not answer within {_PATIENCE} seconds"
        raise NetworkProblem(f"{self._host} {how}", hint=TRY_AGAIN)

    def _receive(self, arriving: _Arriving, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        try:
            request = self._session.prepare_request(
                requests.Request(method, url, headers=dict(headers), data=body or None, auth=self.login)
            )
            # The session itself would read the body of a redirect, whatever its size.
            answer: Any = self._session.get_adapter(request.url or url).send(request, **self._options)
            if isinstance(self.login, requests.auth.HTTPDigestAuth):
                answer = self._digested(answer, arriving)
            arriving.answer = Received(answer.status_code, answer.headers, self._body(method, answer, arriving))
        except BaseException as problem:  # noqa: BLE001  it is raised where the answer is waited for
            arriving.problem = problem
        finally:
            arriving.is_over.set()

    def _digested(self, answer: Any, arriving: _Arriving) -> Any:
        """The answer to the request with the challenge met, where the server poses one. The library would read the body of
        the challenge whole."""
        if answer.status_code == 401:
            with suppress(Unusable):
                _taken(answer, _MOST_REASON, arriving)
            answer._content, answer._content_consumed = b"", True
        return self.login.handle_401(answer, **self._options)

    def _body(self, method: str, answer: Any, arriving: _Arriving) -> bytes:
        """The body where it counts; of another, which says at most why, what there is of it."""
        if answer.status_code == 207:
            most = _MOST_LISTED
        elif answer.status_code == 200 and method == "GET":
            most = _MOST_OBJECT
        else:
            with suppress(Unusable):
                return _taken(answer, _MOST_REASON, arriving)
            return b""
        try:
            return _taken(answer, most, arriving)
        except Unusable as problem:
            raise Unusable(f"{self._host} {problem.message}", hint=TRY_AGAIN) from None

    def _converted(self, problem: BaseException) -> NetworkProblem:
        """Convert the libraries' exceptions into ours, without their texts: some contain the whole address."""
        known = requests.exceptions
        if isinstance(problem, NetworkProblem):
            return problem
        if isinstance(problem, known.ProxyError):
            return NetworkProblem(
                f"{self._host} cannot be reached through this network's proxy", hint="check HTTPS_PROXY and NO_PROXY"
            )
        if isinstance(problem, known.SSLError):
            return NetworkProblem(
                f"{self._host} has no certificate that can be trusted",
                hint="it may have expired, or belong to another host",
            )
        if isinstance(problem, known.Timeout):
            return NetworkProblem(f"{self._host} did not answer within {_PATIENCE} seconds", hint=TRY_AGAIN)
        if isinstance(problem, (known.RequestException, OSError)):
            return NetworkProblem(f"{self._host} cannot be reached{_cause(problem)}", hint=TRY_AGAIN)
        if isinstance(problem, Exception):
            return Unusable(f"{self._host} sent an answer that cannot be read", hint=TRY_AGAIN)
        raise problem


def _taken(answer: Any, most: int, arriving: _Arriving) -> bytes:
    """The body, unpacked, up to so many bytes. Raises Unusable if it is more, is cut off, or is packed in an unknown
    way."""
    taken = bytearray()
    with _finished(answer):
        unpack = _unpacking(answer.headers.get("Content-Encoding", ""))
        try:
            for piece in answer.raw.stream(_PIECE, decode_content=False):
                arriving.size += len(piece)
                if arriving.is_given_up:
                    break
                taken += unpack(piece, most + 1 - len(taken))
                if len(taken) > most:
                    raise Unusable("sent a larger answer than studyplan accepts")
        except Unusable:
            raise
        except Exception:  # noqa: BLE001  each layer of the library has a family of its own, zlib another
            raise Unusable("broke off in the middle of an answer") from None
    return bytes(taken)


@contextmanager
def _finished(answer: Any) -> Iterator[None]:
    """A connection in the middle of whose answer reading ends is not used again."""
    try:
        yield
    except BaseException:
        answer.close()
        raise


def _unpacking(packing: str) -> Callable[[bytes, int], bytes]:
    """What unpacks a piece into at most so many bytes. It was asked that nothing be packed; some servers do all the same."""
    match packing.strip().lower():
        case "" | "identity":
            return lambda piece, most: piece
        case "gzip" | "x-gzip" | "deflate":
            return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32).decompress
    raise Unusable("compressed its answer in a way that studyplan does not support")


def _authorities() -> bool | str:
    """Who is trusted to vouch for a server: the system's list, or a file that the environment names."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        if path := os.environ.get(name):
            if not Path(path).exists():
                raise Conflict(f"{name} names a certificate file that does not exist", hint=f"unset {name}")
            return path
    return True


def _cause(problem: BaseException) -> str:
    words = str(problem)
    for sign, cause in (
        ("Name or service not known", "no such host"),
        ("NameResolution", "no such host"),
        ("nodename nor servname", "no such host"),
        ("refused", "it refused the connection"),
        ("unreachable", "there is no route to it"),
    ):
        if sign in words:
            return f": {cause}"
    return ""
