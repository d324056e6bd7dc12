"""Replan plans, also when days off or new hours make that necessary. Each is one batch, and one undo takes it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar, Unpack
from uuid import uuid4

from studyplan.errors import Conflict, DoesNotFit, NotFound, StudyplanError, UsageProblem, WayOut
from studyplan.model import (
    LONGEST_WINDOW,
    NO_ROOM,
    Change,
    Kind,
    Learner,
    Plan,
    PlanState,
    Reason,
    Span,
    Status,
    Stint,
    Task,
    Week,
)
from studyplan.planner.base import UseCases, changed, sittings
from studyplan.planner.capacity import engaged
from studyplan.planner.keywords import DaysName, RemedyFields, remedy_of, spans_of, week_of
from studyplan.rules import lookup, task_changes
from studyplan.rules.capacity import Engaged, crowded_by
from studyplan.rules.lookup import quoted
from studyplan.rules.replan_offers import PricedWay, Remedy, left_for_good, ways_out
from studyplan.text import count

if TYPE_CHECKING:
    from studyplan import schedule
    from studyplan.clock import Clock
    from studyplan.model import Card, Template
    from studyplan.rules.lookup import PlanName
    from studyplan.store import Unit
    from studyplan.template import Catalog

T = TypeVar("T")


class Lay(Protocol):
    """A way to replan other than the strategies of a remedy."""

    def mend(self, standing: schedule.Standing) -> schedule.Mending: ...

    def fits(self, standing: schedule.Standing) -> bool: ...


@dataclass(frozen=True, slots=True)
class Mended:
    """A replanned plan and its moves, written or not; ``skipped`` was left out to make room."""

    plan: Plan
    learner: str
    mending: schedule.Mending
    #: The titles of the plan's tasks, by task id.
    titles: Mapping[str, str]
    skipped: tuple[Task, ...] = ()
    written: bool = False
    #: What found no room and stays where it was, the least valuable there is; whether that is ``proved``.
    left_over: tuple[Task, ...] = ()
    proved: bool = True
    #: How all would fit, where something is left over; told by a preview.
    ways_out: tuple[PricedWay, ...] = ()


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A changed setting, and the plans replanned for it. ``running``: all of the learner's running plans."""

    learner: Learner
    plan: Plan | None
    mended: tuple[Mended, ...]
    running: tuple[Plan, ...]
    notes: tuple[str, ...] = ()
    written: bool = False


