"""From where everything open will sit to the moves that bring it there, each with a reason that is true.

Pure: the standard library, ``model`` and its neighbours in this package.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import groupby

from studyplan.model import Reason, Task
from studyplan.schedule.reviews import REVIEWS_A_DAY
from studyplan.schedule.standing import Move, View, is_session

#: The new pieces of a task: the piece that keeps its number (None: one is made), its day, its minutes.
Pieces = list[tuple[Task | None, date, int]]


@dataclass(slots=True)
class Target:
    """Where the open pieces of a plan go. ``pieces`` holds only the tasks that a mending looked at; all others stay.

    ``dropped``: reviews that found no day. ``because``: reasons that are known beforehand, by number.
    """

    pieces: dict[str, Pieces] = field(default_factory=dict)
    dropped: list[Task] = field(default_factory=list)
    because: dict[int, Reason] = field(default_factory=dict)

    def put(self, view: View, days: Mapping[int, date | None]) -> None:
        """Give whole pieces their days, by number; those of one task that meet on a day become one."""
        by_number = {task.number: task for task in (*view.open, *view.exams)}
        for id in dict.fromkeys(by_number[number].task for number in days):
            rows = [t for t in (*view.open, *view.exams) if t.task == id]
            placed = [(days.get(row.number, row.date), row) for row in rows]
            self.dropped += [row for day, row in placed if day is None]
            kept: Pieces = [(row, day, row.minutes) for day, row in placed if day is not None]
            self.pieces[id] = _joined(sorted(kept, key=lambda piece: piece[1]))

    def recut(self, view: View, rows: Sequence[Task], pieces: Sequence[tuple[date, int]]) -> None:
        """Give pieces of a task new days and minutes; the first keeps its number, later ones theirs where their day stays."""
        chosen = _matching([row.date for row in rows], [day for day, _ in pieces])
        new: Pieces = [
            (None if k is None else rows[k], day, minutes) for k, (day, minutes) in zip(chosen, pieces, strict=True)
        ]
        others: Pieces = [(task, task.date, task.minutes) for task in view.of_task[rows[0].task] if task not in rows]
        self.pieces[rows[0].task] = _joined(sorted((*new, *others), key=lambda piece: piece[1]))

    def days_of(self, view: View, id: str) -> list[date]:
        """Where the open pieces of a task will sit."""
        if id in self.pieces:
            return [day for _, day, _ in self.pieces[id]]
        return [task.date for task in view.of_task.get(id, ())]

    def sits(self, view: View) -> Iterator[tuple[Task, date, int]]:
        """Every open piece once all is moved: a piece of its task, its day, its minutes. The exam is not among them."""
        for id, rows in view.of_task.items():
            if id in self.pieces:
                yield from ((row or rows[0], day, minutes) for row, day, minutes in self.pieces[id])
            else:
                yield from ((row, row.date, row.minutes) for row in rows)

    def load(self, view: View) -> Counter[date]:
        """Open minutes on each day once all is moved; the exam counts for nothing."""
        load: Counter[date] = Counter()
        for _, day, minutes in self.sits(view):
            load[day] += minutes
        return load

    def put_back(self, view: View) -> None:
        """Leave pieces on their old day after all where, as it came out, nothing stands against it there."""
        done = False
        while not done:
            done = True
            explain = Explain(view, self)
            for pieces in self.pieces.values():
                for place, (row, day, minutes) in enumerate(pieces):
                    if row is None or day == row.date or row.number in self.because or row.date < view.today:
                        continue
                    if explain.against(row, day, minutes) or not self._may_return(view, row, place):
                        continue
                    pieces[place] = (row, row.date, minutes)
                    done = False
                    break
                if not done:
                    break

    def _may_return(self, view: View, row: Task, place: int) -> bool:
        """Whether what comes after a piece, the later ones of its own task among it, lets it have its old day again."""
        if row.date in (view.eve, view.exam_day):
            return False
        days = [day for _, day, _ in self.pieces[row.task]]
        if any(day >= row.date for day in days[:place]) or any(day <= row.date for day in days[place + 1 :]):
            return False
        return all(
            day >= row.date + is_session(piece) * timedelta(days=1)
            for piece in view.followers.get(row.number, ())
            if piece.task != row.task
            for day in self.days_of(view, piece.task)
        )

    def cost(self, view: View) -> tuple[int, int]:
        """Dates changed (a piece made or merged away is one) and the sum of days moved."""
        changed = moved = 0
        for id, pieces in self.pieces.items():
            rows = view.of_task.get(id, ())
            days = {row.number: day for row, day, _ in pieces if row is not None}
            changed += sum(row is None for row, _, _ in pieces)
            for k, row in enumerate(rows):
                if days.get(row.number) != row.date:
                    changed += 1
                    into = [days[each.number] for each in (*rows[k:], *reversed(rows[:k])) if each.number in days]
                    moved += abs((into[0] - row.date).days) if into else 0
        return changed, moved


def _joined(pieces: Pieces) -> Pieces:
    """Those that share a day as one: it keeps the number of the piece that is pinned there, else the first."""
    days = [(day, list(group)) for day, group in groupby(pieces, key=lambda piece: piece[1])]
    return [
        (
            min(
                (row for row, _, _ in same if row is not None), key=lambda row: (not row.pinned, row.part), default=None
            ),
            day,
            sum(minutes for _, _, minutes in same),
        )
        for day, same in days
    ]


def _matching(old: Sequence[date], new: Sequence[date]) -> list[int | None]:
    """Which old piece each new one continues: in order, the first the first, with the fewest dates changed, then the least
    sum of days. New ones beyond the last old are made."""

    @cache
    def choose(i: int, k: int) -> tuple[int, int, tuple[int | None, ...]]:
        if i == len(new):
            return len(old) - k, sum(abs((new[-1] - was).days) for was in old[k:]), ()
        if k == len(old):
            return len(new) - i, sum(abs((day - old[-1]).days) for day in new[i:]), (None,) * (len(new) - i)
        options = []
        for row in range(k, len(old)) if i else (0,):
            changed, moved, rest = choose(i + 1, row + 1)
            passed = sum(abs((new[i] - was).days) for was in old[k : row + 1])
            options.append((changed + row - k + (old[row] != new[i]), moved + passed, (row, *rest)))
        return min(options, key=lambda option: option[:2])

    return list(choose(0, 0)[2])


class Explain:
    """Why a piece goes where it goes: what was known beforehand, else what stands against its old day."""

    def __init__(self, view: View, target: Target) -> None:
        self.view = view
        self.target = target
        self.load = target.load(view)
        self.keys = _made_keys(view, target)
        self.days = {row.number: day for pieces in target.pieces.values() for row, day, _ in pieces if row is not None}
        for task in view.open:
            if task.task not in target.pieces:
                self.days[task.number] = task.date
        self.reviews = Counter[date]()
        for task in view.open:
            if is_session(task) and task.number in self.days:
                self.reviews[self.days[task.number]] += task.minutes

    def moved(self, row: Task, day: date, minutes: int) -> Reason:
        if day == row.date:
            # What had to leave the day and then did not is still there for lack of room elsewhere.
            return self._resized(row, minutes)
        known = self.target.because.get(row.number)
        if known is not None:
            return known
        found = self.against(row, day, minutes)
        if found is not None:
            return found
        for piece in self.view.followers.get(row.number, ()):
            if piece.number in self.target.because:
                return self.target.because[piece.number]
        line = reversed([task for task in self.view.open if _before(task, row)])
        nearest = next((task for task in line if self.days.get(task.number, date.max) <= day), None)
        return Reason("follows", nearest.key) if nearest else Reason("day-full", row.date.isoformat())

    def against(self, row: Task, day: date, minutes: int) -> Reason | None:
        """What stands against a piece on its old day: what it comes after, too full a day, what is ahead in order."""
        for ahead in self.view.after_of(row):
            own = [(ahead.key, self.days[ahead.number])] if ahead.number in self.days else []
            for key, at in own if ahead.task == row.task else self._sits(ahead.task):
                strict = is_session(row) or ahead.task == row.task
                if at <= day and (at > row.date or (at == row.date and strict)):
                    return Reason("follows", key)
        if not self._could_take(row.date, minutes, session=is_session(row)):
            return Reason("day-full", row.date.isoformat())
        for task in reversed(self.view.open):
            if _before(task, row) and row.date < self.days.get(task.number, row.date) <= day:
                return Reason("follows", task.key)
        return None

    def gone(self, row: Task) -> Reason:
        """For a piece that is merged into one ahead of it, or a review that is dropped."""
        into = next((task for task, _, _ in self.target.pieces.get(row.task, ()) if task is not None), None)
        if into is not None:
            return Reason("follows", into.key)
        return self.target.because.get(row.number) or self.moved(row, date.max, row.minutes)

    def made(self, id: str, place: int) -> Reason:
        """For the piece in that place among those of a task: the day of the one ahead of it could not take more."""
        row, day, _ = self.target.pieces[id][place - 1]
        if self._could_take(day, self.target.pieces[id][place][2]):
            return Reason("follows", self.keys[id, place - 1] if row is None else row.key)
        return Reason("day-full", day.isoformat())

    def _resized(self, row: Task, minutes: int) -> Reason:
        """For a piece that stays but takes over, or gives away, minutes of its task: whichever day had no room for them.

        Only a move by hand puts two pieces of a task on one day; whatever touches the task then makes one of them.
        """
        pieces = self.target.pieces[row.task]
        kept = {task.number for task, _, _ in pieces if task is not None}
        met = [t for t in self.view.of_task[row.task] if t.date == row.date and t.number not in kept]
        if met and minutes == row.minutes + sum(task.minutes for task in met):
            return Reason("by-hand", row.date.isoformat())
        for other in self.view.of_task[row.task]:
            if other.number not in kept and minutes > row.minutes and other.date != row.date:
                reason = self.moved(other, row.date, other.minutes)
                first = next(task for task, _, _ in pieces if task is not None)
                return reason if reason.code != "follows" or first == row else Reason("follows", first.key)
        full = [day for _, day, _ in pieces if not self._could_take(day, abs(minutes - row.minutes))]
        first = next(task for task, _, _ in pieces if task is not None)
        if not full and first != row:
            return Reason("follows", first.key)
        return Reason("day-full", (row.date if row.date in full or not full else full[0]).isoformat())

    def _sits(self, id: str) -> Iterator[tuple[str, date]]:
        """The keys and days of a task's pieces as they will be."""
        if id not in self.target.pieces:
            yield from ((task.key, task.date) for task in self.view.of_task.get(id, ()))
            return
        for place, (row, day, _) in enumerate(self.target.pieces[id]):
            yield (self.keys[id, place] if row is None else row.key), day

    def _could_take(self, on: date, minutes: int, *, session: bool = False) -> bool:
        if on == self.view.eve or (session and self.reviews[on] + minutes > REVIEWS_A_DAY):
            return False
        return self.load[on] + minutes <= self.view.capacity(on)


