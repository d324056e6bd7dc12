"""`add --from`: many tasks at once, from a list or a sheet, as one change."""

from __future__ import annotations

from pathlib import Path

import pytest
from terminals import Terminal

LIST = """\
# Reading
- Chapter 1 45m
- Chapter 2
- [ ] Chapter 3 1h
- [x] Chapter 0

# Writing
Essay tomorrow 1h
* Letter 7m
"""


@pytest.fixture
def german(terminal: Terminal) -> Terminal:
    """An empty plan from Wednesday, 1 July 2026."""
    terminal.ok("start", "blank", "--name", "german", "--days", "30")
    return terminal


@pytest.fixture
def write(tmp_path: Path):
    def writing(text: str, name: str = "list.txt") -> str:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return writing


def tasks(terminal: Terminal, plan: str = "german") -> list[dict]:
    found = terminal.ok("tasks", "--plan", plan, "--json").json["tasks"]
    return sorted(found, key=lambda task: task["number"])


def test_a_task_in_each_line(german: Terminal, write) -> None:
    """Written like titles; bullets and boxes are no part of them, headings name modules, what is ticked off is left out and told."""
    told = german.ok("add", "--from", write(LIST))
    assert "Added 5 tasks, 3 h 22, from Wed 1 Jul to Sun 5 Jul" in told.out
    assert "ticked off are left out: 5" in told.err
    found = tasks(german)
    assert [(task["title"], task["minutes"], task["module"]) for task in found] == [
        ("Chapter 1", 45, "Reading"),
        ("Chapter 2", 30, "Reading"),
        ("Chapter 3", 60, "Reading"),
        ("Essay", 60, "Writing"),
        ("Letter", 7, "Writing"),
    ]
    assert [task["date"] for task in found if task["pinned"]] == ["2026-07-02"]
    german.ok("undo")
    assert tasks(german) == []
    german.ok("redo")
    assert tasks(german) == found


def test_tasks_without_a_day_are_spread(german: Terminal, write) -> None:
    """In the order of the list over all the days that are left, so that evening out afterwards moves nothing."""
    german.ok("add", "--from", write("\n".join(f"Chapter {n} 40m" for n in range(1, 16))))
    days = [task["date"] for task in tasks(german)]
    assert days == sorted(days)
    assert len(set(days)) == 15
    assert german.ok("replan", "--even", "--json").json["changes"] == []


def test_a_list_lies_beside_what_is_there(terminal: Terminal, write) -> None:
    """What a plan holds stays where it is, and no day gets more than its ceiling; what finds no room is told and waits."""
    terminal.ok("start", "small", "--days", "10", "--minutes", "60")
    before = tasks(terminal, "small")
    terminal.ok("add", "--from", write("Listen 20m\nTalk 25m\n"))
    assert tasks(terminal, "small")[: len(before)] == before
    loads: dict[str, int] = {}
    for task in tasks(terminal, "small"):
        if task["kind"] != "exam":
            loads[task["date"]] = loads.get(task["date"], 0) + task["minutes"]
    assert max(loads.values()) <= 60
    told = terminal.ok("add", "--from", write("\n".join(f"Chapter {n} 60m" for n in range(20))))
    assert "no room for" in told.err
    assert {task["reason"]["code"] for task in tasks(terminal, "small") if task["own"] and task["reason"]} >= {
        "no-room"
    }


def test_a_friends_sheet(german: Terminal, write) -> None:
    """Headings as friends write them; a day, a kind and what comes first where the sheet says them."""
    sheet = "Titel;Stunden;Datum;Art;After;Farbe\nLesen;1,5;;Vokabeln;;rot\nTest;0,5;3.7.;quiz;Lesen;\nPause;;;;;\n"
    told = german.ok("add", "--from", write(sheet, "friend.csv"), "-m", "10")
    assert "Farbe" in told.err
    reading, test, rest = tasks(german)
    assert (reading["minutes"], reading["kind"]) == (90, "Vokabeln")
    assert (test["date"], test["pinned"], test["kind"], test["after"]) == (
        "2026-07-03",
        True,
        "quiz",
        [reading["task"]],
    )
    assert rest["minutes"] == 10


