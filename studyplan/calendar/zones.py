"""Time zones as calendars carry them: one yearly rule into summer time and one back, and nothing else.

Two rules are all that Outlook reads, and lists of single changes are read wrongly by two engines of wide use. They come
from the last line of the zone's file, which says how the clock goes from the newest known change on. That is not the
whole truth of every zone, so each moment is checked: what the two rules do not tell right is written in UTC.

Only the ``tzdata`` package is asked, never the machine: two machines write the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from io import BytesIO
from zoneinfo import ZoneInfo

from icalendar import Component, Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.prop import vRecur

_ABBREVIATION = "<[^>]+>|[A-Za-z]+"
_OFFSET = r"[-+]?[\d:]+"
_CHANGE = r"M(\d+)\.(\d)\.(\d)(?:/([-+]?[\d:]+))?"
#: A POSIX rule (IEEE Std 1003.1, TZ): ``CET-1CEST,M3.5.0,M10.5.0/3``. Offsets count westwards.
_RULE = re.compile(
    f"(?P<standard>{_ABBREVIATION})(?P<west>{_OFFSET})"
    f"(?:(?P<summer>{_ABBREVIATION})(?P<summer_west>{_OFFSET})?,{_CHANGE},{_CHANGE})?"
)
_DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_DAY = timedelta(days=1)
#: The first year of the rules. What they say of years long before the plan is nobody's business.
_SINCE = 1970


@dataclass(frozen=True, slots=True)
class _Onset:
    """A yearly change: the ``week``-th such weekday (0 is Sunday, week 5 the last) of a month, at a wall time."""

    month: int
    week: int
    weekday: int
    at: timedelta
    #: What clocks are ahead of UTC, before and after.
    before: timedelta
    after: timedelta
    name: str

    def in_year(self, year: int) -> datetime:
        """The wall time of the change, by the clock that ends."""
        first = datetime.combine(date(year, self.month, 1), time())
        ahead = (self.weekday - (first.weekday() + 1)) % 7
        day = first + timedelta(days=ahead + 7 * (self.week - 1))
        return (day if day.month == self.month else day - timedelta(days=7)) + self.at

    @property
    def rule(self) -> vRecur:
        week = -1 if self.week == 5 else self.week
        return vRecur({"FREQ": "YEARLY", "BYMONTH": self.month, "BYDAY": f"{week}{_DAYS[self.weekday]}"})


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone with its two rules, or with none where the clock never changes."""

    name: str
    truth: ZoneInfo
    abbreviation: str
    standard: timedelta
    onsets: tuple[_Onset, ...]

    def tells(self, moment: datetime) -> bool:
        """Whether every reader of the rules finds this instant by its wall time: the rules know its offset, and the wall
        time comes only once."""
        wall = moment.astimezone(self.truth)
        if wall.utcoffset() != wall.replace(fold=1 - wall.fold).utcoffset():
            return False
        return wall.utcoffset() == self._offset(moment)

    def wall(self, moment: datetime) -> datetime:
        """The wall time of an instant, without its zone."""
        return moment.astimezone(self.truth).replace(tzinfo=None, fold=0)

    def _offset(self, moment: datetime) -> timedelta:
        instant = moment.astimezone(UTC).replace(tzinfo=None)
        past = [
            (changed, onset.after)
            for year in (instant.year - 1, instant.year)
            for onset in self.onsets
            if (changed := onset.in_year(year) - onset.before) <= instant
        ]
        return max(past)[1] if past else self.standard

    def component(self) -> Component:
        zone = Timezone()
        zone.add("tzid", self.name)
        for each in self._observances():
            zone.add_component(each)
        return zone

    def _observances(self) -> Iterator[Component]:
        if not self.onsets:
            yield _observance(
                TimezoneStandard(),
                datetime.combine(date(_SINCE, 1, 1), time()),
                self.standard,
                self.standard,
                self.abbreviation,
            )
        for onset in self.onsets:
            part = TimezoneDaylight() if onset.after > onset.before else TimezoneStandard()
            yield _observance(part, onset.in_year(_SINCE), onset.before, onset.after, onset.name, onset.rule)


def _observance(
    part: Component, since: datetime, before: timedelta, after: timedelta, name: str, rule: vRecur | None = None
) -> Component:
    part.add("dtstart", since)
    if rule is not None:
        part.add("rrule", rule)
    part.add("tzname", name)
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", after)
    return part


@cache
def zone_named(name: str) -> Zone | None:
    """The zone of that IANA name; None for UTC, for a name that ``tzdata`` lacks and for a zone whose changes lie outside
    the day that their rule names."""
    try:
        data = files("tzdata.zoneinfo").joinpath(*name.split("/")).read_bytes()
        truth = ZoneInfo.from_file(BytesIO(data), key=name)
    except (OSError, ValueError):
        return None
    rule = _RULE.fullmatch(data.rstrip(b"\n").rpartition(b"\n")[2].decode("ascii", "replace"))
    if rule is None or name in ("UTC", "Etc/UTC"):
        return None
    standard = -_span(rule["west"])
    if rule["summer"] is None:
        return Zone(name, truth, rule["standard"].strip("<>"), standard, ())
    summer = -_span(rule["summer_west"]) if rule["summer_west"] else standard + timedelta(hours=1)
    *_, month, week, day, at, back_month, back_week, back_day, back_at = rule.groups()
    into = _Onset(int(month), int(week), int(day), _at(at), standard, summer, rule["summer"].strip("<>"))
    back = _Onset(
        int(back_month), int(back_week), int(back_day), _at(back_at), summer, standard, rule["standard"].strip("<>")
    )
    if not all(timedelta() <= each.at < _DAY for each in (into, back)):
        return None
    # The change into the larger offset first, also in Dublin, whose winter is the exception by law.
    onsets = (into, back) if summer > standard else (back, into)
    return Zone(name, truth, rule["standard"].strip("<>"), standard, onsets)


def _at(text: str | None) -> timedelta:
    return _span(text) if text else timedelta(hours=2)


def _span(text: str) -> timedelta:
    hours, minutes, seconds = (*map(int, text.lstrip("+-").split(":")), 0, 0)[:3]
    span = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -span if text.startswith("-") else span
