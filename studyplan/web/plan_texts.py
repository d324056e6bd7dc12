"""The texts of plans on a page: where they name a command of a terminal, the page has a link to what does the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from studyplan.presentation.language import gettext as _

if TYPE_CHECKING:
    from studyplan.model import Task

#: A command of ours, and anything else between backticks, which is code.
_MARKED = re.compile(
    r"`studyplan (?P<command>quiz|mock|progress|templates samples)(?: (?P<name>[a-z0-9-]{1,60}))?(?P<errors> --errors)?`"
    r"|\bstudyplan (?P<samples>templates samples) (?P<whose>[a-z0-9-]{1,60})"
    r"|`(?P<code>[^`\n]{1,400})`"
)


def linked(text: str, task: Task) -> Markup:
    """A text of a task with its commands as links and its code as code, everything else escaped."""
    made, at = Markup(), 0
    for found in _MARKED.finditer(text):
        made += escape(text[at : found.start()])
        if found["code"]:
            made += Markup("<code>{}</code>").format(found["code"])
        else:
            command, name = found["command"] or found["samples"], found["name"] or found["whose"]
            made += Markup('<a href="{}">{}</a>').format(*_link(task, command.split()[0], name, bool(found["errors"])))
        at = found.end()
    return made + escape(text[at:])


def _link(task: Task, command: str, name: str | None, errors: bool) -> tuple[str, str]:
    """Where a command's page is, and what to call it."""
    is_own = name == task.task
    match command:
        case "quiz" if is_own:
            return f"/quiz/{task.number}", _("the questions of this quiz")
        case "quiz":
            return "/quiz", _("a quiz")
        case "mock" if errors:
            return "/mock", _("the errors of the mock exam")
        case "mock" if is_own:
            return f"/mock/{task.number}", _("the questions of this mock exam")
        case "mock":
            return "/mock", _("a mock exam")
        case "templates":
            return f"/templates/{name or ''}", _("the sample files of this plan")
    return "/progress", _("your progress")
