"""Secrets that let their bearer in."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyplan.bearer import BearerSecret

IDS = st.integers(1, 2**31 - 1)


@given(IDS, IDS)
def test_it_says_whose_row_it_is_of(learner_id: int, number: int) -> None:
    made = BearerSecret.made(learner_id, number)
    assert BearerSecret.read(made.text) == made
    assert (made.learner_id, made.number) == (learner_id, number)


def test_it_is_short_enough_to_type_and_has_160_bits_of_chance() -> None:
    first, second = BearerSecret.made(36, 7).text, BearerSecret.made(36, 7).text
    assert first.startswith("10-7-")
    assert len(first) == len("10-7-") + 32
    assert first != second


def test_it_opens_what_keeps_its_digest_and_nothing_else() -> None:
    made, other = BearerSecret.made(1, 1), BearerSecret.made(1, 1)
    assert made.digest == sha256(made.text.encode()).hexdigest()
    assert made.opens(made.digest)
    assert not other.opens(made.digest)
    assert not made.opens("")


def test_it_is_not_shown_by_accident() -> None:
    made = BearerSecret.made(1, 1)
    assert made.text not in repr(made)
    assert made.text.rpartition("-")[2] not in f"{made}"


LETTERS = "a" * 32


@pytest.mark.parametrize(
    "text",
    [
        "",
        LETTERS,
        f"1-1-{LETTERS[1:]}",
        f"1-1-{LETTERS}a",
        f"1-1-{LETTERS.upper()}",
        f"1-0-{LETTERS}",
        f"1-01-{LETTERS}",
        f"01-1-{LETTERS}",
        f"zzzzzz-1-{LETTERS}",
        f"1-9999999999-{LETTERS}",
        f"1-1-{LETTERS}\n",
        f"１-1-{LETTERS}",
        f"1-1-{'8' * 32}",
    ],
)
def test_what_is_not_one_of_ours_is_told_before_a_database_is_asked(text: str) -> None:
    assert BearerSecret.read(text) is None
