"""Many tasks of the learner's own at once, from a list."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from studyplan.errors import Conflict, UsageProblem
from studyplan.files import contents
from studyplan.model import Change, Status, Task
from studyplan.notation import day as read_day
from studyplan.planner import replan
from studyplan.planner.base import day_named
from studyplan.planner.capacity import room_for
from studyplan.planner.tasks import next_study_day
from studyplan.planner.working_copy import WorkingCopy, WorkingCopyUseCases
from studyplan.rules import lookup, own_tasks, task_changes
from studyplan.rules.replan_offers import Remedy
from studyplan.rules.spoken_tasks import spoken
from studyplan.rules.views import Changed
from studyplan.template.task_lists import ListedTask, listed
from studyplan.text import Tip, count, shown

if TYPE_CHECKING:
    from datetime import date

    from studyplan.model import Plan
    from studyplan.planner.base import DayName
    from studyplan.rules.lookup import PlanName
    from studyplan.template.task_lists import TaskList


#: Words left in titles that a note names.
_MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class ListDefaults:
    """What is taken for a task of a list that does not say it itself."""

    minutes: int | None = None
    on: DayName | None = None
    kind: str | None = None
    module: str | None = None


class TaskLists(WorkingCopyUseCases):
    """Tasks added by the dozen, as one change."""

    def add(
        self,
        file: bytes | str | os.PathLike[str],
        plan: PlanName | None = None,
        *,
        defaults: ListDefaults | None = None,
        write: bool = True,
    ) -> Changed:
        """Add the tasks of a file: a CSV with headings, or a task in each line as :meth:`Tasks.add_spoken` takes it.

        What names no day is spread over the study days that are left, in the order of the list and beside what they hold; what
        finds no room there waits as a replan leaves it. Raises BadFile with every bad line; then nothing is added.
        """
        from studyplan.template.source import LARGEST

        found = listed(*contents(file, LARGEST))
        said = defaults or ListDefaults()

        def decide(scene: WorkingCopy) -> tuple[Changed, str]:
            named = lookup.running_plan(scene.plans, plan, "a list can only be added to a running plan")
            rows = _rows(scene, named, found, said)
            before = frozenset(
                task.number for task in scene.tasks if task.plan == named.number and task.status is Status.OPEN
            )
            scene.tasks += rows
            scene.put([Change("task", row.number, "exists", False, True) for row in rows])
            notes = [*found.notes, *_left_words(found, scene.clock.today()), *_spread(scene, named, rows, before)]
            ids = {row.task for row in rows}
            now = sorted(
                (task for task in scene.tasks if task.plan == named.number and task.task in ids),
                key=lambda task: (task.position, task.part),
            )
            changed = Changed(tuple(now), plans=(named,), notes=tuple(notes))
            return changed, f"add {count(len(rows), 'task')} to '{named.name}'"

        return self._settle(decide, write=write)


def _rows(scene: WorkingCopy, plan: Plan, found: TaskList, said: ListDefaults) -> list[Task]:
    """The rows of a list. Raises BadFile naming each line that cannot be used."""
    today = scene.clock.today()
    here = [task for task in scene.tasks if task.plan == plan.number]
    first = next_study_day(
        max(today, plan.start), plan, room_for(scene.learner, plan, scene.tasks, scene.plans, scene.clock)
    )
    on = day_named(said.on, scene.clock)
    new: list[tuple[ListedTask, own_tasks.NewTask]] = []
    for line in found.tasks:
        try:
            new.append((line, _read(line, plan, said, on, today)))
        except (UsageProblem, Conflict) as problem:
            found.problems.add(line.line, problem.message)
    ids = {task.title.casefold(): task.task for task in sorted(here, key=lambda task: -task.number)}
    rows: list[Task] = []
    for line, each in new:
        after = _after(line, ids, found)
        # Numbers are taken for what is kept only.
        number = scene.number() if not found.problems else 0
        made = own_tasks.row(each, plan, [*here, *rows], first, number, uuid4(), scene.clock.now())
        made = own_tasks.behind(made, after)
        ids[made.title.casefold()] = made.task
        rows.append(made)
        # The next number is counted from these, where none is reserved.
        scene.made.append(made)
    if found.problems:
        found.problems.raise_all()
    return rows


def _read(line: ListedTask, plan: Plan, said: ListDefaults, on: date | None, today: date) -> own_tasks.NewTask:
    title, minutes, day = line.words, line.minutes, read_day(line.day, today) if line.day else None
    if line.spoken:
        task = spoken([line.words], today)
        title, minutes, day = task.title, task.minutes, task.on
    made = own_tasks.new_task(
        title,
        said.minutes if minutes is None else minutes,
        day or on,
        line.kind or said.kind,
        line.module or said.module,
    )
    if made.on is not None:
        task_changes.check_inside(made.on, plan)
    return made


def _left_words(found: TaskList, today: date) -> list[str]:
    """A note on words of titles that look like a day or a length and were not read as one."""
    left = [
        f"'{shown(words)}' (line {line.line})"
        for line in found.tasks
        if line.spoken
        for words in spoken([line.words], today).left
    ]
    if not left:
        return []
    more = f" and {len(left) - _MOST_TOLD} more" if len(left) > _MOST_TOLD else ""
    return [f"these words are part of titles, not a day or a length: {', '.join(left[:_MOST_TOLD])}{more}"]


def _after(line: ListedTask, ids: dict[str, str], found: TaskList) -> tuple[str, ...]:
    """The tasks that a line names as those it comes after: of the plan, or further up in the list."""
    from studyplan.template.problems import quoted
    from studyplan.template.sheet import names_in

    after = []
    for name in names_in(line.after, ids):
        if name.casefold() in ids:
            after.append(ids[name.casefold()])
        else:
            near = lookup.nearest(name, ids)
            found.problems.add(
                line.line, f"after names {quoted(name)}, but there is no such task above it or in the plan{near}"
            )
    return tuple(dict.fromkeys(after))


def _spread(scene: WorkingCopy, plan: Plan, rows: Sequence[Task], before: frozenset[int]) -> list[str]:
    """Lay out the rows that have no day of their own, beside all that is there; notes on what found no room."""
    loose = [row for row in rows if not row.pinned]
    if not loose:
        return []
    mended = replan.mend(scene, plan, Remedy(strategy="even"), aside=before)
    here = [task for task in scene.tasks if task.plan == plan.number]
    numbers = {row.number for row in loose}
    others = [task for task in here if task.number not in numbers]
    changes: list[Change] = []
    for row in (task for task in here if task.number in numbers):
        at = own_tasks.position(row.date, others)
        if any(not task.own for task in others) and at != row.position:
            changes.append(Change("task", row.number, "position", row.position, at))
    scene.put(changes)
    if not mended.left_over:
        return []
    minutes = sum(task.minutes for task in mended.left_over)
    left = f"no room for {count(len(mended.left_over), 'task')} of {minutes} min"
    return [Tip(left, ": `studyplan replan` has the ways out")]
