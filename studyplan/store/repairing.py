"""What can be repaired of a database whose rows the program cannot read.

A field that may be empty is emptied, a title loses the characters that it may not have, a counter goes on after the
numbers that were given out. A row that cannot be read without one of its fields is taken out, with the rows that belong to
it and what the log says of them. Nothing else is touched, and all that was there before is kept in a file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import ForeignKeyConstraint, and_, bindparam, delete, literal_column, text, type_coerce, update
from sqlalchemy.types import NullType

from studyplan import files
from studyplan.errors import StorageProblem
from studyplan.model import LONGEST_NAME
from studyplan.store import backups, checking, problems, tables, transfer
from studyplan.store import engine as engines
from studyplan.store.engine import State
from studyplan.store.place import Place
from studyplan.text import is_visible, one_line

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Table


@dataclass(slots=True)
class Cure:
    """What is done to a row: ``values`` are its new ones; without any it is taken out."""

    table: Table
    place: Any
    kept: Mapping[str, Any]
    why: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    is_out: bool = False

    def __str__(self) -> str:
        what = "set aside" if self.is_out else "repaired"
        return f"{checking.name_of(self.table, self.kept)}: {what}, because {'; '.join(self.why)}"


@dataclass(frozen=True, slots=True)
class Repair:
    """What a repair does, or did: a line for each row, and for each fault that it leaves; ``kept_in`` is the file with what was
    there before, ``backup`` the back-up of a SQLite database."""

    done: tuple[str, ...]
    left: tuple[str, ...]
    kept_in: Path | None = None
    backup: Path | None = None


def outlook(url: str) -> Repair:
    """What a repair would do. Changes nothing."""
    place = _usable(url)
    engine = engines.looking_engine_for(place)
    try:
        with problems.converted(place), engine.connect() as connection:
            cures, left = _plan(connection)
            return Repair(tuple(map(str, cures)), tuple(left))
    finally:
        engine.dispose()


def repair(url: str, folder: Path, *, tell: Callable[[str], None]) -> Repair:
    """Repair a database. SQLite is backed up first, and what was in the rows goes to a file in ``backups/`` beside it; that of
    a PostgreSQL one goes to the folder."""
    place = _usable(url)
    engine = engines.engine_for(place, tell=tell)
    try:
        with problems.converted(place), engines.writing(engine).begin() as connection:
            engines.begin_on_server(connection, engines.PATIENCE)
            if not place.is_sqlite:
                names = ", ".join(f'"{table.name}"' for table in transfer.owned())
                connection.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))
            cures, left = _plan(connection)
            if not cures:
                return Repair((), tuple(left))
            backup = backups.keep(place.path, "repair") if place.path is not None else None
            kept_in = _keep(backup.parent if backup is not None else folder, place, cures)
            for cure in cures:
                _carry_out(connection, cure)
            # Calendars that ask whether anything has changed are told so.
            connection.execute(update(tables.learner).values(revision=uuid4()))
        return Repair(tuple(map(str, cures)), tuple(left), kept_in, backup)
    finally:
        engine.dispose()


def _usable(url: str) -> Place:
    from studyplan.store import migrate

    found = migrate.status(url)
    if found.state is not State.CURRENT:
        raise StorageProblem(
            f"{found.place} is {found.state}, so its rows cannot be repaired", hint="`studyplan db status` shows more"
        )
    return Place.of(url)


# --- deciding --------------------------------------------------------------------------------------------------------


def _plan(connection: Connection) -> tuple[list[Cure], list[str]]:
    """The cures, those that take rows out last, and the faults for which there is none."""
    cures: dict[tuple[str, Any], Cure] = {}
    left = []
    for fault in checking.faults(connection):
        key = fault.table.name, fault.place
        cure = cures.get(key) or Cure(fault.table, fault.place, fault.kept)
        if _cured(cure, fault):
            cure.why.append(f"'{fault.field}' {fault.wrong}")
            cures[key] = cure
        else:
            left.append(str(fault))
    for table, place, parent in checking.orphans(connection):
        for _, kept in checking.rows_of(connection, table, checking.place_of(connection) == place):
            cure = cures.setdefault((table.name, place), Cure(table, place, kept))
            cure.is_out = True
            cure.why.append(f"it belongs to a row of '{parent}' that does not exist")
    for cure in [cure for cure in cures.values() if cure.is_out]:
        for other, place, held in _belonging(connection, cure.table, cure.kept):
            child = cures.setdefault((other.name, place), Cure(other, place, held))
            child.is_out = True
            child.why.append(f"it belongs to {checking.name_of(cure.table, cure.kept)}")
    _forget(connection, cures)
    _tell_apart(connection, cures)
    for kind, id, _, number, free in checking.taken_numbers(connection):
        where = tables.learner.c.id == id
        for place, kept in checking.rows_of(connection, tables.learner, where):
            cure = cures.setdefault(("learner", place), Cure(tables.learner, place, kept))
            cure.values[f"next_{kind}"] = free
            cure.why.append(f"the next {kind} would get number {number}, which is taken")
    return sorted(cures.values(), key=lambda cure: cure.is_out), left


def _forget(connection: Connection, cures: dict[tuple[str, Any], Cure]) -> None:
    """Take what the log says of rows that are missing, or are taken out, from it: nothing could undo that, and no dump could be
    loaded."""
    aside = {
        (cure.kept["learner_id"], cure.table.name, cure.kept["number"])
        for cure in cures.values()
        if cure.is_out and "number" in cure.kept
    }
    there = checking.numbers_of(connection) - aside
    for place, kept in checking.rows_of(connection, tables.batch):
        cure = cures.get(("batch", place)) or Cure(tables.batch, place, kept)
        if cure.is_out:
            continue
        known = cure.values.get("changes", kept["changes"])
        lost = checking.lost_targets(kept["learner_id"], known, there)
        if lost:
            changes = json.loads(known) if isinstance(known, str) else known
            of_lost = {(of, number) for _, of, number in lost}
            cure.values["changes"] = [change for change in changes if (change[0], change[1]) not in of_lost]
            cure.why.append(f"it changes rows that {'are set aside' if aside.issuperset(lost) else 'do not exist'}")
            cures["batch", place] = cure


def _tell_apart(connection: Connection, cures: Mapping[tuple[str, Any], Cure]) -> None:
    """Number the names that would be somebody else's once they are mended."""
    mended = [cure for cure in cures.values() if "name" in cure.values and not cure.is_out]
    for table in {cure.table for cure in mended}:
        taken = {
            (kept.get("learner_id"), kept["name"])
            for place, kept in checking.rows_of(connection, table)
            if "name" not in getattr(cures.get((table.name, place)), "values", ())
        }
        for cure in (cure for cure in mended if cure.table is table):
            name, owner, number = cure.values["name"], cure.kept.get("learner_id"), 1
            while (owner, cure.values["name"]) in taken:
                number += 1
                cure.values["name"] = f"{name[: LONGEST_NAME - len(str(number)) - 1]} {number}"
            taken.add((owner, cure.values["name"]))


