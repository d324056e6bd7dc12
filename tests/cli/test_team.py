"""The main job of two learners on one PostgreSQL server, as a team shares it."""

from __future__ import annotations

import re

import pytest


@pytest.fixture
def team(terminal, monkeypatch, postgres_url):
    monkeypatch.setenv("STUDYPLAN_DATABASE_URL", postgres_url)
    terminal.ok("learner", "add", "ana")
    return terminal


def test_the_main_job_runs_on_a_server(team):
    """Start, mark, mend, take back and export work as they do on a file."""
    started = team.ok("start", "small", "--days", "10", "--minutes", "90", "--json").json
    assert started["plan"]["learner"] == "ana"
    team.ok("done", "1", "words")
    before = team.ok("tasks", "--json").json
    assert team.ok("replan", "--json", today="2026-07-04").json["changes"]
    team.ok("undo")
    assert team.ok("tasks", "--json").json == before
    team.ok("off", "2026-07-03", "--yes")
    assert team.ok("status", "--json").json["plans"][0]["slack"] >= 0
    assert team.ok("export").out.count("BEGIN:VEVENT") == len(team.ok("tasks", "--json").json["plans"][0]["tasks"])
    team.ok("drop", "small", "--yes")
    for _ in range(4):
        team.ok("undo")
    assert team.ok("tasks", "--json").json == {"plans": []}
    assert "No problem" in team.ok("db", "check").out
    assert "current" in team.ok("db", "status").out


def test_the_login_name_says_who(team, monkeypatch):
    """On a shared database the only learner there is is not taken for everybody."""
    team.ok("start", "small")
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "ben")
    assert team.ok("tasks", "--json").json == {"plans": []}
    team.ok("learner", "add", "ben")
    team.ok("start", "small")
    team.ok("done", "1")
    assert team.ok("--learner", "Ana", "show", "1", "--json").json["tasks"][0]["status"] == "open"


def test_a_slip_makes_no_learner_on_a_server(team, monkeypatch):
    """Only `learner add` makes one there: a start by another name is refused with the nearest, and so is a zone; capitals do not
    matter, nor to who adds one."""
    for words in (("start", "small"), ("start", "small", "--dry-run"), ("learner", "set", "--zone", "UTC")):
        refused = team("--learner", "anna", *words)
        assert refused.code == 3
        assert "no learner 'anna': did you mean 'ana'?" in refused.err
        assert "studyplan learner add" in refused.err
    monkeypatch.setenv("LOGNAME", "zoe")
    assert team("start", "small").code == 3
    assert team("learner", "add", "ANA").code == 5
    assert [each["name"] for each in team.ok("learner", "list", "--json").json["learners"]] == ["ana"]
    started = team.ok("--learner", "ANA", "start", "small", "--json").json
    assert started["plan"]["learner"] == "ana"


def test_the_first_on_a_server_needs_no_adding(terminal, monkeypatch, postgres_url):
    """Where nobody is, no name can be a slip of another's; the second needs to be added."""
    monkeypatch.setenv("STUDYPLAN_DATABASE_URL", postgres_url)
    assert terminal.ok("--learner", "eva", "start", "small", "--json").json["plan"]["learner"] == "eva"
    refused = terminal("--learner", "evan", "start", "small")
    assert refused.code == 3
    assert "no learner 'evan': did you mean 'eva'?" in refused.err


def test_one_removes_oneself_alone_on_a_server(team):
    """Another learner of the team is removed only by who says so."""
    team.ok("start", "small")
    team.ok("learner", "add", "ben")
    team.ok("--learner", "ben", "start", "small")
    assert "another learner: you are 'ana'" in team("learner", "remove", "ben", "--yes").err
    team.ok("learner", "remove", "ben", "--anyone", "--yes")
    team.ok("learner", "remove", "ana", "--yes")
    assert team.ok("learner", "list", "--json").json["learners"] == []


