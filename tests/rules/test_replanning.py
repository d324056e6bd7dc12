"""Replans at random: two plans, pins, own tasks, days taken. Each way out that is taken leaves nothing over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from plans_at_random import in_the_midst

from studyplan.rules.replan_offers import Remedy
from studyplan.rules.replanning import ReplanGround, decide


def remedy(ground: ReplanGround, word: str) -> Remedy:
    end = ground.plan.end
    return {
        "catch-up": Remedy(),
        "even": Remedy("even"),
        "shift": Remedy("shift", 2),
        "earlier": Remedy(exam=max(ground.today, end - timedelta(days=4))),
    }[word]


@pytest.mark.parametrize("word", ["catch-up", "even", "shift", "earlier"])
@settings(max_examples=12, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6))
def test_each_way_out_leaves_nothing_over(word: str, seed: int) -> None:
    """What a list offers is enough, by any way of replanning."""
    ground = in_the_midst(seed)
    assume(ground is not None)
    assert ground is not None
    decision = decide(ground, remedy(ground, word))
    for way in decision.ways_out:
        assert decide(ground, way.asked, prices=False).fitted.left_over == (), way.offer


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_catching_up_and_evening_out_miss_the_same(seed: int) -> None:
    """Neither leaves over what the other has room for, so their lists of ways out are the same too, but for their words."""
    ground = in_the_midst(seed)
    assume(ground is not None)
    assert ground is not None
    found = [decide(ground, Remedy(strategy)) for strategy in ("catch-up", "even")]
    assert found[0].fitted.left_over == found[1].fitted.left_over
    prices = [[(way.offer.kind, way.offer.value) for way in each.ways_out] for each in found]
    assert prices[0] == prices[1]


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_a_strict_replan_offers_what_it_then_accepts(seed: int) -> None:
    """The price list of a refusal: each offer, taken as strictly, is not refused again."""
    ground = in_the_midst(seed)
    assume(ground is not None)
    assert ground is not None
    strict = replace(remedy(ground, "earlier"), strict=True)
    from studyplan.errors import DoesNotFit

    try:
        decide(ground, strict)
    except DoesNotFit as refusal:
        for request in refusal.takes:
            assert decide(ground, request, prices=False).fitted.left_over == ()
