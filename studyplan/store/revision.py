"""What one batch of changes means in rows, and in the stamps and sequences that calendars go by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, literal, or_, select, true, update

from studyplan.errors import StorageProblem
from studyplan.model import Change, revision
from studyplan.store import rows, tables

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Table

#: More numbers than this are picked out after reading: databases bound the length of a list in a query.
LISTED = 500


class BatchWriter:
    """The updates that one batch means, with the stamps and sequences that calendars go by."""

    def __init__(self, connection: Connection, learner_id: int, at: datetime, kind: str) -> None:
        self._connection = connection
        self._learner_id = learner_id
        self._at = at
        self._kind = kind

    def write(self, changes: Sequence[Change]) -> None:
        by_kind: dict[str, dict[int, dict[str, Change]]] = defaultdict(dict)
        for change in changes:
            of_row = by_kind[change.of].setdefault(change.number, {})
            first = of_row.get(change.field, change)
            of_row[change.field] = replace(change, before=first.before)
        if by_kind["learner"]:
            self._write_learner(by_kind["learner"])
        if by_kind["plan"]:
            self._write_plans(by_kind["plan"])
        if by_kind["task"]:
            self._write_tasks(by_kind["task"])
        for name in ("card", "stint", "question", "attempt"):
            if by_kind[name]:
                self._write_plain(name, tables.metadata.tables[name], by_kind[name])

    def _write_learner(self, found: Mapping[int, Mapping[str, Change]]) -> None:
        for of_row in found.values():
            values = {name: rows.LEARNER.column(name, change.after) for name, change in of_row.items()}
            self._connection.execute(
                update(tables.learner).where(tables.learner.c.id == self._learner_id).values(values)
            )

    def _write_plans(self, found: Mapping[int, Mapping[str, Change]]) -> None:
        plan = tables.plan.c
        known = set(
            self._connection.execute(
                select(plan.number).where(plan.learner_id == self._learner_id, among(plan.number, found))
            ).scalars()
        )
        # What stops running first: it may give up the name that another plan of this batch takes.
        for number in sorted(found, key=lambda number: not revision.stops(found[number])):
            if number not in known:
                raise missing("plan", number)
            of_row = found[number]
            values = {name: rows.PLAN.column(name, change.after) for name, change in of_row.items()}
            self._connection.execute(
                update(tables.plan).where(plan.learner_id == self._learner_id, plan.number == number).values(values)
            )
            if revision.makes(self._kind, of_row):
                self._stamp_first(tables.task.c.plan == number)
            elif revision.turns(of_row):
                self._stamp_plan(number)

    def _stamp_first(self, which: ColumnElement[bool]) -> None:
        task = tables.task.c
        self._connection.execute(
            update(tables.task)
            .where(task.learner_id == self._learner_id, which)
            .where(or_(task.updated_at.is_(None), task.updated_at < self._at))
            .values(updated_at=self._at)
        )

    def _stamp_plan(self, number: int) -> None:
        """All tasks of the plan come or go: one stamp, later than any of theirs, and the next sequence."""
        task = tables.task.c
        of_plan = and_(task.learner_id == self._learner_id, task.plan == number, exists(tables.task))
        newest = self._connection.execute(select(func.max(task.updated_at)).where(of_plan)).scalar()
        self._connection.execute(
            update(tables.task)
            .where(of_plan)
            .values(updated_at=revision.next_stamp(newest, self._at), sequence=task.sequence + 1)
        )

    def _write_tasks(self, found: Mapping[int, Mapping[str, Change]]) -> None:
        task = tables.task.c
        query = select(task.number, task.plan, task.task, task.updated_at, task.sequence).where(
            task.learner_id == self._learner_id, among(task.number, found)
        )
        known = {row.number: row for row in self._connection.execute(query)}
        groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        siblings: set[tuple[int, str]] = set()
        for number, of_row in found.items():
            row = known.get(number)
            if row is None:
                raise missing("task", number)
            values = {name: rows.TASK.column(name, change.after) for name, change in of_row.items()}
            values |= self._revised(of_row, row.updated_at, row.sequence)
            if "exists" in of_row:
                siblings.add((row.plan, row.task))
            groups[tuple(values)].append({"of_number": number, **{f"to_{name}": each for name, each in values.items()}})
        for names, parameters in groups.items():
            statement = (
                update(tables.task)
                .where(task.learner_id == literal(self._learner_id), task.number == bindparam("of_number"))
                .values({name: bindparam(f"to_{name}") for name in names})
            )
            self._connection.execute(statement, parameters)
        self._stamp_siblings(siblings, found)

    def _write_plain(self, name: str, table: Table, found: Mapping[int, Mapping[str, Change]]) -> None:
        """Rows that no calendar shows."""
        query = select(table.c.number).where(table.c.learner_id == self._learner_id, among(table.c.number, found))
        known = set(self._connection.execute(query).scalars())
        shape = rows.shape_of(name)
        assert shape is not None
        groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for number, of_row in found.items():
            if number not in known:
                raise missing(name, number)
            values = {f"to_{field}": shape.column(field, each.after) for field, each in of_row.items()}
            groups[tuple(of_row)].append({"of_number": number, **values})
        for fields, parameters in groups.items():
            statement = (
                update(table)
                .where(table.c.learner_id == literal(self._learner_id), table.c.number == bindparam("of_number"))
                .values({field: bindparam(f"to_{field}") for field in fields})
            )
            self._connection.execute(statement, parameters)

    def _revised(self, of_row: Mapping[str, Change], stamp: datetime | None, sequence: int) -> dict[str, Any]:
        if not revision.shows(of_row):
            return {}
        if revision.makes(self._kind, of_row):
            return {"updated_at": revision.first_stamp(stamp, self._at)}
        revised: dict[str, Any] = {"updated_at": revision.next_stamp(stamp, self._at)}
        if revision.raises(of_row):
            revised["sequence"] = sequence + 1
        return revised

    def _stamp_siblings(self, siblings: Iterable[tuple[int, str]], written: Collection[int]) -> None:
        """A piece that comes or goes changes what its siblings say of themselves: part 1 of how many."""
        task = tables.task.c
        for plan, name in siblings:
            query = select(task.number, task.updated_at).where(
                task.learner_id == self._learner_id, task.plan == plan, task.task == name, exists(tables.task)
            )
            stamps = [
                {"of_number": row.number, "to_updated_at": revision.next_stamp(row.updated_at, self._at)}
                for row in self._connection.execute(query)
                if row.number not in written
            ]
            if stamps:
                statement = (
                    update(tables.task)
                    .where(task.learner_id == literal(self._learner_id), task.number == bindparam("of_number"))
                    .values(updated_at=bindparam("to_updated_at"))
                )
                self._connection.execute(statement, stamps)


def exists(table: Table) -> ColumnElement[bool]:
    return table.c.exists == true()


def among(column: ColumnElement[int], numbers: Collection[int]) -> ColumnElement[bool]:
    """The numbers, or where they are many the range that holds them: the caller picks."""
    return column.between(min(numbers), max(numbers)) if len(numbers) > LISTED else column.in_(list(numbers))


def whole(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def missing(what: str, number: object) -> StorageProblem:
    return StorageProblem(f"{what} {number} is not in the database", hint="`studyplan db check` looks for the cause")
