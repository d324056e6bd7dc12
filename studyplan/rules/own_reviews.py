"""Reviews of the cards that learners bring themselves: laid out beside what their plan holds. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from studyplan import schedule
from studyplan.model import Card, Change, Day, Deck, Piece, Plan, Status, Task
from studyplan.rules.drafts import drawn_from_cards, last_pass_title
from studyplan.rules.task_changes import differences
from studyplan.schedule.catchup import is_last_pass
from studyplan.schedule.reviews import REVIEWS_A_DAY, longest_session, review_minutes, session_minutes
from studyplan.schedule.standing import is_session
from studyplan.text import count

if TYPE_CHECKING:
    from uuid import UUID

#: Stands for the day on which cards without a task came into the plan.
_TODAY = "@today"


@dataclass(frozen=True, slots=True)
class OwnReviews:
    """New reviews, not yet in the plan; the changes of those whose decks have grown; what found no room, in words."""

    tasks: tuple[Task, ...] = ()
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()


def own_decks(tasks: Sequence[Task], cards: Iterable[Card]) -> list[Deck]:
    """The decks of the learner's own cards, one for each module, in the order in which the cards came.

    Their reviews wait for the module's first task, where the plan has one of that module. ``tasks`` and ``cards``: the plan's.
    """
    own: dict[str, list[Card]] = {}
    for card in cards:
        if not card.after:
            own.setdefault(card.module, []).append(card)
    material = sorted((task for task in tasks if not is_session(task)), key=lambda task: (task.position, task.number))
    first = {module: [task.task for task in material if task.module.casefold() == module.casefold()] for module in own}
    notes = {module: len({card.note for card in of_module}) for module, of_module in own.items()}
    return [
        Deck(
            id=f"review-{module.replace(':', '.')}",
            module=module,
            cards=notes[module],
            after=tuple(first[module][:1]),
            title=module,
            siblings=len(of_module) - notes[module],
        )
        for module, of_module in own.items()
    ]


def laid_out(
    plan: Plan,
    tasks: Sequence[Task],
    cards: Sequence[Card],
    days: Sequence[Day],
    today: date,
    number: Callable[[], int],
    uuid: Callable[[], UUID],
    at: datetime,
    *,
    by_cards: bool = False,
) -> OwnReviews:
    """The reviews that the learner's own cards earn, from today on, as those of a template: two for a deck, and last passes
    on the buffer days if the plan has none. A module that has reviews already keeps them, and its own cards are in them.

    ``tasks`` and ``cards``: the plan's; ``days``: all of its days, with the room that is theirs. ``by_cards``: the plan is
    one's own throughout, so that its sessions take their minutes by their cards and its last passes are two at most.
    """
    had = {task.task.rpartition("-")[0] for task in tasks if is_session(task)}
    decks = own_decks(tasks, cards)
    new = [deck for deck in decks if deck.id not in had]
    changes = _grown(tasks, [deck for deck in decks if deck.id in had], cards, days, by_cards)
    ahead = [day for day in days if day.date >= today]
    if not new or not ahead:
        return OwnReviews(changes=tuple(changes))
    waiting = [deck if deck.after else replace(deck, after=(_TODAY,)) for deck in new]
    # What is over was learned in time for a review today; what is open is learned on its day.
    learned = today - timedelta(days=1)
    pieces = [Piece(_TODAY, 1, today, 0)]
    for task in tasks:
        if not is_session(task):
            is_open = task.status is Status.OPEN
            pieces.append(Piece(task.task, task.part, max(task.date, learned), task.minutes * is_open))
    beside = [Piece(task.task, 1, task.date, task.minutes) for task in tasks if is_session(task)]
    found = schedule.place_reviews(waiting, ahead, pieces, beside=beside, by_cards=by_cards)
    by_id = {deck.id: deck for deck in new}
    titles = {deck.module: deck.title for deck in new}
    position = max((task.position for task in tasks), default=-1)
    rows = []
    for place, (work, piece) in enumerate(zip(found.works, found.pieces, strict=True), start=1):
        drawn = drawn_from_cards(
            replace(work, after=tuple(id for id in work.after if id != _TODAY)), by_id, titles, plan
        )
        rows.append(
            replace(drawn, number=number(), uuid=uuid(), date=piece.date, position=position + place, updated_at=at)
        )
    return OwnReviews(tuple(rows), tuple(changes), tuple(str(note).rstrip(".") for note in found.notes))


def _grown(
    tasks: Sequence[Task], decks: Sequence[Deck], cards: Sequence[Card], days: Sequence[Day], by_cards: bool
) -> list[Change]:
    """Open reviews say how many cards they are over by now. A module of the template counts those of its first tier."""
    from studyplan.rules.card_selection import cards_of

    changes: list[Change] = []
    by_id = {deck.id: deck for deck in decks}
    passes = sum(is_last_pass(task) for task in tasks)
    room = _Room(tasks, days)
    for task in tasks:
        deck = by_id.get(task.task.rpartition("-")[0])
        if by_cards and is_last_pass(task):
            deck = Deck("last-pass", "", 0, ())
        if deck is None or not is_session(task) or task.status is not Status.OPEN:
            continue
        over = cards_of(task, tasks, cards)
        now = len(over) if is_last_pass(task) else len({card.note for card in over})
        found = _OVER.search(task.title)
        before = int(found[1] or 1) if found else now
        if found is None or before == now:
            continue
        if is_last_pass(task):
            wanted = replace(task, title=last_pass_title(now))
        else:
            wanted = replace(task, title=f"{task.title[: found.start()]}{count(now, 'card')} from memory")

        def minutes(many: int, deck: Deck = deck) -> int:
            if not by_cards:
                return review_minutes(replace(deck, cards=many))
            return session_minutes(many if deck.module else -(-many // passes), longest_session(days))

        if task.minutes == minutes(before):
            longer = minutes(now)
            if not by_cards or room.take(task, longer - task.minutes):
                wanted = replace(wanted, minutes=longer)
        changes += differences("task", task, wanted, number=task.number)
    return changes


#: How the title of a session says what it is over.
_OVER = re.compile(r"(?:the one|([0-9]{1,9})) cards? from memory$")


class _Room:
    """What the days of a plan hold, for sessions that grow on their day."""

    def __init__(self, tasks: Sequence[Task], days: Sequence[Day]) -> None:
        self._capacity = {day.date: day.capacity for day in days}
        self._load, self._reviews = Counter[date](), Counter[date]()
        for task in tasks:
            if task.status is Status.OPEN:
                self._load[task.date] += task.minutes
                self._reviews[task.date] += task.minutes * is_session(task)

    def take(self, task: Task, more: int) -> bool:
        """Whether the day of a session has so many more minutes, which are taken then."""
        capacity = self._capacity.get(task.date)
        if self._reviews[task.date] + more > REVIEWS_A_DAY or (
            capacity is not None and self._load[task.date] + more > capacity
        ):
            return False
        self._load[task.date] += more
        self._reviews[task.date] += more
        return True
