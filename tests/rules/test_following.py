"""What comes next after which plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from studyplan.model import Plan, PlanState, Result
from studyplan.rules.following import plan_to_follow

if TYPE_CHECKING:
    from collections.abc import Sequence

CERTIFIED = {"first", "second", "third"}
JULY, AUGUST = date(2026, 7, 30), date(2026, 8, 30)


def plan(number: int, template: str, result: Result | None = None, state: PlanState = PlanState.ACTIVE) -> Plan:
    made = Plan(
        learner_id=1,
        number=number,
        uuid=uuid4(),
        name=f"{template}-{number}",
        title=template,
        template=template,
        edition="1",
        window="w",
        start=date(2026, 7, 1),
        end=JULY,
        exam=JULY,
        state=state,
        created_at=None,  # type: ignore[arg-type]
    )
    return replace(made, result=result)


PASS, FAIL = Result(True, JULY, None), Result(False, JULY, None)


@pytest.mark.parametrize(
    ("plans", "number"),
    [
        ([], None),
        ([plan(1, "first"), plan(2, "own")], 1),
        ([plan(1, "own"), plan(2, "own")], 2),
        ([plan(1, "first", PASS), plan(2, "own")], 1),
        ([plan(1, "first", PASS), plan(2, "second")], 1),
        ([plan(1, "first", PASS), plan(2, "second", state=PlanState.DROPPED), plan(3, "own")], 1),
        ([plan(1, "first", PASS), plan(2, "second", Result(True, AUGUST, None)), plan(3, "own")], 2),
        ([plan(1, "second", PASS), plan(2, "third", Result(True, AUGUST, None)), plan(3, "first")], 2),
        ([plan(1, "first", FAIL), plan(2, "own")], 1),
        ([plan(1, "first", FAIL), plan(2, "first"), plan(3, "own")], 2),
        ([plan(1, "first", FAIL), plan(2, "first", Result(True, AUGUST, None)), plan(3, "own")], 2),
        ([plan(1, "first", PASS, PlanState.DROPPED), plan(2, "own")], 1),
        ([plan(1, "first", FAIL, PlanState.DROPPED), plan(2, "own")], 2),
        ([plan(1, "first", state=PlanState.DROPPED)], None),
    ],
)
def test_the_plan_to_go_on_from(plans: Sequence[Plan], number: int | None) -> None:
    """The exam taken last counts whatever else runs, a failed one until its retake is begun."""
    found = plan_to_follow(plans, CERTIFIED)
    assert (found.number if found else None) == number
