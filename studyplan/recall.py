"""Cards and their memory model, aimed at the exam day: what a learner will recall then, and what to ask today for it.

The model is FSRS-6 with its published default parameters, by py-fsrs, which nothing else imports; without fuzz and without
learning steps, so that the same answers on the same days give the same memory. It counts in study days, as its parameters
were fitted: an answer has the day on which it was given, and a second one on the same day is a repetition. Pure: time is an
argument, and nothing is left to chance. May import ``model`` and nothing else of the package.

**What to ask.** Each card has a chance of being recalled on the exam day if it is not asked again, and another if it is asked
today: the mean over the two outcomes, recalled (graded good) and forgotten (graded again, and once more until it is good, as
in a session), with the model's own chance of either. The difference is what asking it today adds. Answers take time, so cards
are taken by what they add for each second. Cards are independent of one another in the model, so what a set adds is the sum
over its cards; therefore no other cards that take as long add more to the recall expected on the exam day, if nothing
is asked after today, and where the last card does not fill the minutes exactly, less than one card's worth is lost (the
argument of Dantzig, "Discrete-variable extremum problems", Operations Research 5, 1957). That is exact for the model, and
all that is claimed: the minutes of the days ahead are not part of the sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from math import exp, log
from typing import TYPE_CHECKING, TypeVar

from studyplan.model import Grade, Memory

if TYPE_CHECKING:
    from fsrs import Scheduler

T = TypeVar("T")

#: The chance that the first answer to a card is right: one less the share of "again" among first answers, as the simulator
#: of fsrs-rs has it by default.
FIRST_RECALL = 0.76
#: Seconds of an answer that is forgotten and of one that is recalled, at first and later: the figures of the same simulator
#: (33.8 and 13.7, 23.0 and 8.1), two and a half times. Its flash cards have short answers; with this factor twelve new cards
#: take the 10 minutes that a plan allows for them. Only the ratios count for what is asked.
FIRST_SECONDS = (84.5, 34.2)
SECONDS = (57.5, 20.2)
#: A second look at a card that was just forgotten.
AGAIN_SECONDS = 18.3


def graded(memory: Memory | None, grade: Grade, on: date) -> Memory:
    """The memory of a card after an answer. ``memory`` None: the first one. A day before the last answer counts as its day."""
    from fsrs import Card, Rating, State

    last = on if memory is None else max(on, memory.last)
    card = Card(card_id=0, state=State.Review, due=_noon(last))
    if memory is None:
        card.state, card.step = State.Learning, 0
    else:
        card.stability, card.difficulty, card.last_review = memory.stability, memory.difficulty, _noon(memory.last)
    card, _ = _scheduler().review_card(card, Rating[grade.name.capitalize()], _noon(last))
    assert card.stability is not None
    assert card.difficulty is not None
    again = grade is Grade.AGAIN
    if memory is None:
        return Memory(card.stability, card.difficulty, last, 1, int(again))
    return Memory(card.stability, card.difficulty, last, memory.answers + 1, memory.lapses + again)


def recalled(memory: Memory | None, on: date) -> float:
    """The chance, 0 to 1, that the card is recalled on a day, unless it is asked before. 0 for one that was never answered:
    the model knows nothing of it."""
    from fsrs import Card, State

    if memory is None:
        return 0.0
    card = Card(card_id=0, state=State.Review, due=_noon(on))
    card.stability, card.last_review = memory.stability, _noon(memory.last)
    return float(_scheduler().get_card_retrievability(card, _noon(on)))


def due(memory: Memory, retention: float = 0.9) -> date:
    """The day on which the chance of recall has fallen to ``retention``, at least a day after the last answer."""
    from datetime import timedelta

    scheduler = _scheduler()
    decay = -scheduler.parameters[20]
    days = memory.stability * (retention ** (1 / decay) - 1) / (0.9 ** (1 / decay) - 1)
    return memory.last + timedelta(days=max(1, round(min(days, 36500))))


@dataclass(frozen=True, slots=True)
class Worth:
    """What asking a card on a day adds to its chance of recall on the exam day, and the seconds that it takes on average."""

    gain: float
    seconds: float

    @property
    def rate(self) -> float:
        return self.gain / self.seconds


def worth(memory: Memory | None, on: date, exam: date) -> Worth:
    """What asking on a day adds on the exam day, against not asking again at all."""
    chance = FIRST_RECALL if memory is None else recalled(memory, on)
    good = graded(memory, Grade.GOOD, on)
    again = graded(graded(memory, Grade.AGAIN, on), Grade.GOOD, on)
    asked = chance * recalled(good, exam) + (1 - chance) * recalled(again, exam)
    forgotten, fine = FIRST_SECONDS if memory is None else SECONDS
    return Worth(
        gain=asked - recalled(memory, exam),
        seconds=(1 - chance) * (forgotten + AGAIN_SECONDS) + chance * fine,
    )


def by_worth(cards: Iterable[tuple[T, Worth]]) -> list[tuple[T, Worth]]:
    """The cards by what they add for each second, the most first; equal ones as they come."""
    return sorted(cards, key=lambda each: -each[1].rate)


def within(cards: Sequence[tuple[T, Worth]], seconds: float) -> list[T]:
    """The first of the cards that fit the seconds; one that does not is passed over for a shorter one behind it."""
    taken = []
    for card, found in cards:
        if found.seconds <= seconds:
            taken.append(card)
            seconds -= found.seconds
    return taken


#: How much longer or shorter a learner's stabilities may be than those of the default parameters, as logarithms; the deviation of
#: what is expected before anything was answered; and the shapes of forgetting, as the exponent of the power law that
#: goes through 90 % where the stability has passed: that of FSRS-6, of FSRS-4.5, and None, which is exponential.
SCALES = tuple(step / 4 for step in range(-12, 13))
SCALE_SPREAD = 1.5
SHAPES = (0.1542, 0.5, None)
#: The share of the evidence of an answer that counts, since answers to one card hang together and no model is right; and what
#: stays unknown however many there are, as a deviation of the mean chance.
BELIEVED = 0.3
UNKNOWN = 0.02
#: The quantiles of the range. More of what is foreseen is left out above than below: memories that are unlike the model
#: forget faster than it says. These numbers were chosen on the development learners of benchmarks/recall_range.py.
TAILS = (0.03, 0.78)


@dataclass(frozen=True, slots=True)
class Forgetting:
    """How likely each way of forgetting is, after a learner's answers: weights that add up to 1, for every scale and shape."""

    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class RecallRange:
    """The mean chance of recall of some cards, 0 to 1, and the range that it lies in for four learners of five."""

    low: float
    mean: float
    high: float


