"""Find what people name: a plan, tasks by number or key."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeAlias

from studyplan.errors import Conflict, NotFound, WayOut
from studyplan.model import LONGEST_NAME, Habit, Kind, Plan, PlanState, Status, Task
from studyplan.text import count

if TYPE_CHECKING:
    from studyplan.notation import Ref

#: A plan by its name, its number or its value.
PlanName: TypeAlias = str | int | Plan
#: Tasks by number, by what people write (a key, ``PLAN:KEY``, a range such as ``5-7``), or as values; or several of them.
TaskName: TypeAlias = "Ref | int | str | Task | Iterable[TaskName]"


class NothingNamed(NotFound):
    """Nothing goes by the name of the ``plan``, or by those of the ``tasks``."""

    slug = NotFound.slug

    def __init__(self, message: str, *, hint: str | None, plan: PlanName | None = None, tasks: TaskName = ()) -> None:
        super().__init__(message, hint=hint)
        self.plan, self.tasks = plan, tasks


def quoted(word: str) -> str:
    """The word quoted for a shell."""
    from shlex import quote

    return quote(word)


def nearest(word: str, known: Iterable[str]) -> str:
    """``": did you mean 'x'?"`` where something known is close to the word, capitals or not, else nothing."""
    close = nearest_of(word, known)
    return f": did you mean '{close}'?" if close is not None else ""


def nearest_of(word: str, known: Iterable[str]) -> str | None:
    """What of the known is closest to the word, if anything is close to it."""
    from difflib import get_close_matches

    if len(word) > LONGEST_NAME:
        return None
    by_letters: dict[str, str] = {}
    for each in known:
        by_letters.setdefault(each.casefold(), each)
    close = get_close_matches(word.casefold(), list(by_letters), n=1, cutoff=0.6)
    return by_letters[close[0]] if close else None


def as_number(word: str) -> int | None:
    """The number that a word is; None for a name, and for digits that no number of ours can have."""
    return int(word) if word.isascii() and word.isdigit() and len(word) < 10 else None


def plan_named(plans: Sequence[Plan], word: PlanName) -> Plan:
    """The running plan of that name, else the plan of that number, else the latest of that name. Raises Conflict where only
    its capitals tell it from another."""
    if not isinstance(word, str):
        return plan_numbered(plans, word.number if isinstance(word, Plan) else word)
    named = _called(plans, word)
    running = [plan for plan in named if plan.state is PlanState.ACTIVE]
    numbered = [plan for plan in plans if plan.number == as_number(word)]
    found = running or numbered or named[-1:]
    if len({plan.name for plan in running}) > 1:
        names = ", ".join(plan.name for plan in running)
        raise Conflict(f"'{word}' could be several plans: {names}", hint="write the capitals as the plan has them")
    if not found:
        raise NothingNamed(
            f"no plan '{word}'{nearest(word, (plan.name for plan in plans))}",
            hint=WayOut("`planner.queries.plans` lists them", "list-plans"),
            plan=word,
        )
    return found[0]


def _called(plans: Iterable[Plan], word: str) -> list[Plan]:
    """The plans of that name; if there are none, those whose names differ only in capitals."""
    known = list(plans)
    exact = [plan for plan in known if plan.name == word]
    return exact or [plan for plan in known if plan.name.casefold() == word.casefold()]


def plan_numbered(plans: Sequence[Plan], number: int) -> Plan:
    found = next((plan for plan in plans if plan.number == number), None)
    if found is None:
        hint = WayOut("`planner.queries.plans` lists them", "list-plans")
        raise NothingNamed(f"no plan {number}", hint=hint, plan=number)
    return found


def plan_to_write(plans: Sequence[Plan], word: PlanName | None) -> Plan:
    """The plan that a command changes: the one named, else the only running one."""
    if word is not None:
        return plan_named(plans, word)
    running = [plan for plan in plans if plan.state is PlanState.ACTIVE]
    if not running:
        raise NotFound("no plan is running", hint=WayOut("`planner.plans.start` begins one", "start-plan"))
    if len(running) > 1:
        names = ", ".join(plan.name for plan in running)
        raise Conflict(f"several plans are running: {names}", hint=WayOut("say which plan you mean", "choose-plan"))
    return running[0]


def running_plan(plans: Sequence[Plan], word: PlanName | None, only: str) -> Plan:
    """As :func:`plan_to_write`, where the plan has to be running. ``only``: what is then said, such as "only a running plan can be
    replanned"."""
    plan = plan_to_write(plans, word)
    if plan.state is not PlanState.ACTIVE:
        raise Conflict(f"'{plan.name}' is {plan.state}", hint=only)
    return plan


