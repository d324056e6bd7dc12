"""What a replan makes of a plan: what is skipped, moved and left over, and how all of it would fit. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from studyplan import schedule
from studyplan.errors import DoesNotFit, NotFound, UsageProblem, WayOut
from studyplan.model import LONGEST_WINDOW, Change, Day, Kind, Learner, Plan, Reason, Role, Status, Stint, Task
from studyplan.rules import habits, lookup, standing, task_changes
from studyplan.rules.capacity import (
    MOST_TAKERS,
    IsHoliday,
    PlanRoom,
    ceiling_notes,
    crowd_words,
    raised,
    room_beside,
    shared_hours,
    together,
)
from studyplan.rules.replan_offers import Remedy, left_for_good, ways_out
from studyplan.rules.ways_out import PricedWay
from studyplan.text import count

if TYPE_CHECKING:
    from studyplan.clock import Clock
    from studyplan.model import Card, Template


class OtherStrategy(Protocol):
    """A way to replan other than the strategies of a remedy."""

    def mend(self, standing: schedule.Standing) -> schedule.Mending: ...

    def fits(self, standing: schedule.Standing) -> bool: ...


@dataclass(frozen=True, slots=True)
class ReplanGround:
    """Everything that a replan of ``plan`` is decided on. ``plans``, ``tasks`` and ``stints`` are all of the learner's."""

    learner: Learner
    plan: Plan
    plans: tuple[Plan, ...]
    tasks: tuple[Task, ...]
    stints: tuple[Stint, ...]
    #: The plan's.
    cards: tuple[Card, ...]
    #: The learner's zone and hours; ``now`` and ``today`` are what it showed.
    clock: Clock
    now: datetime
    today: date
    is_holiday: IsHoliday
    #: Reads the plan's template; None where it is gone or can no longer be read.
    template: Callable[[], Template | None]

    def electives(self) -> frozenset[str]:
        """The ids of the tasks that belong to an elective path."""
        template = self.template()
        return frozenset(task.id for task in template.tasks if task.path) if template else frozenset()

    def smaller_windows(self) -> tuple[str, ...]:
        """The windows of the template that hold less than the plan has open, the smallest first."""
        template = self.template()
        return tuple(each.id for each in template.windows if self.beyond(each.id)) if template else ()

    def beyond(self, window: str | None) -> tuple[str, ...]:
        """The ids of the open tasks that a window of the template goes without. Raises NotFound."""
        if window is None:
            return ()
        template = self.template()
        found = template.window(window) if template else None
        if found is None:
            known = ", ".join(each.id for each in template.windows) if template else ""
            hint = f"it has {known}" if known else None
            raise NotFound(f"'{self.plan.template}' has no window '{window}'", hint=hint)
        own = (task for task in habits.work(self.tasks) if task.plan == self.plan.number and not task.own)
        rows = [task for task in own if task.status is Status.OPEN]
        return tuple(dict.fromkeys(task.task for task in rows if task.tier.rank > found.tier.rank))


@dataclass(frozen=True, slots=True)
class ReplanDecision:
    """What a replan comes to. ``changes`` come first: what is skipped, other days and minutes; then all ``fitted`` moves."""

    changes: tuple[Change, ...]
    #: The plan with the changes made, before anything moves.
    standing: schedule.Standing
    fitted: schedule.Fitted
    #: How all would fit, where something is left over.
    ways_out: tuple[PricedWay[Remedy], ...] = ()


def decide(
    ground: ReplanGround,
    remedy: Remedy,
    because: Reason | None = None,
    other: OtherStrategy | None = None,
    *,
    prices: bool = True,
    aside: frozenset[int] = frozenset(),
) -> ReplanDecision:
    """Replan by the remedy, or by an ``other`` strategy.

    Where not all that is open finds room, the least valuable is left over. ``prices``: whether to look for the ways out, which
    takes its time. ``aside``: tasks that stay as they are, by number. Raises DoesNotFit for an ``other`` one and where the remedy is strict.
    """
    changes, posed = _posed(ground, remedy, because)
    posed = set_aside(posed, aside)
    try:
        mending = _mending(posed, remedy, other)
        return ReplanDecision(changes, posed, schedule.Fitted(_with_cause(ground, remedy, mending)))
    except DoesNotFit as refusal:
        if other is not None or remedy.strict:
            raise _refused(ground, remedy, refusal, because, other, prices=prices) from None
    fitted = schedule.mend_what_fits(posed, remedy.strategy, remedy.days, ground.electives())
    if fitted.left_over:
        takers = _room(ground).takers(ground.today, remedy.exam or ground.plan.end)[:MOST_TAKERS]
        mending = _with_cause(ground, remedy, fitted.mending)
        fitted = replace(fitted, mending=replace(mending, notes=(*mending.notes, *map(str, takers))))
    ways = _ways_out(ground, remedy, because, fitted) if fitted.left_over and prices else ()
    return ReplanDecision(changes, posed, fitted, ways)


