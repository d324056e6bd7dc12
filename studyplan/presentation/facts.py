"""Values as JSON objects, whose names and shapes other programs rely on. Fields may be added, never renamed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast, overload

from studyplan.errors import BadFile, DoesNotFit, StudyplanError
from studyplan.model import Memory, Reason, Resource, Span, Status, Week

if TYPE_CHECKING:
    from studyplan.model import Batch, Card, Day, Habit, Learner, Offer, Plan, Result, Task
    from studyplan.model.tokens import ApiToken
    from studyplan.planner.import_ import Imported
    from studyplan.planner.notes import Known
    from studyplan.planner.replan import Adjusted, Mended
    from studyplan.planner.short_session import ShortSession
    from studyplan.planner.timer import Log, RecordedSitting, RemovedEntries, Watch
    from studyplan.planner.upgrade import Upgraded
    from studyplan.presentation.shapes import (
        AdjustedFacts,
        AgendaFacts,
        BatchFacts,
        CardFacts,
        ChangedFacts,
        ChoiceFacts,
        DayFacts,
        DraftFacts,
        ExamResultFacts,
        FinishedPlanFacts,
        HabitFacts,
        HabitStandingFacts,
        HistoryFacts,
        HoursInForceFacts,
        ImportedFacts,
        KnownFacts,
        LearnerFacts,
        LearnerPlansFacts,
        LessonFacts,
        LogEntryFacts,
        LogFacts,
        MemoryFacts,
        MendedFacts,
        MoveFacts,
        NotedFacts,
        OfferFacts,
        OffFacts,
        PlanFacts,
        PlanSettingsFacts,
        PlansFacts,
        PlanViewsFacts,
        ProblemFacts,
        ReasonFacts,
        RemovedEntriesFacts,
        ResourceFacts,
        ScoresFacts,
        ShownFacts,
        ShownTaskFacts,
        SittingFacts,
        TakenOutFacts,
        TaskFacts,
        TickingFacts,
        TokenFacts,
        UpgradedFacts,
        ViewFacts,
        WatchFacts,
        WeekFacts,
    )
    from studyplan.rules.drafts import Draft
    from studyplan.rules.habits import HabitStanding
    from studyplan.rules.scores import Lesson
    from studyplan.rules.time_spent import LogEntry
    from studyplan.rules.views import Agenda, Changed, PlanView, Ticking, WeekView
    from studyplan.schedule import Move


@overload
def instant(value: datetime) -> str: ...
@overload
def instant(value: datetime | None) -> str | None: ...
def instant(value: datetime | None) -> str | None:
    """An instant as RFC 3339 in UTC."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value else None


def of_plan(plan: Plan, learner: str | None) -> PlanFacts:
    return {
        "number": plan.number,
        "name": plan.name,
        "title": plan.title,
        "template": plan.template,
        "edition": plan.edition,
        "window": plan.window,
        "learner": learner,
        "start": str(plan.start),
        "end": str(plan.end),
        "exam": str(plan.exam) if plan.exam else None,
        "state": plan.state.value,
        "paths": list(plan.paths),
        "ended_at": instant(plan.ended_at),
        "result": of_result(plan.result),
        "retake": plan.retake,
    }


def of_result(result: Result | None) -> ExamResultFacts | None:
    return None if result is None else {"passed": result.passed, "on": str(result.on), "score": result.score}


def of_lesson(lesson: Lesson) -> LessonFacts:
    standing = lesson.standing
    return {
        "module": lesson.module,
        "score": standing.percent if standing else None,
        "source": standing.source if standing else None,
        "weak": standing.is_weak if standing else None,
        "minutes": lesson.minutes,
        "before": lesson.before,
    }


def of_day(day: Day) -> DayFacts:
    share = None if day.share is None else round(day.share, 4)
    return {"date": str(day.date), "role": day.role.value, "capacity": day.capacity, "share": share}


