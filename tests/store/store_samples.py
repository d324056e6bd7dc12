"""Small learners, plans and tasks for the tests of the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from studyplan.model import Batch, Card, Change, Kind, Learner, Plan, Task
from studyplan.store import Store, Unit

T = TypeVar("T")

AT = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
START = date(2026, 7, 1)
SECOND = timedelta(seconds=1)


def read(url: str, work: Callable[[Unit], T]) -> T:
    """One reading transaction of a store that is opened and closed for it."""
    with closing(Store(url, tell=lambda line: None)) as store:
        return store.read(work)


def write(url: str, work: Callable[[Unit], T]) -> T:
    """One writing transaction of a store that is opened and closed for it."""
    with closing(Store(url, tell=lambda line: None)) as store:
        return store.write(work)


def a_plan(learner_id: int, number: int, **fields: Any) -> Plan:
    kept: dict[str, Any] = {
        "uuid": uuid4(),
        "name": f"plan-{number}",
        "template": "foundations",
        "edition": "2026.1",
        "title": "Foundations",
        "window": "month",
        "start": START,
        "end": START + timedelta(days=29),
        "exam": START + timedelta(days=29),
        "created_at": AT,
    }
    return Plan(learner_id, number, **(kept | fields))


def a_task(learner_id: int, number: int, plan: int = 1, **fields: Any) -> Task:
    kept: dict[str, Any] = {
        "uuid": uuid4(),
        "key": f"key-{number}",
        "task": f"key-{number}",
        "part": 1,
        "module": "language",
        "title": f"Task {number}",
        "kind": Kind.READ,
        "minutes": 40,
        "splittable": True,
        "date": START + timedelta(days=number - 1),
        "position": number,
        "updated_at": AT,
    }
    return Task(learner_id, number, plan, **(kept | fields))


def started(
    unit: Unit, name: str = "ana", *, tasks: int = 3, plan: str = "foundations", cards: Sequence[Card] = ()
) -> Learner:
    """A learner (made where there is none) with one more plan, started at AT."""
    learner = unit.learner(name) or unit.add_learner(name, zone="Europe/Berlin", at=AT)
    number, first = unit.reserve(learner.id, plans=1, tasks=tasks)
    unit.add_plan(a_plan(learner.id, number, name=plan), cards)
    unit.add_tasks([a_task(learner.id, each, number) for each in range(first, first + tasks)], exists=True)
    do(unit, learner.id, Change("plan", number, "exists", False, True), action=f"start {plan}")
    return learner


def do(unit: Unit, learner_id: int, *changes: Change, action: str = "change", at: datetime = AT) -> Batch:
    return unit.apply(learner_id, changes, action=action, at=at, actor="ana")


def undo(unit: Unit, learner_id: int, at: datetime = AT) -> Batch | None:
    """What the front door does for undo."""
    batch = unit.undoable(learner_id)
    if batch is None:
        return None
    changes = [change.inverse for change in reversed(batch.changes)]
    return unit.apply(learner_id, changes, action=batch.action, at=at, actor="ana", kind="undo", target=batch.number)


def redo(unit: Unit, learner_id: int, at: datetime = AT) -> Batch | None:
    """What the front door does for redo."""
    batch = unit.redoable(learner_id)
    if batch is None:
        return None
    return unit.apply(
        learner_id, batch.changes, action=batch.action, at=at, actor="ana", kind="redo", target=batch.number
    )
