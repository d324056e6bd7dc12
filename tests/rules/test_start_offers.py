"""Ways out of starts at random: each starts a plan, and the last of them leaves out nothing that could stay."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from plans_at_random import a_start, uuids

from studyplan.errors import DoesNotFit
from studyplan.rules.drafts import Draft, Groundwork, StartRequest, draw_up
from studyplan.rules.start_offers import priced


def refused(ground: Groundwork) -> DoesNotFit | None:
    """The refusal of a start with its ways out; None where it fits."""
    try:
        draw_up(ground, (9, 900), uuids())
    except DoesNotFit as refusal:
        return priced(refusal, ground)
    return None


def taken(ground: Groundwork, request: StartRequest, **changes: Any) -> Draft:
    """The plan that a request makes, and the hours over all plans with it."""
    learner = replace(ground.learner, week=request.hours or ground.learner.week)
    return draw_up(replace(ground, wish=replace(request, **changes), learner=learner), (9, 900), uuids())


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_each_way_out_starts_a_plan(seed: int) -> None:
    """Whatever else runs and whatever time is taken: what is offered fits, and holds all that it does not leave out."""
    ground = a_start(seed)
    refusal = refused(ground)
    assume(refusal is not None)
    assert refusal is not None
    assert len(refusal.takes) == len(refusal.offers)
    for offer, request in zip(refusal.offers, refusal.takes, strict=True):
        draft = taken(ground, request)
        window = ground.template.window(draft.plan.window)
        assert window is not None
        every = {task.id for task in ground.template.tasks_of(window, frozenset(request.paths))}
        out = set(offer.value) if isinstance(offer.value, tuple) else set()
        assert every - out == {task.task for task in draft.tasks if not task.task.startswith(("review-", "last-pass-"))}
        assert set(draft.plan.left_out) == out


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_none_of_what_is_left_out_could_stay(seed: int) -> None:
    """Neither of the cheapest tasks nor of the least valuable is one too many."""
    ground = a_start(seed)
    refusal = refused(ground)
    assume(refusal is not None)
    assert refusal is not None
    sets = [offer.value for offer in refusal.offers if isinstance(offer.value, tuple)]
    assume(sets)
    request = next(request for request in refusal.takes if request.leave_out)
    for ids in sets:
        for id in ids:
            fewer = tuple(each for each in ids if each != id)
            try:
                taken(ground, request, leave_out=fewer)
            except DoesNotFit:
                continue
            raise AssertionError(f"{id} could stay")
