"""The lay-out keeps every rule and is the best of all plans."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from math import ceil
from pathlib import Path

import pytest
import referee
from hypothesis import given, settings
from hypothesis import strategies as st

from studyplan.errors import DoesNotFit
from studyplan.model import Anchor, Day, Deck, Piece, Role, Work
from studyplan.schedule import Layout, Problem, days, lay_out, misfit
from studyplan.schedule.window import anchor_days

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.json"))
START = date(2026, 7, 1)


def window(length: int, capacity: list[int | None], *, exam: bool = False) -> tuple[Day, ...]:
    """A window whose capacities repeat as given."""
    end = START + timedelta(days=length - 1)
    return days(START, end, lambda day: capacity[(day - START).days % len(capacity)], end if exam else None)


def loads(layout: Layout) -> list[int]:
    held: Counter[date] = Counter()
    for piece in layout.pieces:
        held[piece.date] += piece.minutes
    return [held[day.date] for day in layout.days if day.role is Role.MATERIAL]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_laid_out_at_its_proven_optimum(sample: Path) -> None:
    """Every sample has no broken rule and costs its optimum, or is refused where there is no plan."""
    window, works, optimum = referee.read(sample)
    if optimum is None:
        with pytest.raises(DoesNotFit) as refused:
            lay_out(Problem(window, works))
        assert refused.value.short_minutes
        return
    layout = lay_out(Problem(window, works))
    assert referee.broken_rules(window, works, layout.pieces) == []
    assert float(referee.cost(window, layout.pieces, works)) == pytest.approx(optimum, abs=1e-6)
    assert layout.cost == pytest.approx(optimum, abs=1e-6)


MINUTES = st.sampled_from([5, 10, 25, 30, 40, 45, 50, 55, 60, 75, 90])


@st.composite
def plain(draw: st.DrawFn) -> Problem:
    """Material alone on a few days, with every kind of ceiling."""
    works = [
        Work(f"t{n}", draw(MINUTES), draw(st.booleans())) for n in range(draw(st.integers(min_value=1, max_value=4)))
    ]
    if draw(st.booleans()):
        capacity: list[int | None] = [None, None, draw(st.sampled_from([0, None])), None]
    else:
        room = st.sampled_from([0, 20, 33, 45, 50, 60, 90, 120])
        capacity = list(draw(st.lists(room, min_size=1, max_size=4)))
    return Problem(window(draw(st.integers(min_value=1, max_value=4)), capacity), tuple(works))


@st.composite
def anchored(draw: st.DrawFn) -> Problem:
    """Material, anchored tasks and an exam, with a buffer where the window is long enough."""
    works: list[Work] = []
    for n in range(draw(st.integers(min_value=1, max_value=5))):
        after = tuple(work.id for work in works if draw(st.booleans()))
        if draw(st.integers(min_value=0, max_value=2)) == 0:
            bases = ["start", "exam", *(work.id for work in works if work.anchor)]
            anchor = Anchor(draw(st.sampled_from(bases)), draw(st.integers(min_value=-5, max_value=5)))
            minutes = draw(st.sampled_from([10, 20, 30, 60, 120]))
            works.append(Work(f"t{n}", minutes, after=after, anchor=anchor))
        else:
            works.append(Work(f"t{n}", draw(MINUTES), draw(st.booleans()), after=after))
    if draw(st.booleans()):
        works.append(Work("exam", 90, exam=True))
    capacity = draw(st.sampled_from([[None], [60], [90, 0, 45], [120, 40], [None, 0]]))
    exam = works[-1].exam
    return Problem(window(draw(st.integers(min_value=3, max_value=6)), capacity, exam=exam), tuple(works))


def assert_best(problem: Problem) -> None:
    """What ``lay_out`` answers is what trying every plan finds."""
    try:
        where = anchor_days(problem.works, problem.days).days
    except DoesNotFit:
        with pytest.raises(DoesNotFit):
            lay_out(problem)
        return
    best = referee.best(problem.days, problem.works, where)
    assert (misfit(problem) is None) == (best is not None)
    if best is None:
        with pytest.raises(DoesNotFit):
            lay_out(problem)
        return
    layout = lay_out(problem)
    assert referee.broken_rules(problem.days, problem.works, layout.pieces) == []
    assert referee.cost(problem.days, layout.pieces, problem.works) == best[0]
    assert layout.cost == pytest.approx(float(best[0]), abs=1e-6)
    assert loads(layout) == best[1]


@settings(max_examples=150, deadline=None)
@given(plain())
def test_the_best_of_all_plans(problem: Problem) -> None:
    """On tiny cases the answer costs what the best of all plans costs, ties going to fuller early days."""
    assert_best(problem)


@settings(max_examples=200, deadline=None)
@given(anchored())
def test_the_best_of_all_plans_around_anchors_and_buffer(problem: Problem) -> None:
    """The same with anchored tasks, an exam, days off and a buffer."""
    assert_best(problem)
