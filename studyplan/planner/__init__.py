"""The front door: each use case of studyplan in one transaction.

Gathers what a use case needs through a ``Unit``, lets pure code decide, applies the changes. Writes no SQL, parses no
YAML, prints nothing. Templates, the scheduler and calendars are imported by the use cases that need them: ``today`` and
``done`` do not. For the same reason :mod:`studyplan.planner.replan`, :mod:`studyplan.planner.upgrade`,
:mod:`studyplan.planner.advice`, :mod:`studyplan.planner.export`, :mod:`studyplan.planner.import_` and
:mod:`studyplan.planner.progress` are families that are opened by themselves, in the same way.
"""

from __future__ import annotations

from studyplan.planner.learners import Learners
from studyplan.planner.plans import Running
from studyplan.planner.queries import Looking
from studyplan.planner.tasks import Marking

__all__ = ["Planner"]


class Planner(Looking, Marking, Running, Learners):
    """The use cases of every day, by family."""
