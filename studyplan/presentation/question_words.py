"""Tests and questions in words, and as small charts of a few signs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from studyplan.model import QuestionKind
from studyplan.presentation.question_facts import right_answer
from studyplan.rules.marking import ENOUGH, percent
from studyplan.text import cells, count

if TYPE_CHECKING:
    from studyplan.planner.mock import BankRecord
    from studyplan.rules.marking import Calibration, ErrorTally
    from studyplan.rules.papers import Posed

#: Signs of a bar.
WIDTH = 10
#: Percent: being sure means to be right about so often.
SURE = 85


def bars(rows: Sequence[tuple[str, int, int]]) -> list[str]:
    """A line for each: its name, how many of how many, as a bar."""
    width = max((cells(name) for name, *_ in rows), default=0)
    digits = max((len(str(of)) for *_, of in rows), default=1)
    lines = []
    for name, right, of in rows:
        share = percent(right, of)
        padded = name + " " * (width - cells(name))
        lines.append(f"  {padded}  {right:>{digits}} of {of:>{digits}}  {share:>3}%  {bar(share)}")
    return lines


def bar(share: int) -> str:
    full = round(share * WIDTH / 100)
    return "#" * full + "." * (WIDTH - full)


def calibration(found: Calibration) -> list[str]:
    """How sure went with right, in a sentence or two; nothing where nothing was said."""
    said = _said(found)
    if verdict := judged(found):
        said.append(verdict)
    return [" ".join(said)] if said else []


def _said(found: Calibration) -> list[str]:
    said = []
    if found.sure:
        said.append(f"Sure of {found.sure}, right in {found.sure_right} ({percent(found.sure_right, found.sure)}%).")
    if found.unsure:
        said.append(
            f"Unsure of {found.unsure}, right in {found.unsure_right} ({percent(found.unsure_right, found.unsure)}%)."
        )
    return said


def sentences(found: Iterable[Calibration]) -> Iterator[str]:
    """How sure went with right, a sentence for each module."""
    for each in found:
        yield f"{each.module}: {' '.join(_said(each))}"


def coming_back(record: BankRecord) -> str:
    """How many questions come back, and how many of them today."""
    verb = "comes" if len(record.debts) == 1 else "come"
    due = f", {record.due} of them today: `studyplan quiz`" if record.due else ""
    return f"{count(len(record.debts), 'question')} {verb} back until right on two days{due}."


def judged(found: Calibration) -> str:
    """What follows from it; nothing where too little was said."""
    if found.sure < ENOUGH:
        return ""
    share = percent(found.sure_right, found.sure)
    if share < SURE:
        return "You were sure more often than you were right: say why each time before you press s."
    if found.unsure >= ENOUGH and percent(found.unsure_right, found.unsure) >= SURE:
        return "You know more than you think."
    return "You know what you know."


def errors(found: Iterable[ErrorTally]) -> list[str]:
    """A line for each module: how many wrong answers, and what was behind them."""
    from studyplan.rules.papers import WORDS

    lines = []
    for each in found:
        kinds = [f"{count} {WORDS[slip]}" for slip, count in each.kinds]
        kinds += [f"{each.unsorted} not sorted"] if each.unsorted else []
        lines.append(f"{each.module}: {each.errors} wrong ({', '.join(kinds)})")
    return lines


def explained(posed: Posed, text: Callable[[tuple[int, ...] | bool | float | None], str]) -> Iterator[tuple[str, str]]:
    """What to say of a wrong answer: a label and a text each. ``text``: an answer as it was given."""
    question, given = posed.question, posed.response.given
    if question.kind in (QuestionKind.SINGLE, QuestionKind.SEVERAL):
        chosen = set(given) if isinstance(given, tuple) else set()
        for place in posed.order:
            option = question.options[place]
            if place not in chosen and not option.is_right:
                continue
            number = text((place,))
            if not option.is_right:
                label = f"You chose {number}"
            elif place in chosen or not chosen or question.kind is QuestionKind.SINGLE:
                label = f"{number} is right"
            else:
                label = f"{number} is right too"
            yield label, option.why or option.text
        return
    if given is not None:
        yield "Your answer", text(given)
    near = f" (± {question.tolerance:g})" if question.tolerance else ""
    yield "Right", text(right_answer(question)) + near
    if question.why:
        yield "Why", question.why
