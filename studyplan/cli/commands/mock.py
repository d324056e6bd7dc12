"""Mocks and quizzes: questions of the plan's bank, at a terminal or by a program."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from studyplan.cli.context import Context, json_option, pass_context, plan_option
from studyplan.cli.params import FILE, MODULE, TASK, LengthParam
from studyplan.cli.terminal import is_terminal, named_or_piped
from studyplan.errors import BadFile, Conflict, UsageProblem
from studyplan.model import LONGEST_ROUND, MOST_QUIZZED
from studyplan.text import count, shown

if TYPE_CHECKING:
    from studyplan.model import Kind, Slip
    from studyplan.planner.mock import GivenAnswer, MarkedTest, Paper
    from studyplan.rules.papers import Posed

#: Bytes of a file of answers.
LARGEST = 1 << 20
#: Options of which a command takes one.
_APART = ("answers", "result", "errors", "named", "shorten")


@dataclass(frozen=True)
class Wish:
    """What was typed."""

    form: str
    task: str | None
    plan: str | None
    minutes: int | None
    untimed: bool
    again: bool
    result: bool
    errors: bool
    named: tuple[str, ...]
    shorten: bool
    answers: Path | None
    as_json: bool
    module: str | None = None
    number: int | None = None


def _shared(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of both commands."""
    for decorate in reversed(
        (
            click.argument("task", metavar="[TASK]", required=False, type=TASK),
            plan_option,
            click.option(
                "--minutes", "-m", type=LengthParam(LONGEST_ROUND), metavar="M", help="Stop after this many minutes."
            ),
            click.option("--again", is_flag=True, help="Begin once more what is done, with other questions."),
            click.option("--result", is_flag=True, help="Show how it went last, with every wrong answer."),
            click.option("--errors", is_flag=True, help="Say of each wrong answer what was behind it."),
            click.option(
                "--error",
                "named",
                multiple=True,
                metavar="QUESTION=KIND",
                help="Record that: unknown, mixed-up, misread or careless.",
            ),
            click.option(
                "--answers",
                type=FILE,
                metavar="FILE",
                help="Take the answers of a JSON file, and mark them; - is standard input.",
            ),
            json_option,
            pass_context,
        )
    ):
        command = decorate(command)
    return command


@click.command()
@_shared
@click.option("--untimed", is_flag=True, help="Take as long as it takes; otherwise the task's minutes are the limit.")
@click.option("--shorten", is_flag=True, help="After a diagnostic: leave a quick pass of the modules you know.")
def mock(context: Context, untimed: bool, shorten: bool, **typed: Any) -> None:
    """Sit a mock exam: the next one of your plan, or the task you name.

    Each question is answered with one key, and you can go back, flag and stop: the next `mock` goes on where you were.
    Nothing is told before the end. Then your task is done, with its score, its weak modules and its minutes.
    With --json nothing is asked: the questions are listed.
    """
    _run(context, Wish("mock", untimed=untimed, shorten=shorten, **typed))


@click.command()
@_shared
@click.option("--module", type=MODULE, metavar="MODULE", help="Ask only about this module.")
@click.option(
    "--count", "number", type=click.IntRange(1, MOST_QUIZZED), metavar="K", help="Ask this many questions (10)."
)
def quiz(context: Context, module: str | None, number: int | None, **typed: Any) -> None:
    """Answer a quiz: first the questions you got wrong before, then others on what you have studied.

    TASK is a quiz of your plan, which is done afterwards; without one it is practice. A question that you got wrong
    comes back until you got it right on two days.
    """
    if typed["task"] is not None and (module is not None or number is not None):
        raise UsageProblem("a quiz of the plan has its own module and length", hint="leave out --module and --count")
    _run(context, Wish("quiz", untimed=False, shorten=False, module=module, number=number, **typed))


def _run(context: Context, wish: Wish) -> None:
    given = [name for name in _APART if getattr(wish, name)]
    if len(given) > 1:
        names = {"named": "--error"}
        first, second, *_ = (names.get(name, f"--{name}") for name in given)
        raise UsageProblem(f"{first} and {second} cannot go together", hint="give one of them")
    if wish.minutes is not None and wish.untimed:
        raise UsageProblem("--minutes and --untimed cannot go together", hint="give one of them")
    if wish.answers is not None:
        marked = context.planner.mock.submit(*_replies(wish), **_asked(wish), minutes=wish.minutes)
        _show(marked, wish.as_json, written=True)
    elif wish.result or wish.errors or wish.named or wish.shorten:
        _look_back(context, wish)
    else:
        _hold(context, wish)


