"""On which days habits fall, what becomes of their days, and how they went."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest

from studyplan.model import Change, Habit, Learner, Plan, Span, Status, StudyHours, Task, Week
from studyplan.rules import habits
from studyplan.rules.capacity import study_days
from studyplan.rules.habits import HabitReach

DAY = timedelta(days=1)
MONDAY = date(2026, 9, 7)
FRIDAY = MONDAY + 4 * DAY
AT = datetime(2026, 9, 7, 9, tzinfo=UTC)
ANA = Learner(id=1, name="ana")
WORDS = Habit(9, "own-9", "Words", 20, (0, 1, 2, 3, 4), MONDAY)
BARE = Plan(1, 1, UUID(int=1), "german", "german", "1", "German", "month", MONDAY, MONDAY + 13 * DAY, None)


def plan(*of: Habit, **fields: object) -> Plan:
    return replace(BARE, habits=of or (WORDS,), **fields)  # type: ignore[arg-type]


def days(habit: Habit, of: Plan) -> list[int]:
    """The days of the month."""
    return [day.day for day in habits.days_of(habit, of, study_days(ANA, of, lambda day: False), of.start)]


def rows(of: Plan, **status: Status) -> list[Task]:
    """The occurrences of the plan's first habit, open but for the days named as ``d7=Status.DONE``."""
    (habit, *_) = of.habits
    found = [
        habits.occurrence(habit, of, MONDAY.replace(day=day), number=1_000_000 + day, uuid=UUID(int=day), at=AT)
        for day in days(habit, of)
    ]
    return [replace(row, exists=True, status=status.get(f"d{row.date.day}", Status.OPEN)) for row in found]


def regrown(of: Plan, there: list[Task], today: date) -> tuple[list[int], list[int], list[int]]:
    """The days that went, came back and are new."""
    fresh = count(2_000_000)

    def make(habit: Habit, day: date, like: Task | None) -> Task:
        return habits.occurrence(habit, of, day, number=next(fresh), uuid=UUID(int=0), at=AT, like=like)

    room = study_days(ANA, of, lambda day: False)
    off = lambda day: any(day in span for span in of.off)  # noqa: E731
    changes, made = habits.regrown(of, there, room, off, today, make)
    by_number = {row.number: row.date.day for row in there}
    turned = [each for each in changes if each.field == "exists" and each.number in by_number]
    gone = [by_number[each.number] for each in turned if not each.after]
    back = [by_number[each.number] for each in turned if each.after]
    return gone, back, [row.date.day for row in made]


@pytest.mark.parametrize(
    ("habit", "fields", "expected"),
    [
        (WORDS, {}, [7, 8, 9, 10, 11, 14, 15, 16, 17, 18]),
        (replace(WORDS, until=MONDAY + DAY), {}, [7, 8]),
        (replace(WORDS, first=FRIDAY), {}, [11, 14, 15, 16, 17, 18]),
        (replace(WORDS, without=(FRIDAY,)), {"end": FRIDAY}, [7, 8, 9, 10]),
        (WORDS, {"off": (Span(MONDAY, FRIDAY),)}, [14, 15, 16, 17, 18]),
        (WORDS, {"exam": FRIDAY, "end": FRIDAY}, [7, 8, 9, 10]),
        (WORDS, {"week": Week((StudyHours(60), *[StudyHours(0)] * 6))}, [7, 14]),
        (replace(WORDS, weekdays=(6,)), {}, [13, 20]),
    ],
)
def test_its_days(habit, fields, expected):
    """The study days among its days of the week, from its first day to its last, never the exam's."""
    assert days(habit, plan(habit, **fields)) == expected


