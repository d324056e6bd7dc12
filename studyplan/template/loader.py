"""A template file -> :class:`~studyplan.model.Template`, or one error that lists everything wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path as FilePath

from studyplan.files import read
from studyplan.model import (
    Anchor,
    BankQuestion,
    Card,
    Certification,
    ExamQuestion,
    Kind,
    Module,
    Option,
    Path,
    Provider,
    Resource,
    Template,
    TemplateTask,
    Tier,
    Window,
)
from studyplan.template import rules
from studyplan.template.drafts import TaskDraft, drafts_of, read_anchor
from studyplan.template.fields import Item, Spot
from studyplan.template.problems import Problems, quoted
from studyplan.template.siblings import both_ways, of_cloze
from studyplan.template.source import LARGEST, MappingNode, ScalarNode, compose, decoded
from studyplan.template.tables import FORMAT, TEMPLATE

#: Kinds that may be cut over days when they are long, unless the file says otherwise.
_SPLITTABLE = frozenset({Kind.READ, Kind.WATCH, Kind.LAB, Kind.REFLECT})
#: Minutes: what such a task must exceed.
_LONG = 45


def parse(text: bytes | str, where: str) -> Template:
    """The template in ``text``. ``where`` is what messages call the file.

    Raises :class:`~studyplan.errors.BadFile` whose ``problems`` are all that is wrong, one line each, sorted by line.
    """
    return _parse(text, where, stem=None)


def load(path: FilePath) -> Template:
    """The template in a file, whose name must be its id and ``.yaml``.

    Raises ``StorageProblem`` if it is not there or cannot be read, ``BadFile`` as `parse` does.
    """
    return _parse(read(path, LARGEST), str(path), stem=path.stem)


def minutes_of(template: Template, window: Window, paths: frozenset[str] = frozenset()) -> int:
    """Minutes of all tasks of a window, the exam included, with the chosen paths' own; reviews come on top."""
    return sum(task.minutes for task in template.tasks_of(window, paths))


def hours(template: Template, window: Window, paths: frozenset[str] = frozenset()) -> float:
    """The same in hours, not rounded."""
    return minutes_of(template, window, paths) / 60


@lru_cache(maxsize=16)
def _parse(text: bytes | str, where: str, stem: str | None) -> Template:
    """The template of a text; a server that reads the same file for each page parses it once."""
    problems = Problems(where)
    root = compose(decoded(text, problems), problems)
    if root is None or (isinstance(root, ScalarNode) and root.empty):
        problems.stop(1, "the file is empty: `studyplan templates new ID` prints one to start from")
    if not isinstance(root, MappingNode):
        problems.stop(root.line, "a template is a mapping that begins with the key 'studyplan'")
    _check_version(root, problems)
    record = TEMPLATE.read(root, "", Spot(problems))
    if stem is not None and record.get("id") not in (stem, None):
        problems.add(record.line_of("id"), f"id {quoted(record['id'])} must be the file's name, {quoted(stem)}")
    rules.check(record, problems)
    if problems:
        problems.raise_all()
    return _template(record)


def _check_version(root: MappingNode, problems: Problems) -> None:
    """Stop at a file of a later format: all its keys would seem wrong."""
    line, node = root.entries.get("studyplan", (1, None))
    if isinstance(node, ScalarNode) and node.plain and node.text.isascii() and node.text.isdigit():
        version = node.text.lstrip("0")[:9]
        if version and version != str(FORMAT):
            problems.stop(
                line, f"the file is of format {version}, this studyplan reads format {FORMAT}: upgrade studyplan"
            )


