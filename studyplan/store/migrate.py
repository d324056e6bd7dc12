"""Making, upgrading, backing up and checking a database: the only alembic import of the package.

Every step is all or nothing. On SQLite an upgrade holds the writer's place from before its back-up until its end, so two
processes cannot upgrade at once and the back-up is exactly what was upgraded; PostgreSQL has an advisory lock for that.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from studyplan import resources
from studyplan.errors import Conflict, StorageProblem, StudyplanError
from studyplan.store import engine as engines
from studyplan.store import tables
from studyplan.store.engine import Place, State

#: What the migrations should have made, for alembic's autogenerate.
METADATA = tables.whole()
#: How many automatic back-ups are kept. Those that people asked for are never thrown away.
KEPT = 5
#: Milliseconds that an upgrade waits for another process's upgrade.
_PATIENCE_MS = 60_000
#: The key of the advisory lock under which PostgreSQL's upgrades queue: any number that is ours alone.
_ADVISORY_KEY = 0x5354_5544_5950_4C4E


@dataclass(frozen=True, slots=True)
class Status:
    """A database as it stands. ``revision``: None where it has no schema; ``head``: what this program works with."""

    place: str
    revision: str | None
    head: str
    state: State


def status(url: str) -> Status:
    """Look at a database. Changes nothing, makes nothing."""
    place = Place.of(url)
    if engines.is_absent(place):
        return Status(str(place), None, tables.HEAD, State.ABSENT)
    with _looking(place) as connection:
        revision, state = engines.revision_of(connection)
    if state is State.OTHER:
        state = State.OLDER if _is_known(revision) else State.NEWER
    return Status(str(place), revision, tables.HEAD, state)


def upgrade(url: str, *, tell: Callable[[str], None]) -> Status:
    """Bring a database to HEAD on purpose, a PostgreSQL one too; make it where there is none."""
    place = Place.of(url)
    engines.make_folder(place)
    with engines.converted(place), _engine(place) as engine:
        with engine.connect() as connection:
            engines.check_server(connection)
            revision, state = engines.revision_of(connection)
        _refuse(place, revision, state)
        if state is not State.CURRENT:
            _migrate(engine, place, "head", tell=tell)
    return status(url)


def downgrade(url: str, revision: str, *, tell: Callable[[str], None]) -> Status:
    """Take a database back to an earlier revision (``base``: to nothing), after a back-up on SQLite."""
    place = Place.of(url)
    if engines.is_absent(place):
        raise StorageProblem(f"there is no database at {place} yet")
    with engines.converted(place), _engine(place) as engine:
        with engine.connect() as connection:
            engines.check_server(connection)
            _refuse(place, *engines.revision_of(connection))
        _migrate(engine, place, revision, tell=tell, down=True)
    return status(url)


def bring_up(engine: Engine, place: Place, revision: str | None, *, tell: Callable[[str], None]) -> None:
    """What opening does with a database that is not at HEAD: make a new one, upgrade an older SQLite, refuse the rest."""
    if revision is not None:
        _refuse(place, revision, State.OTHER)
        if not place.is_sqlite:
            raise StorageProblem(
                f"{place} was made by an older studyplan ({revision})",
                hint="`studyplan db upgrade` brings it up to date",
            )
    _migrate(engine, place, "head", tell=tell)


def _refuse(place: Place, revision: str | None, state: State) -> None:
    if state is State.FOREIGN:
        raise StorageProblem(
            f"{place} holds other tables, but is no database of studyplan", hint="name another with --db"
        )
    if state is State.OTHER and not _is_known(revision):
        raise StorageProblem(
            f"{place} was made by a newer studyplan ({revision})", hint="pip install --upgrade studyplan-cli"
        )


# --- migrations ------------------------------------------------------------------------------------------------------


@contextmanager
def exclusive(url: str) -> Iterator[Connection]:
    """A connection in a transaction that may change the schema, alone. For alembic's own command line."""
    place = Place.of(url)
    engines.make_folder(place)
    with _engine(place) as engine, _alone(engine) as connection:
        yield connection


def _migrate(engine: Engine, place: Place, to: str, *, tell: Callable[[str], None], down: bool = False) -> None:
    """All steps to a revision, in one transaction."""
    saved: Path | None = None
    revision: str | None = None
    try:
        with _alone(engine) as connection:
            revision, state = engines.revision_of(connection)
            if not down and state is State.CURRENT:
                return
            if place.path is not None and revision is not None:
                saved = _keep(place.path, f"before-{_plain(revision)}")
            config = _config()
            config.attributes["connection"] = connection
            (command.downgrade if down else command.upgrade)(config, to)
    except StudyplanError:
        raise
    except Exception as error:
        raise _failed(error, place, revision, saved) from error
    if place.path is not None and saved is not None:
        _prune(place.path)
        tell(f"{place} was brought from {revision} to {to if down else tables.HEAD}; back-up: {saved}")


