"""Cards answered from memory: what to ask today, what was answered, what will be recalled on the exam day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from studyplan import recall
from studyplan.errors import Conflict, NotFound, UsageProblem, WayOut
from studyplan.model import Answer, Card, Grade, Learner, Plan, Status, Stint, Task
from studyplan.planner.base import LIVE, UseCases, changed, sittings, titles
from studyplan.recall import Forgetting, RecallRange
from studyplan.rules import card_selection, leeches, lookup, marking, task_changes, time_spent
from studyplan.rules.card_selection import CardDay, Limits, ModuleRecall, Question
from studyplan.rules.marking import Calibration
from studyplan.rules.task_changes import Completion
from studyplan.schedule.standing import is_session
from studyplan.text import count

if TYPE_CHECKING:
    from studyplan.clock import Clock
    from studyplan.rules.lookup import PlanName, TaskName
    from studyplan.store import Unit


@dataclass(frozen=True, slots=True)
class Session:
    """What to ask now. ``reviews``: the plan's reviews that it is for. ``zone``: the learner's."""

    plan: Plan
    learner: str
    day: date
    exam: date
    questions: tuple[Question, ...]
    reviews: tuple[Task, ...]
    modules: tuple[ModuleRecall, ...]
    zone: str | None
    #: How many of the plan's cards are suspended.
    suspended: int = 0
    #: The plan's open reviews that are not due yet, last passes among them.
    ahead: tuple[Task, ...] = ()
    #: The open tasks that cards wait for, the next first.
    bringing: tuple[Task, ...] = ()

    @property
    def seconds(self) -> float:
        """How long it takes, by the learner's own pace once that is known."""
        return sum(question.worth.seconds for question in self.questions)


@dataclass(frozen=True, slots=True)
class Recited:
    """The outcome of answers. ``done``: reviews they complete; ``left``: how many cards other reviews still wait
    for; ``leeches``: cards that they set aside."""

    plan: Plan
    learner: str
    day: date
    exam: date
    answers: tuple[Answer, ...]
    cards: tuple[Card, ...]
    done: tuple[Task, ...]
    left: tuple[tuple[Task, int], ...]
    finished: tuple[Plan, ...]
    before: tuple[ModuleRecall, ...]
    after: tuple[ModuleRecall, ...]
    leeches: tuple[Card, ...] = ()
    #: The number of the change that wrote them down; None where there was nothing to write.
    batch: int | None = None


@dataclass(frozen=True, slots=True)
class AskedCard:
    """A card that is asked now. ``answers``: how many it was given until now; ``returns``: by grade, the day on which its recall
    will have fallen to 90 %, of a forgotten one the same day."""

    plan: Plan
    card: Card
    answers: int
    returns: Mapping[Grade, date]


@dataclass(frozen=True, slots=True)
class PlanRecall:
    """What of a plan's cards will be recalled on the exam day (its end, without an exam) if nothing more is asked."""

    plan: Plan
    learner: str
    day: date
    exam: date
    modules: tuple[ModuleRecall, ...]
    #: By module, how sure went with right, of cards and of questions.
    calibration: tuple[Calibration, ...] = ()
    #: The cards that are not asked until their learner rewrites or takes them back.
    suspended: tuple[Card, ...] = ()

    @property
    def cards(self) -> int:
        return sum(module.cards for module in self.modules)

    @property
    def answered(self) -> int:
        return sum(module.answered for module in self.modules)

    @property
    def expected(self) -> RecallRange:
        """The mean chance of recall on the exam day over all cards, and its range, 0 to 1; 0 where there are none."""
        return card_selection.overall(self.modules)


