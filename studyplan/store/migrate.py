"""Making, upgrading and checking a database: the only alembic import of the package.

Every step is all or nothing. On SQLite an upgrade holds the writer's place from before its back-up until its end, so two
processes cannot upgrade at once and the back-up is exactly what was upgraded; PostgreSQL has an advisory lock for that.
"""

from __future__ import annotations

import re
import sqlite3
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, SAWarning, SQLAlchemyError

from studyplan import resources
from studyplan.errors import StorageProblem, StudyplanError
from studyplan.store import backups, checking, problems, strangers, tables
from studyplan.store import engine as engines
from studyplan.store.engine import State
from studyplan.store.place import Place
from studyplan.text import count, one_line

#: What the migrations should have made, for alembic's autogenerate.
METADATA = tables.whole()
#: Seconds that an upgrade waits for another process's upgrade.
_PATIENCE = 60.0
#: Seconds between two looks at a PostgreSQL that others upgrade.
_PAUSE = 0.1
#: The key of the advisory lock under which PostgreSQL's upgrades queue: any number that is ours alone.
_ADVISORY_KEY = 0x5354_5544_5950_4C4E


@dataclass(frozen=True, slots=True)
class SchemaStatus:
    """A database as it stands. ``revision``: None if it has no schema; ``head``: what this program works with."""

    place: str
    revision: str | None
    head: str
    state: State


def status(url: str) -> SchemaStatus:
    """Look at a database. Changes nothing, makes nothing."""
    place = Place.of(url)
    if engines.is_absent(place):
        return SchemaStatus(str(place), None, tables.HEAD, State.ABSENT)
    with _looking(place) as connection:
        revision, state = engines.revision_of(connection)
    if state is State.OTHER:
        state = State.OLDER if _is_known(revision) else State.NEWER
    return SchemaStatus(str(place), revision, tables.HEAD, state)


def upgrade(url: str, *, tell: Callable[[str], None]) -> SchemaStatus:
    """Upgrade a database to HEAD on purpose, PostgreSQL too; create it if there is none."""
    place = Place.of(url)
    engines.make_folder(place)
    with problems.converted(place), _engine(place, tell) as engine:
        with engine.connect() as connection:
            engines.check_server(connection)
            revision, state = engines.revision_of(connection)
        _refuse(place, revision, state)
        if state is not State.CURRENT:
            _migrate(engine, place, "head", tell=tell)
    return status(url)


def downgrade(url: str, revision: str, *, tell: Callable[[str], None]) -> SchemaStatus:
    """Take a database back to an earlier revision (``base``: to nothing), after a back-up on SQLite."""
    place = Place.of(url)
    if engines.is_absent(place):
        raise StorageProblem(f"there is no database at {place} yet")
    with problems.converted(place), _engine(place, tell) as engine:
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
        raise StorageProblem(f"{place} is not a studyplan database: it has other tables", hint="name another with --db")
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
    with _engine(place, _no_word) as engine, _alone(engine, place, _no_word) as connection:
        yield connection


def _migrate(engine: Engine, place: Place, to: str, *, tell: Callable[[str], None], down: bool = False) -> None:
    """All steps to a revision, in one transaction."""
    saved: Path | None = None
    revision: str | None = None
    try:
        with _alone(engine, place, tell) as connection:
            revision, state = engines.revision_of(connection)
            if not down and state is State.CURRENT:
                return
            if place.path is not None and revision is not None:
                saved = backups.keep(place.path, re.sub(r"\W", "_", revision))
            config = _config()
            config.attributes["connection"] = connection
            (command.downgrade if down else command.upgrade)(config, to)
    except StudyplanError:
        raise
    except Exception as error:
        raise _failed(error, place, revision, saved) from error
    if place.path is not None and saved is not None:
        backups.prune(place.path, saved)
        tell(
            f"{place} was {'downgraded' if down else 'upgraded'} from {revision} to {to if down else tables.HEAD}; back-up: {saved}"
        )


def _failed(error: Exception, place: Place, revision: str | None, saved: Path | None) -> StorageProblem:
    """A step may fail with anything at all. Nothing of it is left, and people must hear where their data is."""
    if isinstance(error, (SQLAlchemyError, sqlite3.Error, OSError)):
        cause = problems.problem(error, place)
    else:
        cause = StudyplanError(str(error).partition("\n")[0] or type(error).__name__)
    if revision is None:
        return StorageProblem(f"the database could not be created: {cause.message}", hint=cause.hint)
    hint = f"the back-up from before is {saved}" if saved else cause.hint
    return StorageProblem(f"changing the tables of {place} failed and was undone: {cause.message}", hint=hint)


@contextmanager
def _alone(engine: Engine, place: Place, tell: Callable[[str], None]) -> Iterator[Connection]:
    """One transaction for the schema. On SQLite without foreign keys, whose actions would empty the tables that point to
    one that a step rebuilds (inside a transaction the switch has no effect), and with all of them checked at the end."""
    with engines.patient(engines.writing(engine), _PATIENCE).connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            _pragma(connection, "foreign_keys = OFF")
        try:
            with connection.begin():
                if not is_sqlite:
                    _queue(connection, place, tell)
                yield connection
                if is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                    raise RuntimeError(
                        f"{count(len(broken), 'row')} would refer to missing rows, the first in table {broken[0][0]}"
                    )
        finally:
            if is_sqlite:
                _pragma(connection, "foreign_keys = ON")


