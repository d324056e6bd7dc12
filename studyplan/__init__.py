"""A study-plan scheduler and tracker, as a library.

Opening a planner takes one line, ``open_planner("study.db")``; everything else hangs on the planner. Each name here is imported
when it is first asked for, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studyplan.api import open_planner as open_planner
    from studyplan.errors import AlreadyWritten as AlreadyWritten
    from studyplan.errors import BadFile as BadFile
    from studyplan.errors import Conflict as Conflict
    from studyplan.errors import DoesNotFit as DoesNotFit
    from studyplan.errors import NetworkProblem as NetworkProblem
    from studyplan.errors import NoSuchFile as NoSuchFile
    from studyplan.errors import NotFound as NotFound
    from studyplan.errors import StorageProblem as StorageProblem
    from studyplan.errors import StudyplanError as StudyplanError
    from studyplan.errors import UsageProblem as UsageProblem
    from studyplan.model import Access as Access
    from studyplan.model import Alarm as Alarm
    from studyplan.model import Anchor as Anchor
    from studyplan.model import Answer as Answer
    from studyplan.model import Batch as Batch
    from studyplan.model import Card as Card
    from studyplan.model import Certification as Certification
    from studyplan.model import Change as Change
    from studyplan.model import Day as Day
    from studyplan.model import Deck as Deck
    from studyplan.model import Engagement as Engagement
    from studyplan.model import Grade as Grade
    from studyplan.model import Kind as Kind
    from studyplan.model import Learner as Learner
    from studyplan.model import Memory as Memory
    from studyplan.model import Module as Module
    from studyplan.model import ModuleScore as ModuleScore
    from studyplan.model import Offer as Offer
    from studyplan.model import Plan as Plan
    from studyplan.model import PlanState as PlanState
    from studyplan.model import Reason as Reason
    from studyplan.model import Remote as Remote
    from studyplan.model import Resource as Resource
    from studyplan.model import Result as Result
    from studyplan.model import Role as Role
    from studyplan.model import Span as Span
    from studyplan.model import Status as Status
    from studyplan.model import Stint as Stint
    from studyplan.model import StudyHours as StudyHours
    from studyplan.model import Task as Task
    from studyplan.model import Template as Template
    from studyplan.model import TemplateTask as TemplateTask
    from studyplan.model import Tier as Tier
    from studyplan.model import Timer as Timer
    from studyplan.model import Week as Week
    from studyplan.model import Window as Window
    from studyplan.planner import Planner as Planner
    from studyplan.rules.drafts import StartRequest as StartRequest
    from studyplan.rules.replan_offers import Remedy as Remedy

__all__ = [
    "Access",
    "Alarm",
    "AlreadyWritten",
    "Anchor",
    "Answer",
    "BadFile",
    "Batch",
    "Card",
    "Certification",
    "Change",
    "Conflict",
    "Day",
    "Deck",
    "DoesNotFit",
    "Engagement",
    "Grade",
    "Kind",
    "Learner",
    "Memory",
    "Module",
    "ModuleScore",
    "NetworkProblem",
    "NoSuchFile",
    "NotFound",
    "Offer",
    "Plan",
    "PlanState",
    "Planner",
    "Reason",
    "Remedy",
    "Remote",
    "Resource",
    "Result",
    "Role",
    "Span",
    "StartRequest",
    "Status",
    "Stint",
    "StorageProblem",
    "StudyHours",
    "StudyplanError",
    "Task",
    "Template",
    "TemplateTask",
    "Tier",
    "Timer",
    "UsageProblem",
    "Week",
    "Window",
    "open_planner",
]

#: Where those names live that are neither errors nor values of the model.
_HOMES = {
    "Planner": "planner",
    "Remedy": "rules.replan_offers",
    "StartRequest": "rules.drafts",
    "open_planner": "api",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    home = _HOMES.get(name) or ("errors" if hasattr(import_module(f"{__name__}.errors"), name) else "model")
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
