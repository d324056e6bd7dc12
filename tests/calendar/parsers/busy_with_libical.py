"""When calendars keep somebody busy, by libical, the engine of GNOME and KDE: one question a line on standard input (JSON: the
file in base64, the first and the last instant, the learner's zone), one JSON object a line on standard output: pairs of days
or of instants. Run by the system's own Python, which has libical's binding.

libical walks the occurrences of one component; which of them others stand for is up to who uses it, as in Evolution."""

import base64
import json
import sys
from datetime import datetime, timedelta

import gi

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib as ical  # noqa: E402

UTC = ical.Timezone.get_utc_timezone()
EVENT, LIST = ical.ComponentKind.VEVENT_COMPONENT, ical.ComponentKind.VFREEBUSY_COMPONENT
WHICH = ical.PropertyKind


def every(component, first, following, kind):
    found = getattr(component, first)(kind)
    while found is not None:
        yield found
        found = getattr(component, following)(kind)


def properties(component, kind):
    return every(component, "get_first_property", "get_next_property", kind)


def children(component, kind):
    return list(every(component, "get_first_component", "get_next_component", kind))


def seconds(time, home):
    """Of a time with a zone, in UTC, or by the clock at home."""
    zone = UTC if time.is_utc() else time.get_timezone() or home
    return time.as_timet_with_zone(zone)


def shown(time, home):
    if time.is_date():
        return f"{time.get_year():04}-{time.get_month():02}-{time.get_day():02}"
    return instant(seconds(time, home))


def instant(at):
    return (datetime(1970, 1, 1) + timedelta(seconds=at)).isoformat() + ".000Z"


def is_free(event, calendar):
    says = {
        name: next((prop.get_value_as_string() or "" for prop in properties(event, kind)), "").upper()
        for name, kind in (("transp", WHICH.TRANSP_PROPERTY), ("status", WHICH.STATUS_PROPERTY))
    }
    method = next((prop.get_value_as_string() or "" for prop in properties(calendar, WHICH.METHOD_PROPERTY)), "")
    return says["transp"] == "TRANSPARENT" or says["status"] == "CANCELLED" or method.upper() == "CANCEL"


def walked(event, first, last):
    found = []
    event.foreach_recurrence(first, last, lambda _, span, *rest: found.append((span.get_start(), span.get_end())))
    return found


def times(calendar, asked, home):
    events = children(calendar, EVENT)
    named = {}
    for event in events:
        at = event.get_recurrenceid()
        if not at.is_null_time():
            named.setdefault(event.get_uid(), set()).add(seconds(at, home))
    first, last = (ical.Time.new_from_timet_with_zone(asked[each], 0, UTC) for each in ("first", "last"))
    for event in events:
        if is_free(event, calendar):
            continue
        start = event.get_dtstart()
        is_day = start.is_date()
        # What floats is walked as if it were in UTC, and then put on the clock at home.
        floats = not is_day and not start.is_utc() and start.get_timezone() is None
        for begin, end in walked(event, first, last):
            if is_day:
                yield tuple(instant(each)[:10] for each in (begin, end))
                continue
            if floats:
                begin, end = as_home(begin, home), as_home(end, home)
            is_named = event.get_recurrenceid().is_null_time() and begin in named.get(event.get_uid(), ())
            if not is_named:
                yield instant(begin), instant(end)
    for each in children(calendar, LIST):
        for prop in properties(each, WHICH.FREEBUSY_PROPERTY):
            kind = prop.get_first_parameter(ical.ParameterKind.FBTYPE_PARAMETER)
            if kind is None or kind.get_fbtype() != ical.ParameterFbtype.FREE:
                period = prop.get_freebusy()
                begin = period.get_start()
                end = period.get_end()
                if end.is_null_time():
                    end = begin.add(period.get_duration())
                yield shown(begin, home), shown(end, home)


def as_home(at, home):
    time = ical.Time.new_from_timet_with_zone(at, 0, UTC)
    time.set_timezone(home)
    return time.as_timet_with_zone(home)


def busy(asked):
    data = base64.b64decode(asked["file"])
    # libical's parser unfolds bytes, its binding wants whole characters: so it is given unfolded lines.
    root = ical.Component.new_from_string(data.replace(b"\r\n ", b"").decode())
    if root is None:
        raise ValueError("no calendar")
    home = ical.Timezone.get_builtin_timezone(asked["zone"])
    asked = asked | {
        each: int(datetime.fromisoformat(asked[each].replace("Z", "+00:00")).timestamp()) for each in ("first", "last")
    }
    is_one = root.isa() == ical.ComponentKind.VCALENDAR_COMPONENT
    calendars = [root] if is_one else children(root, ical.ComponentKind.VCALENDAR_COMPONENT)
    return [span for calendar in calendars for span in times(calendar, asked, home) if span[0] < span[1]]


for line in sys.stdin:
    try:
        answer = {"busy": busy(json.loads(line))}
    except ValueError as error:
        answer = {"refused": str(error)}
    print(json.dumps(answer), flush=True)
