"""What every command shares: the group's options, and one lazy planner behind them.

Imports click only. The heavy half (configuration, database, planner) is loaded when a command first needs it, so that help,
completion and usage errors cost no more than click does.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cached_property, wraps
from inspect import isgeneratorfunction, unwrap
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import click

if TYPE_CHECKING:
    from datetime import date, datetime

    from studyplan.config import Config
    from studyplan.planner import Planner
    from studyplan.store import Notes

F = TypeVar("F", bound=Callable[..., Any])


class Context:
    """One run of a command. ``flags``: the group's options as typed, None where absent."""

    def __init__(self, flags: dict[str, str | None], words: Sequence[str] | None = None) -> None:
        self.flags = flags
        self.words = words

    @classmethod
    def of(cls, params: Mapping[str, Any], words: Sequence[str] | None = None) -> Context:
        """Build a context from the group's parameters, which completion has too, though it never runs the group. ``words``: the
        whole command as typed, by which a repeat of it is recognised."""
        flags = {name: params.get(name) for name in ("database", "config", "learner", "today")}
        return cls({**flags, "plans": params.get("plans_folder")}, words)

    @cached_property
    def config(self) -> Config:
        from studyplan.config import load

        return load(self.flags, os.environ)

    @cached_property
    def planner(self) -> Planner:
        from studyplan.api import open_configured

        planner = open_configured(self.config, tell=_note, notes=self._notes)
        running = click.get_current_context(silent=True)
        if running is not None:
            running.call_on_close(planner.close)
        return planner

    def _notes(self) -> Notes:
        from studyplan.config import notes_folder
        from studyplan.store import Notes

        running = click.get_current_context(silent=True)
        # A run with many writes resumes where it ended; it is not skipped because one of its writes was kept.
        is_one = running is None or running.find_root().invoked_subcommand not in {"review", "sync"}
        return Notes.by(notes_folder(), self.words if is_one else None)

    @cached_property
    def local(self) -> Callable[[datetime], datetime]:
        """Converts an instant to the learner's time zone, for people to read."""
        from zoneinfo import ZoneInfo

        name = self.planner.queries.zone()
        zone = ZoneInfo(name) if name else None
        return lambda at: at.astimezone(zone)

    @cached_property
    def today(self) -> date:
        """Today in the learner's time zone: what `tomorrow` and `+3d` count from."""
        return self.planner.queries.current_day()


def _note(line: str) -> None:
    from studyplan.cli import output

    output.note(line)


pass_context = click.make_pass_decorator(Context)


#: What a command yields: first what it prints with --json; what it does after that is for people to read.
Facts: TypeAlias = Iterator[dict[str, Any]]


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --json. A command that yields is run up to its facts where JSON is asked, else to its end; one that asks on the way
    takes ``as_json`` itself."""
    option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    if not isgeneratorfunction(unwrap(command)):
        return option(command)

    @wraps(command)
    def run(*args: Any, as_json: bool, **kwargs: Any) -> None:
        from studyplan.cli import output

        with closing(command(*args, **kwargs)) as running:
            for facts in running:
                if as_json:
                    output.emit(facts)
                    return

    return option(run)


def plan_option(command: F) -> F:
    return click.option("--plan", "plan", metavar="PLAN", help="Use this plan, by name or number.")(command)


def yes_option(command: F) -> F:
    return click.option("--yes", "-y", is_flag=True, help="Do not ask.")(command)
