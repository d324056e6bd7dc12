"""Which tasks a search finds, and in what order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from studyplan.errors import NotFound, UsageProblem
from studyplan.model import Kind, Plan, Reason, Status, Task
from studyplan.rules.task_search import SORTS, TaskSearch, found
from studyplan.rules.views import PlanView

TODAY = date(2026, 7, 10)
PLAN = Plan(1, 1, UUID(int=1), "mine", "small", "1", "Small", "short", TODAY, TODAY + timedelta(days=9), None)


def task(number: int, **fields: object) -> Task:
    made = Task(1, number, 1, UUID(int=number), f"k{number}", f"k{number}", 1, "tags", f"Task {number}", Kind.READ, 30,
                True, TODAY + timedelta(days=number - 3), number)  # fmt: skip
    return replace(made, **fields)  # type: ignore[arg-type]


TASKS = (
    task(1, status=Status.DONE, title="Straße und Größe", note="seen in the bill"),
    task(2, module="bill", minutes=90, tags=("money",)),
    task(3, kind=Kind.MOCK, title="ＭＯＣＫ exam", module="Bill"),
    task(4, title="a last one", evidence="a table of prices", own_kind="Essay"),
    task(5, reason=Reason("no-room", "x"), date=TODAY - timedelta(days=5)),
)


def numbers(**wanted: object) -> list[int]:
    view = PlanView(PLAN, "ana", (), tuple(sorted(TASKS, key=lambda each: each.date)))
    (shown,) = found(TaskSearch(**wanted), [view], TODAY)  # type: ignore[arg-type]
    return [each.number for each in shown.tasks]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [5, 1, 2, 3, 4]),
        ({"modules": ("BILL",)}, [2, 3]),
        ({"modules": ("bill", "tags"), "kinds": ("mock",)}, [3]),
        ({"kinds": ("essay",)}, [4]),
        ({"kinds": ("read",)}, [5, 1, 2]),
        ({"first": TODAY}, [3, 4]),
        ({"first": TODAY, "last": TODAY}, [3]),
        ({"words": "STRASSE"}, [1]),
        ({"words": "mock Exam"}, [3]),
        ({"words": "exam mock"}, [3]),
        ({"words": "exam nothing"}, []),
        ({"words": "bill"}, [1]),
        ({"words": "money"}, [2]),
        ({"words": "prices k4"}, [4]),
        ({"words": "  "}, [5, 1, 2, 3, 4]),
        ({"tag": "money"}, [2]),
        ({"overdue": True}, [2]),
        ({"overdue": True, "kinds": ("mock",)}, []),
    ],
)
def test_all_conditions_hold_at_once(wanted, expected):
    """Case and the width of letters do not matter; what has no room is not overdue."""
    assert numbers(**wanted) == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("day", [5, 1, 2, 3, 4]),
        ("number", [1, 2, 3, 4, 5]),
        ("title", [4, 3, 1, 2, 5]),
        ("minutes", [2, 5, 1, 3, 4]),
        ("module", [2, 3, 5, 1, 4]),
        ("kind", [4, 3, 5, 1, 2]),
    ],
)
def test_each_order(sort, expected):
    """Tasks that are alike stay in the order of their days."""
    assert sort in SORTS
    assert numbers(sort=sort) == expected


def test_a_name_that_is_not_there():
    """The error says what there is."""
    with pytest.raises(NotFound, match=r"no task of the module 'bil': did you mean 'bill'\?") as wrong:
        numbers(modules=("bil",))
    assert wrong.value.hint == "the modules are tags, bill, Bill"
    with pytest.raises(NotFound) as wrong:
        numbers(kinds=("watch",))
    assert wrong.value.hint == "the kinds are read, mock, Essay"


def test_days_in_the_wrong_order():
    with pytest.raises(UsageProblem, match=r"2026-07-11\) is after the last \(2026-07-10"):
        numbers(first=TODAY + timedelta(days=1), last=TODAY)
