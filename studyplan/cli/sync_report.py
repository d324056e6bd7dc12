"""The report of a sync, in lines and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from studyplan.text import count

if TYPE_CHECKING:
    from studyplan.model import Remote
    from studyplan.sync.report import Report

_TOLD = {
    "done-over-move": ("done there, moved here: it counts as done", "done here, moved there: it counts as done"),
    "later-move": (
        "moved on both sides: the calendar's move is later and wins",
        "moved on both sides: the move here is later and wins",
    ),
    "later-title": (
        "renamed on both sides: the calendar's title is later and wins",
        "renamed on both sides: the title here is later and wins",
    ),
    "done-over-other": ("done there, changed here: it counts as done", "done here, changed there: it counts as done"),
    "later-status": (
        "changed on both sides: the calendar's change is later and wins",
        "changed on both sides: the change here is later and wins",
    ),
    "removed-over-done": ("", "removed here, done there: it stays removed (see `studyplan history`)"),
}

_REFUSED = {"day": "moved", "title": "renamed", "whole": "reopened"}


def print_report(report: Report) -> None:
    from studyplan.cli import output

    is_done = report.written
    there = [
        f"{len(some)} {what}"
        for some, what in ((report.made, "new"), (report.changed, "changed"), (report.deleted, "deleted"))
        if some
    ]
    lines = _lines_here(report)
    left = report.told or report.refused or report.late or report.trouble or report.unreadable or report.asked
    output.say(":" if there or lines or left else ": up to date", head=report.remote.name)
    if lines:
        output.say("  Changed here (`studyplan undo` takes it back):" if is_done else "  Would change here:")
        for line in lines:
            output.say(output.clip(f"    {line}"))
    if there:
        output.say(f"  In the calendar{'' if is_done else ' there would be'}: {', '.join(there)}")
    for tell, number in report.told:
        output.note(f"  Task {number}: {_TOLD[tell.told][0 if tell.theirs else 1]}.")
    was, right = ("was not", "was corrected") if is_done else ("would not be", "would be corrected")
    for refusal in report.refused:
        output.note(f"  Task {refusal.task} {was} {_REFUSED[refusal.part]} ({refusal.why}); the calendar {right}.")
    if report.late:
        output.note(f"  {_tasks(report.late)}: changed during the sync; the next one will look again.")
    for note in dict.fromkeys(report.notes):
        output.note(f"  {note}.")
    for why in dict.fromkeys(why for _, why in report.trouble):
        at = [number for number, each in report.trouble if each == why]
        output.note(f"  {_tasks(at)}: {why}.")
    for why in dict.fromkeys(report.flaws.values()):
        at = [number for number, each in report.flaws.items() if each == why]
        output.note(f"  {_tasks(at)}: entry left alone, {why}.")
    if report.asked:
        output.note(f"  {_tasks([task.number for task in report.asked])}: deleted in the calendar, open here.")
        output.note("  Run `studyplan sync --deleted keep`, or skip or remove, to settle it.")
    if report.foreign:
        output.note(f"  {count(report.foreign, 'other object')} in that calendar left alone.")


def _tasks(numbers: Sequence[int]) -> str:
    return f"{'Task' if len(numbers) == 1 else 'Tasks'} {', '.join(map(str, numbers))}"


def _lines_here(report: Report) -> list[str]:
    """The tasks that changed, one line each."""
    from studyplan.model import Status
    from studyplan.presentation.phrases import short_day

    words = {Status.DONE: "done", Status.SKIPPED: "skipped", Status.OPEN: "reopened"}
    lines = []
    for change in report.changes:
        if change.of != "task":
            continue
        task = report.tasks.get(change.number)
        title = task.title if task else ""
        match change.field:
            case "status":
                lines.append(f"{change.number}  {words[change.after]}: {title}")
            case "date":
                lines.append(f"{change.number}  {short_day(change.before)} → {short_day(change.after)}: {title}")
            case "starts_at" if not any(c.number == change.number and c.field == "date" for c in report.changes):
                lines.append(f"{change.number}  new time: {title}")
            case "title":
                lines.append(f"{change.number}  '{change.before}' renamed to '{change.after}'")
            case "exists":
                lines.append(f"{change.number}  removed: {title}")
    return lines


def of_remote(remote: Remote) -> dict[str, Any]:
    from studyplan.presentation import facts

    return {
        "name": remote.name,
        "url": remote.url,
        "user": remote.account or None,
        "as": remote.form,
        "plan": remote.plan,
        "alarm": remote.alarm,
        "synced_at": facts.instant(remote.synced_at),
    }


def of_report(report: Report) -> dict[str, Any]:
    from studyplan.presentation import facts

    changes = [
        {"number": c.number, "field": c.field, "before": facts.plain(c.before), "after": facts.plain(c.after)}
        for c in report.changes
        if c.of == "task"
    ]
    return {
        **of_remote(report.remote),
        "written": report.written,
        "here": {"batch": report.batch, "changes": changes},
        "there": {
            "new": [task.number for task in report.made],
            "changed": [task.number for task in report.changed],
            "deleted": [seen.task for seen in report.deleted],
        },
        "conflicts": [
            {"number": number, "code": tell.told.value, "counts": "there" if tell.theirs else "here"}
            for tell, number in report.told
        ],
        "refused": [{"number": each.task, "what": each.part.value, "because": each.why} for each in report.refused],
        "late": report.late,
        "deleted_there": [task.number for task in report.asked],
        "unreadable": report.unreadable,
        "unreadable_because": [{"number": number, "because": why} for number, why in report.flaws.items()],
        "trouble": [{"number": number, "because": why} for number, why in report.trouble],
        "foreign": report.foreign,
    }
