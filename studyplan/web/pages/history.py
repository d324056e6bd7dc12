"""What was changed, and its undoing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Query, Response

from studyplan.presentation.change_words import changed_lines
from studyplan.presentation.language import gettext as _
from studyplan.presentation.phrases import capitalised
from studyplan.web.action_words import action_text
from studyplan.web.rendering import day_text, render, see_other
from studyplan.web.request import Here, Sent

if TYPE_CHECKING:
    from studyplan.model import Batch

router = APIRouter()

#: Changes on a page, and the largest number of one that a database holds.
_AT_ONCE, _LARGEST = 20, (1 << 31) - 1


@router.get("/history")
def history(visitor: Here, before: int | None = Query(None, ge=1, le=_LARGEST), plan: str = "") -> Response:
    """The changes, newest first."""
    planner = visitor.planner
    page = planner.history.page(_AT_ONCE, before, plan or None)
    clock = planner.clock.at(page.zone)
    rows = [
        {
            "batch": batch,
            "action": _action(batch),
            "at": clock.wall(batch.at),
            "lines": changed_lines(batch, page.tasks, page.plans, day_text),
        }
        for batch in page.batches
    ]
    plans = [each for each in page.plans.values() if each.exists]
    return render(visitor, "history.html", page=page, rows=rows, plans=plans, plan=plan, is_first=before is None)


def _action(batch: Batch) -> str:
    action = action_text(batch.action)
    if batch.kind == "undo":
        return _("Taken back: %(action)s") % {"action": action}
    if batch.kind == "redo":
        return _("Done again: %(action)s") % {"action": action}
    return capitalised(action)


@router.post("/history/undo")
def undo(visitor: Here, form: Sent) -> Response:
    """Take back the change that stood on the page as the newest."""
    batch = visitor.planner.history.undo(form.whole("batch"))
    visitor.tell(
        _("There is nothing to undo.")
        if batch is None
        else _("Taken back: %(action)s") % {"action": action_text(batch.action)}
    )
    return see_other("/history")


@router.post("/history/redo")
def redo(visitor: Here, form: Sent) -> Response:
    """Make the change again that stood on the page as the one taken back last."""
    batch = visitor.planner.history.redo(form.whole("batch"))
    visitor.tell(
        _("There is nothing to redo.")
        if batch is None
        else _("Done again: %(action)s") % {"action": action_text(batch.action)}
    )
    return see_other("/history")
