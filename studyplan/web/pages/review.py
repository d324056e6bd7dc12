"""Cards answered from memory: what is to be asked, one card at a time, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from time import time
from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from studyplan.errors import Conflict, NotFound, UsageProblem
from studyplan.model import LONGEST_ANSWER, LONGEST_ROUND, Answer, Grade
from studyplan.planner.base import in_time
from studyplan.presentation import phrases, sentences
from studyplan.presentation.language import gettext as _
from studyplan.presentation.language import ngettext
from studyplan.rules.card_selection import Limits, overall
from studyplan.web.answers import taken
from studyplan.web.card_round import MOST_CARDS, CardRound
from studyplan.web.rendering import day_text, render, see_other
from studyplan.web.request import Here, Sent, SentForm, Visitor, query_of

if TYPE_CHECKING:
    from studyplan.planner.review import AskedCard, Recited, Session

router = APIRouter()

#: Tasks that are named where there is nothing to review yet.
_MOST_BRINGING = 3


@router.get("/review")
def review(visitor: Here) -> Response:
    """What there is to review in each running plan."""
    planner = visitor.planner
    decks = []
    for found in planner.review.recall():
        session = planner.review.session(found.plan.number, Limits()) if found.modules else None
        decks.append(
            {
                "recall": found,
                "session": session,
                "nothing": _why_nothing(session) if session and not session.questions else "",
                "expected": sentences.recall_text(found) if found.modules else "",
                "bringing": session.bringing[:_MOST_BRINGING] if session and not session.questions else (),
                "reviews": (*session.reviews, *session.ahead) if session else (),
            }
        )
    records = [each for each in planner.mock.record() if each.due]
    return render(visitor, "review.html", decks=decks, records=records)


def _why_nothing(session: Session) -> str:
    why = sentences.why_no_cards(session)
    return why if sentences.has_answers(session) else f"{why} {_('“Today” lists what is due.')}"


@router.get("/review/begin")
def begin(visitor: Here) -> Response:
    """Choose the cards of a round, and go to the first."""
    wish = query_of(visitor)
    minutes, cards, task = wish.minutes("minutes"), wish.whole("cards"), wish.whole("task")
    if minutes is not None and cards is not None:
        raise UsageProblem(_("give minutes or a number of cards, not both"))
    if minutes is not None and not 1 <= minutes <= LONGEST_ROUND:
        raise UsageProblem(_("a round takes 1 to %(most)d minutes") % {"most": LONGEST_ROUND})
    if cards is not None and not 1 <= cards <= MOST_CARDS:
        raise UsageProblem(_("a round has 1 to %(most)d cards") % {"most": MOST_CARDS})
    limits = Limits(wish.text("module") or None, minutes, cards)
    session = visitor.planner.review.session(wish.text("plan") or None, limits, task)
    if not session.questions:
        visitor.tell(_("No cards to review."), more=[_why_nothing(session)])
        return see_other("/review")
    started = CardRound(
        plan=session.plan.number,
        queue=tuple(question.card.number for question in session.questions[:MOST_CARDS]),
        was=round(1000 * overall(session.modules).mean),
        task=task,
    )
    return _next(started)


def _next(now: CardRound) -> Response:
    return see_other(f"/review/{'card' if now.queue else 'over'}?{now.query}")


@router.get("/review/card")
def card(visitor: Here) -> Response:
    """The next card: its question, then its answer with the grades."""
    fields = query_of(visitor)
    now = CardRound.of(fields)
    if not now.queue:
        return _next(now)
    asked = visitor.planner.review.card(now.plan, now.queue[0])
    sure = fields.text("sure")
    return render(
        visitor,
        "card.html",
        now=now,
        asked=asked,
        is_shown=fields.has("shown") or sure in ("0", "1"),
        sure=sure if sure in ("0", "1") else "",
        asks=visitor.site.config.confidence == "on" and not now.came_back,
        began=_began(fields) or round(time() * 1000),
        grades=_grades(asked),
        whole=now.answers + len(now.queue),
    )


def _began(fields: SentForm) -> int | None:
    text = fields.text("began")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 15 else None


def _grades(asked: AskedCard) -> list[tuple[Grade, str, str, str]]:
    """Each grade: its name, what it means, and when the card returns."""
    exam = asked.plan.exam
    words = {
        Grade.AGAIN: (_("Again"), _("not known")),
        Grade.HARD: (_("Hard"), _("known, with effort")),
        Grade.GOOD: (_("Good"), _("known")),
        Grade.EASY: (_("Easy"), _("known at once")),
    }
    found = []
    for grade, (name, meaning) in words.items():
        day = asked.returns[grade]
        if grade is Grade.AGAIN:
            when = _("comes back in this round")
        elif exam is not None and day >= exam:
            when = _("fresh until the exam")
        else:
            when = _("you would forget it by about %(day)s") % {"day": day_text(day)}
        found.append((grade, name, meaning, when))
    return found


@router.post("/review/answer")
def answer(visitor: Here, form: Sent) -> Response:
    """Write an answer down, and go to the next card. One that was sent before counts once."""
    now = CardRound.of(form)
    grade = next((each for each in Grade if each == form.text("grade")), None)
    asked_after = form.whole("answers")
    if grade is None or asked_after is None or not now.queue:
        raise UsageProblem(_("the answer has no grade"))
    planner = visitor.planner
    began, sure = _began(form), {"1": True, "0": False}.get(form.text("sure"))
    tapped, at = form.instant("done_at"), planner.review.now(planner.queries.zone())
    ended = time() if tapped is None else tapped.timestamp()
    taken = None if began is None else min(max(0, round(ended * 1000) - began), LONGEST_ANSWER)
    given = Answer(now.queue[0], grade, at if tapped is None else in_time(tapped, at), taken, sure)
    try:
        recited = visitor.once(
            form, lambda planner: planner.review.record(now.plan, [given], now.task, asked_after=asked_after)
        )
    except Conflict as conflict:
        if conflict.code != "answered-since":
            raise
        return _sent(visitor, now.answered(grade, None, comes_back=grade is Grade.AGAIN))
    if recited is None:
        return _sent(visitor, now.answered(grade, None, comes_back=grade is Grade.AGAIN))
    _tell_done(visitor, recited)
    comes_back = grade is Grade.AGAIN and bool(recited.cards) and not recited.leeches
    return _sent(visitor, now.answered(grade, recited.batch, comes_back=comes_back))


def _sent(visitor: Visitor, now: CardRound) -> Response:
    return taken(visitor, _next(now))


def _tell_done(visitor: Visitor, recited: Recited) -> None:
    """Say what an answer brought about beside itself."""
    for leech in recited.leeches:
        visitor.tell(
            _("Forgotten too often, and set aside: %(question)s") % {"question": leech.question},
            more=[_("Rewrite it under Cards, in words that stay in mind.")],
        )
    for task in recited.done:
        visitor.tell(_("Done: %(task)s") % {"task": phrases.piece_title(task)})
    for plan in recited.finished:
        visitor.tell(_("That was the last open task of “%(plan)s”.") % {"plan": plan.name})


@router.post("/review/back")
def back(visitor: Here, form: Sent) -> Response:
    """Take the last answer back, and ask its card once more."""
    now = CardRound.of(form)
    if now.last is None:
        raise UsageProblem(_("there is no answer to take back"))
    visitor.planner.history.undo(now.last.batch)
    visitor.tell(_("Your last answer was taken back."))
    return _next(now.taken_back())


@router.get("/review/over")
def over(visitor: Here) -> Response:
    """What came of a round."""
    now = CardRound.of(query_of(visitor))
    planner = visitor.planner
    found = next(iter(planner.review.recall(now.plan)), None)
    if found is None:
        raise NotFound("there is no plan of this round")
    left = planner.review.session(now.plan, Limits()) if found.modules else None
    return render(
        visitor,
        "review_over.html",
        now=now,
        found=found,
        told=_told(now),
        left=sum(question.review for question in left.questions) if left else 0,
        more=bool(left and left.questions),
        range_text=sentences.range_text,
        records=[each for each in planner.mock.record(now.plan) if each.due],
    )


def _told(now: CardRound) -> str:
    """The answers of a round by their grades."""
    words: Mapping[Grade, str] = {
        Grade.AGAIN: _("%(num)d again"),
        Grade.HARD: _("%(num)d hard"),
        Grade.GOOD: _("%(num)d good"),
        Grade.EASY: _("%(num)d easy"),
    }
    parts = [words[grade] % {"num": many} for grade, many in zip(Grade, now.tally, strict=True) if many]
    answers = ngettext("%(num)d answer", "%(num)d answers", now.answers) % {"num": now.answers}
    return _("%(answers)s: %(grades)s") % {"answers": answers, "grades": ", ".join(parts)}
