"""One transaction: every query of what a learner has, and the one way to change rows, :meth:`Unit.apply`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from sqlalchemy import (
    Select,
    String,
    Text,
    and_,
    case,
    cast,
    delete,
    false,
    func,
    insert,
    not_,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.exc import DataError, IntegrityError

from studyplan.model import (
    FIRST_OCCURRENCE,
    NO_ROOM,
    Answer,
    Batch,
    Card,
    Change,
    Grade,
    Learner,
    Plan,
    PlanState,
    Status,
    Stint,
    Task,
)
from studyplan.store import rows, tables
from studyplan.store.queries import counts, of_shape, readable, tasks_of
from studyplan.store.revision import LISTED, BatchWriter, among, exists, missing, whole
from studyplan.store.rows import is_zone
from studyplan.text import one_line

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, CursorResult, Delete, Insert, Table, Update

    from studyplan.model import Attempt, BankQuestion

T = TypeVar("T")


def _has_no_room() -> ColumnElement[bool]:
    """Whether a replan found no room for the task. Its reason is kept as a JSON list, the code ahead."""
    return func.coalesce(cast(tables.task.c.reason, String), "").like(f'["{NO_ROOM}"%')


class Unit:
    """One transaction. Every method but :meth:`learners` looks at one learner's rows only.

    What does not exist (never made, undone or removed) is kept in the database but shown by no method that does not say so.
    """

    def __init__(
        self, connection: Connection, *, writes: bool, tell: Callable[[str], None] = lambda line: None
    ) -> None:
        self._connection = connection
        self._writes = writes
        self._tell = tell
        #: The newest batch that this transaction logged.
        self.logged: Batch | None = None

    # --- learners

    @property
    def writes(self) -> bool:
        return self._writes

    def learners(self, *, limit: int | None = None) -> list[Learner]:
        """All learners ordered by name, or the first few."""
        query = of_shape(rows.LEARNER, tables.learner).order_by(tables.learner.c.name).limit(limit)
        return [self._with_zone(learner) for learner in self._values(rows.LEARNER, query)]

    def learner(self, name: str) -> Learner | None:
        """The learner of that name, capitals or not. In a transaction that writes, nobody else changes this learner's rows until
        it ends."""
        found = self._learner_written(name)
        if found is None:
            # Compared here: the lower() of SQLite knows no letters but ASCII's.
            alike = [each for each in self.learner_names() if each.casefold() == name.casefold()]
            found = self._learner_written(alike[0]) if len(alike) == 1 else None
        return found

    def _learner_written(self, name: str) -> Learner | None:
        """The learner whose name is written exactly like this."""
        query = of_shape(rows.LEARNER, tables.learner).where(tables.learner.c.name == name)
        found = self._values(rows.LEARNER, query.with_for_update() if self._writes else query)
        return self._with_zone(found[0]) if found else None

    def learner_by_id(self, id: int) -> Learner:
        """The learner of that id. Raises StorageProblem if there is none."""
        found = self._values(rows.LEARNER, of_shape(rows.LEARNER, tables.learner).where(tables.learner.c.id == id))
        if not found:
            raise missing("learner", id)
        return self._with_zone(found[0])

    def learner_names(self) -> list[str]:
        """The names of all learners, in their order."""
        names = select(tables.learner.c.name).order_by(tables.learner.c.name)
        return [str(name) for name in self._connection.execute(names).scalars()]

    def _with_zone(self, learner: Learner) -> Learner:
        """The learner; without a zone where theirs is known to nobody here, so that the program goes on by the system's."""
        if learner.zone is None or is_zone(learner.zone):
            return learner
        self._tell(
            f"Note: the time zone '{one_line(learner.zone, 60)}' of '{one_line(learner.name)}' is not known here, so this computer's is "
            "used (`studyplan learner set --zone ZONE` sets another)"
        )
        return replace(learner, zone=None)

    def _values(self, shape: rows.RowCodec[T], query: Select[Any]) -> list[T]:
        """The values of a query's rows. Raises StorageProblem for a row that cannot be read."""
        with readable(shape.makes.__name__.lower().removeprefix("bank")):
            return [shape.value(row) for row in self._connection.execute(query)]

    def add_learner(self, name: str, *, zone: str | None, at: datetime) -> Learner:
        """A new learner. Raises Conflict for a taken name."""
        row = {"name": name, "zone": zone, "created_at": at, "next_plan": 1, "next_task": 1, "next_batch": 1}
        made = self._change(insert(tables.learner).values(row))
        (id,) = made.inserted_primary_key or (0,)
        return Learner(id=id, name=name, zone=zone, created_at=whole(at))

    def remove_learner(self, id: int) -> None:
        """Take out the learner and every row of theirs, for good."""
        self._change(delete(tables.learner).where(tables.learner.c.id == id))

    def everything(self, learner_id: int) -> dict[str, list[dict[str, Any]]]:
        """Every row of the learner by table, as JSON has it: what :meth:`take` makes a learner of elsewhere."""
        from studyplan.store import transfer

        return transfer.rows_of(self._connection, learner_id)

    def take(self, read: Mapping[str, Sequence[dict[str, Any]]], name: str) -> Learner:
        """Make a learner of rows that ``transfer.read_in`` has checked. Raises ``transfer.Misfit`` where the database refuses
        them all the same."""
        from studyplan.store import transfer

        self._must_write()
        try:
            transfer.put(self._connection, read, name)
        except (IntegrityError, DataError) as error:
            raise transfer.Misfit(f"the database rejects a row: {str(error.orig).splitlines()[0]}") from None
        learner = self.learner(name)
        if learner is None:
            raise missing("learner", name)
        return learner

    # --- plans and tasks

    def plans(self, learner_id: int, *, states: Collection[PlanState] | None = None, gone: bool = False) -> list[Plan]:
        """The plans by number, of all states or of those named; with ``gone`` also those whose start was undone."""
        plan = tables.plan.c
        query = of_shape(rows.PLAN, tables.plan).where(plan.learner_id == learner_id).order_by(plan.number)
        if not gone:
            query = query.where(plan.exists == true())
        if states is not None:
            query = query.where(plan.state.in_([state.value for state in states]))
        return self._values(rows.PLAN, query)

    def tasks(
        self,
        learner_id: int,
        *,
        plans: Collection[int] | None = None,
        numbers: Collection[int] | None = None,
        since: date | None = None,
        until: date | None = None,
        status: Status | None = None,
        done_since: datetime | None = None,
        gone: bool = False,
    ) -> list[Task]:
        """The tasks by date, position and number, of every plan that exists, dropped ones too, or of the plans named.

        ``since`` and ``until`` are days, both included; ``done_since`` keeps what is done or skipped since that instant;
        with ``gone`` tasks that were removed are among them.
        """
        task = tables.task.c
        query = tasks_of(learner_id, exists(tables.plan))
        if not gone:
            query = query.where(exists(tables.task))
        if plans is not None:
            query = query.where(task.plan.in_(list(plans)))
        if numbers is not None:
            query = query.where(among(task.number, numbers))
        if since is not None:
            query = query.where(task.date >= since)
        if until is not None:
            query = query.where(task.date <= until)
        if status is not None:
            query = query.where(task.status == status.value)
        if done_since is not None:
            query = query.where(task.status != Status.OPEN.value, task.done_at >= done_since)
        found = self._values(rows.TASK, query)
        wanted = None if numbers is None else frozenset(numbers)
        return found if wanted is None else [task for task in found if task.number in wanted]

    def agenda(self, learner_id: int, *, plans: Collection[int], until: date, done_since: datetime) -> list[Task]:
        """What a day's page shows of these plans: open tasks up to a day or without room, and what was done since an instant."""
        task = tables.task.c
        # A habit is never late.
        is_due = or_(task.habit.is_(None), task.date == until)
        shown = or_(
            and_(task.status == Status.OPEN.value, or_(task.date <= until, _has_no_room()), is_due),
            and_(task.status == Status.DONE.value, task.done_at >= done_since),
        )
        query = tasks_of(learner_id, exists(tables.task), exists(tables.plan), task.plan.in_(list(plans)), shown)
        return self._values(rows.TASK, query)

    def next_day(self, learner_id: int, *, plans: Collection[int], after: date) -> date | None:
        """The first day after that one on which these plans have an open task."""
        task = tables.task.c
        query = select(func.min(task.date)).where(
            task.learner_id == learner_id,
            task.status == Status.OPEN.value,
            task.date > after,
            not_(_has_no_room()),
            task.plan.in_(list(plans)),
            exists(tables.task),
        )
        return self._connection.execute(query).scalar()

    def occurrences(self, learner_id: int, habits: Collection[int]) -> list[Task]:
        """The occurrences of these habits, by day."""
        task = tables.task.c
        query = tasks_of(learner_id, exists(tables.task), exists(tables.plan), task.habit.in_(list(habits)))
        return self._values(rows.TASK, query)

    def next_occurrence(self, learner_id: int) -> int:
        """The number of the next occurrence of a habit. None is ever deleted, so none is used twice."""
        task = tables.task.c
        query = select(func.max(task.number)).where(task.learner_id == learner_id, task.number >= FIRST_OCCURRENCE)
        return int(self._connection.execute(query).scalar() or FIRST_OCCURRENCE) + 1

    def stints(self, learner_id: int, *, tasks: Collection[int] | None = None) -> list[Stint]:
        """The time spent by day and number: all of it, that on tasks since removed too, or that on the tasks named."""
        stint = tables.stint.c
        query = (
            of_shape(rows.STINT, tables.stint)
            .where(stint.learner_id == learner_id, exists(tables.stint))
            .order_by(stint.date, stint.number)
        )
        if tasks is not None:
            query = query.where(among(stint.task, tasks)) if tasks else query.where(false())
        found = self._values(rows.STINT, query)
        return found if tasks is None else [stint for stint in found if stint.task in tasks]

    def next_stint(self, learner_id: int) -> int:
        """The number of the learner's next stint. None is ever deleted, so none is used twice."""
        stint = tables.stint.c
        query = select(func.max(stint.number)).where(stint.learner_id == learner_id)
        return int(self._connection.execute(query).scalar() or 0) + 1

    def cards(self, learner_id: int, plan: int) -> tuple[Card, ...]:
        """The cards of the plan, those copied from its template and those that came later, in their order."""
        card = tables.card.c
        query = (
            of_shape(rows.CARD, tables.card)
            .where(card.learner_id == learner_id, card.plan == plan, exists(tables.card))
            .order_by(card.position, card.number)
        )
        return tuple(self._values(rows.CARD, query))

    def answers(self, learner_id: int, plan: int) -> list[Answer]:
        """What was answered of the plan's cards, oldest first; not what was undone."""
        answer, card = tables.answer.c, tables.card.c
        of_plan = select(card.number).where(card.learner_id == learner_id, card.plan == plan)
        query = (
            of_shape(rows.ANSWER, tables.answer)
            .where(answer.learner_id == learner_id, answer.card.in_(of_plan), counts(learner_id))
            .order_by(answer.at, answer.batch, answer.turn)
        )
        return self._values(rows.ANSWER, query)

    def answer_times(self, learner_id: int, *, longest: int) -> dict[Grade, tuple[int, int]]:
        """By grade, how many answers were measured and their milliseconds in all, none counted for more than ``longest``."""
        answer = tables.answer.c
        time = case((answer.milliseconds > longest, longest), else_=answer.milliseconds)
        query = (
            select(answer.grade, func.count(), func.sum(time))
            .where(answer.learner_id == learner_id, answer.milliseconds.is_not(None), counts(learner_id))
            .group_by(answer.grade)
        )
        return {Grade(grade): (number, int(sum)) for grade, number, sum in self._connection.execute(query)}

    def questions(self, learner_id: int, plan: int) -> tuple[BankQuestion, ...]:
        """The bank of the plan, copied from its template or imported later, in its order."""
        from studyplan.store.question_rows import QUESTION

        question = tables.question.c
        query = (
            of_shape(QUESTION, tables.question)
            .where(question.learner_id == learner_id, question.plan == plan, exists(tables.question))
            .order_by(question.position, question.number)
        )
        return tuple(self._values(QUESTION, query))

    def attempts(self, learner_id: int, plan: int) -> list[Attempt]:
        """The mocks and quizzes of the plan, begun or over, oldest first."""
        from studyplan.store.question_rows import ATTEMPT

        attempt = tables.attempt.c
        query = (
            of_shape(ATTEMPT, tables.attempt)
            .where(attempt.learner_id == learner_id, attempt.plan == plan, exists(tables.attempt))
            .order_by(attempt.number)
        )
        return self._values(ATTEMPT, query)

    def removed_tasks(self, learner_id: int, *, since: datetime) -> list[Task]:
        """Tasks that calendars may still show: removed, or of a plan dropped or undone, at that instant or later."""
        task = tables.task.c
        is_gone = or_(
            task.exists == false(), tables.plan.c.exists == false(), tables.plan.c.state == PlanState.DROPPED.value
        )
        query = tasks_of(learner_id, is_gone, task.updated_at >= since)
        return self._values(rows.TASK, query)

    def gone_tasks(self, learner_id: int, plan: int) -> list[Task]:
        """The tasks of a plan that were removed, merged away or taken out by an upgrade, by number."""
        task = tables.task.c
        found = self._values(rows.TASK, tasks_of(learner_id, task.exists == false(), task.plan == plan))
        return sorted(found, key=lambda task: task.number)

    # --- making

    def next_numbers(self, learner_id: int) -> tuple[int, int]:
        """The numbers that the learner's next plan and next task will have."""
        learner = tables.learner.c
        query = select(learner.next_plan, learner.next_task).where(learner.id == learner_id)
        row = self._connection.execute(query.with_for_update() if self._writes else query).first()
        if row is None:
            raise missing("learner", learner_id)
        return row.next_plan, row.next_task

    def reserve(self, learner_id: int, *, plans: int = 0, tasks: int = 0) -> tuple[int, int]:
        """Take so many numbers: the first plan's and the first task's. No number is given out twice, even after an undo."""
        plan, task = self.next_numbers(learner_id)
        self._change(
            update(tables.learner)
            .where(tables.learner.c.id == learner_id)
            .values(next_plan=plan + plans, next_task=task + tasks)
        )
        return plan, task

    def add_plan(self, plan: Plan, cards: Sequence[Card], questions: Sequence[BankQuestion] = ()) -> None:
        """Lay a plan in the database. It begins to exist by a change of ``exists``, which can be undone."""
        self._change(insert(tables.plan), [{**rows.PLAN.row(plan), "exists": False}])
        first = self.next_card(plan.learner_id)
        kept = [replace(card, number=first + place, position=place) for place, card in enumerate(cards)]
        self.add_cards(plan.learner_id, plan.number, kept, exists=True)
        if questions:
            first = self.next_question(plan.learner_id)
            bank = [replace(each, number=first + place, position=place) for place, each in enumerate(questions)]
            self.add_questions(plan.learner_id, plan.number, bank, exists=True)

    def next_card(self, learner_id: int) -> int:
        """The number that the learner's next card will have. Cards are never taken out of the database, so none is reused."""
        return self._next(tables.card, learner_id)

    def add_cards(self, learner_id: int, plan: int, cards: Sequence[Card], *, exists: bool) -> None:
        """Lay numbered cards in the database: existing ones together with their plan, others to be made real by a change."""
        if cards:
            of_plan = {"learner_id": learner_id, "plan": plan}
            self._change(insert(tables.card), [{**of_plan, **rows.CARD.row(card), "exists": exists} for card in cards])

    def next_question(self, learner_id: int) -> int:
        """The number that the learner's next question will have. None is ever taken out, so none is reused."""
        return self._next(tables.question, learner_id)

    def add_questions(self, learner_id: int, plan: int, questions: Sequence[BankQuestion], *, exists: bool) -> None:
        """Lay numbered questions in the database: existing ones together with their plan, others to be made real by a
        change."""
        from studyplan.store.question_rows import QUESTION

        if questions:
            own = {"learner_id": learner_id, "plan": plan}
            self._change(
                insert(tables.question), [{**own, **QUESTION.row(each), "exists": exists} for each in questions]
            )

    def next_attempt(self, learner_id: int) -> int:
        """The number of the learner's next attempt."""
        return self._next(tables.attempt, learner_id)

    def keep_attempt(self, attempt: Attempt) -> None:
        """Write down an attempt as it stands: begun, or with other answers, and not over. In no batch, since nothing of it counts
        yet."""
        from studyplan.store.question_rows import ATTEMPT

        row = ATTEMPT.row(attempt)
        own = and_(
            tables.attempt.c.learner_id == attempt.learner_id,
            tables.attempt.c.number == attempt.number,
            tables.attempt.c.ended_at.is_(None),
        )
        if not self._change(update(tables.attempt).where(own).values(row)).rowcount:
            self._change(insert(tables.attempt).values(row))

    def _next(self, table: Table, learner_id: int) -> int:
        query = select(func.max(table.c.number)).where(table.c.learner_id == learner_id)
        return 1 + (self._connection.execute(query).scalar() or 0)

    def add_answers(self, learner_id: int, batch: int, answers: Sequence[Answer]) -> None:
        """Write down what was answered, as part of a batch."""
        if answers:
            of_batch = {"learner_id": learner_id, "batch": batch}
            self._change(
                insert(tables.answer),
                [{**of_batch, "turn": turn, **rows.ANSWER.row(answer)} for turn, answer in enumerate(answers)],
            )

    def add_tasks(self, tasks: Sequence[Task], *, exists: bool) -> None:
        """Lay tasks in the database: existing ones together with their plan, others to be made real by a change."""
        if tasks:
            self._change(insert(tables.task), [{**rows.TASK.row(task), "exists": exists} for task in tasks])

    def add_stint(self, stint: Stint) -> None:
        """Lay time spent in the database. It begins to exist by a change of ``exists``, which can be undone."""
        self._change(insert(tables.stint).values({**rows.STINT.row(stint), "exists": False}))

    # --- changing

    def apply(
        self,
        learner_id: int,
        changes: Sequence[Change],
        *,
        action: str,
        at: datetime,
        actor: str,
        kind: str = "do",
        target: int | None = None,
    ) -> Batch:
        """Make the changes and log them as one batch. The only code that updates plans, tasks, cards and
        learners' settings.

        Keeps the calendar's stamps and sequences. ``kind`` ``undo`` or ``redo`` marks the batch ``target``; ``do`` ends
        what could be redone. A field may be named twice: the last counts. Where nothing changes, nothing is logged and
        the batch's number is 0. Raises Conflict if a name is taken and StorageProblem for a row that is not there.
        """
        self._must_write()
        for change in changes:
            shape = rows.shape_of(change.of)
            if shape is None or change.field not in shape.changeable:
                raise ValueError(f"'{change.field}' of a {change.of} cannot be changed")
        at = whole(at)
        changes = tuple(change for change in changes if change.before != change.after)
        if not changes and kind == "do":
            return Batch(learner_id, 0, at, actor, action, ())
        number = self._log(learner_id, changes, action=action, at=at, actor=actor, kind=kind, target=target)
        BatchWriter(self._connection, learner_id, at, kind).write(changes)
        self.logged = Batch(learner_id, number, at, actor, action, changes, kind, target)
        return self.logged

    def history(
        self,
        learner_id: int,
        *,
        limit: int | None = None,
        tasks: Collection[int] | None = None,
        before: int | None = None,
    ) -> list[Batch]:
        """The batches, newest first; all of them, or those that changed one of these tasks. ``before``: only those with a smaller
        number."""
        if tasks is None:
            where = () if before is None else (tables.batch.c.number < before,)
            return self._batches(learner_id, *where, limit=limit)
        # The log is read as text only to leave out what cannot be meant; its own words decide.
        text = cast(tables.batch.c.changes, Text)
        named = or_(false(), *(text.contains(f'["task", {number}, ', autoescape=True) for number in tasks))
        found = self._batches(learner_id, named if len(tasks) <= LISTED else true(), limit=None)
        wanted = frozenset(tasks)
        about = [batch for batch in found if any(each.of == "task" and each.number in wanted for each in batch.changes)]
        return about if limit is None else about[:limit]

    def newest_change(self, learner_id: int) -> tuple[int, datetime] | None:
        """The number and the instant of the newest batch; None if nothing was changed yet."""
        batch = tables.batch.c
        query = (
            select(batch.number, batch.at).where(batch.learner_id == learner_id).order_by(batch.number.desc()).limit(1)
        )
        row = self._connection.execute(query).first()
        return None if row is None else (row.number, row.at)

    def undoable(self, learner_id: int) -> Batch | None:
        """What an undo takes back: the newest batch that is not taken back yet."""
        batch = tables.batch.c
        found = self._batches(
            learner_id, batch.kind == "do", batch.undone == false(), batch.superseded == false(), limit=1
        )
        return found[0] if found else None

    def redoable(self, learner_id: int) -> Batch | None:
        """What a redo repeats: the batch undone last, unless something else was done since."""
        batch = tables.batch.c
        found = self._batches(
            learner_id,
            batch.kind == "do",
            batch.undone == true(),
            batch.superseded == false(),
            limit=1,
            oldest_first=True,
        )
        return found[0] if found else None

    def _change(
        self, statement: Insert | Update | Delete, many: list[dict[str, Any]] | None = None
    ) -> CursorResult[Any]:
        self._must_write()
        return self._connection.execute(statement, many)

    def _must_write(self) -> None:
        if not self._writes:
            raise RuntimeError("this transaction only reads: use Store.write")

    def _batches(
        self, learner_id: int, *where: ColumnElement[bool], limit: int | None, oldest_first: bool = False
    ) -> list[Batch]:
        batch = tables.batch.c
        query = (
            select(tables.batch)
            .where(batch.learner_id == learner_id, *where)
            .order_by(batch.number if oldest_first else batch.number.desc())
        )
        with readable("batch"):
            return [
                Batch(
                    row.learner_id,
                    row.number,
                    row.at,
                    row.actor,
                    row.action,
                    rows.changes_of(row.changes),
                    row.kind,
                    row.target,
                    row.undone,
                )
                for row in self._connection.execute(query if limit is None else query.limit(limit))
            ]

    def _log(
        self,
        learner_id: int,
        changes: Sequence[Change],
        *,
        action: str,
        at: datetime,
        actor: str,
        kind: str,
        target: int | None,
    ) -> int:
        learner, batch = tables.learner.c, tables.batch.c
        number: int | None = self._connection.execute(
            select(learner.next_batch).where(learner.id == learner_id).with_for_update()
        ).scalar()
        if number is None:
            raise missing("learner", learner_id)
        counted = {"next_batch": number + 1, "revision": uuid4()}
        self._change(update(tables.learner).where(learner.id == learner_id).values(counted))
        of_learner = update(tables.batch).where(batch.learner_id == learner_id)
        if kind == "do":
            self._change(
                of_learner.where(batch.undone == true(), batch.superseded == false(), batch.kind == "do").values(
                    superseded=True
                )
            )
        else:
            marked = self._change(of_learner.where(batch.number == target).values(undone=kind == "undo"))
            if marked.rowcount != 1:
                raise missing("batch", target)
        self._change(
            insert(tables.batch).values(
                learner_id=learner_id,
                number=number,
                at=at,
                actor=actor,
                action=action,
                changes=rows.log_of(changes),
                kind=kind,
                target=target,
                undone=False,
                superseded=False,
            )
        )
        return number
