"""What a command about a habit prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studyplan.cli import output
from studyplan.presentation import facts, phrases
from studyplan.text import count

if TYPE_CHECKING:
    from datetime import date

    from studyplan.cli.context import Facts
    from studyplan.rules.views import Changed


#: Moves that are told one by one.
_MOST_MOVES = 5


def report_habit(changed: Changed, verb: str, today: date, *, alone: bool = False) -> Facts:
    """Print a habit that was made, changed or taken out, and the tasks that made room for it. ``alone``: only one day of it was."""
    habit = changed.habit
    assert habit is not None
    yield facts.of_changed(changed)
    one = changed.tasks[0] if alone and changed.tasks else None
    output.say(output.clip(f"{verb}: {habit.number}  {habit.title if one is None else one.title}"))
    days = count(len(changed.tasks), "day")
    if verb == "Added":
        first = phrases.short_day(min((task.date for task in changed.tasks), default=habit.first))
        text = f"{phrases.span_text(habit.minutes)}, {phrases.habit_days(habit)}: {days} from {first} on."
        text += f" `studyplan done {habit.number}` marks the day's."
    elif one is not None:
        text = f"{phrases.span_text(one.minutes)}, {phrases.short_day(one.date)} only."
    elif verb == "Removed":
        text = f"{days} taken out."
    else:
        text = f"{phrases.span_text(habit.minutes)}, {phrases.habit_days(habit)}: {days} changed."
    for line in output.wrapped(text, "  "):
        output.say(line)
    if changed.moved:
        output.say(f"  {count(len(changed.moved), 'task')} moved to make room:")
    for before, after in changed.moved[:_MOST_MOVES]:
        days = f"{phrases.short_day(before.date)} → {phrases.short_day(after.date)}"
        output.say(output.clip(f"  {after.number}  {days}  {after.title}"))
    if len(changed.moved) > _MOST_MOVES:
        output.say(f"  and {len(changed.moved) - _MOST_MOVES} more")
    for plan in changed.finished:
        output.say(f"That was the last open task of '{plan.name}': the plan is finished.")
    for line in changed.notes:
        output.note(f"Note: {line}.")
    output.say_undo(changed.batch)
