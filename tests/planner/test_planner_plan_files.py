"""Plan files brought in: checked, kept in the folder of the learner's own, never over one that is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyplan import open_planner
from studyplan.errors import BadFile, Conflict, UsageProblem
from studyplan.planner import Planner


@pytest.fixture
def planner(tmp_path: Path) -> Planner:
    return open_planner(tmp_path / "study.db", learner="ana", plans=tmp_path / "plans", today="2026-07-23")


def test_a_table_becomes_a_template_of_ones_own(planner: Planner, tmp_path: Path) -> None:
    brought = planner.plan_files.bring(b"title,minutes,room\nRead,42,3\n", "C:\\sheets\\Bar exam.CSV")
    assert brought.template.id == "bar-exam"
    assert not brought.shadows
    assert len(brought.notes) == 2
    assert sorted(path.name for path in (tmp_path / "plans").iterdir()) == ["bar-exam.yaml", "template.schema.json"]
    assert planner.queries.template("bar-exam").own


def test_what_is_there_is_replaced_on_purpose_only(planner: Planner, tmp_path: Path) -> None:
    planner.plan_files.bring(b"title,minutes\nRead,40\n", "course.csv")
    with pytest.raises(Conflict):
        planner.plan_files.bring(b"title,minutes\nWrite,40\n", "course.csv")
    planner.plan_files.bring(b"title,minutes\nWrite,40\n", "course.csv", replaces=True)
    (task,) = planner.queries.template("course").template.tasks
    assert task.title == "Write"


def test_one_that_stands_in_for_a_shipped_one_says_so(planner: Planner) -> None:
    assert planner.plan_files.bring(b"title,minutes\nRead,40\n", "foundations.csv").shadows


@pytest.mark.parametrize(
    ("data", "name", "refusal"),
    [
        (b"  \n", "x.yaml", BadFile),
        (b"MZ", "x.exe", BadFile),
        (b"MZ", "", BadFile),
        (b"title,minutes\nRead,40\n", "blank.csv", UsageProblem),
        (b"studyplan: [", "x.yaml", BadFile),
    ],
)
def test_what_is_no_plan_is_refused(
    planner: Planner, tmp_path: Path, data: bytes, name: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        planner.plan_files.bring(data, name)
    assert not (tmp_path / "plans").exists()
