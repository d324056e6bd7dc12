"""What a learner did in a calendar comes back: moved, timed, done, opened, renamed, deleted; and what does not, with a word."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import icalendar
import ics
import pytest
import vobject
from calendars_of_others import EVENTS, TODOS, written
from import_samples import REWRITES, ZONE, World, both, edited, entries, on, put, stamps_renewed, without

from studyplan.calendar import Form, text, whole_mark
from studyplan.errors import Conflict
from studyplan.model import PlanState, Reason, Status
from studyplan.notation import Ref
from studyplan.planner.export import ExportScope
from studyplan.planner.import_ import Deletion, Imported
from studyplan.rules.drafts import StartRequest
from studyplan.rules.replan_offers import Remedy

JULY = [date(2026, 7, 1) + timedelta(days=days - 1) for days in range(40)]
DUE = ";VALUE=DATE"


def seven(day: date) -> datetime:
    """When a task of that day begins, where nobody said when."""
    return datetime.combine(day, time(17), UTC)


def take(world: World, data: bytes, deletion: Deletion = Deletion.KEEP, **rest: Any) -> Imported:
    return world.planner.import_.take(entries(data), deletion, **rest)


def brought(found: Imported) -> list[tuple[int, str, object, object]]:
    return [(each.task.number, each.what, each.before, each.after) for each in found.brought]


def after_edit(world: World, number: int, change: Callable[[str], str], form: Form = Form.EVENTS) -> Imported:
    """What an edit of one entry brings, six hours after the export."""
    data = edited(world.export(form), world.uid(number, form), change)
    world.later(hours=6)
    return take(world, data)


@pytest.mark.parametrize("program", [*EVENTS, *TODOS])
def test_an_evening_in_seven_programs(world: World, program: str) -> None:
    """Done, moved and left alone, as each program writes it, after a replan here moved all three."""
    form = Form.EVENTS if program in EVENTS else Form.TODOS
    uids = {number: world.uid(number, form) for number in (1, 2, 3)}
    data = written(
        (EVENTS | TODOS)[program],
        uids,
        stamp=f"{world.task(3).updated_at:%Y%m%dT%H%M%SZ}",
        day3="20260703",
        end3="20260704",
    )
    world.later(days=3)
    world.planner.replan.apply(Remedy(exam=JULY[14]))
    replanned = {number: world.task(number) for number in (1, 2, 3)}
    assert all(replanned[number].date > JULY[number] for number in (1, 2, 3))
    found = take(world, data)
    at = datetime(2026, 7, 5, 16, 30, tzinfo=UTC)
    assert [(each.task.number, each.what) for each in found.brought] == [(1, "done"), (2, "moved")]
    assert (found.refused, found.missing, found.unchanged, found.foreign) == ((), (), 1, 1)
    done, moved = world.task(1), world.task(2)
    assert done.status is Status.DONE
    assert done.done_at is not None
    assert done.done_at.date() == date(2026, 7, 2)
    assert (moved.date, moved.pinned, moved.starts_at) == (
        JULY[5],
        True,
        at if form is Form.EVENTS else moved.starts_at,
    )
    assert world.task(3) == replanned[3]
    assert take(world, data).brought == ()


def by_vobject(data: bytes, uid: str) -> bytes:
    calendar = vobject.readOne(data.decode())
    (event,) = [each for each in calendar.vevent_list if each.uid.value == uid]
    event.dtstart.value, event.dtend.value = JULY[7], JULY[8]
    return calendar.serialize().encode()


def by_icalendar(data: bytes, uid: str) -> bytes:
    calendar = icalendar.Calendar.from_ical(data)
    (event,) = [each for each in calendar.walk("VEVENT") if each["UID"] == uid]
    event.start, event.end = JULY[7], JULY[8]
    return calendar.to_ical()


def by_ics(data: bytes, uid: str) -> bytes:
    calendar = ics.Calendar(data.decode())
    (event,) = [each for each in calendar.events if each.uid == uid]
    event.end = None
    event.begin = datetime(2026, 7, 7, tzinfo=UTC)
    event.make_all_day()
    return calendar.serialize().encode()


@pytest.mark.parametrize("program", [by_vobject, by_icalendar, by_ics])
def test_moved_by_other_libraries(world: World, program: Callable[[bytes, str], bytes]) -> None:
    """One event moved and the file written anew: that move and no other, and nothing taken for deleted."""
    data = program(world.export(), world.uid(2))
    world.later(hours=1)
    found = take(world, data, Deletion.REMOVE)
    assert brought(found) == [(2, "moved", JULY[2], JULY[7])]
    assert found.refused == found.missing == ()


def test_a_move(world: World) -> None:
    """The day, the pin, its reason, and the words that a move by hand deserves."""
    found = after_edit(world, 3, on(JULY[1]))
    assert brought(found) == [(3, "moved", JULY[3], JULY[1])]
    task = world.task(3)
    assert (task.date, task.pinned, task.reason) == (JULY[1], True, Reason("by-hand", "2026-07-01"))
    assert found.notes == ()
    found = after_edit(world, 5, on(JULY[2]))
    assert found.notes == (
        "'Answer the quiz' now comes before 'Learn the rules; all, of them', which should be done first",
    )


def test_a_time_of_day(world: World) -> None:
    """Given on its day, on another, and after midnight, when the study day before still lasts."""
    found = after_edit(world, 2, put("DTSTART", "20260702T163000Z"))
    at = datetime(2026, 7, 2, 16, 30, tzinfo=UTC)
    assert brought(found) == [(2, "moved", seven(JULY[2]), at)]
    assert (world.task(2).date, world.task(2).starts_at, world.task(2).pinned) == (JULY[2], at, True)
    again = datetime(2026, 7, 6, 6, tzinfo=UTC)
    assert brought(after_edit(world, 2, put("DTSTART", "20260706T060000Z"))) == [(2, "moved", at, again)]
    assert (world.task(2).date, world.task(2).starts_at) == (JULY[6], again)
    night = after_edit(world, 2, put("DTSTART", "20260705T003000", parameters=f";TZID={ZONE}"))
    assert night.brought[0].after == datetime(2026, 7, 4, 22, 30, tzinfo=UTC)
    assert world.task(2).date == JULY[4]


def test_midnight_is_the_day_that_begins(world: World) -> None:
    """A task that was moved to midnight stays there, and the same file again brings nothing."""
    moved = after_edit(world, 2, put("DTSTART", "20260703T220000Z"))
    midnight = datetime(2026, 7, 3, 22, tzinfo=UTC)
    assert (brought(moved)[0][3], world.task(2).date, world.task(2).starts_at) == (midnight, JULY[4], midnight)
    assert after_edit(world, 2, put("DTSTART", "20260703T220000Z")).brought == ()


def test_an_export_without_times_takes_none_away(world: World) -> None:
    """An all-day event on its day says nothing of the time that the task has."""
    after_edit(world, 2, put("DTSTART", "20260702T180000Z"))
    assert take(world, world.export()).brought == ()
    assert world.task(2).starts_at == datetime(2026, 7, 2, 18, tzinfo=UTC)


def test_a_task_without_a_time_may_be_shown_with_one(world: World) -> None:
    """Whoever writes times gives every task one. On its own day it is no wish, on another it is."""
    world.store.write(lambda unit: unit.apply(1, clear(world, 2), action="x", at=world.now, actor="x"))
    assert after_edit(world, 2, put("DTSTART", "20260702T160000Z")).brought == ()
    found = after_edit(world, 2, put("DTSTART", "20260703T160000Z"))
    assert brought(found) == [(2, "moved", JULY[2], datetime(2026, 7, 3, 16, tzinfo=UTC))]


def clear(world: World, number: int) -> list[Any]:
    from studyplan.model import Change

    return [Change("task", number, "starts_at", world.task(number).starts_at, None)]


@pytest.mark.parametrize("day", [JULY[9], date(2026, 6, 30), date(2126, 7, 1), date(1926, 7, 1)])
def test_beyond_the_window(world: World, day: date) -> None:
    """Told with the way out, not applied."""
    found = after_edit(world, 2, on(day))
    assert found.brought == ()
    (refusal,) = found.refused
    assert (refusal.task.number, str(day) in refusal.why) == (2, True)
    assert refusal.hint is not None
    later = "`planner.replan.apply` with an `exam` moves the end"
    assert refusal.hint == (later if day > JULY[1] else "give a day from 2026-07-01 on")
    assert world.task(2).date == JULY[2]


def test_the_exam(world: World) -> None:
    """Its day moves by a replan; its time on that day is nobody else's business."""
    found = after_edit(world, 7, on(JULY[7]))
    assert [refusal.hint for refusal in found.refused] == ["`planner.replan.apply` with an `exam` moves it"]
    found = after_edit(world, 7, put("DTSTART", "20260708T070000Z"))
    assert brought(found) == [(7, "moved", seven(JULY[8]), datetime(2026, 7, 8, 7, tzinfo=UTC))]
    assert world.task(7).date == JULY[8]


