"""From a template and a wish to a dated plan: which window, which days, which tasks. Pure; the front door writes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from shlex import quote
from typing import TYPE_CHECKING

from studyplan import schedule
from studyplan.errors import DoesNotFit, NotFound, UsageProblem, WayOut
from studyplan.model import (
    FIRST_OCCURRENCE,
    LONGEST_NAME,
    LONGEST_WINDOW,
    NEVER_CUT,
    BankQuestion,
    Card,
    Change,
    Day,
    Deck,
    Habit,
    Kind,
    Learner,
    Plan,
    Role,
    Span,
    Task,
    Template,
    TemplateTask,
    Tier,
    Week,
    Window,
    Work,
)
from studyplan.rules import habits
from studyplan.rules.capacity import (
    MOST_TAKERS,
    Capacity,
    Engaged,
    IsHoliday,
    PlanRoom,
    ceiling_notes,
    crowds,
    room_beside,
    study_days,
)
from studyplan.rules.lookup import nearest
from studyplan.text import Tip, count

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from studyplan.clock import Clock
    from studyplan.rules.competition import SlackCost
    from studyplan.rules.scores import Lesson


#: Minutes: a day that holds more deserves a word.
MOST_MINUTES = 8 * 60


@dataclass(frozen=True, slots=True)
class StartRequest:
    """What a learner asks of ``start``. ``start`` None: today; of ``days``, ``exam`` and ``window`` none is needed."""

    template: str
    start: date | None = None
    days: int | None = None
    exam: date | None = None
    #: The hour of the exam on the learner's clock; None: not given.
    exam_hour: time | None = None
    window: str | None = None
    week: Week | None = None
    #: The learner's hours over all plans from now on; they can only be raised by a start.
    hours: Week | None = None
    off: tuple[Span, ...] = ()
    holidays: str | None = None
    #: A calendar file, or a folder of them, whose times are taken.
    busy: Path | None = None
    paths: tuple[str, ...] = ()
    #: Tasks of the template that the plan goes without.
    leave_out: tuple[str, ...] = ()
    name: str | None = None
    #: The earlier plan, by name or number, whose errors the minutes follow.
    retake: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan laid out, whether written or not."""

    plan: Plan
    learner: str
    tasks: tuple[Task, ...]
    days: tuple[Day, ...]
    notes: tuple[str, ...]
    cards: tuple[Card, ...] = ()
    #: The titles of the tasks of the template that it goes without.
    without: tuple[str, ...] = ()
    questions: tuple[BankQuestion, ...] = ()
    written: bool = False
    #: The learner's name where the start made the learner too.
    new_learner: str | None = None
    #: What a retake made of each module.
    lessons: tuple[Lesson, ...] = ()
    #: Running plans that lose slack to it.
    costs: tuple[SlackCost, ...] = ()


@dataclass(frozen=True, slots=True)
class Groundwork:
    """Everything that a start is decided on, gathered once: the draft is drawn up from it, and so are the ways out of a refusal."""

    wish: StartRequest
    #: As it is laid out: a retake shortens it.
    template: Template
    #: As it stands in the catalog.
    whole: Template
    name: str
    learner: Learner
    is_new: bool
    #: The change that gives the learner the hours of the wish.
    raised: tuple[Change, ...]
    #: All of the learner's.
    plans: tuple[Plan, ...]
    tasks: tuple[Task, ...]
    #: The learner's zone and hours; ``now`` and ``today`` are what it showed.
    clock: Clock
    now: datetime
    today: date
    is_holiday: IsHoliday
    #: The plan's.
    uuid: UUID
    #: What the wish's calendar takes.
    engaged: Engaged | None = None
    #: The plan that is taken again.
    earlier: Plan | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """A window set on the calendar. ``notes`` say what was chosen where the wish left it open.

    ``too_short``: the days are too few for any window of the template; this is its smallest.
    """

    window: Window
    start: date
    end: date
    notes: tuple[str, ...] = ()
    too_short: bool = False


