"""Mending a plan: what moves, what stays, in which order, and whether each reason is true."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations, pairwise, product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mending_judge import false_reasons, load, pairs, violations
from plans_laid_out import FIRST, at, done, in_mid_plan, mended, month, nth, on, plan, task

from studyplan.errors import DoesNotFit, UsageProblem
from studyplan.model import Anchor, Day, Kind, Reason, Role, Status, Task, Work
from studyplan.schedule import days, even_fits, fits
from studyplan.schedule.absorb import EFFORT, Loose, Room, absorb
from studyplan.schedule.flow import Reach, Stream, flow
from studyplan.schedule.replan import Mending, Move, Standing, catch_up, even_out, shift

#: Whole plans: the same ones at every run.
few = settings(max_examples=60, deadline=None, derandomize=True)
some = settings(max_examples=150, deadline=None)


def standing(tasks: Sequence[Task], *, today: int, length: int, capacity: int = 10, exam: bool = False) -> Standing:
    window = days(FIRST, nth(length), lambda day: capacity, nth(length) if exam else None)
    return Standing(window, nth(today), tuple(tasks))


def where(mending: Mending) -> dict[str, date | None]:
    return {move.key: move.after for move in mending.moves}


def why(mending: Mending, key: str) -> Reason:
    return next(move.reason for move in mending.moves if move.key == key)


# --- on any plan -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ceiling", [None, 90, 120])
def test_day_one_needs_nothing(ceiling: int | None) -> None:
    """On the start day with nothing done, neither catching up nor evening out changes anything."""
    start = month(ceiling, length=30 if ceiling != 90 else 40)
    assert catch_up(start).moves == ()
    assert even_out(start).moves == ()


@few
@given(st.integers(0, 10**6))
def test_catch_up_keeps_every_rule_and_tells_the_truth(seed: int) -> None:
    """Whatever happened to a plan, catching up breaks nothing, each reason is true, and twice is once."""
    plan_ = in_mid_plan(seed)
    assume(plan_ is not None)
    _is_sound(plan_, catch_up)


@few
@given(st.integers(0, 10**6))
def test_evening_out_keeps_every_rule_and_tells_the_truth(seed: int) -> None:
    """Whatever happened to a plan, evening out breaks nothing, each reason is true, and twice is once."""
    plan_ = in_mid_plan(seed)
    assume(plan_ is not None)
    _is_sound(plan_, even_out)


Mend = Callable[[Standing], Mending]


def tried(mend: Mend, before: Standing) -> Mending | None:
    """What a mending gives; None where it refuses and tells by how many minutes."""
    try:
        return mend(before)
    except DoesNotFit as short:
        if not short.short_minutes or short.short_minutes < 0:
            raise
        return None


def _is_sound(before: Standing, mend: Mend) -> None:
    mending = tried(mend, before)
    if mending is None:
        return
    assert violations(before, mending) == []
    assert false_reasons(before, mending) == []
    assert mend(mended(before, mending)).moves == ()


@few
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_a_shift_keeps_every_rule_and_tells_the_truth(seed: int, by: int) -> None:
    """Whatever happened to a plan, a shift breaks nothing and each reason is true."""
    before = in_mid_plan(seed)
    assume(before is not None)
    mending = tried(lambda standing: shift(standing, by), before)
    if mending is None:
        return
    assert violations(before, mending) == []
    assert false_reasons(before, mending, by=by) == []


@few
@given(st.integers(0, 10**6))
def test_the_order_in_which_tasks_come_does_not_matter(seed: int) -> None:
    """The same plan in another row order is mended the same way."""
    before = in_mid_plan(seed)
    assume(before is not None)
    turned = replace(before, tasks=before.tasks[::-1])
    for mend in (catch_up, even_out):
        assert tried(mend, before) == tried(mend, turned)


@few
@given(st.integers(0, 10**6), st.sampled_from([100, 80, 60, 40]))
def test_whether_it_fits_is_told_without_mending(seed: int, percent: int) -> None:
    """``fits`` says what catching up would; where evening out finds a way ``even_fits`` holds, on tight days too."""
    before = in_mid_plan(seed)
    assume(before is not None)
    tight = tuple(replace(d, capacity=d.capacity * percent // 500 * 5) if d.capacity else d for d in before.days)
    before = replace(before, days=tight)
    assert fits(before) == (tried(catch_up, before) is not None)
    assert even_fits(before) or tried(even_out, before) is None


def test_evening_out_that_needs_the_buffer_fits() -> None:
    """With the buffer it fits; a day later nothing does."""
    slipped = on(buffered(*(Work(f"w{k}", 60) for k in range(20)), length=24), 3)
    assert even_fits(slipped)
    assert not even_fits(on(slipped, 4))
    assert fits(slipped)
    assert not fits(on(slipped, 4))


def test_pieces_shorter_than_any_cut_still_find_days() -> None:
    """Two pieces of 20 minutes, as they were cut by hand, have days where their 40 minutes in one have none."""
    rows = [
        task(1, nth(1), 20, key="a", splittable=True),
        task(2, nth(1), 20, key="a#2", splittable=True),
        *(task(k, nth(k), 10, pinned=True) for k in (3, 4)),
    ]
    before = standing(rows, today=3, length=4, capacity=30)
    assert where(catch_up(before)) == {"a": nth(3), "a#2": nth(4)}
    assert fits(before)


@few
@given(st.integers(0, 10**6))
def test_a_piece_that_is_made_is_like_no_other(seed: int) -> None:
    """Its key and its part are new among all rows of the plan, finished, skipped and removed ones too."""
    before = in_mid_plan(seed)
    assume(before is not None)
    gone = tuple(replace(t, exists=t.status is not Status.SKIPPED) for t in before.tasks)
    before = replace(before, tasks=gone)
    for mend in (catch_up, even_out):
        mending = tried(mend, before)
        made = [move for move in mending.moves if move.number is None] if mending else []
        taken = [t.key for t in before.tasks] + [move.key for move in made]
        parts = [(t.task, t.part) for t in before.tasks] + [(move.task, move.part) for move in made]
        assert all(taken.count(move.key) == parts.count((move.task, move.part)) == 1 for move in made)


# --- catching up: the overdue alone ------------------------------------------------------------------------------------


@st.composite
def small(draw: st.DrawFn) -> Standing:
    """Up to seven unsplittable tasks over six days, some missed; no ``after`` broken as it stands."""
    today = draw(st.integers(2, 4))
    capacity = draw(st.sampled_from([10, 15, 20]))
    tasks: list[Task] = []
    room = dict.fromkeys(range(1, 7), capacity)
    for number in range(1, draw(st.integers(2, 7)) + 1):
        minutes = draw(st.sampled_from([5, 10, 15]))
        fitting = [day for day in room if room[day] >= minutes]
        if not fitting:
            continue
        day = draw(st.sampled_from(fitting))
        room[day] -= minutes
        earlier = [each.task for each in tasks if each.date <= nth(day)]
        after = tuple(draw(st.lists(st.sampled_from(earlier), max_size=2, unique=True))) if earlier else ()
        over = draw(st.booleans()) and day < today
        tasks.append(
            task(
                number,
                nth(day),
                minutes,
                after=after,
                status=Status.DONE if over else Status.OPEN,
                done_at=at(nth(day)),
            )
        )
    return standing(tasks, today=today, length=6, capacity=capacity)


def _alone(before: Standing) -> tuple[int, tuple[date, ...]] | None:
    """The least sum of days by which the overdue alone can move, by trying everything; ties: earlier days first."""
    late = [t for t in before.tasks if t.status is Status.OPEN and t.date < before.today]
    ahead = [day.date for day in before.days if day.date >= before.today]
    best = None
    for days_ in product(ahead, repeat=len(late)):
        at_ = dict(zip((t.number for t in late), days_, strict=True))
        after = replace(before, tasks=tuple(replace(t, date=at_.get(t.number, t.date)) for t in before.tasks))
        if pairs(after) or any(load(after, day) > before.days[0].capacity for day in set(days_)):
            continue
        cost = sum((day - t.date).days for day, t in zip(days_, late, strict=True))
        best = min(best or (cost, days_), (cost, days_))
    return best


def _in_order(before: Standing) -> tuple[int, int] | None:
    """Dates changed and days moved at least where everything open keeps its order, by trying everything."""
    rows = [t for t in before.tasks if t.status is Status.OPEN]
    ahead = [day.date for day in before.days if day.date >= before.today]
    costs = []
    for days_ in product(ahead, repeat=len(rows)):
        if any(one > other for one, other in pairwise(days_)):
            continue
        if any(
            sum(t.minutes for t, each in zip(rows, days_, strict=True) if each == day) > before.days[0].capacity
            for day in ahead
        ):
            continue
        moved = [abs((day - t.date).days) for t, day in zip(rows, days_, strict=True)]
        costs.append((sum(map(bool, moved)), sum(moved)))
    return min(costs, default=None)


@settings(max_examples=300, deadline=None)
@given(small())
def test_the_overdue_alone_move_wherever_that_can_be(before: Standing) -> None:
    """Brute force decides: where the overdue alone find days, exactly they move, by the least sum, earlier days first.

    Elsewhere no more dates change than if all that is open kept its order.
    """
    best = _alone(before)
    if best is None:
        _changes_no_more_than_in_kept_order(before)
        return
    mending = catch_up(before)
    late = [t for t in before.tasks if t.status is Status.OPEN and t.date < before.today]
    assert [(move.number, move.after) for move in mending.moves] == [
        (t.number, day) for t, day in zip(late, best[1], strict=True)
    ]
    assert mending.exact


def _changes_no_more_than_in_kept_order(before: Standing) -> None:
    bound = _in_order(before)
    mending = tried(catch_up, before)
    if mending is None:
        assert bound is None
        return
    changed = sum(move.before != move.after for move in mending.moves)
    days_moved = sum(abs((move.after - move.before).days) for move in mending.moves)
    assert bound is None or (changed, days_moved) <= bound


def forty_five(*, chain: bool) -> Standing:
    """45 unit tasks evenly over 30 days, at most two a day; days 5 to 7 were missed and it is day 8."""
    tasks = []
    for k in range(45):
        day = 1 + k * 30 // 45
        after = (f"t{k}",) if chain and k else ()
        status = Status.DONE if day < 5 else Status.OPEN
        tasks.append(task(k + 1, nth(day), after=after, status=status, done_at=at(nth(day)) if day < 5 else None))
    return standing(tasks, today=8, length=30)


def test_forty_five_tasks_in_kept_order() -> None:
    """Three missed days, order kept throughout, two a day at most: 16 dates change, by 30 days in all, none past day 30."""
    mending = catch_up(forty_five(chain=True))
    assert len(mending.moves) <= 16
    assert sum((move.after - move.before).days for move in mending.moves) <= 30
    assert max(move.after for move in mending.moves) <= nth(30)


def test_forty_five_tasks_without_order() -> None:
    """Without prerequisites the five overdue tasks alone move."""
    mending = catch_up(forty_five(chain=False))
    assert [move.reason.code for move in mending.moves] == ["overdue"] * 5


def test_finished_and_skipped_tasks_never_move() -> None:
    """What is over stays in the past; a skipped task counts as over for what comes after it."""
    rows = [
        task(1, nth(1), status=Status.SKIPPED, done_at=at(nth(1))),
        task(2, nth(1), status=Status.DONE, done_at=at(nth(1))),
        task(3, nth(2), after=("t1", "t2")),
    ]
    assert where(catch_up(standing(rows, today=3, length=5))) == {"t3": nth(3)}


def test_minutes_done_today_use_todays_room() -> None:
    """What was studied today leaves less of the day to what is overdue."""
    rows = [task(1, nth(1), 10), task(2, nth(2), 10, status=Status.DONE, done_at=at(nth(2)))]
    late = standing(rows, today=2, length=5)
    assert where(catch_up(late)) == {"t1": nth(3)}
    assert where(catch_up(replace(late, spent_today=0))) == {"t1": nth(2)}


def test_what_was_done_today_does_not_push_out_what_today_holds() -> None:
    """A day full of finished work keeps what is still open on it."""
    rows = [task(1, nth(2), 10), task(2, nth(1), 10, status=Status.DONE, done_at=at(nth(2)))]
    assert catch_up(standing(rows, today=2, length=5)).moves == ()


def test_a_piece_follows_what_it_comes_after() -> None:
    """An overdue task waits for an open one that it comes after, though nearer days have room."""
    rows = [task(1, nth(4)), task(2, nth(1), after=("t1",), position=3)]
    assert where(catch_up(standing(rows, today=2, length=6))) == {"t2": nth(4)}


def test_pieces_that_meet_become_one() -> None:
    """Two pieces of a task on one day are one piece, which keeps the first's number."""
    rows = [
        task(1, nth(1), 30, key="a", splittable=True),
        task(2, nth(4), 30, key="a#2", splittable=True),
        task(3, nth(2), 60, key="b"),
        task(4, nth(3), 60, key="c"),
    ]
    mending = catch_up(standing(rows, today=2, length=4, capacity=60))
    assert [(m.key, m.after, m.minutes, m.reason) for m in mending.moves] == [
        ("a", nth(4), 60, Reason("overdue", nth(1).isoformat())),
        ("a#2", None, None, Reason("follows", "a")),
    ]


