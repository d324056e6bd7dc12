"""Notes, links and files on a task, and what show tells of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyplan.errors import StudyplanError
from studyplan.planner import notes


@pytest.fixture
def started(terminal):
    terminal.ok("start", "small", "--days", "10")
    return terminal


def test_a_note_grows_and_shrinks(started):
    """Text goes below text, links and files are kept once; each is shown, and undo takes it back."""
    report = started.folder / "report.pdf"
    report.write_text("x")
    started.ok("note", "words", "hard", "to grasp", "--link", "https://example.org/a", "--file", "report.pdf")
    started.ok("note", "1", "but done", "--link", "https://example.org/a")
    expected = {
        "number": 1,
        "key": "words",
        "title": "Learn the words",
        "note": "hard to grasp\nbut done",
        "links": ["https://example.org/a"],
        "files": [str(report)],
    }
    assert started.ok("note", "1", "--json").json == expected
    text = started.ok("show", "1").out
    for words in ("hard to grasp", "Link: https://example.org/a", f"File: {report}", "note changed"):
        assert words in text
    report.unlink()
    assert started.ok("note", "1", "--forget", "report.pdf", "--json").json == expected | {"files": []}
    assert "Unchanged" in started.ok("note", "1", "--link", "https://example.org/a").out
    for _ in range(3):
        started.ok("undo")
    assert "No note yet" in started.ok("note", "1").out


def test_a_word_with_a_completion_is_added(started):
    """`done`, `skip` and `reopen` add their word below the note as `note` does; only `edit` replaces it."""
    started.ok("note", "1", "hard to grasp")
    started.ok("done", "1", "--note", "went well")
    started.ok("reopen", "1", "--note", "not so well")
    started.ok("skip", "1", "2", "--note", "for later")
    assert started.ok("note", "1", "--json").json["note"] == "hard to grasp\nwent well\nnot so well\nfor later"
    assert started.ok("note", "2", "--json").json["note"] == "for later"
    refused = started("done", "3", "--note", " ")
    assert refused.code == 2
    assert "edit TASK --note ''" in refused.err
    started.ok("edit", "1", "--note", "anew")
    assert started.ok("note", "1", "--json").json["note"] == "anew"


def test_a_note_from_a_pipe_and_from_an_editor(started, monkeypatch):
    """A dash reads standard input; the editor gets the note and what it saves is the note, an empty one none."""
    started.ok("note", "1", "-", input="from\na pipe\n")
    assert started.ok("note", "1", "--json").json["note"] == "from\na pipe"
    monkeypatch.setenv("VISUAL", "sed -i s/pipe/pen/")
    started.ok("note", "1", "--edit")
    assert started.ok("note", "1", "--json").json["note"] == "from\na pen"
    monkeypatch.setenv("VISUAL", "sed -i d")
    started.ok("note", "1", "--edit")
    assert started.ok("note", "1", "--json").json["note"] is None
    monkeypatch.delenv("VISUAL")
    monkeypatch.delenv("EDITOR", raising=False)
    assert started("note", "1", "--edit").code == 2


def test_show_tells_the_history(started):
    """When it was planned, moved and why, done, scored; what was undone is no history. The time log adds up."""
    started.ok("move", "quiz", "2026-07-09")
    started.ok("move", "quiz", "2026-07-05")
    started.ok("undo")
    started.ok("log", "add", "quiz", "-m", "10")
    started.ok("done", "quiz", "--score", "90", "--minutes", "25")
    shown = started.ok("show", "quiz", "--json").json["tasks"][0]
    fields = [[change["field"] for change in each["changes"]] for each in shown["history"]]
    assert fields == [
        ["date"],
        ["date", "pinned", "reason", "starts_at"],
        ["spent_minutes"],
        ["status", "done_at", "spent_minutes", "score"],
    ]
    assert shown["history"][0]["batch"] is None
    assert shown["history"][1]["changes"][0]["after"] == "2026-07-09"
    assert [(each["minutes"], each["stint"]) for each in shown["time"]] == [(10, 1), (15, 2)]
    text = started.ok("show", "quiz").out
    for words in ("planned for", "moved from", "to Thu 9 Jul (you put it on Thu 9 Jul), pinned", "done, scored 90%"):
        assert words in text
    assert "to Sun 5 Jul" not in text


def test_an_own_task_was_added(started):
    """A task of one's own has no first day from a start; it was added."""
    started.ok("add", "Read a book", "--minutes", "30")
    number = next(str(t["number"]) for t in started.ok("tasks", "--json").json["plans"][0]["tasks"] if t["own"])
    history = started.ok("show", number).out.partition("History:")[2].split()
    assert history[2:] == ["added"], "its day, its hour, and no day it was planned for"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["note", "99", "x"], 3),
        (["note", "1-2", "x"], 2),
        (["note", "1", ""], 2),
        (["note", "1", "a\x1b[2Jb"], 2),
        (["note", "1", "x" * 10_001], 2),
        (["note", "1", "x", "--edit"], 2),
        (["note", "1", "--link", "example.org"], 2),
        (["note", "1", "--link", "javascript:alert(1)"], 2),
        (["note", "1", "--link", "https://e.org/\u202e"], 2),
        (["note", "1", "--link", "https://e.org/" + "x" * 2000], 2),
        (["note", "1", "--file", "nowhere.pdf"], 6),
        (["note", "1", "--file", ""], 2),
        (["note", "1", "--file", "x" * 300], 6),
        (["note", "1", "--forget", "https://e.org"], 3),
    ],
)
def test_what_cannot_be_meant_is_refused(started, words, code):
    """Each with its exit code and one line, and nothing is written."""
    before = started.bytes()
    refused = started(*words)
    assert (refused.code, refused.err.count("\n")) == (code, 1), refused.err
    assert started.bytes() == before


@given(st.text() | st.text().map(lambda text: "https://" + text))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    """Whatever is typed: an address without blanks and control characters, or one of our errors."""
    kept, message = "", ""
    try:
        kept = notes.link(text)
    except StudyplanError as error:
        message = error.message
    assert "\n" not in message
    assert kept == "" or (kept.lower().startswith("http") and not any(c.isspace() or c < " " for c in kept))
