"""Replans, and the settings that call for them: study hours and days off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from studyplan.errors import UsageProblem
from studyplan.notation import day_and_hour, week
from studyplan.presentation import facts
from studyplan.presentation.shapes import AdjustedFacts, HoursInForceFacts, MendedFacts, OffFacts
from studyplan.web.api.calls import (
    CallBody,
    CallQuery,
    Day,
    Minutes,
    PlanWord,
    Reader,
    Words,
    Writer,
    answered,
    described,
)
from studyplan.web.api.plans import WeekWords
from studyplan.web.api.problems import PREFIX

if TYPE_CHECKING:
    from studyplan.model import Week
    from studyplan.planner import Planner
    from studyplan.planner.keywords import RemedyFields

router = APIRouter(prefix=PREFIX, tags=["replans"])


class ReplanCall(CallBody):
    plan: PlanWord | None = None
    strategy: Annotated[
        Literal["catch-up", "even", "shift"],
        Field(description="The fewest dates changed, all that is left spread evenly, or all of it moved by days."),
    ] = "catch-up"
    days: Annotated[int, Field(ge=-10_000, le=10_000, description="Study days to shift by.")] = 0
    exam: Annotated[Day | None, Field(description="Another day for the exam, with its hour if you like.")] = None
    minutes: Annotated[WeekWords | Minutes | None, Field(description="Other minutes a day for this plan.")] = None
    hours: Annotated[WeekWords | None, Field(description="Longer hours over all plans.")] = None
    leave_out: list[Words] = Field(default=[], max_length=200, description="Tasks to skip to make room.")
    window: Annotated[Words | None, Field(description="A smaller window: what lies beyond it is skipped.")] = None
    strict: Annotated[bool, Field(description="Refuse if not everything fits, and list the ways out.")] = False
    take: Annotated[int | None, Field(ge=1, le=1000, description="If not everything fits, the way out to take.")] = None
    dry_run: Annotated[bool, Field(description="Show the moves, and write nothing.")] = False
    basis: Annotated[
        str | None,
        Field(
            max_length=100,
            description="The basis of the preview that was agreed to: if anything has changed since, refuse.",
        ),
    ] = None


class PlanQuery(CallQuery):
    plan: PlanWord | None = None


class OffCall(CallBody):
    days: Annotated[
        list[Words], Field(min_length=1, max_length=200, description="Days, or ranges D..D.", examples=[["2026-08-01"]])
    ]
    remove: Annotated[bool, Field(description="Study on these days after all.")] = False
    plan: PlanWord | None = None
    dry_run: Annotated[bool, Field(description="Show the moves, and write nothing.")] = False


class HoursCall(CallBody):
    week: Annotated[WeekWords | Minutes | None, Field(description="The study hours; null: every day, without a limit.")]
    plan: PlanWord | None = None
    dry_run: Annotated[bool, Field(description="Show the moves, and write nothing.")] = False


@router.post("/replan", **described(MendedFacts, changes=True))
def replan(caller: Writer, sent: ReplanCall) -> Response:
    """Catch up after missed days, or show how."""
    if sent.dry_run and sent.basis is not None:
        raise UsageProblem("basis belongs to a replan that is written", hint="leave out basis or dry_run")
    if sent.days and sent.strategy != "shift":
        raise UsageProblem("days belong to the strategy shift")
    fields: RemedyFields = {
        "strategy": sent.strategy,
        "days": sent.days,
        "week": _read(sent.minutes),
        "hours": sent.hours,
        "leave_out": dict.fromkeys(sent.leave_out),
        "window": sent.window,
        "strict": sent.strict,
    }

    def act(planner: Planner) -> MendedFacts:
        if sent.exam is not None:
            fields["exam"], fields["exam_hour"] = day_and_hour(sent.exam, planner.queries.current_day())
        if sent.dry_run:
            return facts.of_mended(planner.replan.preview(None, sent.plan, take=sent.take, **fields))
        mended, _ = planner.replan.carry_out(None, sent.plan, take=sent.take, basis=sent.basis, **fields)
        return facts.of_mended(mended)

    return caller.change(sent, act)


@router.get("/off", **described(OffFacts))
def days_off(caller: Reader, asked: Annotated[PlanQuery, Query()]) -> Response:
    """The days off of the learner and of the running plans."""
    return answered(facts.of_off(*caller.planner.learners.get(plan=asked.plan)))


@router.post("/off", **described(AdjustedFacts, changes=True))
def take_off(caller: Writer, sent: OffCall) -> Response:
    """Take days off, for all plans or for one; the tasks on them move."""
    return caller.change(
        sent,
        lambda planner: facts.of_adjusted(
            planner.replan.set_off(sent.days, sent.plan, off=not sent.remove, write=not sent.dry_run)
        ),
    )


@router.get("/hours", **described(HoursInForceFacts))
def study_hours(caller: Reader, asked: Annotated[PlanQuery, Query()]) -> Response:
    """The study hours of the learner and of the running plans."""
    return answered(facts.of_hours(*caller.planner.learners.get(plan=asked.plan)))


@router.post("/hours", **described(AdjustedFacts, changes=True))
def set_hours(caller: Writer, sent: HoursCall) -> Response:
    """Set the study hours; tasks that no longer fit move."""
    wanted = _read(sent.week)
    return caller.change(
        sent,
        lambda planner: facts.of_adjusted(planner.replan.set_hours(wanted, sent.plan, write=not sent.dry_run)),
    )


def _read(minutes: str | int | None) -> Week | None:
    return week(None if minutes is None else str(minutes), None)