@pytest.mark.parametrize("mark", ["✓ ", "✓", "✔ ", "✔\ufe0f ", "✅ ", "☑ "])
def test_a_check_mark_typed_into_a_title(world: World, mark: str) -> None:
    """Done, and called as before."""
    found = after_edit(world, 1, put("SUMMARY", f"{mark}Learn the words"))
    assert brought(found) == [(1, "done", "open", "done")]
    assert world.task(1).title == "Learn the words"


def test_a_mark_alone_and_a_mark_with_another_title(world: World) -> None:
    """The first is no title; the second is done and renamed."""
    assert brought(after_edit(world, 1, put("SUMMARY", "✓"))) == [(1, "done", "open", "done")]
    assert [each.what for each in after_edit(world, 2, put("SUMMARY", "✓ All rules")).brought] == ["retitled", "done"]
    assert (world.task(1).title, world.task(2).title) == ("Learn the words", "All rules")


def test_our_own_marks_do_nothing(world: World) -> None:
    """Not in an old export, not where the learner took one away, and not where exports have none."""
    world.planner.tasks.mark([Ref(1)], Status.DONE)
    world.planner.tasks.mark([Ref(2)], Status.SKIPPED)
    marked, bare = world.export(), world.export(mark=False)
    taken_away = edited(marked, world.uid(1), put("SUMMARY", "Learn the words"))
    for data in (marked, bare, taken_away):
        assert take(world, data) == Imported(unchanged=7, written=True)
    world.planner.tasks.mark([Ref(1), Ref(2)], Status.OPEN)
    world.later(hours=1)
    for data in (marked, stamps_renewed(marked, world.now), bare, taken_away):
        found = take(world, data)
        assert (found.brought, found.refused) == ((), ())


