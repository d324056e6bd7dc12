"""The day and the week."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from studyplan.presentation import facts
from studyplan.presentation.shapes import AgendaFacts, ChoiceFacts, WeekFacts
from studyplan.web.api.calls import CallQuery, Minutes, PlanWord, Reader, answered, described
from studyplan.web.api.problems import PREFIX

router = APIRouter(prefix=PREFIX, tags=["days"])


class DayQuery(CallQuery):
    plan: PlanWord | None = None
    minutes: Annotated[Minutes | None, Field(description="Pick the best tasks for so many minutes.")] = None


class WeekQuery(CallQuery):
    plan: PlanWord | None = None


@router.get("/today", **described(AgendaFacts | ChoiceFacts))
def today(caller: Reader, asked: Annotated[DayQuery, Query()]) -> Response:
    """What is overdue, what is due today and what was done; with minutes, the best use of them."""
    if asked.minutes is not None:
        return answered(facts.of_choice(caller.planner.short_session.best(asked.minutes, asked.plan)))
    return answered(facts.of_agenda(caller.planner.queries.today(asked.plan)))


@router.get("/week", **described(WeekFacts))
def week(caller: Reader, asked: Annotated[WeekQuery, Query()]) -> Response:
    """The next seven study days."""
    return answered(facts.of_week(caller.planner.queries.week(asked.plan)))
