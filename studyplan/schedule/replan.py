"""Replan: catch up with the fewest dates changed, even out what is left, or shift everything by some days.

Each takes a plan as it stands and returns the moves, each with its reason; nothing is written here. All raise
``DoesNotFit`` if the open minutes do not fit before the last day. Pure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

from studyplan.errors import DoesNotFit, UsageProblem, WayOut
from studyplan.model import NEVER_CUT, STEP, Anchor, Day, Deck, Kind, Reason, Role, Status, Task, Work
from studyplan.schedule.absorb import PROVED
from studyplan.schedule.catchup import CatchUp, is_last_pass
from studyplan.schedule.layout import Layout, Problem, lay_out, misfit
from studyplan.schedule.moves import Explain, Pieces, Target, moves
from studyplan.schedule.reviews import REVIEWS, REVIEWS_A_DAY
from studyplan.schedule.standing import Mending, Move, Standing, View, is_session
from studyplan.schedule.window import with_shares
from studyplan.text import count

__all__ = ["Mending", "Move", "Standing", "catch_up", "even_fits", "even_out", "fits", "put_in_order", "shift"]

_DAY = timedelta(days=1)


def catch_up(standing: Standing) -> Mending:
    """Move what was missed, and what lies where it no longer can, with the fewest dates changed.

    What must move goes alone, by the least sum of days moved, where each piece finds a day with room on which no
    ``after`` is broken; else neighbours give way or everything open flows forward in curriculum order. Doing it twice
    changes nothing more.
    """
    view = View(standing)
    search = CatchUp(view)
    found = search.best()
    done = moves(view, found.target, Explain(view, found.target))
    notes = list(_notes(view, found.target))
    if not found.exact:
        notes.append(f"more than {PROVED} pieces had to move, so these are the best days found; better ones may exist")
    return Mending("catch-up", done, found.exact, tuple(notes))


def put_in_order(standing: Standing) -> Mending:
    """As catch up where the order of study itself has changed: everything open flows in the order of its positions, with
    the fewest dates changed."""
    view = View(standing)
    target = CatchUp(view).in_order().target
    return Mending("catch-up", moves(view, target, Explain(view, target)), True, tuple(_notes(view, target)))


def even_out(standing: Standing) -> Mending:
    """Lay out what is left from today on, as evenly as the days allow. Reviews keep their days where they can.

    The buffer stays free of material unless nothing else is feasible; then its days are taken, the earliest first. An
    anchored task that what it comes after can no longer reach in time waits for it.
    """
    view = View(standing)
    search = CatchUp(view)
    way, refusal = _even_way(view, search, frozenset())
    if way is None and search.theirs:
        way, refusal = _even_way(view, search, search.theirs)
        freed = search.theirs
        # What need not leave its day is held there the next time; so the rest is laid out around it now.
        while way is not None and (left := way.left(freed)) < freed:
            again, _ = _even_way(view, search, left)
            if again is None:
                break
            way, freed = again, left
    if way is None:
        raise refusal or DoesNotFit("what is open cannot be spread over the days that are left", short_minutes=STEP)
    return Mending("even", moves(view, way.target, way), True, tuple(_notes(view, way.target)))


def _even_way(view: View, search: CatchUp, freed: frozenset[int]) -> tuple[_Evened | None, DoesNotFit | None]:
    """The first attempt that leads to a plan, or why the last did not."""
    refusal = None
    for attempt in _attempts(view, search, freed):
        refusal = misfit(attempt.problem)
        if refusal is None:
            target = attempt.target(lay_out(attempt.problem))
            if target is not None:
                return _Evened(view, target, attempt.days), None
    return None, refusal


def fits(standing: Standing) -> bool:
    """Whether catching up is possible; takes milliseconds, where finding the best way may take hundreds."""
    return CatchUp(View(standing)).feasible()


def even_fits(standing: Standing) -> bool:
    """Whether some attempt of ``even_out`` has no misfit, told without laying anything out.

    One with all of the buffer opened and nothing kept back for reviews has room wherever another like it has.
    """
    view = View(standing)
    search = CatchUp(view)
    material = (t for t in view.open if t.anchor is None and not is_session(t) and not search.held(t))
    if sum(view.needs(task) for task in material) > sum(view.capacity(day) for day in view.ahead if day != view.eve):
        return False
    buffer = len(_buffer(view))
    for freed in dict.fromkeys((frozenset[int](), search.theirs)):
        if misfit(_Attempt(view, search, freed, opened=buffer).problem) is None:
            return True
        later = search.anchors_when_all_flows(freed)
        if later and misfit(_Attempt(view, search, freed, opened=buffer, anchors=later).problem) is None:
            return True
    return False


def in_order_of_study(standing: Standing) -> Problem:
    """What is left, to be laid out in curriculum order on all days but the eve, with no minutes kept back for reviews."""
    view = View(standing)
    return _Attempt(view, CatchUp(view), frozenset(), opened=len(_buffer(view))).problem


def shift(standing: Standing, study_days: int) -> Mending:
    """Put every open piece so many study days later; a day that cannot take what falls on it passes it on to the next.

    The exam stays, and with it what the buffer holds by an anchor or as a last pass, and what the learner put on its day.
    """
    if study_days < 1:
        raise UsageProblem(f"a shift must be by 1 study day or more, not {study_days}")
    return _Shift(View(standing), study_days).mending()


def _notes(view: View, target: Target) -> Iterator[str]:
    """Notes for the learner, beside the moves."""
    days = {row.number: day for pieces in target.pieces.values() for row, day, _ in pieces if row is not None}
    for task in view.open:
        if task.pinned and days.get(task.number, task.date) != task.date and task.date >= view.today:
            yield f"'{task.title}' had to leave {task.date}, where you put it: nothing else fits"
    for task in target.dropped:
        yield f"'{task.title}' was dropped: no day before the exam has room for it"


# --- even out --------------------------------------------------------------------------------------------------------

#: Marks the id of a work that stands for a piece on the day its learner gave it.
_PUT = "put:"


class _Attempt:
    """What is left as a problem of laying out. ``freed``: of what the learner put on a day, what is laid out with the rest."""

    def __init__(
        self,
        view: View,
        search: CatchUp,
        freed: frozenset[int],
        *,
        decks: tuple[Deck, ...] = (),
        opened: int = 0,
        anchors: Mapping[str, date] = MappingProxyType({}),
    ) -> None:
        self.view = view
        self.search = search
        self.anchors = anchors
        self.days = tuple(_days_left(view, opened))
        self.put = [t for t in view.open if t.number in search.theirs - freed and not is_session(t)]
        self.sessions = [t for t in view.open if is_session(t) and t not in self.put and t.number not in search.fixed]
        self.rows: dict[str, list[Task]] = {}
        for task in view.open:
            if not is_session(task) and task not in self.put:
                self.rows.setdefault(task.task, []).append(task)
        on_study_days = {day.date for day in self.days if day.role is not Role.OFF}
        put = [
            work
            for task in self.put
            if (work := _put_work(view, task, self.rows, task.date in on_study_days)) and (work.minutes or work.after)
        ]
        works = (*put, *(self._work(rows) for rows in self.rows.values()), *(_exam_work(task) for task in view.exams))
        settled = {task.task: task.date for task in sorted((*view.over, *self.put), key=lambda task: task.date)}
        settled = {id: day for id, day in settled.items() if id not in self.rows}
        spent = {view.today: view.spent}
        self.problem = Problem(
            self.days, works, decks, start=view.first, settled=settled, spent=spent, shared=view.standing.shared
        )

    def _work(self, rows: Sequence[Task]) -> Work:
        first = rows[0]
        put = {task.task: f"{_PUT}{task.key}" for task in self.put if task.task in first.after}
        broken = {task.task for task in self.put if any(row.date < task.date for row in rows)}
        after = [id for id in first.after if id in self.rows]
        after += [put[id] for id in first.after if id in put and id not in broken]
        return Work(
            first.task,
            sum(row.minutes for row in rows),
            splittable=first.splittable or len(rows) > 1,
            whole=first.kind in NEVER_CUT,
            after=tuple(after),
            anchor=Anchor("start", (self.anchors[first.task] - self.view.first).days)
            if first.task in self.anchors
            else first.anchor,
            title=first.title,
        )

    def _stayed(self, task: Task, placed: Sequence[tuple[date, int]] | None) -> bool:
        if not placed:
            return True
        if is_session(task) or not self.view.is_study_day(task.date):
            return placed[0][0] < task.date
        return placed[0][0] == task.date

    def target(self, layout: Layout) -> Target | None:
        """The lay-out as a target; None if it does not leave each piece on the day that the learner gave it."""
        view = self.view
        placed: dict[str, list[tuple[date, int]]] = {}
        for piece in layout.pieces:
            placed.setdefault(piece.task, []).append((piece.date, piece.minutes))
        if any(not self._stayed(task, placed.get(f"{_PUT}{task.key}")) for task in self.put):
            return None
        target = Target()
        target.put(view, self.search.fixed)
        sessions = list(self.sessions)
        for id, rows in self.rows.items():
            if rows[0].anchor is not None and len(rows) == 1:
                at = placed[id][0][0]
                target.put(view, {rows[0].number: at})
                named = (
                    not self.anchors or at == view.target(rows[0], self.anchors) or self.search.hangs_on_exam(rows[0])
                )
                if at != rows[0].date and rows[0].number not in self.search.must and named:
                    target.because |= self.search.why_anchored(rows[0])
            elif [(row.date, row.minutes) for row in rows] != placed[id]:
                target.recut(view, rows, placed[id])
        target.because |= self.search.because | dict(self.search.must)
        load = target.load(view)
        for number, day in self.search.fixed.items():
            if day is not None and view.is_study_day(day) and load[day] > view.capacity(day):
                sessions += [task for task in view.open if task.number == number]
        self.search.settle(target, sessions)
        return None if self._jumps_ahead(target) else target

    def _jumps_ahead(self, target: Target) -> bool:
        """Whether a piece on the learner's day and what comes after it, or an anchored task ahead of it, would swap."""
        view = self.view
        for task in self.put:
            ahead = [row for id in task.after for row in view.of_task.get(id, ()) if row.anchor is not None]
            if any(row.date <= task.date < max(target.days_of(view, row.task)) for row in ahead):
                return True
        return any(
            min(target.days_of(view, id), default=task.date) < task.date
            for task in self.put
            for id in {piece.task for piece in view.followers.get(task.number, ())} - {task.task}
            if all(row.date >= task.date for row in view.of_task[id])
        )


