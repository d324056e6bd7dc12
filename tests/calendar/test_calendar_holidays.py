"""Public holidays by region."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date

import pytest

from studyplan.calendar.holidays import public_holidays
from studyplan.errors import UsageProblem


def test_a_country_and_a_part_of_it() -> None:
    """Berlin has what Germany has, and a day of its own."""
    germany = public_holidays("DE", [2026])
    berlin = public_holidays("DE-BE", [2026])
    assert germany[date(2026, 10, 3)] == "Tag der Deutschen Einheit"
    assert set(berlin) - set(germany) == {date(2026, 3, 8)}
    assert set(germany) < set(berlin)
    assert list(berlin) == sorted(berlin)


def test_several_years_and_none() -> None:
    """Each year's own days; a year beyond what is known has none."""
    days = public_holidays("DE", range(2026, 2029))
    assert {day.year for day in days} == {2026, 2027, 2028}
    assert date(2027, 3, 26) in days
    assert public_holidays("DE", []) == {}
    assert public_holidays("DE", [1500]) == {}


@pytest.mark.parametrize("region", ["de-be", "De-Berlin", " DE-BE "])
def test_how_it_is_typed(region: str) -> None:
    """Case and blanks do not matter; a part's name is as good as its code."""
    assert public_holidays(region, [2026]) == public_holidays("DE-BE", [2026])


def test_names_do_not_depend_on_the_machine() -> None:
    """The country's own language, whatever the system's."""
    code = "from studyplan.calendar.holidays import public_holidays as of; print(ascii(of('DE', [2026])))"
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "LANG": lang, "LANGUAGE": lang},
            capture_output=True,
            check=True,
        ).stdout
        for lang in ("C", "th_TH.UTF-8")
    }
    assert seen == {ascii(public_holidays("DE", [2026])).encode() + os.linesep.encode()}


@pytest.mark.parametrize(
    ("region", "nearest"),
    [
        ("DX", "DE, DJ, DK"),
        ("germany", "DE"),
        ("United States", "US"),
        ("DE-XX", "DE-"),
        ("US-CAL", "US-CA"),
        ("HolidayBase", "DE-BE"),
        ("European Central Bank", "DE-BE"),
        ("XNYS", ""),
        ("", "DE-BE"),
        ("../x", ""),
        ("DE\x00", ""),
    ],
)
def test_an_unknown_region_is_told_the_nearest(region: str, nearest: str) -> None:
    """A typing mistake, a country's name, another part's code, other names of the library: one line and a way out."""
    with pytest.raises(UsageProblem, match="no public holidays are known for") as caught:
        public_holidays(region, [2026])
    assert nearest in (caught.value.hint or "")
    assert "\n" not in caught.value.message
