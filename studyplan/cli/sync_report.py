"""What came of a calendar that was kept in step, in lines and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from studyplan.text import count

if TYPE_CHECKING:
    from studyplan.model import Remote
    from studyplan.sync.report import Report

_TOLD = {
    "done-over-move": ("done there and moved here: it is done", "done here and moved there: it is done"),
    "later-move": (
        "moved here and there: the later move, there, counts",
        "moved here and there: the later move, here, counts",
    ),
    "later-title": (
        "renamed here and there: the later title, there, counts",
        "renamed here and there: the later title, here, counts",
    ),
    "done-over-other": ("done there, something else here: it is done", "done here, something else there: it is done"),
    "later-status": ("the later of two changes, there, counts", "the later of two changes, here, counts"),
    "removed-over-done": ("", "removed here, done there: it is removed (`studyplan history`)"),
}

_REFUSED = {"day": "moved", "title": "renamed", "whole": "opened again"}


def print_report(report: Report) -> None:
    from studyplan.cli import output

    would = "" if report.written else " would be"
    there = [
        f"{len(some)} {what}"
        for some, what in ((report.made, "new"), (report.changed, "changed"), (report.deleted, "deleted"))
        if some
    ]
    lines = _lines_here(report)
    left = report.told or report.refused or report.late or report.trouble or report.unreadable or report.asked
    output.say(":" if there or lines or left else ": in step, nothing to carry over", head=report.remote.name)
    if lines:
        output.say(f"  Here{would} changed:" if would else "  Changed here (`studyplan undo` takes it back):")
        for line in lines:
            output.say(output.clip(f"    {line}"))
    if there:
        output.say(f"  There{would}: {', '.join(there)}")
    for tell, number in report.told:
        output.note(f"  Task {number}: {_TOLD[tell.told][0 if tell.theirs else 1]}.")
    right = "the calendar would be set right" if would else "the calendar was set right"
    for refusal in report.refused:
        output.note(
            f"  Task {refusal.task} {(would and 'would not be') or 'was not'} {_REFUSED[refusal.part]}"
            f" ({refusal.why}); {right}."
        )
    if report.late:
        numbers = ", ".join(map(str, report.late))
        output.note(f"  Task {numbers}: changed meanwhile; the next run looks again.")
    for note in dict.fromkeys(report.notes):
        output.note(f"  {note}.")
    for why in dict.fromkeys(why for _, why in report.trouble):
        numbers = ", ".join(str(number) for number, each in report.trouble if each == why)
        output.note(f"  Task {numbers}: {why}.")
    for why in dict.fromkeys(report.flaws.values()):
        numbers = ", ".join(str(number) for number, each in report.flaws.items() if each == why)
        output.note(f"  Task {numbers}: left alone there, {why}.")
    if report.asked:
        numbers = ", ".join(str(task.number) for task in report.asked)
        output.note(f"  Deleted there, open here: task {numbers}.")
        output.note("  `studyplan sync --deleted keep`, skip or remove says what that means.")
    if report.foreign:
        output.note(f"  {count(report.foreign, 'other object')} in that calendar, left alone.")


def _lines_here(report: Report) -> list[str]:
    """What changed of tasks, one line each."""
    from studyplan.model import Status

    words = {Status.DONE: "done", Status.SKIPPED: "skipped", Status.OPEN: "open again"}
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
                lines.append(f"{change.number}  {change.before} to {change.after}: {title}")
            case "starts_at" if not any(c.number == change.number and c.field == "date" for c in report.changes):
                lines.append(f"{change.number}  another time: {title}")
            case "title":
                lines.append(f"{change.number}  '{change.before}' is '{change.after}' now")
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
