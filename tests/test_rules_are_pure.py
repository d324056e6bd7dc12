"""Rules turn values into values. import-linter forbids what they may not import; this holds them to never asking for the time, for
a fresh identifier or for a file by way of a value that they are handed."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from studyplan import rules

#: What asks the world: a clock, the generator of identifiers, the file system.
IMPURE = frozenset(
    {
        "now",
        "today",
        "instant",
        "utcnow",
        "uuid1",
        "uuid4",
        "open",
        "read_text",
        "read_bytes",
        "write_text",
        "write_bytes",
        "exists",
        "iterdir",
        "glob",
        "getenv",
    }
)
FILES = sorted(Path(rules.__file__).parent.glob("*.py"))


def asked(source: str) -> list[str]:
    """The calls of a module that ask the world, each with its line."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    names = [(call.lineno, getattr(call.func, "attr", getattr(call.func, "id", ""))) for call in calls]
    return [f"{line}: {name}()" for line, name in names if name in IMPURE]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_rule_asks_nothing_of_the_world(file: Path) -> None:
    assert asked(file.read_text(encoding="utf-8")) == []


def test_what_asks_is_found() -> None:
    assert asked("day = clock.today()\nrow = Row(uuid4(), open(path))") == ["1: today()", "2: uuid4()", "2: open()"]
