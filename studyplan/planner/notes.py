"""Notes and evidence on a task, and all that is known of one: its history and the time spent on it."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from studyplan.errors import Conflict, NoSuchFile, NotFound, UsageProblem, WayOut
from studyplan.files import path_of
from studyplan.model import Batch, Change, Plan, Task
from studyplan.planner.base import UseCases, titles
from studyplan.rules import lookup, task_changes, time_spent
from studyplan.rules.time_spent import LogEntry
from studyplan.rules.views import Changed
from studyplan.text import flaw, shown

if TYPE_CHECKING:
    from studyplan.rules.lookup import TaskName
    from studyplan.store import Unit

#: Characters: the longest address or path.
LONGEST_PLACE = 2000
#: Links and files that a task may have, each.
MOST_PLACES = 100


@dataclass(frozen=True, slots=True)
class Addition:
    """What is added to a task: ``text`` below its note, or ``whole`` instead of it; addresses, and paths of files as typed;
    ``forget`` takes links and files away."""

    text: str | None = None
    whole: str | None = None
    links: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    forget: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Happening:
    """What one batch changed of a task. ``batch`` None: the start of its plan, which laid it on its first day."""

    at: datetime
    action: str
    changes: tuple[Change, ...]
    batch: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A task's history, oldest first and without what was undone, and the time spent on it."""

    history: tuple[Happening, ...]
    time: tuple[LogEntry, ...]


class Notebook(UseCases):
    """Notes, links and files of tasks."""

    def noted(self, ref: TaskName) -> tuple[Task, Plan]:
        """The task named and its plan."""

        def work(unit: Unit) -> tuple[Task, Plan]:
            learner = self._learner(unit)
            plans = unit.plans(learner.id)
            task = _one(
                lookup.tasks_named(
                    [ref], plans, unit.tasks(learner.id), on=self._clock.at(learner.zone).today(), dropped=True
                )
            )
            return task, lookup.plan_numbered(plans, task.plan)

        return self._store.read(work)

    def note(self, ref: TaskName, addition: Addition) -> Changed:
        """Add to a task's note, links and files. Raises StorageProblem for a missing file, NotFound for a link or file
        to forget that the task does not have."""
        links = [link(text) for text in addition.links]
        files = [file(text) for text in addition.files]

        def work(unit: Unit) -> Changed:
            learner, plans, tasks = self._live(unit)
            task = _one(lookup.tasks_named([ref], plans, tasks, on=self._clock.at(learner.zone).today()))
            wanted = replace(task, note=_noted(task.note, addition))
            gone = {_held(task, word) for word in addition.forget}
            wanted = replace(
                wanted,
                links=_joined([each for each in task.links if each not in gone], links, "links"),
                files=_joined([each for each in task.files if each not in gone], files, "files"),
            )
            changes = task_changes.differences("task", task, wanted, number=task.number)
            batch = self._apply(unit, learner, changes, f"note {titles([task])}")
            if not changes:
                return Changed(unchanged=(task,), plans=tuple(plans))
            return Changed((wanted,), plans=tuple(plans), batch=batch)

        return self._change(work)

    def known(self, numbers: Collection[int]) -> dict[int, Known]:
        """What is known of each task besides its row."""

        def work(unit: Unit) -> dict[int, Known]:
            learner = self._learner(unit)
            plans = {plan.number: plan for plan in unit.plans(learner.id)}
            tasks = unit.tasks(learner.id, numbers=numbers)
            batches = [
                each for each in unit.history(learner.id, tasks=numbers) if each.kind == "do" and not each.undone
            ]
            stints = unit.stints(learner.id, tasks=numbers)
            day_of = self._clock.at(learner.zone).day_of
            return {
                task.number: Known(
                    tuple(_history(task, plans[task.plan], batches[::-1])),
                    tuple(time_spent.book([task], stints, day_of)),
                )
                for task in tasks
            }

        return self._store.read(work)


def _one(found: Sequence[Task]) -> Task:
    if len(found) > 1:
        numbers = ", ".join(str(task.number) for task in found)
        raise Conflict(f"'{found[0].title}' is split into tasks {numbers}", hint="give the number of one of them")
    return found[0]


def _noted(before: str | None, addition: Addition) -> str | None:
    if addition.whole is not None:
        return task_changes.note(addition.whole)
    return before if addition.text is None else task_changes.note_added(before, addition.text)


def _joined(kept: Sequence[str], added: Sequence[str], what: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys((*kept, *added)))
    if len(found) > MOST_PLACES:
        raise UsageProblem(
            f"a task can have at most {MOST_PLACES} {what}", hint=WayOut("`forget` removes one", "forget-place")
        )
    return found


def _held(task: Task, word: str) -> str:
    """The task's link or file that a word stands for."""
    for known in (word.strip(), os.path.abspath(path_of(word)) if word else ""):  # noqa: PTH100
        if known in task.links or known in task.files:
            return known
    raise NotFound(
        f"task {task.number} has no link or file '{shown(word)}'{lookup.nearest(word, (*task.links, *task.files))}",
        hint=WayOut("`planner.notes.noted` has them", "list-places", task=task.number),
    )


def link(text: str) -> str:
    """An address in the form it is kept. Raises UsageProblem if it is not a web address or could run code when
    followed."""
    text = text.strip()
    _refuse(text, "an address")
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in ("http", "https") and bool(parts.netloc) and not any(c.isspace() for c in text)
    except ValueError:
        is_address = False
    if not is_address:
        raise UsageProblem(
            f"'{shown(text)}' is not a web address", hint="write it in full, like https://example.org/page"
        )
    return text


def file(text: str) -> str:
    """The absolute path of a file, which is checked only once. Raises NoSuchFile if there is none."""
    _refuse(text, "a path")
    path = Path(os.path.abspath(path_of(text)))  # noqa: PTH100
    try:
        path.stat()
    except OSError as error:
        raise NoSuchFile(
            f"cannot see {path}: {error.strerror or error}", hint=WayOut("name a file that exists", "existing-file")
        ) from None
    return str(path)


def _refuse(text: str, what: str) -> None:
    if wrong := flaw(text, longest=LONGEST_PLACE):
        raise UsageProblem(f"{what} {wrong}")


def _history(task: Task, plan: Plan, batches: Sequence[Batch]) -> list[Happening]:
    found = []
    for batch in batches:
        own = tuple(change for change in batch.changes if change.of == "task" and change.number == task.number)
        if own:
            found.append(Happening(batch.at, batch.action, own, batch.number))
    made = any(change.field == "exists" and change.after for each in found for change in each.changes)
    if plan.created_at is not None and not made:
        days = [change.before for each in found for change in each.changes if change.field == "date"]
        first = Change("task", task.number, "date", None, (days or [task.date])[0])
        found.insert(0, Happening(plan.created_at, f"start {plan.name}", (first,)))
    return found
