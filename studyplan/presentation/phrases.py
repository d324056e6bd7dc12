"""Days, spans of time, reasons and offers in a few words: the same on a terminal, on a page and in a report."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING

from studyplan.model import Kind, Plan, PlanState, Reason, Task
from studyplan.presentation.language import N_, ngettext, percent_text
from studyplan.presentation.language import gettext as _
from studyplan.text import span_text as span_text

_LETTERS = re.compile("[a-z]+")

if TYPE_CHECKING:
    from studyplan.model import Day, Habit, Learner, Offer, Role, Week
    from studyplan.rules.habits import HabitStanding

WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))

#: Names of days as they are typed, alone or as ``mon-fri``.
_TYPED_DAYS = frozenset({
    *(N_("mon"), N_("tue"), N_("wed"), N_("thu"), N_("fri"), N_("sat"), N_("sun")),
    *(N_("daily"), N_("weekdays"), N_("weekends")),
})  # fmt: skip
#: Kinds, tiers, and what it takes to do a task.
_WORDS = frozenset({
    *(N_("read"), N_("watch"), N_("lab"), N_("quiz"), N_("review"), N_("mock"), N_("discuss"), N_("reflect"), N_("exam")),
    *(N_("core"), N_("practice"), N_("depth")),
    *(N_("free-signup"), N_("local-cluster"), N_("paid")),
})  # fmt: skip

MONTHS = (
    *(N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun")),
    *(N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec")),
)


def capitalised(text: str) -> str:
    """The text with a capital first; the rest as it is."""
    return f"{text[:1].upper()}{text[1:]}"


def quoted(name: str) -> str:
    """A name or title in quotes."""
    return _("“{name}”").format(name=name)


def word_text(word: str) -> str:
    """A word of ours, such as a kind of task; one of the learner's own stays as it is."""
    return _(word) if word in _WORDS else word


def typed_days(text: str) -> str:
    """Days of the week as they are typed, with their names in the language."""
    return _LETTERS.sub(lambda found: _(found[0]) if found[0] in _TYPED_DAYS else found[0], text)


def short_day(day: date) -> str:
    weekday, month = _(WEEKDAYS[day.weekday()]), _(MONTHS[day.month - 1])
    return _("{weekday} {day} {month}").format(weekday=weekday, day=day.day, month=month)


def long_day(day: date) -> str:
    return f"{short_day(day)} {day.year}"


def piece_title(task: Task) -> str:
    title = scheduled_title(task.title) if task.kind is Kind.REVIEW else task.title
    return f"{title} ({task.place}/{task.parts})" if task.parts > 1 else title


def scheduled_title(title: str) -> str:
    """The title of a review as the scheduler gives it, in the language; any other as it is."""
    name, _colon, rest = title.removesuffix(" from memory").partition(": ")
    if name == "Last pass" and rest != title:
        many = "1" if rest == "the one card" else rest.removeprefix("all ").removesuffix(" cards")
        if many.isdecimal():
            return ngettext(
                "Last pass: the one card from memory", "Last pass: all {n} cards from memory", int(many)
            ).format(n=many)
    module, _comma, cards = rest.rpartition(", ")
    number, many = name.removeprefix("Review "), cards.partition(" ")[0]
    if f"Review {number}: {module}, {cards} from memory" != title or not (number.isdecimal() and many.isdecimal()):
        return title
    return ngettext(
        "Review {number}: {module}, {n} card from memory", "Review {number}: {module}, {n} cards from memory", int(many)
    ).format(number=number, module=module, n=many)


def marked_task(task: Task) -> str:
    """The number and title of a task, of a habit with the day: one number stands for all of its days."""
    day = f"{short_day(task.date)}  " if task.habit is not None else ""
    return f"{task.typed}  {day}{piece_title(task)}"


def habit_days(habit: Habit) -> str:
    """The days of a habit: mon-fri until Wed 30 Sep."""
    from studyplan.notation import weekdays_text

    days = typed_days(weekdays_text(habit.weekdays))
    return _("{days} until {day}").format(days=days, day=short_day(habit.until)) if habit.until else days


def habit_name(standing: HabitStanding) -> str:
    return f"{standing.habit.title}, {habit_days(standing.habit)}"


def habit_text(standing: HabitStanding) -> str:
    """How a habit goes: 12 done, 3 missed, 4 in a row."""
    words = [(_("{n} done"), standing.done), (_("{n} missed"), len(standing.missed))]
    words += [(_("{n} skipped"), standing.skipped)] if standing.skipped else []
    words += [(_("{n} in a row"), standing.streak)] if standing.streak > 1 else []
    return ", ".join(word.format(n=number) for word, number in words)


def result_text(plan: Plan) -> str:
    """How the plan's exam went, in words; empty while that is unknown."""
    if plan.result is None:
        return ""
    words = _("passed on {day}") if plan.result.passed else _("failed on {day}")
    if plan.result.score is not None:
        words = _("passed on {day} with {score}%") if plan.result.passed else _("failed on {day} with {score}%")
    return words.format(day=long_day(plan.result.on), score=plan.result.score)


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
            minutes = int(str(value))
            return ngettext("add {n} minute to every study day", "add {n} minutes to every study day", minutes).format(
                n=minutes
            )
        case "days", int(value):
            return ngettext("end {n} day later", "end {n} days later", value).format(n=value)
        case "window", value:
            return _("switch to the window '{window}'").format(window=value)
        case _, value:
            return _leave_out_text(offer, value if isinstance(value, tuple) else (str(value),), named)


