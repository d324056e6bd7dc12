"""What a command costs beside what it stands on and beside its peers: interleaved, in one run, medians and ratios.

    .venv/bin/python benchmarks/startup.py [--rounds 15] [--learners 1000] [--peers]

Whole processes are timed, from start to exit. ``--help`` and Tab are held against a process that imports click and nothing else;
``today`` and ``done`` against one that imports SQLAlchemy and nothing else, on an empty database, on one with one
plan and on one with many learners. ``--peers`` adds khal and todoman, installed into a virtual environment of their own
for the run.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from studyplan.model import Change
from studyplan.store import Store

TASKS_EACH = 60
Command = Callable[[int], list[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15, help="how often each command runs")
    parser.add_argument(
        "--learners", type=int, default=1000, help=f"learners of the large database, {TASKS_EACH} tasks each"
    )
    parser.add_argument("--peers", action="store_true", help="measure khal and todoman too; downloads them")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="studyplan-bench-") as name:
        folder = Path(name)
        empty, small, large = folder / "empty.db", folder / "small.db", folder / "large.db"
        Store(str(empty)).write(lambda unit: None)
        start(small)
        tasks = crowd(large, wanted.learners)
        rows = ours(empty, small, large)
        if wanted.peers:
            rows |= peers(folder)
        times = measure(rows, wanted.rounds, folder)
    print(f"{wanted.rounds} rounds, medians; the large database: {wanted.learners:,} learners, {tasks:,} tasks\n")
    report(times)


def studyplan(database: Path, *words: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "studyplan",
        "--db",
        str(database),
        "--learner",
        "l0",
        "--today",
        "2026-07-01",
        *words,
    ]


def completing(database: Path, words: str) -> list[str]:
    """A command line as bash asks what could come next."""
    line = f"studyplan --db {database} --learner l0 {words}"
    asked = {"_STUDYPLAN_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
    return ["env", *(f"{name}={value}" for name, value in asked.items()), sys.executable, "-m", "studyplan"]


def start(database: Path) -> None:
    """One learner with a running plan, as the command line makes it."""
    subprocess.run(studyplan(database, "start", "foundations", "--date", "2026-07-01"), check=True, capture_output=True)


def crowd(database: Path, learners: int) -> int:
    """The same plan for many learners, laid into the database through the store. Gives the number of all tasks."""
    start(database)
    store = Store(str(database))
    at = datetime.now(UTC).replace(microsecond=0)
    model = store.read(lambda unit: unit.learner("l0"))
    assert model is not None
    plan, *_ = store.read(lambda unit: unit.plans(model.id))
    tasks = store.read(lambda unit: unit.tasks(model.id))
    cards = store.read(lambda unit: unit.cards(model.id, plan.number))
    for each in range(1, learners):

        def one(unit, name=f"l{each}"):  # type: ignore[no-untyped-def]
            id = unit.add_learner(name, zone=None, at=at).id
            number, first = unit.reserve(id, plans=1, tasks=TASKS_EACH)
            unit.add_plan(replace(plan, learner_id=id, number=number, uuid=uuid4()), cards)
            own = [
                replace(task, learner_id=id, plan=number, number=first + place, uuid=uuid4())
                for place, task in enumerate(tasks[:TASKS_EACH])
            ]
            unit.add_tasks(own, exists=True)
            unit.apply(id, [Change("plan", number, "exists", False, True)], action="start", at=at, actor="benchmark")

        store.write(one)
    store.close()
    return len(tasks) + (learners - 1) * TASKS_EACH


def ours(empty: Path, small: Path, large: Path) -> dict[tuple[str, str], Command]:
    """Each command by its group and name; the first of a group is what the others are held against."""
    code = {name: [sys.executable, "-c", f"import {name}"] for name in ("click", "sqlalchemy")}
    return {
        ("help", "import click"): lambda _: code["click"],
        ("help", "studyplan --help"): lambda _: [sys.executable, "-m", "studyplan", "--help"],
        ("help", "studyplan start --help"): lambda _: [sys.executable, "-m", "studyplan", "start", "--help"],
        ("help", "Tab: a command"): lambda _: completing(small, ""),
        ("help", "Tab: done, one plan"): lambda _: completing(small, "done "),
        ("help", "Tab: done, large database"): lambda _: completing(large, "done "),
        ("work", "import sqlalchemy"): lambda _: code["sqlalchemy"],
        ("work", "today, empty database"): lambda _: [sys.executable, "-m", "studyplan", "--db", str(empty), "today"],
        ("work", "today, one plan"): lambda _: studyplan(small, "today"),
        ("work", "done, one plan"): lambda turn: studyplan(small, "done", str(turn + 1)),
        ("work", "today, large database"): lambda _: studyplan(large, "today"),
        ("work", "done, large database"): lambda turn: studyplan(large, "done", str(turn + 1)),
    }


def peers(folder: Path) -> dict[tuple[str, str], Command]:
    """khal and todoman from the package index, with an empty calendar each, in the groups of what they compare with."""
    print("installing khal and todoman", file=sys.stderr)
    home = folder / "peers"
    venv.create(home, with_pip=True)
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    pip = [
        str(programs / "python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "khal",
        "todoman",
    ]
    subprocess.run(pip, check=True)
    calendar = home / "calendar"
    calendar.mkdir()
    khal, todo = home / "khal.conf", home / "todoman.py"
    khal.write_text(
        f"[calendars]\n[[own]]\npath = {calendar}\n[sqlite]\npath = {home / 'khal.db'}\n"
        "[locale]\nlocal_timezone = UTC\ndefault_timezone = UTC\n"
        "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
        "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
    )
    todo.write_text(f"path = {str(calendar)!r}\ncache_path = {str(home / 'todo.db')!r}\n")
    runs = {
        ("help", "khal --help"): [str(programs / "khal"), "--help"],
        ("help", "todoman --help"): [str(programs / "todo"), "--help"],
        ("work", "khal list, empty"): [str(programs / "khal"), "-c", str(khal), "list"],
        ("work", "todoman list, empty"): [str(programs / "todo"), "--config", str(todo), "list"],
    }
    return {key: lambda _, run=run: run for key, run in runs.items()}  # type: ignore[misc]


def measure(rows: dict[tuple[str, str], Command], rounds: int, folder: Path) -> dict[tuple[str, str], list[float]]:
    """Seconds of each command, the commands taking turns in an order that changes each round."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("STUDYPLAN_", "PYTHON"))}
    # Installed programs have their bytecode; here it is made by the first round, whatever the environment says.
    environ |= {"STUDYPLAN_CONFIG": str(folder / "none.toml"), "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    times: dict[tuple[str, str], list[float]] = {key: [] for key in rows}
    for turn in range(-1, rounds):
        for key in random.sample(list(rows), len(rows)):
            run = rows[key](turn + 1)
            began = time.perf_counter()
            subprocess.run(run, check=True, env=environ, stdin=subprocess.DEVNULL, capture_output=True)
            if turn >= 0:
                # The round before the first fills the caches.
                times[key].append(time.perf_counter() - began)
    return times


def report(times: dict[tuple[str, str], list[float]]) -> None:
    print(f"{'':<26}{'median':>9}{'fastest':>9}{'ratio':>7}")
    for group in dict.fromkeys(group for group, _ in times):
        names = [name for each, name in times if each == group]
        base = statistics.median(times[group, names[0]])
        for name in names:
            found = times[group, name]
            median = statistics.median(found)
            print(f"{name:<26}{median * 1000:>6.0f} ms{min(found) * 1000:>6.0f} ms{median / base:>7.2f}")
        print()


if __name__ == "__main__":
    main()
