"""The only place that asks for the time. Instants are aware UTC with whole seconds; days are the learner's study days.

A study day begins at ``day_starts`` (04:00), so that work after midnight counts to the evening that it ends. May import
``errors`` and nothing else of the package.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from studyplan.errors import UsageProblem
from studyplan.text import shown

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_NOON = time(12)


@dataclass(frozen=True, slots=True)
class Clock:
    """What time it is for a learner.

    ``zone`` is an IANA name, None the system's zone. ``shown`` moves the whole clock by whole days so that today is that
    day and the time of day stays, stamps included. ``stopped`` is an instant at which the clock stands still: for tests.
    """

    zone: str | None = None
    day_starts: time = time(4)
    shown: date | None = None
    stopped: datetime | None = None

    def at(self, zone: str | None) -> Clock:
        """The same clock in another zone (None: the system's). Raises UsageProblem for a name that no zone has."""
        if zone is not None:
            _zone(zone)
        return replace(self, zone=zone)

    def now(self) -> datetime:
        """The instant, in UTC, whole seconds."""
        real = (self.stopped or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
        if self.shown is None:
            return real
        wall = self.wall(real) + (self.shown - self.day_of(real))
        return self._on(self.shown, wall)

    def today(self) -> date:
        """Today's study day."""
        return self.shown or self.day_of(self.now())

    def day_of(self, instant: datetime) -> date:
        """The study day that an aware instant belongs to."""
        return (self.wall(instant) - self._rollover).date()

    def day_meant(self, instant: datetime) -> date:
        """The study day that a time in a calendar means. What begins at midnight is on the day that begins then, though the
        study day before it lasts until the small hours."""
        wall = self.wall(instant)
        return wall.date() if wall.time() == time() else self.day_of(instant)

    def start_of(self, day: date) -> datetime:
        """The instant at which a study day begins, in UTC."""
        return self._on(day, datetime.combine(day, self.day_starts))

    def instant(self, day: date) -> datetime:
        """An instant that stands for a study day: now where that is today, else its noon."""
        if day == self.today():
            return self.now()
        return self._on(day, datetime.combine(day, max(_NOON, self.day_starts)))

    def moment(self, day: date, minute: int) -> datetime:
        """The instant at which the wall clock has gone that many minutes since the midnight that begins a date, in UTC.

        A wall time that is skipped in spring is the moment as long after the change; of one that comes twice, the first.
        """
        wall = datetime.combine(day, time()) + timedelta(minutes=minute)
        return wall.replace(tzinfo=_zone(self.zone) if self.zone else None).astimezone(UTC)

    def wall(self, instant: datetime) -> datetime:
        """What a clock on the learner's wall shows; naive."""
        if instant.tzinfo is None:
            raise ValueError("an instant needs its offset")
        return instant.astimezone(_zone(self.zone) if self.zone else None).replace(tzinfo=None, fold=0)

    @property
    def _rollover(self) -> timedelta:
        return datetime.combine(date.min, self.day_starts) - datetime.combine(date.min, time())

    def _on(self, day: date, wall: datetime) -> datetime:
        """The instant of a wall time that is meant to lie on a study day.

        A wall time that is skipped in spring has two readings, and with an hour of its own at which the day begins the
        first of them can fall on the next study day; then the second is taken.
        """
        zone = _zone(self.zone) if self.zone else None
        first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        return first if self.day_of(first) == day or self.day_of(second) != day else second


def _zone(name: str) -> ZoneInfo:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError, RecursionError):
        # Also what is a folder (Europe), no zone at all (zone.tab), no path (../x), or a path of a thousand folders.
        raise UsageProblem(f"'{shown(name)}' is not a time zone", hint=_near(name)) from None


def _near(name: str) -> str:
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    word = name[:64].strip().replace(" ", "_").casefold()
    zones = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
    cities = {zone.rpartition("/")[2].casefold(): zone for zone in reversed(zones)}
    whole = {zone.casefold(): zone for zone in zones}
    close = [zone for zone in zones if zone.casefold().startswith(word + "/")][:3]
    if not close:
        close = [(cities | whole)[match] for match in get_close_matches(word, [*whole, *cities], n=3, cutoff=0.7)]
    if not close:
        return "write it like Europe/Berlin, America/New_York or UTC"
    return f"did you mean {' or '.join(dict.fromkeys(close))}?"
