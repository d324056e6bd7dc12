"""One rule for all commands: what one `undo` takes back is written without asking, and says so; what no undo takes back asks."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import pytest
from terminals import SMALL, Terminal

from studyplan import open_planner
from studyplan.cli import studyplan
from studyplan.model import Remote

CARDS = """\
    cards:
      - {id: c1, question: What is a word?, answer: A sign}
"""
PLAN = SMALL.replace("  - id: finish\n", f"{CARDS}  - id: finish\n")

#: What can be undone, by an example of each command.
UNDONE = {
    "start": ["start", "small", "--name", "second"],
    "result": ["result", "small", "pass"],
    "rename": ["rename", "small", "other"],
    "drop": ["drop", "small"],
    "finish": ["finish", "small"],
    "done": ["done", "2", "--minutes", "20"],
    "skip": ["skip", "2"],
    "reopen": ["reopen", "1"],
    "note": ["note", "2", "something"],
    "timer start": ["timer", "start", "2"],
    "timer stop": ["timer", "stop", "--minutes", "5"],
    "timer cancel": ["timer", "cancel"],
    "log add": ["log", "add", "2", "--minutes", "20"],
    "log edit": ["log", "edit", "1", "--minutes", "5"],
    "log remove": ["log", "remove", "1"],
    "replan": ["replan", "--even", "--exam", "+30d"],
    "upgrade": ["upgrade"],
    "off": ["off", "+2d"],
    "hours": ["hours", "120"],
    "add": ["add", "Mine", "--minutes", "10"],
    "edit": ["edit", "2", "--title", "Another"],
    "remove": ["remove", "2"],
    "move": ["move", "2", "+4d"],
    "pin": ["pin", "2"],
    "unpin": ["unpin", "3"],
    "cards import": ["cards", "import", "more.csv"],
    "cards edit": ["cards", "edit", "c1", "--answer", "Another"],
    "cards suspend": ["cards", "suspend", "c1"],
    "cards unsuspend": ["cards", "unsuspend", "c1"],
    "cards reviews": ["cards", "reviews", "--plan", "own"],
    "questions import": ["questions", "import", "more.txt"],
    "review": ["review", "--grade", "c1=good"],
    "import": ["import", "mine.ics"],
    "export": ["export", "--alarm", "15", "-o", "other.ics"],
    "learner set": ["learner", "set", "--zone", "Europe/Berlin"],
    "learner rename": ["learner", "rename", "ana", "anna"],
}
#: Sessions that are sat at a terminal; tests of their own hold them to the rule.
SAT = {"mock", "quiz"}
#: What no undo takes back.
ASKS = {
    "learner remove": ["learner", "remove", "ana"],
    "sync remove": ["sync", "remove", "cloud"],
    "feed revoke": ["feed", "revoke", "1"],
    "token revoke": ["token", "revoke", "1"],
    "db restore": ["db", "restore", "saved.db"],
    "db repair": ["db", "repair"],
}
#: What needs neither: it takes a change back or makes it again, or it adds something beside what there is and changes nothing of it.
#: `sync` writes to a server what the server's own entries lack, and says which of its changes here an undo takes back.
NEITHER = {
    "undo",
    "redo",
    "learner add",
    "load",
    "db upgrade",
    "db backup",
    "sync",
    "sync add",
    "sync alarm",
    "sync password",
    "feed add",
    "feed rename",
    "feed rotate",
    "token add",
}
READS = {
    "templates", "templates list", "templates show", "templates check", "templates new", "templates import", "templates schema", "templates samples",
    "recommend", "next", "plans", "today", "remind", "week", "tasks", "show", "cards", "cards list", "cards export", "questions", "questions list", "questions export", "status", "progress", "report",
    "timer status", "log list", "whatif start", "whatif replan", "history", "sync list", "feed list", "token list", "learner list", "learner show", "dump",
    "config", "completion", "serve", "db status", "db check",
}  # fmt: skip


def commands(group: click.Group, before: str = "") -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            if command.invoke_without_command:
                yield f"{before}{name}"
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def test_every_command_has_its_place() -> None:
    """A new command is told what it is here."""
    assert sorted(commands(studyplan)) == sorted([*UNDONE, *ASKS, *NEITHER, *READS, *SAT])


@pytest.fixture
def lived(terminal: Terminal) -> Terminal:
    """Something to change for each of the commands."""
    own = terminal.folder / "plans" / "small.yaml"
    own.write_text(PLAN)
    terminal.ok("start", "small", "--days", "10")
    terminal.ok("done", "1")
    terminal.ok("pin", "3")
    terminal.ok("export", "-o", "mine.ics")
    calendar = Path("mine.ics").read_bytes()
    Path("mine.ics").write_bytes(calendar.replace(b"SUMMARY:", "SUMMARY:✓ ".encode(), 2))
    Path("more.txt").write_text("What?\nA. This\nB. That\nANSWER: A\n")
    Path("more.csv").write_text("question,answer\nQ,A\n")
    own.write_text(
        PLAN.replace('edition: "1"', 'edition: "2"').replace("kind: quiz, minutes: 20", "kind: quiz, minutes: 25")
    )
    return terminal


def held(terminal: Terminal) -> dict[str, object]:
    """All that a learner has, but for what an undo leaves alone: the log, stamps, sequences and counters."""
    rows = json.loads(terminal.ok("dump", "-o", "-").out)["tables"]
    left_alone = {"updated_at", "sequence", "next_plan", "next_task", "next_batch"}
    gone = {plan["number"] for plan in rows["plan"] if not plan["exists"]}
    return {
        name: [
            {field: value for field, value in row.items() if field not in left_alone}
            for row in table
            if row.get("exists", True) and row.get("plan") not in gone
        ]
        for name, table in rows.items()
        if name not in ("batch", "answer")
    }


#: Other ways of some of them.
MORE = {
    "add a habit": ["add", "Vocabulary", "--minutes", "10", "--every", "daily"],
    "start blank": ["start", "blank", "--name", "german", "--exam", "+90d"],
}


@pytest.mark.parametrize("name", [*UNDONE, *MORE])
def test_what_can_be_undone_is_written_and_says_so(lived: Terminal, name: str) -> None:
    """Nobody is asked, --yes or not, and one undo takes all of it back."""
    if name in ("timer stop", "timer cancel"):
        lived.ok("timer", "start", "2")
    if name.startswith("log "):
        lived.ok("log", "add", "2", "--minutes", "10")
    if name == "cards unsuspend":
        lived.ok("cards", "suspend", "c1")
    if name == "cards reviews":
        lived.ok("start", "blank", "--name", "own", "--exam", "+30d")
        lived.ok("cards", "import", "more.csv", "--plan", "own")
    before = held(lived)
    answer = lived.ok(*{**UNDONE, **MORE}[name])
    assert "undo` takes it back." in answer.out + answer.err
    assert held(lived) != before
    lived.ok("undo")
    assert held(lived) == before


def test_what_changes_nothing_offers_no_undo(lived: Terminal) -> None:
    """An undo would take something else back."""
    for words in ("done 1", "pin 3", "replan", "rename small small", "timer status", "hours --clear", "off +40d --remove",
                  "learner rename ana ana"):  # fmt: skip
        answer = lived(*words.split())
        assert answer.code in (0, 2), words
        assert "takes it back" not in answer.out + answer.err, words


@pytest.mark.parametrize("name", ASKS)
def test_what_no_undo_takes_back_asks(lived: Terminal, name: str) -> None:
    """Where nobody can be asked nothing happens, exit 5; --yes does it."""
    lived.ok("db", "backup", "saved.db")
    with open_planner(str(lived.database)) as planner:
        planner.feeds.add("phone")
        planner.tokens.add("script")
        planner.sync.add(Remote(0, 0, "cloud", "https://example.org/c/", "", "events"))
    if name == "db repair":
        with closing(sqlite3.connect(lived.database)) as base, base:
            base.execute("UPDATE task SET reason = '5' WHERE number = 2")
    before = lived.bytes()
    refused = lived(*ASKS[name])
    assert (refused.code, "--yes" in refused.err) == (5, True)
    assert lived.bytes() == before
    lived.ok(*ASKS[name], "--yes")
    assert lived.bytes() != before
