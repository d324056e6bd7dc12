"""The planner's answers: frozen values for faces to print, with their arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING

from studyplan.model import Batch, Kind, Plan, PlanState, Status, Task, Timer

if TYPE_CHECKING:
    from studyplan.clock import Clock
    from studyplan.model import Day, Habit
    from studyplan.rules.habits import HabitStanding


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan with the days of its window and all its tasks, by day and curriculum order."""

    plan: Plan
    learner: str
    days: tuple[Day, ...]
    tasks: tuple[Task, ...]
    habits: tuple[HabitStanding, ...] = ()

    @property
    def work(self) -> tuple[Task, ...]:
        """The tasks without those of habits, which count apart."""
        return tuple(task for task in self.tasks if task.habit is None)


@dataclass(frozen=True, slots=True)
class Ticking:
    """A timer and the minutes it has run."""

    timer: Timer
    minutes: int
    #: What people call its task, where that is known.
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Agenda:
    """A study day: what is late, what is due, what was done on it. ``ahead``: the next day that holds a task."""

    day: date
    learner: str | None
    plans: tuple[Plan, ...]
    overdue: tuple[Task, ...]
    due: tuple[Task, ...]
    done: tuple[Task, ...]
    ahead: date | None
    #: What the last replan found no room for, wherever it lies.
    no_room: tuple[Task, ...] = ()
    #: The timer that runs, if one does.
    ticking: Ticking | None = None
    #: Whether none of the plans has any task yet.
    is_empty: bool = False
    #: How the habits go that are on this day.
    habits: tuple[HabitStanding, ...] = ()


@dataclass(frozen=True, slots=True)
class WeekView:
    """Seven days from today, each with its open and finished tasks; what is late stands apart."""

    day: date
    plans: tuple[Plan, ...]
    overdue: tuple[Task, ...]
    days: tuple[tuple[date, tuple[Task, ...]], ...]
    #: What the last replan found no room for, wherever it lies.
    no_room: tuple[Task, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """Tasks and minutes of one kind of state."""

    tasks: int
    minutes: int


@dataclass(frozen=True, slots=True)
class PlanStatus:
    """Where a plan stands today. Overdue is a part of open, and so is what has no room,
    which is not overdue. ``planned`` counts what was to be over before today."""

    plan: Plan
    learner: str
    today: date
    done: Tally
    skipped: Tally
    open: Tally
    overdue: Tally
    no_room: Tally
    planned: Tally
    days_left: int
    study_days_left: int
    slack: int | None
    next_day: date | None
    #: The hour of the exam on the learner's clock, if it was given.
    exam_hour: time | None = None
    #: Counted apart: no other figure holds them.
    habits: tuple[HabitStanding, ...] = ()

    @property
    def minutes(self) -> int:
        return self.done.minutes + self.skipped.minutes + self.open.minutes


@dataclass(frozen=True, slots=True)
class Changed:
    """What a command changed. ``unchanged`` tasks needed no change; ``notes`` are for the learner."""

    tasks: tuple[Task, ...] = ()
    unchanged: tuple[Task, ...] = ()
    #: The plans that the tasks belong to, or that were changed themselves.
    plans: tuple[Plan, ...] = ()
    #: Those of the plans whose last open task this was.
    finished: tuple[Plan, ...] = ()
    #: Whose they are; given if a plan itself was changed.
    learner: str | None = None
    #: Other tasks that changed their day for it, as they were and as they are.
    moved: tuple[tuple[Task, Task], ...] = ()
    notes: tuple[str, ...] = ()
    batch: Batch | None = None
    #: The habit that was made, changed or ended.
    habit: Habit | None = None


def tally(tasks: Sequence[Task]) -> Tally:
    return Tally(len(tasks), sum(task.minutes for task in tasks))


def standing(view: PlanView, clock: Clock, today: date, slack: int | None) -> PlanStatus:
    from studyplan.model import Role
    from studyplan.rules import habits

    tasks = habits.work(view.tasks)
    exam = next((task.starts_at for task in tasks if task.kind is Kind.EXAM), None)
    still_open = [task for task in tasks if task.status is Status.OPEN]
    # What an ended plan left open is neither late nor waiting for room.
    waiting = still_open if view.plan.state is PlanState.ACTIVE else []
    left = [day for day in view.days if day.date >= today]
    return PlanStatus(
        plan=view.plan,
        learner=view.learner,
        today=today,
        done=tally([task for task in tasks if task.status is Status.DONE]),
        skipped=tally([task for task in tasks if task.status is Status.SKIPPED]),
        open=tally(still_open),
        overdue=tally([task for task in waiting if task.date < today and not task.has_no_room]),
        no_room=tally([task for task in waiting if task.has_no_room]),
        planned=tally([task for task in tasks if task.date < today]),
        days_left=len(left),
        study_days_left=sum(day.role in (Role.MATERIAL, Role.BUFFER) for day in left),
        slack=slack,
        next_day=min((task.date for task in waiting if not task.has_no_room), default=None),
        exam_hour=clock.wall(exam).time() if exam else None,
        habits=view.habits,
    )
