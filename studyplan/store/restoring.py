"""Putting a back-up in the place of a database, however the one and the other came about.

What is restored may be somebody else's file, so it is copied first, and only the copy is looked at, trimmed and used. What is
replaced may be all that is left of somebody's work, so it is saved first, with what SQLite has beside it.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from studyplan import files
from studyplan.errors import Conflict, StorageProblem, StudyplanError
from studyplan.store import backups, migrate, problems, strangers
from studyplan.store import engine as engines
from studyplan.store.engine import State
from studyplan.store.place import Place
from studyplan.store.strangers import Command

#: The suffix of a copy of something that is too damaged for a back-up.
_DAMAGED = ".damaged"
#: Tables that every database of ours has had, and what our schema calls their keys: text that outlives a damaged header.
_OLDEST = ("learner", "plan", "task", "batch")
_TRACE = re.compile(rb"\bpk_(?:" + "|".join(_OLDEST).encode() + rb")\b")
_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Restored:
    """``saved``: where what was there is now, None if there was nothing. ``dropped``: the commands that were left out."""

    saved: Path | None
    dropped: tuple[Command, ...]

    @property
    def log(self) -> Path | None:
        """The log that was saved with a damaged database, if it had one."""
        log = self.saved.with_name(f"{self.saved.name}-wal") if self.saved else None
        return log if log is not None and log.exists() and log.stat().st_size else None


class _Present(Enum):
    NOTHING = auto()
    WHOLE = auto()
    DAMAGED = auto()


def never(commands: tuple[Command, ...]) -> bool:
    """The default ``may_run``, which asks nobody."""
    return False


def restore(
    url: str, source: Path, *, over: Path | None = None, may_run: Callable[[tuple[Command, ...]], bool] = never
) -> Restored:
    """Make a SQLite database what a back-up holds; the present one is saved first.

    Refuses a back-up that is damaged, not ours, newer, or has in its schema what no migration made, and a place where another
    program's database is. ``over`` names a damaged file that is to be replaced although nothing in it tells that it was ours.
    ``may_run`` is asked whether the password commands that the back-up brings may stay. Programs that have the database open
    see the restored one next. Raises StudyplanError, and then nothing has changed.
    """
    path = backups.file_of(url, "restore it with psql or pg_restore")
    if not source.is_file():
        raise StorageProblem(f"there is no file {source}")
    if path.exists() and path.samefile(source):
        raise Conflict(f"{source} is the database itself", hint="give the path of a back-up")
    present = _look_at_present(path, over)
    target = files.real(path)
    with _writing_beside(target):
        files.make_folder(target.parent)
        with files.temporary(target.parent) as part:
            _copy_vetted(source, part)
            dropped = _trimmed(part, may_run)
            saved = _save(path, target, present)
            _put(part, target, present)
    return Restored(saved, dropped)


# --- what is there ---------------------------------------------------------------------------------------------------


def _look_at_present(path: Path, over: Path | None) -> _Present:
    """Raise StorageProblem if the place holds something that is not ours to replace."""
    if engines.is_absent(Place.of(str(path))):
        return _Present.NOTHING
    names = _tables_of(path)
    if engines.is_absent(Place.of(str(path))):  # to read it, what a killed writer left in it was taken back
        return _Present.NOTHING
    if names is None:
        if not _was_ours(path) and not _names(over, path):
            raise StorageProblem(
                f"{path} is damaged or not a database, and nothing in it shows that it was studyplan's",
                hint="if it was yours, name it once more with --over",
            )
        return _Present.DAMAGED
    others = names - {"alembic_version", "sqlite_sequence"}
    if others and not others >= set(_OLDEST):
        raise StorageProblem(
            f"{path} is another program's database, so it was not replaced", hint="name yours with --db"
        )
    return _Present.DAMAGED if _is_damaged(path) else _Present.WHOLE


def _names(over: Path | None, path: Path) -> bool:
    return over is not None and over.expanduser().exists() and over.expanduser().samefile(path)


def _tables_of(path: Path) -> set[str] | None:
    """The names of a database's tables; None if it is too damaged to tell."""
    try:
        with closing(engines.look_at(path)) as connection:
            return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.DatabaseError as error:
        if problems.is_damage(error):
            return None
        raise problems.problem(error, Place.of(str(path))) from error


