"""The two rules of a zone tell the truth, or the zone is not used."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from calendar_readers import lines
from calendar_samples import PLANS, task
from dateutil.tz import tzical
from hypothesis import given
from hypothesis import strategies as st

from studyplan.calendar import Form, Format, render
from studyplan.calendar.zones import zone_named

NAMES = sorted(
    line
    for line in files("tzdata").joinpath("zones").read_text(encoding="utf-8").split("\n")
    if "/" in line or line == "UTC"
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2037, 12, 31)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)


@cache
def as_others_read(name: str):
    """The zone as dateutil's reader of VTIMEZONE understands it."""
    from io import StringIO

    zone = zone_named(name)
    assert zone is not None
    text = zone.component().to_ical(sorted=False).decode().replace("\r\n", "\n")
    return tzical(StringIO(text)).get()


@given(st.sampled_from(NAMES), MOMENTS)
def test_what_is_told_is_true(name: str, moment: datetime) -> None:
    """A moment that the rules are said to tell has the offset of the zone's own file, and readers get the same instant."""
    zone = zone_named(name)
    if zone is None or not zone.tells(moment):
        return
    wall = zone.wall(moment)
    assert wall.replace(tzinfo=zone.truth).astimezone(UTC) == moment
    read = wall.replace(tzinfo=as_others_read(name)).astimezone(UTC)
    # dateutil's reader is an hour early at changes in autumn; everything else it reads right.
    around = {(moment + timedelta(hours=hours)).astimezone(zone.truth).utcoffset() for hours in (-3, 0, 3)}
    assert read == moment or len(around) > 1


def test_most_zones_have_two_rules() -> None:
    """All but a few of the world's zones; a noon in each season is told by nearly all of those."""
    zones = [zone for name in NAMES if (zone := zone_named(name))]
    assert len(zones) > 0.97 * len(NAMES)
    noons = [datetime(year, month, 15, 12, tzinfo=UTC) for year in range(2026, 2036) for month in (1, 7)]
    told = [zone for zone in zones if all(map(zone.tells, noons))]
    assert len(told) > 0.95 * len(NAMES)
    assert all(len(zone.component().to_ical()) < 420 for zone in zones)


@pytest.mark.parametrize(
    ("name", "moment", "told"),
    [
        ("Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), False),
        ("Europe/Berlin", datetime(2026, 10, 25, 1, 30, tzinfo=UTC), False),
        ("Europe/Berlin", datetime(2026, 10, 25, 2, 0, tzinfo=UTC), True),
        ("Europe/Berlin", datetime(2026, 3, 29, 0, 59, tzinfo=UTC), True),
        ("Europe/Dublin", datetime(2026, 1, 15, 19, tzinfo=UTC), True),
        ("Asia/Kathmandu", datetime(2026, 1, 15, 19, tzinfo=UTC), True),
        ("Australia/Lord_Howe", datetime(2026, 7, 15, 9, tzinfo=UTC), True),
        ("America/St_Johns", datetime(2026, 7, 15, 9, tzinfo=UTC), True),
        ("Pacific/Kiritimati", datetime(2026, 7, 15, 9, tzinfo=UTC), True),
        ("Africa/Casablanca", datetime(2024, 7, 15, 19, tzinfo=UTC), False),
    ],
)
def test_special_moments(name: str, moment: datetime, told: bool) -> None:
    """The doubled hour in autumn, half and quarter hours, winter time by law, a rule that came later."""
    zone = zone_named(name)
    assert zone is not None
    assert zone.tells(moment) is told
    assert zone.truth.utcoffset(moment.astimezone(zone.truth)) == ZoneInfo(name).utcoffset(
        moment.astimezone(ZoneInfo(name))
    )


@pytest.mark.parametrize("name", ["UTC", "Etc/UTC", "No/Where", "../passwd", "", "America/Nuuk"])
def test_zones_without_rules(name: str) -> None:
    """UTC needs none, what is no zone has none, and Nuuk's rule points outside its day."""
    assert zone_named(name) is None


def test_a_zone_stands_in_a_file_only_where_it_is_used() -> None:
    """Tasks whose times the rules do not tell are written in UTC, and then no zone is declared."""
    doubled = task(1, starts_at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC), minutes=20)
    evening = task(2, starts_at=datetime(2026, 10, 25, 18, tzinfo=UTC))
    berlin = Format(Form.TIMED, zone="Europe/Berlin")
    alone = lines(render("x", PLANS, [doubled], format=berlin))
    assert "BEGIN:VTIMEZONE" not in alone
    assert "DTSTART:20261025T003000Z" in alone
    both = lines(render("x", PLANS, [doubled, evening], format=berlin))
    assert both.count("BEGIN:VTIMEZONE") == 1
    assert "DTSTART;TZID=Europe/Berlin:20261025T190000" in both
    assert "BEGIN:VTIMEZONE" not in lines(render("x", PLANS, [evening], format=Format(zone="Europe/Berlin")))