def _failed(error: Exception, place: Place, revision: str | None, saved: Path | None) -> StorageProblem:
    """A step may fail with anything at all. Nothing of it is left, and people must hear where their data is."""
    if isinstance(error, (SQLAlchemyError, sqlite3.Error, OSError)):
        cause = engines.problem(error, place)
    else:
        cause = StudyplanError(str(error).partition("\n")[0] or type(error).__name__)
    if revision is None:
        return StorageProblem(f"the database could not be made: {cause.message}", hint=cause.hint)
    hint = f"a back-up from before is {saved}" if saved else cause.hint
    return StorageProblem(f"changing the tables of {place} failed and was taken back: {cause.message}", hint=hint)


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """One transaction for the schema. On SQLite without foreign keys, whose actions would empty the tables that point to
    one that a step rebuilds (inside a transaction the switch has no effect), and with all of them checked at the end."""
    with engines.writing(engine).connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            _pragma(connection, "foreign_keys = OFF")
            _pragma(connection, f"busy_timeout = {_PATIENCE_MS}")
        try:
            with connection.begin():
                if not is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_KEY})
                yield connection
                if is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                    raise RuntimeError(f"{len(broken)} rows would point to nothing, the first in table {broken[0][0]}")
        finally:
            if is_sqlite:
                _pragma(connection, f"busy_timeout = {int(engines.PATIENCE * 1000)}")
                _pragma(connection, "foreign_keys = ON")


def _pragma(connection: Connection, words: str) -> None:
    """Outside any transaction, which SQLAlchemy would begin."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.execute(f"PRAGMA {words}")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.migrations()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _is_known(revision: str | None) -> bool:
    if revision is None:
        return False
    try:
        return ScriptDirectory.from_config(_config()).get_revision(revision) is not None
    except CommandError:
        return False


@contextmanager
def _engine(place: Place) -> Iterator[Engine]:
    engine = engines.engine_for(place)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _looking(place: Place) -> Iterator[Connection]:
    """A connection that only looks; a SQLite file stays byte for byte what it is."""
    engine = engines.looking_engine_for(place)
    try:
        with engines.converted(place), engine.connect() as connection:
            engines.check_server(connection)
            yield connection
    finally:
        engine.dispose()


# --- back-ups --------------------------------------------------------------------------------------------------------


def backup(url: str, to: Path | None = None) -> Path:
    """A checked copy of a SQLite database, also while it is in use: at ``to`` (a new file or a folder), or in ``backups/``
    beside it. Raises Conflict where the file is there already."""
    path = _file(url, "pg_dump makes its back-ups")
    if engines.is_absent(Place.of(url)):
        raise StorageProblem(f"there is no database at {path} yet")
    if to is None or to.is_dir():
        to = _free((to or _folder(path)) / f"{path.stem}-{_stamp()}{path.suffix}")
    elif to.exists():
        raise Conflict(f"{to} is there already", hint="name a new file")
    _copy(path, to)
    return to


def restore(url: str, source: Path) -> Path | None:
    """Make a SQLite database what a back-up holds. The present one is saved first: the answer is where, None if there was
    none. Refuses a file that is damaged, not ours or newer. Programs that have the database open see the restored one next."""
    path = _file(url, "psql and pg_restore take its back-ups")
    if not source.is_file():
        raise StorageProblem(f"there is no file {source}")
    place = Place.of(url)
    source_status = status(str(source))
    if source_status.state not in {State.CURRENT, State.OLDER}:
        what = "was made by a newer studyplan" if source_status.state is State.NEWER else "is no database of studyplan"
        raise StorageProblem(f"{source} {what}", hint="nothing was changed")
    if path.exists() and path.samefile(source):
        raise Conflict(f"{source} is the database itself", hint="name a back-up")
    found = _quick_check(source)
    if found:
        raise StorageProblem(f"{source} is damaged: {found[0]}", hint="nothing was changed; take another back-up")
    engines.make_folder(place)
    saved = None if engines.is_absent(place) else _save_present(path)
    with engines.converted(place):
        if saved is not None and saved.suffix == _DAMAGED:
            _replace(path, source)
        else:
            _copy_into(source, path)
    return saved


_DAMAGED = ".damaged"


def _save_present(path: Path) -> Path:
    """The database that a restore will replace: as a back-up, or byte for byte where it is too damaged for one."""
    try:
        return _keep(path, "before-restore")
    except StorageProblem as error:
        if "locked" in error.message or not _is_damaged(path):
            raise
    aside = _free(_folder(path) / f"{path.stem}-before-restore-{_stamp()}{_DAMAGED}")
    with _guarded(path):
        aside.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, aside)
    return aside


def _is_damaged(path: Path) -> bool:
    try:
        return bool(_quick_check(path))
    except StorageProblem:
        return True


def _file(url: str, other: str) -> Path:
    path = Place.of(url).path
    if path is None:
        raise StorageProblem("only a SQLite file can be copied from here", hint=f"for PostgreSQL, {other}")
    return path


def _keep(path: Path, why: str) -> Path:
    to = _free(_folder(path) / f"{path.stem}-{why}-{_stamp()}{path.suffix}")
    _copy(path, to)
    return to


def _folder(path: Path) -> Path:
    return path.parent / "backups"


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")


def _plain(revision: str) -> str:
    return "".join(letter if letter.isalnum() or letter == "_" else "-" for letter in revision)


def _free(path: Path) -> Path:
    """The path, or with a number where two back-ups are made in one second."""
    candidate, count = path, 1
    while candidate.exists():
        count += 1
        candidate = path.with_name(f"{path.stem}-{count}{path.suffix}")
    return candidate


def _prune(path: Path) -> None:
    """Keep the newest of the automatic back-ups."""
    found = sorted(_folder(path).glob(f"{path.stem}-before-*"), key=lambda each: each.stat().st_mtime_ns)
    for old in found[:-KEPT]:
        with suppress(OSError):
            old.unlink()


def _copy(path: Path, to: Path) -> None:
    """A consistent copy of a database in use: written beside its place, checked, and only then given its name."""
    part = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        with _guarded(path):
            to.parent.mkdir(parents=True, exist_ok=True)
        _copy_into(path, part)
        found = _quick_check(part)
        if found:
            raise StorageProblem(f"the back-up of {path} is damaged: {found[0]}", hint="`studyplan db check` says more")
        with _guarded(path):
            shutil.copymode(path, part)
            part.replace(to)
    finally:
        for left in (part, part.with_name(f"{part.name}-journal")):
            left.unlink(missing_ok=True)


def _replace(path: Path, source: Path) -> None:
    """Put a copy in the place of a file that is no database any more, and take away what belonged to the old one."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _copy_into(source, part)
        for left in ("-wal", "-shm", "-journal"):
            path.with_name(path.name + left).unlink(missing_ok=True)
        with _guarded(path):
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _copy_into(source: Path, target: Path) -> None:
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


