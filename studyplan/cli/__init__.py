"""The command line: a file per family of commands, one place for output, one for errors.

Command files import click, ``model`` and ``errors`` and no more; the rest hangs on ``Context``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import click

from studyplan.cli import advice, calendars, catalog, db, learners, log, mending, plans, settings, tasks
from studyplan.cli.context import Context
from studyplan.errors import StorageProblem, StudyplanError, UsageProblem


class Commands(click.Group):
    """The group that turns every error a person can cause into one line and an exit code."""

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **rest: Any
    ) -> Any:
        words = list(sys.argv[1:] if args is None else args)
        rest["standalone_mode"] = False
        sys.exit(_run(lambda: super(Commands, self).main(words, prog_name or "studyplan", **rest), words))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, names in FAMILIES:
            rows = [(name, self.commands[name].get_short_help_str(70)) for name in names]
            with formatter.section(title):
                formatter.write_dl(rows)


def _run(command: Callable[[], Any], words: Sequence[str]) -> int:
    as_json = "--json" in words
    try:
        status = command()
        if sys.stdout is not None:
            sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except (BrokenPipeError, SystemExit):
        # Click leaves by SystemExit where the reader has gone, and only there. Nothing went wrong.
        _forget_output()
        return 0
    except StudyplanError as error:
        return _tell(error, as_json)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return UsageProblem.exit_code
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "studyplan"
        hint = f"`{where} --help` shows how"
        return _tell(UsageProblem(error.format_message().replace("\n", " ").rstrip("."), hint=hint), as_json)
    except click.ClickException as error:
        return _tell(StorageProblem(error.format_message()), as_json)
    except (KeyboardInterrupt, click.Abort):
        return _stopped()
    except OSError as error:
        return _tell(StorageProblem(f"{error.filename or 'output'}: {error.strerror or error}"), as_json)


def _tell(error: StudyplanError, as_json: bool) -> int:
    from studyplan.cli import output

    try:
        output.print_error(error, as_json=as_json)
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        # Nobody can be told; the exit code still says it.
        _forget_output()
    return error.exit_code


def _stopped() -> int:
    with suppress(OSError):
        click.echo("Stopped.", err=True)
    return 130


def _forget_output() -> None:
    """What is still buffered has nowhere to go, and must not be an error when the interpreter ends."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"studyplan {version('studyplan-cli')}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--db", "database", metavar="URL|PATH", help="The database.")
@click.option("--config", "config", metavar="FILE", help="The configuration file.")
@click.option("--plans", "plans_folder", metavar="DIR", help="The folder of your own templates.")
@click.option("--learner", metavar="NAME", help="Whose plans.")
@click.option("--today", metavar="DATE", help="Act as if this were today.")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version."
)
@click.pass_context
def studyplan(
    ctx: click.Context,
    database: str | None,
    config: str | None,
    plans_folder: str | None,
    learner: str | None,
    today: str | None,
) -> None:
    """Dated study plans for an exam: start one, mark tasks done, mend it, keep it in your calendar.

    \b
    studyplan start foundations --date 2026-07-01
    studyplan today
    studyplan done 1
    studyplan export -o foundations.ics
    """
    from studyplan.cli.output import colour_wanted

    ctx.color = colour_wanted()
    ctx.obj = Context.of(ctx.params)


for module in (catalog, advice, plans, tasks, mending, log, calendars, learners, db, settings):
    for command in module.COMMANDS:
        studyplan.add_command(command)

#: How `--help` groups the commands; a test holds it against the commands there are.
FAMILIES = (
    ("Plan", ("templates", "recommend", "next", "start", "plans", "rename", "drop")),
    ("Study", ("today", "week", "tasks", "show", "status", "done", "skip", "reopen")),
    ("Mend", ("replan", "whatif", "off", "hours")),
    ("Change", ("add", "edit", "remove", "move", "pin", "unpin", "undo", "redo", "history")),
    ("Calendar", ("export",)),
    ("Set up", ("learner", "config", "completion", "db")),
)
