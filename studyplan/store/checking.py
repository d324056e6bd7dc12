"""Every row of a database read as the program would read it, and what it would stumble over.

Rows are streamed as the driver hands them out, so that one that cannot be read hides none of the others.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, DateTime, Text, cast, func, literal_column, select, text, type_coerce
from sqlalchemy.types import NullType

from studyplan.model import FIRST_OCCURRENCE
from studyplan.store import tables, transfer
from studyplan.store.rows import STUMBLES
from studyplan.store.tables import Instant
from studyplan.text import count, one_line

if TYPE_CHECKING:
    from sqlalchemy import Column, ColumnElement, Connection, Table

#: Rows that are asked for at once.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field of a row. ``place`` is where the database keeps the row, ``kept`` all that the row holds, as
    the driver hands it out; ``is_readable`` where the program can read it, but would not take it from elsewhere."""

    table: Table
    place: Any
    kept: Mapping[str, Any]
    field: str
    wrong: str
    is_readable: bool

    def __str__(self) -> str:
        return f"{name_of(self.table, self.kept)}: '{self.field}' {self.wrong}"


def name_of(table: Table, kept: Mapping[str, Any]) -> str:
    """A row as a line for people names it."""
    names = [column.name for column in table.primary_key.columns]
    keys = ", ".join(f"{name.removesuffix('_id')} {one_line(str(kept[name]), 40)}" for name in names)
    return f"table '{table.name}', {keys}"


def faults(connection: Connection) -> Iterator[Fault]:
    """The faults of all rows, table by table."""
    for table in transfer.owned():
        readers = {column.name: _reader(connection, column) for column in table.columns}
        carried = {column.name for column in transfer.columns_of(table)}
        for place, kept in rows_of(connection, table):
            yield from _faults_of(table, place, kept, readers, carried)


