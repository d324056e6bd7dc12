"""Exam questions in files of other programs: CSV, Moodle's GIFT, and Aiken. Bytes in, questions out, and back again.

What is written as CSV or GIFT is read back as the same questions; Aiken knows single choice alone. GIFT has no place for a source,
a difficulty or a unit, so they stand in comments above a question, which Moodle passes over. No library reads and writes all
three and is kept up, so this is our own; standard library only.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise

from studyplan.model import BankQuestion, Difficulty, Option, QuestionKind
from studyplan.template.card_files import MOST_TOLD, decoded, named_modules, plain_text
from studyplan.template.fields import Text, is_slug
from studyplan.template.problems import Problems, quoted
from studyplan.template.question_rules import faults
from studyplan.template.separated import declared, first_row, records
from studyplan.text import as_cell, count, of_cell

#: Questions of a file.
MOST_QUESTIONS = 5000
#: Characters of one question in GIFT: more than its texts may have.
_LONGEST = 100_000
#: Options that a file of ours has columns for; more are taken.
_MOST = 10

_PROSE = Text(4000, paragraphs=True)
_HEAD = ("id", "kind", "question", "module", "difficulty", "answer", "tolerance", "unit", "why", "source")
_ANSWER = re.compile(r"ANSWER: *([A-Z])\s*", re.IGNORECASE)
_LETTERED = re.compile(r"([A-Z])[.)] +(\S.*)")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
#: What GIFT gives a meaning, each written with a backslash where it has none.
_SIGNS = "\\~=#{}:"
_SIGN = re.compile(r"\\.|[=~#{}]", re.DOTALL)
_TRUE, _FALSE = frozenset({"T", "TRUE"}), frozenset({"F", "FALSE"})


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """The questions of a file, and notes on what was read otherwise than it is written, or left out."""

    questions: tuple[BankQuestion, ...]
    notes: tuple[str, ...] = ()


class _Odd(Exception):
    """What a question of a file is that none of ours can be."""


def form_of(name: str) -> str | None:
    """The form that a file's name tells; None if it tells none."""
    ending = name.lower().rpartition(".")[2]
    return {"csv": "csv", "tsv": "csv", "gift": "gift", "aiken": "aiken"}.get(ending)


def read(data: bytes, where: str, form: str | None = None) -> QuestionFile:
    """The questions of a file. ``where`` is what messages call it; without a ``form`` its name and its text tell. Raises
    ``BadFile`` whose ``problems`` name every bad question with its line."""
    problems, notes = Problems(where), list[str]()
    text = decoded(data, problems)
    readers: Mapping[str, Callable[[str, Problems, list[str]], Iterator[tuple[int, BankQuestion]]]]
    readers = {"csv": _from_csv, "gift": _from_gift, "aiken": _from_aiken}
    reader = readers[form or form_of(where) or _told(text)]
    found = list(islice(reader(text, problems, notes), MOST_QUESTIONS + 1))
    if len(found) > MOST_QUESTIONS:
        problems.stop(
            found[MOST_QUESTIONS][0], f"the file has {len(found):,} questions; the most is {MOST_QUESTIONS:,}"
        )
    named = named_modules([(line, question.module) for line, question in found], notes)
    for line, question in found:
        for wrong in (*_flaws(question), *faults(question)):
            problems.add(line, wrong)
    if not found and not problems:
        problems.add(1, "the file has no questions")
    if problems:
        problems.raise_all()
    return QuestionFile(tuple(replace(each, module=named[each.module]) for _, each in found), tuple(notes))


def _told(text: str) -> str:
    """The form that a text shows."""
    lines = text.splitlines()
    if any(_ANSWER.fullmatch(line) for line in lines):
        return "aiken"
    first = text.lstrip("\n").partition("\n")[0].lower()
    return "csv" if "question" in first and not first.startswith(("//", "::", "$")) else "gift"


def _flaws(question: BankQuestion) -> Iterator[str]:
    """What is wrong with its texts."""
    texts = [
        ("question", question.question),
        ("why", question.why),
        ("source", question.source or ""),
        ("unit", question.unit),
    ]
    texts += [("option", option.text) for option in question.options]
    texts += [("why", option.why) for option in question.options]
    for name, text in texts:
        if (text or name in ("question", "option")) and (wrong := _PROSE.wrong(text)):
            yield f"the {name} {wrong}"


