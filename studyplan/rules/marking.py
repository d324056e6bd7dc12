"""Answers to exam questions: whether they are right, what a test comes to, what comes back, how sure goes with right. Pure."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from studyplan.model import Attempt, BankQuestion, QuestionKind, Response, Slip

#: Days on which a question that was answered wrong has to be answered right before it stays away.
RIGHT_DAYS = 2
#: Answers that a learner was sure or unsure of, from which a share says something.
ENOUGH = 10


def is_right(question: BankQuestion, given: object) -> bool:
    """Whether an answer is right, all of it: of several right options all, and no other."""
    match question.kind:
        case QuestionKind.NUMBER:
            if isinstance(given, bool) or not isinstance(given, int | float) or question.answer is None:
                return False
            # A tolerance of 0.1 reaches up to 0.3 from 0.2, whatever binary fractions say.
            slack = question.tolerance + 1e-9 * max(1.0, abs(float(question.answer)))
            return math.isfinite(given) and abs(given - float(question.answer)) <= slack
        case QuestionKind.TRUE_FALSE:
            return isinstance(given, bool) and given is question.answer
        case QuestionKind.ORDER:
            return given == tuple(range(len(question.options)))
        case _:
            right = {place for place, option in enumerate(question.options) if option.is_right}
            return isinstance(given, tuple) and set(given) == right


def marked(attempt: Attempt, bank: Mapping[int, BankQuestion]) -> tuple[Response, ...]:
    """The responses of an attempt, each right or wrong. ``bank``: by number."""
    return tuple(
        replace(each, is_right=each.question in bank and is_right(bank[each.question], each.given))
        for each in attempt.responses
    )


@dataclass(frozen=True, slots=True)
class ModuleTally:
    """How many questions of a module were asked, and how many answered right."""

    module: str
    asked: int
    right: int

    @property
    def percent(self) -> int:
        return percent(self.right, self.asked)


def percent(right: int, asked: int) -> int:
    """A whole percentage, rounded half up; 100 and 0 only where all or nothing is right."""
    if asked == 0:
        return 0
    found = int(100 * right / asked + 0.5)
    return min(found, 99) if right < asked else found


def tallies(responses: Sequence[Response], bank: Mapping[int, BankQuestion]) -> tuple[ModuleTally, ...]:
    """By module, in the order of the bank."""
    asked: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for response in responses:
        if question := bank.get(response.question):
            asked[question.module] += 1
            right[question.module] += response.is_right
    modules = dict.fromkeys(question.module for question in bank.values())
    return tuple(ModuleTally(module, asked[module], right[module]) for module in modules if asked[module])


# What comes back


@dataclass(frozen=True, slots=True)
class Debt:
    """A question that was answered wrong and not yet right on enough days since. ``right_on``: those days."""

    question: int
    wrong_on: date
    right_on: tuple[date, ...]

    def is_due(self, day: date) -> bool:
        """Not on a day on which it was answered already, right or wrong."""
        return self.wrong_on < day and day not in self.right_on


def debts(attempts: Iterable[Attempt], bank: Container[int], day_of: Callable[[datetime], date]) -> list[Debt]:
    """What comes back of the ``bank``, longest owed first. ``attempts``: oldest first; those that are not over tell nothing."""
    found: dict[int, Debt] = {}
    for attempt in attempts:
        if attempt.ended_at is None:
            continue
        day = day_of(attempt.ended_at)
        for response in attempt.responses:
            owed = found.get(response.question)
            if response.question not in bank:
                continue
            if not response.is_right:
                found[response.question] = Debt(response.question, day, ())
            elif owed is not None:
                days = tuple(dict.fromkeys((*owed.right_on, day)))
                found[response.question] = replace(owed, right_on=days)
    return sorted(
        (each for each in found.values() if len(each.right_on) < RIGHT_DAYS),
        key=lambda each: (each.wrong_on, each.question),
    )


# Sure and right


@dataclass(frozen=True, slots=True)
class Calibration:
    """How sure went with right: answers that the learner was sure of, and those they were unsure of."""

    module: str
    sure: int = 0
    sure_right: int = 0
    unsure: int = 0
    unsure_right: int = 0

    @property
    def answers(self) -> int:
        return self.sure + self.unsure


def calibrated(answers: Iterable[tuple[str, bool | None, bool]]) -> tuple[Calibration, ...]:
    """By module, in the order of the answers. ``answers``: the module, whether the learner was sure (None: not said), and whether
    the answer was right."""
    found: dict[str, Counter[tuple[bool, bool]]] = defaultdict(Counter)
    for module, is_sure, right in answers:
        if is_sure is not None:
            found[module][is_sure, right] += 1
    return tuple(
        Calibration(
            module,
            counts[True, True] + counts[True, False],
            counts[True, True],
            counts[False, True] + counts[False, False],
            counts[False, True],
        )
        for module, counts in found.items()
    )


def total(found: Sequence[Calibration]) -> Calibration:
    """All modules together."""
    return Calibration(
        "all",
        sum(each.sure for each in found),
        sum(each.sure_right for each in found),
        sum(each.unsure for each in found),
        sum(each.unsure_right for each in found),
    )


# Errors


@dataclass(frozen=True, slots=True)
class ErrorTally:
    """The wrong answers of a module by what was behind them; ``unsorted``: nobody has said yet."""

    module: str
    kinds: tuple[tuple[Slip, int], ...]
    unsorted: int

    @property
    def errors(self) -> int:
        return self.unsorted + sum(count for _, count in self.kinds)


def errors(attempts: Iterable[Attempt], bank: Mapping[int, BankQuestion]) -> tuple[ErrorTally, ...]:
    """The wrong answers of tests that are over, by module in the order of the bank."""
    found: dict[str, Counter[Slip | None]] = defaultdict(Counter)
    for attempt in attempts:
        for response in attempt.responses if attempt.ended_at is not None else ():
            question = bank.get(response.question)
            if question is not None and not response.is_right:
                found[question.module][response.slip] += 1
    modules = dict.fromkeys(question.module for question in bank.values())
    return tuple(
        ErrorTally(
            module, tuple((slip, found[module][slip]) for slip in Slip if found[module][slip]), found[module][None]
        )
        for module in modules
        if module in found
    )
