"""How an exam went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from studyplan.errors import UsageProblem, WayOut
from studyplan.model import Change, Kind, Plan, PlanState, Result, Status, Task
from studyplan.planner.base import LIVE, UseCases, changed, day_named, sittings
from studyplan.rules import lookup, scores, task_changes
from studyplan.rules.task_changes import Completion
from studyplan.rules.views import Changed
from studyplan.text import Tip, count

if TYPE_CHECKING:
    from studyplan.planner.base import DayName
    from studyplan.rules.lookup import PlanName
    from studyplan.rules.scores import ScoreReport
    from studyplan.store import Unit


class ExamResults(UseCases):
    """How the exam of a plan went."""

    def record(
        self, plan: PlanName | None = None, *, passed: bool, grade: ScoreReport | None = None, on: DayName | None = None
    ) -> Changed:
        """Keep how the exam of a plan went, the only running one if none is named, and mark its task done. ``on``: the day of the exam; unless named, the
        plan's exam day where that has come, else today. Called again, it corrects what is named; a day or score that is
        not named stays."""

        def work(unit: Unit) -> Changed:
            learner = self._learner(unit)
            plans = unit.plans(learner.id)
            named = lookup.plan_to_write(plans, plan)
            clock = self._clock.at(learner.zone)
            told = named.result
            day = day_named(on, clock, past=True) or (
                told.on if told else min(named.exam or clock.today(), clock.today())
            )
            if day > clock.today():
                raise UsageProblem(
                    f"{day} is in the future", hint=WayOut("it must be today or an earlier day", "past-day")
                )
            tasks = unit.tasks(learner.id)
            exam = next((task for task in tasks if task.plan == named.number and task.kind is Kind.EXAM), None)
            changes: list[Change] = []
            if exam is not None:
                held = sittings(unit, [exam])[exam.number]
                changes += task_changes.mark(
                    exam, Status.DONE, Completion(clock.instant(day), at_named=on is not None or told is None), held
                )
                if grade is not None:
                    of_plan = [task for task in tasks if task.plan == named.number]
                    changes += scores.graded(exam, grade, scores.modules_of(of_plan))
                exam = changed(exam, changes)
            score = grade.score if grade else None
            result = Result(passed, day, told.score if score is None and told else score)
            if result != told:
                changes.insert(0, Change("plan", named.number, "result", told, result))
            after = [exam if exam and task.number == exam.number else task for task in tasks]
            live = [each for each in plans if each.state in LIVE]
            ends = task_changes.endings(live, after, changes, clock.now(), clock.today()) if named in live else []
            verb = "pass" if passed else "fail"
            batch = self._apply(unit, learner, [*changes, *ends], f"{verb} '{named.name}'")
            is_over = bool(task_changes.finished([named], ends))
            named = replace(named, result=result, state=PlanState.FINISHED if is_over else named.state)
            return Changed(
                tasks=(exam,) if exam else (),
                plans=(named,),
                finished=(named,) if is_over else (),
                learner=learner.name,
                notes=tuple(_advice(named, [task for task in after if task.plan == named.number])),
                batch=batch,
            )

        return self._change(work)


def _advice(plan: Plan, tasks: Sequence[Task]) -> list[str]:
    """What may come next, in words."""
    words: list[str] = []
    left = sum(task.status is Status.OPEN for task in tasks)
    if left and plan.state is PlanState.ACTIVE:
        them = f"{count(left, 'task')} {'is' if left == 1 else 'are'}"
        words.append(Tip(f"{them} still open", f": `studyplan finish {lookup.quoted(plan.name)}` ends the plan"))
    if plan.result is not None and not plan.result.passed:
        words.append(Tip("", f"`{scores.again(plan)}` starts a retake that focuses on the weak modules"))
    elif plan.result is not None:
        words.append(Tip("", f"`studyplan next {lookup.quoted(plan.name)}` suggests what to do next"))
    return words
