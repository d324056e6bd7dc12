"""The timer and the log against a clock that the test sets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from studyplan import resources
from studyplan.clock import Clock
from studyplan.errors import Conflict
from studyplan.model import Status, Task
from studyplan.notation import Ref, refs
from studyplan.planner import Planner
from studyplan.planner.capacity import standing_of
from studyplan.planner.who import Who
from studyplan.rules.drafts import StartRequest
from studyplan.store import Store, Unit
from studyplan.template import Catalog

BEGUN = datetime(2026, 7, 1, 18, 20, tzinfo=UTC)
THIRD = refs(("3",))[0]
FOURTH = refs(("4",))[0]


class Desk:
    """The front door at a moment of the test's choice."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = BEGUN

    @property
    def planner(self) -> Planner:
        catalog = Catalog(resources.plans(), Path("nowhere"))
        clock = Clock("UTC", stopped=self.now)
        return Planner(self.store, lambda: catalog, clock, Who("ana", "ana", single=True))

    def task(self, number: int):
        found, *_ = self.planner.queries.show(refs((str(number),)))
        return found[0]


def _tasks(desk: Desk) -> list[Task]:
    return desk.store.read(lambda unit: unit.tasks(1))


def _spent_today(desk: Desk) -> int | None:
    """What a replan takes off today's minutes."""

    def work(unit: Unit) -> int | None:
        (learner,), plans = unit.learners(), unit.plans(1)
        clock = Clock("UTC", stopped=desk.now).at(learner.zone)
        return standing_of(learner, plans[0], unit.tasks(1), plans, unit.stints(1), clock).spent_today

    return desk.store.read(work)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(Store(str(tmp_path / "study.db"), tell=lambda line: None)) as store:
        made = Desk(store)
        made.planner.plans.start(StartRequest("foundations", start=date(2026, 7, 1)))
        yield made


def log(desk: Desk) -> list[tuple[date, int, int]]:
    return [(entry.day, entry.task.number, entry.minutes) for entry in desk.planner.timer.log().entries]


def test_a_timer_outlives_its_process(desk: Desk) -> None:
    """It lives in the database: whoever opens that later stops it, and its minutes count on the day on which it began."""
    desk.planner.timer.start(THIRD)
    desk.store.close()
    desk.now = BEGUN + timedelta(minutes=25)
    watch = desk.planner.timer.running()
    assert watch is not None
    assert (watch.ticking.timer.task, watch.ticking.minutes) == (3, 25)
    assert desk.planner.queries.today().ticking == watch.ticking
    sitting = desk.planner.timer.stop()
    assert (sitting.minutes, sitting.day, sitting.task) == (25, date(2026, 7, 1), desk.task(3))
    assert desk.task(3).spent_minutes == 25
    assert desk.task(3).status is Status.OPEN
    assert desk.planner.timer.running() is None
    assert desk.planner.queries.today().ticking is None


def test_work_after_midnight_counts_to_the_evening(desk: Desk) -> None:
    """A sitting belongs to the study day on which it began, which ends at four."""
    desk.now = datetime(2026, 7, 2, 1, 0, tzinfo=UTC)
    desk.planner.timer.start(THIRD)
    desk.now += timedelta(hours=3, minutes=30)
    desk.planner.timer.stop()
    assert log(desk) == [(date(2026, 7, 1), 3, 210)]


def test_sittings_add_up(desk: Desk) -> None:
    """Several sittings make the total, `done` names it anew, and opening again keeps what was measured."""
    for _ in range(2):
        desk.planner.timer.start(THIRD)
        desk.now += timedelta(minutes=20)
        desk.planner.timer.stop()
        desk.now += timedelta(days=1)
    desk.planner.timer.add(THIRD, 15, on=date(2026, 7, 1))
    assert desk.task(3).spent_minutes == 55
    desk.planner.tasks.mark(refs(("3",)), Status.DONE, minutes=70)
    assert log(desk) == [
        (date(2026, 7, 1), 3, 20),
        (date(2026, 7, 1), 3, 15),
        (date(2026, 7, 2), 3, 20),
        (date(2026, 7, 3), 3, 15),
    ]
    desk.planner.tasks.mark(refs(("3",)), Status.DONE, minutes=30, fewer=True)
    assert desk.task(3).spent_minutes == 30
    assert sum(minutes for *_, minutes in log(desk)) == 30
    desk.planner.tasks.mark(refs(("3",)), Status.OPEN)
    assert desk.task(3).spent_minutes == 30
    for _ in range(8):
        desk.planner.history.undo()
    assert log(desk) == []
    assert desk.task(3).spent_minutes is None
    assert desk.planner.timer.running() is None


