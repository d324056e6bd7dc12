"""Questions of a template: what the loader takes and refuses, and what a good bank looks like."""

from __future__ import annotations

from dataclasses import replace

import pytest
from template_samples import assert_refused_as_marked, file, good, task

from studyplan.model import BankQuestion, Card, Difficulty, Option, QuestionKind, Tier
from studyplan.template.question_rules import advice

EVERY_KIND = """\
- id: one
  kind: single
  question: Which?
  options:
    - {text: This, right: true, why: It is.}
    - {text: That, why: That is another.}
  source: https://example.org/
  difficulty: hard
- {id: some, kind: several, question: Which ones?, options: [{text: A, right: true}, {text: B, right: true}, {text: C}]}
- {id: truth, kind: true-false, question: Is it?, answer: false, why: It is not., tier: depth}
- {id: row, kind: order, question: In which order?, options: [{text: First}, {text: Second}], why: So it goes.}
- {id: sum, kind: number, question: How much?, answer: 12.5, tolerance: 0.1, unit: USD, after: later}
"""
TASKS = task("first") + task("later", "tier: practice") + task("mock", "questions: 20", kind="mock")


def test_every_kind() -> None:
    """A question of each kind, as the loader gives it."""
    template = good(file(TASKS, questions=EVERY_KIND))
    one, some, truth, row, number = template.questions
    assert one == BankQuestion(
        "one",
        QuestionKind.SINGLE,
        "Which?",
        "language",
        "first",
        (Option("This", True, "It is."), Option("That", why="That is another.")),
        source="https://example.org/",
        difficulty=Difficulty.HARD,
    )
    assert [option.is_right for option in some.options] == [True, True, False]
    assert (truth.answer, truth.why, truth.tier) == (False, "It is not.", Tier.DEPTH)
    assert [option.text for option in row.options] == ["First", "Second"]
    assert (number.answer, number.tolerance, number.unit) == (12.5, 0.1, "USD")
    assert (number.after, number.tier, number.difficulty) == ("later", Tier.PRACTICE, Difficulty.MEDIUM)
    assert [each.questions for each in template.tasks] == [None, None, 20]


@pytest.mark.parametrize(
    "question",
    [
        "{id: a, kind: single, question: Q, options: [{text: A}, {text: B}]}  #! no option is right",
        "{id: a, kind: single, question: Q}  #! needs at least two options",
        "{id: a, kind: single, question: Q, options: [{text: A, right: true}]}  #! needs at least two options",
        "{id: a, kind: single, question: Q, options: [{text: A, right: true}, {text: B, right: true}]}  #! kind several",
        "{id: a, kind: several, question: Q, options: [{text: A, right: true}, {text: a}]}  #! is the same as",
        "{id: a, kind: single, question: Q, options: [{text: A, right: yes}, {text: B}]}  #! right must be true or false",
        "{id: a, kind: single, question: Q, answer: 1, options: [{text: A, right: true}, {text: B}]}  #! `right: true`",
        "{id: a, kind: order, question: Q, options: [{text: A, right: true}, {text: B}]}  #! neither right nor wrong",
        "{id: a, kind: order, question: Q, answer: 2, options: [{text: A}, {text: B}]}  #! stand in the right order",
        "{id: a, kind: true-false, question: Q}  #! needs an answer: true or false",
        "{id: a, kind: true-false, question: Q, answer: 1}  #! must be true or false",
        "{id: a, kind: true-false, question: Q, answer: true, unit: USD}  #! only kind number has a unit",
        "{id: a, kind: true-false, question: Q, answer: true, options: [{text: A}]}  #! has no options",
        "{id: a, kind: number, question: Q, answer: true}  #! must be a number",
        '{id: a, kind: number, question: Q, answer: "12"}  #! answer must be true, false or a number',
        "{id: a, kind: number, question: Q, answer: 1e9}  #! answer must be true, false or a number",
        "{id: a, kind: number, question: Q, answer: 1, tolerance: -1}  #! tolerance '-1' must be at least 0",
        "{id: a, kind: number, question: Q, answer: 1, tolerance: ten}  #! tolerance must be a number",
        "{id: a, kind: single, question: Q, why: W, options: [{text: A, right: true}, {text: B}]}  #! each of its options",
        "{id: a, kind: gap, question: Q}  #! kind 'gap' is unknown",
        "{id: a, kind: number, question: Q, answer: 1, after: frist}  #! did you mean 'first'?",
        "{id: a, kind: number, question: Q, answer: 1, after: later, tier: core}  #! is before the tier practice",
        "{id: a, kind: number, question: Q, answer: 1, difficulty: 2}  #! difficulty '2' is unknown",
        "{id: a, kind: number, question: Q, anwser: 1}  #! did you mean 'answer'? ! needs an answer",
    ],
)
def test_a_mistake_is_told_at_its_line(question: str) -> None:
    """Each mistake, and nothing else, with its line."""
    assert_refused_as_marked(file(TASKS, questions=f"- {question}\n"))


