"""Sixteen processes at once on one learner's plan: no error, and nobody's change is lost."""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from studyplan.store import Store, migrate

PROCESSES = 16
ROUNDS = 4

#: Forks a process for each list of commands; they begin together, and each writes the code and words of its commands.
#: What they need is loaded before, so that they meet in the database and not in the loading of modules.
CROWD = """
import contextlib, io, json, os, sys
from pathlib import Path
from studyplan.cli import output, studyplan as command
import studyplan.calendar, studyplan.config, studyplan.notation, studyplan.rules.drafts, studyplan.store.migrate
import studyplan.schedule, studyplan.template, logging.config, platformdirs, yaml, sqlalchemy.dialects.sqlite
with contextlib.suppress(ImportError):
    import psycopg, sqlalchemy.dialects.postgresql.psycopg
waiting, begin = os.pipe()
children = []
for number, commands in enumerate(json.load(sys.stdin)):
    children.append(os.fork())
    if children[-1] == 0:
        os.close(begin)
        os.read(waiting, 1)
        ended = []
        for words in commands:
            said = io.StringIO()
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                try:
                    command.main(words, prog_name="studyplan")
                except SystemExit as end:
                    code = end.code
            ended.append([words[0], code, said.getvalue()])
        Path(sys.argv[1], f"answers-{number}").write_text(json.dumps(ended))
        os._exit(0)
os.close(begin)
sys.exit(any(os.waitpid(child, 0)[1] for child in children))
"""


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database in which the learner's plan is running."""
    if request.param == "sqlite":
        return str(tmp_path / "study.db")
    url: str = request.getfixturevalue("postgres_url")
    migrate.upgrade(url, tell=lambda line: None)
    one(url, tmp_path, "learner", "add", "ana")
    return url


def at_once(database: str, folder: Path, work: list[list[list[str]]]) -> list[str]:
    """Each list of commands in a process of its own, all begun together. Gives what the commands said where all of them
    succeeded, and fails where one did not."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("STUDYPLAN_")}
    environ |= {
        "STUDYPLAN_DATABASE_URL": database,
        "STUDYPLAN_CONFIG": str(folder / "config.toml"),
        "STUDYPLAN_PLANS": str(folder / "plans"),
        "STUDYPLAN_LEARNER": "ana",
    }
    ran = subprocess.run(
        [sys.executable, "-c", CROWD, str(folder)],
        env=environ,
        input=json.dumps(work),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    answers = [json.loads((folder / f"answers-{number}").read_text()) for number in range(len(work))]
    assert [answer for each in answers for answer in each if answer[1] != 0] == []
    return [said for each in answers for _, _, said in each]


def one(database: str, folder: Path, *words: str) -> str:
    (said,) = at_once(database, folder, [[list(words)]])
    return said


def replayed(database: str) -> tuple[dict[tuple[str, int, str], Any], Counter[str], dict[int, str], list[int]]:
    """The log made again change by change: what every field ended as, how many batches of a kind there are, the tasks
    as they are, the batches' numbers. Fails where a change was decided on something that another had changed."""
    store = Store(database)

    def read(unit: Any) -> Any:
        learner = unit.learner("ana")
        return unit.history(learner.id), {task.number: task.status.value for task in unit.tasks(learner.id)}

    try:
        batches, statuses = store.read(read)
    finally:
        store.close()
    batches.sort(key=lambda batch: batch.number)
    fields: dict[tuple[str, int, str], Any] = {}
    for batch in batches:
        for change in batch.changes:
            key = (change.of, change.number, change.field)
            assert fields.get(key, change.before) == change.before, (batch, change)
            fields[key] = change.after
    kinds = Counter(
        f"{batch.kind} {batch.action.split()[0]}" if batch.kind == "do" else batch.kind for batch in batches
    )
    return fields, kinds, statuses, [batch.number for batch in batches]


def test_a_crowd(database: str, tmp_path: Path) -> None:
    """Marking, skipping and undoing together: every command succeeds, and the log tells of all of them in an order that
    explains how the tasks are now."""
    one(database, tmp_path, "start", "foundations", "--date", "2026-07-01")
    work = []
    for each in range(PROCESSES):
        own = range(each * ROUNDS + 1, (each + 1) * ROUNDS + 1)
        commands = [[random.choice(["done", "skip"]), str(number)] for number in own]
        commands.insert(random.randrange(1, ROUNDS), ["undo"])
        work.append(commands)
    at_once(database, tmp_path, work)
    asked = Counter(words[0] for commands in work for words in commands)

    fields, kinds, statuses, numbers = replayed(database)
    assert numbers == list(range(1, 2 + PROCESSES * (ROUNDS + 1)))
    assert kinds == {"do start": 1, "do done": asked["done"], "do skip": asked["skip"], "undo": asked["undo"]}
    ended = {number: after for (of, number, field), after in fields.items() if (of, field) == ("task", "status")}
    assert {number: str(status) for number, status in ended.items()} == {number: statuses[number] for number in ended}
    assert sum(status != "open" for status in statuses.values()) == asked["done"] + asked["skip"] - asked["undo"]
    assert migrate.check(database) == []


def test_the_same_tasks(database: str, tmp_path: Path) -> None:
    """All of them mark the same tasks: each task is marked once, by whoever came first, and no command fails."""
    one(database, tmp_path, "start", "foundations", "--date", "2026-07-01")
    at_once(database, tmp_path, [[["done", str(number)] for number in (1, 2, 3)]] * PROCESSES)
    _, kinds, statuses, _ = replayed(database)
    assert kinds == {"do start": 1, "do done": 3}
    assert [statuses[number] for number in (1, 2, 3)] == ["done"] * 3


def test_the_first_start(tmp_path: Path) -> None:
    """All of them begin on no database at all: one makes it, each has its plan."""
    database = str(tmp_path / "new" / "study.db")
    work = [[["start", "foundations", "--date", "2026-07-01", "--name", f"plan-{each}"]] for each in range(PROCESSES)]
    at_once(database, tmp_path, work)
    _, kinds, statuses, numbers = replayed(database)
    assert kinds == {"do start": PROCESSES}
    assert numbers == list(range(1, PROCESSES + 1))
    assert len(statuses) % PROCESSES == 0
    assert migrate.check(database) == []
