"""Every change of data: listed, taken back, made again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from studyplan.errors import Conflict
from studyplan.model import Batch, Plan, Task
from studyplan.planner.base import UseCases
from studyplan.rules import lookup

if TYPE_CHECKING:
    from studyplan.rules.lookup import PlanName
    from studyplan.store import Unit


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some changes, newest first. ``is_last``: there are no older ones; ``undoes`` and ``redoes``: the numbers of those that an
    undo and a redo would take. ``tasks`` and ``plans`` are all of the learner's by number, those that are gone among them."""

    batches: tuple[Batch, ...]
    is_last: bool
    undoes: int | None
    redoes: int | None
    tasks: Mapping[int, Task]
    plans: Mapping[int, Plan]
    zone: str | None


class History(UseCases):
    """Every change of data: listed, undone, redone."""

    def undo(self, only: int | None = None) -> Batch | None:
        """Undo the newest change; called again, the one before it. None if nothing is left to undo. ``only``: the number of the
        change that is meant; raises Conflict where it is not the newest."""

        def work(unit: Unit) -> Batch | None:
            learner = self._who.find(unit)
            batch = unit.undoable(learner.id) if learner else None
            _must_be(batch, only)
            if learner is None or batch is None:
                return None
            changes = [change.inverse for change in reversed(batch.changes)]
            self._apply(unit, learner, changes, batch.action, kind="undo", target=batch.number)
            return batch

        return None if self._store.is_absent else self._store.write(work)

    def redo(self, only: int | None = None) -> Batch | None:
        """Redo the change undone last. None if nothing was undone since the newest change. ``only``: as of an undo."""

        def work(unit: Unit) -> Batch | None:
            learner = self._who.find(unit)
            batch = unit.redoable(learner.id) if learner else None
            _must_be(batch, only)
            if learner is None or batch is None:
                return None
            self._apply(unit, learner, batch.changes, batch.action, kind="redo", target=batch.number)
            return batch

        return None if self._store.is_absent else self._store.write(work)

    def newest(self) -> Batch | None:
        """The change that an undo takes back; None if there is none."""

        def work(unit: Unit) -> Batch | None:
            learner = self._who.find(unit)
            return unit.undoable(learner.id) if learner else None

        return None if self._store.is_absent else self._store.read(work)

    def batches(self, limit: int | None = None, plan: PlanName | None = None) -> list[Batch]:
        """The changes, newest first, of one plan or of everything; ``limit``: at most so many."""

        def work(unit: Unit) -> list[Batch]:
            learner = self._who.find(unit)
            return [] if learner is None else _batches(unit, learner.id, limit, plan)

        return self._store.read(work)

    def page(self, limit: int, before: int | None = None, plan: PlanName | None = None) -> HistoryPage:
        """Some of the changes with what they are about, newest first. ``before``: those with a smaller number."""

        def work(unit: Unit) -> HistoryPage:
            learner = self._who.find(unit)
            if learner is None:
                return HistoryPage((), is_last=True, undoes=None, redoes=None, tasks={}, plans={}, zone=None)
            found = _batches(unit, learner.id, limit + 1, plan, before)
            undoable, redoable = unit.undoable(learner.id), unit.redoable(learner.id)
            return HistoryPage(
                batches=tuple(found[:limit]),
                is_last=len(found) <= limit,
                undoes=undoable.number if undoable else None,
                redoes=redoable.number if redoable else None,
                tasks={task.number: task for task in unit.tasks(learner.id, gone=True)},
                plans={each.number: each for each in unit.plans(learner.id, gone=True)},
                zone=learner.zone,
            )

        return self._store.read(work)


def _batches(
    unit: Unit, learner_id: int, limit: int | None, plan: PlanName | None, before: int | None = None
) -> list[Batch]:
    if plan is None:
        return unit.history(learner_id, limit=limit, before=before)
    number = lookup.plan_named(unit.plans(learner_id), plan).number
    of_plan = {
        "plan": {number},
        "task": {task.number for task in unit.tasks(learner_id, plans=[number], gone=True)},
        "card": {card.number for card in unit.cards(learner_id, number)},
        "question": {question.number for question in unit.questions(learner_id, number)},
        "attempt": {attempt.number for attempt in unit.attempts(learner_id, number)},
    }
    found = (batch for batch in unit.history(learner_id, before=before) if _is_about(batch, of_plan))
    return list(islice(found, limit))


def _is_about(batch: Batch, of_plan: Mapping[str, Collection[int]]) -> bool:
    """Whether a change touched a plan or what belongs to it. ``of_plan``: the numbers of that by its kind."""
    return any(change.number in of_plan.get(change.of, ()) for change in batch.changes)


def _must_be(batch: Batch | None, only: int | None) -> None:
    if only is not None and (batch is None or batch.number != only):
        raise Conflict("something else was changed since then", slug="changed-since")
