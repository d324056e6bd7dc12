"""Putting a back-up in the place of a database."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from studyplan.errors import Conflict, StorageProblem
from studyplan.store import backups, migrate
from studyplan.store import engine as engines
from studyplan.store.engine import Place, State

#: The suffix of a copy of something that is too damaged for a back-up.
_DAMAGED = ".damaged"


def restore(url: str, source: Path) -> Path | None:
    """Make a SQLite database what a back-up holds. The present one is saved first: the answer is where, None if there was
    none. Refuses a file that is damaged, not ours or newer. Programs that have the database open see the restored one next."""
    path = backups.file_of(url, "psql and pg_restore take its back-ups")
    if not source.is_file():
        raise StorageProblem(f"there is no file {source}")
    place = Place.of(url)
    source_status = migrate.status(str(source))
    if source_status.state not in {State.CURRENT, State.OLDER}:
        what = "was made by a newer studyplan" if source_status.state is State.NEWER else "is no database of studyplan"
        raise StorageProblem(f"{source} {what}", hint="nothing was changed")
    if path.exists() and path.samefile(source):
        raise Conflict(f"{source} is the database itself", hint="name a back-up")
    found = backups.quick_check(source)
    if found:
        raise StorageProblem(f"{source} is damaged: {found[0]}", hint="nothing was changed; take another back-up")
    engines.make_folder(place)
    saved = None if engines.is_absent(place) else _save_present(path)
    with engines.converted(place):
        if saved is not None and saved.suffix == _DAMAGED:
            _replace(path, source)
        else:
            backups.copy_into(source, path)
    return saved


def _save_present(path: Path) -> Path:
    """The database that a restore will replace: as a back-up, or byte for byte where it is too damaged for one."""
    try:
        return backups.keep(path, "restore")
    except StorageProblem as error:
        if "locked" in error.message or not _is_damaged(path):
            raise
    aside = next(each for each in backups.names_before(path, "restore", _DAMAGED) if not each.exists())
    aside.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, aside)
    return aside


def _is_damaged(path: Path) -> bool:
    try:
        return bool(backups.quick_check(path))
    except StorageProblem:
        return True


def _replace(path: Path, source: Path) -> None:
    """Put a copy in the place of a file that is no database any more, and take away what belonged to the old one."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        backups.copy_into(source, part)
        for left in ("-wal", "-shm", "-journal"):
            path.with_name(path.name + left).unlink(missing_ok=True)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
