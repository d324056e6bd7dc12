"""What reaches a terminal: nothing that it would obey, and no character that it lacks."""

from __future__ import annotations

import ast
import io
import json
import os
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import studyplan.cli
from studyplan.cli import output
from studyplan.text import one_line

RUN = [sys.executable, "-m", "studyplan", "--today", "2026-07-01"]
#: A colour, a title of the window, an 8-bit command, an override, a line break, a mark.
HOSTILE = "\x1b[31mred\x1b]0;mine\x07\x9b2J\u202etxt\u2066\n\r\u2028\u200fend"
#: Every text of other people's that a database holds.
PLACES = {
    "learner": ("name",),
    "plan": ("name", "title", "goal", "edition", "window"),
    "task": ("title", "module", "note", "objective", "evidence"),
    "card": ("question", "answer", "module", "source"),
    "batch": ("action",),
}
READING = [
    "today", "week", "tasks --all", "show 1", "show 2", "plans", "status", "progress", "progress --plain", "history", "cards",
    "review", "review --status", "off", "hours", "learner show", "learner list", "next", "log", "note 1", "replan --dry-run",
    "whatif replan", "remind", "recommend --role engineer", "templates", "drop mine", "config",
]  # fmt: skip


def harmful(text: str) -> list[str]:
    return [line for line in text.split("\n") if one_line(line) != line]


@pytest.fixture
def poisoned(terminal):
    """A plan with cards whose texts, as of old or by other hands, are full of commands to the terminal."""
    terminal.ok("start", "small", "--days", "20", "--name", "mine")
    Path("c.csv").write_text("question,answer,module\nQ,A,basics\nQ2,A2,basics\n")
    terminal.ok("cards", "import", "c.csv")
    terminal.ok("done", "1", "--minutes", "20")
    with closing(sqlite3.connect(terminal.database)) as base:
        for table, columns in PLACES.items():
            for column in columns:
                base.execute(f'UPDATE "{table}" SET "{column}" = "{column}" || ?', (HOSTILE,))
        base.commit()
    return terminal


def test_nothing_of_the_data_is_obeyed(poisoned):
    """Titles, names, notes and actions are shown, and move no cursor; as JSON they are what they are."""
    for words in READING:
        answer = poisoned(*words.split())
        assert answer.code in (0, 3, 5), (words, answer.err)
        assert not harmful(answer.out), words
        assert not harmful(answer.err), words
        as_json = poisoned(*words.split(), "--json")
        assert not harmful(as_json.out), words
    assert HOSTILE in poisoned.ok("show", "2", "--json").json["tasks"][0]["title"]


@pytest.mark.parametrize(
    "words",
    [
        ["show", HOSTILE],
        ["move", "1", HOSTILE],
        ["drop", HOSTILE],
        [HOSTILE],
        ["today", "--" + HOSTILE],
        ["done", "1", "--minutes", HOSTILE],
        ["start", HOSTILE],
        ["import", HOSTILE + ".ics"],
        ["load", HOSTILE],
        ["cards", "import", HOSTILE],
        ["templates", "check", HOSTILE],
        ["export", "-o", HOSTILE + "/x.ics"],
        ["--db", f"sqlite:///{HOSTILE}/x.db", "today"],
        ["--db", f"{HOSTILE}://x", "today"],
        ["--config", HOSTILE, "config"],
        ["--learner", HOSTILE, "today"],
        ["learner", "set", "--zone", HOSTILE],
        ["sync", "add", f"https://{HOSTILE}"],
    ],
)
def test_nothing_typed_is_obeyed(terminal, words):
    """Messages repeat arguments, click's own messages too, on one line."""
    terminal.ok("start", "small")
    answer = terminal(*words)
    assert not harmful(answer.out)
    assert not harmful(answer.err)
    assert len(answer.err.splitlines()) <= 1 or words[0] in ("templates", "--config")


def test_a_long_argument_makes_no_long_message(terminal):
    """However long a word is, its message stays readable."""
    for words in (["show", "x" * 100_000], ["today", "--" + "x" * 100_000], ["start", "x" * 100_000]):
        assert len(terminal(*words).err) < 2 * output.LONGEST_MESSAGE + 100


class Tty(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, *lines: str | output.Bold) -> str:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", Tty(raw, encoding="utf-8"))
    for line in lines:
        output.say(line)
    output.say(" rest" + HOSTILE, head="head" + HOSTILE)
    output.document("one\n" + HOSTILE)
    sys.stdout.flush()
    return raw.getvalue().decode()


def test_only_our_own_bold_is_an_escape(monkeypatch):
    """A line is bold by our own hand, whatever else it brings."""
    shown = on_a_terminal(monkeypatch, output.bold("\x1b[0m\x1b[2J" + HOSTILE), HOSTILE)
    bare = shown.replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert shown.count("\x1b[1m") == shown.count("\x1b[0m") == 2
    assert not harmful(bare)


