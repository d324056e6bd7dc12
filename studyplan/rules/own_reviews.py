"""Reviews of the cards that learners bring themselves: laid out beside what their plan holds. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from studyplan import schedule
from studyplan.model import Card, Change, Day, Deck, Piece, Plan, Status, Task
from studyplan.rules.drafts import drawn_from_cards
from studyplan.rules.task_changes import differences
from studyplan.schedule.reviews import review_minutes
from studyplan.schedule.standing import is_session

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
    numbers: dict[str, int] = {}
    for card in cards:
        if not card.after:
            numbers[card.module] = numbers.get(card.module, 0) + 1
    material = sorted((task for task in tasks if not is_session(task)), key=lambda task: (task.position, task.number))
    first = {
        module: [task.task for task in material if task.module.casefold() == module.casefold()] for module in numbers
    }
    return [
        Deck(f"review-{module.replace(':', '.')}", module, many, tuple(first[module][:1]), module)
        for module, many in numbers.items()
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
) -> OwnReviews:
    """The reviews that the learner's own cards earn, from today on, as those of a template: two for a deck, and last passes
    on the buffer days if the plan has none. A module that has reviews already keeps them, and its own cards are in them.

    ``tasks`` and ``cards``: the plan's; ``days``: all of its days, with the room that is theirs.
    """
    had = {task.task.rpartition("-")[0] for task in tasks if is_session(task)}
    decks = own_decks(tasks, cards)
    new = [deck for deck in decks if deck.id not in had]
    changes = _grown(tasks, [deck for deck in decks if deck.id in had], cards)
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
    found = schedule.place_reviews(waiting, ahead, pieces, beside=beside)
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


def _grown(tasks: Sequence[Task], decks: Sequence[Deck], cards: Sequence[Card]) -> list[Change]:
    """Open reviews say how many cards they are over by now. A module of the template counts those of its first tier."""
    from studyplan.rules.card_selection import cards_of

    changes: list[Change] = []
    by_id = {deck.id: deck for deck in decks}
    for task in tasks:
        deck = by_id.get(task.task.rpartition("-")[0])
        if deck is None or not is_session(task) or task.status is not Status.OPEN:
            continue
        counted = replace(deck, cards=len(cards_of(task, tasks, cards)))
        title, many, rest = task.title.rpartition(", ")
        words = rest.split(" ", 1)
        if not many or not words[0].isdigit() or int(words[0]) == counted.cards:
            continue
        noun = "card" if counted.cards == 1 else "cards"
        wanted = replace(task, title=f"{title}, {counted.cards} {noun} from memory")
        if task.minutes == review_minutes(replace(deck, cards=int(words[0]))):
            wanted = replace(wanted, minutes=review_minutes(counted))
        changes += differences("task", task, wanted, number=task.number)
    return changes
