"""Two who write at once: the second waits, is told so, and is refused in the end; on both databases."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from store_samples import do, read, started, write

from studyplan.errors import StorageProblem
from studyplan.model import Change
from studyplan.store import Store, Unit, engine


def renames(unit: Unit) -> None:
    learner = unit.learner("ana")
    assert learner is not None
    do(unit, learner.id, Change("task", 1, "title", "Task 1", "Renamed"))


class Contract:
    def test_a_writer_that_waits_is_told_and_goes_on(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """After a while one line says what is waited for; when the other is ready the change is written."""
        write(url, started)
        monkeypatch.setattr(engine, "WORD_AFTER", 0.05)
        said: list[str] = []
        told = threading.Event()

        def tell(line: str) -> None:
            said.append(line)
            told.set()

        with closing(Store(url, tell=tell)) as second:
            waiting = threading.Thread(target=second.write, args=(renames,))

            def work(unit: Unit) -> None:
                assert unit.learner("ana") is not None
                waiting.start()
                assert told.wait(30)

            write(url, work)
            waiting.join(30)
        assert len(said) == 1
        assert said[0].startswith("Waiting for another program that is writing to")
        assert read(url, lambda unit: unit.tasks(1, numbers=[1])[0].title) == "Renamed"

    def test_a_writer_does_not_wait_for_ever(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """The wait ends with a message, and with nothing written."""
        write(url, started)
        monkeypatch.setattr(engine, "WORD_AFTER", 0.02)
        monkeypatch.setattr(engine, "PATIENCE", 0.1)
        said: list[str] = []

        def work(unit: Unit) -> None:
            assert unit.learner("ana") is not None
            trouble = pytest.raises(StorageProblem, match=r"locked by another program|others are writing")
            with closing(Store(url, tell=said.append)) as second, trouble:
                second.write(renames)

        write(url, work)
        assert len(said) == 1
        assert read(url, lambda unit: unit.tasks(1, numbers=[1])[0].title) == "Task 1"

    def test_a_server_may_be_less_patient(self, url: str) -> None:
        """Its threads are few, so that none waits as long as a person would."""
        write(url, started)

        def work(unit: Unit) -> None:
            assert unit.learner("ana") is not None
            trouble = pytest.raises(StorageProblem, match=r"locked by another program|others are writing")
            with closing(Store(url, tell=lambda line: None, patience=0.1)) as second, trouble:
                second.write(renames)

        begun = time.monotonic()
        write(url, work)
        assert time.monotonic() - begun < engine.PATIENCE / 2
        assert read(url, lambda unit: unit.tasks(1, numbers=[1])[0].title) == "Task 1"


class TestOnSqlite(Contract):
    @pytest.fixture
    def url(self, sqlite_path: Path) -> str:
        return str(sqlite_path)


class TestOnPostgres(Contract):
    @pytest.fixture
    def url(self, postgres_ready: str) -> str:
        return postgres_ready
