"""What offers ask, in words."""

from __future__ import annotations

import pytest

from studyplan.model import Offer, Reason
from studyplan.presentation.phrases import offer_text, reason_text


@pytest.mark.parametrize(
    ("ids", "expected"),
    [(("a",), "leave it out for good (1 h)"), (("a", "b"), "leave all of these out for good (1 h)")],
)
def test_tasks_that_stand_above_are_not_named_again(ids, expected):
    assert offer_text(Offer("leave_out", ids, "", titles=ids, minutes=60), named=False) == expected


def test_many_titles_make_no_wall():
    """What an offer leaves out is told by the first few and how many more there are."""
    ids = tuple("abcdefg")
    offer = Offer("leave_out", ids, "", titles=ids, minutes=60)
    assert offer_text(offer) == "leave out 7 tasks (1 h): 'a', 'b', 'c' and 4 more"
    assert offer_text(Offer("leave_out", ids[:2], "", titles=ids[:2])) == "leave out 'a', 'b'"


@pytest.mark.parametrize(
    ("because", "expected"),
    [("mock-1", "'Mock exam 1'"), ("mock-1+2d", "'Mock exam 1'+2d"), ("mock", "'Mock'"), ("exam-7d", "exam-7d")],
)
def test_a_fixed_day_names_no_key(because, expected):
    """What a day is counted from is told by its title."""
    titles = {"mock": "Mock", "mock-1": "Mock exam 1"}
    assert reason_text(Reason("anchor", because), titles) == f"its day is fixed: {expected}"
