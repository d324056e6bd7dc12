"""The learners of a database and their settings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from studyplan.errors import Conflict, NotFound, WayOut
from studyplan.model import (
    Change,
    Learner,
    Plan,
)
from studyplan.planner.base import UseCases, nobody
from studyplan.rules import lookup
from studyplan.text import checked_title

if TYPE_CHECKING:
    from studyplan.store import Unit


class Learners(UseCases):
    """The learners of a database."""

    def all(self) -> list[Learner]:
        """Every learner of the database."""
        return self._store.read(lambda unit: unit.learners())

    def get(self, name: str | None = None, plan: str | None = None) -> tuple[Learner, list[Plan]]:
        """A learner, and all of their plans or the one named."""

        def work(unit: Unit) -> tuple[Learner, list[Plan]]:
            learner = replace(self._who, named=name or self._who.named).find(unit)
            if learner is None:
                raise nobody()
            plans = unit.plans(learner.id)
            return learner, plans if plan is None else [lookup.plan_named(plans, plan)]

        return self._store.read(work)

    def add(self, name: str, *, zone: str | None = None) -> Learner:
        """Add a learner, with a time zone such as ``Europe/Berlin``. Raises Conflict for a name that is taken."""
        name = checked_title(name)
        self._clock.at(zone)

        def work(unit: Unit) -> Learner:
            if (known := unit.learner(name)) is not None:
                raise Conflict(
                    f"there is already a learner '{known.name}'",
                    hint=WayOut("`planner.learners.all` lists them", "list-learners"),
                )
            return unit.add_learner(name, zone=zone, at=self._clock.now())

        return self._store.write(work)

    def set_zone(self, zone: str, name: str | None = None) -> tuple[Learner, bool]:
        """Set a learner's time zone. Returns the learner, and whether this created them, as a first ``start`` does.
        Raises NotFound for an unknown ``name``."""
        self._clock.at(zone)
        if self._store.is_absent:
            # What is refused must not leave an empty database behind.
            if name is not None:
                raise nobody()
            self._new_name()

        def work(unit: Unit) -> tuple[Learner, bool]:
            is_new = False
            if name is None:
                learner, is_new = self._learner_or_new(unit, make=True)
            else:
                learner = self._named(unit, name)
            changes = [Change("learner", 0, "zone", learner.zone, zone)] if learner.zone != zone else []
            self._apply(unit, learner, changes, f"set zone {zone}")
            return replace(learner, zone=zone), is_new

        return self._store.write(work)

    def rename(self, name: str, to: str) -> Learner:
        """Give a learner another name. Raises Conflict for one that is taken."""
        to = checked_title(to)

        def work(unit: Unit) -> Learner:
            learner = self._named(unit, name)
            if learner.name == to:
                return learner
            other = unit.learner(to)
            if other is not None and other.id != learner.id:
                raise Conflict(f"there is already a learner '{other.name}'", hint="choose another name")
            self._apply(unit, learner, [Change("learner", 0, "name", learner.name, to)], f"rename learner to '{to}'")
            return replace(learner, name=to)

        return self._change(work)

    def removable(self, name: str, *, anyone: bool = False) -> tuple[Learner, list[Plan]]:
        """The learner to remove, with all plans. ``anyone`` allows a learner other than the one who asks. Raises
        Conflict if that is not allowed, NotFound for an unknown name."""

        def work(unit: Unit) -> tuple[Learner, list[Plan]]:
            learner = self._removable(unit, name, anyone)
            return learner, unit.plans(learner.id)

        return self._store.read(work)

    def remove(self, name: str, *, anyone: bool = False) -> Learner:
        """Delete a learner with all their data. There is no undo. Raises as :meth:`removable` does."""

        def work(unit: Unit) -> Learner:
            learner = self._removable(unit, name, anyone)
            unit.remove_learner(learner.id)
            return learner

        return self._change(work)

    def _removable(self, unit: Unit, name: str, anyone: bool) -> Learner:
        learner = self._named(unit, name)
        if not anyone:
            try:
                own = self._who.find(unit)
            except NotFound:
                own = None
            if own is None or own.id != learner.id:
                you = f": you are '{own.name}'" if own is not None else ""
                raise Conflict(
                    f"'{learner.name}' is another learner{you}",
                    hint=WayOut(
                        "pass `anyone=True` if you manage this database and want to remove someone else",
                        "remove-anyone",
                    ),
                    slug="not-yours",
                )
        return learner
