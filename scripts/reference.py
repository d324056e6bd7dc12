"""Write docs/reference/commands.md: every command as its own `--help` explains it.

    python scripts/reference.py            writes the page
    python scripts/reference.py --check    writes nothing; ends with 1 if the page is out of date

A test does the latter. The page is made by calling each command as a reader would, at a width of 100 columns.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from click.testing import CliRunner

from studyplan.cli import FAMILIES, studyplan
from studyplan.cli.context import ALSO_TAKEN

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "commands.md"
WIDTH = 100
HEAD = """\
# Commands

Every command as `--help` explains it. The options of studyplan itself stand before the command or after it; commands that print facts
take `--json`, described in [JSON](json.md).

<!-- Made by `python scripts/reference.py` from the commands themselves; not edited by hand. -->
"""


def commands(group: click.Group = studyplan, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command, a group before the commands that it holds."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


def help_of(words: tuple[str, ...]) -> str:
    result = CliRunner().invoke(studyplan, [*words, "--help"], terminal_width=WIDTH, max_content_width=WIDTH)
    if result.exit_code:
        raise SystemExit(f"{' '.join(words)} --help ended with {result.exit_code}")
    # What every command takes is told once, at the head of the page.
    return result.output.rstrip().removesuffix(ALSO_TAKEN).rstrip()


def _section(title: str, words: tuple[str, ...]) -> str:
    return f"{title}\n\n```text\n{help_of(words)}\n```\n"


def page() -> str:
    """The whole page."""
    parts = [HEAD, _section("## studyplan", ())]
    every = list(commands())
    for family, members in FAMILIES:
        parts.append(f"## {family}\n")
        for name, *_ in members:
            for words in (each for each in every if each[0] == name):
                parts.append(_section(f"{'#' * (2 + len(words))} studyplan {' '.join(words)}", words))
    return "\n".join(parts)


def main() -> int:
    parser = argparse.ArgumentParser(description="Writes docs/reference/commands.md from the commands' own --help.")
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 if the page is out of date")
    if parser.parse_args().check:
        if PAGE.read_text(encoding="utf-8") != page():
            print(f"{PAGE.name} is out of date: python scripts/reference.py", file=sys.stderr)
            return 1
        return 0
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
