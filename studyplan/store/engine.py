"""An engine for each database: how SQLite and PostgreSQL are opened, and what their errors say to people.

Drivers' exceptions become :class:`StorageProblem` here and nowhere else. No message ever holds a password.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError
from sqlalchemy.pool import Pool, QueuePool, StaticPool

from studyplan import files
from studyplan.errors import Conflict, StorageProblem, StudyplanError
from studyplan.store import tables
from studyplan.text import command, shown

#: Seconds that a locked database is waited for.
PATIENCE = 30.0
#: Seconds of waiting after which a person is told what for.
WORD_AFTER = 2.0
#: Seconds that a server which went away at a COMMIT is called again.
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
    """What a database is to this program."""

    ABSENT = "absent"
    EMPTY = "empty"
    CURRENT = "current"
    #: Ours, and not at our revision: ``store.migrate`` knows whether it is older or newer.
    OTHER = "other"
    OLDER = "older"
    NEWER = "newer"
    FOREIGN = "foreign"


@dataclass(frozen=True)
class Place:
    """Where a database is. ``str()`` names it for people, without user and password."""

    url: URL

    @classmethod
    def of(cls, text: str) -> Place:
        """A SQLAlchemy URL or a path. Raises StorageProblem for what is neither SQLite nor PostgreSQL."""
        if "://" not in text:
            if not text:
                raise StorageProblem("the database has no name", hint="--db takes a path or a URL")
            path = text if text == ":memory:" else str(Path(text).expanduser().absolute())
            return cls(URL.create("sqlite", database=path))
        try:
            url = make_url(text)
        except (ArgumentError, ValueError):
            raise StorageProblem(
                "the database's URL cannot be read",
                hint="like sqlite:///studyplan.db or postgresql://user@host:5432/studyplan",
            ) from None
        kind = url.drivername.partition("+")[0]
        if kind in {"postgres", "postgresql"}:
            return cls(url.set(drivername="postgresql+psycopg"))
        if kind != "sqlite":
            raise StorageProblem(
                f"'{kind}' is no database that studyplan knows", hint="it works with sqlite and postgresql"
            )
        if url.host or url.query or (url.database or "").startswith("file:"):
            raise StorageProblem(
                "a sqlite URL holds a path and nothing else", hint="like sqlite:////home/ana/studyplan.db"
            )
        if url.database in {None, "", ":memory:"}:
            return cls(URL.create("sqlite", database=":memory:"))
        return cls(URL.create("sqlite", database=str(Path(url.database or "").expanduser().absolute())))

    @property
    def is_sqlite(self) -> bool:
        return self.url.drivername == "sqlite"

    @cached_property
    def path(self) -> Path | None:
        """The file; None for PostgreSQL and for a database in memory."""
        if not self.is_sqlite or self.url.database == ":memory:":
            return None
        return Path(self.url.database or "")

    def __str__(self) -> str:
        if self.is_sqlite:
            return self.url.database or ""
        host = self.url.host or str(self.url.query.get("host") or "") or "the local socket"
        port = f":{self.url.port}" if self.url.port else ""
        return f"database '{self.url.database or self.url.username or ''}' on {host}{port}"


def is_absent(place: Place) -> bool:
    """True where there is no file yet, or an empty one that nobody has written to."""
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
    """Make the folder of a database, for this user alone, where there is none."""
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
    """What a person is told who has to wait."""
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
        raise StorageProblem(f"the database's URL cannot be used: {_first_line(error)}") from error


def _begin(connection: Connection, tell: Callable[[], None]) -> None:
    options = connection.get_execution_options()
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
    """Begin to write. False where another connection is writing."""
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def wait_for_turn(take: Callable[[], bool], tell: Callable[[], None], *, seconds: float) -> bool:
    """Try to take a turn, again and again, with a word to the person after a while. False where it does not come in time.

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
    """Raises StorageProblem for what SQLite would wait for ever to read, or take for a broken disk."""
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
        if not _says_read_only(error):
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
        if _code(error) == "SQLITE_READONLY_ROLLBACK":
            with closing(_connected(str(path))) as writer:
                writer.execute("SELECT 1 FROM sqlite_master")
            return _connected(address, uri=True)
        if not _says_read_only(error) or _is_filled(_wal(path)):
            raise
        return _connected(f"{address}&immutable=1", uri=True)
    except BaseException:
        connection.close()
        raise
    return connection


