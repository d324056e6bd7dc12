"""Tests and questions in words, and as small charts of a few signs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from studyplan.model import QuestionKind, Slip
from studyplan.presentation.language import N_
from studyplan.presentation.language import gettext as _
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
        share = percent(found.sure_right, found.sure)
        words = _("Sure of {n}, right in {right} ({share}%).")
        said.append(words.format(n=found.sure, right=found.sure_right, share=share))
    if found.unsure:
        share = percent(found.unsure_right, found.unsure)
        words = _("Unsure of {n}, right in {right} ({share}%).")
        said.append(words.format(n=found.unsure, right=found.unsure_right, share=share))
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
        return _("You were sure more often than you were right: say why each time before you call an answer sure.")
    if found.unsure >= ENOUGH and percent(found.unsure_right, found.unsure) >= SURE:
        return _("You know more than you think.")
    return _("You know what you know.")


#: What was behind a wrong answer, by the learner's own word; None: they have not said.
BEHIND: dict[Slip | None, str] = {
    Slip.UNKNOWN: N_("did not know"),
    Slip.MIXED_UP: N_("mixed up"),
    Slip.MISREAD: N_("misread"),
    Slip.CARELESS: N_("slip"),
    None: N_("not sorted"),
}


def errors(found: Iterable[ErrorTally]) -> list[str]:
    """A line for each module: how many wrong answers, and what was behind them."""
    lines = []
    for each in found:
        kinds = [f"{many} {_(BEHIND[slip])}" for slip, many in each.kinds]
        kinds += [f"{each.unsorted} {_(BEHIND[None])}"] if each.unsorted else []
        words = _("{module}: {n} wrong ({kinds})")
        lines.append(words.format(module=each.module, n=each.errors, kinds=", ".join(kinds)))
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
                label = _("You chose {number}").format(number=number)
            elif place in chosen or not chosen or question.kind is QuestionKind.SINGLE:
                label = _("{number} is right").format(number=number)
            else:
                label = _("{number} is right too").format(number=number)
            yield label, option.why or option.text
        return
    if given is not None:
        yield _("Your answer"), text(given)
    near = f" (± {question.tolerance:g})" if question.tolerance else ""
    yield _("Right"), text(right_answer(question)) + near
    if question.why:
        yield _("Why"), question.why
