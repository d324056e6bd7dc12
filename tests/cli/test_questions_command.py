"""The bank of a plan: listed without answers, added to from files, written to them."""

from __future__ import annotations

import pytest
from banked import banked
from terminals import Terminal


@pytest.fixture
def plan(terminal: Terminal) -> Terminal:
    (terminal.folder / "plans" / "banked.yaml").write_text(banked(4))
    terminal.ok("start", "banked", "--days", "14")
    return terminal


def bank(terminal: Terminal) -> list[dict]:
    return terminal.ok("questions", "--json").json["plans"][0]["questions"]


def test_the_list_shows_no_answers(plan: Terminal) -> None:
    shown = plan.ok("questions", "--module", "words").out
    assert "12 questions" not in shown
    assert "4 questions, 0 asked so far" in shown
    assert "words-3  Question words-3?" in shown
    assert "right" not in shown
    assert "did you mean 'words'" in plan("questions", "--module", "wrods").err


@pytest.mark.parametrize("name", ["bank.csv", "bank.gift"])
def test_there_and_back(plan: Terminal, name: str) -> None:
    """What is exported is known when it comes back, and is the same in another plan."""
    file = plan.folder / name
    plan.ok("questions", "export", "-o", str(file))
    assert "Added 0 questions" in plan.ok("questions", "import", str(file)).out
    before = [{**each, "after": "", "tier": "core"} for each in bank(plan)]
    (plan.folder / "plans" / "banked.yaml").write_text(banked(0).replace("    questions:\n", ""))
    plan.ok("drop", "banked", "--yes")
    plan.ok("start", "banked", "--days", "14")
    added = plan.ok("questions", "import", str(file), "--json").json
    assert (len(added["questions"]), added["known"]) == (12, 0)
    assert bank(plan) == before
    assert len(plan.ok("quiz", "--json").json["questions"]) == 10
    plan.ok("undo")
    assert bank(plan) == []


def test_own_questions_outlive_an_upgrade(plan: Terminal) -> None:
    """They are no edition's."""
    text = "What is mine?\nA. This\nB. That\nANSWER: A\n"
    assert "Would add 1 question" in plan.ok("questions", "import", "-", "--dry-run", input=text).out
    plan.ok("questions", "import", "-", "--as", "aiken", input=text)
    (plan.folder / "plans" / "banked.yaml").write_text(banked(3).replace('edition: "1"', 'edition: "2"'))
    plan.ok("upgrade", "banked", "--yes")
    assert [each["id"] for each in bank(plan) if not each["after"]] == ["own-13"]
    assert len(bank(plan)) == 10


def test_a_bad_file_changes_nothing(plan: Terminal) -> None:
    before = plan.bytes()
    answer = plan("questions", "import", "-", input="What? {~one ~two}\n\nAnd? {=one ~one}\n")
    assert answer.code == 4
    assert ":1: 0 options are right" in answer.err
    assert ":3: two of its options are the same" in answer.err
    assert plan("questions", "import", str(plan.folder / "none.csv")).code == 6
    assert plan.bytes() == before


def test_aiken_holds_what_it_can(plan: Terminal) -> None:
    answer = plan.ok("questions", "export", "--as", "aiken", "-o", str(plan.folder / "x.txt"))
    text = (plan.folder / "x.txt").read_text()
    assert f"Wrote {text.count('ANSWER')} questions" in answer.err
    assert 0 < text.count("ANSWER") < 12
