"""What a replan leaves over where not everything fits: the least by rank and minutes, and the plan that is left is sound."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from random import Random

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from mending_judge import false_reasons, violations
from plans_laid_out import in_mid_plan, mended, nth, on, plan, task

from studyplan.errors import DoesNotFit
from studyplan.model import NO_ROOM, Kind, Reason, Status, Task, Tier, Work
from studyplan.schedule import catch_up, shift
from studyplan.schedule.least import ByMinutes, rank_of
from studyplan.schedule.left_over import Fitted, applied, everything_fits, loose_of, mend_what_fits
from studyplan.schedule.standing import Standing, is_session, out_of_order

few = settings(max_examples=60, deadline=None, derandomize=True)


def tight(seed: int) -> Standing | None:
    """Some plan in its midst that may hold more than its days do: ranks at random, a task of the learner's own, less time."""
    before = in_mid_plan(seed)
    if before is None:
        return None
    dice = Random(seed)
    percent = dice.choice([100, 80, 60, 40, 20])
    days = tuple(replace(d, capacity=d.capacity * percent // 500 * 5) if d.capacity else d for d in before.days)
    worth = {
        row.task: (dice.choice([Tier.CORE, Tier.CORE, Tier.PRACTICE, Tier.DEPTH]), dice.random() < 0.2)
        for row in before.tasks
    }
    rows = [replace(row, tier=worth[row.task][0], optional=worth[row.task][1]) for row in before.tasks]
    if dice.random() < 0.4:
        number = max(row.number for row in rows) + 1
        day = dice.choice(days).date
        rows.append(task(number, day, dice.choice([7, 30, 50]), key="own", own=True))
    return replace(before, days=days, tasks=tuple(rows))


def without(standing: Standing, fitted: Fitted) -> Standing:
    left = {row.number for row in fitted.left_over}
    return replace(standing, tasks=tuple(t for t in standing.tasks if t.number not in left))


def value(rows: tuple[Task, ...]) -> tuple[int, ...]:
    return tuple(sum(row.minutes for row in rows if rank_of(row) == each) for each in (4, 3, 2, 1, 0))


@few
@given(st.integers(0, 10**6), st.sampled_from(["catch-up", "even"]))
@example(212, "even")
@example(505, "catch-up")
@example(575, "catch-up")
@example(621, "catch-up")
def test_a_replan_always_ends_with_a_sound_plan(seed: int, strategy: str) -> None:
    """Nothing raises; what has a day breaks no rule and tells the truth; what has none stays as it was; twice is once."""
    before = tight(seed)
    assume(before is not None)
    fitted = mend_what_fits(before, strategy)
    left = {row.number for row in fitted.left_over}
    assert not left & {move.number for move in fitted.mending.moves}
    rest = without(before, fitted)
    assert violations(rest, fitted.mending) == []
    assert false_reasons(rest, fitted.mending) == []
    again = mend_what_fits(applied(before, fitted), strategy)
    assert again.mending.moves == ()
    assert {row.number for row in again.left_over} == left


@few
@given(st.integers(0, 10**6))
def test_both_ways_agree_about_what_is_missing(seed: int) -> None:
    """Catching up and evening out leave over the same."""
    before = tight(seed)
    assume(before is not None)
    assert mend_what_fits(before, "catch-up").left_over == mend_what_fits(before, "even").left_over


@few
@given(st.integers(0, 10**6))
def test_what_is_left_over_is_the_least(seed: int) -> None:
    """No other set of tasks whose going makes room is worth less, by rank and then by minutes: all of them tried."""
    before = tight(seed)
    assume(before is not None)
    rows: dict[str, list[Task]] = {}
    for row in before.tasks:
        if row.status is Status.OPEN and row.exists and row.kind is not Kind.EXAM and not is_session(row):
            rows.setdefault(row.task, []).append(row)
    assume(len(rows) <= 6)
    fitted = mend_what_fits(before, "catch-up")
    mine = value(fitted.left_over)
    for count in range(len(rows) + 1):
        for ids in combinations(rows, count):
            gone = tuple(row for id in ids for row in rows[id])
            if value(gone) < mine:
                less = replace(before, tasks=tuple(t for t in before.tasks if t not in gone))
                assert everything_fits(less, "catch-up") is None, ids


@few
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_a_shift_always_ends_with_a_plan_too(seed: int, by: int) -> None:
    """What would lie beyond the end is left over, and the rest shifts as it does without that."""
    before = tight(seed)
    assume(before is not None)
    fitted = mend_what_fits(before, "shift", by)
    rest = without(before, fitted)
    if fitted.left_over:
        with pytest.raises(DoesNotFit):
            shift(before, by)
    if fitted.mending.strategy == "shift":
        assert fitted.mending == shift(rest, by)


@given(st.lists(st.integers(1, 12), max_size=7), st.integers(1, 40))
def test_sets_come_by_their_minutes(sizes: list[int], at_least: int) -> None:
    """Every set from so many minutes on, once, none before one of fewer minutes."""
    items = [(str(k), size) for k, size in enumerate(sizes)]
    found = list(ByMinutes(items).sets(at_least))
    assert [minutes for minutes, _ in found] == sorted(minutes for minutes, _ in found)
    assert all(minutes == sum(sizes[int(id)] for id in some) for minutes, some in found)
    every = [frozenset(some) for n in range(len(items) + 1) for some in combinations([id for id, _ in items], n)]
    wanted = [some for some in every if sum(sizes[int(id)] for id in some) >= at_least]
    assert sorted(map(sorted, wanted)) == sorted(sorted(some) for _, some in found)


@given(st.lists(st.integers(1, 12), min_size=1, max_size=7), st.data())
def test_sets_that_hold_none_of_some_are_left_out(sizes: list[int], data: st.DataObject) -> None:
    """Also where that is said while the sets come."""
    items = [(str(k), size) for k, size in enumerate(sizes)]
    search, seen = ByMinutes(items), list[frozenset[str]]()
    wanted: list[frozenset[str]] = []
    for _, some in search.sets(1):
        assert all(some & ids for ids in wanted)
        seen.append(some)
        if data.draw(st.booleans()):
            wanted.append(frozenset(data.draw(st.sets(st.sampled_from([id for id, _ in items]), min_size=1))))
            search.one_of(wanted[-1])
    every = [frozenset(some) for n in range(1, len(items) + 1) for some in combinations([id for id, _ in items], n)]
    assert not [some for some in every if all(some & ids for ids in wanted) and some not in seen]


def test_what_was_left_over_finds_its_day_once_there_is_room() -> None:
    """A task that was left over takes the first room that a later replan finds, its own day's too."""
    rows = [task(k, nth(k), 30) for k in range(1, 4)]
    before = Standing(plan([Work("w", 30)], 3, 30).days, nth(2), tuple(rows))
    fitted = mend_what_fits(before, "catch-up")
    assert [row.key for row in fitted.left_over] == ["t1"]
    later = applied(before, fitted)
    skipped = replace(
        later, tasks=tuple(replace(t, status=Status.SKIPPED) if t.number == 3 else t for t in later.tasks)
    )
    found = mend_what_fits(skipped, "catch-up")
    assert found.left_over == ()
    assert [(move.key, move.after) for move in found.mending.moves] == [("t1", nth(3))]


def test_what_was_left_over_comes_back_in_order() -> None:
    """Its old day is ahead of what it comes after by now, and has room: it is no day for it."""
    left = task(2, nth(3), 30, after=("t1",), reason=Reason(NO_ROOM, "2026-07-06"))
    rows = (task(1, nth(5), 30), left, task(3, nth(4), 30, after=("t2",)))
    before = Standing(plan([Work("w", 30)], 6, 30).days, nth(2), rows, loose=loose_of(rows, nth(2)))
    after = applied(before, mend_what_fits(before, "catch-up"))
    assert out_of_order(row for row in after.tasks if not row.has_no_room) == set()


def test_days_that_are_all_used_up_leave_over_everything() -> None:
    days = tuple(replace(day, capacity=0) for day in plan([Work("w", 30)], 3, 30).days)
    before = Standing(days, nth(2), (task(1, nth(1), 30), task(2, nth(3), 30, pinned=True)))
    for way in ("catch-up", "even"):
        fitted = mend_what_fits(before, way)
        assert (fitted.mending.moves, [row.key for row in fitted.left_over]) == ((), ["t1"])


def test_a_mock_longer_than_the_fullest_day_finds_one_for_itself() -> None:
    """Missed, it stands alone on the next day that is empty; a lab that is longer is cut."""
    mock = task(1, nth(1), 120, kind=Kind.MOCK)
    lab = task(2, nth(1), 60)
    before = on(Standing(plan([Work("w", 45)], 6, 45).days, nth(1), (mock, lab, task(3, nth(2), 45))), 2)
    rows = mended(before, catch_up(before)).tasks
    alone = [row for row in rows if row.date == next(row.date for row in rows if row.task == "t1")]
    assert [(row.task, row.minutes) for row in alone] == [("t1", 120)]
    pieces = [row for row in rows if row.task == "t2"]
    assert sum(row.minutes for row in pieces) == 60
    assert max(row.minutes for row in pieces) <= 45
    assert mend_what_fits(before, "catch-up").left_over == ()
