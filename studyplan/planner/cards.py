"""A plan's cards: listed, imported from files of other programs, and exported to them."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

from studyplan import recall
from studyplan.errors import Conflict, NotFound, UsageProblem, WayOut
from studyplan.files import contents
from studyplan.model import Card, Change, Plan, Status
from studyplan.planner.base import UseCases
from studyplan.rules import card_selection, leeches, lookup, task_changes
from studyplan.rules.card_selection import CardDay
from studyplan.rules.leeches import Lapses
from studyplan.template import card_files, siblings
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
    % (None: it was never answered). ``open``: its task is not over; ``lapses``: since it was rewritten."""

    card: Card
    today: float
    exam: float
    due: date | None
    open: bool
    lapses: Lapses


@dataclass(frozen=True, slots=True)
class CardList:
    """The cards of a plan on a study day."""

    plan: Plan
    learner: str
    day: date
    exam: date
    cards: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class ChangedCards:
    """Cards that were named, as they are now; ``changed``: those of them that were different before."""

    plan: Plan
    learner: str
    cards: tuple[Card, ...]
    changed: tuple[Card, ...]


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
    """A plan's cards: listed, added from a file, written to one, put into other words, set aside and taken back."""

    def decks(
        self, plan: PlanName | None = None, module: str | None = None, *, leeches_only: bool = False
    ) -> list[CardList]:
        """The cards of the plan named, or of those that run. ``leeches_only``: those that were forgotten too often."""

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
                cards = unit.cards(learner.id, named.number)
                lapses = leeches.lapses(cards, unit.answers(learner.id, named.number))
                scene = CardDay(named, own, cards, day, lapses=lapses)
                shown = scene.cards if module is None else card_selection.of_module(scene, module)
                if leeches_only:
                    shown = tuple(card for card in shown if lapses[card.number].is_leech)
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
            made = _numbered(new, first, last + 1)
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

    def suspend(self, names: Sequence[str], plan: PlanName | None = None) -> ChangedCards:
        """Set cards of a running plan aside, by their ids: they are not asked until they are taken back or rewritten."""
        at = self._clock.now()
        return self._put(
            names,
            plan,
            "suspend",
            lambda card, _: {card: card if card.suspended_at else replace(card, suspended_at=at)},
        )

    def unsuspend(self, names: Sequence[str], plan: PlanName | None = None) -> ChangedCards:
        """Take cards back that were set aside: they are asked again, as they are."""
        return self._put(names, plan, "unsuspend", lambda card, _: {card: replace(card, suspended_at=None)})

    def edit(
        self,
        name: str,
        plan: PlanName | None = None,
        *,
        question: str | None = None,
        answer: str | None = None,
        cloze: str | None = None,
    ) -> ChangedCards:
        """Put a card of a running plan into words of one's own, by its id, or the cloze text of it and its siblings. Upgrades leave
        them alone; its lapses are counted anew, and if it was set aside it is asked again. Raises UsageProblem for a text that no
        card may have."""
        at = self._clock.now()
        for what, text in (("question", question), ("answer", answer), ("cloze text", cloze)):
            if text is not None and (wrong := card_files.flaw_of_text(text)):
                raise UsageProblem(f"the {what} {wrong}")
        if question is not None and siblings.has_deletions(question):
            raise UsageProblem(
                "the question is a cloze text", hint="write what is asked; the text of a cloze makes several cards"
            )
        if cloze is not None and (wrong := siblings.flaw_of_cloze(cloze)):
            raise UsageProblem(f"the cloze text {wrong}")

        def rewritten(card: Card, cards: Sequence[Card]) -> dict[Card, Card]:
            if cloze is not None:
                now = _in_other_words(card, cards, cloze.strip())
            else:
                asks = card.question if question is None else question.strip()
                says = card.answer if answer is None else answer.strip()
                is_same = (asks, says) == (card.question, card.answer)
                now = {card: card if is_same else replace(card, question=asks, answer=says, cloze=None)}
            return {
                was: was if was == each else replace(each, suspended_at=None, rewritten_at=at)
                for was, each in now.items()
            }

        return self._put([name], plan, "rewrite", rewritten)

    def _put(
        self,
        names: Sequence[str],
        word: PlanName | None,
        verb: str,
        made: Callable[[Card, Sequence[Card]], Mapping[Card, Card]],
    ) -> ChangedCards:
        """Change cards of a running plan. ``made``: of a card that is named, among all of the plan, what is to be changed into what."""

        def work(unit: Unit) -> ChangedCards:
            learner = self._learner(unit)
            plan = lookup.running_plan(unit.plans(learner.id), word, "only cards of a running plan can be changed")
            cards = unit.cards(learner.id, plan.number)
            pairs: dict[Card, Card] = {}
            for name in names:
                pairs |= made(card_selection.card_named(plan, cards, name), cards)
            changed = {was: now for was, now in pairs.items() if was != now}
            changes = [
                change
                for was, now in changed.items()
                for change in task_changes.differences("card", was, now, number=was.number)
            ]
            which = f"card {next(iter(changed)).id}" if len(changed) == 1 else count(len(changed), "card")
            if changes:
                self._apply(unit, learner, changes, f"{verb} {which} of '{plan.name}'")
            return ChangedCards(plan, learner.name, tuple(pairs.values()), tuple(changed.values()))

        return self._change(work)

    def write(self, form: str, plan: PlanName | None = None) -> tuple[Plan, int, bytes]:
        """The cards of one plan as a file, ``csv`` or ``anki``, and how many there are."""

        def work(unit: Unit) -> tuple[Plan, int, bytes]:
            learner = self._learner(unit)
            named = lookup.plan_to_write(unit.plans(learner.id), plan)
            cards = unit.cards(learner.id, named.number)
            return named, len(cards), (card_files.as_csv if form == "csv" else card_files.as_anki)(cards)

        return self._store.read(work)


