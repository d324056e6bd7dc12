"""Answers that are given again until somebody writes: never an old one, whoever writes and however."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from store_samples import do, started, undo

from studyplan.model import Change
from studyplan.store import Store, backups, restoring
from studyplan.store.feeds import state_of


class Contract:
    #: How often the database is asked, of three times that nothing was written in between.
    asked = 1

    @pytest.fixture
    def store(self, url: str) -> Iterator[Store]:
        with closing(Store(url, tell=lambda line: None)) as store:
            store.write(started)
            yield store

    @pytest.fixture
    def asking(self, store: Store) -> list[int]:
        return []

    def look(self, store: Store, asking: list[int]) -> object:
        def work(unit):
            asking.append(1)
            return state_of(unit, 1)

        return store.read_kept("state", work)

    def fresh(self, url: str) -> object:
        with closing(Store(url, tell=lambda line: None)) as other:
            return other.read(lambda unit: state_of(unit, 1))

    def test_it_is_asked_once_until_somebody_writes(self, url: str, store: Store, asking: list[int]) -> None:
        assert {self.look(store, asking) for _ in range(3)} == {self.fresh(url)}
        assert len(asking) == self.asked
        store.write(lambda unit: do(unit, 1, Change("task", 1, "title", "x", "y")))
        assert self.look(store, asking) == self.fresh(url)
        store.write(lambda unit: undo(unit, 1))
        assert self.look(store, asking) == self.fresh(url)

    def test_others_write_too(self, url: str, store: Store, asking: list[int]) -> None:
        """Another store of this process, as another request has it."""
        before = self.look(store, asking)
        with closing(Store(url, tell=lambda line: None)) as other:
            other.write(lambda unit: do(unit, 1, Change("task", 1, "title", "x", "y")))
        assert before != self.look(store, asking) == self.fresh(url)

    def test_questions_have_answers_of_their_own(self, store: Store) -> None:
        for _ in range(2):
            assert [store.read_kept(key, lambda unit, key=key: key * 2) for key in ("a", "b")] == ["aa", "bb"]

    def test_after_closing(self, url: str, store: Store, asking: list[int]) -> None:
        self.look(store, asking)
        store.close()
        with closing(Store(url, tell=lambda line: None)) as other:
            other.write(lambda unit: do(unit, 1, Change("task", 1, "title", "x", "y")))
        assert self.look(store, asking) == self.fresh(url)

    def test_many_threads_see_every_change(self, store: Store) -> None:
        """Each looks at least at what was there when it asked."""

        def titled(unit):
            return int(unit.tasks(1)[0].title)

        store.write(lambda unit: do(unit, 1, Change("task", 1, "title", "x", "0")))
        with ThreadPoolExecutor(4) as pool:
            for number in range(1, 25):
                store.write(lambda unit, n=number: do(unit, 1, Change("task", 1, "title", str(n - 1), str(n))))
                assert set(pool.map(lambda _: store.read_kept("title", titled), range(8))) == {number}


class TestOnSqlite(Contract):
    @pytest.fixture
    def url(self, sqlite_path: Path) -> str:
        return str(sqlite_path)

    def test_another_process_writes(self, url: str, store: Store, asking: list[int]) -> None:
        before = self.look(store, asking)
        line = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('UPDATE learner SET zone = NULL'); c.commit()"
        subprocess.run([sys.executable, "-c", line, url], check=True)
        assert before != self.look(store, asking) == self.fresh(url)

    def test_a_restore_beneath_it(self, url: str, store: Store, asking: list[int], tmp_path: Path) -> None:
        """The same number of changes once more, and an earlier state."""
        backups.copy_into(Path(url), tmp_path / "saved.db")
        first = self.look(store, asking)
        store.write(lambda unit: do(unit, 1, Change("task", 1, "title", "x", "y")))
        second = self.look(store, asking)
        restoring.restore(url, tmp_path / "saved.db")
        assert self.look(store, asking) == first != second
        store.write(lambda unit: do(unit, 1, Change("task", 1, "title", "x", "z")))
        assert self.look(store, asking) not in (first, second)

    def test_where_it_cannot_be_told_nothing_is_kept(
        self, url: str, store: Store, asking: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(path: Path) -> sqlite3.Connection:
            raise sqlite3.OperationalError("unable to open database file")

        monkeypatch.setattr("studyplan.store.engine.listening", fails)
        for _ in range(3):
            assert self.look(store, asking) == self.fresh(url)
        assert len(asking) == 3


class TestOnPostgres(Contract):
    asked = 3

    @pytest.fixture
    def url(self, postgres_ready: str) -> str:
        return postgres_ready