def test_a_piece_may_be_cut_anew_where_nothing_else_fits() -> None:
    """Sixty overdue minutes fit two days with half of that; the first piece keeps the number, the second is made."""
    rows = [task(1, nth(1), 60, key="a", splittable=True), *(task(k, nth(k), 30, pinned=True) for k in (2, 3))]
    before = standing(rows, today=2, length=3, capacity=60)
    mending = catch_up(before)
    made = [move for move in mending.moves if move.number is None]
    assert [(move.key, move.part, move.minutes) for move in made] == [("a#2", 2, 30)]
    assert violations(before, mending) == []


def test_more_than_can_be_proved_is_said() -> None:
    """With many overdue pieces and a tangle of room the answer says that it was not proved; it stays the same each time."""
    rows = [task(k, nth(1 + k % 5), 25 + 5 * (k % 7)) for k in range(1, 31)]
    rows += [task(100 + k, nth(k), 20 + 5 * (k * 7 % 9)) for k in range(6, 60)]
    before = standing(rows, today=6, length=60, capacity=110)
    mending = catch_up(before)
    assert not mending.exact
    assert any("better ones may exist" in note for note in mending.notes)
    assert mending == catch_up(before)
    assert violations(before, mending) == []


def test_what_has_no_room_is_refused_with_its_minutes() -> None:
    """Where the open minutes pass the capacity that is left, the refusal tells by how many."""
    rows = [task(k, nth(1), 10) for k in range(1, 5)]
    with pytest.raises(DoesNotFit) as refusal:
        catch_up(standing(rows, today=2, length=4))
    assert refusal.value.short_minutes == 10