@dataclass(slots=True)
class WorkingCopy:
    """A learner's data with the changes so far applied, so that later decisions see earlier ones."""

    unit: Unit
    learner: Learner
    clock: Clock
    plans: list[Plan]
    tasks: list[Task]
    #: A fresh number for a piece that is made.
    number: Callable[[], int]
    #: Whether a refusal is to bring its price list, which takes its time.
    prices: bool
    catalog: Callable[[], Catalog]
    changes: list[Change] = field(default_factory=list)
    made: list[Task] = field(default_factory=list)
    #: Cards that are made, each with its plan's number.
    new_cards: list[tuple[int, Card]] = field(default_factory=list)
    #: The cards of a plan that are to replace those it has, by the plan's number.
    cards: dict[int, tuple[Card, ...]] = field(default_factory=dict)

    @property
    def stints(self) -> list[Stint]:
        """All of the learner's sittings."""
        return self.unit.stints(self.learner.id)

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

    def hand_on(self, gone: Sequence[Task]) -> None:
        """Give what was recorded on pieces that are gone from the scene to those that their tasks have left."""
        from studyplan.rules.merged_pieces import handed_on

        if not gone:
            return
        ids = {(task.plan, task.task) for task in gone}
        left = [task for task in self.tasks if (task.plan, task.task) in ids]
        numbers = {task.number for task in gone}
        # Those that were handed to one of these before, by an upgrade ahead of its mending, are among them.
        to = {each.number: each.after for each in self.changes if (each.of, each.field) == ("stint", "task")}
        stints = [replace(each, task=to.get(each.number, each.task)) for each in self.unit.stints(self.learner.id)]
        stints = [stint for stint in stints if stint.task in numbers]
        self.put(handed_on(gone, left, stints, self.learner.timer))

    def plan(self, number: int) -> Plan:
        return next(plan for plan in self.plans if plan.number == number)

    def template(self, plan: Plan) -> Template | None:
        """The plan's template; None where it is gone or can no longer be read."""
        try:
            return self.catalog().get(plan.template)
        except StudyplanError:
            return None

    def electives(self, plan: Plan) -> frozenset[str]:
        """The ids of the tasks that belong to an elective path."""
        template = self.template(plan)
        return frozenset(task.id for task in template.tasks if task.path) if template else frozenset()

    def smaller_windows(self, plan: Plan) -> tuple[str, ...]:
        """The windows of the plan's template that hold less than it has open, the smallest first."""
        template = self.template(plan)
        if template is None:
            return ()
        return tuple(each.id for each in template.windows if self.beyond(plan, each.id))

    def beyond(self, plan: Plan, window: str | None) -> tuple[str, ...]:
        """The ids of the plan's open tasks that a window of its template goes without. Raises NotFound."""
        if window is None:
            return ()
        template = self.template(plan)
        found = template.window(window) if template else None
        if found is None:
            known = ", ".join(each.id for each in template.windows) if template else ""
            hint = f"it has {known}" if known else None
            raise NotFound(f"'{plan.template}' has no window '{window}'", hint=hint)
        rows = [task for task in self.tasks if task.plan == plan.number and task.status is Status.OPEN and not task.own]
        return tuple(dict.fromkeys(task.task for task in rows if task.tier.rank > found.tier.rank))

    def cards_of(self, plan: Plan) -> tuple[Card, ...]:
        found = self.cards.get(plan.number)
        return self.unit.cards(self.learner.id, plan.number) if found is None else found


class WorkingCopyUseCases(UseCases):
    """Use cases that decide on all that a learner has."""

    def _settle(self, decide: Callable[[WorkingCopy], tuple[T, str]], *, write: bool) -> T:
        """Decide on what the learner has, and write it where asked.

        A refusal is decided once more outside of the writing transaction: finding the ways out takes time, and nobody
        else should wait for it.
        """

        def work(unit: Unit, *, prices: bool) -> T:
            learner, plans, tasks = self._live(unit)
            first = None if write and not prices else unit.next_numbers(learner.id)[1]
            made: list[Task] = []

            def number() -> int:
                return unit.reserve(learner.id, tasks=1)[1] if first is None else first + len(made)

            clock = self._clock.at(learner.zone)
            scene = WorkingCopy(unit, learner, clock, plans, tasks, number, prices, self._catalog, made=made)
            result, action = decide(scene)
            if first is None:
                scene.put(task_changes.endings(scene.plans, scene.tasks, clock.now()))
                unit.add_tasks(scene.made, exists=False)
                for number_of_plan, card in scene.new_cards:
                    unit.add_cards(learner.id, number_of_plan, [card], exists=False)
                self._apply(unit, learner, task_changes.net(scene.changes), action)
            return result

        try:
            if write:
                return self._change(lambda unit: work(unit, prices=False))
        except DoesNotFit as refusal:
            try:
                self._store.read(lambda unit: work(unit, prices=True))
            except DoesNotFit as priced:
                raise priced from None
            raise refusal from None
        return self._store.read(lambda unit: work(unit, prices=True))


