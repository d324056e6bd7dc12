"""The terminal: whether there is one, whether it wants colours, single keys, and the question before something is written."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

from studyplan.errors import Conflict, StorageProblem
from studyplan.text import cells, fold, one_line


@contextmanager
def ends_as_interrupts() -> Iterator[None]:
    """Let a closed terminal or a request to end stop what runs as Ctrl-C does, so that no answer is lost."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    ends = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = [(end, signal.signal(end, stop)) for end in ends]
    try:
        yield
    finally:
        for end, held in before:
            signal.signal(end, held)


def pressed_key() -> str:
    """Wait for a key. Raises EOFError if no more will come: a closed terminal returns nothing, for ever."""
    global _typed_ahead
    # What was typed quickly comes in one piece.
    keys = _typed_ahead or click.getchar()
    if not keys:
        raise EOFError
    key = _first_key(keys)
    _typed_ahead = keys[len(key) :]
    return key


#: Keys that came together with one that was asked for.
_typed_ahead = ""


def _first_key(keys: str) -> str:
    """The first of several keys: a sequence that a special key sends is one."""
    if keys[0] in "\x00\xe0":
        return keys[:2]
    if keys[0] == "\x1b" and keys[1:2] in ("[", "O"):
        end = next((place for place, sign in enumerate(keys[2:], 2) if sign.isalpha() or sign == "~"), len(keys) - 1)
        return keys[: end + 1]
    return keys[0]


def colour_wanted() -> bool | None:
    """False if NO_COLOR or a dumb terminal rules colours out; None leaves it to whether the output is a terminal."""
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


def is_terminal(stream: TextIO | None) -> bool:
    """Whether the stream is a terminal; a closed one is not."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def columns(stream: TextIO | None) -> int | None:
    """How wide the lines of a stream may be: as wide as the terminal, or for standard output as ``COLUMNS`` says, which is how
    somebody who reads through a pager says it. None: as wide as they are."""
    if is_terminal(stream):
        return max(20, shutil.get_terminal_size().columns)
    told = os.environ.get("COLUMNS", "")
    return max(20, int(told)) if stream is sys.stdout and told.isdecimal() and 0 < len(told) < 6 and int(told) else None


def laid(text: str, stream: TextIO | None, *, spare: int = 0) -> str:
    """A line for a person, on several lines where it is too long for the terminal. ``spare``: columns left free beside it."""
    line = one_line(text)
    width = columns(stream)
    width = None if width is None else width - spare
    if width is None or cells(line) <= width:
        return line
    indent = " " * (len(line) - len(line.lstrip(" ")))
    return "\n".join(fold(line.strip(" "), width, indent, f"{indent}  " if indent else ""))


def can_ask() -> bool:
    """Whether a person at a terminal can answer a question."""
    return is_terminal(sys.stdin) and is_terminal(sys.stderr)


def named_or_piped(file: Path, most: int) -> Path | bytes:
    """A file as it was named, or for ``-`` what standard input holds, one byte more than ``most`` where it has more. Raises
    StorageProblem."""
    if str(file) != "-":
        return file
    if sys.stdin is None or sys.stdin.closed:
        raise StorageProblem("standard input is closed", hint="name a file")
    if is_terminal(sys.stdin):
        click.echo("Reading from the terminal: end with Ctrl-D on a line of its own.", err=True)
    return sys.stdin.buffer.read(most + 1)


def prompt_text(question: str) -> str:
    """A question as a prompt, which the space of its suffix and an answer of some characters follow on the same line."""
    return laid(f"{question}:", sys.stderr, spare=4)


def agrees(question: str, *, default: bool = False) -> bool:
    """Ask a question that is answered with yes or no; ``default``: what Enter means."""
    return click.confirm(
        prompt_text(f"{question} [{'Y/n' if default else 'y/N'}]"),
        default=default,
        err=True,
        show_default=False,
        prompt_suffix=" ",
    )


def consent(question: str, *, yes: bool, facts: Mapping[str, object] | None = None) -> None:
    """Ask on a terminal. Raises Conflict if the answer is no, or if there is no terminal and no --yes.

    ``facts``: what would be done, for programs.
    """
    if yes:
        return
    if not can_ask():
        what = f"nothing was changed, as there is no terminal to ask: {question}"
        raise Conflict(what, hint="add --yes to do it", slug="no-consent", facts=facts)
    if not agrees(question):
        raise Conflict("nothing was changed", slug="no-consent", facts=facts)
