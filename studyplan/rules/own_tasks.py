"""Tasks that learners add themselves: how they are checked, and where they stand in a plan. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from studyplan.errors import Conflict, UsageProblem
from studyplan.model import LONGEST_KIND, Change, Kind, Plan, Reason, Task
from studyplan.rules.task_changes import minutes as checked_minutes
from studyplan.text import checked_title, flaw

if TYPE_CHECKING:
    from uuid import UUID

#: Minutes of a task whose writer names no length.
DEFAULT_MINUTES = 30
#: Characters of a module's name.
LONGEST_MODULE = 100
#: The module of a task whose writer names none.
OWN = "own"


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to add. ``on``: the day its writer gave it, None where it may lie on any; ``after``: ids of tasks of the plan."""

    title: str
    minutes: int = DEFAULT_MINUTES
    on: date | None = None
    kind: Kind = Kind.READ
    own_kind: str | None = None
    module: str = OWN
    after: tuple[str, ...] = ()


def new_task(
    title: str, minutes: int | None = None, on: date | None = None, kind: str | None = None, module: str | None = None
) -> NewTask:
    """A task to add, checked. Raises UsageProblem."""
    of, own = kind_of(Kind.READ.value if kind is None else kind)
    minutes = DEFAULT_MINUTES if minutes is None else checked_minutes(minutes)
    return NewTask(checked_title(title), minutes, on, of, own, OWN if module is None else module_of(module))


def kind_of(word: str) -> tuple[Kind, str | None]:
    """The kind that a word means, and the word as it is kept where it is one of the learner's own, which behaves as
    reading does. Raises UsageProblem."""
    word = " ".join(word.split())
    try:
        kind = Kind(word.casefold())
    except ValueError:
        if wrong := flaw(word, longest=LONGEST_KIND):
            raise UsageProblem(f"a kind {wrong}") from None
        return Kind.READ, word
    if kind is Kind.EXAM:
        raise UsageProblem("a plan has one exam, and gets it when it starts", hint="use mock for a practice exam")
    return kind, None


def module_of(word: str) -> str:
    """A module's name as it is kept. Raises UsageProblem."""
    word = " ".join(word.split())
    if wrong := flaw(word, longest=LONGEST_MODULE):
        raise UsageProblem(f"a module's name {wrong}")
    return word


def row(new: NewTask, plan: Plan, tasks: Iterable[Task], first: date, number: int, uuid: UUID, at: datetime) -> Task:
    """A new task as a row that is not yet in the plan. ``tasks``: the plan's; ``first``: the day if it has none of its own."""
    there = list(tasks)
    day = new.on or first
    known = {task.module.casefold(): task.module for task in there if task.module}
    return Task(
        learner_id=plan.learner_id,
        number=number,
        plan=plan.number,
        uuid=uuid,
        key=f"own-{number}",
        task=f"own-{number}",
        part=1,
        module=known.get(new.module.casefold(), new.module),
        title=new.title,
        kind=new.kind,
        minutes=new.minutes,
        splittable=False,
        date=day,
        position=position(day, there),
        pinned=new.on is not None,
        reason=Reason("by-hand", day.isoformat()) if new.on is not None else None,
        own=True,
        after=new.after,
        own_kind=new.own_kind,
        updated_at=at,
    )


def reclassed(task: Task, of_plan: Iterable[Task], kind: str | None, module: str | None) -> list[Change]:
    """The changes that give a task, with all its pieces, another kind or module. Raises UsageProblem and Conflict."""
    if kind is None and module is None:
        return []
    if task.kind is Kind.EXAM or (task.kind is Kind.REVIEW and not task.own):
        raise Conflict(f"the kind and module of '{task.title}' cannot be changed", hint="those of other tasks can")
    there = list(of_plan)
    values: dict[str, object] = {}
    if kind is not None:
        values["kind"], values["own_kind"] = kind_of(kind)
        if values["kind"] is Kind.REVIEW and not task.own:
            raise UsageProblem("reviews are made from cards", hint="choose another kind")
    if module is not None:
        known = {each.module.casefold(): each.module for each in there if each.module}
        values["module"] = known.get(module_of(module).casefold(), module_of(module))
    return [
        Change("task", row.number, name, getattr(row, name), value)
        for row in there
        if row.task == task.task
        for name, value in values.items()
        if getattr(row, name) != value
    ]


def behind(task: Task, after: tuple[str, ...]) -> Task:
    """The task, to come after others."""
    return replace(task, after=after)


def position(day: date, tasks: Iterable[Task]) -> int:
    """Where a task of one's own for a day stands in the order of study: ahead of the first task of the template that lies
    on a later day, at that one's position, else behind all others."""
    there = list(tasks)
    later = [task.position for task in there if task.date > day and not task.own and _is_material(task)]
    return min(later) if later else 1 + max((task.position for task in there), default=-1)


def _is_material(task: Task) -> bool:
    return task.kind not in (Kind.EXAM, Kind.REVIEW) and task.anchor is None
