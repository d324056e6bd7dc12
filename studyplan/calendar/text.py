"""What a calendar entry says of a task, cleaned so that every calendar reads the same. Standard library only.

Cleaned means: NFC; every kind of line break a newline (a space where one line is wanted); no other control character,
lone surrogate, byte-order mark or noncharacter (some parsers refuse the file, others lose the title).
"""

from __future__ import annotations

import re
from unicodedata import normalize
from urllib.parse import quote

from studyplan.model import Kind, Status, Task

#: U+0085, U+2028 and U+2029 end a line too; node-ical loses a whole title that holds one.
_BREAKS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
#: Controls, lone surrogates, the byte-order mark and the noncharacters (two of them at the end of each plane).
_UNWANTED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff"
    + "".join(map(chr, (plane << 16 | end for plane in range(17) for end in (0xFFFE, 0xFFFF))))
    + "]"
)
#: Some parsers split a category at an escaped comma or semicolon, libical joins two over a quote, others misread a backslash.
_BREAKS_LABELS = re.compile(r'[ ,;"\\]+')
#: What RFC 3986 lets stand in an address, and the sign of what is encoded already.
_ADDRESS = "!#$%&'()*+,-./:;=?@[]_~"
_MARKS = {Status.OPEN: "", Status.DONE: "✓ ", Status.SKIPPED: "– "}
_GONE = "✗ "
#: What people type for done, besides our own mark.
_TICKED = re.compile("[✓✔✅☑]\ufe0f?\\s*")
_PLACE = re.compile(r"\s*\([0-9]{1,4}/[0-9]{1,4}\)\Z")
_ACTS = {
    Kind.READ: "reading",
    Kind.WATCH: "watching",
    Kind.LAB: "lab",
    Kind.QUIZ: "quiz",
    Kind.REVIEW: "review",
    Kind.MOCK: "mock exam",
    Kind.DISCUSS: "discussion",
    Kind.REFLECT: "reflection",
    Kind.EXAM: "exam",
}


def prose(text: str) -> str:
    """The text with its lines, cleaned."""
    broken = _BREAKS.sub("\n", text).replace("\t", " ")
    return normalize("NFC", _UNWANTED.sub("", broken)).strip()


def line(text: str) -> str:
    """The text on one line, cleaned."""
    return prose(text).replace("\n", " ")


def title(task: Task, *, mark: bool = True, gone: bool = False) -> str:
    """The title, ``(2/3)`` for a piece, and with ``mark`` a sign for done, skipped or ``gone``: calendars that hide or
    ignore a status show the title. Never empty."""
    words = bare(task)
    if task.parts > 1:
        words = f"{words} ({task.place}/{task.parts})"
    if not mark:
        return words
    return (_GONE if gone else _MARKS[task.status]) + words


def bare(task: Task) -> str:
    """The title without mark and place."""
    return line(task.title) or line(task.key) or f"Task {task.number}"


def unmarked(words: str) -> tuple[Status | None, str]:
    """The state that the mark of a title tells of, and the title without it; None where it has no mark, or that of a
    removed task. Done is also what people type as a check mark."""
    if ticked := _TICKED.match(words):
        return Status.DONE, words[ticked.end() :]
    if words.startswith(_MARKS[Status.SKIPPED]):
        return Status.SKIPPED, words.removeprefix(_MARKS[Status.SKIPPED])
    return None, words.removeprefix(_GONE)


def placeless(words: str) -> str:
    """The title without ``(2/3)`` at its end."""
    return _PLACE.sub("", words)


def taken_apart(words: str) -> tuple[Status | None, str, str]:
    """Of a title the state that its mark tells of, the title without the mark, and that without the place of a piece."""
    mark, rest = unmarked(words)
    return mark, rest.strip(), placeless(rest).strip()


def body(task: Task) -> str:
    """What the learner can do afterwards, what to show for it, minutes, links, the command that ticks it off; the first
    link once more at the end, for calendars that do not show the URL property."""
    parts = "" if task.parts == 1 else f", part {task.place} of {task.parts}"
    tick = f". When it is done: studyplan done {task.number}" if task.status is Status.OPEN else ""
    links = [
        f"{said} – {address}" if (said := line(each.title)) else address
        for each in task.resources
        if (address := _address(each.url) or line(each.url))
    ]
    paragraphs = [
        "\n".join(filter(None, [_objective(task), _evidence(task)])),
        f"{task.minutes} min, {_ACTS[task.kind]}{parts}",
        "\n".join(links),
        f"Task {task.number} ({line(task.key)}){tick}",
        link(task),
    ]
    return "\n\n".join(filter(None, paragraphs))


def labels(task: Task) -> list[str]:
    """Kind, module and tags, each once, sorted; a space for each character that would break a list of categories."""
    words = (_BREAKS_LABELS.sub(" ", line(word)).strip() for word in (task.kind, task.module, *task.tags))
    return sorted(filter(None, set(words)))


def link(task: Task) -> str:
    """The address of the first resource that has one a calendar may open, ASCII only; empty where none has."""
    return next(filter(None, (_address(each.url) for each in task.resources)), "")


def _objective(task: Task) -> str:
    words = prose(task.objective)
    return f"You {words}" if words.startswith("can ") else words


def _evidence(task: Task) -> str:
    words = prose(task.evidence)
    return f"To show for it: {words}" if words else ""


def _address(url: str) -> str:
    """The address, percent-encoded where it must be; empty unless it is a web address."""
    words = line(url)
    if not words.lower().startswith(("https://", "http://")):
        return ""
    return quote(words, safe=_ADDRESS)
