"""Learners made of dice, with a pace and missed days that nobody is told: what a forecast is held against.

Population and seeds were fixed before any forecast of studyplan had been run on them. ``DEVELOPMENT`` is there to work
with; ``EVALUATION`` makes the table of docs/explanation/forecast.md and nothing else. What a learner is like is drawn here:

- a task takes its estimate times a pace of the learner (median 1.2, a spread of 25 %), times one of the kind of task (15 %),
  times the task's own luck (30 %);
- a used day has its minutes times a diligence of the learner (0.85 to 1.15), times the day's luck (25 %);
- a study day is missed by a chance of 3 to 35 %; half of the learners miss their days in runs of two and a half on
  average, and for one in five the chance grows, to double at the end of the plan;
- what is due or late is done in the plan's order; one learner in three goes on with what comes next while minutes are left;
- half of them replan in the morning when something is late, as `studyplan replan` does;
- one in four never says how long a task took, the others say it of 30 to 100 % of their tasks, in steps of five.

Four populations differ in what becomes of that, so that no forecast can be right by knowing how learners are:

- ``steady``: as above, and none has a growing chance of missing days;
- ``slowing``: the minutes of a used day fall evenly, by 60 % until the plan's end; they begin higher, so that the mean is that of
  ``steady``;
- ``bursts``: a third to a half of the days are missed, in runs of four on average, and a used day has half as much again;
- ``surge``: from a point in the last 15 to 30 % of the window on, no day is missed and a used one has 1.3 to 2 times its
  minutes, until the exam;
- ``mixed``: as above, the first population that there was.

After the exam they go on as before until all is done, so that a late finish has a date too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from math import exp
from random import Random

from living_plan import mended, shipped

from studyplan.errors import DoesNotFit
from studyplan.model import Kind, Role, Status, Task
from studyplan.schedule.replan import Standing, catch_up

DEVELOPMENT = 20260711
EVALUATION = 20261128
POPULATIONS = ("steady", "slowing", "bursts", "surge", "mixed")

DAY = timedelta(days=1)


def _every_day(minutes: int) -> Callable[[date], int]:
    return lambda day: minutes


def _week(workday: int, saturday: int) -> Callable[[date], int]:
    return lambda day: (workday, saturday, 0)[max(0, day.weekday() - 4)]


#: Template, window, and the minutes that a day has.
COURSES: tuple[tuple[str, str, Callable[[date], int]], ...] = (
    ("foundations", "month", _every_day(90)),
    ("foundations", "month", _week(120, 180)),
    ("foundations", "full", _every_day(90)),
    ("practitioner", "month", _every_day(120)),
)
#: The parts of the window after which the forecast is asked.
MOMENTS = (1 / 3, 1 / 2, 2 / 3)


@dataclass(frozen=True)
class Nature:
    """What is hidden."""

    pace: float
    kinds: Mapping[Kind, float]
    diligence: float
    miss: float
    run: float
    fading: bool
    eager: bool
    replans: bool
    tells: float
    #: The share of a day's minutes that is gone by the plan's end.
    slows: float = 0.0
    #: The part of the window after which a push begins, and how many times its minutes a day then has.
    push: tuple[float, float] = (1.0, 1.0)

    @classmethod
    def of(cls, population: str, dice: Random) -> Nature:
        nature = cls.drawn(dice)
        if population == "mixed":
            return nature
        nature = replace(nature, fading=False)
        if population == "slowing":
            return replace(nature, slows=0.6)
        if population == "bursts":
            return replace(nature, miss=dice.uniform(1 / 3, 1 / 2), run=4.0, diligence=1.5 * nature.diligence)
        if population == "surge":
            return replace(nature, push=(dice.uniform(0.7, 0.85), dice.uniform(1.3, 2.0)))
        return nature

    def minutes(self, part: float) -> float:
        """The minutes of a used day, as a share of the day's, when this part of the window is over."""
        pushes = self.push[1] if self.push[0] <= part <= 1 else 1.0
        return self.diligence * (1 - self.slows * min(1.0, part)) / (1 - self.slows / 2) * pushes

    @classmethod
    def drawn(cls, dice: Random) -> Nature:
        miss = dice.uniform(0.03, 0.35)
        return cls(
            pace=1.2 * exp(dice.gauss(0, 0.25)),
            kinds={kind: exp(dice.gauss(0, 0.15)) for kind in Kind},
            diligence=dice.uniform(0.85, 1.15),
            miss=miss,
            run=2.5 if dice.random() < 0.5 else 1 / (1 - miss),
            fading=dice.random() < 0.2,
            eager=dice.random() < 1 / 3,
            replans=dice.random() < 0.5,
            tells=0.0 if dice.random() < 0.25 else dice.uniform(0.3, 1.0),
        )


@dataclass(frozen=True)
class Snapshot:
    """All that is known on a morning, and what came of it. ``rooms``: the minutes of each day up to the last simulated."""

    today: date
    start: date
    end: date
    exam: date | None
    rooms: Mapping[date, int]
    tasks: tuple[Task, ...]
    done_on: Mapping[int, date]
    #: For each piece that a replan moved: when, and the day it had before.
    moved: Mapping[int, tuple[tuple[date, date], ...]]
    #: The day on which the last task was done; the day after the last simulated where it never was.
    finish: date

    @property
    def deadline(self) -> date:
        """The last day on which to finish by the exam."""
        return self.exam - DAY if self.exam else self.end

    @property
    def never(self) -> date:
        """The day after the last simulated."""
        return max(self.rooms) + DAY

    @property
    def moment(self) -> float:
        """The part of the window that was over, one of MOMENTS."""
        gone, length = (self.today - self.start).days, (self.end - self.start).days + 1
        return min(MOMENTS, key=lambda part: abs(part - gone / length))

    @property
    def open(self) -> list[Task]:
        return [t for t in self.tasks if t.exists and t.status is Status.OPEN and t.kind is not Kind.EXAM]


