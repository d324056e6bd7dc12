"""All of one's data out in one file and in again, from the command line."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studyplan.cli import studyplan

#: What a learner may look at after a load; none of it may stumble.
LOOKS = (
    ["today"],
    ["week"],
    ["tasks", "--all"],
    ["show", "1-9"],
    ["status"],
    ["plans"],
    ["history", "--all"],
    ["log"],
    ["next"],
    ["export", "-o", "-"],
    ["learner", "show"],
    ["progress", "--plain"],
    ["review", "--status"],
    ["review", "--json"],
    ["off"],
    ["replan", "--dry-run"],
    ["undo"],
)


@pytest.fixture
def lived(terminal):
    """A learner with a plan and a past: done, undone, moved, timed, noted, scored, asked from memory."""
    terminal.ok("start", "small", "--days", "10", "--minutes", "90")
    (terminal.folder / "cards.csv").write_text("question,answer,module\nWhat?,That.,basics\nWho?,They.,basics\n")
    terminal.ok("cards", "import", "cards.csv")
    first = terminal.ok("cards", "--json").json["plans"][0]["cards"][0]["id"]
    terminal.ok("review", "--grade", f"{first}=good")
    terminal.ok("done", "1", "--minutes", "20", "--note", "easy")
    terminal.ok("done", "quiz", "--score", "70")
    terminal.ok("move", "mock", "2026-07-07")
    terminal.ok("undo")
    terminal.ok("log", "add", "rules", "-m", "30")
    terminal.ok("note", "2", "more", "--link", "https://example.org/")
    terminal.ok("off", "2026-07-05", "--yes")
    terminal.ok("timer", "start", "2")
    return terminal


def dumped(terminal) -> dict[str, Any]:
    return json.loads(terminal.ok("dump", "-o", "-").out)


def test_out_and_in_again(lived):
    """The file holds all rows, loads into an empty database under the same name, and dumps to the same rows there."""
    before = dumped(lived)
    assert (before["studyplan_dump"], before["schema"][:10]) == (1, "studyplan_")
    assert "Wrote all data of 'ana'" in lived.ok("dump", "-o", "mine.json").err
    assert json.loads(Path("mine.json").read_text(encoding="utf-8"))["tables"] == before["tables"]
    other = ["--db", str(lived.folder / "other.db")]
    loaded = lived.ok(*other, "load", "mine.json", "--json").json
    assert loaded["learner"]["name"] == "ana"
    assert loaded["rows"] == {name: len(many) for name, many in before["tables"].items() if many}
    assert json.loads(lived.ok(*other, "dump").out)["tables"] == before["tables"]
    assert lived.ok(*other, "tasks", "--json").json == lived.ok("tasks", "--json").json
    for _ in range(3):
        assert lived.ok(*other, "undo", "--json").json["undone"] == lived.ok("undo", "--json").json["undone"]


def test_an_existing_learner_is_never_overwritten(lived):
    """The same name is a conflict that names --as, which loads a second one beside the first."""
    lived.ok("dump", "-o", "mine.json")
    before = lived.bytes()
    refused = lived("load", "mine.json")
    assert (refused.code, "--as NAME" in refused.err) == (5, True)
    assert lived.bytes() == before
    assert "Loaded 'bea': 1 plan" in lived.ok("load", "mine.json", "--as", "bea").out
    mine, hers = (lived.ok("--learner", name, "tasks", "--json").json for name in ("ana", "bea"))
    assert [task["uid"] for task in mine["plans"][0]["tasks"]] == [task["uid"] for task in hers["plans"][0]["tasks"]]
    assert lived("load", "mine.json", "--as", "a\x1bb").code == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", 4),
        (b"{", 4),
        (b"[]", 4),
        (b"null", 4),
        (b"\xff\xfe", 4),
        (b"[" * 100_000, 4),
        (b'{"studyplan_dump": 1}', 4),
        (b'{"studyplan_dump": true, "tables": {}}', 4),
        (b'{"studyplan_dump": NaN, "tables": {}}', 4),
        (b'{"studyplan_dump": ' + b"9" * 5000 + b', "tables": {}}', 4),
        (b'{"studyplan_dump": 0, "schema": "studyplan_0001", "tables": {}}', 4),
        (b'{"studyplan_dump": 1, "schema": 5, "tables": {}}', 4),
        (b'{"studyplan_dump": 1, "schema": "studyplan_0001", "tables": {}}', 4),
        (b'{"studyplan_dump": 2, "schema": "studyplan_0001", "tables": {}}', 4),
        (b'{"studyplan_dump": 1, "schema": "studyplan_9999", "tables": {}}', 4),
    ],
)
def test_a_file_that_is_none_of_ours(terminal, content, code):
    """One line and exit 4; no database comes to be."""
    Path("file.json").write_bytes(content)
    refused = terminal("load", "file.json")
    assert (refused.code, refused.err.count("\n")) == (code, 1), refused.err
    assert not terminal.database.exists()


def test_a_newer_file_says_so(lived):
    """A newer form or schema is told apart from a broken file."""
    body = dumped(lived)
    for change in ({"studyplan_dump": 2}, {"schema": "studyplan_9999"}):
        Path("newer.json").write_text(json.dumps(body | change))
        refused = lived("load", "newer.json", "--as", "bea", "--json")
        assert (refused.code, refused.json["error"]["code"]) == (4, "newer-file")


def test_a_region_without_known_holidays(lived):
    """Is refused, not stumbled over by each later look at the plan."""
    body = dumped(lived)
    body["tables"]["plan"][0]["holidays"] = "%s"
    (lived.folder / "odd.json").write_text(json.dumps(body))
    before = lived.bytes()
    answer = lived("load", "odd.json", "--as", "bert")
    assert answer.code == 4
    assert "no public holidays are known for '%s'" in answer.err
    assert lived.bytes() == before


def test_a_file_that_is_not_there(terminal):
    """No file, a folder, an endless device: one line each."""
    assert terminal("load", "nowhere.json").code == 6
    assert terminal("load", ".").code == 6
    assert terminal("dump").code == 3


def test_a_dump_that_cannot_be_written_leaves_the_old_one(lived):
    """The file is written beside its place and renamed; a folder that is not there is told."""
    assert lived("dump", "-o", "nowhere/mine.json").code == 6
    assert lived("dump", "-o", ".").code == 6


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        [
            "2026-07-01",
            "9999-12-31",
            "0001-01-01",
            "2026-07-01T00:00:00+00:00",
            "ana",
            "small",
            "done",
            "exam",
            -1,
            0,
            1,
            2,
        ]
    )
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=2)
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a nested value, as what holds it and the key."""
    found: list[tuple[Any, Any]] = []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(items):
        found.append((value, key))
        found += places(inner)
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_broken_file_never_breaks_the_program(lived, data):
    """Whatever is changed in a file: it is refused in one line, or what it loads can be looked at and undone."""
    folder = lived.folder / "fuzz"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    body = copy.deepcopy(BODY.setdefault("it", dumped(lived)))
    for _ in range(data.draw(st.integers(1, 2))):
        holder, key = data.draw(st.sampled_from(places(body)))
        match data.draw(st.sampled_from(["set", "set", "set", "cut", "double"])):
            case "set":
                holder[key] = data.draw(VALUES)
            case "cut":
                del holder[key]
            case _ if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[key]))
    (folder / "file.json").write_text(json.dumps(body), encoding="utf-8", errors="surrogatepass")
    group = ["--db", str(folder / "x.db"), "--today", "2026-07-03"]
    run = CliRunner().invoke(studyplan, [*group, "load", str(folder / "file.json")])
    assert isinstance(run.exception, SystemExit | None), run.exception
    assert run.exit_code in (0, 2, 4)
    if run.exit_code:
        assert run.stderr.count("\n") == 1
        return
    for words in LOOKS:
        run = CliRunner().invoke(studyplan, [*group, *words])
        assert isinstance(run.exception, SystemExit | None), (words, run.exception)
        assert run.exit_code in (0, 2, 3, 5), (words, run.stderr)


#: The dump that the test above begins with, made once.
BODY: dict[str, dict[str, Any]] = {}
