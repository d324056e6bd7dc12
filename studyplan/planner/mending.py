"""Mending plans: replan, and what days off and other hours make necessary. Each is one batch, and one undo takes it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from studyplan.errors import Conflict, DoesNotFit, NotFound, UsageProblem
from studyplan.model import LONGEST_WINDOW, Change, Learner, Plan, PlanState, Reason, Span, Status, Task, Week
from studyplan.planner import deciding, find
from studyplan.planner.base import UseCases, changed
from studyplan.planner.capacity import busy_notes, engagements
from studyplan.planner.remedies import Remedy, ways_out

if TYPE_CHECKING:
    from studyplan import schedule
    from studyplan.clock import Clock
    from studyplan.store import Unit


@dataclass(frozen=True, slots=True)
class Mended:
    """A plan and the moves that mend it, whether written or not."""

    plan: Plan
    learner: str
    mending: schedule.Mending
    written: bool = False


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A setting that was changed, and the plans that had to be mended for it."""

    learner: Learner
    plan: Plan | None
    mended: tuple[Mended, ...]
    notes: tuple[str, ...] = ()
    written: bool = False


@dataclass(slots=True)
class _Scene:
    """All that a learner has while changes to it gather: later decisions see what earlier ones will have made."""

    unit: Unit
    learner: Learner
    clock: Clock
    plans: list[Plan]
    tasks: list[Task]
    changes: list[Change]
    made: list[Task]

    def put(self, changes: Sequence[Change]) -> None:
        self.changes += changes
        by_row: dict[tuple[str, int], list[Change]] = {}
        for change in changes:
            by_row.setdefault((change.of, change.number), []).append(change)
        self.tasks = [changed(task, by_row.get(("task", task.number), [])) for task in self.tasks]
        self.tasks = [task for task in self.tasks if task.exists]
        self.plans = [
            replace(plan, **{change.field: change.after for change in by_row.get(("plan", plan.number), [])})
            for plan in self.plans
        ]
        for change in by_row.get(("learner", 0), []):
            self.learner = replace(self.learner, **{change.field: change.after})

    def plan(self, number: int) -> Plan:
        return next(plan for plan in self.plans if plan.number == number)