def _quick_check(path: Path) -> list[str]:
    """What SQLite's own check finds wrong with a file; empty where all is well."""
    try:
        with closing(engines.look_at(path.absolute())) as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(20)")]
    except sqlite3.Error as error:
        raise engines.problem(error, Place.of(str(path))) from error
    return [] if found == ["ok"] else found


@contextmanager
def _guarded(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise engines.problem(error, Place.of(str(path))) from error


# --- checking --------------------------------------------------------------------------------------------------------


def check(url: str) -> list[str]:
    """What is wrong with a database, a line each; empty where all is well."""
    place = Place.of(url)
    found = status(url)
    if found.state in {State.ABSENT, State.EMPTY}:
        return []
    if found.state is State.FOREIGN:
        return ["it holds other tables, but is no database of studyplan"]
    if found.state is not State.CURRENT:
        return [f"made by another studyplan, {found.state} than this one: it is at {found.revision}, not {found.head}"]
    with _looking(place) as connection:
        problems: list[str] = []
        if place.is_sqlite:
            problems += [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check(20)") if row[0] != "ok"]
            problems += [
                f"a row of '{row[0]}' points to nothing in '{row[2]}'"
                for row in connection.exec_driver_sql("PRAGMA foreign_key_check")
            ]
        return problems + _broken_promises(connection) + drift(connection)


def drift(connection: Connection) -> list[str]:
    """Where the schema differs from the tables that this program knows."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return [f"the schema differs: {difference}" for difference in compare_metadata(context, METADATA)]


def _broken_promises(connection: Connection) -> list[str]:
    """What the tables' constraints cannot hold."""
    learner, plan, task, batch = tables.learner, tables.plan, tables.task, tables.batch
    problems = []
    for table, counter in ((plan, "next_plan"), (task, "next_task"), (batch, "next_batch")):
        largest = select(func.max(table.c.number)).where(table.c.learner_id == learner.c.id).scalar_subquery()
        problems += [
            f"learner '{row.name}': the next {table.name} would get number {row[1]}, which is taken"
            for row in connection.execute(
                select(learner.c.name, learner.c[counter]).where(learner.c[counter] <= largest)
            )
        ]
    unstamped = select(func.count()).select_from(task).where(task.c.exists, task.c.updated_at.is_(None))
    count = connection.execute(unstamped).scalar()
    if count:
        problems.append(f"{count} tasks have no stamp for the calendar")
    doubled = (
        select(plan.c.learner_id, plan.c.name)
        .where(plan.c.exists, plan.c.state == "active")
        .group_by(plan.c.learner_id, plan.c.name)
        .having(func.count() > 1)
    )
    problems += [f"two running plans are called '{row.name}'" for row in connection.execute(doubled)]
    return problems