# --- CSV


def as_csv(questions: Sequence[BankQuestion]) -> bytes:
    """The questions as CSV in UTF-8, with a first row that names the columns. No cell is a formula to a spreadsheet."""
    most = max((len(each.options) for each in questions), default=0)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*_HEAD, *(f"{name} {n}" for n in range(1, most + 1) for name in ("option", "why"))])
    for each in questions:
        cells = [each.id, each.kind.value, each.question, each.module, each.difficulty.value, _answer(each)]
        cells += [f"{each.tolerance:g}" if each.tolerance else "", each.unit, each.why, each.source or ""]
        cells += [text for option in each.options for text in (option.text, option.why)]
        writer.writerow(map(as_cell, cells))
    return out.getvalue().encode()


def _answer(question: BankQuestion) -> str:
    """The cell of the answer: numbers of options, true or false, or a number."""
    if isinstance(question.answer, bool):
        return str(question.answer).lower()
    if question.answer is not None:
        return _figure(question.answer)
    return " ".join(str(n) for n, option in enumerate(question.options, 1) if option.is_right)


def _figure(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")


def _from_csv(text: str, problems: Problems, notes: list[str]) -> Iterator[tuple[int, BankQuestion]]:
    separators, skipped = ",;\t", 0
    if told := declared(text):
        (separators, text), skipped = told, 1
    header = text.lstrip("\n").partition("\n")[0]
    separator = max(separators, key=lambda each: len(first_row(header, each)))
    rows = records(text, separator, skipped, problems)
    line, names = next(rows, (1, []))
    columns = [" ".join(name.lower().split()) for name in names]
    for name in ("question", "answer"):
        if columns.count(name) != 1:
            problems.stop(
                line, f"the first row must name the columns, with one {name}: {', '.join(_HEAD)}, option 1, why 1 …"
            )
    for line, row in rows:
        cells = dict(zip(columns, (of_cell(cell).strip() for cell in row), strict=False))
        try:
            yield line, _of_cells(cells)
        except _Odd as odd:
            problems.add(line, str(odd))


def _of_cells(cells: Mapping[str, str]) -> BankQuestion:
    answer = cells.get("answer", "")
    texts = [(cells.get(f"option {n}", ""), cells.get(f"why {n}", "")) for n in range(1, _MOST + 1)]
    options = [(text, why) for text, why in texts if text]
    word = cells.get("kind", "").lower() or _kind_meant(answer, len(options))
    if word not in set(QuestionKind):
        raise _Odd(f"the kind {quoted(word)} is not one of {', '.join(QuestionKind)}")
    kind = QuestionKind(word)
    right = set[int]()
    value: bool | float | None = None
    if kind is QuestionKind.TRUE_FALSE:
        if answer.upper() not in _TRUE | _FALSE:
            raise _Odd("the answer must be true or false")
        value = answer.upper() in _TRUE
    elif kind is QuestionKind.NUMBER:
        value = _number(answer, "answer")
    elif kind is not QuestionKind.ORDER:
        right = {int(each) for each in re.findall(r"[0-9]{1,3}", answer)}
        if not right or not right <= set(range(1, len(options) + 1)):
            raise _Odd(f"the answer must be the numbers of the options that are right, not {quoted(answer)}")
    difficulty = cells.get("difficulty", "").lower() or Difficulty.MEDIUM.value
    if difficulty not in set(Difficulty):
        raise _Odd(f"the difficulty {quoted(difficulty)} is not one of {', '.join(Difficulty)}")
    return BankQuestion(
        id=cells.get("id", ""),
        kind=kind,
        question=cells.get("question", ""),
        module=cells.get("module", "") or "own",
        after="",
        options=tuple(Option(text, n in right, why) for n, (text, why) in enumerate(options, 1)),
        answer=value,
        tolerance=_number(cells["tolerance"], "tolerance") if cells.get("tolerance") else 0.0,
        unit=cells.get("unit", ""),
        why=cells.get("why", ""),
        source=cells.get("source") or None,
        difficulty=Difficulty(difficulty),
    )


def _kind_meant(answer: str, options: int) -> str:
    if options:
        return "several" if len(re.findall(r"[0-9]{1,3}", answer)) > 1 else "single"
    return "true-false" if answer.upper() in _TRUE | _FALSE else "number"


def _number(text: str, name: str) -> float:
    if not _NUMBER.fullmatch(text.strip()):
        raise _Odd(f"the {name} must be a number such as 12 or 0.25, not {quoted(text)}")
    return float(text)


# --- Aiken


def as_aiken(questions: Sequence[BankQuestion]) -> bytes:
    """The questions with one right option, as Aiken has them. Their texts take one line each."""
    blocks = []
    for each in questions:
        if each.kind is QuestionKind.SINGLE:
            lines = [_flat(each.question)]
            lines += [f"{chr(65 + n)}. {_flat(option.text)}" for n, option in enumerate(each.options)]
            right = next(n for n, option in enumerate(each.options) if option.is_right)
            blocks.append("\n".join([*lines, f"ANSWER: {chr(65 + right)}\n"]))
    return "\n".join(blocks).encode()


def _flat(text: str) -> str:
    return " ".join(text.split())


def _from_aiken(text: str, problems: Problems, notes: list[str]) -> Iterator[tuple[int, BankQuestion]]:
    said: list[str] = []
    options: list[str] = []
    start = 1
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if found := _ANSWER.fullmatch(line):
            right = ord(found[1].upper()) - 65
            if not said:
                problems.add(number, "an ANSWER without a question")
            elif right >= len(options):
                problems.add(number, f"the answer {found[1]} is not one of its {count(len(options), 'option')}")
            else:
                made = tuple(Option(each, place == right) for place, each in enumerate(options))
                yield start, BankQuestion("", QuestionKind.SINGLE, "\n".join(said), "own", "", made)
            said, options = [], []
        elif (found := _LETTERED.fullmatch(line)) and said and ord(found[1]) - 65 == len(options):
            options.append(found[2])
        elif line and not options:
            start = start if said else number
            said.append(line)
        elif line:
            problems.add(number, f"expects option {chr(65 + len(options))} or ANSWER, not {quoted(line)}")
    if said:
        problems.add(start, "a question without its ANSWER")


# --- GIFT


def as_gift(questions: Sequence[BankQuestion]) -> bytes:
    """The questions as Moodle's GIFT, their modules as categories."""
    blocks: list[str] = []
    module = None
    for each in questions:
        if each.module != module:
            module = each.module
            blocks.append(f"$CATEGORY: {module}\n")
        blocks.append(_gift(each))
    return "\n".join(blocks).encode()


def _gift(question: BankQuestion) -> str:
    told = {"source": question.source or "", "unit": question.unit, "difficulty": question.difficulty.value}
    lines = [f"// {name}: {_flat(text)}" for name, text in told.items() if text]
    general = [f"####{_escaped(question.why)}"] if question.why else []
    match question.kind:
        case QuestionKind.TRUE_FALSE:
            body = ["TRUE" if question.answer else "FALSE", *general]
        case QuestionKind.NUMBER:
            near = f":{_figure(question.tolerance)}" if question.tolerance else ""
            body = [f"#{_figure(float(question.answer or 0))}{near}", *general]
        case QuestionKind.ORDER:
            body = [f"={n} -> {_escaped(option.text)}" for n, option in enumerate(question.options, 1)] + general
        case _:
            body = list(_choices(question))
    head = f"::{_escaped(question.id)}::{_escaped(question.question)}"
    inner = f" {{{body[0]}" if len(body) == 1 else " {\n" + "\n".join(f"  {each}" for each in body) + "\n"
    return "\n".join([*lines, head + inner + "}\n"])


def _choices(question: BankQuestion) -> Iterator[str]:
    right = sum(option.is_right for option in question.options)
    wrong = len(question.options) - right
    for option in question.options:
        sign = "=" if option.is_right else "~"
        if question.kind is QuestionKind.SEVERAL:
            share = 100 / right if option.is_right else -100 / max(1, wrong)
            sign = f"~%{_figure(round(share, 5))}%"
        yield sign + _escaped(option.text) + (f"#{_escaped(option.why)}" if option.why else "")


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in _SIGNS else "\\n" if sign == "\n" else sign for sign in text)


