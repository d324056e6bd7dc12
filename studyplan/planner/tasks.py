"""Mark tasks done, skipped or open; add one's own; move and pin by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from studyplan.errors import Conflict, UsageProblem, WayOut
from studyplan.model import (
    Change,
    Kind,
    Plan,
    Reason,
    Status,
    Stint,
    Task,
    Timer,
)
from studyplan.planner.base import UseCases, changed, day_named, in_time, sittings, titles
from studyplan.rules import lookup, task_changes, time_spent
from studyplan.rules.task_changes import Completion
from studyplan.rules.time_spent import WHOLE_DAY
from studyplan.rules.views import Changed
from studyplan.text import Tip, checked_title

if TYPE_CHECKING:
    from studyplan.clock import Clock
    from studyplan.model import Learner
    from studyplan.planner.base import DayName
    from studyplan.rules import own_tasks
    from studyplan.rules.capacity import Capacity
    from studyplan.rules.lookup import PlanName, TaskName
    from studyplan.rules.scores import ScoreReport
    from studyplan.store import Unit


class Tasks(UseCases):
    """Marking tasks, and tasks of one's own. Tasks are named by number, by key or as values, one or several at once."""

    def done(
        self,
        *tasks: TaskName,
        on: DayName | None = None,
        minutes: int | None = None,
        note: str | None = None,
        grade: ScoreReport | None = None,
        fewer: bool = False,
        sure: bool = False,
    ) -> Changed:
        """Mark tasks done: all of them or none.

        Args:
            tasks: Numbers, keys or values.
            on: The study day on which it happened, today if None.
            minutes: How long each took in all.
            note: A note in place of the one that is there.
            grade: The score of one task. Coming reviews of modules that it calls weak change days with others, to come first.
            fewer: Whether the minutes may replace what was recorded where that is more.
            sure: Whether a range may reach past the last task, or take in an exam ahead of its day, and whether the day may be
                one before the plan began.

        Raises:
            NotFound: A task is not there.
            UsageProblem: The day has not come yet, or the minutes do not fit a day.
            Conflict: More than the minutes is recorded, a range is too wide, or the plan had not begun.
        """
        return self.mark(tasks, Status.DONE, on=on, minutes=minutes, note=note, grade=grade, fewer=fewer, sure=sure)

    def skip(self, *tasks: TaskName, on: DayName | None = None, note: str | None = None, sure: bool = False) -> Changed:
        """Leave tasks out: what comes after them may go on. Raises as :meth:`done` does."""
        return self.mark(tasks, Status.SKIPPED, on=on, note=note, sure=sure)

    def reopen(self, *tasks: TaskName, note: str | None = None, sure: bool = False) -> Changed:
        """Open tasks again that were done or skipped. Raises as :meth:`done` does."""
        return self.mark(tasks, Status.OPEN, note=note, sure=sure)

    def mark(
        self,
        refs: TaskName,
        status: Status,
        *,
        on: DayName | None = None,
        at: datetime | None = None,
        known: datetime | None = None,
        minutes: int | None = None,
        note: str | None = None,
        grade: ScoreReport | None = None,
        fewer: bool = False,
        sure: bool = False,
    ) -> Changed:
        """Give tasks a status, as :meth:`done`, :meth:`skip` and :meth:`reopen` do.

        Args:
            at: The instant at which it happened, where word of it came later, as from a phone without a connection: in the last
                7 days, and not ahead of the clock by more than clocks differ. Without a day of its own. A task whose status was
                changed since stays as it is.
            known: The instant until which the one who marks knew what had been changed, where that is later.

        Raises:
            Conflict: As of :meth:`done`; or a task was marked otherwise since.
        """

        def work(unit: Unit) -> Changed:
            learner, plans, tasks = self._live(unit)
            clock = self._clock.at(learner.zone)
            happened = clock.now() if at is None else in_time(at, clock.now())
            then = clock.day_of(happened)
            day = day_named(on, clock, past=True)
            if day is not None and day > clock.today():
                raise UsageProblem(
                    f"{day} is in the future", hint=WayOut("it must be today or an earlier day", "past-day")
                )
            if minutes is not None and not 0 <= minutes <= WHOLE_DAY:
                raise UsageProblem(f"minutes must be 0 to {WHOLE_DAY}, not {minutes}")
            instant = happened if day is None else clock.instant(day)
            record = Completion(instant, minutes, note, at_named=day is not None)
            wanted = {Status.OPEN} if status is not Status.OPEN else {Status.DONE, Status.SKIPPED}
            found = lookup.tasks_named(
                refs, plans, tasks, wanted=wanted, on=day or then, past=status is not Status.SKIPPED
            )
            if at is not None:
                _refuse_overtaken(unit, learner, found, status, max(at, known or at))
            early = _long_ago(plans, found, day)
            if not sure:
                lookup.check_ranges(refs, found, tasks, plans, day or then)
                if early:
                    hint = WayOut("pass `sure=True` if that is the day", "early-day")
                    raise Conflict("; ".join(early), hint=hint, slug="early-day")
            held = sittings(unit, found)
            if minutes is not None and not fewer:
                _keep_sittings(found, held, minutes)
            by_task = {
                task.number: task_changes.mark(task, status, _on_its_day(task, record, clock), held[task.number])
                for task in found
            }
            notes: list[str] = []
            for task in found:
                made = by_task[task.number]
                made += time_spent.moved_along(task, changed(task, made), held[task.number], clock.day_of)
                if minutes is not None:
                    made += _recorded(unit, task, changed(task, made), held[task.number], clock)
            if status is Status.OPEN and (kept := sum(stint.minutes for each in held.values() for stint in each)):
                notes.append(Tip(f"the {kept} min recorded stay in the log", "; `studyplan log remove` removes them"))
            if status is Status.DONE and learner.timer is not None and learner.timer.task in by_task:
                task = next(task for task in found if task.number == learner.timer.task)
                made, notes = stopped_timer(unit, task, learner.timer, clock, minutes, ends=happened)
                by_task[task.number] += made
            changes = [change for made in by_task.values() for change in made]
            moves: list[Change] = []
            if grade is not None:
                made, moves, said = graded_moves(learner, plans, tasks, found, grade, clock)
                by_task[found[0].number] += made
                changes += made + moves
                notes += said
            after = {task.number: changed(task, by_task.get(task.number, [])) for task in tasks}
            for change in moves:
                after[change.number] = changed(after[change.number], [change])
            notes += lookup.absent(refs, found, plans)
            notes += early
            moved = {change.number for change in moves}
            ends = task_changes.endings(plans, list(after.values()), changes, clock.now(), clock.today())
            notes += task_changes.runs_again(plans, ends)
            verb = {Status.DONE: "done", Status.SKIPPED: "skip", Status.OPEN: "reopen"}[status]
            touched = [task for task in found if by_task[task.number]]
            batch = self._apply(unit, learner, changes + ends, f"{verb} {titles(touched)}")
            return Changed(
                tasks=tuple(after[task.number] for task in touched),
                unchanged=tuple(task for task in found if not by_task[task.number]),
                plans=tuple(plans),
                finished=task_changes.finished(plans, ends),
                moved=tuple(
                    sorted(
                        ((task, after[task.number]) for task in tasks if task.number in moved),
                        key=lambda pair: pair[1].date,
                    )
                ),
                notes=tuple(notes),
                batch=batch,
            )

        return self._change(work)

    def add(
        self,
        title: str,
        minutes: int,
        *,
        on: DayName | None = None,
        plan: PlanName | None = None,
        kind: str = Kind.READ,
        module: str | None = None,
    ) -> Changed:
        """Add a task of the learner's own. With a day it stays there; without one it is due today, or on the plan's
        first day, and a replan may move it. A kind that is none of ours is kept as it is written."""
        from studyplan.rules import own_tasks

        def work(unit: Unit) -> Changed:
            learner, plans, tasks = self._live(unit)
            day = day_named(on, self._clock.at(learner.zone))
            new = own_tasks.new_task(title, minutes, day, kind, module)
            return self._added(unit, learner, plans, tasks, new, plan)

        return self._change(work)

    def add_spoken(
        self,
        *words: str,
        minutes: int | None = None,
        on: DayName | None = None,
        plan: PlanName | None = None,
        kind: str | None = None,
        module: str | None = None,
    ) -> Changed:
        """As :meth:`add`, of words as people write them: ``"Essay tomorrow 1h"``. A day or a length given beside them is not
        looked for in the words. Raises UsageProblem where they could mean two things."""
        from studyplan.rules import own_tasks
        from studyplan.rules.spoken_tasks import spoken

        def work(unit: Unit) -> Changed:
            learner, plans, tasks = self._live(unit)
            clock = self._clock.at(learner.zone)
            task = spoken(words, clock.today(), has_day=on is not None, has_length=minutes is not None)
            length = task.minutes if minutes is None else minutes
            new = own_tasks.new_task(task.title, length, day_named(on, clock) or task.on, kind, module)
            return self._added(unit, learner, plans, tasks, new, plan, task.notes)

        return self._change(work)

    def _added(
        self,
        unit: Unit,
        learner: Learner,
        plans: Sequence[Plan],
        tasks: Sequence[Task],
        new: own_tasks.NewTask,
        plan: PlanName | None,
        said: Sequence[str] = (),
    ) -> Changed:
        from studyplan.planner.capacity import room_for
        from studyplan.rules import own_tasks

        clock = self._clock.at(learner.zone)
        named = lookup.plan_to_write(plans, plan)
        room = room_for(learner, named, tasks, plans, clock)
        first = next_study_day(max(clock.today(), named.start), named, room)
        task_changes.check_inside(new.on or first, named)
        _, number = unit.reserve(learner.id, tasks=1)
        of_plan = [each for each in tasks if each.plan == named.number]
        task = own_tasks.row(new, named, of_plan, first, number, uuid4(), clock.now())
        unit.add_tasks([task], exists=False)
        changes = [Change("task", number, "exists", False, True)]
        changes += task_changes.endings(plans, [*tasks, task], changes, clock.now(), clock.today())
        batch = self._apply(unit, learner, changes, f"add '{task.title}'")
        again = task_changes.runs_again(plans, changes)
        notes = (*said, *again, *task_changes.warnings_of_move(task, task.date, of_plan, room))
        return Changed((task,), plans=(named,), notes=notes, batch=batch)

    def edit(
        self,
        ref: TaskName,
        *,
        title: str | None = None,
        minutes: int | None = None,
        note: str | None = None,
        on: DayName | None = None,
        kind: str | None = None,
        module: str | None = None,
        after: TaskName | None = None,
        order: TaskName | None = None,
    ) -> Changed:
        """Change one task.

        Args:
            ref: Its number, its key or its value.
            title: Its title.
            minutes: Its estimate.
            note: The note in place of the one that is there; an empty one removes it.
            on: The day to put it on, where it stays.
            kind: Its kind; a word that is none of ours is kept as it is written.
            module: Its module.
            after: The tasks that it comes after, in place of those it has; an empty list for none.
            order: The task right ahead of which it goes in the order of study, or ``"first"`` or ``"last"``.

        Raises:
            UsageProblem: A value cannot be read, or is none that this task can have.
            Conflict: The task is in several pieces, or tasks would come after each other in a circle.
        """
        from studyplan.planner.capacity import room_for
        from studyplan.rules import own_tasks

        def work(unit: Unit) -> Changed:
            learner, plans, tasks = self._live(unit)
            today = self._clock.at(learner.zone).today()
            found = lookup.tasks_named([ref], plans, tasks, on=today)
            if len(found) > 1:
                numbers = ", ".join(str(task.number) for task in found)
                raise Conflict(
                    f"'{found[0].title}' is split into tasks {numbers}", hint="give the number of one of them"
                )
            task = found[0]
            wanted = task
            if title is not None:
                wanted = replace(wanted, title=checked_title(title))
            if minutes is not None:
                wanted = replace(wanted, minutes=task_changes.minutes(minutes))
            if note is not None:
                wanted = replace(wanted, note=task_changes.note(note))
            changes = task_changes.differences("task", task, wanted, number=task.number)
            plan = lookup.plan_numbered(plans, task.plan)
            day = day_named(on, self._clock.at(learner.zone))
            changes += task_changes.moved(task, day, plan) if day is not None else []
            of_plan = [each for each in tasks if each.plan == task.plan and each.habit is None]
            changes += own_tasks.reclassed(task, of_plan, kind, module)
            lined, notes = _lined_up(task, plans, of_plan, changes, after, order)
            changes += lined
            batch = self._apply(unit, learner, changes, f"edit {titles([task])}")
            if not changes:
                return Changed(unchanged=(task,), plans=tuple(plans), notes=tuple(notes))
            now = changed(task, [change for change in changes if change.number == task.number])
            if day is not None or after is not None:
                room = room_for(learner, plan, tasks, plans, self._clock.at(learner.zone))
                there = [each for each in tasks if each.plan == task.plan]
                notes += task_changes.warnings_of_move(now, now.date, there, room)
            return Changed((now,), plans=tuple(plans), notes=tuple(notes), batch=batch)

        return self._change(work)

    def remove(self, *refs: TaskName, sure: bool = False) -> Changed:
        """Take tasks out of their plans; an undo brings them back. Raises Conflict for a range as :meth:`done` does."""

        def work(unit: Unit) -> Changed:
            learner, plans, tasks = self._live(unit)
            found = lookup.tasks_named(refs, plans, tasks)
            if not sure:
                lookup.check_ranges(refs, found, tasks, plans, self._clock.at(learner.zone).today())
            gone = {task.number for task in found}
            changes = [Change("task", task.number, "exists", True, False) for task in found]
            changes += _days_taken_off(plans, found)
            left = [task for task in tasks if task.number not in gone]
            clock = self._clock.at(learner.zone)
            changes += task_changes.endings(plans, left, changes, clock.now(), clock.today())
            batch = self._apply(unit, learner, changes, f"remove {titles(found)}")
            return Changed(
                tuple(found), plans=tuple(plans), notes=tuple(lookup.absent(refs, found, plans)), batch=batch
            )

        return self._change(work)

    def move(self, *refs: TaskName, to: DayName, sure: bool = False) -> Changed:
        """Put tasks on a day by hand; they stay there. Raises Conflict for a day that their plan does not have, and for a range
        as :meth:`done` does."""
        from studyplan.planner.capacity import room_for

        def work(unit: Unit) -> Changed:
            learner, plans, tasks = self._live(unit)
            clock = self._clock.at(learner.zone)
            day = day_named(to, clock)
            by_number = {plan.number: plan for plan in plans}
            found = lookup.tasks_named(refs, plans, tasks, wanted={Status.OPEN})
            if not sure:
                lookup.check_ranges(refs, found, tasks, plans, clock.today())
            changes: list[Change] = []
            notes: list[str] = []
            touched: list[Task] = []
            now = {task.number: task for task in tasks}
            for task in found:
                plan = by_number[task.plan]
                made = task_changes.moved(task, day, plan)
                changes += made
                if made:
                    now[task.number] = changed(task, made)
                    touched.append(now[task.number])
            for task in touched:
                plan = by_number[task.plan]
                of_plan = [each for each in now.values() if each.plan == plan.number]
                room = room_for(learner, plan, tasks, plans, clock)
                notes += task_changes.warnings_of_move(task, day, of_plan, room)
            batch = self._apply(unit, learner, changes, f"move {titles(touched)} to {day}")
            unchanged = tuple(task for task in found if now[task.number] == task)
            words = tuple(dict.fromkeys([*notes, *lookup.absent(refs, found, plans)]))
            return Changed(tuple(touched), unchanged, tuple(plans), notes=words, batch=batch)

        return self._change(work)

    def pin(self, *refs: TaskName) -> Changed:
        """Keep tasks on their day when the plan is replanned."""
        return self._set_pin(refs, pinned=True)

    def unpin(self, *refs: TaskName) -> Changed:
        """Let tasks move again when the plan is replanned."""
        return self._set_pin(refs, pinned=False)

    def _set_pin(self, refs: TaskName, *, pinned: bool) -> Changed:
        def work(unit: Unit) -> Changed:
            learner, plans, tasks = self._live(unit)
            found = lookup.tasks_named(refs, plans, tasks, wanted={Status.OPEN})
            if pinned and any(task.habit is not None for task in found):
                raise Conflict("a habit stays on its days", hint="it needs no pin")
            touched = [task for task in found if task.pinned is not pinned]
            changes = [Change("task", task.number, "pinned", task.pinned, pinned) for task in touched]
            batch = self._apply(unit, learner, changes, f"{'pin' if pinned else 'unpin'} {titles(touched)}")
            return Changed(
                tuple(replace(task, pinned=pinned) for task in touched),
                tuple(task for task in found if task.pinned is pinned),
                tuple(plans),
                notes=tuple(lookup.absent(refs, found, plans)),
                batch=batch,
            )

        return self._change(work)


