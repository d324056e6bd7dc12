"""Changes that must not be made twice: a phone that never saw the answer sends its tap again, under the same key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from studyplan.errors import UsageProblem
from studyplan.web.rendering import see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from studyplan.planner import Planner
    from studyplan.web.request import SentForm, Visitor

#: The header that holds the key.
KEY = "idempotency-key"


def key_of(text: str | None) -> UUID | None:
    """The key of a request: a UUID, bare or in quotes. Raises UsageProblem for anything else."""
    if text is None:
        return None
    bare = text.strip().removeprefix('"').removesuffix('"')
    try:
        return UUID(bare)
    except ValueError:
        raise UsageProblem("Idempotency-Key must be a UUID", hint="make a new one for each change") from None


def once(visitor: Visitor, form: SentForm, act: Callable[[], Response]) -> Response:
    """Let a page carry out a form, once where the form has a key: the second time its browser is only sent on to where it was
    sent before. ``act`` changes things by ``visitor.planner`` alone, and ends in a redirect; what it raises leaves nothing."""
    request = visitor.request
    key = key_of(request.headers.get(KEY))
    if key is None:
        return act()
    # Where a browser is sent back to may differ, though it asks the same.
    asked = f"{request.method} {request.url.path}\n{urlencode(form.pairs(but=('back',)))}".encode()

    def work(planner: Planner) -> Mapping[str, object]:
        request.state.planner = planner
        return {"location": act().headers.get("location", "/")}

    planner = visitor.planner
    try:
        found = planner.requests.once(key, asked, work)
    finally:
        request.state.planner = planner
    return see_other(str(found.answer["location"]))
