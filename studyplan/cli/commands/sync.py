"""Calendars on CalDAV servers, kept in step in both directions."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from studyplan.cli import sync_report
from studyplan.cli.context import Context, json_option, pass_context, plan_option
from studyplan.cli.params import ALARM
from studyplan.cli.terminal import is_terminal
from studyplan.errors import Conflict, NetworkProblem, StudyplanError, UsageProblem
from studyplan.text import count, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from studyplan.model import Remote, Task
    from studyplan.sync.connection import Connection
    from studyplan.sync.report import Deleted, Report

_NEEDS = ("caldav", "keyring", "lxml", "niquests")
#: How often one command runs a calendar: the second time it gets what later ones brought; the third, what came meanwhile.
_MOST_PASSES = 3


@click.group(invoke_without_command=True)
@click.option("--only", metavar="NAME", help="Only this calendar.")
@click.option(
    "--deleted",
    type=click.Choice(["keep", "skip", "remove"]),
    help="What it means that an entry of an open task was deleted there.",
)
@click.option("--force", is_flag=True, help="Go on where the calendar has lost most of its entries.")
@click.option("--dry-run", is_flag=True, help="Only show what would be done.")
@json_option
@click.pass_context
def sync(ctx: click.Context, only: str | None, deleted: str | None, force: bool, dry_run: bool, as_json: bool) -> None:
    """Keep calendars on CalDAV servers in step, in both directions.

    \b
    studyplan sync add https://cloud.example.org/remote.php/dav --user ana
    studyplan sync
    """
    if ctx.invoked_subcommand is not None:
        if only or deleted or force or dry_run or as_json:
            raise UsageProblem(f"these options belong to `studyplan sync` itself, not to `{ctx.invoked_subcommand}`")
        return
    _synchronise(ctx, only, deleted, force, dry_run, as_json)


def _synchronise(
    ctx: click.Context, only: str | None, deleted: str | None, force: bool, dry_run: bool, as_json: bool
) -> None:
    from studyplan.cli import output

    context: Context = ctx.obj
    remotes = context.planner.sync.named(only)
    runs = _Runs(context, deleted, force=force, write=not dry_run, as_json=as_json, single=len(remotes) == 1)
    runs.settle(remotes)
    found = [{**sync_report.of_remote(remote), **runs.of(remote)} for remote in remotes]
    errors: list[StudyplanError] = []
    for remote in remotes:
        if (error := runs.errors.get(remote.number)) is not None:
            errors.append(error)
        elif trouble := runs.reports[remote.number].trouble:
            entries = count(len(trouble), "entry")
            errors.append(NetworkProblem(f"{entries} of '{remote.name}' could not be carried over", hint="try again"))
    if len(remotes) == 1 and errors:
        single = errors[0]
        if "error" not in found[0]:
            single.facts["calendars"] = found
        raise single
    if as_json:
        output.emit({"calendars": found})
    if errors:
        ctx.exit(errors[0].exit_code)


class _Runs:
    """The runs of one command. A calendar runs again where one that came after it has brought something here, so that all say
    the same when the command is over."""

    def __init__(
        self, context: Context, deleted: str | None, *, force: bool, write: bool, as_json: bool, single: bool
    ) -> None:
        self._context = context
        self._deleted = deleted
        self._force = force
        self._write = write
        self._as_json = as_json
        self._single = single
        self._connections: dict[int, Connection] = {}
        #: How many runs there were when a calendar had its last.
        self._ran: dict[int, int] = {}
        self.reports: dict[int, Report] = {}
        self.errors: dict[int, StudyplanError] = {}

    def settle(self, remotes: Sequence[Remote]) -> None:
        """Run each calendar, and once more, up to a bound, those that are behind."""
        waiting, runs, changed = remotes, 0, 0
        try:
            for _ in range(_MOST_PASSES if self._write else 1):
                for remote in waiting:
                    runs += 1
                    self._ran[remote.number] = runs
                    if self._brings(remote):
                        changed = runs
                waiting = [
                    each for each in remotes if each.number not in self.errors and self._ran[each.number] < changed
                ]
        finally:
            for connection in self._connections.values():
                connection.close()

    def of(self, remote: Remote) -> dict[str, Any]:
        """What came of a calendar, as JSON."""
        from studyplan.presentation import facts

        told: dict[str, Any] = {}
        if (report := self.reports.get(remote.number)) is not None:
            told = {**sync_report.of_report(report), "requests": self._connections[remote.number].requests}
        if (error := self.errors.get(remote.number)) is not None:
            told |= facts.of_error(error)
        return told

    def _brings(self, remote: Remote) -> bool:
        """Whether a run of the calendar changed something here."""
        from studyplan.cli import output

        earlier = self.reports.get(remote.number)
        try:
            with _installed():
                report = self._run(remote, is_first=earlier is None)
        except StudyplanError as error:
            self.errors[remote.number] = error
            if not self._single and not self._as_json:
                output.print_error(error, as_json=False)
            return False
        self.reports[remote.number] = report if earlier is None else earlier.followed_by(report)
        if earlier is not None:
            report = report.without_standing()
        if not self._as_json and (earlier is None or report.says_something):
            sync_report.print_report(report)
        return bool(report.changes)

    def _run(self, remote: Remote, *, is_first: bool) -> Report:
        from studyplan.sync.report import Deleted, SyncOptions
        from studyplan.sync.running import run
        from studyplan.sync.server import CaldavShelf

        if remote.number not in self._connections:
            self._connections[remote.number] = _connect(self._context, remote)
        progress, clear = _progress(remote.name, quiet=self._as_json)

        def ask(tasks: Sequence[Task]) -> Deleted | None:
            clear()
            # Whoever was asked once has answered.
            return _ask(tasks) if is_first and not self._as_json else None

        wish = SyncOptions(
            mark=self._context.config.marks == "symbols",
            deleted=Deleted(self._deleted) if self._deleted else None,
            ask=ask,
            force=self._force,
            write=self._write,
            progress=progress,
        )
        try:
            shelf = CaldavShelf(self._connections[remote.number], remote.url)
            return run(self._context.planner.sync, remote, shelf, wish)
        finally:
            clear()


@sync.command("add")
@click.argument("url")
@click.option("--user", "account", metavar="NAME", help="Who logs in.")
@click.option("--name", metavar="NAME", help="What the calendar is called here; its host unless named.")
@click.option(
    "--calendar",
    "calendar",
    metavar="NAME",
    default="studyplan",
    show_default=True,
    help="The calendar of the account; made where there is none.",
)
@click.option(
    "--as",
    "form",
    type=click.Choice(["todos", "events", "timed"]),
    default="todos",
    show_default=True,
    help="To-dos with a due date, all-day events, or events in your study hours.",
)
@plan_option
@click.option(
    "--alarm",
    type=ALARM,
    metavar="MIN",
    help="Entries that are made there remind so many minutes ahead, as those of `studyplan export --alarm` do.",
)
@click.option("--password-command", metavar="COMMAND", help="Prints the password, in place of the keyring.")
@json_option
@pass_context
def add(
    context: Context,
    url: str,
    account: str | None,
    name: str | None,
    calendar: str,
    form: str,
    plan: str | None,
    alarm: int | None,
    password_command: str | None,
    as_json: bool,
) -> None:
    """Connect a calendar on a CalDAV server; `studyplan sync` then fills it.

    URL is the server's CalDAV address, or that of a calendar. The password is asked for and kept in the system's keyring.
    """
    from studyplan.cli import output
    from studyplan.sync.address import cleaned, host_of

    place, named_in_url = cleaned(url)
    name = context.planner.sync.check_new(
        name or host_of(place).partition(":")[0], command=password_command is not None
    )
    number = context.planner.sync.plan_number(plan)
    account = account or named_in_url
    if not account and is_terminal(sys.stdin) and is_terminal(sys.stderr):
        account = output.ask("User")
    with _installed():
        from studyplan.model import Remote
        from studyplan.sync import secrets
        from studyplan.sync.connection import Connection
        from studyplan.sync.server import find

        word, is_typed = _new_password(place, account, password_command)
        connection = Connection(place, account, word, _moment(context))
        try:
            found = find(connection, place, calendar, "VTODO" if form == "todos" else "VEVENT")
        finally:
            connection.close()
        if is_typed and word is not None:
            secrets.keep(place, account, word)
    made = context.planner.sync.add(
        Remote(
            0, 0, name, found.url, account, form, plan=number, password_command=password_command, alarm=alarm or None
        )
    )
    if as_json:
        output.emit({"calendar": sync_report.of_remote(made)})
        return
    how = "made there" if found.is_new else "found there"
    output.say(f"'{made.name}' is connected: the calendar '{found.name or calendar}', {how}.")
    output.say("`studyplan sync` carries over what changed, in both directions.")


@sync.command("list")
@json_option
@pass_context
def list_(context: Context, as_json: bool) -> None:
    """The calendars that are kept in step."""
    from studyplan.cli import output

    known = context.planner.sync.remotes()
    if as_json:
        output.emit({"calendars": [sync_report.of_remote(each) for each in known]})
        return
    if not known:
        output.say("No calendar is kept in step. `studyplan sync add URL` adds one.")
    for each in known:
        when = f"{context.local(each.synced_at):%Y-%m-%d %H:%M}" if each.synced_at else "never"
        alarm = f", alarms {each.alarm} min ahead" if each.alarm else ""
        output.say(output.bold(each.name))
        output.say(f"  {each.url}")
        output.say(f"  {f'as {each.account}, ' if each.account else ''}{each.form}{alarm}, last in step: {when}")


@sync.command("remove")
@click.argument("name")
@json_option
@pass_context
def remove(context: Context, name: str, as_json: bool) -> None:
    """Keep a calendar in step no longer. Its entries stay there, the tasks here."""
    from studyplan.cli import output
    from studyplan.sync.address import origin

    gone = context.planner.sync.remove(name)
    is_used = any(
        each.password_command is None and (origin(each.url), each.account) == (origin(gone.url), gone.account)
        for each in context.planner.sync.remotes()
    )
    if gone.account and gone.password_command is None and not is_used:
        with _installed():
            from studyplan.sync import secrets

            secrets.forget(gone)
    if as_json:
        output.emit({"removed": gone.name})
    else:
        output.say(f"'{gone.name}' is no longer kept in step. What stands in it stays there.")


@sync.command("alarm")
@click.argument("name")
@click.argument("minutes", type=ALARM, metavar="MIN|none")
@json_option
@pass_context
def alarm_(context: Context, name: str, minutes: int, as_json: bool) -> None:
    """Give the entries of a calendar another alarm, or none. Entries that you edited there keep theirs."""
    from studyplan.cli import output

    changed = context.planner.sync.ring(name, minutes or None)
    if as_json:
        output.emit({"calendar": sync_report.of_remote(changed)})
    else:
        rings = f"alarms {minutes} min ahead" if minutes else "no alarms"
        output.say(f"'{changed.name}' has {rings} from the next `studyplan sync` on.")


@sync.command("password")
@click.argument("name")
@json_option
@pass_context
def password(context: Context, name: str, as_json: bool) -> None:
    """Give a calendar's new password to the keyring."""
    from studyplan.cli import output

    (remote,) = context.planner.sync.named(name)
    if remote.password_command is not None:
        raise Conflict(f"the password of '{name}' comes from a command", hint="`studyplan sync remove` it, add it anew")
    if not remote.account:
        raise Conflict(
            f"'{name}' is read without a user, so it has no password",
            hint="`studyplan sync remove` it, add it anew with --user NAME",
        )
    with _installed():
        from studyplan.sync import secrets

        secrets.keep(remote.url, remote.account, _typed(remote.url, remote.account))
    if as_json:
        output.emit({"calendar": sync_report.of_remote(remote)})
    else:
        output.say(f"The keyring has the password of '{name}'.")