def _on_its_day(task: Task, record: Completion, clock: Clock) -> Completion:
    """The completion of a task: a habit's day that is over was done on that day, unless another was named."""
    if task.habit is None or record.at_named or task.date >= clock.day_of(record.at):
        return record
    return replace(record, at=clock.instant(task.date))


def _days_taken_off(plans: Sequence[Plan], tasks: Iterable[Task]) -> list[Change]:
    """The changes of plans that keep their habits off the days of occurrences that are removed."""
    from studyplan.rules import habits

    now = {plan.number: plan for plan in plans}
    changes = []
    for task in tasks:
        taken = habits.taken_off(now[task.plan], task)
        if taken is not None:
            now[task.plan] = replace(now[task.plan], habits=taken.after)
            changes.append(taken)
    return changes


def _keep_sittings(tasks: Sequence[Task], held: Mapping[int, Sequence[Stint]], minutes: int) -> None:
    """Raise Conflict if more than the minutes given is recorded of a task."""
    recorded = {
        task.ref: max(task.spent_minutes or 0, sum(stint.minutes for stint in held[task.number])) for task in tasks
    }
    over = [ref for ref, total in recorded.items() if total > minutes]
    if over:
        others = f", and so {'has' if len(over) == 2 else 'have'} {len(over) - 1} more" if len(over) > 1 else ""
        raise Conflict(
            f"task {over[0]} has {recorded[over[0]]} min recorded, more than {minutes}{others}",
            hint=WayOut(
                "leave out `minutes` to keep what was recorded, or pass `fewer=True` to replace it",
                "fewer-minutes",
                recorded=recorded[over[0]],
                minutes=minutes,
            ),
            slug="fewer-minutes",
        )


