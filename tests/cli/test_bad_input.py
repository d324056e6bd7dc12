"""Whatever a person gets wrong ends in one clear line, a fitting exit code, and a database as it was."""

from __future__ import annotations

import json

import pytest

#: The words, the exit code, and what the line must say.
WRONG = [
    (["start", "smal"], 3, "did you mean 'small'"),
    (["start", "nothing-like-it"], 3, "templates"),
    (["start", "small", "--name", "b", "--date", "2026-02-30"], 2, "30"),
    (["start", "small", "--name", "b", "--date", "01/07/2026"], 2, "2026-07-01"),
    (["start", "small", "--name", "b", "--date", "whenever"], 2, "whenever"),
    (["start", "small", "--name", "b", "--exam", "2026-06-01"], 2, "before the start"),
    (["start", "small", "--name", "b", "--days", "10", "--exam", "2026-07-20"], 2, "days and exam"),
    (["start", "small", "--name", "b", "--days", "0"], 2, "days must be"),
    (["start", "small", "--name", "b", "--days", "4000"], 2, "1100"),
    (["start", "small", "--name", "b", "--days", "3"], 5, "at least 7"),
    (["start", "small", "--name", "b", "--window", "lng"], 3, "did you mean 'long'"),
    (["start", "small", "--name", "b", "--path", "extr"], 3, "did you mean 'extra'"),
    (["start", "small", "--name", "b", "--leave-out", "dril"], 3, "did you mean 'drill'"),
    (["start", "small", "--name", "b", "--minutes", "sixty"], 2, "sixty"),
    (["start", "small", "--name", "b", "--weekdays", "mon-fry"], 2, "fry"),
    (["start", "small", "--name", "b", "--minutes", "15", "--days", "7"], 5, "does not fit"),
    (["start", "small", "--name", "b\nc"], 2, "must be one line"),
    (["start", "small", "--name", "x" * 201], 2, "200"),
    (["start", "small", "--name", " "], 2, "empty"),
    (["start", "small"], 5, "--name"),
    (["done", "999"], 3, "999"),
    (["done", "0"], 3, "0"),
    (["done", "998-999"], 3, "998-999"),
    (["done", "7-5"], 2, "7-5"),
    (["done", "word"], 3, "did you mean 'words'"),
    (["done", "nobody:words"], 3, "nobody"),
    (["done", "1", "--minutes", "-5"], 2, "length of time"),
    (["done", "1", "--at", "2026-08-01"], 2, "in the future"),
    (["done"], 2, "TASK"),
    (["edit", "1"], 2, "nothing to change"),
    (["edit", "1", "--minutes", "481"], 2, "1 to 480"),
    (["edit", "1", "--title", "x" * 201], 2, "200"),
    (["add", "x", "--minutes", "0"], 2, "1 to 480"),
    (["add", "x", "--minutes", "30", "--date", "2027-01-01"], 5, "outside"),
    (["add", "x", "--minutes", "30", "--plan", "nope"], 3, "nope"),
    (["move", "1", "2026-13-01"], 2, "13"),
    (["move", "1"], 2, "date"),
    (["rename", "nope", "x"], 3, "nope"),
    (["drop", "nope"], 3, "nope"),
    (["learner", "remove", "ana"], 5, "--yes"),
    (["tasks", "--plan", "smol"], 3, "did you mean 'small'"),
    (["export", "--plan", "nope"], 3, "nope"),
    (["export", "-o", "no-such-folder/x.ics"], 6, "no-such-folder"),
    (["export", "-o", "."], 6, "folder"),
    (["--learner", "bert", "done", "1"], 3, "bert"),
    (["learner", "add", "ana"], 5, "ana"),
    (["learner", "set", "--zone", "Europe/Berlim"], 2, "Europe/Berlin"),
    (["learner", "remove", "zoe", "--yes"], 3, "zoe"),
    (["templates", "show", "smal"], 3, "small"),
    (["templates", "check", "missing.yaml"], 6, "missing.yaml"),
    (["templates", "new", "Not An Id"], 2, "id"),
    (["db", "restore", "missing.db", "--yes"], 6, "missing.db"),
    (["frobnicate"], 2, "frobnicate"),
]


@pytest.mark.parametrize(
    ("words", "code", "part"), WRONG, ids=lambda value: " ".join(value) if isinstance(value, list) else None
)
def test_one_line_a_code_and_nothing_lost(terminal, words, code, part):
    """One line on standard error, the exit code of its kind, the database byte for byte as before."""
    terminal.ok("start", "small")
    before = terminal.bytes()
    answer = terminal(*words)
    assert answer.code == code, answer.err
    first, *offers = answer.err.strip().splitlines()
    assert first.startswith("Error: ")
    assert part in first
    assert all(line.startswith("  ") for line in offers)
    assert "Traceback" not in answer.err
    assert terminal.bytes() == before


@pytest.mark.parametrize(
    ("words", "code"), [(words, code) for words, code, _ in WRONG if words[0] in {"start", "done"}]
)
def test_json_errors_are_objects(terminal, words, code):
    """With --json the same error is an object on standard output too."""
    terminal.ok("start", "small")
    answer = terminal(*words, "--json")
    assert answer.code == code
    error = json.loads(answer.out)["error"]
    assert error["code"]
    assert error["message"] in answer.err


def test_what_does_not_fit_has_offers_that_work(terminal):
    """Each offer of the price list is a command that starts a plan when it is taken."""
    refused = terminal("start", "small", "--days", "7", "--minutes", "30", "--json")
    assert refused.code == 5
    error = refused.json["error"]
    assert error["short_minutes"] > 0
    assert {offer["kind"] for offer in error["offers"]} >= {"minutes", "days"}
    for offer in error["offers"]:
        import shlex

        program, *words = shlex.split(offer["command"])
        assert program == "studyplan"
        terminal.ok(*words)
        terminal.ok("undo")