class Replans(WorkingCopyUseCases):
    """Replanning, and what days off and other hours make necessary."""

    def preview(
        self, remedy: Remedy | None = None, plan: PlanName | None = None, **fields: Unpack[RemedyFields]
    ) -> Mended:
        """What :meth:`apply` would do. Writes nothing, and raises as it does."""
        return self._replan(remedy_of(remedy, fields, self._clock), plan, write=False)

    def apply(
        self, remedy: Remedy | None = None, plan: PlanName | None = None, **fields: Unpack[RemedyFields]
    ) -> Mended:
        """Replan one plan after missed days. What finds no room is left over.

        Args:
            remedy: A whole remedy, instead of ``fields``.
            plan: The plan by name, number or value; the only one that runs if None.
            fields: How to do it; see :class:`~studyplan.planner.keywords.RemedyFields`. The fewest dates change without any.

        Raises:
            DoesNotFit: Not all that is open finds room and the remedy is strict. ``offers`` are the ways out, each with its price.
            Conflict: Several plans are running, or this one has ended.
        """
        return self._replan(remedy_of(remedy, fields, self._clock), plan, write=True)

    def way_out(self, number: int, remedy: Remedy, plan: PlanName | None = None) -> Remedy:
        """The remedy that takes a way out of the list that a preview of ``remedy`` tells, counted from 1."""
        ways = self.preview(remedy, plan).ways_out
        if not ways:
            raise UsageProblem("everything fits: there is no way out to take", hint="replan without taking one")
        if not 1 <= number <= len(ways):
            raise UsageProblem(f"there is no way out {number}", hint=f"choose one from 1 to {len(ways)}")
        return ways[number - 1].remedy

    def _replan(self, remedy: Remedy, word: PlanName | None, *, write: bool) -> Mended:
        calendar = self._engaged(remedy, word)

        def decide(scene: WorkingCopy) -> tuple[Mended, str]:
            plan = _running(scene.plans, word)
            if calendar is not None:
                busy = calendar.of(scene.learner)
                scene.put([_setting(plan, "busy", plan.busy, busy)] if busy != plan.busy else [])
                plan = scene.plan(plan.number)
            mended = mend(scene, plan, remedy)
            notes = (*mended.mending.notes, *_exam_note(plan, remedy), *(calendar.notes if calendar else ()))
            mended = replace(mended, mending=replace(mended.mending, notes=notes), written=write)
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

        return engaged(remedy.busy, *self._store.read(days))

    def set_off(
        self,
        days: DaysName | Iterable[DaysName],
        plan: PlanName | None = None,
        *,
        off: bool = True,
        write: bool = True,
        seen: Adjusted | None = None,
    ) -> Adjusted:
        """Take days off, or give them back where ``off`` is False; for one plan, or for all of the learner's.

        ``days``: one or several, or spans of them. ``seen``: what the learner agreed to; raises Conflict if it would be
        something else by now.
        """
        spans = spans_of(days, self._clock)

        def change(scene: WorkingCopy, plan: Plan | None) -> list[Change]:
            had = plan.off if plan else scene.learner.off
            wanted = (*had, *(span for span in spans if span not in had)) if off else _without(had, spans)
            wanted = tuple(sorted(wanted, key=lambda span: (span.first, span.last)))
            return [_setting(plan, "off", had, wanted)] if wanted != had else []

        def words(scene: WorkingCopy, plan: Plan | None) -> list[str]:
            """Notes on the days: exam days, days that were not off, days off in one plan only."""
            running = [each for each in scene.plans if each.state is PlanState.ACTIVE]
            exams = {each.exam: each.name for each in running if each.exam and any(each.exam in span for span in spans)}
            said = (
                [f"{day} is the exam day of '{name}' and cannot be a day off" for day, name in exams.items()]
                if off
                else []
            )
            had = plan.off if plan else scene.learner.off
            if not off and had == _without(had, spans):
                said.append(f"none of these days is a day off for {plan.name if plan else scene.learner.name}")
                if plan is None:
                    own = [each.name for each in running if each.off != _without(each.off, spans)]
                    said += [f"they are days off in '{name}': add --plan {quoted(name)}" for name in own]
            return said

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
            return [_setting(plan, "week", had, week)] if week != had else []

        def words(scene: WorkingCopy, plan: Plan | None) -> list[str]:
            own = [each.name for each in scene.plans if each.state is PlanState.ACTIVE and each.week is not None]
            return [] if plan else [f"'{name}' has its own hours; --plan {quoted(name)} changes those" for name in own]

        return self._adjust(change, plan, None, "hours", words, write=write, seen=seen)

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
            notes = tuple(words(scene, plan))
            scene.put(change(scene, plan))
            running = [each.number for each in scene.plans if each.state is PlanState.ACTIVE]
            mended = []
            for number in [plan.number] if plan else running:
                if is_needed(scene, scene.plan(number)):
                    mended.append(replace(mend(scene, scene.plan(number), Remedy(), because), written=write))
            if seen is not None and [_moves(each) for each in mended] != [_moves(each) for each in seen.mended]:
                raise Conflict("the plan changed in the meantime; nothing was written", hint="run the command again")
            changed_plan = scene.plan(plan.number) if plan else None
            left = tuple(scene.plan(number) for number in running)
            return Adjusted(scene.learner, changed_plan, tuple(mended), left, notes, write), action

        return self._settle(decide, write=write)


