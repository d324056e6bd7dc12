"""`add`: a task in one's own words, shown as it was understood."""

from __future__ import annotations

import pytest
from terminals import Terminal


@pytest.fixture
def german(terminal: Terminal) -> Terminal:
    """An empty plan from Wednesday, 1 July 2026."""
    terminal.ok("start", "blank", "--name", "german", "--days", "60")
    return terminal


def test_a_task_in_ones_own_words(german: Terminal) -> None:
    """Day and length are read from the end of the title; the answer says what was understood, and undo takes it back."""
    assert german.ok("add", "Essay tomorrow 1h").out.startswith("Added 1 Essay · Thu 2 Jul · 1 h\n")
    assert "2 Read ch. 3 · Wed 1 Jul · 45 min\n" in german.ok("add", "Read ch. 3", "45m", "--module", "reading").out
    essay, reading = german.task(1), german.task(2)
    assert (essay["title"], essay["date"], essay["minutes"], essay["pinned"]) == ("Essay", "2026-07-02", 60, True)
    assert (reading["module"], reading["minutes"], reading["pinned"]) == ("reading", 45, False)
    german.ok("undo")
    assert german("show", "2").code == 3


def test_words_that_are_meant_as_they_are(german: Terminal) -> None:
    """With --date or --minutes, and in quotes of their own, nothing is taken from a title."""
    german.ok("add", "The day after tomorrow 2h", "--date", "+3d")
    german.ok("add", '"The day after tomorrow" 2h')
    german.ok("add", "Write for 1h on Monday", "--date", "today", "-m", "0:20")
    assert [german.task(n)["title"] for n in (1, 2)] == ["The day after tomorrow"] * 2
    assert (german.task(3)["title"], german.task(3)["minutes"]) == ("Write for 1h on Monday", 20)


def test_what_could_mean_two_things_is_refused_and_can_be_written(german: Terminal) -> None:
    """The hint is a command's worth of words that works."""
    refused = german("add", "The day after tomorrow")
    assert refused.code == 2
    assert "could be the day or part of the title" in refused.err
    assert "studyplan add '\"The day after tomorrow\" 30m'" in refused.err
    german.ok("add", '"The day after tomorrow" 30m')
    assert "'45' is part of the title; 45m would be minutes" in german.ok("add", "Essay 45").err


@pytest.mark.parametrize("minutes", ["1", "7", "0:03", "1h11", "480"])
def test_any_whole_minute(german: Terminal, minutes: str) -> None:
    """From one minute up, and evened out with the rest."""
    for number in range(3):
        german.ok("add", f"Task {number} of it", "--minutes", minutes)
    german.ok("replan", "--even")
    tasks = german.ok("tasks", "--plan", "german", "--json").json["tasks"]
    assert len({task["date"] for task in tasks}) == 3
    assert {task["minutes"] for task in tasks} == {german.task(1)["minutes"]}


def test_kinds_of_ones_own(german: Terminal) -> None:
    """Kept as they are written and shown wherever a kind is; ours are ours in any capitals, and the exam stays the plan's."""
    german.ok("add", "Grammar 20m", "--kind", "Drill & talk")
    german.ok("add", "Film 1h", "--kind", "WATCH")
    assert [german.task(n)["kind"] for n in (1, 2)] == ["Drill & talk", "watch"]
    assert "Drill & talk" in german.ok("show", "1").out
    assert "20 min\\, Drill & talk" in german.ok("export", "-o", "-").out
    german.ok("done", "1")
    german.ok("replan", "--even")
    for command in ("status", "progress", "report"):
        german.ok(command, *(("-o", "-") if command == "report" else ()))
    for kind in ("exam", "", "x" * 41, "a\x07b"):
        assert german("add", "No", "30m", "--kind", kind).code == 2


def test_a_task_added_to_a_template_stands_where_its_day_is(terminal: Terminal) -> None:
    """Evened out with the template's tasks, it stays near its day instead of going to the end of them."""
    terminal.ok("start", "small", "--days", "10")
    terminal.ok("add", "Call the school 20m")
    terminal.ok("replan", "--even")
    mine = next(t for t in terminal.ok("tasks", "--plan", "small", "--json").json["tasks"] if t["own"])
    assert mine["date"] <= "2026-07-02"


def test_an_upgrade_with_nothing_new_leaves_own_tasks_alone(terminal: Terminal) -> None:
    """They stand among the template's tasks, which is no change of the edition."""
    terminal.ok("start", "small", "--days", "10")
    for title in ("Call the school 7m", "Call the coach tomorrow 7m", "Call home 5m"):
        terminal.ok("add", title)
    assert terminal.ok("upgrade", "--json").json["changed"] is False


def test_a_long_title_leaves_room_for_what_was_understood(german: Terminal) -> None:
    """On a narrow terminal the title is cut, never the day and the length."""
    from studyplan.cli.output import clip

    assert clip("Added 1 " + "x" * 80, 40, tail=" · Thu 2 Jul · 1 h") == "Added 1 " + "x" * 13 + "… · Thu 2 Jul · 1 h"
