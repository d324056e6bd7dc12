"""What all use cases share: the doors to store, templates and clock, and the one way to write a change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias, TypeVar, overload

from studyplan.errors import NotFound, UsageProblem, WayOut
from studyplan.model import (
    LONGEST_NAME,
    Batch,
    Change,
    Learner,
    Plan,
    PlanState,
    Status,
    Stint,
    Task,
)
from studyplan.planner.who import Who
from studyplan.rules import lookup
from studyplan.text import checked_title

if TYPE_CHECKING:
    from studyplan.clock import Clock
    from studyplan.rules.habits import HabitStanding
    from studyplan.rules.lookup import PlanName, TaskName
    from studyplan.rules.views import PlanView
    from studyplan.store import Store, Unit
    from studyplan.template import Catalog

T = TypeVar("T")

#: A study day, as a date or as text such as ``2026-07-01``.
DayName: TypeAlias = date | str

#: The states of a plan that are still looked at day by day.
LIVE = (PlanState.ACTIVE, PlanState.FINISHED)
#: The fields that the time of day of tasks rests on.
_TIMED = {
    "task": {"date", "minutes", "exists", "kind", "starts_at"},
    "plan": {"week", "busy"},
    "learner": {"week", "zone"},
}


#: How far the clocks of two devices may be apart, and how long word of what was done may be on its way.
_CLOCKS_DIFFER, _TOLD_WITHIN = timedelta(minutes=5), timedelta(days=7)


class UseCases:
    """A family of use cases. Errors are of the StudyplanError family; nothing is written where one is raised."""

    def __init__(self, store: Store, catalog: Callable[[], Catalog], clock: Clock, who: Who) -> None:
        self._store = store
        self._catalog = catalog
        self._clock = clock
        self._who = who

    def _change(self, work: Callable[[Unit], T]) -> T:
        """Write to an existing database: only a start or a new learner creates one."""
        if self._store.is_absent:
            raise nobody()
        return self._explained(self._store.write, work)

    def _look(self, work: Callable[[Unit], T]) -> T:
        return self._explained(self._store.read, work)

    def _explained(self, run: Callable[[Callable[[Unit], T]], T], work: Callable[[Unit], T]) -> T:
        """Run the work. Where it finds nothing of a name that a dropped plan or a task of one has, the error says so."""
        try:
            return run(work)
        except lookup.NothingNamed as problem:
            word, tasks = problem.plan, problem.tasks
            raise self._store.read(lambda unit: self._of_dropped_plan(unit, word, tasks)) or problem from None

    def _learner(self, unit: Unit) -> Learner:
        learner = self._who.find(unit)
        if learner is None:
            raise nobody()
        return learner

    def _learner_or_new(self, unit: Unit, *, make: bool) -> tuple[Learner, bool]:
        """The learner, and whether they are new: with ``make``, the first command that writes something creates them. On a
        database that others share, a new name beside theirs is more likely a slip. Raises NotFound there."""
        try:
            learner = self._who.find(unit)
        except NotFound:
            learner = None
        if learner is not None:
            return learner, False
        name = self._new_name()
        if not self._who.single and unit.learners(limit=1):
            raise self._who.unknown(unit, name)
        at = self._clock.now()
        if not make:
            return Learner(id=0, name=name, zone=self._clock.zone, created_at=at), True
        return unit.add_learner(name, zone=self._clock.zone, at=at), True

    def _new_name(self) -> str:
        """The name for a new learner. Raises NotFound if the login name is unknown."""
        return checked_title(self._who.name_for_new())

    def _named(self, unit: Unit, name: str | None) -> Learner:
        who = self._who if name is None else replace(self._who, named=name)
        learner = who.find(unit)
        if learner is None:
            raise nobody()
        return learner

    def _live(self, unit: Unit) -> tuple[Learner, list[Plan], list[Task]]:
        """The learner, the plans that are not dropped, and their tasks."""
        learner = self._learner(unit)
        plans = unit.plans(learner.id, states=LIVE)
        return learner, plans, unit.tasks(learner.id, plans=[plan.number for plan in plans])

    def _of_dropped_plan(self, unit: Unit, word: PlanName | None, names: TaskName) -> NotFound | None:
        """The error that says which plan was dropped, if it or one of its tasks is named."""
        learner = self._learner(unit)
        dropped = unit.plans(learner.id, states=(PlanState.DROPPED,))
        hint = WayOut("`planner.history.undo` takes back changes", "undo-drop")
        if word is not None:
            try:
                return NotFound(f"'{lookup.plan_named(dropped, word).name}' was dropped", hint=hint)
            except NotFound:
                return None
        tasks = unit.tasks(learner.id, plans=[plan.number for plan in dropped])
        for number, plan in lookup.of_plans(names, dropped, tasks):
            return NotFound(f"task {number} belongs to '{plan.name}', which was dropped", hint=hint)
        return None

    def _apply(
        self,
        unit: Unit,
        learner: Learner,
        changes: Sequence[Change],
        action: str,
        *,
        kind: str = "do",
        target: int | None = None,
    ) -> Batch | None:
        """Write the changes as one batch, by the learner's own clock, and the times of day that follow from them. None
        if there are none."""
        if not changes:
            return None
        if kind == "do" and any(map(_touches_times, changes)):
            changes = [*changes, *self._times_after(unit, learner, changes)]
        actor = self._who.login or self._who.named or ""
        return unit.apply(
            learner.id,
            changes,
            action=action,
            at=self._clock.at(learner.zone).now(),
            actor=actor.encode(errors="replace").decode()[:LONGEST_NAME],
            kind=kind,
            target=target,
        )

    def _times_after(self, unit: Unit, learner: Learner, changes: Sequence[Change]) -> list[Change]:
        """The changes of times of day that other changes bring along."""
        from studyplan.rules.start_times import followed

        made = {each.number for each in changes if each.of == "task" and each.field == "exists" and each.after}
        tasks = unit.tasks(learner.id)
        tasks += unit.tasks(learner.id, numbers=made, gone=True) if made else []
        zones = [each.after for each in changes if (each.of, each.field) == ("learner", "zone")]
        clock = self._clock.at(zones[-1] if zones else learner.zone)
        return followed(learner, unit.plans(learner.id, gone=True), tasks, changes, clock, clock.today())


def views_of(
    learner: Learner, plans: Sequence[Plan], tasks: Sequence[Task], word: PlanName | None, clock: Clock
) -> list[PlanView]:
    """The plan named, or those that are shown unnamed, with every day; ``plans`` and ``tasks`` are all of the learner's."""
    from studyplan import schedule
    from studyplan.planner.capacity import room_for
    from studyplan.rules import habits
    from studyplan.rules.views import PlanView

    today = clock.today()
    views = []
    for plan in lookup.plans_to_read(plans, word):
        own = tuple(habits.judged((task for task in tasks if task.plan == plan.number), today))
        room = room_for(learner, plan, tasks, plans, clock)
        days = schedule.days(plan.start, plan.end, room, plan.exam)
        days = schedule.with_shares(days, schedule.placed(habits.work(own), days))
        if plan.habits:
            # Habits are among the tasks, and so is their time in the minutes of a day.
            days = tuple(replace(day, capacity=room.with_habits(day.date)) for day in days)
        views.append(PlanView(plan, learner.name, days, own, tuple(habits.standings([plan], own, today))))
    return views