def test_a_title_that_begins_with_a_mark(world: World) -> None:
    """Is a title."""
    world.planner.tasks.edit(Ref(1), title="✓ as a sign: its history")
    assert take(world, world.export()).brought == ()
    found = after_edit(world, 1, put("SUMMARY", "✓ ✓ as a sign: its history"))
    assert brought(found) == [(1, "done", "open", "done")]


def test_the_number_of_an_export_is_no_name(world: World) -> None:
    """Ahead of a title that was left alone it brings nothing; a new name comes without it, a mark ahead of it counts."""
    data = world.export(numbered=True)
    assert b"SUMMARY:001. Learn the words" in data
    assert take(world, data).brought == ()
    data = edited(data, world.uid(1), put("SUMMARY", "001. Learn all words"))
    data = edited(data, world.uid(2), put("SUMMARY", "✓ 002. Learn the rules\\; all\\, of them (1/2)"))
    world.later(hours=6)
    assert [(each.task.number, each.what, each.after) for each in take(world, data).brought] == [
        (1, "retitled", "Learn all words"),
        (2, "done", "done"),
    ]


def test_a_new_title(world: World) -> None:
    """Without mark and place; a piece alone is renamed."""
    found = after_edit(world, 2, put("SUMMARY", "The rules\\, quickly (1/3)"))
    assert brought(found) == [(2, "retitled", "Learn the rules; all, of them", "The rules, quickly")]
    assert world.task(3).title == "Learn the rules; all, of them"


@pytest.mark.parametrize(
    ("summary", "why"),
    [
        ("x" * 201, "at most 200 characters"),
        ("turned \u202e about", "cannot contain control characters"),
        ("\u200b\u200d\ufe0f", "cannot be empty"),
        ("✓ \u3164", "cannot be empty"),
    ],
)
def test_a_title_that_cannot_be(world: World, summary: str, why: str) -> None:
    """Refused with a word; the rest of the entry is followed."""
    found = after_edit(world, 1, both(put("SUMMARY", summary), on(JULY[2])))
    assert [each.what for each in found.brought if each.what != "done"] == ["moved"]
    assert [why in refusal.why for refusal in found.refused] == [True]
    assert world.task(1).title == "Learn the words"


@pytest.mark.parametrize("change", [put("SUMMARY", ""), without("SUMMARY"), put("SUMMARY", "  Learn  the words\\n")])
def test_no_new_title(world: World, change: Callable[[str], str]) -> None:
    """None, an empty one, or other spaces."""
    assert after_edit(world, 1, change) == Imported(unchanged=7, written=True)


def test_titles_in_another_encoding(world: World) -> None:
    """Taken for Latin 1 once, they are known again; damaged beyond that, they are left as here, with a word."""
    world.planner.tasks.edit(Ref(1), title="Über Kosten – 說")
    broken = "Über Kosten – €".encode().decode("cp1252")
    world.planner.tasks.edit(Ref(2), title="Über Kosten – €")
    assert after_edit(world, 2, put("SUMMARY", f"{broken} (1/3)")).brought == ()
    found = take(world, edited(world.export(), world.uid(1), put("SUMMARY", "\ufffd Kosten")))
    assert found.brought == ()
    assert found.notes == (
        "another program damaged the letters in the calendar's title of task 1; the title here stays",
    )


