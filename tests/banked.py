"""A template with a bank of questions that are easy to answer right or wrong: the right option says so."""

from __future__ import annotations

MODULES = ("words", "rules", "costs")

_HEAD = """\
studyplan: 1
id: banked
title: A plan with a bank
edition: "1"
language: en
about: For tests.
windows:
  - {id: short, days: [10, 30], tier: core, goal: The core.}
default_window: short
modules:
"""
_TESTS = """\
  - id: finish
    title: Finish
    tasks:
      - {id: start-test, title: First test, kind: mock, minutes: 10, on: start, questions: 10}
      - {id: words-quiz, title: Quiz of words, kind: quiz, minutes: 10, after: [read-words], questions: 4}
      - {id: mock-1, title: First mock, kind: mock, minutes: 20, on: exam-4d, questions: 15}
      - {id: mock-1-log, title: Its errors, kind: reflect, minutes: 20, on: mock-1, after: [mock-1]}
      - {id: mock-2, title: Second mock, kind: mock, minutes: 20, on: exam-2d, after: [mock-1-log], questions: 15}
      - {id: exam, title: The exam, kind: exam, minutes: 60}
"""


def _question(module: str, number: int) -> str:
    id, difficulty = f"{module}-{number}", ("easy", "medium", "hard")[number % 3]
    head = f"      - {{id: {id}, question: Question {id}?, difficulty: {difficulty}, source: https://example.org/{id}, "
    match number % 5:
        case 0 | 1:
            options = (
                "{text: wrong one, why: You took one.}, {text: right, right: true, why: So it is.}, {text: wrong two}"
            )
            return f"{head}kind: single, options: [{options}]}}\n"
        case 2:
            options = "{text: right one, right: true}, {text: right two, right: true}, {text: wrong, why: Not that.}"
            return f"{head}kind: several, options: [{options}]}}\n"
        case 3:
            return f"{head}kind: true-false, answer: true, why: It is so.}}\n"
    return f"{head}kind: number, answer: 12.5, tolerance: 0.5, unit: USD, why: Half of 25.}}\n"


def banked(questions: int = 14) -> str:
    """The template, with so many questions in each module."""
    text = _HEAD
    for module in MODULES:
        text += f"  - id: {module}\n    title: About {module}\n    tasks:\n"
        text += f"      - {{id: read-{module}, title: Read of {module}, kind: read, minutes: 60}}\n"
        text += "    questions:\n" + "".join(_question(module, number) for number in range(questions))
    return text + _TESTS


def right(question: dict) -> object:
    """The right answer to a question of `mock --json`."""
    match question["kind"]:
        case "true-false":
            return True
        case "number":
            return 12.3
    found = [option["number"] for option in question["options"] if option["text"].startswith("right")]
    return found if question["kind"] == "several" else found[0]


def wrong(question: dict) -> object:
    match question["kind"]:
        case "true-false":
            return False
        case "number":
            return 25
    found = next(option["number"] for option in question["options"] if option["text"].startswith("wrong"))
    return [found] if question["kind"] == "several" else found


def keys(question: dict, *, is_right: bool = True, sure: str = "s") -> str:
    """What is pressed for an answer."""
    answer = right(question) if is_right else wrong(question)
    match answer:
        case bool():
            return ("1" if answer else "2") + sure
        case list():
            return "".join(map(str, answer)) + "\r" + sure
        case int() if question["kind"] == "single":
            return f"{answer}{sure}"
    return f"{answer}\r{sure}"
