"""Replan plans after missed days, days off or a change of hours. Each replan is one batch and is undone as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Unpack
from uuid import uuid4

from studyplan.errors import Conflict, DoesNotFit
from studyplan.model import NO_ROOM, Change, Learner, Plan, PlanState, Reason, Span, Status, Task, Week
from studyplan.planner.capacity import engaged, region_code
from studyplan.planner.keywords import DaysName, RemedyFields, remedy_of, spans_of, week_of
from studyplan.planner.working_copy import WorkingCopy, WorkingCopyUseCases
from studyplan.rules import lookup, task_changes
from studyplan.rules.capacity import Engaged
from studyplan.rules.lookup import quoted
from studyplan.rules.replan_offers import Remedy
from studyplan.rules.ways_out import PricedWay, way_numbered
from studyplan.text import Tip, count

if TYPE_CHECKING:
    from studyplan import schedule
    from studyplan.rules.lookup import PlanName
    from studyplan.rules.replanning import OtherStrategy
    from studyplan.store import Unit


@dataclass(frozen=True, slots=True)
class Mended:
    """A replanned plan and its moves, written or not. ``skipped``: the tasks left out to make room."""

    plan: Plan
    learner: str
    mending: schedule.Mending
    #: The titles of the plan's tasks, by task id.
    titles: Mapping[str, str]
    skipped: tuple[Task, ...] = ()
    written: bool = False
    #: The least valuable tasks, which found no room and keep their dates; ``proved``: no less valuable set would do.
    left_over: tuple[Task, ...] = ()
    proved: bool = True
    #: The ways to make room for those; only a preview looks for them.
    ways_out: tuple[PricedWay[Remedy], ...] = ()
    #: Whether there was anything to change.
    changed: bool = False
    #: Of a preview: names the data and the day that it rests on.
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A changed setting and the plans that it replans. ``running``: all of the learner's running plans."""

    learner: Learner
    plan: Plan | None
    mended: tuple[Mended, ...]
    running: tuple[Plan, ...]
    notes: tuple[str, ...] = ()
    written: bool = False
    #: Whether there was anything to change.
    changed: bool = False


