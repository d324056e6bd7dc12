"""Review: question cards answered from memory, at a terminal or by a program."""

from __future__ import annotations

import signal
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from studyplan.cli.context import Context, json_option, pass_context, plan_option
from studyplan.cli.params import MODULE, TASK, LengthParam
from studyplan.cli.terminal import ends_as_interrupts, is_terminal, pressed_key
from studyplan.errors import Conflict, StudyplanError
from studyplan.model import COMES_BACK, LONGEST_ANSWER, LONGEST_ROUND
from studyplan.text import count

if TYPE_CHECKING:
    from datetime import date, datetime

    from studyplan.model import Answer, Card, Grade
    from studyplan.planner.review import PlanRecall, Recited, Session
    from studyplan.rules.card_selection import ModuleRecall, Question
    from studyplan.rules.leeches import Lapses

#: The keys for the grades: a number or the first letter.
KEYS = {"1": "again", "2": "hard", "3": "good", "4": "easy", "a": "again", "h": "hard", "g": "good", "e": "easy"}
STOP = frozenset({"q", "Q"})
SHOW = frozenset({"\r", "\n", " "})
SURE = {"s": "sure", "u": "unsure"}
#: Suspended cards that are named one by one.
MOST_NAMED = 10


@click.command()
@plan_option
@click.option("--module", type=MODULE, metavar="MODULE", help="Ask only this module's cards.")
@click.option(
    "--minutes", "-m", type=LengthParam(LONGEST_ROUND), metavar="M", help="Stop after about this many minutes."
)
@click.option("--cards", "number", type=click.IntRange(1, 10_000), metavar="N", help="Ask at most this many cards.")
@click.option("--task", "task", type=TASK, metavar="TASK", help="Ask the cards of this review, due or not.")
@click.option("--status", "as_status", is_flag=True, help="Show the recall expected on the exam day, and ask nothing.")
@click.option("--grade", "grades", multiple=True, metavar="CARD=GRADE", help="Record an answer: unit-cost-1=good.")
@json_option
@pass_context
def review(
    context: Context,
    plan: str | None,
    module: str | None,
    minutes: int | None,
    number: int | None,
    task: str | None,
    as_status: bool,
    grades: tuple[str, ...],
    as_json: bool,
) -> None:
    """Answer question cards from memory: those of the reviews due, then those that help most on the exam day.

    Think, press s if you are sure or u if not, and grade yourself with one key: 1 again, 2 hard, 3 good, 4 easy. q stops
    and keeps your answers.
    With --json nothing is asked: the cards are listed.
    """
    if minutes is not None and number is not None:
        raise click.UsageError("--minutes and --cards cannot go together: give one of them")
    wished = any(each is not None for each in (module, minutes, number, task))
    if ((as_status or grades) and wished) or (as_status and grades):
        raise click.UsageError(f"{'--status' if as_status else '--grade'} goes only with --plan and --json")
    if as_status:
        _show_status(context, plan, as_json=as_json)
    elif grades:
        found = [_graded(word) for word in grades]
        _show(context.planner.review.grade(plan, found), as_json=as_json)
    else:
        _hold(context, plan, module, minutes, number, task, as_json=as_json)


def _graded(word: str) -> tuple[str, Grade]:
    from studyplan.model import Grade

    card, _, grade = word.rpartition("=")
    wanted = KEYS.get(grade.lower(), grade.lower())
    if not card or wanted not in set(Grade):
        raise click.UsageError(f"--grade '{word}' is not CARD=GRADE, with the grade again, hard, good or easy")
    return card, Grade(wanted)


