"""Copies of a database: who can read them, which are kept, and what is put back."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from store_samples import read, started, write

from studyplan.errors import Conflict, StorageProblem
from studyplan.store import Store, backups


@pytest.fixture(params=[0o000, 0o022])
def open_umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_new_database_is_for_its_owner_alone(
    tmp_path: Path, open_umask: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file before SQLite meets it, the folder that is made for it, the log and its index; and its back-ups."""
    path = tmp_path / "new" / "studyplan.db"
    met: list[int] = []
    connect = sqlite3.connect

    def watched(target: str, *given: object, **named: object) -> sqlite3.Connection:
        if target == str(path):
            met.append(mode(path))
        return connect(target, *given, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(sqlite3, "connect", watched)
    with closing(Store(str(path), tell=lambda line: None)) as store:
        store.write(started)
        assert {each.name: mode(each) for each in path.parent.iterdir()} == dict.fromkeys(
            ("studyplan.db", "studyplan.db-wal", "studyplan.db-shm"), 0o600
        )
        made = backups.backup(str(path))
    assert set(met) == {0o600}
    assert [mode(each) for each in (path.parent, made.parent, made)] == [0o700, 0o700, 0o600]


def test_a_database_behind_a_link_that_leads_nowhere_yet(tmp_path: Path, open_umask: None) -> None:
    """What a link names is made as private as any other."""
    (tmp_path / "link.db").symlink_to("real.db")
    write(str(tmp_path / "link.db"), started)
    assert mode(tmp_path / "real.db") == 0o600


def test_what_is_there_keeps_its_permissions(sqlite_path: Path, open_umask: None) -> None:
    """A database and a folder that were opened to others on purpose stay so; their back-ups are private all the same."""
    sqlite_path.chmod(0o664)
    sqlite_path.parent.chmod(0o775)
    write(str(sqlite_path), started)
    assert [mode(sqlite_path), mode(sqlite_path.parent)] == [0o664, 0o775]
    assert read(str(sqlite_path), lambda unit: len(unit.tasks(1))) == 3


# --- which are kept


def upgraded(path: Path) -> Path:
    """What an upgrade does with back-ups, of a database that has changed since the last one."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE task SET note = coalesce(note, '') || 'x'")
        connection.commit()
    saved = backups.keep(path, OLDER)
    backups.prune(path, saved)
    return saved


OLDER = "studyplan_0005"


@pytest.mark.parametrize(
    "name",
    [
        "backups/studyplan-before-the-exam.db",
        f"backups/studyplan-before-{OLDER}-20260101T000000Z.db",
        f"backups/studyplan-before-{OLDER}-20260101T000000Z-7.db",
        "backups/studyplan-before-restore-20260101T000000Z.db",
    ],
)
def test_what_was_asked_for_is_never_pruned(sqlite_path: Path, name: str) -> None:
    """Whatever it is called, though the automatic ones beside it come and go."""
    write(str(sqlite_path), started)
    mine = backups.backup(str(sqlite_path), sqlite_path.parent / name)
    also = backups.backup(str(sqlite_path))
    for _ in range(7):
        upgraded(sqlite_path)
    assert mine.exists()
    assert also.exists()
    assert len(list(mine.parent.iterdir())) == 2 + backups.KEPT


def test_a_copy_of_what_an_automatic_one_restored_is_kept(sqlite_path: Path) -> None:
    """A copy that was asked for is no automatic one because the database once was."""
    write(str(sqlite_path), started)
    automatic = upgraded(sqlite_path)
    sqlite_path.write_bytes(automatic.read_bytes())
    name = f"studyplan-before-{OLDER}-20260101T000000Z.db"
    mine = backups.backup(str(sqlite_path), automatic.with_name(name))
    for _ in range(7):
        upgraded(sqlite_path)
    assert mine.exists()


def test_each_database_prunes_its_own(sqlite_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names with signs of patterns, and names that another's begins with, touch no other's back-ups, and all are pruned."""
    monkeypatch.setattr(backups, "KEPT", 2)
    names = ("study.db", "study1.db", "study[1].db", "study*.db", "study-before-x.db", "study.sqlite", "study")
    write(str(sqlite_path), started)
    paths = [sqlite_path.rename(sqlite_path.with_name(names[0]))]
    for name in names[1:]:
        paths.append(paths[0].with_name(name))
        paths[-1].write_bytes(paths[0].read_bytes())
    folder = paths[0].parent / "backups"
    had: set[str] = set()
    for path in paths:
        for _ in range(3):
            upgraded(path)
        made = {each.name for each in folder.iterdir()}
        assert had <= made
        assert len(made - had) == backups.KEPT
        had = made


def test_the_newest_is_kept_by_its_name(sqlite_path: Path) -> None:
    """Copying a folder changes the times of its files; a clock that was wrong costs no back-up that was just made."""
    write(str(sqlite_path), started)
    folder = sqlite_path.parent / "backups"
    for _ in range(7):
        upgraded(sqlite_path)
    kept = sorted(folder.iterdir())
    named = []
    for number, each in enumerate(kept):
        later = each.with_name(f"studyplan-before-{OLDER}-2099010{number}T000000Z.db")
        named.append(each.rename(later))
        os.utime(later, (9 - number, 9 - number))
    saved = upgraded(sqlite_path)
    assert set(folder.iterdir()) == {saved, *(each for each in named if "20990100" not in each.name)}


def test_a_failing_upgrade_makes_one_back_up(sqlite_path: Path, planted: Callable[[str], Path]) -> None:
    """Each command that meets the old database tries again; what has not changed is not copied again, what has is."""
    write(str(sqlite_path), started)
    planted("raise RuntimeError('planted trouble')")
    named = []
    for count in (1, 1, 1, 2, 2):
        if count == 2:
            with closing(sqlite3.connect(sqlite_path)) as older:
                older.execute("UPDATE task SET note = coalesce(note, 'by an older studyplan')")
                older.commit()
        with pytest.raises(StorageProblem, match="planted trouble") as caught:
            read(str(sqlite_path), lambda unit: unit.learners())
        named.append(Path((caught.value.hint or "").removeprefix("the back-up from before is ")))
        assert set((sqlite_path.parent / "backups").iterdir()) == set(named)
        assert len(set(named)) == count


def test_two_back_ups_in_one_second_are_two(sqlite_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where both looked for a free name before either had it."""
    write(str(sqlite_path), started)
    monkeypatch.setattr(backups, "stamp", lambda: "20260701T080000Z")
    first = backups.backup(str(sqlite_path))
    write(str(sqlite_path), lambda unit: started(unit, "bea"))
    monkeypatch.setattr(os.path, "lexists", lambda path: False)
    second = backups.backup(str(sqlite_path))
    with pytest.raises(Conflict, match="already exists"):
        backups.backup(str(sqlite_path), first)
    assert [len(read(str(each), lambda unit: unit.learners())) for each in (first, second)] == [1, 2]


def test_a_refused_back_up_cleans_up_after_a_killed_one(sqlite_path: Path, tmp_path: Path) -> None:
    """Killed between giving the copy its name and taking the temporary one away, it is done, and the same again is refused."""
    write(str(sqlite_path), started)
    made = backups.backup(str(sqlite_path), tmp_path / "mine.db")
    left = tmp_path / f".studyplan-{'0a' * 16}.part"
    left.hardlink_to(made)
    with pytest.raises(Conflict, match="already exists"):
        backups.backup(str(sqlite_path), made)
    assert not left.exists()
    assert len(read(str(made), lambda unit: unit.learners())) == 1


def test_an_unwritable_folder_of_back_ups_is_named(public_folder: Path, as_somebody) -> None:
    """The database is well: what cannot be written is the folder of its back-ups, or what is in its place."""
    path = public_folder / "studyplan.db"
    write(str(path), started)
    path.chmod(0o666)
    folder = path.parent / "backups"
    folder.mkdir()
    folder.chmod(0o555)
    with as_somebody(), pytest.raises(StorageProblem) as caught:
        backups.backup(str(path))
    assert caught.value.message == f"cannot make a back-up in {folder}: permission denied"
    folder.rmdir()
    folder.touch()
    with pytest.raises(StorageProblem, match=f"cannot make a back-up: {folder} is a file"):
        backups.backup(str(path))


def test_a_full_disk_is_the_back_ups(sqlite_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has no room is the copy, and nothing of it is left."""
    write(str(sqlite_path), started)

    def full(*given: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_FULL, "SQLITE_FULL"
        raise error

    monkeypatch.setattr(backups, "copy_into", full)
    with pytest.raises(StorageProblem, match=r"backups: no space left"):
        backups.backup(str(sqlite_path))
    assert list((sqlite_path.parent / "backups").iterdir()) == []
