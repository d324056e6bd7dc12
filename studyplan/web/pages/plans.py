"""The plans: a list of all, and one with where it stands and what can be done with it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from studyplan.calendar.forms import Form, Format
from studyplan.errors import BadFile, Conflict, DoesNotFit, NotFound, StudyplanError, UsageProblem
from studyplan.model import LONGEST_ALARM, PlanState
from studyplan.planner.export import ExportScope
from studyplan.presentation import phrases, upgrade_words
from studyplan.presentation.language import gettext as _
from studyplan.presentation.language import ngettext
from studyplan.presentation.sentences import share_done, time_left
from studyplan.rules.replan_offers import Remedy
from studyplan.rules.scores import modules_of
from studyplan.rules.views import standing
from studyplan.template.fields import slug
from studyplan.web.answers import problem_of, status_of
from studyplan.web.pages.task import score_report
from studyplan.web.rendering import long_day_text, render, see_other
from studyplan.web.replan_form import fields_of, remedy_of
from studyplan.web.request import Here, Sent, SentForm, Visitor, query_of
from studyplan.web.ways import remarks

if TYPE_CHECKING:
    from studyplan.model import Plan
    from studyplan.rules.views import Changed, PlanStatus

router = APIRouter()

#: What a form can be at fault with, and shows itself again with.
_ANSWERED = (UsageProblem, NotFound, Conflict, BadFile)


@router.get("/plans")
def plans(visitor: Here) -> Response:
    """All plans, those that run first."""
    found = visitor.planner.queries.plans()
    running = [each for each in found if each[0].state is PlanState.ACTIVE]
    ended = [each for each in reversed(found) if each[0].state is not PlanState.ACTIVE]
    return render(visitor, "plans.html", running=running, ended=ended, results=_results(found))


def _results(found: list[tuple[Plan, str, int, int]]) -> dict[int, str]:
    """How the exams went, by the plan's number."""
    return {each[0].number: phrases.result_text(each[0]) for each in found if each[0].result}


@router.get("/plans/calendar.ics")
def all_calendars(visitor: Here) -> Response:
    """All running plans as a calendar file."""
    return _calendar(visitor, None)


@router.get("/plans/{number}/calendar.ics")
def calendar(visitor: Here, number: int) -> Response:
    """One plan as a calendar file."""
    return _calendar(visitor, number)


def _calendar(visitor: Visitor, number: int | None) -> Response:
    asked, planner = query_of(visitor), visitor.planner
    word = asked.text("as") or Form.EVENTS.value
    if word not in list(Form):
        raise UsageProblem("there is no such kind of calendar", hint="go back and choose one of those on the page")
    form = Form(word)
    alarm = asked.minutes("alarm")
    if alarm is not None and alarm > LONGEST_ALARM:
        raise UsageProblem(f"an alarm rings at most {LONGEST_ALARM} minutes ahead", hint="give fewer minutes")
    today = planner.queries.current_day()
    first, last = asked.day("first", today), asked.day("last", today)
    if first and last and first > last:
        raise UsageProblem(f"{first} is after {last}", hint="swap the two days")
    exported = planner.export.export(
        None if number is None else str(number),
        ExportScope(first, last),
        Format(form, visitor.site.config.marks == "symbols"),
        alarm=alarm,
    )
    name = slug(exported.name) or "studyplan"
    headers = {"content-disposition": f'attachment; filename="{name}.ics"', "cache-control": "private, no-store"}
    return Response(exported.files[0], media_type="text/calendar; charset=utf-8", headers=headers)


@router.get("/plans/{number}")
def plan(visitor: Here, number: int) -> Response:
    """One plan: where it stands, and what can be done with it."""
    return _page(visitor, number)