# --- passwords and connections


@contextmanager
def _installed() -> Iterator[None]:
    """What is needed beside the program itself is an extra of it: not everybody has a server."""
    try:
        yield
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in _NEEDS:
            raise
        raise Conflict(
            f"synchronisation needs the package {missing.name}",
            hint="pip install 'studyplan-cli[caldav]'",
            slug="not-installed",
        ) from None


def _connect(context: Context, remote: Remote) -> Connection:
    from studyplan.rules.lookup import quoted
    from studyplan.sync import secrets
    from studyplan.sync.address import check
    from studyplan.sync.connection import Connection

    check(remote.url)
    context.planner.sync.check_command(remote.password_command is not None)
    word = secrets.password(remote.url, remote.account, remote.password_command)
    if word is None and remote.account:
        raise Conflict(
            f"the keyring has no password for '{remote.name}'",
            hint=f"studyplan sync password {quoted(remote.name)}",
            slug="no-password",
        )
    return Connection(remote.url, remote.account, word, _moment(context))


def _moment(context: Context) -> Callable[[datetime], str]:
    """What tells an instant in the learner's time zone, for people; nothing of one that is over."""
    from studyplan.presentation.phrases import short_day

    def told(at: datetime) -> str:
        here = context.local(at)
        return f"{short_day(here.date())} at {here:%H:%M}" if at > context.planner.clock.now() else ""

    return told