def _hold(
    context: Context,
    plan: str | None,
    module: str | None,
    minutes: int | None,
    number: int | None,
    task: str | None,
    *,
    as_json: bool,
) -> None:
    """Ask the cards of a session and record the answers, however it ends."""
    from studyplan.cli import output
    from studyplan.notation import refs
    from studyplan.presentation import standing_facts
    from studyplan.rules.card_selection import Limits

    named = refs([task]) if task is not None else ()
    if len(named) > 1:
        raise click.UsageError("--task takes only one review")
    ref = named[0] if named else None
    session = context.planner.review.session(plan, Limits(module, minutes, number), ref)
    if as_json:
        output.emit(standing_facts.of_session(session))
        return
    if not session.questions:
        for line in output.wrapped(_nothing_to_ask(session)):
            output.say(line)
        return
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        raise Conflict(
            "there is no terminal to answer the cards at",
            hint="--json lists the cards, --grade CARD=good records an answer",
            slug="no-terminal",
        )
    asks = context.config.confidence == "on"
    _say_head(session, asks=asks)
    recital = Recital(session, lambda: context.planner.review.now(session.zone), asks)
    whole = recital.hold()
    if recital.answers:
        _show(_kept(context, session, recital, ref), as_json=False)
        if whole:
            _say_due(context, session.plan.number)
        else:
            output.note("Your answers are saved.")
    elif whole:
        output.say("No card was answered.")
    if not whole:
        raise KeyboardInterrupt


def _kept(context: Context, session: Session, recital: Recital, ref: Any) -> Recited:
    """Record the answers. Ctrl-C has to wait, so that a second press does not lose them."""
    from studyplan.cli import output

    name = str(session.plan.number)
    waits = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return context.planner.review.record(name, recital.answers, ref)
    except StudyplanError:
        ids = {question.card.number: question.card.id for question in session.questions}
        given = " ".join(f"--grade {ids[answer.card]}={answer.grade.value}" for answer in recital.answers)
        output.note(f"Your answers could not be saved. To record them later: studyplan review --plan {name} {given}")
        raise
    finally:
        signal.signal(signal.SIGINT, waits)


@dataclass
class Recital:
    """The questions of a session, asked one by one. A forgotten card is asked again until it is known."""

    session: Session
    now: Callable[[], datetime]
    #: Whether each question is followed by how sure the learner is.
    asks_confidence: bool = False
    answers: list[Answer] = field(default_factory=list)
    #: Of the cards that were answered, by their numbers.
    lapses: dict[int, Lapses] = field(default_factory=dict)

    def hold(self) -> bool:
        """Ask until every card is answered or the learner stops; False if Ctrl-C or a closed terminal cut it short."""
        try:
            with ends_as_interrupts():
                self._ask_all()
        except (KeyboardInterrupt, EOFError):
            with suppress(OSError):
                click.echo()
            return False
        return True

    def _ask_all(self) -> None:
        waiting = deque(enumerate(self.session.questions, start=1))
        again: deque[tuple[int, int, Question]] = deque()
        asked = 0
        while waiting or again:
            if again and (not waiting or asked >= again[0][0]):
                _, number, question = again.popleft()
            else:
                number, question = waiting.popleft()
            grade = self._ask(number, question, len(again))
            if grade is None:
                return
            asked += 1
            if self._is_set_aside(question, grade):
                continue
            if grade.value == "again":
                again.append((asked + COMES_BACK, number, question))

    def _is_set_aside(self, question: Question, grade: Grade) -> bool:
        """Count the answer; whether it was a lapse too many, which is said at once."""
        from studyplan.cli import output

        number = question.card.number
        before = self.lapses.get(number, question.lapses)
        now = self.lapses[number] = before.after(grade)
        if question.card.suspended_at is not None or not before.sets_aside(grade):
            return False
        for line in output.wrapped(f"You have forgotten this card {now.count} times: it is suspended.", "  "):
            output.say(line)
        return True

    def _ask(self, number: int, question: Question, again: int) -> Grade | None:
        """Ask one card; None if the learner stops."""
        from studyplan.cli import output
        from studyplan.model import Answer, Grade

        card = question.card
        came_back = any(answer.card == card.number for answer in self.answers)
        place = f"{number}/{len(self.session.questions)}"
        output.say()
        output.say(output.clip(f"{place}  {card.module}{'  (once more)' if came_back else ''}"))
        for line in output.wrapped(card.question):
            output.say(output.bold(line))
        began = time.monotonic()
        asks = self.asks_confidence and not came_back
        key = _shown(asks)
        if key is None:
            return None
        for line in output.wrapped(card.answer, "  "):
            output.say(line)
        if card.source:
            output.say(f"  Source: {card.source}")
        word = _pressed()
        if word is None:
            return None
        taken = min(round((time.monotonic() - began) * 1000), LONGEST_ANSWER)
        grade = Grade(word)
        is_sure = {"s": True, "u": False}.get(key) if asks else None
        self.answers.append(Answer(card.number, grade, self.now(), taken, is_sure))
        return grade


