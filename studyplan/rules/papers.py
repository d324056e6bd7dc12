"""The paper of a test: which test is meant, what it asks, what a learner's answers mean, what its end changes. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from studyplan.errors import Conflict, NotFound, UsageProblem, WayOut
from studyplan.model import (
    Attempt,
    BankQuestion,
    Change,
    Kind,
    Learner,
    ModuleScore,
    Plan,
    QuestionKind,
    Response,
    Slip,
    Status,
    Task,
)
from studyplan.rules import lookup, marking, question_draw, scores
from studyplan.rules.marking import Debt, ModuleTally
from studyplan.rules.question_draw import Wanted, balanced, is_diagnostic, size_of

#: Questions of a quiz for practice, if the learner names no number.
PRACTICE = 10
#: Questions of a module in a diagnostic from which its score says that the module is known.
ENOUGH_TO_KNOW = 3
#: A test that may ask everything again: more than any bank holds.
_ANY = 1 << 30


@dataclass(frozen=True, slots=True)
class Desk:
    """All that a test of a plan is made from."""

    learner: Learner
    plan: Plan
    tasks: tuple[Task, ...]
    bank: tuple[BankQuestion, ...]
    attempts: tuple[Attempt, ...]
    debts: tuple[Debt, ...]
    day: date

    @property
    def by_number(self) -> dict[int, BankQuestion]:
        return {question.number: question for question in self.bank}

    @property
    def seed(self) -> str:
        """What draws follow from: the same learner gets the same, another plan or another learner something else."""
        return f"{self.learner.name}/{self.plan.template}/{self.plan.number}"


@dataclass(frozen=True, slots=True)
class Posed:
    """A question of a test: the places of its options in the order shown, and the answer so far."""

    question: BankQuestion
    order: tuple[int, ...]
    response: Response


@dataclass(frozen=True, slots=True)
class QuizWish:
    """What is asked of a quiz for practice."""

    module: str | None = None
    count: int | None = None


# Which test


def task_meant(form: Kind, desk: Desk, named: Task | None, *, again: bool) -> Task | None:
    """The task that a test is for: the one named, else for a mock the next open one; None is practice. Raises Conflict where it
    is over already, and where there is no open mock."""
    if named is None and form is Kind.QUIZ:
        return None
    if named is None:
        open_ones = [each for each in desk.tasks if each.kind is form and each.status is Status.OPEN]
        if not open_ones:
            last = max((each for each in desk.tasks if each.kind is form), key=lambda each: each.date, default=None)
            hint = (
                WayOut("a quiz for practice needs no task", "practise")
                if last is None
                else WayOut(f"task {last.number} can be sat again", "test-again", form=form.value, task=last.number)
            )
            raise Conflict(f"'{desk.plan.name}' has no open mock exam", hint=hint)
        return min(open_ones, key=lambda each: (each.date, each.position))
    if named.kind is not form:
        raise UsageProblem(
            f"task {named.number} '{named.title}' is not a {form}: its kind is {named.kind}",
            hint=_way_from(form, named, desk.tasks),
        )
    if named.status is Status.DONE and not again and running(desk, form, named) is None:
        figure = "" if named.score is None else f" with {named.score}%"
        raise Conflict(
            f"task {named.number} '{named.title}' is done{figure}",
            hint=WayOut("ask for it `again`, or for its result", "test-again", form=form.value, task=named.number),
        )
    return named


def _way_from(form: Kind, named: Task, tasks: Iterable[Task]) -> WayOut:
    """The way on for somebody who named a task that is no such test."""
    if named.kind is Kind.MOCK:
        return WayOut("begin it as a mock", "use-mock", task=named.number)
    if named.kind is Kind.QUIZ:
        return WayOut("begin it as a quiz", "use-quiz", task=named.number)
    if all(each.kind is not form for each in tasks):
        return WayOut("a quiz for practice needs no task", "practise")
    if form is Kind.QUIZ:
        return WayOut("name a quiz, or none for practice", "choose-quiz")
    return WayOut("name a mock, or none for the next one", "choose-mock")


def running(desk: Desk, form: Kind, task: Task | None) -> Attempt | None:
    """The attempt that was begun for a task, or for practice, and is not over."""
    number = None if task is None else task.number
    found = [each for each in desk.attempts if each.ended_at is None and each.form == form and each.task == number]
    return found[-1] if found else None


def waiting(
    tasks: Sequence[Task], bank: Sequence[BankQuestion], attempts: Iterable[Attempt]
) -> dict[int, Attempt | None]:
    """The open mocks and quizzes of a plan that its bank has questions for, by number, each with the attempt that was begun."""
    modules, by_task = {question.module for question in bank}, {each.task: each for each in tasks}
    begun = {each.task: each for each in attempts if each.ended_at is None and each.task is not None}
    return {
        task.number: begun.get(task.number)
        for task in tasks
        if task.status is Status.OPEN
        and ((task.kind is Kind.MOCK and bank) or (task.kind is Kind.QUIZ and modules & _about(task, by_task)))
    }


def practice_begun(desk: Desk, wish: QuizWish) -> Attempt | None:
    """The quiz for practice that was begun last and is as it is wished. Raises NotFound for a module without questions."""
    most = len(_pool(desk, None, wish.module))
    begun = [each for each in desk.attempts if each.ended_at is None and each.form == Kind.QUIZ and each.task is None]
    for attempt in reversed(begun):
        asked = [desk.by_number[each.question] for each in attempt.responses if each.question in desk.by_number]
        is_about = wish.module is None or all(each.module == wish.module for each in asked)
        if asked and is_about and (wish.count is None or len(asked) == min(wish.count, most)):
            return attempt
    return None


def over(desk: Desk, task: Task | None) -> Attempt | None:
    """The last attempt at a task, or the last quiz for practice, that is over."""
    number = None if task is None else task.number
    found = [each for each in desk.attempts if each.ended_at is not None and each.task == number]
    return found[-1] if found else None


# What it asks


def asked_by_mock(desk: Desk, task: Task) -> tuple[int, ...]:
    """What a mock asks the learner now, by number, in the order asked."""
    before = [each for each in desk.attempts if each.task == task.number]
    planned = _planned(desk)
    if not any(each.ended_at is not None for each in before):
        return planned[task.task]
    others: dict[str, Collection[int]] = {id: numbers for id, numbers in planned.items() if id != task.task}
    size = min(size_of(task), len(desk.bank))
    room = dict.fromkeys(others, size // question_draw.SHARED)
    for attempt in before:
        others[f"#{attempt.number}"] = [each.question for each in attempt.responses]
        room[f"#{attempt.number}"] = _ANY
    return balanced(desk.bank, size, f"{desk.seed}/{task.task}#{len(before)}", others, room)


def _planned(desk: Desk) -> dict[str, tuple[int, ...]]:
    """What each mock of the plan asks, by its task's id."""
    mocks = sorted((each for each in desk.tasks if each.kind is Kind.MOCK), key=lambda each: each.position)
    wanted = [Wanted(each.task, size_of(each)) for each in mocks]
    found = question_draw.drawn(desk.bank, wanted, desk.seed)
    sat = {each.task: tuple(one.question for one in each.responses) for each in reversed(desk.attempts)}
    fixed = {each.task: sat[each.number] for each in mocks if each.number in sat}
    if all(set(found[id]) == set(numbers) for id, numbers in fixed.items()):
        return found
    # The bank has changed since: what was asked stays, the others keep their distance from it.
    return question_draw.drawn(desk.bank, [replace(each, fixed=fixed.get(each.id, ())) for each in wanted], desk.seed)


