"""Tasks to write calendars of, and the calendars that are kept as golden files.

Run as a script it writes the golden files anew; look at what changed before keeping it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from studyplan import calendar
from studyplan.calendar import Form, Format
from studyplan.model import Kind, Resource, Status, Task

GOLDEN = Path(__file__).parent.parent / "golden"
PLAN = UUID("6f2c1d8e-4a6b-4c8e-9d25-0f6f4f4f7a10")
PLANS = {1: PLAN, 2: UUID("0b9d4c1e-2f70-4d53-8a3f-77c1e2a4b901")}
STAMP = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)


def task(number: int = 1, **changed: Any) -> Task:
    """An open task whose day, key and uuids follow from its number."""
    fields: dict[str, Any] = {
        "learner_id": 1,
        "number": number,
        "plan": 1,
        "uuid": UUID(int=0x40008000 << 64 | number),
        "key": f"task-{number}",
        "task": f"task-{number}",
        "part": 1,
        "module": "language",
        "title": f"Read chapter {number}",
        "kind": Kind.READ,
        "minutes": 40,
        "splittable": False,
        "date": date(2026, 7, 1) + timedelta(days=number - 1),
        "position": number,
        "updated_at": STAMP,
    }
    fields |= changed
    day = datetime.combine(fields["date"], time(17), UTC)
    return Task(**{"starts_at": day + timedelta(minutes=50 * (number % 3)), **fields})


def week() -> list[Task]:
    """One task in each state and of several kinds, two of them pieces."""
    principles = Resource("FinOps principles", "https://example.org/principles", 20)
    return [
        task(
            1,
            title="Read the principles; put each in your own words",
            objective="can explain each principle to a colleague",
            evidence="six sentences of your own",
            resources=(principles, Resource("A second view", "https://example.org/view?a=1,2;b=3", 15)),
            tags=("culture", "project"),
            status=Status.DONE,
            done_at=datetime(2026, 7, 1, 18, 5, tzinfo=UTC),
            updated_at=datetime(2026, 7, 1, 18, 5, tzinfo=UTC),
        ),
        task(2, title="Watch the talk", kind=Kind.WATCH, status=Status.SKIPPED, sequence=2),
        task(
            3,
            key="tagging",
            task="tagging",
            part=1,
            parts=2,
            place=1,
            title="Tag a bill",
            kind=Kind.LAB,
            module="allocation",
        ),
        task(
            4,
            key="tagging#2",
            task="tagging",
            part=2,
            parts=2,
            place=2,
            title="Tag a bill",
            kind=Kind.LAB,
            module="allocation",
        ),
        task(5, title="Über Kosten reden – 說成本 👩‍🎓", kind=Kind.DISCUSS, own=True, module=""),
        task(6, key="review-language-1", title="Review: language", kind=Kind.REVIEW, minutes=10),
        task(7, title="Sit the exam", kind=Kind.EXAM, minutes=90, pinned=True, sequence=1),
    ]


def changes_of_clock() -> list[Task]:
    """Evenings on both sides of Berlin's change in autumn, one across it, and one in the hour that comes twice."""
    moments = (
        datetime(2026, 10, 24, 17, tzinfo=UTC),
        datetime(2026, 10, 24, 23, 45, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 18, tzinfo=UTC),
    )
    return [task(n, date=each.date(), starts_at=each, minutes=50) for n, each in enumerate(moments, 60)]


def ends_in_berlin(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo("Europe/Berlin"))


#: What a title may hold. The first words of each are looked for nowhere: they only tell the cases apart.
HARD_TITLES = (
    r'punctuation, semicolon; colon: quote" backslash\ C:\new C:\New $\nabla f$ $\Nabla$ end\\',
    "BEGIN:VEVENT",
    "END:VCALENDAR\r\nATTENDEE:mailto:mallory@example.org",
    "controls \x00\x01\x07\x08\x0b\x0c\x0e\x1b\x1f\x7f\x80\x9f end",
    "breaks a\rb\nc\r\nd\x85e\u2028f\u2029g",
    "marks \ufeffbom \ufffenon \uffffnon \ud800surrogate\udfff",
    "long " + "word " * 400 + "end",
    "fold " + "ü" * 40 + "漢" * 40 + "👩‍🎓" * 20,
    "combining e\u0301 and precomposed é, angstrom \u212b, greek question mark \u037e",
    "עברית و العربية \u202eturned\u202c \u2067isolated\u2069 \u200fend",
    "tab\there, nbsp\u00a0there, zero\u200bwidth, soft\u00adhyphen",
    "",
    "   ",
    "\t\r\n\u2003",
    "\\",
    "\\N\\n\\,\\;",
    ":;,=\"'^^n^'%2C%0D%0A&amp;<b>",
)


