"""Habits as people live with them: marked by one number day by day, missed without a word, changed and ended."""

from __future__ import annotations

import os

import pytest
from terminals import SMALL

#: A Wednesday; the plan of ten days ends on Friday the 10th, its exam day.
FIRST = "2026-07-01"


@pytest.fixture(params=["sqlite", "postgres"])
def desk(request, terminal, monkeypatch):
    """A plan of ten days with a habit on weekdays, on both databases. Its number is 7."""
    if request.param == "postgres":
        monkeypatch.setenv("STUDYPLAN_DATABASE_URL", request.getfixturevalue("postgres_url"))
        terminal.ok("learner", "add", "ana")
    terminal.ok("start", "small", "--days", "10", "--minutes", "90", "--name", "mine")
    terminal.ok("add", "Vocabulary", "--minutes", "20", "--every", "mon-fri")
    return terminal


def habit_of(terminal, **rest):
    (habit,) = terminal.ok("tasks", "--plan", "mine", "--json", **rest).json["habits"]
    return habit


def days_of(terminal, **rest):
    tasks = terminal.ok("tasks", "--plan", "mine", "--json", **rest).json["tasks"]
    return {task["date"]: task for task in tasks if task["habit"] is not None}


def test_one_number_for_every_day(desk):
    """`done 7` marks the day's; a missed day is never overdue, and can be marked when it is remembered."""
    number = str(habit_of(desk)["number"])
    assert next(task["habit"] for task in desk.ok("today", "--json").json["due"]) == int(number)
    assert f"Done: {number}  Wed 1 Jul  Vocabulary" in desk.ok("done", number).out
    third = desk.ok("today", "--json", today="2026-07-03").json
    assert not [task for task in third["overdue"] if task["habit"]]
    assert third["habits"][0]["missed_days"] == ["2026-07-02"]
    assert days_of(desk, today="2026-07-03")["2026-07-02"]["status"] == "missed"
    desk.ok("done", number, "--at", "yesterday", today="2026-07-03")
    desk.ok("skip", number, today="2026-07-03")
    habit = habit_of(desk, today="2026-07-06")
    assert {name: habit[name] for name in ("done", "missed", "skipped", "left", "streak")} == {
        "done": 2,
        "missed": 0,
        "skipped": 1,
        "left": 4,
        "streak": 2,
    }
    refused = desk("done", number, today="2026-07-04")
    assert (refused.code, "not on 2026-07-04" in refused.err, f"{number}@2026-07-03" in refused.err) == (3, True, True)
    assert (
        desk.ok("reopen", f"{number}@2026-07-03", "--json", today="2026-07-04").json["changed"][0]["status"] == "open"
    )


def test_numbers_that_people_type_stay_small(desk):
    """A habit takes one number, however many days it has; each of its days can be named by a number of its own, too."""
    number = habit_of(desk)["number"]
    added = desk.ok("add", "Essay", "--minutes", "30", "--json").json["changed"][0]
    assert added["number"] == number + 1
    tomorrow = days_of(desk)["2026-07-02"]
    assert desk.ok("done", str(tomorrow["number"]), "--json").json["changed"][0]["date"] == "2026-07-02"
    assert len([task for task in desk.ok("tasks", "--all").out.splitlines() if "Vocabulary" in task]) == 1


def test_a_habit_takes_its_minutes_first(desk):
    """No day holds more than its minutes, whatever is replanned; what finds no room beside it is told of as ever."""
    for today, command in (
        (FIRST, ["replan", "--even"]),
        ("2026-07-06", ["replan"]),
        ("2026-07-06", ["replan", "--even"]),
    ):
        desk.ok(*command, today=today)
        body = desk.ok("tasks", "--plan", "mine", "--json", today=today).json
        for day in body["days"]:
            here = [task for task in body["tasks"] if task["date"] == day["date"] >= today]
            loads = sum(task["minutes"] for task in here if task["status"] == "open" and not _has_no_room(task))
            assert loads <= 90 or day["role"] == "exam", (today, day, here)
            assert day["capacity"] == 90
    refused = desk("replan", "--strict", "--minutes", "30", today="2026-07-06")
    assert refused.code == 5


