"""A streak that forgives: days off are neutral, 48 hours repair, the week has a target of its own."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from insight_records import day, record, records, task

from studyplan.insight import streak


def daily(today: int, done: dict[int, int], **rest):
    return streak(record(today, [task(n, n) for n in range(1, 11)], done, **rest))


def test_each_used_day_counts_and_today_does_not_break():
    """Five days studied, today still open: five; studied today too: six."""
    assert daily(6, {n: n for n in range(1, 6)}).days == 5
    assert daily(6, {n: n for n in range(1, 7)}).days == 6


def test_a_day_of_study_counts_whatever_was_finished():
    """Day 3 went into a task that was done on day 6, too late to repair it: the days of its sittings are kept."""
    done = {1: 1, 2: 2, 3: 6, 4: 4, 5: 5}
    missed = record(7, [task(n, n) for n in range(1, 7)], done)
    assert streak(missed).days == 3
    assert streak(replace(missed, sat_on=frozenset({day(3)}))).days == 6


def test_a_missed_day_is_at_stake_for_two_days_and_then_breaks():
    """Day 3 was missed: until the end of day 5 it can be caught up with, on day 6 it can no more."""
    until = {1: 1, 2: 2}
    assert (daily(4, until).days, daily(4, until).repair_by) == (2, day(5))
    assert (daily(5, {**until, 4: 4}).days, daily(5, {**until, 4: 4}).repair_by) == (3, day(5))
    broken = daily(6, {**until, 4: 4, 5: 5})
    assert (broken.days, broken.longest, broken.repair_by) == (2, 2, None)


def test_caught_up_within_48_hours_repairs():
    """What was due on day 3, done on day 5: the streak goes on, and the missed day counts as kept."""
    done = {1: 1, 2: 2, 3: 5, 4: 4, 5: 5}
    assert daily(6, done).days == 5
    assert daily(6, {**done, 3: 6}).days == 3


def test_half_of_it_does_not_repair():
    """All that was due on the missed day has to be done."""
    tasks = [task(1, 1), task(2, 2), task(3, 3), task(4, 3), task(5, 4), task(6, 5)]
    done = {1: 1, 2: 2, 3: 4, 5: 4, 6: 5}
    assert streak(record(6, tasks, done)).days == 2
    assert streak(record(6, tasks, {**done, 4: 5})).days == 5


def test_a_replan_is_no_excuse():
    """The missed day's task was moved to day 9 on day 4; the day was missed all the same."""
    tasks = [task(n, n if n != 3 else 9) for n in range(1, 9)]
    done = {n: n for n in range(1, 8) if n != 3}
    assert streak(record(8, tasks, done, moved={3: [(4, 3)]})).days == 4
    assert streak(record(8, tasks, done, moved={3: [(2, 3)]})).days == 6


def test_a_day_that_was_meant_to_be_empty_is_neutral():
    """No task on day 3, nothing done: neither more nor less."""
    tasks = [task(n, n) for n in range(1, 9) if n != 3]
    assert streak(record(6, tasks, {n: n for n in (1, 2, 4, 5)})).days == 4


def test_the_week_has_its_own_target():
    """A missed Friday, made up for on Saturday: the week of 1 July still meets what it held when it began."""
    tasks = [task(n, n, 30) for n in range(1, 13)]
    first = {n: n for n in (1, 2, 4, 5)} | {3: 4}
    found = streak(record(7, tasks, {**first, 6: 6}, last=12))
    assert (found.week_minutes, found.week_target, found.weeks) == (30, 210, 1)
    assert streak(record(7, tasks, {n: n for n in (1, 2, 4, 5)}, last=12)).weeks == 0


def test_putting_work_off_does_not_lower_the_weeks_target():
    """Moved in the middle of the week to the next one: still what the week began with."""
    tasks = [task(1, 6, 30), task(2, 20, 30)]
    assert streak(record(9, tasks, {1: 6}, last=20, moved={2: [(8, 9)]})).week_target == 60


@given(records(), st.data())
def test_a_planned_day_off_never_changes_the_number(rows, data):
    """A day without work and without study, taken off or not: the same streak."""
    used = {*rows.done_on.values()}
    free = [d for d in rows.rooms if d not in used and all(rows.due(t, d) != d for t in rows.work)]
    off = data.draw(st.sets(st.sampled_from(free))) if free else set()
    rested = replace(rows, rooms={d: 0 if d in off else room for d, room in rows.rooms.items()})
    assert streak(rested) == streak(rows)


@given(records())
def test_doing_more_never_costs_a_day(rows):
    """Whatever is open, done today: the streak is no shorter, and not longer than the days there were."""
    before = streak(rows)
    after = streak(replace(rows, done_on={**{t.number: rows.today for t in rows.open}, **rows.done_on}))
    assert before.days <= before.longest <= (rows.today - rows.start).days + 1
    assert after.days >= before.days
    assert after.longest >= before.longest


def test_nothing_is_said_before_and_after():
    """A plan that has not begun or is over has no streak."""
    rows = record(1, [task(1, 1)])
    assert streak(replace(rows, today=day(0))) is None
    assert streak(replace(rows, today=day(11))) is None
