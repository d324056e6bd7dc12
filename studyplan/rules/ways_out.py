"""Ways out of a plan that does not fit, the same for a start and a replan: each with its price and what takes it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from studyplan.errors import UsageProblem, WayOut
from studyplan.model import Offer

Asked = TypeVar("Asked")

#: How many days beyond a plan's end its learner's calendar is read, and so what a later end is known to hold.
CALENDAR_DAYS = 92


@dataclass(frozen=True, slots=True)
class PricedWay(Generic[Asked]):
    """A way out with its price. ``asked``: what to ask instead, a :class:`StartRequest` or a :class:`Remedy`."""

    offer: Offer
    asked: Asked


def way_numbered(number: int, ways: Sequence[Asked]) -> Asked:
    """The way out of that number on a list, counted from 1. Raises UsageProblem if there is none."""
    if not ways:
        raise UsageProblem(
            "everything fits, so there is nothing to take", hint=WayOut("leave out `take`", "leave-out-take")
        )
    if not 1 <= number <= len(ways):
        only = "there is only one" if len(ways) == 1 else f"choose one from 1 to {len(ways)}"
        raise UsageProblem(f"there is no way out {number}", hint=only)
    return ways[number - 1]
