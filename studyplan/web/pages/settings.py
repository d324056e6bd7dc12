"""Settings: study hours, days off, public holidays, time zone, language, the browsers that are in, and all data as a file."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Response

from studyplan.errors import BadFile, Conflict, NotFound, StudyplanError, UsageProblem
from studyplan.model import PlanState
from studyplan.presentation import phrases
from studyplan.presentation.language import gettext as _
from studyplan.presentation.language import ngettext
from studyplan.template.fields import slug
from studyplan.web import translations
from studyplan.web.agents import agent_text
from studyplan.web.answers import problem_of, status_of
from studyplan.web.codes import code
from studyplan.web.cookies import drop_cookie, keep_cookie, language_cookie
from studyplan.web.rendering import country_names, render, see_other
from studyplan.web.request import Here, Sent, SentForm, Visitor
from studyplan.web.sessions import WAITING
from studyplan.web.start_form import region_of, spans_of, week_fields, week_of
from studyplan.web.ways import remarks

if TYPE_CHECKING:
    from studyplan.model import Learner, Plan, Span
    from studyplan.planner.replan import Adjusted

router = APIRouter()

#: What a form can be at fault with, and shows itself again with.
_ANSWERED = (UsageProblem, NotFound, Conflict, BadFile)


@router.get("/settings")
def settings(visitor: Here) -> Response:
    """All settings, each with a form of its own."""
    return _page(visitor)


def _page(
    visitor: Visitor,
    about: str = "",
    sent: SentForm | None = None,
    error: StudyplanError | None = None,
) -> Response:
    """The settings. ``about``: the form that was ``sent`` and is at fault with ``error``."""
    learner, plans = _known(visitor)
    running = [plan for plan in plans if plan.state is PlanState.ACTIVE]
    form = sent or SentForm()
    word = form.text("plan")
    owners = [_owner(each, about, form, word) for each in (learner, *running) if each is not None]
    if about in ("hours", "off", "holidays") and word not in [owner["plan"] for owner in owners]:
        about = ""  # No form of the page is the one that was sent.
    return render(
        visitor,
        "settings.html",
        status_of(error) if error else 200,
        learner=learner,
        running=running,
        owners=owners,
        hours=phrases.hours_words(learner, running) if learner else "",
        today=visitor.planner.queries.current_day(),
        countries=country_names(),
        zone=form.text("zone") or (learner.zone if learner else "") or "",
        zones=sorted(available_timezones()),
        languages=translations.languages(),
        language=translations.chosen_language(visitor.request.headers, visitor.site.address) or "",
        about=about,
        about_plan=word,
        sent=form,
        problem=problem_of(error) if error else None,
    )


def _known(visitor: Visitor) -> tuple[Learner | None, list[Plan]]:
    try:
        return visitor.planner.learners.get()
    except NotFound:
        return None, []


def _owner(owner: Learner | Plan, about: str, form: SentForm, word: str) -> dict[str, Any]:
    """What the page shows of a learner or a plan: the fields of the hours and of the holidays, as they were typed if they are at
    fault, and the days off."""
    from studyplan.model import Plan

    number = str(owner.number) if isinstance(owner, Plan) else ""
    country, _dash, part = (owner.holidays or "").partition("-")
    is_meant = word == number
    return {
        "plan": number,
        "name": owner.name,
        "week": form if about == "hours" and is_meant else SentForm(list(week_fields(owner.week).items())),
        "has_week": owner.week is not None,
        "off": owner.off,
        "country": form.text("country") if about == "holidays" and is_meant else country,
        "region": form.text("region") if about == "holidays" and is_meant else part,
    }


@router.post("/settings/hours")
def hours(visitor: Here, form: Sent) -> Response:
    """Set the study hours of a plan or over all; empty fields set no limit."""
    try:
        week = None if form.has("clear") else week_of(form)
        adjusted = visitor.planner.replan.set_hours(week, _plan(form))
    except _ANSWERED as error:
        return _page(visitor, "hours", form, error)
    if adjusted.plan is not None:
        words = phrases.plan_hours(adjusted.plan, adjusted.learner, adjusted.running)
    else:
        words = phrases.hours_words(adjusted.learner, adjusted.running)
    _tell(visitor, adjusted, _("Study hours: %(hours)s.") % {"hours": words})
    return see_other("/settings")


@router.post("/settings/off")
def off(visitor: Here, form: Sent) -> Response:
    """Take days off, or study on them after all."""
    is_off = not form.has("remove")
    try:
        spans = spans_of(form, visitor.planner.queries.current_day())
        if not spans:
            raise UsageProblem("no day was given", hint="choose the first day, and the last if there are several")
        adjusted = visitor.planner.replan.set_off(spans, _plan(form), off=is_off)
    except _ANSWERED as error:
        return _page(visitor, "off", form, error)
    days = ", ".join(_span_text(span) for span in spans)
    line = _("Off: %(days)s.") if is_off else _("No longer off: %(days)s.")
    _tell(visitor, adjusted, line % {"days": days})
    return see_other("/settings")


@router.post("/settings/holidays")
def holidays(visitor: Here, form: Sent) -> Response:
    """Take the public holidays of a region off, or of none."""
    try:
        adjusted = visitor.planner.replan.set_holidays(region_of(form), _plan(form))
    except _ANSWERED as error:
        return _page(visitor, "holidays", form, error)
    owner = adjusted.plan or adjusted.learner
    line = _("Public holidays are off: %(region)s.") if owner.holidays else _("Public holidays are study days.")
    _tell(visitor, adjusted, line % {"region": owner.holidays} if owner.holidays else line)
    return see_other("/settings")


def _plan(form: SentForm) -> int | None:
    """The number of the plan that a form is about; None: all of them."""
    return form.whole("plan")


def _span_text(span: Span) -> str:
    from studyplan.web.rendering import day_text

    if span.first == span.last:
        return day_text(span.first)
    return _("%(first)s to %(last)s") % {"first": day_text(span.first), "last": day_text(span.last)}


def _tell(visitor: Visitor, adjusted: Adjusted, line: str) -> None:
    """Leave a line on a changed setting, and what it made of each plan."""
    notes = remarks(adjusted.notes)
    if not adjusted.changed:
        visitor.tell(_("Nothing to change: it was so already."), more=notes)
        return
    more = []
    for mended in adjusted.mended:
        moves, left = len(mended.mending.moves), len(mended.left_over)
        line_on_moves = ngettext("“%(plan)s”: %(num)d task moved.", "“%(plan)s”: %(num)d tasks moved.", moves)
        more.append(line_on_moves % {"plan": mended.plan.name, "num": moves})
        if left:
            line_on_rest = ngettext(
                "“%(plan)s”: %(num)d task finds no room. “Replan” has the ways out.",
                "“%(plan)s”: %(num)d tasks find no room. “Replan” has the ways out.",
                left,
            )
            more.append(line_on_rest % {"plan": mended.plan.name, "num": left})
    visitor.tell(line, undo=True, more=[*more, *notes])


@router.post("/settings/zone")
def zone(visitor: Here, form: Sent) -> Response:
    """Set the learner's time zone."""
    try:
        name = form.text("zone")
        if not name:
            raise UsageProblem("no time zone was given", hint="write one like Europe/Berlin")
        learner, _is_new = visitor.planner.learners.set_zone(name)
    except _ANSWERED as error:
        return _page(visitor, "zone", form, error)
    visitor.tell(_("Your time zone is %(zone)s.") % {"zone": learner.zone})
    return see_other("/settings")


