"""Days, spans of time, reasons and offers in a few words: the same on a terminal, on a page and in a report."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING

from studyplan.model import Kind, Plan, PlanState, Reason, Task
from studyplan.text import count
from studyplan.text import span_text as span_text

if TYPE_CHECKING:
    from studyplan.model import Day, Habit, Learner, Offer, Role, Week
    from studyplan.rules.habits import HabitStanding

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def short_day(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def long_day(day: date) -> str:
    return f"{short_day(day)} {day.year}"


def piece_title(task: Task) -> str:
    return f"{task.title} ({task.place}/{task.parts})" if task.parts > 1 else task.title


def marked_task(task: Task) -> str:
    """The number and title of a task, of a habit with the day: one number stands for all of its days."""
    day = f"{short_day(task.date)}  " if task.habit is not None else ""
    return f"{task.typed}  {day}{piece_title(task)}"


def habit_days(habit: Habit) -> str:
    """The days of a habit: mon-fri until Wed 30 Sep."""
    from studyplan.notation import weekdays_text

    return weekdays_text(habit.weekdays) + (f" until {short_day(habit.until)}" if habit.until else "")


def habit_name(standing: HabitStanding) -> str:
    return f"{standing.habit.title}, {habit_days(standing.habit)}"


def habit_text(standing: HabitStanding) -> str:
    """How a habit goes: 12 done, 3 missed, 4 in a row."""
    words = [f"{standing.done} done", f"{len(standing.missed)} missed"]
    words += [f"{standing.skipped} skipped"] if standing.skipped else []
    words += [f"{standing.streak} in a row"] if standing.streak > 1 else []
    return ", ".join(words)


def result_text(plan: Plan) -> str:
    """How the plan's exam went, in words; empty while that is unknown."""
    if plan.result is None:
        return ""
    score = f" with {plan.result.score}%" if plan.result.score is not None else ""
    return f"{'passed' if plan.result.passed else 'failed'} on {long_day(plan.result.on)}{score}"


def exam_hour(task: Task, local: Local) -> str:
    """The hour of an exam, if it is known."""
    return hour_text(task, local) if task.kind is Kind.EXAM else ""


def hour_text(task: Task, local: Local) -> str:
    return f", {local(task.starts_at):%H:%M}" if task.starts_at else ""


#: Tasks to leave out that an offer names each by its title; of more than these it names the first few.
MOST_LEFT_OUT, FIRST_LEFT_OUT = 5, 3


def offer_text(offer: Offer, *, named: bool = True) -> str:
    """What an offer asks of the learner, as a request. ``named``: tasks to leave out by their titles, else only their number."""
    match offer.kind, offer.value:
        case "minutes", value:
            return f"add {count(int(str(value)), 'minute')} to every study day"
        case "days", int(value):
            return f"end {count(value, 'day')} later"
        case "window", value:
            return f"switch to the window '{value}'"
        case _, value:
            ids = value if isinstance(value, tuple) else (str(value),)
            less = f" ({span_text(offer.minutes)})" if offer.minutes else ""
            names = _titles_left_out(offer.titles or ids)
            some = count(len(ids), "task")
            proof = "" if offer.exact else "; there may be a smaller set"
            if offer.what_fits:
                return f"start with what fits: leave out {some}{less}{proof}" + (f": {names}" if named else "")
            if not named:
                return f"leave {'it' if len(ids) == 1 else 'all of these'} out for good{less}{proof}"
            if len(ids) > MOST_LEFT_OUT:
                return f"leave out {some}{less}{proof}: {names}"
            return f"leave out {names}{less}{proof}"


def _titles_left_out(titles: Sequence[str]) -> str:
    first = titles if len(titles) <= MOST_LEFT_OUT else titles[:FIRST_LEFT_OUT]
    names = ", ".join(f"'{title}'" for title in first)
    return names if len(first) == len(titles) else f"{names} and {len(titles) - len(first)} more"


def score_text(task: Task) -> str:
    parts = [f"{task.score}%"] if task.score is not None else []
    parts += [f"{each.module} {'weak' if each.percent is None else f'{each.percent}%'}" for each in task.scores]
    return ", ".join(parts)


