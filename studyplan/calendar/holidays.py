"""Public holidays of a country or of a part of it, from the ``holidays`` library."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from difflib import SequenceMatcher

import holidays as library

from studyplan.errors import UsageProblem


def public_holidays(region: str, years: Iterable[int]) -> dict[date, str]:
    """The public holidays of ``DE`` or ``DE-BE`` (ISO 3166, any case) in those years, named in the country's own language.

    A year that the library knows nothing of has none. Raises UsageProblem, which names the nearest codes, for an unknown region.
    """
    country, part, entity = _found(region)
    found = library.country_holidays(
        country, subdiv=part or None, years=sorted(set(years)), language=entity.default_language
    )
    return {day: found[day] for day in sorted(found)}


def region_code(region: str) -> str:
    """The short code of a region, whose part may be given by its name: ``DE-BE`` for ``de-Berlin``. Raises UsageProblem as above."""
    country, part, _entity = _found(region)
    return f"{country}-{part}" if part else country


def _found(region: str) -> tuple[str, str, library.HolidayBase]:
    """The codes of a country and of its part, which is empty for all of it, and the library's entry for the country."""
    country, _, part = region.strip().partition("-")
    entity = _country(country.upper())
    if entity is None:
        raise _unknown(region, _countries_like(region))
    parts = {name.upper(): name for name in entity.subdivisions}
    parts |= {name.upper(): code for name, code in entity.subdivisions_aliases.items()}
    if part and part.upper() not in parts:
        codes = [f"{country.upper()}-{name}" for name in entity.subdivisions]
        raise _unknown(region, _like(f"{country}-{part}", codes) or codes or [country.upper()])
    return country.upper(), parts[part.upper()] if part else "", entity


def countries() -> list[str]:
    """The two letters of each country whose public holidays are known."""
    return sorted(library.list_supported_countries(include_aliases=False))


def _country(code: str) -> library.HolidayBase | None:
    """The library's entry for a two-letter code. Other names in the library's namespace are not countries."""
    if not re.fullmatch("[A-Z]{2}", code):
        return None
    try:
        return library.country_holidays(code)
    except NotImplementedError:
        return None


def _countries_like(region: str) -> list[str]:
    """The code of the country that was named, or codes near to what was typed."""
    named = "".join(word.capitalize() for word in re.findall("[A-Za-z]+", region))
    known = library.list_supported_countries(include_aliases=False)
    try:
        code = getattr(library.country_holidays(named), "country", "")
    except (NotImplementedError, TypeError):
        code = ""
    return [code] if code in known else _like(region.partition("-")[0], list(known))


def _like(word: str, codes: list[str]) -> list[str]:
    """The three nearest; of equals those with the same beginning."""
    word = word.upper()
    likeness = {code: SequenceMatcher(None, word, code).ratio() for code in codes}
    near = [code for code in codes if likeness[code] > 0.4]
    return sorted(near, key=lambda code: (-likeness[code], code[:1] != word[:1], code))[:3]


def _unknown(region: str, near: list[str]) -> UsageProblem:
    return UsageProblem(
        f"no public holidays are known for {region!r}",
        hint=f"nearest: {', '.join(near)}"
        if near
        else "a country's two letters, such as DE, or a part of it, such as DE-BE",
    )
