"""The database: learners, plans, tasks and the log of every change, on SQLite or PostgreSQL.

A :class:`Store` is a database that opens at its first use; a :class:`Unit` is one transaction on it. SQLAlchemy Core only:
nothing here imports the ORM, and alembic is imported only where a database has to be made or upgraded.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.exc import DBAPIError

from studyplan.errors import AlreadyWritten, StorageProblem, StudyplanError
from studyplan.store import commits, problems, tables
from studyplan.store import engine as engines
from studyplan.store.commits import Notes
from studyplan.store.engine import State
from studyplan.store.kept import StandingAnswers
from studyplan.store.place import Place
from studyplan.store.unit import Unit

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

__all__ = ["JoinedStore", "Notes", "Store", "Unit"]

T = TypeVar("T")


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr)


class Store:
    """A database by URL or path, opened at the first :meth:`read` or :meth:`write`.

    ``tell`` gets the one line that an automatic upgrade or a long wait deserves; ``notes`` keep what became of changes whose
    answer was lost; ``patience``: seconds that a write waits for its turn, None for as long as a person would. All errors are of the StudyplanError family, apart from those that the work itself raises.
    """

    def __init__(
        self,
        url: str,
        *,
        tell: Callable[[str], None] = _to_stderr,
        notes: Callable[[], Notes] | None = None,
        patience: float | None = None,
    ) -> None:
        self._place = Place.of(url)
        self._tell = tell
        self._notes = notes
        self._patience = engines.PATIENCE if patience is None else patience
        self._engine: Engine | None = None
        self._once: tuple[Engine, Engine] | None = None
        self._kept: StandingAnswers | None = None
        self._lock = Lock()
        self._has_written = False
        self._told: set[str] = set()

    @property
    def is_file(self) -> bool:
        """True for SQLite: a personal database rather than a team's server."""
        return self._place.is_sqlite

    @property
    def is_absent(self) -> bool:
        """True if there is no database yet: nothing was ever written, and a write would create it."""
        return self._engine is None and engines.is_absent(self._place)

    def read(self, work: Callable[[Unit], T]) -> T:
        """Run the work on one state of the database. It cannot write. If there is no database yet, none is created: the
        work sees an empty one."""
        return self._read(work, lambda engine: engines.reading(engine).begin())

    def read_kept(self, key: Hashable, work: Callable[[Unit], T]) -> T:
        """As :meth:`read`, for one small statement that is asked again and again: it sees one state by itself, so that no
        transaction is begun for it, and its answer is kept by its key until somebody writes, which only SQLite tells. A server
        is asked each time."""

        def ask() -> T:
            return self._read(work, lambda engine: self._looking_once(engine).connect())

        path = self._place.path
        if path is None or self._engine is None:
            return ask()
        if self._kept is None:
            with self._lock:
                self._kept = self._kept or StandingAnswers(lambda: engines.listening(path))
        return self._kept.get(key, ask)

    def _looking_once(self, engine: Engine) -> Engine:
        # Kept, since to make it takes as long as to ask something of it.
        if self._once is None or self._once[0] is not engine:
            self._once = engine, engines.looking_once(engine)
        return self._once[1]

    def _read(self, work: Callable[[Unit], T], begin: Callable[[Engine], AbstractContextManager[Connection]]) -> T:
        with problems.converted(self._place):
            if self._engine is None and not self._open(make=False):
                with _nothing() as connection:
                    return work(Unit(connection, writes=False, tell=self._tell_once))
            with begin(self._opened()) as connection:
                return work(Unit(connection, writes=False, tell=self._tell_once))

    def write(self, work: Callable[[Unit], T]) -> T:
        """Run the work in one transaction: all that it changed is kept when it returns, nothing when it raises. The work
        may run twice: a transaction that lost against another one, or with its connection, is tried once more.

        Raises StorageProblem with the code ``unconfirmed`` where nobody can say any more whether it was kept."""
        with problems.converted(self._place):
            if self._engine is None:
                self._open(make=True)
            return self._written(work)

    def _written(self, work: Callable[[Unit], T]) -> T:
        patience = min(engines.WORD_AFTER, self._patience)
        again = True
        while True:
            try:
                answer = self._attempt(work, patience)
            except commits.Unanswered as lost:
                if self._was_kept(lost.receipt):
                    answer = lost.answer
                elif again and not self._place.is_sqlite:
                    again = False
                    continue
                else:
                    raise self._not_kept(lost) from lost.__cause__
            except DBAPIError as error:
                if problems.is_locked(error) and patience < self._patience:
                    self._tell(engines.busy(self._place))
                    patience = self._patience
                elif problems.is_passing(error) and again:
                    again = False
                else:
                    raise
                continue
            self._has_written = True
            return answer

    def _attempt(self, work: Callable[[Unit], T], patience: float) -> T:
        """The work in one transaction. Raises Unanswered if the answer to its COMMIT was lost."""
        writing = engines.patient(engines.writing(self._opened()), self._patience)
        with writing.connect() as connection, connection.begin() as transaction:
            number = engines.begin_on_server(connection, patience)
            unit = Unit(connection, writes=True, tell=self._tell_once)
            answer = work(unit)
            receipt = commits.Receipt.of(number, unit.logged)
            try:
                transaction.commit()
            except DBAPIError as error:
                if not commits.leaves_doubt(error):
                    raise
                raise commits.Unanswered(receipt, answer) from error
            except KeyboardInterrupt:
                self._note(receipt)
                raise
        return answer

    def _was_kept(self, receipt: commits.Receipt) -> bool:
        """Ask over a new connection. Raises StorageProblem if there is no answer, after noting what to ask later."""
        note = self._note(receipt)
        kept = None
        until = time.monotonic() + engines.RECONNECTING
        while kept is None:
            self._opened().dispose()
            with suppress(DBAPIError, sqlite3.Error), self._opened().connect() as connection:
                kept = commits.was_kept(connection, receipt, patience=engines.PATIENCE)
            if kept is None and (self._place.is_sqlite or time.monotonic() > until):
                raise StorageProblem(
                    f"{self._place} did not confirm the change: it may have been written",
                    hint="`studyplan history` shows whether it was; the same command again does not write it twice",
                    slug="unconfirmed",
                )
        if note is not None:
            note.forget()
        return kept

    def _not_kept(self, lost: commits.Unanswered) -> StudyplanError:
        assert lost.__cause__ is not None
        found = problems.problem(lost.__cause__, self._place)
        return StorageProblem(f"{found.message}; nothing was written", hint=found.hint)

    def _note(self, receipt: commits.Receipt) -> commits.Note | None:
        if self._notes is None:
            return None
        return self._notes().leave(self._place, receipt, is_first=not self._has_written)

    def _settle(self, engine: Engine) -> None:
        """Say what became of changes whose answer was lost before. Raises AlreadyWritten for one of the command that runs."""
        notes = self._notes() if self._notes is not None else None
        for note in notes.about(self._place) if notes is not None else ():
            kept = None
            with suppress(DBAPIError), engine.connect() as connection:
                kept = commits.was_kept(connection, note.receipt, patience=engines.WORD_AFTER)
            if kept is None:
                continue
            note.forget()
            action = f" ({note.receipt.action})" if note.receipt.action else ""
            is_repeat = note.command is not None and notes is not None and note.command == notes.command
            if is_repeat and kept:
                raise AlreadyWritten(f"this change was already written{action}, only its confirmation was lost")
            if not is_repeat:
                fate = "was written" if kept else "was not written: repeat it if you still want it"
                self._tell(f"An earlier change that was never confirmed{action} {fate}.")

    def close(self) -> None:
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
            self._engine = None
            if self._kept is not None:
                self._kept.close()
            self._kept = None

    def _tell_once(self, line: str) -> None:
        if line not in self._told:
            self._told.add(line)
            self._tell(line)

    def _opened(self) -> Engine:
        if self._engine is None:
            raise RuntimeError("the store was closed while in use")
        return self._engine

    def _open(self, *, make: bool) -> bool:
        """Open the database, upgraded if that is allowed. False if there is none and none should be created."""
        with self._lock:
            if self._engine is not None:
                return True
            if not make and engines.is_absent(self._place):
                return False
            if make:
                engines.make_folder(self._place)
            engine = engines.engine_for(self._place, tell=self._tell)
            try:
                ready = self._prepare(engine, make=make)
                if ready:
                    self._settle(engine)
            except BaseException:
                engine.dispose()
                raise
            if not ready:
                engine.dispose()
                return False
            self._engine = engine
            return True

    def _prepare(self, engine: Engine, *, make: bool) -> bool:
        with engine.connect() as connection:
            engines.check_server(connection)
            revision, state = engines.revision_of(connection)
        if state is State.CURRENT:
            return True
        if state is State.EMPTY and not make:
            return False
        if state is State.FOREIGN:
            raise StorageProblem(
                f"{self._place} is not a studyplan database: it has other tables", hint="name another with --db"
            )
        from studyplan.store import migrate

        migrate.bring_up(engine, self._place, revision, tell=self._tell)
        return True


class JoinedStore(Store):
    """A store of which every read and write is part of one transaction that runs: kept together, or not at all. It opens
    nothing, so it has nothing of what a store opens with."""

    def __init__(self, store: Store, unit: Unit) -> None:
        self._place = store._place
        self._unit = unit

    @property
    def is_absent(self) -> bool:
        return False

    def read(self, work: Callable[[Unit], T]) -> T:
        return work(self._unit)

    def read_kept(self, key: Hashable, work: Callable[[Unit], T]) -> T:
        return work(self._unit)

    def write(self, work: Callable[[Unit], T]) -> T:
        return work(self._unit)

    def close(self) -> None:
        """The transaction is not this one's to end."""


@contextmanager
def _nothing() -> Iterator[Connection]:
    """A temporary empty database in memory. Made from the tables rather than by the migrations, which are tested to
    agree with them: so reading before anything is written need not wait for alembic."""
    engine = engines.engine_for(Place.of(":memory:"))
    try:
        with engines.writing(engine).begin() as connection:
            tables.metadata.create_all(connection, checkfirst=False)
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()
