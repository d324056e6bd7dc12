"""Minutes that the reviews of the shipped plans take if they are followed to the letter, beside those that are planned for them.

    python benchmarks/review_minutes.py [--learners 40]

Every task is done on its day, every review on its own: all its cards are asked, of siblings one, and again until they are right; a last
pass asks its share of all cards. Memories are those of recall_memories.py (``fsrs``). An answer takes the published seconds of flash cards
(means over 10,000 learners, by grade, at first and later: ``state_rating_costs`` in simulation.rs of fsrs-rs 6, since its pull request
351 of July 2025), those that ``studyplan.recall`` counts with (the older medians of the same simulator times two and a half), or
twice as much as these. 80 %: enough for four learners of five.
"""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import mean, quantiles

from recall_learners import FIRST_GRADES, FIRST_SECONDS, RECALLED_GRADES, SECONDS
from recall_memories import EVALUATION, CardMemory, memories

from studyplan.model import Card, Kind, Piece, Template, Window, Work
from studyplan.schedule import Problem, days, decks, lay_out
from studyplan.template import load

PLANS = Path(__file__).parent.parent / "plans"
START = date(2026, 7, 1)
FLASH_FIRST, FLASH = (19.58, 18.79, 13.78, 10.71), (19.38, 17.59, 12.38, 8.94)
Seconds = tuple[tuple[float, ...], tuple[float, ...]]
COUNTED: dict[str, Seconds] = {
    "flash cards": (FLASH_FIRST, FLASH),
    "counted": (FIRST_SECONDS, SECONDS),
    "twice": (tuple(2 * each for each in FIRST_SECONDS), tuple(2 * each for each in SECONDS)),
}


def sessions(template: Template, window: Window) -> tuple[list[tuple[int, list[Card]]], int, int]:
    """The day and the cards of each review, where a last pass has none; the planned minutes; the day of the exam."""
    tasks = template.tasks_of(window)
    works = tuple(
        Work(each.id, each.minutes, each.splittable, each.after, each.on.get(window.id), each.kind is Kind.EXAM)
        for each in tasks
    )
    end = START + timedelta(days=window.longest - 1)
    held = decks(tasks, template.cards)
    laid = lay_out(Problem(days(START, end, lambda day: None, end), works, held))
    reviews = {work.id for work in laid.reviews}
    pieces: list[Piece] = sorted((p for p in laid.pieces if p.task in reviews), key=lambda piece: piece.date)
    cards_of = {
        deck.id: [card for card in template.cards if card.after in deck.after and card.module == deck.module]
        for deck in held
    }
    found = [((piece.date - START).days, cards_of.get(piece.task.rpartition("-")[0], [])) for piece in pieces]
    return found, sum(piece.minutes for piece in pieces), (end - START).days


def followed(reviews: list[tuple[int, list[Card]]], exam: int, learner: int) -> tuple[dict[str, float], float]:
    """The minutes of one learner by each way of counting, and the recall on the exam day."""
    cards = list({card.id: card for _, own in reviews for card in own}.values())
    place = {card.id: number for number, card in enumerate(cards)}
    truth = memories("fsrs", EVALUATION, learner, len(cards))
    dice = Random(f"minutes {learner}")
    asked: dict[int, int] = {}
    spent = dict.fromkeys(COUNTED, 0.0)
    passes = [day for day, own in reviews if not own]

    def one_of_each(own: list[Card]) -> list[int]:
        """Of siblings the one that was asked least recently."""
        by_note: dict[str, list[int]] = {}
        for card in own:
            by_note.setdefault(card.note, []).append(place[card.id])
        return [min(numbers, key=lambda number: asked.get(number, -1)) for numbers in by_note.values()]

    def ask(number: int, day: int) -> None:
        while True:
            first = number not in asked
            grade = _grade(truth[number], day, first=first, dice=dice)
            truth[number].answered(grade, day)
            asked[number] = day
            for name, counted in COUNTED.items():
                spent[name] += counted[0 if first else 1][grade - 1] / 60
            if grade > 1:
                return

    for day, own in reviews:
        if own:
            wanted = [number for number in one_of_each(own) if asked.get(number) != day]
        else:
            left = [number for number in range(len(cards)) if asked.get(number, -1) < passes[0]]
            wanted = left[: -(-len(left) // sum(each >= day for each in passes))]
        for number in wanted:
            ask(number, day)
    return spent, mean(each.chance(exam) for each in truth) if truth else 0.0


def _grade(memory: CardMemory, day: int, *, first: bool, dice: Random) -> int:
    if first:
        return dice.choices((1, 2, 3, 4), FIRST_GRADES)[0]
    return dice.choices((2, 3, 4), RECALLED_GRADES)[0] if dice.random() < memory.chance(day) else 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=40)
    learners = parser.parse_args().learners
    print(f"| plan, window | reviews | planned | {' | '.join(COUNTED)} | counted, 80 % | recalled |")
    print("| --- |" + " ---: |" * 7)
    for path in sorted(PLANS.glob("*.yaml")):
        template = load(path)
        for window in template.windows:
            reviews, planned, exam = sessions(template, window)
            if not any(own for _, own in reviews):
                continue
            found = [followed(reviews, exam, learner) for learner in range(learners)]
            means = [f"{mean(spent[name] for spent, _ in found):.0f}" for name in COUNTED]
            times = [spent["counted"] for spent, _ in found]
            most = quantiles(times, n=5)[-1] if len(times) > 1 else times[0]
            row = [str(len(reviews)), str(planned), *means, f"{most:.0f}", f"{mean(each for _, each in found):.1%}"]
            print(f"| {template.id}, {window.id} | {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
