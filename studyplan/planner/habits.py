"""Habits: add one, change or end it, and see how it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from studyplan.errors import NotFound, UsageProblem, WayOut
from studyplan.model import Change, Habit, Kind, Plan, PlanState, Task
from studyplan.planner.base import LIVE, day_named, standings_of
from studyplan.planner.replan import mend, out_of_place
from studyplan.planner.working_copy import WorkingCopy, WorkingCopyUseCases
from studyplan.rules import habits, lookup, task_changes
from studyplan.rules.capacity import week_of_plan
from studyplan.rules.habits import HabitReach, HabitStanding
from studyplan.rules.own_tasks import DEFAULT_MINUTES, OWN, kind_of, module_of
from studyplan.rules.replan_offers import Remedy
from studyplan.rules.spoken_tasks import spoken
from studyplan.rules.views import Changed
from studyplan.text import Tip, checked_title, count

if TYPE_CHECKING:
    from studyplan.planner.base import DayName
    from studyplan.rules.lookup import PlanName, TaskName
    from studyplan.store import Unit


_KINDS = [kind.value for kind in Kind if kind is not Kind.EXAM]


class Habits(WorkingCopyUseCases):
    """Habits: what is done again and again on days of the week. Each day's occurrence is a task, done or missed by itself;
    `planner.tasks` marks it by the habit's number."""

    def add(
        self,
        title: str,
        minutes: int,
        every: str | Sequence[int],
        *,
        on: DayName | None = None,
        until: DayName | None = None,
        plan: PlanName | None = None,
        kind: str = Kind.READ,
        module: str = OWN,
    ) -> Changed:
        """Add a habit. What no longer fits beside it is replanned.

        Args:
            title: What it is called.
            minutes: What it takes a day.
            every: Weekdays as text such as ``mon-fri``, or as numbers, 0 for Monday.
            on: Its first day; today, or the plan's first, if None.
            until: Its last day; the plan's if None.
            plan: The plan by name, number or value; the only one that runs if None.
            kind: What kind of task it is, one of ours.
            module: The module that it counts to.

        Raises:
            UsageProblem: No day of the plan is one of these, the minutes are none that a day has, or the kind is none of ours.
        """
        title = checked_title(title)
        minutes = habits.habit_minutes(minutes)
        weekdays = _weekdays(every)
        of, own = kind_of(kind)
        if own is not None:
            raise UsageProblem(
                f"a habit cannot have a kind of your own, like '{own}'", hint=f"choose one of {', '.join(_KINDS)}"
            )
        where = module_of(module)

        def decide(scene: WorkingCopy) -> tuple[Changed, str]:
            named = lookup.plan_to_write(scene.plans, plan)
            first = day_named(on, scene.clock) or max(scene.clock.today(), named.start)
            last = day_named(until, scene.clock)
            _check_days(named, first, last)
            # With numbers for all of them, the learner's next task would have a long one.
            number = scene.number()
            habit = Habit(number, f"own-{number}", title, minutes, weekdays, first, last, of, where)
            changed = _grown(scene, named, habit, habit)
            return changed, f"add habit '{title}'"

        return self._settle(decide, write=True)

    def add_spoken(
        self,
        *words: str,
        every: str | Sequence[int],
        minutes: int | None = None,
        on: DayName | None = None,
        until: DayName | None = None,
        plan: PlanName | None = None,
        kind: str | None = None,
        module: str | None = None,
    ) -> Changed:
        """As :meth:`add`, of words as people write them: ``"Vocabulary tomorrow 20m"`` begins tomorrow."""
        today = self._look(lambda unit: self._clock.at(self._learner(unit).zone).today())
        task = spoken(words, today, has_day=on is not None, has_length=minutes is not None)
        length = task.minutes if minutes is None else minutes
        made = self.add(
            task.title,
            DEFAULT_MINUTES if length is None else length,
            every,
            on=task.on if on is None else on,
            until=until,
            plan=plan,
            kind=Kind.READ if kind is None else kind,
            module=OWN if module is None else module,
        )
        return replace(made, notes=(*task.notes, *made.notes))

    def edit(
        self,
        ref: TaskName,
        *,
        title: str | None = None,
        minutes: int | None = None,
        every: str | Sequence[int] | None = None,
        until: DayName | None = None,
        kind: Kind | None = None,
        reach: HabitReach = HabitReach.FOLLOWING,
    ) -> Changed:
        """Change a habit: on one day, from that day on, or altogether. Other weekdays and another last day count from today on."""
        if reach is HabitReach.THIS and (every is not None or until is not None):
            raise UsageProblem("the weekdays and the last day are those of the whole habit", hint="leave out `this`")

        def decide(scene: WorkingCopy) -> tuple[Changed, str]:
            plan, habit, day = _meant(scene, ref, reach)
            wanted = replace(
                habit,
                title=habit.title if title is None else checked_title(title),
                minutes=habit.minutes if minutes is None else habits.habit_minutes(minutes),
                weekdays=habit.weekdays if every is None else _weekdays(every),
                until=habit.until if until is None else day_named(until, scene.clock),
                kind=kind or habit.kind,
                # What the learner changed, no later edition of the template changes back.
                own=True if reach is not HabitReach.THIS else habit.own,
            )
            _check_days(plan, wanted.first, wanted.until)
            here = _occurrences(scene, habit)
            kept, changes = habits.edited(habit, wanted, here, day, reach)
            return _grown(scene, plan, habit, kept, changes), f"edit {habit.number} '{habit.title}'{_words(reach, day)}"

        return self._settle(decide, write=True)

    def remove(self, ref: TaskName, *, reach: HabitReach = HabitReach.FOLLOWING) -> Changed:
        """Take a habit off a day, end it from that day on, or take it out with all its days. An undo brings it back."""

        def decide(scene: WorkingCopy) -> tuple[Changed, str]:
            plan, habit, day = _meant(scene, ref, reach)
            here = _occurrences(scene, habit)
            if reach is HabitReach.FOLLOWING and day > min(habit.until or plan.end, plan.end):
                raise NotFound(f"'{habit.title}' has no day from {day} on")
            kept, changes = habits.removed(habit, here, day, reach)
            scene.put([*changes, habits.with_habit(plan, kept, habit.number)])
            if kept is None and not habit.own:
                scene.put([Change("plan", plan.number, "left_out", plan.left_out, (*plan.left_out, habit.key))])
            gone = {each.number for each in changes}
            tasks = tuple(task for task in here if task.number in gone)
            changed = Changed(tasks, plans=tuple(scene.plans), habit=kept or habit)
            return changed, f"remove {habit.number} '{habit.title}'{_words(reach, day)}"

        return self._settle(decide, write=True)

    def find(self, names: TaskName) -> list[Habit | None]:
        """The habit that each of the names means, whichever of its days; None for one that means a task."""

        def work(unit: Unit) -> list[Habit | None]:
            plans = unit.plans(self._learner(unit).id, states=LIVE)
            return [lookup.habit_named(ref, plans) for ref in lookup.refs_of(names)]

        return self._look(work)

    def standings(self, plan: PlanName | None = None) -> list[HabitStanding]:
        """How each habit goes, of the plan named or of those that run."""

        def work(unit: Unit) -> list[HabitStanding]:
            learner = self._learner(unit)
            plans = lookup.plans_to_read(unit.plans(learner.id), plan)
            return standings_of(unit, plans, self._clock.at(learner.zone))

        return self._look(work)


