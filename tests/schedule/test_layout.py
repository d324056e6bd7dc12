"""The lay-out keeps every rule and is the best of all plans."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from math import ceil
from pathlib import Path
from uuid import UUID

import pytest
import referee
from hypothesis import given, settings
from hypothesis import strategies as st

from studyplan.errors import DoesNotFit
from studyplan.model import Anchor, Day, Deck, Kind, Role, Task, Work
from studyplan.schedule import Layout, Problem, days, lay_out, misfit, placed
from studyplan.schedule.course import Course
from studyplan.schedule.path import Search, most_even
from studyplan.schedule.window import anchor_days

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.json"))
START = date(2026, 7, 1)


def window(length: int, capacity: list[int | None], *, exam: bool = False) -> tuple[Day, ...]:
    """A window whose capacities repeat as given."""
    end = START + timedelta(days=length - 1)
    return days(START, end, lambda day: capacity[(day - START).days % len(capacity)], end if exam else None)


def loads(layout: Layout) -> list[int]:
    held: Counter[date] = Counter()
    for piece in layout.pieces:
        held[piece.date] += piece.minutes
    return [held[day.date] for day in layout.days if day.role is Role.MATERIAL]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_laid_out_at_its_proven_optimum(sample: Path) -> None:
    """Every sample has no broken rule and costs its optimum, or is refused where there is no plan."""
    window, works, optimum = referee.read(sample)
    if optimum is None:
        with pytest.raises(DoesNotFit) as refused:
            lay_out(Problem(window, works))
        assert refused.value.short_minutes
        return
    layout = lay_out(Problem(window, works))
    assert referee.broken_rules(window, works, layout.pieces) == []
    assert float(referee.cost(window, layout.pieces, works)) == pytest.approx(optimum, abs=1e-6)
    assert layout.cost == pytest.approx(optimum, abs=1e-6)


MINUTES = st.sampled_from([5, 10, 25, 30, 40, 45, 50, 55, 60, 75, 90])


#: Whether a task may be cut, and whether it is a mock or a quiz that never is.
NATURE = st.sampled_from([(False, False), (True, False), (False, True)])


def drawn_work(draw: st.DrawFn, id: str) -> Work:
    splittable, whole = draw(NATURE)
    return Work(id, draw(MINUTES), splittable, whole=whole)


@st.composite
def plain(draw: st.DrawFn) -> Problem:
    """Material alone on a few days, with every kind of ceiling."""
    works = [drawn_work(draw, f"t{n}") for n in range(draw(st.integers(min_value=1, max_value=4)))]
    if draw(st.booleans()):
        capacity: list[int | None] = [None, None, draw(st.sampled_from([0, None])), None]
    else:
        room = st.sampled_from([0, 20, 33, 45, 50, 60, 90, 120])
        capacity = list(draw(st.lists(room, min_size=1, max_size=4)))
    return Problem(window(draw(st.integers(min_value=1, max_value=4)), capacity), tuple(works))


@st.composite
def anchored(draw: st.DrawFn) -> Problem:
    """Material, anchored tasks and an exam, with a buffer where the window is long enough."""
    works: list[Work] = []
    for n in range(draw(st.integers(min_value=1, max_value=5))):
        after = tuple(work.id for work in works if draw(st.booleans()))
        if draw(st.integers(min_value=0, max_value=2)) == 0:
            bases = ["start", "exam", *(work.id for work in works if work.anchor)]
            anchor = Anchor(draw(st.sampled_from(bases)), draw(st.integers(min_value=-5, max_value=5)))
            minutes = draw(st.sampled_from([10, 20, 30, 60, 120]))
            works.append(Work(f"t{n}", minutes, after=after, anchor=anchor))
        else:
            splittable, whole = draw(NATURE)
            works.append(Work(f"t{n}", draw(MINUTES), splittable, after=after, whole=whole))
    if draw(st.booleans()):
        works.append(Work("exam", 90, exam=True))
    capacity = draw(st.sampled_from([[None], [60], [90, 0, 45], [120, 40], [None, 0]]))
    exam = works[-1].exam
    return Problem(window(draw(st.integers(min_value=3, max_value=6)), capacity, exam=exam), tuple(works))


def assert_best(problem: Problem) -> None:
    """What ``lay_out`` answers is what trying every plan finds."""
    try:
        where = anchor_days(problem.works, problem.days).days
    except DoesNotFit:
        with pytest.raises(DoesNotFit):
            lay_out(problem)
        return
    best = referee.best(problem.days, problem.works, where)
    assert (misfit(problem) is None) == (best is not None)
    if best is None:
        with pytest.raises(DoesNotFit):
            lay_out(problem)
        return
    layout = lay_out(problem)
    assert referee.broken_rules(problem.days, problem.works, layout.pieces) == []
    assert referee.cost(problem.days, layout.pieces, problem.works) == best[0]
    assert layout.cost == pytest.approx(float(best[0]), abs=1e-6)
    assert loads(layout) == best[1]


@settings(max_examples=150, deadline=None)
@given(plain())
def test_the_best_of_all_plans(problem: Problem) -> None:
    """On tiny cases the answer costs what the best of all plans costs, ties going to fuller early days."""
    assert_best(problem)


@settings(max_examples=200, deadline=None)
@given(anchored())
def test_the_best_of_all_plans_around_anchors_and_buffer(problem: Problem) -> None:
    """The same with anchored tasks, an exam, days off and a buffer."""
    assert_best(problem)


@settings(max_examples=30, deadline=None)
@given(plain(), st.sampled_from([5, 13, 25]))
def test_reviews_keep_their_minutes_back_under_a_ceiling(problem: Problem, cards: int) -> None:
    """With decks, material leaves the reviews' minutes free on every day that has a ceiling, and is best within that."""
    decks = tuple(Deck(f"review-{work.id}", work.id, cards, (work.id,)) for work in problem.works)
    material = sum(day.role is Role.MATERIAL for day in problem.days)
    each = 20 if cards <= 12 else 30
    kept = ceil(each * len(decks) / material / 5) * 5 if material else 0
    best = referee.best(problem.days, problem.works, {}, kept)
    problem = replace(problem, decks=decks)
    if best is None:
        with pytest.raises(DoesNotFit):
            lay_out(problem)
        return
    layout = lay_out(problem)
    ids = {work.id for work in problem.works}
    pieces = [piece for piece in layout.pieces if piece.task in ids]
    assert referee.broken_rules(problem.days, problem.works, pieces) == []
    assert referee.cost(problem.days, pieces, problem.works) == best[0]


