"""The ways out of errors as the pages say them: the library names the thing, here stands where to find it on the page."""

from __future__ import annotations

from collections.abc import Iterable

from studyplan.errors import WayOut
from studyplan.presentation.language import gettext as _
from studyplan.text import Tip

#: By the name of the way out. What is not here has no hint on a page, since its words are those of a terminal.
WAYS = {
    "cancel-timer": "“Timer” cancels it.",
    "choose-learner": "Start the server for one of them.",
    "choose-plan": "Choose the plan it is about.",
    "early-day": "Write the year if you mean another one.",
    "existing-file": "Give the path of a file that exists.",
    "forget-place": "Remove one first.",
    "habit-days": "Skip the day, or edit the habit and choose other weekdays.",
    "keep-words": "Use the form with a field for each, or put the title in quotes.",
    "later-exam": "Choose a later day for the exam.",
    "list-catalog": "“Start a plan” lists those that exist.",
    "list-log": "“Time” lists them.",
    "list-plans": "“Plans” lists them.",
    "list-tasks": "“Tasks” lists them.",
    "list-open-tasks": "“Tasks” lists them.",
    "list-templates": "“Start a plan” lists those that exist.",
    "more-study-days": "“Settings” has your study hours.",
    "move-end": "“Replan” moves the end of the plan.",
    "move-exam": "“Replan” moves the exam.",
    "name-minutes": "Give the minutes that you studied, or cancel the timer.",
    "name-or-drop": "Give the new one another name, or end the old one first, on its page among “Plans”.",
    "no-exam-hour": "Leave the time of the exam empty.",
    "own-minutes": "“Settings” changes your hours over all plans.",
    "past-day": "It must be today or an earlier day.",
    "recommend": "“Start a plan” helps to choose one.",
    "remove-entry": "Remove the entry instead.",
    "remove-note": "“Edit” changes or removes a note.",
    "rename-plan": "“Plans” gives one of them another name.",
    "reopen-first": "Reopen the task first.",
    "scored-kinds": "Quizzes, reviews, mocks and exams have one; write a note for other tasks.",
    "set-zone": "“Settings” has your time zone.",
    "shift-less": "Shift by less, or move the exam as well.",
    "start-plan": "“Start a plan” begins one.",
    "start-timer": "A task’s page starts it.",
    "stop-timer": "“Timer” stops it.",
    "undo-drop": "“History” takes back changes, the last one first.",
}


def worded(hint: str | None) -> str:
    """A hint in the page's words; empty where it has none."""
    if isinstance(hint, WayOut):
        return _(WAYS[hint.name]) if hint.name in WAYS else ""
    if not hint or "`" in hint or "--" in hint or "studyplan" in hint:
        return ""
    return f"{hint[:1].upper()}{hint[1:]}".rstrip(".") + "."


def remarks(notes: Iterable[str]) -> list[str]:
    """Notes as sentences of a page: what a terminal would be told to type is left out."""
    facts = (note.fact if isinstance(note, Tip) else note for note in notes)
    return [f"{fact[:1].upper()}{fact[1:]}".rstrip(".") + "." for fact in facts if fact]
