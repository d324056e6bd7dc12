"""Whether an answer is right, what comes back and when, how sure goes with right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from studyplan.model import Attempt, BankQuestion, Option, QuestionKind, Response, Slip
from studyplan.rules.marking import calibrated, debts, errors, is_right, marked, percent, tallies, total

AT = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
OPTIONS = (Option("a", True), Option("b", True), Option("c"))


def question(kind: QuestionKind, **fields: object) -> BankQuestion:
    return BankQuestion("q", kind, "?", "m", "t", number=1, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "fields", "right", "wrong"),
    [
        (QuestionKind.SINGLE, {"options": OPTIONS[1:]}, [(0,)], [(1,), None, (), True, 0.0]),
        (QuestionKind.SEVERAL, {"options": OPTIONS}, [(0, 1), (1, 0)], [(0,), (0, 1, 2), (), None]),
        (QuestionKind.ORDER, {"options": OPTIONS}, [(0, 1, 2)], [(1, 0, 2), (0, 1), None]),
        (QuestionKind.TRUE_FALSE, {"answer": False}, [False], [True, None, 0.0]),
        (
            QuestionKind.NUMBER,
            {"answer": 0.2, "tolerance": 0.1},
            [0.2, 0.3, 0.1, 0.1999],
            [0.31, 0.09, None, True, float("nan"), float("inf")],
        ),
        (QuestionKind.NUMBER, {"answer": 112500.0}, [112500.0], [112501.0, 112499.9]),
    ],
)
def test_right_and_wrong(kind: QuestionKind, fields: dict, right: list, wrong: list) -> None:
    assert [is_right(question(kind, **fields), given) for given in right] == [True] * len(right)
    assert [is_right(question(kind, **fields), given) for given in wrong] == [False] * len(wrong)


def attempt(day: int, **right: bool) -> Attempt:
    """Questions 1, 2 … by name, answered on a day."""
    at = AT + timedelta(days=day)
    responses = tuple(Response(int(name[1:]), is_right=each) for name, each in right.items())
    return Attempt(1, day + 1, 1, "quiz", None, at, responses, ended_at=at)


def owed(*attempts: Attempt) -> dict[int, int]:
    """By question, on how many days it was right since."""
    return {debt.question: len(debt.right_on) for debt in debts(attempts, {1, 2}, lambda at: at.date())}


def test_wrong_comes_back_until_right_on_two_days() -> None:
    """Two right answers of one day are one; a new error begins anew; what was never wrong is not owed."""
    first = attempt(0, q1=False, q2=True)
    assert owed(first) == {1: 0}
    assert owed(first, attempt(1, q1=True)) == {1: 1}
    assert owed(first, attempt(1, q1=True), attempt(1, q1=True)) == {1: 1}
    assert owed(first, attempt(1, q1=True), attempt(2, q1=True)) == {}
    assert owed(first, attempt(1, q1=True), attempt(2, q1=False)) == {1: 0}
    assert owed(first, attempt(1, q1=True), attempt(3, q2=False), attempt(4, q1=True)) == {2: 0}
    assert owed(attempt(0, q9=False)) == {}, "the plan has it no more"


def test_not_twice_on_one_day() -> None:
    """What was wrong or right today is not asked again today."""
    (debt,) = debts([attempt(0, q1=False), attempt(2, q1=True)], {1}, lambda at: at.date())
    days = [(AT + timedelta(days=day)).date() for day in range(4)]
    assert [debt.is_due(day) for day in days] == [False, True, False, True]


def test_an_attempt_that_is_not_over_tells_nothing() -> None:
    begun = Attempt(1, 1, 1, "mock", None, AT, (Response(1),))
    assert debts([begun], {1}, lambda at: at.date()) == []
    assert errors([begun], {1: question(QuestionKind.SINGLE)}) == ()


def test_tallies_by_module() -> None:
    """Unanswered is wrong, and a question that the plan lost is not counted."""
    bank = {
        number: BankQuestion(f"q{number}", QuestionKind.TRUE_FALSE, "?", module, "t", answer=True, number=number)
        for number, module in ((1, "b"), (2, "a"), (3, "b"))
    }
    given = (Response(3, True), Response(1), Response(2, True), Response(9, True))
    begun = Attempt(1, 1, 1, "mock", None, AT, given)
    found = tallies(marked(begun, bank), bank)
    assert [(each.module, each.right, each.asked, each.percent) for each in found] == [
        ("b", 1, 2, 50),
        ("a", 1, 1, 100),
    ]


@pytest.mark.parametrize(
    ("right", "asked", "shown"), [(0, 3, 0), (1, 3, 33), (2, 3, 67), (199, 200, 99), (5, 5, 100), (0, 0, 0)]
)
def test_percent(right: int, asked: int, shown: int) -> None:
    """All is only said where all is right."""
    assert percent(right, asked) == shown


def test_sure_and_right() -> None:
    answers = [("a", True, True), ("a", True, False), ("b", False, True), ("a", None, True)]
    found = calibrated(answers)
    assert [(each.module, each.sure, each.sure_right, each.unsure, each.unsure_right) for each in found] == [
        ("a", 2, 1, 0, 0),
        ("b", 0, 0, 1, 1),
    ]
    assert (total(found).answers, total(found).sure_right) == (3, 1)


def test_errors_by_kind() -> None:
    bank = {1: question(QuestionKind.SINGLE)}
    at = AT + timedelta(hours=1)
    wrong = [Response(1, slip=slip) for slip in (Slip.MISREAD, None, Slip.MISREAD)]
    over = [Attempt(1, n, 1, "mock", None, AT, (each,), ended_at=at) for n, each in enumerate(wrong)]
    (tally,) = errors(over, bank)
    assert (tally.module, tally.kinds, tally.unsorted, tally.errors) == ("m", ((Slip.MISREAD, 2),), 1, 3)
