"""How people write days, study weeks and tasks."""

import subprocess
import sys
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyplan.errors import UsageProblem
from studyplan.model import Span, StudyHours, Week
from studyplan.notation import (
    MOST_TASKS,
    WEEKDAYS,
    YEARS,
    Ref,
    day,
    day_and_hour,
    day_and_hour_text,
    length,
    refs,
    score,
    span,
    until,
    week,
    week_text,
)
from studyplan.text import one_line

TODAY = date(2026, 7, 3)  # a Friday
DAYS = st.dates(date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-07-01", "2026-07-01"),
        ("2026-7-1", "2026-07-01"),
        ("2026/07/01", "2026-07-01"),
        ("20260701", "2026-07-01"),
        ("  Today ", "2026-07-03"),
        ("tomorrow", "2026-07-04"),
        ("yesterday", "2026-07-02"),
        ("+10d", "2026-07-13"),
        ("-3d", "2026-06-30"),
        ("+2w", "2026-07-17"),
        ("+1 week", "2026-07-10"),
        ("monday", "2026-07-06"),
        ("fri", "2026-07-03"),
        ("this friday", "2026-07-03"),
        ("next fri", "2026-07-10"),
        ("next monday", "2026-07-06"),
        ("last friday", "2026-06-26"),
        ("Thurs", "2026-07-09"),
        ("1 jul", "2027-07-01"),
        ("jul 1", "2027-07-01"),
        ("3 jul", "2026-07-03"),
        ("4th of July", "2026-07-04"),
        ("1 July 2026", "2026-07-01"),
        ("July 1st, 2026", "2026-07-01"),
        ("Wed 1 Jul 2026", "2026-07-01"),
        ("1-jul-2026", "2026-07-01"),
        ("29 feb 2028", "2028-02-29"),
        ("25/07/2026", "2026-07-25"),
        ("07/25/2026", "2026-07-25"),
        ("25.12.", "2026-12-25"),
        ("1.8.", "2026-08-01"),
        ("1.8", "2026-08-01"),
        ("8.9.2026", "2026-09-08"),
        ("8. 9. 2026", "2026-09-08"),
        ("8-9-2026", "2026-09-08"),
        ("9.9.", "2026-09-09"),
        ("12.25.2026", "2026-12-25"),
        ("7/7/2026", "2026-07-07"),
    ],
)
def test_days(text: str, meant: str) -> None:
    """Each way of writing a day that is offered."""
    assert day(text, TODAY) == date.fromisoformat(meant)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("today", "2026-07-03"),
        ("+3d", "2026-07-06"),
        ("fri", "2026-07-03"),
        ("mon", "2026-06-29"),
        ("on sat", "2026-06-27"),
        ("last friday", "2026-06-26"),
        ("next friday", "2026-07-10"),
        ("3 jul", "2026-07-03"),
        ("4 jul", "2025-07-04"),
        ("7 sep", "2025-09-07"),
        ("9.9.", "2025-09-09"),
        ("25/12", "2025-12-25"),
        ("7 sep 2026", "2026-09-07"),
        ("9.9.2026", "2026-09-09"),
    ],
)
def test_days_that_are_over(text: str, meant: str) -> None:
    """Where something past is meant, a day without its year or month is the latest such day, today included."""
    assert day(text, TODAY, past=True) == date.fromisoformat(meant)


def test_a_leap_day_of_the_past() -> None:
    """A 29 February more than a year ago needs its year."""
    assert day("29 feb", date(2028, 7, 1), past=True) == date(2028, 2, 29)
    with pytest.raises(UsageProblem, match="past year"):
        day("29 feb", TODAY, past=True)


