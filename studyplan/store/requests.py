"""What was answered to requests that may come twice. A file of its own: only a server asks for it."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from studyplan.store import tables
from studyplan.store.queries import readable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from studyplan.store import Unit


@dataclass(frozen=True, slots=True)
class AnsweredRequest:
    """A request that was carried out: SHA-256 of what it asked, in hex, and the answer."""

    digest: str
    answer: dict[str, Any]


class AnswerLog:
    """The requests that a learner's programs and pages gave a key, in one transaction."""

    def __init__(self, unit: Unit, learner_id: int) -> None:
        self._change = unit._change
        self._find = unit._connection.execute
        self._learner_id = learner_id

    def get(self, key: UUID) -> AnsweredRequest | None:
        """The request of that key, if it was carried out."""
        request = tables.request.c
        query = select(request.digest, request.answer).where(
            request.learner_id == self._learner_id, request.request == key
        )
        with readable("request"):
            row = self._find(query).first()
            return None if row is None else AnsweredRequest(row.digest, _unpacked(row.answer))

    def add(self, key: UUID, digest: str, answer: Mapping[str, object], *, at: datetime) -> None:
        """Keep what a request was answered."""
        packed = zlib.compress(json.dumps(answer, separators=(",", ":")).encode(), 6)
        row = {"learner_id": self._learner_id, "request": key, "digest": digest, "at": at, "answer": packed}
        self._change(insert(tables.request).values(row))

    def forget(self, *, before: datetime) -> None:
        """Take out those that were answered before an instant."""
        request = tables.request.c
        self._change(delete(tables.request).where(request.learner_id == self._learner_id, request.at < before))


def _unpacked(kept: bytes) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(zlib.decompress(kept))
    except zlib.error as error:
        raise ValueError(str(error)) from None
    return found
