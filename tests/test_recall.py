"""The memory model and what is asked by it."""

from __future__ import annotations

import ast
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import fsrs.scheduler
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyplan import recall
from studyplan.model import Grade, Memory
from studyplan.recall import Worth

DAY = date(2026, 7, 1)
GRADES = st.sampled_from(list(Grade))
ANSWERS = st.lists(st.tuples(GRADES, st.integers(0, 40)), min_size=1, max_size=6)
MEMORIES = st.builds(
    Memory, st.floats(0.001, 2000), st.floats(1, 10), st.integers(0, 30).map(lambda days: DAY - timedelta(days))
)


def after(days: int) -> date:
    return DAY + timedelta(days)


def lived(answers: list[tuple[Grade, int]]) -> Memory:
    """A memory after answers, each so many days after the one before."""
    memory, day = None, DAY
    for grade, gap in answers:
        day += timedelta(gap)
        memory = recall.graded(memory, grade, day)
    assert memory is not None
    return memory


def test_the_first_answer_is_as_published() -> None:
    """A first answer leaves the stability that the default parameters name for its grade."""
    for grade, stability in zip(Grade, fsrs.scheduler.DEFAULT_PARAMETERS[:4], strict=True):
        memory = recall.graded(None, grade, DAY)
        assert (memory.stability, memory.last, memory.answers) == (stability, DAY, 1)
        assert memory.lapses == (grade is Grade.AGAIN)


def test_a_later_answer_is_as_published() -> None:
    """Stability after a success and after a failure follows the published formulas of FSRS-6, computed here by hand."""
    w = fsrs.scheduler.DEFAULT_PARAMETERS
    memory = Memory(5.0, 4.0, DAY, 2, 0)
    chance = recall.recalled(memory, after(5))
    assert chance == pytest.approx(0.9)
    grown = 5 * (1 + 2.718281828459045 ** w[8] * 7 * 5 ** -w[9] * (2.718281828459045 ** (0.1 * w[10]) - 1))
    assert recall.graded(memory, Grade.GOOD, after(5)).stability == pytest.approx(grown)
    left = w[11] * 4 ** -w[12] * (6 ** w[13] - 1) * 2.718281828459045 ** (0.1 * w[14])
    assert recall.graded(memory, Grade.AGAIN, after(5)).stability == pytest.approx(left)


@settings(max_examples=200, deadline=None)
@given(ANSWERS, st.integers(0, 400))
def test_the_same_answers_leave_the_same_memory(answers: list[tuple[Grade, int]], ahead: int) -> None:
    """No dice and no clock: twice the same, a chance between 0 and 1 that only falls with the days."""
    memory = lived(answers)
    assert lived(answers) == memory
    assert memory.answers == len(answers)
    assert memory.lapses == sum(grade is Grade.AGAIN for grade, _ in answers)
    now = recall.recalled(memory, memory.last + timedelta(ahead))
    assert 0 < recall.recalled(memory, memory.last + timedelta(ahead + 1)) < now <= 1


@settings(max_examples=200, deadline=None)
@given(MEMORIES, st.integers(1, 60), st.integers(1, 60))
def test_better_grades_leave_more(memory: Memory, on: int, ahead: int) -> None:
    """A better grade never leaves a lower chance of recall later, and a failure never more than was there."""
    day, later = after(on), after(on + ahead)
    chances = [recall.recalled(recall.graded(memory, grade, day), later) for grade in Grade]
    assert chances == sorted(chances)


def test_days_do_not_run_backwards() -> None:
    """An answer that is told of a day before the last one counts as that day's."""
    memory = recall.graded(None, Grade.GOOD, DAY)
    assert recall.graded(memory, Grade.GOOD, after(-3)).last == DAY
    assert recall.recalled(memory, after(-3)) == 1


@settings(max_examples=100, deadline=None)
@given(MEMORIES, st.sampled_from([0.7, 0.8, 0.9, 0.95]))
def test_a_card_is_due_when_its_chance_has_fallen(memory: Memory, retention: float) -> None:
    """On its due day a card is about as likely to be recalled as was wished: a day later less, two days earlier more."""
    day = recall.due(memory, retention)
    assert day > memory.last
    assert recall.recalled(memory, day + timedelta(1)) < retention
    if (day - memory.last).days > 2:
        assert recall.recalled(memory, day - timedelta(1)) > retention


