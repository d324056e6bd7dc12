"""Cards answered from memory: what is asked, what is kept, which reviews are over by it, and how it is taken back."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

CARDS = """\
studyplan: 1
id: carded
title: A plan with cards
edition: "1"
language: en
about: For tests.
windows:
  - {id: short, days: [10, 20], tier: core, goal: The core.}
default_window: short
modules:
  - id: words
    title: Words
    tasks:
      - {id: read-words, title: Read the words, kind: read, minutes: 30, objective: can name them}
      - {id: read-more, title: Read more words, kind: read, minutes: 30, objective: can name them}
    cards:
      - {id: w1, question: "What is w1?", answer: "One.", source: "https://example.org/w1"}
      - {id: w2, question: "What is w2?", answer: "Two."}
      - {id: w3, question: "What is w3?", answer: "Three.", after: read-more}
  - id: rules
    title: Rules
    tasks:
      - {id: read-rules, title: Read the rules, kind: read, minutes: 30, objective: can name them}
      - {id: exam, title: The exam, kind: exam, minutes: 60}
    cards:
      - {id: r1, question: "What is r1?", answer: "A rule."}
      - {id: r2, question: "What is r2?", answer: "Another rule."}
"""


@pytest.fixture
def plan(terminal):
    (terminal.folder / "plans" / "carded.yaml").write_text(CARDS)
    terminal.ok("start", "carded", "--days", "14")
    return terminal


@pytest.fixture
def seated(plan, monkeypatch):
    """Somebody sits at the terminal."""
    monkeypatch.setattr("studyplan.cli.commands.review.is_terminal", lambda stream: True)
    return plan


def cards(terminal, **rest) -> dict[str, dict]:
    return {card["id"]: card for card in terminal.ok("cards", "--json", **rest).json["plans"][0]["cards"]}


def tasks(terminal) -> dict[str, dict]:
    return {task["key"]: task for task in terminal.ok("tasks", "--json").json["plans"][0]["tasks"]}


def data(terminal) -> tuple:
    return terminal.ok("tasks", "--json").json, terminal.ok("cards", "--json").json


def asked(terminal, *words: str, **rest) -> list[str]:
    return [card["id"] for card in terminal.ok("review", *words, "--json", **rest).json["cards"]]


def test_only_what_was_studied_is_asked(plan):
    """Cards are asked once their task is over; a module that is named is asked whatever is over."""
    assert asked(plan) == []
    assert "You have not done a task with cards yet" in plan.ok("review").out
    plan.ok("done", "read-words")
    assert sorted(asked(plan)) == ["w1", "w2"]
    plan.ok("skip", "read-more", "read-rules")
    assert sorted(asked(plan)) == ["r1", "r2", "w1", "w2", "w3"]
    plan.ok("undo")
    assert sorted(asked(plan, "--module", "rules")) == ["r1", "r2"]
    assert len(asked(plan, "--cards", "1")) == 1
    assert len(asked(plan, "--module", "rules", "--minutes", "1")) == 1


def test_modules_take_turns(plan):
    """Cards of one module do not stand in a row where another has some."""
    plan.ok("done", "read-words", "read-more", "read-rules")
    modules = [card["module"] for card in plan.ok("review", "--json").json["cards"]]
    assert modules == ["words", "rules", "words", "rules", "words"]


def test_what_is_about_to_be_forgotten_comes_first(plan):
    """Of two cards, the one that failed lately is worth more than the one that was easy."""
    plan.ok("done", "read-rules")
    plan.ok("review", "--grade", "r1=easy", "--grade", "r2=again", "--grade", "r2=good")
    assert asked(plan) == []
    found = plan.ok("review", "--json", today="2026-07-02").json["cards"]
    assert [card["id"] for card in found] == ["r2", "r1"]
    assert found[0]["gain"] > found[1]["gain"] > 0


def test_a_session_at_the_terminal(seated):
    """Enter shows the answer and its source, one key grades; a card that was forgotten comes back until it is not."""
    seated.ok("done", "read-words", "read-rules")
    answer = seated.ok("review", input="\r3 x4\r1\r2\r4")
    assert answer.out.count("What is ") == 5
    assert "Source: https://example.org/w1" in answer.out
    assert "(once more)" in answer.out
    assert answer.out.index("What is w1?") < answer.out.index("One.")
    assert "Answered 4 cards: 1 again, 1 hard, 1 good, 2 easy" in answer.out
    found = cards(seated)
    assert [found[id]["answers"] for id in ("w1", "w2", "w3", "r1", "r2")] == [1, 2, 0, 1, 1]
    assert found["w2"]["lapses"] == 1
    assert all(found[id]["last"] == "2026-07-01" for id in ("w1", "w2", "r1", "r2"))
    history = seated.ok("history", "--json").json["history"]
    (batch,) = [batch for batch in history if batch["action"].startswith("review")]
    (change,) = [change for change in batch["changes"] if change["number"] == 1]
    assert (change["of"], change["field"], change["before"]) == ("card", "memory", None)
    assert {key: change["after"][key] for key in ("stability", "last", "answers", "lapses")} == {
        "stability": 2.3065,
        "last": "2026-07-01",
        "answers": 1,
        "lapses": 0,
    }
    assert "You have answered all that you studied so far" in seated.ok("review").out


def test_q_stops_and_keeps(seated):
    """Stopping is no failure: what was answered is written down, the rest is as it was."""
    seated.ok("done", "read-words")
    answer = seated.ok("review", input="\r3q")
    assert "Answered 1 card: 1 good" in answer.out
    assert sum(card["answers"] for card in cards(seated).values()) == 1
    assert "No card was answered." in seated.ok("review", input="q").out


@pytest.mark.parametrize("keys", ["\r3\x03", "\r3\r\x03", "\r3\x04", "\r3"])
def test_ctrl_c_keeps_what_was_answered(seated, keys):
    """Ctrl-C, Ctrl-D and a terminal that ends exit with 130, and what was answered is kept and said."""
    seated.ok("done", "read-words")
    answer = seated("review", input=keys)
    assert answer.code == 130
    assert "Your answers are saved." in answer.err
    assert sum(card["answers"] for card in cards(seated).values()) == 1


def test_what_was_left_forgotten_is_asked_again(seated):
    """A session cut short right after an "again" goes on with that card, until it is known; on another day as ever."""
    seated.ok("done", "read-words")
    answer = seated("review", input="\r1\r3")
    assert (answer.code, "Your answers are saved." in answer.err) == (130, True)
    assert asked(seated) == asked(seated, "--cards", "1") == ["w1"]
    assert "w1" in asked(seated, "--module", "words")
    assert "Answered 1 card: 1 good" in seated.ok("review", input="\r3").out
    assert asked(seated) == []
    seated.ok("undo")
    assert asked(seated) == ["w1"]


def test_ctrl_c_before_an_answer_writes_nothing(seated):
    """Nothing answered, nothing written."""
    seated.ok("done", "read-words")
    before = seated.bytes()
    answer = seated("review", input="\r\x03")
    assert answer.code == 130
    assert "kept" not in answer.err
    assert seated.bytes() == before


def test_one_undo_takes_a_session_back(seated):
    """A session with a review that it ended is one change: undone whole, and made again whole."""
    seated.ok("done", "read-words", "read-more")
    seated.today = tasks(seated)["review-words-1"]["date"]
    before = data(seated)
    seated.ok("review", input="\r3" * 3)
    after = data(seated)
    assert tasks(seated)["review-words-1"]["status"] == "done"
    seated.ok("undo")
    assert data(seated) == before
    seated.ok("redo")
    assert data(seated) == after
    assert seated.ok("db", "check").code == 0


def test_a_due_review_is_done_when_its_cards_were_gone_through(seated):
    """The review due today is asked first, waits for its last card, and is then done with the minutes that it took."""
    seated.ok("done", "read-words", "read-more", "read-rules")
    key = "review-words-1"
    seated.today = tasks(seated)[key]["date"]
    session = seated.ok("review", "--json").json
    assert key in [task["key"] for task in session["reviews"]]
    answer = seated.ok("review", "--module", "words", "--cards", "2", input="\r3" * 2)
    assert "1 card left of" in answer.out
    assert tasks(seated)[key]["status"] == "open"
    answer = seated.ok("review", "--module", "words", input="\r1\r3")
    assert f"Done: {tasks(seated)[key]['number']}" in answer.out
    assert tasks(seated)[key]["status"] == "done"
    assert tasks(seated)[key]["spent_minutes"] == 1
    assert tasks(seated)["review-words-2"]["status"] == "open"


def test_a_review_can_be_named_before_it_is_due(seated):
    """--task asks the cards of that review alone, and ends it."""
    seated.ok("done", "read-rules")
    assert sorted(asked(seated, "--task", "review-rules-1")) == ["r1", "r2"]
    seated.ok("review", "--task", "review-rules-1", input="\r3" * 2)
    assert tasks(seated)["review-rules-1"]["status"] == "done"
    refused = seated("review", "--task", "read-words", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (5, "conflict")


def test_every_card_once_more_in_the_last_pass(seated):
    """On the buffer day the pass holds every card that was not answered in it yet, and is done with the last of them."""
    seated.ok("done", "read-words", "read-more", "read-rules")
    day = tasks(seated)["last-pass-1"]["date"]
    grades = [word for id in ("w1", "w2", "w3", "r1", "r2") for word in ("--grade", f"{id}=easy")]
    seated.ok("review", *grades)
    seated.today = day
    assert sorted(asked(seated, "--task", "last-pass-1")) == ["r1", "r2", "w1", "w2", "w3"]
    seated.ok("review", "--task", "last-pass-1", "--cards", "2", input="\r3" * 2)
    assert tasks(seated)["last-pass-1"]["status"] == "open"
    assert len(asked(seated, "--task", "last-pass-1")) == 3
    seated.ok("review", "--task", "last-pass-1", input="\r3" * 3)
    assert tasks(seated)["last-pass-1"]["status"] == "done"


def test_two_last_passes_share_the_cards(terminal):
    """Over two buffer days each card is asked once more, half of them on the first."""
    (terminal.folder / "plans" / "carded.yaml").write_text(CARDS)
    terminal.ok("start", "carded", "--days", "20", "--weekdays", "mon-sun")
    terminal.ok("start", "carded", "--days", "20", "--name", "long", "--dry-run")
    (terminal.folder / "plans" / "wide.yaml").write_text(
        CARDS.replace("id: carded", "id: wide").replace("[10, 20]", "[10, 40]")
    )
    terminal.ok("start", "wide", "--days", "30")
    plan = ["--plan", "wide"]
    terminal.ok("done", "wide:read-words", "wide:read-more", "wide:read-rules")
    found = terminal.ok("tasks", *plan, "--json").json["tasks"]
    passes = [task for task in found if task["key"].startswith("last-pass")]
    assert len(passes) == 2
    seen: list[str] = []
    for index, task in enumerate(passes):
        needed = [
            card["id"]
            for card in terminal.ok(
                "review", *plan, "--task", f"wide:{task['key']}", "--json", today=task["date"]
            ).json["cards"]
            if card["review"]
        ]
        assert len(needed) == (3, 2)[index]
        seen += needed
        grades = [word for id in needed for word in ("--grade", f"{id}=good")]
        recited = terminal.ok("review", *plan, *grades, "--json", today=task["date"]).json
        assert task["key"] in [each["key"] for each in recited["done"]]
    assert sorted(seen) == ["r1", "r2", "w1", "w2", "w3"]


def test_the_last_answer_can_finish_a_plan(plan):
    """Where the review was the last open task, the plan is finished, and undo takes that back too."""
    found = tasks(plan)
    others = [str(task["number"]) for key, task in found.items() if key != "last-pass-1"]
    plan.ok("done", *others)
    plan.today = found["last-pass-1"]["date"]
    before = data(plan)
    grades = [word for id in ("w1", "w2", "w3", "r1", "r2") for word in ("--grade", f"{id}=good")]
    assert plan.ok("review", *grades, "--json").json["finished"] == ["carded"]
    plan.ok("undo")
    assert data(plan) == before


def test_grades_by_a_program(plan):
    """--grade writes answers down without a terminal: the whole of what it prints, and the recall that it leads to."""
    plan.ok("done", "read-rules")
    recited = plan.ok("review", "--grade", "r1=good", "--grade", "r2=1", "--json").json
    (first, second) = recited["answers"]
    assert (first["card"], first["grade"], first["milliseconds"]) == ("r1", "good", None)
    assert (second["card"], second["grade"]) == ("r2", "again")
    assert recited["done"] == []
    assert recited["left"] == []
    assert recited["before"][1] == {
        "module": "rules",
        "cards": 2,
        "answered": 0,
        "recall_today": 0.0,
        "recall_exam": 0.0,
        "recall_low": 0.0,
        "recall_high": 0.0,
    }
    assert recited["after"][1]["answered"] == 2
    assert recited["after"][1]["recall_today"] == 1.0
    assert 0.4 < recited["after"][1]["recall_exam"] < 0.9
    status = plan.ok("review", "--status", "--json").json["plans"][0]
    assert status["modules"] == recited["after"]
    assert (status["cards"], status["answered"], status["exam"]) == (5, 2, "2026-07-14")
    assert status["recall_exam"] == pytest.approx(2 / 5 * recited["after"][1]["recall_exam"], abs=1e-4)
    assert "rules" in plan.ok("review", "--status").out


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--grade", "w1"], 2, "CARD=GRADE"),
        (["--grade", "w1=5"], 2, "CARD=GRADE"),
        (["--grade", "=good"], 2, "CARD=GRADE"),
        (["--grade", "w9=good"], 3, "no card 'w9'"),
        (["--grade", "w1=good", "--minutes", "5"], 2, "--grade"),
        (["--status", "--cards", "5"], 2, "--status"),
        (["--minutes", "5", "--cards", "5"], 2, "give one of them"),
        (["--minutes", "0"], 2, "--minutes"),
        (["--module", "word", "--json"], 3, "did you mean 'words'"),
        (["--task", "99", "--json"], 3, "no task 99"),
        (["--task", "1-2", "--json"], 2, "one review"),
        (["--plan", "nope"], 3, "no plan 'nope'"),
    ],
)
def test_wrong_words_are_one_line(plan, words, code, told):
    """Whatever cannot be meant is refused with its way out, and nothing is written."""
    plan.ok("done", "read-words")
    before = plan.bytes()
    answer = plan("review", *words)
    assert (answer.code, len(answer.err.splitlines())) == (code, 1)
    assert told in answer.err
    assert plan.bytes() == before


def test_a_pipe_has_nobody_to_ask(plan):
    """Without a terminal the session is refused with both ways on."""
    plan.ok("done", "read-words")
    answer = plan("review")
    assert answer.code == 5
    assert "--json" in answer.err
    assert "--grade" in answer.err


def test_a_plan_without_cards(terminal):
    """A plan without cards says how to bring some."""
    terminal.ok("start", "small")
    answer = terminal("review")
    assert answer.code == 3
    assert "studyplan cards import" in answer.err
    assert "no cards" in terminal.ok("review", "--status").out
    assert terminal.ok("review", "--status", "--json").json["plans"][0]["modules"] == []
    assert terminal("review", today="2026-07-01", input=None).code == 3


def test_answers_that_cannot_be_kept_are_told(seated, monkeypatch):
    """Where the database refuses, the answers stand on the screen as a command that gives them again."""
    from studyplan.errors import StorageProblem
    from studyplan.planner.review import Reviews

    def refuse(*_: object) -> None:
        raise StorageProblem("the database is locked")

    seated.ok("done", "read-words")
    monkeypatch.setattr(Reviews, "record", refuse)
    answer = seated("review", input="\r3\r4")
    assert answer.code == 6
    assert "studyplan review --plan 1 --grade w1=good --grade w2=easy" in answer.err


class Screen:
    """What a process shows on its own terminal."""

    def __init__(self, master: int) -> None:
        self.master = master
        self.seen = b""

    def shows(self, word: bytes, seconds: float = 60) -> bool:
        """Whether the word comes up, after whatever was looked for before."""
        end = time.monotonic() + seconds
        while word not in self.seen:
            ready, _, _ = select.select([self.master], [], [], max(0, end - time.monotonic()))
            if not ready:
                return False
            try:
                self.seen += os.read(self.master, 4096)
            except OSError:
                return False
        self.seen = self.seen.partition(word)[2]
        return True

    def until(self, act: Callable[[], object], word: bytes) -> None:
        """Act until the word comes up: a key that comes before the program waits for one is thrown away."""
        assert any(act() is not self and self.shows(word, 1) for _ in range(60)), self.seen


@pytest.mark.parametrize("end", [None, signal.SIGTERM, signal.SIGHUP], ids=["ctrl-c", "terminated", "hung-up"])
def test_a_real_terminal(plan, end: signal.Signals | None):
    """At a terminal of its own: a key at a time, and whatever ends the session keeps the answer given before."""
    plan.ok("done", "read-words")
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "studyplan", "--today", "2026-07-01", "review"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "TERM": "dumb"},
        start_new_session=True,
    )
    os.close(slave)
    screen = Screen(master)
    try:
        assert screen.shows(b"Enter]")
        screen.until(lambda: os.write(master, b"\r"), b"4 easy]")
        screen.until(lambda: os.write(master, b"3"), b"What is w2?")
        stop = (lambda: os.write(master, b"\x03")) if end is None else (lambda: process.send_signal(end))
        screen.until(stop, b"Your answers are saved.")
        assert process.wait(timeout=60) == 130
    finally:
        process.kill()
        process.wait()
        os.close(master)
    assert [card["answers"] for card in cards(plan).values()] == [1, 0, 0, 0, 0]


def test_a_grade_that_changes_no_module(terminal):
    """On the day of the exam a second answer may change no module's recall: it is kept, and nothing is told of modules."""
    terminal.ok("start", "small", "--days", "7", "--name", "mine")
    (terminal.folder / "c.csv").write_text("question,answer,module\nQ,A,basics\n")
    terminal.ok("cards", "import", "c.csv")
    terminal.ok("done", "1-5")
    card = terminal.ok("cards", "--json").json["plans"][0]["cards"][0]["id"]
    for _ in range(2):
        answer = terminal.ok("review", "--grade", f"{card}=good", today="2026-07-07")
        assert "Answered 1 card: 1 good" in answer.out
    assert "Recall expected" not in answer.out


