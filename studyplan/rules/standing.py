"""Build the scheduler's view of a stored plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from studyplan import schedule
from studyplan.model import STEP, Card, Deck, Kind, Plan, Reason, Status, Stint, Task, TemplateTask
from studyplan.rules import habits, time_spent

if TYPE_CHECKING:
    from studyplan.clock import Clock
    from studyplan.rules.capacity import PlanRoom


def standing_of(
    plan: Plan,
    tasks: Sequence[Task],
    stints: Sequence[Stint],
    clock: Clock,
    *,
    room: PlanRoom,
    today: date,
    changed: Reason | None = None,
    cards: Sequence[Card] = (),
) -> schedule.Standing:
    """The plan as the scheduler's replan sees it. ``tasks`` and ``stints`` are all of the learner's; ``room``: the capacity that is
    left to the plan. Where no ceiling was named, the fullest day of the plan as it was laid out is the ceiling, or, where it
    began empty, the fullest day it has now. Habits are no part of it: they only take their minutes."""
    own = tuple(task for task in habits.work(tasks) if task.plan == plan.number)
    fullest = plan.fullest or _fullest(own) or None

    def capacity(day: date) -> int | None:
        minutes = room(day)
        return fullest if minutes is None else minutes

    has_ceiling = any(room(day.date) for day in schedule.days(plan.start, plan.end, room, plan.exam))
    days = schedule.days(plan.start, plan.end, capacity, plan.exam)
    return schedule.Standing(
        days=schedule.beside_habits(days, room.habit_minutes),
        today=today,
        tasks=own,
        changed=changed,
        decks=decks_of(own, cards) if has_ceiling else (),
        spent_today=_spent_on(today, own, stints, clock),
        loose=schedule.loose_of(own, today),
        crowded=frozenset(day.date for day in days if day.capacity == 0 and room.alone(day.date) != 0),
        shared=room.shared(days),
    )


def _fullest(tasks: Sequence[Task]) -> int:
    """Minutes of the fullest day, each task with those of the steps that a lay-out gives it."""
    loads = Counter[date]()
    for task in tasks:
        if task.kind is not Kind.EXAM and task.status is not Status.SKIPPED:
            loads[task.date] += -(-task.minutes // STEP) * STEP
    return max(loads.values(), default=0)


def _spent_on(today: date, tasks: Sequence[Task], stints: Sequence[Stint], clock: Clock) -> int:
    """Minutes studied today, as far as no open task of today holds them: it lies there with its whole estimate, of which its
    sittings are a part."""
    spent = time_spent.by_day(tasks, stints, clock.day_of).get(today, 0)
    held: Counter[int] = Counter()
    for stint in stints:
        if stint.date == today:
            held[stint.task] += stint.minutes
    return spent - sum(
        min(held[task.number], task.minutes) for task in tasks if task.status is Status.OPEN and task.date == today
    )


def decks_of(tasks: Sequence[Task], cards: Sequence[Card]) -> tuple[Deck, ...]:
    """The decks as the start saw them: what a deck needs of a task is its id, its tier and its place."""
    order: dict[str, TemplateTask] = {}
    for task in sorted(tasks, key=lambda each: each.position):
        order.setdefault(
            task.task, TemplateTask(task.task, task.title, task.kind, task.minutes, task.module, task.tier)
        )
    return schedule.decks(list(order.values()), cards)
