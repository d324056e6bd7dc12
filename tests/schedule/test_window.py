"""What each day of a window is for, and where anchored tasks come to sit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyplan.errors import DoesNotFit
from studyplan.model import Anchor, Day, Role, Work
from studyplan.schedule import days, eve, with_shares
from studyplan.schedule.window import anchor_days

START = date(2026, 7, 1)


def window(length: int, *, capacity: tuple[int | None, ...] = (None,), exam: bool = True) -> tuple[Day, ...]:
    end = START + timedelta(days=length - 1)
    return days(START, end, lambda day: capacity[(day - START).days % len(capacity)], end if exam else None)


def roles(days: tuple[Day, ...]) -> str:
    return "".join(day.role.value[0] for day in days)


def on(day: int) -> date:
    return date(2026, 7, day)


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (1, "e"),
        (5, "mmmm" + "e"),
        (6, "mmmm" + "b" + "e"),
        (20, "m" * 18 + "b" + "e"),
        (21, "m" * 18 + "bb" + "e"),
        (31, "m" * 27 + "bbb" + "e"),
    ],
)
def test_a_tenth_of_the_study_days_before_the_exam_is_buffer(length: int, expected: str) -> None:
    """At least one day, from five study days before the exam on."""
    assert roles(window(length)) == expected


def test_without_an_exam_there_is_no_buffer_and_no_eve() -> None:
    """Every study day may hold material."""
    assert roles(window(20, exam=False)) == "m" * 20
    assert eve(window(20, exam=False)) is None
    assert eve(window(5)) is None


def test_days_off_count_neither_for_the_buffer_nor_as_the_eve() -> None:
    """The buffer is made of study days; the eve is the last of them, however long before the exam."""
    days_ = window(13, capacity=(60, 60, 60, 0))
    assert roles(days_) == "mmmommmommbo" + "e"
    assert eve(days_) == on(11)


def test_a_buffer_is_no_longer_than_a_fortnight() -> None:
    """In a week of two study days ten of them would be five weeks, and hold two mocks with all that lies between."""
    weekends = window(365, capacity=(60, 60, 0, 0, 0, 0, 0))
    assert roles(weekends).replace("o", "").endswith("m" * 90 + "bbbb" + "e")
    assert roles(window(365)).endswith("m" + "b" * 10 + "e")


def test_an_exam_on_a_day_off_is_still_the_exam_day() -> None:
    """And a day after the exam is off."""
    days_ = days(START, on(4), lambda day: 0 if day == on(3) else 45, on(3))
    assert [(day.role, day.capacity) for day in days_] == [
        (Role.MATERIAL, 45),
        (Role.MATERIAL, 45),
        (Role.EXAM, 0),
        (Role.OFF, 45),
    ]


@given(st.lists(st.sampled_from([0, 30, 90, None]), min_size=1, max_size=80))
def test_each_day_has_one_role_and_the_buffer_is_the_last_tenth(capacity: list[int | None]) -> None:
    """Whatever the days off: all dates once, the buffer behind the material, its size by the rule, within a fortnight."""
    days_ = window(len(capacity), capacity=tuple(capacity))
    assert [day.date for day in days_] == [START + timedelta(days=n) for n in range(len(capacity))]
    study = [day.role for day in days_ if day.role in (Role.MATERIAL, Role.BUFFER)]
    assert len(study) == sum(minutes != 0 for minutes in capacity[:-1])
    tenth = max(1, len(study) // 10) if len(study) >= 5 else 0
    near = sum(minutes != 0 for minutes in capacity[-15:-1])
    buffer = min(tenth, max(1, near))
    assert study == [Role.MATERIAL] * (len(study) - buffer) + [Role.BUFFER] * buffer


def test_shares_divide_the_minutes_by_capacity() -> None:
    """Over the material days alone, and evenly where no ceiling was named."""
    assert [day.share for day in with_shares(window(6), 100)] == [25, 25, 25, 25, None, None]
    shared = with_shares(window(4, capacity=(30, 0, 60), exam=False), 240)
    assert [day.share for day in shared] == [60, None, 120, 60]


def test_a_day_without_ceiling_weighs_as_the_fullest_that_has_one() -> None:
    """In a week where only some days have a ceiling."""
    assert [day.share for day in with_shares(window(3, capacity=(30, None, 60), exam=False), 150)] == [30, 60, 60]


def place(days: tuple[Day, ...], *works: Work) -> dict[str, int]:
    return {id: day.day for id, day in anchor_days(works, days).days.items()}


def mock(id: str, base: str, offset: int = 0, minutes: int = 60, after: tuple[str, ...] = ()) -> Work:
    return Work(id, minutes, after=after, anchor=Anchor(base, offset))


def test_an_anchor_counts_from_the_exam_the_start_or_another_task() -> None:
    """And the exam task sits on the exam day."""
    works = (
        mock("a", "start", 7),
        mock("b", "a", 2),
        mock("c", "exam", -3),
        Work("m", 60),
        Work("exam", 90, exam=True),
    )
    assert place(window(20), *works) == {"a": 8, "b": 10, "c": 17, "exam": 20}


def test_without_an_exam_day_the_last_day_stands_for_it() -> None:
    """``exam-3d`` in a template without an exam task counts from the end."""
    assert place(window(20, exam=False), mock("a", "exam", -3)) == {"a": 17}


def test_an_anchor_may_name_a_task_further_down() -> None:
    """The order of the file does not matter to what counts from what."""
    assert place(window(20), mock("log", "mock", 1), mock("mock", "start", 4)) == {"mock": 5, "log": 6}


def test_an_anchored_task_moves_to_the_study_day_before() -> None:
    """And what counts from it counts from where it went."""
    days_ = window(20, capacity=(60, 60, 0, 0, 60))
    assert place(days_, mock("a", "start", 3), mock("b", "a", 3)) == {"a": 2, "b": 5}
    assert anchor_days((mock("a", "start", 3),), days_).notes == (
        "'a' is on 2026-07-02: 2026-07-04, when it is due, is not a study day.",
    )


def test_where_no_day_before_has_room_the_next_one_takes_it() -> None:
    """A window that begins with days off, and a first day that is full."""
    days_ = window(20, capacity=(0, 0, 60, 60))
    assert place(days_, mock("a", "start"), mock("b", "start", 2)) == {"a": 3, "b": 4}


def test_a_full_day_sends_the_second_task_to_the_day_before() -> None:
    """Two tasks of an hour do not share a day of 90 minutes; where no ceiling was named they do."""
    works = (mock("a", "start", 7), mock("b", "start", 7))
    days_ = window(20, capacity=(90,))
    assert place(days_, *works) == {"a": 8, "b": 7}
    assert place(window(20), *works) == {"a": 8, "b": 8}
    assert anchor_days(works, days_).notes == ("'b' is on 2026-07-07: 2026-07-08, when it is due, has no room for it.",)


def test_the_eve_takes_half_an_hour_and_no_more() -> None:
    """Whether in one task or in several, with or without a ceiling."""
    days_ = window(20)
    works = (mock("list", "exam", -1, 20), mock("mock", "exam", -1, 60), mock("more", "exam", -1, 15))
    assert place(days_, *works) == {"list": 19, "mock": 18, "more": 18}


def test_nothing_shares_the_exam_day() -> None:
    """A task anchored to the exam itself goes to the day before."""
    assert place(window(4), mock("a", "exam")) == {"a": 3}


def test_an_anchored_task_never_goes_ahead_of_one_it_comes_after() -> None:
    """The day before is no place for the log of a mock exam that fills its own day; directly or through material."""
    days_ = window(20, capacity=(60, 60, 0, 60))
    assert place(days_, mock("mock", "start", 1), mock("log", "mock", 1, after=("mock",))) == {"mock": 2, "log": 4}
    works = (mock("mock", "start", 1), Work("m", 30, after=("mock",)), mock("log", "start", after=("m",)))
    assert place(days_, *works) == {"mock": 2, "log": 4}


def test_settled_tasks_and_spent_minutes_count() -> None:
    """What is over is a base and a floor but takes no day; where something was studied already no ceiling is passed."""
    anchored = anchor_days(
        (mock("log", "mock", -2, after=("mock",)), mock("b", "start", 9)),
        window(20, capacity=(50,)),
        start=on(1) - timedelta(days=2),
        settled={"mock": on(5)},
        spent={on(8): 40},
    )
    assert dict(anchored.days) == {"log": on(5), "b": on(7)}


def test_a_task_anchored_to_nothing_is_material() -> None:
    """Its base was left out: it has no day of its own."""
    assert place(window(20), mock("log", "mock", 1), mock("more", "log")) == {}


def test_anchored_tasks_that_find_no_day_do_not_fit() -> None:
    """Two mock exams and one study day."""
    with pytest.raises(DoesNotFit, match="'b'") as refused:
        place(window(2, capacity=(60,)), mock("a", "start"), mock("b", "start"))
    assert refused.value.short_minutes == 60


def test_a_circle_of_anchors_is_a_mistake_of_the_caller() -> None:
    """The loader refuses such a file with its line."""
    with pytest.raises(ValueError, match="anchored to itself"):
        place(window(5), mock("a", "b"), mock("b", "a"))
