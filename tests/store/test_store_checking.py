"""Rows that the program would stumble over: each is named, what can be mended is, and nothing else is touched."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from store_samples import AT, do, read, started, undo, write

from studyplan.errors import StorageProblem
from studyplan.model import Card, Change, Stint
from studyplan.model.feeds import Feed
from studyplan.store import Store, Unit, migrate, repairing, transfer
from studyplan.store.feeds import Addresses, state_of

CARD = Card("c1", "What?", "That.", "language", "key-1")


def studied(unit: Unit) -> None:
    """A learner with every kind of row that hangs on another, and a second one to be left alone."""
    started(unit, "ben")
    learner = started(unit, "ana", cards=[CARD])
    unit.add_stint(Stint(learner.id, 1, 2, AT.date(), 20))
    do(unit, learner.id, Change("stint", 1, "exists", False, True), Change("task", 2, "spent_minutes", None, 20))
    do(unit, learner.id, Change("task", 1, "title", "Task 1", "Renamed"), action="edit 1")


def everything(url: str) -> dict[str, dict[str, list[dict[str, Any]]]]:
    def work(unit: Unit) -> dict[str, Any]:
        return {learner.name: unit.everything(learner.id) for learner in unit.learners()}

    return read(url, work)


class Contract:
    def run(self, url: str, statement: str) -> None:
        raise NotImplementedError

    def repaired(self, url: str, tmp_path: Path) -> tuple[repairing.Repair, list[dict[str, Any]]]:
        done = repairing.repair(url, tmp_path / "aside", tell=lambda line: None)
        if done.kept_in is None:
            return done, []
        assert done.kept_in.stat().st_mode & 0o777 == 0o600
        return done, json.loads(done.kept_in.read_text())["rows"]

    def test_a_sound_database_has_nothing_to_repair(self, url: str, tmp_path: Path) -> None:
        """No fault, no file, no back-up."""
        write(url, studied)
        before = everything(url)
        assert migrate.check(url) == []
        assert self.repaired(url, tmp_path) == (repairing.Repair((), ()), [])
        assert everything(url) == before
        assert not (tmp_path / "backups").exists()
        assert not (tmp_path / "aside").exists()

    @pytest.mark.parametrize(
        ("statement", "fault"),
        [
            ("UPDATE learner SET zone = 'No/Where' WHERE id = 2", "'zone' is not a time zone"),
            ("UPDATE learner SET week = '[[60, \"x\"]]' WHERE id = 2", "'week' is not valid"),
            ("UPDATE task SET reason = '{\"a\": 1}' WHERE learner_id = 2 AND number = 2", "'reason' is not valid"),
            ("UPDATE task SET tags = '5' WHERE learner_id = 2 AND number = 2", "'tags' is not valid"),
            ("UPDATE card SET memory = '[1, 2]' WHERE learner_id = 2", "'memory' is not valid"),
        ],
    )
    def test_what_may_be_empty_is_emptied(self, url: str, tmp_path: Path, statement: str, fault: str) -> None:
        """The rest of the row stays; what was there is in the file."""
        write(url, studied)
        before = everything(url)
        self.run(url, statement)
        (found,) = migrate.check(url)
        assert fault in found
        assert repairing.outlook(url).done
        assert migrate.check(url) == [found]
        done, (row,) = self.repaired(url, tmp_path)
        assert (len(done.done), done.left, row["what"]) == (1, (), "mended")
        (name,) = row["now"]
        assert row["row"][name] is not None
        assert migrate.check(url) == []
        after = everything(url)
        for table, rows in after["ana"].items():
            for place, kept in enumerate(rows):
                was = before["ana"][table][place]
                assert kept == (was | {name: None} if table == row["table"] and name in was and kept != was else was)
        assert after["ben"] == before["ben"]

    def test_a_title_loses_what_it_may_not_have(self, url: str, tmp_path: Path) -> None:
        """Control and direction characters go, in the log too, so that a dump can be loaded again."""
        write(url, studied)
        self.run(url, "UPDATE task SET title = 'x\u202efdp.exe' WHERE learner_id = 2 AND number = 1")
        self.run(url, "UPDATE task SET title = '\u200b\u2060' WHERE learner_id = 2 AND number = 2")
        changes = '[["task", 1, "title", "Task\\u202e 1", "Renamed"]]'
        self.run(url, f"UPDATE batch SET changes = '{changes}' WHERE learner_id = 2 AND action = 'edit 1'")
        found = " ; ".join(migrate.check(url))
        assert "table 'task', learner 2, number 1: 'title' cannot contain control characters (U+202E)" in found
        assert "number 2: 'title' cannot be empty" in found
        assert "'changes' has a title that cannot contain control characters" in found
        self.repaired(url, tmp_path)
        assert migrate.check(url) == []
        titles = read(url, lambda unit: [task.title for task in unit.tasks(2, numbers=[1, 2])])
        assert titles == ["xfdp.exe", "untitled"]
        write(url, lambda unit: undo(unit, 2))
        assert read(url, lambda unit: unit.tasks(2, numbers=[1])[0].title) == "Task 1"

    def test_mended_names_stay_different(self, url: str, tmp_path: Path) -> None:
        """Two names that differ only in what they may not have do not become one."""
        write(url, studied)
        write(url, lambda unit: started(unit, "cleo"))
        self.run(url, "UPDATE learner SET name = 'ana\u202e' WHERE name = 'ben'")
        self.run(url, "UPDATE learner SET name = 'an\u202ea' WHERE name = 'cleo'")
        done, _ = self.repaired(url, tmp_path)
        assert (len(done.done), done.left) == (2, ())
        assert migrate.check(url) == []
        assert read(url, lambda unit: sorted(learner.name for learner in unit.learners())) == ["ana", "ana 2", "ana 3"]

    def test_a_history_of_rows_that_are_gone(self, url: str, tmp_path: Path) -> None:
        """It is named, since a dump of it could not be loaded; the repair takes out what nothing could undo."""
        write(url, studied)
        changes = '[["task", 999, "title", "a", "b"], ["task", 1, "title", "Task 1", "Renamed"]]'
        self.run(url, f"UPDATE batch SET changes = '{changes}' WHERE learner_id = 2 AND action = 'edit 1'")
        (found,) = migrate.check(url)
        assert found == "table 'batch', learner 2, number 3: it changes a task that does not exist, number 999"
        done, (row,) = self.repaired(url, tmp_path)
        assert (row["what"], row["why"], done.left) == ("mended", ["it changes rows that do not exist"], ())
        assert migrate.check(url) == []
        write(url, lambda unit: undo(unit, 2))
        assert read(url, lambda unit: unit.tasks(2, numbers=[1])[0].title) == "Task 1"
        rows = everything(url)["ana"]
        transfer.read_in(rows, older=False)

    def test_a_log_entry_that_cannot_be_read_is_set_aside(self, url: str, tmp_path: Path) -> None:
        """History and undo go on without it."""
        write(url, studied)
        self.run(url, "UPDATE batch SET changes = '[[1]]' WHERE learner_id = 2 AND number = 2")
        with pytest.raises(StorageProblem, match="the table 'batch' has a row that cannot be read") as caught:
            read(url, lambda unit: unit.history(2))
        assert "db repair" in (caught.value.hint or "")
        done, (row,) = self.repaired(url, tmp_path)
        assert (row["table"], row["what"], row["row"]["number"]) == ("batch", "set aside", 2)
        assert "set aside, because 'changes' is not valid" in done.done[0]
        assert [batch.number for batch in read(url, lambda unit: unit.history(2))] == [3, 1]

    def test_what_can_be_read_is_not_taken_out(self, url: str, tmp_path: Path) -> None:
        """A task without minutes and a plan that ends before it starts are named and left."""
        write(url, studied)
        self.run(url, "UPDATE task SET minutes = 0 WHERE learner_id = 2 AND number = 1")
        self.run(url, "UPDATE plan SET \"end\" = '2020-01-01' WHERE learner_id = 2")
        done, rows = self.repaired(url, tmp_path)
        assert (len(done.left), rows) == (2, [])
        assert len(migrate.check(url)) == 2

    def test_a_counter_goes_on(self, url: str, tmp_path: Path) -> None:
        """The next number is one that was never given out."""
        write(url, studied)
        self.run(url, "UPDATE learner SET next_task = 1, next_batch = 2 WHERE id = 2")
        assert len(migrate.check(url)) == 2
        self.repaired(url, tmp_path)
        assert migrate.check(url) == []
        assert read(url, lambda unit: unit.next_numbers(2)) == (2, 4)

    def test_a_zone_that_nobody_knows_is_told_once(self, url: str) -> None:
        """The program goes on by the system's zone; another can be set, and undone."""
        write(url, studied)
        self.run(url, "UPDATE learner SET zone = 'No/Where' WHERE id = 2")
        said: list[str] = []
        with closing(Store(url, tell=said.append)) as store:
            for _ in range(2):
                assert store.read(lambda unit: [each.zone for each in unit.learners()]) == [None, "Europe/Berlin"]
            store.write(lambda unit: do(unit, 2, Change("learner", 0, "zone", None, "Asia/Tokyo")))
            assert store.read(lambda unit: unit.learners()[0].zone) == "Asia/Tokyo"
        assert len(said) == 1
        assert "'No/Where' of 'ana'" in said[0]

    def test_a_repair_is_told_to_who_asks_whether_anything_has_changed(self, url: str, tmp_path: Path) -> None:
        """It is in no log, and yet calendars have to look again."""
        write(url, studied)
        before = read(url, lambda unit: state_of(unit, 2))
        self.run(url, "UPDATE task SET reason = '5' WHERE learner_id = 2 AND number = 1")
        self.repaired(url, tmp_path)
        after = read(url, lambda unit: state_of(unit, 2))
        assert (after.next_batch, after.at) == (before.next_batch, before.at)
        assert after.revision != before.revision


