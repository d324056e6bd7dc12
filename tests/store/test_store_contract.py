"""What a store promises, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select
from store_samples import AT, SECOND, START, a_plan, a_task, do, redo, started, undo

from studyplan.errors import Conflict, StorageProblem
from studyplan.model import (
    Access,
    Anchor,
    Answer,
    Attempt,
    BankQuestion,
    Card,
    Change,
    Difficulty,
    Grade,
    Kind,
    Memory,
    ModuleScore,
    Option,
    PlanState,
    QuestionKind,
    Reason,
    Resource,
    Response,
    Result,
    Slip,
    Span,
    Status,
    Stint,
    StudyHours,
    Task,
    Tier,
    Timer,
    Week,
)
from studyplan.store import Store, Unit, tables

T = TypeVar("T")

LATER = AT + timedelta(hours=1)
MEMORY = Memory(2.3065, 2.118103970459016, START, 3, 1)
ANSWER = Answer(1, Grade.GOOD, AT, 41_500)
CARD = Card("c1", "What is a unit cost?", "Cost per unit of value.", "language", "key-1", "https://example.org")


def everything(unit: Unit, learner_id: int) -> dict[str, list[Any]]:
    """Every row of a learner, byte for byte."""
    found = {}
    for table in tables.metadata.sorted_tables:
        column = table.c.id if table.name == "learner" else table.c.learner_id
        query = select(table).where(column == learner_id).order_by(*table.primary_key.columns)
        found[table.name] = [tuple(map(repr, row)) for row in unit._connection.execute(query)]
    return found


class Contract:
    @pytest.fixture
    def store(self, url: str) -> Iterator[Store]:
        store = Store(url)
        yield store
        store.close()

    @pytest.fixture
    def ana(self, store: Store) -> int:
        """A learner with one plan of three tasks, on the first, second and third of July."""
        return store.write(lambda unit: started(unit, cards=[CARD])).id

    @pytest.fixture
    def task(self, store: Store, ana: int) -> Callable[[int], Task]:
        return lambda number: next(each for each in store.read(lambda unit: unit.tasks(ana)) if each.number == number)

    @pytest.fixture
    def make(self, store: Store, ana: int) -> Callable[..., Any]:
        """Apply changes at a moment."""
        return lambda *changes, at=LATER: store.write(lambda unit: do(unit, ana, *changes, at=at))

    # --- learners

    def test_a_learner_comes_back_as_made(self, store: Store) -> None:
        """What add_learner answers is what is read later."""
        made = store.write(lambda unit: unit.add_learner("Ána", zone="Asia/Kathmandu", at=AT))
        assert store.read(lambda unit: unit.learner("Ána")) == made
        assert store.read(lambda unit: unit.learner("ana")) is None

    def test_learners_come_by_name(self, store: Store) -> None:
        """The cohort is listed in the order of names."""
        for name in ("cem", "ana", "bea"):
            store.write(lambda unit, name=name: unit.add_learner(name, zone=None, at=AT))
        assert [each.name for each in store.read(lambda unit: unit.learners())] == ["ana", "bea", "cem"]

    def test_a_taken_name_is_a_conflict(self, store: Store) -> None:
        """Two learners cannot share a name, neither new nor renamed."""
        store.write(lambda unit: unit.add_learner("ana", zone=None, at=AT))
        bea = store.write(lambda unit: unit.add_learner("bea", zone=None, at=AT))
        with pytest.raises(Conflict):
            store.write(lambda unit: unit.add_learner("ana", zone=None, at=AT))
        with pytest.raises(Conflict):
            store.write(lambda unit: do(unit, bea.id, Change("learner", 0, "name", "bea", "ana")))
        assert [each.name for each in store.read(lambda unit: unit.learners())] == ["ana", "bea"]

    def test_settings_are_changed_and_taken_back(self, store: Store, ana: int) -> None:
        """The study week, days off, holidays, zone and name of a learner follow changes and their undoing."""
        before = store.read(lambda unit: unit.learners())[0]
        week = Week((*(StudyHours(60, time(19, 30)),) * 5, StudyHours(None, None), StudyHours(0, None)))
        wanted = replace(before, name="anna", zone="Asia/Tokyo", week=week, off=(Span(START, START),), holidays="DE-BE")
        names = ("name", "zone", "week", "off", "holidays")
        changes = [Change("learner", 0, name, getattr(before, name), getattr(wanted, name)) for name in names]
        store.write(lambda unit: do(unit, ana, *changes))
        assert store.read(lambda unit: unit.learners()) == [wanted]
        store.write(lambda unit: undo(unit, ana))
        assert store.read(lambda unit: unit.learners()) == [before]

    def test_removing_a_learner_leaves_nothing_of_theirs(self, store: Store, ana: int) -> None:
        """A removed learner takes along every row of theirs and no row of anybody else's."""
        bea = store.write(lambda unit: started(unit, "bea", cards=[CARD])).id
        kept = store.read(lambda unit: everything(unit, bea))
        store.write(lambda unit: unit.remove_learner(ana))
        assert not any(store.read(lambda unit: everything(unit, ana)).values())
        assert store.read(lambda unit: everything(unit, bea)) == kept

    # --- values

    def test_every_field_of_a_task_survives(self, store: Store, ana: int) -> None:
        """A task with every field filled is read as it was made."""
        full = a_task(
            ana,
            9,
            title="ümläut 漢 👩‍🎓 'quoted' \"twice\" \\",
            kind=Kind.LAB,
            status=Status.DONE,
            done_at=AT,
            spent_minutes=55,
            note="line\nline",
            links=("https://example.org/?a=%20b",),
            files=("/home/ana/Bericht ü.pdf", "/home/ana/b"),
            score=72,
            scores=(ModuleScore("rates", 40), ModuleScore("tagging")),
            pinned=True,
            reason=Reason("day-full", 75),
            tier=Tier.DEPTH,
            optional=True,
            own=True,
            after=("a", "b"),
            anchor=Anchor("exam", -3),
            access=Access.FREE_SIGNUP,
            tags=("x", "y"),
            objective="can",
            evidence="a page",
            resources=(Resource("Book", "https://example.org/?a=%20b", 20, False), Resource("Page", "https://e.org")),
            sequence=4,
        )
        bare = a_task(ana, 10)
        store.write(lambda unit: unit.add_tasks([full, bare], exists=True))
        assert store.read(lambda unit: unit.tasks(ana, numbers=[9, 10])) == [full, bare]

    def test_every_field_of_a_plan_survives(self, store: Store, ana: int) -> None:
        """A plan with every field filled is read as it was made, and is not there before it exists."""
        full = a_plan(
            ana,
            7,
            exam=None,
            state=PlanState.DROPPED,
            goal="pass",
            paths=("devops", "sre"),
            week=Week((StudyHours(60),) * 7),
            off=(Span(START, START + timedelta(days=3)),),
            holidays="FR",
            fullest=75,
            result=Result(False, START, 62),
            retake=1,
            ended_at=LATER,
        )
        store.write(lambda unit: unit.add_plan(full, []))
        assert [plan.number for plan in store.read(lambda unit: unit.plans(ana))] == [1]
        store.write(lambda unit: do(unit, ana, Change("plan", 7, "exists", False, True)))
        assert store.read(lambda unit: unit.plans(ana))[1] == full

    def test_time_spent_comes_and_goes(self, store: Store, ana: int) -> None:
        """A stint is read once it exists, by day and task, and follows changes and their undoing."""
        full = Stint(ana, 1, 2, START, 25, started_at=AT)

        def keep(unit: Unit) -> None:
            assert unit.next_stint(ana) == 1
            unit.add_stint(full)
            unit.add_stint(Stint(ana, 2, 1, START - timedelta(days=1), 40))
            assert unit.stints(ana) == []
            do(unit, ana, Change("stint", 1, "exists", False, True), Change("stint", 2, "exists", False, True))

        store.write(keep)
        assert [stint.number for stint in store.read(lambda unit: unit.stints(ana))] == [2, 1]
        assert store.read(lambda unit: unit.stints(ana, tasks=[2])) == [full]
        assert store.read(lambda unit: unit.stints(ana, tasks=[])) == []
        store.write(lambda unit: do(unit, ana, Change("stint", 1, "minutes", 25, 20)))
        assert store.read(lambda unit: unit.stints(ana, tasks={2})) == [replace(full, minutes=20)]
        for _ in range(2):
            store.write(lambda unit: undo(unit, ana))
        assert store.read(lambda unit: unit.stints(ana)) == []
        assert store.read(lambda unit: unit.next_stint(ana)) == 3
        store.write(lambda unit: redo(unit, ana))
        assert store.read(lambda unit: unit.stints(ana, tasks=[2])) == [full]

    def test_a_stint_that_is_not_there_is_refused(self, store: Store, ana: int, make: Any) -> None:
        """A change of time that was never spent is told as a broken database."""
        with pytest.raises(StorageProblem, match="stint 9"):
            make(Change("stint", 9, "minutes", 25, 20))

    def test_a_timer_is_kept_with_its_learner(self, store: Store, ana: int) -> None:
        """A running timer is read with the learner and goes with an undo."""
        timer = Timer(2, LATER)
        store.write(lambda unit: do(unit, ana, Change("learner", 0, "timer", None, timer)))
        assert store.read(lambda unit: unit.learners())[0].timer == timer
        store.write(lambda unit: undo(unit, ana))
        assert store.read(lambda unit: unit.learners())[0].timer is None

    def test_the_history_of_a_task(self, store: Store, ana: int, make: Any) -> None:
        """The batches that changed one of the tasks, newest first; 1 is not 11, and another learner's 1 is not ours."""
        store.write(lambda unit: unit.add_tasks([a_task(ana, 11)], exists=True))
        make(Change("task", 11, "title", "Task 11", '["task", 1, '))
        make(Change("task", 1, "note", None, "x"), Change("task", 2, "note", None, "x"))
        make(Change("plan", 1, "goal", "", "y"))
        make(Change("task", 1, "note", "x", 'a "quoted" note'))
        bea = store.write(lambda unit: started(unit, "bea")).id
        store.write(lambda unit: do(unit, bea, Change("task", 1, "note", None, "hers")))

        def numbers(tasks: list[int] | None, limit: int | None = None) -> list[int]:
            return store.read(lambda unit: [each.number for each in unit.history(ana, tasks=tasks, limit=limit)])

        assert numbers(None) == [5, 4, 3, 2, 1]
        assert numbers([1]) == [5, 3]
        assert numbers([2, 11]) == [3, 2]
        assert numbers([1], limit=1) == [5]
        assert numbers([]) == []
        assert numbers([*range(1, 1000)]) == [5, 3, 2]

    def test_an_instant_is_kept_in_utc_and_whole_seconds(self, store: Store, ana: int, make: Any, task: Any) -> None:
        """An instant in any zone is read in UTC; one without a zone is a mistake."""
        abroad = datetime(2026, 7, 3, 1, 15, 59, 999_999, tzinfo=timezone(timedelta(hours=5, minutes=45)))
        make(Change("task", 1, "done_at", None, abroad))
        assert task(1).done_at == datetime(2026, 7, 2, 19, 30, 59, tzinfo=UTC)
        assert task(1).done_at.utcoffset() == timedelta(0)
        with pytest.raises(Exception, match="needs its zone"):
            make(Change("task", 1, "done_at", None, datetime(2026, 7, 3)))

    def test_cards_are_kept_in_order(self, store: Store, ana: int) -> None:
        """A plan's cards come back in the order in which they were copied; another plan has none."""
        cards = tuple(replace(CARD, id=f"c{number}", source=None) for number in (3, 1, 2))
        store.write(lambda unit: started(unit, plan="second", cards=cards))
        assert store.read(lambda unit: unit.cards(ana, 2)) == cards
        assert store.read(lambda unit: unit.cards(ana, 1)) == (CARD,)

    def test_a_card_changes_and_comes_back(self, store: Store, ana: int) -> None:
        """A card's words, place and being are changes like others: undo restores each row, and none loses its number."""
        cards = tuple(replace(CARD, id=f"c{number}") for number in range(3))
        store.write(lambda unit: started(unit, plan="second", cards=cards))
        before = store.read(lambda unit: everything(unit, ana))["card"]
        first, second, third = store.read(lambda unit: unit.cards(ana, 2))
        assert [card.number for card in (first, second, third)] == [2, 3, 4]

        def upgraded(unit: Unit) -> None:
            new = replace(CARD, id="c9", number=unit.next_card(ana), position=0)
            unit.add_cards(ana, 2, [new], exists=False)
            assert unit.cards(ana, 2) == cards
            do(
                unit,
                ana,
                Change("card", new.number, "exists", False, True),
                Change("card", first.number, "position", 0, 1),
                Change("card", second.number, "exists", True, False),
                Change("card", third.number, "answer", third.answer, "Another."),
            )

        store.write(upgraded)
        found = store.read(lambda unit: unit.cards(ana, 2))
        assert [card.id for card in found] == ["c9", "c0", "c2"]
        assert found[2].answer == "Another."
        store.write(lambda unit: undo(unit, ana))
        assert store.read(lambda unit: unit.cards(ana, 2)) == cards
        assert store.read(lambda unit: everything(unit, ana))["card"][:-1] == before
        store.write(lambda unit: redo(unit, ana))
        assert store.read(lambda unit: unit.cards(ana, 2)) == found
        assert store.read(lambda unit: unit.next_card(ana)) == 6
        with pytest.raises(StorageProblem, match="card 77"):
            store.write(lambda unit: do(unit, ana, Change("card", 77, "exists", True, False)))

    def test_gone_tasks_are_those_of_the_plan(self, store: Store, ana: int) -> None:
        """What was removed of a plan is found there, and nothing else."""
        store.write(lambda unit: started(unit, plan="second"))
        store.write(lambda unit: do(unit, ana, *[Change("task", n, "exists", True, False) for n in (3, 2, 5)]))
        assert [task.number for task in store.read(lambda unit: unit.gone_tasks(ana, 1))] == [2, 3]

    # --- queries

    def test_tasks_come_by_day_and_place(self, store: Store, ana: int, make: Any) -> None:
        """Tasks are ordered by date, then position, then number."""
        make(Change("task", 3, "date", date(2026, 7, 3), START), Change("task", 1, "position", 1, 9))
        assert [task.number for task in store.read(lambda unit: unit.tasks(ana))] == [3, 1, 2]

    def test_tasks_are_picked(self, store: Store, ana: int, make: Any) -> None:
        """Each way of asking for some of the tasks answers those and no others."""
        store.write(lambda unit: started(unit, plan="second", tasks=1))
        make(Change("task", 2, "status", "open", "done"), Change("task", 2, "done_at", None, LATER))

        def numbers(**asked: Any) -> list[int]:
            return [task.number for task in store.read(lambda unit: unit.tasks(ana, **asked))]

        assert sorted(numbers()) == [1, 2, 3, 4]
        assert numbers(plans=[1]) == [1, 2, 3]
        assert numbers(plans=[2]) == [4]
        assert numbers(plans=[]) == []
        assert numbers(numbers=[3, 1, 99]) == [1, 3]
        assert numbers(numbers=range(2, 5000)) == [2, 3, 4]
        assert numbers(since=date(2026, 7, 3)) == [3, 4]
        assert numbers(until=date(2026, 7, 2)) == [1, 2]
        assert numbers(status=Status.OPEN, plans=[1]) == [1, 3]
        assert numbers(done_since=LATER) == [2]
        assert numbers(done_since=LATER + SECOND) == []

    def test_the_next_day_holds_an_open_task(self, store: Store, ana: int, make: Any) -> None:
        """Done tasks and other plans do not make a day the next one."""
        assert store.read(lambda unit: unit.next_day(ana, plans=[1], after=START)) == date(2026, 7, 2)
        make(Change("task", 2, "status", "open", "skipped"))
        assert store.read(lambda unit: unit.next_day(ana, plans=[1], after=START)) == date(2026, 7, 3)
        assert store.read(lambda unit: unit.next_day(ana, plans=[1], after=date(2026, 7, 3))) is None
        assert store.read(lambda unit: unit.next_day(ana, plans=[2], after=START)) is None

    def test_pieces_are_counted(self, store: Store, ana: int, make: Any) -> None:
        """``parts`` counts the pieces that exist now, whichever of them are asked for, and ``place`` their order by day."""
        pieces = [
            a_task(ana, 4, task="key-1", key="key-1#2", part=2),
            a_task(ana, 5, task="key-1", key="key-1#3", part=3),
        ]
        store.write(lambda unit: unit.add_tasks(pieces, exists=False))
        assert [task.parts for task in store.read(lambda unit: unit.tasks(ana))] == [1, 1, 1]
        make(Change("task", 4, "exists", False, True), Change("task", 5, "exists", False, True))
        assert [task.parts for task in store.read(lambda unit: unit.tasks(ana, numbers=[1, 2, 4]))] == [3, 1, 3]
        make(Change("task", 5, "exists", True, False))
        assert [task.parts for task in store.read(lambda unit: unit.tasks(ana, numbers=[1]))] == [2]

    def test_plans_are_picked_by_state(self, store: Store, ana: int, make: Any) -> None:
        """Plans come by number, of the states asked for; what was undone only on request."""
        store.write(lambda unit: started(unit, plan="second"))
        make(Change("plan", 1, "state", PlanState.ACTIVE, PlanState.FINISHED))
        store.write(lambda unit: started(unit, plan="third"))
        store.write(lambda unit: undo(unit, ana))

        def numbers(**asked: Any) -> list[int]:
            return [plan.number for plan in store.read(lambda unit: unit.plans(ana, **asked))]

        assert numbers() == [1, 2]
        assert numbers(gone=True) == [1, 2, 3]
        assert numbers(states=[PlanState.ACTIVE]) == [2]
        assert numbers(states=(PlanState.ACTIVE, PlanState.FINISHED)) == [1, 2]
        assert numbers(states=()) == []

    def test_what_was_removed_is_known(self, store: Store, ana: int, make: Any) -> None:
        """Removed tasks, and those of dropped and undone plans, are found by when they went."""

        def gone(since: datetime) -> list[int]:
            return [task.number for task in store.read(lambda unit: unit.removed_tasks(ana, since=since))]

        assert gone(AT - SECOND) == []
        make(Change("task", 2, "exists", True, False))
        assert gone(LATER) == [2]
        assert gone(LATER + SECOND) == []
        make(Change("plan", 1, "state", PlanState.ACTIVE, PlanState.DROPPED), at=LATER + timedelta(hours=1))
        assert gone(LATER + SECOND) == [1, 3]
        store.write(lambda unit: started(unit, plan="second", tasks=1))
        store.write(lambda unit: undo(unit, ana, at=LATER + timedelta(hours=2)))
        assert gone(LATER + timedelta(hours=2)) == [4]

    # --- numbers and names

    def test_numbers_are_never_given_twice(self, store: Store, ana: int) -> None:
        """Neither an undone start nor a failed one lets a later plan or task have a number that was shown before."""
        assert store.read(lambda unit: unit.next_numbers(ana)) == (2, 4)
        store.write(lambda unit: started(unit, plan="second", tasks=5))
        store.write(lambda unit: undo(unit, ana))
        assert store.write(lambda unit: unit.reserve(ana, plans=1, tasks=2)) == (3, 9)
        assert store.write(lambda unit: unit.reserve(ana, tasks=1)) == (4, 11)
        assert store.read(lambda unit: unit.next_numbers(ana)) == (4, 12)

    def test_running_plans_have_names_of_their_own(self, store: Store, ana: int, make: Any) -> None:
        """The name of a running plan is taken; that of a dropped, finished or undone one is free; another learner's too."""
        with pytest.raises(Conflict, match="name"):
            store.write(lambda unit: started(unit))
        store.write(lambda unit: started(unit, "bea"))
        make(Change("plan", 1, "state", PlanState.ACTIVE, PlanState.DROPPED))
        store.write(lambda unit: started(unit))
        with pytest.raises(Conflict, match="name"):
            make(Change("plan", 1, "state", PlanState.DROPPED, PlanState.ACTIVE))
        store.write(lambda unit: undo(unit, ana))
        make(Change("plan", 1, "state", PlanState.DROPPED, PlanState.ACTIVE))

    def test_a_name_passes_on_in_one_batch(self, store: Store, ana: int, make: Any) -> None:
        """A plan may take the name that another one gives up in the same batch, and both ways round in undo and redo."""
        second = a_plan(ana, 2, name="foundations")
        store.write(lambda unit: unit.add_plan(second, []))
        make(
            Change("plan", 2, "exists", False, True),
            Change("plan", 1, "state", PlanState.ACTIVE, PlanState.DROPPED),
        )
        store.write(lambda unit: undo(unit, ana))
        store.write(lambda unit: redo(unit, ana))
        running = store.read(lambda unit: unit.plans(ana, states=[PlanState.ACTIVE]))
        assert [plan.number for plan in running] == [2]

    # --- changes

    def test_a_failed_transaction_leaves_nothing(self, store: Store, ana: int) -> None:
        """An error in the middle takes everything back, numbers and log included."""
        before = store.read(lambda unit: everything(unit, ana))

        def work(unit: Unit) -> None:
            started(unit, plan="second")
            raise KeyError("stop")

        with pytest.raises(KeyError, match="stop"):
            store.write(work)
        assert store.read(lambda unit: everything(unit, ana)) == before

    def test_a_reading_transaction_cannot_write(self, store: Store, ana: int) -> None:
        """Every writing method refuses in a transaction that only reads."""
        writes: list[Callable[[Unit], object]] = [
            lambda unit: unit.add_learner("bea", zone=None, at=AT),
            lambda unit: unit.remove_learner(ana),
            lambda unit: unit.reserve(ana, tasks=1),
            lambda unit: unit.add_plan(a_plan(ana, 5), []),
            lambda unit: unit.add_tasks([a_task(ana, 9)], exists=True),
            lambda unit: do(unit, ana, Change("task", 1, "title", "Task 1", "other")),
        ]
        before = store.read(lambda unit: everything(unit, ana))
        for write in writes:
            with pytest.raises(RuntimeError, match="only reads"):
                store.read(write)
        assert store.read(lambda unit: everything(unit, ana)) == before

    def test_many_tasks_change_at_once(self, store: Store, ana: int) -> None:
        """A batch of more changes than a query may list is made and taken back whole."""
        tasks = [a_task(ana, number, date=START) for number in range(10, 1210)]
        store.write(lambda unit: unit.add_tasks(tasks, exists=True))
        moves = [Change("task", task.number, "date", START, START + timedelta(days=task.number % 30)) for task in tasks]
        store.write(lambda unit: do(unit, ana, *moves))
        now = {task.number: task for task in store.read(lambda unit: unit.tasks(ana))}
        assert all(now[move.number].date == move.after for move in moves)
        store.write(lambda unit: undo(unit, ana))
        now = {task.number: task for task in store.read(lambda unit: unit.tasks(ana))}
        assert all(now[move.number].date == START for move in moves)

    def test_fields_keep_apart(self, store: Store, ana: int, make: Any, task: Any) -> None:
        """Different fields of several tasks in one batch each get their own value."""
        make(
            Change("task", 1, "title", "Task 1", "One"),
            Change("task", 2, "minutes", 40, 55),
            Change("task", 3, "title", "Task 3", "Three"),
            Change("task", 3, "note", None, "word"),
            Change("task", 1, "reason", None, Reason("by-hand", "2026-07-01")),
            Change("task", 2, "after", (), ("key-1",)),
        )
        assert (task(1).title, task(1).reason) == ("One", Reason("by-hand", "2026-07-01"))
        assert (task(2).minutes, task(2).after, task(2).title) == (55, ("key-1",), "Task 2")
        assert (task(3).title, task(3).note, task(3).minutes) == ("Three", "word", 40)

    def test_a_field_named_twice_ends_at_the_last(self, make: Any, task: Any) -> None:
        """Two changes of one field are one in the row."""
        make(Change("task", 1, "minutes", 40, 50), Change("task", 1, "minutes", 50, 60))
        assert task(1).minutes == 60

    @pytest.mark.parametrize(
        "change",
        [
            Change("task", 1, "sequence", 0, 9),
            Change("task", 1, "number", 1, 9),
            Change("task", 1, "parts", 1, 2),
            Change("task", 1, "nonsense", 1, 2),
            Change("plan", 1, "uuid", None, None),
            Change("learner", 0, "next_task", 4, 1),
            Change("card", 1, "id", "a", "b"),
            Change("card", 1, "number", 1, 2),
        ],
    )
    def test_what_names_a_row_cannot_change(self, store: Store, ana: int, make: Any, change: Change) -> None:
        """A change of an identity, of a stamp or of something unknown is refused and nothing is logged."""
        before = store.read(lambda unit: everything(unit, ana))
        with pytest.raises(ValueError, match="cannot be changed"):
            make(change)
        assert store.read(lambda unit: everything(unit, ana)) == before

    @pytest.mark.parametrize(
        "change",
        [
            Change("task", 99, "title", "a", "b"),
            Change("plan", 99, "name", "a", "b"),
            Change("card", 99, "question", "a", "b"),
        ],
        ids=["task", "plan", "card"],
    )
    def test_a_row_that_is_not_there_is_an_error(self, store: Store, ana: int, make: Any, change: Change) -> None:
        """A change of a missing row is refused, together with all others of its batch."""
        before = store.read(lambda unit: everything(unit, ana))
        with pytest.raises(StorageProblem, match="99"):
            make(Change("task", 1, "title", "Task 1", "new"), change)
        assert store.read(lambda unit: everything(unit, ana)) == before

    def test_a_wrong_word_never_gets_in(self, store: Store, ana: int, make: Any) -> None:
        """The tables themselves refuse a status that does not exist."""
        with pytest.raises(StorageProblem, match="rejected"):
            make(Change("task", 1, "status", "open", "started"))

    # --- the log

    def test_the_log_tells_every_batch(self, store: Store, ana: int, make: Any) -> None:
        """History is newest first, with its changes as they were made."""
        first = make(
            Change("task", 1, "date", START, date(2026, 7, 9)),
            Change("task", 1, "reason", None, Reason("overdue", 3)),
            Change("task", 1, "status", Status.OPEN, Status.DONE),
            Change("task", 1, "done_at", None, LATER),
        )
        second = make(Change("learner", 0, "off", (), (Span(START, START),)))
        found = store.read(lambda unit: unit.history(ana))
        assert found[:2] == [second, first]
        assert [batch.number for batch in found] == [3, 2, 1]
        assert store.read(lambda unit: unit.history(ana, limit=1)) == [second]
        assert isinstance(found[1].changes[2].after, Status)

    def test_nothing_changed_is_not_logged(self, store: Store, ana: int, make: Any, task: Any) -> None:
        """Changes to the same value leave no batch, no stamp and the redo stack alone."""
        make(Change("task", 1, "title", "Task 1", "One"))
        store.write(lambda unit: undo(unit, ana))
        before = store.read(lambda unit: everything(unit, ana))
        assert make(Change("task", 1, "date", START, START)).number == 0
        assert store.read(lambda unit: everything(unit, ana)) == before

    def test_an_undo_of_nothing_known_is_an_error(self, store: Store, ana: int) -> None:
        """An undo must name a batch of the log."""
        with pytest.raises(StorageProblem, match="77"):
            store.write(lambda unit: unit.apply(ana, [], action="x", at=AT, actor="", kind="undo", target=77))

    def test_undo_brings_back_all_but_the_stamps(self, store: Store, ana: int, make: Any) -> None:
        """Undo and redo give back every field of every task and plan, apart from updated_at and sequence."""

        def bare(unit: Unit) -> Any:
            return unit.plans(ana), [replace(task, updated_at=None, sequence=0) for task in unit.tasks(ana)]

        before = store.read(bare)
        make(
            Change("task", 1, "date", START, date(2026, 7, 9)),
            Change("task", 1, "pinned", False, True),
            Change("task", 2, "exists", True, False),
            Change("plan", 1, "week", None, Week((StudyHours(30),) * 7)),
            Change("plan", 1, "exam", date(2026, 7, 30), None),
        )
        changed = store.read(bare)
        assert changed != before
        store.write(lambda unit: undo(unit, ana))
        assert store.read(bare) == before
        store.write(lambda unit: redo(unit, ana))
        assert store.read(bare) == changed

    def test_undo_and_redo_are_two_stacks(self, store: Store) -> None:
        """Undo always goes one deeper, redo comes back the same way, and a new change ends what could be redone."""

        @settings(max_examples=15, deadline=None)
        @given(st.lists(st.sampled_from(["do", "do", "undo", "undo", "redo"]), max_size=14))
        def walk(steps: list[str]) -> None:
            learner = store.write(lambda unit: started(unit, f"learner-{len(unit.learners())}", tasks=1)).id
            start = (0, 40)
            done, undone = [start], []
            for word in steps:
                minutes = done[-1][1] if done else 40
                if word == "do":
                    done.append((minutes, minutes + 5))
                    undone.clear()
                    change = Change("task", 1, "minutes", *done[-1])
                    store.write(lambda unit, change=change: do(unit, learner, change))
                elif word == "undo":
                    assert (store.write(lambda unit: undo(unit, learner)) is None) == (not done)
                    undone += done[-1:]
                    del done[-1:]
                else:
                    assert (store.write(lambda unit: redo(unit, learner)) is None) == (not undone)
                    done += undone[-1:]
                    del undone[-1:]
                tasks = store.read(lambda unit: unit.tasks(learner))
                assert [task.minutes for task in tasks] == ([done[-1][1]] if start in done else [])

        walk()

    # --- stamps and sequences

    def test_a_fresh_start_is_revision_zero(self, task: Any) -> None:
        """Tasks that are started have sequence 0 and the start's stamp."""
        assert [(task(number).sequence, task(number).updated_at) for number in (1, 2, 3)] == [(0, AT)] * 3

    def test_a_task_of_ones_own_is_revision_zero(self, store: Store, ana: int, make: Any, task: Any) -> None:
        """A task made real later has sequence 0 and the stamp of its making; its undoing and redoing count."""
        store.write(lambda unit: unit.add_tasks([a_task(ana, 4, updated_at=LATER)], exists=False))
        make(Change("task", 4, "exists", False, True))
        assert (task(4).sequence, task(4).updated_at) == (0, LATER)
        store.write(lambda unit: undo(unit, ana, at=LATER))
        store.write(lambda unit: redo(unit, ana, at=LATER))
        assert (task(4).sequence, task(4).updated_at) == (2, LATER + 2 * SECOND)

    @pytest.mark.parametrize(
        ("changes", "raised"),
        [
            ([Change("task", 1, "date", START, date(2026, 7, 5))], 1),
            ([Change("task", 1, "status", Status.OPEN, Status.SKIPPED)], 1),
            ([Change("task", 1, "status", Status.OPEN, Status.DONE), Change("task", 1, "done_at", None, AT)], 1),
            ([Change("task", 1, "done_at", None, AT)], 0),
            ([Change("task", 1, "title", "Task 1", "New")], 0),
            ([Change("task", 1, "minutes", 40, 45)], 0),
            ([Change("task", 1, "evidence", "", "word")], 0),
        ],
        ids=["date", "skip", "done", "done-at", "title", "minutes", "evidence"],
    )
    def test_what_the_calendar_shows_moves_the_stamp(
        self, store: Store, ana: int, make: Any, task: Any, changes: list[Change], raised: int
    ) -> None:
        """What is shown gets the stamp of its change; a day and a state raise the sequence, and so does their
        undoing: Thunderbird does not take a to-do as open again whose sequence has not grown."""
        make(*changes)
        assert (task(1).sequence, task(1).updated_at) == (raised, LATER)
        store.write(lambda unit: undo(unit, ana, at=LATER))
        assert (task(1).sequence, task(1).updated_at) == (2 * raised, LATER + SECOND)
        assert (task(2).sequence, task(2).updated_at) == (0, AT)

    @pytest.mark.parametrize(
        "change",
        [
            Change("task", 1, "position", 1, 8),
            Change("task", 1, "pinned", False, True),
            Change("task", 1, "reason", None, Reason("evened", "x")),
            Change("task", 1, "spent_minutes", None, 30),
            Change("task", 1, "score", None, 72),
            Change("task", 1, "links", (), ("https://example.org/",)),
            Change("plan", 1, "name", "foundations", "other"),
            Change("plan", 1, "state", PlanState.ACTIVE, PlanState.FINISHED),
            Change("learner", 0, "zone", "Europe/Berlin", None),
        ],
        ids=lambda change: f"{change.of}-{change.field}",
    )
    def test_what_the_calendar_does_not_show_leaves_it_alone(self, make: Any, task: Any, change: Change) -> None:
        """A change of what no event holds is no new revision."""
        make(change)
        assert (task(1).sequence, task(1).updated_at) == (0, AT)

    def test_the_stamp_grows_within_a_second(self, make: Any, task: Any) -> None:
        """Two changes at one moment, or with a clock that went back, still have growing stamps."""
        make(Change("task", 1, "title", "Task 1", "a"), at=LATER)
        make(Change("task", 1, "title", "a", "b"), at=LATER)
        assert task(1).updated_at == LATER + SECOND
        make(Change("task", 1, "title", "b", "c"), at=AT - timedelta(days=400))
        assert task(1).updated_at == LATER + 2 * SECOND

    def test_removal_and_its_undoing_count(self, store: Store, ana: int, make: Any, task: Any) -> None:
        """A task that comes back has two revisions more than before it went."""
        make(Change("task", 1, "exists", True, False))
        (gone,) = store.read(lambda unit: unit.removed_tasks(ana, since=LATER))
        assert (gone.sequence, gone.updated_at) == (1, LATER)
        store.write(lambda unit: undo(unit, ana, at=LATER))
        assert (task(1).sequence, task(1).updated_at) == (2, LATER + SECOND)

    def test_dropping_a_plan_revises_its_tasks(self, store: Store, ana: int, make: Any, task: Any) -> None:
        """Dropping a plan and bringing it back count once each for every task it has, and for no other."""
        make(Change("task", 2, "exists", True, False), Change("task", 3, "title", "Task 3", "x"), at=LATER)
        store.write(lambda unit: started(unit, plan="second", tasks=1))
        make(Change("plan", 1, "state", PlanState.ACTIVE, PlanState.DROPPED), at=LATER)
        store.write(lambda unit: undo(unit, ana, at=LATER))
        assert [task(number).sequence for number in (1, 3, 4)] == [2, 2, 0]
        assert task(1).updated_at == task(3).updated_at == LATER + 2 * SECOND
        (removed,) = store.read(lambda unit: unit.removed_tasks(ana, since=AT))
        assert (removed.number, removed.sequence, removed.updated_at) == (2, 1, LATER)

    def test_an_undone_start_revises_its_tasks(self, store: Store, ana: int, task: Any) -> None:
        """A start undone and redone is two revisions."""
        store.write(lambda unit: undo(unit, ana, at=LATER))
        assert store.read(lambda unit: unit.tasks(ana)) == []
        store.write(lambda unit: redo(unit, ana, at=LATER))
        assert (task(1).sequence, task(1).updated_at) == (2, LATER + SECOND)

    def test_a_new_piece_restamps_its_siblings(self, store: Store, ana: int, make: Any, task: Any) -> None:
        """A task cut in two says "part 1 of 2" from then on: a new stamp, the same sequence."""
        piece = a_task(ana, 4, task="key-1", key="key-1#2", part=2, updated_at=LATER)
        store.write(lambda unit: unit.add_tasks([piece], exists=False))
        make(Change("task", 4, "exists", False, True))
        assert (task(1).sequence, task(1).updated_at) == (0, LATER)
        assert (task(2).sequence, task(2).updated_at) == (0, AT)

    # --- cards

    def test_a_bank_is_kept_as_it_was(self, store: Store, ana: int) -> None:
        """Questions of every kind come back equal and in their order, with numbers of their own; another plan has none."""
        bank = (
            BankQuestion(
                "a", QuestionKind.SINGLE, "?", "m", "t", (Option("x", True, "y"), Option("z")), source="https://a.org"
            ),
            BankQuestion("b", QuestionKind.NUMBER, "?", "m", "t", answer=12.0, tolerance=0.5, unit="%", why="So."),
            BankQuestion("c", QuestionKind.TRUE_FALSE, "?", "m", "t", answer=False, difficulty=Difficulty.HARD),
        )
        plan = a_plan(ana, 2, name="second")
        store.write(lambda unit: unit.add_plan(plan, [], bank))
        found = store.read(lambda unit: unit.questions(ana, 2))
        assert found == bank
        assert [(each.number, each.position) for each in found] == [(1, 0), (2, 1), (3, 2)]
        assert store.read(lambda unit: unit.questions(ana, 1)) == ()
        assert store.write(lambda unit: unit.next_question(ana)) == 4
        store.write(lambda unit: do(unit, ana, Change("question", 2, "tolerance", 0.5, 1.0)))
        assert store.read(lambda unit: unit.questions(ana, 2))[1].tolerance == 1.0
        store.write(lambda unit: undo(unit, ana))
        assert store.read(lambda unit: unit.questions(ana, 2)) == bank

    def test_an_attempt_is_kept_until_it_is_over(self, store: Store, ana: int) -> None:
        """Its answers are written over as they are given, outside of the log; that it is over is a change."""
        attempt = Attempt(ana, 1, 1, "mock", 2, AT, (Response(1), Response(2)), limit=60)
        store.write(lambda unit: unit.keep_attempt(attempt))
        given = (Response(1, (1, 0), True, True, 900, False, Slip.MISREAD), Response(2, 3.0))
        later = replace(attempt, responses=given, seconds=90)
        store.write(lambda unit: unit.keep_attempt(later))
        assert store.read(lambda unit: unit.attempts(ana, 1)) == [later]
        assert store.read(lambda unit: unit.attempts(ana, 2)) == []
        before = len(store.read(lambda unit: unit.history(ana)))
        store.write(lambda unit: do(unit, ana, Change("attempt", 1, "ended_at", None, LATER)))
        assert store.read(lambda unit: unit.attempts(ana, 1)) == [replace(later, ended_at=LATER)]
        assert len(store.read(lambda unit: unit.history(ana))) == before + 1
        store.write(lambda unit: undo(unit, ana))
        assert store.read(lambda unit: unit.attempts(ana, 1)) == [later]
        assert store.write(lambda unit: unit.next_attempt(ana)) == 2

    def test_a_card_is_set_aside_rewritten_and_part_of_a_cloze(self, store: Store, ana: int) -> None:
        """Each is kept as it is, and comes and goes by changes."""
        cloze = replace(CARD, id="k.c1", cloze="{{c1::R&D}} is\n{{c2::漢}}")
        store.write(lambda unit: started(unit, plan="second", cards=[cloze, CARD]))
        changes = [
            Change("card", 2, "suspended_at", None, AT),
            Change("card", 2, "cloze", cloze.cloze, None),
            Change("card", 3, "rewritten_at", None, AT),
        ]
        store.write(lambda unit: do(unit, ana, *changes))
        after = (replace(cloze, cloze=None, suspended_at=AT), replace(CARD, rewritten_at=AT))
        assert store.read(lambda unit: unit.cards(ana, 2)) == after
        assert store.read(lambda unit: unit.history(ana))[0].changes == tuple(changes)
        store.write(lambda unit: undo(unit, ana))
        assert store.read(lambda unit: unit.cards(ana, 2)) == (cloze, CARD)
        store.write(lambda unit: redo(unit, ana))
        assert store.read(lambda unit: unit.cards(ana, 2)) == after

    def test_what_a_card_left_in_memory_follows_its_changes(self, store: Store, ana: int) -> None:
        """Memory is a change like any other: written, taken back and made again, to the last digit."""
        store.write(lambda unit: started(unit, plan="second", cards=[replace(CARD, id=f"c{n}") for n in range(3)]))
        changes = [
            Change("card", 2, "memory", None, MEMORY),
            Change("card", 4, "question", CARD.question, "y"),
        ]
        store.write(lambda unit: do(unit, ana, *changes))

        def seen() -> list[tuple[Memory | None, str]]:
            return [(card.memory, card.question) for card in store.read(lambda unit: unit.cards(ana, 2))]

        after = [(MEMORY, CARD.question), (None, CARD.question), (None, "y")]
        assert seen() == after
        assert store.read(lambda unit: unit.cards(ana, 1)) == (CARD,)
        assert store.read(lambda unit: unit.history(ana))[0].changes == tuple(changes)
        store.write(lambda unit: undo(unit, ana))
        assert [memory for memory, _ in seen()] == [None, None, None]
        store.write(lambda unit: redo(unit, ana))
        assert seen() == after

    def test_answers_count_while_their_batch_stands(self, store: Store, ana: int) -> None:
        """Answers come back in the order given; an undo takes them out of the sums, a redo back in."""
        answers = [
            ANSWER,
            Answer(1, Grade.AGAIN, LATER, None),
            Answer(1, Grade.GOOD, LATER, 900_000),
            Answer(1, Grade.EASY, LATER, 2_000),
        ]

        def work(unit: Unit) -> None:
            batch = do(unit, ana, Change("card", 1, "memory", None, MEMORY))
            unit.add_answers(ana, batch.number, answers)

        store.write(work)
        times = {Grade.GOOD: (2, 41_500 + 120_000), Grade.EASY: (1, 2_000)}
        assert store.read(lambda unit: unit.answers(ana, 1)) == answers
        assert store.read(lambda unit: unit.answer_times(ana, longest=120_000)) == times
        assert store.read(lambda unit: unit.answers(ana, 2)) == []
        store.write(lambda unit: undo(unit, ana))
        assert store.read(lambda unit: unit.answers(ana, 1)) == []
        assert store.read(lambda unit: unit.answer_times(ana, longest=120_000)) == {}
        store.write(lambda unit: redo(unit, ana))
        assert store.read(lambda unit: unit.answers(ana, 1)) == answers
        assert store.read(lambda unit: unit.answer_times(ana, longest=120_000)) == times

    # --- learners apart

    def test_nobody_touches_another_learners_rows(self, store: Store, ana: int) -> None:
        """Whatever one learner does, not a byte of another's rows with the same numbers changes, and none is seen."""
        bea = store.write(lambda unit: started(unit, "bea", cards=[CARD])).id
        before = store.read(lambda unit: everything(unit, bea))

        def work(unit: Unit) -> None:
            unit.add_tasks([a_task(ana, 4, task="key-1", key="key-1#2", part=2)], exists=False)
            do(
                unit,
                ana,
                Change("task", 4, "exists", False, True),
                Change("task", 1, "title", "Task 1", "mine"),
                Change("task", 2, "date", date(2026, 7, 2), START),
                Change("plan", 1, "state", PlanState.ACTIVE, PlanState.DROPPED),
                Change("learner", 0, "holidays", None, "DE"),
                Change("card", 1, "memory", None, MEMORY),
            )
            unit.add_answers(ana, 2, [ANSWER])
            undo(unit, ana)
            undo(unit, ana)
            redo(unit, ana)
            unit.reserve(ana, plans=5, tasks=5)

        store.write(work)
        assert store.read(lambda unit: everything(unit, bea)) == before
        assert {task.learner_id for task in store.read(lambda unit: unit.tasks(ana))} == {ana}
        assert [task.parts for task in store.read(lambda unit: unit.tasks(bea))] == [1, 1, 1]

    def test_every_query_names_the_learner(self, store: Store, ana: int) -> None:
        """No statement on plans, tasks, cards or batches goes without the learner's column."""
        said: list[str] = []

        def work(unit: Unit) -> None:
            event.listen(unit._connection, "before_cursor_execute", lambda *args: said.append(args[2]))
            started(unit, plan="second", cards=[CARD])
            do(
                unit,
                ana,
                Change("task", 1, "exists", True, False),
                Change("task", 2, "title", "Task 2", "x"),
                Change("plan", 1, "state", PlanState.ACTIVE, PlanState.DROPPED),
                Change("card", 1, "memory", None, MEMORY),
            )
            undo(unit, ana)
            redo(unit, ana)
            unit.answers(ana, 1)
            unit.answer_times(ana, longest=1000)
            unit.plans(ana)
            unit.tasks(ana)
            unit.cards(ana, 1)
            unit.next_card(ana)
            unit.gone_tasks(ana, 1)
            unit.next_day(ana, plans=[1], after=START)
            unit.removed_tasks(ana, since=AT)
            unit.history(ana)

        store.write(work)
        asked = [
            line
            for line in said
            if not line.startswith("INSERT") and ("FROM learner" not in line and "UPDATE learner" not in line)
        ]
        assert len(asked) > 20
        for statement in asked:
            where = statement.partition("WHERE")[2]
            assert "learner_id = " in where, statement


class TestOnSqlite(Contract):
    @pytest.fixture
    def url(self, sqlite_path) -> str:
        return str(sqlite_path)


class TestOnPostgres(Contract):
    @pytest.fixture
    def url(self, postgres_ready: str) -> str:
        return postgres_ready
