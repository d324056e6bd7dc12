"""Two plans of one learner: whose minutes are whose, who is named for what, and what is told once."""

from __future__ import annotations

import json
import re
import shlex
import sqlite3

import pytest


def days(terminal, plan: str) -> dict[str, tuple]:
    shown = terminal.ok("tasks", "--plan", plan, "--json").json
    return {day["date"]: (day["role"], day["capacity"]) for day in shown["days"]}


def dates(terminal, plan: str) -> dict[str, str]:
    return {task["key"]: task["date"] for task in terminal.ok("tasks", "--plan", plan, "--json").json["tasks"]}


def loads(terminal) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in terminal.ok("tasks", "--json").json["plans"]:
        for task in each["tasks"]:
            if task["kind"] != "exam":
                found[task["date"]] = found.get(task["date"], 0) + task["minutes"]
    return found


def test_minutes_named_with_a_plan_are_its_own(terminal):
    """Without hours a second plan is laid out as if it were alone, and costs the first nothing."""
    terminal.ok("start", "small", "--days", "10", "--minutes", "60", "--name", "one")
    second = terminal.ok("start", "small", "--days", "10", "--minutes", "60", "--name", "two", "--json").json
    assert dates(terminal, "one") == dates(terminal, "two")
    assert {capacity for role, capacity in days(terminal, "two").values() if role != "exam"} == {60}
    assert not [note for note in second["notes"] if "holds" in note]
    assert second["slack"] == []
    assert terminal.ok("replan", "--plan", "one", "--json").json["changes"] == []
    assert "holds" not in terminal.ok("start", "small", "--minutes", "60", "--name", "three").out


def test_hours_are_the_ceiling_over_all_plans_together(terminal):
    """Then a plan has the lower of its own minutes and what the others leave; a start says who holds the time and who loses slack."""
    terminal.ok("start", "small", "--days", "20", "--minutes", "60", "--name", "cert")
    terminal.ok("hours", "80", "--yes")
    before = terminal.ok("status", "--json").json["plans"][0]["slack"]
    made = terminal.ok(
        "start", "small", "--days", "20", "--window", "short", "--minutes", "60", "--name", "two", "--json"
    ).json
    held = {task["date"]: 0 for task in made["tasks"]}
    for task in terminal.ok("tasks", "--plan", "cert", "--json").json["tasks"]:
        held[task["date"]] = held.get(task["date"], 0) + task["minutes"]
    for day in made["days"]:
        if day["role"] != "exam":
            assert day["capacity"] == max(0, min(60, 80 - held.get(day["date"], 0)))
    assert all(minutes <= 80 for minutes in loads(terminal).values())
    assert any(re.search(r"'cert' holds (up to )?\d+ min on \d+ of these days", note) for note in made["notes"])
    after = terminal.ok("status", "--plan", "cert", "--json").json["plans"][0]["slack"]
    assert made["slack"] == [{"plan": "cert", "before": before, "after": after}]
    assert f"'cert' can now miss {after} study day{'s' * (after != 1)} instead of {before}" in made["notes"]


def test_a_plan_from_before_hours_were_a_ceiling_keeps_its_minutes(terminal):
    """Until the learner sets hours or minutes anew; one undo brings that back."""
    terminal.ok("start", "small", "--days", "10", "--minutes", "60", "--name", "one")
    database = sqlite3.connect(terminal.database)
    hours = database.execute("SELECT week FROM plan").fetchone()[0].replace("60", "45")
    database.execute("UPDATE learner SET week = ?", [hours])
    database.execute("UPDATE plan SET own_only = 1")
    database.commit()
    database.close()
    assert terminal.ok("replan", "--json").json["changes"] == []
    assert terminal.ok("hours", "--json").json["plans"][0]["hours_in_force"] == "60"
    for words in (["hours", "45"], ["replan", "--minutes", "55"]):
        terminal.ok(*words)
        assert terminal.ok("hours", "--json").json["plans"][0]["hours_in_force"] == "45"
        assert {capacity for role, capacity in days(terminal, "one").values() if role != "exam"} == {45}
        terminal.ok("undo")
        assert terminal.ok("hours", "--json").json["plans"][0]["hours_in_force"] == "60"


