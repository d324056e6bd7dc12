"""Days as the sheets of a calendar: months of weeks of seven squares, Monday first. Pure."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studyplan.model import Day, Task


@dataclass(slots=True)
class Square:
    """A day of a sheet. ``is_inside``: whether the plan has it; ``role``: what the plan has it for, where it has it."""

    day: date
    is_inside: bool
    role: str = ""
    tasks: list[Task] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        return sum(task.minutes for task in self.tasks)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A month: its first day, and its weeks; a day of another month is None."""

    first: date
    weeks: tuple[tuple[Square | None, ...], ...]

    @property
    def busy(self) -> list[Square]:
        """The days that hold a task."""
        return [each for week in self.weeks for each in week if each is not None and each.tasks]


def sheets(days: Iterable[Day], tasks: Iterable[Task]) -> list[Sheet]:
    """The months that the days of a plan lie in, each day with its tasks."""
    roles = {day.date: day.role.value for day in days}
    if not roles:
        return []
    on = _by_day(tasks)
    found = []
    first, last = min(roles).replace(day=1), max(roles)
    while first <= last:
        weeks = tuple(
            week
            for week in _weeks(first, roles, on)
            if any(square is not None and min(roles) <= square.day <= last for square in week)
        )
        found.append(Sheet(first, weeks))
        first = (first + timedelta(days=31)).replace(day=1)
    return found


def sheet(month: date, plans: Iterable[Iterable[Day]], tasks: Iterable[Task]) -> Sheet:
    """One month, with the days of several plans together: what one of them studies on is no day off."""
    roles: dict[date, str] = {}
    for days in plans:
        for day in days:
            if roles.get(day.date, "off") == "off" or day.role.value == "exam":
                roles[day.date] = day.role.value
    first = month.replace(day=1)
    return Sheet(first, tuple(_weeks(first, roles, _by_day(tasks))))


def _by_day(tasks: Iterable[Task]) -> dict[date, list[Task]]:
    on: dict[date, list[Task]] = {}
    for task in tasks:
        on.setdefault(task.date, []).append(task)
    return on


def _weeks(
    first: date, roles: Mapping[date, str], on: Mapping[date, list[Task]]
) -> Iterator[tuple[Square | None, ...]]:
    for week in Calendar().monthdatescalendar(first.year, first.month):
        yield tuple(
            Square(day, day in roles, roles.get(day, ""), on.get(day, [])) if day.month == first.month else None
            for day in week
        )
