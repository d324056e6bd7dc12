"""Everything open, flowing forward in curriculum order: the way to catch up where moving a few pieces is not enough. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from studyplan.model import MIN_PIECE, STEP, Role, Task
from studyplan.schedule.flow import Flow, Reach, Stream, earliest, flow
from studyplan.schedule.moves import Target
from studyplan.schedule.standing import is_session

if TYPE_CHECKING:
    from studyplan.schedule.catchup import CatchUp

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Found:
    """A way to catch up; ``exact`` where it is proved to be the best of its kind."""

    target: Target
    exact: bool


def _is_odd(stream: Stream) -> bool:
    """Whether a piece has a length that no new cut would make."""
    shortest = stream.shortest if len(stream.pieces) > 1 else STEP
    return any(minutes < shortest or minutes % STEP for _, minutes in stream.pieces)


class Line:
    """All that is open in one line: the streams that flow, what stays fixed between them, and the days that take them."""

    def __init__(self, search: CatchUp, *, with_reviews: bool, freed: frozenset[int]) -> None:
        view = self.view = search.view
        self.search = search
        self.held = search.theirs - freed
        self.sessions = [
            task
            for task in view.open
            if is_session(task) and task.number not in search.fixed and task.number not in self.held
        ]
        flowing, fixed = list[Task](), list[Task]()
        sessions = {task.number for task in self.sessions}
        for task in view.open:
            stays = task.number in self.held
            if task.number in search.fixed or task.number in sessions or (task.anchor is not None and not stays):
                continue
            (fixed if stays else flowing).append(task)
        self.rows: dict[str, list[Task]] = {}
        for task in flowing:
            self.rows.setdefault(task.task, []).append(task)
        self.place = {id: k for k, id in enumerate(self.rows)}
        self.load = view.loads(fixed)
        for task in view.open:
            day = search.fixed.get(task.number)
            if day is not None:
                self.load[day] += task.minutes
        if with_reviews:
            self.load += view.loads(task for task in self.sessions if task.number not in search.must)
        self.pins = {task: task.date for task in fixed}
        self.late: list[Task] = []
        self._study = [day for day in view.ahead if day != view.eve]
        self._whole = [self._stream(id, rows) for id, rows in self.rows.items()]
        self._due_of: dict[int, int] = {}
        self.days: dict[Task, date] | None = self._anchor_days()

    def _stream(self, id: str, rows: Sequence[Task]) -> Stream:
        """What is open of a task. What is longer than the fullest day is cut whatever it says; a mock or a quiz stands for all of
        such a day instead."""
        view = self.view
        pieces = tuple((row.date, view.needs(row)) for row in rows)
        is_long = sum(minutes for _, minutes in pieces) > view.fullest > 0
        splittable = len(rows) > 1 or rows[0].splittable or is_long
        if not is_long:
            return Stream(id, pieces, splittable)
        size = sum(minutes for _, minutes in pieces)
        count = -(-size // max(STEP, view.fullest // STEP * STEP))
        return Stream(id, pieces, splittable, shortest=max(STEP, min(MIN_PIECE, size // count // STEP * STEP)))

    # --- where the anchored tasks sit ----------------------------------------------------------------------------

    def _anchor_days(self) -> dict[Task, date] | None:
        """A day for each anchored task by which all it comes after can have ended; None if there is none."""
        search, view = self.search, self.view
        tasks = [task for task in view.open if task.anchor is not None and task.number not in self.held]
        tasks = view.in_anchor_order([task for task in tasks if task not in self.pins])
        days = {task: task.date for task in tasks if task.number not in search.must}
        if not search.must.keys() & {task.number for task in tasks} and not view.exam_moved and self._keeps(days):
            return days
        moved: dict[str, date] = {}
        for task in tasks:
            wish = search.wish(task, moved)
            waits = wish is None
            stayed = days.pop(task, None)
            if wish is None:
                assert stayed is not None
                wish = [stayed, *(day for day in view.ahead if day > stayed)]
            first = max((days.get(t, self.pins.get(t, date.min)) for t in view.after_of(task)), default=date.min)
            first = max(first, self._ready(task, days))
            behind = [
                self.pins[t] for t in view.followers.get(task.number, ()) if t in self.pins and t.date >= task.date
            ]
            last = min(behind, default=date.max)
            load = self._load(days)
            for day in wish:
                known = {**days, task: day}
                ok = day == stayed or view.has_room_for_anchored(task, load, day)
                if ok and first <= day <= last and self._ends_by(task, known):
                    break
            else:
                return None
            days[task] = day
            if day != task.date:
                moved[task.task] = day
                if waits:
                    self.late.append(task)
        return days

    def _keeps(self, days: Mapping[Task, date]) -> bool:
        ends = self._ends(days, len(self._whole))
        return all(
            not (due := self._due(task)) or (due <= len(ends) and ends[due - 1] <= day) for task, day in days.items()
        )

    def _ends_by(self, task: Task, days: Mapping[Task, date]) -> bool:
        return self._ready(task, days) <= days[task]

    def _ready(self, task: Task, days: Mapping[Task, date]) -> date:
        """The day by which all that an anchored task comes after can have ended; never where it cannot."""
        due = self._due(task)
        if not due:
            return date.min
        ends = self._ends(days, due)
        return ends[-1] if len(ends) == due else date.max

    def _ends(self, days: Mapping[Task, date], count: int) -> Sequence[date]:
        """The earliest ends of the first streams."""
        load = self._load(days)
        reaches = [Reach(day, self.view.room(load, day)) for day in self._study]
        return earliest(self.streams(days, count), reaches).ends

    def _due(self, task: Task) -> int:
        """How many of the streams an anchored task comes after; what was out of order before does not count."""
        if task.number not in self._due_of:
            must = self.search.must
            self._due_of[task.number] = max(
                (
                    self.place[id] + 1
                    for id in task.after
                    if id in self.place
                    and (
                        task.number in must or all(row.number in must or row.date <= task.date for row in self.rows[id])
                    )
                ),
                default=0,
            )
        return self._due_of[task.number]

    # --- the line and the days -----------------------------------------------------------------------------------

    def _load(self, days: Mapping[Task, date]) -> Counter[date]:
        load = self.load.copy()
        for task, day in days.items():
            load[day] += task.minutes
        return load

    def streams(self, days: Mapping[Task, date], count: int | None = None) -> list[Stream]:
        """The streams, or the first of them, each waiting for the anchored tasks that it comes after."""
        anchored = {task.task: (task, day) for task, day in (*self.pins.items(), *days.items())}
        streams = self._whole[:count]
        for k, stream in enumerate(streams):
            rows = self.rows[stream.id]
            waits = [anchored[id] for id in rows[0].after if id in anchored]
            before = [day for task, day in waits if all(row.date >= task.date for row in rows)]
            if before:
                streams[k] = replace(stream, not_before=max(before))
        return streams

    def reaches(self, days: Mapping[Task, date]) -> list[Reach]:
        view = self.view
        load = self._load(days)
        base, due = Counter[date](), Counter[date]()
        study = self._study
        for task, day in (*self.pins.items(), *days.items()):
            base[day] += task.minutes
            by = [each for each in study if each <= day - _DAY * is_session(task)]
            if by:
                due[by[-1]] = max(due[by[-1]], self._due(task))
            elif self._due(task):
                return []
        weight = {day: view.capacity(day) for day in study if view.days[day].role is Role.MATERIAL}
        total = sum(row.minutes for rows in self.rows.values() for row in rows) + sum(base[day] for day in weight)
        per = total / sum(weight.values()) if any(weight.values()) else 0.0
        return [Reach(day, view.room(load, day), base[day], weight.get(day, 0) * per, due[day]) for day in study]

    # --- answers -------------------------------------------------------------------------------------------------

    def flows(self) -> bool:
        """Whether there is a flow. Only odd pieces take a search to tell."""
        if self.days is None:
            return False
        if not self.short():
            return True
        return any(map(_is_odd, self._whole)) and self.best() is not None

    def short(self) -> int:
        """Minutes that do not fit."""
        days = self.days or {}
        return earliest(self.streams(days), self.reaches(days)).short

    def best(self) -> Found | None:
        if self.days is None:
            return None
        found = flow(self.streams(self.days), self.reaches(self.days))
        return None if found is None else self._outcome(found)

    def _outcome(self, found: Flow) -> Found | None:
        view, search = self.view, self.search
        assert self.days is not None
        target = Target()
        whole: dict[int, date | None] = dict(search.fixed)
        whole |= {task.number: day for task, day in self.days.items() if day != task.date}
        target.put(view, whole)
        for rows, pieces in zip(self.rows.values(), found.pieces, strict=True):
            if len(rows) == len(pieces) == 1:
                pieces = ((pieces[0][0], rows[0].minutes),)
            if [(row.date, row.minutes) for row in rows] != list(pieces):
                target.recut(view, rows, pieces)
        target.because |= search.reasons({task.number: day for task, day in self.days.items() if task not in self.late})
        search.settle(target, self.sessions)
        target.put_back(view)
        return Found(target, True)
