"""The form of a replan: fields read into a remedy, and a remedy written back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studyplan.errors import UsageProblem
from studyplan.notation import week, week_text
from studyplan.rules.replan_offers import Remedy
from studyplan.web.start_form import exam_of, week_fields, week_of

if TYPE_CHECKING:
    from datetime import date

    from studyplan.web.request import SentForm

#: The ways to replan, as the form names them.
STRATEGIES = ("catch-up", "even", "shift")


def remedy_of(form: SentForm, today: date) -> Remedy:
    """How a form asks to replan. Raises UsageProblem for what cannot be read."""
    strategy = form.text("how") or STRATEGIES[0]
    if strategy not in STRATEGIES:
        raise UsageProblem("there is no such way to replan", hint="choose one of those that the page has")
    days = form.whole("days") or 0
    exam, hour = exam_of(form, today)
    return Remedy(
        strategy,
        days if strategy == "shift" else 0,
        exam,
        hour,
        week_of(form),
        week(form.text("hours"), None) if form.has("hours") else None,
        leave_out=tuple(dict.fromkeys(form.texts("leave_out"))),
        window=form.text("window") or None,
    )


def fields_of(remedy: Remedy) -> list[tuple[str, str]]:
    """The fields that ask for this replan; those that are empty are left out."""
    fields = [
        ("how", remedy.strategy),
        ("days", str(remedy.days or "")),
        ("exam", str(remedy.exam or "")),
        ("exam_hour", f"{remedy.exam_hour:%H:%M}" if remedy.exam_hour else ""),
        *week_fields(remedy.week).items(),
        ("hours", week_text(remedy.hours) if remedy.hours else ""),
        *(("leave_out", id) for id in remedy.leave_out),
        ("window", remedy.window or ""),
    ]
    return [(name, text) for name, text in fields if text]
