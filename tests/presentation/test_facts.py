"""Values of the model as JSON has them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest

from studyplan.model import (
    Alarm,
    Engagement,
    Memory,
    ModuleScore,
    Reason,
    Resource,
    Result,
    Span,
    Status,
    StudyHours,
    Timer,
    Week,
)
from studyplan.presentation.facts import plain

DAY = date(2026, 7, 1)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Timer(3, datetime(2026, 7, 1, 9, 30, tzinfo=UTC)), {"task": 3, "started_at": "2026-07-01T09:30:00Z"}),
        (Week((StudyHours(60, time(19)),) * 7), "19:00-20:00"),
        ((Span(DAY, DAY), Span(DAY, date(2026, 7, 3))), ["2026-07-01", "2026-07-01..2026-07-03"]),
        ((Engagement(DAY, 60, 90),), [{"day": "2026-07-01", "start": 60, "end": 90}]),
        (Result(True, DAY, 80), {"passed": True, "on": "2026-07-01", "score": 80}),
        ((Alarm("timed", 30),), [{"form": "timed", "minutes": 30}]),
        ((ModuleScore("m1", 40),), [{"module": "m1", "percent": 40}]),
        (Reason("evened", "a"), {"code": "evened", "because": "a"}),
        (
            (Resource("A", "https://example.org"),),
            [{"title": "A", "url": "https://example.org", "minutes": None, "free": True}],
        ),
        (
            Memory(2.30654, 1.0, DAY, 1, 0),
            {"stability": 2.3065, "difficulty": 1.0, "last": "2026-07-01", "answers": 1, "lapses": 0},
        ),
        (Status.DONE, "done"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (time(9, 5), "09:05"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_value_is_shown_as_python_writes_it(value: object, shown: object) -> None:
    """What the history keeps of a learner, a plan or a task has names and plain values."""
    assert plain(value) == shown
    json.dumps(plain(value))
