"""Catch up: find new days for what was missed, changing as little else as possible.

First only what must move is moved, each piece to a day with room. Where that cannot be done, a few neighbours may give
way, or everything open flows forward in curriculum order; the fewer dates changed win. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from itertools import islice, zip_longest
from types import MappingProxyType

from studyplan.errors import DoesNotFit
from studyplan.model import NEVER_CUT, STEP, Reason, Role, Task
from studyplan.schedule.absorb import PROVED, Loose, Room, absorb
from studyplan.schedule.line import Found, Line
from studyplan.schedule.moves import Target
from studyplan.schedule.reviews import REVIEWS_A_DAY
from studyplan.schedule.standing import View, fewest, is_session
from studyplan.text import count, span_text

#: Ways to place missed anchored tasks that are tried before everything flows.
_ANCHOR_TRIES = 60
#: The same where more pieces must move than can be searched exactly: each try then takes its time.
_MANY_TRIES = 1
#: So many more dates may change where that keeps a review from being dropped.
_PER_DROPPED = 2
_DAY = timedelta(days=1)


def _in_order(task: Task) -> tuple[int, int, int]:
    return task.position, task.part, task.number


def is_last_pass(task: Task) -> bool:
    """Whether the piece is the mixed review of a buffer day."""
    return is_session(task) and not task.after and task.task.rpartition("-")[0] == "last-pass"


class CatchUp:
    """The search for the least change, from one view of a plan."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.must = dict(view.must_move)
        self.because: dict[int, Reason] = {}
        self.fixed: dict[int, date | None] = {}
        self._place_what_hangs_on_the_exam()

    def _place_what_hangs_on_the_exam(self) -> None:
        view = self.view
        if not view.exam_moved:
            return
        assert view.exam_day is not None
        moved = Reason("exam-moved", view.exam_day.isoformat())
        for task in view.exams:
            if task.date != view.exam_day:
                self.fixed[task.number] = view.exam_day
                self.because[task.number] = moved
        buffer = [day.date for day in view.standing.days if day.role is Role.BUFFER]
        passes = [task for task in view.open if is_last_pass(task) and not view.stays(task)]
        for task in passes:
            self.must.pop(task.number, None)
        for task, day in zip_longest(reversed(passes), reversed(buffer)):
            if task is None:
                break
            if day is not None and (day < view.today or not self._takes_last_pass(day, task)):
                day = None
            if day != task.date:
                self.fixed[task.number] = day
                self.because[task.number] = moved

    def _takes_last_pass(self, on: date, task: Task) -> bool:
        """Whether a buffer day will have room for its last pass once the exam has moved."""
        view = self.view
        minutes = reviews = task.minutes
        moved: dict[str, date] = {}
        for other in self._anchored():
            wish = view.target(other, moved) if self.hangs_on_exam(other) else None
            if wish is not None:
                moved[other.task] = wish
        for other in view.open:
            if is_last_pass(other) and not view.stays(other):
                continue
            wish = moved.get(other.task)
            sits = max((day for day in view.ahead if wish is not None and day <= wish), default=None)
            if on in (sits, other.date if other.number not in self.must else None):
                minutes += other.minutes
                reviews += other.minutes * is_session(other)
        return minutes <= view.capacity(on) and reviews <= REVIEWS_A_DAY

    # --- the whole search ----------------------------------------------------------------------------------------

    def best(self) -> Found:
        """The way with the fewest dates changed. Raises DoesNotFit."""
        if not self.must and not self.fixed:
            return Found(Target(), True)
        alone = self._alone()
        if alone is not None:
            return alone
        ways = [self._neighbours(), self._without_reviews(), self._flowing()]
        found = [way for way in ways if way is not None]
        if not found:
            freed = self._flowing(self.theirs)
            if freed is None:
                raise self._misfit()
            found.append(freed)
        return min(found, key=self._score)

    def in_order(self) -> Found:
        """Everything open in curriculum order, with the fewest dates changed. Raises DoesNotFit."""
        found = self._flowing() or self._flowing(self.theirs)
        if found is None:
            raise self._misfit()
        return found

    def feasible(self) -> bool:
        """Whether there is any way to catch up; much faster than finding the best."""
        if not self.must and not self.fixed:
            return True
        if self._too_much():
            return False
        if self._line(with_reviews=False).flows():
            return True
        if self._has_gaps() and any(
            way() is not None for way in (self._alone, self._without_reviews, self._neighbours)
        ):
            return True
        if self._line(with_reviews=True).flows():
            return True
        theirs = self.theirs
        return bool(theirs) and any(self._line(with_reviews=each, freed=theirs).flows() for each in (False, True))

    @cached_property
    def theirs(self) -> frozenset[int]:
        """The pieces that stay on the day that the learner gave them, by number."""
        return frozenset(task.number for task in self.view.open if self.held(task))

    def _has_gaps(self) -> bool:
        """Whether what must move could find room while the rest stays, going by minutes alone and with no review counted.

        A neighbour that gives way leaves as much room as it then needs, so this holds of neighbours too.
        """
        view = self.view
        material = [task for task in view.open if task.anchor is None and not is_session(task)]
        material = [task for task in material if task.number not in self.fixed]
        load = view.loads(task for task in material if task.number not in self.must)
        needed = sum(view.needs(task) for task in material if task.number in self.must)
        return needed <= sum(view.room(load, day) for day in view.ahead if day != view.eve)

    def _too_much(self) -> bool:
        """Whether the material alone passes all capacity that is left."""
        view = self.view
        held = sum(view.needs(t) for t in view.open if t.anchor is None and not is_session(t) and not self.held(t))
        return held > sum(view.ceiling(day) for day in view.ahead)

    def _score(self, way: Found) -> tuple[int, int]:
        changed, moved = way.target.cost(self.view)
        return changed + _PER_DROPPED * len(way.target.dropped), moved

    def held(self, task: Task) -> bool:
        """Whether the learner gave the piece a day on which it still can sit."""
        return self.view.stays(task) and task.number not in self.must

    def _loose(self, anchors: Mapping[int, date]) -> list[Task]:
        """What must move, the days of the anchored tasks given, and has no day yet."""
        loose = [
            task
            for task in self.view.open
            if task.number in self.must and task.number not in self.fixed and task.anchor is None
        ]
        return sorted((*loose, *self._pushed_out(anchors)), key=_in_order)

    # --- moving only what must move ------------------------------------------------------------------------------

    def _alone(self) -> Found | None:
        for tried, anchors in enumerate(islice(self._anchor_days(), _ANCHOR_TRIES)):
            loose = self._loose(anchors)
            if tried >= _MANY_TRIES and len(loose) > PROVED:
                return None
            found = self._attempt(loose, anchors)
            if found is not None:
                return found
        return None

    def _neighbours(self) -> Found | None:
        """As alone, but pieces near what must move may give way, as many as can be searched exactly."""
        anchors = next(self._anchor_days(), None)
        loose = [] if anchors is None else self._loose(anchors)
        spare = PROVED - len(loose)
        if anchors is None or spare <= 0:
            return None
        near = self._near(loose, anchors)[:spare]
        return self._attempt(sorted((*loose, *near), key=_in_order), anchors)

    def _near(self, loose: Sequence[Task], anchors: Mapping[int, date]) -> list[Task]:
        """Pieces that may give way: first those that follow what must move, then the nearest by date."""
        view = self.view
        taken = {task.number for task in loose} | set(self.fixed) | set(anchors)
        load = view.loads(task for task in view.open if task.number not in taken)
        behind = {task.number for piece in loose for task in view.followers.get(piece.number, ())}

        def is_crossed(task: Task) -> bool:
            """Out of order as it stands: nothing asks that this be mended."""
            ahead, after = view.after_of(task), view.followers.get(task.number, ())
            return any(piece.date > task.date for piece in ahead if piece.number not in taken) or any(
                piece.date < task.date for piece in after if piece.number not in taken
            )

        free = [
            task
            for task in view.open
            if task.number not in taken
            and task.anchor is None
            and not view.stays(task)
            and task.date != view.eve
            and load[task.date] <= view.capacity(task.date)
            and not is_crossed(task)
        ]
        return sorted(free, key=lambda task: (task.number not in behind, task.date, *_in_order(task)))

    def _without_reviews(self) -> Found | None:
        """As alone, but the reviews of what must move take what room is left then, or are dropped."""
        for tried, anchors in enumerate(islice(self._anchor_days(), _ANCHOR_TRIES)):
            loose = self._loose(anchors)
            if tried >= _MANY_TRIES and len(loose) > PROVED:
                return None
            floating = {task.number: task for task in self._behind(loose) if is_session(task)}
            material = [task for task in loose if task.number not in floating]
            if not floating:
                return None
            found = self._attempt(material, anchors, floating)
            if found is not None:
                self.settle(found.target, list(floating.values()))
                return found
        return None

    def _behind(self, loose: Iterable[Task]) -> list[Task]:
        """The pieces themselves and all that follows them, step by step."""
        left, found = list(loose), dict[int, Task]()
        while left:
            task = left.pop()
            if task.number not in found:
                found[task.number] = task
                left += self.view.followers.get(task.number, ())
        return sorted(found.values(), key=_in_order)

    def _attempt(
        self, loose: Sequence[Task], anchors: Mapping[int, date], floating: Mapping[int, Task] = MappingProxyType({})
    ) -> Found | None:
        """Days for the ``loose`` pieces while all others stay, those in ``floating`` left out of account."""
        view = self.view
        days: dict[int, date | None] = {**self.fixed, **anchors}
        gone = {task.number for task in loose} | set(floating)
        load, reviews = Counter[date](), Counter[date]()
        for task in view.open:
            day = days.get(task.number, task.date)
            if task.number not in gone and day is not None:
                load[day] += task.minutes
                reviews[day] += task.minutes * is_session(task)
        rooms = [
            Room(day, view.room(load, day), max(0, REVIEWS_A_DAY - reviews[day]))
            for day in view.ahead
            if day != view.eve
        ]
        if loose and not rooms:
            return None
        place = {task.number: k for k, task in enumerate(loose)}
        pieces = []
        for task in loose:
            first, last = self._bounds(task, days, gone)
            ahead = tuple(place[piece.number] for piece in view.after_of(task) if piece.number in place)
            pieces.append(Loose(view.needs(task), task.date, first, last, ahead, is_session(task)))
        found = absorb(pieces, rooms)
        if found.days is None:
            return None
        target = Target()
        days |= {task.number: day for task, day in zip(loose, found.days, strict=True)}
        target.put(view, days)
        target.because |= self.reasons(anchors)
        return Found(target, found.exact)

    def _bounds(self, task: Task, days: Mapping[int, date | None], gone: Collection[int]) -> tuple[date, date]:
        """Earliest and latest day allowed by predecessors and successors.

        Where no day lies between, what was out of order before may stay so; but what was left over stands nowhere, its order
        is yet to be kept.
        """
        view = self.view
        ahead = [piece for piece in view.after_of(task) if piece.number not in gone]
        behind = [piece for piece in view.followers.get(task.number, ()) if piece.number not in gone]
        for pieces in (
            (ahead, behind),
            ([p for p in ahead if p.date <= task.date], [p for p in behind if p.date >= task.date]),
        ):
            lows = [day + _DAY * is_session(task) for p in pieces[0] if (day := days.get(p.number, p.date))]
            highs = [day - _DAY * is_session(p) for p in pieces[1] if (day := days.get(p.number, p.date))]
            first, last = max(lows, default=view.today), min(highs, default=view.last)
            if (first <= last and last >= view.today) or task.has_no_room:
                break
        return first, last

    # --- anchored tasks ------------------------------------------------------------------------------------------

    def _anchored(self) -> list[Task]:
        view = self.view
        return view.in_anchor_order([t for t in view.open if t.anchor is not None and not self.held(t)])

    def wish(self, task: Task, moved: Mapping[str, date]) -> Iterable[date] | None:
        """The days an anchored task would sit on, best first; None if it stays."""
        view = self.view
        assert task.anchor is not None
        late = self.must.get(task.number)
        if task.anchor.base in moved or self.hangs_on_exam(task):
            target = view.target(task, moved)
        elif late is None:
            return None
        else:
            target = task.date
        earliest = max(view.today, moved.get(task.anchor.base, view.today))
        later = [day for day in view.ahead if day >= earliest]
        if target is not None and target >= view.today:
            later = [day for day in reversed(later) if day <= target] + [day for day in later if day > target]
        # Where other plans hold some of the time, it passes the ceiling of all of them only if it must.
        return sorted(later, key=lambda day: day in view.standing.shared and task.minutes > view.capacity(day))

    def _anchor_days(self) -> Iterator[dict[int, date]]:
        """Ways to place the anchored tasks that must move, the most fitting first; the others' days are as they are."""
        view = self.view
        tasks = self._anchored()
        gone = set(self.must) | set(self.fixed)
        if view.exam_moved:
            gone |= {task.number for task in tasks if self.hangs_on_exam(task)}
        load = view.loads(task for task in view.open if task.number not in gone)
        firm = view.loads(t for t in view.open if t.number not in gone and not self._gives_way(t))
        for task in view.open:
            day = self.fixed.get(task.number)
            if day is not None:
                load[day] += task.minutes
                firm[day] += task.minutes

        def choose(
            k: int, days: dict[int, date], moved: dict[str, date], load: Counter[date], firm: Counter[date]
        ) -> Iterator[dict[int, date]]:
            if k == len(tasks):
                yield days
                return
            task = tasks[k]
            wish = self.wish(task, moved)
            if wish is None:
                yield from choose(k + 1, days, moved, load, firm)
                return
            if task.number not in gone:
                load, firm = (each - Counter({task.date: task.minutes}) for each in (load, firm))
            first, last = self._bounds(task, days, gone - set(days))
            for day in wish:
                room = firm if self.hangs_on_exam(task) else load
                if first <= day <= last and view.has_room_for_anchored(task, room, day):
                    more = Counter({day: task.minutes})
                    now = {**days, task.number: day}
                    yield from choose(k + 1, now, {**moved, task.task: day}, load + more, firm + more)

        return choose(0, {}, {}, load, firm)

    def hangs_on_exam(self, task: Task) -> bool:
        """Whether the exam has moved and takes the task along: it then takes its minutes of the day first."""
        return self.view.exam_moved and self.view.root(task) == "exam"

    def _gives_way(self, task: Task) -> bool:
        """Whether a piece may be pushed off its day by a task that belongs there."""
        return task.anchor is None and not self.held(task) and task.date != self.view.eve

    def _pushed_out(self, anchors: Mapping[int, date]) -> list[Task]:
        """The fewest pieces that leave their day to the tasks that the exam took along."""
        view = self.view
        taken = {t.date for t in view.open} & {
            anchors[t.number] for t in view.open if t.number in anchors and self.hangs_on_exam(t)
        }
        out = []
        for day in sorted(taken):
            here = [
                task
                for task in view.open
                if task.date == day and not {task.number} & {*self.must, *self.fixed, *anchors}
            ]
            minutes = sum(task.minutes for task in here)
            minutes += sum(task.minutes for task in view.open if anchors.get(task.number) == day)
            out += fewest((task for task in here if self._gives_way(task)), minutes - view.capacity(day))
        return out

    def reasons(self, anchors: Mapping[int, date]) -> dict[int, Reason]:
        """The reasons of the pieces that must move."""
        found = dict(self.must) | self.because
        for task in self.view.open:
            if task.number in anchors and task.number not in self.must:
                found |= self.why_anchored(task)
        return found

    def why_anchored(self, task: Task) -> dict[int, Reason]:
        """The reason for moving an anchored task to the day of its anchor."""
        assert task.anchor is not None
        if self.view.exam_moved and task.anchor.base == "exam":
            return {task.number: Reason("exam-moved", str(self.view.exam_day))}
        return {task.number: Reason("anchor", str(task.anchor))}

    # --- reviews -------------------------------------------------------------------------------------------------

    def settle(self, target: Target, sessions: Sequence[Task]) -> None:
        """Give reviews the nearest day with room after all that they come after, last passes one of the buffer; what finds
        none is dropped.

        Those that can keep their day keep it.
        """
        view = self.view
        number = {task.number for task in sessions}
        target.put(view, dict.fromkeys(number, None))
        target.dropped = [task for task in target.dropped if task.number not in number]
        load = target.load(view)
        reviews = Counter[date]()
        for task in view.open:
            if is_session(task) and task.number not in number:
                for day in target.days_of(view, task.task):
                    reviews[day] += task.minutes

        def fits(task: Task, day: date) -> bool:
            return task.minutes <= view.room(load, day) and reviews[day] + task.minutes <= REVIEWS_A_DAY

        def put(task: Task, day: date) -> None:
            load[day] += task.minutes
            reviews[day] += task.minutes
            target.put(view, {task.number: day})

        others = [day for day in view.ahead if day != view.eve]
        buffer = {day for day in others if view.days[day].role is Role.BUFFER}
        left: list[Task] = []
        for task in sorted(sessions, key=_in_order):
            waits = any(piece in left for piece in view.after_of(task))
            last = self._last_ahead(target, task)
            if not waits and task.date in view.ahead and task.date > last and fits(task, task.date):
                put(task, task.date)
            else:
                left.append(task)
        for task in left:
            last = self._last_ahead(target, task)
            # A last pass ahead of the buffer would ask for what is not learned yet.
            allowed = buffer if is_last_pass(task) else others
            free = [day for day in view.ahead if day > last and day in (*allowed, task.date) and fits(task, day)]
            if free:
                put(task, min(free, key=lambda day: (abs((day - task.date).days), day)))
            else:
                target.put(view, {task.number: None})

    def _last_ahead(self, target: Target, task: Task) -> date:
        pieces = self.view.after_of(task)
        return max((day for piece in pieces for day in target.days_of(self.view, piece.task)), default=date.min)

    # --- everything open flows -----------------------------------------------------------------------------------

    def _line(self, *, with_reviews: bool, freed: frozenset[int] = frozenset()) -> Line:
        return Line(self, with_reviews=with_reviews, freed=freed)

    def anchors_when_all_flows(self, freed: frozenset[int]) -> dict[str, date]:
        """The days on which the anchored tasks can sit at the earliest without overtaking what they come after."""
        days = self._line(with_reviews=False, freed=freed).days
        return {task.task: day for task, day in (days or {}).items()}

    def _flowing(self, freed: frozenset[int] = frozenset()) -> Found | None:
        """Everything open in curriculum order; what is ``freed`` of what the learner put on a day flows too."""
        for with_reviews in (True, False):
            found = self._line(with_reviews=with_reviews, freed=freed).best()
            if found is not None:
                return found
        return None

    def _misfit(self) -> DoesNotFit:
        view = self.view
        short = max(STEP, self._line(with_reviews=False, freed=self.theirs).short())
        if not view.ahead:
            why = f"{span_text(short)} of work is still open, and no study day is left before {view.exam_day or view.last + _DAY}"
        else:
            why = self._why_too_little()
        return DoesNotFit(why, short_minutes=short)

    def _why_too_little(self) -> str:
        """What is open against the time that is left; where that would be enough, the order, and the tasks that need a day to themselves."""
        view = self.view
        room = sum(view.capacity(day) for day in view.ahead)
        left = f"there is room for {span_text(room)} on {count(len(view.ahead), 'study day')} until {view.last}"
        tasks = [task for task in view.open if not is_session(task)]
        takes = span_text(sum(task.minutes for task in tasks))
        if sum(view.needs(task) for task in tasks) > room:
            return f"{left}; what is open takes {takes}"
        why = f"{left}, but what is open ({takes}) does not fit there in its order and around the tasks with a day of their own"
        # Anything else that is longer than the longest day is cut.
        alone = [task for task in tasks if task.kind in NEVER_CUT and task.minutes > view.fullest]
        if not alone:
            return why
        if len(alone) == 1:
            return f"{why}; '{alone[0].title}' ({alone[0].minutes} min) is longer than your longest day and needs one to itself"
        return f"{why}; {len(alone)} of them are longer than your longest day and need one each to themselves"