def test_a_template_with_twelve_mistakes_tells_all_twelve(terminal):
    """Every mistake has its file and line, all at once, and exit code 4."""
    (terminal.folder / "bad.yaml").write_text(
        """\
studyplan: 1
id: Bad
title: ""
edition: "1"
language: en
about: x
colour: red
windows:
  - {id: short, days: [10, 7], tier: cor}
default_window: shrt
modules:
  - id: m
    title: M
    tasks:
      - {id: a, title: A, kind: raed, minutes: 33}
      - {id: a, title: A again, kind: read, minutes: 30, after: [b]}
      - {id: c, title: C, kind: read, minutes: 30, path: [devops], optional: maybe}
"""
    )
    answer = terminal("templates", "check", "bad.yaml")
    assert answer.code == 4
    lines = [line.strip() for line in answer.err.splitlines()[1:]]
    assert len(lines) >= 12
    assert all(line.startswith("bad.yaml:") for line in lines)


def test_a_database_of_somebody_else_is_refused(terminal):
    """A text file, a foreign SQLite file and a folder are each refused with exit code 6 and left alone."""
    import sqlite3

    text = terminal.folder / "notes.txt"
    text.write_text("not a database, but long enough to have a header" * 30)
    foreign = terminal.folder / "foreign.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE songs (name TEXT)")
    connection.close()
    for path in (text, foreign, terminal.folder):
        before = path.read_bytes() if path.is_file() else None
        for words in (["today"], ["start", "small"], ["done", "1"]):
            answer = terminal("--db", str(path), *words)
            assert answer.code == 6, (path, words, answer.err)
            assert len(answer.err.strip().splitlines()) == 1
        assert (path.read_bytes() if path.is_file() else None) == before


def test_a_truncated_database_is_refused(terminal):
    """Half a file is no database: exit code 6, and not a byte of it changed."""
    terminal.ok("start", "small")
    content = terminal.database.read_bytes()
    terminal.database.write_bytes(content[: len(content) // 2])
    before = terminal.bytes()
    for words in (["done", "1"], ["start", "small", "--name", "b"]):
        answer = terminal(*words)
        assert answer.code == 6, answer.err
        assert len(answer.err.strip().splitlines()) == 1
    assert terminal.bytes() == before


def test_a_newer_database_is_refused(terminal):
    """A revision that this version does not know is left alone: exit code 6, named as newer."""
    import sqlite3

    terminal.ok("start", "small")
    with sqlite3.connect(terminal.database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for words in (["today"], ["done", "1"], ["db", "upgrade"]):
        answer = terminal(*words)
        assert answer.code == 6
        assert "made by a newer studyplan" in answer.err


def test_a_refused_first_start_leaves_no_database(terminal):
    """Whatever goes wrong before there is anything to keep, no file is made."""
    for words in (["start", "nope"], ["start", "small", "--days", "7", "--minutes", "15"], ["done", "1"], ["undo"]):
        terminal(*words)
        assert terminal.bytes() == {}


@pytest.mark.parametrize(
    "words", [["learner", "remove", "", "--yes"], ["learner", "rename", "", "zed"], ["--learner", "", "today"]]
)
def test_an_empty_name_means_nobody(terminal, words):
    """An empty argument, as an unset variable of a script gives it, is never taken for the only learner there is."""
    terminal.ok("start", "small")
    assert terminal(*words).code in {2, 3}
    assert [each["name"] for each in terminal.ok("learner", "list", "--json").json["learners"]] == ["ana"]


@pytest.mark.parametrize(
    "words", [["done", "²"], ["tasks", "--plan", "²"], ["tasks", "--plan", "9" * 5000], ["show", "9" * 50]]
)
def test_odd_digits_are_no_numbers(terminal, words):
    """What looks like a number and is none is a name that nobody has."""
    terminal.ok("start", "small")
    answer = terminal(*words)
    assert answer.code in {2, 3}
    assert len(answer.err.splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [
        ["done", "1", "--note", "\udcff"],
        ["edit", "1", "--title", "\udcff"],
        ["--learner", "\udcff", "today"],
        ["edit", "1", "--note", "\x1b[2J"],
    ],
)
def test_bytes_that_are_no_text_are_refused(terminal, words):
    """What a terminal passes on of a broken encoding never reaches the database."""
    terminal.ok("start", "small")
    before = terminal.bytes()
    assert terminal(*words).code in {2, 3}
    assert terminal.bytes() == before


def test_a_plan_named_like_a_number_is_refused(terminal):
    """A plan called '1' would stand in the way of plan 1."""
    assert terminal("start", "small", "--name", "1").code == 2
    terminal.ok("start", "small")
    assert terminal("rename", "small", "12").code == 2


def test_the_exam_is_not_moved_by_hand(terminal):
    """The exam moves with the plan's end, and the way there is named."""
    terminal.ok("start", "small")
    answer = terminal("move", "exam", "2026-07-03")
    assert answer.code == 5
    assert "replan --exam 2026-07-03" in answer.err


def test_a_refusal_for_lack_of_consent_is_one_object(terminal):
    """With --json and nobody to ask there is one object: what would be done, and the error."""
    terminal.ok("start", "small", "--days", "10", "--minutes", "90")
    answer = terminal("learner", "remove", "ana", "--json")
    assert answer.code == 5
    body = answer.json
    assert body["error"]["code"] == "no-consent"
    assert [plan["name"] for plan in body["plans"]] == ["small"]
