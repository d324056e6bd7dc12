"""Time spent: what sittings and totals mean, by arithmetic alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyplan.errors import Conflict, UsageProblem
from studyplan.model import Change, Kind, Status, Stint, Task, Timer
from studyplan.rules import time_spent

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
    left = after(stints, time_spent.trimmed(stints, total))
    assert sum(left.values()) == min(total, sum(stint.minutes for stint in stints))
    assert all(minutes > 0 for minutes in left.values())
    in_order = sorted(stints, key=lambda stint: (stint.date, stint.number))
    whole = [stint.number in left and left[stint.number] == stint.minutes for stint in in_order]
    assert whole == sorted(whole, reverse=True)


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 0), (29, 0), (31, 1), (240 * 60, 240), (-61, -1)])
def test_elapsed_is_rounded(seconds: int, minutes: int) -> None:
    """Whole minutes; a clock that went back shows as less than none."""
    assert time_spent.elapsed(Timer(1, AT), AT + timedelta(seconds=seconds)) == minutes


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
    assert time_spent.measured(Timer(1, AT), AT + timedelta(minutes=ran), named, long=long) == worth


@pytest.mark.parametrize(("ran", "long"), [(241, False), (14 * 60, False), (1441, True), (-5, True)])
def test_a_forgotten_timer_is_never_recorded_unasked(ran: int, long: bool) -> None:
    """Beyond four hours somebody must say so, beyond a day nobody can."""
    with pytest.raises(Conflict) as caught:
        time_spent.measured(Timer(1, AT), AT + timedelta(minutes=ran), None, long=long)
    assert "planner.timer.stop" in (caught.value.hint or "")


@pytest.mark.parametrize("minutes", [0, -1, 1441])
def test_no_sitting_is_empty_or_longer_than_a_day(minutes: int) -> None:
    """Minutes that no day has are refused."""
    with pytest.raises(UsageProblem):
        time_spent.sitting(minutes)


def task(number: int, spent: int | None, done_on: int | None = None) -> Task:
    """An hour of work, with the minutes told; done so many days after the first, or open."""
    made = Task(
        1, number, 1, UUID(int=number), f"t{number}", f"t{number}", 1, "m", "T", Kind.READ, 60, False, DAY, number
    )
    over = {} if done_on is None else {"status": Status.DONE, "done_at": AT + timedelta(days=done_on)}
    return replace(made, spent_minutes=spent, **over)


@given(STINTS, st.none() | st.integers(0, 3), st.integers(0, 200), st.booleans())
def test_days_add_up_to_what_is_known(stints: list[Stint], done_on: int | None, more: int, told: bool) -> None:
    """Each sitting on its own day, the rest of the total or else the estimate on the day of completion."""
    sat = sum(stint.minutes for stint in stints)
    spent = sat + (more if done_on is not None else 0) if told or stints else None
    found = time_spent.by_day([task(1, spent, done_on)], stints, datetime.date)
    estimate = 60 if spent is None and done_on is not None else 0
    assert sum(found.values()) == (spent or 0) + estimate
    for n in range(4):
        day = DAY + timedelta(days=n)
        of_day = sum(stint.minutes for stint in stints if stint.date == day)
        assert found.get(day, 0) == of_day + ((spent or 0) - sat + estimate if n == done_on else 0)