class Mending(UseCases):
    def replan(self, remedy: Remedy, word: str | None = None, *, write: bool = True) -> Mended:
        """Mend one plan. Raises DoesNotFit with its price list where what is open finds no room."""

        def work(unit: Unit) -> Mended:
            scene = self._scene(unit)
            plan = find.plan_to_write(scene.plans, word)
            if plan.state is not PlanState.ACTIVE:
                raise Conflict(f"'{plan.name}' is {plan.state}", hint="only a running plan can be mended")
            unread = 0
            if remedy.busy is not None:
                end = max(plan.end, remedy.exam or plan.end)
                busy, unread = engagements(remedy.busy, plan.start, end, scene.learner.zone)
                scene.put([_setting(plan, "busy", plan.busy, busy)] if busy != plan.busy else [])
                plan = scene.plan(plan.number)
            mended = _mend(scene, plan, remedy, number_of=self._numbers(unit, scene, write=write))
            if unread:
                notes = (*mended.mending.notes, *busy_notes(remedy.busy, unread))
                mended = replace(mended, mending=replace(mended.mending, notes=notes))
            if write:
                self._write(unit, scene, f"replan {plan.name}: {_summary(mended.mending)}")
            return replace(mended, written=write)

        return self._change(work) if write else self._store.read(work)

    def set_off(
        self, spans: Sequence[Span], word: str | None = None, *, off: bool = True, write: bool = True
    ) -> Adjusted:
        """Take days off, or give them back where ``off`` is False; for one plan, or for all of the learner's."""

        def change(scene: _Scene, plan: Plan | None) -> list[Change]:
            had = plan.off if plan else scene.learner.off
            wanted = (*had, *(span for span in spans if span not in had)) if off else _without(had, spans)
            wanted = tuple(sorted(wanted, key=lambda span: (span.first, span.last)))
            return [_setting(plan, "off", had, wanted)] if wanted != had else []

        first = min(span.first for span in spans)
        days = ", ".join(map(str, spans))
        verb = "off" if off else "no longer off"
        return self._adjust(change, word, Reason("day-off", first.isoformat()), f"{verb}: {days}", write=write)

    def set_hours(self, week: Week | None, word: str | None = None, *, write: bool = True) -> Adjusted:
        """Set the study week, for one plan or for the learner; None: every day, without a ceiling."""

        def change(scene: _Scene, plan: Plan | None) -> list[Change]:
            had = plan.week if plan else scene.learner.week
            return [_setting(plan, "week", had, week)] if week != had else []

        return self._adjust(change, word, None, "hours", write=write, says_own=True)

    def _adjust(
        self,
        change: Callable[[_Scene, Plan | None], list[Change]],
        word: str | None,
        because: Reason | None,
        action: str,
        *,
        write: bool,
        says_own: bool = False,
    ) -> Adjusted:
        def work(unit: Unit) -> Adjusted:
            scene = self._scene(unit)
            plan = find.plan_to_write(scene.plans, word) if word is not None else None
            scene.put(change(scene, plan))
            numbers = self._numbers(unit, scene, write=write)
            running = [each.number for each in scene.plans if each.state is PlanState.ACTIVE]
            mended = []
            for number in [plan.number] if plan else running:
                if _is_needed(scene, scene.plan(number)):
                    done = _mend(scene, scene.plan(number), Remedy(), number_of=numbers, because=because)
                    mended.append(replace(done, written=write))
            notes = []
            if says_own and plan is None:
                own = [each.name for each in scene.plans if each.state is PlanState.ACTIVE and each.week is not None]
                notes = [f"'{name}' keeps hours of its own: --plan {name} changes those" for name in own]
            if write:
                self._write(unit, scene, action)
            return Adjusted(scene.learner, plan and scene.plan(plan.number), tuple(mended), tuple(notes), write)

        return self._change(work) if write else self._store.read(work)

    def _scene(self, unit: Unit) -> _Scene:
        learner, plans, tasks = self._live(unit)
        return _Scene(unit, learner, self._clock.at(learner.zone), plans, tasks, [], [])

    def _numbers(self, unit: Unit, scene: _Scene, *, write: bool) -> Callable[[], int]:
        """Numbers for pieces that are made; in a dry run they are only counted, not taken."""
        if write:
            return lambda: unit.reserve(scene.learner.id, tasks=1)[1]
        first = unit.next_numbers(scene.learner.id)[1]
        return lambda: first + len(scene.made)

    def _write(self, unit: Unit, scene: _Scene, action: str) -> None:
        unit.add_tasks(scene.made, exists=False)
        self._apply(unit, scene.learner.id, scene.changes, action)


def _setting(plan: Plan | None, field: str, before: object, after: object) -> Change:
    return Change("plan" if plan else "learner", plan.number if plan else 0, field, before, after)


def _without(had: Sequence[Span], spans: Sequence[Span]) -> tuple[Span, ...]:
    """The spans that are left when some days are given back; a span is cut where the days lie inside it."""
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


def _is_needed(scene: _Scene, plan: Plan) -> bool:
    """Whether an open task lies where it no longer can, apart from being late."""
    from studyplan.planner.moving import standing_of
    from studyplan.schedule.standing import View

    view = View(standing_of(scene.learner, plan, scene.tasks, scene.plans, scene.clock))
    return any(reason.code != "overdue" for reason in view.must_move.values())


def _mend(
    scene: _Scene, plan: Plan, remedy: Remedy, *, number_of: Callable[[], int], because: Reason | None = None
) -> Mended:
    try:
        mended, changes = _decide(scene, plan, remedy, because)
    except DoesNotFit as refusal:
        raise DoesNotFit(
            f"'{plan.name}' cannot be mended so: {refusal.message}",
            short_minutes=refusal.short_minutes,
            offers=ways_out(scene.learner, plan, scene.tasks, remedy, _works(scene, plan, because)),
            hint=refusal.hint,
        ) from None
    scene.put(changes)
    scene.put(_changes(scene, mended.plan, mended.mending, number_of))
    return mended


