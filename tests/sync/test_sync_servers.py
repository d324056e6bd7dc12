"""Real servers, Radicale and Xandikos: tasks go there, a phone's changes come here, and nothing of others is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from servers import Phone, Server
from terminals import Terminal

FORMS = ["todos", "events", "timed"]


@pytest.fixture
def sync(terminal: Terminal) -> Callable[..., dict[str, Any]]:
    """A run of the only calendar; its report."""

    def run(*words: str) -> dict[str, Any]:
        (report,) = terminal.ok("sync", "--json", *words).json["calendars"]
        return report

    return run


@pytest.fixture
def phone(server: Server, connect: Callable[..., Phone], sync: Callable[..., dict[str, Any]]) -> Phone:
    """A phone on a calendar of to-dos that was filled from here."""
    phone = connect(server)
    sync()
    return phone


def there(report: dict[str, Any]) -> dict[str, int]:
    return {name: len(numbers) for name, numbers in report["there"].items() if numbers}


def quiet(report: dict[str, Any]) -> bool:
    return not (there(report) or report["here"]["changes"] or report["trouble"] or report["refused"])


@pytest.mark.parametrize("form", FORMS)
def test_a_plan_goes_there_once(
    form: str, server: Server, connect: Callable[..., Phone], sync: Callable[..., dict[str, Any]], terminal: Terminal
) -> None:
    """Each task becomes an object of its own under its UID; a second run carries nothing over."""
    phone = connect(server, form)
    report = sync()
    tasks = terminal.ok("tasks", "--json").json["plans"][0]["tasks"]
    assert there(report) == {"new": len(tasks)}
    assert quiet(sync())
    texts = phone.objects()
    assert len(texts) == len(tasks)
    kind = "VTODO" if form == "todos" else "VEVENT"
    for name, text in texts.items():
        assert re.findall("(?m)^BEGIN:(.*)$", text) == ["VCALENDAR", kind]
        assert f"UID:{name.removesuffix('.ics')}\n" in text
        assert "METHOD" not in text
    if form != "todos":
        assert {task["uid"] + ".ics" for task in tasks} == set(texts)


@pytest.mark.parametrize(
    "edit",
    [
        [("STATUS:.*", "STATUS:COMPLETED\n")],
        [("PERCENT-COMPLETE:0", "PERCENT-COMPLETE:0\nCOMPLETED:20260630T173000Z\n")],
        [("PERCENT-COMPLETE:.*", "PERCENT-COMPLETE:100\n")],
    ],
    ids=["status", "completed", "percent"],
)
def test_done_on_the_phone(
    edit: list[tuple[str, str]], phone: Phone, sync: Callable[..., dict[str, Any]], terminal: Terminal
) -> None:
    """Programs mark a to-do done in three ways and leave the other two as they were: each of them counts, once."""
    phone.change(phone.titled("Learn the words"), *edit)
    report = sync()
    done = terminal.task(1)
    assert done["status"] == "done"
    if "COMPLETED:" in edit[0][1] and "STATUS" not in edit[0][1]:
        assert done["done_at"] == "2026-06-30T17:30:00Z"
    assert {change["field"] for change in report["here"]["changes"]} == {"status", "done_at"}
    assert quiet(sync())


def test_opened_again_on_the_phone(phone: Phone, sync: Callable[..., dict[str, Any]], terminal: Terminal) -> None:
    """What was done here and is open there again is open."""
    terminal.ok("done", "1")
    assert there(sync()) == {"changed": 1}
    name = phone.titled("Learn the words")
    text = phone.get(name)
    assert "STATUS:COMPLETED" in text
    # Until four in the morning the study day is not yet over, though the calendar has another day.
    assert "COMPLETED:20260701T" in text or "COMPLETED:20260702T0" in text
    phone.change(
        name,
        ("STATUS:.*", "STATUS:NEEDS-ACTION\n"),
        ("COMPLETED:.*", ""),
        ("PERCENT-COMPLETE:.*", ""),
    )
    sync()
    assert terminal.task(1)["status"] == "open"
    assert quiet(sync())


def test_moved_on_the_phone(phone: Phone, sync: Callable[..., dict[str, Any]], terminal: Terminal) -> None:
    """A task that was given another day there is moved by hand here; a day outside the plan is refused with the reason, and
    the calendar set right."""
    name = phone.titled("Learn the words")
    phone.change(name, ("DUE;VALUE=DATE:20260701", "DUE;VALUE=DATE:20260704\n"))
    sync()
    moved = terminal.task(1)
    assert (moved["date"], moved["pinned"], moved["reason"]["code"]) == ("2026-07-04", True, "by-hand")
    assert quiet(sync())
    phone.change(name, ("DUE;VALUE=DATE:20260704", "DUE;VALUE=DATE:20261224\n"))
    report = sync()
    assert [each["number"] for each in report["refused"]] == [1]
    assert there(report) == {"changed": 1}
    assert terminal.task(1)["date"] == "2026-07-04"
    assert "DUE;VALUE=DATE:20260704\n" in phone.get(name)
    phone.change(name, ("DUE;VALUE=DATE:20260704", "DUE;VALUE=DATE:20261224\n"), ("STATUS:.*", "STATUS:COMPLETED\n"))
    told = terminal.ok("sync").err
    assert "Task 1 was not moved (2026-12-24 is outside" in told
    assert "the calendar was corrected." in told
    assert terminal.task(1)["status"] == "done"
    assert quiet(sync())


def test_a_to_do_with_a_time_or_without_a_day(
    phone: Phone, sync: Callable[..., dict[str, Any]], terminal: Terminal
) -> None:
    """A due time means its study day; a to-do whose day was taken away stays on its day here, and can still be done."""
    name = phone.titled("Learn the words")
    phone.change(name, ("DUE;VALUE=DATE:20260701", "DUE:20260703T233000Z\n"))
    sync()
    # 01:30 in Berlin, of the evening before.
    assert terminal.task(1)["date"] == "2026-07-03"
    phone.change(name, ("DUE:.*", ""), ("STATUS:.*", "STATUS:COMPLETED\n"))
    sync()
    assert (terminal.task(1)["date"], terminal.task(1)["status"]) == ("2026-07-03", "done")
    assert quiet(sync())


def test_alarms_on_a_server(server: Server, connect: Callable[..., Phone], terminal: Terminal) -> None:
    """Chosen with `sync add`, told by `sync list`, changed and taken away with `sync alarm`, on the server each time."""
    phone = connect(server, "events", "ringing", "--alarm", "360")
    terminal.ok("sync")
    assert "TRIGGER:-PT6H\n" in phone.get(phone.titled("Learn the words"))
    assert "alarms 360 min ahead" in terminal.ok("sync", "list").out
    for word, there in (("30", "TRIGGER:-PT30M\n"), ("none", "")):
        terminal.ok("sync", "alarm", "ringing", word)
        terminal.ok("sync")
        text = phone.get(phone.titled("Learn the words"))
        assert there in text
        assert text.count("BEGIN:VALARM") == bool(there)
    assert terminal("sync", "alarm", "ringing", "0").code == 2


def test_renamed_on_the_phone(phone: Phone, sync: Callable[..., dict[str, Any]], terminal: Terminal) -> None:
    """A new title comes here, without the part that the calendar shows; an empty one does not."""
    phone.change(phone.titled("Learn the words"), ("SUMMARY:.*", "SUMMARY:Words\\, all of them\n"))
    sync()
    assert terminal.task(1)["title"] == "Words, all of them"
    name = phone.titled("Learn the rules (2/2)") if "Learn the rules (2/2)" in str(phone.objects()) else None
    if name:
        phone.change(name, ("SUMMARY:.*", "SUMMARY:Rules (2/2)\n"))
        sync()
        assert "Rules" in {task["title"] for task in terminal.ok("tasks", "--json").json["plans"][0]["tasks"]}
    phone.change(phone.titled("Words\\, all of them"), ("SUMMARY:.*", "SUMMARY:\n"))
    sync()
    assert terminal.task(1)["title"] == "Words, all of them"


def test_what_others_wrote_survives(phone: Phone, sync: Callable[..., dict[str, Any]], terminal: Terminal) -> None:
    """Alarms, relations, properties of other programs, and a description of the learner's own stay when a task moves here."""
    name = phone.titled("Learn the words")
    extra = (
        'X-APPLE-SORT-ORDER:7\nX-OWN;X-P="a,b":one\\, two\\; three\\nfour\nRELATED-TO:somebody\n'
        "BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:Ring\nTRIGGER:-PT15M\nEND:VALARM\nEND:VTODO\n"
    )
    phone.change(name, ("END:VTODO", extra), (r"DESCRIPTION:30 min(?:.*\n )*.*", "DESCRIPTION:My own words\\, these\n"))
    sync()
    terminal.ok("move", "1", "2026-07-05")
    assert there(sync()) == {"changed": 1}
    text = phone.get(name)
    for line in ("X-APPLE-SORT-ORDER:7", "RELATED-TO:somebody", "TRIGGER:-PT15M", "DUE;VALUE=DATE:20260705"):
        assert f"{line}\n" in text
    assert "one\\, two\\; three\\nfour" in text
    assert "DESCRIPTION:My own words\\, these\n" in text
    assert text.count("\nDUE") == text.count("\nSTATUS") == text.count("\nSUMMARY") == 1
    assert quiet(sync())


