"""Files that people name: what is none, a folder, a pipe or a device is one clear line, and never waited for."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
from terminals import SMALL

from studyplan import files

RUN = [sys.executable, "-m", "studyplan", "--today", "2026-07-01"]
COMMANDS = (
    ("import",),
    ("cards", "import"),
    ("load",),
    ("templates", "check"),
    ("templates", "import"),
    ("start", "small", "--name", "second", "--busy"),
    ("note", "1", "--file"),
)
needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")


@pytest.fixture
def started(terminal):
    terminal.ok("start", "small")
    return terminal


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_file_that_is_not_there(started, command):
    """One exit code, whichever command is given the name, and whatever is wrong with it."""
    before = started.bytes()
    for name in ("none.ics", "none/none.csv", "x" * 5000, "nul\0.ics", "~nobody-here/x.ics", "caf\udce9.ics"):
        answer = started(*command, name)
        # What is kept with a task has to be text that fits.
        is_unfit = command[0] == "note" and (len(name) > 2000 or not name.isprintable())
        assert answer.code == (2 if is_unfit else 6), (command, name, answer.err)
        assert len(answer.err.splitlines()) == 1
        assert "Traceback" not in answer.err
    assert started.bytes() == before


@needs_pipes
@pytest.mark.parametrize("command", COMMANDS[:-1], ids=" ".join)
def test_what_is_no_file(started, command):
    """A pipe that nobody writes to is not waited for, a folder is named, a device is not read without end."""
    os.mkfifo("p.ics")
    Path("folder.ics").mkdir()
    for name, codes in (("p.ics", {6}), ("folder.ics", {4, 6}), ("/dev/zero", {4, 6})):
        answer = started(*command, name) if command != ("load",) or name != "/dev/zero" else None
        assert answer is None or answer.code in codes, (command, name, answer.err)


@needs_pipes
def test_what_a_shell_pipes_in_is_read(started):
    """``<(…)`` names a pipe that somebody writes to, slowly perhaps."""
    Path("c.csv").write_text("question,answer\nQ,A\n")
    line = f"{sys.executable} -m studyplan --today 2026-07-01 cards import <(sleep 0.3; cat c.csv)"
    done = subprocess.run(["bash", "-c", line], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, b"Added 1 card to 'small'.")


def test_a_template_that_is_not_there(started):
    """By its path it is a file like any other."""
    for words in (("start",), ("whatif", "start"), ("templates", "show")):
        answer = started(*words, "./none.yaml")
        assert (answer.code, "there is no file none.yaml" in answer.err) == (6, True), words


def test_a_dash_is_standard_input(started):
    """Cards and a dump come through a pipe as well; a dump of nothing is refused as any bad file is."""
    assert "Added 1 card" in started.ok("cards", "import", "-", input="question,answer\nQ,A\n").out
    dump = started.ok("dump", "-o", "-").out
    assert started.ok("load", "-", "--as", "copy", "--json", input=dump).json["rows"]["card"] == 1
    for words in (("load", "-"), ("cards", "import", "-")):
        answer = started(*words, input="")
        assert (answer.code, len(answer.err.splitlines())) == (4, 1), answer.err


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no names for open files here")
def test_a_pipe_is_read_whole_and_no_further():
    """However it comes, and no byte more than was asked for."""
    for size, expected in ((200_000, 200_000), (2_000_000, 1_000_001)):
        reader, writer = os.pipe()

        def fill(writer: int = writer, size: int = size) -> None:
            with suppress(BrokenPipeError), os.fdopen(writer, "wb") as file:
                file.write(b"x" * size)

        filling = Thread(target=fill)
        filling.start()
        assert len(files.read(Path(f"/dev/fd/{reader}"), 1_000_000)) == expected
        os.close(reader)
        filling.join()


@needs_pipes
def test_a_pipe_or_folder_among_the_templates(terminal):
    """It is named as not usable, and the others are there."""
    own = Path(os.environ["STUDYPLAN_PLANS"])
    os.mkfifo(own / "pipe.yaml")
    (own / "folder.yaml").mkdir()
    (own / "gone.yaml").symlink_to("nowhere")
    (own / "other.yaml").write_text(SMALL.replace("id: small", "id: other"))
    listed = {each["id"]: each for each in terminal.ok("templates", "--json").json["templates"]}
    assert all(listed[id]["problems"] for id in ("pipe", "folder", "gone"))
    assert not listed["other"].get("problems")
    for id in ("pipe", "folder", "gone"):
        answer = terminal("start", id)
        assert answer.code == 6
        assert f"{id}.yaml" in answer.err
    terminal.ok("start", "other")


@needs_pipes
def test_a_configuration_that_is_no_file(terminal, tmp_path):
    """Each is named; one that is not there is none."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b"#" * (2 << 20))
    for name, code in (("pipe", 6), (".", 6), ("large", 4), ("/dev/zero", 4), ("none", 0), ("/dev/null", 0)):
        answer = terminal("--config", name, "config")
        assert answer.code == code, (name, answer.err)
        assert len(answer.err.splitlines()) == (code != 0)


@pytest.mark.parametrize(
    "text", ['database="a\\u0000b"', 'plans="a\\u0000b"', 'database="sqlite:///\\u0000"', 'learner="\\u0000"']
)
def test_nul_in_the_configuration(terminal, tmp_path, text):
    """It is said with its line, whatever asks."""
    (tmp_path / "config.toml").write_text(f"marks = 'none'\n{text}\n")
    for words in ("today", "templates", "config"):
        answer = terminal(*words.split())
        assert answer.code == 4
        assert ":2: " in answer.err
        assert "U+0000" in answer.err


def test_paths_that_are_not_utf_8(terminal, tmp_path):
    """Every option that takes a path takes any that the system has."""
    odd = tmp_path / "caf\udce9"
    odd.mkdir()
    (odd / "small.yaml").write_text(SMALL)
    (odd / "c.csv").write_text("question,answer\nQ,A\n")
    (odd / "c.toml").write_text("marks = 'none'\n")
    options = ["--db", f"{odd}/s.db", "--plans", str(odd), "--config", f"{odd}/c.toml"]
    for words in (
        ["start", "small"],
        ["cards", "import", f"{odd}/c.csv"],
        ["cards", "export", "-o", f"{odd}/cards.csv"],
        ["export", "-o", f"{odd}/e.ics"],
        ["import", f"{odd}/e.ics"],
        ["replan", "--busy", f"{odd}/e.ics", "--dry-run"],
        ["dump", "-o", f"{odd}/d.json"],
        ["report", "-o", f"{odd}/r.html"],
        ["templates", "check", f"{odd}/small.yaml"],
        ["db", "check"],
        ["db", "status"],
        ["db", "backup"],
        ["db", "backup", f"{odd}/b.db"],
        ["db", "restore", f"{odd}/b.db", "--yes"],
        ["config"],
        ["config", "--json"],
    ):
        terminal.ok(*options, *words)
    assert {each.name for each in odd.iterdir()} >= {"s.db", "e.ics", "d.json", "r.html", "cards.csv", "b.db"}
