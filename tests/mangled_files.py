"""Calendar files with injuries, made from seeds: the same seed is the same file, everywhere."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

#: A calendar of somebody else: rules, exceptions, a zone of its own, wall times, an alarm.
FOREIGN = b"""\
BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//somebody//else//EN\r
BEGIN:VTIMEZONE\r
TZID:My zone\r
BEGIN:DAYLIGHT\r
DTSTART:19700329T020000\r
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r
TZOFFSETFROM:+0100\r
TZOFFSETTO:+0200\r
END:DAYLIGHT\r
BEGIN:STANDARD\r
DTSTART:19701025T030000\r
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r
TZOFFSETFROM:+0200\r
TZOFFSETTO:+0100\r
END:STANDARD\r
END:VTIMEZONE\r
BEGIN:VEVENT\r
UID:one\r
DTSTART;TZID=Europe/Berlin:20260701T090000\r
DURATION:PT1H\r
RRULE:FREQ=WEEKLY;BYDAY=MO,WE\r
EXDATE;TZID=Europe/Berlin:20260706T090000\r
SUMMARY:\xc3\xbcmlaut\\, \xe6\xbc\xa2\xe5\xad\x97\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:one\r
RECURRENCE-ID;TZID=Europe/Berlin:20260708T090000\r
DTSTART;TZID=My zone:20260709T090000\r
DURATION:PT2H\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:two\r
DTSTART:20260703T090000\r
DTEND:20260703T100000\r
RDATE:20260704T090000,20260705T090000\r
BEGIN:VALARM\r
TRIGGER:-PT5M\r
ACTION:DISPLAY\r
END:VALARM\r
END:VEVENT\r
BEGIN:VTODO\r
UID:three\r
DUE;VALUE=DATE:20260704\r
STATUS:COMPLETED\r
COMPLETED:20260703T090000Z\r
END:VTODO\r
END:VCALENDAR\r
"""

BOMBS = (
    b"RRULE:FREQ=SECONDLY",
    b"RRULE:FREQ=DAILY;INTERVAL=0",
    b"RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    b"RRULE:FREQ=MINUTELY;COUNT=1000000000",
    b"RRULE:FREQ=DAILY;BYHOUR=" + b",".join(b"%d" % n for n in range(24)) + b";BYSECOND=1,2,3,4,5,6,7,8,9",
    b"RRULE:FREQ=WEEKLY;BYMONTHDAY=" + b",".join([b"1"] * 5_000),
    b"RRULE:FREQ=YEARLY;BYEASTER=0",
    b"RDATE:" + b",".join([b"20260703T000000Z"] * 20_000),
    b"EXRULE:FREQ=SECONDLY",
    b"DURATION:P99999999999999D",
    b"DTSTART;TZID=" + b"x" * 5_000 + b":20260703T090000",
    b"DTSTART;TZID=../../../etc/passwd:20260703T090000",
    b"DTSTART:00000000T000000Z",
    b"DTSTART;VALUE=DATE:99991231",
    b"DTSTART:00010101T000000",
    b"DTEND:99991231T235959",
    b"SEQUENCE:999999999999999999999999999999",
    b"SEQUENCE:-5",
    b"PERCENT-COMPLETE:1e309",
    b"LAST-MODIFIED:99991231T235960Z",
    b"DTSTAMP:\xff\xfe",
    b"STATUS:COMPLETED",
    b"STATUS:CANCELLED",
    b"COMPLETED:99990101T000000Z",
    b"SUMMARY:" + b"\\" * 10_001,
    b'SUMMARY;ALTREP="' + b":" * 10_000,
    "SUMMARY:\u202e\u2066\ufeff✓ ✓ \x1b[2J\x07".encode(),
    b"UID:",
    b"BEGIN:VCALENDAR",
    b"END:VCALENDAR",
    b"END:VEVENT",
    b"\r\n".join(
        [
            *(b"BEGIN:VTIMEZONE", b"TZID:My zone", b"BEGIN:STANDARD", b"DTSTART:00010101T000000"),
            *(b"RRULE:FREQ=YEARLY;INTERVAL=0", b"TZOFFSETFROM:+9999", b"TZOFFSETTO:-9999"),
            *(b"END:STANDARD", b"END:VTIMEZONE"),
        ]
    ),
)


def mangled(seed: int, sources: Sequence[bytes]) -> bytes:
    """One of the sources with one to six injuries; every five hundredth is also huge."""
    dice = random.Random(seed)
    data = dice.choice(sources)
    for _ in range(dice.randint(1, 6)):
        data = dice.choice(_INJURIES)(data, dice)
    if seed % 500 == 0:
        data = _HUGE[seed // 500 % len(_HUGE)](data, dice)
    return data


def _lines(data: bytes) -> list[bytes]:
    return data.split(b"\r\n")


def _flip_bits(data: bytes, dice: random.Random) -> bytes:
    flipped = bytearray(data)
    for _ in range(dice.choice([1, 1, 3, 20, 200]) if flipped else 0):
        flipped[dice.randrange(len(flipped))] ^= 1 << dice.randrange(8)
    return bytes(flipped)


def _cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data) + 1)]


def _take_out(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data) + 1)
    return data[:start] + data[start + dice.randint(1, 400) :]


def _lose_lines(data: bytes, dice: random.Random) -> bytes:
    chance = dice.random() / 4
    return b"\r\n".join(line for line in _lines(data) if dice.random() > chance)


def _double_lines(data: bytes, dice: random.Random) -> bytes:
    lines = _lines(data)
    for _ in range(dice.randint(1, 5)):
        lines.insert(dice.randrange(len(lines)), dice.choice(lines))
    return b"\r\n".join(lines)


def _shuffle(data: bytes, dice: random.Random) -> bytes:
    lines = _lines(data)
    return b"\r\n".join(dice.sample(lines, len(lines)))


def _plant(data: bytes, dice: random.Random) -> bytes:
    lines = _lines(data)
    for _ in range(dice.randint(1, 3)):
        lines.insert(dice.randrange(len(lines)), dice.choice(BOMBS))
    return b"\r\n".join(lines)


def _recode(data: bytes, dice: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    codes = ("utf-16", "utf-32", "cp1252", "ascii", "utf-7", "utf-8-sig", "shift_jis", "cp037", "utf-16-be")
    return text.encode(dice.choice(codes), "replace")


def _end_lines(data: bytes, dice: random.Random) -> bytes:
    return data.replace(
        b"\r\n", dice.choice([b"\n", b"\r", b"\r\r\n", b"\n\n", b"\x0b", b"\xc2\x85", b"\r\n\t", b"\r\n "])
    )


def _plant_zeros(data: bytes, dice: random.Random) -> bytes:
    return data.replace(dice.choice([b":", b"\r\n", b"E", b"20"]), b"\x00", dice.choice([1, 5, -1]))


def _other_numbers(data: bytes, dice: random.Random) -> bytes:
    wild = (b"0", b"00000000", b"99999999", b"20261301", b"20260230", b"-1", b"19991231", b"21991231", b"20260704")
    return re.sub(rb"\d{8}", lambda found: dice.choice(wild) if dice.random() < 0.3 else found[0], data)


def _noise(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data) + 1)
    return data[:start] + dice.randbytes(dice.randint(1, 300)) + data[start:]


def _twice(data: bytes, dice: random.Random) -> bytes:
    return data + dice.choice([data, data[::-1], FOREIGN])


def _nest(data: bytes, dice: random.Random) -> bytes:
    name = dice.choice([b"VEVENT", b"X-DEEP", b"VALARM", b"VCALENDAR", b"VTIMEZONE"])
    depth = dice.choice([2, 10, 1_000])
    start = max(0, data.find(b"BEGIN:V", dice.randrange(len(data) + 1)))
    return data[:start] + b"BEGIN:%s\r\n" % name * depth + data[start:] + b"END:%s\r\n" % name * depth


def _other_case(data: bytes, dice: random.Random) -> bytes:
    return dice.choice([data.lower, data.upper, data.swapcase])()


_INJURIES: Sequence[Callable[[bytes, random.Random], bytes]] = (
    *(_flip_bits, _flip_bits, _cut, _take_out, _lose_lines, _double_lines, _shuffle, _plant, _plant, _plant, _recode),
    *(_end_lines, _plant_zeros, _other_numbers, _other_numbers, _noise, _twice, _nest, _other_case),
)


def _many_events(data: bytes, dice: random.Random) -> bytes:
    one = b"BEGIN:VEVENT\r\nUID:%d\r\nDTSTART;TZID=My zone:20260703T090000\r\nSUMMARY:x\r\nEND:VEVENT\r\n"
    return FOREIGN.replace(b"END:VCALENDAR", b"".join(one % n for n in range(19_900)) + b"END:VCALENDAR")


def _too_many_events(data: bytes, dice: random.Random) -> bytes:
    return data + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 20_001


def _many_folds(data: bytes, dice: random.Random) -> bytes:
    return data.replace(b"SUMMARY:", b"SUMMARY:" + b"x\r\n " * 1_000_000, 1)


def _many_lines(data: bytes, dice: random.Random) -> bytes:
    return data.replace(b"BEGIN:VEVENT\r\n", b"BEGIN:VEVENT\r\n" + b"x\n" * 3_000_000, 1)


def _one_long_line(data: bytes, dice: random.Random) -> bytes:
    return data.replace(b"SUMMARY:", b"SUMMARY:" + "é".encode() * 4_000_000, 1)


def _many_copies(data: bytes, dice: random.Random) -> bytes:
    return (data * (9_000_000 // (len(data) + 1) + 1))[:9_900_000]


def _empty_lines(data: bytes, dice: random.Random) -> bytes:
    return data.replace(b"\r\n", b"\n" * 100_000, 90)


def _too_much(data: bytes, dice: random.Random) -> bytes:
    return data + b"X-PAD:" + b"x" * 10_000_001


def _many_times(data: bytes, dice: random.Random) -> bytes:
    return data.replace(b"BEGIN:VEVENT\r\n", b"BEGIN:VEVENT\r\n" + b"DTSTART:20260703T090000Z\r\n" * 100_000, 1)


def _many_zones(data: bytes, dice: random.Random) -> bytes:
    line = b"DTSTART;TZID=Zone/%d:20260703T090000\r\n"
    return data.replace(b"BEGIN:VEVENT\r\n", b"BEGIN:VEVENT\r\n" + b"".join(line % n for n in range(20_000)), 1)


_HUGE: Sequence[Callable[[bytes, random.Random], bytes]] = (
    *(_many_events, _too_many_events, _many_folds, _many_lines, _one_long_line),
    *(_many_copies, _empty_lines, _too_much, _many_times, _many_zones),
)
