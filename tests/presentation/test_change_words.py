"""What a change changed, in words."""

from datetime import UTC, date, datetime

import pytest

from studyplan.model import Batch, Change, Memory, PlanState, Result, Status, StudyHours, Week
from studyplan.presentation.change_words import changed_lines

AT = datetime(2026, 7, 23, 12, tzinfo=UTC)


def lines(*changes: Change) -> list[str]:
    return changed_lines(Batch(1, 5, AT, "", "did something", changes), {}, {})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change("task", 3, "status", Status.OPEN, Status.DONE), "3: done"),
        (Change("task", 3, "date", date(2026, 7, 23), date(2026, 7, 24)), "3: moved from Thu 23 Jul to Fri 24 Jul"),
        (Change("task", 3, "score", None, 80), "3: scored 80%"),
        (Change("task", 3, "note", None, "private"), "3: note changed"),
        (Change("task", 3, "pinned", False, True), "3: pinned"),
        (Change("task", 3, "exists", True, False), "3: removed"),
        (Change("plan", 1, "state", PlanState.ACTIVE, PlanState.DROPPED), "1: state running → dropped"),
        (Change("plan", 1, "result", None, Result(True, date(2026, 7, 23))), "1: exam result none → passed"),
        (Change("plan", 1, "goal", "", "x" * 100), f"1: goal none → {'x' * 59}…"),
        (
            Change("learner", 0, "week", None, Week((StudyHours(60),) * 5 + (StudyHours(0),) * 2)),
            "study hours none → mon-fri 60 min",
        ),
        (Change("card", 7, "memory", None, Memory(1, 1, date(2026, 7, 23))), "1 card: answered"),
        (Change("card", 7, "suspended_at", None, AT), "1 card: set aside"),
        (Change("card", 7, "answer", "old", "new"), "1 card: rewritten"),
        (Change("attempt", 7, "ended_at", None, AT), "1 test: marked"),
        (Change("question", 7, "exists", False, True), "1 question: added"),
    ],
)
def test_words(change: Change, words: str) -> None:
    assert lines(change) == [words]


def test_what_has_no_name_is_counted() -> None:
    found = lines(
        *(Change("card", n, "exists", False, True) for n in range(12)), Change("stint", 1, "exists", False, True)
    )
    assert found == ["12 cards: added", "1 sitting: added"]


def test_what_follows_is_not_told() -> None:
    """A made row is made; what else stands in it is no news."""
    assert lines(Change("task", 3, "done_at", None, AT), Change("task", 3, "position", 1, 2)) == []
    assert lines(Change("task", 3, "exists", False, True), Change("task", 3, "minutes", 0, 30)) == ["3: added"]
