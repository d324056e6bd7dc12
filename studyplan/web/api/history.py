"""Every change of data: listed, taken back, made again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from studyplan.presentation import facts
from studyplan.presentation.shapes import HistoryFacts, RedoneFacts, UndoneFacts
from studyplan.web.api.calls import CallQuery, PlanWord, Reader, Writer, answered, described
from studyplan.web.api.problems import PREFIX

if TYPE_CHECKING:
    from studyplan.planner import Planner

router = APIRouter(prefix=PREFIX, tags=["history"])


class HistoryQuery(CallQuery):
    plan: PlanWord | None = None
    limit: Annotated[int, Field(ge=1, le=1000, description="At most so many, the newest first.")] = 20


@router.get("/history", **described(HistoryFacts))
def history(caller: Reader, asked: Annotated[HistoryQuery, Query()]) -> Response:
    """The changes, newest first."""
    return answered(facts.of_history(caller.planner.history.batches(asked.limit, asked.plan)))


@router.post("/undo", **described(UndoneFacts, changes=True))
def undo(caller: Writer) -> Response:
    """Take back the newest change; repeated, the one before it."""

    def act(planner: Planner) -> UndoneFacts:
        batch = planner.history.undo()
        return {"undone": facts.of_batch(batch) if batch else None}

    return caller.change(None, act)


@router.post("/redo", **described(RedoneFacts, changes=True))
def redo(caller: Writer) -> Response:
    """Make the change again that was undone last."""

    def act(planner: Planner) -> RedoneFacts:
        batch = planner.history.redo()
        return {"redone": facts.of_batch(batch) if batch else None}

    return caller.change(None, act)