class Reviews(UseCases):
    """Cards answered from memory, and what will be recalled on the exam day."""

    def session(self, plan: PlanName | None, limits: Limits, ref: TaskName | None = None) -> Session:
        """Pick the cards of one plan to ask today. ``ref``: a review of the plan, due or not."""

        def work(unit: Unit) -> Session:
            learner, scene, named = self._scene(unit, plan, ref)
            if limits.module is not None:
                card_selection.of_module(scene, limits.module)
            return Session(
                plan=scene.plan,
                learner=learner.name,
                day=scene.day,
                exam=scene.exam,
                questions=card_selection.questions(scene, limits, named),
                reviews=card_selection.reviews(scene, limits, named),
                modules=card_selection.modules(scene),
                zone=learner.zone,
                suspended=len(scene.cards) - len(card_selection.asked(scene.cards)),
                ahead=card_selection.ahead(scene),
                bringing=card_selection.bringing(scene),
            )

        return self._look(work)

    def now(self, zone: str | None) -> datetime:
        """The instant of an answer given now."""
        return self._clock.at(zone).now()

    def card(self, plan: PlanName, number: int) -> AskedCard:
        """A card of a running plan by its number, with what each grade would come to today. Raises NotFound."""

        def work(unit: Unit) -> AskedCard:
            learner = self._learner(unit)
            named = lookup.plan_to_write(unit.plans(learner.id, states=LIVE), plan)
            card = next((each for each in unit.cards(learner.id, named.number) if each.number == number), None)
            if card is None:
                raise NotFound(f"'{named.name}' has no such card")
            day = self._clock.at(learner.zone).today()
            return AskedCard(named, card, _times_answered(card), card_selection.returns(card, day))

        return self._look(work)

    def record(
        self,
        plan: PlanName | None,
        answers: Sequence[Answer],
        ref: TaskName | None = None,
        *,
        asked_after: int | None = None,
    ) -> Recited:
        """Record answers, oldest first, as one batch: the memory each leaves, and the reviews they complete with the
        minutes they took.

        Args:
            plan: The plan, where several run.
            answers: Those of cards that are gone are left out.
            ref: The review that the session was for, where it was named.
            asked_after: Of a single answer: how many its card had when it was asked, so that one that is sent twice counts once.

        Raises:
            Conflict: The card was answered since, with the slug ``answered-since``.
        """

        def work(unit: Unit) -> Recited:
            learner, scene, named = self._scene(unit, plan, ref)
            if asked_after is not None and any(
                _times_answered(card) != asked_after for card in scene.cards if card.number == answers[0].card
            ):
                raise Conflict("this card was answered since it was asked", slug="answered-since")
            plans = unit.plans(learner.id, states=LIVE)
            clock = self._clock.at(learner.zone)
            known = {card.number: card for card in scene.cards}
            kept = tuple(answer for answer in answers if answer.card in known)
            after = _answered(scene, kept, clock)
            before = unit.answers(learner.id, scene.plan.number)
            later = replace(scene, cards=tuple(after.values()), forgetting=_forgetting([*before, *kept], clock))
            changes = [
                change
                for card in later.cards
                for change in task_changes.differences("card", known[card.number], card, number=card.number)
            ]
            held = sittings(unit, scene.tasks)
            earlier = [answer for answer in before if clock.day_of(answer.at) == scene.day]
            told = _told(scene, [task for task in scene.tasks if _has_time(task, held[task.number], scene.day, clock)])
            untold = [answer for answer in earlier if answer.card not in told]
            untold += [answer for answer in kept if clock.day_of(answer.at) == scene.day]
            at = clock.now()
            over_now, left = _reviews_over(scene, later, named, kept, untold)
            done, marks = [], []
            for task, spent in over_now:
                found = task_changes.mark(task, Status.DONE, Completion(at), held[task.number])
                if spent is not None:
                    stint = Stint(learner.id, unit.next_stint(learner.id), task.number, scene.day, spent)
                    unit.add_stint(stint)
                    found += time_spent.added(task, stint)
                marks += found
                done.append(changed(task, found))
            over = {task.number: task for task in done}
            tasks = [over.get(task.number, task) for task in unit.tasks(learner.id)]
            ends = task_changes.endings(plans, tasks, marks, at, clock.today())
            cards = tuple(after[number] for number in dict.fromkeys(answer.card for answer in kept))

            action = f"review {count(len(cards), 'card')} of '{scene.plan.name}'" + (
                f", done {titles(done)}" if done else ""
            )
            batch = self._apply(unit, learner, [*changes, *marks, *ends], action)
            if batch is not None and batch.number:
                unit.add_answers(learner.id, batch.number, kept)
            return Recited(
                plan=scene.plan,
                learner=learner.name,
                day=scene.day,
                exam=scene.exam,
                answers=kept,
                cards=cards,
                done=tuple(done),
                left=tuple(left),
                finished=task_changes.finished(plans, ends),
                before=card_selection.modules(scene),
                after=card_selection.modules(later),
                leeches=tuple(card for card in cards if card.suspended_at != known[card.number].suspended_at),
                batch=batch.number if batch else None,
            )

        return self._change(work)

    def grade(self, plan: PlanName | None, grades: Sequence[tuple[str, Grade]]) -> Recited:
        """Write down grades of cards named by id, as answers that were given now."""
        session = self.session(plan, Limits())

        def work(unit: Unit) -> list[Answer]:
            _, scene, _ = self._scene(unit, plan, None)
            at = self.now(session.zone)
            return [
                Answer(card_selection.card_named(scene.plan, scene.cards, name).number, grade, at)
                for name, grade in grades
            ]

        return self.record(plan, self._look(work))

    def recall(self, plan: PlanName | None = None) -> list[PlanRecall]:
        """The plan named, or those that run: what will be recalled on the exam day, module by module. Plans without cards
        have no modules."""

        def work(unit: Unit) -> list[PlanRecall]:
            learner = self._who.find(unit)
            if learner is None:
                return []
            plans = unit.plans(learner.id)
            tasks = unit.tasks(learner.id)
            clock = self._clock.at(learner.zone)
            return [
                recall_of(unit, each, learner.name, [task for task in tasks if task.plan == each.number], clock)
                for each in lookup.plans_to_read(plans, plan)
            ]

        return self._look(work)

    def _scene(self, unit: Unit, word: PlanName | None, ref: TaskName | None) -> tuple[Learner, CardDay, Task | None]:
        learner = self._learner(unit)
        plans = unit.plans(learner.id, states=LIVE)
        tasks = unit.tasks(learner.id, plans=[plan.number for plan in plans])
        named = None if ref is None else _review_named(ref, plans, tasks)
        if named is not None:
            plan = lookup.plan_numbered(plans, named.plan)
            if word is not None and lookup.plan_named(plans, word) != plan:
                raise UsageProblem(
                    f"task {named.number} belongs to '{plan.name}'", hint=WayOut("leave out the plan", "leave-out-plan")
                )
        else:
            plan = lookup.plan_to_write(plans, word)
        pace = card_selection.pace(unit.answer_times(learner.id, longest=card_selection.LONGEST_ANSWER))
        clock = self._clock.at(learner.zone)
        answers = unit.answers(learner.id, plan.number)
        cards = unit.cards(learner.id, plan.number)
        scene = CardDay(
            plan=plan,
            tasks=tuple(task for task in tasks if task.plan == plan.number),
            cards=cards,
            day=clock.today(),
            pace=pace,
            forgetting=_forgetting(answers, clock),
            forgotten=_forgotten(answers, clock),
            lapses=leeches.lapses(cards, answers),
        )
        if not scene.cards:
            raise NotFound(f"'{plan.name}' has no cards", hint=WayOut("`planner.cards.add` adds some", "add-cards"))
        return learner, scene, named


