"""Calendars on servers: the list of them, the learner's side of each, and what edits made there mean here. Knows no
network.

A family of its own, which ``sync`` opens: no other command pays for it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from studyplan.calendar.forms import Form, moment_of
from studyplan.calendar.identity import event_uid, todo_uid
from studyplan.clock import Clock
from studyplan.errors import Conflict, NotFound, UsageProblem, WayOut
from studyplan.model import Change, Kind, Learner, Plan, PlanState, Presence, Remote, Seen, Status, Stint, Task
from studyplan.planner.base import UseCases, changed, sittings
from studyplan.planner.capacity import room_for
from studyplan.rules import habits, lookup, task_changes
from studyplan.rules.start_times import with_times
from studyplan.store.accounts import Accounts
from studyplan.text import checked_title

if TYPE_CHECKING:
    from studyplan.rules.lookup import PlanName
    from studyplan.store import Unit

#: Names in one line of the history; a first sync may bring sixty.
_MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class Side:
    """What is here of a calendar: its tasks by uid, and what was last seen of them there."""

    remote: Remote
    clock: Clock
    plans: Mapping[int, Plan]
    tasks: Mapping[str, Task]
    seen: Mapping[str, Seen]


@dataclass(frozen=True, slots=True)
class TaskEdit:
    """What the learner changed of a task in the calendar; None: not that."""

    uid: str
    task: int
    #: The stamp of the task that the edit was decided on.
    expected: datetime | None
    status: Status | None = None
    done_at: datetime | None = None
    day: date | None = None
    #: Counts where ``day`` is named and the calendar shows times.
    at: datetime | None = None
    title: str | None = None
    remove: bool = False


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen of an entry, held against a task with the stamp ``expected``. ``settled``: nothing has to be written
    there once the edits are made."""

    seen: Seen
    expected: datetime | None
    settled: bool


