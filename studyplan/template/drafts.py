"""Tasks and windows for the checks between items: the valid values of a record, and their lines."""

from __future__ import annotations

import re
from dataclasses import dataclass

from studyplan.model import Anchor, Kind, Tier
from studyplan.template.fields import Item, Located

_ANCHOR = re.compile(r"(?P<base>[a-z][a-z0-9-]*?)(?:(?P<days>[+-][0-9]{1,4})d)?", re.ASCII)


def read_anchor(text: str) -> Anchor | None:
    """``exam-3d`` and the like as a value; None if it is not an anchor."""
    found = _ANCHOR.fullmatch(text)
    return Anchor(found["base"], int(found["days"] or 0)) if found else None


@dataclass(frozen=True, slots=True)
class WindowDraft:
    """A window; ``tier`` and ``days`` are None if they were bad."""

    record: Item
    id: str
    tier: Tier | None
    days: tuple[int, int] | None

    @property
    def sound(self) -> bool:
        return self.tier is not None and self.days is not None


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """A task; a field is None (``after`` empty) where its value was bad."""

    record: Item
    id: str
    module: str
    #: Its place in the file's order.
    place: int
    kind: Kind | None
    tier: Tier | None
    minutes: int
    after: tuple[Located, ...]
    path: frozenset[str] | None
    #: By window id. A window that is missing has no anchor for the task.
    on: dict[str, Located]
    #: Done again and again: nothing comes after it.
    is_habit: bool = False

    @property
    def item(self) -> str:
        return self.record.item

    def within(self, window: WindowDraft) -> bool:
        """Whether the window's tier takes it, whatever the paths."""
        return self.tier is not None and window.tier is not None and self.tier.rank <= window.tier.rank

    def whenever(self, other: TaskDraft) -> bool:
        """Whether the paths that bring ``other`` into a plan bring this task too."""
        if not self.path or other.path is None or self.path is None:
            return True
        return bool(other.path) and other.path <= self.path


def spans_of(template: Item) -> list[WindowDraft]:
    """The windows that can be told apart, in the file's order."""
    return [WindowDraft(w, w["id"], w.get("tier"), w.get("days")) for w in template.get("windows") or () if w.get("id")]


def drafts_of(template: Item) -> list[TaskDraft]:
    """All tasks that have an id, in the file's order."""
    windows = [span.id for span in spans_of(template)]
    drafts: list[TaskDraft] = []
    for module in template.get("modules") or ():
        for task in module.get("tasks") or ():
            if task.get("id"):
                drafts.append(_draft(task, module.get("id") or "", len(drafts), windows))
    return drafts


def _draft(task: Item, module: str, place: int, windows: list[str]) -> TaskDraft:
    on = task.get("on")
    return TaskDraft(
        record=task,
        id=task["id"],
        module=module,
        place=place,
        kind=task.get("kind"),
        tier=task.get("tier"),
        minutes=task.get("minutes") or 0,
        after=tuple(task.get("after") or ()),
        path=None if "path" in task.bad else frozenset(name.value for name in task["path"]),
        on=dict.fromkeys(windows, on) if isinstance(on, Located) else on or {},
        is_habit=bool(task.get("every")),
    )