def _leave_out_text(offer: Offer, ids: Sequence[str], named: bool) -> str:
    names = _titles_left_out(offer.titles or ids)
    some = ngettext("{n} task", "{n} tasks", len(ids)).format(n=len(ids))
    if offer.what_fits:
        words = _("start with what fits: leave out {tasks}").format(tasks=some)
    elif not named:
        words = _("leave it out for good") if len(ids) == 1 else _("leave all of these out for good")
    elif len(ids) > MOST_LEFT_OUT:
        words = _("leave out {tasks}").format(tasks=some)
    else:
        words = _("leave out {tasks}").format(tasks=names)
    words += f" ({span_text(offer.minutes)})" if offer.minutes else ""
    words += "" if offer.exact else _("; there may be a smaller set")
    return f"{words}: {names}" if named and (offer.what_fits or len(ids) > MOST_LEFT_OUT) else words


def _titles_left_out(titles: Sequence[str]) -> str:
    first = titles if len(titles) <= MOST_LEFT_OUT else titles[:FIRST_LEFT_OUT]
    names = ", ".join(f"'{title}'" for title in first)
    if len(first) == len(titles):
        return names
    return _("{names} and {n} more").format(names=names, n=len(titles) - len(first))


def score_text(task: Task) -> str:
    parts = [percent_text(task.score / 100)] if task.score is not None else []
    for each in task.scores:
        parts.append(f"{each.module} {_('weak') if each.percent is None else percent_text(each.percent / 100)}")
    return ", ".join(parts)


REASONS = {
    "overdue": N_("was due {}"),
    "day-full": N_("{} is full"),
    "follows": N_("after '{}'"),
    "day-off": N_("{} is a day off"),
    "exam-moved": N_("the exam moved to {}"),
    "evened": N_("evened out to about {} a day"),
    "shifted": N_("shifted by {}"),
    "by-hand": N_("you put it on {}"),
    "anchor": N_("its day is fixed: {}"),
    "edition": N_("edition {} asks for it"),
    "no-room": N_("no room before {}"),
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
        because = ngettext("{n} minute", "{n} minutes", int(reason.because)).format(n=reason.because)
    elif reason.code == "shifted":
        because = ngettext("{n} study day", "{n} study days", int(reason.because)).format(n=reason.because)
    else:
        with suppress(ValueError):
            because = short_day(date.fromisoformat(because))
    return _(REASONS[reason.code]).format(because) if reason.code in REASONS else because


def slack_text(slack: int, study_days_left: int) -> str:
    """How many study days can still be missed."""
    if 0 < study_days_left <= slack:
        return _("nothing that is open needs a study day")
    if slack < 0:
        return _("none: the open tasks no longer fit; a replan shows the ways out")
    if slack == 0:
        return _("none: you could not catch up after a missed study day")
    return ngettext(
        "you can miss {n} study day and still catch up", "you can miss {n} study days and still catch up", slack
    ).format(n=slack)


def week_words(week: Week | None) -> str:
    """Study hours in words: 60 min a day, or mon-fri 60 min, sat 19:00-20:30."""
    if week is None:
        return _("every day, no limit")
    from studyplan.notation import week_text

    text = week_text(week)
    if text.isdigit():
        return _("{n} min a day").format(n=text)
    return typed_days(re.sub(r"=(\d+)(?=,|$)", r" \1 min", text).replace("=", " ").replace(",", ", "))


def hours_words(learner: Learner, plans: Iterable[Plan]) -> str:
    """The study hours that count: the learner's over all plans, and where a plan has less or others, those that it then has."""
    from studyplan.rules.capacity import week_of_plan

    running = [plan for plan in plans if plan.state is PlanState.ACTIVE]
    own = {plan.name: week_of_plan(plan, learner) for plan in running if plan.week}
    words = [
        _("{hours} for '{plan}'").format(hours=week_words(week), plan=name)
        for name, week in own.items()
        if week != learner.week
    ]
    if learner.week is None and words:
        others = len(running) - len(words)
        return "; ".join([*words, *([_("every day, no limit, for the others")] if others else [])])
    hours = week_words(learner.week)
    if learner.week and len(running) > 1:
        hours = _("{hours} over all plans").format(hours=hours)
    return "; ".join([hours, *words])


def plan_hours(plan: Plan, learner: Learner, plans: Iterable[Plan]) -> str:
    """The study hours that count for a plan, and those that it shares with others."""
    from studyplan.rules.capacity import shared_hours, week_of_plan

    week = week_of_plan(plan, learner)
    others = [each for each in plans if each.state is PlanState.ACTIVE and each.number != plan.number]
    if not others or not shared_hours(plan, learner):
        return week_words(week)
    shared = _("{hours} over all plans").format(hours=week_words(learner.week))
    return shared if week == learner.week else f"{week_words(week)}; {shared}"


def countdown(plan: Plan, today: date) -> str:
    """How far off the plan's exam is, or its last day if it has none: exam tomorrow, 12 days to the exam; empty once it is over."""
    away = ((plan.exam or plan.end) - today).days
    if away > 1:
        return (_("{n} days to the exam") if plan.exam else _("{n} days to the end")).format(n=away)
    if away == 1:
        return _("exam tomorrow") if plan.exam else _("last day tomorrow")
    if away == 0:
        return _("exam today") if plan.exam else _("last day today")
    return ""


def day_or(day: date | None, word: str) -> str:
    return short_day(day) if day else word


def role_count(days: Sequence[Day], role: Role) -> int:
    return sum(day.role is role for day in days)


#: Converts an instant to the learner's time zone.
Local = Callable[[datetime], datetime]
