"""Which cards a session asks, and which reviews it is for. Pure: the front door writes down what was answered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from studyplan import recall
from studyplan.errors import NotFound, WayOut
from studyplan.model import Card, Grade, Plan, Status, Task, Tier
from studyplan.recall import Forgetting, RecallRange, Worth
from studyplan.rules import leeches
from studyplan.rules.leeches import Lapses
from studyplan.rules.lookup import nearest
from studyplan.schedule.standing import is_session

#: Minutes of a session that no review of the plan is due for.
MINUTES = 10
#: Answers after which the learner's own pace counts.
KNOWN_PACE = 20
#: Milliseconds: an answer that took longer was an interruption.
LONGEST_ANSWER = 180_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What a learner wants of a session: a module, minutes or a number of cards. Both None: what the due reviews
    need."""

    module: str | None = None
    minutes: int | None = None
    cards: int | None = None


@dataclass(frozen=True, slots=True)
class CardDay:
    """A plan on a study day: all its tasks and cards. ``pace``: how much longer than expected the learner takes;
    ``forgetting``: how the learner forgets, by the answers until then; ``forgotten``: the numbers of the cards that were
    answered that day and not known, last of all; ``lapses``: of the cards by their numbers."""

    plan: Plan
    tasks: tuple[Task, ...]
    cards: tuple[Card, ...]
    day: date
    pace: float = 1.0
    forgetting: Forgetting = field(default_factory=lambda: recall.forgetting(()))
    forgotten: frozenset[int] = frozenset()
    lapses: Mapping[int, Lapses] = field(default_factory=dict)

    @property
    def exam(self) -> date:
        """The day to remember the cards for: the exam or the plan's end; today once that has passed."""
        return max(self.plan.exam or self.plan.end, self.day)


@dataclass(frozen=True, slots=True)
class Question:
    """A card to ask, and what asking it today is worth; ``review``: a review that is due asks for it; ``lapses``: until now."""

    card: Card
    worth: Worth
    review: bool
    lapses: Lapses = leeches.NONE


@dataclass(frozen=True, slots=True)
class ModuleRecall:
    """The chances of recall of a module's cards, as means over all of them, if nothing more is asked. A card that was never
    answered counts as not recalled; one that is suspended counts as what is left of it. ``low`` and ``high``: between which that of
    the exam day lies for four learners of five."""

    module: str
    cards: int
    answered: int
    today: float
    exam: float
    low: float
    high: float


def cards_of(task: Task, tasks: Sequence[Task], cards: Sequence[Card]) -> tuple[Card, ...]:
    """The cards that a review is over: all of them in a last pass, else those of its module whose task is of its tier. The
    learner's own belong to the core. ``tasks`` and ``cards``: all of its plan."""
    if not is_session(task):
        return ()
    tiers = {each.task: each.tier for each in tasks if each.plan == task.plan}
    return tuple(
        card
        for card in cards
        if not task.module
        or (card.module == task.module and tiers.get(card.after, None if card.after else Tier.CORE) is task.tier)
    )


def studied(scene: CardDay) -> tuple[Card, ...]:
    """The cards whose task is over, and those that belong to none; not those that are suspended."""
    still_open = {task.task for task in scene.tasks if task.status is Status.OPEN}
    return asked(card for card in scene.cards if card.after not in still_open)


def asked(cards: Iterable[Card]) -> tuple[Card, ...]:
    """Those of the cards that are not suspended."""
    return tuple(card for card in cards if card.suspended_at is None)


def bringing(scene: CardDay) -> tuple[Task, ...]:
    """The open tasks that cards wait for, by day; of one in pieces the last, which ends it."""
    waited_for = {card.after for card in asked(scene.cards)}
    last = {
        task.task: task
        for task in sorted(scene.tasks, key=lambda each: (each.date, each.position, each.part))
        if task.status is Status.OPEN and task.task in waited_for
    }
    return tuple(sorted(last.values(), key=lambda each: (each.date, each.position)))


def reviews(scene: CardDay, limits: Limits, named: Task | None = None) -> tuple[Task, ...]:
    """The reviews a session serves: the one named, else those due."""
    if named is not None:
        return (named,)
    return tuple(
        task
        for task in scene.tasks
        if is_session(task)
        and task.status is Status.OPEN
        and task.date <= scene.day
        and limits.module in (None, task.module)
    )


def ahead(scene: CardDay) -> tuple[Task, ...]:
    """The open reviews of the plan that are not due yet."""
    return tuple(
        task for task in scene.tasks if is_session(task) and task.status is Status.OPEN and task.date > scene.day
    )


