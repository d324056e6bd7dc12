"""An old export never takes anything back: random histories, with files that were exported between any two of their steps."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from import_samples import REWRITES, START, World, as_it_is, edited, entries, on, put

from studyplan.calendar import Form, text
from studyplan.errors import NotFound, StudyplanError
from studyplan.model import Change, Kind, Status, Task
from studyplan.model.revision import SHOWN
from studyplan.notation import Ref
from studyplan.planner.import_ import Deletion, Imported
from studyplan.rules.entry_revisions import Past, pasts
from studyplan.rules.replan_offers import Remedy

#: What can be done to a plan; numbers are of tasks and of days, as far as there are such.
STEPS: dict[str, Callable[[World, int, int], Any]] = {
    "done": lambda world, task, _: world.planner.tasks.mark([Ref(task)], Status.DONE),
    "skip": lambda world, task, _: world.planner.tasks.mark([Ref(task)], Status.SKIPPED),
    "reopen": lambda world, task, _: world.planner.tasks.mark([Ref(task)], Status.OPEN),
    "move": lambda world, task, day: world.planner.tasks.move([Ref(task)], to=START + timedelta(days=day)),
    "rename": lambda world, task, day: world.planner.tasks.edit(Ref(task), title=f"Title {day % 3}"),
    "note": lambda world, task, day: world.planner.tasks.edit(Ref(task), note=f"note {day}"),
    "remove": lambda world, task, _: world.planner.tasks.remove([Ref(task)]),
    "add": lambda world, _, day: world.planner.tasks.add("Of my own", 30, on=START + timedelta(days=day)),
    "replan": lambda world, *_: world.planner.replan.apply(Remedy()),
    "shift": lambda world, *_: world.planner.replan.apply(Remedy("shift", 1)),
    "exam": lambda world, _, day: world.planner.replan.apply(Remedy(exam=START + timedelta(days=7 + day))),
    "even": lambda world, *_: world.planner.replan.apply(Remedy("even")),
    "undo": lambda world, *_: world.planner.history.undo(),
    "redo": lambda world, *_: world.planner.history.redo(),
    "drop": lambda world, *_: world.planner.plans.drop(1),
    "time": lambda world, task, day: set_time(world, task, day),
    "wait": lambda world, _, day: world.later(hours=12 * day),
}
Steps = list[tuple[str, int, int]]
steps = st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(1, 8), st.integers(0, 7)), max_size=9)
unhurried = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


def set_time(world: World, number: int, hour: int) -> None:
    """Gives a task a time of its day."""
    task = world.task(number)
    at = datetime(task.date.year, task.date.month, task.date.day, 10 + hour, tzinfo=UTC)
    change = Change("task", number, "starts_at", task.starts_at, at)
    world.store.write(lambda unit: unit.apply(1, [change], action="time", at=world.now, actor="ana"))


def take(world: World, step: tuple[str, int, int], *, pause: bool) -> None:
    name, task, day = step
    try:
        STEPS[name](world, task, day)
    except (StudyplanError, StopIteration):
        event(f"refused: {name}")
    if pause:
        world.later(minutes=25)


class Copy:
    """The started plan, for one example."""

    def __init__(self, started: Path) -> None:
        self._started = started

    def __enter__(self) -> World:
        self._folder = TemporaryDirectory()
        database = Path(shutil.copy(self._started / "study.db", self._folder.name))
        self.world = World(self._started, database)
        return self.world

    def __exit__(self, *_: object) -> None:
        self.world.store.close()
        self._folder.cleanup()


def exported(world: World, form: Form, *, mark: bool = True, zoned: bool = False, numbered: bool = False) -> bytes:
    """The file, empty where no plan runs."""
    try:
        return world.export(form, mark=mark, zoned=zoned, numbered=numbered)
    except NotFound:
        return b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def shown(task: Task) -> dict[str, Any]:
    return {name: getattr(task, name) for name in SHOWN - {"exists"}}


def log(world: World) -> dict[int, Past]:
    def read(unit: Any) -> dict[int, Past]:
        tasks = {t.number: t for t in (*unit.removed_tasks(1, since=datetime(1970, 1, 1, tzinfo=UTC)), *unit.tasks(1))}
        return pasts(tasks.values(), unit.plans(1, gone=True), unit.history(1))

    return world.store.read(read)


@given(steps=steps, pause=st.booleans())
@unhurried
def test_the_log_tells_every_revision(started: Path, steps: Steps, pause: bool) -> None:
    """Sequence, stamp and what was shown, as they were at each moment, rebuilt from the log alone."""
    with Copy(started) as world:
        seen = [{task.number: task for task in world.tasks}]
        for step in steps:
            take(world, step, pause=pause)
            seen.append({task.number: task for task in world.tasks})
        found = log(world)
        assert all(past.sure for past in found.values())
        for moment in seen:
            for number, task in moment.items():
                matching = [
                    each.task
                    for each in found[number].revisions
                    if (each.sequence, each.stamp) == (task.sequence, task.updated_at)
                ]
                assert shown(task) in list(map(shown, matching)), (number, task, found[number])


def test_a_log_from_when_done_kept_the_sequence(started: Path) -> None:
    """Databases of earlier releases: the first changes of state raised nothing, those since did."""
    with Copy(started) as world:
        first = world.task(1).sequence
        for name in ("done", "reopen"):
            take(world, (name, 1, 0), pause=True)
        with closing(sqlite3.connect(world.database)) as raw:
            raw.execute("UPDATE task SET sequence = ? WHERE number = 1", [first])
            raw.commit()
        for name in ("skip", "reopen", "done"):
            take(world, (name, 1, 0), pause=True)
        past = log(world)[1]
        assert past.sure
        assert [each.sequence - first for each in past.revisions[-6:]] == [0, 0, 0, 1, 2, 3]


@given(
    before=steps,
    after=steps,
    pause=st.booleans(),
    form=st.sampled_from(Form),
    mark=st.booleans(),
    zoned=st.booleans(),
    numbered=st.booleans(),
    rewrite=st.sampled_from(REWRITES),
)
@unhurried
def test_an_unedited_file_brings_nothing(
    started: Path,
    before: Steps,
    after: Steps,
    pause: bool,
    form: Form,
    mark: bool,
    zoned: bool,
    numbered: bool,
    rewrite: Any,
) -> None:
    """However old, and whatever the program that keeps it does to stamps and numbers."""
    with Copy(started) as world:
        for step in before:
            take(world, step, pause=pause)
        data = exported(world, form, mark=mark, zoned=zoned, numbered=numbered)
        for step in after:
            take(world, step, pause=pause)
        world.later(hours=1, seconds=7)
        held = world.tasks
        found = world.planner.import_.take(entries(rewrite(data, world.now)), Deletion.REMOVE)
        assert (found.brought, found.refused, found.missing, found.batch) == ((), (), (), None)
        assert world.tasks == held


#: What a learner does in the calendar to one entry, and what that is called here.
EDITS = ("moved", "done", "retitled", "deleted")


@given(
    before=steps,
    after=steps,
    pause=st.booleans(),
    form=st.sampled_from(Form),
    edit=st.sampled_from(EDITS),
    number=st.integers(1, 6),
    day=st.integers(0, 7),
    rewrite=st.sampled_from(REWRITES),
)
@unhurried
def test_one_edit_in_an_old_file(
    started: Path,
    before: Steps,
    after: Steps,
    pause: bool,
    form: Form,
    edit: str,
    number: int,
    day: int,
    rewrite: Any,
) -> None:
    """Exactly that comes back, or a word why not; never anything of another task."""
    with Copy(started) as world:
        for step in before:
            take(world, step, pause=pause)
        base = next((task for task in world.tasks if task.number == number), None)
        data = exported(world, form)
        if base is None or f"UID:{world.uid(number, form)}\r\n".encode() not in data:
            return
        data = change(data, world.uid(number, form), edit, base, form, START + timedelta(days=day))
        for step in after:
            take(world, step, pause=pause)
        world.later(hours=1, seconds=7)
        now = {task.number: task for task in world.tasks}
        found = world.planner.import_.take(entries(rewrite(data, world.now)), Deletion.SKIP)
        assert {each.task.number for each in (*found.brought, *found.refused)} <= {number}
        assert {each.what for each in found.brought} <= {edit}
        event(f"{edit}: {'brought' if found.brought else 'refused' if found.refused else 'nothing'}")
        if rewrite is as_it_is:
            judge(found, edit, base, now.get(number), START + timedelta(days=day), world)


def shifted(form: Form, base: Task, day: date) -> Callable[[str], str]:
    """Dragged to another day, at the same time where there is one."""
    if form is Form.EVENTS or base.starts_at is None:
        return on(day)
    return put("DTSTART", f"{base.starts_at + (day - base.date):%Y%m%dT%H%M%SZ}")


def change(data: bytes, uid: str, edit: str, base: Task, form: Form, day: date) -> bytes:
    if edit == "deleted":
        return edited(data, uid, lambda part: "")
    if edit == "moved":
        return edited(
            data,
            uid,
            shifted(form, base, day)
            if form is not Form.TODOS
            else put("DUE", f"{day:%Y%m%d}", parameters=";VALUE=DATE"),
        )
    if edit == "retitled":
        return edited(data, uid, put("SUMMARY", "Quite another"))
    if form is Form.TODOS:
        return edited(data, uid, put("STATUS", "COMPLETED"))
    return edited(
        data, uid, put("SUMMARY", f"✓ {text.title(base, mark=False)}".replace(",", "\\,").replace(";", "\\;"))
    )


def judge(found: Imported, edit: str, base: Task, now: Task | None, day: date, world: World) -> None:
    """What an edit of a file that was kept as it was must lead to."""
    brought = {each.what for each in found.brought}
    if now is None or not any(plan.number == now.plan and plan.state != "dropped" for plan in world.plans):
        assert not brought
        return
    after = world.task(base.number)
    match edit:
        case "moved" if day == base.date:
            assert not brought
        case "moved" if now.status is not Status.OPEN or (now.kind is Kind.EXAM and now.date != day):
            assert bool(found.refused) is (now.date != day)
        case "moved":
            assert (after.date, after.pinned or now.date == day) == (day, True)
        case "done":
            assert after.status is (Status.DONE if base.status is not Status.DONE else now.status)
        case "retitled":
            assert after.title == "Quite another"
        case "deleted" if now.status is Status.OPEN:
            assert after.status in (Status.SKIPPED, Status.OPEN)
            assert bool(brought) is (after.status is Status.SKIPPED)
        case "deleted":
            assert not brought
