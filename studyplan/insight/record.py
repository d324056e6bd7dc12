"""A plan's record on a day: its tasks, when each was done, its earlier days, and the minutes of the plan's days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from studyplan.model import Kind, Status, Task

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A plan as its figures are drawn from.

    ``today`` is not over: no figure counts it as missed. ``rooms``: the minutes of every day from ``start`` to as far as a
    forecast may look; 0 where nothing is studied, those of the plan's fullest day where no ceiling was named. ``tasks``: all pieces, of any status.
    ``done_on``: the study day of each that is done, by number. ``sat_on``: the days of sittings, whatever came of them. ``moved``: for each piece that changed its day, when it did
    and the day it had before, oldest first.
    """

    today: date
    start: date
    end: date
    exam: date | None
    rooms: Mapping[date, int]
    tasks: tuple[Task, ...]
    done_on: Mapping[int, date]
    sat_on: frozenset[date] = frozenset()
    moved: Mapping[int, tuple[tuple[date, date], ...]] = field(default_factory=dict)

    @property
    def work(self) -> list[Task]:
        """The tasks to study: without exams and what was skipped or removed."""
        return [t for t in self.tasks if t.exists and t.kind is not Kind.EXAM and t.status is not Status.SKIPPED]

    @property
    def open(self) -> list[Task]:
        return [t for t in self.work if t.status is Status.OPEN]

    @property
    def deadline(self) -> date:
        """The last day on which to finish in time: the eve of the exam, or the plan's last where there is none."""
        return self.exam - DAY if self.exam else self.end

    def due(self, task: Task, on: date) -> date:
        """The day that the task had when ``on`` was over: replans since then are forgotten."""
        return next((before for when, before in self.moved.get(task.number, ()) if when > on), task.date)

    def is_over(self, task: Task, on: date) -> bool:
        """Whether the task was done when ``on`` was over."""
        done = self.done_on.get(task.number)
        return done is not None and done <= on

    def is_study_day(self, day: date) -> bool:
        """Whether the learner meant to study then: not on an exam day or a planned day off."""
        return self.rooms.get(day, 0) != 0 and day != self.exam

    def days(self, first: date, last: date) -> Iterable[date]:
        return (first + n * DAY for n in range((last - first).days + 1))
