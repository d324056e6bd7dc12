"""Where a learner stands, in sentences: the same on a terminal, for a screen reader and in a report.

A figure with nothing to report has no sentence; one that needs more data says what it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from studyplan.model import Kind, LayoutNote, PlanState, Role, Status, Task
from studyplan.presentation.language import N_, NN_, decimal_text, ngettext, percent_text
from studyplan.presentation.language import gettext as _
from studyplan.presentation.phrases import (
    countdown,
    habit_days,
    habit_name,
    habit_text,
    long_day,
    result_text,
    role_count,
    short_day,
    slack_text,
    span_text,
    word_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, time

    from studyplan.insight import Behind, Forecast, Pace, Streak
    from studyplan.model import Plan
    from studyplan.planner.progress import Progress
    from studyplan.planner.review import PlanRecall, Session
    from studyplan.rules.card_selection import ModuleRecall
    from studyplan.rules.drafts import Draft
    from studyplan.rules.views import PlanStatus


#: Notes on a lay-out of one kind in a line: of one task, and of several.
_LAYOUT = {
    "off-anchor": NN_(
        "{n} task cannot sit on its fixed day and sits near it",
        "{n} tasks cannot sit on their fixed days and sit near them",
    ),
    "over-limit": NN_(
        "{n} task cannot be split and takes more time than its day has",
        "{n} tasks cannot be split and take more time than their days have",
    ),
    "cut": NN_(
        "{n} task is longer than your longest day and is split",
        "{n} tasks are longer than your longest day and are split",
    ),
    "alone": NN_(
        "{n} task is longer than your longest day and has one to itself",
        "{n} tasks are longer than your longest day and have one each",
    ),
    "no-review": NN_("{n} card review has no room and is left out", "{n} card reviews have no room and are left out"),
    "no-last-pass": NN_(
        "{n} last-pass review has no room and is left out", "{n} last-pass reviews have no room and are left out"
    ),
}
#: Task numbers that a line names.
_MOST_NUMBERS = 6


def brief_notes(notes: Sequence[str], tasks: Sequence[Task], in_full: str) -> list[str]:
    """The notes of a start, those on its lay-out in one line for each kind that several tasks are of.

    ``tasks``: the plan's, for their numbers; ``in_full``: where the tasks are named that are too many for a line.
    """
    numbers: dict[str, int] = {}
    for task in tasks:
        numbers.setdefault(task.task, task.number)
    concerned: dict[str, list[str]] = {}
    for note in notes:
        if isinstance(note, LayoutNote):
            concerned.setdefault(note.kind, []).extend(note.tasks)
    lines: list[str] = []
    for note in notes:
        if not isinstance(note, LayoutNote) or len(concerned[note.kind]) == 1:
            lines.append(note)
        elif concerned[note.kind]:
            ids = list(dict.fromkeys(concerned[note.kind]))
            concerned[note.kind] = []
            lines.append(_brief(note.kind, len(ids), [numbers[id] for id in ids if id in numbers], in_full))
    return lines


def _brief(kind: str, many: int, numbers: Sequence[int], in_full: str) -> str:
    line = ngettext(*_LAYOUT[kind], many).format(n=many)
    if len(numbers) > _MOST_NUMBERS:
        return f"{line} ({in_full})"
    return f"{line}: {', '.join(map(str, numbers))}" if numbers else line


def draft_figures(draft: Draft, today: date, exam_hour: time | None = None) -> list[tuple[str, str]]:
    """What a plan laid out comes to, each figure with its name: window, goal, exam, work, habits, days, what it goes without."""
    plan, tasks = draft.plan, [task for task in draft.tasks if task.habit is None]
    total = sum(task.minutes for task in tasks)
    days = (plan.end - plan.start).days + 1
    found = [(N_("window"), f"{plan.window}, {whole_span(plan)}")]
    if plan.goal:
        found.append((N_("goal"), plan.goal))
    if plan.exam:
        at = _("{day} at {hour}") if exam_hour else "{day}"
        when = at.format(day=long_day(plan.exam), hour=f"{exam_hour:%H:%M}" if exam_hour else "")
        away = countdown(plan, today)
        found.append((N_("exam"), f"{when}: {away}" if away else when))
    found.append((N_("work"), _work_text(tasks, total, round(total * 7 / days / 5) * 5)))
    for habit in plan.habits:
        a_day = _("{time} a day").format(time=span_text(habit.minutes))
        found.append((N_("habit"), f"{habit.title}, {habit_days(habit)}: {a_day}"))
    study_days, buffer = role_count(draft.days, Role.MATERIAL), role_count(draft.days, Role.BUFFER)
    words = [ngettext("{n} study day", "{n} study days", study_days).format(n=study_days)]
    if buffer:
        words.append(
            ngettext(
                "{n} day kept free before the exam for catching up",
                "{n} days kept free before the exam for catching up",
                buffer,
            ).format(n=buffer)
        )
    found.append((N_("days"), ", ".join(words)))
    if draft.without:
        named = ", ".join(f"'{title}'" for title in draft.without)
        less = ngettext("{n} task", "{n} tasks", len(draft.without)).format(n=len(draft.without))
        found.append((N_("without"), f"{less}: {named}"))
    return found


def whole_span(plan: Plan) -> str:
    """How many days a plan has, with the first and the last of them."""
    days = (plan.end - plan.start).days + 1
    words = ngettext("{n} day: {first} to {last}", "{n} days: {first} to {last}", days)
    return words.format(n=days, first=long_day(plan.start), last=long_day(plan.end))


def _work_text(tasks: Sequence[Task], total: int, weekly: int) -> str:
    """The minutes of a plan, in so many tasks, and what that comes to in a week."""
    reviews = sum(task.kind is Kind.REVIEW and task.anchor is None for task in tasks)
    words = ngettext("{time} in {n} task", "{time} in {n} tasks", len(tasks))
    parts = [words.format(time=span_text(total), n=len(tasks))]
    if reviews:
        parts.append(_("{n} of them card reviews").format(n=reviews))
    parts.append(_("about {time} a week").format(time=span_text(weekly)))
    return ", ".join(parts)


def share_done(standing: PlanStatus) -> float:
    """The share of the plan's minutes that is done or skipped, from 0 to 1."""
    total = standing.minutes
    return (standing.done.minutes + standing.skipped.minutes) / total if total else 0.0