def _has_no_room(task):
    return task["reason"] is not None and task["reason"]["code"] == "no-room"


def test_off_days_hold_no_habit_and_the_exam_carries_it_along(desk):
    """A day off has no occurrence, neither missed nor skipped; a later end brings more of them, an earlier one fewer."""
    before = set(days_of(desk))
    assert before == {"2026-07-01", "2026-07-02", "2026-07-03", "2026-07-06", "2026-07-07", "2026-07-08", "2026-07-09"}
    desk.ok("off", "2026-07-02", "--yes", today="2026-07-03")
    assert "2026-07-02" not in days_of(desk, today="2026-07-03")
    desk.ok("off", "2026-07-06..2026-07-07", "--yes", today="2026-07-03")
    assert "2026-07-06" not in days_of(desk, today="2026-07-03")
    desk.ok("off", "--remove", "2026-07-06", "--yes", today="2026-07-03")
    assert "2026-07-06" in days_of(desk, today="2026-07-03")
    desk.ok("replan", "--exam", "2026-07-14", today="2026-07-03")
    assert {"2026-07-10", "2026-07-13"} <= set(days_of(desk))
    assert "2026-07-14" not in days_of(desk)
    desk.ok("replan", "--exam", "2026-07-09", today="2026-07-03")
    assert max(days_of(desk)) == "2026-07-08"
    for _ in range(5):
        desk.ok("undo", today="2026-07-03")
    assert set(days_of(desk)) == before
    for _ in range(5):
        desk.ok("redo", today="2026-07-03")
    assert max(days_of(desk)) == "2026-07-08"
    desk.ok("db", "check")


def test_edit_and_remove_this_one_from_here_on_or_all(desk):
    number = str(habit_of(desk)["number"])
    desk.ok("done", number)
    desk.ok("edit", f"{number}@2026-07-03", "--minutes", "30", "--this", today="2026-07-02")
    assert [task["minutes"] for task in days_of(desk).values()] == [20, 20, 30, 20, 20, 20, 20]
    desk.ok("edit", number, "--title", "Words", "--minutes", "7", today="2026-07-06")
    assert [task["minutes"] for task in days_of(desk).values()] == [20, 20, 30, 7, 7, 7, 7]
    assert {task["title"] for day, task in days_of(desk).items() if day < "2026-07-06"} == {"Vocabulary"}
    desk.ok("edit", number, "--title", "German words", "--all", today="2026-07-06")
    assert {task["title"] for task in days_of(desk).values()} == {"German words"}
    desk.ok("edit", number, "--every", "tue,thu,sat", today="2026-07-06")
    assert list(days_of(desk)) == ["2026-07-01", "2026-07-02", "2026-07-03", "2026-07-07", "2026-07-09"]
    desk.ok("edit", number, "--until", "2026-07-08", today="2026-07-06")
    assert max(days_of(desk)) == "2026-07-07"
    desk.ok("undo", today="2026-07-06")
    desk.ok("remove", f"{number}@2026-07-07", "--this", today="2026-07-06")
    desk.ok("replan", "--even", today="2026-07-06")
    assert "2026-07-07" not in days_of(desk)
    removed = desk.ok("remove", number, today="2026-07-06")
    assert "`studyplan undo` takes it back" in removed.out
    assert list(days_of(desk)) == ["2026-07-01", "2026-07-02", "2026-07-03"]
    desk.ok("remove", number, "--all", today="2026-07-06")
    assert not days_of(desk)
    assert desk.ok("tasks", "--plan", "mine", "--json").json["habits"] == []
    desk.ok("undo", today="2026-07-06")
    desk.ok("undo", today="2026-07-06")
    assert list(days_of(desk))[-1] == "2026-07-09"


