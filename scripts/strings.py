"""Every text that a person can see, with its place, for reading them all as a reader would.

    python scripts/strings.py [FOLDER]...       # studyplan/ unless named
    python scripts/strings.py --docstrings      # the docstrings, for those who read the code

Prints ``file:line: text``, an f-string with its expressions in braces, a jinja template by its own lines. The docstring of a
command is its help, so it is among the texts. What no person reads (keys of JSON, patterns, names) has no space in it and is
left out; so are texts that only look like prose, such as SQL.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Calls whose texts are for machines.
_MACHINE = {
    "compile",
    "exec_driver_sql",
    "execute",
    "text",
    "fullmatch",
    "match",
    "sub",
    "TypeVar",
    "split",
    "strptime",
}
_PROSE = re.compile(r"[A-Za-z]{2,}.* |^[A-Z][a-z]+[.:]?$")
_MARKUP = re.compile(r"<[^>]*>|\{%.*?%\}|\{#.*?#\}")


def texts(file: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of each string of a module that reads like something written for people."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            is_doc = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            if is_doc and not _is_command(node):
                skipped.add(id(first.value))
        elif isinstance(node, ast.Call) and _called(node) in _MACHINE:
            skipped.update(id(each) for argument in node.args for each in ast.walk(argument))
        elif isinstance(node, ast.JoinedStr):
            skipped.update(id(each) for part in node.values for each in ast.walk(part))
        elif isinstance(node, ast.Subscript | ast.AnnAssign):
            hint = node.slice if isinstance(node, ast.Subscript) else node.annotation
            skipped.update(id(each) for each in ast.walk(hint))
    for node in ast.walk(tree):
        if id(node) in skipped or not isinstance(node, ast.Constant | ast.JoinedStr):
            continue
        text = _text(node)
        if text and _PROSE.search(text):
            yield node.lineno, text


def docstrings(file: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of each docstring that is nobody's help."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not _is_command(
            node
        ):
            text = ast.get_docstring(node)
            if text:
                yield node.body[0].lineno, " ".join(text.split())


def markup(file: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of a template's lines without its tags."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        text = " ".join(_MARKUP.sub(" ", line).split())
        if re.search(r"[A-Za-z]{2,}", text):
            yield number, text


def _is_command(node: ast.AST) -> bool:
    """Whether click shows the docstring: one of the decorators makes a command or a group."""
    marks = getattr(node, "decorator_list", [])
    names = {_called(mark) if isinstance(mark, ast.Call) else getattr(mark, "attr", "") for mark in marks}
    return bool(names & {"command", "group"})


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", None) or getattr(call.func, "id", "")


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return " ".join(node.value.split()) if isinstance(node.value, str) else ""
    parts = [
        "{" + ast.unparse(part.value) + "}" if isinstance(part, ast.FormattedValue) else getattr(part, "value", "")
        for part in node.values
    ]
    return " ".join("".join(map(str, parts)).split())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, default=[ROOT / "studyplan"])
    parser.add_argument("--docstrings", action="store_true", help="docstrings instead")
    options = parser.parse_args()
    for folder in options.folders:
        files = [folder] if folder.is_file() else sorted(folder.rglob("*"))
        for file in files:
            if file.suffix == ".py":
                found = docstrings(file) if options.docstrings else texts(file)
            elif file.suffix in {".j2", ".html", ".jinja"} and not options.docstrings:
                found = markup(file)
            else:
                continue
            for line, text in sorted(found):
                sys.stdout.write(f"{file.relative_to(ROOT) if file.is_relative_to(ROOT) else file}:{line}: {text}\n")


if __name__ == "__main__":
    main()