def test_undo_is_carried_over(phone: Phone, sync: Callable[..., dict[str, Any]], terminal: Terminal) -> None:
    """One undo takes back what a run brought here, and the next run takes it back there."""
    name = phone.titled("Learn the words")
    phone.change(name, ("STATUS:.*", "STATUS:COMPLETED\n"), ("DUE.*", "DUE;VALUE=DATE:20260704\n"))
    assert sync()["here"]["batch"]
    assert terminal.ok("undo").out.startswith("Undone: sync plan-")
    assert (terminal.task(1)["status"], terminal.task(1)["date"]) == ("open", "2026-07-01")
    assert there(sync()) == {"changed": 1}
    text = phone.get(name)
    assert "STATUS:NEEDS-ACTION" in text
    assert "DUE;VALUE=DATE:20260701\n" in text
    assert quiet(sync())


def test_done_there_and_moved_here(phone: Phone, sync: Callable[..., dict[str, Any]], terminal: Terminal) -> None:
    """The completion counts, on the day on which it was done; both are told."""
    phone.change(phone.titled("Learn the words"), ("STATUS:.*", "STATUS:COMPLETED\n"))
    terminal.ok("move", "1", "2026-07-06")
    report = sync()
    assert report["conflicts"] == [{"number": 1, "code": "done-over-move", "counts": "there"}]
    assert (terminal.task(1)["status"], terminal.task(1)["date"]) == ("done", "2026-07-01")
    assert quiet(sync())