def frame(template: Template, wish: StartRequest, today: date) -> Frame:
    """The window and the days that a wish means, by the rules of the template format.

    Raises UsageProblem for words that contradict each other, NotFound for an unknown window.
    """
    start = wish.start or today
    if wish.days is not None and wish.exam is not None:
        raise UsageProblem("days and exam both set the last day", hint="give only one of them")
    days = wish.days
    if wish.exam is not None:
        days = (wish.exam - start).days + 1
        if days < 1:
            raise UsageProblem(
                f"the exam ({wish.exam}) is before the start ({start})", hint=WayOut("give a later exam", "later-exam")
            )
    if days is not None and days < 1:
        raise UsageProblem(f"days must be 1 or more, not {days}")
    if days is not None and days > LONGEST_WINDOW:
        raise UsageProblem(f"{days} days are too many for a plan", hint=f"the most is {LONGEST_WINDOW}")
    if wish.window is not None:
        window = template.window(wish.window)
        if window is None:
            known = [each.id for each in template.windows]
            raise NotFound(
                f"'{template.id}' has no window '{wish.window}'{nearest(wish.window, known)}",
                hint=f"it has {', '.join(known)}",
            )
        span = days or window.longest
        return Frame(window, start, _end(start, span), _spread_note(window, span))
    if days is None:
        window = template.window(template.default_window)
        assert window is not None
        return Frame(window, start, _end(start, window.longest))
    window = template.window_for(days)
    if window is None:
        return Frame(template.windows[0], start, _end(start, days), too_short=True)
    return Frame(window, start, _end(start, days), _spread_note(window, days))


def _end(start: date, days: int) -> date:
    try:
        return start + timedelta(days=days - 1)
    except OverflowError:
        raise UsageProblem(f"{days} days from {start} would end after the year 9999") from None


def _spread_note(window: Window, days: int) -> tuple[str, ...]:
    if window.shortest <= days <= window.longest:
        return ()
    lengths = count(window.longest, "day")
    if window.shortest < window.longest:
        lengths = f"{window.shortest} to {lengths}"
    verb = "spread over" if days > window.longest else "squeezed into"
    return (f"{count(days, 'day')}: the {window.id} window ({lengths}), {verb} them",)


def command(wish: StartRequest) -> str:
    """The command line for a wish."""
    from shlex import join

    from studyplan.notation import day_and_hour_text, week_text

    words = ["studyplan", "start", wish.template]
    words += ["--date", str(wish.start)] if wish.start else []
    words += ["--days", str(wish.days)] if wish.days else []
    words += ["--exam", day_and_hour_text(wish.exam, wish.exam_hour)] if wish.exam else []
    words += ["--window", wish.window] if wish.window else []
    if wish.week is not None:
        has_ceiling = any(day.minutes for day in wish.week.days)
        words += ["--minutes" if has_ceiling else "--weekdays", week_text(wish.week)]
    words += ["--hours", week_text(wish.hours)] if wish.hours else []
    for span in wish.off:
        words += ["--off", str(span)]
    words += ["--holidays", wish.holidays] if wish.holidays else []
    words += ["--busy", str(wish.busy)] if wish.busy else []
    for path in wish.paths:
        words += ["--path", path]
    for id in wish.leave_out:
        words += ["--leave-out", id]
    words += ["--retake", wish.retake] if wish.retake else []
    words += ["--name", wish.name] if wish.name else []
    return join(words)


def chosen_paths(template: Template, paths: Sequence[str]) -> frozenset[str]:
    known = [path.id for path in template.paths]
    for path in paths:
        if path not in known:
            way = f"it has {', '.join(known)}" if known else "it has no electives"
            raise NotFound(f"'{template.id}' has no path '{path}'{nearest(path, known)}", hint=way)
    return frozenset(paths)


def work_of(task: TemplateTask, window: Window) -> Work:
    return Work(
        id=task.id,
        minutes=task.minutes,
        splittable=task.splittable,
        after=task.after,
        anchor=task.on.get(window.id),
        exam=task.kind is Kind.EXAM,
        whole=task.kind in NEVER_CUT,
        optional=task.optional or bool(task.path),
        title=task.title,
    )


def problem(
    template: Template,
    frame: Frame,
    paths: frozenset[str],
    room: Capacity,
    *,
    leave_out: Collection[str] = (),
) -> schedule.Problem:
    """The scheduling problem of a frame. A task that is left out is over for whatever comes after it."""
    tasks = [task for task in template.tasks_of(frame.window, paths) if task.id not in leave_out]
    here = {task.id for task in tasks}
    works = tuple(
        replace(work, after=tuple(id for id in work.after if id in here))
        for work in (work_of(task, frame.window) for task in tasks)
    )
    exam = frame.end if any(work.exam for work in works) else None
    days = schedule.days(frame.start, frame.end, room, exam)
    if isinstance(room, PlanRoom):
        days = schedule.beside_habits(days, room.habit_minutes)
    cards = [card for card in template.cards if card.after in here]
    titles = {module.id: module.title for module in template.modules}
    decks = schedule.decks(tasks, cards, titles)
    return schedule.Problem(
        days=days, works=works, decks=decks, shared=room.shared(days) if isinstance(room, PlanRoom) else frozenset()
    )


