"""The day: what is overdue, what is due, what is done; and the taps that most days need."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from studyplan.errors import Conflict, StudyplanError
from studyplan.model import PlanState
from studyplan.presentation import phrases
from studyplan.presentation.language import gettext as _
from studyplan.presentation.language import ngettext
from studyplan.rules.time_spent import LONGEST_SITTING
from studyplan.web.action_words import action_text
from studyplan.web.answers import ShownProblem, back_of, came_from, inside, is_for_a_script, problem_of, status_of
from studyplan.web.rendering import render, see_other
from studyplan.web.request import Here, Sent, SentForm, Visitor, query_of
from studyplan.web.telling import tell_change as tell_change

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from studyplan.model import Batch, Plan, Task
    from studyplan.rules.views import Agenda

router = APIRouter()

#: Overdue tasks that are listed before a link leads to the others: a fortnight missed is no reason to scroll.
_MOST_LATE = 5
#: Minutes that one tap asks for.
_SPANS = (15, 30, 45, 60)


@router.get("/")
def today(visitor: Here) -> Response:
    """The day at a glance; with minutes in the address, what makes the best of them."""
    asked = query_of(visitor)
    plan = asked.text("plan") or None
    agenda = visitor.planner.queries.today(plan)
    if not agenda.plans:
        return render(visitor, "welcome.html")
    running = [each for each in agenda.plans if each.state is PlanState.ACTIVE]
    status, problem, choice = 200, None, None
    if running and asked.has("minutes"):
        try:
            choice = visitor.planner.short_session.best(asked.minutes("minutes") or 0, plan)
        except StudyplanError as error:
            status, problem = status_of(error), problem_of(error)
    late = agenda.overdue[:_MOST_LATE]
    is_running = agenda.ticking is not None
    return render(
        visitor,
        "today.html",
        status,
        agenda=agenda,
        running=running,
        late=late,
        tomorrow=agenda.day + timedelta(days=1),
        after=_in_turn((*late, *agenda.no_room, *agenda.due)),
        names={each.number: each.name for each in agenda.plans} if len(agenda.plans) > 1 else {},
        countdowns={each.number: words for each in running if (words := _countdown(each, agenda.day))},
        headline=_headline(agenda, is_over=not running),
        standings={each.habit.number: each for each in agenda.habits},
        watch=visitor.planner.timer.running() if is_running else None,
        longest=LONGEST_SITTING,
        spans=_SPANS,
        asked=asked,
        choice=choice,
        problem=problem,
        plan=plan or "",
        page=f"/?{urlencode({'plan': plan}, errors='replace')}" if plan else "/",
    )


def _in_turn(tasks: Sequence[Task]) -> dict[int, int | None]:
    """For each task the one that is looked at once it is done: the next of the page, after the last the one before it."""
    numbers = [task.number for task in tasks]
    found: dict[int, int | None] = dict(pairwise(numbers))
    return found | {last: numbers[-2] if len(numbers) > 1 else None for last in numbers[-1:]}


def _countdown(plan: Plan, day: date) -> str:
    words = phrases.countdown(plan, day)
    return phrases.capitalised(words)


def _headline(agenda: Agenda, *, is_over: bool) -> str:
    """What the day holds, in a sentence."""
    if is_over:
        return _("No plan is running")
    minutes = phrases.span_text(sum(task.minutes for task in agenda.due))
    if agenda.due:
        return ngettext("%(num)d task, %(minutes)s", "%(num)d tasks, %(minutes)s", len(agenda.due)) % {
            "num": len(agenda.due),
            "minutes": minutes,
        }
    if agenda.is_empty:
        return _("There is no task yet")
    if agenda.overdue or agenda.no_room:
        return _("Nothing new today")
    return _("Nothing is due today") if agenda.ahead else _("Everything is done")


@router.post("/undo")
def undo(visitor: Here, form: Sent) -> Response:
    """Take back the change that the form names. Where it names none, or another is the newest, that one is named and asked about."""
    history, named = visitor.planner.history, form.whole("batch")
    try:
        batch = None if named is None else history.undo(named)
    except Conflict as conflict:
        if conflict.code != "changed-since" or is_for_a_script(visitor.request):
            raise
        batch = None
    if batch is not None:
        visitor.tell(_("Taken back: %(action)s") % {"action": action_text(batch.action)})
        return back_of(visitor.request, form)
    newest = history.newest()
    if newest is None:
        visitor.tell(_("There is nothing to undo."))
        return back_of(visitor.request, form)
    return _asked_to_undo(visitor, form, newest, is_another=named is not None)


def _asked_to_undo(visitor: Visitor, form: SentForm, newest: Batch, *, is_another: bool) -> Response:
    """Ask whether the newest change is to be taken back, by its name."""
    line = (
        _("That is not the newest change any more. Take this one back instead: %(action)s?")
        if is_another
        else _("Take this back: %(action)s?")
    )
    return render(
        visitor,
        "confirm.html",
        409,
        problem=ShownProblem(line % {"action": action_text(newest.action)}, ""),
        fields=[("batch", str(newest.number))],
        consent="sure",
        back=inside(form.text("back")) if form.has("back") else came_from(visitor.request),
    )


@router.post("/redo")
def redo(visitor: Here, form: Sent) -> Response:
    """Make the change again that was taken back last."""
    batch = visitor.planner.history.redo()
    if batch is None:
        visitor.tell(_("There is nothing to redo."))
    else:
        visitor.tell(_("Done again: %(action)s") % {"action": action_text(batch.action)}, undo=batch)
    return see_other(came_from(visitor.request))