class EditPart(StrEnum):
    """Which part of an edit could not be made."""

    DAY = "day"
    TITLE = "title"
    #: None of it: it would have opened a plan again.
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A part of an edit that could not be made, and why; the other parts were."""

    uid: str
    task: int
    part: EditPart
    why: str


@dataclass(frozen=True, slots=True)
class Carried:
    """The outcome of edits. ``late``: uids whose tasks changed in the meantime."""

    changes: tuple[Change, ...] = ()
    refused: tuple[Refusal, ...] = ()
    late: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    #: The number of the batch that ``undo`` takes back.
    batch: int | None = None


class CalendarSync(UseCases):
    """Calendars on CalDAV servers: which there are, and what a sync writes down."""

    def remotes(self) -> list[Remote]:
        """The learner's calendars, by number."""

        def work(unit: Unit) -> list[Remote]:
            learner = self._who.find(unit)
            return [] if learner is None else Accounts(unit, learner.id).all()

        return self._store.read(work)

    def named(self, word: str | None) -> list[Remote]:
        """The calendar of that name, or all. Raises NotFound if there is none."""
        known = self.remotes()
        if word is None:
            if not known:
                raise NotFound(
                    "no calendar has been added yet", hint=WayOut("`planner.sync.add` adds one", "add-calendar")
                )
            return known
        found = [each for each in known if each.name == word]
        if not found:
            near = lookup.nearest(word, [each.name for each in known])
            raise NotFound(
                f"no calendar '{word}'{near}", hint=WayOut("`planner.sync.remotes` lists them", "list-calendars")
            )
        return found

    def check_new(self, name: str, *, command: bool) -> str:
        """The name as it would be kept. Raises what would keep a calendar from being added, before anybody is asked for
        a password; Conflict for a password command in a database that others write to, who could change it."""
        self.check_command(command)
        name = checked_title(name)

        def work(unit: Unit) -> None:
            learner = self._learner(unit)
            if any(each.name == name for each in Accounts(unit, learner.id).all()):
                raise Conflict(
                    f"there is already a calendar '{name}'", hint=WayOut("choose another name", "name-calendar")
                )

        self._store.read(work)
        return name

    def check_command(self, command: bool) -> None:
        if command and not self._store.is_file:
            raise Conflict(
                "a password command cannot be used with a database that others write to",
                hint=WayOut("leave it out: the system keyring stores the password", "no-password-command"),
            )

    def plan_number(self, plan: PlanName | None) -> int | None:
        """The number of the plan named."""

        def work(unit: Unit) -> int | None:
            learner = self._learner(unit)
            return None if plan is None else lookup.plan_named(unit.plans(learner.id), plan).number

        return self._store.read(work)

    def add(self, remote: Remote) -> Remote:
        """Keep a calendar in step from now on. Raises Conflict for a taken name or a calendar added before."""

        def work(unit: Unit) -> Remote:
            learner = self._learner(unit)
            accounts = Accounts(unit, learner.id)
            for each in accounts.all():
                if each.name == remote.name:
                    raise Conflict(
                        f"there is already a calendar '{each.name}'",
                        hint=WayOut("choose another name", "name-calendar"),
                    )
                if each.url == remote.url and each.form == remote.form:
                    raise Conflict(
                        f"that calendar has already been added as '{each.name}'",
                        hint=WayOut("sync that one", "sync-only", calendar=each.name),
                    )
            return accounts.add(remote)

        return self._change(work)

    def remove(self, word: str) -> Remote:
        """Stop keeping a calendar in step. Its entries stay there."""
        (found,) = self.named(word)

        def work(unit: Unit) -> Remote:
            learner = self._learner(unit)
            Accounts(unit, learner.id).remove(found.number)
            return found

        return self._change(work)

    def ring(self, word: str, alarm: int | None) -> Remote:
        """Give the entries of a calendar another alarm, or none, from its next run on. One in an entry that others wrote to
        stays."""
        (found,) = self.named(word)

        def work(unit: Unit) -> Remote:
            learner = self._learner(unit)
            _kept(unit, learner.id, found).ring(found.number, alarm)
            return replace(found, alarm=alarm)

        return self._change(work)

    def side(self, remote: Remote) -> Side:
        """The tasks that belong in a calendar, and what was last seen there.

        Tasks of ended plans belong there only if they are there already: a new calendar does not start with old plans.
        """

        def work(unit: Unit) -> Side:
            learner = self._learner(unit)
            accounts = Accounts(unit, learner.id)
            current = next((each for each in accounts.all() if each.number == remote.number), None)
            if current is None:
                raise _removed(remote)
            seen = {each.uid: each for each in accounts.seen(remote.number)}
            plans = {each.number: each for each in unit.plans(learner.id)}
            tasks = {}
            found = unit.tasks(learner.id)
            clock = self._clock.at(learner.zone)
            if remote.form == Form.TIMED:
                found = with_times(learner, list(plans.values()), found, found, clock)
            for task in found:
                plan = plans[task.plan]
                uid = uid_of(plan, task, remote.form)
                wanted = plan.state is PlanState.ACTIVE or (plan.state is PlanState.FINISHED and uid in seen)
                if lookup.is_left_behind(task, plan, clock.day_of):
                    wanted = False
                if wanted and remote.plan in (None, plan.number):
                    tasks[uid] = task
            return Side(current, clock, plans, tasks, seen)

        return self._store.read(work)

    def note(self, remote: Remote, seen: Sequence[Seen] = (), forget: Collection[str] = ()) -> None:
        """Keep what is known of entries there. Nothing of the learner's changes."""

        def work(unit: Unit) -> None:
            accounts = _kept(unit, self._learner(unit).id, remote)
            accounts.forget(remote.number, forget)
            accounts.remember(seen)

        self._change(work)

    def finish(self, remote: Remote, token: str | None) -> None:
        """A run is over. ``token``: the server's name for the state that was seen, where that is the one it is in; None:
        something was written since, or left."""

        def work(unit: Unit) -> None:
            learner = self._learner(unit)
            _kept(unit, learner.id, remote).synced(remote.number, token, self._clock.at(learner.zone).now())

        self._change(work)

    def carry(
        self, remote: Remote, edits: Sequence[TaskEdit], sightings: Sequence[Sighting], forget: Collection[str] = ()
    ) -> Carried:
        """Make the edits, in one batch that ``undo`` takes back, and keep what was seen, in the same transaction.

        An edit that cannot be made (a day outside the plan) is refused alone; the entry there must then be set right.
        """

        def work(unit: Unit) -> Carried:
            made, late = self._made(unit, remote, edits, sightings)
            changes = made.ended()
            learner = self._learner(unit)
            batch = self._apply(unit, learner, changes, f"sync {remote.name}: {made.told}")
            after = {task.number: task for task in unit.tasks(learner.id)}
            accounts = _kept(unit, learner.id, remote)
            accounts.forget(remote.number, [uid for uid in forget if uid not in late])
            form = Form(remote.form)
            refused = {each.uid for each in made.refused}
            accounts.remember(
                replace(each.seen, revised=_stamp(each, after.get(each.seen.task), form))
                if each.seen.uid not in refused
                else replace(each.seen, revised=None)
                for each in sightings
                if each.seen.uid not in late
            )
            return Carried(changes, tuple(made.refused), late, tuple(made.notes), batch.number if batch else None)

        return self._change(work)

    def foretell(self, remote: Remote, edits: Sequence[TaskEdit]) -> Carried:
        """What :meth:`carry` would make of the edits."""

        def work(unit: Unit) -> Carried:
            made, late = self._made(unit, remote, edits, ())
            return Carried(made.ended(), tuple(made.refused), late, tuple(made.notes))

        return self._store.read(work)

    def _made(
        self, unit: Unit, remote: Remote, edits: Sequence[TaskEdit], sightings: Sequence[Sighting]
    ) -> tuple[_Edits, frozenset[str]]:
        """The edits that can be made, and the uids of tasks that changed in the meantime."""
        learner, plans, tasks = self._live(unit)
        before = {task.number: task for task in tasks}
        told = [(each.uid, each.task, each.expected) for each in edits]
        told += [(each.seen.uid, each.seen.task, each.expected) for each in sightings]
        late = frozenset(uid for uid, task, stamp in told if task not in before or before[task].updated_at != stamp)
        clock = self._clock.at(learner.zone)
        held = sittings(unit, tasks)
        made = _Edits(learner, plans, before, held, clock, timed=remote.form == Form.TIMED)
        for edit in edits:
            if edit.uid not in late:
                made.make(edit)
        return made, late