def _running(plans: Sequence[Plan], word: PlanName | None) -> Plan:
    plan = lookup.plan_to_write(plans, word)
    if plan.state is not PlanState.ACTIVE:
        raise Conflict(f"'{plan.name}' is {plan.state}", hint="only a running plan can be replanned")
    return plan


def _setting(plan: Plan | None, field: str, before: object, after: object) -> Change:
    return Change("plan" if plan else "learner", plan.number if plan else 0, field, before, after)


def _without(had: Sequence[Span], spans: Sequence[Span]) -> tuple[Span, ...]:
    """The spans left when some days are given back; days inside a span split it."""
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
    """Whether an open task sits on a day it can no longer have, lateness apart."""
    from studyplan.planner.capacity import standing_of
    from studyplan.schedule.standing import View

    view = View(standing_of(scene.learner, plan, scene.tasks, scene.plans, scene.stints, scene.clock))
    return any(
        reason.code != "overdue" and number not in view.standing.loose for number, reason in view.must_move.items()
    )


def mend(
    scene: WorkingCopy, plan: Plan, remedy: Remedy, because: Reason | None = None, lay: Lay | None = None
) -> Mended:
    """Replan one plan of the scene, by the remedy or by a ``lay``.

    Where not all that is open finds room, the least valuable is left over. Raises DoesNotFit for a ``lay`` and where the remedy is
    strict.
    """
    from studyplan import schedule

    left_over, proved = frozenset[int](), True
    ways: tuple[PricedWay, ...] = ()
    changes, standing = _posed(scene, plan, remedy, because)
    try:
        mending = _mending(standing, remedy, lay)
    except DoesNotFit as refusal:
        if lay is not None or remedy.strict:
            works = _fits(scene, plan, because, lay)
            found = ways_out(scene.learner, plan, scene.tasks, remedy, works) if scene.prices else ()
            until = remedy.exam or plan.end
            crowd = crowded_by(scene.learner, plan, scene.tasks, scene.plans, scene.clock.today(), until)
            raise DoesNotFit(
                f"this replan does not fit '{plan.name}': {refusal.message}{crowd}",
                short_minutes=refusal.short_minutes,
                offers=[way.offer for way in found],
                hint=refusal.hint or _ceiling_hint(scene.learner, plan, remedy),
            ) from None
        fitted = schedule.mend_what_fits(standing, remedy.strategy, remedy.days, scene.electives(plan))
        mending, left_over, proved = fitted.mending, fitted.numbers, fitted.proved
        if left_over and scene.prices:
            works = _fits(scene, plan, because, lay)
            windows = scene.smaller_windows(plan)
            ways = ways_out(scene.learner, plan, scene.tasks, remedy, works, windows)
            left = left_for_good(plan, remedy, fitted.left_over)
            if _leaves_nothing(scene, plan, left.remedy, because):
                ways = (*(way for way in ways if way.offer.kind != "leave_out"), left)
    skipped = {change.number for change in changes if change.field == "status"}
    left_out = tuple(task for task in scene.tasks if task.number in skipped)
    scene.put(changes)
    moves = _moved(scene, scene.plan(plan.number), mending)
    _mark_left_over(scene, scene.plan(plan.number), left_over)
    titles = {task.task: task.title for task in standing.tasks}
    return Mended(
        scene.plan(plan.number),
        scene.learner.name,
        replace(mending, moves=moves),
        titles,
        left_out,
        left_over=tuple(task for task in scene.tasks if task.number in left_over),
        proved=proved,
        ways_out=ways,
    )


