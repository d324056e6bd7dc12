"""How long things take this learner, against the estimates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studyplan.insight.record import Record
from studyplan.model import Kind, Task

#: Records of minutes spent before a pace is told, and how many imagined ones hold it towards 1 after that. That people's own
#: past corrects the planning fallacy is known (Buehler, Griffin and Ross 1994); that it takes five records is judgement.
ENOUGH = 5


@dataclass(frozen=True, slots=True)
class Pace:
    """Minutes spent over minutes estimated: 1.2 takes a fifth longer. ``kind`` None: of all kinds together.

    ``ratio`` None: fewer than five records, and nothing is claimed. ``estimated`` and ``spent`` are the minutes of those
    ``records`` alone.
    """

    kind: Kind | None
    records: int
    estimated: int
    spent: int
    ratio: float | None


def pace(record: Record) -> Pace:
    """The pace over all kinds; see :class:`Pace` and :func:`paces`."""
    return _pace(None, _told(record))


def paces(record: Record) -> tuple[Pace, ...]:
    """The pace of each kind of which a record exists, in the order of ``Kind``.

    Shrunk towards 1 as if five more tasks of the same size had taken just their estimate: after five records half of what
    is seen is believed, after twenty four fifths (a normal prior's weight, with the number by judgement). Sums, not means
    of ratios: what counts is how long all of it takes. Only tasks that were done and given their minutes count.
    """
    told = _told(record)
    kinds = [kind for kind in Kind if any(t.kind is kind for t in told)]
    return tuple(_pace(kind, [t for t in told if t.kind is kind]) for kind in kinds)


def _told(record: Record) -> list[Task]:
    return [t for t in record.work if t.number in record.done_on and t.spent_minutes is not None]


def _pace(kind: Kind | None, told: Sequence[Task]) -> Pace:
    estimated = sum(t.minutes for t in told)
    spent = sum(t.spent_minutes or 0 for t in told)
    if len(told) < ENOUGH:
        return Pace(kind, len(told), estimated, spent, None)
    imagined = ENOUGH * estimated / len(told)
    return Pace(kind, len(told), estimated, spent, round((spent + imagined) / (estimated + imagined), 3))
