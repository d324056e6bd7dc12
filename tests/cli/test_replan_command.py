"""Mending a plan from the command line: replan, off, hours, whatif, and their undo."""

from __future__ import annotations

import re
import shlex

import pytest


def dates(terminal, **rest) -> dict[str, str]:
    return {task["key"]: task["date"] for task in terminal.ok("tasks", "--json", **rest).json["plans"][0]["tasks"]}


def data(terminal) -> list[dict]:
    """What undo must restore: all but stamps, sequences and counters, none of which a list of tasks shows."""
    return terminal.ok("tasks", "--json").json["plans"]


def test_catch_up_moves_what_was_missed_and_says_why(terminal):
    """After two missed days nothing is overdue, done work stays, each move has a reason, and one undo takes it back."""
    terminal.ok("start", "small", "--days", "10", "--minutes", "90")
    terminal.ok("done", "1")
    before = data(terminal)
    terminal.today = "2026-07-04"
    dry = terminal.ok("replan", "--dry-run", "--json").json
    assert dry["written"] is False
    assert data(terminal) == before
    made = terminal.ok("replan", "--json").json
    assert made["strategy"] == "catch-up"
    assert made["changes"] == dry["changes"] != []
    assert all(change["reason"]["code"] for change in made["changes"])
    after = {task["number"]: task for task in data(terminal)[0]["tasks"]}
    assert after[1]["date"] == "2026-07-01"
    assert all(task["date"] >= "2026-07-04" for task in after.values() if task["status"] == "open")
    for change in made["changes"]:
        if change["to"] is None:
            assert change["number"] not in after
        else:
            assert after[change["number"]]["date"] == change["to"]
            assert after[change["number"]]["reason"] == change["reason"]
    again = terminal.ok("replan", "--json").json
    assert again["changes"] == []
    assert "nothing has to move" in terminal.ok("replan").out
    terminal.ok("undo")
    assert data(terminal) == before


def test_replan_on_the_start_day_changes_nothing(terminal):
    """With nothing done and nothing missed, catch up and even out find nothing to do and write nothing."""
    terminal.ok("start", "small", "--days", "10", "--minutes", "90")
    for words in (["replan"], ["replan", "--even"]):
        assert terminal.ok(*words, "--json").json["changes"] == []
    assert len(terminal.ok("history", "--json").json["history"]) == 1


def test_the_exam_moves_with_what_hangs_on_it(terminal):
    """A later exam takes the exam task and the mock that is anchored to it along."""
    terminal.ok("start", "small", "--days", "10")
    terminal.ok("replan", "--exam", "2026-07-14")
    found = dates(terminal)
    assert (found["exam"], found["mock"]) == ("2026-07-14", "2026-07-12")
    plan = data(terminal)[0]["plan"]
    assert (plan["exam"], plan["end"]) == ("2026-07-14", "2026-07-14")
    terminal.ok("undo")
    assert dates(terminal)["exam"] == "2026-07-10"


def test_shift_moves_every_open_piece(terminal):
    """Each open piece goes one study day later; where the mock would reach the eve the exam must be moved as well."""
    terminal.ok("start", "small", "--days", "14")
    before = dates(terminal)
    refused = terminal("replan", "--shift", "1", "--strict", "--json")
    assert refused.code == 5
    offers = refused.json["error"]["offers"]
    assert [(offer["kind"], offer["value"]) for offer in offers] == [("days", 1)]
    made = terminal.ok(*shlex.split(offers[0]["command"])[1:], "--json").json
    assert made["strategy"] == "shift"
    after = dates(terminal)
    assert after["exam"] == "2026-07-15"
    assert all(after[key] > before[key] for key in ("words", "quiz", "mock"))


@pytest.mark.parametrize("words", [["--even", "--shift", "2"], ["--shift", "0"], ["--exam", "2026-06-01"]])
def test_contradictions_are_usage(terminal, words):
    """Two ways at once, a shift by nothing, an exam before the start: exit code 2."""
    terminal.ok("start", "small")
    assert terminal("replan", *words).code == 2


