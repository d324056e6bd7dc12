"""Whose plans a command is about. Reads through a ``Unit``; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from studyplan.errors import NotFound, WayOut
from studyplan.rules.lookup import nearest

if TYPE_CHECKING:
    from studyplan.model import Learner
    from studyplan.store import Unit


@dataclass(frozen=True, slots=True)
class Who:
    """How to choose the learner. ``named`` by flag, environment or file; else the only one there is (where ``single``:
    a database of one's own), else the one with the ``login`` name."""

    named: str | None
    login: str | None
    single: bool

    def find(self, unit: Unit) -> Learner | None:
        """The learner, or None if there is none yet. Raises NotFound for an unknown name."""
        if self.named is not None:
            return self._by_name(unit, self.named)
        if not self.single:
            return unit.learner(self.login_name)
        some = unit.learners(limit=2)
        if len(some) < 2:
            # A transaction that writes asks again, by name: that is what keeps others from the learner's rows.
            return unit.learner(some[0].name) if some and unit.writes else next(iter(some), None)
        learner = unit.learner(self.login) if self.login else None
        if learner is None:
            names = ", ".join(each.name for each in unit.learners(limit=8))
            raise NotFound(
                f"several learners share this database: {names}",
                hint=WayOut("open the planner with the name of one", "choose-learner"),
            )
        return learner

    def _by_name(self, unit: Unit, name: str) -> Learner:
        learner = unit.learner(name) if _is_text(name) else None
        if learner is None:
            raise self.unknown(unit, name)
        return learner

    def unknown(self, unit: Unit, name: str) -> NotFound:
        """The error of a name that is no learner's, with the one that is closest."""
        shown = name.encode(errors="replace").decode()
        return NotFound(
            f"no learner '{shown}'{nearest(shown, unit.learner_names())}",
            hint=WayOut("`planner.learners.add` adds one", "add-learner"),
        )

    def name_for_new(self) -> str:
        """The name under which a first `start` makes its learner."""
        return self.login_name if self.named is None else self.named

    @property
    def login_name(self) -> str:
        if not self.login:
            raise NotFound(
                "your login name is not known here",
                hint=WayOut("open the planner with the name of a learner", "say-who"),
            )
        return self.login


def _is_text(word: str) -> bool:
    """False for bytes from a terminal that are not text; no database accepts them."""
    return not any("\ud800" <= character <= "\udfff" for character in word)
