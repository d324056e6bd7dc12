"""The coming reviews of weak modules first: who changes days with whom, and what stays true of all of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from studyplan.model import Day, Kind, Role, Status, Task
from studyplan.schedule.weak import weak_first

FIRST = date(2026, 7, 1)
DAYS = 30
MODULES = ("a", "b", "c", "d")


def on(number: int) -> date:
    return FIRST + timedelta(days=number)


def row(number: int, id: str, day: int, minutes: int, **fields: object) -> Task:
    kept: dict[str, object] = {
        "uuid": UUID(int=number),
        "key": id,
        "task": id,
        "part": 1,
        "module": "",
        "title": id,
        "kind": Kind.READ,
        "minutes": minutes,
        "splittable": False,
        "date": on(day),
        "position": number,
    }
    return Task(1, number, 1, **(kept | fields))


def window(capacity: int | None) -> list[Day]:
    roles = [Role.MATERIAL] * (DAYS - 3) + [Role.BUFFER] * 2 + [Role.EXAM]
    return [Day(on(index), role, capacity) for index, role in enumerate(roles)]


@st.composite
def plans(draw: st.DrawFn) -> list[Task]:
    """A material task for each module, up to two reviews after it, a last pass; some over, some pinned."""
    tasks: list[Task] = []
    for module in MODULES:
        read = draw(st.integers(0, 12))
        status = draw(st.sampled_from([Status.OPEN, Status.DONE, Status.SKIPPED]))
        tasks.append(row(len(tasks) + 1, f"read-{module}", read, 30, module=module, status=status))
        day = read
        for turn in range(1, draw(st.integers(1, 3))):
            day = draw(st.integers(day + 1, min(day + 7, DAYS - 2)))
            tasks.append(
                row(
                    len(tasks) + 1,
                    f"review-{module}-{turn}",
                    day,
                    draw(st.sampled_from([10, 15])),
                    module=module,
                    kind=Kind.REVIEW,
                    after=(f"read-{module}",),
                    pinned=draw(st.integers(0, 9)) == 0,
                    status=draw(st.sampled_from([Status.OPEN] * 6 + [Status.DONE])),
                )
            )
    tasks.append(row(len(tasks) + 1, "last-pass-1", DAYS - 3, 20, kind=Kind.REVIEW))
    return tasks


def reviews(tasks: list[Task], date_of: dict[int, date]) -> Counter[date]:
    return Counter(date_of[task.number] for task in tasks if task.kind is Kind.REVIEW)


@settings(max_examples=300, deadline=None)
@given(plans(), st.permutations(MODULES), st.integers(0, 4), st.integers(0, 20), st.sampled_from([None, 45, 60]))
def test_an_exchange_keeps_every_promise(
    tasks: list[Task], order: list[str], named: int, today: int, capacity: int | None
) -> None:
    """Only coming, open, free reviews move; the days keep their number of reviews and their ceilings; order and spacing hold;
    the reviews of the weakest module come no later than they did."""
    weak = order[:named]
    days = window(capacity)
    moves = weak_first(days, on(today), tasks, weak)
    before = {task.number: task.date for task in tasks}
    after = before | {task.number: day for task, day in moves}
    for task, day in moves:
        assert day != task.date
        assert task.kind is Kind.REVIEW
        assert task.module
        assert (task.status, task.pinned) == (Status.OPEN, False)
        assert min(task.date, day) >= on(today)
        ahead = [each for each in tasks if each.task in task.after and each.status is Status.OPEN]
        assert all(day > each.date for each in ahead), "a review before what its cards name"
    assert reviews(tasks, after) == reviews(tasks, before)
    loads = [Counter[date](), Counter[date]()]
    for task in tasks:
        if task.status is not Status.SKIPPED:
            for load, date_of in zip(loads, (before, after), strict=True):
                load[date_of[task.number]] += task.minutes
    for day in days:
        more = loads[1][day.date] > loads[0][day.date]
        assert not more or day.capacity is None or loads[1][day.date] <= day.capacity
    for task in tasks:
        for other in tasks:
            if task.task.rpartition("-")[0] == other.task.rpartition("-")[0] and task.task < other.task and task.after:
                apart = (before[other.number] - before[task.number]).days
                assert 2 * (after[other.number] - after[task.number]).days >= apart
    for task in tasks:
        if task.module in weak:
            assert after[task.number] <= before[task.number]
        else:
            assert after[task.number] >= before[task.number]
    assert weak or moves == ()


def test_the_weak_review_takes_the_first_day() -> None:
    """Three reviews, the last one weak: it changes with the first; with its material still to come it changes with none."""
    tasks = [
        row(1, "read-c", 1, 30, module="c"),
        *(
            row(n, f"review-{m}-1", day, 10, module=m, kind=Kind.REVIEW, after=(f"read-{m}",))
            for n, (m, day) in enumerate((("a", 5), ("b", 7), ("c", 9)), start=2)
        ),
    ]
    moves = weak_first(window(None), on(2), tasks, ["c"])
    assert [(task.task, day) for task, day in moves] == [("review-c-1", on(5)), ("review-a-1", on(9))]
    late = [replace(tasks[0], date=on(6)), *tasks[1:]]
    assert [(task.task, day) for task, day in weak_first(window(None), on(2), late, ["c"])] == [
        ("review-c-1", on(7)),
        ("review-b-1", on(9)),
    ]


def test_two_decks_change_places() -> None:
    """Where one pair alone would squeeze a deck, both reviews of both decks change: nothing is nearer than half its distance."""
    days = {"review-a-1": 8, "review-b-1": 11, "review-a-2": 12, "review-b-2": 15}
    tasks = [
        row(n, id, day, 10, module=id.split("-")[1], kind=Kind.REVIEW) for n, (id, day) in enumerate(days.items(), 1)
    ]
    moves = weak_first(window(None), on(2), tasks, ["b"])
    assert [(task.task, day) for task, day in moves] == [
        ("review-b-1", on(8)),
        ("review-b-2", on(11)),
        ("review-a-1", on(12)),
        ("review-a-2", on(15)),
    ]


def test_a_long_list_of_reviews_is_quick_to_order() -> None:
    """The search is bounded: sixty reviews in thirty decks, half of them weak, are settled by the bound on tries."""
    tasks = [
        row(2 * n + turn, f"review-m{n}-{turn}", 2 + (7 * n + 5 * turn) % 24, 10, module=f"m{n}", kind=Kind.REVIEW)
        for n in range(30)
        for turn in (1, 2)
    ]
    tasks = [task for task in tasks if task.date < on(DAYS - 3)]
    moves = weak_first(window(None), FIRST, tasks, [f"m{n}" for n in range(0, 30, 2)])
    assert len({task.number for task, _ in moves}) == len(moves)
