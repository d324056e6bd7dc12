"""Where the learner stands: status, progress, habits, settings."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from studyplan.presentation import facts, standing_facts
from studyplan.presentation.shapes import HabitsFacts, LearnerPlansFacts, PictureFacts, StatusFacts
from studyplan.web.api.calls import Reader, answered, described
from studyplan.web.api.problems import PREFIX
from studyplan.web.api.replans import PlanQuery

router = APIRouter(prefix=PREFIX, tags=["standing"])


@router.get("/status", **described(StatusFacts))
def status(caller: Reader, asked: Annotated[PlanQuery, Query()]) -> Response:
    """Where each plan stands: schedule, pace, forecast, slack and streak."""
    return answered(standing_facts.of_status(caller.planner.progress.picture(asked.plan)))


@router.get("/progress", **described(PictureFacts))
def progress(caller: Reader, asked: Annotated[PlanQuery, Query()]) -> Response:
    """Everything that charts of the progress are drawn from."""
    return answered(standing_facts.of_picture(caller.planner.progress.picture_with_recall(asked.plan)))


@router.get("/habits", **described(HabitsFacts))
def habits(caller: Reader, asked: Annotated[PlanQuery, Query()]) -> Response:
    """The habits of the running plans, or of one, and how each goes."""
    found = caller.planner.habits.standings(asked.plan)
    return answered({"habits": [facts.of_habit_standing(each) for each in found]})


@router.get("/learner", **described(LearnerPlansFacts))
def learner(caller: Reader) -> Response:
    """The learner: time zone, study hours, days off and plans."""
    found, plans = caller.planner.learners.get()
    return answered(facts.of_learner_plans(found, plans))
