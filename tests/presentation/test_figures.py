"""What a template holds, in figures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from studyplan.presentation.figures import template_counts
from studyplan.template import load
from studyplan.template.card_rules import answer_words

PLANS = Path(__file__).resolve().parents[2] / "plans"


def test_everything_is_counted_once() -> None:
    """Tasks by kind, questions by kind and by module and difficulty, cards by length: each adds up to all of them."""
    template = load(PLANS / "advanced.yaml")
    counts = template_counts(template)
    assert sum(counts["tasks"].values()) == len(template.tasks)
    assert counts["tasks"]["lab"] == sum(task.kind == "lab" for task in template.tasks)
    assert sum(counts["questions"].values()) == len(template.questions)
    asked = {each["id"]: each["easy"] + each["medium"] + each["hard"] for each in counts["modules"]}
    assert asked == {module.id: len(module.questions) for module in template.modules if module.questions}
    assert sum(each["cards"] for each in counts["cards"]) == len(template.cards)


def test_an_answer_is_counted_by_its_words() -> None:
    """Five words are up to five, six are up to ten, sixteen are more than all."""
    template = load(PLANS / "advanced.yaml")
    first, second, *_ = template.modules
    cards = [replace(second.cards[0], answer=" ".join(["word"] * words)) for words in (1, 5, 6, 15, 16)]
    assert answer_words(cards[1]) == 5
    counts = template_counts(replace(template, modules=(first, replace(second, cards=tuple(cards)))))
    assert counts["cards"] == [
        {"up_to": 5, "cards": 2},
        {"up_to": 10, "cards": 1},
        {"up_to": 15, "cards": 1},
        {"up_to": None, "cards": 1},
    ]
