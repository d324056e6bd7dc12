"""Who calls, what they may, and how a call is answered: with the object that `--json` prints.

A call brings a token, or the cookie of a browser that is in. One that brings a token is answered by that alone: its cookies are
never looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from studyplan.errors import UsageProblem
from studyplan.model.tokens import TokenScope
from studyplan.notation import Ref, refs
from studyplan.rules.time_spent import WHOLE_DAY
from studyplan.web.api.problems import MEDIA_TYPE, CallRefused

if TYPE_CHECKING:
    from studyplan.planner import Planner
    from studyplan.web.site import Site

#: What each status of a refusal means, for the schema.
_REFUSALS = {
    400: "What was sent cannot be read, or contradicts itself.",
    401: "No token that lets anybody in.",
    403: "The token only reads, or the page of another site sent the call.",
    404: "No such task, plan, card or template.",
    409: "It cannot be done as things are: a taken name, several plans, no room, a key that was used for another call.",
    413: "The body is larger than 64 kB.",
    421: "This server does not answer to that host name.",
    422: "A file that this rests on cannot be used.",
    503: "The database cannot be read or written just now.",
}
_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}


class CallBody(BaseModel):
    """The body of a call. What is not known is refused, so that no slip goes unseen."""

    model_config = ConfigDict(extra="forbid", strict=True)


class CallQuery(BaseModel):
    """The query of a call."""

    model_config = ConfigDict(extra="forbid")


#: A day as people write it, read on the learner's calendar.
Day = Annotated[
    str, Field(max_length=60, description="A day: 2026-07-01, today, +3d, next monday.", examples=["today"])
]
Words = Annotated[str, Field(min_length=1, max_length=200)]
PlanWord = Annotated[str, Field(min_length=1, max_length=200, description="A plan, by name or number.")]
Minutes = Annotated[int, Field(ge=0, le=WHOLE_DAY, description="Minutes, at most those of a day.")]
TaskWord = Annotated[
    str,
    Path(
        min_length=1,
        max_length=200,
        description="A task by number or key, or several, as on the command line: 3, 5-7, loops, PLAN:KEY, 81@2026-07-01.",
        examples=["1"],
    ),
]


class Caller:
    """Whoever calls, for one call. ``key`` names a change that must not be made twice."""

    def __init__(self, request: Request, planner: Planner, key: UUID | None = None) -> None:
        self.request = request
        self.planner = planner
        self.key = key

    def change(
        self, sent: BaseModel | None, act: Callable[[Planner], Mapping[str, Any]], *, unkept: Collection[str] = ()
    ) -> JSONResponse:
        """Make a change, once for each key, and answer with what it changed. ``unkept``: fields of the answer that are told this
        once, and are null where it is given again."""
        if self.key is None:
            return answered(act(self.planner))
        told: list[Mapping[str, Any]] = []

        def kept(planner: Planner) -> Mapping[str, Any]:
            told.append(act(planner))
            return {name: None if name in unkept else value for name, value in told[-1].items()}

        body = sent.model_dump_json(exclude_unset=True) if sent else ""
        asked = f"{self.request.method} {self.request.url.path}\n{body}".encode()
        found = self.planner.requests.once(self.key, asked, kept)
        return answered(found.answer, **{"idempotency-replayed": "true"}) if found.is_repeat else answered(told[-1])


def answered(body: Mapping[str, Any], **headers: str) -> JSONResponse:
    return JSONResponse(body, 200, {"cache-control": "no-store", **headers})


def refs_of(word: str) -> tuple[Ref, ...]:
    """The tasks that a word of a path or a body names. Raises UsageProblem."""
    return refs((word,))


def described(model: Any, *, changes: bool = False) -> dict[str, Any]:
    """What a route answers, for the schema: an object of that shape, or a problem."""
    refusals = {status: {"description": text, "content": _PROBLEM} for status, text in _REFUSALS.items()}
    if not changes:
        del refusals[403]
    return {
        "response_model": None,
        "responses": {200: {"model": model, "description": "As `--json` prints it."}, **refusals},
    }


def _admitted(request: Request) -> tuple[Planner, bool]:
    """A planner for whoever calls, and whether they may change anything. Raises CallRefused."""
    site: Site = request.app.state.site
    shown = request.headers.get("authorization")
    if shown is None:
        if request.scope["state"]["device"]:
            return site.source.planner(), True
        raise CallRefused(
            401,
            "no-token",
            "this call brings no token",
            "`studyplan token add NAME` makes one; send it as `Authorization: Bearer TOKEN`",
            www_authenticate="Bearer",
        )
    scheme, _, secret = shown.partition(" ")
    found = site.source.planner().tokens.shown(secret.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        raise CallRefused(
            401,
            "bad-token",
            "this token lets nobody in",
            "it may be revoked or expired: `studyplan token list --all` tells",
            www_authenticate='Bearer error="invalid_token"',
        )
    learner, token = found
    planner = site.source.planner(learner=learner.name, actor=f"token {token.number} '{token.name}'")
    return planner, token.scope is TokenScope.WRITE


def _reader(request: Request) -> Caller:
    return Caller(request, _admitted(request)[0])


def _writer(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            description="A UUID for this change. The same call with the same key is answered the same and changes nothing more; "
            "it is remembered for 14 days.",
            max_length=60,
            json_schema_extra={"format": "uuid"},
        ),
    ] = None,
) -> Caller:
    planner, may_write = _admitted(request)
    if not may_write:
        raise CallRefused(
            403,
            "read-only",
            "this token only reads",
            "`studyplan token add NAME --scope write` makes one that changes things",
            www_authenticate='Bearer error="insufficient_scope"',
        )
    return Caller(request, planner, _key_of(idempotency_key))


def _key_of(text: str | None) -> UUID | None:
    """The key of a change: a UUID, bare or in quotes. Raises UsageProblem for anything else."""
    if text is None:
        return None
    try:
        return UUID(text.strip().removeprefix('"').removesuffix('"'))
    except ValueError:
        raise UsageProblem("Idempotency-Key must be a UUID", hint="make a new one for each change") from None


Reader = Annotated[Caller, Depends(_reader)]
Writer = Annotated[Caller, Depends(_writer)]
