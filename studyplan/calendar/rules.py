"""Recurrence rules as other people write them: read part by part, and walked with bounds.

A part that makes no sense costs itself and a note, a rule that makes none costs the rule. What a rule gives are wall times on
the clock of its event, without a zone: nine o'clock stays nine o'clock.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, islice
from math import prod
from typing import Any

from dateutil import rrule

from studyplan.calendar.lines import quoted

#: Characters of a rule.
LONGEST_RULE = 1_000
#: Steps of a rule from its start to the end of what is asked for: about half a second of walking.
_MOST_STEPS = 200_000
#: Occurrences of one rule in what is asked for.
MOST_IN_SERIES = 5_000
_TIMES = ("BYHOUR", "BYMINUTE", "BYSECOND")
#: Days in a step of each frequency, and which parts make several occurrences of one step.
_STEPS = {
    "YEARLY": (365.0, _TIMES),
    "MONTHLY": (28.0, _TIMES),
    "WEEKLY": (7.0, _TIMES),
    "DAILY": (1.0, _TIMES),
    "HOURLY": (1 / 24, ("BYMINUTE", "BYSECOND")),
    "MINUTELY": (1 / 1440, ("BYSECOND",)),
    "SECONDLY": (1 / 86400, ()),
}
_WEEKDAY = "MO|TU|WE|TH|FR|SA|SU"
#: What a part may say that holds one value, and each value of one that may hold several.
_ONE = {
    "FREQ": "|".join(_STEPS),
    "INTERVAL": "0*[1-9][0-9]{0,8}",
    "COUNT": "0*[1-9][0-9]{0,17}",
    "UNTIL": ".+",
    "WKST": _WEEKDAY,
    "RSCALE": "[A-Z-]+",
    "SKIP": "OMIT|BACKWARD|FORWARD",
}
_SEVERAL = {
    "BYSECOND": "[0-5]?[0-9]",
    "BYMINUTE": "[0-5]?[0-9]",
    "BYHOUR": "[01]?[0-9]|2[0-3]",
    "BYDAY": rf"(?:[+-]?(?:[1-9]|[1-4][0-9]|5[0-3]))?(?:{_WEEKDAY})",
    "BYMONTHDAY": "[+-]?0*(?:[1-9]|[12][0-9]|3[01])",
    "BYYEARDAY": "[+-]?0*(?:[1-9]|[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9]|36[0-6])",
    "BYWEEKNO": "[+-]?0*(?:[1-9]|[1-4][0-9]|5[0-3])",
    "BYMONTH": "0*(?:[1-9]|1[0-2])",
    "BYSETPOS": "[+-]?0*(?:[1-9]|[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9]|36[0-6])",
}
_PARTS = _ONE | _SEVERAL
#: dateutil's words for them.
_WORDS = {name: name.lower() for name in _SEVERAL} | {"BYDAY": "byweekday"}
#: How a rule of vCalendar 1.0 begins: its kind and interval.
_OLD = re.compile(r"(MP|MD|YM|YD|D|W)([1-9][0-9]{0,3})")
_OLD_KINDS = {
    "D": ("DAILY", ""),
    "W": ("WEEKLY", "BYDAY"),
    "MP": ("MONTHLY", "BYDAY"),
    "MD": ("MONTHLY", "BYMONTHDAY"),
    "YM": ("YEARLY", "BYMONTH"),
    "YD": ("YEARLY", "BYYEARDAY"),
}

Note = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that can be expanded."""

    #: By name, in capitals: numbers and words, checked one by one.
    parts: Mapping[str, tuple[str, ...]]
    #: Its last possible wall time.
    until: datetime | None

    @property
    def freq(self) -> str:
        return self.parts["FREQ"][0]

    @property
    def interval(self) -> int:
        return int(self.parts.get("INTERVAL", ("1",))[0])

    @property
    def count(self) -> int | None:
        return int(self.parts["COUNT"][0]) if "COUNT" in self.parts else None

    @property
    def skips(self) -> bool:
        """Whether days that a month lacks move to the day before or after (RFC 7529), where that makes a difference."""
        return (
            self.parts.get("SKIP", ("OMIT",)) != ("OMIT",)
            and self.freq in ("MONTHLY", "YEARLY")
            and not self.parts.keys() & {"BYDAY", "BYWEEKNO", "BYYEARDAY", "BYSETPOS"}
        )


def rule_of(text: str, until: Callable[[str], datetime], note: Note) -> Rule | None:
    """The rule that a text is, without the parts that make no sense, which are noted; None if no rule is left.

    ``until``: the wall time that the value of UNTIL means; it raises ValueError.
    """
    if len(text) > LONGEST_RULE:
        note(f"a recurrence rule of more than {LONGEST_RULE:,} characters was left out")
        return None
    text = re.sub(r"\s", "", _translated(text.upper()))
    notes: list[str] = []
    parts = _parts(text, notes.append)
    scale = parts.pop("RSCALE", ("GREGORIAN",))[0]
    if "FREQ" not in parts or scale not in ("GREGORIAN", "GREGORY"):
        note(f"its recurrence rule cannot be read, only its first occurrence counts: {quoted(text, 60)}")
        return None
    for each in notes:
        note(each)
    end = None
    if "UNTIL" in parts:
        try:
            end = until(parts.pop("UNTIL")[0])
        except (ValueError, OverflowError) as problem:
            note(f"the end of its recurrence was left out: {problem}")
    return Rule(parts, end)


