"""Whatever a life brought, a replan ends with a plan: random templates, two plans, pins, own tasks, habits, days missed and off.

REPLAN_LIVES=2000 .venv/bin/pytest tests/planner/test_planner_replan_any_life.py     # so many lives
"""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from any_life import Learner, faults, too_full

from studyplan.errors import Conflict
from studyplan.model import Kind, Status, Task
from studyplan.planner.replan import Mended
from studyplan.rules.replan_offers import Remedy
from studyplan.schedule.least import rank_of
from studyplan.schedule.standing import is_session
from studyplan.store import Store, migrate

LIVES = int(os.environ.get("REPLAN_LIVES", "4"))
#: Lives that a test takes at a time.
BATCH = 2
#: Open tasks up to which every set of them is tried.
SMALL = 6


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "made.db"
    migrate.upgrade(str(path), tell=lambda line: None)
    return path


@pytest.mark.parametrize("first", range(0, LIVES, BATCH))
def test_a_replan_always_helps(made: Path, tmp_path: Path, first: int) -> None:
    for seed in range(first, min(first + BATCH, LIVES)):
        found = faults_of_life(made, tmp_path, seed)
        assert not found, (seed, found)


def faults_of_life(made: Path, folder: Path, seed: int) -> list[str]:
    """What went wrong in one life, which is replanned up to three times; the first faults only."""
    store = Store(str(shutil.copy(made, folder / f"{seed}.db")))
    with closing(store):
        learner = Learner(store, Random(seed))
        if not learner.start():
            return []
        for _ in range(3):
            learner.live(learner.dice.randint(1, 7))
            for plan in learner.running:
                found = faults_of_replan(learner, plan)
                if found:
                    return [f"{plan} on {learner.today}: {each}" for each in found]
    return []


def faults_of_replan(learner: Learner, plan: str) -> list[str]:
    """Replan twice. A refusal other than of a contradiction is raised: nothing may end in one."""
    remedy = learner.remedy(plan)
    others = {name: learner.tasks(name) for name in learner.running if name != plan}
    before = learner.tasks(plan)
    try:
        foretold = learner.planner.replan.preview(remedy, plan) if learner.dice.random() < 0.2 else None
        mended = learner.planner.replan.apply(remedy, plan)
    except Conflict as refusal:
        return [] if remedy.exam else [f"refused: {refusal.message}"]
    left = frozenset(task.number for task in mended.left_over)
    after = learner.tasks(plan)
    # A shift moves what is late by so many days, and no further.
    since = date.min if remedy.strategy == "shift" else learner.today
    # Whatever was on the day of the exam goes: it holds nothing else.
    last = mended.plan.end if mended.plan.exam is None else mended.plan.exam - timedelta(days=1)
    found = faults(before, after, left, since, last)
    found += too_full(learner, plan, before, left)
    found += [f"{name} was touched" for name, rows in others.items() if learner.tasks(name) != rows]
    if foretold is not None and {task.number for task in foretold.left_over} != left:
        found.append("a dry run leaves over something else")
    if plan in learner.running and remedy.strategy != "shift":
        again = learner.planner.replan.apply(Remedy(remedy.strategy), plan)
        found += [f"a second replan moves {move}" for move in again.mending.moves]
        if {task.number for task in again.left_over} != left:
            found.append(f"a second replan leaves over {[task.key for task in again.left_over]}, not {sorted(left)}")
        found += dearer_than_needed(learner, plan, mended)
    return found


def dearer_than_needed(learner: Learner, plan: str, mended: Mended) -> list[str]:
    """Every set of open tasks that is worth less than what was left over: without it something is left over still."""
    electives = frozenset(task.id for task in learner.get(plan).tasks if task.path)
    rows: dict[str, list[Task]] = {}
    for task in learner.tasks(plan):
        if task.status is Status.OPEN and task.kind is not Kind.EXAM and not is_session(task) and task.habit is None:
            rows.setdefault(task.task, []).append(task)
    if not mended.left_over or len(rows) > SMALL:
        return []

    def value(ids: tuple[str, ...]) -> list[int]:
        worth = [0] * 5
        for task in (row for id in ids for row in rows[id]):
            worth[4 - rank_of(task, electives)] += task.minutes
        return worth

    mine = value(tuple({task.task for task in mended.left_over}))
    for ids in (some for many in range(len(rows) + 1) for some in combinations(rows, many)):
        if value(ids) < mine:
            words = tuple(str(row.number) for id in ids for row in rows[id])
            less = learner.planner.replan.apply(Remedy(leave_out=words), plan)
            if less.changed:
                learner.planner.history.undo()
            if not less.left_over:
                return [f"{ids} is enough, {[task.key for task in mended.left_over]} was left over"]
    return []
