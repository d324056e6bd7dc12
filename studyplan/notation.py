"""How people write days, lengths of time, the study week and tasks, read into values; and the study week written back.

Pure: whoever calls says what day it is. Every refusal is a UsageProblem with one line and a way out. May import
``text``, ``model`` and ``errors`` only; dateutil is loaded when a date needs it, which an ISO date does not.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from studyplan.errors import UsageProblem, WayOut
from studyplan.model import STEP, Span, StudyHours, Week
from studyplan.text import shown

#: Years that a study plan can mean; anything else is a slip of the finger.
YEARS = range(1970, 2201)
#: Task numbers that one command may name.
MOST_TASKS = 10_000
#: Characters of a date, of a study week and of a length of time: what is longer is none, and nothing should have to read it to the end.
LONGEST_DAY = 60
LONGEST_WEEK = 300
LONGEST_LENGTH = 40

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = tuple(
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_DAY_HINT = "write it like 2026-07-01, tomorrow, next monday, +10d or 1 jul"
_HOUR_HINT = "write it like 2026-12-30, or 2026-12-30T10:00 with an hour of your own clock"
_WEEK_HINT = "write it like 60, mon-fri=60,sat=120 or mon-fri=19:00-20:30"
_LENGTH_HINT = "write it like 45, 1h10 or 1:10"
_NEAR_DAYS = {"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1}
_NUMBER_WORDS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_NUMERIC = re.compile(r"(\d{1,2})([-/.])(\d{1,2})(?:\2(\d+)|\.)?")
_COUNTED = re.compile(r"([+-]) ?(\d{1,6}) ?(d|days?|w|weeks?)")
_AHEAD = re.compile(r"in ([0-9]{1,5}|[a-z]+) (day|week|fortnight|month)s?")
_PART_OF_DAY = re.compile(r"([a-z]+(?: [a-z]+)?) (?:morning|afternoon|evening|night)")
_NAMED = re.compile(r"(?:(next|last|this|on) )?([a-z]+)")
_WORDY = re.compile(r"[a-z\d][a-z\d,. -]*")
#: A time of day at the end of a text, behind a date.
_CLOCK = re.compile(r"(?:(?<=[0-9])t|,? at |,? |,)([0-9]{1,2}):([0-9]{2})(?::00)?(?: ?([ap])m)?$")
_AMOUNT = r"[0-9]{1,4}(?:[.,][0-9]{1,20})?"
_HOURS_WORD, _MINUTES_WORD = r"(?:h|hrs?|hours?|std\.?|stunden?)", r"(?:m|min\.?|mins|minuten?|minutes?|')"
_APART = re.compile(r"[0-9][.,:]? [0-9.,:]")
#: Lengths of time without their spaces, in each way of writing them; a named group says what its figures count.
_LENGTHS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<hours>[0-9]{{1,3}}):(?P<minutes>[0-5][0-9])(?::[0-5][0-9])?{_HOURS_WORD}?",
        rf"(?P<hours>[0-9]{{1,3}}){_HOURS_WORD}(?:and|und|,)?(?P<minutes>[0-5]?[0-9]){_MINUTES_WORD}?",
        rf"(?P<hours>{_AMOUNT}){_HOURS_WORD}",
        rf"(?P<minutes>{_AMOUNT}){_MINUTES_WORD}",
        rf"(?P<bare>{_AMOUNT})",
    )
)
#: Lengths of time in letters.
_SPELT = {
    **dict.fromkeys(("half an hour", "a half hour", "half hour", "half-hour", "halbe stunde", "eine halbe stunde"), 30),
    **dict.fromkeys(("an hour", "a full hour", "eine stunde"), 60),
    **dict.fromkeys(("an hour and a half", "eineinhalb stunden", "anderthalb stunden"), 90),
    **dict.fromkeys(("quarter of an hour", "a quarter of an hour", "quarter hour", "viertelstunde"), 15),
    **dict.fromkeys(("three quarters of an hour", "dreiviertelstunde"), 45),
}
_SPELT_NUMBER = re.compile(r"([a-z]+)( and a half)? (hour|minute)s?")
_SCORE = re.compile(r"(?P<points>[0-9]{1,6})(?: ?%| ?/ ?(?P<whole>[0-9]{1,6}))?")
#: What may stand in a date with a month in letters besides that month and a weekday; dateutil would pass over more.
_BETWEEN = frozenset({"st", "nd", "rd", "th", "of", "on"})
_UNSAID = (datetime(2000, 1, 2, tzinfo=UTC), datetime(2004, 5, 3, 1, 2, 3, tzinfo=UTC))


# --- days ------------------------------------------------------------------------------------------------------------


def day(text: str, today: date, *, past: bool = False) -> date:
    """The day that a text means.

    Reads ``2026-07-01``; ``today``, ``tomorrow``, ``yesterday``; ``+10d``, ``-3d``, ``+2w``, ``in 3 days``, ``in two
    weeks``, ``in a month``; ``next week``, which is its Monday; ``tonight``, ``friday evening``; a weekday, which is the next
    such day and may be today, ``next monday``, which comes after today, and ``last monday``, before it; ``1 jul``, ``jul
    1``, ``1 July 2026``, ``1.7.``, ``1.7.2026``. A month's day without its year is the next one, today included. With ``past``, for what is
    over, a weekday and a month's day are the latest such day instead, which may be today. Figures between slashes are
    refused where they have two readings; between points or dashes the day comes first.
    """
    words = " ".join(text.split()).casefold()
    if not words:
        raise UsageProblem("the date is empty", hint=_DAY_HINT)
    if len(words) > LONGEST_DAY or not words.isascii():
        raise _unreadable(text)
    if words in _NEAR_DAYS:
        return _counted(text, today, _NEAR_DAYS[words])
    if found := _ISO.fullmatch(words) or _COMPACT.fullmatch(words):
        return _real(text, *(int(part) for part in found.groups()))
    if found := _COUNTED.fullmatch(words):
        sign, number, unit = found.groups()
        return _counted(text, today, int(sign + number) * (7 if unit.startswith("w") else 1))
    if (found := _PART_OF_DAY.fullmatch(words)) and (named := _NAMED.fullmatch(found[1])):
        words = "today" if found[1] == "this" else found[1]
        if words in _NEAR_DAYS:
            return _counted(text, today, _NEAR_DAYS[words])
        if not is_weekday(named[2]):
            raise _unreadable(text)
    if words == "next week":
        return _counted(text, today, 7 - today.weekday())
    if (found := _AHEAD.fullmatch(words)) and (number := _number(found[1])) is not None:
        return _ahead(text, today, number, found[2])
    if found := _NUMERIC.fullmatch(words.replace(". ", ".")):
        return _figures(text, _Near(today, past), int(found[1]), int(found[3]), found[4], found[2] == "/")
    if (found := _NAMED.fullmatch(words)) and (weekday := _weekday(found[2])) is not None:
        return _weekday_near(text, _Near(today, past), weekday, found[1])
    return _worded(text, words, _Near(today, past))


@dataclass(frozen=True, slots=True)
class _Near:
    """The day from which a date without its year or month is looked for, and whether backwards."""

    today: date
    past: bool


def until(text: str, today: date, first: date | None) -> date:
    """The last of some past days, ``first`` being the first of them if it was given: ``31 jul`` after ``1 jul`` is of the
    same year, even if it is still to come."""
    found = day(text, today, past=True)
    if first is None or found >= first or " ".join(text.split()).casefold() in _NEAR_DAYS:
        return found
    return max(found, day(text, first))


def day_and_hour(text: str, today: date) -> tuple[date, time | None]:
    """A day as :func:`day` reads it, and the time of day where one follows: ``2026-12-30T10:00``, ``30 dec 10:00``,
    ``tomorrow at 9:30``."""
    words = " ".join(text.split()).casefold()
    found = _CLOCK.search(words)
    if found is None:
        if ":" in words:
            raise UsageProblem(f"'{shown(text)}' is not a date with an hour", hint=_HOUR_HINT)
        return day(text, today), None
    hour, minute = int(found[1]), int(found[2])
    is_clock = hour < 24 if found[3] is None else 1 <= hour <= 12
    if not is_clock or minute > 59:
        raise UsageProblem(f"'{shown(text)}': there is no such time of day", hint=_HOUR_HINT)
    if found[3] is not None:
        hour = hour % 12 + 12 * (found[3] == "p")
    return day(words[: found.start()], today), time(hour, minute)


def day_and_hour_text(on: date, hour: time | None) -> str:
    """The text that :func:`day_and_hour` reads as these."""
    return str(on) if hour is None else f"{on}T{hour:%H:%M}"


def span(text: str, today: date) -> Span:
    """The days that ``D`` or ``D..D`` means. The second date of a range counts from the first: ``1 jul..+6d`` is a week."""
    left, dots, right = text.partition("..")
    if not dots:
        only = day(text, today)
        return Span(only, only)
    if not left.strip() or not right.strip() or right.startswith("."):
        raise UsageProblem(f"'{shown(text)}' needs two dates", hint="write a range like 2026-08-01..2026-08-14")
    first = day(left, today)
    last = day(right, today if right.strip().casefold() in _NEAR_DAYS else first)
    if last < first:
        raise UsageProblem(f"{shown(text)} ends before it begins", hint=f"did you mean {last}..{first}?")
    return Span(first, last)


def _real(text: str, year: int, month: int, number: int) -> date:
    if year not in YEARS:
        raise UsageProblem(
            f"'{shown(text)}': the year {year} is out of range", hint=f"years run from {YEARS[0]} to {YEARS[-1]}"
        )
    if not 1 <= month <= 12:
        raise UsageProblem(f"'{shown(text)}' does not exist: there is no month {month}", hint=_DAY_HINT)
    longest = monthrange(year, month)[1]
    if not 1 <= number <= longest:
        raise UsageProblem(
            f"'{shown(text)}' does not exist: {_MONTHS[month - 1]} {year} has {longest} days",
            hint=f"its last day is {date(year, month, longest)}",
        )
    return date(year, month, number)


def _counted(text: str, today: date, days: int) -> date:
    ordinal = today.toordinal() + days
    if not date(YEARS[0], 1, 1).toordinal() <= ordinal <= date(YEARS[-1], 12, 31).toordinal():
        raise UsageProblem(f"'{shown(text)}' is out of range", hint=f"years run from {YEARS[0]} to {YEARS[-1]}")
    return date.fromordinal(ordinal)


def _number(word: str) -> int | None:
    """A whole number in figures or, if it is small, in letters."""
    if word.isdigit():
        return int(word)
    return 1 if word in ("a", "an") else _NUMBER_WORDS.index(word) if word in _NUMBER_WORDS else None


def _ahead(text: str, today: date, number: int, unit: str) -> date:
    if unit != "month":
        return _counted(text, today, number * {"day": 1, "week": 7, "fortnight": 14}[unit])
    years, month = divmod(today.month - 1 + number, 12)
    year = today.year + years
    return _real(text, year, month + 1, min(today.day, monthrange(year, month + 1)[1]) if year in YEARS else 1)


def _figures(text: str, near: _Near, left: int, right: int, year: str | None, slashed: bool) -> date:
    """A date in figures with the year last or absent. Between slashes either the day or the month may come first, and so
    only one order may be possible."""
    if year is not None and len(year) != 4:
        raise UsageProblem(f"'{shown(text)}' needs a year with four digits", hint=_DAY_HINT)
    if left == right or max(left, right) > 12 or 0 in (left, right):
        month, number = (left, right) if right > 12 >= left else (right, left)
        return _dated(text, near, year, month, number)
    if not slashed:
        return _dated(text, near, year, right, left)
    day_first, month_first = _dated(text, near, year, right, left), _dated(text, near, year, left, right)
    readings = [f"{each.day} {_MONTHS[each.month - 1]} {each.year}" for each in (day_first, month_first)]
    raise UsageProblem(
        f"'{shown(text)}' could be {readings[0]} or {readings[1]}", hint=f"write {day_first} or {month_first}"
    )


def _dated(text: str, near: _Near, year: str | None, month: int, number: int) -> date:
    return _nearest(text, near, month, number) if year is None else _real(text, int(year), month, number)


def _weekday(word: str) -> int | None:
    """0 for Monday; a name may be cut to three letters or more (``tues``)."""
    if len(word) < 3:
        return None
    return next((at for at, name in enumerate(_WEEKDAY_NAMES) if name.startswith(word)), None)


def is_weekday(word: str) -> bool:
    """Whether a word is a day of the week, in full or cut to three letters or more."""
    return _weekday(word) is not None


def is_month(word: str) -> bool:
    """The same of a month."""
    return len(word) > 2 and any(name.casefold().startswith(word) for name in _MONTHS)


def _names_time(word: str) -> bool:
    return is_weekday(word) or is_month(word)


def _weekday_near(text: str, near: _Near, weekday: int, which: str | None) -> date:
    ahead = (weekday - near.today.weekday()) % 7
    if which == "last" or (near.past and which != "next" and ahead):
        ahead -= 7
    elif which == "next" and ahead == 0:
        ahead = 7
    return _counted(text, near.today, ahead)


def _worded(text: str, words: str, near: _Near) -> date:
    """A date with its month in letters. dateutil reads it; what it would fill in or let pass is refused."""
    from dateutil.parser import ParserError, parse

    letters = re.findall("[a-z]+", words)
    if not _WORDY.fullmatch(words) or not all(word in _BETWEEN or _names_time(word) for word in letters):
        raise _unreadable(text)
    dashless = re.sub(r"(?<=[0-9])-(?=[a-z])|(?<=[a-z])-(?=[0-9])", " ", words)
    try:
        # Read against two instants that differ in every field: where the answers differ, the text did not say.
        one, other = (parse(dashless, default=default) for default in _UNSAID)
    except ParserError as error:
        if error.__cause__ is not None:
            raise UsageProblem(f"'{shown(text)}' is a day that does not exist", hint=_DAY_HINT) from None
        raise _unreadable(text) from None
    except (ValueError, OverflowError, TypeError):
        raise _unreadable(text) from None
    times = [_UNSAID[0].timetz(), _UNSAID[1].timetz()]
    if (one.month, one.day) != (other.month, other.day) or [one.timetz(), other.timetz()] != times:
        raise _unreadable(text)
    if one.year != other.year:
        found = _nearest(text, near, one.month, one.day)
    elif str(one.year) in words:
        found = _real(text, one.year, one.month, one.day)
    else:
        raise UsageProblem(f"'{shown(text)}' needs a year with four digits", hint=_DAY_HINT)
    for word in letters:
        weekday = _weekday(word)
        if weekday is not None and weekday != found.weekday():
            name = _WEEKDAY_NAMES[found.weekday()].capitalize()
            raise UsageProblem(f"'{shown(text)}' contradicts itself: {found} is a {name}", hint=f"write {found}")
    return found


def _nearest(text: str, near: _Near, month: int, number: int) -> date:
    """The next such day on or after today, or the latest on or before it; with one within a year, none for a 29 February
    that is far off."""
    today = near.today
    for year in (today.year, today.year - 1 if near.past else today.year + 1):
        if 1 <= month <= 12 and 1 <= number <= monthrange(year, month)[1]:
            found = date(year, month, number)
            if found == today or (found < today) is near.past:
                return _counted(text, found, 0)
    if (month, number) == (2, 29):
        which = "past" if near.past else "coming"
        raise UsageProblem(f"'{shown(text)}' does not exist in the {which} year", hint="write it with its year")
    return _real(text, today.year, month, number)


def _unreadable(text: str) -> UsageProblem:
    return UsageProblem(f"'{shown(text)}' is not a date", hint=_DAY_HINT)


# --- the study week --------------------------------------------------------------------------------------------------


def week(minutes: str | None, weekdays: str | None) -> Week | None:
    """The study week that ``--minutes`` and ``--weekdays`` mean together; None if neither was said.

    ``60`` or ``1h30`` is each day (or each of the weekdays); ``mon-fri=60,sat=120`` names the days, and the days not named are off;
    ``mon-fri=19:00-20:30`` gives clock hours; weekdays alone name no ceiling, as ``any`` does for single days
    (``mon-fri=60,sat=any``). A range may run over the weekend (``fri-mon``), hours past midnight (``22:30-00:30``).
    """
    for words in filter(None, (minutes, weekdays)):
        if len(words) > LONGEST_WEEK:
            raise UsageProblem(f"'{shown(words)}' is too long for a study week", hint=_WEEK_HINT)
    chosen = None if weekdays is None else _chosen(weekdays)
    if minutes is None:
        return None if chosen is None else _week(dict.fromkeys(chosen, StudyHours()))
    parts = [part.strip().casefold() for part in minutes.split(",")]
    if len(parts) == 1 and parts[0][:1].isdigit():
        hours = _hours(parts[0])
        return _week(dict.fromkeys(range(7) if chosen is None else chosen, hours))
    named = _named_days(minutes, parts)
    if chosen is not None and chosen != set(named):
        raise UsageProblem(
            f"'{shown(minutes)}' and the weekdays '{shown(weekdays or '')}' name different days",
            hint="leave out the weekdays: days without minutes are off",
        )
    return _week(named)


def week_text(week: Week) -> str:
    """The shortest text that ``week(text, None)`` reads as this week."""
    groups: dict[StudyHours, list[int]] = {}
    for weekday, hours in enumerate(week.days):
        if hours.minutes != 0:
            groups.setdefault(hours, []).append(weekday)
    if not groups:
        return "none"
    if len(groups) == 1:
        ((hours, days),) = groups.items()
        if hours.minutes is None:
            return _days_text(days)
        if len(days) == 7:
            return _hours_text(hours)
    return ",".join(f"{_days_text(days)}={_hours_text(hours)}" for hours, days in groups.items())


def weekdays(text: str) -> tuple[int, ...]:
    """Days of the week as people name them, Monday 0: ``mon-fri``, ``mon,wed,fri``, ``daily``, ``weekends``. Raises UsageProblem."""
    if len(text) > LONGEST_WEEK:
        raise UsageProblem(f"'{shown(text)}' is too long for days of the week", hint="write days like mon-fri or daily")
    return tuple(sorted(_chosen("daily" if text.strip().casefold() in ("day", "every day") else text)))


def weekdays_text(days: Sequence[int]) -> str:
    """The shortest text that ``weekdays`` reads as these."""
    return _days_text(days)


def _week(named: dict[int, StudyHours]) -> Week:
    if all(hours.minutes == 0 for hours in named.values()):
        raise UsageProblem("that leaves no study day", hint=_WEEK_HINT)
    return Week(tuple(named.get(weekday, StudyHours(0)) for weekday in range(7)))


def _named_days(text: str, parts: Sequence[str]) -> dict[int, StudyHours]:
    """``mon,wed=60,sat=120`` by weekday. Days without a value take the next one; where none has one, none has a ceiling."""
    if not any("=" in part for part in parts):
        return dict.fromkeys(_chosen(text), StudyHours())
    named: dict[int, StudyHours] = {}
    waiting: list[int] = []
    for part in parts:
        days, equals, value = part.partition("=")
        waiting += _weekdays(days)
        if equals:
            hours = _hours(value)
            for weekday in waiting:
                if weekday in named:
                    raise UsageProblem(f"'{shown(text)}' names {WEEKDAYS[weekday]} twice", hint=_WEEK_HINT)
                named[weekday] = hours
            waiting = []
    if waiting:
        name = WEEKDAYS[waiting[0]]
        raise UsageProblem(f"'{shown(text)}' gives no minutes for {name}", hint=f"write {name}=60, or {name}=any")
    return named


def _chosen(text: str) -> set[int]:
    return {weekday for part in text.split(",") for weekday in _weekdays(part)}


def _weekdays(text: str) -> Iterator[int]:
    words = text.strip().casefold()
    if words in ("daily", "weekdays", "weekends", "weekend"):
        yield from {"daily": range(7), "weekdays": range(5)}.get(words, range(5, 7))
        return
    first, dash, last = (part.strip() for part in words.partition("-"))
    ends = [_weekday(first), _weekday(last) if dash else _weekday(first)]
    if ends[0] is None or ends[1] is None:
        raise UsageProblem(
            f"'{shown(text)}' is not a day of the week" if words else "a day of the week is missing",
            hint="write days like mon-fri, mon,wed,fri or weekends, minutes like 60 or mon-fri=60",
        )
    for step in range((ends[1] - ends[0]) % 7 + 1):
        yield (ends[0] + step) % 7


def _hours(text: str) -> StudyHours:
    words = text.strip()
    if words in ("any", "off"):
        return StudyHours(None if words == "any" else 0)
    if re.fullmatch(r"[0-9]{1,6}", words):
        return StudyHours(_minutes(text, int(words)))
    if found := re.fullmatch(r"([0-9]{1,2}):([0-9]{2}) ?- ?([0-9]{1,2}):([0-9]{2})", words):
        hour, minute, last_hour, last_minute = (int(part) for part in found.groups())
        if hour > 23 or minute > 59 or last_minute > 59 or (last_hour, last_minute) > (24, 0):
            raise UsageProblem(f"'{shown(text)}' is not a time of day", hint=_WEEK_HINT)
        minutes = last_hour * 60 + last_minute - hour * 60 - minute
        if minutes <= -720:
            minutes += 1440
        if minutes <= 0:
            raise UsageProblem(f"'{shown(text)}' ends before it begins", hint=_WEEK_HINT)
        return StudyHours(_minutes(text, minutes), time(hour, minute))
    try:
        minutes = length(words)
    except UsageProblem:
        raise UsageProblem(f"'{shown(text)}' is neither minutes nor hours of a day", hint=_WEEK_HINT) from None
    return StudyHours(_minutes(text, minutes))


def _minutes(text: str, minutes: int) -> int:
    if minutes > 1440:
        raise UsageProblem(f"'{shown(text)}': a day has 1440 minutes", hint=_WEEK_HINT)
    if minutes % STEP:
        near = max(STEP, (minutes + STEP // 2) // STEP * STEP)
        raise UsageProblem(
            f"'{shown(text)}': {minutes} is not a multiple of {STEP} minutes", hint=f"use {near} minutes"
        )
    return minutes


def _days_text(days: Sequence[int]) -> str:
    if len(days) == 7:
        return "daily"
    runs: list[list[int]] = []
    for weekday in days:
        if runs and runs[-1][-1] == weekday - 1:
            runs[-1].append(weekday)
        else:
            runs.append([weekday])
    return ",".join(WEEKDAYS[run[0]] if len(run) == 1 else f"{WEEKDAYS[run[0]]}-{WEEKDAYS[run[-1]]}" for run in runs)


def _hours_text(hours: StudyHours) -> str:
    if hours.minutes is None:
        return "any"
    if hours.start is None:
        return str(hours.minutes)
    last = hours.start.hour * 60 + hours.start.minute + hours.minutes
    if last > 1440:
        last -= 1440
    return f"{hours.start:%H:%M}-{last // 60:02}:{last % 60:02}"


# --- lengths of time --------------------------------------------------------------------------------------------------


def length(text: str, *, hours: bool = False) -> int:
    """The whole minutes that a length of time means: ``45``, ``45m``, ``90 min``, ``1:10``, ``1h10``, ``1h 10m``, ``1.5 h``,
    ``1,5 Stunden``, ``half an hour``, ``two hours``. Parts of a minute are rounded, a half up.

    A number without a unit counts minutes, or with ``hours`` hours, as under a heading that says so. A small broken one
    needs its unit: ``1.5`` is more likely an hour and a half. Raises UsageProblem.
    """
    words = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    if (spelt := _spelt(words)) is not None:
        return spelt
    # Figures that stand apart are no number together: "chapter 3 45m" does not end in 345 minutes.
    words = words if _APART.search(words) else words.replace(" ", "")
    found = next((found for each in _LENGTHS if (found := each.fullmatch(words))), None)
    if found is None or len(text) > LONGEST_LENGTH:
        raise UsageProblem(f"'{shown(text)}' is not a length of time", hint=_LENGTH_HINT)
    parts = found.groupdict()
    bare = parts.get("bare")
    if bare is not None and not hours and _is_unclear(bare):
        raise UsageProblem(f"'{shown(text)}' could be hours or minutes", hint=f"write {bare}h or {bare}m")
    millionths = sum(
        _millionths(part) * (60 if name == "hours" or (name == "bare" and hours) else 1)
        for name, part in parts.items()
        if part is not None
    )
    return (millionths + 500_000) // 1_000_000


def _spelt(words: str) -> int | None:
    """``half an hour``, ``two hours``, ``one and a half hours``; None where a length is not spelt out."""
    if words in _SPELT:
        return _SPELT[words]
    found = _SPELT_NUMBER.fullmatch(words)
    if found is None or found[1] not in _NUMBER_WORDS[1:] or (found[2] and found[3] == "minute"):
        return None
    number = _NUMBER_WORDS.index(found[1])
    return number * 60 + (30 if found[2] else 0) if found[3] == "hour" else number


def _is_unclear(bare: str) -> bool:
    """Whether a number without a unit is one that people write for hours as well as for minutes: ``1.5``, ``7,5``."""
    return not bare.isdigit() and _millionths(bare) < 10_000_000 and _millionths(bare) % 1_000_000 > 0


def _millionths(amount: str) -> int:
    """A number with a point or a comma, as a count of millionths."""
    whole, _, part = amount.replace(",", ".").partition(".")
    return int(whole) * 1_000_000 + int(part[:6].ljust(6, "0"))


# --- tasks -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ref:
    """A task as people name it: by ``number``, or by ``key``, and where that is not enough, its ``plan``. ``in_range``: as
    one of several numbers, of which not every one has to exist."""

    number: int | None = None
    key: str | None = None
    plan: str | None = None
    in_range: bool = False

    def __str__(self) -> str:
        if self.number is not None:
            return str(self.number)
        return f"{self.plan}:{self.key}" if self.plan else self.key or ""


def refs(words: Sequence[str]) -> tuple[Ref, ...]:
    """The tasks that words name, each once, in order: ``3``, ``5-7``, ``3,5``, ``principles``, ``lab#2``, ``PLAN:KEY``."""
    found: dict[tuple[int | None, str | None, str | None], Ref] = {}
    for word in words:
        # A plan's name may hold a comma; a list of keys is written with spaces.
        for part in word.split(",") if ":" not in word else [word]:
            for ref in _refs(part.strip()):
                name = (ref.number, ref.key, ref.plan)
                # A number that is named by itself has to exist, in a range or not.
                found[name] = ref if name not in found or not ref.in_range else found[name]
                if len(found) > MOST_TASKS:
                    raise UsageProblem(
                        f"more than {MOST_TASKS:,} tasks are given", hint="give fewer tasks in one command"
                    )
    return tuple(found.values())