def test_days_that_come_and_go():
    """Only what is open goes; what a day off took comes back with the day; a missed day stays unless it was off."""
    usual = plan(end=FRIDAY)
    there = rows(usual, d7=Status.DONE)
    wednesday = MONDAY + 2 * DAY
    assert regrown(usual, there, wednesday) == ([], [], [])
    off = replace(usual, off=(Span(MONDAY, MONDAY + DAY), Span(FRIDAY, FRIDAY)))
    assert regrown(off, there, wednesday) == ([8, 11], [], [])
    less = [replace(row, exists=row.date.day not in (8, 11)) for row in there]
    assert regrown(usual, less, wednesday) == ([], [11], [])
    assert regrown(replace(usual, end=FRIDAY + 4 * DAY), there, wednesday) == ([], [], [14, 15])
    assert regrown(replace(usual, end=FRIDAY - DAY), there, wednesday) == ([11], [], [])
    fewer = replace(usual, habits=(replace(WORDS, weekdays=(0, 4)),))
    assert regrown(fewer, there, wednesday) == ([9, 10], [], [])


def test_what_it_holds_of_a_day():
    """The wish's minutes, unless an occurrence says otherwise; what was skipped holds none."""
    of = plan(WORDS, replace(WORDS, number=10, key="own-10", minutes=5, weekdays=(0, 6)))
    there = rows(of, d8=Status.SKIPPED)
    there[2] = replace(there[2], minutes=45)
    held = habits.held(of, there)
    assert [held(MONDAY + n * DAY) for n in range(7)] == [25, 0, 45, 20, 20, 0, 5]
    assert habits.held(BARE, there)(MONDAY) == 0
    assert habits.held(of, there)(of.end + DAY) == 25


@pytest.mark.parametrize(
    ("reach", "day", "until", "without", "gone"),
    [
        (HabitReach.THIS, 9, None, [9], [9]),
        (HabitReach.FOLLOWING, 10, 9, [], [10, 11]),
        (HabitReach.FOLLOWING, 7, 7, [], [8, 9, 10, 11]),
        (HabitReach.ALL, 9, "none", [], [7, 8, 9, 10, 11]),
    ],
)
def test_taking_it_away(reach, day, until, without, gone):
    """A day, all from a day on but what is done, or everything."""
    of = plan(end=FRIDAY)
    there = rows(of, d7=Status.DONE)
    kept, changes = habits.removed(WORDS, there, MONDAY.replace(day=day), reach)
    assert [each.number - 1_000_000 for each in changes] == gone
    assert (kept is None) == (until == "none")
    if kept is not None:
        assert (kept.until and kept.until.day, [each.day for each in kept.without]) == (until, without)


def test_one_that_has_ended_is_not_drawn_out():
    """Taking it out from a later day on leaves its last day where it is."""
    short = replace(WORDS, until=MONDAY + DAY)
    kept, changes = habits.removed(short, rows(plan(short, end=FRIDAY)), FRIDAY, HabitReach.FOLLOWING)
    assert (kept, changes) == (short, [])


def test_how_it_goes():
    """Days in a row go on over skipped ones and over today, and end with a missed one."""
    of = plan(end=FRIDAY + 3 * DAY)
    done = dict.fromkeys(("d7", "d8", "d10", "d11"), Status.DONE)
    there = rows(of, **done, d9=Status.SKIPPED)
    (whole,) = habits.standings([of], there, FRIDAY + 3 * DAY)
    assert (whole.done, whole.skipped, whole.left, whole.streak, whole.longest) == (4, 1, 1, 4, 4)
    missed = rows(of, **done)
    (broken,) = habits.standings([of], missed, FRIDAY + 3 * DAY)
    assert (broken.streak, broken.longest, [day.day for day in broken.missed]) == (2, 2, [9])
    assert [task.missed for task in habits.judged(missed, FRIDAY)] == [False, False, True, False, False, False]


def test_a_change_of_the_plan_names_the_habit_once():
    other = replace(WORDS, number=10, key="own-10")
    of = plan(WORDS, other)
    shorter = replace(WORDS, minutes=5)
    assert habits.with_habit(of, shorter, 9) == Change("plan", 1, "habits", (WORDS, other), (shorter, other))
    assert habits.with_habit(of, None, 9).after == (other,)
    assert habits.with_habit(BARE, WORDS, 9).after == (WORDS,)
