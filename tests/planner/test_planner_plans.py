"""A start: what it reads, and what it leaves behind where it is refused."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from studyplan import DoesNotFit, StartRequest, StudyHours, Week, open_planner
from studyplan.store import Unit
from studyplan.template import Catalog


def test_a_refused_start_gathers_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The draft and the price list of its refusal are decided on the same template, plans and tasks, each read once."""
    read = Counter[str]()

    def counted(owner: type, name: str) -> None:
        original = getattr(owner, name)

        def counting(self: Any, *words: Any, **options: Any) -> Any:
            read[name] += 1
            return original(self, *words, **options)

        monkeypatch.setattr(owner, name, counting)

    with open_planner(tmp_path / "study.db", learner="ana", today="2026-07-01") as planner:
        planner.plans.start(StartRequest("foundations"))
        for owner, name in ((Catalog, "get"), (Unit, "plans"), (Unit, "tasks")):
            counted(owner, name)
        with pytest.raises(DoesNotFit) as refused:
            planner.plans.start(
                StartRequest("foundations", days=7, week=Week((StudyHours(minutes=20),) * 7), name="again")
            )
        assert refused.value.offers
        assert read == {"get": 1, "plans": 1, "tasks": 1}
        assert len(planner.queries.plans()) == 1
