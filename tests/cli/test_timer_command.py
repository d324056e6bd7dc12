"""Time from the command line: the timer, the log, what they print and refuse."""

from __future__ import annotations

import pytest


@pytest.fixture
def started(terminal):
    terminal.ok("start", "small", "--days", "10")
    return terminal


def test_the_timer_from_start_to_stop(started):
    """Start, status and stop speak of one timer; cancel forgets it, and undo lets it run again."""
    begun = started.ok("timer", "start", "words", "--json").json
    assert (begun["timer"]["task"], begun["task"]["key"]) == (1, "words")
    assert started.ok("timer", "status", "--json").json["timer"]["started_at"] == begun["timer"]["started_at"]
    assert started.ok("today", "--json").json["timer"]["task"] == 1
    assert "The timer is running on task 1" in started.ok("today").out
    assert "Cancelled: 1" in started.ok("timer", "cancel").out
    assert started.ok("timer", "status", "--json").json == {"timer": None}
    started.ok("undo")
    stopped = started.ok("timer", "stop", "--minutes", "25", "--done", "--json").json
    assert (stopped["minutes"], stopped["date"]) == (25, "2026-07-01")
    assert [(task["status"], task["spent_minutes"]) for task in stopped["changed"]] == [("done", 25)]


def test_minutes_and_days_as_people_write_them(started):
    """Hours and minutes wherever minutes are taken, and past days looked for in the past."""
    started.ok("log", "add", "1", "-m", "1h10", "--at", "mon")
    started.ok("done", "2", "--minutes", "1:15", "--at", "28.6.", "--yes")
    log = started.ok("log", "--from", "28 jun", "--until", "29 jun", "--json").json
    assert [(day["date"], day["minutes"]) for day in log["days"]] == [("2026-06-28", 75), ("2026-06-29", 70)]
    started.ok("timer", "start", "1")
    assert started.ok("timer", "stop", "-m", "0:20", "--json").json["minutes"] == 20


def test_a_forgotten_timer_asks(started):
    """After a night nobody can be asked: exit 5 and the ways out, with the timer in the facts; --yes records all of it."""
    started.ok("timer", "start", "1")
    refused = started("timer", "stop", "--json", today="2026-07-02")
    assert refused.code == 5
    assert refused.json["timer"]["minutes"] in (1440, 1441)
    assert "--minutes M" in refused.json["error"]["message"]
    assert started("timer", "stop", "--yes", today="2026-07-04").code == 5
    recorded = started.ok("timer", "stop", "--minutes", "50", "--json", today="2026-07-04").json
    assert (recorded["minutes"], recorded["date"]) == (50, "2026-07-01")


def test_the_plan_of_a_timer_was_dropped(started):
    """It says so, not that the task was removed; undo brings the plan back, and the timer can be stopped."""
    started.ok("timer", "start", "1")
    started.ok("drop", "small", "--yes")
    refused = started("timer", "stop", "--minutes", "5")
    assert refused.code == 5
    assert "the timer's task 1 belongs to 'small', which was dropped" in refused.err
    assert "`studyplan undo` brings the plan back" in refused.err
    started.ok("undo")
    assert started.ok("timer", "stop", "--minutes", "5", "--json").json["minutes"] == 5
    started.ok("timer", "start", "1")
    started.ok("remove", "1")
    assert "the timer's task 1 was removed" in started("timer", "stop", "--minutes", "5").err


def test_recorded_minutes_are_not_erased_by_a_slip(started, monkeypatch):
    """Fewer minutes than sittings hold: nobody can be asked, so exit 5 with both figures; --yes or a yes replaces them."""
    started.ok("log", "add", "1", "--minutes", "20")
    started.ok("log", "add", "1", "--minutes", "40")
    before = started.bytes()
    for words in (
        ["done", "1", "--minutes", "15"],
        ["skip", "1", "--minutes", "15"],
        ["done", "2", "1", "--minutes", "0"],
    ):
        refused = started(*words)
        assert refused.code == 5
        assert "task 1 has 60 min recorded, more than" in refused.err
        assert "--yes" in refused.err
    assert started("done", "1", "--minutes", "15", "--json").json["error"]["code"] == "fewer-minutes"
    assert started.bytes() == before
    assert started.ok("done", "1", "--minutes", "60", "--json").json["changed"][0]["spent_minutes"] == 60
    started.ok("undo")
    # What is imported while it is replaced would keep the replacement for good.
    assert started.task(1)["status"] == "open"
    monkeypatch.setattr("studyplan.cli.terminal.is_terminal", lambda stream: True)
    assert started("done", "1", "--minutes", "15", input="n\n").code == 5
    assert started.task(1)["status"] == "open"
    answer = started.ok("done", "1", "--minutes", "15", input="y\n")
    assert "Task 1 has 60 min recorded, more than 15. Replace it?" in answer.err
    assert started.task(1)["spent_minutes"] == 15
    started.ok("undo")
    assert started.ok("log", "--json").json["minutes"] == 60
    assert started.ok("done", "1", "--minutes", "15", "--yes", "--json").json["changed"][0]["spent_minutes"] == 15


