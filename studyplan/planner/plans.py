"""Plans: start one, rename it, end it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Unpack
from uuid import uuid4

from studyplan.errors import Conflict, DoesNotFit, WayOut
from studyplan.model import (
    Change,
    PlanState,
)
from studyplan.planner.base import UseCases, views_of
from studyplan.planner.keywords import StartFields, request_of
from studyplan.rules import lookup, task_changes
from studyplan.rules.views import Changed, PlanView
from studyplan.rules.ways_out import way_numbered
from studyplan.text import Tip

if TYPE_CHECKING:
    from datetime import date

    from studyplan.model import Learner, Plan, Stint, Task, Template
    from studyplan.rules.capacity import Engaged
    from studyplan.rules.competition import SlackCost
    from studyplan.rules.drafts import Draft, Groundwork, StartRequest
    from studyplan.rules.lookup import PlanName
    from studyplan.store import Unit


class Plans(UseCases):
    """Starting a plan, renaming it, ending it."""

    def start(self, template: StartRequest | str, *, take: int | None = None, **fields: Unpack[StartFields]) -> Draft:
        """Lay out a template and keep the plan.

        Args:
            template: The template's id, or a whole wish.
            take: Where the minutes have no place, take the way out of that number, as a refusal lists them in ``offers``.
            fields: What is asked of the plan; see :class:`~studyplan.planner.keywords.StartFields`.

        Raises:
            DoesNotFit: The minutes have no place. ``offers`` are the ways out, each with its price; ``takes`` are the requests that take
                them.
            NotFound: There is no such template, window or elective.
            Conflict: A plan of that name is running.
            UsageProblem: A value cannot be read, or contradicts another one; there is no way out of that number.
        """
        wish = request_of(template, fields, self._clock)
        engaged = self._engaged(wish)
        wish = self._taken(wish, engaged, take)
        if self._store.is_absent:
            # What is refused must not leave an empty database behind.
            self._drawn_up(wish, engaged, write=False)
        return self._drawn_up(wish, engaged, write=True)

    def preview(self, template: StartRequest | str, *, take: int | None = None, **fields: Unpack[StartFields]) -> Draft:
        """What :meth:`start` would do. Writes nothing, and raises as it does."""
        wish = request_of(template, fields, self._clock)
        engaged = self._engaged(wish)
        return self._drawn_up(self._taken(wish, engaged, take), engaged, write=False)

    def _taken(self, wish: StartRequest, engaged: Engaged | None, take: int | None) -> StartRequest:
        """The request that takes a way out of what was asked; the wish itself where none is to be taken."""
        if take is None:
            return wish
        ways: Sequence[StartRequest] = ()
        try:
            self._drawn_up(wish, engaged, write=False)
        except DoesNotFit as refusal:
            ways = refusal.takes
        return way_numbered(take, ways)

    def _engaged(self, wish: StartRequest) -> Engaged | None:
        """The busy times of the calendar that a wish names, read once and outside of any transaction."""
        from studyplan.planner import capacity
        from studyplan.rules import drafts

        if wish.busy is None:
            return None

        def days(unit: Unit) -> tuple[date, date, str | None]:
            learner, _ = self._learner_or_new(unit, make=False)
            framed = drafts.frame(self._catalog().get(wish.template), wish, self._clock.at(learner.zone).today())
            return framed.start, framed.end, learner.zone

        return capacity.engaged(wish.busy, *self._store.read(days))

    def _drawn_up(self, wish: StartRequest, engaged: Engaged | None, *, write: bool) -> Draft:
        """The draft, kept where asked. The price list of a refusal takes its time, and so does what a start costs other plans:
        both are made after the transaction, of what was gathered in it."""
        from studyplan.rules import drafts, start_offers

        gathered: Groundwork | None = None
        stints: list[Stint] = []

        def work(unit: Unit) -> Draft:
            nonlocal gathered, stints
            ground = gathered = self._gathered(unit, wish, engaged, make=write)
            numbers = (1, 1) if write or ground.is_new else unit.next_numbers(ground.learner.id)
            draft = drafts.draw_up(ground, numbers, iter(uuid4, None))
            if ground.is_new:
                draft = replace(draft, notes=(*draft.notes, *_like_another(unit, ground.learner.name)))
            stints = unit.stints(ground.learner.id) if ground.plans else []
            return self._keep(unit, draft, ground) if write else draft

        try:
            draft = self._store.write(work) if write else self._store.read(work)
        except DoesNotFit as refusal:
            if gathered is None or refusal.offers:
                raise
            raise start_offers.priced(refusal, gathered) from None
        costs = () if gathered is None else _costs(gathered, draft, stints)
        return replace(draft, costs=costs, notes=(*draft.notes, *map(str, costs)))

    def _gathered(self, unit: Unit, wish: StartRequest, engaged: Engaged | None, *, make: bool) -> Groundwork:
        """Everything that a start is decided on."""
        from studyplan.planner.capacity import public_holidays, region_code
        from studyplan.rules import capacity
        from studyplan.rules.drafts import Groundwork
        from studyplan.template.blank import blank, is_blank

        if wish.holidays is not None:
            wish = replace(wish, holidays=region_code(wish.holidays))
        template = self._catalog().get(wish.template)
        if is_blank(template):
            template = blank(exam=wish.exam is not None)
        learner, is_new = self._learner_or_new(unit, make=make)
        name = task_changes.plan_name(wish.name) if wish.name is not None else template.id
        plans = [] if is_new else unit.plans(learner.id)
        if any(plan.name == name and plan.state is PlanState.ACTIVE for plan in plans):
            raise Conflict(
                f"a plan '{name}' is already running",
                hint=WayOut(
                    "give the new one another `name`, or end the old one with `planner.plans.drop`",
                    "name-or-drop",
                    plan=name,
                ),
            )
        tasks = [] if is_new else unit.tasks(learner.id)
        earlier = None
        shortened = template
        if wish.retake is not None:
            shortened, earlier = _taken_again(template, wish.retake, plans, tasks)
        clock = self._clock.at(learner.zone)
        raised = capacity.raised(learner, wish.hours) if wish.hours is not None else []
        is_holiday = public_holidays(wish.holidays or learner.holidays)
        return Groundwork(
            wish=wish,
            template=shortened,
            whole=template,
            name=name,
            learner=replace(learner, week=wish.hours or learner.week),
            raised=tuple(raised),
            is_new=is_new,
            plans=tuple(plans),
            tasks=tuple(tasks),
            clock=clock,
            now=clock.now(),
            today=clock.today(),
            is_holiday=is_holiday,
            uuid=uuid4(),
            engaged=engaged,
            earlier=earlier,
        )

    def _keep(self, unit: Unit, draft: Draft, ground: Groundwork) -> Draft:
        from studyplan.rules import start_times

        learner = ground.learner
        every_day = [task for task in draft.tasks if task.habit is not None]
        once = [task for task in draft.tasks if task.habit is None]
        known = draft.plan.habits
        plan_number, task_number = unit.reserve(learner.id, plans=1, tasks=len(once) + len(known))
        behind = task_number + len(once)
        kept = tuple(replace(habit, number=behind + n) for n, habit in enumerate(known))
        plan = replace(draft.plan, number=plan_number, habits=kept)
        numbers = {task.number: task_number + n for n, task in enumerate(sorted(once, key=lambda task: task.number))}
        first = unit.next_occurrence(learner.id) if every_day else 0
        numbers |= {task.number: first + n for n, task in enumerate(every_day)}
        of_habit = {old.number: new.number for old, new in zip(known, kept, strict=True)}
        tasks = tuple(
            replace(task, number=numbers[task.number], plan=plan_number, habit=of_habit.get(task.habit or 0))
            for task in draft.tasks
        )
        times = start_times.starts(
            learner,
            [*ground.plans, replace(plan, exists=True)],
            [*ground.tasks, *tasks],
            ground.clock,
            days={task.date for task in tasks},
        )
        tasks = tuple(replace(task, starts_at=times.get(task.number, task.starts_at)) for task in tasks)
        unit.add_plan(plan, draft.cards, draft.questions)
        unit.add_tasks(tasks, exists=True)
        grown = self._habits_grown(unit, ground) if ground.raised else []
        self._apply(
            unit,
            learner,
            [*ground.raised, *grown, Change("plan", plan.number, "exists", False, True)],
            f"start {plan.template} as '{plan.name}'" if plan.name != plan.template else f"start {plan.name}",
        )
        return replace(draft, plan=plan, tasks=tasks, written=True)

    def _habits_grown(self, unit: Unit, ground: Groundwork) -> list[Change]:
        """The changes that bring the habits of running plans to days which longer hours over all plans make study days."""
        from studyplan.planner.working_copy import WorkingCopy

        copy = WorkingCopy(
            unit, ground.learner, ground.clock, list(ground.plans), list(ground.tasks), lambda: 0, False, self._catalog
        )
        for plan in ground.plans:
            if plan.state is PlanState.ACTIVE:
                copy.regrow(plan.number)
        unit.add_tasks(copy.made, exists=False)
        return copy.changes

    def rename(self, plan: PlanName, name: str) -> Changed:
        """Give a plan another name. Raises Conflict if a running plan has it."""
        name = task_changes.plan_name(name)

        def work(unit: Unit) -> Changed:
            learner = self._learner(unit)
            plans = unit.plans(learner.id)
            named = lookup.plan_named(plans, plan)
            if named.name == name:
                return Changed(plans=(named,), learner=learner.name)
            if named.state is PlanState.ACTIVE and any(
                each.name == name and each.state is PlanState.ACTIVE for each in plans
            ):
                raise Conflict(f"a plan '{name}' is already running", hint="choose another name")
            changes = [Change("plan", named.number, "name", named.name, name)]
            batch = self._apply(unit, learner, changes, f"rename '{named.name}' to '{name}'")
            return Changed(plans=(replace(named, name=name),), learner=learner.name, batch=batch)

        return self._change(work)

    def get(self, plan: PlanName) -> PlanView:
        """One plan by name or number, ended ones included."""

        def work(unit: Unit) -> PlanView:
            learner = self._learner(unit)
            clock = self._clock.at(learner.zone)
            return views_of(learner, unit.plans(learner.id), unit.tasks(learner.id), plan, clock)[0]

        return self._store.read(work)

    def finish(self, plan: PlanName | None = None) -> Changed:
        """End a plan in honour: it is kept as finished, and its open tasks stay as they are. Without a name, the only one that
        runs. ``undo`` takes it up again, and so does a task that is added or reopened. Raises Conflict for a dropped plan."""

        def work(unit: Unit) -> Changed:
            learner = self._learner(unit)
            named = lookup.plan_to_write(unit.plans(learner.id), plan)
            if named.state is PlanState.DROPPED:
                raise Conflict(
                    f"'{named.name}' was dropped", hint=WayOut("`planner.history.undo` takes back changes", "undo-drop")
                )
            if named.state is PlanState.FINISHED:
                return Changed(plans=(named,), learner=learner.name)
            return self._ended(unit, learner, named, PlanState.FINISHED, f"finish '{named.name}'")

        return self._change(work)

    def drop(self, plan: PlanName) -> Changed:
        """Abandon a plan. Its tasks and what was done of them stay in the database; ``undo`` brings it back."""

        def work(unit: Unit) -> Changed:
            learner = self._learner(unit)
            named = lookup.plan_named(unit.plans(learner.id), plan)
            if named.state is PlanState.DROPPED:
                return Changed(plans=(named,), learner=learner.name)
            return self._ended(unit, learner, named, PlanState.DROPPED, f"drop '{named.name}'")

        return self._change(work)

    def _ended(self, unit: Unit, learner: Learner, plan: Plan, state: PlanState, action: str) -> Changed:
        at = self._clock.at(learner.zone).now()
        changes = [
            Change("plan", plan.number, "state", plan.state, state),
            Change("plan", plan.number, "ended_at", plan.ended_at, at),
        ]
        batch = self._apply(unit, learner, changes, action)
        return Changed(plans=(replace(plan, state=state, ended_at=at),), learner=learner.name, batch=batch)


def _like_another(unit: Unit, name: str) -> Iterator[str]:
    """A new learner whose name is almost another's may be a slip."""
    near = lookup.nearest_of(name, (each for each in unit.learner_names() if each != name))
    if near is not None:
        yield Tip(
            f"'{name}' is a new learner",
            f"; if you meant '{near}', `studyplan learner remove` takes '{name}' away again",
        )


