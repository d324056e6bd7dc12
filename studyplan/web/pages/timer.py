"""Time: the timer, and the log of what was studied when."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from studyplan.errors import StudyplanError
from studyplan.presentation import phrases
from studyplan.presentation.language import gettext as _
from studyplan.rules.time_spent import LONGEST_SITTING, WHOLE_DAY
from studyplan.web.answers import back_of, problem_of, status_of
from studyplan.web.rendering import render, see_other
from studyplan.web.request import Here, Sent
from studyplan.web.telling import tell_change, tell_sitting

if TYPE_CHECKING:
    from studyplan.planner.timer import Log

router = APIRouter()


@router.get("/timer")
def timer(visitor: Here) -> Response:
    """The timer that runs, or the tasks that one could be started on."""
    watch = visitor.planner.timer.running()
    agenda = visitor.planner.queries.today()
    ran = watch.ticking.minutes if watch else 0
    return render(
        visitor,
        "timer.html",
        watch=watch,
        ran=max(0, ran),
        since=visitor.local(watch.ticking.timer.started_at) if watch else None,
        is_long=ran > LONGEST_SITTING,
        is_endless=not 0 <= ran <= WHOLE_DAY,
        tasks=(*agenda.due, *agenda.no_room, *agenda.overdue),
    )


@router.post("/timer/start")
def start(visitor: Here, form: Sent) -> Response:
    """Time a task."""
    number = form.whole("task")
    if number is None:
        visitor.tell(_("Choose a task to time."), kind="problem")
        return see_other("/timer")
    watch = visitor.planner.timer.start(number)
    title = phrases.piece_title(watch.task) if watch.task else ""
    words = _("The timer runs: %(title)s") if watch.began else _("The timer was running already: %(title)s")
    visitor.tell(words % {"title": title}, undo=watch.began)
    return back_of(visitor.request, form)


@router.post("/timer/stop")
def stop(visitor: Here, form: Sent) -> Response:
    """Stop the timer and record its minutes, or those that were typed."""
    tell_sitting(
        visitor,
        visitor.planner.timer.stop(minutes=form.minutes("minutes"), long=form.has("long"), done=form.has("done")),
    )
    return back_of(visitor.request, form)


@router.post("/timer/cancel")
def cancel(visitor: Here, form: Sent) -> Response:
    """Stop the timer and record nothing."""
    watch = visitor.planner.timer.cancel()
    words = _("No timer is running.") if watch is None else _("The timer was cancelled; nothing was recorded.")
    visitor.tell(words, undo=watch is not None)
    return back_of(visitor.request, form)


@router.get("/log")
def log(visitor: Here, task: str = "", plan: str = "", since: str = "", until: str = "") -> Response:
    """The time spent, the newest day first. What narrows it down stands in the address."""
    planner = visitor.planner
    status, problem, found = 200, None, None
    try:
        found = planner.timer.log(
            task.strip()[:200], plan=plan or None, first=since.strip() or None, last=until.strip() or None
        )
    except StudyplanError as error:
        status, problem = status_of(error), problem_of(error)
    return render(
        visitor,
        "log.html",
        status,
        problem=problem,
        found=found,
        days=_by_day(found) if found else [],
        task=task,
        plan=plan,
        since=since,
        until=until,
        today=planner.queries.current_day(),
        plans=[each for each, *_rest in planner.queries.plans()],
    )


def _by_day(found: Log) -> list[tuple[object, int, list[object]]]:
    """The entries of each day with its minutes in all, the newest day first."""
    days = [(day, list(entries)) for day, entries in groupby(found.entries, key=lambda entry: entry.day)]
    return [(day, sum(entry.minutes for entry in entries), [*entries]) for day, entries in reversed(days)]


@router.post("/log/{entry}/edit")
def edit(visitor: Here, form: Sent, entry: int) -> Response:
    """Correct an entry: its minutes, its day."""
    day = form.day("at", visitor.planner.queries.current_day(), past=True)
    tell_sitting(visitor, visitor.planner.timer.edit(entry, minutes=form.minutes("minutes"), on=day))
    return back_of(visitor.request, form)


@router.post("/log/{entry}/remove")
def remove(visitor: Here, form: Sent, entry: int) -> Response:
    """Take an entry out; its minutes no longer count."""
    removed = visitor.planner.timer.remove(entry)
    tell_change(visitor, removed.changed, _("Time removed"))
    return back_of(visitor.request, form)
