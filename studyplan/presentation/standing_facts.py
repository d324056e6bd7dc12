"""Where a learner stands, and what they remember, as JSON objects. Fields may be added, never renamed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studyplan.presentation.facts import instant, of_card, of_habit_standing, of_plan, of_scores, of_tasks
from studyplan.presentation.question_facts import of_calibration, of_record

if TYPE_CHECKING:
    from studyplan.insight import Hours, Pace, Score
    from studyplan.model import Card
    from studyplan.planner.cards import AddedCards, CardList, ChangedCards, Held
    from studyplan.planner.progress import Picture, Progress
    from studyplan.planner.review import PlanRecall, Recited, Session
    from studyplan.presentation.shapes import (
        AddedCardsFacts,
        CardStateFacts,
        ChangedCardFacts,
        ChangedCardsFacts,
        DeckFacts,
        DueCardFacts,
        ExamRecallFacts,
        HeldCardFacts,
        HoursFacts,
        ModuleRecallFacts,
        PictureFacts,
        PlanPictureFacts,
        ProgressFacts,
        RatioFacts,
        RecallFacts,
        RecitedFacts,
        ReportedPlanFacts,
        ReportFacts,
        ScoreFacts,
        SessionFacts,
        StandingFacts,
        StatusFacts,
        StudiedFacts,
        TallyFacts,
    )
    from studyplan.rules.card_selection import ModuleRecall, Question
    from studyplan.rules.views import PlanStatus, Tally


def of_standing(standing: PlanStatus) -> StandingFacts:
    return {
        "plan": of_plan(standing.plan, standing.learner),
        "date": str(standing.today),
        "done": _of_tally(standing.done),
        "skipped": _of_tally(standing.skipped),
        "open": _of_tally(standing.open),
        "overdue": _of_tally(standing.overdue),
        "no_room": _of_tally(standing.no_room),
        "planned": _of_tally(standing.planned),
        "days_left": standing.days_left,
        "days_to_exam": (standing.plan.exam - standing.today).days if standing.plan.exam else None,
        "study_days_left": standing.study_days_left,
        "slack": standing.slack,
        "exam_hour": f"{standing.exam_hour:%H:%M}" if standing.exam_hour else None,
        "next": str(standing.next_day) if standing.next_day else None,
        "habits": [of_habit_standing(each) for each in standing.habits],
    }


def _of_tally(tally: Tally) -> TallyFacts:
    return {"tasks": tally.tasks, "minutes": tally.minutes}


def of_progress(progress: Progress) -> ProgressFacts:
    """Where a plan stands, with its figures; a figure with nothing to report is null."""
    behind, forecast, streak = progress.behind, progress.forecast, progress.streak
    return {
        **of_standing(progress.standing),
        "behind": {"minutes": behind.minutes, "days": behind.days} if behind else None,
        "pace": {
            **_of_pace(progress.pace),
            "kinds": [{"kind": each.kind, **_of_pace(each)} for each in progress.paces],
        },
        "forecast": None
        if forecast is None
        else {
            "p50": str(forecast.likely) if forecast.likely else None,
            "p80": str(forecast.safe) if forecast.safe else None,
            "chance": forecast.chance,
            "study_days": forecast.study_days,
            "used": forecast.used,
            "horizon": str(forecast.horizon),
        },
        "streak": None
        if streak is None
        else {
            "days": streak.days,
            "longest": streak.longest,
            "repair_by": str(streak.repair_by) if streak.repair_by else None,
            "week": {"minutes": streak.week_minutes, "target": streak.week_target},
            "weeks": streak.weeks,
        },
    }


def of_status(picture: Picture) -> StatusFacts:
    """Where each plan stands, and the load of all running plans together week by week."""
    return {
        "plans": [of_progress(each) for each in picture.plans],
        "load": [
            {
                "first": str(week.first),
                "last": str(week.last),
                "minutes": week.total,
                "capacity": week.hours,
                "plans": [{"name": name, "minutes": minutes} for name, minutes in week.minutes.items()],
            }
            for week in picture.load
        ],
    }


def _of_pace(pace: Pace) -> RatioFacts:
    return {
        "ratio": pace.ratio,
        "records": pace.records,
        "estimated": pace.estimated,
        "spent": pace.spent,
    }


def of_picture(picture: Picture) -> PictureFacts:
    """Everything that `progress` draws, as numbers."""
    return {
        "date": str(picture.today),
        "learner": picture.learner,
        "plans": [_of_plan_picture(each) for each in picture.plans],
        "studied": _of_studied(picture),
    }


def _of_studied(picture: Picture) -> list[StudiedFacts]:
    return [{"date": str(day), "minutes": minutes} for day, minutes in picture.studied.items()]


def _of_plan_picture(progress: Progress) -> PlanPictureFacts:
    return {
        **of_progress(progress),
        "burn_up": [
            {"date": str(p.day), "planned": p.plan, "began": p.began, "done": p.done} for p in progress.burn_up
        ],
        "modules": [{"module": hours.name, **_of_hours(hours)} for hours in progress.modules],
        "kinds": [{"kind": hours.name, **_of_hours(hours)} for hours in progress.kinds],
        "scores": [_of_score(score) for score in progress.scores],
        "recall": _of_recall(progress.recall) if progress.recall else None,
        "confidence": [of_calibration(found) for found in progress.calibration],
        "tests": of_record(progress.tests) if progress.tests else None,
    }


def _of_score(score: Score) -> ScoreFacts:
    task = score.task
    return {
        "date": str(score.day),
        "number": task.number,
        "key": task.key,
        "kind": task.kind_word,
        "title": task.title,
        **of_scores(task),
    }


def of_report(picture: Picture) -> ReportFacts:
    """The picture, with the tasks of each plan, but without their notes and links, which are private."""
    own = {"note", "links", "files"}
    plans: list[ReportedPlanFacts] = []
    for progress in picture.plans:
        tasks = of_tasks(progress.tasks, [progress.plan])
        shown = [{name: value for name, value in task.items() if name not in own} for task in tasks]
        plans.append({**_of_plan_picture(progress), "tasks": shown})
    return {
        "date": str(picture.today),
        "learner": picture.learner,
        "plans": plans,
        "studied": _of_studied(picture),
    }


def _of_hours(hours: Hours) -> HoursFacts:
    return {"planned": hours.planned, "done": hours.done, "studied": hours.studied}


def _chance(value: float) -> float:
    return round(value, 4)


def of_module_recall(module: ModuleRecall) -> ModuleRecallFacts:
    return {
        "module": module.module,
        "cards": module.cards,
        "answered": module.answered,
        "recall_today": _chance(module.today),
        "recall_exam": _chance(module.exam),
        "recall_low": _chance(module.low),
        "recall_high": _chance(module.high),
    }


def of_recall(recall: PlanRecall) -> RecallFacts:
    return {
        "plan": of_plan(recall.plan, recall.learner),
        "date": str(recall.day),
        **_of_recall(recall),
        "confidence": [of_calibration(found) for found in recall.calibration],
        "suspended": [_of_changed(card) for card in recall.suspended],
    }


def _of_recall(recall: PlanRecall) -> ExamRecallFacts:
    return {
        "exam": str(recall.exam),
        "cards": recall.cards,
        "answered": recall.answered,
        "recall_exam": _chance(recall.expected.mean),
        "recall_low": _chance(recall.expected.low),
        "recall_high": _chance(recall.expected.high),
        "modules": [of_module_recall(module) for module in recall.modules],
    }


def of_question(question: Question) -> DueCardFacts:
    card = question.card
    return {
        **of_card(card),
        "module": card.module,
        "review": question.review,
        "gain": _chance(question.worth.gain),
        "seconds": round(question.worth.seconds),
    }


def of_session(session: Session) -> SessionFacts:
    return {
        "plan": of_plan(session.plan, session.learner),
        "date": str(session.day),
        "exam": str(session.exam),
        "seconds": round(session.seconds),
        "reviews": of_tasks(session.reviews, [session.plan]),
        "cards": [of_question(question) for question in session.questions],
        "suspended": session.suspended,
        "modules": [of_module_recall(module) for module in session.modules],
    }


def of_recited(recited: Recited) -> RecitedFacts:
    ids = {card.number: card.id for card in recited.cards}
    return {
        "plan": of_plan(recited.plan, recited.learner),
        "date": str(recited.day),
        "exam": str(recited.exam),
        "answers": [
            {
                "card": ids[answer.card],
                "grade": answer.grade.value,
                "at": instant(answer.at),
                "milliseconds": answer.milliseconds,
            }
            for answer in recited.answers
        ],
        "done": of_tasks(recited.done, [recited.plan]),
        "left": [{"number": task.number, "key": task.key, "cards": cards} for task, cards in recited.left],
        "finished": [plan.name for plan in recited.finished],
        "before": [of_module_recall(module) for module in recited.before],
        "after": [of_module_recall(module) for module in recited.after],
        "leeches": [card.id for card in recited.leeches],
    }


def of_held(held: Held) -> HeldCardFacts:
    memory = held.card.memory
    return {
        **of_card(held.card),
        "module": held.card.module,
        "open": held.open,
        "answers": memory.answers if memory else 0,
        "lapses": memory.lapses if memory else 0,
        "forgotten": held.lapses.count,
        "leech": held.lapses.is_leech,
        **of_card_state(held.card),
        "last": str(memory.last) if memory else None,
        "due": str(held.due) if held.due else None,
        "stability": round(memory.stability, 4) if memory else None,
        "difficulty": round(memory.difficulty, 4) if memory else None,
        "recall_today": _chance(held.today),
        "recall_exam": _chance(held.exam),
    }


def of_card_state(card: Card) -> CardStateFacts:
    return {
        "suspended_at": instant(card.suspended_at),
        "rewritten_at": instant(card.rewritten_at),
    }


def _of_changed(card: Card) -> ChangedCardFacts:
    return {**of_card(card), "module": card.module, **of_card_state(card)}


def of_changed_cards(changed: ChangedCards) -> ChangedCardsFacts:
    return {
        "plan": of_plan(changed.plan, changed.learner),
        "changed": [card.id for card in changed.changed],
        "cards": [_of_changed(card) for card in changed.cards],
    }


def of_deck(deck: CardList) -> DeckFacts:
    return {
        "plan": of_plan(deck.plan, deck.learner),
        "date": str(deck.day),
        "exam": str(deck.exam),
        "cards": [of_held(held) for held in deck.cards],
    }


def of_brought(brought: AddedCards) -> AddedCardsFacts:
    return {
        "plan": of_plan(brought.plan, brought.learner),
        "written": brought.written,
        "known": brought.known,
        "cards": [{**of_card(card), "module": card.module} for card in brought.cards],
        "notes": list(brought.notes),
        "reviews": of_tasks(brought.reviews, [brought.plan]),
        "laid_out": brought.laid_out,
    }