@router.post("/settings/language")
def language(visitor: Here, form: Sent) -> Response:
    """Choose the language of the pages in this browser; none: that which the browser asks for."""
    tag = form.text("language")
    if tag and tag not in translations.languages():
        problem = UsageProblem("the pages do not speak that language", hint="choose one of those on the page")
        return _page(visitor, "language", form, problem)
    answer, address = see_other("/settings"), visitor.site.address
    if tag:
        keep_cookie(answer, address, language_cookie(address), tag, timedelta(days=366))
    else:
        drop_cookie(answer, address, language_cookie(address))
    return answer


@router.get("/settings/browsers")
def browsers(visitor: Here) -> Response:
    """The browsers that are in."""
    return _browsers(visitor)


def _browsers(visitor: Visitor, address: str = "") -> Response:
    rows = [
        {
            "digest": each.digest,
            "name": agent_text(each.agent),
            "agent": each.agent,
            "since": visitor.local(each.since),
            "seen": visitor.local(each.seen),
            "is_this": each.digest == visitor.device,
        }
        for each in visitor.site.sessions.devices()
    ]
    return render(
        visitor,
        "browsers.html",
        rows=rows,
        address=address,
        code=code(address) if address else "",
        minutes=round(WAITING.total_seconds() / 60),
        is_local=visitor.site.address.is_local,
    )


@router.post("/settings/browsers/let-in")
def let_in(visitor: Here, form: Sent) -> Response:
    """Make an address that lets one more browser in, and show it once."""
    key = visitor.site.sessions.new_key(WAITING)
    return _browsers(visitor, f"{visitor.site.address.base_url}/enter?key={key}")


@router.post("/settings/browsers/end")
def end(visitor: Here, form: Sent) -> Response:
    """Sign another browser out."""
    if visitor.site.sessions.end(form.text("browser")):
        visitor.tell(_("That browser is signed out."))
    else:
        visitor.tell(_("That browser is not in any more."), kind="problem")
    return see_other("/settings/browsers")


@router.get("/settings/data.json")
def data(visitor: Here) -> Response:
    """All that is kept of the learner, as ``dump`` writes it."""
    name, content = visitor.planner.dump.write()
    headers = {
        "content-disposition": f'attachment; filename="studyplan-{slug(name) or "data"}.json"',
        "cache-control": "private, no-store",
    }
    return Response(content, media_type="application/json", headers=headers)
