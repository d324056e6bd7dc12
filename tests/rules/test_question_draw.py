"""Which questions tests ask: no two share more than a fifth, in the shares of the bank, and always the same ones."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyplan.model import BankQuestion, Difficulty, Option, QuestionKind
from studyplan.rules.question_draw import SHARED, Wanted, drawn, shown_order

MODULES = "abcdefg"


def bank(size: int) -> list[BankQuestion]:
    """Modules and difficulties of different sizes."""
    return [
        BankQuestion(
            f"q{n}",
            QuestionKind.SINGLE,
            "?",
            MODULES[n * n % len(MODULES)],
            "t",
            difficulty=list(Difficulty)[n % 5 % 3],
            number=n + 1,
        )
        for n in range(size)
    ]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 90), st.lists(st.integers(1, 40), min_size=1, max_size=4), st.text(max_size=5))
def test_no_two_share_more_than_a_fifth(size: int, sizes: list[int], seed: str) -> None:
    """Whatever the bank and the tests: at most as long as wanted, nothing twice, the same the second time."""
    questions = bank(size)
    tests = [Wanted(f"t{n}", each) for n, each in enumerate(sizes)]
    found = drawn(questions, tests, seed)
    assert drawn(questions, tests, seed) == found
    for test in tests:
        assert len(set(found[test.id])) == len(found[test.id]) <= test.size
    for one, other in itertools.combinations(map(set, found.values()), 2):
        assert len(one & other) * SHARED <= min(len(one), len(other))


@pytest.mark.parametrize("size", [120, 150])
def test_a_shipped_bank_is_enough(size: int) -> None:
    """120 questions are enough for a diagnostic and three mocks of at least forty, 150 for all fifty; all are used."""
    found = drawn(bank(size), [Wanted("d", 20), *(Wanted(f"m{n}", 50) for n in range(3))], "ana")
    assert min(len(found[f"m{n}"]) for n in range(3)) >= (50 if size == 150 else 40)
    assert len(set().union(*found.values())) >= size * 0.9


def test_balanced_by_module_and_difficulty() -> None:
    """Each test has the bank's modules and difficulties in its shares, give or take two."""
    questions = {question.number: question for question in bank(150)}
    for numbers in drawn(list(questions.values()), [Wanted("d", 20), Wanted("m", 50)], "ana").values():
        for of in (lambda each: each.module, lambda each: each.difficulty):
            shares = Counter(map(of, questions.values()))
            here = Counter(of(questions[number]) for number in numbers)
            for name, count in shares.items():
                assert abs(here[name] - count * len(numbers) / 150) <= 2


def test_another_learner_gets_others() -> None:
    """The draw follows from the seed."""
    one, other = (drawn(bank(150), [Wanted("m", 50)], seed)["m"] for seed in ("ana", "bob"))
    assert set(one) != set(other)


def test_what_was_begun_stays() -> None:
    """A test that asks its questions already keeps them, and the others keep their distance."""
    asked = tuple(range(1, 41))
    found = drawn(bank(120), [Wanted("a", 40, asked), Wanted("b", 40)], "ana")
    assert found["a"] == asked
    assert len(set(found["b"]) & set(asked)) * SHARED <= 40


def test_options_are_shuffled() -> None:
    """The same each time for one seed; what has an order is never shown in it; every place comes up."""
    options = tuple(Option(text) for text in "abcd")
    order = BankQuestion("o", QuestionKind.ORDER, "?", "m", "t", options)
    single = BankQuestion("s", QuestionKind.SINGLE, "?", "m", "t", options)
    assert shown_order(single, "ana") == shown_order(single, "ana")
    seen = [shown_order(order, str(seed)) for seed in range(100)]
    assert all(sorted(each) == [0, 1, 2, 3] != list(each) for each in seen)
    assert {shown_order(single, str(seed))[0] for seed in range(60)} == {0, 1, 2, 3}