def _long_ago(plans: Sequence[Plan], tasks: Sequence[Task], day: date | None) -> list[str]:
    """What to say of a day before a plan began, which may be a slip: `30.11.` is last year's on the 28th."""
    of_tasks = {task.plan for task in tasks}
    early = [plan for plan in plans if plan.number in of_tasks and day is not None and day < plan.start]
    return [f"{day} is before '{plan.name}' began ({plan.start})" for plan in early]


def _refuse_overtaken(unit: Unit, learner: Learner, tasks: Sequence[Task], status: Status, since: datetime) -> None:
    """Raises Conflict where a task that is to have another status was given the one it has after an instant."""
    for task in tasks:
        marked = (
            batch.at
            for batch in unit.history(learner.id, tasks=[task.number])
            if any((each.of, each.number, each.field) == ("task", task.number, "status") for each in batch.changes)
        )
        if task.status is not status and next(marked, since) > since:
            raise Conflict(
                f"task {task.number} was marked otherwise after that: it is {task.status} now",
                hint="mark it once more if it should change",
                slug="marked-since",
            )


def _recorded(unit: Unit, task: Task, after: Task, stints: Sequence[Stint], clock: Clock) -> list[Change]:
    """Enter the minutes of a completion into the log, as far as its sittings do not hold them."""
    rest = (after.spent_minutes or 0) - sum(stint.minutes for stint in stints)
    if rest <= 0 or after.spent_minutes == task.spent_minutes or after.done_at is None:
        return []
    stint = Stint(task.learner_id, unit.next_stint(task.learner_id), task.number, clock.day_of(after.done_at), rest)
    unit.add_stint(stint)
    return [Change("stint", stint.number, "exists", False, True)]