def test_a_plan_lower_than_the_learners_hours_is_told_its_cause(terminal):
    """A plan whose own minutes lie on days that the learner does not study says so, in place of arithmetic."""
    terminal.ok("start", "small", "--name", "one", "--minutes", "60")
    terminal.ok("hours", "mon-fri=90", "--yes")
    refused = terminal("start", "small", "--name", "two", "--minutes", "sat=90")
    assert refused.code == 5
    cause = "your hours over all plans (mon-fri=90) leave this plan less than its own minutes"
    assert cause in refused.err
    moved = terminal.ok("hours", "45", "--yes", "--json").json["replans"][0]["notes"]
    assert "your hours over all plans (45) leave this plan less than its own minutes on some days" in moved


@pytest.mark.parametrize("own", [[], ["--minutes", "60"]])
def test_the_minutes_that_are_offered_raise_what_is_in_the_way(terminal, own):
    """Where the hours over all plans are too short, an offer raises them, and one undo takes that back with the start."""
    terminal.ok("start", "small", "--days", "10", "--name", "cert")
    terminal.ok("hours", "45", "--yes")
    refused = terminal("start", "small", "--days", "10", *own, "--name", "two", "--json")
    assert refused.code == 5
    offers = {offer["kind"]: offer for offer in refused.json["error"]["offers"]}
    words = shlex.split(offers["minutes"]["command"])[1:]
    assert words[words.index("--hours") + 1] == str(45 + offers["minutes"]["value"])
    less = [*words]
    less[less.index("--hours") + 1] = str(40 + offers["minutes"]["value"])
    assert terminal(*less, "--dry-run").code == 5
    terminal.ok(*words)
    assert terminal.ok("hours", "--json").json["learner"]["hours"] == words[words.index("--hours") + 1]
    terminal.ok("undo")
    assert terminal.ok("hours", "--json").json["learner"]["hours"] == "45"
    assert [plan["name"] for plan in terminal.ok("plans", "--json").json["plans"]] == ["cert"]


def test_a_replan_raises_the_hours_too(terminal):
    """Its way out with more minutes is taken by number; the hours over all plans grow by as much, and are never lowered by it."""
    terminal.ok("start", "small", "--days", "10", "--name", "cert")
    terminal.ok("hours", "50", "--yes")
    terminal.today = "2026-07-06"
    told = terminal.ok("replan", "--dry-run", "--json").json
    assert told["left_over"]
    kinds = [offer["kind"] for offer in told["offers"]]
    offer = told["offers"][kinds.index("minutes")]
    assert shlex.split(offer["command"])[-2:] == ["--hours", str(50 + offer["value"])]
    assert terminal("replan", "--hours", "45").code == 2
    taken = terminal.ok("replan", "--take", str(kinds.index("minutes") + 1), "--json").json
    assert taken["left_over"] == []
    assert terminal.ok("hours", "--json").json["learner"]["hours"] == str(50 + offer["value"])
    terminal.ok("undo")
    assert terminal.ok("hours", "--json").json["learner"]["hours"] == "50"


def test_what_others_fill_is_full_and_no_day_off(terminal):
    """A task whose day another plan takes by hand is told that the day is full."""
    terminal.ok("start", "small", "--days", "10", "--minutes", "60", "--name", "one")
    terminal.ok("hours", "60", "--yes")
    terminal.ok("start", "small", "--days", "20", "--window", "short", "--minutes", "60", "--name", "two")
    mine = next(
        task for task in terminal.ok("tasks", "--plan", "two", "--json").json["tasks"] if task["kind"] == "read"
    )
    moved = terminal.ok("add", "A long one", "--minutes", "60", "--plan", "one", "--date", mine["date"])
    assert "more than its" in moved.err
    assert f"'two' holds {mine['minutes']} min of that day" in moved.err
    made = terminal.ok("replan", "--plan", "two", "--json").json["changes"]
    reasons = {change["number"]: change["reason"]["code"] for change in made}
    assert reasons[mine["number"]] == "day-full"


