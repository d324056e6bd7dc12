"""The days to come and gone: the week, a month as a calendar, an agenda."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from studyplan.errors import UsageProblem
from studyplan.model import PlanState, Status
from studyplan.presentation import phrases
from studyplan.presentation.language import gettext as _
from studyplan.presentation.language import ngettext
from studyplan.web.months import sheet
from studyplan.web.rendering import day_text, render
from studyplan.web.request import Here, SentForm, query_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from studyplan.model import Task
    from studyplan.rules.views import PlanView
    from studyplan.web.months import Square

router = APIRouter()

#: Days of an agenda.
_AGENDA = timedelta(days=28)
#: Years that calendars leaf through.
_YEARS = (1970, 2200)


@router.get("/week")
def week(visitor: Here) -> Response:
    """Seven days from today."""
    asked = query_of(visitor)
    coming = visitor.planner.queries.week(asked.text("plan") or None)
    return render(
        visitor,
        "week.html",
        week=coming,
        loads={day: _load(tasks) for day, tasks in coming.days},
        names=_names([plan.name for plan in coming.plans], [plan.number for plan in coming.plans]),
        **_chosen(asked),
    )


@router.get("/month")
def month(visitor: Here) -> Response:
    """A month as a calendar, with what lies on each day."""
    asked, planner = query_of(visitor), visitor.planner
    today = planner.queries.current_day()
    first = _month(asked.text("m"), today)
    views = planner.queries.plan_views(asked.text("plan") or None)
    tasks = [task for view in views for task in _shown(view, today)]
    return render(
        visitor,
        "month.html",
        sheet=sheet(first, [view.days for view in views], sorted(tasks, key=lambda task: (task.date, task.position))),
        today=today,
        views=views,
        told=_told,
        before=_other_month(first, -1, asked),
        after=_other_month(first, 1, asked),
        names=_names([view.plan.name for view in views], [view.plan.number for view in views]),
        **_chosen(asked),
    )


@router.get("/agenda")
def agenda(visitor: Here) -> Response:
    """Four weeks as a list of days, done tasks too."""
    asked, planner = query_of(visitor), visitor.planner
    today = planner.queries.current_day()
    first = asked.day("from", today) or today
    if not _YEARS[0] < first.year < _YEARS[1]:
        raise UsageProblem(f"{first} is not a day of an agenda", hint=f"choose a day near {today}")
    views = planner.queries.plan_views(asked.text("plan") or None)
    tasks = sorted(
        (task for view in views for task in _shown(view, today) if first <= task.date < first + _AGENDA),
        key=lambda task: (task.date, task.plan, task.position, task.number),
    )
    return render(
        visitor,
        "agenda.html",
        first=first,
        last=first + _AGENDA - timedelta(days=1),
        today=today,
        views=views,
        days=[(day, list(found)) for day, found in groupby(tasks, key=lambda task: task.date)],
        load=_load,
        page=_address("/agenda", asked, first),
        before=_address("/agenda", asked, first - _AGENDA),
        after=_address("/agenda", asked, first + _AGENDA),
        names=_names([view.plan.name for view in views], [view.plan.number for view in views]),
        **_chosen(asked),
    )


def _chosen(asked: SentForm) -> dict[str, Any]:
    """The plan that is looked at alone, and what carries it along to the other views."""
    plan = asked.text("plan")
    return {"plan": plan, "query": f"?{urlencode({'plan': plan}, errors='replace')}" if plan else ""}


def _names(names: Sequence[str], numbers: Sequence[int]) -> dict[int, str]:
    """The plans by number, where there are several to be told apart."""
    return dict(zip(numbers, names, strict=True)) if len(names) > 1 else {}


def _shown(view: PlanView, today: date) -> list[Task]:
    """The tasks of a plan that calendars show: what an ended plan left open is no day's work."""
    is_running = view.plan.state is PlanState.ACTIVE
    return [task for task in view.tasks if task.status is not Status.OPEN or (is_running and not task.has_no_room)]


def _load(tasks: Sequence[Task]) -> str:
    """What a day still holds."""
    left = sum(task.minutes for task in tasks if task.status is Status.OPEN and not task.missed)
    if left:
        return phrases.span_text(left)
    return _("all done") if tasks else _("nothing")


def _told(square: Square) -> str:
    """What a square of a calendar says to somebody who hears it."""
    number = ngettext("%(num)d task", "%(num)d tasks", len(square.tasks)) % {"num": len(square.tasks)}
    words = f"{day_text(square.day)}: {number}, {phrases.span_text(square.minutes)}"
    is_over = all(task.status is not Status.OPEN for task in square.tasks)
    return _("%(day)s, all done") % {"day": words} if is_over else words


def _month(text: str, today: date) -> date:
    """The first day of the month that an address means, this one's for any other text."""
    try:
        found = date.fromisoformat(f"{text}-01") if len(text) == 7 else today
    except ValueError:
        found = today
    return (found if _YEARS[0] < found.year < _YEARS[1] else today).replace(day=1)


def _other_month(first: date, way: int, asked: SentForm) -> tuple[date, str]:
    """The month before or after, with its address."""
    found = (first - timedelta(days=1) if way < 0 else first + timedelta(days=31)).replace(day=1)
    kept = {"plan": asked.text("plan")} if asked.text("plan") else {}
    return found, f"/month?{urlencode({'m': f'{found:%Y-%m}', **kept}, errors='replace')}"


def _address(path: str, asked: SentForm, first: date) -> str:
    kept = {"plan": asked.text("plan")} if asked.text("plan") else {}
    return f"{path}?{urlencode({'from': first.isoformat(), **kept}, errors='replace')}"
