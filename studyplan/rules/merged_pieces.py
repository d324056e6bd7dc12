"""What was recorded on pieces that go because their task is cut anew: the pieces that stay take it over. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from studyplan.model import Change, Status, Stint, Task, Timer
from studyplan.rules.task_changes import differences


def handed_on(gone: Iterable[Task], left: Sequence[Task], stints: Sequence[Stint], timer: Timer | None) -> list[Change]:
    """The changes that give note, links, files, sittings and a timer of each piece that is gone to a piece of its task.

    ``left``: the pieces that stay; a task without any keeps what it has, gone as it is. ``stints``: those of ``gone``. A note
    that grows so may be longer than one that is typed.
    """
    before = {task.number: task for task in left}
    after = dict(before)
    changes: list[Change] = []
    for task in sorted(gone, key=lambda task: (task.position, task.part)):
        heir = _heir(task, list(after.values()))
        if heir is None:
            continue
        spent = (heir.spent_minutes or 0) + (task.spent_minutes or 0)
        after[heir.number] = replace(
            heir,
            note="\n".join(dict.fromkeys(note for note in (heir.note, task.note) if note)) or None,
            links=tuple(dict.fromkeys((*heir.links, *task.links))),
            files=tuple(dict.fromkeys((*heir.files, *task.files))),
            spent_minutes=spent or heir.spent_minutes,
        )
        own = [stint for stint in stints if stint.task == task.number]
        changes += [Change("stint", stint.number, "task", task.number, heir.number) for stint in own]
        if timer is not None and timer.task == task.number:
            changes.append(Change("learner", 0, "timer", timer, replace(timer, task=heir.number)))
    for number, task in before.items():
        changes += differences("task", task, after[number], number=number)
    return changes


def _heir(gone: Task, left: Sequence[Task]) -> Task | None:
    """The piece before the one that is gone, else the next; a finished one only if none is open."""
    own = [task for task in left if (task.plan, task.task) == (gone.plan, gone.task)]

    def nearness(task: Task) -> tuple[Any, ...]:
        return task.status is not Status.OPEN, task.part > gone.part, abs(task.part - gone.part), task.number

    return min(own, key=nearness, default=None)
