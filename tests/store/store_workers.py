"""What the other processes of the tests do. Each function runs in a process of its own."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from store_samples import do, read, started, write

from studyplan import resources
from studyplan.model import Change
from studyplan.store import Unit, tables


def _plant(migrations: str) -> None:
    resources.migrations = lambda: Path(migrations)
    tables.HEAD = "studyplan_9999"


def adds_minutes(url: str, times: int, start: Any) -> None:
    """Reads a task's minutes and writes them 5 higher, so many times."""

    def work(unit: Unit) -> None:
        learner = unit.learner("ana")
        assert learner is not None
        (task,) = unit.tasks(learner.id, numbers=[1])
        do(unit, learner.id, Change("task", 1, "minutes", task.minutes, task.minutes + 5))

    start.wait()
    for _ in range(times):
        write(url, work)


def starts_a_plan(url: str, name: str, start: Any) -> None:
    """The learner's first plan, for all that this process knows."""
    start.wait()
    write(url, lambda unit: started(unit, plan=name))


def upgrades(url: str, start: Any) -> None:
    """What `db upgrade` does."""
    from studyplan.store import migrate

    start.wait()
    assert migrate.upgrade(url, tell=lambda line: None).state == "current"


def opens(url: str, migrations: str, start: Any) -> None:
    """Opens a database that its program must upgrade."""
    _plant(migrations)
    start.wait()
    assert read(url, lambda unit: len(unit.tasks(1))) == 3


def makes_for_ever(url: str, migrations: str, mark: str) -> None:
    """Makes a database by migrations that never end; a planted step leaves the mark."""
    _plant(migrations)
    write(url, started)
    raise AssertionError(f"{mark} was passed")


def wait_for(path: Path) -> None:
    """Until another process has made a file; raises TimeoutError after half a minute."""
    ends = time.monotonic() + 30
    while not path.exists():
        if time.monotonic() > ends:
            raise TimeoutError(f"{path} was never made")
        time.sleep(0.01)