def of_reason(reason: Reason | None) -> ReasonFacts | None:
    return {"code": reason.code, "because": reason.because} if reason else None


def of_task(task: Task, plans: Mapping[int, Plan]) -> TaskFacts:
    from studyplan.calendar.identity import event_uid

    return {
        "number": task.number,
        "plan": task.plan,
        "key": task.key,
        "task": task.task,
        "part": task.place,
        "parts": task.parts,
        "module": task.module,
        "title": task.title,
        "kind": task.kind_word,
        "minutes": task.minutes,
        "splittable": task.splittable,
        "date": str(task.date),
        "starts_at": instant(task.starts_at),
        "status": "missed" if task.missed else task.status.value,
        "done_at": instant(task.done_at),
        "spent_minutes": task.spent_minutes,
        "pinned": task.pinned,
        "uid": event_uid(plans[task.plan].uuid, task.uuid),
        "reason": of_reason(task.reason),
        "tier": task.tier.value,
        "optional": task.optional,
        "own": task.own,
        "after": list(task.after),
        "on": str(task.anchor) if task.anchor else None,
        "access": task.access.value,
        "tags": list(task.tags),
        "objective": task.objective,
        "evidence": task.evidence,
        "resources": [of_resource(each) for each in task.resources],
        "note": task.note,
        "links": list(task.links),
        "files": list(task.files),
        "habit": task.habit,
        **of_scores(task),
    }


def of_habit(habit: Habit) -> HabitFacts:
    from studyplan.notation import weekdays_text

    return {
        "number": habit.number,
        "key": habit.key,
        "title": habit.title,
        "minutes": habit.minutes,
        "kind": habit.kind.value,
        "every": weekdays_text(habit.weekdays),
        "first": str(habit.first),
        "until": str(habit.until) if habit.until else None,
        "own": habit.own,
    }


def of_habit_standing(standing: HabitStanding) -> HabitStandingFacts:
    """How a habit goes, in days."""
    return {
        **of_habit(standing.habit),
        "plan": standing.plan,
        "done": standing.done,
        "missed": len(standing.missed),
        "skipped": standing.skipped,
        "left": standing.left,
        "streak": standing.streak,
        "longest": standing.longest,
        "next": str(standing.next_day) if standing.next_day else None,
        "missed_days": [str(day) for day in standing.missed],
    }


def of_scores(task: Task) -> ScoresFacts:
    return {"score": task.score, "scores": {each.module: each.percent for each in task.scores}}


def of_resource(resource: Resource) -> ResourceFacts:
    return {"title": resource.title, "url": resource.url, "minutes": resource.minutes, "free": resource.free}


def of_known(known: Known) -> KnownFacts:
    return {
        "history": [
            {
                "batch": each.batch,
                "at": instant(each.at),
                "action": each.action,
                "changes": [
                    {"field": change.field, "before": plain(change.before), "after": plain(change.after)}
                    for change in each.changes
                ],
            }
            for each in known.history
        ],
        "time": [
            {
                "date": str(entry.day),
                "minutes": entry.minutes,
                "stint": entry.stint.number if entry.stint else None,
                "started_at": instant(entry.stint.started_at) if entry.stint else None,
            }
            for entry in known.time
        ],
    }


def of_shown(
    tasks: Iterable[Task],
    plans: Mapping[int, Plan],
    cards: Mapping[int, Sequence[Card]],
    known: Mapping[int, Known],
    notes: Sequence[str],
) -> ShownFacts:
    """Tasks with all that is known of each, and their cards."""
    found: list[ShownTaskFacts] = []
    for task in tasks:
        body = cast("ShownTaskFacts", {**of_task(task, plans), **of_known(known[task.number])})
        if task.number in cards:
            body["cards"] = [of_card(card) for card in cards[task.number]]
        found.append(body)
    return {"tasks": found, "notes": list(notes)}


def of_card(card: Card) -> CardFacts:
    return {
        "id": card.id,
        "question": card.question,
        "answer": card.answer,
        "after": card.after,
        "source": card.source,
        "cloze": card.cloze,
    }


