"""What the scheduler takes and gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from studyplan.model import Anchor, Reason


class Role(StrEnum):
    """What a day of the window is for."""

    OFF = "off"
    MATERIAL = "material"
    BUFFER = "buffer"
    EXAM = "exam"


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a window. ``capacity``: minutes; 0 where nothing is studied; None if no ceiling was named."""

    date: date
    role: Role
    capacity: int | None
    #: Minutes that evenness would put here; None off the material days.
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """A task as the scheduler sees it. The order of a sequence of works is the curriculum order."""

    id: str
    minutes: int
    splittable: bool = False
    after: tuple[str, ...] = ()
    anchor: Anchor | None = None
    exam: bool = False
    #: A mock, a quiz or an exam: never cut. Longer than the fullest day, it stands alone on such a day and passes its ceiling.
    whole: bool = False
    #: Optional or elective: may be left out where the plan does not fit.
    optional: bool = False
    title: str = ""

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.title or self.id


@dataclass(frozen=True, slots=True)
class Deck:
    """The cards of a module whose tasks are of one tier; they earn it its reviews.

    ``id`` is the stem of the review's key (``review-language`` or ``review-language-practice``); ``after`` the ids of the
    tasks that its cards name; ``cards`` how many a review asks, which is one of siblings; ``title`` the module's, for messages;
    ``siblings`` how many more there are.
    """

    id: str
    module: str
    cards: int
    after: tuple[str, ...]
    title: str = ""
    siblings: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a task that sits on one day. ``part`` counts from 1 in the order of days."""

    task: str
    part: int
    date: date
    minutes: int
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A way out of a plan that does not fit. ``kind``: minutes, days, window, leave_out; ``command`` takes it."""

    kind: str
    value: int | str | tuple[str, ...]
    command: str = ""
    #: False where no proof was found that a smaller set is not enough.
    exact: bool = True
    #: Of the tasks to leave out, for people; beside ``value``, which has their ids.
    titles: tuple[str, ...] = field(default=(), compare=False)
    #: Whether they are those of least value, of any tier, without which all else can be started.
    what_fits: bool = False
    #: Of the tasks to leave out, together.
    minutes: int | None = field(default=None, compare=False)


class LayoutNote(str):
    """A note on tasks that could not be laid out as usual, in words.

    ``kind``: off-anchor, over-limit, cut, alone, no-review or no-last-pass; ``tasks``: the ids of those concerned, or, of a
    review that found no room, of the review itself.
    """

    kind: str
    tasks: tuple[str, ...]

    def __new__(cls, text: str, kind: str, *tasks: str) -> LayoutNote:
        note = super().__new__(cls, text)
        note.kind, note.tasks = kind, tasks
        return note
