"""Pages made of templates: every text escaped by default, looked up in the visitor's language when it is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from itertools import zip_longest
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal, format_percent
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response as PlainResponse

from studyplan.presentation import language, phrases
from studyplan.presentation.language import N_, gettext
from studyplan.web import assets, plan_texts

if TYPE_CHECKING:
    from starlette.responses import Response

    from studyplan.web.request import Visitor

#: The rooms of the page, in the order of the bar: address, name, icon.
ROOMS = (
    ("/", N_("Today"), "today"),
    ("/week", N_("Week"), "week"),
    ("/tasks", N_("Tasks"), "tasks"),
    ("/review", N_("Review"), "cards"),
    ("/progress", N_("Progress"), "progress"),
    ("/more", N_("More"), "more"),
)


def render(visitor: Visitor, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page of the site, with what the visitor was to be told. ``values``: what the template shows; ``notices`` among them stand in
    place of what is to be told, which then waits."""
    if "notices" not in values:
        values["notices"] = visitor.site.notices.take(visitor.device)
    body = (
        _environment()
        .get_template(template)
        .render(path=visitor.request.url.path, rooms=ROOMS, visitor=visitor, **values)
    )
    return HTMLResponse(body, status, {"cache-control": "private, no-store"})


def bare(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page for somebody who is not in: nothing of a plan is on it."""
    body = _environment().get_template(template).render(**values)
    return HTMLResponse(body, status, {"cache-control": "no-store"})


def see_other(path: str) -> Response:
    """Send the browser to another page of this site, which it then gets."""
    return RedirectResponse(path, 303, {"cache-control": "no-store"})


def download(content: bytes, name: str, kind: str) -> Response:
    """A file for the browser to keep. ``kind``: its media type."""
    return PlainResponse(
        content,
        headers={
            "content-type": f"{kind}; charset=utf-8",
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "cache-control": "private, no-store",
        },
    )


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("studyplan.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(gettext, language.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {
        "static": assets.address,
        "icon": _icon,
        "tag": lambda: language.current().tag,
        "weekdays": weekday_names,
        "days_of": days_text,
    }
    made.filters |= {
        "day": day_text,
        "long_day": long_day_text,
        "hour": hour_text,
        "month": month_text,
        "first_sentence": lambda text: re.split(r"(?<=[.!?])\s", text.strip(), maxsplit=1)[0],
        "zipped": lambda first, second: list(zip_longest(first, second, fillvalue="")),
        "span": phrases.span_text,
        "word": phrases.word_text,
        "piece": phrases.piece_title,
        "habit_text": phrases.habit_text,
        "habit_days": phrases.habit_days,
        "linked": plan_texts.linked,
        "number": lambda value: format_decimal(value, locale=_locale()),
        "percent": lambda share: format_percent(share, locale=_locale()),
    }
    return made


def _locale() -> Locale:
    return Locale.parse(language.current().tag, sep="-")


def day_text(day: date) -> str:
    """A day, short: Thu 23 Jul."""
    # A pattern of Unicode's for dates: weekday, day and month, short.
    return format_date(day, gettext("EEE d MMM"), locale=_locale())


def long_day_text(day: date) -> str:
    """A day with its year: Thu 23 Jul 2026."""
    # The same, with the year.
    return format_date(day, gettext("EEE d MMM y"), locale=_locale())


def days_text(row: Mapping[str, Any]) -> str:
    """How many days a window lasts, of a row of ``figures.window_rows``."""
    low, high = row["days"]
    if low == high:
        return language.ngettext("%(num)d day", "%(num)d days", low) % {"num": low}
    return gettext("%(low)d to %(high)d days") % {"low": low, "high": high}


def month_text(day: date) -> str:
    """The month of a day: July 2026."""
    return format_date(day, "LLLL y", locale=_locale())


def weekday_names(width: str = "abbreviated") -> list[str]:
    """The days of the week, Monday first: ``abbreviated`` or ``wide``."""
    names = _locale().days["stand-alone"][width]
    return [names[each] for each in range(7)]


def country_names() -> list[tuple[str, str]]:
    """The countries whose public holidays are known, each code with its name, by name."""
    from studyplan.calendar.holidays import countries

    names = _locale().territories
    return sorted(((code, names.get(code, code)) for code in countries()), key=lambda each: each[1].casefold())


def hour_text(wall: datetime) -> str:
    """The time of day of a wall clock."""
    return format_time(wall.time(), "HH:mm", locale=_locale())


@cache
def _icon(name: str) -> Markup:
    """A drawing of ours, to stand beside a word that says the same."""
    return Markup(assets.read(f"icons/{name}.svg").decode())
