"""A plan's cards: listed, imported from files of other programs, and exported to them."""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

from studyplan import recall
from studyplan.errors import Conflict, NotFound, WayOut
from studyplan.files import contents
from studyplan.model import Card, Change, Plan
from studyplan.planner.base import UseCases
from studyplan.rules import card_selection, lookup
from studyplan.rules.card_selection import CardDay
from studyplan.template import card_files
from studyplan.text import count

if TYPE_CHECKING:
    from studyplan.model import Learner, Task
    from studyplan.rules.lookup import PlanName
    from studyplan.rules.own_reviews import OwnReviews
    from studyplan.store import Unit

#: Cards of a plan: more are nobody's to answer before an exam, and each is looked at whenever a session is made.
MOST_CARDS = 10_000


@dataclass(frozen=True, slots=True)
class Held:
    """A card and what is known of it: the chance of recall today and on the exam day, and the day on which it falls below 90
    % (None: it was never answered). ``open``: its task is not over."""

    card: Card
    today: float
    exam: float
    due: date | None
    open: bool


@dataclass(frozen=True, slots=True)
class CardList:
    """The cards of a plan on a study day."""

    plan: Plan
    learner: str
    day: date
    exam: date
    cards: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class AddedCards:
    """Imported cards; ``known`` counts those the plan already had or the file held twice."""

    plan: Plan
    learner: str
    cards: tuple[Card, ...]
    known: int
    written: bool
    #: What of the file was read otherwise than it is written, in words.
    notes: tuple[str, ...] = ()
    #: The reviews that the learner's own cards earn; whether they are ``laid_out`` or only could be.
    reviews: tuple[Task, ...] = ()
    laid_out: bool = False


