"""Which plan somebody wants to go on from who asks what comes next. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from studyplan.model import PlanState

if TYPE_CHECKING:
    from studyplan.model import Plan


def plan_to_follow(plans: Sequence[Plan], certified: Collection[str]) -> Plan | None:
    """The plan whose exam was taken last, whatever else runs, unless it was failed and a retake was begun or the plan dropped;
    else the newest that is not dropped, one of a certification first. ``certified``: the templates of certifications."""
    live = [plan for plan in plans if plan.state is not PlanState.DROPPED]
    taken = sorted((plan.result.on, plan.number, plan) for plan in plans if plan.result)
    for _, _, plan in reversed(taken):
        if not _is_settled(plan, live):
            return plan
    newest = [plan for plan in live if plan.template in certified] or live
    return newest[-1] if newest else None


def _is_settled(plan: Plan, live: Sequence[Plan]) -> bool:
    """Whether nothing is to be done about a failed exam any more."""
    if plan.result is None or plan.result.passed:
        return False
    return plan.state is PlanState.DROPPED or any(
        each.number > plan.number and plan.template == each.template for each in live
    )
