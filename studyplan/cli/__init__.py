"""The command line: one file per family of commands, one place for output, one for errors.

A command's file is imported when the command is run, and imports click and ``errors``; the rest comes through ``Context``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

import click

from studyplan.cli.context import CommandContext, Context, group_options, refuse_options_as_values, take_group_options
from studyplan.cli.terminal import colour_wanted
from studyplan.errors import AlreadyWritten, StorageProblem, StudyplanError, UsageProblem

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

#: The commands by family: name, the file in `commands/` that holds it, and its line in `--help`. A file is imported when one of
#: its commands is run; a test compares this table with the commands.
FAMILIES = (
    (
        "Plan",
        (
            ("templates", "templates", "List, show, check and create plan templates."),
            ("recommend", "advice", "Find the certification for your role, and the way to it."),
            ("next", "advice", "See what comes after a plan, and when to renew."),
            ("start", "plans", "Start a plan from a template."),
            ("plans", "plans", "List your plans, running and ended."),
            ("result", "exam_result", "Record how an exam went."),
            ("rename", "plans", "Rename a plan."),
            ("finish", "plans", "Finish a plan; tasks still open stay as they are."),
            ("drop", "plans", "Abandon a plan; `undo` brings it back."),
        ),
    ),
    (
        "Study",
        (
            ("today", "tasks", "See what is overdue, what is due, and how long it takes."),
            ("remind", "remind", "Print one line of what is due, for a prompt or cron."),
            ("week", "tasks", "See the next seven days."),
            ("tasks", "tasks", "List the tasks, day by day."),
            ("show", "tasks", "Show everything about a task."),
            ("review", "review", "Answer question cards from memory."),
            ("mock", "mock", "Sit a mock exam, question by question."),
            ("quiz", "mock", "Answer a quiz, with what you got wrong before."),
            ("questions", "questions", "List, import and export a plan's exam questions."),
            ("cards", "cards", "List, import and export a plan's cards."),
            ("status", "progress", "See where each plan stands: schedule, forecast, slack."),
            ("progress", "progress", "Draw your progress: bars, a burn-up, a heat map of the year."),
            ("report", "progress", "Write a report for a coach: a page, Markdown or a table."),
            ("done", "tasks", "Mark tasks done: numbers, ranges like 5-7, or keys."),
            ("skip", "tasks", "Skip tasks; the tasks that wait for them can go on."),
            ("reopen", "tasks", "Reopen tasks that were done or skipped."),
            ("note", "notes", "Write down what you learnt, with links and files."),
            ("timer", "timer", "Time the task at hand."),
            ("log", "timer", "List or record the time you spent."),
        ),
    ),
    (
        "Adjust",
        (
            ("replan", "replan", "Catch up after missed days, changing as few dates as possible."),
            ("upgrade", "upgrade", "Bring a plan up to its template's newest edition."),
            ("whatif", "replan", "See what a start or a replan would do."),
            ("off", "replan", "Take days off, or list them."),
            ("hours", "replan", "Set your study hours, or show them."),
        ),
    ),
    (
        "Edit",
        (
            ("add", "add", "Add a task of your own to a plan."),
            ("edit", "add", "Change a task: title, estimate, day, kind, module, order or note."),
            ("remove", "tasks", "Remove tasks from a plan; `undo` brings them back."),
            ("move", "tasks", "Move tasks to a day; they stay there."),
            ("pin", "tasks", "Pin tasks to their day, so that `replan` leaves them there."),
            ("unpin", "tasks", "Unpin tasks, so that `replan` can move them."),
            ("undo", "history", "Undo the last change; repeat to go further back."),
            ("redo", "history", "Redo the change that you undid last."),
            ("history", "history", "List every change, newest first."),
        ),
    ),
    (
        "Calendar",
        (
            ("export", "export", "Write the tasks to a calendar file."),
            ("import", "import_", "Bring in the changes you made in your calendar."),
            ("feed", "feed", "Let calendars subscribe to your plans, at addresses of their own."),
            ("sync", "sync", "Sync with a calendar on a CalDAV server, both ways."),
            ("serve", "serve", "Open your plan in the browser."),
        ),
    ),
    (
        "Set up",
        (
            ("learner", "learners", "Manage the learners who share a database."),
            ("token", "tokens", "Let programs read or change your plans through `serve`."),
            ("dump", "dump", "Write all of your data to one file."),
            ("load", "dump", "Load a learner from a file that `dump` wrote."),
            ("config", "settings", "Show each setting, its value and where it comes from."),
            ("completion", "settings", "Print the completion script for a shell."),
            ("db", "db", "Check, upgrade, back up, restore or repair the database."),
        ),
    ),
)
_HOMES = {name: home for _, commands in FAMILIES for name, home, _ in commands}


class Commands(click.Group):
    """The top-level group, which turns every error a person can cause into one line and an exit code."""

    context_class = CommandContext

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **rest: Any
    ) -> Any:
        words = list(sys.argv[1:] if args is None else args)
        rest |= {"standalone_mode": False, "obj": words}
        _let_streams_replace()
        if os.environ.get("_STUDYPLAN_COMPLETE", "").endswith("_complete"):
            from studyplan.cli import completion

            sys.exit(completion.run(lambda: super(Commands, self).main(words, prog_name or "studyplan", **rest)))
        sys.exit(_run(lambda: super(Commands, self).main(words, prog_name or "studyplan", **rest), words))

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for _, commands in FAMILIES for name, *_ in commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        home = _HOMES.get(cmd_name)
        if home is None:
            return None
        module = import_module(f"studyplan.cli.commands.{home}")
        commands: Sequence[click.Command] = module.COMMANDS
        return take_group_options(next(command for command in commands if command.name == cmd_name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            # Click looks for a close name among the commands that are loaded.
            raise click.exceptions.NoSuchCommand(error.command_name, possibilities=_HOMES, ctx=ctx) from None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Complete the names of commands by the table: no command is imported for it."""
        from click.shell_completion import CompletionItem

        if incomplete and not incomplete[0].isalnum():
            return super().shell_complete(ctx, incomplete)
        rows = [row for _, commands in FAMILIES for row in commands]
        return [CompletionItem(name, help=help) for name, _, help in rows if name.startswith(incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, commands in FAMILIES:
            with formatter.section(title):
                formatter.write_dl([(name, help) for name, _, help in commands])


def _let_streams_replace() -> None:
    """Print a question mark for a character that the terminal lacks: a command that has written data must not crash on it."""
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
        # Click raises SystemExit only where the reader has gone. Nothing went wrong.
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
        hint = f"see `{where} --help`"
        message = _meant_long(error, words) or error.format_message()
        return _tell(UsageProblem(message.rstrip("."), hint=hint), as_json)
    except click.ClickException as error:
        return _tell(StorageProblem(error.format_message()), as_json)
    except (KeyboardInterrupt, click.Abort):
        return _stopped()
    except OSError as error:
        return _tell(StorageProblem(f"{error.filename or 'output'}: {error.strerror or error}"), as_json)


def _meant_long(error: click.UsageError, words: Sequence[str]) -> str | None:
    """What to say of a long option with one dash, such as ``-today``, of which click only names the first letter."""
    if not isinstance(error, click.NoSuchOption) or len(error.option_name) != 2 or error.ctx is None:
        return None
    known = [name for parameter in error.ctx.command.params for name in parameter.opts]
    for word in words:
        name = word.partition("=")[0]
        if name.startswith(error.option_name) and f"-{name}" in known:
            return f"No such option '{name}'. Did you mean '-{name}'?"
    return None


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
        # Nobody is reading; the exit code still tells.
        _forget_output()
    return error.exit_code


def _already(found: AlreadyWritten, as_json: bool) -> int:
    from studyplan.cli import output

    if as_json:
        output.emit({"already_written": found.message})
    else:
        output.note(f"Nothing to do: {found.message}. Run the command again to do it once more.")
    return found.exit_code


def _stopped() -> int:
    with suppress(OSError):
        click.echo("Stopped.", err=True)
    return 130


def _forget_output() -> None:
    """Discard what is still buffered: it has nowhere to go, and must not raise an error when the interpreter ends."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"studyplan {version('studyplan-cli')}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@group_options
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
    """Plan your study for an exam: start a plan, mark tasks done, catch up, keep it in your calendar.

    \b
    studyplan start foundations
    studyplan today
    studyplan done 1
    studyplan export -o foundations.ics

    The options below can also stand after the command: `studyplan today --today +1d`.
    """
    ctx.color = colour_wanted()
    ctx.obj = Context.of(ctx.params, words=ctx.obj)


refuse_options_as_values(studyplan)
