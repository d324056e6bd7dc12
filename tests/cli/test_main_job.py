"""The main job from the first command to the calendar, as a learner types it."""

from __future__ import annotations

from icalendar import Calendar


def test_start_lays_tasks_out_and_prints_what_matters(terminal):
    """The first screen names window, exam, work, the first days and the next step."""
    answer = terminal.ok("start", "small", "--date", "2026-07-01", "--days", "10")
    for word in ("short", "Fri 10 Jul 2026", "work", "Learn the words", "studyplan today", "studyplan done 1"):
        assert word in answer.out


def test_start_json_is_the_shape_that_others_rely_on(terminal):
    """`start --json` and `tasks --plan --json` print the same plan, days and tasks."""
    started = terminal.ok("start", "small", "--days", "10", "--json").json
    assert started["plan"]["name"] == "small"
    assert (started["plan"]["start"], started["plan"]["end"], started["plan"]["exam"]) == (
        "2026-07-01",
        "2026-07-10",
        "2026-07-10",
    )
    assert started["plan"]["learner"] == "ana"
    assert [day["role"] for day in started["days"]] == ["material"] * 8 + ["buffer", "exam"]
    assert all(day["capacity"] is None for day in started["days"])
    listed = terminal.ok("tasks", "--plan", "small", "--json").json
    assert listed["plan"] == started["plan"]
    assert listed["days"] == started["days"]
    assert listed["tasks"] == started["tasks"]
    assert terminal.ok("tasks", "--json").json == {"plans": [listed]}
    exam = [task for task in listed["tasks"] if task["kind"] == "exam"]
    assert [task["date"] for task in exam] == ["2026-07-10"]
    mock = next(task for task in listed["tasks"] if task["key"] == "mock")
    assert mock["date"] == "2026-07-08"


def test_the_default_window_runs_at_its_longest(terminal):
    """Without days, exam or window the default window takes its longest length."""
    plan = terminal.ok("start", "small", "--date", "2026-07-01", "--json").json["plan"]
    assert (plan["window"], plan["end"]) == ("short", "2026-07-10")


def test_days_between_two_windows_take_the_smaller_and_say_so(terminal):
    """15 days lie between 7-10 and 20: the short window, spread."""
    started = terminal.ok("start", "small", "--days", "15", "--json").json
    assert started["plan"]["window"] == "short"
    assert any("spread" in note for note in started["notes"])


def test_dry_run_writes_nothing(terminal):
    """A dry run shows the plan and leaves no database behind."""
    answer = terminal.ok("start", "small", "--dry-run")
    assert "nothing is written" in answer.out
    assert terminal.bytes() == {}
    assert terminal.ok("tasks", "--json").json == {"plans": []}


def test_today_shows_overdue_first_then_due(terminal):
    """On the second day what was left of the first is overdue; minutes are summed."""
    terminal.ok("start", "small")
    first = terminal.ok("today", "--json").json
    assert first["overdue"] == []
    assert first["minutes"]["due"] == sum(task["minutes"] for task in first["due"]) > 0
    second = terminal.ok("today", "--json", today="2026-07-02").json
    assert [task["number"] for task in second["overdue"]] == [task["number"] for task in first["due"]]
    text = terminal.ok("today", today="2026-07-02").out
    assert text.index("Overdue") < text.index("2 Jul 2026")


def test_done_is_said_and_done_twice_is_no_error(terminal):
    """Marking again changes nothing, says so, and leaves no entry in the history."""
    terminal.ok("start", "small")
    assert "Done: 1" in terminal.ok("done", "1").out
    again = terminal.ok("done", "1", "--json").json
    assert (again["changed"], [task["number"] for task in again["unchanged"]]) == ([], [1])
    assert len(terminal.ok("history", "--json").json["history"]) == 2
    assert terminal.task(1)["status"] == "done"


