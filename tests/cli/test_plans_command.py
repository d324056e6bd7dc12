"""Plans that end: finished in honour or dropped, and still there to read."""

from __future__ import annotations

import pytest


@pytest.fixture
def started(terminal):
    """A plan of which two tasks are done, one of them today."""
    terminal.ok("start", "small", "--days", "10")
    terminal.ok("done", "1", "--minutes", "40", "--note", "harder")
    return terminal


def states(terminal) -> dict[str, str]:
    return {each["name"]: each["state"] for each in terminal.ok("plans", "--json").json["plans"]}


def test_a_plan_is_finished_in_honour(started):
    """Its open tasks stay open and are no day's work any more; undo and redo take it up and end it again."""
    before = started.ok("tasks", "--json").json
    ended = started.ok("finish", "small", "--json").json
    assert (ended["plan"]["state"], ended["open"]) == ("finished", len(before["plans"][0]["tasks"]) - 1)
    after = started.ok("tasks", "--plan", "small", "--json").json
    assert after["tasks"] == before["plans"][0]["tasks"]
    later = "2026-07-06"
    assert started.ok("today", "--json", today=later).json["overdue"] == []
    assert "'small' is finished" in started.ok("today", today=later).out
    assert started.ok("remind", today=later).out == ""
    week = started.ok("week", "--json", today=later).json
    assert (week["overdue"], [day["tasks"] for day in week["days"]]) == ([], [[]] * 7)
    status = started.ok("status", "--json", today=later).json["plans"][0]
    assert status["overdue"] == {"tasks": 0, "minutes": 0}
    started.ok("undo")
    assert states(started) == {"small": "active"}
    started.ok("redo")
    assert states(started) == {"small": "finished"}
    assert "finished already" in started.ok("finish", "small").out


def test_what_takes_a_finished_plan_up_again(started):
    """A task that is done late, moved or removed does not; one that is reopened or added does."""
    started.ok("finish")
    for words in (("done", "2"), ("skip", "3"), ("move", "4", "2026-07-09"), ("remove", "3"), ("note", "4", "later")):
        started.ok(*words)
        assert states(started) == {"small": "finished"}, words
    assert "'small' was finished and runs again" in started.ok("reopen", "2").err
    assert states(started) == {"small": "active"}
    started.ok("finish", "--plan", "small")
    assert "runs again" in started.ok("add", "One more", "-m", "30", "--plan", "small").err
    assert states(started) == {"small": "active"}


def test_its_place_is_free(started):
    """Another plan may take its name and its minutes; then it cannot be taken up by that name."""
    started.ok("finish")
    started.ok("start", "small")
    assert started("reopen", "1").code == 5
    assert started("finish", "small", "--plan", "small").code == 2
    assert started("finish", "nobody").code == 3


@pytest.mark.parametrize("end", [("finish", "small"), ("drop", "small", "--yes")])
def test_an_ended_plan_stays_readable(started, end):
    """By number and by key, in its tasks, notes, time and report."""
    started.ok("start", "small", "--name", "other")
    started.ok(*end)
    for word in ("1", "small:words"):
        assert started.task(word)["spent_minutes"] == 40
        assert started.ok("note", word, "--json").json["note"] == "harder"
    assert len(started.ok("tasks", "--plan", "small", "--json").json["tasks"]) > 5
    assert "Learn the words" in started.ok("report", "--plan", "small", "--as", "html", "-o", "-").out
    assert started.ok("log", "1", "--json").json["minutes"] == 40
    assert started.ok("progress", "--plan", "small", "--json").code == 0
    assert started.task("words")["plan"] == 2
    words = "is finished" if end[0] == "finish" else "was dropped"
    assert f"'small' {words}." in started.ok("today", "--plan", "small").out


def test_a_task_of_a_dropped_plan_is_not_changed(started):
    """It says which plan was dropped rather than that there is no such task."""
    started.ok("drop", "small", "--yes")
    before = started.bytes()
    for words in (
        ("done", "2"),
        ("move", "2", "tomorrow"),
        ("pin", "2"),
        ("timer", "start", "2"),
        ("log", "add", "2", "-m5"),
    ):
        answer = started(*words)
        assert answer.code == 3, words
        assert "task 2 belongs to 'small', which was dropped" in answer.err
    assert "was dropped" in started("finish", "small").err
    assert started.bytes() == before


def test_a_dropped_plan_is_not_denied(started):
    """Whatever looks among the plans that go on says of one that was dropped that it was, by its name and its number."""
    habit = started.ok("add", "Vocabulary", "10m", "--every", "mon-fri", "--plan", "small").out.split()[1]
    started.ok("drop", "small")
    before = started.bytes()
    for words in (
        ("add", "X", "20m"),
        ("add", "X", "20m", "--every", "mon"),
        ("review",),
        ("replan",),
        ("whatif", "replan"),
        ("quiz",),
        ("mock",),
        ("off", "2026-07-09"),
        ("hours", "30"),
    ):
        for plan in ("small", "1"):
            answer = started(*words, "--plan", plan)
            assert (answer.code, "'small' was dropped (`studyplan undo`" in answer.err) == (3, True), (
                words,
                answer.err,
            )
    for words in (("note", "2", "hard"), ("quiz", "2"), ("remove", habit), ("done", habit)):
        answer = started(*words)
        assert (answer.code, "belongs to 'small', which was dropped" in answer.err) == (3, True), (words, answer.err)
    assert "no plan 'smal'" in started("replan", "--plan", "smal").err
    assert "no task 999" in started("done", "999").err
    assert started.bytes() == before
    assert "'small' was dropped; its tasks" in started.ok("export", "--plan", "small", "-o", "-").err