def _page(
    visitor: Visitor, number: int, sent: SentForm | None = None, error: StudyplanError | None = None, about: str = ""
) -> Response:
    """The page of a plan. ``about``: the form that was ``sent`` and is at fault with ``error``."""
    planner = visitor.planner
    view = planner.plans.get(number)
    learner, everything = planner.learners.get()
    clock = planner.clock.at(learner.zone)
    stands = standing(view, clock, clock.today(), None)
    following = None
    if view.plan.state is not PlanState.DROPPED:
        with suppress(NotFound):
            following = planner.advice.following(view.plan.number)
    return render(
        visitor,
        "plan.html",
        status_of(error) if error else 200,
        plan=view.plan,
        stands=stands,
        share=round(100 * share_done(stands)),
        state=_state(view.plan),
        figures=_figures(stands, phrases.plan_hours(view.plan, learner, everything)),
        habits=[f"{phrases.habit_name(each)}: {phrases.habit_text(each)}" for each in view.habits],
        modules=modules_of(view.work),
        following=following,
        renew=[long_day_text(day) for day in following.renew] if following else [],
        again=_again(view.plan),
        today=clock.today(),
        sent=sent or SentForm(),
        about=about,
        problem=problem_of(error) if error else None,
    )


def _state(plan: Plan) -> str:
    words = {PlanState.ACTIVE: _("running"), PlanState.FINISHED: _("finished"), PlanState.DROPPED: _("dropped")}
    return words[plan.state]


def _figures(stands: PlanStatus, hours: str) -> list[tuple[str, str]]:
    """Where a plan stands, each figure with its name."""
    plan = stands.plan
    done = _("%(done)s of %(all)s, %(tasks)s") % {
        "done": phrases.span_text(stands.done.minutes),
        "all": phrases.span_text(stands.minutes),
        "tasks": ngettext("%(num)d task done", "%(num)d tasks done", stands.done.tasks) % {"num": stands.done.tasks},
    }
    span = {"first": long_day_text(plan.start), "last": long_day_text(plan.end), "window": plan.window}
    rows = [
        (_("Days"), _("%(first)s to %(last)s (%(window)s)") % span),
        (_("Left"), time_left(stands)),
        (_("Result"), phrases.result_text(plan)),
        (_("Goal"), plan.goal),
        (_("Done"), done),
        (_("Skipped"), _tally(stands.skipped.tasks, stands.skipped.minutes)),
        (_("Overdue"), _tally(stands.overdue.tasks, stands.overdue.minutes)),
        (_("No room"), _tally(stands.no_room.tasks, stands.no_room.minutes)),
        (_("Hours"), hours),
        (_("Days off"), ", ".join(map(str, plan.off))),
        (_("Holidays"), plan.holidays or ""),
        (_("Electives"), ", ".join(plan.paths)),
        (_("Edition"), plan.edition if plan.template != "blank" else ""),
    ]
    return [(name, text) for name, text in rows if text]


def _tally(tasks: int, minutes: int) -> str:
    if not tasks:
        return ""
    words = ngettext("%(num)d task, %(time)s", "%(num)d tasks, %(time)s", tasks)
    return words % {"num": tasks, "time": phrases.span_text(minutes)}


def _again(plan: Plan) -> str:
    """The address that a retake of a plan is started from; empty unless its exam was failed."""
    if plan.result is None or plan.result.passed:
        return ""
    fields = [("retake", str(plan.number)), *(("path", path) for path in plan.paths)]
    fields += [("name", f"{plan.name}-again")] if plan.state is PlanState.ACTIVE else []
    return f"/start/{plan.template}?{urlencode(fields)}"


@router.post("/plans/{number}/rename")
def rename(visitor: Here, form: Sent, number: int) -> Response:
    try:
        changed = visitor.planner.plans.rename(number, form.text("name"))
    except _ANSWERED as error:
        return _page(visitor, number, form, error, "rename")
    if changed.batch is not None:
        visitor.tell(_("The plan is now called “%(name)s”.") % {"name": changed.plans[0].name}, undo=changed.batch)
    return see_other(f"/plans/{number}")


@router.post("/plans/{number}/finish")
def finish(visitor: Here, form: Sent, number: int) -> Response:
    return _ended(visitor, number, visitor.planner.plans.finish(number), _("Finished: “%(name)s”."))


@router.post("/plans/{number}/drop")
def drop(visitor: Here, form: Sent, number: int) -> Response:
    return _ended(visitor, number, visitor.planner.plans.drop(number), _("Dropped: “%(name)s”."))