def test_a_mock_longer_than_any_day_is_no_reason_of_its_own() -> None:
    """It stands alone on a day, so the refusal tells of the order, and that it needs a day to itself."""
    line = [
        task(1, nth(1), 20),
        task(2, nth(2), 60, key="mock", after=("t1",), kind=Kind.MOCK),
        task(3, nth(3), 20, after=("mock",)),
    ]
    with pytest.raises(DoesNotFit) as refusal:
        catch_up(standing(line, today=2, length=3, capacity=45))
    assert "does not fit there in its order" in refusal.value.message
    assert refusal.value.message.endswith("'mock' (60 min) is longer than your longest day and needs one to itself")
    assert where(catch_up(standing(line, today=2, length=4, capacity=45))) != {}


def test_a_plan_whose_days_are_over_is_refused() -> None:
    """After the last day nothing can be caught up."""
    with pytest.raises(DoesNotFit):
        catch_up(standing([task(1, nth(1), 10)], today=9, length=4))


# --- pins, anchors, buffer, exam ---------------------------------------------------------------------------------------


def test_a_pin_stays_unless_nothing_else_is_feasible() -> None:
    """A pinned piece keeps its day while any other way is left; when none is, it moves and a note says so."""
    rows = [task(1, nth(1), 10), task(2, nth(2), 5, pinned=True), task(3, nth(3), 10)]
    roomy = standing(rows, today=2, length=4)
    assert where(catch_up(roomy)) == {"t1": nth(4)}
    rows = [task(1, nth(1), 5), task(2, nth(2), 10), task(3, nth(3), 5, pinned=True, after=("t2",))]
    rows = [replace(rows[0], minutes=10), rows[1], rows[2]]
    tight = Standing(
        tuple(replace(day, capacity=5) if day.date == nth(4) else day for day in roomy.days), nth(2), tuple(rows)
    )
    mending = catch_up(tight)
    assert where(mending)["t3"] == nth(4)
    assert any("had to leave" in note and "where you put it" in note for note in mending.notes)


