"""Time spent: a timer kept in the database, sittings recorded afterwards, and the log of both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from studyplan.errors import Conflict, NotFound, UsageProblem, WayOut
from studyplan.model import Change, Plan, Status, Stint, Task, Timer
from studyplan.planner.base import UseCases, changed, day_named, sittings, titles
from studyplan.rules import lookup, task_changes, time_spent
from studyplan.rules.task_changes import Completion
from studyplan.rules.time_spent import LogEntry
from studyplan.rules.views import Changed, Ticking

if TYPE_CHECKING:
    from studyplan.model import Learner
    from studyplan.notation import Ref
    from studyplan.planner.base import DayName
    from studyplan.rules.lookup import PlanName, TaskName
    from studyplan.store import Unit


@dataclass(frozen=True, slots=True)
class Watch:
    """The running timer, and its task if it still exists. ``began``: False if it was already running."""

    ticking: Ticking
    task: Task | None
    plans: tuple[Plan, ...]
    began: bool = False


@dataclass(frozen=True, slots=True)
class RecordedSitting:
    """A sitting that was recorded or corrected (``minutes`` 0: too short to count), with what was changed by it. ``entry``: its
    number in the log."""

    minutes: int
    day: date
    task: Task
    changed: Changed
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class RemovedEntries:
    """Entries that were taken out of the log, and their tasks as they are now."""

    stints: tuple[Stint, ...]
    changed: Changed


@dataclass(frozen=True, slots=True)
class Log:
    """Time spent, by day; ``plans`` are those of its tasks."""

    entries: tuple[LogEntry, ...]
    plans: tuple[Plan, ...]
    #: The numbers of removed tasks on which time was spent.
    removed: frozenset[int]


class Timesheet(UseCases):
    """A timer that runs in the database, time added afterwards, and the log of both."""

    def running(self) -> Watch | None:
        """The running timer, if there is one."""

        def work(unit: Unit) -> Watch | None:
            learner = self._who.find(unit)
            if learner is None or learner.timer is None:
                return None
            plans = unit.plans(learner.id)
            task = next(iter(unit.tasks(learner.id, numbers=[learner.timer.task])), None)
            ran = time_spent.elapsed(learner.timer, self._clock.at(learner.zone).now())
            return Watch(Ticking(learner.timer, ran), task, tuple(plans))

        return self._look(work)

    def start(self, ref: TaskName) -> Watch:
        """Start the timer on a task, for a task in pieces on its first open piece. Raises Conflict while it runs on
        another task."""

        def work(unit: Unit) -> Watch:
            learner, plans, tasks = self._live(unit)
            clock = self._clock.at(learner.zone)
            now = clock.now()
            task = _one(lookup.tasks_named([ref], plans, tasks, wanted={Status.OPEN}, on=clock.today()))
            timer = learner.timer
            if timer is not None:
                ran = time_spent.elapsed(timer, now)
                if timer.task == task.number:
                    return Watch(Ticking(timer, ran), task, tuple(plans))
                on = next((each.typed for each in tasks if each.number == timer.task), timer.task)
                raise Conflict(
                    f"a timer has been running on task {on} for {ran} min",
                    hint=WayOut("`planner.timer.stop` records it, `planner.timer.cancel` discards it", "stop-timer"),
                )
            timer = Timer(task.number, now)
            self._apply(unit, learner, [Change("learner", 0, "timer", None, timer)], f"timer start {titles([task])}")
            return Watch(Ticking(timer, 0), task, tuple(plans), began=True)

        return self._change(work)

    def stop(self, *, minutes: int | None = None, long: bool = False, done: bool = False) -> RecordedSitting:
        """Stop the timer and record its minutes, or those given, on the study day on which it began; ``done`` also
        marks its task.

        Raises Conflict if none is running, if its task is gone, or if it ran longer than a sitting without ``long``.
        """

        def work(unit: Unit) -> RecordedSitting:
            learner, plans, tasks = self._live(unit)
            clock = self._clock.at(learner.zone)
            timer = learner.timer
            if timer is None:
                raise Conflict("no timer is running", hint=WayOut("`planner.timer.start` starts one", "start-timer"))
            task = next((task for task in tasks if task.number == timer.task), None)
            if task is None:
                raise _gone(unit, learner.id, timer)
            spent = time_spent.measured(timer, clock.now(), minutes, long=long)
            day = clock.day_of(timer.started_at)
            changes = [Change("learner", 0, "timer", timer, None)]
            entry = None
            if spent:
                stint = Stint(learner.id, unit.next_stint(learner.id), task.number, day, spent, timer.started_at)
                unit.add_stint(stint)
                changes += time_spent.added(task, stint)
                entry = stint.number
            if done:
                held = sittings(unit, [task])[task.number]
                changes += task_changes.mark(task, Status.DONE, Completion(clock.now()), held)
            after = changed(task, [change for change in changes if change.of == "task"])
            ends = task_changes.endings(
                plans, [after if each is task else each for each in tasks], changes, clock.now(), clock.today()
            )
            batch = self._apply(unit, learner, [*changes, *ends], f"timer stop {titles([task])}, {spent} min")
            finished = task_changes.finished(plans, ends)
            return RecordedSitting(spent, day, after, Changed((after,), (), tuple(plans), finished, batch=batch), entry)

        return self._change(work)

    def cancel(self) -> Watch | None:
        """Discard the timer. None if none is running; ``undo`` lets it run again."""

        def work(unit: Unit) -> Watch | None:
            learner = self._learner(unit)
            timer = learner.timer
            if timer is None:
                return None
            task = next(iter(unit.tasks(learner.id, numbers=[timer.task])), None)
            named = titles([task]) if task else str(timer.task)
            self._apply(unit, learner, [Change("learner", 0, "timer", timer, None)], f"timer cancel {named}")
            ran = time_spent.elapsed(timer, self._clock.at(learner.zone).now())
            return Watch(Ticking(timer, ran), task, tuple(unit.plans(learner.id)))

        return self._change(work)

    def add(self, ref: TaskName, minutes: int, *, on: DayName | None = None) -> RecordedSitting:
        """Record a sitting after the fact, on a study day up to today."""
        spent = time_spent.sitting(minutes)

        def work(unit: Unit) -> RecordedSitting:
            learner, plans, tasks = self._live(unit)
            clock = self._clock.at(learner.zone)
            today = clock.today()
            day = day_named(on, clock, past=True) or today
            if day > today:
                raise UsageProblem(
                    f"{day} is in the future", hint=WayOut("it must be today or an earlier day", "past-day")
                )
            task = _one(lookup.tasks_named([ref], plans, tasks, wanted={Status.OPEN}, on=day, past=True))
            if task.habit is not None and on is None:
                day = min(day, task.date)
            stint = Stint(learner.id, unit.next_stint(learner.id), task.number, day, spent)
            unit.add_stint(stint)
            changes = time_spent.added(task, stint)
            batch = self._apply(unit, learner, changes, f"log {spent} min on {titles([task])}")
            after = changed(task, changes)
            return RecordedSitting(spent, day, after, Changed((after,), (), tuple(plans), batch=batch), stint.number)

        return self._change(work)

    def edit(self, entry: int, *, minutes: int | None = None, on: DayName | None = None) -> RecordedSitting:
        """Correct an entry of the log, its minutes or its day. Raises NotFound for a number that the log does not show."""
        if minutes == 0:
            raise UsageProblem(
                "an entry needs at least 1 minute",
                hint=WayOut("`planner.timer.remove` takes it out", "remove-entry", entry=entry),
            )
        if minutes is not None:
            time_spent.sitting(minutes)

        def work(unit: Unit) -> RecordedSitting:
            learner = self._learner(unit)
            clock = self._clock.at(learner.zone)
            day = day_named(on, clock, past=True)
            if day is not None and day > clock.today():
                raise UsageProblem(
                    f"{day} is in the future", hint=WayOut("it must be today or an earlier day", "past-day")
                )
            ((stint,), (task,)) = _entries(unit, learner, [entry])
            changes = time_spent.corrected(task, stint, minutes, day)
            batch = self._apply(unit, learner, changes, f"correct the time on {titles([task])}")
            after = changed(task, changes)
            spent, at = minutes or stint.minutes, day or stint.date
            made = Changed((after,), (), tuple(unit.plans(learner.id)), batch=batch)
            return RecordedSitting(spent, at, after, made, entry)

        return self._change(work)

    def remove(self, *entries: int) -> RemovedEntries:
        """Take entries out of the log; their minutes no longer count. Raises NotFound for a number that it does not show."""

        def work(unit: Unit) -> RemovedEntries:
            learner = self._learner(unit)
            stints, tasks = _entries(unit, learner, dict.fromkeys(entries))
            changes = time_spent.taken_out(tasks, stints)
            batch = self._apply(unit, learner, changes, f"remove time from {titles(tasks)}")
            after = tuple(changed(task, [each for each in changes if each.number == task.number]) for task in tasks)
            return RemovedEntries(tuple(stints), Changed(after, (), tuple(unit.plans(learner.id)), batch=batch))

        return self._change(work)

    def log(
        self,
        refs: TaskName = (),
        *,
        plan: PlanName | None = None,
        first: DayName | None = None,
        last: DayName | None = None,
    ) -> Log:
        """The time spent on the tasks named, on the plan named or on everything, of days from ``first`` to ``last``."""

        def work(unit: Unit) -> Log:
            learner = self._who.find(unit)
            if learner is None:
                return Log((), (), frozenset())
            clock = self._clock.at(learner.zone)
            since, until = day_named(first, clock, past=True), day_named(last, clock, past=True)
            plans = unit.plans(learner.id)
            here = unit.tasks(learner.id)
            today = clock.today()
            wanted = _wanted(refs, plans, here, today) if refs else None
            number = lookup.plan_named(plans, plan).number if plan is not None else None
            tasks = [
                task
                for task in unit.tasks(learner.id, gone=True)
                if (wanted is None or task.number in wanted) and (number is None or task.plan == number)
            ]
            entries = [
                entry
                for entry in time_spent.book(tasks, unit.stints(learner.id), clock.day_of)
                if (since is None or entry.day >= since) and (until is None or entry.day <= until)
            ]
            shown = {entry.task.plan for entry in entries}
            gone = {task.number for task in tasks} - {task.number for task in here}
            return Log(tuple(entries), tuple(plan for plan in plans if plan.number in shown), frozenset(gone))

        return self._look(work)


def _wanted(names: TaskName, plans: Sequence[Plan], tasks: Sequence[Task], today: date) -> set[int]:
    """The numbers of the tasks named; a habit's name without a day means all of its days."""
    found: set[int] = set()
    others: list[Ref] = []
    for ref in lookup.refs_of(names):
        habit = lookup.habit_named(ref, plans) if "@" not in (ref.key or "") else None
        if habit is None:
            others.append(ref)
        else:
            found |= {task.number for task in tasks if task.habit == habit.number}
    if others:
        found |= {task.number for task in lookup.tasks_named(others, plans, tasks, on=today, dropped=True)}
    return found