def test_what_was_to_come_leaves_the_calendar(started):
    """What is done stays, and so does what lay open before that day; --since cancels the rest. Undo brings all back."""
    whole = started.ok("export").out
    started.ok("finish", today="2026-07-03")
    kept = started.ok("export").out
    left = started.ok("tasks", "--plan", "small", "--json").json["tasks"]
    past = [task for task in left if task["status"] != "open" or task["date"] < "2026-07-03"]
    assert 1 < len(past) < len(left)
    assert kept.count("BEGIN:VEVENT") == len(past)
    assert all(task["uid"] in kept for task in past)
    since = started.ok("export", "--since", "2026-07-03", today="2026-07-04").out
    assert since.count("STATUS:CANCELLED") == len(left) - len(past)
    assert "STATUS:CANCELLED" not in started.ok("export", "--since", "2026-07-04", today="2026-07-04").out
    started.ok("undo")
    assert started.ok("export").out == whole


def test_a_plan_is_named_either_way(started):
    """As an argument or by --plan, where the plan is what a command is about; the only one that runs needs no name."""
    started.ok("start", "small", "--name", "other", "--days", "10")
    for words in (("result", "pass"), ("upgrade",), ("finish",)):
        assert started(*words).code == 5, words
    assert started("result", "small", "pass", "--plan", "other").code == 2
    assert started("result", "maybe").code == 2
    assert started.ok("result", "pass", "--plan", "other", "--json").json["plan"]["name"] == "other"
    assert started.ok("upgrade", "--plan", "other", "--json").json["plan"]["name"] == "other"
    assert started.ok("next", "--plan", "other", "--json").json["plan"] == "other"
    started.ok("drop", "--plan", "other")
    assert started.ok("result", "fail", "--json").json["plan"]["name"] == "small"
    assert started("drop").code == 2


def test_the_history_of_one_plan(started):
    """Its start and what was done of its tasks, but nothing of another plan."""
    started.ok("start", "small", "--name", "other", "--days", "10")
    other = started.ok("tasks", "--plan", "other", "--json").json["tasks"][0]["number"]
    started.ok("done", str(other))
    started.ok("log", "add", "2", "-m", "5")
    numbers = [each["number"] for each in started.ok("history", "--plan", "small", "--json").json["history"]]
    assert numbers == [5, 2, 1]
    assert [each["number"] for each in started.ok("history", "--plan", "other", "--json").json["history"]] == [4, 3]
    assert len(started.ok("history", "--plan", "small", "-n", "1", "--json").json["history"]) == 1
    assert started("history", "--plan", "smal").code == 3


def test_a_day_before_the_plan_is_asked_about(started, monkeypatch):
    """`2.7.` on 1 July is last year's, which may be a slip: it is asked about on a terminal, and told without one."""
    for command in ("done", "skip"):
        told = started.ok(command, "2", "--at", "2.7.")
        assert "2025-07-02 is before 'small' began (2026-07-01)" in told.err
        started.ok("undo")
    before = started.bytes()
    with monkeypatch.context() as somebody:
        somebody.setattr("studyplan.cli.terminal.is_terminal", lambda stream: True)
        assert started("done", "2", "--at", "2.7.", input="n\n").code == 5
    assert started.bytes() == before
    done = started.ok("done", "2", "--at", "2.7.", "--yes")
    assert "2025-07-02 is before 'small' began (2026-07-01)" in done.err
    assert "began" not in started.ok("done", "3", "--at", "today").err


@pytest.mark.parametrize(
    "words", [("move", "2"), ("add", "Essay", "20m", "--date"), ("add", "Words", "20m", "--every", "daily", "--date")]
)
def test_a_day_outside_of_the_plan_has_a_way_that_helps(started, words):
    """A later end does for what comes after it, and not for what comes before the start."""
    early, late = started(*words, "30.6.2026"), started(*words, "1.12.2026")
    assert (early.code, late.code) == (5, 5)
    assert "give a day from 2026-07-01 on" in early.err
    assert "--exam" not in early.err
    assert "`studyplan replan --exam DATE` moves the end" in late.err


def test_a_day_far_away_is_told_with_its_year(started):
    """Where a day and a month alone mean another year than meant."""
    told = started("tasks", "--until", "30.6.")
    assert "30.6. means 2027-06-30" in told.err
    assert "means" not in started("tasks", "--until", "2.7.").err + started("tasks", "--until", "2027-06-30").err
    assert "means" not in started("tasks", "--until", "+300d").err


def test_a_past_day_of_a_habit(started):
    """What was done on a day of it is looked for in the past, what is skipped lies ahead."""
    number = started.ok("add", "Words", "20m", "--every", "daily", "--json").json["changed"][0]["habit"]
    started.ok("done", f"{number}@fri", today="2026-07-06")
    started.ok("log", "add", f"{number}@sat", "-m", "15", today="2026-07-06")
    done = [each for each in started.ok("tasks", "--json").json["plans"][0]["tasks"] if each.get("habit")]
    spent = {each["date"]: (each["status"], each["spent_minutes"]) for each in done}
    assert spent["2026-07-03"] == ("done", None)
    assert spent["2026-07-04"][1] == 15


def test_capitals_in_the_name_of_a_plan_do_not_matter(started):
    """Alone, before a key, and with a habit."""
    habit = started.ok("add", "Vocabulary", "20m", "--every", "daily", "--json").json["habit"]
    assert started.ok("tasks", "--plan", "SMALL").out == started.ok("tasks", "--plan", "small").out
    assert "Done: 2" in started.ok("done", "Small:rules").out
    assert f"Done: {habit['number']}" in started.ok("done", str(habit["number"]), "--plan", "Small").out
    assert "did you mean 'small'" in started("tasks", "--plan", "Smalls").err
