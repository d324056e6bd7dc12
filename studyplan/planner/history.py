"""Every change of data: listed, taken back, made again."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from studyplan.planner.base import UseCases
from studyplan.rules import lookup

if TYPE_CHECKING:
    from collections.abc import Collection

    from studyplan.model import Batch
    from studyplan.rules.lookup import PlanName
    from studyplan.store import Unit


class History(UseCases):
    """Every change of data: listed, undone, redone."""

    def undo(self) -> Batch | None:
        """Undo the newest change; called again, the one before it. None if nothing is left to undo."""

        def work(unit: Unit) -> Batch | None:
            learner = self._who.find(unit)
            batch = unit.undoable(learner.id) if learner else None
            if learner is None or batch is None:
                return None
            changes = [change.inverse for change in reversed(batch.changes)]
            self._apply(unit, learner, changes, batch.action, kind="undo", target=batch.number)
            return batch

        return None if self._store.is_absent else self._store.write(work)

    def redo(self) -> Batch | None:
        """Redo the change undone last. None if nothing was undone since the newest change."""

        def work(unit: Unit) -> Batch | None:
            learner = self._who.find(unit)
            batch = unit.redoable(learner.id) if learner else None
            if learner is None or batch is None:
                return None
            self._apply(unit, learner, batch.changes, batch.action, kind="redo", target=batch.number)
            return batch

        return None if self._store.is_absent else self._store.write(work)

    def batches(self, limit: int | None = None, plan: PlanName | None = None) -> list[Batch]:
        """The changes, newest first, of one plan or of everything; ``limit``: at most so many."""

        def work(unit: Unit) -> list[Batch]:
            learner = self._who.find(unit)
            if learner is None:
                return []
            if plan is None:
                return unit.history(learner.id, limit=limit)
            number = lookup.plan_named(unit.plans(learner.id), plan).number
            tasks = {task.number for task in unit.tasks(learner.id, gone=True) if task.plan == number}
            found = (batch for batch in unit.history(learner.id) if _is_about(batch, number, tasks))
            return list(islice(found, limit))

        return self._store.read(work)


def _is_about(batch: Batch, plan: int, tasks: Collection[int]) -> bool:
    """Whether a change touched a plan or one of its tasks."""
    return any(
        change.number == plan if change.of == "plan" else change.of == "task" and change.number in tasks
        for change in batch.changes
    )