def _weekdays(every: str | Sequence[int]) -> tuple[int, ...]:
    from studyplan.notation import weekdays

    chosen = weekdays(every) if isinstance(every, str) else tuple(sorted(set(every)))
    if not chosen or not all(0 <= each <= 6 for each in chosen):
        raise UsageProblem("a habit needs at least one day of the week")
    return chosen


def _check_days(plan: Plan, first: date, last: date | None) -> None:
    task_changes.check_inside(first, plan)
    if last is not None and last < first:
        raise UsageProblem(f"the last day ({last}) is before the first ({first})")


def _meant(scene: WorkingCopy, name: TaskName, reach: HabitReach) -> tuple[Plan, Habit, date]:
    """The habit that the words mean, its plan, and the day. Raises NotFound for a day that is named, or meant alone, and that the
    habit does not have."""
    refs = list(lookup.refs_of(name))
    if len(refs) != 1:
        raise UsageProblem("name one habit at a time")
    (ref,) = refs
    habit = lookup.habit_named(ref, scene.plans)
    if habit is None:
        raise NotFound(
            f"{ref} is not a habit", hint=WayOut("`planner.queries.plan_views` has numbers and keys", "list-tasks")
        )
    plan = next(plan for plan in scene.plans if habit in plan.habits)
    day = lookup.day_of_habit(ref, scene.clock.today())
    days = [task.date for task in _occurrences(scene, habit)]
    if day not in days and ("@" in (ref.key or "") or reach is HabitReach.THIS):
        raise lookup.not_on(habit, day, days)
    return plan, habit, day