def test_done_takes_ranges_and_keys(terminal):
    """Numbers, ranges and keys together; the id of a cut task means all its open pieces."""
    terminal.ok("start", "small", "--minutes", "60")
    tasks = terminal.ok("tasks", "--json").json["plans"][0]["tasks"]
    pieces = [task["number"] for task in tasks if task["task"] == "rules"]
    assert len(pieces) > 1
    changed = terminal.ok("done", "1", "rules", "--json").json["changed"]
    assert [task["number"] for task in changed] == sorted({1, *pieces})


def test_all_or_nothing(terminal):
    """One unknown task among several leaves all of them as they were."""
    terminal.ok("start", "small")
    before = terminal.bytes()
    answer = terminal("done", "1", "2", "999")
    assert answer.code == 3
    assert "999" in answer.err
    assert len(answer.err.strip().splitlines()) == 1
    assert terminal.bytes() == before
    assert terminal.task(1)["status"] == "open"


def test_done_keeps_minutes_note_and_day(terminal):
    """--minutes, --note and --at are kept with the task."""
    terminal.ok("start", "small")
    terminal.ok("done", "1", "--minutes", "45", "--note", "hard", "--at", "2026-07-01", today="2026-07-03")
    task = terminal.task(1)
    assert (task["spent_minutes"], task["note"]) == (45, "hard")
    assert task["done_at"].startswith("2026-07-01T")


def test_undo_goes_deeper_each_time_and_redo_comes_back(terminal):
    """Three changes are taken back one by one to before the start, and made again."""
    terminal.ok("start", "small")
    terminal.ok("done", "1")
    terminal.ok("skip", "2")
    states = [terminal.ok("tasks", "--json").json]
    for _ in range(3):
        terminal.ok("undo")
        states.append(terminal.ok("tasks", "--json").json)
    assert states[-1] == {"plans": []}
    assert "nothing to undo" in terminal.ok("undo").out
    for expected in reversed(states[:-1]):
        terminal.ok("redo")
        assert terminal.ok("tasks", "--json").json == expected
    assert "nothing to redo" in terminal.ok("redo").out


def test_a_new_change_ends_redo(terminal):
    """What was undone cannot be made again after something else was done."""
    terminal.ok("start", "small")
    terminal.ok("done", "1")
    terminal.ok("undo")
    terminal.ok("done", "2")
    assert terminal.ok("redo", "--json").json == {"redone": None}


def test_numbers_are_never_used_again(terminal):
    """A plan started after an undone start has numbers of its own."""
    first = terminal.ok("start", "small", "--json").json
    terminal.ok("undo")
    second = terminal.ok("start", "small", "--json").json
    assert second["plan"]["number"] == first["plan"]["number"] + 1
    assert {t["number"] for t in first["tasks"]}.isdisjoint({t["number"] for t in second["tasks"]})


def test_finishing_the_last_task_finishes_the_plan(terminal):
    """The plan is finished with its last task, still shown, and taken up again by reopen."""
    tasks = terminal.ok("start", "small", "--json").json["tasks"]
    answer = terminal.ok("done", f"1-{len(tasks)}")
    assert "finished" in answer.out
    assert terminal.ok("tasks", "--json").json["plans"][0]["plan"]["state"] == "finished"
    terminal.ok("reopen", "1")
    assert terminal.ok("status", "--json").json["plans"][0]["plan"]["state"] == "active"


def test_status_counts_minutes(terminal):
    """Done, open and overdue are counted in tasks and minutes."""
    terminal.ok("start", "small")
    terminal.ok("done", "1")
    stand = terminal.ok("status", "--json", today="2026-07-05").json["plans"][0]
    every = terminal.ok("tasks", "--json").json["plans"][0]["tasks"]
    assert stand["done"]["minutes"] + stand["open"]["minutes"] == sum(task["minutes"] for task in every)
    late = [task for task in every if task["status"] == "open" and task["date"] < "2026-07-05"]
    assert stand["overdue"] == {"tasks": len(late), "minutes": sum(task["minutes"] for task in late)}
    assert stand["days_left"] == 6


