"""Plans as the database would hold them, built from works and days without a template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from studyplan.errors import DoesNotFit
from studyplan.model import Anchor, Day, Deck, Kind, Piece, Reason, Role, Status, Task, Work
from studyplan.schedule import Problem, days, lay_out
from studyplan.schedule.standing import Mending, Standing

FIRST = date(2026, 7, 1)


def nth(day: int) -> date:
    """The n-th day of the window, counted from 1."""
    return FIRST + timedelta(days=day - 1)


def task(number: int, day: date, minutes: int = 5, **more: object) -> Task:
    """A piece with sensible defaults; its key is ``t`` and its number unless named."""
    key = str(more.pop("key", f"t{number}"))
    common: dict[str, object] = {
        "learner_id": 1,
        "number": number,
        "plan": 1,
        "uuid": UUID(int=number),
        "key": key,
        "task": key.partition("#")[0],
        "part": int(key.partition("#")[2] or 1),
        "module": "m",
        "title": key,
        "kind": Kind.READ,
        "minutes": minutes,
        "splittable": False,
        "date": day,
        "position": number,
    }
    return Task(**{**common, **more})  # type: ignore[arg-type]


def plan(
    works: Sequence[Work],
    length: int,
    capacity: Callable[[date], int | None] | int | None = None,
    *,
    decks: tuple[Deck, ...] = (),
) -> Standing:
    """A plan as it stands on its first day, nothing done; without a ceiling the fullest day is the ceiling from now on."""
    room = capacity if callable(capacity) else lambda day: capacity
    exam = nth(length) if any(work.exam for work in works) else None
    window = days(FIRST, nth(length), room, exam)
    laid = lay_out(Problem(window, tuple(works), decks))
    by_id = {work.id: work for work in (*works, *laid.reviews)}
    rows = tuple(_row(number, piece, by_id[piece.task]) for number, piece in enumerate(laid.pieces, start=1))
    unnamed = any(day.capacity is None for day in window)
    return Standing(
        days=with_ceiling(window, rows) if unnamed else window, today=FIRST, tasks=rows, decks=() if unnamed else decks
    )


def with_ceiling(window: Iterable[Day], rows: Sequence[Task]) -> tuple[Day, ...]:
    """The window with the fullest day's minutes where no ceiling was named."""
    exams = {day.date for day in window if day.role is Role.EXAM}
    load: Counter[date] = Counter()
    for row in rows:
        load[row.date] += row.minutes * (row.date not in exams)
    fullest = max(load.values())
    return tuple(replace(day, capacity=fullest) if day.capacity is None else day for day in window)


def _row(number: int, piece: Piece, work: Work) -> Task:
    review = work.id.startswith(("review-", "last-pass-"))
    return task(
        number,
        piece.date,
        piece.minutes,
        key=piece.task if piece.part == 1 else f"{piece.task}#{piece.part}",
        kind=Kind.EXAM if work.exam else Kind.REVIEW if review else Kind.READ,
        splittable=work.splittable,
        after=work.after,
        anchor=work.anchor,
    )


def done(standing: Standing, numbers: Iterable[int], on: date | None = None) -> Standing:
    """The standing with these pieces finished, on the day named or their own."""
    chosen = set(numbers)
    return replace(
        standing,
        tasks=tuple(
            replace(t, status=Status.DONE, done_at=at(on or t.date)) if t.number in chosen else t
            for t in standing.tasks
        ),
    )


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def on(standing: Standing, day: int) -> Standing:
    """The standing as it is on the n-th day of the window."""
    return replace(standing, today=nth(day))


def mended(standing: Standing, mending: Mending) -> Standing:
    """The plan after its moves were made; a piece that a mending moves is no longer pinned."""
    rows = {t.number: t for t in standing.tasks}
    fresh = max(rows, default=0)
    for move in mending.moves:
        if move.number is None:
            fresh += 1
            model = next(t for t in standing.tasks if t.task == move.task)
            assert move.after is not None
            assert move.minutes is not None
            rows[fresh] = replace(
                model,
                number=fresh,
                uuid=UUID(int=fresh),
                key=move.key,
                part=move.part,
                minutes=move.minutes,
                date=move.after,
                reason=move.reason,
                status=Status.OPEN,
                done_at=None,
                pinned=False,
            )
        elif move.after is None:
            rows[move.number] = replace(rows[move.number], exists=False)
        else:
            assert move.minutes is not None
            row = rows[move.number]
            rows[move.number] = replace(
                row,
                date=move.after,
                minutes=move.minutes,
                reason=move.reason,
                pinned=row.pinned and row.date == move.after,
            )
    return replace(standing, tasks=tuple(rows.values()), changed=None)


