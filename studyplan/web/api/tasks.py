"""Tasks: list and show them, mark and move them, add and change them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Body, Query, Response
from pydantic import Field

from studyplan.errors import UsageProblem
from studyplan.model import Kind, Status
from studyplan.planner.notes import Addition
from studyplan.presentation import facts
from studyplan.presentation.shapes import ChangedFacts, NotedFacts, PlanViewsFacts, ShownFacts, ViewFacts
from studyplan.rules import lookup
from studyplan.rules.habits import HabitReach
from studyplan.rules.own_tasks import DEFAULT_MINUTES, OWN, kind_of, module_of
from studyplan.web.api.calls import (
    CallBody,
    CallQuery,
    Day,
    Minutes,
    PlanWord,
    Reader,
    TaskWord,
    Words,
    Writer,
    answered,
    described,
    refs_of,
)
from studyplan.web.api.problems import PREFIX

if TYPE_CHECKING:
    from studyplan.notation import Ref
    from studyplan.planner import Planner
    from studyplan.rules.scores import ScoreReport
    from studyplan.rules.views import Changed

router = APIRouter(prefix=PREFIX, tags=["tasks"])

_Note = Annotated[str, Field(max_length=20_000)]
_Sure = Annotated[
    bool, Field(description="Do it, though it may be a slip: a range past the last task, a day before the plan began.")
]
_Reach = Annotated[
    Literal["this", "following", "all"] | None,
    Field(description="How much of a habit is meant: one day, the days from it on, or all."),
]


class TaskQuery(CallQuery):
    """Which tasks are looked for; what is given adds up."""

    plan: PlanWord | None = None
    module: list[Words] = Field(default=[], max_length=50, description="Only of one of these modules.")
    kind: list[Words] = Field(default=[], max_length=50, description="Only of one of these kinds.")
    first: Annotated[Day | None, Field(alias="from", description="Only of this day and later.")] = None
    until: Annotated[Day | None, Field(description="Only of this day and earlier.")] = None
    search: Annotated[str, Field(max_length=200, description="Only those that mention all these words.")] = ""
    overdue: Annotated[bool, Field(description="Only overdue ones.")] = False
    tag: Annotated[Words | None, Field(description="Only those with this tag.")] = None
    sort: Literal["day", "number", "title", "minutes", "module", "kind"] = "day"


class SkipCall(CallBody):
    date: Annotated[Day | None, Field(description="The day it happened; today if it is left out.")] = None
    minutes: Annotated[Minutes | None, Field(description="How long each took, in minutes.")] = None
    note: Annotated[_Note | None, Field(description="Added to the note of each.")] = None
    sure: _Sure = False
    fewer: Annotated[bool, Field(description="Let the minutes replace what was recorded where that is more.")] = False


class DoneCall(SkipCall):
    scores: list[Words] = Field(
        default=[], max_length=50, description="Scores: 72 or 36/50; for one module: tagging=40.", examples=[["72"]]
    )
    weak: list[Words] = Field(default=[], max_length=50, description="Weak modules, whose reviews then come first.")


class ReopenCall(CallBody):
    note: Annotated[_Note | None, Field(description="Added to the note of each.")] = None
    sure: _Sure = False


class MoveCall(CallBody):
    date: Annotated[Day, Field(description="The day to move it to, where it stays.")]
    sure: _Sure = False


class RemoveCall(CallBody):
    reach: _Reach = None
    sure: _Sure = False


class NoteCall(CallBody):
    text: Annotated[_Note | None, Field(description="Added below the note.")] = None
    links: list[str] = Field(default=[], max_length=100, description="Addresses to add as evidence.")
    forget: list[str] = Field(default=[], max_length=100, description="Addresses to remove.")


class AddCall(CallBody):
    title: Annotated[Words | None, Field(description="The title, as it is.")] = None
    words: Annotated[
        Words | None, Field(description="Title, day and length as people write them.", examples=["Essay tomorrow 1h"])
    ] = None
    minutes: Annotated[Minutes | None, Field(description="How long it takes; 30 if it is left out.")] = None
    date: Annotated[Day | None, Field(description="The day it is pinned to; of a habit, its first.")] = None
    every: Annotated[Words | None, Field(description="Weekdays, which make it a habit: mon-fri, daily.")] = None
    until: Annotated[Day | None, Field(description="The last day of a habit.")] = None
    kind: Words | None = None
    module: Words | None = None
    plan: PlanWord | None = None


class EditCall(CallBody):
    title: Words | None = None
    minutes: Minutes | None = None
    note: Annotated[
        _Note | None, Field(description="The note instead of the one that is there; an empty one removes it.")
    ] = None
    date: Annotated[Day | None, Field(description="The day to put it on, where it stays.")] = None
    kind: Words | None = None
    module: Words | None = None
    order: Annotated[Words | None, Field(description="The task right ahead of which it goes, or first, or last.")] = (
        None
    )
    after: Annotated[
        list[Words] | None, Field(max_length=50, description="The tasks that it comes after, and no others.")
    ] = None
    every: Annotated[Words | None, Field(description="Other weekdays of a habit.")] = None
    until: Annotated[Day | None, Field(description="Another last day of a habit.")] = None
    reach: _Reach = None


@router.get("/tasks", **described(PlanViewsFacts | ViewFacts))
def tasks(caller: Reader, asked: Annotated[TaskQuery, Query()]) -> Response:
    """The tasks of the running plans, or of the plan named, with the days of its window."""
    views = caller.planner.queries.search(
        asked.plan,
        modules=asked.module,
        kinds=asked.kind,
        first=asked.first,
        last=asked.until,
        words=asked.search,
        overdue=asked.overdue,
        tag=asked.tag,
        sort=asked.sort,
    )
    return answered(facts.of_view(views[0]) if asked.plan is not None else facts.of_views(views))


@router.post("/tasks", **described(ChangedFacts, changes=True))
def add(caller: Writer, sent: AddCall) -> Response:
    """Add a task of one's own, or a habit."""
    if (sent.title is None) == (sent.words is None):
        raise UsageProblem("give either a title or words")
    if sent.every is None and sent.until is not None:
        raise UsageProblem("until belongs to a habit", hint='give "every" as well')
    return caller.change(sent, lambda planner: facts.of_changed(_added(planner, sent)))