@dataclass(slots=True)
class _Block:
    """A question of a GIFT file. ``braces``: how many more are opened than closed."""

    line: int
    lines: list[str] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    braces: int = 0
    size: int = 0

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def add(self, line: str) -> None:
        self.lines.append(line)
        self.size += len(line) + 1
        self.braces += sum(1 if sign == "{" else -1 for _, sign in _bare(line, "{}"))


def _from_gift(text: str, problems: Problems, notes: list[str]) -> Iterator[tuple[int, BankQuestion]]:
    module = "own"
    left_out: list[str] = []
    for number, block in enumerate(_blocks(text, problems)):
        if number > 2 * MOST_QUESTIONS:
            problems.stop(block.line, f"the file has more than {MOST_QUESTIONS:,} questions")
        if block.text.startswith("$CATEGORY:"):
            module = block.text.removeprefix("$CATEGORY:").strip().rpartition("/")[2].strip() or "own"
            continue
        try:
            yield block.line, _of_block(block, module)
        except _Odd as odd:
            left_out.append(f"line {block.line}: {odd}, so it is left out")
        except ValueError as error:
            problems.add(block.line, str(error))
    notes += left_out[:MOST_TOLD]
    if len(left_out) > MOST_TOLD:
        notes.append(f"{len(left_out) - MOST_TOLD} more are left out")


