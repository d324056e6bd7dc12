"""Values on their way into columns and into the log, and back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyplan.model import (
    Anchor,
    Answer,
    Attempt,
    BankQuestion,
    Card,
    Change,
    Learner,
    Memory,
    ModuleScore,
    Plan,
    Reason,
    Resource,
    Result,
    Span,
    Stint,
    StudyHours,
    Task,
    Timer,
    Week,
)
from studyplan.store import question_rows, rows, tables

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)
DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
HOURS = st.builds(
    StudyHours,
    st.none() | st.integers(0, 1440),
    st.none() | st.builds(time, st.integers(0, 23), st.integers(0, 59)),
)
for kind, strategy in {
    str: TEXT,
    float: st.floats(allow_nan=False, allow_infinity=False),
    datetime: INSTANTS,
    date: DAYS,
    Week: st.lists(HOURS, min_size=7, max_size=7).map(lambda days: Week(tuple(days))),
    Span: st.builds(Span, DAYS, DAYS),
    Anchor: st.builds(Anchor, TEXT, st.integers(-99, 99)),
    Reason: st.builds(Reason, TEXT, TEXT | st.integers()),
    Memory: st.builds(Memory, st.floats(0.001, 36500), st.floats(1, 10), DAYS, st.integers(1, 99), st.integers(0, 99)),
    Timer: st.builds(Timer, st.integers(1, 999), INSTANTS),
    ModuleScore: st.builds(ModuleScore, TEXT, st.none() | st.integers(0, 100)),
    Result: st.builds(Result, st.booleans(), DAYS, st.none() | st.integers(0, 100)),
    Resource: st.builds(Resource, TEXT, TEXT, st.none() | st.integers(0, 999), st.booleans()),
}.items():
    st.register_type_strategy(kind, strategy)

CHANGED = st.one_of(*(st.from_type(kind) for kind in (Learner, Plan, Task, Card, Stint, BankQuestion, Attempt)))
VALUES = CHANGED | st.from_type(Answer)
SHAPES: dict[type, rows.RowCodec[Any]] = {
    Learner: rows.LEARNER,
    Plan: rows.PLAN,
    Task: rows.TASK,
    Card: rows.CARD,
    Stint: rows.STINT,
    BankQuestion: question_rows.QUESTION,
    Attempt: question_rows.ATTEMPT,
    Answer: rows.ANSWER,
}
NAMES = {kind: kind.__name__.lower().removeprefix("bank") for kind in SHAPES}


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_a_value_survives_its_row(value: Any) -> None:
    """Whatever fields a value has, the row made of it makes it again; what goes in as JSON is JSON."""
    shape = SHAPES[type(value)]
    row = shape.row(value)
    table = tables.metadata.tables[NAMES[type(value)]]
    kept = [json.loads(json.dumps(row[name])) if str(table.c[name].type) == "JSON" else row[name] for name in row]
    assert list(row) == list(shape.columns)
    assert shape.value([*kept, value.parts, value.place, value.missed] if isinstance(value, Task) else kept) == value


@settings(max_examples=60, deadline=None)
@given(CHANGED, st.data())
def test_a_change_survives_the_log(value: Any, data: st.DataObject) -> None:
    """Every field that may change is written to the log and read back as the value it was, of the same type."""
    shape = SHAPES[type(value)]
    other = data.draw(st.from_type(type(value)))
    changes = tuple(
        Change(NAMES[type(value)], 7, name, getattr(value, name), getattr(other, name))
        for name in sorted(shape.changeable)
    )
    found = rows.changes_of(json.loads(json.dumps(rows.log_of(changes))))
    assert found == changes
    for change, again in zip(changes, found, strict=True):
        assert type(again.before) is type(change.before)


@pytest.mark.parametrize("name", rows.CHANGED)
def test_every_field_has_its_column(name: str) -> None:
    """A field of a value is a column of its table, in the same order; what names a row is not changeable."""
    shape = rows.shape_of(name)
    assert shape is not None
    columns = [column.name for column in tables.metadata.tables[name].columns]
    if name in ("card", "question"):
        # Whose it is and of which plan is known to whoever asks for it.
        assert columns[:2] == ["learner_id", "plan"]
        columns = columns[2:]
    # What the store alone keeps of a learner: its counters, and the name of the state.
    kept = [
        column for column in columns if not column.startswith("next_") and (name, column) != ("learner", "revision")
    ]
    assert kept == list(shape.columns)
    assert not shape.changeable.intersection({"id", "learner_id", "number", "uuid", "created_at", "sequence"})