def of_tasks(tasks: Iterable[Task], plans: Iterable[Plan]) -> list[TaskFacts]:
    by_number = {plan.number: plan for plan in plans}
    return [of_task(task, by_number) for task in tasks]


def of_view(view: PlanView) -> ViewFacts:
    return {
        "plan": of_plan(view.plan, view.learner),
        "days": [of_day(day) for day in view.days],
        "tasks": of_tasks(view.tasks, [view.plan]),
        "habits": [of_habit_standing(each) for each in view.habits],
    }


def of_plans(found: Iterable[tuple[Plan, str, int, int]]) -> PlansFacts:
    """Plans with their learner's name, their tasks that are over, and all."""
    return {"plans": [{**of_plan(plan, learner), "over": over, "tasks": total} for plan, learner, over, total in found]}


def of_finished(plan: Plan, view: PlanView, batch: Batch | None) -> FinishedPlanFacts:
    """A plan that has ended, as ``view`` shows it by now."""
    return {
        "plan": of_plan(plan, view.learner),
        "open": sum(task.status is Status.OPEN for task in view.work),
        "batch": batch.number if batch else None,
    }


def of_draft(draft: Draft) -> DraftFacts:
    plan = draft.plan
    body: DraftFacts = {
        "plan": of_plan(plan, draft.learner),
        "days": [of_day(day) for day in draft.days],
        "tasks": of_tasks(draft.tasks, [plan]),
        "habits": [],
        "notes": list(draft.notes),
        "written": draft.written,
        "left_out": list(plan.left_out),
        "slack": [{"plan": each.plan, "before": each.before, "after": each.after} for each in draft.costs],
    }
    if draft.lessons:
        body["retake"] = [of_lesson(lesson) for lesson in draft.lessons]
    return body


def of_noted(task: Task) -> NotedFacts:
    return {
        "number": task.number,
        "key": task.key,
        "title": task.title,
        "note": task.note,
        "links": list(task.links),
        "files": list(task.files),
    }


def of_watch(watch: Watch | None) -> WatchFacts:
    body: WatchFacts = {"timer": of_ticking(watch.ticking) if watch else None}
    if watch and watch.task:
        body["task"] = of_tasks([watch.task], watch.plans)[0]
    return body


def of_removed_entries(removed: RemovedEntries) -> RemovedEntriesFacts:
    gone: list[TakenOutFacts] = [
        {"number": each.number, "task": each.task, "minutes": each.minutes} for each in removed.stints
    ]
    return {"removed": gone, **of_changed(removed.changed)}


def of_views(views: Iterable[PlanView]) -> PlanViewsFacts:
    return {"plans": [of_view(view) for view in views]}


def of_history(batches: Iterable[Batch]) -> HistoryFacts:
    return {"history": [of_batch(batch) for batch in batches]}


def of_batch(batch: Batch) -> BatchFacts:
    return {
        "number": batch.number,
        "at": instant(batch.at),
        "actor": batch.actor,
        "action": batch.action,
        "kind": batch.kind,
        "target": batch.target,
        "undone": batch.undone,
        "changes": [
            {
                "of": c.of,
                "number": c.number,
                "field": c.field,
                "before": plain(c.before),
                "after": plain(c.after),
            }
            for c in batch.changes
        ],
    }


def plain(value: Any) -> Any:
    """A value of the model as JSON has it: weeks and days off as people write them, other values of several parts by name."""
    from dataclasses import fields, is_dataclass
    from datetime import time
    from enum import Enum
    from uuid import UUID

    from studyplan.notation import week_text

    match value:
        case Enum():
            return value.value
        case datetime():
            return instant(value)
        case date() | UUID() | Span():
            return str(value)
        case time():
            return value.isoformat("minutes")
        case Memory():
            return of_memory(value)
        case Week():
            return week_text(value)
        case None | bool() | int() | float() | str():
            return value
        case list() | tuple():
            return [plain(each) for each in value]
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    raise TypeError(f"no JSON for {type(value).__name__}")