def graded_moves(
    learner: Learner,
    plans: Sequence[Plan],
    tasks: Sequence[Task],
    found: Sequence[Task],
    grade: ScoreReport,
    clock: Clock,
) -> tuple[list[Change], list[Change], list[str]]:
    """The changes a grade makes to its task, the reviews that move for it, and a note if none could. Modules the task
    had already called weak have moved theirs before."""
    from studyplan.rules import scores

    if len(found) > 1:
        numbers = ", ".join(str(task.number) for task in found)
        raise UsageProblem(f"a score belongs to one task, not to {numbers}", hint="mark them one at a time")
    task = found[0]
    of_plan = [each for each in tasks if each.plan == task.plan]
    changes = scores.graded(task, grade, scores.modules_of(of_plan))
    known = scores.ScoreReport(modules=task.scores).weak
    weak = [module for module in grade.weak if module not in known] if changes else []
    if not weak:
        return changes, [], []
    from studyplan.planner.capacity import standing_of
    from studyplan.schedule.weak import weak_first

    plan = lookup.plan_numbered(plans, task.plan)
    days = standing_of(learner, plan, tasks, plans, (), clock).days
    moves: list[Change] = []
    for review, day in weak_first(days, clock.today(), of_plan, weak):
        moves.append(Change("task", review.number, "date", review.date, day))
        moves.append(Change("task", review.number, "reason", review.reason, Reason("follows", task.key)))
    words = [] if moves else [f"no later review of {', '.join(weak)} can be moved earlier"]
    return changes, moves, words


