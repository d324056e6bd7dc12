"""Ordinary lives: days missed, days off, a second plan, tasks of one's own. No replan is ever refused, and each way out holds."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from studyplan import open_planner
from studyplan.model import Kind, Span, Status
from studyplan.rules.replan_offers import Remedy

START = date(2026, 7, 1)
#: Days after which a learner replans.
CHECKS = (6, 13, 21)


def live(database: Path, dice: Random, until: date) -> None:
    """A learner's days up to one: most are used, some are missed, some tasks are put on a day or added."""
    since = until - timedelta(days=6)
    for ahead in range(6):
        day = since + timedelta(days=ahead)
        with open_planner(database, learner="ana", today=day) as planner:
            agenda = planner.queries.today()
            due = [task.number for task in agenda.due if task.kind is not Kind.EXAM]
            if due and dice.random() < 0.6:
                planner.tasks.done(due)
            elif dice.random() < 0.2:
                planner.tasks.add("Call the study group", dice.choice([10, 30]), on=day + timedelta(days=2), plan="one")


@pytest.mark.parametrize("seed", range(2))
def test_no_life_ends_a_plan(tmp_path: Path, seed: int) -> None:
    """Each replan ends with a plan, both ways agree about what is missing, and whichever way out is taken, all of it fits."""
    dice = Random(seed)
    database = tmp_path / "study.db"
    with open_planner(database, learner="ana", today=START) as planner:
        minutes = dice.choice([60, 75, 90])
        planner.plans.start("foundations", window="sprint", days=26, week=str(minutes), name="one")
        if dice.random() < 0.7:
            planner.plans.start("foundations", window="sprint", days=40, week=str(minutes + 30), name="two")
    for after in CHECKS:
        today = START + timedelta(days=after)
        live(database, dice, today)
        with open_planner(database, learner="ana", today=today) as planner:
            if dice.random() < 0.5:
                first = today + timedelta(days=1)
                planner.replan.set_off([Span(first, first + timedelta(days=dice.choice([0, 2])))], "one")
            mended = planner.replan.preview(Remedy(), "one")
            left = {task.number for task in mended.left_over}
            assert {task.number for task in planner.replan.preview(Remedy("even"), "one").left_over} == left
            for way in mended.ways_out:
                assert planner.replan.preview(way.asked, "one").left_over == (), way.offer
            planner.replan.apply(Remedy(), "one")
            again = planner.replan.apply(Remedy(), "one")
            assert again.mending.moves == ()
            assert {task.number for task in again.left_over} == left
            rows = planner.queries.plan_views("one")[0].tasks
            still_open = [task for task in rows if task.status is Status.OPEN and task.kind is not Kind.EXAM]
            assert all(task.date >= today or task.has_no_room for task in still_open)