def rows_of(
    connection: Connection, table: Table, where: ColumnElement[bool] | None = None
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The places of rows and their raw contents; bytes that are not text are kept."""
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection.execute(text("SELECT set_config('datestyle', 'ISO', true)"))
    # PostgreSQL has days that Python has not: infinity, the year 10000.
    columns = [
        type_coerce(column, NullType()) if is_sqlite or not _is_time(column) else cast(column, Text)
        for column in table.columns
    ]
    query = select(place_of(connection), *columns).select_from(table)
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.text_factory = lambda found: found.decode(errors="surrogateescape")
    try:
        found = connection.execute(
            query if where is None else query.where(where), execution_options={"yield_per": _AT_ONCE}
        )
        for place, *values in found:
            yield place, dict(zip(table.columns.keys(), values, strict=True))
    finally:
        if isinstance(driver, sqlite3.Connection):
            driver.text_factory = str


def place_of(connection: Connection) -> ColumnElement[Any]:
    """What the database itself calls a row by, even if the row's key cannot be read."""
    return literal_column("rowid" if connection.dialect.name == "sqlite" else "CAST(ctid AS text)")


def _faults_of(
    table: Table, place: Any, kept: dict[str, Any], readers: Mapping[str, Callable[[Any], Any]], carried: Container[str]
) -> Iterator[Fault]:
    row: dict[str, Any] = {}
    unreadable = False
    for name, column in table.columns.items():
        if kept[name] is None:
            if not column.nullable:
                unreadable = True
                yield Fault(table, place, kept, name, "is missing", is_readable=False)
            row[name] = None
            continue
        try:
            value = readers[name](kept[name])
            row[name] = transfer.unpacked_value(column, transfer.packed(column, value))
        except STUMBLES:
            unreadable = True
            yield Fault(table, place, kept, name, "cannot be read", is_readable=False)
    if not unreadable:
        for field, wrong in transfer.faults_of(table.name, {name: row[name] for name in row if name in carried}):
            yield Fault(table, place, kept, field, wrong, is_readable=wrong != transfer.WRONG)


def _reader(connection: Connection, column: Column[Any]) -> Callable[[Any], Any]:
    """What makes a value of what the driver hands out."""
    if connection.dialect.name != "sqlite" and _is_time(column):
        return date.fromisoformat if isinstance(column.type, Date) else datetime.fromisoformat
    processor = column.type.dialect_impl(connection.dialect).result_processor(connection.dialect, None)
    return (lambda kept: kept) if processor is None else processor


def _is_time(column: Column[Any]) -> bool:
    return isinstance(column.type, Date | DateTime | Instant)


# --- between rows


def orphans(connection: Connection) -> Iterator[tuple[Table, Any, str]]:
    """The rows that belong to one that is not there: table, place, and the table of the missing one. PostgreSQL has none."""
    if connection.dialect.name == "sqlite":
        for name, place, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check").all():
            if name in tables.metadata.tables:
                yield tables.metadata.tables[name], place, parent


def numbers_of(connection: Connection) -> set[tuple[int, str, int]]:
    """What the log can name: learner's id, table and number of every row that has a number."""
    return {
        (learner_id, table.name, number)
        for table in transfer.carried()
        if "number" in table.c
        for learner_id, number in connection.execute(select(table.c.learner_id, table.c.number))
    }


def lost_targets(learner_id: int, changes: Any, there: Container[tuple[int, str, int]]) -> list[tuple[int, str, int]]:
    """What an entry of the log changes though it is not there: undoing it would stumble. None for what cannot be read."""
    try:
        found = json.loads(changes) if isinstance(changes, str) else changes
        targets = [(learner_id, str(of), int(number)) for of, number, *_ in found if of != "learner"]
    except STUMBLES:
        return []
    return [target for target in targets if target not in there]


def dangling(connection: Connection) -> Iterator[str]:
    """Entries of the log that change rows which are not there, a line each."""
    there = numbers_of(connection)
    for _, kept in rows_of(connection, tables.batch):
        for _, of, number in lost_targets(kept["learner_id"], kept["changes"], there)[:1]:
            yield f"{name_of(tables.batch, kept)}: it changes a {one_line(of, 40)} that does not exist, number {number}"


def broken_promises(connection: Connection) -> list[str]:
    """What the tables' constraints cannot hold."""
    plan, task = tables.plan, tables.task
    problems = [
        f"learner '{one_line(name)}': the next {kind} would get number {number}, which is taken"
        for kind, _, name, number, _ in taken_numbers(connection)
    ]
    unstamped = select(func.count()).select_from(task).where(task.c.exists, task.c.updated_at.is_(None))
    missing = connection.execute(unstamped).scalar()
    if missing:
        problems.append(f"{count(missing, 'task')} {'has' if missing == 1 else 'have'} no stamp for the calendar")
    doubled = (
        select(plan.c.learner_id, plan.c.name)
        .where(plan.c.exists, plan.c.state == "active")
        .group_by(plan.c.learner_id, plan.c.name)
        .having(func.count() > 1)
    )
    problems += [f"two running plans are called '{one_line(row.name)}'" for row in connection.execute(doubled)]
    return problems


def taken_numbers(connection: Connection) -> Iterator[tuple[str, int, str, int, int]]:
    """The learners' counters that would give out a number again: of what, the learner's id and name, the number, and the
    first one that is free."""
    learner = tables.learner.c
    for table in (tables.plan, tables.task, tables.batch):
        largest = select(table.c.learner_id, func.max(table.c.number).label("largest")).group_by(table.c.learner_id)
        if table is tables.task:
            largest = largest.where(table.c.number < FIRST_OCCURRENCE)
        found = largest.subquery()
        counter = learner[f"next_{table.name}"]
        query = (
            select(learner.id, learner.name, counter, found.c.largest)
            .join_from(tables.learner, found, learner.id == found.c.learner_id)
            .where(counter <= found.c.largest)
        )
        for id, name, number, taken in connection.execute(query).all():
            yield table.name, id, name, number, taken + 1
