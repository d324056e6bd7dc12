"""A quick look at the names in a database, for Tab: read by the driver alone, since SQLAlchemy takes longer to load than somebody waits.

Nothing is made, upgraded or written, and nobody is waited for: where the database is not there or not as expected, there is
nothing to see. Imports the standard library only; ``psycopg`` where the database is PostgreSQL.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable

#: Seconds that a lock or a server is waited for.
_PATIENCE = 1
_SERVER: Mapping[str, Any] = {
    "connect_timeout": 2,
    "options": f"-c default_transaction_read_only=on -c statement_timeout={_PATIENCE}s",
}
_LEARNERS = 'SELECT "id", "name" FROM "learner" ORDER BY "name"'
_PLANS = 'SELECT "number", "name", "title", "template", "state", "habits" FROM "plan" WHERE "exists" AND "learner_id" = {} ORDER BY 1'
_TASKS = (
    'SELECT "number", "plan", "key", "title", "module", COALESCE("own_kind", "kind"), "status", "date", "tags" FROM "task"'
    ' WHERE "exists" AND "habit" IS NULL AND "learner_id" = {} ORDER BY "date", "position", "number"'
)


@dataclass(frozen=True, slots=True)
class SeenPlan:
    number: int
    name: str
    title: str
    template: str
    state: str


@dataclass(frozen=True, slots=True)
class SeenTask:
    number: int
    plan: int
    key: str
    title: str
    module: str
    kind: str
    status: str
    date: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Glance:
    """What can be named: all learners; the plans and tasks of one, the tasks by day."""

    learners: tuple[str, ...] = ()
    plans: tuple[SeenPlan, ...] = ()
    tasks: tuple[SeenTask, ...] = ()


def look(database: str, learner: str | None, login: str | None) -> Glance:
    """What is in the database, a path or a URL. ``learner`` and ``login`` say whose plans, as in ``planner.who``.

    Raises whatever the driver raises for a database that is not as expected.
    """
    with _opened(database) as ask:
        if ask is None:
            return Glance()
        learners = {name: int(id) for id, name in ask(_LEARNERS)}
        names = tuple(learners)
        name = learner or (names[0] if not _is_server(database) and len(names) == 1 else login)
        # A name is found whatever its capitals, unless two differ in nothing else.
        alike = [each for each in names if name and each.casefold() == name.casefold()]
        if name not in learners and len(alike) == 1:
            name = alike[0]
        if name not in learners:
            return Glance(names)
        rows = list(ask(_PLANS.format(learners[name])))
        habits = [habit for number, *_, kept in rows for habit in _habits(number, kept)]
        tasks = (*habits, *(_task(row) for row in ask(_TASKS.format(learners[name]))))
        return Glance(names, tuple(SeenPlan(*row) for *row, _ in rows), tasks)


def _is_server(database: str) -> bool:
    return database.startswith("postgres") and "://" in database


def _habits(plan: int, kept: Any) -> Iterator[SeenTask]:
    """A plan's habits, each of which is named like a task that is always open."""
    if isinstance(kept, str):
        import json

        kept = json.loads(kept)
    for number, key, title, _, _, first, _, kind, module, *_ in kept or ():
        yield SeenTask(number, plan, key, title, module, kind, "open", first, ())


def _task(row: tuple[Any, ...]) -> SeenTask:
    number, plan, key, title, module, kind, status, day, tags = row
    if isinstance(tags, str):
        import json

        tags = json.loads(tags)
    return SeenTask(number, plan, key, title, module, kind, status, str(day), tuple(map(str, tags or ())))


@contextmanager
def _opened(database: str) -> Iterator[Callable[[str], Any] | None]:
    """Opens a database and gives what asks it; None if there is none."""
    if _is_server(database):
        import psycopg

        _, _, rest = database.partition("://")
        with psycopg.connect(f"postgresql://{rest}", autocommit=True, **_SERVER) as server:
            yield server.execute
        return
    path = Path(database.removeprefix("sqlite:///"))
    if not path.is_file():
        yield None
        return
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=_PATIENCE)) as file:
        # What stands in a schema may be another's: it gets no function that reaches beyond the file.
        file.execute("PRAGMA trusted_schema = OFF")
        yield file.execute