def standings_of(unit: Unit, plans: Sequence[Plan], clock: Clock) -> list[HabitStanding]:
    """How each habit of some plans goes; reads nothing where they have none."""
    numbers = [habit.number for plan in plans for habit in plan.habits]
    if not numbers:
        return []
    from studyplan.rules import habits

    tasks = unit.occurrences(plans[0].learner_id, numbers)
    return list(habits.standings(plans, tasks, clock.today()))


def sittings(unit: Unit, tasks: Sequence[Task]) -> dict[int, list[Stint]]:
    """The stints of each task by its number, read only if time was spent on any. ``tasks``: of one learner."""
    found: dict[int, list[Stint]] = {task.number: [] for task in tasks}
    timed = {task.number for task in tasks if task.spent_minutes}
    if timed:
        for stint in unit.stints(tasks[0].learner_id, tasks=timed):
            found[stint.task].append(stint)
    return found


def in_time(at: datetime, now: datetime) -> datetime:
    """When something happened that is told of later. Raises UsageProblem for what has not happened yet or was too long ago."""
    if at > now + _CLOCKS_DIFFER:
        raise UsageProblem("that was marked at a time that has not come yet", hint="set the clock of that device right")
    if now - at > _TOLD_WITHIN:
        raise UsageProblem("that was marked more than 7 days ago", hint="mark it once more, with its day")
    return min(at, now).replace(microsecond=0)


@overload
def day_named(day: DayName, clock: Clock, *, past: bool = False) -> date: ...
@overload
def day_named(day: None, clock: Clock, *, past: bool = False) -> None: ...
@overload
def day_named(day: DayName | None, clock: Clock, *, past: bool = False) -> date | None: ...
def day_named(day: DayName | None, clock: Clock, *, past: bool = False) -> date | None:
    """The day that a caller means, text read by the learner's clock; ``past``: of something that is over. Raises
    UsageProblem for text that is not a date."""
    if isinstance(day, datetime):
        return clock.day_of(day) if day.tzinfo else day.date()
    if isinstance(day, str):
        from studyplan.notation import day as read

        return read(day, clock.today(), past=past)
    return day


def nobody() -> NotFound:
    return NotFound("there is no plan yet", hint=WayOut("`planner.plans.start` begins one", "start-plan"))


def _touches_times(change: Change) -> bool:
    """Whether the change can move the times of day of tasks; completion moves nothing."""
    if change.field == "status" and change.of == "task":
        return change.before is Status.SKIPPED
    return change.field in _TIMED.get(change.of, ())


def titles(tasks: Sequence[Task]) -> str:
    """The tasks as a history line names them: one by number and title, several by number."""
    if len(tasks) == 1:
        return f"{tasks[0].ref} '{tasks[0].title}'"
    return ", ".join(task.ref for task in tasks)


def changed(task: Task, changes: Sequence[Change]) -> Task:
    """The task with its changes applied; all task changes given must be its own."""
    return replace(task, **{change.field: change.after for change in changes if change.of == "task"})