def test_sure_or_unsure(seated):
    """One key before the answer, told by module and in JSON; a card that comes back is not asked for it again."""
    seated.ok("done", "read-words", "read-more")
    shown = seated.ok("review", input="s3u3s1\r3").out
    assert shown.count("[s sure, u unsure, Enter]") == 3
    (found,) = seated.ok("review", "--status", "--json").json["plans"][0]["confidence"]
    assert found == {"module": "words", "sure": 2, "sure_right": 1, "unsure": 1, "unsure_right": 1}
    status = seated.ok("review", "--status").out
    assert "words  1 of 2   50%  #####....." in status
    assert "Sure of 2, right in 1 (50%). Unsure of 1, right in 1 (100%)." in status
    assert seated.ok("progress", "--json").json["plans"][0]["confidence"] == [found]
    assert "Sure of 2, right in 1 (50%)" in seated.ok("progress", "--plain").out
    seated.ok("undo")
    assert seated.ok("review", "--status", "--json").json["plans"][0]["confidence"] == []


def test_sure_is_not_asked_where_it_is_off(seated):
    (seated.folder / "config.toml").write_text('confidence = "off"\n')
    seated.ok("done", "read-words")
    shown = seated.ok("review", "--config", str(seated.folder / "config.toml"), input="\r3\r3").out
    assert "unsure" not in shown
    assert shown.count("[Enter]") == 2


