"""The forecast: silent without a record, the same for the same record, and never against the plan's own logic."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from insight_records import day, record, records, task

from studyplan.insight import forecast
from studyplan.model import Anchor, Kind, Status


def on_the_dot(today: int, last: int = 30, **rest):
    """A learner with an hour a day who did what was due on each day until yesterday."""
    return record(today, [task(n, n) for n in range(1, last)], {n: n for n in range(1, today)}, last=last, **rest)


def every_other_day(today: int, last: int = 30, **rest):
    """One who studies on every second day and does one day's work then."""
    habit = {n: 2 * n - 1 for n in range(1, today // 2)}
    return record(today, [task(n, n) for n in range(1, last)], habit, last=last, **rest)


def test_it_waits_for_five_study_days():
    """Four days say nothing, whatever was done on them; days off do not count."""
    assert forecast(on_the_dot(5)) is None
    assert forecast(on_the_dot(6)) is not None
    weekend = replace(on_the_dot(6), rooms={**on_the_dot(6).rooms, day(3): 0})
    tasks = tuple(t for t in weekend.tasks if t.number != 3)
    assert forecast(replace(weekend, tasks=tasks, done_on={n: d for n, d in weekend.done_on.items() if n != 3})) is None


def test_it_waits_for_two_used_days():
    """One used day in ten is no record of what a used day brings."""
    tasks = [task(n, n) for n in range(1, 30)]
    assert forecast(record(11, tasks, {1: 1}, last=30)) is None
    assert forecast(record(11, tasks, {1: 1, 2: 5}, last=30)) is not None


def test_nothing_is_forecast_of_what_is_over():
    """Neither a plan past its end, nor one with nothing open but its exam."""
    assert forecast(replace(on_the_dot(20), today=day(31))) is None
    rows = record(8, [*(task(n, n) for n in range(1, 8)), task(9, 10, kind=Kind.EXAM)], {n: n for n in range(1, 8)})
    assert forecast(rows) is None


def test_who_keeps_the_plan_will_keep_it():
    """Nobody works ahead here, so the last task's own day is the earliest, and the likely one."""
    found = forecast(on_the_dot(16))
    assert found.likely == day(29)
    assert found.chance > 0.7
    assert (found.study_days, found.used) == (15, 15)


def test_half_of_the_days_need_twice_the_time():
    """Day 20 of 30 with a third done at half speed: about forty days more, and hardly a chance by the exam."""
    found = forecast(every_other_day(20))
    assert found.chance < 0.05
    assert found.likely is None or found.likely > day(45)


def test_a_longer_record_is_a_narrower_forecast():
    """The same habit, seen for twenty days instead of six, leaves less to chance for the same work."""

    def spread(today):
        open_until = today + 25 - (today - 1) // 6
        tasks = [task(n, min(n, today + 19)) for n in range(1, open_until)]
        habit = {n: n for n in range(1, today) if n % 6}
        found = forecast(record(today, tasks, habit, last=today + 20, beyond=200))
        return (found.safe - found.likely).days

    assert spread(31) < spread(7)


def test_days_off_are_not_counted_on():
    """With every weekend ahead off, the same work ends later."""
    tasks = [task(n, n) for n in range(1, 30)]
    rows = record(12, tasks, {n: n for n in range(1, 12) if n % 4}, last=30, beyond=60)
    off = replace(rows, rooms={d: 0 if d.weekday() > 4 and d >= rows.today else m for d, m in rows.rooms.items()})
    assert forecast(off).likely > forecast(rows).likely


def test_a_day_with_nothing_due_is_not_missed():
    """Ten days, work on five of them, all of it done: five study days, five used."""
    tasks = [task(n, 2 * n) for n in range(1, 15)]
    found = forecast(record(12, tasks, {n: 2 * n for n in range(1, 6)}, last=30))
    assert (found.study_days, found.used) == (5, 5)


def test_a_replan_does_not_wash_missed_days_away():
    """The tasks of days 3 and 4 moved on day 5: the days were missed all the same."""
    tasks = [task(n, n if n not in (3, 4) else n + 10) for n in range(1, 30)]
    done = {n: n for n in range(1, 11) if n not in (3, 4)}
    moved = {3: [(5, 3)], 4: [(5, 4)]}
    assert forecast(record(11, tasks, done, last=30, moved=moved)).used == 8
    assert forecast(record(11, tasks, done, last=30, moved=moved)).study_days == 10
    assert forecast(record(11, tasks, done, last=30)).study_days == 8


def test_only_who_works_ahead_is_taken_to_work_ahead():
    """A mock exam is tied to its day even then."""
    ahead = record(
        8, [task(n, n + 3) for n in range(1, 27)], {2 * n - d: n for n in range(1, 8) for d in (0, 1)}, last=30
    )
    assert forecast(ahead).likely < day(29)
    tied = [*ahead.tasks[:-1], replace(ahead.tasks[-1], kind=Kind.MOCK, anchor=Anchor("start", 28))]
    assert forecast(replace(ahead, tasks=tuple(tied))).likely == day(29)


def test_a_slow_kind_weighs_by_its_pace():
    """What is left is labs, which take this learner three times as long; reads only would be over sooner."""

    def left(kind):
        past = [task(n, n, 30, kind=Kind.READ, spent_minutes=30) for n in range(1, 11)]
        past += [task(n + 10, n, 30, kind=Kind.LAB, spent_minutes=90) for n in range(1, 11)]
        done = {t.number: t.number if t.number <= 10 else t.number - 10 for t in past if t.number not in (10, 20)}
        ahead = [task(n, 12, 30, kind=kind) for n in range(30, 50)]
        return forecast(record(11, past + ahead, done, last=30)).likely

    assert left(Kind.LAB) > left(Kind.READ)


def test_todays_work_is_not_counted_twice():
    """Having done today's hour leaves no more of today than others have: the work that is left takes its days."""
    tasks = [task(n, min(n, 10)) for n in range(1, 15)]
    done = {n: n for n in range(1, 10)}
    before = forecast(record(10, tasks, done, last=12, beyond=60))
    after = forecast(record(10, tasks, {**done, 10: 10}, last=12, beyond=60))
    assert after.likely <= before.likely
    assert after.likely > day(10)


@given(records())
@settings(max_examples=40, deadline=None)
def test_dates_and_chance_agree(rows):
    """P50 is not after P80; the chance is at least a half, or four fifths, exactly where that date is in time."""
    found = forecast(rows)
    if found is None:
        return
    assert found.used <= found.study_days
    assert found.likely is None or found.likely >= rows.today
    if found.safe is not None:
        assert found.likely is not None
        assert found.likely <= found.safe <= found.horizon
    assert (found.likely is not None and found.likely <= rows.deadline) == (found.chance >= 0.5)
    assert (found.safe is not None and found.safe <= rows.deadline) == (found.chance >= 0.8)


@given(records())
@settings(max_examples=20, deadline=None)
def test_the_same_record_has_the_same_forecast(rows):
    """Whatever else draws from chance, and in whatever order the tasks come."""
    first = forecast(rows)
    random.seed(first.used if first else 0)
    assert forecast(replace(rows, tasks=tuple(reversed(rows.tasks)))) == first


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_the_seed_of_hashes_is_no_part_of_it(seed):
    """Another process with another hash seed says the same."""
    code = "from test_forecast import every_other_day, forecast; print(forecast(every_other_day(12)))"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == str(forecast(every_other_day(12)))


def test_skipped_work_is_no_work():
    """Skipping what is left brings the finish forward."""
    rows = every_other_day(12, beyond=300)
    fewer = tuple(replace(t, status=Status.SKIPPED) if t.number > 20 else t for t in rows.tasks)
    assert forecast(replace(rows, tasks=fewer)).likely < forecast(rows).likely


@pytest.mark.parametrize("minutes", [45, 60, 85])
@pytest.mark.parametrize("ahead", [[6], [6, 7], [6, 7, 8, 9, 10]])
def test_working_ahead_never_lowers_the_chance(minutes, ahead):
    """A newcomer who did what was due, and some of what is due later on the first day or the last, is told no less."""
    tasks = [task(n, n, minutes) for n in range(1, 30)]
    kept = forecast(record(6, tasks, {n: n for n in range(1, 6)}, last=30, room=90))
    for on in (1, 5):
        done = {n: n for n in range(1, 6)} | dict.fromkeys(ahead, on)
        assert forecast(record(6, tasks, done, last=30, room=90)).chance >= kept.chance
    little = {1: 1, 2: 1, 3: 2, 4: 3, 5: 4, 6: 5}
    assert forecast(record(6, tasks, little, last=30, room=90)).chance >= kept.chance > 0.3


def test_recent_days_weigh_more():
    """Ten days kept and then ten missed promise less than ten missed, the plan put right, and ten kept."""
    tasks = [task(n, n) for n in range(1, 30)]
    fell = record(21, tasks, {n: n for n in range(1, 11)}, last=40)
    rose = record(21, tasks, {n: n + 10 for n in range(1, 11)}, last=40)
    assert forecast(fell).chance < forecast(rose).chance
