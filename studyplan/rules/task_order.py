"""The order of study, as a learner changes it: a task put elsewhere in the line, or behind what it has to come after. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush

from studyplan.errors import Conflict, UsageProblem
from studyplan.model import Change, Kind, Task
from studyplan.schedule.standing import is_session, places

#: Places in the line that are no task.
FIRST, LAST = "first", "last"


def check_after(task: Task, ahead: Iterable[Task]) -> tuple[str, ...]:
    """The ids of the tasks that a task is to come after. Raises UsageProblem or Conflict for those that it cannot."""
    ids: dict[str, None] = {}
    for other in ahead:
        if other.plan != task.plan:
            raise Conflict(
                f"'{other.title}' is in another plan than '{task.title}'",
                hint="a task can only come after tasks of its own plan",
            )
        if other.task == task.task:
            raise UsageProblem("a task cannot come after itself", hint="name another task")
        if other.kind is Kind.EXAM or is_session(other):
            raise UsageProblem(f"nothing can come after '{other.title}'", hint="name a task of another kind")
        ids[other.task] = None
    return tuple(ids)


def lined_up(tasks: Sequence[Task], task: Task, ahead_of: Task | str | None) -> tuple[list[Change], bool]:
    """The changes that put a task right ahead of another in the order of study (``first`` and ``last``: of all, None: where it
    is), and whatever comes after something behind that. Also whether it came to stand where it was wanted.

    ``tasks``: the plan's as they will be. Raises Conflict where tasks would come after each other in a circle.
    """
    place = places(tasks)
    ids = sorted(place, key=place.__getitem__)
    if ahead_of is not None:
        ids.remove(task.task)
        at = {FIRST: 0, LAST: len(ids)}.get(ahead_of, 0) if isinstance(ahead_of, str) else ids.index(ahead_of.task)
        ids.insert(at, task.task)
    after = {each.task: each.after for each in tasks}
    sound = with_those_ahead_first(ids, after)
    if len(sound) < len(ids):
        circle = {each.task: each.title for each in tasks if each.task not in sound}
        other = next(title for id, title in circle.items() if id != task.task)
        raise Conflict(f"'{task.title}' would come after '{other}', which comes after it", hint="leave out one of them")
    return _positions(tasks, sound), sound == ids


def with_those_ahead_first(ids: Sequence[str], after: Mapping[str, Sequence[str]]) -> list[str]:
    """The ids in their order, each behind what it comes after; those of a circle are missing."""
    rank = {id: place for place, id in enumerate(ids)}
    waits = {id: {ahead for ahead in after[id] if ahead in rank} for id in ids}
    behind: dict[str, list[str]] = {}
    for id, those in waits.items():
        for ahead in those:
            behind.setdefault(ahead, []).append(id)
    ready = [rank[id] for id in ids if not waits[id]]
    heapify(ready)
    found = []
    while ready:
        id = ids[heappop(ready)]
        found.append(id)
        for other in behind.get(id, ()):
            waits[other].discard(id)
            if not waits[other]:
                heappush(ready, rank[other])
    return found


def _positions(tasks: Sequence[Task], ids: Sequence[str]) -> list[Change]:
    """The fewest new positions that put the tasks into this order: a row keeps its own where it is free."""
    rows: dict[str, list[Task]] = {}
    for each in sorted(tasks, key=lambda each: (each.part, each.number)):
        rows.setdefault(each.task, []).append(each)
    changes = []
    last = -1
    for row in (row for id in ids for row in rows[id]):
        want = max(row.position, last + 1)
        if want != row.position:
            changes.append(Change("task", row.number, "position", row.position, want))
        last = want
    return changes