def _is_damaged(path: Path) -> bool:
    try:
        with closing(engines.look_at(path)) as connection:
            return connection.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]
    except sqlite3.DatabaseError as error:
        if problems.is_damage(error):
            return True
        raise problems.problem(error, Place.of(str(path))) from error


def _was_ours(path: Path) -> bool:
    """Whether our schema's words are still in a file, or in the log of what was last written to it."""
    found: set[bytes] = set()
    for each in _family(files.real(path)):
        with each.open("rb") as file:
            tail = b""
            while len(found) < len(_OLDEST) and (block := file.read(_AT_ONCE)):
                found.update(_TRACE.findall(tail + block))
                tail = block[-16:]
    return len(found) >= len(_OLDEST) // 2


def _family(path: Path) -> list[Path]:
    """A database's file and what SQLite keeps beside it, as far as it is there."""
    return [each for end in ("", *files.SIDES) if (each := path.with_name(path.name + end)).is_file()]


# --- what is put there -----------------------------------------------------------------------------------------------


def _copy_vetted(source: Path, part: Path) -> None:
    """Copy a back-up and look at the copy, which nobody changes in between."""
    try:
        with problems.converted(Place.of(str(source))):
            backups.copy_into(source, part)
        found = backups.quick_check(part)
    except StudyplanError as error:
        raise StorageProblem(error.message, hint="nothing was changed; use another back-up") from error
    status = migrate.status(str(part))
    if status.revision is None or status.state not in {State.CURRENT, State.OLDER}:
        what = "was made by a newer studyplan" if status.state is State.NEWER else "is not a studyplan database"
        raise StorageProblem(f"{source} {what}", hint="nothing was changed")
    if found:
        raise StorageProblem(f"{source} is damaged: {found[0]}", hint="nothing was changed; use another back-up")
    strange = strangers.strangers_in(part, migrate.made_by(status.revision))
    if strange:
        raise StorageProblem(
            f"{source} has {', '.join(strange)} that studyplan did not make",
            hint="nothing was changed; use a back-up that you made yourself",
        )


def _trimmed(part: Path, may_run: Callable[[tuple[Command, ...]], bool]) -> tuple[Command, ...]:
    commands = strangers.commands_in(part)
    if not commands or may_run(commands):
        return ()
    strangers.drop_commands(part)
    return commands


def _save(path: Path, target: Path, present: _Present) -> Path | None:
    """The database that a restore will replace: as a back-up, or byte for byte where it is too damaged for one."""
    if present is _Present.WHOLE:
        return backups.keep(path, "restore")
    family = _family(target)
    if present is _Present.NOTHING and not any(each.stat().st_size for each in family):
        return None
    aside = backups.keep_bytes(target, backups.names_before(path, "restore", _DAMAGED))
    for each in family:
        if each != target:
            backups.keep_bytes(each, [aside.with_name(aside.name + each.name.removeprefix(target.name))])
    return aside


def _put(part: Path, target: Path, present: _Present) -> None:
    if present is _Present.DAMAGED:
        # A log left beside another file would be taken for its own.
        for each in _family(target):
            if each != target:
                each.unlink()
        files.replace(part, target)
        return
    files.make_private(target)
    with problems.converted(Place.of(str(target))):
        backups.copy_into(part, target)


@contextmanager
def _writing_beside(target: Path) -> Iterator[None]:
    place = Place.of(str(target))
    try:
        with problems.converted(place):
            yield
    except OSError as error:
        # Named by its folder: the file itself has a random name.
        raise problems.problem(OSError(error.errno, error.strerror, str(target.parent)), place) from error
