"""Reads calendars with libical, the engine of GNOME and KDE: one file in base64 a line on standard input, one JSON object
of its entries by UID a line on standard output. Run by the system's own Python, which has libical's binding."""

import base64
import json
import sys

import gi

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib as ical  # noqa: E402

UTC = ical.Timezone.get_utc_timezone()
KINDS = {"VEVENT": ical.ComponentKind.VEVENT_COMPONENT, "VTODO": ical.ComponentKind.VTODO_COMPONENT}
WHICH = ical.PropertyKind


def every(component, first, following, kind):
    found = getattr(component, first)(kind)
    while found is not None:
        yield found
        found = getattr(component, following)(kind)


def properties(component, kind):
    return every(component, "get_first_property", "get_next_property", kind)


def moment(time, calendar, prop):
    if time is None or time.is_null_time():
        return None
    if time.is_date():
        return f"{time.get_year():04}-{time.get_month():02}-{time.get_day():02}"
    named = prop.get_first_parameter(ical.ParameterKind.TZID_PARAMETER)
    if named is not None:
        time = time.clone()
        time.set_timezone(calendar.get_timezone(named.get_tzid()))
        time = time.convert_to_zone(UTC)
    zone = "+00:00" if time.is_utc() else ""
    day = f"{time.get_year():04}-{time.get_month():02}-{time.get_day():02}"
    return f"{day}T{time.get_hour():02}:{time.get_minute():02}:{time.get_second():02}{zone}"


def text(component, kind):
    return next((prop.get_value().get_text() or "" for prop in properties(component, kind)), "")


def word(component, kind):
    return next((prop.get_value_as_string() for prop in properties(component, kind)), "")


def entry(component, calendar, is_event):
    start = next(properties(component, WHICH.DTSTART_PROPERTY), None)
    end = next(properties(component, WHICH.DTEND_PROPERTY if is_event else WHICH.DUE_PROPERTY), None)
    ends = None if end is None else (end.get_dtend() if is_event else end.get_due())
    return {
        "start": None if start is None else moment(start.get_dtstart(), calendar, start),
        "end": None if end is None else moment(ends, calendar, end),
        "title": text(component, WHICH.SUMMARY_PROPERTY),
        "body": text(component, WHICH.DESCRIPTION_PROPERTY),
        "labels": [each.get_categories() for each in properties(component, WHICH.CATEGORIES_PROPERTY)],
        "status": word(component, WHICH.STATUS_PROPERTY),
    }


def read(data):
    # libical's parser unfolds bytes, its binding wants whole characters: so it is given unfolded lines.
    calendar = ical.Component.new_from_string(data.replace(b"\r\n ", b"").decode())
    if calendar is None:
        raise ValueError("no calendar")
    if calendar.count_errors():
        raise ValueError(f"{calendar.count_errors()} errors")
    found = {}
    for name, kind in KINDS.items():
        for component in list(every(calendar, "get_first_component", "get_next_component", kind)):
            if component.count_errors():
                raise ValueError(f"{component.count_errors()} errors in {component.get_uid()}")
            found[component.get_uid()] = entry(component, calendar, name == "VEVENT")
    return found


for line in sys.stdin:
    try:
        answer = {"entries": read(base64.b64decode(line))}
    except ValueError as error:
        answer = {"refused": str(error)}
    print(json.dumps(answer), flush=True)
