"""The queries that several methods of a ``Unit`` share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, false, func, or_, select, true

from studyplan.store import problems, rows, tables

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Table


@contextmanager
def readable(table: str) -> Iterator[None]:
    """What a value in the database raises that this program did not write becomes one of our errors."""
    try:
        yield
    except rows.STUMBLES:
        raise problems.unreadable(f"the table '{table}'") from None


def of_shape(shape: rows.RowCodec[Any], table: Table) -> Select[Any]:
    return select(*(table.c[name] for name in shape.columns))


def counts(learner_id: int) -> ColumnElement[bool]:
    """Whether an answer's batch stands."""
    answer, batch = tables.answer.c, tables.batch.c
    stands = select(batch.number).where(batch.learner_id == learner_id, batch.undone == false())
    return answer.batch.in_(stands)


def tasks_of(learner_id: int, *where: ColumnElement[bool]) -> Select[Any]:
    task, plan = tables.task, tables.plan
    piece = task.alias("piece")
    siblings = select(func.count()).where(
        piece.c.learner_id == learner_id,
        piece.c.plan == task.c.plan,
        piece.c.task == task.c.task,
        piece.c.exists == true(),
    )
    up_to_it = or_(piece.c.date < task.c.date, and_(piece.c.date == task.c.date, piece.c.part <= task.c.part))
    parts = siblings.correlate(task).scalar_subquery()
    place = siblings.where(up_to_it).correlate(task).scalar_subquery()
    return (
        select(*(task.c[name] for name in rows.TASK.columns), parts, place)
        .join_from(task, plan, and_(plan.c.learner_id == task.c.learner_id, plan.c.number == task.c.plan))
        .where(task.c.learner_id == learner_id, plan.c.learner_id == learner_id, *where)
        .order_by(task.c.date, task.c.position, task.c.number)
    )
