"""What must hold within a question of a template's bank, and what a good bank looks like.

`check_question` refuses what cannot be asked. `advice` is what a reader of the bank would object to: questions that can be
answered by their form, reasons that say nothing, the same thing asked twice. The shipped banks have none of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from studyplan.model import BankQuestion, Card, Difficulty, QuestionKind
from studyplan.template.fields import Item
from studyplan.template.problems import Problems
from studyplan.template.tables import MOST_OPTIONS
from studyplan.text import count

#: Options of a question: the fewest that can be told apart by a guess, and the most that are read with care.
FEWEST_OPTIONS, MOST_READ = 3, 6
#: The share of a bank's questions whose right option may be the longest, or may stand at one place.
LONGEST_SHARE = PLACE_SHARE = 0.4
#: The share of true-false questions that may have the same answer.
TRUTH_SHARE = 0.7
#: Questions from which a share says something, and those from which a bank should have all difficulties.
FEW, MANY = 10, 40
#: The least share of each difficulty in a bank of many.
LEAST_OF_EACH = 0.15
#: The share of words that two texts may have in common.
ALIKE = 0.75

_CHOSEN = (QuestionKind.SINGLE, QuestionKind.SEVERAL)
_ANSWERED = (QuestionKind.TRUE_FALSE, QuestionKind.NUMBER)
#: Options that are about the other options.
_EMPTY_OPTIONS = ("all of the above", "none of the above", "all of these", "none of these", "both of the above")
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d[\d.,]*")


def check_question(record: Item, problems: Problems) -> None:
    """Report what keeps a question from being asked. What rests on a bad field is left alone."""
    kind = record.get("kind")
    if kind is None:
        return
    for line, text in _wrong_keys(record, kind):
        problems.add(line, text, record.item)
    if "options" in record.bad or any({"text", "right"} & option.bad for option in record["options"]):
        return
    for line, text in _wrong_options(record, kind):
        problems.add(line, text, record.item)


def _wrong_keys(record: Item, kind: QuestionKind) -> Iterator[tuple[int, str]]:
    """Keys that the kind lacks or does not know."""
    if kind in _ANSWERED:
        if "options" in record.lines:
            yield record.line_of("options"), f"kind {kind} has no options: it has an answer"
        if "answer" not in record.lines:
            yield record.line_of("kind"), f"kind {kind} needs an answer: {_such(kind)}"
        elif "answer" not in record.bad and isinstance(record["answer"], bool) != (kind is QuestionKind.TRUE_FALSE):
            yield record.line_of("answer"), f"the answer of kind {kind} must be {_such(kind)}"
    elif "answer" in record.lines:
        way = "mark the options that are right with `right: true`"
        yield (
            record.line_of("answer"),
            f"kind {kind} has no answer: " + (way if kind in _CHOSEN else "its options stand in the right order"),
        )
    if kind is not QuestionKind.NUMBER:
        for name in ("tolerance", "unit"):
            if name in record.lines:
                yield record.line_of(name), f"only kind number has a {name}"
    if kind in _CHOSEN and "why" in record.lines:
        yield record.line_of("why"), f"kind {kind} has a why for each of its options"


def _such(kind: QuestionKind) -> str:
    return "true or false" if kind is QuestionKind.TRUE_FALSE else "a number, such as 0.25"


def _wrong_options(record: Item, kind: QuestionKind) -> Iterator[tuple[int, str]]:
    options: list[Item] = list(record["options"])
    if kind in _ANSWERED:
        return
    line = record.line_of("options")
    if len(options) < 2:
        yield line, f"kind {kind} needs at least two options"
        return
    first: dict[str, Item] = {}
    for option in options:
        said = _plain(option["text"])
        if first.setdefault(said, option) is not option:
            yield option.line, f"the option is the same as the one on line {first[said].line}"
    right = [option for option in options if option["right"]]
    if kind is QuestionKind.ORDER:
        yield from ((each.line_of("right"), "an option of an order is neither right nor wrong") for each in right)
    elif not right:
        yield line, "no option is right: mark one with `right: true`"
    elif kind is QuestionKind.SINGLE and len(right) > 1:
        yield line, f"{len(right)} options are right; a question with several has kind several"


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


# What a good bank looks like


def advice(questions: Sequence[BankQuestion], cards: Sequence[Card] = ()) -> Iterator[str]:
    """What to mend in a bank, a line each. ``cards``: those of the same template, which a bank should not repeat."""
    for question in questions:
        yield from (f"question {question.id}: {text}" for text in _weak(question))
    yield from _told_by_form(questions)
    yield from _twice(questions, cards)
    found = Counter(question.difficulty for question in questions)
    for difficulty in Difficulty:
        if len(questions) >= MANY and found[difficulty] < LEAST_OF_EACH * len(questions):
            yield f"{found[difficulty]} of {len(questions)} questions are {difficulty}; {LEAST_OF_EACH:.0%} are the least"


def _weak(question: BankQuestion) -> Iterator[str]:
    """What is weak in one question."""
    if question.source is None:
        yield "has no source"
    if question.kind is QuestionKind.NUMBER and not question.unit:
        yield "has a number without a unit"
    if question.kind not in _CHOSEN and not question.why:
        yield "does not say why its answer is right"
    if question.options and not FEWEST_OPTIONS <= len(question.options) <= MOST_READ:
        yield f"has {count(len(question.options), 'option')}; {FEWEST_OPTIONS} to {MOST_READ} are good"
    if question.kind is QuestionKind.SEVERAL and sum(each.is_right for each in question.options) in (
        1,
        len(question.options),
    ):
        yield "asks for several options, and one or all of them are right"
    for option in question.options if question.kind in _CHOSEN else ():
        called = f"option '{option.text[:40]}'"
        if not option.why:
            yield f"{called} has no reason"
        elif _repeats(option.why, option.text):
            yield f"{called} has a reason that repeats it"
        if any(words in _plain(option.text) for words in _EMPTY_OPTIONS):
            yield f"{called} is about the other options"


def _repeats(why: str, text: str) -> bool:
    """Whether a reason says little that its option does not."""
    said, reason = set(_words(text)), set(_words(why))
    return len(reason - said) <= 2


def _told_by_form(questions: Sequence[BankQuestion]) -> Iterator[str]:
    """Whether the right options can be told without knowing anything."""
    single = [each for each in questions if each.kind is QuestionKind.SINGLE and len(each.options) > 1]
    if len(single) >= FEW:
        longest = [each.id for each in single if _right_is_longest(each)]
        if len(longest) > LONGEST_SHARE * len(single):
            share = f"{len(longest)} of {len(single)}"
            yield f"the right option is the longest in {share} questions; {LONGEST_SHARE:.0%} are the most: {_few(longest)}"
        places = Counter(_place_of_right(each) for each in single)
        place, times = places.most_common(1)[0]
        if times > PLACE_SHARE * len(single):
            yield (
                f"the right option stands at place {place} in {times} of {len(single)} questions; "
                f"{PLACE_SHARE:.0%} are the most"
            )
    truths = Counter(each.answer for each in questions if each.kind is QuestionKind.TRUE_FALSE)
    if truths.total() >= FEW and max(truths.values()) > TRUTH_SHARE * truths.total():
        answer = str(truths.most_common(1)[0][0]).lower()
        yield f"{max(truths.values())} of {truths.total()} true-false questions are {answer}; {TRUTH_SHARE:.0%} are the most"


def _few(ids: Sequence[str]) -> str:
    return ", ".join(ids[:12]) + (" …" if len(ids) > 12 else "")


def _right_is_longest(question: BankQuestion) -> bool:
    right = max(len(option.text) for option in question.options if option.is_right)
    return right > max(len(option.text) for option in question.options if not option.is_right)


def _place_of_right(question: BankQuestion) -> int:
    return next(place for place, option in enumerate(question.options, 1) if option.is_right)


def _twice(questions: Sequence[BankQuestion], cards: Sequence[Card]) -> Iterator[str]:
    """Questions that ask what another one asks, be it with other numbers, or what a card asks."""
    asked = [(question, frozenset(_words(_whole(question)))) for question in questions]
    for (one, words), (other, others) in combinations(asked, 2):
        if _alike(words, others):
            yield f"questions {one.id} and {other.id} ask nearly the same"
    bare = [(question, frozenset(_words(question.question))) for question in questions]
    for card in cards:
        said = frozenset(_words(card.question))
        yield from (f"question {each.id} repeats card {card.id}" for each, words in bare if _alike(words, said))


def _whole(question: BankQuestion) -> str:
    return " ".join([question.question, *(option.text for option in question.options)])


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and len(one & other) >= ALIKE * len(one | other)


def _words(text: str) -> list[str]:
    """The words of a text; all numbers are the same word."""
    return _WORD.findall(_DIGITS.sub(" 0 ", text.casefold()))


def faults(question: BankQuestion) -> Iterator[str]:
    """What keeps a question that comes from another file from being asked."""
    right = sum(option.is_right for option in question.options)
    texts = [_plain(option.text) for option in question.options]
    if question.kind in _ANSWERED:
        if question.options:
            yield f"kind {question.kind} has no options"
        if isinstance(question.answer, bool) != (question.kind is QuestionKind.TRUE_FALSE) or question.answer is None:
            yield f"the answer of kind {question.kind} must be {_such(question.kind)}"
        if question.tolerance < 0:
            yield "the tolerance is below 0"
        return
    if not 2 <= len(texts) <= MOST_OPTIONS:
        yield f"it has {len(texts)} options; 2 to {MOST_OPTIONS} are possible"
    if len(set(texts)) < len(texts):
        yield "two of its options are the same"
    if question.kind is QuestionKind.SINGLE and right != 1:
        yield f"{right} options are right; kind single has one"
    if question.kind is QuestionKind.SEVERAL and not right:
        yield "no option is right"