def _is_ours_or_new(connection: sqlite3.Connection, path: Path) -> bool:
    """False for somebody else's database, whose journal is not ours to change: it is refused as it was found. Raises
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
    """A view of another name is never asked; whoever made one for reports may keep it."""
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
            if _code(error) not in {"SQLITE_BUSY", "SQLITE_LOCKED"} or time.monotonic() > patience_ends:
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


# --- errors ----------------------------------------------------------------------------------------------------------


@contextmanager
def converted(place: Place) -> Iterator[None]:
    """What the database raises inside becomes one of ours. What SQLAlchemy itself objects to is a bug and stays one."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        raise problem(error, place) from error


def is_locked(error: DBAPIError) -> bool:
    """True for a transaction of PostgreSQL that waited too long for a lock."""
    return getattr(error.orig, "sqlstate", None) == "55P03"


def is_passing(error: DBAPIError) -> bool:
    """True for a transaction that lost against another one and may succeed when it is done again."""
    state = getattr(error.orig, "sqlstate", None)
    # The last: two made the same learner at once; the second finds it when it looks again.
    return state in {"40001", "40P01"} or (state == "23505" and "uq_learner_name" in str(error.orig))


def problem(error: BaseException, place: Place) -> StudyplanError:
    """What an exception of the driver, of SQLAlchemy or of the file system says to people."""
    cause = getattr(error, "orig", None) or error
    if isinstance(error, IntegrityError) or isinstance(cause, sqlite3.IntegrityError):
        return _broken_rule(cause, place)
    if isinstance(cause, sqlite3.Error):
        return _sqlite_problem(cause, place)
    if isinstance(cause, OSError):
        return _file_problem(cause, place)
    if isinstance(error, DataError) and getattr(cause, "sqlstate", None) is None:
        # The driver's own word: the server holds what Python has no value for.
        return unreadable(str(place))
    if isinstance(error, DBAPIError):
        return _server_problem(cause, place)
    return StorageProblem(f"{place}: {_first_line(cause)}")


def unreadable(where: str) -> StorageProblem:
    """A row holds what the program cannot read."""
    return StorageProblem(
        f"{where} holds a row that cannot be read",
        hint="`studyplan db check` names it, `studyplan db repair` mends what can be mended",
    )


def _broken_rule(cause: BaseException, place: Place) -> StudyplanError:
    words = str(cause)
    if "uq_learner_name" in words or "learner.name" in words:
        return Conflict("another learner has that name", hint="`studyplan learner list` shows them")
    if "uq_plan_running_name" in words or "plan.name" in words:
        return Conflict("another running plan has that name", hint="`studyplan plans` lists them; rename one")
    return StorageProblem(
        f"{place} refused a row: {_first_line(cause)}", hint="`studyplan db check` looks for the cause"
    )


def _sqlite_problem(cause: sqlite3.Error, place: Place) -> StorageProblem:
    code = _code(cause)
    if code == "SQLITE_BUSY" or code.startswith(("SQLITE_BUSY_", "SQLITE_LOCKED")):
        return StorageProblem(f"{place} is locked by another program", hint="close it, or try again in a moment")
    if code.startswith("SQLITE_READONLY"):
        return _unwritable(place)
    if code == "SQLITE_FULL":
        return StorageProblem(f"there is no room left on the disk for {place}", hint="free some space and try again")
    if code == "SQLITE_NOTADB":
        return StorageProblem(f"{place} is not a database", hint="name another with --db")
    if code.startswith("SQLITE_CORRUPT"):
        return StorageProblem(
            f"{place} is damaged", hint="`studyplan db restore FILE` takes a back-up; they are in backups/ beside it"
        )
    if code.startswith("SQLITE_CANTOPEN") or code == "SQLITE_PERM":
        return _unopenable(place)
    if code.startswith("SQLITE_IOERR"):
        return StorageProblem(f"the disk failed on {place} ({code})", hint="check the disk and its free space")
    return StorageProblem(f"{place}: {_first_line(cause)}")


