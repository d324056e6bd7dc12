"""Cards that are made of one text: asked both ways, or a cloze text in Anki's notation, with a card for each of its numbers.

``{{c1::answer::hint}}`` is a deletion: the card c1 asks for it. Deletions may have the same number, several numbers (``c1,2``) or
stand within each other (https://docs.ankiweb.net/editing.html#cloze-deletion). Pure.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from studyplan.model import Card

#: The highest number of a deletion, and how deep they may stand within each other.
MOST_NUMBERS, DEEPEST = 50, 10
#: What a card shows instead of the deletion that it asks for.
GAP = "..."
#: What is between the deletions of a card that asks for several.
BETWEEN = "; "

_TOKEN = re.compile(r"\{\{c([0-9]{1,9}(?:,[0-9]{1,9}){0,49})::|\}\}")
_BACK = ".back"


@dataclass(slots=True)
class _Deletion:
    numbers: frozenset[int]
    parts: list[str | _Deletion] = field(default_factory=list)
    hint: str = ""

    @property
    def name(self) -> str:
        return f"c{min(self.numbers)}"


_Parts = Sequence[str | _Deletion]


def has_deletions(text: str) -> bool:
    """Whether a text has the beginning of a deletion."""
    return any(found[1] for found in _TOKEN.finditer(text))


def numbers_of(text: str) -> list[int]:
    """The numbers of its deletions, each of which makes a card, in their order."""
    return sorted({number for deletion in _deletions(_read(text)[0]) for number in deletion.numbers})


def asked_in_cloze(text: str, number: int) -> tuple[str, str]:
    """What the card of a number asks, and its answer."""
    parts, _ = _read(text)
    return _shown(parts, number), BETWEEN.join(_hidden(parts, number))


def flaw_of_cloze(text: str, *, strict: bool = False) -> str:
    """What keeps a text from being a cloze; empty if nothing does. ``strict``: what Anki lets pass is a flaw too: numbers left out,
    braces that delete nothing, and a text with nothing but a deletion."""
    parts, unclosed = _read(text)
    deletions = list(_deletions(parts))
    if unclosed is not None:
        return f"does not close the deletion {unclosed.name}: it ends with }}}}"
    if not deletions:
        return "has no deletion such as {{c1::answer}}"
    numbers = numbers_of(text)
    if numbers[0] < 1:
        return "has a deletion c0: the first number is c1"
    if numbers[-1] > MOST_NUMBERS:
        return f"has a deletion c{numbers[-1]}: the highest number is c{MOST_NUMBERS}"
    if _depth(parts) > DEEPEST:
        return f"has more than {DEEPEST} deletions within each other"
    for deletion in deletions:
        if not _shown(deletion.parts, 0).strip():
            return f"has nothing in the deletion {deletion.name}"
    return _strict_flaw(parts, numbers) if strict else ""


def _strict_flaw(parts: _Parts, numbers: list[int]) -> str:
    missing = next((number for number in range(1, numbers[-1]) if number not in numbers), None)
    if missing is not None:
        return f"has a deletion c{numbers[-1]}, but none c{missing}: number them without gaps"
    plain = _shown(parts, 0)
    for braces in ("{{", "}}"):
        if braces in plain:
            return f"has {braces} that belong to no deletion: write one as {{{{c1::answer}}}}"
    for number in numbers:
        if not any(map(str.isalnum, _rest(parts, number))):
            return f"leaves nothing to ask c{number} by"
    return ""


def _read(text: str) -> tuple[_Parts, _Deletion | None]:
    """A text with its deletions, and the innermost that is not closed. Braces that close nothing are text."""
    root = _Deletion(frozenset())
    stack, at = [root], 0
    for found in _TOKEN.finditer(text):
        _add(stack[-1], text[at : found.start()], is_deletion=len(stack) > 1)
        at = found.end()
        if found[1]:
            deletion = _Deletion(frozenset(map(int, found[1].split(","))))
            stack[-1].parts.append(deletion)
            stack.append(deletion)
        elif len(stack) > 1:
            stack.pop()
        else:
            root.parts.append(found[0])
    _add(stack[-1], text[at:], is_deletion=len(stack) > 1)
    return root.parts, stack[-1] if len(stack) > 1 else None


def _add(deletion: _Deletion, text: str, *, is_deletion: bool) -> None:
    shown, mark, hint = text.partition("::") if is_deletion else (text, "", "")
    deletion.parts.append(shown)
    if mark:
        deletion.hint = hint.strip()


def _deletions(parts: _Parts) -> Iterator[_Deletion]:
    """All of them, whatever they stand in."""
    waiting = deque(part for part in parts if isinstance(part, _Deletion))
    while waiting:
        deletion = waiting.popleft()
        yield deletion
        waiting.extend(part for part in deletion.parts if isinstance(part, _Deletion))


def _depth(parts: _Parts) -> int:
    depth, level = 0, [part for part in parts if isinstance(part, _Deletion)]
    while level:
        depth += 1
        level = [part for each in level for part in each.parts if isinstance(part, _Deletion)]
    return depth


def _shown(parts: _Parts, number: int) -> str:
    """The text without what the number deletes."""
    return "".join(
        part
        if isinstance(part, str)
        else f"[{part.hint or GAP}]"
        if number in part.numbers
        else _shown(part.parts, number)
        for part in parts
    )


def _rest(parts: _Parts, number: int) -> str:
    """The text without what the number deletes and the hints there."""
    return "".join(
        part if isinstance(part, str) else "" if number in part.numbers else _rest(part.parts, number) for part in parts
    )


def _hidden(parts: _Parts, number: int) -> Iterator[str]:
    """What the number deletes; what stands within one of its deletions goes with that."""
    for part in parts:
        if isinstance(part, _Deletion) and number in part.numbers:
            yield _shown(part.parts, 0).strip()
        elif isinstance(part, _Deletion):
            yield from _hidden(part.parts, number)


# Cards


def of_cloze(card: Card, text: str, extra: str = "") -> list[Card]:
    """The cards of a cloze text, a copy of ``card`` for each number. ``extra``: what is shown with every answer."""
    made = []
    for number in numbers_of(text):
        question, answer = asked_in_cloze(text, number)
        answer = f"{answer}\n{extra}" if extra else answer
        made.append(replace(card, id=f"{card.id}.c{number}", question=question.strip(), answer=answer, cloze=text))
    return made


def both_ways(card: Card) -> list[Card]:
    """The card, and the one that asks for its question by its answer."""
    return [card, replace(card, id=card.id + _BACK, question=card.answer, answer=card.question)]


def in_cloze(card: Card, text: str) -> Card:
    """A card of a cloze in another text that has its number; what else its answer says stays."""
    number = number_in_cloze(card)
    assert number is not None
    question, answer = asked_in_cloze(text, number)
    extra = extra_of(card)
    return replace(card, question=question, answer=f"{answer}\n{extra}" if extra else answer, cloze=text)


def extra_of(card: Card) -> str:
    """What the answer of a card of a cloze says beside the deletion."""
    _, answer = asked_in_cloze(card.cloze or "", number_in_cloze(card) or 0)
    return card.answer.removeprefix(answer).removeprefix("\n")


def number_in_cloze(card: Card) -> int | None:
    """The number of the deletion that a card asks for."""
    found = re.fullmatch(r"c([0-9]{1,9})", card.id.rpartition(".")[2])
    return int(found[1]) if found and card.cloze is not None else None


@dataclass(frozen=True, slots=True)
class WrittenCard:
    """A card as it is written in a file. ``is_both_ways``: the one that asks it the other way goes with it; ``card.cloze``: the
    cards of all its deletions are written by that text, with the ``extra`` that is shown with their answers."""

    card: Card
    is_both_ways: bool = False
    extra: str = ""


def gathered(cards: Iterable[Card]) -> list[WrittenCard]:
    """The cards by what they are made of, in their order. Where one of them was rewritten, each stands for itself."""
    by_note: dict[str, list[Card]] = {}
    for number, card in enumerate(cards):
        by_note.setdefault(card.note or f"{number}", []).append(card)
    return [written for own in by_note.values() for written in _gathered(own)]


def _gathered(own: list[Card]) -> list[WrittenCard]:
    """The cards of one note as they are written."""
    first = own[0]
    if len(own) == 2 and own[1].id == f"{first.id}{_BACK}" and _is_same(own, both_ways(first)):
        return [WrittenCard(first, is_both_ways=True)]
    if first.cloze is not None and not flaw_of_cloze(first.cloze):
        extra = extra_of(first)
        if _is_same(own, of_cloze(replace(first, id=first.note), first.cloze, extra)):
            return [WrittenCard(first, extra=extra)]
    return [WrittenCard(replace(card, cloze=None)) for card in own]


def _is_same(cards: list[Card], others: list[Card]) -> bool:
    return [_said(card) for card in cards] == [_said(card) for card in others]


def _said(card: Card) -> tuple[object, ...]:
    return card.id, card.question, card.answer, card.module, card.source, card.cloze
