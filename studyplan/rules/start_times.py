"""The time of day of each task: which days a change touches, and what their stacking means in changes.

An exam has the hour that the learner told, or none: it is never stacked into the study hours, and the others go around it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from studyplan.model import Change, Kind, Learner, Plan, PlanState, Status, StudyHours, Task
from studyplan.rules.capacity import EVENING, week_of_plan
from studyplan.schedule.hours import Stretch, TimeSlot, stacked

if TYPE_CHECKING:
    from studyplan.clock import Clock

#: Minutes after midnight: where a long day has to open earlier, it does not open before six.
_DAWN = 6 * 60
_MIDNIGHT = 24 * 60


def followed(
    learner: Learner,
    plans: Iterable[Plan],
    before: Sequence[Task],
    changes: Sequence[Change],
    clock: Clock,
    today: date,
) -> list[Change]:
    """The changes of times that other changes bring along. ``plans``: all that the learner ever had; ``before``: all of their tasks,
    those that the changes make included."""
    by_row: dict[tuple[str, int], dict[str, Any]] = {}
    for change in changes:
        by_row.setdefault((change.of, change.number), {})[change.field] = change.after
    learner = replace(learner, **by_row.get(("learner", 0), {}))
    plans = [replace(plan, **by_row.get(("plan", plan.number), {})) for plan in plans]
    after = [replace(task, **by_row.get(("task", task.number), {})) for task in before]
    anew = frozenset(_other_hours(by_row, plans))
    if anew:
        days = {task.date for task in after if task.plan in anew and task.date >= today}
    else:
        days = {task.date for task in after if ("task", task.number) in by_row or ("plan", task.plan) in by_row}
    just = frozenset(each.number for each in changes if each.of == "task" and each.field == "starts_at" and each.after)
    exams = {
        new.number: _exam_hour(old, new, clock)
        for old, new in zip(before, after, strict=True)
        if new.kind is Kind.EXAM and new.number not in just
    }
    after = [replace(task, starts_at=exams.get(task.number, task.starts_at)) for task in after]
    found = exams | starts(learner, plans, after, clock, days=days, anew=anew, just_set=just)
    had = {task.number: by_row.get(("task", task.number), {}).get("starts_at", task.starts_at) for task in before}
    return [Change("task", number, "starts_at", had[number], at) for number, at in found.items() if at != had[number]]


def _exam_hour(old: Task, new: Task, clock: Clock) -> datetime | None:
    """The start of an exam that may have moved: at the hour given for its former day. A task that was not an exam had
    its time from the study hours."""
    if old.kind is not Kind.EXAM or new.starts_at is None or old.date == new.date:
        return new.starts_at if old.kind is Kind.EXAM else None
    since = clock.wall(new.starts_at) - datetime.combine(old.date, time())
    return clock.moment(new.date, int(since.total_seconds()) // 60)


def _other_hours(by_row: Mapping[tuple[str, int], Mapping[str, Any]], plans: Iterable[Plan]) -> Iterator[int]:
    """Plans whose study hours have changed, so that their times are assigned again."""
    if by_row.get(("learner", 0), {}).keys() & {"week", "zone"}:
        yield from (plan.number for plan in plans)
    for (of, number), fields in by_row.items():
        if of == "plan" and "week" in fields:
            yield number


def starts(
    learner: Learner,
    plans: Iterable[Plan],
    tasks: Iterable[Task],
    clock: Clock,
    *,
    days: Collection[date],
    anew: Collection[int] = (),
    just_set: Collection[int] = (),
) -> dict[int, datetime]:
    """When the open tasks of some days begin, by number; ``plans`` and ``tasks`` are all of the learner's.

    ``anew``: the plans whose times are forgotten first, but for those of pinned tasks, which the learner may have chosen. ``just_set``: tasks whose time the learner has just chosen.
    """
    running = {plan.number: plan for plan in plans if plan.state is PlanState.ACTIVE and plan.exists}
    by_day: dict[date, list[Task]] = {day: [] for day in days}
    for task in tasks:
        if task.exists and task.plan in running and task.date in by_day and task.status is not Status.SKIPPED:
            by_day[task.date].append(task)
    found: dict[int, datetime] = {}
    for day, here in by_day.items():
        here.sort(key=lambda task: (task.plan, task.position, task.number))
        still_open = [task for task in here if task.status is Status.OPEN and task.kind is not Kind.EXAM]
        hours = {number: week_of_plan(plan, learner) for number, plan in running.items()}
        sittings = []
        ends = [clock.moment(day, _MIDNIGHT)]
        for task in still_open:
            week = hours[task.plan]
            opens, closes = _open(week.on(day) if week else StudyHours(), clock.day_starts)
            ends.append(clock.moment(day, closes))
            at = task.starts_at
            kept = task.pinned or task.plan not in anew
            stands = at is not None and kept and day in (clock.day_of(at), clock.day_meant(at))
            sittings.append(
                TimeSlot(
                    number=task.number,
                    minutes=task.minutes,
                    opens=clock.moment(day, opens),
                    start=at if stands else None,
                    claim=2 if task.number in just_set else 1 if task.pinned else 0,
                    needs=_needs(task, still_open),
                )
            )
        fixed = [
            (task.starts_at, task.starts_at + timedelta(minutes=task.minutes))
            for task in here
            if (task.status is Status.DONE or task.kind is Kind.EXAM) and task.starts_at is not None
        ]
        engaged = [*fixed, *_engagements(running.values(), day, clock)]
        found |= stacked(sittings, engaged, clock.moment(day, _DAWN), max(ends))
    return found


def with_times(
    learner: Learner, plans: Sequence[Plan], all_tasks: Sequence[Task], tasks: Iterable[Task], clock: Clock
) -> list[Task]:
    """The tasks, those without a time of day with the one that they would get, exams apart. ``plans`` and ``all_tasks`` are all of the
    learner's. Tasks of databases from before there were times have none until something moves."""
    tasks = list(tasks)
    days = {task.date for task in tasks if task.starts_at is None}
    found = starts(learner, plans, all_tasks, clock, days=days) if days else {}
    by_number = {plan.number: plan for plan in plans}

    def start(task: Task) -> datetime:
        plan = by_number.get(task.plan)
        week = week_of_plan(plan, learner) if plan else learner.week
        opens, _ = _open(week.on(task.date) if week else StudyHours(), clock.day_starts)
        return found.get(task.number) or clock.moment(task.date, opens)

    return [
        task if task.starts_at is not None or task.kind is Kind.EXAM else replace(task, starts_at=start(task))
        for task in tasks
    ]


def _open(hours: StudyHours, day_starts: time) -> tuple[int, int]:
    """Minutes after the day's midnight at which its study hours begin and end; what lies before the study day begins
    belongs to the night after it."""
    begins = EVENING if hours.start is None else hours.start.hour * 60 + hours.start.minute
    if begins < day_starts.hour * 60 + day_starts.minute:
        begins += _MIDNIGHT
    return begins, begins + (hours.minutes or 0)


def _needs(task: Task, others: Sequence[Task]) -> frozenset[int]:
    """Those of a day's tasks that the task comes after, by what its template says."""
    ahead = set(task.after)
    return frozenset(
        other.number
        for other in others
        if other.plan == task.plan and other.task in ahead and other.position < task.position
    )


def _engagements(plans: Iterable[Plan], day: date, clock: Clock) -> Iterator[Stretch]:
    for plan in plans:
        for each in plan.busy:
            # A day that is taken whole has no time to go around.
            if each.day == day and not (each.start <= 0 and each.end >= _MIDNIGHT):
                yield clock.moment(day, each.start), clock.moment(day, each.end)
