"""How a browser comes in: an address with a one-time key, which becomes a cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from studyplan.presentation.language import gettext as _
from studyplan.web import answers, assets
from studyplan.web.rendering import bare, see_other
from studyplan.web.sessions import KEPT

if TYPE_CHECKING:
    from studyplan.web.guard import Address
    from studyplan.web.site import Site

router = APIRouter()


def cookie_name(address: Address) -> str:
    """The name of the cookie. Over https the browser itself sees to it that no other site has set it; on this machine a server on
    another port must not be taken for this one."""
    return "__Host-studyplan" if address.is_secure else f"studyplan-{address.base_url.rpartition(':')[2]}"


@router.get("/enter")
def enter(request: Request, key: str = "", back: str = "/") -> Response:
    """Let a browser in with a key; without one, or with one that is used up, say where to get it."""
    site: Site = request.app.state.site
    if request.scope["state"]["device"]:
        return see_other(answers.inside(back))
    secret = site.sessions.enter(key, request.headers.get("user-agent", "")) if key else None
    if secret is None:
        line = _("This address was used before, or is too old.") if key else _("This browser is not signed in yet.")
        return bare("enter.html", 403, line=line)
    answer = see_other(answers.inside(back))
    answer.set_cookie(
        cookie_name(site.address),
        secret,
        max_age=int(KEPT.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=site.address.is_secure,
    )
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
def health(request: Request) -> Response:
    """Whether the server answers and can read its database; nothing of what it holds."""
    from studyplan.errors import StudyplanError

    site: Site = request.app.state.site
    try:
        site.source.planner().queries.current_day()
    except StudyplanError as error:
        return JSONResponse({"status": error.code}, 503, {"cache-control": "no-store"})
    return JSONResponse({"status": "ok"}, 200, {"cache-control": "no-store"})
