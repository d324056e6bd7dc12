"""The coming reviews of weak modules first: reviews change days with one another, and nothing else moves.

Pure: the standard library, ``model`` and its neighbours in this package.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from studyplan.model import Day, Status, Task
from studyplan.schedule.reviews import REVIEWS_A_DAY
from studyplan.schedule.standing import is_session
from studyplan.schedule.window import EVE_MINUTES, eve

#: Steps of the search for the best exchange, before the least weak module is left where it is.
MOST_TRIES = 2000


def weak_first(
    days: Sequence[Day], today: date, tasks: Sequence[Task], weak: Sequence[str]
) -> tuple[tuple[Task, date], ...]:
    """The reviews that move so that those of the ``weak`` modules, the weakest first, come as early as they can, each with
    its new day.

    ``tasks``: all pieces of the plan. Open reviews from today on change days among themselves: a weak one takes an earlier
    day, none of them a later one; whoever it takes the day of gets one that became free. Every review still comes after
    the day of each open task that its cards name; the two reviews of a deck stay in order and at least half as far apart
    as they were, since spacing is what they live from; no day passes its ceiling, 30 minutes of reviews, or the eve's 30
    minutes for it. Pinned reviews and last passes stay.
    """
    for count in range(len(weak), 0, -1):
        moves = _Exchange(days, today, tasks, weak[:count]).result()
        if moves is not None:
            return moves
    return ()


class _Exchange:
    def __init__(self, days: Sequence[Day], today: date, tasks: Sequence[Task], weak: Sequence[str]) -> None:
        self._days: Mapping[date, Day] = {day.date: day for day in days}
        self._eve = eve(days)
        sessions = [task for task in tasks if is_session(task) and task.module]
        coming = [
            task
            for task in sessions
            if task.status is Status.OPEN and not task.pinned and task.date >= today and task.date in self._days
        ]
        coming.sort(key=lambda task: (task.date, task.position))
        #: The days to hand out again, as often as a review lies on them.
        self._slots = [task.date for task in coming]
        self._weak = sorted(
            (task for task in coming if task.module in weak), key=lambda task: (weak.index(task.module), task.date)
        )
        self._moving = frozenset(task.number for task in self._weak)
        self._others = [task for task in coming if task.module not in weak]
        self._earliest = {task.number: _after(task, tasks) for task in coming}
        self._load: Counter[date] = Counter()
        self._reviews: Counter[date] = Counter()
        for task in tasks:
            if task.status is not Status.SKIPPED:
                self._load[task.date] += task.minutes
                self._reviews[task.date] += task.minutes * is_session(task)
        self._decks: dict[str, list[Task]] = {}
        for task in sessions:
            self._decks.setdefault(_deck(task), []).append(task)
        self._tries = 0

    def result(self) -> tuple[tuple[Task, date], ...] | None:
        """The moves of the best exchange; None if the search was given up."""
        placed = self._place(0, {}, Counter(self._slots))
        if placed is None:
            return None
        moved = [task for task in (*self._weak, *self._others) if placed[task.number] != task.date]
        return tuple((task, placed[task.number]) for task in sorted(moved, key=lambda task: placed[task.number]))

    def _place(self, index: int, on: dict[int, date], free: Counter[date]) -> dict[int, date] | None:
        """Every review's day, the weak ones from ``index`` on as early as they can be, one after the other."""
        self._tries += 1
        if index == len(self._weak):
            return next((whole for whole in self._filled(on, free) if self._is_good(whole)), None)
        task = self._weak[index]
        for day in sorted(day for day, left in free.items() if left and day <= task.date):
            if day <= self._earliest[task.number] and day != task.date:
                continue
            here = {**on, task.number: day}
            if self._is_spaced(task, here, known=here):
                whole = self._place(index + 1, here, free - Counter([day]))
                if whole is not None:
                    return whole
            if self._tries >= MOST_TRIES:
                break
        return None

    def _filled(self, on: dict[int, date], free: Counter[date]) -> Iterator[dict[int, date]]:
        """The other reviews on the days that are left: first with the fewest moved, then all of them in their old order.

        No weak review comes later than it did, so either way no other review comes earlier than it did.
        """
        left, displaced, kept = Counter(free), [], dict(on)
        for task in self._others:
            if left[task.date]:
                left[task.date] -= 1
                kept[task.number] = task.date
            else:
                displaced.append(task)
        yield kept | {task.number: day for task, day in zip(displaced, sorted(left.elements()), strict=True)}
        yield on | {task.number: day for task, day in zip(self._others, sorted(free.elements()), strict=True)}

    def _is_good(self, on: Mapping[int, date]) -> bool:
        more: Counter[date] = Counter()
        for task in (*self._weak, *self._others):
            more[task.date] -= task.minutes
            more[on[task.number]] += task.minutes
        return all(self._has_room(day, minutes) for day, minutes in more.items()) and all(
            self._is_spaced(task, on) for task in self._others
        )

    def _has_room(self, on: date, more: int) -> bool:
        if more <= 0:
            return True
        load, ceiling = self._load[on] + more, self._days[on].capacity
        if self._reviews[on] + more > REVIEWS_A_DAY or (on == self._eve and load > EVE_MINUTES):
            return False
        return ceiling is None or load <= ceiling

    def _is_spaced(self, task: Task, on: Mapping[int, date], known: Mapping[int, date] | None = None) -> bool:
        """Whether the reviews of the task's deck keep their order and half of the days between them. Of the deck's weak
        reviews only those that are ``known`` are looked at: the rest still get their days."""
        for other in self._decks[_deck(task)]:
            if other.number == task.number or (
                known is not None and other.number in self._moving and other.number not in known
            ):
                continue
            apart = (task.date - other.date).days
            now = (on[task.number] - on.get(other.number, other.date)).days
            if apart * now <= 0 or 2 * abs(now) < abs(apart):
                return False
        return True


def _deck(task: Task) -> str:
    """The deck that a review is of: its id without the number at its end."""
    return task.task.rpartition("-")[0]


def _after(task: Task, tasks: Sequence[Task]) -> date:
    """The last day on which an open task lies that the review's cards name; the review comes later."""
    named = (each.date for each in tasks if each.task in task.after and each.status is Status.OPEN)
    return max(named, default=date.min)
