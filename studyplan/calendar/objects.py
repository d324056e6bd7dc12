"""One task as the object of a calendar server, and an object that others wrote to with the task's changes in it.

What a server holds is kept: an object is edited line by line, and only the lines that have to say something else are
written anew. Alarms, relations and what other programs keep in properties of their own stay as they are, byte for byte;
a library that read and wrote them would lose or unescape some.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC
from hashlib import sha256
from uuid import UUID

from studyplan.calendar import text
from studyplan.calendar.entries import Entry, read_object
from studyplan.calendar.forms import Form, Format
from studyplan.calendar.write import PRODUCT, component
from studyplan.model import Status, Task

__all__ = ["Entry", "digest", "digest_in", "known_digest", "read_object", "revised", "written"]

_BREAK = re.compile("\r\n|\n|\r")
_STAMPS = frozenset({"DTSTAMP", "LAST-MODIFIED", "SEQUENCE"})
_STATE = frozenset({"COMPLETED", "PERCENT-COMPLETE", "STATUS", "TRANSP"})
_TIMES = frozenset({"DTEND", "DTSTART", "DUE", "DURATION"})
#: What a digest is of, and how many characters tell it.
_DIGESTED = {"DESCRIPTION": 32, "CATEGORIES": 10, "URL": 10, "COMPLETED": 10}


def written(task: Task, plan: UUID, format: Format) -> bytes:
    """The object of a task that no server has yet. No METHOD: RFC 4791 forbids it."""
    head = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODUCT}\r\nCALSCALE:GREGORIAN\r\n"
    return head.encode() + component(task, plan, format) + b"END:VCALENDAR\r\n"


def revised(
    whole: str,
    entry: Entry,
    task: Task,
    plan: UUID,
    format: Format,
    *,
    same_time: bool,
    was: Status | None,
    words: str | None,
) -> bytes:
    """The object ``whole``, in which ``entry`` was read, as the task is now.

    ``same_time``: the entry is on the task's day (and at its time), so that its times stay as they are. ``was``: the state
    that it was last known to show, of which an event says little. ``words``: the :func:`digest` of what was written from here
    last; a description, categories or a link that are none of it are the learner's own and stay.
    """
    todo = format.form is Form.TODOS
    fresh = dict(_by_name(_outer(_logical(component(task, plan, format).decode())[1:-1])))
    replaced = set(_STAMPS)
    if entry.title != text.title(task, mark=format.mark and not todo):
        replaced.add("SUMMARY")
    if not same_time:
        replaced |= _TIMES
    if not _tells_state(entry, task, was):
        replaced |= _STATE
    replaced |= _ours(whole, entry.uid, words)
    if entry.sequence > task.sequence:
        fresh["SEQUENCE"] = [f"SEQUENCE:{entry.sequence}"]
    lines = _logical(whole)
    first, last = _bounds(lines, entry.uid)
    kept = _kept(lines[first:last], replaced, fresh, format.form)
    new = [line for name in fresh if name in replaced for line in fresh[name]]
    # The component's own lines stand ahead of what is nested in it.
    lines = [*lines[:first], *new, *_with_alarm(list(kept), entry, task, plan, format), *lines[last:]]
    return "".join(f"{line}\r\n" for line in lines).encode()


def _with_alarm(lines: list[str], entry: Entry, task: Task, plan: UUID, format: Format) -> list[str]:
    """The lines with the task's alarm in place of one that is as it was written from here for the entry's time; other alarms
    are the learner's own."""
    if format.alarm is None:
        return lines
    then = replace(task, status=Status.OPEN, date=entry.day or task.date, starts_at=entry.at or task.starts_at)
    written = {_trigger(block) for block in _nested(_logical(component(then, plan, format).decode())[1:-1])}
    blocks = _nested(lines)
    theirs = [block for block in blocks if _trigger(block) not in written]
    if len(theirs) == len(blocks):
        return lines
    fresh = _nested(_logical(component(task, plan, format).decode())[1:-1])
    return [*_outer(lines), *(line for block in (*theirs, *fresh) for line in block)]


def _nested(lines: Iterable[str]) -> list[list[str]]:
    """The lines of each component that is nested in one."""
    blocks: list[list[str]] = []
    depth = 0
    for line in lines:
        word = line.strip().upper()
        if word.startswith("BEGIN:"):
            blocks += [[]] if depth == 0 else []
            depth += 1
        if depth:
            blocks[-1].append(line)
        depth -= word.startswith("END:")
    return blocks


def _trigger(block: Iterable[str]) -> str:
    return next((line.upper() for line in block if _name(line) == "TRIGGER"), "")


def digest(task: Task, form: Form) -> str:
    """What tells what a task's object is written with from anything else: description, categories, link (which earlier
    releases wrote) and, of a to-do, the time of completion, each by itself; 62 characters."""
    at = (task.done_at or task.updated_at) if form is Form.TODOS and task.status is Status.DONE else None
    completed = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}" if at else ""
    return _joined(text.body(task), text.labels(task), "", completed)


def digest_in(whole: str, uid: str) -> str:
    """The digest of an object's contents."""
    lines = _logical(whole)
    first, last = _bounds(lines, uid)
    found = dict(_by_name(_outer(lines[first:last])))
    description, categories, link, completed = (_value(found, name) for name in _DIGESTED)
    return _joined(description, categories.split(","), link, completed)


