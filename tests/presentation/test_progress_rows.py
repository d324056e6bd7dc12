"""The rows behind charts."""

from datetime import date, timedelta

from studyplan.insight import Point
from studyplan.presentation.progress_rows import monthly, weekly

START = date(2026, 7, 20)


def points(days: int, today: int) -> list[Point]:
    return [Point(START + timedelta(n), n, n, n if n <= today else None) for n in range(days)]


def test_weeks_end_on_sunday_or_today() -> None:
    found = weekly(points(20, 10), START + timedelta(10))
    assert [point.day for point in found] == [date(2026, 7, 26), date(2026, 7, 30)]


def test_a_plan_that_is_over_ends_on_its_last_day() -> None:
    found = weekly(points(10, 30), START + timedelta(40))
    assert [point.day for point in found] == [date(2026, 7, 26), date(2026, 7, 29)]
    assert weekly(points(10, -1), START - timedelta(1)) == []


def test_months() -> None:
    studied = {date(2026, 6, 30): 10, date(2026, 7, 1): 20, date(2026, 7, 31): 30}
    assert monthly(studied) == [(date(2026, 6, 1), 1, 10), (date(2026, 7, 1), 2, 50)]
    assert monthly({}) == []
