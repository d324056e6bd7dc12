"""Values in a few words: days, spans of time, reasons, offers. The same on a terminal, on a page and in a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING

from studyplan.model import Kind, Plan, Reason, Task
from studyplan.text import count

if TYPE_CHECKING:
    from studyplan.model import Day, Offer, Role

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def short_day(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def long_day(day: date) -> str:
    return f"{short_day(day)} {day.year}"


def span_text(minutes: int) -> str:
    """Minutes as people say them: 45 min, 2 h, 1 h 20."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


def piece_title(task: Task) -> str:
    return f"{task.title} ({task.place}/{task.parts})" if task.parts > 1 else task.title


def result_text(plan: Plan) -> str:
    """How the plan's exam went, in words; nothing where that is not known."""
    if plan.result is None:
        return ""
    score = f" with {plan.result.score} %" if plan.result.score is not None else ""
    return f"{'passed' if plan.result.passed else 'failed'} on {long_day(plan.result.on)}{score}"


def exam_hour(task: Task, local: Local) -> str:
    """The hour of an exam, where it was told."""
    return hour_text(task, local) if task.kind is Kind.EXAM else ""


def hour_text(task: Task, local: Local) -> str:
    return f", {local(task.starts_at):%H:%M}" if task.starts_at else ""


def offer_text(offer: Offer) -> str:
    match offer.kind, offer.value:
        case "minutes", value:
            return f"{value} minutes more on every study day"
        case "days", int(value):
            return f"end {count(value, 'day')} later"
        case "window", value:
            return f"take the smaller window '{value}'"
        case _, value:
            names = ", ".join(value) if isinstance(value, tuple) else str(value)
            return f"leave out {names}" + ("" if offer.exact else " (the smallest set found, not proved)")


def score_text(task: Task) -> str:
    parts = [f"{task.score} %"] if task.score is not None else []
    parts += [f"{each.module} {'weak' if each.percent is None else f'{each.percent} %'}" for each in task.scores]
    return ", ".join(parts)


REASONS = {
    "overdue": "was overdue since {}",
    "day-full": "{} is full",
    "follows": "follows '{}'",
    "day-off": "{} is a day off",
    "exam-moved": "the exam moved to {}",
    "evened": "evened out to about {} minutes a day",
    "shifted": "shifted by {} study days",
    "by-hand": "put on {} by hand",
    "anchor": "anchored: {}",
    "edition": "edition {}",
}


def reason_text(reason: Reason) -> str:
    because = str(reason.because)
    with suppress(ValueError):
        because = short_day(date.fromisoformat(because))
    return REASONS.get(reason.code, "{}").format(because)


def slack_text(slack: int) -> str:
    if slack < 0:
        return "none: what is open no longer fits, `studyplan replan` names the ways out"
    if slack == 0:
        return "none: a missed study day could not be caught up"
    return f"{count(slack, 'study day')} can be missed and still caught up"


def day_or(day: date | None, word: str) -> str:
    return short_day(day) if day else word


def role_count(days: Sequence[Day], role: Role) -> int:
    return sum(day.role is role for day in days)


#: Puts an instant in the learner's time zone.
Local = Callable[[datetime], datetime]
