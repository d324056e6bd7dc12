"""Resolve the time zone names of a calendar to clocks.

A name means what its own calendar declares (VTIMEZONE), else what the world knows by it: the IANA's names, Windows' names,
offsets. A name that means nothing is read as the learner's clock, and the times on it say that they are a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from studyplan.calendar.lines import Passed, quoted, timed

#: Of one declared zone: lines, rules and single dates. A zone with its history back to 1900 has about a hundred rules.
_MOST_LINES = 2_000
_MOST_RULES = 100
_MOST_DATES = 1_000
#: Windows begins its zones in 1601.
_FIRST_YEAR = 1600
_LONGEST_NAME = 200
#: Where a zone does not say when it begins, or that a rule ends.
_EPOCH = datetime.combine(date(1970, 1, 1), time())
_NEVER = datetime.combine(date.max, time())
#: What a rule may say of the moment at which clocks change, and in which words: one moment a year. Any other rule may have an
#: occurrence every second.
_RULE = {
    "FREQ": "YEARLY",
    "INTERVAL": "1",
    "COUNT": "[0-9]{1,4}",
    "UNTIL": "[0-9]{8}(T[0-9]{6}Z?)?",
    "WKST": "[A-Z]{2}",
    "BYMONTH": "0?[1-9]|1[0-2]",
    "BYMONTHDAY": "-?[0-9]{1,2}(,-?[0-9]{1,2})*",
    "BYDAY": "([+-]?[1-5])?(SU|MO|TU|WE|TH|FR|SA)",
    "BYHOUR": "[01]?[0-9]|2[0-3]",
    "BYMINUTE": "[0-5]?[0-9]",
    "BYSECOND": "[0-5]?[0-9]",
}
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_OFFSET = re.compile(r"([+-]?)([0-9]{2}):?([0-9]{2})(?::?([0-9]{2}))?")
#: An offset as a name. (The IANA's ``Etc/GMT+5``, which is west of Greenwich, is a name of its own.)
_OFFSET_NAME = re.compile(r"(?:utc|gmt)?_?([+-])([0-9]{1,2})(?::?([0-9]{2}))?")
_UTC_NAMES = {"z", "tzone://microsoft/utc", "coordinated_universal_time", "(utc)_coordinated_universal_time"}
_ESCAPED = re.compile(r"\\(.)")


class Clocks:
    """The clocks of one calendar, by the names that it uses for them."""

    def __init__(self, declared: Iterable[Sequence[str]], home: tzinfo, passed: Passed) -> None:
        """``declared``: the lines of each VTIMEZONE. ``home``: the learner's clock."""
        self.home = home
        self._passed = passed
        self._declared: dict[str, list[Sequence[str]]] = {}
        self._known: dict[str, tzinfo] = {}
        for lines in declared:
            self._declared.setdefault(_key(_said(lines, "TZID")), []).append(lines)

    def named(self, name: str) -> tzinfo:
        """The clock of that name; a :class:`Guess` if there is none."""
        key = _key(name)
        if key not in self._known:
            self._known[key] = self._declared_as(key, name) or known_as(key) or self._guess(name)
        return self._known[key]

    def _declared_as(self, key: str, name: str) -> tzinfo | None:
        """The first of the zones so called that can be understood, or that says which known one it is."""
        several = self._declared.get(key, ())
        for lines in several:
            try:
                return Declared(name, tuple(_observances(lines)))
            except (ValueError, OverflowError) as problem:
                self._passed.warn(f"the calendar's own time zone {quoted(name)} cannot be understood: {problem}")
        known = (known_as(_key(_said(lines, "X-LIC-LOCATION"))) for lines in several)
        return next(filter(None, known), None)

    def _guess(self, name: str) -> Guess:
        guess = Guess(name, self.home)
        self._passed.warn(f"{guess.why}: its times are read in your own zone")
        return guess


class Guess(tzinfo):
    """The learner's clock in place of an unknown one: every time on it is a guess."""

    def __init__(self, name: str, home: tzinfo) -> None:
        self.name = name
        self._home = home

    @property
    def why(self) -> str:
        """In words for people."""
        return f"the time zone {quoted(self.name)} is unknown"

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        return None if moment is None else moment.replace(tzinfo=self._home).utcoffset()

    def dst(self, moment: datetime | None) -> None:
        return None

    def tzname(self, moment: datetime | None) -> str:
        return self.name

    def fromutc(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=UTC).astimezone(self._home).replace(tzinfo=self)


def here(name: str | None) -> tzinfo:
    """The learner's clock by the IANA's name, None for the system's."""
    if name:
        return ZoneInfo(name)
    from dateutil.tz import tzlocal

    return tzlocal()


# --- zones that the world knows


@cache
def known_as(key: str) -> tzinfo | None:
    """The clock that this name means everywhere."""
    if key in _UTC_NAMES:
        return UTC
    name = _iana().get(key) or _windows().get(key)
    # Unique names, as RFC 5545 has them: /mozilla.org/20050126_1/Europe/Berlin.
    rest = key
    while name is None and key.startswith("/") and "/" in rest:
        rest = rest.partition("/")[2]
        name = _iana().get(rest)
    if name is not None:
        return ZoneInfo(name)
    offset = _OFFSET_NAME.fullmatch(key)
    if offset is None or int(offset[2]) > 14 or int(offset[3] or 0) > 59:
        return None
    ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    return timezone(-ahead if offset[1] == "-" else ahead)