REASONS = {
    "overdue": "was due {}",
    "day-full": "{} is full",
    "follows": "after '{}'",
    "day-off": "{} is a day off",
    "exam-moved": "the exam moved to {}",
    "evened": "evened out to about {} a day",
    "shifted": "shifted by {}",
    "by-hand": "you put it on {}",
    "anchor": "its day is fixed: {}",
    "edition": "edition {} asks for it",
    "no-room": "no room before {}",
}


def reason_text(reason: Reason, titles: Mapping[str, str]) -> str:
    """Why a task sits where it sits. ``titles``: those of the plan's tasks, by task id."""
    because = str(reason.because)
    if reason.code == "follows":
        because = titles.get(because.partition("#")[0], because)
    elif reason.code == "anchor":
        # A base may be an id that holds a hyphen itself, and the days after it follow a sign.
        bases = [id for id in titles if because == id or because.startswith((f"{id}+", f"{id}-"))]
        base = max(bases, key=len, default="")
        because = f"'{titles[base]}'{because[len(base) :]}" if base else because
    elif reason.code == "evened":
        because = count(int(reason.because), "minute")
    elif reason.code == "shifted":
        because = count(int(reason.because), "study day")
    else:
        with suppress(ValueError):
            because = short_day(date.fromisoformat(because))
    return REASONS.get(reason.code, "{}").format(because)


def slack_text(slack: int, study_days_left: int) -> str:
    """How many study days can still be missed."""
    if 0 < study_days_left <= slack:
        return "nothing that is open needs a study day"
    if slack < 0:
        return "none: the open tasks no longer fit; `studyplan replan` shows the ways out"
    if slack == 0:
        return "none: you could not catch up after a missed study day"
    return f"you can miss {count(slack, 'study day')} and still catch up"


def week_words(week: Week | None) -> str:
    """Study hours in words: 60 min a day, or mon-fri 60 min, sat 19:00-20:30."""
    if week is None:
        return "every day, no limit"
    from studyplan.notation import week_text

    text = week_text(week)
    if text.isdigit():
        return f"{text} min a day"
    return re.sub(r"=(\d+)(?=,|$)", r" \1 min", text).replace("=", " ").replace(",", ", ")


def hours_words(learner: Learner, plans: Iterable[Plan]) -> str:
    """The study hours that count: the learner's over all plans, and where a plan has less or others, those that it then has."""
    from studyplan.rules.capacity import week_of_plan

    running = [plan for plan in plans if plan.state is PlanState.ACTIVE]
    own = {plan.name: week_of_plan(plan, learner) for plan in running if plan.week}
    words = [f"{week_words(week)} for '{name}'" for name, week in own.items() if week != learner.week]
    if learner.week is None and words:
        others = len(running) - len(words)
        return "; ".join([*words, *(["every day, no limit, for the others"] if others else [])])
    over_all = " over all plans" if learner.week and len(running) > 1 else ""
    return "; ".join([f"{week_words(learner.week)}{over_all}", *words])


def plan_hours(plan: Plan, learner: Learner, plans: Iterable[Plan]) -> str:
    """The study hours that count for a plan, and those that it shares with others."""
    from studyplan.rules.capacity import shared_hours, week_of_plan

    week = week_of_plan(plan, learner)
    others = [each for each in plans if each.state is PlanState.ACTIVE and each.number != plan.number]
    shared = f"; {week_words(learner.week)} over all plans" if shared_hours(plan, learner) and others else ""
    return week_words(week) + (shared if week != learner.week else " over all plans" if shared else "")


def countdown(plan: Plan, today: date) -> str:
    """How far off the plan's exam is, or its last day if it has none: exam tomorrow, 12 days to the exam; empty once it is over."""
    away = ((plan.exam or plan.end) - today).days
    if away > 1:
        return f"{away} days to the {'exam' if plan.exam else 'end'}"
    when = {0: "today", 1: "tomorrow"}.get(away)
    return f"{'exam' if plan.exam else 'last day'} {when}" if when else ""


def day_or(day: date | None, word: str) -> str:
    return short_day(day) if day else word


def role_count(days: Sequence[Day], role: Role) -> int:
    return sum(day.role is role for day in days)


#: Converts an instant to the learner's time zone.
Local = Callable[[datetime], datetime]