def test_export_is_a_calendar_with_the_same_bytes_each_time(terminal):
    """Each task is an all-day event with the uid that `tasks --json` prints."""
    tasks = terminal.ok("start", "small", "--json").json["tasks"]
    first = terminal.ok("export", "-o", "-").out
    assert first == terminal.ok("export", today="2027-01-01").out
    terminal.ok("export", "-o", "plan.ics")
    content = (terminal.folder / "plan.ics").read_bytes()
    events = {str(event["UID"]): event for event in Calendar.from_ical(content).walk("VEVENT")}
    assert set(events) == {task["uid"] for task in tasks}
    for task in tasks:
        assert str(events[task["uid"]]["DTSTART"].dt) == task["date"]


def test_add_edit_move_remove(terminal):
    """A task of one's own comes, changes, moves by hand, and goes."""
    terminal.ok("start", "small")
    added = terminal.ok("add", "Call the coach", "--minutes", "25", "--date", "2026-07-03", "--json").json["changed"][0]
    assert (added["date"], added["own"], added["pinned"]) == ("2026-07-03", True, True)
    number = str(added["number"])
    terminal.ok("edit", number, "--title", "Call Ben", "--minutes", "30", "--note", "ask about labs")
    moved = terminal.ok("move", number, "2026-07-04", "--json").json["changed"][0]
    assert (moved["title"], moved["minutes"], moved["date"]) == ("Call Ben", 30, "2026-07-04")
    assert moved["reason"] == {"code": "by-hand", "because": "2026-07-04"}
    terminal.ok("remove", number)
    assert terminal("show", number).code == 3
    terminal.ok("undo")
    assert terminal.task(int(number))["title"] == "Call Ben"


def test_move_obeys_and_says_what_it_breaks(terminal):
    """A move before the task it follows is done, with a word on it."""
    tasks = terminal.ok("start", "small", "--json").json["tasks"]
    quiz = next(task for task in tasks if task["key"] == "quiz")
    answer = terminal.ok("move", str(quiz["number"]), "2026-07-01")
    assert "rules" in answer.err
    assert terminal("move", str(quiz["number"]), "2026-08-01").code == 5


def test_several_plans_need_a_name_to_write(terminal):
    """Two plans of one template need two names; what writes wants --plan, what reads shows both."""
    terminal.ok("start", "small")
    taken = terminal("start", "small")
    assert taken.code == 5
    assert "--name" in taken.err
    assert "drop" in taken.err
    terminal.ok("start", "small", "--name", "second")
    assert len(terminal.ok("tasks", "--json").json["plans"]) == 2
    assert terminal("add", "Mine", "--minutes", "10").code == 5
    assert terminal("done", "words").code == 5
    terminal.ok("done", "second:words")
    mine = terminal.ok("add", "Mine", "--minutes", "10", "--plan", "second", "--json").json["changed"][0]
    assert mine["plan"] == 2


def test_drop_and_undo_brings_back(terminal):
    """The plan ends, and undo brings it back whole."""
    terminal.ok("start", "small")
    before = terminal.ok("tasks", "--json").json
    assert terminal.ok("drop", "small").out.startswith("Dropped 'small' with 8 open tasks.")
    assert terminal.ok("drop", "1").out == "'small' was dropped before.\n"
    assert terminal.ok("tasks", "--json").json == {"plans": []}
    terminal.ok("undo")
    assert terminal.ok("tasks", "--json").json == before


def test_rename(terminal):
    """A plan takes another name; a running plan's name is refused."""
    terminal.ok("start", "small")
    terminal.ok("rename", "small", "Prüfung, die erste")
    terminal.ok("start", "small")
    assert terminal("rename", "small", "Prüfung, die erste").code == 5
    assert terminal.ok("plans", "--json").json["plans"][0]["name"] == "Prüfung, die erste"


def test_a_zone_can_come_first(terminal):
    """On an empty database `learner set --zone` makes the learner, as `start` does; a name that nobody has does not."""
    unknown = terminal("learner", "set", "ben", "--zone", "Europe/Berlin")
    assert unknown.code == 3
    assert terminal("learner", "set", "--zone", "Mars/Phobos").code == 2
    assert not terminal.database.exists()
    answer = terminal.ok("learner", "set", "--zone", "Europe/Berlin")
    assert "Added learner 'ana'" in answer.err
    assert "New learner" not in terminal.ok("start", "small").err
    assert terminal.ok("learner", "show", "--json").json["learner"]["zone"] == "Europe/Berlin"
    assert terminal.ok("--learner", "ben", "learner", "set", "--zone", "Asia/Kolkata", "--json").json["learner"] == {
        **terminal.ok("--learner", "ben", "learner", "show", "--json").json["learner"],
        "name": "ben",
        "zone": "Asia/Kolkata",
    }


