"""The time of day of tasks: laid with the plan, kept while nothing moves, followed by what changes."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest

from studyplan.calendar.forms import Form, Format
from studyplan.clock import Clock
from studyplan.model import Change, Kind, Learner, Plan, StudyHours, Task, Week
from studyplan.notation import Ref
from studyplan.planner import Planner
from studyplan.planner.who import Who
from studyplan.rules.drafts import StartRequest
from studyplan.rules.replan_offers import Remedy
from studyplan.store import Store
from studyplan.template import Catalog

UUID_ = UUID(int=7)
KIND = Kind.READ
AT = datetime(2026, 7, 1, 14, 0, tzinfo=UTC)
TEMPLATE = """\
studyplan: 1
id: evenings
title: Evenings
edition: "1"
language: en
about: For tests.
windows: [{id: short, days: [7, 7], tier: core, goal: All.}]
default_window: short
modules:
  - id: all
    title: All
    tasks:
      - {id: one, title: One, kind: read, minutes: 30}
      - {id: two, title: Two, kind: read, minutes: 20, after: [one]}
      - {id: three, title: Three, kind: read, minutes: 25}
      - {id: four, title: Four, kind: lab, minutes: 40}
      - {id: five, title: Five, kind: lab, minutes: 30}
"""
EVENINGS = Week(tuple(StudyHours(90, time(18, 30)) for _ in range(7)))


class Desk:
    """A planner of one learner in Berlin on a database of its own."""

    def __init__(self, url: str, folder: Path) -> None:
        self.store = Store(url, tell=lambda line: None)
        self.folder = folder

    def at(self, day: date = date(2026, 7, 1)) -> Planner:
        clock = Clock(stopped=AT + timedelta(days=(day - AT.date()).days))
        who = Who("ana", "ana", single=True)
        return Planner(self.store, lambda: Catalog(self.folder, self.folder), clock, who)

    def tasks(self) -> dict[str, Task]:
        return {task.key: task for task in self.store.read(lambda unit: unit.tasks(1))}

    def walls(self) -> dict[str, str]:
        """The wall time of each task in Berlin, in its summer."""
        return {
            key: f"{task.starts_at + timedelta(hours=2):%d %H:%M}" if task.starts_at else ""
            for key, task in self.tasks().items()
        }


@pytest.fixture(params=["sqlite", "postgres"])
def desk(request: pytest.FixtureRequest, tmp_path: Path):
    url = str(tmp_path / "x.db") if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    (tmp_path / "evenings.yaml").write_text(TEMPLATE, encoding="utf-8")
    desk = Desk(url, tmp_path)
    with closing(desk.store):
        desk.at().learners.add("ana", zone="Europe/Berlin")
        desk.at().plans.start(StartRequest("evenings", start=AT.date(), week=EVENINGS))
        yield desk


def refs(*keys: str) -> list[Ref]:
    return [Ref(key=key) for key in keys]


def test_a_start_lays_the_times(desk: Desk) -> None:
    """From the beginning of the study hours, in the learner's zone."""
    assert all(wall.endswith("18:30") for wall in desk.walls().values())


def test_a_move_goes_behind_what_stands_and_undo_brings_it_back(desk: Desk) -> None:
    """Only the moved task has another time, stamp and sequence; undo restores the time."""
    before = desk.tasks()
    day = before["three"].date
    desk.at().tasks.move(refs("one"), to=day)
    after = desk.tasks()
    assert desk.walls()["one"] == f"{day:%d} 18:55"
    assert {key for key in after if after[key] != before[key]} == {"one"}
    assert after["one"].sequence == before["one"].sequence + 1
    desk.at().history.undo()
    assert desk.tasks()["one"].starts_at == before["one"].starts_at
    desk.at().history.redo()
    assert desk.tasks()["one"].starts_at == after["one"].starts_at


def test_what_follows_makes_room(desk: Desk) -> None:
    """A task that comes to the day of one that has to follow it goes ahead of it."""
    day = desk.tasks()["two"].date
    desk.at().tasks.move(refs("one"), to=day)
    assert (desk.walls()["one"], desk.walls()["two"]) == (f"{day:%d} 18:30", f"{day:%d} 19:00")


def test_done_changes_no_time(desk: Desk) -> None:
    """Completion is one revision of one task."""
    before = desk.tasks()
    desk.at().tasks.mark(refs("one"), before["one"].status.__class__.DONE)
    after = desk.tasks()
    assert {key: task.starts_at for key, task in after.items()} == {key: t.starts_at for key, t in before.items()}
    assert [key for key in after if after[key].updated_at != before[key].updated_at] == ["one"]