def _added(planner: Planner, sent: AddCall) -> Changed:
    minutes = DEFAULT_MINUTES if sent.minutes is None else sent.minutes
    module = None if sent.module is None else module_of(sent.module)
    if sent.words is not None:
        said: dict[str, Any] = {
            "minutes": sent.minutes, "on": sent.date, "plan": sent.plan, "kind": sent.kind, "module": sent.module
        }  # fmt: skip
        if sent.every is not None:
            return planner.habits.add_spoken(sent.words, every=sent.every, until=sent.until, **said)
        return planner.tasks.add_spoken(sent.words, **said)
    title, kind = str(sent.title), sent.kind or Kind.READ.value
    if sent.every is None:
        return planner.tasks.add(title, minutes, on=sent.date, plan=sent.plan, kind=kind, module=module)
    of, own = kind_of(kind)
    if own is not None:
        raise UsageProblem("a habit cannot have a kind of your own")
    return planner.habits.add(
        title, minutes, sent.every, on=sent.date, until=sent.until, plan=sent.plan, kind=of, module=module or OWN
    )


@router.get("/tasks/{task}", **described(ShownFacts))
def show(caller: Reader, task: TaskWord) -> Response:
    """Everything about a task: its note, history, time and cards."""
    wanted = refs_of(task)
    found, plans, cards, _ = caller.planner.queries.show(wanted)
    known = caller.planner.notes.known([each.number for each in found])
    return answered(facts.of_shown(found, plans, cards, known, lookup.absent(wanted, found, plans.values())))


@router.post("/tasks/{task}:done", **described(ChangedFacts, changes=True))
def done(caller: Writer, task: TaskWord, sent: Annotated[DoneCall | None, Body()] = None) -> Response:
    """Mark tasks done."""
    sent = sent or DoneCall()
    return _marked(caller, task, Status.DONE, sent, _grade(sent))


@router.post("/tasks/{task}:skip", **described(ChangedFacts, changes=True))
def skip(caller: Writer, task: TaskWord, sent: Annotated[SkipCall | None, Body()] = None) -> Response:
    """Skip tasks; the tasks that wait for them can go on."""
    return _marked(caller, task, Status.SKIPPED, sent or SkipCall())


def _marked(caller: Writer, task: str, status: Status, sent: SkipCall, grade: ScoreReport | None = None) -> Response:
    named = refs_of(task)
    return caller.change(
        sent,
        lambda planner: facts.of_changed(
            planner.tasks.mark(
                named,
                status,
                on=sent.date,
                minutes=sent.minutes,
                note=sent.note,
                grade=grade,
                fewer=sent.fewer,
                sure=sent.sure,
            )
        ),
    )


def _grade(sent: DoneCall) -> ScoreReport | None:
    from studyplan.notation import score
    from studyplan.rules.scores import grade

    return grade([score(text) for text in sent.scores], sent.weak) if sent.scores or sent.weak else None


