"""A plan without a template: begun empty, calm while there is nothing in it, and open until its last day."""

from __future__ import annotations

from pathlib import Path

import pytest
from terminals import SMALL, Terminal


@pytest.mark.parametrize("words", [(), ("--days", "20"), ("--exam", "+90d"), ("--date", "+2d", "--exam", "+30d")])
def test_every_command_is_calm_about_an_empty_plan(terminal: Terminal, tmp_path: Path, words: tuple[str, ...]) -> None:
    """Nothing to show or move is no error, and what was begun can be taken back and carried elsewhere."""
    begun = terminal.ok("start", "blank", "--name", "german", *words, "--json").json
    assert begun["plan"]["name"] == "german"
    assert [task["kind"] for task in begun["tasks"]] == (["exam"] if "--exam" in words else [])
    assert (begun["plan"]["exam"] is not None) is ("--exam" in words)
    for command in ("today", "week", "tasks", "status", "progress", "cards", "replan", "upgrade", "remind", "history"):
        terminal.ok(command)
        terminal.ok(command, "--json")
    for command in (
        "replan --even",
        "replan --shift 2",
        "off tomorrow --yes",
        "hours 60 --yes",
        "export -o -",
        "plans",
    ):
        terminal.ok(*command.split())
    assert terminal.ok("upgrade", "--json").json["changed"] is False
    terminal.ok("dump", "-o", str(tmp_path / "d.json"))
    terminal.ok("load", str(tmp_path / "d.json"), "--as", "again")
    for _ in range(3):
        terminal.ok("undo")
    assert terminal.ok("plans", "--json").json["plans"] == []


def test_an_empty_plan_says_how_to_fill_it(terminal: Terminal) -> None:
    """The start, `today` and `tasks` name the command, and none of them says that everything is done."""
    for words in (("start", "blank", "--name", "german"), ("today",), ("tasks",)):
        assert "studyplan add" in terminal.ok(*words).out


def test_no_template_takes_the_id_of_the_empty_plan(terminal: Terminal) -> None:
    assert terminal("templates", "new", "blank").code == 2
    assert "empty plan" in terminal.ok("templates", "show", "blank").out


def test_the_exam_of_an_empty_plan_has_its_hour(terminal: Terminal) -> None:
    terminal.ok("start", "blank", "--exam", "2026-07-20T10:00")
    assert terminal.ok("show", "1", "--json").json["tasks"][0]["starts_at"] is not None


def test_own_tasks_alone_do_not_end_a_plan_before_its_last_day(terminal: Terminal) -> None:
    """What is all done today may get another task tomorrow; on the last day, or with the exam, it is finished."""
    terminal.ok("start", "blank", "--days", "10")
    terminal.ok("add", "First", "--minutes", "30")
    assert "finished" not in terminal.ok("done", "1").out
    terminal.ok("add", "Second", "--minutes", "30")
    assert "finished" in terminal.ok("done", "2", today="2026-07-10").out
    terminal.ok("start", "blank", "--name", "other", "--exam", "+5d")
    assert "finished" in terminal.ok("done", "3", today="2026-07-06").out


def test_missed_tasks_of_an_empty_plan_are_caught_up_without_a_ceiling(terminal: Terminal) -> None:
    """Where nobody named minutes a day, the fullest day that there is sets how much a day takes."""
    terminal.ok("start", "blank", "--days", "10")
    for day in ("today", "+1d", "+2d"):
        terminal.ok("add", f"Task for {day}", "--minutes", "40", "--date", day)
    moved = terminal.ok("replan", "--json", today="2026-07-03").json
    assert {change["number"] for change in moved["changes"]} == {1, 2}
    assert len({change["to"] for change in moved["changes"]}) == 2


def test_a_template_is_started_by_the_path_of_its_file(terminal: Terminal, tmp_path: Path) -> None:
    """By any path, told from an id by its folder or its ending; a file that is not there is said to be missing."""
    file = tmp_path / "elsewhere" / "uni.yaml"
    file.parent.mkdir()
    file.write_text(SMALL.replace("id: small", "id: uni", 1), encoding="utf-8")
    begun = terminal.ok("start", str(file), "--exam", "+30d", "--json").json
    assert begun["plan"]["template"] == "uni"
    assert "A small plan" in terminal.ok("templates", "show", str(file)).out
    gone = terminal("start", "./nothing.yaml")
    assert gone.code == 6
    assert "no file" in gone.err
