"""One line of what is due."""

from __future__ import annotations


def test_one_line_or_none(terminal):
    """What is due and what is overdue by tasks and minutes; nothing before the first plan, and nothing on a free day."""
    assert terminal.ok("remind").out == ""
    assert not terminal.database.exists()
    terminal.ok("start", "small", "--days", "10", "--minutes", "90", "--off", "2026-07-02")
    due = terminal.ok("today", "--json").json
    assert terminal.ok("remind").out == f"studyplan: {len(due['due'])} due (30 min)\n"
    terminal.ok("done", *(str(task["number"]) for task in due["due"]))
    assert terminal.ok("remind").out == ""
    assert terminal.ok("remind", today="2026-07-02").out == ""
    assert terminal.ok("remind", "--json", today="2026-07-02").json == {
        "date": "2026-07-02",
        "learner": "ana",
        "due": {"tasks": 0, "minutes": 0},
        "overdue": {"tasks": 0, "minutes": 0},
        "timer": None,
    }


def test_what_is_late_is_told(terminal):
    """Overdue tasks have their own figure, the same that today tells."""
    terminal.ok("start", "small", "--days", "10")
    found = terminal.ok("today", "--json", today="2026-07-06").json
    told = terminal.ok("remind", "--json", today="2026-07-06").json
    assert told["overdue"] == {"tasks": len(found["overdue"]), "minutes": found["minutes"]["overdue"]}
    assert f"{len(found['overdue'])} overdue (" in terminal.ok("remind", today="2026-07-06").out


def test_a_forgotten_timer_is_told(terminal):
    """A timer that ran all night is named, also where nothing is due."""
    terminal.ok("start", "small", "--days", "10")
    numbers = [str(task["number"]) for task in terminal.ok("tasks", "--json").json["plans"][0]["tasks"]]
    terminal.ok("done", *numbers)
    terminal.ok("timer", "start", "1")
    assert terminal.ok("remind").out == ""
    assert "studyplan: a timer has been running for 24 hours" in terminal.ok("remind", today="2026-07-02").out
