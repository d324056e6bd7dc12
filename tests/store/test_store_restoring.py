"""Restoring: what a back-up may bring, what it may replace, and what is saved before."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from store_samples import read, started, write

from studyplan.errors import StorageProblem
from studyplan.store import Store, backups, migrate, restoring, strangers
from studyplan.store.engine import State
from studyplan.store.strangers import Command

REMOTE = (
    "INSERT INTO remote (learner_id, number, name, url, account, form, password_command)"
    " VALUES (1, 1, 'phone', 'https://calendar.example', 'ana', 'todos', 'touch pwned')"
)
TRIGGER = "CREATE TRIGGER t AFTER INSERT ON batch BEGIN UPDATE task SET title = 'by a trigger'; END"


def sql(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def ask(path: Path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def in_folder(folder: Path) -> dict[str, bytes]:
    """What is in every file below a folder, less what a mere reader of a database leaves: an empty log and its index."""
    found = {str(each): each.read_bytes() for each in folder.rglob("*") if each.is_file() and each.suffix != ".db-shm"}
    return {name: content for name, content in found.items() if content}


@pytest.fixture
def studied(sqlite_path: Path) -> Path:
    write(str(sqlite_path), started)
    return sqlite_path


@pytest.fixture
def copy(studied: Path) -> Path:
    """A back-up, before something more was done."""
    made = backups.backup(str(studied), studied.with_name("copy.db"))
    write(str(studied), lambda unit: started(unit, "bea"))
    return made


def names(path: Path) -> list[str]:
    return [each.name for each in read(str(path), lambda unit: unit.learners())]


# --- what a back-up may bring


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (TRIGGER, "a trigger 't' on 'batch'"),
        ("CREATE VIEW v AS SELECT * FROM task", "a view 'v'"),
        ("CREATE TABLE loot (a)", "a table 'loot'"),
        ("CREATE INDEX slow ON task (title)", "an index 'slow' on 'task'"),
        ("CREATE VIRTUAL TABLE words USING fts5(a)", "a virtual table 'words'"),
        ('CREATE TRIGGER "a\x1b[2Jb" AFTER INSERT ON batch BEGIN SELECT 1; END', "a trigger 'a?[2Jb' on 'batch'"),
    ],
)
def test_what_no_migration_made_is_refused(copy: Path, studied: Path, statement: str, named: str) -> None:
    """Named, and nothing is changed."""
    sql(copy, statement)
    before = in_folder(studied.parent)
    with pytest.raises(StorageProblem) as caught:
        restoring.restore(str(studied), copy)
    assert f"{copy} has {named}" in caught.value.message
    assert in_folder(studied.parent) == before


def test_a_table_of_ours_that_is_something_else_is_refused(copy: Path, studied: Path) -> None:
    """A view, or a virtual table, under the name of one of our tables."""
    for statements in (
        ("ALTER TABLE seen RENAME TO old", "CREATE VIEW seen AS SELECT * FROM old"),
        ("DROP TABLE seen", "CREATE VIRTUAL TABLE seen USING fts5(a)"),
    ):
        source = Path(shutil.copy(copy, copy.with_name("other.db")))
        sql(source, *statements)
        with pytest.raises(StorageProblem, match=r"(view|virtual table) 'seen'"):
            restoring.restore(str(studied), source)
        source.unlink()


def test_what_sqlite_keeps_for_itself_is_no_stranger(copy: Path, studied: Path) -> None:
    """ANALYZE leaves tables of its own, in a database that is well."""
    sql(copy, "ANALYZE")
    assert migrate.check(str(copy)) == []
    restoring.restore(str(studied), copy)
    assert names(studied) == ["ana"]


def test_password_commands_are_left_out(copy: Path, studied: Path) -> None:
    """Each is told of, the calendar stays; the back-up itself is not changed."""
    sql(copy, REMOTE)
    before = copy.read_bytes()
    restored = restoring.restore(str(studied), copy)
    assert restored.dropped == (Command("ana", "phone", "touch pwned"),)
    assert ask(studied, "SELECT name, password_command FROM remote") == [("phone", None)]
    assert copy.read_bytes() == before


def test_password_commands_stay_where_that_is_wanted(copy: Path, studied: Path) -> None:
    """Who is asked sees them all; nobody is asked where there are none."""
    asked: list[tuple[Command, ...]] = []

    def yes(commands: tuple[Command, ...]) -> bool:
        asked.append(commands)
        return True

    restoring.restore(str(studied), copy, may_run=yes)
    assert asked == []
    sql(copy, REMOTE)
    assert restoring.restore(str(studied), copy, may_run=yes).dropped == ()
    assert asked == [(Command("ana", "phone", "touch pwned"),)]
    assert ask(studied, "SELECT password_command FROM remote") == [("touch pwned",)]


@pytest.mark.parametrize("revision", ["studyplan_0001", "studyplan_0005"])
def test_an_older_back_up_is_looked_at_as_what_it_is(copy: Path, studied: Path, revision: str) -> None:
    """The schema of its own revision is known, what is not in that is refused."""
    migrate.downgrade(str(copy), revision, tell=lambda line: None)
    restoring.restore(str(studied), copy)
    assert ask(studied, "SELECT version_num FROM alembic_version") == [(revision,)]
    assert names(studied) == ["ana"]
    sql(copy, TRIGGER)
    with pytest.raises(StorageProblem, match="a trigger 't'"):
        restoring.restore(str(studied), copy)


# --- what is opened otherwise


def test_a_trigger_is_refused_at_opening(studied: Path) -> None:
    """A file that was copied into place by hand: a trigger in it runs with no change, and the way out is named."""
    sql(studied, TRIGGER)
    before = in_folder(studied.parent)
    for use in (read, write):
        with pytest.raises(StorageProblem, match="has a trigger 't' that studyplan did not make") as caught:
            use(str(studied), started)
        assert f"""sqlite3 {studied} 'DROP TRIGGER "t"'""" in (caught.value.hint or "")
    assert in_folder(studied.parent) == before
    assert "it has a trigger 't' on 'batch' that studyplan did not make" in migrate.check(str(studied))


def test_a_view_in_the_place_of_a_table_is_refused_at_opening(studied: Path) -> None:
    """It would be asked instead; one of another name is never asked, and may be somebody's report."""
    sql(studied, "CREATE VIEW report AS SELECT title FROM task")
    assert names(studied) == ["ana"]
    assert migrate.check(str(studied)) == ["it has a view 'report' that studyplan did not make"]
    sql(studied, "ALTER TABLE stint RENAME TO old", "CREATE VIEW stint AS SELECT * FROM old")
    with pytest.raises(StorageProblem, match="has a view 'stint'"):
        names(studied)
    sql(studied, "CREATE TABLE version AS SELECT * FROM alembic_version", "DROP TABLE alembic_version")
    sql(studied, "CREATE VIEW alembic_version AS SELECT * FROM version")
    with pytest.raises(StorageProblem, match="has a view 'alembic_version'"):
        names(studied)


