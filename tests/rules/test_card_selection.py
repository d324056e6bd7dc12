"""Which cards a session asks: properties over plans and memories of every kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from studyplan.model import Card, Grade, Kind, Memory, Plan, Status, Task, Tier
from studyplan.rules import card_selection
from studyplan.rules.card_selection import CardDay, Limits

START = date(2026, 7, 1)
EXAM = START + timedelta(20)
PLAN = Plan(1, 1, UUID(int=1), "p", "p", "1", "P", "short", START, EXAM, EXAM)
MODULES = ("a", "b", "c")


def task(number: int, id: str, day: int, **fields: object) -> Task:
    kept = {"module": "a", "kind": Kind.READ, "minutes": 30, "splittable": False} | fields
    return Task(
        1, number, 1, UUID(int=number), id, id, 1, title=id, date=START + timedelta(day), position=number, **kept
    )


MEMORIES = st.none() | st.builds(
    Memory, st.floats(0.1, 100), st.floats(1, 10), st.integers(0, 19).map(lambda day: START + timedelta(day))
)


@st.composite
def scenes(draw: st.DrawFn) -> CardDay:
    """A plan with reading tasks, a review of each module and one to three last passes, on any of its days."""
    over = draw(st.lists(st.sampled_from(list(Status)), min_size=3, max_size=3))
    tasks = [task(n, f"read-{m}", n, module=m, status=over[n]) for n, m in enumerate(MODULES)]
    for n, module in enumerate(MODULES):
        status = draw(st.sampled_from(list(Status)))
        of = {"module": module, "kind": Kind.REVIEW, "minutes": 10, "status": status}
        tasks.append(task(10 + n, f"review-{module}-1", draw(st.integers(3, 16)), **of))
    for n in range(draw(st.integers(1, 3))):
        of = {"module": "", "kind": Kind.REVIEW, "minutes": 20, "status": draw(st.sampled_from(list(Status)))}
        tasks.append(task(20 + n, f"last-pass-{n + 1}", 17 + n, **of))
    day = START + timedelta(draw(st.integers(0, 19)))
    known = draw(st.lists(st.tuples(st.sampled_from(MODULES), MEMORIES, st.booleans()), min_size=1, max_size=12))
    cards = tuple(
        Card(
            f"c{n}",
            f"q{n}",
            "a",
            module,
            "" if own else f"read-{module}",
            memory=None if memory is None else replace(memory, last=min(memory.last, day)),
            number=n,
        )
        for n, (module, memory, own) in enumerate(known)
    )
    return CardDay(PLAN, tuple(tasks), cards, day)


@settings(max_examples=150, deadline=None)
@given(scenes(), st.none() | st.integers(1, 6), st.none() | st.integers(1, 20))
def test_a_session_keeps_its_limits(scene: CardDay, number: int | None, minutes: int | None) -> None:
    """No card twice, none whose task is open unless a review asks for it, none answered today, never above a limit."""
    found = card_selection.questions(scene, Limits(None, minutes, number))
    places = [question.card.number for question in found]
    assert len(set(places)) == len(places)
    ready = {card.number for card in card_selection.studied(scene)}
    for question in found:
        assert question.review or question.card.number in ready
        assert question.card.memory is None or question.card.memory.last < scene.day
    if number is not None:
        assert len(found) <= number
    elif minutes is not None:
        assert sum(question.worth.seconds for question in found) <= minutes * 60 + 1e-6
    else:
        needed = {
            card.number
            for each in card_selection.reviews(scene, Limits())
            for card in card_selection.still_to_ask(scene, each)
        }
        assert {question.card.number for question in found if question.review} == needed


@settings(max_examples=150, deadline=None)
@given(scenes())
def test_the_last_passes_reach_every_card(scene: CardDay) -> None:
    """Whoever answers the share of each last pass on its day has answered every studied card in the buffer."""
    passes = [each for each in scene.tasks if not each.module and each.status is Status.OPEN]
    first = min(each.date for each in scene.tasks if not each.module)
    if not passes:
        return
    for each in passes:
        scene = replace(scene, day=max(each.date, scene.day))
        share = {card.number for card in card_selection.still_to_ask(scene, each)}
        answered = tuple(
            replace(card, memory=card_selection.recall.graded(card.memory, Grade.GOOD, scene.day))
            if card.number in share
            else card
            for card in scene.cards
        )
        over = tuple(replace(t, status=Status.DONE) if t.number == each.number else t for t in scene.tasks)
        scene = replace(scene, cards=answered)
        assert card_selection.still_to_ask(scene, each) == ()
        scene = replace(scene, tasks=over)
    assert all(card.memory is not None and card.memory.last >= first for card in card_selection.studied(scene))


@settings(max_examples=100, deadline=None)
@given(scenes())
def test_what_will_be_recalled_is_a_mean_over_all_cards(scene: CardDay) -> None:
    """Modules hold each card once, and a card that was never answered counts as not recalled."""
    found = card_selection.modules(scene)
    assert sum(module.cards for module in found) == len(scene.cards)
    for module in found:
        own = [card for card in scene.cards if card.module == module.module]
        assert module.answered == sum(card.memory is not None for card in own)
        assert 0 <= module.exam <= module.today <= module.answered / module.cards + 1e-9


@st.composite
def scenes_with_siblings(draw: st.DrawFn) -> CardDay:
    """As `scenes`, where cards of the same module may be siblings."""
    scene = draw(scenes())
    notes = draw(st.lists(st.integers(0, 3), min_size=len(scene.cards), max_size=len(scene.cards)))
    named = zip(notes, scene.cards, strict=True)
    return replace(scene, cards=tuple(replace(card, id=f"{card.module}{n}.c{card.number}") for n, card in named))


@settings(max_examples=150, deadline=None)
@given(scenes_with_siblings(), st.none() | st.integers(1, 6))
def test_siblings_have_days_of_their_own(scene: CardDay, number: int | None) -> None:
    """No session asks two, nor one whose sibling was answered that day, but the last chance before the exam."""
    passes = [each for each in scene.tasks if not each.module and each.status is Status.OPEN]
    if not any(each.date > scene.day for each in passes) and any(each.date <= scene.day for each in passes):
        return
    found = [question.card.note for question in card_selection.questions(scene, Limits(None, None, number))]
    answered = {card.note for card in scene.cards if card.memory is not None and card.memory.last == scene.day}
    assert not answered & set(found)
    reviews = [each for each in card_selection.reviews(scene, Limits()) if not each.module]
    if not reviews:
        assert len(set(found)) == len(found)


@settings(max_examples=100, deadline=None)
@given(scenes_with_siblings())
def test_a_review_with_siblings_ends(scene: CardDay) -> None:
    """Whoever answers what a review asks has done it: one of each siblings, the other ones in the next review."""
    for review in (each for each in scene.tasks if each.kind is Kind.REVIEW and each.module):
        todo = card_selection.still_to_ask(scene, review)
        assert len({card.note for card in todo}) == len(todo)
        asked = {card.number for card in todo}
        after = tuple(
            replace(card, memory=card_selection.recall.graded(card.memory, Grade.GOOD, scene.day))
            if card.number in asked
            else card
            for card in scene.cards
        )
        assert card_selection.still_to_ask(replace(scene, cards=after), review) == ()


def test_the_other_sibling_is_asked_next_time() -> None:
    """One of two new siblings in the first review, the other in the second; in the only last pass both, apart from each other."""
    cards = tuple(Card(id, "q", "a", "a", "", number=n) for n, id in enumerate(("k", "k.back", "x", "y", "z"), start=1))
    review = task(1, "review-a-1", 5, kind=Kind.REVIEW)
    last = task(2, "last-pass-1", 18, kind=Kind.REVIEW, module="")
    scene = CardDay(PLAN, (review, last), cards, START + timedelta(5))
    first = [question.card.id for question in card_selection.questions(scene, Limits(), review)]
    assert sorted(first) == ["k", "x", "y", "z"]
    memory = Memory(20, 5, scene.day)
    known = tuple(replace(card, memory=memory) if card.id in first else card for card in cards)
    later = replace(scene, cards=known, day=START + timedelta(10))
    assert {card.id for card in card_selection.still_to_ask(later, review)} == {"k.back", "x", "y", "z"}
    at_last = replace(scene, cards=known, day=last.date)
    order = [question.card.id for question in card_selection.questions(at_last, Limits(), last)]
    assert sorted(order) == ["k", "k.back", "x", "y", "z"]
    assert abs(order.index("k") - order.index("k.back")) > 1


def test_a_review_is_over_the_cards_of_its_tier() -> None:
    """Cards go with the tier of their task, those of the learner's own with the core; a last pass is over all."""
    tasks = [
        task(1, "core", 1),
        task(2, "deep", 2, tier=Tier.DEPTH),
        task(3, "review-a-1", 3, kind=Kind.REVIEW),
        task(4, "review-a-depth-1", 4, kind=Kind.REVIEW, tier=Tier.DEPTH),
        task(5, "last-pass-1", 5, kind=Kind.REVIEW, module=""),
    ]
    cards = [Card(after or "own", "q", "a", "a", after, number=n) for n, after in enumerate(("core", "deep", ""))]
    of = [[card.id for card in card_selection.cards_of(each, tasks, cards)] for each in tasks]
    assert of == [[], [], ["core", "own"], ["deep"], ["core", "deep", "own"]]


def test_the_learners_pace_counts_after_twenty_answers() -> None:
    """Fewer say nothing; then twice the seconds is twice the pace, and only half the cards fit the minutes."""
    fine = round(1000 * card_selection.recall.SECONDS[1])
    assert card_selection.pace({Grade.GOOD: (19, 19 * 2 * fine)}) == 1
    slow = card_selection.pace({Grade.GOOD: (20, 20 * 2 * fine)})
    assert round(slow, 6) == 2
    cards = tuple(Card(f"c{n}", "q", "a", "a", "", number=n) for n in range(40))
    scene = CardDay(PLAN, (), cards, START)
    counts = [len(card_selection.questions(replace(scene, pace=pace), Limits())) for pace in (1, slow)]
    assert counts == [11, 5]