def _attempts(view: View, search: CatchUp, freed: frozenset[int]) -> Iterator[_Attempt]:
    """Ways to pose what is left, from the one that keeps most of the rules to the one that gives up most."""
    decks = tuple(deck for deck in view.standing.decks if _has_reviews_left(view, deck))
    buffer = _buffer(view)
    if decks:
        yield _Attempt(view, search, freed, decks=decks)
    for opened in range(len(buffer) + 1):
        yield _Attempt(view, search, freed, opened=opened)
    later = search.anchors_when_all_flows(freed)
    for opened in range(len(buffer) + 1 if later else 0):
        yield _Attempt(view, search, freed, opened=opened, anchors=later)


def _buffer(view: View) -> list[date]:
    """The buffer days ahead that may be opened to material."""
    return [day for day in view.ahead if view.days[day].role is Role.BUFFER and day != view.eve]


def _has_reviews_left(view: View, deck: Deck) -> bool:
    """Whether minutes must still be kept back for a deck: not once its last review is over."""
    return all(task.task != f"{deck.id}-{REVIEWS}" for task in view.over)


def _days_left(view: View, opened: int) -> Iterator[Day]:
    """The days from today on, with ``opened`` buffer days turned into material days and today's minutes used up."""
    for day in view.standing.days:
        if day.date < view.today:
            continue
        if day.role is Role.BUFFER and day.date != view.eve and opened:
            day, opened = replace(day, role=Role.MATERIAL), opened - 1
        if day.date == view.today and day.capacity is not None and view.spent and day.role is not Role.EXAM:
            left = max(0, day.capacity - view.spent)
            day = replace(day, capacity=left, role=day.role if left >= STEP else Role.OFF)
        yield day


