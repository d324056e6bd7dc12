"""Bring what a learner did in their calendar back into the plan, as one batch that one undo takes back.

What an entry means is decided in :mod:`studyplan.rules.entry_edits`; here it becomes changes, or a reason for refusing.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, BinaryIO
from zoneinfo import ZoneInfo

from studyplan.calendar import event_uid, todo_uid, whole_mark
from studyplan.calendar.entries import Entries, Entry, read_entries
from studyplan.calendar.lines import MOST_BYTES as MOST_BYTES
from studyplan.errors import Conflict, StorageProblem, StudyplanError, WayOut
from studyplan.files import contents
from studyplan.model import Batch, Change, Learner, Plan, PlanState, Status, Stint, Task
from studyplan.planner.base import LIVE, UseCases, changed, sittings
from studyplan.planner.capacity import room_for
from studyplan.rules import habits, task_changes
from studyplan.rules.entry_edits import Edit, edit_of
from studyplan.rules.entry_revisions import IMPORT, Past, pasts
from studyplan.rules.task_changes import Completion
from studyplan.text import checked_title, count, tasks_named

if TYPE_CHECKING:
    from studyplan.clock import Clock
    from studyplan.store import Unit

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
#: How our own uids look: version 5, without a host.
_OURS = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class Deletion(StrEnum):
    """What becomes of open tasks that were deleted in the calendar."""

    SKIP = "skip"
    REMOVE = "remove"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """One thing that a calendar brings: ``what`` is moved, done, skipped, reopened, retitled or deleted."""

    task: Task
    what: str
    before: date | datetime | str
    after: date | datetime | str
    #: When it was done.
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A change in the calendar that the task cannot follow, and how to go on."""

    task: Task
    why: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """The changes a calendar brings, written or not."""

    brought: tuple[CalendarChange, ...] = ()
    refused: tuple[Refused, ...] = ()
    #: Open tasks that were deleted in the calendar, and of which nothing was decided.
    missing: tuple[Task, ...] = ()
    #: More than half of all entries are gone: it is more likely a part of the calendar than the learner's wish.
    is_part: bool = False
    #: Entries of the learner's tasks that bring nothing, and entries that are none of theirs.
    unchanged: int = 0
    foreign: int = 0
    notes: tuple[str, ...] = ()
    #: The plans whose last open task this was.
    finished: tuple[Plan, ...] = ()
    batch: Batch | None = None
    written: bool = False


class CalendarImport(UseCases):
    """Changes made in a calendar, brought back into the plan."""

    def read(self, file: bytes | str | os.PathLike[str]) -> Entries:
        """The entries of a calendar file, by the learner's zone. Raises BadFile, and StorageProblem if it cannot be
        read."""
        return self._read(*contents(file, MOST_BYTES))

    def read_stream(self, stream: BinaryIO, named: str) -> Entries:
        """The same of what is open already; ``named``: what messages call it."""
        try:
            data = stream.read(MOST_BYTES + 1)
        except OSError as problem:
            raise StorageProblem(f"{named} cannot be read: {problem.strerror or problem}") from problem
        return self._read(data, named)

    def _read(self, data: bytes, named: str) -> Entries:
        zone = self._store.read(lambda unit: self._learner(unit).zone)
        return read_entries(data, ZoneInfo(zone) if zone else None, named=named)

    def take(
        self,
        found: Entries,
        deletion: Deletion = Deletion.KEEP,
        *,
        write: bool = True,
        seen: Imported | None = None,
        force: bool = False,
    ) -> Imported:
        """Make the changes that the entries bring; without ``write`` only list them.

        ``seen``: what the learner agreed to; raises Conflict if the result would differ by now and, without ``force``,
        if the calendar has lost more than half of its entries.
        """

        def work(unit: Unit) -> Imported:
            learner = self._learner(unit)
            scene = _Scene.of(unit, learner, self._clock.at(learner.zone))
            imported = _decided(scene, found, deletion, force=force)
            if seen is not None and _gist(imported) != _gist(seen):
                raise Conflict("the plan changed in the meantime; nothing was written", hint="run the command again")
            ends = task_changes.endings(
                scene.live, list(scene.live_tasks), scene.changes, scene.clock.now(), scene.clock.today()
            )
            batch = None
            if write:
                batch = self._apply(unit, learner, [*scene.changes, *ends], _action(imported))
            return replace(
                imported,
                notes=(*imported.notes, *scene.words_on_moves()),
                finished=task_changes.finished(scene.live, ends),
                batch=batch,
                written=write,
            )

        return self._change(work) if write else self._store.read(work)