def test_what_is_opened_again_keeps_its_sittings(world: World) -> None:
    """All its recorded minutes stay, those that `done` named among them, as with `reopen`."""
    world.planner.timer.add(Ref(1), 20, on=date(2026, 7, 1))
    world.planner.tasks.mark([Ref(1)], Status.DONE, minutes=50)
    undone = both(put("STATUS", "NEEDS-ACTION"), put("PERCENT-COMPLETE", "0"), without("COMPLETED"))
    assert brought(after_edit(world, 1, undone, Form.TODOS)) == [(1, "reopened", "done", "open")]
    assert world.task(1).spent_minutes == 50


def test_to_dos(world: World) -> None:
    """Done with its time, open again, skipped, open again."""
    done = both(put("STATUS", "COMPLETED"), put("COMPLETED", "20260701T090000Z"))
    found = after_edit(world, 1, done, Form.TODOS)
    assert brought(found) == [(1, "done", "open", "done")]
    assert world.task(1).done_at == datetime(2026, 7, 1, 9, tzinfo=UTC)
    undone = both(put("STATUS", "NEEDS-ACTION"), put("PERCENT-COMPLETE", "0"), without("COMPLETED"))
    assert brought(after_edit(world, 1, undone, Form.TODOS)) == [(1, "reopened", "done", "open")]
    assert brought(after_edit(world, 1, put("STATUS", "CANCELLED"), Form.TODOS)) == [(1, "skipped", "open", "skipped")]
    assert brought(after_edit(world, 1, undone, Form.TODOS)) == [(1, "reopened", "skipped", "open")]
    assert brought(after_edit(world, 1, put("PERCENT-COMPLETE", "100"), Form.TODOS)) == [(1, "done", "open", "done")]


def test_an_open_to_do_of_an_old_file_opens_nothing(world: World) -> None:
    """Done here since: the file only does not know it yet."""
    data = world.export(Form.TODOS)
    world.planner.tasks.mark([Ref(1)], Status.DONE)
    world.later(hours=1)
    assert take(world, data) == Imported(unchanged=7, written=True)
    doubtful = take(world, stamps_renewed(data, world.now))
    assert doubtful.brought == ()
    assert "may be older than the changes made here to task 1," in doubtful.notes[0]


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ([], datetime(2026, 7, 1, 13, tzinfo=UTC)),
        (["COMPLETED", "20260630T180000", ";TZID=America/New_York"], datetime(2026, 6, 30, 22, tzinfo=UTC)),
        (["COMPLETED", "20260701T080000", ""], datetime(2026, 7, 1, 6, tzinfo=UTC)),
        (["COMPLETED", "20260630", ";VALUE=DATE"], datetime(2026, 6, 30, 10, tzinfo=UTC)),
        (["COMPLETED", "20260701", ";VALUE=DATE"], datetime(2026, 7, 1, 10, tzinfo=UTC)),
    ],
)
def test_ticked_off_and_without_a_date(world: World, line: list[str], at: datetime) -> None:
    """Some programs take the date away. When it was done may be told with a zone, without one, or as a day."""
    when = put(line[0], line[1], parameters=line[2]) if line else (lambda part: part)
    found = after_edit(world, 1, both(TICK, without("DUE"), when), Form.TODOS)
    assert brought(found) == [(1, "done", "open", "done")]
    assert found.refused == ()
    assert world.task(1).done_at == at
    assert world.task(1).date == JULY[1]


def test_a_date_that_was_taken_away(world: World) -> None:
    """Is no wish that a plan can follow, and no damage."""
    found = after_edit(world, 1, without("DUE"), Form.TODOS)
    assert (found.brought, found.refused, found.unchanged) == ((), (), 7)


TICK = both(put("STATUS", "COMPLETED"), put("PERCENT-COMPLETE", "100"))
UNTICK = both(without("STATUS"), without("PERCENT-COMPLETE"), without("COMPLETED"))


def as_touched(world: World, sequence: int) -> Callable[[str], str]:
    """As Thunderbird writes an entry that was changed: both stamps are new, SEQUENCE grows with the state and the day."""
    at = f"{world.now:%Y%m%dT%H%M%SZ}"
    return both(put("DTSTAMP", at), put("LAST-MODIFIED", at), put("SEQUENCE", str(sequence)))


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("sequence", [0, 1])
def test_a_to_do_ticked_by_mistake(world: World, again: bool, sequence: int) -> None:
    """Ticked off there and taken over here, then open again there, whether or not it was exported in between."""
    data, uid = world.export(Form.TODOS), world.uid(1, Form.TODOS)
    world.later(hours=1)
    ticked = edited(data, uid, both(TICK, put("COMPLETED", f"{world.now:%Y%m%dT%H%M%SZ}"), as_touched(world, sequence)))
    world.later(minutes=1)
    assert brought(take(world, ticked)) == [(1, "done", "open", "done")]
    data = world.export(Form.TODOS) if again else ticked
    world.later(minutes=1)
    undone = edited(data, uid, both(UNTICK, as_touched(world, 2 * sequence)))
    assert brought(take(world, undone)) == [(1, "reopened", "done", "open")]
    assert world.task(1).status is Status.OPEN
    world.later(minutes=1)
    assert take(world, undone) == Imported(unchanged=7, written=True)


