"""Calendar files: golden bytes, determinism, limits, identity, states."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from random import Random
from uuid import UUID, uuid4, uuid5

import pytest
from calendar_readers import components, lines, with_icalendar
from calendar_samples import GOLDEN, GOLDEN_FILES, HARD_NAME, PLAN, PLANS, STAMP, hard, removed, task, week

from studyplan import calendar
from studyplan.calendar import Form, Format, event_uid, todo_uid, whole_mark
from studyplan.errors import Conflict
from studyplan.model import Resource, Status, Task

SAMPLES = Path(__file__).with_name("calendar_samples.py")
FORMS = list(Form)
KNOWN_PROPERTIES = (
    *("VERSION", "PRODID", "CALSCALE", "NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL"),
    *("X-STUDYPLAN-COMPLETE", "UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "DUE", "SUMMARY"),
    *("DESCRIPTION", "CATEGORIES", "STATUS", "TRANSP", "PERCENT-COMPLETE"),
)


def of(file: bytes, each: Task) -> list[str]:
    """The content lines of a task's event."""
    return components(file)[event_uid(PLANS[each.plan], each.uuid)].split("\n")


def render(*tasks: Task, **options: object) -> bytes:
    return calendar.render("foundations", PLANS, tasks, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", GOLDEN_FILES)
def test_golden_files(name: str) -> None:
    """Byte for byte what was reviewed: no clock, no library version, no order of hashing shows."""
    assert GOLDEN_FILES[name]() == (GOLDEN / f"{name}.ics").read_bytes()


@pytest.mark.parametrize(
    ("flags", "environment"),
    [
        ([], {"TZ": "Pacific/Apia", "PYTHONHASHSEED": "1", "LANG": "tr_TR.UTF-8"}),
        (["-O"], {"TZ": "America/Havana", "PYTHONHASHSEED": "2", "LC_ALL": "C", "PYTHONUTF8": "0"}),
        (["-OO"], {"PYTHONTZPATH": "", "PYTHONHASHSEED": "3", "PYTHONIOENCODING": "latin-1"}),
    ],
)
def test_the_machine_does_not_show(tmp_path: Path, flags: list[str], environment: dict[str, str]) -> None:
    """Zone, language, hash seed and assertions switched off: the same bytes, so nothing is injected under ``-O``."""
    code = (
        "import sys; from pathlib import Path; import calendar_samples as samples\n"
        "for name, make in samples.GOLDEN_FILES.items(): Path(sys.argv[1], name).write_bytes(make())"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SAMPLES.parent), str(GOLDEN.parent.parent)]), **environment}
    subprocess.run([sys.executable, *flags, "-c", code, str(tmp_path)], env=env, check=True)
    for name in GOLDEN_FILES:
        assert (tmp_path / name).read_bytes() == (GOLDEN / f"{name}.ics").read_bytes()


def test_nothing_heavy_is_loaded_for_a_uid() -> None:
    """``tasks --json`` prints uids; it must not pay for icalendar."""
    code = (
        "import sys; from uuid import UUID; from studyplan import calendar\n"
        "calendar.event_uid(UUID(int=1), UUID(int=2))\n"
        "heavy = {'icalendar', 'holidays', 'dateutil'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_an_unknown_name_is_an_attribute_error() -> None:
    """What the package loads late does not hide mistakes."""
    with pytest.raises(AttributeError, match="rendre"):
        _ = calendar.rendre  # type: ignore[attr-defined]


@pytest.mark.parametrize("form", FORMS)
def test_the_file_is_well_formed(form: Form) -> None:
    """CRLF, UTF-8 without a mark, at most 75 octets a line and no line broken inside a character."""
    file = calendar.render(HARD_NAME, PLANS, hard(), format=Format(form))
    assert file.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert file.endswith(b"END:VCALENDAR\r\n")
    assert b"\r\n\r\n" not in file
    for line in file.split(b"\r\n"):
        assert len(line) <= 75
        assert not set(line.decode()) & set(map(chr, [*range(32), 127]))


@pytest.mark.parametrize("form", FORMS)
def test_no_text_becomes_a_property(form: Form) -> None:
    """Line breaks in a name, title, key, module or address end nowhere at the beginning of a line."""
    file = calendar.render(HARD_NAME, PLANS, hard(), format=Format(form))
    kind = "VTODO" if form is Form.TODOS else "VEVENT"
    known = set(KNOWN_PROPERTIES)
    for line in lines(file):
        if line.startswith(("BEGIN:", "END:")):
            assert line.split(":", 1)[1] in ("VCALENDAR", kind)
        else:
            assert line.replace(";", ":").split(":")[0] in known
    assert len(components(file)) == len(hard())


def test_the_head() -> None:
    """Version, maker, name (twice, escaped), how often to ask again, and no METHOD."""
    file = calendar.render("a, b; c\r\nd\\", PLANS, [])
    assert lines(file) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//studyplan//studyplan 1//EN",
        "CALSCALE:GREGORIAN",
        r"NAME:a\, b\; c d\\",
        r"X-WR-CALNAME:a\, b\; c d\\",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
        "END:VCALENDAR",
    ]
    assert "NAME:studyplan" in lines(calendar.render(" \n", PLANS, []))


