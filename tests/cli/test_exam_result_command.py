"""Scores, results and retakes from the command line."""

from __future__ import annotations

import shlex

import pytest

DECKS = """\
studyplan: 1
id: decks
title: Two modules with cards
edition: "1"
language: en
about: For tests.
windows: [{id: only, days: [14, 40], tier: core, goal: All of it.}]
default_window: only
modules:
  - id: alpha
    title: Alpha
    tasks:
      - {id: a-read, title: Read alpha, kind: read, minutes: 90}
      - {id: a-quiz, title: Quiz on alpha, kind: quiz, minutes: 20, after: [a-read]}
    cards: [{id: a1, question: A?, answer: A., after: a-read}]
  - id: beta
    title: Beta
    tasks:
      - {id: b-read, title: Read beta, kind: read, minutes: 60}
      - {id: b-lab, title: Try beta, kind: lab, minutes: 40, after: [b-read]}
    cards: [{id: b1, question: B?, answer: B., after: b-read}]
  - id: end
    title: The end
    tasks:
      - {id: mock, title: Mock exam, kind: mock, minutes: 60, on: exam-4d}
      - {id: sit, title: The exam, kind: exam, minutes: 60}
"""


@pytest.fixture
def decks(terminal):
    """A plan of two modules with reviews, all of whose material is done."""
    (terminal.folder / "plans" / "decks.yaml").write_text(DECKS)
    terminal.ok("start", "decks", "--days", "30")
    return terminal


def tasks(terminal) -> dict[str, dict]:
    return {each["key"]: each for each in terminal.ok("tasks", "--json").json["plans"][0]["tasks"]}


def days(terminal) -> dict[str, str]:
    return {key: each["date"] for key, each in tasks(terminal).items() if key.startswith("review")}


@pytest.mark.parametrize(("word", "percent"), [("72", 72), ("18/20", 90), ("1/3", 33), ("75%", 75), ("0", 0)])
def test_a_score_is_kept_on_its_task(decks, word, percent):
    """As percent, in tasks and in show; opening again takes it away, undo brings it back."""
    decks.ok("done", "a-quiz", "--score", word)
    assert tasks(decks)["a-quiz"]["score"] == percent
    assert f"score     {percent}%" in decks.ok("show", "a-quiz").out
    decks.ok("reopen", "a-quiz")
    assert tasks(decks)["a-quiz"]["score"] is None
    decks.ok("undo")
    assert tasks(decks)["a-quiz"]["score"] == percent


def test_weak_modules_come_first(decks):
    """A mock that finds beta weak puts its coming reviews ahead, in one batch with its reasons; a whole score moves nothing."""
    decks.ok("done", "a-read", "b-read", "b-lab")
    before = days(decks)
    decks.ok("done", "mock", "--score", "55")
    assert days(decks) == before
    told = decks.ok("done", "mock", "--score", "alpha=95", "--weak", "beta", "--json").json
    after = days(decks)
    assert (
        [(each["key"], each["from"], each["to"]) for each in told["moved"]]
        == [(key, before[key], after[key]) for key in sorted(after, key=after.__getitem__) if before[key] != after[key]]
        != []
    )
    assert {each["reason"]["code"] for each in told["moved"]} == {"follows"}
    assert {each["reason"]["because"] for each in told["moved"]} == {"mock"}
    assert after["review-beta-1"] < before["review-beta-1"]
    assert sorted(after.values()) == sorted(before.values())
    mock = tasks(decks)["mock"]
    assert (mock["score"], mock["scores"]) == (55, {"alpha": 95, "beta": None})
    decks.ok("undo")
    assert days(decks) == before


def test_a_score_told_twice_moves_reviews_once(decks):
    """The same again changes nothing and is no batch, a figure corrected leaves what was moved back by hand; only what is newly
    weak is looked at."""
    decks.ok("done", "a-read", "b-read", "b-lab")
    first = days(decks)
    decks.ok("done", "mock", "--score", "55", "--weak", "beta")
    before = days(decks)
    assert before != first
    again = decks.ok("done", "mock", "--score", "55", "--weak", "beta", "--json").json
    assert (again["moved"], again["changed"], again["batch"]) == ([], [], None)
    assert days(decks) == before
    for key, day in first.items():
        decks.ok("move", key, day)
    decks.ok("unpin", *(key for key in first if first[key] != before[key]))
    assert decks.ok("done", "mock", "--score", "60", "--weak", "beta", "--json").json["moved"] == []
    assert days(decks) == first
    assert "no later review of end can be moved earlier" in decks.ok("done", "mock", "--weak", "beta,end").err


