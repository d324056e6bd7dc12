"""A learner's rows out of one database and into another, of either kind, with nothing lost and nothing broken let in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
    insert,
    select,
    update,
)
from store_samples import AT, START, do, started, undo

from studyplan.model import (
    Alarm,
    Anchor,
    Attempt,
    BankQuestion,
    Card,
    Change,
    Engagement,
    Habit,
    Memory,
    ModuleScore,
    Option,
    QuestionKind,
    Reason,
    Resource,
    Response,
    Result,
    Slip,
    Span,
    Status,
    Stint,
    StudyHours,
    Timer,
    Week,
)
from studyplan.store import Store, Unit, tables, transfer
from studyplan.store.accounts import Accounts

CARD = Card("c1", "What is a unit cost?", "Cost per unit of value.", "language", "key-1", "https://example.org")
QUESTIONS = [
    BankQuestion("q1", QuestionKind.SINGLE, "Which?", "m", "t", (Option("A", True, "It is."), Option("B")), number=1),
    BankQuestion("q2", QuestionKind.NUMBER, "How much?", "m", "t", answer=85.0, tolerance=0.5, unit="%", number=2),
]


def filled(unit: Unit) -> int:
    """A learner with a row in every table and a value in every column."""
    ana = started(unit, "ana ümläut 漢", cards=[CARD])
    started(unit, "ana ümläut 漢", plan="second", tasks=2)
    unit.add_stint(Stint(ana.id, 1, 2, START, 25, started_at=AT))
    unit.add_questions(ana.id, 1, QUESTIONS, exists=True)
    given = (Response(1, (1,), True, True, 900, False, Slip.MISREAD), Response(2, 85.5, is_right=True))
    unit.keep_attempt(Attempt(ana.id, 1, 1, "mock", 2, AT, given, 60, 70))
    week = Week((*(StudyHours(60, time(19, 30)),) * 5, StudyHours(None, None), StudyHours(0, None)))
    do(
        unit,
        ana.id,
        Change("stint", 1, "exists", False, True),
        Change("learner", 0, "timer", None, Timer(2, AT)),
        Change("learner", 0, "alarms", (), (Alarm("events", 360),)),
        Change("learner", 0, "week", None, week),
        Change("learner", 0, "off", (), (Span(START, START),)),
        Change("plan", 1, "result", None, Result(True, START, 90)),
        Change("plan", 1, "week", None, week),
        Change("plan", 1, "off", (), (Span(START, START),)),
        Change("plan", 1, "paths", (), ("devops",)),
        Change("plan", 1, "busy", (), (Engagement(START, 0, 1440),)),
        Change("plan", 1, "left_out", (), ("key-9",)),
        Change("plan", 1, "habits", (), (Habit(3, "own-3", "漢", 20, (0, 4), START, START, without=(START,)),)),
        Change("card", 1, "memory", None, Memory(2.3065, 2.1181, START, 3, 1)),
        Change("card", 1, "suspended_at", None, AT),
        Change("card", 1, "rewritten_at", None, AT),
        Change("card", 1, "cloze", None, "{{c1::R&D}} is 漢"),
        Change("task", 1, "status", Status.OPEN, Status.DONE),
        Change("task", 1, "done_at", None, AT),
        Change("task", 1, "scores", (), (ModuleScore("language", 40),)),
        Change("task", 1, "reason", None, Reason("day-full", 75)),
        Change("task", 1, "links", (), ("https://example.org/",)),
        Change("task", 1, "files", (), ("/home/ana/map.png",)),
        Change("task", 1, "tags", (), ("one", "two")),
        Change("task", 1, "resources", (), (Resource("A page", "https://example.org/", 5, free=False),)),
        Change("task", 2, "after", (), ("key-1",)),
        Change("task", 2, "anchor", None, Anchor("exam", -2)),
        Change("task", 2, "starts_at", None, AT),
    )
    do(unit, ana.id, Change("task", 2, "note", None, "line\nline\t'quoted' \"twice\" \\"))
    undo(unit, ana.id)
    for table in transfer.carried():
        _fill(unit, table, ana.id)
    return ana.id


def _fill(unit: Unit, table: Table, id: int) -> None:
    """A row where nothing above has made one, and a value in each column that is still empty: whatever tables and columns come,
    they are carried, and these tests see it. Small lists and objects have a form of their own and are filled above."""
    own = table.c.id if table.name == "learner" else table.c.learner_id
    mine = select(table).where(own == id).order_by(*table.primary_key.columns)
    run = unit._connection.execute
    if run(mine).first() is None:
        row = {column.name: _sample(table, column) for column in table.columns}
        run(insert(table).values({**row, "learner_id": id}))
    rows = run(mine).mappings().all()
    last = [column == rows[-1][column.name] for column in table.primary_key.columns]
    for column in table.columns:
        if all(row[column.name] is None for row in rows) and not isinstance(column.type, JSON):
            run(update(table).where(*last).values({column.name: _sample(table, column)}))


def _sample(table: Table, column: Column[Any]) -> Any:
    for constraint in table.constraints:
        words = re.match(rf"{column.name} IN \('([^']*)'", str(getattr(constraint, "sqltext", "")))
        if isinstance(constraint, CheckConstraint) and words:
            return words[1]
    match column.type:
        case tables.Instant() | DateTime():
            return AT
        case Date():
            return START
        case Uuid():
            return UUID(int=7)
        case Boolean():
            return True
        case Integer() | Float():
            return 1
        case LargeBinary():
            return b"x"
        case JSON():
            return []
    if "of_others" in column.info:
        return "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    return "x"


def taken(unit: Unit, found: dict[str, Any], name: str) -> int:
    read = transfer.read_in(json.loads(json.dumps(found)), older=False)
    return unit.take(read, name).id


def test_every_kind_of_column_survives() -> None:
    """A value of each type that a table of ours may have is the same after JSON; a type that nobody can carry is told."""
    table = Table(
        "sample",
        MetaData(),
        Column("at", tables.Instant),
        Column("day", Date),
        Column("uuid", Uuid),
        Column("bytes", LargeBinary),
        Column("flag", Boolean),
        Column("count", Integer),
        Column("figure", Float),
        Column("text", String(9)),
        Column("packed", JSON),
    )
    values = [
        datetime(2026, 7, 1, 9, 30, tzinfo=UTC),
        date(2026, 7, 1),
        UUID(int=3),
        b"\x00\xff",
        True,
        -5,
        0.1 + 0.2,
        "漢",
        {"a": [1, 0.5, None, "x"]},
    ]
    for column, value in zip(table.columns, values, strict=True):
        found = transfer.unpacked_value(column, json.loads(json.dumps(transfer.packed(column, value))))
        assert (found, type(found)) == (value, type(value))
    assert transfer.packed(table.c.at, None) is None


def test_every_column_of_ours_can_be_carried() -> None:
    """No table has a column of a type that the transfer does not know."""
    for table in transfer.carried():
        for column in transfer.columns_of(table):
            transfer.packed(column, _sample(table, column))


class Contract:
    @pytest.fixture
    def store(self, url: str) -> Iterator[Store]:
        with closing(Store(url)) as store:
            yield store

    @pytest.fixture
    def other(self, other_url: str) -> Iterator[Store]:
        with closing(Store(other_url)) as store:
            yield store

    @pytest.fixture
    def found(self, store: Store) -> dict[str, Any]:
        id = store.write(filled)
        return store.read(lambda unit: unit.everything(id))

    def test_there_and_back_is_the_same(self, store: Store, other: Store, found: dict[str, Any]) -> None:
        """Every row of every table goes to the other kind of database and comes back under another name, equal in all else."""
        empty = [
            f"{table.name}.{column.name}"
            for table in transfer.carried()
            for column in transfer.columns_of(table)
            if all(row[column.name] is None for row in found[table.name])
        ]
        assert empty == []
        other.write(lambda unit: started(unit, "somebody"))
        there = other.write(lambda unit: taken(unit, found, "ana ümläut 漢"))
        assert other.read(lambda unit: unit.everything(there)) == found
        back = store.write(lambda unit: taken(unit, other.read(lambda unit: unit.everything(there)), "again"))
        again = store.read(lambda unit: unit.everything(back))
        assert again.pop("learner") == [{**found["learner"][0], "name": "again"}]
        assert again == {name: many for name, many in found.items() if name != "learner"}

    def test_no_secret_leaves_and_no_program_comes(self, store: Store, other: Store, found: dict[str, Any]) -> None:
        """How a calendar's password is got stays here: the line may hold one, and a file must not bring a program to run."""
        (kept,) = store.read(lambda unit: Accounts(unit, unit.learners()[0].id).all())
        assert kept.password_command == "x"
        assert "password_command" not in json.dumps(found)
        id = other.write(lambda unit: taken(unit, found, "ana"))
        (loaded,) = other.read(lambda unit: Accounts(unit, id).all())
        assert replace(loaded, learner_id=kept.learner_id) == replace(kept, password_command=None)
        found["remote"][0]["password_command"] = "touch here"
        with pytest.raises(transfer.Misfit, match="unknown column 'password_command'"):
            transfer.read_in(found, older=True)

    def test_what_was_loaded_goes_on(self, other: Store, found: dict[str, Any]) -> None:
        """The history comes along: undo takes back what was done elsewhere, and new numbers are fresh."""
        id = other.write(lambda unit: taken(unit, found, "ana"))
        assert other.read(lambda unit: unit.tasks(id, numbers=[1]))[0].status is Status.DONE
        other.write(lambda unit: undo(unit, id))
        task = other.read(lambda unit: unit.tasks(id, numbers=[1]))[0]
        assert (task.status, task.scores, task.links) == (Status.OPEN, (), ())
        assert other.write(lambda unit: unit.reserve(id, plans=1, tasks=1)) == (3, 6)

    def test_a_row_that_the_database_refuses_loads_nothing(self, other: Store, found: dict[str, Any]) -> None:
        """A rule that only the database knows still ends in one line, and leaves nobody behind."""
        read = transfer.read_in(found, older=False)
        read["task"][0]["kind"] = "nonsense"
        with pytest.raises(transfer.Misfit, match="the database rejects a row"):
            other.write(lambda unit: unit.take(read, "ana"))
        assert other.read(lambda unit: unit.learners()) == []


