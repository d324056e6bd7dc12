"""What happened to a task, in words: the same in its history on a terminal and on a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from studyplan.presentation.language import gettext as _
from studyplan.presentation.phrases import reason_text, short_day, span_text

if TYPE_CHECKING:
    from studyplan.model import Change
    from studyplan.planner.notes import Happening


def happening_text(happening: Happening, titles: Mapping[str, str]) -> str:
    """What one batch changed of a task; empty for details that nobody would ask for. ``titles``: those of the plan's tasks, by task
    id."""
    return ", ".join(task_change_words(happening.changes, titles))


def task_change_words(changes: Sequence[Change], titles: Mapping[str, str]) -> Iterator[str]:
    """What changes of a task say, a few words each."""
    changed = {change.field: change for change in changes}
    for change in changes:
        match change.field, change.before, change.after:
            case "date", None, day:
                yield _("planned for {day}").format(day=short_day(day))
            case "date", before, day:
                reason = changed["reason"].after if "reason" in changed else None
                why = f" ({reason_text(reason, titles)})" if reason else ""
                yield _("moved from {before} to {after}").format(before=short_day(before), after=short_day(day)) + why
            case "exists", _before, after:
                yield _("added") if after else _("removed")
            case "status", _before, status:
                yield {"open": _("reopened"), "done": _("done"), "skipped": _("skipped")}[status.value]
            case _name, _before, _after:
                yield from _setting(change)


def _setting(change: Change) -> Iterator[str]:
    match change.field, change.before, change.after:
        case "minutes", before, minutes:
            yield _("changed from {before} to {after}").format(before=span_text(before), after=span_text(minutes))
        case "score", _before, score if score is not None:
            yield _("scored {score}%").format(score=score)
        case "pinned", _before, pinned:
            yield _("pinned") if pinned else _("unpinned")
        case "title", _before, _after:
            yield _("title changed")
        case "note", _before, _after:
            yield _("note changed")
        case "links", _before, _after:
            yield _("links changed")
        case "files", _before, _after:
            yield _("files changed")
