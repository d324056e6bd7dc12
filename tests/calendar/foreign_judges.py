"""Where independent readers say something else of the foreign calendars than is expected of us, and why they are not followed.

ical.js is the engine of Thunderbird and of Nextcloud's pages, libical that of Evolution, GNOME Calendar and KOrganizer. Of all
other samples both say what is expected.
"""

from __future__ import annotations

FLOATS = "It reads a zone whose name it does not know as the learner's own. The name tells which one is meant."
COLON = (
    "It ends a parameter at the first colon outside of quotation marks, as RFC 5545 wants it, and refuses what is left."
)
MIXED = "It leaves an end of another kind than the start to whoever asks. We round to the day, or end with it."
SMALL = "It knows T, Z, lengths and words of rules in capitals alone, although RFC 5545 (2) makes no difference."
REFUSES = "It refuses the whole calendar for one part of one entry."
REFUSES_EVENT = "It drops the event for a sign too many."
NAMED = "It compares what is written, not the instant that is meant, or knows no name of another kind than the start."
DOUBLES = "It does not compare revisions: that is for whoever keeps the calendar."
RULE = "It drops the whole rule for one part of it."
OLD = "It reads no rules of vCalendar 1.0."
OUTLOOK = "It does not know what Outlook adds: in Outlook itself the event is free, or on that day."

