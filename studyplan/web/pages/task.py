"""One task: all that is known of it, and all that can be done with it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from studyplan.errors import NotFound, StudyplanError, UsageProblem
from studyplan.model import Kind, PlanState, Status
from studyplan.presentation import phrases
from studyplan.presentation.happenings import happening_text
from studyplan.presentation.language import gettext as _
from studyplan.rules.scores import MIXED, SCORED, grade, modules_of
from studyplan.web.answers import back_of, is_for_a_script, is_question, problem_of, status_of, taken
from studyplan.web.rendering import day_text, render, see_other
from studyplan.web.request import Here, Sent, SentForm, Visitor
from studyplan.web.telling import tell_change, tell_habit, tell_sitting

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from studyplan.model import Day, Plan, Task
    from studyplan.planner import Planner
    from studyplan.planner.mock import MarkedTest
    from studyplan.planner.notes import Known
    from studyplan.rules.habits import HabitStanding
    from studyplan.rules.scores import ScoreReport
    from studyplan.rules.views import Changed, PlanView

router = APIRouter()

#: What a field of a form is called that holds the score of one module: this, and the module.
_MODULE_SCORE = "score:"
#: The folds of the page that hold a form to write into.
_FOLDS = ("record", "move", "note", "log")
#: Days of a habit that its page lists, before today and from today on.
_DAYS_OF_HABIT = (14, 7)


@router.get("/tasks/{number}")
def show(visitor: Here, number: int) -> Response:
    """Everything about a task. A habit's number leads to its day nearest ahead."""
    try:
        return _shown(visitor, number)
    except NotFound:
        occurrence = _day_of_habit(visitor, number)
        if occurrence is None:
            raise
        return see_other(f"/tasks/{occurrence}")


@router.get("/tasks/{number}/done")
@router.get("/tasks/{number}/skip")
@router.get("/tasks/{number}/reopen")
@router.get("/tasks/{number}/move")
@router.get("/tasks/{number}/note")
@router.get("/tasks/{number}/log")
def again(number: int) -> Response:
    """Where a form came back with its problem, its address leads to the task."""
    return see_other(f"/tasks/{number}")


def _shown(
    visitor: Visitor, number: int, sent: SentForm | None = None, problem: StudyplanError | None = None
) -> Response:
    """The page of a task. Where a form of it could not be carried out, with what was ``sent``, in the fold that it is in."""
    planner = visitor.planner
    (task, *_pieces), plans, cards, titles = planner.queries.show(number)
    plan, today = plans[task.plan], planner.queries.current_day()
    view = None if plan.state is PlanState.DROPPED else planner.queries.plan_views(plan.number)[0]
    known = planner.notes.known([task.number])[task.number]
    opened = sent.text("fold") if sent else ""
    return render(
        visitor,
        "task.html",
        status_of(problem) if problem else 200,
        problem=problem_of(problem) if problem else None,
        opened=opened,
        sent={fold: sent if sent and fold == opened else SentForm() for fold in _FOLDS},
        task=task,
        plan=plan,
        today=today,
        view=view,
        state=_state(visitor, task),
        facts=_facts(visitor, task, plan, titles[plan.number]),
        finer=_finer(task),
        outcome=_outcome(visitor, task) if view else None,
        cards=cards.get(task.number, ()),
        happened=_happened(visitor, known, titles[plan.number]),
        spent=known.time,
        days=_quick_days(view.days, task, today) if view else (),
        modules=modules_of(view.work) if view and task.kind in MIXED else (),
        takes_score=task.kind in SCORED,
        standing=_standing(view, task),
        others=_other_days(view, task, today) if view else (),
        is_local=visitor.site.address.is_local,
    )


def _carried_out(visitor: Visitor, form: SentForm, number: int, work: Callable[[], None]) -> Response:
    """Do what a form asks, and go back to where it says: with the focus on the next task, where it was in a list. Where it cannot
    be done, the page comes back with what was typed into it."""
    try:
        work()
    except StudyplanError as error:
        if form.text("fold") not in _FOLDS or is_question(error) or is_for_a_script(visitor.request):
            raise
        return _shown(visitor, number, form, error)
    return taken(visitor, back_of(visitor.request, form))


