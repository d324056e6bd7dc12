"""Random templates, lives and replans: a learner with one plan or two who misses days, pins, moves and adds tasks."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from studyplan.clock import Clock
from studyplan.errors import DoesNotFit, StudyplanError
from studyplan.model import NEVER_CUT, Anchor, Card, Kind, Module, Role, Span, Status, Task, Template, Tier, Window
from studyplan.model.templates import Path as Elective
from studyplan.model.templates import TemplateTask
from studyplan.notation import Ref
from studyplan.planner import Planner
from studyplan.planner.who import Who
from studyplan.rules.replan_offers import Remedy
from studyplan.schedule.standing import is_session, out_of_order
from studyplan.store import Store

START = date(2026, 7, 1)
TIERS = (Tier.CORE, Tier.CORE, Tier.PRACTICE, Tier.DEPTH)


def template(dice: Random, name: str) -> Template:
    """Some tasks of each tier, most of which come after others, a habit, cards, a mock exam and an exam."""
    tasks: list[TemplateTask] = []
    tiers = sorted((dice.choice(TIERS) for _ in range(dice.randint(2, 8))), key=lambda tier: tier.rank)
    for place, tier in enumerate(tiers):
        kind = dice.choice((Kind.READ, Kind.LAB, Kind.QUIZ))
        minutes = 5 * dice.randint(2, 24)
        ahead = [task.id for task in tasks if task.path == () and dice.random() < 0.4][-2:]
        elective = ("more",) if tier is not Tier.CORE and dice.random() < 0.2 else ()
        tasks.append(
            TemplateTask(
                f"{name}{place}",
                f"{kind} {place}",
                kind,
                minutes,
                "all",
                tier=tier,
                splittable=kind is not Kind.QUIZ and dice.random() < 0.6,
                optional=dice.random() < 0.2,
                after=tuple(ahead),
                path=elective,
            )
        )
    cards = [Card(f"{name}c{n}", "Q?", "A.", "all", dice.choice(tasks).id) for n in range(dice.randint(0, 4))]
    if dice.random() < 0.3:
        days = tuple(sorted(dice.sample(range(7), dice.randint(1, 5))))
        tasks.append(TemplateTask(f"{name}h", "Words", Kind.READ, 5 * dice.randint(1, 4), "all", every=days))
    if dice.random() < 0.7:
        on = {"all": Anchor("exam", -dice.randint(2, 5))}
        tasks.append(TemplateTask(f"{name}m", "Mock", Kind.MOCK, 60, "all", on=on, after=(tasks[0].id,)))
    if dice.random() < 0.8:
        tasks.append(TemplateTask(f"{name}x", "Exam", Kind.EXAM, 60, "all"))
    modules = (Module("all", "All", tasks=tuple(tasks), cards=tuple(cards)),)
    window = Window("all", 5, 60, Tier.DEPTH)
    return Template(name, f"Plan {name}", "1", "en", "", (window,), "all", modules, paths=(Elective("more", "More"),))


@dataclass
class Learner:
    """Somebody with a database, a random life and the plans ``a`` and perhaps ``b``."""

    store: Store
    dice: Random
    today: date = START

    def __post_init__(self) -> None:
        self.templates = {name: template(self.dice, name) for name in "ab"}
        self.who = Who("ana", "ana", single=True)

    def get(self, id: str) -> Template:
        """The part of a catalog that is needed."""
        return self.templates[id]

    @property
    def planner(self) -> Planner:
        return Planner(self.store, lambda: self, Clock(shown=self.today), self.who)  # type: ignore[arg-type, return-value]

    def start(self) -> bool:
        """Begin one plan or two; with what fits, where not everything does. Whether the first is there."""
        for name in "ab"[: self.dice.choice([1, 2, 2])]:
            week = self.dice.choice([None, "30", "45", "60", "90", "mon-fri=45,sat=120"])
            wish = {"start": START, "days": self.dice.randint(8, 25), "week": week, "paths": ["more"]}
            try:
                self.planner.plans.start(name, **wish)
            except DoesNotFit as refusal:
                # The last way out is to begin with what fits.
                if refusal.offers:
                    with suppress(DoesNotFit):
                        self.planner.plans.start(name, take=len(refusal.offers), **wish)
        if self.dice.random() < 0.4:
            self.planner.replan.set_hours(self.dice.choice(["60", "90", "mon-sat=75"]))
        return any(plan.name == "a" for plan, *_ in self.planner.queries.plans())

    @property
    def running(self) -> list[str]:
        return [plan.name for plan, *_ in self.planner.queries.plans() if plan.state == "active"]

    def tasks(self, plan: str) -> list[Task]:
        return list(self.planner.queries.plan_views(plan)[0].tasks)

    def live(self, days: int) -> None:
        """So many days: most are used, some are missed; now and then a task is pinned, moved, added, or days are off."""
        dice = self.dice
        for _ in range(days):
            for name in self.running:
                rows = [task for task in self.tasks(name) if task.status is Status.OPEN and task.kind is not Kind.EXAM]
                due = [Ref(number=task.number) for task in rows if task.date == self.today]
                if due and dice.random() < 0.6:
                    self.planner.tasks.mark(
                        due[: dice.choice([1, 9])], dice.choice([Status.DONE] * 4 + [Status.SKIPPED])
                    )
                if rows and dice.random() < 0.3:
                    with suppress(StudyplanError):
                        self._meddle(name, Ref(number=dice.choice(rows).number))
            self.today += timedelta(days=1)

    def _meddle(self, plan: str, ref: Ref) -> None:
        dice, planner = self.dice, self.planner
        later = self.today + timedelta(days=dice.randint(0, 9))
        match dice.randint(0, 7):
            case 0:
                planner.tasks.pin(ref)
            case 1:
                planner.tasks.move(ref, to=later)
            case 2:
                planner.tasks.add("Mine", dice.choice([7, 30, 55]), on=dice.choice([None, later]), plan=plan)
            case 3:
                planner.tasks.edit(ref, minutes=5 * dice.randint(1, 20))
            case 4:
                planner.replan.set_off([Span(later, later + timedelta(days=dice.randint(0, 2)))], plan)
            case 5:
                planner.replan.set_hours(dice.choice(["30", "45", "90"]), plan)
            case 6:
                planner.habits.add("Vocabulary", 10, dice.choice(["mon-fri", "sat"]), plan=plan)
            case _:
                planner.tasks.reopen(ref)

    def remedy(self, plan: str) -> Remedy:
        dice = self.dice
        match dice.randint(0, 5):
            case 0:
                return Remedy("even")
            case 1:
                return Remedy("shift", days=dice.randint(1, 3))
            case 2:
                end = self.planner.queries.plan_views(plan)[0].plan.end
                return Remedy(exam=max(self.today + timedelta(days=1), end + timedelta(days=dice.randint(-4, 4))))
            case _:
                return Remedy()


def faults(before: list[Task], after: list[Task], left: frozenset[int], today: date, end: date) -> list[str]:
    """What a replan may not do to a plan that ends on a day: lose anything, touch what is over or a habit, break an ``after``,
    leave anything overdue but what it says."""
    found: list[str] = []
    now = {task.number: task for task in after}
    before = [task for task in before if task.habit is None or task.date <= end]
    for task in before:
        if task.status is not Status.OPEN or task.habit is not None:
            same = now.get(task.number)
            if same is None or (same.date, same.minutes, same.status) != (task.date, task.minutes, task.status):
                found.append(f"{task.key} is over or a habit, and changed: {same}")
    for id in {task.task for task in before}:
        was = sum(task.minutes for task in before if task.task == id)
        held = sum(task.minutes for task in after if task.task == id)
        is_review = is_session(next(task for task in before if task.task == id))
        if was != held and not (is_review and held == 0):
            found.append(f"{id} had {was} minutes and has {held}")
    apart = {task.task for task in after if task.pinned or task.number in left}
    broken = out_of_order(after) - out_of_order(before)
    found += [f"{behind} comes before {ahead}" for ahead, behind in broken if not {ahead, behind} & apart]
    open_rows = [task for task in after if task.status is Status.OPEN and task.kind is not Kind.EXAM]
    found += [
        f"{task.key} is still overdue"
        for task in open_rows
        if task.date < today and task.number not in left and task.habit is None
    ]
    return found


def too_full(learner: Learner, plan: str, before: list[Task], left: frozenset[int]) -> list[str]:
    """Days from today on that hold more than they may, and held less before."""
    view = learner.planner.queries.plan_views(plan)[0]
    held, had = Counter[date](), Counter[date]()
    for task in view.tasks:
        held[task.date] += task.minutes * (task.status is Status.OPEN and task.number not in left)
    for task in before:
        had[task.date] += task.minutes * (task.status is Status.OPEN)
    found = []
    for day in view.days:
        rows = [
            task
            for task in view.tasks
            if task.date == day.date and task.status is Status.OPEN and task.number not in left
        ]
        once = [task for task in rows if task.habit is None]
        is_alone = len(once) == 1 and (once[0].kind in NEVER_CUT or once[0].anchor is not None)
        most = view.plan.fullest if day.capacity is None else day.capacity
        if day.date < learner.today or day.role is Role.EXAM or is_alone or any(task.pinned for task in rows):
            continue
        if held[day.date] > max(most, had[day.date]):
            found.append(f"{day.date} holds {held[day.date]} of {most} minutes")
    return found
