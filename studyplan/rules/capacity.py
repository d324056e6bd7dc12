"""How much a learner can study on a day: the study week, days off, public holidays, and what other plans take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from studyplan.errors import Conflict, UsageProblem, WayOut
from studyplan.model import Change, Engagement, Learner, Plan, PlanState, Span, Status, StudyHours, Task, Week
from studyplan.rules import habits

if TYPE_CHECKING:
    from studyplan.clock import Clock
    from studyplan.model import Day

#: A day's minutes; 0 where nothing is studied, None where no ceiling was named.
Capacity = Callable[[date], int | None]

#: Whether a day is a public holiday.
IsHoliday = Callable[[date], bool]


#: Plans that a sentence names.
MOST_TAKERS = 3

#: Minutes after midnight: when study begins where only minutes are known (19:00).
EVENING = 19 * 60


def together(own: Week | None, shared: Week | None) -> Week | None:
    """The study week of a plan that runs alone: on each weekday the lower of its own minutes and the learner's, where each is named."""
    if own is None or shared is None:
        return own or shared
    return Week(tuple(map(_lower, own.days, shared.days)))


def shared_hours(plan: Plan, learner: Learner) -> Week | None:
    """The learner's hours, as far as they are a ceiling for the plan."""
    return None if plan.own_only and plan.week is not None else learner.week


def week_of_plan(plan: Plan, learner: Learner) -> Week | None:
    """The study week that a plan has where no other plan takes any of it."""
    return together(plan.week, shared_hours(plan, learner))


def _lower(own: StudyHours, shared: StudyHours) -> StudyHours:
    named = [hours.minutes for hours in (own, shared) if hours.minutes is not None]
    return StudyHours(min(named, default=None), own.start or shared.start)


@dataclass(frozen=True, slots=True)
class Taker:
    """A running plan, and the minutes that it holds on days of which it takes time from another plan."""

    plan: str
    minutes: tuple[int, ...]

    def __str__(self) -> str:
        least, most = min(self.minutes), max(self.minutes)
        held = f"{most} min" if least == most else f"up to {most} min"
        days = "1 of these days" if len(self.minutes) == 1 else f"{len(self.minutes)} of these days"
        return f"'{self.plan}' holds {held} on {days}"


class PlanRoom:
    """The capacity of each day of a plan, called with the day: the lower of the plan's own minutes and what the other plans
    leave of the learner's, where each is named.

    ``holds``: by the name of each other running plan, the minutes that it holds on each day. ``busy``: times that the
    learner's calendar takes out of the study hours, or out of a day that has no ceiling if they last all of it.
    ``habit_minutes``: what the plan's habits take of a day ahead of everything else.
    """

    def __init__(
        self,
        own: Week | None,
        shared: Week | None,
        off: Iterable[Span],
        is_holiday: IsHoliday,
        holds: Mapping[str, Mapping[date, int]],
        busy: Iterable[Engagement] = (),
        habit_minutes: Callable[[date], int] = lambda day: 0,
    ) -> None:
        self._own, self._shared = own, shared
        self._off = tuple(off)
        self._is_holiday = is_holiday
        self._holds = holds
        self.habit_minutes = habit_minutes
        self._known: dict[date, int | None] = {}
        self._taken: Counter[date] = Counter()
        for minutes in holds.values():
            self._taken.update(minutes)
        self._engaged: dict[date, list[Engagement]] = {}
        for each in busy:
            self._engaged.setdefault(each.day, []).append(each)

    def __call__(self, day: date) -> int | None:
        if day not in self._known:
            self._known[day] = self._beside_habits(day, self.with_habits(day))
        return self._known[day]

    def alone(self, day: date) -> int | None:
        """The capacity that the day would have if no other plan were running."""
        return self._beside_habits(day, self._minutes(day, 0))

    def with_habits(self, day: date) -> int | None:
        """The capacity of the day for the plan's habits and all its other work together."""
        return self._minutes(day, self._taken[day])

    def _beside_habits(self, day: date, minutes: int | None) -> int | None:
        return None if minutes is None else max(0, minutes - self.habit_minutes(day))

    def _minutes(self, day: date, taken: int) -> int | None:
        if any(day in span for span in self._off) or self._is_holiday(day):
            return 0
        times = self._engaged.get(day, ())
        if any(each.start <= 0 and each.end >= 24 * 60 for each in times):
            return 0
        own, shared = (week.on(day) if week else StudyHours() for week in (self._own, self._shared))
        rooms = []
        if own.minutes is not None:
            rooms.append(own.minutes - _lost(replace(own, start=own.start or shared.start), times))
        if shared.minutes is not None:
            rooms.append(shared.minutes - _lost(shared, times) - taken)
        return max(0, min(rooms)) if rooms else None

    def shared(self, days: Iterable[Day]) -> frozenset[date]:
        """Those of the days on which other plans hold some of the time that all plans share."""
        held = (day.date for day in days if self._taken[day.date])
        return frozenset(day for day in held if self._shared is not None and self._shared.on(day).minutes)

    def takers(self, first: date, last: date) -> tuple[Taker, ...]:
        """The other plans that leave less than there would be on some of these days, the one that holds the most first."""
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        short = [day for day in days if self._taken[day] and self(day) != self.alone(day)]
        found = [Taker(name, tuple(held[day] for day in short if held.get(day))) for name, held in self._holds.items()]
        return tuple(sorted((each for each in found if each.minutes), key=lambda each: -sum(each.minutes)))