def _asked(wish: Wish) -> dict[str, Any]:
    from studyplan.rules.papers import QuizWish

    return {
        "task": wish.task,
        "plan": wish.plan,
        "wish": QuizWish(wish.module, wish.number),
        "again": wish.again,
    }


# --- answers of a program


def _replies(wish: Wish) -> tuple[Kind, dict[str, GivenAnswer]]:
    """The answers of a file, by question."""
    from studyplan.files import read
    from studyplan.model import Kind

    assert wish.answers is not None
    where = "standard input" if str(wish.answers) == "-" else str(wish.answers)
    content = named_or_piped(wish.answers, LARGEST)
    raw = content if isinstance(content, bytes) else read(content, LARGEST)
    if len(raw) > LARGEST:
        raise BadFile(f"{where}: larger than {LARGEST >> 20} MiB, the limit for answers")
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadFile(f"{where}: not JSON", hint='it looks like {"answers": {"QUESTION": 2}}') from None
    answers = found.get("answers") if isinstance(found, dict) else None
    if not isinstance(answers, dict):
        raise BadFile(f"{where}: the object 'answers' is missing", hint='it looks like {"answers": {"QUESTION": 2}}')
    return Kind(wish.form), {id: _reply(where, id, value) for id, value in answers.items()}


def _reply(where: str, id: str, value: Any) -> GivenAnswer:
    """An answer alone, or an object with how sure it was and how long it took."""
    from studyplan.planner.mock import GivenAnswer

    if not isinstance(value, dict):
        return GivenAnswer(value)
    unknown = set(value) - {"given", "sure", "seconds"}
    sure, seconds = value.get("sure"), value.get("seconds", 0)
    if unknown:
        raise BadFile(f"{where}: {shown(id)}: unknown key '{shown(min(unknown))}'; it takes given, sure and seconds")
    if not (sure is None or isinstance(sure, bool)):
        raise BadFile(f"{where}: {shown(id)}: sure must be true or false")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= 86_400:
        raise BadFile(f"{where}: {shown(id)}: seconds must be a number from 0 to 86400")
    return GivenAnswer(value.get("given"), sure, seconds)


# --- at the terminal


def _hold(context: Context, wish: Wish) -> None:
    """Ask the questions and mark the answers, or keep them for later."""
    from studyplan.cli import output
    from studyplan.cli.exam_room import ExamRoom, Leaving
    from studyplan.model import Kind
    from studyplan.presentation import question_facts
    from studyplan.rules.papers import time_limit

    planner = context.planner.mock
    paper = planner.paper(Kind(wish.form), **_asked(wish))
    if wish.as_json:
        output.emit(question_facts.of_paper(paper))
        return
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        raise Conflict(
            "there is no terminal to answer the questions at",
            hint="--json lists them, --answers FILE takes the answers",
            slug="no-terminal",
        )
    limit = wish.minutes
    if limit is None and not wish.untimed:
        limit = time_limit(paper.task, paper.attempt.form, len(paper.questions))
    is_new = paper.is_new
    paper = planner.begin(paper, limit)
    if not is_new and (wish.minutes is not None or wish.untimed):
        paper = replace(paper, attempt=replace(paper.attempt, limit=limit))
    asks_confidence = context.config.confidence == "on"
    _say_head(paper, is_new=is_new, asks_confidence=asks_confidence)
    room = ExamRoom(paper, lambda attempt: _unbroken(lambda: planner.keep(attempt)), asks_confidence)
    leaving = room.hold()
    if leaving is not Leaving.ENDED:
        word = f"studyplan {wish.form}" + (f" {paper.task.number}" if paper.task is not None else "")
        answered = f"{room.answered} of {len(room.responses)}"
        output.note(f"Your answers are saved ({answered}): `{word}` goes on.")
        if leaving is Leaving.CUT_OFF:
            raise KeyboardInterrupt
        return
    marked = _unbroken(lambda: planner.finish(room.attempt))
    _say_score(marked)
    _go_through(context, marked, list(marked.wrong))
    _offer_shorter(context, marked)
    output.say_undo(True)


def _unbroken(work: Callable[[], Any]) -> Any:
    """Write while Ctrl-C has to wait, so that no answer is lost."""
    waits = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return work()
    finally:
        signal.signal(signal.SIGINT, waits)


