"""Calendars as other programs write them, with when they keep somebody in Berlin busy in the summer of 2026.

Each is a case that some reader got wrong. ``busy`` is what a person who knows the formats would say; where independent readers
say something else stands in ``foreign_judges``, with the reason why they are not followed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

BERLIN_CLOCK = ZoneInfo("Europe/Berlin")
FIRST, LAST = date(2026, 6, 28), date(2026, 10, 5)

BERLIN = "DTSTART;TZID=Europe/Berlin:20260706T100000"
TO_ELEVEN = "DTEND;TZID=Europe/Berlin:20260706T110000"
UTC_EIGHT = ("DTSTART:20260706T080000Z", "DTEND:20260706T090000Z")
DAY = ("DTSTART;VALUE=DATE:20260706", "DTEND;VALUE=DATE:20260707")


@dataclass(frozen=True)
class Sample:
    """A calendar, when it keeps somebody busy, and what has to be told of it."""

    name: str
    #: The lines of the calendar; without a VCALENDAR around them, they are put into one.
    lines: tuple[str, ...]
    #: Days as ``7-6``, times by Berlin's clock as ``7-6 10:00-11:00``, in order.
    busy: str
    #: What the only note says; nothing may be noted where it is empty.
    note: str = ""
    #: What takes the judges for ever is not put before them.
    is_judged: bool = True

    @property
    def file(self) -> bytes:
        lines = self.lines
        if not lines[0].upper().startswith("BEGIN:VCALENDAR"):
            lines = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//other//x//EN", *lines, "END:VCALENDAR")
        return ("\r\n".join(lines) + "\r\n").encode()


def told(spans: Iterable[tuple[date, date]]) -> str:
    """Times in the words of the samples."""
    words = []
    for start, end in sorted(spans, key=lambda span: (span[0].timetuple(), span[1].timetuple())):
        if isinstance(start, datetime) and isinstance(end, datetime):
            begin, stop = start.astimezone(BERLIN_CLOCK), end.astimezone(BERLIN_CLOCK)
            until = "24:00" if stop.hour == stop.minute == 0 and stop.date() > begin.date() else f"{stop:%H:%M}"
            words.append(f"{begin.month}-{begin.day} {begin:%H:%M}-{until}")
        elif isinstance(start, datetime) or isinstance(end, datetime):
            words.append(f"{start} to {end}")
        else:
            days = [start + timedelta(days=number) for number in range((end - start).days)]
            words += [f"{day.month}-{day.day}" for day in days]
    return ", ".join(words)


def event(*lines: str, uid: str = "one") -> tuple[str, ...]:
    return "BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260601T000000Z", "SUMMARY:x", *lines, "END:VEVENT"


def at(zone: str, *, start: str = "20260706T090000", end: str = "20260706T100000") -> tuple[str, ...]:
    return event(f"DTSTART;TZID={zone}:{start}", f"DTEND;TZID={zone}:{end}")


def zone(
    name: str,
    winter: str = "-0500",
    summer: str = "-0400",
    *,
    into: str = "FREQ=YEARLY;BYDAY=2SU;BYMONTH=3",
    back: str = "FREQ=YEARLY;BYDAY=1SU;BYMONTH=11",
    since: str = "16010101T020000",
) -> tuple[str, ...]:
    """A zone with two rules, by default those of New York as Windows writes them."""
    return (
        *("BEGIN:VTIMEZONE", f"TZID:{name}", "BEGIN:STANDARD", f"DTSTART:{since}", f"TZOFFSETFROM:{summer}"),
        *(f"TZOFFSETTO:{winter}", f"RRULE:{back}", "END:STANDARD"),
        *("BEGIN:DAYLIGHT", f"DTSTART:{since}", f"TZOFFSETFROM:{winter}", f"TZOFFSETTO:{summer}"),
        *(f"RRULE:{into}", "END:DAYLIGHT", "END:VTIMEZONE"),
    )


def fixed(name: str, offset: str, *, since: str = "19700101T000000", before: str = "") -> tuple[str, ...]:
    return (
        *("BEGIN:VTIMEZONE", f"TZID:{name}", "BEGIN:STANDARD", f"DTSTART:{since}"),
        *(f"TZOFFSETFROM:{before or offset}", f"TZOFFSETTO:{offset}", "END:STANDARD", "END:VTIMEZONE"),
    )


def calendar(*lines: str, head: tuple[str, ...] = ("VERSION:2.0",)) -> tuple[str, ...]:
    return "BEGIN:VCALENDAR", *head, *lines, "END:VCALENDAR"


def series(*more: str) -> tuple[str, ...]:
    return event(BERLIN, TO_ELEVEN, *more)


def instead(named: str, *lines: str) -> tuple[str, ...]:
    """What stands for one occurrence of the series, or from it on."""
    return event(f"RECURRENCE-ID{named}", *lines)


AFTERNOON = ("DTSTART;TZID=Europe/Berlin:20260707T150000", "DTEND;TZID=Europe/Berlin:20260707T160000")
DAILY = "RRULE:FREQ=DAILY;COUNT=3"
SIX_SEVEN_EIGHT = "7-6 10:00-11:00, 7-7 10:00-11:00, 7-8 10:00-11:00"
MOVED = "7-6 10:00-11:00, 7-7 15:00-16:00, 7-8 10:00-11:00"

#: Group A: what the name of a zone means.
ZONES = (
    Sample("its own zone goes before the world's", (*zone("EST"), *at("EST")), "7-6 15:00-16:00"),
    Sample(
        "its own zone under an IANA name", (*fixed("Europe/Paris", "+0900"), *at("Europe/Paris")), "7-6 02:00-03:00"
    ),
    Sample("POSIX names that it defines", (*zone("EST5EDT"), *at("EST5EDT")), "7-6 15:00-16:00"),
    Sample("POSIX names that it does not", at("PST8PDT"), "7-6 18:00-19:00"),
    Sample(
        "BYHOUR and BYMINUTE in its rules",
        (
            *zone(
                "Mountain",
                "-0700",
                "-0600",
                into="FREQ=YEARLY;BYMINUTE=0;BYHOUR=2;BYDAY=2SU;BYMONTH=3",
                back="FREQ=YEARLY;BYSECOND=0;BYMINUTE=0;BYHOUR=2;BYDAY=1SU;BYMONTH=11",
                since="19500312T020000",
            ),
            *at('"Mountain"'),
        ),
        "7-6 17:00-18:00",
    ),
    Sample(
        "the hour of the rule, not of its start",
        (
            *zone(
                "Odd",
                "+0100",
                "+0200",
                into="FREQ=YEARLY;BYHOUR=11;BYMONTHDAY=6;BYMONTH=7",
                back="FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
                since="19700101T020000",
            ),
            *at("Odd", end="20260706T120000"),
        ),
        "7-6 10:00-12:00",
    ),
    Sample(
        "an escaped comma in its name",
        (*zone("(UTC-06:00) Chicago\\, Dallas", "-0600", "-0500"), *at('"(UTC-06:00) Chicago, Dallas"')),
        "7-6 16:00-17:00",
    ),
    Sample("another case of its name", (*zone("My Zone"), *at("MY ZONE")), "7-6 15:00-16:00"),
    Sample("spaces around its name", (*zone(" Somewhere "), *at('" Somewhere"')), "7-6 15:00-16:00"),
    Sample("another case of a known name", at("asia/TOKYO"), "7-6 02:00-03:00"),
    Sample("a space in a known name", at("America/New York"), "7-6 15:00-16:00"),
    Sample("Exchange's UTC", at('"tzone://Microsoft/Utc"'), "7-6 11:00-12:00"),
    Sample("Exchange's UTC, unquoted", at("tzone://Microsoft/Utc"), "7-6 11:00-12:00"),
    Sample(
        "unquoted colons in its name",
        (*zone("tzone://Microsoft/Custom", "+0000", "+0100"), *at("tzone://Microsoft/Custom")),
        "7-6 10:00-11:00",
    ),
    Sample("an unquoted offset that it declares", (*fixed("GMT-03:30", "-0330"), *at("GMT-03:30")), "7-6 14:30-15:30"),
    Sample("an unquoted offset that speaks for itself", at("GMT+05:30"), "7-6 05:30-06:30"),
    Sample("an offset with a parameter behind it", at("UTC+02:00;X-OLD=1"), "7-6 09:00-10:00"),
    Sample("a globally unique name", at("/mozilla.org/20050126_1/America/New_York"), "7-6 15:00-16:00"),
    Sample(
        "a globally unique name of one part", at("/freeassociation.sourceforge.net/Tzfile/Japan"), "7-6 02:00-03:00"
    ),
    Sample("Windows' name", at('"Tokyo Standard Time"'), "7-6 02:00-03:00"),
    Sample("Windows' name in another case", at("eastern standard time"), "7-6 15:00-16:00"),
    Sample(
        "before its first onset",
        (*fixed("Later", "+0900", since="20260801T000000", before="+0300"), *at("Later")),
        "7-6 08:00-09:00",
    ),
    Sample(
        "single changes, in a list",
        (
            *("BEGIN:VTIMEZONE", "TZID:Listed", "BEGIN:STANDARD", "DTSTART:20251026T030000", "TZOFFSETFROM:+0300"),
            *("TZOFFSETTO:+0200", "RDATE:20251026T030000,20261025T030000", "END:STANDARD"),
            *("BEGIN:DAYLIGHT", "DTSTART:20250330T020000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0300"),
            *("RDATE:20250330T020000,20260329T020000", "END:DAYLIGHT", "END:VTIMEZONE"),
            *at("Listed"),
        ),
        "7-6 08:00-09:00",
    ),
    Sample(
        "a rule that has ended",
        (
            *zone("Ended", "+0300", "+0400", into="FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20100328T000000Z"),
            *at("Ended"),
        ),
        "7-6 08:00-09:00",
    ),
    Sample(
        "a rule that ends after some years",
        (*zone("Counted", "+0300", "+0400", into="FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;COUNT=3"), *at("Counted")),
        "7-6 08:00-09:00",
    ),
    Sample(
        "a zone without anything in it, under a known name",
        ("BEGIN:VTIMEZONE", "TZID:Asia/Tokyo", "END:VTIMEZONE", *at("Asia/Tokyo")),
        "7-6 02:00-03:00",
        "own time zone “Asia/Tokyo” cannot be understood: it has no rules for its clock",
    ),
    Sample(
        "a zone that is not understood, but says which one it is",
        (
            *("BEGIN:VTIMEZONE", "TZID:Ours", "X-LIC-LOCATION:Asia/Tokyo", "BEGIN:STANDARD", "TZOFFSETTO:nine"),
            *("END:STANDARD", "END:VTIMEZONE", *at("Ours")),
        ),
        "7-6 02:00-03:00",
        "own time zone “Ours” cannot be understood: “nine” is not an offset",
    ),
    Sample("a zone that nobody knows", at("Nowhere/Land"), "7-6 09:00-10:00", "time zone “Nowhere/Land” is unknown"),
    Sample(
        "two calendars that mean different things by one name",
        (
            *calendar(*fixed("Ours", "+0900"), *event("DTSTART;TZID=Ours:20260706T090000", "DURATION:PT1H")),
            *calendar(*fixed("Ours", "+0100"), *event("DTSTART;TZID=Ours:20260707T090000", "DURATION:PT1H", uid="two")),
        ),
        "7-6 02:00-03:00, 7-7 10:00-11:00",
    ),
)

#: Group B: what a line says of a moment.
MOMENTS = (
    Sample(
        "a date with a zone",
        event("DTSTART;TZID=Asia/Tokyo;VALUE=DATE:20260706", "DTEND;VALUE=DATE:20260708"),
        "7-6, 7-7",
    ),
    Sample(
        "a time of no zone, an end in one",
        event("DTSTART:20260706T180000", "DTEND;TZID=America/New_York:20260706T130000"),
        "7-6 18:00-19:00",
    ),
    Sample(
        "a start in a zone, an end in none",
        event("DTSTART;TZID=America/New_York:20260706T090000", "DTEND:20260706T160000"),
        "7-6 15:00-16:00",
    ),
    Sample(
        "UTC goes before a zone", at("Asia/Tokyo", start="20260706T080000Z", end="20260706T090000Z"), "7-6 10:00-11:00"
    ),
    Sample("a date, and an end with a time", event("DTSTART;VALUE=DATE:20260706", "DTEND:20260707T120000"), "7-6, 7-7"),
    Sample("a time, and a date for an end", event(BERLIN, "DTEND;VALUE=DATE:20260707"), "7-6 10:00-24:00"),
    Sample("a midnight that is said to be a date", event("DTSTART;VALUE=DATE:20260706T000000"), "7-6"),
    Sample("a date that is not said to be one", event("DTSTART:20260706", "DTEND:20260707"), "7-6"),
    Sample("a comma behind a time", event("DTSTART:20260706T080000Z,", "DTEND:20260706T090000Z;"), "7-6 10:00-11:00"),
    Sample("24:00", event(BERLIN, "DTEND;TZID=Europe/Berlin:20260706T240000"), "7-6 10:00-24:00"),
    Sample(
        "small letters",
        ("begin:vevent", "uid:a", "dtstart:20260706t080000z", "dtend:20260706t090000z", "end:vevent"),
        "7-6 10:00-11:00",
    ),
    Sample("a leap second", event("DTSTART:20260706T075960Z", "DTEND:20260706T090000Z"), "7-6 09:59-11:00"),
    Sample("an end ahead of the start", event(BERLIN, "DTEND;TZID=Europe/Berlin:20260706T090000"), ""),
    Sample("an end that is none", event(*DAY[:1], "DTEND:whenever"), "7-6", "its end cannot be read"),
    Sample("a length in small letters", event(BERLIN, "DURATION:pt1h30m"), "7-6 10:00-11:30"),
    Sample("a length of days for a date", event(DAY[0], "DURATION:P1W"), "7-6, 7-7, 7-8, 7-9, 7-10, 7-11, 7-12"),
)

#: Group C: which times a series has.
SERIES = (
    Sample(
        "an end without a zone is of the start's",
        event(
            "DTSTART;TZID=America/New_York:20260706T200000",
            "DTEND;TZID=America/New_York:20260706T210000",
            "RRULE:FREQ=DAILY;UNTIL=20260707T200000",
        ),
        "7-7 02:00-03:00, 7-8 02:00-03:00",
    ),
    Sample("a date ends a series with its day", series("RRULE:FREQ=DAILY;UNTIL=20260708"), SIX_SEVEN_EIGHT),
    Sample("a time in UTC ends a series", series("RRULE:FREQ=DAILY;UNTIL=20260708T080000Z"), SIX_SEVEN_EIGHT),
    Sample(
        "a time in UTC ends a series of days",
        event(*DAY, "RRULE:FREQ=DAILY;UNTIL=20260708T000000Z"),
        "7-6, 7-7, 7-8",
    ),
    Sample(
        "called off from one on",
        (
            *series("RRULE:FREQ=DAILY;COUNT=4"),
            *instead(
                ";RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260708T100000",
                "DTSTART;TZID=Europe/Berlin:20260708T100000",
                "STATUS:CANCELLED",
            ),
        ),
        "7-6 10:00-11:00, 7-7 10:00-11:00",
    ),
    Sample(
        "free from one on",
        (
            *series("RRULE:FREQ=DAILY;COUNT=4"),
            *instead(";RANGE=THISANDFUTURE:20260708T080000Z", "DTSTART:20260708T080000Z", "TRANSP:TRANSPARENT"),
        ),
        "7-6 10:00-11:00, 7-7 10:00-11:00",
    ),
    Sample(
        "later and longer from one on",
        (
            *series("RRULE:FREQ=DAILY;COUNT=4"),
            *instead(
                ";RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260708T100000",
                "DTSTART;TZID=Europe/Berlin:20260708T140000",
                "DTEND;TZID=Europe/Berlin:20260708T160000",
            ),
        ),
        "7-6 10:00-11:00, 7-7 10:00-11:00, 7-8 14:00-16:00, 7-9 14:00-16:00",
    ),
    Sample(
        "busy from one on, in a series that is free",
        (
            *series("RRULE:FREQ=DAILY;COUNT=3", "TRANSP:TRANSPARENT"),
            *instead(
                ";RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260707T100000",
                "DTSTART;TZID=Europe/Berlin:20260707T100000",
                "DTEND;TZID=Europe/Berlin:20260707T110000",
            ),
        ),
        "7-7 10:00-11:00, 7-8 10:00-11:00",
    ),
    Sample(
        "a rule of exceptions",
        series("RRULE:FREQ=DAILY;COUNT=4", "EXRULE:FREQ=DAILY;INTERVAL=2;COUNT=2"),
        "7-7 10:00-11:00, 7-9 10:00-11:00",
    ),
    Sample("an occurrence named by its day", (*series(DAILY), *instead(";VALUE=DATE:20260707", *AFTERNOON)), MOVED),
    Sample("an occurrence named in UTC", (*series(DAILY), *instead(":20260707T080000Z", *AFTERNOON)), MOVED),
    Sample(
        "an occurrence named by another clock",
        (*series(DAILY), *instead(";TZID=Asia/Tokyo:20260707T170000", *AFTERNOON)),
        MOVED,
    ),
    Sample("an occurrence named without a zone", (*series(DAILY), *instead(":20260707T100000", *AFTERNOON)), MOVED),
    Sample(
        "a day of a series named by a time",
        (
            *event(*DAY, DAILY),
            *instead(":20260707T000000", "DTSTART;VALUE=DATE:20260710", "DTEND;VALUE=DATE:20260711"),
        ),
        "7-6, 7-8, 7-10",
    ),
    Sample("an exception by its day", series(DAILY, "EXDATE;VALUE=DATE:20260707"), "7-6 10:00-11:00, 7-8 10:00-11:00"),
    Sample("an exception without a zone", series(DAILY, "EXDATE:20260707T100000"), "7-6 10:00-11:00, 7-8 10:00-11:00"),
    Sample(
        "an exception by another clock",
        series(DAILY, "EXDATE;TZID=America/New_York:20260707T040000"),
        "7-6 10:00-11:00, 7-8 10:00-11:00",
    ),
    Sample(
        "dates more, some with an end of their own",
        series("RDATE;VALUE=PERIOD:20260708T080000Z/PT2H,20260709T080000Z/20260709T083000Z"),
        "7-6 10:00-11:00, 7-8 10:00-12:00, 7-9 10:00-10:30",
    ),
    Sample(
        "two of one UID, nothing to tell which is newer",
        (*event(*UTC_EIGHT), *event("DTSTART:20260708T080000Z", "DTEND:20260708T090000Z")),
        "7-6 10:00-11:00, 7-8 10:00-11:00",
        "it is in the calendar 2 times, none of them newer: all of them count",
    ),
    Sample(
        "the newer of two by its stamp",
        (
            *(each.replace("20260601T", "20260602T") for each in event(*UTC_EIGHT)),
            *event("DTSTART:20260708T080000Z", "DTEND:20260708T090000Z", "LAST-MODIFIED:20260605T000000Z"),
        ),
        "7-6 10:00-11:00",
        "it is in the calendar 2 times: the newest counts",
    ),
    Sample(
        "the newer of two by its number, which its stamp is not",
        (
            *event(*UTC_EIGHT, "SEQUENCE:3"),
            *(
                each.replace("20260601T", "20260602T")
                for each in event("DTSTART:20260708T080000Z", "DTEND:20260708T090000Z", "SEQUENCE:2")
            ),
        ),
        "7-6 10:00-11:00",
        "it is in the calendar 2 times: the newest counts",
    ),
    Sample(
        "the newer of two exceptions, named in two ways",
        (
            *series(DAILY),
            *instead(":20260707T080000Z", *AFTERNOON, "SEQUENCE:1"),
            *instead(";TZID=Europe/Berlin:20260707T100000", BERLIN.replace("06T10", "07T20"), "DURATION:PT1H"),
        ),
        MOVED,
        "it is in the calendar 2 times: the newest counts",
    ),
    Sample("an exception of a series that is not there", instead(":20260707T080000Z", *AFTERNOON), "7-7 15:00-16:00"),
)

#: Group D: one part that is broken or unusual.
PARTS = (
    Sample(
        "a comma at the end of the exceptions",
        series(DAILY, "EXDATE:20260707T080000Z,"),
        "7-6 10:00-11:00, 7-8 10:00-11:00",
        "EXDATE has an empty value",
    ),
    Sample(
        "no exception where one is announced",
        series(DAILY, "EXDATE:"),
        SIX_SEVEN_EIGHT,
        "EXDATE has an empty value",
    ),
    Sample(
        "one exception of several is none",
        series(DAILY, "EXDATE:never,20260707T080000Z"),
        "7-6 10:00-11:00, 7-8 10:00-11:00",
        "“never”",
    ),
    Sample(
        "an additional date that is none",
        series("RDATE:20260708T080000Z,20261341T000000Z"),
        "7-6 10:00-11:00, 7-8 10:00-11:00",
        "RDATE is not a date",
    ),
    Sample("spaces in a rule", series("RRULE:FREQ=DAILY; COUNT=3 ;BYDAY=MO, TU, WE"), SIX_SEVEN_EIGHT),
    Sample("small letters in a rule", series("rrule:freq=daily;count=3"), SIX_SEVEN_EIGHT),
    Sample("a semicolon at the end of a rule", series(DAILY + ";"), SIX_SEVEN_EIGHT),
    Sample(
        "a day that is none",
        series("RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MO,XX,WE"),
        "7-6 10:00-11:00, 7-8 10:00-11:00, 7-13 10:00-11:00",
        "“BYDAY=MO,XX,WE”",
    ),
    Sample("an interval of nothing", series("RRULE:FREQ=DAILY;INTERVAL=0;COUNT=3"), SIX_SEVEN_EIGHT, "“INTERVAL=0”"),
    Sample(
        "a part of somebody's own", series("RRULE:FREQ=DAILY;X-MOON=FULL;COUNT=3"), SIX_SEVEN_EIGHT, "“X-MOON=FULL”"
    ),
    Sample(
        "a frequency that is none",
        series("RRULE:FREQ=SOMETIMES"),
        "7-6 10:00-11:00",
        "only its first occurrence counts",
    ),
    Sample(
        "an end that is no date",
        series("RRULE:FREQ=YEARLY;UNTIL=soon"),
        "7-6 10:00-11:00",
        "the end of its recurrence was left out",
    ),
    Sample(
        "a day that a month lacks is its last (RFC 7529)",
        event(
            "DTSTART;VALUE=DATE:20260731",
            "DTEND;VALUE=DATE:20260801",
            "RRULE:RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;COUNT=3",
        ),
        "7-31, 8-31, 9-30",
    ),
    Sample(
        "or the first of the next",
        event(
            "DTSTART;VALUE=DATE:20260731",
            "DTEND;VALUE=DATE:20260801",
            "RRULE:RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD;COUNT=3",
        ),
        "7-31, 8-31, 10-1",
    ),
    Sample(
        "or left out",
        event(
            "DTSTART;VALUE=DATE:20260731",
            "DTEND;VALUE=DATE:20260801",
            "RRULE:RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=OMIT;UNTIL=20261001",
        ),
        "7-31, 8-31",
    ),
    Sample(
        "days that are counted from the month's end",
        event(
            "DTSTART;VALUE=DATE:20260701",
            "DTEND;VALUE=DATE:20260702",
            "RRULE:RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=-31;SKIP=BACKWARD;UNTIL=20261001",
        ),
        "7-1, 8-1, 8-31, 10-1",
    ),
    Sample(
        "a rule by another calendar",
        event(*DAY, "RRULE:RSCALE=HEBREW;FREQ=MONTHLY;COUNT=3"),
        "7-6",
        "its recurrence rule cannot be read, only its first occurrence counts",
    ),
    Sample("vCalendar 1.0: days", calendar(*series("RRULE:D1 #3"), head=("VERSION:1.0",)), SIX_SEVEN_EIGHT),
    Sample(
        "vCalendar 1.0: weeks",
        calendar(*series("RRULE:W2 MO WE 20260724T000000Z"), head=("VERSION:1.0",)),
        "7-6 10:00-11:00, 7-8 10:00-11:00, 7-20 10:00-11:00, 7-22 10:00-11:00",
    ),
    Sample(
        "vCalendar 1.0: months",
        calendar(*series("RRULE:MP1 1+ MO #3"), head=("VERSION:1.0",)),
        "7-6 10:00-11:00, 8-3 10:00-11:00, 9-7 10:00-11:00",
    ),
    Sample(
        "vCalendar 1.0: days of months",
        calendar(*series("RRULE:MD1 6 LD #3"), head=("VERSION:1.0",)),
        "7-6 10:00-11:00, 7-31 10:00-11:00, 8-6 10:00-11:00",
    ),
    Sample(
        "vCalendar 1.0: nothing that is known",
        calendar(*series("RRULE:M1 #3"), head=("VERSION:1.0",)),
        "7-6 10:00-11:00",
        "only its first occurrence counts: “M1#3”",
    ),
    Sample(
        "a rule that happens every second",
        series("RRULE:FREQ=SECONDLY"),
        "7-6 10:00-11:00",
        "its recurrence rule was left out",
        is_judged=False,
    ),
)

#: Group E: what keeps nobody busy, and what does.
STATES = (
    Sample("Outlook's free", event(*UTC_EIGHT, "X-MICROSOFT-CDO-BUSYSTATUS:FREE"), ""),
    Sample("Outlook's out of office", event(*UTC_EIGHT, "X-MICROSOFT-CDO-BUSYSTATUS:OOF"), "7-6 10:00-11:00"),
    Sample("Outlook's tentative", event(*UTC_EIGHT, "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE"), "7-6 10:00-11:00"),
    Sample(
        "Outlook's all day",
        event(
            "DTSTART;TZID=America/New_York:20260706T000000",
            "DTEND;TZID=America/New_York:20260707T000000",
            "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
        ),
        "7-6",
    ),
    Sample(
        "Outlook's all day, in UTC",
        event("DTSTART:20260705T220000Z", "DTEND:20260706T220000Z", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"),
        "7-6",
    ),
    Sample("a calendar that calls off", calendar(*event(*UTC_EIGHT), head=("VERSION:2.0", "METHOD:CANCEL")), ""),
    Sample("the method behind the events", calendar(*event(*UTC_EIGHT), "method:cancel"), ""),
    Sample(
        "one calendar calls off what another holds",
        (
            *calendar(*event(*UTC_EIGHT), *event("DTSTART:20260708T080000Z", "DURATION:PT1H", uid="two")),
            *calendar(*event(*UTC_EIGHT, "SEQUENCE:1"), head=("VERSION:2.0", "METHOD:CANCEL")),
        ),
        "7-8 10:00-11:00",
        "it is in the calendar 2 times: the newest counts",
    ),
    Sample("a calendar that is published", calendar(*event(*UTC_EIGHT), head=("METHOD:PUBLISH",)), "7-6 10:00-11:00"),
    Sample("called off in American", event(*UTC_EIGHT, "STATUS:CANCELED"), ""),
    Sample(
        "a series with an occurrence that is called off",
        (*series(DAILY), *instead(":20260707T080000Z", *AFTERNOON, "STATUS:CANCELLED")),
        "7-6 10:00-11:00, 7-8 10:00-11:00",
    ),
    Sample(
        "a list of busy times",
        (
            *("BEGIN:VFREEBUSY", "UID:f", "DTSTAMP:20260601T000000Z", "DTSTART:20260701T000000Z"),
            *("DTEND:20260801T000000Z", "FREEBUSY;FBTYPE=BUSY:20260706T080000Z/PT1H,20260706T120000Z/PT30M"),
            *("FREEBUSY:20260707T080000Z/20260707T090000Z", "FREEBUSY;FBTYPE=FREE:20260708T080000Z/PT1H"),
            *("FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260709T080000Z/PT1H", "FREEBUSY;FBTYPE=X-GYM:20260710T080000Z/PT1H"),
            *("FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260711T080000Z/PT1H", "END:VFREEBUSY"),
        ),
        "7-6 10:00-11:00, 7-6 14:00-14:30, 7-7 10:00-11:00, 7-9 10:00-11:00, 7-10 10:00-11:00, 7-11 10:00-11:00",
    ),
    Sample(
        "a list of busy times of which one is none",
        (
            *("BEGIN:VFREEBUSY", "UID:f", "DTSTART:20260701T000000Z", "DTEND:20260801T000000Z"),
            *("FREEBUSY:20260706T080000Z/PT1H,soon/PT1H", "END:VFREEBUSY"),
        ),
        "7-6 10:00-11:00",
        "the free/busy list f of 2026-07-01: a busy time was left out",
    ),
    Sample(
        "a range to be asked for is not busy",
        ("BEGIN:VFREEBUSY", "DTSTART:20260701T000000Z", "DTEND:20260801T000000Z", "END:VFREEBUSY"),
        "",
    ),
)

SAMPLES = (*ZONES, *MOMENTS, *SERIES, *PARTS, *STATES)

#: Rules of all kinds, for a series that begins in the days asked for and for one that began two years before.
RULES = (
    *("FREQ=DAILY;INTERVAL=3", "FREQ=DAILY;BYMONTH=8", "FREQ=DAILY;BYDAY=SA,SU", "FREQ=DAILY;BYMONTHDAY=1,15"),
    *(
        "FREQ=DAILY;BYHOUR=10,15;COUNT=6",
        "FREQ=DAILY;BYHOUR=8,9;BYMINUTE=0,30;COUNT=8",
        "FREQ=DAILY;BYSETPOS=-1;BYHOUR=9,12",
    ),
    *("FREQ=HOURLY;INTERVAL=5;COUNT=7", "FREQ=MINUTELY;INTERVAL=90;COUNT=9"),
    *("FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=MO"),
    *("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=5", "FREQ=WEEKLY;BYMONTH=8,9", "FREQ=WEEKLY;UNTIL=20260801T080000Z"),
    *("FREQ=WEEKLY;UNTIL=20260801T235959Z;BYDAY=WE", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=1MO,3MO"),
    *(
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=MONTHLY;BYSETPOS=1,-1;BYDAY=MO,FR",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
    ),
    *("FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=MONTHLY;INTERVAL=2", "FREQ=MONTHLY;BYMONTHDAY=10,20;COUNT=4"),
    *(
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "FREQ=YEARLY",
        "FREQ=YEARLY;BYMONTH=8",
        "FREQ=YEARLY;BYMONTH=7,8;BYMONTHDAY=6",
    ),
    *(
        "FREQ=YEARLY;BYMONTH=9;BYDAY=1MO",
        "FREQ=YEARLY;BYDAY=MO;BYMONTH=8",
        "FREQ=YEARLY;BYDAY=30MO",
        "FREQ=YEARLY;BYYEARDAY=200",
    ),
    *("FREQ=YEARLY;BYYEARDAY=-150", "FREQ=YEARLY;BYWEEKNO=30", "FREQ=YEARLY;BYWEEKNO=30;BYDAY=TU"),
)
RULED = tuple(
    Sample(
        f"{rule} since {year}",
        event(*(line.replace("20260706", since) for line in (BERLIN, TO_ELEVEN)), f"RRULE:{rule}"),
        "",
    )
    for rule in RULES
    for year, since in ((2024, "20241007"), (2026, "20260706"))
)
