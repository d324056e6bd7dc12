"""Turn requests about tasks and plans into changes. Pure: values in, changes out; ``Unit.apply`` writes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from studyplan.errors import Conflict, UsageProblem, WayOut
from studyplan.model import LONGEST_TASK, Change, Kind, Learner, Plan, PlanState, Reason, Status, Stint, Task
from studyplan.text import checked_title, control_in, count

if TYPE_CHECKING:
    from studyplan.rules.capacity import PlanRoom

#: Characters: the longest note on a task.
LONGEST_NOTE = 10_000
#: Titles that a warning lists by name.
_MOST_TITLES = 3
#: What names a row and so never changes.
_FIXED = frozenset(
    {"learner_id", "number", "plan", "uuid", "parts", "place", "missed", "updated_at", "sequence", "habit"}
)


def differences(of: str, before: Any, after: Any, *, number: int) -> list[Change]:
    """One change for each field in which two values of the same row differ."""
    return [
        Change(of, number, each.name, getattr(before, each.name), getattr(after, each.name))
        for each in fields(before)
        if each.name not in _FIXED and getattr(before, each.name) != getattr(after, each.name)
    ]


def net(changes: Iterable[Change]) -> list[Change]:
    """The changes with one for each field of each row, from what it was first to what it is last; none that changes nothing."""
    found: dict[tuple[str, int, str], Change] = {}
    for change in changes:
        at = (change.of, change.number, change.field)
        first = found.get(at, change)
        found[at] = Change(*at, first.before, change.after)
    return [change for change in found.values() if change.before != change.after]


def carried_out(
    changes: Sequence[Change], learner: Learner, plans: Iterable[Plan], tasks: Iterable[Task]
) -> tuple[Learner, list[Plan], list[Task]]:
    """A learner, their plans and their tasks once the changes are made. Tasks that no longer exist are missing."""
    by_row: dict[tuple[str, int], dict[str, Any]] = {}
    for change in changes:
        by_row.setdefault((change.of, change.number), {})[change.field] = change.after
    moved = (replace(task, **by_row.get(("task", task.number), {})) for task in tasks)
    return (
        replace(learner, **by_row.get(("learner", 0), {})),
        [replace(plan, **by_row.get(("plan", plan.number), {})) for plan in plans],
        [task for task in moved if task.exists],
    )


@dataclass(frozen=True, slots=True)
class Completion:
    """Details of a completion: when, how long it took, text to add to the note."""

    at: datetime
    minutes: int | None = None
    note: str | None = None
    #: True where the learner named the time; a repeated ``done`` then corrects it.
    at_named: bool = False


def mark(task: Task, status: Status, record: Completion, stints: Sequence[Stint]) -> list[Change]:
    """The changes that give a task its status. Marking twice changes nothing but what the second time adds.

    ``stints``: its sittings. Minutes named are the total, whatever those say; a task opened again keeps what they hold.
    """
    changes: list[Change] = []

    def put(name: str, value: Any) -> None:
        if getattr(task, name) != value:
            changes.append(Change("task", task.number, name, getattr(task, name), value))

    again = task.status is status
    put("status", status)
    if status is Status.OPEN:
        put("done_at", None)
        put("spent_minutes", sum(stint.minutes for stint in stints) or None)
        put("score", None)
        put("scores", ())
    else:
        if not again or record.at_named:
            put("done_at", record.at)
        if record.minutes is not None:
            put("spent_minutes", record.minutes)
            if stints:
                from studyplan.rules import time_spent

                changes += time_spent.trimmed(stints, record.minutes)
    if record.note is not None:
        put("note", note_added(task.note, record.note))
    return changes


def endings(
    plans: Iterable[Plan], tasks: Sequence[Task], made: Iterable[Change], at: datetime, today: date
) -> list[Change]:
    """The changes that finish a plan whose last open task is over, and take up one in which a task is opened or added. A plan
    that was finished by hand has open tasks and stays finished.

    ``tasks`` are all tasks of these plans as they will be by the changes ``made``; ``at`` is the instant, ``today`` its study day. Raises Conflict if a plan that is taken up
    again has lost its name to another.
    """
    plans = list(plans)
    opened = {
        change.number
        for change in made
        if change.of == "task" and (change.field, change.after) in (("status", Status.OPEN), ("exists", True))
    }
    changes: list[Change] = []
    names = {plan.name: plan for plan in plans if plan.state is PlanState.ACTIVE}
    for plan in plans:
        of_plan = [task for task in tasks if task.plan == plan.number]
        # A missed day of a habit keeps no plan open.
        is_open = any(task.status is Status.OPEN and (task.habit is None or task.date >= today) for task in of_plan)
        is_whole = today >= plan.end or any(not (task.own or _is_of_cards(task)) for task in of_plan)
        if plan.state is PlanState.ACTIVE and of_plan and not is_open and is_whole:
            changes.append(Change("plan", plan.number, "state", plan.state, PlanState.FINISHED))
            changes.append(Change("plan", plan.number, "ended_at", plan.ended_at, at))
        elif plan.state is PlanState.FINISHED and any(
            task.status is Status.OPEN and task.number in opened for task in of_plan
        ):
            if plan.name in names:
                raise Conflict(
                    f"'{plan.name}' would run again, but another running plan has its name",
                    hint=WayOut("give one another name with `planner.plans.rename`", "rename-plan", plan=plan.number),
                )
            changes.append(Change("plan", plan.number, "state", plan.state, PlanState.ACTIVE))
            changes.append(Change("plan", plan.number, "ended_at", plan.ended_at, None))
    return changes


def _is_of_cards(task: Task) -> bool:
    return task.kind is Kind.REVIEW and task.anchor is None


def finished(plans: Iterable[Plan], changes: Sequence[Change]) -> tuple[Plan, ...]:
    """Those of the plans that the changes finish, as they were before."""
    over = {each.number for each in changes if each.of == "plan" and each.after == PlanState.FINISHED}
    return tuple(plan for plan in plans if plan.number in over)


def check_inside(day: date, plan: Plan) -> None:
    """Raise Conflict for a day that the plan does not have."""
    if plan.start <= day <= plan.end:
        return
    # No other end helps a day that comes before the first.
    way = WayOut("`planner.replan.apply` with an `exam` moves the end", "move-end")
    raise Conflict(
        f"{day} is outside '{plan.name}' ({plan.start} to {plan.end})",
        hint=f"give a day from {plan.start} on" if day < plan.start else way,
    )


def runs_again(plans: Iterable[Plan], changes: Sequence[Change]) -> list[str]:
    """A note on each of the plans that the changes take up again."""
    again = {
        each.number for each in changes if (each.of, each.field) == ("plan", "state") and each.after == PlanState.ACTIVE
    }
    return [f"'{plan.name}' was finished and runs again" for plan in plans if plan.number in again]


def moved(task: Task, to: date, plan: Plan) -> list[Change]:
    """A move by hand: the task goes to the day and stays there when the plan is mended."""
    if task.habit is not None and to != task.date:
        raise Conflict(
            f"{task.typed} '{task.title}' is a habit and stays on its days",
            hint=WayOut("skip the day, or `planner.habits.edit` with other weekdays", "habit-days", habit=task.typed),
        )
    check_inside(to, plan)
    if task.kind is Kind.EXAM:
        raise Conflict(
            f"task {task.number} is the exam of '{plan.name}'",
            hint=WayOut("`planner.replan.apply` with an `exam` moves it", "move-exam", to=to),
        )
    if task.status is not Status.OPEN:
        raise Conflict(
            f"task {task.ref} is {task.status}", hint=WayOut("reopen it first", "reopen-first", task=task.ref)
        )
    if task.date == to:
        return []
    return _wanted(task, {"date": to, "pinned": True, "reason": Reason("by-hand", to.isoformat())})


def moved_to(task: Task, day: date, at: datetime | None, plan: Plan) -> list[Change]:
    """A move by hand in a calendar: to a day, or to a time on it. Raises Conflict as :func:`moved` does."""
    if at is None or day != task.date:
        changes = moved(task, day, plan)
    elif task.status is not Status.OPEN:
        raise Conflict(
            f"task {task.ref} is {task.status}", hint=WayOut("reopen it first", "reopen-first", task=task.ref)
        )
    elif task.kind is Kind.EXAM:
        changes = []
    else:
        changes = _wanted(task, {"pinned": True, "reason": Reason("by-hand", day.isoformat())})
    return [*changes, *(_wanted(task, {"starts_at": at}) if at is not None else ())]


def _wanted(task: Task, values: Mapping[str, Any]) -> list[Change]:
    return [
        Change("task", task.number, name, getattr(task, name), value)
        for name, value in values.items()
        if getattr(task, name) != value
    ]


def warnings_of_move(task: Task, to: date, tasks: Sequence[Task], room: PlanRoom | None) -> list[str]:
    """Warnings about a move by hand: the day is off or full, or an ``after`` is broken. ``tasks``: its plan's; ``room``: what
    the plan has of each day, None where it has all of it."""
    words = []
    capacity = room.with_habits(to) if room else None
    held = (
        "".join(f"; '{each.plan}' holds {each.minutes[0]} min of that day" for each in room.takers(to, to))
        if room
        else ""
    )
    there = [each for each in tasks if each.date == to and each.number != task.number]
    others = sum(each.minutes for each in there if each.status is not Status.SKIPPED)
    if any(each.kind is Kind.EXAM for each in there):
        words.append(f"{to} is the exam day")
    if capacity == 0 and not held:
        words.append(f"{to} is not a study day")
    elif capacity is not None and others + task.minutes > capacity:
        words.append(f"{to} now has {count(others + task.minutes, 'minute')} of work, more than its {capacity}{held}")
    open_tasks = [each for each in tasks if each.status is Status.OPEN]
    ahead = {each.title for each in open_tasks if each.task in task.after and each.date > to}
    if ahead:
        words.append(f"'{task.title}' now comes before {_listed(ahead)}, which should be done first")
    behind = {each.title for each in open_tasks if task.task in each.after and each.date < to}
    if behind:
        words.append(f"'{task.title}' now comes after {_listed(behind)}, which should be done later")
    return words


def _listed(titles: Collection[str]) -> str:
    """The first few titles in quotes, and how many more there are."""
    few = ", ".join(f"'{title}'" for title in sorted(titles)[:_MOST_TITLES])
    return f"{few} and {len(titles) - _MOST_TITLES} more" if len(titles) > _MOST_TITLES else few


def plan_name(text: str) -> str:
    """A checked plan name; raises UsageProblem if it could be taken for a plan's number."""
    name = checked_title(text)
    if name.isdigit():
        raise UsageProblem(f"'{name}' could be taken for a plan's number", hint="choose a name with a letter in it")
    return name


def note(text: str) -> str | None:
    """A note in the form it is kept, of one or more lines; None for an empty one. Raises UsageProblem for an overlong
    or unprintable one."""
    text = text.strip()
    if len(text) > LONGEST_NOTE:
        raise UsageProblem(f"a note can have at most {LONGEST_NOTE} characters, not {len(text)}")
    if found := control_in(text, lines=True):
        raise UsageProblem(f"a note cannot contain control characters (U+{ord(found):04X})")
    return text or None


def note_added(before: str | None, text: str) -> str:
    """A note with text added on a new line. Raises UsageProblem as :func:`note` does, and for empty text."""
    added = note(text)
    if added is None:
        raise UsageProblem(
            "the note is empty", hint=WayOut("`planner.tasks.edit` with an empty `note` removes a note", "remove-note")
        )
    return note(f"{before}\n{added}" if before else added) or added


def minutes(value: int) -> int:
    """Check the estimate of a task: whole minutes, from 1 to 480. Raises UsageProblem."""
    if not 1 <= value <= LONGEST_TASK:
        way = "split it into several tasks" if value > LONGEST_TASK else None
        raise UsageProblem(f"a task must take 1 to {LONGEST_TASK} minutes, not {value}", hint=way)
    return value
