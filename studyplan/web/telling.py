"""What a form changed, as the line that the next page shows: with what came of it below, and a button that takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studyplan.presentation import phrases
from studyplan.presentation.language import gettext as _
from studyplan.presentation.language import ngettext
from studyplan.web.rendering import day_text
from studyplan.web.ways import remarks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from studyplan.planner.timer import RecordedSitting
    from studyplan.rules.views import Changed
    from studyplan.web.request import Visitor

#: Tasks that are named in a line, and those that changed their day for another, told one by one.
_MOST_NAMED, _MOST_MOVES = 3, 5


def tell_change(visitor: Visitor, changed: Changed, verb: str) -> None:
    """Leave a line on what was done to tasks."""
    more = list(came_of(changed))
    if changed.tasks:
        names = ", ".join(phrases.piece_title(task) for task in changed.tasks[:_MOST_NAMED])
        if len(changed.tasks) > _MOST_NAMED:
            names = _("%(names)s and %(num)d more") % {"names": names, "num": len(changed.tasks) - _MOST_NAMED}
        visitor.tell(f"{verb}: {names}", undo=changed.batch, more=more)
    elif changed.unchanged:
        visitor.tell(_("Nothing to change: it was so already."), more=more)


def tell_habit(visitor: Visitor, changed: Changed, verb: str, *, alone: bool = False) -> None:
    """Leave a line on a habit that was made, changed or taken out; ``alone``: only one day of it was."""
    habit = changed.habit
    assert habit is not None
    if changed.batch is None:
        visitor.tell(_("Nothing to change: it was so already."))
        return
    if alone and changed.tasks:
        line = f"{verb}: {changed.tasks[0].title}, {day_text(changed.tasks[0].date)}"
    else:
        days = ngettext("%(num)d day", "%(num)d days", len(changed.tasks)) % {"num": len(changed.tasks)}
        line = f"{verb}: {habit.title}, {phrases.habit_days(habit)} ({days})"
    visitor.tell(line, undo=changed.batch, more=list(came_of(changed)))


def tell_sitting(visitor: Visitor, sitting: RecordedSitting) -> None:
    """Leave a line on minutes that were recorded or corrected."""
    changed = sitting.changed
    if changed.batch is None:
        visitor.tell(_("Nothing to change: it was so already."))
        return
    if not sitting.minutes:
        line = _("The timer ran for less than half a minute: nothing was recorded.")
    else:
        line = _("Recorded: %(time)s on %(day)s, %(title)s") % {
            "time": phrases.span_text(sitting.minutes),
            "day": day_text(sitting.day),
            "title": phrases.piece_title(sitting.task),
        }
    in_all = phrases.span_text(sitting.task.spent_minutes or 0)
    visitor.tell(
        line, undo=changed.batch, more=[_("%(time)s in all on this task.") % {"time": in_all}, *came_of(changed)]
    )


def came_of(changed: Changed) -> Iterator[str]:
    """What else became of a change: other tasks that made room, plans that are finished, notes."""
    for before, after in changed.moved[:_MOST_MOVES]:
        words = {"title": phrases.piece_title(after), "before": day_text(before.date), "after": day_text(after.date)}
        yield _("Moved: %(title)s, %(before)s → %(after)s") % words
    if len(changed.moved) > _MOST_MOVES:
        rest = len(changed.moved) - _MOST_MOVES
        yield ngettext("and %(num)d task more", "and %(num)d tasks more", rest) % {"num": rest}
    for plan in changed.finished:
        yield _("That was the last open task of “%(plan)s”.") % {"plan": plan.name}
    yield from remarks(changed.notes)