def test_an_edit_tells_what_it_changed(desk):
    """All days from here on, or the one day by itself, with its own minutes and title."""
    number = str(habit_of(desk)["number"])
    whole = desk.ok("edit", number, "--minutes", "25", "--title", "Palabras", today="2026-07-02").out
    assert f"Changed: {number}  Palabras\n  25 min, mon-fri: 6 days changed." in whole
    one = desk.ok("edit", f"{number}@wed", "--this", "--minutes", "5", "--title", "Few", today="2026-07-02").out
    assert f"Changed: {number}  Few\n  5 min, Wed 8 Jul only." in one
    gone = desk.ok("remove", f"{number}@wed", "--this", today="2026-07-02").out
    assert f"Removed: {number}  Few\n  5 min, Wed 8 Jul only." in gone


@pytest.mark.parametrize(
    "words",
    [
        "remove",
        "remove --this",
        "remove --all",
        "edit --minutes 5",
        "edit --every tue",
        "edit --title X --all",
        "done",
        "skip",
    ],
)
def test_a_day_that_the_habit_does_not_have_is_refused(terminal, words):
    """Whatever is done with it, and the nearest one that it has is named."""
    terminal.ok("start", "blank", "--days", "30", "--name", "mine")
    terminal.ok("add", "Words", "--minutes", "20", "--every", "mon,wed")
    command, *rest = words.split()
    before = terminal.bytes()
    refused = terminal(command, "1@2026-07-09", *rest, today="2026-07-10")
    assert (refused.code, "'Words' is not on 2026-07-09 (the nearest is 1@2026-07-08)" in refused.err) == (3, True)
    assert terminal.bytes() == before


def test_a_weekday_is_the_coming_one_for_every_verb(terminal):
    """Each names the day; where the last one could be meant as well, what is over asks for its date."""
    terminal.ok("start", "blank", "--days", "30", "--name", "mine")
    terminal.ok("add", "Words", "--minutes", "20", "--every", "mon-fri")
    terminal.today = "2026-07-07"
    before = terminal.bytes()
    for words in (["done", "1@fri"], ["reopen", "1@fri"], ["log", "add", "1@fri", "-m", "5"]):
        refused = terminal(*words)
        assert refused.code == 5
        assert "'1@fri' could be 2026-07-03 or 2026-07-10 (write 1@2026-07-03 or 1@2026-07-10)" in refused.err
    assert terminal.bytes() == before
    assert "Skipped: 1  Fri 10 Jul  Words" in terminal.ok("skip", "1@fri").out
    assert "Reopened: 1  Fri 10 Jul  Words" in terminal.ok("reopen", "1@2026-07-10").out
    assert "Fri 10 Jul only" in terminal.ok("edit", "1@fri", "--minutes", "5", "--this").out
    assert "Done: 1  Fri 3 Jul  Words" in terminal.ok("done", "1@last fri").out
    assert "Done: 1  Tue 7 Jul  Words" in terminal.ok("done", "1@tue").out
    assert "Already done: 1  Tue 7 Jul  Words" in terminal.ok("done", "1").out


def test_a_day_that_is_marked_later_was_done_on_that_day(terminal):
    """Its minutes too, unless --at names another."""
    terminal.ok("start", "blank", "--days", "30", "--name", "mine")
    terminal.ok("add", "Words", "--minutes", "20", "--every", "mon-fri")
    terminal.today = "2026-07-07"
    terminal.ok("done", "1@2026-07-02", "--minutes", "12")
    terminal.ok("log", "add", "1@2026-07-03", "-m", "7")
    terminal.ok("done", "1@2026-07-06", "--at", "2026-07-07", "--minutes", "9")
    terminal.ok("log", "add", "1@2026-07-09", "-m", "4")
    days = terminal.ok("log", "--json").json["days"]
    found = sorted((day["date"], entry["minutes"]) for day in days for entry in day["entries"])
    assert found == [("2026-07-02", 12), ("2026-07-03", 7), ("2026-07-07", 4), ("2026-07-07", 9)]


