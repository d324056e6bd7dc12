"""Time spent: what sittings and totals mean, by arithmetic alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyplan.errors import Conflict, UsageProblem
from studyplan.model import Change, Stint, Timer
from studyplan.planner import spending

AT = datetime(2026, 7, 1, 18, 20, tzinfo=UTC)
DAY = date(2026, 7, 1)
STINTS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 300)), max_size=6).map(
    lambda found: [Stint(1, n, 1, DAY + timedelta(days=ahead), minutes) for n, (ahead, minutes) in enumerate(found, 1)]
)


def after(stints: list[Stint], changes: list[Change]) -> dict[int, int]:
    """The minutes of the stints that are left, by number."""
    left = {stint.number: stint.minutes for stint in stints}
    for change in changes:
        if change.field == "exists":
            del left[change.number]
        else:
            assert (change.field, change.before) == ("minutes", left[change.number])
            left[change.number] = change.after
    return left


@given(STINTS, st.integers(0, 2000))
def test_a_total_trims_the_newest_sittings(stints: list[Stint], total: int) -> None:
    """What is left holds no more than the total and loses no minute that it allows; the oldest sittings stay whole."""
    left = after(stints, spending.trimmed(stints, total))
    assert sum(left.values()) == min(total, sum(stint.minutes for stint in stints))
    assert all(minutes > 0 for minutes in left.values())
    in_order = sorted(stints, key=lambda stint: (stint.date, stint.number))
    whole = [stint.number in left and left[stint.number] == stint.minutes for stint in in_order]
    assert whole == sorted(whole, reverse=True)


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 0), (29, 0), (31, 1), (240 * 60, 240), (-61, -1)])
def test_elapsed_is_rounded(seconds: int, minutes: int) -> None:
    """Whole minutes; a clock that went back shows as less than none."""
    assert spending.elapsed(Timer(1, AT), AT + timedelta(seconds=seconds)) == minutes


@pytest.mark.parametrize(
    ("ran", "named", "long", "worth"),
    [
        (25, None, False, 25),
        (240, None, False, 240),
        (241, None, True, 241),
        (1440, None, True, 1440),
        (14 * 60, 45, False, 45),
        (5000, 45, False, 45),
        (-5, 10, False, 10),
    ],
)
def test_what_a_timer_is_worth(ran: int, named: int | None, long: bool, worth: int) -> None:
    """The minutes named, else those measured."""
    assert spending.measured(Timer(1, AT), AT + timedelta(minutes=ran), named, long=long) == worth


@pytest.mark.parametrize(("ran", "long"), [(241, False), (14 * 60, False), (1441, True), (-5, True)])
def test_a_forgotten_timer_is_never_recorded_unasked(ran: int, long: bool) -> None:
    """Beyond four hours somebody must say so, beyond a day nobody can."""
    with pytest.raises(Conflict) as caught:
        spending.measured(Timer(1, AT), AT + timedelta(minutes=ran), None, long=long)
    assert "timer stop --minutes" in (caught.value.hint or "")


@pytest.mark.parametrize("minutes", [0, -1, 1441])
def test_no_sitting_is_empty_or_longer_than_a_day(minutes: int) -> None:
    """Minutes that no day has are refused."""
    with pytest.raises(UsageProblem):
        spending.sitting(minutes)
