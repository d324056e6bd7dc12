"""What every request passes through, in the order of ``app.build``: the log, HEAD, the guard, the visitor's
language, the door."""

from __future__ import annotations

import logging
from asyncio import CancelledError
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from studyplan.presentation.language import spoken
from studyplan.web import guard, translations
from studyplan.web.api import problems
from studyplan.web.cookies import cookie_values, keep_cookie, session_cookie
from studyplan.web.sessions import KEPT

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from studyplan.web.guard import Address
    from studyplan.web.site import Site

_log = logging.getLogger("studyplan.web")

#: Pages that let nobody see a plan, and so need nobody to be let in; what brings its own token is let in by it.
OPEN = ("/static/", "/enter", "/health", "/feed/", "/api/", "/manifest.webmanifest", "/service-worker.js")
#: Where files may be brought in.
TAKES_FILES = ("/add/list", "/cards/import", "/start/file/new", "/replan/busy")
#: What stands in the log for a client that went away before it was answered.
_GONE = 499


class RequestLog:
    """A line for each request: method, the route's pattern, status, milliseconds. Never a path, a query, a cookie: they hold secrets."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        status, has_begun, began = 500, False, perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status, has_begun
            if message["type"] == "http.response.start":
                status, has_begun = message["status"], True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except ClientDisconnect:
            status = _GONE
        except CancelledError:
            # The server ends, and has waited long enough for what this client still wanted to send.
            if not has_begun:
                stopped = guard.RequestRefusal(503, "The server was stopped before all of this request had come.")
                await _refused(scope, stopped)(scope, receive, noted)
        finally:
            route = getattr(scope.get("route"), "path", "-")
            _log.info("%s %s %d %.0f ms", scope["method"], route, status, 1000 * (perf_counter() - began))


class Heads:
    """Answers HEAD as GET is, without the body. Feeds do so themselves: they count who has got them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD" or scope["path"].startswith("/feed/"):
            return await self._app(scope, receive, send)

        async def beheaded(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        inner = {**scope, "method": "GET"}
        try:
            return await self._app(inner, receive, beheaded)
        finally:
            # The log is told of it by the scope that came in.
            scope["route"] = inner.get("route")


class Guard:
    """Refuses what :mod:`studyplan.web.guard` says, before the body is read, and gives every answer its headers."""

    def __init__(self, app: ASGIApp, address: Address) -> None:
        self._app = app
        self._address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        largest = guard.LARGEST_FILE if scope["path"].startswith(TAKES_FILES) else guard.LARGEST_BODY

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in guard.HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        is_call = problems.is_call(scope["path"])
        refusal = guard.refusal(scope["method"], Headers(scope=scope), self._address, largest=largest, is_call=is_call)
        if refusal is not None:
            return await _refused(scope, refusal)(scope, receive, headed)
        return await self._app(scope, _Bounded(receive, largest), headed)


def _refused(scope: Scope, refusal: guard.RequestRefusal) -> Response:
    """The answer to what goes no further: a line, or a problem where a program called."""
    if problems.is_call(scope["path"]):
        return problems.refused_response(refusal.status, refusal.line)
    return PlainTextResponse(refusal.line + "\n", refusal.status)


class _Bounded:
    """What a client sends, up to a limit: a body in chunks tells no length beforehand."""

    def __init__(self, receive: Receive, largest: int) -> None:
        self._receive = receive
        self._largest = self._left = largest

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            refusal = guard.too_large(self._largest)
            # Of this kind alone the framework lets through what comes up while it reads a body.
            raise HTTPException(refusal.status, refusal.line)
        return message


class Speech:
    """Chooses the language of a request: the one set on the page, else what the browser asks for."""

    def __init__(self, app: ASGIApp, address: Address) -> None:
        self._app = app
        self._address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        with spoken(translations.of_request(Headers(scope=scope), self._address)):
            return await self._app(scope, receive, send)


class Door:
    """Lets browsers in that were let in before, and sends others to the entrance. A browser that comes back is kept anew."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._site = site
        self._cookie = session_cookie(site.address)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        sessions = self._site.sessions
        found = ((sessions.device(each), each) for each in cookie_values(Headers(scope=scope), self._cookie))
        device, secret = next(((device, each) for device, each in found if device is not None), (None, ""))
        state: dict[str, Any] = scope.setdefault("state", {})
        state["device"] = device.digest if device else ""
        if scope["path"].startswith(OPEN):
            return await self._app(scope, receive, send)
        if device is None:
            return await _stranger(scope)(scope, receive, send)
        if sessions.is_to_note(device):
            # It writes a file.
            await run_in_threadpool(sessions.note, device)
            send = self._renewing(send, secret)
        return await self._app(scope, receive, send)

    def _renewing(self, send: Send, secret: str) -> Send:
        """Sends the cookie along, unless the page itself says what becomes of it."""
        renewal = Response()
        keep_cookie(renewal, self._site.address, self._cookie, secret, KEPT)

        async def renewed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if not any(each.startswith(f"{self._cookie}=") for each in headers.getlist("set-cookie")):
                    headers.append("set-cookie", renewal.headers["set-cookie"])
            await send(message)

        return renewed


def _stranger(scope: Scope) -> Response:
    """The answer to a browser that is not in."""
    if scope["method"] != "GET":
        return PlainTextResponse("This browser is not signed in.\n", 403)
    back = scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
    return RedirectResponse(f"/enter?back={quote(back, safe='')}", 303)