def returns(card: Card, day: date) -> dict[Grade, date]:
    """By grade, the day on which recall of the card will have fallen to 90 % if it is answered so now. One that is forgotten is
    asked again on the same day, until it is known."""
    found = {grade: recall.due(recall.graded(card.memory, grade, day)) for grade in Grade}
    return {**found, Grade.AGAIN: day}


def still_to_ask(scene: CardDay, task: Task) -> tuple[Card, ...]:
    """The cards of a review that were not answered today, of siblings the one that is worth most: the others have another day. Of
    a last pass: its share of those that were not answered since the first of them, the most worth first, so that each card is
    asked once more before the exam; siblings together only in the last of all."""
    if task.module:
        return _first_of_notes(scene, asked(cards_of(task, scene.tasks, scene.cards)))
    passes = [each for each in scene.tasks if is_session(each) and not each.module]
    first = min(each.date for each in passes)
    ahead = {each.date for each in passes if each.status is Status.OPEN and each.date > max(scene.day, task.date)}
    cards = studied(scene)
    left = [card for card in cards if not _answered_since(card, min(first, scene.day))]
    today = sum(_answered_since(card, scene.day) for card in cards)
    share = -(-(len(left) + today) // (len(ahead) + 1)) - today
    if ahead:
        left = list(_first_of_notes(scene, left))
    return tuple(card for card, _ in by_worth(scene, left)[: max(0, share)])


def _first_of_notes(scene: CardDay, cards: Sequence[Card]) -> tuple[Card, ...]:
    """Those of the cards that were not answered today and no sibling of them was either; of siblings the one worth most."""
    today = _answered_notes(scene)
    left = [card for card in cards if card.note not in today]
    if len({card.note for card in left}) < len(left):
        first = {card.number for card, _ in _one_of_each(by_worth(scene, left))}
        left = [card for card in left if card.number in first]
    return tuple(left)


def _one_of_each(ranked: Iterable[tuple[Card, Worth]]) -> list[tuple[Card, Worth]]:
    """The first of each note."""
    first: dict[str, tuple[Card, Worth]] = {}
    for card, found in ranked:
        first.setdefault(card.note, (card, found))
    return list(first.values())


def _answered_notes(scene: CardDay) -> set[str]:
    """The notes of which a card was answered that day."""
    return {card.note for card in scene.cards if _answered_since(card, scene.day)}


def _answered_since(card: Card, day: date) -> bool:
    return card.memory is not None and card.memory.last >= day


def by_worth(scene: CardDay, cards: Sequence[Card]) -> list[tuple[Card, Worth]]:
    """The cards by what asking them today adds to recall on the exam day for each second, the most first."""
    return recall.by_worth((card, worth(scene, card)) for card in cards)


def worth(scene: CardDay, card: Card) -> Worth:
    found = recall.worth(card.memory, scene.day, scene.exam)
    return Worth(found.gain, found.seconds * scene.pace)


def questions(scene: CardDay, limits: Limits, named: Task | None = None) -> tuple[Question, ...]:
    """What to ask: the cards of the reviews that are due, then whatever is worth the most, as far as the minutes reach.

    Where no limit was named the reviews' cards are asked in any case, and those that a session left forgotten when it was cut
    short. Modules take turns.
    """
    due = reviews(scene, limits, named)
    needed: dict[int, Card] = {card.number: card for task in due for card in still_to_ask(scene, task)}
    again = {card.number: card for card in _within(scene, limits, named) if card.number in scene.forgotten}
    wanted = by_worth(scene, list({**needed, **again}.values()))
    taken = _answered_notes(scene) | {card.note for card, _ in wanted}
    scope = [card for card in _scope(scene, limits, named) if card.note not in taken]
    others = _one_of_each(by_worth(scene, scope))
    if limits.cards is not None:
        chosen = [card for card, _ in (*wanted, *others)][: limits.cards]
    elif limits.minutes is not None:
        chosen = recall.within([*wanted, *others], limits.minutes * 60)
    else:
        minutes = sum(task.minutes for task in due) if due else MINUTES
        left = minutes * 60 - sum(found.seconds for _, found in wanted)
        chosen = [card for card, _ in wanted] + recall.within(others, left)
    found = {card.number: found for card, found in (*wanted, *others)}
    return _in_turns(
        [
            Question(card, found[card.number], card.number in needed, scene.lapses.get(card.number, leeches.NONE))
            for card in chosen
        ]
    )


def _scope(scene: CardDay, limits: Limits, named: Task | None) -> list[Card]:
    """Other cards worth asking, and better known for it."""
    if named is not None and named.module:
        return []
    return list(_within(scene, limits, named))


def _within(scene: CardDay, limits: Limits, named: Task | None) -> tuple[Card, ...]:
    """The cards that a session may ask, whether they were answered today or not."""
    if named is not None and named.module:
        return asked(cards_of(named, scene.tasks, scene.cards))
    return studied(scene) if limits.module is None else asked(of_module(scene, limits.module))


def of_module(scene: CardDay, module: str) -> tuple[Card, ...]:
    """The cards of a module, whether their tasks are over or not. Raises NotFound if it has none."""
    found = tuple(card for card in scene.cards if card.module == module)
    if not found:
        known = list(dict.fromkeys(card.module for card in scene.cards))
        raise NotFound(
            f"'{scene.plan.name}' has no cards for the module '{module}'{nearest(module, known)}",
            hint=f"it has cards for {', '.join(known)}"
            if known
            else WayOut("`planner.cards.add` adds some", "add-cards"),
        )
    return found


def card_named(plan: Plan, cards: Sequence[Card], name: str) -> Card:
    """The card of an id among those of a plan. Raises NotFound."""
    found = next((card for card in cards if card.id == name), None)
    if found is None:
        near = nearest(name, [card.id for card in cards])
        raise NotFound(
            f"'{plan.name}' has no card '{name}'{near}", hint=WayOut("`planner.cards.decks` lists them", "list-cards")
        )
    return found


def _in_turns(found: Sequence[Question]) -> tuple[Question, ...]:
    """The questions with their modules mixed, each module's in the order given, but siblings of one before behind the others:
    mixing helps to tell like from like (Rohrer, Dedrick and Burgess, 2014)."""
    seen = Counter[str]()
    turns = []
    for question in found:
        turns.append(seen[question.card.note])
        seen[question.card.note] += 1
    by_module: dict[str, list[Question]] = defaultdict(list)
    for _, question in sorted(zip(turns, found, strict=True), key=lambda each: each[0]):
        by_module[question.card.module].append(question)
    placed = [
        ((turn + 0.5) / len(own), number, question)
        for number, own in enumerate(by_module.values())
        for turn, question in enumerate(own)
    ]
    return tuple(question for *_, question in sorted(placed, key=lambda each: each[:2]))


def modules(scene: CardDay) -> tuple[ModuleRecall, ...]:
    """Expected recall by module, in the order of the cards."""
    by_module: dict[str, list[Card]] = defaultdict(list)
    for card in scene.cards:
        by_module[card.module].append(card)
    return tuple(_recall_of(scene, module, own) for module, own in by_module.items())


def _recall_of(scene: CardDay, module: str, own: Sequence[Card]) -> ModuleRecall:
    memories = [card.memory for card in own]
    exam = recall.recall_range(memories, scene.exam, scene.forgetting)
    return ModuleRecall(
        module=module,
        cards=len(own),
        answered=sum(memory is not None for memory in memories),
        today=recall.recall_range(memories, scene.day, scene.forgetting).mean,
        exam=exam.mean,
        low=exam.low,
        high=exam.high,
    )


def overall(modules: Sequence[ModuleRecall]) -> RecallRange:
    """What is expected of all cards together; zeros where there are none. How the learner forgets is the same everywhere, so that
    the ranges of the modules move together and their ends may be added up."""
    cards = sum(module.cards for module in modules)
    low, mean, high = (
        sum(each * module.cards for each, module in zip(column, modules, strict=True)) / cards if cards else 0.0
        for column in (
            [module.low for module in modules],
            [module.exam for module in modules],
            [module.high for module in modules],
        )
    )
    return RecallRange(low, mean, high)


def pace(times: Mapping[Grade, tuple[int, int]]) -> float:
    """How the learner's seconds compare with those expected: 2 is twice as long. 1 until enough answers were measured.

    ``times``: by grade, how many answers there were and their milliseconds in all.
    """
    count = sum(number for number, _ in times.values())
    if count < KNOWN_PACE:
        return 1.0
    forgotten, fine = recall.SECONDS
    expected = sum(number * (forgotten if grade is Grade.AGAIN else fine) for grade, (number, _) in times.items())
    return max(0.05, sum(milliseconds for _, milliseconds in times.values()) / 1000 / expected)
