"""What a shipped plan has to practise with: its bank of questions and its cards, how rich and how short they are.

Read by `.ci/plans.py`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import yaml

from studyplan.cli import syllabus
from studyplan.model import Card, Kind, Plan, QuestionKind, Template, Window
from studyplan.rules import drafts
from studyplan.rules.question_draw import SHARED, Wanted, drawn, size_of
from studyplan.template.card_rules import ANSWER_WORDS, answer_words, unclear_cards

#: Questions of a level, and of each of its mocks in its shortest window.
QUESTIONS, ASKED = 120, 45
#: A number in a title, but that of the mock itself: "Mock exam 2: sixty questions".
NUMBER = re.compile(r"\b(?:\d\d+|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)\b)", re.IGNORECASE)
#: An option that says why; so many times as often as right options wrong ones may say it, or they are told by that.
REASON, MOST_REASONS = re.compile(r"\b(?:since|because|as)\b"), 2.0
#: Some day; what is drawn does not depend on it.
START = date(2026, 6, 29)
#: Words of a card's answer at the most.
LONGEST_ANSWER = 20
#: How each lab is done.
LABS = Path(__file__).resolve().parent / "labs"


def poor_bank(template: Template) -> Iterator[str]:
    """What a shipped bank is too poor for."""
    if len(template.questions) < QUESTIONS:
        yield f"{template.id}: {len(template.questions)} questions, {QUESTIONS} are the least"
    for module in template.modules:
        # A score tells of every module that is asked about.
        if module.questions and any(task.kind in (Kind.MOCK, Kind.EXAM) for task in module.tasks):
            yield f"{template.id}: {module.id} is about the exam and has questions; they belong to the module that they ask about"
    for task in template.tasks:
        if task.kind is Kind.MOCK and NUMBER.search(task.title):
            yield f"{template.id}: the title of {task.id} names a number; it asks as many questions as there are"
    yield from _told_by_reasons(template)
    for window in template.windows:
        found = drawn_in(template, window)
        for id, numbers in found.items():
            if id.startswith("mock") and len(numbers) < ASKED:
                yield f"{template.id}, {window.id}: {id} has {len(numbers)} questions, {ASKED} are the least"
        for (one, first), (other, second) in itertools.combinations(found.items(), 2):
            shared = len(set(first) & set(second))
            if shared * SHARED > min(len(first), len(second)):
                yield f"{template.id}, {window.id}: {one} and {other} share {shared} questions, more than a fifth"


def _told_by_reasons(template: Template) -> Iterator[str]:
    """Whether a wrong option can be told by its giving a reason."""
    single = [question for question in template.questions if question.kind is QuestionKind.SINGLE]
    right, wrong = (
        [
            bool(REASON.search(option.text))
            for question in single
            for option in question.options
            if option.is_right is is_right
        ]
        for is_right in (True, False)
    )
    if right and sum(wrong) * len(right) > MOST_REASONS * sum(right) * len(wrong):
        yield (
            f"{template.id}: {sum(wrong)} of {len(wrong)} wrong options give a reason, and {sum(right)} of {len(right)} right "
            f"ones; {MOST_REASONS:g} times the share is the most"
        )


def drawn_in(template: Template, window: Window) -> dict[str, tuple[int, ...]]:
    """What each mock of a window asks some learner, by its id."""
    tasks = {task.id: task for task in template.tasks_of(window)}
    asked = drafts.asked_in(template, window, tasks)
    bank = [replace(question, number=place) for place, question in enumerate(asked, 1)]
    plan = Plan(1, 1, UUID(int=1), "x", template.id, "1", "x", window.id, START, START, None)
    mocks = [drafts.drawn_from_template(task, window, plan) for task in tasks.values() if task.kind is Kind.MOCK]
    return drawn(bank, [Wanted(mock.task, size_of(mock)) for mock in mocks], template.id)


def print_figures(template: Template) -> None:
    """What a plan has to practise with: what `templates check --figures` counts, labs that are done by `.ci/labs.py`, and what the
    mocks of each window ask."""
    print(f"\n{template.id}")
    syllabus.print_counts(template)
    labs = [task.id for task in template.tasks if task.kind is Kind.LAB]
    ways = LABS / f"{template.id}.yaml"
    entries: dict[str, dict[str, object]] = yaml.safe_load(ways.read_text(encoding="utf-8")) if ways.exists() else {}
    left = [id for id in labs if "run" not in entries.get(id, {})]
    print(f"  {len(labs)} labs: {len(labs) - len(left)} done by .ci/labs.py; not done: {', '.join(left) or 'none'}")
    for window in template.windows:
        sizes = ", ".join(f"{id} {len(numbers)}" for id, numbers in drawn_in(template, window).items())
        print(f"  {window.id} asks {sizes}")
    longer = [f"{card.id} ({answer_words(card)})" for card in template.cards if answer_words(card) > ANSWER_WORDS]
    if longer:
        print(f"  answers of more than {ANSWER_WORDS} words: {', '.join(longer)}")


def poor_cards(cards: Sequence[Card]) -> Iterator[str]:
    """Answers that nobody says in one breath, and cards with more than one right answer."""
    for card in cards:
        if answer_words(card) > LONGEST_ANSWER:
            yield f"card {card.id}: an answer of {answer_words(card)} words; {LONGEST_ANSWER} are the most"
    yield from unclear_cards(cards)
