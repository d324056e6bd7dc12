"""What must hold between the items of a file: names, references, curriculum order and windows.

Works on records, not on a finished template: a file with bad fields still has its references checked. Whatever rests on a
field that was bad is left alone, so that one mistake is told once.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from studyplan.model import Kind, Tier
from studyplan.template.anchors import check_anchors, told_circle
from studyplan.template.drafts import TaskDraft, WindowDraft, drafts_of, spans_of
from studyplan.template.fields import Item, Located
from studyplan.template.problems import Problems, quoted
from studyplan.template.question_rules import check_question
from studyplan.template.siblings import flaw_of_cloze
from studyplan.template.tables import MOST_TASKS
from studyplan.text import count

_LIKE_ANCHOR = re.compile(r".*-[0-9]+d", re.ASCII)
_LIKE_LAST_PASS = re.compile(r"last-pass-[0-9]+", re.ASCII)


def check(template: Item, problems: Problems) -> None:
    """Report everything that is wrong between the items of a template."""
    modules = template.get("modules") or []
    task_records = [task for module in modules for task in module.get("tasks") or ()]
    if len(task_records) > MOST_TASKS:
        line = task_records[MOST_TASKS].line
        problems.add(line, f"the file has {len(task_records):,} tasks; the most is {MOST_TASKS:,}")
        return
    _check_unique(modules, problems)
    _check_unique(task_records, problems)
    _check_unique([card for module in modules for card in module.get("cards") or ()], problems)
    _check_unique([each for module in modules for each in module.get("questions") or ()], problems)
    _check_unique(template.get("windows") or (), problems)
    _check_unique(template.get("paths") or (), problems)

    drafts = drafts_of(template)
    windows = spans_of(template)
    by_id: dict[str, TaskDraft] = {}
    for draft in drafts:
        by_id.setdefault(draft.id, draft)
    # Tasks that could not be read may be the ones that others name: then no name is called unknown.
    complete = not template.bad & {"modules"} and not any("tasks" in module.bad for module in modules)

    _check_windows(template, windows, drafts, problems)
    _check_names(drafts, [module.get("id") for module in modules], problems)
    _check_kinds(drafts, windows, problems)
    _check_habits(drafts, problems)
    _check_paths(template, drafts, problems)
    _check_after(drafts, by_id, complete, problems)
    _check_cards(modules, by_id, complete, problems)
    _check_questions(modules, by_id, complete, problems)
    check_anchors(drafts, by_id, windows, complete, problems)


def _check_unique(records: Iterable[Item], problems: Problems) -> None:
    first: dict[str, Item] = {}
    for record in records:
        if (id := record.get("id")) and first.setdefault(id, record) is not record:
            line = first[id].line_of("id")
            problems.add(
                record.line_of("id"), f"the id is already used on line {line}; ids must be unique", record.item
            )


def _check_windows(template: Item, windows: list[WindowDraft], drafts: list[TaskDraft], problems: Problems) -> None:
    default = template.get("default_window")
    ids = [window.id for window in windows]
    if default and ids and default not in ids:
        meant = problems.did_you_mean(default, ids, f"; the windows are {', '.join(ids)}")
        problems.add(template.line_of("default_window"), f"default_window names {quoted(default)}{meant}")
    for before, window in itertools.pairwise(windows):
        line, item = window.record.line_of("days"), window.record.item
        if before.days and window.days and window.days[0] <= before.days[1]:
            what = "overlaps" if window.days[1] >= before.days[0] else "is shorter than"
            text = (
                f"{what} window {quoted(before.id)} (line {before.record.line}): smallest first, no day in two windows"
            )
            problems.add(line, text, item)
        if before.tier and window.tier and window.tier.rank < before.tier.rank:
            text = f"tier {window.tier} is smaller than the {before.tier} of window {quoted(before.id)} before it"
            problems.add(window.record.line_of("tier"), text, item)
    for window in windows:
        members = [draft for draft in drafts if draft.within(window)]
        if window.tier and drafts and not members and all(draft.tier for draft in drafts):
            problems.add(window.record.line, f"has no tasks: none is of tier {_up_to(window.tier)}", window.record.item)
        minutes = sum(draft.minutes for draft in members if not draft.path)
        if window.days and minutes > window.days[1] * 24 * 60:
            text = f"{minutes / 60:,.0f} hours of tasks do not fit {count(window.days[1], 'day')} of 24 hours"
            problems.add(window.record.line_of("days"), text, window.record.item)


def _up_to(tier: Tier) -> str:
    return " or ".join(list(Tier)[: tier.rank + 1])


class KeptIds:
    """Ids that a task of a file with these modules cannot have: they would be read as an anchor, or as a review's key."""

    def __init__(self, modules: Iterable[str]) -> None:
        tails = ("-", *(f"-{tier}-" for tier in Tier if tier is not Tier.CORE))
        self._reviews = {f"review-{module}{tail}": module for module in modules for tail in tails}

    def why(self, id: str, kind: Kind | None) -> str:
        """What the id already stands for; empty if a task of this kind may have it."""
        if id == "start" or (id == "exam" and kind not in (Kind.EXAM, None)):
            return "stands for a day in anchors"
        if _LIKE_ANCHOR.fullmatch(id):
            return f"ends like an anchor ({id[id.rindex('-') :]})"
        if _LIKE_LAST_PASS.fullmatch(id):
            return "is reserved for the last passes before the exam"
        module = self._reviews.get(id.rstrip("0123456789")) if id[-1:].isdigit() else None
        return f"is reserved for the reviews of module {quoted(module)}" if module else ""


