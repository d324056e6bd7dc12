"""The options of a sync run, and its report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from studyplan.model import Change, Seen, Task
from studyplan.planner.sync import Refusal
from studyplan.sync.deciding import Tell

if TYPE_CHECKING:
    from studyplan.model import Remote


class Deleted(StrEnum):
    """What it means that an entry was deleted in the calendar."""

    KEEP = "keep"
    SKIP = "skip"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """The options of a run. ``deleted`` None: ``ask`` is asked, once for all; its None leaves them for the next
    time."""

    mark: bool = True
    deleted: Deleted | None = None
    ask: Callable[[Sequence[Task]], Deleted | None] = lambda tasks: None
    force: bool = False
    write: bool = True
    #: Hears what is being done, how much of it is done, and how much there is.
    progress: Callable[[str, int, int], None] = lambda what, done, all: None


@dataclass(slots=True)
class Report:
    """What a run did or would do."""

    remote: Remote
    written: bool
    #: What changed here, and the batch that ``undo`` takes back.
    changes: tuple[Change, ...] = ()
    batch: int | None = None
    #: The tasks that were written there, changed there, deleted there (by uid where the task is no more).
    made: list[Task] = field(default_factory=list)
    changed: list[Task] = field(default_factory=list)
    deleted: list[Seen] = field(default_factory=list)
    #: Decisions between two sides.
    told: list[tuple[Tell, int]] = field(default_factory=list)
    #: Edits that could not be made here, or a part of them.
    refused: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    #: Deleted there, and not decided yet what that means.
    asked: list[Task] = field(default_factory=list)
    #: Tasks that somebody changed while the run went on: nothing was done about them.
    late: list[int] = field(default_factory=list)
    #: Entries of ours that cannot be read, and why.
    unreadable: list[int] = field(default_factory=list)
    flaws: dict[int, str] = field(default_factory=dict)
    #: Entries that could not be written, with the server's reason.
    trouble: list[tuple[int, str]] = field(default_factory=list)
    #: Entries of somebody else; None where only changes were asked for.
    foreign: int | None = None
    #: Every task that is named above, by number.
    tasks: dict[int, Task] = field(default_factory=dict)

    def followed_by(self, later: Report) -> Report:
        """This run and a later one of the same command as one: what both did, and what the later one left."""
        return Report(
            later.remote,
            self.written,
            self.changes + later.changes,
            later.batch or self.batch,
            self.made + later.made,
            self.changed + later.changed,
            self.deleted + later.deleted,
            self.told + later.told,
            self.refused + later.refused,
            self.notes + later.notes,
            later.asked,
            later.late,
            later.unreadable,
            later.flaws,
            later.trouble,
            self.foreign if later.foreign is None else later.foreign,
            self.tasks | later.tasks,
        )

    def without_standing(self) -> Report:
        """What this run did, without what an earlier run of the same command has reported."""
        return replace(self, asked=[], unreadable=[], trouble=[], foreign=None)

    @property
    def says_something(self) -> bool:
        did = self.changes or self.made or self.changed or self.deleted
        told = self.told or self.refused or self.notes
        return bool(did or told or self.asked or self.late or self.unreadable or self.trouble)