def _say_head(paper: Paper, *, is_new: bool, asks_confidence: bool) -> None:
    from studyplan.cli import output
    from studyplan.cli.exam_room import time_left
    from studyplan.presentation import phrases

    title = paper.task.title if paper.task is not None else f"Practice quiz of '{paper.plan.name}'"
    for line in output.wrapped(title):
        output.say(output.bold(line))
    limit, done = paper.attempt.limit, sum(each.given is not None for each in paper.attempt.responses)
    told = [count(len(paper.questions), "question")]
    if not is_new:
        told.append(f"{done} answered")
    if limit is not None:
        told.append(phrases.span_text(limit) if is_new else time_left(limit * 60 - paper.attempt.seconds))
    line = ", ".join(told) + ". You can stop at any time and go on later. Right and wrong are told at the end."
    line += " After each answer press s if you are sure of it, u if not." if asks_confidence else ""
    for each in output.wrapped(line, "  "):
        output.say(each)


# --- afterwards


def _look_back(context: Context, wish: Wish) -> None:
    """What was a test's outcome, and what the learner says of its errors."""
    from studyplan.model import Kind

    planner = context.planner.mock
    marked = planner.result(wish.task, wish.plan, form=Kind(wish.form))
    if wish.named:
        marked = planner.sort_errors(marked.attempt, _slips(marked, wish.named))
        _show(marked, wish.as_json, written=True)
    elif wish.errors:
        if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
            raise Conflict(
                "there is no terminal to go through the errors at",
                hint="--error QUESTION=KIND records one",
                slug="no-terminal",
            )
        _go_through(context, marked, [each for each in marked.wrong if each.response.slip is None], again=True)
    elif wish.shorten:
        _shorten(context, marked, wish.as_json)
    else:
        _show(marked, wish.as_json)


def _slips(marked: MarkedTest, words: Sequence[str]) -> dict[int, Slip]:
    from studyplan.model import Slip
    from studyplan.rules import lookup

    wrong = {each.question.id: each.question.number for each in marked.wrong}
    found = {}
    for word in words:
        id, _, kind = word.rpartition("=")
        if kind not in set(Slip):
            raise UsageProblem(f"--error '{shown(word)}' is not QUESTION=KIND", hint=f"the kinds are {', '.join(Slip)}")
        if id not in wrong:
            raise UsageProblem(f"'{shown(id)}' was not answered wrong{lookup.nearest(id, wrong)}")
        found[wrong[id]] = Slip(kind)
    return found


def _show(marked: MarkedTest, as_json: bool, *, written: bool = False) -> None:
    from studyplan.cli import output
    from studyplan.presentation import question_facts

    if as_json:
        output.emit(question_facts.of_marked(marked))
        return
    _say_score(marked)
    for posed in marked.wrong:
        _say_wrong(posed, marked.questions.index(posed) + 1)
    if marked.known:
        _say_known(marked)
    output.say_undo(written)


def _say_score(marked: MarkedTest) -> None:
    from studyplan.cli import output
    from studyplan.presentation import phrases, question_words
    from studyplan.rules.scores import MASTERED

    title = marked.task.title if marked.task is not None else f"Practice quiz of '{marked.plan.name}'"
    output.say()
    for line in output.wrapped(f"{title}: {marked.right} of {marked.asked} right, {marked.percent}%"):
        output.say(output.bold(line))
    for line in question_words.bars([(each.module, each.right, each.asked) for each in marked.tallies]):
        output.say(output.clip(line))
    weak = [f"{each.module} ({each.percent}%)" for each in marked.tallies if each.percent < MASTERED]
    said = [f"Weak: {', '.join(weak)}."] if weak else []
    said += question_words.calibration(marked.calibration)
    if marked.task is not None and marked.task.spent_minutes:
        said.append(f"Done: task {marked.task.number}, {phrases.span_text(marked.task.spent_minutes)}.")
    said += [f"{note[:1].upper()}{note[1:]}." for note in marked.notes]
    if marked.wrong:
        said.append("What was wrong comes back in `studyplan quiz` until it was right on two days.")
    for sentence in said:
        for line in output.wrapped(sentence, "  "):
            output.say(line)
    for _, task in marked.moved:
        output.say(output.clip(f"  Moved to {phrases.short_day(task.date)}: {task.number}  {task.title}"))
    for plan in marked.finished:
        output.say(f"That was the last open task of '{plan.name}': the plan is finished.")