def forgetting(histories: Iterable[Sequence[tuple[date, Grade]]]) -> Forgetting:
    """How the learner forgets, from the answers to each card, oldest first.

    One number is fitted, how many times as long as the model says things are remembered, and which of three shapes
    forgetting has: by Bayes' rule over a grid. It is drawn to 1, the more the fewer answers there are. Only an answer on a later
    day than the one before says anything.
    """
    likelihoods = [-0.5 * (scale / SCALE_SPREAD) ** 2 for scale, _ in _ways()]
    for passed, is_recalled in _tries(histories):
        for index, (scale, shape) in enumerate(_ways()):
            chance = min(max(_left(passed / exp(scale), shape), 0.001), 0.999)
            likelihoods[index] += BELIEVED * log(chance if is_recalled else 1 - chance)
    most = max(likelihoods)
    weights = [exp(each - most) for each in likelihoods]
    return Forgetting(tuple(each / sum(weights) for each in weights))


def recall_range(memories: Sequence[Memory | None], on: date, found: Forgetting) -> RecallRange:
    """The mean chance of recall of the cards on a day, unless they are asked before, and how far it may be off. Cards that were
    never answered count as not recalled, for certain."""
    ages = [max(0, (on - memory.last).days) / memory.stability for memory in memories if memory is not None]
    if not ages:
        return RecallRange(0.0, 0.0, 0.0)
    share = len(ages) / len(memories)
    means = [sum(_left(age / exp(scale), shape) for age in ages) / len(ages) for scale, shape in _ways()]
    spread = [
        (min(1.0, max(0.0, mean + UNKNOWN * step)), weight * part)
        for mean, weight in zip(means, found.weights, strict=True)
        if weight > 1e-6
        for step, part in _NORMAL
    ]
    low, high = (_quantile(spread, tail) for tail in TAILS)
    mean = sum(mean * weight for mean, weight in zip(means, found.weights, strict=True))
    return RecallRange(share * min(low, mean), share * mean, share * max(high, mean))


#: A normal deviate in steps of a half, with the weight of each.
_NORMAL = tuple((step / 2, exp(-(step**2) / 8)) for step in range(-5, 6))


@cache
def _ways() -> tuple[tuple[float, float | None], ...]:
    return tuple((scale, shape) for shape in SHAPES for scale in SCALES)


def _left(passed: float, shape: float | None) -> float:
    """What is left when so many stabilities have passed."""
    if shape is None:
        return float(0.9**passed)
    return float((1 + (0.9 ** (-1 / shape) - 1) * passed) ** -shape)


def _tries(histories: Iterable[Sequence[tuple[date, Grade]]]) -> Iterator[tuple[float, bool]]:
    """For each answer on a later day: how many stabilities had passed, and whether the card was recalled."""
    for history in histories:
        memory: Memory | None = None
        for on, grade in history:
            if memory is not None and on > memory.last:
                yield (on - memory.last).days / memory.stability, grade is not Grade.AGAIN
            memory = graded(memory, grade, on)


def _quantile(spread: Iterable[tuple[float, float]], part: float) -> float:
    """The smallest of the values with their weights below which this part of the weight lies."""
    gone, ordered = 0.0, sorted(spread)
    whole = sum(weight for _, weight in ordered)
    for value, weight in ordered:
        gone += weight
        if gone >= part * whole:
            return value
    return ordered[-1][0]


@cache
def _scheduler() -> Scheduler:
    # Here and not above: only who reviews cards needs it.
    from fsrs import Scheduler

    return Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


@cache
def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