def _put_work(view: View, task: Task, rows: Mapping[str, Sequence[Task]], on_study_day: bool) -> Work:
    """What the learner put on a day as an anchored work.

    Of a review, or off the study days, it stands for no minutes: only for what must be over by then.
    """
    after = tuple(
        id for id in task.after if id in rows and all(row.date <= task.date and row.anchor is None for row in rows[id])
    )
    anchor = Anchor("start", (task.date - view.first).days - is_session(task))
    return Work(
        f"{_PUT}{task.key}", task.minutes * _counts(task, on_study_day), after=after, anchor=anchor, title=task.title
    )


def _counts(task: Task, on_study_day: bool) -> bool:
    return on_study_day and not is_session(task)


def _exam_work(task: Task) -> Work:
    return Work(task.task, task.minutes, exam=True, title=task.title)


class _Evened(Explain):
    """Of an even plan each piece of material moves for the sake of evenness.

    ``days``: those that are left, with the buffer days that are open to material as such.
    """

    def __init__(self, view: View, target: Target, days: Sequence[Day]) -> None:
        super().__init__(view, target)
        material = {day.date for day in days if day.role is Role.MATERIAL}
        placed = sum(
            minutes
            for task, day, minutes in target.sits(view)
            if day in material and not is_session(task) and task.kind is not Kind.EXAM
        )
        self.shares = {day.date: day.share for day in with_shares(days, placed) if day.share is not None}

    def left(self, freed: frozenset[int]) -> frozenset[int]:
        """Which of those pieces leave their day."""
        return frozenset(t.number for t in self.view.open if t.number in freed and self.days.get(t.number) != t.date)

    def moved(self, row: Task, day: date, minutes: int) -> Reason:
        is_tied = is_session(row) or row.anchor is not None
        if is_tied or row.number in self.target.because or day not in self.shares:
            return super().moved(row, day, minutes)
        return Reason("evened", round(self.shares[day]))

    def gone(self, row: Task) -> Reason:
        into = next((day for task, day, _ in self.target.pieces.get(row.task, ()) if task is not None), None)
        if into is None or into not in self.shares:
            return super().gone(row)
        return Reason("evened", round(self.shares[into]))

    def made(self, id: str, place: int) -> Reason:
        day = self.target.pieces[id][place][1]
        if day not in self.shares:
            return super().made(id, place)
        return Reason("evened", round(self.shares[day]))