class TestFromSqlite(Contract):
    @pytest.fixture
    def url(self, sqlite_path: Path) -> str:
        return str(sqlite_path)

    @pytest.fixture
    def other_url(self, postgres_ready: str) -> str:
        return postgres_ready


class TestFromPostgres(Contract):
    @pytest.fixture
    def url(self, postgres_ready: str) -> str:
        return postgres_ready

    @pytest.fixture
    def other_url(self, sqlite_path: Path) -> str:
        return str(sqlite_path)


@pytest.fixture
def rows(sqlite_path: Path) -> dict[str, Any]:
    with closing(Store(str(sqlite_path))) as store:
        id = store.write(filled)
        return json.loads(json.dumps(store.read(lambda unit: unit.everything(id))))


def _set(table: str, place: int, **values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda rows: rows[table][place].update(values)


@pytest.mark.parametrize(
    ("breaks", "says"),
    [
        (lambda rows: rows.update(strange=[]), "unknown table 'strange'"),
        (lambda rows: rows.pop("card"), "the rows of the table 'card' are missing"),
        (lambda rows: rows["learner"].append(rows["learner"][0]), "2 learners"),
        (lambda rows: rows["learner"].clear(), "0 learners"),
        (lambda rows: rows["task"].append(rows["task"][0]), "two rows with the same number"),
        (lambda rows: rows["task"].append(5), "it is not an object"),
        (lambda rows: rows["task"][0].pop("title"), "row 1: 'title' is missing"),
        (_set("task", 0, title=None), "row 1: 'title' is missing"),
        (_set("task", 0, colour="red"), "unknown column 'colour'"),
        (_set("task", 0, title=5), "'title' is not valid"),
        (_set("task", 0, title="a\x1b[2J"), "'title' is not valid"),
        (_set("task", 0, title="\ud800"), "'title' is not valid"),
        (
            _set("task", 1, title="x\u202efdp.exe"),
            "table 'task', row 2: 'title' cannot contain control characters (U+202E)",
        ),
        (_set("task", 0, title="\u200b\u2060"), "row 1: 'title' cannot be empty"),
        (_set("task", 0, title="x" * 201), "'title' can have at most 200 characters"),
        (_set("plan", 0, name="a\nb"), "table 'plan', row 1: 'name' must be one line"),
        (_set("plan", 0, title=""), "'title' cannot be empty"),
        (_set("learner", 0, name="\u2067x"), "'name' cannot contain control characters"),
        (_set("learner", 0, zone="No/Where"), "table 'learner', row 1: 'zone' is not a time zone"),
        (_set("learner", 0, zone="../etc/passwd"), "'zone' is not a time zone"),
        (_set("batch", 0, changes=[["task", 1, "title", "a", "\u202e"]]), "row 1: 'changes' has a title that"),
        (_set("task", 0, minutes=True), "'minutes' is not valid"),
        (_set("task", 0, minutes=2**31), "'minutes' is not valid"),
        (_set("task", 0, date="yesterday"), "'date' is not valid"),
        (_set("task", 0, done_at="2026-07-01T09:30:00"), "'done_at' is not valid"),
        (_set("task", 0, uuid="x"), "'uuid' is not valid"),
        (_set("task", 0, exists=1), "'exists' is not valid"),
        (_set("task", 0, reason=["day-full", "\x00"]), "'reason' is not valid"),
        (_set("task", 0, reason={"code": "x"}), "row 1: 'reason' is not valid"),
        (_set("task", 0, scores=[["language", "forty"]]), "row 1: 'scores' is not valid"),
        (_set("task", 0, resources=[["a", "b", 5, "yes"]]), "row 1: 'resources' is not valid"),
        (_set("task", 0, kind="nonsense"), "row 1: 'kind' is not valid"),
        (_set("task", 0, minutes=0), "row 1: 'minutes' must be at least 1"),
        (_set("task", 0, plan=99), "belongs to a plan that does not exist"),
        (_set("stint", 0, task=99), "belongs to a task that does not exist"),
        (_set("plan", 0, end="2020-01-01"), "row 1: 'end' gives the plan an impossible length"),
        (_set("plan", 0, end="9999-01-01"), "row 1: 'end' gives the plan an impossible length"),
        (_set("plan", 1, name="foundations"), "two running plans"),
        (
            _set("plan", 0, habits=[[3, "own-3", "x", 20, [7], "2026-07-01", None, "read", "own", True, []]]),
            "row 1: 'habits'",
        ),
        (
            _set("plan", 0, habits=[[3, "own-3", "\n", 20, [0], "2026-07-01", None, "read", "own", True, []]]),
            "row 1: 'habits'",
        ),
        (
            _set("plan", 0, habits=[[3, "own-3", "x", 20, [0], "2026-07-01", None, "read", "\x1b[2J", True, []]]),
            "row 1: 'habits'",
        ),
        (_set("plan", 0, habits=[[3, "own-3", "x", 20]]), "row 1: 'habits' is not valid"),
        (_set("learner", 0, week=[[60, "19:30"]]), "row 1: 'week' is not valid"),
        (_set("learner", 0, alarms=[["events", -5]]), "row 1: 'alarms' is not valid"),
        (_set("learner", 0, alarms=[["events", "5"]]), "row 1: 'alarms' is not valid"),
        (_set("card", 0, memory=[0.0, 5.0, "2026-07-01", 3, 1]), "row 1: 'memory' is not valid"),
        (_set("card", 0, memory=[1e-300, 5.0, "2026-07-01", 3, 1]), "row 1: 'memory' is not valid"),
        (_set("card", 0, memory=[2.0, 11.0, "2026-07-01", 3, 1]), "row 1: 'memory' is not valid"),
        (_set("card", 0, memory=[2.0, 5.0, "2026-07-01", 0, 0]), "row 1: 'memory' is not valid"),
        (_set("card", 0, memory=[2.0, 5.0, "2026-07-01", 3, 4]), "row 1: 'memory' is not valid"),
        (_set("card", 0, memory=[2.0, 5.0, "9999-12-31", 3, 1]), "row 1: 'memory' is not valid"),
        (_set("card", 0, memory=[2.0, 5.0, "2026-07-01", 3]), "row 1: 'memory' is not valid"),
        (
            _set("batch", 0, changes=[["card", 1, "memory", None, [0.0, 5.0, "2026-07-01", 3, 1]]]),
            "row 1: 'changes' is not valid",
        ),
        (_set("answer", 0, card=99), "belongs to a card that does not exist"),
        (_set("answer", 0, grade="perhaps"), "row 1: 'grade' is not valid"),
        (_set("task", 0, updated_at=None), "table 'task', row 1: 'updated_at' is missing"),
        (_set("learner", 0, next_task=3), "'next_task' is a number already in use"),
        (_set("learner", 0, name="x" * 201), "'name' is not valid"),
        (_set("batch", 0, changes=[["task", 1, "title", 5, None]]), "row 1: 'changes' is not valid"),
        (_set("batch", 0, changes=[["task", 1, "uuid", None, None]]), "row 1: 'changes' is not valid"),
        (_set("batch", 0, changes=[["cat", 1, "title", None, None]]), "row 1: 'changes' is not valid"),
        (_set("batch", 0, changes=[["task"]]), "row 1: 'changes' is not valid"),
        (_set("batch", 0, changes=5), "row 1: 'changes' is not valid"),
        (_set("batch", 0, changes={}), "row 1: 'changes' is not valid"),
        (_set("batch", 0, kind="perhaps"), "row 1: 'kind' is not valid"),
        (_set("batch", 0, changes=[["task", 999, "title", "a", "b"]]), "row 1: it changes a task that does not exist"),
    ],
)
def test_what_is_broken_is_told(rows: dict[str, Any], breaks: Callable[[dict[str, Any]], Any], says: str) -> None:
    """Each way in which a file can lie has its line, with the table and the row."""
    breaks(rows)
    with pytest.raises(transfer.Misfit, match=re.escape(says)):
        transfer.read_in(rows, older=False)


def test_an_older_file_may_lack_what_may_be_empty(rows: dict[str, Any]) -> None:
    """Columns and tables that came later are empty; one that must be filled is missing all the same."""
    for row in rows["task"]:
        del row["links"]
    del rows["stint"]
    read = transfer.read_in(rows, older=True)
    assert read["stint"] == []
    assert read["task"][0]["links"] is None
    del rows["task"][0]["title"]
    with pytest.raises(transfer.Misfit, match="'title' is missing"):
        transfer.read_in(rows, older=True)


def test_fits_sees_every_part() -> None:
    """A value is of its annotation in every part: no true for a one, no text for a figure, no instant for a day."""
    assert transfer.fits(Reason("x", 5), Reason)
    assert transfer.fits(Reason("x", "y"), Reason)
    assert not transfer.fits(Reason("x", 5.0), Reason)
    assert not transfer.fits(replace(Result(True, START), passed=1), Result)
    assert not transfer.fits(replace(Result(True, START), on=AT), Result)
    assert not transfer.fits(Week((StudyHours("60"),)), Week)
    assert not transfer.fits((5,), tuple[str, ...])
    assert transfer.fits(None, int | None)
