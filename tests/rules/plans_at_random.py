"""Learners at random: a template, one plan or two, other work on their days, and what they made of it by some day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from uuid import UUID

from studyplan.clock import Clock
from studyplan.errors import DoesNotFit
from studyplan.model import (
    Anchor,
    Card,
    Engagement,
    Kind,
    Learner,
    Module,
    Path,
    Plan,
    Reason,
    Span,
    Status,
    StudyHours,
    Task,
    Template,
    TemplateTask,
    Tier,
    Week,
    Window,
)
from studyplan.rules.capacity import Engaged
from studyplan.rules.drafts import Draft, Groundwork, StartRequest, draw_up
from studyplan.rules.replanning import ReplanGround

FIRST = date(2026, 7, 1)


def uuids() -> Iterator[UUID]:
    return (UUID(int=number) for number in count(1))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def a_template(dice: Random) -> Template:
    """Two modules of some tasks, of every tier, some optional or elective; a mock exam, and mostly an exam."""
    modules = []
    names: list[str] = []
    for module in ("one", "two"):
        tasks = []
        for n in range(dice.randint(2, 6)):
            tier = dice.choice([Tier.CORE, Tier.CORE, Tier.PRACTICE, Tier.DEPTH]) if names else Tier.CORE
            core = [name for name in names if name.startswith("core")]
            after = (dice.choice(core),) if core and dice.random() < 0.5 else ()
            id = f"{tier}-{module}-{n}"
            tasks.append(
                TemplateTask(
                    id,
                    f"Task {id}",
                    dice.choice([Kind.READ, Kind.LAB, Kind.LAB, Kind.QUIZ]),
                    dice.choice([15, 20, 30, 45, 60, 90]),
                    module,
                    tier,
                    splittable=dice.random() < 0.3,
                    after=after,
                    optional=tier is not Tier.CORE and dice.random() < 0.3,
                    path=("extra",) if tier is not Tier.CORE and dice.random() < 0.2 else (),
                )
            )
            names.append(id)
        cards = [
            Card(f"card-{module}-{n}", "?", "!", after=tasks[0].id, module=module) for n in range(dice.choice([0, 5]))
        ]
        modules.append(Module(module, module.title(), tasks=tuple(tasks), cards=tuple(cards)))
    ending = []
    windows = (
        Window("short", 5, 10, Tier.CORE),
        Window("middle", 12, 20, Tier.PRACTICE),
        Window("long", 24, 40, Tier.DEPTH),
    )
    if dice.random() < 0.8:
        if dice.random() < 0.6:
            on = {window.id: Anchor("exam", -2) for window in windows}
            ending.append(TemplateTask("mock", "Mock exam", Kind.MOCK, dice.choice([30, 60, 90]), "end", on=on))
        ending.append(TemplateTask("exam", "Exam", Kind.EXAM, 60, "end"))
    modules.append(Module("end", "End", tasks=tuple(ending)))
    return Template(
        "random", "Random", "1", "en", "", windows, "short", tuple(modules), paths=(Path("extra", "Extra"),)
    )


def a_week(dice: Random, *, low: int = 15) -> Week:
    minutes = dice.choice([low, low + 15, 45, 60, 90])
    days = [StudyHours(minutes=minutes)] * 7
    for weekday in dice.sample(range(7), dice.randint(0, 3)):
        days[weekday] = StudyHours(minutes=dice.choice([0, 0, 120]))
    return Week(tuple(days))


def engagements(dice: Random, days: int) -> tuple[Engagement, ...]:
    """Evenings and whole days that something else takes."""
    taken = [FIRST + timedelta(days=dice.randrange(days)) for _ in range(dice.choice([0, 0, 4, 12]))]
    return tuple(
        Engagement(day, 0, 24 * 60)
        if dice.random() < 0.4
        else Engagement(day, 19 * 60, 19 * 60 + dice.choice([20, 45]))
        for day in sorted(set(taken))
    )


def a_request(dice: Random, days: int) -> StartRequest:
    off = FIRST + timedelta(days=dice.randrange(days))
    return StartRequest(
        "random",
        start=FIRST,
        days=days,
        window=dice.choice([None, None, "short", "middle", "long"]),
        week=a_week(dice) if dice.random() < 0.8 else None,
        off=(Span(off, off + timedelta(days=dice.randint(0, 2))),) if dice.random() < 0.4 else (),
        paths=("extra",) if dice.random() < 0.4 else (),
    )


def groundwork(
    dice: Random, template: Template, request: StartRequest, learner: Learner, beside: Draft | None
) -> Groundwork:
    clock = Clock(zone="UTC", stopped=noon(FIRST))
    times = engagements(dice, 60)
    return Groundwork(
        wish=request,
        template=template,
        whole=template,
        name=request.name or "random",
        learner=learner,
        is_new=False,
        raised=(),
        plans=(beside.plan,) if beside else (),
        tasks=beside.tasks if beside else (),
        clock=clock,
        now=clock.now(),
        today=FIRST,
        is_holiday=lambda day: False,
        uuid=UUID(int=dice.getrandbits(60)),
        engaged=Engaged(times, learner.zone) if times else None,
    )


def a_learner(dice: Random) -> Learner:
    return Learner(1, "ana", zone="UTC", week=a_week(dice, low=45) if dice.random() < 0.5 else None)


def a_start(seed: int) -> Groundwork:
    """A start that may ask for too much, sometimes beside a plan that runs already."""
    dice = Random(seed)
    learner = a_learner(dice)
    beside = None
    if dice.random() < 0.5:
        beside = started(
            groundwork(dice, a_template(dice), replace(a_request(dice, 30), name="other"), learner, None), 1, 1
        )
    request = a_request(dice, dice.choice([3, 6, 9, 14, 20, 28]))
    return groundwork(dice, a_template(dice), request, learner, beside)


def started(ground: Groundwork, plan: int, task: int) -> Draft | None:
    """The plan that a start makes, with these numbers; None where it does not fit."""
    try:
        draft = draw_up(ground, (plan, task), uuids())
    except DoesNotFit:
        return None
    return replace(draft, plan=replace(draft.plan, exists=True))


@dataclass
class _Lived:
    """What a learner makes of a plan up to some day."""

    dice: Random
    today: date

    def task(self, task: Task) -> Task:
        late = task.date < self.today
        if task.kind is not Kind.EXAM and self.dice.random() < (0.6 if late else 0.05):
            status = self.dice.choice([Status.DONE, Status.DONE, Status.SKIPPED])
            return replace(task, status=status, done_at=noon(min(task.date, self.today)))
        if task.kind is not Kind.EXAM and self.dice.random() < 0.08:
            day = self.today + timedelta(days=self.dice.randint(-2, 6))
            return replace(task, date=day, pinned=True, reason=Reason("by-hand", day.isoformat()))
        return task


def in_the_midst(seed: int) -> ReplanGround | None:
    """A plan in its midst: some days were missed, tasks are pinned or the learner's own, hours or days are taken since, and
    another plan may run beside it. None where the dice gave a plan that does not fit."""
    dice = Random(seed)
    learner = a_learner(dice)
    template = a_template(dice)
    length = dice.choice([9, 14, 20, 28])
    first = started(groundwork(dice, template, a_request(dice, length), learner, None), 1, 1)
    if first is None:
        return None
    second = None
    if dice.random() < 0.5:
        request = replace(a_request(dice, 30), name="other")
        second = started(groundwork(dice, a_template(dice), request, learner, first), 2, 1 + len(first.tasks))
    today = FIRST + timedelta(days=dice.randrange(1, length))
    lived = _Lived(dice, today)
    tasks = [lived.task(task) for draft in (first, second) if draft for task in draft.tasks]
    plan = first.plan
    for _ in range(dice.choice([0, 0, 1, 2])):
        tasks.append(own(dice, tasks, plan, today))
    if dice.random() < 0.4:
        off = today + timedelta(days=dice.randint(0, 5))
        plan = replace(plan, off=(*plan.off, Span(off, off + timedelta(days=dice.randint(0, 3)))))
    if dice.random() < 0.3:
        plan = replace(plan, busy=engagements(dice, 40))
    clock = Clock(zone="UTC", stopped=noon(today))
    return ReplanGround(
        learner=learner,
        plan=plan,
        plans=(plan, *((second.plan,) if second else ())),
        tasks=tuple(tasks),
        stints=(),
        cards=first.cards,
        clock=clock,
        now=clock.now(),
        today=today,
        is_holiday=lambda day: False,
        template=lambda: template,
    )


def own(dice: Random, tasks: list[Task], plan: Plan, today: date) -> Task:
    """A task of the learner's own, put on a day or left to find one."""
    number = 1 + max(task.number for task in tasks)
    day = today + timedelta(days=dice.randint(-2, 5))
    model = next(task for task in tasks if task.plan == plan.number)
    return replace(
        model,
        number=number,
        uuid=UUID(int=10**6 + number),
        key=f"own-{number}",
        task=f"own-{number}",
        part=1,
        parts=1,
        place=1,
        title="Mine",
        kind=Kind.READ,
        minutes=dice.choice([10, 30, 50]),
        splittable=False,
        date=min(max(day, plan.start), plan.end),
        position=max(task.position for task in tasks) + 1,
        tier=Tier.CORE,
        optional=False,
        after=(),
        anchor=None,
        status=Status.OPEN,
        done_at=None,
        pinned=dice.random() < 0.5,
        own=True,
        reason=None,
    )