#: By sample and judge: what it says, and why not.
DIFFERENCES: dict[tuple[str, str], tuple[str, str]] = {
    ("POSIX names that it does not", "ical.js"): ("7-6 09:00-10:00", FLOATS),
    ("another case of its name", "ical.js"): ("7-6 09:00-10:00", FLOATS),
    ("another case of its name", "libical"): ("7-6 09:00-10:00", FLOATS),
    ("spaces around its name", "ical.js"): ("7-6 09:00-10:00", FLOATS),
    ("spaces around its name", "libical"): ("7-6 09:00-10:00", FLOATS),
    ("another case of a known name", "ical.js"): ("7-6 09:00-10:00", FLOATS),
    ("another case of a known name", "libical"): ("7-6 09:00-10:00", FLOATS),
    ("a space in a known name", "ical.js"): ("7-6 09:00-10:00", FLOATS),
    ("a space in a known name", "libical"): ("7-6 09:00-10:00", FLOATS),
    ("Exchange's UTC", "ical.js"): ("7-6 09:00-10:00", FLOATS),
    ("Exchange's UTC", "libical"): ("7-6 09:00-10:00", FLOATS),
    ("Exchange's UTC, unquoted", "ical.js"): ("refused", COLON),
    ("Exchange's UTC, unquoted", "libical"): ("7-6 09:00-10:00", FLOATS),
    ("unquoted colons in its name", "ical.js"): ("refused", COLON),
    ("an unquoted offset that it declares", "ical.js"): ("refused", COLON),
    ("an unquoted offset that speaks for itself", "ical.js"): ("refused", COLON),
    ("an unquoted offset that speaks for itself", "libical"): ("7-6 09:00-10:00", FLOATS),
    ("an offset with a parameter behind it", "ical.js"): ("refused", COLON),
    ("a globally unique name", "ical.js"): ("7-6 09:00-10:00", FLOATS),
    ("a globally unique name", "libical"): ("7-6 09:00-10:00", FLOATS),
    ("a globally unique name of one part", "ical.js"): ("7-6 09:00-10:00", FLOATS),
    ("Windows' name", "ical.js"): ("7-6 09:00-10:00", FLOATS),
    ("Windows' name", "libical"): ("7-6 09:00-10:00", FLOATS),
    ("Windows' name in another case", "ical.js"): ("7-6 09:00-10:00", FLOATS),
    ("Windows' name in another case", "libical"): ("7-6 09:00-10:00", FLOATS),
    ("before its first onset", "ical.js"): (
        "7-6 11:00-12:00",
        "It reads the offset after the first change, RFC 5545 the one before it (3.6.5).",
    ),
    ("single changes, in a list", "ical.js"): ("7-6 09:00-10:00", "It reads the first date of a list alone."),
    ("a zone without anything in it, under a known name", "ical.js"): (
        "7-6 11:00-12:00",
        "It takes a zone without offsets for UTC. The name says more than nothing.",
    ),
    ("a zone without anything in it, under a known name", "libical"): (
        "7-6 11:00-12:00",
        "It takes a zone without offsets for UTC. The name says more than nothing.",
    ),
    ("a zone that is not understood, but says which one it is", "ical.js"): (
        "7-6 11:00-12:00",
        "It takes a zone without offsets for UTC. The name says more than nothing.",
    ),
    ("a zone that is not understood, but says which one it is", "libical"): (
        "7-6 11:00-12:00",
        "It takes a zone without offsets for UTC. The name says more than nothing.",
    ),
    ("a time of no zone, an end in one", "libical"): ("", "It reads an end that floats as if it were in UTC."),
    ("a start in a zone, an end in none", "libical"): (
        "7-6 15:00-18:00",
        "It reads an end that floats as if it were in UTC.",
    ),
    ("a date, and an end with a time", "ical.js"): ("2026-07-06 to 2026-07-07 10:00:00+00:00", MIXED),
    ("a time, and a date for an end", "ical.js"): ("2026-07-06 08:00:00+00:00 to 2026-07-07", MIXED),
    ("a time, and a date for an end", "libical"): ("7-6 10:00-02:00", MIXED),
    ("a midnight that is said to be a date", "libical"): ("", "It takes nothing that does not keep to its VALUE."),
    ("a date that is not said to be one", "ical.js"): ("refused", "It takes nothing that does not keep to its VALUE."),
    ("a comma behind a time", "libical"): ("", REFUSES_EVENT),
    ("small letters", "ical.js"): ("7-6 08:00-09:00", SMALL),
    ("small letters", "libical"): ("", SMALL),
    ("a leap second", "ical.js"): ("7-6 10:00-11:00", "RFC 5545 (3.3.12) says to read it as the second before."),
    ("a leap second", "libical"): ("7-6 10:00-11:00", "RFC 5545 (3.3.12) says to read it as the second before."),
    ("an end that is none", "ical.js"): ("refused", REFUSES),
    ("a length in small letters", "ical.js"): ("refused", SMALL),
    ("a length in small letters", "libical"): ("", SMALL),
    ("an end without a zone is of the start's", "ical.js"): (
        "7-7 02:00-03:00",
        "It reads an end that floats as if it were in UTC.",
    ),
    ("a date ends a series with its day", "ical.js"): (
        "7-6 10:00-11:00, 7-7 10:00-11:00",
        "Both end with the midnight in which that day begins. A person who says until the 8th means the 8th as well.",
    ),
    ("a date ends a series with its day", "libical"): (
        "7-6 10:00-11:00, 7-7 10:00-11:00",
        "Both end with the midnight in which that day begins. A person who says until the 8th means the 8th as well.",
    ),
    ("called off from one on", "libical"): (
        "7-6 10:00-11:00, 7-7 10:00-11:00, 7-9 10:00-11:00",
        "It knows no exception that reaches to all later occurrences.",
    ),
    ("free from one on", "libical"): (
        "7-6 10:00-11:00, 7-7 10:00-11:00, 7-9 10:00-11:00",
        "It knows no exception that reaches to all later occurrences.",
    ),
    ("later and longer from one on", "libical"): (
        "7-6 10:00-11:00, 7-7 10:00-11:00, 7-8 14:00-16:00, 7-9 10:00-11:00",
        "It knows no exception that reaches to all later occurrences.",
    ),
    ("busy from one on, in a series that is free", "libical"): (
        "7-7 10:00-11:00",
        "It knows no exception that reaches to all later occurrences.",
    ),
    ("a rule of exceptions", "ical.js"): (
        "7-6 10:00-11:00, 7-7 10:00-11:00, 7-8 10:00-11:00, 7-9 10:00-11:00",
        "It knows no rules of exceptions, which RFC 5545 dropped; old files still have them.",
    ),
    ("a rule of exceptions", "libical"): (
        "7-7 10:00-11:00, 7-8 10:00-11:00, 7-9 10:00-11:00",
        "It leaves out the first time alone that such a rule names.",
    ),
    ("an occurrence named by its day", "ical.js"): ("7-6 10:00-11:00, 7-7 10:00-11:00, 7-8 10:00-11:00", NAMED),
    ("an occurrence named by its day", "libical"): (
        "7-6 10:00-11:00, 7-7 10:00-11:00, 7-7 15:00-16:00, 7-8 10:00-11:00",
        NAMED,
    ),
    ("an occurrence named by another clock", "ical.js"): ("7-6 10:00-11:00, 7-7 10:00-11:00, 7-8 10:00-11:00", NAMED),
    ("an occurrence named by another clock", "libical"): (
        "7-6 10:00-11:00, 7-7 10:00-11:00, 7-7 15:00-16:00, 7-8 10:00-11:00",
        NAMED,
    ),
    ("a day of a series named by a time", "ical.js"): ("7-6, 7-7, 7-8", NAMED),
    ("a day of a series named by a time", "libical"): ("7-6, 7-7, 7-8, 7-10", NAMED),
    ("an exception without a zone", "ical.js"): (
        "7-6 10:00-11:00, 7-7 10:00-11:00, 7-8 10:00-11:00",
        "It compares wall times in the zone that each is written in.",
    ),
    ("dates more, some with an end of their own", "ical.js"): ("refused", "It knows no periods here."),
    ("dates more, some with an end of their own", "libical"): ("7-6 10:00-11:00", "It knows no periods here."),
    ("the newer of two by its stamp", "ical.js"): ("7-6 10:00-11:00, 7-8 10:00-11:00", DOUBLES),
    ("the newer of two by its stamp", "libical"): ("7-6 10:00-11:00, 7-8 10:00-11:00", DOUBLES),
    ("the newer of two by its number, which its stamp is not", "ical.js"): (
        "7-6 10:00-11:00, 7-8 10:00-11:00",
        DOUBLES,
    ),
    ("the newer of two by its number, which its stamp is not", "libical"): (
        "7-6 10:00-11:00, 7-8 10:00-11:00",
        DOUBLES,
    ),
    ("the newer of two exceptions, named in two ways", "ical.js"): (
        "7-6 10:00-11:00, 7-7 20:00-21:00, 7-8 10:00-11:00",
        DOUBLES,
    ),
    ("the newer of two exceptions, named in two ways", "libical"): (
        "7-6 10:00-11:00, 7-7 15:00-16:00, 7-7 20:00-21:00, 7-8 10:00-11:00",
        DOUBLES,
    ),
    ("a comma at the end of the exceptions", "ical.js"): ("refused", REFUSES),
    ("no exception where one is announced", "ical.js"): ("refused", REFUSES),
    ("one exception of several is none", "ical.js"): ("refused", REFUSES),
    ("one exception of several is none", "libical"): (
        "7-6 10:00-11:00, 7-7 10:00-11:00, 7-8 10:00-11:00",
        "It drops all dates of a line with one that is none.",
    ),
    ("an additional date that is none", "ical.js"): ("7-8 10:00-11:00", "It walks from the date that is none."),
    ("spaces in a rule", "ical.js"): ("refused", REFUSES),
    ("spaces in a rule", "libical"): ("7-6 10:00-11:00", RULE),
    ("small letters in a rule", "ical.js"): ("refused", SMALL),
    ("a day that is none", "ical.js"): ("refused", REFUSES),
    ("a day that is none", "libical"): ("7-6 10:00-11:00", RULE),
    ("an interval of nothing", "libical"): ("7-6 10:00-11:00", RULE),
    ("a part of somebody's own", "libical"): ("7-6 10:00-11:00", RULE),
    ("a frequency that is none", "ical.js"): ("refused", REFUSES),
    ("an end that is no date", "ical.js"): ("refused", REFUSES),
    ("a day that a month lacks is its last (RFC 7529)", "ical.js"): ("7-31, 8-31", "It reads no RFC 7529."),
    ("or the first of the next", "ical.js"): ("7-31, 8-31", "It reads no RFC 7529."),
    ("days that are counted from the month's end", "ical.js"): ("7-1, 8-1, 10-1", "It reads no RFC 7529."),
    ("a rule by another calendar", "ical.js"): ("7-6, 8-6, 9-6", "It reads no RFC 7529."),
    ("a rule by another calendar", "libical"): (
        "7-6, 8-4, 9-3",
        "It counts by that calendar, which takes a library of it.",
    ),
    ("vCalendar 1.0: days", "ical.js"): ("refused", OLD),
    ("vCalendar 1.0: days", "libical"): ("7-6 10:00-11:00", OLD),
    ("vCalendar 1.0: weeks", "ical.js"): ("refused", OLD),
    ("vCalendar 1.0: weeks", "libical"): ("7-6 10:00-11:00", OLD),
    ("vCalendar 1.0: months", "ical.js"): ("refused", OLD),
    ("vCalendar 1.0: months", "libical"): ("7-6 10:00-11:00", OLD),
    ("vCalendar 1.0: days of months", "ical.js"): ("refused", OLD),
    ("vCalendar 1.0: days of months", "libical"): ("7-6 10:00-11:00", OLD),
    ("vCalendar 1.0: nothing that is known", "ical.js"): ("refused", OLD),
    ("Outlook's free", "ical.js"): ("7-6 10:00-11:00", OUTLOOK),
    ("Outlook's free", "libical"): ("7-6 10:00-11:00", OUTLOOK),
    ("Outlook's all day", "ical.js"): ("7-6 06:00-06:00", OUTLOOK),
    ("Outlook's all day", "libical"): ("7-6 06:00-06:00", OUTLOOK),
    ("Outlook's all day, in UTC", "ical.js"): ("7-6 00:00-24:00", OUTLOOK),
    ("Outlook's all day, in UTC", "libical"): ("7-6 00:00-24:00", OUTLOOK),
    ("one calendar calls off what another holds", "ical.js"): ("7-6 10:00-11:00, 7-8 10:00-11:00", DOUBLES),
    ("one calendar calls off what another holds", "libical"): ("7-6 10:00-11:00, 7-8 10:00-11:00", DOUBLES),
    ("called off in American", "ical.js"): ("7-6 10:00-11:00", "It knows the spelling of the RFC alone."),
    ("called off in American", "libical"): ("7-6 10:00-11:00", "It knows the spelling of the RFC alone."),
    ("a list of busy times of which one is none", "ical.js"): ("refused", REFUSES),
}

POSITIONS = "It takes no positions of the hours of a day."
WEEKS = "It does not count weeks as ISO 8601 does."

#: By rule and judge: why it is not followed.
RULE_DIFFERENCES: dict[tuple[str, str], str] = {
    ("FREQ=DAILY;BYSETPOS=-1;BYHOUR=9,12", "ical.js"): POSITIONS,
    ("FREQ=DAILY;BYSETPOS=-1;BYHOUR=9,12", "libical"): POSITIONS,
    ("FREQ=YEARLY;BYDAY=30MO", "ical.js"): "It takes the thirtieth Monday of a year for every one.",
    ("FREQ=YEARLY;BYWEEKNO=30", "ical.js"): WEEKS,
    ("FREQ=YEARLY;BYWEEKNO=30", "libical"): "It takes no day from DTSTART where a week is named.",
    ("FREQ=YEARLY;BYWEEKNO=30;BYDAY=TU", "ical.js"): WEEKS,
}
