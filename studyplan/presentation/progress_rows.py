"""The figures that charts of progress draw, as rows of a table or a sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from studyplan.insight import Point


def weekly(points: Sequence[Point], today: date) -> list[Point]:
    """The points of a burn-up at the end of each week so far, and the last one."""
    return [
        point
        for point in points
        if point.done is not None and (point.day.weekday() == 6 or point.day in (today, points[-1].day))
    ]


def monthly(studied: Mapping[date, int]) -> list[tuple[date, int, int]]:
    """Each month with study, by its first day: the days of study, and the minutes."""
    found: dict[date, list[int]] = {}
    for day, minutes in studied.items():
        found.setdefault(day.replace(day=1), []).append(minutes)
    return [(month, len(all_minutes), sum(all_minutes)) for month, all_minutes in found.items()]