def of_memory(memory: Memory) -> MemoryFacts:
    return {
        "stability": round(memory.stability, 4),
        "difficulty": round(memory.difficulty, 4),
        "last": str(memory.last),
        "answers": memory.answers,
        "lapses": memory.lapses,
    }


def of_learner(learner: Learner) -> LearnerFacts:
    from studyplan.notation import week_text

    return {
        "name": learner.name,
        "zone": learner.zone,
        "hours": week_text(learner.week) if learner.week else None,
        "off": [{"first": str(span.first), "last": str(span.last)} for span in learner.off],
        "holidays": learner.holidays,
        "alarms": {alarm.form: alarm.minutes for alarm in learner.alarms},
        "created_at": instant(learner.created_at),
    }


def of_offers(offers: Iterable[Offer]) -> list[OfferFacts]:
    """Ways out, each with the number that takes it."""
    return [_of_offer(number, offer) for number, offer in enumerate(offers, start=1)]


def _of_offer(number: int, offer: Offer) -> OfferFacts:
    body: OfferFacts = {
        "number": number,
        "kind": offer.kind,
        "value": list(offer.value) if isinstance(offer.value, tuple) else offer.value,
        "command": offer.command,
        "exact": offer.exact,
    }
    if offer.kind == "leave_out":
        body["titles"] = list(offer.titles)
        body["minutes"] = offer.minutes
        body["what_fits"] = offer.what_fits
    return body


def of_error(error: StudyplanError) -> dict[str, Any]:
    """The error, beside the facts that it carries, which differ from case to case."""
    body: ProblemFacts = {"code": error.code, "message": error.message, "hint": error.hint}
    if isinstance(error, DoesNotFit):
        body["short_minutes"] = error.short_minutes
        body["offers"] = of_offers(error.offers)
    if isinstance(error, BadFile) and error.problems:
        body["problems"] = list(error.problems)
    return {**error.facts, "error": body}


def of_agenda(agenda: Agenda) -> AgendaFacts:
    def minutes(tasks: Sequence[Task]) -> int:
        return sum(task.minutes for task in tasks)

    return {
        "date": str(agenda.day),
        "learner": agenda.learner,
        "plans": [of_plan(plan, agenda.learner) for plan in agenda.plans],
        "overdue": of_tasks(agenda.overdue, agenda.plans),
        "no_room": of_tasks(agenda.no_room, agenda.plans),
        "due": of_tasks(agenda.due, agenda.plans),
        "done": of_tasks(agenda.done, agenda.plans),
        "minutes": {
            "overdue": minutes(agenda.overdue),
            "no_room": minutes(agenda.no_room),
            "due": minutes(agenda.due),
            "done": minutes(agenda.done),
            "total": minutes(agenda.overdue) + minutes(agenda.due),
        },
        "next": str(agenda.ahead) if agenda.ahead else None,
        "habits": [of_habit_standing(each) for each in agenda.habits],
        "timer": of_ticking(agenda.ticking),
    }


def of_choice(choice: ShortSession) -> ChoiceFacts:
    return {
        "date": str(choice.day),
        "learner": choice.learner,
        "minutes": choice.minutes,
        "used": sum(minutes for _, minutes, _ in choice.picks),
        "picks": [
            {"minutes": minutes, "left": left, "whole": minutes == left, "task": of_tasks([task], choice.plans)[0]}
            for task, minutes, left in choice.picks
        ],
        "shortest": choice.shortest,
    }


def of_ticking(ticking: Ticking | None) -> TickingFacts | None:
    if ticking is None:
        return None
    timer = ticking.timer
    return {"task": timer.task, "started_at": instant(timer.started_at), "minutes": ticking.minutes}


def of_sitting(sitting: RecordedSitting) -> SittingFacts:
    return {
        "minutes": sitting.minutes,
        "date": str(sitting.day),
        "entry": sitting.entry,
        **of_changed(sitting.changed),
    }