class Replans(WorkingCopyUseCases):
    """Replan a plan, take days off, change the study hours."""

    def preview(
        self,
        remedy: Remedy | None = None,
        plan: PlanName | None = None,
        *,
        take: int | None = None,
        **fields: Unpack[RemedyFields],
    ) -> Mended:
        """What :meth:`apply` would do. Writes nothing, and raises as it does."""
        return self._taken(remedy_of(remedy, fields, self._clock), plan, take, write=False)

    def apply(
        self,
        remedy: Remedy | None = None,
        plan: PlanName | None = None,
        *,
        take: int | None = None,
        basis: str | None = None,
        **fields: Unpack[RemedyFields],
    ) -> Mended:
        """Replan one plan after missed days. Tasks without room are left over.

        Args:
            remedy: A whole remedy, instead of ``fields``.
            plan: The plan by name, number or value; the only one that runs if None.
            take: If not everything fits, take this way out, counted from 1 in the ``ways_out`` of a preview, or in the ``offers`` of
                a refusal.
            basis: That of the preview that the learner agreed to.
            fields: How to do it; see :class:`~studyplan.planner.keywords.RemedyFields`. Without any, the fewest dates change.

        Raises:
            DoesNotFit: The remedy is strict, and not everything open has room. ``offers`` are the ways out, each with its price.
            Conflict: Several plans are running, or this one has ended; or something has changed since ``basis``.
            UsageProblem: A value cannot be read or contradicts another one, or there is no such way out.
        """
        return self._taken(remedy_of(remedy, fields, self._clock), plan, take, basis, write=True)

    def carry_out(
        self,
        remedy: Remedy | None = None,
        plan: PlanName | None = None,
        *,
        take: int | None = None,
        basis: str | None = None,
        **fields: Unpack[RemedyFields],
    ) -> tuple[Mended, bool]:
        """As :meth:`apply`. Where tasks are left over, with the ways to make room as they are by now; and whether a replan without
        any of them has room for everything."""
        remedy = remedy_of(remedy, fields, self._clock)
        mended = self.apply(remedy, plan, take=take, basis=basis)
        if not mended.left_over:
            return mended, False
        again = self.preview(next_remedy(remedy), plan)
        return replace(mended, ways_out=again.ways_out), not again.left_over

    def _taken(
        self, remedy: Remedy, word: PlanName | None, take: int | None, basis: str | None = None, *, write: bool
    ) -> Mended:
        calendar = self._engaged(remedy, word)
        if take is not None:
            remedy = way_numbered(take, self._ways(remedy, word, calendar))
        return self._replan(remedy, word, calendar, basis, write=write)

    def _ways(self, remedy: Remedy, word: PlanName | None, calendar: Engaged | None) -> Sequence[Remedy]:
        """What to ask instead so that everything fits: the ways out of what is left over, or of a refusal."""
        try:
            return [way.asked for way in self._replan(remedy, word, calendar, write=False).ways_out]
        except DoesNotFit as refusal:
            return refusal.takes

    def _replan(
        self,
        remedy: Remedy,
        word: PlanName | None,
        calendar: Engaged | None,
        basis: str | None = None,
        *,
        write: bool,
    ) -> Mended:
        def decide(scene: WorkingCopy) -> tuple[Mended, str]:
            stands = scene.basis()
            if basis is not None and basis != stands:
                raise Conflict(
                    "your plans have changed since this replan was shown", hint="look at it again", slug="changed-since"
                )
            plan = _running(scene.plans, word)
            if calendar is not None:
                busy = calendar.of(scene.learner)
                scene.put([_setting(plan, "busy", plan.busy, busy)] if busy != plan.busy else [])
                plan = scene.plan(plan.number)
            mended = mend(scene, plan, remedy)
            if remedy.hours is not None:
                # Longer hours over all plans are days on which the habits of the others fall, too.
                for each in scene.plans:
                    if each.state is PlanState.ACTIVE:
                        scene.regrow(each.number)
            notes = (*mended.mending.notes, *_exam_note(plan, remedy), *(calendar.notes if calendar else ()))
            mended = replace(
                mended,
                mending=replace(mended.mending, notes=notes),
                written=write,
                changed=scene.has_changed,
                basis="" if write else stands,
            )
            return mended, f"replan {plan.name}: {_summary(mended.mending)}"

        return self._settle(decide, write=write)

    def _engaged(self, remedy: Remedy, word: PlanName | None) -> Engaged | None:
        """The busy times of the calendar that a remedy names, read once and outside of any transaction."""
        if remedy.busy is None:
            return None

        def days(unit: Unit) -> tuple[date, date, str | None]:
            learner, plans, _ = self._live(unit)
            plan = _running(plans, word)
            return plan.start, max(plan.end, remedy.exam or plan.end), learner.zone

        return engaged(remedy.busy, *self._look(days))

    def set_off(
        self,
        days: DaysName | Iterable[DaysName],
        plan: PlanName | None = None,
        *,
        off: bool = True,
        write: bool = True,
        seen: Adjusted | None = None,
    ) -> Adjusted:
        """Take days off, or study on them after all (``off`` False), in one plan or in all of the learner's.

        ``days``: days or spans of days. ``seen``: the changes that the learner agreed to; raises Conflict if they
        would differ by now.
        """
        spans = spans_of(days, self._clock)

        def change(scene: WorkingCopy, plan: Plan | None) -> list[Change]:
            had = plan.off if plan else scene.learner.off
            wanted = (*had, *(span for span in spans if span not in had)) if off else _without(had, spans)
            wanted = tuple(sorted(wanted, key=lambda span: (span.first, span.last)))
            return [_setting(plan, "off", had, wanted)] if wanted != had else []

        def words(scene: WorkingCopy, plan: Plan | None) -> list[str]:
            """Notes on exam days, on days that were not off and on those that are off in one plan only."""
            running = [each for each in scene.plans if each.state is PlanState.ACTIVE]
            exams = {each.exam: each.name for each in running if each.exam and any(each.exam in span for span in spans)}
            notes = (
                [f"{day} is the exam day of '{name}' and cannot be a day off" for day, name in exams.items()]
                if off
                else []
            )
            had = plan.off if plan else scene.learner.off
            if not off and had == _without(had, spans):
                notes.append(f"none of these days is a day off for {plan.name if plan else scene.learner.name}")
                if plan is None:
                    own = [each.name for each in running if each.off != _without(each.off, spans)]
                    notes += [Tip(f"they are days off in '{name}'", f": add --plan {quoted(name)}") for name in own]
            return notes

        first = min(span.first for span in spans)
        action = f"{'off' if off else 'no longer off'}: {', '.join(map(str, spans))}"
        return self._adjust(change, plan, Reason("day-off", first.isoformat()), action, words, write=write, seen=seen)

    def set_hours(
        self,
        hours: Week | str | None,
        plan: PlanName | None = None,
        *,
        write: bool = True,
        seen: Adjusted | None = None,
    ) -> Adjusted:
        """Set the study week of one plan or of the learner, as a value or as text such as ``mon-fri=60,sat=120``; None: every day,
        without a limit. ``seen`` as above."""
        week = week_of(hours)

        def change(scene: WorkingCopy, plan: Plan | None) -> list[Change]:
            had = plan.week if plan else scene.learner.week
            older = [each for each in ([plan] if plan else scene.plans) if each.own_only]
            # From now on these hours are a ceiling for plans too that were running before hours were one.
            ceilings = [_setting(each, "own_only", True, None) for each in older]
            return [*ceilings, _setting(plan, "week", had, week)] if week != had else ceilings

        def words(scene: WorkingCopy, plan: Plan | None) -> list[str]:
            own = [each.name for each in scene.plans if each.state is PlanState.ACTIVE and each.week is not None]
            if plan:
                return []
            return [Tip(f"'{name}' has its own hours", f"; --plan {quoted(name)} changes those") for name in own]

        return self._adjust(change, plan, None, "hours", words, write=write, seen=seen)

    def set_holidays(self, region: str | None, plan: PlanName | None = None, *, write: bool = True) -> Adjusted:
        """Take the public holidays of a region off, such as ``DE`` or ``DE-BE``, in one plan or in all that have none of their own;
        None: study on them. Raises UsageProblem for a region that is not known."""
        code = region_code(region) if region else None

        def change(scene: WorkingCopy, plan: Plan | None) -> list[Change]:
            had = plan.holidays if plan else scene.learner.holidays
            return [_setting(plan, "holidays", had, code)] if code != had else []

        def words(scene: WorkingCopy, plan: Plan | None) -> list[str]:
            own = [each.name for each in scene.plans if each.state is PlanState.ACTIVE and each.holidays is not None]
            return [] if plan else [f"'{name}' has public holidays of its own" for name in own]

        action = f"public holidays of {code}" if code else "no public holidays"
        return self._adjust(change, plan, None, action, words, write=write, seen=None)

    def _adjust(
        self,
        change: Callable[[WorkingCopy, Plan | None], list[Change]],
        word: PlanName | None,
        because: Reason | None,
        action: str,
        words: Callable[[WorkingCopy, Plan | None], list[str]],
        *,
        write: bool,
        seen: Adjusted | None,
    ) -> Adjusted:
        def decide(scene: WorkingCopy) -> tuple[Adjusted, str]:
            plan = lookup.plan_to_write(scene.plans, word) if word is not None else None
            notes = [*words(scene, plan)]
            running = [each.number for each in scene.plans if each.state is PlanState.ACTIVE]
            concerned = [plan.number] if plan else running
            aside = {number: out_of_place(scene, scene.plan(number)) for number in concerned}
            scene.put(change(scene, plan))
            for number in running:
                scene.regrow(number)
            mended = []
            for number in concerned:
                if out_of_place(scene, scene.plan(number), aside[number]):
                    made = mend(scene, scene.plan(number), Remedy(), because, aside=aside[number])
                    mended.append(replace(made, written=write))
            notes += _waiting(scene, frozenset().union(*aside.values()))
            if seen is not None and [_moves(each) for each in mended] != [_moves(each) for each in seen.mended]:
                raise Conflict("the plan changed in the meantime; nothing was written", hint="run the command again")
            changed_plan = scene.plan(plan.number) if plan else None
            left = tuple(scene.plan(number) for number in running)
            has_changed = scene.has_changed
            return Adjusted(
                scene.learner, changed_plan, tuple(mended), left, tuple(notes), write, changed=has_changed
            ), action

        return self._settle(decide, write=write)