def asked_by_quiz(desk: Desk, task: Task | None, wish: QuizWish) -> tuple[int, ...]:
    """What a quiz asks: first what was answered wrong and is due, then what no open mock will ask. Raises NotFound where there is
    nothing to ask."""
    pool = _pool(desk, task, wish.module)
    count = wish.count or (size_of(task) if task is not None else PRACTICE)
    numbers = {question.number for question in pool}
    due = [each.question for each in desk.debts if each.question in numbers and each.is_due(desk.day)][:count]
    today = {each.question for each in desk.debts if not each.is_due(desk.day)}
    rest = [question for question in pool if question.number not in due]
    rest = [question for question in rest if question.number not in today] or ([] if due else rest)
    open_mocks = {each.task for each in desk.tasks if each.kind is Kind.MOCK and each.status is Status.OPEN}
    others: dict[str, Collection[int]] = {id: found for id, found in _planned(desk).items() if id in open_mocks}
    others |= {f"#{each.number}": [one.question for one in each.responses] for each in desk.attempts}
    seed = f"{desk.seed}/quiz#{sum(each.form == Kind.QUIZ and each.ended_at is not None for each in desk.attempts)}"
    chosen = balanced(rest, min(count - len(due), len(rest)), seed, others, dict.fromkeys(others, _ANY)) if rest else ()
    return (*due, *chosen)


