"""A newer edition merged into a running plan: random editions against random progress, and what must hold of each."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studyplan.clock import Clock
from studyplan.errors import Conflict, DoesNotFit
from studyplan.model import (
    NEVER_CUT,
    Access,
    Anchor,
    Card,
    Kind,
    Module,
    Resource,
    Role,
    Status,
    StudyHours,
    Task,
    Template,
    TemplateTask,
    Tier,
    Week,
    Window,
)
from studyplan.notation import Ref
from studyplan.planner import Planner
from studyplan.planner.upgrade import Upgraded
from studyplan.planner.who import Who
from studyplan.rules.drafts import StartRequest
from studyplan.rules.replan_offers import Remedy
from studyplan.schedule.standing import is_session, out_of_order
from studyplan.store import Store, migrate

START = date(2026, 7, 1)
REMEDY = Remedy("upgrade")
MODULES = ("one", "two", "three")


class Desk:
    """A learner at work on a database of their own; ``template`` is what the catalog has."""

    def __init__(self, database: Path, template: Template) -> None:
        self.template = template
        self.today = START
        self.store = Store(str(database))
        self.who = Who("ana", "ana", single=True)

    def get(self, id: str) -> Template:
        """The part of a catalog that is needed."""
        assert id == self.template.id
        return self.template

    @property
    def planner(self) -> Planner:
        return Planner(self.store, lambda: self, Clock(shown=self.today), self.who)

    def upgrade(self, remedy: Remedy = REMEDY, *, write: bool = True) -> Upgraded:
        upgrade = self.planner.upgrade
        return upgrade.apply(remedy) if write else upgrade.preview(remedy)

    def tasks(self) -> list[Task]:
        return list(self.planner.queries.plan_views()[0].tasks)

    def all(self) -> tuple[Any, ...]:
        """All that undo must restore: everything but stamps, sequences and counters."""

        def work(unit: Any) -> tuple[Any, ...]:
            plain = [replace(task, updated_at=None, sequence=0) for task in unit.tasks(1)]
            cards = [(card, card.number, card.position) for card in unit.cards(1, 1)]
            return unit.plans(1), plain, cards

        return self.store.read(work)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "made.db"
    migrate.upgrade(str(path), tell=lambda line: None)
    return path


def template_of(tasks: list[TemplateTask], cards: list[Card], edition: str, *, mock: int, exam: bool) -> Template:
    """A template of these tasks, a mock exam so many days before the end, and an exam."""
    last = [
        TemplateTask(
            "mock", "A mock exam", Kind.MOCK, 60, "end", on={"all": Anchor("exam", -mock)}, after=(tasks[0].id,)
        )
    ]
    if exam:
        last.append(TemplateTask("exam", "The exam", Kind.EXAM, 60, "end"))
    modules = [
        Module(
            id,
            id.title(),
            tasks=tuple(task for task in tasks if task.module == id),
            cards=tuple(card for card in cards if card.module == id),
        )
        for id in MODULES
    ]
    window = Window("all", 5, 60, Tier.PRACTICE, goal=f"Goal of {edition}.")
    modules.append(Module("end", "The end", tasks=tuple(last)))
    return Template("t", f"Plan {edition}", edition, "en", "", (window,), "all", tuple(modules))


class Author:
    """Writes editions at random, each valid: nothing comes after what is behind it in the order of study."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.written = 0
        self.tasks: list[TemplateTask] = []
        self.cards: list[Card] = []
        for _ in range(chance.randint(3, 9)):
            self.add()
        for _ in range(chance.randint(0, 6)):
            self.add_card()
        self.mock = chance.choice((2, 3, 5))
        self.exam = chance.random() < 0.9

    def task(self, id: str) -> TemplateTask:
        chance = self.chance
        kind = chance.choice((Kind.READ, Kind.LAB, Kind.QUIZ))
        minutes = 5 * chance.randint(1, 24)
        return TemplateTask(
            id,
            f"{kind} {id} {chance.randint(1, 3)}",
            kind,
            minutes,
            chance.choice(MODULES),
            tier=chance.choice((Tier.CORE, Tier.CORE, Tier.PRACTICE)),
            splittable=kind is not Kind.QUIZ and minutes > 45,
            optional=chance.random() < 0.3,
            access=chance.choice(list(Access)),
            objective=f"can {chance.randint(1, 3)}",
            resources=(Resource("A page", f"https://example.org/{chance.randint(1, 3)}"),),
        )

    def add(self) -> None:
        self.written += 1
        self.tasks.insert(self.chance.randint(0, len(self.tasks)), self.task(f"t{self.written}"))

    def add_card(self) -> None:
        self.written += 1
        task = self.chance.choice(self.tasks)
        self.cards.append(Card(f"c{self.written}", "Q?", "A.", task.module, task.id))

    def edit(self) -> None:
        """One edition on."""
        chance = self.chance
        for _ in range(chance.randint(0, 5)):
            match chance.randint(0, 7):
                case 0 | 1:
                    self.add()
                case 2 if len(self.tasks) > 2:
                    gone = self.tasks.pop(chance.randrange(len(self.tasks)))
                    self.cards = [card for card in self.cards if card.after != gone.id]
                case 3:
                    at = chance.randrange(len(self.tasks))
                    self.tasks[at] = replace(self.task(self.tasks[at].id), module=self.tasks[at].module)
                case 4:
                    chance.shuffle(self.tasks)
                case 5:
                    self.add_card()
                case 6 if self.cards:
                    self.cards.pop(chance.randrange(len(self.cards)))
                case _:
                    at = chance.randrange(len(self.tasks))
                    self.tasks[at] = replace(self.tasks[at], minutes=5 * chance.randint(1, 24))
        self.mock = chance.choice((self.mock, 2, 3, 5))
        self.cards = [
            replace(card, module=next(task.module for task in self.tasks if task.id == card.after))
            for card in self.cards
        ]

    def edition(self, name: str) -> Template:
        """What comes after what is drawn by the ids, so that an unchanged task keeps its ``after``."""
        order = sorted(
            (task for module in MODULES for task in self.tasks if task.module == module),
            key=lambda task: task.tier.rank,
        )
        place = {task.id: index for index, task in enumerate(order)}
        tasks = []
        for task in self.tasks:
            ahead = [each.id for each in order[: place[task.id]] if (int(each.id[1:]) * 7 + int(task.id[1:])) % 3 == 0]
            tasks.append(replace(task, after=tuple(ahead[-2:])))
        first = order[0]
        tasks.sort(key=lambda task: task.id != first.id)
        return template_of(tasks, self.cards, name, mock=self.mock, exam=self.exam)