def _blocks(text: str, problems: Problems) -> Iterator[_Block]:
    """The parts of a file between empty lines; comments above a question are kept if they tell something of it."""
    told: dict[str, str] = {}
    block: _Block | None = None
    for number, raw in enumerate([*text.splitlines(), ""], 1):
        line = raw.strip()
        if line.startswith("//") and block is None:
            name, _, value = line[2:].partition(":")
            told[name.strip().lower()] = value.strip()
        elif line.startswith("$CATEGORY:"):
            if block is not None:
                yield block
            yield _Block(number, [line])
            block = None
        elif line and not line.startswith("//"):
            block = block or _Block(number, told=told)
            told = {} if block.told is told else told
            block.add(line)
            if block.size > _LONGEST:
                problems.stop(block.line, f"a question has more than {_LONGEST:,} characters: is a brace not closed?")
        elif not line and block is not None and block.braces <= 0:
            yield block
            block = None
    if block is not None:
        yield block


def _bare(text: str, signs: str) -> Iterator[tuple[int, str]]:
    """The places of signs that have no backslash ahead of them."""
    for found in _SIGN.finditer(text):
        if found[0] in signs:
            yield found.start(), found[0]


def _of_block(block: _Block, module: str) -> BankQuestion:
    """A question of a block. Raises _Odd for what we have no kind for, ValueError for what is no GIFT."""
    text = block.text.strip()
    name = ""
    if text.startswith("::"):
        end = text.find("::", 2)
        if end < 0:
            raise ValueError("a title that begins with '::' must end with '::'")
        name, text = _said(text[2:end]), text[end + 2 :].strip()
    opening = next((place for place, _ in _bare(text, "{")), None)
    if opening is None:
        raise _Odd("it has no answers")
    closing = next((place for place, _ in _bare(text, "}") if place > opening), None)
    if closing is None:
        raise ValueError("a brace '{' is never closed")
    before, inner, behind = text[:opening], text[opening + 1 : closing].strip(), text[closing + 1 :].strip()
    is_html = before.startswith("[html]")
    for form in ("[html]", "[markdown]", "[plain]", "[moodle]"):
        before = before.removeprefix(form)
    reads: Callable[[str], str] = (lambda said: plain_text(_said(said)).strip()) if is_html else _said
    asked = reads(before.strip()) + (f" _____ {reads(behind)}" if behind else "")
    difficulty = block.told.get("difficulty", "")
    question = BankQuestion(
        id=name if is_slug(name, 100) else "",
        kind=QuestionKind.SINGLE,
        question=asked,
        module=module,
        after="",
        unit=block.told.get("unit", ""),
        source=block.told.get("source") or None,
        difficulty=Difficulty(difficulty) if difficulty in set(Difficulty) else Difficulty.MEDIUM,
    )
    inner, why = _parted(inner, "####")
    return _with_answers(replace(question, why=reads(why)), inner.strip(), reads)