def test_a_price_list_whose_offers_work(terminal):
    """What can no longer fit is refused with offers; each of them, taken, mends the plan."""
    terminal.ok("start", "small", "--days", "10", "--minutes", "60")
    before = terminal.bytes()
    refused = terminal("replan", "--exam", "2026-07-04", "--strict", "--json")
    assert refused.code == 5
    offers = refused.json["error"]["offers"]
    assert {offer["kind"] for offer in offers} >= {"minutes", "days"}
    assert terminal.bytes() == before
    for offer in offers:
        program, *words = shlex.split(offer["command"])
        assert program == "studyplan"
        assert terminal.ok(*words, "--json").json["written"] is True
        terminal.ok("undo")


def test_one_unit_less_than_an_offer_is_refused(terminal):
    """Five minutes or one day less than the price list says is not enough."""
    terminal.ok("start", "small", "--days", "10", "--minutes", "60")
    offers = terminal("replan", "--exam", "2026-07-04", "--strict", "--json").json["error"]["offers"]
    value = {offer["kind"]: offer["value"] for offer in offers}
    minutes = str(60 + value["minutes"] - 5)
    assert terminal("whatif", "replan", "--strict", "--exam", "2026-07-04", "--minutes", minutes).code == 5
    assert terminal("whatif", "replan", "--strict", "--exam", f"2026-07-{4 + value['days'] - 1:02}").code == 5


def test_whatif_writes_nothing(terminal):
    """`whatif start` and `whatif replan` answer like the real commands and leave every byte alone."""
    assert terminal.ok("whatif", "start", "small", "--json").json["written"] is False
    assert terminal.bytes() == {}
    terminal.ok("start", "small", "--minutes", "90")
    before = terminal.bytes()
    assert terminal.ok("whatif", "replan", "--json", today="2026-07-04").json["written"] is False
    terminal.ok("whatif", "start", "small", "--name", "other")
    assert terminal.bytes() == before


def test_a_day_off_moves_what_lay_on_it(terminal):
    """--dry-run shows the moves; without it they are made at once, and undo gives the day back."""
    terminal.ok("start", "small", "--days", "10", "--minutes", "90")
    before = data(terminal)
    busy = before[0]["tasks"][1]["date"]
    shown = terminal.ok("off", busy, "--dry-run")
    assert "Nothing was written" in shown.out
    assert data(terminal) == before
    assert terminal.ok("off", busy, "--dry-run", "--json").json["written"] is False
    made = terminal.ok("off", busy, "--json").json
    assert made["written"] is True
    assert all(task["date"] != busy for task in data(terminal)[0]["tasks"] if task["status"] == "open")
    assert {change["reason"]["code"] for each in made["replans"] for change in each["changes"]} >= {"day-off"}
    assert [day["role"] for day in data(terminal)[0]["days"] if day["date"] == busy] == ["off"]
    terminal.ok("undo")
    assert data(terminal) == before
    assert terminal.ok("off", "--json").json["learner"]["off"] == []


def test_days_off_can_be_given_back(terminal):
    """Part of a range is studied after all; the rest stays off."""
    terminal.ok("start", "small", "--days", "14")
    terminal.ok("off", "2026-07-04..2026-07-08", "--yes")
    terminal.ok("off", "2026-07-06", "--remove", "--yes")
    assert terminal.ok("off", "--json").json["learner"]["off"] == [
        {"first": "2026-07-04", "last": "2026-07-05"},
        {"first": "2026-07-07", "last": "2026-07-08"},
    ]


def test_hours_bind_every_day(terminal):
    """A study week of the learner is a ceiling from then on, and clearing it takes the ceiling away."""
    terminal.ok("start", "small", "--days", "10")
    terminal.ok("hours", "mon-fri=80", "--dry-run")
    assert terminal.ok("hours", "--json").json["learner"]["hours"] is None
    terminal.ok("hours", "mon-fri=80")
    view = data(terminal)[0]
    capacity = {day["date"]: day["capacity"] for day in view["days"]}
    loads: dict[str, int] = {}
    for task in view["tasks"]:
        if task["kind"] != "exam":
            loads[task["date"]] = loads.get(task["date"], 0) + task["minutes"]
    assert capacity["2026-07-04"] == 0
    assert all(minutes <= capacity[day] for day, minutes in loads.items())
    assert terminal.ok("hours", "--json").json["learner"]["hours"] == "mon-fri=80"
    terminal.ok("hours", "--clear", "--yes")
    assert terminal.ok("hours", "--json").json["learner"]["hours"] is None