def _check_names(drafts: list[TaskDraft], modules: list[str | None], problems: Problems) -> None:
    kept = KeptIds(module for module in modules if module)
    for draft in drafts:
        if why := kept.why(draft.id, draft.kind):
            line = draft.record.line_of("id")
            problems.add(line, f"id {quoted(draft.id)} {why}: choose another", draft.item)


def _check_kinds(drafts: list[TaskDraft], windows: list[WindowDraft], problems: Problems) -> None:
    exams = [draft for draft in drafts if draft.kind is Kind.EXAM]
    for draft in exams:
        if "on" in draft.record.lines:
            text = "an exam task takes no 'on': it is on the exam date"
            problems.add(draft.record.line_of("on"), text, draft.item)
        if draft.record.get("splittable"):
            problems.add(draft.record.line_of("splittable"), "an exam task cannot be split", draft.item)
    for place, draft in enumerate(exams):
        shared = [w for w in windows if draft.within(w) and any(earlier.within(w) for earlier in exams[:place])]
        if shared:
            first = next(earlier for earlier in exams if earlier.within(shared[0]))
            named = _named([window.id for window in shared])
            text = f"a second exam task in {named} (the first is {quoted(first.id)}, line {first.record.line})"
            problems.add(draft.record.line_of("kind"), text, draft.item)
    for draft in drafts:
        if draft.record.get("questions") and draft.kind and draft.kind not in (Kind.QUIZ, Kind.MOCK):
            text = f"only a quiz or a mock asks questions, not kind {draft.kind}"
            problems.add(draft.record.line_of("questions"), text, draft.item)
        if draft.kind is not Kind.REVIEW or "on" in draft.record.bad:
            continue
        anchored = "on" in draft.record.lines
        bare = [w.id for w in windows if draft.within(w) and w.id not in draft.on]
        if not anchored or bare:
            where = f" in {_named(bare)}" if anchored else ""
            text = f"kind review needs on:{where} (spaced reviews come from cards)"
            problems.add(draft.record.line_of("kind"), text, draft.item)


#: What a habit cannot have, since each of its days stands alone.
_NO_HABIT_HAS = ("after", "on", "splittable", "optional", "questions")
_HABIT_KINDS = frozenset({Kind.READ, Kind.WATCH, Kind.LAB, Kind.DISCUSS, Kind.REFLECT})


def _check_habits(drafts: list[TaskDraft], problems: Problems) -> None:
    for draft in drafts:
        if draft.is_habit:
            for key in _NO_HABIT_HAS:
                if draft.record.get(key):
                    problems.add(draft.record.line_of(key), f"a task with every: cannot have {key}:", draft.item)
            if draft.kind and draft.kind not in _HABIT_KINDS:
                line = draft.record.line_of("kind")
                problems.add(line, f"a task of kind {draft.kind} cannot be done every day", draft.item)


def _named(windows: list[str]) -> str:
    return ("window " if len(windows) == 1 else "windows ") + ", ".join(quoted(window) for window in windows)


def _check_paths(template: Item, drafts: list[TaskDraft], problems: Problems) -> None:
    if "paths" in template.bad:
        return
    known = [path["id"] for path in template.get("paths") or () if path.get("id")]
    for draft in drafts:
        for name in draft.record.get("path") or ():
            if name.value not in known:
                none = (
                    f"; the paths are {', '.join(known)}"
                    if known
                    else "; this file has no paths: list them under paths"
                )
                meant = problems.did_you_mean(name.value, known, none)
                problems.add(name.line, f"path names {quoted(name.value)}{meant}", draft.item)


def _check_cards(modules: list[Item], by_id: dict[str, TaskDraft], complete: bool, problems: Problems) -> None:
    for module in modules:
        ids = [task.get("id") for task in module.get("tasks") or ()]
        tasks = [by_id[id] for id in ids if id in by_id]
        for card in module.get("cards") or ():
            after = card.get("after")
            if after and after not in by_id and complete:
                _unknown_task(Located(after, card.line_of("after")), "after", card.item, by_id, problems)
            if not after and "after" not in card.bad and tasks and all(task.is_habit for task in tasks):
                problems.add(
                    card.line, "the module has only habits: name the task that teaches it with after:", card.item
                )
            elif after in by_id and by_id[after].is_habit:
                text = f"after names {quoted(after)}, which is a habit and never finished"
                problems.add(card.line_of("after"), text, card.item)
            _check_cloze(card, problems)


