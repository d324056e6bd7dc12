"""A lost answer to COMMIT: what was kept is called kept, what was not is not, and a repeated command writes nothing twice."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy.exc import OperationalError
from store_samples import AT, do, read, started, write

from studyplan.errors import AlreadyWritten, StorageProblem
from studyplan.model import Change
from studyplan.store import Notes, Store, Unit, commits, engine
from studyplan.store.place import Place


class Proxy:
    """A way to a PostgreSQL server that breaks at a COMMIT. ``cuts``: for each of the next ones whether it breaks ``before``
    the server has it or ``after``, or goes ``silent`` before, with the server's end left open. ``goes``: the
    server is ``down`` for everybody from then on."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.cuts: list[str] = []
        self.goes = False
        self.down = False
        self.commits = 0
        self.ended = threading.Event()
        self.threads: list[threading.Thread] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self._begin(self._listen)

    def url(self, database: str) -> str:
        return f"postgresql://tester@127.0.0.1:{self.listener.getsockname()[1]}/{database}?gssencmode=disable"

    def close(self) -> None:
        self.ended.set()
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for each in self.threads:
            each.join(5)

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                if self.down:
                    client.close()
                    continue
                server = socket.socket(socket.AF_UNIX)
                server.connect(self.server)
                self._begin(self._requests, client, server)

    def _begin(self, work: Callable[..., None], *ends: socket.socket) -> threading.Thread:
        thread = threading.Thread(target=work, args=ends, daemon=True)
        self.threads.append(thread)
        thread.start()
        return thread

    def _requests(self, client: socket.socket, server: socket.socket) -> None:
        """Pass on what the client says; all sockets are closed here."""
        answers = self._begin(self._answers, server, client)
        with client, server:
            with suppress(OSError):
                while (data := client.recv(65536)) and self._passes(data, client, server):
                    server.sendall(data)
            with suppress(OSError):
                server.shutdown(socket.SHUT_WR)
            answers.join()

    def _passes(self, data: bytes, client: socket.socket, server: socket.socket) -> bool:
        if b"COMMIT" not in data:
            return True
        self.commits += 1
        how = self.cuts.pop(0) if self.cuts else None
        if how is None:
            return True
        self.down = self.goes
        # Nothing that comes back passes any more.
        client.shutdown(socket.SHUT_RDWR)
        if how == "after":
            server.sendall(data)
        if how == "silent":
            self.ended.wait(30)
        return False

    def _answers(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                client.sendall(data)
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def proxy(postgres) -> Iterator[Proxy]:
    made = Proxy(f"{postgres.folder}/.s.PGSQL.5432")
    yield made
    made.close()


@pytest.fixture
def way(proxy: Proxy, postgres_ready: str) -> str:
    """The database through the proxy."""
    write(postgres_ready, started)
    return proxy.url(urlsplit(postgres_ready).path[1:])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home" / "unconfirmed"


def adds_five(unit: Unit) -> int:
    """Minutes go up by five each time that this is written."""
    learner = unit.learner("ana")
    assert learner is not None
    (task,) = unit.tasks(learner.id, numbers=[1])
    do(unit, learner.id, Change("task", 1, "minutes", task.minutes, task.minutes + 5), action="add five")
    return task.minutes + 5


def minutes(url: str) -> int:
    return read(url, lambda unit: unit.tasks(1, numbers=[1])[0].minutes)


def store_of(url: str, folder: Path, *words: str, said: list[str] | None = None) -> Store:
    """A store of one run of a command."""
    tell = (lambda line: None) if said is None else said.append
    return Store(url, tell=tell, notes=lambda: Notes.by(folder, words))


@pytest.mark.parametrize("how", ["after", "before", "silent"])
def test_a_lost_connection_writes_once(
    way: str, proxy: Proxy, postgres_ready: str, how: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut after, before or with a server that noticed nothing: the change is written once, and the answer is the right one."""
    monkeypatch.setattr(commits, "_GRACE", 0.2)
    proxy.cuts = [how]
    with closing(store_of(way, folder, "add")) as store:
        assert store.write(adds_five) == 45
    assert minutes(postgres_ready) == 45
    assert proxy.commits == (1 if how == "after" else 2)
    assert list(folder.iterdir()) == []


def test_a_change_without_a_batch_is_found_too(way: str, proxy: Proxy, postgres_ready: str, folder: Path) -> None:
    """What leaves nothing in the log is known by the number of its transaction."""
    proxy.cuts = ["after"]
    with closing(store_of(way, folder, "learner", "add", "ben")) as store:
        assert store.write(lambda unit: unit.add_learner("ben", zone=None, at=AT)).name == "ben"
    assert proxy.commits == 1
    proxy.cuts = ["before"]
    with closing(store_of(way, folder, "learner", "add", "cat")) as store:
        store.write(lambda unit: unit.add_learner("cat", zone=None, at=AT))
    names = [each.name for each in read(postgres_ready, lambda unit: unit.learners())]
    assert names == ["ana", "ben", "cat"]


def test_a_line_that_always_breaks_says_that_nothing_was_written(
    way: str, proxy: Proxy, postgres_ready: str, folder: Path
) -> None:
    """After the second try the message is certain: nothing was written."""
    proxy.cuts = ["before", "before"]
    with closing(store_of(way, folder, "add")) as store, pytest.raises(StorageProblem) as caught:
        store.write(adds_five)
    assert caught.value.message.endswith("nothing was written")
    assert minutes(postgres_ready) == 40
    assert list(folder.iterdir()) == []


@pytest.fixture
def gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is away is soon given up."""
    monkeypatch.setattr(engine, "RECONNECTING", 0.0)


def breaks(way: str, proxy: Proxy, folder: Path, how: str) -> None:
    """A command whose answer is lost, and the server with it, until it comes back."""
    proxy.cuts, proxy.goes = [how], True
    with closing(store_of(way, folder, "add")) as store, pytest.raises(StorageProblem) as caught:
        store.write(adds_five)
    assert caught.value.code == "unconfirmed"
    assert "may have been written" in caught.value.message
    assert "studyplan history" in (caught.value.hint or "")
    (note,) = folder.iterdir()
    assert (note.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    proxy.down = proxy.goes = False


@pytest.mark.usefixtures("gone")
def test_a_repeat_is_not_written_twice(way: str, proxy: Proxy, postgres_ready: str, folder: Path) -> None:
    """The same command finds that it was written already, once; a third time it is a new wish."""
    breaks(way, proxy, folder, "after")
    with closing(store_of(way, folder, "add")) as store, pytest.raises(AlreadyWritten, match="add five"):
        store.write(adds_five)
    assert minutes(postgres_ready) == 45
    with closing(store_of(way, folder, "add")) as store:
        assert store.write(adds_five) == 50
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("gone")
def test_a_repeat_of_what_was_lost_is_written(way: str, proxy: Proxy, postgres_ready: str, folder: Path) -> None:
    """The same command does what the first one did not, without a word."""
    breaks(way, proxy, folder, "before")
    said: list[str] = []
    with closing(store_of(way, folder, "add", said=said)) as store:
        assert store.write(adds_five) == 45
    assert said == []
    assert minutes(postgres_ready) == 45


@pytest.mark.usefixtures("gone")
@pytest.mark.parametrize(("how", "fate"), [("after", "was written"), ("before", "was not written")])
def test_another_command_says_what_became_of_it(way: str, proxy: Proxy, folder: Path, how: str, fate: str) -> None:
    """Whatever opens the database next tells it, once."""
    breaks(way, proxy, folder, how)
    said: list[str] = []
    for _ in range(2):
        with closing(store_of(way, folder, "history", said=said)) as store:
            store.read(lambda unit: unit.learners())
    assert len(said) == 1
    assert f"(add five) {fate}" in said[0]


@pytest.mark.usefixtures("gone")
def test_a_run_of_many_writes_is_not_skipped(way: str, proxy: Proxy, folder: Path) -> None:
    """Where a command had written before, its repeat goes on: only its last change is known to be kept."""
    with closing(store_of(way, folder, "add")) as store:
        store.write(adds_five)
        proxy.cuts, proxy.goes = ["after"], True
        with pytest.raises(StorageProblem):
            store.write(adds_five)
    proxy.down = proxy.goes = False
    with closing(store_of(way, folder, "add")) as store:
        assert store.write(adds_five) == 55


def test_notes_that_cannot_be_read_or_kept_stop_nothing(tmp_path: Path, sqlite_path: Path) -> None:
    """A damaged note, an old one and one about another database are passed over; so is a folder that cannot be made."""
    write(str(sqlite_path), started)
    folder = tmp_path / "unconfirmed"
    notes = Notes.by(folder, ["add"])
    place = Place.of(str(sqlite_path))
    kept = notes.leave(place, commits.Receipt(), is_first=True)
    other = notes.leave(Place.of("other.db"), commits.Receipt(), is_first=True)
    old = notes.leave(place, commits.Receipt(), is_first=True)
    assert None not in {kept, other}
    assert old is not None
    os.utime(old.path, (1, 1))
    for name, words in [("half", '{"data'), ("list", "[]"), ("none", json.dumps({"database": str(place)}))]:
        (folder / f"{name}.json").write_text(words)
    assert list(notes.about(place)) == [kept]
    assert not old.path.exists()
    (tmp_path / "file").touch()
    assert Notes.by(tmp_path / "file" / "x", ["add"]).leave(place, commits.Receipt(), is_first=True) is None
    with closing(store_of(str(sqlite_path), folder, "add")) as store:
        assert len(store.read(lambda unit: unit.learners())) == 1


# --- sqlite


class Failing:
    """A SQLite connection whose next COMMIT fails as on a bad disk, before or after it is done."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, done: bool) -> None:
        from sqlalchemy.engine.default import DefaultDialect

        original = DefaultDialect.do_commit
        self.left = 1

        def commit(dialect, connection) -> None:
            if not self.left:
                return original(dialect, connection)
            self.left -= 1
            (original if done else DefaultDialect.do_rollback)(dialect, connection)
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode, error.sqlite_errorname = 1034, "SQLITE_IOERR_FSYNC"
            raise error

        monkeypatch.setattr("sqlalchemy.engine.default.DefaultDialect.do_commit", commit)


@pytest.mark.parametrize("done", [True, False])
def test_a_disk_that_fails_at_the_commit(
    sqlite_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, done: bool
) -> None:
    """The file is looked at again: what is there was written, what is not was not."""
    write(str(sqlite_path), started)
    Failing(monkeypatch, done=done)
    with closing(store_of(str(sqlite_path), folder, "add")) as store:
        if done:
            assert store.write(adds_five) == 45
        else:
            with pytest.raises(StorageProblem, match=r"disk failed.*nothing was written"):
                store.write(adds_five)
    assert minutes(str(sqlite_path)) == (45 if done else 40)
    assert list(folder.iterdir()) == []


def test_a_disk_that_is_gone_leaves_a_note(sqlite_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file cannot be looked at either, the next command settles it."""
    write(str(sqlite_path), started)
    Failing(monkeypatch, done=True)
    with closing(store_of(str(sqlite_path), folder, "add")) as store, monkeypatch.context() as broken:

        def fail(*_: object, **__: object) -> None:
            raise OperationalError("SELECT", {}, sqlite3.OperationalError("disk I/O error"))

        broken.setattr(commits, "was_kept", fail)
        with pytest.raises(StorageProblem) as caught:
            store.write(adds_five)
    assert caught.value.code == "unconfirmed"
    with closing(store_of(str(sqlite_path), folder, "add")) as store, pytest.raises(AlreadyWritten):
        store.read(lambda unit: unit.learners())
    assert minutes(str(sqlite_path)) == 45
