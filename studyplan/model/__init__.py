"""The words of the domain as frozen values. No behaviour beyond small properties; standard library only.

Minutes are whole minutes. A ``date`` is a study day of the learner, never a midnight; a ``datetime`` is an aware instant
in UTC with whole seconds. What the database holds stands here; the values of templates and of the lay-out are in files of
their own that are read when one of their names is first asked for, since making such classes takes a while and `today`
needs none of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

if TYPE_CHECKING:
    from studyplan.model.layout import Day as Day
    from studyplan.model.layout import Deck as Deck
    from studyplan.model.layout import LayoutNote as LayoutNote
    from studyplan.model.layout import Offer as Offer
    from studyplan.model.layout import Piece as Piece
    from studyplan.model.layout import Role as Role
    from studyplan.model.layout import Work as Work
    from studyplan.model.questions import Attempt as Attempt
    from studyplan.model.questions import BankQuestion as BankQuestion
    from studyplan.model.questions import Difficulty as Difficulty
    from studyplan.model.questions import Option as Option
    from studyplan.model.questions import QuestionKind as QuestionKind
    from studyplan.model.questions import Response as Response
    from studyplan.model.questions import Slip as Slip
    from studyplan.model.syncing import Presence as Presence
    from studyplan.model.syncing import Remote as Remote
    from studyplan.model.syncing import Seen as Seen
    from studyplan.model.templates import Certification as Certification
    from studyplan.model.templates import ExamQuestion as ExamQuestion
    from studyplan.model.templates import Module as Module
    from studyplan.model.templates import Path as Path
    from studyplan.model.templates import Provider as Provider
    from studyplan.model.templates import Template as Template
    from studyplan.model.templates import TemplateTask as TemplateTask
    from studyplan.model.templates import Window as Window

#: Minutes: everything that is laid out is a multiple of this.
STEP = 5
#: Minutes: no piece of a cut task is shorter, unless the task is.
MIN_PIECE = 25
#: Minutes: the longest that an alarm rings ahead, four weeks.
LONGEST_ALARM = 40_320
#: Days: the longest window a plan may have.
LONGEST_WINDOW = 1100
#: Minutes: the longest round of cards, and the longest test.
LONGEST_ROUND = 600
#: Milliseconds: the longest time recorded for an answer.
LONGEST_ANSWER = 24 * 60 * 60 * 1000
#: A forgotten card comes back after this many others, or at the end.
COMES_BACK = 4
#: Questions of a quiz for practice, at most.
MOST_QUIZZED = 300
#: Minutes: the longest task.
LONGEST_TASK = 480
#: Characters: the longest name of a plan or a learner, the longest title of a task.
LONGEST_NAME = 200
#: Characters of a kind of one's own.
LONGEST_KIND = 40
#: The occurrences of habits are numbered from here, so that the numbers that people type stay small.
FIRST_OCCURRENCE = 1_000_000


class Kind(StrEnum):
    READ = "read"
    WATCH = "watch"
    LAB = "lab"
    QUIZ = "quiz"
    REVIEW = "review"
    MOCK = "mock"
    DISCUSS = "discuss"
    REFLECT = "reflect"
    EXAM = "exam"


#: Answered in one sitting: never cut, whatever the days hold.
NEVER_CUT = frozenset({Kind.QUIZ, Kind.MOCK, Kind.EXAM})


class Tier(StrEnum):
    CORE = "core"
    PRACTICE = "practice"
    DEPTH = "depth"

    @property
    def rank(self) -> int:
        return list(Tier).index(self)


class Access(StrEnum):
    """What it takes to do a task besides a computer."""

    NONE = "none"
    FREE_SIGNUP = "free-signup"
    LOCAL_CLUSTER = "local-cluster"
    PAID = "paid"


class Status(StrEnum):
    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


class PlanState(StrEnum):
    ACTIVE = "active"
    FINISHED = "finished"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Resource:
    title: str
    url: str
    minutes: int | None = None
    free: bool = True


@dataclass(frozen=True, slots=True)
class Anchor:
    """A day counted from another: ``base`` is ``"exam"``, ``"start"`` or the id of an anchored task; ``days`` may be negative."""

    base: str
    days: int = 0

    def __str__(self) -> str:
        return f"{self.base}{self.days:+d}d" if self.days else self.base


class Grade(StrEnum):
    """How an answer from memory went, by the learner's own word."""

    AGAIN = "again"
    HARD = "hard"
    GOOD = "good"
    EASY = "easy"


@dataclass(frozen=True, slots=True)
class Memory:
    """What the answers to a card have left in memory, as FSRS tells it: ``stability`` is the days until the chance of recall
    has fallen to 90 %, ``difficulty`` 1 to 10, ``last`` the study day of the last answer; how many answers there were, and
    how many of them failed. A card that was never answered has none."""

    stability: float
    difficulty: float
    last: date
    answers: int = 1
    lapses: int = 0