def test_a_result_is_kept_with_the_plan(decks):
    """Its exam is done on its day, plans and next know; told again it corrects; undo takes each back."""
    told = decks.ok("result", "decks", "fail", "--score", "31/50", "--json", today="2026-08-02").json
    assert told["plan"]["result"] == {"passed": False, "on": "2026-07-30", "score": 62}
    assert [(each["key"], each["status"], each["score"]) for each in told["changed"]] == [("sit", "done", 62)]
    assert told["changed"][0]["done_at"].startswith("2026-07-30")
    assert "failed on Thu 30 Jul 2026 with 62%" in decks.ok("plans").out
    found = decks.ok("next", "--json").json
    assert found["again"] == "studyplan start decks --retake decks --name decks-again"
    decks.ok("result", "decks", "pass", "--at", "2026-07-29", today="2026-08-02")
    assert decks.ok("next", "--json").json["again"] is None
    assert "passed on Wed 29 Jul 2026" in decks.ok("next").out
    decks.ok("start", "small", today="2026-08-02")
    assert decks.ok("next", "--json").json["plan"] == "decks"
    decks.ok("undo")
    decks.ok("undo")
    decks.ok("undo")
    assert decks.ok("plans", "--json").json["plans"][0]["result"] is None
    assert tasks(decks)["sit"]["status"] == "open"


def test_a_result_told_again_keeps_what_is_not_named(decks):
    """Its day and its score stay; the same again changes nothing."""
    decks.ok("result", "decks", "fail", "--score", "62", "--at", "2026-07-28", today="2026-08-02")
    kept = {"passed": False, "on": "2026-07-28", "score": 62}
    same = decks.ok("result", "decks", "fail", "--json", today="2026-08-03").json
    assert (same["plan"]["result"], same["batch"]) == (kept, None)
    decks.ok("result", "decks", "fail", "--at", "2026-07-29", today="2026-08-03")
    told = decks.ok("result", "decks", "fail", "--score", "64", "--json", today="2026-08-04").json
    assert told["plan"]["result"] == kept | {"on": "2026-07-29", "score": 64}
    assert tasks(decks)["sit"]["done_at"].startswith("2026-07-29")
    assert tasks(decks)["sit"]["score"] == 64


def test_the_last_task_was_the_exam(decks):
    """A result that ends the last open task finishes the plan; the retake then needs no name of its own."""
    others = [str(each["number"]) for each in tasks(decks).values() if each["kind"] != "exam"]
    decks.ok("done", *others)
    told = decks.ok("result", "decks", "fail", "--json").json
    assert (told["finished"], told["plan"]["state"]) == (["decks"], "finished")
    assert decks.ok("next", "--json").json["again"] == "studyplan start decks --retake decks"


def test_a_retake_keeps_the_paths(terminal):
    """The command that prepares again chooses what the plan had chosen, and works as it is printed."""
    terminal.ok("start", "small", "--path", "extra", "--days", "10")
    terminal.ok("result", "small", "fail")
    again = terminal.ok("next", "--json").json["again"]
    assert again == "studyplan start small --retake small --path extra --name small-again"
    assert terminal.ok(*shlex.split(again)[1:], "--json").json["plan"]["paths"] == ["extra"]


def test_a_retake_follows_the_errors(decks):
    """The known module takes a quick pass, the weak one stays whole, and the output says which and why."""
    decks.ok("done", "a-quiz", "--score", "90")
    decks.ok("result", "1", "fail", "--weak", "beta")
    words = ["start", "decks", "--retake", "decks", "--name", "again", "--days", "20"]
    told = decks.ok(*words, "--json").json
    minutes: dict[str, int] = {}
    for each in told["tasks"]:
        minutes[each["task"]] = minutes.get(each["task"], 0) + each["minutes"]
    assert (minutes["a-read"], minutes["a-quiz"], minutes["b-read"], minutes["b-lab"]) == (30, 20, 60, 40)
    assert told["plan"]["retake"] == 1
    assert told["retake"] == [
        {"module": "alpha", "score": 90, "source": "a-quiz", "weak": False, "minutes": 50, "before": 110},
        {"module": "beta", "score": None, "source": "sit", "weak": True, "minutes": 100, "before": 100},
        {"module": "end", "score": None, "source": None, "weak": None, "minutes": 120, "before": 120},
    ]
    text = decks.ok(*words[:4], "--name", "third").out
    assert "weak, at full length: beta (marked weak)" in text
    assert "known, shortened: alpha (90%); 50 minutes instead of 110" in text