@pytest.mark.parametrize(
    ("text", "first", "meant"),
    [
        ("31 jul", "2026-07-01", "2026-07-31"),
        ("31 jul", None, "2025-07-31"),
        ("fri", "2026-06-29", "2026-07-03"),
        ("sun", "2026-06-29", "2026-07-05"),
        ("yesterday", "2026-07-03", "2026-07-02"),
        ("2026-06-01", "2026-07-01", "2026-06-01"),
    ],
)
def test_the_last_of_past_days(text: str, first: str | None, meant: str) -> None:
    """The end of a range of past days belongs to its beginning; a range that runs backwards stays one."""
    assert until(text, TODAY, date.fromisoformat(first) if first else None) == date.fromisoformat(meant)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("01/07/2026", "1 July 2026 or 7 January 2026"),
        ("1/8", "1 August 2026 or 8 January 2027"),
        ("2026-02-30", "February 2026 has 28 days"),
        ("30 February", "does not exist"),
        ("31 jun 2026", "does not exist"),
        ("2026-13-01", "no month 13"),
        ("31/13/2026", "no month 13"),
        ("0/7", "does not exist"),
        ("29 feb", "does not exist in the coming year"),
        ("thu 1 jul 2026", "2026-07-01 is a Wednesday"),
        ("1 jul 26", "four digits"),
        ("1/7/26", "four digits"),
        ("0001-01-01", "out of range"),
        ("9999-12-31", "out of range"),
        ("1 jul 1492", "out of range"),
        ("+999999w", "out of range"),
        ("-999999d", "out of range"),
        ("", "empty"),
        ("   ", "empty"),
        ("jul", "is not a date"),
        ("jul 2026", "is not a date"),
        ("10", "is not a date"),
        ("now", "is not a date"),
        ("mon tue", "is not a date"),
        ("-1 jul", "is not a date"),
        ("1 jul 5pm", "is not a date"),
        ("1 jul 17:00", "is not a date"),
        ("1 jul utc", "is not a date"),
        ("2026-07-01T10:00", "is not a date"),
        ("2026-07-01T", "is not a date"),
        ("2026-07-01 and", "is not a date"),
        ("2026-07-01 m", "is not a date"),
        ("1 jul 2026 ad", "is not a date"),
        ("١ jul", "is not a date"),
        ("x\n\0" * 500, "is not a date"),
        ("x" * 40 + "!", "is not a date"),
        ("1 jul" + " 1" * 500, "is not a date"),
        ("july" * 15 + "!", "is not a date"),
    ],
)
def test_refused_days(text: str, says: str) -> None:
    """What has two readings, none, or no place in a calendar is refused in one short line with a way out."""
    with pytest.raises(UsageProblem) as caught:
        day(text, TODAY)
    assert says in caught.value.message
    assert caught.value.hint
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 150


