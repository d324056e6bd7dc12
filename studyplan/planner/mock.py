"""Mocks and quizzes: begin one, keep the answers, mark them at the end, go through the errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from studyplan.errors import Conflict, NotFound, UsageProblem, WayOut
from studyplan.model import Attempt, Change, Kind, Plan, Response, Slip, Status, Stint, Task
from studyplan.planner.base import LIVE, UseCases, changed, sittings, titles
from studyplan.planner.tasks import graded_moves, stopped_timer
from studyplan.rules import lookup, marking, papers, scores, task_changes, time_spent
from studyplan.rules.marking import Calibration, Debt, ErrorTally, ModuleTally
from studyplan.rules.papers import Desk, Posed, QuizWish
from studyplan.rules.question_draw import is_diagnostic
from studyplan.rules.task_changes import Completion
from studyplan.text import count

if TYPE_CHECKING:
    from datetime import date, datetime

    from studyplan.model import Learner
    from studyplan.rules.lookup import PlanName, TaskName
    from studyplan.store import Unit

#: Seconds of a test: no sitting lasts longer.
LONGEST_TEST = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Paper:
    """A test with its questions. ``task`` None: practice; ``is_new``: nothing of it is kept yet."""

    plan: Plan
    learner: str
    task: Task | None
    attempt: Attempt
    questions: tuple[Posed, ...]
    is_new: bool
    zone: str | None

    @property
    def seconds_left(self) -> int | None:
        """None: it may take as long as it takes."""
        limit = self.attempt.limit
        return None if limit is None else max(0, limit * 60 - self.attempt.seconds)


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What a program says of a question: the answer, whether the learner was sure, how long it took."""

    answer: object = None
    is_sure: bool | None = None
    seconds: float = 0


