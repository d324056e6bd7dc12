"""Text from outside: what may be kept as a title or a name, and how any text is shown on one line of a terminal.

Outside is whatever the program did not write itself: arguments, files, calendars, servers, the environment, a database's
messages, old rows. Pure. May import ``errors`` and ``model`` only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from unicodedata import category, normalize

from studyplan.errors import UsageProblem
from studyplan.model import LONGEST_NAME

#: Embeddings, overrides and isolates: they turn the order in which the text around them is shown.
_TURNING = "\u202a-\u202e\u2066-\u2069"
_TURNS = re.compile(f"[{_TURNING}]")
#: What ends a line or moves along it; on one line each becomes a space.
_BREAKS = re.compile("\r\n|[\t\n\x0b\x0c\r\x85\u2028\u2029]")
#: What a terminal obeys, lone surrogates and noncharacters: shown as a question mark.
_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(map(chr, (plane << 16 | end for plane in range(17) for end in (0xFFFE, 0xFFFF))))
    + "]"
)
#: Direction marks, and signs that show nothing and could hide something; the joiners of emoji and of Persian stay.
_HIDDEN = re.compile(f"[{_TURNING}\u061c\u200b\u200e\u200f\u2060-\u2065\u206a-\u206f\ufeff\ufff0-\ufffb\U000e0001]")
#: What JSON lets stand in a text though a terminal would obey it, and lone surrogates, which no encoding has.
_RAW_IN_JSON = re.compile(f"[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029{_TURNING}\ud800-\udfff\ufeff]")
#: What a spreadsheet takes for a formula, and what was kept from being one.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
#: Counted among letters and symbols, yet showing nothing.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


class Tip(str):
    """A remark and, behind it, the command that helps: the whole is what a terminal shows. ``fact`` is the remark alone, for a
    page, which has buttons; empty where there is nothing but the command."""

    fact: str

    def __new__(cls, fact: str, way: str) -> Tip:
        tip = super().__new__(cls, fact + way)
        tip.fact = fact
        return tip


def one_line(text: str, longest: int | None = None) -> str:
    """The text as a terminal may show it on one line: nothing in it moves the cursor, gives a command, turns the writing or
    ends the line. Cut with an ellipsis after ``longest`` characters. Doing it twice changes nothing."""
    if not text.isprintable():
        text = _CONTROLS.sub("?", _BREAKS.sub(" ", _HIDDEN.sub("", text)))
    if longest is not None and len(text) > longest:
        text = text[: longest - 1] + "…"
    return text


def shown(text: str) -> str:
    """Somebody else's word, for a message that repeats it: one line, trimmed and cut."""
    return one_line(" ".join(text[:1000].split()), 60)


def tame_json(text: str) -> str:
    """A JSON text in which what a terminal would obey is written as an escape; it says the same as before."""
    return _RAW_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def as_cell(text: str) -> str:
    """A cell that a spreadsheet takes for text: one that begins a formula gets an apostrophe ahead of it (as OWASP advises),
    and so does one that would be taken for such a cell by :func:`of_cell`."""
    return f"'{text}" if _FORMULA.match(text) else text


def of_cell(text: str) -> str:
    """The text of a cell that :func:`as_cell` made, or that a spreadsheet's user marked as text in the same way."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def is_visible(text: str) -> bool:
    """Whether a reader sees anything: a letter, figure, sign or symbol, not only spaces and signs of no width."""
    return any(
        (kind := category(each))[0] in "LNPS" or kind in ("Co", "Cn")
        for each in _CONTROLS.sub("", text)
        if each not in _BLANK
    )


def control_in(text: str, *, lines: bool = False) -> str | None:
    """The first control character or lone surrogate, None if there is none. ``lines``: line ends and tabs may stand."""
    if text.isprintable():
        return None
    kinds = ("Cc", "Cs") if lines else ("Cc", "Cs", "Zl", "Zp")
    return next((each for each in text if category(each) in kinds and not (lines and each in "\n\t")), None)


def flaw(text: str, *, longest: int = LONGEST_NAME, lines: bool = False) -> str:
    """What is wrong with a text to keep, to follow its name ("title", "a note"); empty if nothing is. ``lines``: it may
    have several."""
    if not is_visible(text):
        return "cannot be empty"
    if len(text) > longest:
        return f"can have at most {longest:,} characters, not {len(text):,}"
    found = control_in(text, lines=lines)
    if found == "\n":
        return "must be one line"
    turning = _TURNS.search(text)
    found = found or (turning[0] if turning else None)
    if found and category(found) == "Cs":
        return "must be UTF-8 text"
    return f"cannot contain control characters (U+{ord(found):04X})" if found else ""


def checked_title(text: str) -> str:
    """A title or a name as it is kept: trimmed. Raises UsageProblem for one without a visible character, an overlong one, and one
    with control characters."""
    text = text.strip()
    if wrong := flaw(text):
        raise UsageProblem(f"a name or title {wrong}")
    return text


def command(*words: str) -> str | None:
    """A command to copy, each word quoted for a shell; None if a word cannot be shown as it is, so that the command
    would name something else."""
    import shlex

    if any(one_line(word) != word for word in words):
        return None
    return shlex.join(words)


def count(number: int, noun: str) -> str:
    """A number with its noun: ``1 task``, ``2 tasks``, ``3 entries``. A noun of several words is counted by its last."""
    if number == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
    return f"{number} {plural}"


def span_text(minutes: int) -> str:
    """Minutes as people say them: 45 min, 2 h, 1 h 20."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


