"""All of a learner's rows as plain JSON values and back again, from one database into another of either kind.

Driven by the tables themselves: a new table or column is carried without a word here. The learner's id is left out of every
row, since another database gives another; numbers, uuids and all references are kept. What comes from a file is checked
whole before a row is written, so that nothing is loaded that the program would stumble over later.
"""

from __future__ import annotations

import math
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    insert,
    select,
)

from studyplan.model import (
    FIRST_OCCURRENCE,
    LONGEST_ALARM,
    LONGEST_WINDOW,
    Card,
    Change,
    Habit,
    Learner,
    Memory,
    Plan,
    StudyHours,
    Task,
    Week,
)
from studyplan.store import rows, tables
from studyplan.store.tables import Instant
from studyplan.text import control_in, flaw, one_line

Row = dict[str, Any]

#: Whole numbers that every database of ours can keep.
_WHOLE = range(-(2**31), 2**31)


class Misfit(Exception):
    """What is wrong with imported rows, in one line."""


# --- out


def owned() -> list[Table]:
    """The tables that hold a learner's rows, whatever is referred to first."""
    return [each for each in tables.metadata.sorted_tables if each is tables.learner or "learner_id" in each.c]


def carried() -> list[Table]:
    """Those of them that are carried: all but the ones that stay where they are."""
    return [each for each in owned() if "stays" not in each.info]


def columns_of(table: Table) -> list[Column[Any]]:
    """The columns that are carried: all but the learner's id and those that stay where they are."""
    own = "id" if table is tables.learner else "learner_id"
    return [column for column in table.columns if column.name != own and "stays" not in column.info]


def rows_of(connection: Connection, learner_id: int) -> dict[str, list[Row]]:
    """Every row of the learner by table, in the order of the keys, as JSON has it."""
    found = {}
    for table in carried():
        columns = columns_of(table)
        own = table.c.id if table is tables.learner else table.c.learner_id
        query = select(*columns).where(own == learner_id).order_by(*table.primary_key.columns)
        found[table.name] = [
            {column.name: packed(column, value) for column, value in zip(columns, row, strict=True)}
            for row in connection.execute(query)
        ]
    return found


def packed(column: Column[Any], value: Any) -> Any:
    """A value of a column as JSON has it."""
    if value is None:
        return None
    match column.type:
        case Instant() | DateTime():
            return value.astimezone(UTC).isoformat(timespec="seconds")
        case Date():
            return value.isoformat()
        case Uuid():
            return str(value)
        case LargeBinary():
            return b64encode(value).decode()
        case JSON() | Boolean() | Integer() | Float() | String():
            return value
    raise TypeError(f"no way to carry {column.table.name}.{column.name}")


# --- in


def read_in(found: Mapping[str, Any], *, older: bool) -> dict[str, list[Row]]:
    """The rows of a file by table as the database takes them. ``older``: of an older schema, whose rows may lack columns
    that may be empty. Raises Misfit for anything that is not as this program writes it."""
    known = {table.name: table for table in carried()}
    for name in found:
        if name not in known:
            raise Misfit(f"unknown table '{one_line(name, 40)}'")
    read = {}
    for name, table in known.items():
        many = found.get(name, [] if older else None)
        if not isinstance(many, list):
            raise Misfit(f"the rows of the table '{name}' are missing")
        read[name] = [_unpacked_row(table, row, number, older=older) for number, row in enumerate(many, start=1)]
    if len(read["learner"]) != 1:
        raise Misfit(f"{len(read['learner'])} learners instead of one")
    for name, table in known.items():
        _check_keys(table, read)
        _check_values(name, read[name])
    _check_counters(read)
    _check_stamps(read)
    _check_targets({name: many for name, many in read.items() if name in found})
    return read


