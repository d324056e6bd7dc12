"""Habits: on which days they fall, what becomes of their occurrences when a plan changes, and how they went. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from studyplan.errors import UsageProblem
from studyplan.model import Change, Habit, Plan, Status, Task
from studyplan.rules.task_changes import differences

if TYPE_CHECKING:
    from uuid import UUID

    from studyplan.rules.capacity import Capacity

#: Minutes: the longest that a habit takes a day.
LONGEST_HABIT = 480


class HabitReach(StrEnum):
    """How much of a series an edit means: one day, that day and all after it, or all there is."""

    THIS = "this"
    FOLLOWING = "following"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class HabitStanding:
    """How a habit goes, counted in days; what was skipped counts neither way. ``left``: from today on."""

    habit: Habit
    plan: int
    done: int
    skipped: int
    left: int
    #: The days that were missed.
    missed: tuple[date, ...]
    #: Days done in a row, up to now, and the most there were.
    streak: int
    longest: int
    next_day: date | None


def habit_minutes(value: int) -> int:
    """Check a habit's minutes a day. Raises UsageProblem."""
    if not 1 <= value <= LONGEST_HABIT:
        raise UsageProblem(f"a habit must take 1 to {LONGEST_HABIT} minutes a day, not {value}")
    return value


def falls_on(habit: Habit, plan: Plan, day: date) -> bool:
    """Whether the habit is meant for the day, days off apart. The exam day holds nothing else."""
    return plan.start <= day <= plan.end and day != plan.exam and habit.is_on(day)


def days_of(habit: Habit, plan: Plan, room: Capacity, first: date) -> list[date]:
    """The days of the habit from ``first`` on: those that it names and that are study days. ``room``: the capacity of each
    day, whatever lies on it."""
    first = max(first, plan.start)
    days = (first + timedelta(days=n) for n in range((plan.end - first).days + 1))
    return [day for day in days if falls_on(habit, plan, day) and room(day) != 0]


def held(plan: Plan, tasks: Iterable[Task]) -> Callable[[date], int]:
    """The minutes of each day that the plan's habits take ahead of everything else. ``tasks``: the occurrences among them
    say what they take themselves."""
    if not plan.habits:
        return lambda day: 0
    rows = {(task.habit, task.date): task for task in tasks if task.habit is not None and task.plan == plan.number}

    def on(day: date) -> int:
        minutes = 0
        for habit in plan.habits:
            row = rows.get((habit.number, day))
            if row is None:
                # Beyond the plan's end too: a way out of a start may lie there.
                minutes += habit.minutes if habit.is_on(day) else 0
            elif row.status is not Status.SKIPPED:
                minutes += row.minutes
        return minutes

    return on


def occurrence(
    habit: Habit, plan: Plan, day: date, *, number: int, uuid: UUID, at: datetime, like: Task | None = None
) -> Task:
    """The habit on a day; ``like``: a task that has what a template says of it."""
    key = f"{habit.key}@{day}"
    blank = Task(
        learner_id=plan.learner_id,
        number=number,
        plan=plan.number,
        uuid=uuid,
        key=key,
        task=key,
        part=1,
        module=habit.module,
        title=habit.title,
        kind=habit.kind,
        minutes=habit.minutes,
        splittable=False,
        date=day,
        # A day's habits come first.
        position=-1,
        own=habit.own,
        habit=habit.number,
        updated_at=at,
        exists=False,
    )
    if like is None:
        return blank
    return replace(
        blank,
        tier=like.tier,
        optional=like.optional,
        access=like.access,
        tags=like.tags,
        objective=like.objective,
        evidence=like.evidence,
        resources=like.resources,
        own_kind=like.own_kind,
    )


def regrown(
    plan: Plan,
    rows: Sequence[Task],
    room: Capacity,
    is_off: Callable[[date], bool],
    today: date,
    make: Callable[[Habit, date, Task | None], Task],
) -> tuple[list[Change], list[Task]]:
    """What makes the occurrences those that the plan's habits ask for: the changes, and the rows that are new.

    ``rows``: all occurrences that ever were, gone ones too. Only what is open changes, and before ``today`` only what fell
    on a day that is off by now: what was missed stays missed.
    """
    changes: list[Change] = []
    made: list[Task] = []
    for habit in plan.habits:
        own = {row.date: row for row in sorted(rows, key=lambda row: row.number) if row.habit == habit.number}
        like = next(reversed(own.values()), None)
        wanted = set(days_of(habit, plan, room, today))
        for day, row in own.items():
            is_unwanted = day not in wanted if day >= today else is_off(day)
            if row.exists and row.status is Status.OPEN and is_unwanted:
                changes.append(Change("task", row.number, "exists", True, False))
            elif not row.exists and day in wanted:
                back = replace(row, exists=True, title=habit.title, minutes=habit.minutes, kind=habit.kind)
                changes += differences("task", row, back, number=row.number)
        for day in sorted(wanted - own.keys()):
            new = make(habit, day, like)
            made.append(new)
            changes.append(Change("task", new.number, "exists", False, True))
    return changes, made