def known_digest(whole: str, uid: str, task: Task, form: Form, before: str | None) -> str:
    """The digest of what was written from here into an object that others may have written to since: what is the task's now,
    or was written as ``before`` tells. A question mark stands for what nobody knows."""
    pairs = zip(_parts(digest(task, form)), _parts(digest_in(whole, uid)), _parts(before or ""), strict=True)
    return "".join(ours if ours == there else was for ours, there, was in pairs)


def _joined(description: str, labels: Iterable[str], link: str, completed: str) -> str:
    said = (description, ",".join(sorted(label.strip() for label in labels)), link, completed)
    return "".join(
        sha256(" ".join(each.split()).encode(errors="replace")).hexdigest()[:length]
        for each, length in zip(said, _DIGESTED.values(), strict=True)
    )


def _parts(words: str) -> Iterator[str]:
    at = 0
    for length in _DIGESTED.values():
        yield words[at : at + length].ljust(length, "?")
        at += length


def _ours(whole: str, uid: str, words: str | None) -> set[str]:
    """The names of what stands in the object as it was written from here last."""
    pairs = zip(_DIGESTED, _parts(digest_in(whole, uid)), _parts(words or ""), strict=True)
    return {name for name, there, was in pairs if there == was} - _STATE


def _value(found: Mapping[str, list[str]], name: str) -> str:
    """What a property says, unescaped; of several of its name, with a comma between."""
    lines = (_BREAK.sub("", each.replace("\r\n ", "").replace("\r\n\t", "")) for each in found.get(name, ()))
    values = ",".join(line.partition(":")[2] for line in lines)
    return re.sub(r"\\(.)", lambda each: "\n" if each[1] in "nN" else each[1], values)


def _tells_state(entry: Entry, task: Task, was: Status | None) -> bool:
    """Whether the lines on the task's state may stay. An event has none but of whether it is there and blocks its time."""
    if entry.form is not Form.TODOS:
        return was is task.status and not (entry.cancelled and task.status is Status.OPEN)
    state = Status.DONE if entry.done else Status.SKIPPED if entry.cancelled else Status.OPEN
    return state is task.status and (
        state is not Status.DONE or task.done_at is None or entry.done_at == task.done_at.replace(microsecond=0)
    )


def _logical(whole: str) -> list[str]:
    """The lines, each with its folded parts, as they stand; CRLF between the parts."""
    lines: list[str] = []
    for line in filter(None, _BREAK.split(whole)):
        if line[0] in " \t" and lines:
            lines[-1] += f"\r\n{line}"
        else:
            lines.append(line)
    return lines


def _bounds(lines: list[str], uid: str) -> tuple[int, int]:
    """Where the lines inside of the component begin and end that has the UID and stands for no single occurrence."""
    begin, depth, found = 0, 0, False
    for number, line in enumerate(lines):
        word = line.strip().upper()
        if word in ("BEGIN:VEVENT", "BEGIN:VTODO") and depth == 0:
            begin, depth, found = number + 1, 1, False
        elif depth and word.startswith("BEGIN:"):
            depth += 1
        elif depth and word.startswith("END:"):
            depth -= 1
            inside = dict(_by_name(_outer(lines[begin:number]))) if depth == 0 and found else {}
            if inside and "RECURRENCE-ID" not in inside:
                return begin, number
        elif depth == 1 and _name(line) == "UID":
            found = line.partition(":")[2].replace("\r\n ", "").replace("\r\n\t", "").strip().lower() == uid
    raise ValueError(f"no component {uid}")


def _outer(lines: Iterable[str]) -> Iterator[str]:
    """The component's own lines, without those of an alarm in it."""
    depth = 0
    for line in lines:
        word = line.strip().upper()
        depth += word.startswith("BEGIN:")
        if not depth:
            yield line
        depth -= word.startswith("END:")


def _kept(lines: list[str], replaced: set[str], fresh: Mapping[str, list[str]], form: Form) -> Iterator[str]:
    """The lines that stay: of what is nested all, of the component's own those that are not written anew."""
    depth = 0
    for line in lines:
        word = line.strip().upper()
        depth += word.startswith("BEGIN:")
        if depth or _name(line) not in replaced or _may_stay(line, fresh, form):
            yield line
        depth -= word.startswith("END:")


def _may_stay(line: str, fresh: Mapping[str, list[str]], form: Form) -> bool:
    """Whether the line is the day on which a to-do may be begun, and that still lies ahead of the day on which it is due."""
    if form is not Form.TODOS or _name(line) != "DTSTART":
        return False
    begin, due = (re.search(r":([0-9]{8})", found) for found in (line, "".join(fresh.get("DUE", ()))))
    return (
        begin is not None
        and due is not None
        and begin[1] < due[1]
        and re.search(";VALUE=DATE[;:]", line.upper()) is not None
    )


def _name(line: str) -> str:
    return re.split("[;:]", line, maxsplit=1)[0].strip().upper()


def _by_name(lines: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for line in lines:
        name = _name(line)
        if name not in ("BEGIN", "END"):
            found.setdefault(name, []).append(line)
    yield from found.items()