def _parted(text: str, mark: str) -> tuple[str, str]:
    """What stands before and behind a mark that is not escaped; all of it before where there is none."""
    place = next((at for at, _ in _bare(text, mark[0]) if text.startswith(mark, at)), None)
    return (text, "") if place is None else (text[:place], text[place + len(mark) :].strip())


def _with_answers(question: BankQuestion, inner: str, reads: Callable[[str], str]) -> BankQuestion:
    head, why = _parted(inner, "#")
    if head.strip().upper() in _TRUE | _FALSE:
        # Moodle has what it says to wrong answers ahead of what it says to right ones.
        said = reads(why.replace("#", "\n"))
        answer = head.strip().upper() in _TRUE
        return replace(question, kind=QuestionKind.TRUE_FALSE, answer=answer, why=question.why or said)
    if inner.startswith("#"):
        return _numeric(question, inner[1:].strip())
    starts = [*_bare(inner, "=~"), (len(inner), "")]
    parts = [(sign, inner[at + 1 : end].strip()) for (at, sign), (end, _) in pairwise(starts)]
    if not parts:
        raise _Odd("it is an essay" if not inner else "its answers cannot be read")
    if all(sign == "=" and "->" in part for sign, part in parts):
        return _matched(question, [part for _, part in parts], reads)
    if all(sign == "=" for sign, _ in parts):
        raise _Odd("it wants a short answer")
    return _chosen(question, parts, reads)


def _numeric(question: BankQuestion, inner: str) -> BankQuestion:
    """A number with its tolerance, or a range; of several answers the first."""
    first = _parted(inner.lstrip("="), "#")[0].strip()
    if first.startswith("%"):
        first = first[1:].partition("%")[2]
    first = re.split(r"[=~]", first)[0].strip()
    if ".." in first:
        low, _, high = first.partition("..")
        ends = [_plain_number(low), _plain_number(high)]
        return replace(
            question, kind=QuestionKind.NUMBER, answer=sum(ends) / 2, tolerance=round(abs(ends[1] - ends[0]) / 2, 6)
        )
    value, _, near = first.partition(":")
    return replace(
        question,
        kind=QuestionKind.NUMBER,
        answer=_plain_number(value),
        tolerance=_plain_number(near) if near.strip() else 0.0,
    )


def _plain_number(text: str) -> float:
    if not _NUMBER.fullmatch(text.strip()):
        raise ValueError(f"{quoted(text.strip())} is not a number such as 12 or 0.25")
    return float(text)


def _matched(question: BankQuestion, parts: Sequence[str], reads: Callable[[str], str]) -> BankQuestion:
    """A matching of 1, 2, 3 … is an order; other matchings we do not have."""
    pairs = [part.partition("->") for part in parts]
    numbers = [left.strip() for left, _, _ in pairs]
    if numbers != [str(n) for n in range(1, len(parts) + 1)]:
        raise _Odd("it matches pairs")
    options = tuple(Option(reads(right.strip())) for _, _, right in pairs)
    return replace(question, kind=QuestionKind.ORDER, options=options)


def _chosen(question: BankQuestion, parts: Iterable[tuple[str, str]], reads: Callable[[str], str]) -> BankQuestion:
    options = []
    weighed = False
    for sign, part in parts:
        is_right = sign == "="
        if part.startswith("%") and "%" in part[1:]:
            weight, _, part = part[1:].partition("%")
            is_right, weighed = _plain_number(weight) > 0, weighed or sign == "~"
        said, why = _parted(part, "#")
        options.append(Option(reads(said.strip()), is_right, reads(why)))
    several = weighed or sum(option.is_right for option in options) > 1
    return replace(
        question, kind=QuestionKind.SEVERAL if several else QuestionKind.SINGLE, options=tuple(options), why=""
    )


def _said(text: str) -> str:
    """A text without its backslashes, ``\\n`` as the end of a line; lines of the file are joined."""
    out: list[str] = []
    is_escaped = False
    for sign in " ".join(text.split()):
        if is_escaped:
            out.append("\n" if sign == "n" else sign)
            is_escaped = False
        elif sign == "\\":
            is_escaped = True
        else:
            out.append(sign)
    return "".join(out).strip()
