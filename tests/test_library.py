"""The package as a library: what its root offers, and the examples of its guide."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import studyplan

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("name", studyplan.__all__)
def test_each_name_is_there(name: str) -> None:
    """Each name of the root is found where it lives, under the same name."""
    assert getattr(studyplan, name).__name__ == name


def test_checkers_see_the_same_names() -> None:
    """What a type checker reads of the root is what an interpreter finds there."""
    tree = ast.parse((ROOT / "studyplan" / "__init__.py").read_text(encoding="utf-8"))
    (checked,) = [node for node in tree.body if isinstance(node, ast.If)]
    imported = {alias.asname: (node.module, alias.name) for node in checked.body for alias in node.names}
    assert sorted(imported) == studyplan.__all__ == sorted(studyplan.__all__)
    for name, (module, original) in imported.items():
        assert getattr(studyplan, name) is getattr(sys.modules[module], original)
    assert set(studyplan.__all__) <= set(dir(studyplan))


def test_errors_are_all_there() -> None:
    """Every error that a caller may catch has its name at the root."""
    from studyplan import errors

    family = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}
    assert family <= set(studyplan.__all__)


def test_a_wrong_name() -> None:
    """What is not there fails as anywhere else in Python, at the root and on a planner."""
    with pytest.raises(AttributeError, match="open_plan"):
        studyplan.open_plan  # noqa: B018
    with studyplan.open_planner(":memory:") as planner, pytest.raises(AttributeError, match="task"):
        planner.task  # noqa: B018
    assert {"tasks", "import_", "close"} <= set(dir(planner))


def test_opening_costs_little() -> None:
    """The door to the library opens without database, terminal, templates or calendars."""
    code = "import sys; from studyplan import open_planner, Planner; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"sqlalchemy", "click", "yaml", "icalendar", "rich", "studyplan.store", "studyplan.cli"} & set(
        ran.stdout.split()
    )


def examples() -> str:
    """The Python of the guide, as one program."""
    guide = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    return "\n".join(re.findall(r"^```python\n(.*?)^```", guide, re.DOTALL | re.MULTILINE))


def test_the_guide_runs(tmp_path: Path) -> None:
    """The examples succeed from top to bottom, for somebody who has never used the program."""
    environ = {"HOME": str(tmp_path), "PATH": os.defpath, "USER": "ana", "TZ": "UTC", "LANG": "C.UTF-8"}
    run = [sys.executable, "-W", "error", "-c", examples()]
    ran = subprocess.run(run, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    assert (tmp_path / "plan.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")
