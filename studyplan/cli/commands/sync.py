"""Sync: calendars on CalDAV servers, kept up to date both ways."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from studyplan.cli import sync_report
from studyplan.cli.context import Context, Facts, json_option, pass_context, plan_option, yes_option
from studyplan.cli.params import ALARM
from studyplan.cli.terminal import consent, is_terminal
from studyplan.errors import Conflict, NetworkProblem, StudyplanError, UsageProblem
from studyplan.text import count, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from studyplan.model import Remote, Task
    from studyplan.sync.connection import Connection
    from studyplan.sync.report import Deleted, Report

_NEEDS = ("caldav", "keyring", "lxml", "niquests")
#: How often one command syncs a calendar: the second run picks up what later calendars changed; the third, what changed since.
_MOST_PASSES = 3


@click.group(invoke_without_command=True)
@click.option("--only", metavar="NAME", help="Sync only this calendar.")
@click.option(
    "--deleted",
    type=click.Choice(["keep", "skip", "remove"]),
    help="Keep, skip or remove open tasks whose entries you deleted there.",
)
@click.option("--force", is_flag=True, help="Go on even if most entries are missing from the calendar.")
@click.option("--dry-run", is_flag=True, help="Show what would be done, and do nothing.")
@json_option
@click.pass_context
def sync(ctx: click.Context, only: str | None, deleted: str | None, force: bool, dry_run: bool, as_json: bool) -> None:
    """Sync with calendars on CalDAV servers, both ways.

    \b
    studyplan sync add https://cloud.example.org/remote.php/dav --user ana
    studyplan sync
    """
    if ctx.invoked_subcommand is not None:
        if only or deleted or force or dry_run or as_json:
            raise UsageProblem(f"options of `studyplan sync` cannot stand before `{ctx.invoked_subcommand}`")
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
            errors.append(NetworkProblem(f"{entries} of '{remote.name}' could not be synced", hint="try again"))
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
    """The sync runs of one command. A calendar is synced again if a later one changed something here, so that all agree in the
    end."""

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
        #: The number of the last run of each calendar.
        self._ran: dict[int, int] = {}
        self.reports: dict[int, Report] = {}
        self.errors: dict[int, StudyplanError] = {}

    def settle(self, remotes: Sequence[Remote]) -> None:
        """Sync each calendar, then those that are behind again, up to a limit."""
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
        """The result for a calendar, as JSON."""
        from studyplan.presentation import facts

        told: dict[str, Any] = {}
        if (report := self.reports.get(remote.number)) is not None:
            told = {**sync_report.of_report(report), "requests": self._connections[remote.number].requests}
        if (error := self.errors.get(remote.number)) is not None:
            told |= facts.of_error(error)
        return told

    def _brings(self, remote: Remote) -> bool:
        """Sync the calendar; True if that changed something here."""
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
            # The learner has answered already in the first run.
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
@click.option("--user", "account", metavar="NAME", help="Log in as this user.")
@click.option("--name", metavar="NAME", help="Call the calendar this here (default: its host).")
@click.option(
    "--calendar",
    "calendar",
    metavar="NAME",
    default="studyplan",
    show_default=True,
    help="Use this calendar of the account; it is created if missing.",
)
@click.option(
    "--as",
    "form",
    type=click.Choice(["todos", "events", "timed"]),
    default="todos",
    show_default=True,
    help="Write to-dos with a due date, all-day events, or events in your study hours.",
)
@plan_option
@click.option(
    "--alarm",
    type=ALARM,
    metavar="MIN",
    help="Remind this many minutes ahead, as `studyplan export --alarm` does.",
)
@click.option(
    "--password-command", metavar="COMMAND", help="Get the password from this command instead of the keyring."
)
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
) -> Facts:
    """Add a calendar on a CalDAV server.

    `studyplan sync` then fills it. URL is the CalDAV address of the server or of a calendar. You are asked for the password, which the system's keyring keeps.
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
    yield {"calendar": sync_report.of_remote(made)}
    how = ", newly created" if found.is_new else ""
    output.say(f"Added '{made.name}': the calendar '{found.name or calendar}'{how}.")
    output.say("`studyplan sync` brings both sides up to date.")


@sync.command("list")
@json_option
@pass_context
def list_(context: Context) -> Facts:
    """List the calendars that are synced."""
    from studyplan.cli import output

    known = context.planner.sync.remotes()
    yield {"calendars": [sync_report.of_remote(each) for each in known]}
    if not known:
        output.say("No calendar is synced yet. `studyplan sync add URL` adds one.")
    for each in known:
        when = f"{context.local(each.synced_at):%Y-%m-%d %H:%M}" if each.synced_at else "never"
        alarm = f", alarms {each.alarm} min ahead" if each.alarm else ""
        output.say(output.bold(each.name))
        output.say(f"  {each.url}")
        output.say(f"  {f'as {each.account}, ' if each.account else ''}{each.form}{alarm}, last synced: {when}")


