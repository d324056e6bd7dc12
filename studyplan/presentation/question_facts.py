"""Tests and questions as JSON, the same for every face."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from studyplan.model import QuestionKind
from studyplan.presentation import facts

if TYPE_CHECKING:
    from studyplan.model import Attempt, BankQuestion, Plan, Task
    from studyplan.planner.mock import BankRecord, MarkedTest, Paper
    from studyplan.planner.questions import AddedQuestions, Bank
    from studyplan.presentation.shapes import (
        AddedQuestionsFacts,
        AttemptFacts,
        BankFacts,
        CalibrationFacts,
        DebtFacts,
        ErrorTallyFacts,
        MarkedFacts,
        PaperFacts,
        PosedFacts,
        QuestionFacts,
        RecordFacts,
        TaskFacts,
        _Answered,
    )
    from studyplan.rules.marking import Calibration, Debt, ErrorTally
    from studyplan.rules.papers import Posed


def of_paper(paper: Paper) -> PaperFacts:
    """A test without its answers."""
    return {
        "plan": paper.plan.name,
        "learner": paper.learner,
        "task": _of_task(paper.task, paper.plan),
        "attempt": _of_attempt(paper.attempt),
        "questions": [_of_posed(each) for each in paper.questions],
    }


def of_marked(marked: MarkedTest) -> MarkedFacts:
    """A test that is over, with every answer."""
    return {
        "plan": marked.plan.name,
        "learner": marked.learner,
        "task": _of_task(marked.task, marked.plan),
        "attempt": _of_attempt(marked.attempt),
        "score": marked.percent,
        "right": marked.right,
        "asked": marked.asked,
        "modules": [
            {"module": each.module, "asked": each.asked, "right": each.right, "score": each.percent}
            for each in marked.tallies
        ],
        "confidence": of_calibration(marked.calibration),
        "questions": [{**_of_posed(each), **_of_answer(each)} for each in marked.questions],
        "coming_back": len(marked.debts),
        "known": list(marked.known),
        "saves_minutes": marked.saves,
        "log": None if marked.log is None else marked.log.number,
        "moved": [
            {"number": after.number, "key": after.key, "from": before.date.isoformat(), "to": after.date.isoformat()}
            for before, after in marked.moved
        ],
        "finished": [plan.name for plan in marked.finished],
        "notes": list(marked.notes),
    }


def of_record(record: BankRecord) -> RecordFacts:
    """What the tests of a plan tell."""
    return {
        "plan": record.plan.name,
        "questions": record.questions,
        "tests": record.tests,
        "errors": [of_errors(each) for each in record.errors],
        "coming_back": [_of_debt(each) for each in record.debts],
        "due": record.due,
    }


def of_calibration(found: Calibration) -> CalibrationFacts:
    return {
        "module": found.module,
        "sure": found.sure,
        "sure_right": found.sure_right,
        "unsure": found.unsure,
        "unsure_right": found.unsure_right,
    }


def of_errors(tally: ErrorTally) -> ErrorTallyFacts:
    kinds = {slip.value: count for slip, count in tally.kinds}
    return {"module": tally.module, "errors": tally.errors, "kinds": kinds, "unsorted": tally.unsorted}


def of_question(question: BankQuestion) -> QuestionFacts:
    """A question with its answer, as the bank holds it."""
    return {
        "id": question.id,
        "kind": question.kind.value,
        "module": question.module,
        "question": question.question,
        "options": [{"text": each.text, "right": each.is_right, "why": each.why} for each in question.options],
        "answer": question.answer,
        "tolerance": question.tolerance,
        "unit": question.unit,
        "why": question.why,
        "source": question.source,
        "difficulty": question.difficulty.value,
        "tier": question.tier.value,
        "after": question.after,
    }


def of_bank(bank: Bank) -> BankFacts:
    """The questions of a plan with their answers."""
    return {
        "plan": facts.of_plan(bank.plan, bank.learner),
        "questions": [
            {**of_question(held.question), "asked": held.asked, "answered_right": held.right} for held in bank.questions
        ],
    }


def of_brought(brought: AddedQuestions) -> AddedQuestionsFacts:
    return {
        "plan": facts.of_plan(brought.plan, brought.learner),
        "written": brought.written,
        "known": brought.known,
        "questions": [of_question(question) for question in brought.questions],
        "notes": list(brought.notes),
    }


def _of_task(task: Task | None, plan: Plan) -> TaskFacts | None:
    return None if task is None else facts.of_task(task, {plan.number: plan})


def _of_attempt(attempt: Attempt) -> AttemptFacts:
    return {
        "number": attempt.number or None,
        "form": attempt.form,
        "began_at": facts.instant(attempt.began_at) if attempt.number else None,
        "ended_at": None if attempt.ended_at is None else facts.instant(attempt.ended_at),
        "limit_minutes": attempt.limit,
        "seconds": attempt.seconds,
        "answered": attempt.answered,
    }


def _of_posed(posed: Posed) -> PosedFacts:
    question = posed.question
    return {
        "id": question.id,
        "kind": question.kind.value,
        "module": question.module,
        "difficulty": question.difficulty.value,
        "question": question.question,
        "options": [
            {"number": number, "text": question.options[place].text} for number, place in enumerate(posed.order, 1)
        ],
        "unit": question.unit or None,
        "flagged": posed.response.is_flagged,
        "given": _of_given(posed, posed.response.given),
        "sure": posed.response.is_sure,
    }


def _of_given(posed: Posed, given: object) -> Any:
    """An answer in the numbers of the options as they are shown."""
    if not isinstance(given, tuple):
        return given
    numbers = [posed.order.index(place) + 1 for place in given if place in posed.order]
    if posed.question.kind is QuestionKind.SINGLE:
        return numbers[0] if numbers else None
    return numbers if posed.question.kind is QuestionKind.ORDER else sorted(numbers)


def _of_answer(posed: Posed) -> _Answered:
    question, response = posed.question, posed.response
    return {
        "is_right": response.is_right,
        "right": _of_given(posed, right_answer(question)),
        "why": question.why or None,
        "options": [
            {
                "number": number,
                "text": question.options[place].text,
                "right": question.options[place].is_right,
                "why": question.options[place].why or None,
            }
            for number, place in enumerate(posed.order, 1)
        ],
        "source": question.source,
        "error": None if response.slip is None else response.slip.value,
        "seconds": round(response.milliseconds / 1000),
    }


def right_answer(question: BankQuestion) -> tuple[int, ...] | bool | float | None:
    """The answer that is right, as a learner would give it."""
    if question.kind in (QuestionKind.TRUE_FALSE, QuestionKind.NUMBER):
        return question.answer
    if question.kind is QuestionKind.ORDER:
        return tuple(range(len(question.options)))
    return tuple(place for place, option in enumerate(question.options) if option.is_right)


def _of_debt(debt: Debt) -> DebtFacts:
    return {
        "question": debt.question,
        "wrong_on": debt.wrong_on.isoformat(),
        "right_on": [day.isoformat() for day in debt.right_on],
    }