def test_what_is_pinned_stays(terminal):
    """A pinned task keeps its day in a catch up and when all is evened out."""
    terminal.ok("start", "small", "--days", "14", "--minutes", "120")
    quiz = next(task for task in data(terminal)[0]["tasks"] if task["key"] == "quiz")
    terminal.ok("move", "quiz", "2026-07-10")
    for words in (["replan"], ["replan", "--even"]):
        terminal.ok(*words, today="2026-07-05")
        assert dates(terminal)["quiz"] == "2026-07-10" != quiz["date"]


def test_status_tells_the_slack(terminal):
    """The slack shrinks to none as days pass with nothing done, and a plan that no longer fits says so."""
    terminal.ok("start", "small", "--days", "10", "--minutes", "60")
    found = [
        terminal.ok("status", "--json", today=f"2026-07-{day:02}").json["plans"][0]["slack"] for day in range(1, 10)
    ]
    assert found == sorted(found, reverse=True)
    assert found[0] >= 1
    assert found[-1] == -1
    assert "no longer fit" in terminal.ok("status", today="2026-07-09").out


def test_days_off_that_leave_too_little_room_leave_something_over(terminal):
    """They are taken all the same; what has no room any more keeps its day and is told apart, and each way out makes room."""
    terminal.ok("start", "small", "--days", "10", "--minutes", "60")
    made = terminal.ok("off", "2026-07-02..2026-07-08", "--yes", "--json").json
    left = made["replans"][0]["left_over"]
    assert left
    assert all(row["reason"]["code"] == "no-room" and row["status"] == "open" for row in left)
    held = {row["number"]: row["date"] for row in left}
    agenda = terminal.ok("today", "--json").json
    assert {row["number"]: row["date"] for row in agenda["no_room"]} == held
    assert not {row["number"] for row in agenda["overdue"]} & set(held)
    assert terminal.ok("status", "--json").json["plans"][0]["no_room"]["tasks"] == len(held)
    offers = terminal.ok("replan", "--dry-run", "--json").json["offers"]
    assert len(offers) > 1
    for number in range(1, len(offers) + 1):
        taken = terminal.ok("replan", "--take", str(number), "--json").json
        assert taken["left_over"] == []
        assert terminal.ok("today", "--json").json["no_room"] == []
        terminal.ok("undo")


def test_what_is_left_over_is_tried_again(terminal):
    """A second replan changes nothing; once there is room what was left over has its day, whatever it was told before."""
    terminal.ok("start", "small", "--days", "10", "--minutes", "60")
    first = terminal.ok("replan", "--exam", "2026-07-04", "--json").json
    assert first["left_over"]
    again = terminal.ok("replan", "--json").json
    assert again["changes"] == []
    assert [row["number"] for row in again["left_over"]] == [row["number"] for row in first["left_over"]]
    even = terminal.ok("replan", "--even", "--dry-run", "--json").json
    assert [row["number"] for row in even["left_over"]] == [row["number"] for row in first["left_over"]]
    assert "No room: " in terminal.ok("today").out
    assert "No room: " in terminal.ok("status").out
    later = terminal.ok("replan", "--exam", "2026-07-12", "--json").json
    assert later["left_over"] == []
    rows = terminal.ok("tasks", "--plan", "small", "--json").json["tasks"]
    assert not [row for row in rows if row["reason"] and row["reason"]["code"] == "no-room"]


def test_numbers_leave_tasks_out_for_good(terminal):
    """`--leave-out` takes numbers, several of them, as the list of the ways out says it."""
    terminal.ok("start", "small", "--days", "10", "--minutes", "60")
    terminal.ok("replan", "--exam", "2026-07-04")
    offer = next(o for o in terminal.ok("replan", "--dry-run", "--json").json["offers"] if o["kind"] == "leave_out")
    made = terminal.ok(*shlex.split(offer["command"])[1:], "--json").json
    assert made["left_over"] == []
    assert made["skipped"]
    assert terminal("replan", "74").code == 2
    assert terminal("replan", "--take", "1").code == 2


def recorded(terminal) -> tuple[object, ...]:
    """What a task in pieces has to show, all pieces together, and its minutes in the log."""
    pieces = terminal.ok("show", "rules", "--json").json["tasks"]
    log = terminal.ok("log", "--json").json
    entries = [each for day in log["days"] for each in day["entries"] if each["key"].startswith("rules")]
    return (
        [line for each in pieces for line in (each["note"] or "").split("\n") if line],
        [link for each in pieces for link in each["links"]],
        [file for each in pieces for file in each["files"]],
        sum(each["spent_minutes"] or 0 for each in pieces),
        sorted(each["minutes"] for each in entries),
        {each["task"] for each in entries} <= {each["number"] for each in pieces},
    )