@pytest.mark.parametrize("words", ["done", "skip", "reopen", "pin", "show", "move"])
def test_a_habit_in_a_range_is_passed_over_with_a_word(terminal, words):
    """On Saturday it has no day; it is neither taken for a task nor left unsaid."""
    terminal.ok("start", "blank", "--days", "30", "--name", "mine")
    terminal.ok("add", "First", "20m")
    terminal.ok("add", "Words", "--minutes", "20", "--every", "mon-fri")
    terminal.ok("add", "Third", "20m")
    told = terminal.ok(words, "1-3", *(["tomorrow"] if words == "move" else []), today="2026-07-04")
    assert "2 'Words' is a habit and was passed over" in told.err


def test_habits_count_apart(desk):
    """No figure of the plan's work holds them, and none of theirs holds the work."""
    number = str(habit_of(desk)["number"])
    bare = desk.ok("status", "--json", today="2026-07-03").json["plans"][0]
    desk.ok("done", number, "--at", "2026-07-01", today="2026-07-03")
    desk.ok("done", number, "--at", "2026-07-02", today="2026-07-03")
    status = desk.ok("status", "--json", today="2026-07-03").json["plans"][0]
    assert {key: value for key, value in status.items() if key != "habits"} == {
        key: value for key, value in bare.items() if key != "habits"
    }
    assert status["habits"][0]["streak"] == 2
    assert "habit: Vocabulary, mon-fri: 2 done, 0 missed, 2 in a row" in desk.ok("status", today="2026-07-03").out
    assert "Vocabulary" in desk.ok("report", "--as", "md", today="2026-07-03").out
    assert "2 done, 0 missed" in desk.ok("report", "--as", "html", today="2026-07-03").out


def test_a_missed_habit_keeps_no_plan_open(desk):
    """The plan ends with its work; a habit of days to come keeps it running."""
    tasks = desk.ok("tasks", "--plan", "mine", "--json").json["tasks"]
    work = [str(task["number"]) for task in tasks if task["habit"] is None]
    assert desk.ok("done", *work, "--json", today="2026-07-08").json["finished"] == []
    desk.ok("undo", today="2026-07-10")
    assert desk.ok("done", *work, "--json", today="2026-07-10").json["finished"] == ["mine"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["move", "{n}", "tomorrow"], 5, "stays on its days"),
        (["pin", "{n}"], 5, "stays on its days"),
        (["add", "X", "--minutes", "20", "--every", "someday"], 2, "not a day of the week"),
        (["add", "X", "--minutes", "0", "--every", "daily"], 2, "1 to 480 minutes"),
        (["add", "X", "--minutes", "20", "--every", "daily", "--date", "2026-08-01"], 5, "outside 'mine'"),
        (["add", "X", "--minutes", "20", "--every", "mon", "--until", "2026-07-03"], 2, "no study day"),
        (["add", "X", "--minutes", "20", "--until", "2026-07-03"], 2, "--every"),
        (["edit", "{n}", "--every", "mon", "--this"], 2, "whole habit"),
        (["edit", "1", "--every", "mon"], 2, "belong to a habit"),
        (["remove", "1", "--this"], 2, "belong to a habit"),
        (["remove", "{n}", "1"], 2, "one habit at a time"),
        (["remove", "{n}@2026-08-01"], 3, "is not on 2026-08-01 (the nearest is"),
        (["done", "{n}@someday"], 2, "someday"),
        (["replan", "--leave-out", "{n}"], 5, "stays on its days"),
    ],
)
def test_what_no_habit_does(terminal, words, code, said):
    terminal.ok("start", "small", "--days", "10", "--minutes", "90", "--name", "mine")
    terminal.ok("add", "Vocabulary", "--minutes", "20", "--every", "mon-fri")
    before = terminal.bytes()
    answer = terminal(*(word.format(n=habit_of(terminal)["number"]) for word in words))
    assert (answer.code, said in answer.err) == (code, True), answer.err
    assert terminal.bytes() == before


