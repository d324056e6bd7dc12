"""A round of cards, as addresses and forms carry it along: no server has to remember it, and the page can be left, reloaded and gone
back from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple, Self
from urllib.parse import urlencode

from studyplan.errors import UsageProblem
from studyplan.model import COMES_BACK, Grade

#: Cards of a round: as many as an address has room for.
MOST_CARDS = 300
_LARGEST = (1 << 31) - 1


class LastAnswer(NamedTuple):
    """The answer given last, to be taken back: its change, its card, the place of its grade, whether the card had come back."""

    batch: int
    card: int
    grade: int
    came_back: int


@dataclass(frozen=True, slots=True)
class CardRound:
    """Cards still to ask, by number, and what came of those before.

    ``again``: those of them that were forgotten and come back; ``tally``: how many answers had each grade; ``was``: the recall
    expected on the exam day when the round began, in thousandths; ``task``: the review that it is for, where one was named.
    """

    plan: int
    queue: tuple[int, ...]
    again: tuple[int, ...] = ()
    tally: tuple[int, ...] = (0,) * len(Grade)
    was: int = 0
    task: int | None = None
    last: LastAnswer | None = None

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> Self:
        """Read what :meth:`fields` wrote. Raises UsageProblem for what it did not write."""
        queue, last = _numbers(fields, "cards"), _numbers(fields, "last")
        plan, was, task = (_numbers(fields, name) for name in ("plan", "was", "task"))
        tally = _numbers(fields, "tally") or (0,) * len(Grade)
        fits = len(plan) == 1 and len(was) < 2 and len(task) < 2 and len(tally) == len(Grade)
        if not fits or len(set(queue)) < len(queue) or len(last) not in (0, 4) or (last and last[2] >= len(Grade)):
            raise _unreadable()
        return cls(
            plan=plan[0],
            queue=queue,
            again=tuple(card for card in _numbers(fields, "again") if card in queue),
            tally=tally,
            was=was[0] if was else 0,
            task=task[0] if task else None,
            last=LastAnswer(*last) if last else None,
        )

    def fields(self) -> list[tuple[str, str]]:
        """The round as fields of a form; what is empty is left out."""
        found = {
            "plan": (self.plan,),
            "cards": self.queue,
            "again": self.again,
            "tally": self.tally if any(self.tally) else (),
            "was": (self.was,) if self.was else (),
            "task": () if self.task is None else (self.task,),
            "last": self.last or (),
        }
        return [(name, ".".join(map(str, numbers))) for name, numbers in found.items() if numbers]

    @property
    def query(self) -> str:
        return urlencode(self.fields())

    @property
    def answers(self) -> int:
        return sum(self.tally)

    @property
    def came_back(self) -> bool:
        """Whether the card that is asked now was forgotten in this round."""
        return self.queue[0] in self.again

    def answered(self, grade: Grade, batch: int | None, *, comes_back: bool) -> Self:
        """The round after an answer to the card that was asked. ``batch``: the change that wrote it down, if this one did."""
        card, *rest = self.queue
        place = list(Grade).index(grade)
        again = tuple(each for each in self.again if each != card)
        if comes_back:
            rest.insert(min(COMES_BACK, len(rest)), card)
            again = (*again, card)
        return replace(
            self,
            queue=tuple(rest),
            again=again,
            tally=tuple(many + (n == place) for n, many in enumerate(self.tally)),
            last=LastAnswer(batch, card, place, int(self.came_back)) if batch else None,
        )

    def taken_back(self) -> Self:
        """The round as it was before the last answer."""
        if self.last is None:
            return self
        _, card, place, came_back = self.last
        again = tuple(each for each in self.again if each != card)
        return replace(
            self,
            queue=(card, *(each for each in self.queue if each != card)),
            again=(card, *again) if came_back else again,
            tally=tuple(max(0, many - (n == place)) for n, many in enumerate(self.tally)),
            last=None,
        )


def _numbers(fields: Mapping[str, str], name: str) -> tuple[int, ...]:
    """Numbers with full stops between them."""
    text = fields.get(name) or ""
    parts = text.split(".") if text else []
    if len(parts) > MOST_CARDS or not all(each.isascii() and each.isdigit() and len(each) < 11 for each in parts):
        raise _unreadable()
    found = tuple(map(int, parts))
    if any(each > _LARGEST for each in found):
        raise _unreadable()
    return found


def _unreadable() -> UsageProblem:
    return UsageProblem("the address of this page holds something that cannot be read")
