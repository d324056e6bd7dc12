"""The plan as a calendar file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from studyplan.cli.context import Context, pass_context, plan_option
from studyplan.cli.params import ALARM, DAY
from studyplan.cli.terminal import is_terminal
from studyplan.errors import Conflict, UsageProblem
from studyplan.text import count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@click.command()
@click.option("-o", "--output", "target", metavar="FILE", help="The file; - is standard output.")
@plan_option
@click.option(
    "--as",
    "form",
    type=click.Choice(["events", "timed", "todos"]),
    default="events",
    show_default=True,
    help="All-day events, events in your study hours, or to-dos with a due date.",
)
@click.option(
    "--alarm",
    type=ALARM,
    metavar="MIN",
    help="Remind so many minutes before a timed task, before the midnight that begins an all-day one (360: at 18:00 the "
    "evening before), before the day of a to-do ends. Later exports of this kind keep it.",
)
@click.option("--no-alarm", "no_alarm", is_flag=True, help="No reminders from now on; like --alarm none.")
@click.option(
    "--numbered",
    is_flag=True,
    help="Put each task's place in the order of study ahead of its title: calendars that sort a day by title keep the order.",
)
@click.option("--zoned", is_flag=True, help="Times in your time zone, not in UTC: for moving them on a phone abroad.")
@click.option(
    "--for",
    "reader",
    type=click.Choice(["outlook"]),
    help="A file for Outlook to import: events only, as it reads no to-dos.",
)
@click.option("--from", "first", type=DAY, metavar="DATE", help="Only tasks from this day on.")
@click.option("--until", "last", type=DAY, metavar="DATE", help="Only tasks up to this day.")
@click.option("--done", type=click.Choice(["mark", "hide"]), default="mark", show_default=True, help="What is over.")
@click.option("--since", type=DAY, metavar="DATE", help="Tell too of tasks that were removed from this day on.")
@click.option("--split", "parts", is_flag=True, help="Numbered files where one would be too large.")
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
) -> None:
    """Write the tasks as an iCalendar file.

    On a terminal, without -o, the file is named after the plan.
    """
    from studyplan.calendar import Form, Format
    from studyplan.cli import output
    from studyplan.planner.export import ExportScope

    if no_alarm and alarm:
        raise UsageProblem("--alarm and --no-alarm contradict each other", hint="give one of them")
    alarm = 0 if no_alarm else alarm
    if first is not None and last is not None and first > last:
        raise UsageProblem(f"--from {first} lies after --until {last}", hint="swap them")
    if zoned and form != "timed":
        raise UsageProblem(f"--zoned is for times, and --as {form} has none", hint="add --as timed")
    if reader == "outlook" and form == "todos":
        raise UsageProblem("Outlook imports no to-dos", hint="leave --as todos out, or take --as timed")
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
    if alarm is not None and context.planner.export.keep_alarm(Form(form), alarm):
        kind = {"events": "", "timed": " --as timed", "todos": " --as todos"}[form]
        output.note(
            f"Later exports{kind} keep this alarm; --no-alarm takes it away."
            if alarm
            else f"Later exports{kind} have no alarm."
        )


def _print(files: Sequence[bytes]) -> None:
    from studyplan.cli import output

    if len(files) > 1:
        raise Conflict("several files do not fit standard output", hint="name the first with -o FILE")
    output.send(files[0])


def _write(files: Sequence[bytes], target: str, noun: str, reader: str | None) -> None:
    from pathlib import Path

    from studyplan.cli import output
    from studyplan.files import write_beside

    path = Path(target)
    paths = [path] if len(files) == 1 else [path.with_stem(f"{path.stem}-{n}") for n in range(1, len(files) + 1)]
    for each, content in zip(paths, files, strict=True):
        write_beside(each, content)
        entries = content.count(b"\nBEGIN:VEVENT") + content.count(b"\nBEGIN:VTODO")
        output.note(f"Wrote {count(entries, noun)} to {each}")
    if reader == "outlook":
        output.note(
            "Outlook: import it into a calendar of its own, and delete that calendar before you import the next file."
        )
        output.note("It shows what is done by the titles alone, and does not delete what was removed here.")
        return
    output.note(
        "Importing it again updates Evolution, khal and CalDAV servers; most others refuse it or show everything twice."
    )
    if len(paths) == 1:
        output.note(f"Subscribing works everywhere. In Thunderbird: New Calendar, On the Network, {_address(path)}")


def _address(path: Path) -> str:
    """The address of a file, or its path where that has none that can be typed."""
    whole = path.absolute()
    try:
        return whole.as_uri()
    except UnicodeError:
        return str(whole)


def slug(name: str) -> str:
    """A file name for a plan's name: lower case, dashes for what file systems and shells dislike."""
    import re
    import unicodedata

    text = re.sub(r"[^\w]+", "-", unicodedata.normalize("NFC", name).lower()).strip("-")
    return text[:80] or "plan"


COMMANDS = (export,)