def _entries(unit: Unit, learner: Learner, numbers: Iterable[int]) -> tuple[list[Stint], list[Task]]:
    """The entries of the log of these numbers, and their tasks, removed ones too. Raises NotFound."""
    known = {stint.number: stint for stint in unit.stints(learner.id)}
    missing = [str(number) for number in numbers if number not in known]
    if missing:
        what = f"entry {missing[0]}" if len(missing) == 1 else f"entries {', '.join(missing)}"
        raise NotFound(f"the log has no {what}", hint=WayOut("`planner.timer.log` has their numbers", "list-log"))
    stints = [known[number] for number in numbers]
    wanted = {stint.task for stint in stints}
    return stints, [task for task in unit.tasks(learner.id, gone=True) if task.number in wanted]


def _gone(unit: Unit, learner_id: int, timer: Timer) -> Conflict:
    """Why the timer's task is in no running or finished plan."""
    dropped = next(iter(unit.tasks(learner_id, numbers=[timer.task])), None)
    if dropped is None:
        what, back = f"the timer's task {timer.task} was removed", "task"
    else:
        plan = lookup.plan_numbered(unit.plans(learner_id), dropped.plan)
        what, back = f"the timer's task {timer.task} belongs to '{plan.name}', which was dropped", "plan"
    return Conflict(
        what,
        hint=WayOut(
            "`planner.timer.cancel` discards the timer, `planner.history.undo` may bring its task back",
            "cancel-timer",
            what=back,
        ),
    )


def _one(found: Sequence[Task]) -> Task:
    """The named task; of several pieces the first open one. Raises UsageProblem if several tasks were named."""
    if len({task.task for task in found}) > 1:
        numbers = ", ".join(str(task.typed) for task in found)
        raise UsageProblem(f"one task at a time, not {numbers}")
    return min(found, key=lambda task: (task.status is not Status.OPEN, task.date, task.part))