def month(ceiling: int | None = None, *, length: int = 30) -> Standing:
    """A month like a shipped one: readings, labs that cannot be cut, two mock exams, an eve checklist, reviews, an exam."""
    works, decks = [], []
    for module in range(6):
        names = []
        for k in range(6):
            minutes = (20, 40, 45, 60, 30, 70)[(module + k) % 6]
            name = f"m{module}-{k}"
            after = (names[-1],) if names else ()
            works.append(Work(name, minutes, splittable=minutes > 45, after=after))
            names.append(name)
        decks.append(Deck(f"review-m{module}", f"m{module}", 8 + module, tuple(names)))
    works += [
        Work("mock-1", 60, after=("m2-5",), anchor=Anchor("exam", -10)),
        Work("mock-1-look-back", 30, after=("mock-1",), anchor=Anchor("mock-1", 1)),
        Work("mock-2", 60, after=("mock-1",), anchor=Anchor("exam", -4)),
        Work("checklist", 10, anchor=Anchor("exam", -1)),
        Work("exam", 60, exam=True),
    ]
    return plan(works, length, ceiling, decks=tuple(decks))


def in_mid_plan(seed: int) -> Standing | None:
    """Some plan on some day of its window: parts done, skipped, missed, pinned; days off, fewer minutes or another exam
    day since it was laid out. None where the dice gave a plan that does not fit."""
    dice = Random(seed)
    length = dice.choice([8, 14, 20, 30])
    works, decks = _works(dice)
    ceiling = dice.choice([None, None, 60, 75, 90, 120, "mixed"])
    week = (60, 60, 60, 0, 60, 120, 90)
    try:
        start = plan(
            works, length, (lambda day: week[day.weekday()]) if ceiling == "mixed" else ceiling, decks=tuple(decks)
        )
    except DoesNotFit:
        return None
    exam = _exam(start)
    today = dice.randint(1, length)
    tasks = tuple(_lived(dice, row, today, length - (exam is not None)) for row in start.tasks)
    return replace(start, today=nth(today), tasks=tasks, days=_changed_days(dice, start, length, today))


def _works(dice: Random) -> tuple[list[Work], list[Deck]]:
    works, names = list[Work](), list[str]()
    for k in range(dice.randint(3, 14)):
        minutes = dice.choice([15, 20, 30, 45, 60, 90])
        after = (dice.choice(names),) if names and dice.random() < 0.5 else ()
        works.append(Work(f"t{k}", minutes, splittable=minutes > 45 and dice.random() < 0.7, after=after))
        names.append(f"t{k}")
    half = len(names) // 2
    if dice.random() < 0.7:
        works.append(Work("exam", 60, exam=True))
        if dice.random() < 0.6:
            ahead, anchor = names[dice.randint(0, half)], Anchor("exam", -dice.randint(2, 4))
            mock = Work("mock", dice.choice([30, 60, 90]), after=(ahead,), anchor=anchor)
            works.insert(dice.randint(half, len(names)), mock)
            if dice.random() < 0.5:
                works.insert(-1, Work("look-back", 20, after=("mock",), anchor=Anchor("mock", 1)))
        if dice.random() < 0.5:
            works.insert(-1, Work("checklist", 10, anchor=Anchor("exam", -1)))
    decks = [Deck("review-a", "a", 10, tuple(names[:half])), Deck("review-b", "b", 14, tuple(names[half:]))]
    return works, decks if dice.random() < 0.6 else []


def _lived(dice: Random, row: Task, today: int, last: int) -> Task:
    if row.kind is Kind.EXAM:
        return row
    over = 0.75 if row.date < nth(today) else 0.1 if row.date == nth(today) else 0.05
    if dice.random() < over:
        when = dice.choice([row.date, nth(today)]) if row.date < nth(today) else nth(today)
        return replace(row, status=dice.choice([Status.DONE, Status.DONE, Status.SKIPPED]), done_at=at(when))
    if dice.random() < 0.07:
        day = nth(dice.randint(max(1, today - 3), last))
        return replace(row, date=day, pinned=True, reason=Reason("by-hand", day.isoformat()))
    return row


def _changed_days(dice: Random, start: Standing, length: int, today: int) -> tuple[Day, ...]:
    held = {day.date: day.capacity or 0 for day in start.days}
    fullest = max(held.values())
    what = dice.random()
    if what < 0.15:
        held[nth(dice.randint(today, length))] = 0
    elif what < 0.3:
        length = max(today, length + dice.choice([-4, -2, -1, 1, 3]))
    elif what < 0.4:
        held = {day: minutes * 3 // 4 // 5 * 5 for day, minutes in held.items()}
    return days(FIRST, nth(length), lambda day: held.get(day, fullest), nth(length) if _exam(start) else None)


def _exam(standing: Standing) -> date | None:
    return next((day.date for day in standing.days if day.role is Role.EXAM), None)
