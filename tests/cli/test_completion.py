"""What Tab offers in bash, zsh and fish, and that completing neither fails nor writes."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from terminals import Terminal

from studyplan.cli import FAMILIES

#: A title with what shells and their protocols take for signs.
ODD = "Costs, *.py and [a] \\n back: 100% 漢字"


@pytest.fixture
def tab(terminal: Terminal) -> Callable[..., list[str]]:
    """What a shell is answered for a line; the last word is what is being typed."""

    def offered(line: str, shell: str = "bash", **environment: str) -> list[str]:
        words = line.split(" ")
        # Fish tells the word itself, the others its place.
        place = words[-1] if shell == "fish" else str(len(words) - 1)
        ran = subprocess.run(
            [sys.executable, "-m", "studyplan"],
            env={
                **os.environ,
                "_STUDYPLAN_COMPLETE": f"{shell}_complete",
                "COMP_WORDS": " ".join(words[:-1]) if shell == "fish" else line,
                "COMP_CWORD": place,
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        return ran.stdout.splitlines()

    return offered


@pytest.fixture
def started(terminal: Terminal) -> Terminal:
    terminal.ok("start", "small", "--name", "my plan")
    terminal.ok("add", ODD, "--minutes", "30", "--date", "2026-07-07", "--kind", "Essay")
    terminal.ok("done", "1")
    return terminal


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("done ", ["2", "3", "4", "5", "6", "9", "7", "8"]),
        ("done 2 ", ["3", "4", "5", "6", "9", "7", "8"]),
        ("reopen ", ["1"]),
        ("show ", ["2", "3", "4", "5", "6", "9", "7", "8", "1"]),
        ("move 2", ["2"]),
        ("skip ru", ["rules", "'rules#2'", "'rules#3'", "'rules#4'"]),
        ("done --plan ", ["'my plan'"]),
        ("drop ", ["'my plan'"]),
        ("tasks --module f", ["finish"]),
        ("tasks --kind m", ["mock"]),
        ("tasks --kind Es", ["Essay"]),
        ("tasks --tag r", ["rules"]),
        ("tasks --sort t", ["title"]),
        ("start small --window ", ["short", "long"]),
        ("start small --path ", ["extra"]),
        ("start small --leave-out q", ["quiz"]),
        ("replan --window l", ["long"]),
        ("replan --leave-out 7", ["7"]),
        ("--learner ", ["ana"]),
        ("learner rename ", ["ana"]),
        ("templates show sm", ["small"]),
        ("repl", ["replan"]),
        ("completion f", ["fish"]),
    ],
)
def test_what_can_be_named_is_offered(started, tab, line, expected):
    """In bash, one word after another; COMP_TYPE is that of a menu, where nothing may stand beside them."""
    assert [word.removeprefix("plain,") for word in tab(f"studyplan {line}", COMP_TYPE="37")] == expected


def test_titles_stand_beside_numbers(started, tab):
    """bash shows them in its list and never inserts them; zsh and fish have a place for them."""
    assert f"plain,9  {ODD}" in tab("studyplan done ", COMP_TYPE="63")
    assert tab("studyplan done 9", COMP_TYPE="9") == ["plain,9"]
    assert tab("studyplan done 9", "zsh") == ["plain", "9", ODD]
    assert tab("studyplan done 9", "fish") == [f"plain,9\t{ODD}"]
    titles = tab("studyplan start ", "zsh")
    assert titles[titles.index("small") + 1] == "A small plan"
    assert titles[titles.index("foundations") + 1] == "Certified FinOps Professional – Foundations"
    assert tab("studyplan undo", "fish") == ["plain,undo\tUndo the last change; repeat to go further back."]


def test_all_commands_are_offered(terminal, tab):
    assert tab("studyplan ") == [f"plain,{name}" for _, rows in FAMILIES for name, *_ in rows]
    assert "plain,--today" in tab("studyplan --")


@pytest.mark.parametrize("line", ["import ", "load x", "start ./", "cards import ", "start small --busy "])
def test_paths_are_left_to_the_shell(started, tab, line):
    assert [word.partition(",")[0] for word in tab(f"studyplan {line}")] == ["file"]


def test_the_script_for_bash_works(started):
    """bash itself takes the answer apart: signs that it would expand stay as they are."""
    program = started.folder / "bin" / "studyplan"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m studyplan "$@"\n')
    program.chmod(0o755)
    script = """
        eval "$(studyplan completion bash)"
        COMP_WORDS=(studyplan done ''); COMP_CWORD=2; COMP_TYPE=63
        _studyplan_completion studyplan
        printf '%s\\n' "${COMPREPLY[@]}"
        complete -p studyplan
    """
    bash = shutil.which("bash")
    assert bash
    Path("plain,9").touch()
    environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"}
    ran = subprocess.run([bash, "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert f"9  {ODD}" in ran.stdout.splitlines()
    assert ran.stdout.endswith("complete -o nosort -F _studyplan_completion studyplan\n")


def test_the_script_for_fish_keeps_commas(terminal):
    """click's own splits at each of them."""
    assert 'string split -m 1 ","' in terminal.ok("completion", "fish").out