def forgotten(id: str, times: int) -> list[str]:
    """The words that grade a card known and then forgotten so many times."""
    return [word for _ in range(times) for grade in ("good", "again") for word in ("--grade", f"{id}={grade}")]


def test_a_card_forgotten_eight_times_is_set_aside(plan):
    """It is named when it happens, by the list and by the status, and no longer asked; undo brings it back."""
    plan.ok("done", "read-words")
    plan.ok("review", *forgotten("w1", 7))
    assert asked(plan) == ["w1", "w2"]
    before = data(plan)
    answer = plan.ok("review", *forgotten("w1", 1))
    assert "Forgotten too often, and suspended: 1 card\n  w1  What is w1?" in answer.out
    assert "cards edit CARD --question TEXT" in " ".join(answer.out.split())
    assert asked(plan) == asked(plan, "--module", "words", "--cards", "1") == ["w2"]
    status = plan.ok("review", "--status")
    assert "1 card is suspended; it counts above" in status.out
    assert "  w1  What is w1?" in status.out
    (held,) = plan.ok("review", "--status", "--json").json["plans"][0]["suspended"]
    assert (held["id"], held["suspended_at"][:10]) == ("w1", "2026-07-01")
    plan.ok("undo")
    assert data(plan) == before
    assert "w1" in asked(plan)
    plan.ok("redo")
    assert "w1" not in asked(plan)


