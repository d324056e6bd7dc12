"""Numbers as people type them for an answer."""

from __future__ import annotations

import pytest

from studyplan.errors import UsageProblem
from studyplan.rules.typed_numbers import typed_number


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("12", "", 12),
        ("0,1752 $", "USD", 0.1752),
        ("$0.1752", "USD", 0.1752),
        ("-$3", "USD per month", -3),
        ("usd 0,5", "USD", 0.5),
        ("12 %", "", 12),
        ("12 percent", "%", 12),
        ("3 GiB", "GiB", 3),
        ("1 200", "", 1200),
        ("1\N{NARROW NO-BREAK SPACE}200,5", "", 1200.5),
        ("1’200", "", 1200),
        ("1,200.5", "", 1200.5),
        ("1.200,5", "", 1200.5),
        ("1.234.567", "", 1234567),
        ("0,175", "", 0.175),
        ("3.125", "", 3.125),
        ("\N{MINUS SIGN}4", "", -4),
        ("1e3", "", 1000),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, unit: str, number: float) -> None:
    assert typed_number(text, unit) == number


@pytest.mark.parametrize(
    ("text", "unit", "said"),
    [
        ("0,17 x", "USD", "“0,17 x” is not a number in USD"),
        ("5 €", "USD", "“5 €” is not a number in USD"),
        ("1,200", "", "“1,200” can be 1200 or 1.200"),
        ("nan", "", "“nan” is not a number"),
        ("1 20", "", "“1 20” is not a number"),
        ("$", "USD", "“$” is not a number in USD"),
        ("9" * 41, "", "is not a number"),
    ],
)
def test_what_is_none_comes_back_as_it_was_typed(text: str, unit: str, said: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        typed_number(text, unit)
    assert said in caught.value.message
    assert caught.value.hint
