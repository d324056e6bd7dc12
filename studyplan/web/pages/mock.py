"""Mocks and quizzes: what there is to sit, one question at a time, and how it went. Nothing of an answer is told before the end."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from time import time
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from studyplan.errors import Conflict, NotFound, UsageProblem
from studyplan.model import LONGEST_ROUND, MOST_QUIZZED, Kind, QuestionKind, Slip, Status
from studyplan.model import Response as Reply
from studyplan.presentation import phrases, question_words
from studyplan.presentation.language import N_
from studyplan.presentation.language import gettext as _
from studyplan.rules import papers
from studyplan.rules.papers import QuizWish, time_limit
from studyplan.rules.scores import MASTERED
from studyplan.rules.typed_numbers import typed_number
from studyplan.web.answers import ShownProblem, problem_of
from studyplan.web.rendering import render, see_other
from studyplan.web.request import Here, Sent, SentForm, Visitor, query_of
from studyplan.web.ways import remarks

if TYPE_CHECKING:
    from studyplan.model import Attempt, Task
    from studyplan.planner.mock import BankRecord, MarkedTest, Paper
    from studyplan.rules.papers import Posed

router = APIRouter()

#: What a learner says of a wrong answer, and what it means.
_SLIPS = {
    Slip.UNKNOWN: (N_("Did not know"), N_("I have not learned this, or it is gone.")),
    Slip.MIXED_UP: (N_("Mixed up"), N_("I took one thing for another.")),
    Slip.MISREAD: (N_("Misread"), N_("I did not see what was asked.")),
    Slip.CARELESS: (N_("Slip"), N_("I knew it and chose wrong.")),
}


# What there is to sit


@router.get("/quiz")
def tests(visitor: Here) -> Response:
    """The mocks and quizzes of the plans that run: open, begun and over; and a quiz for practice."""
    planner = visitor.planner
    wished = query_of(visitor).text("plan") or None
    views = {view.plan.number: view for view in planner.queries.plan_views(wished)}
    shown = []
    for record in planner.mock.record(wished):
        tasks = [task for task in views[record.plan.number].tasks if task.kind in (Kind.MOCK, Kind.QUIZ)]
        by_number = {task.number: task for task in tasks}
        shown.append(
            {
                "record": record,
                "begun": [(each, by_number.get(each.task or 0)) for each in _begun(record)],
                "over": [(each, by_number.get(each.task or 0)) for each in _over(record)[:10]],
                "tasks": [task for task in tasks if task.status is Status.OPEN],
                "modules": _modules(visitor, record),
                "zone": planner.clock.at(planner.queries.zone()),
            }
        )
    return render(visitor, "tests.html", shown=shown, percent=_percent)


def _begun(record: BankRecord) -> list[Attempt]:
    return [each for each in record.attempts if each.ended_at is None]


def _over(record: BankRecord) -> list[Attempt]:
    return [each for each in reversed(record.attempts) if each.ended_at is not None]


def _modules(visitor: Visitor, record: BankRecord) -> list[str]:
    banks = visitor.planner.questions.banks(record.plan.number)
    return list(dict.fromkeys(held.question.module for bank in banks for held in bank.questions))


def _percent(attempt: Attempt) -> int:
    from studyplan.rules.marking import percent

    return percent(sum(each.is_right for each in attempt.responses), len(attempt.responses))


@router.get("/mock")
def next_mock(visitor: Here) -> Response:
    """The next mock of the plan."""
    paper = visitor.planner.mock.paper(Kind.MOCK, plan=query_of(visitor).text("plan") or None)
    assert paper.task is not None
    return see_other(f"/mock/{paper.task.number}")


@router.get("/mock/{number}")
def mock(visitor: Here, number: int) -> Response:
    return _front(visitor, Kind.MOCK, number)


@router.get("/quiz/{number}")
def quiz(visitor: Here, number: int) -> Response:
    return _front(visitor, Kind.QUIZ, number)


def _front(visitor: Visitor, form: Kind, number: int) -> Response:
    """A test before it begins: how long it is, and how to go about it."""
    task = visitor.planner.queries.show(number)[0][0]
    if task.kind in (Kind.MOCK, Kind.QUIZ) and task.kind is not form:
        return see_other(f"/{task.kind}/{number}")
    paper = visitor.planner.mock.paper(form, number, again=True)
    return _shown_front(visitor, paper, task)


def _shown_front(visitor: Visitor, paper: Paper, task: Task, problem: ShownProblem | None = None) -> Response:
    return render(
        visitor,
        "test_front.html",
        400 if problem else 200,
        paper=paper,
        task=task,
        limit=time_limit(paper.task, paper.attempt.form, len(paper.questions)) if paper.is_new else paper.attempt.limit,
        left=_minutes_left(paper),
        asks=visitor.site.config.confidence == "on",
        problem=problem,
    )


def _minutes_left(paper: Paper) -> int | None:
    """The minutes left, the one that has begun among them."""
    return None if paper.seconds_left is None else ceil(paper.seconds_left / 60)


@router.post("/mock/{number}/begin")
def begin_mock(visitor: Here, form: Sent, number: int) -> Response:
    return _begin(visitor, form, Kind.MOCK, number)


@router.post("/quiz/{number}/begin")
def begin_quiz(visitor: Here, form: Sent, number: int) -> Response:
    return _begin(visitor, form, Kind.QUIZ, number)


def _begin(visitor: Visitor, form: SentForm, kind: Kind, number: int) -> Response:
    planner = visitor.planner.mock
    paper = planner.paper(kind, number, again=form.has("again"))
    limit = time_limit(paper.task, paper.attempt.form, len(paper.questions))
    try:
        wished = _limit(form)
    except UsageProblem as wrong:
        assert paper.task is not None
        return _shown_front(visitor, paper, paper.task, problem_of(wrong))
    limit = {"untimed": None, "minutes": wished}.get(form.text("time"), limit)
    return _at_first_open(planner.begin(paper, limit))


def _limit(form: SentForm) -> int | None:
    minutes = form.minutes("minutes")
    if form.text("time") == "minutes" and (minutes is None or not 1 <= minutes <= LONGEST_ROUND):
        raise UsageProblem(_("a test may take 1 to %(most)d minutes") % {"most": LONGEST_ROUND})
    return minutes


@router.post("/quiz/begin")
def practise(visitor: Here, form: Sent) -> Response:
    """Begin a quiz for practice, or go on with the one that is as it is wished."""
    count = form.whole("count")
    if count is not None and not 1 <= count <= MOST_QUIZZED:
        raise UsageProblem(_("a quiz has 1 to %(most)d questions") % {"most": MOST_QUIZZED})
    wish = QuizWish(form.text("module") or None, count)
    planner = visitor.planner.mock
    return _at_first_open(planner.begin(planner.paper(Kind.QUIZ, plan=form.text("plan") or None, wish=wish)))


def _at_first_open(paper: Paper) -> Response:
    place = next((n for n, each in enumerate(paper.questions) if each.response.given is None), None)
    return _to(paper.attempt.number, place)


def _to(number: int, place: int | None) -> Response:
    """To a question, or to the overview where there is none."""
    return see_other(f"/test/{number}/overview" if place is None else f"/test/{number}?q={place + 1}")


# One question at a time


@router.get("/test/{number}")
def question(visitor: Here, number: int) -> Response:
    """A question of a test that was begun."""
    paper = _paper(visitor, number)
    if paper is None:
        return see_other(f"/test/{number}/result")
    asked = query_of(visitor).whole("q")
    if asked is None or not 1 <= asked <= len(paper.questions):
        return _at_first_open(paper)
    return _asked(visitor, paper, asked - 1)


def _paper(visitor: Visitor, number: int) -> Paper | None:
    """A test that was begun; None if it is over."""
    try:
        return visitor.planner.mock.sitting(number)
    except Conflict as conflict:
        if conflict.code != "test-over":
            raise
        return None


def _asked(
    visitor: Visitor, paper: Paper, place: int, typed: SentForm | None = None, problem: ShownProblem | None = None
) -> Response:
    posed = paper.questions[place]
    return render(
        visitor,
        "test_question.html",
        400 if problem else 200,
        paper=paper,
        place=place,
        posed=posed,
        kind=posed.question.kind.value,
        options=_options(posed, typed),
        number=_number(posed, typed),
        left=_minutes_left(paper),
        asks=visitor.site.config.confidence == "on",
        shown=_shown(typed) if typed else _now(),
        problem=problem,
    )


def _options(posed: Posed, typed: SentForm | None) -> list[dict[str, Any]]:
    """The options as they are shown: number, text, whether it is chosen, its place in an order."""
    given = posed.response.given
    chosen = given if isinstance(given, tuple) else ()
    found = []
    for number, place in enumerate(posed.order, 1):
        rank = str(chosen.index(place) + 1) if place in chosen else ""
        found.append(
            {
                "number": number,
                "text": posed.question.options[place].text,
                "chosen": place in chosen if typed is None else str(number) in typed.texts("given"),
                "rank": rank if typed is None else typed.text(f"place-{number}"),
            }
        )
    return found


def _number(posed: Posed, typed: SentForm | None) -> str:
    """A number that was given, as it was typed."""
    if typed is not None:
        return typed.text("given")
    given = posed.response.given
    return f"{given:.15g}" if isinstance(given, float) else ""


def _now() -> int:
    return round(time() * 1000)


def _shown(form: SentForm) -> int:
    """When the page was shown that a form was on, in milliseconds."""
    text = form.text("shown")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 15 else _now()


@router.post("/test/{number}")
def answer(visitor: Here, form: Sent, number: int) -> Response:
    """Keep what was answered, and go where the button leads."""
    paper = _paper(visitor, number)
    if paper is None:
        visitor.tell(_("This test is over already."), kind="problem")
        return see_other(f"/test/{number}/result")
    spent = max(0, _now() - _shown(form))
    place, way = form.whole("place"), form.text("go")
    reply = None
    if place is not None:
        place -= 1
        if not 0 <= place < len(paper.questions):
            raise NotFound(_("there is no such question"))
        try:
            reply = _reply(paper.questions[place], form, spent)
        except UsageProblem as wrong:
            # Whoever leaves need not finish an answer first; the one before it stays.
            if way not in ("back", "overview", "stop"):
                return _asked(visitor, paper, place, form, problem_of(wrong))
    paper = visitor.planner.mock.answer(number, place, reply, round(spent / 1000))
    if paper.seconds_left == 0:
        return _end(visitor, paper)
    return _onward(visitor, paper, form, place, way)


def _reply(posed: Posed, form: SentForm, spent: int) -> Reply:
    """What is kept of a question. Raises UsageProblem for an answer that none can have."""
    before = posed.response
    given = papers.given(posed, _given(posed, form))
    sure = {"1": True, "0": False}.get(form.text("sure"))
    if given is None or (sure is None and given != before.given):
        is_sure = None
    else:
        is_sure = before.is_sure if sure is None else sure
    is_flagged = before.is_flagged != (form.text("go") == "flag")
    return replace(before, given=given, is_sure=is_sure, is_flagged=is_flagged, milliseconds=spent)


def _given(posed: Posed, form: SentForm) -> object:
    """An answer as it stands in a form, by the numbers of the options; None where nothing was chosen. Raises UsageProblem."""
    match posed.question.kind:
        case QuestionKind.TRUE_FALSE:
            return {"true": True, "false": False}.get(form.text("given"))
        case QuestionKind.SINGLE:
            return form.whole("given")
        case QuestionKind.SEVERAL:
            chosen = form.texts("given")
            if not all(each.isascii() and each.isdigit() and len(each) < 4 for each in chosen):
                raise UsageProblem(_("choose options of the list"))
            return [int(each) for each in chosen] or None
        case QuestionKind.ORDER:
            return _order(form, len(posed.order))
    text = form.text("given")
    return typed_number(text, posed.question.unit) if text else None


def _order(form: SentForm, most: int) -> list[int] | None:
    """The numbers of the options by the places that they were given."""
    ranks = [form.whole(f"place-{number}") for number in range(1, most + 1)]
    if all(rank is None for rank in ranks):
        return None
    if sorted(rank or 0 for rank in ranks) != list(range(1, most + 1)):
        raise UsageProblem(_("give each a place from 1 to %(most)d, no two the same") % {"most": most})
    return [ranks.index(rank) + 1 for rank in range(1, most + 1)]


def _onward(visitor: Visitor, paper: Paper, form: SentForm, place: int | None, way: str) -> Response:
    number, last = paper.attempt.number, len(paper.questions) - 1
    goto = form.whole("goto")
    if goto is not None and 1 <= goto <= last + 1:
        return _to(number, goto - 1)
    if way == "stop":
        visitor.tell(_("Your answers are saved. You can go on at any time."))
        return see_other("/quiz")
    if way == "overview" or place is None:
        return _to(number, None)
    if way == "back":
        return _to(number, max(0, place - 1))
    if way == "flag":
        return _to(number, place)
    return _to(number, place + 1 if place < last else None)


@router.get("/test/{number}/overview")
def overview(visitor: Here, number: int) -> Response:
    """All questions of a test, and its end."""
    paper = _paper(visitor, number)
    if paper is None:
        return see_other(f"/test/{number}/result")
    return render(
        visitor,
        "test_overview.html",
        paper=paper,
        missing=sum(each.response.given is None for each in paper.questions),
        left=_minutes_left(paper),
        shown=_now(),
    )


@router.post("/test/{number}/end")
def end(visitor: Here, form: Sent, number: int) -> Response:
    """Mark a test: what is not answered is wrong."""
    paper = _paper(visitor, number)
    if paper is None:
        return see_other(f"/test/{number}/result")
    spent = max(0, _now() - _shown(form)) // 1000
    return _end(visitor, visitor.planner.mock.answer(number, None, None, spent))


def _end(visitor: Visitor, paper: Paper) -> Response:
    marked = visitor.planner.mock.finish(paper.attempt)
    more = remarks(marked.notes)
    more += [
        _("Moved to %(day)s: %(task)s") % {"day": phrases.short_day(after.date), "task": phrases.piece_title(after)}
        for _before, after in marked.moved
    ]
    more += [_("That was the last open task of “%(plan)s”.") % {"plan": plan.name} for plan in marked.finished]
    head = _("Time is up.") if paper.seconds_left == 0 else _("The test is marked.")
    visitor.tell(head, undo=True, more=more)
    return see_other(f"/test/{paper.attempt.number}/result")


# How it went


@router.get("/mock/{number}/result")
def mock_result(visitor: Here, number: int) -> Response:
    return see_other(f"/test/{visitor.planner.mock.result(number).attempt.number}/result")


@router.get("/quiz/{number}/result")
def quiz_result(visitor: Here, number: int) -> Response:
    return see_other(f"/test/{visitor.planner.mock.result(number).attempt.number}/result")


@router.get("/test/{number}/result")
def result(visitor: Here, number: int) -> Response:
    """A test that is over: its score, every question with what each option means, and what was behind the errors."""
    marked = visitor.planner.mock.outcome(number)
    return render(
        visitor,
        "test_result.html",
        marked=marked,
        weak=[each for each in marked.tallies if each.percent < MASTERED],
        sentences=question_words.calibration(marked.calibration),
        slips=[(slip.value, _(name), _(meaning)) for slip, (name, meaning) in _SLIPS.items()],
        texts={each.question.number: _texts(each) for each in marked.questions},
        shorter=visitor.planner.mock.shorten(marked.attempt, write=False) if marked.known else [],
    )


def _texts(posed: Posed) -> list[tuple[str, str]]:
    """What there is to say of a question that has no options to choose from."""
    if posed.question.kind in (QuestionKind.SINGLE, QuestionKind.SEVERAL):
        return []
    found = list(question_words.explained(posed, lambda given: _given_text(posed, given)))
    return found if posed.response.given is not None else [(_("Your answer"), _("none")), *found]


def _given_text(posed: Posed, given: object) -> str:
    match given:
        case bool():
            return _("true") if given else _("false")
        case tuple():
            return " → ".join(posed.question.options[place].text for place in given)
        case float() | int():
            return f"{given:g} {posed.question.unit}".strip()
    return _("none")


@router.post("/test/{number}/errors")
def sort_errors(visitor: Here, form: Sent, number: int) -> Response:
    """Keep what was behind the wrong answers."""
    planner = visitor.planner.mock
    marked = planner.outcome(number)
    slips = {
        each.question.number: slip
        for each in marked.wrong
        for slip in Slip
        if form.text(f"slip-{each.question.number}") == slip
    }
    after = planner.sort_errors(marked.attempt, slips)
    visitor.tell(_said_of(after), undo=True)
    return see_other(f"/test/{number}/result")


def _said_of(marked: MarkedTest) -> str:
    if marked.log is not None:
        return _("The errors are in the note of %(task)s.") % {"task": phrases.piece_title(marked.log)}
    return _("What was behind the errors is kept.")


@router.post("/test/{number}/shorten")
def shorten(visitor: Here, form: Sent, number: int) -> Response:
    """Leave a quick pass of the modules that a diagnostic found known."""
    planner = visitor.planner.mock
    marked = planner.outcome(number)
    pairs = planner.shorten(marked.attempt)
    if pairs:
        saved = phrases.span_text(marked.saves)
        line = _("Shortened %(modules)s, which saves %(time)s.") % {"modules": ", ".join(marked.known), "time": saved}
        visitor.tell(line, undo=True, more=[_("“Replan” spreads what is left.")])
    else:
        visitor.tell(_("Nothing to shorten: this test found no module that you know already."))
    return see_other(f"/test/{number}/result")
