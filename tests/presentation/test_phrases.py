"""What offers ask, in words."""

from __future__ import annotations

import pytest

from studyplan.model import Offer
from studyplan.presentation.phrases import offer_text


@pytest.mark.parametrize(
    ("ids", "expected"),
    [(("a",), "leave it out for good (1 h)"), (("a", "b"), "leave all of these out for good (1 h)")],
)
def test_tasks_that_stand_above_are_not_named_again(ids, expected):
    assert offer_text(Offer("leave_out", ids, "", titles=ids, minutes=60), named=False) == expected