def _refs(word: str) -> Iterator[Ref]:
    if not word:
        raise UsageProblem("a task's number or key is missing", hint="write them like 3, 5-7 or principles")
    if found := re.fullmatch(r"([0-9]+)(?:-([0-9]+))?", word):
        if len(found[1]) > 9 or len(found[2] or "") > 9:
            raise UsageProblem(
                f"'{shown(word)}': no task has a number that long",
                hint=WayOut("`planner.queries.plan_views` has them", "list-open-tasks"),
            )
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first:
            raise UsageProblem(f"the range {word} runs backwards", hint=f"did you mean {last}-{first}?")
        yield from (Ref(number, in_range=first < last) for number in range(first, last + 1))
        return
    plan, colon, key = word.rpartition(":")
    if colon and not (plan.strip() and key.strip()):
        raise UsageProblem(
            f"'{shown(word)}' needs a plan and a key", hint="write PLAN:KEY, like foundations:principles"
        )
    yield Ref(key=key.strip(), plan=plan.strip() or None)


def score(text: str) -> tuple[str | None, int]:
    """A score in percent as people write it, and the module that it is of (None: the whole): ``72``, ``72%``, ``36/50``,
    ``tagging=40``. Rounded to whole percent, a half up. Raises UsageProblem."""
    module, equals, figure = text.rpartition("=")
    found = _SCORE.fullmatch(figure.strip())
    if found is None or (equals and not module.strip()):
        raise UsageProblem(f"'{shown(text)}' is not a score", hint="write it like 72, 36/50 or MODULE=40")
    points = int(found["points"])
    whole = int(found["whole"] or 100)
    if not 0 <= points <= whole or not whole:
        raise UsageProblem(f"'{shown(text)}' is not a score", hint="a score is between 0 and the maximum")
    return module.strip() or None, (200 * points + whole) // (2 * whole)
