"""Plans: start, list, rename, finish and drop them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field

from studyplan.notation import day_and_hour, week
from studyplan.presentation import facts
from studyplan.presentation.shapes import DraftFacts, FinishedPlanFacts, OnePlanFacts, PlansFacts
from studyplan.web.api.calls import CallBody, Day, Minutes, PlanWord, Reader, Words, Writer, answered, described
from studyplan.web.api.problems import PREFIX

if TYPE_CHECKING:
    from studyplan.planner import Planner
    from studyplan.planner.keywords import StartFields

router = APIRouter(prefix=PREFIX, tags=["plans"])

#: A template by its id alone: a path would name a file of the server.
TemplateId = Annotated[str, Field(max_length=64, pattern="^[A-Za-z0-9][A-Za-z0-9_-]*$", examples=["foundations"])]
#: Minutes or hours of the week, as people write them.
WeekWords = Annotated[
    str,
    Field(
        min_length=1,
        max_length=300,
        description="60, mon-fri=60,sat=120 or mon-fri=19:00-20:30.",
        examples=["mon-fri=60"],
    ),
]
_PlanInPath = Annotated[
    str, Path(min_length=1, max_length=200, description="A plan, by name or number.", examples=["1"])
]


class StartCall(CallBody):
    template: Annotated[TemplateId, Field(description="The id of a template; blank for an empty plan.")]
    date: Annotated[Day | None, Field(description="The first day; today if it is left out.")] = None
    days: Annotated[int | None, Field(ge=-100_000, le=100_000, description="Days in all, the exam's included.")] = None
    exam: Annotated[Day | None, Field(description="The exam's day, with its hour if you like: 2026-12-30T10:00.")] = (
        None
    )
    window: Annotated[Words | None, Field(description="A window of the template.")] = None
    weekdays: Annotated[Words | None, Field(description="Study on these days: mon-fri, or mon,wed,sat.")] = None
    minutes: Annotated[WeekWords | Minutes | None, Field(description="At most so long a day.")] = None
    hours: Annotated[WeekWords | None, Field(description="Longer hours over all plans.")] = None
    off: list[Words] = Field(default=[], max_length=200, description="Days off, or ranges D..D.")
    holidays: Annotated[Words | None, Field(description="A region whose public holidays are off: DE, DE-BE.")] = None
    paths: list[Words] = Field(default=[], max_length=200, description="Electives, by id.")
    leave_out: list[Words] = Field(default=[], max_length=200, description="Tasks of the template to leave out, by id.")
    name: Annotated[Words | None, Field(description="The plan's name; the template's id if it is left out.")] = None
    retake: Annotated[
        PlanWord | None, Field(description="A plan to take again: what it showed you know is shortened.")
    ] = None
    take: Annotated[int | None, Field(ge=1, le=1000, description="If not everything fits, the way out to take.")] = None
    dry_run: Annotated[bool, Field(description="Show the plan, and write nothing.")] = False


class RenameCall(CallBody):
    name: Words


@router.get("/plans", **described(PlansFacts))
def plans(caller: Reader) -> Response:
    """The plans, running and ended."""
    return answered(facts.of_plans(caller.planner.queries.plans()))


@router.post("/plans", **described(DraftFacts, changes=True))
def start(caller: Writer, sent: StartCall) -> Response:
    """Start a plan from a template, or show the plan that it would be."""
    minutes = str(sent.minutes) if isinstance(sent.minutes, int) else sent.minutes
    fields: StartFields = {
        "start": sent.date,
        "days": sent.days,
        "window": sent.window,
        "week": week(minutes, sent.weekdays),
        "hours": sent.hours,
        "off": sent.off,
        "holidays": sent.holidays,
        "paths": dict.fromkeys(sent.paths),
        "leave_out": dict.fromkeys(sent.leave_out),
        "name": sent.name,
        "retake": sent.retake,
    }

    def act(planner: Planner) -> DraftFacts:
        if sent.exam is not None:
            fields["exam"], fields["exam_hour"] = day_and_hour(sent.exam, planner.queries.current_day())
        begin = planner.plans.preview if sent.dry_run else planner.plans.start
        return facts.of_draft(begin(sent.template, take=sent.take, **fields))

    return caller.change(sent, act)


@router.post("/plans/{plan}:rename", **described(OnePlanFacts, changes=True))
def rename(caller: Writer, plan: _PlanInPath, sent: RenameCall) -> Response:
    """Rename a plan."""

    def act(planner: Planner) -> OnePlanFacts:
        changed = planner.plans.rename(plan, sent.name)
        return {"plan": facts.of_plan(changed.plans[0], changed.learner)}

    return caller.change(sent, act)


@router.post("/plans/{plan}:finish", **described(FinishedPlanFacts, changes=True))
def finish(caller: Writer, plan: _PlanInPath) -> Response:
    """Finish a plan that is over; tasks still open stay as they are."""

    def act(planner: Planner) -> FinishedPlanFacts:
        changed = planner.plans.finish(plan)
        ended = changed.plans[0]
        return facts.of_finished(ended, planner.plans.get(ended.number), changed.batch)

    return caller.change(None, act)


@router.post("/plans/{plan}:drop", **described(OnePlanFacts, changes=True))
def drop(caller: Writer, plan: _PlanInPath) -> Response:
    """Abandon a plan; an undo brings it back."""

    def act(planner: Planner) -> OnePlanFacts:
        changed = planner.plans.drop(plan)
        return {"plan": facts.of_plan(changed.plans[0], changed.learner)}

    return caller.change(None, act)
