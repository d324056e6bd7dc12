"""The moves of a replan in words: where each piece goes, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from studyplan.presentation.language import NN_, ngettext
from studyplan.presentation.language import gettext as _
from studyplan.presentation.phrases import day_or, reason_text, scheduled_title, short_day, span_text

if TYPE_CHECKING:
    from studyplan.planner.replan import Mended


class MoveWords(NamedTuple):
    """One move. ``number``: the task's, None for a piece that is yet to be made; ``way``: from which day to which."""

    number: int | None
    way: str
    minutes: int
    title: str
    reason: str


def words_of_moves(mended: Mended) -> list[MoveWords]:
    """All moves of a replan, in its order."""
    moves = mended.mending.moves
    pieces = [move.task for move in moves]
    placed = _placed(mended)
    found = []
    for move in moves:
        minutes = move.minutes if move.minutes is not None else move.minutes_before
        is_part = move.part > 1 or pieces.count(move.task) > 1
        title = scheduled_title(mended.titles[move.task]) + (_(" (part {n})").format(n=move.part) if is_part else "")
        if move.before == move.after and move.before and move.minutes_before:
            way = _("{day}, was {time}").format(day=short_day(move.before), time=span_text(move.minutes_before))
        else:
            gone = _("merged") if move.task in placed else _("dropped")
            way = f"{day_or(move.before, _('new'))} → {day_or(move.after, gone)}"
        found.append(MoveWords(move.number, way, minutes or 0, title, reason_text(move.reason, mended.titles)))
    return found


def notes_of_moves(mended: Mended) -> list[str]:
    """What else is to be said of the moves: reviews that are dropped, and the notes of the replan."""
    placed = _placed(mended)
    dropped = sum(move.after is None and move.task not in placed for move in mended.mending.moves)
    notes = []
    if dropped:
        words = NN_("{n} review would be dropped for want of room", "{n} reviews would be dropped for want of room")
        if mended.written:
            words = NN_("{n} review is dropped for want of room", "{n} reviews are dropped for want of room")
        notes.append(ngettext(*words, dropped).format(n=dropped))
    return [*notes, *dict.fromkeys(mended.mending.notes)]


def _placed(mended: Mended) -> set[str]:
    """The tasks of which a piece has a day."""
    return {move.task for move in mended.mending.moves if move.after is not None}
