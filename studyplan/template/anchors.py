"""Anchors: whether each has a day in every window, and whether the days agree with ``after``.

Days are counted as if every day were studied: day 1 is the start, and the exam, where there is one, is on the window's last
day. A window is judged at its shortest and at its longest; an anchor's distance to the start or to the exam is fixed, so
what holds at both holds between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from studyplan.model import Anchor, Kind
from studyplan.schedule.window import buffer_days
from studyplan.template.drafts import TaskDraft, WindowDraft, read_anchor
from studyplan.template.problems import Problems, quoted

_NO_UNIT = re.compile(r"(?P<base>.+)[+-][0-9]+", re.ASCII)


def told_circle(ids: list[str], key: str) -> str:
    """A circle of tasks for a message; the middle of a long one is left out."""
    return f" {key} ".join([*ids[:8], "…", ids[-1]] if len(ids) > 10 else ids)


@dataclass(slots=True)
class _Said:
    """The problems of all windows. The same one in several windows, or at both ends of one, is one problem."""

    #: By line, item and what is wrong: the windows, each with the days that show it.
    found: dict[tuple[int, str, str], dict[str, str]] = field(default_factory=dict)

    def add(self, line: int, item: str, text: str, window: str, days: str) -> None:
        self.found.setdefault((line, item, text), {}).setdefault(window, days)

    def report(self, problems: Problems) -> None:
        for (line, item, text), windows in self.found.items():
            shown = ", ".join(quoted(window) + (f": {days}" if days else "") for window, days in windows.items())
            problems.add(line, f"{text} (window{'s' if len(windows) > 1 else ''} {shown})", item)


def check_anchors(
    drafts: list[TaskDraft], by_id: dict[str, TaskDraft], windows: list[WindowDraft], complete: bool, problems: Problems
) -> None:
    """Report every anchor that cannot be honoured. ``complete``: no task was unreadable, so an unknown name is
    wrong."""
    _check_words(drafts, by_id, windows, complete, problems)
    said = _Said()
    for window in windows:
        if window.sound:
            _Judged(by_id, window, said, complete).judge()
    said.report(problems)


def _check_words(
    drafts: list[TaskDraft], by_id: dict[str, TaskDraft], windows: list[WindowDraft], complete: bool, problems: Problems
) -> None:
    """Report what is wrong with an anchor in any window: its form and the names in it."""
    known = [window.id for window in windows]
    for draft in drafts:
        for window in draft.on:
            if known and window not in known:
                meant = problems.did_you_mean(window, known, f"; the windows are {', '.join(known)}")
                problems.add(draft.on[window].line, f"on names window {quoted(window)}{meant}", draft.item)
        told = set()
        for located in draft.on.values():
            if (located.line, located.value) in told:
                continue
            told.add((located.line, located.value))
            if wrong := _wrong_words(located.value, draft, by_id, complete, problems):
                problems.add(located.line, f"on {wrong}", draft.item)


def _wrong_words(text: str, draft: TaskDraft, by_id: dict[str, TaskDraft], complete: bool, problems: Problems) -> str:
    anchor = read_anchor(text)
    if anchor is None:
        return f"{quoted(text)} is not an anchor: write exam-3d, start+7d, a task such as mock-1, or mock-1+1d"
    if anchor.base == draft.id:
        return "names the task itself"
    if anchor.base in ("exam", "start") or anchor.base in by_id or not complete:
        return ""
    bases = ["exam", "start", *by_id]
    no_unit = _NO_UNIT.fullmatch(anchor.base)
    if no_unit and no_unit["base"] in bases:
        return f"names {quoted(text)}, did you mean {quoted(text + 'd')}?"
    return f"names {quoted(anchor.base)}" + problems.did_you_mean(
        anchor.base, bases, ", which is not a task in this file"
    )


class _Judged:
    """The anchors of one window."""

    def __init__(self, by_id: dict[str, TaskDraft], window: WindowDraft, said: _Said, complete: bool) -> None:
        assert window.days is not None
        self.window = window
        self.by_id = by_id
        self.said = said
        self.lengths = sorted(set(window.days))
        self.members = [draft for draft in by_id.values() if draft.within(window)]
        #: Whether a task that is not seen as the exam is none.
        self.kinds_known = complete and all(draft.kind and draft.tier for draft in by_id.values())
        self.exam = next((draft for draft in self.members if draft.kind is Kind.EXAM), None)
        #: The anchors that have a meaning here, by task.
        self.anchors: dict[str, Anchor] = {}

    def judge(self) -> None:
        for draft in self.members:
            if draft.kind is Kind.EXAM or self.window.id not in draft.on:
                continue
            anchor = read_anchor(draft.on[self.window.id].value)
            if anchor and self._has_base(draft, anchor):
                self.anchors[draft.id] = anchor
        self._drop_circles()
        for length in self.lengths:
            days = self._days(length)
            if length == self.lengths[0]:
                self._check_inside(days, length)
            self._check_direct(days, length)
            self._check_material(days, length)

    def _say(self, draft: TaskDraft, text: str, line: int | None = None, days: str = "") -> None:
        """One problem of this window; ``days`` are the numbers that show it, which may differ by window."""
        at = draft.on[self.window.id].line if line is None else line
        self.said.add(at, draft.item, text, self.window.id, days)

    def _has_base(self, draft: TaskDraft, anchor: Anchor) -> bool:
        if anchor.base == "start":
            return True
        named = self.by_id.get(anchor.base)
        base = self.exam if anchor.base == "exam" else named
        if anchor.base == "exam" and base is None:
            exam = next((other for other in self.by_id.values() if other.kind is Kind.EXAM), None)
            why = f"the exam task is of the later tier {exam.tier}" if exam else "there is no exam task"
            if self.kinds_known:
                self._say(draft, f"on counts from the exam, but {why}")
            return False
        if base is None or base is draft:
            return False
        if not base.within(self.window):
            if base.tier:
                self._say(draft, f"on names {quoted(base.id)}, which is of the later tier {base.tier}")
            return False
        if not base.whenever(draft):
            paths = ", ".join(sorted(base.path or ()))
            self._say(draft, f"on names {quoted(base.id)}, which only path {paths} has")
            return False
        if base.kind is not Kind.EXAM and self.window.id not in base.on:
            if "on" not in base.record.bad:
                self._say(draft, f"on names {quoted(base.id)}, which has no anchor of its own to count from")
            return False
        return True

    def _base(self, id: str) -> str | None:
        """The task that an anchor counts from; None for the start and the exam."""
        base = self.anchors[id].base
        return None if base == "start" or self._is_exam(base) else base

    def _is_exam(self, base: str) -> bool:
        return base == "exam" or (self.exam is not None and base == self.exam.id)

    def _drop_circles(self) -> None:
        """Leaves the anchors that lead to the start or the exam; reports circles."""
        leads: dict[str, bool] = {}
        for id in self.anchors:
            walked: list[str] = []
            here: str | None = id
            while here is not None and here in self.anchors and here not in leads and here not in walked:
                walked.append(here)
                here = self._base(here)
            if here in walked:
                circle = walked[walked.index(here) :]
                first = min(circle, key=lambda id: self.by_id[id].place)
                turn = circle.index(first)
                told = told_circle([*circle[turn:], *circle[:turn], first], "on")
                self._say(self.by_id[first], f"on goes in a circle: {told}")
            good = here is None or leads.get(here, False)
            leads.update(dict.fromkeys(walked, good))
        self.anchors = {id: anchor for id, anchor in self.anchors.items() if leads[id]}

    def _days(self, length: int) -> dict[str, int]:
        """The day of each anchored task in a plan of ``length`` days."""
        days: dict[str, int] = {}
        for id in self.anchors:
            chain: list[str] = []
            here: str | None = id
            while here is not None and here not in days:
                chain.append(here)
                here = self._base(here)
            for link in reversed(chain):
                anchor = self.anchors[link]
                base = 1 if anchor.base == "start" else days.get(anchor.base, length)
                days[link] = base + anchor.days
        return days

    def _check_inside(self, days: dict[str, int], length: int) -> None:
        """Range, at the shortest: what is inside there is inside at every length."""
        for id, day in days.items():
            draft = self.by_id[id]
            given = quoted(draft.on[self.window.id].value)
            if day < 1:
                self._say(draft, f"on {given} is before the start", days=f"day {day} of {length}")
            elif self.exam and day == length:
                self._say(
                    draft, f"on {given} is the exam day, which is for the exam alone", days=f"day {day} of {length}"
                )
            elif day > length:
                self._say(draft, f"on {given} is after the end", days=f"day {day} of {length}")

    def _check_direct(self, days: dict[str, int], length: int) -> None:
        """Two anchors in an order that contradicts an ``after`` between them."""
        for id, day in days.items():
            draft = self.by_id[id]
            for name in draft.after:
                other = days.get(name.value, day)
                if other > day:
                    text = f"after names {quoted(name.value)}, but its own anchor is the earlier day"
                    self._say(draft, text, name.line, f"day {day}, {quoted(name.value)} day {other} of {length}")

    def _check_material(self, days: dict[str, int], length: int) -> None:
        """Material between anchors: it keeps curriculum order, so what waits for an anchor holds up all behind it."""
        last = length - 1 - buffer_days(length - 1) if self.exam else length
        deadlines = self._deadlines(days)
        earliest, held_by, waiting = 1, "", ""
        for draft in self._material():
            for name in draft.after:
                day = days.get(name.value)
                if day is None:
                    continue
                if last < day < length:
                    text = f"after names {quoted(name.value)}, which is in the buffer before the exam, where no material goes"
                    self._say(draft, f"{text}: give it an anchor too", name.line, f"day {day} of {length}")
                elif day > earliest:
                    earliest, held_by, waiting = day, name.value, draft.id
            for anchored, line in deadlines.get(draft.id, ()):
                day = days[anchored.id]
                if day < earliest:
                    behind = "" if waiting == draft.id else f"comes after {quoted(waiting)}, which "
                    text = (
                        f"after names {quoted(draft.id)}, but that {behind}waits for {quoted(held_by)}, anchored later"
                    )
                    self._say(anchored, text, line, f"day {day}, {quoted(held_by)} day {earliest} of {length}")

    def _material(self) -> Iterator[TaskDraft]:
        """The tasks without an anchor, but for the exam, in curriculum order."""
        ordered = sorted(self.members, key=lambda draft: draft.tier.rank if draft.tier else 0)
        return (
            d for d in ordered if d.kind is not Kind.EXAM and self.window.id not in d.on and "on" not in d.record.bad
        )

    def _deadlines(self, days: dict[str, int]) -> dict[str, list[tuple[TaskDraft, int]]]:
        """By task: the anchored tasks that come after it, with the lines that say so."""
        deadlines: dict[str, list[tuple[TaskDraft, int]]] = {}
        for id in days:
            for name in self.by_id[id].after:
                deadlines.setdefault(name.value, []).append((self.by_id[id], name.line))
        return deadlines
