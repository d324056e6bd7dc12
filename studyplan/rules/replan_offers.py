"""Ways to replan, and the ways out with their prices if the one asked for does not fit. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from studyplan import schedule
from studyplan.model import LONGEST_WINDOW, STEP, Learner, Offer, Plan, Status, StudyHours, Task, Week
from studyplan.rules.capacity import shared_hours, together, wider
from studyplan.rules.ways_out import CALENDAR_DAYS, PricedWay

if TYPE_CHECKING:
    from pathlib import Path

#: Days later that are tried: a year.
_FARTHEST = 366
#: Minutes more a day that are tried: four hours.
_MOST_MINUTES = 240


@dataclass(frozen=True, slots=True)
class Remedy:
    """How to replan. ``strategy``: catch-up, even, shift by ``days`` study days, or upgrade to a newer edition;
    ``exam`` moves the end as well."""

    strategy: str = "catch-up"
    days: int = 0
    exam: date | None = None
    #: The hour of the exam on the learner's clock; None: as before.
    exam_hour: time | None = None
    #: The plan's own study week from now on.
    week: Week | None = None
    #: The learner's hours over all plans from now on; they can only be raised by a replan.
    hours: Week | None = None
    #: A calendar file or folder to read busy times from again.
    busy: Path | None = None
    #: Tasks to skip, by id, so that the rest has room.
    leave_out: tuple[str, ...] = ()
    #: A smaller window of the template: what lies beyond it is skipped too.
    window: str | None = None
    #: Refuse where not everything fits, in place of leaving the least valuable over.
    strict: bool = False


def ways_out(
    learner: Learner,
    plan: Plan,
    tasks: Sequence[Task],
    asked: Remedy,
    works: Callable[[Remedy], bool],
    smaller: Sequence[str] = (),
    electives: Collection[str] = (),
) -> tuple[PricedWay[Remedy], ...]:
    """The least of each kind that makes the remedy work: minutes a day, days later, a smaller window, tasks to leave out.

    ``smaller``: the template's smaller windows, the smallest first; ``electives``: the ids of the tasks of elective paths.
    """

    def fits(variation: schedule.Variation) -> bool:
        remedy = _varied(learner, plan, asked, variation)
        return remedy is not None and works(remedy)

    spare = [
        task
        for task in tasks
        if task.plan == plan.number and task.status is Status.OPEN and (task.optional or task.task in electives)
    ]
    found = schedule.price_list(
        fits,
        minutes=range(STEP, _MOST_MINUTES + 1, STEP),
        days=_days_to_try(plan, asked, fits),
        windows=reversed(smaller),
    )
    ways = [_way(plan, offer, _least(learner, plan, asked, variation, works)) for offer, variation in found]
    return tuple(way for way in (*ways, _cheapest_left_out(plan, spare, asked, works)) if way is not None)


def _way(plan: Plan, offer: Offer, remedy: Remedy | None) -> PricedWay[Remedy] | None:
    return None if remedy is None else PricedWay(replace(offer, command=command(plan, remedy)), remedy)


def _least(
    learner: Learner, plan: Plan, asked: Remedy, variation: schedule.Variation, works: Callable[[Remedy], bool]
) -> Remedy | None:
    """The remedy with what a variation asks; of the ways to have more minutes the one that asks for the least."""
    ways = _longer_days(learner, plan, asked, variation.minutes)[:-1] if variation.minutes else []
    return next((way for way in ways if works(way)), None) or _varied(learner, plan, asked, variation)


def _longer_days(learner: Learner, plan: Plan, asked: Remedy, minutes: int) -> list[Remedy]:
    """The remedies that have more minutes on every study day, the one that raises the most ceilings last.

    Where no ceiling was named, the minutes are more than the fullest day of the plan as it was laid out.
    """
    own, shared = asked.week or plan.week, asked.hours or shared_hours(plan, learner)
    limits = together(own, shared) or Week((StudyHours(),) * 7)
    if any(day.minutes is None for day in limits.days):
        own = Week(tuple(replace(day, minutes=plan.fullest) if day.minutes is None else day for day in limits.days))
    return [
        replace(asked, week=mine if mine != plan.week else None, hours=ours if ours != shared else asked.hours)
        for mine, ours in wider(own, shared, minutes)
    ]


def _varied(learner: Learner, plan: Plan, asked: Remedy, variation: schedule.Variation) -> Remedy | None:
    """The remedy with what a variation asks; None where that is not possible."""
    if variation.minutes:
        ways = _longer_days(learner, plan, asked, variation.minutes)
        return ways[-1] if ways else None
    if variation.days:
        return replace(asked, exam=(asked.exam or plan.end) + timedelta(days=variation.days))
    if variation.window is not None:
        return replace(asked, window=variation.window)
    return replace(asked, leave_out=(*asked.leave_out, *sorted(variation.leave_out)))


def _days_to_try(plan: Plan, asked: Remedy, fits: Callable[[schedule.Variation], bool]) -> range:
    end = asked.exam or plan.end
    most = min(_FARTHEST if asked.busy is None else CALENDAR_DAYS, LONGEST_WINDOW - (end - plan.start).days - 1)
    if most < 1 or not fits(schedule.Variation(days=most)):
        # What a year more has no room for, a task longer than any day, no day of it has; each look takes its time.
        return range(0)
    return range(1, most + 1)


def _cheapest_left_out(
    plan: Plan, spare: Sequence[Task], asked: Remedy, works: Callable[[Remedy], bool]
) -> PricedWay[Remedy] | None:
    """Of the tasks that can be spared, those of the fewest minutes to leave out."""
    minutes: dict[str, int] = {}
    for task in spare:
        if task.task not in asked.leave_out:
            minutes[task.task] = minutes.get(task.task, 0) + task.minutes
    search = schedule.FewestMinutes(minutes, lambda out: works(replace(asked, leave_out=(*asked.leave_out, *out))))
    out = search.least()
    if not out:
        return None
    chosen = [task for task in spare if task.task in out]
    return left_for_good(plan, asked, chosen, exact=search.proved)


def left_for_good(plan: Plan, asked: Remedy, tasks: Sequence[Task], *, exact: bool = True) -> PricedWay[Remedy]:
    """To leave out tasks for good; the command names them by number, but for an upgrade, which has no numbers yet for its new ones."""
    ids = tuple(dict.fromkeys(task.task for task in tasks))
    remedy = replace(asked, leave_out=(*asked.leave_out, *ids))
    names = ids if asked.strategy == "upgrade" else tuple(str(task.number) for task in tasks)
    by_number = replace(asked, leave_out=(*asked.leave_out, *names))
    titles = tuple({task.task: task.title for task in tasks}.values())
    minutes = sum(task.minutes for task in tasks)
    offer = Offer("leave_out", ids, command(plan, by_number), exact=exact, titles=titles, minutes=minutes)
    return PricedWay(offer, remedy)


def command(plan: Plan, remedy: Remedy) -> str:
    """The command line for a remedy."""
    from shlex import join

    from studyplan.notation import day_and_hour_text, week_text

    words = (
        ["studyplan", "upgrade", plan.name]
        if remedy.strategy == "upgrade"
        else ["studyplan", "replan", "--plan", plan.name]
    )
    words += ["--even"] if remedy.strategy == "even" else []
    words += ["--shift", str(remedy.days)] if remedy.strategy == "shift" else []
    words += ["--exam", day_and_hour_text(remedy.exam, remedy.exam_hour)] if remedy.exam else []
    words += ["--minutes", week_text(remedy.week)] if remedy.week else []
    words += ["--hours", week_text(remedy.hours)] if remedy.hours else []
    words += ["--busy", str(remedy.busy)] if remedy.busy else []
    words += ["--window", remedy.window] if remedy.window else []
    if remedy.strategy == "upgrade":
        words += [word for id in remedy.leave_out for word in ("--leave-out", id)]
    elif remedy.leave_out:
        words += ["--leave-out", *remedy.leave_out]
    return join(words)