def plans_to_read(plans: Sequence[Plan], word: PlanName | None) -> list[Plan]:
    """The plans that a command shows: the one named, else all running ones, else the one finished last."""
    if word is not None:
        return [plan_named(plans, word)]
    running = [plan for plan in plans if plan.state is PlanState.ACTIVE]
    if running:
        return running
    finished = [plan for plan in plans if plan.state is PlanState.FINISHED]
    return finished[-1:]


def is_left_behind(task: Task, plan: Plan, day_of: Callable[[datetime], date]) -> bool:
    """Whether a task was still to come when its plan was finished by hand: calendars then show it no longer."""
    is_open = plan.state is PlanState.FINISHED and task.status is Status.OPEN
    return is_open and plan.ended_at is not None and task.date >= day_of(plan.ended_at)


def refs_of(name: TaskName) -> Iterator[Ref]:
    """What the name of a task, or several of them, refers to. Raises UsageProblem for text that names none."""
    from studyplan.notation import Ref, refs

    match name:
        case Ref():
            yield name
        case Task():
            yield Ref(name.number)
        case int():
            yield Ref(name)
        case str():
            yield from refs([name])
        case _:
            for each in name:
                yield from refs_of(each)


def tasks_named(
    names: TaskName,
    plans: Sequence[Plan],
    tasks: Sequence[Task],
    *,
    wanted: Iterable[Status] | None = None,
    on: date | None = None,
    past: bool = False,
    dropped: bool = False,
) -> list[Task]:
    """The tasks that the words mean, each once, in the order named; all of them or NotFound for every word that fails.

    A number may name a task of any plan that is not dropped; a key is looked for in the running plans, else in the
    finished ones; with ``dropped``, to read, in the dropped ones at last. The id of a task in several pieces means those of
    its pieces that are ``wanted`` (all, if none is). A range means those of its tasks that exist, but at least one;
    :func:`absent` tells of the others. A habit's number or key means its occurrence ``on`` a day; ``81@fri`` names the coming such day, which may be that one, for
    all that is done with it. With ``past``, for what is over, Conflict is raised if the one before could be meant as well.
    """
    by_plan = {plan.number: plan for plan in plans}
    if not dropped:
        by_plan = {number: plan for number, plan in by_plan.items() if plan.state is not PlanState.DROPPED}
    reachable = [task for task in tasks if task.plan in by_plan]
    by_number = {task.number: task for task in reachable}
    found: dict[int, Task] = {}
    missing: list[str] = []
    absent: list[str] = []
    for ref in refs_of(names):
        if habit := habit_named(ref, by_plan.values()):
            matches = _occurrences(habit, ref, reachable, on, past)
        elif ref.number is not None:
            task = by_number.get(ref.number)
            matches = [task] if task is not None and (ref.plan is None or _is_of(task, ref, plans)) else []
        else:
            matches = _by_key(ref, by_plan, reachable, set(wanted or ()))
        if not matches:
            (absent if ref.in_range else missing).append(str(ref))
        found.update((task.number, task) for task in matches)
    if not found:
        missing += absent
    if missing:
        near = ""
        if len(missing) == 1 and as_number(missing[0]) is None:
            near = nearest(missing[0].rpartition(":")[2], [task.key for task in reachable])
        raise NothingNamed(
            f"no task {_named(missing)}{near}",
            hint=WayOut("`planner.queries.plan_views` has numbers and keys", "list-tasks"),
            tasks=names,
        )
    return list(found.values())


