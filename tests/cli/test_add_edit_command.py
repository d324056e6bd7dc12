"""`edit`: the day, kind, module, order and predecessors of a task."""

from __future__ import annotations

import pytest
from terminals import Terminal


@pytest.fixture
def german(terminal: Terminal) -> Terminal:
    terminal.ok("start", "blank", "--name", "german", "--days", "20")
    for title in ("One", "Two", "Three"):
        terminal.ok("add", title, "30m")
    return terminal


def order(terminal: Terminal) -> list[str]:
    """The titles in the order of study: as an even lay-out puts them, one a day."""
    terminal.ok("replan", "--even")
    found = terminal.ok("tasks", "--plan", "german", "--json").json["tasks"]
    terminal.ok("undo")
    return [task["title"] for task in sorted(found, key=lambda task: task["date"])]


def test_day_kind_and_module(german: Terminal) -> None:
    """Each as `add` takes it; the day stays as after a move, and one undo takes all of it back."""
    before = german.task(1)
    german.ok("edit", "1", "--date", "+4d", "--kind", "Vokabeln", "--module", "Wörter", "--minutes", "7")
    task = german.task(1)
    assert (task["date"], task["pinned"], task["reason"]["code"]) == ("2026-07-05", True, "by-hand")
    assert (task["kind"], task["module"], task["minutes"]) == ("Vokabeln", "Wörter", 7)
    german.ok("edit", "2", "--module", "WÖRTER", "--kind", "lab")
    assert (german.task(2)["module"], german.task(2)["kind"]) == ("Wörter", "lab")
    german.ok("undo")
    german.ok("undo")
    assert german.task(1) == before


def test_the_order_of_study(german: Terminal) -> None:
    """Ahead of a task, first or last; evening out follows it."""
    assert order(german) == ["One", "Two", "Three"]
    german.ok("edit", "3", "--order", "first")
    assert order(german) == ["Three", "One", "Two"]
    german.ok("edit", "3", "--order", "2")
    assert order(german) == ["One", "Three", "Two"]
    german.ok("edit", "1", "--order", "last")
    assert order(german) == ["Three", "Two", "One"]


def test_what_comes_first(german: Terminal) -> None:
    """A task goes behind what it comes after, with all that comes after it; `none` takes that back; a circle is refused."""
    german.ok("edit", "1", "--after", "2,3")
    assert german.task(1)["after"] == ["own-2", "own-3"]
    assert order(german) == ["Two", "Three", "One"]
    assert "it was placed after the tasks that it depends on" in german.ok("edit", "1", "--order", "first").err
    circle = german("edit", "2", "--after", "1")
    assert (circle.code, "'Two' would come after 'One', which comes after it" in circle.err) == (5, True)
    german.ok("edit", "1", "--after", "none")
    assert german.task(1)["after"] == []
    told = german.ok("edit", "3", "--after", "1", "--date", "+3d").err
    assert told == ""
    assert "'One' now comes after 'Three'" in german.ok("edit", "1", "--date", "+5d").err


def test_all_pieces_of_a_task_follow(terminal: Terminal) -> None:
    """A task of the template that is cut has one module, one kind and one place."""
    terminal.ok("start", "small", "--days", "10", "--minutes", "45")
    pieces = [t for t in terminal.ok("tasks", "--plan", "small", "--json").json["tasks"] if t["task"] == "rules"]
    assert len(pieces) > 1
    terminal.ok("edit", str(pieces[0]["number"]), "--module", "grammar")
    now = [t for t in terminal.ok("tasks", "--plan", "small", "--json").json["tasks"] if t["task"] == "rules"]
    assert {t["module"] for t in now} == {"grammar"}


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["1", "--kind", "exam"], 2, "one exam"),
        (["1", "--module", ""], 2, "cannot be empty"),
        (["1", "--after", "1"], 2, "after itself"),
        (["1", "--after", "exam"], 2, "nothing can come after"),
        (["1", "--after", "99"], 3, "99"),
        (["1", "--order", "99"], 3, "99"),
        (["exam", "--kind", "read"], 5, "cannot be changed"),
        (["exam", "--order", "first"], 5, "elsewhere in the order"),
        (["1", "--date", "2030-01-01"], 5, "outside"),
        (["1"], 2, "nothing to change"),
    ],
)
def test_what_cannot_be(terminal: Terminal, words: list[str], code: int, why: str) -> None:
    terminal.ok("start", "blank", "--name", "german", "--exam", "+20d")
    terminal.ok("add", "One", "30m")
    words = ["2" if word == "1" else word for word in words]
    refused = terminal("edit", *words)
    assert (refused.code, why in refused.err) == (code, True), refused.err
