"""The ways out of a start that does not fit: what each asks of the learner, and the request that takes it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from studyplan import schedule
from studyplan.errors import DoesNotFit
from studyplan.model import LONGEST_WINDOW, STEP, Kind, Learner, Offer, Plan, Template, TemplateTask, Week, Window
from studyplan.rules.capacity import PlanRoom, room_beside, wider
from studyplan.rules.drafts import Frame, Groundwork, StartRequest, begun, command, problem
from studyplan.rules.ways_out import CALENDAR_DAYS, PricedWay


def priced(refusal: DoesNotFit, ground: Groundwork) -> DoesNotFit:
    """The refusal of a start, with its ways out."""
    ways = tuple(_Prices(ground).ways())
    return DoesNotFit(
        refusal.message,
        short_minutes=refusal.short_minutes,
        offers=[way.offer for way in ways],
        takes=[way.asked for way in ways],
        shortage=refusal.shortage,
        hint=None if ways else "no single change makes enough room: give it more days or more minutes a day",
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """A start that is asked for, one thing of it varied."""

    request: StartRequest
    frame: Frame
    plan: Plan
    learner: Learner


class _Prices:
    """What makes room for a start. Each way is tried from the cheapest on, by laying the plan out."""

    def __init__(self, ground: Groundwork) -> None:
        self.ground = ground
        self.framed, self.plan = begun(ground)
        self.paths = frozenset(self.plan.paths)
        #: The room that the days have, by the minutes of the plan and of the learner: all else of it stays.
        self._rooms: dict[tuple[Week | None, Week | None], PlanRoom] = {}

    def ways(self) -> Iterator[PricedWay[StartRequest]]:
        template, window = self.ground.template, self.framed.window
        smaller = [each.id for each in template.windows if each.tier.rank < window.tier.rank]
        found = schedule.price_list(
            lambda variation: schedule.has_plan(self._pose(variation)),
            minutes=range(STEP, schedule.MOST_MINUTES + 1, STEP),
            days=self._days_to_try(),
            # Days below the template's shortest hold its smallest window, if anything does.
            windows=[window.id] if self.framed.too_short else reversed(smaller),
        )
        for offer, variation in found:
            yield self._way(offer, variation)
        yield from self._leaving_out()

    def _leaving_out(self) -> Iterator[PricedWay[StartRequest]]:
        """The optional and elective tasks of the fewest minutes, and what is of least value whatever its tier."""
        tasks = self._may_go()
        ranks: dict[int, list[str]] = {}
        for task in tasks:
            of = schedule.rank(task.tier, optional=task.optional, elective=bool(task.path))
            ranks.setdefault(of, []).append(task.id)
        minutes = {task.id: task.minutes for task in tasks}
        spare = {task.id: task.minutes for task in tasks if task.optional or task.path}
        what_fits = schedule.LeftOut(self._without, ranks, minutes).offer()
        cheapest = schedule.LeftOut(self._without, {0: tuple(spare)}, spare).offer() if spare else None
        if what_fits is not None and what_fits.value == tuple(minutes):
            what_fits = None  # Nothing would be left to start with.
        if cheapest is not None and (what_fits is None or cheapest.value != what_fits.value):
            yield self._left_out(cheapest)
        if what_fits is not None:
            yield self._left_out(replace(what_fits, what_fits=True))

    def _may_go(self) -> list[TemplateTask]:
        """The tasks that can be left out, in the template's order."""
        here = self.ground.template.tasks_of(self.framed.window, self.paths)
        return [task for task in here if task.kind is not Kind.EXAM and task.id not in self.ground.wish.leave_out]

    def _left_out(self, offer: Offer) -> PricedWay[StartRequest]:
        ids = offer.value
        assert isinstance(ids, tuple)
        by_id = {task.id: task for task in self.ground.template.tasks}
        named = replace(
            offer,
            titles=tuple(by_id[id].title for id in ids),
            minutes=sum(by_id[id].minutes for id in ids),
        )
        return self._way(named, schedule.Variation(leave_out=frozenset(ids)))

    def _way(self, offer: Offer, variation: schedule.Variation) -> PricedWay[StartRequest]:
        asked = self._least(variation)
        assert asked is not None
        return PricedWay(replace(offer, command=command(asked.request)), asked.request)

    def _days_to_try(self) -> range:
        if self.ground.wish.busy is None:
            return schedule.days_to_try(self._pose)
        return schedule.days_to_try(self._pose, CALENDAR_DAYS)

    def _without(self, out: frozenset[str]) -> schedule.Problem | None:
        return self._pose(schedule.Variation(leave_out=out))

    def _least(self, variation: schedule.Variation) -> _Asked | None:
        """The start as varied; of the ways to have more minutes the one that asks for the least."""
        ways = len(wider(self.plan.week, self.ground.learner.week, variation.minutes)) if variation.minutes else 0
        for way in range(ways - 1):
            asked = self._varied(variation, way)
            if asked is not None and schedule.has_plan(self._posed(asked)):
                return asked
        return self._varied(variation)

    def _pose(self, variation: schedule.Variation) -> schedule.Problem | None:
        asked = self._varied(variation)
        return None if asked is None else self._posed(asked)

    def _posed(self, asked: _Asked) -> schedule.Problem:
        ground = self.ground
        limits = asked.plan.week, asked.learner.week
        if limits not in self._rooms:
            self._rooms[limits] = room_beside(
                asked.learner, asked.plan, ground.tasks, ground.plans, ground.is_holiday, ground.clock
            )
        room = self._rooms[limits]
        return problem(ground.template, asked.frame, self.paths, room, leave_out=asked.request.leave_out)

    def _varied(self, variation: schedule.Variation, way: int = -1) -> _Asked | None:
        """The start as varied; None where that is not possible. ``way``: which of the ways to have more minutes."""
        wish, framed = self.ground.wish, self.framed
        span = (framed.end - framed.start).days + 1 + variation.days
        if span > LONGEST_WINDOW:
            return None
        window = self._window(variation, span)
        if window is None:
            return None
        learner = self.ground.learner
        own, shared = self.plan.week, learner.week
        if variation.minutes:
            ways = wider(own, shared, variation.minutes)
            if not ways:
                return None
            own, shared = ways[way]
        end = framed.start + timedelta(days=span - 1)
        is_named = wish.window is not None or not _is_default(self.ground.template, window, span)
        request = replace(
            wish,
            start=framed.start,
            days=None if wish.exam else span,
            exam=end if wish.exam else None,
            window=window.id if is_named else None,
            week=own,
            hours=shared if shared != learner.week else wish.hours,
            leave_out=tuple(sorted({*wish.leave_out, *variation.leave_out})),
        )
        plan = replace(self.plan, week=own, end=end)
        return _Asked(request, Frame(window, framed.start, end), plan, replace(learner, week=shared))

    def _window(self, variation: schedule.Variation, span: int) -> Window | None:
        template = self.ground.template
        if variation.window is not None:
            return template.window(variation.window)
        if variation.days and self.framed.too_short:
            # As an exam on that day would have it: more days need not bring a larger window, and its work, along.
            return self.framed.window if template.window_for(span) else None
        return self.framed.window


def _is_default(template: Template, window: Window, days: int) -> bool:
    """Whether the days alone would choose this window."""
    chosen = template.window_for(days)
    return chosen is not None and chosen.id == window.id