def live(desk: Desk, chance: Random) -> None:
    """Some days of study: tasks done, skipped, edited, moved, added; sometimes a catch up is due."""
    desk.today = START + timedelta(days=chance.randint(0, 6))
    for _ in range(chance.randint(0, 8)):
        rows = [task for task in desk.tasks() if task.status is Status.OPEN and task.kind is not Kind.EXAM]
        if not rows:
            return
        task = chance.choice(rows[: 1 + len(rows) // 2])
        ref = [Ref(number=task.number)]
        match chance.randint(0, 9):
            case 0:
                desk.planner.tasks.edit(ref[0], title=f"Mine {chance.randint(1, 9)}")
            case 1:
                desk.planner.tasks.edit(ref[0], minutes=5 * chance.randint(1, 12))
            case 2:
                desk.planner.tasks.remove(ref)
            case 3:
                desk.planner.tasks.add("My own", 15)
            case 4:
                desk.planner.tasks.pin(ref)
            case 5:
                desk.planner.tasks.mark(ref, Status.SKIPPED, note="not mine")
            case _:
                desk.planner.tasks.mark(ref, Status.DONE, minutes=chance.choice((None, 10)))


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.mark.parametrize("seed", [183, 240, 425])
def test_the_same_edition_changes_nothing(made: Path, folder: Path, seed: int) -> None:
    """Where an anchored task comes after one of a later tier, the edition's order stands; these seeds make such plans."""
    chance = Random(seed)
    ceiling = chance.choice((None, None, 60, 90, 150))
    desk = Desk(Path(shutil.copy(made, folder / "study.db")), Author(chance).edition("1"))
    with closing(desk.store):
        week = None if ceiling is None else Week((StudyHours(ceiling),) * 7)
        desk.planner.plans.start(StartRequest("t", start=START, days=chance.randint(12, 40), week=week))
        assert not desk.upgrade().changed


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.randoms(use_true_random=False), ceiling=st.sampled_from((None, 60, 90, 150)))
def test_any_edition_into_any_plan(made: Path, folder: Path, chance: Random, ceiling: int | None) -> None:
    """Nothing done is lost, ceilings and order hold, twice is once, a refusal writes nothing, undo restores exactly."""
    author = Author(chance)
    desk = Desk(Path(shutil.copy(made, folder / "study.db")), author.edition("1"))
    with closing(desk.store):
        week = None if ceiling is None else Week((StudyHours(ceiling),) * 7)
        try:
            desk.planner.plans.start(StartRequest("t", start=START, days=chance.randint(12, 40), week=week))
        except DoesNotFit:
            return
        assert not desk.upgrade().changed
        assert len(desk.planner.history.batches()) == 1
        live(desk, chance)
        author.edit()
        before, was = desk.all(), desk.tasks()
        desk.template = author.edition("2")
        remedy = REMEDY
        try:
            dry = desk.upgrade(write=False)
        except DoesNotFit as refusal:
            assert desk.all() == before
            remedy = taken(desk, refusal)
            if remedy is None:
                return
            dry = desk.upgrade(remedy, write=False)
        except Conflict:
            assert all(task.status is not Status.OPEN for task in was)
            return
        assert desk.all() == before
        done = desk.upgrade(remedy)
        assert [(move.key, move.after, move.reason) for move in done.moves] == [
            (move.key, move.after, move.reason) for move in dry.moves
        ]
        after = desk.all()
        check(desk, was, remedy)
        if desk.planner.queries.plan_views()[0].plan.state == "active":
            assert not desk.upgrade().changed
            assert desk.all() == after
        desk.planner.history.undo()
        assert desk.all() == before
        desk.planner.history.redo()
        assert desk.all() == after


def taken(desk: Desk, refusal: DoesNotFit) -> Remedy | None:
    """The remedy of one of the offers, as its command says it."""
    for offer in refusal.offers:
        if offer.kind == "days":
            assert isinstance(offer.value, int)
            end = desk.planner.queries.plan_views()[0].plan.end
            assert offer.command == f"studyplan upgrade t --exam {end + timedelta(days=offer.value)}"
            return replace(REMEDY, exam=end + timedelta(days=offer.value))
    return None


#: What of a task that is over an upgrade leaves as it is: all but its place in the order and in the modules.
RECORD = [
    each.name
    for each in fields(Task)
    if each.name not in {"position", "module", "tier", "parts", "place", "updated_at", "sequence"}
]


def check(desk: Desk, was: list[Task], remedy: Remedy) -> None:
    view = desk.planner.queries.plan_views()[0]
    now = {task.number: task for task in view.tasks}
    template = desk.template
    assert (view.plan.edition, view.plan.title, view.plan.goal) == ("2", "Plan 2", "Goal of 2.")
    for task in was:
        if task.status is not Status.OPEN:
            assert [getattr(now[task.number], name) for name in RECORD] == [getattr(task, name) for name in RECORD]
        if task.own:
            assert (now[task.number].title, now[task.number].minutes) == (task.title, task.minutes)
        if task.number in now:
            assert (now[task.number].uuid, now[task.number].key) == (task.uuid, task.key)
            assert now[task.number].note == task.note
    held = {task.task: [each for each in view.tasks if each.task == task.task] for task in view.tasks}
    by_hand = {task.task for task in was if task.title.startswith("Mine")}
    ever = [*was, *desk.store.read(lambda unit: unit.gone_tasks(1, 1))]
    hands = [batch for batch in desk.planner.history.batches() if batch.action.startswith(("edit", "remove"))]
    touched = {change.number for batch in hands for change in batch.changes}
    mine = {task.task for task in ever if task.number in touched}
    window = template.windows[0]
    for want in template.tasks_of(window):
        rows = held.get(want.id)
        if rows is None:
            assert any(batch.action.startswith("remove") for batch in desk.planner.history.batches())
            continue
        for row in rows:
            if row.status is Status.OPEN:
                assert (row.kind, row.objective, row.after, row.anchor, row.optional, row.access) == (
                    want.kind,
                    want.objective,
                    want.after,
                    want.on.get("all"),
                    want.optional,
                    want.access,
                )
                assert row.title == want.title or want.id in by_hand
        is_begun = any(row.status is not Status.OPEN for row in rows)
        if not is_begun and want.id not in mine:
            assert sum(row.minutes for row in rows) == want.minutes, (rows, want)
    ids = {want.id for want in template.tasks_of(window)}
    for id, rows in held.items():
        if id not in ids and not rows[0].own and not is_session(rows[0]):
            assert all(row.status is not Status.OPEN for row in rows)
    check_days(desk, was, remedy)


def check_days(desk: Desk, was: list[Task], remedy: Remedy) -> None:
    """Ceilings and order, of whatever did not stand so before."""
    view = desk.planner.queries.plan_views()[0]
    rows = [task for task in view.tasks if task.status is Status.OPEN]
    assert not {
        (ahead, behind)
        for ahead, behind in out_of_order(rows) - out_of_order(was)
        if not any(row.pinned for row in rows if row.task in (ahead, behind))
    }
    days = {day.date: day for day in view.days}
    full = view.plan.fullest
    held = Counter[date]()
    for task in rows:
        held[task.date] += task.minutes
    eve = max((day.date for day in view.days if day.role is Role.BUFFER), default=None)
    new = {task.task for task in rows} - {task.task for task in was}
    for task in rows:
        if task.task in new:
            assert task.date >= desk.today
    for day, minutes in held.items():
        here = [task for task in rows if task.date == day]
        if day < desk.today or any(task.pinned or task.own for task in here) or days[day].role is Role.EXAM:
            continue
        most = days[day].capacity
        most = full if most is None else most
        most = min(most, 30) if day == eve else most
        before = sum(task.minutes for task in was if task.status is Status.OPEN and task.date == day)
        assert (
            minutes <= most or (len(here) == 1 and (here[0].anchor or here[0].kind in NEVER_CUT)) or minutes <= before
        ), (day, minutes, most, here)


def started(made: Path, folder: Path, task: TemplateTask, ceiling: int) -> Desk:
    """A plan of a short task and this one, on days of so many minutes."""
    desk = Desk(Path(shutil.copy(made, folder / "study.db")), with_task(task, "1"))
    desk.planner.plans.start(StartRequest("t", start=START, days=20, week=Week((StudyHours(ceiling),) * 7)))
    return desk


def with_task(task: TemplateTask, edition: str) -> Template:
    first = TemplateTask("first", "First", Kind.READ, 30, "one")
    return template_of([first, task], [], edition, mock=3, exam=True)


def pieces(desk: Desk) -> list[Task]:
    return [task for task in desk.tasks() if task.task == "long"]


def test_a_task_longer_than_any_day_stays_cut(made: Path, folder: Path) -> None:
    """A lab that may not be cut was cut for want of a day that holds it; no edition joins its pieces."""
    lab = TemplateTask("long", "A lab", Kind.LAB, 100, "one")
    desk = started(made, folder, lab, 60)
    with closing(desk.store):
        was = [(task.number, task.minutes, task.date) for task in pieces(desk)]
        assert len(was) > 1
        assert not desk.upgrade().changed
        desk.template = with_task(replace(lab, title="A longer lab", objective="can build it"), "2")
        assert desk.upgrade().moves == ()
        assert [(task.number, task.minutes, task.date) for task in pieces(desk)] == was
        desk.template = with_task(replace(lab, minutes=130), "3")
        assert desk.upgrade().changed
        assert sum(task.minutes for task in pieces(desk)) == 130
        assert not desk.upgrade().changed


def test_a_title_given_by_hand_is_that_of_new_pieces(made: Path, folder: Path) -> None:
    reading = TemplateTask("long", "Reading", Kind.READ, 40, "one", splittable=True)
    desk = started(made, folder, reading, 60)
    with closing(desk.store):
        desk.planner.tasks.edit(Ref(number=pieces(desk)[0].number), title="My reading")
        desk.template = with_task(replace(reading, minutes=110), "2")
        desk.upgrade()
        assert [task.title for task in pieces(desk)] == ["My reading"] * 2
        assert not desk.upgrade().changed


def test_new_pieces_say_what_the_edition_says(made: Path, folder: Path) -> None:
    """A piece that is over keeps the words that it was done by; what is cut from its task later has the new ones."""
    reading = TemplateTask("long", "Reading", Kind.READ, 100, "one", splittable=True)
    desk = started(made, folder, reading, 60)
    with closing(desk.store):
        over = pieces(desk)[0].number
        desk.planner.tasks.mark([Ref(number=over)], Status.DONE)
        desk.template = with_task(replace(reading, minutes=230, title="Reading on"), "2")
        desk.upgrade()
        assert {task.title for task in pieces(desk) if task.number != over} == {"Reading on"}
        assert len(pieces(desk)) > 4
        assert not desk.upgrade().changed