@pytest.mark.parametrize("form", FORMS)
def test_a_whole_plan_is_marked(form: Form) -> None:
    """With how many entries it has and which: a line for each plan, none in a part of one, and another one without a task."""
    uid = todo_uid if form is Form.TODOS else event_uid
    everything = [*week(), *(replace(each, plan=2, number=each.number + 50) for each in week())]

    def marks(tasks: list[Task], **rest: object) -> list[str]:
        file = calendar.render("a", PLANS, tasks, format=Format(form), **rest)  # type: ignore[arg-type]
        return [line.split(":")[1] for line in lines(file) if line.startswith("X-STUDYPLAN-COMPLETE:")]

    def mark(plan: int, tasks: list[Task]) -> str:
        return whole_mark(uid(PLANS[plan], each.uuid) for each in tasks if each.plan == plan)

    assert marks(everything) == [mark(1, everything), mark(2, everything)]
    assert marks(everything)[0].startswith(f"{len(week())} ")
    assert marks(week()[:-1]) != marks(week()) == marks(week()[::-1])
    assert marks(week(), complete=False) == marks([]) == []


def test_an_event_in_full() -> None:
    """Every property, in its order."""
    site = Resource("Site", "https://example.org/")
    each = task(3, title="Read, then write", resources=(site,), sequence=4, status=Status.DONE, done_at=STAMP)
    assert of(render(each), each) == [
        "BEGIN:VEVENT",
        "UID:" + str(uuid5(PLAN, f"event:{each.uuid}")),
        "DTSTAMP:20260701T083000Z",
        "LAST-MODIFIED:20260701T083000Z",
        "SEQUENCE:4",
        "DTSTART;VALUE=DATE:20260703",
        "DTEND;VALUE=DATE:20260704",
        r"SUMMARY:✓ Read\, then write",
        r"DESCRIPTION:40 min\, reading\n\nSite\nhttps://example.org/\n\nTask 3 (task-3)",
        "CATEGORIES:language,read",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


@pytest.mark.parametrize(
    ("day", "after"),
    [
        (date(2028, 2, 28), "20280229"),
        (date(2028, 2, 29), "20280301"),
        (date(2026, 12, 31), "20270101"),
        (date(2026, 3, 29), "20260330"),
        (date(2026, 10, 25), "20261026"),
        (date(9999, 12, 31), "99991231"),
    ],
)
def test_an_event_ends_on_the_next_day(day: date, after: str) -> None:
    """DTEND is exclusive and always written; the last day of the calendar has no day after it."""
    each = task(date=day)
    assert f"DTEND;VALUE=DATE:{after}" in of(render(each), each)


@pytest.mark.parametrize(
    ("status", "title", "shown"),
    [
        (Status.OPEN, "SUMMARY:Read chapter 1", "NEEDS-ACTION"),
        (Status.DONE, "SUMMARY:✓ Read chapter 1", "COMPLETED"),
        (Status.SKIPPED, "SUMMARY:– Read chapter 1", "CANCELLED"),
    ],
)
def test_states(status: Status, title: str, shown: str) -> None:
    """Done and skipped events stay CONFIRMED, so that no calendar hides them; to-dos have states of their own."""
    each = task(status=status, done_at=STAMP + timedelta(hours=1) if status is Status.DONE else None)
    event = of(render(each), each)
    assert title in event
    assert "STATUS:CONFIRMED" in event
    todo = components(render(each, format=Format(Form.TODOS)))[todo_uid(PLAN, each.uuid)].split("\n")
    assert f"STATUS:{shown}" in todo
    assert "SUMMARY:Read chapter 1" in todo
    assert f"PERCENT-COMPLETE:{100 if status is Status.DONE else 0}" in todo
    assert ("COMPLETED:20260701T093000Z" in todo) == (status is Status.DONE)
    assert not [line for line in todo if line.startswith(("DTSTART", "DURATION", "PRIORITY"))]
    assert "DUE;VALUE=DATE:20260701" in todo


@pytest.mark.parametrize("form", FORMS)
def test_numbered_titles_keep_the_order_of_a_day(form: Form) -> None:
    """Sorted by title, as many calendars do inside a day, they stand in the order of the plan; done ones too."""
    day = date(2026, 7, 1)
    titles = ["Zebra", "apple", "Über", "2 things"] * 3
    tasks = [
        task(n, title=title, date=day, position=n, status=Status.DONE if n % 3 else Status.OPEN, done_at=STAMP)
        for n, title in enumerate(titles, 1)
    ]
    file = render(*tasks, format=Format(form, numbered=True))
    shown = [line.removeprefix("SUMMARY:") for line in lines(file) if line.startswith("SUMMARY:")]
    assert len(shown) == len(tasks)
    in_plan = [next(each for each in shown if each.startswith(f"{n + 1:03}. ")) for n in range(1, 13)]
    assert sorted(shown) == in_plan


def test_undone_leaves_no_trace_of_done() -> None:
    """Back to open: plain title, no COMPLETED; stamp and sequence are the task's."""
    done = task(status=Status.DONE, done_at=STAMP, updated_at=STAMP)
    again = replace(done, status=Status.OPEN, done_at=None, updated_at=STAMP + timedelta(seconds=1), sequence=1)
    for form in FORMS:
        file = render(again, format=Format(form))
        assert "✓" not in file.decode()
        assert "\nCOMPLETED" not in file.decode()
        assert {"LAST-MODIFIED:20260701T083001Z", "SEQUENCE:1"} <= set(lines(file))


@pytest.mark.parametrize(("place", "parts"), [(0, 0), (0, 1), (1, 2), (2, 2)])
def test_a_piece_that_is_gone(place: int, parts: int) -> None:
    """Is no piece of those that are left, whose places are counted without it."""
    gone = task(3, place=place, parts=parts, part=2)
    for form in FORMS:
        file = render(removed=[gone], complete=False, format=Format(form)).decode()
        assert "/" not in next(line for line in lines(file.encode()) if line.startswith("SUMMARY:"))
        assert "part" not in file.replace("PARTICIPANT", "")


def test_removed_tasks_are_cancelled() -> None:
    """A file cannot delete: what was removed is named as cancelled, whatever it was before."""
    file = render(*week()[:1], removed=removed(), complete=False)
    for each in removed():
        event = of(file, each)
        assert "STATUS:CANCELLED" in event
        assert f"SEQUENCE:{each.sequence}" in event
        assert f"SUMMARY:✗ {each.title}" in event
    assert "STATUS:CONFIRMED" in of(file, week()[0])


def test_a_task_that_is_back_is_not_gone() -> None:
    """A uid occurs once: removed and made again, the task is there."""
    each = task()
    file = render(each, removed=[replace(each, exists=False)])
    assert lines(file).count("BEGIN:VEVENT") == 1
    assert "STATUS:CONFIRMED" in lines(file)


def test_removed_to_dos_are_cancelled() -> None:
    """The same for to-dos, whose state is their own."""
    file = render(format=Format(Form.TODOS), removed=[task(status=Status.DONE, done_at=STAMP, exists=False)])
    assert {"STATUS:CANCELLED", "PERCENT-COMPLETE:0"} <= set(lines(file))
    assert "COMPLETED" not in " ".join(lines(file)).replace("PERCENT-COMPLETE", "")


def test_the_uid_rests_on_identity_alone() -> None:
    """A rename, move, cut or change of state keeps it; another plan, task or form gives another."""
    each = task()
    changed = replace(
        each,
        title="x",
        date=date(2027, 1, 1),
        number=99,
        position=99,
        key="y",
        part=2,
        parts=2,
        place=2,
        status=Status.DONE,
    )
    assert set(components(render(each))) == set(components(render(changed))) == {event_uid(PLAN, each.uuid)}
    other = uuid4()
    uids = {event_uid(PLAN, each.uuid), event_uid(other, each.uuid), event_uid(PLAN, other), todo_uid(PLAN, each.uuid)}
    assert len(uids) == 4
    assert all(uid == str(UUID(uid)) for uid in uids)


def test_the_order_of_the_tasks_does_not_show() -> None:
    """By day, then curriculum order, then number."""
    tasks = [task(n, date=date(2026, 7, 1 + n % 3), position=n // 2) for n in range(1, 13)]
    shuffled = Random(7).sample(tasks, len(tasks))
    file = render(*shuffled)
    assert file == render(*tasks)
    numbers = [each.number for each in sorted(tasks, key=lambda each: (each.date, each.position, each.number))]
    assert list(components(file)) == [event_uid(PLAN, task(n).uuid) for n in numbers]


@pytest.mark.parametrize("form", FORMS)
def test_one_moved_task_changes_one_component(form: Form) -> None:
    """All others keep every byte, so that a feed's reader sees one change."""
    before = week()
    later = datetime(2026, 7, 9, 17, tzinfo=UTC)
    moved = replace(before[3], date=later.date(), starts_at=later, sequence=1, updated_at=STAMP + timedelta(days=1))
    old, new = (
        components(render(*tasks, format=Format(form))) for tasks in (before, [*before[:3], moved, *before[4:]])
    )
    assert old.keys() == new.keys()
    differ = [uid for uid in old if old[uid] != new[uid]]
    assert differ == [(todo_uid if form is Form.TODOS else event_uid)(PLAN, moved.uuid)]
    assert "SEQUENCE:1" in new[differ[0]].split("\n")


def test_stamps_are_whole_seconds_in_utc() -> None:
    """Whatever the zone and the fraction of the instant that was stored."""
    each = task(updated_at=datetime(2026, 7, 1, 23, 59, 59, 999_999, tzinfo=timezone(timedelta(hours=-3))))
    assert "DTSTAMP:20260702T025959Z" in of(render(each), each)


@pytest.mark.parametrize("stamp", [None, datetime(2026, 7, 1)])
def test_a_task_without_a_stamp_is_a_mistake(stamp: datetime | None) -> None:
    """No clock and no host zone fills the gap."""
    with pytest.raises(ValueError, match="has no"):
        render(task(updated_at=stamp))


def test_a_file_holds_a_thousand_entries() -> None:
    """One more is refused with the way out, tombstones counted."""
    tasks = [task(n, date=STAMP.date()) for n in range(1, 1001)]
    assert len(components(render(*tasks))) == 1000
    with pytest.raises(Conflict, match=r"1,001 entries") as caught:
        render(*tasks, removed=[task(1001)])
    assert "several=True" in (caught.value.hint or "")


def test_a_file_holds_900_kilobytes() -> None:
    """Bytes count too, not only entries."""
    tasks = [task(n, objective="x" * 100_000) for n in range(1, 10)]
    with pytest.raises(Conflict, match=r"kB; a file can have at most") as caught:
        render(*tasks)
    assert "several=True" in (caught.value.hint or "")
    assert len(render(*tasks[:8])) <= 900_000


@pytest.mark.parametrize("form", FORMS)
def test_split_files(form: Form) -> None:
    """As few as the limits allow, none complete, all tasks in the order of days, none twice."""
    tasks = [task(n, date=date(2026, 1, 1) + timedelta(days=n)) for n in range(1, 1502)]
    files = calendar.split("many", PLANS, tasks, format=Format(form))
    assert [len(components(file)) for file in files] == [1000, 501]
    uids = [uid for file in files for uid in components(file)]
    assert len(set(uids)) == len(uids) == len(tasks)
    assert not any(b"X-STUDYPLAN-COMPLETE" in file for file in files)
    days = [seen.end for file in files for seen in with_icalendar(file).values()]
    assert days == sorted(days)


def test_split_files_by_size() -> None:
    """Bytes close a file too; each is as full as it may be."""
    tasks = [task(n, objective="x" * 200_000) for n in range(1, 10)]
    files = calendar.split("large", PLANS, tasks)
    assert [len(components(file)) for file in files] == [4, 4, 1]
    assert all(len(file) <= 900_000 for file in files)


def test_split_of_little_is_the_one_file() -> None:
    """Where one file is enough it is the same file, complete if it was."""
    assert calendar.split("foundations", PLANS, week()) == [render(*week())]
    assert calendar.split("foundations", PLANS, []) == [render()]


def test_an_entry_over_the_limit_is_refused() -> None:
    """No number of files helps: the message names the task."""
    with pytest.raises(Conflict, match="task 7 alone"):
        calendar.split("big", PLANS, [task(7, objective="x" * 900_000)])


def test_instants_in_other_zones_are_the_same_instant() -> None:
    """COMPLETED is in UTC; where it was not kept, the last change is the nearest that is known."""
    done = task(status=Status.DONE, done_at=datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=2))))
    assert "COMPLETED:20260701T100000Z" in lines(render(done, format=Format(Form.TODOS)))
    assert "COMPLETED:20260701T083000Z" in lines(render(replace(done, done_at=None), format=Format(Form.TODOS)))