def of_log(log: Log) -> LogFacts:
    days: dict[date, list[LogEntry]] = {}
    for entry in log.entries:
        days.setdefault(entry.day, []).append(entry)
    return {
        "minutes": sum(entry.minutes for entry in log.entries),
        "days": [
            {
                "date": str(day),
                "minutes": sum(entry.minutes for entry in entries),
                "entries": [_of_entry(entry, log.removed) for entry in entries],
            }
            for day, entries in days.items()
        ],
    }


def _of_entry(entry: LogEntry, removed: Collection[int]) -> LogEntryFacts:
    return {
        "number": entry.stint.number if entry.stint else None,
        "task": entry.task.number,
        "key": entry.task.key,
        "title": entry.task.title,
        "plan": entry.task.plan,
        "minutes": entry.minutes,
        "stint": entry.stint.number if entry.stint else None,
        "started_at": instant(entry.stint.started_at) if entry.stint else None,
        "removed": entry.task.number in removed,
    }


def of_week(week: WeekView) -> WeekFacts:
    return {
        "date": str(week.day),
        "overdue": of_tasks(week.overdue, week.plans),
        "no_room": of_tasks(week.no_room, week.plans),
        "days": [
            {
                "date": str(day),
                "minutes": sum(task.minutes for task in tasks if task.status is Status.OPEN),
                "tasks": of_tasks(tasks, week.plans),
            }
            for day, tasks in week.days
        ],
    }


def of_changed(changed: Changed) -> ChangedFacts:
    body: ChangedFacts = {
        "changed": of_tasks(changed.tasks, changed.plans),
        "unchanged": of_tasks(changed.unchanged, changed.plans),
        "finished": [plan.name for plan in changed.finished],
        "moved": [
            {
                "number": after.number,
                "key": after.key,
                "minutes": after.minutes,
                "from": str(before.date),
                "to": str(after.date),
                "reason": of_reason(after.reason),
            }
            for before, after in changed.moved
        ],
        "notes": list(changed.notes),
        "batch": changed.batch.number if changed.batch else None,
    }
    if changed.habit:
        body["habit"] = of_habit(changed.habit)
    return body


def of_move(move: Move) -> MoveFacts:
    return {
        "number": move.number,
        "key": move.key,
        "task": move.task,
        "minutes": move.minutes if move.minutes is not None else move.minutes_before,
        "from": str(move.before) if move.before else None,
        "to": str(move.after) if move.after else None,
        "reason": of_reason(move.reason),
    }


def of_mended(mended: Mended) -> MendedFacts:
    mending = mended.mending
    body: MendedFacts = {
        "plan": of_plan(mended.plan, mended.learner),
        "strategy": mending.strategy,
        "exact": mending.exact,
        "written": mended.written,
        "changes": [of_move(move) for move in mending.moves],
        "skipped": [task.key for task in mended.skipped],
        "notes": list(mending.notes),
        "left_over": of_tasks(mended.left_over, [mended.plan]),
        "left_over_proved": mended.proved,
        "offers": of_offers(way.offer for way in mended.ways_out),
    }
    if mended.basis:
        body["basis"] = mended.basis
    return body