def test_the_load_of_all_plans_by_week(terminal, monkeypatch):
    """In text for several plans, the weeks after the sixth in one line; in JSON always, whichever plan is asked for."""
    terminal.ok("start", "small", "--days", "20", "--minutes", "60", "--name", "one")
    assert "All plans" not in terminal.ok("status").out
    terminal.ok("start", "small", "--exam", "2026-09-20", "--window", "long", "--minutes", "60", "--name", "two")
    terminal.ok("hours", "90", "--yes")
    weeks = terminal.ok("status", "--plan", "one", "--json").json["load"]
    assert [week["first"] for week in weeks[:3]] == ["2026-07-01", "2026-07-06", "2026-07-13"]
    assert weeks[0]["capacity"] == 5 * 90
    held = sum(
        task["minutes"]
        for name in ("one", "two")
        for task in terminal.ok("tasks", "--plan", name, "--json").json["tasks"]
    )
    assert sum(week["minutes"] for week in weeks) == held
    assert all(week["minutes"] == sum(each["minutes"] for each in week["plans"]) for week in weeks)
    told = terminal.ok("status").out.partition("All plans: open work by week\n")[2].splitlines()
    assert re.match(r"  Wed 1 Jul +\d.* of 7 h 30 +one \d.*, two \d", told[0])
    assert re.fullmatch(r"  and \d+ more weeks, at most .* each", told[6])
    assert "All plans" not in terminal.ok("status", "--plan", "one").out


def test_days_off_move_only_what_lay_on_them(terminal):
    """What is overdue stays for a replan, and the output says so; the same holds for hours."""
    terminal.ok("start", "small", "--days", "20", "--window", "short", "--minutes", "60", "--name", "one")
    terminal.today = "2026-07-06"
    before = {task["number"]: task for task in terminal.ok("tasks", "--json").json["plans"][0]["tasks"]}
    late = [number for number, task in before.items() if task["date"] < terminal.today]
    day = min(task["date"] for task in before.values() if task["date"] > terminal.today)
    assert late
    moved = terminal.ok("off", day, "--yes", "--json").json
    assert {change["number"] for change in moved["replans"][0]["changes"]} == {
        number for number, task in before.items() if task["date"] == day
    }
    assert moved["notes"] == [f"{len(late)} overdue tasks stay where they are: `studyplan replan` moves them"]
    after = {task["number"]: task["date"] for task in terminal.ok("tasks", "--json").json["plans"][0]["tasks"]}
    assert [after[number] for number in late] == [before[number]["date"] for number in late]
    terminal.ok("hours", "55", "--yes")
    again = {task["number"]: task["date"] for task in terminal.ok("tasks", "--json").json["plans"][0]["tasks"]}
    assert [again[number] for number in late] == [before[number]["date"] for number in late]
    assert {change["number"] for change in terminal.ok("replan", "--json").json["changes"]} >= set(late)


def test_what_had_no_room_stays_so_when_a_day_is_taken_off(terminal):
    """Only a replan looks for its place again."""
    terminal.ok("start", "small", "--days", "10", "--minutes", "60", "--name", "one")
    terminal.today = "2026-07-07"
    left = terminal.ok("replan", "--json").json["left_over"]
    assert left
    terminal.ok("off", "2026-07-08", "--yes")
    kept = {task["number"]: task for task in terminal.ok("tasks", "--json").json["plans"][0]["tasks"]}
    for task in left:
        assert kept[task["number"]]["reason"]["code"] == "no-room"
        assert kept[task["number"]]["date"] == task["date"]


def test_the_hours_that_count_are_told(terminal):
    """After `off` and `hours` the block of a plan has the hours that it has by then, and those that it shares."""
    terminal.ok("start", "small", "--days", "20", "--minutes", "60", "--name", "one")
    assert "hours  60 min a day\n" in terminal.ok("off", "2026-07-18", "--plan", "one", "--yes").out
    assert "hours  60 min a day for 'one'\n" in terminal.ok("off", "2026-07-17", "--yes").out
    terminal.ok("hours", "mon-fri=90", "--yes")
    assert "hours  mon-fri 60 min\n" in terminal.ok("off", "2026-07-15", "--plan", "one", "--yes").out
    terminal.ok("start", "small", "--days", "20", "--window", "short", "--name", "two")
    told = terminal.ok("hours", "45", "--plan", "one", "--yes")
    assert "hours  mon-fri 45 min; mon-fri 90 min over all plans\n" in told.out
    assert "mon-fri 90 min over all plans; mon-fri 45 min for 'one'" in terminal.ok("hours").out
    shown = terminal.ok("hours", "--json").json["plans"]
    assert [each["hours_in_force"] for each in shown] == ["mon-fri=45", "mon-fri=90"]
    assert "hours  mon-fri 90 min over all plans\n" in terminal.ok("off", "2026-07-14", "--plan", "two", "--yes").out