def _mending(standing: schedule.Standing, remedy: Remedy, lay: Lay | None) -> schedule.Mending:
    """The mending that was asked for. Raises DoesNotFit."""
    from studyplan import schedule

    match remedy.strategy:
        case _ if lay is not None:
            return lay.mend(standing)
        case "even":
            return schedule.even_out(standing)
        case "shift":
            return schedule.shift(standing, remedy.days)
        case _:
            return schedule.catch_up(standing)


def _mark_left_over(scene: WorkingCopy, plan: Plan, numbers: frozenset[int]) -> None:
    """Say of what is left over that it has no room, and no longer of what was so before and has."""
    no_room = Reason(NO_ROOM, (plan.exam or plan.end).isoformat())
    changes: list[Change] = []
    for task in scene.tasks:
        if task.number in numbers:
            changes += task_changes.differences("task", task, replace(task, reason=no_room), number=task.number)
        elif task.plan == plan.number and task.has_no_room:
            changes += task_changes.differences("task", task, replace(task, reason=None), number=task.number)
    scene.put(changes)


def _ceiling_hint(learner: Learner, plan: Plan, remedy: Remedy) -> str | None:
    if remedy.week or plan.week or learner.week:
        return None
    return f"no daily limit is set, so no day may get longer than the plan's longest day: {plan.fullest} minutes"


def _fits(scene: WorkingCopy, plan: Plan, because: Reason | None, lay: Lay | None) -> Callable[[Remedy], bool]:
    """Whether a remedy finds room for all that is open."""
    from studyplan import schedule

    def fits(remedy: Remedy) -> bool:
        try:
            _, standing = _posed(scene, plan, remedy, because)
        except (DoesNotFit, UsageProblem):
            return False
        if lay is not None:
            return lay.fits(standing)
        if remedy.strict:
            quick = {"even": schedule.even_fits, "catch-up": schedule.fits}.get(remedy.strategy)
            return (quick is None or quick(standing)) and _can_mend(standing, remedy)
        if remedy.strategy != "shift" and not (schedule.fits(standing) or schedule.even_fits(standing)):
            return False
        return schedule.everything_fits(standing, remedy.strategy, remedy.days) is not None

    return fits


def _leaves_nothing(scene: WorkingCopy, plan: Plan, remedy: Remedy, because: Reason | None) -> bool:
    """Whether a replan by the remedy leaves nothing over, looking as often as it does."""
    from studyplan import schedule

    _, standing = _posed(scene, plan, remedy, because)
    if schedule.everything_fits(standing, remedy.strategy, remedy.days) is not None:
        return True
    return not schedule.mend_what_fits(standing, remedy.strategy, remedy.days, scene.electives(plan)).left_over


def _can_mend(standing: schedule.Standing, remedy: Remedy) -> bool:
    try:
        _mending(standing, remedy, None)
    except DoesNotFit:
        return False
    return True


