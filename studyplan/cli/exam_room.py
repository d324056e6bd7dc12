"""A test at the terminal: question by question with single keys, back and forth, and nothing told of the answers before its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import Enum
from math import ceil
from typing import TYPE_CHECKING, Any

import click

from studyplan.cli import output
from studyplan.cli.terminal import ends_as_interrupts, pressed_key
from studyplan.errors import UsageProblem
from studyplan.model import QuestionKind
from studyplan.rules.typed_numbers import marks_of, typed_number
from studyplan.text import count, one_line

if TYPE_CHECKING:
    from studyplan.model import Attempt, Response
    from studyplan.planner.mock import Paper
    from studyplan.rules.papers import Posed

#: Arrow keys, as terminals send them, beside the letters that do the same.
_ARROWS = {"\x1b[C": "n", "\x1b[D": "p", "\x1bOC": "n", "\x1bOD": "p", "\xe0M": "n", "\xe0K": "p"}
_ENTER = frozenset("\r\n")
_ERASE = frozenset("\x7f\x08")
_STOP = "q stop"
_MOVES = f"n next, p back, f flag, o overview, {_STOP}"
#: The keys of these.
_LEAVING = frozenset("npfoq")


class Leaving(Enum):
    """How a learner leaves: the test is over, to go on another time, or cut off."""

    ENDED = "ended"
    STOPPED = "stopped"
    CUT_OFF = "cut off"


class _TimeUp(Exception):
    """The minutes of the test are over."""


@dataclass
class ExamRoom:
    """One sitting of a test. ``keep`` writes the answers down as they are given; ``asks_confidence``: whether each answer is
    followed by how sure it is."""

    paper: Paper
    keep: Callable[[Attempt], None]
    asks_confidence: bool
    clock: Callable[[], float] = time.monotonic
    responses: list[Response] = field(init=False)
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self.responses = [each.response for each in self.paper.questions]
        self._began = self.clock()

    @property
    def attempt(self) -> Attempt:
        """The attempt as it stands now."""
        return replace(self.paper.attempt, responses=tuple(self.responses), seconds=round(self.seconds))

    @property
    def answered(self) -> int:
        return sum(each.given is not None for each in self.responses)

    @property
    def seconds(self) -> float:
        return self.paper.attempt.seconds + max(0.0, self.clock() - self._began)

    @property
    def left(self) -> float | None:
        """Seconds that are left; None without a limit."""
        limit = self.paper.attempt.limit
        return None if limit is None else limit * 60 - self.seconds

    def hold(self) -> Leaving:
        """Ask until the learner ends the test, its time is up, or they leave."""
        try:
            with ends_as_interrupts():
                return self._ask_all()
        except _TimeUp:
            output.say()
            output.say(output.bold("Time is up."))
            return Leaving.ENDED
        except (KeyboardInterrupt, EOFError):
            with suppress(OSError):
                click.echo()
            return Leaving.CUT_OFF
        finally:
            if self.responses:
                self.keep(self.attempt)

    def _ask_all(self) -> Leaving:
        place: int | None = self._first_open()
        while True:
            if self.left is not None and self.left <= 0:
                raise _TimeUp
            if place is None:
                found = self._overview()
                if isinstance(found, Leaving):
                    return found
                place = found
            key = self._ask(place)
            if key == "q":
                return Leaving.STOPPED
            place = self._place_after(key, place)

    def _place_after(self, key: str, place: int) -> int | None:
        if key == "o":
            return None
        if key == "p":
            return max(0, place - 1)
        if key == "f":
            return place
        return place + 1 if place + 1 < len(self.responses) else None

    def _first_open(self) -> int | None:
        return next((place for place, each in enumerate(self.responses) if each.given is None), None)

    # --- one question

    def _ask(self, place: int) -> str:
        """Show a question and take its answer; the key by which the learner goes on."""
        posed = self.paper.questions[place]
        self._show(place)
        began = self.clock()
        key, given = self._answer(posed)
        spent = self.responses[place].milliseconds + round((self.clock() - began) * 1000)
        self._note(place, milliseconds=spent)
        if given is not None:
            self._note(place, given=given, is_sure=None)
            if self.asks_confidence and key != "q":
                # The answer counts already, whatever becomes of the terminal meanwhile.
                self.keep(self.attempt)
                said, left_by = self._confidence()
                self._note(place, is_sure=said)
                key = left_by or key
        if key == "f":
            self._note(place, is_flagged=not self.responses[place].is_flagged)
        self.keep(self.attempt)
        return key

    def _note(self, place: int, **what: Any) -> None:
        self.responses[place] = replace(self.responses[place], **what)

    def _show(self, place: int) -> None:
        posed, response = self.paper.questions[place], self.responses[place]
        left = self.left
        marks = [posed.question.module]
        marks += ["flagged"] if response.is_flagged else []
        marks += [time_left(left)] if left is not None else []
        output.say()
        output.say(output.clip(f"{place + 1}/{len(self.responses)}  {' · '.join(marks)}"))
        for line in output.wrapped(posed.question.question):
            output.say(output.bold(line))
        say_options(posed)
        if response.given is not None:
            sure = {True: " (sure)", False: " (unsure)", None: ""}[response.is_sure]
            for line in output.wrapped(f"Your answer: {answer_text(posed, response.given)}{sure}", "  "):
                output.say(line)

    def _answer(self, posed: Posed) -> tuple[str, tuple[int, ...] | bool | float | None]:
        """A key, and the answer if one was given."""
        kind = posed.question.kind
        most = len(posed.order)
        if kind in (QuestionKind.SINGLE, QuestionKind.TRUE_FALSE):
            most = 2 if kind is QuestionKind.TRUE_FALSE else most
            return self._one_key(posed, most)
        what = {
            QuestionKind.SEVERAL: f"all that are right, 1-{most}, then Enter",
            QuestionKind.ORDER: f"all {most} in order, then Enter",
            QuestionKind.NUMBER: f"a number{f' in {unit}' if (unit := posed.question.unit) else ''}, then Enter",
        }[kind]
        output_prompt(f"{what}; {_MOVES}")
        return self._typed(posed, most)

    def _one_key(self, posed: Posed, most: int) -> tuple[str, tuple[int, ...] | bool | float | None]:
        ways = f"1-{most} answer, {_MOVES}"
        output_prompt(ways)
        while True:
            key = self._key()
            if key in _LEAVING:
                click.echo(key)
                return key, None
            place = _option(key, most)
            if place is not None:
                click.echo(key)
                if posed.question.kind is QuestionKind.TRUE_FALSE:
                    return "n", place == 0
                return "n", (posed.order[place],)
            click.echo()
            output_prompt(ways)

    def _typed(self, posed: Posed, most: int) -> tuple[str, tuple[int, ...] | bool | float | None]:
        """An answer of several keys, ended by Enter; one that is whole counts as well when the learner goes on without it."""
        typed = ""
        is_number = posed.question.kind is QuestionKind.NUMBER
        takes = _number_keys(posed.question.unit) if is_number else "0123456789"[: min(10, most + 1)]
        while True:
            key = self._key()
            if key in _LEAVING:
                click.echo(f" {key}" if typed else key)
                return key, _read(posed, typed)
            if key in _ERASE and typed:
                typed = typed[:-1]
                click.echo("\b \b", nl=False)
            elif key in takes and len(typed) < 20:
                typed += key
                click.echo(key, nl=False)
            elif key in _ENTER:
                given = _read(posed, typed)
                if given is not None:
                    click.echo()
                    return "n", given
                if typed:
                    click.echo(f"\n{_want(posed, typed)}: ", nl=False)
                    typed = ""

    def _confidence(self) -> tuple[bool | None, str | None]:
        """How sure the learner is (None: not said), and the key by which they go on instead of saying it."""
        ways = f"s sure, u unsure, Enter neither, {_STOP}"
        output_prompt(ways)
        while True:
            key = self._key()
            if key in _LEAVING:
                click.echo(key)
                return None, key
            if key in "su" or key in _ENTER or key == " ":
                click.echo({"s": "sure", "u": "unsure"}.get(key, ""))
                return {"s": True, "u": False}.get(key), None
            click.echo()
            output_prompt(ways)

    # --- all questions

    def _overview(self) -> int | Leaving:
        """Show what is answered; where to go on, or how to leave."""
        missing = [place for place, each in enumerate(self.responses) if each.given is None]
        flagged = [place for place, each in enumerate(self.responses) if each.is_flagged]
        output.say()
        answered = len(self.responses) - len(missing)
        lines = [f"{answered} of {count(len(self.responses), 'question')} answered."]
        lines += [f"Open: {_places(missing)}."] if missing else []
        lines += [f"Flagged: {_places(flagged)}."] if flagged else []
        for line in output.wrapped(" ".join(lines)):
            output.say(output.bold(line))
        todo = sorted({*missing, *flagged})
        ways = ["Enter go to the first of these"] if todo else []
        output_prompt(", ".join([*ways, "g go to one", "e end and mark", "q stop and go on later"]))
        while True:
            key = self._key()
            if key in _ENTER and todo:
                click.echo()
                return todo[0]
            if key == "q":
                click.echo("stop")
                return Leaving.STOPPED
            if key == "g":
                place = self._number_typed()
                if place is not None:
                    return place
            if key == "e" and self._is_agreed(len(missing)):
                return Leaving.ENDED
            if key in "ge":
                output_prompt(", ".join([*ways, "g go to one", "e end and mark", "q stop and go on later"]))

    def _number_typed(self) -> int | None:
        output_prompt("question number, then Enter")
        typed = ""
        while (key := self._key()) not in _ENTER:
            if key in "0123456789" and len(typed) < 4:
                typed += key
                click.echo(key, nl=False)
        click.echo()
        return int(typed) - 1 if typed and 1 <= int(typed) <= len(self.responses) else None

    def _is_agreed(self, missing: int) -> bool:
        click.echo("end")
        if not missing:
            return True
        verb = "counts" if missing == 1 else "count"
        output_prompt(f"{count(missing, 'open question')} {verb} as wrong: end? y/n")
        while (key := self._key()) not in {*"ynq", *_ENTER}:
            pass
        click.echo("y" if key == "y" else "n")
        return key == "y"

    def _key(self) -> str:
        """A key, in lower case. Raises _TimeUp if the time was over when it was pressed."""
        key = pressed_key()
        left = self.left
        if left is not None and left <= 0:
            raise _TimeUp
        key = _ARROWS.get(key, key)
        return key.lower() if len(key) == 1 else "?"


def time_left(seconds: float) -> str:
    """The minutes left, the one that has begun among them."""
    from studyplan.presentation import phrases

    return f"{phrases.span_text(max(0, ceil(seconds / 60)))} left"


def say_options(posed: Posed) -> None:
    """Print the options with the keys that choose them."""
    if posed.question.kind is QuestionKind.TRUE_FALSE:
        output.say("  1  true")
        output.say("  2  false")
    for number, place in enumerate(posed.order, 1):
        lines = output.wrapped(posed.question.options[place].text, "     ")
        for index, line in enumerate(lines):
            output.say(line if index else f"  {number % 10}  {line.strip()}")


def answer_text(posed: Posed, given: tuple[int, ...] | bool | float | None) -> str:
    """An answer by the numbers shown, or as it was typed."""
    match given:
        case None:
            return "none"
        case bool():
            return "true" if given else "false"
        case tuple():
            numbers = [posed.order.index(place) + 1 for place in given]
            joined = numbers if posed.question.kind is QuestionKind.ORDER else sorted(numbers)
            return ", ".join(str(number % 10) for number in joined)
    return f"{given:g} {posed.question.unit}".strip()


def output_prompt(words: str) -> None:
    """Print the keys that can be pressed, on lines that the terminal holds, the cursor behind them."""
    lines = output.wrapped(f"[{one_line(words)}]")
    for line in lines[:-1]:
        click.echo(line)
    click.echo(f"{lines[-1]} ", nl=False)


def _option(key: str, most: int) -> int | None:
    """The place that a figure means, 0 for the tenth."""
    if key not in "0123456789":
        return None
    number = int(key) or 10
    return number - 1 if number <= most else None


def _read(posed: Posed, typed: str) -> tuple[int, ...] | float | None:
    """What was typed as an answer; None if it cannot be one."""
    kind, most = posed.question.kind, len(posed.order)
    if kind is QuestionKind.NUMBER:
        try:
            return typed_number(typed, posed.question.unit)
        except UsageProblem:
            return None
    places = [_option(each, most) for each in typed]
    if not places or None in places or len(set(places)) < len(places):
        return None
    if kind is QuestionKind.ORDER and len(places) < most:
        return None
    chosen = tuple(posed.order[place] for place in places if place is not None)
    return chosen if kind is QuestionKind.ORDER else tuple(sorted(chosen))


def _number_keys(unit: str) -> set[str]:
    """The keys that write a number and its unit; those by which a learner moves on stay what they are."""
    return {*"0123456789.,+-' ", *"".join(marks_of(unit))} - _LEAVING


def _want(posed: Posed, typed: str) -> str:
    """What is wrong with what was typed, and what is wanted."""
    if posed.question.kind is QuestionKind.NUMBER:
        try:
            typed_number(typed, posed.question.unit)
        except UsageProblem as problem:
            return f"{problem}; {problem.hint}"
        return "A number, such as 12 or 0.5"
    if posed.question.kind is QuestionKind.ORDER:
        return f"All {len(posed.order)}, each once"
    return "Each once"


def _places(places: list[int]) -> str:
    shown = ", ".join(str(place + 1) for place in places[:15])
    return shown + (f" and {len(places) - 15} more" if len(places) > 15 else "")