# --- several at once -------------------------------------------------------------------------------------------------


def at_once(before: Standing, after: Standing, strategy: str) -> tuple[Move, ...]:
    """The moves that lead from one standing of a plan to the other at once, each with a reason that is true of both.

    ``strategy``: even where pieces moved for evenness.
    """
    view = View(before)
    search = CatchUp(view)
    target = Target()
    was = {task.number: task for task in (*view.open, *view.exams)}
    now: dict[str, Pieces] = defaultdict(list)
    for task in sorted(after.tasks, key=lambda task: (task.date, task.part)):
        if task.exists and task.status is Status.OPEN:
            now[task.task].append((was.get(task.number), task.date, task.minutes))
    for id in dict.fromkeys(task.task for task in was.values()):
        rows = [(task, task.date, task.minutes) for task in was.values() if task.task == id]
        if sorted(now[id], key=_day_of) != sorted(rows, key=_day_of):
            target.pieces[id] = now[id]
    target.dropped = [
        task for task in view.open if is_session(task) and task.task in target.pieces and not now[task.task]
    ]
    target.because |= search.because | dict(search.must)
    for task in view.open:
        days = target.days_of(view, task.task)
        if task.anchor is not None and task.number not in search.must and days != [task.date]:
            moved = {
                each.task: day for each in view.open if (day := min(target.days_of(view, each.task), default=None))
            }
            if search.hangs_on_exam(task) or view.target(task, moved) in days:
                target.because |= search.why_anchored(task)
    explain = (
        _Evened(view, target, tuple(_days_left(view, _opened(view, target))))
        if strategy == "even"
        else Explain(view, target)
    )
    return moves(view, target, explain)