def test_undo_of_a_stop_lets_the_timer_run_on(desk: Desk) -> None:
    """What stop did is one batch: the sitting goes, the timer runs since it was started."""
    desk.planner.timer.start(THIRD)
    desk.now += timedelta(minutes=30)
    desk.planner.timer.stop(done=True)
    assert desk.task(3).status is Status.DONE
    desk.now += timedelta(minutes=10)
    desk.planner.history.undo()
    watch = desk.planner.timer.running()
    assert watch is not None
    assert watch.ticking.minutes == 40
    assert (desk.task(3).status, desk.task(3).spent_minutes) == (Status.OPEN, None)


def test_a_second_timer_is_a_conflict(desk: Desk) -> None:
    """One timer at a time; the way out is named, and the first runs on. The same task again is no conflict."""
    desk.planner.timer.start(THIRD)
    with pytest.raises(Conflict) as caught:
        desk.planner.timer.start(FOURTH)
    assert "planner.timer.stop" in (caught.value.hint or "")
    again = desk.planner.timer.start(THIRD)
    assert not again.began
    assert again.ticking.timer.task == 3


def test_a_forgotten_timer_is_not_recorded(desk: Desk) -> None:
    """After fourteen hours neither stop nor done records it; named minutes do."""
    desk.planner.timer.start(THIRD)
    desk.now += timedelta(hours=14)
    with pytest.raises(Conflict):
        desk.planner.timer.stop()
    changed = desk.planner.tasks.mark(refs(("3",)), Status.DONE)
    assert any("still running" in note for note in changed.notes)
    assert desk.task(3).spent_minutes is None
    desk.planner.timer.stop(minutes=45)
    assert log(desk) == [(date(2026, 7, 1), 3, 45)]


def test_done_ends_its_timer(desk: Desk) -> None:
    """Done on the timer's task records what ran, or takes the total that is named; another task's timer runs on."""
    desk.planner.timer.start(THIRD)
    desk.now += timedelta(minutes=25)
    desk.planner.tasks.mark(refs(("4",)), Status.DONE)
    assert desk.planner.timer.running() is not None
    changed = desk.planner.tasks.mark(refs(("3",)), Status.DONE)
    assert (changed.tasks[0].spent_minutes, desk.task(3).spent_minutes) == (25, 25)
    assert desk.planner.timer.running() is None
    desk.planner.history.undo()
    assert desk.planner.timer.running() is not None
    desk.planner.tasks.mark(refs(("3",)), Status.DONE, minutes=40)
    assert log(desk) == [(date(2026, 7, 1), 3, 40)]
    assert desk.planner.timer.running() is None


def test_time_on_a_removed_task_stays_in_the_log(desk: Desk) -> None:
    """Time spent was spent; a timer on a task that is gone can be forgotten."""
    desk.planner.timer.add(THIRD, 30)
    desk.planner.timer.start(THIRD)
    desk.planner.tasks.remove(refs(("3",)))
    assert log(desk) == [(date(2026, 7, 1), 3, 30)]
    assert desk.planner.timer.log().removed == {3}
    with pytest.raises(Conflict, match="was removed"):
        desk.planner.timer.stop()
    gone = desk.planner.timer.cancel()
    assert gone is not None
    assert gone.task is None
    assert desk.planner.timer.running() is None
    assert desk.planner.timer.cancel() is None


def test_the_last_task_finishes_the_plan(desk: Desk) -> None:
    """Stop with done on the last open task finishes its plan."""
    numbers = [task.number for task in desk.planner.queries.plan_views()[0].tasks if task.number != 3]
    desk.planner.tasks.mark(refs(tuple(map(str, numbers))), Status.DONE)
    desk.planner.timer.start(THIRD)
    desk.now += timedelta(minutes=5)
    assert [plan.name for plan in desk.planner.timer.stop(done=True).changed.finished] == ["foundations"]


def test_time_of_other_days_leaves_today_free(desk: Desk) -> None:
    """A task timed over three days and done today takes of today's minutes only what it took today; an open task of today
    holds its own sittings, another's count."""
    first, second, *_ = (task for task in _tasks(desk) if task.minutes >= 30)
    today = desk.now.date() + timedelta(days=2)
    desk.now += timedelta(days=2)
    for ago, minutes in ((2, 30), (1, 20), (0, 10)):
        desk.planner.timer.add(Ref(first.number), minutes, on=today - timedelta(days=ago))
    desk.planner.tasks.mark([Ref(first.number)], Status.DONE)
    assert _spent_today(desk) == 10
    desk.planner.timer.add(Ref(second.number), 15)
    desk.planner.tasks.move([Ref(second.number)], to=today + timedelta(days=1))
    assert _spent_today(desk) == 25
    desk.planner.tasks.move([Ref(second.number)], to=today)
    assert _spent_today(desk) == 10
    studied = desk.planner.progress.picture().studied
    assert studied == {today - timedelta(days=2): 30, today - timedelta(days=1): 20, today: 25}
