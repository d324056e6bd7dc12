"""Reviews come from decks of cards and sit where the days that are left ask for them."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyplan.errors import DoesNotFit
from studyplan.model import Anchor, Card, Day, Deck, Kind, Piece, Role, TemplateTask, Tier, Work
from studyplan.schedule import Layout, Problem, days, decks, eve, lay_out
from studyplan.schedule.reviews import gap, keep_back, place_reviews

START = date(2026, 7, 1)


def window(length: int, *, capacity: tuple[int | None, ...] = (None,), exam: bool = True) -> tuple[Day, ...]:
    end = START + timedelta(days=length - 1)
    return days(START, end, lambda day: capacity[(day - START).days % len(capacity)], end if exam else None)


def deck(id: str = "review-m", cards: int = 5, after: tuple[str, ...] = ("t",)) -> Deck:
    return Deck(id, "m", cards, after)


def task(id: str, module: str, tier: Tier = Tier.CORE) -> TemplateTask:
    return TemplateTask(id, id, Kind.READ, 30, module, tier)


def card(id: str, module: str, after: str) -> Card:
    return Card(id, "?", "!", module, after)


def where(pieces: tuple[Piece, ...]) -> list[tuple[str, int]]:
    return [(piece.task, piece.date.day) for piece in pieces]


def test_a_deck_is_a_module_and_a_tier() -> None:
    """In curriculum order, with the tasks that the cards name; a card of a task outside the window is left out."""
    tasks = [
        task("b1", "beta"),
        task("a1", "alpha"),
        task("a2", "alpha"),
        task("a3", "alpha", Tier.PRACTICE),
        task("b3", "beta", Tier.DEPTH),
    ]
    cards = [
        card("1", "alpha", "a2"),
        card("2", "alpha", "a3"),
        card("3", "beta", "b1"),
        card("4", "alpha", "a1"),
        card("5", "beta", "b3"),
        card("6", "beta", "elsewhere"),
    ]
    assert decks(tasks, cards) == (
        Deck("review-beta", "beta", 1, ("b1",)),
        Deck("review-alpha", "alpha", 2, ("a1", "a2")),
        Deck("review-alpha-practice", "alpha", 1, ("a3",)),
        Deck("review-beta-depth", "beta", 1, ("b3",)),
    )


@pytest.mark.parametrize(
    ("left", "expected"), [(0, 1), (1, 1), (2, 1), (7, 1), (8, 2), (12, 2), (13, 3), (60, 12), (105, 21), (365, 21)]
)
def test_a_gap_is_a_fifth_of_the_days_left(left: int, expected: int) -> None:
    """Rounded, at least a day and at most three weeks."""
    assert gap(left) == expected


def test_minutes_kept_back_are_the_reviews_spread_over_the_days() -> None:
    """Ten minutes twice for up to 12 cards, 15 beyond; rounded up to five."""
    assert keep_back([deck(cards=12), deck(cards=13)], 10) == 5
    assert keep_back([deck(cards=12), deck(cards=13)], 9) == 10
    assert keep_back([], 10) == 0
    assert keep_back([deck()], 0) == 0


def test_the_first_review_follows_the_last_task_and_the_second_the_first() -> None:
    """Thirty days: the task on the 2nd leaves 28 days, a gap of 6; the 8th leaves 22, a gap of 4."""
    pieces = (Piece("t", 1, date(2026, 7, 1), 30), Piece("t", 2, date(2026, 7, 2), 30))
    reviews = place_reviews([deck(cards=13)], window(30, exam=False), pieces)
    assert where(reviews.pieces) == [("review-m-1", 8), ("review-m-2", 12)]
    assert reviews.works[0] == Work("review-m-1", 15, after=("t",))
    assert reviews.distance == (0.0, 0)


def test_a_review_due_in_the_buffer_falls_to_the_last_passes() -> None:
    """Twenty days before the exam make two buffer days; each holds one mixed session."""
    pieces = (Piece("t", 1, date(2026, 7, 16), 30),)
    reviews = place_reviews([deck()], window(21), pieces)
    assert where(reviews.pieces) == [("review-m-1", 17), ("review-m-2", 18), ("last-pass-1", 19), ("last-pass-2", 20)]
    late = place_reviews([deck()], window(21), (Piece("t", 1, date(2026, 7, 18), 30),))
    assert where(late.pieces) == [("last-pass-1", 19), ("last-pass-2", 20)]
    assert late.notes == ()


def test_without_cards_there_are_no_reviews_and_no_last_pass() -> None:
    """The buffer stays free."""
    assert place_reviews([], window(21), ()).pieces == ()


def test_without_an_exam_a_review_due_after_the_end_is_not_made() -> None:
    """The task ends on the last day."""
    assert place_reviews([deck()], window(10, exam=False), (Piece("t", 1, date(2026, 7, 10), 30),)).pieces == ()


def test_a_review_takes_the_nearest_day_with_room_the_earlier_of_two() -> None:
    """Its due day is off; both neighbours are as near."""
    capacity = (60,) * 7 + (0,) + (60,) * 22
    reviews = place_reviews([deck()], window(30, capacity=capacity, exam=False), (Piece("t", 1, date(2026, 7, 2), 30),))
    assert where(reviews.pieces)[0] == ("review-m-1", 7)
    assert reviews.distance == (0.5, 1)


def test_a_review_that_finds_no_room_is_dropped_and_said() -> None:
    """Every day after its task is full."""
    window_ = window(4, capacity=(30,), exam=False)
    full = tuple(Piece(f"f{day.date.day}", 1, day.date, 30) for day in window_[1:])
    reviews = place_reviews([deck()], window_, (Piece("t", 1, START, 30), *full))
    assert reviews.pieces == ()
    assert reviews.notes == (
        "Review 1 of 'm', due on 2026-07-02, was dropped: no day after 2026-07-01 has room for it.",
    )


def test_a_last_pass_that_finds_no_room_is_dropped_and_said() -> None:
    """The eve holds a checklist already."""
    reviews = place_reviews([deck()], window(11), (Piece("list", 1, date(2026, 7, 10), 20),))
    assert reviews.pieces == ()
    assert reviews.notes == ("The last pass on 2026-07-10 was dropped: the day has no room for 20 minutes.",)


def test_two_reviews_of_a_deck_never_meet() -> None:
    """Not even where the only day with room near the second is that of the first."""
    window_ = window(30, capacity=(40,), exam=False)
    full = tuple(Piece(f"f{n}", 1, date(2026, 7, n), 40) for n in range(8, 20))
    reviews = place_reviews([deck()], window_, (Piece("t", 1, date(2026, 7, 1), 40), *full))
    assert where(reviews.pieces) == [("review-m-1", 7), ("review-m-2", 20)]


@st.composite
def courses(draw: st.DrawFn) -> Problem:
    """Windows with modules of a few tasks, each with cards, anchored mock exams and an exam."""
    works = []
    found = []
    for n in range(draw(st.integers(min_value=1, max_value=8))):
        works.append(Work(f"t{n}", draw(st.sampled_from([20, 45, 60, 90])), draw(st.booleans())))
        if draw(st.booleans()):
            found.append(Deck(f"review-{n}", f"{n}", draw(st.integers(1, 20)), (f"t{n}",)))
    if draw(st.booleans()):
        works.append(Work("list", 15, anchor=Anchor("exam", -1)))
    works.append(Work("exam", 90, exam=True))
    capacity = draw(st.sampled_from([(None,), (60,), (60, 0, 25), (90, 20), (None, 0)]))
    return Problem(window(draw(st.integers(min_value=4, max_value=45)), capacity=capacity), tuple(works), tuple(found))


def held(layout: Layout) -> Counter[date]:
    load: Counter[date] = Counter()
    for piece in layout.pieces:
        load[piece.date] += piece.minutes
    return load


@settings(max_examples=100, deadline=None)
@given(courses())
def test_reviews_keep_every_rule(problem: Problem) -> None:
    """Room, at most half an hour of reviews a day, the eve, a study day after the last task, nothing said twice or lost."""
    try:
        layout = lay_out(problem)
    except DoesNotFit:
        return
    ids = {work.id for work in layout.reviews}
    reviews = [piece for piece in layout.pieces if piece.task in ids]
    assert [piece.task for piece in layout.pieces[-len(reviews) :] if reviews] == [work.id for work in layout.reviews]
    load, of_reviews = held(layout), held(Layout(layout.days, tuple(reviews)))
    by_date = {day.date: day for day in problem.days}
    for day, minutes in of_reviews.items():
        assert by_date[day].role in (Role.MATERIAL, Role.BUFFER)
        assert minutes <= 30
        assert load[day] <= (by_date[day].capacity or 10**6)
        assert day != eve(problem.days) or load[day] <= 30
    over = {piece.task: piece.date for piece in layout.pieces}
    for each in problem.decks:
        first, second = over.get(f"{each.id}-1"), over.get(f"{each.id}-2")
        assert first is None or first > over[each.after[0]]
        assert second is None or (first is not None and second > first)
    passes = [piece.date for piece in reviews if piece.task.startswith("last-pass")]
    buffer = [day.date for day in problem.days if day.role is Role.BUFFER]
    assert len(passes) + sum("last pass" in note for note in layout.notes) == (len(buffer) if problem.decks else 0)


@settings(max_examples=50, deadline=None)
@given(courses())
def test_a_review_sits_on_the_nearest_day_that_has_room(problem: Problem) -> None:
    """Without a ceiling the first review of each deck is moved, or dropped and said, by nothing but the half hour of
    reviews that a day holds, and the eve's half hour in all."""
    problem = Problem(window(len(problem.days)), problem.works, problem.decks)
    layout = lay_out(problem)
    over = {piece.task: piece.date for piece in layout.pieces}
    ids = {work.id for work in layout.reviews}
    load, of_reviews = held(layout), held(Layout(layout.days, tuple(p for p in layout.pieces if p.task in ids)))
    end = problem.days[-1].date
    too_late = next((day.date for day in problem.days if day.role is Role.BUFFER), end)
    for each in problem.decks:
        last = over[each.after[0]]
        due = last + timedelta(days=gap((end - last).days))
        placed = over.get(f"{each.id}-1")
        is_dropped = any(
            note.startswith(f"Review 1 of '{each.module}', due on {due}, was dropped") for note in layout.notes
        )
        assert (placed is None) == (due >= too_late or is_dropped)
        if due >= too_late:
            continue
        minutes = 10 if each.cards <= 12 else 15
        for day in problem.days:
            nearer = placed is None or abs((day.date - due).days) < abs((placed - due).days)
            if day.role in (Role.MATERIAL, Role.BUFFER) and day.date > last and nearer:
                is_full_eve = day.date == eve(problem.days) and load[day.date] + minutes > 30
                assert of_reviews[day.date] + minutes > 30 or is_full_eve


def test_a_review_is_dropped_where_others_fill_the_only_day() -> None:
    """Three tasks end on the last day but one: the last day takes half an hour of reviews, the third deck's finds none."""
    window_ = window(4, exam=False)
    pieces = tuple(Piece(f"t{n}", 1, window_[2].date, 20) for n in range(3))
    reviews = place_reviews([deck(f"review-{n}", 13, (f"t{n}",)) for n in range(3)], window_, pieces)
    assert where(reviews.pieces) == [("review-0-1", 4), ("review-1-1", 4)]
    assert "Review 1 of 'm', due on 2026-07-04, was dropped: no day after 2026-07-03 has room for it." in reviews.notes
