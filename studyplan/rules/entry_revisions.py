"""What each task was at every revision that a calendar may hold. Pure: the log in, revisions out.

The store keeps no old stamps and sequences, only every change. So the changes are first taken back to the beginning, then
made again by the rule of ``Unit.apply``: what shows in a calendar gets a later stamp; what moves, or changes its state, a
higher sequence. Up to 2026 a task that was done or reopened kept its sequence. The log does not say which rule a batch was
written by, but the sequence that a task has now does: where it is lower than the replay's, the oldest of those changes of
state raised nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from studyplan.model import Batch, Change, Plan, PlanState, Status, Task, revision
from studyplan.model.revision import RAISING

#: How the action of a batch begins that an ``import`` made.
IMPORT = "import: "


@dataclass(frozen=True, slots=True)
class Revision:
    """A task as an export wrote it from one batch to the next that changed something shown."""

    #: The number of the batch that led to it.
    batch: int
    sequence: int
    stamp: datetime
    task: Task
    #: The task and its plan existed, and the plan was not dropped.
    there: bool
    #: A calendar brought it.
    imported: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """The revisions of one task, oldest first."""

    revisions: tuple[Revision, ...] = ()
    #: They lead to the stamp and the sequence that the task has now. Where they do not, the log is not the whole story.
    sure: bool = True


def pasts(tasks: Iterable[Task], plans: Iterable[Plan], batches: Iterable[Batch]) -> dict[int, Past]:
    """The past of each task, by number. ``tasks`` and ``plans`` are all that the learner ever had, gone ones included;
    ``batches`` the whole log, in any order."""
    tasks = list(tasks)
    log = sorted(batches, key=lambda batch: batch.number)
    replay = _Replay.of(tasks, plans, log)
    if quiet := {task.number: replay.excess(task) for task in tasks if replay.excess(task) > 0}:
        replay = _Replay.of(tasks, plans, log, quiet)
    return {task.number: replay.past(task) for task in tasks}


@dataclass(slots=True)
class _Row:
    """A task on its way through the log. ``stamp`` is None before it is first made."""

    task: Task
    stamp: datetime | None = None
    sequence: int = 0
    #: How many of the next changes of state, apart from skips, leave the sequence as it is.
    quiet: int = 0
    revisions: list[Revision] = field(default_factory=list)

    def revise(self, at: datetime, *, moves: bool = False) -> None:
        self.stamp = revision.next_stamp(self.stamp, at)
        self.sequence += moves

    def keep(self, batch: Batch, *, there: bool) -> None:
        """Notes a new revision, where the task has one."""
        last = self.revisions[-1] if self.revisions else None
        known = last and (last.stamp, last.sequence, last.there)
        if self.stamp is not None and known != (self.stamp, self.sequence, there):
            imported = batch.kind != "undo" and batch.action.startswith(IMPORT)
            self.revisions.append(Revision(batch.number, self.sequence, self.stamp, self.task, there, imported))


@dataclass(slots=True)
class _Replay:
    rows: dict[int, _Row]
    plans: dict[int, Plan]

    @classmethod
    def of(
        cls, tasks: Iterable[Task], plans: Iterable[Plan], log: Sequence[Batch], quiet: Mapping[int, int] | None = None
    ) -> _Replay:
        """The log from its beginning to its end."""
        replay = cls._back_to_the_start(tasks, plans, log)
        for number, count in (quiet or {}).items():
            replay.rows[number].quiet = count
        for batch in log:
            replay.make(batch)
        return replay

    @classmethod
    def _back_to_the_start(cls, tasks: Iterable[Task], plans: Iterable[Plan], log: Sequence[Batch]) -> _Replay:
        of_task: dict[int, dict[str, Any]] = {task.number: {} for task in tasks}
        of_plan: dict[int, dict[str, Any]] = {plan.number: {} for plan in plans}
        first = {"task": of_task, "plan": of_plan}
        for batch in reversed(log):
            for change in reversed(batch.changes):
                fields = first.get(change.of, {}).get(change.number)
                if fields is not None:
                    fields[change.field] = change.before
        return cls(
            {task.number: _Row(replace(task, **of_task[task.number])) for task in tasks},
            {plan.number: replace(plan, **of_plan[plan.number]) for plan in plans},
        )

    def make(self, batch: Batch) -> None:
        """Repeats what the store did for the batch, plans first, and keeps each task that has a new revision."""
        by_row: dict[tuple[str, int], dict[str, Change]] = {}
        for change in batch.changes:
            of_row = by_row.setdefault((change.of, change.number), {})
            of_row[change.field] = replace(change, before=of_row.get(change.field, change).before)
        plans = {number: fields for (of, number), fields in by_row.items() if of == "plan" and number in self.plans}
        for number in sorted(plans, key=lambda number: not revision.stops(plans[number])):
            self._change_plan(number, plans[number], batch)
        changed = {number: fields for (of, number), fields in by_row.items() if of == "task" and number in self.rows}
        for number, fields in changed.items():
            self._change_task(self.rows[number], fields, batch)
        touched = {*changed, *self._revise_siblings(changed, batch)}
        if plans:
            touched |= {number for number, row in self.rows.items() if row.task.plan in plans}
        for number in touched:
            row = self.rows[number]
            row.keep(batch, there=row.task.exists and self._is_there(row.task.plan))

    def excess(self, task: Task) -> int:
        """By how much the replayed sequence is above the one that the task has."""
        return self.rows[task.number].sequence - task.sequence

    def past(self, task: Task) -> Past:
        row = self.rows[task.number]
        return Past(tuple(row.revisions), sure=(row.stamp, row.sequence) == (task.updated_at, task.sequence))

    def _is_there(self, number: int) -> bool:
        plan = self.plans.get(number)
        return plan is not None and plan.exists and plan.state is not PlanState.DROPPED

    def _change_plan(self, number: int, fields: Mapping[str, Change], batch: Batch) -> None:
        self.plans[number] = replace(self.plans[number], **{name: each.after for name, each in fields.items()})
        rows = [row for row in self.rows.values() if row.task.plan == number]
        if revision.makes(batch.kind, fields):
            for row in rows:
                if row.task.exists:
                    row.stamp = revision.first_stamp(row.stamp, batch.at)
        elif revision.turns(fields):
            rows = [row for row in rows if row.task.exists]
            newest = max((row.stamp for row in rows if row.stamp is not None), default=None)
            for row in rows:
                row.stamp = newest
                row.revise(batch.at, moves=True)

    def _change_task(self, row: _Row, fields: Mapping[str, Change], batch: Batch) -> None:
        row.task = replace(row.task, **{name: each.after for name, each in fields.items()})
        if not revision.shows(fields):
            return
        if revision.makes(batch.kind, fields):
            row.stamp = revision.first_stamp(row.stamp, batch.at)
            return
        raises = revision.raises(fields)
        if row.quiet and RAISING.intersection(fields) == {"status"} and not _skips(fields["status"]):
            row.quiet -= 1
            raises = False
        row.revise(batch.at, moves=raises)

    def _revise_siblings(self, changed: Mapping[int, Mapping[str, Change]], batch: Batch) -> list[int]:
        """A piece that comes or goes changes what the others say of themselves: those of these numbers."""
        pieces = {
            (self.rows[number].task.plan, self.rows[number].task.task)
            for number, fields in changed.items()
            if "exists" in fields
        }
        siblings = [
            number
            for number, row in (self.rows.items() if pieces else ())
            if number not in changed and row.task.exists and (row.task.plan, row.task.task) in pieces
        ]
        for number in siblings:
            self.rows[number].revise(batch.at)
        return siblings


def _skips(status: Change) -> bool:
    return Status.SKIPPED in {status.before, status.after}
