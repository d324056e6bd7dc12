"""How a browser comes in: an address with a one-time key, which becomes a cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from studyplan.errors import StudyplanError
from studyplan.presentation.language import gettext as _
from studyplan.web import answers, assets
from studyplan.web.cookies import keep_cookie, session_cookie
from studyplan.web.rendering import bare, see_other
from studyplan.web.sessions import KEPT

if TYPE_CHECKING:
    from studyplan.web.site import Site

router = APIRouter()

_HEALTH = CapacityLimiter(1)


@router.get("/enter")
def enter(request: Request, key: str = "", back: str = "/") -> Response:
    """Let a browser in with a key; without one, or with one that is used up, say where to get it."""
    site: Site = request.app.state.site
    if request.scope["state"]["device"]:
        # Nobody else comes in by the address that this one has opened.
        site.sessions.spend(key)
        return see_other(answers.inside(back))
    secret = site.sessions.enter(key, request.headers.get("user-agent", "")) if key else None
    if secret is None:
        line = _("This address was used before, or is too old.") if key else _("This browser is not signed in yet.")
        return bare("enter.html", 403, line=line)
    answer = see_other(answers.inside(back))
    keep_cookie(answer, site.address, session_cookie(site.address), secret, KEPT)
    return answer


@router.get("/static/{stamp}/{name}")
def static(stamp: str, name: str) -> Response:
    """A file that pages are shown with; kept by browsers for ever where the address is that of its content."""
    if name not in assets.names():
        return Response(status_code=404)
    is_current = assets.address(name) == f"/static/{stamp}/{name}"
    kept = "public, max-age=31536000, immutable" if is_current else "no-store"
    return Response(
        assets.read(name), media_type=assets.TYPES[name.rpartition(".")[2]], headers={"cache-control": kept}
    )


@router.get("/health")
async def health(request: Request) -> Response:
    """Whether the server answers and can read its database; nothing of what it holds. It has a thread of its own: others may all be
    waiting for a database that somebody else writes to."""
    site: Site = request.app.state.site
    code = await to_thread.run_sync(_state_of, site, limiter=_HEALTH)
    return JSONResponse({"status": code}, 200 if code == "ok" else 503, {"cache-control": "no-store"})


def _state_of(site: Site) -> str:
    try:
        site.source.planner().queries.current_day()
    except StudyplanError as error:
        return error.code
    return "ok"