class Cards(UseCases):
    """A plan's cards: listed, added from a file, written to one."""

    def decks(self, plan: PlanName | None = None, module: str | None = None) -> list[CardList]:
        """The cards of the plan named, or of those that run."""

        def work(unit: Unit) -> list[CardList]:
            learner = self._who.find(unit)
            if learner is None:
                return []
            plans = unit.plans(learner.id)
            tasks = unit.tasks(learner.id)
            day = self._clock.at(learner.zone).today()
            found = []
            for named in lookup.plans_to_read(plans, plan):
                own = tuple(task for task in tasks if task.plan == named.number)
                scene = CardDay(named, own, unit.cards(learner.id, named.number), day)
                shown = scene.cards if module is None else card_selection.of_module(scene, module)
                found.append(CardList(named, learner.name, day, scene.exam, _held(scene, shown)))
            return found

        return self._store.read(work)

    def add(
        self,
        file: bytes | str | os.PathLike[str],
        plan: PlanName | None = None,
        *,
        reviews: bool = False,
        write: bool = True,
    ) -> AddedCards:
        """Add the cards of a file to a running plan, as one change that undo takes back. A card that the plan has
        already, by question and answer, is left out. ``reviews``: lay out what reviews they earn in the same change. Raises
        BadFile listing every bad card; then none is added."""
        read = card_files.read(*contents(file, card_files.LARGEST))
        found = read.cards

        def work(unit: Unit) -> AddedCards:
            learner = self._learner(unit)
            named = lookup.running_plan(unit.plans(learner.id), plan, "cards can only be added to a running plan")
            cards = unit.cards(learner.id, named.number)
            have = {(card.question, card.answer) for card in cards}
            new = list({(card.question, card.answer): card for card in reversed(found)}.values())[::-1]
            new = [card for card in new if (card.question, card.answer) not in have]
            if len(have) + len(new) > MOST_CARDS:
                raise Conflict(f"'{named.name}' would have {len(have) + len(new):,} cards; the most is {MOST_CARDS:,}")
            first = unit.next_card(learner.id)
            last = max((card.position for card in cards), default=-1)
            made = [
                replace(card, id=f"own-{first + n}", number=first + n, position=last + 1 + n)
                for n, card in enumerate(new)
            ]
            earned = self._earned(unit, learner, named, [*cards, *made], write=write and reviews)
            if write and made:
                unit.add_cards(learner.id, named.number, made, exists=False)
            if write and (made or reviews):
                changes = [Change("card", card.number, "exists", False, True) for card in made]
                changes += _made_real(unit, earned) if reviews else []
                self._apply(unit, learner, changes, f"import {count(len(made), 'card')} into '{named.name}'")
            return AddedCards(
                named,
                learner.name,
                tuple(made),
                len(found) - len(made),
                written=write,
                notes=(*read.notes, *(earned.notes if reviews else ())),
                reviews=earned.tasks,
                laid_out=reviews,
            )

        return self._change(work) if write else self._store.read(work)

    def lay_out(self, plan: PlanName | None = None, *, write: bool = True) -> AddedCards:
        """Lay out the reviews that the learner's own cards earn and do not have yet, as one change."""

        def work(unit: Unit) -> AddedCards:
            learner = self._learner(unit)
            named = lookup.running_plan(unit.plans(learner.id), plan, "only a running plan can get reviews")
            cards = unit.cards(learner.id, named.number)
            if not any(not card.after for card in cards):
                raise NotFound(
                    f"'{named.name}' has no cards of your own",
                    hint=WayOut("`planner.cards.add` adds some", "add-cards"),
                )
            earned = self._earned(unit, learner, named, cards, write=write)
            if write:
                number = count(len(earned.tasks), "review")
                self._apply(unit, learner, _made_real(unit, earned), f"add {number} to '{named.name}'")
            return AddedCards(
                named, learner.name, (), 0, written=write, notes=earned.notes, reviews=earned.tasks, laid_out=True
            )

        return self._change(work) if write else self._store.read(work)

    def _earned(self, unit: Unit, learner: Learner, plan: Plan, cards: Sequence[Card], *, write: bool) -> OwnReviews:
        """The reviews that the learner's own among the cards earn and the plan does not have; with ``write`` their numbers are
        taken."""
        from studyplan import schedule
        from studyplan.planner.capacity import room_for, standing_of
        from studyplan.rules.own_reviews import laid_out
        from studyplan.template.blank import BLANK

        plans, tasks = unit.plans(learner.id), unit.tasks(learner.id)
        clock = self._clock.at(learner.zone)
        if plan.fullest:
            days = standing_of(learner, plan, tasks, plans, unit.stints(learner.id), clock).days
        else:
            days = schedule.days(plan.start, plan.end, room_for(learner, plan, tasks, plans, clock), plan.exam)
        fresh = itertools.count(unit.next_numbers(learner.id)[1])

        def number() -> int:
            return unit.reserve(learner.id, tasks=1)[1] if write else next(fresh)

        of_plan = [task for task in tasks if task.plan == plan.number and task.habit is None]
        is_own = plan.template == BLANK
        return laid_out(plan, of_plan, cards, days, clock.today(), number, uuid4, clock.now(), by_cards=is_own)

    def write(self, form: str, plan: PlanName | None = None) -> tuple[Plan, int, bytes]:
        """The cards of one plan as a file, ``csv`` or ``anki``, and how many there are."""

        def work(unit: Unit) -> tuple[Plan, int, bytes]:
            learner = self._learner(unit)
            named = lookup.plan_to_write(unit.plans(learner.id), plan)
            cards = unit.cards(learner.id, named.number)
            return named, len(cards), (card_files.as_csv if form == "csv" else card_files.as_anki)(cards)

        return self._store.read(work)


def _made_real(unit: Unit, earned: OwnReviews) -> list[Change]:
    """Store the reviews; the changes that bring them into the plan."""
    unit.add_tasks(list(earned.tasks), exists=False)
    return [*(Change("task", task.number, "exists", False, True) for task in earned.tasks), *earned.changes]


def _held(scene: CardDay, cards: Sequence[Card]) -> tuple[Held, ...]:
    ready = {card.number for card in card_selection.studied(scene)}
    return tuple(
        Held(
            card=card,
            today=recall.recalled(card.memory, scene.day),
            exam=recall.recalled(card.memory, scene.exam),
            due=recall.due(card.memory) if card.memory else None,
            open=card.number not in ready,
        )
        for card in cards
    )
