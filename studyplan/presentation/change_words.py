"""What a change changed, in words: a line for each task, plan or setting that it touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING

from studyplan.model import Result, Week
from studyplan.presentation import phrases
from studyplan.presentation.happenings import task_change_words
from studyplan.presentation.language import N_, NN_, ngettext
from studyplan.presentation.language import gettext as _

if TYPE_CHECKING:
    from studyplan.model import Batch, Change, Plan, Task

#: How a day is said.
DayText = Callable[[date], str]

#: Fields of plans and learners that have a value worth telling.
_FIELDS = {
    "name": N_("name"),
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
}
#: Those whose value is long or has no words.
_NAMES = {
    "habits": N_("habits"),
    "off": N_("days off"),
    "busy": N_("times taken by the calendar"),
    "left_out": N_("tasks left out"),
    "alarms": N_("alarms"),
    "timer": N_("timer"),
    "paths": N_("paths"),
}
_STATES = {"active": N_("running"), "finished": N_("finished"), "dropped": N_("dropped")}
#: What has no name to be told by is counted.
_COUNTED = {
    "card": NN_("%(num)d card: %(what)s", "%(num)d cards: %(what)s"),
    "question": NN_("%(num)d question: %(what)s", "%(num)d questions: %(what)s"),
    "attempt": NN_("%(num)d test: %(what)s", "%(num)d tests: %(what)s"),
    "stint": NN_("%(num)d sitting: %(what)s", "%(num)d sittings: %(what)s"),
}


def changed_lines(
    batch: Batch, tasks: Mapping[int, Task], plans: Mapping[int, Plan], day: DayText = phrases.long_day
) -> list[str]:
    """What a batch changed, a line for each task or plan, and one for those of a kind that have no name to be told by.

    ``tasks`` and ``plans``: by number; ``day``: how a day is said.
    """
    found: dict[tuple[str, int], list[Change]] = {}
    for change in batch.changes:
        found.setdefault((change.of, change.number), []).append(change)
    titles: dict[int, dict[str, str]] = {}
    for task in tasks.values():
        titles.setdefault(task.plan, {})[task.task] = task.title
    lines: list[str] = []
    counted: Counter[tuple[str, str]] = Counter()
    for (of, number), changes in found.items():
        known = tasks.get(number) if of == "task" else None
        words = list(dict.fromkeys(_words(of, changes, titles[known.plan] if known else {}, day)))
        if of in _COUNTED:
            counted.update((of, each) for each in words)
        elif of == "learner":
            lines += words
        elif words:
            name = phrases.marked_task(known) if known else str(number)
            name = phrases.quoted(plans[number].name) if of == "plan" and number in plans else name
            lines.append(_("%(name)s: %(changes)s") % {"name": name, "changes": ", ".join(words)})
    return lines + [ngettext(*_COUNTED[of], many) % {"num": many, "what": what} for (of, what), many in counted.items()]


def _words(of: str, changes: Sequence[Change], titles: Mapping[str, str], day: DayText) -> Iterable[str]:
    made = next((change for change in changes if change.field == "exists"), None)
    if made is not None:
        return [_("added") if made.after else _("removed")]
    if of == "task":
        return task_change_words(changes, titles)
    if of in ("plan", "learner"):
        return _settings(changes, day)
    return _of_study(of, changes)


def _settings(changes: Iterable[Change], day: DayText) -> Iterator[str]:
    for change in changes:
        if change.field in _NAMES:
            yield _("%(field)s changed") % {"field": _(_NAMES[change.field])}
        elif change.field in _FIELDS:
            yield _("%(field)s %(before)s → %(after)s") % {
                "field": _(_FIELDS[change.field]),
                "before": _value(change.before, day),
                "after": _value(change.after, day),
            }


def _of_study(of: str, changes: Iterable[Change]) -> Iterator[str]:
    """What happened to cards, questions, tests and sittings."""
    for change in changes:
        match of, change.field:
            case "card", "memory":
                yield _("answered")
            case "card", "suspended_at":
                yield _("set aside") if change.after else _("asked again")
            case "card" | "question", "question" | "answer" | "cloze" | "options":
                yield _("rewritten")
            case "attempt", "ended_at":
                yield _("marked")
            case "attempt", "responses":
                yield _("errors sorted")


def _value(value: object, day: DayText) -> str:
    match value:
        case None | "" | ():
            return _("none")
        case Enum():
            return _(_STATES.get(str(value.value), str(value.value)))
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
