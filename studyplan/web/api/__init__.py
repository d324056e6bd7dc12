"""The API, a file for each family of use cases: what the command line prints with `--json`, for programs that have a token.

Whatever changes something is a POST, and takes an ``Idempotency-Key``. The schema is made of the types of these files and of
``presentation.shapes``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter
from starlette.responses import JSONResponse, Response

from studyplan.presentation.shapes import ProblemDetails
from studyplan.web.api import cards, days, feeds, history, plans, problems, replans, standing, tasks, templates, time

if TYPE_CHECKING:
    from fastapi import FastAPI
    from fastapi.routing import APIRoute

_ABOUT = """\
The plans of a learner, in the objects that `studyplan … --json` prints. A call brings a token, made by `studyplan token add`;
the pages of the same server call with their cookie instead. What is wrong with a call is told as RFC 9457 has it.
"""
_FAMILIES = (days, tasks, plans, replans, standing, cards, history, time, templates, feeds)
_REFS = "#/components/schemas/{model}"

_contract = APIRouter()


def mount(app: FastAPI) -> None:
    """Add the API to an application."""
    for family in _FAMILIES:
        app.include_router(family.router, generate_unique_id_function=_id_of)
    app.include_router(_contract, include_in_schema=False)
    app.add_exception_handler(problems.CallRefused, _refused)


@_contract.get("/api/openapi.json")
def contract(request: Request) -> Response:
    """What can be called, as OpenAPI 3.1."""
    app: FastAPI = request.app
    if app.openapi_schema is None:
        app.openapi_schema = _schema(app)
    return JSONResponse(app.openapi_schema, headers={"cache-control": "no-cache"})


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, problems.CallRefused)
    return error.response


def _schema(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(title="studyplan", version="1", description=_ABOUT, routes=app.routes)
    parts = made["components"]
    problem = TypeAdapter(ProblemDetails).json_schema(ref_template=_REFS)
    parts["schemas"] |= problem.pop("$defs") | {"ProblemDetails": problem}
    parts["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "From `studyplan token add`."}
    }
    made["security"] = [{"token": []}]
    return made


def _id_of(route: APIRoute) -> str:
    """What clients that are made of the schema call a call: tasks_done, plans_start."""
    return f"{route.tags[0]}_{route.name}"
