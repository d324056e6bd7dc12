"""Events written and read per second, beside other people's libraries: interleaved, in one run, the best of some rounds.

    .venv/bin/python benchmarks/calendars.py [--sizes 60,1000,10000] [--rounds 5]

Everybody writes the same tasks (titles and descriptions with accents and escapes, two categories, a link) from plain
values to bytes, and reads them back from bytes to uid, start, title and state of each event. ``icalendar alone`` is the
library that ours stands on, given texts that are ready, without our cleaning and escaping. Ours writes files of at most
a thousand events, the others one. ``ics`` reads slowly and sits out above a thousand. CPU time is taken, and the least of
the rounds: what other work on the machine adds is not the library's.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

import ics
import vobject
from icalendar import Calendar, Event
from icalendar.prop import vCategory, vText, vUri

from studyplan.calendar import Form, Format, split, text
from studyplan.calendar.entries import read_object
from studyplan.calendar.identity import event_uid
from studyplan.model import Kind, Resource, Task

PLAN = UUID(int=1)
STAMP = datetime(2026, 7, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
#: ``ics`` takes 4 ms an event to read.
SLOW = {("read", "ics"): 1_000}


def tasks(count: int) -> list[Task]:
    return [
        Task(
            learner_id=1,
            number=number,
            plan=1,
            uuid=uuid5(PLAN, str(number)),
            key=f"task-{number}",
            task=f"task-{number}",
            part=1,
            module="kosten",
            title=f"Über Kosten reden; {number}. Gespräch, mit Zahlen",
            kind=Kind.READ,
            minutes=40,
            splittable=False,
            date=date(2026, 7, 1) + number % 365 * DAY,
            position=number,
            objective="can say what a workload costs, and why: per day, per team",
            evidence="five sentences\nof your own",
            resources=(Resource("Principles", f"https://example.org/{number}?a=1,2"),),
            updated_at=STAMP,
        )
        for number in range(1, count + 1)
    ]


def ours(wanted: Sequence[Task]) -> list[bytes]:
    return split("bench", {1: PLAN}, wanted, format=Format(Form.EVENTS))


def with_icalendar(wanted: Sequence[Task]) -> list[bytes]:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//bench//EN")
    for task, (title, body, labels, uid) in zip(wanted, READY[len(wanted)], strict=True):
        event = Event()
        event.add("uid", uid)
        event.add("dtstamp", STAMP)
        event.add("last-modified", STAMP)
        event.add("sequence", 0)
        event.add("dtstart", task.date)
        event.add("dtend", task.date + DAY)
        event.add("summary", vText(title))
        event.add("description", vText(body))
        event.add("categories", vCategory([vText(label) for label in labels]))
        event.add("status", "CONFIRMED")
        event.add("transp", "TRANSPARENT")
        event.add("url", vUri(task.resources[0].url))
        calendar.add_component(event)
    return [calendar.to_ical(sorted=False)]


def with_vobject(wanted: Sequence[Task]) -> list[bytes]:
    calendar = vobject.iCalendar()
    for task, (title, body, labels, uid) in zip(wanted, READY[len(wanted)], strict=True):
        event = calendar.add("vevent")
        for name, value in (
            ("uid", uid),
            ("summary", title),
            ("description", body),
            ("categories", labels),
            ("dtstart", task.date),
            ("dtend", task.date + DAY),
            ("status", "CONFIRMED"),
            ("transp", "TRANSPARENT"),
            ("sequence", "0"),
            ("url", task.resources[0].url),
        ):
            event.add(name).value = value
    return [calendar.serialize().encode()]


def with_ics(wanted: Sequence[Task]) -> list[bytes]:
    calendar = ics.Calendar()
    for task, (title, body, labels, uid) in zip(wanted, READY[len(wanted)], strict=True):
        event = ics.Event(
            uid=uid,
            name=title,
            description=body,
            categories=labels,
            begin=str(task.date),
            status="CONFIRMED",
            transparent=True,
            url=task.resources[0].url,
        )
        event.make_all_day()
        calendar.events.add(event)
    return [calendar.serialize().encode()]


def read_ours(files: Sequence[bytes]) -> int:
    return sum(
        len([(each.uid, each.day, each.title, each.done) for each in read_object(file, None).entries]) for file in files
    )


def read_icalendar(files: Sequence[bytes]) -> int:
    return sum(
        len([(e["UID"], e["DTSTART"].dt, str(e["SUMMARY"]), e["STATUS"]) for e in Calendar.from_ical(file).events])
        for file in files
    )


def read_vobject(files: Sequence[bytes]) -> int:
    return sum(
        len(
            [
                (e.uid.value, e.dtstart.value, e.summary.value, e.status.value)
                for e in vobject.readOne(file.decode()).vevent_list
            ]
        )
        for file in files
    )


def read_ics(files: Sequence[bytes]) -> int:
    return sum(len([(e.uid, e.begin, e.name, e.status) for e in ics.Calendar(file.decode()).events]) for file in files)


WRITE: dict[str, Callable[[Sequence[Task]], list[bytes]]] = {
    "studyplan": ours,
    "icalendar alone": with_icalendar,
    "vobject": with_vobject,
    "ics": with_ics,
}
READ: dict[str, Callable[[Sequence[bytes]], int]] = {
    "studyplan": read_ours,
    "icalendar alone": read_icalendar,
    "vobject": read_vobject,
    "ics": read_ics,
}
#: By the number of tasks: title, body, labels and uid of each, as ours would write them.
READY: dict[int, list[tuple[str, str, list[str], str]]] = {}


def seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def measured(size: int, rounds: int) -> dict[tuple[str, str], float]:
    wanted = tasks(size)
    READY[size] = [
        (text.title(each), text.body(each), text.labels(each), event_uid(PLAN, each.uuid)) for each in wanted
    ]
    files = ours(wanted)
    assert {read(files) for read in (read_ours, read_icalendar)} == {size}
    times: dict[tuple[str, str], list[float]] = {}
    for _ in range(rounds):
        for name in WRITE:
            times.setdefault(("write", name), []).append(seconds(lambda name=name: WRITE[name](wanted)))
            if size <= SLOW.get(("read", name), size):
                times.setdefault(("read", name), []).append(seconds(lambda name=name: READ[name](files)))
    return {key: min(each) for key, each in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", default="60,1000,10000", help="numbers of events")
    parser.add_argument("--rounds", type=int, default=5)
    wanted = parser.parse_args()
    print("events per second of CPU (and the time of ours over icalendar alone)\n")
    print(f"{'':<7}{'events':>8}" + "".join(f"{name:>18}" for name in WRITE) + f"{'ratio':>8}")
    for size in map(int, wanted.sizes.split(",")):
        found = measured(size, wanted.rounds)
        for way in ("write", "read"):
            cells = "".join(
                f"{size / found[way, name]:>18,.0f}" if (way, name) in found else f"{'–':>18}" for name in WRITE
            )
            print(f"{way:<7}{size:>8,}{cells}{found[way, 'studyplan'] / found[way, 'icalendar alone']:>8.2f}")


if __name__ == "__main__":
    main()
