"""From where everything open will sit to the moves that bring it there, each with a reason that is true.

Pure: the standard library, ``model`` and its neighbours in this package.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from studyplan.model import Reason, Task
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

    def load(self, view: View) -> Counter[date]:
        """Open minutes on each day once all is moved; the exam counts for nothing."""
        load: Counter[date] = Counter()
        exams = {task.task for task in view.exams}
        for id in {*view.of_task, *self.pieces} - exams:
            if id in self.pieces:
                for _, day, minutes in self.pieces[id]:
                    load[day] += minutes
            else:
                for task in view.of_task[id]:
                    load[task.date] += task.minutes
        return load

    def cost(self, view: View) -> tuple[int, int]:
        """Dates changed (a piece made or merged away is one) and the sum of days moved."""
        changed = moved = 0
        for id, pieces in self.pieces.items():
            rows = view.of_task.get(id, ())
            days = {row.number: day for row, day, _ in pieces if row is not None}
            changed += sum(row is None for row, _, _ in pieces)
            for row in rows:
                if days.get(row.number) != row.date:
                    changed += 1
                    moved += abs((days.get(row.number, row.date) - row.date).days)
        return changed, moved


def _joined(pieces: Pieces) -> Pieces:
    """Those that share a day as one, which keeps the first number there is."""
    return [
        (next((row for row, _, _ in same if row is not None), None), day, sum(minutes for _, _, minutes in same))
        for day, same in ((day, list(group)) for day, group in groupby(pieces, key=lambda piece: piece[1]))
    ]


def _matching(old: Sequence[date], new: Sequence[date]) -> list[int | None]:
    """Which old piece each new one continues, in order, the first the first, as many as can on the day they had."""
    if len(new) >= len(old):
        return [k if k < len(old) else None for k in range(len(new))]
    best: dict[tuple[int, int], tuple[int, list[int | None]]] = {}

    def choose(i: int, k: int) -> tuple[int, list[int | None]]:
        if i == len(new):
            return 0, []
        if (i, k) not in best:
            spare = len(old) - k - (len(new) - i)
            options = []
            for skip in range((spare if i else 0) + 1):
                same, rest = choose(i + 1, k + skip + 1)
                options.append((same + (old[k + skip] == new[i]), [k + skip, *rest]))
            best[i, k] = max(options, key=lambda option: option[0])
        return best[i, k]

    return choose(0, 0)[1]


class Explain:
    """Why a piece goes where it goes: what was known beforehand, else what stood against its old day."""

    def __init__(self, view: View, target: Target) -> None:
        self.view = view
        self.target = target
        self.load = target.load(view)
        self.days = {row.number: day for pieces in target.pieces.values() for row, day, _ in pieces if row is not None}
        for task in view.open:
            if task.task not in target.pieces:
                self.days[task.number] = task.date

    def moved(self, row: Task, day: date, minutes: int) -> Reason:
        known = self.target.because.get(row.number)
        if known is not None:
            return known
        if day == row.date:
            return self._resized(row, minutes)
        ahead = self._ahead(row, self.view.after_of(row))
        if ahead is not None:
            return Reason("follows", ahead.key)
        if not self._could_take(row.date, minutes):
            return Reason("day-full", row.date.isoformat())
        line = [task for task in self.view.open if (task.position, task.part) < (row.position, row.part)]
        first = self._ahead(row, [task for task in reversed(line) if self._sits_by(task, day)])
        nearest = first or next((task for task in reversed(line) if self._sits_by(task, day)), None)
        return Reason("follows", nearest.key) if nearest else Reason("day-full", row.date.isoformat())

    def _resized(self, row: Task, minutes: int) -> Reason:
        """For a piece that stays but takes over, or gives away, minutes of its task: whichever day had no room for them."""
        pieces = self.target.pieces[row.task]
        kept = {task.number for task, _, _ in pieces if task is not None}
        for other in self.view.of_task[row.task]:
            if other.number not in kept and minutes > row.minutes:
                return self.moved(other, date.min, other.minutes)
        full = [day for _, day, _ in pieces if not self._could_take(day, abs(minutes - row.minutes))]
        return Reason("day-full", (row.date if row.date in full or not full else full[0]).isoformat())

    def gone(self, row: Task) -> Reason:
        """For a piece that is merged into one ahead of it, or a review that is dropped."""
        into = next((task for task, _, _ in self.target.pieces.get(row.task, ()) if task is not None), None)
        if into is not None:
            return Reason("follows", into.key)
        known = self.target.because.get(row.number)
        return known or self.moved(row, date.max, row.minutes)

    def made(self, id: str, place: int) -> Reason:
        """For the piece in that place among those of a task: the day of the one ahead of it could not take more."""
        return Reason("day-full", self.target.pieces[id][place - 1][1].isoformat())

    def _ahead(self, row: Task, pieces: Sequence[Task]) -> Task | None:
        """The first of the pieces that now ends too late for the row to have stayed."""
        for piece in pieces:
            day = self.days.get(piece.number)
            if day is not None and (day > row.date or (day == row.date and is_session(row))):
                return piece
        return None

    def _sits_by(self, task: Task, day: date) -> bool:
        return task.number in self.days and self.days[task.number] <= day

    def _could_take(self, on: date, minutes: int) -> bool:
        if on == self.view.eve:
            return False
        return self.load[on] + minutes <= self.view.capacity(on)


def moves(view: View, target: Target, explain: Explain) -> tuple[Move, ...]:
    """Every piece whose day or minutes change, in curriculum order."""
    found: list[tuple[tuple[int, int], Move]] = []
    rows_of = {**view.of_task, **{task.task: [task] for task in view.exams}}
    highest = Counter[str]()
    for task in view.standing.tasks:
        highest[task.task] = max(highest[task.task], task.part)
    for id, pieces in target.pieces.items():
        rows = rows_of[id]
        part, last = highest[id], rows[0]
        for place, (row, day, minutes) in enumerate(pieces):
            if row is None:
                part += 1
                move = Move(None, f"{id}#{part}", id, part, None, minutes, None, day, explain.made(id, place))
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