def test_all_that_is_printed_goes_one_way():
    """Elsewhere than in `output`, only words of our own are printed."""
    for path in sorted(Path(studyplan.cli.__file__).parent.rglob("*.py")):
        # In a test room, keys are shown as they are pressed, one by one; only known ones are.
        if path.name in ("output.py", "exam_room.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func)
            if name in (
                "click.echo",
                "click.secho",
                "click.prompt",
                "print",
                "sys.stdout.write",
                "sys.stdout.buffer.write",
            ):
                where = f"{path.name}:{node.lineno}"
                version = "click.echo(f\"studyplan {version('studyplan-cli')}\")"
                assert all(map(_is_ours, node.args)) or ast.unparse(node) == version, where


def _is_ours(node: ast.expr) -> bool:
    """Whether a text cannot come from outside: a constant, a choice of constants, a key that was pressed and is known."""
    match node:
        case ast.Constant() | ast.Name(id="key"):
            return True
        case ast.IfExp(body=body, orelse=other):
            return _is_ours(body) and _is_ours(other)
        case ast.Subscript(value=ast.Name(id=name)):
            return name.isupper()
    return False


@pytest.mark.parametrize(
    ("encoding", "shown"), [("latin-1", "größe??"), ("cp1252:strict", "größe??"), ("ascii", "gr??e??")]
)
def test_a_terminal_that_lacks_a_character_gets_another(terminal, encoding, shown):
    """What has been written is not followed by a crash; the characters that there are stay."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    for words in (["start", "small", "--name", "größe→漢"], ["status"], ["templates", "show", "small"], ["größe→漢"]):
        done = subprocess.run([*RUN, *words], env=environment, capture_output=True, timeout=60, check=False)
        assert done.returncode == (2 if words == ["größe→漢"] else 0), done.stderr
        text = (done.stdout + done.stderr).decode(encoding.partition(":")[0])
        assert "Traceback" not in text
        assert shown in text or words[0] == "templates"


def test_the_c_locale(terminal):
    """Neither the locale of cron nor Python's own way out of it ends in a traceback."""
    terminal.ok("start", "small", "--name", "größe→漢")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for words, code in ((["plans", "--json"], 0), (["show", "ärger→"], 3)):
        done = subprocess.run([*RUN, *words], env=environment, capture_output=True, timeout=60, check=False)
        assert done.returncode == code, done.stderr
        assert b"Traceback" not in done.stderr
        if "--json" in words:
            assert json.loads(done.stdout)["plans"][0]["name"] == "größe→漢"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_json_says_the_same_in_every_encoding(terminal, encoding):
    """What the stream cannot hold is escaped, and read back whole."""
    terminal.ok("start", "small", "--name", "größe→漢\u200d")
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run([*RUN, "plans", "--json"], env=environment, capture_output=True, timeout=60, check=True)
    assert json.loads(done.stdout.decode(encoding))["plans"][0]["name"] == "größe→漢\u200d"


def test_files_are_utf_8_whatever_the_terminal_is(terminal):
    """A pipe gets what a file would hold."""
    terminal.ok("start", "small", "--name", "größe→漢")
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    terminal.ok("add", "Übung→漢", "--minutes", "30")
    for words in ("export -o -", "export -o a.ics", "report -o a.md", "templates new other"):
        done = subprocess.run([*RUN, *words.split()], env=environment, capture_output=True, timeout=60, check=True)
        done.stdout.decode("utf-8")
    assert "Übung→漢" in Path("a.ics").read_text("utf-8")
    assert "größe→漢" in Path("a.md").read_text("utf-8")


def test_a_command_to_copy_is_quoted_or_not_offered(terminal):
    """A name with signs of the shell cannot add to a command; one that cannot be shown is in none."""
    name = "a b; rm $(x) 'c' `d`"
    quoted = shlex.quote(name)
    assert f"--learner {quoted} " in terminal.ok("learner", "add", name).out
    assert "studyplan --learner" not in terminal.ok("learner", "add", "a\u200eb").out
    terminal.ok("--learner", name, "start", "small", "--name", name)
    assert f"studyplan drop {quoted}" in terminal("--learner", name, "start", "small", "--name", name).err
    assert f"--path {quoted}" in terminal("templates", "--path", name, "show", "small").err
    Path(f"{name}.csv").write_text("title,minutes\nRead,30\n")
    made = terminal("templates", "import", f"{name}.csv", "--id", "No {id}")
    assert f"import {shlex.quote(name + '.csv')} --id no-id" in made.err
    assert made.code == 2
    (terminal.folder / "plans" / f"{name}.yaml").write_text("x")
    assert f"check {shlex.quote(str(terminal.folder / 'plans' / name) + '.yaml')}" in terminal.ok("templates").out
    (terminal.folder / "plans" / "a\u202eb.yaml").write_text("x")
    assert terminal.ok("templates").out.count("templates check") == 1
