"""Where a learner stands, in sentences: the same on a terminal, for a screen reader and in a report.

A figure with nothing to report has no sentence; one that needs more data says what it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from studyplan.model import Kind, LayoutNote, PlanState, Status, Task
from studyplan.presentation.phrases import (
    countdown,
    habit_name,
    habit_text,
    long_day,
    result_text,
    short_day,
    slack_text,
    span_text,
)
from studyplan.text import count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from studyplan.insight import Behind, Forecast, Pace, Streak
    from studyplan.planner.progress import Progress
    from studyplan.planner.review import PlanRecall
    from studyplan.rules.card_selection import ModuleRecall
    from studyplan.rules.views import PlanStatus


#: Notes on a lay-out of one kind in a line: of one task, and of several.
_LAYOUT = {
    "off-anchor": ("cannot sit on its fixed day and sits near it", "cannot sit on their fixed days and sit near them"),
    "over-limit": (
        "cannot be split and takes more time than its day has",
        "cannot be split and take more time than their days have",
    ),
    "cut": ("is longer than your longest day and is split", "are longer than your longest day and are split"),
    "alone": (
        "is longer than your longest day and has one to itself",
        "are longer than your longest day and have one each",
    ),
    "no-review": ("has no room and is left out", "have no room and are left out"),
    "no-last-pass": ("has no room and is left out", "have no room and are left out"),
}
#: What those are that they tell of.
_NOTED = {"no-review": "card review", "no-last-pass": "last-pass review"}
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
    line = f"{count(many, _NOTED.get(kind, 'task'))} {_LAYOUT[kind][many > 1]}"
    if len(numbers) > _MOST_NUMBERS:
        return f"{line} ({in_full})"
    return f"{line}: {', '.join(map(str, numbers))}" if numbers else line


def share_done(standing: PlanStatus) -> float:
    """The share of the plan's minutes that is done or skipped, from 0 to 1."""
    total = standing.minutes
    return (standing.done.minutes + standing.skipped.minutes) / total if total else 0.0


def time_left(standing: PlanStatus) -> str:
    """When the plan ends, how many days away that is, and how many study days are left."""
    plan = standing.plan
    hour = f" at {standing.exam_hour:%H:%M}" if standing.exam_hour else ""
    if standing.today > plan.end:
        return f"exam was on {long_day(plan.exam)}{hour}" if plan.exam else f"ended {long_day(plan.end)}"
    left = f"; {count(standing.study_days_left, 'study day')} left" if standing.study_days_left else ""
    return f"{countdown(plan, standing.today)} ({long_day(plan.exam or plan.end)}{hour}){left}"


def figures(progress: Progress) -> list[tuple[str, str]]:
    """The figures of a plan, each with its name: result, slack, standing, finish, chance, recall, pace, streak, week."""
    from studyplan.insight.forecast import ENOUGH_DAYS, ENOUGH_USED

    found: list[tuple[str, str]] = []
    if progress.plan.result is not None:
        found.append(("result", result_text(progress.plan)))
    if progress.standing.slack is not None:
        found.append(("slack", slack_text(progress.standing.slack, progress.standing.study_days_left)))
    if progress.behind is not None:
        found.append(_behind(progress.behind, progress.standing.overdue.minutes))
    if progress.forecast is not None:
        found += _forecast(progress, progress.forecast)
    elif _is_running(progress.standing):
        left = {task.kind for task in progress.tasks if task.status is Status.OPEN}
        waits = f"a forecast is available after {ENOUGH_DAYS} study days, on {ENOUGH_USED} of which you did something"
        found.append(("finish", "only the exam is left" if left == {Kind.EXAM} else waits))
    if progress.recall is not None:
        found.append(("recall", recall_text(progress.recall)))
    found += _pace(progress.pace, progress.paces)
    if progress.streak is not None:
        found += _streak(progress.streak, progress.standing.today)
    found += [("habit", f"{habit_name(each)}: {habit_text(each)}") for each in progress.standing.habits]
    return found


