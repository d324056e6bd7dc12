"""What a device needs to have the plan at hand: the keys, the app's name and icons, a worker for when there is no connection; and the
way out."""

from __future__ import annotations

import json
from contextlib import suppress
from hashlib import sha256

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from studyplan.errors import StorageProblem
from studyplan.presentation.language import current
from studyplan.presentation.language import gettext as _
from studyplan.web import assets
from studyplan.web.cookies import drop_cookie, session_cookie
from studyplan.web.rendering import render, see_other
from studyplan.web.request import Here, Sent

router = APIRouter()

#: What the worker keeps a copy of: all that the page of today is shown with.
_SHOWN_WITH = ("studyplan.css", "studyplan.js", "icon.svg", "icon-192.png")
#: The colours of the page's paper, as in the sheet.
_PAPER, _BRAND = "#faf9f6", "#1f6a5b"


@router.get("/keys")
def keys(visitor: Here) -> Response:
    """The keys of the pages."""
    known = [
        ("j", _("the next task")),
        ("k", _("the task before")),
        ("x", _("mark the task done")),
        ("s", _("skip the task")),
        ("m", _("move the task to another day")),
        ("u", _("undo the last change")),
        ("?", _("this page")),
    ]
    review = [
        (_("space"), _("show the answer")),
        ("1 2 3 4", _("how well you knew it: again, hard, good, easy")),
        ("s u", _("sure or unsure, where you are asked")),
    ]
    tests = [
        ("1 2 3 …", _("choose an answer")),
        ("n p", _("the next question, the one before")),
        ("s u", _("the next, and you are sure or unsure")),
        ("f", _("flag the question")),
        ("o", _("all questions, and the end")),
    ]
    return render(visitor, "keys.html", keys=known, review=review, tests=tests)


@router.get("/offline")
def offline(visitor: Here) -> Response:
    """What a device shows for a page that it cannot get. It is got while there is a connection."""
    # The copy is shown at other times: what there is to tell now waits for a page that is looked at.
    return render(visitor, "offline.html", notices=())


@router.get("/manifest.webmanifest")
def manifest() -> Response:
    """What the pages are called, and how they look, where somebody puts them on a home screen."""
    icons = [
        {"src": assets.address("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
        {"src": assets.address("icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": assets.address("icon-512.png"), "sizes": "512x512", "type": "image/png"},
        {"src": assets.address("icon-maskable.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    shortcuts = [
        {"name": _("Today"), "url": "/"},
        {"name": _("Review"), "url": "/review"},
        {"name": _("Add a task"), "url": "/add"},
    ]
    return JSONResponse(
        {
            "id": "/",
            "name": "studyplan",
            "short_name": "studyplan",
            "description": _("Your study plan, day by day."),
            "lang": current().tag,
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": _PAPER,
            "theme_color": _BRAND,
            "icons": icons,
            "shortcuts": shortcuts,
        },
        headers={"cache-control": "no-cache", "vary": "accept-language, cookie"},
        media_type=assets.TYPES["webmanifest"],
    )


@router.get("/service-worker.js")
def service_worker() -> Response:
    """The worker. It is another one whenever a file of the pages is, and so the browser takes the new files."""
    files = [assets.address(name) for name in _SHOWN_WITH]
    code = assets.read("service-worker.js")
    version = sha256(json.dumps(files).encode() + code).hexdigest()[:12]
    begin = f"const FILES = {json.dumps(files)}, VERSION = {json.dumps(version)};\n"
    return Response(begin.encode() + code, media_type=assets.TYPES["js"], headers={"cache-control": "no-cache"})


@router.post("/leave")
def leave(visitor: Here, form: Sent) -> Response:
    """Sign this browser out. What it kept of the plan goes, and so does what it still had to send."""
    with suppress(StorageProblem):
        # It forgets its secret in any case; that this could not be written down stands in the log.
        visitor.site.sessions.end(visitor.device)
    answer, address = see_other("/enter"), visitor.site.address
    drop_cookie(answer, address, session_cookie(address))
    answer.headers["clear-site-data"] = '"cache", "storage"'
    return answer