def recall_of(unit: Unit, plan: Plan, learner: str, tasks: Sequence[Task], clock: Clock) -> PlanRecall:
    """What will be recalled of a plan's cards, as a study day sees it. ``tasks``: the plan's; ``clock``: the learner's."""
    answers = unit.answers(plan.learner_id, plan.number)
    cards = unit.cards(plan.learner_id, plan.number)
    scene = CardDay(plan, tuple(tasks), cards, clock.today(), forgetting=_forgetting(answers, clock))
    calibration = _calibration(unit, plan, cards, answers)
    suspended = tuple(card for card in cards if card.suspended_at is not None)
    return PlanRecall(plan, learner, scene.day, scene.exam, card_selection.modules(scene), calibration, suspended)


def _times_answered(card: Card) -> int:
    return card.memory.answers if card.memory else 0


def _answered(scene: CardDay, answers: Iterable[Answer], clock: Clock) -> dict[int, Card]:
    """The cards by their numbers as the answers leave them: what is left in memory, and set aside with a lapse too many."""
    after = {card.number: card for card in scene.cards}
    lapses = dict(scene.lapses)
    for answer in answers:
        card = after[answer.card]
        card = replace(card, memory=recall.graded(card.memory, answer.grade, clock.day_of(answer.at)))
        if card.suspended_at is None and lapses[card.number].sets_aside(answer.grade):
            card = replace(card, suspended_at=answer.at.replace(microsecond=0))
        lapses[card.number] = lapses[card.number].after(answer.grade)
        after[card.number] = card
    return after


