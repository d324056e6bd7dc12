"""Mocks and quizzes: asked at a terminal or answered by a program, marked at the end, gone through afterwards."""

from __future__ import annotations

import itertools
import json
import os
import pty
import re
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from banked import banked, keys, right, wrong
from terminals import Answer, Terminal


@pytest.fixture
def plan(terminal: Terminal) -> Terminal:
    """A plan with 42 questions, a diagnostic, a quiz and two mocks."""
    (terminal.folder / "plans" / "banked.yaml").write_text(banked())
    terminal.ok("start", "banked", "--days", "14")
    return terminal


@pytest.fixture
def seated(plan: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Somebody sits at the terminal."""
    monkeypatch.setattr("studyplan.cli.commands.mock.is_terminal", lambda stream: True)
    return plan


def questions(terminal: Terminal, *words: str, **rest: Any) -> list[dict[str, Any]]:
    return terminal.ok(*words, "--json", **rest).json["questions"]


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in found]


def answered(
    terminal: Terminal, *words: str, how: Callable[[dict[str, Any]], object] = right, check: bool = True, **rest: Any
) -> Answer:
    """A test answered by a program."""
    given = {each["id"]: how(each) for each in questions(terminal, *words, **rest)}
    answer = terminal(*words, "--answers", "-", "--json", input=json.dumps({"answers": given}), **rest)
    assert not check or answer.code == 0, (answer.out, answer.err)
    return answer


def task(terminal: Terminal, key: str) -> dict[str, Any]:
    return terminal.ok("show", key, "--json").json["tasks"][0]


def everything(terminal: Terminal) -> object:
    return terminal.ok("tasks", "--json").json


# What is asked


def test_mocks_of_a_plan_differ(plan: Terminal) -> None:
    """Each has its own questions, no two share more than a fifth, and asking again gives the same, its options too."""
    found = {name: questions(plan, "mock", name) for name in ("start-test", "mock-1", "mock-2")}
    assert found == {name: questions(plan, "mock", name) for name in found}
    for one, other in itertools.combinations(found.values(), 2):
        assert len(set(ids(one)) & set(ids(other))) * 5 <= min(len(one), len(other))
    assert [len(each) for each in found.values()] == [10, 15, 15]
    for each in found.values():
        assert {question["module"] for question in each} == {"words", "rules", "costs"}
        assert {question["difficulty"] for question in each} == {"easy", "medium", "hard"}


def test_the_same_learner_gets_the_same_again(plan: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The draw follows from learner and mock: another database gives it again, another learner something else."""
    first = ids(questions(plan, "mock", "mock-1"))
    monkeypatch.setenv("STUDYPLAN_DATABASE_URL", str(plan.folder / "other.db"))
    plan.ok("start", "banked", "--days", "14")
    assert ids(questions(plan, "mock", "mock-1")) == first
    plan.ok("--learner", "bob", "start", "banked", "--days", "14")
    assert set(ids(plan.ok("--learner", "bob", "mock", "mock-1", "--json").json["questions"])) != set(first)


def test_no_answer_is_told_before_the_end(plan: Terminal) -> None:
    """What lists the questions holds nothing of what is right."""
    printed = plan.ok("mock", "--json").out
    assert 'right":' not in printed.replace('"text": "right', "")
    assert "So it is." not in printed
    assert "12.5" not in printed


# By a program


def test_a_mock_answered_by_a_program(plan: Terminal) -> None:
    """The task is done with its score, that of each module and its minutes; undo takes all of it back, and redo repeats it."""
    before = everything(plan)
    asked = questions(plan, "mock")
    given = {
        each["id"]: {"given": right(each), "sure": True, "seconds": 30} for each in asked if each["module"] != "costs"
    }
    result = plan.ok("mock", "--answers", "-", "--json", input=json.dumps({"answers": given})).json
    costs = sum(each["module"] == "costs" for each in asked)
    assert (result["right"], result["asked"]) == (10 - costs, 10)
    modules = {each["module"]: each["score"] for each in result["modules"]}
    assert modules == {"words": 100, "rules": 100, "costs": 0}
    assert (result["confidence"]["sure"], result["confidence"]["sure_right"]) == (10 - costs, 10 - costs)
    done = task(plan, "start-test")
    assert (done["status"], done["score"], done["scores"]) == ("done", (10 - costs) * 10, modules)
    assert done["spent_minutes"] == round((10 - costs) / 2)
    after = everything(plan)
    plan.ok("undo")
    assert everything(plan) == before
    assert plan("mock", "start-test", "--result").code == 3
    plan.ok("redo")
    assert everything(plan)["tasks"] == after["tasks"] if "tasks" in after else everything(plan) == after


def test_what_is_right_is_told_afterwards(plan: Terminal) -> None:
    """Of every question the answer, the reason of every option, and where to check it."""
    result = answered(plan, "mock", how=wrong).json
    assert (result["score"], {each["is_right"] for each in result["questions"]}) == (0, {False})
    for each in result["questions"]:
        assert each["source"] == f"https://example.org/{each['id']}"
        assert each["given"] != each["right"]
        if each["kind"] == "single":
            assert [option["number"] for option in each["options"] if option["right"]] == [each["right"]]
            assert {option["why"] for option in each["options"]} == {"You took one.", "So it is.", None}
    shown = plan.ok("mock", "start-test", "--result")
    assert "0 of 10 right, 0%" in shown.out
    assert "You took one." in shown.out or "Not that." in shown.out


@pytest.mark.parametrize(
    ("answers", "code", "told"),
    [
        ("no json", 4, "not JSON"),
        ('{"answer": {}}', 4, "'answers' is missing"),
        ("[]", 4, "'answers' is missing"),
        ('{"answers": {"nobody-1": 2}}', 2, "'nobody-1' is not a question of this mock"),
        ('{"answers": {"ID": 99}}', 2, "must"),
        ('{"answers": {"ID": {"given": 1, "shure": true}}}', 4, "unknown key 'shure'"),
        ('{"answers": {"ID": {"given": 1, "sure": "yes"}}}', 4, "sure must be true or false"),
        ('{"answers": {"ID": {"given": 1, "seconds": -1}}}', 4, "seconds must be"),
        ('{"answers": {"ID": {"given": [1, 1, 1]}}}', 2, "must"),
        ('{"answers": {"ID": "1"}}', 2, "must"),
        ('{"answers": ' + "[" * 5000 + "}", 4, "not JSON"),
    ],
)
def test_bad_answers_change_nothing(plan: Terminal, answers: str, code: int, told: str) -> None:
    """One line that says what is wrong; the test is not begun."""
    asked = next(each for each in questions(plan, "mock") if each["options"])
    before = plan.bytes()
    answer = plan("mock", "--answers", "-", input=answers.replace("ID", asked["id"]))
    assert (answer.code, told in answer.err) == (code, True), answer.err
    assert plan.bytes() == before


def test_a_plan_without_questions_says_so(terminal: Terminal) -> None:
    """And says the way on."""
    (terminal.folder / "plans" / "banked.yaml").write_text(banked(0).replace("    questions:\n", ""))
    terminal.ok("start", "banked", "--days", "14")
    answer = terminal("mock")
    assert (answer.code, "'banked' has no exam questions" in answer.err) == (3, True)
    assert "studyplan questions import FILE" in answer.err
    (terminal.folder / "plans" / "banked.yaml").write_text(banked().replace('edition: "1"', 'edition: "2"'))
    assert "`studyplan upgrade banked` brings them" in terminal("mock").err
    terminal.ok("upgrade", "banked", "--yes")
    assert len(questions(terminal, "mock")) == 10
    terminal.ok("undo")
    assert terminal("mock").code == 3


def test_a_plan_keeps_its_questions(plan: Terminal) -> None:
    """What the file says later changes nothing, until the plan is upgraded; what was asked stays asked."""
    asked = ids(questions(plan, "mock"))
    file = plan.folder / "plans" / "banked.yaml"
    file.write_text(banked(5).replace('edition: "1"', 'edition: "2"').replace("Question words-0?", "Another?"))
    assert ids(questions(plan, "mock")) == asked
    upgraded = plan.ok("upgrade", "banked", "--yes", "--json").json
    assert upgraded["questions"] == {"new": 0, "changed": 1, "gone": 27}
    assert len(questions(plan, "mock", "mock-1")) < 15


def test_a_mock_that_is_done_can_be_sat_again(plan: Terminal) -> None:
    """With other questions, as far as there are any; the new score counts."""
    first = answered(plan, "mock", how=wrong).json
    answer = plan("mock", "start-test")
    assert (answer.code, "is done with 0%" in answer.err) == (5, True)
    assert "studyplan mock 1 --again" in answer.err
    again = questions(plan, "mock", "start-test", "--again")
    assert len(set(ids(again)) & set(ids(first["questions"]))) <= 5
    for other in ("mock-1", "mock-2"):
        assert len(set(ids(again)) & set(ids(questions(plan, "mock", other)))) <= 2
    answered(plan, "mock", "start-test", "--again")
    assert task(plan, "start-test")["score"] == 100


def test_the_wrong_kind_of_task_is_told(plan: Terminal) -> None:
    assert "`studyplan quiz 5` begins it" in plan("mock", task_number(plan, "words-quiz")).err.replace(
        task_number(plan, "words-quiz"), "5"
    )
    number = task_number(plan, "exam")
    for form, way in (
        ("quiz", "`studyplan quiz --count K` asks K questions"),
        ("mock", "`studyplan mock` sits the next one"),
    ):
        answer = plan(form, number)
        assert (answer.code, way in answer.err) == (2, True), answer.err
        assert f"task {number} 'The exam' is not a {form}: its kind is exam" in answer.err
    assert plan("mock", "nothing").code == 3
    assert plan("mock", "--minutes", "5", "--untimed").code == 2
    assert plan("mock", "--result", "--errors").code == 2


def test_a_plan_without_tests_says_the_way_on(terminal: Terminal) -> None:
    """Practice needs none."""
    text = (
        banked().replace("kind: mock", "kind: lab").replace("kind: quiz", "kind: lab").replace(", questions: 15}", "}")
    )
    text = text.replace(", questions: 10}", "}").replace(", questions: 4}", "}")
    (terminal.folder / "plans" / "banked.yaml").write_text(text)
    terminal.ok("start", "banked", "--days", "14")
    for words, code in ((("mock",), 5), (("mock", "mock-1"), 2), (("quiz", "mock-1"), 2)):
        answer = terminal(*words)
        assert (answer.code, "`studyplan quiz --count K` asks K questions for practice" in answer.err) == (code, True)


def test_a_key_is_looked_for_in_the_plan_named(plan: Terminal) -> None:
    """Two plans have a task of that key; `--plan` settles which is meant, as a name before the key does."""
    plan.ok("start", "banked", "--name", "second", "--days", "14")
    assert "several plans have a task 'mock-1'" in plan("mock", "mock-1", "--json").err
    told = plan.ok("mock", "mock-1", "--plan", "second", "--json").json
    assert told["plan"] == "second"
    assert told["task"] == plan.ok("mock", "second:mock-1", "--json").json["task"]
    for words in (("no-such", "--plan", "second"), ("mock-1", "--plan", "third")):
        assert plan("mock", *words).code == 3


def task_number(terminal: Terminal, key: str) -> str:
    return str(task(terminal, key)["number"])


# Quizzes


def test_a_quiz_asks_what_its_tasks_taught(plan: Terminal) -> None:
    """A quiz of the plan is done with its score."""
    result = answered(plan, "quiz", "words-quiz").json
    assert [each["module"] for each in result["questions"]] == ["words"] * 4
    assert (task(plan, "words-quiz")["status"], task(plan, "words-quiz")["score"]) == ("done", 100)


def test_practice_is_about_what_was_studied(plan: Terminal) -> None:
    """And about a module where one is named; it is no task's."""
    plan.ok("done", "read-rules")
    assert {each["module"] for each in questions(plan, "quiz")} == {"rules"}
    named = questions(plan, "quiz", "--module", "costs", "--count", "3")
    assert [each["module"] for each in named] == ["costs"] * 3
    assert "did you mean 'costs'" in plan("quiz", "--module", "cost").err
    assert answered(plan, "quiz", "--count", "3").json["task"] is None


def test_wrong_ones_come_back_until_right_on_two_days(plan: Terminal) -> None:
    """First in the quiz, not twice on one day, and gone after two days with right answers."""
    missed = set(ids(answered(plan, "mock", how=wrong).json["questions"]))
    assert not missed & set(ids(questions(plan, "quiz")))
    for day in ("2026-07-02", "2026-07-03"):
        assert set(ids(questions(plan, "quiz", today=day))) == missed
        answered(plan, "quiz", today=day)
        assert not missed & set(ids(questions(plan, "quiz", today=day)))
    assert not missed & set(ids(questions(plan, "quiz", today="2026-07-04")))


def test_a_quiz_leaves_open_mocks_their_questions(plan: Terminal) -> None:
    """As long as others are left."""
    reserved = {id for name in ("start-test", "mock-1", "mock-2") for id in ids(questions(plan, "mock", name))}
    free = 42 - len(reserved)
    assert sum(id not in reserved for id in ids(questions(plan, "quiz"))) == min(10, free)


# At the terminal


def test_a_mock_at_the_terminal(seated: Terminal) -> None:
    """Answered, flagged, stopped, gone on with, looked over, ended; then each error gets its kind, and the log its note."""
    asked = questions(seated, "mock", "mock-1")
    typed = "".join(keys(each, is_right=place > 1) for place, each in enumerate(asked[:5]))
    first = seated("mock", "mock-1", input=f"{typed}fq")
    assert (first.code, "goes on" in first.err) == (0, True)
    assert "So it is" not in first.out
    assert task(seated, "mock-1")["status"] == "open"
    rest = "".join(keys(each, sure="u") for each in asked[5:])
    second = seated("mock", "mock-1", input=f"{rest}emr")
    assert "15 questions, 5 answered" in second.out
    assert "15 of 15 questions answered. Flagged: 6." in second.out
    assert "First mock: 13 of 15 right, 87%" in second.out
    assert second.out.count("undo` takes it back.") == 1
    assert "Sure of 5, right in 3 (60%). Unsure of 10, right in 10 (100%)." in second.out
    assert (task(seated, "mock-1")["score"], task(seated, "mock-1")["status"]) == (87, "done")
    note = task(seated, "mock-1-log")["note"]
    assert "1 mixed up, 1 misread" in note
    assert f"{asked[0]['id']} (mixed up)" in note
    seated.ok("undo")
    assert task(seated, "mock-1-log")["note"].count("not sorted yet") == 3
    seated.ok("undo")
    assert task(seated, "mock-1-log")["note"] is None


def test_back_and_forth(seated: Terminal) -> None:
    """An answer can be changed, a question left open and found again; open ones count as wrong only after a word."""
    asked = questions(seated, "mock")
    typed = keys(asked[0], is_right=False) + "p" + keys(asked[0]) + "n"
    typed += "".join(keys(each) for each in asked[2:])
    shown = seated("mock", input=f"{typed}eng2\r{keys(asked[1])}oe")
    assert "9 of 10 questions answered. Open: 2." in shown.out
    assert "1 open question counts as wrong: end? y/n" in shown.out
    assert "First test: 10 of 10 right, 100%" in shown.out


@pytest.mark.parametrize("cut_off", ["\x03", "\x04", ""])
def test_a_closed_terminal_loses_nothing(seated: Terminal, cut_off: str) -> None:
    """Ctrl-C, Ctrl-D and a terminal that ends: exit 130, and what was answered is there."""
    asked = questions(seated, "mock")
    answer = seated("mock", input="".join(map(keys, asked[:3])) + cut_off)
    assert (answer.code, "Your answers are saved" in answer.err) == (130, True)
    listed = seated.ok("mock", "--json").json
    assert listed["attempt"]["answered"] == 3
    assert [each["given"] is None for each in listed["questions"]] == [False] * 3 + [True] * 7
    assert ids(listed["questions"]) == ids(asked)


def test_time_is_up(seated: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is pressed after the time counts no more; what was answered does. Time away from the terminal does not count."""
    times = iter(itertools.chain([0.0] * 12, itertools.repeat(601.0)))
    monkeypatch.setattr("studyplan.cli.exam_room.ExamRoom.seconds", property(lambda room: next(times)))
    asked = questions(seated, "mock")
    shown = seated("mock", input="".join(map(keys, asked)))
    assert "Time is up." in shown.out
    result = seated.ok("mock", "start-test", "--result", "--json").json
    assert 0 < result["right"] < 10
    assert result["attempt"]["limit_minutes"] == 10


def test_confidence_can_be_off(seated: Terminal) -> None:
    """Then nothing asks for it."""
    (seated.folder / "config.toml").write_text('confidence = "off"\n')
    asked = questions(seated, "mock", "--config", str(seated.folder / "config.toml"))
    shown = seated(
        "mock",
        "--config",
        str(seated.folder / "config.toml"),
        input="".join(keys(each, sure="") for each in asked) + "e",
    )
    assert "sure" not in shown.out.lower()
    assert "10 of 10 right" in shown.out


def test_no_terminal_is_told(plan: Terminal) -> None:
    answer = plan("mock")
    assert (answer.code, "--answers FILE" in answer.err) == (5, True)
    assert plan("quiz").code == 5


# Afterwards


def test_errors_by_a_program(plan: Terminal) -> None:
    """The kind of an error can be recorded, corrected, and only of what was wrong."""
    answered(plan, "mock", "mock-1", how=wrong)
    one, other = ids(questions_of_result(plan))[:2]
    plan.ok("mock", "mock-1", "--error", f"{one}=misread", "--error", f"{other}=careless")
    result = plan.ok("mock", "mock-1", "--error", f"{one}=unknown", "--json").json
    found = {each["id"]: each["error"] for each in result["questions"]}
    assert (found[one], found[other]) == ("unknown", "careless")
    note = task(plan, "mock-1-log")["note"]
    assert note.count("Errors of") == 1
    assert "1 did not know, 1 slip" in note
    assert plan("mock", "mock-1", "--error", f"{one}=lazy").code == 2
    assert "was not answered wrong" in plan("mock", "mock-1", "--error", "nobody=misread").err


def questions_of_result(terminal: Terminal) -> list[dict[str, Any]]:
    return terminal.ok("mock", "mock-1", "--result", "--json").json["questions"]


def minutes(terminal: Terminal, module: str) -> int:
    """Of all pieces of the module's reading."""
    return sum(each["minutes"] for each in terminal.ok("show", f"read-{module}", "--json").json["tasks"])


def test_a_diagnostic_shortens_what_is_known(plan: Terminal) -> None:
    """A quick pass of the modules that it found known, by hand and not by itself; undo takes it back."""
    result = answered(plan, "mock", how=lambda each: right(each) if each["module"] != "costs" else wrong(each)).json
    known = result["known"]
    assert known
    assert set(known) <= {"words", "rules"}
    assert result["saves_minutes"] == 40 * len(known)
    assert [minutes(plan, module) for module in known] == [60] * len(known)
    plan.ok("mock", "start-test", "--shorten")
    assert [minutes(plan, module) for module in known] == [20] * len(known)
    assert minutes(plan, "costs") == 60
    plan.ok("undo")
    assert [minutes(plan, module) for module in known] == [60] * len(known)


def test_data_goes_along(plan: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dump holds questions, tests begun and tests over; loaded elsewhere, all goes on."""
    answered(plan, "mock", how=wrong)
    plan.ok("dump", "-o", str(plan.folder / "all.json"))
    plan.ok("load", str(plan.folder / "all.json"), "--as", "copy")
    result = plan.ok("--learner", "copy", "mock", "start-test", "--result", "--json").json
    assert (result["right"], result["coming_back"]) == (0, 10)
    plan.ok("--learner", "copy", "undo")
    assert plan.ok("--learner", "copy", "mock", "--json").json["attempt"]["answered"] == 10
    plan.ok("db", "check")


def test_progress_tells_of_tests(plan: Terminal) -> None:
    """Errors by module and kind, and how sure went with right; the errors that were not sorted are among them."""
    answered(plan, "mock", "mock-1", how=lambda each: {"given": wrong(each), "sure": each["module"] == "words"})
    one = next(each["id"] for each in questions_of_result(plan) if each["module"] == "words")
    plan.ok("mock", "mock-1", "--error", f"{one}=misread")
    found = plan.ok("progress", "--json").json["plans"][0]
    errors = {each["module"]: each for each in found["tests"]["errors"]}
    assert errors["words"]["kinds"] == {"misread": 1}
    assert sum(each["errors"] for each in errors.values()) == 15
    sure = {each["module"]: (each["sure"], each["unsure"]) for each in found["confidence"]}
    assert sure["words"] == (errors["words"]["errors"], 0)
    assert sure["costs"] == (0, errors["costs"]["errors"])
    for words in (("progress",), ("progress", "--plain")):
        shown = plan.ok(*words, today="2026-07-02").out
        assert "1 misread" in shown
        assert "15 questions come back until right on two days, 15 of them today" in shown
    assert "15 questions come back" in plan.ok("review", "--status", today="2026-07-02").out


def test_show_says_how_to_begin(plan: Terminal) -> None:
    number = task_number(plan, "mock-1")
    assert f"studyplan mock {number}" in plan.ok("show", "mock-1").out
    assert "begin" not in plan.ok("show", "read-words").out


def test_a_quiz_of_quizzes_is_about_what_those_are(terminal: Terminal) -> None:
    """A quiz that comes after another one asks about its modules too."""
    text = banked().replace("id: mock-1, title: First mock, kind: mock", "id: mixed, title: Mixed, kind: quiz")
    text = text.replace("minutes: 20, on: exam-4d", "minutes: 20, after: [words-quiz, read-costs]")
    text = text.replace("on: mock-1, after: [mock-1]", "after: [mixed]")
    (terminal.folder / "plans" / "banked.yaml").write_text(text)
    terminal.ok("start", "banked", "--days", "14")
    assert {each["module"] for each in questions(terminal, "quiz", "mixed")} == {"words", "costs"}


def test_a_short_mock_has_less_time(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the pace of the whole one."""
    (terminal.folder / "plans" / "banked.yaml").write_text(banked(4))
    terminal.ok("start", "banked", "--days", "14")
    monkeypatch.setattr("studyplan.cli.commands.mock.is_terminal", lambda stream: True)
    asked = questions(terminal, "mock", "mock-1")
    terminal("mock", "mock-1", input="q")
    limit = terminal.ok("mock", "mock-1", "--json").json["attempt"]["limit_minutes"]
    assert len(asked) < 15
    assert limit == -(-20 * len(asked) // 15)


def in_question(found: list[dict[str, Any]], *kinds: str) -> int:
    """The place of the first question of these kinds."""
    return next(place for place, each in enumerate(found) if each["kind"] in kinds)


@pytest.mark.parametrize("says_how_sure", [False, True])
def test_a_terminal_that_hangs_up(plan: Terminal, *, says_how_sure: bool) -> None:
    """A real one: what was answered before it closed is there afterwards, whether or not how sure was said."""
    asked = questions(plan, "mock")
    place = in_question(asked, "single", "true-false")
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "studyplan", "--today", "2026-07-01", "mock"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "TERM": "dumb"},
        start_new_session=True,
    )
    os.close(slave)
    seen = b""

    def shows(mark: bytes, press: str = "") -> None:
        """Wait for it, pressing a key until then: one that is pressed before the terminal takes keys is lost."""
        nonlocal seen
        end = time.monotonic() + 30
        while mark not in seen:
            assert time.monotonic() < end, seen
            os.write(master, press.encode())
            if select.select([master], [], [], 1)[0]:
                seen += os.read(master, 4096)

    try:
        shows(b"q stop]")
        for number in range(2, place + 2):
            shows(f"{number}/10".encode(), "n")
        shows(b"s sure, u unsure", keys(asked[place], sure=""))
        if says_how_sure:
            shows(f"{place + 2}/10".encode(), "s")
        process.send_signal(signal.SIGHUP)
        process.wait(30)
    finally:
        process.kill()
        process.wait()
        os.close(master)
    listed = plan.ok("mock", "--json").json
    assert process.returncode == 130
    assert listed["attempt"]["answered"] == 1
    assert listed["questions"][place]["sure"] is (True if says_how_sure else None)


@pytest.mark.parametrize(("leaves", "code"), [("q", 0), ("", 130), ("\x03", 130)])
@pytest.mark.parametrize("form", ["mock", "quiz"])
def test_an_answer_counts_before_how_sure_it_is(seated: Terminal, form: str, leaves: str, code: int) -> None:
    """At the question how sure, a learner can stop, or the terminal can end; nothing is lost."""
    asked = questions(seated, form)
    before = "n" * (place := in_question(asked, "single", "true-false"))
    answer = seated(form, input=before + keys(asked[place], sure="") + leaves)
    assert (answer.code, "answers are saved (1 of 10)" in answer.err) == (code, True)
    found = seated.ok(form, "--json").json["questions"][place]
    assert (found["given"] is None, found["sure"]) == (False, None)


def test_keys_at_the_question_how_sure(seated: Terminal) -> None:
    """The head tells of them; one that means nothing is answered with those that do; moving on says nothing of it."""
    asked = questions(seated, "mock")
    place = in_question(asked, "single", "true-false")
    shown = seated("mock", input="n" * place + keys(asked[place], sure="xpq")).out
    assert "press s if you are sure of it" in " ".join(shown.split())
    assert shown.count("[s sure, u unsure, Enter neither, q stop]") == 2
    assert shown.count(f"{max(place, 1)}/10  ") == 2
    assert seated.ok("mock", "--json").json["attempt"]["answered"] == 1


def test_what_is_typed_whole_counts_without_enter(seated: Terminal) -> None:
    """What is there when the learner stops is an answer."""
    asked = questions(seated, "mock")
    place = in_question(asked, "several", "number")
    answer = seated("mock", input="n" * place + keys(asked[place], sure="").rstrip() + "q")
    assert "answers are saved (1 of 10)" in answer.err
    assert seated.ok("mock", "--json").json["questions"][place]["given"] is not None


def test_head_and_questions_tell_the_same_time(seated: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever seconds were used before: 59 minutes stood above 60."""
    monkeypatch.setattr("studyplan.cli.exam_room.ExamRoom.seconds", property(lambda room: 20.0))
    seated("mock", "--minutes", "90", input="q")
    shown = seated("mock", input="q").out
    assert re.findall(r"[\dh ]+ left", shown) == [" 1 h 30 left"] * 2


def test_more_time_can_be_taken(seated: Terminal) -> None:
    """A mock that was begun takes another limit when it is gone on with; none is none."""
    seated("mock", "--minutes", "5", input="q")
    assert seated.ok("mock", "--json").json["attempt"]["limit_minutes"] == 5
    assert "10 min" not in seated("mock", "--untimed", input="nq").out
    assert seated.ok("mock", "--json").json["attempt"]["limit_minutes"] is None


def test_the_result_of_a_quiz_is_no_mock(plan: Terminal) -> None:
    answered(plan, "mock")
    answer = plan("quiz", "--result")
    assert (answer.code, "no test that is over" in answer.err) == (3, True)
    answered(plan, "quiz", "--count", "2")
    assert plan.ok("quiz", "--result", "--json").json["asked"] == 2


def test_a_diagnostic_moves_no_review(terminal: Terminal) -> None:
    """What was not studied yet is not weak; after a mock the reviews of weak modules come earlier."""
    cards = "    cards:\n" + "".join(f"      - {{id: c{n}, question: Q{n}?, answer: A.}}\n" for n in range(4))
    text = banked().replace("    questions:\n", f"{cards}    questions:\n", 1)
    (terminal.folder / "plans" / "banked.yaml").write_text(text)
    terminal.ok("start", "banked", "--days", "30")

    def reviews() -> list[tuple[str, str]]:
        tasks = terminal.ok("tasks", "--json").json["plans"][0]["tasks"]
        return [(task["key"], task["date"]) for task in tasks if task["kind"] == "review"]

    before = reviews()
    assert before
    assert answered(terminal, "mock", how=wrong).json["moved"] == []
    assert reviews() == before


def test_a_broken_bank_is_told(seated: Terminal) -> None:
    """A row that cannot be read ends a mock in one line, never `today`; one that lost its options can still be passed over."""
    with closing(sqlite3.connect(seated.database)) as database:
        database.execute("UPDATE question SET options = '[]' WHERE kind IN ('single', 'several')")
        database.commit()
    assert "10 questions" in seated("mock", input="1n1n1n1n1n1n1n1n1n1nq").out
    with closing(sqlite3.connect(seated.database)) as database:
        database.execute("UPDATE question SET tier = 'core', options = '7' WHERE number = 1")
        database.commit()
    answer = seated("mock")
    assert (answer.code, "the table 'question' has a row that cannot be read" in answer.err) == (6, True)
    seated.ok("today")
    seated.ok("db", "repair", "--yes")
    assert seated("mock", input="q").code == 0


def test_a_quiz_of_other_wishes_is_another_one(seated: Terminal) -> None:
    """What was begun waits meanwhile; a module that does not exist is told all the same."""
    seated("quiz", input="nq")
    begun = ids(questions(seated, "quiz"))
    answer = seated("quiz", "--module", "cots", "--count", "3")
    assert (answer.code, "did you mean 'costs'" in answer.err) == (3, True)
    assert len(questions(seated, "quiz", "--count", "3")) == 3
    assert {each["module"] for each in questions(seated, "quiz", "--module", "costs")} == {"costs"}
    answered(seated, "quiz", "--module", "costs", "--count", "2")
    assert ids(questions(seated, "quiz")) == begun


def test_a_quiz_that_was_begun_goes_on_by_the_same_words(seated: Terminal) -> None:
    """Its answers are there whether or not its module is named again, and its number."""
    words = ("quiz", "--module", "costs", "--count", "3")
    asked = questions(seated, *words)
    seated(*words, input=keys(asked[0]) + "q")
    for again in (words, ("quiz",), ("quiz", "--module", "costs"), ("quiz", "--count", "3")):
        assert seated.ok(*again, "--json").json["attempt"]["answered"] == 1
    for other in (("quiz", "--module", "words"), ("quiz", "--module", "costs", "--count", "4")):
        assert seated.ok(*other, "--json").json["attempt"]["answered"] == 0
