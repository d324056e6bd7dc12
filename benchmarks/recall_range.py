"""How often the range that is told of recall on the exam day holds, on memories that it was not chosen by.

    python benchmarks/recall_range.py [--learners 120] [--development] [--processes 1]

The learners of recall_memories.py review for some minutes every day, the cards that ``studyplan review`` would ask, for 14, 30 or 60
days. After a third and after two thirds of the days, and on the last, what is told (by the answers until then) is held against
the mean chance of recall on the exam day by the learner's own memory, if nothing more is asked. One row a population:
the share of the ranges that hold it (80 % is meant), their width, and how far the figure in the middle is off, beside that of
FSRS with its default parameters, which knows nothing of the learner; in points. ± is twice the standard error, by learners.
"""

from __future__ import annotations

import argparse
from datetime import date
from itertools import product
from multiprocessing import Pool
from random import Random
from statistics import mean, stdev

from recall import COMES_BACK, Course, ours
from recall_learners import CASES, FIRST_GRADES, FIRST_SECONDS, RECALLED_GRADES, SECONDS
from recall_memories import CHOSEN_BY, DEVELOPMENT, EVALUATION, POPULATIONS, memories

from studyplan import recall
from studyplan.model import Grade

MINUTES = 5
GRADES = list(Grade)
#: What is told, what is so, and what the default parameters say: low, middle, high, true, default.
Look = tuple[float, float, float, float, float]


def live(population: str, seed: int, learner: int, days: int, cards: int) -> list[Look]:
    """One learner, looked at three times."""
    truth, course = memories(population, seed, learner, cards), Course(days, cards)
    dice = [Random(f"{population} {seed} {learner} {card}") for card in range(cards)]
    answers: dict[int, list[tuple[date, Grade]]] = {}
    looks, left = list[Look](), 0.0
    for day in range(days):
        course.day = day
        left = min(left, 0.0) + MINUTES * 60
        waiting, again, asked = ours(course), list[tuple[int, int]](), 0
        while left > 0 and (waiting or again):
            is_back = again and (not waiting or asked >= again[0][0])
            card = again.pop(0)[1] if is_back else waiting.pop(0)
            first = card not in course.memories
            if first:
                grade = dice[card].choices(GRADES, FIRST_GRADES)[0]
            elif dice[card].random() < truth[card].chance(day):
                grade = dice[card].choices(GRADES[1:], RECALLED_GRADES)[0]
            else:
                grade = Grade.AGAIN
            number = GRADES.index(grade)
            truth[card].answered(number + 1, day)
            answers.setdefault(card, []).append((course.today, grade))
            course.memories[card] = recall.graded(course.memories.get(card), grade, course.today)
            left -= (FIRST_SECONDS if first else SECONDS)[number]
            asked += 1
            if day >= course.buffer:
                course.passed.add(card)
            if grade is Grade.AGAIN:
                again.append((asked + COMES_BACK, card))
        if day + 1 in (days // 3, 2 * days // 3, days):
            looks.append(_look(course, answers, mean(each.chance(days) for each in truth)))
    return looks


def _look(course: Course, answers: dict[int, list[tuple[date, Grade]]], true: float) -> Look:
    held = [course.memories.get(card) for card in range(course.cards)]
    told = recall.recall_range(held, course.exam, recall.forgetting(answers.values()))
    default = mean(recall.recalled(memory, course.exam) for memory in held)
    return told.low, told.mean, told.high, true, default


def _learner(asked: tuple[str, int, int]) -> list[Look]:
    return [look for days, cards in CASES for look in live(*asked, days, cards)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=120)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--development", action="store_true", help="The learners to choose by, not those of the table.")
    asked = parser.parse_args()
    populations, seed = (CHOSEN_BY, DEVELOPMENT) if asked.development else (POPULATIONS, EVALUATION)
    print(
        "| memory | ranges | hold | width, mean | too high | too low | off, told | bias, told | off, default | bias, default |"
    )
    print("| --- |" + " ---: |" * 9)
    lost = []
    with Pool(asked.processes) as pool:
        for population in populations:
            found = pool.map(_learner, product([population], [seed], range(asked.learners)), chunksize=4)
            if not 0.75 <= _print_row(population, found) <= 0.85:
                lost.append(population)
    print(f"\nOutside of 75 to 85 %: {', '.join(lost) or 'none'}")


def _print_row(population: str, found: list[list[Look]]) -> float:
    holds = [mean(low <= true <= high for low, _, high, true, _ in looks) for looks in found]
    error = 2 * stdev(holds) / len(holds) ** 0.5 if len(holds) > 1 else 0.0
    looks = [look for each in found for look in each]
    width = mean(high - low for low, _, high, _, _ in looks)
    sides = [mean(true < low for low, _, _, true, _ in looks), mean(true > high for _, _, high, true, _ in looks)]
    told = [middle - true for _, middle, _, true, _ in looks]
    default = [each - true for *_, true, each in looks]
    figures = [f"{mean(holds):.0%} ± {100 * error:.0f}", f"{100 * width:.0f}", *(f"{side:.0%}" for side in sides)]
    for off in (told, default):
        figures += [f"{100 * mean(map(abs, off)):.1f}", f"{100 * mean(off):+.1f}"]
    print(f"| {population} | {len(looks)} | {' | '.join(figures)} |", flush=True)
    return mean(holds)


if __name__ == "__main__":
    main()