def _with_cause(ground: ReplanGround, remedy: Remedy, mending: schedule.Mending) -> schedule.Mending:
    """The mending with a note where tasks leave their days because the hours over all plans are lower than the plan's own minutes."""
    if not any(move.reason.code in ("day-full", "day-off") for move in mending.moves):
        return mending
    notes = ceiling_notes(remedy.week or ground.plan.week, remedy.hours or shared_hours(ground.plan, ground.learner))
    return replace(mending, notes=(*mending.notes, *notes))


def set_aside(posed: schedule.Standing, numbers: frozenset[int]) -> schedule.Standing:
    """The standing with some of its open tasks left where they are, whatever becomes of the others; those ahead hold their time."""
    if not numbers:
        return posed
    still_open = [task for task in posed.tasks if task.status is Status.OPEN and not task.has_no_room]
    held, rest = Counter[date](), Counter[date]()
    for task in still_open:
        (held if task.number in numbers else rest)[task.date] += task.minutes

    def day_left(day: Day) -> Day:
        if not held[day.date] or not day.capacity:
            return day
        left = max(day.capacity - held[day.date], min(day.capacity, rest[day.date]))
        return replace(day, capacity=left, role=day.role if left else Role.OFF)

    return replace(
        posed,
        days=tuple(map(day_left, posed.days)),
        # Like one that is skipped, a task set aside never moves, and nothing waits for it.
        tasks=tuple(replace(task, status=Status.SKIPPED) if task.number in numbers else task for task in posed.tasks),
        loose={number: reason for number, reason in posed.loose.items() if number not in numbers},
    )


def _refused(
    ground: ReplanGround,
    remedy: Remedy,
    refusal: DoesNotFit,
    because: Reason | None,
    other: OtherStrategy | None,
    *,
    prices: bool,
) -> DoesNotFit:
    plan = ground.plan
    works = _fits(ground, because, other)
    found = ways_out(ground.learner, plan, ground.tasks, remedy, works, electives=ground.electives()) if prices else ()
    crowd = crowd_words(_room(ground), ground.today, remedy.exam or plan.end)
    return DoesNotFit(
        f"this replan does not fit '{plan.name}': {refusal.message}{crowd}",
        short_minutes=refusal.short_minutes,
        offers=[way.offer for way in found],
        takes=[way.asked for way in found],
        hint=refusal.hint or _ceiling_hint(ground.learner, plan, remedy),
    )


def _ceiling_hint(learner: Learner, plan: Plan, remedy: Remedy) -> str | None:
    limits = together(remedy.week or plan.week, remedy.hours or shared_hours(plan, learner))
    if limits and any(day.minutes for day in limits.days):
        return None
    return (
        f"no daily limit is set, so no day may get longer than the plan's longest day: {count(plan.fullest, 'minute')}"
    )


def _ways_out(
    ground: ReplanGround, remedy: Remedy, because: Reason | None, fitted: schedule.Fitted
) -> tuple[PricedWay[Remedy], ...]:
    works = _fits(ground, because, None)
    ways = ways_out(
        ground.learner, ground.plan, ground.tasks, remedy, works, ground.smaller_windows(), ground.electives()
    )
    left = left_for_good(ground.plan, remedy, fitted.left_over)
    if not _leaves_nothing(ground, left.asked, because):
        return ways
    return (*(way for way in ways if way.offer.kind != "leave_out"), left)


def _mending(standing: schedule.Standing, remedy: Remedy, other: OtherStrategy | None) -> schedule.Mending:
    """The mending that was asked for. Raises DoesNotFit."""
    match remedy.strategy:
        case _ if other is not None:
            return other.mend(standing)
        case "even":
            return schedule.even_out(standing)
        case "shift":
            return schedule.shift(standing, remedy.days)
        case _:
            return schedule.catch_up(standing)