def test_a_leech_is_named_in_the_session_and_does_not_come_back(seated):
    """The lapse too many is told at once, and the session ends without the card."""
    seated.ok("done", "read-words")
    seated.ok("review", *forgotten("w1", 7), "--grade", "w1=good", "--grade", "w2=good")
    answer = seated.ok("review", input="\r3\r1", today="2026-07-02")
    assert "You have forgotten this card 8 times: it is suspended." in answer.out
    assert "(once more)" not in answer.out
    assert "Answered 2 cards: 1 again, 1 good" in answer.out
    assert "1 card is suspended" in seated.ok("review", today="2026-07-02").out


def test_a_review_does_not_wait_for_suspended_cards(plan):
    """A review is over with its other cards, and the last pass asks the others alone; the figures still count every card."""
    plan.ok("done", "read-words", "read-more", "read-rules")
    plan.today = tasks(plan)["review-words-1"]["date"]
    plan.ok("review", "--grade", "w1=good", "--grade", "w2=good")
    assert tasks(plan)["review-words-1"]["status"] == "open"
    shown = plan.ok("show", "review-words-1", "--json").json["tasks"][0]["cards"]
    plan.ok("cards", "suspend", "w3")
    assert [card["id"] for card in shown] == ["w1", "w2", "w3"]
    assert len(plan.ok("show", "review-words-1", "--json").json["tasks"][0]["cards"]) == 2
    plan.ok("review", "--grade", "w1=good")
    assert tasks(plan)["review-words-1"]["status"] == "done"
    (module, _) = plan.ok("review", "--status", "--json").json["plans"][0]["modules"]
    assert (module["cards"], module["answered"]) == (3, 2)
    plan.today = tasks(plan)["last-pass-1"]["date"]
    assert sorted(asked(plan, "--task", "last-pass-1")) == ["r1", "r2", "w1", "w2"]
