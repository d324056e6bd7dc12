"""Two databases, a phone and a collection, with kills, lost requests and lost answers at any moment: in the end all say
the same, nothing is there twice and no completion is lost."""

from __future__ import annotations

import random
import re
import shutil
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp

import pytest
from clouds import Cloud, Trouble
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from replicas import DAY, Now, connected, edited, make_plan, read, shown
from servers import Phone, Server

from studyplan.model import Status, Task
from studyplan.sync import server as dav

TASKS = 8
NUMBERS = st.integers(1, TASKS)
DAYS = st.integers(0, 6).map(lambda days: DAY + timedelta(days=days))
TITLES = st.sampled_from(["One", "Two", "Three; four, five"])
TROUBLE = st.builds(Trouble, st.none() | st.integers(0, 12), st.sampled_from(Trouble.kinds()))


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_plan(tmp_path_factory.mktemp("started"))


class Scene:
    """Two replicas and a phone on one collection, and what was done with them."""

    def __init__(self, database: Path, folder: Path, cloud: Cloud) -> None:
        shutil.copy(database, folder / "a.db")
        self.now = Now()
        self.cloud = cloud
        self.replicas = connected(folder / "a.db", folder / "b.db", self.now)
        #: Tasks that somebody completed, and those that somebody opened again.
        self.completed: set[int] = set()
        self.reopened: set[int] = set()

    def close(self) -> None:
        for replica in self.replicas:
            replica.store.close()

    def mark(self, which: int, number: int, status: Status) -> None:
        replica = self.replicas[which]
        was = next(task.status for task in replica.tasks().values() if task.number == number)
        if was is not Status.OPEN and status is not Status.OPEN:
            return
        replica.done(number, status)
        if status is Status.DONE:
            self.completed.add(number)
        elif status is Status.OPEN and was is not Status.OPEN:
            self.reopened.add(number)

    def undo(self, which: int) -> None:
        planner = self.replicas[which].planner
        newest = next((batch for batch in planner.history.batches() if batch.kind == "do" and not batch.undone), None)
        if newest is not None and not newest.action.startswith("start"):
            batch = planner.history.undo()
            assert batch is not None
            self.reopened |= {each.number for each in batch.changes if each.of == "task"}

    def names(self) -> dict[str, int]:
        return {f"{uid}.ics": task.number for uid, task in self.replicas[0].tasks().items()}

    def phone(self, number: int, field: str, value: str, stamped: bool) -> None:
        """The phone changes one field of an entry, if the entry is there."""
        name = next(name for name, each in self.names().items() if each == number)
        if name not in self.cloud.objects:
            return
        text = self.cloud.objects[name][1]
        if field == "STATUS":
            was = read(text)[2]
            self.completed |= {number} if value == ":COMPLETED" else set()
            self.reopened |= {number} if was is not Status.OPEN and value != ":COMPLETED" else set()
            if value != ":COMPLETED":
                text = re.sub("(?m)^COMPLETED:.*\r?\n", "", text)
            text = edited(text, "PERCENT-COMPLETE", ":100" if value == ":COMPLETED" else ":0", None)
        self.cloud.write(name, edited(text, field, value, self.now.tick() if stamped else None))

    def erase(self, number: int) -> None:
        name = next(name for name, each in self.names().items() if each == number)
        if name in self.cloud.objects:
            self.cloud.erase(name)
            if not any(task.status is Status.DONE for task in self.of(number)):
                # It was done on the phone alone, and the phone took it away before anybody saw that.
                self.completed.discard(number)

    def of(self, number: int) -> list[Task]:
        """The task in both databases."""
        return [task for each in self.replicas for task in each.tasks().values() if task.number == number]

    def settle(self) -> None:
        """Without trouble three rounds make everything the same, and a fourth does nothing."""
        for _ in range(3):
            for replica in self.replicas:
                report = replica.sync(self.cloud)
                assert report is not None
                assert not report.trouble
                assert not report.unreadable
        for replica in self.replicas:
            before = len(self.cloud.log)
            report = replica.sync(self.cloud)
            assert report is not None
            assert not report.changes
            assert len(self.cloud.log) == before

    def check(self) -> None:
        first, second = ({uid: shown(task) for uid, task in each.tasks().items()} for each in self.replicas)
        assert first == second
        assert len(first) == TASKS
        said = {name.removesuffix(".ics"): read(text) for name, (_, text) in self.cloud.objects.items()}
        assert said.keys() <= first.keys()
        for uid, words in said.items():
            assert words == (first[uid][0], first[uid][1].replace(";", "\\;").replace(",", "\\,"), first[uid][2])
        numbers = self.names()
        left_out = [uid for uid in first if uid not in said]
        assert all(first[uid][2] is not Status.OPEN for uid in left_out)
        done = {numbers[f"{uid}.ics"] for uid, words in first.items() if words[2] is Status.DONE}
        assert self.completed - self.reopened <= done


