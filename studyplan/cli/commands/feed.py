"""Addresses that calendars subscribe to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from studyplan.cli.context import Context, Facts, json_option, pass_context, plan_option, yes_option
from studyplan.cli.params import ALARM
from studyplan.cli.terminal import consent

if TYPE_CHECKING:
    from studyplan.planner.feeds import NewFeed

NUMBER = click.IntRange(1, 2**31 - 1)


@click.group()
def feed() -> None:
    """Let calendars subscribe to your plans, at addresses of their own."""


@feed.command("add")
@click.argument("name")
@plan_option
@click.option(
    "--as",
    "form",
    type=click.Choice(["events", "timed", "todos"]),
    default="events",
    show_default=True,
    help="Serve all-day events, events in your study hours, or to-dos with a due date.",
)
@click.option(
    "--alarm",
    type=ALARM,
    metavar="MIN|none",
    help="Remind this many minutes before, as for `export`; by default as for exports of this kind.",
)
@click.option("--numbered", is_flag=True, help="Put each task's place in the study order before its title.")
@click.option("--zoned", is_flag=True, help="Write times in your time zone instead of UTC.")
@json_option
@pass_context
def add(
    context: Context, name: str, plan: str | None, form: str, alarm: int | None, numbered: bool, zoned: bool
) -> Facts:
    """Make an address for a calendar to subscribe to, and print it.

    NAME is for you: the phone or the person that gets it. The address is printed this once. It holds all of your plans, past
    days too, and whoever has it can read them. `studyplan serve` answers there.
    """
    from studyplan.presentation import feeds

    made = context.planner.feeds.add(name, form=form, plan=plan, alarm=alarm, numbered=numbered, zoned=zoned)
    yield feeds.of_new_feed(made, _base_url(context))
    _say_address(context, made)


@feed.command("list")
@json_option
@pass_context
def list_(context: Context) -> Facts:
    """List your feeds: what each serves, and when a calendar fetched it last."""
    from studyplan.cli import output
    from studyplan.presentation import feeds

    found = context.planner.feeds.all()
    yield {"feeds": [feeds.of_feed(view) for view in found]}
    if not found:
        output.say("No calendar is subscribed. `studyplan feed add NAME` makes an address for one.")
    for view in found:
        each = view.feed
        output.say(f"{each.name}", head=f"{each.number}  ")
        state = feeds.fetched_text(each.used_on, context.today)
        if each.revoked_at is not None:
            state = f"revoked {context.local(each.revoked_at):%Y-%m-%d %H:%M}"
        output.say(f"   {feeds.content_text(view)}; {state}")
        if missing := feeds.left_out_text(view.left_out):
            output.say(f"   {missing}")


@feed.command("rename")
@click.argument("number", type=NUMBER)
@click.argument("name")
@json_option
@pass_context
def rename(context: Context, number: int, name: str) -> Facts:
    """Call a feed something else. Its address stays."""
    from studyplan.cli import output
    from studyplan.presentation import feeds

    changed = context.planner.feeds.rename(number, name)
    yield feeds.of_renamed_feed(changed)
    output.say(f"Feed {changed.number} is now '{changed.name}'.")


@feed.command("rotate")
@click.argument("number", type=NUMBER)
@json_option
@pass_context
def rotate(context: Context, number: int) -> Facts:
    """Make a new address for what a feed serves.

    The old one goes on until you revoke it, so that you can change calendars one by one.
    """
    from studyplan.cli import output
    from studyplan.presentation import feeds

    made = context.planner.feeds.rotate(number)
    yield feeds.of_new_feed(made, _base_url(context))
    _say_address(context, made)
    output.note(f"The address of feed {number} goes on until `studyplan feed revoke {number}`.")


@feed.command("revoke")
@click.argument("number", type=NUMBER)
@yes_option
@json_option
@pass_context
def revoke(context: Context, number: int, yes: bool) -> Facts:
    """Close the address of a feed, for good."""
    from studyplan.cli import output
    from studyplan.presentation import feeds

    found = context.planner.feeds.get(number)
    if found.revoked_at is None:
        consent(f"Close the address of feed {number} '{found.name}'? No undo takes this back.", yes=yes)
    closed = context.planner.feeds.revoke(number)
    yield feeds.of_revoked_feed(closed)
    was = "was revoked before" if found.revoked_at else "is revoked: its address answers nobody any more"
    output.say(f"Feed {number} '{closed.name}' {was}.")


def _base_url(context: Context) -> str:
    from studyplan.cli.commands.serve import PORT

    return context.config.base_url or f"http://127.0.0.1:{PORT}"


def _say_address(context: Context, made: NewFeed) -> None:
    """The address in one piece, however narrow the terminal is, and who can use it."""
    from studyplan.cli import output
    from studyplan.presentation import feeds

    feed, base_url = made.view.feed, _base_url(context)
    output.say(f"Feed {feed.number} '{feed.name}' serves {feeds.content_text(made.view)}. Its address, shown only now:")
    output.draw(feeds.feed_address(base_url, made.token))
    if missing := feeds.left_out_text(made.view.left_out):
        output.note(missing)
    if context.config.base_url is None:
        output.note("It answers on this computer, while `studyplan serve` runs. For phones and other machines, put a")
        output.note("proxy with https in front, and set base_url to where it is reached: `studyplan config`.")
    else:
        output.note("It answers while `studyplan serve` runs behind that address.")


COMMANDS = (feed,)
