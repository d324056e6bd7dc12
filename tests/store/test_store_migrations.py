"""How a database is made and upgraded: step by step, on both kinds, and what is left when a step fails."""

from __future__ import annotations

import ast
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.config import main as alembic
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from store_samples import read, started, write

from studyplan import resources
from studyplan.errors import StorageProblem
from studyplan.model import PlanState
from studyplan.store import Store, backups, migrate, tables
from studyplan.store import engine as engines
from studyplan.store.accounts import Accounts
from studyplan.store.engine import State
from studyplan.store.place import Place

ROOT = Path(__file__).parents[2]
ADD_COLUMN = "op.add_column('task', sa.Column('planted', sa.Integer()))"
#: Adds a column and then fails: the column must not stay.
FAIL = ADD_COLUMN + "\nraise RuntimeError('planted trouble')"


def engine_on(url: str) -> Engine:
    """A plain engine, none of ours: what anybody sees of the database."""
    place = Place.of(url)
    return create_engine(f"sqlite:///{place.path}" if place.path else place.url)


def schema(engine: Engine) -> dict[str, Any]:
    """Every table with its columns, keys, checks and indexes, as the database tells them."""
    look = inspect(engine)
    return {
        table: {
            "columns": [
                (each["name"], str(each["type"]), each["nullable"], each["default"]) for each in look.get_columns(table)
            ],
            "primary key": look.get_pk_constraint(table),
            "foreign keys": sorted(map(repr, look.get_foreign_keys(table))),
            "unique": sorted(map(repr, look.get_unique_constraints(table))),
            "checks": sorted(map(repr, look.get_check_constraints(table))),
            "indexes": sorted(
                (
                    each["name"],
                    str(each["column_names"]),
                    bool(each["unique"]),
                    sorted(f"{key} {value}" for key, value in each["dialect_options"].items()),
                )
                for each in look.get_indexes(table)
            ),
        }
        for table in look.get_table_names()
        if table != "alembic_version"
    }


def seen(url: str) -> dict[str, Any]:
    engine = engine_on(url)
    try:
        return schema(engine)
    finally:
        engine.dispose()