@dataclass(frozen=True, slots=True)
class MarkedTest:
    """A test that is over. ``known``: what a diagnostic found known, with the minutes that shortening it saves; ``log``: the task in
    which its errors are gone through; ``moved``: coming reviews of weak modules, before and after."""

    plan: Plan
    learner: str
    task: Task | None
    attempt: Attempt
    questions: tuple[Posed, ...]
    tallies: tuple[ModuleTally, ...]
    calibration: Calibration
    debts: tuple[Debt, ...]
    known: tuple[str, ...] = ()
    saves: int = 0
    log: Task | None = None
    moved: tuple[tuple[Task, Task], ...] = ()
    finished: tuple[Plan, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def right(self) -> int:
        return sum(each.right for each in self.tallies)

    @property
    def asked(self) -> int:
        return sum(each.asked for each in self.tallies)

    @property
    def percent(self) -> int:
        return marking.percent(self.right, self.asked)

    @property
    def wrong(self) -> tuple[Posed, ...]:
        return tuple(each for each in self.questions if not each.response.is_right)


@dataclass(frozen=True, slots=True)
class BankRecord:
    """What a plan's tests tell: how many are over, by module what was behind the errors, which questions come back and how many of
    them today."""

    plan: Plan
    questions: int
    tests: int
    errors: tuple[ErrorTally, ...]
    debts: tuple[Debt, ...]
    due: int
    #: The tests themselves, those that are not over among them, oldest first.
    attempts: tuple[Attempt, ...] = ()


class Mocks(UseCases):
    """Mocks and quizzes of a plan's question bank."""

    def paper(
        self,
        form: Kind,
        task: TaskName | None = None,
        plan: PlanName | None = None,
        *,
        wish: QuizWish | None = None,
        again: bool = False,
    ) -> Paper:
        """The test that would be begun or gone on with. Writes nothing.

        Args:
            form: A mock or a quiz.
            task: The task that it is for. Without one a mock is the plan's next, a quiz is practice.
            plan: The plan, where no task names one.
            wish: What a quiz for practice is about.
            again: Whether a task that is done may be sat again, with other questions.

        Raises:
            NotFound: The plan has no questions, or none of what is asked for.
            Conflict: The task is done, or no mock is open.
        """
        return self._look(lambda unit: self._paper(unit, form, task, plan, wish or QuizWish(), again=again)[1])

    def begin(self, paper: Paper, limit: int | None = None) -> Paper:
        """Keep a test that begins now, so that it can be gone on with. ``limit``: the minutes that it may take."""
        if not paper.is_new:
            return paper

        def work(unit: Unit) -> Paper:
            learner = self._learner(unit)
            at = self._clock.at(learner.zone).now()
            number = unit.next_attempt(learner.id)
            attempt = replace(paper.attempt, number=number, began_at=at, limit=limit)
            unit.keep_attempt(attempt)
            return replace(paper, attempt=attempt, is_new=False)

        return self._change(work)

    def keep(self, attempt: Attempt) -> None:
        """Keep the answers so far. Raises Conflict if the test is over or gone."""

        def work(unit: Unit) -> None:
            learner = self._learner(unit)
            _still_open(unit, learner, attempt)
            unit.keep_attempt(replace(attempt, learner_id=learner.id))

        self._change(work)

    def sitting(self, number: int) -> Paper:
        """A test that was begun and is not over, by its number. Raises NotFound, and Conflict if it is over."""
        return self._look(lambda unit: self._sitting(unit, number)[2])

    def answer(self, number: int, place: int | None, response: Response | None, seconds: int) -> Paper:
        """Keep the answer to one question of a test that was begun; the test as it then stands. Once its time is over, what comes
        is too late and does not count.

        Args:
            number: The test's.
            place: That of the question, from 0; None where only time has passed.
            response: What is kept of it; its milliseconds are added to those before.
            seconds: How long the learner sat there since the last time was kept.
        """

        def work(unit: Unit) -> Paper:
            learner, desk, paper = self._sitting(unit, number)
            if place is not None and not 0 <= place < len(paper.questions):
                raise NotFound(f"the test has {count(len(paper.questions), 'question')}")
            attempt = paper.attempt
            spent = min(attempt.seconds + max(0, seconds), LONGEST_TEST)
            is_late = attempt.limit is not None and spent >= attempt.limit * 60
            responses = list(attempt.responses)
            if place is not None and response is not None and not is_late:
                where = next(n for n, each in enumerate(responses) if each == paper.questions[place].response)
                before = responses[where]
                milliseconds = min(before.milliseconds + response.milliseconds, LONGEST_TEST * 1000)
                responses[where] = replace(response, question=before.question, milliseconds=milliseconds)
            attempt = replace(attempt, learner_id=learner.id, responses=tuple(responses), seconds=spent)
            unit.keep_attempt(attempt)
            return replace(paper, attempt=attempt, questions=papers.posed(desk, attempt))

        return self._change(work)

    def finish(self, attempt: Attempt) -> MarkedTest:
        """Mark a test that was begun: its task is done, with its score, the scores of its modules and the minutes it took. Raises
        Conflict if it is over already."""

        def work(unit: Unit) -> MarkedTest:
            learner = self._learner(unit)
            _still_open(unit, learner, attempt)
            return self._finished(unit, learner, replace(attempt, learner_id=learner.id))

        return self._change(work)

    def submit(
        self,
        form: Kind,
        replies: Mapping[str, GivenAnswer],
        task: TaskName | None = None,
        plan: PlanName | None = None,
        *,
        wish: QuizWish | None = None,
        minutes: int | None = None,
        again: bool = False,
    ) -> MarkedTest:
        """Begin a test, answer it and mark it, in one. ``replies``: by the id of the question; one without a reply is wrong.
        ``minutes``: how long it took, else the seconds of the replies count. Raises UsageProblem for a question that is not asked
        and for an answer that none can have, and as :meth:`paper` does."""
        if minutes is not None:
            minutes = time_spent.sitting(minutes)

        def work(unit: Unit) -> MarkedTest:
            learner, paper = self._paper(unit, form, task, plan, wish or QuizWish(), again=again)
            asked = {each.question.id: each for each in paper.questions}
            for id in replies:
                if id not in asked:
                    raise UsageProblem(
                        f"'{id}' is not a question of this {form}{lookup.nearest(id, asked)}",
                        hint=WayOut("`planner.mock.paper` has its questions", "ask-questions"),
                    )
            responses = tuple(_replied(each, replies.get(each.question.id)) for each in paper.questions)
            seconds = minutes * 60 if minutes is not None else sum(each.milliseconds for each in responses) // 1000
            attempt = replace(paper.attempt, responses=responses, seconds=min(seconds, LONGEST_TEST))
            if paper.is_new:
                at = self._clock.at(learner.zone).now()
                attempt = replace(attempt, number=unit.next_attempt(learner.id), began_at=at)
            unit.keep_attempt(attempt)
            return self._finished(unit, learner, attempt)

        return self._change(work)

    def result(
        self, task: TaskName | None = None, plan: PlanName | None = None, *, form: Kind | None = None
    ) -> MarkedTest:
        """How the last test of a task went, or the plan's last one (of a ``form``). Raises NotFound if there is none."""

        def work(unit: Unit) -> MarkedTest:
            _, desk, named = self._desk(unit, task, plan)
            ended = [each for each in desk.attempts if each.ended_at is not None and form in (None, each.form)]
            found = papers.over(desk, named) if named is not None else (ended[-1] if ended else None)
            if found is None:
                what = f"task {named.number}" if named is not None else f"'{desk.plan.name}'"
                raise NotFound(f"{what} has no test that is over")
            return _marked(desk, found)

        return self._look(work)

    def outcome(self, number: int) -> MarkedTest:
        """How a test that is over went, by its number. Raises NotFound."""

        def work(unit: Unit) -> MarkedTest:
            _, desk, found = self._attempt(unit, number)
            if found.ended_at is None:
                raise Conflict("this test is not over")
            return _marked(desk, found)

        return self._look(work)

    def sort_errors(self, attempt: Attempt, slips: Mapping[int, Slip]) -> MarkedTest:
        """Keep what was behind wrong answers, by the question's number, and write the mock's errors in the note of its log
        task."""

        def work(unit: Unit) -> MarkedTest:
            learner, desk, _ = self._desk(unit, None, attempt.plan)
            found = next((each for each in desk.attempts if each.number == attempt.number), None)
            if found is None or found.ended_at is None:
                raise Conflict("the test is not over")
            responses = tuple(
                replace(each, slip=slips[each.question]) if each.question in slips and not each.is_right else each
                for each in found.responses
            )
            after = replace(found, responses=responses)
            changes = [Change("attempt", found.number, "responses", found.responses, responses)]
            marked = _marked(desk, after)
            changes += _logged(marked, desk)
            sorted_now = sum(one != other for one, other in zip(found.responses, responses, strict=True))
            self._apply(unit, learner, changes, f"sort {count(sorted_now, 'error')} of '{desk.plan.name}'")
            return marked

        return self._change(work)

    def shorten(self, attempt: Attempt, *, write: bool = True) -> list[tuple[Task, Task]]:
        """Leave a quick pass of the modules that a diagnostic found known, as a retake does; the tasks before and after."""

        def work(unit: Unit) -> list[tuple[Task, Task]]:
            learner, desk, _ = self._desk(unit, None, attempt.plan)
            found = next(each for each in desk.attempts if each.number == attempt.number)
            known = _marked(desk, found).known
            changes = papers.shortened(desk.tasks, known)
            by_task = {task.number: task for task in desk.tasks}
            after = {
                number: changed(by_task[number], [each for each in changes if each.number == number])
                for number in dict.fromkeys(change.number for change in changes)
            }
            if write:
                self._apply(unit, learner, changes, f"shorten {', '.join(known)} of '{desk.plan.name}'")
            return [(by_task[number], task) for number, task in after.items()]

        return self._change(work) if write else self._look(work)

    def waiting(self) -> dict[int, Attempt | None]:
        """The open mocks and quizzes that there are questions for, by the number of the task: each with the attempt
        that was begun, if one was."""

        def work(unit: Unit) -> dict[int, Attempt | None]:
            learner = self._who.find(unit)
            found: dict[int, Attempt | None] = {}
            for plan in unit.plans(learner.id, states=LIVE) if learner is not None else ():
                bank = unit.questions(plan.learner_id, plan.number)
                if bank:
                    tasks = unit.tasks(plan.learner_id, plans=[plan.number])
                    found |= papers.waiting(tasks, bank, unit.attempts(plan.learner_id, plan.number))
            return found

        return self._look(work)

    def record(self, plan: PlanName | None = None) -> list[BankRecord]:
        """What the tests of the plan named, or of those that run, tell."""

        def work(unit: Unit) -> list[BankRecord]:
            learner = self._who.find(unit)
            if learner is None:
                return []
            clock = self._clock.at(learner.zone)
            return [
                record_of(unit, named, clock.day_of, clock.today())
                for named in lookup.plans_to_read(unit.plans(learner.id), plan)
            ]

        return self._look(work)

    # --- inside one transaction

    def _desk(self, unit: Unit, ref: TaskName | None, word: PlanName | None) -> tuple[Learner, Desk, Task | None]:
        learner, plans, tasks = self._live(unit)
        named = None
        if ref is not None:
            # A key is looked for in the plan named; a number is of one plan only.
            refs = tuple(lookup.refs_of(ref))
            if word is not None:
                home = lookup.plan_named(plans, word).name
                refs = tuple(replace(each, plan=each.plan or home) if each.number is None else each for each in refs)
            found = lookup.tasks_named(refs, plans, tasks)
            if len(found) > 1:
                raise UsageProblem("a test is for one task")
            named = found[0]
        if named is not None:
            plan = lookup.plan_numbered(plans, named.plan)
            if word is not None and lookup.plan_named(plans, word) != plan:
                raise UsageProblem(
                    f"task {named.number} belongs to '{plan.name}'", hint=WayOut("leave out the plan", "leave-out-plan")
                )
        else:
            plan = lookup.plan_to_write(plans, word)
        clock = self._clock.at(learner.zone)
        bank = unit.questions(learner.id, plan.number)
        attempts = unit.attempts(learner.id, plan.number)
        desk = Desk(
            learner=learner,
            plan=plan,
            tasks=tuple(task for task in tasks if task.plan == plan.number),
            bank=bank,
            attempts=tuple(attempts),
            debts=tuple(marking.debts(attempts, {each.number for each in bank}, clock.day_of)),
            day=clock.today(),
        )
        if not desk.bank:
            raise self._no_questions(plan)
        return learner, desk, named

    def _attempt(self, unit: Unit, number: int) -> tuple[Learner, Desk, Attempt]:
        """A test by its number, begun or over. Raises NotFound."""
        learner = self._learner(unit)
        for plan in unit.plans(learner.id, states=LIVE):
            found = next((each for each in unit.attempts(learner.id, plan.number) if each.number == number), None)
            if found is not None:
                return learner, self._desk(unit, None, plan.number)[1], found
        raise NotFound(f"there is no test {number}")

    def _sitting(self, unit: Unit, number: int) -> tuple[Learner, Desk, Paper]:
        learner, desk, found = self._attempt(unit, number)
        if found.ended_at is not None:
            raise _over()
        task = next((each for each in desk.tasks if each.number == found.task), None)
        questions = papers.posed(desk, found)
        paper = Paper(desk.plan, learner.name, task, found, questions, is_new=False, zone=learner.zone)
        return learner, desk, paper

    def _no_questions(self, plan: Plan) -> NotFound:
        """What is wrong, and whether the template has questions by now."""
        from studyplan.errors import StudyplanError

        try:
            has_some = bool(self._catalog().get(plan.template).questions)
        except StudyplanError:
            has_some = False
        way = (
            WayOut(
                "its template has questions by now: `planner.upgrade.apply` brings them", "upgrade-plan", plan=plan.name
            )
            if has_some
            else WayOut("`planner.questions.add` adds some", "add-questions")
        )
        return NotFound(f"'{plan.name}' has no exam questions", hint=way)

    def _paper(
        self, unit: Unit, form: Kind, ref: TaskName | None, word: PlanName | None, wish: QuizWish, *, again: bool
    ) -> tuple[Learner, Paper]:
        learner, desk, named = self._desk(unit, ref, word)
        task = papers.task_meant(form, desk, named, again=again)
        # A quiz of other wishes is another one; the one that was begun waits.
        begun = papers.running(desk, form, task) if task is not None else papers.practice_begun(desk, wish)
        if begun is None:
            asked = (
                papers.asked_by_mock(desk, task)
                if form is Kind.MOCK and task is not None
                else papers.asked_by_quiz(desk, task, wish)
            )
            if not asked:
                raise NotFound(
                    f"'{desk.plan.name}' has too few questions for this {form}",
                    hint=WayOut("`planner.questions.add` adds some", "add-questions"),
                )
            at = self._clock.at(learner.zone).now()
            number = None if task is None else task.number
            begun = Attempt(learner.id, 0, desk.plan.number, form.value, number, at, tuple(map(Response, asked)))
        return learner, Paper(
            plan=desk.plan,
            learner=learner.name,
            task=task,
            attempt=begun,
            questions=papers.posed(desk, begun),
            is_new=begun.number == 0,
            zone=learner.zone,
        )

    def _finished(self, unit: Unit, learner: Learner, attempt: Attempt) -> MarkedTest:
        _, desk, named = self._desk(unit, attempt.task, attempt.plan)
        live, tasks = self._live(unit)[1:]
        clock = self._clock.at(learner.zone)
        at = clock.now()
        attempt = replace(attempt, responses=marking.marked(attempt, desk.by_number))
        unit.keep_attempt(attempt)
        ended = replace(attempt, ended_at=at)
        attempts = (*(each for each in desk.attempts if each.number != attempt.number), ended)
        desk = replace(desk, attempts=attempts, debts=tuple(marking.debts(attempts, desk.by_number, clock.day_of)))
        marked = _marked(desk, ended)
        changes = [Change("attempt", attempt.number, "ended_at", None, at), *_logged(marked, desk)]
        notes: list[str] = []
        moves: list[Change] = []
        after = {task.number: task for task in tasks}
        if named is not None:
            made, moves, notes = self._done(unit, learner, live, tasks, named, marked)
            changes += [*made, *moves]
            after[named.number] = changed(named, made)
            for change in moves:
                after[change.number] = changed(after[change.number], [change])
        ends = task_changes.endings(live, list(after.values()), changes, at, clock.today())
        what = f"{attempt.form} of '{desk.plan.name}'" if named is None else f"done {titles([named])}"
        self._apply(unit, learner, [*changes, *ends], f"{what}, {marked.right} of {marked.asked} right")
        pairs = [(task, after[task.number]) for task in tasks if task.number in {change.number for change in moves}]
        return replace(
            marked,
            task=None if named is None else after[named.number],
            moved=tuple(sorted(pairs, key=lambda pair: pair[1].date)),
            finished=task_changes.finished(live, ends),
            notes=tuple(notes),
        )

    def _done(
        self,
        unit: Unit,
        learner: Learner,
        plans: Sequence[Plan],
        tasks: Sequence[Task],
        task: Task,
        marked: MarkedTest,
    ) -> tuple[list[Change], list[Change], list[str]]:
        """The changes that a test makes to its task, the reviews that move for it, and notes."""
        clock = self._clock.at(learner.zone)
        made = task_changes.mark(task, Status.DONE, Completion(clock.now()), sittings(unit, [task])[task.number])
        notes: list[str] = []
        minutes = round(marked.attempt.seconds / 60) or (1 if marked.attempt.seconds else 0)
        if learner.timer is not None and learner.timer.task == task.number:
            timed, notes = stopped_timer(unit, task, learner.timer, clock, None, ends=clock.now())
            made += timed
        elif minutes:
            stint = Stint(learner.id, unit.next_stint(learner.id), task.number, clock.today(), minutes)
            unit.add_stint(stint)
            made += time_spent.added(task, stint)
        modules = scores.modules_of(each for each in tasks if each.plan == task.plan)
        grade = papers.figures(marked.tallies, modules)
        if is_diagnostic(task):
            # What was not studied yet is not weak: no review has to come earlier for it.
            return [*made, *scores.graded(task, grade, modules)], [], notes
        graded, moves, said = graded_moves(learner, plans, tasks, [task], grade, clock)
        return [*made, *graded], moves, [*notes, *said]


def record_of(unit: Unit, plan: Plan, day_of: Callable[[datetime], date], day: date) -> BankRecord:
    """What the tests of a plan tell, as a study day sees it."""
    bank = {question.number: question for question in unit.questions(plan.learner_id, plan.number)}
    attempts = unit.attempts(plan.learner_id, plan.number)
    owed = marking.debts(attempts, bank, day_of)
    return BankRecord(
        plan=plan,
        questions=len(bank),
        tests=sum(each.ended_at is not None for each in attempts),
        errors=marking.errors(attempts, bank),
        debts=tuple(owed),
        due=sum(each.is_due(day) for each in owed),
        attempts=tuple(attempts),
    )


def _still_open(unit: Unit, learner: Learner, attempt: Attempt) -> None:
    found = next((each for each in unit.attempts(learner.id, attempt.plan) if each.number == attempt.number), None)
    if found is None or found.ended_at is not None:
        raise _over()


def _over() -> Conflict:
    return Conflict("this test is over already; nothing was written", slug="test-over")


def _replied(posed: Posed, reply: GivenAnswer | None) -> Response:
    if reply is None:
        return posed.response
    return replace(
        posed.response,
        given=papers.given(posed, reply.answer),
        is_sure=reply.is_sure,
        milliseconds=min(round(max(0.0, reply.seconds) * 1000), LONGEST_TEST * 1000),
    )


def _marked(desk: Desk, attempt: Attempt) -> MarkedTest:
    """How an attempt that is over went."""
    bank = desk.by_number
    task = next((each for each in desk.tasks if each.number == attempt.task), None)
    tallies = marking.tallies(attempt.responses, bank)
    known = papers.known_modules(task, tallies)
    saved = papers.shortened(desk.tasks, known)
    found = marking.calibrated(
        (bank[each.question].module, each.is_sure, each.is_right) for each in attempt.responses if each.question in bank
    )
    return MarkedTest(
        plan=desk.plan,
        learner=desk.learner.name,
        task=task,
        attempt=attempt,
        questions=papers.posed(desk, attempt),
        tallies=tallies,
        calibration=marking.total(found),
        debts=desk.debts,
        known=known if saved else (),
        saves=_minutes_saved(saved, desk.tasks),
        log=papers.log_task(task, desk.tasks),
    )


def _minutes_saved(changes: Sequence[Change], tasks: Sequence[Task]) -> int:
    minutes = {task.number: task.minutes for task in tasks}
    return sum(
        change.before - change.after if change.field == "minutes" else minutes[change.number] for change in changes
    )


def _logged(marked: MarkedTest, desk: Desk) -> list[Change]:
    """The change that writes a mock's errors in the note of its log task."""
    log, task = marked.log, marked.task
    if log is None or task is None:
        return []
    note = papers.with_errors(log.note, task, marked.attempt, desk.by_number)
    return (
        []
        if note == log.note or len(note) > task_changes.LONGEST_NOTE
        else [Change("task", log.number, "note", log.note, note)]
    )
