"""What the store takes for a new revision of an event is what the calendar shows, no more and no less."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from studyplan.calendar import Form, Format, render
from studyplan.model import Access, Anchor, Kind, ModuleScore, Reason, Resource, Status, Task, Tier
from studyplan.model.revision import SHOWN
from studyplan.store.rows import TASK

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
PLAN = UUID(int=1)
BASE = Task(
    learner_id=1,
    number=7,
    plan=1,
    uuid=UUID(int=2),
    key="words",
    task="words",
    part=1,
    parts=2,
    module="basics",
    title="Learn the words",
    kind=Kind.READ,
    minutes=30,
    splittable=False,
    date=date(2026, 7, 1),
    position=3,
    status=Status.DONE,
    done_at=AT,
    objective="can name them",
    evidence="a list",
    tags=("words",),
    updated_at=AT,
    starts_at=AT,
)
#: Another value for each field that a change may name.
OTHER = {
    "key": "other",
    "task": "other",
    "part": 2,
    "module": "other",
    "title": "Other",
    "kind": Kind.LAB,
    "minutes": 45,
    "splittable": True,
    "date": date(2026, 7, 2),
    "position": 4,
    "status": Status.SKIPPED,
    "done_at": datetime(2026, 7, 1, 13, tzinfo=UTC),
    "spent_minutes": 10,
    "note": "a note",
    "links": ("https://example.org/",),
    "files": ("/home/ana/report.pdf",),
    "score": 72,
    "scores": (ModuleScore("rates", 40),),
    "pinned": True,
    "reason": Reason("overdue", "2026-06-30"),
    "tier": Tier.DEPTH,
    "optional": True,
    "own": True,
    "after": ("other",),
    "anchor": Anchor("exam", -2),
    "access": Access.PAID,
    "tags": ("other",),
    "objective": "can do other things",
    "evidence": "another list",
    "starts_at": datetime(2026, 7, 1, 13, tzinfo=UTC),
    "resources": (Resource("Page", "https://example.org/"),),
    "questions": 5,
    "own_kind": "Essay",
}


def rendered(task: Task) -> bytes:
    return b"".join(render("plan", {1: PLAN}, [task], format=Format(form)) for form in Form)


def test_every_field_has_another_value():
    """The table above forgets no field that a change may name."""
    assert set(OTHER) | {"exists"} == TASK.changeable
    assert {each.name for each in fields(Task)} >= SHOWN


@pytest.mark.parametrize("name", sorted(OTHER))
def test_shown_is_what_changes_the_file(name):
    """A field is SHOWN exactly if another value gives other bytes, stamps apart."""
    changed = rendered(replace(BASE, **{name: OTHER[name]})) != rendered(BASE)
    assert changed == (name in SHOWN), name
