"""What scores mean: which modules are weak, what a retake makes of a template."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyplan import resources
from studyplan.errors import NotFound, UsageProblem
from studyplan.model import Kind, ModuleScore, Status, Task
from studyplan.rules import scores
from studyplan.template import Catalog

AT = datetime(2026, 7, 5, 12, tzinfo=UTC)


def row(key: str, kind: Kind = Kind.READ, module: str = "tags", **fields: object) -> Task:
    kept: dict[str, object] = {
        "uuid": UUID(int=1),
        "key": key,
        "task": key,
        "part": 1,
        "module": module,
        "title": key,
        "kind": kind,
        "minutes": 30,
        "splittable": False,
        "date": date(2026, 7, 1),
        "position": 1,
        "status": Status.DONE,
        "done_at": AT,
    }
    return Task(1, 1, 1, **(kept | fields))


def test_the_newest_test_counts() -> None:
    """A quiz speaks for the modules that it comes after, a mock for those named with it; the latest word stands."""
    tasks = [
        row("rules"),
        row("bill", module="bill"),
        row("diagnostic", Kind.MOCK, "start", done_at=AT - timedelta(days=9), scores=(ModuleScore("tags", 10),)),
        row("quiz", Kind.QUIZ, "bill", after=("rules", "bill"), score=90),
        row("mock", Kind.MOCK, "end", done_at=AT + timedelta(days=1), score=20, scores=(ModuleScore("bill"),)),
        row("last", Kind.QUIZ, "open", status=Status.OPEN, score=1),
    ]
    found = scores.standings(tasks)
    assert {name: (each.percent, each.source, each.is_weak) for name, each in found.items()} == {
        "tags": (90, "quiz", False),
        "bill": (None, "mock", True),
    }
    assert scores.standings(tasks[::-1]) == found


def test_a_quiz_without_tasks_speaks_for_its_module() -> None:
    """Where a quiz comes after nothing, it is about the module that it stands in."""
    assert set(scores.standings([row("quiz", Kind.QUIZ, "people", score=50)])) == {"people"}


@given(st.integers(1, 96).map(lambda steps: steps * 5))
def test_a_quick_pass_is_a_third(minutes: int) -> None:
    """In steps of five, a third or a little more, ten at least, never more than the whole."""
    found = scores.quick(minutes)
    assert found % 5 == 0
    assert min(minutes, 10) <= found <= minutes
    assert found <= max(10, minutes / 3 + 5)


@pytest.mark.parametrize("id", ["foundations", "practitioner", "advanced"])
def test_a_retake_follows_the_errors(id: str) -> None:
    """In every shipped plan: the known module shrinks but for its tests and what was answered badly, all others stay whole."""
    template = Catalog(resources.plans(), Path("nowhere")).get(id)
    rows = [
        row(task.id, task.kind, task.module, after=task.after) for task in template.tasks if task.kind is not Kind.EXAM
    ]
    module = max(template.modules, key=lambda each: sum(task.minutes for task in each.tasks)).id
    rows.append(row("last", Kind.MOCK, "end", done_at=AT + timedelta(days=1), scores=(ModuleScore(module, 95),)))
    before = {task.id: task for task in template.tasks}
    after = {task.id: task for task in scores.retake(template, rows).tasks}
    assert list(before) == list(after)
    for name, task in after.items():
        known = task.module == module and task.kind in scores.SHORTENED
        assert task.minutes == (scores.quick(before[name].minutes) if known else before[name].minutes)
    badly = next((each for each in rows if each.kind is Kind.QUIZ and each.module == module and each.after), None)
    if badly is not None:
        rows[rows.index(badly)] = replace(badly, score=30)
        after = {task.id: task for task in scores.retake(template, rows).tasks}
        assert all(after[name].minutes == before[name].minutes for name in badly.after)


@pytest.mark.parametrize(
    ("figures", "weak", "names"),
    [
        ([(None, 55), ("tags", 40), ("bill", 20), ("people", 80)], ["unit"], ("unit", "bill", "tags")),
        ([("tags", 40)], ["tags"], ("tags",)),
        ([("tags", 90)], [], ()),
        ([(None, 0)], [], ()),
    ],
)
def test_weak_modules_by_their_figures(figures, weak, names) -> None:
    """Those named weak come first, then the figures below 80; the whole names nobody."""
    found = scores.grade(figures, weak)
    assert found is not None
    assert found.weak == names


def test_what_has_no_score() -> None:
    """A lab has none, a review none of modules, a strange module none at all; nothing told is no grade."""
    assert scores.grade([], []) is None
    with pytest.raises(UsageProblem, match="one score"):
        scores.grade([(None, 5), (None, 6)], [])
    with pytest.raises(UsageProblem, match="has no score"):
        scores.graded(row("x", Kind.LAB), scores.ScoreReport(50), ["tags"])
    with pytest.raises(UsageProblem, match="one module"):
        scores.graded(row("x", Kind.REVIEW), scores.ScoreReport(50, (ModuleScore("tags"),)), ["tags"])
    with pytest.raises(NotFound, match="did you mean 'tags'"):
        scores.graded(row("x", Kind.MOCK), scores.ScoreReport(50, (ModuleScore("tgas"),)), ["tags"])