def test_what_the_learner_added_is_like_any_other_task() -> None:
    """A task of one's own stays while it can, goes to a day with room once it is missed, and is spread with all the rest."""
    rows = [task(1, nth(1), 10), task(2, nth(3), 10, own=True), task(3, nth(2), 10)]
    assert "t2" not in where(catch_up(standing(rows, today=2, length=5)))
    assert where(catch_up(standing([rows[1], rows[2]], today=4, length=6)))["t2"] in (nth(4), nth(5))
    heap = [task(number, nth(1), 17, own=True) for number in range(1, 7)]
    spread = where(even_out(standing(heap, today=1, length=6, capacity=60)))
    assert spread == {f"t{number}": nth(number) for number in range(2, 7)}
    given_a_day = [*heap, task(7, nth(3), 20, own=True, pinned=True)]
    assert "t7" not in where(even_out(standing(given_a_day, today=1, length=6, capacity=60)))


def buffered(*works: Work, length: int = 12, capacity: int = 60) -> Standing:
    """A plan of works with an exam at its end."""
    return plan([*works, Work("exam", 60, exam=True)], length, capacity)


def test_the_buffer_takes_overdue_work_and_the_eve_does_not() -> None:
    """When material days are full, missed work goes into the buffer, but never on the eve."""
    works = [Work(f"w{k}", 60) for k in range(21)]
    before = on(buffered(*works, length=24), 2)
    eve = nth(23)
    assert [d.date for d in before.days if d.role is Role.BUFFER] == [nth(22), eve]
    mending = catch_up(before)
    assert nth(22) in where(mending).values()
    assert eve not in where(mending).values()
    with pytest.raises(DoesNotFit):
        catch_up(on(before, 3))


def test_a_missed_anchor_goes_to_the_next_day_with_room() -> None:
    """A missed mock exam goes to the next day that has room, and what is anchored to it follows."""
    before = buffered(
        Work("a", 30),
        Work("mock", 60, anchor=Anchor("start", 3)),
        Work("look", 20, anchor=Anchor("mock", 1)),
        length=14,
    )
    before = on(done(before, [t.number for t in before.tasks if t.key == "a"]), 5)
    mending = catch_up(before)
    assert where(mending) == {"mock": nth(6), "look": nth(7)} or where(mending) == {"mock": nth(5), "look": nth(6)}
    assert why(mending, "mock") == Reason("overdue", nth(4).isoformat())
    assert why(mending, "look") == Reason("anchor", "mock+1d")


def test_a_mock_waits_for_what_comes_before_it() -> None:
    """What a mock comes after cannot end in time any more: the mock waits for it instead of a refusal."""
    works = [Work("a", 60), Work("b", 60), Work("mock", 60, after=("b",), anchor=Anchor("start", 3)), Work("c", 30)]
    before = on(buffered(*works, length=14), 4)
    mending = catch_up(before)
    assert violations(before, mending) == []
    assert where(mending)["mock"] > where(mending)["b"] >= nth(4)


