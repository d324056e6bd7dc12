"""Texts of templates for tests: a good one in parts, and files whose comments say what is wrong with them.

A line that ends in ``#! words`` must be reported with those words; several are parted by `` ! ``. So the expected line numbers
are those of the text itself.
"""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from studyplan.errors import BadFile
from studyplan.model import Template
from studyplan.template import parse

HEAD = """\
studyplan: 1
id: sample
title: A sample
edition: "2026.1"
language: en
about: For tests.
"""
WINDOWS = """\
windows:
  - {id: sprint, days: [7, 14], tier: core}
  - {id: month, days: [30, 30], tier: practice}
  - {id: full, days: [60, 60], tier: depth}
default_window: month
"""
TASK = "- {id: only, title: The only task, kind: read, minutes: 30}\n"
EXAM = "- {id: exam, title: Sit the exam, kind: exam, minutes: 60}\n"


def task(id: str, more: str = "", kind: str = "read", marks: str = "") -> str:
    """A task in one line; ``more`` are its other keys, ``marks`` what is wrong with the line."""
    keys = f", {more}" if more else ""
    comment = f"  #! {marks}" if marks else ""
    return f"- {{id: {id}, title: Task {id}, kind: {kind}, minutes: 30{keys}}}{comment}\n"


def file(
    tasks: str = TASK, *, head: str = HEAD, windows: str = WINDOWS, cards: str = "", questions: str = "", more: str = ""
) -> str:
    """A whole template with these parts; ``more`` stands before the windows."""
    text = head + dedent(more) + dedent(windows) + "modules:\n  - id: language\n    title: The language\n    tasks:\n"
    text += indent(dedent(tasks), "      ")
    text += f"    cards:\n{indent(dedent(cards), '      ')}" if cards else ""
    return text + (f"    questions:\n{indent(dedent(questions), '      ')}" if questions else "")


def good(text: str) -> Template:
    """The template that a text holds; a problem in it fails the test with all of them."""
    try:
        return parse(text, "plans/sample.yaml")
    except BadFile as error:
        pytest.fail("\n".join(error.problems))


def problems(text: str | bytes) -> tuple[str, ...]:
    """The problems that a text is refused for."""
    with pytest.raises(BadFile) as caught:
        parse(text, "plans/sample.yaml")
    return caught.value.problems


def expected(text: str) -> list[tuple[int, str]]:
    """The lines that the text's comments call wrong, with the words."""
    marked = [(number, line.partition("#! ")[2]) for number, line in enumerate(text.splitlines(), 1)]
    return [(number, words.strip()) for number, marks in marked if marks for words in marks.split(" ! ")]


def assert_refused_as_marked(text: str) -> None:
    """Exactly the marked problems are reported, each with the right line and its words, sorted by line."""
    told = problems(text)
    assert expected(text), "the text marks nothing"
    assert len(told) == len(expected(text)), told
    assert [int(problem.split(":")[1]) for problem in told] == [line for line, _ in expected(text)], told
    for problem in told:
        line = int(problem.split(":")[1])
        assert any(words in problem for number, words in expected(text) if number == line), (problem, expected(text))
    for line, words in expected(text):
        assert any(words in problem for problem in told if problem.startswith(f"plans/sample.yaml:{line}: ")), words
