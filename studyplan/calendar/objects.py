"""One task as the object of a calendar server, and an object that others wrote to with the task's changes in it.

What a server holds is kept: an object is edited line by line, and only the lines that have to say something else are
written anew. Alarms, relations and what other programs keep in properties of their own stay as they are, byte for byte;
a library that read and wrote them would lose or unescape some.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from uuid import UUID

from studyplan.calendar import text
from studyplan.calendar.entries import Entry, read_object
from studyplan.calendar.forms import Form, Format
from studyplan.calendar.write import PRODUCT, component
from studyplan.model import Status, Task

__all__ = ["Entry", "digest", "digest_in", "read_object", "revised", "written"]

_BREAK = re.compile("\r\n|\n|\r")
_STAMPS = frozenset({"DTSTAMP", "LAST-MODIFIED", "SEQUENCE"})
_STATE = frozenset({"COMPLETED", "PERCENT-COMPLETE", "STATUS", "TRANSP"})
_TIMES = frozenset({"DTEND", "DTSTART", "DUE", "DURATION"})


def written(task: Task, plan: UUID, format: Format) -> bytes:
    """The object of a task that no server has yet. No METHOD: RFC 4791 forbids it."""
    head = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODUCT}\r\nCALSCALE:GREGORIAN\r\n"
    return head.encode() + component(task, plan, format) + b"END:VCALENDAR\r\n"


def revised(
    whole: str, entry: Entry, task: Task, plan: UUID, format: Format, *, same_time: bool, words: str | None
) -> bytes:
    """The object ``whole``, in which ``entry`` was read, as the task is now.

    ``same_time``: the entry is on the task's day (and at its time), so that its times stay as they are. ``words``: the digest
    of the description that was written from here last; another description is the learner's own and stays.
    """
    todo = format.form is Form.TODOS
    fresh = dict(_by_name(_outer(_logical(component(task, plan, format).decode())[1:-1])))
    replaced = set(_STAMPS)
    if entry.title != text.title(task, mark=format.mark and not todo):
        replaced.add("SUMMARY")
    if not same_time:
        replaced |= _TIMES
    if not todo or _state(entry) is not task.status:
        replaced |= _STATE
    if words is not None and digest_in(whole, entry.uid) == words:
        replaced.add("DESCRIPTION")
    if entry.sequence > task.sequence:
        fresh["SEQUENCE"] = [f"SEQUENCE:{entry.sequence}"]
    lines = _logical(whole)
    first, last = _bounds(lines, entry.uid)
    kept = _kept(lines[first:last], replaced, fresh, format.form)
    new = [line for name in fresh if name in replaced for line in fresh[name]]
    # The component's own lines stand ahead of what is nested in it.
    return "".join(f"{line}\r\n" for line in (*lines[:first], *new, *kept, *lines[last:])).encode()


def digest(task: Task) -> str:
    """What tells the description that a task's object is written with from any other."""
    return _digest(text.body(task))


def digest_in(whole: str, uid: str) -> str:
    """The digest of the description in an object."""
    lines = _logical(whole)
    first, last = _bounds(lines, uid)
    found = dict(_by_name(_outer(lines[first:last]))).get("DESCRIPTION", [""])[0]
    value = _BREAK.sub("", found.replace("\r\n ", "").replace("\r\n\t", "")).partition(":")[2]
    return _digest(re.sub(r"\\(.)", lambda each: "\n" if each[1] in "nN" else each[1], value))


def _digest(words: str) -> str:
    return sha256(" ".join(words.split()).encode(errors="replace")).hexdigest()[:32]


def _state(entry: Entry) -> Status:
    return Status.DONE if entry.done else Status.SKIPPED if entry.cancelled else Status.OPEN


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