def _unwritable(place: Place) -> StorageProblem:
    path = place.path
    if path is not None and os.access(path, os.F_OK) and not os.access(path, os.W_OK):
        return StorageProblem(f"{path} is read-only", hint="change its permissions, or name another with --db")
    folder = path.parent if path is not None else place
    return StorageProblem(f"the folder {folder} is read-only", hint="change its permissions, or name another with --db")


def _unopenable(place: Place) -> StorageProblem:
    path = place.path
    if path is None:
        return StorageProblem(f"{place} cannot be opened")
    try:
        path.stat()
    except FileNotFoundError:
        if not path.parent.is_dir():
            return StorageProblem(f"the folder {path.parent} does not exist", hint="name another database with --db")
        return _unwritable(place)
    except OSError as error:
        return _file_problem(error, place)
    if not os.access(path, os.R_OK):
        return StorageProblem(f"{path} may not be read: permission denied", hint="change its permissions")
    return StorageProblem(f"{path} cannot be opened", hint="name another database with --db")


def _file_problem(cause: OSError, place: Place) -> StorageProblem:
    name = cause.filename or place
    if cause.errno in {errno.EACCES, errno.EPERM}:
        return StorageProblem(f"{name}: permission denied", hint="change its permissions, or name another with --db")
    if cause.errno == errno.EROFS:
        return StorageProblem(f"{name} is on a read-only disk", hint="name another database with --db")
    if cause.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StorageProblem(f"there is no room left on the disk for {name}", hint="free some space and try again")
    if cause.errno in {errno.ENOTDIR, errno.EEXIST}:
        return StorageProblem(f"{name}: a file is where a folder should be", hint="name another database with --db")
    return StorageProblem(f"{name}: {cause.strerror or _first_line(cause)}")


def _server_problem(cause: BaseException, place: Place) -> StorageProblem:
    state = getattr(cause, "sqlstate", None) or ""
    words = str(cause)
    if state in {"28P01", "28000"} or "authentication failed" in words or "no password supplied" in words:
        return StorageProblem(
            f"{place}: the server does not accept this user and password", hint="check the database's URL"
        )
    if state == "3D000" or ("does not exist" in words and "FATAL" in words and "database" in words):
        return StorageProblem(f"{place} does not exist", hint="createdb makes one")
    if state in {"40001", "40P01", "55P03"}:
        return StorageProblem(f"{place}: others are writing the same rows", hint="try again in a moment")
    if state in {"42501", "25006"}:
        return StorageProblem(f"{place}: this user may not do that: {_first_line(cause)}")
    if state in {"53100", "53200"}:
        return StorageProblem(f"{place}: the server has no room left")
    if state in {"53300", "57P03"}:
        return StorageProblem(f"{place}: the server takes no more connections now", hint="try again in a moment")
    if not state or state.startswith(("08", "57P")):
        return StorageProblem(f"{place} does not answer", hint="is the server running, and its address right?")
    return StorageProblem(f"{place}: {_first_line(cause)}")


def _first_line(cause: BaseException) -> str:
    lines = str(cause).strip().splitlines()
    return lines[0] if lines else type(cause).__name__


def _code(error: BaseException) -> str:
    return str(getattr(error, "sqlite_errorname", ""))


def is_damage(error: sqlite3.Error) -> bool:
    """True where the file is at fault: torn, overwritten, or no database at all. SQLITE_ERROR: a header from no SQLite."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_ERROR,
    }


def _says_read_only(error: BaseException) -> bool:
    return _code(error).startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN"))
