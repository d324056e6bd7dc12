"""Starting a plan: which one, by when, at how many minutes a day; shown as a calendar before anything is written."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from studyplan.errors import BadFile, Conflict, DoesNotFit, NotFound, StudyplanError, UsageProblem
from studyplan.model import PlanState
from studyplan.presentation import phrases
from studyplan.presentation.figures import path_tasks, window_rows
from studyplan.presentation.language import gettext as _
from studyplan.presentation.language import ngettext
from studyplan.presentation.sentences import brief_notes
from studyplan.template.blank import BLANK
from studyplan.web.answers import problem_of, status_of
from studyplan.web.messages import with_days
from studyplan.web.months import sheets
from studyplan.web.rendering import country_names, render, see_other
from studyplan.web.request import Here, Sent, SentForm, Visitor, query_of
from studyplan.web.start_form import fields_of, wish_of
from studyplan.web.start_words import plan_figures, refusal, role_text, version_text, way_text
from studyplan.web.ways import remarks

if TYPE_CHECKING:
    from studyplan.model import Learner, Plan, Template
    from studyplan.rules.drafts import Draft

router = APIRouter()

#: What a form can be at fault with, and shows itself again with.
_ANSWERED = (UsageProblem, NotFound, Conflict, BadFile)


@router.get("/start")
def choose(visitor: Here) -> Response:
    """The plans that can be started, each on a card, and help to choose one."""
    return _choices(visitor, query_of(visitor))


def _choices(visitor: Visitor, asked: SentForm, error: StudyplanError | None = None) -> Response:
    planner = visitor.planner
    entries = planner.queries.templates()
    advice = following = None
    if asked.has("role"):
        advice = planner.advice.recommend(asked.text("role"))
    else:
        with suppress(NotFound):
            following = planner.advice.following()
    return render(
        visitor,
        "start.html",
        status_of(error) if error else 200,
        cards=[(entry, window_rows(entry.template)) for entry in entries if entry.template],
        broken=[entry for entry in entries if entry.template is None],
        roles=planner.advice.roles(),
        role_text=role_text,
        version=version_text,
        role=asked.text("role"),
        advice=advice,
        following=following if following and following.template and not following.running else None,
        problem=problem_of(error) if error else None,
    )


@router.get("/start/file/new")
def back_to_choices(visitor: Here) -> Response:
    """Where a file that was refused is told of, opened once more."""
    return see_other("/start")


@router.post("/start/file/new")
def bring(visitor: Here, form: Sent) -> Response:
    """Keep a plan file that was sent, and go on to start it."""
    try:
        data = form.file("file")
        if not data:
            raise UsageProblem("no file was chosen", hint="choose a plan file, or a table of tasks")
        brought = visitor.planner.plan_files.bring(data, form.file_name("file"), replaces=form.has("replaces"))
    except _ANSWERED as error:
        return _choices(visitor, SentForm(), error)
    more = [_("It is used in place of the plan of that name that comes with studyplan.")] if brought.shadows else []
    visitor.tell(
        _("“%(title)s” is among your plans now.") % {"title": brought.template.title}, more=[*more, *brought.notes]
    )
    return see_other(f"/start/{brought.template.id}")


@router.get("/start/{template}")
def form(visitor: Here, template: str) -> Response:
    """The form for a plan; with what was filled in, the plan that this makes or the ways to make it fit."""
    chosen, asked = named(visitor, template), query_of(visitor)
    if not len(asked):
        return _form(visitor, chosen, None)
    today = visitor.planner.queries.current_day()
    try:
        wish = wish_of(asked, template, today)
        draft = visitor.planner.plans.preview(wish)
    except _ANSWERED as error:
        return _form(visitor, chosen, asked, error)
    return _form(visitor, chosen, asked, draft=draft)


@router.post("/start/{template}")
def start(visitor: Here, sent: Sent, template: str) -> Response:
    """Start the plan that was shown."""
    chosen = named(visitor, template)
    try:
        draft = visitor.planner.plans.start(wish_of(sent, template, visitor.planner.queries.current_day()))
    except _ANSWERED as error:
        return _form(visitor, chosen, sent, error)
    plan = draft.plan
    words = {"plan": plan.name, "num": len(draft.tasks), "day": phrases.long_day(plan.end)}
    visitor.tell(
        ngettext(
            "Started “%(plan)s”: %(num)d task until %(day)s.",
            "Started “%(plan)s”: %(num)d tasks until %(day)s.",
            len(draft.tasks),
        )
        % words,
        undo=True,
    )
    return see_other(f"/plans/{plan.number}" if template == BLANK else "/")


def named(visitor: Visitor, id: str) -> Template:
    """The template of an id. Raises NotFound; BadFile for a file that cannot be used."""
    if not re.fullmatch(r"[a-z0-9-]{1,100}", id):
        raise NotFound("there is no such plan to start")
    entry = visitor.planner.queries.template(id)
    if entry.template is None:
        raise BadFile(f"the plan file '{id}' cannot be used", problems=entry.problems)
    return entry.template


def _form(
    visitor: Visitor,
    template: Template,
    sent: SentForm | None,
    error: StudyplanError | None = None,
    draft: Draft | None = None,
) -> Response:
    """The form, empty or as it was sent, with what it makes or what is wrong with it."""
    today = visitor.planner.queries.current_day()
    learner, plans = _known(visitor)
    ways = []
    if isinstance(error, DoesNotFit):
        ways = [
            (way_text(offer, template), f"/start/{template.id}?{urlencode(fields_of(take))}")
            for offer, take in zip(error.offers, error.takes, strict=True)
        ]
    return render(
        visitor,
        "start_form.html",
        status_of(error) if error else 200,
        chosen=template,
        is_blank=template.id == BLANK,
        windows=window_rows(template),
        paths=[(path, sum(task.minutes for task in path_tasks(template, path.id))) for path in template.paths],
        countries=country_names(),
        sent=sent or SentForm(_usual(template, plans, today)),
        plans=plans,
        hours=phrases.hours_words(learner, plans) if learner and learner.week else "",
        version=version_text,
        problem=refusal(error) if error else None,
        ways=ways,
        **_drawn(draft, template, sent, today),
    )


def _known(visitor: Visitor) -> tuple[Learner | None, list[Plan]]:
    """The learner and all of their plans; nobody and none before the first."""
    try:
        return visitor.planner.learners.get()
    except NotFound:
        return None, []


def _usual(template: Template, plans: list[Plan], today: date) -> list[tuple[str, str]]:
    """What the form has before anything is filled in: today, and a name that no running plan has."""
    taken = {plan.name for plan in plans if plan.state is PlanState.ACTIVE}
    usual = _("My plan") if template.id == BLANK else template.id
    name = usual
    number = 2
    while name in taken:
        name, number = f"{usual} {number}", number + 1
    return [("date", str(today)), ("name", name)]


def _drawn(draft: Draft | None, template: Template, sent: SentForm | None, today: date) -> dict[str, Any]:
    """What the page shows of a plan laid out."""
    if draft is None or sent is None:
        return {"draft": None, "sheets": [], "figures": [], "notes": [], "in_full": [], "fields": []}
    # Its tasks have no numbers yet that somebody could know them by.
    notes = brief_notes(draft.notes, (), "")
    hour = wish_of(sent, draft.plan.template, today).exam_hour
    return {
        "draft": draft,
        "sheets": sheets(draft.days, draft.tasks),
        "figures": plan_figures(draft, template, today, hour),
        "notes": [with_days(line) for line in remarks(notes)],
        "in_full": [with_days(line) for line in remarks(draft.notes)] if notes != list(draft.notes) else [],
        "fields": sent.pairs(),
    }
