"""Records of a plan to draw figures from: small ones by hand, any by Hypothesis."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from studyplan.insight import Record
from studyplan.model import Anchor, Kind, Status, Task

#: A Wednesday.
START = date(2026, 7, 1)


def day(number: int) -> date:
    """The day of a plan by its number, from 1 on."""
    return START + timedelta(days=number - 1)


def task(number: int, on: int, minutes: int = 60, **more: Any) -> Task:
    fields: dict[str, Any] = {
        "learner_id": 1,
        "number": number,
        "plan": 1,
        "uuid": UUID(int=number),
        "key": f"t{number}",
        "task": f"t{number}",
        "part": 1,
        "module": "basics",
        "title": f"Task {number}",
        "kind": Kind.READ,
        "minutes": minutes,
        "splittable": False,
        "date": day(on),
        "position": number,
    }
    return Task(**{**fields, **more})


def record(
    today: int,
    tasks: list[Task],
    done: dict[int, int] | None = None,
    *,
    last: int = 10,
    off: tuple[int, ...] = (),
    exam: bool = False,
    moved: dict[int, list[tuple[int, int]]] | None = None,
    room: int = 90,
    beyond: int = 30,
) -> Record:
    """A plan from day 1 to ``last``. ``done``: the day on which each task was done, by number; ``moved``: when it left which day."""
    done = done or {}
    rows = [
        Task(**{**_fields(t), "status": Status.DONE}) if t.number in done and t.status is Status.OPEN else t
        for t in tasks
    ]
    return Record(
        today=day(today),
        start=START,
        end=day(last),
        exam=day(last) if exam else None,
        rooms={day(n): 0 if n in off else room for n in range(1, last + beyond + 1)},
        tasks=tuple(rows),
        done_on={number: day(on) for number, on in done.items()},
        moved={number: tuple((day(when), day(had)) for when, had in past) for number, past in (moved or {}).items()},
    )


def _fields(each: Task) -> dict[str, Any]:
    return {name: getattr(each, name) for name in each.__dataclass_fields__}


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Any record of a plan of at most fourteen days, done in any order, late, early or not at all."""
    last = draw(st.integers(2, 14))
    today = draw(st.integers(1, last))
    count = draw(st.integers(1, 20))
    off = tuple(draw(st.sets(st.integers(1, last), max_size=last // 2)))
    tasks, done = [], {}
    for number in range(1, count + 1):
        kind = draw(st.sampled_from([Kind.READ, Kind.LAB, Kind.MOCK]))
        anchor = Anchor("start", 1) if kind is Kind.MOCK else None
        spent = None
        over = draw(st.one_of(st.none(), st.integers(1, today)))
        if over is not None:
            done[number] = over
            spent = draw(st.one_of(st.none(), st.integers(0, 200)))
        minutes = draw(st.integers(1, 12)) * 5
        tasks.append(task(number, draw(st.integers(1, last)), minutes, kind=kind, anchor=anchor, spent_minutes=spent))
    return record(
        today, tasks, done, last=last, off=off, exam=draw(st.booleans()), room=draw(st.sampled_from([60, 240]))
    )