def events_of(file):
    """The file's events, and what stands ahead of them."""
    head, *events = file.read_bytes().decode().split("BEGIN:VEVENT")
    return head, events


def uid_of(event):
    return event.split("UID:")[1].split("\r\n")[0]


def put_together(file, head, events):
    file.write_bytes("BEGIN:VEVENT".join([head, *events]).encode())


def test_each_day_is_an_entry_of_its_own_in_calendars(desk):
    """One event a day, whose identity stays: what was done, deleted or moved in a calendar comes back for that day alone."""
    number = habit_of(desk)["number"]
    file = desk.folder / "mine.ics"
    desk.ok("export", "-o", str(file))
    head, events = events_of(file)
    mine = [place for place, event in enumerate(events) if "SUMMARY:Vocabulary" in event]
    assert len(mine) == 7
    assert "RRULE" not in head + "".join(events)
    assert f"studyplan done {number}@2026-07-02" in events[mine[1]].replace("\r\n ", "")
    before = [uid_of(events[place]) for place in mine]
    events[mine[0]] = events[mine[0]].replace("SUMMARY:Voc", "SUMMARY:✓ Voc")
    events[mine[1]] = events[mine[1]].replace("20260703", "20260705").replace("20260702", "20260704")
    put_together(file, head, [event for place, event in enumerate(events) if place != mine[2]])
    told = desk.ok("import", str(file), "--deleted", "remove", "--yes", today="2026-07-02")
    assert f"{number}@2026-07-01" in told.out
    assert "stays on its days" in told.out + told.err
    now = days_of(desk, today="2026-07-02")
    assert now["2026-07-01"]["status"] == "done"
    assert "2026-07-02" in now
    assert "2026-07-03" not in now
    desk.ok("replan", "--even", today="2026-07-02")
    assert "2026-07-03" not in days_of(desk, today="2026-07-02")
    desk.ok("export", "-o", str(file), today="2026-07-02")
    _, events = events_of(file)
    assert [uid_of(event) for event in events if "Vocabulary" in event] == [*before[:2], *before[3:]]
    assert desk.ok("import", str(file), "--json", today="2026-07-02").json["changes"] == []


def test_dump_load_and_copy_carry_habits(desk):
    """All there is of a habit goes along, and goes on there."""
    number = str(habit_of(desk)["number"])
    desk.ok("done", number)
    desk.ok("dump", "-o", str(desk.folder / "ana.json"))
    desk.ok("load", str(desk.folder / "ana.json"), "--as", "bea")
    there = days_of(desk)
    copied = desk.ok("tasks", "--plan", "mine", "--json", "--learner", "bea").json
    assert [task["status"] for task in copied["tasks"] if task["habit"]] == [task["status"] for task in there.values()]
    desk.ok("done", number, "--learner", "bea", today="2026-07-02")
    desk.ok("undo", "--learner", "bea", today="2026-07-02")
    desk.ok("edit", number, "--every", "daily", "--learner", "bea", today="2026-07-02")
    assert desk.ok("db", "check").code == 0


def test_time_and_notes_belong_to_the_day(desk):
    """The timer, the log and notes take the habit's number like any other."""
    number = str(habit_of(desk)["number"])
    desk.ok("timer", "start", number)
    assert f"running on task {number}@2026-07-01" in desk.ok("today").out
    desk.ok("timer", "stop", "--minutes", "10")
    desk.ok("log", "add", number, "-m", "15", "--at", "2026-07-02", today="2026-07-03")
    desk.ok("note", number, "hard words", today="2026-07-03")
    now = days_of(desk, today="2026-07-03")
    assert [now[day]["spent_minutes"] for day in ("2026-07-01", "2026-07-02", "2026-07-03")] == [10, 15, None]
    assert now["2026-07-03"]["note"] == "hard words"
    assert "habit     mon-fri" in desk.ok("show", number, today="2026-07-03").out


