"""An engine for each database: how SQLite and PostgreSQL are opened, and what a database is to this program."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import Pool, QueuePool, StaticPool

from studyplan import files
from studyplan.errors import StorageProblem
from studyplan.store import tables
from studyplan.store.place import Place
from studyplan.store.problems import code_of, first_line, problem, says_read_only
from studyplan.text import command, shown

#: Seconds that a locked database is waited for.
PATIENCE = 30.0
#: Seconds of waiting after which a person hears what for.
WORD_AFTER = 2.0
#: Seconds to keep calling a server that went away at a COMMIT.
RECONNECTING = 10.0
#: Milliseconds of each single wait to write.
_SHORT_WAIT = 250
#: How a PostgreSQL server is called, unless the URL says otherwise. It may take ten seconds to answer the first time, and one
#: that went away without a word is noticed within half a minute: the system would wait for hours.
_SERVER_OPTIONS = {
    "connect_timeout": 10,
    "application_name": "studyplan",
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
}
#: The oldest PostgreSQL that is let in.
_OLDEST_SERVER = 13


class State(StrEnum):
    """How a database relates to this program."""

    ABSENT = "absent"
    EMPTY = "empty"
    CURRENT = "current"
    #: Ours, and not at our revision: ``store.migrate`` knows whether it is older or newer.
    OTHER = "other"
    OLDER = "older"
    NEWER = "newer"
    FOREIGN = "foreign"


def is_absent(place: Place) -> bool:
    """True if there is no file yet, or only an empty one."""
    if place.path is None:
        return False
    try:
        found = place.path.stat()
        return stat.S_ISREG(found.st_mode) and found.st_size == 0 and not _is_filled(_wal(place.path))
    except FileNotFoundError:
        return True
    except OSError as error:
        raise problem(error, place) from error


def make_folder(place: Place) -> None:
    """Create the folder of a database, for this user alone, if it does not exist."""
    if place.path is not None:
        try:
            files.make_folder(place.path.parent)
        except OSError as error:
            raise problem(error, place) from error


# --- engines ---------------------------------------------------------------------------------------------------------


def begin_on_server(connection: Connection, patience: float) -> str | None:
    """What a writing transaction of PostgreSQL begins with: so many seconds for each lock that others hold. The answer is the
    transaction's number; None on SQLite."""
    if connection.dialect.name == "sqlite":
        return None
    wanted = {"patience": f"{int(patience * 1000)}ms"}
    query = "SELECT CAST(pg_current_xact_id() AS text) FROM set_config('lock_timeout', :patience, true)"
    return str(connection.execute(text(query), wanted).scalar())


def _silent(line: str) -> None:
    pass


def engine_for(place: Place, *, tell: Callable[[str], None] = _silent) -> Engine:
    """An engine; nothing is opened yet. Connections of ``writing(engine)`` may write, others may not.

    ``tell`` gets the one line that a long wait for another writer deserves."""
    if place.path is not None:
        path = place.path
        return _sqlite_engine(lambda: _opened(path), QueuePool, lambda: tell(busy(place)))
    if place.is_sqlite:
        return _sqlite_engine(lambda: _connected(":memory:"), StaticPool)
    return _server_engine(place)


def busy(place: Place) -> str:
    """The line shown to a person who has to wait."""
    return f"Waiting for another program that is writing to {place} …"


def looking_engine_for(place: Place) -> Engine:
    """An engine that leaves a SQLite file as it is: no write, no other journal."""
    if place.path is None:
        return engine_for(place)
    path = place.path
    return _sqlite_engine(lambda: look_at(path), QueuePool)


def writing(engine: Engine) -> Engine:
    """The same engine, whose transactions write: SQLite's take the only writer's place from the beginning."""
    return engine.execution_options(studyplan_writes=True)


def reading(engine: Engine) -> Engine:
    """The same engine, whose transactions see one state throughout and cannot write."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def looking_once(engine: Engine) -> Engine:
    """The same engine, for a single statement that reads: it sees one state by itself, and no transaction is begun or ended."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(studyplan_once=True)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def patient(engine: Engine, seconds: float) -> Engine:
    """The same engine, whose writers wait so long for their turn on SQLite."""
    return engine.execution_options(studyplan_patience=seconds)


def _sqlite_engine(
    connect: Callable[[], sqlite3.Connection], pool: type[Pool], tell: Callable[[], None] = lambda: None
) -> Engine:
    engine = create_engine("sqlite://", creator=connect, poolclass=pool)
    event.listen(engine, "begin", lambda connection: _begin(connection, tell))
    return engine


