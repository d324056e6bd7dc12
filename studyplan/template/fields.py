"""What may stand in a field: types that read a node, say what is wrong with it, and describe themselves as JSON Schema.

A type reads a :class:`~studyplan.template.source.Node` and gives its value, or ``BAD`` after it has reported why not, so
that reading goes on and finds the other problems too.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from studyplan.notation import weekdays
from studyplan.template.problems import Problems, quoted
from studyplan.template.source import ListNode, MappingNode, Node, RefusedNode, ScalarNode
from studyplan.text import flaw


class _Bad(Enum):
    BAD = "bad"


BAD: Final = _Bad.BAD

_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_DECIMAL = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,6})?", re.ASCII)
_WHOLE = re.compile(r"-?(0|[1-9]\d{0,8})", re.ASCII)
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*", re.ASCII)
_TASK_ID = re.compile(r"[a-z][a-z0-9-]*", re.ASCII)
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}\.[a-z0-9]{1,8}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


def is_slug(text: str, longest: int) -> bool:
    """Whether the text can be an id: a-z, 0-9 and -, a letter or digit first."""
    return len(text) <= longest and bool(_SLUG.fullmatch(text))


def slug(text: str) -> str:
    """The nearest valid id to a text; empty if nothing of it can be used."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


@dataclass(frozen=True, slots=True)
class Spot:
    """The item that is being read, for messages."""

    problems: Problems
    item: str = ""

    def say(self, line: int, text: str) -> None:
        self.problems.add(line, text, self.item)


@dataclass(frozen=True, slots=True)
class Located:
    """A value that names something elsewhere in the file, with its line."""

    value: str
    line: int


class Type(Protocol):
    def read(self, node: Node, name: str, spot: Spot) -> Any:
        """The value of the field ``name``, or ``BAD`` once the reason has been reported."""

    def schema(self) -> dict[str, Any]: ...


def _scalar(node: Node, name: str, spot: Spot, expected: str) -> ScalarNode | None:
    """The node as a non-empty scalar; None if it is not one, which is then reported."""
    match node:
        case ScalarNode(empty=True):
            spot.say(node.line, f"{name} has no value: write {expected}, or leave out the key if it is optional")
        case ScalarNode():
            return node
        case ListNode():
            spot.say(node.line, f"{name} must be {expected}, not a list")
        case MappingNode():
            spot.say(node.line, f"{name} must be {expected}, not a mapping")
    return None


@dataclass(frozen=True, slots=True)
class Text:
    """``longest`` characters at most; ``paragraphs``: line breaks may stand in it."""

    longest: int = 200
    paragraphs: bool = False
    #: A number must stand in quotes: 2026.10 would lose its last digit in other people's readers.
    no_number: bool = False

    def read(self, node: Node, name: str, spot: Spot) -> Any:
        scalar = _scalar(node, name, spot, "text")
        if scalar is None:
            return BAD
        text = scalar.text.strip()
        if self.no_number and scalar.plain and _NUMBER.fullmatch(text):
            spot.say(node.line, f'{name} is text: write it in quotes, "{text[:20]}"')
            return BAD
        if wrong := self.wrong(text):
            spot.say(node.line, f"{name} {wrong}")
            return BAD
        return text

    def wrong(self, text: str) -> str:
        """What is wrong with a text; empty if nothing is."""
        return flaw(text, longest=self.longest, lines=self.paragraphs)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": self.longest}


@dataclass(frozen=True, slots=True)
class Id:
    """The name of an item. One that breaks the rules is said and still given, so that what names it is not wrong too."""

    longest: int = 100
    letter_first: bool = False

    def read(self, node: Node, name: str, spot: Spot) -> Any:
        scalar = _scalar(node, name, spot, "an id")
        if scalar is None:
            return BAD
        text = scalar.text
        pattern = _TASK_ID if self.letter_first else _SLUG
        if len(text) > self.longest:
            spot.say(node.line, f"{name} has {len(text):,} characters; the most is {self.longest}")
        elif not pattern.fullmatch(text):
            first = "a letter first, then" if self.letter_first else "only"
            better = slug(text)
            way = f"; try {quoted(better)}" if better and pattern.fullmatch(better) else ""
            spot.say(node.line, f"{name} {quoted(text)} must have {first} a-z, 0-9 and -{way}")
        return text

    def schema(self) -> dict[str, Any]:
        pattern = _TASK_ID if self.letter_first else _SLUG
        return {"type": "string", "pattern": f"^{pattern.pattern}$", "maxLength": self.longest}


