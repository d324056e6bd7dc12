"""What a command says whose first run never heard that its change was written."""

from __future__ import annotations

import pytest
from terminals import Terminal

from studyplan.config import notes_folder
from studyplan.store import Notes
from studyplan.store.commits import Receipt
from studyplan.store.place import Place

ADD = ("add", "Read the notes", "--minutes", "30")


@pytest.fixture
def lost(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal whose last command was written without hearing so."""
    monkeypatch.setenv("XDG_DATA_HOME", str(terminal.folder / "share"))
    monkeypatch.setenv("HOME", str(terminal.folder))
    terminal.ok("start", "small")
    terminal.ok(*ADD)
    batch = terminal.ok("history", "--json").json["history"][0]
    receipt = Receipt(None, 1, batch["number"], batch["at"], batch["action"])
    words = ["--today", terminal.today, *ADD]
    Notes.by(notes_folder(), words).leave(Place.of(str(terminal.database)), receipt, is_first=True)
    return terminal


def titles(terminal: Terminal) -> list[str]:
    plans = terminal.ok("tasks", "--all", "--json").json["plans"]
    return [task["title"] for plan in plans for task in plan["tasks"]]


def test_the_same_command_again_writes_nothing(lost: Terminal) -> None:
    """It says that the change is there, and succeeds; once more, and it is made a second time."""
    answer = lost.ok(*ADD)
    assert answer.out == ""
    assert answer.err.startswith("Nothing to do: this change was already written (add 'Read the notes')")
    assert titles(lost).count("Read the notes") == 1
    lost.ok(*ADD)
    assert titles(lost).count("Read the notes") == 2


def test_another_command_says_that_it_was_written(lost: Terminal) -> None:
    """The other command does its own work, and says what became of the first."""
    answer = lost.ok("done", "1", "--json")
    assert "(add 'Read the notes') was written" in answer.err
    assert lost.task(1)["status"] == "done"
    assert lost.ok("today").err == ""


def test_a_program_is_told_too(lost: Terminal) -> None:
    """With --json the answer is an object."""
    notes = list(Notes.by(notes_folder(), None).about(Place.of(str(lost.database))))
    words = ["--today", lost.today, *ADD, "--json"]
    Notes.by(notes_folder(), words).leave(Place.of(str(lost.database)), notes[0].receipt, is_first=True)
    notes[0].forget()
    assert "add 'Read the notes'" in lost.ok(*ADD, "--json").json["already_written"]