def test_a_day_off_moves_what_lies_on_it() -> None:
    """Pieces of a day that became off go to the nearest day with room, and the reason names the day."""
    before = standing([task(k, nth(k), 5) for k in range(1, 6)], today=1, length=6)
    window = days(FIRST, nth(6), lambda day: 0 if day == nth(3) else 10, None)
    mending = catch_up(replace(before, days=window, changed=Reason("day-off", nth(3).isoformat())))
    assert where(mending) == {"t3": nth(2)}
    assert why(mending, "t3") == Reason("day-off", nth(3).isoformat())


def test_fewer_minutes_move_the_fewest_pieces() -> None:
    """When a day holds less than before, one large piece goes rather than two small ones."""
    rows = [task(1, nth(2), 10), task(2, nth(2), 10), task(3, nth(2), 30)]
    before = standing(rows, today=1, length=4, capacity=30)
    mending = catch_up(before)
    assert where(mending) == {"t3": nth(1)}
    assert why(mending, "t3") == Reason("day-full", nth(2).isoformat())


def test_a_missed_anchor_does_not_overtake_what_was_put_behind_it() -> None:
    """The mock exam has room only the day after its look-back, so something else that was put there has to go."""
    rows = [
        task(1, nth(1), 30, key="mock", anchor=Anchor("exam", -5), pinned=True),
        task(2, nth(2), 20, key="look-back", after=("mock",), anchor=Anchor("mock", 1), pinned=True),
        task(3, nth(2), 40, key="a", pinned=True),
    ]
    before = standing(rows, today=2, length=3, capacity=60)
    mending = catch_up(before)
    assert where(mending)["mock"] == nth(2)
    assert violations(before, mending) == []
    assert false_reasons(before, mending) == []


def test_a_full_day_that_the_learner_filled_by_hand_stays() -> None:
    """A move by hand onto a full day was obeyed with a word; catching up does not undo it."""
    rows = [task(1, nth(2), 10), task(2, nth(2), 10, pinned=True)]
    assert catch_up(standing(rows, today=1, length=4)).moves == ()


@pytest.mark.parametrize("by", [-2, 3])
def test_moving_the_exam_takes_along_what_hangs_on_it(by: int) -> None:
    """The exam, the tasks anchored to it and the last passes go with its date; of the rest only what must."""
    before = month()
    length = 30 + by
    ceiling = before.days[0].capacity
    moved = replace(
        before,
        days=days(FIRST, nth(length), lambda day: ceiling, nth(length)),
        changed=Reason("exam-moved", nth(length).isoformat()),
    )
    mending = catch_up(moved)
    places = where(mending)
    assert places["exam"] == nth(length)
    assert places["mock-1"] == nth(length - 10)
    assert places["mock-1-look-back"] == nth(length - 9)
    assert places["checklist"] == nth(length - 1)
    assert places["last-pass-2"] == nth(length - 1)
    assert why(mending, "exam") == Reason("exam-moved", nth(length).isoformat())
    assert violations(moved, mending) == []
    assert false_reasons(moved, mending) == []
    assert catch_up(mended(moved, mending)).moves == ()


def test_the_exam_day_holds_the_exam_only() -> None:
    """When the exam moves onto a day of study, what lay there leaves it."""
    before = buffered(*(Work(f"w{k}", 30) for k in range(8)), length=12)
    moved = replace(before, days=days(FIRST, nth(8), lambda day: 60, nth(8)))
    mending = catch_up(moved)
    after = mended(moved, mending)
    assert [t.key for t in after.tasks if t.date == nth(8)] == ["exam"]
    assert max(t.date for t in after.tasks) == nth(8)


def test_a_review_comes_strictly_after_its_material() -> None:
    """An overdue reading that goes to the day of its review sends the review on to a later day."""
    rows = [
        task(1, nth(1), 10, key="a"),
        task(2, nth(2), 10, key="review-m-1", kind=Kind.REVIEW, after=("a",), position=9),
    ]
    mending = catch_up(standing(rows, today=2, length=3, capacity=10))
    assert where(mending) == {"a": nth(2), "review-m-1": nth(3)}
    assert why(mending, "review-m-1") == Reason("follows", "a")


def test_a_review_without_room_is_dropped_and_said() -> None:
    """Material that must be caught up comes before a review that no day can take."""
    rows = [
        task(1, nth(1), 10, key="a"),
        task(2, nth(1), 10, key="b"),
        task(3, nth(1), 10, key="review-m-1", kind=Kind.REVIEW, after=("a",), position=9),
    ]
    mending = catch_up(standing(rows, today=2, length=3))
    assert where(mending)["review-m-1"] is None
    assert any("review-m-1" in note and "dropped" in note for note in mending.notes)


# --- evening out and shifting ------------------------------------------------------------------------------------------


def test_evening_out_spreads_what_is_left() -> None:
    """After five missed days what is left lies evenly over the days that are left, and the number is said."""
    before = on(plan([Work(f"w{k}", 30) for k in range(20)], 20, 60), 6)
    mending = even_out(before)
    after = mended(before, mending)
    loads = [load(after, day.date) for day in after.days if day.date >= nth(6)]
    assert sorted(set(loads)) == [30, 60]
    assert {move.reason for move in mending.moves if move.before >= nth(6)} == {Reason("evened", 40)}


