"""The tests themselves: where they stand, and what each of their files needs to be run alone."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import studyplan

TESTS = Path(__file__).parent
PACKAGE = Path(studyplan.__file__).parent
#: Folders that hold the whole program against something, and no room of it.
ACROSS = {"crash", "fuzz"}
#: What the files of a folder are called, and the room whose modules they are called after.
NAMED = {
    "cli": ("test_{}_command", "cli/commands"),
    "planner": ("test_planner_{}", "planner"),
    "rules": ("test_{}", "rules"),
}


def test_each_folder_is_a_room_of_the_program() -> None:
    """What tests a module stands where the module stands."""
    folders = {path.parent.relative_to(TESTS) for path in TESTS.rglob("test_*.py")} - {Path()}
    rooms = {path.relative_to(PACKAGE) for path in PACKAGE.rglob("*") if path.is_dir()}
    assert {str(folder) for folder in folders - rooms} == ACROSS


def test_files_are_called_after_what_they_test() -> None:
    """Behind the name of a module a file may say which part of it; other files of ``cli`` are about all commands."""
    strangers = []
    for folder, (pattern, room) in NAMED.items():
        modules = {path.stem.strip("_") for path in (PACKAGE / room).glob("*.py")}
        before, behind = pattern.split("{}")
        for path in (TESTS / folder).glob(f"{before}*{behind}.py"):
            words = path.stem.removeprefix(before).removesuffix(behind).split("_")
            if not any("_".join(words[:many]) in modules for many in range(1, len(words) + 1)):
                strangers.append(path.name)
    assert not strangers


def test_no_two_files_have_one_name() -> None:
    """pytest imports each by its name alone."""
    names = Counter(path.name for path in TESTS.rglob("*.py") if path.name not in ("conftest.py", "__main__.py"))
    assert not [name for name, many in names.items() if many > 1]


def test_the_driver_of_a_server_is_imported_where_it_is_used() -> None:
    """Any file of tests can be run where it is not installed; only the tests on PostgreSQL then fail."""
    files = [*TESTS.rglob("*.py"), *PACKAGE.rglob("*.py")]
    needing = [path.name for path in files if "psycopg" in set(_imported_first(path))]
    assert len(files) > 200
    assert not needing


def _imported_first(path: Path) -> Iterator[str]:
    """The packages that a file imports when it is imported itself."""
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
