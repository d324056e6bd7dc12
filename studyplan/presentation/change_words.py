"""What a change changed, in words: a line for each task, plan or setting that it touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING

from studyplan.model import Result, Week
from studyplan.presentation import phrases
from studyplan.presentation.language import N_, ngettext
from studyplan.presentation.language import gettext as _

if TYPE_CHECKING:
    from studyplan.model import Batch, Change, Plan, Task

#: How a day is said.
DayText = Callable[[date], str]

#: Fields that follow from others, or that nobody sees.
_UNSEEN = frozenset({
    "position", "part", "done_at", "ended_at", "reason", "updated_at", "sequence", "fullest", "key", "task", "own_only",
    "tier", "optional", "access", "tags", "anchor", "after", "resources", "objective", "evidence", "splittable", "own",
    "own_kind", "habit", "questions", "rewritten_at", "created_at", "uuid",
})  # fmt: skip
#: What is only said to be another, since its value is long or has no words.
_NAMES = {
    "note": N_("note"),
    "links": N_("links"),
    "files": N_("files"),
    "scores": N_("scores of modules"),
    "habits": N_("habits"),
    "off": N_("days off"),
    "busy": N_("times taken by the calendar"),
    "left_out": N_("tasks left out"),
    "alarms": N_("alarms"),
    "timer": N_("timer"),
    "paths": N_("paths"),
    "starts_at": N_("time of day"),
}
_FIELDS = {
    "title": N_("title"),
    "name": N_("name"),
    "date": N_("day"),
    "minutes": N_("minutes"),
    "spent_minutes": N_("minutes taken"),
    "score": N_("score"),
    "status": N_("status"),
    "state": N_("state"),
    "start": N_("first day"),
    "end": N_("last day"),
    "exam": N_("exam"),
    "window": N_("window"),
    "edition": N_("edition"),
    "goal": N_("goal"),
    "zone": N_("time zone"),
    "week": N_("study hours"),
    "holidays": N_("public holidays"),
    "result": N_("exam result"),
    "module": N_("module"),
    "kind": N_("kind"),
    "question": N_("question"),
    "answer": N_("answer"),
}
_VALUES = {
    "open": N_("open"),
    "done": N_("done"),
    "skipped": N_("skipped"),
    "active": N_("running"),
    "finished": N_("finished"),
    "dropped": N_("dropped"),
}


def changed_lines(
    batch: Batch, tasks: Mapping[int, Task], plans: Mapping[int, Plan], day: DayText = phrases.long_day
) -> list[str]:
    """What a batch changed, a line for each task or plan, and one for those of a kind that have no name to be told by.

    ``tasks`` and ``plans``: by number; ``day``: how a day is said.
    """
    lines: list[str] = []
    found: dict[tuple[str, int], list[Change]] = {}
    for change in batch.changes:
        found.setdefault((change.of, change.number), []).append(change)
    counted: Counter[tuple[str, str]] = Counter()
    for (of, number), changes in found.items():
        words = list(_words(of, changes, day))
        if of in ("task", "plan") and words:
            names: Mapping[int, str] = (
                {key: phrases.marked_task(task) for key, task in tasks.items() if key == number}
                if of == "task"
                else {key: f"“{plan.name}”" for key, plan in plans.items() if key == number}
            )
            lines.append(_("%(name)s: %(changes)s") % {"name": names.get(number, number), "changes": ", ".join(words)})
        elif of == "learner":
            lines += words
        else:
            counted.update((of, each) for each in words)
    return lines + [_counted(of, what, number) for (of, what), number in counted.items()]


def _counted(of: str, what: str, number: int) -> str:
    """How often the same happened to things that are not named one by one."""
    texts = {
        "card": ("%(num)d card: %(what)s", "%(num)d cards: %(what)s"),
        "question": ("%(num)d question: %(what)s", "%(num)d questions: %(what)s"),
        "attempt": ("%(num)d test: %(what)s", "%(num)d tests: %(what)s"),
        "stint": ("%(num)d sitting: %(what)s", "%(num)d sittings: %(what)s"),
    }
    return ngettext(*texts.get(of, ("%(num)d entry: %(what)s", "%(num)d entries: %(what)s")), number) % {
        "num": number,
        "what": what,
    }


def _words(of: str, changes: list[Change], day: DayText) -> Iterator[str]:
    made = next((change for change in changes if change.field == "exists"), None)
    if made is not None:
        yield _("added") if made.after else _("removed")
        return
    for change in changes:
        if change.field not in _UNSEEN or (of, change.field) == ("attempt", "ended_at"):
            yield _said(of, change, day)


def _said(of: str, change: Change, day: DayText) -> str:
    match of, change.field:
        case "card", "memory":
            return _("answered")
        case "card", "suspended_at":
            return _("suspended") if change.after else _("asked again")
        case "attempt", "ended_at":
            return _("marked")
        case "attempt", _:
            return _("errors sorted")
        case _, "pinned":
            return _("pinned") if change.after else _("no longer pinned")
        case _, name if name in _NAMES:
            return _("%(field)s changed") % {"field": _(_NAMES[name])}
    field = _FIELDS.get(change.field)
    return _("%(field)s %(before)s → %(after)s") % {
        "field": _(field) if field else change.field.replace("_", " "),
        "before": _value(change.before, day),
        "after": _value(change.after, day),
    }


def _value(value: object, day: DayText) -> str:
    match value:
        case None | "" | ():
            return _("none")
        case Enum():
            return _(_VALUES.get(str(value.value), str(value.value)))
        case Week():
            return phrases.week_words(value)
        case Result():
            return _("passed") if value.passed else _("failed")
        case datetime():
            return day(value.date())
        case date():
            return day(value)
    text = str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
