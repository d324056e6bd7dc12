"""Study days, zones, and the clock that --today shifts."""

import time as system
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import studyplan
from studyplan.clock import Clock
from studyplan.errors import UsageProblem

ZONES = [
    "UTC",
    "Europe/Berlin",
    "Europe/Dublin",
    "America/New_York",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "Africa/Casablanca",
]
INSTANTS = st.datetimes(datetime(1975, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(
    lambda instant: instant.replace(microsecond=0)
)
DAYS = st.dates(date(1975, 1, 1), date(2100, 1, 1))
STARTS = st.times(max_value=time(11, 59)).map(lambda t: t.replace(second=0, microsecond=0))


@pytest.fixture
def in_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """A way to set the system's own zone for one test."""

    def to(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        system.tzset()

    yield to
    monkeypatch.undo()
    system.tzset()


def test_now_is_utc_with_whole_seconds() -> None:
    """A running clock gives the real instant, in UTC, cut to seconds."""
    before = datetime.now(UTC).replace(microsecond=0)
    now = Clock("Asia/Kathmandu").now()
    assert before <= now <= datetime.now(UTC)
    assert now.tzinfo is UTC
    assert now.microsecond == 0


def test_the_evening_reaches_into_the_night() -> None:
    """Until 04:00 it is still the day before; another hour can be chosen."""
    late = Clock("Europe/Berlin", stopped=datetime(2026, 7, 4, 1, 59, 59, tzinfo=UTC))
    assert late.today() == date(2026, 7, 3)
    assert Clock("Europe/Berlin", stopped=datetime(2026, 7, 4, 2, 0, tzinfo=UTC)).today() == date(2026, 7, 4)
    assert Clock("Europe/Berlin", time(0), stopped=late.stopped).today() == date(2026, 7, 4)


def test_the_zone_makes_the_day() -> None:
    """One instant, two zones, two days."""
    clock = Clock("UTC", stopped=datetime(2026, 7, 4, 20, tzinfo=UTC))
    assert clock.at("Pacific/Kiritimati").today() == date(2026, 7, 5)
    assert clock.at("America/New_York").today() == date(2026, 7, 4)


def test_without_a_zone_the_systems(in_zone) -> None:
    """No zone means the system's, for now and for the offsets of other days."""
    clock = Clock(stopped=datetime(2026, 7, 4, 3, tzinfo=UTC))
    in_zone("America/New_York")
    assert clock.today() == date(2026, 7, 3)
    assert clock.instant(date(2026, 1, 5)) == datetime(2026, 1, 5, 17, tzinfo=UTC)
    in_zone("Asia/Kathmandu")
    assert clock.today() == date(2026, 7, 4)
    assert clock.at("UTC").at(None) == clock


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Europe/Berln", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("utc", "UTC"),
        ("Australia", "Australia/"),
        ("../../etc/passwd", "write it like"),
        ("", "write it like"),
        ("x" * 5000, "write it like"),
        ("a\0b\nc", "write it like"),
        ("zone.tab", "write it like"),
        ("a/" * 9000, "write it like"),
    ],
)
def test_unknown_zone(name: str, near: str) -> None:
    """What is no zone is refused in one line that names near ones."""
    with pytest.raises(UsageProblem) as caught:
        Clock().at(name)
    assert near in (caught.value.hint or "")
    assert len(caught.value.message) < 100
    assert caught.value.message.isprintable()


@given(INSTANTS, DAYS, st.sampled_from(ZONES), STARTS)
def test_shown(instant: datetime, shown: date, zone: str, starts: time) -> None:
    """--today moves the day and its stamps, and keeps the time of day but for an hour that a zone skips."""
    real = Clock(zone, starts, stopped=instant)
    clock = Clock(zone, starts, shown, stopped=instant)
    assert clock.today() == shown
    assert clock.day_of(clock.now()) == shown
    wall, kept = (moment.astimezone(ZoneInfo(zone)) for moment in (real.now(), clock.now()))
    apart = abs((datetime.combine(date.min, wall.time()) - datetime.combine(date.min, kept.time())).total_seconds())
    if apart:
        naive = datetime.combine(kept.date(), wall.time(), ZoneInfo(zone))
        assert naive.astimezone(UTC).astimezone(ZoneInfo(zone)).time() != wall.time()


def test_shown_in_another_zone() -> None:
    """The day shown is the learner's day whatever the zone."""
    clock = Clock("UTC", shown=date(2026, 7, 3), stopped=datetime(2026, 11, 23, 15, 30, 7, 9, tzinfo=UTC))
    assert clock.now() == datetime(2026, 7, 3, 15, 30, 7, tzinfo=UTC)
    there = clock.at("Pacific/Kiritimati")
    assert there.today() == date(2026, 7, 3)
    assert there.now() == datetime(2026, 7, 2, 15, 30, 7, tzinfo=UTC)


@given(INSTANTS, DAYS, st.sampled_from(ZONES), STARTS)
def test_instants_lie_on_their_day(instant: datetime, day: date, zone: str, starts: time) -> None:
    """A representative instant, and a day's first, belong to their study day; the second before belongs to another."""
    clock = Clock(zone, starts, stopped=instant)
    assert clock.day_of(clock.instant(day)) == day
    assert clock.instant(clock.today()) == instant
    assert clock.day_of(clock.start_of(day)) == day


@given(DAYS, st.sampled_from(ZONES))
def test_a_day_begins_at_four(day: date, zone: str) -> None:
    """No zone changes its clocks at 04:00, so the second before is always the day before."""
    clock = Clock(zone)
    assert clock.start_of(day).astimezone(ZoneInfo(zone)).time() == time(4)
    assert clock.day_of(clock.start_of(day) - timedelta(seconds=1)) == day - timedelta(days=1)


def test_a_day_that_a_zone_never_had() -> None:
    """Samoa skipped 30 December 2011: shown on that day the clock still answers."""
    clock = Clock("Pacific/Apia", shown=date(2011, 12, 30), stopped=datetime(2026, 7, 4, tzinfo=UTC))
    assert clock.today() == date(2011, 12, 30)
    assert clock.now().tzinfo is UTC


def test_naive_instants_are_refused() -> None:
    """An instant without its offset is a mistake of ours, not a time in some zone."""
    with pytest.raises(ValueError, match="offset"):
        Clock("UTC").day_of(datetime(2026, 7, 4))


def test_one_source_of_time() -> None:
    """No other module asks for the time, but for those that stamp the names of files and tell how old a file is."""
    asks = ("datetime.now", "date.today", "utcnow", "time.time(", "time_ns(", "localtime(")
    package = Path(studyplan.__file__).parent
    found = {
        file.relative_to(package).as_posix()
        for file in package.rglob("*.py")
        if any(word in file.read_text(encoding="utf-8") for word in asks)
    }
    assert found == {"clock.py", "store/backups.py", "store/commits.py"}
