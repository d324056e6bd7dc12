"""Edits that a calendar kept in step brings, against sittings that were told here."""

from __future__ import annotations

from datetime import date, timedelta

from import_samples import World

from studyplan.calendar import Form
from studyplan.model import Remote, Seen, Status
from studyplan.model.syncing import Presence
from studyplan.notation import Ref
from studyplan.planner.sync import TaskEdit


def test_what_is_opened_again_elsewhere_keeps_its_sittings(world: World) -> None:
    """The minutes recorded stay its total, as with `reopen`."""
    syncing = world.planner.sync
    remote = syncing.add(Remote(0, 0, "cloud", "http://127.0.0.1/", "", Form.TODOS))
    world.planner.timer.add(Ref(1), 20, on=date(2026, 7, 1))
    world.planner.tasks.mark([Ref(1)], Status.DONE, minutes=50)
    edit = TaskEdit(world.uid(1, Form.TODOS), 1, world.task(1).updated_at, status=Status.OPEN)
    carried = syncing.carry(remote, [edit], [])
    assert (carried.late, carried.refused) == (frozenset(), ())
    assert (world.task(1).status, world.task(1).spent_minutes) == (Status.OPEN, 50)


def test_a_day_of_a_habit_is_deleted_elsewhere(world: World) -> None:
    """It stays away, whatever is replanned, and an undo brings it back."""
    world.planner.habits.add("Vocabulary", 20, "daily")
    remote = world.planner.sync.add(Remote(0, 0, "cloud", "http://127.0.0.1/", "", Form.EVENTS))
    second = next(task for task in world.tasks if task.habit and task.date == date(2026, 7, 2))
    edit = TaskEdit(world.uid(second.number), second.number, second.updated_at, remove=True)
    moved = TaskEdit(world.uid(second.number + 1), second.number + 1, second.updated_at, day=date(2026, 7, 5))
    carried = world.planner.sync.carry(remote, [edit, moved], [])
    assert [(each.uid, "stays on its days" in each.why) for each in carried.refused] == [(moved.uid, True)]
    assert not world.planner.replan.apply(strategy="even").mending.moves
    days = {task.date for task in world.tasks if task.habit}
    assert date(2026, 7, 2) not in days
    assert date(2026, 7, 3) in days
    world.planner.history.undo()
    assert date(2026, 7, 2) in {task.date for task in world.tasks if task.habit}


def test_a_plan_finished_by_hand_leaves_its_future(world: World) -> None:
    """What was done or lay open before that day stays in the calendar, what was still to come does not; undo brings it back."""
    syncing = world.planner.sync
    remote = syncing.add(Remote(0, 0, "cloud", "http://127.0.0.1/", "", Form.EVENTS))
    world.planner.tasks.done(1)
    before = syncing.side(remote).tasks
    syncing.note(
        remote,
        [
            Seen(
                1,
                remote.number,
                uid,
                task.number,
                uid,
                "e",
                Presence.THERE,
                task.date,
                None,
                task.title,
                task.status,
                None,
                None,
            )
            for uid, task in before.items()
        ],
    )
    world.now += timedelta(days=2)
    today = world.now.date()
    world.planner.plans.finish()
    kept = syncing.side(remote).tasks
    assert set(kept) == {uid for uid, task in before.items() if task.status is Status.DONE or task.date < today}
    assert 1 < len(kept) < len(before)
    world.planner.history.undo()
    assert syncing.side(remote).tasks == before
