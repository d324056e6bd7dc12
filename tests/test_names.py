"""One name, one thing: no two public classes of the package share a name."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import studyplan

PACKAGE = Path(studyplan.__file__).parent


def public_classes(folder: Path) -> dict[str, list[str]]:
    """The files that define each public class, by its name."""
    homes: dict[str, list[str]] = defaultdict(list)
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(str(file.relative_to(folder)))
    return homes


def test_no_two_public_classes_share_a_name() -> None:
    shared = {name: files for name, files in public_classes(PACKAGE).items() if len(files) > 1}
    assert shared == {}


def test_two_classes_of_one_name_are_found(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("class Span:\n    pass\n")
    (tmp_path / "two.py").write_text("class Span:\n    pass\n\n\nclass _Span:\n    pass\n")
    assert public_classes(tmp_path)["Span"] == ["one.py", "two.py"]
    assert "_Span" not in public_classes(tmp_path)