def of_upgraded(upgraded: Upgraded) -> UpgradedFacts:
    """The facts of a replan plus ``tasks``: what is new, changed, gone, and kept although the edition says otherwise."""
    now = [upgraded.plan]
    return {
        "plan": of_plan(upgraded.plan, upgraded.learner),
        "from": upgraded.before.edition,
        "to": upgraded.plan.edition,
        "changed": upgraded.changed,
        "exact": upgraded.exact,
        "written": upgraded.written,
        "tasks": {
            "new": of_tasks(upgraded.new, now),
            "changed": [
                {
                    "number": each.number,
                    "task": each.task,
                    "title": each.title,
                    "fields": {name: {"from": plain(old), "to": plain(new)} for name, old, new in each.fields},
                }
                for each in upgraded.amended
            ],
            "gone": of_tasks(upgraded.gone, now),
            "kept": [
                {
                    "number": each.number,
                    "task": each.task,
                    "title": each.title,
                    "why": each.why,
                    "fields": list(each.fields),
                }
                for each in upgraded.kept
            ],
        },
        "cards": dict(zip(("new", "changed", "gone"), upgraded.cards, strict=True)),
        "questions": dict(zip(("new", "changed", "gone"), upgraded.questions, strict=True)),
        "own_words": [card.id for card in upgraded.own_words],
        "changes": [of_move(move) for move in upgraded.moves],
        "skipped": [task.key for task in upgraded.skipped],
        "notes": list(upgraded.notes),
    }


def of_adjusted(adjusted: Adjusted) -> AdjustedFacts:
    body: AdjustedFacts = {
        "written": adjusted.written,
        "learner": of_learner(adjusted.learner),
        "replans": [of_mended(mended) for mended in adjusted.mended],
        "notes": list(adjusted.notes),
    }
    if adjusted.plan is not None:
        settings = plan_settings(adjusted.plan, adjusted.learner)
        body["plan"] = {**of_plan(adjusted.plan, adjusted.learner.name), **settings}
    return body


def plan_settings(plan: Plan, learner: Learner) -> PlanSettingsFacts:
    from studyplan.notation import week_text
    from studyplan.rules.capacity import week_of_plan

    in_force = week_of_plan(plan, learner)
    return {
        "hours": week_text(plan.week) if plan.week else None,
        "hours_in_force": week_text(in_force) if in_force else None,
        "off": [{"first": str(span.first), "last": str(span.last)} for span in plan.off],
        "holidays": plan.holidays,
    }


def of_learner_plans(learner: Learner, plans: Iterable[Plan]) -> LearnerPlansFacts:
    return {"learner": of_learner(learner), "plans": [of_plan(plan, learner.name) for plan in plans]}


def of_token(token: ApiToken) -> TokenFacts:
    return {
        "number": token.number,
        "name": token.name,
        "scope": token.scope.value,
        "created_at": instant(token.created_at),
        "expires_on": str(token.expires_on) if token.expires_on else None,
        "used_on": str(token.used_on) if token.used_on else None,
        "revoked_at": instant(token.revoked_at),
    }


def of_off(learner: Learner, plans: Sequence[Plan]) -> OffFacts:
    return {
        "learner": {"name": learner.name, "off": of_learner(learner)["off"]},
        "plans": [
            {"name": plan.name, "off": plan_settings(plan, learner)["off"]} for plan in plans if plan.state == "active"
        ],
    }


def of_hours(learner: Learner, plans: Sequence[Plan]) -> HoursInForceFacts:
    return {
        "learner": {"name": learner.name, "hours": of_learner(learner)["hours"]},
        "plans": [
            {"name": plan.name, "hours": settings["hours"], "hours_in_force": settings["hours_in_force"]}
            for plan in plans
            if plan.state == "active"
            for settings in [plan_settings(plan, learner)]
        ],
    }


def of_imported(imported: Imported) -> ImportedFacts:
    return {
        "written": imported.written,
        "changes": [
            {
                "number": each.task.number,
                "key": each.task.key,
                "what": each.what,
                "from": plain(each.before),
                "to": plain(each.after),
                "at": instant(each.at),
            }
            for each in imported.brought
        ],
        "refused": [
            {"number": each.task.number, "key": each.task.key, "why": each.why, "hint": each.hint}
            for each in imported.refused
        ],
        "missing": [{"number": task.number, "key": task.key} for task in imported.missing],
        "is_part": imported.is_part,
        "unchanged": imported.unchanged,
        "foreign": imported.foreign,
        "finished": [plan.name for plan in imported.finished],
        "warnings": list(imported.notes),
        "batch": imported.batch.number if imported.batch else None,
    }
