"""A plan's question bank: listed, added to from files of other programs, and written to them."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from studyplan.errors import Conflict, NotFound, WayOut
from studyplan.files import contents
from studyplan.model import BankQuestion, Change, Plan
from studyplan.planner.base import UseCases
from studyplan.rules import lookup
from studyplan.template import question_files
from studyplan.template.card_files import LARGEST
from studyplan.text import count

if TYPE_CHECKING:
    from studyplan.rules.lookup import PlanName
    from studyplan.store import Unit

#: Questions of a plan: more are nobody's to answer before an exam.
MOST_QUESTIONS = 10_000


@dataclass(frozen=True, slots=True)
class HeldQuestion:
    """A question, how often tests that are over asked it, and how often it was answered right."""

    question: BankQuestion
    asked: int
    right: int


@dataclass(frozen=True, slots=True)
class Bank:
    """The questions of a plan."""

    plan: Plan
    learner: str
    questions: tuple[HeldQuestion, ...]


@dataclass(frozen=True, slots=True)
class AddedQuestions:
    """Imported questions; ``known`` counts those the plan already had or the file held twice."""

    plan: Plan
    learner: str
    questions: tuple[BankQuestion, ...]
    known: int
    written: bool
    notes: tuple[str, ...] = ()


class Questions(UseCases):
    """A plan's question bank: listed, added to from a file, written to one."""

    def banks(self, plan: PlanName | None = None, module: str | None = None) -> list[Bank]:
        """The questions of the plan named, or of those that run. Raises NotFound for a module that has none."""

        def work(unit: Unit) -> list[Bank]:
            learner = self._who.find(unit)
            if learner is None:
                return []
            found = []
            for named in lookup.plans_to_read(unit.plans(learner.id), plan):
                bank = unit.questions(learner.id, named.number)
                modules = dict.fromkeys(question.module for question in bank)
                if module is not None and module not in modules:
                    raise NotFound(
                        f"'{named.name}' has no questions for the module '{module}'{lookup.nearest(module, modules)}",
                        hint=f"it has questions for {', '.join(modules)}" if modules else None,
                    )
                given = [
                    response
                    for attempt in unit.attempts(learner.id, named.number)
                    for response in (attempt.responses if attempt.ended_at is not None else ())
                ]
                held = tuple(
                    HeldQuestion(
                        question,
                        sum(each.question == question.number for each in given),
                        sum(each.question == question.number and each.is_right for each in given),
                    )
                    for question in bank
                    if module in (None, question.module)
                )
                found.append(Bank(named, learner.name, held))
            return found

        return self._store.read(work)

    def add(
        self,
        file: bytes | str | os.PathLike[str],
        plan: PlanName | None = None,
        *,
        form: str | None = None,
        write: bool = True,
    ) -> AddedQuestions:
        """Add the questions of a file to a running plan, as one change that undo takes back. One that the plan has already, by what
        it asks and its options, is left out.

        Args:
            file: Its path, or what it holds.
            plan: The plan, where several run.
            form: ``csv``, ``gift`` or ``aiken``; otherwise its name and its text tell.
            write: Whether to write, or only to tell what would be added.

        Raises:
            BadFile: With every bad question; then none is added.
            Conflict: The plan is not running, or would have too many.
        """
        read = question_files.read(*contents(file, LARGEST), form)

        def work(unit: Unit) -> AddedQuestions:
            learner = self._learner(unit)
            named = lookup.running_plan(unit.plans(learner.id), plan, "questions can only be added to a running plan")
            bank = unit.questions(learner.id, named.number)
            have, ids = {_said(each) for each in bank}, {each.id for each in bank}
            first, last = unit.next_question(learner.id), max((each.position for each in bank), default=-1)
            made: list[BankQuestion] = []
            for question in read.questions:
                if _said(question) in have:
                    continue
                have.add(_said(question))
                number = first + len(made)
                id = question.id if question.id and question.id not in ids else f"own-{number}"
                ids.add(id)
                made.append(replace(question, id=id, number=number, position=last + 1 + len(made)))
            if len(bank) + len(made) > MOST_QUESTIONS:
                many = len(bank) + len(made)
                raise Conflict(f"'{named.name}' would have {many:,} questions; the most is {MOST_QUESTIONS:,}")
            if write and made:
                unit.add_questions(learner.id, named.number, made, exists=False)
                changes = [Change("question", each.number, "exists", False, True) for each in made]
                self._apply(unit, learner, changes, f"import {count(len(made), 'question')} into '{named.name}'")
            known = len(read.questions) - len(made)
            return AddedQuestions(named, learner.name, tuple(made), known, written=write, notes=read.notes)

        return self._change(work) if write else self._store.read(work)

    def write(self, form: str, plan: PlanName | None = None, module: str | None = None) -> tuple[Plan, int, bytes]:
        """The questions of one plan as a file, ``csv``, ``gift`` or ``aiken``, and how many of them it holds: Aiken has only those
        with one right option. Raises NotFound if there are none."""

        def work(unit: Unit) -> tuple[Plan, int, bytes]:
            learner = self._learner(unit)
            named = lookup.plan_to_write(unit.plans(learner.id), plan)
            bank = [each for each in unit.questions(learner.id, named.number) if module in (None, each.module)]
            if not bank:
                raise NotFound(
                    f"'{named.name}' has no questions" + (f" for the module '{module}'" if module else ""),
                    hint=WayOut("`planner.questions.add` adds some", "add-questions"),
                )
            writes = {
                "csv": question_files.as_csv,
                "gift": question_files.as_gift,
                "aiken": question_files.as_aiken,
            }[form]
            kept = [each for each in bank if form != "aiken" or each.kind == "single"]
            return named, len(kept), writes(kept)

        return self._store.read(work)


def _said(question: BankQuestion) -> tuple[str, tuple[str, ...]]:
    """What a question asks, by which it is known again."""
    return question.question, tuple(sorted(option.text for option in question.options))