def _running(plans: Sequence[Plan], word: PlanName | None) -> Plan:
    return lookup.running_plan(plans, word, "only a running plan can be replanned")


def _setting(plan: Plan | None, field: str, before: object, after: object) -> Change:
    return Change("plan" if plan else "learner", plan.number if plan else 0, field, before, after)


def _without(had: Sequence[Span], spans: Sequence[Span]) -> tuple[Span, ...]:
    """The spans without those days; days inside a span split it."""
    left = list(had)
    day = timedelta(days=1)
    for gone in spans:
        pieces = []
        for span in left:
            if span.last < gone.first or span.first > gone.last:
                pieces.append(span)
                continue
            if span.first < gone.first:
                pieces.append(Span(span.first, gone.first - day))
            if span.last > gone.last:
                pieces.append(Span(gone.last + day, span.last))
        left = pieces
    return tuple(left)


def is_needed(scene: WorkingCopy, plan: Plan) -> bool:
    """Whether an open task, an overdue one apart, can no longer stay on its day."""
    from studyplan.planner.capacity import standing_of
    from studyplan.schedule.standing import View

    view = View(standing_of(scene.learner, plan, scene.tasks, scene.plans, scene.stints, scene.clock))
    return any(
        reason.code != "overdue" and number not in view.standing.loose for number, reason in view.must_move.items()
    )