def _queue(connection: Connection, place: Place, tell: Callable[[str], None]) -> None:
    """Wait for the upgrades of others. Raises StorageProblem if they take too long."""

    def take() -> bool:
        lock = text("SELECT pg_try_advisory_xact_lock(:key)")
        if connection.execute(lock, {"key": _ADVISORY_KEY}).scalar():
            return True
        time.sleep(_PAUSE)
        return False

    engines.begin_on_server(connection, _PATIENCE)
    if not engines.wait_for_turn(take, lambda: tell(engines.busy(place)), seconds=_PATIENCE):
        raise StorageProblem(f"{place} is being upgraded by another program", hint="try again in a moment")


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


def _no_word(line: str) -> None:
    pass


@contextmanager
def _engine(place: Place, tell: Callable[[str], None]) -> Iterator[Engine]:
    engine = engines.engine_for(place, tell=tell)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _looking(place: Place) -> Iterator[Connection]:
    """A connection that only looks; a SQLite file stays byte for byte what it is."""
    engine = engines.looking_engine_for(place)
    try:
        with problems.converted(place), engine.connect() as connection:
            engines.check_server(connection)
            yield connection
    finally:
        engine.dispose()


# --- checking --------------------------------------------------------------------------------------------------------


def check(url: str) -> list[str]:
    """What is wrong with a database, a line for each problem; empty if all is well."""
    place = Place.of(url)
    found = status(url)
    if found.state in {State.ABSENT, State.EMPTY}:
        return []
    if found.state is State.FOREIGN:
        return ["it is not a studyplan database: it has other tables"]
    strange = _strangers(place, found)
    if found.state is not State.CURRENT:
        words = f"made by {'an older' if found.state is State.OLDER else 'a newer'} studyplan: it is at {found.revision}, not {found.head}"
        return [words, *strange]
    with _looking(place) as connection:
        problems: list[str] = []
        if place.is_sqlite:
            problems += [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check(20)") if row[0] != "ok"]
        problems += [
            f"a row of '{row[0]}' refers to a missing row of '{row[2]}'" for row in checking.orphans(connection)
        ]
        differences = drift(connection)
        try:
            problems += map(str, checking.faults(connection))
            problems += checking.broken_promises(connection)
            problems += checking.dangling(connection)
        except DBAPIError:
            # Of tables that lack a column no rows can be read.
            if not differences:
                raise
        return problems + strange + differences


def _strangers(place: Place, found: SchemaStatus) -> list[str]:
    """What studyplan did not make. A newer studyplan may make what this one does not know."""
    if place.path is None or found.revision is None or found.state is State.NEWER:
        return []
    with problems.converted(place):
        strange = strangers.strangers_in(place.path, made_by(found.revision))
    return [f"it has {each} that studyplan did not make" for each in strange]


def _nobody(line: str) -> None:
    """Ignores messages about a temporary database."""


def made_by(revision: str) -> frozenset[strangers.Thing]:
    """What the schema of a SQLite database of ours holds at a revision that we know."""
    place = Place.of(":memory:")
    with _engine(place, tell=_nobody) as engine:
        _migrate(engine, place, revision, tell=_nobody)
        with engine.connect() as connection:
            found = connection.exec_driver_sql("SELECT type, name FROM sqlite_master")
            return frozenset((kind, name) for kind, name in found)


def drift(connection: Connection) -> list[str]:
    """Where the schema differs from the tables that this program knows, a line each."""
    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": _is_compared})
    with warnings.catch_warnings():
        # Of indexes on expressions, which it cannot compare; they are told as strangers.
        warnings.simplefilter("ignore", SAWarning)
        found = compare_metadata(context, METADATA)
    # What differs of one column comes as a list.
    return [_said(each) for group in found for each in (group if isinstance(group, list) else [group])]


def _said(difference: Sequence[Any]) -> str:
    """A difference in words. What is to be added is missing, what is to be removed is too much."""
    what, *of = difference
    verb, _, kind = what.partition("_")
    if verb == "modify":
        _, table, column, _, found, wanted = of
        return f"table '{table}': the column '{column}' {_shape(kind, found)}, and studyplan's {_shape(kind, wanted)}"
    thing, table = of[-1], getattr(of[-1], "table", None)
    name = one_line(str(thing.name or ", ".join(column.name for column in thing.columns)))
    if kind == "table":
        return f"the table '{name}' is missing"
    table = one_line(table.name if table is not None else of[1])
    kind = _KINDS.get(kind, kind)
    return f"table '{table}' " + (
        f"lacks the {kind} '{name}'" if verb == "add" else f"has a {kind} '{name}' that studyplan did not make"
    )


#: As people call them.
_KINDS = {"fk": "reference", "constraint": "rule"}


def _shape(kind: str, value: Any) -> str:
    if kind == "nullable":
        return "may be empty" if value else "may not be empty"
    return f"has the {kind} {one_line(str(value), 60)}"


def _is_compared(thing: object, name: str | None, kind: str, is_found: bool, wanted: object) -> bool:
    """Whole tables that are too many are told as strangers, not as a difference; some are an extension's."""
    return not (kind == "table" and is_found and wanted is None)
