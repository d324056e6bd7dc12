"""Add a task in one's own words, with a form, or many at once; or a habit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from studyplan.errors import StudyplanError
from studyplan.model import PlanState
from studyplan.presentation import phrases
from studyplan.presentation.language import gettext as _
from studyplan.presentation.language import ngettext
from studyplan.rules.own_tasks import DEFAULT_MINUTES
from studyplan.rules.spoken_tasks import SpokenTask, spoken
from studyplan.text import checked_title
from studyplan.web.answers import problem_of, status_of
from studyplan.web.pages.edit import kinds_of
from studyplan.web.rendering import day_text, render, see_other
from studyplan.web.request import Here, Sent, SentForm, Visitor
from studyplan.web.telling import came_of, tell_habit
from studyplan.web.ways import remarks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from studyplan.rules.views import Changed, PlanView
    from studyplan.web.answers import ShownProblem

router = APIRouter()

#: Bytes of a file with mistakes that stand in the field for lines: a longer one is mended where it is.
_MOST_SHOWN = 64 << 10
#: The fields of the form, as they stand before anything was typed.
_BLANK: Mapping[str, Any] = {
    "words": "",
    "title": "",
    "minutes": "",
    "on": "",
    "kind": "",
    "module": "",
    "plan": "",
    "until": "",
    "every": (),
    "lines": "",
}


@router.get("/add")
def add(visitor: Here, on: str = "", plan: str = "", added: str = "") -> Response:
    """A line to write a task into, and the form with a field for each thing."""
    typed = {**_BLANK, "on": on[:10], "plan": plan[:10]}
    return _shown(visitor, typed, added=added if added.isascii() and added.isdigit() else "", is_open=bool(on))


@router.post("/add")
def save(visitor: Here, form: Sent) -> Response:
    """Add what was written. With ``look`` it is only shown how it is read."""
    typed = _typed(form)
    try:
        if form.has("look"):
            reading = spoken([form.text("words")], visitor.planner.queries.current_day())
            checked_title(reading.title)
            return _shown(visitor, typed | _fields_of(reading), reading=reading, is_open=True)
        changed = _added(visitor, form)
    except StudyplanError as error:
        # What could not be read as a line can be put into the fields.
        typed["title"] = typed["title"] or typed["words"]
        return _shown(visitor, typed, status_of(error), problem_of(error), is_open=True)
    if changed.habit is not None:
        tell_habit(visitor, changed, _("Added"))
        return see_other(f"/add?added={changed.habit.number}")
    (task,) = changed.tasks
    words = {"title": task.title, "day": day_text(task.date), "time": phrases.span_text(task.minutes)}
    visitor.tell(_("Added: %(title)s, %(day)s, %(time)s") % words, undo=changed.batch, more=list(came_of(changed)))
    return see_other(f"/add?added={task.number}")


def _added(visitor: Visitor, form: SentForm) -> Changed:
    planner, plan = visitor.planner, form.whole("plan")
    if "words" in set(form):
        return planner.tasks.add_spoken(form.text("words"), plan=plan)
    today = planner.queries.current_day()
    said: dict[str, Any] = {
        "on": form.day("on", today),
        "plan": plan,
        "kind": form.text("kind") or None,
        "module": form.text("module") or None,
    }
    minutes = form.minutes("minutes")
    every = [int(day) for day in form.texts("every") if day in "0123456"]
    said = {name: value for name, value in said.items() if value is not None}
    length = DEFAULT_MINUTES if minutes is None else minutes
    if every or form.has("until"):
        return planner.habits.add(form.text("title"), length, every, until=form.day("until", today), **said)
    return planner.tasks.add(form.text("title"), length, **said)


def _typed(form: SentForm) -> dict[str, Any]:
    return {**_BLANK, **{name: form.text(name) for name in form if name in _BLANK}, "every": tuple(form.texts("every"))}


def _fields_of(reading: SpokenTask) -> dict[str, str]:
    """A reading as the fields of the form."""
    return {
        "title": reading.title,
        "minutes": str(reading.minutes or DEFAULT_MINUTES),
        "on": reading.on.isoformat() if reading.on else "",
    }


def _shown(
    visitor: Visitor,
    typed: Mapping[str, Any],
    status: int = 200,
    problem: ShownProblem | None = None,
    *,
    reading: SpokenTask | None = None,
    added: str = "",
    is_open: bool = False,
) -> Response:
    running = _running(visitor)
    return render(
        visitor,
        "add.html",
        status,
        typed=typed,
        problem=problem,
        reading=reading,
        notes=remarks(reading.notes) if reading else (),
        default=DEFAULT_MINUTES,
        added=added,
        is_open=is_open,
        plans=[view.plan for view in running],
        **_offers(running),
    )


def _running(visitor: Visitor) -> list[PlanView]:
    return [view for view in visitor.planner.queries.plan_views() if view.plan.state is PlanState.ACTIVE]


def _offers(running: list[PlanView]) -> dict[str, list[str]]:
    """The kinds and the modules that fields offer."""
    tasks = [task for view in running for task in view.tasks]
    return {"kinds": kinds_of(tasks), "modules": sorted({task.module for task in tasks if task.module})}


@router.get("/add/list")
def add_list(visitor: Here) -> Response:
    """A field for a list of tasks, one a line, or for a file of them."""
    return _list_shown(visitor, _BLANK)


@router.post("/add/list")
def save_list(visitor: Here, form: Sent) -> Response:
    """Add the tasks of a list. With ``look`` they are only shown as they would lie."""
    from studyplan.planner.task_lists import ListDefaults

    typed = _typed(form)
    data = form.file("file")
    if data is not None:
        typed["lines"] = _decoded(data)
    try:
        today = visitor.planner.queries.current_day()
        defaults = ListDefaults(
            form.minutes("minutes"), form.day("on", today), form.text("kind") or None, form.text("module") or None
        )
        changed = visitor.planner.task_lists.add(
            typed["lines"].encode("utf-8", "replace"), form.whole("plan"), defaults=defaults, write=not form.has("look")
        )
    except StudyplanError as error:
        if data is not None and len(data) > _MOST_SHOWN:
            # Part of it would look like all of it; and whoever mends the file has it at hand.
            typed["lines"] = ""
        return _list_shown(visitor, typed, status_of(error), problem_of(error))
    if form.has("look"):
        return _list_shown(visitor, typed, preview=changed)
    number = len({task.task for task in changed.tasks})
    visitor.tell(
        ngettext("Added %(num)d task", "Added %(num)d tasks", number) % {"num": number},
        undo=True,
        more=list(came_of(changed)),
    )
    return see_other("/tasks")


def _decoded(data: bytes) -> str:
    """The text of a file, as most programs write it."""
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _list_shown(
    visitor: Visitor,
    typed: Mapping[str, Any],
    status: int = 200,
    problem: ShownProblem | None = None,
    preview: Changed | None = None,
) -> Response:
    running = _running(visitor)
    return render(
        visitor,
        "add_list.html",
        status,
        typed=typed,
        problem=problem,
        many=len({task.task for task in preview.tasks}) if preview else 0,
        preview=sorted(preview.tasks, key=lambda task: (task.date, task.position)) if preview else None,
        notes=list(came_of(preview)) if preview else (),
        default=DEFAULT_MINUTES,
        plans=[view.plan for view in running],
        **_offers(running),
    )