def put(connection: Connection, read: Mapping[str, Sequence[Row]], name: str) -> int:
    """Write rows that were read in, as those of a new learner of that name. The answer is the learner's id."""
    made = connection.execute(insert(tables.learner).values({**read["learner"][0], "name": name}))
    (id,) = made.inserted_primary_key or (0,)
    for table in carried():
        if table is not tables.learner and read[table.name]:
            connection.execute(insert(table), [{**row, "learner_id": id} for row in read[table.name]])
    return int(id)


def _unpacked_row(table: Table, row: Any, number: int, *, older: bool) -> Row:
    where = f"table '{table.name}', row {number}"
    if not isinstance(row, dict):
        raise Misfit(f"{where}: it is not an object")
    columns = {column.name: column for column in columns_of(table)}
    for name in row:
        if name not in columns:
            raise Misfit(f"{where}: unknown column '{one_line(name, 40)}'")
    unpacked: Row = {}
    for name, column in columns.items():
        if name not in row and not older:
            raise Misfit(f"{where}: '{name}' is missing")
        value = row.get(name)
        if value is None:
            if not column.nullable:
                raise Misfit(f"{where}: '{name}' is missing")
            unpacked[name] = None
            continue
        try:
            unpacked[name] = unpacked_value(column, value)
        except (ValueError, TypeError, OverflowError):
            raise Misfit(f"{where}: '{name}' {WRONG}") from None
    return unpacked


def unpacked_value(column: Column[Any], value: Any) -> Any:
    """The value as the column takes it. Raises ValueError, TypeError or OverflowError."""
    match column.type:
        case Instant() | DateTime():
            at = datetime.fromisoformat(_text(value))
            if at.tzinfo is None:
                raise ValueError("an instant needs its zone")
            return at.astimezone(UTC)
        case Date():
            return date.fromisoformat(_text(value))
        case Uuid():
            return UUID(_text(value))
        case LargeBinary():
            return b64decode(_text(value), validate=True)
        case JSON():
            return _plain(value)
        case Boolean():
            return _exactly(value, bool)
        case Integer():
            return _whole(value)
        case Float():
            return _figure(value)
        case String(length=length):
            if length is not None and len(_text(value)) > length:
                raise ValueError("too long")
            return _text(value, besides="\r" if "of_others" in column.info else "")
    raise TypeError(f"no way to carry {column.table.name}.{column.name}")


