"""What pieces that go leave to those that stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from studyplan.model import Change, Kind, Status, Stint, Task, Timer
from studyplan.planner.base import changed
from studyplan.rules.merged_pieces import handed_on

DAY = date(2026, 7, 1)


def piece(number: int, **fields: object) -> Task:
    made = Task(
        1,
        number,
        1,
        uuid4(),
        f"a#{number}",
        "a",
        number,
        "m",
        "A",
        Kind.READ,
        30,
        splittable=True,
        date=DAY,
        position=0,
    )
    return replace(made, **fields)


@st.composite
def pieces(draw: st.DrawFn) -> list[Task]:
    links = st.lists(st.sampled_from("xyz"), unique=True).map(tuple)
    return [
        piece(
            number,
            note=draw(st.sampled_from((None, f"On {number}", "The same"))),
            links=draw(links),
            files=draw(links),
            spent_minutes=draw(st.sampled_from((None, 5, 20))),
            status=draw(st.sampled_from((Status.OPEN, Status.OPEN, Status.DONE))),
        )
        for number in range(1, draw(st.integers(2, 6)) + 1)
    ]


@given(pieces(), st.data())
def test_nothing_is_lost(tasks: list[Task], data: st.DataObject) -> None:
    """Minutes and sittings add up as before, every note, link and file is there, and what is over stays while a piece is open."""
    gone = data.draw(st.lists(st.sampled_from(tasks), unique_by=lambda task: task.number, max_size=len(tasks) - 1))
    left = [task for task in tasks if task not in gone]
    stints = [Stint(1, task.number, task.number, DAY, task.spent_minutes) for task in gone if task.spent_minutes]
    timer = Timer(data.draw(st.sampled_from(tasks)).number, datetime(2026, 7, 1, tzinfo=UTC))
    other = piece(9, task="b", key="b")
    changes = handed_on(gone, [*left, other], stints, timer)
    assert not [change for change in changes if change.number == other.number and change.of == "task"]
    after = [changed(task, [each for each in changes if each.number == task.number]) for task in left]
    assert sum(task.spent_minutes or 0 for task in after) == sum(task.spent_minutes or 0 for task in tasks)
    lines = {line for task in after for line in (task.note or "").split("\n")}
    assert {task.note for task in tasks if task.note} <= lines
    assert {link for task in after for link in task.links} == {link for task in tasks for link in task.links}
    assert {file for task in after for file in task.files} == {file for task in tasks for file in task.files}
    numbers = {task.number for task in left}
    moved = [change for change in changes if change.of == "stint"]
    assert sorted(change.number for change in moved) == sorted(stint.number for stint in stints)
    assert {change.after for change in moved} <= numbers
    ticking = [change.after.task for change in changes if change.of == "learner"]
    assert (ticking[0] in numbers) if timer.task not in numbers else ticking == []
    if any(task.status is Status.OPEN for task in left):
        assert [task for task in after if task.status is Status.DONE] == [
            task for task in left if task.status is Status.DONE
        ]


def test_a_task_without_pieces_keeps_its_own() -> None:
    """Nobody of another task takes over what it had, nor anybody of another plan."""
    gone = piece(1, note="mine", spent_minutes=10)
    others = [piece(2, task="b", key="b"), piece(3, plan=2)]
    assert handed_on([gone], others, [Stint(1, 1, 1, DAY, 10)], None) == []


def test_the_piece_ahead_takes_over() -> None:
    """Else the next one."""
    one, two, three = (piece(number, note=str(number)) for number in (1, 2, 3))
    assert handed_on([two], [one, three], [], None) == [Change("task", 1, "note", "1", "1\n2")]
    assert handed_on([one], [two, three], [], None) == [Change("task", 2, "note", "2", "2\n1")]
