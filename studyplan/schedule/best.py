"""Choose the ready tasks, or pieces of them, that make the best use of a number of minutes.

Pure: the standard library and ``model``. Exact: a knapsack by dynamic programming over steps of five minutes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from studyplan.model import MIN_PIECE, STEP


@dataclass(frozen=True, slots=True)
class Ready:
    """A task that may be begun. ``left``: minutes that it still takes, a multiple of 5; ``late``: days since its day, below
    zero where that is still to come."""

    number: int
    left: int
    splittable: bool
    late: int


@dataclass(frozen=True, slots=True)
class Pick:
    """Minutes to give to a task; fewer than it takes where only a piece of it fits."""

    number: int
    minutes: int


def best(ready: Sequence[Ready], minutes: int) -> tuple[Pick, ...]:
    """The tasks and pieces that fit into the minutes and are worth most together, in the order of ``ready``.

    A minute given to a task is worth 1 where its day is still to come, 2 where it is due today, and one more for each day
    that it is late: so what is most overdue comes first, unless it does not fit and others do. Of choices that are worth
    the same, the one that finishes more tasks is better, then the one with fewer tasks, then the one with earlier ones. A
    piece takes a multiple of 5 minutes, at least 25; only a splittable task has pieces.
    """
    steps = minutes // STEP
    scale = 4 * (len(ready) + 1)
    most = [0] * (steps + 1)
    taken: list[list[int]] = []
    for place, task in enumerate(ready):
        before = list(most)
        chosen = [0] * (steps + 1)
        for size in _sizes(task, minutes):
            gain = worth(task, size, place, scale)
            for room in range(size // STEP, steps + 1):
                value = before[room - size // STEP] + gain
                if value > most[room]:
                    most[room], chosen[room] = value, size
        taken.append(chosen)
    picks = []
    room = steps
    for task, chosen in zip(reversed(ready), reversed(taken), strict=True):
        if chosen[room]:
            picks.append(Pick(task.number, chosen[room]))
            room -= chosen[room] // STEP
    return tuple(reversed(picks))


def worth(task: Ready, minutes: int, place: int, scale: int) -> int:
    """What a choice is worth, as one number whose sums compare as the parts do one after the other: urgent minutes, tasks
    finished, few tasks, early ones. ``scale`` is more than four for each task there is, so that no part reaches the next."""
    urgency = 1 if task.late < 0 else 2 + task.late
    finished = minutes == task.left
    return ((minutes * urgency * scale + finished) * scale - 1) * scale**2 - place


def _sizes(task: Ready, minutes: int) -> Iterator[int]:
    """The minutes that may be given to a task, the whole of it last."""
    if task.splittable:
        yield from range(MIN_PIECE, min(task.left - 1, minutes) + 1, STEP)
    if task.left <= minutes:
        yield task.left