def _pool(desk: Desk, task: Task | None, module: str | None) -> list[BankQuestion]:
    """The questions that a quiz is about: those of its modules, taught by tasks that are over where there are any."""
    modules = {question.module for question in desk.bank}
    if module is not None:
        if module not in modules:
            raise NotFound(
                f"'{desk.plan.name}' has no questions for the module '{module}'{lookup.nearest(module, sorted(modules))}",
                hint=f"it has questions for {', '.join(dict.fromkeys(each.module for each in desk.bank))}",
            )
        return [question for question in desk.bank if question.module == module]
    if task is not None:
        about = _about(task, {each.task: each for each in desk.tasks})
        found = [question for question in desk.bank if question.module in about]
        if not found:
            raise NotFound(
                f"there are no questions on what task {task.number} is about",
                hint=WayOut("record its score by hand", "score-by-hand", task=task.number),
            )
        return found
    is_over = {each.task for each in desk.tasks if each.status is not Status.OPEN}
    studied = [question for question in desk.bank if not question.after or question.after in is_over]
    return studied or list(desk.bank)


def _about(task: Task, tasks: Mapping[str, Task]) -> set[str]:
    """The modules of what a quiz comes after, through the quizzes among them; without any, its own."""
    modules, waiting, known = set[str](), list(task.after), {task.task}
    while waiting:
        id = waiting.pop()
        if id in known or id not in tasks:
            continue
        known.add(id)
        if tasks[id].kind is Kind.QUIZ:
            waiting += tasks[id].after
        elif tasks[id].kind in scores.SHORTENED:
            modules.add(tasks[id].module)
    return modules or {task.module}


def posed(desk: Desk, attempt: Attempt) -> tuple[Posed, ...]:
    """The questions of an attempt that the plan still has, in the order asked, their options shuffled for this attempt."""
    bank = desk.by_number
    turn = sum(not attempt.number or each.number < attempt.number for each in desk.attempts)
    seed = f"{desk.seed}/{attempt.task or 'practice'}/{turn}"
    return tuple(
        Posed(bank[each.question], question_draw.shown_order(bank[each.question], seed), each)
        for each in attempt.responses
        if each.question in bank
    )


