"""A plan as it stands, read for mending: what is open, what must move and why, which room each day has.

Pure: the standard library, ``model`` and its neighbours in this package. Dates are study days, minutes whole minutes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from studyplan.model import NEVER_CUT, Day, Deck, Kind, Reason, Role, Status, Task
from studyplan.schedule.window import EVE_MINUTES, eve, is_study_day

#: Minutes: the room of a day that has no ceiling.
BOUNDLESS = 24 * 60 * 10


@dataclass(frozen=True, slots=True)
class Standing:
    """A plan as it stands.

    ``days``: the whole window with roles and capacities as they are now; where no ceiling was named the study days carry the
    fullest day's minutes. ``tasks``: all pieces of the plan, of any status, in any order. ``changed``: what made the replan
    necessary where it is not lateness alone. ``decks``: those of the lay-out, where a ceiling was named: evening out keeps
    the same minutes back for their reviews. ``spent_today``: minutes studied today on whatever was finished; None: counted
    from the pieces whose ``done_at`` falls on today's date. ``loose``: by number, open pieces that look for a day, and why;
    the nearer to their date the better. ``crowded``: days that would have capacity if the learner's other plans left some; ``shared``: days on which these
    hold some of the time that all plans share.
    """

    days: tuple[Day, ...]
    today: date
    tasks: tuple[Task, ...]
    changed: Reason | None = None
    decks: tuple[Deck, ...] = ()
    spent_today: int | None = None
    loose: Mapping[int, Reason] = field(default_factory=dict)
    crowded: frozenset[date] = frozenset()
    shared: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Move:
    """What happens to one piece. ``number`` None: it is made; ``after`` None: it is merged away or dropped."""

    number: int | None
    key: str
    task: str
    part: int
    minutes_before: int | None
    minutes: int | None
    before: date | None
    after: date | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Mending:
    """How a plan is mended. ``strategy``: catch-up, even or shift; ``exact``: proved to be the best of its kind."""

    strategy: str
    moves: tuple[Move, ...]
    exact: bool
    notes: tuple[str, ...] = ()


def is_session(task: Task) -> bool:
    """Whether the piece is a review that cards earned; one of the template's own has an anchor."""
    return task.kind is Kind.REVIEW and task.anchor is None and not task.own


def places(tasks: Iterable[Task]) -> dict[str, tuple[int, bool, int]]:
    """Where each task, by id, stands in the order of study. Of those at one position the learner's own come first."""
    place: dict[str, tuple[int, bool, int]] = {}
    for task in tasks:
        at = (task.position, not task.own, task.number)
        place[task.task] = min(at, place.get(task.task, at))
    return place


