"""Every way out of a plan that does not fit is feasible, and anything cheaper of its kind is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from studyplan.errors import DoesNotFit
from studyplan.model import Anchor, Deck, Offer, Work
from studyplan.schedule import (
    MOST_MINUTES,
    LeftOut,
    Problem,
    Variation,
    days,
    days_to_try,
    has_plan,
    lay_out,
    price_list,
)

START = date(2026, 7, 1)


@dataclass(frozen=True)
class Course:
    """A course to be started: its tasks, its days and what may change."""

    works: tuple[Work, ...]
    length: int
    capacity: tuple[int, ...]
    optional: frozenset[str] = frozenset()
    decks: tuple[Deck, ...] = ()
    windows: tuple[tuple[str, int], ...] = ()

    def pose(self, variation: Variation) -> Problem | None:
        works = [work for work in self.works if work.id not in variation.leave_out]
        if variation.window is not None:
            works = works[: dict(self.windows)[variation.window]]
        here = {work.id for work in works}
        left = ((deck, tuple(id for id in deck.after if id in here)) for deck in self.decks)
        decks = tuple(replace(deck, cards=deck.cards * len(ids) // len(deck.after), after=ids) for deck, ids in left)
        end = START + timedelta(days=self.length + variation.days - 1)

        def capacity(day: date) -> int:
            minutes = self.capacity[(day - START).days % len(self.capacity)]
            return minutes and minutes + variation.minutes

        if any(minutes + variation.minutes > 1440 for minutes in self.capacity):
            return None
        exam = end if any(work.exam for work in works) else None
        return Problem(days(START, end, capacity, exam), tuple(works), tuple(deck for deck in decks if deck.after))

    def fits(self, **changes: object) -> bool:
        problem = self.pose(Variation(**changes))  # type: ignore[arg-type]
        assert problem is not None
        try:
            lay_out(problem)
        except DoesNotFit:
            return False
        return True

    def offers(self) -> dict[str, Offer]:
        found = price_list(
            lambda variation: has_plan(self.pose(variation)),
            minutes=range(5, MOST_MINUTES + 1, 5),
            days=days_to_try(self.pose),
            windows=[id for id, _ in reversed(self.windows)],
        )
        leave_out = self.left_out({0: sorted(self.optional)})
        offers = [offer for offer, _ in found] + ([leave_out] if leave_out else [])
        assert [offer.kind for offer in offers] == [
            kind for kind in ("minutes", "days", "window", "leave_out") if kind in {offer.kind for offer in offers}
        ]
        return {offer.kind: offer for offer in offers}

    def left_out(self, ranks: Mapping[int, Sequence[str]]) -> Offer | None:
        """The tasks to leave out of those that may go, by rank."""
        may = {id for ids in ranks.values() for id in ids}
        minutes = {work.id: work.minutes for work in self.works if work.id in may}
        return LeftOut(lambda out: self.pose(Variation(leave_out=out)), ranks, minutes).offer()


def assert_least(course: Course) -> None:
    """Each offer fits; none of its kind that is cheaper does, and none is missing that would."""
    offers = course.offers()
    more = offers.get("minutes")
    tried = range(5, int(more.value) if more else 150, 5)  # type: ignore[arg-type]
    assert more is None or course.fits(minutes=more.value)
    assert not any(course.fits(minutes=minutes) for minutes in tried)
    later = offers.get("days")
    assert later is None or course.fits(days=later.value)
    assert not any(course.fits(days=n) for n in range(1, int(later.value) if later else 12))  # type: ignore[arg-type]
    smaller = offers.get("window")
    fitting = [id for id, _ in course.windows if course.fits(window=id)]
    assert [smaller.value] == fitting[-1:] if smaller else not fitting
    assert_cheapest_set(course, offers.get("leave_out"))


def assert_cheapest_set(course: Course, offer: Offer | None) -> None:
    minutes = {work.id: work.minutes for work in course.works}
    enough = [
        sum(minutes[id] for id in ids)
        for count in range(1, len(course.optional) + 1)
        for ids in combinations(sorted(course.optional), count)
        if course.fits(leave_out=frozenset(ids))
    ]
    if offer is None:
        assert enough == []
        return
    assert isinstance(offer.value, tuple)
    assert offer.exact
    assert course.fits(leave_out=frozenset(offer.value))
    assert sum(minutes[id] for id in offer.value) == min(enough)


@st.composite
def too_much(draw: st.DrawFn) -> Course:
    """Courses that do not fit, some of them with an exam, anchored tasks and cards."""
    count = draw(st.integers(min_value=3, max_value=7))
    works = []
    for n in range(count):
        anchor = None
        if draw(st.integers(min_value=0, max_value=4)) == 0:
            anchor = Anchor(draw(st.sampled_from(["start", "exam"])), draw(st.integers(min_value=-4, max_value=4)))
        after = tuple(work.id for work in works[-1:] if draw(st.booleans()))
        minutes = draw(st.sampled_from([15, 25, 40, 60, 90, 120]))
        works.append(Work(f"t{n}", minutes, anchor is None and draw(st.booleans()), after, anchor))
    optional = frozenset(work.id for work in works if draw(st.booleans()))
    decks = tuple(
        Deck(f"review-{n}", f"{n}", 20, tuple(work.id for work in works[n : n + draw(st.integers(1, 2))]))
        for n in range(count)
        if draw(st.integers(min_value=0, max_value=2)) == 0
    )
    if draw(st.booleans()):
        works.append(Work("exam", 90, exam=True))
    return Course(
        tuple(works),
        draw(st.integers(min_value=1, max_value=6)),
        draw(st.sampled_from([(30,), (45, 0), (60, 20), (90, 0, 0), (0,), (60,)])),
        optional,
        decks,
        (("tiny", 1), ("small", count - 1)),
    )


@settings(max_examples=50, deadline=None)
@given(too_much())
def test_each_offer_fits_and_anything_cheaper_does_not(course: Course) -> None:
    """Against trying every smaller number and every set of tasks."""
    if not course.fits():
        assert_least(course)


def test_the_numbers_of_a_small_case() -> None:
    """Twelve half-hours on five days of an hour: half an hour more a day, a day later, the sprint, or two left out."""
    works = tuple(Work(f"t{n}", 30) for n in range(12))
    course = Course(works, 5, (60,), frozenset({"t3", "t7", "t9"}), windows=(("sprint", 4), ("month", 11)))
    assert not course.fits()
    offers = course.offers()
    assert offers["minutes"].value == 30
    assert offers["days"].value == 1
    assert offers["window"].value == "sprint"
    assert isinstance(offers["leave_out"].value, tuple)
    assert len(offers["leave_out"].value) == 2
    assert set(offers["leave_out"].value) < {"t3", "t7", "t9"}


def test_a_sitting_longer_than_any_day_is_no_dead_end() -> None:
    """A mock that no day can hold has a later end too: it stands alone on one of the fullest days."""
    course = Course((Work("long", 120, whole=True), Work("short", 50)), 1, (60,))
    offers = course.offers()
    assert offers["days"].value == 1


def test_without_any_study_day_nothing_is_offered() -> None:
    """Minutes and days on days off change nothing."""
    assert Course((Work("t", 30),), 3, (0,)).offers() == {}


def test_twenty_tasks_that_take_their_reviews_along() -> None:
    """The fewest minutes to leave out where each task that goes also makes room on every day: no smaller set is enough."""
    works = tuple(Work(f"t{n}", 30 + 5 * (n * n % 7), n % 3 == 0) for n in range(20))
    decks = tuple(Deck(f"review-t{n}", f"t{n}", 20, (f"t{n}",)) for n in range(20))
    course = Course(works, 10, (130,), frozenset(work.id for work in works), decks)
    assert not course.fits()
    offer = course.offers()["leave_out"]
    minutes = {work.id: work.minutes for work in works}
    assert isinstance(offer.value, tuple)
    assert offer.exact
    assert course.fits(leave_out=frozenset(offer.value))
    cheaper = sum(minutes[id] for id in offer.value) - 5
    for count in range(1, 4):
        for ids in combinations(minutes, count):
            assert sum(minutes[id] for id in ids) > cheaper or not course.fits(leave_out=frozenset(ids))


def test_where_the_proof_is_given_up_the_offer_says_so() -> None:
    """More anchored tasks may go than are looked at: a set none of which can stay, marked as not proved."""
    works = (
        *(Work(f"t{n}", 50) for n in range(6)),
        *(Work(f"m{n}", 20 - 5 * (n % 2), anchor=Anchor("start", n % 6)) for n in range(22)),
    )
    course = Course(works, 6, (60,), frozenset(f"m{n}" for n in range(22)))
    offer = course.offers()["leave_out"]
    assert isinstance(offer.value, tuple)
    assert not offer.exact
    assert course.fits(leave_out=frozenset(offer.value))
    assert not any(course.fits(leave_out=frozenset(offer.value) - {id}) for id in offer.value)


@settings(max_examples=60, deadline=None)
@given(too_much(), st.lists(st.integers(0, 4), min_size=8, max_size=8))
def test_what_a_start_leaves_out_is_the_least(course: Course, of: list[int]) -> None:
    """The rest fits, and no set worth less is enough, by rank and then by minutes: all of them tried."""
    rank = {work.id: of[n] for n, work in enumerate(course.works) if not work.exam}
    offer = course.left_out({each: [id for id in rank if rank[id] == each] for each in range(5)})

    def value(ids: Iterable[str]) -> tuple[int, ...]:
        minutes = {work.id: work.minutes for work in course.works}
        chosen = list(ids)
        return tuple(sum(minutes[id] for id in chosen if rank[id] == each) for each in (4, 3, 2, 1, 0))

    enough = [
        value(ids)
        for count in range(len(rank) + 1)
        for ids in combinations(sorted(rank), count)
        if course.fits(leave_out=frozenset(ids))
    ]
    if offer is None:
        assert not enough or course.fits()
        return
    assert isinstance(offer.value, tuple)
    assert course.fits(leave_out=frozenset(offer.value))
    assert value(offer.value) == min(enough)
