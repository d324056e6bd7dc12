"""Pace: nothing is claimed early, and what is claimed lies between 1 and what was seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from insight_records import record, records, task

from studyplan.insight import pace, paces
from studyplan.insight.pace import ENOUGH
from studyplan.model import Kind


def told(minutes: list[tuple[int, int]], kind: Kind = Kind.READ):
    """A record of tasks done on day 1, each with its estimate and the minutes it took."""
    tasks = [
        task(n, 1, estimate, spent_minutes=spent, kind=kind) for n, (estimate, spent) in enumerate(minutes, start=1)
    ]
    return record(5, tasks, {t.number: 1 for t in tasks})


@pytest.mark.parametrize(("records", "ratio"), [(0, None), (4, None), (5, 1.5), (20, 1.8)])
def test_twice_as_long_is_believed_by_and_by(records, ratio):
    """Every task took twice its estimate: after five records half of that is believed, after twenty four fifths."""
    assert pace(told([(30, 60)] * records)).ratio == ratio


def test_a_kind_waits_for_records_of_its_own():
    """Nine reads and one lab: the lab claims nothing, and is not hidden."""
    tasks = [task(n, 1, 30, spent_minutes=60) for n in range(1, 10)]
    tasks.append(task(10, 1, 60, kind=Kind.LAB, spent_minutes=50))
    read, lab = paces(record(3, tasks, {t.number: 1 for t in tasks}))
    assert (read.kind, read.records, read.ratio is not None) == (Kind.READ, 9, True)
    assert (lab.kind, lab.records, lab.estimated, lab.spent, lab.ratio) == (Kind.LAB, 1, 60, 50, None)


def test_what_was_not_told_is_not_guessed():
    """Tasks done without their minutes are no records."""
    tasks = [task(n, 1) for n in range(1, 9)]
    assert pace(record(5, tasks, dict.fromkeys(range(1, 9), 1))).records == 0


def test_long_tasks_weigh_more():
    """The ratio is of sums: five short tasks that took twice as long matter less than a long one that did not."""
    assert pace(told([(10, 20)] * 5 + [(450, 450)])).ratio < 1.06


@given(st.lists(st.tuples(st.integers(1, 40).map(lambda n: 5 * n), st.integers(0, 400)), min_size=ENOUGH, max_size=30))
def test_between_one_and_what_was_seen(minutes):
    """Shrinking never passes 1 and never exaggerates."""
    found = pace(told(minutes))
    seen = found.spent / found.estimated
    assert found.ratio is not None
    assert min(1, seen) - 0.001 <= found.ratio <= max(1, seen) + 0.001


@given(records())
def test_kinds_add_up(rows):
    """The records of the kinds are those of all, none twice."""
    whole = pace(rows)
    for name in ("records", "estimated", "spent"):
        assert sum(getattr(each, name) for each in paces(rows)) == getattr(whole, name)