def _forgetting(answers: Iterable[Answer], clock: Clock) -> Forgetting:
    """How the learner forgets. ``answers``: oldest first."""
    histories: dict[int, list[tuple[date, Grade]]] = {}
    for answer in answers:
        histories.setdefault(answer.card, []).append((clock.day_of(answer.at), answer.grade))
    return recall.forgetting(histories.values())


def _forgotten(answers: Iterable[Answer], clock: Clock) -> frozenset[int]:
    """The numbers of the cards whose last answer was given today and was that they were forgotten. ``answers``: oldest first."""
    last = {answer.card: answer for answer in answers}
    today = clock.today()
    return frozenset(
        number for number, answer in last.items() if answer.grade is Grade.AGAIN and clock.day_of(answer.at) == today
    )


def _calibration(unit: Unit, plan: Plan, cards: Sequence[Card], answers: Sequence[Answer]) -> tuple[Calibration, ...]:
    """How sure went with right: a card that came to mind was answered right."""
    homes = {card.number: card.module for card in cards}
    said = [
        (homes[answer.card], answer.is_sure, answer.grade is not Grade.AGAIN)
        for answer in answers
        if answer.card in homes
    ]
    asked = {question.number: question.module for question in unit.questions(plan.learner_id, plan.number)}
    for attempt in unit.attempts(plan.learner_id, plan.number) if asked else ():
        if attempt.ended_at is not None:
            said += [
                (asked[each.question], each.is_sure, each.is_right)
                for each in attempt.responses
                if each.question in asked
            ]
    return marking.calibrated(said)


def _review_named(ref: TaskName, plans: Sequence[Plan], tasks: Sequence[Task]) -> Task:
    task = lookup.tasks_named([ref], plans, tasks)[0]
    if not is_session(task):
        raise Conflict(
            f"task {task.number} is not a card review",
            hint="card reviews have keys that begin with review- or last-pass-",
        )
    return task


def _has_time(task: Task, held: Sequence[Stint], day: date, clock: Clock) -> bool:
    """Whether a review tells its time of a day: it was done then, or holds a sitting of it, as one that was opened again."""
    if not is_session(task):
        return False
    is_done = task.status is Status.DONE and task.done_at is not None and clock.day_of(task.done_at) == day
    return is_done or any(stint.date == day for stint in held)


def _told(scene: CardDay, reviews: Sequence[Task]) -> set[int]:
    """The numbers of the cards whose answers these reviews have told the time of."""
    return {card.number for task in reviews for card in card_selection.cards_of(task, scene.tasks, scene.cards)}


def _reviews_over(
    before: CardDay, after: CardDay, named: Task | None, answers: Sequence[Answer], untold: Sequence[Answer]
) -> tuple[list[tuple[Task, int | None]], list[tuple[Task, int]]]:
    """The reviews whose cards were gone through by today's answers, with the minutes these took where they were measured, and
    those that still wait for some, with their number.

    ``untold``: those of today whose time no review has told yet. Each answer's time counts to one review.
    """
    done: list[tuple[Task, int | None]] = []
    left: list[tuple[Task, int]] = []
    counted: set[int] = set()
    answered = {answer.card for answer in answers}
    due = card_selection.reviews(before, Limits())
    for task in due if named is None or named in due else (named, *due):
        deck = {card.number for card in card_selection.cards_of(task, before.tasks, before.cards)}
        if task.status is not Status.OPEN or not deck & answered:
            continue
        missing = len(card_selection.still_to_ask(after, task))
        if missing:
            left.append((task, missing))
            continue
        mine = [n for n, answer in enumerate(untold) if answer.card in deck and n not in counted]
        counted.update(mine)
        times = [time for n in mine if (time := untold[n].milliseconds) is not None]
        spent = (
            max(1, round(sum(min(time, card_selection.LONGEST_ANSWER) for time in times) / 60_000)) if times else None
        )
        done.append((task, spent))
    return done, left
