"""The tasks: those that somebody looks for, and several marked at once."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Response

from studyplan.errors import StudyplanError, UsageProblem
from studyplan.model import Status
from studyplan.presentation.language import gettext as _
from studyplan.rules.task_search import SORTS
from studyplan.web.answers import came_from, is_question, problem_of, status_of
from studyplan.web.rendering import day_text, render, see_other
from studyplan.web.request import Here, Sent, SentForm, Visitor, query_of
from studyplan.web.telling import tell_change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from studyplan.model import Task
    from studyplan.rules.views import Changed, PlanView

router = APIRouter()

#: Tasks that are listed before a link shows more of them.
_AT_ONCE = 100


@router.get("/tasks")
def tasks(visitor: Here) -> Response:
    """The open tasks day by day, or those that meet what the address asks for."""
    planner, asked = visitor.planner, query_of(visitor)
    status, problem = 200, None
    today = planner.queries.current_day()
    everything: list[PlanView] = []
    try:
        everything = planner.queries.plan_views(asked.text("plan") or None)
        wanted = _wanted(asked, today)
        views = planner.queries.search(asked.text("plan") or None, **wanted) if wanted else everything
    except StudyplanError as error:
        status, problem, wanted, views = status_of(error), problem_of(error), {"words": "?"}, []
    is_narrow = bool(wanted.keys() - {"sort"})
    found = _listed(views, asked, is_narrow=is_narrow)
    number = max(_AT_ONCE, min(int(asked.text("shown") or 0) if asked.text("shown").isdecimal() else 0, 10_000))
    return render(
        visitor,
        "tasks.html",
        status,
        asked=asked,
        problem=problem,
        today=today,
        views=views or everything,
        is_narrow=is_narrow,
        is_filtered=bool(is_narrow or asked.has("all") or asked.has("plan") or asked.has("sort")),
        number=len(found),
        minutes=sum(task.minutes for task in found if task.status is Status.OPEN),
        groups=_grouped(found[:number], asked),
        hidden=len(found) - number,
        over=sum(len(view.tasks) for view in views) - len(found),
        names={view.plan.number: view.plan.name for view in everything} if len(everything) > 1 else {},
        habits=[] if is_narrow or problem else [each for view in views for each in view.habits],
        offers=_offers(everything),
        sorts=_sorts(),
        ticked=frozenset(asked.texts("tick")),
        page=_address(asked),
        select=_address(asked, select="1"),
        tick_all=_address(asked, select="all"),
        leave=_address(asked, select=None),
        more=_address(asked, shown=str(number + _AT_ONCE)),
    )


def _wanted(asked: SentForm, today: date) -> dict[str, Any]:
    """What is looked for; empty for all tasks by day. Raises UsageProblem."""
    found = {
        "modules": tuple(asked.texts("module")),
        "kinds": tuple(asked.texts("kind")),
        "first": asked.day("from", today),
        "last": asked.day("until", today),
        "words": asked.text("search"),
        "overdue": asked.has("overdue"),
        "tag": asked.text("tag") or None,
        "sort": "" if asked.text("sort") == "day" else asked.text("sort"),
    }
    return {name: value for name, value in found.items() if value}


def _listed(views: Sequence[PlanView], asked: SentForm, *, is_narrow: bool) -> list[Task]:
    """The tasks to list, of all plans in one order. A habit has one on each day: they are listed where somebody looks for some."""
    found = [
        task
        for view in views
        for task in view.tasks
        if (asked.has("all") or (task.status is Status.OPEN and not task.missed)) and (is_narrow or task.habit is None)
    ]
    sort = asked.text("sort")
    return sorted(found, key=SORTS[sort if sort in SORTS else "day"])


def _grouped(found: Sequence[Task], asked: SentForm) -> list[tuple[date | None, list[Task]]]:
    """The tasks by day, where that is their order."""
    if asked.text("sort") in SORTS and asked.text("sort") != "day":
        return [(None, list(found))] if found else []
    return [(day, list(of_day)) for day, of_day in groupby(found, key=lambda task: task.date)]


def _offers(views: Sequence[PlanView]) -> dict[str, list[str]]:
    """What there is to choose from."""
    there = [task for view in views for task in view.tasks]
    return {
        "module": list(dict.fromkeys(task.module for task in there if task.module)),
        "kind": sorted({task.kind_word for task in there}),
        "tag": sorted({tag for task in there for tag in task.tags}),
    }


def _sorts() -> dict[str, str]:
    return {
        "day": _("by day"),
        "number": _("by number"),
        "title": _("by title"),
        "minutes": _("longest first"),
        "module": _("by module"),
        "kind": _("by kind"),
    }


def _address(asked: SentForm, **changed: str | None) -> str:
    """The address of this list with something changed; what was ticked belongs to one answer only."""
    kept = [(name, text) for name, text in asked.pairs(("tick", *changed)) if text.strip()]
    query = urlencode([*kept, *((name, value) for name, value in changed.items() if value)], errors="replace")
    return f"/tasks?{query}" if query else "/tasks"


@router.post("/tasks/marked")
def mark(visitor: Here, form: Sent) -> Response:
    """Do one thing with all tasks that are ticked: all of them or none."""
    numbers = [int(text) for text in form.texts("task") if text.isascii() and text.isdigit() and len(text) < 10]
    back = came_from(visitor.request) if not form.has("back") else form.text("back")
    ticks = urlencode([("tick", str(number)) for number in numbers])
    again = f"/tasks?{urlsplit(back).query}&{ticks}" if back.startswith("/tasks?") else f"/tasks?select=1&{ticks}"
    if not numbers:
        visitor.tell(_("Tick the tasks first."), kind="problem")
        return see_other(again.rstrip("&"))
    try:
        changed, verb = _done_with(visitor, form, numbers)
    except StudyplanError as error:
        if is_question(error):
            raise
        found = problem_of(error)
        visitor.tell(found.line, kind="problem", more=[line for line in (found.hint, *found.lines) if line])
        return see_other(again)
    tell_change(visitor, changed, verb)
    return see_other(again.removesuffix(f"&{ticks}"))


def _done_with(visitor: Visitor, form: SentForm, numbers: list[int]) -> tuple[Changed, str]:
    """What the button that was pressed does, and the word for it."""
    tasks, act, sure = visitor.planner.tasks, form.text("act"), form.has("sure")
    today = visitor.planner.queries.current_day()
    match act:
        case "move":
            to = form.day("to", today)
            if to is None:
                raise UsageProblem(_("Choose a day to move it to."))
            return tasks.move(*numbers, to=to, sure=sure), _("Moved to %(day)s") % {"day": day_text(to)}
        case "pin":
            return tasks.pin(*numbers), _("Pinned")
        case "unpin":
            return tasks.unpin(*numbers), _("Unpinned")
        case "remove":
            return tasks.remove(*numbers, sure=sure), _("Removed")
        case "reopen":
            return tasks.reopen(*numbers, note=form.text("note") or None, sure=sure), _("Reopened")
        case "done":
            status, verb = Status.DONE, _("Done")
        case "skip":
            status, verb = Status.SKIPPED, _("Skipped")
        case _:
            raise UsageProblem(_("choose what to do with them"))
    changed = tasks.mark(
        numbers,
        status,
        on=form.day("at", today, past=True),
        minutes=form.minutes("minutes"),
        note=form.text("note") or None,
        fewer=form.has("fewer"),
        sure=sure,
    )
    return changed, verb
