"""Damage to text, made by dice: the same dice make the same damage everywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

#: Words that programs stumble over.
NASTY = (
    *(
        "",
        "0",
        "-1",
        "00",
        "1e309",
        "NaN",
        "null",
        "true",
        "~",
        "[]",
        "{}",
        "''",
        '"',
        "'",
        "\\",
        "%s",
        "${HOME}",
        "..",
        "/",
    ),
    *("99999999999999999999", "2147483648", "-2147483649", "0x10", "1_000", "1.5", "٣", "²", "½"),
    *("2026-02-30", "9999-12-31", "0001-01-01", "2026-07-01T00:00:00Z", "10000-01-01"),
    *("\u202e", "\u2066", "\ufeff", "\u200b", "\u00a0", "\u2028", "\x1b[2J", "\x07", "\t", "\r", "\v", "\x85", "\x7f"),
    *("é", "e\u0301" * 40, "漢字", "🎓", "\U0010ffff", "\ufffe", "ß", "İ"),
    *("x" * 201, "x" * 70_000, "(" * 5_000, "[" * 5_000, "a-" * 5_000, " " * 10_000, "9" * 5_000),
)


def damaged(dice: Random, sources: Sequence[bytes], words: Sequence[str] = (), most: int = 6) -> bytes:
    """One of the sources with one to ``most`` injuries, mostly few. ``words``: what means something in such files."""
    data = dice.choice(sources)
    for _ in range(min(dice.randint(1, most), dice.randint(1, most))):
        data = dice.choice(_INJURIES)(data, dice, (*words, *NASTY))
    return data


def damaged_json(dice: Random, source: bytes, words: Sequence[Any] = ()) -> bytes:
    """JSON that is still JSON, with one to four values or names changed, gone, doubled or swapped."""
    body = json.loads(source)
    for _ in range(dice.choice([1, 1, 2, 4])):
        places = list(_places(body))
        holder, key = dice.choice(places)
        match dice.randrange(6):
            case 0 if isinstance(holder, dict):
                holder[str(dice.choice(NASTY))] = holder.pop(key)
            case 1:
                del holder[key]
            case 2:
                other, theirs = dice.choice(places)
                holder[key] = json.loads(json.dumps(other.get(theirs) if isinstance(other, dict) else None))
            case 3 if isinstance(holder, list):
                holder.append(holder[key])
            case _:
                holder[key] = dice.choice(
                    [*words, *NASTY, None, True, -1, 0, 1, 1.5, 2**31, 2**63, 10**400, [], {}, [[]]]
                )
    return json.dumps(body, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Where each value of a JSON document stands: what holds it, and the key or index."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        found += [(holder, key) for key in keys]
        waiting += [holder[key] for key in keys]
    return found


Words = Sequence[str]


def _flip_bits(data: bytes, dice: Random, words: Words) -> bytes:
    flipped = bytearray(data)
    for _ in range(dice.choice([1, 1, 3, 20]) if flipped else 0):
        flipped[dice.randrange(len(flipped))] ^= 1 << dice.randrange(8)
    return bytes(flipped)


def _cut(data: bytes, dice: Random, words: Words) -> bytes:
    return data[: dice.randrange(len(data) + 1)]


def _take_out(data: bytes, dice: Random, words: Words) -> bytes:
    start = dice.randrange(len(data) + 1)
    return data[:start] + data[start + dice.randint(1, 100) :]


def _lose_lines(data: bytes, dice: Random, words: Words) -> bytes:
    chance = dice.random() / 4
    return b"\n".join(line for line in data.split(b"\n") if dice.random() > chance)


def _double_lines(data: bytes, dice: Random, words: Words) -> bytes:
    lines = data.split(b"\n")
    for _ in range(dice.randint(1, 3)):
        lines.insert(dice.randrange(len(lines) + 1), dice.choice(lines))
    return b"\n".join(lines)


def _many_lines(data: bytes, dice: Random, words: Words) -> bytes:
    lines = data.split(b"\n")
    at = dice.randrange(len(lines))
    return b"\n".join([*lines[:at], *[lines[at]] * dice.choice([10, 3_000]), *lines[at:]])


def _swap_lines(data: bytes, dice: Random, words: Words) -> bytes:
    lines = data.split(b"\n")
    one, two = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    return b"\n".join(lines)


def _indent(data: bytes, dice: Random, words: Words) -> bytes:
    lines = data.split(b"\n")
    at = dice.randrange(len(lines))
    lines[at] = lines[at].lstrip() if dice.random() < 0.3 else b" " * dice.choice([1, 2, 4, 500]) + lines[at]
    return b"\n".join(lines)


def _plant(data: bytes, dice: Random, words: Words) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + _word(dice, words) + data[at:]


def _other_word(data: bytes, dice: Random, words: Words) -> bytes:
    """Some word of the text is another one."""
    found = list(re.finditer(rb"[^\s,;:{}\[\]\"']+", data))
    if not found:
        return data
    start, end = dice.choice(found).span()
    return data[:start] + _word(dice, words) + data[end:]


def _other_mark(data: bytes, dice: Random, words: Words) -> bytes:
    found = list(re.finditer(rb"[^\w\s]", data))
    if not found:
        return data
    at = dice.choice(found).start()
    return (
        data[:at]
        + dice.choice([b"", b":", b",", b"{", b"}", b"[", b"]", b'"', b"'", b"#", b"-", b"&a", b"*a", b"!!x "])
        + data[at + 1 :]
    )


def _recode(data: bytes, dice: Random, words: Words) -> bytes:
    codes = ("utf-16", "utf-32", "cp1252", "ascii", "utf-7", "utf-8-sig", "shift_jis", "cp037", "utf-16-be")
    return data.decode("utf-8", "replace").encode(dice.choice(codes), "replace")


def _end_lines(data: bytes, dice: Random, words: Words) -> bytes:
    return data.replace(
        b"\n", dice.choice([b"\r\n", b"\r", b"\n\n", b"\x0b", b"\xc2\x85", b"\xe2\x80\xa8", b"\n\t", b""])
    )


def _zeros(data: bytes, dice: Random, words: Words) -> bytes:
    return data.replace(dice.choice([b":", b"\n", b"e", b"2"]), b"\x00", dice.choice([1, 5, -1]))


def _noise(data: bytes, dice: Random, words: Words) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.randbytes(dice.randint(1, 50)) + data[at:]


def _twice(data: bytes, dice: Random, words: Words) -> bytes:
    return data + dice.choice([data, data[::-1], b"---\n" + data])


def _word(dice: Random, words: Words) -> bytes:
    return dice.choice(words).encode("utf-8", "surrogatepass")


_INJURIES: Sequence[Callable[[bytes, Random, Words], bytes]] = (
    *(_flip_bits, _cut, _take_out, _lose_lines, _double_lines, _many_lines, _swap_lines, _indent, _recode, _end_lines),
    *(_plant, _plant, _plant, _other_word, _other_word, _other_word, _other_word, _other_mark, _other_mark),
    *(_zeros, _noise, _twice),
)