def _cured(cure: Cure, fault: checking.Fault) -> bool:
    """Whether a fault can be cured; the cure then says how."""
    column = fault.table.c[fault.field]
    if column.nullable and "stays" not in fault.table.info:  # what was closed would be open again
        cure.values[fault.field] = None
    elif fault.field in transfer.TITLES.get(fault.table.name, ()) and isinstance(fault.kept[fault.field], str):
        cure.values[fault.field] = _title(fault.kept[fault.field])
    elif fault.table is tables.batch and fault.is_readable:
        changes = fault.kept["changes"]
        cure.values["changes"] = _with_titles(json.loads(changes) if isinstance(changes, str) else changes)
    elif fault.is_readable or fault.table is tables.learner:
        # It can be read, or it is all that a person has here: taking it out would be worse.
        return False
    else:
        cure.is_out = True
    return True


def _title(kept: str) -> str:
    """What can be kept of a title."""
    found = one_line(kept.encode(errors="replace").decode()).strip()[:LONGEST_NAME].strip()
    return found if is_visible(found) else "untitled"


def _with_titles(changes: list[list[Any]]) -> list[list[Any]]:
    """The log of changes with titles that may be kept."""
    return [
        [of, number, name, *((_title(value) if isinstance(value, str) else value) for value in values)]
        if name in transfer.TITLES.get(of, ())
        else [of, number, name, *values]
        for of, number, name, *values in changes
    ]


def _belonging(
    connection: Connection, table: Table, kept: Mapping[str, Any]
) -> Iterator[tuple[Table, Any, Mapping[str, Any]]]:
    """The rows that would go with a row, and those that would go with them."""
    for other in transfer.owned():
        for constraint in other.constraints:
            if isinstance(constraint, ForeignKeyConstraint) and constraint.referred_table is table:
                where = and_(*(_same(each.parent, kept[each.column.name]) for each in constraint.elements))
                for place, found in list(checking.rows_of(connection, other, where)):
                    yield other, place, found
                    yield from _belonging(connection, other, found)


def _same(column: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
    """Whether a column holds what the driver handed out."""
    return type_coerce(column, NullType()) == bindparam(None, value, NullType())


# --- carrying out ----------------------------------------------------------------------------------------------------


def _carry_out(connection: Connection, cure: Cure) -> None:
    if connection.dialect.name == "sqlite":
        where = literal_column("rowid") == cure.place
    else:
        where = text("ctid = CAST(:place AS tid)").bindparams(place=cure.place)
    if cure.is_out:
        connection.execute(delete(cure.table).where(where))
    else:
        connection.execute(update(cure.table).where(where).values(cure.values))


def _keep(folder: Path, place: Place, cures: list[Cure]) -> Path:
    """Write down what the rows held, for this user alone."""
    stem = place.path.stem if place.path is not None else "studyplan"
    names = backups.numbered(folder, f"{stem}-set-aside-{backups.stamp()}", ".json")
    path = next(name for name in names if not name.exists())
    rows = [
        {
            "table": cure.table.name,
            "what": "set aside" if cure.is_out else "mended",
            "why": cure.why,
            "row": dict(cure.kept),
            **({} if cure.is_out else {"now": cure.values}),
        }
        for cure in cures
    ]
    body = {"studyplan_set_aside": 1, "database": str(place), "schema": tables.HEAD, "rows": rows}
    try:
        files.make_folder(folder)
    except OSError as error:
        raise problems.problem(error, place) from error
    files.write_private(path, json.dumps(body, indent=1, default=str).encode())
    return path