def _exactly(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(value)
    return value


def _whole(value: Any) -> int:
    if _exactly(value, int) not in _WHOLE:
        raise OverflowError(value)
    return int(value)


def _figure(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise TypeError(value)
    return float(value)


def _text(value: Any, besides: str = "") -> str:
    """Text that every database keeps and every terminal bears: no control characters but line ends, tabs and those named."""
    allowed = str.maketrans("", "", besides)
    if control_in(_exactly(value, str).translate(allowed), lines=True):
        raise ValueError("control characters")
    return str(value)


def _plain(value: Any) -> Any:
    match value:
        case str():
            return _text(value)
        case bool() | None:
            return value
        case int():
            return _whole(value)
        case float():
            return _figure(value)
        case list():
            return [_plain(each) for each in value]
        case dict():
            return {_text(name): _plain(each) for name, each in value.items()}
    raise TypeError(value)


def _check_keys(table: Table, read: Mapping[str, Sequence[Row]]) -> None:
    """Check that keys are unique and references exist."""
    mine = read[table.name]
    uniques = [each for each in table.constraints if isinstance(each, UniqueConstraint | PrimaryKeyConstraint)]
    for unique in uniques:
        names = _carried_names(unique.columns.keys())
        if names and _has_twins(tuple(row[name] for name in names) for row in mine):
            raise Misfit(f"table '{table.name}': two rows with the same {' and '.join(names)}")
    for constraint in table.constraints:
        if not isinstance(constraint, ForeignKeyConstraint):
            continue
        pairs = [
            (each.parent.name, each.column.name) for each in constraint.elements if each.parent.name != "learner_id"
        ]
        there = (
            {tuple(row[name] for _, name in pairs) for row in read[constraint.referred_table.name]} if pairs else set()
        )
        for number, row in enumerate(mine, start=1):
            here = tuple(row[name] for name, _ in pairs)
            if pairs and None not in here and here not in there:
                named = constraint.referred_table.name
                raise Misfit(f"table '{table.name}', row {number}: it belongs to a {named} that does not exist")


def _carried_names(names: Iterable[str]) -> list[str]:
    return [name for name in names if name not in ("id", "learner_id")]


def _has_twins(keys: Iterable[tuple[Any, ...]]) -> bool:
    seen = set()
    for key in keys:
        if None not in key and key in seen:
            return True
        seen.add(key)
    return False


def _check_counters(read: Mapping[str, Sequence[Row]]) -> None:
    """Check that the learner's counters are ahead of every number in use."""
    for name, value in read["learner"][0].items():
        numbered = name.removeprefix("next_")
        most = FIRST_OCCURRENCE if numbered == "task" else math.inf
        if name != numbered and any(value <= row.get("number", 0) < most for row in read.get(numbered, ())):
            raise Misfit(f"the learner's '{name}' is a number already in use")
    running = [row["name"] for row in read["plan"] if row["state"] == "active" and row["exists"]]
    if len(set(running)) < len(running):
        raise Misfit("two running plans have the same name")


def _check_stamps(read: Mapping[str, Sequence[Row]]) -> None:
    """Every task has the stamp that calendars go by; the column may be empty only until a task is written."""
    for number, row in enumerate(read["task"], start=1):
        if row["exists"] and row["updated_at"] is None:
            raise Misfit(f"table 'task', row {number}: 'updated_at' is missing")


def _check_targets(read: Mapping[str, Sequence[Row]]) -> None:
    """Check that the log names existing rows, so that each change can be undone."""
    there = {name: {row["number"] for row in many if "number" in row} for name, many in read.items()}
    for number, row in enumerate(read.get("batch", ()), start=1):
        for of, changed, *_ in row["changes"]:
            if of != "learner" and of in there and changed not in there[of]:
                raise Misfit(f"table 'batch', row {number}: it changes a {of} that does not exist")


def _check_values(name: str, many: Sequence[Row]) -> None:
    """Check that every row makes a valid value of the model, and that the log can be read and so undone."""
    for number, row in enumerate(many, start=1):
        for field, wrong in faults_of(name, row):
            raise Misfit(f"table '{name}', row {number}: '{field}' {wrong}")


WRONG = "is not valid"
#: What is shown as a title or a name, and so passes the checks of one that is typed.
TITLES = {
    "learner": ("name",),
    "plan": ("name", "title"),
    "task": ("title",),
    "remote": ("name",),
    "token": ("name",),
    "feed": ("name",),
}


def faults_of(name: str, row: Row) -> Iterator[tuple[str, str]]:
    """The fields of a row that the program could not use, each with what is wrong with it."""
    for field in TITLES.get(name, ()):
        if wrong := flaw(row[field]):
            yield field, wrong
    if name == "batch":
        yield from _log_faults(row)
    shape = rows.ANSWER if name == "answer" else rows.shape_of(name)
    if shape is None:
        return
    hints = hints_of(shape.makes)
    unreadable = [field for field in shape.columns if not _is_readable(shape, field, row.get(field, 1), hints[field])]
    yield from ((field, WRONG) for field in unreadable)
    if not unreadable:
        yield from _value_faults(shape.value([row.get(field, 1) for field in shape.columns]))


def _is_readable(shape: rows.RowCodec[Any], field: str, kept: Any, hint: Any) -> bool:
    try:
        return fits(shape.field(field, kept), hint)
    except rows.STUMBLES:
        return False


def _value_faults(value: Any) -> Iterator[tuple[str, str]]:
    """Faults of a value that its type alone does not show."""
    match value:
        case Plan() if not 0 <= (value.end - value.start).days < LONGEST_WINDOW:
            yield "end", "gives the plan an impossible length"
        case Task() if value.minutes < 1:
            yield "minutes", "must be at least 1"
        case Card() if not value.id:
            yield "id", "cannot be empty"
        case Learner() if value.zone is not None and not rows.is_zone(value.zone):
            yield "zone", "is not a time zone"
    if isinstance(value, Learner) and not all(0 < alarm.minutes <= LONGEST_ALARM for alarm in value.alarms):
        yield "alarms", WRONG
    if isinstance(value, Learner | Plan) and value.week is not None and not _is_week(value.week):
        yield "week", WRONG
    if isinstance(value, Plan) and not all(map(_is_habit, value.habits)):
        yield "habits", WRONG
    if isinstance(value, Card) and value.memory is not None and not _is_memory(value.memory):
        yield "memory", WRONG


def _is_memory(memory: Memory) -> bool:
    """Whether the memory model can go on from it: it never makes a stability below a thousandth of a day, and adds up to a
    hundred years to the day."""
    is_known = 0.001 <= memory.stability <= 1_000_000 and 1 <= memory.difficulty <= 10 and memory.last.year < 9000
    return is_known and 0 <= memory.lapses <= memory.answers and memory.answers > 0


def _is_habit(habit: Habit) -> bool:
    is_sensible = habit.number >= 1 and 1 <= habit.minutes <= 24 * 60
    is_sensible = is_sensible and not any(map(flaw, (habit.title, habit.key, habit.module)))
    return is_sensible and bool(habit.weekdays) and set(habit.weekdays) <= set(range(7))


def _is_week(week: Week) -> bool:
    def sensible(hours: StudyHours) -> bool:
        return hours.minutes is None or 0 <= hours.minutes <= 24 * 60

    return len(week.days) == 7 and all(map(sensible, week.days))


def _log_faults(row: Row) -> Iterator[tuple[str, str]]:
    if row["kind"] not in {"do", "undo", "redo"}:
        yield "kind", WRONG
    try:
        changes = rows.changes_of(row["changes"]) if isinstance(row["changes"], list) else None
        is_readable = changes is not None and all(map(_is_change, changes))
    except rows.STUMBLES:
        changes, is_readable = None, False
    if not is_readable:
        yield "changes", WRONG
        return
    for change in changes or ():
        if change.field in TITLES.get(change.of, ()):
            for title in (change.before, change.after):
                if title is not None and (wrong := flaw(title)):
                    yield "changes", f"has a {change.field} that {wrong}"
                    return


def _is_change(change: Change) -> bool:
    shape = rows.shape_of(change.of)
    if shape is None:
        return False
    if change.field not in shape.changeable or type(change.number) is not int:
        return False
    hint = hints_of(shape.makes)[change.field]
    return all(value is None or _is_changed(value, hint) for value in (change.before, change.after))


def _is_changed(value: Any, hint: Any) -> bool:
    if isinstance(value, tuple) and not all(_is_habit(each) for each in value if isinstance(each, Habit)):
        return False
    return fits(value, hint) and (not isinstance(value, Memory) or _is_memory(value))


def hints_of(kind: type) -> Mapping[str, Any]:
    if kind not in _HINTS:
        _HINTS[kind] = get_type_hints(kind)
    return _HINTS[kind]


_HINTS: dict[type, Mapping[str, Any]] = {}


def fits(value: Any, hint: Any) -> bool:
    """Whether a value is of the kind that an annotation of the model says, in every part."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return any(fits(value, each) for each in get_args(hint))
    if origin is tuple:
        return isinstance(value, tuple) and all(fits(each, get_args(hint)[0]) for each in value)
    if hint is NoneType or hint is None:
        return value is None
    if not isinstance(hint, type):
        return True
    if is_dataclass(hint):
        return type(value) is hint and all(fits(part, known) for part, known in _parts(value, hint))
    if hint is date:
        return type(value) is date
    return type(value) is hint


def _parts(value: Any, kind: type) -> Iterator[tuple[Any, Any]]:
    hints = hints_of(kind)
    return ((getattr(value, each.name), hints[each.name]) for each in fields(kind))
