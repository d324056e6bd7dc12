"""Upgrades: a newer edition of its template merged into a running plan. One batch, and one undo takes it back.

``editions`` says task by task what is new, changed and gone; what that leaves without a day finds one as a replan would find
it, in the order of study and with the fewest dates changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import uuid4

from studyplan import schedule
from studyplan.errors import Conflict, DoesNotFit, NotFound, WayOut
from studyplan.model import Change, Kind, Plan, PlanState, Reason, Role, Status, Task
from studyplan.planner import replan
from studyplan.planner.capacity import standing_of
from studyplan.planner.working_copy import WorkingCopy, WorkingCopyUseCases
from studyplan.rules import edition_diff, habits, lookup
from studyplan.rules.drafts import habit_of
from studyplan.rules.edition_diff import Amendment, Kept, Merge
from studyplan.rules.habits import HabitReach
from studyplan.schedule.standing import is_session, out_of_order
from studyplan.template.blank import BLANK

if TYPE_CHECKING:
    from studyplan.model import Anchor, BankQuestion, Card, Piece, Template
    from studyplan.rules.lookup import PlanName
    from studyplan.rules.replan_offers import Remedy

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What an edition changes in a plan, written or not. ``moves``: every piece that comes, goes, moves or changes its
    length; ``cards`` and ``questions``: how many come, change and go; ``own_words``: cards that stay as their learner rewrote them."""

    before: Plan
    plan: Plan
    learner: str
    changed: bool
    new: tuple[Task, ...] = ()
    amended: tuple[Amendment, ...] = ()
    gone: tuple[Task, ...] = ()
    kept: tuple[Kept, ...] = ()
    cards: tuple[int, int, int] = (0, 0, 0)
    questions: tuple[int, int, int] = (0, 0, 0)
    own_words: tuple[Card, ...] = ()
    moves: tuple[schedule.Move, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    exact: bool = True
    notes: tuple[str, ...] = ()
    skipped: tuple[Task, ...] = ()
    written: bool = False
    #: Of a preview: names the data, the day and the template that it rests on.
    basis: str = ""


class Upgrades(WorkingCopyUseCases):
    """A running plan brought to the newer edition of its template."""

    def preview(self, remedy: Remedy, plan: PlanName | None = None) -> Upgraded:
        """What :meth:`apply` would do. Writes nothing."""
        return self._upgrade(remedy, plan, None, None, write=False)

    def apply(
        self,
        remedy: Remedy,
        plan: PlanName | None = None,
        *,
        seen: Upgraded | None = None,
        basis: str | None = None,
    ) -> Upgraded:
        """Upgrade a running plan to its template's present edition.

        ``remedy``: what makes room for it, the exam, the minutes or what to leave out. ``seen``: what the learner
        agreed to, ``basis``: that of the preview. Raises DoesNotFit with its ways out if what is new finds no room, NotFound if the template is gone,
        Conflict if the plan has ended, no longer has its window, or would become something else than what was seen.
        """
        return self._upgrade(remedy, plan, seen, basis, write=True)

    def _upgrade(
        self, remedy: Remedy, word: PlanName | None, seen: Upgraded | None, basis: str | None, *, write: bool
    ) -> Upgraded:
        def decide(scene: WorkingCopy) -> tuple[Upgraded, str]:
            plan = self._plan(scene, word)
            if plan.template == BLANK:
                # Whatever is in it, its learner put there.
                return Upgraded(plan, plan, scene.learner.name, changed=False), ""
            template = _shortened(scene, plan, self._template(plan))
            stands = f"{scene.basis()}.{sha256(repr(template).encode()).hexdigest()[:16]}"
            if basis is not None and basis != stands:
                raise Conflict(
                    "your plans have changed since this upgrade was shown",
                    hint="look at it again",
                    slug="changed-since",
                )
            found = replace(_upgraded(scene, plan, template, remedy), written=write, basis="" if write else stands)
            if seen is not None and _told(found) != _told(seen):
                raise Conflict("the plan changed in the meantime; nothing was written", hint="run the command again")
            return found, f"{edition_diff.ACTION} {plan.name} to edition {template.edition}"

        return self._settle(decide, write=write)

    def _plan(self, scene: WorkingCopy, word: PlanName | None) -> Plan:
        running = [plan.name for plan in scene.plans if plan.state is PlanState.ACTIVE]
        if word is None and len(running) > 1:
            raise Conflict(
                f"several plans are running: {', '.join(running)}",
                hint=WayOut("say which plan you mean", "choose-upgrade", plan=running[0]),
            )
        return lookup.running_plan(scene.unit.plans(scene.learner.id), word, "only a running plan can be upgraded")

    def _template(self, plan: Plan) -> Template:
        try:
            return self._catalog().get(plan.template)
        except NotFound:
            raise NotFound(
                f"there is no template '{plan.template}' here; '{plan.name}' carries on with the copy it started from",
                hint=WayOut("`planner.queries.templates` lists those that exist", "list-templates"),
            ) from None


def _shortened(scene: WorkingCopy, plan: Plan, template: Template) -> Template:
    """The template as a retake takes it: with quick passes over what the earlier plan found known."""
    if plan.retake is None:
        return template
    from studyplan.rules import scores

    return scores.retake(template, scene.unit.tasks(scene.learner.id, plans=[plan.retake]))


def _upgraded(scene: WorkingCopy, plan: Plan, template: Template, remedy: Remedy) -> Upgraded:
    """Apply the edition to the scene, then move whatever has to move for it."""
    was = [task for task in habits.work(scene.tasks) if task.plan == plan.number]
    cards = scene.unit.cards(scene.learner.id, plan.number)
    gone = habits.work(scene.unit.gone_tasks(scene.learner.id, plan.number))
    made = edition_diff.edits(scene.unit.history(scene.learner.id), [*was, *gone])
    bank = scene.unit.questions(scene.learner.id, plan.number)
    merge = edition_diff.merge(plan, was, cards, template, made, bank)
    told = _put_habits(scene, plan, template)
    is_new = told or merge.changes or merge.new or _new_questions(merge) or not all(card.number for card in merge.cards)
    if not is_new:
        return Upgraded(plan, plan, scene.learner.name, changed=False)
    _put_cards(scene, plan, merge)
    _put_questions(scene, plan, merge)
    scene.put(merge.changes)
    there = {task.number for task in (*scene.tasks, *merge.gone)}
    scene.hand_on([task for task in was if task.number not in there])
    arrival = _Arrival(scene, plan, template, was, merge)
    exact, notes, skipped = True, told, tuple[Task, ...]()
    needed = arrival.needed or replan.is_needed(scene, scene.plan(plan.number))
    if needed or remedy.exam or remedy.week or remedy.hours or remedy.leave_out:
        mended = _mended(scene, plan, template, remedy, arrival)
        exact, skipped = mended.mending.exact, mended.skipped
        notes += mended.mending.notes
    notes += _put_reviews(scene, scene.plan(plan.number), template, merge)
    now = _counted([task for task in habits.work(scene.tasks) if task.plan == plan.number])
    known = {task.number for task in was}
    return Upgraded(
        before=plan,
        plan=scene.plan(plan.number),
        learner=scene.learner.name,
        changed=True,
        new=tuple(task for task in now if task.number not in known and task.task not in {each.task for each in was}),
        amended=tuple(merge.amended),
        gone=tuple(merge.gone),
        kept=tuple(merge.kept),
        cards=_counts(merge, "card", merge.cards),
        questions=_counts(merge, "question", merge.questions),
        own_words=tuple(merge.own_words),
        moves=_moves(was, now, template.edition),
        titles={task.task: task.title for task in (*was, *now)},
        exact=exact,
        notes=tuple(notes),
        skipped=skipped,
    )


def _put_habits(scene: WorkingCopy, plan: Plan, template: Template) -> list[str]:
    """Make the template's habits those of the edition from today on, but for what the learner changed; a word about each that
    is new, other or gone."""
    window = template.window(plan.window)
    if window is None:
        return []
    today = max(scene.clock.today(), plan.start)
    asked = {
        task.id: task for task in template.habits_of(window, frozenset(plan.paths)) if task.id not in plan.left_out
    }
    words: list[str] = []
    for habit in plan.habits:
        task = asked.pop(habit.key, None)
        if habit.own:
            continue
        if task is None:
            rows = [row for row in scene.tasks if row.habit == habit.number]
            kept, changes = habits.removed(habit, rows, today, HabitReach.FOLLOWING)
            if habit.until is None or habit.until >= today:
                scene.put([*changes, habits.with_habit(scene.plan(plan.number), kept, habit.number)])
                words.append(f"the habit '{habit.title}' is gone")
            continue
        said = habit_of(task, habit.first, habit.number)
        wanted = replace(said, until=habit.until, without=habit.without)
        if wanted != habit:
            rows = [row for row in scene.tasks if row.habit == habit.number]
            kept, changes = habits.edited(habit, wanted, rows, today, HabitReach.FOLLOWING)
            scene.put([*changes, habits.with_habit(scene.plan(plan.number), kept, habit.number)])
            words.append(f"the habit '{wanted.title}' changed")
    for task in asked.values():
        made = habit_of(task, today, scene.number())
        scene.put([habits.with_habit(scene.plan(plan.number), made, made.number)])
        words.append(f"the habit '{made.title}' is new")
    scene.regrow(plan.number)
    return words


def _put_cards(scene: WorkingCopy, plan: Plan, merge: Merge) -> None:
    number = scene.unit.next_card(scene.learner.id)
    for card in merge.cards:
        if not card.number:
            scene.new_cards.append((plan.number, replace(card, number=number)))
            scene.changes.append(Change("card", number, "exists", False, True))
            number += 1
    scene.cards[plan.number] = merge.cards


def _new_questions(merge: Merge) -> list[BankQuestion]:
    """The questions that the edition brings."""
    return [each for each in merge.questions if not each.number]


def _put_questions(scene: WorkingCopy, plan: Plan, merge: Merge) -> None:
    new = _new_questions(merge)
    first = scene.unit.next_question(scene.learner.id) if new else 0
    for number, question in enumerate(new, first):
        scene.new_questions.append((plan.number, replace(question, number=number)))
        scene.changes.append(Change("question", number, "exists", False, True))


def _counts(merge: Merge, of: str, made: Iterable[Card | BankQuestion]) -> tuple[int, int, int]:
    """How many cards or questions come, change and go."""
    changes = [change for change in merge.changes if change.of == of]
    return (
        sum(not each.number for each in made),
        len({change.number for change in changes if change.field not in ("exists", "position")}),
        sum(change.field == "exists" for change in changes),
    )


def _mended(scene: WorkingCopy, plan: Plan, template: Template, remedy: Remedy, arrival: _Arrival) -> replan.Mended:
    try:
        return replan.mend(scene, scene.plan(plan.number), remedy, other=arrival)
    except DoesNotFit as refusal:
        words = refusal.message.partition("does not fit ")[2]
        raise DoesNotFit(
            f"edition {template.edition} does not fit {words}",
            short_minutes=refusal.short_minutes,
            offers=refusal.offers,
            takes=refusal.takes,
            hint=refusal.hint,
        ) from None


class _Arrival:
    """What has no day yet once an edition is on the scene, and how it gets one: a strategy of its own for a replan.

    A new task looks for a day between the ones that it stands between in the order of study, and so near to where the one ahead
    of it ends as there is room.
    """

    def __init__(self, scene: WorkingCopy, plan: Plan, template: Template, was: Sequence[Task], merge: Merge) -> None:
        self.edition = template.edition
        self.was = out_of_order(was)
        self.loose: dict[int, Reason] = {}
        #: What a piece comes after beside what its ``after`` names, by number.
        self.behind: dict[int, list[str]] = {}
        plan = scene.plan(plan.number)
        standing = standing_of(scene.learner, plan, scene.tasks, scene.plans, scene.stints, scene.clock)
        self.ahead = [day.date for day in standing.days if day.date >= standing.today and day.role is Role.MATERIAL]
        self.rows: dict[str, list[Task]] = {}
        for task in standing.tasks:
            self.rows.setdefault(task.task, []).append(task)
        self._add(scene, plan, merge)
        self._anchor(scene, plan, merge)
        own = [task for task in habits.work(scene.tasks) if task.plan == plan.number]
        self._loosen(own)
        self.reordered = _swapped(was, own)

    @property
    def needed(self) -> bool:
        return bool(self.loose) or self.reordered

    # --- what looks for a day

    def _add(self, scene: WorkingCopy, plan: Plan, merge: Merge) -> None:
        """Make the new tasks, each on the day on which its turn comes."""
        want = {task.task: task for task in merge.new}
        turn = max(plan.start, self.ahead[0] if self.ahead else plan.end)
        ahead_of: str | None = None
        waiting: str | None = None
        for id in merge.order:
            task = want.get(id)
            if task is None:
                for row in self.rows.get(id, ()):
                    if row.anchor is None and row.kind is not Kind.EXAM and not is_session(row) and not row.own:
                        turn = max(turn, row.date)
                        if row.status is Status.OPEN:
                            self._follow(row, waiting)
                            ahead_of = id
                if ahead_of == id:
                    waiting = None
                continue
            day = plan.exam or plan.end if task.kind is Kind.EXAM else self._day_at(turn, plan)
            made = self._made(scene, task, day)
            if task.kind is not Kind.EXAM and task.anchor is None:
                self.loose[made.number] = Reason("edition", self.edition)
                self._follow(made, ahead_of)
                ahead_of = waiting = id

    def _follow(self, row: Task, id: str | None) -> None:
        if id is not None and id != row.task:
            self.behind.setdefault(row.number, []).append(id)

    def _day_at(self, turn: date, plan: Plan) -> date:
        """The first day for material from a day on, else the last there is."""
        return next((day for day in self.ahead if day >= turn), self.ahead[-1] if self.ahead else plan.end)

    def _made(self, scene: WorkingCopy, task: Task, day: date) -> Task:
        number = scene.number()
        made = replace(
            task,
            number=number,
            uuid=uuid4(),
            date=day,
            reason=Reason("edition", self.edition),
            updated_at=scene.clock.now(),
        )
        scene.made.append(made)
        scene.tasks.append(made)
        scene.changes.append(Change("task", number, "exists", False, True))
        self.rows[task.task] = [made]
        return made

    def _anchor(self, scene: WorkingCopy, plan: Plan, merge: Merge) -> None:
        """Put what has an anchor, or another one, on the day that it names; where that cannot take it, it looks for one."""
        new = {task.task for task in merge.new}
        changed = set(merge.anchored)
        for id in merge.order:
            for row in self.rows.get(id, ()):
                row = next(task for task in scene.tasks if task.number == row.number)
                if row.anchor is None or row.kind is Kind.EXAM or row.status is not Status.OPEN:
                    continue
                day = self._named(row.anchor, plan, scene.tasks)
                if day is None or row.pinned or not (id in new or row.number in changed):
                    continue
                reason = Reason("anchor", str(row.anchor))
                if id in new or day != row.date:
                    self.loose[row.number] = reason
                    at = {"date": day, "reason": reason}
                    scene.put([Change("task", row.number, name, getattr(row, name), at[name]) for name in at])

    def _named(self, anchor: Anchor, plan: Plan, tasks: Iterable[Task]) -> date | None:
        bases = {"start": plan.start, "exam": plan.exam or plan.end}
        base = bases.get(anchor.base) or next(
            (task.date for task in tasks if task.plan == plan.number and task.task == anchor.base), None
        )
        return None if base is None else base + timedelta(days=anchor.days)

    def _loosen(self, tasks: Sequence[Task]) -> None:
        """Release pieces that now come too early for their predecessors."""
        broken = out_of_order(tasks) - self.was
        rows = [task for task in tasks if task.status is Status.OPEN]
        for ahead, behind in sorted(broken):
            piece = max((row for row in rows if row.task == ahead), key=lambda row: (row.date, row.part))
            for row in rows:
                if row.task == behind and not row.pinned and row.date < piece.date + _DAY * is_session(row):
                    self.loose.setdefault(row.number, Reason("follows", piece.key))

    # --- how it gets one

    def _posed(self, standing: schedule.Standing) -> schedule.Standing:
        tasks = tuple(
            replace(task, after=(*task.after, *self.behind[task.number])) if task.number in self.behind else task
            for task in standing.tasks
        )
        return replace(standing, tasks=tasks, loose={**standing.loose, **self.loose})

    def mend(self, standing: schedule.Standing) -> schedule.Mending:
        posed = self._posed(standing)
        if self.reordered:
            return schedule.put_in_order(posed)
        found = schedule.catch_up(posed)
        if out_of_order(_after(standing.tasks, found.moves)) - self.was:
            return schedule.put_in_order(posed)
        return found

    def fits(self, standing: schedule.Standing) -> bool:
        longest = max((day.capacity or 0 for day in standing.days if day.date >= standing.today), default=0)
        if any(_is_too_long(task, longest) for task in standing.tasks):
            return False
        if not schedule.fits(self._posed(standing)):
            return False
        try:
            self.mend(standing)
        except DoesNotFit:
            return False
        return True


def _is_too_long(task: Task, longest: int) -> bool:
    """Whether an uncuttable piece is too long for any day, however many days there are."""
    is_free = task.status is Status.OPEN and task.anchor is None and not (task.pinned or task.own or task.splittable)
    return is_free and task.kind is not Kind.EXAM and task.minutes > longest


def _after(tasks: Sequence[Task], moves: Sequence[schedule.Move]) -> list[Task]:
    """The pieces as they will stand."""
    by_number = {task.number: task for task in tasks}
    for place, move in enumerate(moves):
        if move.number is not None and move.after is None:
            del by_number[move.number]
        elif move.after is not None:
            row = by_number[move.number] if move.number else next(task for task in tasks if task.task == move.task)
            by_number[move.number or -1 - place] = replace(
                row, date=move.after, minutes=move.minutes or row.minutes, part=move.part, status=Status.OPEN
            )
    return list(by_number.values())


def _swapped(was: Sequence[Task], now: Sequence[Task]) -> bool:
    """Whether two open tasks have changed places in the order of study and so stand the wrong way round by their days."""

    def line(tasks: Sequence[Task]) -> dict[str, list[Task]]:
        found: dict[str, list[Task]] = {}
        for task in sorted(tasks, key=lambda task: task.position):
            is_material = task.anchor is None and task.kind is not Kind.EXAM and not is_session(task)
            if is_material and task.status is Status.OPEN and not task.own and not task.pinned:
                found.setdefault(task.task, []).append(task)
        return found

    before = {id: place for place, id in enumerate(line(was))}
    rows = {id: found for id, found in line(now).items() if id in before}
    if [*rows] == [id for id in before if id in rows]:
        return False
    ends: list[tuple[int, date]] = []
    for id, pieces in rows.items():
        first = min(piece.date for piece in pieces)
        if any(place > before[id] and last > first for place, last in ends):
            return True
        ends.append((before[id], max(piece.date for piece in pieces)))
    return False


# --- reviews


def _put_reviews(scene: WorkingCopy, plan: Plan, template: Template, merge: Merge) -> list[str]:
    """The reviews that new decks earn, where there is room; a note for each that found none."""
    from studyplan.rules.drafts import drawn_from_cards

    had = {deck.id for deck in merge.old_decks}
    new = [deck for deck in merge.decks if deck.id not in had]
    if not new:
        return []
    tasks = [task for task in habits.work(scene.tasks) if task.plan == plan.number]
    standing = standing_of(scene.learner, plan, scene.tasks, scene.plans, scene.stints, scene.clock)
    spent = standing.spent_today or 0
    days = [
        replace(day, capacity=max(0, (day.capacity or 0) - spent)) if day.date == standing.today else day
        for day in standing.days
        if day.date >= standing.today
    ]
    sessions = [_piece(task) for task in tasks if is_session(task)]
    if not sessions and had:
        # Its last passes were dropped for want of room: they are not to come by this door.
        sessions = [_nothing(plan)]
    found = schedule.place_reviews(new, days, [_piece(task) for task in tasks if not is_session(task)], beside=sessions)
    decks = {deck.id: deck for deck in merge.decks}
    modules = {module.id: module.title for module in template.modules}
    position = max((task.position for task in tasks), default=-1)
    for work, piece in zip(found.works, found.pieces, strict=True):
        position += 1
        number = scene.number()
        review = replace(
            drawn_from_cards(work, decks, modules, plan),
            number=number,
            uuid=uuid4(),
            date=piece.date,
            position=position,
            reason=Reason("edition", template.edition),
            updated_at=scene.clock.now(),
        )
        scene.made.append(review)
        scene.tasks.append(review)
        scene.changes.append(Change("task", number, "exists", False, True))
    return [note.rstrip(".") for note in found.notes]


def _piece(task: Task) -> Piece:
    from studyplan.model import Piece

    return Piece(task.task, task.part, task.date, task.minutes)


def _nothing(plan: Plan) -> Piece:
    from studyplan.model import Piece

    return Piece("", 1, plan.start, 0)


# --- what is reported


def _counted(tasks: Sequence[Task]) -> list[Task]:
    """The pieces, each with its place among those of its task."""
    pieces: dict[str, list[int]] = {}
    for task in sorted(tasks, key=lambda task: (task.date, task.part)):
        pieces.setdefault(task.task, []).append(task.number)
    return [
        replace(task, parts=len(pieces[task.task]), place=1 + pieces[task.task].index(task.number)) for task in tasks
    ]


def _moves(was: Sequence[Task], now: Sequence[Task], edition: str) -> tuple[schedule.Move, ...]:
    """Every piece that comes, goes, moves or changes its length, in the order of study."""
    before = {task.number: task for task in was}
    after = {task.number: task for task in now}
    found: list[tuple[tuple[int, int], schedule.Move]] = []
    for number in sorted({*before, *after}):
        old, new = before.get(number), after.get(number)
        row = new or old
        assert row is not None
        if old and new and (old.date, old.minutes) == (new.date, new.minutes):
            continue
        asked = Reason("edition", edition)
        reason = asked if new is None or (old and old.date == new.date) else new.reason or asked
        move = schedule.Move(
            number,
            row.key,
            row.task,
            row.part,
            old.minutes if old else None,
            new.minutes if new else None,
            old.date if old else None,
            new.date if new else None,
            reason,
        )
        found.append(((row.position, row.part), move))
    return tuple(move for _, move in sorted(found, key=lambda each: each[0]))


def _told(upgraded: Upgraded) -> list[object]:
    """What an upgrade does, without the numbers of new pieces."""
    return [
        upgraded.plan.edition,
        upgraded.amended,
        [task.key for task in upgraded.gone],
        upgraded.kept,
        upgraded.cards,
        upgraded.questions,
        [(move.key, move.before, move.after, move.minutes, move.reason) for move in upgraded.moves],
    ]
