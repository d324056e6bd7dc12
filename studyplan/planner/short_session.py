"""Pick what to do with a given number of minutes. Writes nothing; the plan stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from studyplan.errors import UsageProblem
from studyplan.model import STEP, Kind, Plan, PlanState, Status, Task
from studyplan.planner.base import LIVE, UseCases
from studyplan.rules import lookup
from studyplan.rules.time_spent import WHOLE_DAY

if TYPE_CHECKING:
    from studyplan.rules.lookup import PlanName
    from studyplan.store import Unit


@dataclass(frozen=True, slots=True)
class ShortSession:
    """The best use of so many minutes. ``picks``: each task, the minutes to give to it, and those that it takes in all now;
    ``shortest``: of the least that can be begun at all, where nothing fits."""

    day: date
    learner: str | None
    minutes: int
    plans: tuple[Plan, ...]
    picks: tuple[tuple[Task, int, int], ...]
    shortest: int | None = None


class ShortSessions(UseCases):
    """What to do with a few minutes."""

    def best(self, minutes: int, plan: PlanName | None = None) -> ShortSession:
        """The ready tasks of the plan named or of those that run, or pieces of them, that make the best of the minutes, in the order in which to do
        them. Where minutes are left over, what those tasks make ready is offered for the rest. Raises UsageProblem."""
        if not STEP <= minutes <= WHOLE_DAY:
            raise UsageProblem(f"minutes must be {STEP} to {WHOLE_DAY}, not {minutes}")

        def work(unit: Unit) -> ShortSession:
            learner = self._who.find(unit)
            if learner is None:
                return ShortSession(self._clock.today(), None, minutes, (), ())
            today = self._clock.at(learner.zone).today()
            plans = lookup.plans_to_read(unit.plans(learner.id, states=LIVE), plan)
            running = [plan.number for plan in plans if plan.state is PlanState.ACTIVE]
            tasks = unit.tasks(learner.id, plans=running)
            picks = chosen(tasks, today, minutes)
            least = None if picks else min((left(task) for task in ready(tasks, today)), default=None)
            return ShortSession(today, learner.name, minutes, tuple(plans), tuple(picks), least)

        return self._look(work)


def left(task: Task) -> int:
    """Minutes an open task still takes: its estimate less the time spent on it, in steps of 5, at least 5."""
    rest = task.minutes - (task.spent_minutes or 0)
    return max(STEP, -(-rest // STEP) * STEP)


def ready(tasks: Iterable[Task], today: date) -> list[Task]:
    """The open tasks that can be begun today, the most overdue first: nothing that they come after is open, nor an earlier
    piece of theirs.

    What has a day of its own waits for it: reviews, which live from their spacing, mock exams and other anchored tasks, and
    what was put on a day by hand. The exam is never offered.
    """
    # A habit is for its day alone.
    tasks = [task for task in tasks if task.habit is None or task.date == today]
    in_order = sorted(tasks, key=lambda task: (task.date, task.plan, task.position, task.number))
    is_open = [task for task in in_order if task.status is Status.OPEN]
    ahead = {(task.plan, task.task) for task in is_open}
    begun: set[tuple[int, str]] = set()
    found = []
    for task in is_open:
        waits = task.date > today and (task.kind is Kind.REVIEW or task.anchor is not None or task.pinned)
        blocked = any((task.plan, id) in ahead for id in task.after) or (task.plan, task.task) in begun
        if task.kind is not Kind.EXAM and not waits and not blocked:
            found.append(task)
        begun.add((task.plan, task.task))
    return found


def chosen(tasks: Sequence[Task], today: date, minutes: int) -> list[tuple[Task, int, int]]:
    """The picks in rounds: each the best of what is ready by then, with the tasks that were picked whole over."""
    from studyplan.schedule.best import Ready, best

    picks: list[tuple[Task, int, int]] = []
    given: set[int] = set()
    now = list(tasks)
    while True:
        offered = [task for task in ready(now, today) if task.number not in given]
        used = sum(size for _, size, _ in picks)
        found = best(
            [Ready(task.number, left(task), task.splittable, (today - task.date).days) for task in offered],
            minutes - used,
        )
        if not found:
            return picks
        by_number = {task.number: task for task in offered}
        picks += [(by_number[each.number], each.minutes, left(by_number[each.number])) for each in found]
        given |= {each.number for each in found}
        over = {task.number for task, size, whole in picks if size == whole}
        now = [replace(task, status=Status.DONE) if task.number in over else task for task in now]