def _costs(ground: Groundwork, draft: Draft, stints: Sequence[Stint]) -> tuple[SlackCost, ...]:
    """The running plans that can miss fewer study days with the draft beside them; they compete for the learner's hours alone."""
    from studyplan import schedule
    from studyplan.planner.capacity import room_for, standing_of
    from studyplan.rules.competition import SlackCost

    learner, clock = ground.learner, ground.clock
    alone = replace(learner, week=ground.raised[0].before) if ground.raised else learner
    # Whatever number it has, here it is none of theirs.
    plans = [*ground.plans, replace(draft.plan, number=0)]
    tasks = [*ground.tasks, *(replace(task, plan=0) for task in draft.tasks)]
    costs = []
    for plan in ground.plans:
        if plan.state is not PlanState.ACTIVE or plan.end < ground.today:
            continue
        before = room_for(alone, plan, ground.tasks, ground.plans, clock)
        after = room_for(learner, plan, tasks, plans, clock)
        ahead = [ground.today + timedelta(days=n) for n in range((plan.end - ground.today).days + 1)]
        if all(before(day) == after(day) for day in ahead):
            continue
        had = schedule.slack(standing_of(alone, plan, ground.tasks, ground.plans, stints, clock))
        has = schedule.slack(
            standing_of(learner, plan, tasks, plans, stints, clock), most=None if ground.raised else had
        )
        if has < had:
            costs.append(SlackCost(plan.name, had, has))
    return tuple(costs)


def _taken_again(template: Template, word: str, plans: Sequence[Plan], tasks: Sequence[Task]) -> tuple[Template, Plan]:
    """The template for a retake of the plan named, and that plan."""
    from studyplan.rules import scores

    earlier = lookup.plan_named(plans, word)
    modules = {module.id for module in template.modules}
    shared = modules.intersection(task.module for task in tasks if task.plan == earlier.number)
    if earlier.template != template.id and 2 * len(shared) < len(modules):
        raise Conflict(
            f"'{earlier.name}' was made from '{earlier.template}', whose modules differ from those of '{template.id}'",
            hint=scores.again(earlier),
        )
    return scores.retake(template, [task for task in tasks if task.plan == earlier.number]), earlier
