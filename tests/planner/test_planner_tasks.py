"""Marks that are told of later, as by a phone that had no connection: they happened when they were made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from studyplan import resources
from studyplan.clock import Clock
from studyplan.errors import UsageProblem
from studyplan.model import Status, Task
from studyplan.planner import Planner
from studyplan.planner.who import Who
from studyplan.store import Store
from studyplan.template import Catalog

BEGUN = datetime(2026, 7, 1, 18, 20, tzinfo=UTC)
NOW = datetime(2026, 7, 4, 9, 0, tzinfo=UTC)


def planner(store: Store, now: datetime = NOW) -> Planner:
    catalog = Catalog(resources.plans(), Path("nowhere"))
    return Planner(store, lambda: catalog, Clock("Europe/Berlin", stopped=now), Who("ana", None, single=True))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(str(tmp_path / "study.db"))
    planner(made, BEGUN).plans.start("foundations", start=date(2026, 7, 1))
    yield made
    made.close()


def shown(store: Store, number: int = 1) -> Task:
    found, *_ = planner(store).queries.show(number)
    return found[0]


@pytest.mark.parametrize("status", [Status.DONE, Status.SKIPPED])
def test_a_mark_has_the_time_at_which_it_was_made(store: Store, status: Status) -> None:
    at = NOW - timedelta(days=1, hours=3, microseconds=7)
    planner(store).tasks.mark(1, status, at=at)
    assert shown(store).status is status
    assert shown(store).done_at == at.replace(microsecond=0)


def test_what_is_marked_already_keeps_its_time(store: Store) -> None:
    planner(store, NOW - timedelta(hours=1)).tasks.done(1)
    changed = planner(store).tasks.mark(1, Status.DONE, at=NOW - timedelta(hours=5))
    assert changed.batch is None
    assert shown(store).done_at == NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("late", "kept"), [(timedelta(days=7), timedelta(days=7)), (-timedelta(minutes=5), timedelta(0))]
)
def test_clocks_may_differ_a_little(store: Store, late: timedelta, kept: timedelta) -> None:
    planner(store, BEGUN + timedelta(days=8)).tasks.mark(1, Status.DONE, at=BEGUN + timedelta(days=8) - late)
    assert shown(store).done_at == BEGUN + timedelta(days=8) - kept


@pytest.mark.parametrize(
    ("late", "said"), [(timedelta(days=7, seconds=1), "7 days ago"), (-timedelta(minutes=5, seconds=1), "not come yet")]
)
def test_other_times_are_refused(store: Store, late: timedelta, said: str) -> None:
    with pytest.raises(UsageProblem, match=said):
        planner(store).tasks.mark(1, Status.DONE, at=NOW - late)
    assert shown(store).status is Status.OPEN


def test_a_day_of_a_habit_is_done_when_it_was(store: Store) -> None:
    """Word of it on another day does not make it noon."""
    planner(store, BEGUN).habits.add("Vocabulary", 20, every="daily", on=date(2026, 7, 1))
    first = next(task for task in planner(store, BEGUN).queries.today().due if task.habit is not None)
    at = datetime(2026, 7, 1, 19, 5, tzinfo=UTC)
    planner(store).tasks.mark(first.number, Status.DONE, at=at)
    assert shown(store, first.number).done_at == at


def test_a_timer_counts_up_to_the_mark(store: Store) -> None:
    planner(store, NOW - timedelta(hours=2)).timer.start(1)
    planner(store).tasks.mark(1, Status.DONE, at=NOW - timedelta(hours=1, minutes=15))
    assert shown(store).spent_minutes == 45
    assert planner(store).timer.running() is None