def hard() -> list[Task]:
    """A task for each hard title, days that calendars get wrong, and texts that are odd elsewhere than in the title."""
    tasks = [task(number, title=title) for number, title in enumerate(HARD_TITLES, 1)]
    days = (date(2028, 2, 29), date(2026, 12, 31), date(2027, 3, 28), date(2026, 10, 25), date(2026, 3, 8))
    tasks += [task(40 + n, title=f"on {day}", date=day) for n, day in enumerate(days)]
    links = tuple(Resource(f"Link {n}", f"https://example.org/{n}") for n in range(10))
    return [
        *tasks,
        task(50, tags=("a,b", "c;d", "", "  ", "a,b", "read", "\u037e", *(f"tag-{n}" for n in range(60)))),
        task(51, objective="can tell <b>bold</b> from a<b, and https://example.org/bare from a link", resources=links),
        task(52, objective="can write\r\nmany\rlines\x85of\u2028text\\n with \\N and \x07 no bell\n\n\n\nend"),
        task(53, resources=(Resource("spaces, ümlaut", 'https://example.org/a b/ü?q=漢\\n,;"<>\r\nATTENDEE:x'),)),
        task(54, resources=(Resource("no web address", "javascript:alert(1)"), Resource("", "https://example.org/2"))),
        task(55, module="BEGIN:VALARM\r\nATTENDEE:x", key="\r\nBEGIN:VEVENT"),
        task(56, evidence="0123456789" * 10_000),
    ]


def removed() -> list[Task]:
    return [task(30, title="Dropped reading", exists=False, sequence=3), task(31, status=Status.DONE, exists=False)]


HARD_NAME = 'Plan, with; odd: \\n "name"\r\nATTENDEE:mailto:x@example.org\x07'

GOLDEN_FILES: dict[str, Callable[[], bytes]] = {
    "week": lambda: calendar.render("foundations", PLANS, week()),
    "week-todos": lambda: calendar.render("foundations", PLANS, week(), format=Format(Form.TODOS)),
    "unmarked": lambda: calendar.render("foundations", PLANS, week(), format=Format(mark=False), complete=False),
    "numbered": lambda: calendar.render("foundations", PLANS, week()[:4], format=Format(numbered=True), complete=False),
    "removed": lambda: calendar.render("foundations", PLANS, week()[:2], removed=removed(), complete=False),
    "two-plans": lambda: calendar.render(
        "studyplan", PLANS, [replace(week()[0], plan=2), *week()[1:3]], complete=False
    ),
    "timed": lambda: calendar.render("foundations", PLANS, week(), format=Format(Form.TIMED, alarm=15)),
    "exam-of-a-day": lambda: calendar.render(
        "foundations", PLANS, [week()[4], replace(week()[6], starts_at=None)], format=Format(Form.TIMED, alarm=15)
    ),
    "zoned": lambda: calendar.render(
        "foundations", PLANS, changes_of_clock(), format=Format(Form.TIMED, zone="Europe/Berlin")
    ),
    "alarms": lambda: calendar.render("foundations", PLANS, week()[1:4], format=Format(alarm=360, outlook=True)),
    "todo-alarms": lambda: calendar.render(
        "foundations", PLANS, week()[1:4], format=Format(Form.TODOS, alarm=360, day_ends=ends_in_berlin)
    ),
    "empty": lambda: calendar.render("foundations", PLANS, []),
    "hard": lambda: calendar.render(HARD_NAME, PLANS, hard()[:-1]),
    "hard-todos": lambda: calendar.render(HARD_NAME, PLANS, hard()[:-1], format=Format(Form.TODOS)),
}


if __name__ == "__main__":
    for name, make in GOLDEN_FILES.items():
        (GOLDEN / f"{name}.ics").write_bytes(make())
