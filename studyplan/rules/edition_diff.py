"""Compare another edition of a template with a plan made from it: what is new, changed and gone. Pure.

Task by task, by the template's task id. What is over stays as it was done, what the learner changed by hand stays too,
and the learner's own tasks are left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from studyplan.errors import Conflict
from studyplan.model import (
    MIN_PIECE,
    NEVER_CUT,
    BankQuestion,
    Batch,
    Card,
    Change,
    Deck,
    Kind,
    Plan,
    Status,
    Task,
    Template,
)
from studyplan.rules.drafts import asked_in, drawn_from_cards, drawn_from_template
from studyplan.rules.standing import decks_of
from studyplan.rules.task_changes import differences
from studyplan.rules.task_order import with_those_ahead_first
from studyplan.schedule import decks
from studyplan.schedule.standing import is_session

#: Every upgrade's line of history begins so.
ACTION = "upgrade"
#: What an edition says of a task, its minutes apart; of these what is over follows the second part only.
WORDS = (
    "title",
    "kind",
    "own_kind",
    "splittable",
    "after",
    "anchor",
    "optional",
    "access",
    "tags",
    "objective",
    "evidence",
    "resources",
    "questions",
)
PLACE = ("module", "tier")
#: What of that `edit` changes: it stays as the learner wants it. A kind of one's own goes with what it behaves as.
BY_HAND = ("title", "kind", "own_kind", "after", "module")
_TOGETHER = {"kind": "own_kind", "own_kind": "kind"}
#: Cards: what an edition says of one.
_SAID = ("question", "answer", "cloze", "module", "after", "source")
#: What of that its learner rewrites.
_WORDS = ("question", "answer", "cloze")


@dataclass(frozen=True, slots=True)
class Amendment:
    """What an edition changes in a task: each field with what it said and says. ``number``: its first open piece's."""

    task: str
    number: int
    title: str
    fields: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays although the edition says otherwise. ``why``: ``over`` (done or skipped), ``edited`` or ``removed`` by the
    learner; ``fields``: what of it."""

    task: str
    title: str
    why: str
    number: int | None = None
    fields: tuple[str, ...] = ()


@dataclass(slots=True)
class Edits:
    """What a learner changed by hand of the tasks of the template: fields by number, minutes and removed tasks by id, and whether
    their order."""

    fields: dict[int, set[str]] = field(default_factory=dict)
    order: bool = False
    minutes: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Merge:
    """An edition against a plan. ``changes`` are to existing rows; ``new`` rows have no number and no day yet."""

    changes: list[Change] = field(default_factory=list)
    new: list[Task] = field(default_factory=list)
    amended: list[Amendment] = field(default_factory=list)
    gone: list[Task] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    #: Cards that stay in their learner's words, although the edition says otherwise or no longer has them.
    own_words: list[Card] = field(default_factory=list)
    #: Open tasks whose anchor is another now, by number.
    anchored: list[int] = field(default_factory=list)
    #: The decks as they were and as they are, and the tasks that their reviews are drawn from.
    old_decks: tuple[Deck, ...] = ()
    decks: tuple[Deck, ...] = ()
    cards: tuple[Card, ...] = ()
    questions: tuple[BankQuestion, ...] = ()
    #: All task ids in the new order.
    order: list[str] = field(default_factory=list)


def edits(batches: Iterable[Batch], rows: Sequence[Task]) -> Edits:
    """What the log tells. ``batches``: newest first; ``rows``: every task of the plan that is or ever was.

    Mending cuts tasks anew but leaves their minutes as they are in all; who changes those is a learner, or an upgrade.
    """
    found = Edits()
    minutes = {row.number: row.minutes * row.exists for row in rows}
    length = {row.number: row.minutes for row in rows}
    exists = {row.number: row.exists for row in rows}
    task_of = {row.number: row.task for row in rows}
    settled: set[str] = set()
    given: set[tuple[str, str, Any]] = set()
    own = {row.number for row in rows if row.own}
    for batch in batches:
        if batch.kind != "do" or batch.undone:
            continue
        ours = [change for change in batch.changes if change.of == "task" and change.number in task_of]
        touched = {task_of[change.number] for change in ours if change.field in ("minutes", "exists")}
        numbers = [number for number, id in task_of.items() if id in touched]
        after = _totals(minutes, task_of, numbers)
        for change in reversed(ours):
            if change.field == "minutes":
                length[change.number] = change.before
            elif change.field == "exists":
                exists[change.number] = change.before
        for number in numbers:
            minutes[number] = length[number] * exists[number]
        before = _totals(minutes, task_of, numbers)
        by_upgrade = batch.action.startswith(f"{ACTION} ")
        for id in touched:
            if not by_upgrade and before[id] and after[id] and before[id] != after[id]:
                found.minutes.add(id)
            if not by_upgrade and not after[id] and id not in settled:
                found.removed.add(id)
            if not (before[id] and after[id]):
                settled.add(id)
        if not by_upgrade:
            given |= {(task_of[each.number], each.field, each.after) for each in ours if each.field in BY_HAND}
            found.order |= any(each.field == "position" and each.number not in own for each in ours)
    # A piece that was cut from another has its words, and was never given them.
    found.fields = {
        row.number: {name for name in BY_HAND if (row.task, name, getattr(row, name)) in given} for row in rows
    }
    return found


def _totals(minutes: Mapping[int, int], task_of: Mapping[int, str], numbers: Iterable[int]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for number in numbers:
        totals[task_of[number]] = totals.get(task_of[number], 0) + minutes[number]
    return totals


def merge(
    plan: Plan,
    tasks: Sequence[Task],
    cards: Sequence[Card],
    template: Template,
    made: Edits,
    questions: Sequence[BankQuestion] = (),
) -> Merge:
    """The edition against the plan's ``tasks``, ``cards`` and ``questions``. Raises Conflict if it no longer has the plan's
    window."""
    window = template.window(plan.window)
    if window is None:
        raise Conflict(
            f"edition {template.edition} of '{template.id}' no longer has the window '{plan.window}'",
            hint=f"'{plan.name}' carries on with the copy it started from",
        )
    chosen = [t for t in template.tasks_of(window, frozenset(plan.paths)) if t.id not in plan.left_out]
    drawn = {task.id: drawn_from_template(task, window, plan) for task in chosen}
    rows: dict[str, list[Task]] = {}
    for task in sorted(tasks, key=lambda task: (task.position, task.part, task.number)):
        if not task.own and not is_session(task):
            rows.setdefault(task.task, []).append(task)
    found = Merge()
    after = _after(drawn, rows, made)
    for id, want in drawn.items():
        if id in rows:
            _amend(found, rows[id], replace(want, after=after[id]), made)
        elif id in made.removed:
            found.kept.append(Kept(id, want.title, "removed"))
        else:
            found.new.append(want)
    for id in [id for id in rows if id not in drawn]:
        _take_out(found, rows[id])
    _set_plan(found, plan, template, window.goal, rows)
    here = [task for task in chosen if task.id not in made.removed or task.id in rows]
    _take_cards(found, template, cards, frozenset(task.id for task in here))
    _take_questions(found, asked_in(template, window, {task.id for task in here}), questions)
    found.decks = decks(here, found.cards)
    found.old_decks = decks_of(tasks, cards)
    _amend_reviews(found, plan, tasks, {module.id: module.title for module in template.modules}, made)
    ids = [task.id for task in here]
    if made.order:
        ids = _as_before(ids, rows)
    if made.order or any(after[id] != drawn[id].after for id in ids):
        # Otherwise the edition's order stands as it is: an anchored task may come after one of a later tier.
        ids = with_those_ahead_first(ids, after)
    _set_order(found, ids, tasks)
    return found


def _after(drawn: Mapping[str, Task], rows: Mapping[str, Sequence[Task]], made: Edits) -> dict[str, tuple[str, ...]]:
    """What each task of the edition comes after: what the learner said, unless the edition makes a circle of it."""
    wanted = {id: want.after for id, want in drawn.items()}
    by_hand = {
        id: rows[id][0].after for id in drawn if id in rows and "after" in made.fields.get(rows[id][0].number, ())
    }
    is_sound = len(with_those_ahead_first([*wanted], wanted | by_hand)) == len(wanted)
    return wanted | by_hand if is_sound else wanted


def _as_before(ids: Sequence[str], rows: Mapping[str, Sequence[Task]]) -> list[str]:
    """The tasks in the order in which the plan has them; what is new right behind the one ahead of it in the edition."""
    order = sorted((id for id in ids if id in rows), key=lambda id: min(row.position for row in rows[id]))
    for ahead, id in zip([None, *ids], ids, strict=False):
        if id not in rows:
            order.insert(0 if ahead is None else order.index(ahead) + 1, id)
    return order


def _amend(found: Merge, rows: Sequence[Task], want: Task, made: Edits) -> None:
    still_open = [row for row in rows if row.status is Status.OPEN]
    stays: list[str] = []
    said: dict[str, tuple[Any, Any]] = {}
    for row in rows:
        over = row.status is not Status.OPEN
        wanted = replace(row, **{name: getattr(want, name) for name in (PLACE if over else (*WORDS, *PLACE))})
        kept = _kept(row, wanted, made) if not over else []
        wanted = replace(wanted, **{name: getattr(row, name) for name in kept})
        stays += kept
        if not over and wanted.anchor != row.anchor:
            found.anchored.append(row.number)
        changes = differences("task", row, wanted, number=row.number)
        found.changes += changes
        said |= {change.field: (change.before, change.after) for change in changes if change.field not in said}
    if still_open:
        total = sum(row.minutes for row in rows)
        if total != want.minutes and want.task in made.minutes:
            stays.append("minutes")
        elif total != want.minutes or (len(still_open) > 1 and _is_to_be_joined(still_open, want)):
            left = max(0, want.minutes - (total - sum(row.minutes for row in still_open)))
            found.changes += resized(still_open, left, splittable=want.splittable)
            said |= {"minutes": (total, want.minutes)} if total != want.minutes else {}
    elif sum(row.minutes for row in rows) != want.minutes or any(
        getattr(rows[0], name) != getattr(want, name) for name in WORDS
    ):
        found.kept.append(Kept(want.task, rows[0].title, "over", rows[0].number))
    first = (still_open or rows)[0]
    if stays:
        found.kept.append(Kept(want.task, first.title, "edited", first.number, tuple(dict.fromkeys(stays))))
    if said:
        fields = tuple((name, *said[name]) for name in sorted(said))
        title = first.title if "title" in stays or not still_open else want.title
        found.amended.append(Amendment(want.task, first.number, title, fields))


def _kept(row: Task, wanted: Task, made: Edits) -> list[str]:
    """The fields that the learner changed and the edition would change back; what it comes after is settled for all at once."""
    by_hand = made.fields.get(row.number, set()) - {"after"}
    by_hand |= {_TOGETHER[name] for name in by_hand if name in _TOGETHER}
    return [name for name in BY_HAND if name in by_hand and getattr(row, name) != getattr(wanted, name)]


def _is_to_be_joined(pieces: Sequence[Task], want: Task) -> bool:
    """Whether the edition no longer lets the task be cut. One that never might be was longer than any day: it stays as it is."""
    return want.kind in NEVER_CUT or (not want.splittable and any(piece.splittable for piece in pieces))


def resized(rows: Sequence[Task], minutes: int, *, splittable: bool) -> list[Change]:
    """The changes after which the open pieces hold so many minutes: the last ones take or give them, none gets too short."""
    sizes = [row.minutes for row in rows]
    if not splittable:
        sizes = [sum(sizes)]
    more = minutes - sum(sizes)
    while more < 0 and len(sizes) > 1 and sizes[-1] + more < MIN_PIECE:
        last = sizes.pop()
        sizes[-1] += last
    sizes[-1] += more
    sizes = [size for size in sizes if size > 0]
    changes = [Change("task", row.number, "exists", True, False) for row in rows[len(sizes) :]]
    pairs = zip(rows, sizes, strict=False)
    return changes + [
        Change("task", row.number, "minutes", row.minutes, size) for row, size in pairs if row.minutes != size
    ]


def _take_out(found: Merge, rows: Sequence[Task]) -> None:
    """Remove what the edition no longer has, unless it is over."""
    still_open = [row for row in rows if row.status is Status.OPEN]
    found.gone += still_open
    found.changes += [Change("task", row.number, "exists", True, False) for row in still_open]
    if len(still_open) < len(rows):
        over = next(row for row in rows if row.status is not Status.OPEN)
        found.kept.append(Kept(over.task, over.title, "over", over.number))


def _set_plan(found: Merge, plan: Plan, template: Template, goal: str, rows: Mapping[str, Sequence[Task]]) -> None:
    wanted = replace(plan, edition=template.edition, title=template.title, goal=goal)
    gone = {row.number for row in found.gone}
    kinds = {change.number: change.after for change in found.changes if change.field == "kind"}
    left = [row for pieces in rows.values() for row in pieces if row.number not in gone]
    exams = [row for row in left if kinds.get(row.number, row.kind) is Kind.EXAM]
    is_there = exams or any(task.kind is Kind.EXAM for task in found.new)
    wanted = replace(wanted, exam=(plan.exam or plan.end) if is_there else None)
    found.changes += differences("plan", plan, wanted, number=plan.number)
    for row in exams:
        if row.status is Status.OPEN and row.number in kinds and row.date != wanted.exam:
            found.changes.append(Change("task", row.number, "date", row.date, wanted.exam))


def _take_cards(found: Merge, template: Template, cards: Sequence[Card], here: frozenset[str]) -> None:
    """The cards as the edition has them, each with the number that it had; new ones have none. Behind them those that the edition
    does not know but its learner rewrote, and the learner's own, which come after no task. What a learner wrote stays."""
    known = {card.id: card for card in cards if card.after}
    wanted: list[Card] = []
    for place, card in enumerate(card for card in template.cards if card.after in here):
        had = known.pop(card.id, None)
        now = replace(card, position=place, number=had.number if had else 0)
        if had is not None and had.rewritten_at is not None:
            now = replace(now, **{name: getattr(had, name) for name in _WORDS})
            if any(getattr(card, name) != getattr(had, name) for name in _WORDS):
                found.own_words.append(had)
        wanted.append(now)
        if had is not None:
            found.changes += [
                Change("card", had.number, name, getattr(had, name), getattr(now, name))
                for name in (*_SAID, "position")
                if getattr(had, name) != getattr(now, name)
            ]
    rewritten = [card for card in known.values() if card.rewritten_at is not None]
    found.own_words += rewritten
    found.changes += [
        Change("card", card.number, "exists", True, False) for card in known.values() if card not in rewritten
    ]
    place = len(wanted)
    own_cards = [*rewritten, *(card for card in cards if not card.after)]
    for own in sorted(own_cards, key=lambda card: (card.position, card.number)):
        place = max(place, own.position)
        found.changes += differences("card", own, replace(own, position=place), number=own.number)
        wanted.append(replace(own, position=place))
        place += 1
    found.cards = tuple(wanted)


