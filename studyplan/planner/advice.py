"""Which certification a role wants, what it takes to get there, and what follows a plan. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from studyplan.errors import NotFound, WayOut
from studyplan.model import Plan, PlanState
from studyplan.planner.base import UseCases
from studyplan.rules import lookup, scores
from studyplan.rules.following import plan_to_follow

if TYPE_CHECKING:
    from studyplan.model import Template
    from studyplan.rules.lookup import PlanName
    from studyplan.store import Unit


@dataclass(frozen=True, slots=True)
class Advice:
    """The template recommended for a role, and the levels of its track still to pass before it, itself last."""

    role: str
    target: Template
    ladder: tuple[Template, ...]
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Following:
    """What follows a plan, or its retake where the exam was failed (``again``: the command). ``template`` is the next of the
    same track where there is one, ``running`` the plan in which it was begun; ``renew`` when to take the exam again, the earliest
    and the latest day."""

    plan: Plan
    template: Template | None
    same_track: str | None
    cross_track: str | None
    leadership: str | None
    renew: tuple[date, ...]
    again: str | None = None
    running: Plan | None = None


class Advisor(UseCases):
    """Where to begin for a role, and what to do after a plan."""

    def roles(self) -> dict[str, str]:
        """Each role with the id of the template recommended for it."""
        found: dict[str, str] = {}
        for template in self._certified():
            for role in template.certification.roles if template.certification else ():
                found.setdefault(role, template.id)
        return dict(sorted(found.items()))

    def recommend(self, role: str, known: Sequence[str] = ()) -> Advice:
        """The level for a role and the steps to it, without the levels (template ids) already known.

        Raises NotFound for an unknown role or template.
        """
        word = "-".join(role.casefold().split())
        roles = self.roles()
        if word not in roles:
            raise NotFound(
                f"no plan is recommended for the role '{role}'{lookup.nearest(word, roles)}",
                hint=f"the roles are {', '.join(roles)}",
            )
        templates = self._certified()
        ids = [template.id for template in templates]
        for id in known:
            if id not in ids:
                raise NotFound(f"no template '{id}'{lookup.nearest(id, ids)}", hint=f"the levels are {', '.join(ids)}")
        target = next(template for template in templates if template.id == roles[word])
        reached = max((_order(template) for template in templates if template.id in known), default=0)
        ladder = tuple(
            template
            for template in templates
            if _track(template) == _track(target) and reached < _order(template) <= _order(target)
        )
        return Advice(word, target, ladder, tuple(known))

    def following(self, plan: PlanName | None = None) -> Following:
        """What follows the plan named, or else the one whose exam was taken last, whatever else runs; without one, the newest
        that is not dropped."""
        templates = {template.id: template for template in self._certified()}

        def work(unit: Unit) -> tuple[Plan, list[Plan]]:
            learner = self._learner(unit)
            plans = unit.plans(learner.id)
            found = lookup.plan_named(plans, plan) if plan is not None else plan_to_follow(plans, templates)
            if found is None:
                raise NotFound(
                    "there is no plan yet",
                    hint=WayOut("`planner.advice.recommend` suggests where to start", "recommend"),
                )
            return found, [each for each in plans if each.state is PlanState.ACTIVE]

        named, running = self._store.read(work)
        facts = templates[named.template].certification if named.template in templates else None
        follows = dict(facts.next) if facts else {}
        same = follows.get("same_track")
        exam = named.result.on if named.result and named.result.passed else named.exam or named.end
        return Following(
            plan=named,
            template=templates.get(same or ""),
            same_track=same,
            cross_track=follows.get("cross_track"),
            leadership=follows.get("leadership"),
            renew=tuple(_years_later(exam, years) for years in (facts.renew_after_years if facts else ())),
            again=scores.again(named) if named.result and not named.result.passed else None,
            running=next((each for each in running if each.template == same and each.number != named.number), None),
        )

    def _certified(self) -> list[Template]:
        """The templates that lead to a certification, in their recommended order."""
        found = [entry.template for entry in self._catalog().entries() if entry.template is not None]
        return sorted(
            (template for template in found if template.certification), key=lambda each: (_order(each), each.id)
        )


def _order(template: Template) -> int:
    return (template.certification.order or 0) if template.certification else 0


def _track(template: Template) -> str:
    return template.certification.track if template.certification else ""


def _years_later(day: date, years: int) -> date:
    """The same day some years later; 28 February if there is no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