def test_dateutil_is_given_nothing_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its parser is not made for what people send to harm."""
    given = []

    def parse(text: str, **rest: object) -> None:
        given.append(text)
        raise ValueError

    monkeypatch.setattr("dateutil.parser.parse", parse)
    for text in ("1 jul" + " 2026" * 100, "jul " * 10_000, "1." * 10_000, "1 jul " + "1" * 54, "1 jul " + "1" * 55):
        with pytest.raises(UsageProblem):
            day(text, TODAY)
    assert [len(text) for text in given] == [60]


def test_a_week_is_not_read_for_ever() -> None:
    """What is too long for a study week is refused as such, whichever of the two texts it is."""
    for minutes, weekdays in (("mon=60," * 10_000, None), (None, "mon," * 10_000)):
        with pytest.raises(UsageProblem, match="too long"):
            week(minutes, weekdays)


@given(DAYS, DAYS)
def test_iso_is_read_back(wanted: date, today: date) -> None:
    """A date in ISO form, or in words with its year, means itself whatever the day."""
    assert day(wanted.isoformat(), today) == wanted
    assert day(f"{wanted:%d %B} {wanted.year}", today) == wanted
    assert day(f"{wanted:%b} {wanted.day}, {wanted.year}", today) == wanted


@given(st.dates(date(1970, 1, 8), date(2199, 12, 1)), st.sampled_from(WEEKDAYS))
def test_weekdays(today: date, name: str) -> None:
    """A weekday is at most six days ahead; next is after today, last before it, and all three are that weekday."""
    plain, following, before = day(name, today), day(f"next {name}", today), day(f"last {name}", today)
    assert {each.weekday() for each in (plain, following, before)} == {WEEKDAYS.index(name)}
    assert timedelta(0) <= plain - today < timedelta(7)
    assert timedelta(0) < following - today <= timedelta(7)
    assert timedelta(0) < today - before <= timedelta(7)


@given(st.dates(date(1970, 1, 1), date(2198, 12, 31)), st.dates(date(2023, 1, 1), date(2023, 12, 31)))
def test_without_a_year(today: date, wanted: date) -> None:
    """A day of a month without its year lies within the year to come, today included."""
    found = day(f"{wanted.day} {wanted:%b}", today)
    assert (found.month, found.day) == (wanted.month, wanted.day)
    assert timedelta(0) <= found - today <= timedelta(365)


def year_of(text: str, today: date) -> int | None:
    """The year that a text is read as, None where it is refused as it should be."""
    try:
        return day(text, today).year
    except UsageProblem as problem:
        return None if problem.message == one_line(problem.message) and problem.hint else 0


PARTS = st.sampled_from([*"-/.,:+dtz", "1", "2", "30", "2026", "jul", "mon", "st", "next", "am", "utc"])


@given(st.text(max_size=30), DAYS)
def test_any_text(text: str, today: date) -> None:
    """Whatever is typed is a day within reach, or refused in one line: nothing else is raised."""
    assert year_of(text, today) in (None, *YEARS)


@given(st.lists(PARTS, max_size=6), st.sampled_from(["", " "]), DAYS)
def test_any_pieces_of_dates(pieces: list[str], between: str, today: date) -> None:
    """Pieces of dates in any order are a day within reach, or refused in one line: nothing else is raised."""
    assert year_of(between.join(pieces), today) in (None, *YEARS)


def test_iso_needs_no_dateutil() -> None:
    """The dates that most people type cost no import of dateutil."""
    code = (
        "import sys; from datetime import date; from studyplan.notation import day\n"
        "for text in ('2026-07-01', 'today', '+3d', 'fri', '25/12/2026'): day(text, date(2026, 7, 3))\n"
        "print('dateutil' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-08-01", "2026-08-01", "2026-08-01"),
        ("2026-08-01..2026-08-14", "2026-08-01", "2026-08-14"),
        ("2026-08-01 .. 2026-08-14", "2026-08-01", "2026-08-14"),
        ("1 aug..14 aug", "2026-08-01", "2026-08-14"),
        ("20 dec..5 jan", "2026-12-20", "2027-01-05"),
        ("mon..fri", "2026-07-06", "2026-07-10"),
        ("tomorrow..+3d", "2026-07-04", "2026-07-07"),
        ("yesterday..tomorrow", "2026-07-02", "2026-07-04"),
    ],
)
def test_spans(text: str, first: str, last: str) -> None:
    """A day or a range; the end of a range counts from its beginning."""
    assert span(text, TODAY) == Span(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026-08-14..2026-08-01", "ends before"),
        ("..2026-08-01", "needs two dates"),
        ("2026-08-01..", "needs two dates"),
        ("2026-08-01...2026-08-02", "needs two dates"),
        ("..", "needs two dates"),
        ("", "empty"),
        ("a..b", "is not a date"),
    ],
)
def test_refused_spans(text: str, says: str) -> None:
    """A range with an end missing, or backwards, is refused."""
    with pytest.raises(UsageProblem, match=says) as caught:
        span(text, TODAY)
    assert caught.value.hint


HOUR = StudyHours(60)
OFF = StudyHours(0)
FREE = StudyHours()
EVENING = StudyHours(90, time(19))


@pytest.mark.parametrize(
    ("minutes", "weekdays", "days"),
    [
        ("60", None, [HOUR] * 7),
        ("60", "mon-fri", [HOUR] * 5 + [OFF] * 2),
        (None, "mon-fri", [FREE] * 5 + [OFF] * 2),
        ("mon-fri", None, [FREE] * 5 + [OFF] * 2),
        (None, "weekends", [OFF] * 5 + [FREE] * 2),
        (None, "Mon,Wed,Friday", [FREE, OFF, FREE, OFF, FREE, OFF, OFF]),
        ("mon-fri=60,sat=120", None, [HOUR] * 5 + [StudyHours(120), OFF]),
        ("mon-fri=1h,sat=2:00", None, [HOUR] * 5 + [StudyHours(120), OFF]),
        ("1:10", "weekends", [OFF] * 5 + [StudyHours(70)] * 2),
        ("mon-fri=60", "weekdays", [HOUR] * 5 + [OFF] * 2),
        ("mon,wed=60, sat=any", None, [HOUR, OFF, HOUR, OFF, OFF, FREE, OFF]),
        ("sun=off,mon=60", None, [HOUR] + [OFF] * 6),
        ("fri-mon=60", None, [HOUR, OFF, OFF, OFF, HOUR, HOUR, HOUR]),
        ("mon-fri=19:00-20:30", None, [EVENING] * 5 + [OFF] * 2),
        ("19:00-20:30", "weekends", [OFF] * 5 + [EVENING] * 2),
        ("22:30-00:30", None, [StudyHours(120, time(22, 30))] * 7),
        ("00:00-24:00", None, [StudyHours(1440, time(0))] * 7),
    ],
)
def test_weeks(minutes: str | None, weekdays: str | None, days: list[StudyHours]) -> None:
    """Minutes, clock hours and weekdays, alone and together; days not named are off."""
    assert week(minutes, weekdays) == Week(tuple(days))


def test_no_week() -> None:
    """Neither minutes nor weekdays: no week, which is not a week without a ceiling."""
    assert week(None, None) is None


@pytest.mark.parametrize(
    ("minutes", "weekdays", "says"),
    [
        ("62", None, "multiple of 5"),
        ("mon=19:00-20:32", None, "multiple of 5"),
        ("1445", None, "1440"),
        ("0", None, "no study day"),
        ("mon=0", None, "no study day"),
        ("mon-fri=60,fri=30", None, "fri twice"),
        ("mon=60,tue", None, "no minutes for tue"),
        ("mon=60", "tue", "different days"),
        ("20:30-19:00", None, "ends before"),
        ("19:00-19:00", None, "ends before"),
        ("25:00-26:00", None, "not a time of day"),
        ("mon=sixty", None, "neither minutes nor hours"),
        ("mon=", None, "neither minutes nor hours"),
        ("mo=60", None, "not a day of the week"),
        ("-5", None, "not a day of the week"),
        ("", None, "missing"),
        (None, "", "missing"),
        (None, "mon-", "not a day of the week"),
        ("٦٠", None, "neither minutes nor hours"),
    ],
)
def test_refused_weeks(minutes: str | None, weekdays: str | None, says: str) -> None:
    """What contradicts itself, leaves nothing or does not fit a day is refused with a way out."""
    with pytest.raises(UsageProblem, match=says) as caught:
        week(minutes, weekdays)
    assert caught.value.hint


HOURS = st.one_of(
    st.just(OFF),
    st.just(FREE),
    st.builds(StudyHours, st.integers(1, 288).map(lambda n: n * 5)),
    st.builds(StudyHours, st.integers(1, 144).map(lambda n: n * 5), st.times().map(lambda t: time(t.hour, t.minute))),
)


@given(st.one_of(st.lists(HOURS, min_size=7, max_size=7), HOURS.map(lambda hours: [hours] * 7)))
def test_week_text_is_read_back(days: list[StudyHours]) -> None:
    """What is written of a week is read back as the same week."""
    written = Week(tuple(days))
    if any(hours.minutes != 0 for hours in days):
        assert week(week_text(written), None) == written
    else:
        assert week_text(written) == "none"


def test_week_text_is_short() -> None:
    """Equal days are written together."""
    assert [week_text(Week(tuple(days))) for days in ([HOUR] * 7, [FREE] * 7, [HOUR] * 5 + [OFF] * 2)] == [
        "60",
        "daily",
        "mon-fri=60",
    ]
    assert week_text(Week((HOUR, OFF, HOUR, OFF, HOUR, StudyHours(120), OFF))) == "mon,wed,fri=60,sat=120"
    assert week_text(Week((*[EVENING] * 5, OFF, OFF))) == "mon-fri=19:00-20:30"


def test_refs() -> None:
    """Numbers, ranges and keys in the order named, each once."""
    assert refs(["3", "5-7", "principles", "lab#2", "my plan:lab#2", "3,9", "6"]) == (
        Ref(3),
        Ref(5, in_range=True),
        Ref(6),
        Ref(7, in_range=True),
        Ref(key="principles"),
        Ref(key="lab#2"),
        Ref(key="lab#2", plan="my plan"),
        Ref(9),
    )
    assert [str(ref) for ref in refs(["4", "a:b", "c"])] == ["4", "a:b", "c"]
    assert refs([]) == ()
    assert len(refs([f"1-{MOST_TASKS}"])) == MOST_TASKS


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("7-5", "backwards"),
        ("1-10001", "more than 10,000"),
        ("1-999999999", "more than 10,000"),
        ("9" * 5000, "that long"),
        ("", "missing"),
        ("3,,4", "missing"),
        (":lab", "needs a plan"),
        ("plan:", "needs a plan"),
    ],
)
def test_refused_refs(word: str, says: str) -> None:
    """A range that runs backwards or without end, and what names nothing, is refused."""
    with pytest.raises(UsageProblem, match=says) as caught:
        refs([word])
    assert caught.value.hint
    assert len(caught.value.message) < 120


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("72", (None, 72)),
        ("72 %", (None, 72)),
        ("36/50", (None, 72)),
        ("1/8", (None, 13)),
        ("tagging=40", ("tagging", 40)),
        ("a-b = 3 / 4", ("a-b", 75)),
        ("100", (None, 100)),
    ],
)
def test_scores(text: str, found: tuple[str | None, int]) -> None:
    """Percent, points of a whole, and a module's; a half is rounded up."""
    assert score(text) == found