@cache
def _iana() -> dict[str, str]:
    """The IANA's names by their keys. Nothing else is ever looked for on the disk."""
    return {_key(name): name for name in files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()}


@cache
def _windows() -> dict[str, str]:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return {_key(windows): name for windows, name in WINDOWS_TO_OLSON.items() if _key(name) in _iana()}


def _key(name: str) -> str:
    """The common form of two spellings of one name."""
    plain = _ESCAPED.sub(r"\1", name[:_LONGEST_NAME]).strip("\"' \t")
    return "_".join(plain.casefold().split())


# --- zones that a calendar declares


@dataclass(frozen=True, slots=True)
class _Onset:
    """A moment at which the clock is set, by the clock that ends."""

    wall: datetime
    before: timedelta
    after: timedelta

    @property
    def instant(self) -> datetime:
        """In UTC, without saying so."""
        return self.wall - self.before

    def has_come(self, wall: datetime, fold: int) -> bool:
        """Whether it is past by a wall clock. A time that is left out is read by the clock that ends, one that comes twice as its
        ``fold`` says (PEP 495, and RFC 5545, 3.3.5)."""
        jump = self.after - self.before
        return wall >= self.wall + (min if fold else max)(jump, timedelta(0))


@dataclass(frozen=True, slots=True)
class _Yearly:
    """The rule by which one moment comes every year."""

    months: tuple[int, ...]
    days: tuple[int, ...]
    #: Monday is 0; the week counts from the month's end where it is negative, 0 is every week.
    weekday: int | None
    week: int
    at: timedelta
    until: datetime

    def in_year(self, year: int) -> Iterator[datetime]:
        for month in self.months:
            first = date(year, month, 1)
            after = date(year + month // 12, month % 12 + 1, 1) if year < date.max.year else date.max
            length = (after - first).days
            for day in self._days(first, length):
                yield datetime.combine(date(year, month, day), time()) + self.at

    def _days(self, first: date, length: int) -> Iterable[int]:
        if self.weekday is None:
            return sorted(day for each in self.days if 1 <= (day := each if each > 0 else length + 1 + each) <= length)
        falls = range(1 + (self.weekday - first.weekday()) % 7, length + 1, 7)
        if self.week:
            at = self.week - 1 if self.week > 0 else len(falls) + self.week
            return falls[at : at + 1] if at >= 0 else ()
        wanted = {each if each > 0 else length + 1 + each for each in self.days}
        return [day for day in falls if not wanted or day in wanted]


@dataclass(frozen=True, slots=True)
class _Observance:
    """One of the clock's settings, and when it begins."""

    before: timedelta
    after: timedelta
    #: In order; the first is its start.
    dates: tuple[datetime, ...]
    rules: tuple[_Yearly, ...]

    def around(self, year: int) -> Iterator[_Onset]:
        """Its onsets in this year and beside it, and the last before."""
        early = [each for each in self.dates if each.year < year - 1]
        walls = [*early[-1:], *(each for each in self.dates if abs(each.year - year) <= 1)]
        for rule in self.rules:
            last = min(year + 1, rule.until.year)
            for each in range(max(last - 2, 1), last + 1):
                walls += [wall for wall in rule.in_year(each) if self.dates[0] <= wall <= rule.until]
        return (_Onset(wall, self.before, self.after) for wall in walls)


class Declared(tzinfo):
    """A clock as a calendar describes it."""

    def __init__(self, name: str, observances: Sequence[_Observance]) -> None:
        self._name = name
        self._observances = observances
        self._first = min(observances, key=lambda each: each.dates[0]).before
        self._onsets: dict[int, list[_Onset]] = {}

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        return None if moment is None else self._offset(moment.replace(tzinfo=None), moment.fold)

    def dst(self, moment: datetime | None) -> None:
        return None

    def tzname(self, moment: datetime | None) -> str:
        return self._name

    def fromutc(self, moment: datetime) -> datetime:
        instant = moment.replace(tzinfo=None)
        past = (each.after for each in self._latest(instant.year) if each.instant <= instant)
        offset = next(past, self._first)
        wall = instant + offset
        return wall.replace(fold=int(self._offset(wall, 0) != offset), tzinfo=self)

    def _offset(self, wall: datetime, fold: int) -> timedelta:
        past = (each.after for each in self._latest(wall.year) if each.has_come(wall, fold))
        return next(past, self._first)

    def _latest(self, year: int) -> list[_Onset]:
        """The onsets that matter in a year, the latest first."""
        if year not in self._onsets:
            found = (onset for each in self._observances for onset in each.around(year))
            self._onsets[year] = sorted(found, key=lambda each: each.instant, reverse=True)
        return self._onsets[year]


def _observances(lines: Sequence[str]) -> Iterator[_Observance]:
    """Raise ValueError, with the reason, for what is not understood or what no country has."""
    if len(lines) > _MOST_LINES:
        raise ValueError("it is too long")
    part: dict[str, list[str]] = {}
    rules = dates = count = 0
    for line in lines:
        name = re.split("[;:]", line, maxsplit=1)[0].strip().upper()
        if name == "BEGIN":
            part = {}
        elif name == "END":
            rules += len(part.get("RRULE", ()))
            dates += sum(1 + each.count(",") for each in part.get("RDATE", ()))
            if rules > _MOST_RULES or dates > _MOST_DATES:
                raise ValueError("it has too many rules or dates")
            count += 1
            yield _observance(part)
        else:
            part.setdefault(name, []).append(line)
    if not count:
        raise ValueError("it has no rules for its clock")


def _observance(part: dict[str, list[str]]) -> _Observance:
    if "EXRULE" in part or "EXDATE" in part:
        raise ValueError("it has exceptions")
    after = _offset_of(_one(part, "TZOFFSETTO"))
    before = _offset_of(_one(part, "TZOFFSETFROM")) if "TZOFFSETFROM" in part else after
    start = _wall(_one(part, "DTSTART"), before) if "DTSTART" in part else _EPOCH
    if start.year < _FIRST_YEAR:
        raise ValueError(f"it begins in the year {start.year}")
    more = [
        _wall(each.partition("/")[0], before)
        for line in part.get("RDATE", ())
        for each in timed(line).value.split(",")
        if each.strip()
    ]
    rules = tuple(_yearly(timed(line).value, start, before) for line in part.get("RRULE", ()))
    return _Observance(before, after, (start, *sorted(each for each in more if each > start)), rules)


def _one(part: dict[str, list[str]], name: str) -> str:
    if name not in part:
        raise ValueError(f"it has no {name}")
    return timed(part[name][0]).value


def _said(lines: Iterable[str], name: str) -> str:
    """The value of the zone's first property of that name, which may hold colons."""
    for line in lines:
        head, _, value = line.partition(":")
        if head.partition(";")[0].strip().upper() == name:
            return value.strip()
    return ""


def _offset_of(text: str) -> timedelta:
    found = _OFFSET.fullmatch(text)
    if found is None:
        raise ValueError(f"{quoted(text)} is not an offset")
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    if offset >= timedelta(days=1):
        raise ValueError(f"{quoted(text)} is not an offset")
    return -offset if found[1] == "-" else offset


def _wall(text: str, before: timedelta) -> datetime:
    """The wall time of an onset, which a few programs write in UTC."""
    found = re.fullmatch(r"([0-9]{8})(?:T([0-9]{6})(Z?))?", text.strip(), re.IGNORECASE)
    if found is None:
        raise ValueError(f"{quoted(text)} is not a date")
    wall = datetime.combine(date.fromisoformat(found[1]), time.fromisoformat(found[2] or "000000"))
    return wall + before if found[3] else wall


def _yearly(text: str, start: datetime, before: timedelta) -> _Yearly:
    pairs = (part.strip().partition("=")[::2] for part in text.upper().replace(" ", "").rstrip(";").split(";"))
    parts = dict(pairs)
    fits = "FREQ" in parts and all(name in _RULE and re.fullmatch(_RULE[name], value) for name, value in parts.items())
    weekday = parts.get("BYDAY", "")
    days = tuple(int(day) for day in parts.get("BYMONTHDAY", "").split(",") if day)
    # Weekdays and days of the month without a month fall in each of them, and counted weekdays have no day of the month.
    fits = fits and ("BYMONTH" in parts or not (weekday or days)) and not (weekday[:-2] and days)
    if not fits or any(not 1 <= abs(day) <= 31 for day in days) or (days and min(map(abs, days)) > 28):
        raise ValueError(f"no clock follows its rule {quoted(text)}")
    rule = _Yearly(
        months=(int(parts.get("BYMONTH", start.month)),),
        days=days or (() if weekday else (start.day,)),
        weekday=_WEEKDAYS.index(weekday[-2:]) if weekday else None,
        week=int(weekday[:-2] or 0) if weekday else 0,
        at=timedelta(
            hours=int(parts.get("BYHOUR", start.hour)),
            minutes=int(parts.get("BYMINUTE", start.minute)),
            seconds=int(parts.get("BYSECOND", start.second)),
        ),
        until=_until(parts["UNTIL"], before) if "UNTIL" in parts else _NEVER,
    )
    return _ended(rule, start, int(parts["COUNT"])) if "COUNT" in parts else rule


def _until(text: str, before: timedelta) -> datetime:
    """A date stands for the whole day."""
    wall = _wall(text, before)
    return wall if "T" in text else wall + timedelta(hours=24, seconds=-1)


def _ended(rule: _Yearly, start: datetime, count: int) -> _Yearly:
    """The rule with its last moment in place of their number. A day that is not in every year comes at least every eighth."""
    last = start
    for year in range(start.year, min(start.year + 8 * count + 8, date.max.year)):
        for moment in rule.in_year(year):
            if moment >= start and count > 0:
                last, count = moment, count - 1
        if count <= 0:
            break
    return replace(rule, until=min(last, rule.until))
