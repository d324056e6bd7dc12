"""A start in plain words: the version of a plan, why it does not fit and what would, and what the plan shown comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studyplan.model import Tier
from studyplan.presentation import phrases
from studyplan.presentation.language import N_, ngettext
from studyplan.presentation.language import gettext as _
from studyplan.presentation.sentences import draft_figures, whole_span
from studyplan.web.answers import ShownProblem, problem_of
from studyplan.web.messages import sentence, with_days

if TYPE_CHECKING:
    from datetime import date, time

    from studyplan.errors import StudyplanError
    from studyplan.model import Offer, Template
    from studyplan.rules.drafts import Draft

#: The versions of a plan, by the tier of their tasks; and the way out that takes each of them.
_VERSIONS = {
    Tier.CORE: N_("Short version ({name})"),
    Tier.PRACTICE: N_("Middle version ({name})"),
    Tier.DEPTH: N_("Long version ({name})"),
}
_TAKEN = {
    Tier.CORE: N_("take the short version ({name})"),
    Tier.PRACTICE: N_("take the middle version ({name})"),
    Tier.DEPTH: N_("take the long version ({name})"),
}
#: What the figures of a plan are called on its preview; its window and what it goes without are told in other ways.
_LABELS = {
    "goal": N_("Goal"),
    "exam": N_("Exam"),
    "work": N_("Work"),
    "habit": N_("Habit"),
    "days": N_("Days"),
}
#: From so many minutes apart on, whole hours say enough.
_FAR_APART = 120
#: The roles of the plans that come with studyplan; one of a plan file is shown as it is.
_ROLES = {
    "cloud-engineer": N_("Cloud engineer"),
    "data-engineer": N_("Data engineer"),
    "devops-engineer": N_("DevOps engineer"),
    "engineering-manager": N_("Engineering manager"),
    "finops-practitioner": N_("FinOps practitioner"),
    "platform-engineer": N_("Platform engineer"),
    "security-engineer": N_("Security engineer"),
    "sre": N_("Site reliability engineer (SRE)"),
}


def role_text(role: str) -> str:
    """A role, as people call it."""
    return _(_ROLES[role]) if role in _ROLES else phrases.capitalised(role.replace("-", " "))


def version_text(tier: Tier | str, name: str) -> str:
    """A version of a plan, by how much of it there is. ``name``: its id."""
    return _(_VERSIONS[Tier(tier)]).format(name=name)


def way_text(offer: Offer, template: Template) -> str:
    """What a way out asks, in the words of the form."""
    window = template.window(str(offer.value)) if offer.kind == "window" else None
    return _(_TAKEN[window.tier]).format(name=window.id) if window else phrases.offer_text(offer)


def refusal(error: StudyplanError) -> ShownProblem:
    """Why a plan cannot be started. Where there is too little time in all: how much there is, and how much it takes."""
    short = getattr(error, "shortage", None)
    if short is None:
        found = problem_of(error)
        return found._replace(line=with_days(found.line))
    room, needed = _apart(short.room, short.needed)
    line = _("The plan does not fit between {first} and {last}: you have {room} for new work, and it needs {needed}.")
    first, last = phrases.long_day(short.first), phrases.long_day(short.last)
    kept = _("Another {time} is kept for reviews and other tasks with a fixed day.")
    more = [kept.format(time=phrases.span_text(short.kept))] if short.kept else []
    return ShownProblem(
        line.format(first=first, last=last, room=room, needed=needed),
        "",
        (*more, *(with_days(sentence(note)) for note in short.notes)),
    )


def _apart(room: int, needed: int) -> tuple[str, str]:
    """Two spans of time, in whole hours where they are far apart."""
    if needed - room < _FAR_APART or room < _FAR_APART:
        return phrases.span_text(room), phrases.span_text(needed)
    about = _("about {time}")
    low, high = (about.format(time=phrases.span_text(round(minutes / 60) * 60)) for minutes in (room, needed))
    return low, high


def plan_figures(draft: Draft, template: Template, today: date, exam_hour: time | None) -> list[tuple[str, str]]:
    """What a plan laid out comes to, each figure with its name. What it goes without is told beside the goal, which then asks for more."""
    plan, less = draft.plan, len(draft.without)
    window = template.window(plan.window)
    found = [(_("Time"), whole_span(plan))]
    if window and len(template.windows) > 1:
        found.insert(0, (_("Version"), version_text(window.tier, window.id)))
    for label, text in draft_figures(draft, today, exam_hour):
        if label in _LABELS:
            found.append((_(_LABELS[label]), _less_than(text, less) if label == "goal" and less else text))
    return found


def _less_than(goal: str, tasks: int) -> str:
    words = ngettext(
        "Without {n} task you get less than this: {goal}", "Without {n} tasks you get less than this: {goal}", tasks
    )
    return words.format(n=tasks, goal=goal)