def time_left(standing: PlanStatus) -> str:
    """When the plan ends, how many days away that is, and how many study days are left."""
    plan = standing.plan
    day = long_day(plan.exam or plan.end)
    if standing.exam_hour:
        day = _("{day} at {hour}").format(day=day, hour=f"{standing.exam_hour:%H:%M}")
    if standing.today > plan.end:
        return (_("exam was on {day}") if plan.exam else _("ended {day}")).format(day=day)
    words = f"{countdown(plan, standing.today)} ({day})"
    if not standing.study_days_left:
        return words
    left = ngettext("{n} study day left", "{n} study days left", standing.study_days_left)
    return f"{words}; {left.format(n=standing.study_days_left)}"


def figures(progress: Progress) -> list[tuple[str, str]]:
    """The figures of a plan, each with its name: result, slack, standing, finish, chance, recall, pace, streak, week."""
    from studyplan.insight.forecast import ENOUGH_DAYS, ENOUGH_USED

    found: list[tuple[str, str]] = []
    if progress.plan.result is not None:
        found.append((N_("result"), result_text(progress.plan)))
    if progress.standing.slack is not None:
        found.append((N_("slack"), slack_text(progress.standing.slack, progress.standing.study_days_left)))
    if progress.behind is not None:
        found.append(_behind(progress.behind, progress.standing.overdue.minutes, progress.standing.no_room.minutes))
    if progress.forecast is not None:
        found += _forecast(progress, progress.forecast)
    elif _is_running(progress.standing):
        left = {task.kind for task in progress.tasks if task.status is Status.OPEN}
        waits = _("a forecast is available after {days} study days, on {used} of which you did something")
        words = _("only the exam is left") if left == {Kind.EXAM} else waits
        found.append((N_("finish"), words.format(days=ENOUGH_DAYS, used=ENOUGH_USED)))
    if progress.recall is not None:
        found.append((N_("recall"), recall_text(progress.recall)))
    found += _pace(progress.pace, progress.paces)
    if progress.streak is not None:
        found += _streak(progress.streak, progress.standing.today)
    found += [(N_("habit"), f"{habit_name(each)}: {habit_text(each)}") for each in progress.standing.habits]
    return found


def _is_running(standing: PlanStatus) -> bool:
    plan = standing.plan
    return plan.state is PlanState.ACTIVE and plan.start <= standing.today <= plan.end


def _behind(behind: Behind, overdue: int, homeless: int) -> tuple[str, str]:
    """``overdue``: the minutes that are, from which the standing takes away what was done early; ``homeless``: those that have no
    room, and so are neither late nor on schedule."""
    less = ""
    if overdue > max(0, behind.minutes):
        less = ": " + _("{overdue} overdue, {early} of later tasks done early").format(
            overdue=span_text(overdue), early=span_text(overdue - behind.minutes)
        )
    if not behind.minutes:
        words = _("on schedule, but {time} of work has no room") if homeless else _("on schedule")
        return N_("standing"), words.format(time=span_text(homeless)) + less
    days = abs(behind.days)
    words = _("{time} behind schedule ({days})") if behind.minutes > 0 else _("{time} ahead of schedule ({days})")
    shown = _("1 study day") if days == 1 else _("{n} study days").format(n=decimal_text(f"{days:g}"))
    return N_("standing"), words.format(time=span_text(abs(behind.minutes)), days=shown) + less