@pytest.mark.parametrize(
    ("meant", "status", "left"), [("keep", "open", 1), ("skip", "skipped", 0), ("remove", None, 0)]
)
def test_deleted_on_the_phone(
    meant: str, status: str | None, left: int, phone: Phone, sync: Callable[..., dict[str, Any]], terminal: Terminal
) -> None:
    """An entry that is gone is asked about, and never taken for a wish about the task."""
    name = phone.titled("Learn the words")
    phone.delete(name)
    for _ in range(2):
        report = sync()
        assert report["deleted_there"] == [1]
        assert quiet(report)
    assert terminal.task(1)["status"] == "open"
    report = sync("--deleted", meant)
    assert report["deleted_there"] == []
    assert phone.names().count(name) == left
    if status is None:
        assert terminal("show", "1").code == 3
    else:
        assert terminal.task(1)["status"] == status
    assert quiet(sync())
    if meant == "skip":
        terminal.ok("reopen", "1")
        assert there(sync()) == {"new": 1}
        assert name in phone.names()


def test_what_is_over_may_be_cleared_there(
    phone: Phone, sync: Callable[..., dict[str, Any]], terminal: Terminal
) -> None:
    """Programs clear what is done: nobody is asked, the task stays done, the entry is not made again."""
    terminal.ok("done", "1")
    sync()
    phone.delete(phone.titled("Learn the words"))
    report = sync()
    assert quiet(report)
    assert report["deleted_there"] == []
    assert terminal.task(1)["status"] == "done"
    assert quiet(sync())


def test_removed_here_and_done_there(phone: Phone, sync: Callable[..., dict[str, Any]], terminal: Terminal) -> None:
    """A task that was removed is removed there too, and that it was done there is told."""
    name = phone.titled("Learn the words")
    phone.change(name, ("STATUS:.*", "STATUS:COMPLETED\n"))
    terminal.ok("remove", "1")
    report = sync()
    assert report["conflicts"] == [{"number": 1, "code": "removed-over-done", "counts": "here"}]
    assert there(report)["deleted"] == 1
    assert name not in phone.names()
    terminal.ok("undo")
    assert there(sync())["new"] == 1
    assert name in phone.names()


