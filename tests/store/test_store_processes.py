"""Several processes on one database: nothing is lost, nothing is done twice, and a killed one leaves no half."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import store_workers
from store_samples import read, started, write

from studyplan.store import migrate
from studyplan.store.engine import State

#: A server process that has everything imported makes the others: cheaply, and without the threads of a test run.
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["store_workers", "studyplan.store.migrate", "psycopg"])


def together(work: Callable[..., None], *arguments: tuple[Any, ...]) -> None:
    """Run the work in a process for each set of arguments, all beginning at once. All must end well."""
    start = processes.Barrier(len(arguments))
    running = [processes.Process(target=work, args=(*each, start)) for each in arguments]
    for process in running:
        process.start()
    for process in running:
        process.join(60)
    assert [process.exitcode for process in running] == [0] * len(running)


class Contract:
    def test_no_update_is_lost(self, url: str) -> None:
        """Sixteen processes that read and write one learner's task leave the sum of all they did, each step logged."""
        write(url, started)
        together(store_workers.adds_minutes, *[(url, 4)] * 16)
        ((task,), history) = read(url, lambda unit: (unit.tasks(1, numbers=[1]), unit.history(1)))
        assert task.minutes == 40 + 16 * 4 * 5
        assert [batch.number for batch in history] == list(range(65, 0, -1))

    def test_first_starts_at_once_make_one_learner(self, new: str) -> None:
        """Processes that each find no database and no learner end with one of both, and all their plans."""
        together(store_workers.starts_a_plan, *[(new, f"plan-{number}") for number in range(4)])
        learners, plans, tasks = read(new, lambda unit: (unit.learners(), unit.plans(1), unit.tasks(1)))
        assert [each.name for each in learners] == ["ana"]
        assert sorted(plan.number for plan in plans) == [1, 2, 3, 4]
        assert sorted(task.number for task in tasks) == list(range(1, 13))
        assert migrate.check(new) == []

    def test_upgrades_at_once_make_one_database(self, new: str) -> None:
        """Six that find nothing at once: one makes the tables, the others find them made."""
        together(store_workers.upgrades, *[(new,)] * 6)
        assert migrate.check(new) == []


class TestOnSqlite(Contract):
    @pytest.fixture
    def url(self, sqlite_path: Path) -> str:
        return str(sqlite_path)

    @pytest.fixture
    def new(self, tmp_path: Path) -> str:
        return str(tmp_path / "new" / "studyplan.db")

    def test_one_of_two_upgrades(self, url: str, planted: Callable[[str], Path], tmp_path: Path) -> None:
        """Of processes that open an older database at once one upgrades it, with one back-up; the others wait for it."""
        write(url, started)
        folder = planted("op.add_column('task', sa.Column('planted', sa.Integer()))\nimport time\ntime.sleep(0.3)")
        together(store_workers.opens, *[(url, str(folder))] * 3)
        assert len(list((tmp_path / "backups").iterdir())) == 1
        assert migrate.status(url).state is State.CURRENT

    @pytest.mark.parametrize("made", [False, True], ids=["making", "upgrading"])
    def test_a_killed_process_leaves_no_half(self, tmp_path: Path, planted: Callable[[str], Path], made: bool) -> None:
        """SIGKILL in the middle of making or upgrading: the next process finds what was there before and does it whole."""
        url, mark = str(tmp_path / "studyplan.db"), tmp_path / "mark"
        if made:
            write(url, started)
        folder = planted(
            "op.add_column('task', sa.Column('planted', sa.Integer()))\n"
            f"import pathlib, time\npathlib.Path({str(mark)!r}).touch()\ntime.sleep(60)"
        )
        process = processes.Process(target=store_workers.makes_for_ever, args=(url, str(folder), str(mark)))
        process.start()
        store_workers.wait_for(mark)
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join(30)
        step = folder / "versions" / "9999_planted.py"
        step.write_text(step.read_text().replace("time.sleep(60)", "pass"))
        assert read(url, lambda unit: len(unit.tasks(1))) == (3 if made else 0)
        write(url, lambda unit: started(unit, plan="second"))
        assert read(url, lambda unit: len(unit.tasks(1))) == (6 if made else 3)
        assert migrate.status(url).state is State.CURRENT


class TestOnPostgres(Contract):
    @pytest.fixture
    def url(self, postgres_ready: str) -> str:
        return postgres_ready

    @pytest.fixture
    def new(self, postgres_url: str) -> str:
        return postgres_url
