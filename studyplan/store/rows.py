"""How the values of ``model`` are kept: each field's way into a column or into the log of changes, and back.

One table of fields per value drives the columns that are read, the values that are made of them, what ``Unit.apply`` may
change and what the log writes down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from typing import Any, Generic, TypeVar
from uuid import UUID

from studyplan.model import (
    Access,
    Alarm,
    Anchor,
    Answer,
    Card,
    Change,
    Engagement,
    Grade,
    Habit,
    Kind,
    Learner,
    Memory,
    ModuleScore,
    Plan,
    PlanState,
    Reason,
    Resource,
    Result,
    Span,
    Status,
    Stint,
    StudyHours,
    Task,
    Tier,
    Timer,
    Week,
)

T = TypeVar("T")

#: What reading a value that is not as this program writes it may raise.
STUMBLES = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class FieldCodec:
    """How one field is kept. ``None`` is always kept as nothing, and so is an empty tuple where ``empty`` says so."""

    to_column: Callable[[Any], Any] = _same
    from_column: Callable[[Any], Any] = _same
    to_log: Callable[[Any], Any] = _same
    from_log: Callable[[Any], Any] = _same
    #: What nothing means when it is read.
    empty: Any = None

    def column(self, value: Any) -> Any:
        return None if value is None or value == () else self.to_column(value)

    def value(self, column: Any) -> Any:
        return self.empty if column is None else self.from_column(column)

    def logged(self, value: Any) -> Any:
        return None if value is None or value == () else self.to_log(value)

    def unlogged(self, entry: Any) -> Any:
        return self.empty if entry is None else self.from_log(entry)


def _packed(pack: Callable[[Any], Any], unpack: Callable[[Any], Any], empty: Any = None) -> FieldCodec:
    """A value that is a small JSON list, in its column as in the log."""
    return FieldCodec(pack, unpack, pack, unpack, empty)


def word(kind: Callable[[str], Any]) -> FieldCodec:
    return FieldCodec(str, kind, str, kind)


def listed(pack: Callable[[Any], Any] = _same, unpack: Callable[[Any], Any] = _same) -> FieldCodec:
    return _packed(lambda many: [pack(one) for one in many], lambda many: tuple(map(unpack, many)), ())


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


_PLAIN = FieldCodec()
_DAY = FieldCodec(to_log=date.isoformat, from_log=date.fromisoformat)
INSTANT = FieldCodec(to_log=lambda at: at.astimezone(UTC).isoformat(timespec="seconds"), from_log=_instant)
_UUID = FieldCodec(to_log=str, from_log=UUID)
_WEEK = _packed(
    lambda week: [[day.minutes, day.start and day.start.isoformat("minutes")] for day in week.days],
    lambda days: Week(tuple(StudyHours(minutes, start and time.fromisoformat(start)) for minutes, start in days)),
)
_SPANS = listed(
    lambda span: [span.first.isoformat(), span.last.isoformat()],
    lambda ends: Span(date.fromisoformat(ends[0]), date.fromisoformat(ends[1])),
)
_BUSY = listed(
    lambda busy: [busy.day.isoformat(), busy.start, busy.end],
    lambda kept: Engagement(date.fromisoformat(kept[0]), kept[1], kept[2]),
)
_RESOURCES = listed(
    lambda resource: [resource.title, resource.url, resource.minutes, resource.free], lambda kept: Resource(*kept)
)
_MEMORY = _packed(
    lambda memory: [memory.stability, memory.difficulty, memory.last.isoformat(), memory.answers, memory.lapses],
    lambda kept: Memory(kept[0], kept[1], date.fromisoformat(kept[2]), kept[3], kept[4]),
)

_TIMER = _packed(
    lambda timer: [timer.task, timer.started_at.astimezone(UTC).isoformat(timespec="seconds")],
    lambda kept: Timer(kept[0], _instant(kept[1])),
)
_ALARMS = listed(lambda alarm: [alarm.form, alarm.minutes], lambda kept: Alarm(*kept))
_RESULT = _packed(
    lambda result: [result.passed, result.on.isoformat(), result.score],
    lambda kept: Result(kept[0], date.fromisoformat(kept[1]), kept[2]),
)
_HABITS = listed(
    lambda habit: [
        habit.number,
        habit.key,
        habit.title,
        habit.minutes,
        list(habit.weekdays),
        habit.first.isoformat(),
        habit.until and habit.until.isoformat(),
        habit.kind.value,
        habit.module,
        habit.own,
        [day.isoformat() for day in habit.without],
    ],
    lambda kept: Habit(
        number=kept[0],
        key=kept[1],
        title=kept[2],
        minutes=kept[3],
        weekdays=tuple(kept[4]),
        first=date.fromisoformat(kept[5]),
        until=kept[6] and date.fromisoformat(kept[6]),
        kind=Kind(kept[7]),
        module=kept[8],
        own=kept[9],
        without=tuple(map(date.fromisoformat, kept[10])),
    ),
)
_SCORES = listed(lambda score: [score.module, score.percent], lambda kept: ModuleScore(*kept))

_FORMS: dict[type, dict[str, FieldCodec]] = {
    Learner: {"week": _WEEK, "off": _SPANS, "created_at": INSTANT, "timer": _TIMER, "alarms": _ALARMS},
    Plan: {
        "uuid": _UUID,
        "start": _DAY,
        "end": _DAY,
        "exam": _DAY,
        "state": word(PlanState),
        "paths": listed(),
        "week": _WEEK,
        "off": _SPANS,
        "busy": _BUSY,
        "result": _RESULT,
        "created_at": INSTANT,
        "ended_at": INSTANT,
        "left_out": listed(),
        "habits": _HABITS,
    },
    Task: {
        "uuid": _UUID,
        "kind": word(Kind),
        "date": _DAY,
        "status": word(Status),
        "done_at": INSTANT,
        "links": listed(),
        "files": listed(),
        "scores": _SCORES,
        "reason": _packed(lambda reason: [reason.code, reason.because], lambda kept: Reason(*kept)),
        "tier": word(Tier),
        "after": listed(),
        "anchor": _packed(lambda anchor: [anchor.base, anchor.days], lambda kept: Anchor(*kept)),
        "access": word(Access),
        "tags": listed(),
        "resources": _RESOURCES,
        "starts_at": INSTANT,
        "updated_at": INSTANT,
    },
    Card: {"memory": _MEMORY, "suspended_at": INSTANT, "rewritten_at": INSTANT},
    Answer: {"grade": word(Grade), "at": INSTANT},
    Stint: {"date": _DAY, "started_at": INSTANT},
}

#: What names a row, or what only the store keeps: never in a change.
_KEPT = frozenset({"id", "learner_id", "number", "plan", "uuid", "created_at", "updated_at", "sequence", "habit"})


#: What no column holds.
_COUNTED = frozenset({"parts", "place", "missed"})


class RowCodec(Generic[T]):
    """One kind of value and its table: reads rows into values, writes values and changes into columns."""

    def __init__(self, of: type[T], own: Mapping[str, FieldCodec] | None = None) -> None:
        own = _FORMS[of] if own is None else own
        self.makes = of
        #: The columns, in the order of the value's fields.
        self.columns = tuple(each.name for each in fields(of) if each.name not in _COUNTED)  # type: ignore[arg-type]
        self._forms = {name: own.get(name, _PLAIN) for name in self.columns}
        #: The fields that a change may name.
        self.changeable = frozenset(self.columns) - _KEPT
        self._special = [
            (place, form)
            for place, form in enumerate(self._forms.values())
            if form.from_column is not _same or form.empty is not None
        ]

    def value(self, row: Sequence[Any]) -> T:
        """The value of a row that holds ``columns`` in order (and whatever fields the value has after them)."""
        values = list(row)
        for place, form in self._special:
            values[place] = form.value(values[place])
        return self.makes(*values)

    def field(self, name: str, kept: Any) -> Any:
        """The value of one field by what its column holds."""
        return self._forms[name].value(kept)

    def row(self, value: T) -> dict[str, Any]:
        return {name: form.column(getattr(value, name)) for name, form in self._forms.items()}

    def column(self, field: str, value: Any) -> Any:
        return self._forms[field].column(value)

    def logged(self, field: str, value: Any) -> Any:
        return self._forms[field].logged(value)

    def unlogged(self, field: str, entry: Any) -> Any:
        return self._forms[field].unlogged(entry)


LEARNER = RowCodec(Learner)
PLAN = RowCodec(Plan)
TASK = RowCodec(Task)
STINT = RowCodec(Stint)
CARD = RowCodec(Card)
ANSWER = RowCodec(Answer)

_SHAPES: dict[str, RowCodec[Any]] = {"learner": LEARNER, "plan": PLAN, "task": TASK, "card": CARD, "stint": STINT}


#: What a change may be of.
CHANGED = (*_SHAPES, "question", "attempt")


def shape_of(name: str) -> RowCodec[Any] | None:
    """The shape that a change's ``of`` names; None if there is none."""
    if name in ("question", "attempt"):
        from studyplan.store import question_rows

        return question_rows.QUESTION if name == "question" else question_rows.ATTEMPT
    return _SHAPES.get(name)


def _known(name: str) -> RowCodec[Any]:
    found = shape_of(name)
    if found is None:
        raise KeyError(name)
    return found


def log_of(changes: Sequence[Change]) -> list[list[Any]]:
    """The changes as JSON for the log, each ``[of, number, field, before, after]``."""
    return [
        [
            change.of,
            change.number,
            change.field,
            _known(change.of).logged(change.field, change.before),
            _known(change.of).logged(change.field, change.after),
        ]
        for change in changes
    ]


def changes_of(log: Sequence[Sequence[Any]]) -> tuple[Change, ...]:
    return tuple(
        Change(of, number, field, _known(of).unlogged(field, before), _known(of).unlogged(field, after))
        for of, number, field, before, after in log
    )


def is_zone(name: str) -> bool:
    """Whether this system knows a time zone of that name."""
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError, RecursionError):
        return False
    return True