def _server_engine(place: Place) -> Engine:
    known = {name: value for name, value in _SERVER_OPTIONS.items() if name not in place.url.query}
    try:
        return create_engine(place.url, connect_args=known)
    except ImportError as error:
        raise StorageProblem(
            "PostgreSQL needs a driver that is not installed", hint="pip install 'studyplan-cli[postgres]'"
        ) from error
    except ArgumentError as error:
        raise StorageProblem(f"the database URL cannot be used: {first_line(error)}") from error


def _begin(connection: Connection, tell: Callable[[], None]) -> None:
    options = connection.get_execution_options()
    if options.get("studyplan_once", False):
        return
    if not options.get("studyplan_writes", False):
        connection.exec_driver_sql("BEGIN")
        return
    driver: sqlite3.Connection | None = connection.connection.driver_connection
    assert driver is not None
    # SQLite's own wait is deaf to Ctrl-C, so this waits in short ones.
    driver.execute(f"PRAGMA busy_timeout = {_SHORT_WAIT}")
    try:
        if not wait_for_turn(lambda: _is_begun(driver), tell, seconds=options.get("studyplan_patience", PATIENCE)):
            # Says what stands in the way, as every other statement does.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout = {int(PATIENCE * 1000)}")


def _is_begun(driver: sqlite3.Connection) -> bool:
    """Begin to write. False if another connection is writing."""
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def wait_for_turn(take: Callable[[], bool], tell: Callable[[], None], *, seconds: float) -> bool:
    """Try to take a turn, again and again, with a word to the person after a while. False if it does not come in time.

    ``take`` itself waits a moment, so that many who wait do not keep a processor busy."""
    begun = time.monotonic()
    told = False
    while not take():
        waited = time.monotonic() - begun
        if waited >= WORD_AFTER and not told:
            tell()
            told = True
        if waited >= seconds:
            return False
    return True


def _connected(target: str, *, uri: bool = False) -> sqlite3.Connection:
    """A connection with our settings. Transactions are begun by ``_begin`` alone: ``isolation_level`` is None."""
    connection = sqlite3.connect(
        target, timeout=PATIENCE, isolation_level=None, check_same_thread=False, uri=uri, cached_statements=256
    )
    connection.execute("PRAGMA foreign_keys = ON")
    # What stands in a schema may be another's: it gets no function that reaches beyond the file.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute(f"PRAGMA busy_timeout = {int(PATIENCE * 1000)}")
    return connection


def _must_be_file(path: Path) -> None:
    """Raise StorageProblem for what SQLite would wait for ever to read, or take for a broken disk."""
    with suppress(OSError):
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise StorageProblem(f"{path} is a folder, not a database", hint="name a file in it with --db")
        if not stat.S_ISREG(mode):
            raise StorageProblem(f"{path} is not a file", hint="name another database with --db")


def _opened(path: Path) -> sqlite3.Connection:
    _must_be_file(path)
    # SQLite would ask the umask; its log and the index of that take the permissions of the file. What stands in the way
    # it says itself.
    with suppress(OSError):
        files.make_private(path)
    opened = _connected(str(path))
    try:
        with _closed_on_failure(opened) as connection:
            if _is_ours_or_new(connection, path):
                _use_wal(connection)
            connection.execute("PRAGMA synchronous = FULL")
            return connection
    except sqlite3.OperationalError as error:
        if not says_read_only(error):
            raise
    # A write will say so itself.
    with _closed_on_failure(look_at(path)) as connection:
        _is_ours_or_new(connection, path)
        return connection


