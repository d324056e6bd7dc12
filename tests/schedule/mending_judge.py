"""A judge of mended plans that shares no code with the mending: broken rules and reasons that are not true."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date

from plans_laid_out import mended

from studyplan.model import Day, Kind, Role, Status, Task
from studyplan.schedule.standing import Mending, Move, Standing


def violations(standing: Standing, mending: Mending) -> list[str]:
    """What a mending breaks that must never be broken."""
    after = mended(standing, mending)
    return [
        *_fixed_things_that_moved(standing, mending),
        *_minutes_lost(standing, after, mending),
        *_bad_days(standing, after, mending),
        *_broken_order(standing, after),
        *_bad_pieces(standing, after),
    ]


def false_reasons(standing: Standing, mending: Mending, *, by: int = 0) -> list[str]:
    """The moves whose reason is not true of the plan before and after. ``by``: the study days of a shift."""
    after = mended(standing, mending)
    return [f"{move}: {why}" for move in mending.moves if (why := _false(standing, after, mending, move, by))]


def _open(standing: Standing) -> list[Task]:
    return [task for task in standing.tasks if task.exists and task.status is Status.OPEN]


def _days(standing: Standing) -> dict[date, Day]:
    return {day.date: day for day in standing.days}


def _exam(standing: Standing) -> date | None:
    return next((day.date for day in standing.days if day.role is Role.EXAM), None)


def _eve(standing: Standing) -> date | None:
    return max((day.date for day in standing.days if day.role is Role.BUFFER), default=None)


def _limit(standing: Standing, on: date) -> int:
    day = _days(standing).get(on)
    if day is None or day.role in (Role.OFF, Role.EXAM):
        return 0
    minutes = 10**6 if day.capacity is None else day.capacity
    if on == _eve(standing):
        minutes = min(minutes, 30)
    return minutes - spent(standing) * (on == standing.today)


def spent(standing: Standing) -> int:
    if standing.spent_today is not None:
        return standing.spent_today
    return sum(
        (task.spent_minutes if task.spent_minutes is not None else task.minutes)
        for task in standing.tasks
        if task.status is Status.DONE and task.done_at is not None and task.done_at.date() == standing.today
    )


def load(standing: Standing, on: date) -> int:
    return sum(task.minutes for task in _open(standing) if task.date == on and task.kind is not Kind.EXAM)


def _fixed_things_that_moved(standing: Standing, mending: Mending) -> list[str]:
    rows = {task.number: task for task in standing.tasks}
    out = []
    for move in mending.moves:
        if move.number is None:
            continue
        row = rows[move.number]
        if row.status is not Status.OPEN:
            out.append(f"{row.key} is {row.status} and moved")
        if (row.date, row.minutes, row.key, row.part) != (move.before, move.minutes_before, move.key, move.part):
            out.append(f"{row.key}: the move tells its past wrongly")
        if move.before == move.after and move.minutes_before == move.minutes:
            out.append(f"{row.key}: a move that changes nothing")
    return out


def _minutes_lost(standing: Standing, after: Standing, mending: Mending) -> list[str]:
    before, now = Counter[str](), Counter[str]()
    for task in _open(standing):
        before[task.task] += task.minutes
    for task in _open(after):
        now[task.task] += task.minutes
    dropped = {m.task for m in mending.moves if m.after is None and m.task.startswith(("review-", "last-pass-"))}
    return [
        f"{id}: {before[id]} minutes became {now[id]}" for id in before if before[id] != now[id] and id not in dropped
    ]


def _bad_days(standing: Standing, after: Standing, mending: Mending) -> list[str]:
    out = []
    exam = _exam(standing)
    sessions = Counter[date]()
    for task in _open(after):
        if task.kind is Kind.EXAM:
            if exam is not None and task.date != exam:
                out.append(f"the exam sits on {task.date}, not on {exam}")
        elif task.date < standing.today and mending.strategy != "shift":
            out.append(f"{task.key} is still overdue")
        if task.kind is Kind.REVIEW and task.anchor is None:
            sessions[task.date] += task.minutes
    touched = {move.after for move in mending.moves if move.after is not None and move.after != exam}
    for day in sorted(touched):
        if day < standing.today:
            continue
        here = [task for task in _open(after) if task.date == day and task.kind is not Kind.EXAM]
        alone = len(here) == 1 and here[0].anchor is not None and (day != _eve(standing) or here[0].minutes <= 30)
        alone = alone and not (day == standing.today and spent(standing))
        # Two pieces that the learner put there together are one now, which takes no more room than they did.
        alone = alone or (
            load(after, day) <= load(standing, day) and all(m.before == day for m in mending.moves if m.after == day)
        )
        if load(after, day) > _limit(standing, day) and not alone:
            out.append(f"{day} holds {load(after, day)} of {_limit(standing, day)} minutes")
        if sessions[day] > 30 and any(
            m.after == day and m.task.startswith(("review-", "last-pass-")) for m in mending.moves
        ):
            out.append(f"{day} holds {sessions[day]} minutes of reviews")
    for move in mending.moves:
        if move.after is not None and standing.today <= move.after == _eve(standing) != move.before:
            row = next(task for task in standing.tasks if task.task == move.task)
            if row.anchor is None and row.kind is not Kind.REVIEW:
                out.append(f"{row.key} was put on the eve")
    return out


def pairs(standing: Standing) -> set[tuple[str, str]]:
    """Each pair of open tasks whose ``after`` is broken."""
    first: dict[str, date] = {}
    last: dict[str, date] = {}
    rows = _open(standing)
    for task in rows:
        first[task.task] = min(task.date, first.get(task.task, task.date))
        last[task.task] = max(task.date, last.get(task.task, task.date))
    broken = set()
    for task in rows:
        for id in task.after:
            if id in last and (
                last[id] > first[task.task]
                or (task.kind is Kind.REVIEW and task.anchor is None and last[id] == first[task.task])
            ):
                broken.add((id, task.task))
    return broken


def _broken_order(standing: Standing, after: Standing) -> list[str]:
    return [f"{later} now comes before {ahead}" for ahead, later in pairs(after) - pairs(standing)]


def _bad_pieces(standing: Standing, after: Standing) -> list[str]:
    def pieces(of: Standing) -> dict[str, list[Task]]:
        found = defaultdict(list)
        for task in sorted(_open(of), key=lambda task: task.part):
            found[task.task].append(task)
        return found

    ahead = [day for day in standing.days if day.role is Role.MATERIAL and day.date >= standing.today]
    # What is longer than every day that is left, today as far as it is left, is cut, whatever the task says.
    fullest = max((_limit(standing, day.date) for day in ahead), default=0)
    before, out = pieces(standing), []
    for id, rows in pieces(after).items():
        if [(t.part, t.date, t.minutes) for t in rows] == [(t.part, t.date, t.minutes) for t in before[id]]:
            continue
        whole = sum(task.minutes for task in rows)
        days = [task.date for task in rows]
        if len(set(days)) != len(days):
            out.append(f"{id}: two pieces on a day")
        if (
            days != sorted(days)
            and not any(task.pinned for task in rows)
            and [t.date for t in before[id]] == sorted(t.date for t in before[id])
        ):
            out.append(f"{id}: its parts are out of order")
        kept = {task.minutes for task in before[id]}
        # What no day has room for as a whole, reviews counted, may be cut as short as the days make it; of a task of the
        # learner's own, which has any minutes, the odd ones may be left.
        shortest = min(25, whole) if whole <= fullest // 2 else whole % 5 or 5
        if any(task.minutes < shortest and task.minutes not in kept for task in rows):
            out.append(f"{id}: a piece below 25 minutes")
        if len(rows) > 1 and len(before[id]) == 1 and not rows[0].splittable and whole <= fullest:
            out.append(f"{id} was cut and may not be")
        if rows and rows[0].key != before[id][0].key and not any(task.pinned for task in before[id]):
            out.append(f"{id}: the first piece lost its number")
    return out


def _false(standing: Standing, after: Standing, mending: Mending, move: Move, by: int) -> str | None:
    row = next((t for t in standing.tasks if t.number == move.number), None)
    if row is not None and move.before == move.after and (move.minutes or 0) > (move.minutes_before or 0):
        merged = (other for other in mending.moves if other.after is None and other.task == move.task)
        instead = (replace(o, after=move.after, minutes=o.minutes_before, reason=move.reason) for o in merged)
        if any(_false(standing, after, mending, each, by) is None for each in instead):
            return None
    if row is not None and move.after is not None and move.after < (move.before or move.after):
        behind = [o for o in mending.moves if row.task in next(t.after for t in standing.tasks if t.task == o.task)]
        if any(o.reason == move.reason for o in behind):
            return None
    model = row or next(t for t in standing.tasks if t.task == move.task)
    because = move.reason.because
    days = _days(standing)
    match move.reason.code:
        case "overdue":
            ok = row is not None and row.date < standing.today and because == row.date.isoformat()
        case "day-off":
            day = days.get(date.fromisoformat(str(because)))
            ok = (
                row is not None and because == row.date.isoformat() and (day is None or _limit(standing, day.date) <= 0)
            )
        case "exam-moved":
            end = _exam(standing) or standing.days[-1].date
            ok = because == end.isoformat() and (
                row is None or row.kind is Kind.EXAM or _hangs_on_end(standing, row, end)
            )
        case "day-full":
            day = date.fromisoformat(str(because))
            ok = _was_full(standing, after, move, model, day, _later(standing, move, by))
        case "follows":
            ok = _follows(after, move, model, str(because), _later(standing, move, by) or move.before)
        case "evened":
            ok = (
                mending.strategy == "even" and move.after is not None and _share(standing, after, move.after) == because
            )
            ok = ok or (mending.strategy == "even" and move.after is None)
        case "by-hand":
            theirs = [t for t in _open(standing) if t.task == move.task and t.date == move.before == move.after]
            ok = len(theirs) > 1 and any(t.pinned for t in theirs) and sum(t.minutes for t in theirs) == move.minutes
        case "shifted":
            ok = mending.strategy == "shift" and _later(standing, move, int(because)) == move.after
        case "anchor":
            ok = model.anchor is not None and because == str(model.anchor)
        case _:
            return "an unknown code"
    return None if ok else "not true"


def _later(standing: Standing, move: Move, by: int) -> date | None:
    study = [d.date for d in standing.days if d.role in (Role.MATERIAL, Role.BUFFER) and d.capacity != 0]
    later = [day for day in study if move.before is not None and day > move.before]
    return later[by - 1] if len(later) >= by > 0 else None


def _hangs_on_end(standing: Standing, row: Task, end: date) -> bool:
    moved = any(task.kind is Kind.EXAM and task.date != end for task in _open(standing))
    beyond = row.date >= end or row.date > standing.days[-1].date
    on_exam = row.anchor is not None and row.anchor.base == "exam"
    return beyond or (moved and row.date == _eve(standing)) or (moved and (on_exam or row.task.startswith("last-pass")))


def _was_full(standing: Standing, after: Standing, move: Move, model: Task, day: date, shifted: date | None) -> bool:
    """Whether the day could not have taken the piece, or more of its task."""
    if day == _eve(standing) and model.anchor is None:
        return True
    overfull = load(standing, day) > _limit(standing, day) + (spent(standing) if day == standing.today else 0)
    theirs = {task.date for of in (standing, after) for task in _open(of) if task.task == move.task}
    if move.before == move.after or move.number is None:
        more = (move.minutes or 0) - (move.minutes_before or 0)
        return day in theirs and load(after, day) + abs(more) > _limit(standing, day)
    more = move.minutes if move.after is not None else move.minutes_before
    assert more is not None
    reviews = sum(t.minutes for t in _open(after) if t.date == day and t.kind is Kind.REVIEW and t.anchor is None)
    overfull = overfull or (model.kind is Kind.REVIEW and reviews + more > 30)
    passed = model.anchor is not None and move.after is not None and day < move.after
    return (passed or day in (move.before, shifted)) and (overfull or load(after, day) + more > _limit(standing, day))


def _follows(after: Standing, move: Move, model: Task, key: str, before: date | None) -> bool:
    """Whether the named piece is ahead of it in order, sits no later now, and stood against the old day."""
    ahead = next((task for task in after.tasks if task.exists and task.key == key and task.status is Status.OPEN), None)
    if ahead is None:
        return False
    if move.after is None:
        session = model.kind is Kind.REVIEW
        return ahead.task == move.task or (session and move.before is not None and ahead.date >= move.before)
    if move.after == move.before:
        return ahead.task == move.task and ahead.date < move.after
    in_order = (ahead.position, ahead.part) < (model.position, move.part) or ahead.task in model.after
    late = (
        before is None
        or ahead.date > before
        or (ahead.date == before and (model.kind is Kind.REVIEW or ahead.task == model.task))
    )
    return in_order and ahead.date <= move.after and (late or move.after < (move.before or move.after))


def _share(standing: Standing, after: Standing, day: date) -> int:
    """The even share of a day: what is left on the material days, by their capacity."""
    rows = [t for t in _open(after) if t.kind is not Kind.EXAM and not (t.kind is Kind.REVIEW and t.anchor is None)]
    roles = {d.date: d for d in standing.days if d.date >= standing.today and d.role is Role.MATERIAL}
    held = {(t.number, t.date, t.minutes) for t in standing.tasks if t.pinned}
    taken = {t.date for t in rows if t.anchor is None and (t.number, t.date, t.minutes) not in held}
    opened = [
        d for d in standing.days if d.role is Role.BUFFER and d.date >= standing.today and d.date != _eve(standing)
    ]
    if any(d.date in taken for d in opened):
        last = max(d.date for d in opened if d.date in taken)
        roles |= {d.date: d for d in opened if d.date <= last}
    weight = {d: limit for d in roles if (limit := _limit(standing, d)) > 0}
    total = sum(t.minutes for t in rows if t.date in weight)
    return round(total * weight[day] / sum(weight.values()))
