"""What a problem of any page looks like: the status it has, the words of the page for the way out, or a question to be answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, PlainTextResponse, Response

from studyplan.errors import (
    BadFile,
    Conflict,
    DoesNotFit,
    NetworkProblem,
    NoSuchFile,
    NotFound,
    StorageProblem,
    StudyplanError,
    UsageProblem,
    WayOut,
)
from studyplan.web.guard import SAFE
from studyplan.web.messages import in_language, sentence
from studyplan.web.rendering import render, see_other
from studyplan.web.ways import worded

if TYPE_CHECKING:
    from starlette.requests import Request

    from studyplan.web.request import SentForm, Visitor

#: The HTTP status of each family of errors, the nearest first.
_STATUS: tuple[tuple[type[StudyplanError], int], ...] = (
    (UsageProblem, 400),
    (NotFound, 404),
    (DoesNotFit, 409),
    (Conflict, 409),
    (BadFile, 422),
    (NoSuchFile, 404),
    (StorageProblem, 503),
    (NetworkProblem, 502),
)
#: Flaws of a file that are told one by one: the line above them says how many there are.
_MOST_FLAWS = 20
#: Says to a device that an answer is ours, and not a proxy's: "taken", when a tap was carried out, or "refused", as it will ever be.
TAP = "studyplan-tap"
#: What may be a slip and is asked about first: the field of the form that says yes to it.
_ASKED = {"fewer-minutes": "fewer", "wide-range": "sure", "early-day": "sure"}


class ShownProblem(NamedTuple):
    """A problem as a page shows it: what is wrong, how to go on, and all that is wrong with a file."""

    line: str
    hint: str
    lines: tuple[str, ...] = ()


def status_of(error: StudyplanError) -> int:
    return next((status for family, status in _STATUS if isinstance(error, family)), 500)


def is_for_a_script(request: Request) -> bool:
    """Whether it asks for JSON, and not for a page."""
    return "application/json" in request.headers.get("accept", "")


def is_question(error: StudyplanError) -> bool:
    """Whether it may be a slip, and is asked about."""
    return error.code in _ASKED


def problem_of(error: StudyplanError) -> ShownProblem:
    """An error in a page's words: no command of a terminal stands in it."""
    line = sentence(error.message)
    more = error.problems if isinstance(error, BadFile) and error.problems != (error.message,) else ()
    return ShownProblem(line, worded(error.hint), tuple(map(in_language, more[:_MOST_FLAWS])))


def answer(visitor: Visitor, error: StudyplanError) -> Response:
    """The answer to a request that failed. What may be a slip is asked; a form of a page sends its browser back there, told what is
    wrong; a script gets JSON; anything else a page."""
    from studyplan.presentation.facts import of_error

    request = visitor.request
    if is_for_a_script(request):
        status = status_of(error)
        mark = {TAP: "refused"} if status < 500 else {}
        return JSONResponse(of_error(error), status, {"cache-control": "no-store", **mark})
    if request.method in SAFE and isinstance(error.hint, WayOut) and error.hint.name == "add-learner":
        # Whoever the server is for has no plan yet: the first one makes them.
        return render(visitor, "welcome.html")
    if request.method in SAFE:
        return render(visitor, "problem.html", status_of(error), problem=problem_of(error), back="/")
    form = getattr(request.state, "form", None)
    if is_question(error) and form is not None:
        return render(
            visitor,
            "confirm.html",
            409,
            problem=problem_of(error),
            fields=form.pairs(),
            consent=_ASKED[error.code],
            back=came_from(request),
        )
    found = problem_of(error)
    visitor.tell(found.line, kind="problem", more=[found.hint, *found.lines] if found.hint else found.lines)
    return see_other(came_from(request))


def taken(visitor: Visitor, next_page: Response) -> Response:
    """The answer to a tap that was carried out: the page to look at next, or for a device a word of ours and where that page is. A
    redirect alone could be a proxy's, to a page where somebody signs in. The instant lets a later tap of the same device follow."""
    if not is_for_a_script(visitor.request):
        return next_page
    marks = {
        TAP: "taken",
        "studyplan-at": visitor.planner.clock.now().isoformat(),
        "location": next_page.headers["location"],
    }
    return Response(status_code=204, headers={"cache-control": "no-store", **marks})


def came_from(request: Request) -> str:
    """The page of ours that a form was on, as the browser tells it; today's if it does not."""
    try:
        parts = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return "/"
    if parts.netloc.lower() != request.headers.get("host", "").lower():
        return "/"
    return inside(parts.path + (f"?{parts.query}" if parts.query else ""))


def back_of(request: Request, form: SentForm) -> Response:
    """Where a form says that its browser should go, else where it came from."""
    back = form.text("back")
    return see_other(inside(back) if back else came_from(request))


def inside(path: str) -> str:
    """A path of this site; today's for anything that could lead elsewhere."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if is_ours else "/"


def refused(status: int, line: str, **headers: str) -> Response:
    """An answer of one line to what no page of ours sends."""
    return PlainTextResponse(line + "\n", status, headers)
