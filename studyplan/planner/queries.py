"""What is there: the day, the week, tasks, plans, templates. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Unpack

from studyplan.errors import NotFound
from studyplan.model import (
    FIRST_OCCURRENCE,
    Card,
    Learner,
    Plan,
    PlanState,
    Status,
    Task,
)
from studyplan.planner.base import LIVE, UseCases, standings_of, views_of
from studyplan.rules import lookup
from studyplan.rules.views import Agenda, PlanView, Ticking, WeekView

if TYPE_CHECKING:
    from studyplan.clock import Clock
    from studyplan.planner.keywords import TaskFields
    from studyplan.rules.lookup import PlanName, TaskName
    from studyplan.store import Unit
    from studyplan.template import CatalogFile


class Queries(UseCases):
    """What is there: the day, the week, tasks, plans and templates. Nothing here writes."""

    def templates(self) -> tuple[CatalogFile, ...]:
        """The files of the catalog: those that come with the package, and the learner\'s own."""
        return self._catalog().entries()

    def template(self, id: str) -> CatalogFile:
        """One file of the catalog, by the id of its template. Raises NotFound."""
        return self._catalog().entry(id)

    def zone(self) -> str | None:
        """The learner's time zone; None for the system's."""

        def work(unit: Unit) -> str | None:
            learner = self._who.find(unit)
            return learner.zone if learner else None

        return self._look(work)

    def current_day(self) -> date:
        """The learner's study day; in the system's zone if there is no learner yet."""

        def work(unit: Unit) -> date:
            try:
                learner = self._who.find(unit)
            except NotFound:
                learner = None
            return self._clock.at(learner.zone).today() if learner else self._clock.today()

        return self._look(work)

    def today(self, plan: PlanName | None = None) -> Agenda:
        """The day's work in the plan named, or in all that run."""

        def work(unit: Unit) -> Agenda:
            learner = self._who.find(unit)
            if learner is None:
                return Agenda(self._clock.today(), None, (), (), (), (), None)
            clock = self._clock.at(learner.zone)
            day = clock.today()
            live = unit.plans(learner.id, states=LIVE if plan is None else None)
            plans = lookup.plans_to_read(live, plan)
            if plan is not None:
                live = plans
            numbers = [plan.number for plan in plans]
            found = unit.agenda(
                learner.id, plans=[plan.number for plan in live], until=day, done_since=clock.start_of(day)
            )
            running = _running(plans)
            still_open = [task for task in found if task.status is Status.OPEN and task.plan in running]
            reached = [task for task in still_open if not task.has_no_room]
            done = [task for task in found if task.done_at is not None and clock.day_of(task.done_at) == day]
            shown = {*numbers, *(task.plan for task in done)}
            ahead = unit.next_day(learner.id, plans=running, after=day)
            is_empty = bool(plans) and not found and ahead is None and not unit.tasks(learner.id, plans=numbers)
            on_it = {task.habit for task in (*still_open, *done) if task.habit is not None}
            return Agenda(
                day=day,
                learner=learner.name,
                plans=tuple(plan for plan in live if plan.number in shown),
                overdue=tuple(task for task in reached if task.date < day),
                due=tuple(task for task in reached if task.date == day),
                done=tuple(done),
                ahead=ahead,
                no_room=tuple(task for task in still_open if task.has_no_room),
                ticking=_ticking(unit, learner, clock),
                is_empty=is_empty,
                habits=tuple(each for each in standings_of(unit, live, clock) if each.habit.number in on_it)
                if on_it
                else (),
            )

        return self._look(work)

    def week(self, plan: PlanName | None = None) -> WeekView:
        """Seven days from today, in the plan named or in all that run."""
        from studyplan.rules import habits

        def work(unit: Unit) -> WeekView:
            learner = self._who.find(unit)
            if learner is None:
                return WeekView(self._clock.today(), (), (), ())
            day = self._clock.at(learner.zone).today()
            plans = lookup.plans_to_read(unit.plans(learner.id), plan)
            numbers = [plan.number for plan in plans]
            last = day + timedelta(days=6)
            running = _running(plans)
            found = [
                task
                for task in habits.judged(unit.tasks(learner.id, plans=numbers), day)
                if task.status is not Status.OPEN or task.plan in running
            ]
            tasks = [task for task in found if task.date <= last and not task.has_no_room]
            dates = [day + timedelta(days=ahead) for ahead in range(7)]
            return WeekView(
                day=day,
                plans=tuple(plans),
                overdue=tuple(task for task in tasks if task.is_overdue(day)),
                days=tuple((each, tuple(task for task in tasks if task.date == each)) for each in dates),
                no_room=tuple(task for task in found if task.has_no_room),
            )

        return self._look(work)

    def plan_views(self, plan: PlanName | None = None) -> list[PlanView]:
        """The plan named, or all running ones, with every day and task."""

        def work(unit: Unit) -> list[PlanView]:
            learner = self._who.find(unit)
            if learner is None:
                return []
            clock = self._clock.at(learner.zone)
            return views_of(learner, unit.plans(learner.id), unit.tasks(learner.id), plan, clock)

        return self._look(work)

    def search(self, plan: PlanName | None = None, **wanted: Unpack[TaskFields]) -> list[PlanView]:
        """The plan named, or all running ones, with the tasks that meet what is wanted, all of it at once.

        Raises:
            NotFound: A module or a kind that no task of these plans has.
            UsageProblem: A day or an order that cannot be read, or a first day after the last.
        """
        from studyplan.planner.keywords import search_of
        from studyplan.rules.task_search import found

        def work(unit: Unit) -> list[PlanView]:
            learner = self._who.find(unit)
            if learner is None:
                lookup.plans_to_read((), plan)
                return []
            clock = self._clock.at(learner.zone)
            views = views_of(learner, unit.plans(learner.id), unit.tasks(learner.id), plan, clock)
            return found(search_of(wanted, clock), views, clock.today())

        return self._look(work)

    def show(
        self, *refs: TaskName
    ) -> tuple[list[Task], dict[int, Plan], dict[int, tuple[Card, ...]], dict[int, dict[str, str]]]:
        """The tasks named, the plans by number, the cards of reviews by task number, and per plan each task's title by its id."""
        from studyplan.rules import habits
        from studyplan.rules.card_selection import asked, cards_of
        from studyplan.schedule.standing import is_session

        def work(
            unit: Unit,
        ) -> tuple[list[Task], dict[int, Plan], dict[int, tuple[Card, ...]], dict[int, dict[str, str]]]:
            learner = self._learner(unit)
            plans = unit.plans(learner.id)
            today = self._clock.at(learner.zone).today()
            tasks = habits.judged(unit.tasks(learner.id), today)
            found = lookup.tasks_named(refs, plans, tasks, on=today, dropped=True)
            cards = {}
            for task in found:
                if is_session(task):
                    cards[task.number] = asked(cards_of(task, tasks, unit.cards(learner.id, task.plan)))
            titles: dict[int, dict[str, str]] = {}
            for task in tasks:
                titles.setdefault(task.plan, {})[task.task] = task.title
            return found, {plan.number: plan for plan in plans}, cards, titles

        return self._look(work)

    def plans(self) -> list[tuple[Plan, str, int, int]]:
        """All plans of the learner, running and ended, with the learner's name, their tasks that are over, and all."""
        from studyplan.rules import habits

        def work(unit: Unit) -> list[tuple[Plan, str, int, int]]:
            learner = self._who.find(unit)
            if learner is None:
                return []
            tasks = habits.work(unit.tasks(learner.id))
            return [
                (
                    plan,
                    learner.name,
                    sum(task.plan == plan.number and task.status is not Status.OPEN for task in tasks),
                    sum(task.plan == plan.number for task in tasks),
                )
                for plan in unit.plans(learner.id)
            ]

        return self._look(work)


def _running(plans: Sequence[Plan]) -> set[int]:
    """The numbers of those that run: what an ended plan left open is no day's work."""
    return {plan.number for plan in plans if plan.state is PlanState.ACTIVE}


def _ticking(unit: Unit, learner: Learner, clock: Clock) -> Ticking | None:
    timer = learner.timer
    if timer is None:
        return None
    from studyplan.rules import time_spent

    of_habit = unit.tasks(learner.id, numbers=[timer.task]) if timer.task >= FIRST_OCCURRENCE else []
    return Ticking(timer, time_spent.elapsed(timer, clock.now()), of_habit[0].ref if of_habit else None)
