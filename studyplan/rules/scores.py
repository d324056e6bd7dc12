"""Scores: what they mean in changes, which modules they call weak, what a retake makes of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from studyplan.errors import NotFound, UsageProblem, WayOut
from studyplan.model import STEP, Change, Kind, ModuleScore, Plan, Status, Task, Template, Window
from studyplan.rules.lookup import nearest, quoted
from studyplan.text import Tip

#: Percent: a module or a quiz below it is weak. Learning for mastery takes 80 to 90 for its criterion (Bloom 1968); the
#: mock exams of the shipped plans pass at 75, and who passes a mock by a hair has no margin yet.
MASTERED = 80
#: The share of a task's minutes that a quick pass takes. No study prices it: of a module whose questions were nearly all
#: answered right there is little left to learn, and what keeps it known is to look through it once and be asked again.
QUICK = 3
#: Minutes: the shortest quick pass, as long as a short session over cards.
SHORTEST_PASS = 10

#: Tasks that end in a figure; the other kinds have nothing to count.
SCORED = frozenset({Kind.QUIZ, Kind.MOCK, Kind.REVIEW, Kind.EXAM})
#: Tasks that ask for several modules at once and may tell of each.
MIXED = frozenset({Kind.QUIZ, Kind.MOCK, Kind.EXAM})
#: Tasks of which a retake takes a part where their module is known: the others test, or are short anyway.
SHORTENED = frozenset({Kind.READ, Kind.WATCH, Kind.LAB, Kind.DISCUSS, Kind.REFLECT})


@dataclass(frozen=True, slots=True)
class ScoreReport:
    """A learner's result in a test: percent overall, and per module."""

    score: int | None = None
    modules: tuple[ModuleScore, ...] = ()

    @property
    def weak(self) -> tuple[str, ...]:
        """The weak modules: those named weak first, then by score."""
        below = [each for each in self.modules if each.percent is None or each.percent < MASTERED]
        return tuple(each.module for each in sorted(below, key=lambda each: each.percent or 0))


def grade(figures: Iterable[tuple[str | None, int]], weak: Iterable[str]) -> ScoreReport | None:
    """The grade that figures (of a module, or None for the whole) and weak modules make; None if nothing was told."""
    score: int | None = None
    modules: dict[str, ModuleScore] = {}
    for module, percent in figures:
        if module is not None:
            modules[module] = ModuleScore(module, percent)
        elif score is None:
            score = percent
        else:
            raise UsageProblem(
                "one task has one score",
                hint=WayOut("give scores of modules by their id, or mark the tasks one at a time", "one-score"),
            )
    for module in weak:
        modules.setdefault(module, ModuleScore(module))
    return ScoreReport(score, tuple(modules.values())) if modules or score is not None else None


def graded(task: Task, grade: ScoreReport, modules: Sequence[str]) -> list[Change]:
    """The changes that give a task its scores. ``modules``: those of its plan. Raises UsageProblem for a kind that has none,
    NotFound for a module that the plan does not have."""
    if task.kind not in SCORED:
        raise UsageProblem(
            f"task {task.number} is of the kind '{task.kind.value}', which has no score",
            hint=WayOut("quizzes, reviews, mocks and exams have one; use a note for other tasks", "scored-kinds"),
        )
    if grade.modules and task.kind not in MIXED:
        raise UsageProblem(
            f"task {task.number} is a {task.kind.value} on one module",
            hint="quizzes, mocks and exams can have a score for each module",
        )
    for each in grade.modules:
        if each.module not in modules:
            raise NotFound(
                f"the plan has no module '{each.module}'{nearest(each.module, modules)}",
                hint=f"it has {', '.join(modules)}",
            )
    changes = []
    if grade.score is not None and grade.score != task.score:
        changes.append(Change("task", task.number, "score", task.score, grade.score))
    told = {each.module: each for each in task.scores}
    told |= {each.module: each for each in grade.modules if each.percent is not None or not _is_weak(told, each.module)}
    scores = tuple(told.values())
    if scores != task.scores:
        changes.append(Change("task", task.number, "scores", task.scores, scores))
    return changes


def _is_weak(told: Mapping[str, ModuleScore], module: str) -> bool:
    """Whether a module was called weak before, maybe by a figure that a mere name should not replace."""
    known = told.get(module)
    return known is not None and (known.percent is None or known.percent < MASTERED)


def modules_of(tasks: Iterable[Task]) -> list[str]:
    """The modules of a plan in curriculum order; own tasks and last passes belong to none."""
    in_order = sorted(tasks, key=lambda task: task.position)
    return list(dict.fromkeys(task.module for task in in_order if task.module and not task.own))


@dataclass(frozen=True, slots=True)
class ModuleResult:
    """The newest test result for a module: percent (None: only that it is weak), and the test's key."""

    module: str
    percent: int | None
    source: str

    @property
    def is_weak(self) -> bool:
        return self.percent is None or self.percent < MASTERED


