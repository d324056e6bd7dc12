"""The front door: every use case of studyplan, each in one transaction.

A use case reads what it needs through a ``Unit``, lets pure code decide, and applies the changes. Writes no SQL, parses
no YAML, prints nothing. A family of use cases has a file, and is loaded when it is first asked for: ``today`` and
``done`` know nothing of templates, the scheduler and calendars.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from studyplan.clock import Clock
    from studyplan.planner.advice import Advisor
    from studyplan.planner.cards import Cards
    from studyplan.planner.dump import Dumps
    from studyplan.planner.exam_result import ExamResults
    from studyplan.planner.export import CalendarExport
    from studyplan.planner.feeds import Feeds
    from studyplan.planner.habits import Habits
    from studyplan.planner.history import History
    from studyplan.planner.import_ import CalendarImport
    from studyplan.planner.learners import Learners
    from studyplan.planner.mock import Mocks
    from studyplan.planner.notes import Notebook
    from studyplan.planner.plan_files import PlanFiles
    from studyplan.planner.plans import Plans
    from studyplan.planner.progress import Insights
    from studyplan.planner.queries import Queries
    from studyplan.planner.questions import Questions
    from studyplan.planner.replan import Replans
    from studyplan.planner.requests import Requests
    from studyplan.planner.review import Reviews
    from studyplan.planner.short_session import ShortSessions
    from studyplan.planner.sync import CalendarSync
    from studyplan.planner.task_lists import TaskLists
    from studyplan.planner.tasks import Tasks
    from studyplan.planner.timer import Timesheet
    from studyplan.planner.tokens import ApiTokens
    from studyplan.planner.upgrade import Upgrades
    from studyplan.planner.who import Who
    from studyplan.store import Store
    from studyplan.template import Catalog

__all__ = ["Planner"]


class Planner:
    """Every use case, by family: ``planner.tasks.done(3)``, ``planner.replan.preview(…)``.

    A family is an object of the class that its annotation names, from the file of this folder that has the attribute's name.
    """

    advice: Advisor
    cards: Cards
    dump: Dumps
    exam_result: ExamResults
    export: CalendarExport
    feeds: Feeds
    habits: Habits
    history: History
    import_: CalendarImport
    learners: Learners
    mock: Mocks
    notes: Notebook
    plan_files: PlanFiles
    plans: Plans
    progress: Insights
    queries: Queries
    questions: Questions
    replan: Replans
    requests: Requests
    review: Reviews
    short_session: ShortSessions
    sync: CalendarSync
    task_lists: TaskLists
    tasks: Tasks
    timer: Timesheet
    tokens: ApiTokens
    upgrade: Upgrades

    def __init__(self, store: Store, catalog: Callable[[], Catalog], clock: Clock, who: Who) -> None:
        self.clock = clock
        self._store = store
        self._tools = (store, catalog, clock, who)

    def __getattr__(self, name: str) -> Any:
        """Load a family at its first use; from then on it is an attribute like any other."""
        family = Planner.__annotations__.get(name)
        if family is None:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        made = getattr(import_module(f"{__name__}.{name}"), family)(*self._tools)
        setattr(self, name, made)
        return made

    def close(self) -> None:
        """Let go of the database. A later use opens it again."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *Planner.__annotations__]
