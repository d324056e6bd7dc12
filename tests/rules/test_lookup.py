"""What people name, found among values alone: no database is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from studyplan.errors import Conflict, NotFound
from studyplan.model import Kind, Plan, PlanState, Status, Task
from studyplan.notation import Ref, refs
from studyplan.rules import lookup

DAY = date(2026, 7, 1)
PLAN = Plan(1, 1, UUID(int=1), "ana", "t", "1", "T", "w", DAY, DAY, None)
OTHER = replace(PLAN, number=2, name="ben")


def task(number: int, key: str, *, plan: int = 1, part: int = 1, status: Status = Status.OPEN) -> Task:
    return Task(
        learner_id=1,
        number=number,
        plan=plan,
        uuid=UUID(int=number),
        key=f"{key}-{part}" if part > 1 else key,
        task=key,
        part=part,
        module="m",
        title=key,
        kind=Kind.READ,
        minutes=30,
        splittable=True,
        date=DAY,
        position=number,
        status=status,
    )


TASKS = [task(1, "read", status=Status.DONE), task(2, "read", part=2), task(3, "lab"), task(4, "lab", plan=2)]


def numbers(*named: Ref, plans: tuple[Plan, ...] = (PLAN, OTHER), wanted: set[Status] | None = None) -> list[int]:
    return [task.number for task in lookup.tasks_named(named, plans, TASKS, wanted=wanted)]


def test_a_task_named_twice_is_found_once() -> None:
    assert numbers(Ref(number=3), Ref(key="lab", plan="ana"), Ref(number=1)) == [3, 1]


def test_the_pieces_that_are_wanted() -> None:
    """All of them where none is."""
    assert numbers(Ref(key="read"), wanted={Status.OPEN}) == [2]
    assert numbers(Ref(key="read"), wanted={Status.SKIPPED}) == [1, 2]
    assert numbers(Ref(key="read-2")) == [2]


def test_all_that_fail_are_named_together() -> None:
    with pytest.raises(NotFound, match=r"no task 7-9, 'ana:quiz', 'exam'"):
        numbers(
            Ref(number=8), Ref(number=9), Ref(key="quiz", plan="ana"), Ref(number=7), Ref(key="exam"), Ref(number=3)
        )


def test_a_key_of_two_plans_needs_its_plan() -> None:
    """One that runs comes before one that is finished; of a dropped plan nothing is found."""
    with pytest.raises(Conflict, match="several plans"):
        numbers(Ref(key="lab"))
    assert numbers(Ref(key="lab", plan="ben")) == [4]
    assert numbers(Ref(key="lab"), plans=(PLAN, replace(OTHER, state=PlanState.FINISHED))) == [3]
    with pytest.raises(NotFound):
        numbers(Ref(number=4), plans=(PLAN, replace(OTHER, state=PlanState.DROPPED)))


def test_a_range_means_the_tasks_that_exist() -> None:
    """At least one has to; a number named by itself has to in any case."""
    some = refs(["2-4", "3-6"])
    found = lookup.tasks_named(some, [PLAN, OTHER], TASKS)
    assert [each.number for each in found] == [2, 3, 4]
    assert lookup.absent(some, found) == ["there are no tasks 5-6"]
    assert lookup.absent(refs(["2-5"]), found) == ["there is no task 5"]
    assert lookup.absent(refs(["2-4", "read"]), found) == []
    with pytest.raises(NotFound, match="no task 5-7"):
        numbers(*refs(["5-7"]))
    with pytest.raises(NotFound, match=r"no task 5$"):
        numbers(*refs(["2-4", "5"]))


def test_a_number_and_a_plan() -> None:
    """Of a range, those of the plan; a single number of another plan is told where it belongs."""
    assert numbers(*(replace(ref, plan="ben") for ref in refs(["1-4"]))) == [4]
    assert numbers(Ref(3, plan="1")) == [3]
    with pytest.raises(NotFound, match="task 3 is not in 'ben' but in 'ana'"):
        numbers(Ref(3, plan="ben"))
    with pytest.raises(NotFound, match="no plan 'bean': did you mean 'ben'"):
        numbers(Ref(3, plan="bean"))


def test_capitals_do_not_matter_where_they_tell_no_plans_apart() -> None:
    big = replace(PLAN, number=3, name="ANA")
    assert lookup.plan_named([PLAN, OTHER], "Ben") == OTHER
    assert lookup.plan_named([PLAN, big], "ANA") == big
    with pytest.raises(Conflict, match="'Ana' could be several plans: ana, ANA"):
        lookup.plan_named([PLAN, big], "Ana")
    assert lookup.plan_named([PLAN, replace(big, state=PlanState.DROPPED)], "Ana") == PLAN
    assert numbers(Ref(key="lab", plan="BEN"), Ref(number=1, plan="Ana")) == [4, 1]