@dataclass(slots=True)
class _Scene:
    """All that the learner has and ever had, as the entries change it."""

    learner: Learner
    clock: Clock
    plans: dict[int, Plan]
    tasks: dict[int, Task]
    pasts: Mapping[int, Past]
    #: The sittings of each task, by its number.
    sittings: Mapping[int, Sequence[Stint]]
    changes: list[Change] = field(default_factory=list)
    moved: dict[int, date] = field(default_factory=dict)

    @classmethod
    def of(cls, unit: Unit, learner: Learner, clock: Clock) -> _Scene:
        plans = unit.plans(learner.id, gone=True)
        tasks = {task.number: task for task in unit.removed_tasks(learner.id, since=_EVER)}
        tasks |= {task.number: task for task in unit.tasks(learner.id)}
        past = pasts(tasks.values(), plans, unit.history(learner.id))
        held = sittings(unit, list(tasks.values()))
        return cls(learner, clock, {plan.number: plan for plan in plans}, tasks, past, held)

    @property
    def live(self) -> list[Plan]:
        return [plan for plan in self.plans.values() if plan.exists and plan.state in LIVE]

    @property
    def live_tasks(self) -> Iterable[Task]:
        numbers = {plan.number for plan in self.live}
        return (task for task in self.tasks.values() if task.exists and task.plan in numbers)

    def put(self, number: int, changes: Sequence[Change]) -> None:
        self.changes += changes
        self.tasks[number] = changed(self.tasks[number], changes)

    def words_on_moves(self) -> list[str]:
        """Warnings about full days and broken order, once all moves are made."""
        words: list[str] = []
        tasks = list(self.live_tasks)
        for number, day in self.moved.items():
            task = self.tasks[number]
            of_plan = [each for each in tasks if each.plan == task.plan]
            room = room_for(self.learner, self.plans[task.plan], tasks, self.live, self.clock)
            words += task_changes.warnings_of_move(task, day, of_plan, room)
        return list(dict.fromkeys(words))


@dataclass(slots=True)
class _Remarks:
    """Numbers of tasks whose entries call for a note."""

    #: By the plan's name, how many entries.
    dropped: Counter[str] = field(default_factory=Counter)
    doubted: list[int] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)
    doubled: list[int] = field(default_factory=list)
    #: By why the time of the entry is a guess.
    guessed: dict[str, list[int]] = field(default_factory=dict)

    def note(self, number: int, edit: Edit) -> None:
        if edit.doubts:
            self.doubted.append(number)
        if edit.damaged:
            self.damaged.append(number)
        if edit.guess:
            self.guessed.setdefault(edit.guess, []).append(number)


def _decided(scene: _Scene, found: Entries, deletion: Deletion, *, force: bool) -> Imported:
    known = _uids(scene)
    ours = [(known[entry.uid], entry) for entry in found.entries if entry.uid in known]
    others = Counter(bool(_OURS.fullmatch(entry.uid)) for entry in found.entries if entry.uid not in known)
    brought: list[CalendarChange] = []
    refused: list[Refused] = []
    remarks = _Remarks(doubled=[number for number, entry in ours if entry.copies > 1])
    deleted: set[int] = set()
    unchanged = 0
    for number, entry in sorted(ours, key=lambda each: (_order(scene.tasks[each[0]]), each[1].form)):
        task = scene.tasks[number]
        plan = scene.plans[task.plan]
        if not plan.exists or plan.state is PlanState.DROPPED:
            remarks.dropped[plan.name] += 1
            continue
        before = len(brought), len(refused), len(deleted)
        try:
            edit = _edit(entry, scene, task)
            if edit.cancelled:
                deleted.add(number)
            remarks.note(number, edit)
            _follow(scene, number, edit, brought, refused)
            if entry.unclear and task.exists:
                refused.append(Refused(task, f"its time in the calendar cannot be read: {entry.unclear}"))
        except StudyplanError as problem:
            refused.append(Refused(task, problem.message, problem.hint))
        unchanged += before == (len(brought), len(refused), len(deleted))
    held = _held(scene, found.whole)
    absent = held - {number for number, _ in ours}
    is_part = 2 * len(absent) > len(held) and not force
    if is_part and deletion is not Deletion.KEEP:
        raise Conflict(
            f"{len(absent)} of {count(len(held), 'entry')} {'is' if len(absent) == 1 else 'are'} missing from the calendar; nothing was changed",
            hint=WayOut("pass `force=True` if they were deleted on purpose", "force-import"),
            slug="calendar-lost",
        )
    gone = sorted((scene.tasks[number] for number in deleted | absent), key=_order)
    missing = [task for task in gone if task.status is Status.OPEN]
    if deletion is not Deletion.KEEP:
        brought += [_delete(scene, task, deletion) for task in missing]
        missing = []
    return Imported(
        tuple(brought),
        tuple(refused),
        tuple(missing),
        is_part,
        unchanged,
        others.total(),
        tuple(_notes(found, scene, others[True], remarks)),
    )


