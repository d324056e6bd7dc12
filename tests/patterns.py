"""Whether a regular expression takes linear time: its position automaton is searched for what makes backtracking costly.

After Weber and Seidl, "On the degree of ambiguity of finite automata" (1991). A pattern that fails tries every way in which it
could have matched. Exponentially many there are where a state can return to itself in two ways over the same text, and
polynomially many where two different loops over the same text follow each other. A search begins anew at every place, which
is a loop over anything ahead of the pattern.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

#: Signs of every class that a pattern can name; those of the pattern itself are added.
SIGNS = frozenset("aZ0_ \n\t-é٣漢\u2028\x00\x1b.")
LOOPS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
#: A counted repeat is looked at as if it ran at most so often: enough for its ambiguity to show.
MOST = 2

_OF_CLASS = {
    "CATEGORY_DIGIT": str.isdecimal,
    "CATEGORY_SPACE": str.isspace,
    "CATEGORY_WORD": lambda sign: sign.isalnum() or sign == "_",
}


def slow(pattern: str | re.Pattern[str], way: str) -> str | None:
    """What makes the pattern slow when it is used as ``way`` says (``fullmatch``, ``match``, ``search``, ``sub`` …); None for one
    that takes linear time."""
    compiled = re.compile(pattern)
    tree = re._parser.parse(compiled.pattern, compiled.flags & ~re.DEBUG)
    automaton = _Automaton(tree, compiled.flags)
    anchored = tree.data and str(tree[0][0]) == "AT" and str(tree[0][1]) in ("AT_BEGINNING", "AT_BEGINNING_STRING")
    automaton.build(tree, anywhere=way not in ("fullmatch", "match") and not anchored, to_the_end=way == "fullmatch")
    return automaton.verdict()


@dataclass
class _Part:
    """A piece of a pattern: the positions that it can begin and end with, and in how many ways it can be empty (2: or more)."""

    first: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)
    empty: int = 1


class _Automaton:
    def __init__(self, tree: Any, flags: int) -> None:
        self._flags = flags
        self._folds = bool(flags & re.IGNORECASE)
        signs = SIGNS | set(_literals(tree))
        self._signs = signs | {each.swapcase() for each in signs if len(each.swapcase()) == 1}
        self.reads: list[frozenset[str]] = []
        #: Each way from a position to the next, twice where there are two.
        self.follow: dict[int, list[int]] = defaultdict(list)
        self._groups: dict[int, Any] = {}
        self._harmless: set[int] = set()
        self._within: list[str] = []

    def build(self, tree: Any, *, anywhere: bool, to_the_end: bool) -> None:
        if anywhere:
            start = self._symbol(self._signs)
            self._loop(start)
            part = self._join(_Part(start.first, start.last), self._sequence(tree))
        else:
            part = self._sequence(tree)
        if not to_the_end:
            # What could end here has matched: nothing is tried again.
            self._harmless = set(part.last)

    # --- the pattern's parts

    def _symbol(self, reads: Iterable[str]) -> _Part:
        self.reads.append(frozenset(reads))
        place = len(self.reads) - 1
        return _Part([place], [place], 0)

    def _join(self, one: _Part, two: _Part) -> _Part:
        for last, first in product(one.last, two.first):
            self.follow[last].append(first)
        return _Part(
            one.first + two.first * one.empty,
            two.last + one.last * two.empty,
            min(one.empty * two.empty, 2),
        )

    def _loop(self, part: _Part) -> _Part:
        for last, first in product(part.last, part.first):
            self.follow[last].append(first)
        return part

    def _sequence(self, nodes: Iterable[Any]) -> _Part:
        part = _Part()
        for op, value in nodes:
            part = self._join(part, self._node(str(op), value))
        return part

    def _node(self, op: str, value: Any) -> _Part:
        if op == "AT" and str(value) in ("AT_END", "AT_END_STRING"):
            return self._symbol({"the end"})
        if op in ("AT", "ASSERT_NOT", "ASSERT"):
            if op != "AT" and any(each in LOOPS for each in _operations(value[1])):
                self._within.append("a look-around with a repeat in it")
            return _Part()
        if op == "SUBPATTERN":
            self._groups[value[0]] = value[-1]
            return self._sequence(value[-1])
        if op == "ATOMIC_GROUP":
            return self._sequence(value)
        if op == "GROUPREF":
            return self._sequence(self._groups[value])
        if op == "BRANCH":
            parts = [self._sequence(branch) for branch in value[1]]
            return _Part(
                [place for part in parts for place in part.first],
                [place for part in parts for place in part.last],
                min(sum(part.empty for part in parts), 2),
            )
        if op in LOOPS:
            return self._repeat(*value)
        return self._symbol(sign for sign in self._signs if self._takes(op, value, sign))

    def _repeat(self, least: int, most: int, body: Any) -> _Part:
        unending = most == re._constants.MAXREPEAT
        # The last of those that must be is the loop itself: `a+` is no `aa*`.
        ahead = min(least, MOST) - (unending and least > 0)
        part = _Part()
        for _ in range(ahead):
            part = self._join(part, self._sequence(body))
        if unending:
            loop = self._loop(self._sequence(body))
            return self._join(part, _Part(loop.first, loop.last, loop.empty if least else 1))
        rest = _Part()
        for _ in range(min(most - least, MOST)):
            each = self._join(self._sequence(body), rest)
            rest = _Part(each.first, each.last, min(1 + each.empty, 2))
        return self._join(part, rest)

    def _takes(self, op: str, value: Any, sign: str) -> bool:
        if self._folds and op in ("LITERAL", "NOT_LITERAL", "IN"):
            both = {sign, sign.lower(), sign.upper()}
            plain = [self._takes_one(op, value, each) for each in both if len(each) == 1]
            return all(plain) if op == "NOT_LITERAL" else any(plain)
        return self._takes_one(op, value, sign)

    def _takes_one(self, op: str, value: Any, sign: str) -> bool:
        match op:
            case "LITERAL":
                return ord(sign) == value
            case "NOT_LITERAL":
                return ord(sign) != value
            case "ANY":
                return sign != "\n" or bool(self._flags & re.DOTALL)
            case "RANGE":
                return value[0] <= ord(sign) <= value[1]
            case "CATEGORY":
                name = str(value)
                found = _OF_CLASS[name.replace("NOT_", "")](sign)
                found = found and (sign.isascii() or not self._flags & re.ASCII)
                return found != ("NOT_" in name)
            case "IN":
                negated = str(value[0][0]) == "NEGATE"
                return negated != any(self._takes_one(str(each), what, sign) for each, what in value[negated:])
        raise NotImplementedError(op)

    # --- what is found in them

    def verdict(self) -> str | None:
        if self._within:
            return self._within[0]
        reach = {place: self._reached(place) for place in range(len(self.reads))}
        loops = {place for place in reach if place in reach[place]}
        for place in loops:
            if any(self.follow[place].count(other) > 1 and place in reach[other] for other in self.follow[place]):
                return "a repeat inside a repeat: exponential"
        if any(self._meets((place, place), (place, place), through_others=True) for place in loops):
            return "two ways round a loop over the same text: exponential"
        for one, other in product(loops, loops - self._harmless):
            if one != other and other in reach[one] and self._meets((one, one, other), (one, other, other)):
                return "two loops over the same text, one behind the other: quadratic"
        return None

    def _reached(self, place: int) -> set[int]:
        seen: set[int] = set()
        waiting = list(self.follow[place])
        while waiting:
            each = waiting.pop()
            if each not in seen:
                seen.add(each)
                waiting += self.follow[each]
        return seen

    def _meets(self, start: tuple[int, ...], goal: tuple[int, ...], *, through_others: bool = False) -> bool:
        """Whether one text leads from each place of ``start`` to that of ``goal``, and with ``through_others`` over places that
        differ."""
        seen: set[tuple[tuple[int, ...], bool]] = set()
        waiting = [(start, not through_others)]
        while waiting:
            places, enough = waiting.pop()
            for after in self._steps(places):
                now = enough or len(set(after)) > 1
                if after == goal and now:
                    return True
                if (after, now) not in seen:
                    seen.add((after, now))
                    waiting.append((after, now))
        return False

    def _steps(self, places: Sequence[int]) -> Iterator[tuple[int, ...]]:
        for after in product(*(set(self.follow[place]) for place in places)):
            if frozenset.intersection(*(self.reads[place] for place in after)):
                yield after


def _operations(nodes: Any) -> Iterator[str]:
    for op, value in _walked(nodes):
        yield str(op)
        del value


def _walked(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every operation of a parsed pattern, however deep."""
    if isinstance(node, tuple) and len(node) == 2 and isinstance(node[0], re._constants._NamedIntConstant):
        yield node
    if isinstance(node, (list, tuple, re._parser.SubPattern)):
        for each in node:
            yield from _walked(each)


def _literals(tree: Any) -> Iterator[str]:
    """The signs that a pattern names, and those just outside of its ranges."""
    for op, value in _walked(tree):
        name = str(op)
        codes = [value] if name in ("LITERAL", "NOT_LITERAL") else []
        if name == "RANGE":
            codes = [value[0] - 1, value[0], value[1], value[1] + 1]
        yield from (chr(code) for code in codes if 0 <= code <= 0x10FFFF)