def standings(tasks: Sequence[Task]) -> dict[str, ModuleResult]:
    """What is known of each module of a plan by its scores. The newest test counts, so that what was weak before it was
    studied is not weak for ever; of two at one moment the lower one.

    A quiz or a review tells of the modules of the tasks that it comes after (without any, of its own), a mock and an exam
    only of the modules that were named with them.
    """
    homes = {task.task: task.module for task in tasks if task.kind in SHORTENED}
    said: dict[str, tuple[datetime, int, ModuleResult]] = {}
    for task in tasks:
        if task.status is not Status.DONE or task.done_at is None:
            continue
        found = [ModuleResult(each.module, each.percent, task.key) for each in task.scores]
        if task.score is not None and task.kind in (Kind.QUIZ, Kind.REVIEW):
            about = dict.fromkeys(homes[id] for id in task.after if id in homes) or [task.module]
            named = {each.module for each in found}
            found += [ModuleResult(module, task.score, task.key) for module in about if module and module not in named]
        for standing in found:
            weight = (task.done_at, -(standing.percent or 0))
            if standing.module not in said or said[standing.module][:2] < weight:
                said[standing.module] = (*weight, standing)
    return {module: standing for module, (*_, standing) in said.items()}


def answered_badly(tasks: Iterable[Task]) -> frozenset[str]:
    """The ids of the tasks that a quiz asked for and that were answered badly."""
    return frozenset(
        id
        for task in tasks
        if task.kind is Kind.QUIZ and task.status is Status.DONE and task.score is not None and task.score < MASTERED
        for id in task.after
    )


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a retake makes of a module: its minutes in the earlier plan's measure and its own. ``standing`` None: nothing is
    known of it, and it keeps all."""

    module: str
    standing: ModuleResult | None
    before: int
    minutes: int


def quick(minutes: int) -> int:
    """Minutes of a quick pass: a third, in steps of 5, at least 10 or the whole task."""
    return max(min(minutes, SHORTEST_PASS), -(-minutes // (QUICK * STEP)) * STEP)


def retake(template: Template, earlier: Sequence[Task]) -> Template:
    """The template whose minutes follow the errors of an earlier plan (``earlier``: its tasks).

    A module whose newest score is below 80 percent, or that was named weak, or that nothing is known of, keeps its full
    minutes; one that is known shrinks to a quick pass, apart from the tasks that a quiz asked for and found wanting.
    Quizzes, mocks and the exam stay whole everywhere: being asked is what a retake needs most.
    """
    known = standings(earlier)
    badly = answered_badly(earlier)

    def shrinks(module: str, id: str, kind: Kind) -> bool:
        return module in known and not known[module].is_weak and id not in badly and kind in SHORTENED

    return replace(
        template,
        modules=tuple(
            replace(
                module,
                tasks=tuple(
                    replace(task, minutes=quick(task.minutes)) if shrinks(module.id, task.id, task.kind) else task
                    for task in module.tasks
                ),
            )
            for module in template.modules
        ),
    )


def lessons(
    template: Template, shortened: Template, window: Window, paths: frozenset[str], earlier: Sequence[Task]
) -> tuple[Lesson, ...]:
    """What the retake makes of each module that its window holds."""
    known = standings(earlier)
    before, after = (
        [(task.module, task.minutes) for task in each.tasks_of(window, paths)] for each in (template, shortened)
    )
    return tuple(
        Lesson(
            module.id,
            known.get(module.id),
            sum(minutes for home, minutes in before if home == module.id),
            sum(minutes for home, minutes in after if home == module.id),
        )
        for module in template.modules
        if any(home == module.id for home, _ in before)
    )


def words(plan: Plan, lessons: Sequence[Lesson]) -> list[str]:
    """The lessons as notes for the learner."""
    result = plan.result
    how = "" if result is None else f" ({'passed' if result.passed else 'failed'}{figure(result.score)})"
    weak = [each for each in lessons if each.standing and each.standing.is_weak]
    strong = [each for each in lessons if each.standing and not each.standing.is_weak]
    unknown = [each.module for each in lessons if each.standing is None]
    if not weak and not strong:
        way = "; `studyplan done QUIZ --score 72` records a score, `studyplan result` the exam's"
        return [
            Tip(f"a retake of '{plan.name}'{how}: no module was scored there, so every module keeps its full time", way)
        ]
    found = [f"a retake of '{plan.name}'{how}: modules below {MASTERED}% keep their full time"]
    if weak:
        found.append(f"weak, at full length: {_named(weak)}")
    if strong:
        minutes, before = sum(each.minutes for each in strong), sum(each.before for each in strong)
        found.append(f"known, shortened: {_named(strong)}; {minutes} minutes instead of {before}")
    if unknown:
        found.append(f"not scored, at full length: {', '.join(unknown)}")
    return found


def figure(percent: int | None) -> str:
    return "" if percent is None else f", {percent}%"


def _named(lessons: Sequence[Lesson]) -> str:
    return ", ".join(
        f"{each.module} ({'marked weak' if each.standing is None or each.standing.percent is None else f'{each.standing.percent}%'})"
        for each in lessons
    )


def again(plan: Plan) -> str:
    """The command that starts a retake of a plan."""
    name = f" --name {quoted(plan.name + '-again')}" if plan.state == "active" else ""
    paths = "".join(f" --path {quoted(path)}" for path in plan.paths)
    return f"studyplan start {plan.template} --retake {quoted(plan.name)}{paths}{name}"