def _say_wrong(posed: Posed, number: int) -> None:
    """Print a question that was answered wrong, what was meant by the answer, and what is right."""
    from studyplan.cli import output
    from studyplan.cli.exam_room import answer_text, say_options
    from studyplan.presentation import question_words

    output.say()
    output.say(output.clip(f"Question {number}  {posed.question.module}"))
    for line in output.wrapped(posed.question.question):
        output.say(output.bold(line))
    say_options(posed)
    given = posed.response.given
    for label, text in question_words.explained(posed, lambda answer: answer_text(posed, answer)):
        for line in output.wrapped(f"{label}: {text}", "  "):
            output.say(line)
    if given is None:
        output.say("  You did not answer.")
    if posed.question.source:
        output.say(f"  Source: {posed.question.source}")


def _go_through(context: Context, marked: MarkedTest, wrong: list[Posed], *, again: bool = False) -> None:
    """Show the wrong answers one by one, and take what was behind each with one key."""
    from studyplan.cli import output
    from studyplan.cli.exam_room import output_prompt
    from studyplan.cli.terminal import ends_as_interrupts, pressed_key
    from studyplan.model import Slip
    from studyplan.rules.papers import WORDS

    if not wrong:
        if again:
            output.say("No wrong answer is left to sort.")
        return
    keys = {"d": Slip.UNKNOWN, "m": Slip.MIXED_UP, "r": Slip.MISREAD, "s": Slip.CARELESS}
    slips: dict[int, Slip] = {}
    try:
        with ends_as_interrupts():
            for posed in wrong:
                _say_wrong(posed, marked.questions.index(posed) + 1)
                output_prompt(
                    "what was behind it: "
                    + ", ".join(f"{key} {WORDS[slip]}" for key, slip in keys.items())
                    + ", Enter later, q stop"
                )
                while (key := pressed_key().lower()) not in {*keys, "q", "\r", "\n", " "}:
                    pass
                click.echo(WORDS[keys[key]] if key in keys else "")
                if key == "q":
                    break
                if key in keys:
                    slips[posed.question.number] = keys[key]
    finally:
        if slips:
            after = _unbroken(lambda: context.planner.mock.sort_errors(marked.attempt, slips))
            if after.log is not None:
                output.say(output.clip(f"The errors are in the note of {after.log.number}  {after.log.title}"))
    left = len(wrong) - len(slips)
    if left and marked.task is not None:
        output.say(f"`studyplan {marked.attempt.form} {marked.task.number} --errors` goes through the other {left}.")


def _say_known(marked: MarkedTest) -> None:
    from studyplan.cli import output
    from studyplan.presentation import phrases

    assert marked.task is not None
    text = (
        f"You know {', '.join(marked.known)}: `studyplan mock {marked.task.number} --shorten` leaves a quick pass of them, "
        f"which saves {phrases.span_text(marked.saves)}."
    )
    output.say()
    for line in output.wrapped(text):
        output.say(line)


def _offer_shorter(context: Context, marked: MarkedTest) -> None:
    """After a diagnostic: whether the modules that are known are to be shortened."""
    from studyplan.cli import output
    from studyplan.cli.exam_room import output_prompt
    from studyplan.cli.terminal import pressed_key
    from studyplan.presentation import phrases

    if not marked.known:
        return
    output.say()
    known = ", ".join(marked.known)
    output_prompt(f"You know {known}. Leave a quick pass of them, which saves {phrases.span_text(marked.saves)}? y/n")
    while (key := pressed_key().lower()) not in {*"ynq", "\r", "\n"}:
        pass
    click.echo("y" if key == "y" else "n")
    if key == "y":
        _shorten(context, marked, as_json=False)
    else:
        _say_known(marked)


def _shorten(context: Context, marked: MarkedTest, as_json: bool) -> None:
    from studyplan.cli import output
    from studyplan.presentation import phrases

    pairs = context.planner.mock.shorten(marked.attempt)
    if as_json:
        output.emit(
            {
                "known": list(marked.known),
                "tasks": [
                    {
                        "number": after.number,
                        "key": after.key,
                        "minutes": after.minutes if after.exists else 0,
                        "before": before.minutes,
                    }
                    for before, after in pairs
                ],
            }
        )
        return
    if not pairs:
        output.say("Nothing to shorten: this test found no module that you know already.")
        return
    for before, after in pairs:
        now = phrases.span_text(after.minutes) if after.exists else "gone"
        output.say(output.clip(f"  {before.number}  {phrases.span_text(before.minutes)} → {now}  {before.title}"))
    saved = phrases.span_text(marked.saves)
    for line in output.wrapped(
        f"Shortened {', '.join(marked.known)}, which saves {saved}. `studyplan replan --even` spreads what is left."
    ):
        output.say(line)
    output.say_undo(True)


COMMANDS = (mock, quiz)