def _shown(asks: bool) -> str | None:
    """Wait for Enter, or for how sure the learner is; None if they stop."""
    click.echo("[s sure, u unsure, Enter] " if asks else "[Enter] ", nl=False)
    while True:
        key = pressed_key()
        if key in SHOW:
            click.echo()
            return key
        if key in STOP:
            click.echo("stop")
            return None
        if asks and key.lower() in SURE:
            click.echo(SURE[key.lower()])
            return key.lower()


def _pressed() -> str | None:
    """Wait for a grade; None if the learner stops."""
    from studyplan.cli import output

    click.echo("[1 again, 2 hard, 3 good, 4 easy] ", nl=False)
    while True:
        key = pressed_key()
        if key in STOP:
            click.echo("stop")
            return None
        if (word := KEYS.get(key.lower())) is not None:
            output.say(word)
            return word


def _nothing_to_ask(session: Session) -> str:
    from studyplan.presentation import sentences

    way = "" if sentences.has_answers(session) else " `studyplan today` lists what is due."
    return f"No cards to review today. {sentences.why_no_cards(session)}{way}"


def _say_head(session: Session, *, asks: bool) -> None:
    from studyplan.cli import output
    from studyplan.presentation import phrases

    minutes = max(1, round(session.seconds / 60))
    cards = count(len(session.questions), "card")
    output.say(output.bold(f"{session.plan.name}: {cards}, about {phrases.span_text(minutes)}"))
    for task in session.reviews:
        output.say(output.clip(f"  for {task.number}  {task.title}"))
    keys = "s if you are sure, u if not, or Enter" if asks else "Enter"
    for line in output.wrapped(f"Think, then press {keys}. q stops and keeps your answers."):
        output.say(line)


def _show(recited: Recited, *, as_json: bool) -> None:
    from studyplan.cli import output
    from studyplan.presentation import phrases, standing_facts

    if as_json:
        output.emit(standing_facts.of_recited(recited))
        return
    counts = Counter(answer.grade.value for answer in recited.answers)
    told = ", ".join(f"{counts[name]} {name}" for name in ("again", "hard", "good", "easy") if counts[name])
    output.say()
    for line in output.wrapped(f"Answered {count(len(recited.cards), 'card')}: {told}"):
        output.say(output.bold(line))
    for task in recited.done:
        spent = f" ({phrases.span_text(task.spent_minutes)})" if task.spent_minutes is not None else ""
        output.say(output.clip(f"Done: {task.number}  {task.title}{spent}"))
    for task, left in recited.left:
        output.say(output.clip(f"{count(left, 'card')} left of {task.number}  {task.title}"))
    _say_leeches(recited.leeches)
    for plan in recited.finished:
        output.say(f"That was the last open task of '{plan.name}': the plan is finished.")
    _say_recall(recited.exam, recited.after, recited.before)
    output.say(output.UNDO)


def are_suspended(number: int) -> str:
    return f"{count(number, 'card')} {'is' if number == 1 else 'are'} suspended"


def _say_leeches(cards: Sequence[Card]) -> None:
    """Print the cards that these answers set aside, and what can be done about them."""
    from studyplan.cli import output

    if not cards:
        return
    output.say(f"Forgotten too often, and suspended: {count(len(cards), 'card')}")
    _say_cards(cards)


