"""The addresses of a learner's calendar, and what tells whether it has changed. A file of its own: only feeds ask for it.

These rows are in no log, and no undo touches them: what was revoked stays revoked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, insert, select, update

from studyplan.model.feeds import Feed
from studyplan.store import rows, tables
from studyplan.store.queries import of_shape, readable
from studyplan.store.revision import missing

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from studyplan.store import Unit

_FEED = rows.RowCodec(Feed, {})


@dataclass(frozen=True, slots=True)
class DataState:
    """What a learner's data are after their newest change, without a look at them: no two states share ``revision`` and
    ``next_batch``, whatever was restored in between. ``at``: when they changed."""

    learner_id: int
    zone: str | None
    revision: UUID | None
    next_batch: int
    at: datetime


_OF_STATE = (
    tables.learner.c.id,
    tables.learner.c.zone,
    tables.learner.c.revision,
    tables.learner.c.next_batch,
    func.coalesce(tables.batch.c.at, tables.learner.c.created_at),
)
_NEWEST = and_(
    tables.batch.c.learner_id == tables.learner.c.id, tables.batch.c.number == tables.learner.c.next_batch - 1
)
#: Made once: this is asked each time a calendar looks whether anything has changed.
_STATE = (
    select(*_OF_STATE)
    .outerjoin_from(tables.learner, tables.batch, _NEWEST)
    .where(tables.learner.c.id == bindparam("learner"))
)
_FEED_AND_STATE = (
    select(*(tables.feed.c[name] for name in _FEED.columns), *_OF_STATE)
    .join_from(tables.feed, tables.learner, tables.learner.c.id == tables.feed.c.learner_id)
    .outerjoin(tables.batch, _NEWEST)
    .where(tables.feed.c.learner_id == bindparam("learner"), tables.feed.c.number == bindparam("number"))
)


def state_of(unit: Unit, learner_id: int) -> DataState:
    """The state of a learner's data."""
    with readable("learner"):
        row = unit._connection.execute(_STATE, {"learner": learner_id}).first()
        if row is None:
            raise missing("learner", learner_id)
        return _state(*row)


def feed_and_state(unit: Unit, learner_id: int, number: int) -> tuple[Feed, DataState] | None:
    """An address and the state of its learner's data, by three rows and none of a task; None if there is no such address."""
    with readable("feed"):
        row = unit._connection.execute(_FEED_AND_STATE, {"learner": learner_id, "number": number}).first()
        if row is None:
            return None
        many = len(_FEED.columns)
        return _FEED.value(row[:many]), _state(*row[many:])


def _state(id: int, zone: str | None, *others: Any) -> DataState:
    """A zone that is not known here is none, as for :class:`Unit`."""
    return DataState(id, zone if zone is None or rows.is_zone(zone) else None, *others)


class Addresses:
    """A learner's addresses, in one transaction."""

    def __init__(self, unit: Unit, learner_id: int) -> None:
        self._change = unit._change
        self._find = unit._connection.execute
        self._learner_id = learner_id

    def all(self) -> list[Feed]:
        """By number, the revoked ones too."""
        feed = tables.feed.c
        query = of_shape(_FEED, tables.feed).where(feed.learner_id == self._learner_id).order_by(feed.number)
        with readable("feed"):
            return [_FEED.value(row) for row in self._find(query)]

    def next_number(self) -> int:
        """The number of the next address. None is ever taken out, so none is used twice."""
        feed = tables.feed.c
        largest = select(func.max(feed.number)).where(feed.learner_id == self._learner_id)
        return int(self._find(largest).scalar() or 0) + 1

    def add(self, feed: Feed) -> None:
        """Keep an address under its number."""
        self._change(insert(tables.feed), [_FEED.row(replace(feed, learner_id=self._learner_id))])

    def rename(self, number: int, name: str) -> None:
        self._set(number, name=name)

    def revoke(self, number: int, at: datetime) -> None:
        self._set(number, revoked_at=at)

    def use(self, number: int, on: date) -> None:
        """Note the day of the last fetch."""
        self._set(number, used_on=on)

    def _set(self, number: int, **values: object) -> None:
        feed = tables.feed.c
        own = and_(feed.learner_id == self._learner_id, feed.number == number)
        self._change(update(tables.feed).where(own).values(values))