def edited(
    habit: Habit, wanted: Habit, rows: Iterable[Task], day: date, reach: HabitReach
) -> tuple[Habit, list[Change]]:
    """An edit of a habit on a day: the habit as it goes on, and the changes of its occurrences. ``rows``: those that exist."""
    changes: list[Change] = []
    for row in rows:
        if row.habit == habit.number and _is_meant(row, day, reach):
            after = replace(row, title=wanted.title, minutes=wanted.minutes, kind=wanted.kind)
            changes += differences("task", row, after, number=row.number)
    return (habit if reach is HabitReach.THIS else wanted), changes


def removed(habit: Habit, rows: Iterable[Task], day: date, reach: HabitReach) -> tuple[Habit | None, list[Change]]:
    """The habit as it goes on without a day, or ends before it, or None; and the changes of its occurrences. What was done
    stays unless all is to go."""
    gone = [
        row
        for row in rows
        if row.habit == habit.number
        and _is_meant(row, day, reach)
        and (reach is not HabitReach.FOLLOWING or row.status is Status.OPEN)
    ]
    changes = [Change("task", row.number, "exists", True, False) for row in gone]
    match reach:
        case HabitReach.THIS:
            return replace(habit, without=tuple(sorted({*habit.without, day}))), changes
        case HabitReach.FOLLOWING if day > habit.first:
            last = day - timedelta(days=1)
            return replace(habit, until=last if habit.until is None else min(habit.until, last)), changes
        case HabitReach.FOLLOWING if any(row.habit == habit.number and row not in gone for row in rows):
            return replace(habit, until=day), changes
        case _:
            return None, changes


def _is_meant(row: Task, day: date, reach: HabitReach) -> bool:
    return reach is HabitReach.ALL or row.date == day or (reach is HabitReach.FOLLOWING and row.date > day)


def with_habit(plan: Plan, habit: Habit | None, number: int) -> Change:
    """The change of the plan that puts a habit in the place of the one of that number, or takes that out."""
    known = any(each.number == number for each in plan.habits)
    new = () if habit is None or known else (habit,)
    kept = tuple(
        habit if each.number == number else each for each in plan.habits if each.number != number or habit is not None
    )
    return Change("plan", plan.number, "habits", plan.habits, tuple(each for each in (*kept, *new) if each is not None))


def taken_off(plan: Plan, task: Task) -> Change | None:
    """The change of the plan that keeps a habit off the day of an occurrence that is removed; None where it is none."""
    habit = next((each for each in plan.habits if each.number == task.habit), None)
    if habit is None:
        return None
    return with_habit(plan, replace(habit, without=tuple(sorted({*habit.without, task.date}))), habit.number)


def work(tasks: Iterable[Task]) -> list[Task]:
    """The tasks without the occurrences of habits, which count apart."""
    return [task for task in tasks if task.habit is None]


def judged(tasks: Iterable[Task], today: date) -> list[Task]:
    """The tasks, those marked that a habit missed: open, and their day is over."""
    return [replace(task, missed=True) if is_missed(task, today) else task for task in tasks]


def is_missed(task: Task, today: date) -> bool:
    return task.habit is not None and task.status is Status.OPEN and task.date < today


def standings(plans: Iterable[Plan], tasks: Sequence[Task], today: date) -> Iterator[HabitStanding]:
    """How each habit of the plans goes. ``tasks``: their occurrences among them."""
    by_habit: dict[int, list[Task]] = {}
    for task in sorted(work_of_habits(tasks), key=lambda task: task.date):
        by_habit.setdefault(task.habit or 0, []).append(task)
    for plan in plans:
        for habit in plan.habits:
            yield _standing(habit, plan, by_habit.get(habit.number, []), today)


def work_of_habits(tasks: Iterable[Task]) -> list[Task]:
    """The occurrences of habits among the tasks."""
    return [task for task in tasks if task.habit is not None]


def _standing(habit: Habit, plan: Plan, rows: Sequence[Task], today: date) -> HabitStanding:
    run = longest = 0
    for row in rows:
        if row.status is Status.DONE:
            run += 1
        elif is_missed(row, today):
            run = 0
        longest = max(longest, run)
    ahead = [row.date for row in rows if row.status is Status.OPEN and row.date >= today]
    return HabitStanding(
        habit=habit,
        plan=plan.number,
        done=sum(row.status is Status.DONE for row in rows),
        skipped=sum(row.status is Status.SKIPPED for row in rows),
        left=len(ahead),
        missed=tuple(row.date for row in rows if is_missed(row, today)),
        streak=run,
        longest=longest,
        next_day=min(ahead, default=None),
    )