def _lined_up(
    task: Task,
    plans: Sequence[Plan],
    of_plan: Sequence[Task],
    changes: Sequence[Change],
    after: TaskName | None,
    order: TaskName | None,
) -> tuple[list[Change], list[str]]:
    """The changes of what a task comes after and of its place in the order of study; a note if that is another than asked for."""
    from studyplan.rules import task_order
    from studyplan.schedule.standing import is_session

    if after is None and order is None:
        return [], []
    if task.kind is Kind.EXAM or is_session(task):
        raise Conflict(f"'{task.title}' cannot be put elsewhere in the order", hint="other tasks can")
    made: list[Change] = []
    if after is not None:
        ids = task_order.check_after(task, lookup.tasks_named(after, plans, of_plan) if after else ())
        rows = [row for row in of_plan if row.task == task.task and row.after != ids]
        made += [Change("task", row.number, "after", row.after, ids) for row in rows]
    wanted: Task | str | None = None
    if order is not None:
        is_end = order in (task_order.FIRST, task_order.LAST)
        wanted = str(order) if is_end else lookup.tasks_named(order, plans, of_plan)[0]
    by_number: dict[int, list[Change]] = {}
    for change in (*changes, *made):
        by_number.setdefault(change.number, []).append(change)
    now = [changed(row, by_number.get(row.number, [])) for row in of_plan]
    lined, is_there = task_order.lined_up(now, task, wanted)
    words = [] if is_there or order is None else ["it was placed after the tasks that it depends on"]
    return [*made, *lined], words


