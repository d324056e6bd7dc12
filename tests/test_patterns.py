"""Every regular expression of the package takes linear time, whatever it is given."""

from __future__ import annotations

import ast
import importlib
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from patterns import slow

import studyplan

PACKAGE = Path(studyplan.__file__).parent
WAYS = ("fullmatch", "match", "search", "sub", "subn", "split", "findall", "finditer")


@pytest.mark.parametrize(
    ("pattern", "way", "found"),
    [
        ("(a+)+", "fullmatch", "exponential"),
        ("(a*)*b", "match", "exponential"),
        ("(ab|ab)*c", "match", "exponential"),
        ("(a|ab|b)*c", "fullmatch", "exponential"),
        ("(?:[a-z]+|[-,. ])+", "fullmatch", "exponential"),
        (r"(\d{1,2}|\d{4})+x", "match", "exponential"),
        (r"(\w|éa?)*!", "match", "exponential"),
        ("(?i)(ab|A|b)*c", "match", "exponential"),
        ("(?:a|b?|c?)*d", "match", None),
        ("a*a*", "fullmatch", "quadratic"),
        (r"\s*\w*\s*", "fullmatch", "quadratic"),
        (r".*x.*y", "match", "quadratic"),
        (r"\s+$", "search", "quadratic"),
        (r"\(.*?\)", "sub", "quadratic"),
        (r"a+(?=.*b)", "match", "look-around"),
        ("[a-z]+[0-9]*", "fullmatch", None),
        (r"\s+", "split", None),
        (r"\([^()]*\)", "sub", None),
        (r"^\s+x", "search", None),
        (r"(\d+)([-/])(\d+)\2x", "fullmatch", None),
        ('(?:[^":]|"[^"]*")*:', "match", None),
        (".*-[0-9]+d", "fullmatch", None),
    ],
)
def test_the_judge(pattern: str, way: str, found: str | None) -> None:
    """It tells slow patterns from fast ones."""
    said = slow(pattern, way)
    assert (said is None) if found is None else (found in (said or ""))


def sources() -> Iterator[tuple[ModuleType, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if name != "studyplan.__main__" and "_data" not in parts:
            yield importlib.import_module(name), ast.parse(path.read_text("utf-8"))


def of_re(node: ast.AST) -> ast.Call | None:
    """A call of ``re.something``."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        owner = node.func.value
        if isinstance(owner, ast.Name) and owner.id == "re" and node.func.attr in (*WAYS, "compile"):
            return node
    return None


def used_directly(module: ModuleType, tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """The patterns given to ``re.sub`` and its like, with the way and where. One made in a function cannot be judged."""
    for call in filter(None, map(of_re, ast.walk(tree))):
        way = call.func.attr  # type: ignore[attr-defined]
        where = f"{module.__name__}:{call.lineno}"
        if way == "compile" and any(call is found for found in module_level(tree)):
            continue
        given = call.args[0]
        table = given.value if isinstance(given, ast.Subscript) else given
        value = given.value if isinstance(given, ast.Constant) else None
        if value is None and isinstance(table, ast.Name):
            value = getattr(module, table.id, None)
        assert value is not None, f"{where}: a pattern made while the program runs cannot be judged: write it out"
        for pattern in value.values() if isinstance(value, dict) else [value]:
            yield pattern, way, where


def module_level(tree: ast.Module) -> Iterator[ast.AST]:
    for statement in tree.body:
        if not isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            yield from ast.walk(statement)


def found() -> list[tuple[str | re.Pattern[str], str, str]]:
    everything = list(sources())
    called: dict[str, set[str]] = defaultdict(set)
    for _, tree in everything:
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Attribute)
                and node.attr in WAYS
                and isinstance(node.value, (ast.Name, ast.Attribute))
            ):
                called[node.value.id if isinstance(node.value, ast.Name) else node.value.attr].add(node.attr)
            assert not (isinstance(node, ast.ImportFrom) and node.module == "re"), (
                "`import re` is what this test looks for"
            )
    cases: list[tuple[str | re.Pattern[str], str, str]] = []
    for module, tree in everything:
        cases += used_directly(module, tree)
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                # One that is used under another name is held to the strictest way that it can be meant in.
                cases += [(value, way, f"{module.__name__}.{name}") for way in sorted(called[name]) or ["fullmatch"]]
    return cases


@pytest.mark.parametrize(("pattern", "way", "where"), found(), ids=lambda each: each if isinstance(each, str) else "")
def test_takes_linear_time(pattern: str | re.Pattern[str], way: str, where: str) -> None:
    assert slow(pattern, way) is None, f"{where} ({way}): {slow(pattern, way)}"


def test_all_are_found() -> None:
    """Those of the constants, of the calls, and of a table."""
    where = {each.partition(":")[0] for _, _, each in found()}
    assert {"studyplan.notation._WORDY", "studyplan.template.sheet", "studyplan.calendar.rules"} <= where
    assert len(found()) > 50