@dataclass
class Life:
    """One learner with one plan, from the first day to the end."""

    nature: Nature
    dice: Random
    standing: Standing
    rooms: Mapping[date, int]
    done_on: dict[int, date] = field(default_factory=dict)
    moved: dict[int, tuple[tuple[date, date], ...]] = field(default_factory=dict)
    _left: dict[int, float] = field(default_factory=dict)
    _luck: dict[int, float] = field(default_factory=dict)
    _missed: bool = False

    def days(self) -> Iterator[date]:
        """Each morning, before anything is done; the caller may look at the state."""
        last = self.standing.days[-1].date
        for day in self.rooms:
            yield day
            if not self._open():
                return
            if self.rooms[day] == 0 or day == self.exam or self._is_missed(day):
                continue
            if self.nature.replans and day <= last:
                self._replan(day)
            self._work(day)

    @property
    def exam(self) -> date | None:
        return next((day.date for day in self.standing.days if day.role is Role.EXAM), None)

    def _open(self) -> list[Task]:
        return [t for t in self.standing.tasks if t.exists and t.status is Status.OPEN and t.kind is not Kind.EXAM]

    def _part(self, day: date) -> float:
        """The part of the window that is over."""
        first, last = self.standing.days[0].date, self.standing.days[-1].date
        return (day - first) / (last - first)

    def _is_missed(self, day: date) -> bool:
        part, chance = self._part(day), self.nature.miss
        if self.nature.push[0] <= part <= 1:
            chance = 0.0
        if self.nature.fading:
            chance = min(0.8, chance * (1 + min(1.0, part)))
        again = 1 - 1 / self.nature.run
        begins = min(1.0, chance * (1 - again) / (1 - chance))
        self._missed = self.dice.random() < (again if self._missed else begins)
        return self._missed

    def _replan(self, day: date) -> None:
        if any(t.date < day for t in self._open()):
            standing = replace(self.standing, today=day, spent_today=0)
            try:
                mending = catch_up(standing)
                self.standing = mended(standing, mending)
                for move in mending.moves:
                    if move.number is not None and move.before is not None and move.before != move.after:
                        earlier = self.moved.get(move.number, ())
                        self.moved[move.number] = (*earlier, (day, move.before))
            except DoesNotFit:
                self.standing = standing

    def _work(self, day: date) -> None:
        minutes = self.rooms[day] * self.nature.minutes(self._part(day)) * exp(self.dice.gauss(0, 0.25))
        for row in sorted(self._open(), key=lambda t: (max(t.date, day), t.date, t.position, t.part)):
            if row.date > day and (not self.nature.eager or row.anchor is not None or row.kind is Kind.REVIEW):
                continue
            takes = row.minutes * self._ratio(row)
            spent = self._left.get(row.number, 0.0)
            if spent + minutes < takes:
                self._left[row.number] = spent + minutes
                return
            minutes -= takes - spent
            self._finish(row, day, takes)

    def _ratio(self, row: Task) -> float:
        if row.number not in self._luck:
            self._luck[row.number] = exp(self.dice.gauss(0, 0.3))
        return self.nature.pace * self.nature.kinds[row.kind] * self._luck[row.number]

    def _finish(self, row: Task, day: date, takes: float) -> None:
        told = max(5, round(takes / 5) * 5) if self.dice.random() < self.nature.tells else None
        at = datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
        done = replace(row, status=Status.DONE, done_at=at, spent_minutes=told)
        rows = tuple(done if t.number == row.number else t for t in self.standing.tasks)
        self.standing = replace(self.standing, tasks=rows)
        self.done_on[row.number] = day


@cache
def _course(number: int) -> Standing:
    return shipped(*COURSES[number])


def snapshots(seed: int, learners: int, population: str = "mixed") -> list[Snapshot]:
    """What is known of each learner at each moment, and when they finished; those who have finished by then are left out."""
    found: list[Snapshot] = []
    for number in range(learners):
        dice = Random(seed * 1000 + number)
        course = number % len(COURSES)
        found += _life(Nature.of(population, dice), dice, _course(course), COURSES[course][2])
    return found


def _life(nature: Nature, dice: Random, standing: Standing, room: Callable[[date], int]) -> list[Snapshot]:
    start, end = standing.days[0].date, standing.days[-1].date
    length = (end - start).days + 1
    rooms = {start + n * DAY: room(start + n * DAY) for n in range(2 * length)}
    life = Life(nature, dice, standing, rooms)
    mornings = {start + round(length * part) * DAY for part in MOMENTS}
    seen = []
    for day in life.days():
        if day in mornings:
            seen.append((day, life.standing.tasks, dict(life.done_on), dict(life.moved)))
    finish = max(life.done_on.values(), default=end)
    if any(t.status is Status.OPEN and t.exists and t.kind is not Kind.EXAM for t in life.standing.tasks):
        finish = start + 2 * length * DAY
    found = [Snapshot(day, start, end, life.exam, rooms, *known, finish) for day, *known in seen]
    return [each for each in found if each.open]