def test_a_note_is_told_once(terminal):
    """Where several last passes go, one line says so."""
    (shipped,) = terminal.folder.rglob("small.yaml")
    cards = "\n    cards:\n      - {id: only, question: What?, answer: It., after: words}\n  - id: finish\n"
    text = shipped.read_text().replace("id: small", "id: passes").replace("\n  - id: finish\n", cards)
    shipped.with_name("passes.yaml").write_text(text)
    terminal.ok("start", "passes", "--exam", "2026-08-15", "--window", "short", "--minutes", "30")
    told = terminal.ok("hours", "10").out
    notes = [line for line in told.splitlines() if line.startswith("Note:")]
    assert "was dropped" in told
    assert len(notes) == len(set(notes))


def test_the_days_to_the_exam_are_counted_in_one_way(terminal):
    """`start`, `today`, `status`, `replan` and a report agree, on the eve and on the day as well."""
    started = terminal.ok("start", "small", "--days", "10").out
    words = {"2026-07-01": "9 days to the exam", "2026-07-09": "exam tomorrow", "2026-07-10": "exam today"}
    assert f": {words['2026-07-01']}\n" in started
    for day, told in words.items():
        assert f"{told[0].upper()}{told[1:]}.\n" in terminal.ok("today", today=day).out
        status = terminal.ok("status", today=day)
        assert f"  {told} (Fri 10 Jul 2026)" in status.out
        assert f"{told} (Fri 10 Jul 2026)" in terminal.ok("report", "--as", "md", "-o", "-", today=day).out
        assert " 0 study days" not in status.out
        assert f"small: {told}\n" in terminal.ok("replan", "--dry-run", today=day).out
    figures = terminal.ok("status", "--json", today="2026-07-09").json["plans"][0]
    assert figures["days_to_exam"] == 1
    assert "exam was on Fri 10 Jul 2026" in terminal.ok("status", today="2026-07-12").out


def test_numbers_agree_with_their_nouns(terminal):
    """A deck of one card is a card."""
    (shipped,) = terminal.folder.rglob("small.yaml")
    cards = """
    cards:
      - {id: only, question: What is it?, answer: It is one., after: words}
  - id: finish
"""
    text = shipped.read_text().replace("id: small", "id: one-card").replace("\n  - id: finish\n", cards)
    shipped.with_name("one-card.yaml").write_text(text)
    started = terminal.ok("start", "one-card", "--days", "10", "--json").json
    titles = [task["title"] for task in started["tasks"] if task["kind"] == "review"]
    assert any("1 card from memory" in title for title in titles)
    assert any("the one card from memory" in title for title in titles)
    assert not [title for title in titles if re.search(r"\b1 \w+s\b", title)]


def test_a_plan_in_an_older_dump_keeps_its_minutes(terminal):
    """As one in an older database does: the learner's hours were no ceiling for it."""
    terminal.ok("start", "small", "--days", "10", "--minutes", "60", "--name", "one")
    terminal.ok("hours", "45")
    file = terminal.folder / "ana.json"
    terminal.ok("dump", "-o", str(file))
    older = json.loads(file.read_text())
    older["schema"] = "studyplan_0010"
    for row in older["tables"]["plan"]:
        del row["own_only"]
    file.write_text(json.dumps(older))
    terminal.ok("load", str(file), "--as", "bea")
    for learner, minutes in (("ana", "45"), ("bea", "60")):
        (plan,) = terminal.ok("hours", "--learner", learner, "--json").json["plans"]
        assert plan["hours_in_force"] == minutes


@pytest.mark.parametrize(
    "words", [["replan", "--plan", "one", "--hours", "120"], ["start", "small", "--name", "two", "--hours", "120"]]
)
def test_longer_hours_bring_the_habits_of_all_plans(terminal, words):
    """What makes Saturdays study days of all plans puts them into the other plan's habit as well; an undo takes it back."""
    terminal.ok("start", "small", "--days", "10", "--name", "one")
    terminal.ok("hours", "mon-fri=120")
    terminal.ok("start", "blank", "--days", "10", "--name", "german")
    terminal.ok("add", "Words", "--minutes", "5", "--every", "daily", "--plan", "german")
    before = dates(terminal, "german")
    terminal.ok(*words)
    assert {"2026-07-04", "2026-07-05"} <= set(dates(terminal, "german").values()) - set(before.values())
    terminal.ok("db", "check")
    terminal.ok("undo")
    assert dates(terminal, "german") == before
    terminal.ok("redo")
    assert "2026-07-04" in dates(terminal, "german").values()