def begun(ground: Groundwork) -> tuple[Frame, Plan]:
    """The window and the plan for a wish, not laid out yet."""
    template, wish, engaged = ground.template, ground.wish, ground.engaged
    paths = chosen_paths(template, wish.paths)
    known = [task.id for task in template.tasks]
    for id in wish.leave_out:
        if id not in known:
            raise NotFound(f"'{template.id}' has no task '{id}'{nearest(id, known)}")
    framed = frame(template, wish, ground.today)
    # An unknown region is refused even if every day is off anyway.
    ground.is_holiday(framed.start)
    plan = Plan(
        learner_id=ground.learner.id,
        number=0,
        uuid=ground.uuid,
        name=ground.name,
        template=template.id,
        edition=template.edition,
        title=template.title,
        window=framed.window.id,
        start=framed.start,
        end=framed.end,
        exam=None,
        exists=False,
        goal=framed.window.goal,
        paths=tuple(sorted(paths)),
        week=wish.week,
        off=wish.off,
        holidays=wish.holidays,
        busy=engaged.of(ground.learner) if engaged else (),
        left_out=wish.leave_out,
        habits=tuple(
            habit_of(task, framed.start, number)
            for number, task in enumerate(template.habits_of(framed.window, paths), start=1)
            if task.id not in wish.leave_out
        ),
    )
    return framed, plan


def habit_of(task: TemplateTask, first: date, number: int) -> Habit:
    """A template's habit from a day on."""
    return Habit(
        number,
        task.id,
        task.title,
        task.minutes,
        task.every,
        first,
        kind=task.kind,
        module=task.module,
        own=False,
    )


def with_habits(rows: Sequence[Task], plan: Plan, ground: Groundwork, uuids: Iterator[UUID]) -> tuple[Plan, list[Task]]:
    """The plan whose habits have the numbers behind those of its tasks, and their occurrences."""
    first = max((row.number for row in rows), default=0) + 1
    plan = replace(plan, habits=tuple(replace(each, number=first + n) for n, each in enumerate(plan.habits)))
    room = study_days(ground.learner, plan, ground.is_holiday)
    by_id = {task.id: task for task in ground.template.tasks}
    window = ground.template.window(plan.window)
    assert window is not None
    made: list[Task] = []
    for habit in plan.habits:
        like = drawn_from_template(by_id[habit.key], window, plan)
        for day in habits.days_of(habit, plan, room, plan.start):
            number = FIRST_OCCURRENCE + 1 + len(made)
            row = habits.occurrence(habit, plan, day, number=number, uuid=next(uuids), at=ground.now, like=like)
            made.append(replace(row, exists=True))
    return plan, made


