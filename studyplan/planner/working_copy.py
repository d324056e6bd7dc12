"""A learner's data as one use case changes it: decided on a copy, then written in one batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from studyplan.errors import DoesNotFit, StudyplanError
from studyplan.model import Change, Habit, Learner, Plan, Stint, Task
from studyplan.planner.base import UseCases
from studyplan.planner.capacity import public_holidays
from studyplan.rules import habits, task_changes
from studyplan.rules.capacity import study_days
from studyplan.rules.views import Changed

if TYPE_CHECKING:
    from studyplan.clock import Clock
    from studyplan.model import BankQuestion, Card, Template
    from studyplan.rules.replanning import ReplanGround
    from studyplan.store import Unit
    from studyplan.template import Catalog

T = TypeVar("T")


@dataclass(slots=True)
class WorkingCopy:
    """A learner's data with the changes so far applied, so that later decisions see earlier ones."""

    unit: Unit
    learner: Learner
    clock: Clock
    plans: list[Plan]
    tasks: list[Task]
    #: A fresh number for a piece that is made.
    number: Callable[[], int]
    #: Whether a refusal is to bring its price list, which takes its time.
    prices: bool
    catalog: Callable[[], Catalog]
    changes: list[Change] = field(default_factory=list)
    made: list[Task] = field(default_factory=list)
    #: Cards that are made, each with its plan's number.
    new_cards: list[tuple[int, Card]] = field(default_factory=list)
    new_questions: list[tuple[int, BankQuestion]] = field(default_factory=list)
    #: Tasks that the changes took out.
    gone: list[Task] = field(default_factory=list)
    #: The cards of a plan that are to replace those it has, by the plan's number.
    cards: dict[int, tuple[Card, ...]] = field(default_factory=dict)

    @property
    def stints(self) -> list[Stint]:
        """All of the learner's sittings."""
        return self.unit.stints(self.learner.id)

    @property
    def has_changed(self) -> bool:
        return bool(task_changes.net(self.changes))

    def put(self, changes: Sequence[Change]) -> None:
        self.changes += changes
        before = self.tasks
        self.learner, self.plans, self.tasks = task_changes.carried_out(changes, self.learner, self.plans, self.tasks)
        left = {task.number for task in self.tasks}
        self.gone += [replace(task, exists=False) for task in before if task.number not in left]

    def basis(self) -> str:
        """What is decided here rests on: the newest change of the learner's data, and the day."""
        newest = self.unit.newest_change(self.learner.id)
        number, at = (0, "") if newest is None else (newest[0], f"{newest[1]:%Y-%m-%dT%H:%M:%SZ}")
        return f"{number}.{self.clock.today()}.{at}"

    def hand_on(self, gone: Sequence[Task]) -> None:
        """Give what was recorded on pieces that are gone from the scene to those that their tasks have left."""
        from studyplan.rules.merged_pieces import handed_on

        if not gone:
            return
        ids = {(task.plan, task.task) for task in gone}
        left = [task for task in self.tasks if (task.plan, task.task) in ids]
        numbers = {task.number for task in gone}
        # Those that were handed to one of these before, by an upgrade ahead of its mending, are among them.
        to = {each.number: each.after for each in self.changes if (each.of, each.field) == ("stint", "task")}
        stints = [replace(each, task=to.get(each.number, each.task)) for each in self.unit.stints(self.learner.id)]
        stints = [stint for stint in stints if stint.task in numbers]
        self.put(handed_on(gone, left, stints, self.learner.timer))

    def regrow(self, number: int) -> None:
        """Make the occurrences of a plan's habits those that its days ask for by now."""
        plan = self.plan(number)
        if not plan.habits:
            return
        ever = {task.number: task for task in (*self.unit.gone_tasks(self.learner.id, number), *self.gone, *self.tasks)}
        off = (*self.learner.off, *plan.off)
        changes, made = habits.regrown(
            plan,
            [task for task in ever.values() if task.plan == number],
            study_days(self.learner, plan, public_holidays(plan.holidays or self.learner.holidays)),
            lambda day: any(day in span for span in off),
            self.clock.today(),
            lambda habit, day, like: self.occurrence(plan, habit, day, like),
        )
        here = {task.number for task in self.tasks}
        back = {each.number for each in changes if each.field == "exists" and each.after} & ever.keys() - here
        self.tasks += [*(ever[each] for each in sorted(back)), *made]
        self.put(changes)

    def occurrence(self, plan: Plan, habit: Habit, day: date, like: Task | None) -> Task:
        """A new occurrence of a habit, to be made real by a change."""
        number = self.unit.next_occurrence(self.learner.id) + sum(task.habit is not None for task in self.made)
        made = habits.occurrence(habit, plan, day, number=number, uuid=uuid4(), at=self.clock.now(), like=like)
        self.made.append(made)
        return made

    def plan(self, number: int) -> Plan:
        return next(plan for plan in self.plans if plan.number == number)

    def template(self, plan: Plan) -> Template | None:
        """The plan's template; None where it is gone or can no longer be read."""
        try:
            return self.catalog().get(plan.template)
        except StudyplanError:
            return None

    def cards_of(self, plan: Plan) -> tuple[Card, ...]:
        found = self.cards.get(plan.number)
        return self.unit.cards(self.learner.id, plan.number) if found is None else found

    def ground(self, plan: Plan) -> ReplanGround:
        """What a replan of one plan is decided on, as the scene stands now."""
        from studyplan.rules.replanning import ReplanGround

        return ReplanGround(
            learner=self.learner,
            plan=plan,
            plans=tuple(self.plans),
            tasks=tuple(self.tasks),
            stints=tuple(self.stints),
            cards=self.cards_of(plan),
            clock=self.clock,
            now=self.clock.now(),
            today=self.clock.today(),
            is_holiday=public_holidays(plan.holidays or self.learner.holidays),
            template=lambda: self.template(plan),
        )