def test_learners_do_not_meet(terminal):
    """Each learner has numbers, plans and history of their own on one database."""
    terminal.ok("--learner", "ana", "start", "small")
    terminal.ok("--learner", "ben", "start", "small")
    terminal.ok("--learner", "ben", "done", "1")
    assert terminal.ok("--learner", "ana", "show", "1", "--json").json["tasks"][0]["status"] == "open"
    assert len(terminal.ok("--learner", "ana", "history", "--json").json["history"]) == 1
    assert {each["name"] for each in terminal.ok("learner", "list", "--json").json["learners"]} == {"ana", "ben"}
    assert terminal("--learner", "cleo", "today").code == 3
    assert terminal.ok("--learner", "ana", "tasks", "--json").json["plans"]


def test_one_removes_oneself_alone(terminal):
    """Another learner is removed only by who says so, and nobody without consent; without consent nothing is."""
    for name in ("ana", "ben", "cleo"):
        terminal.ok("--learner", name, "start", "small")
    refused = terminal("learner", "remove", "ben", "--yes")
    assert refused.code == 5
    assert "you are 'ana'" in refused.err
    assert "--anyone" in refused.err
    assert terminal("learner", "remove", "ben", "--anyone").code == 5
    assert terminal("learner", "remove", "ana").code == 5
    assert len(terminal.ok("learner", "list", "--json").json["learners"]) == 3
    terminal.ok("learner", "remove", "ben", "--anyone", "--yes")
    terminal.ok("--learner", "cleo", "learner", "remove", "cleo", "--yes")
    assert terminal("--learner", "ben", "today").code == 3
    terminal.ok("learner", "remove", "ana", "--yes")
    assert terminal.ok("learner", "list", "--json").json["learners"] == []


def test_who_is_nobody_removes_nobody(terminal, monkeypatch):
    """A login name that is none of the learners is not taken for one of them."""
    for name in ("ben", "cleo"):
        terminal.ok("--learner", name, "start", "small")
    refused = terminal("learner", "remove", "ben", "--yes")
    assert (refused.code, "another learner" in refused.err) == (5, True)
    assert terminal("learner", "remove", "ben", "--yes", "--json").json["error"]["code"] == "not-yours"


def test_a_path_adds_its_electives(terminal):
    """An elective comes only with its path."""
    plain = terminal.ok("start", "small", "--dry-run", "--json").json["tasks"]
    chosen = terminal.ok("start", "small", "--path", "extra", "--dry-run", "--json").json["tasks"]
    assert {t["task"] for t in chosen} - {t["task"] for t in plain} == {"more"}


def test_days_off_and_ceilings_hold(terminal):
    """No task on a day off or a weekday not named; no day above its minutes, the exam apart."""
    started = terminal.ok(
        "start", "small", "--days", "10", "--minutes", "mon-fri=75", "--off", "2026-07-03", "--json"
    ).json
    loads: dict[str, int] = {}
    for task in started["tasks"]:
        if task["kind"] != "exam":
            loads[task["date"]] = loads.get(task["date"], 0) + task["minutes"]
    capacity = {day["date"]: day["capacity"] for day in started["days"]}
    assert capacity["2026-07-03"] == capacity["2026-07-04"] == 0
    assert all(load <= capacity[day] for day, load in loads.items())


def test_a_past_start_says_how_to_go_on(terminal):
    """A plan that began in the past is accepted, with the way out."""
    answer = terminal.ok("start", "small", "--date", "2026-06-25", "--days", "10")
    assert "overdue" in answer.out
    assert "replan" in answer.out
    assert "--date today" in answer.out.replace("\n", " ").replace("           ", "")