def tasks_named(numbers: Iterable[int]) -> str:
    """Tasks by their numbers, those that follow each other as a range: ``task 3``, ``tasks 1-4, 7``."""
    each = sorted(set(numbers))
    runs = [[number for _, number in run] for _, run in groupby(enumerate(each), key=lambda pair: pair[1] - pair[0])]
    named = ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)
    return f"task{'s' if len(each) > 1 else ''} {named}"


def cells(text: str) -> int:
    """Columns that a text takes in a terminal: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth

    return max(0, wcswidth(text))


def cut(text: str, width: int) -> str:
    """The text in at most so many columns, an ellipsis at its end where something was cut off."""
    if cells(text) <= width:
        return text
    kept = ""
    for character in text:
        if cells(kept + character) > width - 1:
            break
        kept += character
    return kept.rstrip() + "…"


def fold(text: str, width: int, indent: str = "", below: str | None = None) -> list[str]:
    """The text on lines of at most so many columns, the first after ``indent``, the others after ``below`` (the same if None).

    A command in backticks is kept together where a line has room for it. A word that is wider than a line is broken, a path or an
    address behind a slash.
    """
    below = indent if below is None else below
    lines: list[str] = []
    line, is_empty = indent, True
    for gap, word in _pieces(text, width - cells(below)):
        if not is_empty and cells(line + gap + word) > width:
            lines.append(line)
            line, is_empty = below, True
        gap = "" if is_empty else gap
        while cells(line + gap + word) > width:
            fits = next(n for n in range(len(word), -1, -1) if n <= width and cells(line + word[:n]) <= width) or 1
            fits = _behind_slash(word[:fits]) or fits
            lines.append(line + word[:fits])
            line, word = below, word[fits:]
        line, is_empty = line + gap + word, False
    return [*lines, line]


def _behind_slash(start: str) -> int:
    """How much of the start of a word ends with a slash that parts two names; 0 if there is none."""
    place = max(start.rfind("/"), start.rfind("\\"))
    return place + 1 if place > 0 and start[place - 1] not in "/\\'\"(" else 0


def _pieces(text: str, widest: int) -> Iterator[tuple[str, str]]:
    """The words of a text, each with the spaces before it; a command in backticks is one if it is not wider."""
    runs = re.findall(r" +|[^ ]+", text)
    pieces = [(runs[n - 1] if n else "", run) for n, run in enumerate(runs) if run[0] != " "]
    while pieces:
        gap, word = pieces.pop(0)
        if word.count("`") == 1:
            end = next((n for n, (_, other) in enumerate(pieces) if "`" in other), None)
            if end is not None:
                whole = word + "".join(space + other for space, other in pieces[: end + 1])
                if cells(whole) <= widest:
                    word, pieces = whole, pieces[end + 1 :]
        yield gap, word


def for_markdown(text: str) -> str:
    """A text in one line that shows as it was written, whatever Markdown would make of its signs."""
    plain = re.sub(r"([\\`*\[\]|<>~&])", r"\\\1", " ".join(text.split()))
    # An underscore inside a word means nothing to Markdown, and reads better bare.
    return re.sub(r"(?<![^\W_])_|_(?![^\W_])", r"\\_", plain)


def slug(name: str) -> str:
    """Turn a plan's name into a file name: lower case, dashes for what file systems and shells dislike."""
    text = re.sub(r"[^\w]+", "-", normalize("NFC", name).lower()).strip("-")
    return text[:80] or "plan"
