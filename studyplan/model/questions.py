"""Exam questions: what a bank holds, as it stands in its file and as a plan keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from studyplan.model import Tier


class QuestionKind(StrEnum):
    """How a question is answered: by one option, by all that are right, by true or false, by putting the options in order, by a
    number."""

    SINGLE = "single"
    SEVERAL = "several"
    TRUE_FALSE = "true-false"
    ORDER = "order"
    NUMBER = "number"


class Difficulty(StrEnum):
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from, or one of the things to put in order. ``why``: why it is right, or what a learner who
    chose it has mixed up."""

    text: str
    is_right: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """A question that has one right answer. ``after`` names the task that teaches it.

    The options of an ``order`` stand in the right order. ``answer`` is the right one of ``true-false`` and of ``number``;
    a number is right within ``tolerance`` of it.
    """

    id: str
    kind: QuestionKind
    question: str
    module: str
    after: str
    options: tuple[Option, ...] = ()
    answer: bool | float | None = None
    tolerance: float = 0.0
    unit: str = ""
    #: Why the answer is right, where no option says so.
    why: str = ""
    source: str | None = None
    difficulty: Difficulty = Difficulty.MEDIUM
    #: The first tier whose plans ask it.
    tier: Tier = Tier.CORE