DAILY = """
      - {id: vocabulary, title: Vocabulary, kind: read, minutes: 20, every: "mon-fri", objective: can say them}
      - {id: rules"""


def with_every(terminal, text=DAILY, edition="1"):
    """The small template with a habit."""
    words = SMALL.replace("\n      - {id: rules", text, 1).replace('edition: "1"', f'edition: "{edition}"')
    (terminal.folder / "plans" / "small.yaml").write_text(words)


def test_a_template_with_a_habit(terminal):
    """`every:` is laid out with the plan, whose other tasks keep clear of its minutes; it can be left out, and goes with an undo."""
    with_every(terminal)
    assert "a habit, mon-fri" in terminal.ok("templates", "show", "small").out
    assert terminal.ok("templates", "show", "small", "--json").json["windows"][0]["habits"] == 1
    terminal.ok("start", "small", "--days", "10", "--minutes", "60", "--name", "mine", "--dry-run")
    told = terminal.ok("start", "small", "--days", "10", "--minutes", "60", "--name", "mine").out
    assert "habit    Vocabulary, mon-fri: 20 min a day" in told
    assert "1000001" not in told
    assert "Finished 'mine': 0 of 8 tasks done." in terminal.ok("finish", "mine").out
    terminal.ok("undo")
    terminal.ok("undo")
    made = terminal.ok("start", "small", "--days", "10", "--minutes", "60", "--name", "mine", "--json").json
    for day in made["days"]:
        here = [task for task in made["tasks"] if task["date"] == day["date"]]
        # A mock exam cannot be cut, and may pass the day's minutes.
        assert sum(task["minutes"] for task in here if task["kind"] != "mock") <= 60
    habit = habit_of(terminal)
    assert (habit["key"], habit["every"], habit["own"], habit["left"]) == ("vocabulary", "mon-fri", False, 7)
    numbers = [task["number"] for task in made["tasks"] if task["habit"] is None]
    assert habit["number"] == max(numbers) + 1
    assert terminal.ok("done", "vocabulary", "--json").json["changed"][0]["objective"] == "can say them"
    terminal.ok("undo")
    terminal.ok("undo")
    terminal.ok("start", "small", "--days", "10", "--leave-out", "vocabulary", "--name", "mine")
    assert not days_of(terminal)


def test_a_start_that_finds_no_room_beside_its_habit(terminal):
    """The ways out are told, and each fits."""
    with_every(terminal)
    refused = terminal("start", "small", "--days", "8", "--minutes", "30", "--name", "mine", "--json")
    assert refused.code == 5
    for number in range(1, len(refused.json["error"]["offers"]) + 1):
        terminal.ok("start", "small", "--days", "8", "--minutes", "30", "--name", "mine", "--take", str(number))
        terminal.ok("undo")