def _take_questions(found: Merge, bank: Sequence[BankQuestion], questions: Sequence[BankQuestion]) -> None:
    """The bank as the edition has it, as `_take_cards` takes the cards."""
    known = {each.id: each for each in questions if each.after}
    wanted: list[BankQuestion] = []
    for place, question in enumerate(bank):
        had = known.pop(question.id, None)
        now = replace(question, position=place, number=had.number if had else 0)
        wanted.append(now)
        if had is not None:
            found.changes += differences("question", had, now, number=had.number)
    found.changes += [Change("question", each.number, "exists", True, False) for each in known.values()]
    own = sorted((each for each in questions if not each.after), key=lambda each: (each.position, each.number))
    for place, each in enumerate(own, len(wanted)):
        found.changes += differences("question", each, replace(each, position=place), number=each.number)
    found.questions = (*wanted, *own)


def _amend_reviews(found: Merge, plan: Plan, tasks: Sequence[Task], modules: Mapping[str, str], made: Edits) -> None:
    """Reviews of decks that are gone go, those of the others follow their deck. What is over stays."""
    from studyplan.model import Work
    from studyplan.schedule.reviews import LAST_PASS, review_minutes

    by_id = {deck.id: deck for deck in found.decks}
    own = {card.module for card in found.cards if not card.after}
    for task in tasks:
        if not is_session(task) or task.status is not Status.OPEN:
            continue
        if own and by_id.get(task.task.rpartition("-")[0]) is None and task.module in {"", *own}:
            # Reviews of the learner's own cards, which no edition knows.
            continue
        deck = by_id.get(task.task.rpartition("-")[0])
        is_last_pass = task.task.startswith("last-pass-") and not task.after
        if (deck is None and not is_last_pass) or not found.decks:
            found.gone.append(task)
            found.changes.append(Change("task", task.number, "exists", True, False))
            continue
        work = Work(task.task, LAST_PASS) if deck is None else Work(task.task, review_minutes(deck), after=deck.after)
        want = drawn_from_cards(work, by_id, modules, plan)
        wanted = replace(task, title=want.title, after=want.after, minutes=want.minutes, module=want.module)
        if "title" in made.fields.get(task.number, ()):
            wanted = replace(wanted, title=task.title)
        if task.task in made.minutes:
            wanted = replace(wanted, minutes=task.minutes)
        found.changes += differences("task", task, wanted, number=task.number)


def _set_order(found: Merge, here: Sequence[str], tasks: Sequence[Task]) -> None:
    """The order of study: the edition's, then whatever else is there as it came. Positions change where the order does."""
    place: dict[str, int] = {}
    for task in tasks:
        place[task.task] = min(task.position, place.get(task.task, task.position))
    gone = {row.number for row in found.gone}
    # The learner's own stand among the others wherever their days put them: no edition says where.
    left = [task for task in tasks if task.number not in gone and not task.own]
    others = sorted({task.task for task in left} - set(here), key=place.__getitem__)
    found.order = [*here, *others]
    now = sorted({task.task for task in left}, key=place.__getitem__)
    if found.order == now:
        return
    rank = {id: index for index, id in enumerate(found.order)}
    in_order = sorted((*left, *found.new), key=lambda row: (rank[row.task], row.part, row.number))
    for position, row in enumerate(in_order):
        if row.number and row.position != position:
            found.changes.append(Change("task", row.number, "position", row.position, position))
        elif not row.number:
            found.new[found.new.index(row)] = replace(row, position=position)