def _day_of_habit(visitor: Visitor, number: int) -> int | None:
    """The number of a habit's day: today's or the next, else the last there was."""
    for view in visitor.planner.queries.plan_views():
        days = {task.date: task.number for task in view.tasks if task.habit == number}
        if days:
            today = visitor.planner.queries.current_day()
            return days[min((day for day in days if day >= today), default=max(days))]
    return None


def _state(visitor: Visitor, task: Task) -> str:
    if task.missed:
        return _("missed")
    words = {Status.OPEN: _("open"), Status.DONE: _("done"), Status.SKIPPED: _("skipped")}[task.status]
    if task.done_at is None:
        return words
    at = visitor.local(task.done_at)
    return _("%(state)s on %(day)s at %(hour)s") % {
        "state": words,
        "day": day_text(at.date()),
        "hour": f"{at:%H:%M}",
    }


def _facts(visitor: Visitor, task: Task, plan: Plan, titles: dict[str, str]) -> list[tuple[str, str]]:
    """What is known of a task, each with its name; what it does not have is left out. ``titles``: by task id."""
    habit = next((each for each in plan.habits if each.number == task.habit), None)
    spent = _("%(time)s spent") % {"time": phrases.span_text(task.spent_minutes)} if task.spent_minutes else ""
    hour = phrases.hour_text(task, visitor.local) if task.pinned else phrases.exam_hour(task, visitor.local)
    kind = [
        phrases.word_text(task.kind_word),
        phrases.word_text(task.tier.value),
        *([_("optional")] if task.optional else []),
    ]
    rows = [
        (_("Day"), day_text(task.date) + hour + (f", {_('pinned')}" if task.pinned else "")),
        (_("Why here"), phrases.reason_text(task.reason, titles) if task.reason else ""),
        (_("Habit"), phrases.habit_days(habit) if habit else ""),
        (_("Takes"), ", ".join(filter(None, (phrases.span_text(task.minutes), spent)))),
        (_("Kind"), ", ".join(kind)),
        (_("Module"), task.module),
        (_("Score"), phrases.score_text(task)),
        (_("Needs"), "" if task.access.value == "none" else phrases.word_text(task.access.value)),
        (_("Comes after"), ", ".join(phrases.quoted(titles.get(id, id)) for id in task.after)),
        (_("Tags"), ", ".join(task.tags)),
    ]
    return [(name, value) for name, value in rows if value]


def _finer(task: Task) -> list[tuple[str, str]]:
    """What only whoever writes plans has a use for."""
    return [*([(_("Fixed to"), str(task.anchor))] if task.anchor else []), (_("Key"), task.key)]


def _outcome(visitor: Visitor, task: Task) -> MarkedTest | None:
    """The last test of the task that is over."""
    if task.kind not in (Kind.MOCK, Kind.QUIZ):
        return None
    try:
        return visitor.planner.mock.result(task.number)
    except NotFound:
        return None


def _happened(visitor: Visitor, known: Known, titles: dict[str, str]) -> list[tuple[str, str]]:
    """When something happened to a task, and what, the newest first."""
    rows = []
    for each in reversed(known.history):
        words = happening_text(each, titles)
        if words:
            at = visitor.local(each.at)
            rows.append((f"{day_text(at.date())} {at:%H:%M}", words))
    return rows


def _quick_days(days: tuple[Day, ...], task: Task, today: date) -> list[tuple[str, date]]:
    """The days that a task is most often moved to, each once and by its name."""
    from studyplan.model import Role

    study = next((day.date for day in days if day.date > today and day.role in (Role.MATERIAL, Role.BUFFER)), None)
    there = {day.date for day in days}
    named = [(_("Today"), today), (_("Tomorrow"), today + timedelta(days=1)), (_("Next study day"), study)]
    found: dict[date, str] = {}
    for name, day in named:
        if day is not None and day in there and day != task.date:
            found.setdefault(day, name)
    return [(name, day) for day, name in found.items()]


def _standing(view: PlanView | None, task: Task) -> HabitStanding | None:
    return next((each for each in view.habits if each.habit.number == task.habit), None) if view else None


