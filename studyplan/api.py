"""Where a planner is put together: store, templates, clock and learner. The command line opens its own here too."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from studyplan.planner import Planner

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from studyplan.clock import Clock
    from studyplan.config import Config
    from studyplan.store import Notes
    from studyplan.template import Catalog


def open_planner(
    database: str | os.PathLike[str] | None = None,
    *,
    learner: str | None = None,
    plans: str | os.PathLike[str] | None = None,
    today: date | str | None = None,
    zone: str | None = None,
) -> Planner:
    """Open the plans of a learner in a database.

    What is not given is as the command line has it: from the environment, the configuration file, or the default. Nothing is
    written before the first change, which makes the database where there is none. Close the planner, or use it in a ``with``
    statement. It is of one thread at a time.

    Args:
        database: A path for SQLite, or a ``postgresql://`` URL.
        learner: The name of the learner whose plans these are. Their first plan makes them.
        plans: The folder of your own templates, beside those that come with the package.
        today: The day that the clock shows, as a date or as text such as ``"2026-07-01"``. The clock's own day if None.
        zone: The time zone of a learner who is new, such as ``"Europe/Berlin"``; the system's if None. A learner who is there
            keeps theirs; :meth:`Learners.set_zone` changes it.

    Raises:
        UsageProblem: A value cannot be read: a day, a zone, a URL.
        BadFile: The configuration file has an error.
    """
    from studyplan.config import load

    given = {"database": database, "learner": learner, "plans": plans, "today": today}
    flags = {name: None if value is None else _words(value) for name, value in given.items()}
    return open_configured(load(flags, os.environ), zone=zone)


def open_configured(
    config: Config,
    *,
    zone: str | None = None,
    tell: Callable[[str], None] | None = None,
    notes: Callable[[], Notes] | None = None,
) -> Planner:
    """Open a planner with these settings. ``tell`` and ``notes`` are as for :class:`~studyplan.store.Store`."""
    return PlannerSource(config, tell=tell, notes=notes).planner(zone=zone)


class PlannerSource:
    """An open database that many planners share: a server makes one for each request, since a planner is of one thread at a time.

    ``tell``, ``notes`` and ``patience`` are as for :class:`~studyplan.store.Store`. The planners are not closed one by one; :meth:`close`
    lets go of the database.
    """

    def __init__(
        self,
        config: Config,
        *,
        tell: Callable[[str], None] | None = None,
        notes: Callable[[], Notes] | None = None,
        patience: float | None = None,
    ) -> None:
        from studyplan.store import Store

        self._config = config
        self._store = Store(config.database, tell=tell or _log, notes=notes, patience=patience)
        self._login = login_name()

    def planner(self, *, zone: str | None = None, learner: str | None = None, actor: str | None = None) -> Planner:
        """A planner of the learner that is named, or that the settings mean. ``zone``: that of a learner who is new, the system's
        if None; ``actor``: who makes the changes, the login name if None."""
        from studyplan.planner.who import Who

        who = Who(learner or self._config.learner, actor or self._login, single=self._store.is_file)
        return Planner(self._store, self._catalog, _clock(self._config, zone), who)

    def close(self) -> None:
        """Let go of the database. A later use opens it again."""
        self._store.close()

    def _catalog(self) -> Catalog:
        from studyplan import resources
        from studyplan.template import Catalog

        return Catalog(resources.plans(), self._config.plans)


def _clock(config: Config, zone: str | None) -> Clock:
    from studyplan.clock import Clock

    clock = Clock(day_starts=config.day_starts).at(zone)
    if config.today is None:
        return clock
    from studyplan.notation import day

    return Clock(zone=zone, day_starts=clock.day_starts, shown=day(config.today, clock.today()))


def _words(value: object) -> str:
    return os.fspath(value) if isinstance(value, (str, os.PathLike)) else str(value)


def _log(line: str) -> None:
    from logging import getLogger

    getLogger("studyplan").warning(line)


def login_name() -> str | None:
    """The login name of this process; None if the system has none (a container with a bare user id)."""
    import getpass

    try:
        return getpass.getuser() or None
    except (OSError, KeyError, ImportError):
        return None