def _new_password(url: str, account: str, command: str | None) -> tuple[str | None, bool]:
    """The password of a new calendar, and whether somebody typed it just now."""
    from studyplan.sync import secrets

    if not account:
        if command is not None:
            raise UsageProblem("--password-command needs --user NAME")
        return None, False
    known = secrets.password(url, account, command)
    return (known, False) if known is not None else (_typed(url, account), True)


def _typed(url: str, account: str) -> str:
    from studyplan.cli import output
    from studyplan.sync.address import host_of

    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        raise Conflict(
            "nobody can be asked for the password",
            hint="--password-command 'pass show NAME' takes it from a program that prints it",
            slug="no-password",
        )
    return output.ask(f"Password of {account} at {host_of(url)}", hide_input=True)


def _ask(tasks: Sequence[Task]) -> Deleted | None:
    from studyplan.cli import output
    from studyplan.presentation import phrases
    from studyplan.sync.report import Deleted

    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        return None
    output.note(f"{count(len(tasks), 'open task')} deleted in the calendar:")
    for task in tasks:
        output.note(output.clip(f"  {task.number:>4}  {phrases.piece_title(task)}"))
    meant = output.ask(
        "Keep them (they go there again), skip them, remove them, or decide later",
        type=click.Choice(["keep", "skip", "remove", "later"]),
        default="later",
    )
    return None if meant == "later" else Deleted(meant)


def _progress(name: str, *, quiet: bool) -> tuple[Callable[[str, int, int], None], Callable[[], None]]:
    """A line that tells how far a long run is, on a terminal, and what wipes it off."""
    from time import monotonic

    from studyplan.cli import output

    if quiet or not is_terminal(sys.stderr):
        return lambda what, done, all: None, lambda: None
    began = monotonic()
    shown = 0

    def tell(what: str, done: int, all: int) -> None:
        nonlocal shown
        if monotonic() - began > 0.5:
            line = one_line(f"{name}: {what} {done} of {all}", 78)
            output.tick(line, over=shown)
            shown = len(line)

    def clear() -> None:
        nonlocal shown
        if shown:
            output.tick("", over=shown)
            output.tick("")
        shown = 0

    return tell, clear


COMMANDS = (sync,)