def _kept(unit: Unit, learner_id: int, remote: Remote) -> Accounts:
    """The learner's calendars; raises NotFound if this one is not among them any more."""
    accounts = Accounts(unit, learner_id)
    if not any((each.number, each.url) == (remote.number, remote.url) for each in accounts.all()):
        raise _removed(remote)
    return accounts


def _removed(remote: Remote) -> NotFound:
    return NotFound(f"'{remote.name}' was removed in the meantime", hint="what was synchronised before that stays")


def _stamp(sighting: Sighting, task: Task | None, form: Form) -> datetime | None:
    """The stamp of the task that the entry shows; None if it shows another day or time, since an edit brought others
    along or was made otherwise."""
    seen = sighting.seen
    if task is None or not sighting.settled:
        return None
    return task.updated_at if (seen.day, seen.at) == (task.date, moment_of(task, form)) else None


def uid_of(plan: Plan, task: Task, form: str) -> str:
    return todo_uid(plan.uuid, task.uuid) if form == Form.TODOS else event_uid(plan.uuid, task.uuid)


class _Edits:
    """Applies edits one after the other to the tasks as they then are."""

    def __init__(
        self,
        learner: Learner,
        plans: Sequence[Plan],
        tasks: Mapping[int, Task],
        sittings: Mapping[int, Sequence[Stint]],
        clock: Clock,
        *,
        timed: bool,
    ) -> None:
        self._learner = learner
        self._plans = {plan.number: plan for plan in plans}
        self._before = tasks
        self._now = dict(tasks)
        self._clock = clock
        self._timed = timed
        self._sittings = sittings
        self._done: list[tuple[TaskEdit, list[Change], list[str]]] = []
        self.refused: list[Refusal] = []
        self.notes: list[str] = []

    @property
    def told(self) -> str:
        """What the history says of them."""
        words = [word for _, _, said in self._done for word in said]
        rest = len(words) - _MOST_NAMED
        return ", ".join(words[:_MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")

    def make(self, edit: TaskEdit) -> None:
        task = self._now[edit.task]
        changes: list[Change] = []
        words: list[str] = []
        for part in (self._removed, self._marked, self._titled, self._moved):
            made, word = part(edit, changed(task, changes))
            changes += made
            words += [f"{word} {task.ref}"] if made and word else []
        self._now[edit.task] = changed(task, changes)
        self._done.append((edit, changes, words))

    def ended(self) -> tuple[Change, ...]:
        """All changes, with those of plans that end or run again by them. A plan that cannot run again stays as it is, and
        so do its tasks."""
        while True:
            tasks = [task for task in self._now.values() if task.exists]
            made = [change for _, changes, _ in self._done for change in changes]
            try:
                ends = task_changes.endings(self._plans.values(), tasks, made, self._clock.now(), self._clock.today())
            except Conflict as refusal:
                self._take_back(refusal.message)
                continue
            return (*made, *ends)

    def _take_back(self, why: str) -> None:
        """Tasks of a finished plan are not reopened."""
        kept = []
        for edit, changes, words in self._done:
            plan = self._plans[self._before[edit.task].plan]
            if edit.status is Status.OPEN and plan.state is PlanState.FINISHED:
                self.refused = [each for each in self.refused if each.uid != edit.uid]
                self._refuse(edit, EditPart.WHOLE, why)
                self._now[edit.task] = self._before[edit.task]
            else:
                kept.append((edit, changes, words))
        assert len(kept) < len(self._done), why
        self._done = kept

    def _removed(self, edit: TaskEdit, task: Task) -> tuple[list[Change], str]:
        if not edit.remove:
            return [], ""
        taken = habits.taken_off(self._plans[task.plan], task)
        if taken is not None:
            self._plans[task.plan] = replace(self._plans[task.plan], habits=taken.after)
        gone = Change("task", task.number, "exists", True, False)
        return [gone, *([taken] if taken is not None else [])], "remove"

    def _marked(self, edit: TaskEdit, task: Task) -> tuple[list[Change], str]:
        if edit.status is None or edit.status is task.status:
            return [], ""
        now = self._clock.now()
        # A phone whose clock runs ahead has not seen the future.
        at = min(edit.done_at, now) if edit.done_at is not None else now
        verb = {Status.DONE: "done", Status.SKIPPED: "skip", Status.OPEN: "reopen"}[edit.status]
        return task_changes.mark(task, edit.status, task_changes.Completion(at), self._sittings[task.number]), verb

    def _titled(self, edit: TaskEdit, task: Task) -> tuple[list[Change], str]:
        if edit.title is None:
            return [], ""
        try:
            title = checked_title(edit.title)
        except UsageProblem as problem:
            self._refuse(edit, EditPart.TITLE, problem.message)
            return [], ""
        return ([Change("task", task.number, "title", task.title, title)] if title != task.title else []), "edit"

    def _moved(self, edit: TaskEdit, task: Task) -> tuple[list[Change], str]:
        if edit.day is None:
            return [], ""
        plan = self._plans[task.plan]
        timed = self._timed or task.kind is Kind.EXAM
        at = edit.at if timed else None
        changes: list[Change] = []
        if edit.day != task.date or (at is not None and at != task.starts_at):
            try:
                # What is over may change its day too: the calendar shows where it was done.
                changes = task_changes.moved_to(replace(task, status=Status.OPEN), edit.day, at, plan)
            except Conflict as refusal:
                self._refuse(edit, EditPart.DAY, refusal.message)
                return [], ""
        if timed and at is None and task.starts_at is not None:
            changes = [*changes, Change("task", task.number, "starts_at", task.starts_at, None)]
        if task.status is not Status.OPEN:
            changes = [change for change in changes if change.field in ("date", "starts_at")]
        elif edit.day != task.date:
            tasks = [each for each in self._now.values() if each.plan == plan.number and each.number != task.number]
            room = room_for(self._learner, plan, list(self._now.values()), list(self._plans.values()), self._clock)
            moved = changed(task, changes)
            self.notes += task_changes.warnings_of_move(moved, edit.day, [*tasks, moved], room)
        return changes, f"move to {edit.day}:"

    def _refuse(self, edit: TaskEdit, part: EditPart, why: str) -> None:
        self.refused.append(Refusal(edit.uid, edit.task, part, why))


def sent(side: Side, uid: str, *, title: str, href: str, words: str) -> Seen:
    """What will stand there once a task has been written, if it arrives."""
    task = side.tasks[uid]
    at = moment_of(task, Form(side.remote.form))
    return Seen(
        task.learner_id,
        side.remote.number,
        uid,
        task.number,
        href,
        None,
        Presence.SENT,
        task.date,
        at,
        title,
        task.status,
        task.updated_at,
        words,
    )