def test_a_schema_reaches_no_function_beyond_the_file(studied: Path) -> None:
    """Functions that are not innocuous cannot be called from a view, an index or a default."""
    with closing(Store(str(studied))) as store:
        assert store.read(lambda unit: unit._connection.exec_driver_sql("PRAGMA trusted_schema").scalar()) == 0


def test_the_check_names_password_commands(studied: Path, tmp_path: Path) -> None:
    """One's own are no problem; where there is no database, or an older one, there are none."""
    sql(studied, REMOTE)
    assert migrate.check(str(studied)) == []
    assert strangers.commands(str(studied)) == (Command("ana", "phone", "touch pwned"),)
    assert strangers.commands(str(tmp_path / "none.db")) == ()
    migrate.downgrade(str(studied), "studyplan_0001", tell=lambda line: None)
    assert strangers.commands(str(studied)) == ()


# --- what may be replaced


def test_another_programs_database_is_never_replaced(copy: Path, tmp_path: Path) -> None:
    """Not even where it is named twice."""
    path = tmp_path / "places.sqlite"
    sql(path, "CREATE TABLE places (a)", "INSERT INTO places VALUES (1)")
    before = in_folder(tmp_path)
    for over in (None, path):
        with pytest.raises(StorageProblem, match="is another program's database"):
            restoring.restore(str(path), copy, over=over)
    assert in_folder(tmp_path) == before


