"""Where a learner stands, in sentences: the same on a terminal, for a screen reader and in a report.

A figure that has nothing to say has no sentence; one that waits for more of a record says for what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from studyplan.model import Kind, PlanState, Status
from studyplan.presentation.phrases import long_day, result_text, short_day, slack_text, span_text
from studyplan.text import count

if TYPE_CHECKING:
    from studyplan.insight import Behind, Forecast, Pace, Streak
    from studyplan.planner.progress import Progress
    from studyplan.planner.review import PlanRecall
    from studyplan.rules.views import PlanStatus


def share_done(standing: PlanStatus) -> float:
    """The part of the plan's minutes that is done or skipped, 0 to 1."""
    total = standing.minutes
    return (standing.done.minutes + standing.skipped.minutes) / total if total else 0.0


def time_left(standing: PlanStatus) -> str:
    plan = standing.plan
    hour = f" at {standing.exam_hour:%H:%M}" if standing.exam_hour else ""
    end = f"exam {long_day(plan.exam)}{hour}" if plan.exam else f"ends {long_day(plan.end)}"
    if standing.today > plan.end:
        return f"{end}, over"
    return f"{end}, {count(standing.days_left, 'day')} left, {count(standing.study_days_left, 'study day')} of them"


def figures(progress: Progress) -> list[tuple[str, str]]:
    """The figures of a plan, each with its name: result, slack, behind, finish, chance, recall, pace, streak, week."""
    from studyplan.insight.forecast import ENOUGH_DAYS, ENOUGH_USED

    found: list[tuple[str, str]] = []
    if progress.plan.result is not None:
        found.append(("result", result_text(progress.plan)))
    if progress.standing.slack is not None:
        found.append(("slack", slack_text(progress.standing.slack)))
    if progress.behind is not None:
        found.append(_behind(progress.behind))
    if progress.forecast is not None:
        found += _forecast(progress, progress.forecast)
    elif _is_running(progress.standing):
        left = {task.kind for task in progress.tasks if task.status is Status.OPEN}
        waits = f"told once {ENOUGH_DAYS} study days are over and at least {ENOUGH_USED} of them were used"
        found.append(("finish", "all but the exam is done" if left == {Kind.EXAM} else waits))
    if progress.recall is not None:
        found.append(("recall", recall_text(progress.recall)))
    found += _pace(progress.pace, progress.paces)
    if progress.streak is not None:
        found += _streak(progress.streak)
    return found


def _is_running(standing: PlanStatus) -> bool:
    plan = standing.plan
    return plan.state is PlanState.ACTIVE and plan.start <= standing.today <= plan.end


def _behind(behind: Behind) -> tuple[str, str]:
    if not behind.minutes:
        return "behind", "nothing: on the plan"
    days = f"{abs(behind.days):g} study {'day' if abs(behind.days) == 1 else 'days'} of this plan"
    return ("behind" if behind.minutes > 0 else "ahead"), f"{span_text(abs(behind.minutes))}, {days}"


def _forecast(progress: Progress, forecast: Forecast) -> list[tuple[str, str]]:
    if forecast.likely is None:
        # Not even half of the imagined runs end before the horizon.
        words = f"as likely as not later than {short_day(forecast.horizon)}"
    elif forecast.safe is None:
        words = (
            f"by {short_day(forecast.likely)} as likely as not, but it may well be after {short_day(forecast.horizon)}"
        )
    else:
        words = f"by {short_day(forecast.likely)} as likely as not, by {short_day(forecast.safe)} in four of five cases"
    days = f"{forecast.used} of {count(forecast.study_days, 'study day')} used until now"
    goal = "the exam" if progress.plan.exam else short_day(progress.plan.end)
    return [
        ("finish", f"{words} ({days})"),
        ("chance", f"{chance_text(forecast.chance)} to finish by {goal}, if it goes on like this"),
    ]


def chance_text(chance: float) -> str:
    """In whole percent; never quite none and never quite sure."""
    if chance < 0.01:
        return "under 1 %"
    return "over 99 %" if chance > 0.99 else f"{round(100 * chance)} %"


def recall_text(recall: PlanRecall) -> str:
    cards = f"{recall.answered} of {count(recall.cards, 'card')} answered until now"
    return f"{recall.expected:.0%} expected on {short_day(recall.exam)} if nothing more is asked ({cards})"


def _pace(pace: Pace, kinds: tuple[Pace, ...]) -> list[tuple[str, str]]:
    if not pace.records:
        return []
    if pace.ratio is None:
        from studyplan.insight.pace import ENOUGH

        return [
            ("pace", f"told once {ENOUGH} tasks have their minutes (`done N --minutes M`), {pace.records} until now")
        ]
    known = [f"{each.kind.value} {each.ratio:.2f}" for each in kinds if each.kind and each.ratio is not None]
    by_kind = f" ({', '.join(known)})" if known else ""
    return [("pace", f"{pace.ratio:.2f} times the estimates{by_kind}, from {count(pace.records, 'task')}")]


def _streak(streak: Streak) -> list[tuple[str, str]]:
    text = f"{count(streak.days, 'study day')} in a row"
    if streak.longest > streak.days:
        text += f", {streak.longest} at best"
    if streak.repair_by:
        text += f"; what was missed, done by {short_day(streak.repair_by)}, keeps it"
    week = f"{span_text(streak.week_minutes)} of {span_text(streak.week_target)} done"
    if streak.weeks:
        week += f", {count(streak.weeks, 'week')} in a row {'meets' if streak.weeks == 1 else 'meet'} the target"
    return [("streak", text), ("week", week)]
