"""Copies of a SQLite database: the ones that people ask for, and those that are made before something may go wrong.

An automatic copy says of itself that it is one, in the file, so that no name and no folder can make a copy that somebody asked
for look like it. Only automatic ones are ever thrown away.
"""

from __future__ import annotations

import errno
import filecmp
import os
import re
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

from studyplan import files
from studyplan.errors import Conflict, StorageProblem
from studyplan.store import engine as engines
from studyplan.store import problems
from studyplan.store.place import Place

#: How many automatic back-ups are kept.
KEPT = 5
#: SQLite's ``user_version``, which nothing else of ours uses: what a copy is.
_ASKED_FOR, _AUTOMATIC = 0, 1
#: What follows ``NAME-before-`` in the name of an automatic one.
_NAMED = re.compile(r"(?P<before>\w+)-(?P<at>\d{8}T\d{6}Z)(?:-(?P<number>\d+))?", re.ASCII)
#: Where ``user_version`` stands in a file.
_VERSION_AT = slice(60, 64)


def backup(url: str, to: Path | None = None) -> Path:
    """A checked copy of a SQLite database, also while it is in use: at ``to`` (a new file or a folder), or in
    ``backups/`` beside it. Raises Conflict if the file already exists."""
    path = file_of(url, "use pg_dump to back it up")
    if engines.is_absent(Place.of(url)):
        raise StorageProblem(f"there is no database at {path} yet")
    if to is None or to.is_dir():
        folder = to or _folder_of(path)
        return _copy(path, folder, numbered(folder, f"{path.stem}-{stamp()}", path.suffix))
    try:
        if os.path.lexists(to):
            # Perhaps by one that was killed right after it gave the copy its name, and left the other behind.
            files.sweep(to.parent)
            raise FileExistsError
        return _copy(path, to.parent, [to])
    except FileExistsError:
        raise Conflict(f"{to} already exists", hint="name a new file") from None


def file_of(url: str, other: str) -> Path:
    """The file of a SQLite database. ``other``: what does the same for PostgreSQL."""
    path = Place.of(url).path
    if path is None:
        raise StorageProblem("only SQLite files can be copied here", hint=f"for PostgreSQL, {other}")
    return path


# --- automatic ones --------------------------------------------------------------------------------------------------


def keep(path: Path, before: str) -> Path:
    """A back-up before something is done to a database: the last one where nothing has changed since, so that what fails at
    each command fills no disk. ``before``: a word of letters, digits and underscores."""
    folder = _folder_of(path)
    with _made_in(folder), _part(path, folder, _AUTOMATIC) as part:
        for other in reversed(_automatic(path, before)):
            if filecmp.cmp(part, other, shallow=False):
                return other
        return files.settle(part, names_before(path, before, path.suffix))


def keep_bytes(path: Path, names: Iterable[Path]) -> Path:
    """A file byte for byte, under the first name that is free; an empty one of what is not there."""
    names = iter(names)
    first = next(names)
    with _made_in(first.parent):
        files.make_folder(first.parent)
        with files.temporary(first.parent) as part:
            if path.exists():
                shutil.copyfile(path, part)
            return files.settle(part, chain([first], names))


def names_before(path: Path, before: str, suffix: str) -> Iterator[Path]:
    """Names for what is saved before something is done to a database."""
    return numbered(_folder_of(path), f"{path.stem}-before-{before}-{stamp()}", suffix)


def prune(path: Path, spare: Path) -> None:
    """Keep the newest of the automatic back-ups, ``spare`` among them, and remove the others."""
    others = [each for each in _automatic(path) if each != spare]
    for old in others[: max(0, len(others) + 1 - KEPT)]:
        with suppress(OSError):
            old.unlink()