def _works(scene: _Scene, plan: Plan, because: Reason | None) -> Callable[[Remedy], bool]:
    """Whether a remedy finds room for all that is open."""

    def works(remedy: Remedy) -> bool:
        try:
            _decide(scene, plan, remedy, because)
        except (DoesNotFit, UsageProblem):
            return False
        return True

    return works


def _decide(scene: _Scene, plan: Plan, remedy: Remedy, because: Reason | None) -> tuple[Mended, list[Change]]:
    """How a remedy mends a plan, and the changes of the plan and its tasks that come ahead of the moves."""
    from studyplan import schedule
    from studyplan.planner.moving import standing_of

    changes = _left_out(scene, plan, remedy.leave_out)
    if remedy.exam is not None:
        changes += _exam_moved(plan, remedy.exam)
        because = Reason("exam-moved", remedy.exam.isoformat())
    if remedy.week is not None and remedy.week != plan.week:
        changes.append(_setting(plan, "week", plan.week, remedy.week))
    ahead = _Scene(scene.unit, scene.learner, scene.clock, scene.plans, scene.tasks, [], [])
    ahead.put(changes)
    varied = ahead.plan(plan.number)
    cards = scene.unit.cards(scene.learner.id, plan.number)
    standing = standing_of(scene.learner, varied, ahead.tasks, ahead.plans, scene.clock, changed=because, cards=cards)
    match remedy.strategy:
        case "even":
            mending = schedule.even_out(standing)
        case "shift":
            mending = schedule.shift(standing, remedy.days)
        case _:
            mending = schedule.catch_up(standing)
    return Mended(varied, scene.learner.name, mending), changes


def _left_out(scene: _Scene, plan: Plan, ids: Sequence[str]) -> list[Change]:
    tasks = [task for task in scene.tasks if task.plan == plan.number]
    record = deciding.Record(scene.clock.now())
    changes: list[Change] = []
    for id in ids:
        found = [task for task in tasks if task.task == id]
        if not found:
            raise NotFound(f"'{plan.name}' has no task '{id}'{find.nearest(id, [task.task for task in tasks])}")
        for task in found:
            if task.status is Status.OPEN:
                changes += deciding.mark(task, Status.SKIPPED, record)
    return changes


def _exam_moved(plan: Plan, to: date) -> list[Change]:
    if to < plan.start:
        raise UsageProblem(f"the exam ({to}) lies before the plan's start ({plan.start})", hint="give a later --exam")
    if (to - plan.start).days >= LONGEST_WINDOW:
        raise UsageProblem(f"{to} is more than {LONGEST_WINDOW} days after the start ({plan.start})")
    changes = [Change("plan", plan.number, "end", plan.end, to)] if plan.end != to else []
    if plan.exam is not None and plan.exam != to:
        changes.append(Change("plan", plan.number, "exam", plan.exam, to))
    return changes


def _changes(scene: _Scene, plan: Plan, mending: schedule.Mending, number_of: Callable[[], int]) -> list[Change]:
    by_number = {task.number: task for task in scene.tasks}
    changes: list[Change] = []
    for move in mending.moves:
        if move.number is None:
            changes += _piece_made(scene, plan, move, number_of())
            continue
        task = by_number[move.number]
        if move.after is None or move.minutes is None:
            changes.append(Change("task", task.number, "exists", True, False))
            continue
        wanted = replace(task, date=move.after, minutes=move.minutes, reason=move.reason)
        changes += deciding.differences("task", task, wanted, number=task.number)
    return changes


def _piece_made(scene: _Scene, plan: Plan, move: schedule.Move, number: int) -> list[Change]:
    sibling = next(task for task in scene.tasks if task.plan == plan.number and task.task == move.task)
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
        pinned=False,
        updated_at=scene.clock.now(),
        sequence=0,
    )
    scene.made.append(piece)
    scene.tasks.append(piece)
    return [Change("task", number, "exists", False, True)]


def _summary(mending: schedule.Mending) -> str:
    count = len(mending.moves)
    return f"{mending.strategy}, {count} {'piece' if count == 1 else 'pieces'} moved"