def test_an_edition_changes_its_habits_from_today_on(terminal):
    """What was done stays, and so does what the learner changed."""
    with_every(terminal)
    terminal.ok("start", "small", "--days", "10", "--name", "mine")
    terminal.ok("done", "vocabulary")
    with_every(terminal, DAILY.replace("20", "10").replace("mon-fri", "daily"), "2")
    assert "habit 'Vocabulary' changed" in "".join(_said(terminal.ok("upgrade", "--yes", today="2026-07-02")))
    assert [task["minutes"] for task in days_of(terminal).values()] == [20] + 8 * [10]
    with_every(terminal, DAILY.replace("20", "30"), "3")
    terminal.ok("edit", "vocabulary", "--minutes", "15", today="2026-07-03")
    terminal.ok("upgrade", "--yes", today="2026-07-03")
    assert [task["minutes"] for task in days_of(terminal).values()] == [20, 10] + 7 * [15]
    terminal.ok("undo", today="2026-07-03")
    terminal.ok("undo", today="2026-07-03")
    with_every(terminal, "\n      - {id: rules", "4")
    terminal.ok("upgrade", "--yes", today="2026-07-03")
    assert list(days_of(terminal)) == ["2026-07-01", "2026-07-02"]
    with_every(terminal, DAILY.replace("vocabulary", "writing").replace("mon-fri", "sat"), "5")
    terminal.ok("upgrade", "--yes", today="2026-07-03")
    assert [task["key"] for task in days_of(terminal).values()][2:] == ["writing@2026-07-04"]
    terminal.ok("upgrade", "--yes", today="2026-07-03")
    for _ in range(3):
        terminal.ok("undo", today="2026-07-03")
    assert len(days_of(terminal)) == 7
    assert terminal.ok("db", "check").code == 0


def _said(answer):
    return answer.out, answer.err


def test_an_upgrade_of_a_plan_with_a_habit_of_one_s_own(desk):
    """Nothing to upgrade is nothing to upgrade."""
    before = desk.bytes()
    assert desk.ok("upgrade", "--json").json["changed"] is False
    assert desk.bytes() == before


def test_what_asks_for_tasks_takes_a_habit_for_its_day(desk):
    """A short session picks the day's, never a missed one; the log tells all days of it; a dropped plan is still read."""
    number = str(habit_of(desk)["number"])
    picks = desk.ok("today", "-m", "600", "--json", today="2026-07-03").json["picks"]
    assert [pick["task"]["date"] for pick in picks if pick["task"]["habit"]] == ["2026-07-03"]
    desk.ok("log", "add", number, "-m", "10", "--at", "2026-07-02", today="2026-07-03")
    desk.ok("log", "add", number, "-m", "15", today="2026-07-03")
    assert desk.ok("log", number, "--json", today="2026-07-03").json["minutes"] == 25
    assert desk.ok("log", f"{number}@2026-07-02", "--json", today="2026-07-03").json["minutes"] == 10
    sixth = days_of(desk)["2026-07-06"]["number"]
    desk.ok("remove", str(sixth), today="2026-07-03")
    desk.ok("off", "2026-07-07", "--yes", today="2026-07-03")
    assert not {"2026-07-06", "2026-07-07"} & set(days_of(desk))
    desk.ok("drop", "mine", "--yes", today="2026-07-03")
    assert "Vocabulary" in desk.ok("show", number, today="2026-07-03").out
    assert desk("done", number, today="2026-07-03").code == 3


def test_tab_offers_a_habit_once(desk, monkeypatch):
    """By its one number, and not by those of its days."""
    from studyplan.glance import look

    number = habit_of(desk)["number"]
    seen = look(os.environ["STUDYPLAN_DATABASE_URL"], "ana", None)
    assert [(task.number, task.key) for task in seen.tasks if task.title == "Vocabulary"] == [(number, f"own-{number}")]


def test_tasks_in_one_line_and_one_by_one(desk):
    """The list has one line for a habit; who looks for its days finds them."""
    assert desk.ok("tasks").out.count("Vocabulary") == 1
    assert desk.ok("tasks", "--search", "vocab").out.count("Vocabulary") == 7
    assert desk.ok("tasks", "--search", "vocab", today="2026-07-03").out.count("Vocabulary") == 5
    assert "(habit, missed)" in desk.ok("tasks", "--search", "vocab", "--all", today="2026-07-03").out
    assert "Vocabulary" not in desk.ok("tasks", "--overdue", today="2026-07-09").out