def _before(one: Task, other: Task) -> bool:
    return (one.position, one.part) < (other.position, other.part)


def _made_keys(view: View, target: Target) -> dict[tuple[str, int], str]:
    """By task and place, the key of each piece that is made: numbered on from the highest part there ever was."""
    highest = Counter[str]()
    for task in view.standing.tasks:
        highest[task.task] = max(highest[task.task], task.part)
    keys = {}
    for id, pieces in target.pieces.items():
        for place, (row, _, _) in enumerate(pieces):
            if row is None:
                highest[id] += 1
                keys[id, place] = f"{id}#{highest[id]}"
    return keys


def moves(view: View, target: Target, explain: Explain) -> tuple[Move, ...]:
    """Every piece whose day or minutes change, in curriculum order."""
    found: list[tuple[tuple[int, int], Move]] = []
    rows_of = {**view.of_task, **{task.task: [task] for task in view.exams}}
    for id, pieces in target.pieces.items():
        rows = rows_of[id]
        last = rows[0]
        for place, (row, day, minutes) in enumerate(pieces):
            if row is None:
                key = explain.keys[id, place]
                part = int(key.rpartition("#")[2])
                move = Move(None, key, id, part, None, minutes, None, day, explain.made(id, place))
                found.append(((last.position, part), move))
                continue
            last = row
            if (row.date, row.minutes) != (day, minutes):
                found.append(((row.position, row.part), _move(row, day, minutes, explain.moved(row, day, minutes))))
        kept = {row.number for row, _, _ in pieces if row is not None}
        for row in rows:
            if row.number not in kept:
                found.append(((row.position, row.part), _move(row, None, None, explain.gone(row))))
    return tuple(move for _, move in sorted(found, key=lambda each: each[0]))


def _move(row: Task, day: date | None, minutes: int | None, reason: Reason) -> Move:
    return Move(row.number, row.key, row.task, row.part, row.minutes, minutes, row.date, day, reason)