@settings(max_examples=200, deadline=None)
@given(st.none() | MEMORIES, st.integers(0, 30), st.integers(1, 60))
def test_worth_is_the_mean_of_the_outcomes(memory: Memory | None, on: int, ahead: int) -> None:
    """What asking adds is the model's own mean over both outcomes, less what would be recalled without asking."""
    day, exam = after(on), after(on + ahead)
    found = recall.worth(memory, day, exam)
    chance = 0.76 if memory is None else recall.recalled(memory, day)
    good = recall.recalled(recall.graded(memory, Grade.GOOD, day), exam)
    again = recall.recalled(recall.graded(recall.graded(memory, Grade.AGAIN, day), Grade.GOOD, day), exam)
    assert found.gain == pytest.approx(chance * good + (1 - chance) * again - recall.recalled(memory, exam))
    assert 20 < found.seconds < 84.5 + 34.2
    assert memory is not None or found.gain > 0


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.001, 1), st.floats(1, 100)), min_size=1, max_size=9),
    st.floats(1, 400),
)
def test_no_other_cards_that_take_as_long_add_more(found: list[tuple[float, float]], seconds: float) -> None:
    """What is chosen is within one card of the best choice of all, and the best where it fills the minutes exactly."""
    cards = [(number, Worth(gain, time)) for number, (gain, time) in enumerate(found)]
    ordered = recall.by_worth(cards)
    chosen = recall.within(ordered, seconds)
    worth = dict(cards)
    assert sum(worth[card].seconds for card in chosen) <= seconds * (1 + 1e-9)
    sets = [
        of
        for size in range(len(cards) + 1)
        for of in combinations(worth, size)
        if sum(worth[card].seconds for card in of) <= seconds
    ]
    best = max(sum(worth[card].gain for card in of) for of in sets)
    fits = [card for card, each in cards if each.seconds <= seconds]
    mine = sum(worth[card].gain for card in chosen)
    assert mine > best - max((worth[card].gain for card in fits), default=0) - 1e-9 or mine == pytest.approx(best)
    for size in range(1, len(ordered) + 1):
        first = [card for card, _ in ordered[:size]]
        filled = sum(worth[card].seconds for card in first)
        rivals = [
            sum(worth[card].gain for card in of)
            for length in range(len(cards) + 1)
            for of in combinations(worth, length)
            if sum(worth[card].seconds for card in of) <= filled
        ]
        assert sum(worth[card].gain for card in first) >= max(rivals) - 1e-9


def test_a_card_that_is_known_waits() -> None:
    """What was answered yesterday and sits well adds less than what is about to be forgotten, or was never asked."""
    exam = after(14)
    fresh = Memory(30.0, 3.0, after(-1))
    fading = Memory(2.0, 6.0, after(-6))
    known = {"fresh": fresh, "fading": fading, "new": None}
    order = recall.by_worth([(name, recall.worth(memory, DAY, exam)) for name, memory in known.items()])
    assert [name for name, _ in order] == ["new", "fading", "fresh"]


def test_chance_and_clock_are_asked_for_nowhere() -> None:
    """The module names no clock and no dice."""
    tree = ast.parse(Path(recall.__file__).read_text(encoding="utf-8"))
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not names & {"now", "today", "utcnow", "random", "monotonic"}


def history(*right: bool, gap: int = 4) -> list[tuple[date, Grade]]:
    """A first answer that is good, and then one every few days."""
    grades = [Grade.GOOD, *(Grade.GOOD if each else Grade.AGAIN for each in right)]
    return [(after(gap * place), grade) for place, grade in enumerate(grades)]


def test_the_range_holds_its_mean_and_unanswered_cards_count_as_forgotten() -> None:
    """Low, mean and high in order; twice as many cards, of which half were never answered, halve all three."""
    found = recall.forgetting([history(True, True)] * 5)
    memories = [Memory(5.0, 5.0, DAY), Memory(50.0, 5.0, DAY)]
    told = recall.recall_range(memories, after(20), found)
    assert 0 < told.low < told.mean < told.high < 1
    half = recall.recall_range([*memories, None, None], after(20), found)
    assert (half.low, half.mean, half.high) == pytest.approx((told.low / 2, told.mean / 2, told.high / 2))
    assert recall.recall_range([None], after(20), found) == recall.RecallRange(0, 0, 0)


def test_one_number_is_fitted_from_the_answers_and_held_back_by_few() -> None:
    """Who forgets more than the model says is told less, who forgets less more; a hundred answers say more than two."""
    memories = [Memory(8.0, 5.0, DAY)] * 3

    def told(histories: list[list[tuple[date, Grade]]]) -> recall.RecallRange:
        return recall.recall_range(memories, after(25), recall.forgetting(histories))

    unknown, poor, good = told([]), told([history(False, False)] * 50), told([history(True, True, gap=12)] * 50)
    assert poor.mean < told([history(False, False)]).mean < unknown.mean < good.mean
    assert poor.high < good.low
    assert poor.high - poor.low < unknown.high - unknown.low
    assert good.high - good.low < unknown.high - unknown.low


def test_answers_of_one_day_say_nothing_of_forgetting() -> None:
    """A card asked again until it is right is one try."""
    twice = [(DAY, Grade.AGAIN), (DAY, Grade.AGAIN), (DAY, Grade.GOOD)]
    assert recall.forgetting([twice]) == recall.forgetting([])
