"""The plan as a calendar file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from studyplan.cli.context import Context, pass_context, plan_option
from studyplan.cli.params import ALARM, DAY, PAST_DAY
from studyplan.cli.terminal import is_terminal
from studyplan.errors import Conflict, UsageProblem
from studyplan.text import count, slug

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@click.command()
@click.option("-o", "--output", "target", metavar="FILE", help="Write to this file; - is standard output.")
@plan_option
@click.option(
    "--as",
    "form",
    type=click.Choice(["events", "timed", "todos"]),
    default="events",
    show_default=True,
    help="Write all-day events, events in your study hours, or to-dos with a due date.",
)
@click.option(
    "--alarm",
    type=ALARM,
    metavar="MIN",
    help="Remind this many minutes before: a timed task, the start of an all-day task's day (360: at 18:00 the evening "
    "before), or the end of a to-do's day. Later exports of this kind keep it.",
)
@click.option("--no-alarm", "no_alarm", is_flag=True, help="Write no reminders from now on; same as --alarm none.")
@click.option(
    "--numbered",
    is_flag=True,
    help="Put each task's place in the study order before its title, for calendars that sort a day by title.",
)
@click.option(
    "--zoned",
    is_flag=True,
    help="Write times in your time zone instead of UTC, so that you can move events while abroad.",
)
@click.option(
    "--for",
    "reader",
    type=click.Choice(["outlook"]),
    help="Write a file for Outlook, which imports events but no to-dos.",
)
@click.option("--from", "first", type=DAY, metavar="DATE", help="Write only tasks from this day on.")
@click.option("--until", "last", type=DAY, metavar="DATE", help="Write only tasks up to this day.")
@click.option(
    "--done",
    type=click.Choice(["mark", "hide"]),
    default="mark",
    show_default=True,
    help="Mark finished tasks as done, or hide them.",
)
@click.option("--since", type=PAST_DAY, metavar="DATE", help="Also cancel tasks removed since this day.")
@click.option("--split", "parts", is_flag=True, help="Write numbered files if one would be too large.")
@click.option(
    "--watch",
    "watched",
    metavar="FILE",
    help="Keep this file fresh until Ctrl-C: all plans, past days too, written again whenever something changes.",
)
@pass_context
def export(
    context: Context,
    target: str | None,
    plan: str | None,
    form: str,
    alarm: int | None,
    no_alarm: bool,
    numbered: bool,
    zoned: bool,
    reader: str | None,
    first: Any,
    last: Any,
    done: str,
    since: Any,
    parts: bool,
    watched: str | None,
) -> None:
    """Write the tasks to a calendar file (iCalendar).

    On a terminal, without -o, the file is named after the plan. With --watch, a calendar that subscribes to the file, or a
    folder that is synced, always has the plans as they are.
    """
    from studyplan.calendar import Form, Format
    from studyplan.cli import output
    from studyplan.planner.export import ExportScope

    if no_alarm and alarm:
        raise UsageProblem("--alarm and --no-alarm contradict each other", hint="give only one of them")
    alarm = 0 if no_alarm else alarm
    if first is not None and last is not None and first > last:
        raise UsageProblem(f"--from {first} is after --until {last}", hint="swap them")
    if zoned and form != "timed":
        raise UsageProblem(f"--zoned needs times, and --as {form} has none", hint="add --as timed")
    if reader == "outlook" and form == "todos":
        raise UsageProblem("Outlook does not import to-dos", hint="leave out --as todos, or use --as timed")
    if watched is not None:
        unfit = {"-o": target, "--from": first, "--until": last, "--since": since, "--split": parts, "--for": reader}
        _check_watch(watched, [name for name, value in unfit.items() if value], done)
        _watch(context, watched, form, alarm, {"plan": plan, "numbered": numbered, "zoned": zoned})
        return
    exported = context.planner.export.export(
        plan,
        ExportScope(first, last, since, done == "mark"),
        Format(Form(form), context.config.marks == "symbols", numbered=numbered, outlook=reader == "outlook"),
        alarm=alarm,
        zoned=zoned,
        several=parts,
    )
    for words in exported.notes:
        output.note(words)
    if target is None and is_terminal(sys.stdout):
        target = f"{slug(exported.name)}.ics"
    if target in (None, "-"):
        _print(exported.files)
    else:
        _write(exported.files, target, "to-do" if form == "todos" else "event", reader)
    _keep_alarm(context, form, alarm)


def _keep_alarm(context: Context, form: str, alarm: int | None) -> None:
    """Keep an alarm that was given for later exports, and say so."""
    from studyplan.calendar import Form
    from studyplan.cli import output

    if alarm is not None and context.planner.export.keep_alarm(Form(form), alarm):
        kind = {"events": "", "timed": " --as timed", "todos": " --as todos"}[form]
        output.note(
            f"Later exports{kind} keep this alarm; --no-alarm removes it."
            if alarm
            else f"Later exports{kind} will have no alarm."
        )
        output.note(output.UNDO)


def _check_watch(path: str, unfit: Sequence[str], done: str) -> None:
    """Refuse what a file that is kept fresh cannot do: whoever reads it takes what is absent for deleted."""
    if done == "hide":
        unfit = [*unfit, "--done hide"]
    if unfit:
        raise UsageProblem(
            f"--watch always writes the whole of the plans, so it cannot take {unfit[0]}", hint="leave it out"
        )
    if path == "-":
        raise UsageProblem("--watch needs a file that it can write again", hint="name one")


def _watch(context: Context, path: str, form: str, alarm: int | None, options: dict[str, Any]) -> None:
    from studyplan.cli import output
    from studyplan.cli.watching import keep_fresh
    from studyplan.files import path_of

    feeds, mark = context.planner.feeds, context.config.marks == "symbols"
    content = feeds.content(form=form, **options)
    _keep_alarm(context, form, alarm)
    keep_fresh(
        path_of(path),
        lambda: feeds.version_of(content, mark=mark),
        lambda: feeds.body_of(content, mark=mark),
        output.note,
    )


def _print(files: Sequence[bytes]) -> None:
    from studyplan.cli import output

    if len(files) > 1:
        raise Conflict("standard output cannot take several files", hint="name the first with -o FILE")
    output.send(files[0])


def _write(files: Sequence[bytes], target: str, noun: str, reader: str | None) -> None:
    from pathlib import Path

    from studyplan.cli import output
    from studyplan.files import write_beside

    path = Path(target)
    paths = [path] if len(files) == 1 else [path.with_stem(f"{path.stem}-{n}") for n in range(1, len(files) + 1)]
    for each, content in zip(paths, files, strict=True):
        write_beside(each, content)
        output.note(f"Wrote {count(output.entries_in(content), noun)} to {each}")
    if reader == "outlook":
        output.note(
            "Outlook: import this file into a calendar of its own, and delete that calendar before you import the next one."
        )
        output.note("There, only the titles show what is done, and tasks removed here stay.")
        return
    output.note(
        "A second import updates the entries in Evolution, khal and CalDAV servers; most others refuse it or show everything twice."
    )
    if len(paths) == 1:
        output.note(f"Subscribing works everywhere; in Thunderbird: New Calendar, On the Network, {_address(path)}")


def _address(path: Path) -> str:
    """The file's URL, or its path if it has no URL that can be typed."""
    whole = path.absolute()
    try:
        return whole.as_uri()
    except UnicodeError:
        return str(whole)


COMMANDS = (export,)
