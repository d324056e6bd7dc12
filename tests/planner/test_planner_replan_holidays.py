"""Public holidays over all plans or for one, by a region's code or its name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from studyplan import Planner, open_planner
from studyplan.errors import UsageProblem

ASSUMPTION = date(2026, 8, 15)


@pytest.fixture(params=["sqlite", "postgres"])
def planner(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Planner]:
    place = request.getfixturevalue("postgres_url") if request.param == "postgres" else tmp_path / "study.db"
    with open_planner(place, learner="ana", today="2026-07-23") as opened:
        opened.plans.start("foundations", start="2026-07-23", days=30)
        yield opened


def role(planner: Planner, day: date) -> str:
    (view,) = planner.queries.plan_views()
    return next(each.role.value for each in view.days if each.date == day)


def test_a_holiday_moves_what_lay_on_it(planner: Planner) -> None:
    assert role(planner, ASSUMPTION) == "material"
    adjusted = planner.replan.set_holidays("fr")
    assert (adjusted.changed, adjusted.learner.holidays) == (True, "FR")
    assert role(planner, ASSUMPTION) == "off"
    (view,) = planner.queries.plan_views()
    assert all(task.date != ASSUMPTION for task in view.tasks)
    assert planner.replan.set_holidays("FR").changed is False
    planner.history.undo()
    assert role(planner, ASSUMPTION) == "material"


def test_a_plan_has_its_own(planner: Planner) -> None:
    planner.replan.set_holidays("FR", 1)
    adjusted = planner.replan.set_holidays("DE-BE")
    assert adjusted.notes == ("'foundations' has public holidays of its own",)
    assert role(planner, ASSUMPTION) == "off"
    planner.replan.set_holidays(None, 1)
    assert role(planner, ASSUMPTION) == "material"


def test_a_preview_writes_nothing(planner: Planner) -> None:
    assert planner.replan.set_holidays("FR", write=False).changed
    assert role(planner, ASSUMPTION) == "material"


def test_an_unknown_region_is_refused(planner: Planner) -> None:
    for region in ("XX", "DE-Atlantis", "学"):
        with pytest.raises(UsageProblem):
            planner.replan.set_holidays(region)


def test_a_start_keeps_the_code_of_a_long_name(planner: Planner) -> None:
    draft = planner.plans.start("practitioner", name="north", holidays="DE-Mecklenburg-Vorpommern")
    assert draft.plan.holidays == "DE-MV"
