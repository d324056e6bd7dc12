"""What a SQLite file may bring that would run as its reader: triggers, views and tables that no migration of ours made, and the
commands that are run for a calendar's password. The schema of a file is program code, so a file from elsewhere is looked at first.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from studyplan.store import engine as engines
from studyplan.store import problems
from studyplan.store.place import Place
from studyplan.text import shown

#: An object of a schema, by its kind and name, which no two share.
Thing = tuple[str, str]
#: SQLite's own, where ANALYZE or AUTOINCREMENT was used.
_SQLITES = frozenset(("table", f"sqlite_{name}") for name in ("sequence", "stat1", "stat2", "stat3", "stat4"))
_KINDS = {"table": "a table", "index": "an index", "trigger": "a trigger", "view": "a view"}


@dataclass(frozen=True, slots=True)
class Command:
    """What is run for the password of a learner's calendar."""

    learner: str
    calendar: str
    command: str


def strangers_in(path: Path, known: Collection[Thing]) -> list[str]:
    """What of a file's schema is not among what we know, in words. Raises sqlite3.Error."""
    with closing(engines.look_at(path)) as connection:
        found = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    strange = []
    for kind, name, table, sql in found:
        if str(sql).lstrip().upper().startswith("CREATE VIRTUAL"):
            strange.append(f"a virtual table '{shown(name)}'")
        elif (kind, name) not in known and (kind, name) not in _SQLITES and not _is_own_index(kind, name, sql):
            place = f" on '{shown(table)}'" if table != name else ""
            strange.append(f"{_KINDS.get(kind, 'something')} '{shown(name)}'{place}")
    return strange


def _is_own_index(kind: str, name: str, sql: str | None) -> bool:
    """Whether SQLite made it for a key: it then has no SQL text."""
    return kind == "index" and sql is None and name.startswith("sqlite_autoindex_")


def commands(url: str) -> tuple[Command, ...]:
    """The password commands in a database; none on a server, where they are never run. Raises StorageProblem."""
    place = Place.of(url)
    if place.path is None or engines.is_absent(place):
        return ()
    with problems.converted(place):
        return commands_in(place.path)


def commands_in(path: Path) -> tuple[Command, ...]:
    """The password commands that a file brings. Raises sqlite3.Error."""
    with closing(engines.look_at(path)) as connection:
        if not _has_commands(connection):
            return ()
        rows = connection.execute(
            "SELECT coalesce(learner.name, ''), remote.name, password_command FROM remote"
            " LEFT JOIN learner ON learner.id = learner_id"
            " WHERE password_command IS NOT NULL ORDER BY learner_id, remote.number"
        )
        return tuple(Command(*map(str, row)) for row in rows)


def drop_commands(path: Path) -> None:
    """Take the password commands out of a file. Raises sqlite3.Error."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE remote SET password_command = NULL")


def _has_commands(connection: sqlite3.Connection) -> bool:
    """Tables of an older studyplan have none."""
    return any(column[1] == "password_command" for column in connection.execute("PRAGMA table_info(remote)"))