def _uids(scene: _Scene) -> dict[str, int]:
    known = {}
    for task in scene.tasks.values():
        plan = scene.plans[task.plan].uuid
        known[event_uid(plan, task.uuid)] = known[todo_uid(plan, task.uuid)] = task.number
    return known


def _order(task: Task) -> tuple[date, int, int]:
    return task.date, task.position, task.number


def _edit(entry: Entry, scene: _Scene, task: Task) -> Edit:
    """The edit made to an entry; raises Conflict if no task can follow it."""
    if entry.repeats:
        raise Conflict(
            "its calendar entry repeats, but a task happens once", hint="remove the repetition in the calendar"
        )
    if not entry.whole:
        raise Conflict(f"its entry in the calendar cannot be read: {entry.unclear}")
    edit = edit_of(entry, scene.pasts[task.number], task, scene.clock, scene.clock.now())
    if not task.exists and edit:
        if edit.cancelled:
            return Edit()
        raise Conflict("it was changed in the calendar, but has been removed here")
    return edit


def _follow(scene: _Scene, number: int, edit: Edit, brought: list[CalendarChange], refused: list[Refused]) -> None:
    """The changes of one entry, part by part: a task that cannot move can still be done."""
    now = scene.clock.now()
    if edit.status is Status.OPEN:
        task = scene.tasks[number]
        plan = scene.plans[task.plan]
        if plan.state is PlanState.FINISHED and plan.name in {each.name for each in scene.live if each != plan}:
            refused.append(
                Refused(
                    task,
                    f"it is open again in the calendar, but another running plan is called '{plan.name}'",
                    f"rename one: studyplan rename {plan.number} NAME",
                )
            )
        else:
            scene.put(number, task_changes.mark(task, Status.OPEN, Completion(now), scene.sittings[number]))
            brought.append(CalendarChange(task, "reopened", task.status.value, Status.OPEN.value))
    for follow in (_retitled, _moved):
        task = scene.tasks[number]
        try:
            follow(scene, task, edit, brought)
        except StudyplanError as problem:
            refused.append(Refused(task, problem.message, problem.hint))
    if edit.status in (Status.DONE, Status.SKIPPED):
        task = scene.tasks[number]
        record = Completion(edit.done_at or now)
        scene.put(number, task_changes.mark(task, edit.status, record, scene.sittings[number]))
        brought.append(CalendarChange(task, edit.status.value, task.status.value, edit.status.value, record.at))


def _retitled(scene: _Scene, task: Task, edit: Edit, brought: list[CalendarChange]) -> None:
    if edit.title is not None:
        title = checked_title(edit.title)
        scene.put(task.number, [Change("task", task.number, "title", task.title, title)])
        brought.append(CalendarChange(task, "retitled", task.title, title))


def _moved(scene: _Scene, task: Task, edit: Edit, brought: list[CalendarChange]) -> None:
    if edit.day is None:
        return
    changes = task_changes.moved_to(task, edit.day, edit.at, scene.plans[task.plan])
    if changes:
        scene.put(task.number, changes)
        brought.append(CalendarChange(task, "moved", _spot(task, edit), edit.at or edit.day))
        if edit.day != task.date:
            scene.moved[task.number] = edit.day


