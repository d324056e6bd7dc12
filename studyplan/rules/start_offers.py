"""The price list of a start that does not fit, and the command line that takes each offer. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from studyplan import schedule
from studyplan.errors import DoesNotFit
from studyplan.model import LONGEST_WINDOW, Offer, Plan, Template, Window
from studyplan.rules.capacity import longer, room_beside
from studyplan.rules.drafts import Frame, Groundwork, StartRequest, begun, command, problem


def priced(refusal: DoesNotFit, ground: Groundwork) -> DoesNotFit:
    """The refusal of a start, with its ways out."""
    offers = _price_list(ground)
    return DoesNotFit(
        refusal.message,
        short_minutes=refusal.short_minutes,
        offers=offers,
        hint=None if offers else "no single change makes enough room: give it more days or more minutes a day",
    )


def _price_list(ground: Groundwork) -> tuple[Offer, ...]:
    """The ways out of a start that does not fit, each with the command that takes it."""
    template, wish, learner = ground.template, ground.wish, ground.learner
    box, plan = begun(ground)
    paths = frozenset(plan.paths)
    week = plan.week or learner.week

    def vary(variation: schedule.Variation) -> tuple[StartRequest, Frame, Plan] | None:
        window = template.window(variation.window) if variation.window else box.window
        span = (box.end - box.start).days + 1 + variation.days
        if window is None or span > LONGEST_WINDOW:
            return None
        wider = plan.week
        if variation.minutes:
            wider = longer(week, variation.minutes) if week else None
            if wider is None:
                return None
        end = box.start + timedelta(days=span - 1)
        varied = replace(
            wish,
            start=box.start,
            days=None if wish.exam else span,
            exam=end if wish.exam else None,
            window=window.id if wish.window or not _is_default(template, window, span) else None,
            week=wider,
            leave_out=tuple(sorted({*wish.leave_out, *variation.leave_out})),
        )
        return varied, Frame(window, box.start, end), replace(plan, week=wider)

    def pose(variation: schedule.Variation) -> schedule.Problem | None:
        varied = vary(variation)
        if varied is None:
            return None
        asked, frame_, plan_ = varied
        return problem(
            template,
            frame_,
            paths,
            room_beside(learner, plan_, ground.tasks, ground.plans, ground.is_holiday),
            leave_out=asked.leave_out,
        )

    may_leave = {
        task.id: task.minutes
        for task in template.tasks_of(box.window, paths)
        if (task.optional or task.path) and task.id not in wish.leave_out
    }
    smaller = [each.id for each in template.windows if each.tier.rank < box.window.tier.rank]
    titles = {task.id: task.title for task in template.tasks}
    offers = []
    for offer in schedule.price_list(pose, smaller_windows=smaller, may_leave_out=may_leave):
        varied = vary(_variation(offer))
        assert varied is not None
        named = tuple(titles[id] for id in offer.value) if isinstance(offer.value, tuple) else ()
        offers.append(replace(offer, command=command(varied[0]), titles=named))
    return tuple(offers)


def _variation(offer: Offer) -> schedule.Variation:
    match offer.kind, offer.value:
        case "minutes", int(minutes):
            return schedule.Variation(minutes=minutes)
        case "days", int(days):
            return schedule.Variation(days=days)
        case "window", str(window):
            return schedule.Variation(window=window)
        case _, ids:
            assert isinstance(ids, tuple)
            return schedule.Variation(leave_out=frozenset(ids))


def _is_default(template: Template, window: Window, days: int) -> bool:
    """Whether the days alone would choose this window."""
    fitting = [each for each in template.windows if each.shortest <= days]
    return bool(fitting) and fitting[-1].id == window.id
