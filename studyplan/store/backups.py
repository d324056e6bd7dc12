"""Copies of a SQLite database: the ones that people ask for, and those that are made before something may go wrong."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from studyplan.errors import Conflict, StorageProblem
from studyplan.store import engine as engines
from studyplan.store.engine import Place

#: How many automatic back-ups are kept. Those that people asked for are never thrown away.
KEPT = 5


def backup(url: str, to: Path | None = None) -> Path:
    """A checked copy of a SQLite database, also while it is in use: at ``to`` (a new file or a folder), or in ``backups/``
    beside it. Raises Conflict where the file is there already."""
    path = file_of(url, "pg_dump makes its back-ups")
    if engines.is_absent(Place.of(url)):
        raise StorageProblem(f"there is no database at {path} yet")
    if to is None or to.is_dir():
        to = _free_name((to or _folder_of(path)) / f"{path.stem}-{_stamp()}{path.suffix}")
    elif to.exists():
        raise Conflict(f"{to} is there already", hint="name a new file")
    copy(path, to)
    return to


def file_of(url: str, other: str) -> Path:
    path = Place.of(url).path
    if path is None:
        raise StorageProblem("only a SQLite file can be copied from here", hint=f"for PostgreSQL, {other}")
    return path


def keep(path: Path, why: str) -> Path:
    """A back-up before something is done to a database. Raises StorageProblem."""
    to = name_for(path, why, path.suffix)
    copy(path, to)
    return to


def name_for(path: Path, why: str, suffix: str) -> Path:
    """A free name among the back-ups of a database."""
    return _free_name(_folder_of(path) / f"{path.stem}-{why}-{_stamp()}{suffix}")


def _folder_of(path: Path) -> Path:
    return path.parent / "backups"


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")


def _free_name(path: Path) -> Path:
    """The path, or with a number where two back-ups are made in one second."""
    candidate, count = path, 1
    while candidate.exists():
        count += 1
        candidate = path.with_name(f"{path.stem}-{count}{path.suffix}")
    return candidate


def prune(path: Path) -> None:
    """Keep the newest of the automatic back-ups."""
    found = sorted(_folder_of(path).glob(f"{path.stem}-before-*"), key=lambda each: each.stat().st_mtime_ns)
    for old in found[:-KEPT]:
        with suppress(OSError):
            old.unlink()


def copy(path: Path, to: Path) -> None:
    """A consistent copy of a database in use: written beside its place, checked, and only then given its name."""
    part = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        with guarded(path):
            to.parent.mkdir(parents=True, exist_ok=True)
        copy_into(path, part)
        found = quick_check(part)
        if found:
            raise StorageProblem(f"the back-up of {path} is damaged: {found[0]}", hint="`studyplan db check` says more")
        with guarded(path):
            shutil.copymode(path, part)
            part.replace(to)
    finally:
        for left in (part, part.with_name(f"{part.name}-journal")):
            left.unlink(missing_ok=True)


def copy_into(source: Path, target: Path) -> None:
    """SQLite's own copy, one transaction of the target. Raises StorageProblem where the target stays locked."""
    place = Place.of(str(source))
    patience_ends = time.monotonic() + engines.PATIENCE

    def watch(result: int, remaining: int, total: int) -> None:
        if result in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} and time.monotonic() > patience_ends:
            raise StorageProblem(f"{target} is locked by another program", hint="close it, or try again in a moment")

    try:
        with (
            closing(engines.look_at(source.absolute())) as held,
            closing(sqlite3.connect(target, timeout=engines.PATIENCE, isolation_level=None)) as copy,
        ):
            held.backup(copy, progress=watch, sleep=0.05)
            if not target.with_name(f"{target.name}-wal").exists():
                # A copy that nobody has open is one plain file, readable from anywhere.
                copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise engines.problem(error, place) from error


def quick_check(path: Path) -> list[str]:
    """What SQLite's own check finds wrong with a file; empty where all is well."""
    try:
        with closing(engines.look_at(path.absolute())) as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(20)")]
    except sqlite3.Error as error:
        raise engines.problem(error, Place.of(str(path))) from error
    return [] if found == ["ok"] else found


@contextmanager
def guarded(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise engines.problem(error, Place.of(str(path))) from error
