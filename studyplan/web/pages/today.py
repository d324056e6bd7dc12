"""The day: what is overdue, what is due, what is done; and the taps that most days need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from studyplan.model import PlanState, Status
from studyplan.presentation import phrases
from studyplan.presentation.language import gettext as _
from studyplan.presentation.language import ngettext
from studyplan.web.answers import came_from
from studyplan.web.rendering import render, see_other
from studyplan.web.request import Here, Sent, SentForm, Visitor

if TYPE_CHECKING:
    from studyplan.rules.scores import ScoreReport
    from studyplan.rules.views import Agenda, Changed

router = APIRouter()


@router.get("/")
def today(visitor: Here) -> Response:
    """The day at a glance."""
    agenda = visitor.planner.queries.today()
    if not agenda.plans:
        return render(visitor, "welcome.html")
    running = [plan for plan in agenda.plans if plan.state is PlanState.ACTIVE]
    return render(
        visitor,
        "today.html",
        agenda=agenda,
        running=running,
        names={plan.number: plan.name for plan in agenda.plans} if len(agenda.plans) > 1 else {},
        countdowns={plan.number: words for plan in running if (words := phrases.countdown(plan, agenda.day))},
        headline=_headline(agenda),
    )


def _headline(agenda: Agenda) -> str:
    """What the day holds, in a sentence."""
    minutes = phrases.span_text(sum(task.minutes for task in agenda.due))
    if agenda.due:
        one, many = "%(num)d task, %(minutes)s", "%(num)d tasks, %(minutes)s"
        return ngettext(one, many, len(agenda.due)) % {"num": len(agenda.due), "minutes": minutes}
    if agenda.overdue or agenda.no_room:
        return _("Nothing new today")
    return _("Nothing is due today") if agenda.ahead else _("Everything is done")


@router.post("/tasks/{number}/done")
def done(visitor: Here, form: Sent, number: int) -> Response:
    return _marked(visitor, form, number, Status.DONE)


@router.post("/tasks/{number}/skip")
def skip(visitor: Here, form: Sent, number: int) -> Response:
    return _marked(visitor, form, number, Status.SKIPPED)


@router.post("/tasks/{number}/reopen")
def reopen(visitor: Here, form: Sent, number: int) -> Response:
    return _marked(visitor, form, number, Status.OPEN)


def _marked(visitor: Visitor, form: SentForm, number: int, status: Status) -> Response:
    """Mark a task, and go back with the focus on the one after it."""
    planner = visitor.planner
    changed = planner.tasks.mark(
        number,
        status,
        on=form.day("at", planner.queries.current_day(), past=True),
        minutes=form.minutes("minutes"),
        note=form.text("note") or None,
        grade=_grade(form),
        fewer=form.has("fewer"),
        sure=form.has("sure"),
    )
    verbs = {Status.DONE: _("Done"), Status.SKIPPED: _("Skipped"), Status.OPEN: _("Reopened")}
    tell_change(visitor, changed, verbs[status])
    back = form.text("back")
    return see_other(back if back.startswith("/") and not back.startswith("//") else came_from(visitor.request))


def _grade(form: SentForm) -> ScoreReport | None:
    from studyplan.notation import score
    from studyplan.rules.scores import grade

    scores = [score(text) for text in form.texts("score")]
    return grade(scores, form.texts("weak")) if scores or form.texts("weak") else None


def tell_change(visitor: Visitor, changed: Changed, verb: str) -> None:
    """Leave a line for the next page on what a form changed, with a button that takes it back."""
    more = [f"{note[:1].upper()}{note[1:]}." for note in changed.notes]
    more += [_("That was the last open task of “%(plan)s”.") % {"plan": plan.name} for plan in changed.finished]
    if changed.tasks:
        names = ", ".join(phrases.piece_title(task) for task in changed.tasks[:3])
        if len(changed.tasks) > 3:
            names += " …"
        visitor.tell(f"{verb}: {names}", undo=changed.batch is not None, more=more)
    elif changed.unchanged:
        visitor.tell(_("Nothing to change: it was so already."), more=more)


@router.post("/undo")
def undo(visitor: Here, form: Sent) -> Response:
    """Take back the newest change, and name it."""
    batch = visitor.planner.history.undo()
    if batch is None:
        visitor.tell(_("There is nothing to undo."))
    else:
        visitor.tell(_("Taken back: %(action)s") % {"action": batch.action})
    return see_other(came_from(visitor.request))


@router.post("/redo")
def redo(visitor: Here, form: Sent) -> Response:
    """Make the change again that was taken back last."""
    batch = visitor.planner.history.redo()
    if batch is None:
        visitor.tell(_("There is nothing to redo."))
    else:
        visitor.tell(_("Done again: %(action)s") % {"action": batch.action}, undo=True)
    return see_other(came_from(visitor.request))