def test_evening_out_opens_the_buffer_only_when_it_must() -> None:
    """While the material days suffice the buffer stays free; when they do not, its first days are taken."""
    works = [Work(f"w{k}", 60) for k in range(20)]
    before = buffered(*works, length=24)
    assert {d.date for d in before.days if d.role is Role.BUFFER} == {nth(22), nth(23)}
    slipped = on(before, 2)
    assert max(t.date for t in mended(slipped, even_out(slipped)).tasks if t.kind is not Kind.EXAM) == nth(21)
    slipped = on(before, 3)
    assert max(t.date for t in mended(slipped, even_out(slipped)).tasks if t.kind is not Kind.EXAM) == nth(22)
    with pytest.raises(DoesNotFit):
        even_out(on(before, 4))


def test_evening_out_counts_what_was_studied_on_the_eve() -> None:
    """Half an hour is all that the eve takes; after twenty minutes a checklist of fifteen no longer fits there."""
    rows = [
        task(1, nth(5), 15, key="checklist", anchor=Anchor("exam", -1)),
        task(2, nth(6), 60, key="exam", kind=Kind.EXAM),
    ]
    window = days(FIRST, nth(7), lambda day: 60, nth(7))
    before = Standing(window, nth(6), (rows[0], replace(rows[1], date=nth(7))))
    for mend in (catch_up, even_out):
        assert where(mend(replace(before, spent_today=15))) == {"checklist": nth(6)}
        with pytest.raises(DoesNotFit):
            mend(replace(before, spent_today=20))


def test_an_anchored_task_passes_the_ceiling_only_of_a_day_that_is_untouched() -> None:
    """A mock exam of 90 minutes goes to today, a day of 60; once something was studied today it goes to the next."""
    rows = (task(1, nth(1), 90, key="mock", anchor=Anchor("start", 0)),)
    before = Standing(days(FIRST, nth(4), lambda day: 60, None), nth(2), rows)
    for mend in (catch_up, even_out):
        assert where(mend(before)) == {"mock": nth(2)}
        assert where(mend(replace(before, spent_today=10))) == {"mock": nth(3)}


def test_pins_that_stay_hold_the_rest() -> None:
    """Where one pin had to leave, the other is still laid out around, so that evening out twice is once."""
    rows = [
        task(1, nth(1), 45, key="t0"),
        task(2, nth(3), 45, key="t1", pinned=True),
        task(3, nth(2), 15, key="t2", after=("t0",)),
        task(4, nth(3), 45, key="t3"),
        task(5, nth(4), 90, key="t4", splittable=True),
        task(6, nth(6), 30, key="mock", after=("t1",), anchor=Anchor("exam", -2)),
        task(7, nth(2), 20, key="look-back", after=("mock",), anchor=Anchor("mock", 1), pinned=True),
        task(8, nth(8), 60, key="exam", kind=Kind.EXAM),
    ]
    before = Standing(days(FIRST, nth(8), lambda day: 60, nth(8)), nth(2), tuple(rows))
    _is_sound(before, even_out)
    assert "t1" not in where(even_out(before))
    assert where(even_out(before))["look-back"] == nth(7)


def test_evening_out_keeps_pins() -> None:
    """A pinned piece stays while the rest is laid out around it."""
    before = plan([Work(f"w{k}", 30) for k in range(10)], 10, 60)
    rows = tuple(replace(t, pinned=True) if t.key == "w7" else t for t in before.tasks)
    pinned = on(replace(before, tasks=rows), 4)
    mending = even_out(pinned)
    assert "w7" not in where(mending)
    assert violations(pinned, mending) == []


def test_a_shift_moves_every_open_piece() -> None:
    """Each open piece goes three study days on; the done ones and the exam stay."""
    before = buffered(*(Work(f"w{k}", 30) for k in range(4)), length=12)
    rows = tuple(
        replace(
            t, date=nth(1 + k), status=Status.DONE if k == 0 else Status.OPEN, done_at=at(nth(1)) if k == 0 else None
        )
        if t.key != "exam"
        else t
        for k, t in enumerate(before.tasks)
    )
    mending = shift(on(replace(before, tasks=rows), 4), 3)
    assert where(mending) == {"w1": nth(5), "w2": nth(6), "w3": nth(7)}
    assert {move.reason for move in mending.moves} == {Reason("shifted", 3)}


def test_a_shift_counts_study_days() -> None:
    """A day off is stepped over."""
    rows = [task(1, nth(1)), task(2, nth(2))]
    window = days(FIRST, nth(6), lambda day: 0 if day == nth(3) else 10, None)
    assert where(shift(Standing(window, nth(1), tuple(rows)), 1)) == {"t1": nth(2), "t2": nth(4)}


def test_a_shift_passes_on_what_a_day_cannot_take() -> None:
    """Where the day so many study days later is shorter, the piece goes to the next that takes it, and says why."""
    rows = [task(1, nth(1), 10), task(2, nth(2), 5)]
    window = days(FIRST, nth(6), lambda day: 5 if day == nth(2) else 10, None)
    mending = shift(Standing(window, nth(1), tuple(rows)), 1)
    assert where(mending) == {"t1": nth(3), "t2": nth(4)}
    assert why(mending, "t1") == Reason("day-full", nth(2).isoformat())
    assert why(mending, "t2") == Reason("follows", "t1") or why(mending, "t2") == Reason("day-full", nth(3).isoformat())


