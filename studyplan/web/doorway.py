"""What every request passes through, in the order of ``app.build``: the log, the guard, the visitor's language, the door."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, RedirectResponse

from studyplan.presentation.language import spoken
from studyplan.web import guard, translations
from studyplan.web.api import problems
from studyplan.web.entrance import cookie_name

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from studyplan.web.guard import Address
    from studyplan.web.site import Site

_log = logging.getLogger("studyplan.web")

#: Pages that let nobody see a plan, and so need nobody to be let in; what brings its own token is let in by it.
OPEN = ("/static/", "/enter", "/health", "/feed/", "/api/", "/manifest.webmanifest", "/service-worker.js")
#: Where files may be brought in.
TAKES_FILES = ("/add/list", "/cards/import", "/start/file/new", "/replan/busy")


class RequestLog:
    """A line for each request: method, the route's pattern, status, milliseconds. Never a path, a query, a cookie: they hold secrets."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        status, began = 500, perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            return await self._app(scope, receive, noted)
        finally:
            route = getattr(scope.get("route"), "path", "-")
            _log.info("%s %s %d %.0f ms", scope["method"], route, status, 1000 * (perf_counter() - began))


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

        refusal = guard.refusal(scope["method"], Headers(scope=scope), self._address, largest=largest)
        if refusal is not None:
            return await _refused(scope, refusal)(scope, receive, headed)
        try:
            return await self._app(scope, _Bounded(receive, largest), headed)
        except ClientDisconnect:
            # Whoever asked has gone: there is nobody to answer.
            return None


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

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        with spoken(translations.of_request(Headers(scope=scope))):
            return await self._app(scope, receive, send)


class Door:
    """Lets browsers in that were let in before, and sends others to the entrance."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        state: dict[str, Any] = scope.setdefault("state", {})
        secret = translations.cookies(Headers(scope=scope)).get(cookie_name(self._site.address))
        device = self._site.sessions.device(secret)
        state["device"] = device.digest if device else ""
        path = scope["path"]
        if device is None and not path.startswith(OPEN):
            if scope["method"] in guard.SAFE:
                back = path + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
                return await RedirectResponse(f"/enter?back={quote(back, safe='')}", 303)(scope, receive, send)
            return await PlainTextResponse("This browser is not signed in.\n", 403)(scope, receive, send)
        return await self._app(scope, receive, send)