def run(url: str, *statements: str) -> None:
    engine = engine_on(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection of somebody else, in a transaction."""
    engine = engine_on(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def script() -> ScriptDirectory:
    return ScriptDirectory(str(resources.migrations()))


def test_there_is_one_head_and_it_is_ours() -> None:
    """The migrations end in the one revision that the program works with, and all are named as ours."""
    assert script().get_heads() == [tables.HEAD]
    assert all(each.revision.startswith(tables.OURS) for each in script().walk_revisions())


@pytest.mark.parametrize("path", sorted((ROOT / "migrations" / "versions").glob("*.py")), ids=lambda path: path.name)
def test_a_migration_imports_alembic_and_sqlalchemy_only(path: Path) -> None:
    """History must not move when the program does."""
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported <= {"alembic", "sqlalchemy"}


class Contract:
    @pytest.fixture
    def told(self) -> list[str]:
        return []

    @pytest.fixture
    def ready(self, url: str) -> str:
        """A database at HEAD with a learner and a plan."""
        write(url, started)
        return url

    def tasks(self, url: str) -> int:
        return read(url, lambda unit: len(unit.tasks(1)))

    def test_every_step_goes_up_down_and_up(self, url: str, told: list[str]) -> None:
        """Each migration can be taken back, down to nothing, and made again with the same result."""
        migrate.upgrade(url, tell=told.append)
        made = seen(url)
        for step in script().walk_revisions():
            before = str(step.down_revision or "base")
            migrate.downgrade(url, before, tell=told.append)
            assert (seen(url) == {}) == (before == "base")
            migrate.upgrade(url, tell=told.append)
            assert seen(url) == made

    def test_a_database_taken_back_to_nothing_is_new(self, ready: str, told: list[str]) -> None:
        """After a downgrade to base the next use makes the database afresh."""
        migrate.downgrade(ready, "base", tell=told.append)
        assert migrate.status(ready).state is State.EMPTY
        assert read(ready, lambda unit: unit.learners()) == []
        assert migrate.status(ready).state is State.EMPTY
        self.test_the_first_write_makes_the_tables(ready)

    def test_the_first_write_makes_the_tables(self, url: str) -> None:
        """A read of a database without tables sees nothing and makes nothing; a write makes them all."""
        with closing(Store(url)) as store:
            assert store.read(lambda unit: unit.learners()) == []
            assert seen(url) == {}
            store.write(started)
            assert store.read(lambda unit: len(unit.tasks(1))) == 3
        assert migrate.status(url).state is State.CURRENT

    def test_the_migrations_make_what_the_program_expects(self, ready: str, blank: str) -> None:
        """No drift: columns, keys, checks and indexes are those of the tables."""
        assert migrate.check(ready) == []
        engine = engine_on(blank)
        tables.whole().create_all(engine)
        expected = schema(engine)
        engine.dispose()
        assert seen(ready) == expected

    def test_cards_keep_their_order_when_they_get_numbers(self, ready: str, told: list[str]) -> None:
        """The cards of a database from before they had numbers are numbered by plan and place, and stay; down again too."""
        migrate.downgrade(ready, "studyplan_0001", tell=told.append)
        names = ["b", "a", "c"]
        said = ", ".join(f"(1, 1, {place}, '{name}', 'q', 'a', 'm', 'key-1', NULL)" for place, name in enumerate(names))
        run(ready, f"INSERT INTO card VALUES {said}")
        for _ in range(2):
            migrate.upgrade(ready, tell=told.append)
            cards = read(ready, lambda unit: unit.cards(1, 1))
            assert [(card.id, card.number, card.position) for card in cards] == [("b", 1, 0), ("a", 2, 1), ("c", 3, 2)]
            assert read(ready, lambda unit: unit.next_card(1)) == 4
            migrate.downgrade(ready, "studyplan_0001", tell=told.append)

    def test_stacked_exams_lose_their_hour(self, ready: str, told: list[str]) -> None:
        """Of a database from before an exam had an hour of its own; one that was pinned keeps it. Calendars are written anew."""
        migrate.downgrade(ready, "studyplan_0006", tell=told.append)
        at = "'2026-07-03 17:00:00'"
        run(
            ready,
            f"UPDATE task SET starts_at = {at}",
            "UPDATE task SET kind = 'exam', pinned = (number = 3) WHERE number > 1",
            "INSERT INTO remote (learner_id, number, name, url, account, form) VALUES (1, 1, 'c', 'u', '', 'timed')",
            *(
                "INSERT INTO seen (learner_id, remote, uid, task, href, presence, day, at, title, status, revised) VALUES"
                f" (1, 1, 'uid-{n}', {n}, 'h', 'there', '2026-07-03', {at}, 't', 'open', {at})"
                for n in (1, 2, 3)
            ),
        )
        migrate.upgrade(ready, tell=told.append)
        assert [task.starts_at is None for task in read(ready, lambda unit: unit.tasks(1))] == [False, True, False]
        seen = read(ready, lambda unit: Accounts(unit, 1).seen(1))
        assert [each.revised is None for each in seen] == [False, True, False]

    @pytest.mark.parametrize(
        ("week", "state", "kept"),
        [("'[60, 60, 60, 60, 60, 0, 0]'", "active", True), ("NULL", "active", None), ("'[60]'", "dropped", None)],
    )
    def test_running_plans_keep_the_minutes_of_their_own(
        self, ready: str, told: list[str], week: str, state: str, kept: bool | None
    ) -> None:
        """Those that were running before the learner's hours were a ceiling over all plans; what has ended needs none."""
        migrate.downgrade(ready, "studyplan_0010", tell=told.append)
        run(ready, f"UPDATE plan SET week = {week}, state = '{state}'")
        migrate.upgrade(ready, tell=told.append)
        run(ready, "UPDATE plan SET week = NULL")
        assert [plan.own_only for plan in read(ready, lambda unit: unit.plans(1, states=tuple(PlanState)))] == [kept]

    def test_drift_is_found(self, ready: str) -> None:
        """A missing index, a column too many and one of another kind are named by the check."""
        run(
            ready,
            "DROP INDEX ix_task_learner_id_status_date",
            "ALTER TABLE card ADD COLUMN extra INTEGER",
            "CREATE INDEX zz ON task (upper(title))",
        )
        found = [line for line in migrate.check(ready) if "'zz'" not in line]
        assert sorted(found) == [
            "table 'card' has a column 'extra' that studyplan did not make",
            "table 'task' lacks the index 'ix_task_learner_id_status_date'",
        ]

    def test_a_table_of_another_shape_is_told_in_words(self, ready: str) -> None:
        """Columns that are missing, of another type, or may be empty."""
        run(
            ready,
            "DROP TABLE answer",
            "DROP TABLE card",
            'CREATE TABLE card (learner_id TEXT, number INTEGER, "b\'[1m" INTEGER)',
        )
        found = migrate.check(ready)
        assert "the table 'answer' is missing" in found
        assert "table 'card' lacks the column 'question'" in found
        assert "table 'card': the column 'learner_id' has the type TEXT, and studyplan's has the type INTEGER" in found
        assert "table 'card': the column 'number' may be empty, and studyplan's may not be empty" in found
        assert not [line for line in found if "(" in line or "=" in line or "\x1b" in line]

    def test_a_failing_step_leaves_nothing(self, ready: str, planted: Callable[[str], Path], told: list[str]) -> None:
        """All steps are one transaction: after a failure the database is at the revision and schema it was at."""
        before, head = seen(ready), tables.HEAD
        planted(FAIL)
        with pytest.raises(StorageProblem, match="undone: planted trouble"):
            migrate.upgrade(ready, tell=told.append)
        assert seen(ready) == before
        assert (migrate.status(ready).revision, migrate.status(ready).state) == (head, State.OLDER)
        assert told == []

    def test_a_new_database_that_fails_is_not_there(self, url: str, planted: Callable[[str], Path]) -> None:
        """A database whose making fails has no table, and is made as soon as the trouble is over."""
        folder = planted(FAIL)
        with pytest.raises(StorageProblem, match="could not be created: planted trouble"):
            write(url, started)
        assert seen(url) == {}
        step = folder / "versions" / "9999_planted.py"
        step.write_text(step.read_text().replace("raise ", ""))
        write(url, started)
        assert self.tasks(url) == 3

    def test_an_upgrade_keeps_every_row(self, ready: str, planted: Callable[[str], Path], told: list[str]) -> None:
        """Rebuilding a table that others point to does not delete their rows."""
        planted(
            "with op.batch_alter_table('learner', recreate='auto') as batch:\n"
            "    batch.alter_column('name', type_=sa.Text(), existing_type=sa.String(200), existing_nullable=False)\n"
            "with op.batch_alter_table('plan', recreate='auto') as batch:\n"
            "    batch.alter_column('title', type_=sa.String(999), existing_type=sa.Text(), existing_nullable=False)"
        )
        assert migrate.upgrade(ready, tell=told.append).state is State.CURRENT
        assert self.tasks(ready) == 3

    def test_a_newer_database_is_refused(self, ready: str) -> None:
        """A revision of ours that this program does not know is a newer studyplan's; nothing is written."""
        run(ready, "UPDATE alembic_version SET version_num = 'studyplan_7777'")
        assert migrate.status(ready).state is State.NEWER
        before = seen(ready)
        for use in (read, write):
            with pytest.raises(StorageProblem, match="newer studyplan") as caught:
                use(ready, lambda unit: unit.learners())
            assert "studyplan-cli" in (caught.value.hint or "")
        with pytest.raises(StorageProblem, match="newer studyplan"):
            migrate.upgrade(ready, tell=lambda line: None)
        assert "newer" in migrate.check(ready)[0]
        assert seen(ready) == before

    @pytest.mark.parametrize("version", [None, "0001", ""], ids=["none", "another-alembic", "no-row"])
    def test_somebody_elses_database_is_refused(self, url: str, version: str | None) -> None:
        """Tables without our revision are not ours: refused by reads, writes and upgrades, and left as they are."""
        run(url, "CREATE TABLE invoice (id INTEGER PRIMARY KEY)")
        if version is not None:
            run(url, "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        if version:
            run(url, f"INSERT INTO alembic_version VALUES ('{version}')")
        before = seen(url)
        for use in (read, write):
            with pytest.raises(StorageProblem, match="not a studyplan database"):
                use(url, lambda unit: unit.learners())
        with pytest.raises(StorageProblem, match="not a studyplan database"):
            migrate.upgrade(url, tell=lambda line: None)
        with pytest.raises(StorageProblem, match="not a studyplan database"):
            migrate.downgrade(url, "base", tell=lambda line: None)
        assert migrate.status(url).state is State.FOREIGN
        assert "not a studyplan database" in migrate.check(url)[0]
        assert seen(url) == before

    def test_alembics_own_command_works(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Developers run alembic on STUDYPLAN_DATABASE_URL: up, no drift, down."""
        monkeypatch.setenv("STUDYPLAN_DATABASE_URL", url)
        ini = ["-c", str(ROOT / "alembic.ini")]
        alembic([*ini, "upgrade", "head"])
        assert migrate.status(url).state is State.CURRENT
        alembic([*ini, "check"])
        alembic([*ini, "downgrade", "base"])
        assert migrate.status(url).state is State.EMPTY
        monkeypatch.delenv("STUDYPLAN_DATABASE_URL")
        with pytest.raises(SystemExit, match="STUDYPLAN_DATABASE_URL"):
            alembic([*ini, "upgrade", "head"])

    def test_tables_that_others_make_meanwhile_are_ours(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Between the looks at the revision and at the tables another process makes them all: they are no stranger's."""
        look = engines.relations

        def late(connection: Connection) -> set[str]:
            monkeypatch.setattr(engines, "relations", look)
            write(url, started)
            return look(connection)

        monkeypatch.setattr(engines, "relations", late)
        with connected(url) as connection:
            assert engines.revision_of(connection) == (tables.HEAD, State.CURRENT)


class TestOnSqlite(Contract):
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return str(tmp_path / "data" / "studyplan.db")

    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> Path:
        (tmp_path / "data").mkdir()
        return tmp_path / "data" / "backups"

    @pytest.fixture
    def blank(self, tmp_path: Path) -> str:
        return str(tmp_path / "blank.db")

    def test_opening_upgrades_after_a_back_up(
        self, ready: str, folder: Path, planted: Callable[[str], Path], told: list[str]
    ) -> None:
        """An older SQLite database is backed up and upgraded at its first use, with one line that names the back-up."""
        head = tables.HEAD
        planted(ADD_COLUMN)
        with closing(Store(ready, tell=told.append)) as store:
            assert store.read(lambda unit: len(unit.tasks(1))) == 3
        (saved,) = folder.iterdir()
        assert told == [f"{ready} was upgraded from {head} to studyplan_9999; back-up: {saved}"]
        assert migrate.status(str(saved)).revision == head
        assert "planted" in str(seen(ready)["task"])
        with closing(sqlite3.connect(saved)) as copy:
            assert copy.execute("SELECT count(*) FROM task").fetchone() == (3,)
            assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)

    def test_a_failure_names_the_back_up(
        self, ready: str, folder: Path, planted: Callable[[str], Path], told: list[str]
    ) -> None:
        """Who meets a failed upgrade is told where the copy from before is; it exits 6."""
        planted(FAIL)
        with pytest.raises(StorageProblem, match="planted trouble") as caught:
            read(ready, lambda unit: unit.learners())
        (saved,) = folder.iterdir()
        assert str(saved) in (caught.value.hint or "")
        assert caught.value.exit_code == 6
        with closing(sqlite3.connect(saved)) as copy:
            assert copy.execute("SELECT count(*) FROM task").fetchone() == (3,)

    def test_a_step_that_breaks_references_is_taken_back(self, ready: str, planted: Callable[[str], Path]) -> None:
        """With foreign keys off during the steps, what points to nothing afterwards still ends the upgrade."""
        planted("op.execute('DELETE FROM plan')")
        with pytest.raises(StorageProblem, match="refer to missing rows"):
            read(ready, lambda unit: unit.learners())
        with closing(sqlite3.connect(ready)) as connection:
            assert connection.execute("SELECT count(*) FROM plan").fetchone() == (1,)

    def test_foreign_keys_are_on_after_an_upgrade(self, ready: str, planted: Callable[[str], Path]) -> None:
        """The connection that upgraded goes on with foreign keys: removing a learner removes the rest."""
        planted(ADD_COLUMN)
        write(ready, lambda unit: unit.remove_learner(1))
        with closing(sqlite3.connect(ready)) as connection:
            assert connection.execute("SELECT count(*) FROM task").fetchone() == (0,)

    def test_five_automatic_back_ups_are_kept(
        self, ready: str, folder: Path, planted: Callable[[str], Path], told: list[str]
    ) -> None:
        """The newest five of the automatic back-ups stay, and all that people made."""
        mine = backups.backup(ready)
        for _ in range(7):
            migrate.downgrade(ready, "base", tell=told.append)
            write(ready, started)
        named = [Path(line.rpartition("back-up: ")[2]) for line in told]
        assert set(folder.iterdir()) == {mine, *named[-5:]}


class TestOnPostgres(Contract):
    @pytest.fixture
    def url(self, postgres_url: str) -> str:
        return postgres_url

    @pytest.fixture
    def blank(self, postgres) -> str:
        return postgres.create()

    def test_opening_never_upgrades(self, ready: str, planted: Callable[[str], Path], told: list[str]) -> None:
        """A team's database is upgraded on purpose only; opening names the command."""
        planted(ADD_COLUMN)
        for use in (read, write):
            with pytest.raises(StorageProblem, match="older studyplan") as caught:
                use(ready, lambda unit: unit.learners())
            assert "studyplan db upgrade" in (caught.value.hint or "")
        assert migrate.upgrade(ready, tell=told.append).state is State.CURRENT
        assert self.tasks(ready) == 3

    @pytest.mark.parametrize("extension", ["pg_stat_statements", "earthdistance CASCADE", "pg_buffercache"])
    def test_what_an_extension_brings_is_no_strangers(
        self, url: str, postgres, extension: str, told: list[str]
    ) -> None:
        """Its tables and views stand in the same schema; the database is still new, and later in good order."""
        run(url, f"CREATE EXTENSION {extension}", "CREATE TABLE brought (a int)")
        name = extension.partition(" ")[0]
        run(url, f"ALTER EXTENSION {name} ADD TABLE brought")
        assert migrate.status(url).state is State.EMPTY
        assert migrate.upgrade(url, tell=told.append).state is State.CURRENT
        assert migrate.check(url) == []

    def test_an_upgrade_waits_for_another_with_a_word(
        self, url: str, told: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Another upgrade holds the lock: the wait is told, and ends."""
        monkeypatch.setattr(engines, "WORD_AFTER", 0.0)
        monkeypatch.setattr(migrate, "_PATIENCE", 0.1)
        with connected(url) as other:
            other.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": migrate._ADVISORY_KEY})
            with pytest.raises(StorageProblem, match="being upgraded by another program"):
                migrate.upgrade(url, tell=told.append)
        (word,) = told
        assert word.startswith("Waiting for another program")
        assert migrate.upgrade(url, tell=told.append).state is State.CURRENT
