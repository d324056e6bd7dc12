"""Replanning: what would move and why, what finds no room and the ways to make some, before anything is written."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from studyplan.errors import BadFile, Conflict, DoesNotFit, NotFound, StudyplanError, UsageProblem
from studyplan.model import Kind, PlanState, Status
from studyplan.presentation import phrases
from studyplan.presentation.language import gettext as _
from studyplan.presentation.language import ngettext
from studyplan.presentation.move_words import notes_of_moves, words_of_moves
from studyplan.rules.replan_offers import Remedy
from studyplan.web.answers import problem_of, status_of
from studyplan.web.rendering import render, see_other
from studyplan.web.replan_form import fields_of, remedy_of
from studyplan.web.request import Here, Sent, SentForm, Visitor, query_of
from studyplan.web.ways import remarks

if TYPE_CHECKING:
    from studyplan.model import Offer, Plan, Task
    from studyplan.planner.replan import Mended

router = APIRouter()

#: What a form can be at fault with, and shows itself again with.
_ANSWERED = (UsageProblem, NotFound, Conflict, BadFile)


@router.get("/replan")
def preview(visitor: Here) -> Response:
    """What a replan would move."""
    asked = query_of(visitor)
    running = _running(visitor)
    if not running:
        return render(visitor, "replan_nothing.html")
    return _page(visitor, running, _chosen(running, asked), asked)


@router.post("/replan")
def replan(visitor: Here, form: Sent) -> Response:
    """Make the moves that were shown; where the plans changed since, show what they would be now."""
    running = _running(visitor)
    if not running:
        return render(visitor, "replan_nothing.html", 409)
    plan = _chosen(running, form)
    basis = form.text("basis") or None
    try:
        remedy = remedy_of(form, visitor.planner.queries.current_day())
        mended = visitor.planner.replan.apply(remedy, plan.number, basis=basis)
    except _ANSWERED as error:
        return _page(visitor, running, plan, form, error)
    _tell(visitor, mended)
    return see_other("/")


@router.post("/replan/busy")
def around_calendar(visitor: Here, form: Sent) -> Response:
    """Read the times that a calendar file takes, and replan around them."""
    running = _running(visitor)
    if not running:
        return render(visitor, "replan_nothing.html", 409)
    plan = _chosen(running, form)
    try:
        data = form.file("file")
        if not data:
            raise UsageProblem("no file was chosen", hint="choose the file that your calendar exports")
        # The reader takes a path, and another process opens it.
        with TemporaryDirectory(prefix="studyplan-") as folder:
            path = Path(folder) / "calendar.ics"
            path.write_bytes(data)
            try:
                mended = visitor.planner.replan.apply(Remedy(busy=path), plan.number)
            except BadFile as error:
                problems = [each.removeprefix(f"{path}: ") for each in error.problems]
                raise BadFile(error.message.removeprefix(f"{path}: "), problems=problems) from None
    except _ANSWERED as error:
        return _page(visitor, running, plan, SentForm(), error, is_about_calendar=True)
    _tell(visitor, mended)
    return see_other("/")


def _tell(visitor: Visitor, mended: Mended) -> None:
    """Leave a line on what a replan did."""
    moves = len(mended.mending.moves)
    if not mended.changed:
        visitor.tell(_("Nothing had to move."))
        return
    more = remarks(notes_of_moves(mended))
    if mended.skipped:
        titles = ", ".join(phrases.piece_title(task) for task in mended.skipped)
        more.append(_("Skipped: %(titles)s") % {"titles": titles})
    if mended.left_over:
        left = len(mended.left_over)
        more.append(ngettext("%(num)d task found no room.", "%(num)d tasks found no room.", left) % {"num": left})
    words = {"plan": mended.plan.name, "num": moves}
    line = ngettext("“%(plan)s”: %(num)d task moved.", "“%(plan)s”: %(num)d tasks moved.", moves) % words
    visitor.tell(line, undo=True, more=more)


def _running(visitor: Visitor) -> list[Plan]:
    return [found[0] for found in visitor.planner.queries.plans() if found[0].state is PlanState.ACTIVE]


def _chosen(running: list[Plan], form: SentForm) -> Plan:
    """The plan that the form names, the first that runs if it names none. Raises NotFound."""
    word = form.text("plan")
    if not word:
        return running[0]
    found = next((plan for plan in running if word in (str(plan.number), plan.name)), None)
    if found is None:
        raise NotFound("no such plan is running", hint="“Plans” lists them")
    return found


def _page(
    visitor: Visitor,
    running: list[Plan],
    plan: Plan,
    sent: SentForm,
    error: StudyplanError | None = None,
    *,
    is_about_calendar: bool = False,
) -> Response:
    """The preview that a form asks for; after an ``error`` that of an old basis, or the form and what is wrong with it."""
    planner = visitor.planner
    mended = None
    offered: list[tuple[str, Remedy]] = []
    if error is None or error.code == "changed-since":
        try:
            mended = planner.replan.preview(remedy_of(sent, planner.queries.current_day()), plan.number)
            listed = {task.title for task in mended.left_over}
            offered = [(_priced(way.offer, listed), way.asked) for way in mended.ways_out]
        except _ANSWERED as found:
            error = found
    if isinstance(error, DoesNotFit):
        offered = [(phrases.offer_text(offer), take) for offer, take in zip(error.offers, error.takes, strict=True)]
    view = planner.plans.get(plan.number)
    learner, _plans = planner.learners.get()
    return render(
        visitor,
        "replan.html",
        status_of(error) if error else 200,
        running=running,
        plan=plan,
        sent=sent,
        is_asked=any(sent.has(name) for name in sent if name not in ("plan", "basis")),
        mended=mended,
        moves=words_of_moves(mended) if mended else [],
        notes=remarks(notes_of_moves(mended)) if mended else [],
        ways=[(text, f"/replan?{urlencode([('plan', plan.number), *fields_of(asked)])}") for text, asked in offered],
        fields=sent.pairs(but=["basis", "plan"]),
        spare=_spare(view.work),
        windows=_windows(visitor, plan),
        hours=phrases.plan_hours(plan, learner, running),
        is_about_calendar=is_about_calendar,
        problem=problem_of(error) if error else None,
    )


def _priced(offer: Offer, listed: set[str]) -> str:
    """A way out in words; tasks that the page lists anyway are not named once more."""
    return phrases.offer_text(offer, named=not offer.titles or not set(offer.titles) <= listed)


def _spare(tasks: tuple[Task, ...]) -> list[Task]:
    """The open tasks that could be left out, one for each that lies in several pieces."""
    still_open = {
        task.task: task for task in reversed(tasks) if task.status is Status.OPEN and task.kind is not Kind.EXAM
    }
    return list(reversed(still_open.values()))


def _windows(visitor: Visitor, plan: Plan) -> list[str]:
    """The smaller windows of the plan's template; none where it is gone."""
    try:
        template = visitor.planner.queries.template(plan.template).template
    except StudyplanError:
        return []
    own = template.window(plan.window) if template else None
    if template is None or own is None:
        return []
    return [window.id for window in template.windows if window.tier.rank < own.tier.rank]