@pytest.mark.parametrize("content", [b"garbage" * 1000, bytes(8192), b"%PDF-1.7 ...", b"pk_learner is a word"])
def test_what_may_be_anything_is_replaced_only_when_named(copy: Path, tmp_path: Path, content: bytes) -> None:
    """A file without a trace of ours is refused; named once more, it is saved and replaced."""
    path = tmp_path / "what.db"
    path.write_bytes(content)
    for over in (None, copy, tmp_path / "absent"):
        with pytest.raises(StorageProblem, match="nothing in it shows that it was studyplan's") as caught:
            restoring.restore(str(path), copy, over=over)
        assert "--over" in (caught.value.hint or "")
    assert path.read_bytes() == content
    saved = restoring.restore(str(path), copy, over=path).saved
    assert saved is not None
    assert saved.read_bytes() == content
    assert names(path) == ["ana"]


def torn(path: Path, start: int, content: bytes = bytes(16)) -> bytes:
    """A database with something else in the place of some bytes."""
    whole = bytearray(path.read_bytes())
    whole[start : start + len(content)] = content
    path.write_bytes(whole)
    return bytes(whole)


@pytest.mark.parametrize(
    ("start", "content"),
    [(0, bytes(16)), (0, bytes(4096)), (0, b"x" * 100), (100, bytes(3996)), (16, b"\0\3"), (44, b"\0\0\0\x63")],
)
def test_a_damaged_database_of_ours_is_known(copy: Path, studied: Path, start: int, content: bytes) -> None:
    """By the words of its schema; it is saved byte for byte, for its owner alone, and replaced, its permissions kept."""
    studied.chmod(0o640)
    damaged = torn(studied, start, content)
    saved = restoring.restore(str(studied), copy).saved
    assert saved is not None
    assert saved.read_bytes() == damaged
    assert saved.stat().st_mode & 0o777 == 0o600
    assert studied.stat().st_mode & 0o777 == 0o640
    assert names(studied) == ["ana"]