@pytest.fixture
def in_pieces(terminal):
    """Each of the four pieces of a task with something of its own to show; a timer runs on the third."""
    terminal.ok("start", "small", "--days", "10", "--minutes", "60")
    pieces = terminal.ok("show", "rules", "--json").json["tasks"]
    (terminal.folder / "mine.txt").write_text("mine")
    assert [each["key"] for each in pieces] == ["rules", "rules#2", "rules#3", "rules#4"]
    for each in pieces:
        number = str(each["number"])
        terminal.ok("note", number, f"On {each['key']}", "--link", f"https://example.org/{number}")
        terminal.ok("log", "add", number, "-m", str(10 * each["number"]))
    terminal.ok("note", "rules#2", "--file", "mine.txt")
    terminal.ok("timer", "start", "rules#3")
    return terminal


@pytest.mark.parametrize("way", ["replan", "upgrade"])
def test_what_was_recorded_on_joined_pieces_stays(in_pieces, way):
    """The piece that is left has all of it, its sittings and a timer too; undo gives each piece its own again."""
    before, was, timer = data(in_pieces), recorded(in_pieces), in_pieces.ok("timer", "status", "--json").json
    log = in_pieces.ok("log", "--json").json
    assert (was[3], was[4], was[5]) == (140, [20, 30, 40, 50], True)
    if way == "replan":
        in_pieces.ok("replan", "--minutes", "240", today="2026-07-08")
    else:
        file = in_pieces.folder / "plans" / "small.yaml"
        file.write_text(file.read_text().replace("minutes: 100", "minutes: 30").replace('edition: "1"', 'edition: "2"'))
        in_pieces.ok("upgrade", "--yes")
    (piece,) = in_pieces.ok("show", "rules", "--json").json["tasks"]
    assert recorded(in_pieces) == was
    assert in_pieces.ok("timer", "status", "--json").json["timer"]["task"] == piece["number"]
    in_pieces.ok("undo")
    assert (data(in_pieces), recorded(in_pieces)) == (before, was)
    assert in_pieces.ok("log", "--json").json == log
    assert in_pieces.ok("timer", "status", "--json").json["timer"]["task"] == timer["timer"]["task"]


def test_a_piece_that_is_made_has_nothing_to_show_yet(terminal):
    """Note, links, files and time stay with the one piece they were told of."""
    terminal.ok("start", "small", "--days", "10", "--minutes", "60")
    terminal.today = "2026-07-08"
    terminal.ok("replan", "--minutes", "240")
    (piece,) = terminal.ok("show", "rules", "--json").json["tasks"]
    (terminal.folder / "mine.txt").write_text("mine")
    terminal.ok("note", str(piece["number"]), "Mine", "--link", "https://example.org/", "--file", "mine.txt")
    terminal.ok("log", "add", str(piece["number"]), "-m", "20")
    was = recorded(terminal)
    terminal.ok("replan", "--exam", "2026-07-20", "--minutes", "60")
    assert len(terminal.ok("show", "rules", "--json").json["tasks"]) > 1
    assert recorded(terminal) == was
    terminal.ok("undo")
    assert recorded(terminal) == was


def test_a_plan_that_is_over_has_no_day_left(terminal):
    """Evening out after the end, with a mock that counts from the exam: all of it is left over; to be strict is to refuse."""
    terminal.ok("start", "small", "--days", "10")
    held = terminal.bytes()
    answer = terminal("replan", "--even", "--strict", today="2026-07-20")
    assert (answer.code, answer.out) == (5, "")
    assert "--exam" in answer.err
    assert terminal.bytes() == held
    made = terminal.ok("replan", "--even", "--json", today="2026-07-20").json
    assert made["changes"] == []
    assert [offer["kind"] for offer in made["offers"]] == ["days", "leave_out"]
    still_open = terminal.ok("tasks", "--plan", "small", "--json", today="2026-07-20").json["tasks"]
    assert {row["number"] for row in made["left_over"]} == {
        row["number"] for row in still_open if row["kind"] not in ("exam", "review")
    }