def test_what_a_server_cannot_do_is_said(team):
    """A back-up of a server is its own tool's work; a wrong password or port is one line and exit 6."""
    team.ok("start", "small")
    refused = team("db", "backup")
    assert refused.code in {5, 6}
    assert "pg_dump" in refused.err
    answer = team("--db", "postgresql://nobody:secret@127.0.0.1:1/none", "today")
    assert answer.code == 6
    assert "secret" not in answer.err
    assert len(answer.err.strip().splitlines()) == 1


def test_cards_are_answered_on_a_server(team):
    """Cards come in, are answered and told of, and undo takes a session and an import back, as on a file."""
    team.ok("start", "small")
    (team.folder / "cards.csv").write_text("question,answer\nWhat?,That.\nWhy?,So.\n")
    team.ok("cards", "import", "cards.csv")
    before = team.ok("cards", "--json").json
    team.ok("review", "--grade", "own-1=good", "--grade", "own-2=again", "--grade", "own-2=good")
    found = team.ok("cards", "--json").json["plans"][0]["cards"]
    assert [(card["answers"], card["lapses"]) for card in found] == [(1, 0), (2, 1)]
    after = team.ok("review", "--status", "--json").json
    team.ok("undo")
    assert team.ok("cards", "--json").json == before
    team.ok("redo")
    assert team.ok("review", "--status", "--json").json == after
    team.ok("undo")
    team.ok("undo")
    assert team.ok("cards", "--json").json["plans"][0]["cards"] == []
    assert "No problem" in team.ok("db", "check").out


def test_the_record_and_the_calendar_work_on_a_server(team, tmp_path):
    """Times, notes, scores, an edition, an edited calendar and all of one's data, each taken back by an undo, as on a file."""
    team.ok("learner", "set", "--zone", "Europe/Berlin")
    team.ok("start", "small", "--days", "10", "--minutes", "daily=18:30-20:00")
    team.ok("timer", "start", "1")
    team.ok("timer", "stop", "--minutes", "25")
    team.ok("note", "1", "harder than it looked", "--link", "https://example.org/")
    team.ok("done", "quiz", "--score", "18/20")
    assert team.task(1)["spent_minutes"] == 25
    team.ok("log", "edit", "1", "--minutes", "1h10", "--at", "2026-06-30")
    assert team.task(1)["spent_minutes"] == 70
    team.ok("log", "remove", "1")
    assert team.ok("log", "--json").json["minutes"] == 0
    for _ in range(2):
        team.ok("undo")
    assert team.ok("log", "--json").json["days"][0]["entries"][0]["minutes"] == 25
    before = team.ok("tasks", "--json").json

    template = team.folder / "plans" / "small.yaml"
    text = template.read_text()
    template.write_text(text.replace('edition: "1"', 'edition: "2"').replace("Learn the words", "Learn all words"))
    assert team.ok("upgrade", "small", "--yes", "--json").json["written"]
    assert team.task(1)["title"] == "Learn all words"
    team.ok("undo")

    calendar = team.ok("export", "--as", "timed").out
    start = re.findall("DTSTART:(20260701T[0-9]{6}Z)", calendar)[0]
    (tmp_path / "mine.ics").write_text(calendar.replace(f"DTSTART:{start}", "DTSTART:20260702T060000Z"), newline="")
    brought = team.ok("import", "mine.ics", "--yes", "--json").json
    assert [(each["number"], each["what"]) for each in brought["changes"]] == [(1, "moved")]
    assert team.task(1)["starts_at"] == "2026-07-02T06:00:00Z"
    team.ok("undo")
    assert team.ok("tasks", "--json").json == before

    team.ok("dump", "-o", "ana.json")
    team.ok("load", "ana.json", "--as", "twin")
    twin = team.ok("--learner", "twin", "tasks", "--json").json
    assert [task["uid"] for task in twin["plans"][0]["tasks"]] == [t["uid"] for t in before["plans"][0]["tasks"]]
    assert team.ok("progress", "--json").json["plans"][0]["scores"][0]["score"] == 90
