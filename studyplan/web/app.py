"""The application: its routes, what each request passes through before them, and what a problem becomes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Match

from studyplan.errors import NotFound, StudyplanError, UsageProblem
from studyplan.web import answers, api, doorway, entrance, feed, pages
from studyplan.web.api import problems
from studyplan.web.rendering import see_other
from studyplan.web.request import Visitor

if TYPE_CHECKING:
    from starlette.responses import Response

    from studyplan.web.site import Site

#: Requests that are worked on at once: one less than the engine has connections, so that none waits in its pool, nor does whoever
#: asks for the server's health.
AT_ONCE = 14
#: The methods that pages are asked with.
_METHODS = ("GET", "HEAD", "POST")


def build(site: Site) -> FastAPI:
    """The application of a site. Handlers are plain functions that run in threads: each has a planner of its own."""
    made = FastAPI(
        title="studyplan",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
        # The first is the outermost.
        middleware=[
            Middleware(doorway.RequestLog),
            Middleware(doorway.Heads),
            Middleware(doorway.Guard, address=site.address),
            Middleware(doorway.Speech, address=site.address),
            Middleware(doorway.Door, site=site),
        ],
    )
    made.state.site = site
    for router in (entrance.router, feed.router, *pages.routers()):
        made.include_router(router, include_in_schema=False)
    api.mount(made)
    made.add_exception_handler(StudyplanError, _told)
    made.add_exception_handler(HTTPException, _not_served)
    made.add_exception_handler(RequestValidationError, _unreadable)
    return made


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = AT_ONCE
    yield
    app.state.site.source.close()


def _told(request: Request, error: Exception) -> Response:
    assert isinstance(error, StudyplanError)
    if problems.is_call(request.url.path):
        return problems.problem_response(error)
    return answers.answer(Visitor(request), error)


def _not_served(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    lines = {404: "There is no such address.", 405: "There is no such method here."}
    line = lines.get(error.status_code, error.detail)
    if problems.is_call(request.url.path):
        return problems.refused_response(error.status_code, line, **(error.headers or {}))
    if error.status_code == 404:
        return _told(request, NotFound("there is no such page"))
    if error.status_code != 405:
        return answers.refused(error.status_code, line)
    if request.method == "GET":
        # A form that came back stands at the address that it was sent to: whoever opens that again wants its page.
        return see_other(_page_above(request))
    methods = [each for each in _METHODS if _is_served(request, each, request.url.path)]
    return answers.refused(405, line, allow=", ".join(methods))


def _page_above(request: Request) -> str:
    """The nearest page whose address the one of a request begins with."""
    path = request.url.path
    while path := path.rpartition("/")[0]:
        if _is_served(request, "GET", path):
            return path
    return "/"


def _is_served(request: Request, method: str, path: str) -> bool:
    """Whether there is a handler for such a request."""
    # HEAD is answered as GET is.
    scope = {**request.scope, "method": "GET" if method == "HEAD" else method, "path": path}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)


def _unreadable(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if problems.is_call(request.url.path):
        return problems.unreadable_response(error.errors())
    return _told(request, UsageProblem("the address of this page holds something that cannot be read"))