def draw_up(ground: Groundwork, numbers: tuple[int, int], uuids: Iterator[UUID]) -> Draft:
    """The plan that a wish asks for, laid out beside what the learner has.

    ``numbers``: of the plan and of its first task; ``uuids``: fresh ones for the tasks. Raises DoesNotFit, still
    without ways out, if the minutes do not fit.
    """
    template, wish, clock, engaged = ground.template, ground.wish, ground.clock, ground.engaged
    framed, plan = begun(ground)
    if framed.too_short:
        days = (framed.end - framed.start).days + 1
        raise DoesNotFit(f"'{template.id}' needs at least {count(framed.window.shortest, 'day')}, not {days}")
    paths = frozenset(plan.paths)
    room = room_beside(ground.learner, plan, ground.tasks, ground.plans, ground.is_holiday, clock)
    posed = problem(template, framed, paths, room, leave_out=wish.leave_out)
    try:
        laid = schedule.lay_out(posed)
    except DoesNotFit as short:
        limits = [*ceiling_notes(wish.week, ground.learner.week), *crowds(room, framed.start, framed.end)]
        crowd = "".join(f"; {limit}" for limit in limits)
        words = f"'{template.id}' does not fit {framed.start} to {framed.end}: {short.message}{crowd}"
        shortage = short.shortage
        if shortage is not None:
            shortage = replace(shortage, first=framed.start, last=framed.end, notes=tuple(limits))
        raise DoesNotFit(words, short_minutes=short.short_minutes, shortage=shortage) from None
    plan = replace(
        plan,
        number=numbers[0],
        exam=framed.end if any(work.exam for work in posed.works) else None,
        fullest=_fullest(laid),
        created_at=ground.now,
    )
    rows = compose(template, framed.window, posed, laid, plan=plan, first_number=numbers[1], uuids=uuids, at=ground.now)
    if wish.exam_hour is not None:
        rows = _with_exam_hour(rows, wish.exam_hour, plan, clock)
    placed = {row.task for row in rows}
    plan, every_day = with_habits(rows, plan, ground, uuids) if plan.habits else (plan, [])
    draft = Draft(
        plan=plan,
        learner=ground.learner.name,
        tasks=tuple(sorted((*rows, *every_day), key=lambda row: (row.date, row.position, row.number))),
        days=laid.days,
        notes=(
            *framed.notes,
            *_path_notes(template, framed.window, paths),
            *(engaged.notes if engaged else ()),
            *laid.notes,
            *ceiling_notes(wish.week, ground.learner.week),
            *map(str, room.takers(framed.start, framed.end)[:MOST_TAKERS]),
            *_crowded_note(rows),
            *_past_note(plan, rows, ground.today),
        ),
        cards=tuple(card for card in template.cards if card.after in placed),
        without=tuple(task.title for task in template.tasks if task.id in wish.leave_out),
        questions=asked_in(template, framed.window, placed),
        new_learner=ground.learner.name if ground.is_new else None,
    )
    return draft if ground.earlier is None else _with_lessons(draft, ground, ground.earlier)


def _with_lessons(draft: Draft, ground: Groundwork, earlier: Plan) -> Draft:
    """The draft with what its retake made of each module, and notes about it."""
    from studyplan.rules import scores

    window = ground.whole.window(draft.plan.window)
    assert window is not None
    of_plan = [task for task in ground.tasks if task.plan == earlier.number]
    lessons = scores.lessons(ground.whole, ground.template, window, frozenset(draft.plan.paths), of_plan)
    notes = (*scores.words(earlier, lessons), *draft.notes)
    return replace(draft, plan=replace(draft.plan, retake=earlier.number), lessons=lessons, notes=notes)


def _with_exam_hour(rows: Sequence[Task], hour: time, plan: Plan, clock: Clock) -> tuple[Task, ...]:
    if plan.exam is None:
        raise no_exam(f"'{plan.template}'", plan.end)
    at = clock.moment(plan.exam, hour.hour * 60 + hour.minute)
    return tuple(replace(row, starts_at=at) if row.kind is Kind.EXAM else row for row in rows)


def no_exam(what: str, day: date) -> UsageProblem:
    """The refusal of an exam hour for a plan without an exam."""
    return UsageProblem(
        f"{what} has no exam, so there is no exam hour to set",
        hint=WayOut("give its last day without an hour", "no-exam-hour", day=day),
    )


def _path_notes(template: Template, window: Window, paths: frozenset[str]) -> list[str]:
    here = {path for task in template.tasks_of(window, paths) for path in task.path}
    return [f"the {window.id} window has no electives from the path '{path}'" for path in sorted(paths - here)]


def _fullest(laid: schedule.Layout) -> int:
    loads: dict[date, int] = {}
    material = {day.date for day in laid.days if day.role is not Role.EXAM}
    for piece in laid.pieces:
        if piece.date in material:
            loads[piece.date] = loads.get(piece.date, 0) + piece.minutes
    return max(loads.values(), default=0)


def _crowded_note(rows: Sequence[Task]) -> list[str]:
    """A note if a day without a limit has more work than anybody can do."""
    loads = Counter[date]()
    for row in rows:
        loads[row.date] += row.minutes
    day, minutes = max(loads.items(), key=lambda each: each[1], default=(date.min, 0))
    if minutes <= MOST_MINUTES:
        return []
    fact = f"{day} has {minutes / 60:.0f} hours of work: give the plan more days, or set a daily limit"
    return [Tip(fact, " with --minutes")]