def _forecast(progress: Progress, forecast: Forecast) -> list[tuple[str, str]]:
    horizon = short_day(forecast.horizon)
    if forecast.likely is None:
        # Fewer than half of the simulated runs end before the horizon.
        words = _("probably after {horizon}").format(horizon=horizon)
    elif forecast.safe is None:
        words = _("50% likely by {likely}, but possibly after {horizon}").format(
            likely=short_day(forecast.likely), horizon=horizon
        )
    else:
        words = _("50% likely by {likely}, 80% likely by {safe}").format(
            likely=short_day(forecast.likely), safe=short_day(forecast.safe)
        )
    days = ngettext(
        "{used} of {n} study day used so far", "{used} of {n} study days used so far", forecast.study_days
    ).format(used=forecast.used, n=forecast.study_days)
    chance = (
        _("{chance} to finish by the exam, unless your pace changes")
        if progress.plan.exam
        else _("{chance} to finish by {day}, unless your pace changes")
    )
    return [
        ("finish", f"{words} ({days})"),
        (N_("chance"), chance.format(chance=chance_text(forecast.chance), day=short_day(progress.plan.end))),
    ]


def chance_text(chance: float) -> str:
    """A chance in whole percent, never shown as 0% or 100%."""
    if chance < 0.01:
        return _("under 1%")
    return _("over 99%") if chance > 0.99 else percent_text(chance)


def has_answers(session: Session) -> bool:
    """Whether a card of the plan was ever answered."""
    return any(module.answered for module in session.modules)


def why_no_cards(session: Session) -> str:
    """Why a session has no question."""
    if not has_answers(session):
        return _("You have not done a task with cards yet.")
    if not session.suspended:
        return _("You have answered all that you studied so far.")
    return ngettext(
        "You have answered all that you studied so far, and {n} card is suspended.",
        "You have answered all that you studied so far, and {n} cards are suspended.",
        session.suspended,
    ).format(n=session.suspended)


def recall_text(recall: PlanRecall) -> str:
    cards = ngettext(
        "{answered} of {n} card answered so far", "{answered} of {n} cards answered so far", recall.cards
    ).format(answered=recall.answered, n=recall.cards)
    found = recall.expected
    words = _("{share} expected on {day} without further review")
    if recall.answered:
        words = _("{share} expected on {day} without further review, {range} likely")
    shown = words.format(
        share=percent_text(found.mean), day=short_day(recall.exam), range=range_text(found.low, found.high)
    )
    return f"{shown} ({cards})"


def recall_words(module: ModuleRecall) -> str:
    """The recall expected of a module on the exam day, with its range."""
    likely = f" ({range_text(module.low, module.high)})" if module.answered else ""
    return f"{percent_text(module.exam)}{likely}"


def range_text(low: float, high: float) -> str:
    """A range of chances in whole percent; one figure where both ends are the same."""
    least, most = percent_text(low), percent_text(high)
    return least if least == most else _("{low} to {high}").format(low=least, high=most)


def _pace(pace: Pace, kinds: tuple[Pace, ...]) -> list[tuple[str, str]]:
    if not pace.records:
        return []
    if pace.ratio is None:
        from studyplan.insight.pace import ENOUGH

        words = _("needs {n} tasks with recorded minutes, {so_far} so far")
        return [(N_("pace"), words.format(n=ENOUGH, so_far=pace.records))]
    known = [
        f"{word_text(each.kind.value)} {decimal_text(f'{each.ratio:.2f}')}"
        for each in kinds
        if each.kind and each.ratio is not None
    ]
    by_kind = f" ({', '.join(known)})" if known else ""
    words = ngettext(
        "{pace} times the estimates{kinds}, over {n} task",
        "{pace} times the estimates{kinds}, over {n} tasks",
        pace.records,
    )
    return [("pace", words.format(pace=decimal_text(f"{pace.ratio:.2f}"), kinds=by_kind, n=pace.records))]


def _streak(streak: Streak, today: date) -> list[tuple[str, str]]:
    text = _("none")
    if streak.days:
        text = ngettext("{n} study day in a row", "{n} study days in a row", streak.days).format(n=streak.days)
    if streak.longest > streak.days:
        text += " (" + _("longest: {n}").format(n=streak.longest) + ")"
    if streak.repair_by:
        text += "; " + _repair(streak.repair_by, today, bool(streak.days))
    week = _("{done} of {target} done").format(
        done=span_text(streak.week_minutes), target=span_text(streak.week_target)
    )
    if streak.weeks:
        week += ", " + ngettext("target met {n} week in a row", "target met {n} weeks in a row", streak.weeks).format(
            n=streak.weeks
        )
    return [(N_("streak"), text), (N_("week"), week)]


def _repair(by: date, today: date, has_streak: bool) -> str:
    """Until when a streak can be kept, or one be started by what was missed."""
    if by <= today:
        return _("catch up today to keep it") if has_streak else _("catch up today to start one")
    words = _("catch up by {day} to keep it") if has_streak else _("catch up by {day} to start one")
    return words.format(day=short_day(by))
