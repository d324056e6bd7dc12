"""Calendars on servers, and what was last seen of each of their entries. A file of its own: only a sync asks for it.

These rows are notes of what is elsewhere, no data of the learner's: they are not in the log and no undo touches them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from studyplan.model import Presence, Remote, Seen, Status
from studyplan.store import rows, tables

if TYPE_CHECKING:
    from datetime import datetime

    from studyplan.store import Unit

#: Databases bound the length of a list in a query.
_AT_ONCE = 400
_REMOTE = rows.RowCodec(Remote, {})
_SEEN = rows.RowCodec(Seen, {"presence": rows.FieldCodec(str, Presence), "status": rows.FieldCodec(str, Status)})


class Accounts:
    """A learner's calendars, in one transaction."""

    def __init__(self, unit: Unit, learner_id: int) -> None:
        self._change = unit._change
        self._find = unit._connection.execute
        self._learner_id = learner_id

    def all(self) -> list[Remote]:
        """By number."""
        remote = tables.remote.c
        query = select(*(remote[name] for name in _REMOTE.columns)).where(remote.learner_id == self._learner_id)
        return [_REMOTE.value(row) for row in self._find(query.order_by(remote.number))]

    def add(self, remote: Remote) -> Remote:
        """Keep a calendar, under the next number. Raises Conflict for a taken name."""
        column = tables.remote.c
        query = select(func.coalesce(func.max(column.number), 0)).where(column.learner_id == self._learner_id)
        ((number,),) = self._find(query)
        kept = replace(remote, learner_id=self._learner_id, number=number + 1)
        self._change(insert(tables.remote), [_REMOTE.row(kept)])
        return kept

    def remove(self, number: int) -> None:
        """Delete a calendar and all that was seen in it."""
        remote = tables.remote.c
        self._change(delete(tables.remote).where(remote.learner_id == self._learner_id, remote.number == number))

    def ring(self, number: int, alarm: int | None) -> None:
        """Keep another alarm, or none, and that every entry has to be written again for it."""
        remote, seen = tables.remote.c, tables.seen.c
        self._change(
            update(tables.remote)
            .where(remote.learner_id == self._learner_id, remote.number == number)
            .values(alarm=alarm)
        )
        self._change(
            update(tables.seen).where(seen.learner_id == self._learner_id, seen.remote == number).values(revised=None)
        )

    def synced(self, number: int, token: str | None, at: datetime) -> None:
        """Keep what the server calls the state that was seen whole, and when."""
        remote = tables.remote.c
        self._change(
            update(tables.remote)
            .where(remote.learner_id == self._learner_id, remote.number == number)
            .values(token=token, synced_at=at)
        )

    def seen(self, remote: int) -> list[Seen]:
        """What was last seen in a calendar, by uid."""
        seen = tables.seen.c
        query = (
            select(*(seen[name] for name in _SEEN.columns))
            .where(seen.learner_id == self._learner_id, seen.remote == remote)
            .order_by(seen.uid)
        )
        return [_SEEN.value(row) for row in self._find(query)]

    def remember(self, seen: Iterable[Seen]) -> None:
        """Keep what was seen, in place of what was known of the same entries."""
        by_remote: dict[int, dict[str, Seen]] = {}
        for each in seen:
            by_remote.setdefault(each.remote, {})[each.uid] = replace(each, learner_id=self._learner_id)
        for remote, of_remote in by_remote.items():
            self.forget(remote, of_remote)
            self._change(insert(tables.seen), [_SEEN.row(each) for each in of_remote.values()])

    def forget(self, remote: int, uids: Collection[str]) -> None:
        seen = tables.seen.c
        listed = sorted(uids)
        for first in range(0, len(listed), _AT_ONCE):
            some = listed[first : first + _AT_ONCE]
            self._change(
                delete(tables.seen).where(
                    seen.learner_id == self._learner_id, seen.remote == remote, seen.uid.in_(some)
                )
            )