def test_an_emptied_calendar_is_refused(phone: Phone, sync: Callable[..., dict[str, Any]], terminal: Terminal) -> None:
    """A calendar that has lost most of its entries changes nothing here, unless it is meant."""
    names = phone.names()
    for name in names[1:]:
        phone.delete(name)
    before = terminal.ok("tasks", "--json").json
    answer = terminal("sync", "--json")
    assert answer.code == 5
    assert answer.json["error"]["code"] == "calendar-lost"
    assert terminal.ok("tasks", "--json").json == before
    phone.delete(names[0])
    assert "is empty" in terminal("sync").err
    assert len(sync("--force")["deleted_there"]) == len(names)
    assert there(sync("--force", "--deleted", "keep")) == {"new": len(names)}
    assert phone.names() == names


def test_strangers_and_broken_objects(
    server: Server, phone: Phone, sync: Callable[..., dict[str, Any]], terminal: Terminal
) -> None:
    """Objects of others are counted and left alone; one that is broken costs itself alone."""
    event = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VTODO\nUID:strange@host\nDTSTAMP:20260101T000000Z\n"
    phone.put("strange%40host.ics", event + "SUMMARY:Not ours\nEND:VTODO\nEND:VCALENDAR\n")
    broken = phone.titled("Learn the words")
    (server.files(phone.url.rstrip("/").rpartition("/")[2]) / broken).write_bytes(b"BEGIN:VCALENDAR\r\nnonsense")
    other = next(name for name, text in others(phone, broken).items() if "SUMMARY:Answer the quiz" in text)
    phone.change(other, ("STATUS:.*", "STATUS:COMPLETED\n"))
    terminal.ok("move", "1", "2026-07-03")
    report = sync()
    statuses = {task["title"]: task["status"] for task in terminal.ok("tasks", "--json").json["plans"][0]["tasks"]}
    assert statuses["Answer the quiz"] == "done"
    assert report["unreadable"] in ([1], []) or report["trouble"]
    assert phone.ask("GET", "strange%40host.ics")[0] == 200


def others(phone: Phone, broken: str) -> dict[str, str]:
    return {name: phone.get(name) for name in phone.names() if name != broken and not name.startswith("strange")}


def test_an_entry_under_another_name(phone: Phone, sync: Callable[..., dict[str, Any]], terminal: Terminal) -> None:
    """A program that writes an entry anew under a name of its own does not delete it, nor double it."""
    name = phone.titled("Learn the words")
    text = phone.get(name).replace("STATUS:NEEDS-ACTION", "STATUS:COMPLETED")
    phone.delete(name)
    phone.put("my-own-name.ics", text)
    report = sync()
    assert report["deleted_there"] == []
    assert terminal.task(1)["status"] == "done"
    terminal.ok("reopen", "1")
    assert there(sync()) == {"changed": 1}
    assert name not in phone.names()
    assert "STATUS:NEEDS-ACTION" in phone.get("my-own-name.ics")


def test_events_tell_by_their_mark(
    server: Server, connect: Callable[..., Phone], sync: Callable[..., dict[str, Any]], terminal: Terminal
) -> None:
    """An event is done by the mark ahead of its title, there as here, and moved by its dates."""
    phone = connect(server, "events")
    sync()
    name = phone.titled("Learn the words")
    phone.change(
        name,
        ("SUMMARY:.*", "SUMMARY:✓ Learn the words\n"),
        ("DTSTART.*", "DTSTART;VALUE=DATE:20260702\n"),
        ("DTEND.*", "DTEND;VALUE=DATE:20260703\n"),
    )
    sync()
    assert (terminal.task(1)["status"], terminal.task(1)["date"]) == ("done", "2026-07-02")
    assert terminal.task(1)["title"] == "Learn the words"
    assert quiet(sync())
    phone.change(name, ("SUMMARY:.*", "SUMMARY:Learn the words\n"))
    sync()
    assert terminal.task(1)["status"] == "open"
    terminal.ok("skip", "1")
    sync()
    assert "SUMMARY:– Learn the words\n" in phone.get(name)
    assert quiet(sync())


def test_timed_events_keep_their_time(
    server: Server, connect: Callable[..., Phone], sync: Callable[..., dict[str, Any]], terminal: Terminal
) -> None:
    """An event that was dragged to another hour stays there; the others make room for it."""
    terminal.ok("hours", "mon-sun=19:00-21:00", "--yes")
    phone = connect(server, "timed")
    sync()
    name = phone.titled("Learn the words")
    assert "DTSTART:20260701T170000Z\n" in phone.get(name)
    phone.change(name, ("DTSTART.*", "DTSTART:20260701T050000Z\n"), ("DTEND.*", "DTEND:20260701T053000Z\n"))
    sync()
    assert "DTSTART:20260701T050000Z\n" in phone.get(name)
    assert quiet(sync())
    terminal.ok("done", "1")
    sync()
    text = phone.get(name)
    assert "DTSTART:20260701T050000Z\n" in text
    assert "TRANSP:TRANSPARENT\n" in text
    assert quiet(sync())


