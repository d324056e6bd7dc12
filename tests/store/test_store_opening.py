"""Opening a database, and what is said where that cannot be done: one clear line, exit 6, no password."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event
from store_samples import do, read, started, write

from studyplan.errors import Conflict, StorageProblem, StudyplanError
from studyplan.model import Change
from studyplan.store import Store, Unit, backups, engine, migrate, problems, restoring
from studyplan.store.engine import State
from studyplan.store.place import Place


def nobody(unit: Unit) -> int:
    return len(unit.learners())


def refusal(url: str, use: Callable[..., object] = read) -> str:
    """The whole of what people are told."""
    with pytest.raises(StorageProblem) as caught:
        use(url, nobody if use is read else started)
    assert caught.value.exit_code == 6
    assert "\n" not in caught.value.message + (caught.value.hint or "")
    assert "Traceback" not in caught.value.message
    return f"{caught.value.message} | {caught.value.hint}"


# --- urls


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("/var/x.db", "sqlite:////var/x.db"),
        ("sqlite:////var/x.db", "sqlite:////var/x.db"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
        ("sqlite://", "sqlite:///:memory:"),
        ("/odd/a%20b?c#d.db", "sqlite:////odd/a%20b?c#d.db"),
        ("postgres://ana@db/plans", "postgresql+psycopg://ana@db/plans"),
        ("postgresql://ana@db:5433/plans", "postgresql+psycopg://ana@db:5433/plans"),
        ("postgresql+psycopg2://ana@db/plans", "postgresql+psycopg://ana@db/plans"),
    ],
)
def test_a_url_or_a_path_names_the_database(given: str, expected: str) -> None:
    """SQLAlchemy's URLs and plain paths both work; PostgreSQL always means psycopg 3."""
    place = Place.of(given)
    assert place.url.drivername == expected.partition(":")[0]
    assert place.is_sqlite == expected.startswith("sqlite")
    if place.is_sqlite:
        assert place.url.database == expected.removeprefix("sqlite:///")
    else:
        assert place.url.render_as_string(hide_password=False) == expected


def test_a_path_is_counted_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative paths and ~ are resolved when the store is made, not when it opens."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    store = Store("plans.db")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    store.write(started)
    store.close()
    assert (tmp_path / "plans.db").is_file()
    assert Place.of("~/x.db").path == tmp_path / "home" / "x.db"


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:secret@h/db",
        "",
        "sqlite://x.db",
        "sqlite:///file:x?mode=ro",
        "postgresql://u:secret@h:port/db",
        "://",
    ],
)
def test_what_is_no_database_is_refused(url: str) -> None:
    """Another kind of database, nothing, or an unreadable URL is refused when the store is made; no secret is repeated."""
    with pytest.raises(StorageProblem) as caught:
        Store(url)
    assert "secret" not in f"{caught.value.message} {caught.value.hint}"


def test_a_store_knows_its_kind(tmp_path: Path) -> None:
    """A file is one's own; a server is shared."""
    assert Store(str(tmp_path / "x.db")).is_file
    assert not Store("postgresql://h/db").is_file


# --- a file that is not there


def test_a_read_makes_nothing(tmp_path: Path) -> None:
    """Looking at a database that does not exist answers as an empty one and leaves no file and no folder."""
    path = tmp_path / "new" / "studyplan.db"
    with closing(Store(str(path))) as store:
        assert store.read(nobody) == 0
        assert store.read(lambda unit: (unit.tasks(1), unit.plans(1), unit.history(1))) == ([], [], [])
        assert not path.parent.exists()
        store.write(started)
        assert store.read(nobody) == 1
    assert path.is_file()


