"""Reviews: sessions in which the cards of a deck are answered from memory, placed where the days left ask for them.

The gap is a fifth of the days that are left, from the finding that the best gap between two studies is about 20 % of the
delay to the test where that delay is some weeks (Cepeda and others, 2008). Pure: the standard library and ``model``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import heapify, heappop, heappush
from types import MappingProxyType

from studyplan.model import STEP, Card, Day, Deck, LayoutNote, Piece, Role, TemplateTask, Tier, Work
from studyplan.schedule.window import EVE_MINUTES, eve, is_study_day

#: Days: the longest gap.
LONGEST_GAP = 21
#: Cards: up to so many are answered in a short session.
SHORT_DECK = 12
#: Minutes of a session over a deck, short and long, and of the mixed session on a buffer day.
SHORT_REVIEW, LONG_REVIEW, LAST_PASS = 10, 15, 20
#: Minutes of reviews that a day may hold.
REVIEWS_A_DAY = 30
#: Reviews that a deck earns.
REVIEWS = 2
#: Last passes of a plan of one's own, at most.
OWN_PASSES = 2


def decks(
    tasks: Sequence[TemplateTask], cards: Sequence[Card], titles: Mapping[str, str] = MappingProxyType({})
) -> tuple[Deck, ...]:
    """The decks of a window, by tier and in the order in which their modules come up among ``tasks``.

    ``tasks`` are those of the window in curriculum order; a card of any other task is left out. ``titles``: of the modules.
    """
    place = {task.id: index for index, task in enumerate(tasks)}
    grouped: dict[tuple[int, str], list[Card]] = {}
    for card in cards:
        if card.after in place:
            grouped.setdefault((tasks[place[card.after]].tier.rank, card.module), []).append(card)
    found = []
    for (rank, module), own in grouped.items():
        after = sorted({card.after for card in own}, key=place.__getitem__)
        tier = list(Tier)[rank]
        stem = f"review-{module}" if tier is Tier.CORE else f"review-{module}-{tier}"
        notes = len({card.note for card in own})
        deck = Deck(stem, module, notes, tuple(after), titles.get(module, ""), len(own) - notes)
        found.append((rank, place[after[0]], deck))
    return tuple(deck for *_, deck in sorted(found, key=lambda each: each[:2]))


def review_minutes(deck: Deck) -> int:
    return SHORT_REVIEW if deck.cards <= SHORT_DECK else LONG_REVIEW


def session_minutes(cards: int, most: int = REVIEWS_A_DAY) -> int:
    """Minutes of a session in a plan of one's own: three quarters of one for each card, in steps of five, at most ``most``."""
    return min(max(STEP, -(-3 * cards // (4 * STEP)) * STEP), most)


def longest_session(days: Sequence[Day]) -> int:
    """Minutes of a session that the fullest of the days can hold."""
    room = [REVIEWS_A_DAY if day.capacity is None else day.capacity for day in days if is_study_day(day)]
    return max(STEP, min(REVIEWS_A_DAY, max(room, default=0)) // STEP * STEP)


def own_passes(cards: int) -> int:
    """Last passes over so many cards in a plan of one's own."""
    return OWN_PASSES if cards > SHORT_DECK else 1


def keep_back(decks: Sequence[Deck], material_days: int) -> int:
    """Minutes that each material day under a ceiling keeps free for reviews."""
    return spread(sum(review_minutes(deck) for deck in decks), material_days)


def spread(minutes: int, material_days: int) -> int:
    """What decks whose single reviews take so many minutes cost each material day, rounded up to five."""
    return -(-REVIEWS * minutes // (material_days * STEP)) * STEP if material_days else 0


def gap(days_left: int) -> int:
    """Days from one look at a card to the next, ``days_left`` before the exam."""
    return min(max((2 * days_left + 5) // 10, 1), LONGEST_GAP)


@dataclass(frozen=True, slots=True)
class PlacedReviews:
    """Reviews as they were placed, in the order of their days. ``distance``: mean and worst number of days from the due day."""

    works: tuple[Work, ...] = ()
    pieces: tuple[Piece, ...] = ()
    notes: tuple[str, ...] = ()
    distance: tuple[float, int] = (0.0, 0)


def place_reviews(
    decks: Sequence[Deck],
    days: Sequence[Day],
    pieces: Sequence[Piece],
    beside: Sequence[Piece] = (),
    *,
    by_cards: bool = False,
) -> PlacedReviews:
    """Place the reviews that the decks earn beside the ``pieces``, and a last pass on each buffer day.

    ``beside``: reviews of other decks that have their days already; the last passes are theirs too then. ``by_cards``: as in a
    plan of one's own, where sessions take their minutes by their cards and the last days hold two last passes at most.

    A review is due a gap after the last task that its cards name, a second one a gap after the first. One that is due in
    the buffer or later falls to the last passes; one that finds no room is dropped, with a note.
    """
    return _Placing(decks, days, pieces, beside, by_cards).result() if decks and days else PlacedReviews()


class _Placing:
    def __init__(
        self,
        decks: Sequence[Deck],
        days: Sequence[Day],
        pieces: Sequence[Piece],
        beside: Sequence[Piece],
        by_cards: bool,
    ) -> None:
        self._decks = decks
        self._by_cards = by_cards
        self._longest = longest_session(days)
        self._study = [day for day in days if is_study_day(day)]
        self._buffer = [day for day in days if day.role is Role.BUFFER]
        self._eve = eve(days)
        exam = next((day.date for day in days if day.role is Role.EXAM), None)
        self._end = exam or days[-1].date
        self._too_late = self._buffer[0].date if self._buffer else exam or days[-1].date + timedelta(days=1)
        self._load: Counter[date] = Counter()
        self._reviews: Counter[date] = Counter()
        self._over: dict[str, date] = {}
        for piece in pieces:
            self._load[piece.date] += piece.minutes
            self._over[piece.task] = max(piece.date, self._over.get(piece.task, piece.date))
        for review in beside:
            self._load[review.date] += review.minutes
            self._reviews[review.date] += review.minutes
        self._has_last_passes = bool(beside)
        self._placed: list[tuple[date, int, Work]] = []
        self._notes: list[str] = []
        self._distances: list[int] = []

    def result(self) -> PlacedReviews:
        if not self._has_last_passes:
            self._place_last_passes()
        #: (due day, deck, number of the review, the day that it must come after)
        due = [
            (self._due(last), index, 1, last)
            for index, deck in enumerate(self._decks)
            if (last := self._last_task(deck)) is not None
        ]
        heapify(due)
        while due:
            day, index, number, last = heappop(due)
            if day >= self._too_late:
                continue
            held = self._place(self._decks[index], number, day, last)
            if held is not None and number < REVIEWS:
                heappush(due, (self._due(held), index, number + 1, held))
        self._placed.sort(key=lambda each: each[:2])
        return PlacedReviews(
            works=tuple(work for *_, work in self._placed),
            pieces=tuple(Piece(work.id, 1, day, work.minutes) for day, _, work in self._placed),
            notes=tuple(self._notes),
            distance=(sum(self._distances) / len(self._distances), max(self._distances))
            if self._distances
            else (0.0, 0),
        )

    def _last_task(self, deck: Deck) -> date | None:
        return max((self._over[id] for id in deck.after if id in self._over), default=None)

    def _due(self, last: date) -> date:
        return last + timedelta(days=gap((self._end - last).days))

    def _place_last_passes(self) -> None:
        days, minutes = self._buffer, LAST_PASS
        if self._by_cards:
            cards = sum(deck.cards + deck.siblings for deck in self._decks)
            many = min(own_passes(cards), len(days))
            minutes = session_minutes(-(-cards // max(many, 1)), self._longest)
            # The days nearest to the exam, those with room before others.
            nearest = sorted(days, key=lambda day: (self._has_room(day, minutes), day.date), reverse=True)
            days = sorted(nearest[:many], key=lambda day: day.date)
        for number, day in enumerate(days, start=1):
            if self._has_room(day, minutes):
                self._put(day.date, -1, Work(f"last-pass-{number}", minutes))
            else:
                text = f"The last pass on {day.date} was dropped: the day has no room for {minutes} minutes."
                self._notes.append(LayoutNote(text, "no-last-pass", f"last-pass-{number}"))

    def _place(self, deck: Deck, number: int, due: date, last: date) -> date | None:
        minutes = session_minutes(deck.cards, self._longest) if self._by_cards else review_minutes(deck)
        free = [day.date for day in self._study if day.date > last and self._has_room(day, minutes)]
        if not free:
            text = f"Review {number} of '{deck.title or deck.module}', due on {due}, was dropped: no day after {last} has room for it."
            self._notes.append(LayoutNote(text, "no-review", f"{deck.id}-{number}"))
            return None
        day = min(free, key=lambda day: (abs((day - due).days), day))
        self._distances.append(abs((day - due).days))
        self._put(day, self._decks.index(deck), Work(f"{deck.id}-{number}", minutes, after=deck.after))
        return day

    def _has_room(self, day: Day, minutes: int) -> bool:
        load = self._load[day.date] + minutes
        if self._reviews[day.date] + minutes > REVIEWS_A_DAY or (day.date == self._eve and load > EVE_MINUTES):
            return False
        return day.capacity is None or load <= day.capacity

    def _put(self, day: date, place: int, work: Work) -> None:
        self._load[day] += work.minutes
        self._reviews[day] += work.minutes
        self._placed.append((day, place, work))