def _lost(hours: StudyHours, times: Iterable[Engagement]) -> int:
    """Minutes of the study hours in which the learner is engaged; times that overlap count once."""
    start = hours.start.hour * 60 + hours.start.minute if hours.start else EVENING
    end = start + (hours.minutes or 0)
    lost, reached = 0, start
    for each in sorted(times, key=lambda time: time.start):
        first, last = max(each.start, reached), min(each.end, end)
        if first < last:
            lost += last - first
            reached = last
    return lost


def room_beside(
    learner: Learner, plan: Plan, tasks: Iterable[Task], plans: Iterable[Plan], is_holiday: IsHoliday, clock: Clock
) -> PlanRoom:
    """The capacity that is left to a plan beside the learner's other running plans. ``tasks`` and ``plans``: all of the learner's."""
    others = {each.number: each.name for each in plans if each.state is PlanState.ACTIVE and each.number != plan.number}
    tasks = list(tasks)
    holds: dict[str, Counter[date]] = {name: Counter() for name in others.values()}
    for task in tasks:
        if task.plan in others and task.status is not Status.SKIPPED and not task.has_no_room:
            # Done ahead of its day or after it, a task took the time of the day on which it was done.
            day = clock.day_of(task.done_at) if task.done_at else task.date
            holds[others[task.plan]][day] += task.minutes
    off = (*learner.off, *plan.off)
    return PlanRoom(plan.week, shared_hours(plan, learner), off, is_holiday, holds, plan.busy, habits.held(plan, tasks))


def study_days(learner: Learner, plan: Plan, is_holiday: IsHoliday) -> PlanRoom:
    """The capacity of each day with nothing on it, whatever other plans hold."""
    return PlanRoom(plan.week, shared_hours(plan, learner), (*learner.off, *plan.off), is_holiday, {}, plan.busy)


def crowd_words(room: PlanRoom, first: date, last: date) -> str:
    """The end of a refusal: which running plans take the time of these days; empty if none does."""
    return "".join(f"; {words}" for words in crowds(room, first, last))


def crowds(room: PlanRoom, first: date, last: date) -> list[str]:
    """Which running plans take the time of these days, those that take most of it."""
    return [str(taker) for taker in room.takers(first, last)[:MOST_TAKERS]]


def capped(own: Week | None, shared: Week | None) -> bool:
    """Whether the learner's hours leave a plan less than its own minutes on some weekday."""
    if own is None or shared is None:
        return False
    return any(
        low.minutes != named.minutes is not None
        for low, named in zip(map(_lower, own.days, shared.days), own.days, strict=True)
    )


def ceiling_notes(own: Week | None, shared: Week | None) -> list[str]:
    """A note if the learner's hours leave a plan less than its own minutes."""
    from studyplan.notation import week_text

    if shared is None or not capped(own, shared):
        return []
    return [f"your hours over all plans ({week_text(shared)}) leave this plan less than its own minutes on some days"]


def raised(learner: Learner, hours: Week) -> list[Change]:
    """The change that gives the learner longer hours. Raises UsageProblem if a day gets shorter: other plans would have to make room."""
    week = learner.week or Week((StudyHours(),) * 7)
    if any(
        new.minutes is not None and (old.minutes is None or new.minutes < old.minutes)
        for old, new in zip(week.days, hours.days, strict=True)
    ):
        raise UsageProblem(
            "your hours over all plans can only be raised here",
            hint=WayOut(
                "`week` is for this plan alone; `planner.replan.set_hours` changes those of all", "own-minutes"
            ),
        )
    return [Change("learner", 0, "week", learner.week, hours)] if hours != learner.week else []


def wider(own: Week | None, shared: Week | None, minutes: int) -> list[tuple[Week | None, Week | None]]:
    """The ways to have so many more minutes on every study day, the one that asks for the least first: a plan's own, the
    learner's, or both are raised, where they are named."""
    ways: list[tuple[Week | None, Week | None]] = []
    mine, everyone = (longer(week, minutes) if week else None for week in (own, shared))
    if mine:
        ways.append((mine, shared))
    if everyone:
        ways.append((own, everyone))
    if mine and everyone:
        ways.append((mine, everyone))
    return ways


def longer(week: Week, minutes: int) -> Week | None:
    """The week with that many more minutes on every study day; None if that changes nothing or exceeds 24 hours."""
    if not any(day.minutes for day in week.days) or any((day.minutes or 0) + minutes > 24 * 60 for day in week.days):
        return None
    return Week(tuple(replace(day, minutes=day.minutes + minutes) if day.minutes else day for day in week.days))


@dataclass(frozen=True, slots=True)
class Engaged:
    """What a learner's calendar takes of the days of a plan. It is read before a transaction begins, since reading takes its
    time, and goes in as a value."""

    times: tuple[Engagement, ...]
    #: The learner's zone, in which the times are given.
    zone: str | None
    #: What of the calendar could not be read.
    notes: tuple[str, ...] = ()

    def of(self, learner: Learner) -> tuple[Engagement, ...]:
        """The busy times for the learner as a transaction finds them. Raises Conflict if their zone has changed."""
        if learner.zone != self.zone:
            raise Conflict("your time zone changed in the meantime; nothing was written", hint="run the command again")
        return self.times