def _parts(text: str, note: Note) -> dict[str, tuple[str, ...]]:
    parts: dict[str, tuple[str, ...]] = {}
    for part in filter(None, text.split(";")):
        name, _, value = part.partition("=")
        values = [value] if name in _ONE else [each for each in value.split(",") if each]
        good = tuple(each for each in values if name in _PARTS and re.fullmatch(_PARTS[name], each))
        if len(good) < len(values) or not good:
            note(f"a part of its recurrence rule makes no sense and was left out: {quoted(part)}")
        if good:
            parts[name] = good
    return parts


def _translated(text: str) -> str:
    """A rule of vCalendar 1.0 (``MP1 1+ MO #3``) in the words of iCalendar; any other text as it is."""
    head, *words = text.split() or [""]
    begin = _OLD.fullmatch(head)
    if begin is None:
        return text
    freq, part = _OLD_KINDS[begin[1]]
    # Neither a number nor an end means twice, and zero times for ever.
    last = ";COUNT=2"
    values = []
    position = ""
    for word in words:
        number = f"-{word[:-1]}" if word.endswith("-") else word.rstrip("+")
        if word.startswith("#"):
            last = f";COUNT={word[1:]}" if word.strip("#0") else ""
        elif len(word) >= 8:
            last = f";UNTIL={word}"
        elif part == "BYDAY" and word[0].isdigit():
            position = number
        else:
            values.append("-1" if word == "LD" else position + number)
    by = f";{part}={','.join(values)}" if part and values else ""
    return f"FREQ={freq};INTERVAL={begin[2]}{by}{last}"


# --- walking


def walked(rule: Rule, start: datetime, first: datetime, last: datetime) -> list[datetime]:
    """The rule's wall times from ``first`` to ``last``, for an event that starts at ``start``. Raises ValueError if
    finding them would take too long, and for parts that do not go together."""
    if rule.until is not None:
        last = min(last, rule.until)
    if last < start:
        return []
    near = _near(rule, start, first)
    days, several = _STEPS[rule.freq]
    times = prod(len(rule.parts.get(part, ".")) for part in several)
    per_step = times * max(1.0, days) if times > 1 else 1.0
    if (last - near).days / days / rule.interval * per_step > _MOST_STEPS:
        raise ValueError("it happens too often")
    if not _happens(rule, start):
        return []
    found: list[datetime] = []
    moments = islice(_skipping(rule, near) if rule.skips else _plain(rule, near), rule.count)
    for moment in moments:
        if moment > last:
            break
        if moment >= first:
            found.append(moment)
            if len(found) > MOST_IN_SERIES:
                raise ValueError(f"it happens more than {MOST_IN_SERIES:,} times within these days")
    return found


def _near(rule: Rule, start: datetime, first: datetime) -> datetime:
    """A start closer to what is asked for, by whole steps, where that is surely the same."""
    if rule.freq not in ("DAILY", "WEEKLY") or rule.count is not None:
        return start
    step = timedelta(days=_STEPS[rule.freq][0]) * rule.interval
    return start + max((first - start) // step - 1, 0) * step


def _happens(rule: Rule, start: datetime) -> bool:
    """Whether the rule ever happens. One that never does (30 February) is walked to the year 9999. So it is looked up at the
    end of that time: in the Gregorian calendar all days are alike 400 years later, so a hundred years before 9999 are as good
    as the next hundred."""
    late = start.replace(year=start.year + (9899 - start.year) // 400 * 400)
    return rule.skips or next(_plain(rule, late), None) is not None


def _plain(rule: Rule, start: datetime) -> Iterator[datetime]:
    return iter(rrule.rrule(getattr(rrule, rule.freq), start, **_by(rule, start)))


def _by(rule: Rule, start: datetime) -> dict[str, Any]:
    by: dict[str, Any] = {"interval": rule.interval}
    for name, word in _WORDS.items():
        if name in rule.parts:
            values = rule.parts[name]
            by[word] = [_weekday(each) for each in values] if name == "BYDAY" else [int(each) for each in values]
    if "WKST" in rule.parts:
        by["wkst"] = _weekday(rule.parts["WKST"][0])
    if "byweekno" in by and not by.keys() & {"byweekday", "bymonthday", "byyearday"}:
        by["byweekday"] = start.weekday()
    return by


def _weekday(text: str) -> rrule.weekday:
    day: rrule.weekday = getattr(rrule, text[-2:])
    return day(int(text[:-2])) if text[:-2] else day


def _skipping(rule: Rule, start: datetime) -> Iterator[datetime]:
    """What a rule with SKIP gives: a day that a month lacks is its last, or the first of the next."""
    forward = rule.parts["SKIP"] == ("FORWARD",)
    days = [int(each) for each in rule.parts.get("BYMONTHDAY", (str(start.day),))]
    by = {name: value for name, value in _by(rule, start).items() if name != "bymonthday"}
    if rule.freq == "YEARLY" and "BYMONTHDAY" not in rule.parts:
        by.setdefault("bymonth", [start.month])
    firsts = iter(rrule.rrule(getattr(rrule, rule.freq), start.replace(day=1), bymonthday=1, **by))
    before = start - timedelta(seconds=1)
    for (year, month), times in groupby(firsts, lambda each: (each.year, each.month)):
        clock = [each.time() for each in times]
        for moment in sorted({datetime.combine(_kept(year, month, day, forward), at) for day in days for at in clock}):
            if moment > before:
                yield moment
                before = moment


def _kept(year: int, month: int, day: int, forward: bool) -> date:
    length = monthrange(year, month)[1]
    day = day if day > 0 else length + 1 + day
    if 1 <= day <= length:
        return date(year, month, day)
    if day > length:
        return date(year, month, length) + timedelta(days=forward)
    return date(year, month, 1) - timedelta(days=not forward)