def _automatic(path: Path, before: str | None = None) -> list[Path]:
    """The automatic back-ups of a database, oldest first: named as this program names them, and marked. Those made
    ``before`` one thing, or all."""
    start = f"{path.stem}-before-"
    found = []
    with suppress(FileNotFoundError):
        for each in _folder_of(path).iterdir():
            if not (each.name.startswith(start) and each.name.endswith(path.suffix)):
                continue
            match = _NAMED.fullmatch(each.name.removeprefix(start).removesuffix(path.suffix))
            if match is not None and before in (None, match["before"]) and _is_marked(each):
                found.append((match["at"], int(match["number"] or 1), each))
    return [each for _, _, each in sorted(found)]


def _is_marked(path: Path) -> bool:
    try:
        if path.is_symlink() or not path.is_file():
            return False
        with path.open("rb") as file:
            return int.from_bytes(file.read(_VERSION_AT.stop)[_VERSION_AT]) == _AUTOMATIC
    except OSError:
        return False


def _folder_of(path: Path) -> Path:
    return path.parent / "backups"


def stamp() -> str:
    """The moment as it stands in the names of files that are kept."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")


def numbered(folder: Path, stem: str, suffix: str) -> Iterator[Path]:
    """A name, and the same with a number where several are made in one second."""
    yield folder / f"{stem}{suffix}"
    for number in count(2):
        yield folder / f"{stem}-{number}{suffix}"


# --- copying ---------------------------------------------------------------------------------------------------------


def _copy(path: Path, folder: Path, names: Iterable[Path]) -> Path:
    with _made_in(folder), _part(path, folder, _ASKED_FOR) as part:
        return files.settle(part, names)


@contextmanager
def _part(path: Path, folder: Path, mark: int) -> Iterator[Path]:
    """A consistent copy of a database in use, checked, that has no name yet."""
    files.make_folder(folder)
    files.sweep(path.parent)  # where a restore writes
    with files.temporary(folder) as part:
        try:
            copy_into(path, part, mark)
        except sqlite3.Error as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
            raise problems.problem(error, Place.of(str(path))) from error
        found = quick_check(part)
        if found:
            raise StorageProblem(
                f"the back-up of {path} is damaged: {found[0]}", hint="`studyplan db check` shows more"
            )
        yield part


@contextmanager
def _made_in(folder: Path) -> Iterator[None]:
    """What the file system objects to is about the folder of the back-ups; the database is well."""
    try:
        yield
    except FileExistsError as error:
        if error.filename != str(folder):
            raise
        raise StorageProblem(
            f"cannot make a back-up: {folder} is a file, not a folder", hint="move it somewhere else"
        ) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        hint = "change its permissions" if error.errno in {errno.EACCES, errno.EPERM} else None
        raise StorageProblem(f"cannot make a back-up in {folder}: {reason}", hint=hint) from None


def copy_into(source: Path, target: Path, mark: int = _ASKED_FOR) -> None:
    """SQLite's own copy, one transaction of the target. Raises StorageProblem if the target stays locked, and
    sqlite3.Error."""
    patience_ends = time.monotonic() + engines.PATIENCE

    def watch(result: int, remaining: int, total: int) -> None:
        if result in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} and time.monotonic() > patience_ends:
            raise StorageProblem(
                f"{target} is locked by another program", hint="close that program, or try again in a moment"
            )

    with (
        closing(engines.look_at(source.absolute())) as held,
        closing(sqlite3.connect(target, timeout=engines.PATIENCE, isolation_level=None)) as copy,
    ):
        held.backup(copy, progress=watch, sleep=0.05)
        if not engines.has_log(target):
            # A copy that nobody has open is one plain file, readable from anywhere.
            copy.execute("PRAGMA journal_mode = DELETE")
        copy.execute(f"PRAGMA user_version = {mark}")


def quick_check(path: Path) -> list[str]:
    """What SQLite's own check finds wrong with a file; empty if all is well."""
    with problems.converted(Place.of(str(path))), closing(engines.look_at(path.absolute())) as connection:
        found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(20)")]
    return [] if found == ["ok"] else found