def _is_running(standing: PlanStatus) -> bool:
    plan = standing.plan
    return plan.state is PlanState.ACTIVE and plan.start <= standing.today <= plan.end


def _behind(behind: Behind, overdue: int) -> tuple[str, str]:
    """``overdue``: the minutes that are, from which the standing takes away what was done early."""
    less = ""
    if overdue > max(0, behind.minutes):
        less = f": {span_text(overdue)} overdue, {span_text(overdue - behind.minutes)} of later tasks done early"
    if not behind.minutes:
        return "standing", f"on schedule{less}"
    days = f"{abs(behind.days):g} study {'day' if abs(behind.days) == 1 else 'days'}"
    way = "behind" if behind.minutes > 0 else "ahead of"
    return "standing", f"{span_text(abs(behind.minutes))} {way} schedule ({days}){less}"


def _forecast(progress: Progress, forecast: Forecast) -> list[tuple[str, str]]:
    if forecast.likely is None:
        # Fewer than half of the simulated runs end before the horizon.
        words = f"probably after {short_day(forecast.horizon)}"
    elif forecast.safe is None:
        words = f"50% likely by {short_day(forecast.likely)}, but possibly after {short_day(forecast.horizon)}"
    else:
        words = f"50% likely by {short_day(forecast.likely)}, 80% likely by {short_day(forecast.safe)}"
    days = f"{forecast.used} of {count(forecast.study_days, 'study day')} used so far"
    goal = "the exam" if progress.plan.exam else short_day(progress.plan.end)
    return [
        ("finish", f"{words} ({days})"),
        ("chance", f"{chance_text(forecast.chance)} to finish by {goal}, unless your pace changes"),
    ]


def chance_text(chance: float) -> str:
    """A chance in whole percent, never shown as 0% or 100%."""
    if chance < 0.01:
        return "under 1%"
    return "over 99%" if chance > 0.99 else f"{round(100 * chance)}%"


def recall_text(recall: PlanRecall) -> str:
    cards = f"{recall.answered} of {count(recall.cards, 'card')} answered so far"
    found = recall.expected
    likely = f", {range_text(found.low, found.high)} likely" if recall.answered else ""
    return f"{found.mean:.0%} expected on {short_day(recall.exam)} without further review{likely} ({cards})"


def recall_words(module: ModuleRecall) -> str:
    """The recall expected of a module on the exam day, with its range."""
    likely = f" ({range_text(module.low, module.high)})" if module.answered else ""
    return f"{module.exam:.0%}{likely}"


def range_text(low: float, high: float) -> str:
    """A range of chances in whole percent; one figure where both ends are the same."""
    return f"{low:.0%} to {high:.0%}" if f"{low:.0%}" != f"{high:.0%}" else f"{low:.0%}"


def _pace(pace: Pace, kinds: tuple[Pace, ...]) -> list[tuple[str, str]]:
    if not pace.records:
        return []
    if pace.ratio is None:
        from studyplan.insight.pace import ENOUGH

        return [("pace", f"needs {ENOUGH} tasks with recorded minutes (`done N --minutes M`), {pace.records} so far")]
    known = [f"{each.kind.value} {each.ratio:.2f}" for each in kinds if each.kind and each.ratio is not None]
    by_kind = f" ({', '.join(known)})" if known else ""
    return [("pace", f"{pace.ratio:.2f} times the estimates{by_kind}, over {count(pace.records, 'task')}")]


def _streak(streak: Streak, today: date) -> list[tuple[str, str]]:
    text = f"{count(streak.days, 'study day')} in a row" if streak.days else "none"
    if streak.longest > streak.days:
        text += f" (longest: {streak.longest})"
    if streak.repair_by:
        by = "today" if streak.repair_by <= today else f"by {short_day(streak.repair_by)}"
        text += f"; catch up {by} to {'keep it' if streak.days else 'start one'}"
    week = f"{span_text(streak.week_minutes)} of {span_text(streak.week_target)} done"
    if streak.weeks:
        week += f", target met {count(streak.weeks, 'week')} in a row"
    return [("streak", text), ("week", week)]
