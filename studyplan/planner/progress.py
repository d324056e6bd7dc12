"""Where the learner stands: each plan's standing and the figures from its record. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from studyplan import insight
from studyplan.insight import Behind, Forecast, Hours, Pace, Point, Record, Score, Streak
from studyplan.model import Batch, Learner, Plan, PlanState, Status, Stint, Task
from studyplan.planner.base import UseCases, views_of
from studyplan.planner.capacity import public_holidays, room_for
from studyplan.rules import habits, time_spent
from studyplan.rules.competition import WeekLoad, weekly_loads
from studyplan.rules.views import PlanStatus, standing

if TYPE_CHECKING:
    from studyplan.clock import Clock
    from studyplan.planner.mock import BankRecord
    from studyplan.planner.review import PlanRecall
    from studyplan.rules.lookup import PlanName
    from studyplan.rules.marking import Calibration
    from studyplan.rules.views import PlanView
    from studyplan.store import Unit

_DAY = timedelta(days=1)
#: Days for which a forecast looks on after a plan's end: as many as the plan has, but at least a month and at most a year.
_LOOK_ON = (30, 366)
#: Days of the heat map: 53 weeks hold a year from any weekday on.
_YEAR = 53 * 7


@dataclass(frozen=True, slots=True)
class Progress:
    """A plan, where it stands, and its figures; a figure is None if there is nothing to say. ``done_on``: the study day
    of each task that is done, by number."""

    standing: PlanStatus
    tasks: tuple[Task, ...]
    done_on: Mapping[int, date]
    behind: Behind | None
    pace: Pace
    paces: tuple[Pace, ...]
    forecast: Forecast | None
    streak: Streak | None
    burn_up: tuple[Point, ...]
    modules: tuple[Hours, ...]
    kinds: tuple[Hours, ...]
    scores: tuple[Score, ...]
    #: None where nobody asked for it, and where no card of the plan was answered yet.
    recall: PlanRecall | None = None
    #: The same of mocks and quizzes: None where nobody asked, and where none is over.
    tests: BankRecord | None = None
    #: By module, how sure went with right.
    calibration: tuple[Calibration, ...] = ()

    @property
    def plan(self) -> Plan:
        return self.standing.plan


@dataclass(frozen=True, slots=True)
class Picture:
    """The plans asked for, and the minutes studied on each day of the last 53 weeks, in whatever plan."""

    today: date
    learner: str | None
    plans: tuple[Progress, ...]
    studied: Mapping[date, int]
    #: The open work of all running plans together, whichever were asked for, week by week.
    load: tuple[WeekLoad, ...] = ()


class Insights(UseCases):
    """Where each plan stands: behind or ahead, pace, forecast and slack."""

    def picture(self, plan: PlanName | None = None) -> Picture:
        """The plan named, or all running ones."""
        return self._store.read(lambda unit: self._picture(unit, plan))

    def picture_with_recall(self, plan: PlanName | None = None) -> Picture:
        """The same with the expected recall of the cards, which loads the memory model."""
        from studyplan.planner.mock import record_of
        from studyplan.planner.review import recall_of

        def work(unit: Unit) -> Picture:
            picture = self._picture(unit, plan)
            learner = self._who.find(unit)
            clock = self._clock.at(learner.zone if learner else None)
            plans = []
            for each in picture.plans:
                recall = recall_of(unit, each.plan, each.standing.learner, each.tasks, clock)
                tests = record_of(unit, each.plan, clock.day_of, picture.today)
                plans.append(
                    replace(
                        each,
                        recall=recall if recall.answered else None,
                        tests=tests if tests.tests else None,
                        calibration=recall.calibration,
                    )
                )
            return replace(picture, plans=tuple(plans))

        return self._store.read(work)

    def version(self) -> tuple[object, ...]:
        """What tells pictures apart without making them: the state of the learner's data, their zone and day. While it stays, so does
        every picture."""
        from studyplan.store.feeds import state_of

        def work(unit: Unit) -> tuple[object, ...]:
            learner = self._who.find(unit)
            if learner is None:
                return (self._clock.today(),)
            state = state_of(unit, learner.id)
            return state.learner_id, state.revision, state.next_batch, state.zone, self._clock.at(state.zone).today()

        return self._look(work)

    def _picture(self, unit: Unit, word: PlanName | None) -> Picture:
        learner = self._who.find(unit)
        if learner is None:
            return Picture(self._clock.today(), None, (), {})
        clock = self._clock.at(learner.zone)
        plans = unit.plans(learner.id)
        tasks = unit.tasks(learner.id)
        views = views_of(learner, plans, tasks, word, clock)
        moved = _moved(unit.history(learner.id), clock) if views else {}
        stints = unit.stints(learner.id)
        progress = [_progress(learner, view, plans, tasks, stints, moved, clock) for view in views]
        today = clock.today()
        studied = time_spent.by_day(unit.tasks(learner.id, gone=True), stints, clock.day_of)
        shown = {day: minutes for day, minutes in studied.items() if today - _YEAR * _DAY < day <= today}
        load = weekly_loads(learner, plans, tasks, today, public_holidays(learner.holidays))
        return Picture(today, learner.name, tuple(progress), shown, load)


def _progress(
    learner: Learner,
    view: PlanView,
    plans: Sequence[Plan],
    tasks: Sequence[Task],
    stints: Sequence[Stint],
    moved: Mapping[int, tuple[tuple[date, date], ...]],
    clock: Clock,
) -> Progress:
    plan, today = view.plan, clock.today()
    # Habits count apart, in the standing.
    own = tuple(habits.work(view.tasks))
    room = room_for(learner, plan, tasks, plans, clock)
    numbers = {task.number for task in own}
    length = (plan.end - plan.start).days + 1
    last = plan.end + min(max(length, _LOOK_ON[0]), _LOOK_ON[1]) * _DAY
    record = Record(
        today=today,
        start=plan.start,
        end=plan.end,
        exam=plan.exam,
        rooms={
            day: max(1, plan.fullest) if (minutes := room(day)) is None else minutes
            for day in (plan.start + n * _DAY for n in range((last - plan.start).days + 1))
        },
        tasks=own,
        done_on=_done_on(own, clock),
        sat_on=frozenset(stint.date for stint in stints if stint.task in numbers),
        moved=moved,
    )
    modules, kinds = insight.hours(record)
    return Progress(
        standing=standing(view, clock, today, _slack(learner, plan, tasks, plans, stints, clock)),
        tasks=own,
        done_on=record.done_on,
        behind=insight.behind(record) if plan.state is PlanState.ACTIVE or not record.open else None,
        pace=insight.pace(record),
        paces=insight.paces(record),
        forecast=insight.forecast(record) if plan.state is PlanState.ACTIVE else None,
        streak=insight.streak(record),
        burn_up=insight.burn_up(record),
        modules=modules,
        kinds=kinds,
        scores=insight.scores(record),
    )


def _done_on(tasks: Sequence[Task], clock: Clock) -> dict[int, date]:
    """The study day on which each task was done; skipped tasks have none."""
    return {t.number: clock.day_of(t.done_at) for t in tasks if t.status is Status.DONE and t.done_at is not None}


def _moved(batches: Sequence[Batch], clock: Clock) -> dict[int, tuple[tuple[date, date], ...]]:
    """The earlier days of each task, oldest first, with the study day on which it left them. ``batches``: newest first."""
    found: dict[int, tuple[tuple[date, date], ...]] = {}
    for batch in reversed(batches):
        for change in batch.changes:
            if change.of == "task" and change.field == "date" and isinstance(change.before, date):
                found[change.number] = (*found.get(change.number, ()), (clock.day_of(batch.at), change.before))
    return found


def _slack(
    learner: Learner, plan: Plan, tasks: Sequence[Task], plans: Sequence[Plan], stints: Sequence[Stint], clock: Clock
) -> int | None:
    """The study days that can still be missed; None for a plan that is over."""
    from studyplan import schedule
    from studyplan.planner.capacity import standing_of

    if plan.state is not PlanState.ACTIVE or clock.today() > plan.end:
        return None
    return schedule.slack(standing_of(learner, plan, tasks, plans, stints, clock))