@dataclass(frozen=True, slots=True)
class FileName:
    """The plain name of a file: no folder in it, nothing that a shell would read as more than a name."""

    def read(self, node: Node, name: str, spot: Spot) -> Any:
        scalar = _scalar(node, name, spot, "a file's name")
        if scalar is None:
            return BAD
        if not _FILE_NAME.fullmatch(scalar.text):
            spot.say(
                node.line, f"{name} {quoted(scalar.text)} must be a file's name such as bill.csv, without a folder"
            )
            return BAD
        return scalar.text

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{_FILE_NAME.pattern}$"}


@dataclass(frozen=True, slots=True)
class Language:
    def read(self, node: Node, name: str, spot: Spot) -> Any:
        scalar = _scalar(node, name, spot, "a language")
        if scalar is None:
            return BAD
        if not _LANGUAGE.fullmatch(scalar.text):
            spot.say(node.line, f"{name} {quoted(scalar.text)} is not a language tag such as en or pt-BR")
            return BAD
        return scalar.text

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{_LANGUAGE.pattern}$"}


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from ``least`` to ``most``, both multiples of ``step``."""

    least: int
    most: int
    step: int = 1

    def read(self, node: Node, name: str, spot: Spot) -> Any:
        scalar = _scalar(node, name, spot, "a whole number")
        if scalar is None:
            return BAD
        if not scalar.plain or not _WHOLE.fullmatch(scalar.text):
            unquoted = " without quotes" if _WHOLE.fullmatch(scalar.text) else f", not {quoted(scalar.text)}"
            spot.say(node.line, f"{name} must be a whole number{unquoted}")
            return BAD
        number = int(scalar.text)
        if not self.least <= number <= self.most:
            spot.say(node.line, f"{name} {number} must be from {self.least} to {self.most:,}")
            return BAD
        if number % self.step:
            below = number - number % self.step
            spot.say(node.line, f"{name} {number} must be a multiple of {self.step}, so {below} or {below + self.step}")
            return BAD
        return number

    def schema(self) -> dict[str, Any]:
        step = {"multipleOf": self.step} if self.step > 1 else {}
        return {"type": "integer", "minimum": self.least, "maximum": self.most, **step}


@dataclass(frozen=True, slots=True)
class Truth:
    def read(self, node: Node, name: str, spot: Spot) -> Any:
        scalar = _scalar(node, name, spot, "true or false")
        if scalar is None:
            return BAD
        if scalar.plain and scalar.text in _TRUTHS:
            return _TRUTHS[scalar.text]
        spot.say(node.line, f"{name} must be true or false, not {quoted(scalar.text)}")
        return BAD

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, perhaps with decimals, of at most 15 digits."""

    least: float | None = None

    def read(self, node: Node, name: str, spot: Spot) -> Any:
        scalar = _scalar(node, name, spot, "a number")
        if scalar is None:
            return BAD
        if not scalar.plain or not _DECIMAL.fullmatch(scalar.text):
            spot.say(node.line, f"{name} must be a number such as 12 or 0.25, not {quoted(scalar.text)}")
            return BAD
        number = float(scalar.text)
        if self.least is not None and number < self.least:
            spot.say(node.line, f"{name} {quoted(scalar.text)} must be at least {self.least:g}")
            return BAD
        return number

    def schema(self) -> dict[str, Any]:
        return {"type": "number"} if self.least is None else {"type": "number", "minimum": self.least}


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a question that has no options: true, false or a number."""

    def read(self, node: Node, name: str, spot: Spot) -> Any:
        scalar = _scalar(node, name, spot, "true, false or a number")
        if scalar is None:
            return BAD
        if scalar.plain and scalar.text in _TRUTHS:
            return _TRUTHS[scalar.text]
        if scalar.plain and _DECIMAL.fullmatch(scalar.text):
            return float(scalar.text)
        spot.say(
            node.line,
            f"{name} must be true, false or a number such as 0.25, not {quoted(scalar.text)}; "
            "mark the options that are right with `right: true`",
        )
        return BAD

    def schema(self) -> dict[str, Any]:
        return {"oneOf": [{"type": "boolean"}, {"type": "number"}]}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values of an enumeration."""

    of: type[StrEnum]

    def read(self, node: Node, name: str, spot: Spot) -> Any:
        words = [member.value for member in self.of]
        scalar = _scalar(node, name, spot, f"one of {', '.join(words)}")
        if scalar is None:
            return BAD
        if scalar.text in words:
            return self.of(scalar.text)
        meant = spot.problems.did_you_mean(scalar.text, words, f"; it must be one of {', '.join(words)}")
        spot.say(node.line, f"{name} {quoted(scalar.text)} is unknown{meant}")
        return BAD

    def schema(self) -> dict[str, Any]:
        return {"enum": [member.value for member in self.of]}