def _in_other_words(card: Card, cards: Sequence[Card], cloze: str) -> dict[Card, Card]:
    """The cards of a cloze in another text. Raises UsageProblem where that is for other cards."""
    own = [each for each in cards if each.note == card.note and siblings.number_in_cloze(each) is not None]
    if card not in own:
        raise UsageProblem(
            f"card {card.id} is not made of a cloze text", hint="give it a question and an answer instead"
        )
    numbers = sorted({siblings.number_in_cloze(each) or 0 for each in own})
    if siblings.numbers_of(cloze) != numbers:
        wanted = " and ".join(f"c{number}" for number in numbers)
        raise UsageProblem(f"the cloze text of {card.note} has to have {wanted}, as before, and no other deletions")
    return {each: siblings.in_cloze(each, cloze) for each in own}


def _numbered(cards: Sequence[Card], number: int, position: int) -> list[Card]:
    """Cards of a file with numbers, places and ids; those of siblings begin alike."""
    stems: dict[str, str] = {}
    made = []
    for place, card in enumerate(cards):
        own = f"own-{number + place}"
        stem = stems.setdefault(card.note, own) if card.note else own
        id = f"{stem}{card.id.removeprefix(card.note)}"
        made.append(replace(card, id=id, number=number + place, position=position + place))
    return made


def _made_real(unit: Unit, earned: OwnReviews) -> list[Change]:
    """Store the reviews; the changes that bring them into the plan."""
    unit.add_tasks(list(earned.tasks), exists=False)
    return [*(Change("task", task.number, "exists", False, True) for task in earned.tasks), *earned.changes]


def _held(scene: CardDay, cards: Sequence[Card]) -> tuple[Held, ...]:
    still_open = {task.task for task in scene.tasks if task.status is Status.OPEN}
    return tuple(
        Held(
            card=card,
            today=recall.recalled(card.memory, scene.day),
            exam=recall.recalled(card.memory, scene.exam),
            due=recall.due(card.memory) if card.memory else None,
            open=card.after in still_open,
            lapses=scene.lapses.get(card.number, leeches.NONE),
        )
        for card in cards
    )
