"""The days of a window: what each is for, what evenness would put there, and where anchored tasks come to sit.

Pure: the standard library, ``model`` and ``errors``. Dates are study days, minutes are whole minutes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType

from studyplan.errors import DoesNotFit
from studyplan.model import Day, LayoutNote, Role, Work
from studyplan.text import count

#: Study days before the exam from which a window keeps a buffer.
BUFFER_FROM = 5
#: Study days: the longest buffer. A tenth of nine months would swallow the last practice exams and all between them.
LONGEST_BUFFER = 10
#: Days before the exam in which the buffer lies, all but its last day.
FORTNIGHT = 14
#: Minutes: all that the eve of the exam may hold.
EVE_MINUTES = 30

_NONE_SETTLED: Mapping[str, date] = MappingProxyType({})
_NONE_SPENT: Mapping[date, int] = MappingProxyType({})


def days(start: date, end: date, capacity: Callable[[date], int | None], exam: date | None) -> tuple[Day, ...]:
    """Every day from ``start`` to ``end``, both included, with its role; ``share`` is left open.

    ``capacity`` tells the minutes of a day: 0 where nothing is studied, None if no ceiling was named. ``exam`` is the
    date of the exam task, None for a template without one; a day after it is off.
    """
    room = {day: capacity(day) for day in _dates(start, end)}
    before = [day for day, minutes in room.items() if minutes != 0 and exam is not None and day < exam]
    kept = before[len(before) - buffer_days(len(before)) :]
    # In a week of few study days ten of them are a month, and what lies between two mocks would have no day left.
    buffer = {day for day in kept if exam is not None and (exam - day).days <= FORTNIGHT} | {*kept[-1:]}

    def role(day: date, minutes: int | None) -> Role:
        if day == exam:
            return Role.EXAM
        if minutes == 0 or (exam is not None and day > exam):
            return Role.OFF
        return Role.BUFFER if day in buffer else Role.MATERIAL

    return tuple(Day(day, role(day, minutes), minutes) for day, minutes in room.items())


def buffer_days(study_days: int) -> int:
    """How many of the study days before an exam are kept as buffer: a tenth, one at least and ten at most; none below five."""
    return min(LONGEST_BUFFER, max(1, study_days // 10)) if study_days >= BUFFER_FROM else 0


def _dates(start: date, end: date) -> Iterable[date]:
    return (start + timedelta(days=n) for n in range((end - start).days + 1))


def eve(days: Iterable[Day]) -> date | None:
    """The last study day before the exam, which holds 30 minutes at most; None if the window keeps no buffer."""
    return max((day.date for day in days if day.role is Role.BUFFER), default=None)


def beside_habits(days: Sequence[Day], habit_minutes: Callable[[date], int]) -> tuple[Day, ...]:
    """The days, of whose capacity habits have taken their minutes, with an eve that holds no more than its few minutes with them."""
    last = eve(days)
    held = habit_minutes(last) if last is not None else 0
    if not held:
        return tuple(days)
    left = max(0, EVE_MINUTES - held)
    return tuple(
        replace(day, capacity=left if day.capacity is None else min(day.capacity, left)) if day.date == last else day
        for day in days
    )


def is_study_day(day: Day) -> bool:
    """Whether the learner studies on this day: on a material or a buffer day; the exam day holds the exam alone."""
    return day.role is Role.MATERIAL or day.role is Role.BUFFER


def weights(days: Iterable[Day]) -> dict[date, int]:
    """How much of the plan a material day takes, against the others: its capacity, or 1 where no ceiling was named.

    In a week where only some days have a ceiling, a day without one weighs as much as the fullest that has. Days that are all
    used up weigh alike.
    """
    material = [day for day in days if day.role is Role.MATERIAL]
    unnamed = max((day.capacity for day in material if day.capacity is not None), default=1)
    found = {day.date: unnamed if day.capacity is None else day.capacity for day in material}
    return found if any(found.values()) else dict.fromkeys(found, 1)


def with_shares(days: Sequence[Day], placed_minutes: int) -> tuple[Day, ...]:
    """The days with ``share`` filled on the material days.

    ``placed_minutes`` are the minutes of material and of anchored tasks that sit on material days, without reviews.
    """
    weight = weights(days)
    total = sum(weight.values())
    return tuple(
        replace(day, share=weight[day.date] * placed_minutes / total if day.date in weight else None) for day in days
    )


@dataclass(frozen=True, slots=True)
class Anchored:
    """Where anchored tasks and the exam sit: a day for each task id, and a sentence for whatever a person should know."""

    days: Mapping[str, date]
    notes: tuple[str, ...] = ()


def anchor_days(
    works: Sequence[Work],
    days: Sequence[Day],
    *,
    start: date | None = None,
    settled: Mapping[str, date] = _NONE_SETTLED,
    spent: Mapping[date, int] = _NONE_SPENT,
    shared: frozenset[date] = frozenset(),
) -> Anchored:
    """Put every anchored task of ``works`` on a day, and the exam task on the exam day.

    ``start`` is the day that ``start+7d`` counts from, the first of ``days`` unless named. ``settled`` tells the day of
    tasks that are over or fixed: others may be anchored to them or come after them. ``spent`` tells the minutes studied
    on a day already, whose capacity is what is left of it. A task sits on the day its anchor names; where that is no
    study day or has no room, on the nearest study day before that has, else the nearest after; never before an anchored
    task that it comes ``after``. Alone on its day it may pass the ceiling, unless something was studied there; a day
    of those ``shared`` with other plans comes last for that. A task whose anchor is neither among ``works`` nor settled is left out of the answer: it is ordinary material then. Where
    one finds no day behind those that it comes after, they go to earlier days. Raises ``DoesNotFit`` if no day has
    room.
    """
    latest: dict[str, date] = {}
    while True:
        anchoring = _Anchoring(works, days, start, settled, spent, latest, shared)
        try:
            return anchoring.result()
        except _NoDay as refused:
            earlier = anchoring.earlier_for(refused.work)
            if earlier is None:
                raise DoesNotFit(str(refused), short_minutes=refused.work.minutes) from None
            latest |= earlier


class _NoDay(Exception):
    """An anchored task has no possible day."""

    def __init__(self, work: Work, why: str) -> None:
        super().__init__(why)
        self.work = work


class _Anchoring:
    """The days given so far, and how full they are; tasks take theirs in curriculum order, each after what it rests on."""

    def __init__(
        self,
        works: Sequence[Work],
        days: Sequence[Day],
        start: date | None,
        settled: Mapping[str, date],
        spent: Mapping[date, int],
        latest: Mapping[str, date],
        shared: frozenset[date],
    ) -> None:
        self._works = {work.id: work for work in works}
        self._study = {day.date: day for day in days if is_study_day(day)}
        self._first, self._last = (days[0].date, days[-1].date) if days else (date.max, date.min)
        self._start = start or self._first
        self._exam = next((day.date for day in days if day.role is Role.EXAM), None)
        self._eve = eve(days)
        self._settled = settled
        self._spent = spent
        self._latest = latest
        self._shared = shared
        self._load: Counter[date] = Counter()
        self._days: dict[str, date] = {}
        self._unanchored: set[str] = set()
        self._open: set[str] = set()
        self._notes: list[str] = []

    def result(self) -> Anchored:
        for work in self._works.values():
            if work.exam:
                self._days[work.id] = self._exam or self._last
            elif work.anchor is not None:
                self._day_of(work.id)
        return Anchored(MappingProxyType(self._days), tuple(self._notes))

    def earlier_for(self, work: Work) -> dict[str, date] | None:
        """The last day that a task ahead of ``work`` may have, so that it finds one; None if none can go earlier.

        Of those that it comes after the one that hangs on the exam gives way, by a study day: its own anchor is the wish
        that bends, and what hangs on it follows.
        """
        ahead = [each for each in self._ahead(work, set()) if each.id in self._days]
        ahead = [each for each in ahead if each.anchor is not None and each.anchor.base == "exam"]
        for each in sorted(ahead, key=lambda each: self._days[each.id], reverse=True):
            before = max((day for day in self._study if day < self._days[each.id]), default=None)
            if before is not None and before >= self._earliest(each, set()):
                return {each.id: before}
        return None

    def _ahead(self, work: Work, seen: set[str]) -> Iterator[Work]:
        """What a task comes after, and what it is anchored to, step by step."""
        for id in (*work.after, *([work.anchor.base] if work.anchor else [])):
            if id in self._works and id not in seen:
                seen.add(id)
                yield self._works[id]
                yield from self._ahead(self._works[id], seen)

    def _day_of(self, id: str) -> date | None:
        """The day of a task, placing it first if need be; None for material."""
        if id in self._settled:
            return self._settled[id]
        work = self._works.get(id)
        if id in self._days or work is None or work.anchor is None or id in self._unanchored:
            return self._days.get(id)
        if id in self._open:
            raise ValueError(f"{id} is anchored to itself")
        self._open.add(id)
        target, earliest = self._target(work), self._earliest(work, set())
        self._open.remove(id)
        if target is None:
            self._unanchored.add(id)
            return None
        self._days[id] = self._sit(work, target, earliest)
        return self._days[id]

    def _target(self, work: Work) -> date | None:
        assert work.anchor is not None
        if work.anchor.base == "start":
            base: date | None = self._start
        elif work.anchor.base == "exam":
            if self._exam is None and self._last == date.min:
                raise DoesNotFit(f"no study day is left for '{work.name}'", short_minutes=work.minutes)
            base = self._exam or self._last
        else:
            base = self._day_of(work.anchor.base)
        return None if base is None else base + timedelta(days=work.anchor.days)

    def _earliest(self, work: Work, seen: set[str]) -> date:
        """The latest day of the anchored tasks that ``work`` comes after, directly or through others."""
        earliest = self._first
        for id in work.after:
            if id in seen or id in self._open:
                continue
            seen.add(id)
            day = self._day_of(id)
            if day is not None:
                earliest = max(earliest, day)
            elif id in self._works:
                earliest = max(earliest, self._earliest(self._works[id], seen))
        return earliest

    def _sit(self, work: Work, target: date, earliest: date) -> date:
        last = min(self._last, self._latest.get(work.id, self._last))
        wish = min(max(target, earliest), last)
        back = (wish - timedelta(days=n) for n in range((wish - earliest).days + 1))
        forth = _dates(wish + timedelta(days=1), last)
        days = [*back, *forth]
        for taken in (self._shared, frozenset[date]()):
            for day in days:
                if self._has_room(work, day, taken):
                    self._note(work, target, day)
                    self._load[day] += work.minutes
                    return day
        raise _NoDay(work, self._cause(work, target))

    def _cause(self, work: Work, target: date) -> str:
        longest = max((day.capacity for day in self._study.values() if day.capacity is not None), default=0)
        if not self._study:
            return f"no study day is left for '{work.name}'"
        if work.minutes > longest > 0:
            return f"your longest day is {count(longest, 'minute')}; '{work.name}' takes {work.minutes}, and no day is free for it alone"
        return f"'{work.name}' is due on {target}; neither that day nor any other has {count(work.minutes, 'minute')} free for it"

    def _has_room(self, work: Work, on: date, taken: frozenset[date]) -> bool:
        """Whether a day takes the task; on none of those that are ``taken`` may it pass the ceiling."""
        day = self._study.get(on)
        if day is None:
            return False
        load, spent = self._load[on], self._spent.get(on, 0)
        if on == self._eve and spent + load + work.minutes > EVE_MINUTES:
            return False
        return (spent + load == 0 and on not in taken) or day.capacity is None or load + work.minutes <= day.capacity

    def _note(self, work: Work, target: date, day: date) -> None:
        if day != target:
            why = "has no room for it" if target in self._study else "is not a study day"
            self._notes.append(
                LayoutNote(f"'{work.name}' is on {day}: {target}, when it is due, {why}.", "off-anchor", work.id)
            )
        capacity = self._study[day].capacity
        if capacity is not None and work.minutes > capacity:
            takes = f"'{work.name}' takes {count(work.minutes, 'minute')} on {day}"
            text = f"{takes}, more than the day's {capacity}; it cannot be split."
            self._notes.append(LayoutNote(text, "over-limit", work.id))
