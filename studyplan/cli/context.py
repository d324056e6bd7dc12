"""What every command has at hand: the options of the group, and one lazy planner behind them.

Imports click, the errors and ``text`` only. The heavy half (configuration, database, planner) is loaded when a command first
asks for it, so that help, completion and usage errors cost what click costs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from studyplan.errors import Conflict
from studyplan.text import one_line

if TYPE_CHECKING:
    from datetime import date, datetime

    from studyplan.clock import Clock
    from studyplan.config import Config
    from studyplan.planner import Planner
    from studyplan.planner.advice import Advising
    from studyplan.planner.base import UseCases
    from studyplan.planner.cards import Collecting
    from studyplan.planner.dump import Carrying
    from studyplan.planner.exam_result import Grading
    from studyplan.planner.export import Exporting
    from studyplan.planner.import_ import Importing
    from studyplan.planner.notes import Noting
    from studyplan.planner.progress import Insights
    from studyplan.planner.replan import Mending
    from studyplan.planner.review import Reciting
    from studyplan.planner.short_session import Choosing
    from studyplan.planner.sync import Syncing
    from studyplan.planner.timer import Timing
    from studyplan.planner.upgrade import Upgrading
    from studyplan.rules.lookup import Who
    from studyplan.store import Store
    from studyplan.template import Catalog

F = TypeVar("F", bound=Callable[..., Any])
U = TypeVar("U", bound="UseCases")


class Context:
    """The run of one command. ``flags`` are the group's options as typed, None where absent."""

    def __init__(self, flags: dict[str, str | None], words: Sequence[str] | None = None) -> None:
        self.flags = flags
        self.words = words

    @classmethod
    def of(cls, params: Mapping[str, Any], words: Sequence[str] | None = None) -> Context:
        """By the parameters of the group. Completion has them too, though it never runs the group. ``words``: the whole command
        as typed, by which a repeat of it is known."""
        flags = {name: params.get(name) for name in ("database", "config", "learner", "today")}
        return cls({**flags, "plans": params.get("plans_folder")}, words)

    @cached_property
    def config(self) -> Config:
        from studyplan.config import load

        return load(self.flags, os.environ)

    @cached_property
    def clock(self) -> Clock:
        from studyplan.clock import Clock

        clock = Clock(day_starts=self.config.day_starts)
        shown = self.config.today
        if shown is None:
            return clock
        from studyplan.notation import day

        return Clock(day_starts=clock.day_starts, shown=day(shown, clock.today()))

    @cached_property
    def planner(self) -> Planner:
        from studyplan.planner import Planner

        return self._opened(Planner)

    @cached_property
    def exporting(self) -> Exporting:
        from studyplan.planner.export import Exporting

        return self._opened(Exporting)

    @cached_property
    def mending(self) -> Mending:
        from studyplan.planner.replan import Mending

        return self._opened(Mending)

    @cached_property
    def upgrading(self) -> Upgrading:
        from studyplan.planner.upgrade import Upgrading

        return self._opened(Upgrading)

    @cached_property
    def advising(self) -> Advising:
        from studyplan.planner.advice import Advising

        return self._opened(Advising)

    @cached_property
    def importing(self) -> Importing:
        from studyplan.planner.import_ import Importing

        return self._opened(Importing)

    @cached_property
    def syncing(self) -> Syncing:
        from studyplan.planner.sync import Syncing

        return self._opened(Syncing)

    @cached_property
    def insights(self) -> Insights:
        from studyplan.planner.progress import Insights

        return self._opened(Insights)

    @cached_property
    def reciting(self) -> Reciting:
        from studyplan.planner.review import Reciting

        return self._opened(Reciting)

    @cached_property
    def collecting(self) -> Collecting:
        from studyplan.planner.cards import Collecting

        return self._opened(Collecting)

    @cached_property
    def timing(self) -> Timing:
        from studyplan.planner.timer import Timing

        return self._opened(Timing)

    @cached_property
    def grading(self) -> Grading:
        from studyplan.planner.exam_result import Grading

        return self._opened(Grading)

    @cached_property
    def noting(self) -> Noting:
        from studyplan.planner.notes import Noting

        return self._opened(Noting)

    @cached_property
    def carrying(self) -> Carrying:
        from studyplan.planner.dump import Carrying

        return self._opened(Carrying)

    @cached_property
    def choosing(self) -> Choosing:
        from studyplan.planner.short_session import Choosing

        return self._opened(Choosing)

    def _opened(self, family: type[U]) -> U:
        return family(self._store, self.catalog, self.clock, self._who)

    @cached_property
    def _who(self) -> Who:
        from studyplan.rules.lookup import Who

        return Who(self.config.learner, login_name(), single=self._store.is_file)

    @cached_property
    def _store(self) -> Store:
        from studyplan.store import Notes, Store

        running = click.get_current_context(silent=True)
        # A run that writes many times over is taken up where it ended, not skipped because one of its writes was kept.
        is_one = running is None or running.find_root().invoked_subcommand not in {"review", "sync"}

        def notes() -> Notes:
            from studyplan.config import notes_folder

            return Notes.by(notes_folder(), self.words if is_one else None)

        store = Store(self.config.database, tell=_note, notes=notes)
        if running is not None:
            running.call_on_close(store.close)
        return store

    def catalog(self) -> Catalog:
        from studyplan import resources
        from studyplan.template import Catalog

        return Catalog(resources.plans(), self.config.plans)

    @cached_property
    def local(self) -> Callable[[datetime], datetime]:
        """Puts an instant in the learner's time zone, for people to read."""
        from zoneinfo import ZoneInfo

        name = self.planner.zone()
        zone = ZoneInfo(name) if name else None
        return lambda at: at.astimezone(zone)

    @cached_property
    def today(self) -> date:
        """Today as the learner's zone has it: what `tomorrow` and `+3d` count from."""
        return self.planner.current_day()


def _note(line: str) -> None:
    from studyplan.cli import output

    output.note(line)


def login_name() -> str | None:
    """The name of whoever is logged in; None where the system has none (a container with a bare user id)."""
    import getpass

    try:
        return getpass.getuser() or None
    except (OSError, KeyError, ImportError):
        return None


pass_context = click.make_pass_decorator(Context)


def json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")(command)


def plan_option(command: F) -> F:
    return click.option("--plan", "plan", metavar="PLAN", help="The plan, by name or number.")(command)


def yes_option(command: F) -> F:
    return click.option("--yes", "-y", is_flag=True, help="Do not ask.")(command)


def colour_wanted() -> bool | None:
    """False where NO_COLOR or a dumb terminal asks for none; None leaves it to whether a terminal reads."""
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody sits at a stream; a closed one has nobody."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def can_ask() -> bool:
    """Whether somebody sits at a terminal and can answer."""
    return is_terminal(sys.stdin) and is_terminal(sys.stderr)


def consent(question: str, *, yes: bool, facts: Mapping[str, object] | None = None) -> None:
    """Ask on a terminal. Raises Conflict where nobody can be asked and --yes is missing, or where the answer is no.

    ``facts``: what would be done, for programs.
    """
    if yes:
        return
    if not can_ask():
        what = f"nothing was changed, nobody could be asked: {question}"
        raise Conflict(what, hint="--yes does it", slug="no-consent", facts=facts)
    if not click.confirm(one_line(question), err=True):
        raise Conflict("nothing was changed", slug="no-consent", facts=facts)