@pytest.mark.parametrize(
    ("tasks", "length"), [(20, 8), (30, 14), (30, 7), (60, 30), (60, 14), (100, 30), (100, 45)], ids=str
)
def test_unit_tasks_are_stretched_as_evenly_as_can_be(tasks: int, length: int) -> None:
    """No day of n equal tasks over D days holds more than ceil(n / D), and the fuller days come first."""
    layout = lay_out(Problem(window(length, [None]), tuple(Work(f"t{n}", 30) for n in range(tasks))))
    per_day = [minutes // 30 for minutes in loads(layout)]
    assert max(per_day) == ceil(tasks / length)
    assert per_day == sorted(per_day, reverse=True)
    assert sum(per_day) == tasks


def test_the_fullest_of_equal_plans_comes_first() -> None:
    """Three tasks of half an hour on two days: two of them sit on the first."""
    assert loads(lay_out(Problem(window(2, [None]), tuple(Work(f"t{n}", 30) for n in range(3))))) == [60, 30]


def test_a_cut_is_made_where_it_pays() -> None:
    """Two hours on two days are cut in the middle when they may be, and stay whole when not."""
    cut = lay_out(Problem(window(2, [None]), (Work("t", 120, splittable=True),)))
    assert [(piece.part, piece.date.day, piece.minutes) for piece in cut.pieces] == [(1, 1, 60), (2, 2, 60)]
    assert cut.cost == 15
    whole = lay_out(Problem(window(2, [None]), (Work("t", 120),)))
    assert [(piece.part, piece.date.day, piece.minutes) for piece in whole.pieces] == [(1, 1, 120)]


def test_no_piece_in_the_middle_is_too_short() -> None:
    """A task over three days of 30, 20 and 60 minutes skips the day that holds less than 25."""
    layout = lay_out(Problem(window(3, [30, 20, 60]), (Work("t", 75, splittable=True),)))
    assert [(piece.date.day, piece.minutes) for piece in layout.pieces] == [(1, 25), (3, 50)]


def test_shares_follow_the_capacity_of_the_days() -> None:
    """A day of twice the minutes takes twice the share; days off and the exam have none."""
    days_ = window(7, [60, 0, 120, 60, 60, 60, 60], exam=True)
    layout = lay_out(Problem(days_, (Work("t", 150, splittable=True), Work("exam", 90, exam=True))))
    assert [day.share for day in layout.days] == [30.0, None, 60.0, 30.0, 30.0, None, None]


def test_an_anchored_task_takes_its_day_first() -> None:
    """A mock exam of an hour leaves the day to itself where the material is as much on the others."""
    works = (Work("a", 60), Work("mock", 60, anchor=Anchor("start", 1)), Work("b", 60))
    layout = lay_out(Problem(window(3, [None]), works))
    assert [(piece.task, piece.date.day) for piece in layout.pieces] == [("a", 1), ("mock", 2), ("b", 3)]
    assert layout.cost == 0


def test_an_anchored_task_may_pass_the_ceiling_alone_and_it_is_said() -> None:
    """The day of a mock exam above the ceiling holds nothing else."""
    works = (Work("a", 40), Work("mock", 90, anchor=Anchor("start", 1)), Work("b", 60))
    layout = lay_out(Problem(window(3, [60]), works))
    assert [(piece.task, piece.date.day) for piece in layout.pieces] == [("a", 1), ("mock", 2), ("b", 3)]
    assert layout.notes == ("'mock' takes 90 minutes on 2026-07-02, more than the day's 60; it cannot be split.",)


def test_what_comes_before_an_anchored_task_must_fit_before_it() -> None:
    """The refusal names the anchored task, the time there is before it, and the time that it takes."""
    works = (Work("a", 60), Work("b", 60), Work("mock", 30, after=("b",), anchor=Anchor("start", 0)))
    with pytest.raises(
        DoesNotFit, match=r"room for 1 h before 'mock' \(2026-07-01\); what it needs first takes 2 h"
    ) as refused:
        lay_out(Problem(window(5, [90]), works))
    assert refused.value.short_minutes == 60


def test_material_after_a_settled_task_waits_for_its_day() -> None:
    """A task that is pinned, and no longer among the works, holds back what comes after it."""
    works = (Work("a", 60), Work("b", 60, after=("pinned",)))
    layout = lay_out(Problem(window(4, [None]), works, settled={"pinned": START + timedelta(days=3)}))
    assert layout.pieces[1].date == START + timedelta(days=3)


def test_a_mock_longer_than_the_fullest_day_stands_alone_on_one() -> None:
    """Two hours on days of 45 minutes, and of 90 on Saturday: the mock takes the Saturday, nothing else is on it."""
    days_ = window(7, [45, 45, 45, 90, 45, 45, 45])
    works = (Work("a", 30), Work("mock", 120, whole=True), Work("b", 40))
    layout = lay_out(Problem(days_, works))
    assert [(piece.task, piece.date.day, piece.minutes) for piece in layout.pieces if piece.task == "mock"] == [
        ("mock", 4, 120)
    ]
    assert loads(layout)[3] == 120
    assert layout.notes == (
        "Longer than your longest day (90 minutes), so given a day to itself, since it is done in one sitting: 'mock'.",
    )


def test_anything_else_longer_than_the_fullest_day_is_cut() -> None:
    """A lab of 90 minutes that may not be cut is, where no day has more than 45; in halves, not in scraps."""
    layout = lay_out(Problem(window(2, [45]), (Work("lab", 90),)))
    assert [piece.minutes for piece in layout.pieces] == [45, 45]
    short = lay_out(Problem(window(4, [30]), (Work("lab", 35),)))
    assert [piece.minutes for piece in short.pieces] == [20, 15]


def test_reviews_do_not_keep_a_task_from_a_day_that_is_long_enough() -> None:
    """An hour's lab fits a day of an hour, though five minutes of each day are kept back for reviews."""
    decks = (Deck("review-a", "a", 3, ("lab",)),)
    layout = lay_out(Problem(window(8, [60], exam=True), (Work("lab", 60), Work("exam", 60, exam=True)), decks))
    assert [piece.minutes for piece in layout.pieces if piece.task == "lab"] == [60]


@pytest.mark.parametrize(
    ("works", "capacity", "message", "short"),
    [
        ((Work("a", 150),), [60], "there is room for 2 h of new work on 2 study days; the plan has 2 h 30 of it", 30),
        (
            (Work("a", 90, whole=True), Work("b", 90, whole=True), Work("c", 5)),
            [60],
            "there is room for 2 h of new work on 2 study days; the plan has 3 h 05 of it",
            5,
        ),
        (
            (Work("a", 60), Work("b", 120, splittable=True)),
            [60],
            "there is room for 2 h of new work on 2 study days; the plan has 3 h of it",
            60,
        ),
        ((Work("a", 30),), [0], "no study day is left", 30),
        (
            (
                Work("a", 90, whole=True),
                Work("b", 5, anchor=Anchor("start", 0)),
                Work("c", 5, anchor=Anchor("start", 1)),
            ),
            [60],
            "your longest day is 60 minutes; 'a' takes 90, and no day is left for it alone when its turn comes",
            90,
        ),
        (
            (Work("a", 50, splittable=True),),
            [20],
            "there is room for 40 min of new work on 2 study days; the plan has 50 min of it",
            15,
        ),
    ],
)
def test_a_refusal_says_what_is_short(
    works: tuple[Work, ...], capacity: list[int | None], message: str, short: int
) -> None:
    """One line in plain words, and the minutes that have no place."""
    with pytest.raises(DoesNotFit) as refused:
        lay_out(Problem(window(2, capacity), works))
    assert refused.value.message == message
    assert refused.value.short_minutes == short


def test_a_refusal_names_what_takes_the_time() -> None:
    """The sum adds up: what the days keep for reviews and for tasks with a day of their own is told."""
    works = (Work("a", 90), Work("b", 40, anchor=Anchor("start", 1)))
    decks = (Deck("review-a", "a", 3, ("a",)),)
    told = []
    for some, cards in ((works[:1], decks), (works, ()), (works, decks)):
        with pytest.raises(DoesNotFit) as refused:
            lay_out(Problem(window(2, [50]), some, cards))
        told.append(refused.value.message)
    assert [message.partition("study days")[2] for message in told] == [
        ", which keep 20 min for reviews; the plan has 1 h 30 of it",
        ", which keep 40 min for tasks with a fixed day; the plan has 1 h 30 of it",
        ", which keep 1 h for reviews and tasks with a fixed day; the plan has 1 h 30 of it",
    ]


def test_nothing_to_place_is_a_plan() -> None:
    """A window without tasks, with the exam alone, or with anchored tasks alone."""
    assert lay_out(Problem(window(3, [60]), ())).pieces == ()
    alone = lay_out(Problem(window(3, [60], exam=True), (Work("exam", 90, exam=True),)))
    assert [(piece.task, piece.date.day) for piece in alone.pieces] == [("exam", 3)]
    mock = lay_out(Problem(window(3, [60]), (Work("mock", 60, anchor=Anchor("start")),)))
    assert loads(mock) == [60, 0, 0]
    assert mock.cost == pytest.approx(120)


def test_capacities_that_share_no_factor_stay_exact() -> None:
    """Busy times leave odd minutes; the answer is still the best of all plans."""
    capacity: list[int | None] = [61, 0, 47, 83]
    assert_best(Problem(window(4, capacity), tuple(Work(f"t{n}", 30 + 5 * n, n == 3) for n in range(4))))


def test_a_search_near_the_even_line_is_as_good_as_one_everywhere() -> None:
    """What is given up because it cannot be best never is: the same ends with and without giving anything up."""
    works = tuple(Work(f"t{n}", 30 + 15 * (n * n % 17), n % 3 == 0) for n in range(40))
    anchored = (*works[:20], Work("mock", 180, anchor=Anchor("exam", -9)), *works[20:], Work("exam", 90, exam=True))
    for capacity in ([None], [None, None, 0], [400, 307, 0, 520]):
        course = Course(Problem(window(30, list(capacity), exam=True), anchored))
        assert course.misfit() is None
        assert most_even(course) == Search(course).between(*course.bounds())


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_answer_does_not_depend_on_the_hash_seed(seed: str) -> None:
    """The same plan, byte for byte, in a process whose sets come in another order."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import referee; from pathlib import Path\n"
        "from studyplan.schedule import Problem, lay_out\n"
        "days, works, _ = referee.read(Path(sys.argv[2])); print(lay_out(Problem(days, works)).pieces)"
    )
    sample = next(path for path in SAMPLES if path.stem == "month")
    done = subprocess.run(
        [sys.executable, "-c", program, str(Path(__file__).parent), str(sample)],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    window_, works, _ = referee.read(sample)
    assert done.stdout.strip() == str(lay_out(Problem(window_, works)).pieces)


def test_the_minutes_that_shares_divide_are_those_on_material_days() -> None:
    """Without reviews, the buffer and the exam; an anchored review counts as the task that it is."""
    days_ = window(7, [None], exam=True)
    rows = [
        row("t", Kind.READ, 1, 40),
        row("review-m-1", Kind.REVIEW, 2, 10),
        row("log", Kind.REVIEW, 3, 25, Anchor("start", 2)),
        row("mock", Kind.MOCK, 6, 30, Anchor("exam", -1)),
        row("exam", Kind.EXAM, 7, 90),
    ]
    assert placed(rows, days_) == 65


def row(key: str, kind: Kind, day: int, minutes: int, anchor: Anchor | None = None) -> Task:
    return Task(
        learner_id=1,
        number=day,
        plan=1,
        uuid=UUID(int=day),
        key=key,
        task=key,
        part=1,
        module="m",
        title=key,
        kind=kind,
        minutes=minutes,
        splittable=False,
        date=START + timedelta(days=day - 1),
        position=day,
        anchor=anchor,
    )


@st.composite
def of_any_minutes(draw: st.DrawFn) -> Problem:
    """Material as learners add it, of any whole minutes, beside what is counted in fives."""
    minutes = st.one_of(MINUTES, st.integers(1, 130))
    works = [Work(f"t{n}", draw(minutes), draw(st.booleans())) for n in range(draw(st.integers(1, 6)))]
    room = draw(st.lists(st.sampled_from([20, 33, 45, 60, 90]), min_size=1, max_size=4))
    return Problem(window(draw(st.integers(1, 9)), list(room)), tuple(works))


@pytest.mark.parametrize("minutes", [46, 49, 50])
def test_odd_minutes_on_two_short_days(minutes: int) -> None:
    """Two days of 33 minutes hold 25 and the rest, as they hold 50 minutes."""
    layout = lay_out(Problem(window(2, [33]), (Work("t", minutes),)))
    assert [piece.minutes for piece in layout.pieces] == [25, minutes - 25]


@settings(max_examples=150, deadline=None)
@given(of_any_minutes())
def test_any_whole_minutes_are_laid_out(problem: Problem) -> None:
    """Every minute has its place under the ceilings, in order; of a task in pieces the last alone has odd minutes."""
    if misfit(problem) is not None:
        # What would fit if each took the steps that hold it is never refused; one that may be cut and need not be has pieces of
        # 25 minutes at least, and 46 minutes make no two such.
        longest = max(day.capacity or 0 for day in problem.days) // 5 * 5
        rounded = tuple(
            work if work.splittable and work.minutes <= longest else replace(work, minutes=-(-work.minutes // 5) * 5)
            for work in problem.works
        )
        assert misfit(replace(problem, works=rounded)) is not None
        return
    layout = lay_out(problem)
    rooms = {day.date: day.capacity or 0 for day in problem.days}
    held: Counter[date] = Counter()
    days_of = {work.id: [piece for piece in layout.pieces if piece.task == work.id] for work in problem.works}
    for work in problem.works:
        pieces = days_of[work.id]
        assert sum(piece.minutes for piece in pieces) == work.minutes
        assert all(piece.minutes % 5 == 0 for piece in pieces[:-1])
        if work.minutes <= max(rooms.values()) // 5 * 5:
            assert len(pieces) == 1 or (work.splittable and min(piece.minutes for piece in pieces) >= 25)
        for piece in pieces:
            held[piece.date] += piece.minutes
    assert all(minutes <= rooms[day] for day, minutes in held.items())
    order = [piece.date for work in problem.works for piece in days_of[work.id]]
    assert order == sorted(order)
