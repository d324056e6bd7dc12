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
_PLACE = re.compile(r"\([0-9]{1,4}/[0-9]{1,4}\)\Z")
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


def title(task: Task, *, mark: bool = True, gone: bool = False, numbered: bool = False) -> str:
    """The title, ``(2/3)`` for a piece, and with ``mark`` a sign for done, skipped or ``gone``: calendars that hide or
    ignore a status show the title. ``numbered``: its place in the plan comes first. Never empty."""
    words = bare(task)
    if task.parts > 1:
        words = f"{words} ({task.place}/{task.parts})"
    if mark:
        words = (_GONE if gone else _MARKS[task.status]) + words
    return order_number(task) + words if numbered else words


def order_number(task: Task) -> str:
    """What stands ahead of a numbered title. Always three figures, so that calendars which sort by title keep the order; and of
    the whole plan, so that moving one task renumbers no other."""
    return f"{task.position + 1:03}. "


def unnumbered(words: str, task: Task) -> str:
    """The title without the task's own number, which may stand behind a mark; a title that begins so by itself keeps it."""
    number = order_number(task)
    before, _, after = words.partition(number)
    if not after or unmarked(before)[1].strip():
        return words
    is_doubled = unmarked(after)[1].startswith(number)
    return before + after if is_doubled or not title(task, mark=False).startswith(number) else words


def bare(task: Task) -> str:
    """The title without mark and place."""
    return line(task.title) or line(task.key) or f"Task {task.ref}"


def unmarked(words: str) -> tuple[Status | None, str]:
    """The state that the mark of a title tells of, and the title without it; None if it has no mark, or that of a
    removed task. Done is also what people type as a check mark."""
    if ticked := _TICKED.match(words):
        return Status.DONE, words[ticked.end() :]
    if words.startswith(_MARKS[Status.SKIPPED]):
        return Status.SKIPPED, words.removeprefix(_MARKS[Status.SKIPPED])
    return None, words.removeprefix(_GONE)


def placeless(words: str) -> str:
    """The title without ``(2/3)`` at its end."""
    shortened = _PLACE.sub("", words)
    return shortened.rstrip() if shortened != words else words


def taken_apart(words: str) -> tuple[Status | None, str, str]:
    """Of a title the state that its mark tells of, the title without the mark, and that without the place of a piece."""
    mark, rest = unmarked(words)
    return mark, rest.strip(), placeless(rest).strip()


def body(task: Task) -> str:
    """Minutes and kind, what the learner can do afterwards, what to show for it, links, and the command that ticks it off."""
    parts = f", part {task.place} of {task.parts}" if task.parts > 1 else ""
    number = f"Task {task.ref} ({line(task.key)})"
    if task.status is Status.OPEN:
        number += f". When it is done: studyplan done {task.ref}"
    paragraphs = [
        "\n".join(filter(None, [f"{task.minutes} min, {task.own_kind or _ACTS[task.kind]}{parts}", _objective(task)])),
        _evidence(task),
        _links(task),
        number,
    ]
    return "\n\n".join(filter(None, paragraphs))


def labels(task: Task) -> list[str]:
    """Kind, module and tags, each once, sorted; a space for each character that would break a list of categories."""
    words = (_BREAKS_LABELS.sub(" ", line(word)).strip() for word in (task.kind_word, task.module, *task.tags))
    return sorted(filter(None, set(words)))


def _links(task: Task) -> str:
    """Each address once and on a line of its own, below its title: every calendar makes a link of it. The URL property would
    show one of them a second time."""
    titles: dict[str, str] = {}
    for each in task.resources:
        if address := _address(each.url) or line(each.url):
            titles.setdefault(address, line(each.title))
    return "\n".join(f"{title}\n{address}" if title else address for address, title in titles.items())


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
