"""The tokens of a learner's programs. A file of its own: only they ask for it.

These rows are in no log, and no undo touches them: what was revoked stays revoked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, insert, select, update

from studyplan.model import Learner
from studyplan.model.tokens import ApiToken, TokenScope
from studyplan.store import rows, tables
from studyplan.store.queries import of_shape, readable

if TYPE_CHECKING:
    from datetime import date, datetime

    from studyplan.store import Unit

_TOKEN = rows.RowCodec(ApiToken, {"scope": rows.FieldCodec(str, TokenScope)})


class Tokens:
    """A learner's tokens, in one transaction."""

    def __init__(self, unit: Unit, learner_id: int) -> None:
        self._change = unit._change
        self._find = unit._connection.execute
        self._learner_id = learner_id

    def all(self) -> list[ApiToken]:
        """By number, those that are over too."""
        token = tables.token.c
        query = of_shape(_TOKEN, tables.token).where(token.learner_id == self._learner_id).order_by(token.number)
        with readable("token"):
            return [_TOKEN.value(row) for row in self._find(query)]

    def next_number(self) -> int:
        """The number of the next token. None is ever taken out, so none is used twice."""
        token = tables.token.c
        largest = select(func.max(token.number)).where(token.learner_id == self._learner_id)
        return int(self._find(largest).scalar() or 0) + 1

    def add(self, token: ApiToken) -> None:
        """Keep a token under its number."""
        self._change(insert(tables.token), [_TOKEN.row(replace(token, learner_id=self._learner_id))])

    def revoke(self, number: int, at: datetime) -> None:
        self._set(number, revoked_at=at)

    def use(self, number: int, on: date) -> None:
        """Note the day on which it was shown last."""
        self._set(number, used_on=on)

    def _set(self, number: int, **values: object) -> None:
        token = tables.token.c
        own = and_(token.learner_id == self._learner_id, token.number == number)
        self._change(update(tables.token).where(own).values(values))


def owner_of(unit: Unit, learner_id: int, number: int) -> tuple[Learner, ApiToken] | None:
    """The token of that number and the learner whose it is, by primary keys alone; None if there is none."""
    learner, token = tables.learner.c, tables.token.c
    query = (
        of_shape(rows.LEARNER, tables.learner)
        .add_columns(*(token[name] for name in _TOKEN.columns))
        .join_from(tables.learner, tables.token, learner.id == token.learner_id)
        .where(token.learner_id == learner_id, token.number == number)
    )
    with readable("token"):
        row = unit._connection.execute(query).first()
        if row is None:
            return None
        of_learner = len(rows.LEARNER.columns)
        return unit._with_zone(rows.LEARNER.value(row[:of_learner])), _TOKEN.value(row[of_learner:])
