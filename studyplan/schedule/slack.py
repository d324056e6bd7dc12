"""Slack: how many coming study days in a row the learner can miss and still catch up. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from studyplan.schedule.catchup import CatchUp
from studyplan.schedule.standing import Standing, View


def slack(standing: Standing, most: int | None = None) -> int:
    """The most coming study days, today included, that can be missed entirely and still be caught up.

    -1 where even today it cannot be caught up. Counted down from all that are left, since pins can make a later day the
    easier one; most of what is hopeless shows at once by its minutes. ``most``: what is known to be the most that it can be.
    """
    view = View(standing)
    days = len(view.ahead) if most is None else min(most, len(view.ahead))
    return next((count for count in range(days, -1, -1) if can_miss(standing, view, count)), -1)


def can_miss(standing: Standing, view: View, study_days: int) -> bool:
    """Whether catch up finds a way once the coming study days have passed with nothing done."""
    if not study_days:
        return CatchUp(view).feasible()
    if study_days < len(view.ahead):
        today = view.ahead[study_days]
    else:
        today = view.ahead[-1] + timedelta(days=1)
    return CatchUp(View(replace(standing, today=today, spent_today=0))).feasible()