def entries(terminal) -> dict[int, tuple[str, int, int]]:
    """The log's entries by number: day, task, minutes."""
    days = terminal.ok("log", "--json").json["days"]
    return {each["number"]: (day["date"], each["task"], each["minutes"]) for day in days for each in day["entries"]}


def test_minutes_that_done_recorded_are_kept_too(started):
    """They are an entry of the log like any other: a second figure that is less is asked about, and reopening keeps them."""
    started.ok("done", "1", "2", "--minutes", "60")
    assert entries(started) == {1: ("2026-07-01", 1, 60), 2: ("2026-07-01", 2, 60)}
    refused = started("done", "1-2", "--minutes", "15")
    assert refused.code == 5
    assert "task 1 has 60 min recorded, more than 15, and so has 1 more" in refused.err
    reopened = started.ok("reopen", "1")
    assert "60 min recorded stay" in reopened.err
    assert started.task(1)["spent_minutes"] == 60
    started.ok("done", "1")
    assert started.task(1)["spent_minutes"] == 60
    assert len(entries(started)) == 2


def test_minutes_go_with_the_day_of_their_completion(started):
    """A day that is corrected takes along what was recorded with it, not what a timer measured; said twice is said once."""
    started.ok("timer", "start", "1")
    started.ok("timer", "stop", "-m", "20")
    started.ok("done", "1", "-m", "50")
    started.ok("done", "1", "--at", "mon", "--yes")
    assert entries(started) == {1: ("2026-07-01", 1, 20), 2: ("2026-06-29", 1, 30)}
    assert started.ok("done", "1", "--at", "mon", "-m", "50", "--yes", "--json").json["changed"] == []
    started.ok("done", "1", "--at", "tue", "-m", "1h", "--yes")
    assert entries(started) == {1: ("2026-07-01", 1, 20), 2: ("2026-06-30", 1, 30), 3: ("2026-06-30", 1, 10)}
    for _ in range(3):
        started.ok("undo")
    assert entries(started) == {1: ("2026-07-01", 1, 20)}
    assert started.task(1)["spent_minutes"] == 20


def test_an_entry_of_the_log_is_corrected(started):
    """Its minutes and its day, with the task's total; undo brings back what was recorded, redo the correction."""
    started.ok("done", "1", "--minutes", "60")
    started.ok("log", "add", "1", "-m", "20")
    shown = started.ok("log").out.splitlines()
    assert shown[2].split()[:4] == ["1", "1", "h", "1"]
    corrected = started.ok("log", "edit", "1", "-m", "15", "--at", "mon", "--json").json
    assert (corrected["entry"], corrected["minutes"], corrected["date"]) == (1, 15, "2026-06-29")
    assert corrected["changed"][0]["spent_minutes"] == 35
    after = entries(started)
    assert after == {1: ("2026-06-29", 1, 15), 2: ("2026-07-01", 1, 20)}
    assert "Nothing to change" in started.ok("log", "edit", "1", "-m", "0:15").out
    started.ok("undo")
    assert entries(started) == {1: ("2026-07-01", 1, 60), 2: ("2026-07-01", 1, 20)}
    assert started.task(1)["spent_minutes"] == 80
    started.ok("redo")
    assert entries(started) == after


def test_the_time_needs_no_option(started):
    entry = str(started.ok("log", "add", "2", "1", "h", "20", "--json").json["entry"])
    assert started.ok("log", "edit", entry, "25m", "--json").json["minutes"] == 25
    for words in (["add", "2"], ["add", "2", "5m", "-m", "5"], ["edit", entry], ["edit", entry, "soon"]):
        assert started("log", *words).code == 2
    assert started.ok("log", "--json").json["minutes"] == 25


def test_an_entry_of_the_log_is_taken_out(started):
    """One or several, those of removed tasks and dropped plans too; the last one leaves no total."""
    started.ok("done", "1", "--minutes", "60")
    started.ok("log", "add", "1", "-m", "20")
    started.ok("log", "add", "3", "-m", "10")
    removed = started.ok("log", "remove", "#1", "--json").json
    assert removed["removed"] == [{"number": 1, "task": 1, "minutes": 60}]
    assert (started.task(1)["spent_minutes"], started.task(1)["status"]) == (20, "done")
    started.ok("remove", "3")
    started.ok("drop", "small")
    started.ok("log", "remove", "2", "3")
    assert entries(started) == {}
    started.ok("undo")
    started.ok("undo")
    assert started.task(1)["spent_minutes"] == 20
    assert set(entries(started)) == {2, 3}


