"""A number that a learner types as an answer, as people write one: with a unit beside it, a decimal comma, thousands apart. Pure."""

from __future__ import annotations

import re
import unicodedata

from studyplan.errors import UsageProblem
from studyplan.text import shown

#: Characters of such an answer.
LONGEST_NUMBER = 40
#: Signs that stand for the words of a unit.
SIGNS = {
    "$": ("usd", "us$", "dollar", "dollars"),
    "€": ("eur", "euro", "euros"),
    "£": ("gbp",),
    "¥": ("jpy",),
    "%": ("percent",),
}

_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:e[+-]?[0-9]{1,3})?")
_GROUPED = {
    mark: re.compile(rf"[+-]?[0-9]{{1,3}}(?:{re.escape(mark)}[0-9]{{3}})+(?:[{decimal}][0-9]+)?")
    for mark, decimal in ((" ", ".,"), ("'", ".,"), (",", "."), (".", ","))
}
#: A comma before three figures: thousands to some, a decimal to others.
_AMBIGUOUS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")


def typed_number(text: str, unit: str = "") -> float:
    """The number of an answer; its ``unit`` may stand beside it, as a word or a sign. Raises UsageProblem, which repeats the answer as
    it was typed."""
    typed = shown(text.strip()[:LONGEST_NUMBER])
    bare = _without_unit(unicodedata.normalize("NFKC", text).strip().casefold(), unit.casefold().strip())
    bare = bare.replace("\u2212", "-").replace("\u2019", "'")
    if len(text) <= LONGEST_NUMBER:
        if _AMBIGUOUS.fullmatch(bare):
            whole, dotted = bare.replace(",", ""), bare.replace(",", ".")
            raise UsageProblem(f"“{typed}” can be {whole} or {dotted}", hint="write it without the comma")
        if _PLAIN.fullmatch(bare):
            return float(bare.replace(",", "."))
        for mark, pattern in _GROUPED.items():
            if pattern.fullmatch(bare) and (mark != "." or bare.count(".") > 1 or "," in bare):
                return float(bare.replace(mark, "").replace(",", "."))
    if unit:
        raise UsageProblem(f"“{typed}” is not a number in {unit}", hint="write one like 12 or 0.5")
    raise UsageProblem(f"“{typed}” is not a number", hint="write one like 12 or 0.5")


def _without_unit(text: str, unit: str) -> str:
    """Without the unit, or a sign for it, on one side of the number; where the question names no unit, without any sign."""
    for mark in sorted(marks_of(unit), key=len, reverse=True):
        if text.endswith(mark):
            return text.removesuffix(mark).strip()
        for sign in ("", "-"):
            if text.startswith(sign + mark):
                return sign + text.removeprefix(sign + mark).strip()
    return text


def marks_of(unit: str) -> set[str]:
    """What may stand beside the number, in lower case."""
    words = {*unit.casefold().replace("/", " ").split()}
    found = {unit.casefold()} if unit else set(SIGNS)
    for sign, names in SIGNS.items():
        if words & {sign, *names}:
            found |= {sign, *names}
    return found
