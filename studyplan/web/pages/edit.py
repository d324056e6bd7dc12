"""Change a task, or a habit: on one day, from a day on, or altogether."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from studyplan.errors import StudyplanError
from studyplan.model import Kind, Status
from studyplan.presentation.language import gettext as _
from studyplan.rules.habits import HabitReach
from studyplan.web.answers import problem_of, status_of
from studyplan.web.rendering import render, see_other
from studyplan.web.request import Here, Sent, SentForm, Visitor
from studyplan.web.telling import tell_change, tell_habit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from studyplan.model import Habit, Plan, Task
    from studyplan.rules.views import PlanView
    from studyplan.web.answers import ShownProblem

router = APIRouter()


@router.get("/tasks/{number}/edit")
def edit(visitor: Here, number: int) -> Response:
    """The form with the task as it is."""
    task, plan = _found(visitor, number)
    return _shown(visitor, task, plan, _as_it_is(task, _habit(task, plan)))


@router.post("/tasks/{number}/edit")
def save(visitor: Here, form: Sent, number: int) -> Response:
    """Change what is other than it was; where that cannot be, the form comes back with what was typed."""
    task, plan = _found(visitor, number)
    habit = _habit(task, plan)
    try:
        if habit is None or set(form) == {"note"}:
            wanted = _wanted(visitor, form, task, plan)
            if not wanted:
                visitor.tell(_("Nothing to change: it was so already."))
            else:
                tell_change(visitor, visitor.planner.tasks.edit(task.number, **wanted), _("Changed"))
        else:
            reach = HabitReach(form.text("reach")) if form.text("reach") in list(HabitReach) else HabitReach.FOLLOWING
            changed = visitor.planner.habits.edit(task.ref, reach=reach, **_wanted_of_habit(visitor, form, habit))
            tell_habit(visitor, changed, _("Changed"), alone=reach is HabitReach.THIS)
    except StudyplanError as error:
        typed = _as_it_is(task, habit) | {name: form.text(name) for name in form}
        typed |= {"after": form.texts("after"), "every": form.texts("every")}
        return _shown(visitor, task, plan, typed, status_of(error), problem_of(error))
    return see_other(f"/tasks/{task.number}")


def _found(visitor: Visitor, number: int) -> tuple[Task, Plan]:
    found, plans, *_rest = visitor.planner.queries.show(number)
    return found[0], plans[found[0].plan]


def _habit(task: Task, plan: Plan) -> Habit | None:
    return next((each for each in plan.habits if each.number == task.habit), None)


def _as_it_is(task: Task, habit: Habit | None) -> dict[str, Any]:
    """What the form's fields hold."""
    return {
        "title": task.title,
        "minutes": str(task.minutes),
        "note": task.note or "",
        "on": task.date.isoformat(),
        "kind": task.kind_word,
        "module": task.module,
        "order": "",
        "after": list(task.after),
        "every": [str(day) for day in habit.weekdays] if habit else [],
        "until": habit.until.isoformat() if habit and habit.until else "",
        "reach": HabitReach.FOLLOWING.value,
    }


def _wanted(visitor: Visitor, form: SentForm, task: Task, plan: Plan) -> dict[str, Any]:
    """What a form asks of a task that is not so already. Raises UsageProblem."""
    today = visitor.planner.queries.current_day()
    said: dict[str, Any] = {name: form.text(name) for name in ("title", "note", "kind", "module") if name in set(form)}
    said |= {"minutes": form.minutes("minutes"), "on": form.day("on", today), "order": form.text("order") or None}
    is_now = {
        "title": task.title,
        "note": task.note or "",
        "kind": task.kind_word,
        "module": task.module,
        "minutes": task.minutes,
        "on": task.date,
    }
    wanted = {name: value for name, value in said.items() if value is not None and value != is_now.get(name)}
    if form.has("ordered"):
        # What a task comes after may have been removed since: no box stood for it.
        there = _others(visitor.planner.queries.plan_views(plan.number)[0], task)
        if set(form.texts("after")) != there.keys() & set(task.after):
            wanted["after"] = _keyed(task, form.texts("after"))
    if "order" in wanted and wanted["order"] not in ("first", "last"):
        wanted["order"] = _keyed(task, [wanted["order"]])
    return wanted


def _keyed(task: Task, ids: Sequence[str]) -> list[Any]:
    """Tasks of a task's plan as a caller names them, by their ids."""
    from studyplan.notation import Ref

    return [Ref(key=id, plan=str(task.plan)) for id in ids]


def _wanted_of_habit(visitor: Visitor, form: SentForm, habit: Habit) -> dict[str, Any]:
    """What a form asks of a habit that is not so already. Raises UsageProblem."""
    every = [int(day) for day in form.texts("every") if day in "0123456"]
    said = {
        "title": form.text("title") if "title" in set(form) else None,
        "minutes": form.minutes("minutes"),
        "every": every if form.has("days") else None,
        "until": form.day("until", visitor.planner.queries.current_day()),
    }
    if said["every"] == list(habit.weekdays):
        said["every"] = None
    return {name: value for name, value in said.items() if value is not None and value != getattr(habit, name, None)}


def _shown(
    visitor: Visitor,
    task: Task,
    plan: Plan,
    typed: Mapping[str, Any],
    status: int = 200,
    problem: ShownProblem | None = None,
) -> Response:
    from studyplan.schedule.standing import is_session

    (view,) = visitor.planner.queries.plan_views(plan.number)
    return render(
        visitor,
        "edit.html",
        status,
        task=task,
        plan=plan,
        habit=_habit(task, plan),
        typed=typed,
        problem=problem,
        others=_others(view, task),
        kinds=kinds_of(view.tasks),
        modules=sorted({each.module for each in view.tasks if each.module}),
        has_day=task.status is Status.OPEN and task.kind is not Kind.EXAM,
        has_class=task.kind is not Kind.EXAM and (task.kind is not Kind.REVIEW or task.own),
        has_order=task.kind is not Kind.EXAM and not is_session(task),
    )


def _others(view: PlanView, task: Task) -> dict[str, str]:
    """The titles of the tasks that a task can be put before or after, by id, in the order of study."""
    from studyplan.schedule.standing import is_session

    found: dict[str, str] = {}
    for each in sorted(view.work, key=lambda each: (each.position, each.part)):
        if each.task != task.task and each.kind is not Kind.EXAM and not is_session(each):
            found.setdefault(each.task, each.title)
    return found


def kinds_of(tasks: Sequence[Task]) -> list[str]:
    """The kinds that a task may have: ours, and those of the learner's own that some have."""
    own = sorted({task.own_kind for task in tasks if task.own_kind})
    return [*(kind.value for kind in Kind if kind is not Kind.EXAM), *own]
