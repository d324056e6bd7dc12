"""What a template holds, as it stands in its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from studyplan.model import Access, Anchor, BankQuestion, Card, Kind, Resource, Tier


@dataclass(frozen=True, slots=True)
class TemplateTask:
    id: str
    title: str
    kind: Kind
    minutes: int
    module: str
    tier: Tier = Tier.CORE
    splittable: bool = False
    after: tuple[str, ...] = ()
    #: The anchor in each window, by window id; a window that is missing here has none.
    on: Mapping[str, Anchor] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    optional: bool = False
    access: Access = Access.NONE
    tags: tuple[str, ...] = ()
    objective: str = ""
    evidence: str = ""
    resources: tuple[Resource, ...] = ()
    #: The weekdays of a habit, 0 for Monday; empty: it is done once.
    every: tuple[int, ...] = ()
    #: How many questions of the bank a quiz or a mock asks; None: as many as its minutes have room for.
    questions: int | None = None
    #: What the kind is called where it is none of ours.
    own_kind: str | None = None

    @property
    def kind_word(self) -> str:
        """What people call the kind."""
        return self.own_kind or self.kind.value


@dataclass(frozen=True, slots=True)
class Module:
    id: str
    title: str
    about: str = ""
    tasks: tuple[TemplateTask, ...] = ()
    cards: tuple[Card, ...] = ()
    questions: tuple[BankQuestion, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """A length that a plan may have: ``shortest`` to ``longest`` days, holding its tier and all tiers before it."""

    id: str
    shortest: int
    longest: int
    tier: Tier
    goal: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    id: str
    title: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class ExamQuestion:
    """What people ask about the exam itself, answered, with an address where that can be checked."""

    question: str
    answer: str
    source: str


@dataclass(frozen=True, slots=True)
class Provider:
    """Somebody who teaches for a certification, and what their courses concentrate on."""

    name: str
    focus: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Certification:
    track: str
    level: str
    order: int | None = None
    audience: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    renew_after_years: tuple[int, ...] = ()
    next: Mapping[str, str] = field(default_factory=dict)
    exam: tuple[ExamQuestion, ...] = ()
    providers: tuple[Provider, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    id: str
    title: str
    edition: str
    language: str
    about: str
    windows: tuple[Window, ...]
    default_window: str
    modules: tuple[Module, ...]
    certification: Certification | None = None
    paths: tuple[Path, ...] = ()
    #: Names of files with sample data, in the folder ``samples`` beside the template.
    samples: tuple[str, ...] = ()

    def window(self, id: str) -> Window | None:
        return next((window for window in self.windows if window.id == id), None)

    def window_for(self, days: int) -> Window | None:
        """The largest window that so many days are enough for; None if they are too few for any."""
        return next((window for window in reversed(self.windows) if window.shortest <= days), None)

    @property
    def tasks(self) -> tuple[TemplateTask, ...]:
        """All tasks in the file's order."""
        return tuple(task for module in self.modules for task in module.tasks)

    @property
    def cards(self) -> tuple[Card, ...]:
        return tuple(card for module in self.modules for card in module.cards)

    @property
    def questions(self) -> tuple[BankQuestion, ...]:
        return tuple(question for module in self.modules for question in module.questions)

    def tasks_of(self, window: Window, paths: frozenset[str] = frozenset()) -> tuple[TemplateTask, ...]:
        """The tasks of a window and the chosen paths in curriculum order: tier by tier, inside a tier in the file's order.
        Habits are none of them: see :meth:`habits_of`."""
        chosen = (task for task in self.tasks if not task.every and _is_chosen(task, window, paths))
        return tuple(sorted(chosen, key=lambda task: task.tier.rank))

    def habits_of(self, window: Window, paths: frozenset[str] = frozenset()) -> tuple[TemplateTask, ...]:
        """The habits of a window and the chosen paths, in the file's order."""
        return tuple(task for task in self.tasks if task.every and _is_chosen(task, window, paths))


def _is_chosen(task: TemplateTask, window: Window, paths: frozenset[str]) -> bool:
    return task.tier.rank <= window.tier.rank and (not task.path or bool(paths.intersection(task.path)))
