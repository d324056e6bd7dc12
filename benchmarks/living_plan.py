"""Plans for the benchmarks of mending: laid out from a shipped template, as rows that can be done, missed and moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from studyplan.model import NEVER_CUT, Kind, Piece, Role, Status, Task, TemplateTask, Work
from studyplan.schedule import Problem, days, decks, lay_out
from studyplan.schedule.replan import Mending, Standing
from studyplan.template import load

PLANS = Path(__file__).parent.parent / "plans"
START = date(2026, 7, 1)


def nth(day: int) -> date:
    return START + timedelta(days=day - 1)


def task(number: int, day: date, minutes: int, **more: object) -> Task:
    fields: dict[str, object] = {
        "learner_id": 1,
        "number": number,
        "plan": 1,
        "uuid": UUID(int=number),
        "key": f"t{number}",
        "task": f"t{number}",
        "part": 1,
        "module": "",
        "title": "",
        "kind": Kind.READ,
        "minutes": minutes,
        "splittable": False,
        "date": day,
        "position": number,
    }
    return Task(**{**fields, **more})  # type: ignore[arg-type]


def shipped(name: str, window_id: str, capacity: Callable[[date], int | None]) -> Standing:
    """A shipped template laid out over its window's longest, on its first day. Without a ceiling the fullest day is one."""
    template = load(PLANS / f"{name}.yaml")
    window = template.window(window_id)
    assert window is not None
    tasks = template.tasks_of(window)
    works = tuple(_work(each, window_id) for each in tasks)
    end = nth(window.longest)
    exam = end if any(work.exam for work in works) else None
    held = decks(tasks, template.cards)
    laid = lay_out(Problem(days(START, end, capacity, exam), works, held))
    of_template = {each.id: each for each in tasks}
    by_id = {work.id: work for work in (*works, *laid.reviews)}
    rows = tuple(
        _row(number, piece, by_id[piece.task], of_template.get(piece.task))
        for number, piece in enumerate(laid.pieces, start=1)
    )
    fullest = max(Counter(_loads(rows)).values())
    ceiling = any(day.capacity for day in laid.days)
    window_days = tuple(replace(day, capacity=fullest) if day.capacity is None else day for day in laid.days)
    return Standing(window_days, START, rows, decks=held if ceiling else ())


def _work(each: TemplateTask, window: str) -> Work:
    exam, whole = each.kind is Kind.EXAM, each.kind in NEVER_CUT
    return Work(each.id, each.minutes, each.splittable, each.after, each.on.get(window), exam, whole=whole)


def _row(number: int, piece: Piece, work: Work, of_template: TemplateTask | None) -> Task:
    """A piece as a row of a plan; what no template has is a review."""
    value: dict[str, object] = {"kind": Kind.REVIEW}
    if of_template is not None:
        value = {"kind": of_template.kind, "tier": of_template.tier, "optional": of_template.optional}
    return task(
        number,
        piece.date,
        piece.minutes,
        key=piece.task if piece.part == 1 else f"{piece.task}#{piece.part}",
        task=piece.task,
        part=piece.part,
        splittable=work.splittable,
        after=work.after,
        anchor=work.anchor,
        **value,
    )


def _loads(rows: Sequence[Task]) -> dict[date, int]:
    loads: dict[date, int] = {}
    for row in rows:
        if row.kind is not Kind.EXAM:
            loads[row.date] = loads.get(row.date, 0) + row.minutes
    return loads


def open_rows(standing: Standing) -> list[Task]:
    return [t for t in standing.tasks if t.exists and t.status is Status.OPEN and t.kind is not Kind.EXAM]


def study_days(standing: Standing) -> list[date]:
    return [d.date for d in standing.days if d.role in (Role.MATERIAL, Role.BUFFER) and d.capacity != 0]


def finished(standing: Standing, numbers: set[int]) -> Standing:
    """The standing with these pieces done today."""
    stamp = datetime(standing.today.year, standing.today.month, standing.today.day, 20, tzinfo=UTC)
    return replace(
        standing,
        tasks=tuple(
            replace(t, status=Status.DONE, done_at=stamp) if t.number in numbers else t for t in standing.tasks
        ),
    )


def mended(standing: Standing, mending: Mending) -> Standing:
    """The plan after the moves of a mending."""
    rows = {t.number: t for t in standing.tasks}
    for move in mending.moves:
        if move.number is None:
            assert move.after is not None
            assert move.minutes is not None
            number = max(rows) + 1
            model = next(t for t in rows.values() if t.task == move.task)
            rows[number] = replace(
                model,
                number=number,
                key=move.key,
                part=move.part,
                minutes=move.minutes,
                date=move.after,
                status=Status.OPEN,
                done_at=None,
            )
        elif move.after is None:
            rows[move.number] = replace(rows[move.number], exists=False)
        else:
            assert move.minutes is not None
            rows[move.number] = replace(rows[move.number], date=move.after, minutes=move.minutes)
    return replace(standing, tasks=tuple(rows.values()))
