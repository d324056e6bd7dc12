"""When on its day a task begins: stacked without overlap, around busy times, and moved only where something moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studyplan.schedule.hours import TimeSlot, stacked

DAY = datetime(2026, 7, 1, tzinfo=UTC)


def at(hour: int, minute: int = 0) -> datetime:
    return DAY + timedelta(hours=hour, minutes=minute)


def stack(*sittings: TimeSlot, busy: tuple[tuple[datetime, datetime], ...] = ()) -> dict[int, datetime]:
    return stacked(sittings, busy, at(6), at(24))


def sitting(number: int, minutes: int = 30, **rest: object) -> TimeSlot:
    return TimeSlot(number, minutes, at(19), **rest)  # type: ignore[arg-type]


def test_a_new_day_is_stacked_from_its_opening() -> None:
    """One after the other, in order, without a gap."""
    assert stack(sitting(1, 40), sitting(2, 20), sitting(3)) == {1: at(19), 2: at(19, 40), 3: at(20)}


def test_a_busy_time_is_gone_around_in_order() -> None:
    """What does not fit before it goes behind it, and what follows stays behind that."""
    busy = ((at(19, 30), at(20)),)
    assert stack(sitting(1, 40), sitting(2, 20), busy=busy) == {1: at(20), 2: at(20, 40)}
    assert stack(sitting(1, 20), sitting(2, 20), busy=busy) == {1: at(19), 2: at(20)}


def test_what_stands_is_kept() -> None:
    """A task that leaves the day moves nobody; one that comes takes the first room and moves nobody either."""
    left = stack(sitting(2, 20, start=at(19, 40)), sitting(3, start=at(20)))
    assert left == {2: at(19, 40), 3: at(20)}
    came = stack(sitting(9, 40), sitting(2, 20, start=at(19, 40)), sitting(3, start=at(20)))
    assert came == {**left, 9: at(19)}
    longer = stack(sitting(9, 45), sitting(2, 20, start=at(19, 40)), sitting(3, start=at(20)))
    assert longer == {**left, 9: at(20, 30)}


def test_what_has_to_follow_makes_room() -> None:
    """A task that the new one has to precede goes behind it."""
    found = stack(sitting(1, 45), sitting(2, 20, start=at(19), needs=frozenset({1})))
    assert found == {1: at(19), 2: at(19, 45)}


def test_one_put_by_hand_gives_way_to_no_appointment() -> None:
    """A busy time that comes later moves what stands there, but not what the learner put there."""
    busy = ((at(19), at(20)),)
    assert stack(sitting(1, start=at(19, 15)), busy=busy) == {1: at(20)}
    assert stack(sitting(1, start=at(19, 15), claim=1), busy=busy) == {1: at(19, 15)}


def test_of_two_that_meet_the_higher_claim_stays() -> None:
    """What was just put there by hand, then what was put there once, then the one ahead in order."""
    assert stack(sitting(1, start=at(20)), sitting(2, start=at(20, 15), claim=1)) == {1: at(19), 2: at(20, 15)}
    assert stack(sitting(1, start=at(20), claim=1), sitting(2, start=at(20), claim=2)) == {1: at(19), 2: at(20)}
    assert stack(sitting(1, start=at(20)), sitting(2, start=at(20, 15))) == {1: at(20), 2: at(19)}


def test_a_long_day_opens_earlier() -> None:
    """Six hours from 19:00 would end at one at night: the day opens at 18:00; twenty hours pass midnight all the same."""
    assert stack(*(sitting(n, 60) for n in range(1, 7)))[1] == at(18)
    endless = stack(*(sitting(n, 60) for n in range(1, 21)))
    assert (endless[1], endless[20]) == (at(6), at(25))


@st.composite
def days(draw: st.DrawFn) -> tuple[list[TimeSlot], list[tuple[datetime, datetime]]]:
    count = draw(st.integers(0, 7))
    sittings = []
    for number in range(1, count + 1):
        start = draw(st.none() | st.integers(0, 24 * 12 - 1).map(lambda step: at(0, step * 5)))
        needs = draw(st.frozensets(st.integers(1, max(1, number - 1)), max_size=1)) - {number}
        opens = at(draw(st.sampled_from([5, 7, 19, 23])))
        claim = 0 if start is None else draw(st.integers(0, 2))
        sittings.append(TimeSlot(number, draw(st.integers(1, 20)) * 5, opens, start, claim, needs))
    ends = draw(st.lists(st.tuples(st.integers(0, 1440), st.integers(1, 300)), max_size=4))
    return sittings, [(at(0, start), at(0, start + length)) for start, length in ends]


@given(days())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_overlaps_and_twice_is_once(day: tuple[list[TimeSlot], list[tuple[datetime, datetime]]]) -> None:
    """Every sitting has a start, none overlaps, what is needed comes first, and a second look changes nothing."""
    sittings, busy = day
    starts = stacked(sittings, busy, at(6), at(24))
    assert starts.keys() == {each.number for each in sittings}
    spans = sorted((starts[each.number], starts[each.number] + each.length) for each in sittings)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    for each in sittings:
        start, end = starts[each.number], starts[each.number] + each.length
        if not (each.claim and start == each.start):
            assert all(until <= start or end <= since for since, until in busy)
        for number in each.needs:
            ahead = sittings[number - 1]
            assert starts[number] + ahead.length <= start
    again = [replace(each, start=starts[each.number]) for each in sittings]
    assert stacked(again, busy, at(6), at(24)) == starts