class Replicas(RuleBasedStateMachine):
    """Whatever happens in whatever order."""

    database: Path

    @initialize(tells_etags=st.booleans())
    def begin(self, tells_etags: bool) -> None:
        self.folder = Path(mkdtemp(prefix="replicas"))
        cloud = Cloud()
        cloud.tells_etags = tells_etags
        self.scene = Scene(self.database, self.folder, cloud)

    @rule(which=st.integers(0, 1), number=NUMBERS, status=st.sampled_from(Status))
    def mark(self, which: int, number: int, status: Status) -> None:
        self.scene.mark(which, number, status)

    @rule(which=st.integers(0, 1), number=NUMBERS, day=DAYS)
    def move(self, which: int, number: int, day: object) -> None:
        self.scene.replicas[which].move(number, day)

    @rule(which=st.integers(0, 1), number=NUMBERS, title=TITLES)
    def retitle(self, which: int, number: int, title: str) -> None:
        self.scene.replicas[which].retitle(number, title)

    @rule(which=st.integers(0, 1))
    def undo(self, which: int) -> None:
        self.scene.undo(which)

    @rule(which=st.integers(0, 1), trouble=TROUBLE)
    def sync(self, which: int, trouble: Trouble) -> None:
        self.scene.replicas[which].sync(self.scene.cloud, Trouble(trouble.left, trouble.how))

    @precondition(lambda self: self.scene.cloud.objects)
    @rule(number=NUMBERS, day=DAYS, stamped=st.booleans())
    def phone_moves(self, number: int, day: object, stamped: bool) -> None:
        self.scene.phone(number, "DUE", f";VALUE=DATE:{day:%Y%m%d}", stamped)

    @precondition(lambda self: self.scene.cloud.objects)
    @rule(number=NUMBERS, value=st.sampled_from([":COMPLETED", ":NEEDS-ACTION", ":CANCELLED"]), stamped=st.booleans())
    def phone_marks(self, number: int, value: str, stamped: bool) -> None:
        self.scene.phone(number, "STATUS", value, stamped)

    @precondition(lambda self: self.scene.cloud.objects)
    @rule(number=NUMBERS)
    def phone_deletes(self, number: int) -> None:
        self.scene.erase(number)

    @rule()
    def server_forgets_tokens(self) -> None:
        self.scene.cloud.oldest_token = len(self.scene.cloud.log) + 1

    @rule()
    def settle(self) -> None:
        self.scene.settle()
        self.scene.check()

    def teardown(self) -> None:
        if hasattr(self, "scene"):
            try:
                self.scene.settle()
                self.scene.check()
            finally:
                self.scene.close()
                shutil.rmtree(self.folder)


def test_two_replicas_and_a_phone(started: Path) -> None:
    """Any order of changes, runs and failures."""
    from hypothesis.stateful import run_state_machine_as_test

    Replicas.database = started
    run_state_machine_as_test(
        Replicas,
        settings=settings(
            max_examples=15,
            stateful_step_count=15,
            deadline=None,
            database=None,
            print_blob=False,
        ),
    )


@pytest.mark.parametrize("seed", range(3))
def test_two_replicas_on_a_real_server(seed: int, started: Path, radicale_server: Server, tmp_path: Path) -> None:
    """The same over Radicale, in three random orders."""
    chance = random.Random(seed)
    url = f"{radicale_server.home}replicas-{seed}/"
    connection = dav.Connection(url, radicale_server.account, radicale_server.password)
    dav.find(connection, radicale_server.url, f"replicas-{seed}", "VTODO")
    shelf = dav.CaldavShelf(connection, url)
    phone = Phone(url, radicale_server.account, radicale_server.password)
    shutil.copy(started, tmp_path / "a.db")
    now = Now()
    replicas = connected(tmp_path / "a.db", tmp_path / "b.db", now)
    done = set()
    try:
        for _ in range(25):
            replica = chance.choice(replicas)
            number = chance.randint(1, TASKS)
            match chance.choice(["done", "move", "sync", "sync", "phone"]):
                case "done":
                    if all(task.status is Status.OPEN for task in replica.tasks().values() if task.number == number):
                        replica.done(number, Status.DONE)
                        done.add(number)
                case "move":
                    replica.move(number, DAY + timedelta(days=chance.randint(0, 6)))
                case "sync":
                    replica.sync(shelf, Trouble(chance.choice([None, 1, 3, 6]), chance.choice(Trouble.kinds())))
                case "phone" if names := phone.names():
                    name = chance.choice(names)
                    day = DAY + timedelta(days=chance.randint(0, 6))
                    stamp = f"{now.tick():%Y%m%dT%H%M%SZ}"
                    phone.change(
                        name, ("DUE.*", f"DUE;VALUE=DATE:{day:%Y%m%d}\n"), ("LAST-MOD.*", f"LAST-MODIFIED:{stamp}\n")
                    )
        for _ in range(3):
            reports = [replica.sync(shelf) for replica in replicas]
        assert all(report is not None and not report.changes and not report.changed for report in reports)
        first, second = ({uid: shown(task) for uid, task in each.tasks().items()} for each in replicas)
        assert first == second
        assert {name.removesuffix(".ics"): read(text) for name, text in phone.objects().items()} == first
        assert done <= {task.number for task in replicas[0].tasks().values() if task.status is Status.DONE}
    finally:
        connection.close()
        for replica in replicas:
            replica.store.close()