def _say_cards(cards: Sequence[Card]) -> None:
    from studyplan.cli import output
    from studyplan.cli.commands.cards import WAYS_OUT

    for card in cards[:MOST_NAMED]:
        output.say(output.clip(f"  {card.id}  {' '.join(card.question.split())}"))
    if len(cards) > MOST_NAMED:
        output.say(f"  and {count(len(cards) - MOST_NAMED, 'more card')}: `studyplan cards list` has them")
    for line in output.wrapped(WAYS_OUT):
        output.say(line)


def _show_status(context: Context, plan: str | None, *, as_json: bool) -> None:
    from studyplan.cli import output
    from studyplan.presentation import standing_facts

    found = context.planner.review.recall(plan)
    if as_json:
        output.emit({"plans": [standing_facts.of_recall(each) for each in found]})
        return
    if not found:
        output.say("No plan is running.")
    for index, each in enumerate(found):
        if index:
            output.say()
        _say_status(each)
        _say_due(context, each.plan.number)


def _say_status(each: PlanRecall) -> None:
    from studyplan.cli import output

    if not each.modules:
        output.say(f"{each.plan.name}: no cards yet. `studyplan cards import FILE` adds some.")
    else:
        output.say(output.bold(f"{each.plan.name}: {each.answered} of {count(each.cards, 'card')} answered"))
        _say_recall(each.exam, each.modules)
    _say_suspended(each.suspended)
    _say_confidence(each)


def _say_suspended(cards: Sequence[Card]) -> None:
    from studyplan.cli import output

    if not cards:
        return
    counted = "it counts" if len(cards) == 1 else "they count"
    for line in output.wrapped(f"{are_suspended(len(cards))}; {counted} above as what will be left without review:"):
        output.say(line)
    _say_cards(cards)


def _say_due(context: Context, plan: int) -> None:
    """Print how many questions come back, so that they are not forgotten over the cards."""
    from studyplan.cli import output
    from studyplan.presentation import question_words

    for record in context.planner.mock.record(plan):
        if record.due:
            for line in output.wrapped(question_words.coming_back(record)):
                output.say(line)


def _say_confidence(each: PlanRecall) -> None:
    """Print how well sure went with right, by module and in words."""
    from studyplan.cli import output
    from studyplan.presentation import question_words
    from studyplan.rules.marking import total

    if not each.calibration:
        return
    rows = [(found.module, found.sure_right, found.sure) for found in each.calibration if found.sure]
    if rows:
        output.say("Right when you were sure:")
    for line in question_words.bars(rows):
        output.say(output.clip(line))
    for line in question_words.calibration(total(each.calibration)):
        for part in output.wrapped(line, "  "):
            output.say(part)


def _say_recall(exam: date, after: Sequence[ModuleRecall], before: Sequence[ModuleRecall] | None = None) -> None:
    """Print the recall expected of each module, and its range; given ``before``, of the modules that were reviewed."""
    from studyplan import text
    from studyplan.cli import output
    from studyplan.presentation import phrases
    from studyplan.presentation.sentences import range_text
    from studyplan.rules.card_selection import overall

    rows = [
        (now.module, now.cards, None if before is None else before[index].exam, now.exam, (now.low, now.high))
        for index, now in enumerate(after)
        if before is None or f"{before[index].exam:.0%}" != f"{now.exam:.0%}" or before[index].answered != now.answered
    ]
    if len(after) > 1:
        cards, found = sum(module.cards for module in after), overall(after)
        rows.append(
            ("all", cards, None if before is None else overall(before).mean, found.mean, (found.low, found.high))
        )
    if not rows:
        return
    for line in output.wrapped(f"Recall expected on {phrases.long_day(exam)} without further review:"):
        output.say(line)
    width = max(text.cells(name) for name, *_ in rows)
    for name, cards, was, will, ends in rows:
        padded = name + " " * (width - text.cells(name))
        change = f"{will:>4.0%}" if was is None else f"{was:>4.0%} → {will:>4.0%}"
        likely = f" ({range_text(*ends)})" if will else ""
        output.say(output.clip(f"  {padded}  {change} of {count(cards, 'card')}{likely}"))


COMMANDS = (review,)
