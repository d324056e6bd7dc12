"""The ways out of errors as the pages say them: the library names the thing, here stands where to find it on the page."""

from __future__ import annotations

from studyplan.errors import WayOut
from studyplan.presentation.language import gettext as _

#: By the name of the way out. What is not here has no hint on a page, since its words are those of a terminal.
WAYS = {
    "choose-plan": "Choose the plan it is about.",
    "early-day": "Write the year if you mean another one.",
    "list-plans": "“Plans” lists them.",
    "list-tasks": "“Tasks” lists them.",
    "list-open-tasks": "“Tasks” lists them.",
    "list-templates": "“Start a plan” lists those that exist.",
    "past-day": "It must be today or an earlier day.",
    "reopen-first": "Reopen the task first.",
    "start-plan": "“Start a plan” begins one.",
    "undo-drop": "“History” takes back changes, the last one first.",
}


def worded(hint: str | None) -> str:
    """A hint in the page's words; empty where it has none."""
    if isinstance(hint, WayOut):
        return _(WAYS[hint.name]) if hint.name in WAYS else ""
    if not hint or "`" in hint or "--" in hint or "studyplan" in hint:
        return ""
    return f"{hint[:1].upper()}{hint[1:]}".rstrip(".") + "."