def _occurrences(scene: WorkingCopy, habit: Habit) -> list[Task]:
    return [task for task in scene.tasks if task.habit == habit.number]


def _grown(scene: WorkingCopy, plan: Plan, before: Habit, habit: Habit, changes: Sequence[Change] = ()) -> Changed:
    """Put the habit in the plan and its occurrences on their days, changed ones too; what no longer fits beside them is
    replanned. What was overdue before stays for the learner's own replan."""
    was = {task.number: task for task in scene.tasks}
    is_running = plan.state is PlanState.ACTIVE
    aside = out_of_place(scene, plan) if is_running else frozenset()
    scene.put([*changes, habits.with_habit(plan, habit, before.number)])
    scene.regrow(plan.number)
    here = _occurrences(scene, habit)
    today = scene.clock.today()
    notes = _notes(scene, scene.plan(plan.number), habit, [task.date for task in here if task.date >= today])
    moved: list[tuple[Task, Task]] = []
    if is_running and out_of_place(scene, scene.plan(plan.number), aside):
        mended = mend(scene, scene.plan(plan.number), Remedy(), aside=aside)
        moved = [(was[task.number], task) for task in scene.tasks if _is_moved(task, was)]
        if mended.left_over:
            left = count(len(mended.left_over), "task")
            notes.append(Tip(f"{left} found no room beside it", ": `studyplan replan` lists the ways out"))
    touched = [task for task in here if was.get(task.number) != task]
    return Changed(
        tuple(touched),
        plans=tuple(scene.plans),
        moved=tuple(sorted(moved, key=lambda pair: pair[1].date)),
        notes=tuple(notes),
        habit=habit,
    )


def _is_moved(task: Task, was: dict[int, Task]) -> bool:
    return task.habit is None and task.number in was and was[task.number].date != task.date


def _notes(scene: WorkingCopy, plan: Plan, habit: Habit, ahead: Sequence[date]) -> list[str]:
    """A word about weekdays on which nothing is studied. Raises UsageProblem where no day is left for a new habit."""
    from studyplan.notation import weekdays_text

    if not ahead and not _occurrences(scene, habit):
        raise UsageProblem(
            f"no study day of '{plan.name}' from {habit.first} on is one of {weekdays_text(habit.weekdays)}",
            hint=WayOut("`planner.replan.set_hours` makes study days", "more-study-days"),
        )
    week = week_of_plan(plan, scene.learner)
    off = tuple(day for day in habit.weekdays if week is not None and week.days[day].minutes == 0)
    return [f"you have no study time on {weekdays_text(off)}, so the habit skips those days"] if off else []


def _words(reach: HabitReach, day: date) -> str:
    return {HabitReach.THIS: f" on {day}", HabitReach.FOLLOWING: f" from {day} on", HabitReach.ALL: ""}[reach]