def _template(record: Item) -> Template:
    """The values of a valid record."""
    drafts = iter(drafts_of(record))
    tiers = {draft.id: draft.tier or Tier.CORE for draft in drafts_of(record)}
    exams = frozenset(draft.id for draft in drafts_of(record) if draft.kind is Kind.EXAM)
    modules = []
    for module in record["modules"]:
        tasks = tuple(_task(next(drafts), exams) for _ in module["tasks"])
        first = next((task.id for task in tasks if not task.every), tasks[0].id)
        cards = tuple(made for card in module["cards"] for made in _cards(card, module["id"], first))
        bank = tuple(_question(each, module["id"], first, tiers) for each in module["questions"])
        modules.append(Module(module["id"], module["title"], module["about"], tasks, cards, bank))
    return Template(
        id=record["id"],
        title=record["title"],
        edition=record["edition"],
        language=record["language"],
        about=record["about"],
        windows=tuple(_window(w) for w in record["windows"]),
        default_window=record["default_window"],
        modules=tuple(modules),
        certification=_certification(record["certification"]),
        paths=tuple(Path(path["id"], path["title"], path["about"]) for path in record["paths"]),
        samples=tuple(record["samples"]),
    )


def _window(record: Item) -> Window:
    shortest, longest = record["days"]
    return Window(record["id"], shortest, longest, record["tier"], record["goal"])


def _task(draft: TaskDraft, exams: frozenset[str]) -> TemplateTask:
    record = draft.record
    minutes, kind, splittable = record["minutes"], record["kind"], record["splittable"]
    return TemplateTask(
        id=draft.id,
        title=record["title"],
        kind=kind,
        minutes=minutes,
        module=draft.module,
        tier=record["tier"],
        splittable=kind in _SPLITTABLE and minutes > _LONG if splittable is None else splittable,
        after=tuple(name.value for name in draft.after),
        on={window: _anchor(located.value, exams) for window, located in draft.on.items()},
        path=tuple(name.value for name in record["path"]),
        optional=record["optional"],
        access=record["access"],
        tags=tuple(record["tags"]),
        objective=record["objective"],
        evidence=record["evidence"],
        resources=tuple(Resource(r["title"], r["url"], r["minutes"], r["free"]) for r in record["resources"]),
        questions=record["questions"],
        own_kind=record["own_kind"] or None,
        every=record["every"],
    )


def _anchor(text: str, exams: frozenset[str]) -> Anchor:
    """An anchor counted from the exam task by its id is one counted from the exam."""
    anchor = read_anchor(text)
    assert anchor is not None
    return Anchor("exam", anchor.days) if anchor.base in exams else anchor


def _cards(record: Item, module: str, first_task: str) -> list[Card]:
    """The cards of a record: one, or the siblings that are made of it."""
    card = Card(
        id=record["id"],
        question=record["question"] or "",
        answer=record["answer"] or "",
        module=module,
        after=record["after"] or first_task,
        source=record["source"],
    )
    if record["cloze"] is not None:
        return of_cloze(card, record["cloze"])
    return both_ways(card) if record["reverse"] else [card]


def _question(record: Item, module: str, first_task: str, tiers: Mapping[str, Tier]) -> BankQuestion:
    after = record["after"] or first_task
    return BankQuestion(
        id=record["id"],
        kind=record["kind"],
        question=record["question"],
        module=module,
        after=after,
        options=tuple(Option(each["text"], each["right"], each["why"]) for each in record["options"]),
        answer=record["answer"],
        tolerance=record["tolerance"],
        unit=record["unit"],
        why=record["why"],
        source=record["source"],
        difficulty=record["difficulty"],
        tier=record["tier"] or tiers[after],
    )


def _certification(record: Item | None) -> Certification | None:
    if record is None:
        return None
    following = record["next"]
    return Certification(
        track=record["track"],
        level=record["level"].value,
        order=record["order"],
        audience=tuple(record["audience"]),
        prerequisites=tuple(record["prerequisites"]),
        skills=tuple(record["skills"]),
        roles=tuple(record["roles"]),
        renew_after_years=tuple(record["renew_after_years"]),
        next={key: value for key, value in following.values.items() if value} if following else {},
        exam=tuple(ExamQuestion(each["question"], each["answer"], each["source"]) for each in record["exam"]),
        providers=tuple(Provider(each["name"], each["focus"], each["url"]) for each in record["providers"]),
    )