def test_a_dry_run_says_the_same(phone: Phone, sync: Callable[..., dict[str, Any]], terminal: Terminal) -> None:
    """--dry-run tells what the run then does, and changes neither side."""
    phone.change(phone.titled("Learn the words"), ("STATUS:.*", "STATUS:COMPLETED\n"))
    terminal.ok("skip", "2")
    before, stored = phone.objects(), terminal.bytes()
    told = sync("--dry-run")
    assert not told["written"]
    assert (phone.objects(), terminal.bytes()) == (before, stored)
    done = sync()
    assert told["there"] == done["there"]
    assert {(each["number"], each["field"]) for each in told["here"]["changes"]} <= {
        (each["number"], each["field"]) for each in done["here"]["changes"]
    }


def test_a_dropped_plan_goes_and_comes_back(
    phone: Phone, sync: Callable[..., dict[str, Any]], terminal: Terminal
) -> None:
    """The entries of a dropped plan are deleted there; undo brings them back."""
    names = phone.names()
    terminal.ok("drop", "small", "--yes")
    assert there(sync()) == {"deleted": len(names)}
    assert phone.names() == []
    terminal.ok("undo")
    assert there(sync()) == {"new": len(names)}
    assert phone.names() == names


def test_a_finished_plan_stays_there(phone: Phone, sync: Callable[..., dict[str, Any]], terminal: Terminal) -> None:
    """When the last task is done on the phone the plan is over here, and its entries stay."""
    for name in phone.names():
        phone.change(name, ("STATUS:.*", "STATUS:COMPLETED\n"))
    sync()
    assert terminal.ok("plans", "--json").json["plans"][0]["state"] == "finished"
    assert quiet(sync())
    assert len(phone.names()) > 5


def test_one_run_is_enough_for_several_calendars(
    server: Server, connect: Callable[..., Phone], terminal: Terminal
) -> None:
    """What comes from one calendar goes to those before it in the same run, and is told once."""
    phones = [connect(server, form) for form in ("todos", "events", "timed")]
    terminal.ok("sync")
    phones[2].change(phones[2].titled("Learn the words"), ("SUMMARY:.*", "SUMMARY:✓ Learn the words\n"))
    phones[1].change(phones[1].titled("Answer the quiz"), ("SUMMARY:.*", "SUMMARY:Answer\n"))
    reports = terminal.ok("sync", "--json").json["calendars"]
    assert [there(report) for report in reports] == [{"changed": 2}, {"changed": 1}, {"changed": 1}]
    assert [sorted({each["field"] for each in report["here"]["changes"]}) for report in reports] == [
        [],
        ["title"],
        ["done_at", "status"],
    ]
    assert "STATUS:COMPLETED" in phones[0].get(phones[0].titled("Learn the words"))
    phones[0].titled("Answer")
    phones[1].titled("✓ Learn the words")
    assert all(quiet(report) for report in terminal.ok("sync", "--json").json["calendars"])
    phones[2].change(phones[2].titled("✓ Learn the words"), ("SUMMARY:.*", "SUMMARY:Learn the words\n"))
    told = terminal.ok("sync").out
    assert told.count("In the calendar: 1 changed") == 2
    assert told.count("reopened") == 1
    assert "STATUS:NEEDS-ACTION" in phones[0].get(phones[0].titled("Learn the words"))


def test_a_calendar_that_fails_in_between(server: Server, connect: Callable[..., Phone], terminal: Terminal) -> None:
    """The others are still brought to the same state, and nobody is asked twice about what was deleted."""
    phones = [connect(server) for _ in range(3)]
    terminal.ok("sync")
    phones[0].delete(phones[0].titled("Answer the quiz"))
    phones[1].delete("")
    phones[2].change(phones[2].titled("Learn the words"), ("STATUS:.*", "STATUS:COMPLETED\n"))
    answer = terminal("sync")
    assert answer.code == 7
    assert answer.err.count("no longer at") == answer.err.count("deleted in the calendar, open here") == 1
    assert "STATUS:COMPLETED" in phones[0].get(phones[0].titled("Learn the words"))
