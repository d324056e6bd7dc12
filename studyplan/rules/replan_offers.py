"""Ways to replan, and the ways out with their prices if the one asked for does not fit. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from studyplan.model import LONGEST_WINDOW, STEP, Learner, Plan, Status, StudyHours, Task, Week
from studyplan.rules.capacity import longer

if TYPE_CHECKING:
    from pathlib import Path

    from studyplan.model import Offer

#: Days later that are tried: a year.
_FARTHEST = 366
#: Minutes more a day that are tried: four hours.
_MOST_MINUTES = 240
#: Tasks: up to so many that may be left out, all sets are tried, the cheapest first; so many tries before the proof is given up.
_PROVED_UP_TO, _PATIENCE = 20, 400


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
    #: A calendar file or folder to read busy times from again.
    busy: Path | None = None
    #: Tasks to skip, by id, so that the rest has room.
    leave_out: tuple[str, ...] = ()
    #: A smaller window of the template: what lies beyond it is skipped too.
    window: str | None = None
    #: Refuse where not everything fits, in place of leaving the least valuable over.
    strict: bool = False


@dataclass(frozen=True, slots=True)
class PricedWay:
    """A way out with its price, and the remedy that takes it."""

    offer: Offer
    remedy: Remedy


def ways_out(
    learner: Learner,
    plan: Plan,
    tasks: Sequence[Task],
    asked: Remedy,
    works: Callable[[Remedy], bool],
    smaller: Sequence[str] = (),
) -> tuple[PricedWay, ...]:
    """The least of each kind that makes the remedy work: minutes a day, days later, a smaller window, tasks to leave out.

    ``smaller``: the template's smaller windows, the smallest first.
    """
    found = (
        _more_minutes(learner, plan, asked, works),
        _more_days(plan, asked, works),
        _smaller_window(plan, asked, works, smaller),
        _leave_out(plan, tasks, asked, works),
    )
    return tuple(way for way in found if way is not None)


def _smaller_window(
    plan: Plan, asked: Remedy, works: Callable[[Remedy], bool], smaller: Sequence[str]
) -> PricedWay | None:
    from studyplan.model import Offer

    for id in reversed(smaller):
        remedy = replace(asked, window=id)
        if works(remedy):
            return PricedWay(Offer("window", id, command(plan, remedy)), remedy)
    return None


def left_for_good(plan: Plan, asked: Remedy, left_over: Sequence[Task]) -> PricedWay:
    """To leave out for good what was left over; its command names the tasks by number."""
    from studyplan.model import Offer

    ids = tuple(dict.fromkeys(task.task for task in left_over))
    remedy = replace(asked, leave_out=(*asked.leave_out, *ids))
    numbers = [str(task.number) for task in left_over]
    by_number = replace(remedy, leave_out=(*asked.leave_out, *numbers))
    titles = tuple({task.task: task.title for task in left_over}.values())
    return PricedWay(Offer("leave_out", ids, command(plan, by_number), titles=titles), remedy)


def _more_minutes(learner: Learner, plan: Plan, asked: Remedy, works: Callable[[Remedy], bool]) -> PricedWay | None:
    """Where no ceiling was named, the minutes are more than the fullest day of the plan as it was laid out."""
    from studyplan.model import Offer

    week = asked.week or plan.week or learner.week or Week((StudyHours(),) * 7)
    named = Week(tuple(replace(day, minutes=plan.fullest) if day.minutes is None else day for day in week.days))
    for minutes in range(STEP, _MOST_MINUTES + 1, STEP):
        wider = longer(named, minutes)
        if wider is None:
            return None
        remedy = replace(asked, week=wider)
        if works(remedy):
            return PricedWay(Offer("minutes", minutes, command(plan, remedy)), remedy)
    return None


def _more_days(plan: Plan, asked: Remedy, works: Callable[[Remedy], bool]) -> PricedWay | None:
    from studyplan.model import Offer

    end = asked.exam or plan.end
    most = min(_FARTHEST, LONGEST_WINDOW - (end - plan.start).days - 1)
    if most < 1 or not works(replace(asked, exam=end + timedelta(days=most))):
        # What a year more has no room for, a task longer than any day, no day of it has; each look takes its time.
        return None
    for days in range(1, most + 1):
        remedy = replace(asked, exam=end + timedelta(days=days))
        if works(remedy):
            return PricedWay(Offer("days", days, command(plan, remedy)), remedy)
    return None


def _leave_out(plan: Plan, tasks: Sequence[Task], asked: Remedy, works: Callable[[Remedy], bool]) -> PricedWay | None:
    from studyplan.model import Offer

    minutes: dict[str, int] = {}
    titles = {task.task: task.title for task in tasks if task.plan == plan.number}
    for task in tasks:
        is_spare = task.plan == plan.number and task.optional and task.status is Status.OPEN
        if is_spare and task.task not in asked.leave_out:
            minutes[task.task] = minutes.get(task.task, 0) + task.minutes

    def without(ids: Sequence[str]) -> Remedy:
        return replace(asked, leave_out=(*asked.leave_out, *ids))

    def offer(ids: tuple[str, ...], *, exact: bool) -> PricedWay:
        named = tuple(titles[id] for id in ids)
        found = Offer("leave_out", ids, command(plan, without(ids)), exact=exact, titles=named)
        return PricedWay(found, without(ids))

    if not minutes or not works(without(tuple(minutes))):
        return None
    for tried, ids in enumerate(_cheapest_first(minutes)):
        if works(without(ids)):
            return offer(ids, exact=len(minutes) <= _PROVED_UP_TO)
        if tried >= _PATIENCE:
            break
    out = dict(minutes)
    for id in sorted(minutes, key=lambda each: -minutes[each]):
        fewer = tuple(each for each in out if each != id)
        if fewer and works(without(fewer)):
            del out[id]
    return offer(tuple(out), exact=False)


def _cheapest_first(minutes: Mapping[str, int]) -> Iterator[tuple[str, ...]]:
    """Every non-empty set of tasks, ordered by minutes, then by the order of the tasks."""
    ids = sorted(minutes, key=lambda id: minutes[id])
    heap: list[tuple[int, tuple[int, ...]]] = [(minutes[ids[0]], (0,))]
    while heap:
        total, chosen = heappop(heap)
        yield tuple(ids[place] for place in chosen)
        last = chosen[-1]
        if last + 1 < len(ids):
            step = minutes[ids[last + 1]]
            heappush(heap, (total + step, (*chosen, last + 1)))
            heappush(heap, (total - minutes[ids[last]] + step, (*chosen[:-1], last + 1)))


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
    words += ["--busy", str(remedy.busy)] if remedy.busy else []
    words += ["--window", remedy.window] if remedy.window else []
    if remedy.strategy == "upgrade":
        words += [word for id in remedy.leave_out for word in ("--leave-out", id)]
    elif remedy.leave_out:
        words += ["--leave-out", *remedy.leave_out]
    return join(words)