@given(st.text(max_size=12) | st.from_regex(r"[0-9/=%. -]{0,9}"))
def test_any_text_is_a_score_or_refused(text: str) -> None:
    """Whatever is typed, there is a percentage or one line that says how to write it."""
    percent, message = 0, ""
    try:
        _, percent = score(text)
    except UsageProblem as refusal:
        message = refusal.message
    assert 0 <= percent <= 100
    assert "\n" not in message


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-12-30T10:00", time(10)),
        ("2026-12-30 10:00", time(10)),
        ("2026-12-30t9:05", time(9, 5)),
        ("30 dec 10:00", time(10)),
        ("30 Dec 2026, 10:00", time(10)),
        ("dec 30 at 10:00:00", time(10)),
        ("30 dec 10:30 pm", time(22, 30)),
        ("30 dec 12:00 am", time(0)),
        ("30 dec 12:30pm", time(12, 30)),
        ("2026-12-30", None),
        ("30 dec", None),
    ],
)
def test_a_day_with_an_hour(text: str, hour: time | None) -> None:
    """The hour stands behind any date that is read; what it was read as is read as the same again."""
    assert day_and_hour(text, date(2026, 11, 28)) == (date(2026, 12, 30), hour)
    written = day_and_hour_text(date(2026, 12, 30), hour)
    assert day_and_hour(written, date(2026, 11, 28)) == (date(2026, 12, 30), hour)