class WorkingCopyUseCases(UseCases):
    """Use cases that decide on all that a learner has."""

    def _settle(self, decide: Callable[[WorkingCopy], tuple[T, str]], *, write: bool) -> T:
        """Decide on what the learner has, and write it where asked.

        A refusal is decided once more outside of the writing transaction: finding the ways out takes time, and nobody
        else should wait for it.
        """

        def work(unit: Unit, *, prices: bool) -> T:
            learner, plans, tasks = self._live(unit)
            first = None if write and not prices else unit.next_numbers(learner.id)[1]
            made: list[Task] = []

            def number() -> int:
                return unit.reserve(learner.id, tasks=1)[1] if first is None else first + len(habits.work(made))

            clock = self._clock.at(learner.zone)
            scene = WorkingCopy(unit, learner, clock, plans, tasks, number, prices, self._catalog, made=made)
            result, action = decide(scene)
            if first is None:
                before = scene.plans
                ends = task_changes.endings(before, scene.tasks, scene.changes, clock.now(), clock.today())
                scene.put(ends)
                unit.add_tasks(scene.made, exists=False)
                for number_of_plan, card in scene.new_cards:
                    unit.add_cards(learner.id, number_of_plan, [card], exists=False)
                for number_of_plan, question in scene.new_questions:
                    unit.add_questions(learner.id, number_of_plan, [question], exists=False)
                batch = self._apply(unit, learner, task_changes.net(scene.changes), action)
                if isinstance(result, Changed):
                    notes = (*result.notes, *task_changes.runs_again(before, ends))
                    finished = task_changes.finished(before, ends)
                    result = replace(result, batch=batch, notes=notes, finished=finished)
            return result

        try:
            if write:
                return self._change(lambda unit: work(unit, prices=False))
        except DoesNotFit as refusal:
            try:
                self._look(lambda unit: work(unit, prices=True))
            except DoesNotFit as priced:
                raise priced from None
            raise refusal from None
        return self._look(lambda unit: work(unit, prices=True))