@router.post("/tasks/{task}:reopen", **described(ChangedFacts, changes=True))
def reopen(caller: Writer, task: TaskWord, sent: Annotated[ReopenCall | None, Body()] = None) -> Response:
    """Reopen tasks that were done or skipped."""
    sent, named = sent or ReopenCall(), refs_of(task)
    return caller.change(
        sent,
        lambda planner: facts.of_changed(planner.tasks.mark(named, Status.OPEN, note=sent.note, sure=sent.sure)),
    )


@router.post("/tasks/{task}:move", **described(ChangedFacts, changes=True))
def move(caller: Writer, task: TaskWord, sent: MoveCall) -> Response:
    """Move tasks to a day; a replan then leaves them there."""
    named = refs_of(task)
    return caller.change(
        sent, lambda planner: facts.of_changed(planner.tasks.move(*named, to=sent.date, sure=sent.sure))
    )


@router.post("/tasks/{task}:pin", **described(ChangedFacts, changes=True))
def pin(caller: Writer, task: TaskWord) -> Response:
    """Pin tasks to their day, so that a replan leaves them there."""
    named = refs_of(task)
    return caller.change(None, lambda planner: facts.of_changed(planner.tasks.pin(*named)))


@router.post("/tasks/{task}:unpin", **described(ChangedFacts, changes=True))
def unpin(caller: Writer, task: TaskWord) -> Response:
    """Unpin tasks, so that a replan can move them."""
    named = refs_of(task)
    return caller.change(None, lambda planner: facts.of_changed(planner.tasks.unpin(*named)))


@router.post("/tasks/{task}:remove", **described(ChangedFacts, changes=True))
def remove(caller: Writer, task: TaskWord, sent: Annotated[RemoveCall | None, Body()] = None) -> Response:
    """Remove tasks from a plan, or end a habit; an undo brings them back."""
    sent, named = sent or RemoveCall(), refs_of(task)

    def act(planner: Planner) -> ChangedFacts:
        if not any(planner.habits.find(named)):
            if sent.reach is not None:
                raise UsageProblem("reach belongs to a habit")
            return facts.of_changed(planner.tasks.remove(*named, sure=sent.sure))
        if len(named) > 1:
            raise UsageProblem("one habit can be removed at a time, and no tasks beside it")
        return facts.of_changed(planner.habits.remove(named[0], reach=_reach(sent.reach)))

    return caller.change(sent, act)


@router.post("/tasks/{task}:note", **described(NotedFacts, changes=True))
def note(caller: Writer, task: TaskWord, sent: NoteCall) -> Response:
    """Add to the note of a task, and links to what there is to show for it."""
    named = _one(task)
    addition = Addition(sent.text, None, tuple(sent.links), (), tuple(sent.forget))

    def act(planner: Planner) -> NotedFacts:
        changed = planner.notes.note(named, addition)
        return facts.of_noted((*changed.tasks, *changed.unchanged)[0])

    return caller.change(sent, act)


@router.post("/tasks/{task}:edit", **described(ChangedFacts, changes=True))
def edit(caller: Writer, task: TaskWord, sent: EditCall) -> Response:
    """Change a task or a habit: title, minutes, day, kind, module, note, order."""
    named = _one(task)
    if not sent.model_fields_set - {"reach"}:
        raise UsageProblem("there is nothing to change")
    return caller.change(sent, lambda planner: facts.of_changed(_edited(planner, named, sent)))


def _edited(planner: Planner, named: Ref, sent: EditCall) -> Changed:
    (habit,) = planner.habits.find([named])
    of_habit = {"every", "until", "reach"} & sent.model_fields_set
    of_task = {"date", "kind", "module", "order", "after"} & sent.model_fields_set
    if habit is None and of_habit:
        raise UsageProblem(f"{min(of_habit)} belongs to a habit")
    if habit is not None and of_task:
        raise UsageProblem(f"{min(of_task)} belongs to a task, not to a habit")
    if habit is not None and sent.note is None:
        return planner.habits.edit(
            named, title=sent.title, minutes=sent.minutes, every=sent.every, until=sent.until, reach=_reach(sent.reach)
        )
    if habit is not None and len(sent.model_fields_set) > 1:
        raise UsageProblem("the note of a habit is that of one day", hint="send it alone")
    order = sent.order
    return planner.tasks.edit(
        named,
        title=sent.title,
        minutes=sent.minutes,
        note=sent.note,
        on=sent.date,
        kind=sent.kind,
        module=sent.module,
        order=None if order is None else order if order in ("first", "last") else refs_of(order),
        after=None if sent.after is None else tuple(ref for word in sent.after for ref in refs_of(word)),
    )


def _reach(reach: str | None) -> HabitReach:
    return HabitReach.FOLLOWING if reach is None else HabitReach(reach)


def _one(task: str) -> Ref:
    named = refs_of(task)
    if len(named) > 1:
        raise UsageProblem("only one task can be given here")
    return named[0]
