"""Answers that are given again until somebody writes to the database."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")

#: Answers that are kept; the one asked for longest ago goes.
_MOST = 512


class StandingAnswers:
    """Answers from a SQLite file, by what was asked. Of all threads at once.

    SQLite counts on each connection what others have committed, in this process or in another: as long as that number stands on a
    connection that never writes, so does every answer. Where it cannot be told, nothing is kept.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        self._answers: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()

    def get(self, key: Hashable, ask: Callable[[], T]) -> T:
        """The answer to a question that always has the same one while nobody writes."""
        with self._lock:
            # Before the question: what is written while it is asked makes the answer an old one.
            count = self._count()
            kept = self._answers.get(key)
            if kept is not None and kept[0] == count:
                self._answers.move_to_end(key)
                answer: T = kept[1]
                return answer
        answer = ask()
        if count is not None:
            with self._lock:
                self._answers[key] = count, answer
                while len(self._answers) > _MOST:
                    self._answers.popitem(last=False)
        return answer

    def close(self) -> None:
        """Let go of the file; another connection counts from another number."""
        with self._lock:
            self._answers.clear()
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def _count(self) -> int | None:
        with suppress(sqlite3.Error, OSError):
            if self._connection is None:
                self._connection = self._connect()
            (count,) = self._connection.execute("PRAGMA data_version").fetchone()
            return int(count)
        return None