@pytest.mark.parametrize("minutes", [["--minutes", "90"], []])
def test_the_eve_holds_its_few_minutes_with_habits(terminal, minutes):
    """Thirty in all on the last study day before the exam, however it is laid out; the exam day holds nothing else."""
    with_every(terminal, DAILY.replace("20", "25").replace("mon-fri", "daily"))
    text = (terminal.folder / "plans" / "small.yaml").read_text()
    cards = "    cards:\n      - {id: c, question: What, answer: That}\n  - id: finish"
    (terminal.folder / "plans" / "small.yaml").write_text(text.replace("  - id: finish", cards))
    terminal.ok("start", "small", "--days", "10", *minutes, "--name", "mine")
    for today, command in (("2026-07-01", []), ("2026-07-06", ["replan"]), ("2026-07-06", ["replan", "--even"])):
        if command:
            terminal.ok(*command, today=today)
        tasks = terminal.ok("tasks", "--plan", "mine", "--json", today=today).json["tasks"]
        held = {day: [task for task in tasks if task["date"] == day] for day in ("2026-07-09", "2026-07-10")}
        assert sum(task["minutes"] for task in held["2026-07-09"]) <= 30
        assert [task["kind"] for task in held["2026-07-10"]] == ["exam"]


def test_a_habit_ends_a_plan_and_takes_it_up_again(desk):
    """With its last habit a plan whose work is done is over, and a new one takes it up: both are told."""
    number = str(habit_of(desk)["number"])
    tasks = desk.ok("tasks", "--plan", "mine", "--json").json["tasks"]
    desk.ok("done", *(str(task["number"]) for task in tasks if task["habit"] is None), today="2026-07-03")
    ended = desk.ok("remove", number, "--json", today="2026-07-03").json
    assert ended["finished"] == ["mine"]
    again = desk.ok("add", "Words", "--minutes", "5", "--every", "daily", "--plan", "mine", today="2026-07-03")
    assert "'mine' was finished and runs again" in again.err


def test_a_new_habit_moves_what_it_crowds_out_alone(terminal):
    """What was overdue before is left to `replan`, as it is by a day off."""
    terminal.ok("start", "small", "--days", "20", "--minutes", "60", "--name", "mine")
    late = terminal.ok("today", "--json", today="2026-07-04").json["overdue"]
    added = terminal.ok("add", "Words", "--minutes", "40", "--every", "daily", "--json", today="2026-07-04").json
    assert [task["number"] for task in late] == [1, 2, 3]
    assert [each["number"] for each in added["moved"]] == [6, 7]
    now = terminal.ok("today", "--json", today="2026-07-04").json["overdue"]
    assert [(task["number"], task["date"]) for task in now] == [(task["number"], task["date"]) for task in late]


def test_many_tasks_are_looked_up_at_once(terminal, monkeypatch):
    """A range may name thousands; whether one of them is a habit is asked once for all."""
    from studyplan.store import Store

    terminal.ok("start", "small", "--days", "10", "--name", "mine")
    reads = []
    read = Store.read
    monkeypatch.setattr(Store, "read", lambda self, work: reads.append(work) or read(self, work))
    terminal.ok("remove", "1-900", "--yes")
    assert len(reads) < 5


def test_a_day_s_minutes_and_its_work_both_count_the_habit(terminal):
    """What is added beside a habit is warned of where the two are too much together, and the day stays a study day."""
    terminal.ok("start", "blank", "--days", "10", "--minutes", "60", "--name", "mine")
    terminal.ok("add", "Words", "--minutes", "20", "--every", "daily")
    assert "minutes of work" not in terminal.ok("add", "Short", "40m", "--date", "2026-07-02").err
    assert (
        "now has 65 minutes of work, more than its 60" in terminal.ok("add", "Long", "45m", "--date", "2026-07-03").err
    )
    terminal.ok("edit", "1", "--minutes", "60", "--all")
    full = terminal.ok("add", "More", "10m", "--date", "2026-07-04").err
    assert ("not a study day" in full, "now has 70 minutes of work, more than its 60" in full) == (False, True)