def test_a_to_do_of_this_side_opened_there(world: World) -> None:
    """Done here, exported, and open again there: SEQUENCE says from which revision that is."""
    world.planner.tasks.mark([Ref(1)], Status.DONE)
    data, uid = world.export(Form.TODOS), world.uid(1, Form.TODOS)
    world.later(hours=1)
    undone = edited(data, uid, both(UNTICK, as_touched(world, world.task(1).sequence + 1)))
    assert brought(take(world, undone)) == [(1, "reopened", "done", "open")]


@pytest.mark.parametrize("sequence", [0, 1])
def test_an_open_to_do_that_never_heard_of_it(world: World, sequence: int) -> None:
    """Done here after the export; something else was changed there since: it stays done."""
    data, uid = world.export(Form.TODOS), world.uid(1, Form.TODOS)
    world.later(hours=1)
    world.planner.tasks.mark([Ref(1)], Status.DONE)
    world.later(hours=1)
    touched = edited(data, uid, both(put("DESCRIPTION", "x"), as_touched(world, sequence)))
    renamed = edited(data, uid, both(put("SUMMARY", "Words"), as_touched(world, 2)))
    assert take(world, touched).brought == ()
    assert [each.what for each in take(world, renamed, write=False).brought] == ["retitled"]
    assert world.task(1).status is Status.DONE


def test_an_older_copy_of_a_ticked_to_do(world: World) -> None:
    """From before it was ticked off there: it opens nothing."""
    data, uid = world.export(Form.TODOS), world.uid(1, Form.TODOS)
    world.later(hours=1)
    before = edited(data, uid, both(put("DESCRIPTION", "x"), as_touched(world, 1)))
    world.later(hours=1)
    ticked = edited(data, uid, both(TICK, put("COMPLETED", f"{world.now:%Y%m%dT%H%M%SZ}"), as_touched(world, 1)))
    take(world, ticked)
    assert take(world, before).brought == ()


@pytest.mark.parametrize("form", [Form.EVENTS, Form.TODOS, Form.TIMED])
def test_a_zone_that_nobody_knows(world: World, form: Form) -> None:
    """Moves nothing, whatever the hours would be; it is said, once for all; what else was done counts."""
    data = world.export(form).decode()
    name = "DUE" if form is Form.TODOS else "DTSTART"
    data = re.sub(rf"{name};VALUE=DATE:(\d+)", rf"{name};TZID=Nowhere/Land:\1T033000", data)
    data = re.sub(rf"{name}:(\d+T)\d+Z", rf"{name};TZID=Nowhere/Land:\g<1>033000", data)
    data = re.sub(r"DTEND[^\r]*\r\n", "", data)
    before = world.tasks
    world.later(hours=1)
    changed = edited(data.encode(), world.uid(1, form), put("SUMMARY", "✓ Words"))
    found = take(world, changed)
    assert {each.what for each in found.brought} == {"done", "retitled"}
    assert [(each.date, each.starts_at, each.pinned) for each in world.tasks] == [
        (each.date, each.starts_at, each.pinned) for each in before
    ]
    told = [note for note in found.notes if "Nowhere/Land" in note]
    kept = "tasks 1-7 may have been moved in the calendar, but the time zone “Nowhere/Land” is unknown; nothing was changed"
    assert told == [kept] if form is Form.TIMED else len(told) == 1


@pytest.mark.parametrize(
    ("stamp", "day"),
    [("20260701T090000Z", 1), ("20991231T000000Z", 2), ("soon", 2)],
)
def test_when_it_was_done(world: World, stamp: str, day: int) -> None:
    """As the calendar says, but never in the future; else when the entry was changed, else now."""
    change = both(put("COMPLETED", stamp), put("LAST-MODIFIED", "20260702T060000Z"))
    data = edited(world.export(Form.TODOS), world.uid(1, Form.TODOS), change)
    world.later(days=1)
    take(world, data)
    at = world.task(1).done_at
    assert at is not None
    assert at.date() == JULY[day]
    assert at <= world.now


