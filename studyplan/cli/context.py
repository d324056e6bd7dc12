"""What every command shares: the group's options, and one lazy planner behind them.

Imports click and `terminal` only. The heavy half (configuration, database, planner) is loaded when a command first needs it, so that help,
completion and usage errors cost no more than click does.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cached_property, partial, wraps
from inspect import isgeneratorfunction, unwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import click

from studyplan.cli.terminal import columns

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

        if self.config.origin("plans") == "flag" and not self.config.plans.is_dir():
            _note(f"Note: --plans names {self.config.plans}, and there is no such folder.")
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
        is_one = running is None or running.find_root().invoked_subcommand not in {"mock", "quiz", "review", "sync"}
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

#: The options of the group, which every command takes too: name, parameter, what stands for its value, help.
GROUP_OPTIONS = (
    ("--db", "database", "URL|PATH", "Use this database."),
    ("--config", "config", "FILE", "Use this configuration file."),
    ("--plans", "plans_folder", "DIR", "Find your own templates in this folder."),
    ("--learner", "learner", "NAME", "Use this learner's plans."),
    ("--today", "today", "DATE", "Pretend that this is today."),
)
#: The last line of every command's help.
ALSO_TAKEN = "Options of `studyplan` that work here too: --db, --config, --plans, --learner, --today."


def group_options(command: F) -> F:
    """Add the group's options to the group."""
    for name, parameter, metavar, help in reversed(GROUP_OPTIONS):
        command = click.option(name, parameter, type=_type_of(parameter), metavar=metavar, help=help)(command)
    return command


def _type_of(parameter: str) -> click.ParamType[Any] | None:
    from studyplan.cli.params import LEARNER

    return LEARNER if parameter == "learner" else None


class NarrowHelp(click.HelpFormatter):
    """Help for a terminal that is too narrow for what click makes of it."""

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl(rows, min(col_max, self.width // 3), col_spacing)


class CommandContext(click.Context):
    """A context whose help is as wide as the terminal, where click's own has 50 columns at least."""

    def make_formatter(self) -> click.HelpFormatter:
        width = columns(sys.stdout)
        return super().make_formatter() if width is None or width > 52 else NarrowHelp(width=width)


def take_group_options(command: click.Command) -> click.Command:
    """Let a command and those below it take the group's options as well, read before all of its own: a date counts from the
    day that `--today` behind it names. Their help says so in one line."""
    command.context_class = CommandContext
    taken = {option for parameter in command.params for option in parameter.opts}
    if "--db" not in taken:
        for name, parameter, metavar, help in GROUP_OPTIONS:
            words = [name, f"group_{parameter}"]
            option = click.Option(
                words,
                type=_type_of(parameter),
                metavar=metavar,
                help=help,
                hidden=True,
                is_eager=True,
                expose_value=False,
                callback=_put_in_group,
            )
            command.params.append(option)
        command.epilog = ALSO_TAKEN
        refuse_options_as_values(command)
    if isinstance(command, click.Group):
        for each in command.commands.values():
            take_group_options(each)
    return command


def refuse_options_as_values(command: click.Command) -> None:
    """Let no option of a command take the next one for its value, as in ``start blank --name --db``: the value was forgotten."""
    names = {name for each in command.params for name in (*each.opts, *each.secondary_opts)} | {"-h", "--help"}
    for each in command.params:
        if isinstance(each, click.Option) and not each.is_flag:
            each.callback = partial(_checked_value, names, each.callback)


def _checked_value(
    names: Collection[str],
    callback: Callable[[click.Context, click.Parameter, Any], Any] | None,
    ctx: click.Context,
    option: click.Parameter,
    value: Any,
) -> Any:
    for each in value if isinstance(value, tuple) else (value,):
        if isinstance(each, (str, Path)) and str(each) in names and not ctx.resilient_parsing:
            raise click.UsageError(f"{option.opts[0]} needs a value, but '{each}' is an option")
    return value if callback is None else callback(ctx, option, value)


def _is_folder(typed: str) -> bool:
    try:
        return Path(typed).expanduser().is_dir()
    except (OSError, RuntimeError, ValueError):
        # RuntimeError: the home of a user that there is not.
        return False


def _put_in_group(ctx: click.Context, option: click.Parameter, value: str | None) -> None:
    """Give the group a value that was named after the command; the last one named counts."""
    if value is None:
        return
    name = (option.name or "").removeprefix("group_")
    if name == "plans_folder" and not _is_folder(value) and any(each.name == "plan" for each in ctx.command.params):
        raise click.UsageError(
            f"--plans takes a folder of templates, but there is no folder '{value}'; did you mean --plan?"
        )
    root = ctx.find_root()
    root.params[name] = value
    context = ctx.find_object(Context)
    if context is not None:
        context.flags |= Context.of(root.params).flags


#: What a command yields: first what it prints with --json, or what makes that where it takes long; what it does after that is for
#: people to read.
Facts: TypeAlias = Iterator[Mapping[str, object] | Callable[[], Mapping[str, object]]]


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
                    output.emit(facts() if callable(facts) else facts)
                    return

    return option(run)


def plan_option(command: F) -> F:
    from studyplan.cli.params import PLAN

    return click.option("--plan", "plan", type=PLAN, metavar="PLAN", help="Use this plan, by name or number.")(command)


def unasked_option(command: F) -> F:
    """Take --yes where nothing is asked: what one `undo` takes back is written at once. Scripts say it all the same."""
    return click.option("--yes", "-y", is_flag=True, hidden=True, expose_value=False, help="Nothing is asked.")(command)


def yes_option(command: F) -> F:
    return click.option("--yes", "-y", is_flag=True, help="Do not ask.")(command)