def stopped_timer(
    unit: Unit, task: Task, timer: Timer, clock: Clock, minutes: int | None, *, ends: datetime
) -> tuple[list[Change], list[str]]:
    """Stop the timer of a task that was done at an instant and count its minutes, unless a total was given; a forgotten timer runs
    on, with a note. Returns the changes and the notes."""
    stopped = Change("learner", 0, "timer", timer, None)
    if minutes is not None:
        return [stopped], ["its timer was stopped; the minutes you gave are recorded"]
    ran = time_spent.elapsed(timer, ends)
    if not 0 <= ran <= time_spent.LONGEST_SITTING:
        way = f": `studyplan timer stop --minutes M` records how much of its {ran} min you studied"
        return [], [Tip("its timer is still running", way)]
    if not ran:
        return [stopped], []
    stint = Stint(
        task.learner_id,
        unit.next_stint(task.learner_id),
        task.number,
        clock.day_of(timer.started_at),
        ran,
        timer.started_at,
    )
    unit.add_stint(stint)
    return [stopped, *time_spent.added(task, stint)], [f"added {ran} min from the timer"]


def next_study_day(first: date, plan: Plan, room: Capacity) -> date:
    """The first day from ``first`` on that is not off; the plan's last where there is none."""
    day = min(first, plan.end)
    while day < plan.end and room(day) == 0:
        day += timedelta(days=1)
    return day
