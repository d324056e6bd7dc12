"""Exam questions: what a bank holds, as it stands in its file and as a plan keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

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
    #: Of a question that a plan copied: its number, which no other question of the learner has, and its place among the plan's.
    number: int = field(default=0, compare=False)
    position: int = field(default=0, compare=False)
    #: False before it is made and after it was taken out.
    exists: bool = True


class Slip(StrEnum):
    """What was behind a wrong answer, by the learner's own word."""

    UNKNOWN = "unknown"
    MIXED_UP = "mixed-up"
    MISREAD = "misread"
    CARELESS = "careless"


#: An answer: places of options in the question's own order, counted from 0; true or false; a number. None: not answered.
Given: TypeAlias = tuple[int, ...] | bool | float | None


@dataclass(frozen=True, slots=True)
class Response:
    """What a learner answered to a question of a test. ``question`` is its number, ``is_sure`` what they said of it before they
    knew (None: nothing), ``slip`` what they made of it afterwards, where it was wrong."""

    question: int
    given: Given = None
    is_sure: bool | None = None
    is_flagged: bool = False
    milliseconds: int = 0
    is_right: bool = False
    slip: Slip | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A mock or a quiz that a learner began. ``responses`` hold its questions in the order asked."""

    learner_id: int
    number: int
    plan: int
    #: ``mock`` or ``quiz``.
    form: str
    #: The number of the task that it is for; None for practice.
    task: int | None
    began_at: datetime
    responses: tuple[Response, ...]
    #: Minutes that it may take; None: as long as it takes.
    limit: int | None = None
    #: Seconds at the terminal so far; time in between does not count.
    seconds: int = 0
    #: When its answers were marked; None: it is not over.
    ended_at: datetime | None = None
    #: False before it is made and after it was undone.
    exists: bool = True

    @property
    def answered(self) -> int:
        """How many of its questions have an answer so far."""
        return sum(each.given is not None for each in self.responses)