def test_a_pinned_piece_that_takes_up_another_does_not_follow_itself() -> None:
    """What kept the other from the day after is why the pinned one goes on to the next."""
    rows = [
        task(1, nth(1), 30, key="a", splittable=True),
        task(2, nth(2), 30, key="a#2", splittable=True, pinned=True),
        task(3, nth(3), 60, key="b", pinned=True),
    ]
    window = days(FIRST, nth(6), lambda day: 0 if day == nth(2) else 60, None)
    before = Standing(window, nth(1), tuple(rows))
    mending = shift(before, 1)
    assert where(mending) == {"a": None, "a#2": nth(4)}
    assert why(mending, "a#2") == Reason("day-full", nth(3).isoformat())
    assert violations(before, mending) == []
    assert false_reasons(before, mending, by=1) == []


def test_pieces_put_on_one_day_by_hand_become_one() -> None:
    """A shift that touches the task makes one of them, and says that they were put there."""
    rows = [
        task(1, nth(2), 30, key="a", splittable=True, pinned=True),
        task(2, nth(2), 30, key="a#2", splittable=True, pinned=True),
        task(3, nth(3), 30, key="a#3", splittable=True),
    ]
    before = standing(rows, today=1, length=5, capacity=90)
    mending = shift(before, 1)
    assert where(mending) == {"a": nth(2), "a#2": None, "a#3": nth(4)}
    assert why(mending, "a") == Reason("by-hand", nth(2).isoformat())
    assert violations(before, mending) == []
    assert false_reasons(before, mending, by=1) == []


def test_a_shift_beyond_the_last_day_is_refused() -> None:
    """What would lie on the exam day or after it has no place."""
    before = standing([task(k, nth(k)) for k in range(1, 6)], today=1, length=6)
    with pytest.raises(DoesNotFit) as refusal:
        shift(before, 2)
    assert refusal.value.short_minutes == 5


def test_a_shift_by_nothing_is_a_slip() -> None:
    """--shift 0 means nothing."""
    with pytest.raises(UsageProblem):
        shift(standing([task(1, nth(1))], today=1, length=2), 0)


# --- the two searches underneath ---------------------------------------------------------------------------------------


@st.composite
def loose_and_rooms(draw: st.DrawFn) -> tuple[list[Loose], list[Room]]:
    count = draw(st.integers(1, 4))
    loose = []
    for k in range(count):
        first = draw(st.integers(3, 6))
        ahead = tuple(draw(st.lists(st.integers(0, k - 1), unique=True, max_size=2))) if k else ()
        loose.append(
            Loose(
                draw(st.sampled_from([5, 10, 15])),
                nth(draw(st.integers(1, 6))),
                nth(first),
                nth(draw(st.integers(first, 6))),
                ahead,
                review=draw(st.booleans()) and k == count - 1,
            )
        )
    rooms = [
        Room(nth(day), draw(st.sampled_from([0, 5, 10, 20])), draw(st.sampled_from([0, 10, 30]))) for day in range(3, 7)
    ]
    return loose, rooms


@some
@given(loose_and_rooms())
def test_absorbing_is_exact(case: tuple[list[Loose], list[Room]]) -> None:
    """The days found are the cheapest of all possible ones, the earliest among equals; none where there are none."""
    loose, rooms = case
    best = None
    for days_ in product(rooms, repeat=len(loose)):
        places = [room.date for room in days_]
        if not _possible(loose, rooms, places):
            continue
        moved = [abs((day - piece.day).days) for day, piece in zip(places, loose, strict=True)]
        cost = (sum(map(bool, moved)), sum(moved), places)
        best = min(best or cost, cost)
    found = absorb(loose, rooms)
    assert found.exact
    assert (list(found.days) if found.days is not None else None) == (best[2] if best else None)


def _possible(loose: Sequence[Loose], rooms: Sequence[Room], places: Sequence[date]) -> bool:
    for room in rooms:
        here = [piece for piece, day in zip(loose, places, strict=True) if day == room.date]
        if sum(piece.minutes for piece in here) > room.minutes:
            return False
        if sum(piece.minutes for piece in here if piece.review) > room.reviews:
            return False
    return all(
        piece.earliest <= day <= piece.latest
        and all(places[k] < day or (places[k] == day and not piece.review) for k in piece.ahead)
        for piece, day in zip(loose, places, strict=True)
    )


def test_absorbing_ends_on_any_input() -> None:
    """Far more pieces than can be proved still end within the effort, with days that are possible."""
    loose = [Loose(5 + 5 * (k % 6), nth(1), nth(2), nth(60)) for k in range(60)]
    rooms = [Room(nth(day), 15 + 5 * (day % 5), 30) for day in range(2, 61)]
    found = absorb(loose, rooms)
    assert found.days is not None
    assert not found.exact
    assert _possible(loose, rooms, found.days)
    assert EFFORT < 10**6