@pytest.mark.parametrize("ended", [False, True])
def test_a_retake_stays_short_through_an_upgrade(decks, ended):
    """An edition brings a quick pass over what was known, of new tasks too, also where the earlier plan was dropped."""
    decks.ok("done", "a-quiz", "--score", "90")
    decks.ok("result", "1", "fail", "--weak", "beta")
    decks.ok("start", "decks", "--retake", "decks", "--name", "again", "--days", "20")
    if ended:
        decks.ok("drop", "decks", "--yes")
    assert decks.ok("upgrade", "again", "--json").json["changed"] is False
    file = decks.folder / "plans" / "decks.yaml"
    file.write_text(DECKS.replace('edition: "1"', 'edition: "2"'))
    made = decks.ok("upgrade", "again", "--yes", "--json").json
    assert (made["plan"]["edition"], made["tasks"]["changed"], made["changes"]) == ("2", [], [])
    more = "      - {id: a-more, title: More of alpha, kind: read, minutes: 60, after: [a-read]}\n"
    file.write_text(
        DECKS.replace('edition: "1"', 'edition: "3"').replace("      - {id: a-quiz", f"{more}      - {{id: a-quiz")
    )
    made = decks.ok("upgrade", "again", "--yes", "--json").json
    assert [(each["key"], each["minutes"]) for each in made["tasks"]["new"]] == [("a-more", 20)]


def test_a_retake_that_does_not_fit_has_offers_that_work(decks):
    """The price list is that of the shortened plan, and its commands name the retake."""
    decks.ok("done", "a-quiz", "--score", "90")
    words = ["start", "decks", "--retake", "decks", "--name", "again", "--days", "14", "--minutes", "10", "--json"]
    refused = decks(*words)
    assert refused.code == 5
    offers = refused.json["error"]["offers"]
    assert offers
    for offer in offers:
        program, *rest = shlex.split(offer["command"])
        assert program == "studyplan"
        assert "--retake" in rest
        assert decks.ok(*rest, "--json").json["plan"]["retake"] == 1
        decks.ok("undo")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["done", "a-read", "--score", "72"], 2),
        (["done", "a-quiz", "mock", "--score", "72"], 2),
        (["done", "a-quiz", "--score", "101"], 2),
        (["done", "a-quiz", "--score", "5/4"], 2),
        (["done", "a-quiz", "--score", "0/0"], 2),
        (["done", "a-quiz", "--score", "-5"], 2),
        (["done", "a-quiz", "--score", "x=y"], 2),
        (["done", "mock", "--score", "gamma=5"], 3),
        (["done", "mock", "--weak", "aplha"], 3),
        (["done", "mock", "--weak", " , "], 2),
        (["done", "review-alpha-1", "--weak", "alpha"], 2),
        (["result", "decks", "perhaps"], 2),
        (["result", "nothing", "pass"], 3),
        (["result", "decks", "pass", "--at", "2026-07-02"], 2),
        (["result", "decks", "pass", "--score", "alpha"], 2),
        (["start", "decks", "--retake", "nothing", "--name", "x"], 3),
        (["start", "small", "--retake", "decks", "--name", "x"], 5),
    ],
)
def test_what_cannot_be_meant_is_refused(decks, words, code):
    """Each with its exit code and one line, and nothing is written."""
    before = decks.bytes()
    refused = decks(*words)
    assert (refused.code, refused.err.count("\n")) == (code, 1), refused.err
    assert decks.bytes() == before


def test_a_retake_without_scores_says_so(decks):
    """Where nothing was scored every module keeps its minutes, with the way to tell scores."""
    text = decks.ok("start", "decks", "--retake", "1", "--name", "again").out
    assert "no module was scored" in text
    assert "Read alpha (3/3)" in text


@pytest.mark.parametrize(("word", "passed"), [("pass", True), ("Passed", True), ("failed", False), ("FAIL", False)])
def test_an_outcome_as_people_say_it(terminal, word, passed):
    terminal.ok("start", "small", "--days", "10")
    told = terminal.ok("result", word, "--at", "2026-07-10", "--json", today="2026-07-11").json
    assert told["plan"]["result"]["passed"] is passed
    assert "'well' is not a result: give `pass` or `fail`" in terminal("result", "well", today="2026-07-11").err