def time_limit(task: Task | None, form: str, questions: int) -> int | None:
    """The minutes that a test may take: a mock has those of its task, fewer where the bank has too few questions for it; a quiz has as
    long as it takes. ``questions``: how many it asks."""
    if task is None or form != Kind.MOCK:
        return None
    wanted = max(questions, size_of(task))
    return -(-task.minutes * questions // wanted)


# What an answer means


def given(posed: Posed, answer: object) -> tuple[int, ...] | bool | float | None:
    """An answer as a program gives it: numbers of options as they were shown, counted from 1; true or false; a number. Raises
    UsageProblem."""
    question = posed.question
    if answer is None:
        return None
    if question.kind is QuestionKind.TRUE_FALSE:
        if isinstance(answer, bool):
            return answer
        raise UsageProblem(f"the answer to '{question.id}' must be true or false")
    if question.kind is QuestionKind.NUMBER:
        if isinstance(answer, int | float) and not isinstance(answer, bool) and abs(answer) < 1e15:
            return float(answer)
        raise UsageProblem(f"the answer to '{question.id}' must be a number")
    numbers: list[Any] = answer if isinstance(answer, list) else [answer]
    most = len(posed.order)
    good = all(isinstance(each, int) and not isinstance(each, bool) and 1 <= each <= most for each in numbers)
    if not good or len(set(numbers)) < len(numbers):
        raise UsageProblem(f"the answer to '{question.id}' must name options by their numbers, 1 to {most}")
    if question.kind is QuestionKind.SINGLE and len(numbers) != 1:
        raise UsageProblem(f"the answer to '{question.id}' must be one option")
    if question.kind is QuestionKind.ORDER and len(numbers) != most:
        raise UsageProblem(f"the answer to '{question.id}' must put all {most} options in order")
    places = tuple(posed.order[each - 1] for each in numbers)
    return places if question.kind is QuestionKind.ORDER else tuple(sorted(places))


# What its end changes


def known_modules(task: Task | None, tallies: Iterable[ModuleTally]) -> tuple[str, ...]:
    """The modules that a diagnostic found known: enough questions, and nearly all of them right."""
    if task is None or not is_diagnostic(task):
        return ()
    return tuple(each.module for each in tallies if each.asked >= ENOUGH_TO_KNOW and each.percent >= scores.MASTERED)


def shortened(tasks: Sequence[Task], modules: Collection[str]) -> list[Change]:
    """The changes that leave a quick pass of each open task of known modules, as a retake does."""
    from studyplan.rules.edition_diff import resized

    by_task: dict[str, list[Task]] = {}
    for task in sorted(tasks, key=lambda each: (each.position, each.part)):
        if task.module in modules and task.kind in scores.SHORTENED and not task.own and task.status is Status.OPEN:
            by_task.setdefault(task.task, []).append(task)
    changes: list[Change] = []
    for rows in by_task.values():
        minutes = sum(row.minutes for row in rows)
        if scores.quick(minutes) < minutes:
            changes += resized(rows, scores.quick(minutes), splittable=all(row.splittable for row in rows))
    return changes


def figures(tallies: Iterable[ModuleTally], modules: Collection[str]) -> scores.ScoreReport:
    """The score of a test, and of those of its modules that the plan has."""
    found = list(tallies)
    right, asked = sum(each.right for each in found), sum(each.asked for each in found)
    return scores.ScoreReport(
        marking.percent(right, asked),
        tuple(ModuleScore(each.module, each.percent) for each in found if each.module in modules),
    )


# The error log

#: What a learner says of a wrong answer, in a few words.
WORDS = {
    Slip.UNKNOWN: "did not know",
    Slip.MIXED_UP: "mixed up",
    Slip.MISREAD: "misread",
    Slip.CARELESS: "slip",
}


def log_task(task: Task | None, tasks: Iterable[Task]) -> Task | None:
    """The task in which the errors of a mock are gone through: the one anchored to it that comes after it."""
    if task is None:
        return None
    return next(
        (
            each
            for each in tasks
            if task.task in each.after and each.kind is Kind.REFLECT and each.anchor and each.anchor.base == task.task
        ),
        None,
    )


def with_errors(note: str | None, task: Task, attempt: Attempt, bank: Mapping[int, BankQuestion]) -> str:
    """A note with the errors of a mock in it: in place of those that were there, else behind the rest."""
    head = f"Errors of {task.number} '{task.title}':"
    wrong = [(each, bank[each.question]) for each in attempt.responses if not each.is_right and each.question in bank]
    counts = ", ".join(
        f"{number} {WORDS[slip]}" for slip in Slip if (number := sum(each.slip is slip for each, _ in wrong))
    )
    lines = [head, counts or "not sorted yet"] if wrong else [head, "none"]
    lines += [
        f"- {question.module}: {question.id} ({WORDS[each.slip] if each.slip else 'not sorted yet'})"
        for each, question in wrong
    ]
    blocks = [block for block in (note or "").split("\n\n") if block and not block.startswith(head)]
    return "\n\n".join([*blocks, "\n".join(lines)])