class View:
    """A plan's standing, seen from today on."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.today = standing.today
        self.days: Mapping[date, Day] = {day.date: day for day in standing.days}
        self.eve = eve(standing.days)
        self.first = standing.days[0].date
        self.last = standing.days[-1].date
        self.exam_day = next((day.date for day in standing.days if day.role is Role.EXAM), None)
        here = [task for task in standing.tasks if task.exists]
        place = places(here)
        unfinished = sorted(
            (task for task in here if task.status is Status.OPEN),
            key=lambda t: (place[t.task], t.task, t.part, t.number),
        )
        self.exams = [task for task in unfinished if task.kind is Kind.EXAM]
        self.open = [task for task in unfinished if task.kind is not Kind.EXAM]
        self.over = [task for task in here if task.status is not Status.OPEN]
        self.of_task: Mapping[str, list[Task]] = _by_task(self.open)
        self.spent = _spent(standing, self.over)
        #: The study days from today on, the eve among them.
        self.ahead = [day.date for day in standing.days if day.date >= self.today and self.is_study_day(day.date)]
        self._capacity = {day: self._minutes(day) for day in self.ahead}

    def is_study_day(self, on: date) -> bool:
        day = self.days.get(on)
        return day is not None and is_study_day(day) and day.capacity != 0

    def capacity(self, on: date) -> int:
        """Minutes that a day takes in all, the eve its own few, less what was done today; 0 off the study days ahead."""
        return self._capacity.get(on, 0)

    def _minutes(self, on: date) -> int:
        return max(0, self.ceiling(on) - self.spent * (on == self.today))

    def ceiling(self, on: date) -> int:
        """The minutes of a study day, whatever of it is used up already; the eve holds its own few at most."""
        named = self.days[on].capacity
        minutes = BOUNDLESS if named is None else named
        return min(minutes, EVE_MINUTES) if on == self.eve else minutes

    @cached_property
    def exam_moved(self) -> bool:
        return self.exam_day is not None and any(task.date != self.exam_day for task in self.exams)

    def stays(self, task: Task) -> bool:
        """Whether the learner gave the piece its day: it is pinned, as a move by hand does."""
        return task.pinned

    def after_of(self, task: Task) -> list[Task]:
        """The open pieces that this one comes after: those of the tasks it names, the earlier ones of its own, and for a
        deck's second review its first."""
        ahead = [piece for id in task.after for piece in self.of_task.get(id, ())]
        ahead += [piece for piece in self.of_task[task.task] if piece.part < task.part]
        stem, _, turn = task.task.rpartition("-")
        if is_session(task) and stem != "last-pass" and turn.isdecimal():
            ahead += self.of_task.get(f"{stem}-{int(turn) - 1}", ())
        return ahead

    @cached_property
    def followers(self) -> Mapping[int, list[Task]]:
        """By number, the open pieces that come after a piece."""
        found: dict[int, list[Task]] = defaultdict(list)
        for task in self.open:
            for ahead in self.after_of(task):
                found[ahead.number].append(task)
        return found

    def loads(self, tasks: Iterable[Task]) -> Counter[date]:
        load: Counter[date] = Counter()
        for task in tasks:
            load[task.date] += task.minutes
        return load

    # --- what must move ------------------------------------------------------------------------------------------

    @cached_property
    def must_move(self) -> Mapping[int, Reason]:
        """The pieces that cannot stay where they are, by number, and why."""
        found: dict[int, Reason] = {}
        for task in self.open:
            reason = self.standing.loose.get(task.number) or self._why_not_there(task)
            if reason is not None:
                found[task.number] = reason
        load = self.loads(task for task in self.open if task.number not in found)
        for day in self.ahead:
            # What was done today does not push out what today still holds: the whole day counts.
            if load[day] > self.ceiling(day):
                for task in self._surplus(day, [t for t in self.open if t.date == day and t.number not in found]):
                    found[task.number] = Reason("day-full", day.isoformat())
        return found

    def _why_not_there(self, task: Task) -> Reason | None:
        if task.date < self.today:
            return Reason("overdue", task.date.isoformat())
        end = (self.exam_day or self.last).isoformat()
        if task.date not in self.days or (self.exam_day is not None and task.date > self.exam_day):
            return Reason("exam-moved", end)
        if task.date == self.exam_day:
            return Reason("exam-moved", end) if self.exam_moved or not self.stays(task) else None
        if self.exam_moved and task.date == self.eve and task.anchor is None and not self.stays(task):
            return Reason("exam-moved", end)
        if self.is_study_day(task.date) or self.stays(task):
            return None
        return Reason("day-full" if task.date in self.standing.crowded else "day-off", task.date.isoformat())

    def _surplus(self, on: date, pieces: Sequence[Task]) -> list[Task]:
        """The fewest pieces to take from a day that holds too much; what the learner put there is not counted against it."""
        if len(pieces) == 1 and pieces[0].kind in NEVER_CUT:
            # Longer than any day there is, it stands alone where the ceiling gives way to it.
            return []
        theirs = [task for task in pieces if not self.stays(task)]
        over = sum(task.minutes for task in pieces) - self.ceiling(on)
        if sum(task.minutes for task in theirs) <= self.ceiling(on):
            return []
        return fewest((task for task in theirs if task.anchor is None), over)

    # --- room ----------------------------------------------------------------------------------------------------

    @cached_property
    def fullest(self) -> int:
        """Minutes of the fullest day ahead that may hold material; 0 where none is left."""
        return max((self.ceiling(day) for day in self.ahead if day != self.eve), default=0)

    def needs(self, task: Task) -> int:
        """Minutes that a day must have free for a piece.

        A mock or a quiz that is longer than the fullest day takes such a day for itself, and passes its ceiling there.
        """
        return min(task.minutes, self.fullest) if task.kind in NEVER_CUT and self.fullest else task.minutes

    def room(self, load: Mapping[date, int], on: date) -> int:
        """Minutes that a day still takes beside ``load``."""
        return max(0, self.capacity(on) - load.get(on, 0))

    def has_room_for_anchored(self, task: Task, load: Mapping[date, int], on: date) -> bool:
        """Alone on its day an anchored task may pass the ceiling; never on the eve."""
        if not self.is_study_day(on) or on < self.today:
            return False
        if task.minutes <= self.capacity(on) - load.get(on, 0):
            return True
        untouched = not load.get(on, 0) and not (on == self.today and self.spent)
        return untouched and on != self.eve

    def target(self, task: Task, moved: Mapping[str, date]) -> date | None:
        """The day that the anchor of a task names, its base being where ``moved`` or else the plan has it."""
        assert task.anchor is not None
        base = task.anchor.base
        if base == "start":
            day: date | None = self.first
        elif base == "exam":
            day = self.exam_day or self.last
        else:
            day = moved.get(base) or self._day_of(base)
        return None if day is None else day + timedelta(days=task.anchor.days)

    def root(self, task: Task) -> str:
        """What the anchor of a task rests on in the end: ``exam``, ``start`` or the id of a task that has none."""
        seen = set[str]()
        while task.anchor is not None and task.anchor.base not in seen:
            base = task.anchor.base
            seen.add(base)
            below = next((each for each in (*self.open, *self.over) if each.task == base), None)
            if below is None or below.anchor is None or below.status is not Status.OPEN or self.stays(below):
                return base
            task = below
        return task.task

    def _day_of(self, id: str) -> date | None:
        return next((task.date for task in (*self.open, *self.over) if task.task == id), None)

    def in_anchor_order(self, tasks: Collection[Task]) -> list[Task]:
        """The anchored tasks, each behind the one it is anchored to or comes after; else in curriculum order."""
        left = {task.task: task for task in tasks}
        order: list[Task] = []
        while left:
            ready = [
                task
                for task in left.values()
                if not any(
                    id in left and id != task.task for id in (task.anchor.base if task.anchor else "", *task.after)
                )
            ] or list(left.values())
            order.append(ready[0])
            del left[ready[0].task]
        return order


