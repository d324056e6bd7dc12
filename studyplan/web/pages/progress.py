"""Where the learner stands: figures, charts with their tables, and the same as a report to print or send."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from studyplan.errors import NotFound
from studyplan.presentation import language, phrases, progress_rows, question_words, sentences
from studyplan.presentation.language import gettext as _
from studyplan.presentation.report import FORMS, drawings
from studyplan.presentation.report import render as render_report
from studyplan.rules.marking import total
from studyplan.text import slug
from studyplan.web.guard import HEADERS
from studyplan.web.rendering import download, render
from studyplan.web.request import Here, Visitor, query_of

if TYPE_CHECKING:
    from studyplan.planner.progress import Picture, Progress

router = APIRouter()

_TYPES = {"html": "text/html", "md": "text/markdown", "csv": "text/csv", "json": "application/json"}


@router.get("/progress")
def progress(visitor: Here) -> Response:
    """The plan asked for, or all that run. What took long to make is kept while nothing changed."""
    plan = query_of(visitor).text("plan") or None
    key = (visitor.planner.progress.version(), plan, language.current().tag)
    values = visitor.site.progress.get(key, lambda: _values(visitor, plan))
    return render(visitor, "progress.html", **values)


def _values(visitor: Visitor, plan: str | None) -> dict[str, Any]:
    picture = visitor.planner.progress.picture_with_recall(plan)
    return {
        "plans": [_plan(each) for each in picture.plans],
        "plan": plan,
        "load": picture.load if plan is None and len(picture.plans) > 1 else (),
        "names": [(each[0].number, each[0].name) for each in visitor.planner.queries.plans()],
        "year": drawings.year(picture.studied, picture.today) if picture.studied else "",
        "months": progress_rows.monthly(picture.studied),
        "studied": sum(picture.studied.values()),
    }


def _plan(found: Progress) -> dict[str, Any]:
    standing = found.standing
    tallies = {
        _("Done"): standing.done,
        _("Skipped"): standing.skipped,
        _("Open"): standing.open,
        _("Overdue"): standing.overdue,
        _("No room"): standing.no_room,
    }
    tests = found.tests
    return {
        "plan": found.plan,
        "share": sentences.share_done(standing),
        "time": sentences.time_left(standing),
        "tallies": [(name, tally) for name, tally in tallies.items() if tally.tasks],
        "figures": [(phrases.capitalised(_(name)), text) for name, text in sentences.figures(found)],
        "burn_up": drawings.burn_up(found.burn_up),
        "weeks": progress_rows.weekly(found.burn_up, standing.today),
        "has_moved": any(point.plan != point.began for point in found.burn_up),
        "hours": [
            (title, heading, rows, drawings.hours(rows, name))
            for name, title, heading, rows in (
                ("module", _("Hours by module"), _("Module"), found.modules),
                ("kind", _("Hours by kind"), _("Kind"), found.kinds),
            )
            if rows
        ],
        "scores": found.scores,
        "score_chart": drawings.scores(found.scores),
        "recall": found.recall,
        "recall_words": sentences.recall_words,
        "recall_chart": drawings.recall(found.recall.modules) if found.recall else "",
        "calibration": found.calibration,
        "calibration_chart": drawings.calibration(found.calibration),
        "judged": question_words.judged(total(found.calibration)) if found.calibration else "",
        "tests": tests,
        "errors": question_words.errors(tests.errors) if tests else [],
        "errors_chart": drawings.errors(tests.errors) if tests and tests.errors else "",
    }


@router.get("/report")
def report(visitor: Here) -> Response:
    """What forms there are of a report."""
    planner = visitor.planner
    plans = [plan for plan, *_counts in planner.queries.plans()]
    return render(visitor, "report.html", plans=plans, plan=query_of(visitor).text("plan"))


@router.get("/report/{form}")
def report_file(visitor: Here, form: str) -> Response:
    """The report itself: as a page to look at and print, or as a file."""
    if form not in (*FORMS, "page"):
        raise NotFound(_("there is no such report"))
    plan = query_of(visitor).text("plan") or None
    picture = visitor.planner.progress.picture_with_recall(plan)
    # A report has one language, whoever opens it.
    with language.spoken(language.ENGLISH):
        content = render_report(picture, "html" if form == "page" else form)
    if form == "page":
        return Response(content, media_type="text/html; charset=utf-8", headers=_own_style(content))
    return download(content, f"{_name(picture, plan)}.{form}", _TYPES[form])


def _name(picture: Picture, plan: str | None) -> str:
    named = f"-{slug(picture.plans[0].plan.name)}" if plan and picture.plans else ""
    return f"report{named}-{picture.today}"


def _own_style(content: bytes) -> dict[str, str]:
    """Headers that let the one style sheet in a report count, by its hash, and nothing else in it."""
    style = content.partition(b"<style>")[2].partition(b"</style>")[0]
    digest = b64encode(sha256(style).digest()).decode()
    policy = HEADERS["content-security-policy"].replace("style-src 'self'", f"style-src 'sha256-{digest}'")
    return {"content-security-policy": policy, "cache-control": "private, no-store"}
