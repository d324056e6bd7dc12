"""The front door: each use case of studyplan in one transaction.

Gathers what a use case needs through a ``Unit``, lets pure code decide, applies the changes. Writes no SQL, parses no
YAML, prints nothing. Templates, the scheduler and calendars are imported by the use cases that need them: ``today`` and
``done`` do not. For the same reason :mod:`studyplan.planner.mending`, :mod:`studyplan.planner.upgrading`,
:mod:`studyplan.planner.advising`, :mod:`studyplan.planner.exporting`, :mod:`studyplan.planner.importing` and
:mod:`studyplan.planner.insights` are families that are opened by themselves, in the same way.
"""

from __future__ import annotations

from studyplan.planner.learners import Learners
from studyplan.planner.looking import Looking
from studyplan.planner.marking import Marking
from studyplan.planner.running import Running

__all__ = ["Planner"]


class Planner(Looking, Marking, Running, Learners):
    """The use cases of every day, by family."""
