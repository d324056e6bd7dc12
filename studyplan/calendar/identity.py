"""What a calendar knows a task by. Standard library only, so that a list of tasks can print uids without icalendar.

A uid rests on two random uuids that never change, and on nothing that a replan or a rename touches: a moved task moves in
the calendar instead of doubling. An event and a to-do of one task differ, because one collection may hold both.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID, uuid5


def event_uid(plan: UUID, task: UUID) -> str:
    """The UID of a task's event: lower case, no host."""
    return str(uuid5(plan, f"event:{task}"))


def todo_uid(plan: UUID, task: UUID) -> str:
    """The UID of a task's to-do: lower case, no host."""
    return str(uuid5(plan, f"todo:{task}"))


def whole_mark(uids: Iterable[str]) -> str:
    """What an export says of a plan that is in it whole: how many entries that are, and which, by a hash of their uids. An
    entry that a program parts from the others may keep the mark, but it cannot pass for all of them."""
    each = sorted(uids)
    return f"{len(each)} {sha256(' '.join(each).encode()).hexdigest()[:32]}"
