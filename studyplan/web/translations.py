"""The languages that the pages speak: catalogs of texts, and which of them a browser gets."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING

from babel.core import Locale, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol
from babel.support import Translations

from studyplan.presentation.language import ENGLISH, SpokenLanguage
from studyplan.web.cookies import cookie_values, language_cookie

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog
    from starlette.datastructures import Headers

    from studyplan.web.guard import Address


@cache
def languages() -> dict[str, str]:
    """The tags of the languages that there are, each with its own name for itself."""
    folder = files("studyplan.web").joinpath("locale")
    found = sorted(each.name.removesuffix(".po") for each in folder.iterdir() if each.name.endswith(".po"))
    return {tag: (Locale.parse(tag, sep="-").get_display_name() or tag).capitalize() for tag in ["en", *found]}


@cache
def catalog(tag: str) -> Catalog | None:
    """The texts of a language; None for English, which they are written in, and for one that there is not."""
    if tag == "en" or tag not in languages():
        return None
    return read_po(BytesIO(files("studyplan.web").joinpath("locale", f"{tag}.po").read_bytes()))


@cache
def language(tag: str) -> SpokenLanguage:
    """A language by its tag, its catalog compiled; English for one that there is not."""
    found = catalog(tag)
    if found is None:
        return ENGLISH
    compiled = BytesIO()
    write_mo(compiled, found)
    compiled.seek(0)
    return SpokenLanguage(tag, Translations(compiled), get_decimal_symbol(Locale.parse(tag, sep="-")))


def of_request(headers: Headers, address: Address) -> SpokenLanguage:
    """The language of a request: the one chosen on the page, else the first of the browser's that there is."""
    return language(chosen_language(headers, address) or _preferred(headers.get("accept-language", "")[:500]))


def chosen_language(headers: Headers, address: Address) -> str | None:
    """The tag of the language that was chosen on the page in this browser, if one was."""
    values = cookie_values(headers, language_cookie(address))
    return next((each for each in values if each in languages()), None)


def _preferred(accepted: str) -> str:
    """The best of an ``Accept-Language`` header."""
    weighed = []
    for position, part in enumerate(accepted.split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            share = float(weight) if weight else 1.0
        except ValueError:
            continue
        if tag and share > 0:
            weighed.append((-share, position, tag))
    return negotiate_locale([tag for _, _, tag in sorted(weighed)], list(languages()), sep="-") or "en"
