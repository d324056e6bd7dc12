"""How far behind: an amount, netted and in the plan's own days."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from insight_records import day, record, records, task

from studyplan.insight import Behind, behind
from studyplan.model import Status


def test_minutes_and_the_plans_own_days():
    """Half of day 3 and all of day 4 are missing: one and a half days, whatever an average day holds."""
    tasks = [task(1, 1, 30), task(2, 2, 30), task(3, 3, 60), task(4, 4, 120), task(5, 5), task(6, 3, 60)]
    assert behind(record(5, tasks, {1: 1, 2: 2, 3: 3})) == Behind(180, 1.5)


def test_one_late_task_is_not_ten():
    """A yes or no could not tell these apart."""
    tasks = [task(n, n, 45) for n in range(1, 11)]
    assert behind(record(10, tasks, {n: n for n in range(1, 9)})) == Behind(45, 1.0)
    assert behind(record(10, tasks)) == Behind(405, 9.0)


def test_what_is_due_today_counts_neither_way():
    """Neither before it is done nor after: the day is not over."""
    tasks = [task(1, 1), task(2, 2)]
    assert behind(record(2, tasks, {1: 1})) == Behind(0, 0.0) == behind(record(2, tasks, {1: 1, 2: 2}))


def test_ahead_is_negative_and_makes_up_for_what_is_late():
    """Done ahead of its day counts against what is overdue."""
    tasks = [task(1, 1), task(2, 2), task(3, 3), task(4, 4, 30)]
    assert behind(record(2, tasks, {1: 1, 3: 2, 4: 2})) == Behind(-90, -2.0)
    assert behind(record(2, tasks, {3: 1})) == Behind(0, 0.0)


def test_skipping_ahead_is_not_being_ahead():
    """What was skipped is out of the plan."""
    tasks = [task(1, 1), replace(task(2, 4), status=Status.SKIPPED), replace(task(3, 1), status=Status.SKIPPED)]
    assert behind(record(2, tasks, {1: 1})) == Behind(0, 0.0)


def test_nothing_is_said_on_the_first_day_and_after_the_last():
    """There is nothing to be behind yet, or no plan to be behind any more."""
    assert behind(record(1, [task(1, 1)])) is None
    assert behind(replace(record(10, [task(1, 1)]), today=day(11))) is None


def test_a_few_minutes_are_not_nothing():
    """Five minutes of a day of ten hours: a tenth of a day behind, not none."""
    tasks = [task(1, 1, 5), task(2, 1, 595), task(3, 3)]
    assert behind(record(2, tasks, {2: 1})) == Behind(5, 0.1)


@given(records())
def test_it_is_the_gap_of_the_burn_up(rows):
    """Recomputed from cumulative sums: planned until yesterday, less done, with today's own work taken out of both."""
    found = behind(rows)
    if found is None:
        return
    planned = sum(t.minutes for t in rows.work if t.date < rows.today)
    done = sum(t.minutes for t in rows.work if t.status is Status.DONE and t.date != rows.today)
    assert found.minutes == planned - done
    assert (found.days > 0) == (found.minutes > 0)
    assert (found.days < 0) == (found.minutes < 0)