def test_bad_lines_are_named_and_nothing_is_written(german: Terminal, write) -> None:
    """All at once, each with its number; exit 4, as for any bad file."""
    before = german.bytes()
    refused = german("add", "--from", write("Good 1h\nThe day after tomorrow\nJohn 3:16\nLong 900m\nLate 3000-01-01\n"))
    assert refused.code == 4
    assert [line.split(":")[1] for line in refused.err.splitlines()[1:]] == ["2", "3", "4", "5"]
    sheet = "title,minutes,after\nA,30,\nB,30,A\nC,30,Z\nD,2,\n,5,\nE,30,F\nF,30,\n"
    refused = german("add", "--from", write(sheet, "bad.csv"))
    assert [line.split(":")[1] for line in refused.err.splitlines()[1:]] == ["4", "5", "6", "7"]
    assert german.bytes() == before


def test_from_standard_input_and_what_is_no_list(german: Terminal, write) -> None:
    assert german.ok("add", "--from", "-", input="title,date\nEssay,2026-07-09\n").code == 0
    assert tasks(german)[0]["date"] == "2026-07-09"
    assert german("add", "--from", write("")).code == 4
    assert german("add", "--from", write("\0\0")).code == 4
    assert german("add", "--from", "nothing.txt").code == 6
    assert german("add", "Essay", "--from", write("A 1h")).code == 2
    assert german("add").code == 2


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [
        ("Topic,Est. time,Deadline,Area\nOral,90 min,2026-07-20,Talk\n", ("Oral", 90, "2026-07-20", "Talk")),
        ("Thema;Zeitaufwand;Wann;Fach\nOral;1:30;20.7.;Talk\n", ("Oral", 90, "2026-07-20", "Talk")),
        ("Aufgabe;Länge (h);Fällig am;Bereich\nOral;1,5;20.7.2026;Talk\n", ("Oral", 90, "2026-07-20", "Talk")),
        ("Subject,Chapter,How long,Due by\nTalk,Oral,1h30,20 jul\n", ("Oral", 90, "2026-07-20", "Talk")),
        ("Topic,Task,Bis,Dauer\nTalk,Oral,2026-07-20,90 min\n", ("Oral", 90, "2026-07-20", "Talk")),
    ],
)
def test_headings_of_others(german: Terminal, write, sheet: str, expected: tuple) -> None:
    german.ok("add", "--from", write(sheet, "friend.csv"))
    (task,) = tasks(german)
    assert (task["title"], task["minutes"], task["date"], task["module"]) == expected
    assert task["pinned"]


@pytest.mark.parametrize(
    ("sheet", "way"),
    [
        ("Task,Brocken\nA,90 min\nB,1:30\nC,\n", "call it minutes, hours"),
        ("Task,Ziel\nA,20.07.2026\nB,\n", "call it date, due"),
        ("Task,Handing in\nA,20 jul\nB,soon\n", "call it date, due"),
        ("Task,Due,Deadline\nA,20 jul,\n", "leave one of them"),
    ],
)
def test_what_a_sheet_tells_is_not_lost(german: Terminal, write, sheet: str, way: str) -> None:
    """A column of days or lengths under a heading that says neither is refused, with the headings that work."""
    before = german.bytes()
    refused = german("add", "--from", write(sheet, "friend.csv"))
    assert refused.code == 4
    assert way in refused.err
    assert german.bytes() == before


def test_other_columns_are_ignored_with_the_headings_that_work(german: Terminal, write) -> None:
    """Sections, pages and times of day are neither; a second column of days beside the known one is told too."""
    sheet = "Task,Part,Pages,Starts,Due,Created\nA,1.1,30,19:00,20 jul,2026-06-01\nB,1.2,45,18:30,,2026-06-02\n"
    told = german.ok("add", "--from", write(sheet, "friend.csv")).err
    assert "ignored: Part, Pages, Starts, Created; title, minutes or hours, date" in " ".join(told.split())


def test_words_left_in_titles_of_a_list_are_told(german: Terminal, write) -> None:
    told = german.ok("add", "--from", write("Chapter 12\nEssay 9/15\nOral in 3 days half an hour\n"))
    assert "not a day or a length: '9/15' (line 2)." in " ".join(told.err.split())
    assert [(task["title"], task["minutes"]) for task in tasks(german)][2] == ("Oral", 30)
    assert tasks(german)[2]["date"] == "2026-07-04"