def _past_note(plan: Plan, rows: Sequence[Task], today: date) -> tuple[str, ...]:
    late = sum(row.date < today for row in rows)
    if plan.end < today:
        return (
            Tip(
                "the whole plan is in the past",
                f": mark what you did, start over (`studyplan drop {quote(plan.name)}`, then start with "
                "`--date today`), or move the end (`studyplan replan --exam DATE`)",
            ),
        )
    if late:
        return (
            Tip(
                f"it started in the past and {count(late, 'task')} {'is' if late == 1 else 'are'} overdue",
                f": `studyplan replan` moves them; to start today instead, `studyplan drop {quote(plan.name)}` and start with "
                "`--date today`",
            ),
        )
    return ()


def compose(
    template: Template,
    window: Window,
    posed: schedule.Problem,
    laid: schedule.Layout,
    *,
    plan: Plan,
    first_number: int,
    uuids: Iterator[UUID],
    at: datetime,
) -> tuple[Task, ...]:
    """The rows of a laid-out plan, numbered by day and, inside a day, by curriculum order."""
    by_id = {task.id: task for task in template.tasks}
    modules = {module.id: module.title for module in template.modules}
    decks = {deck.id: deck for deck in posed.decks}
    drawn = {work.id: drawn_from_cards(work, decks, modules, plan) for work in laid.reviews}
    parts = Counter(piece.task for piece in laid.pieces)
    in_order = sorted(enumerate(laid.pieces), key=lambda each: (each[1].date, each[0]))
    return tuple(
        replace(
            drawn.get(piece.task) or drawn_from_template(by_id[piece.task], window, plan),
            number=number,
            uuid=next(uuids),
            key=piece_key(piece.task, piece.part),
            part=piece.part,
            parts=parts[piece.task],
            place=piece.part,
            minutes=piece.minutes,
            date=piece.date,
            position=position,
            reason=piece.reason,
            updated_at=at,
        )
        for number, (position, piece) in enumerate(in_order, start=first_number)
    )


def piece_key(task: str, part: int) -> str:
    return task if part == 1 else f"{task}#{part}"


def drawn_from_template(task: TemplateTask, window: Window, plan: Plan) -> Task:
    """A task row from the template, not yet dated."""
    return Task(
        learner_id=plan.learner_id,
        number=0,
        plan=plan.number,
        uuid=plan.uuid,
        key=task.id,
        task=task.id,
        part=1,
        module=task.module,
        title=task.title,
        kind=task.kind,
        own_kind=task.own_kind,
        minutes=task.minutes,
        splittable=task.splittable,
        date=plan.start,
        position=0,
        tier=task.tier,
        optional=task.optional or bool(task.path),
        after=task.after,
        anchor=task.on.get(window.id),
        access=task.access,
        tags=task.tags,
        objective=task.objective,
        evidence=task.evidence,
        resources=task.resources,
        questions=task.questions,
    )


def asked_in(template: Template, window: Window, tasks: Container[str]) -> tuple[BankQuestion, ...]:
    """The questions that a plan of this window with these tasks may ask, in the file's order."""
    return tuple(each for each in template.questions if each.after in tasks and each.tier.rank <= window.tier.rank)


def drawn_from_cards(work: Work, decks: Mapping[str, Deck], modules: Mapping[str, str], plan: Plan) -> Task:
    """A review row for a deck of cards, not yet dated."""
    stem, _, turn = work.id.rpartition("-")
    deck = decks.get(stem)
    if deck is None:
        module = ""
        cards = sum(each.cards + each.siblings for each in decks.values())
        title = last_pass_title(cards)
    else:
        module = deck.module
        tier = "" if (of := _tier_of(stem)) is Tier.CORE else f" ({of})"
        title = f"Review {turn}: {modules[deck.module]}{tier}, {count(deck.cards, 'card')} from memory"
    return Task(
        learner_id=plan.learner_id,
        number=0,
        plan=plan.number,
        uuid=plan.uuid,
        key=work.id,
        task=work.id,
        part=1,
        module=module,
        title=title[:LONGEST_NAME],
        kind=Kind.REVIEW,
        minutes=work.minutes,
        splittable=False,
        date=plan.start,
        position=0,
        tier=_tier_of(stem),
        after=work.after,
        anchor=work.anchor,
        objective="can answer the cards without looking, before the notes are opened",
        evidence="the cards that failed, marked for the next round",
    )


def last_pass_title(cards: int) -> str:
    return f"Last pass: {f'all {cards} cards' if cards > 1 else 'the one card'} from memory"


def _tier_of(stem: str) -> Tier:
    return next((tier for tier in (Tier.PRACTICE, Tier.DEPTH) if stem.endswith(f"-{tier}")), Tier.CORE)
