"""The ways out of errors: the library names the thing, the command line says the flag or the command."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from studyplan import Conflict, NotFound, UsageProblem, open_planner
from studyplan.cli.ways import WAYS, worded
from studyplan.errors import WayOut

PACKAGE = Path(__file__).resolve().parents[2] / "studyplan"
#: What a programmer calls; the store still speaks to those who run the command.
LIBRARY = ("planner", "rules", "schedule", "notation.py", "clock.py", "recall.py", "text.py")


def files(*names: str) -> Iterator[Path]:
    for name in names:
        yield from [PACKAGE / name] if name.endswith(".py") else (PACKAGE / name).rglob("*.py")


def calls(file: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, node


def test_every_way_has_its_words() -> None:
    """Each way out of the library is worded for the command line, with the values that it gets, and no words are left over."""
    used = {}
    for file in PACKAGE.rglob("*.py"):
        for name, call in calls(file):
            if name == "WayOut":
                given = {keyword.arg for keyword in call.keywords}
                assert used.setdefault(ast.literal_eval(call.args[1]), given) == given, ast.unparse(call)
    assert used.keys() == WAYS.keys()
    for name, words in WAYS.items():
        assert {field for _, field, *_ in Formatter().parse(words) if field} == used[name], name


@pytest.mark.parametrize("file", [*files(*LIBRARY)], ids=lambda file: str(file.relative_to(PACKAGE)))
def test_errors_name_the_thing(file: Path) -> None:
    """No error of the library tells a programmer of a flag or a command."""
    for name, call in calls(file):
        if name in {"UsageProblem", "NotFound", "Conflict", "DoesNotFit", "BadFile", "StorageProblem", "WayOut"}:
            for part in ast.walk(call):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    assert not re.search(r"(^|[ `'])--[a-z]|`studyplan (?!dump`)|studyplan [a-z]+ --", part.value), (
                        part.value
                    )


def test_values_are_said_as_a_shell_takes_them() -> None:
    """What is named may hold spaces and quotes; a hint of plain words stays as it is."""
    assert worded(WayOut("end it", "name-or-drop", plan="it's mine")).endswith("""studyplan drop 'it'"'"'s mine'""")
    assert worded("write it like 2026-07-01") == "write it like 2026-07-01"
    assert worded(None) is None


def test_both_faces_of_an_error(tmp_path: Path, terminal) -> None:
    """The same refusal as a programmer reads it and as it stands on the terminal."""
    with open_planner(tmp_path / "other.db", learner="ana", today="2026-07-01") as planner:
        planner.plans.start("foundations")
        with pytest.raises(Conflict) as taken:
            planner.plans.start("foundations")
        assert "`planner.plans.drop`" in taken.value.hint
        with pytest.raises(UsageProblem, match="minutes must be 0 to 1440"):
            planner.tasks.done(1, minutes=2000)
        with pytest.raises(NotFound) as missing:
            planner.plans.get("nothing")
        assert missing.value.hint == "`planner.queries.plans` lists them"
    terminal.ok("start", "foundations")
    assert "studyplan drop foundations" in terminal("start", "foundations").err
    assert "`studyplan plans` lists them" in terminal("tasks", "--plan", "nothing").err