class TestOnSqlite(Contract):
    @pytest.fixture
    def url(self, sqlite_path: Path) -> str:
        return str(sqlite_path)

    def run(self, url: str, statement: str) -> None:
        with closing(sqlite3.connect(url)) as connection, connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute(statement)

    @pytest.mark.parametrize(
        ("table", "change", "field"),
        [
            ("task", "uuid = 'nonsense'", "uuid"),
            ("task", "date = 'yesterday'", "date"),
            ("task", "status = 'perhaps'", "status"),
            ("task", "minutes = 'many'", "minutes"),
            ("task", "title = x'ff00'", "title"),
            ("task", "key = CAST(x'66ff' AS TEXT)", "key"),
            ("stint", "date = 5", "date"),
            ("batch", "changes = '{half'", "changes"),
            ("batch", "at = '2026-13-01 00:00:00'", "at"),
            ("card", "question = x'05'", "question"),
        ],
    )
    def test_a_row_that_cannot_be_read_is_set_aside(
        self, url: str, tmp_path: Path, table: str, change: str, field: str
    ) -> None:
        """Bad dates, uuids, words, numbers, texts and JSON: one line each, a file of what was there, all else as it was."""
        write(url, studied)
        before = everything(url)
        place = "number = 2" if table in {"task", "batch"} else "number = 1"
        self.run(url, f"UPDATE {table} SET {change} WHERE learner_id = 2 AND {place}")
        (found,) = migrate.check(url)
        assert found.startswith(f"table '{table}', learner 2, {place.replace(' =', '')}: '{field}' ")
        done, rows = self.repaired(url, tmp_path)
        assert done.backup is not None
        assert done.backup.is_file()
        assert done.kept_in is not None
        assert done.kept_in.parent == done.backup.parent
        assert migrate.check(url) == []
        gone = {(row["table"], row["row"]["number"]) for row in rows if row["what"] == "set aside"}
        assert gone == {(table, int(place[-1]))} | ({("stint", 1)} if table == "task" else set())
        after = everything(url)
        assert after["ben"] == before["ben"]
        transfer.read_in(after["ana"], older=False)
        for name, kept in before["ana"].items():
            left = [row for row in kept if (name, row.get("number")) not in gone]
            for row in left if name == "batch" else ():
                row["changes"] = [change for change in row["changes"] if (change[0], change[1]) not in gone]
            assert after["ana"][name] == left

    @pytest.mark.parametrize("damage", ["revoked_at = 'never'", "plan = 'x'", "digest = x'ff'"])
    def test_an_address_that_cannot_be_read_is_closed(self, url: str, tmp_path: Path, damage: str) -> None:
        """Emptying the field would open it again, or for all plans."""
        write(url, studied)
        closed = Feed(2, 1, "phone", "d" * 64, "events", 1, None, False, False, AT, None, AT)
        write(url, lambda unit: Addresses(unit, 2).add(closed))
        self.run(url, f"UPDATE feed SET {damage}")
        assert any(line.startswith("table 'feed', learner 2, number 1") for line in migrate.check(url))
        self.repaired(url, tmp_path)
        assert migrate.check(url) == []
        assert read(url, lambda unit: Addresses(unit, 2).all()) == []

    def test_a_plan_goes_with_all_that_is_its(self, url: str, tmp_path: Path) -> None:
        """What belongs to a row that cannot be read is in the file too."""
        write(url, studied)
        self.run(url, "UPDATE plan SET uuid = 'x' WHERE learner_id = 2")
        _, rows = self.repaired(url, tmp_path)
        tables_gone = sorted(row["table"] for row in rows if row["what"] == "set aside")
        assert tables_gone == ["card", "plan", "stint", "task", "task", "task"]
        assert migrate.check(url) == []

    def test_orphans_are_set_aside(self, url: str, tmp_path: Path) -> None:
        """A row that belongs to one that is not there."""
        write(url, studied)
        self.run(url, "DELETE FROM task WHERE learner_id = 2 AND number = 2")
        assert any("'stint' refers to a missing row of 'task'" in line for line in migrate.check(url))
        _, rows = self.repaired(url, tmp_path)
        (row,) = [row for row in rows if row["what"] == "set aside"]
        assert (row["table"], row["why"]) == ("stint", ["it belongs to a row of 'task' that does not exist"])
        assert migrate.check(url) == []

    def test_a_learner_is_never_set_aside(self, url: str, tmp_path: Path) -> None:
        """What cannot be read of a learner is named; all that is theirs stays."""
        write(url, studied)
        self.run(url, "UPDATE learner SET created_at = 'x' WHERE id = 2")
        done, rows = self.repaired(url, tmp_path)
        assert (done.done, rows) == ((), [])
        assert "'created_at' cannot be read" in done.left[0]

    def test_a_failing_repair_changes_nothing(self, url: str, tmp_path: Path) -> None:
        """Where what was there cannot be kept, nothing is taken out."""
        write(url, studied)
        self.run(url, "UPDATE task SET uuid = 'x' WHERE learner_id = 2 AND number = 2")
        before = migrate.check(url)
        (Path(url).parent / "backups").touch()
        with pytest.raises(StorageProblem):
            self.repaired(url, tmp_path)
        assert migrate.check(url) == before

    def test_another_database_is_not_repaired(self, tmp_path: Path) -> None:
        """One that is not there, or not ours, is refused."""
        with pytest.raises(StorageProblem, match="absent"):
            repairing.outlook(str(tmp_path / "none.db"))