def test_a_refusal_names_the_plan_that_takes_the_minutes(terminal):
    """What a person can change is named: the other plan, what it takes of the hours, and on how many of the days."""
    terminal.ok("start", "small", "--days", "10", "--name", "cert")
    terminal.ok("hours", "45", "--yes")
    refused = terminal("start", "small", "--days", "10", "--name", "other")
    assert refused.code == 5
    assert re.search(r"; 'cert' holds (up to )?\d+ min on \d+ of these days", refused.err)
    terminal.ok("drop", "cert", "--yes")
    alone = terminal("start", "small", "--days", "10", "--minutes", "20", "--name", "other")
    assert (alone.code, "of these days" in alone.err) == (5, False)


def test_a_replan_that_was_written_says_how_to_take_a_way_out(terminal):
    """The command that it names lists the same again, shifted and evened plans too, and takes the number."""
    for words in (["--even", "--exam", "2026-07-04"], ["--exam", "2026-07-04"]):
        terminal.ok("start", "small", "--days", "10", "--minutes", "60")
        terminal.today = "2026-07-03"
        shown = terminal.ok("replan", *words).out
        assert "Ways to make room for everything:" in shown
        (command,) = [line for line in shown.splitlines() if line.endswith("` takes one of them.")]
        again = shlex.split(command.strip("` ").partition(" --take N`")[0])[1:]
        listed = [line for line in shown.splitlines() if line[:4] in ("  1 ", "  2 ")]
        repeated = [line for line in terminal.ok(*again, "--dry-run").out.splitlines() if line[:4] in ("  1 ", "  2 ")]
        assert len(listed) == 2
        assert repeated == listed
        assert terminal.ok(*again, "--take", "2", "--json").json["left_over"] == []
        terminal.ok("drop", "small", "--yes")
        terminal.today = "2026-07-01"


def test_a_shift_that_leaves_over_what_has_room_says_so(terminal):
    """Catching up has room for what a shift pushed beyond the end: its output names that, and no way out that is not needed."""
    terminal.ok("start", "small", "--days", "10", "--minutes", "60")
    shown = terminal.ok("replan", "--shift", "2", today="2026-07-03").out
    assert "No room: " in shown
    (line,) = [line for line in shown.splitlines() if line.endswith("` has room for everything.")]
    again = shlex.split(line.strip("` ").partition("`")[0])[1:]
    assert terminal.ok(*again, "--json", today="2026-07-03").json["left_over"] == []


def test_a_review_without_room_is_dropped_and_not_merged(terminal):
    """The list of moves has two words for what goes: a piece that joins another of its task, and a review that finds no day."""
    terminal.ok("start", "foundations", "--days", "20", "--minutes", "30", "--take", "3")
    shown = terminal.ok("replan", "--dry-run", today="2026-07-10").out
    dropped = [line for line in shown.splitlines() if "→ dropped" in line]
    assert dropped
    assert all(" Review " in line or " Last pass" in line for line in dropped)
    assert not any(" Review " in line for line in shown.splitlines() if "→ merged" in line)
    assert f"Note: {len(dropped)} reviews would be dropped for want of room." in shown


def test_a_strict_replan_offers_to_leave_out_an_elective(terminal):
    """An elective can be spared as an optional task can, and is told by its title."""
    terminal.ok("start", "small", "--days", "10", "--minutes", "70", "--path", "extra", "--name", "mine")
    refused = terminal("replan", "--strict", "--json", today="2026-07-05")
    offers = refused.json["error"]["offers"]
    (place,) = [place for place, offer in enumerate(offers, start=1) if offer["kind"] == "leave_out"]
    assert (refused.code, offers[place - 1]["titles"]) == (5, ["More of it"])
    terminal.ok("replan", "--strict", "--take", str(place), today="2026-07-05")


def test_the_moves_of_a_task_s_parts_are_told_apart(terminal):
    """Two lines with one title say which part each is of; a task in one piece says nothing of parts."""
    terminal.ok("start", "small", "--days", "20", "--minutes", "20")
    parts = [row for row in terminal.ok("tasks", "--json").json["plans"][0]["tasks"] if row["part"] == 2]
    assert parts
    shown = terminal.ok("replan", "--even", "--dry-run", today="2026-07-05").out
    lines = [line for line in shown.splitlines() if f"{parts[0]['title']} (part " in line]
    assert [line.partition(" (part ")[2][0] for line in lines] == ["1", "2"]
    assert shown.count("(part ") < shown.count("→")
