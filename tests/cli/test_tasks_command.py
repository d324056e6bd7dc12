"""`tasks`: what it finds, in what order, and what it says where it finds nothing."""

from __future__ import annotations

import io
import re
import sys

import pytest

from studyplan.cli import studyplan


def numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"^  [ x-] +(\d+)  ", text, re.MULTILINE)]


@pytest.fixture
def listed(terminal):
    """Days 1 to 5 hold 1 to 5, day 6 the quiz, then own 9, mock and exam; 1 is done and 2 to 3 are overdue on day 4."""
    terminal.ok("start", "small")
    terminal.ok("add", "Ärger mit Größen", "--minutes", "30", "--date", "2026-07-07")
    terminal.ok("done", "1")
    terminal.today = "2026-07-04"
    return terminal


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", [2, 3, 4, 5, 6, 9, 7, 8]),
        ("--all", [1, 2, 3, 4, 5, 6, 9, 7, 8]),
        ("--overdue", [2, 3]),
        ("--overdue --from 2026-07-03", [3]),
        ("--kind quiz --kind mock", [6, 7]),
        ("--module basics --until +1d", [2, 3, 4, 5]),
        ("--search GRÖSSEN", [9]),
        ("--sort number", [2, 3, 4, 5, 6, 7, 8, 9]),
        ("--sort minutes --module finish", [7, 8]),
        ("--plan small --tag rules --from tomorrow", [5]),
    ],
)
def test_what_is_listed(listed, words, expected):
    """Options add up; the JSON has the finished tasks too."""
    text = listed.ok("tasks", *words.split())
    assert numbers(text.out) == expected
    found = listed.ok("tasks", *words.split(), "--json").json
    tasks = found["tasks"] if "--plan" in words else found["plans"][0]["tasks"]
    open_only = "--all" not in words
    assert [each["number"] for each in tasks if not (open_only and each["status"] == "done")] == expected


def test_the_day_stands_in_the_line_where_days_are_not_the_order(listed):
    assert "    9   30 min  Tue 7 Jul   Ärger mit Größen (pinned)" in listed.ok("tasks", "--sort", "title").out


def test_nothing_found_is_said(listed):
    """Finished tasks are pointed at; a name that is not there comes with those that are."""
    assert listed.ok("tasks", "--search", "learn words").out == "No open task matches; --all shows 1 finished task.\n"
    assert listed.ok("tasks", "--search", "nothing such").out == "No task matches.\n"
    listed.ok("start", "small", "--name", "second")
    assert listed.ok("tasks", "--search", "nothing such").out == "No task matches.\n"
    wrong = listed("tasks", "--module", "basic", "--json")
    assert wrong.code == 3
    assert wrong.json["error"]["hint"] == "the modules are basics, own, finish"
    assert (
        listed("tasks", "--kind", "x").err == "Error: no task of the kind 'x' (the kinds are read, quiz, mock, exam)\n"
    )
    assert listed("tasks", "--from", "+3d", "--until", "today").code == 2


def test_several_plans(listed):
    """A plan in which nothing is found is not named."""
    listed.ok("start", "small", "--name", "other")
    assert "other" not in listed.ok("tasks", "--overdue").out
    assert listed.ok("tasks", "--kind", "mock").out.splitlines()[::3] == ["small", "other"]


def test_nobody_there(terminal):
    assert terminal.ok("tasks").out == "No plan is running.\n"
    assert terminal("tasks", "--plan", "x").code == 3


@pytest.mark.parametrize("words", [["done"], ["skip"], ["reopen"], ["remove"], ["move"]])
def test_a_range_that_runs_too_far_asks_first(listed, monkeypatch, words):
    """It may be a slip: past the last task, 9, or with the exam, 8, ahead of its day. Without a terminal a note tells of it."""
    command, end = words[0], ["tomorrow"] if words == ["move"] else []
    before = listed.bytes()
    if command not in ("reopen", "move"):
        told = listed.ok(command, "4-500", *end).err
        assert "500 is past the last task, 9, and 'The exam' (8) is on 2026-07-10: this range means 6 tasks" in told
        listed.ok("undo")
    before = listed.bytes()
    monkeypatch.setattr("studyplan.cli.terminal.is_terminal", lambda stream: True)
    assert listed(command, "9-10", *end, input="n\n").code == 5
    assert listed.bytes() == before
    answer = listed.ok(command, "9-10", *end, input="y\n")
    assert "10 is past the last task, 9: this range means 1 task. Go on?" in answer.err
    listed.ok(command, "4-7", *end)
    if command != "move":
        listed.ok(command, "6-500", "--yes")


def test_an_exam_that_is_named_or_over_needs_no_question(listed):
    listed.ok("done", "8")
    listed.ok("undo")
    listed.ok("done", "2-8", today="2026-07-10")


class Screen(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("no_colour", "pipe"), [(False, False), (True, False), (False, True)])
def test_colours(listed, monkeypatch, no_colour, pipe):
    """Overdue is red, done is green, today is bold; no colour with NO_COLOR or in a pipe."""
    if no_colour:
        monkeypatch.setenv("NO_COLOR", "1")
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", (io.TextIOWrapper if pipe else Screen)(raw, encoding="utf-8"))
    for words in (["tasks", "--all"], ["tasks", "--sort", "number"], ["week"]):
        with pytest.raises(SystemExit):
            studyplan.main(["--today", "2026-07-04", *words])
    shown = raw.getvalue().decode()
    if no_colour or pipe:
        assert "\x1b" not in shown
        return
    red, green, bold = "\x1b[31m", "\x1b[32m", "\x1b[1m"
    assert f"{red}    2   25 min  Learn the rules (1/4)\x1b[0m" in shown
    assert f"{green}  x 1   30 min  Learn the words\x1b[0m" in shown
    assert f"{bold}  Sat 4 Jul 2026\x1b[0m" in shown
    assert f"{bold}    4   25 min  Sat 4 Jul   Learn the rules (3/4)\x1b[0m" in shown
    assert f"{bold}Sat 4 Jul: 25 min\x1b[0m" in shown
    assert "\nSun 5 Jul: 25 min\n" in shown