def test_the_log_of_a_damaged_database_is_saved(copy: Path, studied: Path) -> None:
    """What was acknowledged and not yet in the file itself is in the log, and the copies can be opened together."""
    with closing(sqlite3.connect(studied)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("UPDATE task SET note = 'PRECIOUS'")
        connection.commit()
        family = {end: Path(f"{studied}{end}").read_bytes() for end in ("", "-wal")}
    for end, content in family.items():
        Path(f"{studied}{end}").write_bytes(content)
    damaged = torn(studied, 0)
    restored = restoring.restore(str(studied), copy)
    saved = restored.saved
    assert saved is not None
    assert restored.log == Path(f"{saved}-wal")
    assert restored.log.read_bytes() == family["-wal"]
    assert saved.read_bytes() == damaged
    assert not Path(f"{studied}-wal").exists()
    assert names(studied) == ["ana"]
    saved.write_bytes(family[""])
    assert ask(saved, "SELECT DISTINCT note FROM task") == [("PRECIOUS",)]


def test_a_log_without_its_database_is_saved(copy: Path, studied: Path) -> None:
    """Who removed the file and left its log loses nothing of that."""
    studied.unlink()
    Path(f"{studied}-wal").write_bytes(b"work")
    saved = restoring.restore(str(studied), copy).saved
    assert saved is not None
    assert Path(f"{saved}-wal").read_bytes() == b"work"
    assert names(studied) == ["ana"]


@pytest.mark.parametrize("state", ["whole", "damaged", "absent"])
def test_a_link_stays_a_link(copy: Path, studied: Path, tmp_path: Path, state: str) -> None:
    """The file behind it is replaced, its permissions kept."""
    real = tmp_path / "real" / "r.db"
    real.parent.mkdir()
    studied.rename(real)
    link = tmp_path / "l.db"
    link.symlink_to("real/r.db")
    real.chmod(0o640)
    if state == "damaged":
        torn(real, 0)
    if state == "absent":
        real.unlink()
    restoring.restore(str(link), copy)
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == (0o600 if state == "absent" else 0o640)
    assert names(real) == ["ana"]


@pytest.mark.parametrize("step", ["settle", "replace"])
def test_a_kill_leaves_the_damaged_database_or_the_restored(copy: Path, studied: Path, step: str) -> None:
    """However far a restore over a damaged database came, it can be done again, and nothing that was there is lost."""
    damaged = torn(studied, 0)
    dies(
        "import os, sys; from pathlib import Path; from studyplan import files; from studyplan.store import restoring\n"
        f"files.{step} = lambda *given: os._exit(9)\n"
        "restoring.restore(sys.argv[1], Path(sys.argv[2]))",
        studied,
        copy,
    )
    assert studied.read_bytes() == damaged
    saved = restoring.restore(str(studied), copy).saved
    assert saved is not None
    assert saved.read_bytes() == damaged
    assert names(studied) == ["ana"]
    assert not list(studied.parent.rglob(".studyplan-*"))


@pytest.mark.parametrize("was_there", [False, True])
def test_a_restore_killed_while_it_copied_is_done_again(copy: Path, tmp_path: Path, was_there: bool) -> None:
    """SQLite's journal takes the half copy back: what was there before is there, or nothing."""
    write(str(copy), lambda unit: started(unit, "cy", tasks=900))
    source = backups.backup(str(copy), tmp_path / "large.db")
    path = tmp_path / "new" / "studyplan.db"
    path.parent.mkdir()
    if was_there:
        with closing(sqlite3.connect(source)) as connection, closing(sqlite3.connect(path)) as to:
            connection.backup(to)
            to.execute("PRAGMA journal_mode = DELETE")
            to.execute("UPDATE learner SET name = 'dan' WHERE name = 'cy'")
            to.commit()
    half_copied(source, path)
    assert Path(f"{path}-journal").stat().st_size
    shutil.copytree(path.parent, tmp_path / "same")
    status = migrate.status(str(tmp_path / "same" / "studyplan.db"))
    assert status.state is (State.CURRENT if was_there else State.EMPTY)
    saved = restoring.restore(str(path), source).saved
    assert names(path) == ["ana", "cy"]
    assert (saved is not None) == was_there
    if saved is not None:
        assert names(saved) == ["ana", "dan"]


def dies(program: str, *paths: Path) -> None:
    """Runs a program that ends itself as a kill would, in a process of its own."""
    ran = subprocess.run([sys.executable, "-c", program, *map(str, paths)], check=False)
    assert ran.returncode == 9


def half_copied(source: Path, path: Path) -> None:
    """A process that dies in SQLite's copy, with part of it in the file already."""
    dies(
        "import os, sqlite3, sys\n"
        "to = sqlite3.connect(sys.argv[2], isolation_level=None)\n"
        "to.execute('PRAGMA cache_size = 2')\n"
        "watch = lambda _, left, all: os._exit(9) if left * 2 < all else None\n"
        "sqlite3.connect(sys.argv[1]).backup(to, pages=10, progress=watch)",
        source,
        path,
    )


def test_a_back_up_sweeps_what_a_killed_restore_left(copy: Path, studied: Path) -> None:
    """A restore writes beside the database, a back-up into a folder of its own: the second cleans up after the first."""
    stale = studied.with_name(f".studyplan-{'0a' * 16}.part")
    stale.write_bytes(copy.read_bytes())
    backups.backup(str(studied))
    assert not stale.exists()
