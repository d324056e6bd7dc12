"""Scores, the exam's result and recall, as progress and reports show them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click import unstyle

from studyplan.text import cells

CARDED = """\
studyplan: 1
id: carded
title: With cards and a mock
edition: "1"
language: en
about: For tests.
windows: [{id: only, days: [14, 40], tier: core, goal: All of it.}]
default_window: only
modules:
  - id: alpha
    title: Alpha
    tasks:
      - {id: a-read, title: Read alpha, kind: read, minutes: 30}
      - {id: a-quiz, title: "Quiz <b>on</b> alpha", kind: quiz, minutes: 20, after: [a-read]}
    cards: [{id: a1, question: A?, answer: A., after: a-read}, {id: a2, question: AA?, answer: AA., after: a-read}]
  - id: beta
    title: Beta
    tasks:
      - {id: b-read, title: Read beta, kind: read, minutes: 60}
    cards: [{id: b1, question: B?, answer: B., after: b-read}]
  - id: end
    title: The end
    tasks:
      - {id: mock, title: Mock exam, kind: mock, minutes: 60, on: exam-4d}
      - {id: sit, title: The exam, kind: exam, minutes: 60}
"""
#: What the tests of ``told`` said, oldest first, as JSON has it.
SCORES = [
    ("2026-07-03", "a-quiz", 90, {}),
    ("2026-07-26", "mock", None, {"alpha": 95, "beta": None}),
    ("2026-07-30", "sit", 58, {}),
]


@pytest.fixture
def plan(terminal):
    (terminal.folder / "plans" / "carded.yaml").write_text(CARDED)
    terminal.ok("start", "carded", "--days", "30")
    return terminal


@pytest.fixture
def told(plan):
    """A quiz, a mock that named modules alone, a failed exam, and one of three cards answered."""
    plan.ok("done", "a-read", today="2026-07-02")
    plan.ok("done", "a-quiz", "--score", "90", today="2026-07-03")
    plan.ok("review", "--grade", "a1=good", today="2026-07-04")
    plan.ok("done", "mock", "--score", "alpha=95", "--weak", "beta", today="2026-07-26")
    plan.ok("result", "carded", "fail", "--score", "58", today="2026-07-30")
    plan.today = "2026-07-30"
    return plan


def test_json_has_scores_result_and_recall(told):
    """Scores by day; recall is that of `review --status`; the report has the same."""
    found = told.ok("progress", "--json").json["plans"][0]
    assert [(each["date"], each["key"], each["score"], each["scores"]) for each in found["scores"]] == SCORES
    assert found["plan"]["result"] == {"passed": False, "on": "2026-07-30", "score": 58}
    status = told.ok("review", "--status", "--json").json["plans"][0]
    names = ("exam", "cards", "answered", "recall_exam", "recall_low", "recall_high", "modules")
    assert status["recall_low"] < status["recall_exam"] < status["recall_high"]
    assert found["recall"] == {name: status[name] for name in names}
    assert [(each["module"], each["answered"]) for each in found["recall"]["modules"]] == [("alpha", 1), ("beta", 0)]
    told.ok("report", "-o", "r.json")
    reported = json.loads(Path("r.json").read_text(encoding="utf-8"))["plans"][0]
    assert (reported["scores"], reported["recall"]) == (found["scores"], found["recall"])
    told.ok("reopen", "a-quiz")
    assert [each["key"] for each in told.ok("progress", "--json").json["plans"][0]["scores"]] == ["mock", "sit"]


def test_nothing_is_shown_where_nothing_is_known(plan):
    """No score, no result, no answer: not a word of them in any form, although there are cards."""
    found = plan.ok("progress", "--json").json["plans"][0]
    assert (found["scores"], found["recall"]) == ([], None)
    for text in (plan.ok("progress").out, plan.ok("progress", "--plain").out, plan.ok("status").out):
        assert not [word for word in ("test", "score", "Score", "ecall", "esult") if word in text]
    for form in ("html", "md"):
        plan.ok("report", "-o", f"r.{form}")
        text = Path(f"r.{form}").read_text(encoding="utf-8")
        assert not [word for word in ("Scores", "| test", "Recall expected", "| recall", "result") if word in text]


def test_plain_says_each_in_a_sentence(told):
    """One sentence a test and a module."""
    lines = told.ok("progress", "--plain").out.splitlines()
    found = told.ok("review", "--status", "--json").json["plans"][0]["modules"][0]
    recall, low, high = (found[f"recall_{name}"] for name in ("exam", "low", "high"))
    for line in (
        "Result: failed on Thu 30 Jul 2026 with 58%.",
        "Score in Quiz <b>on</b> alpha on Fri 3 Jul 2026: 90%.",
        "Score in Mock exam on Sun 26 Jul 2026: alpha 95%, beta weak.",
        "Score in The exam on Thu 30 Jul 2026: 58%.",
        f"Recall expected for alpha on Thu 30 Jul 2026: {recall:.0%} ({low:.0%} to {high:.0%}), 1 of 2 cards answered.",
        "Recall expected for beta on Thu 30 Jul 2026: 0%, 0 of 1 card answered.",
    ):
        assert line in lines


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_tables_fit_the_terminal(told, monkeypatch, columns, locale):
    """Tests with their modules, and recall, within the width; in ASCII where the locale has no more."""
    monkeypatch.setenv("LC_ALL", locale)
    monkeypatch.setattr("studyplan.cli.charts._width", lambda: columns)
    lines = [unstyle(line) for line in told.ok("progress").out.splitlines()]
    first = next(n for n, line in enumerate(lines) if line.startswith("test "))
    rows = [line.split() for line in lines[first : first + 6]]
    assert [(row[0], *row[-4:]) for row in rows[1:3]] == [
        ("Quiz", "90%", "Fri", "3", "Jul"),
        ("Mock", "exam", "Sun", "26", "Jul"),
    ]
    assert [row[0] for row in rows[3:5]] == ["alpha", "beta"]
    assert [row[-1] for row in rows[3:5]] == ["95%", "weak"]
    last = next(n for n, line in enumerate(lines) if line.split()[:2] == ["module", "recall"])
    assert [line.split()[-3:] for line in lines[last + 1 : last + 3]] == [["1", "of", "2"], ["0", "of", "1"]]
    assert max(cells(line) for line in (*lines[first : first + 6], *lines[last : last + 3])) <= columns
    if locale == "C":
        assert "".join(lines).isascii()


def test_reports_show_them(told):
    """The page has a chart and both tables, with every word escaped; Markdown and the spreadsheet have them too."""
    for form in ("html", "md", "csv"):
        told.ok("report", "-o", f"r.{form}")
    page = Path("r.html").read_text(encoding="utf-8")
    assert 'aria-label="Scores in percent, by day"' in page
    assert page.count("<circle") >= 2
    assert "Quiz &lt;b&gt;on&lt;/b&gt; alpha" in page
    assert "alpha 95%, beta weak" in page
    assert "Recall expected on Thu 30 Jul" in page
    assert "failed on Thu 30 Jul 2026 with 58%" in page
    sheet = Path("r.md").read_text(encoding="utf-8").splitlines()
    assert "| Mock exam | Sun 26 Jul | alpha 95%, beta weak |" in sheet
    assert "| beta | 0% | 0 of 1 |" in sheet
    with Path("r.csv").open(encoding="utf-8-sig", newline="") as file:
        scores = {row["key"]: row["score"] for row in csv.DictReader(file) if row["score"]}
    assert scores == {"a-quiz": "90", "sit": "58"}


def test_one_day_of_scores_is_no_chart(plan):
    """Two figures of one day stand in the table alone."""
    plan.ok("done", "a-quiz", "--score", "90")
    plan.ok("done", "mock", "--score", "40")
    plan.ok("report", "-o", "r.html")
    page = Path("r.html").read_text(encoding="utf-8")
    assert "<h3>Scores</h3>" in page
    assert "Scores in percent, by day" not in page


def test_status_does_not_load_the_memory_model(told):
    """It has the result, and leaves recall to those who draw."""
    text = told.ok("status").out
    assert "result: failed on Thu 30 Jul 2026 with 58%" in text
    assert "recall" not in text


def test_links_and_files_are_no_part_of_a_report(told):
    """What a note points to is as private as the note."""
    Path("secret.txt").touch()
    told.ok("note", "a-read", "secret", "--link", "https://example.org/secret", "--file", "secret.txt")
    for form in ("html", "md", "csv", "json"):
        told.ok("report", "-o", f"r.{form}")
        assert "secret" not in Path(f"r.{form}").read_text(encoding="utf-8")