def test_what_the_log_does_not_have(started):
    """A number that is no entry, minutes that are none, a day to come: refused, and nothing is written."""
    started.ok("log", "add", "1", "-m", "20")
    before = started.bytes()
    for words, code, part in (
        (("edit", "2", "-m", "5"), 3, "the log has no entry 2"),
        (("remove", "1", "7", "8"), 3, "the log has no entries 7, 8"),
        (("edit", "1"), 2, "--minutes or --at"),
        (("edit", "1", "-m", "0"), 2, "studyplan log remove 1"),
        (("edit", "1", "-m", "1441"), 2, "1 to 1440"),
        (("edit", "1", "--at", "tomorrow"), 2, "in the future"),
        (("edit", "one", "-m", "5"), 2, "not the number of an entry"),
        (("remove", "9" * 30), 2, "not the number of an entry"),
        (("remove",), 2, "ENTRY"),
    ):
        answer = started("log", *words)
        assert answer.code == code, words
        assert part in answer.err
    assert started.bytes() == before


def test_the_log_adds_up(started):
    """By day and task, whole as JSON; bounds and tasks choose; totals agree with the tasks."""
    started.ok("log", "add", "words", "--minutes", "20", "--at", "2026-06-30")
    started.ok("log", "add", "1", "-m", "10")
    started.ok("done", "1", "--minutes", "45")
    started.ok("log", "add", "rules", "-m", "5")
    found = started.ok("log", "--json").json
    second = found["days"][1]["entries"]
    assert found["minutes"] == 50
    assert [(day["date"], day["minutes"]) for day in found["days"]] == [("2026-06-30", 20), ("2026-07-01", 30)]
    assert [(each["task"], each["minutes"], each["stint"]) for each in second] == [(1, 10, 2), (1, 15, 3), (2, 5, 4)]
    assert found["days"][0]["entries"] == [
        {
            "number": 1,
            "task": 1,
            "key": "words",
            "title": "Learn the words",
            "plan": 1,
            "minutes": 20,
            "stint": 1,
            "started_at": None,
            "removed": False,
        }
    ]
    assert started.ok("log", "--from", "2026-07-01", "--json").json["minutes"] == 30
    assert started.ok("log", "list", "rules", "--until", "today", "--json").json["minutes"] == 5
    assert started.ok("log", "--plan", "small", "--json").json == found
    text = started.ok("log").out
    assert "Wed 1 Jul 2026: 30 min" in text
    assert "      2   10 min  1  Learn the words\n      3   15 min  1  Learn the words\n" in text
    assert text.endswith("Total: 50 min\n")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["timer", "start", "99"], 3),
        (["timer", "start", "1-2"], 2),
        (["timer", "stop"], 5),
        (["timer", "stop", "--minutes", "5"], 5),
        (["log", "add", "1", "--minutes", "0"], 2),
        (["log", "add", "1", "--minutes", "1441"], 2),
        (["log", "add", "1", "--minutes", "x"], 2),
        (["log", "add", "1"], 2),
        (["log", "add", "1", "-m", "5", "--at", "2026-07-02"], 2),
        (["log", "--from", "2026-07-02", "--until", "2026-07-01"], 2),
        (["log", "99"], 3),
        (["log", "--plan", "nope"], 3),
    ],
)
def test_what_cannot_be_meant_is_refused(started, words, code):
    """Each with its exit code and one line, and nothing is written."""
    before = started.bytes()
    refused = started(*words)
    assert refused.code == code
    assert refused.err.count("\n") == 1
    assert started.bytes() == before


def test_nothing_is_there_yet(terminal):
    """Before the first plan the log is empty and a timer has no task."""
    assert "No time recorded yet" in terminal.ok("log").out
    assert terminal.ok("timer", "status").out == "No timer is running.\n"
    assert terminal("timer", "start", "1").code == 3
    assert terminal("timer", "cancel").code == 3


def test_the_best_of_twenty_five_minutes(started):
    """A piece of what is overdue fits; done and timed work counts; the plan and its database are left alone."""
    started.today = "2026-07-05"
    before = started.bytes()
    found = started.ok("today", "--minutes", "30", "--json").json
    assert [(pick["task"]["key"], pick["minutes"], pick["left"], pick["whole"]) for pick in found["picks"]] == [
        ("words", 30, 30, True)
    ]
    assert (found["minutes"], found["used"], found["shortest"], found["learner"]) == (30, 30, None, "ana")
    assert "In 30 min: 1 task, 30 min" in started.ok("today", "-m", "30").out
    assert started.ok("today", "--minutes", "10", "--json").json["shortest"] == 30
    assert "No task that is ready fits in 10 min" in started.ok("today", "-m", "10").out
    assert started.bytes() == before
    started.ok("log", "add", "words", "-m", "20")
    assert started.ok("today", "-m", "10", "--json").json["picks"][0]["left"] == 10
    for minutes in ("0", "4", "1441", "x"):
        assert started("today", "--minutes", minutes).code == 2


def test_the_best_of_nothing(terminal):
    """Before the first plan there is nothing to choose from."""
    assert terminal.ok("today", "--minutes", "25").out == "No plan is running.\n"
    assert terminal.ok("today", "--minutes", "25", "--json").json["picks"] == []
