"""What only a real process shows: closed pipes, Ctrl-C, closed streams, a missing home."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

RUN = [sys.executable, "-m", "studyplan", "--today", "2026-07-01"]

#: `undo`, held up for as long as it takes to press Ctrl-C.
WAITS = """
import sys, time
from studyplan.planner.history import History
History.undo = lambda self: (print("ready", flush=True), time.sleep(60))
from studyplan.__main__ import main
sys.argv = ["studyplan", "undo"]
main()
"""


def hears_ctrl_c() -> None:
    """What a shell starts in the background ignores Ctrl-C, and so would whatever the tests start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def started(terminal):
    terminal.ok("start", "small")
    return terminal


@pytest.mark.parametrize("words", ["tasks --json", "export -o -", "templates show small", "--help", "done 999 --json"])
def test_a_closed_pipe_is_no_error(started, words):
    """Whoever stops reading ends the output quietly; an error keeps its own exit code."""
    process = subprocess.Popen([*RUN, *words.split()], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == (3 if "999" in words else 0)
    assert b"Traceback" not in err
    assert b"Exception" not in err


def test_ctrl_c_ends_with_130_and_one_word(started):
    """Stopped while it waits for an answer: no traceback, exit 130, nothing changed."""
    before = started.bytes()
    process = subprocess.Popen(
        [sys.executable, "-c", WAITS], stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=hears_ctrl_c
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert started.bytes() == before


@pytest.mark.parametrize("closing", ["0<&-", "1>&-"])
def test_closed_streams_are_no_crash(started, closing):
    """Neither a closed input nor a closed output ends in a traceback."""
    line = f"{sys.executable} -m studyplan --today 2026-07-01 today {closing}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, timeout=60, check=False)
    assert b"Traceback" not in done.stderr


def test_a_full_disk_for_the_output_is_told(started):
    """Output that cannot be written is exit 6 and one line."""
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run([*RUN, "tasks", "--json"], stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == 6
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(terminal, shell):
    """The scripts name the command and the variable that click waits for."""
    assert "_STUDYPLAN_COMPLETE" in terminal.ok("completion", shell).out


def test_ctrl_c_ends_the_wait_for_a_locked_database(started):
    """Another program holds the database: the wait for it is not deaf."""
    with closing(sqlite3.connect(started.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        process = subprocess.Popen(
            [*RUN, "done", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=hears_ctrl_c
        )
        assert process.stderr is not None
        word = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=15)
    assert word.startswith(b"Waiting for another program that is writing to")
    assert (process.returncode, err.strip()) == (130, b"Stopped.")
    assert started.task(1)["status"] == "open"