def test_ids_are_unique() -> None:
    """Over modules; a card may have the same id."""
    two = "- {id: a, kind: number, question: Q, answer: 1}\n- {id: a, kind: number, question: R, answer: 1}  #! already used\n"
    assert_refused_as_marked(file(TASKS, questions=two))


def test_only_tests_ask_questions() -> None:
    """A task to read has none to ask."""
    assert_refused_as_marked(file(task("a", "questions: 5", marks="only a quiz or a mock asks questions")))


# What a good bank looks like


def single(number: int, right: int = 0, **fields: object) -> BankQuestion:
    """A good question, unlike the others."""
    options = tuple(
        Option(f"Choice {letter * 5} {letter}{number}", place == right, f"It rests on another idea, {letter} alone.")
        for place, letter in enumerate("pqr")
    )
    words = " ".join(f"{chr(97 + number % 26)}{chr(97 + number // 26)}{chr(97 + place)}" for place in range(8))
    question = BankQuestion(f"q{number}", QuestionKind.SINGLE, words, "m", "t", options, source="https://example.org/")
    return replace(question, **fields)  # type: ignore[arg-type]


GOOD = [single(number, right=number % 3) for number in range(15)]


def test_a_good_bank_is_left_alone() -> None:
    assert list(advice(GOOD)) == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"source": None}, "has no source"),
        ({"options": GOOD[0].options[:2]}, "has 2 options"),
        (
            {"options": (*GOOD[0].options, *(Option(f"{n}", why="A reason of its own.") for n in range(4)))},
            "has 7 options",
        ),
        ({"options": (replace(GOOD[0].options[0], why=""), *GOOD[0].options[1:])}, "has no reason"),
        (
            {"options": (replace(GOOD[0].options[0], why="Choice ppppp p0 it is."), *GOOD[0].options[1:])},
            "a reason that repeats it",
        ),
        (
            {"options": (*GOOD[0].options, Option("None of the above", why="One of the three fits quite well."))},
            "is about the other options",
        ),
        ({"kind": QuestionKind.SEVERAL}, "one or all of them are right"),
        (
            {"kind": QuestionKind.NUMBER, "options": (), "answer": 2.0, "why": "It adds up."},
            "has a number without a unit",
        ),
        ({"kind": QuestionKind.TRUE_FALSE, "options": (), "answer": True}, "does not say why"),
        ({"question": GOOD[1].question, "options": GOOD[1].options}, "ask nearly the same"),
    ],
)
def test_what_is_weak_is_told(fields: dict[str, object], told: str) -> None:
    """One weakness in one question is one line."""
    found = list(advice([replace(GOOD[0], **fields), *GOOD[1:]]))  # type: ignore[arg-type]
    assert len(found) == 1, found
    assert told in found[0]


def test_the_same_with_another_number_is_told() -> None:
    """Other figures make no other question."""
    sums = [
        BankQuestion(
            f"q{cost}",
            QuestionKind.NUMBER,
            f"Of a bill of {cost:,} dollars {cost // 4} have no tag. What share is that?",
            "m",
            "t",
            answer=25.0,
            unit="percent",
            why="A quarter.",
            source="https://example.org/",
        )
        for cost in (4000, 24000)
    ]
    assert list(advice(sums)) == ["questions q4000 and q24000 ask nearly the same"]


def test_a_card_in_other_clothes_is_told() -> None:
    card = Card("c", GOOD[3].question, "An answer", "m", "t")
    assert list(advice(GOOD, [card])) == ["question q3 repeats card c"]


def test_options_told_by_their_form_are_told() -> None:
    """The longest, and the same place, over the whole bank."""
    first = [single(number) for number in range(12)]
    assert ["stands at place 1 in 12 of 12" in text for text in advice(first)] == [True]
    longest = [
        replace(each, options=tuple(replace(o, text=o.text + " indeed" * o.is_right) for o in each.options))
        for each in GOOD
    ]
    assert ["the longest in 15 of 15" in text for text in advice(longest)] == [True]
    assert list(advice(longest[:9])) == [], "too few to judge by"


def test_all_true_is_told() -> None:
    kind = {"kind": QuestionKind.TRUE_FALSE, "options": (), "answer": True, "why": "For a reason."}
    assert ["are true" in text for text in advice([replace(each, **kind) for each in GOOD])] == [True]


def test_a_bank_of_one_difficulty_is_told() -> None:
    found = list(advice([single(number, right=number % 3) for number in range(45)]))
    assert [text[:27] for text in found] == ["0 of 45 questions are easy;", "0 of 45 questions are hard;"]
