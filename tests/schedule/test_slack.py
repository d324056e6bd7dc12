"""Slack: how many coming study days can be missed entirely and still be caught up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from plans_laid_out import FIRST, in_mid_plan, month, nth, on, plan, task

from studyplan.errors import DoesNotFit
from studyplan.model import Role, Work
from studyplan.schedule import days
from studyplan.schedule.replan import Standing, catch_up
from studyplan.schedule.slack import slack


def _can_miss(standing: Standing, count: int) -> bool:
    """Whether catching up works once that many study days have passed with nothing done."""
    ahead = [
        day.date
        for day in standing.days
        if day.date >= standing.today and day.role in (Role.MATERIAL, Role.BUFFER) and day.capacity != 0
    ]
    if count > len(ahead):
        return False
    later = standing
    if count == len(ahead) and count:
        later = replace(standing, today=ahead[-1] + timedelta(days=1), spent_today=0)
    elif count:
        later = replace(standing, today=ahead[count], spent_today=0)
    try:
        catch_up(later)
    except DoesNotFit:
        return False
    return True


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_slack_is_the_most_that_can_be_missed(seed: int) -> None:
    """Missing so many days can be caught up, missing one more cannot."""
    standing = in_mid_plan(seed)
    assume(standing is not None)
    count = slack(standing)
    if count >= 0:
        assert _can_miss(standing, count)
    assert not _can_miss(standing, count + 1)


@pytest.mark.parametrize(("tasks", "expected"), [(1, 9), (9, 1), (10, 0)])
def test_one_task_a_day(tasks: int, expected: int) -> None:
    """Ten days that take a task each: whatever is not needed can be missed."""
    assert slack(plan([Work(f"w{k}", 60) for k in range(tasks)], 10, 60)) == expected


def test_what_cannot_be_caught_up_has_no_slack() -> None:
    """Where even today is too late the slack is -1."""
    rows = tuple(task(k, nth(1), 10) for k in range(1, 4))
    assert slack(Standing(days(FIRST, nth(3), lambda day: 10, None), nth(2), rows)) == -1


def test_days_off_are_not_counted() -> None:
    """Only study days can be missed."""
    window = days(FIRST, nth(6), lambda day: 0 if day in (nth(2), nth(3)) else 10, None)
    assert slack(Standing(window, nth(1), (task(1, nth(1), 10),))) == 3


def test_slack_shrinks_as_days_are_missed() -> None:
    """Each day on which nothing is done takes one from the slack until none is left."""
    start = month()
    first = slack(start)
    assert first >= 2
    assert [slack(on(start, day)) for day in range(1, first + 3)] == [*range(first, -1, -1), -1]


def test_with_everything_done_all_days_can_be_missed() -> None:
    """With nothing open every day that is left is slack."""
    assert slack(Standing(days(FIRST, nth(5), lambda day: 10, None), nth(2), ())) == 4