def test_moved_and_done(world: World) -> None:
    """Both; and a task that was done here since does not move, with a word."""
    data = edited(
        world.export(), world.uid(2), both(on(JULY[3]), put("SUMMARY", "✓ Learn the rules\\; all\\, of them"))
    )
    assert [each.what for each in take(world, data).brought] == ["moved", "done"]
    world.planner.history.undo()
    world.planner.tasks.mark([Ref(2)], Status.DONE)
    found = take(world, data)
    assert found.brought == ()
    assert [(refusal.why, refusal.hint) for refusal in found.refused] == [("task 2 is done", "reopen it first")]


def test_removed_here_since(world: World) -> None:
    """Unedited it is nothing; edited it gets a word."""
    data = world.export()
    world.planner.tasks.remove([Ref(5)])
    assert take(world, data) == Imported(unchanged=7, written=True)
    world.planner.history.undo()
    changed = edited(data, world.uid(5), on(JULY[3]))
    world.planner.history.redo()
    found = take(world, changed)
    assert found.brought == ()
    assert [refusal.why for refusal in found.refused] == ["it was changed in the calendar, but has been removed here"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (put("RRULE", "FREQ=WEEKLY"), "repeats"),
        (put("RRULE", "FREQ=SECONDLY"), "repeats"),
        (put("RECURRENCE-ID", "20260702", parameters=DUE), "repeats"),
        (put("DTSTART", "20261340", parameters=DUE), "cannot be read"),
        (put("DTSTART", "99991231", parameters=DUE), "cannot be read"),
        (without("DTSTART"), "cannot be read"),
    ],
)
def test_what_no_task_can_follow(world: World, change: Callable[[str], str], why: str) -> None:
    """A repetition or a time that is none: that entry is refused, and not taken for deleted."""
    data = edited(world.export(), world.uid(2), change)
    data = edited(data, world.uid(3), on(JULY[4]))
    found = take(world, data, Deletion.REMOVE)
    assert [(refusal.task.number, why in refusal.why) for refusal in found.refused] == [(2, True)]
    assert [each.task.number for each in found.brought] == [3]


@pytest.mark.parametrize("due", ["20261340", "soon", "99991231T235959"])
def test_a_time_that_cannot_be_read(world: World, due: str) -> None:
    """Costs the time, not what else was done."""
    found = after_edit(world, 1, both(TICK, put("DUE", due), put("SUMMARY", "Words")), Form.TODOS)
    assert {each.what for each in found.brought} == {"done", "retitled"}
    assert ["its time in the calendar cannot be read" in each.why for each in found.refused] == [True]
    assert world.task(1).date == JULY[1]


def test_the_newer_of_two_copies(world: World) -> None:
    """Counts, with one word for all that are doubled, and what is deleted is seen all the same."""
    data = world.export()
    newer = edited(data, world.uid(2), both(on(JULY[3]), put("SEQUENCE", "1")))
    events = re.findall(rb"BEGIN:VEVENT.*?END:VEVENT\r\n", newer, re.DOTALL)
    doubled = data.replace(b"END:VCALENDAR", b"".join(events) + b"END:VCALENDAR")
    uid = world.uid(5)
    lacking = edited(edited(doubled.replace(uid.encode(), b"x", 1), uid, lambda part: ""), "x", lambda part: "")
    found = take(world, lacking)
    assert brought(found) == [(2, "moved", JULY[2], JULY[3])]
    assert [task.number for task in found.missing] == [5]
    assert found.notes[0] == "tasks 1-4, 6, 7 are in the calendar more than once; the newest entry counts"
    assert len(found.notes) == 1


def gone(world: World, number: int, form: Form = Form.EVENTS) -> bytes:
    return edited(world.export(form), world.uid(number, form), lambda part: "")


@pytest.mark.parametrize("form", Form)
def test_deleted(world: World, form: Form) -> None:
    """Asked about, skipped or removed; done tasks are left as they are."""
    data = gone(world, 2, form)
    assert take(world, data).missing == (world.task(2),)
    assert brought(take(world, data, Deletion.SKIP, write=False)) == [(2, "deleted", "open", "skipped")]
    assert brought(take(world, data, Deletion.REMOVE, write=False)) == [(2, "deleted", "open", "removed")]
    take(world, data, Deletion.SKIP)
    assert world.task(2).status is Status.SKIPPED
    assert take(world, data).missing == ()
    world.planner.history.undo()
    take(world, data, Deletion.REMOVE)
    assert 2 not in {task.number for task in world.tasks}


MARK = re.compile(rb"X-STUDYPLAN-COMPLETE:.*\r\n")