def of_plans(names: TaskName, plans: Sequence[Plan], tasks: Sequence[Task]) -> Iterator[tuple[int, Plan]]:
    """What of these plans the words mean, a task or a habit, each by its number and with its plan; what they mean elsewhere is
    left out."""
    for ref in refs_of(names):
        word, _, day = (ref.key or "").partition("@")
        number = ref.number if ref.number is not None else as_number(word) if day else None
        for plan in plans:
            if ref.plan not in (None, plan.name, str(plan.number)):
                continue
            known = [(habit.number, habit.key, habit.key) for habit in plan.habits]
            known += [(task.number, task.key, task.task) for task in tasks if task.plan == plan.number]
            for each, *keys in known:
                if each == number or (word and word in keys):
                    yield each, plan


def _is_of(task: Task, ref: Ref, plans: Sequence[Plan]) -> bool:
    """Whether a task is of the plan that goes with its number. Raises NotFound if the number alone was named, since then the
    plan, or the number, is a slip."""
    plan = plan_named(plans, ref.plan or "")
    if task.plan != plan.number and not ref.in_range:
        raise NotFound(f"task {task.number} is not in '{plan.name}' but in '{plan_numbered(plans, task.plan).name}'")
    return task.plan == plan.number


def absent(names: TaskName, found: Iterable[Task], plans: Iterable[Plan] = ()) -> list[str]:
    """Notes about the numbers in a range that are none of the tasks found: habits of the plans, and those that are nothing."""
    here = {task.typed for task in found}
    passed = {ref.number: ref for ref in refs_of(names) if ref.in_range and ref.number not in here}
    notes = []
    for habit in (habit for plan in plans for habit in plan.habits if habit.number in passed):
        del passed[habit.number]
        notes.append(f"{habit.number} '{habit.title}' is a habit and was passed over; name it by itself")
    gone = [str(ref) for ref in passed.values()]
    if gone:
        notes.append(f"there is no task {gone[0]}" if len(gone) == 1 else f"there are no tasks {_named(gone)}")
    return notes


def check_ranges(
    names: TaskName, found: Sequence[Task], tasks: Iterable[Task], plans: Iterable[Plan], today: date
) -> None:
    """Raise Conflict if a range reaches past the last task, or takes in an exam whose day is still to come: a slip of the
    finger would take all that is left of a plan. ``tasks``: all that can be named; ``today``: the day of the marking."""
    wide = [ref for ref in refs_of(names) if ref.in_range]
    if not wide:
        return
    of = {ref.plan for ref in wide}
    within = {plan.number for plan in plans if not of.isdisjoint((None, plan.name, str(plan.number)))}
    last = max((task.typed for task in tasks if task.plan in within), default=0)
    numbers = {ref.number or 0 for ref in wide}
    end = max(numbers)
    exam = next((task for task in found if task.number in numbers and _is_exam_ahead(task, today)), None)
    words = [f"{end} is past the last task, {last}"] if end > last else []
    words += [f"'{exam.title}' ({exam.number}) is on {exam.date}"] if exam is not None else []
    if not words:
        return
    upto = last if exam is None else exam.number - 1
    first = upto if upto in numbers else min(numbers)
    while first - 1 in numbers:
        first -= 1
    shorter = f"{first}-{upto}" if first < upto else str(first)
    raise Conflict(
        f"{', and '.join(words)}: this range means {count(len(found), 'task')}",
        hint=WayOut(f"write {shorter} instead, or pass `sure=True`", "wide-range", shorter=shorter),
        slug="wide-range",
    )


def _is_exam_ahead(task: Task, today: date) -> bool:
    return task.kind is Kind.EXAM and task.status is Status.OPEN and task.date > today


def habit_named(ref: Ref, plans: Iterable[Plan]) -> Habit | None:
    """The habit of these plans that the words mean, whichever day of it they name; a key is looked for in the running plans, else in
    the finished ones, then in the dropped ones."""
    word, _, day = (ref.key or "").partition("@")
    number = ref.number if ref.number is not None else as_number(word) if day else None
    known = list(plans)
    within = None if ref.plan is None else {as_number(ref.plan), *(plan.number for plan in _called(known, ref.plan))}
    found = [
        (plan.state, habit)
        for plan in known
        if plan.habits and (within is None or plan.number in within)
        for habit in plan.habits
        if habit.number == number or (word and habit.key == word)
    ]
    for state in PlanState:
        here = [habit for of, habit in found if of is state]
        if len(here) > 1:
            numbers = ", ".join(str(habit.number) for habit in here)
            raise Conflict(f"several plans have a habit '{word}'", hint=f"give one of these: {numbers}")
        if here:
            return here[0]
    return None


