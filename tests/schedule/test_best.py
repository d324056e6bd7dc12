"""The best use of the minutes that there are, against trying everything."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from studyplan.schedule.best import Pick, Ready, best

READY = st.lists(
    st.tuples(st.integers(1, 16), st.booleans(), st.integers(-3, 9)).map(lambda drawn: (drawn[0] * 5, *drawn[1:])),
    max_size=5,
).map(lambda found: [Ready(n, *each) for n, each in enumerate(found, 1)])


def options(task: Ready) -> list[int]:
    pieces = range(25, task.left, 5) if task.splittable else ()
    return [0, *pieces, task.left]


def value(ready: list[Ready], picks: list[tuple[int, int]]) -> tuple[int, int, int, int]:
    """The promise of the docstring, said again: urgent minutes, finished tasks, few tasks, early tasks."""
    by_number = {task.number: task for task in ready}
    urgent = finished = early = 0
    for number, minutes in picks:
        task = by_number[number]
        urgent += minutes * (1 if task.late < 0 else task.late + 2)
        finished += minutes == task.left
        early -= ready.index(task)
    return urgent, finished, -len(picks), early


@settings(max_examples=300, deadline=None)
@given(READY, st.integers(0, 130))
def test_no_other_choice_is_worth_more(ready: list[Ready], minutes: int) -> None:
    """What is picked fits, is made of whole tasks and allowed pieces, and is worth exactly what the best of all choices is."""
    found = [(pick.number, pick.minutes) for pick in best(ready, minutes)]
    assert sum(each for _, each in found) <= minutes
    assert len({number for number, _ in found}) == len(found)
    assert all(each in options(ready[number - 1]) for number, each in found)
    everything = (
        [(task.number, size) for task, size in zip(ready, sizes, strict=True) if size]
        for sizes in product(*map(options, ready))
        if sum(sizes) <= minutes
    )
    assert value(ready, found) == max(value(ready, picks) for picks in everything)


def test_what_is_most_overdue_comes_first() -> None:
    """Twenty-five minutes go to a piece of the task that is ten days late, not to two short ones of yesterday."""
    ready = [Ready(1, 60, True, 10), Ready(2, 10, False, 1), Ready(3, 15, False, 1)]
    assert best(ready, 25) == (Pick(1, 25),)
    assert best(ready, 20) == (Pick(3, 15),)
    assert best(ready, 85) == (Pick(1, 60), Pick(2, 10), Pick(3, 15))


def test_a_whole_day_of_many_tasks() -> None:
    """Three hundred tasks and 24 hours are no trouble: all that matters fits, to the minute."""
    ready = [Ready(n, 5 * (1 + n % 30), n % 2 == 0, n % 17 - 5) for n in range(1, 301)]
    assert sum(pick.minutes for pick in best(ready, 1440)) == 1440
