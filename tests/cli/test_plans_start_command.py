"""A start that does not fit: its ways out, each with a number that takes it."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import termios
from contextlib import suppress

import pytest

TIGHT = ("start", "small", "--days", "8", "--minutes", "20")


@pytest.fixture
def asked(terminal, monkeypatch):
    """The command line with somebody at it who can be asked."""
    for module in ("studyplan.cli.output", "studyplan.cli.commands.plans", "studyplan.cli.commands.replan"):
        monkeypatch.setattr(f"{module}.can_ask", lambda: True)
    return terminal


def test_what_cannot_fit_is_offered_with_numbers(terminal):
    """Where nobody can be asked: exit 5, nothing written, each way out by number with its price, and how to take one."""
    refused = terminal(*TIGHT)
    assert refused.code == 5
    assert refused.out == ""
    first, *lines = refused.err.splitlines()
    assert first.startswith("Error: 'small' does not fit")
    numbered = [line.strip() for line in lines if line[:3] in ("  1", "  2", "  3")]
    assert [line[:4] for line in numbered] == ["1  a", "2  e", "3  s"]
    assert "start with what fits: leave out 2 tasks (50 min): 'Learn the words', 'Answer the quiz'" in " ".join(
        refused.err.split()
    )
    assert "--take N" in lines[-1]
    assert terminal.bytes() == {}


@pytest.mark.parametrize(
    "words", [TIGHT, ("start", "small", "--days", "4"), ("start", "small", "--days", "5", "--minutes", "30")]
)
def test_each_number_starts_a_plan(terminal, words):
    """A dry run lists the same as JSON; every number taken, and every command as it stands, starts a plan that holds all the rest."""
    listed = terminal(*words, "--dry-run", "--json")
    offers = listed.json["error"]["offers"]
    assert listed.code == 5
    assert terminal(*words, "--json").json == listed.json
    assert [offer["number"] for offer in offers] == list(range(1, len(offers) + 1))
    assert len(offers) > 1
    for offer in offers:
        taken = terminal.ok(*words, "--take", str(offer["number"]), "--json").json
        terminal.ok("undo")
        by_command = terminal.ok(*shlex.split(offer["command"])[1:], "--json").json
        terminal.ok("undo")
        same = [[(row["key"], row["date"], row["minutes"]) for row in made["tasks"]] for made in (taken, by_command)]
        assert same[0] == same[1]
        out = set(offer["value"]) if offer["kind"] == "leave_out" else set()
        assert out.isdisjoint(row["task"] for row in taken["tasks"])


def test_enter_starts_nothing_and_says_so(asked):
    """The question tells what Enter does, and so does what follows; a dry run asks nothing and names the way."""
    refused = asked(*TIGHT, input="\n")
    assert refused.code == 5
    assert "press Enter to start nothing" in refused.err
    assert refused.err.splitlines()[-1].endswith("Nothing was started.")
    assert "--take N" in asked(*TIGHT, "--dry-run").err


def test_hours_over_all_plans_are_not_a_plan_s_own(terminal):
    """Whoever means one plan hears of the option for it."""
    assert "--minutes is for this plan alone" in terminal("start", "small", "--hours", "45m").err


def test_the_least_valuable_goes(terminal):
    """Optional tasks go before electives and those before the core; the exam never does."""
    listed = terminal(
        "start", "small", "--window", "long", "--days", "12", "--path", "extra", "--minutes", "15", "--json"
    )
    offers = {offer["what_fits"]: offer for offer in listed.json["error"]["offers"] if offer["kind"] == "leave_out"}
    assert {"drill", "more"} < set(offers[True]["value"])
    assert "exam" not in offers[True]["value"]
    easier = terminal(
        "start", "small", "--window", "long", "--days", "12", "--path", "extra", "--minutes", "35", "--json"
    )
    offers = {offer["what_fits"]: offer for offer in easier.json["error"]["offers"] if offer["kind"] == "leave_out"}
    assert offers[True]["value"] == ["drill"]
    assert offers[True]["minutes"] == 120


def test_a_number_types_the_way_out(asked):
    """On a terminal the list is followed by a question; its number starts the plan, Enter leaves everything as it was."""
    left = asked(*TIGHT, input="\n")
    assert left.code == 5
    assert asked.bytes() == {}
    made = asked(*TIGHT, input="four\n4\n 3 \n")
    assert "'four' is not on the list" in made.err
    assert made.code == 0
    assert "start with what fits" in made.err
    assert "without  2 tasks: 'Learn the words', 'Answer the quiz'" in made.out
    tasks = asked.ok("tasks", "--json").json["plans"][0]["tasks"]
    assert {row["task"] for row in tasks} == {"rules", "mock", "exam"}
    assert asked("undo").code == 0


@pytest.mark.parametrize("number", ["0", "9", "-1"])
def test_a_number_that_is_not_on_the_list(terminal, number):
    """Exit 2, and which there are."""
    refused = terminal(*TIGHT, "--take", number)
    assert (refused.code, terminal.bytes()) == (2, {})
    assert "1 to 3" in refused.err


def test_nothing_to_take(terminal):
    """Where everything fits there is no list."""
    refused = terminal("start", "small", "--take", "1")
    assert (refused.code, terminal.bytes()) == (2, {})
    assert "everything fits" in refused.err


def test_a_plan_without_room_for_anything_is_no_way_out(terminal):
    """A single day, the exam's: there is nothing to begin with, and the later end stays."""
    listed = terminal("start", "small", "--days", "1", "--json").json["error"]["offers"]
    assert [(offer["kind"], offer["value"]) for offer in listed] == [("days", 6)]