@pytest.mark.parametrize(
    "text", ["10:00", "2026-12-30T1000", "2026-12-30T10:00Z", "30 dec 25:00", "30 dec 13:00 pm", "x 1:00"]
)
def test_no_day_with_an_hour(text: str) -> None:
    """A clock without its date, with a zone, or that no day has."""
    with pytest.raises(UsageProblem):
        day_and_hour(text, TODAY)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("45", 45),
        ("0", 0),
        ("7", 7),
        ("45m", 45),
        ("45 min", 45),
        ("90 Minuten", 90),
        ("45'", 45),
        ("1:10", 70),
        ("0:05", 5),
        ("1:10:00", 70),
        ("1:10 h", 70),
        ("1h", 60),
        ("1h10", 70),
        ("1h 10m", 70),
        ("1 hour and 10 minutes", 70),
        ("2 Std. 5 Min.", 125),
        ("1.5h", 90),
        ("1,5 h", 90),
        ("1,5 Stunden", 90),
        ("0.6666667 h", 40),
        ("7.5 min", 8),
        ("45.0", 45),
        ("45,5", 46),
        ("100:00", 6000),
    ],
)
def test_a_length_of_time(text: str, minutes: int) -> None:
    """Minutes and hours as people and spreadsheets write them."""
    assert length(text) == minutes


@pytest.mark.parametrize(("text", "minutes"), [("1,5", 90), ("2", 120), ("0.25", 15), ("45 min", 45), ("1:30", 90)])
def test_a_length_under_a_heading_of_hours(text: str, minutes: int) -> None:
    """Only a number without its unit counts hours there."""
    assert length(text, hours=True) == minutes


@pytest.mark.parametrize(
    "text",
    [
        "",
        "h",
        "soon",
        "-5",
        "1:70",
        "1h70",
        "1.5h10",
        "1.5:10",
        "1d",
        "5 5 h m",
        "1e3",
        "10000",
        "٤٥x",
        "9" * 60,
        "3 45m",
        "1 30",
    ],
)
def test_no_length_of_time(text: str) -> None:
    """What is no length is refused in one line that shows how one is written."""
    with pytest.raises(UsageProblem, match="is not a length of time"):
        length(text)


def test_a_broken_number_needs_its_unit() -> None:
    """An hour and a half is not taken for a minute and a half."""
    with pytest.raises(UsageProblem, match="could be hours or minutes") as told:
        length("1.5")
    assert told.value.hint == "write 1.5h or 1.5m"


@given(st.text(max_size=12) | st.from_regex(r"[0-9:.,hm ]{0,9}", fullmatch=True))
def test_any_text_is_a_length_or_refused(text: str) -> None:
    """Whatever is typed, there are minutes or one line that says how to write them."""
    minutes, message = 0, ""
    try:
        minutes = length(text)
    except UsageProblem as refusal:
        message = refusal.message
    assert 0 <= minutes < 10_000 * 60
    assert "\n" not in message