@pytest.mark.parametrize("rewrite", REWRITES)
def test_deleted_from_an_older_export(world: World, rewrite: Callable[[bytes, datetime], bytes]) -> None:
    """The mark says what was in it, whatever became of the tasks and of the file's stamps since."""
    data = gone(world, 2)
    world.later(hours=1)
    world.planner.tasks.add("Of my own", 30, on=JULY[5])
    world.planner.tasks.remove([Ref(3)])
    world.later(hours=1)
    data = rewrite(data, world.now)
    assert [task.number for task in take(world, data).missing] == [2]
    world.planner.history.undo()
    assert [task.number for task in take(world, data).missing] == [2]
    assert [task.number for task in take(world, rewrite(world.export(), world.now)).missing] == []


def test_absent_but_not_deleted(world: World) -> None:
    """From a file that is no whole export, or one of an earlier release, or of a plan that is not in it, or never in it."""
    partial = MARK.sub(b"", gone(world, 2))
    old = MARK.sub(b"X-STUDYPLAN-COMPLETE:TRUE\r\n", gone(world, 2))
    cut = gone(world, 2)[:-20]
    invented = MARK.sub(f"X-STUDYPLAN-COMPLETE:{whole_mark([world.uid(2)])}\r\n".encode(), world.export())
    data = world.export()
    world.later(minutes=1)
    world.planner.tasks.add("Of my own", 30, on=JULY[5])
    world.planner.plans.start(StartRequest("small", start=JULY[1], days=9, name="second"))
    for each in (partial, old, cut, invented, data):
        assert take(world, each, Deletion.REMOVE).brought == ()


@pytest.mark.parametrize("form", Form)
def test_an_entry_that_was_parted_from_the_others(world: World, form: Form) -> None:
    """Each entry as a file of its own with the head of all, as some programs keep them: nothing is deleted by it."""
    head, *entries_ = re.split(b"(?=BEGIN:V(?:EVENT|TODO))", world.export(form))
    lone = head + entries_[0] + b"END:VCALENDAR\r\n"
    found = take(world, lone)
    assert (len(found.missing), found.is_part, found.brought) == (6, True, ())
    for deletion in (Deletion.SKIP, Deletion.REMOVE):
        with pytest.raises(
            Conflict, match="6 of 7 entries are missing from the calendar; nothing was changed"
        ) as refused:
            take(world, lone, deletion)
        assert refused.value.hint == "pass `force=True` if they were deleted on purpose"
    assert take(world, head + b"END:VCALENDAR\r\n").is_part
    assert len(take(world, lone, Deletion.SKIP, force=True, write=False).brought) == 6
    together = b"".join(head + each.removesuffix(b"END:VCALENDAR\r\n") + b"END:VCALENDAR\r\n" for each in entries_[1:])
    assert [task.number for task in take(world, together).missing] == [1]


def test_most_of_what_was_in_it(world: World) -> None:
    """Half of it may be deleted without more words; of two plans both count."""
    data = world.export()
    for number in (1, 2, 3):
        data = edited(data, world.uid(number), lambda part: "")
    assert not take(world, data).is_part
    assert take(world, edited(data, world.uid(4), lambda part: "")).is_part
    world.planner.plans.start(StartRequest("small", start=JULY[1], days=9, name="second"))
    both_plans = world.export()
    first = [task.number for task in world.tasks if task.plan == 1]
    for number in first:
        both_plans = edited(both_plans, world.uid(number), lambda part: "")
    found = take(world, both_plans)
    assert ([task.number for task in found.missing], found.is_part) == (first, False)


def test_cancelled_in_the_calendar(world: World) -> None:
    """Is deleted, whether or not the file is whole; a tombstone of ours is not."""
    data = MARK.sub(b"", world.export())
    cancelled = edited(data, world.uid(2), put("STATUS", "CANCELLED"))
    assert [task.number for task in take(world, cancelled).missing] == [2]
    assert brought(take(world, cancelled, Deletion.SKIP)) == [(2, "deleted", "open", "skipped")]


@pytest.mark.parametrize("form", Form)
def test_a_tombstone_of_ours(world: World, form: Form) -> None:
    """An entry of a removed task takes nothing away from the task that an undo brought back."""
    world.later(hours=1)
    world.planner.tasks.remove([Ref(2)])
    data = world.export(form, ExportScope(since=JULY[1]))
    assert b"STATUS:CANCELLED" in data
    world.later(hours=1)
    assert take(world, data, Deletion.REMOVE) == Imported(unchanged=7, written=True)
    world.planner.history.undo()
    assert take(world, data, Deletion.REMOVE) == Imported(unchanged=7, written=True)