def _ended(visitor: Visitor, number: int, changed: Changed, line: str) -> Response:
    if changed.batch is None:
        visitor.tell(_("Nothing to change: it was so already."))
    else:
        visitor.tell(line % {"name": changed.plans[0].name}, undo=changed.batch)
    return see_other(f"/plans/{number}")


@router.post("/plans/{number}/result")
def result(visitor: Here, form: Sent, number: int) -> Response:
    """Keep how the exam went."""
    try:
        outcome = form.text("outcome")
        if outcome not in ("passed", "failed"):
            raise UsageProblem("it is not said how the exam went", hint="choose passed or failed")
        on = form.day("on", visitor.planner.queries.current_day(), past=True)
        changed = visitor.planner.exam_result.record(
            number, passed=outcome == "passed", grade=score_report(form), on=on
        )
    except _ANSWERED as error:
        return _page(visitor, number, form, error, "result")
    more = [_("That was the last open task of “%(plan)s”.") % {"plan": each.name} for each in changed.finished]
    words = {"plan": changed.plans[0].name, "result": phrases.result_text(changed.plans[0])}
    visitor.tell(
        _("“%(plan)s”: %(result)s.") % words,
        undo=changed.batch,
        more=[*more, *remarks(changed.notes)],
    )
    return see_other(f"/plans/{number}")


@router.get("/plans/{number}/upgrade")
def newer_edition(visitor: Here, number: int) -> Response:
    """What the newest edition of its template would change."""
    return _upgrade_page(visitor, number, query_of(visitor))


@router.post("/plans/{number}/upgrade")
def upgrade(visitor: Here, form: Sent, number: int) -> Response:
    """Bring the plan up to the edition that was shown."""
    basis = form.text("basis") or None
    try:
        remedy = _remedy(visitor, form)
        upgraded = visitor.planner.upgrade.apply(remedy, number, basis=basis)
    except _ANSWERED as error:
        return _upgrade_page(visitor, number, form, error)
    if not upgraded.changed:
        visitor.tell(_("The plan is up to date."))
    else:
        words = {"plan": upgraded.plan.name, "edition": upgrade_words.edition_text(upgraded)}
        visitor.tell(_("“%(plan)s”: %(edition)s.") % words, undo=True, more=remarks(upgraded.notes))
    return see_other(f"/plans/{number}")


def _remedy(visitor: Visitor, form: SentForm) -> Remedy:
    """What makes room for an edition: the exam, the minutes, what to leave out."""
    asked = remedy_of(form, visitor.planner.queries.current_day())
    return Remedy(
        "upgrade",
        exam=asked.exam,
        exam_hour=asked.exam_hour,
        week=asked.week,
        hours=asked.hours,
        leave_out=asked.leave_out,
    )


def _upgrade_page(visitor: Visitor, number: int, sent: SentForm, error: StudyplanError | None = None) -> Response:
    upgraded = None
    plan = visitor.planner.plans.get(number).plan
    if error is None or error.code == "changed-since":
        try:
            upgraded = visitor.planner.upgrade.preview(_remedy(visitor, sent), number)
        except _ANSWERED as found:
            error = found
    ways = []
    if isinstance(error, DoesNotFit):
        ways = [
            (phrases.offer_text(offer), f"/plans/{number}/upgrade?{urlencode(_without_way(fields_of(take)))}")
            for offer, take in zip(error.offers, error.takes, strict=False)
        ]
    return render(
        visitor,
        "upgrade.html",
        status_of(error) if error else 200,
        plan=plan,
        upgraded=upgraded,
        words=upgrade_words,
        moved=[
            (move, phrases.reason_text(move.reason, upgraded.titles)) for move in upgrade_words.tasks_moved(upgraded)
        ]
        if upgraded
        else [],
        notes=remarks(upgraded.notes) if upgraded else [],
        fields=sent.pairs(but=["basis"]),
        ways=ways,
        problem=problem_of(error) if error else None,
    )


def _without_way(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The fields of a remedy but how it replans, which is settled here."""
    return [each for each in fields if each[0] != "how"]
