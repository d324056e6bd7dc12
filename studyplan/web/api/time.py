"""Time: the timer, and the log of time spent."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Response
from pydantic import Field

from studyplan.errors import UsageProblem
from studyplan.presentation import facts
from studyplan.presentation.shapes import LogFacts, RemovedEntriesFacts, SittingFacts, WatchFacts
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
    refs_of,
)
from studyplan.web.api.problems import PREFIX

router = APIRouter(prefix=PREFIX, tags=["time"])

_Entry = Annotated[int, Path(ge=1, le=2**31 - 1, description="The number of an entry of the log.")]
_Past = Annotated[Day | None, Field(description="The day on which it was; today if it is left out.")]


class TimerCall(CallBody):
    task: Annotated[Words, Field(description="The task to time.", examples=["1"])]


class StopCall(CallBody):
    minutes: Annotated[Minutes | None, Field(description="Record this instead of the time measured.")] = None
    done: Annotated[bool, Field(description="Mark the task done as well.")] = False
    long: Annotated[bool, Field(description="Record it though it ran for many hours.")] = False


class LogQuery(CallQuery):
    plan: PlanWord | None = None
    task: list[Words] = Field(default=[], max_length=100, description="Only of these tasks.")
    first: Annotated[Day | None, Field(alias="from", description="Only of this day and later.")] = None
    until: Annotated[Day | None, Field(description="Only of this day and earlier.")] = None


class LogCall(CallBody):
    task: Annotated[Words, Field(examples=["1"])]
    minutes: Minutes
    date: _Past = None


class EntryCall(CallBody):
    minutes: Minutes | None = None
    date: Day | None = None


@router.get("/timer", **described(WatchFacts))
def timer(caller: Reader) -> Response:
    """The timer that runs, if one does."""
    return answered(facts.of_watch(caller.planner.timer.running()))


@router.post("/timer:start", **described(WatchFacts, changes=True))
def start(caller: Writer, sent: TimerCall) -> Response:
    """Start timing a task."""
    named = refs_of(sent.task)
    if len(named) > 1:
        raise UsageProblem("only one task can be timed")
    return caller.change(sent, lambda planner: facts.of_watch(planner.timer.start(named[0])))


@router.post("/timer:stop", **described(SittingFacts, changes=True))
def stop(caller: Writer, sent: Annotated[StopCall | None, Body()] = None) -> Response:
    """Stop the timer and record its minutes."""
    sent = sent or StopCall()
    return caller.change(
        sent,
        lambda planner: facts.of_sitting(planner.timer.stop(minutes=sent.minutes, long=sent.long, done=sent.done)),
    )


@router.post("/timer:cancel", **described(WatchFacts, changes=True))
def cancel(caller: Writer) -> Response:
    """Discard the timer."""
    return caller.change(None, lambda planner: facts.of_watch(planner.timer.cancel()))


@router.get("/log", **described(LogFacts))
def log(caller: Reader, asked: Annotated[LogQuery, Query()]) -> Response:
    """The time spent, day by day."""
    named = tuple(ref for word in asked.task for ref in refs_of(word))
    found = caller.planner.timer.log(named, plan=asked.plan, first=asked.first, last=asked.until)
    return answered(facts.of_log(found))


@router.post("/log", **described(SittingFacts, changes=True))
def record(caller: Writer, sent: LogCall) -> Response:
    """Record time afterwards."""
    named = refs_of(sent.task)
    if len(named) > 1:
        raise UsageProblem("time is recorded for one task")
    return caller.change(
        sent, lambda planner: facts.of_sitting(planner.timer.add(named[0], sent.minutes, on=sent.date))
    )


@router.post("/log/{entry}:edit", **described(SittingFacts, changes=True))
def edit(caller: Writer, entry: _Entry, sent: EntryCall) -> Response:
    """Correct an entry of the log."""
    if sent.minutes is None and sent.date is None:
        raise UsageProblem("there is nothing to change")
    return caller.change(
        sent, lambda planner: facts.of_sitting(planner.timer.edit(entry, minutes=sent.minutes, on=sent.date))
    )


@router.post("/log/{entry}:remove", **described(RemovedEntriesFacts, changes=True))
def remove(caller: Writer, entry: _Entry) -> Response:
    """Take an entry out of the log."""
    return caller.change(None, lambda planner: facts.of_removed_entries(planner.timer.remove(entry)))