def out_of_order(tasks: Iterable[Task]) -> set[tuple[str, str]]:
    """Each pair of open tasks, by id, of which the second comes after the first and yet starts before it is over."""
    first: dict[str, date] = {}
    last: dict[str, date] = {}
    rows = [task for task in tasks if task.exists and task.status is Status.OPEN]
    for task in rows:
        first[task.task] = min(task.date, first.get(task.task, task.date))
        last[task.task] = max(task.date, last.get(task.task, task.date))
    return {
        (id, task.task)
        for task in rows
        for id in task.after
        if id in last and last[id] + timedelta(days=is_session(task)) > first[task.task]
    }


def fewest(pieces: Iterable[Task], minutes: int) -> list[Task]:
    """The fewest of the pieces that hold so many minutes together, or all of them where they hold less."""
    left = sorted(pieces, key=lambda task: (task.minutes, task.position, task.part))
    taken = []
    while minutes > 0 and left:
        task = next((task for task in left if task.minutes >= minutes), left[-1])
        left.remove(task)
        taken.append(task)
        minutes -= task.minutes
    return taken


def _by_task(tasks: Iterable[Task]) -> dict[str, list[Task]]:
    found: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        found[task.task].append(task)
    return dict(found)


def _spent(standing: Standing, over: Iterable[Task]) -> int:
    if standing.spent_today is not None:
        return standing.spent_today
    return sum(
        task.minutes if task.spent_minutes is None else task.spent_minutes
        for task in over
        if task.status is Status.DONE and task.done_at is not None and task.done_at.date() == standing.today
    )
