"""The day: what is overdue, what is due, what is done; and the taps that most days need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from studyplan.model import PlanState
from studyplan.presentation import phrases
from studyplan.presentation.language import gettext as _
from studyplan.presentation.language import ngettext
from studyplan.web.answers import came_from
from studyplan.web.rendering import render, see_other
from studyplan.web.request import Here, Sent
from studyplan.web.telling import tell_change as tell_change

if TYPE_CHECKING:
    from studyplan.rules.views import Agenda

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
        return ngettext("%(num)d task, %(minutes)s", "%(num)d tasks, %(minutes)s", len(agenda.due)) % {
            "num": len(agenda.due),
            "minutes": minutes,
        }
    if agenda.overdue or agenda.no_room:
        return _("Nothing new today")
    return _("Nothing is due today") if agenda.ahead else _("Everything is done")


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