def test_the_calendar_is_read_once(terminal, monkeypatch):
    """Taking a way out reads the busy times once, of a start and of a replan."""
    from studyplan.calendar import busy

    read = []
    original = busy.busy
    monkeypatch.setattr(busy, "busy", lambda *words: read.append(words) or original(*words))
    (terminal.folder / "busy.ics").write_text(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20260701T000000Z\r\n"
        "DTSTART;VALUE=DATE:20260702\r\nDTEND;VALUE=DATE:20260708\r\nSUMMARY:Away\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    days = ("--days", "10", "--minutes", "60")
    terminal.ok("start", "small", *days, "--busy", "busy.ics", "--take", "1")
    assert len(read) == 1
    terminal.ok("undo")
    terminal.ok("start", "small", *days)
    read.clear()
    made = terminal.ok("replan", "--busy", "busy.ics", "--take", "1", "--json").json
    assert len(read) == 1
    assert made["left_over"] == []


def test_a_dry_run_shows_the_whole_plan(terminal):
    """Each day with its minutes and each task with its number, by weeks; nothing is cut, and no pager is called, in a pipe."""
    words = ("start", "foundations", "--days", "60")
    rows = terminal.ok(*words, "--dry-run", "--json").json["tasks"]
    shown = terminal.ok(*words, "--dry-run").out.splitlines()
    for row in rows:
        assert any(line.split()[:1] == [str(row["number"])] and row["title"] in line for line in shown), row["title"]
    days = list(dict.fromkeys(row["date"] for row in rows))
    weeks = [line for line in shown if line.startswith("Week ")]
    assert len(weeks) == 9
    assert weeks[0].startswith("Week 1, from Wed 1 Jul 2026: ")
    of_day = [
        line
        for line in shown
        if line.startswith("  ") and line[2:5] in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    ]
    assert len(of_day) == len(days)
    total = sum(row["minutes"] for row in rows if row["date"] == days[0])
    assert of_day[0] == f"  Wed 1 Jul: {total} min"
    assert terminal.bytes() == {}


def test_many_notes_of_a_kind_are_one_line(terminal):
    """A long plan with short days says what had to give way in a line for each kind, and in full where it is only looked at."""
    words = ("start", "practitioner", "--days", "275", "--minutes", "45")
    made = terminal.ok(*words)
    notes = [line for line in made.out.splitlines() if line.startswith("  note ")]
    assert len(made.out.splitlines()) < 30
    assert 3 <= len(notes) <= 6
    assert any("3 tasks cannot be split and take more time than their days have: " in line for line in notes)
    assert any("(--dry-run names them)" in line for line in notes)
    terminal.ok("undo")
    looked_at = " ".join(terminal.ok(*words, "--dry-run").out.split())
    for note in terminal.ok(*words, "--dry-run", "--json").json["notes"]:
        assert note in looked_at


def test_a_terminal_shows_the_plan_in_a_pager(terminal):
    """Longer than the screen it goes through the pager, no line of it wider than the terminal; a short one does not."""
    script = terminal.folder / "pager.sh"
    script.write_text(f'#!/bin/sh\ncat > "{terminal.folder}/page"\n')
    script.chmod(0o755)
    page = terminal.folder / "page"

    def seen(rows: int, *words: str) -> str:
        ours, theirs = os.openpty()
        termios.tcsetwinsize(ours, (rows, 40))
        env = {**os.environ, "PAGER": str(script), "TERM": "xterm", "NO_COLOR": "1"}
        run = [sys.executable, "-m", "studyplan", "--today", "2026-07-01", "start", *words, "--dry-run"]
        with subprocess.Popen(run, stdin=theirs, stdout=theirs, stderr=theirs, env=env) as process:
            os.close(theirs)
            text = b""
            with suppress(OSError):
                while piece := os.read(ours, 4096):
                    text += piece
        os.close(ours)
        assert process.returncode == 0
        return text.decode()

    seen(24, "foundations", "--days", "60")
    lines = page.read_text().splitlines()
    assert len(lines) > 100
    assert max(map(len, lines)) <= 40
    page.unlink()
    assert "Week 1" in seen(60, "small")
    assert not page.exists()


def test_a_later_end_is_priced_the_same_by_days_and_by_exam(terminal):
    """Too few days by either option: the way out asks for as many days more, and for the same window."""
    asked = [
        terminal("start", "advanced", *end, "--minutes", "30", "--json") for end in (("--days", "9"), ("--exam", "+8d"))
    ]
    by_days, by_exam = (next(way for way in each.json["error"]["offers"] if way["kind"] == "days") for each in asked)
    assert by_days["value"] == by_exam["value"]
    assert "--window sprint" in by_days["command"]
