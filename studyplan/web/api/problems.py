"""What is wrong with a call of the API, as RFC 9457 has it, with the error that `--json` prints beside it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from studyplan.errors import StudyplanError, WayOut
from studyplan.presentation.facts import of_error
from studyplan.web.answers import status_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Where the API is found.
PREFIX = "/api/v1"
MEDIA_TYPE = "application/problem+json"

#: The ways out of errors by their names, in the words of the API. What is not here has no hint.
_WAYS = {
    "add-cards": "`studyplan cards import` adds some",
    "cancel-timer": f"POST {PREFIX}/timer:cancel discards the timer",
    "choose-plan": 'name one by "plan"',
    "choose-learner": "send the token of one",
    "early-day": 'send "sure": true if that is the day',
    "fewer-minutes": 'leave out "minutes" to keep what was recorded, or send "fewer": true to replace it',
    "later-exam": 'send a later "exam"',
    "leave-out-plan": 'leave out "plan"',
    "leave-out-take": 'leave out "take"',
    "list-cards": f"GET {PREFIX}/cards lists them",
    "list-catalog": f"GET {PREFIX}/templates lists them",
    "list-log": f"GET {PREFIX}/log lists them",
    "list-open-tasks": f"GET {PREFIX}/tasks lists them",
    "list-plans": f"GET {PREFIX}/plans lists them",
    "list-tasks": f"GET {PREFIX}/tasks lists them",
    "list-templates": f"GET {PREFIX}/templates lists those that exist",
    "move-end": f'POST {PREFIX}/replan with "exam" moves the end',
    "move-exam": f'POST {PREFIX}/replan with "exam" moves it',
    "name-minutes": 'send "minutes", or cancel the timer',
    "name-or-drop": 'send another "name", or finish or drop the old plan',
    "past-day": "it must be today or an earlier day",
    "reopen-first": "reopen the task first",
    "start-plan": f"POST {PREFIX}/plans starts one",
    "start-timer": f"POST {PREFIX}/timer:start starts one",
    "stop-timer": f"POST {PREFIX}/timer:stop records it, POST {PREFIX}/timer:cancel discards it",
    "undo-drop": f"POST {PREFIX}/undo takes back changes, the last one first",
    "wide-range": 'send "sure": true to take them all',
}


class CallRefused(Exception):
    """A call that goes no further, for a reason that only a server has."""

    def __init__(self, status: int, code: str, line: str, hint: str | None = None, **headers: str) -> None:
        super().__init__(line)
        self.status = status
        self.error: dict[str, Any] = {"error": {"code": code, "message": line, "hint": hint}}
        self.headers = {name.replace("_", "-"): text for name, text in headers.items()}

    @property
    def response(self) -> JSONResponse:
        return _problem(self.status, self.error, self.headers)


def problem_response(error: StudyplanError) -> JSONResponse:
    """The answer to a call that raised one of our errors."""
    body = of_error(error)
    body["error"]["hint"] = _worded(error.hint)
    return _problem(status_of(error), body)


def refused_response(status: int, line: str, **headers: str) -> JSONResponse:
    """The answer to a call that did not come as far as the API."""
    code = {400: "usage", 404: "not-found", 405: "method", 413: "too-large", 421: "host"}.get(status, "refused")
    return CallRefused(status, code, line[:1].lower() + line[1:].rstrip("."), **headers).response


def unreadable_response(errors: Sequence[Mapping[str, Any]]) -> JSONResponse:
    """The answer to a call whose parameters or body are not what the schema says."""
    found = [f"{_place(each['loc'])}: {each['msg'][:1].lower()}{each['msg'][1:]}" for each in errors[:20]]
    body = {
        "error": {
            "code": "usage",
            "message": found[0][:1000],
            "hint": None,
            "problems": [each[:1000] for each in found],
        }
    }
    return _problem(400, body)


def is_call(path: str) -> bool:
    """Whether a path is one of the API, whose callers read problems rather than pages."""
    return path.startswith("/api/")


def _problem(status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> JSONResponse:
    """``type`` is about:blank: it is the ``code`` of the error that tells one from another."""
    told = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": body["error"]["message"],
    }
    return JSONResponse({**told, **body}, status, {"cache-control": "no-store", **(headers or {})}, MEDIA_TYPE)


def _place(parts: Sequence[object]) -> str:
    """Where in the call something is wrong: the name of a field or a parameter."""
    named = [str(part) for part in parts if part not in ("body", "query", "path", "header")]
    return ".".join(named)[:200] or "the body"


def _worded(hint: str | None) -> str | None:
    if isinstance(hint, WayOut):
        return _WAYS.get(hint.name)
    return None if not hint or "`" in hint or "--" in hint else str(hint)
