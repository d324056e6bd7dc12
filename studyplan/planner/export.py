"""The plan as calendar files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from studyplan import calendar
from studyplan.calendar.forms import PLAIN, Form, Format
from studyplan.errors import NotFound, UsageProblem, WayOut
from studyplan.model import Alarm, Change, PlanState, Status
from studyplan.planner.base import UseCases
from studyplan.rules import lookup, start_times
from studyplan.rules.calendar_entries import no_longer_shown, still_shown
from studyplan.rules.capacity import week_of_plan
from studyplan.text import Tip

if TYPE_CHECKING:
    from uuid import UUID

    from studyplan.model import Learner, Plan, Task
    from studyplan.rules.lookup import PlanName
    from studyplan.store import Unit


@dataclass(frozen=True, slots=True)
class ExportScope:
    """What of the plans goes into a calendar. ``since`` adds what was removed from that day on."""

    first: date | None = None
    last: date | None = None
    since: date | None = None
    done: bool = True

    @property
    def is_all(self) -> bool:
        return self.first is None and self.last is None and self.since is None and self.done


#: The whole of the plans.
ALL = ExportScope()


@dataclass(frozen=True, slots=True)
class Exported:
    """Calendar files under the name of their plan, and what their reader should know."""

    name: str
    files: tuple[bytes, ...]
    notes: tuple[str, ...] = ()


class CalendarExport(UseCases):
    """Plans as iCalendar files."""

    def export(
        self,
        plan: PlanName | None = None,
        part: ExportScope = ALL,
        format: Format = PLAIN,
        *,
        alarm: int | None = None,
        zoned: bool = False,
        several: bool = False,
    ) -> Exported:
        """Plans as a calendar: one file, unless ``several`` are allowed. By the data alone: same data, same bytes.

        ``alarm``: its minutes, 0 for none; None: as it was kept for this form. ``zoned``: timed events in the learner's
        time zone rather than in UTC. Raises UsageProblem if none is known.
        """

        def work(unit: Unit) -> Exported:
            learner = self._learner(unit)
            clock = self._clock.at(learner.zone)
            plans = unit.plans(learner.id)
            chosen = lookup.plans_to_read(plans, plan)
            ever = unit.plans(learner.id, gone=True)
            if not chosen and part.since is None:
                raise NotFound("no plan is running", hint=WayOut("`planner.plans.start` begins one", "start-plan"))
            all_tasks = unit.tasks(learner.id)
            tasks = [
                task
                for task in still_shown(all_tasks, chosen, clock.day_of)
                if (part.first is None or task.date >= part.first)
                and (part.last is None or task.date <= part.last)
                and (part.done or task.status is Status.OPEN)
            ]
            removed = []
            if part.since is not None:
                reach = {plan.number for plan in (chosen if plan is not None else ever)}
                since = clock.start_of(part.since)
                removed = no_longer_shown(
                    unit.removed_tasks(learner.id, since=since),
                    all_tasks,
                    {plan.number: plan for plan in plans},
                    reach=reach,
                    shown=tasks,
                    since=since,
                    day_of=clock.day_of,
                )
            if format.form is Form.TIMED:
                tasks = start_times.with_times(learner, plans, all_tasks, tasks, clock)
                removed = start_times.with_times(learner, plans, all_tasks, removed, clock)
            name = chosen[0].name if len(chosen) == 1 else "studyplan"
            uuids = {plan.number: plan.uuid for plan in ever}
            wanted = replace(
                format,
                alarm=alarm_of(learner, format.form, alarm),
                zone=zone_known(learner) if zoned else None,
                day_ends=lambda day: clock.moment(day, 24 * 60),
            )
            write = calendar.split if several else _one
            files = write(name, uuids, tasks, removed=removed, complete=part.is_all, format=wanted)
            return Exported(name, tuple(files), (*_of_dropped(chosen), *_hours_note(learner, chosen, format)))

        return self._store.read(work)

    def keep_alarm(self, form: Form, minutes: int) -> bool:
        """Keep an alarm for all later exports of a form, or none where it is 0. Returns whether that changed
        anything."""

        def work(unit: Unit) -> bool:
            learner = self._learner(unit)
            others = [each for each in learner.alarms if each.form != form]
            wanted = tuple(
                sorted([*others, *([Alarm(form.value, minutes)] if minutes else [])], key=lambda each: each.form)
            )
            if wanted == learner.alarms:
                return False
            said = f"an alarm of {minutes} min" if minutes else "no alarm"
            changes = [Change("learner", 0, "alarms", learner.alarms, wanted)]
            self._apply(unit, learner, changes, f"{said} in exports as {form}")
            return True

        return self._change(work)


def alarm_of(learner: Learner, form: Form, minutes: int | None) -> int | None:
    """The minutes of an alarm, None for no alarm. ``minutes``: 0 for none; None: as it is kept for this form."""
    if minutes is not None:
        return minutes or None
    return next((each.minutes for each in learner.alarms if each.form == form), None)


def zone_known(learner: Learner) -> str:
    """The learner's time zone. Raises UsageProblem where it is not set."""
    if learner.zone is None:
        raise UsageProblem(
            "your time zone is not known", hint=WayOut("`planner.learners.set_zone` sets it", "set-zone")
        )
    return learner.zone


def _one(
    name: str,
    plans: Mapping[int, UUID],
    tasks: Sequence[Task],
    *,
    removed: Sequence[Task],
    complete: bool,
    format: Format,
) -> list[bytes]:
    return [calendar.render(name, plans, tasks, removed=removed, complete=complete, format=format)]


def _of_dropped(plans: Sequence[Plan]) -> Iterator[str]:
    return (
        f"'{plan.name}' was dropped; its tasks are exported as they stood"
        for plan in plans
        if plan.state is PlanState.DROPPED
    )


def _hours_note(learner: Learner, plans: Sequence[Plan], format: Format) -> Iterator[str]:
    """Without study hours the times of day are a guess."""
    weeks = [week_of_plan(plan, learner) for plan in plans]
    if format.form is Form.TIMED and not any(day.start for week in weeks if week for day in week.days):
        yield Tip(
            "no study hours are set, so each day starts at 19:00",
            "; set yours like this: `studyplan hours mon-fri=18:30-20:00`",
        )