def _posed(
    scene: WorkingCopy, plan: Plan, remedy: Remedy, because: Reason | None
) -> tuple[list[Change], schedule.Standing]:
    """The changes a remedy makes before any moves, and the plan as it then stands."""
    from studyplan.planner.capacity import standing_of

    changes = _left_out(scene, plan, [*remedy.leave_out, *scene.beyond(plan, remedy.window)])
    if remedy.exam is not None:
        changes += _exam_moved(plan, remedy.exam)
        changes += _exam_told(scene, plan, remedy)
        because = Reason("exam-moved", remedy.exam.isoformat())
    if remedy.week is not None and remedy.week != plan.week:
        changes.append(_setting(plan, "week", plan.week, remedy.week))
    ahead = replace(scene, changes=[], made=[])
    ahead.put(changes)
    cards = scene.cards_of(plan)
    varied = ahead.plan(plan.number)
    return changes, standing_of(
        scene.learner, varied, ahead.tasks, ahead.plans, scene.stints, scene.clock, changed=because, cards=cards
    )


def _left_out(scene: WorkingCopy, plan: Plan, words: Sequence[str]) -> list[Change]:
    tasks = [task for task in scene.tasks if task.plan == plan.number]
    record = task_changes.Completion(scene.clock.now())
    held = sittings(scene.unit, tasks)
    changes: list[Change] = []
    rows = {task.number: task for word in words for task in _meant(plan, tasks, word)}
    for task in rows.values():
        if task.status is Status.OPEN:
            changes += task_changes.mark(task, Status.SKIPPED, record, held[task.number])
    return changes


def _meant(plan: Plan, tasks: Sequence[Task], word: str) -> list[Task]:
    """The pieces that a word means: all of a task by its id, else by number or key."""
    from studyplan.notation import refs

    found = [task for task in tasks if task.task == word]
    if found:
        return found
    try:
        return lookup.tasks_named(refs([word]), [plan], tasks)
    except NotFound:
        near = lookup.nearest(word, [task.task for task in tasks])
        raise NotFound(f"'{plan.name}' has no task '{word}'{near}") from None


def _exam_moved(plan: Plan, to: date) -> list[Change]:
    if to < plan.start:
        raise UsageProblem(
            f"the exam ({to}) is before the plan's start ({plan.start})", hint=WayOut("give a later exam", "later-exam")
        )
    if (to - plan.start).days >= LONGEST_WINDOW:
        raise UsageProblem(f"{to} is more than {LONGEST_WINDOW} days after the start ({plan.start})")
    changes = [Change("plan", plan.number, "end", plan.end, to)] if plan.end != to else []
    if plan.exam is not None and plan.exam != to:
        changes.append(Change("plan", plan.number, "exam", plan.exam, to))
    return changes


def _exam_told(scene: WorkingCopy, plan: Plan, remedy: Remedy) -> list[Change]:
    """The hour of the exam, where the remedy names one."""
    if remedy.exam is None or remedy.exam_hour is None:
        return []
    exams = [task for task in scene.tasks if task.plan == plan.number and task.kind is Kind.EXAM]
    if not exams:
        from studyplan.rules.drafts import no_exam

        raise no_exam(f"'{plan.name}'", remedy.exam)
    at = scene.clock.moment(remedy.exam, remedy.exam_hour.hour * 60 + remedy.exam_hour.minute)
    return [
        Change("task", task.number, "starts_at", task.starts_at, at)
        for task in exams
        if task.status is Status.OPEN and task.starts_at != at
    ]


def _exam_note(plan: Plan, remedy: Remedy) -> list[str]:
    if remedy.exam_hour is None:
        return []
    return [f"the exam of '{plan.name}' is on {remedy.exam} at {remedy.exam_hour:%H:%M}"]


def _moved(scene: WorkingCopy, plan: Plan, mending: schedule.Mending) -> tuple[schedule.Move, ...]:
    """Make the moves on the scene; what they made has its number now."""
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
    """What the moves do, without the numbers of new pieces."""
    return [(move.key, move.before, move.after, move.minutes, move.reason) for move in mended.mending.moves]


def _piece_made(scene: WorkingCopy, plan: Plan, move: schedule.Move, number: int) -> list[Change]:
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