def day_of_habit(ref: Ref, on: date, *, past: bool = False) -> date:
    """The day that a habit's name says, the coming one of that name or with ``past`` the last, else ``on``. Raises
    UsageProblem."""
    from studyplan import notation

    day = (ref.key or "").partition("@")[2]
    return notation.day(day, on, past=past) if day else on


def _day_meant(habit: Habit, ref: Ref, on: date, past: bool, days: Collection[date]) -> date:
    """The day of the habit that a name means. ``past``: of something that is over, so that the coming day of the week may be a
    slip for the last one: where the habit has both, Conflict is raised."""
    day = day_of_habit(ref, on)
    last = day_of_habit(ref, on, past=True) if past else day
    if last == day or last not in days:
        return day
    if day not in days:
        return last
    raise Conflict(
        f"'{ref}' could be {last} or {day}",
        hint=f"write {habit.number}@{last} or {habit.number}@{day}",
        slug="two-days",
    )


def _occurrences(habit: Habit, ref: Ref, tasks: Sequence[Task], on: date | None, past: bool) -> list[Task]:
    """The one task that a habit's name means, none in a range. Raises NotFound where it is not on that day, Conflict where it
    could be on two."""
    if on is None:
        if ref.in_range:
            return []
        raise Conflict(
            f"{habit.number} '{habit.title}' is a habit and stays on its days",
            hint=WayOut("skip the day, or `planner.habits.edit` with other weekdays", "habit-days", habit=habit.number),
        )
    found = {task.date: task for task in tasks if task.habit == habit.number}
    day = _day_meant(habit, ref, on, past, found)
    if day in found:
        return [found[day]]
    if ref.in_range:
        return []
    raise not_on(habit, day, found)


def not_on(habit: Habit, day: date, days: Iterable[date]) -> NotFound:
    """The error that a habit has nothing on a day, which names the nearest of the ``days`` that it is on."""
    near = min(days, key=lambda each: (abs(each - day), each), default=None)
    hint = f"the nearest is {habit.number}@{near}" if near else None
    return NotFound(f"'{habit.title}' is not on {day}", hint=hint)


def _named(missing: Sequence[str]) -> str:
    """The words that name nothing, runs of numbers as ranges: ``9-12, 'lab'``."""
    runs: list[list[int]] = []
    for number in sorted({number for word in missing if (number := as_number(word)) is not None}):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    words += [f"'{word}'" for word in dict.fromkeys(missing) if as_number(word) is None]
    more = f" and {len(words) - 10} more" if len(words) > 10 else ""
    return ", ".join(words[:10]) + more


def _by_key(ref: Ref, plans: Mapping[int, Plan], tasks: Sequence[Task], wanted: Collection[Status]) -> list[Task]:
    """The tasks of one plan that a key means; empty if there is none."""
    key = ref.key or ""
    candidates = _searched(ref, plans, tasks)
    pieces = [task for task in candidates if task.task == key]
    matches = pieces or [task for task in candidates if task.key == key]
    if len({task.plan for task in matches}) > 1:
        names = ", ".join(f"{plans[number].name}:{key}" for number in sorted({task.plan for task in matches}))
        raise Conflict(f"several plans have a task '{key}'", hint=f"give one of these: {names}")
    if len(matches) > 1 and wanted:
        return [task for task in matches if task.status in wanted] or matches
    return matches


def _searched(ref: Ref, plans: Mapping[int, Plan], tasks: Sequence[Task]) -> list[Task]:
    """The tasks among which a key is looked for: those of its plan, else of the running plans, else all."""
    if ref.plan is not None:
        plan = plan_named(list(plans.values()), ref.plan)
        return [task for task in tasks if task.plan == plan.number]
    for states in ((PlanState.ACTIVE,), (PlanState.ACTIVE, PlanState.FINISHED)):
        found = [task for task in tasks if plans[task.plan].state in states]
        if any(ref.key in (task.key, task.task) for task in found):
            return found
    return list(tasks)