def out_of_place(scene: WorkingCopy, plan: Plan, aside: frozenset[int] = frozenset()) -> frozenset[int]:
    """The open tasks, by number, that cannot stay where they are, those ``aside`` left out of account."""
    from studyplan.planner.capacity import standing_of
    from studyplan.rules.replanning import set_aside
    from studyplan.schedule.standing import View

    posed = standing_of(scene.learner, plan, scene.tasks, scene.plans, scene.stints, scene.clock)
    return frozenset(View(set_aside(posed, aside)).must_move)


def _waiting(scene: WorkingCopy, aside: frozenset[int]) -> list[str]:
    """A note on the tasks that were overdue before, which only a replan moves."""
    late = sum(task.number in aside and task.date < scene.clock.today() for task in scene.tasks)
    if not late:
        return []
    tasks, them = count(late, "overdue task"), "it" if late == 1 else "them"
    fact = Tip(
        f"{tasks} stays where it is" if late == 1 else f"{tasks} stay where they are",
        f": `studyplan replan` moves {them}",
    )
    return [fact]


def mend(
    scene: WorkingCopy,
    plan: Plan,
    remedy: Remedy,
    because: Reason | None = None,
    other: OtherStrategy | None = None,
    *,
    aside: frozenset[int] = frozenset(),
) -> Mended:
    """Replan one plan of the scene, by the remedy or by an ``other`` strategy; tasks that are ``aside`` stay as they are.

    Where not all that is open finds room, the least valuable is left over. Raises DoesNotFit for an ``other`` one and where the remedy is
    strict.
    """
    from studyplan.rules.replanning import decide

    decision = decide(scene.ground(plan), remedy, because, other, prices=scene.prices, aside=aside)
    fitted = decision.fitted
    skipped = {change.number for change in decision.changes if change.field == "status"}
    left_out = tuple(task for task in scene.tasks if task.number in skipped)
    scene.put(decision.changes)
    scene.regrow(plan.number)
    moves = _moved(scene, scene.plan(plan.number), fitted.mending)
    _mark_left_over(scene, scene.plan(plan.number), fitted.numbers, aside)
    return Mended(
        scene.plan(plan.number),
        scene.learner.name,
        replace(fitted.mending, moves=moves),
        {task.task: task.title for task in decision.standing.tasks},
        left_out,
        left_over=tuple(task for task in scene.tasks if task.number in fitted.numbers),
        proved=fitted.proved,
        ways_out=decision.ways_out,
    )