@dataclass(frozen=True, slots=True)
class Card:
    """One question for retrieval practice. ``after`` names the task it belongs to (the module's first if it names none; empty
    for a card of the learner's own)."""

    id: str
    question: str
    answer: str
    module: str
    after: str
    source: str | None = None
    #: Of a card that a plan copied: its number, which no other card of the learner has, and its place among the plan's.
    number: int = field(default=0, compare=False)
    position: int = field(default=0, compare=False)
    #: False before it is made and after it was taken out.
    exists: bool = True
    memory: Memory | None = None
    #: Since when it is not asked, because it was forgotten too often or its learner said so; None: it is asked.
    suspended_at: datetime | None = None
    #: When its learner last put it into words of their own, which an upgrade leaves alone; None: never.
    rewritten_at: datetime | None = None
    #: The text in Anki's notation that it asks a deletion of, if it is made of one.
    cloze: str | None = None

    @property
    def note(self) -> str:
        """What it shares with its siblings, the cards made of the same text: its id up to the dot."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class StudyHours:
    """One weekday: ``minutes`` of study (None: no ceiling named; 0: off), from ``start`` where clock hours are known."""

    minutes: int | None = None
    start: time | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """The study week, Monday first."""

    days: tuple[StudyHours, ...]

    def on(self, day: date) -> StudyHours:
        return self.days[day.weekday()]


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"


@dataclass(frozen=True, slots=True)
class Engagement:
    """A time at which the learner cannot study: minutes of the day from ``start`` to before ``end``; 0 to 1440 is all of it."""

    day: date
    start: int
    end: int


#: The code of the reason of a task that a replan left over.
NO_ROOM = "no-room"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a piece sits where it sits. ``code`` is one of overdue, day-full, follows, day-off, exam-moved, evened, shifted,
    by-hand, anchor, edition, no-room; ``because`` the key, date, number or edition that it rests on."""

    code: str
    because: str | int


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer that runs: on which task (its number) and since when."""

    task: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class ModuleScore:
    """What a mock exam told of one module: percent, or None if it was only named as weak."""

    module: str
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """How an exam went, and on which day. ``score``: percent, None if it is not known."""

    passed: bool
    on: date
    score: int | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """How many minutes ahead calendars of one form (a word of ``calendar.forms``) ring."""

    form: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Learner:
    id: int
    name: str
    #: IANA name; None: the system's zone.
    zone: str | None = None
    week: Week | None = None
    off: tuple[Span, ...] = ()
    holidays: str | None = None
    created_at: datetime | None = None
    #: The one timer that runs, if one does.
    timer: Timer | None = None
    #: The alarms that exports have, at most one for each form of calendar.
    alarms: tuple[Alarm, ...] = ()


@dataclass(frozen=True, slots=True)
class Habit:
    """Something done again and again on days of the week: one series, of which each day's occurrence is a task of its own.

    The occurrences carry what happened; this is the wish that those to come are made by.
    """

    #: Of the learner's task numbers: what people type, for each day's occurrence alike.
    number: int
    #: The template's task id, or one of our own making.
    key: str
    title: str
    minutes: int
    #: 0 is Monday.
    weekdays: tuple[int, ...]
    #: Its first day, and its last; None: the plan's.
    first: date
    until: date | None = None
    kind: Kind = Kind.READ
    module: str = "own"
    #: Added by the learner, not from the template.
    own: bool = True
    #: Days that it was taken off by hand.
    without: tuple[date, ...] = ()

    def is_on(self, day: date) -> bool:
        """Whether it is meant for the day, days off apart."""
        if day.weekday() not in self.weekdays or day < self.first or day in self.without:
            return False
        return self.until is None or day <= self.until


@dataclass(frozen=True, slots=True)
class Plan:
    learner_id: int
    number: int
    uuid: UUID
    name: str
    template: str
    edition: str
    title: str
    window: str
    start: date
    end: date
    #: The exam's date; None for a template without an exam task.
    exam: date | None
    state: PlanState = PlanState.ACTIVE
    #: False before it is made and after its start is undone; what does not exist is kept, for redo, but never shown.
    exists: bool = True
    goal: str = ""
    paths: tuple[str, ...] = ()
    #: The plan's own study week, days off and holidays; None or empty: the learner's alone.
    week: Week | None = None
    off: tuple[Span, ...] = ()
    holidays: str | None = None
    #: When the learner's own calendar had no room, as it was read last.
    busy: tuple[Engagement, ...] = ()
    #: Minutes of the fullest day as the plan was laid out: the ceiling of later replans where none was named.
    fullest: int = 0
    created_at: datetime | None = None
    ended_at: datetime | None = None
    #: Tasks of the template that the start went without, by id.
    left_out: tuple[str, ...] = ()
    #: How its exam went; None: not taken, or not recorded.
    result: Result | None = None
    #: The number of the plan whose exam this one prepares for again.
    retake: int | None = None
    habits: tuple[Habit, ...] = ()
    #: True: it has minutes of its own and was running before the learner's hours were a ceiling over all plans, so they are none for it.
    own_only: bool | None = None


#: A day, where a field is called ``date``.
_Date: TypeAlias = date


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work with a day. A task of the template that is cut has a row for each piece."""

    learner_id: int
    number: int
    plan: int
    uuid: UUID
    #: The template's task id, ``#2`` added for a second piece; unique in the plan.
    key: str
    #: The template's task id.
    task: str
    part: int
    module: str
    title: str
    kind: Kind
    minutes: int
    splittable: bool
    date: date
    #: Place in curriculum order; pieces of a task follow one another.
    position: int
    status: Status = Status.OPEN
    done_at: datetime | None = None
    #: Minutes it took, all sittings together; None: not recorded.
    spent_minutes: int | None = None
    note: str | None = None
    #: Stays on its day when the plan is mended.
    pinned: bool = False
    reason: Reason | None = None
    tier: Tier = Tier.CORE
    optional: bool = False
    #: Added by the learner, not from the template.
    own: bool = False
    after: tuple[str, ...] = ()
    anchor: Anchor | None = None
    access: Access = Access.NONE
    tags: tuple[str, ...] = ()
    objective: str = ""
    evidence: str = ""
    resources: tuple[Resource, ...] = ()
    #: False before it is made and after it is removed.
    exists: bool = True
    updated_at: datetime | None = None
    #: The calendar's revision number; ``store`` keeps it.
    sequence: int = 0
    #: When a calendar with clock times shows it; None where no such time was ever set.
    starts_at: datetime | None = None
    #: What there is to show for it: addresses, and absolute paths of files.
    links: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    #: Percent reached in a quiz, a review, a mock or the exam, and its results for single modules.
    score: int | None = None
    scores: tuple[ModuleScore, ...] = ()
    #: The number of the habit of which this is an occurrence.
    habit: int | None = None
    #: What the learner or the template calls the kind, where it is none of ours; ``kind`` is then what it behaves as.
    own_kind: str | None = None
    #: How many questions of the bank a quiz or a mock asks; None: as many as its minutes have room for.
    questions: int | None = None
    #: How many pieces the task has now, and which of them by day this is; counted when read. ``part`` only tells them apart.
    parts: int = 1
    place: int = 1
    #: Of a habit's occurrence: its day is over and it was not done; told where a day is known.
    missed: bool = False

    @property
    def typed(self) -> int:
        """The number that people type: a habit's for all of its occurrences."""
        return self.number if self.habit is None else self.habit

    @property
    def ref(self) -> str:
        """What people may type for this one: the number, of a habit with the day."""
        return str(self.number) if self.habit is None else f"{self.habit}@{self.date}"

    @property
    def kind_word(self) -> str:
        """What people call the kind."""
        return self.own_kind or self.kind.value

    @property
    def has_no_room(self) -> bool:
        """Whether a replan left it over: open, where it was, on none of the days ahead."""
        return self.status is Status.OPEN and self.reason is not None and self.reason.code == NO_ROOM

    def is_overdue(self, today: _Date) -> bool:
        """Whether its day is over while it is open; one that has no room is told of apart. A habit is missed, never late."""
        is_late = self.status is Status.OPEN and self.date < today and self.habit is None
        return is_late and not self.has_no_room


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer from memory, a fact that stays. ``card`` is the card's number."""

    card: int
    grade: Grade
    at: datetime
    #: From the question to the grade; None where nobody measured it.
    milliseconds: int | None = None
    #: What the learner said before the answer was shown; None: nothing.
    is_sure: bool | None = None