def _day_of(piece: tuple[Task | None, date, int]) -> tuple[date, int]:
    row, day, _ = piece
    return day, row.part if row else 0


def _opened(view: View, target: Target) -> int:
    """How many of the buffer days are open to material: up to the last that holds some."""
    held = {day for task, day, _ in target.sits(view) if task.anchor is None and not is_session(task)}
    return max((place for place, day in enumerate(_buffer(view), start=1) if day in held), default=0)


# --- shift -----------------------------------------------------------------------------------------------------------


class _Shift:
    def __init__(self, view: View, by: int) -> None:
        self.view = view
        self.by = by
        self.search = CatchUp(view)
        self.study = [day.date for day in view.standing.days if view.is_study_day(day.date)]
        self.because: dict[int, Reason] = {}

    def mending(self) -> Mending:
        view = self.view
        held = {task.number for task in view.open if self._is_held(task)}
        while True:
            days = self._days(held)
            freed = self._out_of_order(held, days)
            if not freed:
                break
            held -= freed
        target = Target()
        target.put(view, days)
        target.because |= {number: self._kept(target, number, days) for number in self.because}
        notes = list(_notes(view, target))
        late = sum((day or view.today) < view.today for day in days.values())
        if late:
            notes.append(
                f"{count(late, 'piece')} {'stays' if late == 1 else 'stay'} overdue: shifting by {count(self.by, 'study day')} is not enough to reach today"
            )
        return Mending("shift", moves(view, target, Explain(view, target)), True, tuple(notes))

    def _kept(self, target: Target, number: int, days: Mapping[int, date | None]) -> Reason:
        """Why a piece shifts, naming the piece that another was merged into.

        Where that is the piece itself, what kept the other from an earlier day kept it too.
        """
        by_number = {task.number: task for task in self.view.open}
        reason = self.because[number]
        wish = self._later(by_number[number].date) if number in by_number else None
        while reason.code == "follows":
            named = next(task for task in self.view.open if task.key == reason.because)
            at = days.get(named.number, named.date)
            into = next((row for row, day, _ in target.pieces.get(named.task, ()) if row and day == at), named)
            if into.number != number or wish is None:
                return Reason("follows", into.key)
            reason = self.because[named.number]
            if reason.code != "follows" or not self._is_beyond(str(reason.because), wish, days):
                return Reason("day-full", wish.isoformat())
        return reason

    def _is_beyond(self, key: str, day: date, days: Mapping[int, date | None]) -> bool:
        """Whether a piece shifts to after a day."""
        task = next(task for task in self.view.open if task.key == key)
        return (days.get(task.number, task.date) or day) > day

    def _is_held(self, task: Task) -> bool:
        view = self.view
        if self.search.held(task):
            return True
        role = view.days[task.date].role if task.date in view.days else Role.OFF
        return role is Role.BUFFER and not view.exam_moved and (task.anchor is not None or is_last_pass(task))

    def _later(self, day: date) -> date | None:
        """The day so many study days later; None beyond the last."""
        ahead = [each for each in self.study if each > day]
        return ahead[self.by - 1] if len(ahead) >= self.by else None

    def _days(self, held: set[int]) -> dict[int, date | None]:
        """A day for every piece that shifts. Raises DoesNotFit."""
        view, fixed = self.view, self.search.fixed
        days: dict[int, date | None] = dict(fixed)
        load, reviews = Counter[date](), Counter[date]()
        for task in view.open:
            day = fixed.get(task.number, task.date)
            if day is not None and (task.number in fixed or task.number in held):
                load[day] += task.minutes
                reviews[day] += task.minutes * is_session(task)
        self.because = dict(self.search.because)
        late, line = list[Task](), list[Task]()
        left = [task for task in view.open if task.number not in fixed and task.number not in held]
        for task in sorted(left, key=lambda task: (task.date, task.position, task.part)):
            found = self._first_day(task, days, line, load, reviews)
            if found is None:
                late.append(task)
                continue
            day, self.because[task.number] = found
            if task.anchor is None and not is_session(task) and day >= view.today:
                line.append(task)
            days[task.number] = day
            load[day] += task.minutes
            reviews[day] += task.minutes * is_session(task)
        if late:
            others = f" and {count(len(late) - 1, 'other task')}" if len(late) > 1 else ""
            raise DoesNotFit(
                f"shifted by {count(self.by, 'study day')}, '{late[0].title}'{others} would fall after {view.last}",
                short_minutes=sum(task.minutes for task in late),
                hint=WayOut("shift by less, or move the exam as well", "shift-less"),
            )
        return days

    def _first_day(
        self,
        task: Task,
        days: Mapping[int, date | None],
        line: Sequence[Task],
        load: Mapping[date, int],
        reviews: Mapping[date, int],
    ) -> tuple[date, Reason] | None:
        """The day a piece shifts to and why there: the first that takes it, behind what it comes after and the ``line`` so far."""
        view = self.view
        first, reason = self._wish(task, days)
        if first is None:
            return None
        if first < view.today and reason.code == "shifted":
            return first, reason
        ahead = view.after_of(task)
        if task.anchor is None and not is_session(task):
            before = [piece for piece in line if (piece.position, piece.part) < (task.position, task.part)]
            ahead += sorted(before, key=lambda piece: days[piece.number] or date.min)[-1:]
        for day in self.study:
            if day < max(first, view.today):
                continue
            late = next((p for p in ahead if (at := days.get(p.number)) and at + _DAY * is_session(task) > day), None)
            if late is None and self._takes(task, day, load, reviews):
                return day, reason
            if reason.code in ("shifted", "exam-moved", "anchor"):
                reason = Reason("day-full", day.isoformat()) if late is None else Reason("follows", late.key)
        return None

    def _wish(self, task: Task, days: Mapping[int, date | None]) -> tuple[date | None, Reason]:
        view = self.view
        if view.exam_moved and view.exam_day and task.anchor is not None and view.root(task) == "exam":
            moved = {t.task: day for t in view.open if (day := days.get(t.number)) is not None}
            return view.target(task, moved), self.search.why_anchored(task)[task.number]
        return self._later(task.date), Reason("shifted", self.by)

    def _takes(self, task: Task, day: date, load: Mapping[date, int], reviews: Mapping[date, int]) -> bool:
        view = self.view
        if is_session(task):
            return task.minutes <= view.room(load, day) and reviews.get(day, 0) + task.minutes <= REVIEWS_A_DAY
        if task.anchor is not None:
            return view.has_room_for_anchored(task, load, day)
        return day != view.eve and view.needs(task) <= view.room(load, day)

    def _out_of_order(self, held: set[int], days: Mapping[int, date | None]) -> set[int]:
        """What the learner put on a day, and what now ends too late for it. Raises DoesNotFit if the exam holds it."""
        view = self.view
        freed = set()
        for task in view.open:
            if task.number not in held:
                continue
            late = [
                piece
                for piece in view.after_of(task)
                if piece.date <= task.date
                and (day := days.get(piece.number)) is not None
                and (day > task.date or (day == task.date and is_session(task)))
            ]
            if not late:
                continue
            if not view.stays(task):
                raise DoesNotFit(
                    f"shifted by {count(self.by, 'study day')}, '{late[0].title}' would end after '{task.title}' ({task.date}), which needs it",
                    short_minutes=sum(piece.minutes for piece in late),
                    hint=WayOut("shift by less, or move the exam as well", "shift-less"),
                )
            freed.add(task.number)
        return freed
