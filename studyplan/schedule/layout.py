"""The lay-out of a plan: every task on its day, as evenly as the learner's days allow, and exactly so.

Pure: the standard library, ``model`` and ``errors``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from studyplan.errors import DoesNotFit
from studyplan.model import Day, Kind, Piece, Role, Task, Work
from studyplan.schedule.course import Course, Problem
from studyplan.schedule.path import most_even
from studyplan.schedule.reviews import place_reviews
from studyplan.schedule.window import with_shares

__all__ = ["Layout", "Problem", "lay_out", "misfit", "placed"]


@dataclass(frozen=True, slots=True)
class Layout:
    """A plan laid out. ``pieces`` hold everything, in curriculum order, the reviews after the material.

    ``days`` have their ``share``; ``reviews`` are the tasks that the decks earned; ``cost`` is the unevenness with 15 for each
    cut; ``review_distance`` the mean and the worst number of days between a review and the day it is due.
    """

    days: tuple[Day, ...]
    pieces: tuple[Piece, ...]
    reviews: tuple[Work, ...] = ()
    notes: tuple[str, ...] = ()
    cost: float = 0.0
    review_distance: tuple[float, int] = (0.0, 0)


def lay_out(problem: Problem) -> Layout:
    """The most even plan that keeps every rule; among equals the one whose earlier days are fuller.

    Raises ``DoesNotFit`` if there is none.
    """
    course = Course(problem)
    reason = course.misfit()
    if reason is not None:
        raise reason
    ends = most_even(course)
    material = course.pieces(ends)
    anchored = {work.id: Piece(work.id, 1, course.anchored[work.id], work.minutes) for work in course.fixed}
    pieces = tuple(
        piece
        for work in problem.works
        for piece in ((anchored[work.id],) if work.id in anchored else material[work.id])
    )
    reviews = place_reviews(problem.decks, problem.days, pieces)
    return Layout(
        days=with_shares(problem.days, course.placed_minutes),
        pieces=(*pieces, *reviews.pieces),
        reviews=reviews.works,
        notes=(*course.notes, *reviews.notes),
        cost=course.cost(ends),
        review_distance=reviews.distance,
    )


def misfit(problem: Problem) -> DoesNotFit | None:
    """Why a problem has no plan; None if it has one. Much faster than laying it out."""
    try:
        return Course(problem).misfit()
    except DoesNotFit as error:
        return error


def placed(tasks: Iterable[Task], days: Sequence[Day]) -> int:
    """The minutes that the shares of a stored plan divide: all but reviews, on the material days."""
    material = {day.date for day in days if day.role is Role.MATERIAL}
    return sum(
        task.minutes
        for task in tasks
        if task.date in material and (task.kind is not Kind.REVIEW or task.anchor is not None)
    )