@st.composite
def streams_and_reaches(draw: st.DrawFn) -> tuple[list[Stream], list[Reach]]:
    streams = []
    for k in range(draw(st.integers(1, 3))):
        minutes = draw(st.sampled_from([25, 30, 50, 60, 80]))
        splittable = minutes >= 50 and draw(st.booleans())
        most = minutes // 25 if splittable else 1
        days_ = sorted(draw(st.lists(st.integers(1, 5), min_size=1, max_size=most, unique=True)))
        sizes = [25] * (len(days_) - 1)
        pieces = [(nth(day), size) for day, size in zip(days_, [*sizes, minutes - sum(sizes)], strict=True)]
        streams.append(Stream(f"s{k}", tuple(pieces), splittable, nth(draw(st.integers(1, 4)))))
    reaches = [
        Reach(nth(day), draw(st.sampled_from([0, 25, 30, 60])), due=draw(st.sampled_from([0, 0, 0, 1])))
        for day in range(2, 6)
    ]
    return streams, reaches


@settings(max_examples=200, deadline=None)
@given(streams_and_reaches())
def test_flowing_is_exact(case: tuple[list[Stream], list[Reach]]) -> None:
    """Of all ways to lay the streams in order no other changes fewer dates or, of those, moves fewer days."""
    streams, reaches = case
    costs = [_cost_of(streams, pieces) for pieces in _all_flows(streams, reaches)]
    found = flow(streams, reaches)
    if not costs:
        assert found is None
        return
    assert found is not None
    assert (found.changed, found.moved) == min(costs)
    assert _cost_of(streams, found.pieces) == min(costs)


_Flowing = tuple[tuple[tuple[date, int], ...], ...]


def _all_flows(streams: Sequence[Stream], reaches: Sequence[Reach]) -> Iterator[_Flowing]:
    """Every way to cut the line of streams at the ends of the days."""
    line = [(k, stream) for k, stream in enumerate(streams) for _ in range(stream.minutes // 5)]

    def go(day: int, start: int, pieces: list[list[tuple[date, int]]]) -> Iterator[_Flowing]:
        if day == len(reaches):
            if start == len(line):
                yield tuple(tuple(each) for each in pieces)
            return
        reach = reaches[day]
        for end in range(start, min(len(line), start + reach.room // 5) + 1):
            more = [list(each) for each in pieces]
            for k in {k for k, _ in line[start:end]}:
                more[k].append((reach.date, 5 * sum(each == k for each, _ in line[start:end])))
            if any(streams[k].not_before > reach.date for k, _ in line[start:end]):
                continue
            if sum(m for k in range(reach.due) for _, m in more[k]) < sum(s.minutes for s in streams[: reach.due]):
                continue
            yield from go(day + 1, end, more)

    for pieces in go(0, 0, [[] for _ in streams]):
        if all(_well_cut(stream, each) for stream, each in zip(streams, pieces, strict=True)):
            yield pieces


def _well_cut(stream: Stream, pieces: Sequence[tuple[date, int]]) -> bool:
    return len(pieces) == 1 or (stream.splittable and all(minutes >= 25 for _, minutes in pieces))


def _cost_of(streams: Sequence[Stream], flowing: _Flowing) -> tuple[int, int]:
    """Dates changed and days moved, each new piece continuing whichever old one makes that least, the first the first."""
    total = (0, 0)
    for stream, pieces in zip(streams, flowing, strict=True):
        old, new = [day for day, _ in stream.pieces], [day for day, _ in pieces]
        kept = min(len(old), len(new))
        cost = min(_cost_where(old, new, (0, *rest)) for rest in combinations(range(1, len(old)), kept - 1))
        total = (total[0] + cost[0], total[1] + cost[1])
    return total


def _cost_where(old: Sequence[date], new: Sequence[date], continued: Sequence[int]) -> tuple[int, int]:
    changed, moved = 0, 0
    for k, was in enumerate(old):
        into = sum(each < k for each in continued)
        changed += k not in continued or was != new[into]
        moved += abs((new[min(into, len(new) - 1)] - was).days)
    made = new[len(continued) :]
    return changed + len(made), moved + sum(abs((day - old[-1]).days) for day in made)


def test_a_move_names_its_past() -> None:
    """A move tells number, key, part, old and new day and minutes."""
    mending = catch_up(standing([task(4, nth(1), 10, key="a")], today=3, length=4))
    reason = Reason("overdue", nth(1).isoformat())
    assert mending.moves == (Move(4, "a", "a", 1, 10, 10, nth(1), nth(3), reason),)
    assert (mending.strategy, mending.exact) == ("catch-up", True)


def test_a_day_without_a_ceiling_takes_everything() -> None:
    """Where neither ceiling nor fullest day is known all that was missed goes to today."""
    window = tuple(Day(nth(day), Role.MATERIAL, None) for day in range(1, 5))
    rows = tuple(task(k, nth(1), 60) for k in range(1, 9))
    assert set(where(catch_up(Standing(window, nth(2), rows))).values()) == {nth(2)}
