"""What a change means to calendars: which fields they show, which raise the number that they go by, and what stamp follows.

The store writes by these rules, and ``rules.entry_revisions`` replays the log by them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from studyplan.model import PlanState

if TYPE_CHECKING:
    from studyplan.model import Change

#: What an exported calendar shows of a task: a change of one of these is a new revision of its event.
SHOWN = frozenset(
    {
        "date",
        "done_at",
        "evidence",
        "exists",
        "key",
        "kind",
        "minutes",
        "module",
        "objective",
        "own_kind",
        "resources",
        "starts_at",
        "status",
        "tags",
        "title",
    }
)

#: What raises the SEQUENCE of a task's event too. Thunderbird keeps its own state of an entry whose SEQUENCE has not grown.
RAISING = frozenset({"date", "exists", "starts_at", "status"})

_SECOND = timedelta(seconds=1)


def next_stamp(stamp: datetime | None, at: datetime) -> datetime:
    """The stamp of a new revision that a batch at ``at`` makes: later than the one before, so that calendars take it."""
    return at if stamp is None else max(at, stamp + _SECOND)


def first_stamp(stamp: datetime | None, at: datetime) -> datetime:
    """The stamp of a task that is made for the first time: no calendar has it, so it need not be later than any."""
    return at if stamp is None else max(at, stamp)


def shows(fields: Collection[str]) -> bool:
    """Whether changes of these fields are a new revision of a task's event."""
    return not SHOWN.isdisjoint(fields)


def raises(fields: Collection[str]) -> bool:
    """Whether changes of these fields raise its sequence."""
    return not RAISING.isdisjoint(fields)


def makes(kind: str, fields: Mapping[str, Change]) -> bool:
    """Whether a batch of that kind makes the row for the first time: undoing and redoing bring back what calendars know."""
    return kind == "do" and "exists" in fields and bool(fields["exists"].after)


def turns(plan: Mapping[str, Change]) -> bool:
    """Whether the changes of a plan let all of its tasks come or go: it is made, removed, dropped or taken up again."""
    return "exists" in plan or ("state" in plan and PlanState.DROPPED in {plan["state"].before, plan["state"].after})


def stops(plan: Mapping[str, Change]) -> bool:
    """Whether the changes of a plan end it. Such plans are written first: they may give up a name that another takes."""
    exists, state = plan.get("exists"), plan.get("state")
    return (exists is not None and not exists.after) or (state is not None and state.after != PlanState.ACTIVE)