def test_a_read_of_nothing_imports_no_alembic(tmp_path: Path) -> None:
    """Neither looking before there is anything nor opening what is at HEAD loads alembic or the ORM."""
    import subprocess

    write(str(tmp_path / "made.db"), started)
    code = (
        "import sys; from studyplan.store import Store\n"
        "for name in sys.argv[1:]: Store(name).read(lambda unit: unit.learners())\n"
        "Store(sys.argv[1]).write(lambda unit: unit.learners())\n"
        "heavy = {'alembic', 'sqlalchemy.orm', 'sqlalchemy.dialects.postgresql', 'psycopg', 'yaml', 'icalendar'}\n"
        "print(sorted(heavy.intersection(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "made.db"), str(tmp_path / "none.db")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize("left", ["empty", "header"])
def test_a_killed_making_is_a_new_database(tmp_path: Path, left: str) -> None:
    """What a making that was killed can leave, an empty file or one with a header and no table, counts as new."""
    path = tmp_path / "x.db"
    path.touch()
    if left == "header":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        assert path.stat().st_size > 0
    assert read(str(path), nobody) == 0
    write(str(path), started)
    assert read(str(path), nobody) == 1


def test_a_database_in_memory_lasts_as_long_as_its_store() -> None:
    """``sqlite://`` is a whole database, gone when the store is closed."""
    with closing(Store("sqlite://")) as store:
        store.write(started)
        assert store.read(lambda unit: len(unit.tasks(1))) == 3
    assert read("sqlite://", nobody) == 0


def test_the_pragmas_are_ours(sqlite_path: Path) -> None:
    """Foreign keys, patience, write-ahead log and full synchronisation, for readers and writers."""
    wanted = {"foreign_keys": 1, "busy_timeout": 30_000, "journal_mode": "wal", "synchronous": 2}

    def asked(unit: Unit) -> dict[str, object]:
        return {name: unit._connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}

    assert read(str(sqlite_path), asked) == wanted
    assert write(str(sqlite_path), asked) == wanted


def test_a_writer_begins_as_one(sqlite_path: Path) -> None:
    """A writing transaction holds the writer's place from its beginning, a reading one leaves it free."""
    with closing(Store(str(sqlite_path))) as store, closing(sqlite3.connect(sqlite_path, timeout=0)) as other:
        store.read(lambda unit: (unit.learners(), other.execute("BEGIN IMMEDIATE"), other.rollback()))
        with pytest.raises(StorageProblem, match="locked"):
            store.write(lambda unit: other.execute("BEGIN IMMEDIATE"))


def test_opening_costs_one_query(sqlite_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database at HEAD is opened by one look at its revision."""
    said: list[str] = []
    make = engine.engine_for

    def listening(place: Place, **options):
        made = make(place, **options)
        event.listen(made, "before_cursor_execute", lambda *args: said.append(args[2]))
        return made

    monkeypatch.setattr(engine, "engine_for", listening)
    read(str(sqlite_path), lambda unit: None)
    assert said == ["BEGIN", "SELECT version_num FROM alembic_version", "BEGIN"]


# --- files that cannot be used


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    """A folder where a file should be is named as one."""
    for use in (read, write):
        assert f"{tmp_path} is a folder" in refusal(str(tmp_path), use)


def test_a_pipe_is_no_database(tmp_path: Path) -> None:
    """Nothing waits for somebody to write into it."""
    path = tmp_path / "pipe.db"
    os.mkfifo(path)
    for use in (read, write):
        assert f"{path} is not a file" in refusal(str(path), use)
    for look in (migrate.status, migrate.check, backups.backup):
        with pytest.raises(StorageProblem, match="is not a file"):
            look(str(path))


def test_two_revisions_are_none_of_ours(sqlite_path: Path) -> None:
    """A database is at one revision: nothing is read, upgraded or restored by the first of several."""
    with closing(sqlite3.connect(sqlite_path)) as connection:
        connection.execute("INSERT INTO alembic_version VALUES ('studyplan_0001')")
        connection.commit()
    assert migrate.status(str(sqlite_path)).state is State.FOREIGN
    assert "not a studyplan database" in refusal(str(sqlite_path))


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """A path through a file cannot be made."""
    (tmp_path / "file").write_text("x")
    for use in (read, write):
        assert "folder" in refusal(str(tmp_path / "file" / "x.db"), use)


def test_any_file_is_not_a_database(tmp_path: Path) -> None:
    """A file of another kind is refused and not touched."""
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, " * 500)
    for use in (read, write):
        assert f"{path} is not a database" in refusal(str(path), use)
    assert path.read_text() == "Dear diary, " * 500
    assert [each.name for each in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("keep", [50, 5000, 30_000])
def test_a_truncated_database_is_damaged(sqlite_path: Path, keep: int) -> None:
    """A file that lost its end is refused with a word on back-ups or as no database, not with a traceback."""
    write(str(sqlite_path), lambda unit: started(unit, tasks=300))
    with closing(sqlite3.connect(sqlite_path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = sqlite_path.read_bytes()
    sqlite_path.write_bytes(whole[:keep])
    with pytest.raises(StorageProblem, match=r"is damaged|is not a database"):
        read(str(sqlite_path), lambda unit: (unit.learners(), unit.tasks(1), unit.history(1)))


def test_a_locked_database_says_so(sqlite_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its patience a writer says that another program has the database; a reader is not stopped."""
    monkeypatch.setattr(engine, "PATIENCE", 0.05)
    with closing(sqlite3.connect(sqlite_path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        assert "locked by another program" in refusal(str(sqlite_path), write)
        assert read(str(sqlite_path), nobody) == 0


def test_a_full_disk_says_so(tmp_path: Path) -> None:
    """SQLite's word for a full disk becomes ours."""
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.execute("PRAGMA max_page_count = 2")
        with pytest.raises(sqlite3.OperationalError) as caught:
            connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
    assert "the disk is full" in problems.problem(caught.value, Place.of("x.db")).message


def test_a_read_only_folder_can_be_read(public_folder: Path, as_somebody) -> None:
    """A database in a folder that may not be written can be looked at; a change names the folder."""
    path = public_folder / "studyplan.db"
    write(str(path), started)
    path.chmod(0o644)
    public_folder.chmod(0o555)
    with as_somebody():
        assert read(str(path), lambda unit: len(unit.tasks(1))) == 3
        assert migrate.status(str(path)).state is State.CURRENT
        assert migrate.check(str(path)) == []
        message = refusal(str(path), write)
    assert "read-only" in message
    assert str(public_folder) in message


def test_a_read_only_file_can_be_read(public_folder: Path, as_somebody) -> None:
    """A file that may not be written can be looked at; a change names the file."""
    path = public_folder / "studyplan.db"
    write(str(path), started)
    path.chmod(0o444)
    public_folder.chmod(0o777)
    with as_somebody():
        assert read(str(path), lambda unit: len(unit.tasks(1))) == 3
        assert f"{path} is read-only" in refusal(str(path), write)


def test_what_may_not_be_read_says_so(public_folder: Path, as_somebody) -> None:
    """A file without permission to read, and a folder that may not be entered, are named."""
    path = public_folder / "studyplan.db"
    write(str(path), started)
    path.chmod(0)
    with as_somebody():
        assert "permission denied" in refusal(str(path))
    public_folder.chmod(0o700)
    with as_somebody():
        assert "permission denied" in refusal(str(path))
        assert "permission denied" in refusal(str(path), write)


def test_a_new_database_in_a_read_only_folder_is_refused(public_folder: Path, as_somebody) -> None:
    """Where no file can be made the folder is named, whether it would hold the database or its folder."""
    write(str(public_folder / "other.db"), started)
    public_folder.chmod(0o555)
    with as_somebody():
        assert read(str(public_folder / "new.db"), nobody) == 0
        assert f"the folder {public_folder} is read-only" in refusal(str(public_folder / "new.db"), write)
        assert "permission denied" in refusal(str(public_folder / "in" / "new.db"), write)


# --- servers that cannot be used


@pytest.fixture
def place_of(postgres) -> Callable[..., str]:
    return lambda user="tester", database="postgres": f"postgresql://{user}@/{database}?host={postgres.folder}"


def test_a_wrong_password_is_not_repeated(place_of: Callable[..., str]) -> None:
    """A refused password gets one line without it, and none at all the same."""
    for user in ("guarded:hunter2", "guarded"):
        message = refusal(place_of(user))
        assert "does not accept this user and password" in message
        assert "hunter2" not in message


def test_the_right_password_is_taken(place_of: Callable[..., str]) -> None:
    """The same user with the right password gets in."""
    assert read(place_of("guarded:secret"), nobody) == 0


def test_a_missing_database_is_named(place_of: Callable[..., str]) -> None:
    """A database that the server does not have is named."""
    assert "'nowhere'" in refusal(place_of(database="nowhere"))
    assert "does not exist" in refusal(place_of(database="nowhere"))


def test_a_server_that_is_not_there_does_not_answer(tmp_path: Path) -> None:
    """Neither a socket nor a port without a server makes more than one line."""
    for url in (f"postgresql://u:hunter2@/db?host={tmp_path}", "postgresql://u:hunter2@127.0.0.1:1/db"):
        message = refusal(url)
        assert "does not answer" in message
        assert "hunter2" not in message


def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without psycopg the message says what to install."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "pip install 'studyplan-cli[postgres]'" in refusal("postgresql://h/db")


def test_an_old_server_is_refused(place_of: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A server older than the oldest supported one is named with its version."""
    monkeypatch.setattr(engine, "_OLDEST_SERVER", 99)
    assert "too old" in refusal(place_of())


def test_a_file_command_refuses_a_server(place_of: Callable[..., str]) -> None:
    """Back-up and restore are for files; pg_dump is named for servers."""
    with pytest.raises(StorageProblem) as caught:
        backups.backup(place_of())
    assert "pg_dump" in (caught.value.hint or "")


# --- losing a race


def test_a_lost_race_is_tried_once_more(postgres_ready: str) -> None:
    """A transaction that PostgreSQL calls off is done again; the second result counts, and only it."""
    tries: list[int] = []

    def work(unit: Unit) -> int:
        tries.append(1)
        learner = started(unit, f"try-{len(tries)}")
        if len(tries) == 1:
            unit._connection.exec_driver_sql("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$")
        return learner.id

    write(postgres_ready, work)
    assert [each.name for each in read(postgres_ready, lambda unit: unit.learners())] == ["try-2"]


def test_a_race_lost_twice_is_said(postgres_ready: str) -> None:
    """There is no third try."""
    tries: list[int] = []

    def work(unit: Unit) -> None:
        tries.append(1)
        unit._connection.exec_driver_sql("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$")

    with pytest.raises(StorageProblem, match="others are writing"):
        write(postgres_ready, work)
    assert len(tries) == 2


def test_errors_of_the_work_come_through(sqlite_path: Path) -> None:
    """What the work itself raises is not taken for the database's trouble, an OSError neither."""
    for trouble in (FileNotFoundError("template"), KeyboardInterrupt(), ValueError("x")):

        def work(unit: Unit, trouble: BaseException = trouble) -> None:
            raise trouble

        for use in (read, write):
            with pytest.raises(type(trouble)) as caught:
                use(str(sqlite_path), work)
            assert caught.value is trouble


# --- back-ups


def test_a_back_up_is_whole_while_the_database_is_in_use(sqlite_path: Path) -> None:
    """A copy made in the middle of another's transaction holds what was there before it, in one plain file."""
    write(str(sqlite_path), started)
    with closing(Store(str(sqlite_path))) as store:
        made = store.write(lambda unit: (started(unit, "bea"), backups.backup(str(sqlite_path)))[1])
    assert made.parent == sqlite_path.parent / "backups"
    assert [each.name for each in read(str(made), lambda unit: unit.learners())] == ["ana"]
    assert migrate.check(str(made)) == []


def test_a_back_up_goes_where_it_is_told(sqlite_path: Path, tmp_path: Path) -> None:
    """A file, a folder, or a file in a new folder; never over what is there."""
    write(str(sqlite_path), started)
    to = tmp_path / "new" / "copy.db"
    assert backups.backup(str(sqlite_path), to) == to
    assert backups.backup(str(sqlite_path), to.parent).parent == to.parent
    before = to.read_bytes()
    with pytest.raises(Conflict, match="already exists"):
        backups.backup(str(sqlite_path), to)
    assert to.read_bytes() == before
    assert sorted(path.suffix for path in to.parent.iterdir()) == [".db", ".db"]


def test_a_restore_brings_back_and_keeps_the_present(sqlite_path: Path) -> None:
    """After a restore the database is the back-up's, stores that are open see it, and what was there is saved."""
    write(str(sqlite_path), started)
    copy = backups.backup(str(sqlite_path))
    before = copy.read_bytes()
    with closing(Store(str(sqlite_path))) as store:
        store.write(lambda unit: started(unit, "bea"))
        saved = restoring.restore(str(sqlite_path), copy).saved
        assert [each.name for each in store.read(lambda unit: unit.learners())] == ["ana"]
        store.write(lambda unit: do(unit, 1, Change("task", 1, "title", "Task 1", "x")))
    assert saved is not None
    assert [each.name for each in read(str(saved), lambda unit: unit.learners())] == ["ana", "bea"]
    assert copy.read_bytes() == before


def test_a_restore_into_nothing_makes_the_database(sqlite_path: Path, tmp_path: Path) -> None:
    """A back-up can be restored where no database is."""
    write(str(sqlite_path), started)
    new = tmp_path / "other" / "x.db"
    assert restoring.restore(str(new), sqlite_path).saved is None
    assert read(str(new), lambda unit: len(unit.tasks(1))) == 3


def test_a_restore_over_a_damaged_database_keeps_its_bytes(sqlite_path: Path) -> None:
    """What is too damaged for a back-up is copied aside byte for byte."""
    write(str(sqlite_path), started)
    copy = backups.backup(str(sqlite_path))
    torn = b"garbage" * 14 + sqlite_path.read_bytes()[98:]
    sqlite_path.write_bytes(torn)
    saved = restoring.restore(str(sqlite_path), copy).saved
    assert saved is not None
    assert saved.read_bytes() == torn
    assert read(str(sqlite_path), lambda unit: len(unit.tasks(1))) == 3


@pytest.mark.parametrize("what", ["foreign", "newer", "damaged", "text", "missing", "itself"])
def test_a_restore_refuses_what_is_no_back_up(sqlite_path: Path, tmp_path: Path, what: str) -> None:
    """A file that is not ours, newer, damaged, absent or the database itself is refused and nothing changes."""
    write(str(sqlite_path), lambda unit: started(unit, tasks=200))
    source = tmp_path / "source.db"
    if what != "missing":
        source = sqlite_path if what == "itself" else backups.backup(str(sqlite_path), source)
    if what == "text":
        source.write_text("x" * 5000)
    if what == "damaged":
        whole = bytearray(source.read_bytes())
        whole[len(whole) // 2 :] = b"\x55" * (len(whole) - len(whole) // 2)
        source.write_bytes(whole)
    if what in {"foreign", "newer"}:
        with closing(sqlite3.connect(source)) as connection:
            version = {"foreign": "abc", "newer": "studyplan_8888"}[what]
            connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
            connection.commit()
    with pytest.raises(StudyplanError):
        restoring.restore(str(sqlite_path), source)
    assert read(str(sqlite_path), lambda unit: len(unit.tasks(1))) == 200
    assert not (sqlite_path.parent / "backups").exists()


def test_a_restore_waits_for_no_writer_for_ever(sqlite_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that another program is writing to stays as it is, and the message says so."""
    monkeypatch.setattr(engine, "PATIENCE", 0.05)
    write(str(sqlite_path), started)
    copy = backups.backup(str(sqlite_path))
    with closing(sqlite3.connect(sqlite_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE learner SET name = 'x'")
        with pytest.raises(StorageProblem, match="locked"):
            restoring.restore(str(sqlite_path), copy)
        other.execute("COMMIT")
    assert [each.name for each in read(str(sqlite_path), lambda unit: unit.learners())] == ["x"]


def test_the_check_finds_broken_promises(sqlite_path: Path) -> None:
    """Counters that would give a number twice, references to nothing and doubled names are told."""
    write(str(sqlite_path), started)
    assert migrate.check(str(sqlite_path)) == []
    with closing(sqlite3.connect(sqlite_path)) as connection:
        connection.execute("UPDATE learner SET next_task = 2")
        connection.execute(
            "INSERT INTO card VALUES (1, 99, 'c', 'q', 'a', 'm', 't', NULL, 9, 0, 1, NULL, NULL, NULL, NULL)"
        )
        connection.execute("DROP INDEX uq_plan_running_name")
        connection.execute("CREATE TEMP TABLE twin AS SELECT * FROM plan")
        connection.execute("UPDATE twin SET number = 2")
        connection.execute("INSERT INTO plan SELECT * FROM twin")
        connection.commit()
    found = " ; ".join(migrate.check(str(sqlite_path)))
    assert "the next task would get number 2" in found
    assert "the next plan would get number 2" in found
    assert "'card' refers to a missing row of 'plan'" in found
    assert "two running plans are called 'foundations'" in found
    assert "uq_plan_running_name" in found


def test_looking_changes_no_byte(sqlite_path: Path) -> None:
    """Status and check leave a file, its journal mode and its folder as they were."""
    write(str(sqlite_path), started)
    copy = backups.backup(str(sqlite_path), sqlite_path.with_name("copy.db"))
    before = copy.read_bytes(), sorted(copy.parent.iterdir())
    assert migrate.status(str(copy)).state is State.CURRENT
    assert migrate.check(str(copy)) == []
    assert (copy.read_bytes(), sorted(copy.parent.iterdir())) == before


def test_status_of_nothing(tmp_path: Path) -> None:
    """A database that is not there is absent, and stays so."""
    found = migrate.status(str(tmp_path / "x.db"))
    assert (found.state, found.revision) == (State.ABSENT, None)
    assert list(tmp_path.iterdir()) == []
