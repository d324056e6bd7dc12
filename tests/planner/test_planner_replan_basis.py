"""A preview that was agreed to is carried out as it was shown, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyplan import Planner, open_planner
from studyplan.errors import Conflict


def opened(folder: Path, today: str) -> Planner:
    return open_planner(folder / "study.db", learner="ana", today=today)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with opened(tmp_path, "2026-07-01") as planner:
        planner.plans.start("foundations", start="2026-07-01")
    return tmp_path


def test_what_was_shown_is_done(folder: Path) -> None:
    with opened(folder, "2026-07-06") as planner:
        shown = planner.replan.preview()
        done = planner.replan.apply(basis=shown.basis)
        assert done.mending.moves == shown.mending.moves
        assert (bool(shown.mending.moves), done.written, done.basis) == (True, True, "")


def test_a_change_in_between_refuses_it(folder: Path) -> None:
    with opened(folder, "2026-07-06") as planner:
        shown = planner.replan.preview()
        planner.tasks.done(1)
        before = planner.history.batches()
        with pytest.raises(Conflict) as refused:
            planner.replan.apply(basis=shown.basis)
        assert refused.value.code == "changed-since"
        assert planner.history.batches() == before
        assert planner.replan.apply(basis=planner.replan.preview().basis).written


def test_another_day_refuses_it(folder: Path) -> None:
    with opened(folder, "2026-07-06") as planner:
        shown = planner.replan.preview()
    with opened(folder, "2026-07-07") as planner, pytest.raises(Conflict):
        planner.replan.apply(basis=shown.basis)