class TestOnPostgres(Contract):
    @pytest.fixture
    def url(self, postgres_ready: str) -> str:
        return postgres_ready

    @pytest.fixture(autouse=True)
    def _server(self, postgres) -> None:
        self.server = postgres

    def run(self, url: str, statement: str) -> None:
        self.server.sql(statement, urlsplit(url).path[1:])

    def test_days_that_no_calendar_has(self, url: str, tmp_path: Path) -> None:
        """PostgreSQL keeps infinity and the year 10000; the program cannot."""
        write(url, studied)
        self.run(url, "UPDATE task SET date = 'infinity' WHERE learner_id = 2 AND number = 2")
        self.run(url, "UPDATE task SET done_at = '12026-01-01' WHERE learner_id = 2 AND number = 1")
        found = sorted(line.partition(": ")[2] for line in migrate.check(url))
        assert found == ["'date' cannot be read", "'done_at' cannot be read"]
        with pytest.raises(StorageProblem, match="cannot be read"):
            read(url, lambda unit: unit.tasks(2))
        _, rows = self.repaired(url, tmp_path)
        assert [(row["table"], row["what"]) for row in rows] == [
            ("task", "mended"),
            ("batch", "mended"),
            ("task", "set aside"),
            ("stint", "set aside"),
        ]
        assert migrate.check(url) == []