def test_whose_entries(world: World) -> None:
    """Other people's are counted; those of other plans of a studyplan told apart."""
    foreign = world.export().replace(world.uid(1).encode(), b"dentist@example.org")
    assert take(world, MARK.sub(b"", foreign)).foreign == 1
    stranger = world.export().replace(world.uid(1).encode(), b"2fdd3a63-6306-51fc-b585-00308cc93f22")
    found = take(world, MARK.sub(b"", stranger))
    assert found.foreign == 1
    assert "not from a plan of ana" in found.notes[0]
    data = edited(world.export(), world.uid(2), on(JULY[3]))
    world.planner.plans.drop(1)
    found = take(world, data, Deletion.REMOVE)
    assert (found.brought, found.refused, found.missing, found.unchanged) == ((), (), (), 0)
    assert found.notes == ("7 entries belong to 'small', which was dropped: left alone",)


def test_another_learners_tasks(world: World) -> None:
    """Are out of reach."""
    data = edited(world.export(), world.uid(2), on(JULY[3]))
    world.store.write(lambda unit: unit.add_learner("ben", zone=ZONE, at=world.now))
    from studyplan.planner.import_ import CalendarImport
    from studyplan.planner.who import Who

    ben = CalendarImport(world.store, lambda: world.catalog, world.clock, Who("ben", "ben", single=True))
    found = ben.take(entries(data), Deletion.REMOVE)
    assert (found.brought, found.foreign) == ((), 7)
    assert "7 entries of the calendar are from studyplan, but not from a plan of ben" in found.notes[0]


def test_one_undo_takes_all_back(world: World) -> None:
    """Moves, marks, titles and deletions are one batch."""
    before = world.tasks
    data = gone(world, 5)
    data = edited(data, world.uid(2), on(JULY[3]))
    data = edited(data, world.uid(1), put("SUMMARY", "✓ Words"))
    found = take(world, data, Deletion.REMOVE)
    assert found.batch is not None
    assert found.batch.action == "import: 1 retitled, 1 done, 1 moved, 1 deleted"
    world.planner.history.undo()
    held = [text.title(task) + str((task.date, task.status, task.pinned)) for task in world.tasks]
    assert held == [text.title(task) + str((task.date, task.status, task.pinned)) for task in before]


def test_what_was_agreed_to_is_written_or_nothing(world: World) -> None:
    """Where the plan was changed between the question and the answer, the answer was to another question."""
    data = edited(world.export(), world.uid(2), on(JULY[3]))
    seen = take(world, data, write=False)
    assert not seen.written
    assert world.task(2).date == JULY[2]
    world.planner.tasks.mark([Ref(2)], Status.DONE)
    with pytest.raises(Conflict, match="changed in the meantime"):
        take(world, data, seen=seen)
    world.planner.history.undo()
    assert take(world, data, seen=seen).written


def test_a_plan_ends_and_runs_again(world: World) -> None:
    """As it does by ``done`` and ``reopen``."""
    world.planner.tasks.mark([Ref(number) for number in (2, 3, 4, 5, 6, 7)], Status.DONE)
    found = after_edit(world, 1, put("STATUS", "COMPLETED"), Form.TODOS)
    assert [plan.name for plan in found.finished] == ["small"]
    assert world.plans[0].state is PlanState.FINISHED
    undone = both(put("STATUS", "NEEDS-ACTION"), put("PERCENT-COMPLETE", "0"), without("COMPLETED"))
    after_edit(world, 1, undone, Form.TODOS)
    assert world.plans[0].state is PlanState.ACTIVE


def test_an_imported_edit_that_was_undone_comes_again(world: World) -> None:
    """The file still says it, and says when it was written."""
    data = edited(world.export(), world.uid(2), on(JULY[3]))
    world.later(hours=1)
    take(world, data)
    world.planner.history.undo()
    world.later(hours=1)
    assert brought(take(world, data)) == [(2, "moved", JULY[2], JULY[3])]


def test_dragged_back_to_where_it_once_was(world: World) -> None:
    """An edit where the entry's stamp tells its revision; a doubt where no stamp does."""
    world.later(hours=1)
    world.planner.tasks.move([Ref(2)], to=JULY[3])
    back = edited(world.export(), world.uid(2), on(JULY[2]))
    world.later(hours=1)
    doubtful = take(world, stamps_renewed(back, world.now))
    assert doubtful.brought == ()
    assert "may be older than the changes made here to task 2," in doubtful.notes[0]
    assert brought(take(world, back)) == [(2, "moved", JULY[3], JULY[2])]


def test_a_clock_that_is_behind(world: World) -> None:
    """A phone three minutes slow renames what was moved here a minute ago: the day is not taken for an edit."""
    world.later(hours=1)
    world.planner.tasks.move([Ref(2)], to=JULY[3])
    data = edited(world.export(), world.uid(2), put("SUMMARY", "New name"))
    data = stamps_renewed(data, world.now - timedelta(minutes=3))
    world.later(hours=1)
    world.planner.tasks.move([Ref(2)], to=JULY[4])
    assert [each.what for each in take(world, data).brought] == ["retitled"]
    assert world.task(2).date == JULY[4]