@dataclass(frozen=True, slots=True)
class Stint:
    """Time spent on a task in one sitting: whole minutes of the study day ``date``."""

    learner_id: int
    number: int
    #: The task's number.
    task: int
    date: date
    minutes: int
    #: Where a timer measured it.
    started_at: datetime | None = None
    #: False before it is made and after it is taken back.
    exists: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one row, before and after. ``of`` is ``task``, ``card``, ``stint``, ``question``, ``attempt``, ``plan`` or
    ``learner``; ``number`` its number (0: the learner)."""

    of: str
    number: int
    field: str
    before: Any
    after: Any

    @property
    def inverse(self) -> Change:
        return Change(self.of, self.number, self.field, self.after, self.before)


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes that were made together, and are undone together. ``action`` is a short sentence for people."""

    learner_id: int
    number: int
    at: datetime
    actor: str
    action: str
    changes: tuple[Change, ...]
    #: ``do``, ``undo`` or ``redo``; of the latter two, ``target`` is the batch that they took back or repeated.
    kind: str = "do"
    target: int | None = None
    undone: bool = False


_HOMES = {
    **dict.fromkeys(
        ("Certification", "ExamQuestion", "Module", "Path", "Provider", "Template", "TemplateTask", "Window"),
        "templates",
    ),
    **dict.fromkeys(("Day", "Deck", "LayoutNote", "Offer", "Piece", "Role", "Work"), "layout"),
    **dict.fromkeys(
        ("Attempt", "BankQuestion", "Difficulty", "Option", "QuestionKind", "Response", "Slip"), "questions"
    ),
    **dict.fromkeys(("Presence", "Remote", "Seen"), "syncing"),
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value