@sync.command("remove")
@click.argument("name")
@yes_option
@json_option
@pass_context
def remove(context: Context, name: str, yes: bool) -> Facts:
    """Stop syncing a calendar.

    Its entries stay there, and your tasks stay here.
    """
    from studyplan.cli import output
    from studyplan.sync.address import origin

    (found,) = context.planner.sync.named(name)
    consent(f"Stop syncing '{found.name}' and forget its address and password? No undo takes this back.", yes=yes)
    gone = context.planner.sync.remove(name)
    is_used = any(
        each.password_command is None and (origin(each.url), each.account) == (origin(gone.url), gone.account)
        for each in context.planner.sync.remotes()
    )
    if gone.account and gone.password_command is None and not is_used:
        with _installed():
            from studyplan.sync import secrets

            secrets.forget(gone)
    yield {"removed": gone.name}
    output.say(f"Removed '{gone.name}'. Its entries stay in the calendar.")


@sync.command("alarm")
@click.argument("name")
@click.argument("minutes", type=ALARM, metavar="MIN|none")
@json_option
@pass_context
def alarm_(context: Context, name: str, minutes: int) -> Facts:
    """Change or remove the alarm of a calendar's entries.

    Entries that you edited there keep theirs.
    """
    from studyplan.cli import output

    changed = context.planner.sync.ring(name, minutes or None)
    yield {"calendar": sync_report.of_remote(changed)}
    rings = f"alarms {minutes} min ahead" if minutes else "no alarms"
    output.say(f"'{changed.name}' will have {rings} from the next `studyplan sync` on.")


@sync.command("password")
@click.argument("name")
@json_option
@pass_context
def password(context: Context, name: str) -> Facts:
    """Store a calendar's new password in the keyring."""
    from studyplan.cli import output

    (remote,) = context.planner.sync.named(name)
    if remote.password_command is not None:
        raise Conflict(
            f"the password of '{name}' comes from a command",
            hint="remove it with `studyplan sync remove` and add it again",
        )
    if not remote.account:
        raise Conflict(
            f"'{name}' is read without a user, so it has no password",
            hint="remove it with `studyplan sync remove` and add it again with --user NAME",
        )
    with _installed():
        from studyplan.sync import secrets

        secrets.keep(remote.url, remote.account, _typed(remote.url, remote.account))
    yield {"calendar": sync_report.of_remote(remote)}
    output.say(f"Stored the password of '{name}' in the keyring.")


# --- passwords and connections


@contextmanager
def _installed() -> Iterator[None]:
    """Turn a missing package of the `caldav` extra into a Conflict that says how to install it."""
    try:
        yield
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in _NEEDS:
            raise
        raise Conflict(
            f"sync needs the package {missing.name}",
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
    """A function that says an instant in the learner's time zone; it returns "" for one that is past."""
    from studyplan.presentation.phrases import short_day

    def told(at: datetime) -> str:
        here = context.local(at)
        return f"{short_day(here.date())} at {here:%H:%M}" if at > context.planner.clock.now() else ""

    return told


def _new_password(url: str, account: str, command: str | None) -> tuple[str | None, bool]:
    """The password of a new calendar, and whether the learner has just typed it."""
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
            "there is no terminal to ask you for the password",
            hint="--password-command 'pass show NAME' gets it from a program that prints it",
            slug="no-password",
        )
    return output.ask(f"Password for {account} at {host_of(url)}", hide_input=True)


def _ask(tasks: Sequence[Task]) -> Deleted | None:
    from studyplan.cli import output
    from studyplan.presentation import phrases
    from studyplan.sync.report import Deleted

    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        return None
    output.note(f"{count(len(tasks), 'open task')} deleted in the calendar:")
    for task in tasks:
        output.note(output.clip(f"  {task.ref:>4}  {phrases.piece_title(task)}"))
    meant = output.ask(
        "Keep them (and restore the entries), skip them, remove them, or decide later",
        type=click.Choice(["keep", "skip", "remove", "later"]),
        default="later",
    )
    return None if meant == "later" else Deleted(meant)


def _progress(name: str, *, quiet: bool) -> tuple[Callable[[str, int, int], None], Callable[[], None]]:
    """A function that shows how far a long run is, on a terminal, and one that clears the line."""
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