@dataclass(frozen=True, slots=True)
class Url:
    """An address that begins with https://; nothing is fetched."""

    def read(self, node: Node, name: str, spot: Spot) -> Any:
        scalar = _scalar(node, name, spot, "an address")
        if scalar is None:
            return BAD
        if wrong := _wrong_address(scalar.text):
            spot.say(node.line, f"{name} {quoted(scalar.text)} {wrong}")
            return BAD
        return scalar.text

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "uri", "pattern": "^https://", "maxLength": 2000}


_WEEKDAY = "(mon|tue|wed|thu|fri|sat|sun)"
_WEEKDAYS = rf"(daily|weekdays|weekends|{_WEEKDAY}(-{_WEEKDAY})?(, ?{_WEEKDAY}(-{_WEEKDAY})?){{0,6}})"


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Days of the week in one text: ``mon-fri``, ``mon,wed,fri``, ``daily``. Gives their numbers, Monday 0."""

    def read(self, node: Node, name: str, spot: Spot) -> Any:
        scalar = _scalar(node, name, spot, "days of the week, such as mon-fri")
        if scalar is None:
            return BAD
        if not re.fullmatch(_WEEKDAYS, scalar.text):
            spot.say(node.line, f"{name} {quoted(scalar.text)} must be days like mon-fri, mon,wed,fri or daily")
            return BAD
        return weekdays(scalar.text)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{_WEEKDAYS}$"}


def _wrong_address(text: str) -> str:
    if len(text) > 2000:
        return "is longer than 2,000 characters"
    if any(c.isspace() or not c.isprintable() or c in '<>"' for c in text):
        return "is not an address: it has a space or another character that is not allowed"
    if not text.startswith("https://"):
        return "must begin with https://"
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is not an address"
    if parts.username is not None:
        return "must not contain a user name or password"
    if not host or not ("." in host.strip(".") or ":" in host):
        return "has no host; write it like https://example.org/page"
    return ""


@dataclass(frozen=True, slots=True)
class Days:
    """Two whole numbers, the shortest and the longest."""

    most: int

    def read(self, node: Node, name: str, spot: Spot) -> Any:
        if isinstance(node, RefusedNode):
            return BAD
        if not isinstance(node, ListNode) or len(node.items) != 2:
            spot.say(node.line, f"{name} must be the shortest and the longest, such as [7, 14] or [30, 30]")
            return BAD
        shortest, longest = (Whole(1, self.most).read(item, name, spot) for item in node.items)
        if shortest is BAD or longest is BAD:
            return BAD
        if shortest > longest:
            spot.say(node.line, f"{name} [{shortest}, {longest}] must begin with the shortest: [{longest}, {shortest}]")
            return BAD
        return shortest, longest

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": Whole(1, self.most).schema(), "minItems": 2, "maxItems": 2}


@dataclass(frozen=True, slots=True)
class ByWindow:
    """One text for all windows, or a mapping from window ids to texts. Gives a `Located` or a dict of them."""

    def read(self, node: Node, name: str, spot: Spot) -> Any:
        if not isinstance(node, MappingNode):
            text = Text().read(node, name, spot)
            return BAD if text is BAD else Located(text, node.line)
        read = {key: (line, Text().read(value, name, spot)) for key, (line, value) in node.entries.items()}
        if not read:
            spot.say(node.line, f"{name} names no windows")
        if not read or any(text is BAD for _, text in read.values()):
            return BAD
        return {key: Located(text, line) for key, (line, text) in read.items()}

    def schema(self) -> dict[str, Any]:
        return {"oneOf": [Text().schema(), {"type": "object", "additionalProperties": Text().schema()}]}


@dataclass(frozen=True, slots=True)
class List:
    """A list. Of items (a `Shape`) it gives records; of anything else `Located` values or plain ones, see ``located``."""

    of: Type
    least: int = 0
    most: int | None = None
    #: The values are references: keep the line of each, and no value may stand twice.
    located: bool = False
    example: str = "a list"

    def read(self, node: Node, name: str, spot: Spot) -> Any:
        if isinstance(node, RefusedNode):
            return BAD
        if not isinstance(node, ListNode):
            given = f", not {quoted(node.text)}" if isinstance(node, ScalarNode) and not node.empty else ""
            spot.say(node.line, f"{name} must be a list, such as {self.example}{given}")
            return BAD
        if len(node.items) < self.least:
            spot.say(node.line, f"{name} is empty: it needs at least {self.least}")
        if self.most is not None and len(node.items) > self.most:
            spot.say(node.items[self.most].line, f"{name} has {len(node.items):,}, the most is {self.most:,}")
            return BAD
        if isinstance(self.of, Shape):
            records = [self.of.read_item(item, i, spot) for i, item in enumerate(node.items, 1)]
            return [record for record in records if record is not None]
        values = [(item.line, self.of.read(item, name, spot)) for item in node.items]
        good = [Located(value, line) for line, value in values if value is not BAD] if self.located else None
        if good is None:
            return [value for _, value in values if value is not BAD]
        return self._once(good, name, spot)

    def _once(self, values: list[Located], name: str, spot: Spot) -> list[Located]:
        once: dict[str, Located] = {}
        for value in values:
            if once.setdefault(value.value, value) is not value:
                spot.say(value.line, f"{name} names {quoted(value.value)} twice")
        return list(once.values())

    def schema(self) -> dict[str, Any]:
        most = {} if self.most is None else {"maxItems": self.most}
        unique = {"uniqueItems": True} if self.located else {}
        return {"type": "array", "items": self.of.schema(), "minItems": self.least, **most, **unique}


@dataclass(frozen=True, slots=True)
class Field:
    """A key of an item: what it holds and, for people, what that means."""

    name: str
    type: Type
    doc: str
    required: bool = False
    default: Any = None
    #: The key that makes up for a required one.
    unless: str = ""

    def schema(self) -> dict[str, Any]:
        default = {} if self.default in (None, (), "") else {"default": self.default}
        return {**self.type.schema(), "description": self.doc, **default}


@dataclass(slots=True)
class Item:
    """An item as read: the values that were good, the lines of all. A key that is missing has its default."""

    item: str
    line: int
    values: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict)
    #: The keys whose values were bad.
    bad: set[str] = field(default_factory=set)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def get(self, name: str) -> Any:
        """The value, or None if it has no valid one."""
        return self.values.get(name)

    def line_of(self, name: str) -> int:
        """The line of the value; where the key is missing, the item's."""
        return self.lines.get(name, self.line)


