"""What every command has at hand: the options of the group, and one lazy planner behind them.

Imports click only. The heavy half (configuration, database, planner) is loaded when a command first
asks for it, so that help, completion and usage errors cost what click costs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from datetime import date, datetime

    from studyplan.config import Config
    from studyplan.planner import Planner
    from studyplan.store import Notes

F = TypeVar("F", bound=Callable[..., Any])


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
        # A run that writes many times over is taken up where it ended, not skipped because one of its writes was kept.
        is_one = running is None or running.find_root().invoked_subcommand not in {"review", "sync"}
        return Notes.by(notes_folder(), self.words if is_one else None)

    @cached_property
    def local(self) -> Callable[[datetime], datetime]:
        """Puts an instant in the learner's time zone, for people to read."""
        from zoneinfo import ZoneInfo

        name = self.planner.queries.zone()
        zone = ZoneInfo(name) if name else None
        return lambda at: at.astimezone(zone)

    @cached_property
    def today(self) -> date:
        """Today as the learner's zone has it: what `tomorrow` and `+3d` count from."""
        return self.planner.queries.current_day()


def _note(line: str) -> None:
    from studyplan.cli import output

    output.note(line)


pass_context = click.make_pass_decorator(Context)


def json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")(command)


def plan_option(command: F) -> F:
    return click.option("--plan", "plan", metavar="PLAN", help="The plan, by name or number.")(command)


def yes_option(command: F) -> F:
    return click.option("--yes", "-y", is_flag=True, help="Do not ask.")(command)