def _check_cloze(card: Item, problems: Problems) -> None:
    """A card is asked by its question or by a cloze text."""
    if "cloze" not in card.lines:
        return
    for name in ("question", "answer", "reverse"):
        if name in card.lines:
            problems.add(card.line_of(name), f"a card with a cloze has no {name}: the text makes its cards", card.item)
    if "cloze" not in card.bad and (flaw := flaw_of_cloze(card["cloze"], strict=True)):
        problems.add(card.line_of("cloze"), f"cloze {flaw}", card.item)


def _check_questions(modules: list[Item], by_id: dict[str, TaskDraft], complete: bool, problems: Problems) -> None:
    for module in modules:
        for question in module.get("questions") or ():
            check_question(question, problems)
            after, tier = question.get("after"), question.get("tier")
            if after and after not in by_id and complete:
                _unknown_task(Located(after, question.line_of("after")), "after", question.item, by_id, problems)
            task = by_id.get(after or "")
            if task and task.tier and tier and tier.rank < task.tier.rank:
                text = f"tier {tier} is before the tier {task.tier} of the task {quoted(task.id)} that teaches it"
                problems.add(question.line_of("tier"), text, question.item)


def _unknown_task(name: Located, key: str, item: str, by_id: dict[str, TaskDraft], problems: Problems) -> None:
    meant = problems.did_you_mean(name.value, by_id, ", which is not a task in this file")
    problems.add(name.line, f"{key} names {quoted(name.value)}{meant}", item)


def _check_after(drafts: list[TaskDraft], by_id: dict[str, TaskDraft], complete: bool, problems: Problems) -> None:
    knots = _knots(by_id)
    for knot in knots:
        if len(knot) > 1:
            circle = _circle(knot, by_id)
            first = by_id[circle[0]]
            line = next(name.line for name in first.after if name.value == circle[1])
            problems.add(line, f"after goes in a circle: {told_circle(circle, 'after')}", first.item)
    knot_of = {id: number for number, knot in enumerate(knots) for id in knot}
    for draft in drafts:
        for name in draft.after:
            other = by_id.get(name.value)
            if other is None:
                if complete:
                    _unknown_task(name, "after", draft.item, by_id, problems)
            elif other.id == draft.id:
                problems.add(name.line, "after names the task itself", draft.item)
            elif other.is_habit:
                text = f"after names {quoted(other.id)}, which is a habit and never finished"
                problems.add(name.line, text, draft.item)
            elif knot_of[other.id] != knot_of[draft.id]:
                _check_order(draft, other, name.line, problems)


def _check_order(draft: TaskDraft, other: TaskDraft, line: int, problems: Problems) -> None:
    """A task and one that must be over before it begins."""
    called = quoted(other.id)
    if other.kind is Kind.EXAM:
        problems.add(line, f"after names the exam {called}: nothing comes after it", draft.item)
    elif draft.tier and other.tier and other.tier.rank > draft.tier.rank:
        text = f"after names {called} of the later tier {other.tier}: a task of tier {draft.tier} comes before it"
        problems.add(line, text, draft.item)
    elif draft.tier and other.tier is draft.tier and other.place > draft.place:
        text = f"after names {called}, which comes later in the file (line {other.record.line}): put it first"
        problems.add(line, text, draft.item)
    if not other.whenever(draft):
        text = f"after names {called}, which only path {', '.join(sorted(other.path or ()))} has"
        problems.add(line, text, draft.item)


def _knots(by_id: dict[str, TaskDraft]) -> list[list[str]]:
    """The strongly connected parts of ``after``: tasks that wait for one another, each other task alone (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    held: list[str] = []
    parts: list[list[str]] = []
    for root in by_id:
        if root in index:
            continue
        index[root] = low[root] = len(index)
        held.append(root)
        waiting = [(root, iter(by_id[root].after))]
        while waiting:
            id, names = waiting[-1]
            step = next((n.value for n in names if n.value in by_id and (n.value not in index or n.value in low)), None)
            if step is None:
                waiting.pop()
                if waiting:
                    parent = waiting[-1][0]
                    low[parent] = min(low[parent], low[id])
                if low[id] == index[id]:
                    part = held[held.index(id) :]
                    del held[-len(part) :]
                    for member in part:
                        del low[member]
                    parts.append(part)
            elif step in index:
                low[id] = min(low[id], index[step])
            else:
                index[step] = low[step] = len(index)
                held.append(step)
                waiting.append((step, iter(by_id[step].after)))
    return parts


def _circle(knot: list[str], by_id: dict[str, TaskDraft]) -> list[str]:
    """A shortest circle of a knot from its first task in the file: each task comes after the next, the last is the first."""
    members = set(knot)
    start = min(knot, key=lambda id: by_id[id].place)
    named_by: dict[str, str] = {}
    queue = [start]
    for id in queue:
        for name in by_id[id].after:
            if name.value in members and name.value not in named_by:
                named_by[name.value] = id
                queue.append(name.value)
        if start in named_by:
            break
    circle = [start, named_by[start]]
    while circle[-1] != start:
        circle.append(named_by[circle[-1]])
    return circle[::-1]
