"""Which tasks somebody looks for, and in what order they are listed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from unicodedata import normalize

from studyplan.errors import NotFound, UsageProblem
from studyplan.model import Task
from studyplan.rules.lookup import nearest
from studyplan.rules.views import PlanView

#: What a list can be sorted by; tasks that are alike in it stand in the order of their days.
SORTS: dict[str, Callable[[Task], Any]] = {
    "day": lambda task: task.date,
    "number": lambda task: task.number,
    "title": lambda task: _plain(task.title),
    "minutes": lambda task: -task.minutes,
    "module": lambda task: _plain(task.module),
    "kind": lambda task: _plain(task.kind_word),
}


@dataclass(frozen=True, slots=True)
class TaskSearch:
    """What tasks have to meet, all of it at once; the empty search finds every task.

    ``first`` and ``last`` are days, both included. ``words`` have all to be in a task's title, key, note, tags, objective or
    evidence. ``overdue`` are open tasks of an earlier day, without those that a replan found no room for.
    """

    modules: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    words: str = ""
    overdue: bool = False
    tag: str | None = None
    sort: str = "day"


def found(search: TaskSearch, views: Sequence[PlanView], today: date) -> list[PlanView]:
    """The plans with those of their tasks that the search finds, sorted.

    Raises:
        NotFound: A module or a kind that no task of these plans has.
        UsageProblem: The first day is after the last.
    """
    if search.first is not None and search.last is not None and search.first > search.last:
        raise UsageProblem(f"the first day ({search.first}) is after the last ({search.last})", hint="swap them")
    tasks = [task for view in views for task in view.tasks]
    for noun, wanted, known in (
        ("module", search.modules, [task.module for task in tasks]),
        ("kind", search.kinds, [task.kind_word for task in tasks]),
    ):
        _check(noun, wanted, known)
    key = SORTS[search.sort]
    return [
        replace(view, tasks=tuple(sorted((task for task in view.tasks if _meets(task, search, today)), key=key)))
        for view in views
    ]


def _check(noun: str, wanted: Iterable[str], known: Iterable[str]) -> None:
    there = list(dict.fromkeys(name for name in known if name))
    for word in wanted:
        if there and word.casefold() not in {name.casefold() for name in there}:
            raise NotFound(
                f"no task of the {noun} '{word}'{nearest(word, there)}",
                hint=f"the {noun}s are {', '.join(there)}",
                slug=f"no-{noun}",
            )


def _meets(task: Task, search: TaskSearch, today: date) -> bool:
    return (
        (not search.modules or task.module.casefold() in {name.casefold() for name in search.modules})
        and (not search.kinds or task.kind_word.casefold() in {name.casefold() for name in search.kinds})
        and (search.first is None or task.date >= search.first)
        and (search.last is None or task.date <= search.last)
        and (search.tag is None or search.tag in task.tags)
        and (not search.overdue or task.is_overdue(today))
        and _mentions(task, _plain(search.words).split())
    )


def _mentions(task: Task, words: Sequence[str]) -> bool:
    if not words:
        return True
    text = _plain("\n".join((task.title, task.key, task.note or "", task.objective, task.evidence, *task.tags)))
    return all(word in text for word in words)


def _plain(text: str) -> str:
    """The text as it is compared: without case, and with full-width and composed letters like plain ones."""
    return normalize("NFKC", text).casefold()