def test_completing_makes_nothing(terminal, tab):
    """Without a database there are templates to offer, and still no database afterwards."""
    for line in ("done ", "drop ", "start small --window ", "--learner ", "tasks --module "):
        tab(f"studyplan {line}")
    assert not terminal.database.parent.exists()


@pytest.mark.parametrize("kind", ["garbage", "folder", "old", "locked"])
def test_completing_never_fails(started, tab, kind):
    """Whatever the database is: nothing to offer, no word, no change."""
    with closing(sqlite3.connect(started.database, isolation_level=None)) as base:
        if kind == "old":
            base.execute("DROP TABLE task")
        if kind == "locked":
            base.execute("BEGIN EXCLUSIVE")
        if kind == "garbage":
            started.database.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
        if kind == "folder":
            started.database.unlink()
            started.database.mkdir()
        before = started.bytes()
        offered = tab("studyplan done ", COMP_TYPE="37")
        # SQLite reads beside a writer.
        assert bool([word for word in offered if word]) == (kind == "locked")
        assert started.bytes() == before


def test_completing_survives_a_broken_configuration(started, tab):
    Path("config.toml").write_text("learner = [")
    assert not any(tab("studyplan done "))


def test_completing_loads_no_database_toolkit(started):
    """Neither SQLAlchemy nor the templates are loaded to offer tasks."""
    code = (
        "import sys\nfrom studyplan.__main__ import main\ntry:\n    main()\n"
        "finally:\n    sys.stderr.write(' '.join({'sqlalchemy', 'yaml', 'studyplan.planner.queries'} & set(sys.modules)))"
    )
    asked = {"_STUDYPLAN_COMPLETE": "bash_complete", "COMP_WORDS": "studyplan done 2", "COMP_CWORD": "2"}
    ran = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **asked}, capture_output=True, text=True, check=False
    )
    assert (ran.stdout.strip(), ran.stderr) == ("plain,2", "")


def test_a_server_is_looked_at_too(terminal, tab, postgres_url, monkeypatch):
    """PostgreSQL by its own driver, each learner their own tasks."""
    monkeypatch.setenv("STUDYPLAN_DATABASE_URL", postgres_url)
    for name in ("ana", "Ben"):
        terminal.ok("learner", "add", name)
    terminal.ok("--learner", "ben", "start", "small", "--name", "bens")
    terminal.ok("start", "small", "--name", "anas")
    assert tab("studyplan drop ") == ["plain,anas"]
    assert tab("studyplan --learner ben tasks --tag ") == ["plain,rules"]
    assert tab("studyplan --learner ") == ["plain,Ben", "plain,ana"]