def test_other_hours_and_zones_lay_what_is_ahead_anew(desk: Desk) -> None:
    """From today on; what is past keeps its time."""
    first = min(task.date for task in desk.tasks().values())
    mornings = Week(tuple(StudyHours(90, time(7)) for _ in range(7)))
    later = first + timedelta(days=1)
    desk.at(later).replan.set_hours(mornings, "evenings")
    for key, task in desk.tasks().items():
        assert desk.walls()[key][3:] == ("18:30" if task.date < later else "07:00"), key
    before = desk.tasks()
    desk.at(later).learners.set_zone("America/New_York")
    for key, task in desk.tasks().items():
        moved = timedelta() if task.date < later else timedelta(hours=6)
        assert task.starts_at == before[key].starts_at + moved, key


def test_other_hours_leave_a_time_that_was_chosen(desk: Desk) -> None:
    """A task that was put at a time by hand is pinned and keeps it; the others follow the new hours."""
    three = desk.tasks()["three"]
    chosen = three.starts_at + timedelta(hours=2)
    by_hand = [
        Change("task", three.number, "pinned", False, True),
        Change("task", three.number, "starts_at", three.starts_at, chosen),
    ]
    desk.store.write(lambda unit: unit.apply(1, by_hand, action="by hand", at=AT, actor="ana"))
    mornings = Week(tuple(StudyHours(90, time(7)) for _ in range(7)))
    desk.at().replan.set_hours(mornings, "evenings")
    assert desk.tasks()["three"].starts_at == chosen
    assert {wall[3:] for key, wall in desk.walls().items() if key != "three"} == {"07:00"}


def test_a_replan_times_what_it_moves(desk: Desk) -> None:
    """After two missed days each moved piece begins within its day's hours, and no two overlap."""
    before = desk.tasks()
    today = sorted(task.date for task in before.values())[0] + timedelta(days=2)
    mended = desk.at(today).replan.apply(Remedy())
    after = desk.tasks()
    moved = {move.key for move in mended.mending.moves}
    assert moved
    assert {key for key in after if after[key].starts_at != before.get(key, after[key]).starts_at} <= moved
    by_start = sorted((task for task in after.values()), key=lambda task: task.starts_at)
    for one, other in pairwise(by_start):
        assert one.starts_at + timedelta(minutes=one.minutes) <= other.starts_at
    for task in after.values():
        assert (task.starts_at + timedelta(hours=2)).date() == task.date


def test_a_task_of_ones_own_and_one_that_grows(desk: Desk) -> None:
    """What is added has a time; a longer task pushes away what it would overlap."""
    day = desk.tasks()["three"].date
    desk.at().tasks.add("Mine", 30, on=day)
    assert desk.walls()["own-6"] == f"{day:%d} 18:55"
    desk.at().tasks.edit(refs("three")[0], title=None, minutes=60, note=None)
    three, mine = desk.tasks()["three"], desk.tasks()["own-6"]
    spans = sorted((task.starts_at, task.starts_at + timedelta(minutes=task.minutes)) for task in (three, mine))
    assert spans[0][1] <= spans[1][0]


def test_tasks_from_before_there_were_times_can_be_exported(desk: Desk) -> None:
    """They get the time that a stacking would give them, the same each time, and nothing is written."""
    timed = Format(Form.TIMED)
    expected = desk.at().export.export(format=timed).files
    forget = [Change("task", task.number, "starts_at", task.starts_at, None) for task in desk.tasks().values()]
    desk.store.write(lambda unit: unit.apply(1, forget, action="forget", at=AT, actor="ana"))
    found = desk.at().export.export(format=timed).files
    assert [line for line in found[0].split(b"\r\n") if line.startswith(b"DTSTART")] == [
        line for line in expected[0].split(b"\r\n") if line.startswith(b"DTSTART")
    ]
    assert all(task.starts_at is None for task in desk.tasks().values())


def test_night_hours_belong_to_the_evening_before() -> None:
    """Hours before the study day begins (04:00) lie in the night that follows; a plan without hours begins at 19:00."""
    from studyplan.rules.start_times import starts

    learner = Learner(1, "ana", "Europe/Berlin")
    nights = Week(tuple(StudyHours(60, time(1)) for _ in range(7)))
    plan = Plan(1, 1, UUID_, "x", "x", "1", "x", "w", AT.date(), AT.date(), None, week=nights)
    task = Task(1, 1, 1, UUID_, "a", "a", 1, "m", "A", KIND, 30, False, AT.date(), 0)
    clock = Clock(zone="Europe/Berlin", stopped=AT)
    found = starts(learner, [plan], [task], clock, days={AT.date()})
    assert found == {1: datetime(2026, 7, 1, 23, tzinfo=UTC)}
    assert clock.day_of(found[1]) == AT.date()
    anytime = replace(plan, week=None)
    assert starts(learner, [anytime], [task], clock, days={AT.date()}) == {1: datetime(2026, 7, 1, 17, tzinfo=UTC)}
