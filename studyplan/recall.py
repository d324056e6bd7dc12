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

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
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


@cache
def _scheduler() -> Scheduler:
    # Here and not above: only who reviews cards needs it.
    from fsrs import Scheduler

    return Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


@cache
def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