@dataclass(frozen=True, slots=True)
class Shape:
    """A mapping with known keys. ``noun`` is what people call the item; empty for the template itself."""

    noun: str
    fields: tuple[Field, ...]

    def read(self, node: Node, name: str, spot: Spot) -> Any:
        """For a shape that stands alone under a key, which names it."""
        record = self._record(node, f"{spot.item}: {name}" if spot.item else name, spot.problems)
        return BAD if record is None else record

    def read_item(self, node: Node, place: int, spot: Spot) -> Item | None:
        """For one of a list; it is called by its id, or by its place where it has none."""
        return self._record(node, self._called(node, place, spot.item), spot.problems)

    def _called(self, node: Node, place: int, parent: str) -> str:
        identified = any(f.name == "id" for f in self.fields)
        if identified and isinstance(node, MappingNode) and "id" in node.entries:
            id_node = node.entries["id"][1]
            if isinstance(id_node, ScalarNode) and id_node.text:
                return f"{self.noun} {quoted(id_node.text)}"
        if identified:
            return f"{self.noun} number {place}" + (f" of {parent}" if parent else "")
        return f"{parent}: {self.noun} {place}"

    def _record(self, node: Node, item: str, problems: Problems) -> Item | None:
        if isinstance(node, RefusedNode):
            return None
        if not isinstance(node, MappingNode):
            keys = ", ".join(f.name for f in self.fields[:3])
            problems.add(node.line, f"must be a mapping with the keys {keys} …", item)
            return None
        record = Item(item, node.line, {})
        spot = Spot(problems, item)
        known = {f.name: f for f in self.fields}
        misspelt: set[str] = set()
        for key, (line, _) in node.entries.items():
            if key not in known:
                free = [name for name in known if name not in node.entries]
                near = problems.nearest(key, free)
                misspelt.update([near] if near else [])
                keys = f"; the keys of {_a(self.noun)} are {', '.join(known)}"
                spot.say(line, f"unknown key {quoted(key)}" + (f", did you mean {quoted(near)}?" if near else keys))
        for name, described in known.items():
            if name not in node.entries:
                record.values[name] = described.default
                if described.required and described.unless not in node.entries:
                    del record.values[name]
                    record.bad.add(name)
                    if name not in misspelt and described.unless not in misspelt:
                        spot.say(node.line, f"key {quoted(name)} is missing")
                continue
            _, value_node = node.entries[name]
            record.lines[name] = value_node.line
            value = described.type.read(value_node, name, spot)
            if value is BAD:
                record.bad.add(name)
            else:
                record.values[name] = value
        return record

    def schema(self) -> dict[str, Any]:
        replaced = [f for f in self.fields if f.unless]
        ways = [[f.name for f in replaced], *([name] for name in dict.fromkeys(f.unless for f in replaced))]
        return {
            "type": "object",
            "properties": {f.name: f.schema() for f in self.fields},
            "required": [f.name for f in self.fields if f.required and not f.unless],
            **({"oneOf": [{"required": names} for names in ways]} if replaced else {}),
            "additionalProperties": False,
        }


def _a(noun: str) -> str:
    return f"a {noun}" if noun else "a template"
