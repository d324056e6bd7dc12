"""The form that a plan is started with, and the study week of any form: fields read into values, and values written back."""

from __future__ import annotations

from datetime import date, time
from itertools import zip_longest
from typing import TYPE_CHECKING

from studyplan.errors import UsageProblem
from studyplan.model import Span, StudyHours, Week
from studyplan.notation import WEEKDAYS, day_and_hour, span, week, week_text
from studyplan.rules.drafts import StartRequest

if TYPE_CHECKING:
    from studyplan.web.request import SentForm


def wish_of(form: SentForm, template: str, today: date) -> StartRequest:
    """What a form asks of a start. Raises UsageProblem for what cannot be read."""
    exam, hour = exam_of(form, today)
    return StartRequest(
        template=template,
        start=form.day("date", today),
        days=form.whole("days"),
        exam=exam,
        exam_hour=hour,
        window=form.text("window") or None,
        week=week_of(form),
        hours=week(form.text("hours"), None) if form.has("hours") else None,
        off=spans_of(form, today),
        holidays=region_of(form),
        paths=tuple(dict.fromkeys(form.texts("path"))),
        leave_out=tuple(dict.fromkeys(form.texts("leave_out"))),
        name=form.text("name") or None,
        retake=form.text("retake") or None,
    )


def fields_of(wish: StartRequest) -> list[tuple[str, str]]:
    """The fields that ask for this start; those that are empty are left out."""
    country, _, part = (wish.holidays or "").partition("-")
    fields = [
        ("date", str(wish.start or "")),
        ("exam", str(wish.exam or "")),
        ("exam_hour", f"{wish.exam_hour:%H:%M}" if wish.exam_hour else ""),
        ("days", str(wish.days or "")),
        ("window", wish.window or ""),
        *week_fields(wish.week).items(),
        ("hours", week_text(wish.hours) if wish.hours else ""),
        *(pair for span in wish.off for pair in (("off_from", str(span.first)), ("off_to", str(span.last)))),
        ("country", country),
        ("region", part),
        *(("path", path) for path in wish.paths),
        *(("leave_out", id) for id in wish.leave_out),
        ("name", wish.name or ""),
        ("retake", wish.retake or ""),
    ]
    return [(name, text) for name, text in fields if text]


def exam_of(form: SentForm, today: date) -> tuple[date | None, time | None]:
    """The day of the exam and its hour, where they are given."""
    day, hour = form.text("exam"), form.text("exam_hour")
    if not day:
        if hour:
            raise UsageProblem("the time of the exam needs its day", hint="give both, or the day alone")
        return None, None
    return day_and_hour(f"{day} {hour}" if hour else day, today)


def week_of(form: SentForm) -> Week | None:
    """The study week of seven fields, or of one line for all of it; None where nothing is filled in. A field that is empty
    beside others is a day off."""
    line = form.text("week")
    named = {name: form.text(name).replace(",", ".") for name in WEEKDAYS if form.has(name)}
    if line and named:
        raise UsageProblem("the minutes are given twice", hint="use either the seven fields or the line below them")
    if line:
        return week(line, None)
    return week(",".join(f"{name}={text}" for name, text in named.items()), None) if named else None


def week_fields(study_week: Week | None) -> dict[str, str]:
    """The seven fields of a study week."""
    if study_week is None:
        return dict.fromkeys(WEEKDAYS, "")
    return {name: _hours_text(hours) for name, hours in zip(WEEKDAYS, study_week.days, strict=True)}


def _hours_text(hours: StudyHours) -> str:
    if hours.minutes == 0:
        return ""
    alone = week_text(Week((hours, *(StudyHours(0),) * 6)))
    return alone.partition("=")[2] or "any"


def spans_of(form: SentForm, today: date) -> tuple[Span, ...]:
    """Days off: rows of a first and a last day; the last may be left empty for a single day."""
    rows = zip_longest(form.column("off_from"), form.column("off_to"), fillvalue="")
    return tuple(span(f"{first}..{last}" if last else first, today) for first, last in rows if first or last)


def region_of(form: SentForm) -> str | None:
    """The region whose public holidays count: a country, and a part of it where one is given."""
    country, part = form.text("country"), form.text("region")
    if part and not country:
        raise UsageProblem("the region needs its country", hint="choose the country as well")
    return f"{country}-{part}" if part else country or None
