"""The ways out of errors as the pages say them: the library names the thing, here stands where to find it on the page."""

from __future__ import annotations

from collections.abc import Iterable

from studyplan.errors import WayOut
from studyplan.presentation.language import N_
from studyplan.presentation.language import gettext as _
from studyplan.text import Tip
from studyplan.web.messages import sentence

#: By the name of the way out. What is not here has no hint on a page, since its words are those of a terminal.
WAYS = {
    "add-cards": N_("“Cards” adds some."),
    "cancel-timer": N_("“Timer” cancels it."),
    "choose-learner": N_("Start the server for one of them."),
    "choose-mock": N_("“Mocks and quizzes” lists them."),
    "choose-plan": N_("Choose the plan it is about."),
    "choose-quiz": N_("“Mocks and quizzes” lists them."),
    "early-day": N_("Write the year if you mean another one."),
    "existing-file": N_("Give the path of a file that exists."),
    "forget-place": N_("Remove one first."),
    "habit-days": N_("Skip the day, or edit the habit and choose other weekdays."),
    "keep-words": N_("Use the form with a field for each, or put the title in quotes."),
    "later-exam": N_("Choose a later day for the exam."),
    "list-cards": N_("“Cards” lists them."),
    "list-catalog": N_("“Start a plan” lists those that exist."),
    "list-feeds": N_("“Feeds” lists them."),
    "list-log": N_("“Time” lists them."),
    "list-open-tasks": N_("“Tasks” lists them."),
    "list-plans": N_("“Plans” lists them."),
    "list-tasks": N_("“Tasks” lists them."),
    "list-templates": N_("“Start a plan” lists those that exist."),
    "more-study-days": N_("“Settings” has your study hours."),
    "move-end": N_("“Replan” moves the end of the plan."),
    "move-exam": N_("“Replan” moves the exam."),
    "name-minutes": N_("Give the minutes that you studied, or cancel the timer."),
    "name-or-drop": N_("Give the new one another name, or end the old one first, on its page among “Plans”."),
    "no-exam-hour": N_("Leave the time of the exam empty."),
    "own-minutes": N_("“Settings” changes your hours over all plans."),
    "past-day": N_("It must be today or an earlier day."),
    "practise": N_("“Mocks and quizzes” has a quiz for practice, which needs no task."),
    "recommend": N_("“Start a plan” helps to choose one."),
    "remove-entry": N_("Remove the entry instead."),
    "remove-note": N_("“Edit” changes or removes a note."),
    "rename-plan": N_("“Plans” gives one of them another name."),
    "reopen-first": N_("Reopen the task first."),
    "scored-kinds": N_("Quizzes, reviews, mocks and exams have one; write a note for other tasks."),
    "set-zone": N_("“Settings” has your time zone."),
    "shift-less": N_("Shift by less, or move the exam as well."),
    "split-export": "Choose fewer days, or subscribe to an address under “Feeds”.",
    "start-plan": N_("“Start a plan” begins one."),
    "start-timer": N_("A task’s page starts it."),
    "stop-timer": N_("“Timer” stops it."),
    "test-again": N_("Its own page shows how it went, and begins it again."),
    "undo-drop": N_("“History” takes back changes, the last one first."),
}


def worded(hint: str | None) -> str:
    """A hint in the page's words; empty where it has none."""
    if isinstance(hint, WayOut):
        return _(WAYS[hint.name]) if hint.name in WAYS else ""
    if not hint or "`" in hint or "--" in hint or "studyplan" in hint:
        return ""
    return sentence(hint)


def remarks(notes: Iterable[str]) -> list[str]:
    """Notes as sentences of a page: what a terminal would be told to type is left out."""
    facts = (note.fact if isinstance(note, Tip) else note for note in notes)
    return [sentence(fact) for fact in facts if fact]