def _mark_left_over(scene: WorkingCopy, plan: Plan, numbers: frozenset[int], aside: frozenset[int]) -> None:
    """Mark the tasks left over as having no room, and clear the mark of all others but those ``aside``."""
    no_room = Reason(NO_ROOM, (plan.exam or plan.end).isoformat())
    changes: list[Change] = []
    for task in scene.tasks:
        if task.number in numbers:
            changes += task_changes.differences("task", task, replace(task, reason=no_room), number=task.number)
        elif task.plan == plan.number and task.has_no_room and task.number not in aside:
            changes += task_changes.differences("task", task, replace(task, reason=None), number=task.number)
    scene.put(changes)


def next_remedy(remedy: Remedy) -> Remedy:
    """What to ask after a remedy was applied: what it set is kept with the plan, so no second shift and no second look at a calendar."""
    from studyplan.rules.replan_offers import Remedy

    return Remedy("even" if remedy.strategy == "even" else "catch-up")


def _exam_note(plan: Plan, remedy: Remedy) -> list[str]:
    if remedy.exam_hour is None:
        return []
    return [f"the exam of '{plan.name}' is on {remedy.exam} at {remedy.exam_hour:%H:%M}"]


def _moved(scene: WorkingCopy, plan: Plan, mending: schedule.Mending) -> tuple[schedule.Move, ...]:
    """Apply the moves to the working copy; pieces that they make get their numbers."""
    by_number = {task.number: task for task in scene.tasks}
    changes: list[Change] = []
    moves: list[schedule.Move] = []
    gone: list[Task] = []
    for move in mending.moves:
        if move.number is None:
            number = scene.number()
            changes += _piece_made(scene, plan, move, number)
            moves.append(replace(move, number=number))
            continue
        moves.append(move)
        task = by_number[move.number]
        if move.after is None or move.minutes is None:
            changes.append(Change("task", task.number, "exists", True, False))
            gone.append(task)
            continue
        # A pin that was missed or had to give way holds the piece no longer: else the next replan would start from it.
        pinned = task.pinned and move.after == task.date
        wanted = replace(task, date=move.after, minutes=move.minutes, reason=move.reason, pinned=pinned)
        changes += task_changes.differences("task", task, wanted, number=task.number)
    scene.put(changes)
    scene.hand_on(gone)
    return tuple(moves)


def _moves(mended: Mended) -> list[tuple[object, ...]]:
    """The moves without the numbers of new pieces, which may differ from those of a preview."""
    return [(move.key, move.before, move.after, move.minutes, move.reason) for move in mended.mending.moves]


def _piece_made(scene: WorkingCopy, plan: Plan, move: schedule.Move, number: int) -> list[Change]:
    # What is over keeps the words of the edition that it was done by: an open piece says what the task is now.
    siblings = [task for task in scene.tasks if task.plan == plan.number and task.task == move.task]
    sibling = min(siblings, key=lambda task: task.status is not Status.OPEN)
    assert move.after is not None
    assert move.minutes is not None
    piece = replace(
        sibling,
        number=number,
        uuid=uuid4(),
        key=move.key,
        part=move.part,
        date=move.after,
        minutes=move.minutes,
        reason=move.reason,
        status=Status.OPEN,
        done_at=None,
        spent_minutes=None,
        note=None,
        links=(),
        files=(),
        score=None,
        scores=(),
        starts_at=None,
        pinned=False,
        updated_at=scene.clock.now(),
        sequence=0,
    )
    scene.made.append(piece)
    scene.tasks.append(piece)
    return [Change("task", number, "exists", False, True)]


def _summary(mending: schedule.Mending) -> str:
    return f"{mending.strategy}, {count(len(mending.moves), 'piece')} moved"