def _fits(ground: ReplanGround, because: Reason | None, other: OtherStrategy | None) -> Callable[[Remedy], bool]:
    """Whether a remedy finds room for all that is open."""

    def fits(remedy: Remedy) -> bool:
        try:
            _, standing = _posed(ground, remedy, because)
        except (DoesNotFit, UsageProblem):
            return False
        if other is not None:
            return other.fits(standing)
        if remedy.strict:
            quick = {"even": schedule.even_fits, "catch-up": schedule.fits}.get(remedy.strategy)
            return (quick is None or quick(standing)) and _can_mend(standing, remedy)
        if remedy.strategy != "shift" and not (schedule.fits(standing) or schedule.even_fits(standing)):
            return False
        return schedule.everything_fits(standing, remedy.strategy, remedy.days) is not None

    return fits


def _leaves_nothing(ground: ReplanGround, remedy: Remedy, because: Reason | None) -> bool:
    """Whether a replan by the remedy leaves nothing over, looking as often as it does."""
    _, standing = _posed(ground, remedy, because)
    if schedule.everything_fits(standing, remedy.strategy, remedy.days) is not None:
        return True
    return not schedule.mend_what_fits(standing, remedy.strategy, remedy.days, ground.electives()).left_over


def _can_mend(standing: schedule.Standing, remedy: Remedy) -> bool:
    try:
        _mending(standing, remedy, None)
    except DoesNotFit:
        return False
    return True


def _posed(
    ground: ReplanGround, remedy: Remedy, because: Reason | None
) -> tuple[tuple[Change, ...], schedule.Standing]:
    """The changes a remedy makes before any moves, and the plan as it then stands."""
    plan = ground.plan
    changes = _left_out(ground, [*remedy.leave_out, *ground.beyond(remedy.window)])
    if remedy.exam is not None:
        changes += _exam_moved(plan, remedy.exam)
        changes += _exam_told(ground, remedy)
        because = Reason("exam-moved", remedy.exam.isoformat())
    if remedy.week is not None and remedy.week != plan.week:
        changes.append(Change("plan", plan.number, "week", plan.week, remedy.week))
    if plan.own_only and (remedy.week is not None or remedy.hours is not None):
        changes.append(Change("plan", plan.number, "own_only", True, None))
    changes += raised(ground.learner, remedy.hours) if remedy.hours is not None else []
    learner, plans, tasks = task_changes.carried_out(changes, ground.learner, ground.plans, ground.tasks)
    varied = next(each for each in plans if each.number == plan.number)
    room = room_beside(learner, varied, tasks, plans, ground.is_holiday, ground.clock)
    posed = standing.standing_of(
        varied, tasks, ground.stints, ground.clock, room=room, today=ground.today, changed=because, cards=ground.cards
    )
    return tuple(changes), posed


def _room(ground: ReplanGround) -> PlanRoom:
    return room_beside(ground.learner, ground.plan, ground.tasks, ground.plans, ground.is_holiday, ground.clock)


def _left_out(ground: ReplanGround, words: Sequence[str]) -> list[Change]:
    tasks = [task for task in ground.tasks if task.plan == ground.plan.number]
    record = task_changes.Completion(ground.now)
    rows = {task.number: task for word in words for task in _meant(ground.plan, tasks, word)}
    changes: list[Change] = []
    for task in rows.values():
        if task.status is Status.OPEN:
            sittings = [stint for stint in ground.stints if stint.task == task.number]
            changes += task_changes.mark(task, Status.SKIPPED, record, sittings)
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


def _exam_told(ground: ReplanGround, remedy: Remedy) -> list[Change]:
    """The hour of the exam, where the remedy names one."""
    if remedy.exam is None or remedy.exam_hour is None:
        return []
    exams = [task for task in ground.tasks if task.plan == ground.plan.number and task.kind is Kind.EXAM]
    if not exams:
        from studyplan.rules.drafts import no_exam

        raise no_exam(f"'{ground.plan.name}'", remedy.exam)
    at = ground.clock.moment(remedy.exam, remedy.exam_hour.hour * 60 + remedy.exam_hour.minute)
    return [
        Change("task", task.number, "starts_at", task.starts_at, at)
        for task in exams
        if task.status is Status.OPEN and task.starts_at != at
    ]