def _other_days(view: PlanView, task: Task, today: date) -> list[Task]:
    """The days of a habit around today, the next ones last."""
    if task.habit is None:
        return []
    days = [each for each in view.tasks if each.habit == task.habit]
    past, ahead = [each for each in days if each.date < today], [each for each in days if each.date >= today]
    return [*past[-_DAYS_OF_HABIT[0] :], *ahead[: _DAYS_OF_HABIT[1]]]


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
    """Mark a task. What a device sends later was done when it was tapped there."""
    is_open = status is Status.OPEN

    def mark(planner: Planner) -> Changed:
        return planner.tasks.mark(
            number,
            status,
            on=None if is_open else form.day("at", planner.queries.current_day(), past=True),
            at=form.instant("done_at"),
            known=form.instant("known_at"),
            minutes=None if is_open else form.minutes("minutes"),
            note=form.text("note") or None,
            grade=score_report(form) if status is Status.DONE else None,
            fewer=form.has("fewer"),
            sure=form.has("sure"),
        )

    def work() -> None:
        changed = visitor.once(form, mark)
        if changed is not None:
            verbs = {Status.DONE: _("Done"), Status.SKIPPED: _("Skipped"), Status.OPEN: _("Reopened")}
            tell_change(visitor, changed, verbs[status])

    return _carried_out(visitor, form, number, work)


def score_report(form: SentForm) -> ScoreReport | None:
    """The scores of a form, of the whole and of single modules, and the modules that it calls weak."""
    from studyplan.notation import score

    said = form.texts("score")
    for name in form:
        if name.startswith(_MODULE_SCORE) and form.text(name):
            said.append(f"{name.removeprefix(_MODULE_SCORE)}={form.text(name)}")
    return grade([score(text) for text in said], form.texts("weak"))


@router.post("/tasks/{number}/move")
def move(visitor: Here, form: Sent, number: int) -> Response:
    """Put a task on a day, where it stays."""

    def work() -> None:
        day = form.day("to", visitor.planner.queries.current_day())
        if day is None:
            raise UsageProblem(_("Choose a day to move it to."))
        changed = visitor.planner.tasks.move(number, to=day)
        tell_change(visitor, changed, _("Moved to %(day)s") % {"day": day_text(day)})

    return _carried_out(visitor, form, number, work)


@router.post("/tasks/{number}/pin")
def pin(visitor: Here, form: Sent, number: int) -> Response:
    """Keep a task on its day when the plan is replanned."""
    tell_change(visitor, visitor.planner.tasks.pin(number), _("Pinned"))
    return back_of(visitor.request, form)


@router.post("/tasks/{number}/unpin")
def unpin(visitor: Here, form: Sent, number: int) -> Response:
    """Let a task move again when the plan is replanned."""
    tell_change(visitor, visitor.planner.tasks.unpin(number), _("Unpinned"))
    return back_of(visitor.request, form)


@router.post("/tasks/{number}/note")
def note(visitor: Here, form: Sent, number: int) -> Response:
    """Add to a task's note, its links and its files, and take some of these away."""
    from studyplan.planner.notes import Addition

    # Only whoever sits at this machine may name its files.
    files = form.texts("file") if visitor.site.address.is_local else []
    addition = Addition(
        text=form.text("text") or None,
        links=tuple(form.texts("link")),
        files=tuple(files),
        forget=tuple(form.texts("forget")),
    )

    def work() -> None:
        changed = visitor.once(form, lambda planner: planner.notes.note(number, addition))
        if changed is not None:
            tell_change(visitor, changed, _("Noted"))

    return _carried_out(visitor, form, number, work)


@router.post("/tasks/{number}/remove")
def remove(visitor: Here, form: Sent, number: int) -> Response:
    """Take a task out of its plan; of a habit a day, the days from it on, or all."""
    from studyplan.rules.habits import HabitReach

    planner = visitor.planner
    task = planner.queries.show(number)[0][0]
    if task.habit is None:
        tell_change(visitor, planner.tasks.remove(number), _("Removed"))
        return see_other("/tasks")
    named = form.text("reach")
    reach = HabitReach(named) if named in list(HabitReach) else HabitReach.FOLLOWING
    gone = planner.habits.remove(task.ref, reach=reach)
    tell_habit(visitor, gone, _("Removed"), alone=reach is HabitReach.THIS)
    return see_other("/tasks")


@router.post("/tasks/{number}/log")
def log(visitor: Here, form: Sent, number: int) -> Response:
    """Record time on a task afterwards."""

    def work() -> None:
        minutes = form.minutes("minutes")
        if minutes is None:
            raise UsageProblem(_("Say how long you studied."))
        day = form.day("at", visitor.planner.queries.current_day(), past=True)
        tell_sitting(visitor, visitor.planner.timer.add(number, minutes, on=day))

    return _carried_out(visitor, form, number, work)
