"""Requests that may come twice: a phone that never saw the answer asks again, and must not change anything a second time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING
from uuid import UUID

from studyplan.errors import Conflict, NotFound
from studyplan.planner.base import UseCases
from studyplan.store import JoinedStore
from studyplan.store.requests import AnswerLog

if TYPE_CHECKING:
    from studyplan.model import Learner
    from studyplan.planner import Planner
    from studyplan.store import Store, Unit

#: How long an answer is kept: twice as long as a phone may be without a net and still send what was tapped on it.
KEPT = timedelta(days=14)
#: Held by the request that may make the database: the same one may come a second time before it has.
_BEGINNING = Lock()


@dataclass(frozen=True, slots=True)
class AnswerOnce:
    """The answer to a request, and whether it was given before."""

    answer: Mapping[str, object]
    is_repeat: bool = False


class Requests(UseCases):
    """Requests that may come twice."""

    def once(self, key: UUID, asked: bytes, act: Callable[[Planner], Mapping[str, object]]) -> AnswerOnce:
        """Act, unless the learner's request of this key was carried out in the last 14 days: then give the answer it got.

        All that the planner handed to ``act`` does is one transaction, and the answer, an object as JSON has it, is kept in it,
        also where nothing had to be changed. A request that raises leaves nothing and may come again. ``act`` may be called
        twice, as the work of a transaction may.

        Args:
            key: What the sender calls the request: a UUID of its own for each.
            asked: What the request asks, word for word.
            act: Does it.

        Raises:
            Conflict: The key was given to a request that asked something else.
        """
        digest = sha256(asked).hexdigest()
        with _BEGINNING:
            # Whoever had to wait here finds the database, and in it the answer to the same request.
            if self._store.is_absent:
                return AnswerOnce(self._begun(key, digest, act))

        def work(unit: Unit) -> AnswerOnce:
            learner = self._learner_there(unit)
            known = AnswerLog(unit, learner.id).get(key) if learner else None
            if known is None:
                answer = act(self._planner(JoinedStore(self._store, unit)))
                self._keep(unit, key, digest, answer)
                return AnswerOnce(answer)
            if known.digest != digest:
                raise Conflict(
                    "this key was given to another request", hint="make a new one for each request", slug="key-reused"
                )
            return AnswerOnce(known.answer, is_repeat=True)

        return self._store.write(work)

    def _begun(self, key: UUID, digest: str, act: Callable[[Planner], Mapping[str, object]]) -> Mapping[str, object]:
        """Act where there is no database yet. What is refused must not make one; what makes one is kept right after."""
        answer = act(self._planner(self._store))
        if not self._store.is_absent:
            self._store.write(lambda unit: self._keep(unit, key, digest, answer))
        return answer

    def _keep(self, unit: Unit, key: UUID, digest: str, answer: Mapping[str, object]) -> None:
        learner = self._learner_there(unit)
        if learner is None:
            return
        log, now = AnswerLog(unit, learner.id), self._clock.now()
        log.forget(before=now - KEPT)
        log.add(key, digest, answer, at=now)

    def _learner_there(self, unit: Unit) -> Learner | None:
        """The learner; None where there is none yet, or nobody can say which: what was asked is then told why it fails."""
        try:
            return self._who.find(unit)
        except NotFound:
            return None

    def _planner(self, store: Store) -> Planner:
        from studyplan.planner import Planner

        return Planner(store, self._catalog, self._clock, self._who)
