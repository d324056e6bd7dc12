"""What a replan leaves over where not everything fits: the tasks of least value, so that all others have their day. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from studyplan.errors import DoesNotFit
from studyplan.model import NO_ROOM, Reason, Role, Status, Task
from studyplan.schedule.layout import Problem
from studyplan.schedule.least import CORE, LeastValue, rank_of
from studyplan.schedule.leaving import TooMany, cheapest_first
from studyplan.schedule.replan import at_once, catch_up, even_fits, even_out, fits, in_order_of_study, shift
from studyplan.schedule.standing import Mending, Standing, View, is_session
from studyplan.schedule.window import EVE_MINUTES

#: Sets that have room in curriculum order that are tried.
_LINE_TRIES = 40
#: Anchored tasks that are then among what may go.
_FEW_TIED = 3
#: How often a replan looks again at what it has made.
_ROUNDS = 5

Mend = Callable[[Standing], Mending]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A mending of all that fits, and the open pieces that are left over, which stay where they are.

    ``proved``: whether no set of less value is enough.
    """

    mending: Mending
    left_over: tuple[Task, ...] = ()
    proved: bool = True

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of what is left over."""
        return frozenset(task.number for task in self.left_over)


def mend_what_fits(
    standing: Standing, strategy: str, study_days: int = 0, electives: frozenset[str] = frozenset()
) -> Fitted:
    """Mend a plan; where not all finds room, leave over the set of least value: by rank, then by minutes.

    ``strategy``: catch-up, even, or shift by so many ``study_days``. Catching up and evening out look for room in both ways,
    and so agree about what is missing. ``electives``: the ids of tasks that belong to an elective path.
    """
    if strategy == "shift":
        shifted = _Search(standing, _ways(strategy, study_days), electives).best()
        if shifted is not None:
            return shifted
        caught_up = mend_what_fits(standing, "catch-up", electives=electives)
        note = f"a shift by {study_days} leaves no plan, whatever is left over: this catches up instead"
        mending = replace(caught_up.mending, notes=(note, *caught_up.mending.notes))
        return replace(caught_up, mending=mending)
    search = _Search(standing, _ways(strategy, 0), electives)
    mine = _settled(search, strategy, electives)
    if not mine.left_over:
        return mine
    way = "catch-up" if strategy == "even" else "even"
    search.ways = _ways(way, 0)
    other = _settled(search, way, electives)
    return other if _worth(other, electives) < _worth(mine, electives) else mine


def _worth(fitted: Fitted, electives: frozenset[str]) -> tuple[tuple[int, ...], list[int]]:
    """What is left over, the dearest rank first, in minutes; then by number, so that equals have an order."""
    of_rank = [0] * (CORE + 1)
    for task in fitted.left_over:
        of_rank[CORE - rank_of(task, electives)] += task.minutes
    return tuple(of_rank), sorted(fitted.numbers)


def _settled(search: _Search, strategy: str, electives: frozenset[str]) -> Fitted:
    """What fits, looked at again until another look would change nothing: once moved, neighbours may leave new room."""
    standing, ways = search.standing, _ways(strategy, 0)
    fitted = first = search.best() or _nothing(standing)
    proved, reached = fitted.proved, applied(standing, fitted)
    used = [fitted.mending]
    for _ in range(_ROUNDS):
        again = _Search(reached, ways, electives).best() or _nothing(reached)
        if not again.mending.moves and again.numbers == fitted.numbers:
            break
        fitted, reached = again, applied(reached, again)
        used.append(fitted.mending)
    if fitted is first:
        return fitted
    ids = {task.task for task in fitted.left_over}
    left = tuple(task for task in View(standing).open if task.task in ids)
    is_even = any(mending.strategy == "even" for mending in used if mending.moves)
    way = "even" if is_even else "catch-up"
    moves = at_once(without(standing, ids), without(reached, ids), way)
    return Fitted(replace(fitted.mending, strategy=way, moves=moves), left, proved and fitted.proved)


def without(standing: Standing, ids: Collection[str]) -> Standing:
    """The plan without some of its tasks, by their ids: those that are open."""
    gone = {task.number for task in standing.tasks if task.task in ids and task.status is Status.OPEN}
    loose = {number: reason for number, reason in standing.loose.items() if number not in gone}
    tasks = tuple(task for task in standing.tasks if task.number not in gone)
    return replace(standing, tasks=tasks, loose=loose)


def _nothing(standing: Standing) -> Fitted:
    """The plan as it stands, where nothing at all can be moved."""
    left = tuple(task for task in View(standing).open if not is_session(task))
    return Fitted(Mending("catch-up", (), True), left)


def everything_fits(standing: Standing, strategy: str, study_days: int = 0) -> Mending | None:
    """The mending that leaves nothing over; None where there is none."""
    return _Search(standing, _ways(strategy, study_days), frozenset()).mended(frozenset())


@dataclass(frozen=True, slots=True)
class _Ways:
    #: Ways to mend, the one that was asked for first.
    mends: tuple[Mend, ...]
    #: Whether one of them may work. True may prove wrong, False not.
    may_fit: Callable[[Standing], bool]
    #: Whether they bring everything to the days ahead.
    bring_all: bool = True


def _ways(strategy: str, study_days: int) -> _Ways:
    if strategy == "shift":

        def shifted(standing: Standing) -> Mending:
            return shift(standing, study_days)

        return _Ways((shifted,), lambda standing: _mended(shifted, standing) is not None, bring_all=False)
    mends = (even_out, catch_up) if strategy == "even" else (catch_up, even_out)

    def may_fit(standing: Standing) -> bool:
        # Where only evening out may do, it is done: nothing quicker knows what it makes of pinned tasks.
        return fits(standing) or (even_fits(standing) and _mended(even_out, standing) is not None)

    return _Ways(mends, may_fit)


def _mended(mend: Mend, standing: Standing) -> Mending | None:
    try:
        return mend(standing)
    except DoesNotFit:
        return None


class _Search(LeastValue):
    def __init__(self, standing: Standing, ways: _Ways, electives: frozenset[str]) -> None:
        self.standing = standing
        self.ways = ways
        view = View(standing)
        #: What may be left over, by id. Reviews are not: one without room is dropped.
        self.rows: dict[str, list[Task]] = defaultdict(list)
        for task in view.open:
            if not is_session(task):
                self.rows[task.task].append(task)
        ranks: dict[int, list[str]] = defaultdict(list)
        for id, rows in self.rows.items():
            ranks[rank_of(rows[0], electives)].append(id)
        for ids in ranks.values():
            # What was left over before comes first, so that among equals it stays so.
            ids.sort(key=lambda id: not any(row.has_no_room for row in self.rows[id]))
        super().__init__(ranks, {id: sum(row.minutes for row in rows) for id, rows in self.rows.items()})
        days = [view.ceiling(day) for day in view.ahead if day != view.eve]
        self._room = sum(days)
        self._needed = {
            id: sum(_takes(row, view, min(days, default=0)) for row in rows) for id, rows in self.rows.items()
        }

    def best(self) -> Fitted | None:
        """The mending that leaves over the least; None where nothing can be mended, whatever is left over."""
        while (out := self.least()) is not None:
            mending = self.mended(out)
            if mending is not None:
                left = tuple(row for id, rows in self.rows.items() if id in out for row in rows)
                return Fitted(mending, left, self.proved)
            self.refute(out)
        return None

    def least(self) -> frozenset[str] | None:
        """As ever; but what was left over before stays so unless there is less."""
        found = super().least()
        before = frozenset(id for id, rows in self.rows.items() if any(row.has_no_room for row in rows))
        if found is None or not before or self.value(found) < self.value(before):
            return found
        return before if self.works(before) else found

    def mended(self, out: frozenset[str]) -> Mending | None:
        """The mending of all but those; None where there is none."""
        without = self._without(out)
        found = (_mended(mend, without) for mend in self.ways.mends)
        return next((mending for mending in found if mending is not None), None)

    def _without(self, out: frozenset[str]) -> Standing:
        return without(self.standing, out)

    def fits(self, out: frozenset[str]) -> bool:
        return self._short(out) <= 0 and self.ways.may_fit(self._without(out))

    def _short(self, out: frozenset[str]) -> int:
        """Minutes that at least find no room where those are left over."""
        if not self.ways.bring_all:
            return 0
        return sum(minutes for id, minutes in self._needed.items() if id not in out) - self._room

    def at_least(self, others: frozenset[str]) -> int:
        return self._short(others)

    def some_set(self, ids: Sequence[str], others: frozenset[str]) -> frozenset[str] | None:
        """A set without which all else has room in curriculum order, of the fewest minutes for that; None where none was found."""

        def posed(out: frozenset[str]) -> Problem:
            return in_order_of_study(self._without(others | out))

        try:
            # Those with a day of their own make no room on others: they are among them only where they are few.
            works = posed(frozenset()).works
            tied = {work.id for work in works if work.anchor is not None}
            known = {work.id for work in works} - (tied if len(tied.intersection(ids)) > _FEW_TIED else set())
            minutes = {id: self.minutes[id] for id in ids if id in known}
            sets = islice(cheapest_first(posed, minutes, proving=False), _LINE_TRIES)
            return next((some for some in sets if self.works(others | some)), None)
        except (TooMany, DoesNotFit):
            return None


def _takes(row: Task, view: View, shortest: int) -> int:
    """Minutes that a piece at least takes of the days ahead, the eve apart, the shortest of which holds so many."""
    if view.stays(row) or row.date == view.eve:
        return 0
    if row.anchor is None:
        return view.needs(row)
    # Alone on its day it may pass the ceiling; a short one may be on the eve.
    return 0 if row.minutes <= EVE_MINUTES else min(row.minutes, shortest)


def applied(standing: Standing, fitted: Fitted) -> Standing:
    """The plan once the moves are made; pieces that they make have numbers below zero."""
    rows = {task.number: task for task in standing.tasks}
    fresh = min([0, *rows])
    end = next((day.date for day in standing.days if day.role is Role.EXAM), standing.days[-1].date)
    for move in fitted.mending.moves:
        number = move.number
        if number is None:
            siblings = (task for task in standing.tasks if task.task == move.task)
            sibling = min(siblings, key=lambda task: task.status is not Status.OPEN)
            fresh -= 1
            number = fresh
            rows[number] = replace(
                sibling, number=number, key=move.key, part=move.part, status=Status.OPEN, done_at=None, pinned=False
            )
        if move.after is None or move.minutes is None:
            rows[number] = replace(rows[number], exists=False, reason=move.reason)
            continue
        row = rows[number]
        pinned = row.pinned and row.date == move.after
        rows[number] = replace(row, date=move.after, minutes=move.minutes, reason=move.reason, pinned=pinned)
    for number, row in rows.items():
        if number in fitted.numbers:
            rows[number] = replace(row, reason=Reason(NO_ROOM, end.isoformat()))
        elif row.has_no_room:
            rows[number] = replace(row, reason=None)
    tasks = tuple(rows.values())
    return replace(standing, tasks=tasks, loose=loose_of(tasks, standing.today), changed=None)


def loose_of(tasks: Iterable[Task], today: date) -> dict[int, Reason]:
    """What was left over before and is not overdue: each looks for a day, its own if that has room now."""
    return {
        task.number: Reason("day-full", task.date.isoformat())
        for task in tasks
        if task.exists and task.has_no_room and task.date >= today
    }
