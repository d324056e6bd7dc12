"""YAML text -> nodes that know their lines. The one place of the package that imports yaml.

The nodes are built from the parser's events, without YAML's composer, resolver and constructor: nothing is ever
constructed, an alias is refused before it could multiply, nesting is refused before it could recurse, and a scalar stays
the text that its author wrote. So ``on:`` is a key and not ``True``, ``no`` an answer, ``1:30`` no number of seconds; the
reader of a field decides what its scalar means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from studyplan.template.problems import Problems, quoted

#: Bytes: the largest file.
LARGEST = 1 << 20
#: Levels of lists and mappings inside each other.
DEEPEST = 20

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NULL = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class ScalarNode:
    line: int
    text: str
    #: Written without quotes; only then can it be a number, a truth value or nothing.
    plain: bool

    @property
    def empty(self) -> bool:
        return self.plain and self.text in _NULL


@dataclass(frozen=True, slots=True)
class ListNode:
    line: int
    items: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MappingNode:
    line: int
    #: Key -> its line and its value, in the file's order.
    entries: dict[str, tuple[int, Node]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RefusedNode:
    """A value that has been reported as a problem already."""

    line: int


Node = ScalarNode | ListNode | MappingNode | RefusedNode


def decoded(data: bytes | str, problems: Problems) -> str:
    """The file's text: UTF-8, no larger than allowed, nothing unprintable."""
    size = len(data) if isinstance(data, bytes) else len(data.encode("utf-8", "surrogatepass"))
    if size > LARGEST:
        problems.stop(1, "the file is larger than 1 MiB, the limit for a template")
    if isinstance(data, bytes):
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            problems.stop(line, f"byte 0x{data[error.start]:02x} is not UTF-8: save the file as UTF-8")
    else:
        text = data
    text = text.removeprefix("\ufeff")
    if found := unprintable(text):
        line = text.count("\n", 0, found.start()) + 1
        problems.stop(line, f"the character U+{ord(found[0]):04X} is not allowed in a template")
    return text


def unprintable(text: str) -> re.Match[str] | None:
    """The first character that YAML does not let stand in a file."""
    return _UNPRINTABLE.search(text)


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet; ``key`` waits for its value."""

    node: ListNode | MappingNode
    refused: bool = False
    key: Node | None = None


def compose(text: str, problems: Problems) -> Node | None:
    """The root node, or None for a file with nothing in it. Stops at the first place where the text is not YAML."""
    # Here and not above: most commands never read a template, and yaml is slow to import.
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    tree = _Tree(problems)
    try:
        events: Iterator[Any] = yaml.parse(text, Loader=loader)
        for event in events:
            tree.take(event)
    except yaml.MarkedYAMLError as error:
        line, why = _explained(text, error)
        problems.stop(line, f"not YAML: {why}")
    except (yaml.YAMLError, ValueError) as error:
        problems.stop(1, f"not YAML: {str(error).splitlines()[0]}")
    return tree.root


class _Tree:
    """The nodes of a file, grown event by event."""

    def __init__(self, problems: Problems) -> None:
        self.root: Node | None = None
        self._problems = problems
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: Any) -> None:
        import yaml

        line = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            refused = _forbidden(event, self._problems)
            self._place(RefusedNode(line) if refused else ScalarNode(line, event.value, plain=not event.style))
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(self._open) == DEEPEST:
                self._problems.stop(line, f"more than {DEEPEST} levels of nested lists and mappings")
            node = ListNode(line) if isinstance(event, yaml.SequenceStartEvent) else MappingNode(line)
            self._open.append(_Open(node, refused=_forbidden(event, self._problems)))
        elif isinstance(event, yaml.CollectionEndEvent):
            ended = self._open.pop()
            self._place(RefusedNode(ended.node.line) if ended.refused else ended.node)
        elif isinstance(event, yaml.AliasEvent):
            self._problems.add(line, f"the alias {quoted(f'*{event.anchor}')} is not allowed: write the value out")
            self._place(RefusedNode(line))
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._problems.stop(line, "a second document begins ('---'): a file holds one template")

    def _place(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        top = self._open[-1]
        if isinstance(top.node, ListNode):
            top.node.items.append(node)
        elif top.key is None:
            top.key = node
        else:
            _enter(top.node, top.key, node, self._problems)
            top.key = None


def _forbidden(event: Any, problems: Problems) -> bool:
    line = event.start_mark.line + 1
    if event.tag is not None:
        problems.add(line, f"the tag {quoted(event.tag)} is not allowed: write plain values")
    if event.anchor is not None:
        problems.add(
            line, f"the anchor {quoted('&' + event.anchor)} is not allowed: write values out where they belong"
        )
    return event.tag is not None or event.anchor is not None


def _enter(mapping: MappingNode, key: Node, value: Node, problems: Problems) -> None:
    if isinstance(key, RefusedNode):
        return
    if not isinstance(key, ScalarNode):
        problems.add(key.line, "a key must be a word, not a list or a mapping")
    elif key.empty:
        problems.add(key.line, "a value without a key")
    elif key.text in mapping.entries:
        first, _ = mapping.entries[key.text]
        problems.add(key.line, f"key {quoted(key.text)} is here a second time (first on line {first})")
    else:
        mapping.entries[key.text] = (key.line, value)


def _explained(text: str, error: Any) -> tuple[int, str]:
    """Line and reason of a syntax error, in the words of the mistake that most often makes it."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return 1, str(error.problem or error.context)
    lines = text.splitlines() or [""]
    number = min(mark.line, len(lines) - 1)
    reason = " ".join(str(part) for part in (error.context, error.problem) if part)
    indent = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
    if "\t" in indent:
        reason += "; YAML does not allow tabs for indentation: use spaces"
    elif "mapping values are not allowed" in reason:
        reason += "; text with ': ' in it needs quotes, and the keys of one item must line up"
    return number + 1, reason
