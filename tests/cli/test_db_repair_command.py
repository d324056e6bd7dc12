"""A database with rows that the program cannot read: one clear line each, and a way out."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from terminals import Terminal

from studyplan import open_planner


@pytest.fixture
def started(terminal: Terminal) -> Terminal:
    terminal.ok("start", "small", "--minutes", "90")
    return terminal


def sql(terminal: Terminal, statement: str) -> None:
    with closing(sqlite3.connect(terminal.database)) as connection, connection:
        connection.execute(statement)


def test_check_and_repair(started: Terminal) -> None:
    """What is wrong is named; --dry-run shows, without consent nothing happens, --yes repairs."""
    sql(started, "UPDATE task SET uuid = 'x' WHERE number = 2")
    sql(started, "UPDATE task SET reason = '5' WHERE number = 1")
    refused = started("tasks", "--all")
    assert (refused.code, len(refused.err.splitlines())) == (6, 1)
    assert "db check" in refused.err
    checked = started("db", "check", "--json")
    assert checked.code == 6
    assert len(checked.json["problems"]) == 2
    assert "number 2: 'uuid' cannot be read" in " ".join(checked.json["problems"])
    before = started.bytes()
    shown = started.ok("db", "repair", "--dry-run")
    assert "number 2: set aside" in shown.out
    assert "Nothing was changed" in shown.out
    assert started("db", "repair").code == 5
    assert started.bytes() == before
    done = started.ok("db", "repair", "--yes", "--json").json
    assert (len(done["repairs"]), done["left"], done["dry_run"]) == (2, [], False)
    kept = json.loads(Path(done["kept_in"]).read_text())["rows"]
    assert {row["row"]["number"] for row in kept} == {1, 2}
    assert "No problem" in started.ok("db", "check").out
    assert "Nothing to repair" in started.ok("db", "repair").out
    assert 2 not in [task["number"] for task in started.ok("tasks", "--json").json["plans"][0]["tasks"]]


def test_what_cannot_be_repaired_is_said(started: Terminal) -> None:
    """It ends as a check does that finds something."""
    sql(started, "UPDATE learner SET created_at = 'x'")
    answer = started("db", "repair", "--yes")
    assert answer.code == 6
    assert "1 problem cannot be repaired" in answer.err
    assert "'created_at' cannot be read" in answer.err


def test_an_unknown_zone_stops_no_command(started: Terminal) -> None:
    """The system's zone stands in, with a word; `learner set --zone` puts it right, and undo takes that back."""
    sql(started, "UPDATE learner SET zone = 'No/Where'")
    for words in (
        ["today"],
        ["show", "1"],
        ["history"],
        ["log"],
        ["status"],
        ["learner", "show"],
        ["done", "1"],
        ["undo"],
    ):
        answer = started.ok(*words)
        assert answer.err.count("'No/Where' of 'ana' is not known here") == 1
    assert "'zone' is not a time zone" in started("db", "check").err
    started.ok("learner", "set", "--zone", "Europe/Berlin")
    assert started.ok("learner", "show", "--json").json["learner"]["zone"] == "Europe/Berlin"
    assert started.ok("today").err == ""
    started.ok("undo")
    assert "No problem" in started.ok("db", "check").out


@pytest.mark.parametrize(
    ("table", "field", "value", "says"),
    [
        ("learner", "zone", "No/Where", "table 'learner', row 1: 'zone' is not a time zone"),
        ("task", "title", "x\u202efdp.exe", "table 'task', row 1: 'title' cannot contain control characters (U+202E)"),
        ("task", "title", "\u200b\u2060", "table 'task', row 1: 'title' cannot be empty"),
        ("task", "date", "2026-02-30", "table 'task', row 1: 'date' is not valid"),
        ("task", "kind", "dance", "table 'task', row 1: 'kind' is not valid"),
        ("batch", "changes", "[", "table 'batch', row 1: 'changes' is not valid"),
    ],
)
def test_a_dump_with_a_bad_row_is_refused(started: Terminal, table: str, field: str, value: str, says: str) -> None:
    """The table, the row and the field are named, and nothing is loaded."""
    started.ok("dump", "-o", "mine.json")
    file = started.folder / "mine.json"
    body = json.loads(file.read_text())
    body["tables"][table][0][field] = value
    file.write_text(json.dumps(body))
    before = started.bytes()
    refused = started("load", "mine.json", "--as", "zed")
    assert (refused.code, says in refused.err) == (4, True), refused.err
    assert started.bytes() == before


def test_a_door_is_not_opened_by_a_repair(started: Terminal) -> None:
    """A token whose last day cannot be read is set aside: without one it would be good for ever. What was answered to a request
    goes too, bytes and all."""
    with open_planner(started.database, today=started.today) as planner:
        made = planner.tokens.add("script", expires="2026-08-01")
        planner.requests.once(UUID(int=1), b"done 1", lambda own: {"changed": len(own.tasks.done(1).tasks)})
    sql(started, "UPDATE token SET expires_on = 'x'")
    sql(started, "UPDATE request SET at = 'x'")
    assert len(started("db", "check", "--json").json["problems"]) == 2
    done = started.ok("db", "repair", "--yes", "--json").json
    assert (len(done["repairs"]), done["left"]) == (2, [])
    with open_planner(started.database, today=started.today) as planner:
        assert planner.tokens.shown(made.secret) is None
        assert planner.tokens.all() == []