@contextmanager
def _closed_on_failure(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    try:
        yield connection
    except BaseException:
        connection.close()
        raise


def look_at(path: Path) -> sqlite3.Connection:
    """A connection that cannot write, to a file that must be there. Raises sqlite3.Error.

    What a killed writer left half done is taken back first, or nobody could read. In a folder that is read-only SQLite cannot
    make the index of its log. With no log there nobody is writing, so the file is then read as one that does not change.
    """
    _must_be_file(path)
    address = f"file:{quote(os.fsencode(path))}?mode=ro"
    connection = _connected(address, uri=True)
    try:
        connection.execute("SELECT 1 FROM sqlite_master")
    except sqlite3.OperationalError as error:
        connection.close()
        if code_of(error) == "SQLITE_READONLY_ROLLBACK":
            with closing(_connected(str(path))) as writer:
                writer.execute("SELECT 1 FROM sqlite_master")
            return _connected(address, uri=True)
        if not says_read_only(error) or _is_filled(_wal(path)):
            raise
        return _connected(f"{address}&immutable=1", uri=True)
    except BaseException:
        connection.close()
        raise
    return connection


def listening(path: Path) -> sqlite3.Connection:
    """A connection that only hears whether others have written, and waits for nobody. Raises sqlite3.Error."""
    connection = _connected(f"file:{quote(os.fsencode(path))}?mode=ro", uri=True)
    connection.execute("PRAGMA busy_timeout = 0")
    return connection


def _is_ours_or_new(connection: sqlite3.Connection, path: Path) -> bool:
    """False for another program's database, whose journal is not ours to change: it is refused untouched. Raises
    StorageProblem for one of ours with a program in it that would run with our statements."""
    found = connection.execute(
        "SELECT name, type FROM sqlite_master WHERE type <> 'index' ORDER BY type, name"
    ).fetchall()
    names = {name for name, kind in found if kind != "trigger"}
    if not names - {"sqlite_sequence"}:
        return True
    if "alembic_version" not in names:
        return False
    revisions = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    if not all(str(revision).startswith(tables.OURS) for (revision,) in revisions):
        return False
    ours = {"alembic_version", *tables.metadata.tables}
    for name, kind in found:
        if kind == "trigger" or (kind == "view" and name in ours):
            raise _planted(path, name, kind)
    return True


def _planted(path: Path, name: str, kind: str) -> StorageProblem:
    """Views of other names are never queried; people may keep them for reports."""
    quoted = name.replace('"', '""')
    removal = command("sqlite3", str(path), f'DROP {kind.upper()} "{quoted}"')
    return StorageProblem(
        f"{path} has a {kind} '{shown(name)}' that studyplan did not make; it would run with your changes",
        hint=f"if you did not make it either, restore a back-up; {removal} removes it"
        if removal
        else "restore a back-up",
    )


def _use_wal(connection: sqlite3.Connection) -> None:
    """Write-ahead logging. Two processes that switch a new file at once are not queued by SQLite, so this waits itself."""
    patience_ends = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if code_of(error) not in {"SQLITE_BUSY", "SQLITE_LOCKED"} or time.monotonic() > patience_ends:
                raise
        time.sleep(0.02)


def has_log(path: Path) -> bool:
    """Whether a SQLite file is in write-ahead mode and in use, or was left so by a kill."""
    return _wal(path).exists()


def _wal(path: Path) -> Path:
    """SQLite follows a link to a database, and writes its log beside the file itself."""
    return Path(f"{os.path.realpath(path)}-wal")


def _is_filled(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


# --- what a database is ----------------------------------------------------------------------------------------------


def revision_of(connection: Connection) -> tuple[str | None, State]:
    """The database's revision and what it means: one query of SQLite where all is well, two of PostgreSQL, whose
    transaction would not outlive a query of a missing table."""
    found = _revisions(connection)
    if not found and not _has_tables(connection):
        return None, State.EMPTY
    # Others may have made the tables between the two looks.
    found = found or _revisions(connection)
    if found == [tables.HEAD]:
        return tables.HEAD, State.CURRENT
    if not found:
        return None, State.FOREIGN
    is_ours = len(found) == 1 and (found[0].startswith(tables.OURS) or _has_our_tables(connection))
    return found[0], State.OTHER if is_ours else State.FOREIGN


def _revisions(connection: Connection) -> list[str]:
    if (
        connection.dialect.name != "sqlite"
        and not connection.execute(text("SELECT to_regclass('alembic_version')")).scalar()
    ):
        return []
    try:
        return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())
    except DBAPIError as error:
        if "no such table" not in str(error.orig):
            raise
        return []


def _has_our_tables(connection: Connection) -> bool:
    """Whether a database with a revision that we never gave is ours all the same: a later studyplan may name them otherwise."""
    return relations(connection) >= {table.name for table in tables.metadata.sorted_tables}


def _has_tables(connection: Connection) -> bool:
    return bool(relations(connection) - {"alembic_version"})


def relations(connection: Connection) -> set[str]:
    """The names of all tables and views but the database's own and those that an extension of PostgreSQL brought."""
    return set(connection.execute(text(_RELATIONS[connection.dialect.name])).scalars())


_RELATIONS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite!_%' ESCAPE '!'",
    "postgresql": """
        SELECT relname FROM pg_class
        WHERE relnamespace = to_regnamespace(quote_ident(current_schema())) AND relkind IN ('r', 'p', 'f', 'v', 'm')
          AND NOT EXISTS (
            SELECT FROM pg_depend
            WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
    """,
}


def check_server(connection: Connection) -> None:
    """Raise StorageProblem for a PostgreSQL that is too old."""
    version = connection.dialect.server_version_info or ()
    if connection.dialect.name == "postgresql" and version < (_OLDEST_SERVER,):
        shown = ".".join(map(str, version))
        raise StorageProblem(f"PostgreSQL {shown} is too old", hint=f"studyplan needs {_OLDEST_SERVER} or newer")
