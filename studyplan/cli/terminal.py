"""Who sits at the terminal: whether somebody does, whether colours are wanted, and the question before something is written."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TextIO

import click

from studyplan.errors import Conflict
from studyplan.text import one_line


def colour_wanted() -> bool | None:
    """False where NO_COLOR or a dumb terminal asks for none; None leaves it to whether a terminal reads."""
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody sits at a stream; a closed one has nobody."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def can_ask() -> bool:
    """Whether somebody sits at a terminal and can answer."""
    return is_terminal(sys.stdin) and is_terminal(sys.stderr)


def consent(question: str, *, yes: bool, facts: Mapping[str, object] | None = None) -> None:
    """Ask on a terminal. Raises Conflict where nobody can be asked and --yes is missing, or where the answer is no.

    ``facts``: what would be done, for programs.
    """
    if yes:
        return
    if not can_ask():
        what = f"nothing was changed, nobody could be asked: {question}"
        raise Conflict(what, hint="--yes does it", slug="no-consent", facts=facts)
    if not click.confirm(one_line(question), err=True):
        raise Conflict("nothing was changed", slug="no-consent", facts=facts)