def _spot(task: Task, edit: Edit) -> date | datetime:
    return task.starts_at if edit.at is not None and task.starts_at is not None else task.date


def _delete(scene: _Scene, task: Task, deletion: Deletion) -> CalendarChange:
    if deletion is Deletion.SKIP:
        record = Completion(scene.clock.now())
        scene.put(task.number, task_changes.mark(task, Status.SKIPPED, record, scene.sittings[task.number]))
        return CalendarChange(task, "deleted", task.status.value, "skipped")
    scene.put(task.number, [Change("task", task.number, "exists", True, False)])
    taken = habits.taken_off(scene.plans[task.plan], task)
    if taken is not None:
        scene.changes.append(taken)
        scene.plans[task.plan] = replace(scene.plans[task.plan], habits=taken.after)
    return CalendarChange(task, "deleted", task.status.value, "removed")


def _held(scene: _Scene, marks: Collection[str]) -> set[int]:
    """The tasks that a calendar with these marks held when it was written, and that are still here.

    A mark names the tasks of one plan at one time. So it is looked for among all the sets of tasks that a plan ever had.
    """
    found: set[int] = set()
    for plan in scene.live if marks else ():
        found |= _once_whole(scene, plan, marks)
    return found.intersection(task.number for task in scene.live_tasks)


def _once_whole(scene: _Scene, plan: Plan, marks: Collection[str]) -> set[int]:
    numbers = [task.number for task in scene.tasks.values() if task.plan == plan.number]
    steps = sorted((each.batch, number, each.there) for number in numbers for each in scene.pasts[number].revisions)
    there: set[int] = set()
    for _, of_batch in groupby(steps, key=itemgetter(0)):
        before = set(there)
        for _, number, is_there in of_batch:
            (there.add if is_there else there.discard)(number)
        uuids = [scene.tasks[number].uuid for number in there] if there != before else []
        if any(whole_mark(uid(plan.uuid, uuid) for uuid in uuids) in marks for uid in (event_uid, todo_uid)):
            return there
    return set()


def _notes(found: Entries, scene: _Scene, strangers: int, remarks: _Remarks) -> Iterable[str]:
    if strangers:
        yield (
            f"{count(strangers, 'entry')} of the calendar {'is' if strangers == 1 else 'are'} from studyplan, but not from a plan "
            f"of {scene.learner.name}: another learner's, or another database's"
        )
    if remarks.doubled:
        is_one = len(set(remarks.doubled)) == 1
        yield f"{_named(scene, remarks.doubled)} {'is' if is_one else 'are'} in the calendar more than once; the newest entry counts"
    for name, number in sorted(remarks.dropped.items()):
        yield f"{count(number, 'entry')} belong{'s' if number == 1 else ''} to '{name}', which was dropped: left alone"
    if remarks.doubted:
        yield (
            f"the calendar may be older than the changes made here to {tasks_named(remarks.doubted)}, which stay; "
            "`studyplan move`, `edit`, `done` or `reopen` settles it"
        )
    for why, numbers in remarks.guessed.items():
        yield f"{_named(scene, numbers)} may have been moved in the calendar, but {why}; nothing was changed"
    if remarks.damaged:
        yield f"another program damaged the letters in the calendar's title of {_named(scene, remarks.damaged)}; the title here stays"
    # Of a zone that is a reason to leave tasks alone, more would contradict that.
    yield from (each for each in found.problems if not each.startswith(tuple(remarks.guessed)))
    if found.warnings > len(found.problems):
        yield f"{count(found.warnings - len(found.problems), 'more problem')} in the file"


def _named(scene: _Scene, numbers: Iterable[int]) -> str:
    return tasks_named(scene.tasks[number].typed for number in numbers)


def _gist(imported: Imported) -> list[tuple[int, str, object]]:
    """What the learner agreed to; without times of completion, which may be the moment of writing."""
    return [(each.task.number, each.what, each.after) for each in imported.brought]


def _action(imported: Imported) -> str:
    counts = Counter(each.what for each in imported.brought)
    return IMPORT + ", ".join(f"{number} {what}" for what, number in counts.items())
