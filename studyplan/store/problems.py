"""What the errors of databases say to people, and what the program makes of them.

Drivers' exceptions become :class:`StorageProblem` here and nowhere else. No message ever holds a password.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from studyplan.errors import Conflict, StorageProblem, StudyplanError, WayOut
from studyplan.store.place import Place


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
    return StorageProblem(f"{place}: {first_line(cause)}")


def unreadable(where: str) -> StorageProblem:
    """The error for a row that the program cannot read."""
    return StorageProblem(
        f"{where} has a row that cannot be read",
        hint="`studyplan db check` finds it, `studyplan db repair` repairs what it can",
    )


def _broken_rule(cause: BaseException, place: Place) -> StudyplanError:
    words = str(cause)
    if "uq_learner_name" in words or "learner.name" in words:
        return Conflict(
            "another learner has that name", hint=WayOut("`planner.learners.all` lists them", "list-learners")
        )
    if "uq_plan_running_name" in words or "plan.name" in words:
        return Conflict("another running plan has that name", hint="`studyplan plans` lists them; rename one")
    return StorageProblem(
        f"{place} rejected a row: {first_line(cause)}", hint="`studyplan db check` looks for the cause"
    )


def _sqlite_problem(cause: sqlite3.Error, place: Place) -> StorageProblem:
    code = code_of(cause)
    if code == "SQLITE_BUSY" or code.startswith(("SQLITE_BUSY_", "SQLITE_LOCKED")):
        return StorageProblem(
            f"{place} is locked by another program", hint="close that program, or try again in a moment"
        )
    if code.startswith("SQLITE_READONLY"):
        return _unwritable(place)
    if code == "SQLITE_FULL":
        return StorageProblem(f"the disk is full, so {place} cannot be written", hint="free some space and try again")
    if code == "SQLITE_NOTADB":
        return StorageProblem(f"{place} is not a database", hint="name another with --db")
    if code.startswith("SQLITE_CORRUPT"):
        return StorageProblem(
            f"{place} is damaged", hint="`studyplan db restore FILE` restores a back-up; look in backups/ next to it"
        )
    if code.startswith("SQLITE_CANTOPEN") or code == "SQLITE_PERM":
        return _unopenable(place)
    if code.startswith("SQLITE_IOERR"):
        return StorageProblem(f"the disk failed on {place} ({code})", hint="check the disk and its free space")
    return StorageProblem(f"{place}: {first_line(cause)}")


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
        return StorageProblem(f"{path} cannot be read: permission denied", hint="change its permissions")
    return StorageProblem(f"{path} cannot be opened", hint="name another database with --db")


def _file_problem(cause: OSError, place: Place) -> StorageProblem:
    name = cause.filename or place
    if cause.errno in {errno.EACCES, errno.EPERM}:
        return StorageProblem(f"{name}: permission denied", hint="change its permissions, or name another with --db")
    if cause.errno == errno.EROFS:
        return StorageProblem(f"{name} is on a read-only disk", hint="name another database with --db")
    if cause.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StorageProblem(f"the disk is full, so {name} cannot be written", hint="free some space and try again")
    if cause.errno in {errno.ENOTDIR, errno.EEXIST}:
        return StorageProblem(
            f"{name}: part of the path is a file, not a folder", hint="name another database with --db"
        )
    return StorageProblem(f"{name}: {cause.strerror or first_line(cause)}")


def _server_problem(cause: BaseException, place: Place) -> StorageProblem:
    state = getattr(cause, "sqlstate", None) or ""
    words = str(cause)
    if state in {"28P01", "28000"} or "authentication failed" in words or "no password supplied" in words:
        return StorageProblem(
            f"{place}: the server does not accept this user and password", hint="check the database URL"
        )
    if state == "3D000" or ("does not exist" in words and "FATAL" in words and "database" in words):
        return StorageProblem(f"{place} does not exist", hint="create it with createdb")
    if state in {"40001", "40P01", "55P03"}:
        return StorageProblem(f"{place}: others are writing the same rows", hint="try again in a moment")
    if state in {"42501", "25006"}:
        return StorageProblem(f"{place}: this user is not allowed to do that: {first_line(cause)}")
    if state in {"53100", "53200"}:
        return StorageProblem(f"{place}: the server's disk is full")
    if state in {"53300", "57P03"}:
        return StorageProblem(
            f"{place}: the server accepts no more connections right now", hint="try again in a moment"
        )
    if not state or state.startswith(("08", "57P")):
        return StorageProblem(f"{place} does not answer", hint="is the server running, and is its address right?")
    return StorageProblem(f"{place}: {first_line(cause)}")


def first_line(cause: BaseException) -> str:
    lines = str(cause).strip().splitlines()
    return lines[0] if lines else type(cause).__name__


def code_of(error: BaseException) -> str:
    return str(getattr(error, "sqlite_errorname", ""))


def is_damage(error: sqlite3.Error) -> bool:
    """True if the file is at fault: torn, overwritten, or no database at all. SQLITE_ERROR: a header from no SQLite."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_ERROR,
    }


def says_read_only(error: BaseException) -> bool:
    return code_of(error).startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN"))
