"""What is recalled on the exam day, by the way in which the cards to ask are chosen, at equal minutes.

    python benchmarks/recall.py [--learners 48] [--processes 2]

The learners of ``recall_learners.py`` have memories that follow FSRS with other parameters than the program's. Each has 14, 30
or 60 days and 30, 60 or 120 cards, which come up evenly until the buffer (a tenth of the days), and 2.5 or 5 minutes of
review every day. All ways meet the same learners and the same dice for each card, and have the same minutes: an answer that
runs over is taken from the next day's, and where a way has nothing due it asks what is due next. No card is asked twice
on a day, but one that was forgotten is asked again after four others until it is recalled. Grades and their seconds are
the learner's; what a way knows of the memory it computes from the grades with the default parameters.

- ours: what adds most on the exam day for each second, as ``studyplan review`` does; on the days of the buffer their share of
  a last pass over all cards comes first;
- ours, no last pass: the same without the latter;
- 1-3-7-14: new cards, then those that are due: 1, 3, 7 and 14 days after as many right answers in a row;
- FSRS 0.9: new cards, then those whose chance of recall has fallen below 0.9, longest due first;
- least known: the lowest chance of recall today first;
- longest ago: whatever was not asked for the longest time.

The figure is the mean over all cards of the learner's own chance of recall on the exam day, a card that was never asked
counting 0. Prints a Markdown table; ± is twice the standard error of the mean difference to ours, over the learners.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from multiprocessing import Pool
from random import Random
from statistics import mean, stdev

from fsrs import Card as FsrsCard
from fsrs import Rating, Scheduler, State
from recall_learners import (
    CASES,
    FIRST_GRADES,
    FIRST_SECONDS,
    MINUTES,
    RECALLED_GRADES,
    SECONDS,
    Learner,
    learners,
)

from studyplan import recall
from studyplan.model import Grade, Memory

START = date(2026, 7, 1)
GAPS = (1, 3, 7, 14)
COMES_BACK = 4


@cache
def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


class Truth:
    """A learner's own memory of the cards: FSRS with the learner's parameters."""

    def __init__(self, learner: Learner, cards: int) -> None:
        self._scheduler = Scheduler(
            parameters=learner.parameters, learning_steps=(), relearning_steps=(), enable_fuzzing=False
        )
        self._cards = [FsrsCard(card_id=number, due=noon(START)) for number in range(cards)]
        self._dice = [Random(learner.seed * 1000 + number) for number in range(cards)]

    def chance(self, card: int, on: date) -> float:
        return float(self._scheduler.get_card_retrievability(self._cards[card], noon(on)))

    def answer(self, card: int, on: date) -> tuple[Grade, float]:
        """The grade that the learner gives, and the seconds it takes."""
        dice = self._dice[card]
        first = self._cards[card].last_review is None
        if first:
            grade = dice.choices(list(Grade), FIRST_GRADES)[0]
        elif dice.random() < self.chance(card, on):
            grade = dice.choices(list(Grade)[1:], RECALLED_GRADES)[0]
        else:
            grade = Grade.AGAIN
        rating = Rating[grade.name.capitalize()]
        self._cards[card], _ = self._scheduler.review_card(self._cards[card], rating, noon(on))
        if self._cards[card].state is not State.Review:
            raise RuntimeError("without steps every card is in review")
        return grade, (FIRST_SECONDS if first else SECONDS)[rating - 1]


@dataclass
class Course:
    """What a way of choosing may know: the days, the cards that have come up, and what the grades tell of them."""

    days: int
    cards: int
    memories: dict[int, Memory] = field(default_factory=dict)
    right: dict[int, int] = field(default_factory=dict)
    passed: set[int] = field(default_factory=set)
    day: int = 0

    @property
    def buffer(self) -> int:
        """The first day of the buffer."""
        return self.days - max(1, self.days // 10)

    @property
    def today(self) -> date:
        return START + timedelta(self.day)

    @property
    def exam(self) -> date:
        return START + timedelta(self.days)

    def here(self) -> list[int]:
        """The cards that have come up and were not asked today."""
        come = (card for card in range(self.cards) if card * self.buffer // self.cards <= self.day)
        return [card for card in come if card not in self.memories or self.memories[card].last < self.today]


Way = Callable[[Course], list[int]]


def most_worth(course: Course) -> list[int]:
    found = [(card, recall.worth(course.memories.get(card), course.today, course.exam)) for card in course.here()]
    return [card for card, _ in recall.by_worth(found)]


def ours(course: Course) -> list[int]:
    order = most_worth(course)
    if course.day < course.buffer:
        return order
    left = [card for card in order if card not in course.passed]
    share = left[: -(-len(left) // (course.days - course.day))]
    return share + [card for card in order if card not in set(share)]


def fixed(course: Course) -> list[int]:
    def due(card: int) -> date:
        gap = GAPS[min(course.right[card], len(GAPS)) - 1] if course.right[card] else 1
        return course.memories[card].last + timedelta(gap)

    return _new_then(course, due)


def plain_fsrs(course: Course) -> list[int]:
    return _new_then(course, lambda card: recall.due(course.memories[card], 0.9))


def _new_then(course: Course, due: Callable[[int], date]) -> list[int]:
    here = course.here()
    new = [card for card in here if card not in course.memories]
    return new + sorted((card for card in here if card in course.memories), key=due)


def least_known(course: Course) -> list[int]:
    return sorted(course.here(), key=lambda card: recall.recalled(course.memories.get(card), course.today))


def longest_ago(course: Course) -> list[int]:
    return sorted(course.here(), key=lambda card: course.memories[card].last if card in course.memories else date.min)


WAYS: dict[str, Way] = {
    "ours": ours,
    "ours, no last pass": most_worth,
    "1-3-7-14": fixed,
    "FSRS 0.9": plain_fsrs,
    "least known": least_known,
    "longest ago": longest_ago,
}


def live(learner: Learner, days: int, cards: int, minutes: float, way: Way) -> float:
    """What the learner recalls on the exam day, as a mean over the cards."""
    truth, course = Truth(learner, cards), Course(days, cards)
    left = 0.0
    for day in range(days):
        course.day = day
        left = min(left, 0.0) + minutes * 60
        waiting, again, asked = way(course), list[tuple[int, int]](), 0
        while left > 0 and (waiting or again):
            is_back = again and (not waiting or asked >= again[0][0])
            card = again.pop(0)[1] if is_back else waiting.pop(0)
            grade, seconds = truth.answer(card, course.today)
            course.memories[card] = recall.graded(course.memories.get(card), grade, course.today)
            course.right[card] = 0 if grade is Grade.AGAIN else course.right.get(card, 0) + 1
            left -= seconds
            asked += 1
            if day >= course.buffer:
                course.passed.add(card)
            if grade is Grade.AGAIN:
                again.append((asked + COMES_BACK, card))
    return mean(truth.chance(card, course.exam) for card in range(cards))


def row(case: tuple[Learner, int, int, float]) -> dict[str, float]:
    return {name: live(*case, way) for name, way in WAYS.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, help="Only the first so many.")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    who = learners()[: asked.learners]
    kinds = {kind: sum(each.kind == kind for each in who) for kind in dict.fromkeys(each.kind for each in who)}
    print(", ".join(f"{count} {kind}" for kind, count in kinds.items()))
    print(f"\n| days | cards | minutes a day | {' | '.join(WAYS)} |")
    print("|---|---|---|" + "---|" * len(WAYS))
    with Pool(asked.processes) as pool:
        for days, cards in CASES:
            for minutes in MINUTES:
                found = pool.map(row, [(learner, days, cards, minutes) for learner in who], chunksize=1)
                print(
                    f"| {days} | {cards} | {minutes} | {' | '.join(_cell(found, name) for name in WAYS)} |", flush=True
                )


def _cell(found: Sequence[dict[str, float]], name: str) -> str:
    share = f"{mean(each[name] for each in found):.1%}"
    if name == "ours" or len(found) < 2:
        return share
    apart = [each[name] - each["ours"] for each in found]
    return f"{share} ({100 * mean(apart):+.1f} ± {200 * stdev(apart) / len(apart) ** 0.5:.1f})"


if __name__ == "__main__":
    main()
