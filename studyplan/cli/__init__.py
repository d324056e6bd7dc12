"""The command line: a file per family of commands, one place for output, one for errors.

A command's file is imported when the command is asked for, and imports click and ``errors``; the rest hangs on ``Context``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper
from typing import Any

import click

from studyplan.cli.context import Context
from studyplan.cli.terminal import colour_wanted
from studyplan.errors import AlreadyWritten, StorageProblem, StudyplanError, UsageProblem

#: The commands by family: name, the file of `commands/` that holds it, and its line in `--help`. A file is imported when one of
#: its commands is asked for; a test holds the lines against the commands.
FAMILIES = (
    (
        "Plan",
        (
            ("templates", "templates", "The catalog: list it, show one, check files, begin your own."),
            ("recommend", "advice", "The level that a role wants, and the way to it."),
            ("next", "advice", "What comes after a plan, and when to renew."),
            ("start", "plans", "Turn a template into dated tasks."),
            ("plans", "plans", "The running plans and those that ended."),
            ("result", "exam_result", "Tell how an exam went."),
            ("rename", "plans", "Give a plan another name."),
            ("drop", "plans", "End a plan; `undo` brings it back."),
        ),
    ),
    (
        "Study",
        (
            ("today", "tasks", "What is overdue, what is due, and how long it takes."),
            ("remind", "remind", "One line of what is due, for a prompt, cron or a timer."),
            ("week", "tasks", "The coming seven days."),
            ("tasks", "tasks", "The list of tasks, day by day."),
            ("show", "tasks", "All that is known of a task."),
            ("review", "review", "Answer cards from memory, those that help most on the exam day."),
            ("cards", "cards", "The plan's cards: list, import, export."),
            ("status", "progress", "Where each plan stands: behind or ahead, forecast, slack."),
            ("progress", "progress", "Bars, burn-up, hours and a heat map of the year."),
            ("report", "progress", "A page for a coach, Markdown or a table."),
            ("done", "tasks", "Mark tasks done: numbers, ranges like 5-7, or keys."),
            ("skip", "tasks", "Leave tasks out; what follows them may go on."),
            ("reopen", "tasks", "Open tasks again that were done or skipped."),
            ("note", "notes", "Note down what you learnt, with links and files to show."),
            ("timer", "timer", "A timer for the task at hand."),
            ("log", "timer", "Time spent, by day and task."),
        ),
    ),
    (
        "Mend",
        (
            ("replan", "replan", "Mend a plan after missed days, with the fewest dates changed."),
            ("upgrade", "upgrade", "Bring a plan to the newer edition of its template."),
            ("whatif", "replan", "Ask what a start or a replan would do."),
            ("off", "replan", "Take days off, or list them."),
            ("hours", "replan", "Set the study week, or show it."),
        ),
    ),
    (
        "Change",
        (
            ("add", "tasks", "Add a task of your own to a plan."),
            ("edit", "tasks", "Change a task's title, estimate or note."),
            ("remove", "tasks", "Take tasks out of a plan; `undo` brings them back."),
            ("move", "tasks", "Put tasks on a day by hand; they stay there."),
            ("pin", "tasks", "Keep tasks on their day when the plan is mended."),
            ("unpin", "tasks", "Let tasks move again when the plan is mended."),
            ("undo", "history", "Take the newest change back; again goes one deeper."),
            ("redo", "history", "Make the change that was undone last again."),
            ("history", "history", "Every change of data, newest first."),
        ),
    ),
    (
        "Calendar",
        (
            ("export", "export", "Write the tasks as an iCalendar file."),
            ("import", "import_", "Take back what you did in your calendar."),
            ("sync", "sync", "Keep a calendar on a CalDAV server in step, in both directions."),
        ),
    ),
    (
        "Set up",
        (
            ("learner", "learners", "Several learners on one database."),
            ("dump", "dump", "All of your data in one file."),
            ("load", "dump", "A learner from a file that dump wrote."),
            ("config", "settings", "Each setting, its value and where it came from."),
            ("completion", "settings", "Print the completion script for a shell."),
            ("db", "db", "The database: status, upgrade, back-up, restore, check, repair."),
        ),
    ),
)
_HOMES = {name: home for _, commands in FAMILIES for name, home, _ in commands}


class Commands(click.Group):
    """The group that turns every error a person can cause into one line and an exit code."""

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **rest: Any
    ) -> Any:
        words = list(sys.argv[1:] if args is None else args)
        rest |= {"standalone_mode": False, "obj": words}
        _let_streams_replace()
        sys.exit(_run(lambda: super(Commands, self).main(words, prog_name or "studyplan", **rest), words))

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for _, commands in FAMILIES for name, *_ in commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        home = _HOMES.get(cmd_name)
        if home is None:
            return None
        module = import_module(f"studyplan.cli.commands.{home}")
        commands: Sequence[click.Command] = module.COMMANDS
        return next(command for command in commands if command.name == cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, commands in FAMILIES:
            with formatter.section(title):
                formatter.write_dl([(name, help) for name, _, help in commands])


def _let_streams_replace() -> None:
    """A terminal that lacks a character gets a question mark for it: a command that has written must not end there."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


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
    except AlreadyWritten as found:
        return _already(found, as_json)
    except StudyplanError as error:
        return _tell(error, as_json)
    except click.exceptions.NoArgsIsHelpError as error:
        return _show_help(error)
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "studyplan"
        hint = f"`{where} --help` shows how"
        return _tell(UsageProblem(error.format_message().rstrip("."), hint=hint), as_json)
    except click.ClickException as error:
        return _tell(StorageProblem(error.format_message()), as_json)
    except (KeyboardInterrupt, click.Abort):
        return _stopped()
    except OSError as error:
        return _tell(StorageProblem(f"{error.filename or 'output'}: {error.strerror or error}"), as_json)


def _show_help(error: click.exceptions.NoArgsIsHelpError) -> int:
    from studyplan.cli import output

    for line in error.format_message().splitlines():
        output.note(line)
    return UsageProblem.exit_code


def _tell(error: StudyplanError, as_json: bool) -> int:
    from studyplan.cli import output
    from studyplan.cli.ways import worded

    error.hint = worded(error.hint)
    try:
        output.print_error(error, as_json=as_json)
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        # Nobody can be told; the exit code still says it.
        _forget_output()
    return error.exit_code


def _already(found: AlreadyWritten, as_json: bool) -> int:
    from studyplan.cli import output

    if as_json:
        output.emit({"already_written": found.message})
    else:
        output.note(f"Nothing to do: {found.message}. Run the command again to do it a second time.")
    return found.exit_code


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
    ctx.color = colour_wanted()
    ctx.obj = Context.of(ctx.params, words=ctx.obj)
